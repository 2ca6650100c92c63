"""What does batch normalisation do to the gradients of plain and of residual networks?  The factor
of a plain layer, of a block that ends in a norm and of one with a norm inside, at their start.

Setting.  Wide layers and large batches.  A norm divides by the standard deviation over the batch,
and the batch mean that it takes away carries 1 / pi of the mean square of ReLU.  So a plain layer
multiplies the mean square of a gradient by b = pi / (pi - 1), and n of them by b^n; a residual
block multiplies it by 1 + b / l, and n of them by a power of n alone.  Without the activation the
lengths of paths are the records of a random permutation.

Source: Yang et al., ICLR 2019; De, Smith, NeurIPS 2020; Renyi, Ann. Fac. Sci. Univ.
Clermont-Ferrand 8, 1962; our own.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    Integer,
    Integral,
    Limit,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    exp,
    factorial,
    gamma,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import OWN, mean, mean_is_linear
from theory.residual_path import a, path_energy
from theory.residual_path import p as chance

n, l, i, j, D = symbols("n l i j D", integer=True, positive=True)  # blocks, units
z, s, v = symbols("z s v", positive=True)  # of a generating function; variances: weight, signal
b = Symbol("b", positive=True)  # factor of a block at a signal of variance one
x = symbols("x", real=True)  # a preactivation of unit variance
h, f = (IndexedBase(name, real=True) for name in ("h", "f"))  # a block's input and output
below, above = symbols("sigma_1 sigma_2", positive=True)  # variances of preactivations
RENYI = "Renyi, Ann. Fac. Sci. Univ. Clermont-Ferrand 8, 1962"
YANG = "Yang, Pennington, Rao, Sohl-Dickstein, Schoenholz, ICLR 2019"
DE = "De, Smith, NeurIPS 2020"
GAUSS = exp(-(x**2) / 2) / sqrt(2 * pi)
HALF = Integral(GAUSS, (x, 0, oo))  # units that are active
FIRST, SECOND = (Integral(x**order * GAUSS, (x, 0, oo)) for order in (1, 2))  # moments of ReLU


def plain_layer() -> tuple[Derivation, ...]:
    """Behind a norm ReLU has the variance 1/2 - 1 / (2 pi), so that a plain layer of weights, norm
    and ReLU multiplies the mean square of a gradient by pi / (pi - 1).
    """
    moments = tuple(
        Step(of, value, why)
        for of, value, why in (
            (HALF, Rational(1, 2), "half of the units are active"),
            (FIRST, 1 / sqrt(2 * pi), "mean of ReLU, which the next norm takes away"),
            (SECOND, Rational(1, 2), "its mean square"),
        )
    )
    left = Step(SECOND - FIRST**2, (pi - 1) / (2 * pi), "its variance", uses=moments[1:])
    norm = Defined(above, D * s * left.lhs, "variance of a preactivation of D such inputs")
    back = D * s * HALF / above
    return (
        Derivation("Variance of ReLU", (*moments[1:], left), YANG),
        Derivation(
            "Factor of a layer",
            (
                *moments[1:],
                left,
                norm,
                moments[0],
                Step(
                    back,
                    pi / (pi - 1),
                    "weights, active units, and what the norm divides by",
                    uses=(moments[0], norm, left),
                ),
            ),
            YANG,
        ),
    )


def residual_block() -> tuple[Derivation, ...]:
    """Before block l the variance is l where blocks end in a norm, so that such a block multiplies
    the mean square of a gradient by 1 / l, with ReLU between two norms by pi / ((pi - 1) l).
    """
    size = Function("v", positive=True)(l)
    old, new = mean(h[i] ** 2), mean(f[i] ** 2)
    both = Step((h[i] + f[i]) ** 2, h[i] ** 2 + 2 * h[i] * f[i] + f[i] ** 2, "squared")
    linear = mean_is_linear(mean(both.rhs), old + 2 * mean(h[i] * f[i]) + new)
    apart = Assumed(Eq(mean(h[i] * f[i]), 0), "a block's weights are independent of its input")

    def added(title: str, output: Assumed | Step, *given: Assumed | Defined | Step) -> Derivation:
        return Derivation(
            title,
            (
                both,
                linear,
                apart,
                *given,
                output,
                *chain(
                    mean(both.lhs),
                    To(mean(both.rhs), "input and output", uses=(both,)),
                    To(old + output.states[2], "uncorrelated", uses=(linear, apart, output)),
                ),
            ),
            DE,
        )

    unit = Assumed(Eq(new, 1), "the norm makes the variance of a block's output one")
    relu, layer = derive(plain_layer)
    inner = Assumed(
        Eq(new, D * s * relu.states[0]), "output weights of variance s behind ReLU, less its mean"
    )
    he = Defined(s, 2 / D, "the variance of He")
    inside = Step(new, 1 - 1 / pi, "variance of the output", uses=(inner, relu, he))
    one, less = added("A norm at the end", unit), added("A norm inside", inside, inner, he)

    def variance(of: Derivation, closed: object, why: str) -> Induction:
        return Induction(l, 1, Integer(1), of.result.subs(old, size), closed, why, size)

    ends = variance(one, l, "from a first input of variance one")
    grows = variance(less, 1 + (l - 1) * (1 - 1 / pi), "from a first input of variance one")
    upper = Function("b", positive=True)(above)
    second = Defined(upper, layer.states[0], "factor of the second layer, a plain one")
    plain = Step(upper, pi / (pi - 1), "as in a plain network", uses=(second, layer))
    first = Defined(below, D * s * size, "variance of a preactivation, which the norm divides by")
    here, active = D * s / below, Step(HALF, Rational(1, 2), "half of the units are active")
    return (
        one,
        less,
        Derivation(
            "Weights, norm",
            (ends, first, Step(here, 1 / l, "factor of block l", uses=(first, ends))),
            OWN,
        ),
        Derivation(
            "Weights, norm, ReLU, weights, norm",
            (
                ends,
                first,
                second,
                plain,
                Step(here * upper, pi / ((pi - 1) * l), "both", uses=(plain, first, ends)),
            ),
            OWN,
        ),
        Derivation(
            "Weights, norm, ReLU, weights",
            (
                grows,
                first,
                active,
                Step(
                    here * HALF * D * (2 / D),
                    1 / (1 + (l - 1) * (1 - 1 / pi)),
                    "the first layer, active units, and weights of variance 2 / D",
                    uses=(first, grows, active),
                ),
            ),
            DE,
        ),
    )


def norm_at_the_end() -> tuple[Derivation, ...]:
    """With alpha_l = b / l the gradient's mean square is multiplied by a power n^b of the number of
    blocks, not by an exponential, and paths have the mean length sum_l b / (l + b).
    """
    event = derive(path_energy)[2]
    law = Defined(a, b / l, "a block that ends in a norm")
    product = Product(1 + b / l, (l, 1, n))
    energy = Induction(
        n,
        1,
        1 + b,
        SO_FAR * (1 + b / (n + 1)),
        gamma(n + 1 + b) / (gamma(1 + b) * factorial(n)),
        "a block more",
        sequence=product,
    )
    one = Step(
        Subs(1 - chance + chance * z, chance, a / (1 + a)),
        (l + b * z) / (l + b),
        "generating function of a block",
        uses=(law, event),
    )
    ratio = Quoted(
        "ratio of two gamma functions",
        "Olver, Lozier, Boisvert, Clark, NIST Handbook of Mathematical Functions, Cambridge 2010, "
        "equation 5.11.12",
        (Limit(gamma(n + 1 + b) / (factorial(n) * n**b), n, oo), "==", Integer(1)),
    )
    of_paths = Product((l + z) / (l + 1), (l, 1, n))
    of_records = Product((j - 1 + z) / j, (j, 1, n + 1))
    records = Function("R", positive=True)(z)
    renyi = Quoted(
        "in a random permutation the j-th number is a record with the chance 1 / j, independently "
        "of the others",
        RENYI,
        (records, "==", of_records),
    )
    return (
        Derivation(
            "Chance of a block",
            (law, Step(a / (1 + a), b / (l + b), "put in", uses=(law,))),
            OWN,
        ),
        Derivation("Growth of a gradient", (energy,), OWN),
        Derivation(
            "A power of the number of blocks",
            (
                energy,
                ratio,
                Step(
                    Limit(gamma(1 + b) * product / n**b, n, oo),
                    Integer(1),
                    "so it grows as n^b over gamma(1 + b)",
                    uses=(energy, ratio),
                ),
            ),
            OWN,
        ),
        Derivation("An event of each block", (law, one), OWN),
        Derivation(
            "Records",
            (
                renyi,
                Step(
                    z * of_paths,
                    records,
                    "b = 1: the records of n + 1 numbers, of which the first is always one",
                    uses=(renyi,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Mean length",
            (
                law,
                one,
                Step(
                    Sum(Subs(Derivative(one.rhs, z), z, 1), (l, 1, n)),
                    Sum(b / (l + b), (l, 1, n)),
                    "slope of the generating function at one, block by block",
                    uses=(one,),
                ),
            ),
            OWN,
        ),
    )
