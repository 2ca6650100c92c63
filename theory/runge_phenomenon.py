"""Why does a polynomial through equispaced points oscillate, and what does gradient descent do
before it gets there?  The exact error of the interpolant, its largest deviation, the flow in
singular directions.

Setting.  f(x) = 1 / (1 + 25 x^2) on [-1, 1], 12 equispaced nodes +-x_j, x_j = (2 j - 1) / 11,
polynomial p of degree 11 through them. By symmetry p is even, so (1 + 25 x^2) p - 1 is an even
polynomial of degree 12 that vanishes at all nodes: a multiple of omega(x) = prod (x^2 - x_j^2).  At
the pole x = i/5 of f it equals -1, which fixes the multiple:

    f(x) - p(x) = omega(x) / (omega(i/5) (1 + 25 x^2)).

Gradient flow on the coefficients c, with design matrix Phi = U S V' (a row per node), moves along
each singular direction alone: the fraction 1 - exp(-s_j^2 t / n) of the data along u_j is fitted
after time t.  In powers of x those with large s_j are the smooth ones.

Source: Runge, Zeitschrift fuer Mathematik und Physik 46, 1901; chapter on the frequency principle,
section 1.2.
"""

from sympy import (
    And,
    Derivative,
    Implies,
    Integer,
    Mul,
    Product,
    Rational,
    S,
    Subs,
    Symbol,
    exp,
    expand,
    interpolating_poly,
    symbols,
)

from theory import Decided, Defined, Derivation, Settles, Step
from theory.core.decision import counterexample

# point, its square, coefficient, datum along a direction
x, X, c, f = symbols("x X c f", real=True)
s, n = symbols("s n", positive=True)  # singular value, samples
t = Symbol("t", nonnegative=True)
j = Symbol("j", integer=True, positive=True)
NODES = tuple(Rational(2 * i - 1, 11) for i in range(-5, 7))  # the twelve points, from -1 to 1
TARGET = 1 / (1 + 25 * x**2)
OMEGA = Mul(*(X - node**2 for node in NODES[6:])).subs(X, x**2)
POLE = OMEGA.subs(x**2, -Rational(1, 25))  # omega(i / 5)
LOWER, UPPER = Rational(556, 1000), Rational(557, 1000)  # around the largest deviation
WORST = Rational(947, 1000)  # a point close to where it is attained
SOURCE = "Runge, Zeitschrift fuer Mathematik und Physik 46, 1901"


def flow_in_a_singular_direction() -> Derivation:
    """Gradient flow from zero has fitted the fraction 1 - exp(-s^2 t / n) of the data along a
    singular direction.
    """
    path = (1 - exp(-(s**2) * t / n)) / s * f
    return Derivation(
        "Fit along a singular direction",
        (
            Step(Subs(path, t, 0), Integer(0), "coefficients start at zero"),
            Step(
                Derivative(path, t),
                -s / n * (s * path - f),
                "loss (1/2n) (s c - f)^2 along the direction",
            ),
            Step(Subs(s * path, f, 1), 1 - exp(-(s**2) * t / n), "the fit is s c"),
        ),
        "chapter on the frequency principle, section 1.2",
    )


def interpolation_error() -> Derivation:
    """The interpolant misses 1 / (1 + 25 x^2) by omega(x) / (omega(i/5) (1 + 25 x^2)), omega the
    product over the nodes.
    """
    nodes = Product(-Rational(1, 25) - ((2 * j - 1) / Integer(11)) ** 2, (j, 1, 6))
    p = interpolating_poly(len(NODES), x, NODES, [TARGET.subs(x, node) for node in NODES])
    return Derivation(
        "Error of the interpolant",
        (
            Step(nodes, POLE, "omega at the pole of f, x^2 = -1/25"),
            Step(
                expand((1 + 25 * x**2) * p) - 1,
                -OMEGA / POLE,
                "even, of degree 12, zero at the nodes and -1 at the pole",
            ),
            Step(TARGET - p, OMEGA / (POLE * (1 + 25 * x**2)), "divided by 1 + 25 x^2"),
        ),
        SOURCE,
    )


def largest_deviation() -> Derivation:
    """The largest deviation of the interpolant from 1 / (1 + 25 x^2) on [-1, 1] lies between 0.556
    and 0.557.
    """
    error = (OMEGA / (POLE * (1 + 25 * x**2))).subs(x**2, X)
    everywhere = Implies(And(X >= 0, X <= 1), And(error <= UPPER, error >= -UPPER))
    somewhere = -error.subs(X, WORST**2)
    oscillates = And(S(somewhere > Rational(1, 10)), S(counterexample(everywhere) is None))
    return Derivation(
        "Largest deviation",
        (
            Defined(X, x**2, "the error is even"),
            Step(somewhere, LOWER, "at x = 0.947 it exceeds the lower number", relation=">"),
            Decided(everywhere, "nowhere on [-1, 1] does it exceed the upper one"),
        ),
        SOURCE,
        (Settles("runge-full-interpolation", oscillates),),
    )
