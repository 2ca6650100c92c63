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

from typing import Any

from sympy import (
    Add,
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    I,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Limit,
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
    tanh,
)

from theory import (
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
)

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
    tones = Sum(a[k] * cos(k * x + b[k]), (k, 1, N))
    hat = Step(
        Integral((1 - x) * cosine, (x, 0, 1)),
        (1 - cos(omega)) / omega**2,
        "half of C; S is zero",
    )

    def line(integrand: Expr) -> Expr:
        return Integral(integrand, (x, -oo, oo))

    def parts(wave: Expr, turned: Expr, value: Expr) -> tuple[Any, ...]:
        """Integration by parts of f' against a wave whose derivative is omega times ``turned``."""
        rest = Derivative(f(x), x) * wave + omega * f(x) * turned
        rule = Step(rest, Derivative(f(x) * wave, x), f"product rule with {wave}")
        ends = Assumed(
            Eq(line(rule.rhs), 0),
            f"f and its derivative are integrable, so f {wave} vanishes at both ends",
        )
        linear = Quoted(
            f"The integral of a sum is the sum of the integrals, of f' {wave}",
            "Rudin, Principles of mathematical analysis, theorem 6.12",
            (
                line(Derivative(f(x), x) * wave),
                "==",
                line(rest) - omega * line(f(x) * turned),
            ),
        )
        named = Defined(line(f(x) * turned), value, f"{value}, an integral of f")
        return (
            rule,
            ends,
            linear,
            named,
            Step(
                line(Derivative(f(x), x) * wave),
                -omega * value,
                f"the integral of f' against {wave}",
                uses=(linear, rule, ends, named),
            ),
        )

    by_cosine, by_sine = parts(cosine, -sine, -S), parts(sine, cosine, C)
    return (
        Derivation(
            "Transform of a derivative",
            (
                *by_cosine,
                *by_sine,
                Step(
                    (by_cosine[-1].lhs - I * by_sine[-1].lhs) / (C - I * S),
                    I * omega,
                    "C' - i S' over C - i S",
                    uses=(by_cosine[-1], by_sine[-1]),
                ),
            ),
            FREQUENCY,
            (Settles("derivative-multiplies-by-frequency"),),
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
                hat,
                *chain(
                    2 * Integral(-sine, (x, 0, 1)),
                    To(-2 * omega * hat.lhs, "S' = -omega C", uses=(hat,)),
                    To(-omega * 2 * (1 - cos(omega)) / omega**2, "its value", uses=(hat,)),
                ),
            ),
            FREQUENCY,
        ),
        Derivation(
            "Spectrum of a derivative",
            (
                Step(
                    (omega * S) ** 2 + (-omega * C) ** 2,
                    omega**2 * (C**2 + S**2),
                    "the spectrum |C - i S|^2 gains omega^2",
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
    slope = Step(
        Derivative(error, x), k * B * cos(k * x) - k * A * sin(k * x), "derivative of one frequency"
    )

    def over_a_period(integrand: Expr) -> Expr:
        return Integral(integrand, (x, 0, 2 * pi)) / (2 * pi)

    square = Step(over_a_period(error**2), mean, "mean square of the error over a period")
    slopes = Step(over_a_period(slope.lhs**2), k**2 * mean, "and of its derivative", uses=(slope,))
    flow = Step(
        Derivative(decay, t),
        -lam * (1 + omega**2) ** s * decay,
        "flow of one frequency with the weight of the H^s norm",
    )
    return (
        Derivation(
            "Rate under a loss with the first derivative",
            (
                slope,
                square,
                slopes,
                Step(
                    Derivative(square.lhs + slopes.lhs, A) / Derivative(square.lhs, A),
                    1 + k**2,
                    "the gradient gains this factor, so does the rate",
                    uses=(slopes, square),
                ),
            ),
            FREQUENCY,
            (Settles("highfreq-derivative-loss-accelerates", part="kernel"),),
        ),
        Derivation(
            "Rate under a loss of order s",
            (
                flow,
                Step(
                    -Derivative(decay, t) / decay / lam,
                    (1 + omega**2) ** s,
                    "over the rate without derivatives",
                    uses=(flow,),
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
    wave = f(u) * cos(2 * pi * alpha * xi * u)
    range_of_x = (x, -alpha * L, alpha * L)
    factor = Function("T", real=True)(alpha)
    same_wave = Step(
        f(x / alpha) * cos(2 * pi * xi * x),
        Subs(wave, u, x / alpha),
        "one coordinate: the wave of frequency xi at x is the wave of frequency alpha xi at "
        "x / alpha; so for the sine",
    )
    integrated = Defined(wave, Derivative(primitive(u), u), "P, a primitive in u")
    in_x = Step(
        Subs(integrated.expr, u, x / alpha),
        Derivative(stretched, x),
        "then alpha P(x / alpha) is one in x",
    )
    ends = Quoted(
        "The integral of a derivative is the difference at the ends",
        "fundamental theorem of calculus: Rudin, Principles of mathematical analysis, theorem 6.21",
        (
            Integral(in_x.rhs, range_of_x),
            "==",
            Subs(stretched, x, alpha * L) - Subs(stretched, x, -alpha * L),
        ),
    )
    coordinate = Step(
        Integral(same_wave.lhs, range_of_x),
        alpha * (primitive(L) - primitive(-L)),
        "so the integral is alpha times that of f, on every interval",
        uses=(same_wave, integrated, in_x, ends),
    )
    coordinates = Induction(
        d,
        1,
        alpha,
        factor * coordinate.lhs / (primitive(L) - primitive(-L)),
        alpha**d,
        "the factors of d coordinates: one after the other, the rest held fixed",
        so_far=factor,
        uses=(coordinate,),
    )
    return (
        Derivation(
            "Transform of a stretched function",
            (
                same_wave,
                integrated,
                in_x,
                ends,
                coordinate,
                coordinates,
                Step(
                    factor * Subs(Fhat(u), u, alpha * xi),
                    alpha**d * Fhat(alpha * xi),
                    "all coordinates",
                    uses=(coordinates,),
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
    spread = Assumed(
        "b \\text{ spread widely}",
        "the biases have a flat density over all kinks of the scaled network",
    )
    scaled = Step(
        Subs(isotropic_rate(r, xi), r, scale[j] * r),
        scale[j] ** -d * Subs(isotropic_rate(r, u), u, xi / scale[j]),
        "the rate depends on xi / r: scaling r is scaling xi",
        uses=(spread,),
    )
    return (
        Derivation(
            "Rate of a scaled network",
            (
                spread,
                scaled,
                Step(
                    Sum(weight[j] * scaled.lhs, (j, 1, J)),
                    Sum(
                        weight[j] * xi ** (1 - d) * spectrum(xi / (scale[j] * r)) / (scale[j] * r),
                        (j, 1, J),
                    ),
                    "features of several scales add, so do their rates",
                    uses=(scaled,),
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

    def power(c: Expr, k: Expr) -> Expr:
        return (c**3 * A * k**-4 + c * B * k**-2) / (c**3 * A + c * B)

    def law(c: Expr) -> Step:
        return Step(
            power(c, high),
            (c**2 * A + B * high**2) / (high**4 * (c**2 * A + B)),
            f"a power law has no scale of its own, for {c}",
        )

    big, high = symbols("c_1 h", positive=True)
    ahead = symbols("u", positive=True)
    ratio = Derivation(
        "Rate of frequency k over rate of frequency 1, spectrum exp(-xi^2)",
        (
            Step(
                exp(-((k / c) ** 2)) / exp(-((1 / c) ** 2)),
                exp(-(k**2 - 1) / c**2),
                "the coefficient cancels, the scale stays",
            ),
        ),
        SCALES,
    )
    quotient = ratio.states[0]
    laws = law(c), law(big)
    return (
        ratio,
        Derivation(
            "The same for ReLU",
            (
                *laws,
                Decided(
                    Implies(And(high > 1, big > c), power(big, high) < power(c, high)),
                    "it falls with c",
                    uses=laws,
                ),
            ),
            SCALES,
        ),
        Derivation(
            "A larger coefficient",
            (
                Step(
                    Derivative(Subs(quotient, k, 1 + ahead), c),
                    Integer(0),
                    "the ratio grows with c",
                    relation=">",
                    uses=(ratio,),
                ),
            ),
            SCALES,
        ),
        Derivation(
            "The largest coefficients",
            (
                Step(
                    Limit(quotient, c, oo),
                    Integer(1),
                    "towards one",
                    domain=(k < 5,),
                    uses=(ratio,),
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
    blocks = Step(
        seen,
        Sum(v[j, p, q] * activation(scale[j] * w[j, q] * x), (q, 1, m)),
        "a neuron of block j sees the neurons of block j only",
        domain=(j <= J,),
    )
    apart = Step(
        Derivative(f(u) + Fhat(y), u, y),
        Integer(0),
        "a sum of functions of two scaled inputs has no mixed derivative",
    )
    return (
        Derivation(
            "Block-diagonal later layers",
            (
                blocks,
                Step(
                    Sum(a[j, p] * activation(seen), (j, 1, J), (p, 1, m)),
                    Sum(subnet(j, scale[j] * x), (j, 1, J)),
                    "the network is the sum of its blocks, each at its own scaled input",
                    uses=(blocks,),
                ),
            ),
            SCALES,
            (Settles("mscale-implementation-first-layer"),),
        ),
        Derivation(
            "Dense later layers",
            (
                apart,
                Step(
                    Subs(Derivative(tanh(u + y), u, y) - apart.lhs, (u, y), (1, 0)),
                    -2 * tanh(1) * (1 - tanh(1) ** 2),
                    "a neuron that sees both inputs has one: it is no such sum",
                    uses=(apart,),
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
    here, there = s * u * (y + tau), s * u * y
    product = cos(here) * cos(there) + sin(here) * sin(there)
    stationary = Step(
        product, cos(s * u * tau), "a function of the distance tau for any frequency s u"
    )
    return (
        Derivation(
            "Kernel of random features",
            (
                stationary,
                *chain(
                    Integral(bell * product, (u, -oo, oo)),
                    To(
                        Integral(bell * cos(s * u * tau), (u, -oo, oo)),
                        "the mean over u from N(0, 1)",
                        uses=(stationary,),
                    ),
                    To(exp(-(s**2) * tau**2 / 2), "integrated"),
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
        Derivation(
            "Kernel of any frequencies",
            (
                Step(
                    Sum(cos(w[j] * x) * cos(w[j] * y) + sin(w[j] * x) * sin(w[j] * y), (j, 1, m))
                    / m,
                    Sum(cos(w[j] * (x - y)), (j, 1, m)) / m,
                    "a function of x - y",
                ),
            ),
            FEATURES,
        ),
    )


def phase_shift() -> tuple[Derivation, ...]:
    """Multiplying by exp(-i omega_0 x) moves the spectrum by omega_0, so a target of frequency k
    costs a sub-network only |k - omega_0|.
    """
    moved = (omega + omega_0) * x
    cosine = Step(
        cos(moved),
        cos(omega_0 * x) * cos(omega * x) - sin(omega_0 * x) * sin(omega * x),
        "cosine at omega + omega_0",
    )
    sine = Step(
        sin(moved),
        sin(omega_0 * x) * cos(omega * x) + cos(omega_0 * x) * sin(omega * x),
        "and sine",
    )
    shift = cos(omega_0 * x) - I * sin(omega_0 * x)
    return (
        Derivation(
            "Shifted spectrum",
            (
                cosine,
                sine,
                Step(
                    f(x) * shift * (cos(omega * x) - I * sin(omega * x)),
                    f(x) * (cos(moved) - I * sin(moved)),
                    "the product with exp(-i omega_0 x) at omega is f at omega + omega_0",
                    uses=(cosine, sine),
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
    signs = Add(*((i + l * n * point) ** 2 / 4 for i in (1, -1) for l in (1, -1)))
    velocity = Step(
        n * slope * dw + n * point * da,
        n**2 * (slope**2 + point**2) * pull,
        "velocity of n a w by the product rule",
    )
    moves = Step(
        signs,
        1 + n**2 * point**2,
        "mean square change of n a w when w and a move by 1 with independent signs",
    )
    return (
        Derivation(
            "Descent on weight and slope",
            (
                velocity,
                Step(
                    Subs(velocity.lhs / pull, slope, 1 / n),
                    1 + n**2 * point**2,
                    "at the start n a = 1; with a fixed slope the factor is 1",
                    uses=(velocity,),
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
                moves,
                Step(
                    sqrt(signs),
                    sqrt(1 + n**2 * point**2),
                    "so its root is the factor of the learning rate",
                    uses=(moves,),
                ),
            ),
            SLOPE,
        ),
    )
