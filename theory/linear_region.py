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
    Function,
    Implies,
    Integer,
    Not,
    Piecewise,
    Product,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    binomial,
    floor,
    symbols,
)

from theory import Decided, Defined, Derivation, Induction, Quoted, Settles, Step, summed
from theory.core.decision import counterexample

# units, inputs, compositions, folds, hidden layers
n, d, k, p, L = symbols("n d k p L", integer=True, positive=True)
i, j = symbols("i j", integer=True, nonnegative=True)
# input, place within a piece, output weight, input at which a unit switches
x, u, v, bend = symbols("x u v b", real=True)
total = Symbol("s", positive=True)  # regions of one layer
so_far = Symbol("c", real=True)  # counted so far
regions, order = symbols("r o", integer=True, nonnegative=True)  # a count of regions, its log10
examples, maximum = symbols("N M", integer=True, positive=True)
SINGLE = Sum(binomial(n, j), (j, 0, d))  # R(n, d)
# the network of the book, as printed
BOOK_UNITS, BOOK_INPUTS, BOOK_EXAMPLES, BOOK_REGIONS = (
    400,
    40,
    10**4,
    10**42,
)
BOOK = SINGLE.subs({n: BOOK_UNITS, d: BOOK_INPUTS})
LOW, HIGH = 95, 111  # powers of ten around its largest number of regions
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
    return Derivation(
        "Upper bound for deep networks",
        (
            Induction(
                L,
                1,
                total,
                so_far * total,
                total**L,
                "s = R(n, d) for one layer; on each region the next one sees an affine image of at "
                "most d dimensions and multiplies the count by at most s",
                so_far=so_far,
            ),
            Step(Product(SINGLE, (k, 1, L)), SINGLE**L, "with the largest number for one layer"),
        ),
        "Raghu et al., ICML 2017; Montufar, Notes on the number of linear regions, 2017; Serra et "
        "al., ICML 2018",
    )


def folding() -> tuple[Derivation, ...]:
    """A layer of p units folds [0, 1] onto itself p times, so L layers of n units have at least
    floor(n/d)^(d(L-1)) R(n, d) regions.
    """
    piece = Rational(1, 2) + (-1) ** i * (p * x - i - Rational(1, 2))  # on [i/p, (i+1)/p]
    return (
        Derivation(
            "A zigzag of p pieces",
            (
                Induction(
                    i,
                    0,
                    p * x,
                    so_far - 2 * (-1) ** i * (p * x - (i + 1)),
                    piece,
                    "the first unit rises, unit i + 1 bends the line at x = (i + 1) / p: up and "
                    "down, p units for p pieces",
                    so_far=so_far,
                ),
                Step(Subs(piece, x, i / p), (1 - (-1) ** i) / 2, "a piece starts at 0 or 1"),
                Step(
                    Subs(piece, x, (i + 1) / p),
                    (1 + (-1) ** i) / 2,
                    "and ends at the other: each covers [0, 1]",
                ),
            ),
            MONTUFAR,
        ),
        Derivation(
            "Lower bound for deep networks",
            (
                Defined(p, floor(n / d), "units that each input gets"),
                Step(
                    Product(p, (i, 1, d)),
                    p**d,
                    "each input is folded p times: p^d copies of the cube from one layer",
                ),
                Induction(
                    L,
                    1,
                    Integer(1),
                    so_far * total,
                    total ** (L - 1),
                    "copies of the cube: no folding layer, one copy; one more, and each copy holds "
                    "s = p^d of the next",
                    so_far=so_far,
                ),
                Step(
                    SINGLE * Product(floor(n / d), (i, 1, d), (k, 1, L - 1)),
                    SINGLE * floor(n / d) ** (d * (L - 1)),
                    "the last layer draws its R(n, d) regions into each copy",
                ),
            ),
            MONTUFAR,
        ),
    )


