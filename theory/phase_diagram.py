"""Where does a two-layer ReLU network train linearly, and where do its neurons condense?  Six
initialisations, the boundary, the exponents S_w and S_a, a proof that drift is forced in the
condensed region.

Setting.  M = 2m neurons (m and their mirror images, so f = 0 at the start), kappa = m^-gamma,
kappa' = m^-gamma', targets of order one, normalised gradient flow.  RD_w = |w(T) - w(0)| / |w(0)| ~
m^(S_w), and S_a likewise.  Powers of m are compared by their exponents, the limits of log(size) /
log(m).

Result.  w moves least (S_w < 0, linear) where gamma < 1 or gamma' > gamma - 1, and without bound
(S_w > 0, condensed) where gamma > 1 and gamma' < gamma - 1; in the condensed region |w| grows to
sqrt(kappa' / (m kappa)), S_w = (gamma - 1 - gamma') / 2.  In the wedge gamma' < 0, 1 < gamma < 1 -
gamma' only bounds are derived.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, table 1 and theorems 1*, 2*.  Layer-wise rates: Kunin
et al. 2024 (arXiv 2406.06158), Domine et al. 2024 (arXiv 2409.14623).
"""

from typing import Any, NamedTuple

from sympy import (
    Abs,
    Add,
    And,
    Derivative,
    Eq,
    Equivalent,
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    LessThan,
    Limit,
    Matrix,
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
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import LUO, alpha, beta_1, beta_2, gamma, gamma_p, k, kappa, kappa_p, mean
from theory.notation import m as width

m = Symbol("m", positive=True)  # width, as a real variable: limits are taken in it
d = Symbol("d", positive=True)  # input dimension, fixed
M = Symbol("M", integer=True, positive=True)  # neurons in both copies, 2m
# 1 / (M kappa), the product |a||w| that a neuron needs when all take part
q = Symbol("q", positive=True)
g_a, g_w = symbols("g_a g_w", positive=True)  # sizes of the two kernels, of order one

LINEAR = Or(gamma < 1, gamma_p > gamma - 1)
CONDENSED = And(gamma > 1, gamma_p < gamma - 1)
CRITICAL = Or(And(Eq(gamma, 1), gamma_p <= 0), And(Eq(gamma_p, gamma - 1), gamma_p > 0))
GROWN = And(gamma_p >= 0, gamma >= 1, gamma <= 1 + gamma_p)  # a grows, w stands still
BALANCED = And(gamma >= 1 + gamma_p, gamma >= 1 - gamma_p)
WEDGE = And(gamma_p < 0, gamma > 1, gamma < 1 - gamma_p)
CONDENSED_W = (gamma - 1 - gamma_p) / 2
CONDENSED_A = (gamma - 1 + gamma_p) / 2


def order(size: Expr) -> Expr:
    """Exponent of m in a positive expression of m and constants: products add, sums take the
    largest.
    """
    if size == m:
        return S.One
    if isinstance(size, Add):
        return Max(*(order(term) for term in size.args))
    if isinstance(size, Mul):
        return Add(*(order(factor) for factor in size.args))
    if isinstance(size, Pow):
        return size.exp * order(size.base)
    return S.Zero


def growth(size: Expr, of_kappa_p: Expr = gamma_p) -> Expr:
    """Exponent of m in a positive expression of m, kappa, kappa' and q, as an unevaluated limit:
    kappa' is m to the power -``of_kappa_p``, and q is m^(gamma - 1), up to a constant.
    """
    powers = {kappa: m**-gamma, kappa_p: m**-of_kappa_p, q: m ** (gamma - 1)}
    here = [symbol for symbol in powers if size.has(symbol)]
    return Limit(log(Subs(size, here, [powers[symbol] for symbol in here])) / log(m), m, oo)


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
                    Limit(rate, m, oo), -order(scale), "leading power of the width at fixed d"
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


def constants_drop_out() -> tuple[Derivation, ...]:
    """A constant factor in kappa, as between LeCun's and He's start, changes the dynamics but not
    gamma; gamma and gamma' take every pair of values.
    """
    c = Symbol("c", positive=True)
    values = ((alpha, beta_1, beta_2), (m**gamma, m ** (-gamma_p / 2), m ** (gamma_p / 2)))
    return (
        Derivation(
            "Similarity holds at the level of exponents",
            (Step(Limit(-log(c * m**-gamma) / log(m), m, oo), gamma, "log c / log m vanishes"),),
            LUO + ", equation 1.10",
            (Settles("phase-gamma-principles", part="limit"),),
        ),
        Derivation(
            "The coordinates are independent",
            (
                Step(
                    Matrix(
                        [
                            -log(Subs(beta_1 * beta_2 / alpha, *values).doit()) / log(m),
                            -log(Subs(beta_1 / beta_2, *values).doit()) / log(m),
                        ]
                    ),
                    Matrix([gamma, gamma_p]),
                    "alpha = m^gamma, beta_1 = m^(-gamma'/2), beta_2 = m^(gamma'/2): any point",
                    domain=(m > 1,),
                ),
            ),
            LUO + ", equation 1.10",
            (Settles("phase-gamma-principles", part="independent"),),
        ),
    )


def target_size() -> Derivation:
    """Targets multiplied by c train as kappa / c does: the size of the data moves a network across
    the diagram.
    """
    c, target = Symbol("c", positive=True), Symbol("y", real=True)
    features = Symbol("F", real=True)  # sum_k a_k relu(w_k . x)
    residual = Step(
        kappa * features - c * target,
        c * (kappa / c * features - target),
        "the residual of targets c y is c times that of kappa / c",
    )
    return Derivation(
        "The size of the targets",
        (
            residual,
            Step(
                Subs((kappa * features - c * target) / c, kappa, c * kappa),
                kappa * features - target,
                "so targets c y at c kappa give the residuals of y at kappa, in units of c",
                uses=(residual,),
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
    size = Symbol("l", positive=True)  # |x|
    feature = Step(
        Integral(size * z * exp(-(z**2) / 2) / sqrt(2 * pi), (z, 0, oo)),
        size / sqrt(2 * pi),
        "E relu(w.x): w.x is normal with deviation |x|",
    )
    mean = Step(
        Integral(2 * s * exp(-(s**2) / 2) / sqrt(2 * pi) * feature.lhs, (s, 0, oo)),
        size / pi,
        "times E|a| of a normal variable",
        uses=(feature,),
    )
    output = Step(
        Sum(kappa * mean.lhs, (k, 1, width)),
        width * kappa * size / pi,
        "m independent neurons",
        uses=(mean,),
    )
    at_width = Subs(output.lhs, (width, kappa), (m, m**-gamma))
    return Derivation(
        "Capacity near the start",
        (
            feature,
            mean,
            output,
            Step(
                Limit(log(at_width) / log(m), m, oo),
                1 - gamma,
                "its exponent is that of m kappa",
                uses=(output,),
            ),
        ),
        LUO + ", equation 1.12",
        (Settles("phase-capacity-scale", part="exponent"),),
    )


def _capacities() -> tuple[Step, Step]:
    """Exponents of both capacities: at the start, and with output weights as large as w."""
    return (
        Step(growth(m * kappa), 1 - gamma, "exponent of the capacity at the start"),
        Step(
            growth(m * kappa / kappa_p),
            1 - gamma + gamma_p,
            "exponent of the capacity with grown output weights",
        ),
    )


def capacity_implies() -> tuple[Derivation, ...]:
    """A capacity of order one, m kappa >= c, asks for gamma <= 1."""
    c = Symbol("c", positive=True)
    source = LUO + ", section 1.7"
    start, _ = _capacities()
    border = Step(
        Limit(-log(c / m) / log(m), m, oo),
        Integer(1),
        "kappa = c / m has gamma = 1; a larger kappa has a smaller one",
    )
    return (
        Derivation(
            "What capacity asks of gamma",
            (
                start,
                Decided(
                    Implies(start.lhs >= 0, gamma <= 1),
                    "a capacity of order one has no negative exponent",
                    uses=(start,),
                ),
            ),
            source,
            (Settles("phase-capacity-implies-gamma-le-1"),),
        ),
        Derivation("The exponent on the border", (border,), source),
    )


def necessary_condition() -> tuple[Derivation, ...]:
    """m kappa of order one is not necessary for the linear regime: output weights may grow while w
    stands still.
    """
    source = LUO + ", section 1.7"

    def settles(part: str) -> tuple[Settles, ...]:
        return (Settles("phase-necessary-condition-slip", part=part),)

    alone, _ = _capacities()
    start, grown = _capacities()
    return (
        Derivation(
            "Capacity at the start is not necessary",
            (
                alone,
                Counterexample(
                    Implies(LINEAR, alone.lhs >= 0),
                    ((gamma, Rational(6, 5)), (gamma_p, Rational(1, 2))),
                    "(6/5, 1/2) lies in the linear region although m kappa vanishes there",
                    uses=(alone,),
                ),
            ),
            source,
            settles("start"),
        ),
        Derivation(
            "What is necessary",
            (
                start,
                grown,
                Decided(
                    Implies(LINEAR, Or(start.lhs >= 0, grown.lhs > 0)),
                    "m kappa, or m kappa / kappa' for output weights that grow to the size of w",
                    uses=(start, grown),
                ),
            ),
            source,
            settles("grown"),
        ),
    )


def capacity_bound() -> Derivation:
    """Output weights that may grow to the size of w have the capacity m beta_2^2 / alpha = m kappa
    / kappa'.
    """
    size = Symbol("a_mean", positive=True)
    scale = Defined(
        alpha,
        kappa_p * beta_2**2 / kappa,
        "beta_1 = kappa' beta_2 in kappa = beta_1 beta_2 / alpha",
    )
    return Derivation(
        "Capacity with grown output weights",
        (
            scale,
            *chain(
                m * beta_2 * size / alpha,
                To(
                    m * beta_2**2 / alpha,
                    "E|a| stays below beta_2",
                    relation="<",
                    domain=(size < beta_2,),
                ),
                To(m * kappa / kappa_p, "in kappa and kappa'", uses=(scale,)),
            ),
        ),
        LUO + ", equation 1.13",
        (Settles("phase-capacity-bound"),),
    )


def boundary_derivation() -> Derivation:
    """Ample capacity with grown output weights, m kappa / kappa' >> 1, means gamma' > gamma - 1."""
    _, grown = _capacities()
    return Derivation(
        "The slanted part of the boundary",
        (
            grown,
            Decided(
                Equivalent(grown.lhs > 0, gamma_p > gamma - 1),
                "positive above the line",
                uses=(grown,),
            ),
        ),
        LUO + ", equation 1.14",
        (Settles("phase-boundary-derivation"),),
    )


def condensed_capacity() -> Derivation:
    """The condensed region is where both capacities vanish."""
    start, grown = _capacities()
    return Derivation(
        "No capacity near the start",
        (
            start,
            grown,
            Decided(
                Equivalent(CONDENSED, And(start.lhs < 0, grown.lhs < 0)),
                "both exponents are negative exactly there",
                uses=(start, grown),
            ),
        ),
        LUO + ", section 1.7",
        (Settles("phase-condensed-capacity"),),
    )


def regions() -> tuple[Derivation, ...]:
    """The regions of the two theorems are disjoint and leave only the boundary uncovered."""
    return (
        Derivation(
            "The two regions are disjoint",
            (Decided(Not(And(LINEAR, CONDENSED)), "no point lies in both"),),
            LUO + ", theorems 1* and 2*",
            (Settles("phase-theorem-regions-disjoint-cover", part="disjoint"),),
        ),
        Derivation(
            "They cover the plane up to the boundary",
            (Decided(Or(LINEAR, CONDENSED, CRITICAL), "every point lies in one or on it"),),
            LUO + ", theorems 1* and 2*",
            (Settles("phase-theorem-regions-disjoint-cover", part="cover"),),
        ),
    )


def boundary() -> Derivation:
    """What neither theorem covers are two rays: gamma = 1 with gamma' <= 0, and gamma' = gamma - 1
    with gamma' > 0.
    """
    neither = Decided(
        Not(And(CRITICAL, Or(LINEAR, CONDENSED))), "the rays belong to neither region"
    )
    return Derivation(
        "The boundary",
        (
            neither,
            Decided(
                Equivalent(Not(Or(LINEAR, CONDENSED)), CRITICAL),
                "and nothing else is left over",
                uses=(neither, derive(regions)[1]),
            ),
        ),
        LUO + ", figure 2",
        (Settles("phase-boundary-lines"),),
    )


# ---------------------------------------------------------------- exponents by dominant balance

# relative change of w while the kernel stands still
LAZY = kappa_p * q / (g_a / kappa_p + kappa_p * g_w)
LAZY_A = q / kappa_p / (g_a / kappa_p + kappa_p * g_w)  # and of a
delta = Symbol("delta", positive=True)  # distance to a line of the plane
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


def input_exponent() -> tuple[Derivation, ...]:
    """S_w over the plane (antisymmetric start); nan in the wedge, where the balance of a typical
    neuron does not decide.
    """
    linear = And(gamma_p >= 0, gamma <= 1)
    lazy_w = And(gamma_p <= 0, gamma <= 1)
    eps = Symbol("epsilon", positive=True)
    by_a, by_w = gamma - 1 - 2 * gamma_p, gamma - 1  # lazy, with the kernel of a or of w
    by_grown = 2 * (gamma - 1 - gamma_p)
    law = Piecewise(
        (by_a, linear), (by_w, lazy_w), (by_grown, GROWN), (CONDENSED_W, BALANCED), (nan, True)
    )
    above, on, below = _lazy_exponents(0)
    half = Step(
        Limit((sqrt(1 + eps) - 1) / eps, eps, 0),
        Rational(1, 2),
        "a small growth of w^2 is half as large in |w|",
    )
    grown = Step(
        growth(half.lhs * kappa_p**2 * q**2),
        by_grown,
        "a grows to q, w^2 follows by kappa'^2 a^2",
        uses=(half, BALANCE),
    )
    forgotten = derive(balanced_growth)[2]
    condensed = Step(
        growth(sqrt(forgotten.states[0])),
        CONDENSED_W,
        "both layers grow: w^2 = kappa' q",
        uses=(forgotten, BALANCE),
    )
    agree = Decided(
        And(
            Implies(And(linear, GROWN), Eq(by_a, by_grown)),
            Implies(And(linear, lazy_w), Eq(by_a, by_w)),
            Implies(And(GROWN, BALANCED), Eq(by_grown, CONDENSED_W)),
            Implies(And(lazy_w, BALANCED), Eq(by_w, CONDENSED_W)),
        ),
        "on the lines between two regions both laws give the same",
    )
    left_out = Decided(
        Equivalent(Not(Or(linear, lazy_w, GROWN, BALANCED)), WEDGE), "the wedge and nothing else"
    )
    source = LUO + "; the exponents are this package's derivation"
    return (
        Derivation(
            "Exponent of the drift of w",
            (
                BALANCE,
                above,
                on,
                below,
                half,
                grown,
                condensed,
                Step(
                    Piecewise(
                        (
                            Max(Subs(above.lhs, delta, gamma_p), grown.lhs),
                            And(gamma_p > 0, gamma <= 1 + gamma_p),
                        ),
                        (on.lhs, And(Eq(gamma_p, 0), gamma <= 1)),
                        (Subs(below.lhs, delta, -gamma_p), And(gamma_p < 0, gamma <= 1)),
                        (condensed.lhs, BALANCED),
                        (nan, True),
                    ),
                    law,
                    "collected; the larger drift decides",
                    uses=(above, on, below, grown, condensed),
                ),
            ),
            source,
        ),
        Derivation("The laws of w agree where they meet", (agree,), source),
        Derivation("The laws of w leave out the wedge", (left_out,), source),
    )


def output_exponent() -> tuple[Derivation, ...]:
    """S_a over the plane; nan in the wedge."""
    lazy_a = And(gamma_p >= 0, gamma <= 1 + gamma_p)
    lazy_w = And(gamma_p <= 0, gamma <= 1)
    by_a, by_w = gamma - 1, gamma - 1 + 2 * gamma_p  # lazy, with the kernel of a or of w
    law = Piecewise((by_a, lazy_a), (by_w, lazy_w), (CONDENSED_A, BALANCED), (nan, True))
    above, on, below = _lazy_exponents(1)
    forgotten = derive(balanced_growth)[3]
    condensed = Step(
        growth(sqrt(forgotten.states[0])),
        CONDENSED_A,
        "both layers grow: a^2 = q / kappa'",
        uses=(forgotten, BALANCE),
    )
    agree = Decided(
        And(
            Implies(And(lazy_a, lazy_w), Eq(by_a, by_w)),
            Implies(And(lazy_a, BALANCED), Eq(by_a, CONDENSED_A)),
            Implies(And(lazy_w, BALANCED), Eq(by_w, CONDENSED_A)),
        ),
        "on the lines between two regions both laws give the same",
    )
    left_out = Decided(
        Equivalent(Not(Or(lazy_a, lazy_w, BALANCED)), WEDGE), "the wedge and nothing else"
    )
    source = LUO + "; the exponents are this package's derivation"
    return (
        Derivation(
            "Exponent of the drift of a",
            (
                BALANCE,
                above,
                on,
                below,
                condensed,
                Step(
                    Piecewise(
                        (Subs(above.lhs, delta, gamma_p), And(gamma_p > 0, gamma <= 1 + gamma_p)),
                        (on.lhs, And(Eq(gamma_p, 0), gamma <= 1)),
                        (Subs(below.lhs, delta, -gamma_p), And(gamma_p < 0, gamma <= 1)),
                        (condensed.lhs, BALANCED),
                        (nan, True),
                    ),
                    law,
                    "collected; a linear fit by a alone holds as long as w stands still",
                    uses=(above, on, below, condensed),
                ),
            ),
            source,
        ),
        Derivation("The laws of a agree where they meet", (agree,), source),
        Derivation("The laws of a leave out the wedge", (left_out,), source),
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
                    uses=(derive(theorem_2_bound)[1],),
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


# ---------------------------------------------------------------- theorem 1*: how far a flow goes

Xi = Symbol("Xi", nonnegative=True)  # rapidity, the integral of its rate kappa sigma |e| / n
eps = Symbol("epsilon", positive=True)  # a level of it
sigma = Symbol("sigma", positive=True)  # largest singular value of the inputs
a_0, w_0 = symbols("a_0 w_0", nonnegative=True)  # |a| and |w| of a neuron at the start
SECOND, FIRST = (
    exp(Xi) - 1 - Xi,
    exp(Xi) - 1,
)  # what a boost adds of the same and of the other layer
RUDIN = "Rudin, Principles of Mathematical Analysis, third edition, McGraw-Hill 1976"
HORN = "Horn, Johnson, Matrix Analysis, second edition, Cambridge 2013"
FELLER = "Feller, An Introduction to Probability Theory and Its Applications I, Wiley 1968"
PROOF = LUO + ", theorem 1*; this package's proof"


def speeds() -> tuple[Derivation, ...]:
    """A neuron moves no faster than kappa' |a| rho in w and |w| rho / kappa' in a, at the rapidity
    rate rho = kappa sigma |e| / n.
    """
    n, D, i, j = symbols("n D i j", integer=True, positive=True)
    samples, coordinates = (i, 1, n), (j, 1, D)
    x, e, w, v = (IndexedBase(name, real=True) for name in ("x", "e", "w", "v"))
    g, closed = (IndexedBase(name, nonnegative=True) for name in ("g", "h"))  # gates
    a, rho = Symbol("a", real=True), Symbol("rho", positive=True)
    v_a = IndexedBase("v_a", real=True)[k]
    loss, size = Sum(e[i] ** 2, samples), Sum(w[j] ** 2, coordinates)
    signal = Sum(w[j] * x[i, j], coordinates)
    push = Sum(Sum(g[i] * e[i] * x[i, j], samples) ** 2, coordinates)
    pull = Sum(g[i] * e[i] * signal, samples)
    rate = Defined(rho, kappa * sigma * sqrt(loss) / n, "rate of the rapidity")
    gates = Assumed(Eq(g[i], 1 - closed[i]), "a gate is open, g = 1, or closed, h = 1")
    by_w = Assumed(
        Eq(v[j], -kappa * kappa_p / n * a * Sum(g[i] * e[i] * x[i, j], samples)),
        "normalised flow of w (theory.nondimensionalisation)",
    )
    by_a = Assumed(Eq(v_a, -kappa / (kappa_p * n) * pull), "normalised flow of a")
    largest = Quoted(
        "the largest eigenvalue of the Gram matrix of the inputs is the largest Rayleigh quotient",
        HORN + ", theorem 4.2.2",
        states=(push, "<=", sigma**2 * Sum(g[i] ** 2 * e[i] ** 2, samples)),
    )
    transposed = Quoted(
        "the matrix of second moments of the inputs has the same largest eigenvalue",
        HORN + ", theorem 1.3.22",
        states=(Sum(signal**2, samples), "<=", sigma**2 * size),
    )
    cauchy = Quoted(
        "The inequality of Cauchy and Schwarz",
        "Cauchy 1821",
        states=(pull**2, "<=", loss * Sum(g[i] ** 2 * signal**2, samples)),
    )

    def through(of: Expr, what: str) -> Derivation:
        return Derivation(
            f"Closed gates pass no {what}",
            (
                gates,
                *chain(
                    Sum(g[i] ** 2 * of, samples),
                    To(
                        Sum(of, samples) - Sum(closed[i] * (1 + g[i]) * of, samples),
                        "1 - g^2 = (1 - g)(1 + g)",
                    ),
                    To(Sum(of, samples), "what a closed gate leaves out", relation="<="),
                    uses=(gates,),
                ),
            ),
            PROOF,
        )

    pushed, felt = through(e[i] ** 2, "residual"), through(signal**2, "signal")
    moves_w = Step(
        Sum(v[j] ** 2, coordinates),
        kappa**2 * kappa_p**2 / n**2 * a**2 * push,
        "by the flow",
        uses=(by_w,),
    )
    moves_a = Step(v_a**2, kappa**2 / (kappa_p**2 * n**2) * pull**2, "by the flow", uses=(by_a,))
    at_most = Derivation(
        "The inputs stretch the residual by sigma at most",
        (
            largest,
            Decided(push <= sigma**2 * loss, "whatever the gates are", uses=(largest, pushed)),
        ),
        PROOF,
    )
    stretched = Decided(
        moves_w.rhs <= kappa**2 * kappa_p**2 / n**2 * a**2 * sigma**2 * loss,
        "the inputs stretch the residual by sigma at most",
        uses=(at_most,),
    )
    aligned = Decided(
        pull**2 <= sigma**2 * loss * size, "and w by sigma at most", uses=(cauchy, felt, transposed)
    )
    return (
        Derivation(
            "Speed of w",
            (
                by_w,
                moves_w,
                stretched,
                rate,
                Decided(
                    moves_w.lhs <= kappa_p**2 * a**2 * rho**2,
                    "in the rate of the rapidity",
                    uses=(moves_w, stretched, rate),
                ),
            ),
            PROOF,
        ),
        Derivation(
            "Speed of a",
            (
                by_a,
                moves_a,
                cauchy,
                transposed,
                aligned,
                rate,
                Decided(
                    moves_a.lhs <= size * rho**2 / kappa_p**2,
                    "in the rate of the rapidity",
                    uses=(moves_a, aligned, rate),
                ),
            ),
            PROOF,
        ),
        pushed,
        felt,
        at_most,
    )


def boosts() -> tuple[Derivation, ...]:
    """At rapidity Xi w has moved by at most (e^Xi - 1 - Xi) |w(0)| + kappa' (e^Xi - 1) |a(0)|, and
    a likewise with 1 / kappa'.
    """
    P, Q = (Function(name, nonnegative=True)(Xi) for name in ("P", "Q"))  # ways of w and of a
    of_w, of_a, *_ = derive(speeds)
    a = Symbol("a", real=True)
    (squared,) = of_a.result.rhs.atoms(Sum)
    size = sqrt(squared)  # |w|
    start = kappa_p * a_0 + w_0

    def way(of: Derivation, slope: Expr, most: Expr) -> Quoted:
        return Quoted(
            "a way grows with the speed, and against the rapidity with the speed over its rate",
            RUDIN + ", theorems 5.5 and 6.25",
            states=Implies(of.result, slope <= most),
        )

    def moved(title: str, first: Expr, most: Expr, found: Expr, factor: Expr) -> Derivation:
        """``first`` is the way in question, at most ``factor`` times (start + way of the other)."""
        by_w, by_a = (
            way(of_w, Derivative(P, Xi), kappa_p * Abs(a)),
            way(of_a, Derivative(Q, Xi), size / kappa_p),
        )
        never_far = (
            Quoted(
                "|a| is at most its start and its way",
                "the triangle inequality",
                states=(Abs(a), "<=", a_0 + Q),
            ),
            Quoted(
                "|w| is at most its start and its way",
                "the triangle inequality",
                states=(size, "<=", w_0 + P),
            ),
        )
        w_grows = Decided(
            Derivative(P, Xi) <= kappa_p * (a_0 + Q),
            "w is pushed by a",
            uses=(of_w, by_w, never_far[0]),
        )
        a_grows = Decided(
            Derivative(Q, Xi) <= (w_0 + P) / kappa_p, "and a by w", uses=(of_a, by_a, never_far[1])
        )
        both = Decided(
            Derivative(P, Xi) + kappa_p * Derivative(Q, Xi) <= P + kappa_p * Q + start,
            "together they grow at most with their size",
            uses=(w_grows, a_grows),
        )
        gronwall = Quoted(
            "u' <= u + c and u(0) = 0 give u <= c (exp(Xi) - 1)",
            "Gronwall, Annals of Mathematics 20, 1919",
            states=Implies(both.formula, P + kappa_p * Q <= start * FIRST),
        )
        own = {P: w_grows, Q: a_grows}[first]
        slower = Decided(
            Derivative(first, Xi) <= most,
            "what the other layer has gained is less than both",
            uses=(own, both, gronwall),
        )
        slope = Step(Derivative(found, Xi), most, "the slope of the bound")
        zero = Step(Subs(found, Xi, 0), Integer(0), "it starts at zero, as a way does")
        larger = Quoted(
            "of two functions that start at the same value the one with the larger slope is larger",
            RUDIN + ", theorem 5.11",
            states=Implies(
                And(Eq(zero.lhs, 0), Derivative(first, Xi) <= slope.lhs), first <= found
            ),
        )
        compared = Decided(
            larger.states.args[0],
            "so does the bound, which grows faster",
            uses=(slower, slope, zero),
        )
        return Derivation(
            title,
            (
                by_w,
                by_a,
                *never_far,
                w_grows,
                a_grows,
                both,
                gronwall,
                slower,
                slope,
                zero,
                larger,
                compared,
                Decided(first <= found, "so far at most", uses=(larger, compared)),
            ),
            PROOF,
        )

    return (
        moved(
            "Way of the input weights of a neuron",
            P,
            kappa_p * a_0 + start * FIRST,
            SECOND * w_0 + kappa_p * FIRST * a_0,
            kappa_p,
        ),
        moved(
            "Way of its output weight",
            Q,
            (w_0 + start * FIRST) / kappa_p,
            SECOND * a_0 + FIRST * w_0 / kappa_p,
            1 / kappa_p,
        ),
    )


def _moved(layer: str) -> tuple[Expr, Expr, Expr]:
    """What a rapidity Xi may move in all neurons of a set, that at level epsilon, and its slope."""
    same, other, factor = (W0, A0, kappa_p) if layer == "w" else (A0, W0, 1 / kappa_p)
    most = SECOND * same + factor * FIRST * other
    return most, most.subs(Xi, eps), FIRST * same + factor * exp(Xi) * other


W0, A0, D_w, D_a = symbols("W_0 A_0 D_w D_a", nonnegative=True)  # norms over a set of neurons
# bounds of |a(0)|, and of |W(0)| from below and above, over the root of the number of neurons
alpha_2, omega_1, omega_2 = symbols("alpha_2 omega_1 omega_2", positive=True)


def drift_by_rapidity() -> tuple[Derivation, ...]:
    """Up to rapidity epsilon RD_w <= e^epsilon - 1 - epsilon + kappa' (e^epsilon - 1) |a(0)| /
    |W(0)|, for one copy as for both.
    """
    relative_distance = Symbol("R_w", nonnegative=True)
    one, more = (
        Quoted(
            "the exponential lies above its tangent at zero",
            RUDIN + ", theorem 5.15",
            states=(exp(at), ">=", 1 + at),
        )
        for at in (Xi, eps)
    )

    def of_set(layer: str, neuron: Derivation, norm: Symbol) -> Derivation:
        most, at_level, slope = _moved(layer)
        minkowski = Quoted(
            "a list whose entries are at most those of a sum is no longer than the sum of their "
            "lengths",
            "Minkowski 1896",
            states=Implies(neuron.result, norm <= most),
        )
        changes = Step(Derivative(most, Xi), slope, "its slope")
        rises = Decided(changes.lhs >= 0, "which is not negative", uses=(changes, one))
        monotone = Quoted(
            "a function with a slope that is not negative does not fall",
            RUDIN + ", theorem 5.11",
            states=Implies(rises.formula, Implies(Xi <= eps, most <= at_level)),
        )
        return Derivation(
            f"Way of all {layer}",
            (
                minkowski,
                one,
                changes,
                rises,
                monotone,
                Decided(
                    Implies(Xi <= eps, norm <= at_level),
                    "up to the level",
                    uses=(minkowski, neuron, monotone, rises),
                ),
            ),
            PROOF,
        )

    all_w, all_a = (
        of_set(layer, neuron, norm)
        for layer, neuron, norm in zip("wa", derive(boosts), (D_w, D_a), strict=True)
    )
    relative = Defined(relative_distance, D_w / W0, "relative distance of a copy")
    sizes = (
        Assumed(omega_1 * sqrt(width) <= W0, "Sizes at the start: |w(0)| of a copy"),
        Assumed(alpha_2 * sqrt(width) >= A0, "Sizes at the start: |a(0)| of a copy"),
    )
    ratio = Decided(omega_1 * A0 <= alpha_2 * W0, "ratio of both layers", uses=sizes)
    found = (exp(eps) - 1 - eps) + kappa_p * (exp(eps) - 1) * alpha_2 / omega_1
    in_all = Decided(
        Implies(
            And(W0 > 0, Xi <= eps),
            relative_distance <= exp(eps) - 1 - eps + kappa_p * (exp(eps) - 1) * A0 / W0,
        ),
        "as part of its start",
        uses=(relative, all_w),
    )
    at_start = Decided(
        Implies(
            W0 > 0,
            kappa_p * (exp(eps) - 1) * A0 / W0 <= kappa_p * (exp(eps) - 1) * alpha_2 / omega_1,
        ),
        "and that by its size",
        uses=(ratio, more),
    )
    return (
        Derivation(
            "Relative distance up to a rapidity",
            (
                *sizes,
                ratio,
                relative,
                in_all,
                more,
                at_start,
                Decided(
                    Implies(And(W0 > 0, Xi <= eps), relative_distance <= found),
                    "by the sizes at the start",
                    uses=(in_all, at_start),
                ),
            ),
            PROOF,
        ),
        all_w,
        all_a,
        Derivation(
            "The same in numbers",
            (
                Step(
                    Subs(SECOND + kappa_p * FIRST * alpha_2 / omega_1, Xi, eps),
                    found,
                    "at the level",
                ),
            ),
            PROOF,
        ),
    )


def _residual() -> tuple[Expr, Expr, Expr]:
    """|e|^2, and the squared lengths of the residual in the features of a and of w."""
    n, D, i, j, M = symbols("n D i j M", integer=True, positive=True)
    e, x, z, a = (IndexedBase(name, real=True) for name in ("e", "x", "z", "a"))
    g = IndexedBase("g", nonnegative=True)
    return (
        Sum(e[i] ** 2, (i, 1, n)),
        Sum(Sum(e[i] * g[k, i] * z[k, i], (i, 1, n)) ** 2, (k, 1, M)),
        Sum(a[k] ** 2 * Sum(Sum(e[i] * g[k, i] * x[i, j], (i, 1, n)) ** 2, (j, 1, D)), (k, 1, M)),
    )


Lam = Symbol("Lambda", positive=True)
Y = Symbol("Y", positive=True)  # |y|


def rapidity_of_a_flow() -> tuple[Derivation, ...]:
    """While one layer's features hold |e|^2 up by the factor Lambda the whole flow has a rapidity
    below sigma |y| kappa' / (kappa Lambda) by a, sigma |y| / (kappa kappa' Lambda) by w.
    """
    n, D, i, j, p = symbols("n D i j p", integer=True, positive=True)
    e, x, z, a, v, v_a, rate = (
        IndexedBase(name, real=True) for name in ("e", "x", "z", "a", "v", "v_a", "r")
    )
    g = IndexedBase("g", nonnegative=True)
    way, mu = symbols("S mu", positive=True)
    t = Symbol("t", nonnegative=True)
    loss, by_a, by_w = _residual()
    flow_a = Assumed(
        Eq(v_a[k], -kappa / (kappa_p * n) * Sum(e[p] * g[k, p] * z[k, p], (p, 1, n))),
        "normalised flow of a, with the preactivations z",
    )
    flow_w = Assumed(
        Eq(v[k, j], -kappa * kappa_p / n * a[k] * Sum(e[p] * g[k, p] * x[p, j], (p, 1, n))),
        "normalised flow of w",
    )
    output = Assumed(
        Eq(
            rate[i],
            kappa
            * Sum(
                v_a[k] * g[k, i] * z[k, i] + a[k] * g[k, i] * Sum(x[i, j] * v[k, j], (j, 1, D)),
                (k, 1, M),
            ),
        ),
        "e_i = f(x_i) - y_i moves with both layers",
    )
    slope = Sum(e[i] * rate[i], (i, 1, n))  # of |e|^2 / 2
    falls = Step(
        slope,
        -(kappa**2) / (kappa_p * n) * by_a - kappa**2 * kappa_p / n * by_w,
        "both layers take away",
        uses=(output, flow_a, flow_w),
    )
    first = Symbol("e_0", positive=True)
    start = Assumed(first <= Y, "f = 0 at an antisymmetric start, so that |e(0)| = |y|")
    over_time = Step(Integral(exp(-mu * t), (t, 0, oo)), 1 / mu, "over all time")

    def carried(layer: str, held: Expr, factor: Expr) -> Derivation:
        pace = Defined(mu, kappa**2 * factor * Lam / n, f"rate that {layer} alone gives")
        decays = Decided(
            Implies(held >= Lam * loss, slope <= -mu * loss),
            "the other layer only helps",
            uses=(falls, pace),
        )
        gronwall = Quoted(
            "u' <= -c u until T gives u <= u(0) exp(-c t)",
            "Gronwall, Annals of Mathematics 20, 1919",
            states=Implies(slope <= -mu * loss, loss <= first**2 * exp(-2 * mu * t)),
        )
        decayed = Decided(
            Implies(held >= Lam * loss, loss <= Y**2 * exp(-2 * mu * t)),
            "so the residual decays at least as fast",
            uses=(decays, gronwall, start),
        )
        bound = Defined(way, kappa * sigma * Y / n * over_time.lhs, "of that residual")
        integral = Quoted(
            "the rapidity is the integral of kappa sigma |e| / n until T, less than that of a "
            "positive bound over all time",
            RUDIN + ", theorem 6.12",
            states=Implies(loss <= Y**2 * exp(-2 * mu * t), Xi < way),
        )
        end = sigma * Y / (kappa * factor * Lam)
        value = Step(way, end, "however long", uses=(bound, over_time, pace))
        short = Decided(way <= end, "in the units of the start", uses=(value,))
        return Derivation(
            f"Rapidity of a flow that {layer} carries",
            (
                flow_a,
                flow_w,
                output,
                falls,
                pace,
                decays,
                gronwall,
                start,
                decayed,
                over_time,
                bound,
                integral,
                value,
                short,
                Decided(
                    Implies(held >= Lam * loss, Lam * Xi < sigma * Y / (kappa * factor)),
                    "so it never gets further",
                    uses=(decayed, integral, short),
                ),
            ),
            PROOF,
        )

    return carried("a", by_a, 1 / kappa_p), carried("w", by_w, kappa_p)


lam = Symbol("lambda", positive=True)  # least eigenvalue of the features, per neuron, on average
ell = Symbol("ell", positive=True)  # and the root of that at the start
room = Symbol("Delta", real=True)  # root of what is left of it
root = Symbol("nu", positive=True)  # of the number M of neurons
spill = Symbol("G", nonnegative=True)  # root of what gates near a kink may change, per neuron
trace = Symbol("T", positive=True)  # sum of |x_i|^2
SAME, OTHER = exp(eps) - 1 - eps, exp(eps) - 1  # what a boost adds at the level
REACH_W = SAME * omega_2 + kappa_p * OTHER * alpha_2  # ways of both layers, over sqrt(M)
REACH_A = SAME * alpha_2 + OTHER / kappa_p * omega_2
ROOM_A = ell - sigma * REACH_W
ROOM_W = ell - sigma * REACH_A - spill
LENGTHS = symbols("f f_0 r", nonnegative=True)  # |e| in the features, now and at the start; |e|


def _held(layer: str, change: tuple, lost: Expr, rest: Expr, extra: tuple = ()) -> Derivation:
    """From the change of the features of a layer to what holds up to the level."""
    f, f_0, r = LENGTHS
    loss, by_a, by_w = _residual()
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
    loss, *_ = _residual()
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
    loss, *_ = _residual()
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


delta_ = Symbol("delta", positive=True)  # bound of the chance that a hypothesis on the start fails
# chances of sums of squares, Gram matrices and gates that are not as assumed
CHANCES = symbols("P_1 P_2 P_3", nonnegative=True)


def typical_start() -> tuple[Derivation, ...]:
    """At the start, outside a chance delta each, sums of squares are N (1 +- sqrt(2 / (N delta))),
    Gram matrices sqrt(V / (m delta)) from their means, and G is at most its mean over delta.
    """
    s = Symbol("s", real=True)
    N = Symbol("N", integer=True, positive=True)
    i, j, n = symbols("i j n", integer=True, positive=True)
    V, off = symbols("V S", nonnegative=True)
    missed, strayed, switched = CHANCES
    eta = Symbol("eta", positive=True)
    density = exp(-(s**2) / 2) / sqrt(2 * pi)
    source = PROOF

    spread = Step(
        2 * Integral((s**2 - 1) ** 2 * density, (s, 0, oo)),
        Integer(2),
        "variance of the square of a normal variable",
    )
    total = Step(
        Sum(spread.lhs, (k, 1, N)), 2 * N, "of N independent ones, N = m or m d", uses=(spread,)
    )
    variance = Defined(V, total.lhs, "their variance")
    deviation = Defined(eta, sqrt(V / delta_) / N, "relative deviation that is allowed")
    chebyshev = Quoted(
        "Chebyshev's inequality for the chance P that the sum of squares misses N by eta N or more",
        "Chebyshev 1867",
        states=(missed, "<=", V / (eta * N) ** 2),
    )
    sizes = Derivation(
        "Sizes at the start",
        (
            deviation,
            chebyshev,
            *chain(
                missed,
                To(V / (eta * N) ** 2, "by the theorem", uses=(chebyshev,), relation="<="),
                To(delta_, "rare", uses=(deviation,)),
            ),
        ),
        source,
    )
    how_far = Derivation(
        "Relative deviation of the sizes",
        (
            spread,
            total,
            variance,
            Step(
                sqrt(V / delta_) / N,
                sqrt(2 / (N * delta_)),
                "for that chance",
                uses=(variance, total),
            ),
        ),
        source,
    )

    # Gram matrices of the features, per neuron
    own = IndexedBase("s", nonnegative=True)[i, j]  # standard deviation of an entry over starts
    least = Symbol("ell_2", real=True)
    entries = Sum(own**2, (i, 1, n), (j, 1, n))
    distance = Defined(V, entries * width, "summed variances, for one neuron")
    allowed = Defined(off, sqrt(V / (width * delta_)), "distance that is allowed")
    far = Quoted(
        "Chebyshev: P(S > c) <= E S^2 / c^2; S is at most the root of the sum of squared entries",
        FELLER + ", section IX.6; " + HORN + ", section 5.6",
        states=(strayed, "<=", entries / off**2),
    )
    weyl = Quoted(
        "the least eigenvalue of a sum is at least the least one less the norm of the other term",
        "Weyl; " + HORN + ", theorem 4.3.1",
        states=(least, ">=", lam - off),
    )
    gram = Derivation(
        "Gram matrices at the start",
        (
            distance,
            allowed,
            far,
            *chain(
                strayed,
                To(entries / off**2, "by the theorem", uses=(far,), relation="<="),
                To(delta_, "rare", uses=(allowed, distance)),
            ),
        ),
        source,
    )
    lowest = Derivation(
        "Least eigenvalue at the start",
        (
            weyl,
            allowed,
            Step(
                Subs(lam - off, off, allowed.expr),
                lam - sqrt(V / (width * delta_)),
                "but for that chance at least",
                uses=(weyl, allowed),
            ),
        ),
        source,
    )

    size_a, across = symbols("A W", nonnegative=True)  # |a|, |w| across the input
    of_square = (
        Assumed(Eq(mean(size_a**2), 1), "a starts standard normal"),
        Assumed(
            Eq(mean(size_a**4), mean(size_a**2) ** 2 + spread.lhs),
            "the variance of a^2 is E a^4 less the square of E a^2",
        ),
    )
    fourth = Step(
        mean(size_a**4),
        Integer(3),
        "fourth moment of the start",
        uses=(of_square[1], *of_square[:1], spread),
    )
    dot = Symbol("x_dot", real=True)
    p_on, on = symbols("p_on u", nonnegative=True)
    independent = (
        Assumed(
            Eq(mean(size_a**4 * on**2), mean(size_a**4) * p_on),
            "a switch u that is 1 with chance p_on, independent of a",
        ),
        Assumed(Eq(mean(size_a**2 * on), mean(size_a**2) * p_on), "in both moments"),
    )
    of_gates = Derivation(
        "Variance of an entry of the gate kernel",
        (
            *independent,
            *of_square,
            spread,
            fourth,
            Step(
                dot**2 * (mean(size_a**4 * on**2) - mean(size_a**2 * on) ** 2),
                dot**2 * (3 * p_on - p_on**2),
                "of x . x' a^2 times the switch, for one neuron",
                uses=(*independent, fourth, of_square[0]),
            ),
        ),
        source,
    )

    # gates near a kink: w . x_i = |x_i| Z, and |w| is at most |Z| + W; the way is c |w| + b |a|
    Z, D = Symbol("Z", real=True), Symbol("D", positive=True)
    c, moves = symbols("c b", positive=True)
    hit, on_average = symbols("H E_H", nonnegative=True)
    reach = (c * across + moves * size_a) / (1 - c)
    near = Decided(
        Implies(And(c < 1, Abs(Z) <= c * (Abs(Z) + across) + moves * size_a), Abs(Z) <= reach),
        "a gate that may switch starts so near its kink",
    )
    normal = Quoted(
        "Z is standard normal and independent of W and a: its density is at most 1 / sqrt(2 pi)",
        FELLER + ", section VII.1",
        states=Implies(And(c < 1, near.formula), hit <= 2 * reach / sqrt(2 * pi)),
    )
    scale = 1 / (sqrt(2 * pi) * (1 - c))
    each = Decided(
        Implies(
            c < 1,
            hit * size_a**2
            <= (c * size_a**2 * (1 + across**2) + moves * (size_a**2 + size_a**4)) * scale,
        ),
        "W <= (1 + W^2) / 2 and |a|^3 <= (a^2 + a^4) / 2",
        uses=(normal, near),
    )
    rest = Assumed(Eq(mean(across**2), D - 1), "w has D - 1 coordinates across an input")
    average = Step(
        (c * mean(size_a**2) * (1 + mean(across**2)) + moves * (mean(size_a**2) + mean(size_a**4)))
        * scale,
        (c * D + 4 * moves) * scale,
        "by the moments",
        domain=(c < 1,),
        uses=(fourth, of_square[0], rest),
    )
    means = Quoted(
        "the mean of what is larger is larger, and linear; W and a are independent",
        FELLER + ", section IX.2",
        states=Implies(each.formula, Implies(c < 1, on_average <= average.lhs)),
    )
    expected = Decided(
        Implies(c < 1, on_average <= average.lhs),
        "a^2 H on average over the starts",
        uses=(means, each),
    )
    known = Decided(
        Implies(And(c < 1, on_average <= average.lhs), on_average <= average.rhs),
        "in numbers",
        uses=(average,),
    )
    markov = Quoted(
        "Markov: P(F^2 > M G^2) <= E F^2 / (M G^2), with E F^2 the sum over M neurons and all "
        "inputs, whose squared lengths add up to T",
        FELLER + ", section IX.6",
        states=(spill**2 * switched, "<=", trace * on_average),
    )
    allowance = Defined(spill**2, trace * average.rhs / delta_, "what the gates are allowed")
    within = Decided(
        Implies(c < 1, trace * on_average <= spill**2 * delta_),
        "so much that more is rare",
        uses=(expected, known, allowance),
    )
    gates = Derivation(
        "Gates near a kink at the start",
        (
            near,
            normal,
            each,
            rest,
            *of_square,
            spread,
            fourth,
            average,
            means,
            expected,
            known,
            markov,
            allowance,
            within,
            Decided(
                Implies(And(c < 1, spill > 0), switched <= delta_), "rare", uses=(markov, within)
            ),
        ),
        source,
    )
    return (
        sizes,
        how_far,
        gram,
        lowest,
        of_gates,
        gates,
        Derivation(
            "What the gates are allowed",
            (
                Step(
                    Subs(trace * average.rhs / delta_, (c, moves), (SAME, kappa_p * OTHER)),
                    trace / delta_ * (SAME * D + 4 * kappa_p * OTHER) / (sqrt(2 * pi) * (1 - SAME)),
                    "at the level",
                    domain=(SAME < 1,),
                ),
            ),
            source,
        ),
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


def theorem_2_bound() -> tuple[Derivation, ...]:
    """Fitting forces the drift: S_w >= min(gamma - 1, (gamma - 1 - gamma') / 2) > 0 in the
    condensed region.
    """
    # |a_k| and |w_k| when the loss has fallen, and at the start
    a, w, a0, w0 = (IndexedBase(name, real=True)[k] for name in ("a", "w", "a_0", "w_0"))
    rise, level, size, C = symbols("B c l C", positive=True)  # 1 + RD_w, of |f|, |x|, a constant
    source = LUO + ", theorem 2*; this package's elementary proof"

    def over_neurons(term: Expr) -> Expr:
        return Sum(term, (k, 1, M))

    fit = Assumed(
        level <= kappa * size * over_neurons(a * w),
        "Fit: the loss falls below a fixed fraction of its start, so that |f| <= kappa sum_k |a_k| "
        "|w_k| |x| reaches a constant c",
    )
    kept = Quoted(
        "Every neuron keeps kappa' a^2 - |w|^2 / kappa'",
        "balance of theory.nondimensionalisation; Du, Hu, Lee 2018",
        states=(a**2, "==", a0**2 + (w**2 - w0**2) / kappa_p**2),
    )
    cauchy = Quoted(
        "The inequality of Cauchy and Schwarz",
        "Cauchy 1821",
        states=(over_neurons(a * w) ** 2, "<=", over_neurons(a**2) * over_neurons(w**2)),
    )
    triangle = Quoted(
        "The triangle inequality: |W| <= |W(0)| + |W - W(0)| = B |W(0)| with B = 1 + RD_w",
        "Minkowski 1896",
        states=(over_neurons(w**2), "<=", rise**2 * over_neurons(w0**2)),
    )
    start_a = Assumed(
        over_neurons(a0**2) <= 3 * M / 2,
        "the output weights at the start have their typical size (see the last derivation)",
    )
    start_w = Assumed(
        And(d * M / 2 <= over_neurons(w0**2), over_neurons(w0**2) <= 3 * d * M / 2),
        "and so have the input weights",
    )
    grown_w = Step(
        over_neurons(w**2),
        3 * d * M * rise**2 / 2,
        "|W| at the fit",
        relation="<=",
        uses=(triangle, start_w),
    )
    summed = Step(
        over_neurons(a**2),
        over_neurons(a0**2) + (over_neurons(w**2) - over_neurons(w0**2)) / kappa_p**2,
        "conservation, summed over the neurons",
        uses=(kept,),
    )
    grown_a = Step(
        over_neurons(a**2),
        3 * M / 2 + 3 * d * M * rise**2 / (2 * kappa_p**2),
        "|a| at the fit",
        relation="<=",
        uses=(summed, start_a, start_w, grown_w),
    )
    product = Step(
        over_neurons(a * w) ** 2,
        grown_a.rhs * grown_w.rhs,
        "the largest product of both layers",
        relation="<=",
        uses=(cauchy, grown_a, grown_w),
    )
    constant = Defined(C, level / (3 * d * size), "what does not depend on the width")
    need = Defined(q, 1 / (M * kappa), "q = 1 / (M kappa)")
    fitted = Step(
        4 * C**2 * q**2,
        rise**2 * (1 + rise**2 / kappa_p**2),
        "what the fit asks of the drift",
        relation="<=",
        domain=(d >= 1,),
        uses=(constant, need, fit, product),
    )
    either = Decided(
        Or(rise >= C * q, rise**2 >= C * kappa_p * q),
        "one of the two terms is at least half of the sum",
        uses=(fitted,),
    )
    least = Step(
        rise**2,
        1 / (1 / (C * q) ** 2 + 1 / (C * kappa_p * q)),
        "which is less than either square",
        relation=">=",
        uses=(either,),
    )
    bound = Derivation(
        "Lower bound on the drift",
        (
            fit,
            kept,
            cauchy,
            triangle,
            start_a,
            start_w,
            grown_w,
            summed,
            grown_a,
            product,
            constant,
            need,
            fitted,
            either,
            least,
        ),
        source,
    )
    wedge, line, rest = (
        Step(growth(least.rhs, of_kappa_p), exponent, why, uses=(bound,))
        for of_kappa_p, exponent, why in (
            (1 - gamma - delta, 2 * (gamma - 1), "gamma' = 1 - gamma - delta: the first term"),
            (1 - gamma, 2 * (gamma - 1), "gamma' = 1 - gamma: both terms"),
            (1 - gamma + delta, 2 * (gamma - 1) - delta, "gamma' = 1 - gamma + delta: the second"),
        )
    )
    exponent = Derivation(
        "Lower bound on the drift exponent",
        (
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
        source,
    )
    above_zero = Decided(
        Implies(CONDENSED, Min(gamma - 1, CONDENSED_W) > 0),
        "the bound is positive throughout the region",
        uses=(exponent,),
    )
    balance = Decided(
        Implies(And(CONDENSED, Not(WEDGE)), Eq(Min(gamma - 1, CONDENSED_W), CONDENSED_W)),
        "outside the wedge it is the exponent of the balance",
        uses=(exponent,),
    )
    u, v = symbols("u v", positive=True)
    positive = Decided(
        Implies(CONDENSED, And(gamma - 1 > 0, gamma - 1 - gamma_p > 0)),
        "u = gamma - 1 and v = gamma - 1 - gamma' are positive in the condensed region",
    )
    coordinates = (
        Defined(q, m ** (gamma - 1) / 2, "M = 2 m neurons and kappa = m^-gamma"),
        Defined(kappa_p, m**-gamma_p, "kappa' = m^-gamma'"),
        Defined(gamma, 1 + u, "a point of the condensed region"),
        Defined(gamma_p, u - v, "and its other coordinate"),
    )
    return (
        bound,
        exponent,
        Derivation(
            "The drift is unbounded",
            (
                positive,
                *coordinates,
                Step(
                    Limit(least.rhs, m, oo),
                    oo,
                    "the square of 1 + RD_w is at least this, throughout the region",
                    domain=(CONDENSED,),
                    uses=(bound, positive, *coordinates),
                ),
            ),
            source,
            (Settles("phase-theorem-2", part="limit"),),
        ),
        Derivation("The bound is positive", (above_zero,), source),
        Derivation("The bound is the balance", (balance,), source),
        _sizes_at_the_start(),
    )


def _sizes_at_the_start() -> Derivation:
    """N independent squares add up to between N/2 and 3N/2, with probability to 1."""
    s, N = Symbol("s", real=True), Symbol("N", integer=True, positive=True)
    chance, V = symbols("P V", nonnegative=True)
    spread = Step(
        Integral((s**2 - 1) ** 2 * exp(-(s**2) / 2) / sqrt(2 * pi), (s, -oo, oo)),
        Integer(2),
        "variance of the square of a normal variable",
    )
    total = Step(
        Sum(spread.lhs, (k, 1, N)), 2 * N, "of N independent ones, N = m or m d", uses=(spread,)
    )
    variance = Defined(V, total.lhs, "their variance")
    chebyshev = Quoted(
        "Chebyshev's inequality for the chance P that the sum of squares misses N by N / 2 or more",
        "Chebyshev 1867",
        states=(chance, "<=", V / (N / 2) ** 2),
    )
    rare = chain(
        chance,
        To(V / (N / 2) ** 2, "by the theorem", uses=(chebyshev,), relation="<="),
        To(8 / N, "rare at large width", uses=(variance, total)),
    )
    return Derivation(
        "Sizes at the start",
        (
            spread,
            total,
            variance,
            chebyshev,
            *rare,
            Step(Limit(rare[-1].rhs, N, oo), Integer(0), "ever more so", uses=rare[-1:]),
        ),
        LUO + ", theorem 2*; this package's elementary proof",
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


def per_layer_rates() -> tuple[Derivation, ...]:
    """Learning rates eta_a, eta_w act as an initialisation with kappa' = (beta_1 / beta_2)
    sqrt(eta_w / eta_a), kappa unchanged.
    """
    eta_a, eta_w = symbols("eta_a eta_w", positive=True)
    unit_a, unit_w = symbols("u_a u_w", positive=True)
    risk, A, z = Function("R"), Symbol("A", real=True), Symbol("z", real=True)
    scales = (beta_1, beta_2, alpha), (beta_1 / unit_a, beta_2 / unit_w, alpha / (unit_a * unit_w))
    source = "Kunin et al. 2024 (arXiv 2406.06158); Domine et al. 2024 (arXiv 2409.14623)"
    units = (
        Defined(unit_a, sqrt(eta_a), "the unit of a in which its flow has rate one"),
        Defined(unit_w, sqrt(eta_w), "and that of w"),
    )
    unit = Defined(unit_a, sqrt(eta_a), "the unit of A = a / u_a, and likewise of w")
    relu = Max(0, z)
    return (
        Derivation(
            "kappa' with a learning rate for each layer",
            (
                *units,
                Step(
                    Subs(beta_1 / beta_2, *scales),
                    beta_1 / beta_2 * sqrt(eta_w / eta_a),
                    "the ratio of the starts in these units",
                    uses=units,
                ),
            ),
            source,
        ),
        Derivation(
            "kappa with a learning rate for each layer",
            (
                Step(
                    Subs(beta_1 * beta_2 / alpha, *scales),
                    beta_1 * beta_2 / alpha,
                    "the output scale absorbs both units",
                ),
            ),
            source,
        ),
        Derivation(
            "Both layers have rate one in their units",
            (
                unit,
                Step(
                    -eta_a * Subs(Derivative(risk(A), A), A, unit_a * A) / unit_a,
                    -Derivative(risk(unit_a * A), A),
                    "dA/dt = -(eta_a / u_a) dR/da",
                    uses=(unit,),
                ),
            ),
            source,
        ),
        Derivation(
            "The network in these units",
            (
                Step(
                    unit_a * A * Subs(relu, z, unit_w * z) / alpha,
                    A * relu / (alpha / (unit_a * unit_w)),
                    "a neuron is homogeneous in either layer",
                ),
            ),
            source,
        ),
    )
