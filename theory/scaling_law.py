"""Why does the test error fall like a power of the number of samples, and like another one of the
number of features?  Constants, exponents, saturation, noise floors, spectra that give no power.

Setting.  Kernel interpolation or Gaussian inputs with the spectrum l_k = k^-alpha and a target with
the squared coefficients v_k^2 = k^-(1 + u).  A mode is learned to the share L_k = l_k / (l_k +
kappa), where the shares of all modes add up to n, and with random features in the place of the
kernel, to min(n, k).  With kappa = K^-alpha the share is 1 / (1 + (k / K)^alpha): modes up to the
edge K are learned.  Sums over k / K become integrals for large K, so that each constant is a Beta
integral.

Source: Bordelon, Canatar, Pehlevan, ICML 2020; Bahri, Dyer, Kaplan, Lee, Sharma, PNAS 121, 2024;
Simon, Karkada, Ghosh, Belkin, ICLR 2024; Mallinar, Simon, Abedsoltan, Pandit, Belkin, Nakkiran,
NeurIPS 2022; saturation constants and local slope: our own.
"""

from typing import Any

from sympy import (
    Eq,
    Equivalent,
    Expr,
    Function,
    Implies,
    Integral,
    Limit,
    Min,
    Subs,
    Sum,
    Symbol,
    gamma,
    oo,
    pi,
    sin,
    symbols,
    zeta,
)

from theory import Decided, Defined, Derivation, Quoted, Settles, Step, To, chain, derive
from theory.notation import OWN, RUDIN

alpha, u = symbols("alpha u", positive=True)  # exponents: of the spectrum, of the target's tail
x, K, sigma = symbols("x K sigma", positive=True)  # mode over edge, edge, noise
k = Symbol("k", integer=True, positive=True)  # mode
n, q, B, m = symbols("n q B m", positive=True)  # samples, sum of L^2, bias, features
E = Function("R", positive=True)(n)  # test error
nu, rho, b = symbols("nu rho b", positive=True)  # n / K, q / K, K^u B
AT_EDGE = Function("P", positive=True)(nu, rho, b)  # a power times the error, in that scale
A, H = symbols("A H", positive=True)  # sums of (1 - L) v^2 and of (1 - L) L v^2
z = Symbol("z", positive=True)  # sum of L
SHARE = 1 / (1 + x**alpha)
LEARNED = 1 / (1 + (k / K) ** alpha)
COUNT = pi / alpha / sin(pi / alpha)  # C: samples for each learned mode
DATA = "Bordelon, Canatar, Pehlevan, ICML 2020"
MALLINAR = "Mallinar, Simon, Abedsoltan, Pandit, Belkin, Nakkiran, NeurIPS 2022"
FEATURES = "Simon, Karkada, Ghosh, Belkin, ICLR 2024"


def _all_modes(each: Expr) -> Limit:
    """Sum over all modes, for a far edge."""
    return Limit(Sum(each, (k, 1, oo)), K, oo)


def _far_edge(title: str, each: Expr, of_x: Expr, value: Expr, *before: Any) -> Derivation:
    """The sum over all modes of ``each``, which is ``of_x`` at x = k / K, over K, is ``value``."""
    at_k = of_x.subs(x, k / K) / K
    area = Integral(of_x, (x, 0, oo))
    theorem = Quoted(
        "a sum of f(k / K) / K tends to the integral of f, f monotone on each of a few pieces",
        "Polya, Szego, Problems and Theorems in Analysis I, Springer 1972, part II, chapter 1",
        (_all_modes(at_k), "==", area),
    )
    domain = (alpha > 1, *before)
    end = To(value, "Beta function", domain=domain)
    if each == at_k:
        steps = chain(_all_modes(each), To(area, "sum of steps 1 / K", uses=(theorem,)), end)
        return Derivation(title, (theorem, *steps), OWN)
    mode = Step(each, at_k, "one mode, in the scale of the edge")
    area_of = To(area, "mode by mode, a sum of steps 1 / K", uses=(mode, theorem))
    return Derivation(title, (mode, theorem, *chain(_all_modes(each), area_of, end)), OWN)


