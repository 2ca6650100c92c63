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
    And,
    Derivative,
    Eq,
    Expr,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Ne,
    Subs,
    Sum,
    Symbol,
    log,
    oo,
    sign,
    sqrt,
    symbols,
    tanh,
)

from theory import Decided, Defined, Derivation, Settles, Step
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


def active_set() -> Step:
    """relu' is 1 or 0"""
    return Step(
        Derivative(relu(z), z),
        (1 + sign(z)) / 2,
        "the slope of ReLU is one where it is active and zero elsewhere",
        domain=(z**2 > 0,),
    )


def bias_absorption() -> Derivation:
    """A bias is one more coordinate: extending x to (x, 1) and w_k to (w_k, b_k) adds b_k to the
    preactivation and nothing else.
    """
    extended = Sum(w[k, j] * x[i, j], (j, 1, d + 1))
    last = w[k, d + 1] * x[i, d + 1]
    split = Step(extended, preactivation(k, i) + last, "the last coordinate is split off")
    return Derivation(
        "Biases are covered by one more coordinate",
        (
            split,
            Step(
                extended - w[k, d + 1] * (x[i, d + 1] - 1),
                preactivation(k, i) + w[k, d + 1],
                "with a last input of one, the last weight is added as a bias",
                uses=(split,),
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


def gradient_depends_on_w() -> tuple[Derivation, ...]:
    """The derivative with respect to w_p changes with w_p wherever the activation is curved, and
    only there.
    """
    gradient = a[p] * slope(preactivation(p, i)) * x[i, q] / alpha
    curvature = Subs(Derivative(sigma(z), (z, 2)), z, preactivation(p, i))
    c0, c1 = Symbol("c_0", real=True), Symbol("c_1", real=True)
    weight, point, output = symbols("omega x_1 a_1", real=True)  # one of each
    of_one = output * point * Subs(Derivative(sigma(z), z), z, weight * point)
    bend = Subs(Derivative(sigma(z), (z, 2)), z, weight * point)
    source = LUO + ", below equation 1.1"
    second = Step(
        Derivative(gradient, w[p, q]),
        a[p] * curvature * x[i, q] ** 2 / alpha,
        "differentiate once more",
        domain=(q <= d,),
    )
    affine = Step(
        Derivative(c0 + c1 * z, (z, 2)),
        Integer(0),
        "an affine activation has no curvature: then the model is linear",
    )
    of_one_bends = Step(
        Derivative(of_one, weight), output * point**2 * bend, "one weight, one coordinate"
    )
    only_affine = Decided(
        Implies(And(Ne(output, 0), Ne(point, 0), Eq(Derivative(of_one, weight), 0)), Eq(bend, 0)),
        "where the gradient does not change with the weight, the activation has no curvature",
        uses=(of_one_bends,),
    )
    jump = Step(
        Subs(Derivative(relu(z), z), z, 1) - Subs(Derivative(relu(z), z), z, -1),
        Integer(0),
        "ReLU, without curvature at both points, has another slope at each",
        relation=">",
    )
    curved = Step(Derivative(tanh(z), (z, 2)), -2 * tanh(z) * (1 - tanh(z) ** 2), "tanh is curved")
    return (
        Derivation("The model is not linear in its input weights", (second,), source),
        Derivation("It is where the activation is affine", (affine,), source),
        Derivation("It is not with tanh", (curved,), source),
        Derivation("With ReLU through the active set alone", (active_set(),), source),
        Derivation(
            "A smooth activation without curvature is the only exception",
            (of_one_bends, only_affine),
            source,
            (Settles("phase-dfdw-depends-on-w", part="smooth"),),
        ),
        Derivation(
            "ReLU is none",
            (jump,),
            source,
            (Settles("phase-dfdw-depends-on-w", part="ReLU"),),
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


def flow_of_a(residual: Expr, feature: Expr) -> Expr:
    """da_p/dt when sigma(w_p . x_i) = alpha feature and the residual of sample i is given."""
    return -Sum(feature / alpha * residual, (i, 1, n)) / n


def flow_of_w(residual: Expr, active: Expr) -> Expr:
    """dw_pq/dt likewise, where a_p = beta_1 a_p' and active = sigma'(w_p . x_i)."""
    return -Sum(beta_1 * a[p] * active * x[i, q] / alpha * residual, (i, 1, n)) / n


def rescaled_flow() -> tuple[Derivation, ...]:
    """The normalised flow of a ReLU network contains alpha, beta_1, beta_2 only through kappa and
    kappa'.
    """

    def scaled(neuron: Expr) -> Expr:
        return Sum(beta_2 * w[neuron, j] * x[i, j], (j, 1, d))

    def feature(neuron: Expr) -> tuple[Step | Defined, ...]:
        inner = Step(
            scaled(neuron),
            beta_2 * preactivation(neuron, i),
            "the preactivation scales with the weights",
        )
        of_w = Defined(h[neuron, i], relu(preactivation(neuron, i)), "the normalised feature")
        homogeneous = Step(
            relu(scaled(neuron)),
            beta_2 * h[neuron, i],
            "ReLU is positively homogeneous",
            uses=(inner, of_w),
        )
        return inner, of_w, homogeneous

    of_k, of_p = feature(k), feature(p)
    relu_slope = active_set()
    on = Defined(g[p, i], (1 + sign(preactivation(p, i))) / 2, "its slope")
    unscaled = Step(
        Subs(Derivative(relu(z), z), z, scaled(p)),
        g[p, i],
        "so its slope does not see the scale",
        domain=(Ne(preactivation(p, i), 0),),
        uses=(relu_slope, of_p[0], on),
    )
    scales = (
        Defined(
            alpha,
            kappa_p * beta_2**2 / kappa,
            "kappa = beta_1 beta_2 / alpha, solved for alpha",
        ),
        Defined(beta_1, kappa_p * beta_2, "kappa' = beta_1 / beta_2, solved for beta_1"),
    )
    before = Sum(beta_1 * a[k] * relu(scaled(k)), (k, 1, m)) / alpha - y[i]
    residual = kappa * Sum(a[k] * h[k, i], (k, 1, m)) - y[i]
    of_a = -Sum(kappa * h[p, i] * residual, (i, 1, n)) / n / kappa_p
    of_w = -kappa_p * Sum(kappa * a[p] * g[p, i] * x[i, q] * residual, (i, 1, n)) / n
    source = LUO + ", equations 1.6-1.9"
    return (
        Derivation(
            "Normalised flow of an output weight",
            (
                *of_k,
                *of_p,
                *scales,
                Step(
                    beta_2 * flow_of_a(before, relu(scaled(p))),
                    of_a,
                    "divide by beta_1, measure time in beta_1 beta_2: beta_2 is gone",
                    uses=(of_k[-1], of_p[-1], *scales),
                ),
            ),
            source,
            (Settles("phase-nondimensionalisation", part="a"),),
        ),
        Derivation(
            "Normalised flow of an input weight",
            (
                *of_k,
                of_p[0],
                relu_slope,
                on,
                unscaled,
                *scales,
                Step(
                    beta_1 * flow_of_w(before, unscaled.lhs),
                    of_w,
                    "divide by beta_2, measure time in beta_1 beta_2: beta_2 is gone",
                    uses=(of_k[-1], unscaled, *scales),
                ),
            ),
            source,
            (Settles("phase-nondimensionalisation", part="w"),),
        ),
    )


def balance() -> Derivation:
    """Every neuron keeps kappa' a^2 - |w|^2 / kappa' along the normalised flow."""
    inner = preactivation(p, i)
    active = Subs(Derivative(relu(z), z), z, inner)
    a_dot = -kappa / kappa_p * Sum(h[p, i] * e[i], (i, 1, n)) / n
    w_dot = -kappa * kappa_p * a[p] * Sum(active * x[i, q] * e[i], (i, 1, n)) / n
    radial = Sum(w[p, q] * w_dot, (q, 1, d))
    exchanged = -kappa * kappa_p * a[p] * Sum(active * inner * e[i], (i, 1, n)) / n
    feature = Defined(h[p, i], relu(inner), "the feature of a ReLU neuron")
    relu_slope = active_set()
    euler = Step(
        h[p, i],
        active * inner,
        "Euler's identity of a homogeneous activation",
        domain=(Ne(inner, 0),),
        uses=(feature, relu_slope),
    )
    along = Step(radial, exchanged, "exchange the sums over coordinates and samples")
    return Derivation(
        "The conserved quantity of a neuron",
        (
            feature,
            relu_slope,
            euler,
            along,
            Step(
                2 * kappa_p * a[p] * a_dot - 2 / kappa_p * radial,
                Integer(0),
                "the time derivative of kappa' a^2 - |w|^2 / kappa', by the chain rule",
                uses=(euler, along),
            ),
        ),
        LUO + ", consequence of equations 1.8-1.9; conserved already in Du, Hu, Lee 2018",
        (Settles("phase-balance-conservation"),),
    )


def two_parameters() -> tuple[Derivation, ...]:
    """Of alpha, beta_1, beta_2 exactly two combinations remain, kappa and kappa', and they take
    every pair of positive values.
    """
    s = Symbol("s", positive=True)
    at = ((alpha, beta_1, beta_2), (kappa_p * s**2 / kappa, kappa_p * s, s))
    logs = (log(beta_1 * beta_2 / alpha), log(beta_1 / beta_2))
    (up, across), (right, back) = (
        [scale * Derivative(value, scale) for scale in (beta_1, beta_2)] for value in logs
    )
    jacobian = Step(
        up * back - across * right,
        Integer(-2),
        "the Jacobian determinant of log kappa and log kappa' in log beta_1 and log beta_2",
    )
    independent = Step(
        (up * back - across * right) ** 2,
        Integer(0),
        "it never vanishes: neither number is a function of the other",
        relation=">",
        uses=(jacobian,),
    )
    a_rate = Sum(h[p, i] * e[i], (i, 1, n)) * kappa / kappa_p / n
    w_rate = Sum(g[p, i] * x[i, q] * e[i], (i, 1, n)) * kappa * kappa_p * a[p] / n
    source = LUO + ", equation 1.7"
    return (
        Derivation(
            "Every kappa is reached, along a line of triples with parameter s",
            (Step(Subs(beta_1 * beta_2 / alpha, *at), kappa, "put the line in"),),
            source,
        ),
        Derivation(
            "And every kappa', on the same line",
            (Step(Subs(beta_1 / beta_2, *at), kappa_p, "put the line in"),),
            source,
        ),
        Derivation(
            "The ratio of the rates tells kappa'",
            (
                Step(
                    kappa_p * Derivative(log(a_rate) - log(w_rate), kappa_p),
                    Integer(-2),
                    "a ratio of rates has no time unit",
                    domain=(Ne(a_rate, 0), Ne(w_rate, 0)),
                ),
            ),
            source,
        ),
        Derivation(
            "The output at the start tells kappa",
            (
                Step(
                    Derivative(kappa * Sum(a[k] * h[k, i], (k, 1, m)), kappa),
                    Sum(a[k] * h[k, i], (k, 1, m)),
                    "it is linear in kappa",
                ),
            ),
            source,
        ),
        Derivation(
            "Two numbers, not one",
            (jacobian, independent),
            source,
            (Settles("phase-two-independent-parameters", part="number"),),
        ),
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
