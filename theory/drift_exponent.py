"""Which exponents of the drift are proved?  A fit from below, theorem 1* from above, conservation
between the layers, and what these leave of the exponents, decided over the whole plane.

Setting.  S_w and S_a are the exponents, in m, of RD_w and RD_a at a fit, for a start of usual size
(kappa = m^-gamma, kappa' = m^-gamma', q ~ m^(gamma - 1)).  In the linear region a fit is no
hypothesis: one layer's features hold, and the residual decays (``linear_regime``).

Result.  Linear region beyond gamma = 1: S_a = gamma - 1, S_w = 2 (gamma - 1 - gamma').  Before it
the exponent of the layer that moves further is gamma - 1; the other has a bound from above.
Condensed region: S_w >= min(gamma - 1, (gamma - 1 - gamma') / 2), and S_a = S_w + gamma' where both
are positive.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorems 1*, 2*; this package's derivation.
"""

from typing import Any

from sympy import And, Eq, Implies, Max, symbols

from theory import Decided, Derivation, Quoted, Step, derive
from theory.capacity import CONDENSED, LINEAR
from theory.condensed_regime import drift_exponent_bound
from theory.initialisation import growth, q
from theory.linear_regime import A_CARRIES, W_CARRIES, linear_regime, theorem_1_bound
from theory.notation import LUO, gamma, gamma_p, kappa_p
from theory.tied_drift import conserved_drifts, drift_of_either_layer

SOURCE = LUO + ", theorems 1* and 2*; this package's derivation"
S_w, S_a = symbols("S_w S_a", real=True)
MONOTONE = "the logarithm is monotone: of two quantities the larger has the larger exponent"
RUDIN_8 = "Rudin, Principles of Mathematical Analysis, third edition, McGraw-Hill 1976, section 8.6"
# what bounds RD_w and RD_a where a, or w, carries the flow: the square of the level, and the push
# of the other layer
TERMS = {
    "a": (kappa_p**2 * q**2, kappa_p**2 * q, q),
    "w": (q**2 / kappa_p**2, q, q / kappa_p**2),
}
ABOVE = {
    "a": (2 * (gamma - 1 - gamma_p), gamma - 1 - 2 * gamma_p, gamma - 1),
    "w": (2 * (gamma - 1 + gamma_p), gamma - 1, gamma - 1 + 2 * gamma_p),
}


def _in_exponents(
    title: str, bound: Any, exponents: Any, log: Quoted, of: tuple, sizes: tuple[Step, ...]
) -> Derivation:
    """From a bound of drifts to one of their exponents, with the exponents of what stands in it."""
    both = Decided(And(bound, exponents), "in powers of the width", uses=(log, *of, *sizes))
    return Derivation(
        title,
        (*sizes, log, both, Decided(exponents, "of the exponents alone", uses=(both,))),
        SOURCE,
    )


def exponents_from_above() -> tuple[Derivation, ...]:
    """Where a carries the flow S_w <= max(gamma - 1 - 2 gamma', 2 (gamma - 1 - gamma')) and S_a <=
    gamma - 1, and with the layers exchanged where w does.
    """
    found = []
    for place, (layer, region) in enumerate((("a", A_CARRIES), ("w", W_CARRIES))):
        of_w, of_a = derive(linear_regime)[place], derive(theorem_1_bound)[6 + place]
        steps = tuple(
            Step(growth(term), exponent, why)
            for term, exponent, why in zip(
                TERMS[layer],
                ABOVE[layer],
                ("the square of the level", "what a moves w by", "what w moves a by"),
                strict=True,
            )
        )
        square, by_a, by_w = (step.lhs for step in steps)
        most = And(S_w <= Max(square, by_a), S_a <= Max(square, by_w))
        log = Quoted(
            MONOTONE + "; the level closes at large width where its exponents are negative",
            RUDIN_8,
            states=Implies(And(of_w.result, of_a.result), Implies(region, most)),
        )
        square, by_a, by_w = ABOVE[layer]
        exponents = Implies(region, And(S_w <= Max(square, by_a), S_a <= Max(square, by_w)))
        both = And(of_w.result, of_a.result)
        title = f"Exponents where {layer} carries the flow"
        found.append(_in_exponents(title, both, exponents, log, (of_w, of_a), steps))
    return tuple(found)


