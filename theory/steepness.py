"""Is the true solution steeper than the one that the pointwise residual leads to?  In the mean
square if and only if it is farther from zero at the interface; under a constant source never.

Setting.  That of ``weak_solution``: u_T = u_P + kappa tent.  Since both are zero at the ends,

    int u_T'^2 - int u_P'^2 = (1/l + 1/r) (u_T(0)^2 - u_P(0)^2),

and with constant sources u_P is a parabola on each side, so that the largest slopes are compared by
four numbers.  A source that pushes on one side only makes the true solution steeper; one that is
the same on both sides makes it flatter at every contrast, in the mean square and at its steepest.

Source: our own.
"""

from typing import Any

from sympy import (
    Abs,
    And,
    Derivative,
    Eq,
    Equivalent,
    Expr,
    Implies,
    Integer,
    Integral,
    Max,
    Ne,
    Rational,
    Subs,
    symbols,
)

from theory import (
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    derive,
)
from theory.notation import OWN, RUDIN
from theory.weak_solution import (
    LEFT,
    RIGHT,
    SIGNS,
    SLOPE,
    a_minus,
    a_plus,
    at_interface,
    interface_correction,
    kappa,
    l,
    r,
    u,
    with_tent,
    x,
)

y = symbols("y", positive=True)  # distance from the interface
f_minus, f_plus = symbols("f_minus f_plus", real=True)  # constant sources
top = symbols("u_0", real=True)  # value of the smooth solution at the interface
VALUE = Defined(top, u(0), "value of the smooth solution at the interface")
ENDS = (
    Assumed(Eq(u(-l), 0), "the smooth solution is zero at the left end"),
    Assumed(Eq(u(r), 0), "and at the right end"),
)


def over(low: Expr, high: Expr, integrand: Expr) -> Integral:
    """The integral over one side."""
    return Integral(integrand, (x, low, high))


def change(of: Expr, low: Expr, high: Expr, where: str) -> Quoted:
    """The integral of a slope, by the values at both ends."""
    return Quoted(
        f"the integral of a slope is the change of the function, {where}",
        RUDIN + ", theorem 6.21",
        (over(low, high, Derivative(of, x)), "==", of.subs(x, high) - of.subs(x, low)),
    )


def dirichlet_gap() -> tuple[Derivation, ...]:
    """The mean squared slope of the true solution is the larger one if and only if its value at the
    interface is farther from zero.
    """
    gaps: list[Step] = []
    steps: list[Any] = [VALUE]
    for low, high, side, end, where in (
        (-l, Integer(0), LEFT, ENDS[0], "left"),
        (Integer(0), r, RIGHT, ENDS[1], "right"),
    ):
        rise = side.diff(x)
        more = Derivative(with_tent(kappa, side), x) ** 2 - Derivative(u(x), x) ** 2
        opened = 2 * kappa * rise * Derivative(u(x), x) + (kappa * rise) ** 2
        by_slope = over(low, high, Derivative(u(x), x))
        square = Step(more, opened, f"what the tent adds to the square of the slope, {where}")
        linear = Quoted(
            f"the integral of a sum is the sum of the integrals, {where}",
            RUDIN + ", theorem 6.12",
            (
                over(low, high, opened),
                "==",
                2 * kappa * rise * by_slope + over(low, high, (kappa * rise) ** 2),
            ),
        )
        total = change(u(x), low, high, where)
        gaps.append(
            Step(
                over(low, high, more),
                (2 * kappa * top + kappa**2) / (high - low),
                f"the slope adds up to the value at the interface, {where}",
                uses=(square, linear, total, end, VALUE),
            )
        )
        steps += [square, linear, total, end, gaps[-1]]
    beyond = (1 / l + 1 / r) * ((top + kappa) ** 2 - top**2)
    whole = gaps[0].lhs + gaps[1].lhs
    gap = Derivation(
        "Difference of the mean squared slopes",
        (*steps, Step(whole, beyond, "by the values at the interface", uses=tuple(gaps))),
        OWN,
    )
    return (
        gap,
        Derivation(
            "Steeper in the mean square",
            (
                Decided(
                    Implies(SIGNS, Equivalent(whole > 0, Abs(top + kappa) > Abs(top))),
                    "if and only if the true solution is farther from zero at the interface",
                    uses=(gap,),
                ),
            ),
            OWN,
            (
                Settles(
                    "pinn-true-solution-steeper",
                    part="mean square, true solution farther from zero at the interface",
                ),
            ),
        ),
    )


