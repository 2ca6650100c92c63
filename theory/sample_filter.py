"""Is the low-frequency ratio of data a distribution function?  Where a smoother of n points behaves
as a filter, and where it does not.

Setting.  n points with weights K_ij = exp(-|x_i - x_j|^2 / (2 delta^2)); the smoother S divides
every row by its sum d_i, and LFR = |S y|^2 / |y|^2 for labels y, with s = 1 / delta.  On a circle
of equispaced points it is a distribution function, as on the whole line.  On scattered points it
need be neither rising nor below one: both happen with three points.  It is below one for all labels
exactly if all columns of S add up to one; with the weights d_i always.

Source: Xu, Zhou, Deep frequency principle, AAAI 2021; our own.
"""

from sympy import (
    Derivative,
    Eq,
    Expr,
    Function,
    IndexedBase,
    Integer,
    Le,
    Rational,
    Subs,
    Sum,
    Symbol,
    symbols,
)

from theory import (
    Assumed,
    Counterexample,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
)
from theory.notation import OWN, RUDIN

i, j, k, m, n = symbols("i j k m n", integer=True, positive=True)  # points, modes, factors
S = IndexedBase("S", nonnegative=True)  # the smoother, S[i, j]
y, c, d, v = (IndexedBase(name, real=True) for name in "ycdv")  # labels, column sums, row sums
F = Symbol("F", positive=True)  # sum of the squared entries of S
g, s, a, delta = symbols("g s a delta", positive=True)  # 1 / delta; deviation of the inputs
u = Symbol("u", positive=True)


def three_points() -> tuple[Derivation, ...]:
    """On the points 0, 1, 2 the ratio of the labels 1, 0, 1 falls and rises again as the filter
    narrows, and that of 1, 5/4, 1 exceeds one.
    """
    at, to = symbols("p q", integer=True)  # points 0, 1, 2
    h = Symbol("h", positive=True)  # another width

    def ratio(labels: Expr) -> Expr:
        row = g ** ((at - to) ** 2)
        smoothed = Sum(row * labels.subs(at, to), (to, 0, 2)) / Sum(row, (to, 0, 2))
        return Sum(smoothed**2, (at, 0, 2)) / Sum(labels**2, (at, 0, 2))

    ends, bump = (at - 1) ** 2, Rational(5, 4) - (at - 1) ** 2 / Integer(4)
    closed = ((1 + g**4) / (1 + g + g**4)) ** 2 + 2 * (g / (1 + 2 * g)) ** 2
    narrow = Step(
        ratio(ends),
        closed,
        "labels 1, 0, 1; g = exp(-1 / (2 delta^2)), which falls as the filter narrows",
    )
    wide = Step(ratio(ends).subs(g, h), closed.subs(g, h), "with another filter")
    above = Step(
        ratio(bump),
        (
            2 * ((1 + g * Rational(5, 4) + g**4) / (1 + g + g**4)) ** 2
            + ((2 * g + Rational(5, 4)) / (1 + 2 * g)) ** 2
        )
        / (2 + Rational(25, 16)),
        "labels 1, 5/4, 1",
    )
    return (
        Derivation("Labels 1, 0, 1", (narrow,), OWN),
        Derivation(
            "The ratio falls where it should rise",
            (
                narrow,
                wide,
                Counterexample(
                    Le(wide.lhs, narrow.lhs),
                    ((h, 1), (g, Rational(4, 5))),
                    "the narrower filter leaves less",
                    uses=(narrow, wide),
                ),
            ),
            OWN,
            (Settles("rdf-lfr-like-cdf", part="on data, rising"),),
        ),
        Derivation(
            "The ratio exceeds one",
            (
                above,
                Counterexample(
                    Le(above.lhs, 1),
                    ((g, Rational(1, 2)),),
                    "the middle label is spread over the outer ones",
                    uses=(above,),
                ),
            ),
            OWN,
            (Settles("rdf-lfr-like-cdf", part="on data, at most one"),),
        ),
    )


