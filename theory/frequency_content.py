"""Which frequencies does a function hold, if all one can do is blur it?  The energy that a Gaussian
filter leaves, as a distribution function of the filter's width.

Setting.  A sum of waves A_n cos(w_n x + phi_n) with angular frequencies w_n, blurred by a Gaussian
of standard deviation delta = 1 / s; p_n is the share of the energy in wave n, p_0 that in the
mean.  What is left of the energy is the low-frequency ratio,

    LFR(s) = p_0 + sum p_n exp(-w_n^2 / s^2),    RDF = d LFR / d s.

It rises from p_0 to one.

Source: Xu, Zhou, Deep frequency principle, AAAI 2021.
"""

from sympy import (
    Derivative,
    Eq,
    Expr,
    Function,
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
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import FOLLAND, RUDIN

n, l, N = symbols("n l N", integer=True, positive=True)  # waves and their number
x, u, phi = symbols("x u phi", real=True)  # place, distance, phase
w, s, delta = symbols("w s delta", positive=True)  # frequency, 1 / delta, width
p_0 = Symbol("p_0", nonnegative=True)  # share of the mean
p = IndexedBase("p", positive=True)  # shares of the waves
W = IndexedBase("w", positive=True)  # their frequencies
A, psi = (IndexedBase(name, real=True) for name in ("A", "phi"))
E = Symbol("E", positive=True)  # energy, the mean square over space
LFR = Function("LFR", real=True)(s)
XU = "Xu, Zhou, Deep frequency principle, AAAI 2021"
BOHR = "Bohr, Almost Periodic Functions, Chelsea 1947"
BELL = exp(-(u**2) / (2 * delta**2)) / (sqrt(2 * pi) * delta)
SMALLER = exp(-(delta**2) * w**2 / 2)  # what is left of the amplitude
KEPT = exp(-(w**2) / s**2)  # energy that is left of a wave
DENSITY = 2 * w**2 / s**3 * KEPT  # its slope in s


def left_of(kept: Expr) -> Expr:
    """Sum over the waves of a quantity of wave n, weighted by their shares."""
    return Sum(p[n] * kept, (n, 1, N))


def low_frequency_ratio() -> tuple[Derivation, ...]:
    """A Gaussian filter leaves the share p_0 + sum p_n exp(-w_n^2 / s^2) of the energy of a sum of
    waves.
    """
    wave = cos(w * (x - u) + phi)
    even, odd = cos(w * x + phi) * BELL * cos(w * u), sin(w * x + phi) * BELL * sin(w * u)
    blurred, whole = (Integral(BELL * of, (u, -oo, oo)) for of in (wave, cos(w * u)))
    scale = Defined(delta, 1 / s, "s is the reciprocal width of the filter")
    parts = Step(BELL * wave, even + odd, "addition theorem")
    halves = Quoted(
        "an integral is linear, and that of an odd function is zero",
        f"{FOLLAND}, section 2.3",
        (
            Integral(even + odd, (u, -oo, oo)),
            "==",
            cos(w * x + phi) * whole,
        ),
    )
    gain = Derivation(
        "Transform of the filter",
        (Step(whole, SMALLER, "of a Gaussian of unit mass"),),
        f"{FOLLAND}, proposition 8.24",
    )
    through = Derivation(
        "A wave through the filter",
        (
            parts,
            halves,
            *chain(
                blurred,
                To(halves.states[2], "even part of the wave", uses=(parts, halves)),
                To(SMALLER * cos(w * x + phi), "it stays a wave, smaller", uses=(gain,)),
            ),
        ),
        XU,
    )
    average = Function("M", real=True)  # over space

    def of(wave: Expr, number: Expr) -> Expr:
        return Subs(wave, (w, phi), (W[number], psi[number]))

    small = {i: of(SMALLER, i) for i in (l, n)}
    left, product = (of(part, l) * of(part, n) for part in (through.result, cos(w * x + phi)))
    linear = Quoted(
        "a mean over space is linear",
        BOHR,
        (average(left), "==", small[l] * small[n] * average(product)),
    )
    apart = Quoted(
        "over the whole space the mean of the product of two waves is zero if their frequencies "
        "differ, and that of a square is one half",
        BOHR,
        (average(product), "==", KroneckerDelta(l, n) / 2),
    )
    shares = Assumed(Eq(A[n] ** 2, 2 * E * p[n]), "p_n is the share of wave n in the energy E")
    rows = Sum(A[n] * Sum(A[l] * average(of(blurred, l) * of(blurred, n)), (l, 1, N)), (n, 1, N))
    row = Sum(A[l] * small[l] * small[n] * KroneckerDelta(l, n) / 2, (l, 1, N))
    one = Step(row, A[n] * small[n] ** 2 / 2, "a wave meets itself alone", domain=(n <= N,))
    named = Defined(LFR, p_0 + rows / E, "mean square of the blurred function over the energy")
    total = Derivation(
        "What the filter leaves of the energy",
        (
            linear,
            apart,
            one,
            shares,
            scale,
            named,
            *chain(
                LFR,
                To(
                    p_0 + Sum(A[n] * row, (n, 1, N)) / E,
                    "pairs of different waves drop out",
                    uses=(named, through, linear, apart),
                ),
                To(
                    p_0 + Sum(A[n] ** 2 * exp(-(delta**2) * W[n] ** 2) / 2, (n, 1, N)) / E,
                    "wave by wave",
                    uses=(one,),
                ),
                To(p_0 + left_of(exp(-(delta**2) * W[n] ** 2)), "in shares", uses=(shares,)),
                To(p_0 + left_of(KEPT.subs(w, W[n])), "by s", uses=(scale,)),
            ),
        ),
        XU,
    )
    left_of_one = Derivation(
        "What is left of the energy of a wave",
        (
            scale,
            *chain(
                gain.states[0] ** 2,
                To(exp(-(delta**2) * w**2), "square of the transform", uses=(gain,)),
                To(KEPT, "by s", uses=(scale,)),
            ),
        ),
        XU,
    )
    return total, through, gain, left_of_one


def shape_of_the_ratio() -> tuple[Derivation, ...]:
    """On the whole line the low-frequency ratio is a distribution function: it rises in s from the
    share of the mean to one, and the integral of its slope is the rest.
    """
    ratio = derive(low_frequency_ratio)[0]
    one, shared = KEPT.subs(w, W[n]), left_of(1)
    rate = DENSITY.subs(w, W[n])
    all_of_it = Assumed(Eq(shared, 1 - p_0), "the shares add up to one")

    def end(title: str, place: Expr, side: str, each: Expr, left: Expr, part: str) -> Derivation:
        alone = Step(Limit(one, s, place, side), each, f"a single wave for s -> {place}")
        finite = Quoted(
            "the limit of a finite sum is the sum of the limits",
            RUDIN + ", theorem 4.4",
            (
                Limit(ratio.states[2], s, place, side),
                "==",
                p_0 + Sum(p[n] * Limit(one, s, place, side), (n, 1, N)),
            ),
        )
        grounds = (ratio, finite, alone) + ((all_of_it,) if each else ())
        return Derivation(
            title,
            (
                alone,
                finite,
                *((all_of_it,) if each else ()),
                Step(
                    Limit(LFR, s, place, side), left, f"what is left for s -> {place}", uses=grounds
                ),
            ),
            XU,
            (Settles("rdf-lfr-like-cdf", part=part),),
        )

    rising = chain(
        Derivative(LFR, s),
        To(left_of(rate), "wave by wave: the density", uses=(ratio,)),
        To(Integer(0), "none of its terms is negative", relation=">="),
    )
    density = Derivation("Density", rising[:1], XU)
    single = Derivation(
        "Density of a wave", (Step(Derivative(KEPT, s), DENSITY, "slope of what is left"),), XU
    )
    mass = Step(Integral(DENSITY, (s, 0, oo)), Integer(1), "a wave has the mass one")
    term_by_term = Quoted(
        "an integral of a finite sum is the sum of the integrals, each that of wave n",
        f"{FOLLAND}, section 2.3",
        (
            Integral(left_of(rate), (s, 0, oo)),
            "==",
            left_of(Subs(Integral(DENSITY, (s, 0, oo)), w, W[n])),
        ),
    )
    return (
        density,
        Derivation(
            "The ratio rises",
            rising,
            XU,
            (Settles("rdf-lfr-like-cdf", part="on the whole line, rising"),),
        ),
        end("Strong filter", Integer(0), "+", Integer(0), p_0, "on the whole line, low end"),
        end("No filter", oo, "-", Integer(1), Integer(1), "on the whole line, high end"),
        Derivation(
            "Mass of the density",
            (
                mass,
                term_by_term,
                all_of_it,
                *chain(
                    Integral(Derivative(LFR, s), (s, 0, oo)),
                    To(shared, "wave by wave", uses=(density, term_by_term, mass)),
                    To(1 - p_0, "all but the mean", uses=(all_of_it,)),
                ),
            ),
            XU,
            (Settles("rdf-derivative-density"),),
        ),
        single,
    )


def reciprocal_widths() -> tuple[Derivation, ...]:
    """The transform of a Gaussian of standard deviation delta is a Gaussian of standard deviation
    1 / delta in angular frequency, and 1 / (2 pi delta) in periods per unit.
    """
    f = Symbol("f", positive=True)  # periods per unit
    gain = derive(low_frequency_ratio)[2]
    transform = Function("T", real=True)(w)
    named = Defined(transform, gain.states[0], "the transform, which is even")

    def width(title: str, by: Symbol, angular: Expr, squared: Expr, part: str) -> Derivation:
        half, bell = (by, 0, oo), SMALLER.subs(w, angular)
        second = Step(
            Integral(by**2 * bell, half) / Integral(bell, half),
            squared,
            "mean square of a Gaussian",
        )
        at = transform if by == w else Subs(transform, w, angular)
        of_transform = Step(at, bell, "the transform at this frequency", uses=(named, gain))
        return Derivation(
            title,
            (
                named,
                of_transform,
                second,
                Step(
                    sqrt(Integral(by**2 * at, half) / Integral(at, half)),
                    sqrt(squared),
                    "standard deviation over frequency",
                    uses=(of_transform, second),
                ),
            ),
            f"{FOLLAND}, proposition 8.24",
            (Settles("rdf-gaussian-width-reciprocal", part=part),),
        )

    return (
        width("Angular frequency", w, w, delta**-2, "angular frequency"),
        width(
            "Periods per unit",
            f,
            2 * pi * f,
            1 / (2 * pi * delta) ** 2,
            "periods per unit, as in equation 1.2",
        ),
    )
