"""At which rate does a wide two-layer network learn each frequency, and where does it end?  The
rate with its constant, for any activation and dimension; the exact interpolant between cubic and
linear spline.

Setting.  f(x) = m^(-1/2) sum_k a_k sigma(w_k . x + b_k), m -> infinity, gradient flow on 1/2 sum_i
e_i^2; transform f^(xi) = int f(x) exp(-2 pi i xi . x) dx.  Bias b independent of (a, w) with a
density that is flat where the kinks are: only its value p at zero enters.  A test function phi sees
the neuron (w, b) through F(b) = int phi(x) sigma(w x + b) dx, whose transform in b is sigma^(eta)
phi^(-w eta): every neuron is a filter of the frequency xi = w eta.  Summing |F|^2 over b and (a, w)
gives the rate

    gamma^2(xi) = p E[ |sigma^(xi / r)|^2 / r  (1  +  a^2 (2 pi xi / r)^2) ],   r = |w|,
                                               train a   train b

for ReLU p ( E r^3 / (16 pi^4 xi^4) + E a^2 r / (4 pi^2 xi^2) ).  Training w multiplies by x, which
differentiates in frequency.  In d dimensions directions are averaged: a factor Gamma(d/2) pi^(-d/2)
|xi|^(1-d).  If the density of w falls with |w|, gamma^2 falls with |xi|, whatever the activation.
From f = 0 the flow without the w-term ends in the interpolant of least int |h^|^2 / gamma^2: for
ReLU on the line between the natural cubic spline (a small) and the linear one (a large).

Source: Zhang, Xu, Luo, Ma, Explicitizing an implicit bias of the frequency principle in two-layer
neural networks, arXiv 1905.10264; Luo, Ma, Xu, Zhang, arXiv 2010.08153.
"""

