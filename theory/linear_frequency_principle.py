"""At which rate does a wide two-layer network learn each frequency, and where does it end?  The
rate with its constant, for any activation and dimension; the exact interpolant between cubic and
linear spline.

Setting.  f(x) = m^(-1/2) sum_k a_k sigma(w_k . x + b_k), m -> infinity, gradient flow on 1/2 sum_i
e_i^2; transform f^(xi) = int f(x) exp(-2 pi i xi . x) dx.  Bias b independent of (a, w) with a
density that is flat where the kinks are: only its value p at zero enters.  The neuron (w, b) sees a
wave exp(2 pi i xi x) as a wave in b of frequency xi / w and size |sigma^(xi / w)| / |w|, and sees
it back as itself: waves are eigenfunctions of the kernel.  The mean of the eigenvalues over (a, w)
is the rate

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

from typing import Any

from sympy import (
    Abs,
    Derivative,
    Eq,
    Expr,
    Function,
    I,
    IndexedBase,
    Integer,
    Integral,
    Limit,
    Max,
    Ne,
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

from theory import Assumed, Defined, Derivation, Quoted, Settles, Step, To, chain, derive
from theory.activation_spectrum import DAMPED_COSINE, epsilon, q, relu_transform, xi
from theory.notation import FOLLAND, OWN, mean_is_linear

x, b, u = symbols("x b u", real=True)  # place, bias, preactivation
nu, r, tau = symbols("nu r tau", positive=True)  # |xi|, |w|, |x - x'|
a2 = Symbol("a2", nonnegative=True)  # a^2
# density of the bias at zero, standard deviation of a Gaussian bias
p, s = symbols("p s", positive=True)
cubic, linear = symbols("A B", positive=True)  # E r^3, E a^2 r
d, n, N, i, k = symbols("d n N i k", integer=True, positive=True)
spectrum = Function("S", positive=True)  # |sigma^|^2
density = Function("g", positive=True)  # of w, a function of |w|
rate = Function("gamma^2", positive=True)(nu, r, a2)  # of neurons of one kind
mean = Function("E")  # over the neurons
y, z = symbols("y z", real=True)  # two places, z to the right
L = Symbol("L", positive=True)  # half width of a flat bias
SOURCE = "Luo, Ma, Xu, Zhang, arXiv 2010.08153"


def affine(y: Expr, z: Expr) -> Expr:
    """What a bias that is flat on +-L adds to the kernel, over its density: in every term one of
    the places stands alone or not at all.
    """
    return (
        L**3 / 3
        + L**2 * r * (y + z) / 2
        + L * r**2 * y * z
        + r**3 * (y**2 * z + y * z**2) / 4
        - r**3 * (y**3 + z**3) / 12
        + a2 * (L + r * (y + z) / 2)
    )


def rate_of_a_neuron() -> tuple[Derivation, ...]:
    """Neurons of weight r with a flat bias density p move frequency xi at the rate p |sigma^(xi /
    r)|^2 / r (1 + a^2 (2 pi xi / r)^2).
    """
    sigma = Function("sigma", real=True)
    y, v = symbols("y v", real=True)  # another place, its preactivation
    weight = p * spectrum(nu / r) * a2 * nu**2 / r**3

    def wave(at: Expr) -> Expr:
        return exp(2 * pi * I * nu * at)

    def kernel(feature: Any) -> Expr:
        """What the kernel of these features makes of a wave, over the wave: the integrand over
        both preactivations.
        """
        seen = Subs(feature(r * y + b) * wave(y), y, (u - b) / r) / r
        return Subs(feature(r * x + b) * seen, b, v - r * x) / wave(x)

    def spectral(feature: Any) -> Expr:
        return feature(u) * wave(u / r) * feature(v) * wave(-v / r) / r

    def plane(integrand: Expr) -> Expr:
        return Integral(integrand, (u, -oo, oo), (v, -oo, oo))

    slope = Function("sigma_1", real=True)  # of sigma
    sees = tuple(
        Derivation(
            title,
            (
                Step(
                    kernel(feature),
                    spectral(feature),
                    "preactivations u = r y + b and v = r x + b instead of y and b: a wave is seen "
                    "as a wave, and seen back as itself",
                ),
            ),
            SOURCE,
        )
        for title, feature in (
            ("What a neuron sees of a test function", sigma),
            ("What its bias sees of a test function", slope),
        )
    )
    flow = Assumed(
        Eq(rate, p * plane(kernel(sigma)) + p * a2 * plane(kernel(slope))),
        "m -> infinity and gradient flow on half the squared residuals: the kernel stays the mean "
        "over the start, here of neurons of one a^2 and one weight r > 0 (w < 0 mirrors the line), "
        "with a bias density p that is flat over the kinks and independent of (a, w); gamma^2 is "
        "what the kernel makes of a wave, over the wave",
    )
    transform = Quoted(
        "|sigma^(eta)|^2 is the product of the transform with its conjugate, away from zero for "
        "tempered distributions",
        f"{FOLLAND}, section 9.2",
        (plane(spectral(sigma)), "==", spectrum(nu / r) / r),
    )
    of_slope = Quoted(
        "the transform of sigma' is 2 pi i eta sigma^(eta)",
        f"{FOLLAND}, section 9.2",
        (plane(spectral(slope)), "==", (2 * pi * nu / r) ** 2 * spectrum(nu / r) / r),
    )
    neuron = Derivation(
        "Rate of one kind of neuron",
        (
            flow,
            transform,
            of_slope,
            Step(
                rate,
                p * spectrum(nu / r) / r * (1 + a2 * (2 * pi * nu / r) ** 2),
                "trained a and trained b add up",
                uses=(flow, *sees, transform, of_slope),
            ),
        ),
        SOURCE,
    )
    moves = Step(
        Derivative(sin(2 * pi * xi * x), xi),
        2 * pi * x * cos(2 * pi * xi * x),
        "the feature is x a sigma'(w x + b): a factor x is a slope in frequency over 2 pi",
    )
    ratio = x * cos(2 * pi * xi * x) / Derivative(sin(2 * pi * xi * x), xi)
    return (
        sees[0],
        neuron,
        Derivation(
            "Training w",
            (
                moves,
                Step(
                    a2 * Derivative(rate, a2) * ratio**2,
                    weight,
                    "so training w acts on the derivative of phi^ with the rate of b over 4 pi^2",
                    uses=(neuron, moves),
                ),
            ),
            SOURCE,
        ),
        sees[1],
    )


def relu_rate() -> tuple[Derivation, ...]:
    """ReLU networks on the line learn frequency xi at the rate p (E r^3 / (16 pi^4 xi^4) + E a^2 r
    / (4 pi^2 xi^2)).
    """
    _, neuron, by_weight, _ = derive(rate_of_a_neuron)
    relu = derive(relu_transform)[0]
    alone, beside = p * r**3 / (16 * pi**4 * nu**4), p * a2 * r / (4 * pi**2 * nu**2)
    squared = Assumed(
        Eq(spectrum(nu / r), Subs(relu.states[0] ** 2, q, 2 * pi * nu / r)),
        "sigma is ReLU, whose odd part adds nothing away from frequency zero",
    )
    power = Derivation(
        "Spectrum of ReLU at the frequency that a neuron sees",
        (
            squared,
            Step(
                spectrum(nu / r),
                (r / (2 * pi * nu)) ** 4,
                "the square of its transform",
                uses=(squared, relu),
            ),
        ),
        SOURCE,
    )
    both = Step(rate, alone + beside, "trained a and trained b", uses=(neuron, power))
    network = Function("Gamma", positive=True)(nu, cubic, linear)  # gamma^2 of the network
    width = Assumed(
        Eq(network, mean(rate)),
        "m -> infinity: sums over neurons are means over the law of (a, w) at the start, by the "
        "law of large numbers",
    )
    linear_mean = mean_is_linear(
        mean(alone + beside),
        p * (mean(r**3) / (16 * pi**4 * nu**4) + mean(a2 * r) / (4 * pi**2 * nu**2)),
    )
    third = Defined(cubic, mean(r**3), "third moment of the weights")
    mixed = Defined(linear, mean(a2 * r), "mixed moment")
    return (
        Derivation(
            "Training a",
            (
                Step(
                    Subs(rate, a2, 0),
                    alone,
                    "|sigma^|^2 of ReLU in the rate of a neuron, whose bias adds nothing if a = 0",
                    uses=(neuron, power),
                ),
            ),
            SOURCE,
            (Settles("lfp-rate-a"),),
        ),
        Derivation(
            "Training b",
            (
                Step(
                    a2 * Derivative(rate, a2),
                    beside,
                    "the same times a^2 (2 pi xi / r)^2",
                    uses=(neuron, power),
                ),
            ),
            SOURCE,
            (Settles("lfp-rate-b"),),
        ),
        Derivation(
            "Training w",
            (
                Step(
                    by_weight.states[0],
                    p * a2 * r / (16 * pi**4 * nu**2),
                    "weight of the derivative of phi^",
                    uses=(by_weight, power),
                ),
            ),
            SOURCE,
            (Settles("lfp-rate-w"),),
        ),
        Derivation(
            "Mean over the neurons",
            (
                width,
                both,
                linear_mean,
                third,
                mixed,
                Step(
                    network,
                    p * (cubic / (16 * pi**4 * nu**4) + linear / (4 * pi**2 * nu**2)),
                    "rates are linear in the law of (a, w)",
                    uses=(width, both, linear_mean, third, mixed),
                ),
            ),
            SOURCE,
            (Settles("lfp-model-ntk", part="rate"),),
        ),
        power,
    )


def dimension() -> tuple[Derivation, ...]:
    """With isotropic weights in d dimensions the rate carries Gamma(d/2) pi^(-d/2) |xi|^(1-d), so
    the powers are d + 3 and d + 1.
    """
    half = d / Integer(2)
    area, spread = Function("A", positive=True)(d), Function("D", positive=True)(nu)
    factor = gamma(half) / pi**half * nu ** (1 - d)
    bell = Integral(exp(-(x**2)), (x, -oo, oo))
    radial = Integral(nu ** (d - 1) * exp(-(nu**2)), (nu, 0, oo))
    line = derive(relu_rate)[3]
    network = line.states[0]
    polar = Quoted(
        "polar coordinates: the Gaussian integral over space is the area of the unit sphere times "
        "the integral over the radius",
        f"{FOLLAND}, theorem 2.49",
        (area, "==", bell**d / radial),
    )
    gauss = Step(bell, sqrt(pi), "a Gaussian integral per dimension, pi^(d/2) in all")
    by_radius = Step(radial, gamma(half) / 2, "the same in polar form, over the area")
    sphere = Derivation(
        "Area of the sphere",
        (
            polar,
            gauss,
            by_radius,
            Step(area, 2 * pi**half / gamma(half), "their ratio", uses=(polar, gauss, by_radius)),
        ),
        SOURCE,
    )
    # at the radius |xi|: squared size of a packet, integrated over the unit sphere of directions;
    # the share of that radius in the squared pull of the packet, over space and over lines
    power_there = Function("Phi", positive=True)(nu)
    in_space, on_lines = (Function(name, positive=True)(nu) for name in ("q_space", "q_lines"))
    polar_form = Quoted(
        "polar coordinates: in an integral over space the radius |xi| has the share |xi|^(d-1) "
        "times the integral over directions, here of the rate in space times |phi^|^2",
        f"{FOLLAND}, theorem 2.49",
        (in_space, "==", spread * network * power_there * nu ** (d - 1)),
    )
    isotropic = Assumed(
        Eq(on_lines, 2 * network * power_there / area),
        "weights isotropic: a neuron of direction u sees of a packet the frequencies on the line "
        "through 0 along u, with the rate on the line; both halves of it, and a mean over u that "
        "is uniform on the sphere",
    )
    same_form = Assumed(
        Eq(in_space, on_lines),
        "the rate in space, D times that on the line, is what gives every packet its squared pull",
    )
    at_radius = network * power_there * nu ** (d - 1)
    directions = Derivation(
        "Average over directions",
        (
            polar_form,
            same_form,
            isotropic,
            *chain(
                spread,
                To(in_space / at_radius, "in space, by shells", uses=(polar_form,)),
                To(on_lines / at_radius, "and by lines", uses=(same_form,)),
                To(
                    2 * nu ** (1 - d) / area,
                    "two halves of a line over the measure of a shell: the packet drops out",
                    uses=(isotropic,),
                ),
                To(factor, "what a rate on the line is worth in space", uses=(sphere,)),
            ),
        ),
        SOURCE,
    )

    def power(title: str, of: Symbol, left_out: Symbol, exponent: Expr, part: str) -> Derivation:
        alone = Subs(spread * network, left_out, 0)
        return Derivation(
            title,
            (
                Step(
                    alone / Subs(spread * network, (left_out, nu), (0, 1)),
                    nu**exponent,
                    f"one from training {part}: what {of} is the moment of",
                    uses=(directions, line),
                ),
            ),
            SOURCE,
            (Settles("lfp-dimension", part=part),),
        )

    flat = Defined(
        p,
        Subs(exp(-(b**2) / (2 * s**2)) / (sqrt(2 * pi) * s), b, 0),
        "density of a Gaussian bias at zero",
    )
    return (
        sphere,
        directions,
        power("Power of the a-term", cubic, linear, -d - 3, "a"),
        power("Power of the b-term", linear, cubic, -d - 1, "b"),
        Derivation(
            "Prefactor for a Gaussian bias",
            (
                flat,
                Step(
                    p * Subs(spread, nu, 1),
                    gamma(half) / (sqrt(2) * pi ** ((d + 1) / Integer(2)) * s),
                    "in one piece",
                    uses=(flat, directions),
                ),
            ),
            SOURCE,
            (Settles("lfp-published-constant", part="formula"),),
        ),
        Derivation(
            "Rate in d dimensions",
            (
                Step(
                    spread * network,
                    p
                    * gamma(half)
                    / pi**half
                    * (cubic / (16 * pi**4 * nu ** (d + 3)) + linear / (4 * pi**2 * nu ** (d + 1))),
                    "factor times the rate on the line",
                    uses=(directions, line),
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
    directions, neuron = derive(dimension)[1], derive(rate_of_a_neuron)[1]
    half = d / Integer(2)
    part = Subs(directions.states[0] * rate * r ** (d - 1) * density(r), r, nu / v)
    share = p * gamma(half) / pi**half * spectrum(v) * (1 + a2 * (2 * pi * v) ** 2) * v**-d
    falls = Assumed(far <= near, "the density of w falls with |w|")
    source = OWN + "; compare the fixed-weight rates in ``activation_spectrum``"
    variable = Derivation(
        "Frequency over weight as the variable",
        (
            Step(
                part * Abs(Derivative(nu / v, v)),
                share * near,
                "r = |xi| / v in the mean over |w|: the frequency is left in the density alone",
                uses=(directions, neuron),
            ),
        ),
        source,
    )
    return (
        variable,
        Derivation(
            "Monotone",
            (
                falls,
                Step(
                    Subs(variable.states[0], nu, nu + closer),
                    variable.states[0],
                    "so every v contributes less at the higher frequency",
                    "<=",
                    uses=(variable, falls),
                ),
            ),
            OWN,
        ),
    )


def variational_form() -> tuple[Derivation, ...]:
    """Among all functions through the data the flow from zero ends in the one of least sum |h^|^2 /
    gamma^2.
    """
    pull, rest = (IndexedBase(name, real=True) for name in ("c", "delta"))
    rates = IndexedBase("g", positive=True)
    # pull at a sample, value of a mode there
    mass, mode = IndexedBase("m", real=True), IndexedBase("e", real=True)
    energy = Sum((rates[k] * pull[k] + rest[k]) ** 2 / rates[k], (k, 1, N))
    own, other, mixed = (
        Sum(rates[k] * pull[k] ** 2, (k, 1, N)),
        Sum(rest[k] ** 2 / rates[k], (k, 1, N)),
        Sum(pull[k] * rest[k], (k, 1, N)),
    )
    at_data = Sum(rest[k] * mode[i, k], (k, 1, N))
    masses = Assumed(
        Eq(pull[k], Sum(mass[i] * mode[i, k], (i, 1, n))),
        "h^ = gamma^2 c^: the flow from zero moves within gamma^2 times masses at the data",
    )
    through = Assumed(Eq(at_data, 0), "h and its competitor h + delta both go through the data")
    crossed = chain(
        mixed,
        To(
            Sum(mass[i] * at_data, (i, 1, n)),
            "a sum over the data of mass times delta",
            uses=(masses,),
        ),
        To(0, "delta vanishes there", uses=(through,)),
    )
    return (
        Derivation(
            "Energy of a competitor",
            (
                masses,
                through,
                *crossed,
                *chain(
                    energy,
                    To(own + 2 * mixed + other, "h + delta, mode by mode"),
                    To(own + other, "delta costs energy", uses=crossed),
                    To(own, "never less than that of h", relation=">="),
                ),
            ),
            SOURCE,
        ),
    )


def kernels_on_the_line() -> tuple[Derivation, ...]:
    """One integral over the bias gives both kernels of the line, |tau|^3 / 12 and -|tau| / 2, whose
    transforms are the rates 1 / (16 pi^4 xi^4) and 1 / (4 pi^2 xi^2).
    """
    third = 12 * (epsilon**4 - 6 * epsilon**2 * q**2 + q**4) / (epsilon**2 + q**2) ** 4
    first = 2 * (epsilon**2 - q**2) / (epsilon**2 + q**2) ** 2
    inside = (y >= -L / r, z <= L / r, z > y)
    left, right = Max(r * y + b, 0), Max(r * z + b, 0)
    integral = Integral(left * right, (b, -L, L)) / (2 * L)
    by_bias = a2 / r**2 * Derivative(integral, y, z)
    by_output, of_bias = affine(y, z).subs(a2, 0), a2 * (L + r * (y + z) / 2)
    later = Step(
        left * right,
        left * (r * z + b),
        "the neuron is on at the left place only if it is on at the right one",
        domain=(z > y,),
    )
    cubic_kernel = Derivation(
        "Kernel of trained output weights for a flat bias",
        (
            later,
            *chain(
                integral,
                To(
                    Integral((r * y + b) * (r * z + b), (b, -r * y, L)) / (2 * L),
                    "the mean over the bias: on at both places from the kink at the left one on",
                    domain=inside,
                ),
                To(
                    (r**3 * (z - y) ** 3 / 12 + by_output) / (2 * L),
                    "a polynomial; what is added to the cube is affine in one of the places",
                    domain=inside,
                ),
                uses=(later,),
            ),
        ),
        SOURCE,
    )
    slopes = tuple(
        Step(
            Derivative(feature, b),
            Derivative(feature, place) / r,
            f"the feature of a trained bias, over a, is a slope in the {side} place of that of the "
            "output weight",
            domain=(Ne(r * place + b, 0),),
        )
        for feature, place, side in ((left, y, "left"), (right, z, "right"))
    )
    trained_bias = a2 * Integral(slopes[0].lhs * slopes[1].lhs, (b, -L, L)) / (2 * L)
    under = Quoted(
        "dominated convergence: difference quotients of ReLU are bounded, so that its slopes may "
        "be taken outside the integral",
        f"{FOLLAND}, theorem 2.24",
        (trained_bias.xreplace({slope.lhs: slope.rhs for slope in slopes}), "==", by_bias),
    )
    linear_kernel = Derivation(
        "Kernel of trained biases for a flat bias",
        (
            *slopes,
            under,
            Step(
                trained_bias,
                (-a2 * r * (z - y) / 2 + of_bias) / (2 * L),
                "so its kernel is the mixed slope of the same integral; what is added is affine",
                domain=inside,
                uses=(*slopes, under, cubic_kernel),
            ),
        ),
        SOURCE,
    )
    neuron = Subs(2 * L * (integral + trained_bias) - affine(y, z), z, y + tau)
    one = Step(
        neuron,
        r**3 * tau**3 / 12 - a2 * r * tau / 2,
        "of one kind of neuron, over the bias density 1 / (2 L), less what is affine in a place",
        uses=(linear_kernel, cubic_kernel),
    )
    linear_mean = mean_is_linear(mean(one.rhs), mean(r**3) * tau**3 / 12 - mean(a2 * r) * tau / 2)
    moments = (
        Defined(cubic, mean(r**3), "third moment of the weights"),
        Defined(linear, mean(a2 * r), "mixed moment"),
    )

    def transform(title: str, order: int, damped: Expr, at_zero: Expr, end: Expr) -> Derivation:
        """Of |tau|^order, over its value."""
        half_line = Integral(exp(-epsilon * tau) * cos(q * tau), (tau, 0, oo))
        moment = (-1) ** order * 2 * Derivative(half_line, (epsilon, order))
        constant = Step(half_line, DAMPED_COSINE, "a damped constant on the half-line")
        slope = Step(
            moment,
            damped,
            "a factor tau is minus a derivative in the damping; two half-lines",
            uses=(constant,),
        )
        removed = Step(Limit(moment, epsilon, 0, "+"), at_zero, "damping removed", uses=(slope,))
        result = Step(
            Subs(removed.lhs, q, 2 * pi * nu),
            end,
            "angular frequency 2 pi xi",
            uses=(removed,),
        )
        return Derivation(title, (constant, slope, removed, result), SOURCE)

    of_cube = transform("Cubic part", 3, third, 12 / q**4, 12 / (16 * pi**4 * nu**4))
    of_size = transform("Linear part", 1, first, -2 / q**2, -2 / (4 * pi**2 * nu**2))
    line = derive(relu_rate)[3]
    return (
        of_cube,
        of_size,
        Derivation(
            "Kernel",
            (
                one,
                linear_mean,
                *moments,
                Step(
                    mean(neuron),
                    cubic * tau**3 / 12 - linear * tau / 2,
                    "both with their moments",
                    uses=(one, linear_mean, *moments),
                ),
            ),
            SOURCE,
        ),
        cubic_kernel,
        linear_kernel,
        Derivation(
            "The transform of the kernel is the rate",
            (
                Step(
                    p * (cubic * of_cube.states[0] / 12 - linear * of_size.states[0] / 2),
                    line.states[0],
                    "what one integral makes of a wave, and what the spectrum of ReLU says",
                    uses=(of_cube, of_size, line),
                ),
            ),
            SOURCE,
        ),
        Derivation(
            "Off the model while the bias has a finite width",
            (
                Step(
                    integral - r**3 * (z - y) ** 3 / (24 * L),
                    by_output / (2 * L),
                    "the model's kernel is not all of the kernel",
                    domain=inside,
                    uses=(cubic_kernel,),
                ),
            ),
            SOURCE,
            (Settles("lfp-model-ntk", part="kernel beside that of the model"),),
        ),
    )


def natural_ends() -> Derivation:
    """Beyond the data the interpolant is a straight line: its second derivative vanishes there."""
    coefficient, place = IndexedBase("c", real=True), IndexedBase("x", real=True)
    # its constant and its slope
    level, slope = symbols("d_0 d_1", real=True)
    gap = u - place[i]
    mass, moment = Sum(coefficient[i], (i, 1, n)), Sum(coefficient[i] * place[i], (i, 1, n))
    no_mass = Assumed(Eq(mass, 0), "the pull at the data is orthogonal to constants")
    no_moment = Assumed(Eq(moment, 0), "and to lines")
    beyond = (
        Sum(coefficient[i] * (cubic * gap**3 / 12 - linear * gap / 2), (i, 1, n))
        + level
        + slope * u
    )
    return Derivation(
        "Second derivative beyond the data",
        (
            no_mass,
            no_moment,
            *chain(
                Derivative(beyond, u, u),
                To(
                    Sum(coefficient[i] * cubic * gap / 2, (i, 1, n)),
                    "term by term, to the right of all points",
                ),
                To(
                    cubic * (u * mass - moment) / 2,
                    "summed, the mass of the pull times u less its moment",
                ),
                To(Integer(0), "both vanish", uses=(no_mass, no_moment)),
            ),
        ),
        SOURCE,
    )


def crossover_frequency() -> tuple[Derivation, ...]:
    """Below sqrt(E r^3 / (4 pi^2 E a^2 r)) the cubic part of the rate is the larger, above it the
    linear part.
    """
    line = derive(relu_rate)[3]
    crossing = sqrt(cubic / (4 * pi**2 * linear))
    alone, beside = (Subs(line.states[0], moment, 0) for moment in (linear, cubic))
    crossover = Derivation(
        "Crossover",
        (
            Step(
                nu * sqrt(alone / beside),
                crossing,
                "the ratio of the parts is the square of this frequency over |xi|",
                uses=(line,),
            ),
        ),
        SOURCE,
    )
    t = Symbol("t", positive=True)  # frequency over the crossover
    sides = (
        ("Below the crossover the cubic part is the larger", ">", t < 1),
        ("Above the crossover the linear part is the larger", "<", t > 1),
    )
    return (
        crossover,
        *(
            Derivation(
                title,
                chain(
                    Subs(alone / beside, nu, t * crossing),
                    To(t**-2, "the ratio of the parts falls as the square", uses=(line,)),
                    To(1, title.lower(), relation=relation, domain=(domain,)),
                ),
                SOURCE,
            )
            for title, relation, domain in sides
        ),
    )
