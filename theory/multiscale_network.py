"""Can a network be built to learn high frequencies sooner?  What derivative losses, scaled inputs,
Fourier features, shifted spectra and trainable slopes make of the rates.

Setting.  Transform with exp(-2 pi i xi x), written as two real integrals, C with the cosine and S
with the sine, so that it is C - i S, and omega = 2 pi xi.  Gradient flow on half the mean square
error shrinks the error at frequency xi with the rate gamma^2(xi). Differentiation multiplies the
transform by i omega, so an H^s loss multiplies the rate by (1 + omega^2)^s.  First-layer inputs
multiplied by c turn gamma^2(xi) into c^-d gamma^2(xi / c), as long as the biases are spread so
widely that the kinks still cover the data.  Cosine and sine features have a stationary kernel with
the spectrum of the law of their frequencies.

Source: Xu, Zhang, Luo, Overview of the frequency principle, 2022; Cai, Li, Liu, SIAM J. Sci.
Comput. 42, 2020 (phase shift); Liu, Cai, Xu, Commun. Comput. Phys. 28, 2020 (scales); Jagtap,
Kawaguchi, Karniadakis, J. Comput. Phys. 404, 2020 (slope); Tancik et al., NeurIPS 2020 (features).
"""

from sympy import (
    And,
    Derivative,
    Expr,
    Function,
    I,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Limit,
    Product,
    Subs,
    Sum,
    Symbol,
    cancel,
    cos,
    exp,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
    tanh,
)

from theory import SO_FAR, Assumed, Decided, Derivation, Induction, Settles, Step

# dimension, length of a sum, width, number of scales
d, N, m, J = symbols("d N m J", integer=True, positive=True)
j, k, p, q = symbols("j k p q", integer=True, positive=True)
x, y, u, tau = symbols("x y u tau", real=True)
# frequency, angular frequency, shift
xi, omega, omega_0 = symbols("xi omega omega_0", positive=True)
c, r, s = symbols("c r s", positive=True)  # coefficient, |w|, width of a law or order of a loss
# half an interval, stretch, time, factor of the slope
L, alpha, t, n = symbols("L alpha t n", positive=True)
out, effective = symbols("a w", real=True)  # output weight, input weight
# E r^3 and E a^2 r of a ReLU network, a rate, an error
A, B, lam, e_0 = symbols("A B lambda e_0", positive=True)
C, S = symbols("C S", real=True)  # cosine and sine integral of f
f, Fhat, activation = (
    Function("f", real=True),
    Function("Fhat", real=True),
    Function("sigma", real=True),
)
# |transform of the activation|^2, with the gradient's factor
spectrum = Function("spectrum", real=True)
a, b, w, v, scale, weight = (
    IndexedBase(name, real=True) for name in ("a", "b", "w", "v", "c", "p")
)
FREQUENCY = "Xu, Zhang, Luo, Overview of the frequency principle, 2022"
SCALES = "Liu, Cai, Xu, Multi-scale deep neural network, Commun. Comput. Phys. 28, 2020"
PHASE = "Cai, Li, Liu, A phase shift deep neural network, SIAM J. Sci. Comput. 42, 2020"
SLOPE = "Jagtap, Kawaguchi, Karniadakis, Adaptive activation functions, J. Comput. Phys. 404, 2020"
FEATURES = (
    "Tancik et al., Fourier features let networks learn high frequency functions, NeurIPS 2020"
)


