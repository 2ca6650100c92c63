"""Do larger starts take longer because weights have further to move?  Steps of a fixed length do,
in proportion; plain descent does not, as a larger start is steeper, too.

Setting.  One weight in each of two layers, both u, target 1, loss (u^2 - 1)^2 / 4: from a start c >
1 the distance to the fit is c - 1.  The sign of the gradient with the rate eta, which Adam comes to
when the gradient keeps its sign, takes (c - 1) / eta steps.  Gradient flow du/dt = -u (u^2 - 1) has
v = u^2 = C / (C - (C - 1) exp(-2 t)) with C = c^2, and is down to v after the time log((1 - 1 / C)
/ (1 - 1 / v)) / 2, which stays finite however large the start.

Source: our own; sentence: Prince, Understanding Deep Learning, 2023, figure 20.4.
"""

from sympy import Derivative, Eq, Integer, Limit, Rational, Subs, exp, log, oo, symbols

from theory import SO_FAR, Counterexample, Derivation, Induction, Settles, Step
from theory.notation import OWN

c, eta, level = symbols("c eta v", positive=True)  # start, rate, value of u^2 that counts as a fit
C, t = symbols("C t", positive=True)  # square of the start, time
u = symbols("u", real=True)
k = symbols("k", integer=True, nonnegative=True)  # steps
other = symbols("c_2", positive=True)  # another start
STATEMENT = "udl-larger-start-moves-further"
LOSS = (u**2 - 1) ** 2 / 4


def fixed_steps() -> tuple[Derivation, ...]:
    """Steps of a fixed length need a number of them in proportion to the distance."""
    moved = Induction(
        k, 0, c, SO_FAR - eta, c - eta * k, "each step takes eta off, while the slope is positive"
    )
    slope = Step(Derivative(LOSS, u), u * (u**2 - 1), "positive for u > 1")
    return (
        Derivation("Place after k steps", (moved,), OWN),
        Derivation(
            "Steps to the fit",
            (Step(Subs(c - eta * k, k, (c - 1) / eta), Integer(1), "the distance over the rate"),),
            OWN,
        ),
        Derivation(
            "Steps by the distance",
            (
                Step(
                    Derivative((c - 1) / eta, c), Integer(0), "further is longer: 1 / eta each", ">"
                ),
            ),
            OWN,
            (Settles(STATEMENT, part="steps of a fixed length"),),
        ),
        Derivation("Slope of the loss", (slope,), OWN),
    )


def flow() -> tuple[Derivation, ...]:
    """Gradient flow needs a time that stays finite however far the start is away."""
    square = C / (C - (C - 1) * exp(-2 * t))
    law = Step(
        Derivative(square, t),
        -2 * square * (square - 1),
        "v = u^2 along du/dt = -u (u^2 - 1)",
        domain=(C > 1,),
    )
    time = log((1 - 1 / C) / (1 - 1 / level)) / 2
    reached = Step(
        Subs(square, t, time),
        level,
        "the time at which v is reached",
        domain=(level < C, level > 1),
    )
    far = Step(
        Limit(time, C, oo), log(level / (level - 1)) / 2, "from any distance", domain=(level > 1,)
    )
    nearer = Subs(time, C, c**2)
    further = Subs(time, C, other**2)
    apart = Counterexample(
        Eq(further * (c - 1), nearer * (other - 1)),
        ((c, 2), (other, 4), (level, Rational(11, 10))),
        "three times the distance does not take three times as long",
    )
    return (
        Derivation(
            "Time and distance of the flow", (apart,), OWN, (Settles(STATEMENT, part="flow"),)
        ),
        Derivation("The square along the flow", (law,), OWN),
        Derivation("Time to a level", (reached,), OWN),
        Derivation("Time from any distance", (far,), OWN),
    )
