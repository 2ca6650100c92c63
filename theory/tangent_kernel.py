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
    Heaviside,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Limit,
    Matrix,
    Max,
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
    summed,
)
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
mean = Function("E", real=True)  # of a random variable
epsilon = Symbol("epsilon", positive=True)  # size of a change of the parameters
JACOT = "Jacot, Gabriel, Hongler, NeurIPS 2018"
CHIZAT = "Chizat, Oyallon, Bach, NeurIPS 2019"
DU = "Du, Zhai, Poczos, Singh, ICLR 2019"
FELLER = "Feller, An Introduction to Probability Theory and Its Applications I, Wiley 1968"
HORN = "Horn, Johnson, Matrix Analysis, second edition, Cambridge 2013"
RUDIN = "Rudin, Principles of Mathematical Analysis, third edition, McGraw-Hill 1976"


def linearity(whole: Expr, parts: Expr) -> Quoted:
    """The mean of ``whole`` by means of its terms."""
    return Quoted(
        "a mean is linear",
        FELLER + ", section IX.2",
        (mean(whole), "==", parts),
    )


def integral_of_slope(of: Expr, by: Symbol) -> Quoted:
    """``of`` by its value at zero and its slope."""
    return Quoted(
        "a function is the integral of its slope",
        RUDIN + ", theorem 6.21",
        (of, "==", of.subs(by, 0) + Integral(Derivative(of, by), (by, 0, by))),
    )


