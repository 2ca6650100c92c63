"""How much of a path lies in a few directions if nothing drives it, and if the loss is quadratic?
Shares of a random walk and of a linear flow, and how straight both are.

Setting.  N places of a path, kept at equal times; shares of its principal components, of the places
about their mean or of the N - 1 updates between them.  Random walk: independent updates of equal
size, in very many dimensions.  Linear flow: theta_i(t) goes to c_i at the rate h_i.

Source: Antognini, Sohl-Dickstein, NeurIPS 2018, for walks; our own.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    Limit,
    Rational,
    Sum,
    Symbol,
    cos,
    exp,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Enclosed,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import OWN

N, k, j, i = symbols("N k j i", integer=True, positive=True)  # places, component, place, gap
q = symbols("q", integer=True, positive=True)  # components
c, h, t, T = symbols("c h t T", positive=True)  # of a linear flow: way, rate, two times
v = Symbol("v", positive=True)  # mean squared length of an update
WALK = "Antognini, Sohl-Dickstein, NeurIPS 2018"


def walk_shares() -> tuple[Derivation, ...]:
    """The k-th principal component of a random walk of N places has the share 6 / ((N^2 - 1) 4
    sin(pi k / (2N))^2): 6 / (pi k)^2 of a long one.
    """
    at = cos(pi * k * (j - Rational(1, 2)) / N)
    stretch = 4 * sin(pi * k / (2 * N)) ** 2
    inner = Step(
        2 * at - at.subs(j, j - 1) - at.subs(j, j + 1),
        stretch * at,
        "second difference of a cosine",
    )
    ends = Step(
        (at - at.subs(j, j + 1)).subs(j, 1),
        stretch * at.subs(j, 1),
        "at an end there is one neighbour: the cosine has a maximum half a place outside",
    )
    other = Step(
        (at - at.subs(j, j - 1)).subs(j, N),
        stretch * at.subs(j, N),
        "one neighbour there, too, and the cosine has an extremum half a place outside",
    )
    energy = Function("s", positive=True)(k)
    inverse = Assumed(
        Eq(energy, v * at / inner.lhs),
        "the mean covariance of the places of a walk about their mean is the inverse of the second "
        "differences, on what has mean zero: that of the eigenvalue of the k-th cosine",
    )
    gaps = Sum((N - i) * i, (i, 1, N - 1))
    total = Function("S", positive=True)(N)
    trace = Assumed(
        Eq(total, v * gaps / N),
        "the squared distances from the mean add up to those of all pairs, divided by N; places of "
        "a walk i updates apart have the mean squared distance i v, and there are N - i such pairs",
    )
    summed = Step(gaps, N * (N**2 - 1) / 6, "sums of powers")
    share = Step(
        energy / total,
        6 / ((N**2 - 1) * stretch),
        "part of the whole",
        domain=(N > 1, k < N),
        uses=(inverse, inner, trace, summed),
    )
    x = Symbol("x", positive=True)
    law = 6 / ((x**2 - 1) * 4 * sin(pi * k / (2 * x)) ** 2)
    return (
        Derivation("A cosine at an end", (ends,), OWN),
        Derivation("Share of a component", (inner, inverse, trace, summed, share), WALK),
        Derivation(
            "A long walk", (Step(Limit(law, x, oo), 6 / (pi * k) ** 2, "small angles"),), WALK
        ),
        Derivation("A cosine at the other end", (other,), OWN),
    )


def ten_directions() -> tuple[Derivation, ...]:
    """Ten directions hold more than .94 of a long random walk: a share of nine tenths says nothing
    about a loss.
    """
    law = derive(walk_shares)[2]
    ten = Sum(law.result, (k, 1, 10)).doit()
    return (
        Derivation(
            "Ten directions of a long walk",
            (
                Enclosed(
                    ten,
                    Rational(942, 1000),
                    Rational(943, 1000),
                    "more than nine tenths",
                    uses=(law,),
                ),
            ),
            OWN,
        ),
    )


def walk_updates() -> tuple[Derivation, ...]:
    """Ten directions hold 10 / (N - 1) of the updates of a random walk, and its ends lie (N -
    1)^(-1/2) of its length apart: this tells it from a path that lies in a few directions.
    """
    each = Function("u", positive=True)(k)
    same = Assumed(Eq(each, v), "in very many dimensions N - 1 independent updates are orthogonal")
    every, some = Sum(each, (k, 1, N - 1)), Sum(each, (k, 1, q))
    some_of = chain(
        some / every,
        To(q * v / every, "as many as there are directions", uses=(same,)),
        To(q / (N - 1), "of all updates: a flat spectrum", uses=(same,), domain=(N > 1,)),
    )
    ends = Function("d", positive=True)(N)
    apart = Assumed(Eq(ends, sqrt(every)), "orthogonal updates: squared lengths add up")
    long = Sum(sqrt(each), (k, 1, N - 1))
    straight = chain(
        ends / long,
        To(sqrt((N - 1) * v) / long, "distance of the ends", uses=(apart, same), domain=(N > 1,)),
        To(1 / sqrt(N - 1), "over the length", uses=(same,), domain=(N > 1,)),
    )
    return (
        Derivation("Share of the updates", (same, *some_of), OWN),
        Derivation("Straightness", (same, apart, *straight), OWN),
    )


def linear_flow() -> tuple[Derivation, ...]:
    """Descent on a quadratic loss moves mode i by c_i (1 - exp(-h_i t)): products of its places are
    sums of c_i^2 (1 - exp(-h_i t)) (1 - exp(-h_i t')), and equal rates make a straight line.
    """
    way = c * (1 - exp(-h * t))
    follows = Step(Derivative(way, t), h * (c - way), "it goes to c at the rate h")
    place = Function("theta", real=True)
    there, later = (Defined(place(x), way.subs(t, x), "place of a mode") for x in (t, T))
    product = Step(
        place(t) * place(T),
        c**2 * (1 - exp(-h * t)) * (1 - exp(-h * T)),
        "of one mode at two times",
        uses=(there, later),
    )
    second, y = Function("eta", real=True), Symbol("b", positive=True)
    beside = Defined(second(t), y * (1 - exp(-h * t)), "another mode of the same rate")
    straight = Step(place(t) / second(t), c / y, "whatever the time", uses=(there, beside))
    return (
        Derivation("A mode", (follows,), OWN),
        Derivation("Product of two places", (there, later, product), OWN),
        Derivation("Equal rates", (there, beside, straight), OWN),
    )
