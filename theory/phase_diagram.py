"""By which power of the width do the weights of a two-layer ReLU network move?  The exponents S_w
and S_a over the plane of gamma and gamma', and what is open in the wedge.

Setting.  M = 2m neurons (m and their mirror images, so f = 0 at the start), kappa = m^-gamma,
kappa' = m^-gamma', targets of order one, normalised gradient flow.  RD_w = |w(T) - w(0)| / |w(0)|
~ m^(S_w), and S_a likewise.

Result.  w moves least (S_w < 0, linear) where gamma < 1 or gamma' > gamma - 1, and without bound
(S_w > 0, condensed) where gamma > 1 and gamma' < gamma - 1.  Where the bounds of ``drift_exponent``
meet the exponents are theorems; elsewhere ``RATIO`` or ``FORGOTTEN`` is supposed.  In the wedge
gamma' < 0, 1 < gamma < 1 - gamma' only bounds are derived.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, table 1 and theorems 1*, 2*.
"""

from itertools import combinations

from sympy import (
    And,
    Derivative,
    Eq,
    Equivalent,
    Expr,
    Implies,
    Integer,
    Integral,
    Limit,
    Max,
    Min,
    Ne,
    Not,
    Or,
    Piecewise,
    Rational,
    S,
    Subs,
    Symbol,
    cos,
    exp,
    log,
    nan,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.capacity import CONDENSED, LINEAR
from theory.condensed_regime import CONDENSED_W, WEDGE, drift_exponent_bound
from theory.drift_exponent import (
    S_a,
    S_w,
    exponents_from_a_fit,
    exponents_from_above,
    exponents_of_conservation,
    proved_exponents,
)
from theory.initialisation import M, delta, growth, m, q
from theory.initialisation import per_layer_rates as per_layer_rates
from theory.notation import LUO, gamma, gamma_p, kappa, kappa_p

g_a, g_w = symbols("g_a g_w", positive=True)  # sizes of the two kernels, of order one

GROWN = And(gamma_p >= 0, gamma >= 1, gamma <= 1 + gamma_p)  # a grows, w stands still
BALANCED = And(gamma >= 1 + gamma_p, gamma >= 1 - gamma_p)
CONDENSED_A = (gamma - 1 + gamma_p) / 2
BOUNDS = LUO + "; the exponents are this package's derivation"


# ---------------------------------------------------------------- exponents by dominant balance

# relative change of w while the kernel stands still
LAZY = kappa_p * q / (g_a / kappa_p + kappa_p * g_w)
LAZY_A = q / kappa_p / (g_a / kappa_p + kappa_p * g_w)  # and of a
BALANCE = Assumed(
    "Dominant balance",
    "dominant balance: the change is that of a typical neuron, and the largest term of each sum "
    "decides",
)


def lazy_drift() -> tuple[Derivation, ...]:
    """While the kernel stands still the weights move by the integral of the residual, M kappa^2
    (g_a/kappa' + kappa' g_w) its rate.
    """
    rate = M * kappa**2 * (g_a / kappa_p + kappa_p * g_w)
    t = Symbol("t", positive=True)

    def drift(which: str, factor: Expr, size: Expr) -> Derivation:
        impulse = Step(
            Integral(exp(-rate * t), (t, 0, oo)),
            1 / rate,
            "the residual of an eigenmode, integrated over all time",
        )
        need = Defined(q, 1 / (M * kappa), "the product |a||w| that fits a target of order one")
        moved = Step(
            factor * impulse.lhs, size, f"multiplied by the rate of {which}", uses=(impulse, need)
        )
        return Derivation(
            f"Lazy drift of {which}", (impulse, need, moved), LUO + ", equations 1.8-1.9"
        )

    return drift("w", kappa * kappa_p, LAZY), drift("a", kappa / kappa_p, LAZY_A)


def kernel_sizes() -> tuple[Derivation, ...]:
    """Entries of the two kernels for unit inputs at an angle theta: sums over w and over a as
    Gaussian integrals in the plane.
    """
    t, r, phi = symbols("theta r varphi", positive=True)
    active = (And(t > 0, t < pi),)
    source = "Cho, Saul, NeurIPS 2009"
    angles, density = (phi, t - pi / 2, pi / 2), exp(-(r**2) / 2)
    gate = Step(Integral(r * density, (r, 0, oo)), Integer(1), "radial part of the plane Gaussian")
    square = Step(Integral(r**3 * density, (r, 0, oo)), Integer(2), "radial part of the product")
    return (
        Derivation(
            "Both neurons active: J0 = E[1 1']",
            (
                gate,
                Step(
                    Integral(gate.lhs / (2 * pi), angles),
                    (pi - t) / (2 * pi),
                    "w.x > 0 and w.x' > 0 cut out the angle pi - theta",
                    domain=active,
                    uses=(gate,),
                ),
            ),
            source,
        ),
        Derivation(
            "Product of the features: J1 = E[relu relu']",
            (
                square,
                Step(
                    Integral(square.lhs / (2 * pi) * cos(phi) * cos(phi - t), angles),
                    (sin(t) + (pi - t) * cos(t)) / (2 * pi),
                    "angular part: w.x = r cos(varphi), w.x' = r cos(varphi - theta)",
                    domain=active,
                    uses=(square,),
                ),
            ),
            source,
        ),
    )


def balanced_growth() -> tuple[Derivation, ...]:
    """Beyond the lazy regime |a||w| = q and the conserved quantity fix both sizes; where q exceeds
    what the start had, w^2 = kappa' q and a^2 = q / kappa'.
    """
    a, w = symbols("a w", positive=True)
    both, difference = kappa_p * a**2 + w**2 / kappa_p, kappa_p * a**2 - w**2 / kappa_p
    start = difference.subs({a: 1, w: 1})
    root = sqrt(start**2 + 4 * q**2)
    share = Symbol("s", real=True)
    source = LUO + "; conserved quantity after Du, Hu, Lee 2018"

    def size(name: str, square: Expr, parts: Expr, exact: Expr, stable: Expr) -> Derivation:
        product = Assumed(Eq(w**2, q**2 / a**2), "the fit asks for |a||w| = q")
        kept = Assumed(
            Eq(difference, start),
            "kappa' a^2 - w^2 / kappa' is conserved, and |a| = |w| = 1 at the start",
        )
        squared = Step(
            difference**2 + 4 * a**2 * w**2, both**2, "square of a sum by difference and product"
        )
        rooted = Step(both, sqrt(squared.lhs), "the sum is positive", uses=(squared,))
        known = Step(rooted.rhs, root, "both are given", uses=(kept, product))
        split = Step(square, parts, "half the sum and half the difference of the two terms")
        solved = Step(square, exact, "the only solution", uses=(split, rooted, known, kept))
        return Derivation(
            f"Size of {name} after balanced growth",
            (
                product,
                kept,
                squared,
                rooted,
                known,
                split,
                solved,
                Step(exact, stable, "without cancellation of large numbers", uses=(solved,)),
            ),
            source,
        )

    def forgotten(name: str, grown: Derivation, scaled: Expr, size: Expr) -> Derivation:
        of_q = Defined(share, start / q, "the conserved quantity of the start, in units of q")
        in_q = Step(grown.result, scaled, "in units of q", uses=(grown, of_q))
        return Derivation(
            f"Size of {name} once the start is forgotten",
            (
                of_q,
                in_q,
                Step(Limit(scaled, share, 0), size, "q exceeds what the start had", uses=(in_q,)),
            ),
            source,
        )

    of_w = size(
        "w",
        w**2,
        kappa_p * both / 2 - kappa_p * difference / 2,
        kappa_p / 2 * (root - start),
        2 * kappa_p * q**2 / (root + start),
    )
    of_a = size(
        "a",
        a**2,
        both / (2 * kappa_p) + difference / (2 * kappa_p),
        (root + start) / (2 * kappa_p),
        2 * q**2 / kappa_p / (root - start),
    )
    return (
        of_w,
        of_a,
        forgotten("w", of_w, 2 * kappa_p * q / (sqrt(share**2 + 4) + share), kappa_p * q),
        forgotten("a", of_a, 2 * q / kappa_p / (sqrt(share**2 + 4) - share), q / kappa_p),
    )


def _lazy_exponents(layer: int) -> tuple[Step, Step, Step]:
    """Of the lazy drift of w (0) or a (1): for gamma' = delta > 0, for gamma' = 0, for gamma' =
    -delta < 0.
    """
    size, drift = (LAZY, LAZY_A)[layer], derive(lazy_drift)[layer]
    above, below = ((gamma - 1 - 2 * delta, gamma - 1), (gamma - 1, gamma - 1 - 2 * delta))[layer]
    uses = (BALANCE, drift)
    return (
        Step(growth(size, delta), above, "lazy, a carries the kernel", uses=uses),
        Step(growth(size, S.Zero), gamma - 1, "lazy, both carry the kernel", uses=uses),
        Step(growth(size, -delta), below, "lazy, w carries the kernel", uses=uses),
    )


# where the bounds of ``drift_exponent`` do not meet, and what is supposed there
RATIO = Assumed(
    Implies(gamma < 1, Eq(S_w, S_a - 2 * gamma_p)),
    "Lazy ratio: RD_w / RD_a goes as kappa'^2 before gamma = 1, as both layers move along one "
    "integral of the residual; it decides the layer that moves less",
)
FORGOTTEN = Assumed(
    Implies(And(CONDENSED, Not(WEDGE)), S_w <= CONDENSED_W),
    "Dominant balance: in the condensed region and outside the wedge |a||w| grows no further than "
    "the fit asks of a typical neuron (balanced_growth)",
)
LAZY_A_CARRIES, LAZY_W_CARRIES = And(gamma_p >= 0, gamma <= 1), And(gamma_p <= 0, gamma <= 1)


def _law(
    title: str,
    of: Symbol,
    inside: tuple[tuple[Expr, Expr], ...],
    pieces: tuple[tuple[Expr, Expr, Expr], ...],
) -> tuple[Derivation, ...]:
    """An exponent from its bounds ``inside`` the regions, and its law: exponent, size, region."""
    bounds = (
        *derive(exponents_from_above),
        *derive(exponents_from_a_fit),
        *derive(exponents_of_conservation)[:2],
        *derive(proved_exponents),
    )
    meet = Decided(
        And(*(Implies(region, Eq(of, law)) for law, region in inside)),
        "the bounds from above and from below leave nothing else",
        uses=(RATIO, FORGOTTEN, *bounds),
    )
    sizes = tuple(
        Step(growth(size), law, "the size that the bounds have there") for law, size, _ in pieces
    )
    law = Piecewise(*((law, region) for law, _, region in pieces), (nan, True))
    same = (
        Implies(And(one, two), Eq(first, second))
        for (first, _, one), (second, _, two) in combinations(pieces, 2)
    )
    agree = Decided(
        And(*same),
        "on the lines between two regions both laws give the same",
    )
    left_out = Decided(
        Equivalent(Not(Or(*(region for *_, region in pieces))), WEDGE),
        "the wedge and nothing else",
    )
    return (
        Derivation(
            title,
            (
                RATIO,
                FORGOTTEN,
                meet,
                *sizes,
                Step(
                    Piecewise(
                        *(
                            (step.lhs, region)
                            for step, (*_, region) in zip(sizes, pieces, strict=True)
                        ),
                        (nan, True),
                    ),
                    law,
                    "collected, with the lines between the regions",
                    uses=(meet, *sizes),
                ),
            ),
            BOUNDS,
        ),
        Derivation(f"{title}: the laws agree where they meet", (agree,), BOUNDS),
        Derivation(f"{title}: they leave out the wedge", (left_out,), BOUNDS),
    )


def input_exponent() -> tuple[Derivation, ...]:
    """S_w over the plane (antisymmetric start); nan in the wedge.  Beyond gamma = 1 in the linear
    region and where gamma' < 0 before it two bounds meet; elsewhere one is a named hypothesis.
    """
    by_a, by_w, grown = gamma - 1 - 2 * gamma_p, gamma - 1, 2 * (gamma - 1 - gamma_p)
    return _law(
        "Exponent of the drift of w",
        S_w,
        (
            (by_a, And(gamma_p >= 0, gamma < 1)),
            (by_w, And(gamma_p <= 0, gamma < 1)),
            (grown, And(LINEAR, gamma > 1)),
            (CONDENSED_W, And(CONDENSED, Not(WEDGE))),
        ),
        (
            (by_a, kappa_p**2 * q, LAZY_A_CARRIES),
            (by_w, q, LAZY_W_CARRIES),
            (grown, kappa_p**2 * q**2, GROWN),
            (CONDENSED_W, sqrt(derive(balanced_growth)[2].states[0]), BALANCED),
        ),
    )


def output_exponent() -> tuple[Derivation, ...]:
    """S_a over the plane; nan in the wedge.  Beyond gamma = 1 in the linear region and where gamma'
    > 0 before it two bounds meet; in the condensed region S_a follows from S_w by conservation.
    """
    by_a, by_w = gamma - 1, gamma - 1 + 2 * gamma_p
    return _law(
        "Exponent of the drift of a",
        S_a,
        (
            (by_a, And(gamma_p >= 0, gamma < 1)),
            (by_w, And(gamma_p <= 0, gamma < 1)),
            (by_a, And(LINEAR, gamma > 1)),
            (CONDENSED_A, And(CONDENSED, gamma > 1 - gamma_p)),
        ),
        (
            (by_a, q, And(gamma_p >= 0, gamma <= 1 + gamma_p)),
            (by_w, q / kappa_p**2, LAZY_W_CARRIES),
            (CONDENSED_A, sqrt(derive(balanced_growth)[3].states[0]), BALANCED),
        ),
    )


def self_consistency() -> tuple[Derivation, ...]:
    """In each regime the neglected terms are smaller by a power of m."""
    grown = And(GROWN, Ne(gamma, 1), Ne(gamma, 1 + gamma_p))
    condensed = And(BALANCED, Ne(gamma, 1 + gamma_p), Ne(gamma, 1 - gamma_p))
    lazy = (*_lazy_exponents(0), *_lazy_exponents(1))
    # sizes are compared by their exponents: q, and what the start has of a and of w
    reached = Step(growth(q), gamma - 1, "q, the product |a||w| to be reached", uses=(BALANCE,))
    of_a = Step(growth(kappa_p), -gamma_p, "kappa', that of a", uses=(BALANCE,))
    of_w = Step(growth(kappa_p**-1), gamma_p, "and 1 / kappa', that of w", uses=(BALANCE,))
    wedge = tuple(Step(s.lhs, s.rhs, s.why) for s in (reached, of_a))

    def regime(title: str, exponents: tuple[Step, ...], formula: Expr, why: str) -> Derivation:
        on_balance = (BALANCE,) if exponents[0].uses else ()
        decided = Decided(formula, why, uses=exponents)
        return Derivation(title, (*on_balance, *exponents, decided), LUO)

    return (
        regime(
            "Lazy regime: both drifts vanish",
            lazy,
            Implies(gamma < 1, And(*(exponent.lhs < 0 for exponent in lazy))),
            "no exponent reaches zero for gamma < 1",
        ),
        regime(
            "Grown output weights: w still stands still",
            (reached, of_w),
            Implies(grown, reached.lhs < of_w.lhs),
            "the kernel of w, kappa' q^2, is smaller than that of a, 1 / kappa', by a power of m",
        ),
        regime(
            "Condensed regime: the start is forgotten",
            (reached, of_a, of_w),
            Equivalent(condensed, And(reached.lhs > of_a.lhs, reached.lhs > of_w.lhs)),
            "q exceeds both parts of the conserved quantity",
        ),
        regime(
            "Wedge: the start is not forgotten",
            wedge,
            Implies(WEDGE, wedge[0].lhs < wedge[1].lhs),
            "a typical neuron keeps its a; few may grow",
        ),
    )


def sharing() -> tuple[Derivation, ...]:
    """If a fraction p of the neurons carries the fit with balanced growth w = kappa' a, RD_w does
    not depend on p.
    """
    p, size, moved = symbols("p a w", positive=True)
    balanced = Assumed(
        Eq(size**2, q / (p * kappa_p)),
        "Shared fit: a fraction p of equal neurons carries p a w = q with w = kappa' a",
    )
    carried = Step(
        p * (kappa_p * size) ** 2, kappa_p * q, "RD_w^2 = p w^2: p has gone", uses=(balanced,)
    )
    frozen = Assumed(
        Eq(moved**2, q**2 / p**2),
        "Shared fit: a fraction p of order one carries p a w = q with a of order one",
    )
    spread = Step(p * moved**2, q**2 / p, "RD_w^2 = p w^2 with w = q / p", uses=(frozen,))
    source = LUO + "; this package's derivation"
    concentrated = Derivation(
        "Drift of w carried by a fraction of the neurons",
        (
            balanced,
            carried,
            Step(
                growth(carried.rhs) / 2,
                CONDENSED_W,
                "the condensed exponent; in the wedge too, if few neurons carry the fit",
                uses=(carried,),
            ),
        ),
        source,
    )
    shared = Derivation(
        "Drift of w with output weights frozen",
        (
            frozen,
            spread,
            Step(
                growth(spread.rhs) / 2,
                gamma - 1,
                "the exponent if a fraction of order one carries the fit",
                uses=(spread,),
            ),
        ),
        source,
    )
    differ = Decided(
        Implies(WEDGE, shared.states[0] < concentrated.states[0]),
        "in the wedge the two laws differ",
        uses=(concentrated, shared),
    )
    return concentrated, shared, Derivation("The wedge tells them apart", (differ,), source)


def open_wedge() -> tuple[Derivation, ...]:
    """In the wedge gamma - 1 <= S_w <= (gamma - 1 - gamma') / 2, the lower bound without, the upper
    with the hypothesis of a shared fit.
    """
    p, moved = symbols("p w", positive=True)
    drift = Symbol("r", nonnegative=True)  # exponent of 1 + RD_w
    shared = Assumed(
        Eq(q**2, (p * moved) ** 2 * (1 + moved**2 / kappa_p**2)),
        "Shared fit: a fraction p of equal neurons carries the fit p a w = q, with a^2 = 1 + w^2 / "
        "kappa'^2 by conservation",
    )
    below = chain(
        (p * moved**2) ** 2,
        To(
            (kappa_p * p * moved) ** 2 * (1 + moved**2 / kappa_p**2),
            "RD_w^2 = p w^2, whatever p",
            relation="<",
        ),
        To(kappa_p**2 * q**2, "which the fit knows", uses=(shared,)),
    )
    exponent = Step(
        growth(below[-1].rhs) / 4, CONDENSED_W, "the exponent of its fourth root", uses=below
    )
    return (
        Derivation(
            "Lower end in the wedge",
            (
                Decided(
                    Implies(And(WEDGE, drift >= Min(gamma - 1, CONDENSED_W)), drift >= gamma - 1),
                    "the bound of theorem 2 read in the wedge",
                    uses=(derive(drift_exponent_bound)[0],),
                ),
            ),
            LUO + "; this package's derivation",
        ),
        Derivation(
            "Upper end in the wedge",
            (
                shared,
                *below,
                exponent,
                Decided(
                    Implies(WEDGE, And(exponent.lhs > 0, gamma - 1 < exponent.lhs)),
                    "so S_w is at most the condensed exponent, which is positive",
                    uses=(exponent,),
                ),
            ),
            LUO + "; this package's derivation",
        ),
    )


def independent_start() -> Derivation:
    """Without the mirror images f(0) ~ sqrt(m) kappa must be unlearnt too: the exponent gains
    max(0, 1/2 - gamma).
    """
    half = Rational(1, 2)
    start = Step(
        growth(sqrt(m) * kappa),
        half - gamma,
        "m random signs add up to sqrt(m): the size of f(0), for a target of order one",
    )
    decides = Step(
        Limit(log(1 + m**delta) / log(m), m, oo),
        delta,
        "a start larger than the target decides: a lazy drift is proportional to the residual",
        uses=(BALANCE,),
    )
    equal = Step(
        Limit(log(1 + m**S.Zero) / log(m), m, oo), Integer(0), "an equal one doubles the residual"
    )
    without = Step(
        Limit(log(1 + m**-delta) / log(m), m, oo), Integer(0), "a smaller one does not count"
    )
    return Derivation(
        "Exponent for an independent start",
        (
            BALANCE,
            start,
            decides,
            equal,
            without,
            Step(
                Piecewise(
                    (Subs(decides.lhs, delta, start.lhs), gamma < half),
                    (equal.lhs, Eq(gamma, half)),
                    (Subs(without.lhs, delta, -start.lhs), True),
                ),
                Max(0, half - gamma),
                "what is added to S_w and S_a",
                uses=(decides, equal, without, start),
            ),
        ),
        LUO + "; this package's derivation",
    )


def crossover() -> Derivation:
    """At finite width and gamma' > 0 the local slope of the lazy drift is gamma - 1 - 2 gamma' g /
    (g + kappa'^2), g = g_a / g_w.
    """
    ratio = Symbol("g", positive=True)
    size = m ** (gamma - 1) * m ** (-2 * gamma_p) / (ratio + m ** (-2 * gamma_p))
    powers = (
        Defined(kappa_p, m**-gamma_p, "kappa' = m^-gamma'"),
        Defined(q, m ** (gamma - 1), "q = 1 / (M kappa), up to a constant"),
        Defined(g_a, ratio * g_w, "g = g_a / g_w"),
    )
    at_width = Step(
        LAZY * g_w, size, "the lazy drift, up to a constant", uses=(derive(lazy_drift)[0], *powers)
    )
    return Derivation(
        "Crossover at finite width",
        (
            *powers,
            at_width,
            Step(
                m * Derivative(log(size), m),
                gamma - 1 - 2 * gamma_p * ratio / (ratio + m ** (-2 * gamma_p)),
                "its local slope: asymptotic only once kappa'^2 << g",
                uses=(at_width,),
            ),
        ),
        LUO + "; this package's derivation",
    )


def linearisation_error() -> Derivation:
    """In the kernel regime at gamma' = 0 the first neglected term of the linearised model, kappa
    sum da dw.x, falls as m^(gamma - 1).
    """
    need = Defined(M, 1 / (kappa * q), "M neurons; q = 1 / (M kappa)")
    neglected = Step(
        kappa * M * (q / (g_a + g_w)) ** 2,
        q / (g_a + g_w) ** 2,
        "each neuron moves by q / (g_a + g_w) in both layers, all in the same direction",
        uses=(need, BALANCE),
    )
    return Derivation(
        "Exponent of the linearisation error",
        (
            BALANCE,
            need,
            neglected,
            Step(
                growth(neglected.rhs),
                gamma - 1,
                "its exponent; a neuron that crosses a kink adds a term of the same size",
                uses=(neglected,),
            ),
        ),
        LUO + ", equation 1.11; this package's derivation",
    )


def a_dominates() -> Derivation:
    """RD_w / RD_a scales as kappa'^2 while both drifts are lazy."""
    return Derivation(
        "For small kappa' the output weights do the work",
        (
            Step(
                kappa_p * Derivative(log(LAZY) - log(LAZY_A), kappa_p),
                Integer(2),
                "the same residuals move both: the power of kappa' in RD_w / RD_a",
                uses=derive(lazy_drift),
            ),
        ),
        LUO + ", section 1.7",
        (Settles("phase-a-dominates-small-kappaprime", part="rates"),),
    )
