"""When is a wide network the linear model of its tangent kernel, and what does that model do?
Kernels of ReLU, erf and sine networks, the linearised flow and its moments over starts, drift in
powers of m, a width that suffices.

Setting.  f(x) = (1 / alpha) sum_k a_k sigma(w_k . x), a ~ N(0, beta_1^2), w ~ N(0, beta_2^2 I),
loss (1/2n) sum e^2, time in units of beta_1 beta_2; kappa = beta_1 beta_2 / alpha, kappa' = beta_1
/ beta_2.  Linear means affine in the parameters, not in x.  The tangent kernel Theta(x, x') = grad
f(x) . grad f(x') has for ReLU the mean m kappa^2 (k_1 / kappa' + kappa' x.x' k_0), with the
arc-cosine kernels k_j = E[relu(w.x)^j relu(w.x')^j].  While it stands still the residual is e(t) =
exp(-Theta t / n) e(0), and f - f_0 at any other point follows.  At kappa = m^(-1/2) the parameters
move by m^(-1/2) of their size; the linearised model errs by m^(-1) for a smooth activation.

Source: Jacot, Gabriel, Hongler, NeurIPS 2018; Chizat, Oyallon, Bach, NeurIPS 2019; Cho, Saul,
NeurIPS 2009; Du, Zhai, Poczos, Singh, ICLR 2019; Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, section
1.2.
"""

