"""Why does gradient descent see the low frequencies of an error first?  The pull of an error of any
frequency at a neuron's three parameters; a bound on the change of loss above a frequency.

Setting.  A neuron a tanh(w x + b) on the line, w > 0, loss half the integral of the squared error.
An error cos(k x + phi) of unit size and angular frequency k pulls at a, b and w; its size is taken
over two errors a quarter of a period apart.  With y = pi k / (2 w),

    output weight  pi / (w sinh y)
    bias           2 |a| y / (w sinh y)
    input weight   (|a| / w^2) sqrt((pi (y coth y - 1) / sinh y)^2 + (2 b y / sinh y)^2).

The first two fall with k whatever w is.  The third falls for all k and w exactly if b^2 >= pi^2 /
12; for smaller |b| a large w turns the order round.  For w -> 0 the pull of the higher of two
frequencies is exponentially small beside that of the lower one.

For any parametrisation the share of the loss change above a frequency eta is at most a constant
times eta^-(2 p - 1) when the error and the parameter gradient of the output have p integrable
derivatives.  It falls with eta if no frequency loses ground, and not otherwise.

Source: Xu, Zhang, Luo, Xiao, Ma, Frequency principle, Communications in Computational Physics 28,
2020; Luo, Ma, Xu, Zhang, Theory of the frequency principle for general deep neural networks, CSIAM
Transactions on Applied Mathematics 2, 2021.
"""

from dataclasses import replace

