"""What can a network learn of which only scales and offsets of normalisation are trained?  How many
they are, and the chance that positive scales of m frozen units meet n arbitrary targets.

Setting.  Two layers of w units, each with a scale and an offset.  One layer with a frozen readout
whose signs are fair: the output is a combination of m frozen columns with positive scales, and n
targets are met where they lie in the cone of the columns.  They do not where some direction that
goes with the targets goes against all columns; of the 2^m choices of signs, all alike, as many are
of this kind as m hyperplanes cut cells from a half-space.

Source: Wendel, Mathematica Scandinavica 11, 1962; Cover, IEEE Transactions on Electronic Computers
14, 1965; our own.
"""

from sympy import Eq, Function, Rational, Sum, binomial, symbols

from theory import Assumed, Defined, Derivation, Induction, Quoted, Step, derive
from theory.notation import OWN

m, n, l = symbols("m n l", integer=True, positive=True)  # columns, targets, layer
j = symbols("j", integer=True, nonnegative=True)  # dimension
w = symbols("w", integer=True, positive=True)  # units of a layer
inputs, classes = symbols("d C", integer=True, positive=True)
WENDEL = "Wendel, Mathematica Scandinavica 11, 1962"
COVER = "Cover, IEEE Transactions on Electronic Computers 14, 1965"
CELLS = Function("R", positive=True)(m, n)
FIT = Function("P", positive=True)(m, n)


def scale_count() -> tuple[Derivation, ...]:
    """Scales and offsets of two hidden layers of w units are 4 w, among w^2 + (d + C) w weights."""
    both = Step(Sum(2 * w, (l, 1, 2)), 4 * w, "a scale and an offset for each unit")
    share = Step(
        both.lhs / (inputs * w + w**2 + w * classes),
        4 / (inputs + w + classes),
        "over the weights",
        uses=(both,),
    )
    return (
        Derivation("Scales and offsets", (both,), OWN),
        Derivation("Over weights", (both, share), OWN),
    )


def cells() -> tuple[Derivation, ...]:
    """Of the cells of m hyperplanes in general position through the origin of n dimensions those
    that a half-space meets are the sum of C(m, j) over j < n.
    """
    more = Function("e", nonnegative=True)(j)  # cells that a dimension more brings
    cut = Induction(
        m,
        1,
        binomial(1, j),
        more + more.subs(j, j - 1),
        binomial(m, j),
        "the next hyperplane cuts as many cells in two as it is cut into, in a dimension less",
        so_far=more,
    )
    slices = Defined(CELLS, Sum(more, (j, 0, n - 1)), "dimension by dimension")
    total = Step(CELLS, Sum(binomial(m, j), (j, 0, n - 1)), "all of them", uses=(slices, cut))
    return (Derivation("Cells that a half-space meets", (cut, slices, total), COVER),)


def cone_probability() -> tuple[Derivation, ...]:
    """The chance that positive scales of m units meet n targets is one less the sum of C(m, j) over
    j < n, over 2^m: one half at m = 2 n - 1, where a trained readout takes m = n.
    """
    met = derive(cells)[0]
    signs = Assumed(
        Eq(FIT, 1 - CELLS / 2**m),
        "all 2^m signs of the readout are alike, and targets are missed by those for which a "
        "direction goes with the targets and against all columns: one for each cell (Farkas)",
    )
    law = Step(
        FIT, 1 - Sum(binomial(m, j), (j, 0, n - 1)) / 2**m, "over all signs", uses=(signs, met)
    )
    low = Sum(binomial(2 * n - 1, j), (j, 0, n - 1))
    whole = Quoted(
        "a row of Pascal's triangle adds up to a power of two, and is the same from both ends",
        "Olver, Lozier, Boisvert, Clark, NIST Handbook of Mathematical Functions, Cambridge 2010, "
        "section 26.3",
        (low, "==", 2 ** (2 * n - 1) / 2),
    )
    half = Step(
        1 - low / 2 ** (2 * n - 1), Rational(1, 2), "less than half of a row", uses=(whole,)
    )
    return (
        Derivation("Chance that targets are met", (signs, law), WENDEL),
        Derivation("Even chances", (whole, half), WENDEL),
    )
