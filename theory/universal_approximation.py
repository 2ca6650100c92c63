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
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Max,
    Piecewise,
    Rational,
    Subs,
    Sum,
    binomial,
    factorial,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Decided,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
)

# spacing, largest |f''|, oscillation within h, units
h, M, modulus, m = symbols("h M omega m", positive=True)
epsilon = symbols("epsilon", positive=True)  # a bound of the error
x, y, u, v, w, b = symbols("x y u v w b", real=True)
# values at the knots and between
left, right, here = symbols("f_0 f_1 f_x", real=True)
i = symbols("i", integer=True, nonnegative=True)
r = symbols("r", integer=True, positive=True)  # degree
f = Function("f", real=True)
k = symbols("k", integer=True, nonnegative=True)  # a knot
rises = IndexedBase("d", real=True)  # slopes between the knots
LESHNO = "Leshno, Lin, Pinkus, Schocken, Neural Networks 6, 1993"
RUDIN = "Rudin, Principles of Mathematical Analysis, third edition, McGraw-Hill 1976"
BOOR = "de Boor, A Practical Guide to Splines, chapter III"
DISTANCE = Rational(1, 8)  # of |x| from polynomials of degree three


def broken_line() -> tuple[Derivation, ...]:
    """The broken line through m + 1 values is a ReLU network of m units, off by at most the
    oscillation of f between two knots.
    """
    miss = here - (1 - u) * left - u * right
    oscillation = Assumed(
        And(Abs(here - left) <= modulus, Abs(here - right) <= modulus),
        "omega is the oscillation of f between two knots",
    )
    uniform = Quoted(
        "a continuous function on [0, 1] is uniformly continuous: whatever epsilon, some spacing "
        "of the knots makes its oscillation omega between two of them at most epsilon",
        RUDIN + ", theorem 4.19",
        states=modulus <= epsilon,
    )
    mean = Step(miss, (1 - u) * (here - left) + u * (here - right), "a mean of two differences")
    small = chain(
        Abs(miss),
        To(
            modulus,
            "each of the two is at most the oscillation",
            relation="<=",
            domain=(u >= 0, u <= 1),
            uses=(mean, oscillation),
        ),
        To(epsilon, "which tends to zero with the spacing", relation="<=", uses=(uniform,)),
    )
    settled = "universal-approximation-nonpolynomial"
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
            (oscillation, uniform, mean, *small),
            BOOR,
            (Settles(settled, part="broken lines", scope="part", by=small[-1]),),
        ),
    )


def smooth_functions() -> tuple[Derivation, ...]:
    """For f with a continuous second derivative the broken line through m + 1 equispaced values is
    off by at most max |f''| / (8 m^2).
    """
    bend = Derivative(f(y), (y, 2))
    near, far = y * Derivative(f(y), y) - f(y), (h - y) * Derivative(f(y), y) + f(y)
    mean = (1 - x / h) * Integral(y * bend, (y, 0, x)) + x / h * Integral((h - y) * bend, (y, x, h))
    error = (1 - x / h) * f(0) + x / h * f(h) - f(x)
    weights = (1 - x / h) * Integral(y, (y, 0, x)) + x / h * Integral(h - y, (y, x, h))

    def integrated(primitive: Expr, start: Expr, end: Expr) -> Quoted:
        return Quoted(
            "the integral of a continuous derivative is the difference of the function at the ends",
            RUDIN + ", theorem 6.21",
            states=(
                Integral(Derivative(primitive, y), (y, start, end)),
                "==",
                primitive.subs(y, end) - primitive.subs(y, start),
            ),
        )

    parts = (
        Step(y * bend, Derivative(near, y), "primitive on the left of x"),
        integrated(near, Integer(0), x),
        Step((h - y) * bend, Derivative(far, y), "and on its right"),
        integrated(far, x, h),
    )
    as_mean = Derivation(
        "The error as a mean of f''",
        (
            *parts,
            Step(
                mean,
                error,
                "weighted by 1 - x/h and x/h the slopes at x cancel: broken line minus function",
                uses=parts,
            ),
        ),
        BOOR,
    )
    bounded = Quoted(
        "where |f''| is at most M, its mean with weights that are not negative is at most M times "
        "their integral",
        RUDIN + ", theorems 6.12 and 6.13",
        states=(Abs(mean), "<=", M * weights),
    )
    added = Step(weights, x * (h - x) / 2, "the weights add up to this")
    spacing = Defined(h, 1 / m, "the spacing of m units on [0, 1]")
    parabola = {f(0): 0, f(h): M * h**2 / 2, f(x): M * x**2 / 2}
    return (
        as_mean,
        Derivation(
            "Largest error",
            (
                bounded,
                added,
                spacing,
                *chain(
                    Abs(error),
                    To(
                        M * x * (h - x) / 2,
                        "the mean of f'' is bounded by the weights",
                        relation="<=",
                        domain=(x >= 0, x <= h),
                        uses=(as_mean, bounded, added),
                    ),
                    To(M * h**2 / 8, "largest in the middle", relation="<="),
                    To(M / (8 * m**2), "the spacing put in", uses=(spacing,)),
                ),
            ),
            BOOR,
        ),
        Derivation(
            "A parabola attains the bound",
            (Step(Subs(error.subs(parabola), x, h / 2), M * h**2 / 8, "M x^2 / 2 in the middle"),),
            BOOR,
        ),
    )


