"""Does depth speed up descent?  Products of N equal factors: the speed of their product, the time
to any share of the target, the rate at the end, and what becomes of a ratio of two targets.

Setting.  s = w_1 ... w_N follows gradient flow of (T - s)^2 / 2 in its factors, which start equal,
as each mode of a deep linear network does from a balanced start.  Then ds / dt = N s^(2 - 2 / N)
(T - s): a small s waits, the longer the smaller it starts, and the end has the rate N T^(2 - 2 /
N).  A further factor makes the end faster only while N > 2 ln(1 / T), so that strong targets gain
and weak ones lose; and rates of two targets differ by the power 2 - 2 / N of their ratio.

Source: Saxe, McClelland, Ganguli, ICLR 2014; Arora, Cohen, Hazan, ICML 2018; our own.
"""

from sympy import (
    Derivative,
    Equivalent,
    Function,
    Integer,
    Integral,
    Limit,
    Subs,
    exp,
    log,
    oo,
    symbols,
)

from theory import Decided, Defined, Derivation, Step, To, chain, derive
from theory.notation import OWN, t

N, M = symbols("N M", integer=True, positive=True)  # factors; factors beyond two
s, s_0, s_1, T = symbols("s s_0 s_1 T", positive=True)  # product, its start, its end, the target
w, w_0, w_1 = symbols("w w_0 w_1", positive=True)  # N-th roots of these: one factor
x, y, c = symbols("x y c", positive=True)  # two factors, the product of the others
r, T_1, T_2 = symbols("r T_1 T_2", positive=True)  # of two targets; their ratio
nu = symbols("nu", positive=True)  # factors, as a real number
SAXE = "Saxe, McClelland, Ganguli, ICLR 2014"
ARORA = "Arora, Cohen, Hazan, ICML 2018"
INSIDE = (s_0 < s_1, s_1 < T)


def balanced_speed() -> tuple[Derivation, ...]:
    """N equal factors stay equal under gradient flow of (T - s)^2 / 2, and their product s moves
    with the speed N s^(2 - 2 / N) (T - s).
    """
    loss, of_one = (T - x * y * c) ** 2 / 2, (T - x * c) ** 2 / 2
    slopes = tuple(
        Step(Derivative(loss, v), -(T - x * y * c) * x * y * c / v, f"slope by the {which} factor")
        for v, which in ((x, "one"), (y, "other"))
    )
    pull = Step(-Derivative(of_one, x), c * (T - x * c), "a factor moves down the loss")
    others = Defined(c, w ** (N - 1), "the product of the others")
    equal = Defined(x, w, "all are equal")
    root = Defined(w, s ** (1 / N), "a factor is the N-th root of the product")
    return (
        Derivation(
            "Differences of squares are kept",
            (
                *slopes,
                Step(
                    -2 * x * slopes[0].lhs + 2 * y * slopes[1].lhs,
                    Integer(0),
                    "speed of the difference of the squares of two factors",
                    uses=slopes,
                ),
            ),
            SAXE,
        ),
        Derivation(
            "Speed of the product",
            (
                pull,
                others,
                equal,
                root,
                *chain(
                    Derivative(w**N, w) * pull.lhs,
                    To(N * w ** (N - 1) * c * (T - x * c), "chain rule", uses=(pull,)),
                    To(N * w ** (2 * N - 2) * (T - w**N), "equal factors", uses=(others, equal)),
                    To(N * s ** (2 - 2 / N) * (T - s), "in the product", uses=(root,)),
                ),
            ),
            ARORA + ", theorem 1",
        ),
    )


