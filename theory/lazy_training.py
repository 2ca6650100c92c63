"""When is a wide network the linear model of its start, how far do its parameters move, and by how
much does the linear model err?  Models that are linear, the remainder, drift and error in powers of
m.

Setting.  f(x) = (1 / alpha) sum_k a_k sigma(w_k . x); linear means affine in the parameters, not in
x.  At kappa = m^(-1/2) the parameters move by m^(-1/2) of their size; the linearised model errs by
m^(-1) for a smooth activation and a mirrored start.

Source: Chizat, Oyallon, Bach, NeurIPS 2019; Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, section 1.2.
"""

from sympy import (
    Abs,
    Derivative,
    Eq,
    Expr,
    Function,
    IndexedBase,
    Integer,
    Integral,
    Max,
    Ne,
    Rational,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    oo,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
)
from theory.notation import CHIZAT, LUO, OWN, alpha, kappa

m, k, p = symbols("m k p", integer=True, positive=True)  # neurons
# output weights and their changes, features of an input
a, da, phi = (IndexedBase(name, real=True) for name in ("a", "da", "phi"))
# one neuron: output weight, preactivation, and their changes
A, dA, z, dz = symbols("A dA z dz", real=True)
lam, s = symbols("lambda s", positive=True)  # rate of a mode, output scale
t = Symbol("t", nonnegative=True)  # time
sigma = Function("sigma", real=True)
epsilon = Symbol("epsilon", positive=True)  # size of a change of the parameters


def linear_in_output_weights() -> tuple[Derivation, ...]:
    """With frozen input weights the model is linear in the output weights: a random feature
    model.
    """
    model = Sum(a[k] * phi[k], (k, 1, m)) / alpha
    moved = Sum((a[k] + da[k]) * phi[k], (k, 1, m)) / alpha
    inside = (p <= m,)
    by_one = Step(
        Derivative(model, a[p]),
        phi[p] / alpha,
        "feature phi_k = sigma(w_k . x): one term contains a_p, and that term is a product",
        domain=inside,
    )
    first = Step(
        Sum(Derivative(model, a[p]) * da[p], (p, 1, m)),
        Sum(da[k] * phi[k], (k, 1, m)) / alpha,
        "the first order in a change of a is the model of the change",
        uses=(by_one,),
    )
    return (
        Derivation(
            "Derivative by one output weight",
            (
                by_one,
                Step(
                    Derivative(moved, a[p]) - Derivative(model, a[p]),
                    Integer(0),
                    "no output weight enters it: a change of all of them leaves it as it is",
                    domain=inside,
                    uses=(by_one,),
                ),
            ),
            LUO + ", section 1.2",
            (Settles("phase-linear-if-only-a-trained", by=by_one),),
        ),
        Derivation(
            "Affine in the output weights",
            (
                by_one,
                first,
                Step(
                    moved - model - first.lhs,
                    Integer(0),
                    "a change of a adds just that, however large: nothing is left beyond the first "
                    "order",
                    uses=(first,),
                ),
            ),
            LUO + ", section 1.2",
            (
                Settles("phase-random-feature-limit"),
                Settles("phase-output-layer-linear", part="w frozen"),
            ),
        ),
    )


def linear_by_definition() -> tuple[Derivation, ...]:
    """A derivative that is free of its own parameter does not make a model linear; one that is free
    of all parameters does.
    """
    u, v, along = symbols("u v s", real=True)
    curve, slope = Function("f", real=True), IndexedBase("g", real=True)
    by_u = Step(Derivative(u * v, u), v, "the derivative by u does not contain u")
    by_v = Step(Derivative(u * v, v), u, "nor that by v contain v")
    linear = Sum(slope[p] * da[p], (p, 1, m))
    constant = Assumed(
        Eq(Derivative(curve(along), along), linear),
        "f on the segment s from the start, 0, to a change da_p of the parameters, 1: every "
        "derivative g_p is free of all parameters",
    )
    return (
        Derivation(
            "Free of its own parameter: the product u v",
            (
                by_u,
                by_v,
                Step(
                    (u + dA) * (v + dz)
                    - (u * v + Derivative(u * v, u) * dA + Derivative(u * v, v) * dz),
                    dA * dz,
                    "yet the product is not its linear part",
                    uses=(by_u, by_v),
                ),
            ),
            OWN,
            (Settles("phase-linear-definition-own-parameter", part="own parameter"),),
        ),
        Derivation(
            "Free of all parameters",
            (
                constant,
                *chain(
                    curve(1) - curve(0) - linear,
                    To(
                        Integral(Derivative(curve(along), along), (along, 0, 1)) - linear,
                        "f along a segment is the integral of its slope",
                    ),
                    To(
                        Integer(0),
                        "a constant slope gives an affine function, which is its own linear part",
                        uses=(constant,),
                    ),
                ),
            ),
            OWN,
            (Settles("phase-linear-definition-own-parameter", part="all parameters"),),
        ),
    )


