"""What does a second layer of linear attention add?  Means of traces of Wishart matrices, the least
risk of a polynomial of the prompt's covariance, exact at every size, and its gain over one step.

Setting.  Prompts of ``in_context_learning`` with inputs of variance one, X the inputs of a prompt.
z is an eigenvalue of X^T X / N, drawn at random, and T_k the trace of the k-th power of X^T X.  An
answer that is a polynomial p in the covariance times the mean of y x has in a direction of the
eigenvalue z the error 1 - z p(z) of the weight and the noise p(z)^2 z r / N.

Source: Ahn, Cheng, Daneshmand, Sra, NeurIPS 2023; Stein, Annals of Statistics 9, 1981; our own.
"""

from sympy import (
    Add,
    Derivative,
    Eq,
    Expr,
    IndexedBase,
    Integer,
    Matrix,
    Mul,
    sqrt,
    symbols,
)

from theory import (
    Aside,
    Assumed,
    Defined,
    Derivation,
    Quoted,
    Step,
    To,
    chain,
    derive,
)
from theory import overfitting as ridge
from theory.in_context_learning import N, d, r
from theory.notation import OWN, mean, mean_is_linear

i, j, k, q = symbols("i j k q", integer=True, positive=True)  # pairs, inputs
a, b = symbols("a b", real=True)  # coefficients of a polynomial
c = symbols("c", nonnegative=True)  # noise over pairs
z = symbols("z", positive=True)  # an eigenvalue of the covariance
T = IndexedBase("T", real=True)  # traces
FIRST = N * d
SECOND = FIRST * (N + d + 1)
THIRD = FIRST * (N**2 + 3 * N * (d + 1) + d**2 + 3 * d + 4)
FOURTH = FIRST * (
    N**3 + 6 * N**2 * (d + 1) + N * (6 * d**2 + 17 * d + 21) + d**3 + 6 * d**2 + 21 * d + 20
)
a_11, a_12, a_22, b_2 = symbols("a_11 a_12 a_22 b_2", positive=True)  # of the quadratic form
D = symbols("D", positive=True)  # its determinant
p = symbols("p", real=True)  # a polynomial of the covariance
QUADRATIC = (
    1
    - 2 * a * z
    - 2 * b * z**2
    + a**2 * (z**2 + z * r / N)
    + 2 * a * b * (z**3 + z**2 * r / N)
    + b**2 * (z**4 + z**3 * r / N)
)
POWERS = (
    1
    - 2 * a * mean(z)
    - 2 * b * mean(z**2)
    + a**2 * (mean(z**2) + mean(z) * r / N)
    + 2 * a * b * (mean(z**3) + mean(z**2) * r / N)
    + b**2 * (mean(z**4) + mean(z**3) * r / N)
)
B_1, B_2, A_11 = Integer(1), (N + d + 1) / N, (N + d + 1 + r) / N
DET = (
    N**3 * (d + 1)
    + N**2 * (d**2 + (2 * r + 5) * d + 2 * r + 10)
    + N * (d**3 + (2 * r + 5) * d**2 + (r**2 + 8 * r + 17) * d + r**2 + 14 * r + 17)
    + d**3
    + (2 * r + 10) * d**2
    + (r**2 + 14 * r + 17) * d
    + 3 * r**2
    + 16 * r
    + 4
)  # N^4 times the determinant of the quadratic form
GAIN = N * (N * (d + 1) + d + 3) ** 2 / ((N + d + 1 + r) * DET)
FIRST_RATE = (
    N
    * (
        2 * N**2 * (d + 1)
        + N * (2 * d**2 + (r + 8) * d + r + 14)
        + 2 * d**2
        + (r + 14) * d
        + 3 * r
        + 16
    )
    / DET
)  # the best a
SECOND_RATE = -(N**2) * (N * (d + 1) + d + 3) / DET  # the best b
A_12 = THIRD / (d * N**3) + SECOND * r / (d * N**3)
A_22 = FOURTH / (d * N**4) + THIRD * r / (d * N**4)
STEIN = "Stein, Annals of Statistics 9, 1981"


