"""How does the loss fall with training time and with compute, and how large is the best model for a
given compute?  Joint law of size and time, its envelope, and the law of two separate terms.

Setting.  Gradient flow on a population: modes with the rates l_k = k^-alpha and the squared
coefficients k^-(1 + u), of which a model of the size N has the first N.  Its loss after time t is
the sum of k^-(1 + u) exp(-2 l_k t) over k <= N, and of k^-(1 + u) beyond.  tau = t / N^alpha is
the time in units of the slowest mode, C = N t the compute, s = u / alpha.  Sums become integrals
for large sizes.

Source: Bordelon, Atanasov, Pehlevan, ICML 2024; Maloney, Roberts, Sully, arXiv:2210.16859; Hoffmann
et al., NeurIPS 2022, for the law of two terms; the share of what is missing at the best size: our
own.
"""

from sympy import (
    Derivative,
    Expr,
    Function,
    Integral,
    Limit,
    Subs,
    Sum,
    Symbol,
    exp,
    gamma,
    oo,
    symbols,
    uppergamma,
)

from theory import Defined, Derivation, Quoted, Settles, Step, To, chain
from theory.notation import OWN, RUDIN
from theory.scaling_law import alpha, k, u, x

t, N, C, tau = symbols("t N C tau", positive=True)  # time, size, compute, time over slowest mode
T = Symbol("T", positive=True)  # t^(1 / alpha): the mode that is being learned
r, b = symbols("r b", positive=True)  # an exponent from that of mode N on; of the law of two terms
PHI = Function("phi", positive=True)
phi, G = PHI(tau), Function("G", positive=True)(tau)  # N^u times the loss, incomplete Gamma
TAIL = (2 * tau) ** (-u / alpha) / alpha
RIEMANN = "a sum of f(k / T) / T tends to the integral of f, f monotone on each of a few pieces"
POLYA = "Polya, Szego, Problems and Theorems in Analysis I, Springer 1972, part II, chapter 1"
NIST = "Olver et al., NIST Handbook of Mathematical Functions, Cambridge 2010"
HOFFMANN = "Hoffmann et al., NeurIPS 2022, form of two terms"
rest = Symbol("g", positive=True)  # Gamma(u / alpha, 2 tau)
BORDELON = "Bordelon, Atanasov, Pehlevan, ICML 2024"


def _all(each: Expr) -> Limit:
    """Sum over all modes, for a long time."""
    return Limit(Sum(each, (k, 1, oo)), T, oo)


def _have(each: Expr) -> Limit:
    """Sum over the modes that a large model has."""
    return Limit(Sum(each, (k, 1, N)), N, oo)


def _have_not(each: Expr) -> Limit:
    """Sum over those that it has not."""
    return Limit(Sum(each, (k, N + 1, oo)), N, oo)


def time_constant() -> tuple[Derivation, ...]:
    """With all modes t^(u / alpha) times the loss tends to Gamma(u / alpha) 2^(-u / alpha) / alpha:
    a power law of time.
    """
    at_x = x ** (-1 - u) * exp(-2 * x**-alpha)
    at_k = at_x.subs(x, k / T) / T
    mode = Step(
        T**u * k ** (-1 - u) * exp(-2 * k**-alpha * T**alpha),
        at_k,
        "one mode after the time t = T^alpha",
    )
    whole = Integral(at_x, (x, 0, oo))
    theorem = Quoted(RIEMANN, POLYA, (_all(at_k), "==", whole))
    limit = chain(
        _all(mode.lhs),
        To(whole, "mode by mode, a sum of steps 1 / T", uses=(mode, theorem)),
        To(gamma(u / alpha) * 2 ** (-u / alpha) / alpha, "Gamma function", domain=(alpha > 1,)),
    )
    return (Derivation("t^(u / alpha) times the loss", (mode, theorem, *limit), BORDELON),)