def linearisation_remainder() -> tuple[Derivation, ...]:
    """The error of the linearised model is of second order in the change, and relative to large a
    it is the relative change of w.
    """
    slope, bend, x = symbols("sigma_1 sigma_2 x", real=True)
    most_slope, most_bend, bound = symbols("S_1 S_2 S", positive=True)
    between = Symbol("xi", positive=True)

    def neuron(change: Expr) -> Expr:
        return (A + change * dA) * sigma(z + change * dz)

    def there(order: int) -> Expr:
        return Subs(Derivative(sigma(x), (x, order)), x, z + between * dz)

    linear = A * sigma(z) + epsilon * (dA * sigma(z) + A * dz * Derivative(sigma(z), z))
    bent = Subs(Derivative(neuron(s), (s, 2)), s, between)
    second = 2 * dA * dz * slope + (A + between * dA) * dz**2 * bend
    most = Abs(dA * dz) * most_slope + (Abs(A) + Abs(dA)) * dz**2 * most_bend / 2
    taylor = Quoted(
        "Taylor with remainder: the error is epsilon^2 / 2 times the second derivative at a point "
        "xi between 0 and epsilon",
        "Rudin, Principles of Mathematical Analysis, third edition, McGraw-Hill 1976, theorem 5.15",
        (linear - neuron(epsilon), "==", -(epsilon**2) / 2 * bent),
    )
    named = (
        Defined(slope, there(1), "slope of the activation at this point"),
        Defined(bend, there(2), "its second derivative there"),
    )
    curvature = Step(bent, second, "second derivative along the change", uses=named)
    bounded = (
        Assumed(Abs(bend) <= most_bend, "activation with a bounded second derivative"),
        Assumed(Abs(slope) <= most_slope, "so that on a bounded interval its slope is bounded"),
        Assumed(between <= 1, "a change of at most dA, dz"),
    )
    size = Defined(bound, most, "a bound that does not depend on epsilon")
    error = chain(
        Abs(linear - neuron(epsilon)),
        To(epsilon**2 / 2 * Abs(second), "the error", uses=(taylor, curvature)),
        To(epsilon**2 * most, "both derivatives are bounded", uses=bounded, relation="<="),
        To(epsilon**2 * bound, "of second order", uses=(size,)),
    )
    relu = (A + epsilon * dA) * Max(0, z + epsilon * dz)
    missed = relu - A * Max(0, z) - epsilon * (dA * Max(0, z) + A * dz)
    active = (
        Assumed(z > 0, "an active neuron"),
        Assumed(z + epsilon * dz > 0, "no neuron crosses its kink"),
    )
    product = Step(missed, epsilon**2 * dA * dz, "an active neuron is a product", uses=active)
    return (
        Derivation(
            "Smooth activation",
            (
                taylor,
                *named,
                curvature,
                *bounded,
                size,
                *error,
                Step(
                    epsilon * Derivative(log(epsilon**2 * bound), epsilon),
                    Integer(2),
                    "so the exponent of the bound in the size of the change is two",
                    uses=(error[-1],),
                ),
            ),
            LUO + ", equation 1.2",
            (Settles("phase-linearisation-error-order", part="smooth"),),
        ),
        Derivation(
            "ReLU away from kinks",
            (
                *active,
                product,
                Step(
                    epsilon * Derivative(log(missed**2) / 2, epsilon),
                    Integer(2),
                    "exponent in the size of the change",
                    domain=(Ne(dA, 0), Ne(dz, 0)),
                    uses=(product,),
                ),
            ),
            LUO + ", equation 1.2",
            (Settles("phase-linearisation-error-order", part="ReLU"),),
        ),
        Derivation(
            "Relative to a large change of the output weights",
            (
                Step(
                    ((A + dA) * (z + dz) - A * z - dA * z - A * dz) / (dA * z),
                    dz / z,
                    "however large dA: the error over the output that dA makes is the relative "
                    "change of the preactivation",
                    domain=(Ne(dA, 0), Ne(z, 0)),
                ),
            ),
            LUO + ", section 1.7; " + OWN,
        ),
    )


