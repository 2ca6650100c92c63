"""How well do m hidden units approximate a function, and what can polynomial activations not do?
Broken lines with their error, smooth activations, what rescaling leaves of a unit.

Setting.  [0, 1] is cut at knots of spacing h, d_j is the slope of f between knots j and j + 1.  The
broken line through the values at the knots is a ReLU network, one unit a knot, with output weights
d_j - d_(j-1).  Between two knots it is off by at most the oscillation of f there, which tends to
zero for every continuous f, and by at most h^2 / 8 times the largest |f''| for smooth f.  A network
of any width with a polynomial activation of degree r is a polynomial of degree r: differences of
order r + 1 do not see it, and |x| stays 1/8 away from every one of degree three or less.

Source: Leshno, Lin, Pinkus, Schocken, Neural Networks 6, 1993; de Boor, A Practical Guide to
Splines, chapter III.
"""

from sympy import (
    Abs,
    And,
    Derivative,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Max,
    Rational,
    S,
    Subs,
    Sum,
    binomial,
    factorial,
    symbols,
)

from theory import SO_FAR, Decided, Derivation, Induction, Settles, Step
from theory.core.decision import counterexample

# spacing, largest |f''|, oscillation within h, units
h, M, modulus, m = symbols("h M omega m", positive=True)
x, y, u, v, w, b = symbols("x y u v w b", real=True)
# values at the knots and between, slopes
left, right, here, slope, steeper = symbols("f_0 f_1 f_x d e", real=True)
i = symbols("i", integer=True, nonnegative=True)
r = symbols("r", integer=True, positive=True)  # degree
f = Function("f", real=True)
k = symbols("k", integer=True, nonnegative=True)  # a knot
rises = IndexedBase("d", real=True)  # slopes between the knots
LESHNO = "Leshno, Lin, Pinkus, Schocken, Neural Networks 6, 1993"
BOOR = "de Boor, A Practical Guide to Splines, chapter III"
DISTANCE = Rational(1, 8)  # of |x| from polynomials of degree three


def broken_line() -> tuple[Derivation, ...]:
    """The broken line through m + 1 values is a ReLU network of m units, off by at most the
    oscillation of f between two knots.
    """
    inside = And(u >= 0, u <= 1, Abs(here - left) <= modulus, Abs(here - right) <= modulus)
    miss = here - (1 - u) * left - u * right
    bound = Implies(inside, Abs(miss) <= modulus)
    return (
        Derivation(
            "A broken line as a network",
            (
                Induction(
                    k,
                    0,
                    left + rises[0] * x,
                    SO_FAR + (rises[k + 1] - rises[k]) * (x - (k + 1) * h),
                    left + h * Sum(rises[i - 1], (i, 1, k)) + rises[k] * (x - k * h),
                    "the output bias and one unit that is always active; beyond the next knot, at "
                    "(k + 1) h, one more unit changes the slope and leaves the value there",
                ),
            ),
            BOOR,
        ),
        Derivation(
            "Any continuous function",
            (
                Step(
                    (1 - u) * (here - left) + u * (here - right), miss, "a mean of two differences"
                ),
                Decided(
                    bound,
                    "each is at most the oscillation, which tends to zero with the spacing: f is "
                    "uniformly continuous",
                ),
            ),
            BOOR,
            (
                Settles(
                    "universal-approximation-nonpolynomial",
                    S(counterexample(bound) is None),
                    part="broken lines",
                    scope="part",
                ),
            ),
        ),
    )


