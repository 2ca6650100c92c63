"""How large a function can a two-layer ReLU network fit near its start, and how does that divide
the plane of gamma and gamma'?  Two capacities, two regions, the boundary between them.

Result.  The capacity is m kappa with the output weights of the start and m kappa / kappa' with
output weights that grow to the size of w.  Both vanish where gamma > 1 and gamma' < gamma - 1
(condensed), and not both where gamma < 1 or gamma' > gamma - 1 (linear).  That the drift of w
follows is proved in ``linear_regime`` and ``condensed_regime``.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, section 1.7.
"""

from sympy import (
    And,
    Eq,
    Equivalent,
    Implies,
    Integer,
    Integral,
    Limit,
    Not,
    Or,
    Rational,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    oo,
    pi,
    sqrt,
)

from theory import (
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.initialisation import growth, m
from theory.notation import LUO, alpha, beta_2, gamma, gamma_p, k, kappa, kappa_p
from theory.notation import m as width

LINEAR = Or(gamma < 1, gamma_p > gamma - 1)
CONDENSED = And(gamma > 1, gamma_p < gamma - 1)
CRITICAL = Or(And(Eq(gamma, 1), gamma_p <= 0), And(Eq(gamma_p, gamma - 1), gamma_p > 0))


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
