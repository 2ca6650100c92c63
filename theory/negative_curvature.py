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
    Max,
    Rational,
    Subs,
    Sum,
    Symbol,
    log,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Quoted, Step, To, chain
from theory.notation import HORN, OWN

k, C, N = symbols("k C N", integer=True, positive=True)  # classes; eigenvalues
p = Symbol("p", positive=True)  # probability of the right class
minus, plus = symbols("m_1 p_1", nonnegative=True)  # sums of negative and positive eigenvalues
R = Symbol("R", nonnegative=True)  # negative eigenvalues of the part with the errors, summed
h, r = (IndexedBase(name, real=True) for name in "hr")
d, g = (IndexedBase(name, nonnegative=True) for name in "dg")


def negative_share() -> tuple[Derivation, ...]:
    """The sum of negative eigenvalues of a Hessian is at most that of its part with the errors; it
    is at most half of all where the trace is not negative, and cross-entropy bounds the errors.
    """
    weyl = Quoted(
        "adding a matrix without negative eigenvalues lowers none of the eigenvalues: h_i of the "
        "Hessian are r_i of the part with the errors and d_i, which is not negative",
        f"{HORN}, corollary 4.3.12",
        (h[k], "==", r[k] + d[k]),
    )
    names = (
        Defined(minus, Sum(Max(-h[k], 0), (k, 1, N)), "of the Hessian"),
        Defined(R, Sum(Max(-r[k], 0), (k, 1, N)), "of the part with the errors"),
    )
    each = Decided(Max(-h[k], 0) <= Max(-r[k], 0), "one by one", uses=(weyl,))
    left = Defined(g[k], Max(-r[k], 0) - Max(-h[k], 0), "what is more, not negative")
    less = Derivation(
        "Sums of negative eigenvalues",
        (
            weyl,
            each,
            left,
            *names,
            *chain(
                R,
                To(names[1].expr, "negative ones", uses=names[1:]),
                To(names[0].expr + Sum(g[k], (k, 1, N)), "those and what is more", uses=(left,)),
                To(names[0].expr, "no term is negative", relation=">=", uses=(each,)),
                To(minus, "of the Hessian", uses=names[:1]),
            ),
        ),
        OWN,
    )
    trace = Assumed(plus - minus >= 0, "the trace is not negative")
    part = minus / (minus + plus)
    half = 2 * minus <= minus + plus
    sharp = Decided(Equivalent(plus - minus >= 0, half), "neither more nor less than half of all")
    bounded = Decided(
        Implies(minus + plus > 0, And(half, minus <= R)),
        "half of all at most",
        uses=(less, trace, sharp),
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
        Derivation("At most half", (trace, sharp, bounded), OWN),
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
        less,
    )
