"""How many neurons does a network need whose input weights point in few directions?  As many as
directions for ReLU, and no fewer for two; not so for tanh.

Setting.  Neuron k has the input weight r_k u with r_k > 0 and a direction u.  ReLU is positively
homogeneous, so all neurons of a direction are one, of output weight sum a_k r_k.  Two directions
that are no multiples of each other give coordinates u_1.x and u_2.x that take any two values; no
single neuron equals their sum at (1, 0), (0, 1) and (1, -1) unless one of the two output weights is
zero.  tanh(z) + tanh(2 z) has one direction, and is no multiple of a tanh.

Source: essay on simplicity bias; our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Implies,
    IndexedBase,
    Limit,
    Max,
    Ne,
    Or,
    Subs,
    Sum,
    oo,
    symbols,
    tanh,
)

from theory import Decided, Derivation, Settles, Step
from theory.nondimensionalisation import relu
from theory.notation import OWN, a, k, m

r = IndexedBase("r", positive=True)  # lengths of the input weights of one direction
z = symbols("z", real=True)  # u . x
A, B, C, p, q = symbols("A B C p q", real=True)  # output weights; a single neuron in coordinates
FOUND = "cond-effective-neurons-equal-directions"


def one_direction() -> Derivation:
    """ReLU neurons whose input weights point in one direction are one neuron, whatever the lengths
    of these.
    """
    neuron = Step(relu(r[k] * z), r[k] * relu(z), "positive homogeneity")
    return Derivation(
        "Neurons of one direction",
        (
            neuron,
            Step(
                Sum(a[k] * neuron.lhs, (k, 1, m)),
                relu(z) * Sum(a[k] * r[k], (k, 1, m)),
                "one neuron, its output weight the sum of a_k r_k",
                uses=(neuron,),
            ),
        ),
        OWN,
        (Settles(FOUND, part="no more than directions"),),
    )


def two_directions() -> Derivation:
    """Two directions with output weights that are not zero are not fewer than two neurons."""

    def single(first: int, second: int) -> object:
        return C * Max(0, p * first + q * second)

    points = And(Eq(single(1, 0), A), Eq(single(0, 1), B), Eq(single(1, -1), A))
    return Derivation(
        "Neurons of two directions",
        (
            Decided(
                Implies(points, Or(Eq(A, 0), Eq(B, 0))),
                "a neuron that equals A relu(z_1) + B relu(z_2) at (1, 0), (0, 1) and (1, -1)",
            ),
        ),
        OWN,
        (Settles(FOUND, part="no fewer than two"),),
    )


def other_activations() -> Derivation:
    """tanh(z) + tanh(2 z) has one direction, and is no multiple of any tanh(p z)."""
    both, one = tanh(z) + tanh(2 * z), C * tanh(p * z)
    steep = Step(Subs(Derivative(both, z), z, 0), 3, "slope in the middle")
    bent = Step(Subs(Derivative(both, (z, 3)), z, 0), -18, "third derivative there")
    far = Step(Limit(both, z, oo), 2, "far away")
    single = Step(Subs(Derivative(one, z), z, 0), C * p, "slope of one neuron")
    curl = Step(Subs(Derivative(one, (z, 3)), z, 0), -2 * C * p**3, "its third derivative")
    return Derivation(
        "A direction of two tanh neurons",
        (
            steep,
            bent,
            far,
            single,
            curl,
            Decided(
                Implies(
                    And(Eq(single.lhs, steep.lhs), Eq(curl.lhs, bent.lhs)),
                    And(Eq(4 * C**2, 3 * far.lhs**2), Ne(far.lhs, 0)),
                ),
                "what has its slope and its bend has half the root of 3 of its height",
                uses=(steep, bent, far, single, curl),
            ),
        ),
        OWN,
    )
