"""How high is the loss on the line between two networks?  A bound by curvature, none at all over
shared features, and what copies and independent networks have in common half-way.

Setting.  A line (1 - s) theta + s theta' between parameters; the barrier is the largest excess of
the loss over the line between its ends.  Independent networks: two layers, ReLU, very wide, each
linear in the way from its own start, at unit inputs; both ends fit their data.  The start of the
network at s has the size r = sqrt((1 - s)^2 + s^2) and the correlation (1 - s) / r with the first.

Source: our own; Cho, Saul, NeurIPS 2009, for means of two neurons.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Max,
    Rational,
    Subs,
    Sum,
    Symbol,
    acos,
    cos,
    exp,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Quoted, Step, To, chain, derive
from theory.notation import FELLER, OWN, RUDIN, mean

n, m, i, k, l = symbols("n m i k l", integer=True, positive=True)  # samples, units
s = Symbol("s", nonnegative=True)  # place on the line, up to 1
kappa, d = symbols("kappa d", positive=True)  # most negative curvature, distance of the ends
phi = Symbol("varphi", positive=True)  # angle of both preactivations
c = Symbol("c", real=True)  # cosine between two inputs
r = Symbol("r", positive=True)  # size of the start at s
e, g, a, w = (IndexedBase(name, real=True) for name in "egaw")
L = Function("L", real=True)
OUTPUT, INPUT = (sin(phi) + (pi - phi) * cos(phi)) / (2 * pi), (pi - phi) / (2 * pi)
SIZE = sqrt((1 - s) ** 2 + s**2)
HALF = Rational(1, 2)


def barrier_bound() -> tuple[Derivation, ...]:
    """Where no curvature along the line is below -kappa, the barrier is at most kappa d^2 / 8, as
    it is for a parabola.
    """
    lift = kappa * d**2
    parabola = -kappa * (d * s) ** 2 / 2
    rounded = L(s) + lift * s**2 / 2
    above = L(s) - (1 - s) * L(0) - s * L(1)
    least = Assumed(Derivative(L(s), s, 2) >= -lift, "curvature -kappa at least, places in [0, 1]")
    bend = Step(Derivative(rounded, s, 2), Derivative(L(s), s, 2) + lift, "a parabola is added")
    convex = Quoted(
        "a function with a slope that does not fall lies below its chords",
        RUDIN + ", exercise 5.14",
        Implies(bend.lhs >= 0, rounded <= (1 - s) * L(0) + s * (L(1) + lift / 2)),
    )
    round_ = Decided(bend.lhs >= 0, "so that it bends upwards", uses=(bend, least))
    there = Decided(above <= lift * (s - s**2) / 2, "without the parabola", uses=(round_, convex))
    return (
        Derivation(
            "Barrier by curvature",
            (
                least,
                bend,
                round_,
                convex,
                there,
                Decided(above <= lift / 8, "largest half-way", uses=(there,)),
            ),
            OWN,
        ),
        Derivation(
            "A parabola",
            (
                Step(
                    Subs(parabola - s * parabola.subs(s, 1), s, HALF),
                    lift / 8,
                    "loss -kappa d^2 s^2 / 2, half-way",
                ),
            ),
            OWN,
        ),
    )


def shared_features() -> tuple[Derivation, ...]:
    """Between two output layers over the same features the squared loss lies below the line by s (1
    - s) / 2 times the mean squared change of the output: no barrier.
    """
    squares = Sum(g[i] ** 2, (i, 1, n))
    at = Sum((e[i] + s * g[i]) ** 2, (i, 1, n)) / (2 * n)
    ends = (1 - s) * Sum(e[i] ** 2, (i, 1, n)) + s * Sum((e[i] + g[i]) ** 2, (i, 1, n))
    below = Step(
        at - ends / (2 * n),
        -s * (1 - s) * squares / (2 * n),
        "errors e_i at one end, changes of the output g_i to the other",
    )
    total = Symbol("G", nonnegative=True)
    name = Quoted("a sum of squares", RUDIN + ", proposition 1.18", (squares, "==", total))
    return (
        Derivation("Output layers over shared features", (below,), OWN),
        Derivation(
            "No barrier",
            (
                below,
                name,
                Step(
                    below.lhs,
                    Integer(0),
                    "below the line",
                    relation="<=",
                    domain=(s <= 1,),
                    uses=(below, name),
                ),
            ),
            OWN,
        ),
    )


def permuted_copy() -> tuple[Derivation, ...]:
    """Half-way to a copy of itself with its units in random order, a network of linear units has on
    average half its output, and m / 2 times the mean output weight times the mean input weight.
    """
    pair = (a[k] + a[l]) * (w[k] + w[l]) / 4
    half = Function("f", real=True)(m)
    every = Sum(pair, (l, 1, m), (k, 1, m)) / m
    matched = Quoted(
        "a random order takes each unit to every place with the chance 1 / m: mean output half-way",
        f"{FELLER}, section II.10",
        (half, "==", every),
    )
    own, A, W = Sum(a[k] * w[k], (k, 1, m)), Sum(a[k], (k, 1, m)), Sum(w[k], (k, 1, m))
    last = Step(half, own / 2 + A * W / (2 * m), "all pairs", uses=(matched,))
    return (Derivation("Half-way to a permuted copy", (matched, last), OWN),)


def gradient_overlap() -> tuple[Derivation, ...]:
    """Two ReLU neurons of preactivations at an angle varphi have the mean product (sin varphi + (pi
    - varphi) cos varphi) / (2 pi) and are both active with the chance (pi - varphi) / (2 pi).
    """
    u, v = symbols("u v", real=True)
    q, angle = symbols("q psi", positive=True)
    radial = Integral(q**3 * exp(-(q**2) / 2), (q, 0, oo))
    both = (angle, phi - pi / 2, pi / 2)
    product = mean(Max(0, u) * Max(0, v))
    turned = Integral(cos(angle) * cos(angle - phi), both)
    apart = Step(cos(angle) * cos(angle - phi), (cos(phi) + cos(2 * angle - phi)) / 2, "a product")
    parts = Integral(apart.rhs, both)
    plane = Assumed(
        Eq(product, radial * turned / (2 * pi)),
        "u and v normal of variance one, u = q cos(psi), v = q cos(psi - varphi)",
    )
    size = Step(radial, Integer(2), "radial part of the plane Gaussian")
    inside = (phi < pi,)
    return (
        Derivation(
            "Mean product of two neurons",
            (
                plane,
                size,
                apart,
                *chain(
                    product,
                    To(turned / pi, "both are active between these angles", uses=(plane, size)),
                    To(parts / pi, "cosines of sum and difference", uses=(apart,)),
                    To(OUTPUT, "angular part", domain=inside),
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Chance that both are active",
            (
                Step(
                    Integral(1 / (2 * pi), both), INPUT, "an angle, uniformly drawn", domain=inside
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
    )


def independent_solutions() -> tuple[Derivation, ...]:
    """Half-way between two very wide independent networks that fit one point, its output is 3/8 + 1
    / (4 pi) of the label, whatever the width; with output weights alone 3/8 + 1 / (2 pi).
    """
    product, chance = derive(gradient_overlap)
    both = r * product.states[0] + (1 - s) * c * chance.states[0]
    overlap = Step(
        both,
        r * OUTPUT + (1 - s) * c * INPUT,
        "output weights see r times a neuron, input weights (1 - s) times a gate",
        uses=(product, chance),
        domain=(phi < pi,),
    )
    K, F = Function("K", real=True), Function("f", real=True)
    shared = Assumed(
        Eq(F(s), ((1 - s) * K(s) + s * K(1 - s)) / K(0)),
        "ends differ from their starts by the least change that fits; to first order the output at "
        "s is the gradient of the start there times both changes; K is its overlap with an end's; "
        "of very many units, a copy in random order is as independent as another network",
    )

    def line(title: str, into: int) -> tuple[Derivation, Derivation]:
        kernel = (r * OUTPUT + into * (1 - s) * INPUT).subs({r: SIZE, phi: acos((1 - s) / SIZE)})
        overlaps = tuple(
            Defined(K(at), kernel.subs(s, at), f"overlap at the point, {where}")
            for at, where in ((s, "from one end"), (1 - s, "from the other"), (0, "at an end"))
        )
        weights = ((1 - s) * kernel + s * kernel.subs(s, 1 - s)) / kernel.subs(s, 0)
        whole = Step(F(s), weights, "both ends", uses=(shared, *overlaps))
        value = Rational(3, 8) + 1 / ((2 + 2 * into) * pi)
        half = Step(Subs(whole.rhs, s, HALF), value, "half-way", uses=())
        return (
            Derivation(title, (shared, *overlaps, whole), OWN),
            Derivation(title + ", half-way", (half,), OWN),
        )

    every, out = line("Output between two networks", 1), line("Between two output layers", 0)
    return (
        Derivation("Overlap of gradients", (overlap,), OWN),
        *every,
        *out,
        Derivation(
            "Loss half-way, part of that of the start",
            (Step((1 - every[1].states[0]) ** 2, (Rational(5, 8) - 1 / (4 * pi)) ** 2, "squared"),),
            OWN,
        ),
    )
