"""How rare are bad minima of wide networks?  A network whose training can be followed: the chance
that it gets stuck falls exponentially with the width, its loss when stuck does not; and how often
ReLUs are dead.

Setting.  f(x) = sum_k a_k relu(w_k x) of m units on the points (1, 1) and (-1, 1), loss half the
mean squared error; a ~ N(0, s_a^2), w ~ N(0, s_w^2), so small that no output starts above one;
gradient flow.  The two points do not meet: a unit has w > 0 or w < 0 and stays there, or arrives at
w = 0 and stays there.  rho is the integral of the residual over time, y = e^(2 rho) >= 1.

Source: Wendel, Mathematica Scandinavica 11, 1962, for dead units; our own.
"""

from sympy import (
    And,
    Derivative,
    Function,
    Implies,
    Integer,
    Integral,
    Limit,
    Rational,
    Subs,
    Sum,
    atan,
    binomial,
    cos,
    exp,
    oo,
    pi,
    sin,
    symbols,
)

from theory import (
    SO_FAR,
    Decided,
    Defined,
    Derivation,
    Induction,
    Step,
    derive,
)
from theory.notation import OWN

m, n, d, D = symbols("m n d D", integer=True, positive=True)  # units, points, inputs
s_a, s_w, y, v = symbols("s_a s_w y v", positive=True)  # spreads of the start, e^(2 rho)
a_0, w_0, rho = symbols("a_0 w_0 rho", real=True)
phi = symbols("phi", real=True)  # angle of a start, from the axis of w
q = symbols("q", positive=True)  # chance that a unit starts on a side and stays
u = symbols("u", nonnegative=True)  # half of 1 - 2 q
WENDEL = "Wendel, A problem in geometric probability, Mathematica Scandinavica 11, 1962"
NO_SIDE = Function("P_1", positive=True)(m)  # no unit stays on a given side
NONE = Function("P_2", nonnegative=True)(m)  # no unit stays at all
STUCK = 2 * (1 - q) ** m - (1 - 2 * q) ** m
HALF = (q <= Rational(1, 2),)


