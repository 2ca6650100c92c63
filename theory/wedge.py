"""At which end of its bounds is the drift in the wedge gamma' < 0, 1 < gamma < 1 - gamma'?  Solved
for a single input: at the lower one, S_w = gamma - 1.

Setting.  One input of length l with a target y > 0, M = 2m neurons from an antisymmetric start.
All neurons that are on share one rapidity xi, so that the flow has a closed form in it.  Output
weights hardly move (q / kappa' falls), and a part of order one of the neurons carries the fit.

Beyond.  With several inputs the end depends on the target: if all neurons of the right sign turn
into directions from which the target cannot be built (y = x^2 on four points), the fit is left to
few neurons that started near a kink, and measured distances approach the upper end.

Source: this package's derivation.
"""

from sympy import And, Derivative, Eq, Implies, Integer, Max, Subs, Symbol, cosh, sinh, symbols

from theory import Assumed, Decided, Defined, Derivation, Quoted, Step, To, chain, derive
from theory.condensed_regime import WEDGE
from theory.drift_exponent import MONOTONE, RUDIN_8, S_w, proved_exponents
from theory.initialisation import M, growth, q
from theory.linear_regime import DRIFT, TAYLOR
from theory.notation import OWN, RUDIN, gamma, gamma_p, kappa, kappa_p
from theory.rapidity import W0, Xi, Y, drift_by_rapidity, eps

a_0 = Symbol("a_0", real=True)  # output weight of a neuron at the start
w_0 = Symbol("w_0", nonnegative=True)  # its input weight along the input: it is on
length = Symbol("l", positive=True)  # of the input
share = Symbol("p", positive=True)  # mean of a_0^2 over all neurons, of those that push upwards
A_PATH = a_0 * cosh(Xi) + w_0 / kappa_p * sinh(Xi)
W_PATH = w_0 * cosh(Xi) + kappa_p * a_0 * sinh(Xi)
R_w = Symbol("R_w", nonnegative=True)
LEVEL = Y * q / (length * kappa_p * share)


def one_input() -> tuple[Derivation, ...]:
    """With one input a = a_0 cosh xi + (w_0 / kappa') sinh xi and w = w_0 cosh xi + kappa' a_0 sinh
    xi, and a neuron with a_0 > 0 gains a w - a_0 w_0 >= kappa' a_0^2 xi.
    """
    of_a = Step(Derivative(A_PATH, Xi), W_PATH / kappa_p, "a is pushed by w")
    of_w = Step(Derivative(W_PATH, Xi), kappa_p * A_PATH, "and w by a")
    start = (
        Step(Subs(A_PATH, Xi, 0), a_0, "a at the start"),
        Step(Subs(W_PATH, Xi, 0), w_0, "w at the start"),
    )
    solved = Derivation(
        "Path of a neuron that sees one input",
        (
            of_a,
            of_w,
            *start,
            Decided(
                And(
                    Eq(of_a.lhs, of_a.rhs),
                    Eq(of_w.lhs, of_w.rhs),
                    *(Eq(step.lhs, step.rhs) for step in start),
                ),
                "both flows and both values at the start",
                uses=(of_a, of_w, *start),
            ),
        ),
        OWN,
    )
    above = tuple(
        Quoted("hyperbolic functions lie above their tangents at zero", RUDIN + ", theorem 5.15", f)
        for f in ((sinh(Xi), ">=", Xi), (cosh(Xi), ">=", Integer(1)))
    )
    product = sinh(Xi) * cosh(Xi)
    expanded = Step(
        A_PATH * W_PATH - a_0 * w_0,
        product * (kappa_p * a_0**2 + w_0**2 / kappa_p) + 2 * a_0 * w_0 * sinh(Xi) ** 2,
        "by cosh^2 = 1 + sinh^2",
    )
    larger = Decided(product >= Xi, "more than the rapidity", uses=above)
    gain = Decided(
        Implies(a_0 >= 0, expanded.rhs >= kappa_p * a_0**2 * Xi),
        "the other terms only help",
        uses=(larger,),
    )
    return (
        solved,
        Derivation("Gain of a neuron that pushes upwards", (*above, larger, gain), OWN),
        Derivation("What the product gains", (expanded,), OWN),
        Derivation(
            "No product falls",
            (
                *chain(
                    Derivative(A_PATH * W_PATH, Xi),
                    To(W_PATH**2 / kappa_p + kappa_p * A_PATH**2, "by the product rule"),
                    To(Integer(0), "a sum of squares", relation=">="),
                ),
            ),
            OWN,
        ),
    )