def column_sums() -> tuple[Derivation, ...]:
    """The squares of smoothed labels add up to at most sum c_j y_j^2, c_j the column sums; unless
    these are all one some labels have a ratio above one, and with the weights d_i none has.
    """
    b, w = IndexedBase("b", real=True), IndexedBase("w", nonnegative=True)
    smooth, squares = Sum(S[i, j] * y[j], (j, 1, n)), Sum(S[i, j] * y[j] ** 2, (j, 1, n))
    rows = Assumed(Eq(Sum(S[i, j], (j, 1, n)), 1), "rows of S add up to one")
    named = Assumed(Eq(smooth, b[i]), "b_i, the smoothed label of a point")
    spread = Derivation(
        "Spread around a smoothed label",
        (
            named,
            rows,
            *chain(
                squares - b[i] ** 2,
                To(
                    squares - 2 * b[i] * smooth + b[i] ** 2 * Sum(S[i, j], (j, 1, n)),
                    "with b and one as sums",
                    uses=(named, rows),
                ),
                To(Sum(S[i, j] * (y[j] - b[i]) ** 2, (j, 1, n)), "square by square"),
            ),
        ),
        "Jensen, Acta Mathematica 30, 1906",
    )
    exchanged = Quoted(
        "finite sums may be exchanged",
        RUDIN + ", theorem 8.3",
        (
            Sum(y[j] ** 2 * Sum(w[i] * S[i, j], (i, 1, n)), (j, 1, n)),
            "==",
            Sum(w[i] * squares, (i, 1, n)),
        ),
    )
    # |S y|^2 against |y|^2 near constant labels: sums of v, of S v, and of their squares
    first, smoothed, q, r, z = symbols("V T q r z", real=True)
    near = Step(
        Subs(
            Derivative((n + 2 * z * smoothed + z**2 * q) / (n + 2 * z * first + z**2 * r), z), z, 0
        ),
        2 * (smoothed - first) / n,
        "labels 1 + z v, where S 1 = 1: first order in z",
    )
    sums = (
        Assumed(Eq(smoothed, Sum(c[j] * v[j], (j, 1, n))), "sum of S v, by columns"),
        Assumed(Eq(first, Sum(v[j], (j, 1, n))), "sum of v"),
        Assumed(Eq(v[j], c[j] - 1), "along what the column sums exceed one by"),
    )
    symmetric = Assumed(
        Eq(d[i] * S[i, j], d[j] * S[j, i]), "d_i S_ij = K_ij is symmetric, d_i the row sums of K"
    )
    back = Assumed(Eq(Sum(S[j, i], (i, 1, n)), 1), "rows of S add up to one")
    return (
        Derivation(
            "Squares of smoothed labels",
            (
                exchanged,
                *chain(
                    Sum(w[i] * b[i] ** 2, (i, 1, n)) - exchanged.states[0],
                    To(
                        -Sum(w[i] * (squares - b[i] ** 2), (i, 1, n)),
                        "weights w_i, their sums over the columns of S",
                        uses=(exchanged,),
                    ),
                    To(
                        -Sum(w[i] * spread.result, (i, 1, n)),
                        "what is lost is the spread",
                        uses=(spread,),
                    ),
                    To(Integer(0), "weights are not negative", relation="<="),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Where columns differ, some ratio exceeds one",
            (
                near,
                *sums,
                *chain(
                    near.lhs,
                    To(
                        2 * (Sum(c[j] * v[j], (j, 1, n)) - Sum(v[j], (j, 1, n))) / n,
                        "the ratio is one at z = 0",
                        uses=(near, *sums[:2]),
                    ),
                    To(2 * Sum((c[j] - 1) ** 2, (j, 1, n)) / n, "along c - 1", uses=sums[2:]),
                    To(Integer(0), "and zero only if all c are one", relation=">="),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Columns with the weights d",
            (
                symmetric,
                back,
                *chain(
                    Sum(d[i] * S[i, j], (i, 1, n)),
                    To(d[j] * Sum(S[j, i], (i, 1, n)), "by symmetry", uses=(symmetric,)),
                    To(d[j], "its own weight: the weighted ratio is at most one", uses=(back,)),
                ),
            ),
            OWN,
        ),
        spread,
    )


def circle() -> tuple[Derivation, ...]:
    """On equispaced points of a circle every eigenvalue of the smoother falls with the filter's
    width, so the ratio rises in s whatever the labels are.
    """
    q, sine = Symbol("q", positive=True), Symbol("sigma", nonnegative=True)
    M = Symbol("M", integer=True, positive=True)  # factors
    eigenvalue = Function("lambda", real=True)(k, q)
    shares, sines, gap = (IndexedBase(name, nonnegative=True) for name in ("p", "sigma", "h"))
    places, speeds = (IndexedBase(name, positive=True) for name in ("u", "D"))
    size = IndexedBase("f", positive=True)  # factor m of eigenvalue k
    factor = 1 - 4 * u * sine / (1 + u) ** 2
    fall = Derivation(
        "Slope of a factor",
        (Step(Derivative(factor, u), -4 * sine * (1 - u) / (1 + u) ** 3, "in u = q^(2 m - 1)"),),
        OWN,
    )
    moved = Subs(Derivative(factor, u), (u, sine), (places[m], sines[k]))
    product = Quoted(
        "eigenvalue k is the product over m of 1 - 4 u sigma / (1 + u)^2 with u = q^(2 m - 1), q = "
        "exp(-h^2 / (2 delta^2)), sigma = sin(pi k / n)^2, h the angle between neighbours; its "
        "slope over itself is the sum of those of its factors, of as many as one likes",
        "Jacobi's triple product; Olver et al., NIST Handbook of Mathematical Functions, Cambridge "
        "2010, section 20.5",
        (
            Derivative(eigenvalue, q),
            "==",
            eigenvalue * Sum(speeds[m] * moved / size[k, m], (m, 1, M)),
        ),
    )
    below = Assumed(Eq(1 - places[m], gap[m]), "all u are below one")

    def slopes(rest: Expr) -> Expr:
        each = 4 * speeds[m] * sines[k] * rest / ((1 + places[m]) ** 3 * size[k, m])
        return -Sum(each, (m, 1, M))

    relative = Derivation(
        "Slope of an eigenvalue over itself",
        (
            below,
            *chain(
                Sum(speeds[m] * moved / size[k, m], (m, 1, M)),
                To(slopes(1 - places[m]), "factor by factor", uses=(fall,)),
                To(slopes(gap[m]), "with what u lacks of one", uses=(below,)),
            ),
        ),
        OWN,
    )
    return (
        fall,
        relative,
        Derivation(
            "The ratio on a circle",
            (
                product,
                *chain(
                    Derivative(Sum(shares[k] * eigenvalue**2, (k, 1, n)), q),
                    To(
                        Sum(2 * shares[k] * eigenvalue * Derivative(eigenvalue, q), (k, 1, n)),
                        "waves around the circle are the eigenvectors for every width",
                    ),
                    To(
                        Sum(2 * shares[k] * eigenvalue**2 * slopes(gap[m]), (k, 1, n)),
                        "eigenvalue by eigenvalue",
                        uses=(product, relative),
                    ),
                    To(Integer(0), "q grows with the width: the ratio falls in it", relation="<="),
                ),
            ),
            OWN,
            (Settles("rdf-lfr-like-cdf", part="on equispaced points of a circle, rising"),),
        ),
    )
