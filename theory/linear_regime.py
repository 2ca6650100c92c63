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
    Abs,
    And,
    Eq,
    Equivalent,
    Expr,
    Implies,
    IndexedBase,
    Integer,
    LessThan,
    Limit,
    Max,
    Ne,
    Or,
    Rational,
    Sum,
    Symbol,
    exp,
    oo,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    derive,
)
from theory.capacity import LINEAR
from theory.initialisation import M, growth, m, q
from theory.notation import FELLER, HORN, RUDIN, gamma, gamma_p, kappa, kappa_p
from theory.random_start import CHANCES, delta_, spill, typical_start
from theory.rapidity import (
    A0,
    OTHER,
    PROOF,
    SAME,
    W0,
    D_a,
    D_w,
    Lam,
    Xi,
    Y,
    alpha_2,
    drift_by_rapidity,
    eps,
    omega_1,
    omega_2,
    rapidity_of_a_flow,
    residual_in_features,
    sigma,
    speeds,
)

ell = Symbol(
    "ell", positive=True
)  # root of the least eigenvalue of the features, per neuron, at the start
room = Symbol("Delta", real=True)  # root of what is left of it
root = Symbol("nu", positive=True)  # of the number M of neurons
REACH_W = SAME * omega_2 + kappa_p * OTHER * alpha_2  # ways of both layers, over sqrt(M)
REACH_A = SAME * alpha_2 + OTHER / kappa_p * omega_2
ROOM_A = ell - sigma * REACH_W
ROOM_W = ell - sigma * REACH_A - spill
LENGTHS = symbols("f f_0 r", nonnegative=True)  # |e| in the features, now and at the start; |e|


def _held(layer: str, change: tuple, lost: Expr, rest: Expr, extra: tuple = ()) -> Derivation:
    """From the change of the features of a layer to what holds up to the level."""
    f, f_0, r = LENGTHS
    loss, by_a, by_w = residual_in_features()
    held, norm, reach, moved = (
        (by_a, D_w, REACH_W, derive(drift_by_rapidity)[1])
        if layer == "a"
        else (by_w, D_a, REACH_A, derive(drift_by_rapidity)[2])
    )
    minkowski = Quoted(
        "the triangle inequality for lists over the neurons",
        "Minkowski 1896",
        states=Implies(And(*(of.result for of in change)), f >= f_0 - lost * r),
    )
    least = Assumed(
        f_0 >= ell * root * r,
        f"Least eigenvalue at the start: that of the features of {layer} is at least M lambda, "
        "and lambda > 0: no two inputs parallel",
    )
    sizes = (
        Assumed(omega_2 * root >= W0, "Sizes at the start: |w(0)|"),
        Assumed(alpha_2 * root >= A0, "Sizes at the start: |a(0)|"),
    )
    more = Quoted(
        "the exponential lies above its tangent at zero",
        RUDIN + ", theorem 5.15",
        states=(exp(eps), ">=", 1 + eps),
    )
    way = Decided(
        Implies(Xi <= eps, norm <= reach * root),
        "the other layer has moved so far",
        uses=(moved, *sizes, more),
    )
    changed = Decided(f >= f_0 - lost * r, "for all neurons", uses=(minkowski, *change))
    left = Defined(room, rest, "root of what is left of lambda")
    lower = Decided(
        Implies(Xi <= eps, f >= room * root * r),
        "what is left of the features",
        uses=(changed, *extra, way, least, left),
    )
    is_f = Assumed(Eq(held, f**2), "f is the length of the residual in the features")
    is_r = Assumed(Eq(loss, r**2), "r is |e|")
    return Derivation(
        f"The features of {layer} stay",
        (
            minkowski,
            changed,
            least,
            *sizes,
            more,
            way,
            *extra,
            left,
            lower,
            is_f,
            is_r,
            Decided(
                Implies(And(Xi <= eps, room > 0), held >= root**2 * room**2 * loss),
                "squared",
                uses=(lower, is_f, is_r),
            ),
        ),
        PROOF,
    )


def features_of_a() -> tuple[Derivation, ...]:
    """Up to rapidity epsilon the features of a hold every residual up by M R^2, R = sqrt(lambda) -
    sigma |W - W(0)| / sqrt(M).
    """
    n, D, i, j = symbols("n D i j", integer=True, positive=True)
    e, x, b, z, dw = (IndexedBase(name, real=True) for name in ("e", "x", "b", "z_0", "dw"))
    loss, *_ = residual_in_features()
    moved = Sum(dw[j] * x[i, j], (j, 1, D))
    change = Defined(
        b[i], Max(0, z[i] + moved) - Max(0, z[i]), "change of a feature, from its preactivation"
    )
    lipschitz = Decided(b[i] ** 2 <= moved**2, "less than the preactivation moves", uses=(change,))
    features, signal = Sum(b[i] ** 2, (i, 1, n)), Sum(moved**2, (i, 1, n))
    seen = Sum(e[i] * b[i], (i, 1, n)) ** 2
    termwise = Quoted(
        "a sum of larger terms is larger",
        RUDIN + ", proposition 1.18",
        states=Implies(lipschitz.formula, features <= signal),
    )
    summed_up = Decided(features <= signal, "over the samples", uses=(termwise, lipschitz))
    cauchy = Quoted(
        "The inequality of Cauchy and Schwarz", "Cauchy 1821", states=(seen, "<=", loss * features)
    )
    stretch = Quoted(
        "the largest eigenvalue of the second moments of the inputs is the largest Rayleigh "
        "quotient",
        HORN + ", theorem 4.2.2",
        states=(signal, "<=", sigma**2 * Sum(dw[j] ** 2, (j, 1, D))),
    )
    one = Derivation(
        "Change of the features of a neuron",
        (
            change,
            lipschitz,
            termwise,
            summed_up,
            cauchy,
            stretch,
            Decided(
                seen <= sigma**2 * loss * Sum(dw[j] ** 2, (j, 1, D)),
                "at most as far as its input weights move",
                uses=(cauchy, summed_up, stretch),
            ),
        ),
        PROOF,
    )
    return _held("a", (one,), sigma * D_w, ROOM_A), one


