"""How steep is a learning curve at a given number of samples, and when is it no power law?  Fixed
point and local exponent for every finite spectrum, exponential spectra.

Setting.  Kernel regression, or Gaussian inputs, with eigenvalues l_k and a target with the
coefficients v_k.  The shares L_k = l_k / (l_k + kappa) and delta / kappa, delta the ridge, add up
to n; q adds up L^2 and B adds up (1 - L)^2 v^2.

Source: Bordelon, Canatar, Pehlevan, ICML 2020; our own.
"""

from sympy import Derivative, IndexedBase, Subs, Sum, Symbol, exp, log, symbols

from theory import Defined, Derivation, Step, To, chain
from theory.notation import OWN
from theory.scaling_law import B, K, n, q, sigma

k, D, M = symbols("k D M", integer=True, positive=True)  # mode, numbers of modes
kappa, delta = symbols("kappa delta", positive=True)  # of the fixed point, ridge
Q, P = symbols("Q P", positive=True)  # sums of L^2 (1 - L), of L (1 - L)^2 v^2
c, g = symbols("c g", positive=True)  # rates of an exponential spectrum and of its target
h = Symbol("h", real=True)  # a small step
l, v = IndexedBase("lambda", positive=True), IndexedBase("v", positive=True)


def local_slope() -> tuple[Derivation, ...]:
    """The local exponent of the error in n is 1 - n / (n - q) + 2 n Q / (n - q)^2 - 2 n P / ((n -
    q) (B + sigma^2)), Q and P the sums of L^2 (1 - L) and of L (1 - L)^2 v^2, at every n.
    """
    L = l[k] / (l[k] + kappa)
    total, squares = Sum(L, (k, 1, D)) + delta / kappa, Sum(L**2, (k, 1, D))
    bias = Sum((1 - L) ** 2 * v[k] ** 2, (k, 1, D))
    samples = Defined(n, total, "fixed point, with the ridge delta")
    named = (
        Defined(q, squares, "sum of the squared shares"),
        Defined(Q, Sum(L**2 * (1 - L), (k, 1, D)), "by which it changes"),
        Defined(P, Sum(L * (1 - L) ** 2 * v[k] ** 2, (k, 1, D)), "by which the bias changes"),
    )
    rates = (
        Step(
            Derivative(total, kappa),
            (q - n) / kappa,
            "samples: what is not learned for sure",
            uses=(samples, named[0]),
        ),
        Step(Derivative(squares, kappa), -2 * Q / kappa, "squares", uses=(named[1],)),
        Step(Derivative(bias, kappa), 2 * P / kappa, "bias", uses=(named[2],)),
    )
    d_n, d_q, d_B = (rate.lhs for rate in rates)
    moved = {n: n + h * d_n, q: q + h * d_q, B: B + h * d_B}
    path = log((B + sigma**2) * n / (n - q)).subs(moved, simultaneous=True)
    slope = Step(
        Subs(Derivative(path, h), h, 0) / Subs(Derivative(log(moved[n]), h), h, 0),
        1 - n / (n - q) + 2 * n * Q / (n - q) ** 2 - 2 * n * P / ((n - q) * (B + sigma**2)),
        "log of the error over log of n, along the fixed point",
        uses=rates,
        domain=(n > q,),
    )
    return (Derivation("Local exponent in n", (samples, *named, *rates, slope), OWN),)


def exponential_spectrum() -> Derivation:
    """With l_k = e^(-c k) and v_k^2 = e^(-g k) each mode more, which costs less than a sample,
    lowers the bias by the factor e^-g, up to what is left of the first mode: no power of n.
    """
    share = 1 / (1 + exp(c * (k - K)))
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
