"""What is the tangent kernel of a wide network at its start?  Of two-layer ReLU networks in kappa
and kappa', of deep networks layer by layer, and of mirrored starts.

Setting.  f(x) = (1 / alpha) sum_k a_k sigma(w_k . x), a ~ N(0, beta_1^2), w ~ N(0, beta_2^2 I),
time in units of beta_1 beta_2; kappa = beta_1 beta_2 / alpha, kappa' = beta_1 / beta_2.  The
tangent kernel Theta(x, x') = grad f(x) . grad f(x') has for ReLU the mean m kappa^2 (k_1 / kappa' +
kappa' x.x' k_0), with the arc-cosine kernels k_j = E[relu(w.x)^j relu(w.x')^j].

Source: Jacot, Gabriel, Hongler, NeurIPS 2018; Chizat, Oyallon, Bach, NeurIPS 2019; Luo, Xu, Ma,
Zhang, JMLR 22(71), 2021, section 1.2.
"""

from sympy import (
    Derivative,
    Eq,
    Expr,
    Heaviside,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Limit,
    Max,
    Ne,
    Rational,
    Subs,
    Sum,
    Symbol,
    cos,
    exp,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Quoted,
    Step,
    To,
    chain,
)
from theory.notation import CHIZAT, FELLER, JACOT, LUO, alpha, beta_1, beta_2, kappa, kappa_p, mean

m, k, p = symbols("m k p", integer=True, positive=True)  # neurons
# output weights, features of two inputs
a, phi, psi = (IndexedBase(name, real=True) for name in ("a", "phi", "psi"))
A, z = symbols("A z", real=True)  # output weight of a neuron; a Gaussian number
k0, k1, dot = symbols("k_0 k_1 P", real=True)  # E[1 1'], E[relu relu'], x.x'
theta = Symbol("theta", positive=True)  # angle between two inputs
s = Symbol("s", positive=True)  # output scale


def linearity(whole: Expr, parts: Expr) -> Quoted:
    """The mean of ``whole`` by means of its terms."""
    return Quoted(
        "a mean is linear",
        FELLER + ", section IX.2",
        (mean(whole), "==", parts),
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
