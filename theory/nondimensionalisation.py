"""Which numbers does the training of a two-layer network depend on?  For any width, data and
dimension two remain, kappa and kappa', and each neuron conserves a quantity.

Setting.  f(x) = (1/alpha) sum_k a_k sigma(w_k . x), a_k ~ N(0, beta_1^2), w_k ~ N(0, beta_2^2 I_d),
trained by gradient flow on R = (1/2n) sum_i (f(x_i) - y_i)^2.  Sums run over any m neurons, n
samples, d coordinates.  Writing a = beta_1 a', w = beta_2 w', t = beta_1 beta_2 t' leaves, for a
positively homogeneous activation, two numbers: kappa = beta_1 beta_2 / alpha and kappa' = beta_1 /
beta_2.  Each neuron keeps kappa' a_k^2 - |w_k|^2 / kappa'.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, equations 1.1-1.10.
Prior art on conserved quantities and layer-wise rates: Du, Hu, Lee 2018; Kunin et al. 2024 (arXiv
2406.06158); Domine et al. 2024 (arXiv 2409.14623).
"""

from sympy import (
    Abs,
    Derivative,
    Expr,
    Function,
    IndexedBase,
    Integer,
    Limit,
    Matrix,
    Ne,
    Subs,
    Sum,
    Symbol,
    log,
    oo,
    sign,
    sqrt,
    tanh,
)

from theory import Defined, Derivation, Settles, Step
from theory.notation import (
    LUO,
    a,
    alpha,
    beta_1,
    beta_2,
    d,
    e,
    i,
    j,
    k,
    kappa,
    kappa_p,
    m,
    n,
    p,
    q,
    sigma,
    w,
    x,
    y,
    z,
)

h = IndexedBase("h", real=True)  # h[k, i] = sigma(w_k . x_i)
g = IndexedBase("g", real=True)  # g[k, i] = sigma'(w_k . x_i)
lam = Symbol("lambda", positive=True)


def preactivation(neuron: Expr, sample: Expr) -> Expr:
    """w_k . x_i"""
    return Sum(w[neuron, j] * x[sample, j], (j, 1, d))


def model(sample: Expr) -> Expr:
    """f(x_i)"""
    return Sum(a[k] * sigma(preactivation(k, sample)), (k, 1, m)) / alpha


def slope(argument: Expr) -> Expr:
    """sigma'(argument)"""
    return Subs(Derivative(sigma(z), z), z, argument)


def loss() -> Expr:
    """R_S(theta)"""
    return Sum((model(i) - y[i]) ** 2, (i, 1, n)) / (2 * n)


def relu(argument: Expr) -> Expr:
    """max(0, argument), in the form (z + |z|) / 2"""
    return (argument + Abs(argument)) / 2


def bias_absorption() -> Derivation:
    """A bias is one more coordinate: extending x to (x, 1) and w_k to (w_k, b_k) adds b_k to the
    preactivation and nothing else.
    """
    extended = Sum(w[k, j] * x[i, j], (j, 1, d + 1))
    return Derivation(
        "Biases are covered by one more coordinate",
        (
            Step(
                extended,
                preactivation(k, i) + w[k, d + 1] * x[i, d + 1],
                "the last coordinate is split off",
            ),
            Step(
                extended - w[k, d + 1] * (x[i, d + 1] - 1),
                preactivation(k, i) + w[k, d + 1],
                "with a last input of one, the last weight is added as a bias",
            ),
        ),
        LUO,
        (Settles("phase-bias-absorption"),),
    )


def input_weight_gradient() -> Derivation:
    """The derivative of the model with respect to one input weight has one term, that of its own
    neuron.
    """
    return Derivation(
        "Derivative with respect to the weights of one neuron",
        (
            Step(
                Derivative(model(i), w[p, q]),
                a[p] * slope(preactivation(p, i)) * x[i, q] / alpha,
                "the other neurons do not contain w_p",
                domain=(p <= m, q <= d),
            ),
        ),
        LUO + ", below equation 1.1",
        (Settles("phase-dfdw-single-neuron"),),
    )


def gradient_depends_on_w() -> Derivation:
    """The derivative with respect to w_p changes with w_p wherever the activation is curved, and
    only there.
    """
    gradient = a[p] * slope(preactivation(p, i)) * x[i, q] / alpha
    curvature = Subs(Derivative(sigma(z), (z, 2)), z, preactivation(p, i))
    c0, c1 = Symbol("c_0", real=True), Symbol("c_1", real=True)

    def depends(activation: Expr) -> bool:
        """Does a sigma'(w x) x, for one weight, change with w?"""
        weight, point = Symbol("omega", real=True), Symbol("x_1", real=True)
        return bool(activation.diff(z).subs(z, weight * point).has(weight))

    return Derivation(
        "The model is not linear in its input weights",
        (
            Step(
                Derivative(gradient, w[p, q]),
                a[p] * curvature * x[i, q] ** 2 / alpha,
                "differentiate once more",
                domain=(q <= d,),
            ),
            Step(
                Derivative(c0 + c1 * z, (z, 2)),
                Integer(0),
                "an affine activation has no curvature: then the model is linear",
            ),
            Step(Derivative(tanh(z), (z, 2)), -2 * tanh(z) * (1 - tanh(z) ** 2), "tanh is curved"),
            Step(
                Derivative(relu(z), z),
                (1 + sign(z)) / 2,
                "for ReLU the derivative depends on w through the active set alone",
                domain=(z**2 > 0,),
            ),
        ),
        LUO + ", below equation 1.1",
        (
            Settles(
                "phase-dfdw-depends-on-w",
                all(depends(s) for s in (tanh(z), relu(z), z**2)) and not depends(c0 + c1 * z),
            ),
        ),
    )