def derivative_spectrum() -> tuple[Derivation, ...]:
    """Differentiation multiplies the transform by i omega, in the convention exp(-i omega x), that
    is by 2 pi i xi in ours.
    """
    cosine, sine = cos(omega * x), sin(omega * x)
    moved = omega * S - I * (-omega * C)  # the transform C' - i S' of f'
    tones = Sum(a[k] * cos(k * x + b[k]), (k, 1, N))
    return (
        Derivation(
            "Transform of a derivative",
            (
                Assumed(
                    "f, f' \\text{ integrable}",
                    "f and its derivative are integrable, so f vanishes at both ends",
                ),
                Step(
                    Derivative(f(x) * cosine, x),
                    Derivative(f(x), x) * cosine - omega * f(x) * sine,
                    "integrated over the line the left side is zero: C' = omega S",
                ),
                Step(
                    Derivative(f(x) * sine, x),
                    Derivative(f(x), x) * sine + omega * f(x) * cosine,
                    "and S' = -omega C",
                ),
                Step(
                    (omega * S) ** 2 + (-omega * C) ** 2,
                    omega**2 * (C**2 + S**2),
                    "the spectrum |C - i S|^2 gains omega^2",
                ),
            ),
            FREQUENCY,
            (Settles("derivative-multiplies-by-frequency", cancel(moved / (C - I * S))),),
        ),
        Derivation(
            "For a sum of tones of any length",
            (
                Step(
                    Derivative(tones, x),
                    -Sum(k * a[k] * sin(k * x + b[k]), (k, 1, N)),
                    "a quarter period and a factor k each",
                ),
            ),
            FREQUENCY,
        ),
        Derivation(
            "For a hat, 1 - |x| on [-1, 1]",
            (
                Step(
                    2 * Integral((1 - x) * cosine, (x, 0, 1)),
                    2 * (1 - cos(omega)) / omega**2,
                    "C; S is zero",
                ),
                Step(
                    2 * Integral(-sine, (x, 0, 1)),
                    -omega * 2 * (1 - cos(omega)) / omega**2,
                    "S' = -omega C",
                ),
            ),
            FREQUENCY,
        ),
    )


def derivative_loss() -> tuple[Derivation, ...]:
    """A loss on the error and its derivative multiplies the decay rate of frequency k by 1 + k^2,
    an H^s loss by (1 + k^2)^s.
    """
    error, mean = A * cos(k * x) + B * sin(k * x), (A**2 + B**2) / 2
    decay = e_0 * exp(-lam * (1 + omega**2) ** s * t)
    return (
        Derivation(
            "Rate under a loss with the first derivative",
            (
                Step(
                    Derivative(error, x),
                    k * B * cos(k * x) - k * A * sin(k * x),
                    "derivative of one frequency",
                ),
                Step(
                    error**2,
                    mean + (A**2 - B**2) / 2 * cos(2 * k * x) + A * B * sin(2 * k * x),
                    "the waves have mean zero",
                ),
                Step(
                    mean + ((k * A) ** 2 + (k * B) ** 2) / 2,
                    (1 + k**2) * mean,
                    "mean square of the error and of its derivative",
                ),
                Step(
                    Derivative((1 + k**2) * mean, A) / Derivative(mean, A),
                    1 + k**2,
                    "the gradient gains this factor, so does the rate",
                ),
            ),
            FREQUENCY,
            (Settles("highfreq-derivative-loss-accelerates", part="kernel"),),
        ),
        Derivation(
            "Rate under a loss of order s",
            (
                Step(
                    Derivative(decay, t),
                    -lam * (1 + omega**2) ** s * decay,
                    "flow of one frequency with the weight of the H^s norm",
                ),
                Step(
                    -Derivative(decay, t) / decay / lam,
                    (1 + omega**2) ** s,
                    "over the rate without derivatives",
                ),
            ),
            FREQUENCY,
        ),
        Derivation(
            "The same with xi",
            (
                Step(
                    Subs((1 + omega**2) ** s, omega, 2 * pi * xi),
                    (1 + 4 * pi**2 * xi**2) ** s,
                    "omega = 2 pi xi",
                ),
            ),
            FREQUENCY,
        ),
    )


