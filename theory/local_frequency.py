"""How does the frequency of a target at a place decide how long the error stays there?  A local
frequency from slopes, and the time that a wide network takes in a long window.

Setting.  omega^2 = int f'^2 / int (f - mean)^2 over a window.  Kernel of distances with the
spectrum gamma^2, a density P of samples, weights w: in a window that is long against one over omega
the error decays at the rate w P gamma^2(omega).

Source: our own.
"""

from sympy import (
    And,
    Derivative,
    Expr,
    Integral,
    Symbol,
    cos,
    log,
    pi,
    sin,
    symbols,
)

from theory import Decided, Defined, Derivation, Quoted, Settles, Step, To, chain, derive
from theory.linear_frequency_principle import nu, relu_rate
from theory.notation import OWN, RUDIN

x, u, phi = symbols("x u phi", real=True)  # place, omega x, phase
omega, L, w, P = symbols("omega L w P", positive=True)  # frequency, log, weight, density
m = Symbol("m", integer=True, positive=True)  # periods
A, B = symbols("A B", positive=True)  # of the rates A / omega^4 + B / omega^2
T = Symbol("T", positive=True)  # time
WAVE = sin(omega * x + phi)


def frequency_of_a_window() -> tuple[Derivation, ...]:
    """The local frequency of a sine is its frequency over whole periods, and too large by the
    factor (1 - 8 cos^2 phi / (k pi)^2)^(-1/2) over an odd number k of half periods.
    """
    steep = Step(Derivative(WAVE, x), omega * cos(omega * x + phi), "slope of the wave")
    wave, tilt, end = sin(u + phi), omega * cos(u + phi), Symbol("U", positive=True)

    def over(values: Expr) -> Integral:
        return Integral(values, (u, 0, end))

    turn = sin(2 * u + 2 * phi) / 4
    parts = (
        (wave, -cos(u + phi), "the wave"),
        (wave**2, u / 2 - turn, "its square"),
        (tilt**2, omega**2 * (u / 2 + turn), "its squared slope"),
    )
    grounds = tuple(
        Step(Derivative(whole, u), values, f"what has the slope of {name}, u = omega x")
        for values, whole, name in parts
    )
    rules = tuple(
        Quoted(
            f"fundamental theorem of calculus, {name}",
            f"{RUDIN}, theorem 6.21",
            (over(Derivative(whole, u)), "==", whole.subs(u, end) - whole.subs(u, 0)),
        )
        for _, whole, name in parts
    )
    height, square, steepness = (over(values) for values, _, _ in parts)
    by_parts = (over(Derivative(whole, u)) for _, whole, _ in parts)
    height_2, square_2, steepness_2 = by_parts
    found = []
    for title, window, what in (
        ("Whole periods", 2 * pi * m, omega**2),
        (
            "Half periods",
            (2 * m - 1) * pi,
            omega**2 / (1 - 8 * cos(phi) ** 2 / ((2 * m - 1) * pi) ** 2),
        ),
    ):
        length = Defined(end, window, "length of the window times the frequency")
        steps = chain(
            steepness / (square - height**2 / end),
            To(
                steepness_2 / (square_2 - height_2**2 / end),
                "slopes over what is left without the mean",
                uses=grounds,
            ),
            To(what, "integrated", uses=(*rules, length)),
        )
        found.append(Derivation(title, (*grounds, *rules, length, *steps), OWN))
    return (*found, Derivation("Slope", (steep,), OWN))


def local_time() -> tuple[Derivation, ...]:
    """In long windows a wide ReLU network needs a time that rises with the local frequency by a
    power between 2 and 4, and falls as one over weight and density of the samples.
    """
    rate = derive(relu_rate)[3]
    time = L / (w * P * rate.states[0])
    found = Step(
        time,
        L / (w * P * rate.result),
        "a log over the rate of the window",
        uses=(rate,),
    )
    slope = nu * Derivative(log(found.rhs), nu)
    cubic, linear = symbols("A B", positive=True)
    power = Step(
        slope,
        (4 * cubic + 8 * pi**2 * linear * nu**2) / (cubic + 4 * pi**2 * linear * nu**2),
        "power of the time in the frequency",
    )
    said = "hard-regions-are-high-frequency"
    return (
        Derivation("Time in a window", (found,), OWN),
        Derivation(
            "Its power",
            (
                power,
                Decided(
                    And(slope > 2, slope < 4),
                    "so that the quickest places are the last",
                    uses=(power,),
                ),
            ),
            OWN,
            (Settles(said, part="in long windows, ReLU"),),
        ),
    )