def lazy_drift() -> tuple[Derivation, ...]:
    """In the linear regime the parameters move by |y| / sqrt(lambda): as 1 / s with the output
    scale, as m^(-1/2) at kappa = m^(-1/2).
    """
    g, residual, rate = symbols("g r G", positive=True)  # gradient of a mode, its residual
    M = Symbol("M", positive=True)  # width as a real variable
    # kernel per neuron at kappa = 1, size of the parameters at the start
    share, size = (Function(name, positive=True)(M) for name in ("Theta_1", "theta_0"))
    impulse = Integral(g * residual * exp(-(g**2) * t), (t, 0, oo))
    moved = Derivation(
        "Distance in a mode",
        (Step(impulse, residual / g, "impulse of a mode that decays at the rate g^2"),),
        CHIZAT,
    )
    root = Defined(g, sqrt(lam), "by the rate of the mode")
    by_rate = Derivation(
        "Distance by the rate",
        (root, Step(impulse, residual / sqrt(lam), "r / sqrt(lambda)", uses=(moved, root))),
        CHIZAT,
    )
    neurons = Defined(lam, M * kappa**2 * share, "the kernel adds over M neurons")
    limit = Assumed(Eq(share, rate), "a kernel per neuron that does not depend on the width")
    units = Assumed(Eq(size, sqrt(M)), "M neurons that start at unit size")
    relative = Derivation(
        "Distance over the size of the start",
        (
            neurons,
            limit,
            units,
            *chain(
                impulse / size,
                To(residual / sqrt(lam) / size, "distance in a mode"),
                To(
                    residual / (sqrt(rate) * kappa * M),
                    "by the width",
                    uses=(neurons, limit, units),
                ),
                uses=(by_rate,),
            ),
        ),
        CHIZAT,
    )
    scaled = Step(
        Subs(impulse, g, s * g),
        residual / (s * g),
        "gradients grow with the scale, the start of the parameters does not",
        uses=(moved,),
    )

    def at(scale: Expr, found: Expr, why: str) -> tuple[Defined, Step]:
        chosen = Defined(kappa, scale, why)
        return chosen, Step(impulse / size, found, "so far", uses=(relative, chosen))

    with_limit, at_limit = at(
        1 / sqrt(M), residual / sqrt(rate * M), "the scale at which the kernel has a limit"
    )
    mean_field, at_mean_field = at(1 / M, residual / sqrt(rate), "the mean-field scale")
    return (
        moved,
        Derivation(
            "With the output scale",
            (
                scaled,
                Step(
                    s * Derivative(log(scaled.lhs), s),
                    Integer(-1),
                    "exponent in the scale",
                    uses=(scaled,),
                ),
            ),
            CHIZAT,
        ),
        Derivation(
            "With the width",
            (
                with_limit,
                at_limit,
                Step(
                    M * Derivative(log(at_limit.rhs), M),
                    -Rational(1, 2),
                    "exponent in the width",
                    uses=(at_limit,),
                ),
            ),
            CHIZAT,
        ),
        Derivation(
            "Mean-field scale",
            (
                mean_field,
                at_mean_field,
                Step(
                    M * Derivative(log(at_mean_field.rhs), M),
                    Integer(0),
                    "at kappa = 1 / m they move by their own size",
                    uses=(at_mean_field,),
                ),
            ),
            CHIZAT,
        ),
        by_rate,
        relative,
    )


def mirrored_error() -> tuple[Derivation, ...]:
    """For a smooth activation mirrored neurons cancel the second-order error: at kappa = m^(-1/2)
    what is left falls as 1 / m.
    """
    u, v, size = symbols("u v delta", real=True)  # impulses: da = u delta, dz = A v delta
    M = Symbol("M", positive=True)
    second, third = symbols("sigma_2 sigma_3", real=True)
    neuron = (A + u * size) * sigma(z + A * v * size)
    mirror = (-A + u * size) * sigma(z - A * v * size)
    left = u * A**2 * v**2 * second + A**4 * v**3 * third / 3
    names = tuple(
        Defined(name, Derivative(sigma(z), (z, order)), f"derivative of order {order} at z")
        for name, order in ((second, 2), (third, 3))
    )

    def derivative(output: Expr, order: int) -> Expr:
        return Subs(Derivative(output, (size, order)), size, 0)

    odd = Step(
        mirror,
        -Subs(neuron, size, -size),
        "delta moves a evenly and z oddly in a: the mirror image goes the other way",
    )
    even = Step(
        derivative(neuron + mirror, 2),
        Integer(0),
        "so the pair is odd in delta and has no second order",
        uses=(odd,),
    )
    cubic = Step(
        derivative(neuron + mirror, 3), 6 * left, "its first error is of third order", uses=names
    )
    error = (
        derivative(neuron + mirror, 2) * size**2 / 2 + derivative(neuron + mirror, 3) * size**3 / 6
    )
    pair = Derivation(
        "A neuron and its mirror image",
        (
            odd,
            even,
            *names,
            cubic,
            Step(
                error,
                left * size**3,
                "what the linearisation leaves out, up to third order",
                uses=(even, cubic),
            ),
        ),
        OWN,
    )
    impulse = Defined(s, 1 / (M * kappa**2), "the integral of the residual, by the rate M kappa^2")
    moved = Defined(size, kappa * s, "a neuron moves by kappa times that integral")
    scale = Defined(kappa, 1 / sqrt(M), "the scale at which the kernel has a limit")
    whole = chain(
        M * kappa * error,
        To(M * kappa * left * size**3, "M neurons"),
        To(left / (M**2 * kappa**2), "each moved by that impulse", uses=(moved, impulse)),
        To(left / M, "at kappa = m^(-1/2)", uses=(scale,)),
        uses=(pair,),
    )
    return (
        pair,
        Derivation(
            "Exponent in the width",
            (
                impulse,
                moved,
                scale,
                *whole,
                Step(
                    M * Derivative(left / M, M) / (left / M),
                    Integer(-1),
                    "exponent",
                    domain=(Ne(left, 0),),
                    uses=whole[-1:],
                ),
            ),
            OWN,
        ),
    )
