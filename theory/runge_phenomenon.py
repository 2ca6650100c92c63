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
    Eq,
    Expr,
    Implies,
    Integer,
    Integral,
    Mul,
    Product,
    Rational,
    Symbol,
    exp,
    expand,
    interpolating_poly,
    symbols,
)

from theory import Decided, Defined, Derivation, Settles, Step, To, chain, derive

# point, its square, coefficient on its way and at the end, datum along a direction
x, X, c, C, f = symbols("x X c C f", real=True)
s, n = symbols("s n", positive=True)  # singular value, samples
t = Symbol("t", nonnegative=True)
j = Symbol("j", integer=True, positive=True)
at_pole = Symbol("a", real=True)  # omega(i / 5)
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
    loss = (s * c - f) ** 2 / (2 * n)
    passage = Integral(-1 / Derivative(loss, c), (c, 0, C))
    downhill = Step(Derivative(loss, c), -s * (f - s * c) / n, "the flow moves against this slope")
    time = Defined(t, passage, "time from zero to the coefficient C, each bit over its speed")
    below = (f > 0, C > 0, s * C < f)  # for f < 0 all signs turn
    return Derivation(
        "Fit along a singular direction",
        (
            downhill,
            time,
            *chain(
                s * C / f,
                To(
                    1 - exp(-(s**2) * passage / n),
                    "the fit s C as a share of the datum, by the integral over the coefficients",
                    uses=(downhill,),
                    domain=below,
                ),
                To(1 - exp(-(s**2) * t / n), "after time t", uses=(time,), domain=below),
            ),
        ),
        "chapter on the frequency principle, section 1.2",
    )


def interpolation_error() -> Derivation:
    """The interpolant misses 1 / (1 + 25 x^2) by omega(x) / (omega(i/5) (1 + 25 x^2)), omega the
    product over the nodes.
    """
    node = (2 * j - 1) / Integer(11)
    vanishing = Product(x**2 - node**2, (j, 1, 6))
    p = interpolant()
    numerator = expand((1 + 25 * x**2) * p) - 1
    over = 1 / (1 + 25 * x**2)
    omega = Step(vanishing, OMEGA, "the product over the nodes")
    pole = Defined(
        at_pole, Product(-Rational(1, 25) - node**2, (j, 1, 6)), "omega at the pole, x^2 = -1/25"
    )
    multiple = Step(
        numerator,
        -vanishing / at_pole,
        "even, of degree 12, zero at the nodes and -1 at the pole",
        uses=(omega, pole),
    )
    return Derivation(
        "Error of the interpolant",
        (
            omega,
            pole,
            multiple,
            *chain(
                TARGET - p,
                To(Mul(-1, numerator, over), "over the common denominator"),
                To(vanishing / at_pole * over, "a multiple of omega", uses=(multiple,)),
                To(OMEGA / (POLE * (1 + 25 * x**2)), "multiplied out", uses=(omega, pole)),
            ),
        ),
        SOURCE,
    )


def largest_deviation() -> Derivation:
    """The largest deviation of the interpolant from 1 / (1 + 25 x^2) on [-1, 1] lies between 0.556
    and 0.557.
    """
    interpolated = derive(interpolation_error)[0]
    missed = interpolated.result.subs(x**2, X)
    square = Defined(X, x**2, "the error is even")
    error = Step(
        TARGET - interpolant(), missed, "the error by the square", uses=(interpolated, square)
    )
    bounds = And(
        Implies(And(X >= 0, X <= 1), And(missed <= UPPER, missed >= -UPPER)),
        Implies(Eq(X, WORST**2), missed < -LOWER),
    )
    return Derivation(
        "Largest deviation",
        (
            square,
            error,
            Decided(
                bounds,
                "nowhere on [-1, 1] beyond the upper number, at x = 0.947 beyond the lower one",
                uses=(error,),
            ),
        ),
        SOURCE,
        (Settles("runge-full-interpolation"),),
    )


def interpolant() -> Expr:
    """The polynomial in ``x`` of degree 11 through the twelve points of ``TARGET``."""
    return interpolating_poly(len(NODES), x, NODES, [TARGET.subs(x, node) for node in NODES])
