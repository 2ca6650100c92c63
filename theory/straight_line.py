"""Does the loss fall along the straight line from start to end of training?  For two linear layers
and one direction of the data always; with two directions it rises above its start once one
curvature is more than 21.69 times the other.

Setting.  Gradient flow.  (1) f = sum_k a_k w_k, loss (y - f)^2 / 2, any start
whose output is below y: in rho, the integral
of y - f over time, a + w grows as e^rho and a - w falls as e^-rho.  (2) f(x) = a w.x with the
target (1, 0), inputs of variances 1 and h, start a = 0, w = (1, 1): the loss is ((a w_1 - 1)^2 + h
(a w_2)^2) / 2.  s is the place on the line, zero at the start and one at the end.

Source: Goodfellow, Vinyals, Saxe, ICLR 2015; Lucas et al., ICML 2021; our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Implies,
    IndexedBase,
    Integer,
    Rational,
    Subs,
    Sum,
    exp,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Enclosed,
    Step,
)
from theory.notation import OWN

k, m = symbols("k m", integer=True, positive=True)
rho, s, a, w_1, w_2, p, q, y, f, F = symbols("rho s a w_1 w_2 p q y f F", real=True)
grown, fallen = symbols("g l", nonnegative=True)  # e^rho - 1, 1 - e^-rho
x, c = symbols("x c", nonnegative=True)  # place, and how much of a - w is left there
h = symbols("h", positive=True)  # variance of the second input over that of the first
b = symbols("b", positive=True)  # output weight at the end
P, Q = (IndexedBase(name, real=True) for name in "PQ")
INSIDE = And(s > 0, s < 1)
END = sqrt(sqrt(2) - 1)  # of the output weight
LOSS = ((a * w_1 - 1) ** 2 + h * (a * w_2) ** 2) / 2


def product_on_the_line() -> tuple[Derivation, ...]:
    """With two linear layers, one direction of the data and a start with its output below the
    label, the output moves towards its end all along the line to where gradient flow is later.
    """
    sums, gaps = p * exp(rho), q * exp(-rho)
    out, on = (sums + gaps) / 2, (sums - gaps) / 2
    at_s, of_s = p * (1 + s * grown), q * (1 - s * fallen)
    product = (at_s + of_s) / 2 * (at_s - of_s) / 2
    slope = Step(
        Derivative(product, s),
        (p**2 * grown * (1 + s * grown) + q**2 * fallen * (1 - s * fallen)) / 2,
        "slope of a unit's product along the line",
    )
    left = Assumed(Eq(1 - x * fallen, c), "not negative: x = s is at most one, l is below one")
    less = Derivative((y - f) ** 2 / 2, f)
    falls = Step(less, f - y, "slope of the loss in the output")
    return (
        Derivation(
            "Output weight",
            (Step(Derivative(out, rho), on, "it moves by the input weight"),),
            OWN,
        ),
        Derivation(
            "Input weight",
            (Step(Derivative(on, rho), out, "it moves by the output weight"),),
            OWN,
        ),
        Derivation("Slope of a product", (slope,), OWN),
        Derivation(
            "It never falls",
            (
                slope,
                Decided(
                    Implies(And(INSIDE, fallen < 1), slope.lhs >= 0),
                    "both squares have factors that are not negative",
                    uses=(slope,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "All units",
            (
                left,
                Step(
                    Sum(slope.rhs.subs({p: P[k], q: Q[k], s: x}), (k, 1, m)),
                    Integer(0),
                    "slope of the output, unit by unit",
                    ">=",
                    uses=(left,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "The loss falls",
            (
                falls,
                Decided(
                    Implies(And(f <= F, y >= F), less <= 0),
                    "as long as the output is not beyond its end F, which is not beyond y",
                    uses=(falls,),
                ),
            ),
            OWN,
        ),
    )


def end_of_the_flow() -> tuple[Derivation, ...]:
    """From a = 0 and w = (1, 1) gradient flow to a fit of the target (1, 0) ends at a^2 = sqrt(2) -
    1 and w = (1 / a, 0), whatever the variances of the inputs.
    """
    slopes = {by: Derivative(LOSS, by) for by in (a, w_1, w_2)}
    kept = Step(
        -2 * a * slopes[a] + 2 * w_1 * slopes[w_1] + 2 * w_2 * slopes[w_2],
        Integer(0),
        "speed of a^2 - |w|^2 under gradient flow",
    )
    return (
        Derivation("What is kept", (kept,), OWN),
        Derivation(
            "End",
            (
                Decided(
                    Implies(
                        And(Eq(b * w_1, 1), Eq(b * w_2, 0), Eq(b**2 - w_1**2 - w_2**2, -2)),
                        Eq((b**2 + 1) ** 2, 2),
                    ),
                    "a fit with what is kept, -2 at the start",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Its output weight",
            (Step(Subs((b**2 + 1) ** 2, b, END), Integer(2), "the positive root"),),
            OWN,
        ),
        Derivation(
            "No slope there",
            (
                Step(
                    sum(
                        Subs(slope, (a, w_1, w_2), (b, 1 / b, 0)) ** 2 for slope in slopes.values()
                    ),
                    Integer(0),
                    "the flow rests",
                ),
            ),
            OWN,
        ),
    )


def bump() -> tuple[Derivation, ...]:
    """On the line the loss rises above that of the start if and only if h is above the least value
    of s |-> (b + (1 - b) s) (2 - b s - (1 - b) s^2) / (b^2 s (1 - s)^2), which is near 21.69.
    """
    line = (b * s, 1 + (1 / b - 1) * s, 1 - s)
    on_line = Step(
        Subs(LOSS, (a, w_1, w_2), line),
        ((b * s + (1 - b) * s**2 - 1) ** 2 + h * b**2 * s**2 * (1 - s) ** 2) / 2,
        "loss on the line",
    )
    first = Step(Subs(on_line.rhs, s, 0), Rational(1, 2), "loss of the start")
    gained = (b + (1 - b) * s) * (2 - b * s - (1 - b) * s**2)
    paid = b**2 * s * (1 - s) ** 2
    needed, least = gained / paid, Rational(21689, 1000)
    inside = (s > 0, s < 1)
    solved = Derivation(
        "Curvature that is needed at a place",
        (
            Step(
                (1 - (b * s + (1 - b) * s**2 - 1) ** 2) / (b * s * (1 - s)) ** 2,
                needed,
                "what the first direction has gained, over the slope in h",
                domain=inside,
            ),
        ),
        OWN,
    )
    above = Step(
        on_line.rhs - first.rhs,
        b**2 * s**2 * (1 - s) ** 2 / 2 * (h - solved.states[0]),
        "over that of the start",
        domain=inside,
    )
    end = Defined(b, END, "output weight at the end of the flow")
    return (
        Derivation("Loss on the line", (on_line,), OWN),
        Derivation("Loss of the start", (first,), OWN),
        solved,
        Derivation("Rise above the start", (above,), OWN),
        Derivation(
            "Half-way",
            (
                end,
                Step(
                    Subs(needed, s, Rational(1, 2)),
                    (1 + END) * (7 - END) / END**2,
                    "curvature from which on the middle is higher than the start",
                    uses=(end,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Where it rises first",
            (
                Enclosed(
                    needed.subs({b: END, s: Rational(3363, 10000)}),
                    least,
                    Rational(21690, 1000),
                    "curvature from which on the place 0.3363 is higher than the start",
                ),
            ),
            OWN,
        ),
        Derivation(
            "No place is higher with less",
            (
                Decided(
                    Implies(
                        And(Eq((b**2 + 1) ** 2, 2), INSIDE),
                        gained > least * paid,
                    ),
                    "the ratio of both sides is above 21.689 everywhere",
                ),
            ),
            OWN,
        ),
    )
