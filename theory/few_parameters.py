"""With how few parameters can labels be fitted?  A zigzag along one direction with one unit for
each change of labels, and Cover's count of the labellings that a hyperplane separates.

Setting.  n points are projected on one direction, t_1 < ... < t_n; their labels change c times, at
z_1 < ... < z_c.  The network is sum_k a_k relu(t - theta_k) + a_0, all units with the same input
weights, t = w.x of d inputs.  Cover: n points of N coordinates in general position, labels drawn
fairly and independently.

Source: our own for the zigzag; Cover, IEEE Transactions on Electronic Computers 14, 1965.
"""

from sympy import (
    And,
    Eq,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Max,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    binomial,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Decided,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
)
from theory.notation import HORN, OWN

n, c, d, k, m, N = symbols("n c d k m N", integer=True, positive=True)
q = symbols("q", integer=True, nonnegative=True)
t, theta, u, v = symbols("t theta u v", real=True)  # a place, one left of all data, two places
z = IndexedBase("z", real=True)  # where labels change
COVER = "Cover, IEEE Transactions on Electronic Computers 14, 1965"


def zigzag() -> tuple[Derivation, ...]:
    """One ReLU unit for each of c changes of labels and a constant make a function that has
    opposite signs on both sides of every change, and no other zero: all labels are right.
    """
    first = Step(
        Max(t - theta, 0) + (theta - z[1]),
        t - z[1],
        "one unit from theta on, left of all data, and a constant",
        domain=(t >= theta,),
    )
    so_far = Function("f", real=True)(k)
    middle = (z[k] + z[k + 1]) / 2
    pieces = Induction(
        k,
        1,
        first.rhs,
        so_far + 2 * (-1) ** k * (t - middle),
        (-1) ** (k + 1) * (t - z[k]),
        "a unit that starts half-way between two changes turns the slope",
        so_far=so_far,
    )
    change = Symbol("z", real=True)
    active = Step(Max(t - u, 0), t - u, "beyond its kink a unit is active", domain=(t >= u,))
    both = Step(
        Subs(pieces.closed, t, u) * Subs(pieces.closed, t, v),
        (u - z[k]) * (v - z[k]),
        "values at u and v on the piece of change k",
    )
    sign = Decided(
        Implies(And(u < change, change < v), both.rhs.xreplace({z[k]: change}) < 0),
        "left and right of the change they have opposite signs",
    )
    return (
        Derivation("The first piece", (first,), OWN),
        Derivation("Beyond a kink", (active,), OWN),
        Derivation("Every piece", (pieces,), OWN),
        Derivation("Two values on a piece", (both,), OWN),
        Derivation("Signs", (sign,), OWN),
    )


