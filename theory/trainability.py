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
    Eq,
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
    atan,
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

from theory import Assumed, Defined, Derivation, Quoted, Settles, Step, To, chain
from theory.notation import OWN

i, k, j, N, L, layer = symbols("i k j N L l", integer=True, positive=True)  # units, width, depth
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
# activations below, gradients above, weights, preactivations
h, delta, W, y = (IndexedBase(name, real=True) for name in ("h", "delta", "W", "y"))
phi = Function("phi", real=True)
expected = Function("E", real=True)
HE = "He, Zhang, Ren, Sun, ICCV 2015, section 2.2"
GLOROT = "Glorot, Bengio, AISTATS 2010"
MEAN_FIELD = "Schoenholz, Gilmer, Ganguli, Sohl-Dickstein, ICLR 2017"
MEAN_SQUARE = "the unit of the preactivations: their mean square is one"
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
        Eq(expected(W[k] * W[j]), v_w / N * KroneckerDelta(k, j)),
        "independent weights of mean zero",
    )
    mean, slopes = symbols("m_2 c_1", nonnegative=True)
    moment = Defined(
        mean,
        Integral(phi(z * sqrt(q)) ** 2 * gauss(z), (z, -oo, oo)),
        "E[phi(sqrt(q) z)^2]",
    )
    moment_of_slopes = Defined(
        slopes,
        Integral(Subs(Derivative(phi(z), z), z, z * sqrt(q)) ** 2 * gauss(z), (z, -oo, oo)),
        "E[phi'(sqrt(q) z)^2]",
    )
    slope = Derivative(phi(y[i]), y[i])

    def pairs(factor: IndexedBase) -> Expr:
        return Sum(expected(W[k] * W[j]) * factor[j], (j, 1, N))

    def linear(left: Expr, factor: IndexedBase, common: Expr) -> Assumed:
        return Assumed(
            Eq(expected(left), Sum(factor[k] * pairs(factor), (k, 1, N)) * common),
            "weights independent of what they multiply; the expectation is linear",
        )

    def unmixed(factor: IndexedBase) -> Step:
        return Step(
            pairs(factor),
            v_w / N * factor[k],
            "mixed terms have mean zero",
            domain=(k <= N,),
            uses=(independent,),
        )

    def wide(squares: Expr, name: str, mean_square: Expr) -> Quoted:
        return Quoted(
            f"the mean of {name}^2 over a wide layer is its expectation under a normal law",
            MEAN_FIELD,
            states=(squares, "==", N * mean_square),
        )

    below, above = Sum(W[k] * h[k], (k, 1, N)), Sum(W[k] * delta[k], (k, 1, N))
    forward, backward = (
        linear(below**2, h, Integer(1)),
        linear(above**2 * slope**2, delta, slope**2),
    )
    activations, gradients = unmixed(h), unmixed(delta)
    of_activations = wide(Sum(h[k] ** 2, (k, 1, N)), "phi", moment.expr)
    of_slopes = wide(Sum(slope**2, (i, 1, N)), "phi'", moment_of_slopes.expr)
    unit = Assumed(
        Eq(Sum(v_w / N * delta[k] ** 2, (k, 1, N)), v_w), "the mean square gradient above is one"
    )
    chain_rule = Step(
        Derivative(Sum(W[k] * delta[k] * phi(y[i]), (k, 1, N)), y[i]),
        above * slope,
        "chain rule: what comes from above is multiplied by the slope of the unit",
    )
    return (
        Derivation(
            "Second moment of a preactivation",
            (
                independent,
                forward,
                activations,
                of_activations,
                moment,
                *chain(
                    expected(below**2) + v_b,
                    To(
                        Sum(v_w / N * h[k] ** 2, (k, 1, N)) + v_b,
                        "pairs of inputs, and the bias",
                        uses=(forward, activations),
                    ),
                    To(
                        v_w * Sum(h[k] ** 2, (k, 1, N)) / N + v_b,
                        "v_w times the mean square, and the bias",
                    ),
                    To(v_b + v_w * mean, "N equal expectations", uses=(of_activations, moment)),
                ),
            ),
            MEAN_FIELD + ", equation 3",
        ),
        Derivation(
            "Second moment of a gradient",
            (
                independent,
                chain_rule,
                backward,
                gradients,
                unit,
                of_slopes,
                moment_of_slopes,
                *chain(
                    Sum(expected(chain_rule.lhs**2), (i, 1, N)) / N,
                    To(
                        Sum(v_w * slope**2, (i, 1, N)) / N,
                        "mean square over the layer, by pairs of units above",
                        uses=(chain_rule, backward, gradients, unit),
                    ),
                    To(v_w * Sum(slope**2, (i, 1, N)) / N, "v_w times the mean square slope"),
                    To(
                        v_w * slopes,
                        "the factor chi of a layer",
                        uses=(of_slopes, moment_of_slopes),
                    ),
                ),
            ),
            MEAN_FIELD + ", equation 7",
        ),
    )


