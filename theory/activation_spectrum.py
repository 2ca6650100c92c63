"""How fast does the spectrum of an activation function decay, and which frequencies does a network
therefore learn first?  Transforms of ReLU, tanh, sigmoid, Gaussian and Ricker; norm and peaks;
decay from smoothness.

Setting.  Transform sigma^(xi) = int sigma(x) exp(-2 pi i xi x) dx away from xi = 0; q = 2 pi |xi|
is the angular frequency.

    ReLU                         -1 / q^2                                 a kink: powers
    tanh, sigmoid                pi / sinh(pi q / 2), pi / sinh(pi q)     analytic: exponentials,
    times -i
    exp(-x^2 / 2 s^2)            sqrt(2 pi) s exp(-s^2 q^2 / 2)
    Ricker, (1 - x^2/s^2) times the Gaussian: sqrt(2 pi) s (s q)^2 exp(-s^2 q^2 / 2), a band around
    q = sqrt(2) / s

A function with p integrable derivatives decays like q^-p.  At a fixed weight the rates of a Ricker
network rise up to q = sqrt(2) / s (trained output weights) or sqrt(3) / s (trained biases): below,
high frequencies go first. Averaged over weights whose density falls with |w| the order never turns
(``linear_frequency_principle.monotone_rates``), it only flattens as s becomes small.

Source: chapter on the frequency principle, section 1.1; Ricker, Geophysics 18, 1953.
"""

from sympy import (
    Abs,
    Derivative,
    Eq,
    Expr,
    Function,
    I,
    Integer,
    Integral,
    Limit,
    Rational,
    Subs,
    Symbol,
    cos,
    exp,
    gamma,
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
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
)

xi, x, z = symbols("xi x z", real=True)  # frequency, place
q, s, epsilon = symbols("q s epsilon", positive=True)  # 2 pi |xi|, width of the activation, damping
c = Symbol("c", positive=True)  # prefactor
t, u = symbols("t u", positive=True)
p = Symbol("p", integer=True, positive=True)  # number of derivatives
f = Function("f", real=True)
DAMPED_COSINE = epsilon / (epsilon**2 + q**2)  # of exp(-epsilon x) on the half-line
BELL = exp(-(x**2) / (2 * s**2))
RICKER = (1 - x**2 / s**2) * BELL
TANH_SLOPE = pi * q / sinh(pi * q / 2)  # transform of the slope of tanh, see tanh_transform
CHAPTER = "frequency principle, section 1.1"
LUO = "Luo, Ma, Xu, Zhang, arXiv 2010.08153"
FOLLAND = "Folland, Real Analysis, second edition, Wiley 1999"


def _over_the_line(integrand: Expr, variable: Symbol = x) -> Integral:
    """Its integral from minus to plus infinity."""
    return Integral(integrand, (variable, -oo, oo))


def _in_units_of_the_width(integrand: Expr) -> tuple[Quoted, Subs]:
    """The integral over ``x`` as s times that over z = x / s, and the new integrand."""
    stretched = Subs(integrand, x, s * z)
    rule = Quoted(
        "integration by substitution, x = s z",
        f"{FOLLAND}, section 2.6",
        states=(_over_the_line(integrand), "==", s * _over_the_line(stretched, z)),
    )
    return rule, stretched


def relu_transform() -> tuple[Derivation, ...]:
    """Away from zero the transform of ReLU is -1 / (2 pi xi)^2."""

    def part(
        title: str, wave: Expr, damped: Expr, end: Expr, settles: tuple[Settles, ...]
    ) -> Derivation:
        integral = _over_the_line(wave * exp(-epsilon * Abs(x)))
        transform = Step(integral, damped, "transform, damped by exp(-epsilon |x|)")
        return Derivation(
            title,
            (
                transform,
                Step(Limit(integral, epsilon, 0, "+"), end, "damping removed", uses=(transform,)),
            ),
            LUO,
            settles,
        )

    return (
        part(
            "Even part |x| / 2",
            Abs(x) / 2 * cos(q * x),
            (epsilon**2 - q**2) / (epsilon**2 + q**2) ** 2,
            -1 / q**2,
            (Settles("relu-fourier-quadratic-decay"),),
        ),
        part(
            "Odd part x / 2",
            x / 2 * sin(q * x),
            2 * epsilon * q / (epsilon**2 + q**2) ** 2,
            Integer(0),  # nothing is left away from zero
            (),
        ),
    )


