"""What does a weight on the hard samples change?  The flow under weights, how much a mode gains,
with and without division by their sum, and what Adam feels of it.

Setting.  Loss (1/2n) sum w_i e_i^2, a kernel K that stands still.  The errors times the roots of
their weights follow the flow of the kernel W^(1/2) K W^(1/2); a sample of weight q is a sample that
is there q times.  A share phi of the samples, the hard side, has weight w, the others weight one.

Source: our own; Horn, Johnson, Matrix Analysis, for Ostrowski's theorem.
"""

from sympy import (
    Abs,
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Ne,
    Subs,
    Sum,
    Symbol,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Step,
    To,
    chain,
)
from theory.notation import HORN, OWN

i, j, l, n, P = symbols("i j l n P", integer=True, positive=True)  # samples, copies, parameters
p = Symbol("p", integer=True, positive=True)  # a parameter
t = Symbol("t", nonnegative=True)  # time
K, G = (IndexedBase(name, real=True) for name in "KG")  # kernel, gradients of the outputs
weight = IndexedBase("w", positive=True)
count = IndexedBase("q", integer=True, positive=True)  # copies of a sample
ERROR, SCALED = (Function(name, real=True) for name in ("e", "g"))
w, phi = symbols("w phi", positive=True)  # weight of the hard side, its share of the samples
quick, slow, L = symbols("r_2 r_1 L", positive=True)  # rates of the easy and the hard side; a log
c = Symbol("c", positive=True)
KINGMA = "Kingma, Ba, ICLR 2015"


def weighted_flow() -> tuple[Derivation, ...]:
    """Errors times the roots of their weights follow the flow of the kernel W^(1/2) K W^(1/2), a
    weight q is q copies of a sample, and the weighted loss falls until all errors are zero.
    """
    gram = Assumed(Eq(Sum(G[i, p] * G[j, p], (p, 1, P)), K[i, j]), "K stands still")
    flow = Assumed(
        Eq(
            Derivative(ERROR(i, t), t),
            Sum(G[i, p] * (-Sum(weight[j] * ERROR(j, t) * G[j, p], (j, 1, n)) / n), (p, 1, P)),
        ),
        "an output moves with the parameters, which go down the gradient of (1/2n) sum w e^2",
    )
    falls = -Sum(K[i, j] * weight[j] * ERROR(j, t), (j, 1, n)) / n
    slope = Derivation(
        "Flow of the errors",
        (
            gram,
            flow,
            *chain(
                Derivative(ERROR(i, t), t),
                To(flow.what.rhs, "by the parameters", uses=(flow,)),
                To(
                    -Sum(weight[j] * ERROR(j, t) * Sum(G[i, p] * G[j, p], (p, 1, P)), (j, 1, n))
                    / n,
                    "samples last",
                ),
                To(falls, "weights multiply the columns of the kernel", uses=(gram,)),
            ),
        ),
        OWN,
    )
    named = Defined(SCALED(j, t), sqrt(weight[j]) * ERROR(j, t), "errors, with roots of weights")
    scaled = Derivation(
        "Flow of the scaled errors",
        (
            named,
            *chain(
                Derivative(sqrt(weight[i]) * ERROR(i, t), t),
                To(sqrt(weight[i]) * Derivative(ERROR(i, t), t), "a factor"),
                To(sqrt(weight[i]) * falls, "by the flow", uses=(slope,)),
                To(
                    -Sum(sqrt(weight[i]) * K[i, j] * sqrt(weight[j]) * SCALED(j, t), (j, 1, n)) / n,
                    "as without weights, with the kernel W^(1/2) K W^(1/2)",
                    uses=(named,),
                ),
            ),
        ),
        OWN,
    )
    copies = Derivation(
        "Copies of a sample",
        (
            Step(
                Sum(Sum(K[i, j] * ERROR(j, t), (l, 1, count[j])), (j, 1, n)),
                Sum(K[i, j] * count[j] * ERROR(j, t), (j, 1, n)),
                "copies have equal errors and equal rows of the kernel",
            ),
        ),
        OWN,
    )
    squares = Sum((weight[i] * ERROR(i, t)) ** 2, (i, 1, n))
    form = Sum(
        weight[i] * ERROR(i, t) * Sum(K[i, j] * weight[j] * ERROR(j, t), (j, 1, n)), (i, 1, n)
    )
    least = Quoted(
        "a quadratic form, here of errors times weights, is at least its least eigenvalue c times "
        "the sum of squares",
        f"{HORN}, theorem 4.2.2",
        (form, ">=", c * squares),
    )
    change = Sum(weight[i] * ERROR(i, t) * Derivative(ERROR(i, t), t), (i, 1, n)) / n
    end = Derivation(
        "Slope of the weighted loss",
        (
            least,
            *chain(
                change + c * squares / n**2,
                To((c * squares - form) / n**2, "by the flow", uses=(slope,)),
                To(
                    Integer(0),
                    "it stands only where all errors are zero, whatever the weights",
                    relation="<=",
                    uses=(least,),
                ),
            ),
        ),
        OWN,
    )
    alone = Derivation(
        "One sample",
        (
            Step(
                Subs(form, n, 1),
                K[1, 1] * Subs(squares, n, 1),
                "its entry of the kernel is the eigenvalue, and the bound is attained",
            ),
        ),
        OWN,
    )
    return scaled, slope, copies, alone, end


