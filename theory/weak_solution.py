"""What does a network find that is trained on the pointwise residual where the true solution has a
kink?  The smooth solution: its distance from the true one for every source.

Setting.  -(a u')' = f on (-l, r), u = 0 at both ends, a = a_- left of 0 and a_+ right of it.  The
true (weak) solution u_T has u'' = -f/a on each side, and u and the flux a u' are continuous.  The
pointwise residual a u'' + f never sees the interface.  Over functions with a continuous slope it
vanishes at u_P alone, which has u'' = -f/a on each side and some slope p at 0.  With the tent
1 + x/l | 1 - x/r, whatever f is,

    u_T = u_P + kappa tent,      kappa = p (a_+ - a_-) / (a_- / l + a_+ / r).

At the interface u_T is steeper on the side of the smaller a and flatter on the other one.

Source: our own; the weak form is in Evans, Partial Differential Equations, AMS 1998, chapter 6.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    Implies,
    Integer,
    Ne,
    Subs,
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
    To,
    chain,
    derive,
)
from theory.notation import OWN, RUDIN

x = symbols("x", real=True)  # place
l, r = symbols("l r", positive=True)  # lengths of both sides
a_minus, a_plus = symbols("a_minus a_plus", positive=True)  # coefficient left and right of 0
p = symbols("p", real=True)  # slope of u_P at the interface
kappa = Function("kappa", real=True)(a_minus, a_plus)  # height of the tent of the true solution
c = symbols("c", real=True)  # height of any tent
u = Function("u_P", real=True)  # the smooth solution
f = Function("f", real=True)  # the source
STIFF = a_minus / l + a_plus / r  # twice the energy of a tent of height one
LEFT, RIGHT = 1 + x / l, 1 - x / r  # the tent
SIGNS = And(l > 0, r > 0, a_minus > 0, a_plus > 0)


def with_tent(height: Expr, side: Expr) -> Expr:
    """The smooth solution and a tent, on one side."""
    return u(x) + height * side


def at_interface(of: Expr) -> Subs:
    """The slope at the interface of what is given on one side."""
    return Subs(Derivative(of, x), x, 0)


SLOPE = Defined(p, at_interface(u(x)), "slope of the smooth solution at the interface")


def one_sided(height: Expr) -> tuple[Step, ...]:
    """Slopes at the interface with a tent of this height, from the left and from the right."""
    return tuple(
        step
        for side, added, where in ((LEFT, height / l, "left"), (RIGHT, -height / r, "right"))
        for step in chain(
            at_interface(with_tent(height, side)),
            To(at_interface(u(x)) + added, f"slope of the sum from the {where}"),
            To(p + added, f"the slope from the {where}", uses=(SLOPE,)),
        )
    )


def interface_correction() -> tuple[Derivation, ...]:
    """The true solution is the smooth one and a tent of the height p (a_+ - a_-) / (a_- / l + a_+ /
    r), whatever the source, and the pointwise residual does not see the tent.
    """
    z = symbols("z", real=True)  # a place in between

    def line(where: str, w: Expr, side: Expr, end: Expr) -> Derivation:
        gap = Function("d", real=True)(x)
        sum_ = Defined(w, u(x) + gap, "smooth solution and difference")
        bend, rise = Derivative(gap, (x, 2)), at_interface(gap)
        bends = Assumed(
            Eq(Derivative(w, (x, 2)), Derivative(u(x), (x, 2))),
            f"both are -f/a {where} the interface, almost everywhere",
        )
        apart = Step(
            bend,
            Derivative(w, (x, 2)) - Derivative(u(x), (x, 2)),
            "d is a difference",
            uses=(sum_,),
        )
        same = Step(bend, Integer(0), "of same sources and coefficients", uses=(apart, bends))
        taylor = Quoted(
            f"Taylor's formula with its remainder, {where} the interface, where kappa is the value",
            RUDIN + ", theorem 5.15",
            (gap, "==", kappa + rise * x + x**2 / 2 * Subs(bend, x, z)),
        )
        zero = Assumed(Eq(Subs(gap, x, end), 0), f"both are zero at the end {where} 0")
        at_end = Step(Subs(gap, x, end), kappa + rise * end, "nothing bends", uses=(taylor, same))
        slope = Step(rise, (Subs(gap, x, end) - kappa) / end, "by the end", uses=(at_end,))
        return Derivation(
            f"The true solution {where} the interface",
            (
                sum_,
                bends,
                apart,
                same,
                taylor,
                zero,
                at_end,
                slope,
                *chain(
                    w,
                    To(u(x) + kappa + rise * x, "the difference is a line", uses=(taylor, same)),
                    To(with_tent(kappa, side), "down to the end: a tent", uses=(slope, zero)),
                    uses=(sum_,),
                ),
            ),
            OWN,
        )

    below, above = (Function(name, real=True)(x) for name in ("u_minus", "u_plus"))
    tents = line("left of", below, LEFT, -l), line("right of", above, RIGHT, r)
    left, right = at_interface(below), at_interface(above)
    slopes = tuple(
        step
        for start, added, tent, where in zip(
            (left, right), (kappa / l, -kappa / r), tents, ("left", "right"), strict=True
        )
        for step in chain(
            start,
            To(at_interface(u(x)) + added, f"slope from the {where}", uses=(tent,)),
            To(p + added, "of the smooth solution and the tent", uses=(SLOPE,)),
        )
    )
    flux = Assumed(
        Eq(a_minus * left, a_plus * right),
        "the flux a u' of the true solution is continuous at the interface",
    )
    height = Derivation(
        "Height of the tent",
        (
            SLOPE,
            *slopes,
            flux,
            *chain(
                kappa,
                To(
                    (a_minus * left - a_plus * right + p * (a_plus - a_minus)) / STIFF,
                    "the height by both slopes",
                    uses=slopes,
                ),
                To(p * (a_plus - a_minus) / STIFF, "the fluxes cancel", uses=(flux,)),
            ),
        ),
        OWN,
    )
    blind = tuple(
        Derivation(
            f"Residual {where} the interface",
            (
                Step(
                    a * Derivative(with_tent(c, side), (x, 2)) + f(x),
                    a * Derivative(u(x), (x, 2)) + f(x),
                    "a tent has no second derivative: every c has the same residual at every point",
                ),
            ),
            OWN,
        )
        for a, side, where in ((a_minus, LEFT, "left of"), (a_plus, RIGHT, "right of"))
    )
    bent = one_sided(c)
    one = bent[0].lhs, bent[2].lhs
    return (
        height,
        Derivation(
            "Only the smooth solution has a continuous slope",
            (
                SLOPE,
                *bent,
                Decided(
                    Implies(And(SIGNS, Eq(one[0], one[1])), Eq(c, 0)),
                    "of all functions with the residual zero a network with smooth activation can "
                    "be one",
                    uses=bent,
                ),
            ),
            OWN,
        ),
        Derivation(
            "The smooth solution is not the true one",
            (
                Decided(
                    Implies(
                        And(SIGNS, Ne(p, 0), Ne(a_minus, a_plus), Eq(kappa, height.states[2])),
                        Ne(kappa, 0),
                    ),
                    "unless its slope at the interface is zero or there is no interface",
                    uses=(height,),
                ),
            ),
            OWN,
            (Settles("pinn-weak-solution-mismatch", part="least residual at another function"),),
        ),
        *blind,
        *tents,
    )


def interface_slopes() -> tuple[Derivation, ...]:
    """At the interface the true solution is steeper on the side of the smaller coefficient and
    flatter on the other one, by factors that no source changes.
    """
    height = derive(interface_correction)[0]
    sides = tuple(
        Derivation(
            f"Slope from the {where}",
            (
                Step(
                    p + height.states[0] * sign,
                    p * a * (1 / l + 1 / r) / STIFF,
                    f"that of the smooth solution times the coefficient of the other side over "
                    f"a mean, from the {where}",
                    uses=(height,),
                ),
            ),
            OWN,
        )
        for a, sign, where in ((a_plus, 1 / l, "left"), (a_minus, -1 / r, "right"))
    )
    left, right = (each.states[0] for each in sides)
    more = (1 / l + 1 / r) / STIFF
    apart = Step(
        (left**2 - p**2) * (right**2 - p**2),
        p**4 * ((a_plus * more) ** 2 - 1) * ((a_minus * more) ** 2 - 1),
        "how much larger both squares are, multiplied",
        uses=sides,
    )
    return (
        *sides,
        Derivation(
            "Never steeper on both sides",
            (
                apart,
                Decided(
                    Implies(And(SIGNS, Ne(p, 0), Ne(a_minus, a_plus)), apart.lhs < 0),
                    "the true slope is larger on one side of the interface, smaller on the other",
                    uses=(apart,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Steeper where the coefficient is smaller",
            (
                Decided(
                    Implies(
                        And(SIGNS, p > 0, a_minus < a_plus), And(left > p, right < p, right > 0)
                    ),
                    "on the left, if the smaller coefficient is there",
                    uses=sides,
                ),
            ),
            OWN,
        ),
        Derivation(
            "Both sides of length one",
            (
                Step(
                    Subs(height.states[0], (l, r), (1, 1)),
                    p * (a_plus - a_minus) / (a_plus + a_minus),
                    "the slope times the contrast",
                    uses=(height,),
                ),
            ),
            OWN,
        ),
    )