def linear_in_output_weights() -> tuple[Derivation, ...]:
    """With frozen input weights the model is linear in the output weights: a random feature
    model.
    """
    model = Sum(a[k] * phi[k], (k, 1, m)) / alpha
    moved = Sum((a[k] + da[k]) * phi[k], (k, 1, m)) / alpha
    inside = (p <= m,)
    by_one = Step(
        Derivative(model, a[p]),
        phi[p] / alpha,
        "feature phi_k = sigma(w_k . x): one term contains a_p, and that term is a product",
        domain=inside,
    )
    first = Step(
        Sum(Derivative(model, a[p]) * da[p], (p, 1, m)),
        Sum(da[k] * phi[k], (k, 1, m)) / alpha,
        "the first order in a change of a is the model of the change",
        uses=(by_one,),
    )
    return (
        Derivation(
            "Derivative by one output weight",
            (
                by_one,
                Step(
                    Derivative(moved, a[p]) - Derivative(model, a[p]),
                    Integer(0),
                    "no output weight enters it: a change of all of them leaves it as it is",
                    domain=inside,
                    uses=(by_one,),
                ),
            ),
            LUO + ", section 1.2",
            (Settles("phase-linear-if-only-a-trained", by=by_one),),
        ),
        Derivation(
            "Affine in the output weights",
            (
                by_one,
                first,
                Step(
                    moved - model - first.lhs,
                    Integer(0),
                    "a change of a adds just that, however large: nothing is left beyond the first "
                    "order",
                    uses=(first,),
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
    u, v, along = symbols("u v s", real=True)
    curve, slope = Function("f", real=True), IndexedBase("g", real=True)
    by_u = Step(Derivative(u * v, u), v, "the derivative by u does not contain u")
    by_v = Step(Derivative(u * v, v), u, "nor that by v contain v")
    linear = Sum(slope[p] * da[p], (p, 1, m))
    constant = Assumed(
        Eq(Derivative(curve(along), along), linear),
        "f on the segment s from the start, 0, to a change da_p of the parameters, 1: every "
        "derivative g_p is free of all parameters",
    )
    return (
        Derivation(
            "Free of its own parameter: the product u v",
            (
                by_u,
                by_v,
                Step(
                    (u + dA) * (v + dz)
                    - (u * v + Derivative(u * v, u) * dA + Derivative(u * v, v) * dz),
                    dA * dz,
                    "yet the product is not its linear part",
                    uses=(by_u, by_v),
                ),
            ),
            OWN,
            (Settles("phase-linear-definition-own-parameter", part="own parameter"),),
        ),
        Derivation(
            "Free of all parameters",
            (
                constant,
                *chain(
                    curve(1) - curve(0) - linear,
                    To(
                        Integral(Derivative(curve(along), along), (along, 0, 1)) - linear,
                        "f along a segment is the integral of its slope",
                    ),
                    To(
                        Integer(0),
                        "a constant slope gives an affine function, which is its own linear part",
                        uses=(constant,),
                    ),
                ),
            ),
            OWN,
            (Settles("phase-linear-definition-own-parameter", part="all parameters"),),
        ),
    )


def linearisation_remainder() -> tuple[Derivation, ...]:
    """The error of the linearised model is of second order in the change, and relative to large a
    it is the relative change of w.
    """
    slope, bend, x = symbols("sigma_1 sigma_2 x", real=True)
    most_slope, most_bend, bound = symbols("S_1 S_2 S", positive=True)
    between = Symbol("xi", positive=True)

    def neuron(change: Expr) -> Expr:
        return (A + change * dA) * sigma(z + change * dz)

    def there(order: int) -> Expr:
        return Subs(Derivative(sigma(x), (x, order)), x, z + between * dz)

    linear = A * sigma(z) + epsilon * (dA * sigma(z) + A * dz * Derivative(sigma(z), z))
    bent = Subs(Derivative(neuron(s), (s, 2)), s, between)
    second = 2 * dA * dz * slope + (A + between * dA) * dz**2 * bend
    most = Abs(dA * dz) * most_slope + (Abs(A) + Abs(dA)) * dz**2 * most_bend / 2
    taylor = Quoted(
        "Taylor with remainder: the error is epsilon^2 / 2 times the second derivative at a point "
        "xi between 0 and epsilon",
        "Rudin, Principles of Mathematical Analysis, third edition, McGraw-Hill 1976, theorem 5.15",
        (linear - neuron(epsilon), "==", -(epsilon**2) / 2 * bent),
    )
    named = (
        Defined(slope, there(1), "slope of the activation at this point"),
        Defined(bend, there(2), "its second derivative there"),
    )
    curvature = Step(bent, second, "second derivative along the change", uses=named)
    bounded = (
        Assumed(Abs(bend) <= most_bend, "activation with a bounded second derivative"),
        Assumed(Abs(slope) <= most_slope, "so that on a bounded interval its slope is bounded"),
        Assumed(between <= 1, "a change of at most dA, dz"),
    )
    size = Defined(bound, most, "a bound that does not depend on epsilon")
    error = chain(
        Abs(linear - neuron(epsilon)),
        To(epsilon**2 / 2 * Abs(second), "the error", uses=(taylor, curvature)),
        To(epsilon**2 * most, "both derivatives are bounded", uses=bounded, relation="<="),
        To(epsilon**2 * bound, "of second order", uses=(size,)),
    )
    relu = (A + epsilon * dA) * Max(0, z + epsilon * dz)
    missed = relu - A * Max(0, z) - epsilon * (dA * Max(0, z) + A * dz)
    active = (
        Assumed(z > 0, "an active neuron"),
        Assumed(z + epsilon * dz > 0, "no neuron crosses its kink"),
    )
    product = Step(missed, epsilon**2 * dA * dz, "an active neuron is a product", uses=active)
    return (
        Derivation(
            "Smooth activation",
            (
                taylor,
                *named,
                curvature,
                *bounded,
                size,
                *error,
                Step(
                    epsilon * Derivative(log(epsilon**2 * bound), epsilon),
                    Integer(2),
                    "so the exponent of the bound in the size of the change is two",
                    uses=(error[-1],),
                ),
            ),
            LUO + ", equation 1.2",
            (Settles("phase-linearisation-error-order", part="smooth"),),
        ),
        Derivation(
            "ReLU away from kinks",
            (
                *active,
                product,
                Step(
                    epsilon * Derivative(log(missed**2) / 2, epsilon),
                    Integer(2),
                    "exponent in the size of the change",
                    domain=(Ne(dA, 0), Ne(dz, 0)),
                    uses=(product,),
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
    """The ReLU tangent kernel has the mean m kappa^2 (k_1 / kappa' + kappa' x.x' k_0) at
    independent Gaussian weights.
    """
    # products of the input weights, and of a standard Gaussian vector, with the two inputs
    z1, z2, q, r = symbols("z_1 z_2 q r", real=True)
    here, there = A * Max(0, z1) / alpha, A * Max(0, z2) / alpha
    one = Step(
        Derivative(here, A) * Derivative(there, A)
        + dot * Derivative(here, z1) * Derivative(there, z2),
        (Max(0, z1) * Max(0, z2) + A**2 * dot * Heaviside(z1) * Heaviside(z2)) / alpha**2,
        "product of the gradients of a neuron: by its output weight, and by its preactivation, "
        "whose own derivatives are the inputs",
        domain=(Ne(z1, 0), Ne(z2, 0)),
    )
    features, gates = mean(Max(0, z1) * Max(0, z2)), mean(Heaviside(z1) * Heaviside(z2))
    moved = mean(A**2 * Heaviside(z1) * Heaviside(z2))
    square = Integral(z**2 * exp(-(z**2) / 2) / sqrt(2 * pi), (z, -oo, oo))
    unit = Step(square, Integer(1), "variance of a standard Gaussian")
    standard = Max(0, q) * Max(0, r)
    scaled = Step(
        Max(0, beta_2 * q) * Max(0, beta_2 * r), beta_2**2 * standard, "relu is homogeneous"
    )
    weights = (
        Assumed(Eq(moved, mean(A**2) * gates), "output weights independent of input weights"),
        Assumed(Eq(mean(A**2), beta_1**2 * square), "a ~ N(0, beta_1^2)"),
        Assumed(
            Eq(features, mean(scaled.lhs)), "w ~ N(0, beta_2^2 I): beta_2 times a standard one"
        ),
        Assumed(Eq(gates, k0), "k_0, which does not depend on beta_2"),
    )
    kernel = Assumed(Eq(mean(standard), k1), "k_1, the kernel of a standard Gaussian vector")
    linear = (
        linearity(one.rhs, (features + dot * moved) / alpha**2),
        linearity(scaled.rhs, beta_2**2 * mean(standard)),
    )
    scales = (
        Defined(kappa, beta_1 * beta_2 / alpha, "energy scale"),
        Defined(kappa_p, beta_1 / beta_2, "dynamical scale"),
    )
    return Derivation(
        "Tangent kernel of the two-layer model",
        (
            one,
            *weights,
            unit,
            scaled,
            kernel,
            *linear,
            *scales,
            *chain(
                beta_1 * beta_2 * Sum(mean(one.lhs), (k, 1, m)),
                To(
                    beta_1 * beta_2 * Sum(mean(one.rhs), (k, 1, m)),
                    "m neurons of the same law, time counted in beta_1 beta_2",
                    uses=(one,),
                ),
                To(
                    beta_1 * beta_2 * m / alpha**2 * (beta_2**2 * k1 + beta_1**2 * dot * k0),
                    "their means",
                    uses=(linear[0], *weights, unit, scaled, linear[1], kernel),
                ),
                To(
                    m * kappa**2 * (k1 / kappa_p + kappa_p * dot * k0),
                    "so the kernel depends on kappa and kappa' only",
                    uses=scales,
                ),
            ),
        ),
        JACOT + "; " + LUO,
    )


def degree_two_kernel() -> Derivation:
    """E[relu(w.x)^2 relu(w.x')^2] of unit inputs at an angle theta is (3 sin cos + (pi - theta)(1 +
    2 cos^2)) / (2 pi).
    """
    r, angle = symbols("r varphi", positive=True)
    u, v = symbols("u v", real=True)  # w.x, w.x'
    shape = 3 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2)
    radial = Integral(r**5 * exp(-(r**2) / 2), (r, 0, oo))
    angular = cos(angle) ** 2 * cos(angle - theta) ** 2 / (2 * pi)
    both_active = (angle, theta - pi / 2, pi / 2)
    product = mean(Max(0, u) ** 2 * Max(0, v) ** 2)
    plane = Assumed(
        Eq(product, Integral(radial * angular, both_active)),
        "w ~ N(0, I); in the plane of the unit inputs w.x = r cos(varphi), w.x' = r cos(varphi - "
        "theta)",
    )
    size = Step(radial, Integer(8), "radial part of the plane Gaussian")
    return Derivation(
        "Arc-cosine kernel of degree 2",
        (
            plane,
            size,
            *chain(
                product,
                To(
                    Integral(8 * angular, both_active),
                    "both are active between these angles",
                    uses=(plane, size),
                ),
                To(shape / (2 * pi), "angular part", domain=(And(theta > 0, theta < pi),)),
            ),
        ),
        "Cho, Saul, NeurIPS 2009",
    )


def gram_fluctuation() -> Derivation:
    """The mean of m feature products of unit inputs has the standard deviation sqrt((k_2 - k_1^2) /
    m).
    """
    k2, q = Symbol("k_2", real=True), IndexedBase("q", real=True)
    total, means = Sum(q[k], (k, 1, m)), Sum(mean(q[k]), (k, 1, m))
    pairs = Sum(q[k] ** 2, (k, 1, m)) + 2 * Sum(q[k] * Sum(q[p], (p, 1, k - 1)), (k, 1, m))
    mixed = Sum(mean(q[k] * q[p]), (p, 1, k - 1), (k, 1, m))
    squared = Sum(mean(q[k] ** 2), (k, 1, m)) + 2 * mixed
    square = summed(pairs, total**2, m, 1, "the square of the sum, pair by pair")
    linear = (linearity(total, means), linearity(pairs, squared))
    neurons = (
        Assumed(
            Eq(mean(q[k] * q[p]), mean(q[k]) * mean(q[p])),
            "feature products q_k, q_p of different neurons independent",
        ),
        Assumed(Eq(mean(q[k]), k1), "each with mean k_1"),
        Assumed(Eq(mean(q[p]), k1), "as every other"),
        Assumed(Eq(mean(q[k] ** 2), k2), "and E q^2 = k_2"),
    )
    return Derivation(
        "Fluctuation of an entry of the Gram matrix",
        (
            square,
            *linear,
            *neurons,
            *chain(
                sqrt(mean(total**2) / m**2 - (mean(total) / m) ** 2),
                To(
                    sqrt(mean(pairs) / m**2 - (mean(total) / m) ** 2),
                    "standard deviation of the mean of m",
                    uses=(square,),
                ),
                To(sqrt(squared / m**2 - (means / m) ** 2), "term by term", uses=linear),
                To(
                    sqrt((k2 - k1**2) / m),
                    "mixed products drop out: variances add",
                    uses=neurons,
                    domain=(k2 > k1**2,),
                ),
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
    # weights of a unit; slopes of two features; kernel of two units below
    W, dphi, dpsi, T = (IndexedBase(name, real=True) for name in ("W", "dphi", "dpsi", "T"))
    bias, same = Symbol("B", real=True), KroneckerDelta(k, p)

    def layer(of: IndexedBase) -> Expr:
        return sqrt(v / m) * Sum(W[k] * of[k], (k, 1, m)) + sqrt(b) * bias

    def wide(terms: Expr, value: Expr) -> Quoted:
        return Quoted(
            "sums over a layer tend to m times their means as the layers widen one after the other",
            JACOT + ", theorem 1",
            (Sum(terms, (k, 1, m)), "==", m * value),
        )

    weights = (
        Assumed(Eq(mean(W[k] * W[p]), same), "independent weights sqrt(v / m) W with E W^2 = 1"),
        Assumed(Eq(mean(bias * W[k]), 0), "independent of the bias sqrt(b) B"),
        Assumed(Eq(mean(bias**2), 1), "which has E B^2 = 1"),
    )
    linear = linearity(
        layer(phi) * layer(psi),
        v / m * Sum(phi[k] * Sum(mean(W[k] * W[p]) * psi[p], (p, 1, m)), (k, 1, m))
        + sqrt(v * b / m) * Sum(mean(bias * W[k]) * (phi[k] + psi[k]), (k, 1, m))
        + b * mean(bias**2),
    )
    itself = Step(Sum(same * psi[p], (p, 1, m)), psi[k], "one term is left", domain=(k <= m,))
    features = wide(phi[k] * psi[k], feature)
    covariance = Derivation(
        "Covariance of the next layer",
        (
            linear,
            *weights,
            itself,
            features,
            *chain(
                mean(layer(phi) * layer(psi)),
                To(
                    v / m * Sum(phi[k] * psi[k], (k, 1, m)) + b,
                    "m products by the weights and one by the bias",
                    uses=(linear, *weights, itself),
                ),
                To(v * feature + b, "in a wide layer", uses=(features,)),
            ),
        ),
        JACOT,
    )
    by_weight = tuple(
        Step(
            Derivative(layer(of), W[p]),
            sqrt(v / m) * of[p],
            f"derivative by a weight, {where}",
            domain=(p <= m,),
        )
        for of, where in ((phi, "at x"), (psi, "at x'"))
    )
    one = Quoted(
        "units of a wide layer have the same kernel and none with each other",
        JACOT + ", theorem 1",
        (T[k, p], "==", same * Theta),
    )
    own = Sum(Derivative(layer(phi), W[p]) * Derivative(layer(psi), W[p]), (p, 1, m))
    own_bias = Derivative(layer(phi), bias) * Derivative(layer(psi), bias)
    alone = Step(
        Sum(W[p] * dpsi[p] * same * Theta, (p, 1, m)),
        W[k] * dpsi[k] * Theta,
        "one term is left",
        domain=(k <= m,),
    )
    slopes = wide(W[k] ** 2 * dphi[k] * dpsi[k], gate)
    below = v / m * Sum(W[k] * dphi[k] * Sum(W[p] * dpsi[p] * T[k, p], (p, 1, m)), (k, 1, m))
    tangent = Derivation(
        "Tangent kernel of the next layer",
        (
            *by_weight,
            one,
            alone,
            features,
            slopes,
            *chain(
                own + own_bias + below,
                To(
                    v / m * Sum(phi[k] * psi[k], (k, 1, m))
                    + b
                    + v / m * Theta * Sum(W[k] ** 2 * dphi[k] * dpsi[k], (k, 1, m)),
                    "own parameters, and those below, which act through W phi'",
                    uses=(*by_weight, one, alone),
                ),
                To(
                    v * feature + b + Theta * v * gate,
                    "in a wide layer, where E W^2 = 1",
                    uses=(features, slopes),
                ),
            ),
        ),
        JACOT,
    )
    half = Step(
        Subs((sin(theta) + (pi - theta) * cos(theta)) / (2 * pi), theta, 0),
        Rational(1, 2),
        "E relu^2 = 1/2 on a unit input",
    )
    active = Step(
        Limit((pi - theta) / (2 * pi), theta, 0, "+"),
        Rational(1, 2),
        "and half of the units are active",
    )
    return (
        covariance,
        tangent,
        Derivation(
            "ReLU with v = 2 keeps the size",
            (
                half,
                active,
                Step(
                    Subs(tangent.result, (v, b, feature, gate), (2, 0, half.lhs, active.lhs)),
                    1 + Theta,
                    "every layer adds one, and what lies below neither grows nor shrinks",
                    uses=(tangent, half, active),
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
    half = Step(
        Subs(sin(theta / 2) ** 2, theta, angle),
        h,
        "h is the squared sine of half the angle",
        domain=part,
    )

    def wave(title: str, of: Expr, by_half: Expr, value: Expr) -> Derivation:
        calculation = chain(
            of,
            To(by_half, "double angle", domain=part),
            To(value, "by h", uses=(half,), domain=part),
        )
        return Derivation(title, (half, *calculation), OWN)

    return (
        wave("Sine", sin(angle), 2 * sqrt(half.lhs * (1 - half.lhs)), 2 * root),
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
        wave("Cosine", cos(angle), 1 - 2 * half.lhs, 1 - 2 * h),
        Derivation(
            "Close inputs",
            (
                Step(
                    Subs(Derivative(2 * asin(s), s), s, sqrt(h)),
                    2 / sqrt(1 - h),
                    "have small h, where the angle is as exact as h: d theta / d sqrt(h)",
                    domain=part,
                ),
            ),
            OWN,
        ),
    )


def next_angle() -> tuple[Derivation, ...]:
    """A ReLU layer takes the squared half-sine h of an angle to h - (sin theta - theta cos theta) /
    (2 pi), and biases shrink it.
    """
    part, near = (And(h > 0, h < 1),), (And(theta > 0, theta < pi),)
    # v |phi|^2 of the two inputs with weight variance v; bias variance
    a1, a2, b = symbols("A_1 A_2 b", positive=True)
    lost = sin(theta) - theta * cos(theta)
    product = (
        sin(theta) + (pi - theta) * cos(theta)
    ) / pi  # E[phi phi'] over the root of E[phi^2] E[phi'^2]
    whole, sizes = sqrt((a1 + b) * (a2 + b)), sqrt(a1 * a2)
    uneven = b * (sqrt(a1) - sqrt(a2)) ** 2 / (whole + sizes + b)
    angle, without = (
        2 * asin(sqrt(h)),
        h - (2 * sqrt(h * (1 - h)) - 2 * asin(sqrt(h)) * (1 - 2 * h)) / (2 * pi),
    )
    unbiased = Step(
        1 - product,
        2 * sin(theta / 2) ** 2 - lost / pi,
        "without bias: 1 and the cosine cancel by the half-angle",
        domain=near,
    )
    roots = Step(
        whole - sizes - b,
        uneven,
        "sizes of the two inputs with biases: extended by the sum of the roots",
    )
    following = (whole - (sizes * product + b)) / (2 * whole)
    one_less = Derivation(
        "One less the cosine of the next angle",
        (
            unbiased,
            roots,
            *chain(
                following,
                To(
                    sizes * (1 - product) / (2 * whole) + (whole - sizes - b) / (2 * whole),
                    "half of one less the cosine, in two differences",
                ),
                To(
                    (sizes * (2 * sin(theta / 2) ** 2 - lost / pi) + uneven) / (2 * whole),
                    "as a sum of terms that do not cancel",
                    uses=(unbiased, roots),
                    domain=near,
                ),
            ),
        ),
        OWN,
    )
    alone = Derivation(
        "In the half-angle, without bias",
        chain(
            Subs(Limit(following, b, 0, "+"), theta, angle),
            To(
                Subs(sin(theta / 2) ** 2 - lost / (2 * pi), theta, angle),
                "the sizes drop out",
                uses=(one_less,),
                domain=part,
            ),
            To(without, "the next h from h", domain=part),
        ),
        OWN,
    )
    bare = Defined(s, alone.states[0], "the squared half-sine that the layer gives without bias")
    positive = Quoted(
        "E[relu relu'], here by h, is a mean of products that are not negative",
        "Cho, Saul, NeurIPS 2009, section 2.1",
        ((2 * sqrt(h * (1 - h)) + (pi - angle) * (1 - 2 * h)) / (2 * pi), ">=", 0),
    )
    return (
        one_less,
        alone,
        Derivation(
            "In the half-angle, with bias",
            (
                bare,
                *chain(
                    (whole - (sizes * (1 - 2 * s) + b)) / (2 * whole),
                    To(
                        (2 * sizes * s + uneven) / (2 * whole),
                        "half of one less the cosine, with 1 - 2 s for that without bias",
                    ),
                    To(
                        (2 * sizes * without + uneven) / (2 * whole),
                        "the next h from h",
                        uses=(bare, alone),
                    ),
                ),
            ),
            OWN,
        ),
        Derivation(
            "No obtuse angles above the first layer",
            (
                positive,
                *chain(
                    Rational(1, 2) - without,
                    To(positive.states[0], "half the cosine of the next angle"),
                    To(Integer(0), "so this angle is at most a right one", (positive,), ">="),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Opposite inputs",
            (
                Step(
                    Subs(without, h, 1),
                    Rational(1, 2),
                    "opposite inputs become orthogonal features",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Growth of the next half-angle",
            (
                Step(
                    Derivative(without, h),
                    1 - 2 * asin(sqrt(h)) / pi,
                    "the next h grows with h",
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
    angle, cosine, rest = 2 * asin(sqrt(h)), 1 - 2 * h, pi - theta
    one, two = (r + rest * g) / (2 * pi), (3 * r * g + rest * (1 + 2 * g**2)) / (2 * pi)
    following = (1 - g) / 2 - (r - theta * g) / (2 * pi)
    double = Step(cos(angle), cosine, "double angle", domain=part)
    return (
        Derivation(
            "Angle from its half",
            (
                Step(
                    Integral(2 / sqrt(1 - s**2), (s, 0, sqrt(h))),
                    angle,
                    "d theta = 2 d s / cos(theta / 2) along s = sin(theta / 2), which ends at the "
                    "root of h",
                    domain=part,
                ),
            ),
            OWN,
        ),
        Derivation(
            "Its sine",
            (Step(sin(angle), 2 * sqrt(h - h**2), "double angle", domain=part),),
            OWN,
        ),
        Derivation(
            "Degree 1 by all three",
            (
                double,
                Step(
                    Subs(one, g, cos(angle)),
                    (r + rest * cosine) / (2 * pi),
                    "E[relu relu'] with its cosine from h",
                    uses=(double,),
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
                double,
                *chain(
                    Subs((1 - 2 * one) / 2, g, cos(angle)),
                    To(
                        Subs(following, g, cos(angle)),
                        "the next cosine is E[relu relu'] over E[relu^2] = 1/2",
                    ),
                    To(h - (r - theta * cosine) / (2 * pi), "its cosine from h", uses=(double,)),
                ),
            ),
            OWN,
        ),
    )


def opposite_inputs() -> tuple[Derivation, ...]:
    """Of inputs that lack an angle d of being opposite the kernels are d / (2 pi) and alternating
    series that begin with d^3 / (6 pi) and 2 d^5 / (15 pi).
    """
    d, missed = Symbol("d", positive=True), Symbol("e", real=True)
    near, close = (And(d > 0, d < pi),), And(d > 0, d <= Rational(11, 10))
    rounding = Rational(1, 2**53)

    def alternating(
        title: str, why: str, kernel: Expr, value: Expr, term: Expr, quotient: Expr, ends: list[int]
    ) -> Derivation:
        first, last = ends
        lead = term.subs(k, first)
        opposite = Step(Subs(kernel, theta, pi - d), value / (2 * pi), why, domain=near)
        whole, part = (Sum(term, (k, first, end)) for end in (oo, last))
        series = Step(
            whole,
            value,
            "both power series in one: what is large cancels term by term",
            domain=near,
        )
        ratio = Step(
            term.subs(k, k + 1) / term,
            -quotient,
            "terms alternate",
            domain=(And(k >= first, close),),
        )
        fall = Decided(
            Implies(And(k >= first, close), And(ratio.lhs < 0, ratio.lhs > -1)),
            "and fall as far as 11/10, beyond pi/3",
            uses=(ratio,),
        )
        error = Defined(missed, (part - whole) / lead, "what a part misses, over the first term")
        left_out = -term.subs(k, last + 1) / lead
        leibniz = Quoted(
            "an alternating sum of terms that fall and end with a positive one is too large, by at "
            "most the first term left out",
            "G. W. Leibniz; Knopp, Theorie und Anwendung der unendlichen Reihen, 1922",
            And(error.expr >= 0, error.expr <= left_out),
        )
        small = Decided(
            Implies(close, left_out < rounding), "which is below half a rounding of the first"
        )
        terms = sum(term.subs(k, j) for j in range(first, last + 1))
        few = Step(part, terms, "the terms that are kept")
        kept = (error, series, few, leibniz, fall)
        above = Step(missed, Integer(0), "the part is too large", ">=", (close,), kept)
        exact = Step(missed, rounding, "by nothing that tells", "<", (close,), (*kept, small))
        return Derivation(
            title,
            (
                opposite,
                series,
                ratio,
                fall,
                error,
                leibniz,
                small,
                few,
                above,
                exact,
                Step(
                    opposite.lhs + missed * lead / (2 * pi),
                    horner(terms / (2 * pi)),
                    "the kernel and its error",
                    domain=(close,),
                    uses=(opposite, error, series, few, above, exact),
                ),
            ),
            OWN,
        )

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
        alternating(
            "Degree 1",
            "E[relu relu']: a difference of close numbers",
            (sin(theta) + (pi - theta) * cos(theta)) / (2 * pi),
            sin(d) - d * cos(d),
            -((-1) ** k) * 2 * k * d ** (2 * k + 1) / factorial(2 * k + 1),
            d**2 / (2 * k * (2 * k + 3)),
            [1, 9],
        ),
        alternating(
            "Degree 2",
            "E[relu^2 relu'^2]: by the double angle",
            (3 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2)) / (2 * pi),
            d * (2 + cos(2 * d)) - 3 * sin(2 * d) / 2,
            (-4) ** k * (2 * k - 2) * d ** (2 * k + 1) / factorial(2 * k + 1),
            4 * d**2 * k / ((k - 1) * (2 * k + 2) * (2 * k + 3)),
            [2, 12],
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
    apart = sin(turn / 2) * cos(other / 2) - cos(turn / 2) * sin(other / 2)
    addition = Step(sin((turn - other) / 2), apart, "addition theorem")
    each = (
        Defined(p1, cos(turn), "cosine of the first turn"),
        Defined(p2, cos(other), "and of the second"),
        Defined(c1, cos(turn / 2), "cosine of half the first turn"),
        Defined(c2, cos(other / 2), "and of the second"),
        Defined(s1, sin(turn / 2), "sine of half the first turn"),
        Defined(s2, sin(other / 2), "and of the second"),
    )
    return Derivation(
        "Half-angle of turned inputs",
        (
            addition,
            *each,
            *chain(
                (1 - product) / 2,
                To(
                    cos(turn) * cos(other) * h + sin((turn - other) / 2) ** 2,
                    "cosine between (cos psi x, sin psi) and (cos psi' x', sin psi') of unit "
                    "inputs x, x', whose own is 1 - 2 h",
                    domain=part,
                ),
                To(cos(turn) * cos(other) * h + apart**2, "of half the angle", uses=(addition,)),
                To(
                    p1 * p2 * h + (s1 * c2 - c1 * s2) ** 2,
                    "half-angles with a bias: each input by itself",
                    uses=each,
                ),
            ),
        ),
        OWN,
    )


def erf_kernel() -> tuple[Derivation, ...]:
    """For phi = erf the Gaussian means are (2/pi) asin(2 C / sqrt((1 + 2 A)(1 + 2 B))) and 4 / (pi
    sqrt((1 + 2 A)(1 + 2 B) - 4 C^2)).
    """
    A, B, C, D = symbols("A B C D", positive=True)  # variances, covariance and their determinant
    q, r = symbols("q r", real=True)
    size = (1 + 2 * A) * (1 + 2 * B)
    slopes = 4 / (pi * sqrt(size - 4 * C**2))
    product = 2 / pi * asin(2 * C / sqrt(size))
    # the density of the pair with exp(-X^2 - Y^2) is exp(-(a X^2 + 2 b X Y + c Y^2) / 2)
    a11, a12, a22 = B / D + 2, -C / D, A / D + 2
    weighted = -(q**2) - r**2 - (B * q**2 - 2 * C * q * r + A * r**2) / (2 * D)
    form = -(a11 * q**2 + 2 * a12 * q * r + a22 * r**2) / 2
    plane = ((q, -oo, oo), (r, -oo, oo))
    pair = Derivative(erf(q), q) * Derivative(erf(r), r)
    bell = 4 / pi * exp(-(q**2) - r**2)
    determinant = Defined(D, A * B - C**2, "of the covariances")
    bells = Step(pair, bell, "slope of erf")
    law = Assumed(
        Eq(mean(bell), 4 / pi * Integral(exp(weighted), *plane) / (2 * pi * sqrt(D))),
        "X, Y Gaussian with mean zero, variances A, B and covariance C",
    )
    exponent = Step(weighted, form, "one quadratic form")
    gauss = Quoted(
        "the integral of exp(-(a x^2 + 2 b x y + c y^2) / 2) over the plane is 2 pi / sqrt(a c - "
        "b^2)",
        "Feller, An Introduction to Probability Theory and Its Applications, volume 2, Wiley 1971, "
        "section III.6",
        (Integral(exp(form), *plane), "==", 2 * pi / sqrt(a11 * a22 - a12**2)),
    )
    root = Step(
        a11 * a22 - a12**2,
        (1 + 2 * A + 2 * B + 4 * D) / D,
        "its determinant",
        uses=(determinant,),
    )
    of_slopes = Derivation(
        "Mean of the product of slopes",
        (
            determinant,
            bells,
            law,
            exponent,
            gauss,
            root,
            *chain(
                mean(pair),
                To(
                    4 / (pi * sqrt(D) * sqrt(a11 * a22 - a12**2)),
                    "over the plane",
                    uses=(bells, law, exponent, gauss),
                ),
                To(4 / (pi * sqrt(1 + 2 * A + 2 * B + 4 * D)), "by the root", uses=(root,)),
                To(slopes, "in the covariances", uses=(determinant,)),
            ),
        ),
        "Williams, NeurIPS 1996",
    )
    at = Function("M", real=True)  # the mean of the product, by the covariance
    price = Quoted(
        "d/dC E[f(X) g(Y)] = E[f'(X) g'(Y)] for Gaussian X, Y with covariance C",
        "Price, IRE Trans. Inf. Theory 4, 1958",
        (Derivative(at(C), C), "==", mean(pair)),
    )
    alone = Integral(erf(z) * exp(-s * z**2), (z, -oo, oo))
    odd = Step(alone, Integer(0), "erf is odd")
    apart = (
        Assumed(Eq(at(0), mean(erf(q)) * mean(erf(r))), "without covariance X, Y are independent"),
        Assumed(
            Eq(mean(erf(q)), Subs(alone, s, 1 / (2 * A)) / sqrt(2 * pi * A)),
            "X Gaussian with variance A",
        ),
    )
    start = Step(at(0), Integer(0), "so the mean begins with zero", uses=(*apart, odd))
    steep = Step(Derivative(product, C), slopes, "the slope of the arcsine", domain=(C**2 < A * B,))
    sums = integral_of_slope(at(C), C), integral_of_slope(product, C)
    return (
        of_slopes,
        Derivation(
            "Mean of the product",
            (
                price,
                odd,
                *apart,
                start,
                steep,
                *sums,
                *chain(
                    at(C),
                    To(
                        Integral(slopes, (C, 0, C)),
                        "its slope in C is the mean of the slopes, integrated from 0",
                        uses=(sums[0], start, price, of_slopes),
                    ),
                    To(product, "as that of the arcsine", uses=(sums[1], steep)),
                ),
            ),
            "Williams, NeurIPS 1996",
        ),
    )


def erf_at_any_size() -> tuple[Derivation, ...]:
    """With p^2 = 2 A / (1 + 2 A), q^2 = 1 - p^2 the means for erf are 4 q q' / (pi S) and (2/pi)
    atan(p p' cos theta / S) with a sum S of positive terms.
    """
    A, B, C = symbols("A B C", positive=True)
    p1, p2, q1, q2, S1 = symbols("p_1 p_2 q_1 q_2 S", positive=True)
    y = Symbol("y", real=True)
    size = (1 + 2 * A) * (1 + 2 * B)
    cross = sqrt(A * B) * (1 - 2 * h)  # the covariance, h the squared sine of half the angle
    left = size - 4 * A * B * (1 - 2 * h) ** 2
    whole = 1 + 2 * A + 2 * B + 16 * A * B * h * (1 - h)
    shares = (
        Defined(p1, sqrt(2 * A / (1 + 2 * A)), "share of the first input"),
        Defined(p2, sqrt(2 * B / (1 + 2 * B)), "and of the second"),
    )
    rests = (
        Defined(q1, 1 / sqrt(1 + 2 * A), "the rest, q^2 = 1 - p^2"),
        Defined(q2, 1 / sqrt(1 + 2 * B), "of the second"),
    )
    root = Defined(S1, sqrt(left / size), "root of the determinant over its largest value")
    of_slopes, of_features = derive(erf_kernel)
    arcsine, arctangent = asin(y / sqrt(y**2 + S1**2)), atan(y / S1)
    sine = Defined(y, 2 * cross / sqrt(size), "p p' cos theta")
    unit = Step(y**2 + S1**2, Integer(1), "y is a sine, S its cosine", uses=(sine, root))
    steep = Step(Derivative(arcsine, y), S1 / (S1**2 + y**2), "slope of the arcsine")
    same = Step(Derivative(arctangent, y), S1 / (S1**2 + y**2), "that of an arctangent")
    sums = integral_of_slope(arcsine, y), integral_of_slope(arctangent, y)
    return (
        Derivation(
            "Root of the determinant",
            (
                *shares,
                *rests,
                *chain(
                    sqrt(left / size),
                    To(
                        sqrt(whole / size),
                        "(1 + 2 A)(1 + 2 B) - 4 C^2 at C = sqrt(A B)(1 - 2 h), h the squared sine "
                        "of half the angle, over (1 + 2 A)(1 + 2 B)",
                    ),
                    To(
                        sqrt(4 * p1**2 * p2**2 * h * (1 - h) + q1**2 + p1**2 * q2**2),
                        "S: no difference is left",
                        uses=(*shares, *rests),
                    ),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Mean of the product of slopes",
            (
                *rests,
                root,
                *chain(
                    Subs(of_slopes.states[0], C, cross),
                    To(4 / (pi * sqrt(left)), "at the covariance", uses=(of_slopes,)),
                    To(
                        4 * q1 * q2 / (pi * S1),
                        "the determinant by S",
                        uses=(*rests, root),
                        domain=(And(h > 0, h < 1),),
                    ),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Mean of the product",
            (
                sine,
                root,
                unit,
                steep,
                same,
                *sums,
                *chain(
                    Subs(of_features.states[0], C, cross),
                    To(2 / pi * asin(y), "at the covariance", uses=(of_features, sine)),
                    To(2 / pi * arcsine, "y by its cosine", uses=(unit,)),
                    To(
                        2 / pi * Integral(S1 / (S1**2 + y**2), (y, 0, y)),
                        "integrated from 0",
                        uses=(sums[0], steep),
                    ),
                    To(
                        2 * arctangent / pi,
                        "as the arctangent, which keeps its digits near one",
                        uses=(sums[1], same),
                    ),
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
    wave = Step(
        Integral(2 * exp(-(z**2) / 2) / sqrt(2 * pi) * cos(lam * z), (z, 0, oo)),
        exp(-(lam**2) / 2),
        "mean of the cosine of a Gaussian of deviation lambda",
    )

    def law(of: Expr, variance: Expr, why: str) -> Assumed:
        return Assumed(Eq(mean(cos(of)), Subs(wave.lhs, lam, sqrt(variance))), why)

    laws = (
        law(q - r, A + B - 2 * C, "X - Y, for X, Y Gaussian with variances A, B and covariance C"),
        law(q + r, A + B + 2 * C, "and X + Y likewise"),
    )

    def derivation(title: str, product: Expr, sign: int, value: Expr) -> Derivation:
        split = Step(
            product,
            (cos(q - r) + sign * cos(q + r)) / 2,
            "addition theorems; X - Y and X + Y have the variances A + B -+ 2 C",
        )
        linear = linearity(split.rhs, (mean(cos(q - r)) + sign * mean(cos(q + r))) / 2)
        return Derivation(
            title,
            (
                wave,
                *laws,
                split,
                linear,
                *chain(
                    mean(product),
                    To(
                        (exp(-(A + B - 2 * C) / 2) + sign * exp(-(A + B + 2 * C) / 2)) / 2,
                        "the mean of each cosine",
                        uses=(split, linear, *laws, wave),
                        domain=(A + B > 2 * C,),
                    ),
                    To(exp(-(A + B) / 2) * value, "together"),
                ),
            ),
            OWN,
        )

    return (
        derivation("Mean of the product of slopes", cos(q) * cos(r), 1, cosh(C)),
        derivation("Mean of the product", sin(q) * sin(r), -1, sinh(C)),
    )


def sine_at_any_size() -> tuple[Derivation, ...]:
    """With r = A + B - 2 C the means for sin are exp(-r / 2) / (1 + tanh C) for slopes and that
    times tanh C, which nothing overflows.
    """
    A, B, C, r, slopes = symbols("A B C r k", positive=True)
    distance = Defined(r, A + B - 2 * C, "squared distance of x' and x, or -x' if that is nearer")
    return (
        Derivation(
            "Mean of the product of slopes",
            (
                distance,
                *chain(
                    exp(-(A + B) / 2) * cosh(C),
                    To(
                        exp(-(A + B - 2 * C) / 2) / (1 + tanh(C)),
                        "cosh C = exp(C) / (1 + tanh C): the exponent is that of the nearer of x' "
                        "and -x'",
                    ),
                    To(exp(-r / 2) / (1 + tanh(C)), "r for that distance", uses=(distance,)),
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

    def over(neuron: Symbol, terms: Expr) -> Expr:
        return Sum(terms, (neuron, 1, m))

    def output(neuron: Symbol, weight: IndexedBase, feature: IndexedBase) -> Expr:
        return over(neuron, weight[neuron] * feature[neuron])

    def gradients(weight: IndexedBase, scale: Expr) -> Step:
        here, there = (scale * output(p, weight, feature) for feature in (phi, psi))
        return Step(
            Derivative(here, weight[k]) * Derivative(there, weight[k])
            + chi[k] * Derivative(here, phi[k]) * Derivative(there, psi[k]),
            scale**2 * (phi[k] * psi[k] + weight[k] ** 2 * chi[k]),
            "product of the gradients by the weights of a neuron: by its output weight, and by its "
            "feature, whose own gradients have the product chi_k",
            domain=(k <= m,),
        )

    alone, original, mirror = gradients(a, Integer(1)), gradients(a, s), gradients(copy, s)
    mirrored = Assumed(Eq(copy[k], -a[k]), "output weights of the copy, with the same features")
    factor = Defined(s, 1 / sqrt(2), "factor of the output")
    return (
        Derivation(
            "Mirrored copy",
            (
                alone,
                original,
                mirror,
                mirrored,
                factor,
                *chain(
                    over(k, original.lhs) + over(k, mirror.lhs),
                    To(
                        2 * s**2 * over(k, alone.lhs),
                        "products of gradients are even in a: they add",
                        uses=(original, mirror, alone, mirrored),
                    ),
                    To(
                        over(k, alone.rhs),
                        "the kernel is quadratic in the output",
                        uses=(alone, factor),
                    ),
                ),
            ),
            CHIZAT,
        ),
        Derivation(
            "Output of a mirrored start",
            (
                mirrored,
                Step(
                    output(k, a, phi) + output(k, copy, phi),
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
    contraction = (1 - h * lam) ** 2
    bound = 1 - h * lam0 / 2
    small = Assumed(h * lam <= Rational(3, 2), "the learning rate h = eta is small enough")
    return (
        Derivation(
            "Loss of a mode per step",
            (
                least,
                small,
                *chain(
                    contraction,
                    To(
                        1 - h * lam / 2,
                        "a step multiplies the squared residual of a mode by (1 - eta lambda)^2",
                        relation="<=",
                        uses=(small,),
                    ),
                    To(
                        bound,
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
                    Limit(log(contraction.subs(lam, lam0)) / log(bound), h, 0, "+"),
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
