"""What are the products of signs on the corners of a cube?  Sums over all corners by induction over
the signs; products of signs are orthogonal over the corners, and corners over the products.

Setting.  The N = 2^d corners of {-1, 1}^d are numbered 1 .. N, so that corner c + 2^j, c <= 2^j,
has the first j signs of corner c and then -1.  The products of signs chi_l(x), the product over j
of x_j^(s_jl), s_jl = 0 or 1, are numbered likewise: product l has the signs that are -1 at corner
l.
They are the Walsh functions, the characters of the group of corners.

Source: Walsh, American Journal of Mathematics 45, 1923; O'Donnell, Analysis of Boolean Functions,
Cambridge 2014, chapter 1.
"""

from collections.abc import Callable
from functools import cache

from sympy import (
    Eq,
    Expr,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Product,
    Sum,
    Symbol,
    symbols,
)

from theory import SO_FAR, Assumed, Defined, Derivation, Induction, Quoted, Step, To, chain

d, N, j = symbols("d N j", integer=True, positive=True)  # signs, corners, a sign
# corners, products of signs
c, p, q, l, o = symbols("c p q l o", integer=True, positive=True)
beta = Symbol("beta", integer=True, nonnegative=True)  # a sign is 1 - 2 beta
corner = IndexedBase("x", integer=True, nonzero=True)  # sign j of corner p
inside = IndexedBase("s", integer=True, nonnegative=True)  # is sign j in the product l?
exponent = IndexedBase("e", integer=True, nonnegative=True)  # of sign j
chi = IndexedBase("chi", integer=True, nonzero=True)  # product l at the corner p
BOOLEAN = "O'Donnell, Analysis of Boolean Functions, Cambridge 2014, section 1.2"
CONCRETE = "Graham, Knuth, Patashnik, Concrete Mathematics, second edition, Addison-Wesley 1994"


def over_corners(
    factor: Callable[[Expr, Expr], Expr], closed: Expr, why: str, source: str
) -> tuple[Derivation, Induction]:
    """The sum over all corners c of a product over their signs, ``factor(j, x_j)`` each, is
    ``closed``: how one sign more changes it, and the induction that rests on this.
    """

    def product(at: Expr, top: Expr) -> Expr:
        return Product(factor(j, corner[j, at]), (j, 1, top))

    def last(at: Expr) -> Expr:
        return factor(d + 1, corner[d + 1, at])

    def total(top: Expr) -> Expr:
        return Sum(product(c, top), (c, 1, 2**top))

    half = (c, 1, 2**d)
    both = Sum(factor(d + 1, 1 - 2 * beta), (beta, 0, 1))
    halves = Quoted(
        "a sum over 2 N numbers is one over its two halves",
        f"{CONCRETE}, section 2.3",
        (total(d + 1), "==", Sum(product(c, d + 1) + product(c + 2**d, d + 1), half)),
    )
    numbering = (
        Defined(corner[j, c + 2**d], corner[j, c], "corner c + 2^d has the d signs of corner c"),
        Defined(corner[d + 1, c], Integer(1), "and one more: 1 for c"),
        Defined(corner[d + 1, c + 2**d], Integer(-1), "and -1 for c + 2^d"),
    )
    more = Derivation(
        "One sign more",
        (
            halves,
            *numbering,
            *chain(
                total(d + 1),
                To(halves.states[2], "corners with the one and the other last sign", (halves,)),
                To(
                    Sum(product(c, d) * last(c) + product(c + 2**d, d) * last(c + 2**d), half),
                    "its factor split off",
                ),
                To(Sum(both * product(c, d), half), "both values of the sign", numbering),
                To(both * total(d), "are the same for all the others"),
            ),
        ),
        source,
    )
    two = (
        Defined(corner[1, 1], Integer(1), "the first corner with one sign"),
        Defined(corner[1, 2], Integer(-1), "and the second"),
    )
    single = Derivation(
        "One sign",
        (
            *two,
            *chain(
                total(Integer(1)),
                To(total(Integer(1)).doit(), "two corners"),
                To(Sum(factor(Integer(1), 1 - 2 * beta), (beta, 0, 1)), "their signs", two),
            ),
        ),
        source,
    )
    return more, Induction(
        d,
        1,
        single.result,
        SO_FAR * total(d + 1) / total(d),
        closed,
        why,
        sequence=total(d),
        uses=(more, single),
    )


@cache
def _powers() -> tuple[Derivation, Induction]:
    """Powers of the signs, e_j of sign j, over the corners."""
    return over_corners(
        lambda j, x: x ** exponent[j],
        Product(1 + (-1) ** exponent[j], (j, 1, d)),
        "a sign of even power counts twice, one of odd power cancels",
        BOOLEAN,
    )


def orthogonal(l: Symbol, o: Symbol) -> tuple[Derivation]:
    """Sums over the corners c of the product of the products l and o."""
    _, signs = _powers()
    corners = Defined(N, 2**d, "all corners")
    one, two = (
        Defined(chi[k, c], Product(corner[j, c] ** inside[j, k], (j, 1, d)), f"the product {k}")
        for k in (l, o)
    )
    together = Defined(exponent[j], inside[j, l] + inside[j, o], "power of a sign in both")
    merged = Induction(
        d,
        1,
        corner[1, c] ** inside[1, l] * corner[1, c] ** inside[1, o],
        SO_FAR * corner[d + 1, c] ** inside[d + 1, l] * corner[d + 1, c] ** inside[d + 1, o],
        Product(corner[j, c] ** (inside[j, l] + inside[j, o]), (j, 1, d)),
        "two products in one",
        sequence=one.expr * two.expr,
    )
    same = Defined(
        KroneckerDelta(l, o),
        Product((1 + (-1) ** (inside[j, l] + inside[j, o])) / 2, (j, 1, d)),
        "products are numbered by their signs: 1 where every sign is in both or in neither",
    )
    return (
        Derivation(
            f"The products {l} and {o} over the corners",
            (
                signs,
                corners,
                one,
                two,
                together,
                merged,
                same,
                *chain(
                    Sum(chi[l, c] * chi[o, c], (c, 1, N)),
                    To(Sum(one.expr * two.expr, (c, 1, 2**d)), "as products", (one, two, corners)),
                    To(signs.sequence, "sign by sign", (merged, together)),
                    To(signs.closed, "over all corners", (signs,)),
                    To(
                        N * KroneckerDelta(l, o),
                        "a factor 2 a sign, or 0",
                        (same, together, corners),
                    ),
                ),
            ),
            BOOLEAN,
        ),
    )


def two_corners(p: Symbol, q: Symbol) -> tuple[Derivation]:
    """The products at the corners p and q, over all products."""
    (renamed,) = orthogonal(p, q)
    symmetric = tuple(
        Assumed(
            Eq(chi[c, at], chi[at, c]),
            "product c has the signs that are -1 at the corner c: chi counts the common ones",
        )
        for at in (p, q)
    )
    return (
        Derivation(
            "Two corners over the products",
            (
                *symmetric,
                Step(
                    Sum(chi[c, p] * chi[c, q], (c, 1, N)),
                    N * KroneckerDelta(p, q),
                    "products and corners change places",
                    uses=(*symmetric, renamed),
                ),
            ),
            BOOLEAN,
        ),
    )


def orthogonal_products() -> tuple[Derivation, ...]:
    """Two products of signs are orthogonal over the corners unless they are the same, and two
    corners over the products.
    """
    return _powers()[0], *orthogonal(l, o), *two_corners(p, q)
