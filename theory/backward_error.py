"""Which flow do steps of descent follow, and which do epochs of SGD?  The modified loss and field,
quadratics at any rate, momentum, reshuffled batches against batches drawn with replacement.

Setting.  theta' = theta - eta g, with g the gradient of L on all data (descent) or of L_b on one of
m batches (SGD); H and T are second and third derivatives.  Backward error analysis asks for the
field whose flow passes through the iterates.  To second order in eta it is that of L + eta |g|^2 /
4, and with reshuffled batches that of one more term, the variance of the batch gradients; batches
drawn with replacement have the noise but, in the mean, not the term.

Source: Prince, Understanding Deep Learning, 2023, sections 9.2 and 20.2.2; Barrett, Dherin, ICLR
2021; Smith, Dherin, Barrett, De, ICLR 2021.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    Implies,
    Indexed,
    IndexedBase,
    Integer,
    Limit,
    Rational,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Counterexample,
    Decided,
    Derivation,
    Induction,
    Settles,
    Step,
    To,
    chain,
)
from theory.notation import OWN

d, m, i, j, k, b = symbols("d m i j k b", integer=True, positive=True)
eta, lam = symbols("eta lambda", positive=True)  # learning rate, curvature
s = Symbol("s", nonnegative=True)  # time on the way, in units of the rate
c = Symbol("c", real=True)  # strength of a penalty, in units of the rate
g, H, T, h = (IndexedBase(name, real=True) for name in ("g", "H", "T", "h"))
x = Symbol("x", real=True)
BARRETT = "Barrett, Dherin, ICLR 2021"
SMITH = "Smith, Dherin, Barrett, De, ICLR 2021"
GROWS, BATCHES = "udl-implicit-regularisation-grows-with-lr", "udl-sgd-implicit-term"


def descent_modified_loss() -> tuple[Derivation, ...]:
    """A step of descent is, to second order in the rate, the flow of L + eta |grad L|^2 / 4 and of
    no other strength, in any dimension, and the penalty grows with the rate.
    """
    pull = Sum(H[i, j] * g[j], (j, 1, d))
    twice = Sum(H[i, j] * Sum(H[j, k] * g[k], (k, 1, d)), (j, 1, d))

    def way(at: Symbol) -> Expr:
        return -eta * s * g[at] + eta**2 * (s**2 - s) / 2 * Sum(H[at, k] * g[k], (k, 1, d))

    missed = Derivative(way(i), s) + eta * (
        g[i] + Sum(H[i, j] * way(j), (j, 1, d)) + 2 * c * eta * pull
    )
    beyond = eta**3 * (s**2 - s) / 2 * twice
    found = Step(
        missed,
        eta**2 * (2 * c - Rational(1, 2)) * pull + beyond,
        "speed on this way minus that of the flow of L + c eta |g|^2, whose gradient there is g + "
        "H times the way, and 2 c eta H g",
    )
    follows = Assumed(
        Eq(missed, beyond), "the way is that of the flow, to second order in the rate"
    )
    there = (pull**2 > 0,)
    larger = Symbol("eta_2", positive=True)
    square = Symbol("|g|^2", nonnegative=True)
    modified = Derivation(
        "Modified loss of descent",
        (
            found,
            follows,
            *chain(
                c * eta,
                To(
                    eta / 4 + missed / (2 * eta * pull) - beyond / (2 * eta * pull),
                    "solved for the strength, where H g is not zero",
                    uses=(found,),
                    domain=there,
                ),
                To(eta / 4, "no other strength", uses=(follows,), domain=there),
            ),
        ),
        BARRETT,
        (Settles(GROWS, part="strength"),),
    )
    strength = modified.result
    return (
        Derivation(
            "The way ends where the step ends",
            (Step(Subs(way(i), s, 1), -eta * g[i], "the second order is gone at the end"),),
            BARRETT,
        ),
        modified,
        Derivation(
            "The penalty grows with the rate",
            (
                Decided(
                    Implies(
                        And(larger > eta, square > 0),
                        strength.subs(eta, larger) * square > strength * square,
                    ),
                    "in proportion to it, wherever the gradient is not zero",
                ),
            ),
            BARRETT,
            (Settles(GROWS, part="grows"),),
        ),
    )


def descent_modified_field() -> tuple[Derivation, ...]:
    """To third order descent is the flow of -g - eta H g / 2 - eta^2 (H^2 g / 3 + T[g, g] / 12),
    with no other coefficients, and this field need not have a potential.
    """
    first, second = symbols("a_1 a_2", real=True)  # coefficients of H^2 g and of T[g, g]

    def one(at: Symbol) -> Expr:
        return Sum(H[at, k] * g[k], (k, 1, d))

    def bent(by: Expr, along: Expr) -> Expr:
        return Sum(T[i, j, k] * by.xreplace({i: j}) * along.xreplace({i: k}), (j, 1, d), (k, 1, d))

    def moved(by: Expr) -> Expr:
        return Sum(H[i, j] * by.xreplace({i: j}), (j, 1, d))

    way, more = -s * g[i], (s**2 - s) / 2 * one(i)  # first and second order
    twice, turned = moved(one(i)), bent(g[i], g[i])
    speed = (
        -(moved(more) + bent(way, way) / 2)
        - (
            bent(way, g[i])
            + Sum(H[i, j] * Sum(H[j, k] * way.xreplace({i: k}), (k, 1, d)), (j, 1, d))
        )
        / 2
        - first * twice
        - second * turned
    )
    last = -s * (s - 1) * (s - 2) / 6 * twice - s * (s - 1) * (2 * s - 1) / 12 * turned
    found = Step(
        speed - Derivative(last, s),
        (Rational(1, 3) - first) * twice + (Rational(1, 12) - second) * turned,
        "third order of the field on the way, by Taylor, minus the speed of a third order that "
        "vanishes at both ends",
    )
    slope, bend, third = symbols("g h t", real=True)
    left = (Rational(1, 3) - first) * bend**2 * slope + (
        Rational(1, 12) - second
    ) * third * slope**2
    y = Symbol("y", real=True)
    loss = x**3 * y + 2 * x * y**2 + y**4 + x**2
    field = _of_a_loss(twice / 3 + turned / 12, loss, (x, y))
    by_hand = tuple(
        Step(ours, lie, "by the Lie series for L = x^3 y + 2 x y^2 + y^4 + x^2")
        for ours, lie in zip(field, _by_lie_series(loss, (x, y)), strict=True)
    )
    curl = Derivative(by_hand[1].lhs, x) - Derivative(by_hand[0].lhs, y)
    return (
        Derivation("Third order of the field", (found,), OWN),
        Derivation(
            "No other coefficients",
            (
                Decided(
                    Implies(
                        And(
                            Eq(Subs(left, (slope, bend, third), (1, 1, 0)).doit(), 0),
                            Eq(Subs(left, (slope, bend, third), (1, 0, 1)).doit(), 0),
                        ),
                        And(Eq(first, Rational(1, 3)), Eq(second, Rational(1, 12))),
                    ),
                    "two losses of one variable, one of them quadratic, leave no choice",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Beyond the second order there is no modified loss",
            (
                *by_hand,
                Counterexample(
                    Eq(curl, 0),
                    ((x, 1), (y, 1)),
                    "the third order of the field for this loss has a curl",
                    uses=by_hand,
                ),
            ),
            OWN,
        ),
    )


def _of_a_loss(component: Expr, loss: Expr, of: tuple[Symbol, ...]) -> list[Expr]:
    """The component i of a field in g, H and T, for a loss of these variables."""
    place = dict(enumerate(of, 1))
    parts = [component.subs({i: at, d: len(of)}).doit() for at in place]
    known = {
        entry: loss.diff(*(place[index] for index in entry.indices))
        for part in parts
        for entry in part.atoms(Indexed)
    }
    return [part.xreplace(known) for part in parts]


def _by_lie_series(loss: Expr, of: tuple[Symbol, ...]) -> list[Expr]:
    """What the flow of -g - eta H g / 2 - eta^2 F must have as F, to end where the step does: the
    sum of all ways to order eta^3, each a derivative along the field.
    """

    def along(field: list[Expr], what: list[Expr]) -> list[Expr]:
        return [sum(f * part.diff(v) for f, v in zip(field, of, strict=True)) for part in what]

    first = [-loss.diff(v) for v in of]
    second = [-part / 2 for part in along(first, first)]
    mixed = zip(along(first, second), along(second, first), strict=True)
    twice = along(first, along(first, first))
    return [sum(both) / 2 + last / 6 for both, last in zip(mixed, twice, strict=True)]


def quadratic_to_all_orders() -> tuple[Derivation, ...]:
    """On a quadratic of curvature lambda descent is the flow at the curvature -ln(1 - eta lambda) /
    eta as long as eta lambda < 1; momentum b multiplies what it exceeds lambda by, to first order
    in h = eta / (1 - b), by (1 + b) / (1 - b).
    """
    effective = -log(1 - eta * lam) / eta
    step = Symbol("h", positive=True)  # rate of a flow with momentum, eta / (1 - beta)
    beta = Symbol("beta", nonnegative=True)
    excess = Symbol("e", real=True)
    root = exp(-step * lam - step**2 * excess)
    left = 1 - step * (1 - beta) * lam  # of an error, after one step without momentum
    heavy = root**2 - (left + beta) * root + beta
    nesterov = root**2 - (1 + beta) * left * root + beta * left
    below = (beta < 1,)
    both = (
        (heavy, "Heavy ball", lam**2 * (1 + beta) / (2 * (1 - beta))),
        (nesterov, "Nesterov", lam**2 * ((1 + beta) / (2 * (1 - beta)) - beta)),
    )
    momentum = []
    for equation, title, value in both:
        order = Subs(Derivative(equation, (step, 2)), step, 0)
        second = Step(
            order,
            2 * (1 - beta) * (value - excess),
            "second order in h of the equation for the factor exp(-h lambda - h^2 e) of a step",
            domain=below,
        )
        solves = Assumed(Eq(order, 0), "it is the factor of a step, to second order")
        momentum.append(
            Derivation(
                title,
                (
                    second,
                    solves,
                    *chain(
                        excess,
                        To(
                            value - order / (2 * (1 - beta)), "solved", uses=(second,), domain=below
                        ),
                        To(value, "curvature lambda + h e", uses=(solves,), domain=below),
                    ),
                ),
                OWN + "; Polyak 1964, Nesterov 1983",
            )
        )
    return (
        Derivation(
            "Effective curvature",
            (
                Step(
                    -log(Subs(1 - x, x, eta * lam)) / eta,
                    effective,
                    "the flow leaves in the time eta what the step leaves, 1 - eta lambda",
                    domain=(eta * lam < 1,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "What it exceeds the curvature by",
            (
                Step(
                    Limit((effective - lam) / eta, eta, 0, "+"),
                    lam**2 / 2,
                    "the curvature of eta |g|^2 / 4 is eta lambda^2 / 2",
                ),
            ),
            BARRETT,
        ),
        *momentum,
    )


def epoch_modified_loss() -> tuple[Derivation, ...]:
    """The mean epoch of m reshuffled batches is, to second order in the rate, the flow of L + eta
    |g|^2 / 4 + eta / (4 m) sum_b |g_b - g|^2; of batches drawn with replacement, without the last
    term.
    """
    way, more, there = symbols("A D t", real=True)
    g_b, h_b = symbols("g_b h_b", real=True)
    moved = -eta * way + eta**2 * more
    stepped = moved - eta * (g_b + h_b * moved + there * moved**2 / 2)
    one_more = Derivation(
        "What a batch adds",
        (
            Step(
                Subs(Derivative(stepped, (eta, 2)), eta, 0) / 2,
                more + h_b * way,
                "second order after a step: its Hessian times the gradients so far",
            ),
        ),
        SMITH,
    )
    own = Sum(h[b] * g[b], (b, 1, m))

    def up_to(end: Symbol) -> Expr:
        return Sum(h[b], (b, 1, end)) * Sum(g[b], (b, 1, end)) - Sum(h[b] * g[b], (b, 1, end))

    def so_far(of: IndexedBase) -> Expr:
        return Sum(of[b], (b, 1, m))

    both = Function("S", real=True)(m)
    orders = Induction(
        m,
        1,
        Integer(0),
        SO_FAR + h[m + 1] * so_far(g) + so_far(h) * g[m + 1],
        up_to(m),
        "an order and its reverse together: one batch more comes last in one, first in the other",
        sequence=both,
    )
    drawn = Function("R", real=True)(m)
    bend, slope = symbols("h g", real=True)  # means over the batches
    independent = Induction(
        m,
        1,
        Integer(0),
        SO_FAR + m * bend * slope,
        m * (m - 1) / 2 * bend * slope,
        "batches drawn anew: the Hessian of the last is independent of the m gradients before it",
        sequence=drawn,
    )
    mean_slope, mean_bend = so_far(g) / m, so_far(h) / m
    spread = own / m - mean_bend * mean_slope
    variance = Step(
        Subs(
            Derivative(
                Sum((g[b] + h[b] * x) ** 2, (b, 1, m)) / m
                - (Sum(g[b] + h[b] * x, (b, 1, m)) / m) ** 2,
                x,
            ),
            x,
            0,
        ),
        2 * spread,
        "gradient of the variance of the batch gradients, by coordinates",
    )

    def flow(pull: Expr, first: Expr, second: Expr) -> Expr:
        """Second order of the flow over the time m eta, of L + eta |g|^2 / 4 + c eta variance."""
        return m**2 * first * second / 2 - m * (first * second / 2 + c * pull)

    shuffled = flow(variance.lhs, mean_bend, mean_slope)
    meets = Assumed(
        Eq(shuffled, both / 2), "flow and mean epoch end at the same point, to second order"
    )
    apart = (spread**2 > 0,)
    again = flow(x, bend, slope)
    without = Assumed(Eq(again, drawn), "flow and mean epoch end at the same point")
    return (
        one_more,
        Derivation("Mean of an order and its reverse", (orders,), SMITH),
        Derivation("Mean over batches drawn with replacement", (independent,), OWN),
        Derivation(
            "Modified loss of reshuffled batches",
            (
                orders,
                variance,
                meets,
                *chain(
                    c * eta / m,
                    To(
                        eta / (4 * m)
                        - eta * shuffled / (m**2 * spread) / 2
                        + eta * both / (m**2 * spread) / 4,
                        "solved for the strength, of the sum over the batches",
                        uses=(variance, orders),
                        domain=apart,
                    ),
                    To(eta / (4 * m), "no other strength", uses=(meets,), domain=apart),
                ),
            ),
            SMITH,
            (Settles(BATCHES),),
        ),
        Derivation(
            "Batches drawn with replacement",
            (
                independent,
                without,
                *chain(
                    c * eta,
                    To(
                        eta * drawn / (m * x) - eta * again / (m * x),
                        "solved for the strength, of a variance whose gradient is x",
                        uses=(independent,),
                        domain=(x**2 > 0,),
                    ),
                    To(Integer(0), "the term is absent", uses=(without,), domain=(x**2 > 0,)),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Difference of the two means",
            (
                Step(
                    up_to(m) / 2 - m * (m - 1) / 2 * mean_bend * mean_slope,
                    -Sum((h[b] - mean_bend) * (g[b] - mean_slope), (b, 1, m)) / 2,
                    "in units of eta^2: batches that follow each other are correlated",
                ),
            ),
            OWN,
        ),
    )
