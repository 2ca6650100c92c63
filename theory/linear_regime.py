"""Where does a two-layer ReLU network move its input weights by less than any part of them?
Theorem 1* with constants and probability: a bound on the drift at all times, and where it vanishes.

Setting.  M = 2m neurons (m and their mirror images, so f = 0 at the start), kappa = m^-gamma,
kappa' = m^-gamma', q = 1 / (M kappa), no two inputs parallel.  RD_w = |w(T) - w(0)| / |w(0)|.

Result.  While the features of one layer hold the residual up, the rapidity of the flow stays below
a level that keeps them there; sup RD_w -> 0 where gamma < 1 or gamma' > gamma - 1.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorem 1*; this package's proof.
"""

from typing import Any

from sympy import (
    And,
    Equivalent,
    Expr,
    Implies,
    Integer,
    LessThan,
    Limit,
    Ne,
    Or,
    Rational,
    Symbol,
    exp,
    oo,
    sqrt,
    symbols,
)

from theory import (
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    derive,
)
from theory.capacity import LINEAR
from theory.feature_change import ROOM_A, ROOM_W, ell, features_of_a, features_of_w, room, root
from theory.initialisation import M, growth, m, q
from theory.notation import FELLER, RUDIN, gamma, gamma_p, kappa, kappa_p
from theory.random_start import CHANCES, delta_, spill, typical_start
from theory.rapidity import (
    OTHER,
    PROOF,
    SAME,
    W0,
    Lam,
    Xi,
    Y,
    alpha_2,
    drift_by_rapidity,
    eps,
    omega_1,
    omega_2,
    rapidity_of_a_flow,
    sigma,
)

R_w = Symbol("R_w", nonnegative=True)


def _closed(layer: str) -> tuple[Derivation, ...]:
    """The bootstrap: what holds as long as the rapidity is below a level keeps it there."""
    features, flow, rest, factor = {
        "a": (derive(features_of_a)[0], derive(rapidity_of_a_flow)[0], ROOM_A, kappa_p),
        "w": (derive(features_of_w)[0], derive(rapidity_of_a_flow)[1], ROOM_W, 1 / kappa_p),
    }[layer]
    drift, _, of_a, _ = derive(drift_by_rapidity)
    held = Defined(Lam, root**2 * room**2, "what the features hold")
    number = Defined(root, sqrt(M), "root of the number of neurons")
    need = Defined(q, 1 / (M * kappa), "q = 1 / (M kappa)")
    left = Defined(room, rest, "root of what is left of the least eigenvalue")
    end, further = factor * q * sigma * Y / room**2, flow.result.args[1].rhs  # Lambda Xi is less
    standing = Decided(
        Implies(And(Xi <= eps, room > 0), root**2 * room**2 * Xi < further),
        "as long as it is below the level",
        uses=(features, flow, held),
    )
    value = Step(
        root**2 * end * room**2,
        further,
        "in units of q",
        domain=(Ne(room, 0),),
        uses=(number, need),
    )
    bounded = Decided(
        Implies(And(Xi <= eps, room > 0), And(root**2 * room**2 * Xi < value.lhs)),
        "the rapidity is less",
        uses=(standing, value),
    )
    closes = And(room > 0, end <= eps)
    never = Decided(
        Implies(closes, Ne(Xi, eps)),
        "where the end lies below the level, a first time at which it is reached does not exist",
        uses=(bounded,),
    )
    between = Quoted(
        "a continuous function of T that starts at 0 and never has the value epsilon stays below",
        RUDIN + ", theorem 4.23",
        states=Implies(Ne(Xi, eps), Xi < eps),
    )
    below = Decided(Implies(closes, Xi < eps), "so it stays below it", uses=(never, between))
    (found,) = (part for part in drift.result.atoms(LessThan) if part.has(R_w))
    stays = Derivation(
        f"The rapidity of a flow that {layer} carries",
        (held, number, need, standing, value, bounded, never, between, below),
        PROOF,
    )
    return (
        Derivation(
            f"The drift of a flow that {layer} carries",
            (Decided(Implies(And(W0 > 0, closes), found), "at every T", uses=(drift, stays)),),
            PROOF,
        ),
        Derivation(
            f"Rapidity below a level, for a flow that {layer} carries",
            (
                left,
                Step(
                    end,
                    factor * q * sigma * Y / rest**2,
                    "with what is left",
                    uses=(left,),
                    domain=(Ne(rest, 0),),
                ),
            ),
            PROOF,
        ),
        Derivation(
            f"The way of a in a flow that {layer} carries",
            (Decided(Implies(closes, of_a.result.args[1]), "at every T", uses=(of_a, stays)),),
            PROOF,
        ),
    )


