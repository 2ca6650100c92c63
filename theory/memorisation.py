"""What does it take to learn random labels by heart?  The decay and the dropout that every
labelling survives, the number of steps at any rate below that of divergence, chance on new inputs.

Setting.  A model that is linear in its weights, with a kernel matrix K of eigenvalues lambda; decay
lam.  Its outputs at the data are f = y - M y with M = lam (K + lam)^-1, so that with labels 1 and
-1 an answer is right while y_i (M y)_i < 1.  Descent at the rate eta multiplies an error along an
eigenvector by 1 - eta lambda; a and b are the smallest and the largest eigenvalue of the loss.
Batches: B of n orthogonal inputs.

Source: our own; Zhang, Bengio, Hardt, Recht, Vinyals, ICLR 2017, for the experiments; Srivastava,
Hinton, Krizhevsky, Sutskever, Salakhutdinov, JMLR 15, 2014, for dropout of inputs.
"""

from sympy import (
    Abs,
    And,
    Eq,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Max,
    Subs,
    Sum,
    log,
    sign,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
)
from theory.notation import OWN, RUDIN, mean, mean_is_linear

n, j, C, k = symbols("n j C k", integer=True, positive=True)  # labels, classes, features
steps = symbols("s", integer=True, nonnegative=True)
lam, rate, eta, h, eps = symbols("lambda_d lambda eta h epsilon", positive=True)
a, b = symbols("a b", positive=True)  # smallest and largest eigenvalue
B = symbols("B", positive=True)  # batch
q = symbols("q", positive=True)  # share of features that are dropped
f, y, r, x, w, d, R = symbols("f y r x w d R", real=True)
M, S, X, W = (IndexedBase(name, real=True) for name in ("M", "S", "x", "w"))
p = IndexedBase("p", nonnegative=True)  # probabilities of answers
DROPOUT = (
    "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Journal of Machine Learning "
    "Research 15, 2014"
)


def surviving_labels() -> tuple[Derivation, ...]:
    """Weight decay leaves every labelling right where each row of lam (K + lam)^-1 has entries
    whose sizes add up to less than one, and loses one where some row's add up to more.
    """
    row, sizes = Sum(M[j] * S[j], (j, 1, n)), Sum(Abs(M[j]), (j, 1, n))
    bound = Quoted(
        "a sum is at most the sum of sizes, here with labels of size one",
        f"{RUDIN}, theorem 1.33",
        (row, "<=", sizes),
    )
    margin = 1 - row
    own = Step(M[j] * sign(M[j]), Abs(M[j]), "a label with the sign of an entry")
    worst = Step(
        margin.xreplace({S[j]: sign(M[j])}),
        1 - sizes,
        "the labelling that has the signs of the row, times y_i",
        uses=(own,),
    )
    every = Decided(
        margin >= worst.rhs, "the margin y_i f_i of any labelling, S_j = y_i y_j", uses=(bound,)
    )
    share = Step(1 - rate / (rate + lam), lam / (rate + lam), "what decay leaves of a mode")
    return (
        Derivation("Every labelling", (bound, every), OWN),
        Derivation("The worst labelling", (own, worst), OWN),
        Derivation("Along an eigenvector", (share,), OWN),
        Derivation(
            "Without decay",
            (Step(Limit(share.rhs, lam, 0), Integer(0), "every label is fitted", uses=()),),
            OWN,
            (
                Settles(
                    "udl-no-explicit-regularisation-needed",
                    part="share of a label that is left in the linear regime",
                ),
            ),
        ),
    )