def edge() -> tuple[Derivation, ...]:
    """The samples learn n / C modes, C = (pi / alpha) / sin(pi / alpha), and the squared shares add
    up to (1 - 1 / alpha) n.
    """
    return (
        _far_edge("Samples for each learned mode", LEARNED / K, SHARE, COUNT),
        _far_edge("Sum of squared shares", LEARNED**2 / K, SHARE**2, (1 - 1 / alpha) * COUNT),
    )


def _error() -> Quoted:
    """The test error of ridgeless kernel regression, on a noisy label."""
    return Quoted(
        "test error of kernel regression, for many samples: the shares L of all modes add up to "
        "n, their squares to q, and B sums (1 - L)^2 v^2",
        DATA,
        (E, "==", (B + sigma**2) * n / (n - q)),
    )


def noise_floor() -> tuple[Derivation, ...]:
    """Noise of variance sigma^2 is amplified alpha times: the error tends to alpha sigma^2, more
    than the noise of the new label and not zero, so that it is no power of n.
    """
    curve, (samples, squares) = _error(), derive(edge)
    far = Subs(E, (B, n, q), (0, K * nu, K * rho))
    scale = Defined(AT_EDGE, far, "error without bias, in the scale of the edge")
    part = Step(
        AT_EDGE,
        sigma**2 * nu / (nu - rho),
        "the edge drops out",
        uses=(scale, curve),
        domain=(nu > rho,),
    )
    floor = Step(
        Subs(AT_EDGE, (nu, rho), (samples.states[0], squares.states[0])),
        alpha * sigma**2,
        "n and q at a far edge",
        uses=(part, samples, squares),
        domain=(alpha > 1,),
    )
    found = Derivation("Floor of the error", (curve, scale, part, floor), MALLINAR)
    paid = Decided(Implies(alpha > 1, floor.lhs > sigma**2), "more than the noise", uses=(found,))
    return found, Derivation("The floor is above the noise", (paid,), MALLINAR)


def data_constant() -> tuple[Derivation, ...]:
    """Without noise n^u times the error of n samples tends to Gamma(u / alpha) Gamma(2 - u / alpha)
    C^u, for u < 2 alpha: a power law with the exponent of the target's tail.
    """
    curve, (samples, squares) = _error(), derive(edge)
    below = (alpha > 1, u < 2 * alpha)
    bias = _far_edge(
        "Bias at an edge",
        K**u * k ** (-1 - u) * (1 - LEARNED) ** 2,
        x ** (2 * alpha - 1 - u) * SHARE**2,
        gamma(u / alpha) * gamma(2 - u / alpha) / alpha,
        u < 2 * alpha,
    )
    far = Subs(n**u * E, (B, n, q, sigma), (b / K**u, K * nu, K * rho, 0))
    scale = Defined(AT_EDGE, far, "n^u times the error, in the scale of the edge")
    scaled = Step(
        AT_EDGE,
        b * nu**u * nu / (nu - rho),
        "the edge drops out",
        uses=(scale, curve),
        domain=(nu > rho,),
    )
    limits = (bias.states[0], samples.states[0], squares.states[0])
    power = Step(
        Subs(AT_EDGE, (b, nu, rho), limits),
        gamma(u / alpha) * gamma(2 - u / alpha) * COUNT**u,
        "each at a far edge",
        uses=(scaled, bias, samples, squares),
        domain=below,
    )
    found = Derivation("n^u times the error of n samples", (curve, scale, scaled, power), DATA)
    return found, bias, _power_law("samples", found, below)


def _power_law(part: str, found: Derivation, domain: tuple[Expr, ...]) -> Derivation:
    """The limit that is found lies above zero: the error is a power with that constant."""
    positive = Step(found.states[0], 0, "no faster than this power", ">", domain, (found,))
    settles = (Settles("scaling-law-power-law", part=f"{part}, power-law spectrum, theory"),)
    return Derivation(f"A power law in {part}", (positive,), OWN, settles)


