"""Into how many linear regions can a ReLU network cut its input, and is that what depth is good
for?  The largest number, bounds for deep networks, and sawteeth that separate depths.

Setting.  d inputs, hidden layers of n_1, ..., n_L ReLU units; a linear region is a set of inputs on
which the same units are active.  A hyperplane more cuts the others' parts of itself into two each,
R(n, d) = R(n-1, d) + R(n-1, d-1), which adds up to

    R(n, d) = binomial(n, 0) + ... + binomial(n, d),

reached in general position.  Deeper, every region is cut again by hyperplanes of dimension at most
d, so the product of R(n_l, d) bounds the count from above.  From below: floor(n / d) units per
input fold [0, 1] onto itself p = floor(n / d) times, and the regions of the last layer are repeated
in each of the p^(d (L - 1)) copies.  The k-fold tent map is the case d = 1, p = 2.

Source: Zaslavsky, Facing up to arrangements, Memoirs of the AMS 154, 1975; Montufar, Pascanu, Cho,
Bengio, NeurIPS 2014; Raghu, Poole, Kleinberg, Ganguli, Sohl-Dickstein, ICML 2017; Montufar 2017;
Serra, Tjandraatmadja, Ramalingam, ICML 2018; Telgarsky, COLT 2016.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    Implies,
    Integer,
    Integral,
    Matrix,
    Max,
    Min,
    Ne,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    binomial,
    floor,
    log,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    derive,
    summed,
)

# units, inputs, compositions, folds, hidden layers
n, d, k, p, L = symbols("n d k p L", integer=True, positive=True)
i, j = symbols("i j", integer=True, nonnegative=True)
# input, place within a piece, output weight, input at which a unit switches
x, u, v, bend = symbols("x u v b", real=True)
total = Symbol("s", positive=True)  # regions of one layer
regions, order = symbols("r o", integer=True, nonnegative=True)  # a count of regions, its log10
examples, maximum = symbols("N M", integer=True, positive=True)
SINGLE = Sum(binomial(n, j), (j, 0, d))  # R(n, d)
# the network of the book, as printed
BOOK_UNITS, BOOK_INPUTS, BOOK_EXAMPLES, BOOK_REGIONS = 400, 40, 10**4, 10**42
BOOK = SINGLE.subs({n: BOOK_UNITS, d: BOOK_INPUTS})
LOW, HIGH = 95, 111  # powers of ten around its largest number of regions
REACHED = Integer(10) ** LOW  # regions that it can have
SOURCE = "Zaslavsky, Facing up to arrangements, 1975"
MONTUFAR = (
    "Montufar, Pascanu, Cho, Bengio, On the number of linear regions of deep neural "
    "networks, NeurIPS 2014"
)
TELGARSKY = "Telgarsky, Benefits of depth in neural networks, COLT 2016"
PRINCE = "Prince, Understanding Deep Learning, 2023, chapter 20"


def largest_number() -> tuple[Derivation, ...]:
    """One hidden layer of n ReLU units cuts d inputs into at most binomial(n, 0) + ... +
    binomial(n, d) linear regions.
    """
    regions_in = Function("R", real=True)
    both = summed(
        Sum(binomial(n, j), (j, 0, d)) + Sum(binomial(n, j), (j, 0, d - 1)),
        Sum(binomial(n + 1, j), (j, 0, d)),
        d,
        1,
        "a choice of j out of n + 1 units has the last one or has it not: d dimensions after d - 1",
    )
    return (
        Derivation(
            "Regions of n hyperplanes in d dimensions",
            (
                both,
                Induction(
                    n,
                    0,
                    Integer(1),
                    regions_in(d) + regions_in(d - 1),
                    SINGLE,
                    "no hyperplane: one region; the others cut hyperplane n + 1 into at most R(n, "
                    "d - 1) parts, each halves a region, and equality holds in general position",
                    so_far=regions_in(d),
                    uses=(both,),
                ),
            ),
            SOURCE,
        ),
        Derivation(
            "One input",
            (Step(SINGLE.subs(d, 1), n + 1, "n units bend a function of one variable n times"),),
            SOURCE,
        ),
        Derivation(
            "At least one region per unit",
            (
                Step(
                    SINGLE - Sum(binomial(n, j), (j, 2, d)),
                    n + 1,
                    "the first two terms of the sum; no other is negative",
                ),
            ),
            SOURCE,
        ),
    )


def deep_upper_bound() -> Derivation:
    """L hidden layers of n units have at most R(n, d)^L linear regions."""
    bound = Function("B", real=True)(d)
    one_layer = Defined(total, SINGLE, "s, the largest number for one layer")
    layers = Induction(
        L,
        1,
        total,
        bound * total,
        total**L,
        "s for one layer; on each region the next one sees an affine image of at most d dimensions "
        "and multiplies the count by at most s",
        so_far=bound,
    )
    return Derivation(
        "Upper bound for deep networks",
        (
            one_layer,
            layers,
            Step(bound, SINGLE**L, "with all factors", uses=(layers, one_layer)),
        ),
        "Raghu et al., ICML 2017; Montufar, Notes on the number of linear regions, 2017; Serra et "
        "al., ICML 2018",
    )


def folding() -> tuple[Derivation, ...]:
    """A layer of p units folds [0, 1] onto itself p times, so L layers of n units have at least
    floor(n/d)^(d(L-1)) R(n, d) regions.
    """
    piece = Rational(1, 2) + (-1) ** i * (p * x - i - Rational(1, 2))  # on [i/p, (i+1)/p]
    zigzag, copies = Function("z", real=True)(x), Function("C", real=True)(d)
    bends = Induction(
        i,
        0,
        p * x,
        zigzag - 2 * (-1) ** i * (p * x - (i + 1)),
        piece,
        "the first unit rises, unit i + 1 bends the line at x = (i + 1) / p: up and down, p units "
        "for p pieces",
        so_far=zigzag,
    )
    folds = Defined(p, floor(n / d), "units that each input gets, n >= d")
    cube = Step(
        Product(p, (i, 1, d)),
        p**d,
        "each input is folded p times: p^d copies of the cube from one layer",
    )
    layers = Induction(
        L,
        1,
        Integer(1),
        copies * cube.lhs,
        p ** (d * (L - 1)),
        "copies of the cube: no folding layer, one copy; one more, and each copy holds as many of "
        "the next",
        so_far=copies,
        uses=(cube,),
    )
    return (
        Derivation(
            "A zigzag of p pieces",
            (
                bends,
                Step(
                    Matrix([Subs(zigzag, x, i / p), Subs(zigzag, x, (i + 1) / p)]),
                    Matrix([(1 - (-1) ** i) / 2, (1 + (-1) ** i) / 2]),
                    "a piece starts at 0 or 1 and ends at the other: each covers [0, 1]",
                    uses=(bends,),
                ),
            ),
            MONTUFAR,
        ),
        Derivation(
            "Lower bound for deep networks",
            (
                folds,
                cube,
                layers,
                Step(
                    SINGLE * copies,
                    SINGLE * floor(n / d) ** (d * (L - 1)),
                    "the last layer draws its R(n, d) regions into each copy",
                    domain=(n >= d,),
                    uses=(layers, folds),
                ),
            ),
            MONTUFAR,
        ),
    )


def book_network() -> tuple[Derivation, ...]:
    """Two layers of 400 units on 40 inputs can have between 10^95 and 10^111 linear regions, not
    10^42.
    """
    sizes = ((n, d, L), (BOOK_UNITS, BOOK_INPUTS, 2))
    bounds = derive(folding)[1], derive(deep_upper_bound)[0]
    low, high = (Function(name, integer=True)(BOOK_UNITS, BOOK_INPUTS, 2) for name in ("l", "h"))
    lowest, highest = (
        Defined(symbol, floor(log(Subs(bound.states[0], *sizes), 10)), f"power of ten of {what}")
        for symbol, bound, what in zip(
            (low, high), bounds, ("what folding reaches", "the upper bound"), strict=True
        )
    )
    reached = Step(low, Integer(LOW), "folding in the first layer", uses=(lowest, bounds[0]))
    allowed = Step(high, Integer(HIGH - 1), "for two layers", uses=(highest, bounds[1]))
    larger = Assumed(order >= low, "o, of the largest number, is no smaller than what is reached")
    smaller = Assumed(order <= high, "and no larger than the bound")
    at_least = Step(order, Integer(LOW), "10^95 and more", ">=", (larger.what,), (reached, larger))
    at_most = Step(
        order, Integer(HIGH), "10^111 and less", "<=", (smaller.what,), (allowed, smaller)
    )
    factor = Integer(BOOK_UNITS // BOOK_INPUTS + 1) ** BOOK_INPUTS
    ratio = Subs(maximum / examples, (maximum, examples), (BOOK_REGIONS, BOOK_EXAMPLES))
    share = Step(
        Subs(examples / maximum, (examples, maximum), (BOOK_EXAMPLES, REACHED)),
        Integer(10) ** -91,
        "an example lies in one region: of 10^95 at most one in 10^91 holds any",
    )
    empty = Step(
        BOOK_EXAMPLES / maximum,
        share.lhs,
        "and of the largest number no greater part",
        "<=",
        (maximum >= REACHED,),
        (share,),
    )
    single = (
        (
            "Regions of one layer of the book's network",
            Step(
                BOOK,
                Integer(10) ** 55,
                "a second one that copies its non-negative inputs loses none",
                ">",
            ),
        ),
        (
            "What the printed number is",
            Step(
                factor,
                Integer(BOOK_REGIONS),
                "a factor of the published count alone, (400/40 + 1)^40",
                "<",
            ),
        ),
        ("How it was rounded", Step(factor, Integer(4) * 10**41, "up, to a power of ten", ">")),
        (
            "Regions per example before rounding",
            Step(factor / BOOK_EXAMPLES, Integer(10) ** 38, "below 10^38", "<"),
        ),
        (
            "Regions per example before rounding, from below",
            Step(factor / BOOK_EXAMPLES, Integer(10) ** 37, "above 10^37", ">"),
        ),
    )
    return (
        Derivation(
            "Regions of the book's network",
            (
                lowest,
                highest,
                reached,
                allowed,
                larger,
                smaller,
                at_least,
                at_most,
                Decided(
                    And(order >= LOW, order <= HIGH),
                    "the order of magnitude of the maximum, which excludes the printed one",
                    uses=(at_least, at_most),
                ),
            ),
            MONTUFAR,
            (Settles("udl-10-42-linear-regions"),),
        ),
        Derivation(
            "Regions per example",
            (
                Step(
                    ratio,
                    Integer(10) ** 38,
                    "the ratio of the two printed numbers, 10,000 examples, is ten times the third",
                ),
            ),
            PRINCE,
            (Settles("udl-10-37-regions-per-example"),),
        ),
        Derivation(
            "Empty regions",
            (share, empty),
            PRINCE,
            (Settles("udl-most-regions-empty", part="largest number of regions", by=empty),),
        ),
        *(Derivation(title, (step,), PRINCE) for title, step in single),
    )


def shared_parameters() -> tuple[Derivation, ...]:
    """Regions cannot be fitted independently: next to a crossing the slope in one follows from
    three others, and parameters are too few.
    """
    slope = Function("g", real=True)  # what the other units add
    active = slope(x) + i * u * (x - bend) + j * v * x
    on, first, second, off = (
        Derivative(active.subs({i: a, j: b}), x) for a, b in ((1, 1), (1, 0), (0, 1), (0, 0))
    )
    free, needed = n * (d + 1) + 1, (d + 1) * regions
    deep = n * (d + 1) + n * (n + 1) + n + 1
    raw = n * (d + 2) + 1 - n
    both = Step(on, off + u + v, "units add their own slopes where they are active")
    alone = (
        Step(first, off + u, "one adds its own"),
        Step(second, off + v, "and the other its own"),
    )
    count = Step(
        raw, free, "weights and biases, less one per unit: a_i and (w_i, b_i) can be rescaled"
    )
    parameters = Step(
        Subs(deep, (n, d), (BOOK_UNITS, BOOK_INPUTS)),
        Integer(177_201),
        "two layers of 400 units, one output",
    )
    maps = Step(
        floor(parameters.lhs / (BOOK_INPUTS + 1)),
        Integer(4321),
        "no more than so many independent affine maps",
        uses=(parameters,),
    )
    fewer = Step(
        maps.lhs, regions, "against 10^95 regions and more", "<", (regions >= REACHED,), (maps,)
    )
    shared = "udl-regions-share-parameters"
    return (
        Derivation(
            "Four regions round a crossing",
            (
                both,
                *alone,
                Step(
                    on,
                    first + second - off,
                    "data in three regions fix the slope in the fourth",
                    uses=(both, *alone),
                ),
            ),
            PRINCE,
        ),
        Derivation(
            "Parameters of a shallow network against independent pieces",
            (
                count,
                Decided(
                    Implies(And(n >= 1, d >= 1, regions >= n + 1), raw < needed),
                    "n + 1 regions or more, each an affine map of d + 1 numbers",
                    uses=(count,),
                ),
            ),
            PRINCE,
            (Settles(shared),),
        ),
        Derivation(
            "The raw count does not show it with one input",
            (
                Step(
                    Subs(n * (d + 2) + 1 - needed, (d, regions), (1, n + 1)),
                    n - 1,
                    "d = 1: 3 n + 1 parameters, 2 (n + 1) numbers of the pieces",
                ),
            ),
            PRINCE,
        ),
        Derivation(
            "Parameters of the book's network",
            (parameters, maps, fewer),
            PRINCE,
            (Settles(shared, by=fewer),),
        ),
    )


def tent_map() -> tuple[Derivation, ...]:
    """The k-fold tent map has 2^k linear pieces on [0, 1] from 2 units a layer; one hidden layer
    needs 2^k - 1 units for them.
    """
    inside = (u > 0, u < 1)
    tent, layer = Min(2 * x, 2 - 2 * x), Max(2 * x, 0) - Max(4 * x - 2, 0)
    unit = v * Max(x - bend, 0)
    rising = Symbol("q", real=True)  # pieces that rise
    pieces = Function("c", real=True)(x)
    units = Step(layer, tent, "two ReLU units", domain=(x > 0, x < 1))

    def tents(first: Expr, second: Expr, name: str) -> tuple[Step, Step, Step]:
        """Both halves of the next tent on a piece, and how often they cover [0, 1]."""
        up, down = (
            Step(Subs(layer, x, place), height, f"{name}: {what}", domain=inside, uses=(units,))
            for place, height, what in (
                (first, u, "the first half rises over [0, 1]"),
                (second, 1 - u, "the second falls"),
            )
        )
        climbs = Integral(Derivative(up.lhs, u) - Derivative(down.lhs, u), (u, 0, 1))
        return up, down, Step(climbs, Integer(2), f"{name}: both cover it", uses=(up, down))

    rises = tents(u / 2, (1 + u) / 2, "a rising piece")
    falls = tents(1 - u / 2, (1 - u) / 2, "a falling piece")
    on = Step(
        unit.subs(x, bend + u), v * u, "a unit is affine on one side of its bend", domain=(u > 0,)
    )
    off = Step(unit.subs(x, bend - u), Integer(0), "and on the other", domain=(u > 0,))
    bends = Step(
        (Derivative(on.lhs, u) + Derivative(off.lhs, u)) / v,
        Integer(1),
        "its slope changes there, by v, and nowhere else",
        domain=(u > 0, Ne(v, 0)),
        uses=(on, off),
    )
    shallow = Induction(
        n,
        1,
        Integer(2),
        pieces + bends.lhs,
        n + 1,
        "one unit, two pieces; one more bends in one more place: at most n + 1 pieces",
        so_far=pieces,
        domain=(u > 0, Ne(v, 0)),
        uses=(bends,),
    )
    return (
        Derivation(
            "Tent map",
            (
                units,
                *rises,
                *falls,
                Induction(
                    k,
                    1,
                    Integer(2),
                    rising * rises[-1].lhs + (pieces - rising) * falls[-1].lhs,
                    2**k,
                    "pieces of the k-fold map: each covers [0, 1], so the next tent makes two of "
                    "it, of slopes of either sign",
                    so_far=pieces,
                    uses=(rises[-1], falls[-1]),
                ),
            ),
            TELGARSKY,
        ),
        Derivation(
            "One hidden layer",
            (
                on,
                off,
                bends,
                shallow,
                Decided(
                    Implies(n + 1 >= maximum, n >= maximum - 1),
                    "M = 2^k pieces need 2^k - 1 units",
                    uses=(shallow,),
                ),
            ),
            TELGARSKY,
            (Settles("udl-depth-separation-sawtooth"),),
        ),
        Derivation(
            "Slopes of the k-fold tent map",
            (Step(2 * 2**k, 2 ** (k + 1), "they double with every tent"),),
            TELGARSKY,
        ),
    )


def equal_parameters() -> tuple[Derivation, ...]:
    """With as many parameters, a deep network on one input has more linear regions than any shallow
    one, from three layers on.
    """
    shallow, one_input = 3 * n + 1, derive(largest_number)[1]
    deep = Step(
        4 + Sum(6, (j, 1, k - 1)) + 3,
        6 * k + 1,
        "k layers of two units, one input, one output, biases",
    )
    bernoulli = Quoted(
        "Bernoulli's inequality, 8 (1 + 1)^(k - 3) >= 8 (1 + (k - 3))",
        "Mitrinovic, Analytic inequalities, 1970, section 2.4",
        2**k >= 8 * (k - 2),
    )
    more = Step(2**k, 2 * k + 1, "so the deep network has more", ">", (k >= 3,), (bernoulli,))
    return (
        Derivation(
            "Shallow network with the parameters of k tents",
            (
                deep,
                Decided(
                    Implies(Eq(shallow, deep.lhs), Eq(one_input.states[0], 2 * k + 1)),
                    "one layer of 2 k units has as many, and at most 2 k + 1 pieces",
                    uses=(deep, one_input),
                ),
            ),
            PRINCE,
        ),
        Derivation(
            "Deep against shallow",
            (bernoulli, more),
            PRINCE,
            (Settles("udl-deep-more-regions-per-parameter", by=more),),
        ),
    )


def regions_on_a_line() -> tuple[Derivation, ...]:
    """Along a line L layers of n units make at most (n + 1)^L pieces, whereas at the start they
    make about as many as there are neurons.
    """
    source = "Hanin, Rolnick, Complexity of linear regions in deep networks, ICML 2019"
    most = Product(SINGLE.subs(d, 1), (k, 1, L))
    mean = Function("E", positive=True)(v)
    largest = Derivation(
        "Pieces along a line",
        (Step(most, (n + 1) ** L, "the largest number along a line"),),
        source,
    )
    few = Quoted(
        "at the usual random starts the mean number of pieces on a line is at most a constant "
        "times the number of neurons",
        source,
        mean <= total * n * L,
    )
    return (
        largest,
        Derivation(
            "Pieces along a line at the start",
            (
                few,
                Step(
                    mean / most,
                    total * n * L / (n + 1) ** L,
                    "their share of the largest number, by contrast",
                    "<=",
                    uses=(largest, few),
                ),
            ),
            source,
        ),
    )