def strong_solution() -> tuple[Derivation, ...]:
    """Under constant sources the smooth solution has the slope (f_+ r^2 / a_+ - f_- l^2 / a_-) / (2
    l + 2 r) at the interface and is a parabola on each side.
    """
    z = symbols("z", real=True)  # a place in between
    rise, bend = at_interface(u(x)), Derivative(u(x), (x, 2))

    def parabola(f: Expr, a: Expr, at: Expr, where: str) -> Derivation:
        equation = Assumed(Eq(bend, -f / a), f"the equation {where} the interface")
        taylor = Quoted(
            f"Taylor's formula with its remainder, {where} the interface",
            RUDIN + ", theorem 5.15",
            (u(at), "==", u(0) + rise * at + at**2 / 2 * Subs(bend, x, z)),
        )
        return Derivation(
            f"Smooth solution {where} the interface, at {at}",
            (
                equation,
                taylor,
                Step(
                    u(at),
                    u(0) + rise * at - f * at**2 / (2 * a),
                    f"a parabola {where} the interface",
                    uses=(taylor, equation),
                ),
            ),
            OWN,
        )

    left = parabola(f_minus, a_minus, -l, "left of")
    right = parabola(f_plus, a_plus, r, "right of")
    push = (f_plus * r**2 / a_plus - f_minus * l**2 / a_minus) / 2
    ends = Step(u(r) - u(-l), rise * (l + r) - push, "from end to end", uses=(left, right))
    by_ends = Step(
        rise, (u(r) - u(-l)) / (l + r) + push / (l + r), "the slope by its run", uses=(ends,)
    )
    slope = Derivation(
        "Slope at the interface",
        (
            ends,
            by_ends,
            *ENDS,
            Step(rise, push / (l + r), "zero at both ends", uses=(by_ends, *ENDS)),
        ),
        OWN,
    )
    by_left = Step(
        u(0), u(-l) + rise * l + f_minus * l**2 / (2 * a_minus), "from the left end", uses=(left,)
    )
    return (
        slope,
        Derivation(
            "Value at the interface",
            (
                by_left,
                ENDS[0],
                Step(
                    u(0),
                    l * r * (f_minus * l / a_minus + f_plus * r / a_plus) / (2 * (l + r)),
                    "zero at the left end",
                    uses=(by_left, ENDS[0], slope),
                ),
            ),
            OWN,
        ),
        *(
            parabola(f, a, at, where)
            for f, a, at, where in (
                (f_minus, a_minus, -y, "left of"),
                (f_plus, a_plus, y, "right of"),
            )
        ),
    )


def neither_always() -> tuple[Derivation, ...]:
    """Neither the largest nor the mean squared slope of the true solution is always the larger one,
    and for a constant source both are always the smaller ones.
    """
    height = derive(interface_correction)[0]
    slope, value = derive(strong_solution)[:2]
    rise = at_interface(u(x))
    h = symbols("h", real=True)  # height of a tent

    def largest(tent: Expr) -> Expr:
        outer = rise + f_minus / a_minus + tent, rise - f_plus / a_plus - tent
        return Max(*map(Abs, (*outer, rise + tent, rise - tent)))

    at_ends = Decided(
        And(
            Implies(And(x >= -1, x <= 0), Abs(rise - f_minus / a_minus * x + h) <= largest(h)),
            Implies(And(x >= 0, x <= 1), Abs(rise - f_plus / a_plus * x - h) <= largest(h)),
        ),
        "with a tent of height h on sides of length one the slope is linear on each side, so it is "
        "largest at an end of one",
    )
    squares = derive(dirichlet_gap)[0]
    source = symbols("f", real=True)  # a constant one
    more = squares.states[0]
    point = ((l, 1), (r, 1), (a_minus, Rational(1, 2)), (a_plus, 1), (f_minus, 1), (f_plus, 1))
    named = (height, SLOPE, slope)
    known = (squares, height, VALUE, SLOPE, value, slope)
    constant = And(
        *(Eq(side, 1) for side in (l, r)),
        *(Eq(side, source) for side in (f_minus, f_plus)),
        Ne(source, 0),
        Ne(a_minus, a_plus),
        SIGNS,
    )
    return (
        Derivation("Where the slope is largest", (at_ends,), OWN),
        Derivation(
            "Largest slope",
            (
                SLOPE,
                Counterexample(
                    largest(kappa) >= largest(Integer(0)),
                    point,
                    "not when a source of one presses on coefficients 1/2 and 1: 5/3 against 7/4",
                    uses=named,
                ),
            ),
            OWN,
            (Settles("pinn-true-solution-steeper", part="largest slope"),),
        ),
        Derivation(
            "Mean squared slope",
            (
                SLOPE,
                VALUE,
                Counterexample(more >= 0, point, "nor is the mean square larger there", uses=known),
            ),
            OWN,
            (Settles("pinn-true-solution-steeper", part="mean square of the slope"),),
        ),
        Derivation(
            "Under a constant source",
            (
                SLOPE,
                VALUE,
                Decided(
                    Implies(constant, And(more < 0, largest(kappa) < largest(Integer(0)))),
                    "the true solution is the flatter one at every contrast",
                    uses=known,
                ),
            ),
            OWN,
        ),
    )