def tanh_transform() -> tuple[Derivation, ...]:
    """The slope of tanh has the transform pi q / sinh(pi q / 2): tanh decays exponentially in
    frequency.
    """
    r = Symbol("r", positive=True)
    slope = Derivative(tanh(z), z)
    sigmoid = Derivative(1 / (1 + exp(-z)), z)
    moment = _over_the_line(exp(2 * r * z) * slope, z)
    transform = _over_the_line(exp(I * q * z) * slope, z)
    euler = 2 * t**r / (1 + t) ** 2
    moved = Subs(euler, t, exp(2 * z)) * Derivative(exp(2 * z), z)
    by_exponentials = Step(slope, 4 / (exp(z) + exp(-z)) ** 2, "the slope of tanh")
    in_t = Step(
        exp(2 * r * z) * slope,
        moved,
        "times exp(2 r z), in t = exp(2 z)",
        uses=(by_exponentials,),
    )
    rule = Quoted(
        "integration by substitution, t = exp(2 z)",
        f"{FOLLAND}, section 2.6",
        states=(_over_the_line(moved, z), "==", Integral(euler, (t, 0, oo))),
    )
    moments = Derivation(
        "Exponential moments of the slope of tanh",
        (
            by_exponentials,
            in_t,
            rule,
            *chain(
                moment,
                To(Integral(euler, (t, 0, oo)), "over t = exp(2 z)", uses=(rule,)),
                To(2 * gamma(1 + r) * gamma(1 - r), "Euler's integral", domain=(r < 1,)),
                To(2 * pi * r / sin(pi * r), "reflection", domain=(r < 1,)),
                uses=(in_t,),
            ),
        ),
        "Euler's beta integral",
    )
    continued = Quoted(
        "two analytic functions that agree on an interval agree on the strip |Re r| < 1 in which "
        "both are analytic",
        "identity theorem",
        states=(transform, "==", Subs(moment, r, I * q / 2)),
    )
    of_slope = Derivation(
        "Transform of the slope of tanh",
        (
            continued,
            Step(
                transform,
                TANH_SLOPE,
                "r = i q / 2 puts exp(i q z) under the integral",
                uses=(continued, moments),
            ),
        ),
        LUO,
    )
    half = Subs(slope, z, z / 2) / 4
    halved = Step(
        sigmoid,
        half,
        "the sigmoid is half of tanh of half the argument, and a constant",
        uses=(by_exponentials,),
    )
    stretched = Quoted(
        "a function stretched by 2 has twice the transform at twice the frequency",
        f"{FOLLAND}, theorem 8.22",
        states=(_over_the_line(exp(I * q * z) * half, z), "==", Subs(transform, q, 2 * q) / 2),
    )
    return (
        moments,
        of_slope,
        Derivation(
            "Transform of tanh",
            (
                Step(
                    transform / q,
                    pi / sinh(pi * q / 2),
                    "the slope over i q, its size",
                    uses=(of_slope,),
                ),
            ),
            LUO,
        ),
        Derivation(
            "Transform of the sigmoid",
            (
                by_exponentials,
                halved,
                stretched,
                Step(
                    _over_the_line(exp(I * q * z) * sigmoid, z) / q,
                    pi / sinh(pi * q),
                    "the slope over i q, its size",
                    uses=(halved, stretched, of_slope),
                ),
            ),
            LUO,
        ),
    )


