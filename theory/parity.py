"""Why can a network not learn the parity of d signs?  The transform for every d, what a sample
shows, eigenvalues of kernels, and three theorems on held-out corners: predictions lean the wrong
way.

Setting.  f(x) = x_1 ... x_d on the N = 2^d corners of {-1, 1}^d.  Its transform over the corners
factorises,

    2^-d sum_x f(x) exp(-2 pi i k . x) = (-i)^d prod_j sin(2 pi k_j),

so along (k, ..., k) its size |sin 2 pi k|^d grows up to k = 1/4, where it is one: nothing lies at
low frequencies.  A sample of n corners sees false ones, of mean square (N - n) / (n (N - 1)) at k =
0.

A kernel h(x . x' / d) has the products over k signs as eigenfunctions, with eigenvalues lambda_k =
2^-d sum_i K_i(k) h(1 - 2 i / d), K_i(k) the coefficients of (1 - z)^k (1 + z)^(d - k).  Three
theorems follow, for every kernel in which parity has the least eigenvalue: trained on all corners
but one, regression predicts the missing one with the wrong sign; trained on any corners, with any
ridge or stopping time, the mean of f times the prediction over the other corners is not positive;
and whatever interpolates n corners with little parity in it has the mean -n / (N - n) there.
Generalisation is not absent, it is negative.

Source: chapter on the frequency principle, section 1.4 (transform, sampling); theorems on held-out
corners: our own.
"""

from sympy import (
    And,
    Derivative,
    Expr,
    I,
    Implies,
    IndexedBase,
    Integer,
    Ne,
    Product,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    binomial,
    cos,
    exp,
    pi,
    sin,
    symbols,
)

from theory import SO_FAR, Assumed, Decided, Defined, Derivation, Induction, Quoted, Settles, Step
from theory.notation import OWN

d, n, N, j = symbols("d n N j", integer=True, positive=True)  # signs, sampled corners, all corners
# distance, number of signs in a product, number of -1
i, degree, minus = symbols("i k M", integer=True, nonnegative=True)
freq = IndexedBase("k", real=True)  # one frequency per sign
bit = IndexedBase("b", integer=True)  # x_j = (-1)^b_j
# frequency along the diagonal, angle, one sign, product of the others
k, theta, x, rest = symbols("k theta x r", real=True)
z, q = symbols("z q", positive=True)
power = Symbol("P", nonnegative=True)  # |transform|^2 at one frequency
mu, lam, t, delta, rho = symbols("mu lambda t delta rho", positive=True)
CHAPTER = "frequency principle, section 1.4"


def definition() -> tuple[Derivation, ...]:
    """Parity is +1 exactly when the number of -1 among the signs is even, and every single flip of
    a sign turns it round.
    """
    return (
        Derivation(
            "Parity counts minus signs",
            (
                Induction(
                    d,
                    1,
                    (-1) ** bit[1],
                    SO_FAR * (-1) ** bit[d + 1],
                    (-1) ** Sum(bit[j], (j, 1, d)),
                    "the product of the signs x_j = (-1)^b_j is (-1)^M, M the number of -1",
                ),
                Step(Subs((-1) ** i, i, 2 * degree), Integer(1), "M even"),
                Step(Subs((-1) ** i, i, 2 * degree + 1), Integer(-1), "M odd"),
                Step(
                    (1 + (-1) ** degree) / 2,
                    Subs((1 + cos(theta)) / 2, theta, pi * degree),
                    "one if M is even, zero if not",
                ),
            ),
            CHAPTER,
            (
                Settles(
                    "parity-definition-sign",
                    S((-1) ** (2 * degree) == 1 and (-1) ** (2 * degree + 1) == -1),
                ),
            ),
        ),
        Derivation(
            "A single flip",
            (
                Step(
                    Subs(x * rest, x, -x) / (x * rest),
                    Integer(-1),
                    "the product with one sign turned, over the product",
                    domain=(Ne(x, 0), Ne(rest, 0)),
                ),
            ),
            CHAPTER,
            (Settles("parity-single-flip-sensitivity"),),
        ),
        Derivation(
            "Number of corners",
            (
                Induction(
                    d, 1, Integer(2), 2 * SO_FAR, 2**d, "one sign more doubles them: 2^d corners"
                ),
                Step(Subs(2**d, d, 10), Integer(1024), "d = 10"),
            ),
            CHAPTER,
            (Settles("parity-domain-1024"),),
        ),
    )