from sympy import (
    Abs,
    And,
    Derivative,
    Determinant,
    Eq,
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Limit,
    Matrix,
    Ne,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    acos,
    asin,
    atan,
    cos,
    cosh,
    erf,
    exp,
    eye,
    factorial,
    horner,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from theory import (
    SO_FAR,
    Assumed,
    Decided,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.core.decision import counterexample
from theory.notation import LUO, OWN, alpha, beta_1, beta_2, kappa, kappa_p

m, k, p = symbols("m k p", integer=True, positive=True)  # neurons
# output weights, features of two inputs
a, da, phi, psi = (IndexedBase(name, real=True) for name in ("a", "da", "phi", "psi"))
# one neuron: output weight, preactivation, and their changes
A, dA, z, dz = symbols("A dA z dz", real=True)
k0, k1, dot = symbols("k_0 k_1 P", real=True)  # E[1 1'], E[relu relu'], x.x'
theta = Symbol("theta", positive=True)  # angle between two inputs
# rate of a mode, learning rate, output scale, samples
lam, h, s, n = symbols("lambda h s n", positive=True)
t = Symbol("t", nonnegative=True)  # time
# data and start in a mode; kernel of another point with that mode
y, f0, c = symbols("y f_0 c", real=True)
sigma = Function("sigma", real=True)
epsilon = Symbol("epsilon", positive=True)  # size of a change of the parameters
JACOT = "Jacot, Gabriel, Hongler, NeurIPS 2018"
CHIZAT = "Chizat, Oyallon, Bach, NeurIPS 2019"
DU = "Du, Zhai, Poczos, Singh, ICLR 2019"
FELLER = "Feller, An Introduction to Probability Theory and Its Applications I, Wiley 1968"
HORN = "Horn, Johnson, Matrix Analysis, second edition, Cambridge 2013"
RUDIN = "Rudin, Principles of Mathematical Analysis, third edition, McGraw-Hill 1976"


def linear_in_output_weights() -> tuple[Derivation, ...]:
    """With frozen input weights the model is linear in the output weights: a random feature
    model.
    """
    model = Sum(a[k] * phi[k], (k, 1, m)) / alpha
    moved = Sum((a[k] + da[k]) * phi[k], (k, 1, m)) / alpha
    slope = phi[p] / alpha
    inside = (p <= m,)
    return (
        Derivation(
            "Derivative by one output weight",
            (
                Step(
                    Sum(KroneckerDelta(k, p) * phi[k], (k, 1, m)) / alpha,
                    slope,
                    "feature phi_k = sigma(w_k . x): one term contains a_p",
                    domain=inside,
                ),
                Step(Derivative(A * z / alpha, A), z / alpha, "and that term is a product"),
                Step(
                    Derivative(A * z / alpha, A, A),
                    Integer(0),
                    "so no output weight enters the derivative",
                ),
            ),
            LUO + ", section 1.2",
            (Settles("phase-linear-if-only-a-trained", slope),),
        ),
        Derivation(
            "Affine in the output weights",
            (
                Step(
                    moved - model,
                    Sum(da[k] * phi[k], (k, 1, m)) / alpha,
                    "a change of a adds the model of the change, however large",
                ),
                Step(
                    moved - model - Sum(da[k] * phi[k] / alpha, (k, 1, m)),
                    Integer(0),
                    "nothing is left beyond the first order",
                ),
            ),
            LUO + ", section 1.2",
            (
                Settles("phase-random-feature-limit"),
                Settles("phase-output-layer-linear", part="w frozen"),
            ),
        ),
    )


def linear_by_definition() -> tuple[Derivation, ...]:
    """A derivative that is free of its own parameter does not make a model linear; one that is free
    of all parameters does.
    """
    u, v = symbols("u v", real=True)
    curve = Function("f", real=True)
    affine = Eq((u + dA) * (v + dz), u * v + v * dA + u * dz)
    slope, b = symbols("g_1 b", real=True)
    straight = Eq(slope * (z + dz) + b, slope * z + b + slope * dz)
    return (
        Derivation(
            "Free of its own parameter: the product u v",
            (
                Step(Derivative(u * v, u), v, "the derivative by u does not contain u"),
                Step(Derivative(u * v, v), u, "nor that by v contain v"),
                Step(
                    (u + dA) * (v + dz) - (u * v + v * dA + u * dz),
                    dA * dz,
                    "yet the product is not its linear part",
                ),
            ),
            OWN,
            (
                Settles(
                    "phase-linear-definition-own-parameter",
                    S(counterexample(affine) is None),
                    part="own parameter",
                ),
            ),
        ),
        Derivation(
            "Free of all parameters",
            (
                Assumed(
                    "the derivatives of f are constants g_p",
                    "the derivative by every parameter is free of all parameters",
                ),
                Step(
                    Integral(Derivative(curve(z), z), (z, 0, 1)),
                    curve(1) - curve(0),
                    "f along a segment is the integral of its slope",
                ),
                Step(
                    Integral(slope, (z, 0, dz)),
                    slope * dz,
                    "a constant slope gives an affine function",
                ),
                Decided(straight, "which is its own linear part"),
            ),
            OWN,
            (
                Settles(
                    "phase-linear-definition-own-parameter",
                    S(counterexample(straight) is None),
                    part="all parameters",
                ),
            ),
        ),
    )


def linearisation_remainder() -> tuple[Derivation, ...]:
    """The error of the linearised model is of second order in the change, and relative to large a
    it is the relative change of w.
    """
    slope, bend = Symbol("sigma_1", real=True), Symbol("sigma_2", real=True)
    second = 2 * dA * dz * slope + A * dz**2 * bend
    linear = A * z + epsilon * (dA * z + A * dz)
    return (
        Derivation(
            "Smooth activation",
            (
                Assumed("sigma'' bounded", "activation with a bounded second derivative"),
                Step(
                    Derivative((A + epsilon * dA) * sin(z + epsilon * dz), (epsilon, 2)),
                    2 * dA * dz * cos(z + epsilon * dz)
                    - (A + epsilon * dA) * dz**2 * sin(z + epsilon * dz),
                    "second derivative along the change, here for a sine: 2 dA dz sigma' + A dz^2 "
                    "sigma''",
                ),
                Step(
                    Subs(
                        Derivative(
                            (A + epsilon * dA)
                            * (sigma(z) + epsilon * dz * slope + epsilon**2 * dz**2 * bend / 2),
                            (epsilon, 2),
                        ),
                        epsilon,
                        0,
                    ),
                    second,
                    "at the start, for any sigma with slope sigma_1 and second derivative sigma_2",
                ),
                Quoted(
                    "Taylor with remainder: the error is epsilon^2 / 2 times the second "
                    "derivative at a point between",
                    "Rudin, Principles of Mathematical Analysis, third edition, McGraw-Hill 1976, "
                    "theorem 5.15",
                ),
                Step(
                    Limit(
                        epsilon * Derivative(log(epsilon**2 * (1 + c**2 * epsilon)), epsilon),
                        epsilon,
                        0,
                        "+",
                    ),
                    Integer(2),
                    "so its exponent in the size of the change is two",
                ),
            ),
            LUO + ", equation 1.2",
            (Settles("phase-linearisation-error-order", part="smooth"),),
        ),
        Derivation(
            "ReLU away from kinks",
            (
                Assumed("z > 0, z + epsilon dz > 0", "no neuron crosses its kink"),
                Step(
                    (A + epsilon * dA) * (z + epsilon * dz) - linear,
                    epsilon**2 * dA * dz,
                    "an active neuron is a product",
                ),
                Step(
                    epsilon * Derivative(log(epsilon**2 * n), epsilon),
                    Integer(2),
                    "exponent in the size of the change",
                ),
            ),
            LUO + ", equation 1.2",
            (Settles("phase-linearisation-error-order", part="ReLU"),),
        ),
        Derivation(
            "Relative to a large change of the output weights",
            (
                Step(
                    ((A + dA) * (z + dz) - A * z - dA * z - A * dz) / (dA * z),
                    dz / z,
                    "however large dA: the error over the output that dA makes is the relative "
                    "change of the preactivation",
                    domain=(Ne(dA, 0), Ne(z, 0)),
                ),
            ),
            LUO + ", section 1.7; " + OWN,
        ),
    )


def tangent_kernel() -> Derivation:
    """The ReLU tangent kernel has the mean m kappa^2 (k_1 / kappa' + kappa' x.x' k_0)."""
    by_a, by_w = Derivative(A * sigma(z) / alpha, A), Derivative(A * z / alpha, z)
    original = m / alpha**2 * (beta_2**2 * k1 + beta_1**2 * dot * k0)
    return Derivation(
        "Tangent kernel of the two-layer model",
        (
            Step(
                by_a,
                sigma(z) / alpha,
                "derivative by an output weight: products have the mean beta_2^2 k_1 / alpha^2",
            ),
            Step(
                by_w,
                A / alpha,
                "by a preactivation that is active: with dz = x . dw products have the mean "
                "beta_1^2 x.x' k_0 / alpha^2",
            ),
            Step(
                Sum(beta_2**2 * k1 / alpha**2 + beta_1**2 * dot * k0 / alpha**2, (k, 1, m)),
                original,
                "m independent neurons",
            ),
            Defined(kappa, beta_1 * beta_2 / alpha, "energy scale"),
            Defined(kappa_p, beta_1 / beta_2, "dynamical scale"),
            Step(
                Subs(
                    m * kappa**2 * (k1 / kappa_p + kappa_p * dot * k0),
                    (kappa, kappa_p),
                    (beta_1 * beta_2 / alpha, beta_1 / beta_2),
                ),
                beta_1 * beta_2 * original,
                "time counted in beta_1 beta_2",
            ),
            Step(
                Subs(m * kappa**2 * (s * k1 + kappa_p * dot * k0), s, 1 / kappa_p),
                m * kappa**2 * (k1 / kappa_p + kappa_p * dot * k0),
                "so the kernel depends on kappa and kappa' only",
            ),
        ),
        JACOT + "; " + LUO,
    )


def degree_two_kernel() -> Derivation:
    """E[relu(w.x)^2 relu(w.x')^2] of unit inputs at an angle theta is (3 sin cos + (pi - theta)(1 +
    2 cos^2)) / (2 pi).
    """
    r, angle = symbols("r varphi", positive=True)
    shape = 3 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2)
    active = (And(theta > 0, theta < pi),)
    return Derivation(
        "Arc-cosine kernel of degree 2",
        (
            Step(
                Integral(r**5 * exp(-(r**2) / 2), (r, 0, oo)),
                Integer(8),
                "radial part of the plane Gaussian",
            ),
            Step(
                Integral(
                    cos(angle) ** 2 * cos(angle - theta) ** 2, (angle, theta - pi / 2, pi / 2)
                ),
                shape / 8,
                "angular part",
                domain=active,
            ),
            Step(
                Integral(
                    8 / (2 * pi) * cos(angle) ** 2 * cos(angle - theta) ** 2,
                    (angle, theta - pi / 2, pi / 2),
                ),
                shape / (2 * pi),
                "together",
                domain=active,
            ),
        ),
        "Cho, Saul, NeurIPS 2009",
    )


def gram_fluctuation() -> Derivation:
    """The mean of m feature products of unit inputs has the standard deviation sqrt((k_2 - k_1^2) /
    m).
    """
    k2, first, other, mean = symbols("k_2 q_1 q_2 mu", real=True)
    return Derivation(
        "Fluctuation of an entry of the Gram matrix",
        (
            Assumed(
                "independent neurons",
                "feature products q_k of different neurons independent, each with mean k_1 and E "
                "q^2 = k_2",
            ),
            Step(
                (first - mean + other - mean) ** 2,
                (first - mean) ** 2 + (other - mean) ** 2 + 2 * (first - mean) * (other - mean),
                "mixed products have mean zero: variances add",
            ),
            Step(
                Subs(first - 2 * mean * other + mean**2, (first, other, mean), (k2, k1, k1)),
                k2 - k1**2,
                "variance of one product",
            ),
            Step(
                sqrt(Sum(Symbol("v", nonnegative=True), (k, 1, m))) / m,
                sqrt(Symbol("v", nonnegative=True)) / sqrt(m),
                "standard deviation of the mean of m",
            ),
            Step(
                Subs(sqrt(s / m), s, k2 - k1**2),
                sqrt((k2 - k1**2) / m),
                "with the variance of a product",
                domain=(k2 > k1**2,),
            ),
        ),
        OWN,
    )


def depth_recursion() -> tuple[Derivation, ...]:
    """One more layer turns the kernels into v k + b and v k + b + Theta v k', for weight variance v
    and bias variance b.
    """
    v, b = symbols("v b", nonnegative=True)
    # kernel below, E[phi phi'], E[phi' phi'']
    Theta, feature, gate = symbols("Theta K G", real=True)
    W, width = Symbol("W", real=True), Symbol("N", positive=True)
    unit = Function("phi", real=True)
    limit_theorem = Quoted(
        "sums over a layer tend to their means as the layers widen one after the other",
        JACOT + ", theorem 1",
    )
    return (
        Derivation(
            "Covariance of the next layer",
            (
                limit_theorem,
                Step(
                    Derivative(sqrt(v / width) * W * unit(z) + sqrt(b) * A, W),
                    sqrt(v / width) * unit(z),
                    "a layer is sqrt(v / N) W phi + sqrt(b) bias",
                ),
                Step(
                    Sum(v / m * feature, (k, 1, m)) + Derivative(sqrt(b) * A, A) ** 2,
                    v * feature + b,
                    "N products by the weights and one by the bias",
                ),
            ),
            JACOT,
        ),
        Derivation(
            "Tangent kernel of the next layer",
            (
                limit_theorem,
                Step(
                    Subs(Derivative(sqrt(v / width) * W * unit(z), z), W, 1),
                    sqrt(v / width) * Derivative(unit(z), z),
                    "parameters below act through phi', and E W^2 = 1",
                ),
                Step(
                    Sum(v / m * gate * Theta, (k, 1, m)),
                    Theta * v * gate,
                    "different units have independent weights: N equal terms",
                ),
                Step(
                    Subs(s * feature + b, s, v) + v * gate * Theta,
                    v * feature + b + Theta * v * gate,
                    "own parameters and those below",
                ),
            ),
            JACOT,
        ),
        Derivation(
            "ReLU with v = 2 keeps the size",
            (
                Step(
                    Subs((sin(theta) + (pi - theta) * cos(theta)) / (2 * pi), theta, 0) * 2,
                    Integer(1),
                    "E relu^2 = 1/2 on a unit input",
                ),
                Step(
                    Limit((pi - theta) / (2 * pi), theta, 0, "+") * 2,
                    Integer(1),
                    "and half of the units are active",
                ),
            ),
            JACOT,
        ),
    )


def half_angle() -> tuple[Derivation, ...]:
    """With h = sin(theta / 2)^2 the kernels of unit inputs are (pi - 2 asin sqrt h) / (2 pi) and so
    on: no cancellation at close inputs.
    """
    part = (And(h > 0, h < 1),)
    angle = 2 * asin(sqrt(h))
    rest, root = pi - angle, sqrt(h * (1 - h))
    return (
        Derivation(
            "Angle, sine and cosine from the half-angle",
            (
                Step(
                    Subs(sin(theta / 2) ** 2, theta, angle),
                    h,
                    "h is the squared sine of half the angle",
                    domain=part,
                ),
                Step(sin(angle), 2 * root, "double angle", domain=part),
                Step(cos(angle), 1 - 2 * h, "double angle", domain=part),
                Step(
                    Subs(Derivative(1 - 2 * asin(s), s), s, sqrt(h)),
                    -2 / sqrt(1 - h),
                    "close inputs have small h, where the angle is as exact as h: d theta / d "
                    "sqrt(h) = 2 / sqrt(1 - h)",
                    domain=part,
                ),
            ),
            OWN,
        ),
        Derivation(
            "Degree 0",
            (
                Step(
                    Subs((pi - theta) / (2 * pi), theta, angle),
                    rest / (2 * pi),
                    "E[1 1']",
                    domain=part,
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Degree 1",
            (
                Step(
                    Subs((sin(theta) + (pi - theta) * cos(theta)) / (2 * pi), theta, angle),
                    (2 * root + rest * (1 - 2 * h)) / (2 * pi),
                    "E[relu relu']",
                    domain=part,
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Degree 2",
            (
                Step(
                    Subs(
                        (3 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2))
                        / (2 * pi),
                        theta,
                        angle,
                    ),
                    (6 * root * (1 - 2 * h) + rest * (1 + 2 * (1 - 2 * h) ** 2)) / (2 * pi),
                    "E[relu^2 relu'^2]",
                    domain=part,
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
    )


def next_angle() -> tuple[Derivation, ...]:
    """A ReLU layer takes the squared half-sine h of an angle to h - (sin theta - theta cos theta) /
    (2 pi), and biases shrink it.
    """
    part = (And(h > 0, h < 1),)
    # v |phi|^2 of the two inputs with weight variance v; bias variance
    a1, a2, b = symbols("A_1 A_2 b", positive=True)
    lost = sin(theta) - theta * cos(theta)
    product = (
        sin(theta) + (pi - theta) * cos(theta)
    ) / pi  # E[phi phi'] over the root of E[phi^2] E[phi'^2]
    whole = sqrt((a1 + b) * (a2 + b))
    uneven = b * (sqrt(a1) - sqrt(a2)) ** 2 / (whole + sqrt(a1 * a2) + b)
    angle, without = (
        2 * asin(sqrt(h)),
        h - (2 * sqrt(h * (1 - h)) - 2 * asin(sqrt(h)) * (1 - 2 * h)) / (2 * pi),
    )
    return (
        Derivation(
            "One less the cosine of the next angle",
            (
                Step(
                    1 - product,
                    2 * sin(theta / 2) ** 2 - lost / pi,
                    "without bias: 1 and the cosine cancel by the half-angle",
                    domain=(And(theta > 0, theta < pi),),
                ),
                Step(
                    whole - sqrt(a1 * a2) - b,
                    uneven,
                    "sizes of the two inputs with biases: extended by the sum of the roots",
                ),
                Step(
                    (whole - (sqrt(a1 * a2) * product + b)) / (2 * whole),
                    (sqrt(a1 * a2) * (2 * sin(theta / 2) ** 2 - lost / pi) + uneven) / (2 * whole),
                    "half of one less the cosine, as a sum of terms that do not cancel",
                    domain=(And(theta > 0, theta < pi),),
                ),
            ),
            OWN,
        ),
        Derivation(
            "In the half-angle, without bias",
            (
                Step(
                    Limit((sqrt(a1 * a2) * s + uneven) / (2 * whole), b, 0, "+"),
                    s / 2,
                    "the sizes drop out",
                ),
                Step(
                    Subs(sin(theta / 2) ** 2 - lost / (2 * pi), theta, angle),
                    without,
                    "the next h from h",
                    domain=part,
                ),
            ),
            OWN,
        ),
        Derivation(
            "In the half-angle, with bias",
            (
                Step(
                    (whole - (sqrt(a1 * a2) * (1 - 2 * s) + b)) / (2 * whole),
                    (2 * sqrt(a1 * a2) * s + uneven) / (2 * whole),
                    "with the angle s that the layer would give without bias",
                ),
                Step(
                    Subs((2 * sqrt(a1 * a2) * s + uneven) / (2 * whole), s, without),
                    (2 * sqrt(a1 * a2) * without + uneven) / (2 * whole),
                    "the next h from h",
                    domain=part,
                ),
            ),
            OWN,
        ),
        Derivation(
            "No obtuse angles above the first layer",
            (
                Step(
                    Subs(without, h, 1),
                    Rational(1, 2),
                    "opposite inputs become orthogonal features",
                ),
                Step(
                    Derivative(without, h),
                    1 - 2 * asin(sqrt(h)) / pi,
                    "and h grows with h",
                    domain=part,
                ),
            ),
            OWN,
        ),
    )


def angle_and_half() -> tuple[Derivation, ...]:
    """Angle, its sine r and its squared half-sine h together give the kernels and the next h from
    one arcsine and without a difference of close numbers.
    """
    part = (And(h > 0, h < 1),)
    r, g = symbols("r g", real=True)  # sine and cosine of the angle
    cosine, rest = 1 - 2 * h, pi - theta
    one, two = (r + rest * g) / (2 * pi), (3 * r * g + rest * (1 + 2 * g**2)) / (2 * pi)
    return (
        Derivation(
            "Angle from its half",
            (
                Step(
                    Subs(sin(theta / 2) ** 2, theta, 2 * asin(sqrt(h))),
                    h,
                    "h is the squared sine of half the angle",
                    domain=part,
                ),
                Step(
                    Integral(2 / sqrt(1 - s**2), (s, 0, sqrt(h))),
                    2 * asin(sqrt(h)),
                    "d theta = 2 d s / cos(theta / 2) along s = sin(theta / 2)",
                    domain=part,
                ),
            ),
            OWN,
        ),
        Derivation(
            "Its sine",
            (
                Step(
                    sin(2 * asin(sqrt(h))),
                    2 * sqrt(h - h**2),
                    "double angle",
                    domain=part,
                ),
            ),
            OWN,
        ),
        Derivation(
            "Degree 1 by all three",
            (
                Step(cos(2 * asin(sqrt(h))), cosine, "double angle", domain=part),
                Step(
                    Subs(one, g, cosine),
                    (r + rest * cosine) / (2 * pi),
                    "E[relu relu'] with its cosine from h",
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Degree 2 by all three",
            (
                Step(
                    Subs(two, g, cosine),
                    (3 * r * cosine + rest * (1 + 2 * cosine**2)) / (2 * pi),
                    "E[relu^2 relu'^2] likewise",
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Next half-angle by all three",
            (
                Step(
                    Subs((1 - 2 * s) / 2, s, one),
                    (1 - g) / 2 - (r - theta * g) / (2 * pi),
                    "the next cosine is E[relu relu'] over E[relu^2] = 1/2",
                ),
                Step(
                    Subs((1 - g) / 2 - (r - theta * g) / (2 * pi), g, cosine),
                    h - (r - theta * cosine) / (2 * pi),
                    "its cosine from h",
                ),
            ),
            OWN,
        ),
    )


def opposite_inputs() -> tuple[Derivation, ...]:
    """Of inputs that lack an angle d of being opposite the kernels are d / (2 pi) and alternating
    series that begin with d^3 / (6 pi) and 2 d^5 / (15 pi).
    """
    d, furthest = Symbol("d", positive=True), Rational(11, 10)
    near, close = (And(d > 0, d < pi),), (And(d > 0, d <= furthest),)
    one = -((-1) ** k) * 2 * k * d ** (2 * k + 1) / factorial(2 * k + 1)
    two = (-4) ** k * (2 * k - 2) * d ** (2 * k + 1) / factorial(2 * k + 1)
    leibniz = Quoted(
        "an alternating sum of terms that fall is off by less than the first term left out",
        "G. W. Leibniz; Knopp, Theorie und Anwendung der unendlichen Reihen, 1922",
    )

    def polynomial(terms: Expr, first: int, last: int) -> Expr:
        return horner(sum(terms.subs(k, j) for j in range(first, last + 1)) / (2 * pi))

    return (
        Derivation(
            "Degree 0",
            (
                Step(
                    Subs((pi - theta) / (2 * pi), theta, pi - d),
                    d / (2 * pi),
                    "E[1 1'] where the angle is pi - d",
                    domain=near,
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Degree 1",
            (
                leibniz,
                Step(
                    Subs((sin(theta) + (pi - theta) * cos(theta)) / (2 * pi), theta, pi - d),
                    (sin(d) - d * cos(d)) / (2 * pi),
                    "E[relu relu']: a difference of close numbers",
                    domain=near,
                ),
                Step(
                    Sum(one, (k, 1, oo)),
                    sin(d) - d * cos(d),
                    "both power series in one: what is large cancels term by term",
                    domain=near,
                ),
                Step(
                    one.subs(k, k + 1) / one,
                    -(d**2) / (2 * k * (2 * k + 3)),
                    "terms alternate",
                ),
                Decided(
                    Implies(And(k >= 1, *close), d**2 < 2 * k * (2 * k + 3)),
                    "and fall as far as 11/10, beyond pi/3",
                ),
                Step(
                    one.subs(k, 10).subs(d, furthest) / (-(furthest**3) / 3),
                    Rational(1, 2**53),
                    "the tenth is below half a rounding of the first",
                    relation="<",
                ),
                Step(
                    Sum(one, (k, 1, 9)) / (2 * pi), polynomial(one, 1, 9), "the nine terms before"
                ),
            ),
            OWN,
        ),
        Derivation(
            "Degree 2",
            (
                leibniz,
                Step(
                    Subs(
                        (3 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2))
                        / (2 * pi),
                        theta,
                        pi - d,
                    ),
                    (d * (2 + cos(2 * d)) - 3 * sin(2 * d) / 2) / (2 * pi),
                    "E[relu^2 relu'^2]: by the double angle",
                    domain=near,
                ),
                Step(
                    Sum(two, (k, 2, oo)),
                    d * (2 + cos(2 * d)) - 3 * sin(2 * d) / 2,
                    "both power series in one: two orders cancel",
                    domain=near,
                ),
                Step(
                    two.subs(k, k + 1) / two,
                    -4 * d**2 * k / ((k - 1) * (2 * k + 2) * (2 * k + 3)),
                    "terms alternate",
                    domain=(k >= 2,),
                ),
                Decided(
                    Implies(
                        And(k >= 2, *close), 4 * d**2 * k < (k - 1) * (2 * k + 2) * (2 * k + 3)
                    ),
                    "and fall as far as 11/10, beyond pi/3",
                ),
                Step(
                    -two.subs(k, 13).subs(d, furthest) / (Rational(4, 15) * furthest**5),
                    Rational(1, 2**53),
                    "the twelfth is below half a rounding of the first",
                    relation="<",
                ),
                Step(
                    Sum(two, (k, 2, 12)) / (2 * pi),
                    polynomial(two, 2, 12),
                    "the eleven terms before",
                ),
            ),
            OWN,
        ),
    )


def bias_angle() -> Derivation:
    """A bias turns an input by psi out of its space; half-angles between the turned inputs are sums
    of positive terms, at any size of input and bias.
    """
    turn, other = symbols("psi_1 psi_2", positive=True)
    p1, p2 = symbols("p_1 p_2", positive=True)  # cosines of the two turns
    c1, c2, s1, s2 = symbols("c_1 c_2 s_1 s_2", positive=True)  # cosines and sines of their halves
    part = (And(h > 0, h < 1),)
    product = cos(turn) * cos(other) * (1 - 2 * h) + sin(turn) * sin(other)
    names = (cos(turn), cos(other), cos(turn / 2), cos(other / 2), sin(turn / 2), sin(other / 2))
    apart = sin(turn / 2) * cos(other / 2) - cos(turn / 2) * sin(other / 2)
    return Derivation(
        "Half-angle of turned inputs",
        (
            Step(
                (1 - product) / 2,
                cos(turn) * cos(other) * h + sin((turn - other) / 2) ** 2,
                "cosine between (cos psi x, sin psi) and (cos psi' x', sin psi') of unit inputs x, "
                "x', whose own is 1 - 2 h",
                domain=part,
            ),
            Step(sin((turn - other) / 2), apart, "addition theorem"),
            Step(
                Subs(p1 * p2 * h + (s1 * c2 - c1 * s2) ** 2, (p1, p2, c1, c2, s1, s2), names),
                cos(turn) * cos(other) * h + apart**2,
                "each input by itself",
                domain=part,
            ),
            Step(
                Subs(p1 * p2 * s + (s1 * c2 - c1 * s2) ** 2, s, h),
                p1 * p2 * h + (s1 * c2 - c1 * s2) ** 2,
                "half-angles with a bias",
            ),
        ),
        OWN,
    )


def erf_kernel() -> tuple[Derivation, ...]:
    """For phi = erf the Gaussian means are (2/pi) asin(2 C / sqrt((1 + 2 A)(1 + 2 B))) and 4 / (pi
    sqrt((1 + 2 A)(1 + 2 B) - 4 C^2)).
    """
    A, B, C = symbols("A B C", positive=True)  # variances and covariance
    q, r = symbols("q r", real=True)
    rest = B - C**2 / A
    valid = (C**2 < A * B,)
    outer = A + C**2 / A / (1 + 2 * rest)
    size = (1 + 2 * A) * (1 + 2 * B)
    slopes = 4 / (pi * sqrt(size - 4 * C**2))
    product = 2 / pi * asin(2 * C / sqrt(size))
    price = Quoted(
        "d/dC E[f(X) g(Y)] = E[f'(X) g'(Y)] for Gaussian X, Y with covariance C",
        "Price, IRE Trans. Inf. Theory 4, 1958",
    )
    return (
        Derivation(
            "Mean of the product of slopes",
            (
                Step(
                    Derivative(erf(z), z),
                    2 / sqrt(pi) * exp(-(z**2)),
                    "slope of erf: products are 4 / pi times exp(-X^2 - Y^2)",
                ),
                Step(
                    -(z**2) / 2 - (q + lam * z) ** 2,
                    -((1 + 2 * lam**2) * (z + 2 * q * lam / (1 + 2 * lam**2)) ** 2) / 2
                    - q**2 / (1 + 2 * lam**2),
                    "the part of Y that is independent of X, with variance lambda^2 = B - C^2 / "
                    "A: its square completed",
                ),
                Step(
                    Integral(exp(-s * z**2 / 2) / sqrt(2 * pi), (z, -oo, oo)),
                    1 / sqrt(s),
                    "so its mean gives the factor (1 + 2 lambda^2)^(-1/2), and that over X "
                    "likewise",
                ),
                Step(
                    (1 + 2 * outer) * (1 + 2 * rest),
                    size - 4 * C**2,
                    "both factors together",
                    domain=valid,
                ),
                Step(
                    Subs(4 / (pi * sqrt(s - r)), (s, r), (size, 4 * C**2)),
                    slopes,
                    "4 / pi over the root of that",
                    domain=valid,
                ),
            ),
            "Williams, NeurIPS 1996",
        ),
        Derivation(
            "Mean of the product",
            (
                price,
                Step(Subs(product, C, 0), Integer(0), "independent X, Y: erf is odd"),
                Step(
                    Derivative(product, C),
                    slopes,
                    "and its slope in C is the mean of the slopes",
                    domain=valid,
                ),
                Step(
                    Integral(4 / (pi * sqrt(lam**2 - 4 * r**2)), (r, 0, C)),
                    2 / pi * asin(2 * C / lam),
                    "integrated from 0",
                    domain=(lam > 2 * C,),
                ),
                Step(
                    Subs(2 / pi * asin(2 * C / lam), lam, sqrt(size)),
                    product,
                    "the mean",
                    domain=valid,
                ),
            ),
            "Williams, NeurIPS 1996",
        ),
    )


def erf_at_any_size() -> tuple[Derivation, ...]:
    """With p^2 = 2 A / (1 + 2 A), q^2 = 1 - p^2 the means for erf are 4 q q' / (pi S) and (2/pi)
    atan(p p' cos theta / S) with a sum S of positive terms.
    """
    A, B, r, y = symbols("A B r y", positive=True)
    p1, p2, q1, q2, S1 = symbols("p_1 p_2 q_1 q_2 S", positive=True)
    part = (And(h > 0, h < 1),)
    size = (1 + 2 * A) * (1 + 2 * B)
    left = size - 4 * A * B * (1 - 2 * h) ** 2
    whole = 1 + 2 * A + 2 * B + 16 * A * B * h * (1 - h)
    shares = 2 * A / (1 + 2 * A), 2 * B / (1 + 2 * B), 1 / (1 + 2 * A), 1 / (1 + 2 * B)
    P1, P2, Q1, Q2 = symbols("P_1 P_2 Q_1 Q_2", positive=True)  # squares of p and q
    squares = 4 * P1 * P2 * h * (1 - h) + Q1 + P1 * Q2
    return (
        Derivation(
            "Root of the determinant",
            (
                Step(
                    left,
                    whole,
                    "(1 + 2 A)(1 + 2 B) - 4 C^2 at C = sqrt(A B)(1 - 2 h), h the squared sine of "
                    "half the angle",
                ),
                Step(
                    left / size,
                    Subs(squares, (P1, P2, Q1, Q2), shares),
                    "over (1 + 2 A)(1 + 2 B): no difference is left",
                    domain=part,
                ),
                Step(
                    Subs(sqrt(squares), (P1, P2, Q1, Q2), (p1**2, p2**2, q1**2, q2**2)),
                    sqrt(4 * p1**2 * p2**2 * h * (1 - h) + q1**2 + p1**2 * q2**2),
                    "S, its root",
                    domain=part,
                ),
            ),
            OWN,
        ),
        Derivation(
            "Mean of the product of slopes",
            (
                Step(
                    4 / (pi * sqrt(size * S1**2)),
                    Subs(
                        4 * q1 * q2 / (pi * S1),
                        (q1, q2),
                        (1 / sqrt(1 + 2 * A), 1 / sqrt(1 + 2 * B)),
                    ),
                    "4 / (pi sqrt((1 + 2 A)(1 + 2 B) - 4 C^2)), the determinant by S",
                ),
                Step(
                    Subs(r / (pi * S1), r, 4 * q1 * q2),
                    4 * q1 * q2 / (pi * S1),
                    "q is (1 + 2 A)^(-1/2)",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Mean of the product",
            (
                Step(
                    (4 * A * B * (1 - 2 * h) ** 2 + whole) / size,
                    Integer(1),
                    "2 C / sqrt((1 + 2 A)(1 + 2 B)) = p p' cos theta =: y is a sine, S its cosine",
                ),
                Step(
                    Derivative(asin(y / sqrt(y**2 + S1**2)), y),
                    S1 / (S1**2 + y**2),
                    "slope of the arcsine",
                ),
                Step(
                    Integral(2 / pi * S1 / (S1**2 + r**2), (r, 0, y)),
                    2 * atan(y / S1) / pi,
                    "that of an arctangent, which keeps its digits near one",
                ),
            ),
            OWN,
        ),
    )


def sine_kernel() -> tuple[Derivation, ...]:
    """For phi = sin the Gaussian means are exp(-(A + B) / 2) sinh(C) and, of slopes, exp(-(A + B) /
    2) cosh(C).
    """
    A, B, C = symbols("A B C", positive=True)
    q, r = symbols("q r", real=True)
    gauss = exp(-(z**2) / 2) / sqrt(2 * pi)
    apart, together = exp(-(A + B - 2 * C) / 2), exp(-(A + B + 2 * C) / 2)
    return (
        Derivation(
            "Mean of the product of slopes",
            (
                Step(
                    cos(q) * cos(r),
                    (cos(q - r) + cos(q + r)) / 2,
                    "X - Y and X + Y have the variances A + B -+ 2 C",
                ),
                Step(
                    Integral(2 * gauss * cos(lam * z), (z, 0, oo)),
                    exp(-(lam**2) / 2),
                    "mean of the cosine of a Gaussian of deviation lambda",
                ),
                Step((apart + together) / 2, exp(-(A + B) / 2) * cosh(C), "together"),
            ),
            OWN,
        ),
        Derivation(
            "Mean of the product",
            (
                Step(sin(q) * sin(r), (cos(q - r) - cos(q + r)) / 2, "the same two Gaussians"),
                Step((apart - together) / 2, exp(-(A + B) / 2) * sinh(C), "together"),
            ),
            OWN,
        ),
    )


def sine_at_any_size() -> tuple[Derivation, ...]:
    """With r = A + B - 2 C the means for sin are exp(-r / 2) / (1 + tanh C) for slopes and that
    times tanh C, which nothing overflows.
    """
    A, B, C, r, slopes = symbols("A B C r k", positive=True)
    return (
        Derivation(
            "Mean of the product of slopes",
            (
                Step(
                    exp(-(A + B) / 2) * cosh(C),
                    exp(-(A + B - 2 * C) / 2) / (1 + tanh(C)),
                    "cosh C = exp(C) / (1 + tanh C): the exponent is that of the nearer of x' and "
                    "-x'",
                ),
                Step(
                    Subs(exp(-s / 2) / (1 + tanh(C)), s, r),
                    exp(-r / 2) / (1 + tanh(C)),
                    "r for that squared distance",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Mean of the product",
            (Step(slopes * sinh(C) / cosh(C), slopes * tanh(C), "sinh over cosh"),),
            OWN,
        ),
    )


def moments_of_the_prediction() -> tuple[Derivation, ...]:
    """Over starts the prediction has the mean B y and the variance of f_0(x) - B f_0(X): a start is
    not forgotten away from the data.
    """
    N, starts = symbols("N R", integer=True, positive=True)
    B, f, u, Q, q, chance = (
        IndexedBase(name, real=True) for name in ("B", "f", "u", "Q", "q", "P")
    )
    i, j = symbols("i j", integer=True, positive=True)
    target = IndexedBase("y", real=True)
    here = Symbol("Q_x", positive=True)

    def mean(value: Expr) -> Expr:
        return Sum(chance[k] * value, (k, 1, starts))

    trained = u[k] + Sum(B[i] * (target[i] - f[k, i]), (i, 1, N))
    other = mean(trained).xreplace({k: p})  # the same mean, with an index of its own
    data = Sum(B[i] * target[i], (i, 1, N))
    spread = (
        here - 2 * Sum(B[i] * q[i], (i, 1, N)) + Sum(B[i] * B[j] * Q[i, j], (i, 1, N), (j, 1, N))
    )
    certain = Assumed(Eq(mean(S.One), 1), "start k, of finitely many, has the probability P_k")
    centred = (
        Assumed(Eq(mean(u[k]), 0), "E f_0(x) = 0"),
        Assumed(Eq(mean(f[k, i]), 0), "E f_0(x_i) = 0"),
    )
    covariance = (
        Assumed(Eq(mean(u[k] ** 2), here), "E f_0(x)^2 = Q(x, x)"),
        Assumed(Eq(mean(u[k] * f[k, i]), q[i]), "E f_0(x) f_0(x_i) = Q(x, x_i)"),
        Assumed(Eq(mean(f[k, i] * f[k, j]), Q[i, j]), "E f_0(x_i) f_0(x_j) = Q(x_i, x_j)"),
    )
    source = (
        "Lee, Xiao, Schoenholz, Bahri, Novak, Sohl-Dickstein, Pennington, NeurIPS 2019, section 2.3"
    )
    average = Derivation(
        "Mean of the linearised prediction",
        (
            certain,
            *centred,
            *chain(
                other,
                To(
                    data * mean(S.One) + mean(u[k]) - Sum(B[i] * mean(f[k, i]), (i, 1, N)),
                    "f = f_0 + B (y - f_0) with the same B for all starts: a kernel without "
                    "fluctuation",
                ),
                To(data, "starts of mean zero", uses=(certain, *centred)),
            ),
        ),
        source,
    )
    return (
        Derivation(
            "Moments of the linearised prediction",
            (
                *covariance,
                *chain(
                    mean((trained - other) ** 2),
                    To(
                        mean((u[k] - Sum(B[i] * f[k, i], (i, 1, N))) ** 2),
                        "data are the mean, the start is the rest",
                    ),
                    To(
                        mean(u[k] ** 2)
                        - 2 * Sum(B[i] * mean(u[k] * f[k, i]), (i, 1, N))
                        + Sum(B[i] * B[j] * mean(f[k, i] * f[k, j]), (i, 1, N), (j, 1, N)),
                        "square of the rest",
                    ),
                    To(spread, "means of products are entries of Q", uses=covariance),
                    uses=(average,),
                ),
            ),
            source,
        ),
        average,
    )


def fluctuation_of_the_interpolant() -> tuple[Derivation, ...]:
    """To first order the interpolant of m neurons is off by the mean over neurons of (k(x, X) - B
    k(X, X)) Theta^-1 y.
    """
    kernel = IndexedBase("K", real=True)
    K11, K12, K22 = kernel[1, 1], kernel[1, 2], kernel[2, 2]
    c1, c2, y1, y2 = symbols("c_1 c_2 y_1 y_2", real=True)
    d11, d12, d22, e1, e2 = symbols("d_11 d_12 d_22 e_1 e_2", real=True)
    K, D = Matrix([[K11, K12], [K12, K22]]), Matrix([[d11, d12], [d12, d22]])
    row, change, data = Matrix([[c1, c2]]), Matrix([[e1, e2]]), Matrix([y1, y2])
    moved = ((row + epsilon * change) * (K + epsilon * D).adjugate() * data)[0] / (
        K + epsilon * D
    ).det()
    dual = K.adjugate() * data / K.det()
    weight = row * K.adjugate() / K.det()
    apart = sum(
        (e - c * d / k) * y / k
        for e, c, d, k, y in ((e1, c1, d11, K11, y1), (e2, c2, d22, K22, y2))
    )
    mixed = -c1 * d12 * y2 / (K11 * K22) - c2 * d12 * y1 / (K11 * K22)
    slope = Step(
        Subs(Derivative(moved, epsilon), epsilon, 0),
        ((change - weight * D) * dual)[0],
        "two data: (c + epsilon e)(K + epsilon d)^-1 y has the slope (e - B d) K^-1 y with B = c "
        "K^-1",
        domain=(K.det() > 0,),
    )
    unseen = Assumed(Eq(K12, 0), "data that do not see each other")
    covariance = IndexedBase("C", real=True)  # of two neurons' terms
    independent = Assumed(
        Eq(covariance[k, p], s * KroneckerDelta(k, p)),
        "terms of different neurons are independent, each of variance s",
    )
    itself = Step(
        Sum(covariance[k, p], (k, 1, m)),
        s,
        "a neuron goes with itself alone",
        domain=(p <= m,),
        uses=(independent,),
    )
    variance = Sum(Sum(covariance[k, p], (k, 1, m)) / m, (p, 1, m)) / m
    added = Step(variance, s / m, "variance of the mean over m neurons", uses=(itself,))
    return (
        Derivation(
            "First order in the change of the kernel",
            (slope,),
            OWN + "; influence function of the kernel",
        ),
        Derivation(
            "Exponent in the width",
            (
                independent,
                itself,
                added,
                Step(
                    m * Derivative(log(variance) / 2, m),
                    -Rational(1, 2),
                    "the deviation, its root, falls as m^(-1/2)",
                    uses=(added,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Data that do not see each other",
            (
                slope,
                unseen,
                Step(
                    Subs(Derivative(moved, epsilon), epsilon, 0),
                    apart + mixed,
                    "entry by entry",
                    domain=(K11 * K22 > 0,),
                    uses=(slope, unseen),
                ),
            ),
            OWN,
        ),
    )


def motion_of_neurons() -> tuple[Derivation, ...]:
    """While the least eigenvalue of the kernel is above lambda_0 / 2, the loss decays as
    exp(-lambda_0 t) and no neuron moves further than 2 sqrt(n / m) |e_0| / lambda_0.
    """
    n, d, i, j, q = symbols("n d i j q", integer=True, positive=True)
    lam0, E0, T, way = symbols("lambda_0 E_0 T L", positive=True)
    samples, coordinates, neurons = (i, 1, n), (q, 1, d), (k, 1, m)
    reach = 2 * sqrt(n / m) * E0 / lam0
    # until the time T: least eigenvalue of the kernel, way of the farthest neuron
    least, farthest = Symbol("ell", real=True), Symbol("D", nonnegative=True)
    # inputs, residuals and their rates, velocities of the input weights, kernel
    x, e, rate, v, H = (IndexedBase(name, real=True) for name in ("x", "e", "r", "v", "H"))
    g, closed = (IndexedBase(name, nonnegative=True) for name in ("g", "h"))  # gates
    loss, first_loss = Sum(e[i] ** 2, samples), Sum(IndexedBase("e_0", real=True)[i] ** 2, samples)

    unit = Assumed(Eq(Sum(x[i, q] ** 2, coordinates), 1), "|x_i| = 1")
    fixed = Assumed(Eq(a[k] ** 2, 1), "|a_k| = 1, fixed")
    gates = Assumed(Eq(g[k, i], 1 - closed[k, i]), "a gate is open, g = 1, or closed, h = 1")
    flow = Assumed(
        Eq(v[k, q], -a[k] / sqrt(m) * Sum(g[k, j] * e[j] * x[j, q], (j, 1, n))),
        "gradient flow of sum e^2 / 2 on w for f = m^(-1/2) sum a_k relu(w_k . x)",
    )
    output = Assumed(
        Eq(rate[i], Sum(a[k] * g[k, i] * Sum(x[i, q] * v[k, q], coordinates) / sqrt(m), neurons)),
        "e_i = f(x_i) - y_i moves with w",
    )
    cross = IndexedBase("c", real=True)
    crossed = Defined(
        cross[i, j, q],
        g[k, i] * e[i] * x[j, q] - g[k, j] * e[j] * x[i, q],
        "zero where inputs are parallel and in proportion to g e",
    )
    speed = Derivation(
        "Speed of a neuron",
        (
            unit,
            fixed,
            gates,
            flow,
            crossed,
            *chain(
                Sum(v[k, q] ** 2, coordinates),
                To(
                    a[k] ** 2 * Sum(Sum(g[k, i] * e[i] * x[i, q], samples) ** 2, coordinates) / m,
                    "by the flow",
                ),
                To(
                    Sum(Sum(x[i, q] ** 2, coordinates) / m, samples)
                    * Sum(g[k, i] ** 2 * e[i] ** 2, samples)
                    - Sum(cross[i, j, q] ** 2, samples, (j, 1, n), coordinates) / (2 * m),
                    "Lagrange's identity",
                    uses=(fixed, crossed),
                ),
                To(
                    n / m * Sum(g[k, i] ** 2 * e[i] ** 2, samples),
                    "squares",
                    relation="<=",
                    uses=(unit,),
                ),
                To(
                    n / m * (loss - Sum(closed[k, i] * (1 + g[k, i]) * e[i] ** 2, samples)),
                    "1 - g^2 = (1 - g)(1 + g)",
                    uses=(gates,),
                ),
                To(n / m * loss, "a closed gate does not push", relation="<="),
                uses=(flow,),
            ),
        ),
        DU,
    )
    gram = Defined(
        H[i, j],
        Sum(g[k, i] * g[k, j] * Sum(x[i, q] * x[j, q], coordinates) / m, neurons),
        "the kernel H of the input weights",
    )
    form = Sum(e[i] * H[i, j] * e[j], samples, (j, 1, n))
    slope = Sum(e[i] * rate[i], samples)  # of half the loss sum e^2
    falls = chain(
        slope,
        To(
            -Sum(
                a[k] ** 2 * g[k, i] * g[k, j] * x[i, q] * x[j, q] * e[i] * e[j] / m,
                neurons,
                samples,
                (j, 1, n),
                coordinates,
            ),
            "by the flow",
        ),
        To(-form, "the kernel", uses=(fixed, gram)),
        uses=(output, flow),
    )
    rayleigh = Quoted(
        "the least eigenvalue is the least Rayleigh quotient",
        HORN + ", theorem 4.2.2",
        states=(form, ">=", least * loss),
    )
    standing = Decided(
        Implies(least >= lam0 / 2, slope <= -lam0 / 2 * loss),
        "as long as the least eigenvalue is half of what it is in the limit",
        uses=(*falls, rayleigh),
    )
    gronwall = Quoted(
        "u' <= -c u until T gives u <= u(0) exp(-c t)",
        "Gronwall, Annals of Mathematics 20, 1919",
        states=Implies(slope <= -lam0 / 2 * loss, loss <= first_loss * exp(-lam0 * t)),
    )
    first = Assumed(
        first_loss <= E0**2, "at the start |e| <= E_0, a number that does not depend on the draw"
    )
    decay = Derivation(
        "Decay of the loss",
        (
            fixed,
            flow,
            output,
            gram,
            *falls,
            rayleigh,
            standing,
            gronwall,
            first,
            Decided(
                Implies(least >= lam0 / 2, loss <= E0**2 * exp(-lam0 * t)),
                "so long |e| decays at the rate lambda_0 / 2",
                uses=(standing, gronwall, first),
            ),
        ),
        DU + ", lemma 3.3",
    )
    at_that_speed = Defined(
        way,
        Integral(sqrt(n / m) * E0 * exp(-lam0 * t / 2), (t, 0, T)),
        "way at that speed",
    )
    path = Quoted(
        "|integral of a velocity| <= integral of its length",
        RUDIN + ", theorem 6.25",
        states=Implies(
            Sum(v[k, q] ** 2, coordinates) <= n / m * E0**2 * exp(-lam0 * t),
            farthest <= way,
        ),
    )
    short = Step(way, reach, "however long", relation="<", uses=(at_that_speed,))
    moved = Derivation(
        "How far a neuron moves",
        (
            path,
            at_that_speed,
            short,
            Decided(
                Implies(least >= lam0 / 2, farthest < reach),
                "so long no neuron moves as far as 2 sqrt(n / m) E_0 / lambda_0",
                uses=(speed, decay, path, short),
            ),
        ),
        DU + ", lemma 3.3",
    )
    return moved, decay, speed


def motion_of_the_kernel() -> tuple[Derivation, ...]:
    """Neurons that move no further than that change the kernel by at most lambda_0 / 4 with
    probability 1 - delta if m >= 512 n^5 |e_0|^2 / (pi delta^2 lambda_0^4).
    """
    n, d, i, j, q = symbols("n d i j q", integer=True, positive=True)
    lam0, E0, R, delta = symbols("lambda_0 E_0 R delta", positive=True)
    samples, coordinates, neurons = (i, 1, n), (q, 1, d), (k, 1, m)
    x = IndexedBase("x", real=True)
    # way of the farthest neuron, change of the kernel, and what switches may change of it: the sum
    # over entries of the share of neurons for which one of its two inputs starts within R of the
    # kink
    farthest, change, may_change = symbols("D V X", nonnegative=True)
    moves_much = Symbol("P_1", nonnegative=True)  # chance that X > lambda_0 / 4

    unit = Assumed(Eq(Sum(x[i, q] ** 2, coordinates), 1), "|x_i| = 1")
    radius = Defined(R, 2 * sqrt(n / m) * E0 / lam0, "as far as neurons may move")
    density = exp(-(z**2) / 2) / sqrt(2 * pi)
    chance = Integral(density, (z, -R, R))
    near, both, either = (
        IndexedBase(name, nonnegative=True) for name in ("p_near", "p_both", "p_either")
    )
    quarter = exp(z**2 / 4)
    half = Step(
        tanh(z**2 / 4), (quarter - 1 / quarter) / (quarter + 1 / quarter), "by exponentials"
    )
    tau = tanh(z**2 / 4)
    bell = Step(exp(-(z**2) / 2), (1 - tau) / (1 + tau), "half-angle", uses=(half,))
    peak = Step(density, 1 / sqrt(2 * pi), "largest at 0", relation="<=", uses=(bell,))
    length = Quoted(
        "an integral is at most the length of the interval times a bound of the function",
        RUDIN + ", theorem 6.12",
        states=Implies(density <= 1 / sqrt(2 * pi), chance <= 2 * R / sqrt(2 * pi)),
    )
    value = Step(chance, erf(R / sqrt(2)), "error function")
    strip = Derivation(
        "Chance that a kink is near",
        (
            half,
            bell,
            peak,
            length,
            value,
            Step(
                chance,
                2 * R / sqrt(2 * pi),
                "chance that |w . x| < R",
                relation="<=",
                uses=(value, peak, length),
            ),
        ),
        DU + ", lemma 3.2",
    )
    within = Symbol("p_R", nonnegative=True)
    strip_of = Defined(within, chance, "chance of a standard normal number")
    normal = tuple(
        Assumed(Eq(near[k, c], within), "w_k starts standard normal, |x| = 1: so w_k . x is, too")
        for c in (i, j)
    )
    boole = Quoted(
        "P(A or B) = P(A) + P(B) - P(A and B)",
        FELLER + ", section I.7",
        states=(either[k, i, j], "==", near[k, i] + near[k, j] - both[k, i, j]),
    )
    shares = Sum(either[k, i, j] / m, neurons, samples, (j, 1, n))
    expected = Derivation(
        "Mean of what may change",
        (
            boole,
            *normal,
            strip_of,
            value,
            *chain(
                shares,
                To(
                    2 * n**2 * within - Sum(both[k, i, j] / m, neurons, samples, (j, 1, n)),
                    "an entry may change by the share of neurons for which one of its two inputs "
                    "is near a kink: summed",
                ),
                To(2 * n**2 * within, "without the overlap", relation="<="),
                To(
                    4 * n**2 * R / sqrt(2 * pi),
                    "by the density at 0",
                    relation="<=",
                    uses=(strip_of, value, strip),
                ),
                uses=(boole, *normal),
            ),
        ),
        DU + ", lemma 3.2",
    )
    enough = 512 * n**5 * E0**2 / (pi * delta**2 * lam0**4)
    wide = Assumed(m >= enough, "the width for the motion")
    markov = Quoted(
        "Markov: P(X > c) <= E X / c; the mean of a sum of switches is the sum of their chances",
        FELLER + ", section IX.6",
        states=(moves_much, "<=", 4 / lam0 * shares),
    )
    bound = 16 * n**2 * R / (lam0 * sqrt(2 * pi))
    root = Symbol("rho", positive=True)
    ratio = Defined(root, bound / delta, "that bound over delta")
    square = Step(root**2, enough / m, "at the radius of the motion", uses=(ratio, radius))
    less = Step(root**2, 1, "at that width", "<=", uses=(square, wide))
    monotone = Decided(Implies(root**2 <= 1, root <= 1), "a square at most 1")
    at_width = Step(
        root * delta, delta, "the ratio is at most 1", relation="<=", uses=(less, monotone)
    )
    below = Decided(
        moves_much <= root * delta,
        "chance that more than lambda_0 / 4 may change",
        uses=(ratio, markov, expected),
    )
    motion = Derivation(
        "How far the kernel moves",
        (
            radius,
            wide,
            markov,
            ratio,
            square,
            less,
            monotone,
            at_width,
            below,
            Decided(moves_much <= delta, "at that width", uses=(below, at_width)),
        ),
        DU + ", lemma 3.2",
    )

    shift = IndexedBase("w", real=True)  # change of an input weight
    moves = Sum(shift[q] * x[i, q], coordinates)
    turned = IndexedBase("omega", real=True)
    across = Defined(
        turned[p, q], shift[p] * x[i, q] - shift[q] * x[i, p], "zero where the change is along x_i"
    )
    cauchy = Derivation(
        "Change of a preactivation",
        (
            unit,
            across,
            *chain(
                moves**2,
                To(
                    Sum(shift[q] ** 2, coordinates) * Sum(x[i, q] ** 2, coordinates)
                    - Sum(turned[p, q] ** 2, (p, 1, d), coordinates) / 2,
                    "Lagrange's identity",
                ),
                To(
                    Sum(shift[q] ** 2, coordinates),
                    "at most the way of the neuron",
                    relation="<=",
                    uses=(unit,),
                ),
                uses=(across,),
            ),
        ),
        DU + ", lemma 3.2",
    )
    kept = Implies(Abs(z) > R, z * (z + dz) > 0)  # the sign of a preactivation
    moved_by = Defined(dz, moves, "change of the preactivation z")
    no_further = Assumed(
        Sum(shift[q] ** 2, coordinates) <= farthest**2, "D is the way of the farthest neuron"
    )
    signs = Decided(
        Implies(farthest <= R, kept),
        "a neuron that starts further than R from the kink of an input does not reach it",
        uses=(moved_by, cauchy, no_further),
    )
    norm = Quoted(
        "for inputs of length 1 the norm of H(T) - H(0) is at most the sum of the sizes of its "
        "entries, each at most the share of neurons one of whose two gates switches",
        DU + ", proof of lemma 3.2",
        states=Implies(kept, change <= may_change),
    )
    switches = Derivation(
        "Only gates near a kink switch",
        (
            moved_by,
            no_further,
            signs,
            norm,
            Decided(
                Implies(farthest <= R, change <= may_change),
                "so the kernel changes at most by what these may change",
                uses=(signs, norm),
            ),
        ),
        DU + ", lemma 3.2",
    )
    return motion, switches, cauchy, expected, strip


def start_of_the_kernel() -> tuple[Derivation, ...]:
    """The kernel starts at most lambda_0 / 4 from its limit with probability 1 - delta if m >= 4
    n^2 / (delta lambda_0^2).
    """
    n, i, j = symbols("n i j", integer=True, positive=True)
    lam0, delta = symbols("lambda_0 delta", positive=True)
    samples = (i, 1, n)
    starts_far = Symbol("P_2", nonnegative=True)  # chance that S > lambda_0 / 4

    cosine, active, spread = (IndexedBase(name, real=True) for name in ("C", "p_on", "s_0"))
    turn = IndexedBase("tau", nonnegative=True)  # squared sine
    variance = Assumed(
        Eq(spread[i, j], cosine[i, j] ** 2 * active[i, j] * (1 - active[i, j]) / m),
        "an entry of H starts as a mean over m independent neurons of x_i . x_j times a switch "
        "that is 1 with chance p_on",
    )
    short_product = Assumed(
        Eq(cosine[i, j] ** 2, 1 - turn[i, j]), "|x_i . x_j| <= 1 for inputs of length 1"
    )
    distance = Sum(spread[i, j], samples, (j, 1, n))
    scatter = Derivation(
        "Mean squared distance of the kernel from its limit",
        (
            variance,
            short_product,
            *chain(
                distance,
                To(
                    n**2 / (4 * m)
                    - Sum(
                        turn[i, j] / 4 + cosine[i, j] ** 2 * (Rational(1, 2) - active[i, j]) ** 2,
                        samples,
                        (j, 1, n),
                    )
                    / m,
                    "p (1 - p) = 1/4 - (1/2 - p)^2",
                    uses=(short_product,),
                ),
                To(n**2 / (4 * m), "at most 1/4 per entry", relation="<="),
                uses=(variance,),
            ),
        ),
        DU + ", lemma 3.1",
    )
    wide_start = Assumed(m >= 4 * n**2 / (delta * lam0**2), "the width for the start")
    chebyshev = Quoted(
        "Chebyshev: P(S > c) <= E S^2 / c^2; S is at most the root of the sum of squared entries",
        FELLER + ", section IX.6; " + HORN + ", section 5.6",
        states=(starts_far, "<=", 16 / lam0**2 * distance),
    )
    far = Decided(
        starts_far <= 4 * n**2 / (lam0**2 * m),
        "chance that it starts further than lambda_0 / 4 away",
        uses=(chebyshev, scatter),
    )
    less_far = Decided(4 * n**2 / (lam0**2 * m) <= delta, "a wide network", uses=(wide_start,))
    at_start = Derivation(
        "How far the kernel starts from its limit",
        (
            wide_start,
            chebyshev,
            far,
            less_far,
            Decided(starts_far <= delta, "at that width", uses=(far, less_far)),
        ),
        DU + ", lemma 3.1",
    )
    return at_start, scatter


def wide_networks_converge() -> tuple[Derivation, ...]:
    """Flow ends at zero loss with probability 1 - 2 delta if m >= 512 n^5 |e_0|^2 / (pi delta^2
    lambda_0^4), 4 n^2 / (delta lambda_0^2).
    """
    n = Symbol("n", integer=True, positive=True)
    lam0, E0, R, delta = symbols("lambda_0 E_0 R delta", positive=True)
    # until a time T: least eigenvalue of the kernel, way of the farthest neuron, change of the
    # kernel, at most X; S is how far it starts from its limit, whose least eigenvalue is lambda_0
    least = Symbol("ell", real=True)
    farthest, change, may_change, off = symbols("D V X S", nonnegative=True)
    moves_much, starts_far, success = symbols("P_1 P_2 P", nonnegative=True)  # chances

    moved, decay, _ = derive(motion_of_neurons)
    motion, switches, *_ = derive(motion_of_the_kernel)
    at_start, _ = derive(start_of_the_kernel)
    radius = Defined(R, 2 * sqrt(n / m) * E0 / lam0, "as far as neurons may move")
    weyl = Quoted(
        "the least eigenvalue of a sum is at least the least one less the norm of the other term",
        "Weyl; " + HORN + ", theorem 4.3.1",
        states=(least, ">=", lam0 - off - change),
    )
    good = And(may_change <= lam0 / 4, off <= lam0 / 4)  # starts of both kinds
    enough_left = Decided(
        Implies(And(good, farthest <= R), least >= lam0 / 2),
        "as long as no neuron has moved further than R",
        uses=(switches, weyl),
    )
    never = Decided(
        Implies(good, Ne(farthest, R)),
        "a first time at which the farthest neuron has moved R does not exist: until then it would "
        "have moved less",
        uses=(enough_left, moved, radius),
    )
    between = Quoted(
        "a continuous function of T that starts at 0 and never has the value R stays below it",
        RUDIN + ", theorem 4.23",
        states=Implies(Ne(farthest, R), farthest < R),
    )
    below_radius = Decided(Implies(good, farthest < R), "at every T", uses=(never, between))
    stays = Derivation(
        "The least eigenvalue stays above lambda_0 / 2",
        (
            weyl,
            radius,
            enough_left,
            never,
            between,
            below_radius,
            Decided(
                Implies(good, least >= lam0 / 2), "at every T", uses=(enough_left, below_radius)
            ),
        ),
        DU + ", lemma 3.4",
    )
    converges = Decided(
        Implies(good, decay.result.args[1]),
        "flow ends at zero loss",
        uses=(stays, decay),
    )
    union = Quoted(
        "Boole: what holds unless A or B happens has the probability 1 - P(A) - P(B) at least",
        FELLER + ", section I.7",
        states=Implies(converges.formula, success >= 1 - moves_much - starts_far),
    )
    return (
        Derivation(
            "Flow ends at zero loss with probability 1 - 2 delta",
            (
                converges,
                union,
                Decided(
                    And(converges.formula, success >= 1 - 2 * delta),
                    "so it does with that probability",
                    uses=(converges, union, motion, at_start),
                ),
            ),
            DU + ", theorem 3.2",
        ),
        stays,
        Derivation(
            "The bound of the loss at the end",
            (Step(Limit(E0**2 * exp(-lam0 * t), t, oo), Integer(0), "zero loss"),),
            DU + ", theorem 3.2",
        ),
        Derivation(
            "Width for the motion",
            (
                Step(
                    Subs(
                        (8 * n ** Rational(5, 2) * E0 / (sqrt(2 * pi) * delta * lam0 * s)) ** 2,
                        s,
                        lam0 / 4,
                    ),
                    512 * n**5 * E0**2 / (pi * delta**2 * lam0**4),
                    "m for which the kernel moves by lambda_0 / 4",
                ),
            ),
            DU + ", theorem 3.2",
        ),
        Derivation(
            "Width for the start",
            (
                Step(
                    Subs(n**2 / (4 * delta * s**2), s, lam0 / 4),
                    4 * n**2 / (delta * lam0**2),
                    "m that starts lambda_0 / 4 off",
                ),
            ),
            DU + ", lemma 3.1",
        ),
    )


def linearised_flow() -> tuple[Derivation, ...]:
    """Gradient flow of the linearised model is kernel regression: in each mode f = f_0 + (1 -
    exp(-lambda t))(y - f_0).
    """
    f, w, G = (Function(name, real=True) for name in ("f", "w", "G"))
    g, b = Symbol("g", positive=True), Symbol("b", real=True)  # gradients along the mode
    weight = Symbol("w_1", real=True)
    fitted = f0 + (1 - exp(-lam * t)) * (y - f0)
    elsewhere = c / lam * (1 - exp(-lam * t)) * (y - f0)
    downhill = Subs(-Derivative((f0 + g * weight - y) ** 2 / 2, weight), weight, w(t))
    parameter = Defined(
        w(t), (f(t) - f0) / g, "parameter along the gradient g of the mode: f = f_0 + g w"
    )
    rate = Defined(lam, g**2, "the mode of Theta / n")
    flow = Assumed(Eq(Derivative(w(t), t), downhill), "gradient flow of the loss of the mode")
    slope = Step(downhill, -g * (f0 + g * w(t) - y), "g times the residual")
    motion = chain(
        Derivative(f(t), t),
        To(g * Derivative(w(t), t), "f moves with the parameter", uses=(parameter,)),
        To(-(g**2) * (f0 + g * w(t) - y), "which goes downhill", uses=(flow, slope)),
        To(-lam * (f(t) - y), "so f moves at the rate lambda", uses=(parameter, rate)),
    )
    varied = Defined(f(t), y + exp(-lam * t) * G(t), "variation of the constant")
    stands = chain(
        Derivative(G(t), t),
        To(
            exp(lam * t) * (Derivative(f(t), t) + lam * (f(t) - y)),
            "product rule",
            uses=(varied,),
        ),
        To(Integer(0), "so G stands still", uses=motion),
    )
    start = Assumed(Eq(G(0), f0 - y), "the flow starts at f_0")
    mode = Derivation(
        "In a mode of the kernel",
        (
            parameter,
            rate,
            flow,
            slope,
            *motion,
            varied,
            *stands,
            start,
            *chain(
                f(t),
                To(
                    y + exp(-lam * t) * (G(0) + Integral(Derivative(G(t), t), (t, 0, t))),
                    "start and change",
                    uses=(varied,),
                ),
                To(y + exp(-lam * t) * G(0), "no change", uses=stands),
                To(fitted, "the residual decays as exp(-lambda t)", uses=(start,)),
            ),
        ),
        JACOT,
        (Settles("lazy-kernel-equivalence", part="a mode"),),
    )
    across = Defined(
        c, b * g, "component of Theta(x, X) / n along the mode; b is the gradient at x"
    )
    other = Derivation(
        "At another point",
        (
            parameter,
            rate,
            across,
            *chain(
                b * w(t),
                To(
                    c / lam * (f(t) - f0),
                    "f moves there as at the data, by c over lambda",
                    uses=(parameter, across, rate),
                ),
                To(elsewhere, "that mode's share of f(x, t) - f_0(x)", uses=(mode,)),
            ),
        ),
        JACOT,
    )
    return (
        mode,
        other,
        Derivation(
            "In a mode of the kernel, at the end",
            (
                Step(
                    Limit(f(t), t, oo),
                    y,
                    "all modes with lambda > 0 are fitted",
                    uses=(mode,),
                ),
            ),
            JACOT,
        ),
        Derivation(
            "At another point, at the end",
            (
                Step(
                    Limit(b * w(t), t, oo),
                    c / lam * (y - f0),
                    "that mode's share of the kernel interpolant",
                    uses=(other,),
                ),
            ),
            JACOT,
        ),
    )


def digits_of_the_flow() -> tuple[Derivation, ...]:
    """The share that a mode has fitted is 2 tau / (1 + tau) with tau = tanh(lambda t / 2), without
    a difference at small lambda t and with its limit at infinite t.
    """
    tau = tanh(lam * t / 2)
    share = 2 * tau / (1 + tau)
    grows, falls = exp(lam * t / 2), exp(-lam * t / 2)
    half = Step(tau, (grows - falls) / (grows + falls), "by exponentials")
    digits = Derivation(
        "Share that a mode has fitted",
        (half, Step(1 - exp(-lam * t), share, "no difference is left", uses=(half,))),
        OWN,
    )
    mode, other = derive(linearised_flow)[:2]

    def by_tanh(flow: Derivation, found: Expr) -> Derivation:
        left, _, right = flow.states
        return Derivation(
            flow.title,
            chain(
                left,
                To(right, "closed form"),
                To(found, "by the half-angle tanh", uses=(digits,)),
                uses=(flow,),
            ),
            OWN,
        )

    return (
        by_tanh(mode, f0 + share * (y - f0)),
        by_tanh(other, c / lam * share * (y - f0)),
        digits,
        Derivation(
            "Share at small times",
            (
                Step(
                    Limit((1 - exp(-lam * t)) / t, t, 0, "+"),
                    lam,
                    "it is lambda t, to all its digits",
                    uses=(digits,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Share at the end",
            (Step(Limit(1 - exp(-lam * t), t, oo), Integer(1), "all", uses=(digits,)),),
            OWN,
        ),
    )


def antisymmetric_start() -> tuple[Derivation, ...]:
    """A mirrored copy with output weights -a gives f_0 = 0 and twice the kernel; the factor 1 /
    sqrt(2) keeps the kernel.
    """
    chi = IndexedBase("chi", real=True)  # product of the gradients of the features

    copy = IndexedBase("b", real=True)

    def kernel(weight: IndexedBase) -> Expr:
        return Sum(phi[k] * psi[k] + weight[k] ** 2 * chi[k], (k, 1, m))

    mirrored = Assumed(Eq(copy[k], -a[k]), "output weights of the copy, with the same features")
    factor = Defined(s, 1 / sqrt(2), "factor of the output")
    return (
        Derivation(
            "Mirrored copy",
            (
                mirrored,
                factor,
                *chain(
                    s**2 * (kernel(a) + kernel(copy)),
                    To(
                        2 * s**2 * kernel(a),
                        "products of gradients are even in a: they add",
                        uses=(mirrored,),
                    ),
                    To(kernel(a), "the kernel is quadratic in the output", uses=(factor,)),
                ),
            ),
            CHIZAT,
        ),
        Derivation(
            "Output of a mirrored start",
            (
                mirrored,
                Step(
                    Sum(a[k] * phi[k], (k, 1, m)) + Sum(copy[k] * phi[k], (k, 1, m)),
                    Integer(0),
                    "the outputs of the copies cancel",
                    uses=(mirrored,),
                ),
            ),
            CHIZAT,
        ),
    )


def lazy_drift() -> tuple[Derivation, ...]:
    """In the linear regime the parameters move by |y| / sqrt(lambda): as 1 / s with the output
    scale, as m^(-1/2) at kappa = m^(-1/2).
    """
    g, residual, rate = symbols("g r G", positive=True)  # gradient of a mode, its residual
    M = Symbol("M", positive=True)  # width as a real variable
    # kernel per neuron at kappa = 1, size of the parameters at the start
    share, size = (Function(name, positive=True)(M) for name in ("Theta_1", "theta_0"))
    impulse = Integral(g * residual * exp(-(g**2) * t), (t, 0, oo))
    moved = Derivation(
        "Distance in a mode",
        (Step(impulse, residual / g, "impulse of a mode that decays at the rate g^2"),),
        CHIZAT,
    )
    root = Defined(g, sqrt(lam), "by the rate of the mode")
    by_rate = Derivation(
        "Distance by the rate",
        (root, Step(impulse, residual / sqrt(lam), "r / sqrt(lambda)", uses=(moved, root))),
        CHIZAT,
    )
    neurons = Defined(lam, M * kappa**2 * share, "the kernel adds over M neurons")
    limit = Assumed(Eq(share, rate), "a kernel per neuron that does not depend on the width")
    units = Assumed(Eq(size, sqrt(M)), "M neurons that start at unit size")
    relative = Derivation(
        "Distance over the size of the start",
        (
            neurons,
            limit,
            units,
            *chain(
                impulse / size,
                To(residual / sqrt(lam) / size, "distance in a mode"),
                To(
                    residual / (sqrt(rate) * kappa * M),
                    "by the width",
                    uses=(neurons, limit, units),
                ),
                uses=(by_rate,),
            ),
        ),
        CHIZAT,
    )
    scaled = Step(
        Subs(impulse, g, s * g),
        residual / (s * g),
        "gradients grow with the scale, the start of the parameters does not",
        uses=(moved,),
    )

    def at(scale: Expr, found: Expr, why: str) -> tuple[Defined, Step]:
        chosen = Defined(kappa, scale, why)
        return chosen, Step(impulse / size, found, "so far", uses=(relative, chosen))

    with_limit, at_limit = at(
        1 / sqrt(M), residual / sqrt(rate * M), "the scale at which the kernel has a limit"
    )
    mean_field, at_mean_field = at(1 / M, residual / sqrt(rate), "the mean-field scale")
    return (
        moved,
        Derivation(
            "With the output scale",
            (
                scaled,
                Step(
                    s * Derivative(log(scaled.lhs), s),
                    Integer(-1),
                    "exponent in the scale",
                    uses=(scaled,),
                ),
            ),
            CHIZAT,
        ),
        Derivation(
            "With the width",
            (
                with_limit,
                at_limit,
                Step(
                    M * Derivative(log(at_limit.rhs), M),
                    -Rational(1, 2),
                    "exponent in the width",
                    uses=(at_limit,),
                ),
            ),
            CHIZAT,
        ),
        Derivation(
            "Mean-field scale",
            (
                mean_field,
                at_mean_field,
                Step(
                    M * Derivative(log(at_mean_field.rhs), M),
                    Integer(0),
                    "at kappa = 1 / m they move by their own size",
                    uses=(at_mean_field,),
                ),
            ),
            CHIZAT,
        ),
        by_rate,
        relative,
    )


def mirrored_error() -> tuple[Derivation, ...]:
    """For a smooth activation mirrored neurons cancel the second-order error: at kappa = m^(-1/2)
    what is left falls as 1 / m.
    """
    u, v, size = symbols("u v delta", real=True)  # impulses: da = u delta, dz = A v delta
    M = Symbol("M", positive=True)
    second, third = symbols("sigma_2 sigma_3", real=True)
    neuron = (A + u * size) * sigma(z + A * v * size)
    mirror = (-A + u * size) * sigma(z - A * v * size)
    left = u * A**2 * v**2 * second + A**4 * v**3 * third / 3
    names = tuple(
        Defined(name, Derivative(sigma(z), (z, order)), f"derivative of order {order} at z")
        for name, order in ((second, 2), (third, 3))
    )

    def derivative(output: Expr, order: int) -> Expr:
        return Subs(Derivative(output, (size, order)), size, 0)

    odd = Step(
        mirror,
        -Subs(neuron, size, -size),
        "delta moves a evenly and z oddly in a: the mirror image goes the other way",
    )
    even = Step(
        derivative(neuron + mirror, 2),
        Integer(0),
        "so the pair is odd in delta and has no second order",
        uses=(odd,),
    )
    cubic = Step(
        derivative(neuron + mirror, 3), 6 * left, "its first error is of third order", uses=names
    )
    error = (
        derivative(neuron + mirror, 2) * size**2 / 2 + derivative(neuron + mirror, 3) * size**3 / 6
    )
    pair = Derivation(
        "A neuron and its mirror image",
        (
            odd,
            even,
            *names,
            cubic,
            Step(
                error,
                left * size**3,
                "what the linearisation leaves out, up to third order",
                uses=(even, cubic),
            ),
        ),
        OWN,
    )
    impulse = Defined(s, 1 / (M * kappa**2), "the integral of the residual, by the rate M kappa^2")
    moved = Defined(size, kappa * s, "a neuron moves by kappa times that integral")
    scale = Defined(kappa, 1 / sqrt(M), "the scale at which the kernel has a limit")
    whole = chain(
        M * kappa * error,
        To(M * kappa * left * size**3, "M neurons"),
        To(left / (M**2 * kappa**2), "each moved by that impulse", uses=(moved, impulse)),
        To(left / M, "at kappa = m^(-1/2)", uses=(scale,)),
        uses=(pair,),
    )
    return (
        pair,
        Derivation(
            "Exponent in the width",
            (
                impulse,
                moved,
                scale,
                *whole,
                Step(
                    M * Derivative(left / M, M) / (left / M),
                    Integer(-1),
                    "exponent",
                    domain=(Ne(left, 0),),
                    uses=whole[-1:],
                ),
            ),
            OWN,
        ),
    )


def step_of_descent() -> tuple[Derivation, ...]:
    """Descent with step h decays as exp(-lambda t (1 + h lambda / 2 + ...)): its gap to the flow is
    of first order in h.
    """
    steps = Symbol("k", integer=True, nonnegative=True)
    left = Function("r", positive=True)(steps)  # share of the residual that is left
    kept = Symbol("q", positive=True)
    pace = Function("mu", positive=True)
    per_time = Defined(pace(h), -log(left) / (steps * h), "rate of decay over k steps")
    ahead = -(lam**2) * t / 2 * exp(-lam * t)
    factor = Defined(kept, 1 - h * lam, "what a step keeps of the residual, for h lambda < 1")
    descent = Induction(
        steps,
        0,
        Integer(1),
        SO_FAR - h * lam * SO_FAR,
        kept**steps,
        "a step takes h lambda of the residual away",
        sequence=left,
        uses=(factor,),
    )
    decay = Step(
        pace(h),
        -log(kept) / h,
        "the same for all k > 0",
        domain=(steps > 0,),
        uses=(per_time, descent),
    )
    count = Defined(steps, t / h, "steps up to the time t")
    apart = Step(
        (left - exp(-lam * t)) / h,
        ((1 - h * lam) ** (t / h) - exp(-lam * t)) / h,
        "gap between descent and flow, over the step",
        uses=(descent, factor, count),
    )
    gap = Derivation(
        "Gap to the flow",
        (
            factor,
            descent,
            count,
            apart,
            Step(
                Limit(apart.rhs, h, 0, "+"), ahead, "first order: descent is ahead", uses=(apart,)
            ),
        ),
        OWN,
    )
    return (
        Derivation(
            "Rate of descent",
            (
                per_time,
                factor,
                descent,
                decay,
                Step(
                    Limit((pace(h) / lam - 1) / h, h, 0, "+"),
                    lam / 2,
                    "first correction, relative: h lambda / 2",
                    uses=(decay, factor),
                ),
            ),
            OWN,
        ),
        gap,
        Derivation(
            "Exponent of the gap",
            (
                Step(
                    h * Derivative(log(-h * gap.states[0]), h),
                    Integer(1),
                    "halving the step halves the gap",
                    domain=(t > 0,),
                    uses=(gap,),
                ),
            ),
            OWN,
        ),
    )


def five_points_on_the_circle() -> tuple[Derivation, ...]:
    """The gate kernel x.x' k_0 of five equispaced points on the circle has the least eigenvalue
    3/10.
    """
    from theory.phase_diagram import kernel_sizes

    gate = derive(kernel_sizes)[0]
    (angle,) = gate.result.free_symbols
    eigenvalue = Symbol("x", real=True)
    near, far = symbols("K_1 K_2", real=True)  # entries of neighbours, and of the others
    of_mode = IndexedBase("mu", real=True)
    least = Rational(3, 10)

    def entry(apart: int) -> Expr:
        return near if apart in (1, 4) else far if apart in (2, 3) else Rational(1, 2)

    def mode(q: int) -> Expr:
        return sum(entry(j) * cos(2 * pi * j * q / 5) for j in range(5))

    entries = tuple(
        Defined(
            name,
            Subs(cos(angle) * gate.states[0], angle, 2 * pi * j / 5),
            f"x.x' k_0 at the angle 2 pi {j} / 5; on the diagonal it is 1/2",
        )
        for j, name in ((1, near), (2, far))
    )
    modes = tuple(
        Defined(of_mode[q], mode(q), f"the cosine that goes round {q} times") for q in range(3)
    )
    zero = Determinant(Matrix(5, 5, lambda i, j: entry(abs(i - j))) - eigenvalue * eye(5))
    spectrum = Step(
        zero,
        (of_mode[0] - eigenvalue) * (of_mode[1] - eigenvalue) ** 2 * (of_mode[2] - eigenvalue) ** 2,
        "entries depend on the distance only: a circulant matrix, whose modes are the cosines and "
        "sines",
        uses=modes,
    )
    second = Derivation(
        "Value",
        (
            *entries,
            modes[2],
            Step(of_mode[2], least, "in closed form", uses=(modes[2], *entries, gate)),
        ),
        DU,
    )
    others = tuple(
        Derivation(
            title,
            (
                *entries,
                modes[q],
                Step(of_mode[q], least, why, relation=">", uses=(modes[q], *entries, gate)),
            ),
            DU,
        )
        for q, title, why in (
            (0, "The constant mode", "it is not the least"),
            (1, "The first cosine", "nor is this"),
        )
    )
    return (
        Derivation(
            "Least eigenvalue",
            (
                *modes,
                spectrum,
                Decided(
                    And(
                        Implies(Eq(zero, 0), eigenvalue >= least),
                        Implies(Eq(eigenvalue, least), Eq(zero, 0)),
                    ),
                    "3/10 is an eigenvalue, and none is less",
                    uses=(spectrum, second, *others),
                ),
            ),
            DU,
        ),
        second,
        *others,
    )


def descent_converges() -> tuple[Derivation, ...]:
    """Descent on a standing kernel loses at least the share eta lambda_0 / 2 of the loss per step,
    for eta lambda_max at most 3 / 2.
    """
    lam0 = Symbol("lambda_0", positive=True)
    least = Assumed(lam0 <= lam, "lambda_0 is the least eigenvalue")
    small = Assumed(h * lam <= Rational(3, 2), "the learning rate h = eta is small enough")
    return (
        Derivation(
            "Loss of a mode per step",
            (
                least,
                small,
                *chain(
                    (1 - h * lam) ** 2,
                    To(
                        1 - h * lam / 2,
                        "a step multiplies the squared residual of a mode by (1 - eta lambda)^2",
                        relation="<=",
                        uses=(small,),
                    ),
                    To(
                        1 - h * lam0 / 2,
                        "a mode that is faster loses more",
                        relation="<=",
                        uses=(least,),
                    ),
                ),
            ),
            DU + ", theorem 4.1; elementary for a standing kernel",
        ),
        Derivation(
            "How far the linearised model is from that bound",
            (
                Step(
                    Limit(2 * log(1 - h * lam0) / log(1 - h * lam0 / 2), h, 0, "+"),
                    Integer(4),
                    "the slowest mode decays four times as fast as the bound, for small steps",
                ),
            ),
            OWN,
        ),
    )


def standard_start() -> tuple[Derivation, ...]:
    """Weights of standard deviation sqrt(2 / D) shrink with the width D, and the rate of descent
    grows like D.
    """
    D, d = symbols("D d", positive=True)
    rate = D * (2 / d * k1 + 2 / D * dot * k0)
    unit = Step(
        Integral(z**2 * exp(-(z**2) / 2) / sqrt(2 * pi), (z, 0, oo)),
        Rational(1, 2),
        "E relu^2 of a standard normal preactivation",
    )
    behind = Sum(s / m * unit.lhs, (k, 1, m))
    squared = Step(behind, s / 2, "m products of variance s / m", uses=(unit,))
    kept = Assumed(Eq(behind, 1), "a layer keeps the variance of the preactivations")
    deviation = chain(
        sqrt(s / m),
        To(sqrt(2 * behind / m), "standard deviation of a weight behind m units", uses=(squared,)),
        To(sqrt(2 / m), "s = 2", uses=(kept,)),
    )
    start = Subs(
        m * (beta_2**2 * k1 + beta_1**2 * dot * k0),
        (m, beta_1, beta_2),
        (D, sqrt(2 / D), sqrt(2 / d)),
    )
    pace = Derivation(
        "Tangent kernel of this start",
        (Step(start, rate, "at alpha = 1, with the variances 2 / D and 2 / d"),),
        OWN,
    )
    return (
        Derivation(
            "Standard deviation of a weight behind D units",
            (
                unit,
                squared,
                kept,
                *deviation,
                Step(
                    m * Derivative(log(deviation[-1].rhs), m),
                    -Rational(1, 2),
                    "so the standard deviation falls as m^(-1/2)",
                    uses=deviation[-1:],
                ),
            ),
            "He, Zhang, Ren, Sun, ICCV 2015",
            (
                Settles(
                    "udl-width-smaller-start-fewer-steps", part="exponent of the standard deviation"
                ),
            ),
        ),
        Derivation(
            "Steps at a fixed learning rate",
            (
                Step(
                    Limit(D * Derivative(log(1 / start), D), D, oo),
                    Integer(-1),
                    "the number of steps goes as one over the rate: it falls as 1 / D",
                    domain=(k1 > 0,),
                    uses=(pace,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Rate at large width",
            (
                Step(
                    Limit(start / D, D, oo),
                    2 * k1 / d,
                    "the output weights drive it: it grows like D",
                    uses=(pace,),
                ),
            ),
            OWN,
        ),
        pace,
    )


def gate_matrix(inputs: list[list[float]]) -> Matrix:
    """The gate kernel x.x' k_0 of inputs given as exact numbers, entry by entry a closed
    expression.
    """
    from theory import derive
    from theory.phase_diagram import kernel_sizes

    gate = derive(kernel_sizes)[0].result
    (at,) = gate.free_symbols
    rows = [[Rational(entry) for entry in row] for row in inputs]

    def entry(i: int, j: int) -> Expr:
        product, square, other = (
            sum(u * v for u, v in zip(rows[p], rows[q], strict=True))
            for p, q in ((i, j), (i, i), (j, j))
        )
        return product * gate.subs(at, acos(product / sqrt(square * other)))

    return Matrix(len(rows), len(rows), entry)
