"""What is the tangent kernel of a deep network whose weights are trained as they stand?  Its trace,
its entries and their contrast far down.

Setting.  Fully connected ReLU networks with L hidden layers of D units and D_0 inputs, weights of
variance two over their inputs, biases from zero, one output.  Every layer carries the same signal
and the same gradient on average, so that the squared gradient of the output is q (D_0 + L D) + L +
1 on average, q the mean square of an input: it counts the units, and at equal numbers of parameters
it need not grow with the depth.  What grows is the contrast of the kernel: the entry of two inputs
over that of one falls to one quarter.

Source: He, Zhang, Ren, Sun, ICCV 2015; Jacot, Gabriel, Hongler, NeurIPS 2018; our own.
"""

from sympy import (
    Eq,
    Function,
    IndexedBase,
    Integer,
    Limit,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    oo,
    symbols,
)

from theory import (
    Assumed,
    Counterexample,
    Defined,
    Derivation,
    Induction,
    Step,
    derive,
    tangent_kernel,
    trainability,
)
from theory.notation import JACOT, OWN

L, l, i, j, k, n, m = symbols("L l i j k n m", integer=True, positive=True)  # layers, samples
D, D_0, D_out = symbols("D D_0 D_out", integer=True, positive=True)  # units, inputs, outputs
q = Symbol("q", positive=True)  # mean square of an input's coordinate
alpha, Y = (IndexedBase(name, real=True) for name in ("alpha", "Y"))
K = IndexedBase("K", real=True)
own, gate = (IndexedBase(name, positive=True) for name in ("o", "kappa"))
c = Symbol("c", real=True)  # what is left of the first layers
HE = "He, Zhang, Ren, Sun, ICCV 2015, section 2.2"


def kernel_trace() -> tuple[Derivation, ...]:
    """The squared gradient of the output by all parameters is q (D_0 + L D) + L + 1 on average: it
    counts units, and does not grow with depth at equal numbers of parameters.
    """
    layers = next(d for d in derive(trainability.he_condition) if d.title == "After L layers")
    width, s = trainability.D, trainability.s
    size, pull = (Function(name, positive=True) for name in ("S", "G"))
    kept = Step(
        Subs(layers.result, (s, width), (2 / D, D)),
        Integer(1),
        "what L layers do to a mean square at the variance of He",
    )
    signal = Assumed(
        Eq(size(l), D * q * kept.lhs),
        "E |h|^2 of the layer below l + 1: D units, the mean square of the input, L layers",
    )
    gradient = Assumed(
        Eq(pull(l), kept.lhs), "E |df/dz|^2 of a layer, one at the output, and L layers below"
    )
    layer = (size(l) + 1) * pull(l)
    each = Step(layer, D * q + 1, "weights and biases of a layer", uses=(signal, gradient, kept))
    total = (D_0 * q + 1) * pull(l) + Sum(layer, (i, 1, L))
    trace = Step(
        total,
        q * (D_0 + L * D) + L + 1,
        "the layer of the inputs, and L others",
        uses=(each, gradient, kept),
    )
    return (
        Derivation("Mean trace", (kept, signal, gradient, each, trace), OWN),
        Derivation(
            "Not monotone in the depth",
            (
                Counterexample(
                    trace.rhs.subs({L: 1, D: 298, D_0: 40})
                    < trace.rhs.subs({L: 2, D: 100, D_0: 40}),
                    ((q, 1),),
                    "one hidden layer of 298 units has about as many parameters as two of 100, and "
                    "the larger gradient",
                ),
            ),
            OWN,
        ),
    )


def mean_kernel() -> tuple[Derivation, ...]:
    """The tangent kernel of two inputs is the sum over layers of what their own weights add, times
    the chances kappa_0 that units above are active at both.
    """
    tangent = derive(tangent_kernel.depth_recursion)[1]
    known = {str(symbol): symbol for symbol in tangent.result.free_symbols}
    feature = known["K"] * known["v"]
    kernel = Function("Theta", real=True)(l)
    again = tangent.result.subs({known["b"]: own[l + 1] - feature}).subs(
        {known["G"]: gate[l] / known["v"], known["Theta"]: kernel}
    )
    closed = Sum(own[i] * Product(gate[j], (j, i, l - 1)), (i, 1, l))
    layers = Induction(
        l,
        1,
        own[1],
        again,
        closed,
        "a wide layer, whose own weights and biases add o; a gate is v E[phi' phi'']",
        kernel,
    )
    return (Derivation("Sum over layers", (layers,), JACOT),)


def contrast() -> tuple[Derivation, ...]:
    """Deep down the kernel of any two inputs is one quarter of that of one input, because products
    of gates fall with the third power of the depth.
    """
    shrinks = next(
        d for d in derive(trainability.gradient_correlation) if d.title == "The angle shrinks"
    )
    exponent = Function("r", real=True)(n)
    named = Defined(exponent, shrinks.states[0], "log of a gate over log(1 + 1 / l), far down")
    kernel = Function("Theta", real=True)(l)
    after = Induction(
        l,
        4,
        1 + c / 6,
        1 + kernel * (1 + exponent / l),
        l / Integer(4) + c / ((l - 1) * (l - 2) * (l - 3)),
        "own weights add one, the gate is 1 + r / l; c is what is left of the first layers",
        kernel,
        uses=(named, shrinks),
    )
    return (
        Derivation("Kernel after l layers", (named, after), OWN),
        Derivation(
            "Over that of one input",
            (
                named,
                after,
                Step(
                    Limit(kernel / l, l, oo),
                    Rational(1, 4),
                    "against l, which it is without gates",
                    uses=(after,),
                ),
            ),
            OWN,
        ),
    )