def theorem_1_bound() -> tuple[Derivation, ...]:
    """sup_t RD_w <= e^epsilon - 1 - epsilon + kappa' (e^epsilon - 1) alpha_2 / omega_1 at a level
    that closes, with probability 1 - 3 delta where a carries the flow and 1 - 4 delta where w does.
    """
    success = Symbol("P", nonnegative=True)
    missed, strayed, switched = CHANCES
    start = derive(typical_start)
    sizes, gram, gates = start[0], start[2], start[5]
    by_a, of_a, a_by_a = _closed("a")
    by_w, of_w, a_by_w = _closed("w")

    def likely(
        title: str,
        flow: Derivation,
        rare: tuple[Derivation, ...],
        chance: Expr,
        given_: Expr,
        fails: Expr,
    ) -> Derivation:
        union = Quoted(
            "Boole: what holds unless one of some events happens fails at most with the sum of "
            "their chances",
            FELLER + ", section I.7",
            states=Implies(flow.result, success >= 1 - chance),
        )
        return Derivation(
            title,
            (
                union,
                Decided(
                    Implies(given_, And(flow.result, success >= 1 - fails)),
                    "with that probability",
                    uses=(union, flow, *rare),
                ),
            ),
            PROOF,
        )

    return (
        likely(
            "Theorem 1*, a carries the flow",
            by_a,
            (sizes, gram),
            2 * missed + strayed,
            W0 > 0,
            3 * delta_,
        ),
        likely(
            "Theorem 1*, w carries the flow",
            by_w,
            (sizes, gram, gates),
            2 * missed + strayed + switched,
            And(W0 > 0, *gates.result.args[0].args),
            4 * delta_,
        ),
        of_a,
        of_w,
        by_a,
        by_w,
        a_by_a,
        a_by_w,
    )


# the level closes: kappa' q and kappa'^2 q fall, or q, q / kappa' and q / kappa'^2
A_CARRIES = And(gamma_p > gamma - 1, 2 * gamma_p > gamma - 1)
W_CARRIES = And(gamma < 1, 2 * gamma_p < 1 - gamma)
TAYLOR = Quoted(
    "the series of the exponential up to 1",
    RUDIN + ", theorem 8.6",
    states=Implies(eps <= 1, exp(eps) <= 1 + eps + eps**2),
)
LEVEL = {"a": 4 * kappa_p * q * sigma * Y / ell**2, "w": 4 * q / kappa_p * sigma * Y / ell**2}
DRIFT = eps**2 + 2 * kappa_p * eps * alpha_2 / omega_1  # bound of RD_w below the level


def _wide(layer: str) -> Expr:
    """Where the level four times the lazy rapidity closes."""
    if layer == "a":
        return And(eps <= 1, sigma * (eps**2 * omega_2 + 2 * kappa_p * eps * alpha_2) <= ell / 2)
    return And(
        eps <= Rational(1, 2),
        sigma * (eps**2 * alpha_2 + 2 * eps / kappa_p * omega_2) <= ell / 4,
        spill <= ell / 4,
    )


