"""Does gradient descent on a hinge loss come to a global minimum where the tangent kernel stands
still, and what does another loss change?  A time in which it must, and why cross-entropy has none.

Setting.  Loss (1/n) sum max(0, 1 - y_i f_i), labels of size one.  The outputs of a wide network, of
any depth, flow as df_i/dt = (1/n) sum_j Theta_ij y_j on_j, where on_j is 1 for examples inside the
margin and 0 for others, Theta is the tangent kernel, and lambda its least eigenvalue.  While one
example is inside, the loss falls by lambda / n^2 per time at least, so that it is zero after n^2
L(0) / lambda: a global minimum, which is reached.  Cross-entropy is positive everywhere.

Source: our own; sentence: Prince, Understanding Deep Learning, 2023, section 20.2.4, on Zou, Cao,
Zhou, Gu, Machine Learning 109, 2020, whose loss is cross-entropy; Allen-Zhu, Li, Song, ICML 2019.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    Integer,
    Limit,
    Max,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    oo,
    symbols,
)

from theory import Assumed, Derivation, Quoted, Settles, Step, To, chain
from theory.notation import HORN, OWN

n, i, j = symbols("n i j", integer=True, positive=True)  # examples
t, lam, start = symbols("t lambda L_0", positive=True)  # time, least eigenvalue, loss at the start
f = Function("f", real=True)  # output for an example, at a time
Theta, y, on = (IndexedBase(name, real=True) for name in ("Theta", "y", "g"))
margin = Symbol("z", real=True)  # y f
HINGE = "udl-zou-deep-hinge-convergence"


def falls() -> tuple[Derivation, ...]:
    """With a standing kernel of least eigenvalue lambda the hinge loss falls by lambda / n^2 per
    time at least until it is zero.
    """
    push = y[i] * on[i]
    loss = Sum(on[i] * (1 - y[i] * f(i, t)), (i, 1, n)) / n
    flow = Assumed(
        Eq(Derivative(f(i, t), t), Sum(Theta[i, j] * y[j] * on[j], (j, 1, n)) / n),
        "gradient flow with a kernel that stands still, between crossings of the margin",
    )
    pulled = Sum(push * Sum(Theta[i, j] * y[j] * on[j], (j, 1, n)), (i, 1, n))
    rayleigh = Quoted(
        "a quadratic form is at least the least eigenvalue times the square of the vector",
        f"{HORN}, section 4.2",
        states=(pulled, ">=", lam * Sum(push**2, (i, 1, n))),
    )
    inside = Assumed(
        Sum(push**2, (i, 1, n)) >= 1, "signs of size one, and an example is inside the margin"
    )
    rate = chain(
        -Derivative(loss, t),
        To(
            Sum(push * Derivative(f(i, t), t), (i, 1, n)) / n,
            "the slope of what is inside the margin",
        ),
        To(pulled / n**2, "along the flow", uses=(flow,)),
        To(lam * Sum(push**2, (i, 1, n)) / n**2, "least eigenvalue", (rayleigh,), ">="),
        To(lam / n**2, "one at least", (inside,), ">="),
    )
    return (
        Derivation(
            "The hinge loss falls",
            (flow, rayleigh, inside, *rate),
            OWN,
            (Settles(HINGE, part="standing kernel"),),
        ),
        Derivation(
            "When it is zero",
            (
                Step(
                    Subs(start - lam / n**2 * t, t, n**2 * start / lam),
                    Integer(0),
                    "at the least rate, after n^2 L(0) / lambda",
                ),
            ),
            OWN,
        ),
    )


def attained() -> tuple[Derivation, ...]:
    """The hinge loss is zero beyond the margin; cross-entropy is positive everywhere and has its
    infimum at infinity only.
    """
    return (
        Derivation(
            "Hinge loss beyond the margin",
            (Step(Max(0, 1 - margin), Integer(0), "a minimum, attained", domain=(margin >= 1,)),),
            OWN,
        ),
        Derivation(
            "Cross-entropy",
            (Step(log(1 + exp(-margin)), Integer(0), "nowhere zero", ">"),),
            OWN,
        ),
        Derivation(
            "Its infimum",
            (Step(Limit(log(1 + exp(-margin)), margin, oo), Integer(0), "only at infinity"),),
            OWN,
        ),
    )
