"""Are layers steps of descent, does a rate fit prompts of another length, and how far from Bayes is
one step?  Risks at other lengths, bounds of the ratio at every length, polynomials out of reach.

Setting.  Prompts of ``in_context_learning`` with inputs of variance one.  Bayes is ridge regression
with the penalty r / N; z is an eigenvalue of the covariance of the prompt's inputs.

Source: Ahn, Cheng, Daneshmand, Sra, NeurIPS 2023; Zhang, Frei, Bartlett, JMLR 25, 2024; our own.
"""

from sympy import (
    And,
    Eq,
    Implies,
    IndexedBase,
    Limit,
    Rational,
    Subs,
    Sum,
    oo,
    sqrt,
    symbols,
)

from theory import (
    Aside,
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Step,
    To,
    chain,
    derive,
)
from theory import least_squares as samples
from theory import overfitting as ridge
from theory.in_context_learning import BEST, RISK, ZHANG, N, d, r, s, step_risk
from theory.layers_in_context import FIRST_RATE, SECOND_RATE, a, b
from theory.notation import FOLLAND, HORN, OWN, mean, mean_is_linear

i, j, k, q = symbols("i j k q", integer=True, positive=True)  # pairs, inputs
M = symbols("M", integer=True, positive=True)  # pairs of another prompt
z = symbols("z", positive=True)  # an eigenvalue of the covariance
s_1, s_2 = symbols("s_1 s_2", real=True)  # rates of two steps
x, y, w = (IndexedBase(name, real=True) for name in "xyw")
AHN = "Ahn, Cheng, Daneshmand, Sra, NeurIPS 2023"
E = IndexedBase("l", positive=True)  # all eigenvalues


def layers_are_steps() -> Derivation:
    """A further layer that writes labels alone leaves at every pair what a further step of descent
    leaves.
    """
    left = y[i] - Sum(w[j] * x[i, j], (j, 1, d))
    met = Sum(x[i, j] * x[k, j], (j, 1, d))
    moved = w[j] + s * Sum(left.subs(j, q) * x[i, j], (i, 1, N)) / N
    own = y[k] - Sum(w[j] * x[k, j], (j, 1, d))
    return Derivation(
        "A layer more",
        (
            Step(
                own - s * Sum(left * met, (i, 1, N)) / N,
                y[k] - Sum(moved * x[k, j], (j, 1, d)),
                "residuals attend to residuals",
            ),
        ),
        AHN,
    )


def other_length() -> tuple[Derivation, ...]:
    """A rate that is best for N pairs leaves the risk d ((d + 1 + r) / (N + d + 1 + r))^2 however
    many pairs a prompt has: an answer that never becomes exact.
    """
    longer, risk = Subs(Subs(RISK, N, M), s, BEST), derive(step_risk)[1]
    there = Step(
        longer,
        d * ((d + 1 + r) / (N + d + 1 + r)) ** 2 + d * BEST**2 * (d + 1 + r) / M,
        "the rate of N pairs, a prompt of M",
        uses=(risk,),
    )
    far = Step(
        Limit(longer, M, oo),
        d * ((d + 1 + r) / (N + d + 1 + r)) ** 2,
        "ever longer prompts",
        uses=(there,),
    )
    return (
        Derivation("Risk for another length", (there,), ZHANG),
        Derivation("Very long prompts", (there, far), ZHANG),
    )


