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
    Derivative,
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
    solve,
    sqrt,
    symbols,
    tanh,
)

from theory import SO_FAR, Assumed, Derivation, Induction, Quoted, Settles, Step

xi, x, z = symbols("xi x z", real=True)  # frequency, place
q, s, epsilon = symbols("q s epsilon", positive=True)  # 2 pi |xi|, width of the activation, damping
c = Symbol("c", positive=True)  # prefactor
t, u = symbols("t u", positive=True)
p = Symbol("p", integer=True, positive=True)  # number of derivatives
f = Function("f", real=True)
# of exp(-epsilon x) on the half-line
DAMPED_COSINE, DAMPED_SINE = (
    epsilon / (epsilon**2 + q**2),
    q / (epsilon**2 + q**2),
)
BELL = exp(-(x**2) / (2 * s**2))
RICKER = (1 - x**2 / s**2) * BELL
TANH_SLOPE = pi * q / sinh(pi * q / 2)  # transform of the slope of tanh, see tanh_transform
CHAPTER = "frequency principle, section 1.1"
LUO = "Luo, Ma, Xu, Zhang, arXiv 2010.08153"


def relu_transform() -> tuple[Derivation, ...]:
    """Away from zero the transform of ReLU is -1 / (2 pi xi)^2."""
    even, odd = (
        (epsilon**2 - q**2) / (epsilon**2 + q**2) ** 2,
        2 * epsilon * q / (epsilon**2 + q**2) ** 2,
    )
    return (
        Derivation(
            "Even part |x| / 2",
            (
                Step(
                    Derivative(
                        -exp(-epsilon * x)
                        * (epsilon * cos(q * x) - q * sin(q * x))
                        / (epsilon**2 + q**2),
                        x,
                    ),
                    exp(-epsilon * x) * cos(q * x),
                    "antiderivative of a damped constant times the cosine; it vanishes far out",
                ),
                Step(
                    Subs((epsilon * cos(q * x) - q * sin(q * x)) / (epsilon**2 + q**2), x, 0),
                    DAMPED_COSINE,
                    "so this is the integral from 0",
                ),
                Step(
                    -Derivative(DAMPED_COSINE, epsilon),
                    even,
                    "a factor x is minus a derivative in the damping; two half-lines, over 2",
                ),
                Step(Limit(even, epsilon, 0, "+"), -1 / q**2, "damping removed"),
            ),
            LUO,
            (Settles("relu-fourier-quadratic-decay"),),
        ),
        Derivation(
            "Odd part x / 2",
            (
                Step(
                    Derivative(
                        -exp(-epsilon * x)
                        * (epsilon * sin(q * x) + q * cos(q * x))
                        / (epsilon**2 + q**2),
                        x,
                    ),
                    exp(-epsilon * x) * sin(q * x),
                    "antiderivative of a damped constant times the sine",
                ),
                Step(
                    Subs((epsilon * sin(q * x) + q * cos(q * x)) / (epsilon**2 + q**2), x, 0),
                    DAMPED_SINE,
                    "so this is the integral from 0",
                ),
                Step(-Derivative(DAMPED_SINE, epsilon), odd, "a factor x"),
                Step(Limit(odd, epsilon, 0, "+"), Integer(0), "nothing is left away from zero"),
            ),
            LUO,
        ),
    )


