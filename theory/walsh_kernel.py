"""What is a kernel of d signs to the products of signs?  A circulant of the group of corners: its
modes, its inverse by Parseval's identity, and the mean of the inverse eigenvalues on the diagonal.

Setting.  Corners, products of signs and their numbers as in ``theory.walsh_function``.  A kernel
that depends on the signs x_j x_j' alone, as h(x . x' / d) does, is a function of the product of two
corners, which is a corner.  N Lambda_l is its eigenvalue of the product l, which for h(x . x' / d)
depends on the number of signs alone.

Source: our own; O'Donnell, Analysis of Boolean Functions, Cambridge 2014, chapter 1.
"""

from sympy import (
    Eq,
    Function,
    IndexedBase,
    KroneckerDelta,
    Sum,
    Symbol,
    binomial,
    symbols,
)

from theory import Assumed, Defined, Derivation, Induction, Quoted, Step, To, chain
from theory.notation import OWN
from theory.walsh_function import (
    BOOLEAN,
    CONCRETE,
    N,
    c,
    chi,
    d,
    l,
    o,
    orthogonal,
    p,
    q,
    two_corners,
)

r = symbols("r", integer=True, positive=True)  # a corner
i = symbols("i", integer=True, nonnegative=True)  # number of signs
kernel, profile = IndexedBase("K", real=True), IndexedBase("H", real=True)
times = IndexedBase("g", integer=True, positive=True)  # number of the product of two corners
mode = IndexedBase("Lambda", positive=True)  # eigenvalue over N of the product l
size = IndexedBase("n", integer=True, nonnegative=True)  # number of signs of the product l
eigenvalue = IndexedBase("lambda", positive=True)  # as mode, of a product of that many signs
inverse = IndexedBase("B", real=True)  # of the kernel matrix


def _expansion(q: Symbol) -> tuple[Derivation, Derivation]:
    """The kernel between the corners p and q, in products of signs."""
    here = times[p, q]
    circulant = Assumed(
        Eq(kernel[p, q], profile[here]),
        "a kernel of the signs x_j x_j' alone: of the corner x x', as h(x . x' / d) is",
    )
    character = Assumed(
        Eq(chi[l, here], chi[l, p] * chi[l, q]),
        "a product of signs at a product of corners is the product of both",
    )
    means = Defined(
        mode[l], Sum(profile[r] * chi[l, r], (r, 1, N)) / N, "mean of the kernel times a product"
    )
    (apart,) = two_corners(r, here)
    walsh = Derivation(
        "A function on the corners in products of signs",
        (
            means,
            *chain(
                Sum(mode[l] * chi[l, here], (l, 1, N)),
                To(
                    Sum(profile[r] * Sum(chi[c, r] * chi[c, here], (c, 1, N)), (r, 1, N)) / N,
                    "its means, sums exchanged",
                    (means,),
                ),
                To(
                    Sum(profile[r] * KroneckerDelta(r, here), (r, 1, N)),
                    "the products tell two corners apart",
                    (apart,),
                ),
                To(profile[here], "its value", domain=(here <= N,)),
            ),
        ),
        BOOLEAN,
    )
    spectrum = Sum(mode[l] * chi[l, p] * chi[l, q], (l, 1, N))
    expansion = Derivation(
        "The kernel in products of signs",
        (
            circulant,
            character,
            *chain(
                kernel[p, q],
                To(profile[here], "at the corner x x'", (circulant,)),
                To(Sum(mode[l] * chi[l, here], (l, 1, N)), "the whole function", (walsh,)),
                To(spectrum, "products of signs there", (character,)),
            ),
        ),
        BOOLEAN,
    )
    return walsh, expansion


def kernel_of_signs() -> tuple[Derivation, ...]:
    """A kernel that depends on the signs x_j x_j' alone is a circulant of the group of corners: its
    modes are the products of signs, and its inverse is that of the eigenvalues.
    """
    walsh, expansion = _expansion(q)
    (over_corner,) = orthogonal(l, o)
    modes = Derivation(
        "Products of signs are eigenvectors",
        chain(
            Sum(kernel[p, q] * chi[o, q], (q, 1, N)),
            To(
                Sum(mode[l] * chi[l, p] * Sum(chi[l, c] * chi[o, c], (c, 1, N)), (l, 1, N)),
                "the kernel by its modes",
                (expansion,),
            ),
            To(
                N * Sum(mode[l] * chi[l, p] * KroneckerDelta(l, o), (l, 1, N)),
                "which are orthogonal",
                (over_corner,),
            ),
            To(N * mode[o] * chi[o, p], "one is left", domain=(o <= N,)),
        ),
        BOOLEAN,
    )
    return walsh, expansion, modes


