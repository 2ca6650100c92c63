"""How much do the features of a network change while its neurons travel?  Up to a rapidity the
features of either layer hold every residual up, by their least eigenvalue at first less what
the neurons have moved and what gates have switched.

Setting.  M neurons up to rapidity epsilon (``rapidity``), sizes and eigenvalues at the start as in
``random_start``.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorem 1*; the bounds are this package's proof.
"""

from sympy import (
    Abs,
    And,
    Eq,
    Expr,
    Implies,
    IndexedBase,
    Max,
    Sum,
    Symbol,
    exp,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Step,
    derive,
)
from theory.notation import HORN, RUDIN, kappa_p
from theory.random_start import spill
from theory.rapidity import (
    A0,
    OTHER,
    PROOF,
    SAME,
    W0,
    D_a,
    D_w,
    Xi,
    alpha_2,
    drift_by_rapidity,
    eps,
    omega_2,
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
    x, b = (IndexedBase(name, real=True) for name in ("x", "b"))
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
    stretched = derive(speeds)[4]
    gate = IndexedBase("g", nonnegative=True)[i]
    whole = stretched.result.args[0].xreplace({gate: b[i]})  # of what the gates change by
    inputs = Sum(x[i, j] ** 2, coordinates)
    switched = Sum(near[i] * inputs, samples)
    flips = Quoted(
        "a gate changes by b with b^2 <= 1, and only where it may switch, near = 1",
        "definition of a gate; " + RUDIN + ", proposition 1.18",
        states=Implies(stays.formula, Sum(b[i] ** 2 * inputs, samples) <= switched),
    )
    few = Decided(flips.states.args[1], "few gates switch", uses=(flips, stays))
    own = loss * Sum(b[i] ** 2 * x[i, j] ** 2, samples)
    each = Quoted(
        "The inequality of Cauchy and Schwarz for each coordinate; a sum of larger terms is larger",
        "Cauchy 1821",
        states=(whole, "<=", Sum(own, coordinates)),
    )
    exchanged = Step(
        Sum(own, coordinates), loss * Sum(b[i] ** 2 * inputs, samples), "exchange of both sums"
    )
    cauchy = Decided(
        whole <= loss * Sum(b[i] ** 2 * inputs, samples),
        "by the lengths of the inputs",
        uses=(each, exchanged),
    )
    one = Derivation(
        "Change of the features of a neuron in w",
        (
            turned,
            stays,
            flips,
            few,
            each,
            exchanged,
            cauchy,
            Decided(
                And(stretched.result, whole <= loss * switched),
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
