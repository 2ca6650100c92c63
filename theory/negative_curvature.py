"""How much of the curvature of a network can be negative?  At most that of the part with the
errors, half of all where the trace is not negative, and what a loss says of the errors.

Setting.  The Hessian of a loss is a matrix without negative eigenvalues, J^T (second derivative by
the outputs) J, and a part that is linear in the errors.  Its negative share is the sum of negative
eigenvalues over the sum of all, in size.

Source: Horn, Johnson, Matrix Analysis, second edition, Cambridge 2013; our own.
"""

from sympy import (
    And,
    Eq,
    Equivalent,
    Implies,
    IndexedBase,
    Rational,
    Subs,
    Sum,
    Symbol,
    log,
    symbols,
)

from theory import Assumed, Decided, Derivation, Quoted, Step
from theory.notation import HORN, OWN

k, C = symbols("k C", integer=True, positive=True)  # classes
p = Symbol("p", positive=True)  # probability of the right class
minus, plus = symbols("m_1 p_1", nonnegative=True)  # sums of negative and positive eigenvalues
R = Symbol("R", nonnegative=True)  # negative eigenvalues of the part with the errors, summed


def negative_share() -> tuple[Derivation, ...]:
    """The sum of negative eigenvalues of a Hessian is at most that of its part with the errors; it
    is at most half of all where the trace is not negative, and cross-entropy bounds the errors.
    """
    weyl = Quoted(
        "adding a matrix without negative eigenvalues lowers none of the eigenvalues",
        f"{HORN}, corollary 4.3.12",
        minus <= R,
    )
    trace = Assumed(plus - minus >= 0, "the trace is not negative")
    part = minus / (minus + plus)
    half = 2 * minus <= minus + plus
    sharp = Decided(Equivalent(plus - minus >= 0, half), "neither more nor less than half of all")
    bounded = Decided(
        Implies(minus + plus > 0, And(half, minus <= R)),
        "half of all at most",
        uses=(weyl, trace, sharp),
    )
    probabilities = IndexedBase("p", positive=True)
    wrong = Assumed(
        Eq(Sum(probabilities[k], (k, 1, C)), 1 - p), "the other C classes have what is left"
    )
    size = (1 - p) + Sum(probabilities[k], (k, 1, C))
    logarithm = Quoted(
        "a logarithm lies below its tangent",
        "Olver, Lozier, Boisvert, Clark, NIST Handbook of Mathematical Functions, Cambridge 2010, "
        "equation 4.5.1",
        log(p) <= p - 1,
    )
    errors = Step(size, 2 * (1 - p), "right class and all others", uses=(wrong,))
    return (
        Derivation("At most half", (weyl, trace, sharp, bounded), OWN),
        Derivation(
            "Share of the spectrum",
            (
                Step(
                    Subs(part, plus, minus),
                    Rational(1, 2),
                    "without a trace",
                    domain=(minus > 0,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Errors of cross-entropy",
            (
                wrong,
                errors,
                logarithm,
                Decided(size <= -2 * log(p), "at most twice the loss", uses=(errors, logarithm)),
            ),
            OWN,
        ),
    )