def _mean_square(title: str, rule: Expr, both: Expr, why: str, unit: str) -> Derivation:
    """E[rule(z)^2] under any symmetric law, by rule(r)^2 + rule(-r)^2 = both."""
    signs = Subs(rule**2, z, size) + Subs(rule**2, z, -size)
    symmetric = Assumed(
        Eq(expected(rule**2), expected(signs) / 2),
        "preactivations with a symmetric law, Gaussian or not: r and -r are equally likely",
    )
    pair = Step(signs, both, why)
    known = Assumed(Eq(expected(both), both.subs(size, 1)), unit)
    return Derivation(
        title,
        (
            symmetric,
            pair,
            known,
            *chain(
                expected(rule**2),
                To(expected(both) / 2, "half of both signs together", uses=(symmetric, pair)),
                To(both.subs(size, 1) / 2, "its mean put in", uses=(known,)),
            ),
        ),
        HE,
    )


def _kept_by(square: Derivation, variance: Expr) -> tuple[Assumed | Defined | Step, ...]:
    """The variance s that keeps a second moment which a layer multiplies by D s times this one."""
    factor = Function("chi", positive=True)(D)
    named = Defined(factor, D * s * square.states[0], "the factor of a layer")
    kept = Assumed(Eq(factor, 1), "the second moment is kept")
    return (
        named,
        kept,
        *chain(
            s,
            To(factor * variance, "solved for the variance", uses=(named, square)),
            To(variance, "there is no other", uses=(kept,)),
        ),
    )


def he_condition() -> tuple[Derivation, ...]:
    """A ReLU layer multiplies the second moments of signals and gradients by D s / 2, so s = 2 / D
    keeps both, at any width.
    """
    factor = D * s / 2
    active = Step(
        Derivative(relu(z), z), (1 + sign(z)) / 2, "slope of the unit", domain=(z**2 > 0,)
    )
    signal = _mean_square(
        "Mean square of ReLU", relu(z), size**2, "only the square of r is left", MEAN_SQUARE
    )
    gradient = _mean_square(
        "Mean square slope of ReLU",
        active.rhs,
        Integer(1),
        "the slope is one at r and zero at -r",
        "a law without an atom at zero",
    )
    settled = "udl-he-init-prevents-vanish-explode"
    layers = Derivation(
        "After L layers",
        (Step(Product(factor, (layer, 1, L)), factor**L, "one factor a layer"),),
        HE,
        (Settles(settled, part="otherwise"),),
    )
    single = {
        "A signal under the normal law": Step(
            D * s * Integral(z**2 * gauss(z), (z, 0, oo)), factor, "the same, by an integral"
        ),
        "A gradient under the normal law": Step(
            D * s * Integral(gauss(z), (z, 0, oo)), factor, "the same, by an integral"
        ),
        "L layers at this variance": Step(
            Subs(layers.result, s, 2 / D), Integer(1), "nothing moves", uses=(layers,)
        ),
        "L layers at another variance": Step(
            Subs(log(layers.result), s, 2 * exp(q) / D),
            L * q,
            "the logarithm moves by the same amount in each layer",
            uses=(layers,),
        ),
    }
    return (
        Derivation(
            "Signal through a ReLU layer",
            (
                Step(
                    D * s * signal.states[0],
                    factor,
                    "D inputs with weights of variance s",
                    uses=(signal,),
                ),
            ),
            HE,
        ),
        Derivation(
            "Gradient through a ReLU layer",
            (
                active,
                Step(
                    D * s * expected(active.lhs**2),
                    factor,
                    "the same factor: D is the number of units above",
                    uses=(active, gradient),
                ),
            ),
            HE,
        ),
        Derivation(
            "The variance that keeps both",
            _kept_by(signal, 2 / D),
            HE,
            (Settles(settled, part="variance"),),
        ),
        layers,
        Derivation(
            "One layer at this variance",
            (Step(Subs(factor, s, 2 / D), Integer(1), "solves D s / 2 = 1"),),
            HE,
            (Settles(settled, part="ratio"),),
        ),
        signal,
        gradient,
        Derivation("The same variance keeps gradients", _kept_by(gradient, 2 / D), HE),
        *(Derivation(title, (step,), HE) for title, step in single.items()),
    )