def features_of_w() -> tuple[Derivation, ...]:
    """Up to rapidity epsilon the features of w hold every residual up by M R^2, R = sqrt(lambda) -
    sigma |a - a(0)| / sqrt(M) - sqrt(G), G from gates that start near a kink.
    """
    n, D, i, j = symbols("n D i j", integer=True, positive=True)
    e, x, b = (IndexedBase(name, real=True) for name in ("e", "x", "b"))
    near = IndexedBase("near", nonnegative=True)
    z, dz = (IndexedBase(name, real=True) for name in ("z_0", "dz"))  # preactivations
    length = IndexedBase("l", nonnegative=True)  # |x_i|
    reach, flipped = symbols("P F", nonnegative=True)  # way of the neuron
    loss, *_ = residual_in_features()
    samples, coordinates = (i, 1, n), (j, 1, D)
    turned = Quoted(
        "The inequality of Cauchy and Schwarz: w . x moves by at most |dw| |x|",
        "Cauchy 1821",
        states=(Abs(dz[i]), "<=", reach * length[i]),
    )
    stays = Decided(
        Implies(Abs(z[i]) > reach * length[i], z[i] * (z[i] + dz[i]) > 0),
        "a gate that starts further from its kink than that does not switch",
        uses=(turned,),
    )
    inputs, whole = Sum(x[i, j] ** 2, coordinates), Sum(e[i] * b[i] * x[i, j], samples)
    switched = Sum(near[i] * inputs, samples)
    flips = Quoted(
        "a gate changes by b with b^2 <= 1, and only where it may switch, near = 1",
        "definition of a gate; " + RUDIN + ", proposition 1.18",
        states=Implies(stays.formula, Sum(b[i] ** 2 * inputs, samples) <= switched),
    )
    few = Decided(flips.states.args[1], "few gates switch", uses=(flips, stays))
    cauchy = Quoted(
        "The inequality of Cauchy and Schwarz, for each coordinate",
        "Cauchy 1821",
        states=(Sum(whole**2, coordinates), "<=", loss * Sum(b[i] ** 2 * inputs, samples)),
    )
    stretched = derive(speeds)[4]
    one = Derivation(
        "Change of the features of a neuron in w",
        (
            turned,
            stays,
            flips,
            few,
            cauchy,
            Decided(
                And(stretched.result, Sum(whole**2, coordinates) <= loss * switched),
                "whatever its gates are, and where these change",
                uses=(stretched, cauchy, few),
            ),
        ),
        PROOF,
    )
    typical = Assumed(
        flipped <= spill * root,
        "Gates at the start: F^2, the sum of a^2 |x_i|^2 over neurons and inputs for which w . x_i "
        "starts within |x_i| times the way of the neuron, is at most M G^2",
    )
    return (
        _held("w", (one,), sigma * D_a + flipped, ROOM_W, (typical,)),
        one,
    )


R_w = Symbol("R_w", nonnegative=True)


def _closed(layer: str) -> tuple[Derivation, ...]:
    """The bootstrap: what holds as long as the rapidity is below a level keeps it there."""
    features, flow, rest, factor = {
        "a": (derive(features_of_a)[0], derive(rapidity_of_a_flow)[0], ROOM_A, kappa_p),
        "w": (derive(features_of_w)[0], derive(rapidity_of_a_flow)[1], ROOM_W, 1 / kappa_p),
    }[layer]
    drift, *_ = derive(drift_by_rapidity)
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
    return (
        Derivation(
            f"The drift of a flow that {layer} carries",
            (
                held,
                number,
                need,
                standing,
                value,
                bounded,
                never,
                between,
                below,
                Decided(Implies(And(W0 > 0, closes), found), "at every T", uses=(drift, below)),
            ),
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
    )


def theorem_1_bound() -> tuple[Derivation, ...]:
    """sup_t RD_w <= e^epsilon - 1 - epsilon + kappa' (e^epsilon - 1) alpha_2 / omega_1 at a level
    that closes, with probability 1 - 3 delta where a carries the flow and 1 - 4 delta where w does.
    """
    success = Symbol("P", nonnegative=True)
    missed, strayed, switched = CHANCES
    start = derive(typical_start)
    sizes, gram, gates = start[0], start[2], start[5]
    by_a, of_a = _closed("a")
    by_w, of_w = _closed("w")

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