def kinks_between_points() -> tuple[Derivation, ...]:
    """n ReLU units of which one starts to bend just before each of n points on a line have features
    of full rank: any labels are fitted, and p > n parameters leave p - n dimensions of fits.
    """
    j = symbols("j", integer=True, positive=True)
    p = symbols("p", integer=True, positive=True)
    h = IndexedBase("h", positive=True)  # from a kink to the point behind it
    there, jacobian = symbols("M J")
    dimension = Function("dim", integer=True)(there)
    rank = Function("rank", integer=True)(jacobian)
    minors = Symbol("m_0", real=True)  # of the entries above
    before = Step(Max(v - u, 0), Integer(0), "points before its kink", domain=(v <= u,))
    gap = Assumed(Eq(t - u, h[n + 1]), "point n + 1 is behind its kink, h_n+1 away")
    behind = Step(Max(t - u, 0), h[n + 1], "and active at the next point", uses=(gap,))
    determinant = Function("D", real=True)(n)
    triangle = Induction(
        n,
        1,
        h[1],
        SO_FAR * behind.lhs + minors * before.lhs,
        Product(h[j], (j, 1, n)),
        "the new unit is zero at all earlier points: Laplace's expansion along its column",
        sequence=determinant,
        domain=(v <= u,),
        uses=(before, behind),
    )
    positive = Step(triangle.closed, Integer(0), "a product of positive numbers", ">")
    regular = Decided(determinant > 0, "the determinant", uses=(triangle, positive))
    full = Quoted(
        "n rows that contain a regular matrix, here the derivatives by the output weights, have "
        "full rank",
        HORN + ", section 0.4",
        Implies(determinant > 0, Eq(rank, n)),
    )
    theorem = Quoted(
        "where the Jacobian has constant rank the solutions form a manifold of dimension p - rank; "
        "a regular matrix of features has a solution for all labels",
        "constant rank theorem",
        Eq(dimension, p - rank),
    )
    all_rows = Decided(Eq(rank, n), "so full it is", uses=(full, regular))
    more = Assumed(n < p, "more parameters than data")
    return (
        Derivation(
            "Features of full rank", (before, gap, behind, triangle, positive, regular), OWN
        ),
        Derivation(
            "Fits that are not isolated",
            (
                before,
                gap,
                behind,
                triangle,
                positive,
                regular,
                full,
                theorem,
                all_rows,
                more,
                *chain(
                    dimension,
                    To(p - n, "as many as there are parameters too many", uses=(theorem, all_rows)),
                    To(Integer(0), "which is not none", relation=">", uses=(more,)),
                ),
            ),
            OWN,
        ),
        Derivation("Determinant", (before, gap, behind, triangle), OWN),
    )


def numbers_of_a_zigzag() -> tuple[Derivation, ...]:
    """The zigzag needs d + 2 c + 1 numbers, fewer than the n labels where they change fewer than (n
    - d - 1) / 2 times.
    """
    numbers = Sum(Integer(1), (m, 1, d)) + Sum(Integer(2), (m, 1, c)) + 1
    count = Step(numbers, d + 2 * c + 1, "a direction, two numbers of each unit and a constant")
    fewer = Decided(
        Implies(2 * c < n - d - 1, numbers < n), "fewer parameters than labels", uses=(count,)
    )
    random = Step(
        Subs(count.rhs, c, (n - 1) * Rational(1, 2)),
        n + d,
        "fair labels change at every second step, on average",
    )
    statement = Settles("udl-fits-with-fewer-params", part="by construction")
    return (
        Derivation("Count", (count,), OWN),
        Derivation("Fewer than labels", (count, fewer), OWN, (statement,)),
        Derivation("Random labels", (random,), OWN),
    )


def separable_labellings() -> tuple[Derivation, ...]:
    """Of the 2^n labellings of n general points of N coordinates 2 sum_(k < N) C(n - 1, k) are cut
    out by a hyperplane through the origin; half of them at n = 2 N.
    """
    added = Quoted(
        "a labelling of n points counts twice for n + 1 if a hyperplane through the new point has "
        "it, which takes a coordinate: C(n + 1, N) = C(n, N) + C(n, N - 1)",
        COVER,
    )
    law = Induction(
        N,
        1,
        Integer(2),
        SO_FAR + 2 * binomial(n - 1, N) + 2 * binomial(n - 1, N - 1),
        2 * Sum(binomial(n, q), (q, 0, N - 1)),
        "the counts for n points, N and N - 1 coordinates, added: a coordinate more adds to both",
        uses=(added,),
    )
    half = Sum(binomial(2 * N - 1, q), (q, 0, N - 1))
    whole = Quoted(
        "binomial theorem, and C(2 N - 1, k) = C(2 N - 1, 2 N - 1 - k)",
        "Olver, Lozier, Boisvert, Clark, NIST Handbook of Mathematical Functions, Cambridge 2010, "
        "section 1.2",
        (half, "==", 2 ** (2 * N - 1) / Integer(2)),
    )
    share = Step(
        2 * half / 2 ** (2 * N),
        Rational(1, 2),
        "at twice as many points as coordinates",
        uses=(whole,),
    )
    return (
        Derivation("Count for n + 1 points", (added, law), COVER),
        Derivation("Half", (whole, share), COVER),
    )
