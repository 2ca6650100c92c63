"""Why should deeper networks of one size need fewer epochs?  The length of their start, the
shortest way to the data, and the time along an eigenvector of the tangent kernel.

Setting.  A network near its start is linear in its parameters.  The shortest way to outputs that
differ by Y has the squared length Y^T K^-1 Y, K the tangent kernel at the start, and a part of the
residual with eigenvalue lambda decays as exp(-lambda t / n): way and time of random labels are
those of the small eigenvalues, whatever the trace.

Source: Prince, Understanding Deep Learning, 2023, section 20.2.7; He, Zhang, Ren, Sun, ICCV 2015;
Jacot, Gabriel, Hongler, NeurIPS 2018; our own.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    symbols,
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Step,
    To,
    chain,
    derive,
)
from theory.minimum_norm import Phi, nearest_interpolant, p
from theory.notation import JACOT, OWN

L, l, i, j, k, n, m = symbols("L l i j k n m", integer=True, positive=True)  # layers, samples
D, D_0, D_out = symbols("D D_0 D_out", integer=True, positive=True)  # units, inputs, outputs
q = Symbol("q", positive=True)  # mean square of an input's coordinate
alpha, Y = (IndexedBase(name, real=True) for name in ("alpha", "Y"))
K = IndexedBase("K", real=True)
own, gate = (IndexedBase(name, positive=True) for name in ("o", "kappa"))
c = Symbol("c", real=True)  # what is left of the first layers
HE = "He, Zhang, Ren, Sun, ICCV 2015, section 2.2"


def start_length() -> Derivation:
    """The weights of a He start have the squared length 2 (L D + D_out) on average, whatever the
    number of inputs.
    """
    below = Symbol("N", integer=True, positive=True)
    one = Step(
        Sum(2 / below, (i, 1, below), (j, 1, D)), 2 * D, "a layer: two for each unit, by any inputs"
    )
    return Derivation(
        "Squared length of the start",
        (
            one,
            Step(
                Sum(one.lhs, (k, 1, L)) + Sum(2 / D, (i, 1, D), (j, 1, D_out)),
                2 * (L * D + D_out),
                "hidden layers and the outputs",
                uses=(one,),
            ),
        ),
        HE,
    )


def distance_to_fit() -> tuple[Derivation, ...]:
    """The shortest way from the start to parameters that fit has the squared length Y^T K^-1 Y, and
    what has an eigenvalue lambda of K falls as exp(-lambda t / n): small eigenvalues make it long
    and slow.
    """
    nearest = derive(nearest_interpolant)[1]
    gram = Defined(
        K[i, k], Sum(Phi[i, j] * Phi[k, j], (j, 1, p)), "products of gradients: the tangent kernel"
    )
    fits = Assumed(
        Eq(Sum(K[i, k] * alpha[k], (k, 1, n)), Y[i]),
        "alpha = K^-1 Y: the combination of gradients that moves the outputs by Y",
    )
    by_kernel = Sum(alpha[i] * Sum(K[i, k] * alpha[k], (k, 1, n)), (i, 1, n))
    way = chain(
        nearest.states[0],
        To(nearest.result, "squared length of a combination of gradients", uses=(nearest,)),
        To(by_kernel, "by the kernel", uses=(gram,)),
        To(Sum(alpha[i] * Y[i], (i, 1, n)), "Y^T K^-1 Y", uses=(fits,)),
    )
    rate, t, share = symbols("lambda t s", positive=True)
    left = Function("u", positive=True)(t)
    flow = Defined(left, exp(-rate * t / n), "a part of the residual along an eigenvector, tried")
    moves = Step(Derivative(left, t), -rate * left / n, "the flow", uses=(flow,))
    return (
        Derivation(
            "Length of the way",
            (gram, fits, *way),
            OWN,
        ),
        Derivation("Decay along an eigenvector", (flow, moves), JACOT),
        Derivation(
            "Time to a share s of the loss",
            (
                Step(
                    Subs(exp(-rate * t / n) ** 2, t, n * log(1 / share) / (2 * rate)),
                    share,
                    "one eigenvalue",
                ),
            ),
            OWN,
        ),
    )
