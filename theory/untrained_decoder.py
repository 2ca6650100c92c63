"""How many decibels can a network without training data take from the noise of an image?  A linear
filter on modes, the best one, and a decoder that cannot make every image.

Setting.  An image of N modes of mean squares a_i^2 with noise of standard deviation sigma in each.
While a decoder is fitted to the noisy image it shows the share H of a mode; at the end it shows the
k modes in its range and none beside.  Decibels are 10 times the logarithm to base 10 of the noise's
mean square over that of what is left.

Source: Ulyanov, Vedaldi, Lempitsky, CVPR 2018, for the observation; Heckel, Hand, ICLR 2019, for
decoders with a small range; our own.
"""

from sympy import IndexedBase, Integer, Rational, Subs, Sum, Symbol, log, symbols

from theory import Decided, Defined, Derivation, Step
from theory.notation import OWN

N, k, i = symbols("N k i", integer=True, positive=True)  # modes, in the range, counter
a, sigma = symbols("a sigma", positive=True)  # of a mode: root of the mean square, noise
H = symbols("H", real=True)  # share that is shown
missed = Symbol("m", nonnegative=True)  # mean square beyond the range
A = IndexedBase("a", real=True)
HECKEL = "Heckel, Hand, Deep decoder, ICLR 2019"


def filter_risk() -> tuple[Derivation, ...]:
    """No share H of a mode leaves less than a^2 sigma^2 / (a^2 + sigma^2) on average, and H = a^2 /
    (a^2 + sigma^2) leaves so much.
    """
    risk = (1 - H) ** 2 * a**2 + H**2 * sigma**2
    best = a**2 * sigma**2 / (a**2 + sigma**2)
    beyond = Step(
        risk - best,
        (a**2 + sigma**2) * (H - a**2 / (a**2 + sigma**2)) ** 2,
        "a square, which vanishes at the best share",
    )
    least = Decided(risk >= best, "no filter and no moment to stop does better")
    return (
        Derivation("Risk beyond the least one", (beyond,), OWN),
        Derivation("No share does better", (least,), OWN),
        Derivation(
            "The best share",
            (Step(Subs(risk, H, a**2 / (a**2 + sigma**2)), best, "put in"),),
            OWN,
        ),
    )


def range_gain() -> tuple[Derivation, ...]:
    """A decoder whose range has k of N modes takes 10 log10(N sigma^2 / (k sigma^2 + m)) decibels
    from the noise, m the mean square that it cannot show: at most 10 log10(N / k).
    """
    shown = Sum(sigma**2, (i, 1, k)) + Sum(A[i] ** 2, (i, k + 1, N))
    out = Defined(missed, Sum(A[i] ** 2, (i, k + 1, N)), "signal that it cannot show")
    left = Step(shown, k * sigma**2 + missed, "noise within, signal beyond", uses=(out,))
    gain = 10 * log(Sum(sigma**2, (i, 1, N)) / shown) / log(10)
    found = Step(
        gain,
        10 * log(N * sigma**2 / (k * sigma**2 + missed)) / log(10),
        "in decibels",
        uses=(left,),
    )
    most = Decided(
        N * sigma**2 / (k * sigma**2 + missed) <= N / k, "no signal beyond the range is the best"
    )
    all_in = Step(
        Subs(found.rhs, missed, 0), 10 * log(N / k) / log(10), "no signal beyond the range"
    )
    two = Step(
        Subs(10 * log(N / k) / log(10), k, N * Integer(10) ** Rational(-1, 5)),
        Integer(2),
        "two decibels take a range of 63 % of the modes, or less",
    )
    return (
        Derivation("Gain", (out, left, found), HECKEL),
        Derivation("No signal beyond the range", (all_in,), HECKEL),
        Derivation("The most that a range allows", (most,), OWN),
        Derivation("Two decibels", (two,), OWN),
    )
