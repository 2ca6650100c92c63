"""Is a function that a small step flips one of high frequency?  Sensitivity along the gradient over
that along random directions, waves, and a linear margin that is as sensitive.

Setting.  To first order a step of a given length changes a function most along its gradient, and
sqrt(d) times less in root mean square over random directions, whatever the function is: this ratio
counts the d inputs.  A wave of the angular frequency omega flips within pi / omega, and back after
twice as much.  So high frequency is sufficient for small flipping steps and not necessary; what
tells the two apart is whether the margin goes on straight to the boundary and stays beyond it.

Source: our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Implies,
    KroneckerDelta,
    Ne,
    Sum,
    Symbol,
    cos,
    pi,
    sqrt,
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
from theory.adversarial_example import LONG, SQUARES, G, d, f, g, i, j
from theory.least_squares import B, b, share_of_a_direction
from theory.notation import OWN, mean, mean_is_linear

t = Symbol("t", real=True)  # length of a step, place on a wave
omega = Symbol("omega", positive=True)  # angular frequency
HIGH = "adversarial-examples-are-high-frequency"


def random_direction() -> tuple[Derivation, ...]:
    """Along its gradient a function changes, to first order, sqrt(d) times as much as it does in
    root mean square along random directions of the same length.
    """
    share = derive(share_of_a_direction)[0]
    turned = Sum(g[i] * b[i], (i, 1, d))
    pairs = Sum(g[i] * g[j] * b[i] * b[j], (i, 1, d), (j, 1, d))
    each = Sum(g[j] * mean(b[i] * b[j]), (j, 1, d))
    square = Step(turned**2, pairs, "pair by pair")
    linear = mean_is_linear(mean(pairs), Sum(g[i] * each, (i, 1, d)))
    apart = Assumed(
        Eq(mean(b[i] * b[j]), mean(b[i] ** 2) * KroneckerDelta(i, j)),
        "a random step b of length sqrt(B): turning one entry round changes no mean",
    )
    itself = Step(
        each, g[i] * mean(b[i] ** 2), "an entry with itself", uses=(apart,), domain=(i <= d,)
    )
    spread = chain(
        mean(turned**2),
        To(mean(pairs), "squared", uses=(square,)),
        To(Sum(g[i] * each, (i, 1, d)), "term by term", uses=(linear,)),
        To(Sum(g[i] ** 2 * mean(b[i] ** 2), (i, 1, d)), "entry by entry", uses=(itself,)),
        To(B / d * SQUARES, "each with its part", uses=(share,)),
        To(B * G**2 / d, "by the gradient's length", uses=(LONG,)),
    )
    random = Derivation(
        "Change along random directions", (square, linear, apart, itself, LONG, *spread), OWN
    )
    along = Sum(g[i] * sqrt(B) * g[i] / G, (i, 1, d))
    steepest = chain(
        along,
        To(sqrt(B) / G * SQUARES, "a step of the same length along the gradient"),
        To(sqrt(B) * G, "by its length", uses=(LONG,)),
    )
    steep = Derivation("Change along the gradient", (LONG, *steepest), OWN)
    ratio = Step(
        along / sqrt(mean(turned**2)), sqrt(d), "whatever the function is", uses=(steep, random)
    )
    return (
        random,
        steep,
        Derivation(
            "Along the gradient over random directions",
            (ratio,),
            OWN,
            (Settles(HIGH, part="sensitivity along the gradient over random directions"),),
        ),
    )


def wave() -> tuple[Derivation, ...]:
    """A function of the angular frequency omega along a direction has another sign pi / omega
    further on, wherever one is, and the old one after twice as much.
    """
    here, half, whole = (cos(omega * (t + n * pi / omega)) for n in (0, 1, 2))
    flip = chain(
        half * here,
        To(-(here**2), "half a period further on"),
        To(0, "never the same sign", relation="<="),
    )
    back = Step(whole, here, "after a period")
    square = Step(
        -Derivative(here, (t, 2)) / here, omega**2, "its frequency", domain=(Ne(here, 0),)
    )
    return (
        Derivation(
            "A wave flips", flip, OWN, (Settles(HIGH, part="a wave flips within half a period"),)
        ),
        Derivation("And flips back", (back,), OWN),
        Derivation("Frequency from curvature", (square,), OWN),
    )


def dimension_not_frequency() -> tuple[Derivation, ...]:
    """A linear margin of 64 inputs is eight times as sensitive along its gradient as along random
    directions, has the frequency zero, and never flips back.
    """
    ratio = derive(random_direction)[2]
    left = f - G * t  # margin after a step of length t along the gradient
    still = Step(-Derivative(left, (t, 2)) / left, 0, "its frequency", domain=(Ne(left, 0),))
    flip = f / G
    once = Decided(
        Implies(f > 0, And(Implies(t < flip, left > 0), Implies(t > flip, left < 0))),
        "one change of sign, at |f| / |g|",
    )
    sensitive = ratio.states[0]
    return (
        Derivation(
            "A linear margin of 64 inputs",
            (
                still,
                Counterexample(
                    Implies(sensitive > 5, still.lhs > 0),
                    ((d, 64),),
                    "eight times as sensitive, and nothing oscillates",
                    uses=(ratio, still),
                ),
            ),
            OWN,
            (Settles(HIGH, part="five times the sensitivity takes a frequency"),),
        ),
        Derivation("A linear margin flips once", (once,), OWN),
    )
