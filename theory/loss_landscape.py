"""What does L2 regularisation do to convexity?  The exact rise of every curvature, and the
coefficient from which on the loss of a product of two weights is convex: within a radius, where it
is low, nowhere on the whole plane.

Setting.  L is a loss, lambda |theta|^2 / 2 the penalty, with N weights; curvatures are along a line
through theta in a direction of length one.  A product of two weights has L = (a b - 1)^2 / 2.

Source: Prince, Understanding Deep Learning, MIT Press 2023, section 20.2.2; our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Equivalent,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Rational,
    Subs,
    Sum,
    oo,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Counterexample,
    Decided,
    Derivation,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import OWN

N, i = symbols("N i", integer=True, positive=True)
lam, R, low, gap = symbols("lambda R l g", positive=True)  # g: largest less least curvature
a, b, s = symbols("a b s", real=True)
theta, direction = (IndexedBase(name, real=True) for name in ("theta", "v"))
UDL = "Prince, Understanding Deep Learning, MIT Press 2023, problem 20.3"
BOYD = "Boyd, Vandenberghe, Convex Optimization, Cambridge 2004"
LOSS = (a * b - 1) ** 2 / 2
ENTRIES = b**2, a**2, 2 * a * b - 1  # of the Hessian of LOSS: of a, of b, mixed
PENALTY = lam * Sum((theta[i] + s * direction[i]) ** 2, (i, 1, N)) / 2
L2 = "udl-l2-makes-loss-more-convex"


def shifted_curvature() -> tuple[Derivation, ...]:
    """L2 regularisation raises the curvature along every direction by its coefficient, the largest
    one, too, and lowers the condition number of a strictly convex loss with unequal curvatures.
    """
    along = Function("L", real=True)(s)
    unit = Assumed(Eq(Sum(direction[i] ** 2, (i, 1, N)), 1), "a direction of length one")
    penalty = Step(
        Derivative(PENALTY, (s, 2)),
        lam * Sum(direction[i] ** 2, (i, 1, N)),
        "curvature of the penalty along a line",
    )
    rise = chain(
        Derivative(along + PENALTY, (s, 2)) - Derivative(along, (s, 2)),
        To(Derivative(PENALTY, (s, 2)), "curvatures add up"),
        To(lam * Sum(direction[i] ** 2, (i, 1, N)), "of the penalty", uses=(penalty,)),
        To(lam, "the same along every direction, so that of every eigenvalue", uses=(unit,)),
    )
    whole = Derivation(
        "Rise of a curvature",
        (unit, penalty, *rise),
        OWN,
        (Settles(L2, part="closer to convex, least curvature rises by"),),
    )
    ratio = (low + gap + lam) / (low + lam)
    without = Step(Subs(ratio, lam, 0), (low + gap) / low, "largest over least without penalty")
    return (
        whole,
        Derivation(
            "Not smoother",
            (
                Counterexample(
                    whole.states[0] < 0,
                    ((lam, 1),),
                    "every curvature rises, so that the largest does, too",
                    uses=(whole,),
                ),
            ),
            OWN,
            (Settles(L2, part="smoother, largest curvature falls"),),
        ),
        Derivation(
            "Condition number of a strictly convex loss",
            (
                without,
                Step(
                    ratio,
                    without.lhs,
                    "largest over least curvature, where they are l + g and l, which differ",
                    "<",
                    uses=(without,),
                ),
            ),
            BOYD + ", section 9.1",
            (Settles(L2, part="smoother, condition number falls"),),
        ),
    )


def product_curvature() -> tuple[Derivation, ...]:
    """With L2 regularisation (a b - 1)^2 / 2 is convex where a^2 + b^2 is at most R^2 if and only
    if lambda is at least 1 + R^2 / 2: on the plane, for no lambda.
    """
    of_a, of_b, mixed = ENTRIES
    entries = tuple(
        Step(Derivative(LOSS, *by), entry, why)
        for by, entry, why in (
            (((a, 2),), of_a, "curvature of a"),
            (((b, 2),), of_b, "curvature of b"),
            ((a, b), mixed, "mixed"),
        )
    )
    trace = entries[0].lhs + entries[1].lhs
    determinant = entries[0].lhs * entries[1].lhs - entries[2].lhs ** 2
    least = Derivation(
        "Least curvature",
        (
            *entries,
            Step(
                trace / 2 - sqrt(trace**2 / 4 - determinant),
                (a**2 + b**2) / 2 - sqrt((a**2 - b**2) ** 2 / 4 + (2 * a * b - 1) ** 2),
                "the smaller root of the characteristic polynomial",
                uses=entries,
            ),
        ),
        OWN,
    )
    size = a**2 + b**2
    spread = (a**2 - b**2) ** 2 / 4 + (2 * a * b - 1) ** 2
    over = Step(
        (1 + size) ** 2 - spread, (a + b) ** 2 * (2 + 3 * (a - b) ** 2 / 4), "a sum of squares"
    )
    bound = Derivation(
        "Bound on the least curvature",
        (
            over,
            *chain(
                least.result + 1 + size / 2,
                To(
                    ((1 + size) ** 2 - spread) / (1 + size + sqrt(spread)),
                    "a difference of squares over their sum",
                ),
                To(over.rhs / (1 + size + sqrt(spread)), "by the sum of squares", uses=(over,)),
                To(Integer(0), "no factor is negative", relation=">="),
            ),
        ),
        OWN,
    )
    needed = Derivation(
        "Least curvature within a distance",
        (
            Step(
                Subs(least.result, (a, b), (R / sqrt(2), -R / sqrt(2))),
                -(1 + R**2 / 2),
                "at a = R / sqrt(2) and b = -a, where the bound is attained",
                uses=(least,),
            ),
        ),
        OWN,
    )
    convex = Decided(
        Implies(And(size <= R**2, lam >= 1 + R**2 / 2), least.result + lam >= 0),
        "with the penalty, every curvature within R is that much larger",
        uses=(bound,),
    )
    return (
        least,
        needed,
        bound,
        Derivation("Enough for convexity", (convex,), OWN),
        Derivation(
            "Needed for convexity",
            (
                Decided(
                    Equivalent(needed.states[0] + lam < 0, lam < 1 + R**2 / 2),
                    "with less, the curvature at the worst place stays negative",
                    uses=(needed,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "On the plane",
            (
                Step(
                    Limit(needed.states[0] + lam, R, oo),
                    -oo,
                    "for every lambda there is a place where the loss is bent down",
                    uses=(needed,),
                ),
            ),
            OWN,
        ),
    )


def only_minimum() -> tuple[Derivation, ...]:
    """For lambda of at least one the origin is the only critical point of the penalised loss of a
    product; where the loss is no higher than at the origin it is convex from (1 + sqrt 3) / 2 on.
    """
    whole = LOSS + lam * (a**2 + b**2) / 2
    slopes = (
        Step(Derivative(whole, a), (a * b - 1) * b + lam * a, "slope by a"),
        Step(Derivative(whole, b), (a * b - 1) * a + lam * b, "slope by b"),
    )
    flat = And(*(Eq(slope.lhs, 0) for slope in slopes))
    inside = Decided(
        Implies(whole <= Rational(1, 2), lam * (a**2 + b**2) <= 1),
        "the loss is at least its penalty",
    )
    least, _, bound, *_ = derive(product_curvature)
    convex = Decided(
        Implies(
            And(whole <= Rational(1, 2), 2 * lam**2 - 2 * lam - 1 >= 0), least.result + lam >= 0
        ),
        "lambda is then enough for the disc that holds this set",
        uses=(inside, bound),
    )
    root = Step(
        Subs(2 * lam**2 - 2 * lam - 1, lam, (1 + sqrt(3)) / 2),
        Integer(0),
        "lambda = 1 + 1 / (2 lambda) at the positive root",
    )
    return (
        Derivation(
            "One critical point",
            (
                *slopes,
                Decided(
                    Implies(And(flat, lam >= 1), And(Eq(a, 0), Eq(b, 0))),
                    "both slopes vanish at the origin alone, and still the loss is not convex",
                    uses=slopes,
                ),
            ),
            OWN,
        ),
        Derivation("Convex where it is low", (inside, convex), OWN),
        Derivation("From which coefficient on", (root,), OWN),
    )
