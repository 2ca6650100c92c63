"""Which is steeper under constant sources, the true or the smooth solution?  Either can be; under
the same source on both sides the true one is the flatter at every contrast.

Setting.  That of ``weak_solution`` with the sources f_- and f_+ left and right of the interface, so
that the smooth solution is a parabola on each side and the largest slopes are compared by four
numbers.  A source that pushes on one side only can make the true solution steeper; one that is the
same on both sides makes it flatter, in the mean square and at its steepest.

Source: our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Implies,
    Integer,
    Ne,
    Not,
    Or,
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
from theory.steepness import ENDS, VALUE, dirichlet_gap
from theory.weak_solution import (
    SIGNS,
    SLOPE,
    a_minus,
    a_plus,
    interface_correction,
    kappa,
    l,
    r,
    u,
    x,
)

y = symbols("y", positive=True)  # distance from the interface
f_minus, f_plus = symbols("f_minus f_plus", real=True)  # sources left and right


def strong_solution() -> tuple[Derivation, ...]:
    """Under constant sources the smooth solution has the slope (f_+ r^2 / a_+ - f_- l^2 / a_-) / (2
    l + 2 r) at the interface and is a parabola on each side.
    """
    z = symbols("z", real=True)  # a place in between
    rise, bend = SLOPE.expr, Derivative(u(x), (x, 2))

    def parabola(f: Expr, a: Expr, where: str, at: Expr) -> Derivation:
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

    sides = (f_minus, a_minus, "left of"), (f_plus, a_plus, "right of")
    left, right = parabola(*sides[0], -l), parabola(*sides[1], r)
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
    parabolas = parabola(*sides[0], -y), parabola(*sides[1], y)
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
        *parabolas,
        *(
            Derivation(
                f"Slope of the smooth solution {where} the interface",
                (
                    Step(
                        sign * Derivative(each.states[2], y),
                        rise - sign * f / a * y,
                        f"slope of the parabola {where} the interface",
                    ),
                ),
                OWN,
            )
            for each, sign, (f, a, where) in zip(parabolas, (-1, 1), sides, strict=True)
        ),
    )


def neither_always() -> tuple[Derivation, ...]:
    """Neither the largest nor the mean squared slope of the true solution is always the larger one,
    and for a constant source both are always the smaller ones.
    """
    height = derive(interface_correction)[0]
    slope, value, _, _, *inside = derive(strong_solution)
    h = symbols("h", real=True)  # height of a tent

    def slopes(tent: Expr, at: Expr) -> tuple[Expr, ...]:
        """On both sides, at this distance from the interface, with a tent of this height."""
        left, right = (each.states[2].subs(y, at) for each in inside)
        return left + tent, right - tent

    def squares(tent: Expr) -> tuple[Expr, ...]:
        """Of the four slopes at ends and interface."""
        return tuple(each**2 for at in (Integer(1), Integer(0)) for each in slopes(tent, at))

    # its largest slope is below that of the smooth solution: each of four below one of four
    flatter = And(
        *(Or(*(mine < other for other in squares(Integer(0)))) for mine in squares(kappa))
    )

    at_ends = Decided(
        Implies(
            y <= 1,
            And(*(Or(*(each**2 <= one for one in squares(h))) for each in slopes(h, y))),
        ),
        "with a tent of height h on sides of length one the slope is linear on each side, so it is "
        "largest at an end of one",
        uses=tuple(inside),
    )
    gap = derive(dirichlet_gap)[0]
    more = gap.states[0]
    point = ((l, 1), (r, 1), (a_minus, Rational(1, 2)), (a_plus, 1), (f_minus, 1), (f_plus, 1))
    known = (gap, height, VALUE, SLOPE, value, slope)
    source = symbols("f", real=True)
    same = tuple(
        Defined(each, source, f"a constant source, {where}")
        for each, where in ((f_minus, "left"), (f_plus, "right"))
    )
    constant = And(
        *(Eq(side, 1) for side in (l, r)),
        Ne(source, 0),
        Ne(a_minus, a_plus),
        SIGNS,
    )
    return (
        Derivation("Where the slope is largest", (at_ends,), OWN),
        Derivation(
            "Neither always",
            (
                SLOPE,
                VALUE,
                Counterexample(
                    Or(more >= 0, Not(flatter)),
                    point,
                    "a source of one presses on coefficients 1/2 and 1: the largest slope of the "
                    "true solution is 5/3 against 7/4, and its mean square is the smaller one, too",
                    uses=known,
                ),
            ),
            OWN,
            tuple(
                Settles("pinn-true-solution-steeper", part=part)
                for part in ("largest slope", "mean square of the slope")
            ),
        ),
        Derivation(
            "Under a constant source",
            (
                SLOPE,
                VALUE,
                *same,
                Decided(
                    Implies(constant, And(more < 0, flatter)),
                    "the true solution is the flatter one at every contrast",
                    uses=(*known, *same),
                ),
            ),
            OWN,
        ),
    )