def feature_constant() -> tuple[Derivation, ...]:
    """With k features and many more samples k^u times the error tends to (pi / alpha) C^u / sin(pi
    u / alpha), for u < alpha.
    """
    few = derive(beyond_the_samples)[1]
    features, below = derive(edge)[0], (alpha > 1, u < alpha)
    rest = _far_edge(
        "What is left at an edge",
        K**u * k ** (-1 - u) * (1 - LEARNED),
        x ** (alpha - 1 - u) * SHARE,
        pi / alpha / sin(pi * u / alpha),
        u < alpha,
    )
    unlimited = Limit(few.states[0], n, oo)
    all_samples = Step(unlimited, A + sigma**2, "many more samples", uses=(few,))
    far = Subs(m**u * unlimited, (A, m, sigma), (b / K**u, K * nu, 0))
    scale = Defined(AT_EDGE, far, "m^u times the error, in the scale of the edge")
    scaled = Step(AT_EDGE, b * nu**u, "the edge drops out", uses=(scale, all_samples))
    power = Step(
        Subs(AT_EDGE, (b, nu), (rest.states[0], features.states[0])),
        pi / alpha / sin(pi * u / alpha) * COUNT**u,
        "each at a far edge",
        uses=(scaled, rest, features),
        domain=below,
    )
    found = Derivation(
        "m^u times the error of m features", (all_samples, scale, scaled, power), FEATURES
    )
    return found, rest, _power_law("features", found, below)


def saturation() -> tuple[Derivation, ...]:
    """A steeper target gains nothing: for u > 2 alpha the bias at an edge tends to zeta(1 + u - 2
    alpha) K^(-2 alpha), for u > alpha what features leave to zeta(1 + u - alpha) K^-alpha, so that
    samples and features have one exponent iff u <= alpha.
    """
    found = []
    for title, power, domain in (
        ("Bias of a steep target", 2, u > 2 * alpha),
        ("What features leave of a steep target", 1, u > alpha),
    ):
        mode = Step(
            K ** (power * alpha) * k ** (-1 - u) * (1 - LEARNED) ** power,
            k ** (power * alpha - 1 - u) / (1 + (k / K) ** alpha) ** power,
            "one mode",
        )
        monotone = Quoted(
            "terms that grow with K: the limit of the sum is the sum of limits, here zeta's",
            f"{RUDIN}, theorem 11.28",
            (_all_modes(mode.rhs), "==", zeta(1 + u - power * alpha)),
        )
        limit = Step(
            _all_modes(mode.lhs),
            zeta(1 + u - power * alpha),
            "all modes; the first ones count most",
            uses=(mode, monotone),
            domain=(domain,),
        )
        found.append(Derivation(title, (mode, monotone, limit), OWN))
    agree = Decided(
        Equivalent(Eq(Min(u, 2 * alpha), Min(u, alpha)), u <= alpha),
        "exponents of samples, min(u, 2 alpha), and of features, min(u, alpha)",
    )
    return (*found, Derivation("One exponent for both", (agree,), OWN))


def beyond_the_samples() -> tuple[Derivation, ...]:
    """With more features than samples the error exceeds that of the kernel by n (sigma^2 + A) / (m
    - n): the exponent of what more features can gain is one, whatever the spectrum.
    """
    curve, curve_few = (
        Quoted(
            f"test error of ridge regression on m random features, {more}: the shares add up to z, "
            "their squares to q, A sums (1 - L) v^2 and H sums (1 - L) L v^2",
            FEATURES,
            (
                E,
                "==",
                (sigma**2 + A - H * (m - z) / (m - q))
                * n
                * (m - q)
                / (n * (m - q) - q * (m - 2 * z) - z**2),
            ),
        )
        for more in ("more of them than samples", "fewer of them than samples")
    )
    kernel = n / (n - q) * (sigma**2 + A - H)
    many = Step(
        Subs(E, z, n),
        kernel + n * (sigma**2 + A) / (m - n),
        "no ridge: the shares add up to n",
        uses=(curve,),
        domain=(m > n, n > q),
    )
    few = Step(
        Subs(E, z, m),
        (A + sigma**2) * n / (n - m),
        "no ridge: the shares add up to m",
        uses=(curve_few,),
        domain=(m < n, q < m),
    )
    beyond = Derivation("More features than samples", (curve, many), FEATURES)
    wide = Step(
        Limit(beyond.states[0], m, oo), kernel, "the kernel", domain=(n > q,), uses=(beyond,)
    )
    excess = Step(
        beyond.states[0] - wide.lhs,
        n * (sigma**2 + A) / (m - n),
        "what more features can gain",
        uses=(beyond, wide),
        domain=(m > n, n > q),
    )
    return (
        beyond,
        Derivation("Fewer features than samples", (curve_few, few), FEATURES),
        Derivation("Excess over the kernel", (wide, excess), OWN),
    )