def gradient_flow() -> tuple[Derivation, ...]:
    """Gradient flow moves a_p by the residual times its feature, and w_p by the residual times a_p
    sigma' x, averaged over the data.
    """
    residual = model(i) - y[i]
    of_a = -Sum(sigma(preactivation(p, i)) / alpha * residual, (i, 1, n)) / n
    of_w = -Sum(a[p] * slope(preactivation(p, i)) * x[i, q] / alpha * residual, (i, 1, n)) / n
    source = LUO + ", equations 1.4-1.5"
    return (
        Derivation(
            "Gradient flow of an output weight",
            (Step(-Derivative(loss(), a[p]), of_a, "differentiate the loss", domain=(p <= m,)),),
            source,
            (Settles("phase-gradient-flow-components", part="a"),),
        ),
        Derivation(
            "Gradient flow of an input weight",
            (
                Step(
                    -Derivative(loss(), w[p, q]),
                    of_w,
                    "differentiate the loss",
                    domain=(p <= m, q <= d),
                ),
            ),
            source,
            (Settles("phase-gradient-flow-components", part="w"),),
        ),
    )


def flow_of_a(output: Function, feature: Function, scale: Expr) -> Expr:
    """da_p/dt when a_k = output(k), sigma(w_k . x_i) = feature(k, i) and the output is divided by
    ``scale``.
    """
    residual = Sum(output(k) * feature(k, i), (k, 1, m)) / scale - y[i]
    return -Sum(feature(p, i) / scale * residual, (i, 1, n)) / n


def flow_of_w(output: Function, feature: Function, scale: Expr) -> Expr:
    """dw_pq/dt likewise; g[p, i] = sigma'(w_p . x_i)."""
    residual = Sum(output(k) * feature(k, i), (k, 1, m)) / scale - y[i]
    return -Sum(output(p) * g[p, i] * x[i, q] / scale * residual, (i, 1, n)) / n


def rescaled_flow() -> tuple[Derivation, ...]:
    """For a positively homogeneous activation the normalised flow contains alpha, beta_1, beta_2
    only through kappa and kappa'.
    """
    scales = (
        Step(relu(lam * z), lam * relu(z), "ReLU is positively homogeneous"),
        Step(
            Derivative(relu(lam * z), z),
            lam * (1 + sign(z)) / 2,
            "so its slope does not see the scale",
            domain=(z**2 > 0,),
        ),
        Step(
            Sum(beta_2 * w[k, j] * x[i, j], (j, 1, d)),
            beta_2 * preactivation(k, i),
            "the preactivation scales with the weights",
        ),
        Defined(
            Symbol("alpha"),
            kappa_p * beta_2**2 / kappa,
            "kappa = beta_1 beta_2 / alpha, solved for alpha",
        ),
        Defined(Symbol("beta_1"), kappa_p * beta_2, "kappa' = beta_1 / beta_2, solved for beta_1"),
    )
    output, feature = (lambda k: kappa_p * beta_2 * a[k]), (lambda k, i: beta_2 * h[k, i])
    scale = kappa_p * beta_2**2 / kappa
    beta_1_, time = kappa_p * beta_2, kappa_p * beta_2**2  # beta_1 and beta_1 beta_2
    residual = kappa * Sum(a[k] * h[k, i], (k, 1, m)) - y[i]
    of_a = -Sum(kappa * h[p, i] * residual, (i, 1, n)) / n / kappa_p
    of_w = -kappa_p * Sum(kappa * a[p] * g[p, i] * x[i, q] * residual, (i, 1, n)) / n
    source = LUO + ", equations 1.6-1.9"
    return (
        Derivation(
            "Normalised flow of an output weight",
            (
                *scales,
                Step(
                    time / beta_1_ * flow_of_a(output, feature, scale),
                    of_a,
                    "divide by beta_1, measure time in beta_1 beta_2: beta_2 is gone",
                ),
            ),
            source,
            (Settles("phase-nondimensionalisation", part="a"),),
        ),
        Derivation(
            "Normalised flow of an input weight",
            (
                *scales,
                Step(
                    time / beta_2 * flow_of_w(output, feature, scale),
                    of_w,
                    "divide by beta_2, measure time in beta_1 beta_2: beta_2 is gone",
                ),
            ),
            source,
            (Settles("phase-nondimensionalisation", part="w"),),
        ),
    )


