"""What does a fit by descent say about a loss?  Neither that it has no local minima nor that it is
convex: losses that gradient flow brings to zero, with a bad minimum beside, and the mean of all
orders of the units.

Setting.  ReLU units sum_k a_k relu(w_k x) on the points (1, 1) and (-1, 1), loss half the mean
squared error.  Units may be exchanged: the mean of all copies of a minimum that differ in the order
of their units has equal units, and is a minimum if the loss is convex.

Source: Prince, Understanding Deep Learning, MIT Press 2023, problem 20.3; our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Max,
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
    Settles,
    Step,
)
from theory.notation import OWN

m, k = symbols("m k", integer=True, positive=True)  # units
t, s_0 = symbols("t s_0", positive=True)  # time, weights of the start
x, f = symbols("x f", real=True)
UDL = "Prince, Understanding Deep Learning, MIT Press 2023, problem 20.3"


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
            (Step(Subs(slope.lhs, w, -1), Integer(0), "a critical point"),),
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
    slopes = tuple(
        Step(
            -Subs(Derivative(loss, by), weights, ray),
            where / rho * (1 - rho**2) * rho / 2,
            "minus the slope, on the ray",
        )
        for by, where in zip(weights, ray, strict=True)
    )
    here = Function("r", positive=True)(t)
    along = Defined(here, 1 / sqrt(1 + (1 / s_0**2 - 1) * exp(-t)), "a path, tried; from s_0")
    path = (here, here, here, -here)
    moves = tuple(
        Step(
            Derivative(weight, t),
            Subs(slope.lhs, rho, here),
            f"{by} moves as it is pulled",
            domain=(s_0 < 1,),
            uses=(along, slope),
        )
        for by, weight, slope in zip(weights, path, slopes, strict=True)
    )
    flows = And(*(Eq(move.lhs, move.rhs) for move in moves))
    flow, *others = (
        Derivation(f"A path of gradient flow, {by}", (slope, along, move), OWN)
        for by, slope, move in zip(weights, slopes, moves, strict=True)
    )
    end = Limit(loss.xreplace(dict(zip(weights, path, strict=True))), t, oo)
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
        flow,
        fitted,
        Derivation(
            "A fit does not show that there are no local minima",
            (
                named,
                lowest,
                Counterexample(
                    Implies(And(flows, Eq(end, 0), same_side, risk <= Rational(1, 4)), risk <= end),
                    trapped,
                    "the least loss nearby is 1/4, and the loss that the flow reaches elsewhere 0",
                    uses=(named, lowest, flow, *others, fitted),
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
        *others,
    )


def permuted_minima() -> tuple[Derivation, ...]:
    """The mean of the copies of a network that differ in the order of its units has equal units,
    and the loss of two ReLU units on two points is not convex, although both can be fitted.
    """
    a_1, a_2, w_1, w_2 = weights = symbols("a_1 a_2 w_1 w_2", real=True)
    on = IndexedBase("w", real=True)
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
                Settles(
                    "udl-loss-not-convex", part="loss at the mean of permuted copies", by=between
                ),
            ),
        ),
    )
