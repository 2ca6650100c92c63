"""How steep is a learning curve at a given number of samples, and when is it no power law?  Fixed
point and local exponent for every finite spectrum, exponential spectra.

Setting.  Kernel regression, or Gaussian inputs, with eigenvalues l_k and a target with the
coefficients v_k.  The shares L_k = l_k / (l_k + kappa) and delta / kappa, delta the ridge, add up
to n; q adds up L^2 and B adds up (1 - L)^2 v^2.

Source: Bordelon, Canatar, Pehlevan, ICML 2020; our own.
"""

from sympy import Derivative, Function, IndexedBase, Subs, Sum, Symbol, exp, log, symbols

from theory import Defined, Derivation, Quoted, Step, To, chain, derive
from theory.notation import OWN
from theory.scaling_law import DATA, B, K, n, q, sigma

k, D, M = symbols("k D M", integer=True, positive=True)  # mode, numbers of modes
kappa, delta = symbols("kappa delta", positive=True)  # of the fixed point, ridge
Q, P = symbols("Q P", positive=True)  # sums of L^2 (1 - L), of L (1 - L)^2 v^2
c, g = symbols("c g", positive=True)  # rates of an exponential spectrum and of its target
h = Symbol("h", real=True)  # a small step
l, v = IndexedBase("lambda", positive=True), IndexedBase("v", positive=True)
S = Symbol("S", positive=True)  # sum of L (1 - L) and delta / kappa
R = Function("R", positive=True)(n)  # test error
L = l[k] / (l[k] + kappa)  # share to which a mode is learned
TOTAL = Sum(L, (k, 1, D)) + delta / kappa
SQUARES = Sum(L**2, (k, 1, D))
HALF = Sum(L * (1 - L), (k, 1, D)) + delta / kappa
BIAS = Sum((1 - L) ** 2 * v[k] ** 2, (k, 1, D))


def learning_curve() -> Derivation:
    """The test error is n (B + sigma^2) / S, S the sum of L (1 - L) and of delta / kappa: what is
    half learned counts, so that the error diverges where all is learned or nothing.
    """
    curve = Quoted(
        "test error of kernel regression, for many samples",
        DATA,
        (R, "==", (B + sigma**2) * n / (n - q)),
    )
    samples = Defined(n, TOTAL, "fixed point, with the ridge delta")
    squares = Defined(q, SQUARES, "sum of the squared shares")
    named = Defined(S, HALF, "what is half learned")
    gap = Step(n - q, S, "mode by mode", uses=(samples, squares, named))
    known = Derivation("Samples less squared shares", (samples, squares, named, gap), OWN)
    found = chain(
        R,
        To((B + sigma**2) * n / (n - q), "theorem", uses=(curve,)),
        To((B + sigma**2) * n / S, "by what is half learned", uses=(known,)),
    )
    return Derivation("Test error", (curve, *found), DATA)


def local_slope() -> tuple[Derivation, ...]:
    """The local exponent of the error in n is 1 + n (2 Q - S) / S^2 - 2 n P / (S (B + sigma^2)), Q
    and P the sums of L^2 (1 - L) and of L (1 - L)^2 v^2, at every n.
    """
    error = derive(learning_curve)[0]
    named = (
        Defined(S, HALF, "what is half learned"),
        Defined(Q, Sum(L**2 * (1 - L), (k, 1, D)), "by which the squared shares change"),
        Defined(P, Sum(L * (1 - L) ** 2 * v[k] ** 2, (k, 1, D)), "by which the bias changes"),
    )
    rates = (
        Step(Derivative(TOTAL, kappa), -S / kappa, "rate of the samples", uses=named[:1]),
        Step(Derivative(HALF, kappa), (2 * Q - S) / kappa, "rate of S", uses=named[:2]),
        Step(Derivative(BIAS, kappa), 2 * P / kappa, "rate of the bias", uses=named[2:]),
    )
    d_n, d_S, d_B = (rate.lhs for rate in rates)
    place = {n: n + h * d_n, S: S + h * d_S, B: B + h * d_B}
    path = log(error.result).subs(place, simultaneous=True)
    slope = Step(
        Subs(Derivative(path, h), h, 0) / Subs(Derivative(log(place[n]), h), h, 0),
        1 + n * (2 * Q - S) / S**2 - 2 * n * P / (S * (B + sigma**2)),
        "log of the error over log of n, along the fixed point",
        uses=rates,
    )
    return (Derivation("Local exponent in n", (*named, *rates, slope), OWN),)


def exponential_spectrum() -> Derivation:
    """With l_k = e^(-c k) and v_k^2 = e^(-g k) each mode more, which costs less than a sample,
    lowers the bias by the factor e^-g, up to what is left of the first mode: no power of n.
    """
    share = exp(-c * k) / (exp(-c * k) + exp(-c * K))  # l over l and the edge
    each = exp(-g * k) * (1 - share) ** 2
    further = each.subs({k: k + 1, K: K + 1}, simultaneous=True)
    first = (1 - share.subs(k, 0)) ** 2
    shifted = Step(further, exp(-g) * each, "a mode and the edge further: the same share")
    return Derivation(
        "Bias with an edge one mode further",
        (
            shifted,
            *chain(
                Subs(further, k, 0) + Sum(further, (k, 1, M)),
                To(
                    exp(-g) * first + Sum(exp(-g) * each, (k, 1, M)),
                    "mode by mode, the first one apart",
                    uses=(shifted,),
                ),
                To(exp(-g) * (first + Sum(each, (k, 1, M))), "one factor of all"),
            ),
        ),
        OWN,
    )