def joint_law() -> tuple[Derivation, ...]:
    """N^u times the loss of N modes after the time tau N^alpha tends to phi(tau) = 1 / u + (2
    tau)^(-u / alpha) Gamma(u / alpha, 2 tau) / alpha: curves of all sizes are one.
    """
    at_x = x ** (-1 - u) * exp(-2 * tau * x**-alpha)
    mode = Step(
        N**u * k ** (-1 - u) * exp(-2 * k**-alpha * tau * N**alpha),
        at_x.subs(x, k / N) / N,
        "one mode that the model has",
    )
    lost = Step(N**u * k ** (-1 - u), (k / N) ** (-1 - u) / N, "one that it has not")
    sums = _have(mode.rhs), _have_not(lost.rhs)
    areas = Integral(at_x, (x, 0, 1)), Integral(x ** (-1 - u), (x, 1, oo))
    theorems = tuple(
        Quoted(RIEMANN, POLYA, (total, "==", area)) for total, area in zip(sums, areas, strict=True)
    )
    at_r = (1 + r / (2 * tau)) ** (-1 / alpha)  # x, where the mode's exponent is 2 tau + r
    turned = -Subs(at_x, x, at_r) * Derivative(at_r, r)
    change = Quoted(
        "change of variable",
        f"{RUDIN}, theorem 6.19",
        (areas[0], "==", Integral(turned, (r, 0, oo))),
    )
    simple = exp(-2 * tau) / (2 * tau * alpha) * (1 + r / (2 * tau)) ** (u / alpha - 1) * exp(-r)
    inside = Step(turned, simple, "the exponent counts from that of mode N on")
    tail = TAIL * uppergamma(u / alpha, 2 * tau)
    domain = (u < 2 * alpha, tau < 100)
    kept = chain(
        _have(mode.lhs),
        To(areas[0], "mode by mode, a sum of steps 1 / N", uses=(mode, theorems[0])),
        To(Integral(turned, (r, 0, oo)), "by the exponent", uses=(change,)),
        To(Integral(simple, (r, 0, oo)), "point by point", uses=(inside,)),
        To(tail, "incomplete Gamma function", domain=domain),
    )
    logarithm = Quoted(
        "change of variable, x = e^r",
        f"{RUDIN}, theorem 6.19",
        (areas[1], "==", Integral(exp(-u * r), (r, 0, oo))),
    )
    missing = chain(
        _have_not(lost.lhs),
        To(
            Integral(exp(-u * r), (r, 0, oo)),
            "mode by mode, a sum of steps 1 / N, in log k / N",
            uses=(lost, theorems[1], logarithm),
        ),
        To(1 / u, "a power"),
    )
    have = Derivation(
        "Modes that the model has", (mode, theorems[0], change, inside, *kept), BORDELON
    )
    have_not = Derivation(
        "Modes that it has not", (lost, theorems[1], logarithm, *missing), BORDELON
    )
    both = Step(
        kept[0].lhs + missing[0].lhs, 1 / u + tail, "both", uses=(have, have_not), domain=domain
    )
    found = Derivation("N^u times the loss", (both,), BORDELON)
    named = Defined(rest, uppergamma(u / alpha, 2 * tau), "incomplete Gamma function")
    short = Step(both.lhs, 1 / u + TAIL * rest, "by name", uses=(found, named), domain=domain)
    return found, have, have_not, Derivation("With a named function", (named, short), BORDELON)


def envelope() -> tuple[Derivation, ...]:
    """The least loss of a compute C = N t is a power C^(-u / (1 + alpha)), at a size C^(1 / (1 +
    alpha)), and there u phi = (1 + alpha) (1 - exp(-2 tau)).
    """
    size = (C / tau) ** (1 / (1 + alpha))
    time = Step(Subs(C / N / N**alpha, N, size), tau, "t / N^alpha at this size")
    named = Defined(phi, 1 / u + TAIL * G, "joint law, G the incomplete Gamma function")
    at_size = C ** (u / (1 + alpha)) * Subs(N**-u, N, size) * PHI(time.lhs)
    scaled = Step(
        at_size, tau ** (u / (1 + alpha)) * phi, "the loss without its power of C", uses=(time,)
    )
    slope_of_G = Quoted(
        "derivative of the incomplete Gamma function Gamma(u / alpha, 2 tau)",
        f"{NIST}, section 8.8",
        (Derivative(G, tau), "==", -2 * (2 * tau) ** (u / alpha - 1) * exp(-2 * tau)),
    )
    falls = chain(
        Derivative(1 / u + TAIL * G, tau),
        To(Derivative(TAIL, tau) * G + TAIL * Derivative(G, tau), "product"),
        To(
            -u / alpha * (phi - 1 / u) / tau - exp(-2 * tau) / (alpha * tau),
            "by phi itself",
            uses=(slope_of_G, named),
        ),
    )
    slope = Derivation("Slope of the joint law", (named, slope_of_G, *falls), OWN)
    power = tau ** (u / (1 + alpha))
    turn = Step(
        Derivative(power, tau) * phi + power * Derivative(1 / u + TAIL * G, tau),
        power * ((1 + alpha) * (1 - exp(-2 * tau)) - u * phi) / (alpha * (1 + alpha) * tau),
        "slope of tau^(u / (1 + alpha)) phi: it rises where u phi is the smaller",
        uses=(slope,),
    )
    found = Derivation("Loss of a size at a given compute", (time, scaled), BORDELON)
    positive = Step(at_size, 0, "at the best tau one number for every C", ">", uses=(found,))
    settles = (Settles("scaling-law-power-law", part="compute, power-law spectrum, theory"),)
    return (
        found,
        Derivation("A power law of compute", (positive,), BORDELON, settles),
        slope,
        Derivation("Turn of the loss at a given compute", (turn,), OWN),
    )


def additive_law() -> tuple[Derivation, ...]:
    """The law of two terms, phi = 1 / u + b tau^(-u / alpha), has the same exponent and the least
    value (1 + alpha) / u (u b / alpha)^(alpha / (1 + alpha)), where u phi = 1 + alpha.
    """
    two, power = 1 / u + b * tau ** (-u / alpha), tau ** (u / (1 + alpha))
    best = (u * b / alpha) ** (alpha / u)
    turn = Step(
        Derivative(power * two, tau),
        power / tau * (1 - u / alpha * b * tau ** (-u / alpha)) / (1 + alpha),
        "slope at a given compute",
    )
    zero = Step(Subs(turn.lhs, tau, best), 0, "it turns here", uses=(turn,))
    least = Step(
        Subs(power * two, tau, best),
        (1 + alpha) / u * (u * b / alpha) ** (alpha / (1 + alpha)),
        "least value",
    )
    return (
        Derivation("Best time over that of the slowest mode", (turn, zero), HOFFMANN),
        Derivation("Least value of the law of two terms", (least,), HOFFMANN),
    )
