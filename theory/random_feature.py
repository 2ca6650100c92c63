"""What does a network predict that fits its data with random features and the shortest output
weights?  What the kernel predicts, plus a Student t deviation: its exact law at every width, for
every data set and kernel.

Setting.  k features g_j, independent draws of a centred Gaussian process with the covariance K (a
hidden layer at its start, as far as its features are Gaussian); f = sum a_j g_j, a the shortest
weights with f(x_i) = y_i, k >= n.  At a point x, or for any linear functional of the function in
its place: f_inf = K_x K^-1 y is what the kernel predicts, s^2 = K(x, x) - K_x K^-1 K_x^T what the
data leave open, H = y^T K^-1 y.  Given its values at the data a feature is their interpolant plus s
times an independent normal number, and the interpolants add up to f_inf.  So all that depends on
the draw is s |a| z with z standard normal, and |a|^2 is H over a chi^2 number of k - n + 1 degrees.

Source: our own; Muirhead, Aspects of Multivariate Statistical Theory, Wiley 1982, for the law of a
normal vector given a part of it.
"""

from sympy import (
    Eq,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Limit,
    Rational,
    Subs,
    Sum,
    Symbol,
    exp,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Quoted, Settles, Step, To, chain, derive
from theory.least_squares import W, chi_squared, i, inverse_wishart_mean, k, n, q, r
from theory.notation import OWN, mean, mean_is_linear

j, l = symbols("j l", integer=True, positive=True)  # features
s, H = symbols("s H", positive=True)  # what the data leave open, y^T K^-1 y
A = Symbol("A", positive=True)  # squared length of the output weights
f_inf, t = symbols("f_inf t", real=True)  # what the kernel predicts, the truth
u = Symbol("u", real=True)  # deviation over s sqrt(H)
e_k, rough = (Function(name, real=True)(k) for name in ("e", "R"))  # test error, roughness
of_u = Function("p", positive=True)(u)  # density of the deviation
M, v = symbols("M v", integer=True, positive=True)  # differences
c, open_ = IndexedBase("c", real=True), IndexedBase("s", positive=True)  # of f_inf, left open
a, z, y, w = (IndexedBase(name, real=True) for name in "azyw")
G, phi = (IndexedBase(name, real=True) for name in ("G", "phi"))
DRAWN = s * Sum(a[j] * z[j], (j, 1, k))  # what depends on the draw of the features
SPREAD = s**2 * H / (k - n - 1)


def prediction() -> Derivation:
    """The network predicts what the kernel predicts, plus s sum_j a_j z_j with standard normal z_j
    that are independent of the weights.
    """
    given_data = Quoted(
        "a normal vector given a part of it: feature j at x is its interpolant plus s z_j, with "
        "z_j standard normal and independent of its values G_ij at the data",
        "Muirhead, Aspects of Multivariate Statistical Theory, Wiley 1982, theorem 1.2.11",
        (phi[j], "==", Sum(w[i] * G[i, j], (i, 1, n)) + s * z[j]),
    )
    fits = Assumed(Eq(Sum(a[j] * G[i, j], (j, 1, k)), y[i]), "the network fits the data")
    kernel = Defined(f_inf, Sum(w[i] * y[i], (i, 1, n)), "w = K_x K^-1: what the kernel predicts")
    return Derivation(
        "Prediction of a network of random features",
        (
            given_data,
            fits,
            kernel,
            *chain(
                Sum(a[j] * phi[j], (j, 1, k)),
                To(
                    Sum(a[j] * (Sum(w[i] * G[i, j], (i, 1, n)) + s * z[j]), (j, 1, k)),
                    "feature by feature",
                    uses=(given_data,),
                ),
                To(
                    Sum(w[i] * Sum(a[j] * G[i, j], (j, 1, k)), (i, 1, n)) + DRAWN,
                    "data first",
                ),
                To(Sum(w[i] * y[i], (i, 1, n)) + DRAWN, "the data are met", uses=(fits,)),
                To(f_inf + DRAWN, "by the kernel", uses=(kernel,)),
            ),
        ),
        OWN,
    )


def norm() -> tuple[Derivation, ...]:
    """The squared length of the output weights has the mean H / (k - n - 1), which falls in k."""
    turned = Assumed(
        Eq(mean(A), H * mean(W[i])),
        "A = y^T (G G^T)^-1 y, G = K^(1/2) Z with Z standard normal, turned so that K^(-1/2) y, of "
        "squared length H, lies along row i",
    )
    rows = Defined(q, n, "rows: data")
    length = chain(
        mean(A),
        To(H * mean(W[i]), "an entry on the diagonal", uses=(turned,)),
        To(
            H / (k - n - 1),
            "by its mean",
            uses=(derive(inverse_wishart_mean)[0], rows),
            domain=(k > n + 1,),
        ),
    )
    found = Derivation("Squared length of the output weights", (turned, rows, *length), OWN)
    scaled = Step(
        Limit(k * mean(A), k, oo),
        H,
        "of features scaled by k^(-1/2): that of the kernel",
        uses=(found,),
    )
    return found, Derivation("Squared length at large width", (scaled,), OWN)


def interpolant_spread() -> tuple[Derivation, ...]:
    """The prediction has the mean f_inf and the variance s^2 H / (k - n - 1), at every width k > n
    + 1, for every kernel and every data set.
    """
    both = s**2 * Sum(a[j] * a[l] * z[j] * z[l], (j, 1, k), (l, 1, k))
    square = Step(DRAWN**2, both, "square, pair by pair")
    each = Sum(mean(a[j] * a[l] * z[j] * z[l]), (l, 1, k))
    pairs = Sum(s**2 * each, (j, 1, k))
    alone = s * Sum(mean(a[j] * z[j]), (j, 1, k))
    linear, linear_too = mean_is_linear(mean(both), pairs), mean_is_linear(mean(DRAWN), alone)
    centred = Assumed(Eq(mean(a[j] * z[j]), 0), "z_j of mean zero, independent of the weights")
    normal = Assumed(
        Eq(mean(a[j] * a[l] * z[j] * z[l]), KroneckerDelta(j, l) * mean(a[j] ** 2)),
        "z_j and z_l independent for j != l, of variance one, and of the weights",
    )
    itself = Step(
        each, mean(a[j] ** 2), "a feature with itself alone", uses=(normal,), domain=(j <= k,)
    )
    lengths = Quoted(
        "the mean of a sum is the sum of the means",
        "Folland, Real Analysis, second edition, Wiley 1999, section 10.1",
        (Sum(mean(a[j] ** 2), (j, 1, k)), "==", mean(A)),
    )
    length = derive(norm)[0]
    variance = chain(
        mean(DRAWN**2),
        To(mean(both), "pair by pair", uses=(square,)),
        To(pairs, "term by term", uses=(linear,)),
        To(s**2 * Sum(mean(a[j] ** 2), (j, 1, k)), "feature by feature", uses=(itself,)),
        To(s**2 * mean(A), "the squared length", uses=(lengths,)),
        To(SPREAD, "by its mean", uses=(length,), domain=(k > n + 1,)),
    )
    average = chain(
        mean(DRAWN),
        To(alone, "term by term", uses=(linear_too,)),
        To(0, "each vanishes", uses=(centred,)),
    )
    return (
        Derivation(
            "Variance of the prediction", (square, linear, normal, itself, lengths, *variance), OWN
        ),
        Derivation("Mean of what depends on the draw", (linear_too, centred, *average), OWN),
    )


def test_error() -> tuple[Derivation, ...]:
    """The test error exceeds that of the kernel by s^2 H / (k - n - 1): beyond the threshold it
    falls with every feature, for every kernel, target, noise and data set.
    """
    variance, average = derive(interpolant_spread)
    network = Sum(a[j] * phi[j], (j, 1, k))
    error = Defined(e_k, mean((network - t) ** 2), "test error at a point with the truth t")
    terms = (f_inf - t) ** 2 + 2 * (f_inf - t) * DRAWN + DRAWN**2
    square = Step((f_inf + DRAWN - t) ** 2, terms, "square")
    linear = mean_is_linear(
        mean(terms), (f_inf - t) ** 2 + 2 * (f_inf - t) * mean(DRAWN) + mean(DRAWN**2)
    )
    found = Derivation(
        "Test error at a width",
        (
            error,
            square,
            linear,
            *chain(
                e_k,
                To(mean((network - t) ** 2), "by its definition", uses=(error,)),
                To(mean((f_inf + DRAWN - t) ** 2), "kernel and draw", uses=derive(prediction)),
                To(mean(terms), "squared", uses=(square,)),
                To(linear.states[2], "term by term", uses=(linear,)),
                To(
                    (f_inf - t) ** 2 + SPREAD,
                    "the draw has the mean zero",
                    uses=(variance, average),
                    domain=(k > n + 1,),
                ),
            ),
        ),
        OWN,
    )
    more = Subs(e_k, k, k + 1) - e_k
    beyond = k > n + 1
    fall = Step(
        more,
        -(s**2) * H / ((k - n) * (k - n - 1)),
        "a feature more",
        uses=(found,),
        domain=(beyond,),
    )
    falls = Decided(Implies(beyond, more < 0), "less for every feature more", uses=(fall,))
    wide = Step(Limit(e_k, k, oo), (f_inf - t) ** 2, "that of the kernel", uses=(found,))
    return (
        found,
        Derivation(
            "It falls beyond the threshold",
            (fall, falls),
            OWN,
            (Settles("udl-generalisation-improves-with-width", part="random features"),),
        ),
        Derivation("Test error at large width", (wide,), OWN),
    )


def roughness() -> tuple[Derivation, ...]:
    """The mean squared second difference between data exceeds that of the kernel's interpolant by
    the sum of s_L^2 H / (k - n - 1) over the differences L: it falls with every feature.
    """
    error = derive(test_error)[0]
    each = Subs(e_k, (f_inf, t, s), (c[v], 0, open_[v]))
    kernel, left = Sum(c[v] ** 2, (v, 1, M)) / M, Sum(open_[v] ** 2, (v, 1, M)) / M
    linear = Assumed(
        "a second difference is linear in the function",
        "so that it stands for the value at a point: c of the kernel's interpolant, s_L left open",
    )
    all_of_them = Defined(rough, Sum(each, (v, 1, M)) / M, "mean squared second difference")
    found = Step(
        rough,
        kernel + left * H / (k - n - 1),
        "difference by difference",
        uses=(linear, all_of_them, error),
        domain=(k > n + 1,),
    )
    of_k = Derivation("Roughness at a width", (linear, all_of_them, found), OWN)
    more = Subs(rough, k, k + 1) - rough
    beyond = k > n + 1
    fall = Step(
        more,
        -left * H / ((k - n) * (k - n - 1)),
        "a feature more",
        uses=(of_k,),
        domain=(beyond,),
    )
    falls = Decided(Implies(beyond, more < 0), "smoother with every feature", uses=(fall,))
    return (
        of_k,
        Derivation(
            "It falls beyond the threshold",
            (fall, falls),
            OWN,
            (Settles("udl-wider-smoother-between-data", part="random features"),),
        ),
    )


def threshold() -> tuple[Derivation, ...]:
    """With as many features as data the prediction is a Cauchy number around f_inf: half of all
    draws are off by more than s sqrt(H); with one feature more, by more than s sqrt(H / 3).
    """
    law = Assumed(
        "|a|^2 is H over a chi^2 number r of k - n + 1 degrees",
        "one over the squared distance of a row from the span of the others, as for its mean",
    )
    scaled = sqrt(r) * exp(-r * u**2 / 2) / sqrt(2 * pi)  # density of z / sqrt(r) at given r
    found = []
    for title, degrees, density, half in (
        ("As many features as data", 1, 1 / (pi * (1 + u**2)), 1),
        ("One feature more than data", 2, (1 + u**2) ** Rational(-3, 2) / 2, 1 / sqrt(3)),
    ):
        mixed = Integral(scaled * chi_squared(r, Integer(degrees)), (r, 0, oo))
        deviation = Defined(of_u, mixed, "density of the deviation, over s sqrt(H)")
        closed = Step(of_u, density, "over all lengths", uses=(law, deviation))
        found.append(
            Derivation(
                title,
                (
                    law,
                    deviation,
                    closed,
                    Step(
                        Integral(of_u, (u, -half, half)),
                        Rational(1, 2),
                        "half of the draws lie within this many s sqrt(H)",
                        uses=(closed,),
                    ),
                ),
                OWN,
            )
        )
    return tuple(found)