def polynomial_activations() -> tuple[Derivation, ...]:
    """No width brings a network with an activation of degree three or less closer than 1/8 to |x|
    on [-1, 1].
    """
    unit, inner = v * (w * x + b) ** r, w * x + b
    node = (i - 2) / Integer(2)
    cubic = u + v * x + w * x**2 + b * x**3
    weight = (-1) ** i * binomial(4, i)
    of_cubic = Sum(weight * cubic.subs(x, node), (i, 0, 4))
    of_modulus = Sum(weight * Abs(node), (i, 0, 4))
    nodes = [Rational(j, 2) for j in range(-2, 3)]
    derivatives = Induction(
        i,
        0,
        unit,
        Derivative(SO_FAR, x),
        v * w**i * inner ** (r - i) * factorial(r) / factorial(r - i),
        "each derivative takes one degree",
        domain=(i < r,),
    )
    near = Assumed(
        And(*(Abs(cubic.subs(x, at) - abs(at)) <= epsilon for at in nodes)),
        "a network with an activation of degree three or less is such a cubic: at -1, -1/2, 0, "
        "1/2, 1 it is at most epsilon away from |x|",
    )
    unseen = Step(of_cubic, Integer(0), "fourth differences do not see a cubic")
    seen = Step(of_modulus, Integer(-2), "of |x| at -1, -1/2, 0, 1/2, 1")
    apart = chain(
        epsilon,
        To(
            Abs(of_cubic - of_modulus) / 16,
            "the weights of a fourth difference, 1, 4, 6, 4, 1, add up to 16",
            relation=">=",
            uses=(near,),
        ),
        To(DISTANCE, "so the error is nowhere below this", relation=">=", uses=(unseen, seen)),
    )
    settled = "universal-approximation-nonpolynomial"
    off = x**2 + Rational(1, 8) - Abs(x)
    return (
        Derivation(
            "Derivatives of a network with a polynomial activation",
            (
                derivatives,
                Step(
                    Derivative(Subs(derivatives.closed, i, r), x),
                    Integer(0),
                    "after r a constant is left, so that r + 1 numbers describe any sum of units "
                    "of degree r, whatever the width",
                    uses=(derivatives,),
                ),
            ),
            LESHNO,
        ),
        Derivation(
            "Distance of |x| from every cubic",
            (near, unseen, seen, *apart),
            LESHNO,
            (Settles(settled, part="polynomial activation fails", by=apart[-1]),),
        ),
        Derivation(
            "A difference of order r",
            (Step(Sum(binomial(r, i), (i, 0, r)), 2**r, "at most this times the largest value"),),
            LESHNO,
        ),
        Derivation(
            "A parabola is that close to |x|",
            (Decided(Implies(And(x >= -1, x <= 1), Abs(off) <= DISTANCE), "x^2 + 1/8 on [-1, 1]"),),
            LESHNO,
        ),
    )


def construction() -> tuple[Derivation, ...]:
    """A unit a ReLU(w x + b) is known up to a positive factor by |a| w, |a| b and the sign of a."""
    scale = symbols("c", positive=True)
    unit = v * Max(w * x + b, 0)
    alone = Max(Abs(v) * w * x + Abs(v) * b, 0)
    rescaled = {
        "What rescaling leaves": Step(
            Subs(unit, (v, w, b), (v / scale, scale * w, scale * b)), unit, "the same function"
        ),
        "What rescaling leaves of the weights": Step(
            Subs(Abs(v) * w, (v, w), (v / scale, scale * w)), Abs(v) * w, "the same product"
        ),
        "A unit by what is left": Step(
            unit,
            Piecewise((alone, v >= 0), (-alone, True)),
            "the products |a| w, |a| b and the sign of a give the function",
        ),
    }
    return tuple(
        Derivation(title, (step,), "Neyshabur, Salakhutdinov, Srebro, Path-SGD, NeurIPS 2015")
        for title, step in rescaled.items()
    )