def balance() -> Derivation:
    """Every neuron keeps kappa' a^2 - |w|^2 / kappa' along the normalised flow."""
    a_dot = -kappa / kappa_p * Sum(h[p, i] * e[i], (i, 1, n)) / n
    w_dot = -kappa * kappa_p * a[p] * Sum(g[p, i] * x[i, q] * e[i], (i, 1, n)) / n
    radial = Sum(w[p, q] * w_dot, (q, 1, d))
    euler = -kappa * kappa_p * a[p] * Sum(g[p, i] * preactivation(p, i) * e[i], (i, 1, n)) / n
    homogeneous = {h[p, i]: g[p, i] * preactivation(p, i)}
    return Derivation(
        "The conserved quantity of a neuron",
        (
            Step(
                z * Derivative(relu(z), z),
                relu(z),
                "Euler's identity of a homogeneous activation",
                domain=(z**2 > 0,),
            ),
            Step(radial, euler, "exchange the sums over coordinates and samples"),
            Step(
                2 * kappa_p * a[p] * a_dot.xreplace(homogeneous) - 2 / kappa_p * radial,
                Integer(0),
                "the time derivative of kappa' a^2 - |w|^2 / kappa', by the chain rule",
            ),
        ),
        LUO + ", consequence of equations 1.8-1.9; conserved already in Du, Hu, Lee 2018",
        (Settles("phase-balance-conservation"),),
    )


def two_parameters() -> Derivation:
    """Of alpha, beta_1, beta_2 exactly two combinations remain, kappa and kappa', and they take
    every pair of positive values.
    """
    s = Symbol("s", positive=True)
    at = ((alpha, beta_1, beta_2), (kappa_p * s**2 / kappa, kappa_p * s, s))
    logs = [log(v) for v in (alpha, beta_1, beta_2)]
    units = [Symbol(f"l_{c}", real=True) for c in range(3)]
    exponents = Matrix([log(beta_1) + log(beta_2) - log(alpha), log(beta_1) - log(beta_2)]).subs(
        dict(zip(logs, units, strict=True))
    )
    rank = Integer(exponents.jacobian(units).rank())
    a_rate = Sum(h[p, i] * e[i], (i, 1, n)) * kappa / kappa_p / n
    w_rate = Sum(g[p, i] * x[i, q] * e[i], (i, 1, n)) * kappa * kappa_p * a[p] / n
    return Derivation(
        "Two parameters remain, and no fewer",
        (
            Step(
                Subs(beta_1 * beta_2 / alpha, *at),
                kappa,
                "every kappa is reached, along a line of triples with parameter s",
            ),
            Step(Subs(beta_1 / beta_2, *at), kappa_p, "and every kappa', on the same line"),
            Step(
                kappa_p * Derivative(log(a_rate) - log(w_rate), kappa_p),
                Integer(-2),
                "a ratio of rates has no time unit",
                domain=(Ne(a_rate, 0), Ne(w_rate, 0)),
            ),
            Step(
                Derivative(kappa * Sum(a[k] * h[k, i], (k, 1, m)), kappa),
                Sum(a[k] * h[k, i], (k, 1, m)),
                "the output at the start tells kappa",
            ),
        ),
        LUO + ", equation 1.7",
        (Settles("phase-two-independent-parameters", rank, part="number"),),
    )


def scaling_limits_insufficient() -> tuple[Derivation, ...]:
    """The limits of kappa and kappa' cannot tell the kernel scaling from the mean-field scaling; m
    kappa can.
    """
    width = Symbol("m", positive=True)
    unit = Symbol("beta", positive=True)
    source = LUO + ", section 1.3"

    def limit(title: str, expr: Expr, value: Expr, part: str | None) -> Derivation:
        settles = (Settles("phase-kappa-insufficient-ntk-vs-mf", part=part),) if part else ()
        return Derivation(
            title,
            (Step(Limit(expr, width, oo), value, "leading power of the width"),),
            source,
            settles,
        )

    return (
        limit(
            "kappa at kernel scaling",
            unit * unit / (unit**2 * sqrt(width)),
            Integer(0),
            "kappa_ntk",
        ),
        limit("kappa at mean-field scaling", 1 / width, Integer(0), "kappa_mean_field"),
        Derivation(
            "kappa' at both scalings",
            (
                Step(
                    Subs(beta_1 / beta_2, (beta_1, beta_2), (unit, unit)),
                    Integer(1),
                    "beta_1 = beta_2",
                ),
            ),
            source,
            (Settles("phase-kappa-insufficient-ntk-vs-mf", part="kappa_p"),),
        ),
        limit("the capacity m kappa at kernel scaling", width / sqrt(width), oo, None),
        limit("the capacity m kappa at mean-field scaling", (width + 1) / width, Integer(1), None),
    )