def gaussian_transform() -> Derivation:
    """A Gaussian of width s has the transform sqrt(2 pi) s exp(-s^2 q^2 / 2)."""
    return _transform_in_units(
        "Transform of a Gaussian",
        BELL,
        exp(-(z**2) / 2),
        sqrt(2 * pi) * exp(-(t**2) / 2),
        sqrt(2 * pi) * s * exp(-(s**2) * q**2 / 2),
        f"{FOLLAND}, section 8.3",
    )


def _transform_in_units(
    title: str, activation: Expr, unit: Expr, found: Expr, result: Expr, source: str
) -> Derivation:
    """The transform of an even activation of width s by that of width one, at frequency t."""
    rule, stretched = _in_units_of_the_width(activation * cos(q * x))
    frequency = Defined(t, s * q, "frequency in units of the inverse width")
    units = Step(stretched, unit * cos(t * z), "in units of the width", uses=(frequency,))
    integral = Step(_over_the_line(unit * cos(t * z), z), found, "at width one")
    return Derivation(
        title,
        (
            rule,
            frequency,
            units,
            integral,
            Step(
                _over_the_line(activation * cos(q * x)),
                result,
                "at width s; the odd part with the sine is zero",
                uses=(rule, units, integral, frequency),
            ),
        ),
        source,
    )


def ricker_transform() -> tuple[Derivation, ...]:
    """The Ricker function is band-pass: its spectrum (s q)^2 exp(-s^2 q^2 / 2) is largest at q =
    sqrt(2) / s.
    """
    size = (s * q) ** 2 * exp(-(s**2) * q**2 / 2)
    transform = _transform_in_units(
        "Transform of the Ricker function",
        RICKER,
        (1 - z**2) * exp(-(z**2) / 2),
        sqrt(2 * pi) * t**2 * exp(-(t**2) / 2),
        sqrt(2 * pi) * s * size,
        CHAPTER,
    )
    return (
        transform,
        _peak_of(
            "Its largest value",
            size,
            s**2 * q * (2 - s**2 * q**2) * exp(-(s**2) * q**2 / 2),
            Integer(2),
            "slope of the spectrum",
            (Settles("ricker-spectrum-peak", part="peak"),),
        ),
        Derivation(
            "Its shape",
            (
                Step(
                    transform.states[0] / (sqrt(2 * pi) * s),
                    size,
                    "without the prefactor",
                    uses=(transform,),
                ),
            ),
            CHAPTER,
            (Settles("ricker-spectrum-peak", part="spectrum"),),
        ),
    )


def _peak_of(
    title: str, size: Expr, slope: Expr, square: Expr, why: str, settles: tuple[Settles, ...] = ()
) -> Derivation:
    """Where ``size`` is largest, if its ``slope`` has the factor ``square`` - s^2 q^2 and else no
    zero: at sqrt(square) / s.
    """
    steepness = s * (sqrt(square) + s * q) * slope / (square - s**2 * q**2)
    rises = Step(Derivative(size, q), slope, why)
    sign = Step(steepness, Integer(0), "a positive factor of it", relation=">")
    return Derivation(
        title,
        (
            rises,
            sign,
            Step(
                q + Derivative(size, q) / steepness,
                sqrt(square) / s,
                "which leaves the distance to this frequency: rising below, falling above",
                uses=(rises, sign),
            ),
        ),
        CHAPTER,
        settles,
    )


