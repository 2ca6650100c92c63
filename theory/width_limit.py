"""What becomes of kappa, kappa' and of the output weights as the width grows?  Limits of powers of
the width, what keeps a below beta_2 during a whole training, and why the boundary lies between.

Setting.  As in ``nondimensionalisation``: kappa = m^-gamma, kappa' = m^-gamma', and q ~ m^(gamma -
1).  Each neuron keeps |w|^2 - a^2, so that the mean square of w grows by exactly as much as that of
a: it stands still, relative to beta_2^2, as long as a stays small against beta_2.  S_a is the
exponent of the largest relative distance of the output weights; the mean size of a over beta_2 is
kappa' (1 + RD_a) at most.  The larger of both capacities, that of the start and that with output
weights as large as w, has a positive exponent in the linear region, a negative one in the condensed
region, and none on the boundary.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, sections 1.3, 1.5 and 1.7; this package's derivation.
"""

from sympy import And, Eq, Equivalent, Implies, Integer, Limit, Max, Rational, Symbol, log, oo, sqrt

from theory import Decided, Derivation, Enclosed, Quoted, Settles, Step, derive
from theory.capacity import CONDENSED, CRITICAL, LINEAR, condensed_capacity
from theory.drift_exponent import MONOTONE, RUDIN_8, S_a, exponents_from_above, proved_exponents
from theory.initialisation import growth, m
from theory.notation import LUO, gamma, gamma_p, kappa_p

c, r = Symbol("c", positive=True), Symbol("r", positive=True)  # a constant, a power
# figure 1.4 as printed: gamma, and RD times 10^5 at the widths, read off to three digits; the slope
# times 1000, rounded up
WIDTHS = (1000, 5000, 10_000, 20_000, 40_000)
PANELS = (
    ("0.5", -507, (884, 375, 274, 192, 135)),
    ("1", 7, (26_200, 27_000, 26_900, 26_300, 27_200)),
    ("1.75", 373, (798_000, 1_336_000, 1_839_000, 2_390_000, 3_102_000)),
)
SMALL, MIDDLE = "phase-a-stays-below-beta2", "phase-critical-intermediate"


def limits() -> tuple[Derivation, ...]:
    """A power of the width, up to a constant, tends to a constant or to infinity: to zero, to its
    factor, or beyond all bounds.
    """
    found = (
        (
            "a constant, zero",
            c * m**-r,
            Integer(0),
            "a power that falls, as in table 1",
        ),
        ("a constant", sqrt((m + c) / (m + 1)), Integer(1), "kappa' of Xavier's start, d = c"),
        ("infinity", c * m**r, oo, "a power that grows"),
    )
    return tuple(
        Derivation(
            f"Limit: {part}",
            (Step(Limit(size, m, oo), limit, why),),
            LUO + ", section 1.3",
            (Settles("phase-kappa-limits", part=part),),
        )
        for part, size, limit, why in found
    )


def output_weights() -> tuple[Derivation, ...]:
    """In the linear region with gamma' > 0 the mean size of a stays below beta_2 by a power of the
    width during the whole training.
    """
    start = Step(growth(kappa_p), -gamma_p, "exponent of E|a| over beta_2 at the start, kappa'")
    above, fit = derive(exponents_from_above)[0], derive(proved_exponents)[:2]
    size = Symbol("S", real=True)
    larger = Quoted(
        MONOTONE
        + "; E|a| is kappa' beta_2 times a constant at the start, and changes by RD_a times "
        "that at most",
        RUDIN_8,
        states=size <= start.lhs + Max(0, S_a),
    )
    inside = And(LINEAR, gamma_p > 0)
    most = Decided(
        Implies(inside, size <= Max(-gamma_p, gamma - 1 - gamma_p)),
        "S_a is gamma - 1 at most",
        uses=(start, larger, above, *fit),
    )
    return (
        Derivation(
            "Output weights stay small",
            (
                start,
                larger,
                most,
                Decided(
                    Implies(inside, size < 0),
                    "both exponents are negative there",
                    uses=(most,),
                ),
            ),
            LUO + ", section 1.7 (ii)",
            (Settles(SMALL, part="linear region, gamma' > 0"),),
        ),
    )


def between() -> Derivation:
    """The larger capacity, at the start or with output weights as large as w, grows in the linear
    region, falls in the condensed one and does neither on the boundary.
    """
    start, later = derive(condensed_capacity)[0].steps[:2]
    larger = Max(start.lhs, later.lhs)
    return Derivation(
        "The boundary lies between",
        (
            start,
            later,
            Decided(
                And(
                    Equivalent(larger > 0, LINEAR),
                    Equivalent(Eq(larger, 0), CRITICAL),
                    Equivalent(larger < 0, CONDENSED),
                ),
                "by its exponent",
                uses=(start, later),
            ),
        ),
        LUO + ", section 1.5",
        (Settles(MIDDLE, part="exponent of the capacity"),),
    )


def panel_slopes() -> tuple[Derivation, ...]:
    """The least-squares slopes through the points of the panels of figure 1.4 are -0.507, 0.006 and
    0.372.
    """
    x = [log(width) for width in WIDTHS]
    centre = sum(x) / len(x)
    across = sum((each - centre) ** 2 for each in x)
    return tuple(
        Derivation(
            f"Slope of the panel of gamma = {name}",
            (
                Enclosed(
                    sum(
                        (each - centre) * log(Rational(distance, 10**5))
                        for each, distance in zip(x, distances, strict=True)
                    )
                    / across,
                    Rational(slope - 1, 1000),
                    Rational(slope, 1000),
                    "least squares of log RD over log m, five widths",
                ),
            ),
            LUO + ", figure 4",
        )
        for name, slope, distances in PANELS
    )
