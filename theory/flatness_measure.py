"""Do three measures of flatness order minima alike?  How far one may go, the curvature, the largest
loss nearby: each as a function of the eigenvalues, and what rescaling does to it.

Setting.  Near a minimum the loss is Sum_k l_k d_k^2 / 2, with l_k the eigenvalues of its Hessian H
and d_k the distance from the minimum along the eigenvectors; N is the number of parameters.  The
region is measured as far as the loss t along a random direction, or along the axis of each weight.

Along one direction all three are one thing, because l fixes the others.  With more directions they
are a mean, a maximum and a product of the eigenvalues, and each pair of them can disagree.

Source: Prince, Understanding Deep Learning, 2023, section 20.4.2; Hochreiter, Schmidhuber, Neural
Computation 9, 1997; Keskar and others, ICLR 2017; Dinh, Pascanu, Bengio, Bengio, ICML 2017.
"""

from sympy import (
    And,
    Eq,
    Implies,
    IndexedBase,
    Integer,
    Max,
    Rational,
    Sum,
    Symbol,
    log,
    sqrt,
    symbols,
)

from theory import Assumed, Counterexample, Decided, Defined, Derivation, Settles, Step, To, chain
from theory.flat_minimum import DINH
from theory.notation import OWN, mean, mean_is_linear

j, k, N = symbols("j k N", integer=True, positive=True)
t, r, L = symbols("t r L", positive=True)  # loss that is allowed, radius, largest eigenvalue
c = Symbol("c", positive=True)  # rescaling of a neuron
rate = IndexedBase("l", positive=True)  # eigenvalues of the Hessian
gap = IndexedBase("g", nonnegative=True)  # of an eigenvalue below the largest one
d, u = IndexedBase("d", real=True), IndexedBase("u", real=True)
h = IndexedBase("h", positive=True)  # diagonal of the Hessian
R = Symbol("R", positive=True)  # distance at which the loss t is met
a_1, a_2, b_1, b_2 = symbols("a_1 a_2 b_1 b_2", positive=True)  # two minima, two directions
KESKAR = "Keskar and others, ICLR 2017"
HOCHREITER = "Hochreiter, Schmidhuber, Neural Computation 9, 1997"
SUM = (k, 1, N)


def largest_loss_nearby() -> Derivation:
    """The largest loss within the distance r of a minimum is half the largest eigenvalue of the
    Hessian times r^2, and the other eigenvalues have no part in it.
    """
    sphere = Assumed(Eq(Sum(d[k] ** 2, SUM), r**2), "the shift d has the length r")
    below = Defined(rate[k], L - gap[k], "each eigenvalue by its gap below the largest one, L")
    loss = Sum(rate[k] * d[k] ** 2 / 2, SUM)
    less = Sum(gap[k] * d[k] ** 2 / 2, SUM)
    return Derivation(
        "Largest loss in a ball",
        (
            sphere,
            below,
            *chain(
                loss,
                To(L * Sum(d[k] ** 2, SUM) / 2 - less, "gaps put in", uses=(below,)),
                To(L * r**2 / 2 - less, "length put in", uses=(sphere,)),
                To(
                    L * r**2 / 2,
                    "equal where d has no part along eigenvectors with a gap",
                    relation="<=",
                ),
            ),
        ),
        KESKAR,
    )


def distance_along_random_directions() -> Derivation:
    """The mean of the inverse squared distance at which the loss t is met in a random direction is
    the trace of the Hessian over 2 t N: a random direction does not see the largest eigenvalue.
    """
    loss = Sum(rate[k] * (R * u[k]) ** 2 / 2, SUM)
    met = Defined(t, loss, "at the distance R along the unit vector u")
    inverse = Step(
        1 / R**2,
        Sum(rate[k] * u[k] ** 2, SUM) / (2 * t),
        "solved for the distance",
        domain=(Sum(rate[k] * u[k] ** 2, SUM) > 0,),
        uses=(met,),
    )
    linear = mean_is_linear(
        mean(Sum(rate[k] * u[k] ** 2, SUM) / (2 * t)),
        Sum(rate[k] * mean(u[k] ** 2), SUM) / (2 * t),
    )
    isotropic = Assumed(
        Eq(mean(u[k] ** 2), 1 / N), "a random direction has the same mean square along every axis"
    )
    return Derivation(
        "Distance along random directions",
        (
            met,
            inverse,
            linear,
            isotropic,
            Step(
                mean(1 / R**2),
                Sum(rate[k], SUM) / (2 * t * N),
                "the trace",
                uses=(inverse, linear, isotropic),
            ),
        ),
        OWN,
    )


