"""How much do networks that differ in their seed alone differ away from the data?  Variance over
seeds on and off the subspace of the data, under white corruption, and of the accuracy.

Setting.  n data X_i of D inputs, n < D, a linear kernel.  An input is x = sum_i c_i X_i + v, v
orthogonal to all data.  Whatever fits the data with random features leaves its variance over seeds
proportional to what the data leave open at x, which is |v|^2: nothing on the subspace of the data.
White corruption of variance tau^2 per input adds tau^2 (D - n) on average.  Gradient descent from
random weights keeps what of them is orthogonal to the data and has the same law.  Accuracy is no
output: R_i is one where example i is answered rightly, with the probability p_i over seeds.

Source: our own.
"""

from sympy import (
    Eq,
    Equivalent,
    Function,
    IndexedBase,
    KroneckerDelta,
    Max,
    Subs,
    Sum,
    Symbol,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Step,
    To,
    chain,
    derive,
)
from theory.least_squares import k, n
from theory.notation import OWN, mean, mean_is_linear
from theory.random_feature import H, interpolant_spread
from theory.random_feature import s as left_open

D = Symbol("D", integer=True, positive=True)  # inputs
N, m = symbols("N m", integer=True, positive=True)  # test examples, units
i, j, a, l = symbols("i j a l", integer=True, positive=True)  # data, directions or examples; inputs
V = Symbol("V", nonnegative=True)  # |v|^2
tau, sigma = symbols("tau sigma", positive=True)  # size of the corruption, of the start
contrast = Symbol("c", positive=True)
right, chance = symbols("R p", real=True)  # one for a right answer, its probability over seeds
c, v, x, e, w, u, R, p = (IndexedBase(name, real=True) for name in "cvxewuRp")
h = IndexedBase("h", real=True)  # of units, before their activation
X, G = (IndexedBase(name, real=True) for name in "XG")  # data, covariances of two answers
SEEDS = "udl-corrupted-data-seed-variability"
OPEN = Sum(x[a] * (x[a] - Sum(c[j] * X[j, a], (j, 1, n))), (a, 1, D))


def off_the_data() -> tuple[Derivation, ...]:
    """With a linear kernel the data leave open the squared distance of x from their subspace, and
    so the variance over seeds is |v|^2 H / (k - n - 1): zero on the subspace, at every width.
    """
    inputs = Assumed(
        Eq(x[a], Sum(c[j] * X[j, a], (j, 1, n)) + v[a]), "x by the data, and the rest v"
    )
    across = Assumed(Eq(Sum(v[a] * X[j, a], (a, 1, D)), 0), "v is orthogonal to every datum")
    off = Assumed(Eq(Sum(v[a] ** 2, (a, 1, D)), V), "V is its squared length")
    weights = Step(
        Sum(X[i, a] * (x[a] - v[a]), (a, 1, D)),
        Sum(X[i, a] * Sum(c[j] * X[j, a], (j, 1, n)), (a, 1, D)),
        "K c = K_x: what the kernel weighs the data with",
        uses=(inputs,),
    )
    rest = chain(
        OPEN,
        To(Sum(x[a] * v[a], (a, 1, D)), "what is not by the data", uses=(inputs,)),
        To(
            Sum(c[j] * Sum(v[a] * X[j, a], (a, 1, D)), (j, 1, n)) + Sum(v[a] ** 2, (a, 1, D)),
            "datum by datum",
            uses=(inputs,),
        ),
        To(V, "orthogonal", uses=(across, off)),
    )
    found = Derivation(
        "What the data leave open, K(x, x) - K_x c", (inputs, across, off, *rest), OWN
    )
    law = derive(interpolant_spread)[0]
    spread = Step(
        Subs(law.states[0], left_open, sqrt(OPEN)),
        V * H / (k - n - 1),
        "variance over seeds",
        uses=(law, found),
        domain=(k > n + 1,),
    )
    none = Step(Subs(spread.rhs, V, 0), 0, "on the subspace of the data", domain=(k > n + 1,))
    return (
        Derivation("Weights of the data", (inputs, weights), OWN),
        found,
        Derivation("Variance over seeds off the data", (spread,), OWN),
        Derivation("On the data's subspace", (none,), OWN),
    )


def white_corruption() -> tuple[Derivation, ...]:
    """White corruption of variance tau^2 in each input adds tau^2 (D - n) to what the data leave
    open, on average, and so the share tau^2 (D - n) H / (k - n - 1) to the variance over seeds.
    """
    total = Function("S", positive=True)(D)
    terms = v[i] ** 2 + 2 * v[i] * e[i] + e[i] ** 2
    square = Step((v[i] + e[i]) ** 2, terms, "a direction that is orthogonal to the data")
    linear = mean_is_linear(mean(terms), v[i] ** 2 + 2 * v[i] * mean(e[i]) + mean(e[i] ** 2))
    centred = Assumed(Eq(mean(e[i]), 0), "corruption of mean zero")
    white = Assumed(Eq(mean(e[i] ** 2), tau**2), "alike in every direction")
    off = Assumed(Eq(Sum(v[i] ** 2, (i, n + 1, D)), V), "V is the squared length of v")
    one = Derivation(
        "One direction",
        (
            square,
            linear,
            centred,
            white,
            *chain(
                mean((v[i] + e[i]) ** 2),
                To(mean(terms), "squared", uses=(square,)),
                To(v[i] ** 2 + tau**2, "term by term", uses=(linear, centred, white)),
            ),
        ),
        OWN,
    )
    of_all = Defined(
        total,
        Sum(mean((v[i] + e[i]) ** 2), (i, n + 1, D)),
        "D - n directions that are orthogonal to the data, in an orthonormal basis",
    )
    found = chain(
        total,
        To(of_all.expr, "by its definition", uses=(of_all,)),
        To(
            Sum(v[i] ** 2, (i, n + 1, D)) + tau**2 * (D - n),
            "direction by direction",
            uses=(one,),
            domain=(n <= D,),
        ),
        To(V + tau**2 * (D - n), "by the length of v", uses=(off,)),
    )
    left = Derivation("What is left open, corrupted", (of_all, off, *found), OWN)
    law = derive(interpolant_spread)[0]
    spread = Step(
        Subs(law.states[0], left_open, sqrt(total)),
        (V + tau**2 * (D - n)) * H / (k - n - 1),
        "mean over corruptions of the variance over seeds",
        uses=(law, left),
        domain=(k > n + 1, n <= D),
    )
    return left, Derivation("Variance over seeds, corrupted", (spread,), OWN)


