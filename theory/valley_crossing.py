"""When does the noise of minibatches carry descent from one valley to another?  A threshold for two
valleys: steeper than the wall, pushes cross it, whatever the step; weaker ones never do.

Setting.  Loss (x^2 - 1)^2 / 4 with valleys at -1 and 1, gradient x^3 - x, and two batches whose
gradients are that plus and minus r: the noise of the gradient.  The wall is nowhere steeper than at
x = 1 / sqrt 3, by 2 / (3 sqrt 3).  With 27 r^2 > 4 a push to the left moves every x > 0 to the
left, so that enough of them in a row, which have a chance, carry it over; full-batch descent with a
step h < 1 / 2 stays on its side.  With 27 r^2 <= 4 even pushes to one side alone leave x right of
1 / sqrt 3 there, for steps up to 1 / 16.

Source: our own; sentence: Prince, Understanding Deep Learning, 2023, section 20.2.3.
"""

from sympy import And, Derivative, Eq, Implies, Rational, symbols

from theory import Decided, Derivation, Settles, Step
from theory.notation import OWN

x, r, h, s = symbols("x r h s", real=True)  # place, noise, step, steepest place of the wall
LOSS = (x**2 - 1) ** 2 / 4
CROSSES = "udl-sgd-crosses-valleys"


def crossing() -> tuple[Derivation, ...]:
    """Noise beyond 2 / (3 sqrt 3) carries minibatch descent from one valley to the other for every
    step; full-batch descent stays in its valley.
    """
    gradient = Step(Derivative(LOSS, x), x**3 - x, "gradient of all examples")
    pushed = Decided(
        Implies(And(x > 0, r > 0, 27 * r**2 > 4), gradient.lhs + r > 0),
        "with the noise r every place right of the wall moves to the left: enough such batches in "
        "a row cross it",
        uses=(gradient,),
    )
    after = Step(x - h * Derivative(LOSS, x), x - h * (x**3 - x), "a step of full-batch descent")
    stays = Decided(
        Implies(And(x > 0, x < Rational(5, 4), h > 0, 2 * h < 1), after.lhs > 0),
        "without noise no step crosses",
        uses=(after,),
    )
    return (
        Derivation(
            "Noise that crosses",
            (gradient, pushed),
            OWN,
            (Settles(CROSSES, part="two valleys"),),
        ),
        Derivation("Descent stays", (after, stays), OWN),
    )


def staying() -> Derivation:
    """Noise of no more than 2 / (3 sqrt 3) never carries it over, for steps up to 1 / 16."""
    gradient = Step(Derivative(LOSS, x), x**3 - x, "gradient of all examples")
    steep = And(s > 0, Eq(3 * s**2, 1), x >= s, x <= 2, h > 0, 16 * h <= 1)
    return Derivation(
        "Noise that does not",
        (
            gradient,
            Decided(
                Implies(And(steep, 3 * r <= 2 * s), x - h * (gradient.lhs + r) >= s),
                "right of s = 1 / sqrt 3 a step to the left ends right of it",
                uses=(gradient,),
            ),
        ),
        OWN,
    )