def size_of_a_box() -> Derivation:
    """The box that holds every weight as far as it may go alone at the cost t has a size that
    depends on the product of the diagonal of the Hessian only.
    """
    far = IndexedBase("delta", positive=True)
    cost = Defined(far[k], sqrt(2 * t / h[k]), "where h delta^2 / 2, the cost of weight k, is t")
    return Derivation(
        "Size of a box",
        (
            cost,
            *chain(
                Sum(log(far[k]), SUM),
                To(
                    Sum(log(2 * t) / 2 - log(h[k]) / 2, SUM),
                    "log of the product of its half sides",
                    uses=(cost,),
                ),
                To(N * log(2 * t) / 2 - Sum(log(h[k]), SUM) / 2, "summed"),
            ),
        ),
        HOCHREITER,
    )


def box_on_the_orbit() -> Derivation:
    """Rescaling a ReLU neuron of N input weights multiplies the size of the box by c^(N - 1): only
    with one input weight is the size a fact about the function.
    """
    into = IndexedBase("h", positive=True)
    out = Symbol("h_a", positive=True)
    before = Sum(log(2 * t / into[k]) / 2, SUM) + log(2 * t / out) / 2
    after = Sum(log(2 * t * c**2 / into[k]) / 2, SUM) + log(2 * t / (c**2 * out)) / 2
    return Derivation(
        "Box on the orbit",
        (
            Step(
                after - before,
                (N - 1) * log(c),
                "curvatures of input weights h_k / c^2, of the output weight c^2 h_a",
            ),
        ),
        DINH,
    )


def all_rise_together() -> Derivation:
    """Where every eigenvalue of one minimum is larger than that of the other, all three measures
    call it the sharper one (two directions).
    """
    first, second = b_1 - a_1, b_2 - a_2
    product = b_1 * b_2 - a_1 * a_2
    gain = Step(product, first * b_2 + a_1 * second, "one direction after the other")
    return Derivation(
        "Sharper in every direction",
        (
            gain,
            Decided(
                Implies(
                    And(a_1 < b_1, a_2 < b_2),
                    And(Max(a_1, a_2) < Max(b_1, b_2), first + second > 0, product > 0),
                ),
                "largest eigenvalue, trace (by both gaps) and product",
                uses=(gain,),
            ),
        ),
        OWN,
        (Settles("udl-three-measures-of-flatness", part="sharper in every direction"),),
    )


def orders_that_differ() -> tuple[Derivation, ...]:
    """Of each two measures there is a pair of minima that they order differently, with as few as
    two directions; largest eigenvalue and trace agree where one is N times the other.
    """
    largest = Max(a_1, a_2) < Max(b_1, b_2)
    trace = a_1 + a_2 < b_1 + b_2
    product = a_1 * a_2 < b_1 * b_2
    at = ((a_1, Integer(3)), (a_2, Integer(3)), (b_1, Integer(4)), (b_2, Integer(1)))
    flatter = ((a_1, Integer(2)), (a_2, Integer(2)), (b_1, Integer(5)), (b_2, Rational(1, 2)))
    return (
        Derivation(
            "Largest loss and random directions",
            (Counterexample(Implies(largest, trace), at, "eigenvalues (3, 3) and (4, 1)"),),
            OWN,
            (Settles("udl-three-measures-of-flatness", part="one order for all minima"),),
        ),
        Derivation(
            "Largest loss and box",
            (Counterexample(Implies(largest, product), at, "eigenvalues (3, 3) and (4, 1)"),),
            OWN,
        ),
        Derivation(
            "Random directions and box",
            (Counterexample(Implies(trace, product), flatter, "eigenvalues (2, 2) and (5, 1/2)"),),
            OWN,
        ),
        Derivation(
            "A gap that both must see",
            (
                Decided(
                    Implies(2 * Max(a_1, a_2) < Max(b_1, b_2), trace),
                    "two directions: a trace is at most twice the largest eigenvalue",
                ),
            ),
            OWN,
        ),
    )
