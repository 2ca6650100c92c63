"""What does kernel regression make of the one corner of a cube that it has not seen?  Leaving one
out, by the inverse of a matrix of two blocks; the wrong sign for parity, and bounds on how wrong.

Setting.  As in ``theory.parity`` and ``theory.walsh_kernel``: a kernel h(x . x' / d) on the corners
of {-1, 1}^d with the eigenvalues N lambda_k of products of k signs, regression without ridge on all
corners but the last.  Its prediction there is 1 - 1 / rho times parity, rho the eigenvalue of
parity over the harmonic mean of all eigenvalues.  If parity has the least one, rho is between
lambda_d over the arithmetic mean and 1: the prediction has the wrong sign.

Source: our own; Rasmussen, Williams, Gaussian Processes for Machine Learning, MIT Press 2006.
"""

from sympy import (
    And,
    Eq,
    Implies,
    IndexedBase,
    Integer,
    Ne,
    Sum,
    Symbol,
    binomial,
)

from theory import Assumed, Decided, Defined, Derivation, Step, To, chain, derive
from theory.notation import HORN, OWN
from theory.parity import N, d, f, i, p, q, walsh_eigenvalues
from theory.walsh_kernel import eigenvalue, inverse, inverse_of_the_kernel, kernel

average = Symbol("lambda_1", positive=True)  # mean of the eigenvalues, over N
rho = Symbol("rho", positive=True)  # eigenvalue of parity over the harmonic mean of all


