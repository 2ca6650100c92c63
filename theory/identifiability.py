"""Can the two numbers on which the training of a two-layer network depends be read off its path?
kappa' from a neuron that moves, kappa from the end, also for a start whose output is zero.

Setting.  As in ``theory.nondimensionalisation``: the normalised flow of a two-layer ReLU network
has two parameters, kappa and kappa'.  Its path is the set of its points (a, w), without the times
at which it is there.  Each neuron keeps kappa' a^2 - |w|^2 / kappa', so that the change of |w|^2
over that of a^2, from any point of the path to any other, is kappa'^2; and a network that ends at
its targets has kappa sum a relu(w . x) = y.  So different pairs have different paths.  The output
at the start tells kappa only where it is not zero: an antisymmetric start has none.

Source: our own; conserved quantity: Du, Hu, Lee, NeurIPS 2018.
"""

from sympy import (
    Add,
    Derivative,
    Eq,
    Function,
    Integer,
    Integral,
    Ne,
    Sum,
    Symbol,
)

from theory import Assumed, Defined, Derivation, Step, To, chain, derive
from theory.nondimensionalisation import balance, h, relu
from theory.notation import OWN, a, d, i, j, k, kappa, kappa_p, m, w, x, y

t = Symbol("t", positive=True)  # time
square = Function("A", real=True)  # a_p^2 along the path
size = Function("W", real=True)  # |w_p|^2 along the path
grown, lengthened = Symbol("dA", real=True), Symbol("dW", real=True)  # changes of both
total = Symbol("F", real=True)  # sum a relu(w . x)
other, other_p = Symbol("kappa_2", positive=True), Symbol("kappa_2'", positive=True)


def parameters_from_the_path() -> tuple[Derivation, ...]:
    """Networks with different kappa or kappa' have different paths up to time, as soon as one
    neuron changes a^2 and one target that is not zero is fitted.
    """
    conserved = derive(balance)[0]
    whole = conserved.states[0]
    of_w = Add(*(term for term in whole.args if term.has(w)))  # the part of the input weights
    quantity = kappa_p * square(t) - size(t) / kappa_p
    flow = (
        Assumed(
            Eq(Derivative(square(t), t), (whole - of_w) / kappa_p),
            "A = a_p^2 along the normalised flow, 2 a_p da_p/dt",
        ),
        Assumed(
            Eq(Derivative(size(t), t), -kappa_p * of_w),
            "W = |w_p|^2 along it, 2 w_p . dw_p/dt",
        ),
    )
    still = chain(
        Derivative(quantity, t),
        To(
            kappa_p * Derivative(square(t), t) - Derivative(size(t), t) / kappa_p,
            "kappa' and its inverse are constants",
        ),
        To(whole, "along the flow", uses=flow),
        To(Integer(0), "the balance of the neuron", uses=(conserved,)),
    )
    changes = (
        Defined(grown, square(t) - square(0), "change of a^2 from one point of the path"),
        Defined(lengthened, size(t) - size(0), "change of |w|^2 from there"),
    )
    kept = Derivation(
        "What a neuron keeps, from one point of the path to another",
        (
            *flow,
            *still,
            *changes,
            *chain(
                kappa_p * grown - lengthened / kappa_p,
                To(quantity - quantity.subs(t, 0), "change of the quantity", uses=changes),
                To(Integral(Derivative(quantity, t), (t, 0, t)), "the integral of its slope"),
                To(Integer(0), "it stands still", uses=still),
            ),
        ),
        OWN,
    )
    moves = Ne(grown, 0)
    by_path = Derivation(
        "kappa' on a path that moves",
        chain(
            kappa_p**2 - lengthened / grown,
            To(
                kappa_p / grown * kept.states[0],
                "a neuron whose a^2 changes",
                domain=(moves,),
            ),
            To(Integer(0), "by what it keeps", uses=(kept,), domain=(moves,)),
        ),
        OWN,
    )
    of_end = Sum(a[k] * relu(Sum(w[k, j] * x[i, j], (j, 1, d))), (k, 1, m))
    named = Defined(total, of_end, "what the weights at the end of the path make of an input")
    fitted = Assumed(Eq(kappa * of_end, y[i]), "and target i is fitted there")
    by_end = Derivation(
        "kappa at the end",
        (
            named,
            fitted,
            Step(
                kappa * total - y[i],
                Integer(0),
                "kappa sum a relu(w . x) = y",
                uses=(named, fitted),
            ),
        ),
        OWN,
    )
    same_path = Assumed(
        Eq(other_p**2 - lengthened / grown, 0), "another pair of parameters with the same path"
    )
    same_end = Assumed(Eq(other * total - y[i], 0), "another pair with the same end, which fits")
    answers, whole_pair = Ne(total, 0), other_p + kappa_p
    copy = Sum(-a[k] * h[k, i], (k, 1, m))
    return (
        by_path,
        by_end,
        Derivation(
            "The same path has one kappa'",
            (
                same_path,
                *chain(
                    other_p - kappa_p,
                    To(
                        (other_p**2 - lengthened / grown) / whole_pair
                        - (kappa_p**2 - lengthened / grown) / whole_pair,
                        "difference of squares",
                        domain=(moves,),
                    ),
                    To(
                        Integer(0), "both are the ratio", uses=(same_path, by_path), domain=(moves,)
                    ),
                ),
            ),
            OWN,
        ),
        Derivation(
            "The same end has one kappa",
            (
                same_end,
                *chain(
                    other - kappa,
                    To(
                        (other * total - y[i]) / total - (kappa * total - y[i]) / total,
                        "where the output is not zero",
                        domain=(answers,),
                    ),
                    To(Integer(0), "both fit", uses=(same_end, by_end), domain=(answers,)),
                ),
            ),
            OWN,
        ),
        Derivation(
            "The output at an antisymmetric start tells nothing",
            (
                Step(
                    Derivative(kappa * (Sum(a[k] * h[k, i], (k, 1, m)) + copy), kappa),
                    Integer(0),
                    "a copy of every neuron with the opposite output weight: zero for every kappa",
                ),
            ),
            OWN,
        ),
        kept,
    )