def tanh_transform() -> tuple[Derivation, ...]:
    """The slope of tanh has the transform pi q / sinh(pi q / 2): tanh decays exponentially in
    frequency.
    """
    r = Symbol("r", positive=True)
    return (
        Derivation(
            "Exponential moments of the slope of tanh",
            (
                Step(Derivative(tanh(z), z), 4 / (exp(z) + exp(-z)) ** 2, "the slope"),
                Step(
                    Subs(4 * t ** (r + 1) / (1 + t) ** 2, t, exp(2 * z)),
                    4 * exp(2 * r * z) / (exp(z) + exp(-z)) ** 2,
                    "times exp(2 r z), in t = exp(2 z) with dz = dt / (2 t)",
                ),
                Step(
                    Integral(2 * t**r / (1 + t) ** 2, (t, 0, oo)),
                    2 * gamma(1 + r) * gamma(1 - r),
                    "Euler's integral",
                    domain=(r < 1,),
                ),
                Step(
                    2 * gamma(1 + r) * gamma(1 - r),
                    2 * pi * r / sin(pi * r),
                    "reflection",
                    domain=(r < 1,),
                ),
            ),
            "Euler's beta integral",
        ),
        Derivation(
            "Transform of the slope of tanh",
            (
                Quoted(
                    "two analytic functions that agree on an interval agree on the strip |Re r| < "
                    "1 in which both are analytic",
                    "identity theorem",
                ),
                Step(
                    Subs(2 * pi * r / sin(pi * r), r, I * q / 2),
                    TANH_SLOPE,
                    "r = i q / 2 puts cos(q z) under the integral",
                ),
            ),
            LUO,
        ),
        Derivation(
            "Transform of tanh",
            (
                Step(
                    Subs(pi * u / sinh(pi * u / 2), u, q) / q,
                    pi / sinh(pi * q / 2),
                    "the slope over i q, its size",
                ),
            ),
            LUO,
        ),
        Derivation(
            "Transform of the sigmoid",
            (
                Step(
                    Subs((1 + (exp(u) - exp(-u)) / (exp(u) + exp(-u))) / 2, u, z / 2),
                    1 / (1 + exp(-z)),
                    "half of tanh of half the argument, and a constant",
                ),
                Step(
                    Subs(pi / sinh(pi * u / 2), u, 2 * q),
                    pi / sinh(pi * q),
                    "stretched by 2 and halved: size at 2 q",
                ),
            ),
            LUO,
        ),
    )


def gaussian_transform() -> Derivation:
    """A Gaussian of width s has the transform sqrt(2 pi) s exp(-s^2 q^2 / 2)."""
    bell = sqrt(2 * pi) * s * exp(-(s**2) * q**2 / 2)
    return Derivation(
        "Transform of a Gaussian",
        (
            Step(
                Derivative(BELL * sin(q * x), x),
                -x / s**2 * BELL * sin(q * x) + q * BELL * cos(q * x),
                "the left side integrates to zero: int x G sin(q x) = s^2 q int G cos(q x)",
            ),
            Step(
                Derivative(cos(q * x), q),
                -x * sin(q * x),
                "so the transform falls with slope -s^2 q times itself",
            ),
            Step(
                Integral(exp(-(x**2) / 2), (x, -oo, oo)),
                sqrt(2 * pi),
                "and is sqrt(2 pi) s at q = 0",
            ),
            Step(
                sqrt(2 * pi) * s * exp(-Integral(s**2 * u, (u, 0, q))),
                bell,
                "solution of that equation",
            ),
        ),
        "Folland, Real Analysis, second edition, Wiley 1999, section 8.3",
    )


def ricker_transform() -> tuple[Derivation, ...]:
    """The Ricker function is band-pass: its spectrum (s q)^2 exp(-s^2 q^2 / 2) is largest at q =
    sqrt(2) / s.
    """
    bell = sqrt(2 * pi) * s * exp(-(s**2) * q**2 / 2)
    size = (s * q) ** 2 * exp(-(s**2) * q**2 / 2)
    return (
        Derivation(
            "Transform of the Ricker function",
            (
                Step(
                    -(s**2) * Derivative(BELL, x, x),
                    RICKER,
                    "minus s^2 times the second derivative of a Gaussian",
                ),
                Step(
                    -(s**2) * Derivative(cos(q * x), x, x),
                    s**2 * q**2 * cos(q * x),
                    "by parts twice: a factor s^2 q^2",
                ),
                Step(
                    Subs(u * bell, u, s**2 * q**2),
                    sqrt(2 * pi) * s * size,
                    "on the transform of the Gaussian",
                ),
            ),
            CHAPTER,
            (Settles("ricker-spectrum-peak", size, part="spectrum"),),
        ),
        Derivation(
            "Its largest value",
            (
                Step(
                    Derivative(size, q),
                    s**2 * q * (2 - s**2 * q**2) * exp(-(s**2) * q**2 / 2),
                    "rises while s q < sqrt(2), falls after",
                ),
                Step(Subs(Derivative(size, q), q, sqrt(2) / s), Integer(0), "turns at sqrt(2) / s"),
            ),
            CHAPTER,
            (Settles("ricker-spectrum-peak", solve(2 - s**2 * q**2, q)[0], part="peak"),),
        ),
    )


