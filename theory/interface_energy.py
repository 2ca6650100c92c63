"""What sees the kink that the pointwise residual misses?  The Ritz energy, with its minimum at the
true solution, and what a rounded kink costs: nothing between points, all that there is at one.

Setting.  That of ``weak_solution``; the candidates are u_P + c tent, all of which have the residual
zero off the interface.  Their energy int a u'^2 / 2 - f u is that of u_P and
c^2 (a_- / l + a_+ / r) / 2 - c p (a_+ - a_-), least at the height of the true solution.  A kink
that is rounded over the width eps costs at least a^2 J^2 / eps of squared residual where J is the
jump of the slope, if points lie in it, and nothing if it lies between two points.

Source: our own; E, Yu, The deep Ritz method, Commun. Math. Stat. 6, 2018, for the energy.
"""

from typing import Any

from sympy import (
    And,
    Derivative,
    Eq,
    Function,
    Implies,
    Integer,
    Integral,
    Limit,
    Ne,
    Subs,
    cos,
    oo,
    pi,
    sin,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Derivation,
    Quoted,
    Step,
    derive,
)
from theory.notation import OWN, RUDIN
from theory.steepness import change, over
from theory.weak_solution import (
    LEFT,
    RIGHT,
    SIGNS,
    SLOPE,
    STIFF,
    a_minus,
    a_plus,
    at_interface,
    c,
    f,
    interface_correction,
    kappa,
    l,
    p,
    r,
    u,
    with_tent,
    x,
)

J, eps = symbols("J epsilon", positive=True)  # jump of the slope, width over which it is rounded
a = symbols("a", positive=True)  # coefficient at a rounded kink


def ritz_energy() -> tuple[Derivation, ...]:
    """The Ritz energy of the smooth solution with a tent is least at the tent of the true solution,
    and larger by kappa^2 (a_- / l + a_+ / r) / 2 without it.
    """
    rises: list[Step] = []
    steps: list[Any] = [SLOPE]
    for low, high, side, coefficient, where in (
        (-l, Integer(0), LEFT, a_minus, "left"),
        (Integer(0), r, RIGHT, a_plus, "right"),
    ):
        slope, rise = Derivative(u(x), x), side.diff(x)
        flux = slope * side
        sign = 1 if side is LEFT else -1
        equation = Assumed(
            Eq(f(x), -coefficient * Derivative(u(x), (x, 2))), f"the equation on the {where}"
        )

        def density(height: Any, a: Any = coefficient, side: Any = side) -> Any:
            bent = with_tent(height, side)
            return a * Derivative(bent, x) ** 2 / 2 - f(x) * bent

        opened = coefficient * (c * Derivative(flux, x) + (c * rise) ** 2 / 2)
        product = Step(
            density(c) - density(Integer(0)),
            opened,
            f"what a tent adds, on the {where}: the slope of u_P' times the tent",
            uses=(equation,),
        )
        linear = Quoted(
            f"the integral of a sum is the sum of the integrals, on the {where}",
            RUDIN + ", theorem 6.12",
            (
                over(low, high, opened),
                "==",
                coefficient
                * (c * over(low, high, Derivative(flux, x)) + over(low, high, (c * rise) ** 2) / 2),
            ),
        )
        sign = 1 if side is LEFT else -1
        by_parts = change(flux, low, high, where)
        rises.append(
            Step(
                over(low, high, product.lhs),
                coefficient * (sign * c * p + c**2 / (2 * (high - low))),
                f"the tent is one at the interface and zero at the end, on the {where}",
                uses=(product, linear, by_parts, SLOPE),
            )
        )
        steps += [equation, product, linear, by_parts, rises[-1]]
    more = rises[0].lhs + rises[1].lhs
    energy = Derivation(
        "Energy of a tent",
        (
            *steps,
            Step(
                more,
                c**2 * STIFF / 2 - c * p * (a_plus - a_minus),
                "on both sides",
                uses=tuple(rises),
            ),
        ),
        OWN,
    )
    height = derive(interface_correction)[0]
    best = height.states[2]
    parabola = energy.states[2]
    return (
        energy,
        Derivation(
            "The energy sees the kink",
            (
                Decided(
                    Implies(And(SIGNS, Ne(c, best)), parabola > parabola.subs(c, best)),
                    "its least value is at the true solution and nowhere else",
                    uses=(energy, height),
                ),
            ),
            OWN,
        ),
        Derivation(
            "What the smooth solution has too much",
            (
                Step(
                    -Subs(more, c, kappa),
                    kappa**2 * STIFF / 2,
                    "energy of the smooth solution over that of the true one",
                    uses=(energy, height),
                ),
            ),
            OWN,
        ),
    )


