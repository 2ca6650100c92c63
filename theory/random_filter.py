"""What do filters that were never trained tell a classifier about a signal?  The kernel of their
pooled responses: a mean over pairs of windows.

Setting.  Filters w with standard normal entries on P windows of a circle, responses r = relu of
w.x, pooled by their mean over all windows.  k_st is the mean over filters of the product of a
response at window s of one signal and window t of another, the kernel of ``arc_cosine_kernel``.

Source: Cho, Saul, NeurIPS 2009, for one window; Mei, Misiakiewicz, Montanari, COLT 2021; our own.
"""

from sympy import IndexedBase, Sum, symbols

from theory import Defined, Derivation, Step, To, chain
from theory.notation import mean, mean_is_linear

P, s, t = symbols("P s t", integer=True, positive=True)  # windows, places
r, v = IndexedBase("r", real=True), IndexedBase("v", real=True)  # responses of two signals
k = IndexedBase("k", real=True)
MEI = "Mei, Misiakiewicz, Montanari, COLT 2021"


def pooled_kernel() -> tuple[Derivation, ...]:
    """The kernel of responses that are pooled over all P windows is the mean of the kernel of one
    window over all P^2 pairs of windows.
    """
    pairs = Sum(r[s] * v[t], (s, 1, P), (t, 1, P)) / P**2
    product = Step(Sum(r[s], (s, 1, P)) * Sum(v[t], (t, 1, P)) / P**2, pairs, "pair by pair")
    apart = mean_is_linear(mean(pairs), Sum(mean(r[s] * v[t]), (s, 1, P), (t, 1, P)) / P**2)
    window = Defined(k[s, t], mean(r[s] * v[t]), "kernel of a window of each signal")
    found = chain(
        mean(product.lhs),
        To(mean(pairs), "pair by pair", uses=(product,)),
        To(Sum(mean(r[s] * v[t]), (s, 1, P), (t, 1, P)) / P**2, "term by term", uses=(apart,)),
        To(Sum(k[s, t], (s, 1, P), (t, 1, P)) / P**2, "window by window", uses=(window,)),
    )
    return (Derivation("Kernel of pooled responses", (product, apart, window, *found), MEI),)
