"""What does L2 regularisation do to convexity, and what does a fit say about the loss?  The exact
rise of curvature, the coefficient that convexity needs, and losses that are fitted and have bad
minima.

Setting.  L is a loss, lambda |theta|^2 / 2 the penalty.  (1) L = (a b - 1)^2 / 2, a product of two
weights.  (2) m ReLU units sum_k a_k relu(w_k x) on the points (1, 1) and (-1, 1), loss half the
mean squared error.  Units may be exchanged: the mean of all copies of a minimum that differ in the
order of their units has equal units, and is a minimum if the loss is convex.

Source: Prince, Understanding Deep Learning, MIT Press 2023, section 20.2 and problem 20.3; our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Equivalent,
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Max,
    Ne,
    Rational,
    Subs,
    Sum,
    exp,
    factorial,
    oo,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.critical_point import relu_network
from theory.notation import OWN

N, i, m, k = symbols("N i m k", integer=True, positive=True)
lam, R, low, gap, t = symbols("lambda R l g t", positive=True)  # g: largest less least curvature
a, b, u, v, x, s, f = symbols("a b u v x s f", real=True)
s_0 = symbols("s_0", positive=True)
theta, direction = (IndexedBase(name, real=True) for name in ("theta", "v"))
UDL = "Prince, Understanding Deep Learning, MIT Press 2023, problem 20.3"
BOYD = "Boyd, Vandenberghe, Convex Optimization, Cambridge 2004"
LOSS = (a * b - 1) ** 2 / 2
ENTRIES = b**2, a**2, 2 * a * b - 1  # of the Hessian of LOSS: of a, of b, mixed
PENALTY = lam * Sum((theta[i] + s * direction[i]) ** 2, (i, 1, N)) / 2
L2 = "udl-l2-makes-loss-more-convex"


def shifted_curvature() -> tuple[Derivation, ...]:
    """L2 regularisation raises the curvature along every direction by its coefficient, the largest
    one, too, and lowers the condition number of a convex loss.
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
    old, new = symbols("h_0 h", real=True)  # largest curvature without and with the penalty
    shifted = Defined(new, old + lam, "a rise by the coefficient")
    return (
        whole,
        Derivation(
            "Not smoother",
            (
                shifted,
                Counterexample(
                    new < old,
                    ((old, 1), (lam, 1)),
                    "the largest curvature rises, too",
                    uses=(shifted,),
                ),
            ),
            OWN,
            (Settles(L2, part="smoother, largest curvature falls"),),
        ),
        Derivation(
            "Condition number of a convex loss",
            (
                Step(
                    (low + gap + lam) / (low + lam),
                    (low + gap) / low,
                    "largest over least curvature, where they are l + g and l",
                    "<",
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
    form = u**2 * entries[0].lhs + v**2 * entries[1].lhs + 2 * u * v * entries[2].lhs
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


# ---------------------------------------------------------------- what a fit says


def strict_minimum() -> tuple[Derivation, ...]:
    """The output theta^3 - 3 theta of one weight is fitted to the label 3 by descent from every
    theta > 1, and has a strict local minimum of the loss 1/2 at theta = -1.
    """
    w = symbols("w", real=True)
    output = w**3 - 3 * w
    loss = (output - 3) ** 2 / 2
    slope = Step(Derivative(loss, w), 3 * (w - 1) * (w + 1) * (output - 3), "slope of the loss")
    bent = Step(Subs(Derivative(loss, (w, 2)), w, -1), Integer(6), "bent upwards at -1")
    trapped = Step(Subs(loss, w, -1), Rational(1, 2), "its loss")
    return (
        Derivation(
            "Descent from the right ends in a fit",
            (
                slope,
                Decided(
                    Implies(And(w > 1, Eq(slope.lhs, 0)), Eq(loss, 0)),
                    "beyond one, the loss is flat only where the label is fitted",
                    uses=(slope,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Flat at minus one",
            (slope, Step(Subs(slope.lhs, w, -1), Integer(0), "critical", uses=(slope,))),
            OWN,
        ),
        Derivation("Bent upwards there", (bent,), OWN),
        Derivation("Loss there", (trapped,), OWN),
    )


def fit_and_trap() -> tuple[Derivation, ...]:
    """Gradient flow fits two ReLU units to two points from every start a_1 = a_2 = w_1 = -w_2 > 0,
    although their loss has a local minimum of 1/4.
    """
    a_1, a_2, w_1, w_2 = weights = symbols("a_1 a_2 w_1 w_2", real=True)
    rho, risk = symbols("rho R", positive=True)  # all weights but for the sign; the loss
    out, on = IndexedBase("a", real=True), IndexedBase("w", real=True)

    def output(at: int) -> Expr:
        return a_1 * Max(w_1 * at, 0) + a_2 * Max(w_2 * at, 0)

    loss = ((output(1) - 1) ** 2 + (output(-1) - 1) ** 2) / 4
    ray = (rho, rho, rho, -rho)
    pulls = tuple(
        Derivation(
            f"Pull on {by}",
            (
                Step(
                    -Subs(Derivative(loss, by), weights, ray),
                    where / rho * (1 - rho**2) * rho / 2,
                    "minus the slope, on the ray",
                ),
            ),
            OWN,
        )
        for by, where in zip(weights, ray, strict=True)
    )
    here = Function("r", positive=True)(t)
    along = Defined(here, 1 / sqrt(1 + (1 / s_0**2 - 1) * exp(-t)), "a path, tried; from s_0")
    moves = Step(
        Derivative(here, t),
        Subs(pulls[0].states[0], rho, here),
        "it moves as the weights are pulled",
        domain=(s_0 < 1,),
        uses=(along, pulls[0]),
    )
    on_path = dict(zip(weights, (here, here, here, -here), strict=True))
    end = Limit(loss.xreplace(on_path), t, oo)
    fitted = Derivation(
        "A fit by gradient flow",
        (
            along,
            Step(end, Integer(0), "both points are fitted", domain=(s_0 < 1,), uses=(along,)),
        ),
        OWN,
    )
    same_side = And(w_1 > 0, w_2 > 0)
    trapped = tuple(zip(weights, (Rational(1, 2), Rational(1, 4), 1, 2), strict=True))
    named = Defined(risk, loss, "the loss of two ReLU units on the points (1, 1) and (-1, 1)")
    lowest = Decided(
        Implies(same_side, risk >= Rational(1, 4)),
        "where both units are on one side, the other point is missed",
        uses=(named,),
    )
    one_side = Assumed(Eq(Max(-on[k], 0), 0), "every unit is on the side of the first point")
    missed = Step(
        Sum(out[k] * Max(-on[k], 0), (k, 1, m)), Integer(0), "output at -1", uses=(one_side,)
    )
    return (
        Derivation("A path of gradient flow", (along, moves), OWN),
        fitted,
        Derivation(
            "A fit does not show that there are no local minima",
            (
                named,
                lowest,
                Counterexample(
                    Implies(And(Eq(end, 0), same_side, risk <= Rational(1, 4)), risk <= end),
                    trapped,
                    "the least loss nearby is 1/4, and the loss that the flow reaches elsewhere 0",
                    uses=(named, lowest, fitted),
                ),
            ),
            UDL,
            (Settles("udl-no-local-minima-inference"),),
        ),
        Derivation(
            "At every width",
            (
                one_side,
                missed,
                Step(
                    ((f - 1) ** 2 + (missed.lhs - 1) ** 2) / 4,
                    Rational(1, 4),
                    "with f at the other point: the region of a bad minimum is never empty",
                    ">=",
                    uses=(missed,),
                ),
            ),
            OWN,
        ),
        *pulls,
    )


def permuted_minima() -> tuple[Derivation, ...]:
    """The mean of the copies of a network that differ in the order of its units has equal units, so
    that a loss that one unit cannot bring to zero is not convex, whatever is fitted.
    """
    a_1, a_2, w_1, w_2 = weights = symbols("a_1 a_2 w_1 w_2", real=True)
    out, on = IndexedBase("a", real=True), IndexedBase("w", real=True)
    copies = factorial(m - 1)  # orders that put unit k at a given place
    mean_weight = Sum(copies * on[k], (k, 1, m)) / factorial(m)

    def risk(*at: Expr) -> Expr:
        first, second, p, q = at
        return sum((first * Max(p * z, 0) + second * Max(q * z, 0) - 1) ** 2 for z in (1, -1)) / 4

    fit, swapped, middle = (1, 1, 1, -1), (1, 1, -1, 1), (1, 1, 0, 0)
    ends = tuple(
        Step(Subs(risk(*weights), weights, at), Integer(0), f"{which} fits both points")
        for at, which in ((fit, "one order of the units"), (swapped, "the other order"))
    )
    between = Step(Subs(risk(*weights), weights, middle), Rational(1, 2), "half-way: no output")
    half = (a_1 + a_2) / 2 * (w_1 + w_2) / 2 * x * 2
    return (
        Derivation(
            "Mean of all orders",
            (Step(mean_weight, Sum(on[k], (k, 1, m)) / m, "each unit stands everywhere alike"),),
            OWN,
        ),
        Derivation(
            "Half-way between two orders of linear units",
            (
                Step(
                    half - (a_1 * w_1 + a_2 * w_2) * x,
                    -(a_1 - a_2) * (w_1 - w_2) * x / 2,
                    "change of the output",
                ),
            ),
            OWN,
        ),
        Derivation(
            "A fit does not show that the loss is convex",
            (
                *ends,
                between,
                Counterexample(
                    between.lhs <= (ends[0].lhs + ends[1].lhs) / 2,
                    (),
                    "a convex function is no larger half-way than the mean of both ends",
                    uses=(*ends, between),
                ),
            ),
            UDL,
            (
                Settles("udl-loss-not-convex", part="it is convex"),
                Settles("udl-loss-not-convex", part="loss at the mean of permuted copies", by=between),
            ),
        ),
    )