def balanced_time() -> tuple[Derivation, ...]:
    """One factor approaches its target exponentially, two follow a logistic curve, and N > 2 need
    the time s_0^(2/N - 1) / ((N - 2) T) to leave a small start.
    """
    speed = derive(balanced_speed)[1]
    here, path = (
        Function("z", positive=True)(t),
        {
            1: T - (T - s_0) * exp(-t),
            2: T / (1 + (T / s_0 - 1) * exp(-2 * T * t)),
        },
    )
    time = {1: log((T - s_0) / (T - s_1)), 2: log(s_1 * (T - s_0) / (s_0 * (T - s_1))) / (2 * T)}
    found = []
    for factors, name in ((1, "One factor"), (2, "Two factors")):
        begins = Step(Subs(path[factors], t, 0), s_0, "at the start")
        along = Defined(here, path[factors], "a path, tried")
        moves = Step(
            Derivative(here, t),
            Subs(speed.result, (N, s), (factors, here)).doit(),
            "it has the speed of the product",
            domain=(s_0 < T,),
            uses=(along,),
        )
        reached = Step(
            Subs(path[factors], t, time[factors]), s_1, "reached at this time", domain=INSIDE
        )
        found += [
            Derivation(name, (along, moves), SAXE),
            Derivation(f"{name}: where it starts", (begins,), SAXE),
            Derivation(f"{name}: when it is where", (reached,), SAXE),
        ]
    several = w ** (1 - N) / (T - w**N)
    by_root = chain(
        Subs(1 / speed.result, s, w**N) * Derivative(w**N, w),
        To(several, "time for a change of one factor"),
        To((w ** (1 - N) + w / (T - w**N)) / T, "what is long at small factors, and the rest"),
    )
    wait = Step(
        Integral(w ** (-1 - M) / T, (w, w_0, w_1)),
        (w_0**-M - w_1**-M) / (M * T),
        "N = M + 2 factors",
        domain=(w_0 < w_1,),
    )
    return (
        *found,
        Derivation("Any number, by one factor", by_root, OWN),
        Derivation(
            "Time to leave a small start",
            (
                wait,
                Step(
                    Limit(w_0**M * (wait.lhs + c), w_0, 0, "+"),
                    1 / (M * T),
                    "c, the rest, is bounded while s_1 < T",
                    uses=(wait,),
                ),
            ),
            OWN,
        ),
    )


def final_rate() -> tuple[Derivation, ...]:
    """Near its target a product of N factors decays with the rate N T^(2 - 2 / N), which grows with
    N exactly while N > 2 ln(1 / T).
    """
    speed = derive(balanced_speed)[1]
    near = Step(
        -Subs(Derivative(speed.result, s), s, T), N * T ** (2 - 2 / N), "linear at the target"
    )
    slope = Step(
        Derivative(log(near.rhs.subs(N, nu)), nu), (nu + 2 * log(T)) / nu**2, "in the number"
    )
    return (
        Derivation("Rate at the end", (near,), ARORA),
        Derivation(
            "Where one factor more helps",
            (
                slope,
                Decided(
                    Equivalent(slope.lhs > 0, nu > -2 * log(T)),
                    "the logarithm of the rate grows",
                    uses=(slope,),
                ),
            ),
            OWN,
        ),
    )


def conditioning() -> tuple[Derivation, ...]:
    """Rates of two targets of the ratio r differ by r^(2 - 2 / N): not at all for one factor, and
    by ever more, up to r^2, for many.
    """
    rate = derive(final_rate)[0]
    exponent = Step(Derivative(2 - 2 / nu, nu), 2 / nu**2, "the exponent grows with every factor")
    ratio = Defined(T_1, r * T_2, "two targets")
    at_one, at_two = (Subs(rate.result, T, at) for at in (T_1, T_2))
    power = Step(at_one / at_two, r ** (2 - 2 / N), "ratio of both rates", uses=(ratio,))
    return (
        Derivation("Ratio of rates", (ratio, power), OWN),
        Derivation(
            "One factor",
            (Step(Subs(power.rhs, N, 1), Integer(1), "every target at one rate"),),
            OWN,
        ),
        Derivation(
            "Many factors",
            (Step(Limit(power.rhs, N, oo), r**2, "the square of the ratio"),),
            OWN,
        ),
        Derivation(
            "More with every factor",
            (exponent, Step(exponent.lhs, Integer(0), "so it grows", ">", uses=(exponent,))),
            OWN,
        ),
    )
