"""What does the linear model of a wide ReLU network miss when neurons cross their kinks?  An
error of order m^(-1/2) at a datum, and a scatter of order m^(-3/4) at a point that is not one.

Setting.  f(x) = kappa sum_k a_k relu(w_k . x), m neurons and their mirror images (a, w) and
(-a, w), kappa = m^(-1/2), kappa' = 1.  The parameters move as in the linear model: the
preactivation at x by a v, v of order kappa and the same for all neurons that see the data, and by
-a v in the image.  A neuron whose z = w . x lies within |a v| of zero, on the side from which it
moves, is bent by (|a v| - |z|)_+.  At a datum only active neurons move, and their errors have the
sign of -v: they add up.  At another point both sides move, with errors of opposite signs: for
symmetric weights they cancel in the mean, and scatter.

Source: our own; compare Chizat, Oyallon, Bach, NeurIPS 2019.
"""

from sympy import (
    Abs,
    Derivative,
    Eq,
    Function,
    Integer,
    Integral,
    Max,
    Rational,
    Subs,
    Symbol,
    exp,
    log,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory import Assumed, Defined, Derivation, Step, To, chain
from theory.notation import OWN, kappa, mean

m = Symbol("m", positive=True)  # neurons, without their mirror images
z, dz = symbols("z dz", real=True)  # preactivation and its change
v = Symbol("v", positive=True)  # size of the change for output weight one
u = Symbol("u", positive=True)  # |a|
reach = Function("D", positive=True)(u)  # |a v|, as far as a neuron moves
seeing = Symbol("s", positive=True)  # share of the neurons that see the data
at_kink = Symbol("f", positive=True)  # density of the preactivation at zero
error = Symbol("e", real=True)  # of a mirrored pair
first, second = mean(error), mean(error**2)
BELL = sqrt(2 / pi) * exp(-(u**2) / 2)  # density of |a|, a standard normal


def bend_of_a_neuron() -> tuple[Derivation, ...]:
    """A ReLU neuron that crosses its kink errs by how far it goes beyond, whichever way it
    crosses, and one that stays on its side by nothing.
    """
    after, before = Max(z + dz, 0), Max(z, 0)
    beyond = Max(Abs(dz) - Abs(z), 0)
    on = Assumed(z > 0, "the neuron is active")
    off = Assumed(z < 0, "the neuron is not active")
    back = Assumed(dz < 0, "and moves towards its kink")
    further = Symbol("D", positive=True)
    forth = Assumed(dz > 0, "and moves towards its kink")
    return (
        Derivation(
            "From the active side",
            (
                on,
                back,
                Step(
                    after - before - dz,
                    beyond,
                    "the linear model goes on below zero",
                    uses=(on, back),
                ),
            ),
            OWN,
        ),
        Derivation(
            "From the other side",
            (
                off,
                forth,
                Step(after - before, beyond, "the linear model stays at zero", uses=(off, forth)),
            ),
            OWN,
        ),
        Derivation(
            "Away from the kink",
            (
                on,
                Step(
                    Max(z + further, 0) - before - further,
                    Integer(0),
                    "an active neuron that moves further is linear",
                    uses=(on,),
                ),
            ),
            OWN,
        ),
    )


def crossing_error() -> tuple[Derivation, ...]:
    """At kappa = m^(-1/2) the linear model misses order m^(-1/2) at a datum and a scatter of order
    m^(-3/4) elsewhere: crossings cost more than curvature, 1 / m.
    """
    one_side = Integral(reach - z, (z, 0, reach))
    squares = Integral((reach - z) ** 2, (z, 0, reach))
    side = Step(one_side, reach**2 / 2, "on one side of the kink")
    both = Step(squares, reach**3 / 3, "squares, on one of both sides")
    third = Step(
        Integral(u**3 * BELL, (u, 0, oo)), 2 * sqrt(2 / pi), "E |a|^3 of a standard normal a"
    )
    fifth = Step(Integral(u**5 * BELL, (u, 0, oo)), 8 * sqrt(2 / pi), "E |a|^5")
    moved = Defined(reach, u * v, "a neuron of output weight a moves by |a| v")
    flat = Assumed(
        Eq(first, -seeing * kappa * at_kink * Integral(u * one_side * BELL, (u, 0, oo))),
        "of each mirrored pair that sees the datum and is active the one that moves back crosses: "
        "its error -kappa |a| (|a v| - z)_+ has the sign of -v, with a density f of z that is flat "
        "within |a v|, to relative order v",
    )
    spread = Assumed(
        Eq(second, seeing * kappa**2 * at_kink * Integral(u**2 * 2 * squares * BELL, (u, 0, oo))),
        "of each pair one crosses, on the side where z has the sign against its motion; errors on "
        "the two sides have opposite signs, so that the mean vanishes for weights as likely as "
        "their mirror images in the kink; square kappa^2 a^2 (|a v| - |z|)_+^2",
    )
    at_datum = Derivation(
        "Error at a datum",
        (
            moved,
            side,
            third,
            flat,
            *chain(
                -m * first,
                To(
                    m * seeing * kappa * at_kink * Integral(u * reach**2 / 2 * BELL, (u, 0, oo)),
                    "m pairs",
                    uses=(flat, side),
                ),
                To(
                    m * seeing * kappa * at_kink * v**2 / 2 * Integral(u**3 * BELL, (u, 0, oo)),
                    "as far as they move",
                    uses=(moved,),
                ),
                To(
                    m * seeing * kappa * at_kink * v**2 * sqrt(2 / pi),
                    "mean over the output weights",
                    uses=(third,),
                ),
            ),
        ),
        OWN,
    )
    elsewhere = Derivation(
        "Scatter at another point",
        (
            moved,
            both,
            fifth,
            spread,
            *chain(
                sqrt(m * second),
                To(
                    sqrt(
                        m
                        * seeing
                        * kappa**2
                        * at_kink
                        * Integral(u**2 * 2 * reach**3 / 3 * BELL, (u, 0, oo))
                    ),
                    "variances of m independent pairs add",
                    uses=(spread, both),
                ),
                To(
                    sqrt(
                        2
                        * m
                        * seeing
                        * kappa**2
                        * at_kink
                        * v**3
                        / 3
                        * Integral(u**5 * BELL, (u, 0, oo))
                    ),
                    "as far as they move",
                    uses=(moved,),
                ),
                To(
                    4 * kappa * sqrt(m * seeing * at_kink * v**3 * sqrt(2 / pi) / 3),
                    "mean over the output weights",
                    uses=(fifth,),
                ),
            ),
        ),
        OWN,
    )
    share = Symbol("c", positive=True)

    def exponent(title: str, law: Derivation, found: Rational) -> Derivation:
        at_scale = Subs(law.states[0], (v, kappa), (share / sqrt(m), 1 / sqrt(m)))
        return Derivation(
            title,
            (
                Step(
                    m * Derivative(log(at_scale), m),
                    found,
                    "by the width: the kernel has a limit at kappa = m^(-1/2), and the change of "
                    "the linear model is of that order",
                    uses=(law,),
                ),
            ),
            OWN,
        )

    return (
        at_datum,
        elsewhere,
        exponent("Exponent at a datum", at_datum, -Rational(1, 2)),
        exponent("Exponent at another point", elsewhere, -Rational(3, 4)),
    )