def book_network() -> tuple[Derivation, ...]:
    """Two layers of 400 units on 40 inputs can have between 10^95 and 10^111 linear regions, not
    10^42.
    """
    folds = Integer(BOOK_UNITS // BOOK_INPUTS)
    derived, printed = And(order >= LOW, order <= HIGH), Eq(order, 42)
    return (
        Derivation(
            "Regions of the book's network",
            (
                Step(
                    BOOK,
                    Integer(10) ** 55,
                    "already one layer; a second one that copies its non-negative inputs loses "
                    "none",
                    ">",
                ),
                Step(
                    folds**BOOK_INPUTS * BOOK, Integer(10) ** LOW, "folding in the first layer", ">"
                ),
                Step(BOOK**2, Integer(10) ** HIGH, "upper bound for two layers", "<"),
                Step(
                    (folds + 1) ** BOOK_INPUTS,
                    Integer(BOOK_REGIONS),
                    "a factor of the published count alone, (400/40 + 1)^40",
                    "<",
                ),
                Step(
                    (folds + 1) ** BOOK_INPUTS, Integer(4) * 10**41, "gives the printed number", ">"
                ),
                Decided(
                    Implies(derived, Not(printed)),
                    "the order of magnitude of the maximum excludes the printed one",
                ),
            ),
            MONTUFAR,
            (Settles("udl-10-42-linear-regions", derived),),
        ),
        Derivation(
            "Regions per example",
            (
                Step(
                    (folds + 1) ** BOOK_INPUTS / Integer(BOOK_EXAMPLES),
                    Integer(10) ** 38,
                    "before rounding it is below 10^38",
                    "<",
                ),
                Step(
                    (folds + 1) ** BOOK_INPUTS / Integer(BOOK_EXAMPLES),
                    Integer(10) ** 37,
                    "and above 10^37",
                    ">",
                ),
                Step(
                    Subs(
                        maximum / examples / 10**37,
                        (maximum, examples),
                        (BOOK_REGIONS, BOOK_EXAMPLES),
                    ),
                    Integer(10),
                    "the ratio of the two printed numbers, 10,000 examples, is ten times the third",
                ),
            ),
            PRINCE,
            (Settles("udl-10-37-regions-per-example", Integer(BOOK_REGIONS) / BOOK_EXAMPLES),),
        ),
        Derivation(
            "Empty regions",
            (
                Step(
                    Subs(
                        10**91 * examples / maximum,
                        (examples, maximum),
                        (BOOK_EXAMPLES, Integer(10) ** LOW),
                    ),
                    Integer(1),
                    "an example lies in one region: with the largest number of regions at most "
                    "one in 10^91 holds any",
                ),
            ),
            PRINCE,
            (
                Settles(
                    "udl-most-regions-empty",
                    S(10**LOW > BOOK_EXAMPLES),
                    part="largest number of regions",
                ),
            ),
        ),
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
    inside = And(n >= 1, d >= 1, regions >= n + 1)
    few = counterexample(Implies(inside, free < needed)) is None and 10**LOW > 4321
    return (
        Derivation(
            "Four regions round a crossing",
            (
                Step(first - off, u, "a unit adds its own slope where it is active"),
                Step(on, Derivative(slope(x), x) + u + v, "and the other its own"),
                Step(
                    on,
                    first + second - off,
                    "units add a_i w_i to the slope where they are active: data in three regions "
                    "fix the slope in the fourth",
                ),
            ),
            PRINCE,
        ),
        Derivation(
            "Parameters of a shallow network against independent pieces",
            (
                Step(
                    n * (d + 2) + 1 - n,
                    free,
                    "weights and biases, less one per unit: a_i and (w_i, b_i) can be rescaled",
                ),
                Decided(
                    Implies(inside, free < needed),
                    "n + 1 regions or more, each an affine map of d + 1 numbers",
                ),
            ),
            PRINCE,
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
            (
                Step(
                    Subs(deep, (n, d), (BOOK_UNITS, BOOK_INPUTS)),
                    Integer(177_201),
                    "two layers of 400 units, one output",
                ),
                Step(
                    floor(Subs(u / (d + 1), (u, d), (177_201, BOOK_INPUTS))),
                    Integer(4321),
                    "no more than so many independent affine maps",
                ),
            ),
            PRINCE,
            (Settles("udl-regions-share-parameters", S(few)),),
        ),
    )


def tent_map() -> tuple[Derivation, ...]:
    """The k-fold tent map has 2^k linear pieces on [0, 1] from 2 units a layer; one hidden layer
    needs 2^k - 1 units for them.
    """
    tent = Piecewise((2 * x, x < Rational(1, 2)), (2 - 2 * x, True))
    unit = Piecewise((v * (x - bend), x > bend), (0, True))
    return (
        Derivation(
            "Tent map",
            (
                Step(
                    Piecewise((2 * x, x > 0), (0, True))
                    - Piecewise((4 * x - 2, x > Rational(1, 2)), (0, True)),
                    tent,
                    "two ReLU units",
                    domain=(x > 0, x < 1),
                ),
                Step(
                    Subs(tent, x, u / 2),
                    u,
                    "the first half rises over [0, 1]",
                    domain=(u > 0, u < 1),
                ),
                Step(Subs(tent, x, (1 + u) / 2), 1 - u, "the second falls", domain=(u > 0, u < 1)),
                Step(
                    Subs(tent, x, 1 - u),
                    Subs(tent, x, u).doit(),
                    "after a falling piece the same two follow",
                    domain=(u > 0, u < 1),
                ),
                Induction(
                    k,
                    1,
                    Integer(2),
                    2 * so_far,
                    2**k,
                    "pieces of the k-fold map: each covers [0, 1], so the next tent makes two of "
                    "it, of slopes of either sign",
                    so_far=so_far,
                ),
                Step(2 * 2**k, 2 ** (k + 1), "their slopes double too"),
            ),
            TELGARSKY,
        ),
        Derivation(
            "One hidden layer",
            (
                Step(
                    unit.subs(x, bend + u),
                    v * u,
                    "a unit is affine on one side of its bend",
                    domain=(u > 0,),
                ),
                Step(unit.subs(x, bend - u), Integer(0), "and on the other", domain=(u > 0,)),
                Induction(
                    n,
                    1,
                    Integer(2),
                    so_far + 1,
                    n + 1,
                    "one unit, two pieces; one more bends in one more place: at most n + 1 pieces",
                    so_far=so_far,
                ),
                Decided(
                    Implies(n + 1 >= maximum, n >= maximum - 1), "M = 2^k pieces need 2^k - 1 units"
                ),
            ),
            TELGARSKY,
            (Settles("udl-depth-separation-sawtooth"),),
        ),
    )


def equal_parameters() -> tuple[Derivation, ...]:
    """With as many parameters, a deep network on one input has more linear regions than any shallow
    one, from three layers on.
    """
    deep, shallow = 4 + 6 * (k - 1) + 3, 3 * n + 1
    more = 2 * maximum + 2 * k - 1
    return (
        Derivation(
            "Shallow network with the parameters of k tents",
            (
                Step(
                    4 + Sum(6, (j, 1, k - 1)) + 3,
                    deep,
                    "k layers of two units, one input, one output, biases",
                ),
                Step(Subs(shallow, n, 2 * k), deep.expand(), "one layer of 2 k units has as many"),
                Step(Subs(SINGLE.subs(d, 1), n, 2 * k), 2 * k + 1, "and at most 2 k + 1 pieces"),
            ),
            PRINCE,
        ),
        Derivation(
            "Deep against shallow",
            (
                Induction(
                    k,
                    3,
                    Integer(1),
                    more,
                    2**k - (2 * k + 1),
                    "k = 3: eight pieces against seven; M = 2^k - (2 k + 1) doubles and grows",
                    so_far=maximum,
                ),
                Decided(
                    Implies(And(maximum >= 1, k >= 3), more >= 1), "so the deep network has more"
                ),
            ),
            PRINCE,
            (Settles("udl-deep-more-regions-per-parameter"),),
        ),
    )


def regions_on_a_line() -> Derivation:
    """Along a line L layers of n units make at most (n + 1)^L pieces, whereas at the start they
    make about as many as there are neurons.
    """
    return Derivation(
        "Pieces along a line",
        (
            Quoted(
                "at the usual random starts the mean number of pieces on a line is at most a "
                "constant times the number of neurons",
                "Hanin, Rolnick, Complexity of linear regions in deep networks, ICML 2019",
            ),
            Step(
                Product(SINGLE.subs(d, 1), (k, 1, L)),
                (n + 1) ** L,
                "the largest number along a line, by contrast",
            ),
        ),
        "Hanin, Rolnick, Complexity of linear regions in deep networks, ICML 2019",
    )
