"""How low does the loss get in a random subspace?  The mean share that is left, exactly for equal
curvatures, its law for curvatures that fall as a power, and the count of a published network.

Setting.  A quadratic loss with the eigenvalues h_i > 0 of its Hessian; u_i^2 / 2 is the loss that
mode i has at the start, u the start seen by the root of the Hessian.  The best point of a random
d-dimensional affine subspace through the start leaves the part of u that is orthogonal to the image
of the subspace.

Source: Li, Farkhoor, Liu, Yosinski, ICLR 2018, for training in random subspaces; our own.
"""

from sympy import (
    And,
    Eq,
    Function,
    IndexedBase,
    Integer,
    Integral,
    Rational,
    Subs,
    Sum,
    Symbol,
    oo,
    pi,
    sin,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Quoted, Settles, Step, To, chain
from theory.notation import HORN, OWN, mean

r, d, i = symbols("r d i", integer=True, positive=True)  # rank, dimensions, mode
v, lam, h, b, p = symbols("v lambda h b p", positive=True)  # b: power of the curvatures
A = Symbol("A", positive=True)  # Euler's integral
u = IndexedBase("u", real=True)
H = IndexedBase("h", positive=True)
SPREAD = pi / (b * sin(pi / b))
LI = "Li, Farkhoor, Liu, Yosinski, ICLR 2018"


def equal_curvatures() -> tuple[Derivation, ...]:
    """With r equal curvatures a random subspace of d <= r dimensions leaves 1 - d / r of the loss
    on average: nothing from the rank on, however many parameters there are.
    """
    whole, missed = Sum(mean(u[i] ** 2), (i, 1, r)), Sum(mean(u[i] ** 2), (i, d + 1, r))
    alike = Assumed(
        Eq(mean(u[i] ** 2), v),
        "equal curvatures: a random subspace prefers no direction; u_i are components of the start "
        "in an orthonormal basis, first along the d directions of the image",
    )
    inside = (d <= r,)
    share = chain(
        missed / whole,
        To((r - d) * v / whole, "directions that are left", uses=(alike,), domain=inside),
        To((r - d) * v / (r * v), "of all", uses=(alike,)),
        To(1 - d / r, "each has its part"),
    )
    first = Derivation("Share of the loss that is left", (alike, *share), OWN)
    return (
        first,
        Derivation(
            "As many dimensions as the rank",
            (Step(Subs(first.result, d, r), Integer(0), "nothing is left"),),
            OWN,
        ),
    )


def trace_equation() -> tuple[Derivation, ...]:
    """Where a random subspace leaves lambda / (h_i + lambda) of mode i, its d dimensions are the
    sum of h_i / (h_i + lambda); for equal curvatures that is 1 - d / r again.
    """
    kept = Function("kappa", real=True)(i)
    left = Assumed(
        Eq(kept, 1 - lam / (H[i] + lam)),
        "a projection on a random image has the mean H (H + lambda)^-1, as for many dimensions",
    )
    dimensions, every = Function("D", real=True)(lam), (i, 1, r)
    trace = Quoted(
        "the trace of a projection is the number of its dimensions",
        f"{HORN}, section 1.1",
        (dimensions, "==", Sum(kept, every)),
    )
    found = Step(dimensions, Sum(H[i] / (H[i] + lam), every), "of each mode", uses=(trace, left))
    equation = Derivation("Dimensions", (left, trace, found), OWN)
    two = H[1] / (H[1] + lam) + H[2] / (H[2] + lam)
    level = Defined(lam, h * (r - d) / d, "solves r h / (h + lambda) = d")
    return (
        equation,
        Derivation(
            "What is left of a mode", (Step(1 - h / (h + lam), lam / (h + lam), "the rest"),), OWN
        ),
        Derivation(
            "Equal curvatures",
            (
                level,
                Step(lam / (h + lam), 1 - d / r, "as derived exactly", uses=(level,)),
            ),
            OWN,
        ),
        Derivation("Two modes", (Step(found.rhs.subs(r, 2), two, "one by one"),), OWN),
    )


def power_law() -> tuple[Derivation, ...]:
    """With curvatures i^-b, b > 1, lambda is (pi / (b d sin(pi / b)))^b in d dimensions, the sum
    over all modes taken as an integral.
    """
    x = Symbol("x", positive=True)
    beta = Quoted(
        "Euler's integral",
        "Olver, Lozier, Boisvert, Clark, NIST Handbook of Mathematical Functions, Cambridge 2010, "
        "equation 5.12.3",
        (Integral(1 / (1 + x**b), (x, 0, oo)), "==", SPREAD),
    )
    count = Step(
        lam ** (-1 / b) * Integral(1 / (1 + x**b), (x, 0, oo)),
        lam ** (-1 / b) * SPREAD,
        "sum of 1 / (1 + lambda i^b), as an integral over x = lambda^(1/b) i",
        domain=(b > 1,),
        uses=(beta,),
    )
    return (
        Derivation("Dimensions at a level", (beta, count), OWN),
        Derivation(
            "Euler's integral for b = 2",
            (
                Step(
                    Integral(1 / (1 + x**2), (x, 0, oo)),
                    SPREAD.subs(b, 2),
                    "an inverse tangent",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Level of so many dimensions",
            (Step(Subs(lam ** (-1 / b) * A, lam, (A / p) ** b), p, "solved, A Euler's integral"),),
            OWN,
        ),
    )


def published_count() -> tuple[Derivation, ...]:
    """The network 784-200-200-10 has 199,210 parameters, of which 750 are .4 per cent to one digit,
    and .3765 to four.
    """
    count = Symbol("P", positive=True)
    layers = Defined(count, Integer((784 + 1) * 200 + (200 + 1) * 200 + (200 + 1) * 10), "layers")
    per_cent = 100 * 750 / count
    exact = Step(per_cent, Rational(7500, 19921), "to four digits .3765", uses=(layers,))
    return (
        Derivation(
            "Share of 750 parameters",
            (
                layers,
                exact,
                Decided(
                    And(per_cent > Rational(35, 100), per_cent < Rational(45, 100)),
                    "to one digit .4",
                    uses=(exact,),
                ),
            ),
            LI,
            (
                Settles(
                    "udl-intrinsic-dim-750-04pct",
                    part="lies between 0.35 and 0.45 per cent",
                    scope="part",
                ),
            ),
        ),
    )
