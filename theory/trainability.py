"""Which initial variances and activations keep signals and gradients alive in a deep network, and
what does depth do to gradients even then?  Propagation of variances, decay of tanh, correlation of
gradients.

Setting.  z_(l+1) = W phi(z_l) + b with independent weights of variance s (s D in sum over D inputs)
and biases of variance v_b.  The second moment of a preactivation obeys q' = s D E[phi(sqrt(q) z)^2]
+ v_b, that of a gradient is multiplied by chi = s D E[phi'(sqrt(q) z)^2].  For ReLU both means are
halves, whatever the symmetric law: s = 2 / D keeps them, and otherwise they change as (D s / 2)^L.
Tanh at s = 1 / D loses as q - 2 q^2, a power of the depth.  The gradients of a ReLU network at two
inputs are multiplied in correlation by 1 - theta / pi in each layer; the angle theta shrinks, as 3
pi / l, so the correlation falls as L^-3 and not as 2^-L.

Source: He, Zhang, Ren, Sun, ICCV 2015; Glorot, Bengio, AISTATS 2010; Schoenholz, Gilmer, Ganguli,
Sohl-Dickstein, ICLR 2017; Balduzzi et al., ICML 2017; Cho, Saul, NeurIPS 2009; Prince,
Understanding Deep Learning, 2023, section 20.2.
"""

from sympy import (
    Abs,
    And,
    Derivative,
    Expr,
    Function,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Limit,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    cos,
    exp,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    symbols,
    tanh,
)

from theory import Assumed, Defined, Derivation, Quoted, Settles, Step
from theory.notation import OWN

k, j, N, L, layer = symbols("k j N L l", integer=True, positive=True)  # units, width, depth
D, s = symbols("D s", positive=True)  # inputs of a unit, variance of a weight
# variance of the weights in sum over the inputs, of the bias
v_w, v_b = (
    Symbol("v_w", positive=True),
    Symbol("v_b", nonnegative=True),
)
q = Symbol("q", positive=True)  # second moment of a preactivation
z = Symbol("z", real=True)
size = Symbol("r", positive=True)  # of an input
leak = Symbol("alpha", positive=True)  # slope of leaky ReLU on negative inputs
theta = Symbol("theta", positive=True)  # angle between two inputs
u = Symbol("u", positive=True)  # exp(-|z|)
epsilon = Symbol("epsilon", positive=True)
# activations below, gradients above
h, delta = (
    IndexedBase("h", real=True),
    IndexedBase("delta", real=True),
)
phi = Function("phi", real=True)
HE = "He, Zhang, Ren, Sun, ICCV 2015, section 2.2"
GLOROT = "Glorot, Bengio, AISTATS 2010"
MEAN_FIELD = "Schoenholz, Gilmer, Ganguli, Sohl-Dickstein, ICLR 2017"
BALDUZZI = "Balduzzi et al., ICML 2017"


def relu(argument: Expr) -> Expr:
    """max(0, argument), in the form (z + |z|) / 2"""
    return (argument + Abs(argument)) / 2


def leaky(argument: Expr) -> Expr:
    """argument where positive, alpha times it where negative"""
    return (1 + leak) / 2 * argument + (1 - leak) / 2 * Abs(argument)


def gauss(argument: Expr) -> Expr:
    """Standard normal density"""
    return exp(-(argument**2) / 2) / sqrt(2 * pi)


