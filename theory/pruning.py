"""What does it cost to remove a weight, or many?  Near a minimum exactly, with and without
retraining; on average for random inputs; and for the smallest of many random weights.

Setting.  The loss is half a quadratic form with the matrix H around its minimum at theta.  Weights
are removed: moved to zero.  In the eigenbasis of the rest, of curvatures h_j, the rest moves by r_j
and c_j couples it to what is removed; A is the quadratic form of what is removed.  G is the inverse
of H.  So one weight, and any set of them, is one calculation: a unit, too, whose output weight is
a weight of a linear model of features.

Source: LeCun, Denker, Solla, NIPS 1989; Hassibi, Stork, NIPS 1992.
"""

from sympy import (
    Derivative,
    Eq,
    Equivalent,
    IndexedBase,
    Integer,
    Limit,
    Subs,
    Sum,
    Symbol,
    erf,
    exp,
    pi,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import HORN, OWN, mean

m, j = symbols("m j", integer=True, positive=True)  # weights that stay
n, p, s = symbols("n p s", integer=True, positive=True)  # samples, weights, weights removed
A, H, G, theta, V = symbols("A H G theta V", positive=True)  # V: squared length of what is removed
k = Symbol("k", positive=True)  # size of a weight, of normal ones in standard deviations
i, nu = symbols("i nu", integer=True, positive=True)  # dimension, dimensions
h = IndexedBase("h", positive=True)
c, d, g, x = (IndexedBase(name, real=True) for name in "cdgx")
LECUN = "LeCun, Denker, Solla, Optimal brain damage, NIPS 1989"
HASSIBI = "Hassibi, Stork, Second order derivatives for network pruning, NIPS 1992"
ID = "udl-pruning-second-derivative-or-magnitude"
COUPLED = Sum(c[j] ** 2 / h[j], (j, 1, m))
LOSS = A / 2 + Sum(h[j] * d[j] ** 2 / 2 - c[j] * d[j], (j, 1, m))


def loss_of_removal() -> tuple[Derivation, ...]:
    """Removing weights costs A / 2 when the rest stays, and (A - sum c_j^2 / h_j) / 2 when it is
    retrained: never more, and as much only where nothing is coupled.
    """
    rest = Defined(d[j], Integer(0), "the rest stays")
    best = Defined(d[j], c[j] / h[j], "where the slope in each direction is zero")
    least = (A - COUPLED) / 2
    stays = Step(LOSS, A / 2, "no move", uses=(rest,))
    gained = Step(
        Subs(stays.rhs - least, m, 1),
        c[1] ** 2 / (2 * h[1]),
        "one direction, the rest stays or not",
    )
    return (
        Derivation("The rest stays", (rest, stays), LECUN),
        Derivation(
            "Retrained",
            (best, Step(LOSS, least, "put in, and summed", uses=(best,))),
            HASSIBI,
        ),
        Derivation(
            "No move is better",
            chain(
                LOSS - least,
                To(
                    Sum(h[j] * (d[j] - c[j] / h[j]) ** 2 / 2, (j, 1, m)),
                    "what each direction is above its least",
                ),
                To(Integer(0), "a sum of squares", relation=">="),
            ),
            OWN,
        ),
        Derivation(
            "Never more than without",
            (Step(least, stays.rhs, "a sum of squares is taken away", relation="<="),),
            OWN,
        ),
        Derivation(
            "As much only where nothing is coupled",
            (
                gained,
                Decided(
                    Equivalent(Eq(gained.lhs, 0), Eq(c[1], 0)),
                    "what one direction gains",
                    uses=(gained,),
                ),
            ),
            OWN,
        ),
    )


def saliency() -> tuple[Derivation, ...]:
    """One weight costs H theta^2 / 2 when the rest stays and theta^2 / (2 G) when it is retrained,
    G the weight's entry on the diagonal of the inverse of H.
    """
    stays, trained = derive(loss_of_removal)[:2]
    form = Defined(A, H * theta**2, "quadratic form of one weight")
    scaled = Defined(c[j], theta * x[j], "x_j couples the weight to the rest")
    inner = Sum(x[j] ** 2 / h[j], (j, 1, m))
    inverse = Quoted(
        "one over an entry on the diagonal of the inverse is the Schur complement of the rest",
        f"{HORN}, section 0.7.3",
        (H - inner, "==", 1 / G),
    )
    return (
        Derivation(
            "One weight, the rest stays",
            (
                form,
                *chain(
                    LOSS,
                    To(A / 2, "no move", uses=(stays,)),
                    To(H * theta**2 / 2, "put in", uses=(form,)),
                ),
            ),
            LECUN,
            (Settles(ID, part="by the second derivative"),),
        ),
        Derivation(
            "One weight, the rest is retrained",
            (
                form,
                scaled,
                inverse,
                *chain(
                    LOSS,
                    To((A - COUPLED) / 2, "the best move", uses=(trained,)),
                    To(theta**2 * (H - inner) / 2, "put in", uses=(form, scaled)),
                    To(theta**2 / (2 * G), "Schur complement", uses=(inverse,)),
                ),
            ),
            HASSIBI,
            (Settles(ID, part="with the others adjusted"),),
        ),
    )


def random_design() -> tuple[Derivation, ...]:
    """Of s weights of p, with n samples of independent inputs, removal costs V / 2 on average when
    the rest stays and V (n - p + s) / (2 n) when it is retrained; V is their squared length.
    """
    lost, kept = (mean(Symbol(f"D_{i}", positive=True)) for i in (0, 1))
    squares = mean(g[i] ** 2)
    normal = Assumed(Eq(squares, 1), "standard normal numbers")
    length = Assumed(
        Eq(lost, V / (2 * n) * Sum(squares, (i, 1, n))),
        "half the mean square of n independent normal numbers of variance V",
    )
    beyond = Assumed(
        Eq(kept, V / (2 * n) * Sum(squares, (i, 1, nu))),
        "half the squared distance of this vector from the inputs that stay, over n: they leave a "
        "space of nu dimensions, in which it is normal, whatever they are",
    )
    free = Defined(nu, n - p + s, "dimensions that p - s inputs leave")
    return (
        Derivation(
            "Random inputs, the rest stays",
            (normal, length, Step(lost, V / 2, "n equal parts", uses=(length, normal))),
            OWN,
        ),
        Derivation(
            "Random inputs, the rest is retrained",
            (
                normal,
                beyond,
                free,
                Step(
                    kept,
                    V * (n - p + s) / (2 * n),
                    "as many equal parts as dimensions are left",
                    uses=(beyond, normal, free),
                    domain=(n - p + s > 0,),
                ),
            ),
            OWN,
        ),
    )


def energy_lost() -> tuple[Derivation, ...]:
    """The smallest share q of many normal weights holds q - 2 k phi(k) of their squared length, phi
    the normal density and k its quantile at (1 + q) / 2; pi q^3 / 6 for few of them.
    """
    share = erf(k / sqrt(2))  # of normal weights below k
    density = exp(-(k**2) / 2) / sqrt(2 * pi)
    lost = share - 2 * k * density
    tail = exp(-k)  # share of the weights of Laplace's law above k
    low = 1 - tail - k * tail - k**2 * tail / 2
    return (
        Derivation(
            "Mean square of what is kept",
            (
                Step(
                    (1 - lost) / (1 - share),
                    1 + 2 * k * density / (1 - share),
                    "what is left, over the share that is kept",
                ),
            ),
            OWN,
        ),
        *(
            Derivation(
                f"Squared length of the smallest, {law}",
                (
                    Step(
                        Derivative(energy, k),
                        k**2 / scale * Derivative(below, k),
                        "a weight of size k adds its square, over the mean square of all",
                    ),
                ),
                OWN,
            )
            for law, energy, below, scale in (
                ("normal", lost, share, 1),
                ("Laplace", low, 1 - tail, 2),
            )
        ),
        *(
            Derivation(
                f"From nothing on, {law}",
                (Step(Limit(energy, k, 0, "+"), Integer(0), "no weight is smaller than zero"),),
                OWN,
            )
            for law, energy in (("normal", lost), ("Laplace", low))
        ),
        Derivation(
            "A small share",
            (Step(Limit(lost / share**3, k, 0, "+"), pi / 6, "series"),),
            OWN,
        ),
        Derivation(
            "What Laplace's law keeps",
            (
                Step(
                    (1 - low) / tail,
                    1 + k + k**2 / 2,
                    "what is left, over the share that is kept",
                ),
            ),
            OWN,
        ),
    )