def radial_scaling() -> tuple[Derivation, ...]:
    """Stretching a function of d variables by alpha turns its transform into alpha^d Fhat(alpha
    xi).
    """
    primitive = Function("P", real=True)
    stretched = alpha * primitive(x / alpha)
    ends = Subs(stretched, x, alpha * L) - Subs(stretched, x, -alpha * L)
    return (
        Derivation(
            "Transform of a stretched function",
            (
                Step(
                    Subs(f(u) * cos(2 * pi * alpha * xi * u), u, x / alpha),
                    f(x / alpha) * cos(2 * pi * xi * x),
                    "one coordinate: the wave of frequency alpha xi at x / alpha is the wave of "
                    "frequency xi at x; so for the sine",
                ),
                Step(
                    Derivative(stretched, x),
                    Subs(Derivative(primitive(u), u), u, x / alpha),
                    "if P is a primitive in u, then alpha P(x / alpha) is one in x",
                ),
                Step(
                    ends,
                    alpha * (primitive(L) - primitive(-L)),
                    "so the integral is alpha times that of f, on every interval",
                ),
                Induction(
                    d,
                    1,
                    alpha,
                    SO_FAR * alpha,
                    alpha**d,
                    "the factors of d coordinates: one after the other, the rest held fixed",
                ),
                Step(
                    Product(alpha, (q, 1, d)) * Subs(Fhat(u), u, alpha * xi),
                    alpha**d * Fhat(alpha * xi),
                    "all coordinates",
                ),
            ),
            SCALES,
            (Settles("mscale-radial-scaling-identity"),),
        ),
    )


def isotropic_rate(size: Expr, frequency: Expr) -> Expr:
    """Rate, without its constant, of neurons of input weight ``size`` at ``frequency`` in d
    dimensions, biases spread widely.
    """
    return frequency ** (1 - d) * spectrum(frequency / size) / size


def scaled_rate() -> tuple[Derivation, ...]:
    """First-layer inputs multiplied by c give the rate c^-d gamma^2(xi / c), and a mixture of
    coefficients the mixture of rates.
    """
    relu = r**3 / (16 * pi**4 * xi**4) + out**2 * r / (4 * pi**2 * xi**2)
    grown = isotropic_rate(c * r, xi)
    return (
        Derivation(
            "Rate of a scaled network",
            (
                Assumed(
                    "b \\text{ spread widely}",
                    "the biases have a flat density over all kinks of the scaled network",
                ),
                Step(
                    Subs(isotropic_rate(r, xi), r, c * r),
                    c**-d * Subs(isotropic_rate(r, u), u, xi / c),
                    "the rate depends on xi / r: scaling r is scaling xi",
                    domain=(xi > 0,),
                ),
                Step(
                    Sum(weight[j] * Subs(grown, c, scale[j]), (j, 1, J)),
                    Sum(
                        weight[j] * xi ** (1 - d) * spectrum(xi / (scale[j] * r)) / (scale[j] * r),
                        (j, 1, J),
                    ),
                    "features of several scales add, so do their rates",
                ),
            ),
            SCALES,
        ),
        Derivation(
            "A ReLU network in one dimension",
            (
                Step(
                    Subs(relu, r, c * r),
                    c**3 * r**3 / (16 * pi**4 * xi**4) + c * out**2 * r / (4 * pi**2 * xi**2),
                    "c^3 xi^-4 and c xi^-2",
                ),
            ),
            SCALES,
        ),
    )


def flattening() -> tuple[Derivation, ...]:
    """A coefficient c flattens the rates of an activation with a rapidly falling spectrum, but not
    those of ReLU.
    """
    quotient = exp(-((1 + u) ** 2 - 1) / c**2)

    def power(c: Expr, k: Expr) -> Expr:
        return (c**3 * A * k**-4 + c * B * k**-2) / (c**3 * A + c * B)

    big, high = symbols("c_1 h", positive=True)
    ahead = symbols("u", positive=True)
    return (
        Derivation(
            "Rate of frequency k over rate of frequency 1, spectrum exp(-xi^2)",
            (
                Step(
                    exp(-((k / c) ** 2)) / exp(-((1 / c) ** 2)),
                    exp(-(k**2 - 1) / c**2),
                    "the coefficient cancels, the scale stays",
                ),
                Step(
                    Derivative(quotient.subs(u, ahead), c),
                    Integer(0),
                    "it grows with c",
                    relation=">",
                ),
                Step(
                    Limit(exp(-(k**2 - 1) / c**2), c, oo),
                    Integer(1),
                    "towards one",
                    domain=(k < 5,),
                ),
            ),
            SCALES,
        ),
        Derivation(
            "The same for ReLU",
            (
                Step(
                    power(c, k),
                    (c**2 * A + B * k**2) / (k**4 * (c**2 * A + B)),
                    "a power law has no scale of its own",
                ),
                Decided(
                    Implies(And(high > 1, big > c), power(big, high) < power(c, high)),
                    "it falls with c",
                ),
            ),
            SCALES,
        ),
    )