def leaky_condition() -> tuple[Derivation, ...]:
    """For a leaky ReLU of slope alpha the variance that keeps second moments is 2 / (D (1 +
    alpha^2)).
    """
    square = _mean_square(
        "Mean square of leaky ReLU",
        leaky(z),
        (1 + leak**2) * size**2,
        "positive and negative inputs together",
        MEAN_SQUARE,
    )
    factor = Step(
        D * s * (1 + leak**2) * Integral(z**2 * gauss(z), (z, 0, oo)),
        D * s * (1 + leak**2) / 2,
        "the same, by an integral",
    )
    source = "He, Zhang, Ren, Sun, ICCV 2015, equation 15"
    return (
        Derivation("Leaky ReLU", _kept_by(square, 2 / (D * (1 + leak**2))), source),
        square,
        Derivation("A layer of leaky ReLU under the normal law", (factor,), source),
    )


def _grows(sequence: Expr, increments: Expr, steps: Expr, what: str) -> Quoted:
    """What becomes of a sequence that tends to zero, by the increments of its reciprocal."""
    return Quoted(
        "where the increments of a sequence have a limit, it grows to leading order as this limit "
        f"times the number of steps: {what}",
        "Stolz, Cesaro; Knopp, Theory and Application of Infinite Series, Blackie 1951, chapter II",
        states=(sequence, "==", 1 / (increments * steps)),
    )


def xavier_tanh() -> tuple[Derivation, ...]:
    """With variance 1 / D tanh follows q' = q - 2 q^2: signals decay as 1 / (2 l) and gradients as
    1 / l, powers of the depth.
    """
    second, fourth = (Integral(z**order * gauss(z), (z, 0, oo)) for order in (2, 4))
    of_second = Step(second, Rational(1, 2), "half of the second normal moment")
    of_fourth = Step(fourth, Rational(3, 2), "half of the fourth normal moment")
    start = Limit(tanh(epsilon) / epsilon, epsilon, 0)
    identity = Step(start, Integer(1), "tanh is the identity near zero")
    xavier = Defined(s, 1 / D, "the variance of Xavier")
    order_of_signal = Step(
        Limit((tanh(epsilon) ** 2 - epsilon**2) / epsilon**4, epsilon, 0),
        -Rational(2, 3),
        "tanh^2 = z^2 - 2 z^4 / 3 + ...",
    )
    order_of_slope = Step(
        Limit(((1 - tanh(epsilon) ** 2) ** 2 - 1) / epsilon**2, epsilon, 0),
        Integer(-2),
        "slope^2 = 1 - 2 z^2 + ...",
    )

    def next_order(missing: Expr, bound: str, limit: Expr) -> Quoted:
        """E of what is missing at inputs sqrt(q) z, whose limit for small q may be taken inside."""
        return Quoted(
            f"dominated convergence: {bound}, with a finite mean",
            "Rudin, Real and Complex Analysis, third edition, McGraw-Hill 1987, theorem 1.34",
            states=(
                Limit(2 * Integral(missing * gauss(z), (z, 0, oo)), epsilon, 0, "+"),
                "==",
                2 * limit,
            ),
        )

    inside = tanh(sqrt(epsilon) * z)
    of_signal = next_order(
        (inside**2 - epsilon * z**2) / epsilon**2,
        "what tanh^2 misses is at most 2 z^4 / 3",
        order_of_signal.lhs * fourth,
    )
    of_slope = next_order(
        ((1 - inside**2) ** 2 - 1) / epsilon,
        "what slope^2 misses is at most 2 z^2",
        order_of_slope.lhs * second,
    )
    recursion = Derivation(
        "Signal to the next order",
        (
            of_signal,
            order_of_signal,
            of_second,
            of_fourth,
            Step(
                2 * q * second + q**2 * of_signal.states[0],
                q - 2 * q**2,
                "the recursion",
                uses=(of_signal, order_of_signal, of_second, of_fourth),
            ),
        ),
        OWN + ", after " + MEAN_FIELD,
    )
    decay = Derivation(
        "Decay of the signal",
        (
            Step(
                Limit(1 / recursion.result - 1 / q, q, 0, "+"),
                Integer(2),
                "1 / q grows by 2 in each layer: q is 1 / (2 l) far down",
                uses=(recursion,),
            ),
        ),
        OWN + ", after " + MEAN_FIELD,
    )
    moments = Function("q", positive=True)(layer)
    decayed = _grows(moments, decay.states[0], layer + 1, "1 / q, here from q = 1/2 on")
    in_layer = Step(
        1 + moments * of_slope.states[0],
        1 - 2 * moments,
        "factor of layer l",
        uses=(of_slope, order_of_slope, of_second),
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
                identity,
                of_second,
                xavier,
                *chain(
                    2 * D * s * Integral((start * z) ** 2 * gauss(z), (z, 0, oo)),
                    To(
                        D * s,
                        "factor of a linear layer, forward and backward",
                        uses=(identity, of_second),
                    ),
                    To(Integer(1), "kept at variance 1 / D", uses=(xavier,)),
                ),
            ),
            GLOROT,
        ),
        recursion,
        Derivation(
            "Gradient to the next order",
            (
                of_slope,
                order_of_slope,
                of_second,
                in_layer,
                decayed,
                *chain(
                    Product(in_layer.lhs, (layer, 1, L)),
                    To(
                        Product(1 - 1 / (layer + 1), (layer, 1, L)),
                        "factors at the decayed second moments",
                        uses=(in_layer, decayed, decay),
                    ),
                    To(1 / (L + 1), "a product of such factors is a power of the depth"),
                ),
            ),
            OWN + ", after " + MEAN_FIELD,
        ),
        decay,
    )


