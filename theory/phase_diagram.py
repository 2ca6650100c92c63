"""Where does a two-layer ReLU network train linearly, and where do its neurons condense?  Six
initialisations, the boundary, the exponents S_w and S_a, a proof that drift is forced in the
condensed region.

Setting.  M = 2m neurons (m and their mirror images, so f = 0 at the start), kappa = m^-gamma,
kappa' = m^-gamma', targets of order one, normalised gradient flow.  RD_w = |w(T) - w(0)| / |w(0)| ~
m^(S_w), and S_a likewise.  Powers of m are compared by their exponents: a product adds them, a sum
takes the largest.

Result.  w moves least (S_w < 0, linear) where gamma < 1 or gamma' > gamma - 1, and without bound
(S_w > 0, condensed) where gamma > 1 and gamma' < gamma - 1; in the condensed region |w| grows to
sqrt(kappa' / (m kappa)), S_w = (gamma - 1
- gamma') / 2.  In the wedge gamma' < 0, 1 < gamma < 1 - gamma' only bounds are derived.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, table 1 and theorems 1*, 2*.  Layer-wise rates: Kunin
et al. 2024 (arXiv 2406.06158), Domine et al. 2024 (arXiv 2409.14623).
"""

from typing import NamedTuple

from sympy import (
    Add,
    And,
    Derivative,
    Eq,
    Equivalent,
    Expr,
    Function,
    Implies,
    Integer,
    Integral,
    Limit,
    Max,
    Min,
    Mul,
    Ne,
    Not,
    Or,
    Piecewise,
    Pow,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    cos,
    exp,
    log,
    nan,
    oo,
    pi,
    sin,
    solve,
    sqrt,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Settles, Step
from theory.core.decision import counterexample
from theory.notation import LUO, alpha, beta_1, beta_2, gamma, gamma_p, k, kappa, kappa_p
from theory.notation import m as width

m = Symbol("m", positive=True)  # width, as a real variable: limits are taken in it
d = Symbol("d", positive=True)  # input dimension, fixed
M = Symbol("M", positive=True)  # neurons in both copies, 2m
# 1 / (M kappa), the product |a||w| that a neuron needs when all take part
q = Symbol("q", positive=True)
g_a, g_w = symbols("g_a g_w", positive=True)  # sizes of the two kernels, of order one
drift = Symbol("r", nonnegative=True)  # exponent of 1 + RD_w
rise = Symbol("B", positive=True)  # 1 + RD_w

LINEAR = Or(gamma < 1, gamma_p > gamma - 1)
CONDENSED = And(gamma > 1, gamma_p < gamma - 1)
CRITICAL = Or(And(Eq(gamma, 1), gamma_p <= 0), And(Eq(gamma_p, gamma - 1), gamma_p > 0))
GROWN = And(gamma_p >= 0, gamma >= 1, gamma <= 1 + gamma_p)  # a grows, w stands still
BALANCED = And(gamma >= 1 + gamma_p, gamma >= 1 - gamma_p)
WEDGE = And(gamma_p < 0, gamma > 1, gamma < 1 - gamma_p)
CONDENSED_W = (gamma - 1 - gamma_p) / 2
CONDENSED_A = (gamma - 1 + gamma_p) / 2


def order(size: Expr) -> Expr:
    """Exponent of m in a positive expression of m, M, q, kappa, kappa' and constants: products add,
    sums take the largest.
    """
    exponents = {rise: drift, m: S.One, M: S.One, kappa: -gamma, kappa_p: -gamma_p, q: gamma - 1}
    if size in exponents:
        return exponents[size]
    if isinstance(size, Add):
        return Max(*(order(term) for term in size.args))
    if isinstance(size, Mul):
        return Add(*(order(factor) for factor in size.args))
    if isinstance(size, Pow):
        return size.exp * order(size.base)
    return S.Zero


def growth(size: Expr) -> Expr:
    """The same exponent as an unevaluated limit."""
    return Limit(
        log(size.xreplace({kappa: m**-gamma, kappa_p: m**-gamma_p, q: m ** (gamma - 1)})) / log(m),
        m,
        oo,
    )


# a fit needs 1 <= C M kappa (1 + R)(1 + (1 + R) / kappa'), so FIT >= 0
FIT = order(M * kappa * rise * (1 + rise / kappa_p))


def _orders(what: str) -> tuple[Step, ...]:
    """Why exponents may be used: the limits behind ``order``."""
    low, gap, constant = (
        Symbol("u", real=True),
        Symbol("delta", positive=True),
        Symbol("c", positive=True),
    )
    return (
        Step(Limit(log(constant * m**low) / log(m), m, oo), low, "a constant has no exponent"),
        Step(
            Limit(log(m**low + m ** (low + gap)) / log(m), m, oo),
            low + gap,
            f"a sum has the exponent of its largest term: {what}",
        ),
    )


# ---------------------------------------------------------------- the table of initialisations


class Row(NamedTuple):
    """One initialisation: output scale and the two standard deviations."""

    statement: str
    name: str
    alpha: Expr
    beta_1: Expr
    beta_2: Expr


beta = Symbol("beta", positive=True)
beta_prime = Symbol("beta_prime", positive=True)  # printed in a row of the table, nowhere defined
ROWS = (
    Row("phase-table-lecun", "LeCun", S.One, sqrt(1 / m), sqrt(1 / d)),
    Row("phase-table-he", "He", S.One, sqrt(2 / m), sqrt(2 / d)),
    Row("phase-table-xavier", "Xavier", S.One, sqrt(2 / (m + 1)), sqrt(2 / (m + d))),
    Row("phase-table-ntk", "NTK", sqrt(m), S.One, S.One),
    Row("phase-table-mean-field", "mean field", m, S.One, S.One),
    Row("phase-table-e-et-al", "E et al.", S.One, beta, S.One),
)


def initialisation_table() -> tuple[Derivation, ...]:
    """kappa, kappa', gamma and gamma' of six initialisations, four derivations per row."""
    table: list[Derivation] = []
    for row in ROWS:
        values = ((alpha, beta_1, beta_2), (row.alpha, row.beta_1, row.beta_2))
        for part, of, combination in (
            ("kappa", "gamma", beta_1 * beta_2 / alpha),
            ("kappa_p", "gamma_p", beta_1 / beta_2),
        ):
            scale = Subs(combination, *values).doit()
            half = Subs(combination**2, *values).doit()
            table.append(
                Derivation(
                    f"{row.name}: {part}",
                    (Step(Subs(combination, *values), sqrt(half), "insert the row"),),
                    LUO + ", table 1",
                    (Settles(row.statement, part=part),),
                )
            )
            rate = -log(scale) / log(m)
            last = (
                Step(
                    rate,
                    log(1 / beta) / log(m),
                    "an order for every width; its limit is the exponent of 1/beta, if it has one",
                )
                if rate.has(beta)
                else Step(
                    Limit(rate, m, oo), _exponent(scale), "leading power of the width at fixed d"
                )
            )
            table.append(
                Derivation(
                    f"{row.name}: {of}",
                    (last,),
                    LUO + ", table 1",
                    (Settles(row.statement, part=of),),
                )
            )
    return tuple(table)


def _exponent(scale: Expr) -> Expr:
    """-order, with m + constant read as a sum."""
    return -order(scale)


def alpha_rule() -> tuple[Derivation, ...]:
    """With beta_1 = beta_2 = beta and alpha = beta^2 m^gamma the coordinates are (gamma, 0)."""
    values = ((alpha, beta_1, beta_2), (beta * beta * m**gamma, beta, beta))
    return (
        Derivation(
            "gamma by the rule for alpha",
            (
                Step(
                    -log(Subs(beta_1 * beta_2 / alpha, *values).doit()) / log(m),
                    gamma,
                    "kappa = m^-gamma exactly, at every width above one",
                    domain=(m > 1,),
                ),
            ),
            LUO + ", figure 4",
            (Settles("phase-fig14-alpha-rule", part="gamma"),),
        ),
        Derivation(
            "gamma' by the rule for alpha",
            (Step(Subs(log(beta_1) - log(beta_2), *values), Integer(0), "kappa' = 1"),),
            LUO + ", figure 4",
            (Settles("phase-fig14-alpha-rule", part="gamma_p"),),
        ),
    )


def constants_drop_out() -> Derivation:
    """A constant factor in kappa, as between LeCun's and He's start, changes the dynamics but not
    gamma.
    """
    c = Symbol("c", positive=True)
    return Derivation(
        "Similarity holds at the level of exponents",
        (Step(Limit(-log(c * m**-gamma) / log(m), m, oo), gamma, "log c / log m vanishes"),),
        LUO + ", equation 1.10",
        (Settles("phase-gamma-principles", part="limit"),),
    )


def target_size() -> Derivation:
    """Targets multiplied by c train as kappa / c does: the size of the data moves a network across
    the diagram.
    """
    c, target = Symbol("c", positive=True), Symbol("y", real=True)
    features = Symbol("F", real=True)  # sum_k a_k relu(w_k . x)
    return Derivation(
        "The size of the targets",
        (
            Step(
                kappa * features - c * target,
                c * (kappa / c * features - target),
                "the residual of targets c y is c times that of kappa / c",
            ),
            Step(
                Subs((kappa * features - c * target) / c, kappa, c * kappa),
                kappa * features - target,
                "so targets c y at c kappa give the residuals of y at kappa, in units of c",
            ),
        ),
        LUO + ", equations 1.8-1.9",
    )


# ---------------------------------------------------------------- the capacity argument


def capacity() -> Derivation:
    """With coherent signs, changes of order one in every a_k give an output of mean m kappa |x| /
    pi.
    """
    z, s = Symbol("z", real=True), Symbol("s", positive=True)
    gauss = exp(-(z**2) / 2) / sqrt(2 * pi)
    size = Symbol("l", positive=True)  # |x|
    return Derivation(
        "Capacity near the start",
        (
            Step(
                2 * Integral(s * exp(-(s**2) / 2) / sqrt(2 * pi), (s, 0, oo)),
                sqrt(2 / pi),
                "E|a| of a normal variable",
            ),
            Step(
                Integral(z * gauss, (z, 0, oo)),
                1 / sqrt(2 * pi),
                "E relu(w.x) / |x|: w.x is normal with deviation |x|",
            ),
            Step(
                Sum(kappa * sqrt(2 / pi) * size / sqrt(2 * pi), (k, 1, width)),
                width * kappa * size / pi,
                "m independent neurons",
            ),
            Step(growth(m * kappa), 1 - gamma, "the exponent of m kappa"),
        ),
        LUO + ", equation 1.12",
        (Settles("phase-capacity-scale", part="exponent"),),
    )


def capacity_implies() -> Derivation:
    """A capacity of order one, m kappa >= c, asks for gamma <= 1."""
    c = Symbol("c", positive=True)
    return Derivation(
        "What capacity asks of gamma",
        (
            Step(
                Limit(-log(c / m) / log(m), m, oo),
                Integer(1),
                "kappa = c / m has gamma = 1; a larger kappa has a smaller one",
            ),
            Decided(
                Equivalent(order(m * kappa) >= 0, gamma <= 1),
                "so the exponent of m kappa is not negative",
            ),
        ),
        LUO + ", section 1.7",
        (Settles("phase-capacity-implies-gamma-le-1", gamma <= 1),),
    )


def necessary_condition() -> Derivation:
    """m kappa of order one is not necessary for the linear regime: output weights may grow while w
    stands still.
    """
    start, grown = order(m * kappa) >= 0, Max(order(m * kappa), order(m * kappa / kappa_p)) >= 0
    return Derivation(
        "Capacity at the start is not necessary",
        (
            Decided(
                Implies(
                    And(Eq(gamma, Rational(6, 5)), Eq(gamma_p, Rational(1, 2))),
                    And(LINEAR, Not(start)),
                ),
                "(6/5, 1/2) lies in the linear region although m kappa vanishes there",
            ),
            Decided(
                Implies(LINEAR, Or(start, order(m * kappa / kappa_p) > 0)),
                "what is necessary: m kappa, or m kappa / kappa' for output weights that grow to "
                "the size of w",
            ),
        ),
        LUO + ", section 1.7",
        (
            Settles(
                "phase-necessary-condition-slip",
                S(counterexample(Implies(LINEAR, start)) is None),
                part="start",
            ),
            Settles(
                "phase-necessary-condition-slip",
                S(counterexample(Implies(LINEAR, grown)) is None),
                part="grown",
            ),
        ),
    )


def capacity_bound() -> Derivation:
    """Output weights that may grow to the size of w have the capacity m beta_2^2 / alpha = m kappa
    / kappa'.
    """
    size = Symbol("a_mean", positive=True)
    return Derivation(
        "Capacity with grown output weights",
        (
            Step(
                m * beta_2 * size / alpha,
                m * beta_2**2 / alpha,
                "E|a| stays below beta_2",
                relation="<",
                domain=(size < beta_2,),
            ),
            Step(
                Subs(m * beta_2**2 / alpha, alpha, kappa_p * beta_2**2 / kappa),
                m * kappa / kappa_p,
                "beta_1 = kappa' beta_2 in kappa = beta_1 beta_2 / alpha",
            ),
        ),
        LUO + ", equation 1.13",
        (Settles("phase-capacity-bound"),),
    )


def boundary_derivation() -> Derivation:
    """Ample capacity with grown output weights, m kappa / kappa' >> 1, means gamma' > gamma - 1."""
    return Derivation(
        "The slanted part of the boundary",
        (
            Step(
                growth(m * kappa / kappa_p), 1 - gamma + gamma_p, "exponent of the grown capacity"
            ),
            Decided(
                Equivalent(1 - gamma + gamma_p > 0, gamma_p > gamma - 1), "positive above the line"
            ),
        ),
        LUO + ", equation 1.14",
        (Settles("phase-boundary-derivation", gamma_p > gamma - 1),),
    )


def condensed_capacity() -> Derivation:
    """The condensed region is where both capacities vanish."""
    both = And(order(m * kappa) < 0, order(m * kappa / kappa_p) < 0)
    return Derivation(
        "No capacity near the start",
        (Decided(Equivalent(CONDENSED, both), "both exponents are negative exactly there"),),
        LUO + ", section 1.7",
        (Settles("phase-condensed-capacity", both),),
    )


def regions() -> tuple[Derivation, ...]:
    """The regions of the two theorems are disjoint and leave only the boundary uncovered."""
    disjoint = Not(And(LINEAR, CONDENSED))
    cover = Or(LINEAR, CONDENSED, CRITICAL)
    return (
        Derivation(
            "The two regions are disjoint",
            (Decided(disjoint, "no point lies in both"),),
            LUO + ", theorems 1* and 2*",
            (
                Settles(
                    "phase-theorem-regions-disjoint-cover",
                    S(counterexample(disjoint) is None),
                    part="disjoint",
                ),
            ),
        ),
        Derivation(
            "They cover the plane up to the boundary",
            (Decided(cover, "every point lies in one or on the boundary"),),
            LUO + ", theorems 1* and 2*",
            (
                Settles(
                    "phase-theorem-regions-disjoint-cover",
                    S(counterexample(cover) is None),
                    part="cover",
                ),
            ),
        ),
    )


def boundary() -> Derivation:
    """What neither theorem covers are two rays: gamma = 1 with gamma' <= 0, and gamma' = gamma - 1
    with gamma' > 0.
    """
    return Derivation(
        "The boundary",
        (
            Decided(Not(And(CRITICAL, Or(LINEAR, CONDENSED))), "the rays belong to neither region"),
            Decided(
                Equivalent(Not(Or(LINEAR, CONDENSED)), CRITICAL), "and nothing else is left over"
            ),
        ),
        LUO + ", figure 2",
        (Settles("phase-boundary-lines", CRITICAL),),
    )


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
    t, need = Symbol("t", positive=True), 1 / (M * kappa)
    impulse = Integral(exp(-rate * t), (t, 0, oo))
    return tuple(
        Derivation(
            f"Lazy drift of {which}",
            (
                Step(impulse, 1 / rate, "the residual of an eigenmode, integrated over all time"),
                Defined(q, need, "the product |a||w| that fits a target of order one"),
                Step(
                    Subs(factor / rate, M, solve(q - need, M)[0]),
                    size,
                    f"multiplied by the rate of {which}",
                ),
            ),
            LUO + ", equations 1.8-1.9",
        )
        for which, factor, size in (("w", kappa * kappa_p, LAZY), ("a", kappa / kappa_p, LAZY_A))
    )


def kernel_sizes() -> tuple[Derivation, ...]:
    """Entries of the two kernels for unit inputs at an angle theta: sums over w and over a as
    Gaussian integrals in the plane.
    """
    t, r, phi = symbols("theta r varphi", positive=True)
    active = And(t > 0, t < pi)
    source = "Cho, Saul, NeurIPS 2009"
    angles = (phi, t - pi / 2, pi / 2)
    return (
        Derivation(
            "Both neurons active: J0 = E[1 1']",
            (
                Step(
                    Integral(r * exp(-(r**2) / 2), (r, 0, oo)),
                    Integer(1),
                    "radial part of the plane Gaussian",
                ),
                Step(
                    Integral(1 / (2 * pi), angles),
                    (pi - t) / (2 * pi),
                    "w.x > 0 and w.x' > 0 cut out the angle pi - theta",
                    domain=(active,),
                ),
            ),
            source,
        ),
        Derivation(
            "Product of the features: J1 = E[relu relu']",
            (
                Step(Integral(r**3 * exp(-(r**2) / 2), (r, 0, oo)), Integer(2), "radial part"),
                Step(
                    Integral(cos(phi) * cos(phi - t), angles),
                    (sin(t) + (pi - t) * cos(t)) / 2,
                    "angular part",
                    domain=(active,),
                ),
                Step(
                    Integral(2 / (2 * pi) * cos(phi) * cos(phi - t), angles),
                    (sin(t) + (pi - t) * cos(t)) / (2 * pi),
                    "together",
                    domain=(active,),
                ),
            ),
            source,
        ),
    )


def balanced_growth() -> tuple[Derivation, ...]:
    """Beyond the lazy regime |a||w| = q and the conserved quantity fix both sizes."""
    start = kappa_p - 1 / kappa_p
    root = sqrt(start**2 + 4 * q**2)
    size_a, size_w = symbols("A W", positive=True)
    W2, A2 = kappa_p / 2 * (root - start), (root + start) / (2 * kappa_p)
    return (
        Derivation(
            "Size of w after balanced growth",
            (
                Step(W2 * A2, q**2, "|a||w| = q"),
                Step(
                    Subs(kappa_p * size_a - size_w / kappa_p, (size_a, size_w), (1, 1)),
                    start,
                    "the conserved quantity at the start",
                ),
                Step(
                    Subs(kappa_p * size_a - size_w / kappa_p, (size_a, size_w), (A2, W2)),
                    start,
                    "and kappa' a^2 - w^2 / kappa' is that of the start, for |a| = |w| = 1",
                ),
                Step(
                    W2,
                    2 * kappa_p * q**2 / (root + start),
                    "without cancellation when kappa' is large",
                ),
            ),
            LUO + "; conserved quantity after Du, Hu, Lee 2018",
        ),
        Derivation(
            "Size of a after balanced growth",
            (
                Step(W2 * A2, q**2, "the same product"),
                Step(
                    A2,
                    2 * q**2 / kappa_p / (root - start),
                    "without cancellation when kappa' is small",
                ),
            ),
            LUO + "; conserved quantity after Du, Hu, Lee 2018",
        ),
    )


def input_exponent() -> Derivation:
    """S_w over the plane (antisymmetric start); nan in the wedge, where the balance of a typical
    neuron does not decide.
    """
    linear = And(gamma_p >= 0, gamma <= 1)
    grown = GROWN
    lazy_w = And(gamma_p <= 0, gamma <= 1)
    condensed = BALANCED
    eps = Symbol("epsilon", positive=True)
    law = Piecewise(
        (gamma - 1 - 2 * gamma_p, linear),
        (gamma - 1, lazy_w),
        (2 * (gamma - 1 - gamma_p), grown),
        (CONDENSED_W, condensed),
        (nan, True),
    )
    return Derivation(
        "Exponent of the drift of w",
        (
            BALANCE,
            *_orders("used below"),
            Decided(
                Implies(linear, Eq(order(LAZY), gamma - 1 - 2 * gamma_p)),
                "lazy, a carries the kernel",
            ),
            Decided(Implies(lazy_w, Eq(order(LAZY), gamma - 1)), "lazy, w carries the kernel"),
            Step(
                Limit((sqrt(1 + eps) - 1) / eps, eps, 0),
                Rational(1, 2),
                "a small growth of w^2 is half as large in |w|",
            ),
            Step(
                growth(kappa_p**2 * q**2),
                2 * (gamma - 1 - gamma_p),
                "a grows to q, w^2 follows by kappa'^2 a^2",
            ),
            Decided(
                Implies(grown, order(kappa_p**2 * q**2) >= order(LAZY)),
                "which exceeds the lazy drift there",
            ),
            Step(growth(kappa_p * q) / 2, CONDENSED_W, "both layers grow: w^2 = kappa' q"),
            Decided(
                And(
                    Implies(
                        And(linear, grown), Eq(gamma - 1 - 2 * gamma_p, 2 * (gamma - 1 - gamma_p))
                    ),
                    Implies(And(linear, lazy_w), Eq(gamma - 1 - 2 * gamma_p, gamma - 1)),
                    Implies(And(grown, condensed), Eq(2 * (gamma - 1 - gamma_p), CONDENSED_W)),
                    Implies(And(lazy_w, condensed), Eq(gamma - 1, CONDENSED_W)),
                ),
                "the pieces agree where they meet",
            ),
            Decided(
                Equivalent(Not(Or(linear, lazy_w, grown, condensed)), WEDGE),
                "they leave out the open wedge and nothing else",
            ),
            Step(
                Piecewise(
                    (order(LAZY), linear),
                    (order(LAZY), lazy_w),
                    (order(kappa_p**2 * q**2), grown),
                    (order(kappa_p * q) / 2, condensed),
                    (nan, True),
                ),
                law,
                "collected",
            ),
        ),
        LUO + "; the exponents are this package's derivation",
    )


def output_exponent() -> Derivation:
    """S_a over the plane; nan in the wedge."""
    lazy_a = And(gamma_p >= 0, gamma <= 1 + gamma_p)
    lazy_w = And(gamma_p <= 0, gamma <= 1)
    condensed = BALANCED
    law = Piecewise(
        (gamma - 1, lazy_a),
        (gamma - 1 + 2 * gamma_p, lazy_w),
        (CONDENSED_A, condensed),
        (nan, True),
    )
    return Derivation(
        "Exponent of the drift of a",
        (
            BALANCE,
            Decided(
                Implies(lazy_a, Eq(order(LAZY_A), gamma - 1)),
                "a linear fit by a alone: exact as long as w stands still",
            ),
            Decided(
                Implies(lazy_w, Eq(order(LAZY_A), gamma - 1 + 2 * gamma_p)),
                "lazy, w carries the kernel",
            ),
            Step(growth(q / kappa_p) / 2, CONDENSED_A, "both layers grow: a^2 = q / kappa'"),
            Decided(
                And(
                    Implies(And(lazy_a, lazy_w), Eq(gamma - 1, gamma - 1 + 2 * gamma_p)),
                    Implies(And(lazy_a, condensed), Eq(gamma - 1, CONDENSED_A)),
                    Implies(And(lazy_w, condensed), Eq(gamma - 1 + 2 * gamma_p, CONDENSED_A)),
                ),
                "the pieces agree where they meet",
            ),
            Decided(
                Equivalent(Not(Or(lazy_a, lazy_w, condensed)), WEDGE), "the open wedge is left out"
            ),
            Step(
                Piecewise(
                    (order(LAZY_A), lazy_a),
                    (order(LAZY_A), lazy_w),
                    (order(q / kappa_p) / 2, condensed),
                    (nan, True),
                ),
                law,
                "collected",
            ),
        ),
        LUO + "; the exponents are this package's derivation",
    )


def self_consistency() -> tuple[Derivation, ...]:
    """In each regime the neglected terms are smaller by a power of m."""
    frozen = And(gamma < 1, Or(order(LAZY) >= 0, order(LAZY_A) >= 0))
    grown = And(GROWN, Ne(gamma, 1), Ne(gamma, 1 + gamma_p))
    condensed = And(BALANCED, Ne(gamma, 1 + gamma_p), Ne(gamma, 1 - gamma_p))
    # part of the kernel that comes from w, against that from a, once a has grown to q
    share = kappa_p**2 * q**2
    return (
        Derivation(
            "Lazy regime: both drifts vanish",
            (BALANCE, Decided(Not(frozen), "neither exponent reaches zero for gamma < 1")),
            LUO,
        ),
        Derivation(
            "Grown output weights: w still stands still",
            (
                BALANCE,
                Step(
                    growth(share),
                    2 * (gamma - 1 - gamma_p),
                    "the kernel of w, kappa' q^2, against that of a, 1 / kappa'",
                ),
                Decided(
                    Implies(grown, order(share) < 0),
                    "the part of the kernel that moves is smaller by a power of m",
                ),
            ),
            LUO,
        ),
        Derivation(
            "Condensed regime: the start is forgotten",
            (
                BALANCE,
                Decided(
                    Equivalent(
                        condensed, And(order(q) > order(kappa_p), order(q) > order(1 / kappa_p))
                    ),
                    "q exceeds both parts of the conserved quantity",
                ),
            ),
            LUO,
        ),
        Derivation(
            "Wedge: the start is not forgotten",
            (
                Decided(
                    Implies(WEDGE, order(q) < order(kappa_p)),
                    "a typical neuron keeps its a; few may grow",
                ),
            ),
            LUO,
        ),
    )


def sharing() -> tuple[Derivation, ...]:
    """If a fraction p of the neurons carries the fit with balanced growth w = kappa' a, RD_w does
    not depend on p.
    """
    p, size, moved = symbols("p a w", positive=True)
    concentrated = sqrt(kappa_p * q)
    return (
        Derivation(
            "Drift of w carried by a fraction of the neurons",
            (
                Assumed(
                    "Shared fit",
                    "the fit p a w = q is carried by a fraction p of equal neurons with w = "
                    "kappa' a",
                ),
                Step(
                    Subs(
                        p * moved**2,
                        (moved, size),
                        (kappa_p * sqrt(q / (p * kappa_p)), sqrt(q / (p * kappa_p))),
                    ),
                    kappa_p * q,
                    "RD_w^2 = p w^2 with a^2 = q / (p kappa'): p has gone",
                ),
                Step(
                    growth(concentrated),
                    CONDENSED_W,
                    "the condensed exponent; in the wedge too, if few neurons carry the fit",
                ),
            ),
            LUO + "; this package's derivation",
        ),
        Derivation(
            "Drift of w with output weights frozen",
            (
                Assumed(
                    "Shared fit",
                    "the fit p a w = q is carried by a fraction p of order one with a of order one",
                ),
                Step(Subs(p * moved**2, moved, q / p), q**2 / p, "RD_w^2 = p w^2 with w = q / p"),
                Decided(
                    Implies(WEDGE, order(q) < order(concentrated)),
                    "in the wedge the two laws differ",
                ),
                Step(
                    growth(q), gamma - 1, "the exponent if a fraction of order one carries the fit"
                ),
            ),
            LUO + "; this package's derivation",
        ),
    )


def open_wedge() -> tuple[Derivation, ...]:
    """In the wedge gamma - 1 <= S_w <= (gamma - 1 - gamma') / 2, the lower bound without, the upper
    with the hypothesis of a shared fit.
    """
    p = Symbol("p", positive=True)
    moved = Symbol("w", positive=True)
    return (
        Derivation(
            "Lower end in the wedge",
            (
                Assumed("Fit", "the loss falls below a fixed fraction of its start"),
                Decided(
                    Implies(And(WEDGE, drift >= 0, FIT >= 0), drift >= gamma - 1),
                    "the bound of theorem 2 read in the wedge",
                ),
            ),
            LUO + "; this package's derivation",
        ),
        Derivation(
            "Upper end in the wedge",
            (
                Assumed(
                    "Shared fit",
                    "a fraction p of equal neurons carries the fit: p w sqrt(1 + w^2 / kappa'^2) "
                    "= q",
                ),
                Step(
                    (p * moved**2) ** 2,
                    (kappa_p * p * moved) ** 2 * (1 + moved**2 / kappa_p**2),
                    "squares of p w^2 < kappa' p w sqrt(1 + w^2/kappa'^2) = kappa' q, whatever p",
                    relation="<",
                ),
                Decided(
                    Implies(WEDGE, And(CONDENSED_W > 0, order(q) < CONDENSED_W)),
                    "so S_w is at most the condensed exponent, which is positive",
                ),
            ),
            LUO + "; this package's derivation",
        ),
    )


def independent_start() -> Derivation:
    """Without the mirror images f(0) ~ sqrt(m) kappa must be unlearnt too: the exponent gains
    max(0, 1/2 - gamma).
    """
    half, gap = Rational(1, 2), Symbol("delta", positive=True)
    return Derivation(
        "Exponent for an independent start",
        (
            BALANCE,
            Step(growth(sqrt(m) * kappa), half - gamma, "m random signs add up to sqrt(m)"),
            Step(
                Limit(log(1 + m**gap) / log(m), m, oo),
                gap,
                "a start larger than the target decides",
            ),
            Step(Limit(log(1 + m**-gap) / log(m), m, oo), Integer(0), "a smaller one does not"),
            Decided(
                Eq(order((1 + sqrt(m) * kappa) * q), Max(gamma, half) - 1),
                "a lazy drift is proportional to the residual",
            ),
            Step(
                Piecewise((half - gamma, gamma < half), (0, True)),
                Max(0, half - gamma),
                "what is added to S_w and S_a",
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
    return Derivation(
        "Crossover at finite width",
        (
            Step(
                LAZY * g_w,
                q * kappa_p**2 / (g_a / g_w + kappa_p**2),
                "the lazy drift, up to a constant",
            ),
            Step(
                m * Derivative(log(size), m),
                gamma - 1 - 2 * gamma_p * ratio / (ratio + m ** (-2 * gamma_p)),
                "its local slope: asymptotic only once kappa'^2 << g",
            ),
        ),
        LUO + "; this package's derivation",
    )


def theorem_2_bound() -> tuple[Derivation, ...]:
    """Fitting forces the drift: S_w >= min(gamma - 1, (gamma - 1 - gamma') / 2) > 0 in the
    condensed region.
    """
    a0, gain, w0, R = symbols("a_0 b w_0 R", nonnegative=True)
    bound = Min(gamma - 1, CONDENSED_W)
    fitted = And(CONDENSED, drift >= 0, FIT >= 0)
    growth = Symbol("s", positive=True)
    fit = Assumed(
        "Fit",
        "the loss falls below a fixed fraction of its start, so that kappa |a||W||x| reaches a "
        "constant",
    )
    return (
        Derivation(
            "Lower bound on the drift exponent",
            (
                fit,
                Step(
                    (a0 * w0 + gain * R) ** 2,
                    (a0**2 + gain**2) * (w0**2 + R**2),
                    "f <= kappa sum |a_k||w_k||x| <= kappa |a||W||x|",
                    relation="<=",
                ),
                Step(
                    a0**2 + gain**2,
                    (a0 + gain) ** 2,
                    "conservation: |a|^2 <= |a_0|^2 + |W|^2 / kappa'^2, so |a| <= |a_0| + |W| / "
                    "kappa'",
                    relation="<=",
                ),
                *_orders("1 <= C M kappa (1 + R)(1 + (1 + R) / kappa')"),
                Decided(Implies(fitted, drift >= bound), "solve for the exponent of 1 + R"),
                Decided(Implies(CONDENSED, bound > 0), "which is positive throughout the region"),
                Decided(
                    Implies(And(CONDENSED, Not(WEDGE)), Eq(bound, CONDENSED_W)),
                    "outside the wedge it is the exponent of the balance",
                ),
                Step(
                    Piecewise((gamma - 1, gamma - 1 <= CONDENSED_W), (CONDENSED_W, True)),
                    bound,
                    "the bound",
                ),
            ),
            LUO + ", theorem 2*; this package's elementary proof",
        ),
        Derivation(
            "The drift is unbounded",
            (fit, Step(Limit(m**growth, m, oo), oo, "a positive exponent")),
            LUO + ", theorem 2*; this package's elementary proof",
            (Settles("phase-theorem-2", part="limit"),),
        ),
    )


def linearisation_error() -> Derivation:
    """In the kernel regime at gamma' = 0 the first neglected term of the linearised model, kappa
    sum da dw.x, falls as m^(gamma - 1).
    """
    return Derivation(
        "Exponent of the linearisation error",
        (
            BALANCE,
            Step(
                Subs(kappa * M * (q / (g_a + g_w)) ** 2, M, 1 / (kappa * q)),
                q / (g_a + g_w) ** 2,
                "M neurons, each moved by q / (g_a + g_w) in both layers, in the same direction",
            ),
            Step(
                growth(q),
                gamma - 1,
                "its exponent; a neuron that crosses a kink adds a term of the same size",
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
            ),
        ),
        LUO + ", section 1.7",
        (Settles("phase-a-dominates-small-kappaprime", part="rates"),),
    )


def per_layer_rates() -> tuple[Derivation, ...]:
    """Learning rates eta_a, eta_w act as an initialisation with kappa' = (beta_1 / beta_2)
    sqrt(eta_w / eta_a), kappa unchanged.
    """
    eta_a, eta_w = symbols("eta_a eta_w", positive=True)
    one, two, scale = beta_1 / sqrt(eta_a), beta_2 / sqrt(eta_w), alpha / sqrt(eta_a * eta_w)
    risk, A = Function("R"), Symbol("A", real=True)
    start = ((alpha, beta_1, beta_2), (scale, one, two))
    source = "Kunin et al. 2024 (arXiv 2406.06158); Domine et al. 2024 (arXiv 2409.14623)"
    return (
        Derivation(
            "kappa' with a learning rate for each layer",
            (
                Step(
                    Derivative(risk(sqrt(eta_a) * A), A),
                    sqrt(eta_a) * Subs(Derivative(risk(A), A), A, sqrt(eta_a) * A),
                    "in A = a / sqrt(eta_a) the flow has rate one: dA/dt = -sqrt(eta_a) dR/da = "
                    "-dR/dA",
                ),
                Step(
                    Subs(beta_1 / beta_2, *start),
                    beta_1 / beta_2 * sqrt(eta_w / eta_a),
                    "so does w / sqrt(eta_w): insert their starts",
                ),
            ),
            source,
        ),
        Derivation(
            "kappa with a learning rate for each layer",
            (
                Step(
                    Subs(beta_1 * beta_2 / alpha, *start),
                    beta_1 * beta_2 / alpha,
                    "the output scale absorbs both rates",
                ),
            ),
            source,
        ),
    )
