"""When do wrong labels in a prompt hurt a predictor that infers the task by Bayes?  The excess loss
as a divergence, the evidence of labels and of inputs, and what random and flipped labels do.

Setting.  Two tasks k = 0, 1 with the prior probability g of the true one.  A demonstration is (u,
v, y): u is k with probability q (the format), v a fair bit, y = v xor k, flipped with probability
e.  The predictor believes that labels are honest, whatever they are: they agree with the true task
with probability 1 - e if honest, 1 / 2 if random, e if flipped.  alpha and beta are the log odds of
q and of 1 - e; H is the probability that the posterior prefers the true task, ties count half.

Source: Xie, Raghunathan, Liang, Ma, ICLR 2022; Min, Lyu, Holtzman, Artetxe, Lewis, Hajishirzi,
Zettlemoyer, EMNLP 2022; Hoeffding, Journal of the American Statistical Association 58, 1963; our
own.
"""

from sympy import (
    And,
    Eq,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Limit,
    Rational,
    Subs,
    Sum,
    exp,
    log,
    oo,
    sign,
    symbols,
)

from theory import (
    Aside,
    Assumed,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import OWN, RUDIN, mean, mean_is_linear

q, e, p, g = symbols("q e p g", positive=True)  # format, flips, agreement, prior: below one
I = symbols("I", positive=True)  # drift of a demonstration
n = symbols("n", integer=True, positive=True)  # demonstrations
A, B = symbols("A B", integer=True, nonnegative=True)  # inputs and labels for the true task
i, j, k, d = symbols("i j k d", integer=True, positive=True)  # pairs, inputs
r = symbols("r", positive=True)  # variance of the noise
alpha, beta, delta, rho, Q, R = symbols("alpha beta delta rho Q R", positive=True)
b, c, f, h, tau = symbols("b c f h tau", positive=True)  # by Bayes, predicted; of the other label
W, V = (Function(name, real=True)(b, c) for name in "WV")  # integrals along the way
H, H_r, H_h = symbols("H H_r H_h", real=True)  # true task preferred, random and honest labels
x, y, w, o = (IndexedBase(name, real=True) for name in "xywo")
PART = "limit of the share that random labels keep, where inputs tell the task"
IN = (q < 1, e < 1)
FORMAT, LABEL = log(q) - log(1 - q), log(1 - e) - log(e)  # log odds alpha and beta
ODDS = (2 * A - n) * FORMAT + (2 * B - n) * LABEL + log(g) - log(1 - g)
XIE = "Xie, Raghunathan, Liang, Ma, ICLR 2022"
HOEFFDING = "Hoeffding, Journal of the American Statistical Association 58, 1963"


def posterior_of_linear_tasks() -> Derivation:
    """For linear tasks with Gaussian noise the log odds of two of them are linear in the mean of y
    x and the covariance of a prompt: the posterior is a softmax over what attention computes.
    """
    own, other = (y[i] - Sum(v[j] * x[i, j], (j, 1, d)) for v in (w, o))
    squares = Sum(Sum((w[j] * w[k] - o[j] * o[k]) * x[i, j] * x[i, k], (k, 1, d)), (j, 1, d))
    return Derivation(
        "Log odds of two weights",
        (
            Step(
                Sum(other**2 - own**2, (i, 1, n)) / (2 * r),
                Sum(2 * y[i] * Sum((w[j] - o[j]) * x[i, j], (j, 1, d)) - squares, (i, 1, n))
                / (2 * r),
                "the squares of labels cancel",
            ),
        ),
        XIE,
    )


def excess_is_divergence() -> tuple[Derivation, ...]:
    """The loss of a predictor exceeds that of Bayes by its divergence from the posterior
    predictive, at least twice the squared distance of the probabilities.
    """
    loss, least = (-b * log(v) - (1 - b) * log(1 - v) for v in (c, b))
    others = Defined(f, 1 - b, "other label, by Bayes"), Defined(h, 1 - c, "as predicted")
    divergence = b * (log(b) - log(c)) + f * (log(f) - log(h))
    first, second = (
        Step(
            Integral(tau * (to - at) ** 2 / (at + tau * (to - at)), (tau, 0, 1)),
            to - at - at * (log(to) - log(at)),
            f"on the way from {at} to {to}",
        )
        for at, to in ((b, c), (f, h))
    )
    ways = first.lhs + second.lhs
    names = (
        Defined(W, ways, "of both labels"),
        Defined(V, Integral(4 * tau * (c - b) ** 2, (tau, 0, 1)), "with 4 for 1 / u + 1 / (1 - u)"),
    )
    area = Step(V, 2 * (b - c) ** 2, "twice the squared distance", uses=names[1:])
    keeps = Quoted(
        "an integral keeps inequalities: 1 / u + 1 / (1 - u) >= 4 along the way",
        f"{RUDIN}, theorem 6.12",
        (W, ">=", V),
    )
    gap = Step(loss - least, divergence, "a divergence", uses=others, domain=(b < 1, c < 1))
    excess = (*others, gap)
    return (
        Derivation("Excess loss", excess, XIE),
        Derivation(
            "Least excess",
            (
                *excess,
                first,
                second,
                *names,
                area,
                Aside(
                    Decided(
                        Implies(And(tau > 0, tau < 1), 1 / tau + 1 / (1 - tau) >= 4), "the reason"
                    )
                ),
                keeps,
                *chain(
                    loss - least,
                    To(divergence, "divergence", uses=(gap,)),
                    To(W, "its ways", uses=(names[0], first, second, *others)),
                    To(2 * (b - c) ** 2, "at least", uses=(keeps, area), relation=">="),
                ),
            ),
            OWN,
            (Settles("icl-bayesian-view", part="excess loss bounds the distance from Bayes"),),
        ),
    )


def log_odds() -> tuple[Derivation, ...]:
    """With A inputs and B labels of n for the true task its log odds are (2 A - n) alpha + (2 B -
    n) beta and those of the prior, alpha and beta the log odds of q and of 1 - e.
    """
    right, wrong = log(q), log(1 - q)
    true = log(g) + A * right + (n - A) * wrong + B * log(1 - e) + (n - B) * log(e)
    false = log(1 - g) + (n - A) * right + A * wrong + (n - B) * log(1 - e) + B * log(e)
    prompt = Step(
        true - false, ODDS, "log likelihoods of two tasks", domain=(*IN, g < 1, n >= A, n >= B)
    )
    return (Derivation("Log odds of the true task", (prompt,), XIE),)


def drift() -> tuple[Derivation, ...]:
    """A demonstration adds I_x + I_y to the log odds of the true task on average, I_x = (2 q - 1)
    alpha and I_y = (1 - 2 e) beta: with random labels I_x, with flipped ones I_x - I_y.
    """
    share = q**A * (1 - q) ** (1 - A) * p**B * (1 - p) ** (1 - B)
    one = Subs(ODDS, (n, g), (1, Rational(1, 2)))
    means = Sum(share * one, (A, 0, 1), (B, 0, 1))
    value = (2 * q - 1) * FORMAT + (2 * p - 1) * LABEL
    each = Step(means, value, "mean over the four cases of a demonstration", domain=(*IN, p < 1))
    kinds = (
        ("honest", 1 - e, (2 * q - 1) * FORMAT + (1 - 2 * e) * LABEL),
        ("random", Rational(1, 2), (2 * q - 1) * FORMAT),
        ("flipped", e, (2 * q - 1) * FORMAT - (1 - 2 * e) * LABEL),
    )
    drift_of = Derivation("Drift", (each,), XIE)
    return tuple(
        Derivation(
            f"Drift with {name} labels",
            (Step(Subs(means, p, at), found, f"{name} labels", uses=(drift_of,), domain=IN),),
            XIE,
        )
        for name, at, found in kinds
    )


def share_kept() -> tuple[Derivation, ...]:
    """Random labels keep the share (H_r - 1 / 2) / (H_h - 1 / 2) of the gain over an empty prompt,
    whatever the noise of the answer.
    """
    right = H * (1 - e) + (1 - H) * e
    gain = Step(right - Rational(1, 2), (1 - 2 * e) * (H - Rational(1, 2)), "less one in two")
    random, honest = (Subs(right - Rational(1, 2), H, of) for of in (H_r, H_h))
    ratio = Step(
        random / honest,
        (H_r - Rational(1, 2)) / (H_h - Rational(1, 2)),
        "of two gains",
        domain=(2 * e < 1, 2 * H_h > 1),
    )
    accuracy = Step(
        Sum(H**A * (1 - H) ** (1 - A) * (1 - e) ** A * e ** (1 - A), (A, 0, 1)),
        right,
        "the answer is right with the right task and an honest label, or with neither",
        domain=(e < 1, H > 0, H < 1),
    )
    return (
        Derivation("Accuracy", (accuracy,), OWN),
        Derivation("Gain", (gain,), OWN),
        Derivation("Share of the gain that is kept", (ratio,), OWN),
    )


def silent_format() -> Derivation:
    """Where inputs do not tell the task, random labels leave nothing: the true task is preferred
    with probability 1 / 2 after every number of demonstrations.
    """
    side, back = (1 + sign((2 * B - n) * LABEL)) / 2, (1 - sign((2 * B - n) * LABEL)) / 2
    fair = Assumed(
        Eq(mean(back), mean(side)), "random labels agree as often as they disagree: B is as n - B"
    )
    half, sure = Rational(1, 2), Assumed(Eq(mean(Integer(1)), 1), "a mean of ones")
    odds = Step(Subs(ODDS, (q, g), (half, half)), (2 * B - n) * LABEL, "no evidence of inputs")
    linear = mean_is_linear(mean(side + back), mean(side) + mean(back))
    prefers = (1 + sign(odds.lhs)) / 2
    return Derivation(
        "Random labels and a silent format",
        (
            fair,
            sure,
            odds,
            linear,
            *chain(
                mean(prefers),
                To(mean(side), "by labels alone", uses=(odds,)),
                To(mean(side + back) / 2, "with its reverse", uses=(linear, fair)),
                To(half, "one of the two", uses=(sure,)),
            ),
        ),
        OWN,
    )


def telling_format() -> tuple[Derivation, ...]:
    """Where inputs tell the task, however little, random labels keep a share of at least 1 - 2
    exp(-n I_x^2 / (2 (alpha + beta)^2)) of the gain: all of it in the limit.
    """
    rest = exp(-n * I**2 / (2 * (alpha + beta) ** 2))
    tail = Quoted(
        "a sum of n independent numbers of mean I, each within alpha + beta of zero, is negative "
        "with at most this probability",
        HOEFFDING,
        (1 - H_r, "<=", exp(-2 * (n * I) ** 2 / Sum((2 * (alpha + beta)) ** 2, (i, 1, n)))),
    )
    widths = Step(tail.states[2], rest, "n widths alike")
    share = (H_r - Rational(1, 2)) / (H_h - Rational(1, 2))
    kept = Decided(
        Implies(And(H_r >= Rational(1, 2), H_h > Rational(1, 2), H_h <= 1), share >= 1 - 2 * rest),
        "of a gain of at most one half",
        uses=(tail, widths),
    )
    far = Step(Limit(1 - 2 * rest, n, oo), Integer(1), "many demonstrations")
    return (
        Derivation("Share that random labels keep", (tail, widths, kept), OWN),
        Derivation(
            "Many demonstrations",
            (far,),
            OWN,
            (Settles("icl-driven-by-format-and-priors", part=PART),),
        ),
    )


def flipped_labels() -> tuple[Derivation, ...]:
    """Flipped labels turn the answer in long prompts iff they are more reliable than inputs, 1 - e
    > q > 1 / 2.
    """
    of_inputs, of_labels = (2 * q - 1) * FORMAT, (1 - 2 * e) * LABEL
    odds = Defined(q, Q / (1 + Q), "odds of inputs"), Defined(e, 1 / (1 + R), "odds of labels")
    level = (Q - 1) / (Q + 1) * log(Q) - (R - 1) / (R + 1) * log(R)
    drifts = Step(of_inputs - of_labels, level, "in terms of odds", uses=odds)
    more = Defined(R, 1 + rho, "labels tell something"), Defined(Q, R * (1 + delta), "inputs more")
    less = Defined(Q, 1 + rho, "inputs tell something"), Defined(R, Q * (1 + delta), "labels more")

    def wins(title: str, which: tuple[Defined, ...], relation: str) -> Derivation:
        end = To(0, title, relation=relation, uses=which[::-1])
        start = derive(drift)[2]
        return Derivation(
            title,
            (
                *odds,
                drifts,
                *which,
                *chain(
                    start.states[0],
                    To(of_inputs - of_labels, "drift", uses=(start,)),
                    To(level, "odds", uses=(drifts,)),
                    end,
                ),
            ),
            OWN,
        )

    return wins("Inputs win", more, ">"), wins("Labels win", less, "<")