def leave_one_out() -> tuple[Derivation, ...]:
    """Trained on all corners but one, kernel regression predicts the missing one as 1 - 1/rho times
    its value, with rho at most one.
    """
    guess = Symbol("g", real=True)
    # of the regressions on the others: of f, and of the kernel with the missing corner
    coefficient, column = IndexedBase("a", real=True), IndexedBase("b", real=True)
    excess = IndexedBase("epsilon", nonnegative=True)
    ratio = 1 - 1 / rho
    others = (q, 1, N - 1)
    fit = Assumed(
        Eq(Sum(kernel[p, q] * coefficient[q], others), f[p]),
        "the regression fits the other corners",
    )
    prediction = Defined(
        guess, Sum(kernel[N, q] * coefficient[q], others), "its value at the missing corner"
    )
    unit, by_modes, at_last = derive(inverse_of_the_kernel)  # the missing corner is the last
    row = unit.states[0]
    some = (Ne(f[N], 0), Ne(inverse[N, N], 0))
    left_out = Derivation(
        "Leave-one-out identity",
        (
            fit,
            prediction,
            *chain(
                f[N] - guess,
                To(
                    f[N]
                    + Sum(inverse[N, p] * Sum(kernel[p, q] * coefficient[q], others), (p, 1, N - 1))
                    / inverse[N, N]
                    - Sum(coefficient[q] * row, others) / inverse[N, N],
                    "the kernel between the missing corner and another, by its column",
                    domain=some[1:],
                ),
                To(
                    f[N] + Sum(inverse[N, p] * f[p], (p, 1, N - 1)) / inverse[N, N],
                    "the coefficients drop out",
                    uses=(unit, fit),
                    domain=some[1:],
                ),
                To(
                    Sum(inverse[N, p] * f[p], (p, 1, N)) / inverse[N, N],
                    "(K^-1 f)_i over (K^-1)_ii is the error of the prediction",
                    domain=some[1:],
                ),
                uses=(prediction,),
            ),
        ),
        "Rasmussen, Williams, Gaussian Processes for Machine Learning, MIT Press 2006, "
        "equation 5.12",
    )
    seen = Assumed(
        Eq(Sum(kernel[p, q] * column[q], others), kernel[p, N]),
        "the same regression fits the kernel with the missing corner",
    )
    missing = inverse[N, N] * Sum(kernel[N, q] * column[q], others)
    block = Derivation(
        "Inverse of a matrix of two blocks",
        (
            seen,
            *chain(
                inverse[N, N] * (kernel[N, N] - Sum(kernel[N, q] * column[q], others)),
                To(
                    at_last.states[0] - Sum(inverse[N, p] * kernel[p, N], (p, 1, N - 1)) - missing,
                    "the last row of the inverse at the last column, less its other terms",
                ),
                To(
                    at_last.states[0]
                    - Sum(inverse[N, p] * Sum(kernel[p, q] * column[q], others), (p, 1, N - 1))
                    - missing,
                    "the last column by the other columns",
                    uses=(seen,),
                ),
                To(
                    at_last.states[0] - Sum(column[q] * row, others),
                    "that row at the other columns",
                ),
                To(at_last.states[0], "where it is zero", uses=(unit,)),
                To(
                    Integer(1),
                    "so 1 / (K^-1)_ii is what the others leave of the kernel",
                    uses=(at_last,),
                ),
            ),
        ),
        f"{HORN}, section 0.7.3",
    )
    mean = Defined(
        rho,
        eigenvalue[d] * Sum(binomial(d, i) / eigenvalue[i], (i, 0, d)) / N,
        "eigenvalue of parity times the mean of the inverse eigenvalues",
    )
    diagonal = Derivation(
        "Diagonal of the inverse kernel",
        (
            mean,
            Step(
                inverse[N, N],
                rho / (N * eigenvalue[d]),
                "the mean of the inverse eigenvalues",
                uses=(by_modes, mean),
            ),
        ),
        OWN,
    )
    eigenvector = derive(walsh_eigenvalues)[4]
    scale = N * eigenvalue[d] * inverse[N, N] * f[N]
    corners = Defined(N, 2**d, "all corners")
    share = binomial(d, i) / 2**d
    arithmetic = Defined(
        average, Sum(share * eigenvalue[i], (i, 0, d)), "mean of the eigenvalues, h(1) / N"
    )
    above = (eigenvalue[i] - average) ** 2 / eigenvalue[i]  # Jensen's gap, times average^2
    larger = Assumed(
        Eq(eigenvalue[i], eigenvalue[d] + excess[i]), "parity has the least eigenvalue"
    )
    return (
        left_out,
        Derivation(
            "The missing corner",
            chain(
                guess / f[N],
                To(1 - (f[N] - guess) / f[N], "prediction over value", domain=some),
                To(
                    1 - Sum(inverse[N, p] * f[p], (p, 1, N)) / (inverse[N, N] * f[N]),
                    "by the identity",
                    uses=(left_out,),
                    domain=some,
                ),
                To(
                    1
                    - Sum(
                        inverse[N, p] * Sum(kernel[p, q] * f[q], (q, 1, N)),
                        (p, 1, N),
                    )
                    / scale,
                    "parity is an eigenvector",
                    uses=(eigenvector,),
                    domain=some,
                ),
                To(1 - Sum(f[q] * row, (q, 1, N)) / scale, "sums exchanged", domain=some),
                To(
                    1 - 1 / (N * eigenvalue[d] * inverse[N, N]),
                    "(K^-1 f)_i = f_i / (N lambda_d)",
                    uses=(unit,),
                    domain=some,
                ),
                To(ratio, "diagonal of the inverse", uses=(diagonal,)),
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
        diagonal,
        Derivation(
            "rho is at most one",
            (
                mean,
                corners,
                larger,
                *chain(
                    1 - rho,
                    To(
                        Sum(binomial(d, i) * excess[i] / (eigenvalue[d] + excess[i]), (i, 0, d))
                        / 2**d,
                        "the weights binomial(d, k) add up to 2^d",
                    ),
                    To(Integer(0), "no term is negative", relation=">="),
                    uses=(mean, corners, larger),
                ),
            ),
            OWN,
        ),
        block,
        Derivation(
            "rho is at least the least eigenvalue over the mean",
            (
                mean,
                corners,
                arithmetic,
                *chain(
                    rho,
                    To(
                        eigenvalue[d] * Sum(share / eigenvalue[i], (i, 0, d)),
                        "the eigenvalue over the harmonic mean of all",
                    ),
                    To(
                        eigenvalue[d]
                        * Sum(
                            share * (2 / average - eigenvalue[i] / average**2 + above / average**2),
                            (i, 0, d),
                        ),
                        "the tangent of 1 / lambda at the mean, and what lies above it",
                    ),
                    To(
                        eigenvalue[d] * (1 / average + Sum(share * above, (i, 0, d)) / average**2),
                        "whose mean is 1 over the mean: the shares add up to one",
                        uses=(arithmetic,),
                    ),
                    To(
                        eigenvalue[d] / average,
                        "Jensen: nothing lies below the tangent",
                        relation=">=",
                    ),
                    uses=(mean, corners),
                ),
            ),
            OWN,
        ),
    )
