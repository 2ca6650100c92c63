"""What does the peak of a ratio density say of a frequency?  Peak, mean and tail of a wave, the
order of waves, an exact read-out, and how close two waves may be.

Setting.  As in ``frequency_content``: a wave of angular frequency w has the ratio exp(-w^2 / s^2),
a Frechet law of shape 2 and scale w in s.  Its density has the peak at sqrt(2/3) w, the mean
sqrt(pi) w and no variance: a peak orders waves but is not their frequency.  The mean of log s is:
less half of Euler's gamma it is the mean log frequency.  Two waves show one peak, whatever their
energies, up to a ratio of 2.107 of their frequencies, and with equal energies up to 3.61.

Source: Xu, Zhou, Deep frequency principle, AAAI 2021; our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    EulerGamma,
    Expr,
    Function,
    Implies,
    Integer,
    Integral,
    Limit,
    Rational,
    Subs,
    Sum,
    exp,
    log,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.frequency_content import (
    DENSITY,
    KEPT,
    LFR,
    XU,
    A,
    E,
    N,
    W,
    left_of,
    n,
    p,
    s,
    shape_of_the_ratio,
    w,
    x,
)
from theory.notation import FOLLAND, OWN, RUDIN

k, r, y = symbols("k r y", positive=True)  # half-waves, ratio of frequencies, 1 / s^2
P, Q = symbols("P Q", positive=True)  # energies of the waves of frequencies 1 and r
PEAK = Function("s_peak", positive=True)(w)  # where the density of a wave is highest


def one_wave() -> tuple[Derivation, ...]:
    """The density of a wave is a Frechet law of shape 2: peak at sqrt(2/3) w, median at w /
    sqrt(log 2), mean sqrt(pi) w, no variance, and log w + gamma / 2 as the mean of log s.
    """
    slope = Step(
        Derivative(DENSITY, s),
        2 * w**2 * (2 * w**2 - 3 * s**2) / s**6 * KEPT,
        "slope of the density",
    )
    at_peak = Subs(slope.lhs, s, PEAK)
    flat = Assumed(Eq(at_peak, 0), "the density is flat at its peak")
    place = Derivation(
        "Peak of a wave",
        (
            slope,
            flat,
            *chain(
                PEAK,
                To(
                    sqrt(2 * w**2 / 3 - at_peak * PEAK**6 / (6 * w**2 * KEPT.subs(s, PEAK))),
                    "solved for the place",
                    uses=(slope,),
                ),
                To(sqrt(Rational(2, 3)) * w, "where the slope is zero", uses=(flat,)),
            ),
        ),
        OWN,
    )
    ratio = KEPT.subs(s, PEAK)
    sides = (("Below the peak", ">", 3 * s**2 < 2 * w**2), ("Above it", "<", 3 * s**2 > 2 * w**2))

    def mean(title: str, weight: Expr, value: Expr, why: str) -> Derivation:
        return Derivation(title, (Step(Integral(weight * DENSITY, (s, 0, oo)), value, why),), OWN)

    return (
        place,
        *(
            Derivation(
                title,
                chain(
                    slope.lhs,
                    To(slope.rhs, slope.why),
                    To(Integer(0), "its sign", relation=relation, domain=(where,)),
                ),
                OWN,
            )
            for title, relation, where in sides
        ),
        Derivation(
            "Ratio at the peak",
            (Step(ratio, exp(-Rational(3, 2)), "at any frequency", uses=(place,)),),
            OWN,
        ),
        Derivation(
            "Median",
            (Step(Subs(KEPT, s, w / sqrt(log(2))), Rational(1, 2), "half of it is left"),),
            OWN,
        ),
        mean("Mean", s, sqrt(pi) * w, "mean of s"),
        mean("Mean square", s**2, oo, "the tail 2 w^2 / s^3 is too heavy for a variance"),
        mean("Mean of the logarithm", log(s), log(w) + EulerGamma / 2, "mean of log s"),
    )


def order_of_waves() -> tuple[Derivation, ...]:
    """Of sin(k pi x) a filter of any width leaves the less the higher k is, and the peak of the
    density is proportional to k.
    """
    place = derive(one_wave)[0]
    half_waves = Subs(KEPT, w, k * pi)
    kept = chain(
        Derivative(half_waves, k),
        To(-2 * k * pi**2 / s**2 * exp(-((k * pi) ** 2) / s**2), "slope in the number k"),
        To(Integer(0), "at every width: the lowest one is the first to come to one", relation="<"),
    )
    moved = Step(
        Derivative(Subs(PEAK, w, k * pi), k),
        Integer(0),
        "the peak lies at sqrt(2/3) k pi: that of a lower wave is closer to zero",
        ">",
        uses=(place,),
    )
    return (
        Derivation("Ratio of the waves", kept, XU, (Settles("rdf-sin-lfr-order"),)),
        Derivation("Peaks of the waves", (moved,), XU, (Settles("rdf-sin-peak"),)),
    )


def geometric_mean() -> Derivation:
    """The mean of log s under the density, less gamma / 2, is the mean log frequency: its
    exponential is the geometric mean of the frequencies, exactly and for any energies.
    """
    density, logarithm = derive(shape_of_the_ratio)[0], derive(one_wave)[7]
    rate = DENSITY.subs(w, W[n])
    none = Assumed(Eq(left_of(1), 1), "no energy in the mean: the shares add up to one")
    linear = Quoted(
        "an integral of a finite sum is the sum of the integrals, each that of wave n",
        f"{FOLLAND}, section 2.3",
        (
            Integral(log(s) * left_of(rate), (s, 0, oo)),
            "==",
            left_of(Subs(logarithm.states[0], w, W[n])),
        ),
    )
    return Derivation(
        "Frequency from the density",
        (
            none,
            linear,
            *chain(
                Integral(log(s) * Derivative(LFR, s), (s, 0, oo)) - EulerGamma / 2,
                To(
                    left_of(log(W[n]) + EulerGamma / 2) - EulerGamma / 2,
                    "wave by wave",
                    uses=(density, linear, logarithm),
                ),
                To(
                    left_of(log(W[n])) + EulerGamma / 2 * left_of(1) - EulerGamma / 2,
                    "the constant is the same for all",
                ),
                To(left_of(log(W[n])), "and drops out", uses=(none,)),
            ),
        ),
        OWN,
    )


def tail() -> Derivation:
    """For s -> oo the density falls as 2 E|w|^2 / s^3: twice the mean squared slope over the
    energy.
    """
    density = derive(shape_of_the_ratio)[0]
    rate = DENSITY.subs(w, W[n])
    one = Step(Limit(s**3 * rate, s, oo), 2 * W[n] ** 2, "a single wave")
    finite = Quoted(
        "the limit of a finite sum is the sum of the limits",
        RUDIN + ", theorem 4.4",
        (Limit(s**3 * left_of(rate), s, oo), "==", left_of(one.lhs)),
    )
    slopes = Function("M", real=True)(x)  # mean over space of the squared slope
    steep = Assumed(
        Eq(slopes, Sum(A[n] ** 2 / 2 * W[n] ** 2, (n, 1, N))),
        "frequency_principle.slope_energy, with the angular frequencies w_n",
    )
    shares = Assumed(Eq(A[n] ** 2, 2 * E * p[n]), "p_n is the share of wave n in the energy E")
    return Derivation(
        "Tail of the density",
        (
            one,
            finite,
            steep,
            shares,
            *chain(
                Limit(s**3 * Derivative(LFR, s), s, oo) - 2 * slopes / E,
                To(
                    2 * left_of(W[n] ** 2) - 2 * slopes / E,
                    "wave by wave",
                    uses=(density, finite, one),
                ),
                To(Integer(0), "twice the mean squared slope", uses=(steep, shares)),
            ),
        ),
        OWN,
    )


def two_waves() -> tuple[Derivation, ...]:
    """Two waves whose frequencies have a ratio up to sqrt((7 + 2 sqrt 10) / 3) = 2.107 show one
    peak whatever their energies, on a logarithmic axis up to 1 + sqrt 2; beyond, some show two.
    """
    found = []
    for title, power, scale, limit in (
        ("density in s", 3, Integer(1), sqrt((7 + 2 * sqrt(10)) / 3)),
        ("density in log s", 2, s, 1 + sqrt(2)),
    ):
        low, high = power - 2 * y, 2 * r**2 * y - power  # minus and plus the slopes, up to factors
        both = scale * (P * DENSITY.subs(w, 1) + Q * DENSITY.subs(w, r))
        at = Subs(Derivative(both, s), s, 1 / sqrt(y))
        between = (low > 0, high > 0)
        balance = log(low / (r**2 * high)) + (r**2 - 1) * y
        level = Step(
            at * y ** (-(power + 1) / Integer(2)) / 2 * exp(y),
            low * (Q / P * exp(-balance) - 1) * P,
            "the slope is zero where the balance of both waves is log(Q / P): at y = 1 / s^2 "
            "between the peaks, where one falls and the other rises",
            domain=between,
        )
        slope = r**2 - 1 - 2 / low - 2 * r**2 / high
        fall = Step(Derivative(balance, y), slope, "how the balance moves", domain=between)
        close = Assumed(
            power * (r**2 - 1) ** 2 <= 8 * r**2, "the frequencies are close, and r is at least 1"
        )
        one = Decided(
            Implies(And(r >= 1, *between), slope <= 0),
            "it falls all the way, so it meets every level once: one peak",
            uses=(close,),
        )
        edge = Step(
            Subs(power * (r**2 - 1) ** 2 - 8 * r**2, r, limit), Integer(0), "the largest such ratio"
        )
        far = Step(
            Subs(Derivative(balance, y), y, power * (r**2 + 1) / (4 * r**2)),
            (power * (r**2 - 1) ** 2 - 8 * r**2) / (power * (r**2 - 1)),
            "where both terms are alike: with more distant frequencies the balance rises here, and "
            "some levels are met three times",
            domain=(r > 1,),
            uses=(fall,),
        )
        found += [
            Derivation(f"Level of the {title}", (level,), OWN),
            Derivation(f"One peak of the {title}", (close, one), OWN),
            Derivation(f"Two peaks of the {title}", (fall, far), OWN),
            Derivation(f"Ratio at which the {title} may part", (edge,), OWN),
        ]
    return tuple(found)