def propagation() -> tuple[Derivation, ...]:
    """A layer turns the second moment q into v_w E[phi(sqrt(q) z)^2] + v_b; a gradient's is
    multiplied by v_w E[phi'(sqrt(q) z)^2].
    """
    independent = Assumed(
        "E[W_k W_j] = v_w / N when k = j, else 0",
        "independent weights of mean zero, independent of what they multiply",
    )
    mean = Symbol("m_2", nonnegative=True)
    wide = Quoted(
        "the mean of phi^2 over a wide layer is its expectation under a normal law", MEAN_FIELD
    )
    products = v_w / N * KroneckerDelta(k, j)  # E[W_k W_j]
    variance = Integral(phi(z * sqrt(q)) ** 2 * gauss(z), (z, -oo, oo))
    slopes = Symbol("c_1", nonnegative=True)
    return (
        Derivation(
            "Second moment of a preactivation",
            (
                independent,
                Step(
                    Sum(products * h[k] * h[j], (j, 1, N)),
                    v_w / N * h[k] ** 2,
                    "mixed terms have mean zero",
                    domain=(k <= N,),
                ),
                Step(
                    Sum(v_w / N * h[k] ** 2, (k, 1, N)) + v_b,
                    v_w * Sum(h[k] ** 2, (k, 1, N)) / N + v_b,
                    "v_w times the mean square, and the bias",
                ),
                wide,
                Defined(mean, variance, "E[phi(sqrt(q) z)^2]"),
                Step(
                    Sum(v_w / N * mean, (k, 1, N)) + v_b, v_b + v_w * mean, "N equal expectations"
                ),
            ),
            MEAN_FIELD + ", equation 3",
        ),
        Derivation(
            "Second moment of a gradient",
            (
                independent,
                Step(
                    Derivative(Sum(h[k] * phi(z), (k, 1, N)), z),
                    Sum(h[k], (k, 1, N)) * Derivative(phi(z), z),
                    "chain rule: what comes from above is multiplied by the slope of the unit",
                ),
                Step(
                    Sum(products * delta[k] * delta[j], (j, 1, N)),
                    v_w / N * delta[k] ** 2,
                    "mixed terms have mean zero",
                    domain=(k <= N,),
                ),
                wide,
                Defined(
                    slopes,
                    Integral(
                        Subs(Derivative(phi(z), z), z, z * sqrt(q)) ** 2 * gauss(z), (z, -oo, oo)
                    ),
                    "E[phi'(sqrt(q) z)^2]",
                ),
                Step(
                    Sum(v_w / N * slopes, (k, 1, N)),
                    v_w * slopes,
                    "the factor chi of a layer is v_w times the mean square slope",
                ),
            ),
            MEAN_FIELD + ", equation 7",
        ),
    )


def he_condition() -> tuple[Derivation, ...]:
    """A ReLU layer multiplies the second moments of signals and gradients by D s / 2, so s = 2 / D
    keeps both, at any width.
    """
    symmetric = Assumed("E g(z) = E g(-z)", "preactivations with a symmetric law, Gaussian or not")
    apart = (z**2 > 0,)
    factor = D * s / 2
    slope = (1 + sign(z)) / 2
    settled = "udl-he-init-prevents-vanish-explode"
    return (
        Derivation(
            "Signal through a ReLU layer",
            (
                symmetric,
                Step(
                    relu(z) ** 2 + relu(-z) ** 2,
                    z**2,
                    "so the mean of relu^2 is half the mean square",
                ),
                Step(
                    D * s * Integral(z**2 * gauss(z), (z, 0, oo)),
                    factor,
                    "D inputs with weights of variance s, normal law",
                ),
            ),
            HE,
        ),
        Derivation(
            "Gradient through a ReLU layer",
            (
                symmetric,
                Step(Derivative(relu(z), z), slope, "slope", domain=apart),
                Step(
                    Subs(slope**2, z, size) + Subs(slope**2, z, -size),
                    Integer(1),
                    "so the mean square slope is one half",
                ),
                Step(
                    D * s * Integral(gauss(z), (z, 0, oo)),
                    factor,
                    "the same factor: D is the number of units above",
                ),
            ),
            HE,
        ),
        Derivation(
            "The variance that keeps both",
            (
                Step(Subs(factor, s, 2 / D), Integer(1), "solves D s / 2 = 1"),
                Step(
                    s / Subs(factor, s, s),
                    2 / D,
                    "any variance divided by its factor is this one: there is no other",
                ),
            ),
            HE,
            (
                Settles(settled, part="variance"),
                Settles(settled, Subs(factor, s, 2 / D).doit(), part="ratio"),
            ),
        ),
        Derivation(
            "After L layers",
            (
                Step(Subs(factor**L, s, 2 / D), Integer(1), "at s = 2 / D nothing moves"),
                Step(
                    Subs(L * log(factor), s, 2 * exp(q) / D),
                    L * q,
                    "else the logarithm moves by the same amount in each layer",
                ),
                Step(Product(factor, (layer, 1, L)), factor**L, "one factor a layer"),
            ),
            HE,
            (Settles(settled, part="otherwise"),),
        ),
    )