def surviving_unit() -> tuple[Derivation, ...]:
    """A unit that starts at a_0, w_0 > 0 on an unfitted point stays active if a_0 + w_0 > 0;
    otherwise it arrives at w = 0, and its chance to start so that it stays is (pi - atan(s_a /
    s_w)) / (2 pi).
    """
    rise, fall = (a_0 + w_0) * exp(rho) / 2, (a_0 - w_0) * exp(-rho) / 2
    out, on = rise + fall, rise - fall
    weight = Defined(y, exp(2 * rho), "growth of a + w over a - w")
    kept = Decided(
        Implies(And(w_0 > 0, a_0 + w_0 > 0, y >= 1), (a_0 + w_0) * y - (a_0 - w_0) > 0),
        "the input weight is not zero while rho grows",
    )
    dies = Step(
        Subs(a_0 * (y - 1) + w_0 * (y + 1), y, (a_0 - w_0) / (a_0 + w_0)),
        Integer(0),
        "twice w e^rho, at a finite y",
        domain=(a_0 + w_0 < 0,),
    )
    later = Decided(
        Implies(And(w_0 > 0, a_0 + w_0 < 0), a_0 - w_0 < a_0 + w_0),
        "and this y is larger than one: both are negative",
    )
    edge = atan(s_a / s_w) - pi / 2
    ray = Integral(1 / (2 * pi), (phi, edge, pi / 2))
    return (
        Derivation(
            "Output weight",
            (Step(Derivative(out, rho), on, "it moves by its input weight"),),
            OWN,
        ),
        Derivation(
            "Input weight",
            (Step(Derivative(on, rho), out, "it moves by its output weight"),),
            OWN,
        ),
        Derivation(
            "In one growth",
            (
                weight,
                Step(
                    2 * exp(rho) * on,
                    (a_0 + w_0) * y - (a_0 - w_0),
                    "input weight, but for a positive factor",
                    uses=(weight,),
                ),
            ),
            OWN,
        ),
        Derivation("It stays", (kept,), OWN),
        Derivation("It dies", (dies,), OWN),
        Derivation("Later", (later,), OWN),
        Derivation(
            "Chance to start so that it stays",
            (
                Step(
                    ray,
                    (pi - atan(s_a / s_w)) / (2 * pi),
                    "angles with w > 0 and a + w > 0, in units of the spreads",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Edge of these angles",
            (
                Step(
                    Subs(s_a * sin(phi) + s_w * cos(phi), phi, edge),
                    Integer(0),
                    "a + w at the first of them, a = s_a sin phi and w = s_w cos phi",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Equal spreads",
            (
                Step(
                    Subs((pi - atan(s_a / s_w)) / (2 * pi), s_a, s_w),
                    Rational(3, 8),
                    "three eighths of all starts",
                ),
            ),
            OWN,
        ),
    )


def stuck_probability() -> tuple[Derivation, ...]:
    """m units miss a point with the probability 2 (1 - q)^m - (1 - 2 q)^m, which falls
    exponentially with the width.
    """
    one = Induction(
        m, 1, 1 - q, (1 - q) * SO_FAR, (1 - q) ** m, "independent units", sequence=NO_SIDE
    )
    both = Induction(
        m, 1, 1 - 2 * q, (1 - 2 * q) * SO_FAR, (1 - 2 * q) ** m, "on no side", sequence=NONE
    )
    stuck = Step(2 * NO_SIDE - NONE, STUCK, "one side or the other, less both", uses=(one, both))
    half = Defined(q, v / (1 + 2 * v), "a chance below one half")
    ratio = Step(STUCK / (1 - q) ** m, 2 - (1 + v) ** -m, "over that of a side", uses=(half,))
    whole = Derivation("Chance to miss a point", (one, both, stuck), OWN)
    return (
        whole,
        Derivation(
            "Wide networks",
            (
                half,
                ratio,
                Step(
                    Limit(ratio.lhs, m, oo),
                    Integer(2),
                    "two sides, each missed with the probability (1 - q)^m",
                    uses=(ratio,),
                ),
            ),
            OWN,
        ),
    )


def stuck_loss() -> tuple[Derivation, ...]:
    """The mean loss is (1 - q)^m / 2, while that of networks that are stuck falls to 1/4 only: bad
    minima become rare, not good.
    """
    one = derive(stuck_probability)[0].steps[0]
    missed = Step(
        Rational(1, 4) * (NO_SIDE + NO_SIDE),
        (1 - q) ** m / 2,
        "each of two points costs 1/4 when it is missed",
        uses=(one,),
    )
    half = Defined(q, v / (1 + 2 * v), "a chance below one half")
    given = Derivation(
        "Mean loss of those that are stuck",
        (
            Step(
                missed.rhs / STUCK,
                1 / (4 - 2 * ((1 - 2 * q) / (1 - q)) ** m),
                "mean loss over the chance",
                domain=HALF,
            ),
        ),
        OWN,
    )
    in_v = Step(given.result, 1 / (4 - 2 * (1 + v) ** -m), "by this chance", uses=(half,))
    return (
        Derivation(
            "Mean loss",
            (
                one,
                missed,
            ),
            OWN,
        ),
        given,
        Derivation(
            "Wide networks that are stuck",
            (
                half,
                in_v,
                Step(
                    Limit(given.result, m, oo),
                    Rational(1, 4),
                    "one point is missed",
                    uses=(in_v,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Never less",
            (
                Step(
                    1 / (4 - 2 * u),
                    Rational(1, 4),
                    "u the power of (1 - 2 q) / (1 - q), which is between zero and one",
                    ">=",
                    domain=(u < 1,),
                ),
            ),
            OWN,
        ),
    )


def dead_start() -> tuple[Derivation, ...]:
    """Without biases all m units are off at an input with the probability 2^-m; of n inputs in d
    dimensions all can be off at once with the probability 2^(1 - n) sum_(k < d) C(n - 1, k).
    """
    off = Induction(
        m,
        1,
        Rational(1, 2),
        SO_FAR / 2,
        Rational(1, 2) ** m,
        "each weight has either sign alike",
        sequence=Function("P_off", positive=True)(m),
    )
    more = Function("P", nonnegative=True)(d)
    with_one = Induction(
        n,
        1,
        binomial(0, d - 1),
        (more + more.subs(d, d - 1)) / 2,
        binomial(n - 1, d - 1) / 2 ** (n - 1),
        "the plane across a further point parts the half-spaces: half of those of d dimensions and "
        "half of those of d - 1 are left",
        so_far=more,
    )
    half_space = Step(
        Sum(more, (d, 1, D)),
        Sum(binomial(n - 1, d - 1) / 2 ** (n - 1), (d, 1, D)),
        "dimension by dimension: the weights of a dead unit are the normal of a half-space",
        uses=(with_one,),
    )
    return (
        Derivation("All units are off at an input", (off,), OWN),
        Derivation("A unit can be off at all inputs", (with_one, half_space), WENDEL),
        Derivation(
            "Twice as many points as inputs",
            (
                Step(
                    Sum(binomial(2 * D - 1, d - 1), (d, 1, D)) / 2 ** (2 * D - 1),
                    Rational(1, 2),
                    "half of the binomial coefficients",
                ),
            ),
            WENDEL,
        ),
    )