def ricker_norm() -> Derivation:
    """The Ricker function with prefactor c has the squared L2 norm c^2 (3 sqrt(pi) / 4) s."""
    square = c**2 * 3 * sqrt(pi) / 4 * s
    printed = pi ** Rational(1, 4) / (15 * s)
    return Derivation(
        "Norm",
        (
            Step(
                Subs((c * RICKER) ** 2, x, s * z),
                c**2 * (1 - z**2) ** 2 * exp(-(z**2)),
                "in units of the width",
            ),
            Step(
                Integral((1 - z**2) ** 2 * exp(-(z**2)), (z, -oo, oo)),
                3 * sqrt(pi) / 4,
                "moments 0, 2 and 4 of a Gaussian",
            ),
            Step(Subs(c**2 * u * s, u, 3 * sqrt(pi) / 4), square, "dx = s dz"),
            Step(
                Subs(square, c, 2 / (sqrt(3 * s) * pi ** Rational(1, 4))),
                Integer(1),
                "so this prefactor normalises",
            ),
            Step(
                Subs(square, c, printed),
                pi / (300 * s),
                "the prefactor of the chapter does not, except at one width",
            ),
        ),
        CHAPTER,
        (Settles("ricker-definition-normalisation"),),
    )


def fixed_weight_rates() -> tuple[Derivation, ...]:
    """With all weights of size one the rates of a Ricker network peak at q = sqrt(2) / s (trained
    a) and sqrt(3) / s (trained b).
    """
    output, bias = q**4 * exp(-(s**2) * q**2), q**6 * exp(-(s**2) * q**2)
    return (
        Derivation(
            "Output weights",
            (
                Step(
                    Derivative(output, q),
                    2 * q**3 * (2 - s**2 * q**2) * exp(-(s**2) * q**2),
                    "square of the spectrum",
                ),
                Step(Subs(output / q**4, q, sqrt(2) / s), exp(-2), "turns at sqrt(2) / s"),
            ),
            CHAPTER,
        ),
        Derivation(
            "Biases",
            (
                Step(
                    Derivative(bias, q),
                    2 * q**5 * (3 - s**2 * q**2) * exp(-(s**2) * q**2),
                    "square of the spectrum times q^2",
                ),
                Step(Subs(bias / q**6, q, sqrt(3) / s), exp(-3), "turns at sqrt(3) / s"),
            ),
            CHAPTER,
        ),
    )


def smoothness() -> tuple[Derivation, ...]:
    """A function with p integrable derivatives has a transform of size at most the integral of |d^p
    f / dx^p| over q^p.
    """
    bound = Symbol("M", positive=True)
    first = Step(
        Derivative(f(x) * sin(q * x), x),
        Derivative(f(x), x) * sin(q * x) + q * f(x) * cos(q * x),
        "integrated over the line the left side vanishes: int f cos(q x) = -1/q int f' sin(q x)",
    )
    return (
        Derivation(
            "By parts",
            (
                Assumed("f and p derivatives integrable", "p integrable derivatives"),
                Step(
                    cos(q * x) ** 2 + sin(q * x) ** 2,
                    Integer(1),
                    "|cos| <= 1: no transform exceeds the integral of the size",
                ),
                first,
                Induction(
                    p, 0, bound, SO_FAR / q, bound * q**-p, "each derivative brings a factor 1 / q"
                ),
            ),
            "Folland, Real Analysis, second edition, Wiley 1999, theorem 8.22",
            (Settles("smoother-faster-decay", q**-p),),
        ),
    )
