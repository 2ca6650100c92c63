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
    Function,
    Implies,
    IndexedBase,
    Integer,
    Max,
    Rational,
    Subs,
    Sum,
    Symbol,
    binomial,
    symbols,
)

from theory import SO_FAR, Decided, Derivation, Induction, Quoted, Settles, Step
from theory.notation import OWN

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