def exponents_from_a_fit() -> Derivation:
    """A fit needs gamma - 1 <= max(S_w, S_a + max(0, S_w))."""
    needs = derive(drift_of_either_layer)[0]
    left, _, right = needs.states
    need = Step(growth(q), gamma - 1, "exponent of q")
    log = Quoted(
        MONOTONE,
        RUDIN_8,
        states=Implies(left <= right, need.lhs <= Max(S_w, S_a + Max(0, S_w))),
    )
    exponents = need.rhs <= Max(S_w, S_a + Max(0, S_w))
    return _in_exponents("Exponents of a fit", left <= right, exponents, log, (needs,), (need,))


def exponents_of_conservation() -> tuple[Derivation, ...]:
    """Where RD_a grows 2 (S_a - gamma') <= S_w + max(0, S_w), and where RD_w grows 2 (S_w + gamma')
    <= S_a + max(0, S_a); where both grow S_a = S_w + gamma'.
    """
    square = Step(growth(kappa_p**2), -2 * gamma_p, "exponent of kappa'^2")
    w_follows, a_follows = derive(conserved_drifts)

    def tied(title: str, bound: Derivation, given: tuple) -> Derivation:
        grows, least = given
        log = Quoted(
            MONOTONE + "; a drift that grows exceeds 4, and RD (RD - 2) half of its square",
            RUDIN_8,
            states=Implies(bound.result, Implies(grows > 0, least(square.lhs))),
        )
        exponents = Implies(grows > 0, least(square.rhs))
        return _in_exponents(title, bound.result, exponents, log, (bound,), (square,))

    both = (
        tied("w follows a", w_follows, (S_a, lambda k: 2 * S_a + k <= S_w + Max(0, S_w))),
        tied("a follows w", a_follows, (S_w, lambda k: 2 * S_w <= S_a + Max(0, S_a) + k)),
    )
    return (
        *both,
        Derivation(
            "Both layers grow alike",
            (
                Decided(
                    Implies(And(S_w > 0, S_a > 0), Eq(S_a, S_w + gamma_p)),
                    "from either side",
                    uses=both,
                ),
            ),
            SOURCE,
        ),
    )


def proved_exponents() -> tuple[Derivation, ...]:
    """In the linear region S_a = gamma - 1 and S_w = 2 (gamma - 1 - gamma') beyond gamma = 1, and
    before it gamma - 1 is the larger of both; in the condensed region S_w > 0.
    """
    above, fit = derive(exponents_from_above), derive(exponents_from_a_fit)
    tied = derive(exponents_of_conservation)
    beyond = And(LINEAR, gamma > 1)
    square, by_a, by_w = ABOVE["a"]
    forced, positive, _ = derive(drift_exponent_bound)
    least = forced.result
    log = Quoted(
        MONOTONE + "; 1 + RD_w has the exponent max(0, S_w)",
        RUDIN_8,
        states=Max(0, S_w) >= least,
    )
    return (
        Derivation(
            "Grown output weights",
            (
                Decided(
                    Implies(beyond, And(Eq(S_a, by_w), Eq(S_w, Max(square, by_a)))),
                    "the bounds from above are reached",
                    uses=(*above, *fit, *tied),
                ),
            ),
            SOURCE,
        ),
        Derivation(
            "Lazy region, the layer that moves further",
            (
                Decided(
                    And(
                        Implies(And(gamma < 1, gamma_p < 0), Eq(S_w, ABOVE["w"][1])),
                        Implies(And(gamma < 1, gamma_p > 0), Eq(S_a, by_w)),
                        Implies(gamma < 1, Eq(Max(S_w, S_a), gamma - 1)),
                    ),
                    "a fit needs it",
                    uses=(*above, *fit),
                ),
            ),
            SOURCE,
        ),
        Derivation(
            "Condensed region",
            (
                log,
                Decided(
                    Implies(CONDENSED, And(S_w >= least, S_w > 0)),
                    "theorem 2*",
                    uses=(log, positive),
                ),
            ),
            SOURCE,
        ),
    )
