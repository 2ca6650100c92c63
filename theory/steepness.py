"""Is the true solution steeper than the one that the pointwise residual leads to?  In the mean
square if and only if it is farther from zero at the interface.

Setting.  That of ``weak_solution``: u_T = u_P + kappa tent.  Since both are zero at the ends,

    int u_T'^2 - int u_P'^2 = (1/l + 1/r) (u_T(0)^2 - u_P(0)^2),

which has either sign (``constant_source``).

Source: our own.
"""

from typing import Any

from sympy import (
    Abs,
    Derivative,
    Eq,
    Equivalent,
    Expr,
    Implies,
    Integer,
    Integral,
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
)
from theory.notation import OWN, RUDIN
from theory.weak_solution import (
    LEFT,
    RIGHT,
    SIGNS,
    kappa,
    l,
    r,
    u,
    with_tent,
    x,
)

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
        (
            Integral(Derivative(of, x), (x, low, high)),
            "==",
            of.subs(x, high) - of.subs(x, low),
        ),
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