def linear_regime() -> tuple[Derivation, ...]:
    """Theorem 1*: sup_t RD_w is below C kappa'^2 q (1 + q) where a carries the flow and C q (1 + q
    / kappa'^2) where w does, and tends to zero in exactly the linear region.
    """
    found = {}
    for layer, flow in zip("aw", derive(theorem_1_bound)[4:6], strict=True):
        factor, rest = {"a": (kappa_p, ROOM_A), "w": (1 / kappa_p, ROOM_W)}[layer]
        wide, end = _wide(layer), factor * q * sigma * Y / room**2
        level = Defined(eps, LEVEL[layer], "four times the rapidity of a standing kernel")
        left = Defined(room, rest, "root of what is left of the least eigenvalue")
        little = Decided(
            Implies(eps <= 1, And(eps**2 >= SAME, 2 * eps >= OTHER)), "below 1", uses=(TAYLOR,)
        )
        half = Decided(
            Implies(wide, room >= ell / 2), "half of the root is left", uses=(little, left)
        )
        closes = Decided(
            Implies(wide, And(room > 0, end <= eps)), "so the level closes", uses=(half, level)
        )
        bound = next(part for part in flow.result.atoms(LessThan) if part.has(R_w))
        less = Decided(Implies(wide, bound.rhs <= DRIFT), "in powers of the level", uses=(little,))
        found[layer] = Derivation(
            f"Theorem 1* in powers, {layer} carries the flow",
            (
                TAYLOR,
                level,
                left,
                little,
                half,
                closes,
                less,
                Decided(
                    Implies(And(W0 > 0, wide), R_w <= DRIFT),
                    "the drift at every T",
                    uses=(flow, closes, less),
                ),
            ),
            PROOF,
        )
    return (
        found["a"],
        found["w"],
        *(_to_zero(layer, found[layer]) for layer in "aw"),
        _where_it_closes(),
    )


def _to_zero(layer: str, bound: Derivation) -> Derivation:
    """What must be small vanishes at large width, and the drift with it."""
    u, v = symbols("u v", positive=True)
    level = Defined(eps, LEVEL[layer], "the level")
    coordinates = (
        Defined(q, m ** (gamma - 1) / 2, "M = 2 m neurons and kappa = m^-gamma"),
        Defined(kappa_p, m**-gamma_p, "kappa' = m^-gamma'"),
    )
    if layer == "a":
        region, point = A_CARRIES, (1 + v - 2 * u, v - u)
        signs = And(1 + gamma_p - gamma > 0, 1 + 2 * gamma_p - gamma > 0)
        small: tuple[Any, ...] = (eps, kappa_p * eps)
    else:
        region, point = W_CARRIES, (1 - 2 * v, v - u)
        signs = And(1 - gamma - 2 * gamma_p > 0, 1 - gamma > 0)
        small = (eps, kappa_p * eps, eps / kappa_p)
    positive = Decided(Implies(region, signs), "u and v are positive where the layer carries")
    place = (
        Defined(gamma, point[0], "a point of its region"),
        Defined(gamma_p, point[1], "and its other coordinate"),
    )
    uses = (level, *coordinates, positive, *place)
    vanish = tuple(
        Step(Limit(part, m, oo), Integer(0), why, domain=(region,), uses=uses)
        for part, why in zip(
            small,
            ("the level", "what a moves w by", "what w moves a by"),
            strict=False,
        )
    )
    drift = Step(Limit(DRIFT, m, oo), Integer(0), "the drift", domain=(region,), uses=uses)
    return Derivation(
        f"Where {layer} carries the flow the drift vanishes",
        (
            level,
            *coordinates,
            positive,
            *place,
            *vanish,
            drift,
            Step(
                drift.lhs + sum(step.lhs for step in vanish),
                Integer(0),
                "what has to be small for the level to close, and the bound of the drift",
                uses=(bound, drift, *vanish),
            ),
        ),
        PROOF,
        (Settles("phase-theorem-1", part=f"{layer} carries"),),
    )


def _where_it_closes() -> Derivation:
    """Exponents of all that has to be small, and where they are negative."""
    at_a = (
        Step(growth(kappa_p * q), gamma - 1 - gamma_p, "the level, where a carries"),
        Step(growth(kappa_p**2 * q), gamma - 1 - 2 * gamma_p, "the way of w, then"),
    )
    at_w = (
        Step(growth(q / kappa_p), gamma - 1 + gamma_p, "the level, where w carries"),
        Step(growth(q / kappa_p**2), gamma - 1 + 2 * gamma_p, "the way of a, then"),
        Step(growth(q), gamma - 1, "the way of w, then, and what gates change"),
    )
    return Derivation(
        "The linear region",
        (
            *at_a,
            *at_w,
            Decided(
                And(
                    Equivalent(A_CARRIES, And(*(step.lhs < 0 for step in at_a))),
                    Equivalent(W_CARRIES, And(*(step.lhs < 0 for step in at_w))),
                    Equivalent(LINEAR, Or(A_CARRIES, W_CARRIES)),
                ),
                "one of the two layers carries the flow exactly in the linear region",
                uses=(*at_a, *at_w),
            ),
        ),
        PROOF,
    )