def by_parts(power: int, others: tuple[int, ...] = ()) -> list[tuple[Expr, tuple[int, ...]]]:
    """E T_power T_others as a sum of coefficients times E of fewer or lower traces, by E x f = E
    df/dx for every entry x of X; T_0 = d.
    """
    lower = power - 1
    terms: list[tuple[Expr, tuple[int, ...]]] = [(N + lower, (lower, *others))]
    terms += [(Integer(1), (a + 1, lower - 1 - a, *others)) for a in range(lower)]
    for at, other in enumerate(others):
        rest = others[:at] + others[at + 1 :]
        terms.append((Integer(2 * other), (lower + other, *rest)))
    return [
        (factor * d ** powers.count(0), tuple(p for p in powers if p)) for factor, powers in terms
    ]


def traces_by_parts(power: int, *others: int) -> Quoted:
    """``by_parts`` as an equation."""

    def of(powers: tuple[int, ...]) -> Expr:
        return mean(Mul(*(T[p] for p in powers))) if powers else Integer(1)

    return Quoted(
        f"E x f = E df/dx for a standard normal x, of the traces {(power, *others)}",
        STEIN,
        (
            of((power, *others)),
            "==",
            Add(*(factor * of(powers) for factor, powers in by_parts(power, others))),
        ),
    )


def trace_moments() -> tuple[Derivation, ...]:
    """Traces of powers of X^T X have the means N d, N d (N + d + 1), N d (N^2 + 3 N (d + 1) + d^2 +
    3 d + 4) and so on, at every finite N and d.
    """
    one, two, three, four = (traces_by_parts(power) for power in (1, 2, 3, 4))
    pair, mixed = traces_by_parts(1, 1), traces_by_parts(1, 2)
    entries = Matrix(2, 2, symbols("x_11 x_12 x_21 x_22", real=True))
    gram = entries.T * entries
    slopes = Add(*(Derivative((entries * gram**2)[at], entry) for at, entry in enumerate(entries)))
    square = (gram**2).trace()
    shown = Aside(
        Step(
            slopes,
            (2 + 2) * square + gram.trace() ** 2 + 2 * square,
            "the derivatives of the third trace, for two pairs of two inputs",
        )
    )
    second = Step(mean(T[2]), SECOND, "the second", uses=(two, one))
    third = Step(mean(T[3]), THIRD, "the third", uses=(three, pair, second, one))
    fourth = Step(mean(T[4]), FOURTH, "the fourth", uses=(four, mixed, third, second))
    return (
        Derivation("Second trace", (two, one, second), STEIN),
        Derivation("Third trace", (shown, three, pair, two, one, second, third), STEIN),
        Derivation(
            "Fourth trace",
            (four, mixed, three, pair, two, one, second, third, fourth),
            STEIN,
        ),
    )