def active_range() -> tuple[Derivation, ...]:
    """ReLU has a slope on half of its input range, leaky ReLU on all of it."""
    settled = "udl-relu-half-leaky-full-range"

    def share(name: str, rule: Expr, low: Expr, on_low: str, found: Expr, why: str) -> Derivation:
        """Of a symmetric input: the part of it on which the slope is not zero."""
        below = Step(Subs(Derivative(rule, z), z, -size), low, on_low + " on negative inputs")
        above = Step(Subs(Derivative(rule, z), z, size), Integer(1), "slope one on positive inputs")
        return Derivation(
            name[0].upper() + name[1:],
            (
                below,
                above,
                Step(
                    Integral(
                        (sign(below.lhs) ** 2 + sign(above.lhs) ** 2) * gauss(size), (size, 0, oo)
                    ),
                    found,
                    why,
                    uses=(below, above),
                ),
            ),
            "Prince, Understanding Deep Learning, 2023, section 20.2.5",
            (Settles(settled, part=name),),
        )

    return (
        share(
            "ReLU",
            relu(z),
            Integer(0),
            "no slope",
            Rational(1, 2),
            "the share of a symmetric input on which it varies",
        ),
        share(
            "leaky ReLU",
            leaky(z),
            leak,
            "slope alpha > 0",
            Integer(1),
            "it varies on all of the range",
        ),
    )