def rapidity_of_one_input() -> Derivation:
    """The flow with one input has a rapidity of at most |y| q / (l kappa' p), p the mean over all
    neurons of a_0^2 where a neuron is on and pushes upwards.
    """
    gain, equal, rises = derive(one_input)[1:]
    f, pushing = symbols("f A_2", nonnegative=True)  # output; sum of a_0^2 of those that push
    gained = Decided(
        Implies(a_0 >= 0, equal.states[0] >= kappa_p * a_0**2 * Xi),
        "of a neuron that pushes upwards",
        uses=(gain, equal),
    )
    together = Quoted(
        "f = kappa l sum (a w - a_0 w_0) from an antisymmetric start, and a sum of larger terms is "
        "larger: no neuron that is on loses, and one that turns off at w = 0 has lost nothing",
        RUDIN + ", proposition 1.18",
        states=Implies(
            And(gained.formula, rises.states[0] >= 0),
            f >= kappa * length * kappa_p * Xi * pushing,
        ),
    )
    output = Decided(together.states.args[1], "of all neurons", uses=(together, gained, rises))
    signed = Quoted(
        "the residual solves e' = -K(t) e and keeps its sign: f does not pass y",
        "the theorem of Picard and Lindeloef",
        states=(f, "<=", Y),
    )
    typical = Assumed(
        pushing >= share * M,
        "Sizes at the start: sum of a_0^2 over the neurons, one in four, that are on and push up",
    )
    need = Defined(q, 1 / (M * kappa), "q = 1 / (M kappa)")
    return Derivation(
        "Rapidity of a flow with one input",
        (
            gained,
            together,
            output,
            signed,
            typical,
            need,
            Decided(Xi <= LEVEL, "so far at most", uses=(output, signed, typical, need)),
        ),
        OWN,
    )


def single_input() -> tuple[Derivation, ...]:
    """With one input S_w = gamma - 1 in the wedge, the lower end of the bounds."""
    rapidity, drift = derive(rapidity_of_one_input)[0], derive(drift_by_rapidity)[0]
    level = Defined(eps, LEVEL, "the rapidity of the whole flow at most")
    below = Decided(Xi <= eps, "below the level", uses=(level, rapidity))
    bound = Derivation(
        "Drift with one input",
        (
            TAYLOR,
            level,
            below,
            Decided(
                Implies(And(W0 > 0, eps <= 1), R_w <= DRIFT),
                "in powers of the level",
                uses=(TAYLOR, drift, below),
            ),
        ),
        OWN,
    )
    square = Step(growth(q**2 / kappa_p**2), 2 * (gamma - 1 + gamma_p), "square of the level")
    push = Step(growth(q), gamma - 1, "what a moves w by")
    log = Quoted(
        MONOTONE + "; the level q / kappa' falls in the wedge",
        RUDIN_8,
        states=Implies(bound.result, Implies(WEDGE, S_w <= Max(square.lhs, push.lhs))),
    )
    both = Decided(
        And(bound.result, Implies(WEDGE, S_w <= Max(square.rhs, push.rhs))),
        "in powers of the width",
        uses=(log, bound, square, push),
    )
    forced = derive(proved_exponents)[2]
    return (
        Derivation(
            "The wedge with one input",
            (
                square,
                push,
                log,
                both,
                Decided(
                    Implies(WEDGE, Eq(S_w, gamma - 1)),
                    "theorem 2* from below",
                    uses=(both, forced),
                ),
            ),
            OWN,
        ),
        bound,
    )