def transform() -> tuple[Derivation, ...]:
    """The transform of parity over the corners is (-i)^d times the product of sin(2 pi k_j), for
    every d.
    """
    slope = 2 * d * z ** (2 * d - 1) * q

    def of_a_sign(which: Expr | int) -> Expr:
        wave = 2 * pi * I * freq[which]
        return (exp(-wave) - exp(wave)) / 2

    return (
        Derivation(
            "Transform over the corners",
            (
                Induction(
                    d,
                    1,
                    of_a_sign(1),
                    SO_FAR * of_a_sign(d + 1),
                    Product(-I * sin(2 * pi * freq[j]), (j, 1, d)),
                    "every sign brings the mean of x exp(-2 pi i k_j x) over x = 1 and -1, a "
                    "factor -i sin(2 pi k_j)",
                ),
                Step(
                    Product(-I * sin(2 * pi * freq[j]), (j, 1, d)),
                    (-I) ** d * Product(sin(2 * pi * freq[j]), (j, 1, d)),
                    "their product",
                ),
            ),
            CHAPTER,
            (Settles("parity-dft"),),
        ),
        Derivation(
            "Power along the diagonal",
            (
                Step(
                    Product(-I * sin(2 * pi * k) * I * sin(2 * pi * k), (j, 1, d)),
                    sin(2 * pi * k) ** (2 * d),
                    "all frequencies equal to k",
                ),
                Step(
                    Subs(sin(2 * pi * k) ** (2 * d), k, Rational(1, 4)),
                    Integer(1),
                    "everything at k = 1/4",
                ),
            ),
            CHAPTER,
        ),
        Derivation(
            "It grows with frequency",
            (
                Step(
                    Derivative(sin(theta) ** (2 * d), theta),
                    2 * d * sin(theta) ** (2 * d - 1) * cos(theta),
                    "slope in the angle 2 pi k",
                ),
                Step(
                    Subs(slope, (z, q), (sin(theta), cos(theta))),
                    2 * d * sin(theta) ** (2 * d - 1) * cos(theta),
                    "in sine and cosine",
                ),
                Step(slope, Integer(0), "both positive up to a quarter period, k = 1/4", ">"),
            ),
            CHAPTER,
            (Settles("parity-high-frequency-dominant", S(slope.is_positive)),),
        ),
    )


def aliasing() -> tuple[Derivation, ...]:
    """A random sample of n corners misses the transform by the mean square (1 - P) (N - n) / (n (N
    - 1)), P the true power.
    """
    # probabilities that one corner, that two given corners are drawn
    one, two = (
        n / N,
        n * (n - 1) / (N * (N - 1)),
    )
    spread = (1 - power) * (N - n) / (n * (N - 1))
    total = (one * N + two * (N**2 * power - N)) / n**2
    return (
        Derivation(
            "Mean square error of a sampled transform",
            (
                Assumed(
                    "n corners drawn without replacement",
                    "n of the N corners drawn without replacement, all sets alike",
                ),
                Step(Subs(one * N, n, N), N, "all corners drawn: each is there"),
                Step(
                    total - power,
                    spread,
                    "N terms of size one on the diagonal, the rest sums to |sum|^2 - N = N^2 P - N",
                    domain=(n < N, n > 1),
                ),
            ),
            CHAPTER,
        ),
        Derivation(
            "At frequency zero",
            (
                Step(
                    Subs(spread, power, 0),
                    (N - n) / (n * (N - 1)),
                    "parity has nothing there, its sample has",
                    domain=(N > 1,),
                ),
            ),
            CHAPTER,
            (Settles("parity-aliasing-false-low-frequency"),),
        ),
        Derivation(
            "With replacement",
            (
                Step(
                    ((1 / n**2) * (n + n * (n - 1) * power)) - power,
                    (1 - power) / n,
                    "draws are independent: no finite-population factor",
                ),
            ),
            CHAPTER,
        ),
    )


def walsh_eigenvalues() -> tuple[Derivation, ...]:
    """Products over k signs are eigenfunctions of every kernel h(x . x' / d), with a sum of h over
    distances as eigenvalue.
    """
    generating = (1 - z) ** degree * (1 + z) ** (d - degree)
    return (
        Derivation(
            "Generating function of the weights",
            (
                Induction(
                    degree,
                    0,
                    Integer(1),
                    SO_FAR * (1 - z),
                    (1 - z) ** degree,
                    "a sign inside the product: turning it turns the product round, so the sum "
                    "over x' of the product times z^distance gets the factor 1 - z",
                ),
                Induction(
                    i,
                    0,
                    (1 - z) ** degree,
                    SO_FAR * (1 + z),
                    (1 - z) ** degree * (1 + z) ** i,
                    "a sign outside it: z^distance is 1 or z",
                ),
                Step(
                    Subs((1 - z) ** degree * (1 + z) ** i, i, d - degree),
                    generating,
                    "k signs inside, d - k outside",
                    domain=(degree <= d,),
                ),
            ),
            "Delsarte, An algebraic approach to the association schemes of coding theory, 1973",
        ),
        Derivation(
            "Krawtchouk weights",
            (
                Step(
                    Subs(Derivative(generating, z), (z, degree), (0, 1)),
                    d - 2,
                    "first weight for k = 1: d - 1 signs outside, one inside",
                ),
                Step(
                    Subs(generating, z, 1).subs(degree, 0),
                    2**d,
                    "for k = 0 the weights are binomial and add up to all corners",
                ),
            ),
            "Delsarte, An algebraic approach to the association schemes of coding theory, 1973",
        ),
        Derivation(
            "Gaussian kernel",
            (
                Step(
                    Subs(exp(-(1 - theta)), theta, 1 - 2 * i / d),
                    exp(-2 * i / d),
                    "h(t) = exp(-(1 - t)) at distance i: a power of q = exp(-2/d)",
                ),
                Step(
                    Subs(generating / 2**d, z, q),
                    ((1 - q) / 2) ** degree * ((1 + q) / 2) ** (d - degree),
                    "so its eigenvalue is this",
                ),
            ),
            OWN,
        ),
    )