def flat_tails() -> tuple[Derivation, ...]:
    """The slope of a sigmoid vanishes as exp(-|z|) and that of tanh as 4 exp(-2 |z|)."""
    source = "Prince, Understanding Deep Learning, 2023, section 20.2.5"

    def tails(name: str, rule: Expr, slope: Expr, at: Expr, fall: Expr) -> list[Derivation]:
        """``at`` is the slope where exp(-|z|) = u; for small u it falls as ``fall``."""
        of_rule = Step(Derivative(rule, z), slope, "slope")
        right = Step(Subs(of_rule.lhs, z, -log(u)), at, "with u = exp(-z)", uses=(of_rule,))
        left = Step(
            Subs(of_rule.lhs, z, log(u)), at, "and the same in the other tail", uses=(of_rule,)
        )
        zero = Step(
            Limit(right.lhs + left.lhs, u, 0, "+"),
            Integer(0),
            "both fall to zero",
            uses=(right, left),
        )
        falls = Step(
            Limit(right.lhs / fall, u, 0, "+"),
            Integer(1),
            "a power of exp(-|z|)",
            uses=(right,),
        )
        settles = (Settles("udl-sigmoid-tanh-flat-tails", part=name),)
        return [
            Derivation(name.capitalize(), (of_rule, right, left, zero), source, settles),
            Derivation(f"Fall of the slope of {name}", (of_rule, right, falls), source),
        ]

    once, twice = exp(-z), exp(-2 * z)
    sigmoid, its_fall = tails(
        "sigmoid", 1 / (1 + once), once / (1 + once) ** 2, u / (1 + u) ** 2, u
    )
    hyperbolic, fall_of_tanh = tails(
        "tanh",
        (1 - twice) / (1 + twice),
        4 * twice / (1 + twice) ** 2,
        4 * u**2 / (1 + u**2) ** 2,
        4 * u**2,
    )
    return sigmoid, hyperbolic, its_fall, fall_of_tanh


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
    correlation = Function("rho", real=True)(theta)
    both_active = Quoted(
        "weights of the backward pass may be taken as independent of the forward pass in a wide "
        "layer: the correlation is multiplied by twice the chance that a unit is active at both",
        MEAN_FIELD,
        states=(
            correlation,
            "==",
            2 * radial * Integral(1, (angle, theta - pi / 2, pi / 2)),
        ),
    )
    angular = Step(
        Integral(cos(angle) * cos(angle - theta), (angle, theta - pi / 2, pi / 2)),
        pi * across / 2,
        "angular part",
        domain=proper,
    )
    cosine = Derivation(
        "Cosine of the angle in the next layer",
        (
            angular,
            Step(
                2 * cube * angular.lhs,
                across,
                "arc-cosine kernel of degree 1 at the He variance",
                domain=proper,
                uses=(angular,),
            ),
        ),
        "Cho, Saul, NeurIPS 2009",
    )
    of_layer = Function("theta", positive=True)(layer)
    right_angle = Assumed(
        Eq(of_layer, pi / 2),
        "each unit is active at both inputs with chance one quarter, in every layer",
    )
    # the angle shrinks to theta - c theta^2, to second order
    shrink = Symbol("c", real=True)
    next_angle = theta - shrink * theta**2
    gap = Step(
        Limit((cosine.states[0] - cos(next_angle)) / theta**3, theta, 0, "+"),
        1 / (3 * pi) - shrink,
        "the cosine of the next angle against the kernel",
        uses=(cosine,),
    )
    same = Assumed(Eq(gap.lhs, 0), "theta - c theta^2 is the next angle, to second order")
    growth = Limit(1 / next_angle - 1 / theta, theta, 0, "+")
    grown = chain(
        growth,
        To(1 / (3 * pi) - gap.lhs, "1 / theta grows by c in each layer", uses=(gap,)),
        To(1 / (3 * pi), "so the angle shrinks by theta^2 / (3 pi)", uses=(same,)),
    )
    far_down = Function("theta", positive=True)(1 / epsilon)
    to_zero = Assumed(
        "theta tends to zero with the depth",
        "only at zero the cosine does not grow in a layer, as shown below",
    )
    reached = _grows(far_down, growth, 1 / epsilon, "1 / theta, in layer l = 1 / epsilon")
    ahead = Step(
        Derivative(across - cos(theta), theta),
        theta * sin(theta) / pi,
        "it grows by the integral of this",
    )
    slope = Step(
        Derivative(Product(1 - epsilon * theta / pi, (layer, 1, L)), epsilon),
        -L * theta / pi * (1 - epsilon * theta / pi) ** (L - 1),
        "L factors, each with nearly the same small angle",
    )
    return (
        Derivation(
            "Factor of a layer",
            (
                both_active,
                Step(
                    correlation,
                    kept,
                    "the arc-cosine kernel of degree 0",
                    domain=proper,
                    uses=(both_active,),
                ),
            ),
            BALDUZZI + "; Cho, Saul, NeurIPS 2009",
        ),
        cosine,
        Derivation(
            "Independent active sets",
            (
                right_angle,
                *chain(
                    Product(kept.subs(theta, of_layer), (layer, 1, L)),
                    To(
                        Product(Rational(1, 2), (layer, 1, L)),
                        "factor at a right angle",
                        uses=(right_angle,),
                    ),
                    To(2 ** (-L), "after L layers"),
                ),
            ),
            BALDUZZI + ", theorem 1",
        ),
        Derivation(
            "The angle shrinks",
            (
                gap,
                same,
                *grown,
                to_zero,
                reached,
                *chain(
                    Limit(log(kept.subs(theta, far_down)) / log(1 + epsilon), epsilon, 0, "+"),
                    To(
                        Limit(log(1 - 3 * epsilon) / log(1 + epsilon), epsilon, 0, "+"),
                        "theta is 3 pi / l far down, and the factor 1 - 3 / l",
                        uses=(to_zero, reached, *grown),
                    ),
                    To(
                        Integer(-3),
                        "against (1 + 1 / l)^-3: the correlation falls with the third power of "
                        "the depth",
                    ),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Close inputs",
            (
                slope,
                Step(
                    Subs(slope.lhs, epsilon, 0),
                    -L * theta / pi,
                    "the correlation leaves one with a slope in the angle that is proportional to "
                    "the depth",
                    uses=(slope,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Growth of the cosine",
            (
                ahead,
                *chain(
                    Subs(ahead.lhs, theta, 2 * atan(u)),
                    To(4 * u * atan(u) / (pi * (1 + u**2)), "at any angle", uses=(ahead,)),
                    To(Integer(0), "so the angle shrinks in every layer", relation=">"),
                ),
            ),
            OWN,
        ),
    )