SQUARE = Assumed(Eq(chi[c, N] ** 2, 1), "signs have square one")


def _row(q: Symbol) -> Derivation:
    """Entry q of the last row of the inverse times the kernel matrix."""
    _, expansion = _expansion(q)
    last = Defined(
        inverse[N, p],
        Sum(chi[l, N] * chi[l, p] / mode[l], (l, 1, N)) / N**2,
        "the row of a corner, the last, with inverse eigenvalues; N of a mode is the squared size",
    )
    (over_corner,) = orthogonal(l, o)
    apart = SQUARE if q == N else two_corners(N, q)[0]
    there = Sum(mode[o] * chi[o, p] * chi[o, q], (o, 1, N))
    one = Step(
        Sum(mode[o] * chi[o, q] * KroneckerDelta(l, o), (o, 1, N)),
        mode[l] * chi[l, q],
        "one mode is left",
        domain=(l <= N,),
    )
    return Derivation(
        f"The last row of the inverse times the kernel matrix, at {q}",
        (
            last,
            one,
            *((SQUARE,) if q == N else ()),
            *chain(
                Sum(inverse[N, p] * kernel[p, q], (p, 1, N)),
                To(
                    Sum(inverse[N, p] * there, (p, 1, N)),
                    "the kernel by its modes",
                    (expansion,),
                ),
                To(
                    Sum(
                        chi[l, N]
                        / mode[l]
                        * Sum(
                            mode[o] * chi[o, q] * Sum(chi[l, c] * chi[o, c], (c, 1, N)), (o, 1, N)
                        ),
                        (l, 1, N),
                    )
                    / N**2,
                    "the inverse by its modes, sums exchanged",
                    (last,),
                ),
                To(
                    Sum(chi[l, N] / mode[l] * one.lhs, (l, 1, N)) / N,
                    "which are orthogonal",
                    (over_corner,),
                ),
                To(Sum(chi[c, N] * chi[c, q], (c, 1, N)) / N, "mode by mode", (one,)),
                To(
                    KroneckerDelta(N, q),
                    "products tell corners apart",
                    (apart,),
                ),
            ),
        ),
        OWN,
    )


def inverse_of_the_kernel() -> tuple[Derivation, ...]:
    """The inverse of a kernel h(x . x' / d) on all corners has the inverse eigenvalues, and on its
    diagonal their mean: a binomial sum.
    """
    corner_itself = Defined(
        inverse[N, N], Sum(chi[c, N] ** 2 / mode[c], (c, 1, N)) / N**2, "the same at that corner"
    )
    by_signs = Function("C")(i)  # products of i signs
    count = Induction(
        d,
        0,
        KroneckerDelta(i, 0),
        by_signs + by_signs.subs(i, i - 1),
        binomial(d, i),
        "with one sign more, a product of i signs has it or has it not",
        so_far=by_signs,
    )
    by_size = Assumed(
        Eq(mode[c], eigenvalue[size[c]]),
        "a kernel h(x . x' / d) does not see which signs agree: the eigenvalue of a product "
        "depends on its number of signs",
    )
    grouped = Quoted(
        "a sum over the products, by their number of signs",
        f"{CONCRETE}, section 2.4",
        (
            Sum(1 / eigenvalue[size[c]], (c, 1, N)),
            "==",
            Sum(by_signs / eigenvalue[i], (i, 0, d)),
        ),
    )
    diagonal = Derivation(
        "Diagonal of the inverse",
        (
            corner_itself,
            SQUARE,
            by_size,
            grouped,
            count,
            *chain(
                inverse[N, N],
                To(
                    Sum(chi[c, N] ** 2 / mode[c], (c, 1, N)) / N**2,
                    "by its modes",
                    (corner_itself,),
                ),
                To(Sum(1 / mode[c], (c, 1, N)) / N**2, "Parseval: each mode counts 1", (SQUARE,)),
                To(
                    Sum(1 / eigenvalue[size[c]], (c, 1, N)) / N**2,
                    "by the number of signs",
                    (by_size,),
                ),
                To(Sum(by_signs / eigenvalue[i], (i, 0, d)) / N**2, "products alike", (grouped,)),
                To(
                    Sum(binomial(d, i) / eigenvalue[i], (i, 0, d)) / N**2,
                    "binomial(d, i) of i signs",
                    (count,),
                ),
            ),
        ),
        OWN,
    )
    return _row(q), diagonal, _row(N)
