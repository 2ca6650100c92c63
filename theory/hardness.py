"""Why is it hard to train three threshold units?  A splitting of sets gives two half-spaces, two
half-spaces give a splitting; and a polynomial that is as hard.

Setting.  Subsets C_j of {1, ..., n}, to be split: each must have elements in S_1 and in S_2.  Data:
the origin, label +; the n unit vectors, -; the indicator of every C_j, +.  The network says + where
both hidden units do: two half-spaces g = w.x + b > 0.  A splitting exists iff the network can fit
the data, so that fitting is NP-hard.  An output unit that is free, too, needs three more inputs, in
the source.

Source: Blum, Rivest, Neural Networks 5, 1992; Garey, Johnson, Computers and Intractability, Freeman
1979, for set splitting (SP4) and partition (SP12).
"""

from sympy import And, Eq, Equivalent, Expr, Implies, IndexedBase, Sum, Symbol, symbols

from theory import Assumed, Decided, Defined, Derivation, Quoted, Settles, Step

n, m, r, i = symbols("n m r i", integer=True, positive=True)  # elements; of a set in S_1, beyond it
b, u, v, x = symbols("b u v x", real=True)
w = IndexedBase("w", real=True)
fit, c, D, q = symbols("F c D q", positive=True)  # steps to fit, steps each; a factor; a polynomial
BLUM = "Blum, Rivest, Neural Networks 5, 1992"
GAREY = "Garey, Johnson, Computers and Intractability, Freeman 1979"


def half_spaces_of_a_splitting() -> tuple[Derivation, ...]:
    """A splitting gives two half-spaces that hold the origin and every set and cut off every unit
    vector: weights -1 on its own part, n elsewhere, and a bias between 0 and 1.
    """
    inside = Sum(-1, (i, 1, m)) + Sum(n, (i, 1, r)) + b
    value = Step(inside, n * r - m + b, "a set of m elements of S_1 and r of S_2, its g_1")
    holds = Decided(
        Implies(And(b > 0, r >= 1, m <= n - r), inside > 0),
        "positive: the set is kept",
        uses=(value,),
    )
    statement = Settles("udl-nn-training-np-hard", part="a splitting gives two half-spaces")
    return (
        Derivation("Sets that are split are kept", (value, holds), BLUM, (statement,)),
        Derivation(
            "Unit vectors of S_1 are cut off",
            (
                Decided(
                    Implies(And(b > 0, b < 1), And(-1 + b < 0, 0 + b > 0)),
                    "by g_1, which keeps the origin",
                ),
            ),
            BLUM,
        ),
    )


def splitting_of_half_spaces() -> tuple[Derivation, ...]:
    """Two half-spaces that hold the origin and every set and cut off every unit vector give a
    splitting: by which of them cuts the unit vector off.
    """
    at_units = Sum(w[i] + b, (i, 1, m))
    at_set = Sum(w[i], (i, 1, m)) + b
    sums = Step(at_set, at_units - (m - 1) * b, "a set of m elements, by its unit vectors")
    cut = Assumed(at_units <= 0, "all of them are cut off by this half-space, each has g <= 0")
    lost = Decided(
        Implies(And(b > 0, m >= 1), at_set <= 0),
        "it holds the origin, b > 0, and then not the set: a set has an element that it keeps",
        uses=(sums, cut),
    )
    statement = Settles("udl-nn-training-np-hard", part="two half-spaces give a splitting")
    return (Derivation("No set lies in one part", (sums, cut, lost), BLUM, (statement,)),)


def polynomial_of_a_partition() -> tuple[Derivation, ...]:
    """The polynomial (a.x)^2 + sum (x_i^2 - 1)^2 reaches zero iff signs x_i exist with a.x = 0: the
    global minimum of a non-convex function decides a partition.
    """
    apart = Decided(
        Implies(And(v >= 0, Eq(u**2 + v, 0)), And(Eq(u, 0), Eq(v, 0))),
        "a square and a sum of squares, both zero: and so on for each of them",
    )
    signs = Step(x**2 - 1, (x - 1) * (x + 1), "zero at the signs")
    both = Decided(
        Implies(
            v >= 0,
            Equivalent(Eq(u**2 + signs.lhs**2 + v, 0), And(Eq(u, 0), Eq(signs.rhs, 0), Eq(v, 0))),
        ),
        "the sum a.x vanishes, x_i is 1 or -1, and the rest vanishes likewise",
        uses=(apart, signs),
    )
    statement = Settles("udl-nn-training-np-hard", part="polynomials")
    return (Derivation("Partition", (apart, signs, both), GAREY, (statement,)),)


def time_to_fit() -> tuple[Derivation, ...]:
    """If P is not NP, no polynomial bounds the time to find the global minimum of the network's
    loss, or that of a polynomial: both are NP-hard.
    """
    statement = Settles(
        "udl-nn-training-np-hard", part="no polynomial bounds the time, unless P = NP"
    )
    network = _hard(
        "Time to fit a network",
        "set splitting is NP-complete (SP4): if P is not NP, whoever decides it takes on some "
        "instance more steps than any given polynomial of its size allows",
        "numbers of the data, of n elements and m sets; fitted without an error or not, by the "
        "two derivations, they decide the splitting",
        (1 + n + m) * (n + 1),
        (4, 2),
        (statement,),
    )
    polynomial = _hard(
        "Time to minimise a polynomial",
        "partition is NP-complete (SP12): if P is not NP, whoever decides it takes on some "
        "instance more steps than any given polynomial of its size allows",
        "bits of the coefficients, of n numbers of n + m bits in all, no product longer than both "
        "its factors; zero is reached or not, by the derivation, as the numbers can be parted",
        (n * (n + 1) / 2 + 2 * n + 1) * 2 * (n + m),
        (8, 3),
    )
    return network, polynomial


def _hard(
    title: str,
    complete: str,
    written: str,
    count: Expr,
    most: tuple[int, int],
    settles: tuple[Settles, ...] = (),
) -> Derivation:
    """By a problem that is NP-complete, of the size n + m; ``count`` numbers are written down, at
    most the first of ``most`` times a power of the size, the second.
    """
    size, (factor, power) = n + m, most
    work = Symbol("W", positive=True)
    down = Defined(work, c * count, f"steps to write down, c for each of the {written}")
    bound = Assumed(q >= size**power, f"the value of a polynomial of the size, of degree {power}")
    hard = Quoted(complete, GAREY, (work + fit, ">", (D + factor * c) * q))
    few = Decided(
        count <= factor * size**power, "a multiple of a power of the size, n and m at least one"
    )
    less = Step(work, factor * c * q, "and of the polynomial", "<=", uses=(down, few, bound))
    return Derivation(
        title,
        (
            down,
            bound,
            hard,
            few,
            less,
            Decided(fit > D * q, "whatever D and the polynomial", uses=(hard, less)),
        ),
        GAREY,
        settles,
    )