def polynomial_risk() -> tuple[Derivation, ...]:
    """A polynomial a + b z of the covariance has a risk that is quadratic in a and b, with moments
    up to the fourth as coefficients.
    """
    rule = derive(ridge.best_ridge)[0]
    sizes = (
        Defined(ridge.c, p * sqrt(z / N), "what the polynomial makes of a datum"),
        Defined(ridge.s, sqrt(N * z), "singular value of the inputs"),
        Defined(ridge.v, 1, "variance of a weight"),
        Defined(ridge.sigma, sqrt(r), "noise"),
    )
    each = Step(
        rule.states[0], (1 - z * p) ** 2 + p**2 * z * r / N, "of a direction", uses=(rule, *sizes)
    )
    linear = Defined(p, a + b * z, "of degree one")
    parts = Step(
        (1 - z * (a + b * z)) ** 2 + (a + b * z) ** 2 * z * r / N,
        QUADRATIC,
        "by powers of z",
    )
    averaged = mean_is_linear(mean(QUADRATIC), POWERS)
    law = tuple(
        Assumed(
            Eq(mean(z**power), mean(T[power]) / (d * N**power)), "any of d eigenvalues of X^T X / N"
        )
        for power in (2, 3, 4)
    )
    size = Assumed(Eq(mean(z), 1), "inputs of variance one")
    traces = derive(trace_moments)
    moments = Step(
        POWERS,
        1 - 2 * a * B_1 - 2 * b * B_2 + a**2 * A_11 + 2 * a * b * A_12 + b**2 * A_22,
        "moments of the covariance",
        uses=(size, *law, *traces),
    )
    return (
        Derivation("Risk in a direction", (*sizes, each), OWN),
        Derivation(
            "Mean over directions",
            (
                linear,
                parts,
                averaged,
                size,
                *law,
                moments,
                *chain(
                    mean((1 - z * p) ** 2 + p**2 * z * r / N),
                    To(mean(QUADRATIC), "by powers", uses=(linear, parts)),
                    To(POWERS, "term by term", uses=(averaged,)),
                    To(moments.rhs, "put in", uses=(moments,)),
                ),
            ),
            OWN,
        ),
    )


def second_layer() -> tuple[Derivation, ...]:
    """A second layer always lowers the least risk of one, (d + 1 + r) / (N + d + 1 + r) for each
    input, by N (N (d + 1) + d + 3)^2 over (N + d + 1 + r) times a polynomial.
    """
    risk = mean((1 - z * p) ** 2 + p**2 * z * r / N)
    one = (d + 1 + r) / (N + d + 1 + r)
    form = 1 - 2 * a - 2 * b * b_2 + a**2 * a_11 + 2 * a * b * a_12 + b**2 * a_22
    sizes = (
        Defined(b_2, B_2, "second moment"),
        Defined(a_11, A_11, "of a^2"),
        Defined(a_12, A_12, "of 2 a b"),
        Defined(a_22, A_22, "of b^2"),
    )
    whole = Defined(D, a_11 * a_22 - a_12**2, "determinant")
    named = Step(risk, form, "as a form", uses=(derive(polynomial_risk)[1], *sizes))
    most = 1 - 1 / a_11 - (a_11 * b_2 - a_12) ** 2 / (a_11 * D)
    squares = (a_11 * a + a_12 * b - 1) ** 2 / a_11 + D / a_11 * (b - (a_11 * b_2 - a_12) / D) ** 2
    apart = Step(
        form,
        most + squares,
        "the squares completed",
        uses=(whole,),
        domain=(a_11 * a_22 > a_12**2,),
    )
    least = chain(
        risk,
        To(form, "again", uses=(named,)),
        To(most + squares, "squares apart", uses=(apart,)),
        To(most, "squares", relation=">="),
        To(one - GAIN, "put in", uses=(whole, *sizes)),
    )
    best_b = Step((a_11 * b_2 - a_12) / D, SECOND_RATE, "best b", uses=(whole, *sizes))
    best_a = Step((1 - a_12 * SECOND_RATE) / a_11, FIRST_RATE, "best a", uses=sizes[1:3])
    adds = chain(
        1 - 1 / a_11 - most,
        To(GAIN, "less than with one", uses=(whole, *sizes)),
        To(0, "all its terms are positive", relation=">"),
    )
    lowest = Derivation(
        "Least of a polynomial of degree one", (*sizes, whole, named, apart, *least), OWN
    )
    all_inputs = Step(d * risk, d * (one - GAIN), "of d inputs", relation=">=", uses=(lowest,))
    return (
        lowest,
        Derivation("Least risk of two layers", (all_inputs,), OWN),
        Derivation("Best b", (*sizes, whole, best_b), OWN),
        Derivation("Best a", (*sizes[1:3], best_a), OWN),
        Derivation("What a second layer adds", (*sizes, whole, *adds), OWN),
    )
