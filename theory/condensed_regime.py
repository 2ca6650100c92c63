"""Where must a two-layer ReLU network move its input weights by many times their size?  Theorem
2*: a fit forces the drift, by conservation and the sizes at the start.

Setting.  M = 2m neurons (m and their mirror images, so f = 0 at the start), kappa = m^-gamma,
kappa' = m^-gamma', q = 1 / (M kappa).  RD_w = |w(T) - w(0)| / |w(0)|.

Result.  1 + RD_w is at least of the order min(q, sqrt(kappa' q)), which tends to infinity where
gamma > 1 and gamma' < gamma - 1.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorem 2*; this package's elementary proof.
"""

from sympy import (
    And,
    Eq,
    Expr,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Limit,
    Min,
    Not,
    Or,
    Piecewise,
    Subs,
    Sum,
    Symbol,
    exp,
    oo,
    pi,
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
    To,
    chain,
)
from theory.capacity import CONDENSED
from theory.initialisation import M, d, delta, growth, m, q
from theory.notation import LUO, gamma, gamma_p, k, kappa, kappa_p

WEDGE = And(gamma_p < 0, gamma > 1, gamma < 1 - gamma_p)
CONDENSED_W = (gamma - 1 - gamma_p) / 2


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