def kept_start() -> Derivation:
    """Gradient descent of a linear model keeps of its random start what is orthogonal to the data:
    its output at x has the variance sigma^2 |v|^2 over seeds.
    """
    kept = Sum(w[i] * v[i], (i, n + 1, D))
    pairs = Sum(w[i] * w[l] * v[i] * v[l], (i, n + 1, D), (l, n + 1, D))
    each = Sum(v[l] * mean(w[i] * w[l]), (l, n + 1, D))
    square = Step(kept**2, pairs, "pair by pair of directions that are orthogonal to the data")
    linear = mean_is_linear(mean(pairs), Sum(v[i] * each, (i, n + 1, D)))
    apart = Assumed(
        Eq(mean(w[i] * w[l]), sigma**2 * KroneckerDelta(i, l)),
        "weights of the start independent, of mean zero and variance sigma^2; gradients are sums "
        "of data, so that nothing else of the output depends on the seed",
    )
    itself = Step(
        each,
        sigma**2 * v[i],
        "a direction with itself",
        uses=(apart,),
        domain=(i > n, i <= D),
    )
    off = Assumed(Eq(Sum(v[i] ** 2, (i, n + 1, D)), V), "V is the squared length of v")
    return Derivation(
        "Variance over starts",
        (
            square,
            linear,
            apart,
            itself,
            off,
            *chain(
                mean(kept**2),
                To(mean(pairs), "squared", uses=(square,)),
                To(Sum(v[i] * each, (i, n + 1, D)), "term by term", uses=(linear,)),
                To(sigma**2 * Sum(v[i] ** 2, (i, n + 1, D)), "by itself", uses=(itself,)),
                To(sigma**2 * V, "by the length of v", uses=(off,)),
            ),
        ),
        OWN,
    )


def spread_of_accuracy() -> tuple[Derivation, ...]:
    """The variance of the accuracy over seeds is the sum of p_i (1 - p_i) and of the covariances of
    two answers, over N^2: where seeds err independently it is the first part alone.
    """
    terms = right**2 - 2 * chance * right + chance**2
    square = Step((right - chance) ** 2, terms, "square")
    linear = mean_is_linear(mean(terms), mean(right**2) - 2 * chance * mean(right) + chance**2)
    once = Assumed(Eq(mean(right**2), mean(right)), "R is zero or one")
    often = Assumed(Eq(mean(right), chance), "p is the probability of a right answer")
    one = Derivation(
        "Variance of one answer",
        (
            square,
            linear,
            once,
            often,
            *chain(
                mean((right - chance) ** 2),
                To(mean(terms), "squared", uses=(square,)),
                To(chance * (1 - chance), "term by term", uses=(linear, once, often)),
            ),
        ),
        OWN,
    )
    off = Sum(R[i] - p[i], (i, 1, N)) / N
    pairs = Sum((R[i] - p[i]) * (R[j] - p[j]), (i, 1, N), (j, 1, N)) / N**2
    each = Sum(mean((R[i] - p[i]) * (R[j] - p[j])), (j, 1, N))
    of_pairs = Step(off**2, pairs, "pair by pair of examples")
    linear_too = mean_is_linear(mean(pairs), Sum(each / N**2, (i, 1, N)))
    law = Assumed(
        Eq(
            mean((R[i] - p[i]) * (R[j] - p[j])),
            p[i] * (1 - p[i]) * KroneckerDelta(i, j) + G[i, j],
        ),
        "an answer has the variance p (1 - p); G_ij is the covariance of two, zero for i = j",
    )
    single = Step(
        each,
        p[i] * (1 - p[i]) + Sum(G[i, j], (j, 1, N)),
        "an example with itself and with others",
        uses=(law,),
        domain=(i <= N,),
    )
    whole = chain(
        mean(off**2),
        To(mean(pairs), "squared", uses=(of_pairs,)),
        To(Sum(each / N**2, (i, 1, N)), "term by term", uses=(linear_too,)),
        To(
            Sum((p[i] * (1 - p[i]) + Sum(G[i, j], (j, 1, N))) / N**2, (i, 1, N)),
            "example by example",
            uses=(single,),
        ),
    )
    return (
        one,
        Derivation("Variance of the accuracy", (of_pairs, linear_too, law, single, *whole), OWN),
    )


def contrast_is_no_corruption() -> Derivation:
    """A ReLU network without biases answers c x as it answers x: its outputs get c times as large
    and keep their order.
    """
    one = Step(Max(0, contrast * h[j]), contrast * Max(0, h[j]), "of one unit")
    darker = Sum(u[j] * Max(0, contrast * h[j]), (j, 1, m))
    margin = Sum(u[j] * Max(0, h[j]), (j, 1, m))
    whole = Step(darker, contrast * margin, "difference of two outputs, unit by unit", uses=(one,))
    same = Decided(Equivalent(darker > 0, margin > 0), "the same is the larger", uses=(whole,))
    return Derivation("Answers to a darker image", (one, whole, same), OWN)
