"""When does a small model that copies a large one learn more than from labels?  Gradients at high
temperature, and what copying can and cannot add to least squares.

Setting.  N classes, logits z of the student and v of the teacher, temperature T, u = 1 / T.  For
least squares: n rows x ~ N(0, I_d), labels beta.x with noise of standard deviation sigma; the
student sees the first m of d inputs, b is the squared length of the coefficients that it lacks.  A
teacher is fitted with all d inputs, and the student to what the teacher says at M new rows.

Source: Hinton, Vinyals, Dean, Distilling the knowledge in a neural network, arXiv 1503.02531, 2015;
Breiman, Freedman, 1983, for risks; our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Equivalent,
    Implies,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Limit,
    Subs,
    Sum,
    exp,
    log,
    oo,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Decided,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Step,
    To,
    chain,
    derive,
)
from theory.least_squares import (
    ERROR,
    RISK,
    T,
    W,
    inputs_left_out,
    inverse_wishart_mean,
    least_squares,
)
from theory.least_squares import k as columns
from theory.least_squares import p as inputs
from theory.notation import OWN, RUDIN, mean

N, n, d, M = symbols("N n d M", integer=True, positive=True)  # classes, rows, inputs, new rows
m = symbols("m", integer=True, positive=True)  # inputs that the student sees
i, j, q = symbols("i j q", integer=True, positive=True)  # counters
r = symbols("r", integer=True, nonnegative=True)  # times of a student after a student
u, R, sigma, lam, s = symbols("u R sigma lambda s", positive=True)
t = symbols("t", positive=True)  # what the teacher says about inputs that the student lacks
b = symbols("b", nonnegative=True)  # squared length of what the student lacks
x, y, p, mu = symbols("x y p mu", real=True)  # logits, a probability, a mean square
z_0, v_0 = symbols("z_0 v_0", real=True)  # mean logits
z, v, c, e, told = (IndexedBase(name, real=True) for name in "zvcel")  # l: labels of the rows
HINTON = "Hinton, Vinyals, Dean, Distilling the knowledge in a neural network, arXiv 1503.02531"


def soft_gradient() -> tuple[Derivation, ...]:
    """The cross entropy of a student at the temperature T has the slope (q - p) / T in a logit, and
    T^2 times it tends to the difference of the centred logits over N.
    """
    loss = -p * u * x + log(exp(u * x) + R)
    slope = Step(
        Derivative(loss, x),
        u * (exp(u * x) / (exp(u * x) + R) - p),
        "R sums the other classes; the targets add up to one",
    )

    def first(of: IndexedBase) -> Step:
        soft = exp(u * of[i]) / Sum(exp(u * of[j]), (j, 1, N))
        return Step(
            Subs(Derivative(soft, u), u, 0),
            (of[i] - Sum(of[j], (j, 1, N)) / N) / N,
            "a probability at high temperature: by logits less their mean",
        )

    student, teacher = first(z), first(v)
    gap = student.lhs.expr.expr - teacher.lhs.expr.expr
    tangent = Quoted(
        "both probabilities are 1 / N at u = 0, so their difference over u tends to its slope",
        RUDIN + ", definition 5.1",
        (Limit(gap / u, u, 0), "==", student.lhs - teacher.lhs),
    )
    names = tuple(
        Defined(symbol, what, f"{name} of the {who}")
        for one, average, of, who in ((x, z_0, z, "student"), (y, v_0, v, "teacher"))
        for symbol, what, name in (
            (one, of[i], "logit"),
            (average, Sum(of[j], (j, 1, N)) / N, "mean logit"),
        )
    )
    matched = chain(
        Limit(gap / u, u, 0),
        To(
            (z[i] - Sum(z[j], (j, 1, N)) / N - v[i] + Sum(v[j], (j, 1, N)) / N) / N,
            "T^2 times the slope",
            uses=(tangent, student, teacher),
        ),
        To(
            (x - z_0 - y + v_0) / N,
            "logits are matched, up to one offset for all classes",
            uses=names,
        ),
    )
    return (
        Derivation("Slope in a logit", (slope,), HINTON),
        Derivation("High temperature", (student, teacher, tangent, *names, *matched), HINTON),
    )


def second_order() -> tuple[Derivation, ...]:
    """A probability at the temperature T has the second-order term (z^2 - mu) / (2 N T^2) where
    logits have the mean zero and the mean square mu.
    """
    soft = exp(u * z[i]) / Sum(exp(u * z[j]), (j, 1, N))
    first, square = Sum(z[j], (j, 1, N)) / N, Sum(z[j] ** 2, (j, 1, N)) / N
    curved = Step(
        Subs(Derivative(soft, u, u), u, 0) / 2,
        (z[i] ** 2 - square - 2 * first * (z[i] - first)) / (2 * N),
        "second order in u of a probability",
    )
    names = (
        Defined(x, z[i], "the logit"),
        Defined(z_0, first, "mean logit"),
        Defined(mu, square, "mean square of the logits"),
    )
    by_means = Step(
        curved.lhs,
        (x**2 - mu - 2 * z_0 * (x - z_0)) / (2 * N),
        "by means",
        uses=(curved, *names),
    )
    centred = Assumed(Eq(Sum(z[j], (j, 1, N)), 0), "logits of mean zero")
    of_centred = Step(
        curved.rhs, (z[i] ** 2 - square) / (2 * N), "only squares are left", uses=(centred,)
    )
    return (
        Derivation("Second order", (curved, *names, by_means), OWN),
        Derivation("Second order of centred logits", (centred, of_centred), OWN),
    )


def same_inputs() -> tuple[Derivation, ...]:
    """Least squares on what a teacher of more inputs says at the same rows is least squares on the
    labels, coefficient by coefficient.
    """
    orthonormal = Assumed(
        Eq(Sum(e[i, j] * e[q, j], (j, 1, n)), KroneckerDelta(i, q)),
        "orthonormal columns, of which the student has the first m and the teacher d",
    )
    says = Sum(c[q] * e[q, j], (q, 1, d))
    fitted = Assumed(
        Eq(Sum(e[i, j] * (told[j] - says), (j, 1, n)), 0),
        "normal equations of the teacher: what it leaves is orthogonal to its columns",
    )
    found = chain(
        Sum(e[i, j] * told[j], (j, 1, n)),
        To(fitted.what.lhs + Sum(e[i, j] * says, (j, 1, n)), "what it leaves and what it says"),
        To(Sum(e[i, j] * says, (j, 1, n)), "on what it says", uses=(fitted,)),
        To(Sum(c[q] * Sum(e[i, j] * e[q, j], (j, 1, n)), (q, 1, d)), "column by column"),
        To(Sum(c[q] * KroneckerDelta(i, q), (q, 1, d)), "orthonormal", uses=(orthonormal,)),
        To(c[i], "the teacher's own", domain=(i <= m, m <= d)),
    )
    return (Derivation("A student at the teacher's rows", (orthonormal, fitted, *found), OWN),)


def label_risk() -> tuple[Derivation, ...]:
    """From n labels the student has the risk b + (sigma^2 + b) m / (n - m - 1), and from means of
    labels b + b m / (n - m - 1): these save the noise in its coefficients.
    """
    noisy = derive(inputs_left_out)[0]
    where = (n > m + 1,)
    labels = Step(
        Subs(ERROR - sigma**2, (inputs, T), (m, sigma**2 + b)),
        b + (sigma**2 + b) * m / (n - m - 1),
        "the student lacks what acts as noise; without the noise of a new label",
        uses=(noisy,),
        domain=where,
    )
    means = Step(
        Subs(labels.rhs, sigma, 0), b + b * m / (n - m - 1), "labels without noise", domain=where
    )
    gain = Step(
        labels.rhs - means.rhs, sigma**2 * m / (n - m - 1), "noise in coefficients", domain=where
    )
    return (
        Derivation("Risk from labels", (labels,), OWN),
        Derivation("Risk from the means of labels", (means,), OWN),
        Derivation("What the means of labels save", (gain,), OWN),
    )


def distilled_risk() -> tuple[Derivation, ...]:
    """From M rows of a teacher of d inputs the student has the risk b + sigma^2 m / (n - d - 1) + t
    m / (M - m - 1), t = b + sigma^2 (d - m) / (n - d - 1).
    """
    sizes = (Defined(q, d, "inputs of the teacher"), Defined(columns, n, "rows with labels"))
    diagonal = derive(inverse_wishart_mean)[0]
    where = (n > d + 1, m < d)
    kept = Step(
        sigma**2 * Sum(mean(W[i]), (i, 1, m)),
        sigma**2 * m / (n - d - 1),
        "noise in the teacher's coefficients that the student has, too",
        uses=(diagonal, *sizes),
        domain=where,
    )
    lost = Step(
        b + sigma**2 * Sum(mean(W[i]), (i, m + 1, d)),
        b + sigma**2 * (d - m) / (n - d - 1),
        "squared length of its other coefficients: the truth and noise",
        uses=(diagonal, *sizes),
        domain=where,
    )
    apart = Assumed(
        "new rows are independent of those with labels",
        "what the student lacks acts on them as noise, of mean zero given the teacher",
    )
    copied = Step(
        Subs(RISK, (n, d, sigma), (M, m, sqrt(t))),
        t * m / (M - m - 1),
        "least squares on M rows with noise of variance t",
        uses=(derive(least_squares)[0], apart),
        domain=(m + 1 < M,),
    )
    of_teacher = Derivation("Teacher's other coefficients", (*sizes, lost), OWN)
    of_copy = Derivation("Errors of the copy", (apart, copied), OWN)
    said = Defined(t, lost.lhs, "mean square of what the teacher says beside")
    both = b + sigma**2 * m / (n - d - 1)
    whole = chain(
        b + kept.lhs + copied.lhs,
        To(
            both + t * m / (M - m - 1),
            "what it lacks, the teacher's noise, the copy's: no two of them meet",
            uses=(kept, of_copy),
            domain=(*where, m + 1 < M),
        ),
        To(
            both + (b + sigma**2 * (d - m) / (n - d - 1)) * m / (M - m - 1),
            "as much as the teacher says beside",
            uses=(said, of_teacher),
            domain=(*where, m + 1 < M),
        ),
    )
    many = Step(
        Limit(whole[-1].rhs, M, oo),
        b + sigma**2 * m / (n - d - 1),
        "as many new rows as it takes",
        domain=where,
    )
    labels = derive(label_risk)[0]
    saved = Step(
        labels.states[2] - many.rhs,
        m * (b * (n - d - 1) - sigma**2 * (d - m)) / ((n - m - 1) * (n - d - 1)),
        "over a common denominator",
        domain=where,
    )
    decides = Decided(
        Implies(
            And(n > d + 1, m < d, m > 0),
            Equivalent(saved.lhs > 0, b * (n - d - 1) > sigma**2 * (d - m)),
        ),
        "what the student lacks must weigh more than the noise of the teacher's other coefficients",
        uses=(saved,),
    )
    return (
        Derivation("Risk from a teacher", (*sizes, kept, said, *whole), OWN),
        Derivation("With many new rows", (many,), OWN),
        Derivation("When a teacher helps", (saved, decides), OWN),
        of_teacher,
        of_copy,
    )


def self_distilled_filter() -> tuple[Derivation, ...]:
    """A ridge regression on what a ridge regression says at the same rows, r times over, keeps (s /
    (s + lambda))^r of a mode; so it only shrinks more.
    """
    kept = s / (s + lam)
    ridge = Subs(Derivative(s * (x - y) ** 2 + lam * x**2, x), x, kept * y)
    again = Induction(r, 0, Integer(1), SO_FAR * kept, kept**r, "the next student shrinks the last")
    less = Step(kept ** (r + 1), kept**r, "each student keeps less", "<", uses=())
    return (
        Derivation("Students of students", (again,), OWN),
        Derivation("It shrinks", (less,), OWN),
        Derivation("Ridge of a mode", (Step(ridge, Integer(0), "the least"),), OWN),
    )
