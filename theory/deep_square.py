"""How many ReLU units does x^2 take when they stand in one layer, and how many when in several?
The error of a sum of tents, the least error of a shallow network, products, powers, convex
functions.

Setting.  x in [0, 1].  f_0 = x, and f_(m+1) = f_m - 4^-(m+1) T_(m+1) with the (m+1)-fold tent map
T: f_m interpolates x^2 at the multiples of 2^-m, with the error 4^-m u (1 - u) at the place u of a
piece.  A layer has two units of the tent and one that carries f, which is nowhere negative: 3 m
units for the error 4^-(m+1).  A shallow network with n units is affine on n + 1 pieces, and where a
function is curved by c an affine one misses it by c h^2 / 16 on a piece of length h.

Source: Yarotsky, Neural Networks 94, 2017; Liang, Srikant, ICLR 2017; constants: our own.
"""

from sympy import (
    And,
    Function,
    Implies,
    Integer,
    Limit,
    Min,
    Subs,
    Sum,
    Symbol,
    log,
    oo,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Induction,
    Settles,
    Step,
    derive,
)
from theory.linear_region import SINGLE, d, largest_number
from theory.notation import OWN

m, j, k = symbols("m j k", integer=True, nonnegative=True)  # tents, layers, power
v, x, y = symbols("v x y", real=True)  # place within a piece, inputs
a, b, c = symbols("a b c", real=True)  # an affine function, where a piece begins
h, M, epsilon, delta = symbols("h M epsilon delta", positive=True)  # length of a piece, errors
mu = Symbol("mu", positive=True)  # least curvature
YAROTSKY = "Yarotsky, Error bounds for approximations with deep ReLU networks, Neural Networks 2017"
tall, wide = (Function(name, positive=True) for name in ("T", "U"))  # units, by the error
BROAD = "udl-broad-families-deep-efficient"


def tents() -> tuple[Derivation, ...]:
    """The sum of m tents has the error 4^-m u (1 - u) at the place u of each of its 2^m pieces, so
    that 3 m units reach 4^-(m+1).
    """
    error, tent = Function("e", real=True)(v), Min(2 * v, 2 - 2 * v)
    found = 4**-m * v * (1 - v)

    def half(place: object, height: object, where: str) -> tuple[Step, Induction]:
        """The next tent on one half of a piece, and the error there."""
        on_it = Step(
            Subs(tent, v, place), height, f"the tent on the {where} half", domain=(v > 0, v < 1)
        )
        return on_it, Induction(
            m,
            0,
            v * (1 - v),
            error.subs(v, place) - on_it.lhs / 4 ** (m + 1),
            found,
            f"x - x^2 without a tent; one more is taken off, on the {where} half of a piece",
            so_far=error,
            domain=(v > 0, v < 1),
            uses=(on_it,),
        )

    left, right = half(v / 2, v, "left"), half((1 + v) / 2, 1 - v, "right")
    largest = Step(found, 4 ** -(m + 1), "largest in the middle", "<=", (v > 0, v < 1), (left[1],))
    units = Step(Sum(3, (j, 1, m)), 3 * m, "two units of a tent and one that carries, m layers")
    levels = Defined(tall(epsilon), log(1 / epsilon) / log(4) - 1, "tents, before rounding up")
    reached = Step(4 ** -(levels.symbol + 1), epsilon, "they reach the error", uses=(levels,))
    needed = Step(
        Subs(units.lhs, m, levels.symbol),
        3 * (log(1 / epsilon) / log(4) - 1),
        "units in proportion to the logarithm of the accuracy",
        uses=(units, levels),
    )
    return (
        Derivation("Error of m tents", (*left, largest), YAROTSKY),
        Derivation(
            "Error of m tents, right halves",
            (
                *right,
                Step(right[1].closed, 4 ** -(m + 1), "as large", "<=", (v > 0, v < 1), right[1:]),
            ),
            YAROTSKY,
        ),
        Derivation("Units of a deep network", (units, levels, needed), YAROTSKY),
        Derivation("Tents for an error", (levels, reached), YAROTSKY),
    )