def ricker_norm() -> tuple[Derivation, ...]:
    """The Ricker function with prefactor c has the squared L2 norm c^2 (3 sqrt(pi) / 4) s."""
    square = c**2 * 3 * sqrt(pi) / 4 * s
    printed = pi ** Rational(1, 4) / (15 * s)
    rule, stretched = _in_units_of_the_width((c * RICKER) ** 2)
    integral = _over_the_line((c * RICKER) ** 2)
    in_z = (1 - z**2) ** 2 * exp(-(z**2))
    units = Step(stretched, c**2 * in_z, "in units of the width")
    moments = Step(
        _over_the_line(c**2 * in_z, z), c**2 * 3 * sqrt(pi) / 4, "moments 0, 2 and 4 of a Gaussian"
    )
    norm = Derivation(
        "Squared norm",
        (
            rule,
            units,
            moments,
            Step(integral, square, "dx = s dz", uses=(rule, units, moments)),
        ),
        CHAPTER,
    )
    return (
        Derivation(
            "Norm",
            (
                Step(
                    Subs(integral, c, printed),
                    pi / (300 * s),
                    "the prefactor of the chapter does not normalise, except at one width",
                    uses=(norm,),
                ),
            ),
            CHAPTER,
            (Settles("ricker-definition-normalisation"),),
        ),
        norm,
        Derivation(
            "Prefactor that normalises",
            (
                Step(
                    Subs(integral, c, 2 / (sqrt(3 * s) * pi ** Rational(1, 4))),
                    Integer(1),
                    "at every width",
                    uses=(norm,),
                ),
            ),
            CHAPTER,
        ),
    )


def fixed_weight_rates() -> tuple[Derivation, ...]:
    """With all weights of size one the rates of a Ricker network peak at q = sqrt(2) / s (trained
    a) and sqrt(3) / s (trained b).
    """
    output, bias = q**4 * exp(-(s**2) * q**2), q**6 * exp(-(s**2) * q**2)
    return (
        _peak_of(
            "Output weights",
            output,
            2 * q**3 * (2 - s**2 * q**2) * exp(-(s**2) * q**2),
            Integer(2),
            "square of the spectrum",
        ),
        _peak_of(
            "Biases",
            bias,
            2 * q**5 * (3 - s**2 * q**2) * exp(-(s**2) * q**2),
            Integer(3),
            "square of the spectrum times q^2",
        ),
    )


def smoothness() -> tuple[Derivation, ...]:
    """A function with p integrable derivatives has a transform of size at most the integral of |d^p
    f / dx^p| over q^p.
    """
    bound = Symbol("M", positive=True)
    start = Symbol("A_0", nonnegative=True)
    size = Function("A", nonnegative=True)(p)  # of the transform of the derivative of order p
    line = Function("L")  # the integral over the line, of whatever integrand
    wave, slope = exp(-I * q * x), Derivative(f(x), x)
    whole, of_slope = line(f(x) * wave), line(slope * wave)
    product = Step(
        slope * wave - I * q * f(x) * wave, Derivative(f(x) * wave, x), "the product rule"
    )
    parts = Quoted(
        "the integral L of a sum is the sum of the integrals",
        f"{FOLLAND}, section 2.3",
        states=(
            of_slope,
            "==",
            line(slope * wave - I * q * f(x) * wave) + I * q * whole,
        ),
    )
    far_out = Assumed(
        Eq(line(Derivative(f(x) * wave, x)), 0),
        "f and its derivatives up to order p are integrable, so those below p vanish far out",
    )
    of_derivative = Step(
        of_slope,
        I * q * whole,
        "by parts: the transform of the derivative",
        uses=(parts, product, far_out),
    )
    again = Induction(
        p,
        0,
        start,
        SO_FAR * Abs(of_slope) / Abs(whole),
        start * q**p,
        "each derivative brings a factor q; where the transform is zero nothing is to be shown",
        uses=(of_derivative,),
        sequence=size,
    )
    largest = Quoted(
        "no transform exceeds the integral of the size, here M of the derivative of order p",
        f"{FOLLAND}, section 8.3",
        states=(size, "<=", bound),
    )
    return (
        Derivation(
            "By parts",
            (
                product,
                parts,
                far_out,
                of_derivative,
                again,
                largest,
                *chain(
                    start / bound,
                    To(size * q**-p / bound, "by the transform of the derivative"),
                    To(q**-p, "size over M", relation="<=", uses=(largest,)),
                    uses=(again,),
                ),
            ),
            f"{FOLLAND}, theorem 8.22",
            (Settles("smoother-faster-decay"),),
        ),
    )