def dropout_decay() -> tuple[Derivation, ...]:
    """Dropping each feature with probability q, the others scaled up, adds q / (1 - q) times the
    sum of the squared weights times features to the mean squared error: a decay.
    """
    scaled = x * w / (1 - q)
    drawn = (1 - q) * (r - scaled) ** 2 + q * r**2
    one = Step(
        drawn, (r - x * w) ** 2 + q / (1 - q) * x**2 * w**2, "kept or dropped", domain=(q < 1,)
    )
    square = Step((R + d) ** 2, R**2 + 2 * R * d + d**2, "an error R so far, d of one feature")
    linear = mean_is_linear(mean(square.rhs), mean(R**2) + 2 * mean(R * d) + mean(d**2))
    apart = Assumed(Eq(mean(R * d), 0), "masks are independent, d has mean zero")
    noise = Assumed(Eq(mean(d**2), q / (1 - q) * x**2 * w**2), "its variance, as for one feature")
    known = Defined(f, mean(R**2), "mean square so far")
    more = Derivation(
        "One feature more",
        (
            square,
            linear,
            apart,
            noise,
            known,
            *chain(
                mean((R + d) ** 2),
                To(mean(square.rhs), "squared", uses=(square,)),
                To(f + q / (1 - q) * x**2 * w**2, "apart", uses=(linear, apart, noise, known)),
            ),
        ),
        DROPOUT,
    )
    total = Function("E", real=True)(k)
    whole = Induction(
        k,
        1,
        r**2 + q / (1 - q) * X[1] ** 2 * W[1] ** 2,
        more.result.xreplace({f: total, x: X[k + 1], w: W[k + 1]}),
        r**2 + q / (1 - q) * Sum(X[j] ** 2 * W[j] ** 2, (j, 1, k)),
        "feature by feature",
        so_far=total,
    )
    return (
        Derivation("One feature", (one,), DROPOUT),
        more,
        Derivation("All features", (whole,), DROPOUT),
    )


def rate_of_fitting() -> tuple[Derivation, ...]:
    """Below the rate 2 / (a + b) a larger rate makes the slowest direction of descent faster, from
    there to 2 / b slower, and beyond descent diverges.
    """
    slowest = Max(Abs(1 - eta * a), Abs(1 - eta * b))
    which = Step(
        slowest,
        1 - eta * a,
        "up to there the smallest eigenvalue is the slowest",
        domain=(a <= b, eta * (a + b) <= 2),
    )
    faster = Decided(
        Implies(
            And(a <= b, h < eta, eta * (a + b) <= 2),
            slowest < Max(Abs(1 - h * a), Abs(1 - h * b)),
        ),
        "and it becomes faster",
    )
    slower = Decided(
        Implies(
            And(a <= b, h < eta, h * (a + b) >= 2),
            slowest > Max(Abs(1 - h * a), Abs(1 - h * b)),
        ),
        "the largest eigenvalue is the slowest, and overshoots the more",
    )
    beyond = Decided(Implies(eta * b > 2, Abs(1 - eta * b) > 1), "the largest one grows")
    count = log(1 / eps) / (-2 * log(1 - eta * rate))
    left = Step(
        Subs((1 - eta * rate) ** (2 * B), B, count),
        eps,
        "a share epsilon of the squared error is left",
        domain=(eta * rate < 1, eps < 1),
    )
    return (
        Derivation("The slowest direction", (which,), OWN),
        Derivation(
            "A larger rate",
            (faster,),
            OWN,
            (Settles("udl-large-lr-not-harder", part="in the linear regime, up to 2 / (a + b)"),),
        ),
        Derivation("Divergence", (beyond,), OWN),
        Derivation("Number of steps", (left,), OWN),
        Derivation(
            "Steps at small rates",
            (
                Step(
                    Limit(eta * count, eta, 0, "+"),
                    log(1 / eps) / (2 * rate),
                    "steps times rate: a time that no rate changes",
                    domain=(eps < 1,),
                ),
            ),
            OWN,
        ),
        Derivation("A larger rate beyond", (slower,), OWN),
    )


def batch_of_orthogonal_inputs() -> tuple[Derivation, ...]:
    """With orthogonal inputs and the best step, s batches of B out of n leave the share (1 - B /
    n)^s of the labels on average, and the whole batch leaves none after one.
    """
    share = Function("E", real=True)(steps)
    law = Induction(
        steps,
        0,
        Integer(1),
        share - B / n * share,
        (1 - B / n) ** steps,
        "a batch clears its own inputs, each of which is drawn with probability B / n",
        so_far=share,
    )
    return (
        Derivation("After s batches", (law,), OWN),
        Derivation(
            "The whole batch",
            (Step(Subs(law.states[2], (B, steps), (n, 1)), Integer(0), "all at once"),),
            OWN,
        ),
    )


def accuracy_at_chance() -> Derivation:
    """Whatever a network answers, one in C labels drawn uniformly and independently of it is right
    on average.
    """
    whole = Assumed(Eq(Sum(p[j], (j, 1, C)), 1), "it answers class j with probability p_j")
    right = Sum(p[j] / C, (j, 1, C))
    out = Step(right, Sum(p[j], (j, 1, C)) / C, "the same factor for every class")
    return Derivation(
        "Accuracy on labels that say nothing",
        (whole, out, Step(right, 1 / C, "the answer is some class", uses=(out, whole))),
        OWN,
    )
