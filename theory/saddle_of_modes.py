"""Does the share of downward directions at the critical points of a network fall or rise with the
loss?  Linear networks whose modes are learned apart: both count what is not fitted.

Setting.  K modes of strength s with two weights each, loss sum (s - a b)^2 / 2 over the modes.  At
a critical point each mode is fitted, a b = s, or rests at a = b = 0.  A mode at rest has the loss
s^2 / 2 and one downward direction of two; a fitted one has neither.  With k modes at rest the loss
is k s^2 / 2 and the share k / (2 K): the share is the loss over K s^2.

Source: our own; modes: Saxe, McClelland, Ganguli, ICLR 2014; sentence: Prince, Understanding Deep
Learning, 2023, figure 20.8.
"""

from sympy import Derivative, Function, Integer, Ne, Subs, Sum, symbols

from theory import Counterexample, Decided, Defined, Derivation, Settles, Step
from theory.notation import OWN

K, k, j = symbols("K k j", integer=True, positive=True)  # modes, those at rest
s = symbols("s", positive=True)  # strength of a mode
a, b, u, v = symbols("a b u v", real=True)  # its weights, a direction
loss, resting = symbols("l", positive=True), Function("R", positive=True)  # loss, modes at rest
mode = (s - a * b) ** 2 / 2
AT_REST = ((a, b), (0, 0))
CAPTION = "udl-fig208b-caption-sign"


def curvature() -> tuple[Derivation, ...]:
    """A mode at rest has one downward and one upward direction, a fitted mode has none that goes
    down.
    """
    second = {(p, q): Derivative(mode, p, q) for p, q in ((a, a), (a, b), (b, b))}
    rest = Step(
        Subs(second[a, a] * second[b, b] - second[a, b] ** 2, *AT_REST),
        -(s**2),
        "determinant of the Hessian at rest",
    )
    form = second[a, a] * u**2 + 2 * second[a, b] * u * v + second[b, b] * v**2
    fitted = Step(
        Subs(form, a, s / b),
        (b * u + s / b * v) ** 2,
        "the quadratic form of the Hessian where a b = s",
        domain=(Ne(b, 0),),
    )
    return (
        Derivation(
            "A mode at rest",
            (rest, Decided(rest.lhs < 0, "so its two eigenvalues differ in sign", uses=(rest,))),
            OWN,
        ),
        Derivation("A fitted mode", (fitted,), OWN),
    )


def share_by_loss() -> tuple[Derivation, ...]:
    """At the critical points of K modes of one strength the share of downward directions is the
    loss over K s^2: it rises with the loss.
    """
    rest = Step(Subs(mode, *AT_REST), s**2 / 2, "loss of a mode at rest")
    fitted = Step(Subs(mode, a, s / b), Integer(0), "of a fitted one", domain=(Ne(b, 0),))
    whole = Step(
        Sum(rest.lhs, (j, 1, k)) + Sum(fitted.lhs, (j, k + 1, K)),
        k * s**2 / 2,
        "loss of a critical point with k modes at rest",
        domain=(Ne(b, 0),),
        uses=(rest, fitted),
    )
    count = Defined(resting(loss), loss / rest.lhs, "modes at rest, by the loss that they make")
    share = Step(
        resting(loss) / (2 * K),
        loss / (K * s**2),
        "one downward direction of 2 K for each",
        uses=(count, rest),
    )
    slope = Step(
        Derivative(resting(loss) / (2 * K), loss), 1 / (K * s**2), "of the share", uses=(share,)
    )
    return (
        Derivation("Loss of a critical point", (rest, fitted, whole), OWN),
        Derivation("Share of downward directions over the loss", (rest, count, share), OWN),
        Derivation(
            "Which way the share goes",
            (
                rest,
                count,
                share,
                slope,
                Counterexample(
                    slope.lhs < 0,
                    ((K, 1), (s, 1)),
                    "two critical points of one mode",
                    uses=(slope,),
                ),
            ),
            OWN,
            (Settles(CAPTION, part="modes of a linear network"),),
        ),
    )
