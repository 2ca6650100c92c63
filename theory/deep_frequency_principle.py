"""Why should depth help?  How close a deep network brings its inputs before any training, and how
the cusp of its tangent kernel grows with the number of layers.

Setting.  ReLU networks at the start that keeps sizes (weights of variance 2 / m, no biases), in the
limit of infinite width, on unit inputs at an angle theta.  A layer takes the distance D of two
inputs to D - D^2 / (3 pi): all distances shrink, so that one over the distance, the raw frequency,
grows by 1 / (3 pi) a layer.  The tangent kernel of d layers of weights leaves its value d with the
slope d (d - 1) / (2 pi) in the angle, so on a circle high frequencies are learned at the rate
(d (d - 1) / 2 + (-1)^k a_d) / (pi k)^2: depth changes the prefactor and not the power.

Source: Cho, Saul, NeurIPS 2009; Jacot, Gabriel, Hongler, NeurIPS 2018; Bietti, Bach, ICLR 2021; our
own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Function,
    Integer,
    Integral,
    Limit,
    Subs,
    Symbol,
    cos,
    pi,
    sin,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Derivation,
    Induction,
    Quoted,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import FOLLAND, OWN, RUDIN
from theory.tangent_kernel import depth_recursion
from theory.trainability import gradient_correlation, theta

d, k = symbols("d k", integer=True, positive=True)  # layers of weights, frequency on the circle
BIETTI = "Bietti, Bach, ICLR 2021"
PROPER = (And(theta > 0, theta < pi),)
ACROSS = (sin(theta) + (pi - theta) * cos(theta)) / pi  # cosine in the next layer


def distances_at_the_start() -> tuple[Derivation, ...]:
    """A wide ReLU layer brings all inputs closer; one over the distance of close ones grows by 1 /
    (3 pi).
    """
    z = Symbol("z", positive=True)
    cosine = derive(gradient_correlation)[1]
    below = 2 * sin(theta / 2)
    following = Function("rho", real=True)(theta)
    named = Assumed(Eq(following, cosine.states[0]), "cosine of the angle in the next layer")
    layer = Step(following, ACROSS, "of ReLU", uses=(named, cosine), domain=PROPER)
    area = Integral(z * sin(z) / pi, (z, 0, theta))
    grown = Step(area, ACROSS - cos(theta), "by parts", domain=PROPER)
    positive = Quoted(
        "the integral of a positive function is positive", f"{FOLLAND}, section 2.2", (area, ">", 0)
    )
    return (
        Derivation(
            "Growth of one over a distance",
            (
                named,
                layer,
                Step(
                    Limit(1 / sqrt(2 - 2 * following) - 1 / below, theta, 0, "+"),
                    1 / (3 * pi),
                    "of close inputs, in a layer",
                    uses=(layer,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Every distance shrinks",
            (
                named,
                layer,
                grown,
                positive,
                *chain(
                    below**2 / 2 - (1 - following),
                    To(
                        ACROSS - cos(theta),
                        "half the squared distances",
                        uses=(layer,),
                        domain=PROPER,
                    ),
                    To(
                        Integer(0),
                        "an integral of what is positive",
                        relation=">",
                        uses=(positive, grown),
                        domain=PROPER,
                    ),
                ),
            ),
            OWN,
        ),
    )


def cusp() -> tuple[Derivation, ...]:
    """The tangent kernel of d layers of weights leaves its value d at equal inputs with the slope
    d (d - 1) / (2 pi) in the angle.
    """
    v, b = symbols("v b", nonnegative=True)
    Theta, feature, gate, c = symbols("Theta K G c", real=True)
    tangent, cosine = derive(depth_recursion)[1], derive(gradient_correlation)[1]
    active = 1 - theta / pi
    across, above = Function("rho", real=True)(theta), Function("Theta", real=True)(theta)
    named = Assumed(Eq(across, cosine.states[0]), "cosine of the angle in the next layer")
    layer = Step(across, ACROSS, "of ReLU", uses=(named, cosine), domain=PROPER)
    following = Assumed(
        Eq(
            above,
            Subs(
                tangent.states[0],
                (v, b, feature, gate, Theta),
                (2, 0, across / 2, active / 2, d - c * theta),
            ),
        ),
        "tangent kernel of a layer more; below it is d - c theta, to first order, in which the "
        "angles of the layers do not differ",
    )
    passage = Derivation(
        "Slope in the next layer",
        (
            following,
            named,
            layer,
            Step(
                Limit((d + 1 - above) / theta, theta, 0, "+"),
                c + d / pi,
                "grows by that of the features below",
                uses=(following, tangent, layer),
            ),
        ),
        OWN,
    )
    return (
        Derivation(
            "Slope of d layers",
            (
                Induction(
                    d,
                    1,
                    Integer(0),
                    SO_FAR + passage.result - c,
                    d * (d - 1) / (2 * pi),
                    "a linear model has no cusp; layer by layer it grows by d / pi",
                ),
            ),
            OWN,
        ),
        passage,
    )


def circle_spectrum() -> tuple[Derivation, ...]:
    """On the circle the eigenvalue of frequency k of the tangent kernel tends to the sum of its
    slopes at equal inputs and, with the sign of the parity of k, at opposite ones over pi k^2.
    """
    kernel = Function("Theta", real=True)(theta)
    wave, slope = cos(k * theta), Derivative(kernel, theta)
    c, e, r = symbols("c e r", real=True)
    ends = (
        Assumed(Eq(Subs(slope, theta, 0), -c), "slope -c at equal inputs, the cusp"),
        Assumed(Eq(Subs(slope, theta, pi), e), "slope e at opposite inputs"),
    )
    bend = Derivative(kernel, theta, theta) * wave
    antiderivative = kernel * sin(k * theta) / k + slope * wave / k**2
    parts = Step(kernel * wave, Derivative(antiderivative, theta) - bend / k**2, "by parts, twice")
    eigenvalue, active = Function("lambda", real=True)(k), 1 - theta / pi
    rho, gate, feature = (Function(name, real=True) for name in ("rho", "kappa_0", "kappa_1"))
    above = feature(rho(theta)) + kernel * gate(rho(theta))
    level = Assumed(
        Eq(Derivative(rho(theta), theta), (pi - theta) * r),
        "the correlation of features has no slope at opposite inputs, from the second layer on",
    )
    half = (theta, 0, pi)
    named = Assumed(
        Eq(eigenvalue, Integral(kernel * wave, half) / pi), "of cos(k theta) on the circle"
    )
    whole = Quoted(
        "the integral of a slope is the difference of the ends, at which sin(k theta) is zero",
        RUDIN + ", theorem 6.21",
        (
            Integral(parts.rhs, half),
            "==",
            (Subs(slope, theta, pi) * (-1) ** k - Subs(slope, theta, 0)) / k**2
            - Integral(bend, half) / k**2,
        ),
    )
    small = Quoted(
        "the integral of a function against ever faster waves tends to zero",
        f"{FOLLAND}, theorem 8.22",
        (Integral(bend, half), "==", Integer(0)),
    )
    return (
        Derivation(
            "High frequencies",
            (
                named,
                parts,
                whole,
                small,
                *ends,
                Step(
                    eigenvalue,
                    (c + (-1) ** k * e) / (pi * k**2),
                    "leading order in 1 / k",
                    uses=(named, parts, whole, small, *ends),
                ),
            ),
            BIETTI,
        ),
        Derivation(
            "Opposite inputs, two layers",
            (
                Step(
                    Subs(Derivative(ACROSS + cos(theta) * active, theta), theta, pi),
                    1 / pi,
                    "slope of the kernel, whose first layer has the cosine itself",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Opposite inputs, a layer more",
            (
                level,
                Step(
                    Subs(Derivative(above, theta).doit(), theta, pi),
                    Subs(slope, theta, pi) * gate(rho(pi)),
                    "the share of the units that are active at both",
                    uses=(level,),
                ),
            ),
            OWN,
        ),
    )