from sympy import (
    Abs,
    And,
    Derivative,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Le,
    Limit,
    Subs,
    Sum,
    Symbol,
    cos,
    exp,
    gamma,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Quoted, Settles, Step, derive
from theory.activation_spectrum import DAMPED_COSINE, epsilon, q, relu_transform, xi
from theory.notation import OWN

# frequency in b; place, bias, preactivation, weight
eta, x, b, u, w = symbols("eta x b u w", real=True)
nu, r, tau = symbols("nu r tau", positive=True)  # |xi|, |w|, |x - x'|
a2 = Symbol("a2", nonnegative=True)  # a^2
# density of the bias at zero, standard deviation of a Gaussian bias
p, s = symbols("p s", positive=True)
cubic, linear = symbols("A B", positive=True)  # E r^3, E a^2 r
d, n, N, i, k = symbols("d n N i k", integer=True, positive=True)
spectrum = Function("S", positive=True)  # |sigma^|^2
density = Function("g", positive=True)  # of w, a function of |w|
mean = Function("E")  # over the neurons
SOURCE = "Luo, Ma, Xu, Zhang, arXiv 2010.08153"


def rate_of_a_neuron() -> tuple[Derivation, ...]:
    """Neurons of weight r with a flat bias density p move frequency xi at the rate p |sigma^(xi /
    r)|^2 / r (1 + a^2 (2 pi xi / r)^2).
    """
    phase = 2 * pi * eta * b
    total = p * spectrum(nu / r) / r * (1 + a2 * (2 * pi * nu / r) ** 2)
    return (
        Derivation(
            "What a neuron sees of a test function",
            (
                Assumed(
                    "the density of b equals p wherever phi meets a kink",
                    "bias density flat over the kinks, independent of (a, w)",
                ),
                Step(
                    Subs(cos(phase), b, u - w * x),
                    cos(2 * pi * eta * u) * cos(2 * pi * eta * w * x)
                    + sin(2 * pi * eta * u) * sin(2 * pi * eta * w * x),
                    "preactivation u = w x + b instead of b: the transform in b is a product, "
                    "sigma^(eta) phi^(-w eta), even part",
                ),
                Step(
                    Subs(sin(phase), b, u - w * x),
                    sin(2 * pi * eta * u) * cos(2 * pi * eta * w * x)
                    - cos(2 * pi * eta * u) * sin(2 * pi * eta * w * x),
                    "and odd part",
                ),
            ),
            SOURCE,
        ),
        Derivation(
            "Rate of one kind of neuron",
            (
                Quoted(
                    "Plancherel: int |F(b)|^2 db = int |F^(eta)|^2 deta",
                    "Folland, Real Analysis, second edition, Wiley 1999, theorem 8.29",
                ),
                Step(Derivative(nu / r, nu), 1 / r, "frequency nu = r eta: deta = dq / r"),
                Step(
                    Derivative(cos(2 * pi * eta * u), u),
                    -2 * pi * eta * sin(2 * pi * eta * u),
                    "sigma' has the transform 2 pi i eta sigma^: training b multiplies |sigma^|^2 "
                    "by a^2 (2 pi eta)^2",
                ),
                Step(
                    Subs(p * spectrum(eta) * (1 + a2 * (2 * pi * eta) ** 2), eta, nu / r)
                    * Derivative(nu / r, nu),
                    total,
                    "trained a and trained b add up",
                ),
            ),
            SOURCE,
        ),
        Derivation(
            "Training w",
            (
                Step(
                    Derivative(cos(2 * pi * xi * x), xi),
                    -2 * pi * x * sin(2 * pi * xi * x),
                    "the feature is x a sigma'(w x + b): x phi has the transform i / (2 pi) d "
                    "phi^ / dxi",
                ),
                Step(
                    Subs(p * spectrum(eta) * a2 * (2 * pi * eta) ** 2 / (2 * pi) ** 2, eta, nu / r)
                    * Derivative(nu / r, nu),
                    p * spectrum(nu / r) * a2 * nu**2 / r**3,
                    "so training w acts on the derivative of phi^ with the rate of b over 4 pi^2",
                ),
            ),
            SOURCE,
        ),
    )


def relu_rate() -> tuple[Derivation, ...]:
    """ReLU networks on the line learn frequency xi at the rate p (E r^3 / (16 pi^4 xi^4) + E a^2 r
    / (4 pi^2 xi^2)).
    """
    relu = derive(relu_transform)[0].result
    squared = 1 / (16 * pi**4 * eta**4)
    alone, beside = p * r**3 / (16 * pi**4 * nu**4), p * a2 * r / (4 * pi**2 * nu**2)
    return (
        Derivation(
            "Training a",
            (
                Step(Subs(relu**2, q, 2 * pi * eta), squared, "|sigma^|^2 of ReLU"),
                Step(Subs(p * squared / r, eta, nu / r), alone, "in the rate of a neuron"),
            ),
            SOURCE,
            (Settles("lfp-rate-a", alone),),
        ),
        Derivation(
            "Training b",
            (
                Step(
                    Subs(p * squared / r * a2 * (2 * pi * eta) ** 2, eta, nu / r),
                    beside,
                    "the same times a^2 (2 pi xi / r)^2",
                ),
            ),
            SOURCE,
            (Settles("lfp-rate-b", beside),),
        ),
        Derivation(
            "Training w",
            (
                Step(
                    Subs(p * a2 * eta**2 * squared / r, eta, nu / r),
                    p * a2 * r / (16 * pi**4 * nu**2),
                    "weight of the derivative of phi^",
                ),
            ),
            SOURCE,
            (Settles("lfp-rate-w"),),
        ),
        Derivation(
            "Mean over the neurons",
            (
                Defined(cubic, mean(r**3), "third moment of the weights"),
                Defined(linear, mean(a2 * r), "mixed moment"),
                Step(
                    Subs(alone, r**3, cubic) + Subs(beside, a2, linear / r),
                    p * (cubic / (16 * pi**4 * nu**4) + linear / (4 * pi**2 * nu**2)),
                    "rates are linear in the law of (a, w)",
                ),
            ),
            SOURCE,
            (Settles("lfp-model-ntk"),),
        ),
    )


def dimension() -> tuple[Derivation, ...]:
    """With isotropic weights in d dimensions the rate carries Gamma(d/2) pi^(-d/2) |xi|^(1-d), so
    the powers are d + 3 and d + 1.
    """
    area = 2 * pi ** (d / Integer(2)) / gamma(d / Integer(2))  # of the unit sphere
    factor = gamma(d / Integer(2)) / pi ** (d / Integer(2)) * nu ** (1 - d)
    prefactor = gamma(d / Integer(2)) / (sqrt(2) * pi ** ((d + 1) / Integer(2)) * s)
    alone, beside = cubic / (16 * pi**4 * nu**4), linear / (4 * pi**2 * nu**2)
    return (
        Derivation(
            "Area of the sphere",
            (
                Step(
                    Integral(exp(-(x**2)), (x, -oo, oo)),
                    sqrt(pi),
                    "a Gaussian integral per dimension, pi^(d/2) in all",
                ),
                Step(
                    Integral(nu ** (d - 1) * exp(-(nu**2)), (nu, 0, oo)),
                    gamma(d / Integer(2)) / 2,
                    "the same in polar form, over the area",
                ),
                Step(
                    Subs(sqrt(pi) ** d / (u / 2), u, gamma(d / Integer(2))),
                    area,
                    "their ratio is the area",
                ),
            ),
            SOURCE,
        ),
        Derivation(
            "Average over directions",
            (
                Assumed("directions of w uniform on the sphere", "weights isotropic"),
                Step(
                    Subs(2 / (u * nu ** (d - 1)), u, area),
                    factor,
                    "a line through 0 in direction w has two halves; |xi|^(d-1) d|xi| times the "
                    "area fills space",
                ),
            ),
            SOURCE,
        ),
        Derivation(
            "Power of the a-term",
            (
                Step(
                    factor * alone / factor.subs(nu, 1) / alone.subs(nu, 1),
                    nu ** (-d - 3),
                    "one from training a",
                ),
            ),
            SOURCE,
            (Settles("lfp-dimension", part="a"),),
        ),
        Derivation(
            "Power of the b-term",
            (
                Step(
                    factor * beside / factor.subs(nu, 1) / beside.subs(nu, 1),
                    nu ** (-d - 1),
                    "one from training b",
                ),
            ),
            SOURCE,
            (Settles("lfp-dimension", part="b"),),
        ),
        Derivation(
            "Prefactor for a Gaussian bias",
            (
                Step(
                    Subs(exp(-(b**2) / (2 * s**2)) / (sqrt(2 * pi) * s), b, 0),
                    1 / (sqrt(2 * pi) * s),
                    "density of b at zero",
                ),
                Step(
                    Subs(p * factor.subs(nu, 1), p, 1 / (sqrt(2 * pi) * s)),
                    prefactor,
                    "in one piece",
                ),
            ),
            SOURCE,
            (Settles("lfp-published-constant", part="formula"),),
        ),
        Derivation(
            "Rate in d dimensions",
            (
                Step(
                    p * factor * (alone + beside),
                    p
                    * gamma(d / Integer(2))
                    / pi ** (d / Integer(2))
                    * (cubic / (16 * pi**4 * nu ** (d + 3)) + linear / (4 * pi**2 * nu ** (d + 1))),
                    "factor times the rate on the line",
                ),
            ),
            SOURCE,
        ),
    )


def monotone_rates() -> tuple[Derivation, ...]:
    """If the density of isotropic weights falls with |w|, every activation has rates that fall with
    |xi|.
    """
    v, closer = symbols("v delta", positive=True)
    far, near = density((nu + closer) / v), density(nu / v)
    value = symbols("S", nonnegative=True)
    more, less = symbols("g_1 g_2", nonnegative=True)
    near_part, far_part = more * value, less * value
    return (
        Derivation(
            "Frequency over weight as the variable",
            (
                Step(
                    Subs(nu ** (1 - d) * r ** (d - 1) * density(r) / r, r, nu / v)
                    * Abs(Derivative(nu / v, v)),
                    density(nu / v) * v ** (-d),
                    "r = |xi| / v in the mean over |w|: the frequency is left in the density alone",
                ),
            ),
            OWN + "; compare the fixed-weight rates in activation_spectrum",
        ),
        Derivation(
            "Monotone",
            (
                Assumed(Le(far, near), "the density of w falls with |w|"),
                Step(
                    Subs(near_part, more, less), far_part, "the parts differ by the densities alone"
                ),
                Decided(
                    Implies(And(less <= more, value >= 0), far_part <= near_part),
                    "so every v contributes less at the higher frequency",
                ),
            ),
            OWN,
        ),
    )


def variational_form() -> tuple[Derivation, ...]:
    """Among all functions through the data the flow from zero ends in the one of least sum |h^|^2 /
    gamma^2.
    """
    rate, pull, rest = (IndexedBase(name, real=True) for name in ("g", "c", "delta"))
    energy = Sum((rate[k] * pull[k] + rest[k]) ** 2 / rate[k], (k, 1, N))
    own, other, mixed = (
        Sum(rate[k] * pull[k] ** 2, (k, 1, N)),
        Sum(rest[k] ** 2 / rate[k], (k, 1, N)),
        Sum(pull[k] * rest[k], (k, 1, N)),
    )
    return (
        Derivation(
            "Energy of a competitor",
            (
                Assumed(
                    "h^ = gamma^2 c^ with c a sum of masses at the data",
                    "the flow from zero moves within gamma^2 times masses at the data",
                ),
                Step(
                    energy,
                    own + 2 * mixed + other,
                    "h = gamma^2 c and any other function h + delta, mode by mode",
                ),
                Step(
                    energy - 2 * mixed,
                    own + other,
                    "if delta vanishes on the data, so does the sum of c_i delta(x_i): delta "
                    "costs energy",
                ),
            ),
            SOURCE,
        ),
    )


def kernels_on_the_line() -> tuple[Derivation, ...]:
    """The rates 1 / (16 pi^4 xi^4) and 1 / (4 pi^2 xi^2) are the transforms of |tau|^3 / 12 and
    -|tau| / 2.
    """
    third = 12 * (epsilon**4 - 6 * epsilon**2 * q**2 + q**4) / (epsilon**2 + q**2) ** 4
    first = 2 * (epsilon**2 - q**2) / (epsilon**2 + q**2) ** 2
    return (
        Derivation(
            "Cubic part",
            (
                Step(
                    -2 * Derivative(DAMPED_COSINE, (epsilon, 3)),
                    third,
                    "a factor tau is minus a derivative in the damping; two half-lines",
                ),
                Step(Limit(third, epsilon, 0, "+"), 12 / q**4, "damping removed"),
                Step(
                    Subs(12 / q**4, q, 2 * pi * r) / 12,
                    1 / (16 * pi**4 * r**4),
                    "angular frequency 2 pi xi",
                ),
            ),
            SOURCE,
        ),
        Derivation(
            "Linear part",
            (
                Step(-2 * Derivative(DAMPED_COSINE, epsilon), first, "one factor tau"),
                Step(Limit(first, epsilon, 0, "+"), -2 / q**2, "damping removed"),
                Step(
                    Subs(-2 / q**2, q, 2 * pi * r) / -2,
                    1 / (4 * pi**2 * r**2),
                    "angular frequency 2 pi xi",
                ),
            ),
            SOURCE,
        ),
        Derivation(
            "Kernel",
            (
                Step(
                    Subs(tau**3 / 12 * u - tau / 2 * w, (u, w), (cubic, linear)),
                    cubic * tau**3 / 12 - linear * tau / 2,
                    "both with their moments",
                ),
            ),
            SOURCE,
        ),
    )


def natural_ends() -> Derivation:
    """Beyond the data the interpolant is a straight line: its second derivative vanishes there."""
    coefficient, place = IndexedBase("c", real=True), IndexedBase("x", real=True)
    tail = Sum(coefficient[i] * (u - place[i]), (i, 1, n))
    mass, moment = Sum(coefficient[i], (i, 1, n)), Sum(coefficient[i] * place[i], (i, 1, n))
    return Derivation(
        "Second derivative beyond the data",
        (
            Assumed(
                "sum c_i = 0, sum c_i x_i = 0",
                "the pull at the data is orthogonal to constants and lines",
            ),
            Step(
                Derivative(cubic * (u - x) ** 3 / 12 - linear * (u - x) / 2, u, u),
                cubic * (u - x) / 2,
                "of one term, to the right of its point",
            ),
            Step(
                tail - u * mass + moment,
                Integer(0),
                "summed, it is the mass of the pull times u less its moment: both vanish",
            ),
        ),
        SOURCE,
    )


def crossover_frequency() -> Derivation:
    """Below sqrt(E r^3 / (4 pi^2 E a^2 r)) the cubic part of the rate is the larger, above it the
    linear part.
    """
    crossing = sqrt(cubic / (4 * pi**2 * linear))
    alone, beside = cubic / (16 * pi**4 * nu**4), linear / (4 * pi**2 * nu**2)
    return Derivation(
        "Crossover",
        (
            Step(Subs(alone / beside, nu, crossing), Integer(1), "there both parts are equal"),
            Step(
                Derivative(alone / beside, nu),
                -2 * alone / beside / nu,
                "and their ratio falls with frequency",
            ),
            Step(Subs(alone / beside, nu, u * crossing), u**-2, "as the square", domain=(u > 0,)),
            Step(
                Subs(sqrt(cubic) / (2 * pi * sqrt(u)), u, linear),
                crossing,
                "the crossing frequency",
                domain=(u > 0,),
            ),
        ),
        SOURCE,
    )
