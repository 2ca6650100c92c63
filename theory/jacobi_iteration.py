"""In which order does Jacobi iteration remove the frequencies of an error?  The factor of each
frequency per sweep, damping 2/3, a two-grid factor of exactly 1/9 whatever the grid.

Setting.  -u'' = g on (0, 1) with zero ends, N interior points, h = 1 / (N + 1), second differences.
One damped Jacobi sweep multiplies the error of sin(k pi x) by 1 - 2 omega sin^2(k pi h / 2).
Undamped, that is cos(k pi h): the lowest and the highest frequency are equally slow, 1 - O(h^2).
With omega = 2/3 the upper half of the frequencies shrinks by 1/3 per sweep, and a coarse grid
removes the rest: the two-grid method with one sweep before and one after contracts every pair of
frequencies by exactly 1/9, whatever h.

Source: Brandt, Multi-level adaptive solutions to boundary-value problems, Math. Comp. 31, 1977;
Briggs, Henson, McCormick, A Multigrid Tutorial, 2000, chapters 2 and 3.
"""

from sympy import (
    Abs,
    And,
    Implies,
    Limit,
    Max,
    Ne,
    Rational,
    Subs,
    Symbol,
    cos,
    pi,
    sin,
    symbols,
)

from theory import Decided, Defined, Derivation, Settles, Step, To, chain

k, j = symbols("k j", integer=True, positive=True)  # frequency, grid point
h = Symbol("h", positive=True)  # grid spacing
omega = Symbol("omega", positive=True)  # damping
theta = Symbol("theta", real=True)  # k pi h
s = Symbol("s", nonnegative=True)  # sin^2(theta / 2), between 0 and 1
SOURCE = "Briggs, Henson, McCormick, A Multigrid Tutorial, 2000"


def symbol() -> Derivation:
    """One damped sweep multiplies the error sin(k pi x) by 1 - 2 omega sin^2(k pi h / 2)."""
    mode = sin(k * pi * j * h)
    second = 2 * mode - sin(k * pi * (j - 1) * h) - sin(k * pi * (j + 1) * h)
    factor = 1 - 2 * omega * sin(k * pi * h / 2) ** 2
    eigenvector = Step(
        second,
        4 * sin(k * pi * h / 2) ** 2 * mode,
        "sines are eigenvectors of the second difference",
    )
    sweep = Step(
        mode - omega / 2 * second,
        factor * mode,
        "a sweep subtracts omega times the residual over the diagonal, 2 / h^2",
        uses=(eigenvector,),
    )
    left_over = (mode - omega / 2 * second) / mode
    return Derivation(
        "Error of one frequency after a sweep",
        (
            eigenvector,
            sweep,
            Step(left_over, factor, "its factor", domain=(Ne(mode, 0),), uses=(sweep,)),
        ),
        SOURCE + ", section 2",
    )


def undamped_symbol() -> tuple[Derivation, ...]:
    """Undamped, frequency k shrinks by cos(k pi h): the lowest and the highest are equally slow, by
    O(h^2).
    """
    undamped = 1 - 2 * sin(theta / 2) ** 2
    return (
        Derivation(
            "Undamped sweep",
            (Step(undamped, cos(theta), "half-angle formula"),),
            SOURCE + ", section 2",
        ),
        Derivation(
            "Lowest frequency, undamped",
            (Step(Subs(undamped, theta, pi * h), cos(pi * h), "k = 1"),),
            SOURCE + ", section 2",
            (Settles("jacobi-low-frequency-slow"),),
        ),
        Derivation(
            "Its rate",
            (
                Step(
                    Limit((1 - cos(pi * h)) / h**2, h, 0),
                    pi**2 / 2,
                    "1 - cos(pi h) per sweep: a factor 1/e takes 2 / (pi h)^2 sweeps",
                ),
            ),
            SOURCE + ", section 2",
        ),
        Derivation(
            "Highest frequency, undamped",
            (
                Step(
                    Subs(cos(theta), theta, pi - pi * h),
                    -cos(pi * h),
                    "k = N: as slow as the lowest, with alternating sign",
                ),
            ),
            SOURCE + ", section 2",
        ),
    )


