"""What does a residual block do to the distances of its inputs at the start?  The cosine after a
block, and how fast close inputs come closer.

Setting.  Blocks h + sqrt(alpha) F(h) with a branch F of one wide ReLU layer that keeps sizes, on
unit inputs at an angle theta.  What a plain layer does to a small distance, a block does in part,
alpha / (1 + alpha) of it: many blocks may be needed for what one layer does.

Source: our own.
"""

from sympy import Eq, Function, Limit, Symbol, cos, pi, sin, sqrt, symbols

from theory import Assumed, Derivation, Step
from theory.deep_frequency_principle import ACROSS
from theory.notation import OWN, mean, mean_is_linear
from theory.trainability import theta

alpha = Symbol("alpha", positive=True)  # squared size of a branch


def residual_distances() -> tuple[Derivation, ...]:
    """A residual block of relative size alpha brings close inputs closer by the part alpha / (1 +
    alpha) of what a plain layer does.
    """
    x, y, F, G = symbols("x y F G", real=True)  # a unit of both inputs, its residual branches
    branches = (
        Assumed(Eq(mean(x * G), 0), "branches independent of what they are added to"),
        Assumed(Eq(mean(F * y), 0), "for both inputs"),
        Assumed(Eq(mean(x * y), cos(theta)), "units of size one"),
        Assumed(Eq(mean(F * G), ACROSS), "branches of one ReLU layer"),
    )
    block = (x + sqrt(alpha) * F) * (y + sqrt(alpha) * G)
    linear = mean_is_linear(
        mean(block),
        mean(x * y) + sqrt(alpha) * (mean(x * G) + mean(F * y)) + alpha * mean(F * G),
    )
    residual = Derivation(
        "Cosine after a residual block",
        (
            *branches,
            linear,
            Step(
                mean(block) / (1 + alpha),
                (cos(theta) + alpha * ACROSS) / (1 + alpha),
                "over the mean square of both",
                uses=(linear, *branches),
            ),
        ),
        OWN,
    )
    below, following = 2 * sin(theta / 2), Function("rho", real=True)(theta)
    after = Assumed(Eq(following, residual.states[0]), "cosine after the block")
    block_cosine = Step(following, residual.result, "of a block", uses=(after, residual))
    return (
        residual,
        Derivation(
            "Growth in a residual block",
            (
                after,
                block_cosine,
                Step(
                    Limit(1 / sqrt(2 - 2 * following) - 1 / below, theta, 0, "+"),
                    alpha / (3 * pi * (1 + alpha)),
                    "the part of the branch",
                    uses=(block_cosine,),
                ),
            ),
            OWN,
        ),
    )
