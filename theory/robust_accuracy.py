"""How near is the boundary, compared with another example, and what do small steps leave of the
accuracy?  Two Gaussian classes: distances, cosines and accuracy under attack.

Setting.  Two classes y = +1 and -1 at y mu with noise of standard deviation s in each of d inputs.
The best rule is the sign of mu.x: the boundary is at the distance |mu| from a class, and another
example is of the order s sqrt(2 d) away, so that the step over the boundary is no way to an example
of the other class.  A step of length eps takes eps of the projection on mu, one of eps in each
input eps sum |mu_i| / |mu|: where mu has many small entries it is enough to exchange right and
wrong.

Source: our own; Tsipras, Santurkar, Engstrom, Turner, Madry, ICLR 2019 (accuracy of both kinds).
"""

from sympy import (
    Eq,
    Function,
    IndexedBase,
    Limit,
    Subs,
    Sum,
    Symbol,
    erfc,
    oo,
    sign,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Step,
    To,
    chain,
)
from theory.notation import OWN, mean, mean_is_linear

d = Symbol("d", integer=True, positive=True)  # inputs
i = Symbol("i", integer=True, positive=True)
s, eps = symbols("s epsilon", positive=True)  # noise, size of a step
r, L = symbols("r L", positive=True)  # |mu|, sum of the sizes of its entries
eta = Symbol("eta", positive=True)  # of equal entries
mu, z, zz = (IndexedBase(name, real=True) for name in ("mu", "z", "z'"))
SIZE = Assumed(Eq(Sum(mu[i] ** 2, (i, 1, d)), r**2), "r is the length of mu")
q = Symbol("q", nonnegative=True)  # what a step takes of the projection on mu
RIGHT = Function("P", positive=True)(q, r)  # probability that an answer is right
LEFT = erfc((q - r) / (sqrt(2) * s)) / 2
TSIPRAS = "Tsipras, Santurkar, Engstrom, Turner, Madry, ICLR 2019"


def distance_of_classes() -> tuple[Derivation, ...]:
    """The boundary is at the distance |mu| from a class, an example of the other class at sqrt(2 d
    s^2 + 4 |mu|^2): their ratio falls like d^(-1/2), and the step has twice it as its cosine.
    """
    way = 2 * mu[i] + s * (z[i] - zz[i])
    terms = (
        4 * mu[i] ** 2
        + 4 * s * mu[i] * z[i]
        - 4 * s * mu[i] * zz[i]
        + s**2 * z[i] ** 2
        + s**2 * zz[i] ** 2
        - 2 * s**2 * z[i] * zz[i]
    )
    square = Step(way**2, terms, "squared difference of an input")
    linear = mean_is_linear(
        mean(terms),
        4 * mu[i] ** 2
        + 4 * s * mu[i] * mean(z[i])
        - 4 * s * mu[i] * mean(zz[i])
        + s**2 * mean(z[i] ** 2)
        + s**2 * mean(zz[i] ** 2)
        - 2 * s**2 * mean(z[i] * zz[i]),
    )
    laws = (
        Assumed(Eq(mean(z[i]), 0), "noise z of one example, of mean zero"),
        Assumed(Eq(mean(zz[i]), 0), "and z' of the other"),
        Assumed(Eq(mean(z[i] ** 2), 1), "of variance one"),
        Assumed(Eq(mean(zz[i] ** 2), 1), "each of them"),
        Assumed(Eq(mean(z[i] * zz[i]), 0), "independent"),
    )
    each = Derivation(
        "Mean squared difference of an input",
        (
            square,
            linear,
            *laws,
            *chain(
                mean(way**2),
                To(mean(terms), "squared", uses=(square,)),
                To(4 * mu[i] ** 2 + 2 * s**2, "term by term", uses=(linear, *laws)),
            ),
        ),
        OWN,
    )
    total = Function("A", positive=True)(d)
    distance = Defined(total, Sum(mean(way**2), (i, 1, d)), "mean squared distance")
    far = Derivation(
        "Distance of two examples",
        (
            distance,
            SIZE,
            *chain(
                total,
                To(Sum(mean(way**2), (i, 1, d)), "by its definition", uses=(distance,)),
                To(4 * Sum(mu[i] ** 2, (i, 1, d)) + 2 * d * s**2, "each input", uses=(each,)),
                To(4 * r**2 + 2 * d * s**2, "by the length of mu", uses=(SIZE,)),
            ),
        ),
        OWN,
    )
    share = r / sqrt(4 * r**2 + 2 * d * s**2)
    ratio = Step(r / sqrt(total), share, "the boundary over another example", uses=(far,))
    near = Derivation("Ratio of distances", (ratio,), OWN)
    falls = Step(
        Limit(sqrt(d) * r / sqrt(total), d, oo),
        r / (sqrt(2) * s),
        "many inputs, at a fixed distance of the means",
        uses=(far,),
    )
    along = Function("P", real=True)(d)
    part = Defined(along, Sum(2 * mu[i] * mu[i] / r, (i, 1, d)), "mean part of the way along mu")
    straight = chain(
        along,
        To(part.expr, "by its definition", uses=(part,)),
        To(2 / r * Sum(mu[i] ** 2, (i, 1, d)), "input by input"),
        To(2 * r, "by the length of mu", uses=(SIZE,)),
    )
    on_mu = Derivation("Part of the way along the step", (part, SIZE, *straight), OWN)
    cosine = Step(
        along / sqrt(total), 2 * share, "cosine of the step with the way", uses=(on_mu, far)
    )
    return (
        near,
        Derivation("Cosine with the way to an example", (cosine,), OWN),
        far,
        Derivation("Many inputs", (falls,), OWN),
    )


