"""How many parameters does a smooth fit of noisy labels need?  At least of the order of samples
times inputs, where the data obey isoperimetry, and so many are enough; families of fits in between.

Setting.  n samples x in D dimensions, of squared length about one, labels with noise of variance
sigma^2, a class of functions with p parameters; l is a Lipschitz constant.  Isoperimetry: a
function with the constant l has a mean over n samples, weighted with the noise, beyond e with a
probability of exp(-c n D e^2 / l^2) at most.  a is the logarithm of the number of values of a
parameter that have to be told apart.

Source: Bubeck, Sellke, NeurIPS 2021; Bubeck, Li, Nagaraj, COLT 2021; families of our own.
"""

from sympy import (
    And,
    Eq,
    Function,
    IndexedBase,
    Limit,
    Subs,
    Sum,
    oo,
    sqrt,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Quoted, Settles, Step, To, chain, derive
from theory.least_squares import NOISE, sigma, variance_of_least_squares
from theory.least_squares import k as columns
from theory.least_squares import q as rows
from theory.notation import HORN, OWN

n, D = symbols("n D", integer=True, positive=True)  # samples, inputs
i, j = symbols("i j", integer=True, positive=True)
p, a, c, e, l, u = symbols("p a c e l u", positive=True)  # u: log of one over a probability
Y, R, t, a_1, a_2, h_1, h_2 = symbols("Y R t a_1 a_2 h_1 h_2", nonnegative=True)
z, w, v, s = (IndexedBase(name, real=True) for name in "zwvs")  # noise, weights, X^T z
x = IndexedBase("x", real=True)
ALONE, SOME = (Function(name, real=True)(l) for name in ("A", "B"))  # log-probabilities
LENGTH = Function("N", positive=True)(n, D)  # mean |w|^2
BUBECK = "Bubeck, Sellke, A universal law of robustness via isoperimetry, NeurIPS 2021"
STATEMENT = "udl-bubeck-sellke-factor-d"
SPREAD = sigma**2 * n * D / (D - n - 1)


def least_lipschitz() -> tuple[Derivation, ...]:
    """A class that fits below the noise by e with a probability of exp(-u) or more has l^2 (p a +
    u) >= c n D e^2: for a given l it needs a number of parameters that grows like n D.
    """
    one = Quoted(
        "isoperimetry: log-probability A that a given function fits the noise by e",
        BUBECK,
        (ALONE, "<=", -c * n * D * e**2 / l**2),
    )
    many = Quoted(
        "union bound over a net of exp(p a) functions: log-probability B that one of them does",
        BUBECK,
        (SOME, "<=", p * a + ALONE),
    )
    likely = Assumed(-u <= SOME, "the noise is fitted with a probability of exp(-u) or more")
    needed = Decided(
        And(
            l**2 * (p * a + u) >= c * n * D * e**2,
            p * a >= c * n * D * e**2 / l**2 - u,
        ),
        "solved for the constant, and for the parameters: n D over the logarithm",
        uses=(one, many, likely),
    )
    return (
        Derivation(
            "Parameters of a smooth fit",
            (one, many, likely, needed),
            BUBECK,
            (Settles(STATEMENT, part="no fewer, up to constants and a logarithm"),),
        ),
    )


def linear_fits() -> tuple[Derivation, ...]:
    """A linear fit of the noise is no shorter than |z|^2 / |X^T z|; the shortest one has the mean
    squared length sigma^2 n D / (D - n - 1), which is sigma^2 n D / p for p = D parameters and few
    samples.
    """
    fits = Assumed(Eq(Sum(x[i, j] * w[j], (j, 1, D)), z[i]), "the noise is fitted")
    back = Assumed(Eq(Sum(z[i] * x[i, j], (i, 1, n)), v[j]), "v = X^T z")
    cauchy = Quoted(
        "Cauchy-Schwarz inequality",
        f"{HORN}, section 0.6.3",
        (
            Sum(v[j] * w[j], (j, 1, D)),
            "<=",
            sqrt(Sum(v[j] ** 2, (j, 1, D))) * sqrt(Sum(w[j] ** 2, (j, 1, D))),
        ),
    )
    square = chain(
        Sum(z[i] ** 2, (i, 1, n)),
        To(
            Sum(z[i] * Sum(x[i, j] * w[j], (j, 1, D)), (i, 1, n)),
            "a label is its fit",
            uses=(fits,),
        ),
        To(
            Sum(w[j] * Sum(z[i] * x[i, j], (i, 1, n)), (j, 1, D)),
            "samples last",
        ),
        To(Sum(v[j] * w[j], (j, 1, D)), "by v", uses=(back,)),
        To(
            sqrt(Sum(v[j] ** 2, (j, 1, D))) * sqrt(Sum(w[j] ** 2, (j, 1, D))),
            "at most",
            uses=(cauchy,),
            relation="<=",
        ),
    )
    whole = Derivation("Least length of a linear fit", (fits, back, cauchy, *square), OWN)
    mean_noise = derive(variance_of_least_squares)[0]
    shape = (Defined(rows, n, "rows: samples"), Defined(columns, D, "columns: inputs"))
    scaled = Assumed(
        Eq(LENGTH, D * NOISE), "inputs N(0, I / D): weights are sqrt(D) times those of N(0, I)"
    )
    length = Step(
        LENGTH,
        SPREAD,
        "of the shortest fit",
        uses=(scaled, mean_noise, *shape),
        domain=(n + 1 < D,),
    )
    shortest = Derivation("Mean squared length", (scaled, *shape, length), OWN)
    rate = Step(
        Limit(LENGTH / (sigma**2 * n), D, oo),
        1,
        "the root of n D / p with p = D, constant one",
        uses=(shortest,),
    )
    return (
        whole,
        shortest,
        Derivation("Many inputs", (rate,), OWN),
    )


def clusters() -> tuple[Derivation, ...]:
    """In p / D far clusters with a linear piece each the mean squared slope is sigma^2 n D / p
    times D / (D - n D / p - 1): the rate of the theorem, for every p between D and n D.
    """
    shortest = derive(linear_fits)[1]
    piece = Defined(l, Subs(LENGTH, n, n * D / p), "mean squared slope: n D / p points a cluster")
    found = Step(
        l,
        sigma**2 * (n * D / p) * D / (D - n * D / p - 1),
        "the rate, and a factor of size",
        uses=(piece, shortest),
        domain=(n * D / p + 1 < D,),
    )
    return (Derivation("Mean squared slope in clusters", (piece, found), OWN),)


def enough() -> tuple[Derivation, ...]:
    """One bump for each sample, n (D + 1) parameters, fits any labels with the constant max |y|
    over half the least distance, which contains neither n nor D.
    """
    count = Step(Sum(D + 1, (i, 1, n)), n * (D + 1), "a centre and a height for each sample")
    ball = Assumed(And(a_1 <= R, a_2 <= R, R > 0), "points at a_1 and a_2 from two centres")
    heights = Assumed(
        And(h_1 * R <= Y * (R - a_1), h_2 * R <= Y * (R - a_2)), "cones of height Y at most"
    )
    far = Assumed(t >= 2 * R - a_1 - a_2, "centres are 2 R apart, the points t")
    across = Decided(
        (h_1 + h_2) * R <= Y * t,
        "from bump to bump: slope Y / R at most",
        uses=(ball, heights, far),
    )
    near = Assumed(And(a_1 - a_2 <= t, R > 0), "points t apart in one bump")
    inside = Decided(
        Y * (R - a_2) - Y * (R - a_1) <= Y * t, "within a bump: slope Y / R", uses=(near,)
    )
    return (
        Derivation(
            "Parameters of bumps",
            (count,),
            OWN,
            (Settles(STATEMENT, part="so many are enough"),),
        ),
        Derivation("From bump to bump", (ball, heights, far, across), OWN),
        Derivation("Within a bump", (near, inside), OWN),
    )