def smoothing_factor() -> tuple[Derivation, ...]:
    """Damping 2/3 shrinks all frequencies of the upper half by at least 1/3 per sweep, and no
    damping does better.
    """
    upper = And(s >= Rational(1, 2), s <= 1)
    worst = Max(Abs(1 - omega), Abs(1 - 2 * omega))
    ends = Decided(
        Implies(upper, Abs(1 - 2 * omega * s) <= worst),
        "linear in s = sin^2, so largest at an end: k = (N + 1) / 2 or N + 1",
    )
    least = Decided(worst >= Rational(1, 3), "no damping brings it below 1/3")
    return (
        Derivation(
            "Largest factor on the upper half",
            (
                ends,
                least,
                Step(
                    Subs(worst, omega, Rational(2, 3)),
                    Rational(1, 3),
                    "which omega = 2/3 attains",
                    uses=(ends, least),
                ),
            ),
            SOURCE + ", section 2; Brandt 1977",
        ),
    )


def two_grid() -> tuple[Derivation, ...]:
    """Two-grid iteration with omega = 2/3 and one sweep before and after contracts every frequency
    by 1/9, uniformly in h.
    """
    c = 1 - s  # cos^2(theta / 2), the symbol of the partner frequency theta + pi
    x, y, z = symbols("x y z", real=True)  # the error: amplitudes at theta and theta + pi
    # full weighting has the symbols c and -s, the second difference 4 s / h^2 and 4 c / h^2
    restricted = c * s * x - s * c * y
    coarse = c * s * c + s * c * s  # the operator between both transfers
    inside = And(s > 0, s < 1)
    factor = s * (1 - 2 * omega * s) ** 2 + (1 - s) * (1 - 2 * omega * (1 - s)) ** 2
    symbols_of_transfer = Defined(
        s,
        sin(theta / 2) ** 2,
        "linear interpolation and full weighting have the symbols cos^2 and -sin^2 of theta / 2",
    )
    here, there = x - c * restricted / coarse, y + s * restricted / coarse
    at_theta = Step(
        here,
        s * x + c * y,
        "what the correction leaves at theta",
        domain=(inside,),
        uses=(symbols_of_transfer,),
    )
    correction = Derivation(
        "Coarse-grid correction of a pair of frequencies",
        (
            symbols_of_transfer,
            at_theta,
            *chain(
                there,
                To(here, "and at theta + pi the same, so one number is left", domain=(inside,)),
                To(s * x + c * y, "the number", uses=(at_theta,)),
            ),
        ),
        SOURCE + ", section 5; Brandt 1977",
    )
    swept = ((x, y), ((1 - 2 * omega * s) ** 2 * z, (1 - 2 * omega * c) ** 2 * z))
    damping = Defined(omega, Rational(2, 3), "the damping that serves the upper half best")
    contraction = Derivation(
        "Contraction factor of the two-grid method",
        (
            damping,
            *chain(
                Subs(there / z, *swept),
                To(
                    factor,
                    "two sweeps between one correction and the next",
                    uses=(correction,),
                    domain=(inside, Ne(z, 0)),
                ),
                To(
                    Rational(1, 9),
                    "at omega = 2/3 the same for every frequency and every h",
                    uses=(damping,),
                ),
            ),
        ),
        SOURCE + ", section 5; Brandt 1977",
    )
    return (
        correction,
        contraction,
        Derivation(
            "No frequency is slow",
            (
                damping,
                Step(
                    Subs(there / z, *swept),
                    Rational(1, 5),
                    "below the fifth that counts as fast, however fine the grid",
                    relation="<",
                    domain=(inside, Ne(z, 0)),
                    uses=(contraction, damping),
                ),
            ),
            SOURCE + ", section 5; Brandt 1977",
            (Settles("multigrid-resolves-slow-low-frequency"),),
        ),
    )