def leaky_condition() -> Derivation:
    """For a leaky ReLU of slope alpha the variance that keeps second moments is 2 / (D (1 +
    alpha^2)).
    """
    return Derivation(
        "Leaky ReLU",
        (
            Step(
                leaky(z) ** 2 + leaky(-z) ** 2,
                (1 + leak**2) * z**2,
                "positive and negative inputs together",
            ),
            Step(
                D * s * (1 + leak**2) * Integral(z**2 * gauss(z), (z, 0, oo)),
                D * s * (1 + leak**2) / 2,
                "factor of a layer",
            ),
            Step(
                s / Subs(D * s * (1 + leak**2) / 2, s, s),
                2 / (D * (1 + leak**2)),
                "any variance divided by its factor",
            ),
        ),
        "He, Zhang, Ren, Sun, ICCV 2015, equation 15",
    )


def xavier_tanh() -> tuple[Derivation, ...]:
    """With variance 1 / D tanh follows q' = q - 2 q^2: signals decay as 1 / (2 l) and gradients as
    1 / l, powers of the depth.
    """
    following = q - 2 * q**2
    second, fourth = symbols("m_2 m_4", positive=True)  # moments of the standard normal law
    moments = (
        Step(2 * Integral(z**2 * gauss(z), (z, 0, oo)), Integer(1), "second normal moment"),
        Step(2 * Integral(z**4 * gauss(z), (z, 0, oo)), Integer(3), "fourth normal moment"),
    )
    return (
        Derivation(
            "Slope of tanh",
            (Step(Derivative(tanh(z), z), 1 - tanh(z) ** 2, "slope"),),
            "Olver, Lozier, Boisvert, Clark, NIST Handbook of Mathematical Functions, Cambridge "
            "2010, section 4.34",
        ),
        Derivation(
            "Linear regime",
            (
                Step(
                    Limit(tanh(epsilon) / epsilon, epsilon, 0),
                    Integer(1),
                    "tanh is the identity near zero",
                ),
                moments[0],
                Step(
                    Subs(D * s * second, second, 1),
                    D * s,
                    "factor of a linear layer, forward and backward",
                ),
                Step(Subs(D * s, s, 1 / D), Integer(1), "kept at variance 1 / D"),
            ),
            GLOROT,
        ),
        Derivation(
            "Signal to the next order",
            (
                Step(
                    Limit((tanh(epsilon) ** 2 - epsilon**2) / epsilon**4, epsilon, 0),
                    -Rational(2, 3),
                    "tanh^2 = z^2 - 2 z^4 / 3 + ...",
                ),
                *moments,
                Step(
                    Limit(1 / following - 1 / q, q, 0, "+"),
                    Integer(2),
                    "1 / q grows by 2 in each layer: q is 1 / (2 l) far down",
                ),
                Step(
                    Subs(q * second - Rational(2, 3) * q**2 * fourth, (second, fourth), (1, 3)),
                    following,
                    "the recursion",
                ),
            ),
            OWN + ", after " + MEAN_FIELD,
        ),
        Derivation(
            "Gradient to the next order",
            (
                Step(
                    Limit(((1 - tanh(epsilon) ** 2) ** 2 - 1) / epsilon**2, epsilon, 0),
                    Integer(-2),
                    "slope^2 = 1 - 2 z^2 + ...",
                ),
                moments[0],
                Step(Subs(1 - 2 * q * second, second, 1), 1 - 2 * q, "factor of a layer"),
                Step(
                    Subs(1 - 2 * q, q, 1 / (2 * epsilon)), 1 - 1 / epsilon, "in layer l = epsilon"
                ),
                Step(
                    Product(1 - 1 / (layer + 1), (layer, 1, L)),
                    1 / (L + 1),
                    "a product of such factors is a power of the depth",
                ),
            ),
            OWN + ", after " + MEAN_FIELD,
        ),
    )


