"""How deep can a plain network be at its start?  Inputs that merge in a wide one, signals and
gradients that scatter in a narrow one, and what a layer of patches sees.

Setting.  ReLU networks with D units in each layer and weights N(0, 2 / D).  Means of squares are
kept, but a square is a product over layers of means of D squares, so that the mean of its square
grows as (1 + 5 / D)^L: from L = D / 5 on most starts have hardly any signal and few have nearly
all.  In a wide network the cosine of two inputs approaches one as 1 - 9 pi^2 / (2 L^2).

Source: Hanin, NeurIPS 2018; Cho, Saul, NeurIPS 2009; our own.
"""

from sympy import (
    Eq,
    Function,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Limit,
    Rational,
    Subs,
    Sum,
    Symbol,
    cos,
    exp,
    log,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Defined,
    Derivation,
    Induction,
    Step,
    To,
    chain,
    derive,
    trainability,
)
from theory.notation import OWN, mean, mean_is_linear

D, L, i, j, k, w, S = symbols("D L i j k w S", integer=True, positive=True)  # units, layers
v = Symbol("v", positive=True)  # squared length of a layer's activations, or of its gradient
x = Symbol("x", real=True)  # a preactivation of variance one
epsilon = Symbol("epsilon", positive=True)
g, u = (
    IndexedBase("g", positive=True),
    IndexedBase("u", nonnegative=True),
)  # what a unit lets through
HANIN = "Hanin, NeurIPS 2018"
GAUSS = exp(-(x**2) / 2) / sqrt(2 * pi)


def fourth_moment() -> tuple[Derivation, ...]:
    """A layer multiplies the mean of the square of |h|^2, and of a squared gradient, by 1 + 5 / D
    where it keeps their means.
    """
    two, four = (Integral(x**order * GAUSS, (x, 0, oo)) for order in (2, 4))
    of_two = Step(two, Rational(1, 2), "mean square of what an active unit lets through")
    of_four = Step(four, Rational(3, 2), "and its fourth power")
    pairs = mean(u[i] * u[j])
    law = Assumed(
        Eq(pairs, two**2 + (four - two**2) * KroneckerDelta(i, j)),
        "u = relu(x)^2 in units of 2 v / D, x normal; for gradients u = 1[x > 0] y^2, of the same "
        "moments: given the layer below, units are independent",
    )
    square = Sum(u[i] * u[j], (i, 1, D), (j, 1, D))
    linear = mean_is_linear(mean(square), Sum(pairs, (i, 1, D), (j, 1, D)))
    itself = Step(
        Sum(KroneckerDelta(i, j), (j, 1, D)), Integer(1), "a unit with itself", domain=(i <= D,)
    )
    row = D * two**2 + (four - two**2) * itself.lhs
    layer = Derivation(
        "A layer",
        (
            linear,
            law,
            of_two,
            of_four,
            itself,
            *chain(
                (2 / D) ** 2 * mean(square),
                To((2 / D) ** 2 * Sum(row, (i, 1, D)), "pairs of units", uses=(linear, law)),
                To((2 / D) ** 2 * D * (D * two**2 + four - two**2), "row by row", uses=(itself,)),
                To(1 + 5 / D, "in units of v^2", uses=(of_two, of_four)),
            ),
        ),
        HANIN,
    )
    growth = Induction(
        L, 1, layer.result, SO_FAR * layer.result, (1 + 5 / D) ** L, "independent layers"
    )
    return (
        layer,
        Derivation("L layers", (growth,), HANIN),
        Derivation(
            "What a layer adds",
            (Step(layer.states[0] - 1, 5 / D, "beyond one", uses=(layer,)),),
            HANIN,
        ),
    )


def critical_depth() -> tuple[Derivation, ...]:
    """The mean of the square is e times the square of the mean at the depth 1 / ln(1 + 5 / D),
    which is D / 5 in wide networks.
    """
    growth = derive(fourth_moment)[1]
    depth = Function("L_c", positive=True)(D)
    reached = Assumed(
        Eq(Subs(growth.result, L, depth).doit(), exp(1)), "the depth at which it is e"
    )
    solved = chain(
        depth,
        To(log(Subs(growth.result, L, depth).doit()) / log(1 + 5 / D), "by its logarithm"),
        To(1 / log(1 + 5 / D), "of e", uses=(reached,)),
    )
    width = Symbol("nu", positive=True)
    return (
        Derivation(
            "Depth",
            (reached, *solved),
            OWN,
        ),
        Derivation(
            "In wide networks",
            (
                Step(
                    Limit(solved[-1].rhs.subs(D, width) / width, width, oo), Rational(1, 5), "D / 5"
                ),
            ),
            OWN,
        ),
    )


def merging() -> tuple[Derivation, ...]:
    """In a wide network the cosine of two inputs is 1 - 9 pi^2 / (2 L^2) after many layers."""
    shrinks = next(
        d for d in derive(trainability.gradient_correlation) if d.title == "The angle shrinks"
    )
    exponent = Function("r", real=True)(D)
    named = Defined(exponent, shrinks.states[0], "log of a gate over log(1 + 1 / l), far down")
    angle = -exponent * pi * epsilon
    return (
        Derivation(
            "Merging",
            (
                named,
                Step(
                    Limit((1 - cos(angle)) / epsilon**2, epsilon, 0, "+"),
                    9 * pi**2 / 2,
                    "a gate is 1 - angle / pi and 1 + r / L: the angle is -r pi / L at L = 1 / "
                    "epsilon",
                    uses=(named, shrinks),
                ),
            ),
            OWN,
        ),
    )


def receptive_field() -> tuple[Derivation, ...]:
    """After L layers of patches of k pixels at stride S a unit sees 1 + (k - 1)(S^L - 1) / (S - 1)
    pixels, so 1 + L (k - 1) at stride one.
    """
    seen = Function("R", positive=True)(L)
    wide = Induction(
        L,
        1,
        k,
        seen + (k - 1) * S**L,
        1 + (k - 1) * (S**L - 1) / (S - 1),
        "a patch of k units of the layer below, which are S^L pixels apart",
        seen,
        domain=(S > 1,),
    )
    one = Induction(
        L, 1, k, seen + Subs((k - 1) * S**L, S, 1), 1 + L * (k - 1), "the same at stride one", seen
    )
    return Derivation("Any stride", (wide,), OWN), Derivation("Stride one", (one,), OWN)