from sympy import (
    Abs,
    Add,
    Derivative,
    Eq,
    Expr,
    Function,
    IndexedBase,
    Integral,
    KroneckerDelta,
    Limit,
    Ne,
    Product,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    cos,
    cosh,
    exp,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from theory import (
    Assumed,
    Counterexample,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.activation_spectrum import FOLLAND, TANH_SLOPE, q, tanh_transform

A = IndexedBase("A", real=True)  # A[n]: amplitude of wave n
xi = IndexedBase("xi", integer=True)  # xi[n, j]: its frequency along input j, in periods per unit
phi = IndexedBase("phi", real=True)  # phi[n]: its phase
# waves, inputs, number of waves
n, l, i, j, N = symbols("n l i j N", integer=True, positive=True)
d = Symbol("d", integer=True, nonnegative=True)  # number of inputs
x, z, psi, u = symbols("x z psi u", real=True)  # place, w x + b, phase, two waves
# angular frequency, input weight, k / w, distance of two frequencies
k, w, kappa, delta = symbols("k w kappa delta", positive=True)
a, b = symbols("a b", real=True)  # output weight, bias
y, c, r = symbols("y c r", positive=True)  # pi k / (2 w), pi / (2 w), exp(pi / (2 w))
s, t, v = symbols("s t v", positive=True)
rho = Symbol("rho", positive=True)  # ratio of two rates
# a frequency, derivatives, their integrals, length of the gradient, a bound
eta, p, D, E, g, T = symbols("eta p D E g T", positive=True)
XU = "Xu, Zhang, Luo, Xiao, Ma, Frequency principle, 2020"
LUO_MA = "Luo, Ma, Xu, Zhang, Theory of the frequency principle, 2021"

BELL = TANH_SLOPE.subs(q, k)  # at angular frequency k
OUTPUT = pi / (w * sinh(pi * k / (2 * w)))  # pull at the output weight
BIAS = Abs(a) * pi * k / (w**2 * sinh(pi * k / (2 * w)))
# pull at the input weight of a neuron without bias, up to a factor
DIP = (y * cosh(y) - sinh(y)) / sinh(y) ** 2


def slope_energy() -> Derivation:
    """The mean squared slope of a sum of waves is half the sum of their squared amplitudes, each
    times its squared angular frequency.
    """

    def slope(wave: Expr) -> Expr:
        return Subs(Derivative(cos(2 * pi * xi[wave, j] * x + phi[wave]), x), x, 0)

    average = Function("M", real=True)  # over the inputs, of both waves with these phases at 0
    same = Product(KroneckerDelta(xi[l, i], xi[n, i]), (i, 1, d))
    opposite = Product(KroneckerDelta(xi[l, i], -xi[n, i]), (i, 1, d))
    different = Assumed(
        Eq(same, KroneckerDelta(l, n)),
        "a sum of N waves A_n cos(2 pi xi_n . x + phi_n), periodic in each of d inputs, with "
        "different frequencies",
    )
    apart = Assumed(Eq(opposite, 0), "none of the frequencies is zero or the negative of another")
    product = Defined(u, sin(phi[l]) * sin(phi[n]), "two waves a quarter of a period on")
    slopes = Step(
        slope(l) * slope(n),
        4 * pi**2 * xi[l, j] * xi[n, j] * u,
        "slopes along one input: the frequencies come out",
        uses=(product,),
    )
    mean = Induction(
        d,
        0,
        sin(phi[l]) * sin(phi[n]),
        Integral(
            average(phi[l] + 2 * pi * xi[l, d + 1] * x, phi[n] + 2 * pi * xi[n, d + 1] * x),
            (x, 0, 1),
        ),
        (cos(phi[l] - phi[n]) * same - cos(phi[l] + phi[n]) * opposite) / 2,
        "the product has the difference and the sum of the frequencies; its mean over an input in "
        "which these are not zero is none, whatever the other inputs",
        so_far=average(phi[l], phi[n]),
    )
    row = Sum(A[l] * Subs(slope(l) * slope(n), u, average(phi[l], phi[n])), (l, 1, N))
    pair = Step(
        row,
        2 * pi**2 * xi[n, j] ** 2 * A[n],
        "one pair is left of every row, that of a wave with itself",
        domain=(n <= N,),
        uses=(slopes, mean, different, apart),
    )
    return Derivation(
        "Mean squared slope of a trigonometric polynomial in d variables",
        (
            different,
            apart,
            product,
            slopes,
            mean,
            pair,
            Step(
                Sum(A[n] * row, (j, 1, d), (n, 1, N)),
                Sum(A[n] ** 2 / 2 * Sum((2 * pi * xi[n, j]) ** 2, (j, 1, d)), (n, 1, N)),
                "over inputs and pairs of waves: |2 pi xi_n|^2 A_n^2 / 2",
                uses=(pair,),
            ),
        ),
        "Plancherel's theorem; " + XU,
        (Settles("highfrequency-is-input-sensitivity"),),
    )


def pulls() -> tuple[Derivation, ...]:
    """An error of frequency k pulls at output weight, bias and input weight of a tanh neuron by
    closed expressions in k, a, b and w.
    """
    neuron, error = tanh(w * x + b), cos(q * w * x + psi)  # q = k / w: its frequency in z = w x + b
    bell = (1 - tanh(z) ** 2) * cos(q * z)
    phase = psi - q * b
    slope = derive(tanh_transform)[1]
    transform = Quoted(
        "an even function, as is the slope of tanh, has the transform of its cosine part",
        f"{FOLLAND}, section 8.3",
        (_line(bell), "==", slope.states[0]),
    )
    by_parts = Step(
        Derivative(neuron * sin(q * w * x + psi) / (q * w), x),
        neuron * error + (1 - neuron**2) * sin(q * w * x + psi) / q,
        "tanh against a wave, and its slope against the wave a quarter period on",
    )
    by_bias, by_weight = (
        Step(Derivative(a * neuron, one), a * slope * (1 - neuron**2), "slope of the neuron")
        for one, slope in ((b, 1), (w, x))
    )
    cases = (  # its ground, gradient, weights of the bell and of its derivative, k / w, size
        ("output weight", by_parts, neuron * error - by_parts.lhs, -sin(phase) / (q * w), 0),
        ("bias", by_bias, by_bias.lhs * error, a * cos(phase) / w, 0),
        (
            "input weight",
            by_weight,
            by_weight.lhs * error,
            -a * b * cos(phase) / w**2,
            a * sin(phase) / w**2,
        ),
    )
    found = []
    for letter, (name, ground, integrand, along, bend), (squared, at, size) in zip(
        "abw",
        cases,
        (
            ((TANH_SLOPE / (q * w)) ** 2, k / w, OUTPUT),
            ((a * TANH_SLOPE / w) ** 2, k / w, BIAS),
            (
                a**2 * (Derivative(TANH_SLOPE, q) ** 2 + b**2 * TANH_SLOPE**2) / w**4,
                2 * y / pi,
                Abs(a) / w**2 * sqrt((pi * DIP) ** 2 + b**2 * (2 * y / sinh(y)) ** 2),
            ),
        ),
        strict=True,
    ):
        pull = Function(f"P_{letter}", real=True)(psi, q, w, a, b)  # error of phase psi
        gradient = Assumed(
            Eq(pull, _line(_even_part(integrand))),
            f"P_{letter}, pull at the {name}: gradient of an error cos(k x + psi), q = k / w, "
            f"integrated over z = w x + b, whose odd part adds nothing",
        )
        if ground is by_parts:
            gradient = replace(
                gradient,
                why=gradient.why + "; the error is switched off slowly far away, so boundary terms "
                "of an integration by parts are dropped",
            )
        folded = along * bell + bend * Derivative(bell, q)
        even = Step(
            _even_part(integrand), folded, "the slope of tanh, which is even", uses=(ground,)
        )
        linear = Quoted(
            "an integral is linear, and a derivative may be taken under it",
            f"{FOLLAND}, theorem 2.27",
            (_line(folded), "==", along * _line(bell) + bend * Derivative(_line(bell), q)),
        )
        phases = Step(
            pull**2 + Subs(pull, psi, psi - pi / 2) ** 2,
            squared,
            "two phases a quarter period apart",
            uses=(gradient, even, linear, transform, slope),
        )
        result = Step(
            Subs(sqrt(phases.lhs), q, at),
            size,
            "the size over both, with q = k / w" + (" = 2 y / pi" if at.has(y) else ""),
            uses=(phases,),
        )
        steps = (gradient, ground, even, linear, transform, phases, result)
        found.append(Derivation(f"Pull at the {name}", steps, XU))
    return tuple(found)


def _line(integrand: Expr) -> Expr:
    """Its integral over all preactivations."""
    return Integral(integrand, (z, -oo, oo))


def _even_part(gradient: Expr) -> Expr:
    """Of a function of x = (z - b) / w, with dx = dz / w."""
    return (Subs(gradient, x, (z - b) / w) + Subs(gradient, x, (-z - b) / w)) / (2 * w)


def order_of_pulls() -> tuple[Derivation, ...]:
    """Pulls at output weight and bias fall with frequency for every w; at the input weight so
    exactly if b^2 >= pi^2 / 12.
    """
    output, bias, weight = derive(pulls)
    scaled = Defined(y, pi * k / (2 * w), "the frequency in units of the weight")
    area = Integral(v * sinh(v), (v, 0, y))
    trough = Step(area, y * cosh(y) - sinh(y), "by parts")
    third = Integral((2 * y - s) ** 2 * s * sinh(s) / 6, (s, 0, 2 * y))
    excess = (2 * y * cosh(2 * y) + 4 * y) / 3 - sinh(2 * y)
    taylor = Step(third, excess, "its third derivative by 2 y is integrated, the others begin at 0")
    positive, convex = _positive(area), _positive(third)
    squared = weight.states[0] ** 2
    ratio = Limit(
        Subs(squared, (b, y), (0, c * (k + delta))) / Subs(squared, (b, y), (0, c * k)), c, 0
    )
    turned = Step(
        ratio,
        (1 + delta / k) ** 2,
        "squared pull of the higher frequency over that of the lower one for w -> oo, c = pi / (2 "
        "w): the ratio of the frequencies, squared",
        uses=(weight,),
    )
    at_output = chain(
        Derivative(output.states[0], k),
        To(
            -(pi**2) * cosh(pi * k / (2 * w)) / (2 * w**2 * sinh(pi * k / (2 * w)) ** 2),
            "1 / sinh falls",
            uses=(output,),
        ),
        To(0, "at every frequency", relation="<"),
    )
    at_bias = chain(
        Derivative(bias.states[0], k),
        To(
            -pi * Abs(a) / w**2 * (y * cosh(y) - sinh(y)) / sinh(y) ** 2,
            "slope of y / sinh y",
            uses=(bias, scaled),
        ),
        To(
            0,
            "its numerator is the integral of a positive function",
            relation="<",
            domain=(Ne(a, 0),),
            uses=(positive, trough),
        ),
    )
    large = Assumed(b**2 >= pi**2 / 12, "a bias that is large enough")
    falling = Step(DIP, 0, "y / sinh y falls, see the bias", ">", uses=(positive, trough))
    # curvature of y / sinh y over its value, and 4 b^2 / pi^2
    curvature = 2 * cosh(y) ** 2 / sinh(y) ** 2 - 1 - 2 * cosh(y) / (y * sinh(y)) + 4 * b**2 / pi**2
    half = 2 * y * cosh(y) ** 2 - 2 * y * sinh(y) ** 2 / 3 - 2 * sinh(y) * cosh(y)
    halved = Step(excess, half, "half angles")
    bracket = excess / (y * sinh(y) ** 2) + 4 * b**2 / pi**2 - Rational(1, 3)
    bent = Step(
        bracket,
        0,
        "the curvature exceeds -1/3 of the value by a positive integral",
        ">",
        uses=(convex, taylor, large),
    )
    prefactor = 2 * pi**2 * a**2 * y / (w**4 * sinh(y))
    at_weight = chain(
        Derivative(squared, y),
        To(
            -prefactor * DIP * curvature,
            "slope of the squared pull: that of y / sinh y times its curvature and 4 b^2 / pi^2 "
            "times its value",
            uses=(weight,),
        ),
        To(-prefactor * DIP * bracket, "the curvature above -1/3 by half angles", uses=(halved,)),
        To(
            0,
            "so the pull falls everywhere",
            relation="<",
            domain=(Ne(a, 0),),
            uses=(falling, bent),
        ),
    )
    said = "lowfrequency-dominates-gradient"
    return (
        Derivation(
            "Output weight",
            at_output,
            XU,
            (Settles(said, part="output_weight", by=at_output[-1]),),
        ),
        Derivation(
            "Bias",
            (scaled, trough, positive, *at_bias),
            XU,
            (Settles(said, part="bias", by=at_bias[-1]),),
        ),
        Derivation(
            "Input weight, no bias, large w",
            (
                turned,
                Counterexample(
                    ratio <= 1,
                    ((k, 1), (delta, 1)),
                    "so the higher frequency pulls more",
                    uses=(turned,),
                ),
            ),
            XU,
            (Settles(said, part="input_weight"),),
        ),
        Derivation(
            "Input weight: the bias from which on the order is right for every w",
            (large, trough, positive, falling, taylor, convex, bent, halved, *at_weight),
            XU,
        ),
        Derivation(
            "Input weight, no bias, low frequencies",
            (
                Step(
                    Limit(Subs(squared, b, 0) / y**2, y, 0),
                    (pi * a / (3 * w**2)) ** 2,
                    "the pull grows with frequency",
                    uses=(weight,),
                ),
            ),
            XU,
        ),
        Derivation(
            "Input weight: a smaller bias turns the order round for large w",
            chain(
                Limit(Derivative(squared, y) / y, y, 0),
                To(
                    2 * pi**2 * a**2 / (9 * w**4) * (1 - 12 * b**2 / pi**2),
                    "for k / w -> 0 the curvature is -1/3 of the value",
                    uses=(weight,),
                ),
                To(
                    0,
                    "the pull rises there",
                    relation=">",
                    domain=(12 * b**2 < pi**2, Ne(a, 0)),
                ),
            ),
            XU,
        ),
    )


def _positive(area: Integral) -> Quoted:
    """Of an integral of a function that is nowhere negative, and not zero everywhere."""
    return Quoted(
        "the integral of a function that is nowhere negative and not zero everywhere is positive",
        f"{FOLLAND}, proposition 2.16",
        area > 0,
    )


def small_weights() -> tuple[Derivation, ...]:
    """For w -> 0 the pull of the higher of two frequencies is exponentially small beside the pull
    of the lower one, for all parameters.
    """
    output, bias, weight = derive(pulls)
    higher = c * (k + delta)
    near_one = ((1 - exp(-2 * c * k)) / (1 - exp(-2 * higher))) ** 2
    sines = tuple(
        Step(sinh(of), exp(of) * (1 - exp(-2 * of)) / 2, "sinh by exponentials")
        for of in (c * k, higher)
    )

    def front(
        pull: Derivation, low: Expr, high: Expr, of: Symbol, factor: Expr
    ) -> tuple[Step, Step]:
        """Squared pull of the higher frequency over that of the lower one, at w = pi / (2 c)."""
        square, at = pull.states[0] ** 2, pi / (2 * c)
        first, last = chain(
            exp(2 * c * delta)
            * Subs(square, (of, w), (high, at))
            / Subs(square, (of, w), (low, at)),
            To(
                exp(2 * c * delta) * sinh(c * k) ** 2 / sinh(higher) ** 2 * factor,
                f"{pull.title.lower()}: squared, of both frequencies, over exp(-2 c delta)",
                uses=(pull,),
                domain=(Ne(a, 0),),
            ),
            To(near_one * factor, "the exponential factor", uses=sines),
        )
        return first, last

    def rest(y: Expr) -> Expr:
        """Of the squared pull at the input weight, beside 1 / sinh(y)^2."""
        return (y * cosh(y) / sinh(y) - 1) ** 2 + 4 * b**2 * y**2 / pi**2

    ratios = (
        front(output, k, k + delta, k, S.One),
        front(bias, k, k + delta, k, (1 + delta / k) ** 2),
        front(weight, c * k, higher, y, rest(higher) / rest(c * k)),
    )
    in_front = Derivation(
        "The factors in front",
        (
            *sines,
            *sum(ratios, ()),
            Step(
                Add(*(Limit(first.lhs, c, oo) for first, _ in ratios)),
                1 + 2 * (1 + delta / k) ** 2,
                "for w -> 0, c = pi / (2 w): one, and twice the squared ratio of the frequencies",
                uses=sum(ratios, ()),
            ),
        ),
        XU,
    )
    return (
        Derivation(
            "The exponential factor",
            chain(
                sinh(higher) - exp(c * delta) * sinh(c * k),
                To(sinh(c * delta) * exp(-c * k), "sinh of a sum, with c = pi / (2 w)"),
                To(0, "so sinh(c k) / sinh(c (k + delta)) is below exp(-c delta)", relation=">"),
            ),
            XU,
        ),
        in_front,
        Derivation(
            "Ratio of the pulls for small input weights",
            (
                Step(
                    Limit(exp(-2 * c * delta), c, oo) * in_front.states[0],
                    0,
                    "the squared ratios vanish for all three parameters: limit of a product",
                    uses=(in_front,),
                ),
            ),
            XU,
            (Settles("lowfrequency-dominates-gradient", part="small_weights"),),
        ),
    )


def share_of_the_loss_change() -> tuple[Derivation, ...]:
    """The share of the loss change above eta is at most a constant times a power of 1 / eta, and
    falls with eta if no frequency rises.
    """
    F = Function("f", real=True)(x)
    # gradient of the loss and of its part above eta, by parameter; fall of the loss by frequency
    G, H, change = (IndexedBase(name, real=True) for name in "GHc")
    M = Symbol("M", integer=True, positive=True)
    # error times gradient of the output at two frequencies, one parameter
    low, high = symbols("E_low E_high", real=True)
    bound = 2 * D * E / (g * p * (2 * pi) ** (1 + p) * eta**p)
    whole, part = Sum(G[n] ** 2, (n, 1, N)), Sum(H[n] ** 2, (n, 1, N))
    along = Sum(G[n] * H[n], (n, 1, N))
    product = 2 * E * D * (2 * pi * v) ** (-1 - p)
    antiderivative = -2 * D * E * (2 * pi) ** (-1 - p) * v**-p / p
    size = Assumed(Eq(whole, g**2), "G, the gradient of the loss, has the length g")
    tails = Defined(
        T, Integral(product, (v, eta, oo)), "bound of error times gradient over both tails"
    )
    smooth = Assumed(
        part <= T**2,
        "H, its part above eta, is at most T: error and parameter gradient have m = (1 + p) / 2 > "
        "1/2 integrable derivatives, so their transforms are at most E (2 pi xi)^-m and D (2 pi "
        "xi)^-m",
    )
    lagrange = Step(
        whole * part - along**2,
        Sum((G[n] * H[l] - G[l] * H[n]) ** 2, (n, 1, N), (l, 1, N)) / 2,
        "Lagrange's identity",
    )
    cauchy = Step(lagrange.lhs, 0, "squares: |G . H| <= |G||H|", ">=", uses=(lagrange,))
    slope = Step(product, Derivative(antiderivative, v), "an antiderivative")
    ends = Limit(antiderivative, v, oo) - Subs(antiderivative, v, eta)
    theorem = Quoted(
        "fundamental theorem of calculus",
        f"{FOLLAND}, theorem 3.35",
        (Integral(Derivative(antiderivative, v), (v, eta, oo)), "==", ends),
    )
    at_most = Step(Abs(along) / whole, T / g, "|H| / |G|", "<=", uses=(size, cauchy, smooth))
    tail = Step(T / g, bound, "it vanishes far out", uses=(tails, slope, theorem))
    bounded = Derivation(
        "Bound on the share",
        (
            size,
            tails,
            smooth,
            lagrange,
            cauchy,
            slope,
            theorem,
            at_most,
            tail,
            Step(Abs(along) / whole, bound, "together", "<=", uses=(at_most, tail)),
        ),
        LUO_MA,
    )
    total = Sum(change[n], (n, 1, N))

    def share(of: Expr) -> Expr:
        """Of the frequencies above one."""
        return (total - Sum(change[n], (n, 1, of))) / total

    falls = (
        Assumed(total > 0, "the loss falls at the given time"),
        Assumed(change[M + 1] > 0, "so does the part of every frequency, as in the kernel regime"),
    )
    fall = Step(
        (low + high) * low + (low + high) * high,
        (low + high) ** 2,
        "one parameter, two frequencies: fall of the loss",
    )
    return (
        bounded,
        Derivation(
            "No frequency rises",
            (
                *falls,
                *chain(
                    share(M + 1) - share(M),
                    To(-change[M + 1] / total, "the share above M + 1 lacks one term"),
                    To(0, "so it is smaller", relation="<", uses=falls),
                ),
            ),
            LUO_MA,
            (Settles("fp-general-network-qualitative", part="no frequency loses ground"),),
        ),
        Derivation(
            "A frequency rises",
            (
                fall,
                Counterexample(
                    Abs(high * (low + high)) / fall.lhs <= 1,
                    ((low, 1), (high, -Rational(3, 4))),
                    "where the lower one falls and the higher one rises, the share above the lower "
                    "one is 3, and 1 below it",
                    uses=(fall,),
                ),
            ),
            LUO_MA,
            (Settles("fp-general-network-qualitative", part="monotone"),),
        ),
        Derivation(
            "The bound falls",
            chain(
                Derivative(bound, eta),
                To(-p * bound / eta, "as a power", uses=(bounded,)),
                To(0, "at every frequency", relation="<"),
            ),
            LUO_MA,
        ),
        Derivation(
            "The bound vanishes",
            (Step(Limit(bound, eta, oo), 0, "for high frequencies", uses=(bounded,)),),
            LUO_MA,
            (Settles("fp-general-network-qualitative", part="bound"),),
        ),
        Derivation(
            "A derivative is worth a power of the frequency",
            (
                Step(
                    Derivative(F * sin(k * x) / k, x),
                    F * cos(k * x) + F.diff(x) * sin(k * x) / k,
                    "integrated, the left side vanishes",
                ),
            ),
            LUO_MA,
        ),
    )


def plateau() -> tuple[Derivation, ...]:
    """At equal rates the output stays away from the low half of the target by 1/sqrt(2) of its
    size; at unequal rates it comes close.
    """
    distance = v**2 + (1 - v ** (1 / rho)) ** 2
    # errors at the low and at the high frequency
    low, high = (Function(f"E_{name}", real=True)(t) for name in ("low", "high"))
    high_wave, low_wave = sin(2 * pi * n * x), sin(2 * pi * x)
    mean = (
        (1 - high) ** 2 * Integral(high_wave**2, (x, 0, 1))
        - 2 * (1 - high) * low * Integral(high_wave * low_wave, (x, 0, 1))
        + low**2 * Integral(low_wave**2, (x, 0, 1))
    )
    decays = (
        Assumed(Eq(low, exp(-rho * t)), "the error at the low frequency decays at a constant rate"),
        Assumed(Eq(high, exp(-t)), "the one at the high frequency too, rho times as slowly"),
    )
    error = Defined(v, exp(-rho * t), "the error at the low frequency")
    waves = Step(
        mean,
        (low**2 + (1 - high) ** 2) / 2,
        "mean square of the output less the low wave",
        domain=(n > 1,),
    )
    root = Step(exp(-t), v ** (1 / rho), "the other one is its root", uses=(error,))
    apart = Derivation(
        "Distance to the low part of a target of two equal waves",
        (
            *decays,
            error,
            waves,
            root,
            Step(
                sqrt(2) * sqrt(mean),
                sqrt(distance),
                "relative to the size of the low wave, whose mean square is 1/2",
                domain=(n > 1,),
                uses=(waves, *decays, root, error),
            ),
        ),
        XU,
    )
    nearest = chain(
        Subs(apart.states[0], rho, 1) ** 2,
        To(v**2 + (1 - v) ** 2, "rho = 1", uses=(apart,)),
        To(Rational(1, 2), "never less than a half", relation=">="),
    )
    return (
        apart,
        Derivation("Equal rates", nearest, XU),
        Derivation(
            "Rates far apart",
            (
                Step(
                    Limit(apart.states[0], rho, oo),
                    v,
                    "all of the high wave is left: as close as the low one is fitted",
                    domain=(v < 1,),
                    uses=(apart,),
                ),
            ),
            XU,
        ),
        Derivation(
            "Equal rates, half way",
            (
                Step(
                    Subs(apart.states[0], (rho, v), (1, Rational(1, 2))),
                    1 / sqrt(2),
                    "the least distance",
                    uses=(apart,),
                ),
            ),
            XU,
        ),
    )