def leave_one_out() -> tuple[Derivation, ...]:
    """Trained on all corners but one, kernel regression predicts the missing one as 1 - 1/rho times
    its value, with rho at most one.
    """
    value, guess, schur, inverse = symbols("y g s c", positive=True)
    ratio = 1 - 1 / rho
    return (
        Derivation(
            "Leave-one-out identity",
            (
                Defined(
                    schur,
                    Symbol("K_ii") - Symbol("b.A^-1 b"),
                    "what the other corners leave of the kernel at the missing one",
                ),
                Step(
                    Subs(theta / x, (theta, x), ((value - guess) / schur, 1 / schur)),
                    value - guess,
                    "(K^-1 y)_i over (K^-1)_ii, by block inversion: the error of the prediction g",
                ),
            ),
            "Rasmussen, Williams, Gaussian Processes for Machine Learning, MIT Press 2006, "
            "equation 5.12",
        ),
        Derivation(
            "The missing corner",
            (
                Assumed(
                    "K is invariant under flips", "a kernel h(x . x' / d) with positive eigenvalues"
                ),
                Step(
                    Subs(value / (N * lam) / inverse, inverse, 1 / (N * lam * rho)),
                    rho * value,
                    "parity is an eigenvector: (K^-1 f)_i = f_i / (N lambda_d); (K^-1)_ii is the "
                    "mean of the inverse eigenvalues",
                ),
                Step(
                    Sum(binomial(5, i), (i, 0, 5)) / 2**5,
                    Integer(1),
                    "eigenvalue lambda_k counts binomial(d, k) times; all equal would give rho = 1",
                ),
                Step(Subs(1 - value, value, 1 / rho), ratio, "prediction over value"),
            ),
            OWN,
        ),
        Derivation(
            "Its sign",
            (
                Decided(
                    Implies(And(rho > 0, rho < 1), ratio < 0),
                    "wrong as soon as some eigenvalue exceeds that of parity",
                ),
            ),
            OWN,
        ),
    )


def held_out_mean() -> tuple[Derivation, ...]:
    """Trained on any corners, with any ridge or stopping time, the mean of parity times the
    prediction over the others is not positive.
    """
    least, kept = symbols("nu s", positive=True)
    # what one mode adds to the sum over held-out corners
    flow, ridge = (
        (least / mu - 1) * (1 - kept),
        (least - mu) / (mu + delta),
    )
    inside = And(least > 0, mu >= least, kept > 0, kept <= 1, delta > 0)
    content = symbols("c", real=True)
    return (
        Derivation(
            "Gradient flow on any sample",
            (
                Assumed(
                    "parity has the least eigenvalue",
                    "a kernel h(x . x' / d) in which parity has the least eigenvalue nu / N, "
                    "positive",
                ),
                Quoted(
                    "eigenvalues of a principal submatrix lie between the extreme ones of the "
                    "matrix",
                    "Cauchy interlacing",
                ),
                Step(
                    Subs(least * i / mu * (1 - kept) - (1 - kept) * i, i, 1),
                    flow,
                    "mode by mode, mu an eigenvalue on the sample: parity times prediction over "
                    "all corners minus that over the sample",
                ),
                Decided(
                    Implies(inside, flow <= 0),
                    "mu >= nu by interlacing, s = exp(-mu t): no mode is positive",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Ridge regression on any sample",
            (
                Assumed(
                    "parity has the least eigenvalue",
                    "a kernel h(x . x' / d) in which parity has the least eigenvalue nu / N, "
                    "positive",
                ),
                Quoted(
                    "eigenvalues of a principal submatrix lie between the extreme ones of the "
                    "matrix",
                    "Cauchy interlacing",
                ),
                Step(least / (mu + delta) - mu / (mu + delta), ridge, "mode by mode, ridge delta"),
                Decided(Implies(inside, ridge <= 0), "no mode is positive"),
            ),
            OWN,
        ),
        Derivation(
            "Any interpolant",
            (
                Step(
                    Subs((N * content - i) / (N - n), i, n),
                    (N * content - n) / (N - n),
                    "sum over all corners minus the sample, c the parity coefficient of the "
                    "function",
                    domain=(n < N,),
                ),
                Step(
                    Subs((N * content - n) / (N - n), content, 0),
                    -n / (N - n),
                    "without parity in it",
                    domain=(n < N,),
                ),
            ),
            OWN,
        ),
    )
