"""Where does an initialisation put a two-layer ReLU network?  kappa and kappa' of six of them,
their exponents gamma and gamma', and what the size of the targets and learning rates of the layers
change.

Setting.  f(x) = (1/alpha) sum_k a_k relu(w_k . x) with standard deviations beta_1 of a and beta_2
of w at the start; kappa = beta_1 beta_2 / alpha = m^-gamma, kappa' = beta_1 / beta_2 = m^-gamma'.
Powers of m are compared by their exponents, the limits of log(size) / log(m).

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, table 1.  Layer-wise rates: Kunin et al. 2024 (arXiv
2406.06158), Domine et al. 2024 (arXiv 2409.14623).
"""

from typing import NamedTuple

from sympy import (
    Add,
    Derivative,
    Expr,
    Function,
    Integer,
    Limit,
    Matrix,
    Max,
    Mul,
    Pow,
    S,
    Subs,
    Symbol,
    log,
    oo,
    sqrt,
    symbols,
)

from theory import (
    Defined,
    Derivation,
    Settles,
    Step,
)
from theory.notation import LUO, alpha, beta_1, beta_2, gamma, gamma_p, kappa, kappa_p

m = Symbol("m", positive=True)  # width, as a real variable: limits are taken in it
d = Symbol("d", positive=True)  # input dimension, fixed
M = Symbol("M", integer=True, positive=True)  # neurons in both copies, 2m
# 1 / (M kappa), the product |a||w| that a neuron needs when all take part
q = Symbol("q", positive=True)
delta = Symbol("delta", positive=True)  # distance to a line of the plane


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
