"""What does the norm of all weights say about a function?  The largest slope and the labels that a
norm allows, sharply, and nothing from below.

Setting.  A ReLU network without biases, L weight matrices with the spectral norms s_l and the
Frobenius norms F_l; r is the norm of all weights, r^2 the sum of F_l^2.  A norm bounds from above
only: a network of any norm may be constant.

Source: Szegedy et al., Intriguing properties of neural networks, ICLR 2014, section 4.3, for
products of spectral norms; results of our own.
"""

from sympy import (
    And,
    Eq,
    Function,
    Implies,
    IndexedBase,
    Max,
    Subs,
    Sum,
    Symbol,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import HORN, OWN

L, l, j = symbols("L l j", integer=True, positive=True)  # layers
r, delta, y = symbols("r delta y", positive=True)  # norm, distances of inputs and labels
f_1, f_2, y_1, y_2 = symbols("f_1 f_2 y_1 y_2", real=True)
F = IndexedBase("F", positive=True)  # Frobenius norms of the layers
LIP = Function("Lip", positive=True)(L)
BOUND = (r**2 / L) ** (L / 2)
SQUARES = Sum(F[j] ** 2, (j, 1, L))
SPECTRAL, FROBENIUS = (Function(name, positive=True)(L) for name in ("S", "P"))  # products
MEANS = Quoted(
    "the geometric mean of the F_j^2 is at most the arithmetic one, for their product P^2",
    "Hardy, Littlewood, Polya, Inequalities, Cambridge 1934, theorem 9",
    (FROBENIUS, "<=", (SQUARES / L) ** (L / 2)),
)
ALL = Assumed(Eq(SQUARES, r**2), "r is the norm of all weights")


def lipschitz_bound() -> tuple[Derivation, ...]:
    """The Lipschitz constant of a network is at most (r^2 / L)^(L/2), which is attained; from below
    the norm bounds nothing.
    """
    layers = Quoted(
        "a layer takes two points apart by its spectral norm at most, ReLU does not: S of all",
        "Szegedy et al., ICLR 2014, section 4.3",
        (LIP, "<=", SPECTRAL),
    )
    larger = Quoted(
        "a spectral norm is at most the Frobenius norm, and so are their products S and P",
        f"{HORN}, section 5.6",
        (SPECTRAL, "<=", FROBENIUS),
    )
    x = Symbol("x", real=True)
    ray = Induction(
        l,
        0,
        Max(x, 0),
        Max(r / sqrt(L) * SO_FAR, 0),
        (r / sqrt(L)) ** l * Max(x, 0),
        "each layer with the single weight r / sqrt(L), on the same axis",
        sequence=Function("x", real=True)(l),
    )
    a_1, a_2, w_1, w_2 = symbols("a_1 a_2 w_1 w_2", real=True)
    return (
        Derivation(
            "Bound by the norm",
            (
                layers,
                larger,
                MEANS,
                ALL,
                *chain(
                    LIP,
                    To(SPECTRAL, "layer by layer", uses=(layers,), relation="<="),
                    To(FROBENIUS, "entries for spectra", uses=(larger,), relation="<="),
                    To((SQUARES / L) ** (L / 2), "means", uses=(MEANS,), relation="<="),
                    To(BOUND, "by the norm of all", uses=(ALL,)),
                ),
            ),
            OWN,
            (Settles("udl-norm-lipschitz", part="from above"),),
        ),
        Derivation(
            "It is attained",
            (
                ray,
                Step(
                    Subs(ray.sequence, l, L),
                    BOUND * Max(x, 0),
                    "a slope of this size, from a norm of L times r^2 / L",
                    uses=(ray,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Not from below",
            (
                Counterexample(
                    a_1 * w_1 + a_2 * w_2 > 0,
                    ((w_1, 1), (w_2, 0), (a_1, 0), (a_2, 1)),
                    "slope of two units: what the first feeds is not read, at the norm sqrt(2)",
                ),
            ),
            OWN,
        ),
    )


def too_small() -> tuple[Derivation, ...]:
    """Two labels that lie y apart over the distance delta are fitted only if r is at least sqrt(L)
    (y / delta)^(1/L); below it the squared errors add up to (y - (r^2 / L)^(L/2) delta)^2 / 2 or
    more.
    """
    bound = derive(lipschitz_bound)[0]
    slope = Assumed(f_2 - f_1 <= LIP * delta, "what a Lipschitz constant is")
    apart = Defined(y, y_2 - y_1, "distance of the labels")
    errors = (y_1 - f_1) ** 2 + (y_2 - f_2) ** 2
    least = Decided(
        Implies(y > BOUND * delta, errors >= (y - BOUND * delta) ** 2 / 2),
        "what is missing, shared by both points",
        uses=(slope, bound, apart),
    )
    positive = Decided(
        Implies(y > BOUND * delta, And(errors > 0, errors >= (y - BOUND * delta) ** 2 / 2)),
        "so the training error is not zero",
        uses=(least,),
    )
    short = y - BOUND * delta
    shared = Step(
        Subs(errors, (f_1, f_2), (y_1 + short / 2, y_2 - short / 2)),
        short**2 / 2,
        "at outputs that lie as far apart as the bound allows, half of what is missing each",
    )
    just = Defined(y, BOUND * delta, "labels as far apart as the bound allows")
    needed = Step(r, sqrt(L) * (y / delta) ** (1 / L), "solved for the norm", uses=(just,))
    return (
        Derivation(
            "Error of two points",
            (slope, apart, least, positive),
            OWN,
            (Settles("udl-norm-too-small-or-large", part="too small"),),
        ),
        Derivation("Least error", (shared,), OWN),
        Derivation("Norm that is needed", (just, needed), OWN),
    )