def accuracy() -> tuple[Derivation, ...]:
    """The best rule is right with probability Phi(|mu| / s); steps of length eps leave Phi((|mu| -
    eps) / s), steps of eps in each input Phi((|mu| - eps sum |mu_i| / |mu|) / s).
    """
    normal = Assumed(
        Eq(RIGHT, LEFT),
        "what exceeds q of the projections on mu, which have the mean r and noise of variance s^2",
    )
    sizes = Sum(mu[i] * sign(mu[i]), (i, 1, d))
    size = Assumed(Eq(sizes, L), "L is the sum of the sizes of mu's entries")
    straight = chain(
        Sum(mu[i] / r * eps * mu[i] / r, (i, 1, d)),
        To(eps / r**2 * Sum(mu[i] ** 2, (i, 1, d)), "a step of length eps along mu"),
        To(eps, "is taken of the projection", uses=(SIZE,)),
    )
    flat = chain(
        Sum(mu[i] / r * eps * sign(mu[i]), (i, 1, d)),
        To(eps / r * sizes, "eps in each input, with the signs of mu"),
        To(eps * L / r, "is taken of the projection", uses=(size,)),
    )
    standard = Step(Subs(RIGHT, q, 0), erfc(-r / (sqrt(2) * s)) / 2, "no attack", uses=(normal,))
    robust = Step(
        Subs(RIGHT, q, straight[0].lhs),
        erfc((eps - r) / (sqrt(2) * s)) / 2,
        "a step along mu",
        uses=(normal, *straight),
    )
    every = Step(
        Subs(RIGHT, q, flat[0].lhs),
        erfc((eps * L / r - r) / (sqrt(2) * s)) / 2,
        "a step along the signs",
        uses=(normal, *flat),
    )
    found = (
        Derivation("Standard accuracy", (normal, standard), TSIPRAS),
        Derivation(
            "Accuracy under steps of length eps", (normal, SIZE, *straight, robust), TSIPRAS
        ),
        Derivation(
            "Accuracy under steps of eps in each input", (normal, size, *flat, every), TSIPRAS
        ),
    )
    alike = Assumed(
        Eq(RIGHT, LEFT), "the same of means with d equal entries eta, so that r is sqrt(d) eta"
    )
    taken = flat[-1].rhs.subs({L: d * eta, eps: 2 * eta, r: sqrt(d) * eta})
    turned = Step(
        Subs(RIGHT, (q, r), (taken, sqrt(d) * eta)),
        1 - Subs(RIGHT, (q, r), (0, sqrt(d) * eta)),
        "each changed by 2 eta: right and wrong change places",
        uses=(alike,),
    )
    return (*found, Derivation("Equal entries", (alike, turned), TSIPRAS))
