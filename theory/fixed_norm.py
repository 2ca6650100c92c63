"""What does the norm of the weights do to training, and to what is between the data?  Labels that a
direction gives at every norm, the loss of small norms, and the part of a start that data do not
see.

Setting.  (1) Weights are kept on the sphere of radius r: logits are tau z, tau = s r^L, with z
those of the direction.  (2) A deep linear network of L matrices with the Frobenius norms F_l.
(3) A model that is linear in its weights starts at c g; s^2 is what the data leave open of the
function of g at a point, and m that of the shortest fit.

Source: Fort, Scherlis, AAAI 2019, for training on spheres; Zhang, Xu, Luo, Ma, MSML 2020, for the
error that a start leaves; results of our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Equivalent,
    Function,
    IndexedBase,
    Limit,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    oo,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Quoted, Step, To, chain
from theory.norm_and_curvature import tau
from theory.notation import OWN, mean, mean_is_linear
from theory.weight_norm import ALL, BOUND, FROBENIUS, MEANS, SQUARES, L

i, C = symbols("i C", integer=True, positive=True)  # logits
c, s, sigma = symbols("c s sigma", positive=True)  # scale, left open, a singular value
z_1, z_2, m, t = symbols("z_1 z_2 m t", real=True)  # t: the size tau, near zero
z, o = (IndexedBase(name, real=True) for name in "zo")  # logits; what the data do not see
own = Symbol("y", integer=True, positive=True)  # the class of the label
FIT, NUCLEAR = Function("f", real=True)(L), Function("N", positive=True)(L)
BETWEEN = Function("E", positive=True)(c)  # mean square of a function between data
LOSS = log(Sum(exp(t * z[i]), (i, 1, C))) - t * z[own]  # cross-entropy of one example
TOPICS = "Horn, Johnson, Topics in Matrix Analysis, Cambridge 1991, chapter 3"


def same_labels() -> Derivation:
    """A direction gives the same labels at every norm: the norm acts through training alone."""
    return Derivation(
        "Order of two logits",
        (
            Decided(
                And(
                    Equivalent(tau * z_1 > tau * z_2, z_1 > z_2),
                    Equivalent(Eq(tau * z_1, tau * z_2), Eq(z_1, z_2)),
                ),
                "a positive factor keeps an order",
            ),
        ),
        OWN,
    )


def loss_at_small_norm() -> tuple[Derivation, ...]:
    """At small norms cross-entropy is log C plus tau times mean logit less that of the label, up to
    half the variance of the logits times tau^2: an objective that is linear in the logits.
    """
    middle = Sum(z[i], (i, 1, C)) / C
    return (
        Derivation("At norm zero", (Step(Subs(LOSS, t, 0), log(C), "all alike"),), OWN),
        Derivation(
            "Slope",
            (Step(Subs(Derivative(LOSS, t), t, 0), middle - z[own], "probabilities 1 / C"),),
            OWN,
        ),
        Derivation(
            "Second derivative",
            (
                Step(
                    Subs(Derivative(LOSS, (t, 2)), t, 0),
                    Sum(z[i] ** 2, (i, 1, C)) / C - middle**2,
                    "variance of the logits",
                ),
            ),
            OWN,
        ),
    )


def rank_one() -> tuple[Derivation, ...]:
    """Among deep linear networks on a sphere the largest linear objective is the largest singular
    value of the data times (r^2 / L)^(L/2), attained by matrices of rank one: one direction of the
    classes is learned, the others are not.
    """
    trace = Quoted(
        "a trace of a product is at most spectral norm times nuclear norm",
        TOPICS,
        (FIT, "<=", sigma * NUCLEAR),
    )
    hoelder = Quoted(
        "the nuclear norm of a product is at most the product of the Frobenius norms, for two "
        "matrices or more",
        TOPICS,
        (NUCLEAR, "<=", FROBENIUS),
    )
    return (
        Derivation(
            "Largest linear objective",
            (
                trace,
                hoelder,
                MEANS,
                ALL,
                *chain(
                    FIT,
                    To(sigma * NUCLEAR, "sigma, of the data", uses=(trace,), relation="<="),
                    To(
                        sigma * FROBENIUS,
                        "matrix by matrix",
                        uses=(hoelder,),
                        relation="<=",
                    ),
                    To(sigma * (SQUARES / L) ** (L / 2), "means", uses=(MEANS,), relation="<="),
                    To(sigma * BOUND, "by the norm of all", uses=(ALL,)),
                ),
            ),
            OWN,
        ),
    )


def between_the_data() -> tuple[Derivation, ...]:
    """Between the data the fit from a start c g has the mean square m^2 + c^2 s^2, which grows
    without bound with the norm of the start, at no cost on the data.
    """
    kept = Assumed(
        "descent ends at the fit that is nearest to its start",
        "theory.minimum_norm: at a point it is m + c o, o the part of g that the data do not see",
    )
    square = Defined(BETWEEN, mean((m + c * o[1]) ** 2), "of a fitted function between the data")
    parts = m**2 + 2 * m * c * o[1] + c**2 * o[1] ** 2
    linear = mean_is_linear(mean(parts), m**2 + 2 * m * c * mean(o[1]) + c**2 * mean(o[1] ** 2))
    opened = Step((m + c * o[1]) ** 2, parts, "square")
    centred = Assumed(Eq(mean(o[1]), 0), "a start of either sign")
    left = Assumed(Eq(mean(o[1] ** 2), s**2), "what the data leave open")
    whole = chain(
        BETWEEN,
        To(mean((m + c * o[1]) ** 2), "by its definition", uses=(kept, square)),
        To(mean(parts), "squared", uses=(opened,)),
        To(linear.states[2], "term by term", uses=(linear,)),
        To(m**2 + c**2 * s**2, "the start has the mean zero", uses=(centred, left)),
    )
    found = Derivation(
        "Mean square between the data",
        (kept, square, linear, opened, centred, left, *whole),
        OWN,
    )
    more = Step(Derivative(BETWEEN, c), 0, "it grows", relation=">", uses=(found,))
    rate = Step(Limit(c * Derivative(log(BETWEEN), c), c, oo), 2, "slope in log c", uses=(found,))
    layers = Assumed(
        "a network of L layers stays close to its linear part at the start, which grows like c^L",
        "lazy training from large starts: theory.lazy_training",
    )
    of_networks = Step(
        Limit(c * Derivative(log(Subs(BETWEEN, c, c**L)), c), c, oo),
        2 * L,
        "slope in log c",
        uses=(layers, found),
    )
    return (
        found,
        Derivation("It grows with the start", (more,), OWN),
        Derivation("Slope for large starts", (rate,), OWN),
        Derivation("Slope for large starts of networks", (layers, of_networks), OWN),
    )