def subnet(index: Expr, z: Expr) -> Expr:
    """Sub-network ``index`` with two hidden layers of width m at the input z."""
    inner = Sum(v[index, p, q] * activation(w[index, q] * z), (q, 1, m))
    return Sum(a[index, p] * activation(inner), (p, 1, m))


def first_layer_coefficients() -> tuple[Derivation, ...]:
    """With block-diagonal later layers, coefficients on the first-layer inputs give a sum of
    sub-networks; with dense ones they do not.
    """
    block = Symbol("l", integer=True, positive=True)
    seen = Sum(
        KroneckerDelta(j, block) * v[block, p, q] * activation(w[block, q] * scale[block] * x),
        (block, 1, J),
        (q, 1, m),
    )
    whole = Sum(
        a[j, p] * activation(Sum(v[j, p, q] * activation(scale[j] * w[j, q] * x), (q, 1, m))),
        (j, 1, J),
        (p, 1, m),
    )
    return (
        Derivation(
            "Block-diagonal later layers",
            (
                Step(
                    seen,
                    Sum(v[j, p, q] * activation(scale[j] * w[j, q] * x), (q, 1, m)),
                    "a neuron of block j sees the neurons of block j only",
                    domain=(j <= J,),
                ),
                Step(
                    whole,
                    Sum(subnet(j, scale[j] * x), (j, 1, J)),
                    "the network is the sum of its blocks, each at its own scaled input",
                ),
            ),
            SCALES,
            (Settles("mscale-implementation-first-layer"),),
        ),
        Derivation(
            "Dense later layers",
            (
                Step(
                    Derivative(f(u) + Fhat(y), u, y),
                    Integer(0),
                    "a sum of functions of two scaled inputs has no mixed derivative",
                ),
                Step(
                    Subs(Derivative(tanh(u + y), u, y), (u, y), (1, 0)),
                    -2 * tanh(1) * (1 - tanh(1) ** 2),
                    "a neuron that sees both inputs has one: it is no such sum",
                ),
            ),
            SCALES,
        ),
    )


def feature_spectrum() -> tuple[Derivation, ...]:
    """The kernel of cosine and sine features is stationary, with the law of their frequencies as
    its spectrum.
    """
    bell = exp(-(u**2) / 2) / sqrt(2 * pi)
    law = exp(-(u**2) / (2 * s**2)) / (sqrt(2 * pi) * s)
    ahead = symbols("u", positive=True)
    return (
        Derivation(
            "Kernel of random features",
            (
                Step(
                    Sum(cos(w[j] * x) * cos(w[j] * y) + sin(w[j] * x) * sin(w[j] * y), (j, 1, m))
                    / m,
                    Sum(cos(w[j] * (x - y)), (j, 1, m)) / m,
                    "a function of x - y for any frequencies",
                ),
                Step(
                    Derivative(bell * cos(u * tau), tau) - Derivative(bell * sin(u * tau), u),
                    -tau * bell * cos(u * tau),
                    "over N(0, 1) the mean kernel K obeys K' = -tau K, because the second term "
                    "integrates to zero",
                ),
                Step(Integral(bell, (u, -oo, oo)), Integer(1), "K(0) = 1"),
                Step(
                    Derivative(exp(-(tau**2) / 2), tau),
                    -tau * exp(-(tau**2) / 2),
                    "the only such K is exp(-tau^2 / 2)",
                ),
                Step(
                    Subs(exp(-(tau**2) / 2), tau, s * tau),
                    exp(-(s**2) * tau**2 / 2),
                    "frequencies s times as large",
                ),
            ),
            FEATURES,
        ),
        Derivation(
            "Its spectrum",
            (
                Step(
                    Subs(law, u, k) / Subs(law, u, 1),
                    exp(-(k**2 - 1) / (2 * s**2)),
                    "frequency k over frequency 1, by the law",
                ),
            ),
            FEATURES,
        ),
        Derivation(
            "A larger bandwidth flattens it",
            (
                Step(
                    Derivative(exp(-((1 + ahead) ** 2 - 1) / (2 * s**2)), s),
                    Integer(0),
                    "the ratio grows with s, for k = 1 + u",
                    relation=">",
                ),
            ),
            FEATURES,
        ),
    )


