"""What does one layer of linear attention make of examples in its prompt?  Its step of descent, its
risk for every matrix and length, the best matrix, and how far that is from Bayes.

Setting.  A prompt holds N pairs of an input x of independent Gaussian entries with the variances
lambda_j and a label y = w.x + noise of variance r, and an input u without its label; the weights w
of the task are standard normal and new in every prompt.  The risk is the mean of (answer - w.u)^2,
which is tr Lambda for an answer of zero.  A layer answers u.(g h) with a matrix g and the mean h of
y x over the prompt.

Source: von Oswald, Niklasson, Randazzo, Sacramento, Mordvintsev, Zhmoginov, Vladymyrov, ICML 2023;
Zhang, Frei, Bartlett, JMLR 25, 2024; our own.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    KroneckerDelta,
    Matrix,
    Subs,
    Sum,
    Symbol,
    symbols,
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import OWN, mean, mean_is_linear

i, l, j, k, m = symbols("i l j k m", integer=True, positive=True)  # pairs; directions
d, N = symbols("d N", integer=True, positive=True)  # inputs, pairs
s, tau = symbols("s tau", real=True)  # rate of a step; how far along u
r = Symbol("r", nonnegative=True)  # variance of the noise
L, t = symbols("L t", positive=True)  # variance of an input, trace of all
x, y, u, h, w = (IndexedBase(name, real=True) for name in ("x", "y", "u", "h", "w"))
g = IndexedBase("g", real=True)
lam, G = (IndexedBase(name, positive=True) for name in ("lambda", "G"))
OSWALD = (
    "von Oswald, Niklasson, Randazzo, Sacramento, Mordvintsev, Zhmoginov, Vladymyrov, ICML 2023"
)
ZHANG = "Zhang, Frei, Bartlett, JMLR 25, 2024"
SPREAD = (1 + 1 / N) * lam[m] + (t + r) / N  # second moment of h over the input's variance
LEVEL = (1 - s) ** 2 + s**2 * (d + 1 + r) / N  # risk of a step of the rate s, for each input
BEST = N / (N + d + 1 + r)  # its best rate
RISK = Function("R", real=True)(N, s)  # of a step
LEAST = d * (d + 1 + r) / (N + d + 1 + r)


def attention_is_a_step() -> tuple[Derivation, ...]:
    """A layer of linear attention whose keys and queries read inputs and whose values read labels
    answers with one step of gradient descent from zero, for every prompt.
    """
    fit = Sum((tau * Sum(x[i, j] * u[j], (j, 1, d)) - y[i]) ** 2, (i, 1, N)) / (2 * N)
    slope = -s * Subs(Derivative(fit, tau), tau, 0)
    answer = s * Sum(y[i] * Sum(x[i, j] * u[j], (j, 1, d)), (i, 1, N)) / N
    one = Step(slope, answer, "a step of the rate s down half the mean square, seen from u")
    pairs, size = (1, 2, 3), (1, 2)
    tokens = Matrix([[*(x[a, b] for a in pairs), u[b]] for b in size] + [[y[1], y[2], y[3], 0]])
    values, keys = Matrix([[0, 0, s]]), Matrix([[1, 0, 0], [0, 1, 0], [0, 0, 0]])
    written = values * tokens * tokens.T * keys * tokens[:, 3] / 3
    small = Sum(y[i] * Sum(x[i, j] * u[j], (j, 1, 2)), (i, 1, 3)) * s / 3
    return (
        Derivation(
            "One step",
            (one,),
            OSWALD,
            (Settles("icl-examples-in-prompt", part="one layer answers", by=one),),
        ),
        Derivation(
            "Three pairs of two inputs",
            (Step(written[0], small, "values . tokens . tokens^T . keys . last token"),),
            OSWALD,
        ),
    )


def prompt_statistic() -> Derivation:
    """The mean h of y x over a prompt has in a direction of variance lambda the second moment
    lambda ((1 + 1 / N) lambda + (tr Lambda + r) / N).
    """
    alike, crossed, own = (
        mean(x[i, m] ** 2 * x[i, k] ** 2),
        mean(x[i, m] * x[i, k]),
        KroneckerDelta(k, m),
    )
    law = Assumed(
        Eq(
            mean(h[m] ** 2),
            (Sum(alike + (N - 1) * crossed**2, (k, 1, d)) + r * mean(x[i, m] ** 2)) / N,
        ),
        "the mean of y x_m over N alike and independent pairs, weights of variance one, noise of "
        "variance r",
    )
    pairings = Quoted(
        "a fourth moment of Gaussian numbers is a sum over pairings",
        "Isserlis, Biometrika 12, 1918",
        (alike, "==", lam[m] * lam[k] + 2 * own * lam[m] ** 2),
    )
    sizes = (
        Assumed(Eq(crossed, own * lam[m]), "inputs are independent"),
        Assumed(Eq(mean(x[i, m] ** 2), lam[m]), "variance of an input"),
    )
    trace = Defined(t, Sum(lam[k], (k, 1, d)), "trace of all variances")
    inputs = Step(
        Sum(lam[m] * lam[k] + 2 * own * lam[m] ** 2 + (N - 1) * (own * lam[m]) ** 2, (k, 1, d)),
        lam[m] * t + (N + 1) * lam[m] ** 2,
        "all inputs",
        domain=(m <= d,),
        uses=(trace,),
    )
    return Derivation(
        "Second moment of the statistic",
        (
            law,
            pairings,
            *sizes,
            trace,
            inputs,
            *chain(
                mean(h[m] ** 2),
                To(
                    (lam[m] * t + (N + 1) * lam[m] ** 2 + r * lam[m]) / N,
                    "pairings, summed",
                    uses=(law, pairings, *sizes, inputs),
                    domain=(m <= d,),
                ),
                To(lam[m] * SPREAD, "in units of the variance"),
            ),
        ),
        ZHANG,
    )


def best_layer() -> tuple[Derivation, ...]:
    """Of all matrices the diagonal one with the entries 1 / G_j, G_j = (1 + 1 / N) lambda_j + (tr
    Lambda + r) / N, has the least risk, and what another one costs is a sum of squares.
    """
    error = (Sum(g[j, m] * h[m], (m, 1, d)) - w[j]) ** 2
    products = Sum(g[j, m] * Sum(g[j, k] * mean(h[m] * h[k]), (k, 1, d)), (m, 1, d))
    crossed = Sum(g[j, m] * mean(h[m] * w[j]), (m, 1, d))
    linear = mean_is_linear(mean(error), products - 2 * crossed + mean(w[j] ** 2))
    laws = (
        Assumed(
            Eq(mean(h[m] * h[k]), KroneckerDelta(k, m) * mean(h[m] ** 2)),
            "a coordinate of inputs and weights may be reversed without changing any law",
        ),
        Assumed(Eq(mean(h[m] * w[j]), KroneckerDelta(m, j) * lam[j]), "h is E[x x^T] w on average"),
        Assumed(Eq(mean(w[j] ** 2), 1), "weights of variance one"),
    )
    named = Defined(G[m], SPREAD, "second moment over variance")
    itself = Step(
        Sum(g[j, k] * KroneckerDelta(k, m) * mean(h[m] ** 2), (k, 1, d)),
        g[j, m] * lam[m] * G[m],
        "a direction with itself",
        uses=(derive(prompt_statistic)[0], named),
        domain=(m <= d,),
    )
    own = Step(
        Sum(g[j, m] * KroneckerDelta(m, j) * lam[j], (m, 1, d)),
        g[j, j] * lam[j],
        "its own weight",
        domain=(j <= d,),
    )
    off = Sum(lam[m] * G[m] * (g[j, m] - KroneckerDelta(m, j) / G[j]) ** 2, (m, 1, d))
    one = KroneckerDelta(m, j)
    parts = (
        Sum(lam[m] * G[m] * g[j, m] ** 2, (m, 1, d)),
        Sum(lam[m] * G[m] * g[j, m] * one, (m, 1, d)),
        Sum(lam[m] * G[m] * one**2, (m, 1, d)),
    )
    inside = (j <= d,)
    picked = (
        Step(parts[1], lam[j] * G[j] * g[j, j], "its own entry", domain=inside),
        Step(parts[2], lam[j] * G[j], "its own size", domain=inside),
    )
    spread = Step(off, parts[0] - 2 * parts[1] / G[j] + parts[2] / G[j] ** 2, "squares")
    square = Step(
        parts[0] - 2 * g[j, j] * lam[j] + 1,
        1 - lam[j] / G[j] + off,
        "the squares completed",
        domain=inside,
        uses=(spread, *picked),
    )
    plain = Sum(g[j, m] ** 2 * lam[m] * G[m], (m, 1, d)) - 2 * g[j, j] * lam[j] + 1
    any_matrix = Derivation(
        "Error in a direction of the query",
        (
            linear,
            *laws,
            named,
            itself,
            own,
            Step(mean(error), plain, "term by term", uses=(linear, *laws, itself, own)),
        ),
        OWN,
    )
    off_the_best = chain(
        mean(error),
        To(plain, "of any matrix", uses=(any_matrix,)),
        To(1 - lam[j] / G[j] + off, "off the best one", uses=(square,), domain=inside),
    )
    completed = Derivation("Error of another matrix", (*picked, spread, square, *off_the_best), OWN)
    best = Step(
        mean(error),
        1 - lam[j] / G[j],
        "no matrix does better",
        relation=">=",
        domain=inside,
        uses=(completed,),
    )
    entry = Step(Subs(1 / G[m], lam[m], L), N / ((N + 1) * L + t + r), "variance L", uses=(named,))
    risk = L * (1 - L * Subs(1 / G[m], lam[m], L))
    left = L * (L + t + r) / ((N + 1) * L + t + r)
    return (
        any_matrix,
        completed,
        Derivation("Least error", (best,), ZHANG),
        Derivation("Best entry", (named, entry), ZHANG),
        Derivation(
            "Risk of a direction with the best entry",
            (
                named,
                entry,
                Step(risk, left, "a query is as large as inputs", uses=(named, entry)),
            ),
            ZHANG,
        ),
    )


def step_risk() -> tuple[Derivation, ...]:
    """With inputs of variance one a step of the rate s has the risk d ((1 - s)^2 + s^2 (d + 1 + r)
    / N), least for s = N / (N + d + 1 + r).
    """
    error = mean((Sum(g[j, m] * h[m], (m, 1, d)) - w[j]) ** 2)
    one = KroneckerDelta(m, j)
    unit = tuple(Assumed(Eq(lam[at], 1), "inputs of variance one") for at in (m, j))
    sizes: tuple[Assumed | Defined, ...] = (
        Assumed(Eq(g[j, m], s * one), "the matrix is the rate s"),
        Assumed(Eq(g[j, j], s), "on its diagonal"),
        Defined(G[m], SPREAD, "second moment over variance"),
        *unit,
        Defined(t, d, "trace of d ones"),
    )
    spread = s**2 * (N + d + 1 + r) / N
    picked = Step(Sum(one**2 * spread, (m, 1, d)), spread, "its own direction", domain=(j <= d,))
    each = Derivation(
        "Error of a step in a direction",
        (
            *sizes,
            picked,
            *chain(
                error,
                To(
                    Sum(one**2 * spread, (m, 1, d)) - 2 * s + 1,
                    "the matrix is a rate",
                    uses=(derive(best_layer)[0], *sizes),
                ),
                To(LEVEL, "of a direction", uses=(picked,), domain=(j <= d,)),
            ),
        ),
        OWN,
    )
    risk = Defined(RISK, Sum(lam[j] * error, (j, 1, d)), "error over all directions of the query")
    total = Step(RISK, d * LEVEL, "directions alike", uses=(risk, each, unit[1]))
    any_rate = Derivation("Risk of a step", (risk, unit[1], total), OSWALD)
    at_best = Subs(RISK, s, BEST)
    cost = d * (N + d + 1 + r) / N * (s - BEST) ** 2
    return (
        each,
        any_rate,
        Derivation(
            "Another rate",
            (Step(RISK - at_best, cost, "what another rate costs", uses=(any_rate,)),),
            OWN,
        ),
        Derivation(
            "Risk of the best step",
            (Step(at_best, LEAST, "at the best rate", uses=(any_rate,)),),
            ZHANG,
        ),
    )