def smooth_functions() -> tuple[Derivation, ...]:
    """For f with two derivatives the broken line through m + 1 equispaced values is off by at most
    max |f''| / (8 m^2).
    """
    near, far = y * Derivative(f(y), y) - f(y), (h - y) * Derivative(f(y), y) + f(y)
    rise = symbols("g", real=True)  # f'(x)
    return (
        Derivation(
            "The error as a mean of f''",
            (
                Step(
                    Derivative(near, y), y * Derivative(f(y), (y, 2)), "primitive on the left of x"
                ),
                Step(Derivative(far, y), (h - y) * Derivative(f(y), (y, 2)), "and on its right"),
                Step(
                    (1 - x / h) * (x * rise - here + left)
                    + x / h * (right - (h - x) * rise - here),
                    (1 - x / h) * left + x / h * right - here,
                    "weighted by 1 - x/h and x/h the slopes at x cancel: broken line minus "
                    "function",
                ),
            ),
            BOOR,
        ),
        Derivation(
            "Largest error",
            (
                Step(
                    (1 - x / h) * Integral(y, (y, 0, x)) + x / h * Integral(h - y, (y, x, h)),
                    x * (h - x) / 2,
                    "the weights add up to this",
                ),
                Decided(x * (h - x) / 2 <= h**2 / 8, "largest in the middle"),
                Step(Subs(x * (h - x) / 2, x, h / 2), h**2 / 8, "where it is attained"),
                Step(
                    Subs(M * h**2 / 8, h, 1 / m),
                    M / (8 * m**2),
                    "|f''| at most M, m units on [0, 1]",
                ),
            ),
            BOOR,
        ),
    )


def polynomial_activations() -> tuple[Derivation, ...]:
    """No width brings a network with an activation of degree three or less closer than 1/8 to |x|
    on [-1, 1].
    """
    nodes = [Rational(k, 2) for k in range(-2, 3)]
    weights = [(-1) ** k * binomial(4, k) for k in range(5)]
    off = x**2 + Rational(1, 8) - x
    close = Implies(And(x >= 0, x <= 1), And(off <= DISTANCE, off >= -DISTANCE))
    cubic = u + v * x + w * x**2 + b * x**3
    fourth = sum(c * cubic.subs(x, node) for c, node in zip(weights, nodes, strict=True))
    values = sum(c * abs(node) for c, node in zip(weights, nodes, strict=True))
    return (
        Derivation(
            "Differences of a network with a polynomial activation",
            (
                Induction(
                    i,
                    0,
                    v * (w * x + b) ** r,
                    Derivative(SO_FAR, x),
                    v * w**i * (w * x + b) ** (r - i) * factorial(r) / factorial(r - i),
                    "each derivative takes one degree: after r a constant is left, so that r + 1 "
                    "numbers describe any sum of units of degree r, whatever the width",
                    domain=(i < r,),
                ),
                Step(
                    Sum(binomial(r, i), (i, 0, r)),
                    2**r,
                    "a difference of order r is at most 2^r times the largest value",
                ),
            ),
            LESHNO,
        ),
        Derivation(
            "Distance of |x| from every cubic",
            (
                Step(
                    Sum((-1) ** i * binomial(4, i) * (i - 2) ** 3, (i, 0, 4)) + fourth,
                    Integer(0),
                    "fourth differences do not see a cubic",
                ),
                Step(
                    Sum((-1) ** i * binomial(4, i) * Abs(i - 2) / 2, (i, 0, 4)),
                    Integer(values),
                    "of |x| at -1, -1/2, 0, 1/2, 1",
                ),
                Decided(close, "x^2 + 1/8 is that close on [0, 1], and by symmetry on [-1, 1]"),
                Step(
                    Subs(Abs(x) / 2**r, (x, r), (values, 4)),
                    DISTANCE,
                    "so the error is nowhere below this",
                ),
            ),
            LESHNO,
            (
                Settles(
                    "universal-approximation-nonpolynomial",
                    S(counterexample(close) is None and values != 0),
                    part="polynomial activation fails",
                ),
            ),
        ),
    )


def construction() -> Derivation:
    """A unit a ReLU(w x + b) is known up to a positive factor by |a| w, |a| b and the sign of a."""
    scale = symbols("c", positive=True)
    unit = v * Max(w * x + b, 0)
    return Derivation(
        "What rescaling leaves",
        (
            Step(
                Subs(unit, (v, w, b), (v / scale, scale * w, scale * b)), unit, "the same function"
            ),
            Step(Subs(Abs(v) * w, (v, w), (v / scale, scale * w)), Abs(v) * w, "the same product"),
        ),
        "Neyshabur, Salakhutdinov, Srebro, Path-SGD, NeurIPS 2015",
    )
