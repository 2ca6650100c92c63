"""Which networks among those that compute one function does a small batch choose?  The drift of
minibatch descent along a rescaling orbit, and what norms and curvature do on it.

Setting.  A neuron a relu(w.x) and (c w, a / c) are one function for every c > 0; flow keeps a^2 -
|w|^2.  B is the batch, eta the step of stochastic gradient descent, N the number of input weights,
l a curvature and s the noise of a label.

Source: phenomena of deep learning, sections on flatness and over-parameterisation; sources of
single results beside them.
"""

from sympy import (
    And,
    Implies,
    IndexedBase,
    Ne,
    Subs,
    Sum,
    Symbol,
    sqrt,
    symbols,
)

from theory import Decided, Defined, Derivation, Settles, Step
from theory.notation import OWN

i, j, N, B = symbols("i j N B", integer=True, positive=True)
l, s, eta, c, r = symbols("l s eta c r", positive=True)  # l: a curvature
b_1 = Symbol("B_1", positive=True)  # a batch
e, u, y = symbols("e u y", real=True)
g = IndexedBase("g", real=True)
V = Symbol("V", positive=True)
ZIYIN = "Ziyin, Li, Ueda, arXiv 2308.06671 (law of balance)"
BOOK = "Prince, Understanding Deep Learning, 2023, section 20.4.2"


def imbalance_under_noise() -> tuple[Derivation, ...]:
    """One step of stochastic gradient descent changes a^2 - |w|^2 of a ReLU neuron by exactly eta^2
    (g_a^2 - |g_w|^2), so that larger batches leave a product of two weights at sharper minima.
    """
    alpha, A, x = symbols("a g_a x", real=True)
    weight, pull, point = (IndexedBase(name, real=True) for name in "wpx")
    js, bs = (j, 1, N), (i, 1, B)
    of_a = Defined(A, Sum(pull[i] * Sum(weight[j] * point[i, j], js), bs), "slope of a")
    of_w = Defined(g[j], alpha * Sum(pull[i] * point[i, j], bs), "of w_j; p: by the output")
    euler = Step(
        alpha * A,
        Sum(weight[j] * g[j], js),
        "sums over the active examples of a batch",
        uses=(of_a, of_w),
    )
    change = (
        (alpha - eta * A) ** 2
        - Sum((weight[j] - eta * g[j]) ** 2, js)
        - alpha**2
        + Sum(weight[j] ** 2, js)
    )
    second = eta**2 * (A**2 - Sum(g[j] ** 2, js))
    expanded = Step(
        change, second - 2 * eta * (alpha * A - Sum(weight[j] * g[j], js)), "squares expanded"
    )
    still = Defined(V, eta * l * s**2 / (B * (2 - eta * l)), "variance of the error, a candidate")
    again = (1 - eta * l) ** 2 * V + (eta * l) ** 2 * s**2 / B
    comes_back = Step(again, still.expr, "labels of noise s: it comes back", uses=(still,))
    drift = 2 * eta**2 * s**2 / (B * (2 - eta * l))
    more = Symbol("B_2", positive=True)
    left = (1 - drift.subs(B, b_1)) ** 2 * u**2, (1 - drift.subs(B, more)) ** 2 * u**2
    return (
        Derivation(
            "One step",
            (
                of_a,
                of_w,
                euler,
                expanded,
                Step(change, second, "the first order cancels", uses=(expanded, euler)),
            ),
            ZIYIN,
        ),
        Derivation(
            "One step of a product of two weights",
            (
                Step(
                    (x - eta * e * y) ** 2 - (y - eta * e * x) ** 2,
                    (x**2 - y**2) * (1 - eta**2 * e**2),
                    "residual e of x y against its label",
                ),
            ),
            ZIYIN,
        ),
        Derivation(
            "Rate at which the imbalance falls",
            (
                still,
                comes_back,
                Step(
                    eta**2 * again + eta**2 * s**2 / B,
                    drift,
                    "eta^2 times the mean squared residual, which has the label's own noise too",
                    domain=(eta * l < 2,),
                    uses=(comes_back,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Squared curvature of the product",
            (
                Step(
                    (r**2 + 1 / r**2) ** 2,
                    4 + (r**2 - 1 / r**2) ** 2,
                    "at x y = 1, from the imbalance: least where it is 0",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Larger batches end sharper",
            (
                Decided(
                    Implies(
                        And(b_1 < more, eta * l < 2, drift.subs(B, b_1) < 1, Ne(u, 0)),
                        4 + left[0] < 4 + left[1],
                    ),
                    "squared curvature after a step from the imbalance u",
                ),
            ),
            OWN,
            (Settles("flat-large-batch-sharper", part="product of two weights"),),
        ),
    )


def norms_on_the_orbit() -> tuple[Derivation, ...]:
    """One function has networks of every Euclidean norm above a least one, while product norm and
    path norm are the same for all of them.
    """
    big_a, big_w = symbols("A W", positive=True)
    square = c**2 * big_w**2 + big_a**2 / c**2
    return (
        Derivation(
            "Euclidean norm",
            (
                Step(
                    Subs(square, c, sqrt(r) / big_w),
                    r,
                    "weights of norms W and A rescaled: larger than r at this c, and the test "
                    "error is the same",
                    ">",
                ),
            ),
            BOOK,
        ),
        Derivation(
            "Product norm",
            (
                Step(
                    Subs(big_a * big_w, (big_a, big_w), (big_a / c, c * big_w)),
                    big_a * big_w,
                    "a fact about the function",
                ),
            ),
            BOOK,
        ),
    )