def phase_shift() -> tuple[Derivation, ...]:
    """Multiplying by exp(-i omega_0 x) moves the spectrum by omega_0, so a target of frequency k
    costs a sub-network only |k - omega_0|.
    """
    return (
        Derivation(
            "Shifted spectrum",
            (
                Step(
                    f(x) * (cos(omega_0 * x) * cos(omega * x) - sin(omega_0 * x) * sin(omega * x)),
                    f(x) * cos((omega + omega_0) * x),
                    "cosine integral of the product with exp(-i omega_0 x): that of f at omega + "
                    "omega_0",
                ),
                Step(
                    f(x) * (sin(omega_0 * x) * cos(omega * x) + cos(omega_0 * x) * sin(omega * x)),
                    f(x) * sin((omega + omega_0) * x),
                    "and the sine integral",
                ),
            ),
            PHASE,
        ),
        Derivation(
            "A tone through a shift",
            (
                Step(
                    cos((k - omega_0) * x) * sin(omega_0 * x)
                    + sin((k - omega_0) * x) * cos(omega_0 * x),
                    sin(k * x),
                    "two sub-networks learn frequency k - omega_0 and give frequency k",
                ),
            ),
            PHASE,
        ),
    )


def trainable_slope() -> tuple[Derivation, ...]:
    """A trainable slope n a multiplies the learning rate of the effective weight n a w by 1 + n^2
    w^2, under fixed steps by its root.
    """
    slope, point = Symbol("a", real=True), effective
    loss = Function("loss", real=True)
    g = IndexedBase("g", real=True)
    dw = -Subs(Derivative(loss(n * slope * u), u), u, point)
    da = -Subs(Derivative(loss(n * u * point), u), u, slope)
    pull = -Subs(Derivative(loss(u), u), u, n * slope * point)
    signs = sum((i + n * l * point) ** 2 for i in (1, -1) for l in (1, -1)) / 4
    return (
        Derivation(
            "Descent on weight and slope",
            (
                Step(
                    n * slope * dw + n * point * da,
                    n**2 * (slope**2 + point**2) * pull,
                    "velocity of n a w by the product rule",
                ),
                Step(
                    Subs(n**2 * (slope**2 + point**2), slope, 1 / n),
                    1 + n**2 * point**2,
                    "at the start n a = 1; with a fixed slope the factor is 1",
                ),
            ),
            SLOPE,
        ),
        Derivation(
            "Descent, one slope for m neurons",
            (
                Step(
                    -(n * slope * n * slope * g[k] + n * w[k] * n * Sum(w[j] * g[j], (j, 1, m))),
                    -(n**2) * (slope**2 * g[k] + w[k] * Sum(w[j] * g[j], (j, 1, m))),
                    "and the neurons pull each other along",
                ),
            ),
            SLOPE,
        ),
        Derivation(
            "Steps of fixed size, as Adam takes them first",
            (
                Step(
                    signs,
                    1 + n**2 * point**2,
                    "mean square change of n a w when w and a move by 1 with independent signs",
                ),
                Step(
                    sqrt(signs),
                    sqrt(1 + n**2 * point**2),
                    "so its root is the factor of the learning rate",
                ),
            ),
            SLOPE,
        ),
    )
