"""Where must a two-layer ReLU network move its input weights by many times their size?  Theorem
2*: a fit forces the drift, which tends to infinity in the condensed region.

Setting.  M = 2m neurons (m and their mirror images, so f = 0 at the start), kappa = m^-gamma,
kappa' = m^-gamma'.  RD_w = |w(T) - w(0)| / |w(0)| over all M neurons.

Result.  From ``forced_drift``: RD_w >= c min(m^(gamma - 1), m^((gamma - 1 - gamma') / 2)) - 1 once
|e| <= rho |y|, with probability to one.  Both powers grow where gamma > 1 and gamma' < gamma - 1.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorem 2*; this package's elementary proof.
"""

from sympy import (
    And,
    Eq,
    Implies,
    Integer,
    Limit,
    Min,
    Not,
    Or,
    Piecewise,
    Rational,
    Subs,
    Symbol,
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
from theory.capacity import CONDENSED
from theory.forced_drift import NEED, SOURCE, R_w, lower_bound, rho
from theory.initialisation import delta, growth, m, q
from theory.notation import FELLER, gamma, gamma_p, kappa_p
from theory.random_start import CHANCES, delta_, typical_start
from theory.rapidity import alpha_2, omega_2

WEDGE = And(gamma_p < 0, gamma > 1, gamma < 1 - gamma_p)
CONDENSED_W = (gamma - 1 - gamma_p) / 2
c, C_1, C_2 = symbols("c C_1 C_2", positive=True)  # constants of the bound


def theorem_2_bound() -> tuple[Derivation, ...]:
    """Theorem 2*: a fit forces RD_w >= c min(m^(gamma - 1), m^((gamma - 1 - gamma') / 2)) - 1 with
    probability 1 - 2 delta, and that tends to infinity in the condensed region.
    """
    asks, sizes = derive(lower_bound)[0], derive(typical_start)[0]
    missed, success = CHANCES[0], Symbol("P_0", nonnegative=True)
    x, z, h = symbols("x z h", positive=True)  # the two powers, and less than either
    part = Rational(7, 10)  # its square is below one half
    constants = (
        Defined(C_1, part * NEED / (alpha_2 * omega_2), "if output weights stand still"),
        Defined(C_2, part * NEED / omega_2**2, "if they grow with w"),
    )
    either = Decided(
        Implies(rho < 1, Or(1 + R_w >= C_1 * q, (1 + R_w) ** 2 >= C_2 * kappa_p * q)),
        "one of the two terms is at least half of the sum",
        uses=(asks, *constants),
    )
    one_or_other = Derivation("Either layer must grow", (*constants, either), SOURCE)
    small = Assumed(
        And(2 * c <= C_1, 2 * c**2 <= C_2),
        "c is the smaller of C_1 / 2 and the root of C_2 / 2, which do not depend on the width",
    )
    powers = (
        Defined(x, m ** (gamma - 1), "the power of q"),
        Defined(z, m**CONDENSED_W, "the power of the root of kappa' q"),
    )
    scaled = (
        Defined(q, m ** (gamma - 1) / 2, "M = 2 m neurons and kappa = m^-gamma"),
        Defined(kappa_p, m**-gamma_p, "kappa' = m^-gamma'"),
    )
    known = (
        Step(2 * q, x, "the first power", ">=", uses=(scaled[0], powers[0])),
        Step(2 * kappa_p * q, z**2, "the second, squared", ">=", uses=(*scaled, powers[1])),
    )
    bound = Derivation(
        "Lower bound in powers of the width",
        (
            small,
            *powers,
            *scaled,
            *known,
            Decided(
                Implies(rho < 1, R_w >= c * Min(x, z) - 1),
                "whichever it is",
                uses=(one_or_other, small, *known),
            ),
        ),
        SOURCE,
    )
    union = Quoted(
        "Boole: what holds unless one of some events happens fails at most with the sum of their "
        "chances",
        FELLER + ", section I.7",
        states=Implies(bound.result, success >= 1 - 2 * missed),
    )
    likely = Derivation(
        "Theorem 2*",
        (
            union,
            Decided(
                And(bound.result, success >= 1 - 2 * delta_),
                "with that probability",
                uses=(union, bound, sizes),
            ),
        ),
        SOURCE,
    )
    less = Decided(
        Implies(And(rho < 1, Eq(1 / h**2, 1 / x**2 + 1 / z**2)), R_w >= c * h - 1),
        "less than either power",
        uses=(likely,),
    )
    u, v = symbols("u v", positive=True)
    positive = Decided(
        Implies(CONDENSED, And(gamma - 1 > 0, gamma - 1 - gamma_p > 0)),
        "u = gamma - 1 and 2 v = gamma - 1 - gamma' are positive in the condensed region",
    )
    place = (
        Defined(h, 1 / sqrt(1 / x**2 + 1 / z**2), "the smooth minimum of both powers"),
        *powers,
        Defined(gamma, 1 + u, "a point of the condensed region"),
        Defined(gamma_p, u - 2 * v, "and its other coordinate"),
    )
    return (
        likely,
        Derivation(
            "The drift is unbounded",
            (
                less,
                positive,
                *place,
                Step(
                    Limit(c * h - 1, m, oo),
                    oo,
                    "RD_w is at least this, throughout the region",
                    domain=(CONDENSED,),
                    uses=(less, positive, *place),
                ),
            ),
            SOURCE,
            (Settles("phase-theorem-2", part="limit"),),
        ),
        Derivation(
            "With probability to one",
            (
                Step(
                    Limit(1 - 2 * Subs(delta_, delta_, 8 / m), m, oo),
                    Integer(1),
                    "sizes that miss by one half, delta = 8 / m",
                    uses=(likely,),
                ),
            ),
            SOURCE,
        ),
        bound,
        one_or_other,
    )


def drift_exponent_bound() -> tuple[Derivation, ...]:
    """S_w >= min(gamma - 1, (gamma - 1 - gamma') / 2), positive in the condensed region."""
    least = Step(
        (1 + R_w) ** 2,
        1 / (1 / (C_1 * q) ** 2 + 1 / (C_2 * kappa_p * q)),
        "less than either square",
        relation=">=",
        domain=(rho < 1,),
        uses=(derive(theorem_2_bound)[4],),
    )
    wedge, line, rest = (
        Step(growth(least.rhs, of_kappa_p), exponent, why, uses=(least,))
        for of_kappa_p, exponent, why in (
            (1 - gamma - delta, 2 * (gamma - 1), "gamma' = 1 - gamma - delta: the first term"),
            (1 - gamma, 2 * (gamma - 1), "gamma' = 1 - gamma: both terms"),
            (1 - gamma + delta, 2 * (gamma - 1) - delta, "gamma' = 1 - gamma + delta: the second"),
        )
    )
    exponent = Derivation(
        "Lower bound on the drift exponent",
        (
            least,
            wedge,
            line,
            rest,
            Step(
                Piecewise(
                    (Subs(wedge.lhs, delta, 1 - gamma - gamma_p) / 2, gamma_p < 1 - gamma),
                    (line.lhs / 2, Eq(gamma_p, 1 - gamma)),
                    (Subs(rest.lhs, delta, gamma_p - 1 + gamma) / 2, True),
                ),
                Min(gamma - 1, CONDENSED_W),
                "the exponent of the root of the bound",
                uses=(wedge, line, rest),
            ),
        ),
        SOURCE,
    )
    above_zero = Decided(
        Implies(CONDENSED, Min(gamma - 1, CONDENSED_W) > 0),
        "the bound is positive throughout the region",
        uses=(exponent,),
    )
    balance_ = Decided(
        Implies(And(CONDENSED, Not(WEDGE)), Eq(Min(gamma - 1, CONDENSED_W), CONDENSED_W)),
        "outside the wedge it is the exponent of the balance",
        uses=(exponent,),
    )
    return (
        exponent,
        Derivation("The bound is positive", (above_zero,), SOURCE),
        Derivation("The bound is the balance", (balance_,), SOURCE),
    )