def active_range() -> tuple[Derivation, ...]:
    """ReLU has a slope on half of its input range, leaky ReLU on all of it."""
    settled = "udl-relu-half-leaky-full-range"
    return (
        Derivation(
            "ReLU",
            (
                Step(
                    Subs(Derivative(relu(z), z), z, -size),
                    Integer(0),
                    "no slope on negative inputs",
                ),
                Step(
                    Subs(Derivative(relu(z), z), z, size),
                    Integer(1),
                    "slope one on positive inputs",
                ),
                Step(
                    Integral(gauss(z), (z, 0, oo)),
                    Rational(1, 2),
                    "the share of a symmetric input on which it varies",
                ),
            ),
            "Prince, Understanding Deep Learning, 2023, section 20.2.5",
            (Settles(settled, part="ReLU"),),
        ),
        Derivation(
            "Leaky ReLU",
            (
                Step(
                    Subs(Derivative(leaky(z), z), z, -size),
                    leak,
                    "slope alpha > 0 on negative inputs",
                ),
                Step(
                    Subs(Derivative(leaky(z), z), z, size),
                    Integer(1),
                    "slope one on positive inputs",
                ),
                Step(
                    2 * Integral(gauss(z), (z, 0, oo)), Integer(1), "it varies on all of the range"
                ),
            ),
            "Prince, Understanding Deep Learning, 2023, section 20.2.5",
            (Settles(settled, part="leaky ReLU"),),
        ),
    )


def flat_tails() -> tuple[Derivation, ...]:
    """The slope of a sigmoid vanishes as exp(-|z|) and that of tanh as 4 exp(-2 |z|)."""
    sigmoid, settled = 1 / (1 + exp(-z)), "udl-sigmoid-tanh-flat-tails"
    of_sigmoid, of_tanh = u / (1 + u) ** 2, 4 * u**2 / (1 + u**2) ** 2
    return (
        Derivation(
            "Sigmoid",
            (
                Step(Derivative(sigmoid, z), exp(-z) / (1 + exp(-z)) ** 2, "slope"),
                Step(
                    Subs(exp(-z) / (1 + exp(-z)) ** 2, z, -log(u)), of_sigmoid, "with u = exp(-z)"
                ),
                Step(
                    Subs(exp(-z) / (1 + exp(-z)) ** 2, z, log(u)),
                    of_sigmoid,
                    "and the same in the other tail",
                ),
                Step(Limit(of_sigmoid / u, u, 0, "+"), Integer(1), "it falls as u"),
                Step(Limit(of_sigmoid, u, 0, "+"), Integer(0), "to zero"),
            ),
            "Prince, Understanding Deep Learning, 2023, section 20.2.5",
            (Settles(settled, part="sigmoid"),),
        ),
        Derivation(
            "Tanh",
            (
                Step(
                    Derivative((1 - exp(-2 * z)) / (1 + exp(-2 * z)), z),
                    4 * exp(-2 * z) / (1 + exp(-2 * z)) ** 2,
                    "slope",
                ),
                Step(
                    Subs(4 * exp(-2 * z) / (1 + exp(-2 * z)) ** 2, z, -log(u)),
                    of_tanh,
                    "with u = exp(-z)",
                ),
                Step(
                    Subs(4 * exp(-2 * z) / (1 + exp(-2 * z)) ** 2, z, log(u)),
                    of_tanh,
                    "and the same in the other tail",
                ),
                Step(Limit(of_tanh / u**2, u, 0, "+"), Integer(4), "it falls as 4 u^2"),
                Step(Limit(of_tanh, u, 0, "+"), Integer(0), "to zero"),
            ),
            "Prince, Understanding Deep Learning, 2023, section 20.2.5",
            (Settles(settled, part="tanh"),),
        ),
    )