def bayes_risk() -> tuple[Derivation, ...]:
    """Bayes leaves r / (N z + r) of a direction with the eigenvalue z; its risk lies between d r /
    (N + r) and d r / (N - d - 1).
    """
    least = derive(ridge.best_ridge)[3]
    sizes = (
        Defined(ridge.s, sqrt(N * z), "singular value of the inputs"),
        Defined(ridge.v, 1, "variance of a weight"),
        Defined(ridge.sigma, sqrt(r), "noise"),
    )
    each = Step(least.states[0], r / (N * z + r), "of ridge", uses=(least, *sizes), domain=(r > 0,))
    left, tangent = r / (N * E[j] + r), r / (N + r) - r * N * (E[j] - 1) / (N + r) ** 2
    keeps = Quoted(
        "a mean keeps inequalities: a tangent lies below a convex function",
        f"{FOLLAND}, section 2.2",
        (Sum(mean(left), (j, 1, d)), ">=", Sum(mean(tangent), (j, 1, d))),
    )
    linear = mean_is_linear(
        Sum(mean(tangent), (j, 1, d)),
        d * r / (N + r) - r * N * (Sum(mean(E[j]), (j, 1, d)) - d) / (N + r) ** 2,
    )
    ones = Assumed(Eq(Sum(mean(E[j]), (j, 1, d)), d), "inputs of variance one")
    below = chain(
        Sum(mean(left), (j, 1, d)),
        To(Sum(mean(tangent), (j, 1, d)), "tangents", uses=(keeps,), relation=">="),
        To(d * r / (N + r), "their mean", uses=(linear, ones)),
    )
    above = Quoted(
        "a mean keeps inequalities: r / (N z + r) < r / (N z)",
        f"{FOLLAND}, section 2.2",
        (Sum(mean(left), (j, 1, d)), "<=", r * Sum(mean(1 / (N * E[j])), (j, 1, d))),
    )
    trace = Quoted(
        "the trace is the sum of the eigenvalues, those of the inverse of X^T X are 1 / (N z)",
        f"{HORN}, section 1.2",
        (Sum(mean(1 / (N * E[j])), (j, 1, d)), "==", Sum(mean(samples.W[i]), (i, 1, d))),
    )
    rows, columns = Defined(samples.q, d, "rows: inputs"), Defined(samples.k, N, "columns: pairs")
    wishart = derive(samples.inverse_wishart_mean)[0]
    return (
        Derivation("A direction", (*sizes, each), OWN),
        Derivation(
            "Tangent",
            (Aside(Decided(left >= tangent, "tangent")), keeps, linear, ones, *below),
            OWN,
        ),
        Derivation(
            "Without the penalty",
            (
                above,
                trace,
                rows,
                columns,
                *chain(
                    Sum(mean(left), (j, 1, d)),
                    To(
                        r * Sum(mean(1 / (N * E[j])), (j, 1, d)),
                        "less below",
                        uses=(above,),
                        relation="<=",
                    ),
                    To(r * Sum(mean(samples.W[i]), (i, 1, d)), "a trace", uses=(trace,)),
                    To(
                        d * r / (N - d - 1),
                        "mean of an inverse",
                        uses=(wishart, rows, columns),
                        domain=(d + 1 < N,),
                    ),
                ),
            ),
            OWN,
        ),
    )


def one_step_over_bayes() -> tuple[Derivation, ...]:
    """The best single step has between (d + 1 + r) (N - d - 1) / (r (N + d + 1 + r)) and (d + 1 +
    r) (N + r) / (r (N + d + 1 + r)) times the risk of Bayes: at every length within half of it iff
    r >= 2 (d + 1).
    """
    _, tangent, inverse = derive(bayes_risk)
    step, ratio = derive(step_risk)[3], Subs(RISK, s, BEST) / tangent.states[0]
    high = (d + 1 + r) * (N + r) / (r * (N + d + 1 + r))
    low = (d + 1 + r) * (N - d - 1) / (r * (N + d + 1 + r))
    upper = Decided(
        Implies(r > 0, ratio <= high),
        "over the least that Bayes may have",
        uses=(step, tangent),
    )
    lower = Step(
        ratio,
        low,
        "over the most that Bayes may have",
        relation=">=",
        domain=(r > 0, d + 1 < N),
        uses=(step, tangent, inverse),
    )
    far = tuple(
        Step(Limit(side, N, oo), (d + 1 + r) / r, f"for many pairs, {name}", domain=(r > 0,))
        for side, name in ((low, "from below"), (high, "from above"))
    )
    much = Decided(
        Implies(r >= 2 * (d + 1), ratio <= Rational(3, 2)),
        "much noise: within half of Bayes at every length",
        uses=(step, tangent),
    )
    little = Decided(
        Implies(And(r > 0, r < 2 * (d + 1)), far[0].lhs > Rational(3, 2)),
        "less noise: not for many pairs",
        uses=far[:1],
    )
    return (
        Derivation("At most", (upper,), OWN),
        Derivation("At least", (lower,), OWN),
        *(Derivation(end.why, (end,), OWN) for end in far),
        Derivation("Within half of Bayes", (much,), OWN),
        Derivation("Not within half of Bayes", (far[0], little), OWN),
    )


def two_rates() -> tuple[Derivation, ...]:
    """Two steps of descent are polynomials with a^2 + 4 b = (s_1 - s_2)^2; the best polynomial is
    out of their reach for some prompts: for long ones where r > d + 1, not where r < d + 1.
    """
    first, second = (
        (Defined(a, s_1 + s_2, "coefficient of z p(z)"), Defined(b, -s_1 * s_2, "of its square"))
        for _ in range(2)
    )
    left = (1 - s_1 * z) * (1 - s_2 * z)
    steps = Step(1 - z * (a + b * z), left, "what two steps leave", uses=first)
    real = Step(a**2 + 4 * b, (s_1 - s_2) ** 2, "so two rates are real", uses=second)
    room = FIRST_RATE**2 + 4 * SECOND_RATE
    return (
        Derivation("Two steps", (*first, steps), OWN),
        Derivation("Real rates", (*second, real), OWN),
        Derivation(
            "Not for all prompts",
            (
                Counterexample(
                    room >= 0,
                    ((d, 2), (N, 8), (r, 6)),
                    "two inputs, eight pairs, noise of variance six: the rates would be complex",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Long prompts",
            (Step(Limit(N * room, N, oo), 4 * (d + 1 - r), "room for real rates"),),
            OWN,
        ),
    )