def kink_cost() -> tuple[Derivation, ...]:
    """To round a kink of jump J over the width epsilon costs a squared residual of at least a^2 J^2
    / epsilon where it is seen, without bound as the width falls.
    """
    bend = Function("b", real=True)(x)  # second derivative within the rounding
    area = Integral(bend, (x, 0, eps))
    squared, apart = (
        Integral(a**2 * square, (x, 0, eps)) for square in (bend**2, (bend - J / eps) ** 2)
    )
    turns = Assumed(Eq(area, J), "the slope turns by J within the width epsilon")
    opened = Quoted(
        "the integral of a sum is the sum of the integrals",
        RUDIN + ", theorem 6.12",
        (apart, "==", squared - 2 * a**2 * J / eps * area + a**2 * J**2 / eps),
    )
    spread = Function("V", nonnegative=True)(eps)
    positive = Quoted(
        "the integral of a square is a number that is not negative",
        RUDIN + ", theorem 6.12",
        (apart, "==", spread),
    )
    least = a**2 * J**2 / eps
    solved = Step(
        squared,
        apart + 2 * a**2 * J / eps * area - a**2 * J**2 / eps,
        "the square of what differs from an even turn",
        uses=(opened,),
    )
    bound = Step(
        squared,
        least,
        "what an even turn costs is the least",
        relation=">=",
        uses=(solved, turns, positive),
    )
    return (
        Derivation("Least cost of a rounded kink", (turns, opened, positive, solved, bound), OWN),
        Derivation(
            "An even turn",
            (
                Step(
                    Integral(a**2 * (J / eps) ** 2, (x, 0, eps)),
                    least,
                    "attains it: the bound is sharp",
                ),
            ),
            OWN,
        ),
        Derivation(
            "A kink",
            (Step(Limit(least, eps, 0, "+"), oo, "no smooth network comes near it for free"),),
            OWN,
        ),
    )


def contrast() -> tuple[Derivation, ...]:
    """Under the source a pi^2 sin(pi x) the smooth solution is sin(pi x) at every contrast, and the
    true one has a tent of pi times the contrast: all waves above the first pair but one are its.
    """
    wave, coefficient = sin(pi * x), symbols("a", positive=True)
    n = symbols("n", integer=True, positive=True)
    height = derive(interface_correction)[0]
    named = Assumed(Eq(u(x), wave), "the source is a pi^2 sin(pi x) on sides of length one")
    slope = Step(at_interface(u(x)), pi, "its slope at the interface", uses=(named,))
    q = symbols("q", positive=True)  # wave number, n pi / 2
    halves = (
        Step(
            Integral(x * sin(q * x), (x, 0, 1)),
            sin(q) / q**2 - cos(q) / q,
            "left half, measured from the left end",
        ),
        Step(
            Integral((2 - x) * sin(q * x), (x, 1, 2)),
            cos(q) / q + (sin(q) - sin(2 * q)) / q**2,
            "right half",
        ),
    )
    tent = halves[0].lhs + halves[1].lhs
    both = Step(tent, (2 * sin(q) - sin(2 * q)) / q**2, "both halves", uses=halves)
    return (
        Derivation(
            "It solves the equation on both sides",
            (
                Step(
                    coefficient * Derivative(wave, (x, 2)) + coefficient * pi**2 * wave,
                    Integer(0),
                    "whatever the coefficient is",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Height of the tent",
            (
                named,
                slope,
                SLOPE,
                Step(
                    Subs(kappa, (l, r), (1, 1)),
                    pi * (a_plus - a_minus) / (a_plus + a_minus),
                    "pi times the contrast",
                    uses=(height, SLOPE, slope),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Waves of the tent",
            (
                *halves,
                both,
                Step(
                    Subs(tent, q, n * pi / 2),
                    8 * sin(n * pi / 2) / (n * pi) ** 2,
                    "the amplitude of sin(n pi (x + 1) / 2) falls as n^-2 over odd n; the smooth "
                    "solution is the wave n = 2 alone",
                    uses=(both,),
                ),
            ),
            OWN,
        ),
    )