def gradient_correlation() -> tuple[Derivation, ...]:
    """A ReLU layer multiplies the correlation of the gradients at two inputs by 1 - theta / pi:
    with the true angles it falls as L^-3.
    """
    proper = (And(theta > 0, theta < pi),)
    angle = Symbol("varphi", real=True)
    kept = 1 - theta / pi
    across = (sin(theta) + (pi - theta) * cos(theta)) / pi
    radial = Integral(z * exp(-(z**2) / 2) / (2 * pi), (z, 0, oo))
    cube = Integral(z**3 * exp(-(z**2) / 2) / (2 * pi), (z, 0, oo))
    return (
        Derivation(
            "Factor of a layer",
            (
                Quoted(
                    "weights of the backward pass may be taken as independent of the forward pass "
                    "in a wide layer",
                    MEAN_FIELD,
                ),
                Step(
                    2 * radial * Integral(1, (angle, theta - pi / 2, pi / 2)),
                    kept,
                    "twice the chance that a unit is active at both: the arc-cosine kernel of "
                    "degree 0",
                    domain=proper,
                ),
            ),
            BALDUZZI + "; Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Cosine of the angle in the next layer",
            (
                Step(
                    Integral(cos(angle) * cos(angle - theta), (angle, theta - pi / 2, pi / 2)),
                    pi * across / 2,
                    "angular part",
                    domain=proper,
                ),
                Step(
                    2
                    * cube
                    * Integral(cos(angle) * cos(angle - theta), (angle, theta - pi / 2, pi / 2)),
                    across,
                    "arc-cosine kernel of degree 1 at the He variance",
                    domain=proper,
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Independent active sets",
            (
                Assumed(
                    "theta = pi / 2 in every layer",
                    "each unit is active at both inputs with chance one quarter, in every layer",
                ),
                Step(Subs(kept, theta, pi / 2), Rational(1, 2), "factor at a right angle"),
                Step(
                    Product(Subs(kept, theta, pi / 2).doit(), (layer, 1, L)),
                    2 ** (-L),
                    "after L layers",
                ),
            ),
            BALDUZZI + ", theorem 1",
        ),
        Derivation(
            "The angle shrinks",
            (
                Step(
                    Limit((1 - across) / theta**2, theta, 0, "+"),
                    Rational(1, 2),
                    "to first order the angle stays: slope one",
                ),
                Step(
                    Derivative(across - cos(theta), theta),
                    theta * sin(theta) / pi,
                    "the cosine grows by the integral of this",
                ),
                Step(
                    Limit(theta * sin(theta) / pi / (3 * theta**2), theta, 0, "+"),
                    1 / (3 * pi),
                    "that is by theta^3 / (3 pi)",
                ),
                Step(
                    Limit(
                        -Subs(Derivative(cos(z), z), z, theta) * theta**2 / (3 * pi) / theta**3,
                        theta,
                        0,
                        "+",
                    ),
                    1 / (3 * pi),
                    "so the angle shrinks by theta^2 / (3 pi)",
                ),
                Step(
                    Limit(1 / (theta - theta**2 / (3 * pi)) - 1 / theta, theta, 0, "+"),
                    1 / (3 * pi),
                    "1 / theta grows by 1 / (3 pi) in each layer: theta is 3 pi / l far down",
                ),
                Step(
                    Subs(kept, theta, 3 * pi / epsilon),
                    1 - 3 / epsilon,
                    "factor in layer l = epsilon",
                ),
                Step(
                    Limit((log(1 - 3 * epsilon)) / log(1 + epsilon), epsilon, 0, "+"),
                    Integer(-3),
                    "a factor 1 - 3 / l against (1 + 1 / l)^-3: the correlation falls with the "
                    "third power of the depth",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Close inputs",
            (
                Step(
                    Derivative(Product(1 - epsilon * theta / pi, (layer, 1, L)), epsilon),
                    -L * theta / pi * (1 - epsilon * theta / pi) ** (L - 1),
                    "L factors, each with nearly the same small angle",
                ),
                Step(
                    Subs(-L * theta / pi * (1 - epsilon * theta / pi) ** (L - 1), epsilon, 0),
                    -L * theta / pi,
                    "the correlation leaves one with a slope in the angle that is proportional to "
                    "the depth",
                ),
            ),
            OWN,
        ),
    )
