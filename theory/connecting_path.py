"""Is there a path of low loss between two networks?  One of five straight pieces on which two
networks of 2n units keep fitting n points, and its height with fewer units.

Setting.  Two layers, any activation; f(x_i) = sum_k a_k phi_ki, phi_ki the output of unit k at
x_i.  Pieces: (1) output weights of the first network go to a fit by n of its units alone; (2) the
units that are not used become units of the other network; (3) output weights go to a fit by n of
those; (4) the first units become the others of the other network; (5) output weights go to those of
the other network.

Source: our own; Kuditipudi et al., NeurIPS 2019, for paths through networks with fewer units.
"""

from itertools import pairwise

from sympy import And, Eq, Function, Implies, IndexedBase, Integer, Max, Ne, Subs, Sum, symbols

from theory import Assumed, Decided, Defined, Derivation, Quoted, Settles, Step, To, chain
from theory.notation import OWN, RUDIN, mean

n, m, q, i, k = symbols("n m q i k", integer=True, positive=True)  # samples, units, units in use
s = symbols("s", nonnegative=True)  # place on a piece
c = symbols("c", real=True)  # factor of output weights
y, x_1 = symbols("y x_1", real=True)  # label, output weight of the only unit
v = symbols("v", positive=True)  # variance of the labels
a, b, phi, psi, e = (IndexedBase(name, real=True) for name in ("a", "b", "phi", "psi", "e"))


def zero_loss_path() -> tuple[Derivation, ...]:
    """Two networks of at least 2n units that fit n points are joined by five pieces on which they
    fit them all the way.
    """
    every = (k, 1, m)
    one, other = (Sum(weights[k] * phi[k], every) for weights in (a, b))
    fits = Assumed(Eq(one, y), "output weights a fit a label y with the units at hand")
    too = Assumed(Eq(other, y), "output weights b do so, too")
    along = Sum(((1 - s) * a[k] + s * b[k]) * phi[k], every)
    apart = Step(along, (1 - s) * one + s * other, "linear in the output weights")
    readout = Derivation(
        "Between two output layers",
        (
            fits,
            too,
            apart,
            *chain(
                along,
                To(apart.rhs, "both apart", uses=(apart,)),
                To(y, "a line of fits: pieces 1, 3 and 5", uses=(fits, too)),
            ),
        ),
        OWN,
    )
    others = (k, n + 1, m)
    used, rest = one.subs(m, n), Sum(b[k] * psi[k], others)
    spare = Step(Sum(1, others), m - n, "every unit that is not used, once")
    alone = Assumed(Eq(used, y), "n of the units fit y alone")
    unused = Derivation(
        "Units that are not used",
        (
            alone,
            *chain(
                Subs(used + c * rest, c, 0),
                To(used, "output weights zero, whatever these units are"),
                To(y, "so that they may move: pieces 2 and 4", uses=(alone,)),
            ),
        ),
        OWN,
    )
    enough = Decided(
        Implies(m >= 2 * n, And(n <= m, spare.rhs >= n)),
        "n units for either network that the other does not use",
    )
    generic = Assumed(
        "outputs of n units of the first network at n points are independent, and so are those of "
        "n other units of the second one",
        "almost all weights, where one choice of them is so and units are analytic",
    )
    both = And(Eq(along, y), Eq(unused.states[0], y))
    whole = Decided(
        Implies(m >= 2 * n, And(n <= spare.rhs, both)),
        "on every piece the label is fitted",
        uses=(generic, enough, readout, unused),
    )
    return (
        readout,
        unused,
        Derivation(
            "Five pieces",
            (generic, enough, whole),
            OWN,
            (Settles("udl-low-loss-curved-path", part="constructed", scope="part"),),
        ),
        Derivation("Number of other units", (spare,), OWN),
    )


def height() -> tuple[Derivation, ...]:
    """On the five pieces a convex loss is nowhere above the larger one of four: both networks, and
    the best readouts of n units of either.
    """
    stops = symbols("L_1 R_1 R_2 L_2", real=True)  # networks L, readouts of n units R
    moving = symbols("L R L_3", real=True)  # at the place s of pieces 1, 3 and 5
    top = symbols("H", real=True)
    inside = And(s >= 0, s <= 1)
    highest = Defined(top, Max(*stops), "the larger one of four")
    chords = ((1 - s) * one + s * other for one, other in pairwise(stops))
    convex = Quoted(
        "a convex function lies below its chords",
        RUDIN + ", exercise 4.23",
        Implies(inside, And(*(at <= chord for at, chord in zip(moving, chords, strict=True)))),
    )
    piece = Decided(
        Implies(inside, And(*(at <= top for at in moving))),
        "on the pieces on which output weights move; on the others the loss stays",
        uses=(highest, convex),
    )
    return (Derivation("Height of the pieces", (highest, convex, piece), OWN),)


def half_readout() -> tuple[Derivation, ...]:
    """The best readout of q random units misses labels of variance v at n points by (1 - q / n) v /
    2 on average; with half of m units that is (1 - m / (2n)) v / 2, and zero from m = 2n on.
    """
    missed = Sum(mean(e[i] ** 2), (i, q + 1, n))
    alike = Assumed(
        Eq(mean(e[i] ** 2), v),
        "labels of mean zero and variance v, independent of the units: e_i are their components, "
        "first along q directions that the units reach, then along the others",
    )
    loss = chain(
        missed / (2 * n),
        To((n - q) * v / (2 * n), "as many directions as are not reached", uses=(alike,)),
        To((1 - q / n) * v / 2, "a share"),
    )
    readout = Derivation("Loss of the best readout", (alike, *loss), OWN)
    top = Step(
        Subs(readout.result, q, m / 2),
        (1 - m / (2 * n)) * v / 2,
        "linear in the width",
        uses=(readout,),
    )
    return (
        readout,
        Derivation("Half of the units", (top,), OWN),
        Derivation(
            "Twice as many units as points",
            (Step(Subs(top.rhs, m, 2 * n), Integer(0), "no piece is higher than the ends"),),
            OWN,
        ),
    )


def one_unit() -> tuple[Derivation, ...]:
    """One odd unit that fits one point cannot get from positive to negative weights: as many units
    as points are not enough.
    """
    tau = Function("T", real=True)(s)  # output of the unit at a place of the path
    output = x_1 * tau
    crossing = Quoted(
        "a continuous function that changes its sign is zero somewhere",
        RUDIN + ", theorem 4.23",
        Eq(tau, 0),
    )
    return (
        Derivation(
            "It stops fitting",
            (crossing, Decided(Ne(output, 1), "where its output is zero", uses=(crossing,))),
            OWN,
        ),
        Derivation(
            "No output of a fit is zero",
            (Decided(Implies(Eq(output, 1), Ne(tau, 0)), "a product"),),
            OWN,
        ),
        Derivation(
            "Output for a weight of one",
            (Step(Subs(output, x_1, 1), tau, "that of the unit"),),
            OWN,
        ),
    )
