"""Is a sample hard because its label map is of high frequency there?  The error of a kernel or a
smoother at a sample that is left out, and the high-pass part of the labels.

Setting.  Sample 0 is left out of n + 1; K is the kernel.  Interpolation: f(x) = sum K(x, x_j) b_j
meets the others.  Smoother: S divides every row of K by its sum; the high-pass part of the labels
is y - S y.

Source: Golub, Heath, Wahba, Technometrics 21, 1979, for the interpolant; our own.
"""

from sympy import Eq, IndexedBase, Sum, Symbol, symbols

from theory import Assumed, Derivation, Quoted, Step, To, chain
from theory.notation import HORN, OWN

j, l, n = symbols("j l n", integer=True, positive=True)  # the other samples
k, a = symbols("k a", real=True)  # of sample 0: K_00, (K^-1 y)_0
v = Symbol("v", positive=True)  # (K^-1)_00
b, c, d, alpha, r, labels = (
    IndexedBase(name, real=True) for name in ("k", "c", "d", "alpha", "r", "y")
)
y = labels[0]
weights = IndexedBase("W", nonnegative=True)  # K_0j
same = IndexedBase("delta", real=True)  # one where the class is that of sample 0
own = Symbol("W_0", positive=True)  # K_00 of the smoother
GOLUB = "Golub, Heath, Wahba, Technometrics 21, 1979"


def held_out_residual() -> tuple[Derivation, ...]:
    """The error of the kernel interpolant at a sample that is left out is (K^-1 y)_i over
    (K^-1)_ii.
    """
    across = Sum(b[j] * c[j], (j, 1, n))  # C c = k, C the kernel of the others
    error = y - Sum(b[j] * d[j], (j, 1, n))
    row = Assumed(Eq(y, k * a + Sum(b[j] * alpha[j], (j, 1, n))), "row 0 of K times K^-1 y")
    others = Quoted(
        "rows of the others: C alpha + k a = y', C d = y' and C c = k, so d = alpha + a c",
        f"{HORN}, section 0.7.3",
        (d[j], "==", alpha[j] + a * c[j]),
    )
    complement = Derivation(
        "Held-out error by a Schur complement",
        (
            row,
            others,
            *chain(
                error,
                To(k * a - a * across, "by the solution of the others", uses=(row, others)),
                To(a * (k - across), "a Schur complement"),
            ),
        ),
        GOLUB,
    )
    one = Assumed(
        Eq(k * v + Sum(b[j] * r[j], (j, 1, n)), 1), "row 0 of K times the first column of K^-1"
    )
    column = Quoted(
        "rows of the others: C r + k v = 0, so r = -v c",
        f"{HORN}, section 0.7.3",
        (r[j], "==", -v * c[j]),
    )
    inverse = Derivation(
        "Schur complement and inverse",
        (
            one,
            column,
            *chain(
                k - across,
                To((k * v + Sum(b[j] * r[j], (j, 1, n))) / v, "by the column", uses=(column,)),
                To(1 / v, "one", uses=(one,)),
            ),
        ),
        f"{HORN}, section 0.7.3",
    )
    found = Step(error, a / v, "the complement is one over (K^-1)_00", uses=(complement, inverse))
    return Derivation("Held-out error", (found,), GOLUB), complement, inverse


def high_pass_part() -> tuple[Derivation, ...]:
    """The high-pass part of a smoother's labels at a sample is its held-out error times 1 - S_ii,
    and for classes the held-out error is the weighted share of neighbours of another class.
    """
    rest = Sum(weights[j], (j, 1, n))
    seen = Sum(weights[j] * labels[j], (j, 1, n))
    there = (rest > 0,)
    part = Step(
        y - (own * y + seen) / (own + rest),
        (1 - own / (own + rest)) * (y - seen / rest),
        "its own weight S_ii = W_0 / sum W away",
        domain=there,
    )
    alike = Sum(weights[j] * same[j], (j, 1, n))
    apart = Sum(weights[j] * (1 - same[j]), (j, 1, n))
    smoothed = Symbol("f", real=True)
    held = Assumed(
        Eq(alike, smoothed * rest), "f, the held-out value at the own class, whose label is one"
    )
    other = chain(
        apart,
        To(rest - alike, "neighbours that are not of the own class"),
        To((1 - smoothed) * rest, "over all: what f lacks of one", uses=(held,)),
    )
    return (
        Derivation("High-pass part of a label", (part,), OWN),
        Derivation("Share of neighbours of another class", (held, *other), OWN),
    )