def one_layer() -> tuple[Derivation, ...]:
    """A shallow network with n units misses x^2 on [0, 1] by 1 / (8 (n + 1)^2) at least, so that
    the units for an error grow like its inverse root, and those of a deep one like its logarithm.
    """
    off = [at**2 - a - b * at for at in (c, c + h / 2, c + h)]
    piece = Decided(
        Implies(And(off[0] <= M, -off[1] <= M, off[2] <= M), h**2 / 8 <= M),
        "ends and middle of a piece: each is off by M at most, their second difference is h^2 / 2",
    )
    counted = derive(largest_number)[1]
    longest = Assumed(
        h * SINGLE.subs(d, 1) >= 1,
        "h is the length of the longest piece of [0, 1]: no shorter than their mean",
    )
    least = Decided(
        Implies(h**2 / 8 <= M, 8 * M * SINGLE.subs(d, 1) ** 2 >= 1),
        "with n + 1 pieces",
        uses=(counted, longest),
    )
    error = Decided(
        Implies(And(off[0] <= M, -off[1] <= M, off[2] <= M), 8 * M * SINGLE.subs(d, 1) ** 2 >= 1),
        "so the error is 1 / (8 (n + 1)^2) at least",
        uses=(piece, least),
    )
    width = Defined(
        wide(epsilon), 1 / sqrt(8 * epsilon) - 1, "units of one layer, before rounding up"
    )
    reached = Step(
        8 * epsilon * (width.symbol + 1) ** 2, Integer(1), "no fewer leave the error", uses=(width,)
    )
    deep = Defined(
        tall(epsilon), derive(tents)[2].result, "units of a deep network for the same error"
    )
    ratio = Step(
        Limit(width.symbol / deep.symbol, epsilon, 0, "+"),
        oo,
        "units of one layer over those of a deep network",
        uses=(width, deep),
    )
    return (
        Derivation("Least error of a shallow network", (longest, piece, least, error), OWN),
        Derivation(
            "Units of one layer over those of many",
            (width, deep, ratio),
            OWN,
            (Settles(BROAD, part="x^2"),),
        ),
        Derivation("Units of one layer for an error", (width, reached), OWN),
    )


def products_and_powers() -> tuple[Derivation, ...]:
    """Three squares make a product with the error 2 delta at most, and k products the power k + 1
    with 2 k delta: polynomials need a number of units in proportion to log(1 / delta).
    """
    of_sum, of_x, of_y = symbols("e_s e_x e_y", real=True)
    product = 2 * (((x + y) / 2) ** 2 + of_sum) - (x**2 + of_x) / 2 - (y**2 + of_y) / 2
    made = Step(product, x * y + 2 * of_sum - of_x / 2 - of_y / 2, "from three squares")
    small = And(*(And(e >= 0, e <= delta) for e in (of_sum, of_x, of_y)))
    near = Decided(
        Implies(small, And(made.lhs - x * y <= 2 * delta, made.lhs - x * y >= -2 * delta)),
        "squares that are off by delta at most, and upwards",
        uses=(made,),
    )
    so_far = Function("d", real=True)(delta)
    powers = Induction(
        k,
        1,
        Integer(0),
        so_far + 2 * delta,
        2 * (k - 1) * delta,
        "x itself is right; times x it is off by no more than before, and the product by 2 delta",
        so_far=so_far,
        uses=(near,),
    )
    return (
        Derivation("A product from three squares", (made, near), YAROTSKY),
        Derivation("Powers", (made, near, powers), YAROTSKY),
    )


def curved_functions() -> Derivation:
    """Whatever is curved by mu or more is missed by mu h^2 / 16 on a piece of length h: a shallow
    network needs sqrt(mu / (16 M)) pieces, whatever the function.
    """
    values = symbols("g_0 g_1 g_2", real=True)
    convex = Assumed(
        values[0] + values[2] >= 2 * values[1],
        "f - mu x^2 / 2 is convex: its values at both ends and in the middle of a piece",
    )
    off = [
        value + mu * at**2 / 2 - a - b * at
        for value, at in zip(values, (c, c + h / 2, c + h), strict=True)
    ]
    missed = Decided(
        Implies(And(off[0] <= M, -off[1] <= M, off[2] <= M), mu * h**2 / 16 <= M),
        "the second difference of f is mu h^2 / 4 or more",
        uses=(convex,),
    )
    return Derivation(
        "Every curved function", (convex, missed), OWN, (Settles(BROAD, part="curved functions"),)
    )
