"""How long does a wide network take to learn labels by heart?  The mean loss over random and over
permuted labels is a trace, noise makes all labels alike, equal eigenvalues are fastest.

Setting.  Gradient flow from zero outputs on half the mean squared error of n labels, with a fixed
tangent kernel; lambda_i are the eigenvalues of K / n and c_i the components of the labels along its
eigenvectors, so that c_i^2 is left with the factor exp(-2 lambda_i t).  A = exp(-2 K t / n).
Permuted labels have the mean mu and the variance s^2 (over n) of the labels.  Noise in place of
images: inputs that are drawn alike, whatever their labels.

Source: our own; Arora, Du, Hu, Li, Wang, ICML 2019, for the flow; Zhang, Bengio, Hardt, Recht,
Vinyals, ICLR 2017, for the experiment.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    Integer,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    sinh,
    symbols,
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import OWN, mean, mean_is_linear

n, N, i, j, r = symbols("n N i j r", integer=True, positive=True)  # labels, pairs, places
t, s, u, q = symbols("t s u q", positive=True)  # time, deviation, spread, rate
mu, y, z, P, Q, T, O = symbols("mu y z P Q T O", real=True)
a, b = symbols("a b", real=True)  # mean entries of A, on its diagonal and off it
lam = IndexedBase("lambda", nonnegative=True)
c, v, Y, W, A, B = (IndexedBase(name, real=True) for name in ("c", "v", "y", "w", "A", "B"))
ARORA = "Arora, Du, Hu, Li, Wang, ICML 2019"
MEANS = "Hardy, Littlewood, Polya, Inequalities, Cambridge 1934, theorem 9"
PAIR = mu**2 - s**2 / (n - 1)  # mean product of two permuted labels


def label_energy() -> tuple[Derivation, ...]:
    """Labels that are uncorrelated, of mean zero and variance one, have on average the energy one
    along every direction, so that they prefer no eigenvector.
    """
    more = Symbol("v", real=True)  # component of the direction at one label more
    squares = Step((z + more * y) ** 2, z**2 + 2 * more * z * y + more**2 * y**2, "squared")
    linear = mean_is_linear(
        mean(squares.rhs), mean(z**2) + 2 * more * mean(z * y) + more**2 * mean(y**2)
    )
    apart = Assumed(Eq(mean(z * y), 0), "z, of the labels so far, is uncorrelated with a new one")
    size = Assumed(Eq(mean(y**2), 1), "of mean zero and variance one")
    so_far = Defined(P, mean(z**2), "energy so far")
    one = Derivation(
        "One label more",
        (
            squares,
            linear,
            apart,
            size,
            so_far,
            *chain(
                mean((z + more * y) ** 2),
                To(mean(squares.rhs), "old and new", uses=(squares,)),
                To(P + more**2, "uncorrelated", uses=(linear, apart, size, so_far)),
            ),
        ),
        OWN,
    )
    total = Function("E", real=True)(n)
    energy = Induction(
        n,
        1,
        v[1] ** 2,
        one.result.xreplace({P: total, more: v[n + 1]}),
        Sum(v[j] ** 2, (j, 1, n)),
        "a label more",
        so_far=total,
    )
    unit = Assumed(Eq(Sum(v[j] ** 2, (j, 1, n)), 1), "an eigenvector of length one")
    whole = Step(total, Integer(1), "all labels", uses=(energy, unit))
    return one, Derivation("A direction of length one", (energy, unit, whole), OWN)


def random_label_flow() -> tuple[Derivation, ...]:
    """Gradient flow leaves on average over uncorrelated labels of variance one the loss tr exp(-2 K
    t / n) / (2 n), whatever the eigenvectors.
    """
    found = Sum(exp(-2 * lam[i] * t), (i, 1, n)) / (2 * n)
    energy = derive(label_energy)[1]
    alike = Assumed(
        Eq(mean(c[i] ** 2), energy.result), "c_i is the component along a direction of length one"
    )
    plain = Sum(exp(-2 * lam[i] * t) * c[i] ** 2, (i, 1, n)) / (2 * n)
    linear = mean_is_linear(
        mean(plain), Sum(exp(-2 * lam[i] * t) * mean(c[i] ** 2), (i, 1, n)) / (2 * n)
    )
    flow = Derivation(
        "Mean over random labels",
        (
            alike,
            linear,
            *chain(
                mean(plain),
                To(linear.states[2], "mean by mean", uses=(linear,)),
                To(found, "each direction alike", uses=(alike,)),
            ),
        ),
        ARORA,
    )
    half = log(1 / q) / 2
    return (
        flow,
        Derivation(
            "Time of a single rate",
            (
                Step(
                    Subs(exp(-2 * lam[1] * t), t, half / lam[1]),
                    q,
                    "a share q of the loss is left",
                    domain=(lam[1] > 0, q < 1),
                ),
            ),
            OWN,
        ),
    )


def permuted_label_flow() -> tuple[Derivation, ...]:
    """Over all permutations of the labels the mean of y^T A y is s^2 (n tr A - 1^T A 1) / (n - 1) +
    mu^2 1^T A 1, for every matrix A.
    """
    own, both = Sum(A[i] * Y[i] ** 2, (i, 1, n)), Sum(B[r] * W[r], (r, 1, N))
    linear = mean_is_linear(
        mean(own + both),
        Sum(A[i] * mean(Y[i] ** 2), (i, 1, n)) + Sum(B[r] * mean(W[r]), (r, 1, N)),
    )
    square = Assumed(Eq(mean(Y[i] ** 2), mu**2 + s**2), "a place gets every label alike")
    product = Assumed(Eq(mean(W[r]), Q), "w_r, a product of two, every pair of labels alike")
    fixed = Defined(
        Q,
        ((n * mu) ** 2 - n * (mu**2 + s**2)) / (n * (n - 1)),
        "the squared sum of all labels less their squares, over n (n - 1) pairs",
    )
    trace = Assumed(Eq(Sum(A[i], (i, 1, n)), T), "the trace of A")
    others = Assumed(Eq(Sum(B[r], (r, 1, N)), O - T), "and all its other entries, of 1^T A 1")
    end = s**2 * (n * T - O) / (n - 1) + mu**2 * O
    more = (n > 1,)
    flow = Derivation(
        "Mean over permutations",
        (
            linear,
            square,
            product,
            fixed,
            trace,
            others,
            *chain(
                mean(own + both),
                To(linear.states[2], "squares and products", uses=(linear,)),
                To(
                    (mu**2 + s**2) * Sum(A[i], (i, 1, n)) + Q * Sum(B[r], (r, 1, N)),
                    "alike",
                    uses=(square, product),
                ),
                To((mu**2 + s**2) * T + Q * (O - T), "entries of A", uses=(trace, others)),
                To(end, "in mean and variance", uses=(fixed,), domain=more),
            ),
        ),
        OWN,
    )
    return (
        flow,
        Derivation(
            "Two different labels",
            (fixed, Step(Q, PAIR, "they repel each other", uses=(fixed,), domain=more)),
            OWN,
        ),
        Derivation(
            "Centred labels of variance one and kernels without the constant",
            (
                Step(
                    Subs(end, (mu, s, O), (0, 1, 0)),
                    n * T / (n - 1),
                    "the trace, as for random labels, up to n / (n - 1)",
                    domain=more,
                ),
            ),
            OWN,
        ),
    )


def noise_inputs() -> Derivation:
    """With inputs that are drawn alike whatever the labels, true and permuted labels leave the same
    mean loss.
    """
    flow = derive(permuted_label_flow)[0]
    total, squares = Sum(Y[i], (i, 1, n)), Sum(Y[i] ** 2, (i, 1, n))
    first = Assumed(Eq(total, n * mu), "the sum of the labels, in any order")
    second = Assumed(Eq(squares, n * (mu**2 + s**2)), "and of their squares")
    form = a * squares + b * (total**2 - squares)
    ends = {T: n * a, O: n * a + n * (n - 1) * b}
    same = Step(
        form,
        flow.result.xreplace(ends),
        "a on the diagonal and b off it, on average: order does not matter",
        uses=(first, second),
        domain=(n > 1,),
    )
    return Derivation("Noise for images", (first, second, same), OWN)


def equal_rates() -> tuple[Derivation, ...]:
    """Among kernels of one trace the one with equal eigenvalues leaves the least mean loss on
    random labels, at every time; the further two eigenvalues are apart, the more is left.
    """
    each = exp(-2 * lam[i] * t)
    product = Function("P", positive=True)(n)
    of_rates = Induction(
        n,
        1,
        exp(-2 * lam[1] * t),
        product * exp(-2 * lam[n + 1] * t),
        exp(-2 * t * Sum(lam[i], (i, 1, n))),
        "a factor more",
        so_far=product,
    )
    means = Quoted(
        "the arithmetic mean is at least the geometric one",
        MEANS,
        (Sum(each, (i, 1, n)) / n, ">=", product ** (1 / n)),
    )
    trace = Assumed(Eq(Sum(lam[i], (i, 1, n)), n * q), "q: the mean rate, trace over n")
    factors = chain(
        product ** (1 / n),
        To(exp(-2 * t * Sum(lam[i], (i, 1, n))) ** (1 / n), "all factors", uses=(of_rates,)),
        To(exp(-2 * q * t), "by the trace", uses=(trace,)),
    )
    all_of = Step(product ** (1 / n), exp(-2 * q * t), "both", uses=factors)
    least = Step(
        Sum(each, (i, 1, n)) / n,
        exp(-2 * q * t),
        "what equal rates leave",
        ">=",
        uses=(means, all_of),
    )
    two = exp(-2 * t * (q + u)) + exp(-2 * t * (q - u))
    slope = Step(
        Derivative(two, u), 4 * t * exp(-2 * t * q) * sinh(2 * t * u), "two rates, 2 u apart"
    )
    more = Step(slope.lhs, Integer(0), "more is left", ">", uses=(slope,))
    statement = Settles(
        "udl-problem-20-2", part="orthogonal inputs against others of the same trace"
    )
    return (
        Derivation(
            "Equal rates", (of_rates, means, trace, *factors, all_of, least), OWN, (statement,)
        ),
        Derivation("Two rates apart", (slope, more), OWN),
    )