def gain_of_a_mode() -> Derivation:
    """A weight w > 1 on some samples, the others with weight one, speeds no mode up by more than w
    and slows none down.
    """
    before, after, least, largest = symbols("lambda lambda_w m M", positive=True)
    ostrowski = Quoted(
        "eigenvalue k of W^(1/2) K W^(1/2) is eigenvalue k of K times a number between the least "
        "and the largest eigenvalue of W",
        f"{HORN}, theorem 4.5.9 (Ostrowski)",
        And(after >= least * before, after <= largest * before),
    )
    return Derivation(
        "Rate of a mode under weights",
        (
            ostrowski,
            Decided(
                Implies(
                    And(least >= 1, largest <= w),
                    And(after >= before, after <= w * before),
                ),
                "no slower, and at most w times as fast",
                uses=(ostrowski,),
            ),
        ),
        f"{HORN}, section 4.5",
    )


def sum_of_weights() -> tuple[Derivation, ...]:
    """Divided by the sum of weights, a weight w on the share phi speeds a hard side with a kernel
    of its own up by w / (phi w + 1 - phi) < 1 / phi and slows the easy one down.
    """
    average = Defined(c, phi * w + 1 - phi, "mean weight of a sample")
    total = Step(
        (Sum(w, (i, 1, P)) + Sum(Integer(1), (j, 1, n))) / (P + n),
        Subs(phi * w + 1 - phi, phi, P / (P + n)),
        "P hard samples of weight w among P + n",
    )
    rates = symbols("R_1 R_2", positive=True)
    hard = Defined(rates[0], w * slow / c, "rate of the hard side")
    easy = Defined(rates[1], quick / c, "rate of the easy side")
    gain = Step(rates[0] / slow, w / (phi * w + 1 - phi), "hard side", uses=(hard, average))
    loss = Step(rates[1] / quick, 1 / (phi * w + 1 - phi), "easy side", uses=(easy, average))
    share = And(w > 1, phi < 1)
    return (
        Derivation("Gain of the hard side", (hard, average, gain), OWN),
        Derivation("Loss of the easy side", (easy, average, loss), OWN),
        Derivation("Mean weight", (total,), OWN),
        Derivation(
            "Bounds",
            (
                hard,
                easy,
                average,
                gain,
                loss,
                Decided(
                    Implies(
                        share,
                        And(gain.lhs > 1, gain.lhs * phi < 1, loss.lhs < 1),
                    ),
                    "less than one over the share, whatever the weight",
                    uses=(gain, loss, hard, easy, average),
                ),
            ),
            OWN,
        ),
    )


def weights_under_adam() -> tuple[Derivation, ...]:
    """A factor on the loss changes no step of Adam without damping, so that weights and weights
    divided by their sum are the same run.
    """
    a, k = Symbol("a", positive=True), Symbol("k", integer=True, positive=True)
    gradient = IndexedBase("g", real=True)
    u, v = (IndexedBase(name, positive=True) for name in "uv")

    def step(scale: Expr) -> Expr:
        first = Sum(u[i] * scale * gradient[i], (i, 1, k))
        return a * first / sqrt(Sum(v[i] * (scale * gradient[i]) ** 2, (i, 1, k)))

    moving = Ne(gradient[1], 0)
    return (
        Derivation(
            "A step of Adam, loss times c",
            (
                Step(
                    step(c),
                    step(Integer(1)),
                    "the means of gradients and of their squares, with whatever weights, have the "
                    "factor alike",
                    domain=(moving,),
                ),
            ),
            KINGMA,
        ),
        Derivation(
            "The first step of Adam",
            (
                Step(
                    Subs(step(c), k, 1),
                    a * u[1] / sqrt(v[1]) * gradient[1] / Abs(gradient[1]),
                    "of one gradient, the sign is felt",
                    domain=(moving,),
                ),
            ),
            KINGMA,
        ),
    )
