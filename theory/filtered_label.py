"""What is left of labels by a smoother of data?  Of labels in random order, and of labels that are
linear in a Gaussian feature.

Setting.  As in ``sample_filter``.  Random labels set the level above which a ratio says something:
points that are alone in their neighbourhood keep any label.  The peak of a linear label is one over
the standard deviation of the feature, and other independent features drop out.

Source: Xu, Zhou, Deep frequency principle, AAAI 2021; our own.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    KroneckerDelta,
    Rational,
    Subs,
    Sum,
    Symbol,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Quoted,
    Step,
    To,
    chain,
)
from theory.notation import OWN, mean, mean_is_linear

i, j, k, m, n = symbols("i j k m n", integer=True, positive=True)  # points, modes, factors
S = IndexedBase("S", nonnegative=True)  # the smoother, S[i, j]
y, c, d, v = (IndexedBase(name, real=True) for name in "ycdv")  # labels, column sums, row sums
F = Symbol("F", positive=True)  # sum of the squared entries of S
g, s, a, delta = symbols("g s a delta", positive=True)  # 1 / delta; deviation of the inputs
u = Symbol("u", positive=True)
CDF = "rdf-lfr-like-cdf"


def random_labels() -> Derivation:
    """Over all orders of centred labels the mean ratio is (|S|_F^2 - 1) / (n - 1)."""
    size, (own, other) = Symbol("Y", positive=True), symbols("alpha rho", real=True)
    rows = Assumed(Eq(Sum(S[i, j], (j, 1, n)), 1), "rows of S add up to one")
    again = Assumed(Eq(Sum(S[i, k], (k, 1, n)), 1), "whatever the index")
    pairs = Assumed(
        Eq(mean(y[j] * y[k]), own * KroneckerDelta(j, k) + other * (1 - KroneckerDelta(j, k))),
        "all orders are equally likely: pairs of different labels are alike",
    )
    energy = Defined(own, size / n, "Y, the sum of the squares")
    centred = Defined(
        other, -size / (n * (n - 1)), "labels add up to zero: alpha + (n - 1) rho = 0"
    )
    squared = Assumed(Eq(Sum(S[i, j] ** 2, (j, 1, n), (i, 1, n)), F), "F, the sum of squares of S")
    smooth = Sum(S[i, j] * Sum(S[i, k] * y[j] * y[k], (k, 1, n)), (j, 1, n))
    row = Sum(S[i, k] * pairs.what.rhs, (k, 1, n))
    linear = mean_is_linear(
        mean(smooth), Sum(S[i, j] * Sum(S[i, k] * mean(y[j] * y[k]), (k, 1, n)), (j, 1, n))
    )
    one = Step(
        row,
        (own - other) * S[i, j] + other * Sum(S[i, k], (k, 1, n)),
        "a label with itself",
        domain=(j <= n,),
    )
    return Derivation(
        "Ratio of random labels",
        (
            rows,
            again,
            pairs,
            energy,
            centred,
            squared,
            linear,
            one,
            *chain(
                Sum(mean(smooth), (i, 1, n)) / size,
                To(
                    Sum(S[i, j] * row, (j, 1, n), (i, 1, n)) / size,
                    "pair by pair",
                    uses=(linear, pairs),
                ),
                To(
                    Sum(
                        (own - other) * Sum(S[i, j] ** 2, (j, 1, n))
                        + other * Sum(S[i, j], (j, 1, n)),
                        (i, 1, n),
                    )
                    / size,
                    "row by row",
                    uses=(one, again),
                ),
                To(
                    ((own - other) * squared.what.lhs + n * other) / size,
                    "rows add up to one",
                    uses=(rows,),
                ),
                To(
                    (F - 1) / (n - 1),
                    "with the means",
                    uses=(squared, energy, centred),
                    domain=(n > 1,),
                ),
            ),
        ),
        OWN,
    )


def linear_labels() -> tuple[Derivation, ...]:
    """Of labels linear in a Gaussian feature of standard deviation a the ratio is (a^2 s^2 / (1 +
    a^2 s^2))^2: the peak of its density is 1 / a, where a quarter is left.
    """
    H, Z, h = symbols("H Z h", real=True)  # feature, noise, their sum
    kept = Function("y", real=True)(h)
    spread = (
        Assumed(Eq(mean(H**2), a**2), "a feature of mean zero and standard deviation a"),
        Assumed(Eq(mean(H * Z), 0), "noise Z independent of it"),
        Assumed(Eq(mean(Z**2), 1), "and standard normal"),
    )
    width = Defined(delta, 1 / s, "s is the reciprocal width")
    both, own = (H + delta * Z) ** 2, H * (H + delta * Z)
    linear = (
        mean_is_linear(mean(both), mean(H**2) + 2 * delta * mean(H * Z) + delta**2 * mean(Z**2)),
        mean_is_linear(mean(own), mean(H**2) + delta * mean(H * Z)),
    )
    bayes = Quoted(
        "the smoothed label at h of very many points is the mean of H given H + delta Z = h, which "
        "for Gaussian numbers is h times their covariance over the variance of the sum",
        "Feller, An Introduction to Probability Theory and Its Applications, volume 2, Wiley 1971, "
        "section III.6",
        (kept, "==", h * mean(own) / mean(both)),
    )
    smoothed = Derivation(
        "A smoothed linear label",
        (
            *spread,
            width,
            *linear,
            bayes,
            Step(
                kept,
                h * a**2 * s**2 / (1 + a**2 * s**2),
                "a part of it",
                uses=(bayes, *linear, *spread, width),
            ),
        ),
        OWN,
    )
    left = (a**2 * s**2 / (1 + a**2 * s**2)) ** 2
    ratio = Derivation(
        "Ratio of a linear label",
        (Step((kept / h) ** 2, left, "the same part at every h", uses=(smoothed,)),),
        OWN,
    )
    bend = Step(
        Derivative(left, s, s),
        12 * a**4 * s**2 * (1 - a**2 * s**2) / (1 + a**2 * s**2) ** 4,
        "slope of the density",
    )
    top = Function("s_peak", positive=True)(a)
    at_top = Subs(bend.lhs, s, top)
    flat = Assumed(Eq(at_top, 0), "the density is flat at its peak")
    place = Derivation(
        "Peak of a linear label",
        (
            bend,
            flat,
            *chain(
                top,
                To(
                    sqrt(1 - at_top * (1 + a**2 * top**2) ** 4 / (12 * a**4 * top**2)) / a,
                    "solved for the place",
                    uses=(bend,),
                ),
                To(1 / a, "where the slope is zero", uses=(flat,)),
            ),
        ),
        OWN,
    )
    return (
        ratio,
        smoothed,
        Derivation(
            "Density of a linear label",
            (
                Step(
                    Derivative(left, s), 4 * a**4 * s**3 / (1 + a**2 * s**2) ** 3, "its slope in s"
                ),
            ),
            OWN,
        ),
        place,
        Derivation(
            "Ratio at the peak",
            (Step(left.subs(s, top), Rational(1, 4), "a quarter is left", uses=(place,)),),
            OWN,
        ),
    )
