"""Into which directions do the input weights of a network that starts small gather, and why does
that make the network simpler?  How many directions there are and how they grow, early alignment,
splitting, dropout's penalty.

Setting.  f(x) = sum_k a_k sigma(w_k . x), loss (1/2n) sum_i (f(x_i) - y_i)^2, inputs with a bias
coordinate.  The multiplicity p of an activation is the order of its first term at 0 (a constant
sigma(0) aside): 1 for tanh, 2 for x tanh x, 3 for x^2 tanh x.

Result.  While f is small the neurons do not feel each other: da/dt = Q(w), dw/dt = a grad Q(w) with
the form Q of degree p in the data. Directions go to the critical points of Q on the sphere.  In one
dimension with bias they solve an equation of degree p: at most p lines, one for p = 1 in any
dimension.  For p = 1 all neurons grow alike, so nearly all condense; for p >= 2 the largest blow up
first and take the amplitude.  A ReLU neuron turns towards the drift of its cone.  Neurons of one
direction are one neuron, so the network is as complex as its directions are many; dropout adds a
penalty that is least when all neurons agree.

Source: phenomena of deep learning, section on condensation; Zhou, Zhou, Luo, Xu, Towards
understanding the condensation of neural networks at initial training, NeurIPS 2022; Maennel,
Bousquet, Gelly 2018 for ReLU; Zhang, Zhang, Luo, Xu, Embedding principle, NeurIPS 2021; Zhang, Xu,
Implicit regularization of dropout, 2022.
"""

from itertools import combinations, pairwise
from math import prod

from sympy import (
    And,
    Derivative,
    Eq,
    Equivalent,
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Limit,
    Matrix,
    Max,
    Ne,
    Not,
    Or,
    Piecewise,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    atan,
    binomial,
    cos,
    cosh,
    diff,
    exp,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from theory import (
    SO_FAR,
    Assumed,
    Decided,
    Defined,
    Derivation,
    Induction,
    Settles,
    Step,
    To,
    chain,
)

n, N, m = symbols("n N m", integer=True, positive=True)  # samples, neurons of a class, neurons
i, k, p = symbols("i k p", integer=True, positive=True)  # sample, neuron, multiplicity
j = Symbol("j", integer=True, nonnegative=True)  # power
sigma, Q = Function("sigma", real=True), Function("Q", real=True)
# output weights, inputs, targets, outputs
alpha, x, y, F = (IndexedBase(name, real=True) for name in ("alpha", "x", "y", "F"))
# a neuron's weights, slope w / b, preactivations, a move
a, b, w, u, z, z_1, z_2, s = symbols("a b w u z z_1 z_2 s", real=True)
total = Symbol("A", real=True)  # output weight of the neurons so far
# length of w, a factor, scale of the weights, size of the drift
r, c, eps, g = symbols("r c epsilon g", positive=True)
theta, t = symbols("theta t", real=True)  # atan2(b, w), time
one = Symbol("x", real=True)  # one of the inputs in one dimension
lam = Symbol("lambda", real=True)  # share of a neuron when it is split
amplitude = Symbol("h", real=True)  # what a neuron adds to the output at a sample
keep = Symbol("q", positive=True)  # probability that dropout keeps a neuron
# Q at a critical direction, start, a multiplicity above 1 as a real number
q_star, a_0, power = symbols("Q_star a_0 p_", positive=True)
NEURON = "simplicity essay; phenomena, section on condensation"
INITIAL = "Zhou, Zhou, Luo, Xu, NeurIPS 2022"
EARLY = "Maennel, Bousquet, Gelly, Gradient descent quantizes ReLU network features, 2018"
SPLIT = "Zhang, Zhang, Luo, Xu, Embedding principle of loss landscape, NeurIPS 2021"
DROPOUT = "Zhang, Xu, Implicit regularization of dropout, 2022"


def relu(value: Expr) -> Expr:
    """max(value, 0)"""
    return Max(value, 0)


# ---------------------------------------------------------------- one neuron, and neurons of one
# direction


def orientation_and_amplitude() -> tuple[Derivation, ...]:
    """A ReLU neuron as a function is given by the orientation of w and by a |w|."""
    return (
        Derivation(
            "Orientation and amplitude",
            (
                Step(
                    a * relu(r * z),
                    a * r * relu(z),
                    "w . x = |w| times the unit vector's product, and |w| > 0 leaves the maximum",
                ),
            ),
            NEURON,
            (Settles("relu-neuron-orientation-amplitude"),),
        ),
        Derivation(
            "The invariance behind it",
            (
                Step(
                    a / c * relu(c * z),
                    a * relu(z),
                    "what the input weight gains the output weight loses",
                ),
            ),
            NEURON,
        ),
        Derivation(
            "The opposite orientation",
            (Step(relu(-z), relu(z) - z, "is another neuron: both differ by a linear function"),),
            NEURON,
        ),
        Derivation(
            "An odd activation",
            (
                Step(
                    -a * Subs(tanh(u), u, -z),
                    a * tanh(z),
                    "the opposite orientation is the same neuron: count lines",
                ),
            ),
            NEURON,
        ),
    )


def condensed_neurons() -> tuple[Derivation, ...]:
    """ReLU neurons along one direction u, w_k = c_k u with c_k > 0, are one neuron with output
    weight sum a_k c_k, not sum a_k.
    """
    lengths = IndexedBase("c", positive=True)
    missed = Step(
        a * relu(c * z) + b * relu(z) - (a + b) * relu(z),
        a * (c - 1) * relu(z),
        "what the sum of the output weights misses",
    )
    classes = Sum(alpha[k] * sigma(z_1), (k, 1, N)) + Sum(alpha[k] * sigma(z_2), (k, N + 1, m))
    return (
        Derivation(
            "One direction, one neuron",
            (
                Induction(
                    N,
                    1,
                    alpha[1] * relu(lengths[1] * z),
                    SO_FAR + alpha[N + 1] * relu(lengths[N + 1] * z),
                    Sum(alpha[k] * lengths[k], (k, 1, N)) * relu(z),
                    "one neuron more of the same direction adds a c, by homogeneity",
                ),
            ),
            NEURON,
        ),
        Derivation(
            "The sum of output weights is not enough",
            (
                missed,
                Decided(
                    Implies(And(Ne(a, 0), Ne(c, 1), z > 0), Ne(missed.lhs, 0)),
                    "unless both lengths agree",
                    uses=(missed,),
                ),
            ),
            NEURON,
        ),
        Derivation(
            "Two classes of equal input weights",
            (
                Step(
                    classes,
                    sigma(z_1) * Sum(alpha[k], (k, 1, N))
                    + sigma(z_2) * Sum(alpha[k], (k, N + 1, m)),
                    "two neurons with the sums of the classes, whatever the activation",
                ),
            ),
            NEURON,
            (Settles("cond-two-clusters-equal-two-neurons"),),
        ),
    )


def copies() -> tuple[Derivation, ...]:
    """N copies with output weight a / N are the same function, but their tangent kernel is N times
    larger in a and N times smaller in w.
    """
    many = Sum(a / N * sigma(z), (k, 1, N))
    add_up = Step(many, a * sigma(z), "the copies add up")
    slopes = diff(sigma(z_1), z_1) * diff(sigma(z_2), z_2)
    copy = prod(Derivative(a / N * sigma(at), at) for at in (z_1, z_2))
    apart = Derivation(
        "Their kernel in the input weights",
        chain(
            Sum(copy, (k, 1, N)),
            To(Sum((a / N) ** 2 * slopes, (k, 1, N)), "each contributes 1 / N^2 of the neuron"),
            To(a**2 / N * slopes, "they train apart"),
        ),
        NEURON,
    )
    return (
        Derivation(
            "One neuron or ten",
            (
                add_up,
                Step(Subs(many, N, 10), a * sigma(z), "ten of them", uses=(add_up,)),
            ),
            NEURON,
            (Settles("one-vs-ten-neurons-same-function"),),
        ),
        Derivation(
            "Their kernel in the output weights",
            (
                Step(
                    Sum(sigma(z_1) * sigma(z_2), (k, 1, N)),
                    N * sigma(z_1) * sigma(z_2),
                    "each copy contributes what the neuron did",
                ),
            ),
            NEURON,
        ),
        apart,
        Derivation(
            "Their kernel in the input weights, at equal inputs",
            (
                Step(
                    Subs(apart.states[0], z_2, z_1),
                    a**2 / N * Derivative(sigma(z_1), z_1) ** 2,
                    "the square of the slope",
                    uses=(apart,),
                ),
            ),
            NEURON,
        ),
    )


# ---------------------------------------------------------------- small weights


def multiplicities() -> tuple[Derivation, ...]:
    """The first term of tanh, logistic and softplus at 0 has degree 1, that of x tanh x degree 2,
    of x^2 tanh x degree 3.
    """
    h = eps * z
    table = (
        ("tanh", tanh(h), 1, z),
        ("logistic, less its value at 0", 1 / (1 + exp(-h)) - Rational(1, 2), 1, z / 4),
        ("softplus, less its value at 0", log(1 + exp(h)) - log(2), 1, z / 2),
        ("x tanh x", h * tanh(h), 2, z**2),
        ("x^2 tanh x", h**2 * tanh(h), 3, z**3),
    )
    return tuple(
        Derivation(
            f"Multiplicity of {name}",
            (Step(Limit(value / eps**degree, eps, 0), first, f"degree {degree}"),),
            INITIAL,
        )
        for name, value, degree, first in table
    )


def initial_flow() -> tuple[Derivation, ...]:
    """While the output is small every neuron climbs its own a Q(w), and |w|^2 - p a^2 is
    conserved.
    """
    loss = Sum((eps * F[i] - y[i]) ** 2, (i, 1, n)) / (2 * n)
    label = Symbol("y", real=True)
    form = label * (w * one + b) ** p
    change = (
        2 * w * (a * Derivative(form, w)) + 2 * b * (a * Derivative(form, b)) - 2 * p * a * form
    )
    active = (w * one + b > 0,)
    gradient = tuple(
        Step(
            Derivative(form, weight),
            p * value * form / (w * one + b),
            f"a sample's term of Q, by {weight}",
            domain=active,
        )
        for weight, value in ((w, one), (b, 1))
    )
    return (
        Derivation(
            "The loss of a small output",
            (
                Step(
                    Subs(Derivative(loss, eps), eps, 0),
                    -Sum(y[i] * F[i], (i, 1, n)) / n,
                    "at leading order linear in the output, so neurons do not interact: the loss "
                    "falls by sum_k a_k Q(w_k)",
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Euler's identity",
            (
                *gradient,
                Step(
                    w * Derivative(form, w) + b * Derivative(form, b),
                    p * form,
                    "every sample's term of Q has degree p",
                    domain=active,
                    uses=gradient,
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "What a neuron conserves",
            (
                Step(
                    change,
                    Integer(0),
                    "d(|w|^2 - p a^2)/dt = 0: neurons that have grown have |w| = sqrt(p) |a|",
                    domain=active,
                ),
            ),
            INITIAL,
        ),
    )


def turning() -> tuple[Derivation, ...]:
    """The direction of a neuron climbs Q on the circle when a > 0 and descends it when a < 0."""
    profile = Function("P", real=True)
    inner = one * cos(theta) + sin(theta)
    form = (w * one + b) ** p
    ahead = cos(theta) - one * sin(theta)
    ray = ((w, b), (r * cos(theta), r * sin(theta)))
    active = (inner > 0,)
    slope = Derivation(
        "Slope of Q on the circle",
        (
            Step(
                Derivative(inner**p, theta),
                p * inner ** (p - 1) * ahead,
                "q'(theta)",
                domain=active,
            ),
        ),
        INITIAL,
    )
    on_ray = Step(Subs(w * one + b, *ray), r * inner, "so Q = |w|^p q(theta)")
    across = Step(
        -sin(theta) * Derivative(form, w) + cos(theta) * Derivative(form, b),
        p * (w * one + b) ** (p - 1) * ahead,
        "gradient across the ray",
        domain=(w * one + b > 0,),
    )
    q = Defined(profile(theta), inner**p, "q, a sample's term of Q on the circle")
    turn = Defined(u, Derivative(profile(theta), theta), "slope of any q on the circle")
    rise = Step(
        Subs(Derivative(profile(theta + a * r * u * s), s), s, 0),
        a * r * u**2,
        "dq/dt = q' dtheta/dt = a r q'^2 with r = |w|^(p - 2)",
        uses=(turn,),
    )
    return (
        Derivation(
            "Angular velocity",
            (
                on_ray,
                across,
                q,
                *chain(
                    a / r * Subs(across.lhs, *ray),
                    To(
                        a / r * p * on_ray.lhs ** (p - 1) * ahead,
                        "dtheta/dt, the velocity a grad Q across the ray over |w|",
                        uses=(across,),
                        domain=active,
                    ),
                    To(
                        a * r ** (p - 2) * Derivative(profile(theta), theta),
                        "so dtheta/dt = a |w|^(p - 2) q'(theta)",
                        uses=(on_ray, q, slope),
                        domain=active,
                    ),
                ),
            ),
            INITIAL,
        ),
        slope,
        Derivation(
            "Height on the way",
            (
                turn,
                rise,
                Decided(
                    And(
                        Implies(And(a > 0, Ne(u, 0)), rise.lhs > 0),
                        Implies(And(a < 0, Ne(u, 0)), rise.lhs < 0),
                    ),
                    "with u = q'(theta) and r > 0: maxima of q attract a > 0, minima a < 0",
                    uses=(rise,),
                ),
            ),
            INITIAL,
        ),
    )


moments = IndexedBase("M", real=True)


def moment(order: Expr, name: Expr) -> Defined:
    """M_j = sum_i y_i x_i^j"""
    return Defined(name, Sum(y[i] * x[i] ** order, (i, 1, n)), f"moment of order {order}")


def direction_equation() -> tuple[Derivation, ...]:
    """In one dimension with bias the slope u = w / b of a condensed direction solves an equation of
    degree p: at most p lines.
    """
    v = Symbol("v", real=True)
    above, below = (moment(order, moments[order]) for order in (j + 1, j - 1))
    coefficient = Function("C", real=True)(j, x[i])
    level = w * x[i] + b
    cross = Step(
        b * Derivative(level**p, w) - w * Derivative(level**p, b),
        p * level ** (p - 1) * (b * x[i] - w),
        "zero where grad Q is parallel to (w, b): a sample's term",
        domain=(Ne(level, 0),),
    )
    on_ray = Step(
        Subs(level, w, u * b) ** (p - 1),
        b ** (p - 1) * (u * x[i] + 1) ** (p - 1),
        "w = u b: the preactivation is a multiple of b",
    )
    turned = Subs(cross.lhs, w, u * b)
    by_slope = chain(
        turned,
        To(p * on_ray.lhs * b * (x[i] - u), "the term on the ray", uses=(cross,)),
        To(p * b**p * (u * x[i] + 1) ** (p - 1) * (x[i] - u), "in powers of b", uses=(on_ray,)),
    )
    term = Derivation("Rays that do not turn, one sample", (cross, on_ray, *by_slope), INITIAL)

    def entry(multiplicity: Expr) -> Expr:
        return binomial(multiplicity - 1, j) * x[i] ** (j + 1) - binomial(
            multiplicity - 1, j - 1
        ) * x[i] ** (j - 1)

    multiplied = Induction(
        p,
        1,
        KroneckerDelta(j, 0) * x[i] ** (j + 1) - KroneckerDelta(j - 1, 0) * x[i] ** (j - 1),
        coefficient + x[i] * coefficient.subs(j, j - 1),
        entry(p),
        "the coefficient of u^j in (u x + 1)^(p - 1) (x - u): that of x - u, then times u x + 1, "
        "those of u^j and u^(j - 1)",
        so_far=coefficient,
        domain=(Ne(x[i], 0),),
    )
    return (
        Derivation(
            "Rays that do not turn",
            (
                Step(
                    Sum(y[i] * turned, (i, 1, n)),
                    p * b**p * Sum(y[i] * (u * x[i] + 1) ** (p - 1) * (x[i] - u), (i, 1, n)),
                    "the powers of b cancel: sum y (u x + 1)^(p - 1) (x - u) = 0",
                    uses=(term,),
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Coefficients of the equation",
            (
                multiplied,
                above,
                below,
                Step(
                    Sum(y[i] * coefficient, (i, 1, n)),
                    binomial(p - 1, j) * moments[j + 1] - binomial(p - 1, j - 1) * moments[j - 1],
                    "summed over the samples with weight y",
                    uses=(multiplied, above, below),
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Degree",
            (
                Step(
                    Subs((one + v) ** (p - 1) * (v * one - 1), v, 0),
                    -(one ** (p - 1)),
                    "in v = 1 / u, times v^p: the coefficient of u^p is -M_(p - 1); where it "
                    "vanishes b = 0 is a solution",
                ),
            ),
            INITIAL,
        ),
        term,
        Derivation(
            "The equation for p = 1",
            (
                Step(
                    Subs((u * one + 1) ** (p - 1) * (one - u), p, 1),
                    one - u,
                    "of u^1 the coefficient is -1, of higher powers zero",
                ),
            ),
            INITIAL,
        ),
    )


def one_line() -> tuple[Derivation, ...]:
    """For multiplicity 1 the input weights of all neurons gather on one line, that of sum y x, in
    any dimension.
    """
    # components of w along the drift and across it
    along, across = symbols("W_parallel W_perp", real=True)
    left = Symbol("h", positive=True)  # exp(-|g| t)
    output = a * cosh(g * t) + along * sinh(g * t)
    parallel = along * cosh(g * t) + a * sinh(g * t)
    ratio = Symbol("R", positive=True)  # W_perp / (a + W_parallel), whatever the scale
    by_exponentials = Step(
        parallel,
        ((a + along) * exp(g * t) + (along - a) * exp(-g * t)) / 2,
        "the component along the line, by exponentials",
    )
    angle = Step(
        Subs(2 * ratio * left, left, c * eps),
        2 * c * ratio * eps,
        "weights of size epsilon grow by 1 / (c epsilon)",
    )

    def solution(title: str, moved: Expr, speed: Expr, start: Expr, why: str) -> Derivation:
        flow = Step(Derivative(moved, t), g * speed, why)
        return Derivation(
            title,
            (
                flow,
                *chain(
                    start + Integral(g * speed, (t, 0, t)),
                    To(
                        start + Integral(Derivative(moved, t), (t, 0, t)),
                        "the start and what the flow adds",
                        uses=(flow,),
                    ),
                    To(moved, "so it solves the flow"),
                ),
            ),
            INITIAL,
        )

    return (
        solution(
            "Flow along the drift",
            parallel,
            output,
            along,
            "the component of w along g grows by |g| a; the components across g stay",
        ),
        Derivation(
            "Angle to the line",
            (
                by_exponentials,
                Step(
                    Limit(exp(g * t) * across / parallel, t, oo),
                    2 * across / (a + along),
                    "the tangent of the angle falls like h = exp(-|g| t), with the same factor for "
                    "all scales of the start",
                    domain=(a + along > 0,),
                    uses=(by_exponentials,),
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Angle when the output has grown to a given size",
            (
                angle,
                Step(
                    eps * Derivative(log(angle.lhs), eps),
                    Integer(1),
                    "the angle is of first order in the scale",
                    uses=(angle,),
                ),
            ),
            INITIAL,
        ),
        solution(
            "Flow of the output weight",
            output,
            parallel,
            a,
            "da/dt = |g| times the component of w along g",
        ),
    )


def two_lines() -> tuple[Derivation, ...]:
    """For multiplicity 2 there are two lines, and they are perpendicular: the eigenvectors of
    sum y x x'.  Only where M_1 = 0 and M_2 = M_0 no direction turns.
    """
    M0, M1, M2 = M = symbols("M_0:3", real=True)
    data = tuple(moment(order, name) for order, name in enumerate(M))
    spread = M2 - M0
    root = sqrt(spread**2 + 4 * M1**2)
    solutions = symbols("u_1 u_2", real=True)
    named = tuple(
        Defined(slope, (spread + sign * root) / (2 * M1), f"{which}, real for all data")
        for slope, sign, which in zip(solutions, (1, -1), ("a slope", "another"), strict=True)
    )
    bent = (Ne(M1, 0),)
    first, second = solutions
    equation = Step(
        Sum(y[i] * (u * x[i] + 1) * (x[i] - u), (i, 1, n)),
        -M1 * u**2 + spread * u + M1,
        "the equation for p = 2",
        uses=data,
    )
    factors = Step(
        equation.lhs,
        -M1 * (u - first) * (u - second),
        "these two solve it, and no other",
        domain=bent,
        uses=(equation, *named),
    )
    turning_away = Step(
        Sum(y[i] * (w * x[i] + b) * (b * x[i] - w), (i, 1, n)),
        M1 * (b**2 - w**2) + spread * w * b,
        "the same with w and b",
        uses=data,
    )
    return (
        Derivation(
            "Two perpendicular lines",
            (
                *data,
                *named,
                equation,
                factors,
                *chain(
                    first * second,
                    To(
                        -Subs(equation.lhs, u, 0) / M1,
                        "Vieta",
                        uses=(factors,),
                        domain=bent,
                    ),
                    To(
                        Integer(-1),
                        "(u, 1) and (u', 1) are perpendicular",
                        uses=(equation,),
                        domain=bent,
                    ),
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Two perpendicular lines, M_1 = 0",
            (
                *data,
                turning_away,
                Decided(
                    Implies(
                        And(Eq(M1, 0), Ne(M2, M0)),
                        Equivalent(Eq(turning_away.lhs, 0), Or(Eq(w, 0), Eq(b, 0))),
                    ),
                    "the axes, unless M_2 = M_0",
                    uses=(turning_away,),
                ),
            ),
            INITIAL,
        ),
    )


def three_lines() -> tuple[Derivation, ...]:
    """For multiplicity 3 one line or three occur, according to the data, and not four."""
    M0, M1, M2, M3 = M = symbols("M_0:4", real=True)
    data = tuple(moment(order, name) for order, name in enumerate(M))
    cubic = -M2 * u**3 + (M3 - 2 * M1) * u**2 + (2 * M2 - M0) * u + M1
    roots = symbols("u_1:5", real=True)
    ordered = And(*(low < high for low, high in pairwise(roots)))
    by_moments = tuple(
        Step(
            Sum(y[i] * (slope * x[i] + 1) ** 2 * (x[i] - slope), (i, 1, n)),
            cubic.subs(u, slope),
            f"the equation for p = 3 at the slope {slope}",
            uses=data,
        )
        for slope in roots
    )
    farther = sqrt(2 - M0 / M2)
    return (
        Derivation(
            "The equation for p = 3",
            (
                *data,
                *by_moments,
                Decided(
                    Implies(
                        And(ordered, Ne(M2, 0)),
                        Not(And(*(Eq(value.lhs, 0) for value in by_moments))),
                    ),
                    "four slopes do not solve it",
                    uses=by_moments,
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Data with one line",
            (
                Decided(
                    Implies(And(Eq(M1, 0), Eq(M3, 0), M0 > 2 * M2, M2 > 0, Ne(u, 0)), Ne(cubic, 0)),
                    "inputs in pairs +-x of equal targets, M_0 > 2 M_2 > 0: only u = 0",
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Data with three lines",
            chain(
                Subs(cubic, (M1, M3), (0, 0)),
                To(u * (2 * M2 - M0 - M2 * u**2), "inputs in pairs +-x of equal targets"),
                To(
                    -M2 * u * (u - farther) * (u + farther),
                    "M_0 < 2 M_2: two more",
                    domain=(M2 > 0, M0 < 2 * M2),
                ),
            ),
            INITIAL,
        ),
    )


def more_lines_in_higher_dimension() -> tuple[Derivation, ...]:
    """With three inputs and bias, multiplicity 3 has data with four attracting lines: the bound p
    is one of one dimension.
    """
    # four inputs with their bias
    signs = Matrix([[1, 1, 1, 1], [1, -1, -1, 1], [-1, 1, -1, 1], [-1, -1, 1, 1]])
    # components of the direction along the four inputs, over |(x, 1)| = 2
    unit = symbols("e_1:5", real=True)
    near = (1 - eps**2) ** Rational(3, 2) + eps**3
    cubes = sum(e**3 for e in unit)
    return (
        Derivation(
            "Four perpendicular inputs",
            (
                Step(
                    sum(v**2 for v in signs * Matrix(unit)),
                    4 * sum(e**2 for e in unit),
                    "a basis: Q is a multiple of the sum of cubes",
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Each of them attracts",
            (
                Decided(
                    Implies(
                        Eq(sum(e**2 for e in unit), 1),
                        And(cubes <= 1, Equivalent(Eq(cubes, 1), Or(*(Eq(e, 1) for e in unit)))),
                    ),
                    "the sum of cubes is at most 1, its value at each input and nowhere else",
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Near each of them",
            (
                Step(
                    Limit((near - 1) / eps**2, eps, 0),
                    -Rational(3, 2),
                    "the sum of cubes falls off towards the others: a maximum of Q",
                ),
            ),
            INITIAL,
        ),
    )


def growth() -> tuple[Derivation, ...]:
    """On a condensed ray neurons grow exponentially for p = 1 and blow up in finite time for p >=
    2, the largest first.
    """
    weight, bracket = (Function(name, positive=True) for name in ("a", "B"))
    big, small, rest, lag = symbols("a_1 a_2 tau delta", positive=True)
    above_one = (power > 1,)
    left = a_0 ** (1 - power) - (power - 1) * g * t
    end = a_0 ** (1 - power) / ((power - 1) * g)
    flow = Assumed(
        Eq(Derivative(weight(t), t), q_star * (sqrt(power) * weight(t)) ** power),
        "da/dt = Q |w|^p on the ray, |w| = sqrt(p) a",
    )
    speed = Defined(g, q_star * power ** (power / 2), "the rate of growth")
    name = Defined(bracket(t), weight(t) ** (1 - power), "the bracket")
    start = Assumed(Eq(bracket(0), a_0 ** (1 - power)), "starts at a_0")
    grows = Step(Derivative(weight(t), t), g * weight(t) ** power, "the flow", uses=(flow, speed))
    falls = Step(
        Derivative(bracket(t), t),
        (1 - power) * weight(t) ** -power * Derivative(weight(t), t),
        "chain rule",
        uses=(name,),
    )
    steadily = Step(falls.lhs, (1 - power) * g, "at a constant rate", uses=(falls, grows))
    adds_up = Step(
        bracket(t),
        bracket(0) + Integral(falls.lhs, (t, 0, t)),
        "fundamental theorem of calculus",
    )
    linear = Step(bracket(t), left, "it falls linearly", uses=(adds_up, steadily, start))
    return (
        Derivation(
            "Growth for p = 1",
            (
                Step(
                    Derivative(a * exp(g * t), t),
                    g * (a * exp(g * t)),
                    "da/dt = |g| a on the ray, |w| = a",
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Growth for p >= 2",
            (
                flow,
                speed,
                name,
                start,
                grows,
                falls,
                steadily,
                adds_up,
                linear,
                *chain(
                    weight(t),
                    To(
                        bracket(t) ** (-1 / (power - 1)),
                        "by the bracket",
                        uses=(name,),
                        domain=above_one,
                    ),
                    To(
                        left ** (-1 / (power - 1)),
                        "as long as the bracket is positive",
                        uses=(linear,),
                        domain=(*above_one, left > 0),
                    ),
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Time of the blow-up",
            (
                Step(
                    left,
                    (power - 1) * g * (end - t),
                    "the bracket vanishes at this time",
                    domain=above_one,
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "The larger the sooner",
            chain(
                Derivative(end, a_0),
                To(-(a_0**-power) / g, "the time of the blow-up by the start", domain=above_one),
                To(Integer(0), "it falls", relation="<"),
            ),
            INITIAL,
        ),
        Derivation(
            "Ratios for p = 1",
            (
                Step(
                    Derivative(log(big * exp(g * t)) - log(small * exp(g * t)), t),
                    Integer(0),
                    "ratios stay: nearly all condense",
                ),
            ),
            INITIAL,
        ),
        Derivation(
            "Ratios at the blow-up",
            (
                Step(
                    Limit(rest**-c / (rest + lag) ** -c, rest, 0),
                    oo,
                    "a is the bracket to the power -c, c = 1 / (p - 1): the ratio of the largest, "
                    "bracket tau, to another, tau + delta; it takes all of the amplitude",
                ),
            ),
            INITIAL,
        ),
    )


# ---------------------------------------------------------------- ReLU


def early_alignment() -> tuple[Derivation, ...]:
    """A ReLU neuron with a > 0 turns towards the drift v of its cone, one with a < 0 away from it,
    and nothing else stands still.
    """
    v_1, v_2 = symbols("v_1 v_2", real=True)
    height = (w * v_1 + b * v_2) / sqrt(w**2 + b**2)
    cone = Assumed(
        "the active samples do not change",
        "w stays in its cone, where v = (1/n) sum of y x over active samples is fixed",
    )
    length = Defined(r, sqrt(w**2 + b**2), "the length of w")
    climb = Step(
        a * (v_1 * Derivative(height, w) + v_2 * Derivative(height, b)),
        a * (v_1 * b - v_2 * w) ** 2 / r**3,
        "dw/dt = a v: how the product of direction and drift changes",
        uses=(cone, length),
    )
    on_the_line = Eq((v_1**2 + v_2**2) * (w**2 + b**2), (w * v_1 + b * v_2) ** 2)
    return (
        Derivation(
            "Height of the direction",
            (
                cone,
                length,
                climb,
                Decided(
                    And(
                        Implies(a > 0, climb.lhs >= 0),
                        Implies(a < 0, climb.lhs <= 0),
                        Implies(Ne(a, 0), Equivalent(Eq(climb.lhs, 0), on_the_line)),
                    ),
                    "it rises for a > 0, falls for a < 0 and stands still only along the line of v",
                    uses=(climb,),
                ),
            ),
            EARLY,
        ),
    )


def four_points() -> tuple[Derivation, ...]:
    """On x = -1/2, -1/6, 1/6, 1/2 with y = x^2 the only fixed direction of early alignment for a >
    0 is that of the constant neuron.
    """
    inputs = [Rational(-1, 2), Rational(-1, 6), Rational(1, 6), Rational(1, 2)]
    conditions = []
    for active in range(16):
        on = [bool(active >> place & 1) for place in range(4)]
        v = [
            sum(
                (at**2 * part for at, part, here in zip(inputs, parts, on, strict=True) if here),
                S.Zero,
            )
            / 4
            for parts in (inputs, [S.One] * 4)
        ]
        cone = [
            w * at + b > 0 if here else w * at + b <= 0 for at, here in zip(inputs, on, strict=True)
        ]
        if any(v):
            conditions.append(And(*cone, Eq(w, c * v[0]), Eq(b, c * v[1])))
    orientation = atan(Rational(1, 6))
    target = Step(
        Sum((-Rational(1, 2) + (j - 1) / S(3)) ** 2, (j, 1, 4)),
        Rational(5, 9),
        "four times the mean target",
    )
    dead = tuple(  # directions of slope b / w, both ways
        Step(
            Piecewise((1 / (1 + b**2), And(*(sign * at + b <= 0 for at in inputs))), (0, True)),
            Piecewise((1 / (1 + b**2), b <= -Rational(1, 2)), (0, True)),
            f"angle where no sample is active: b <= -|w| / 2, here w = {sign}",
        )
        for sign in (1, -1)
    )
    cosine = Defined(r, cos(orientation), "the cosine of the orientation")
    kinks = tuple(
        Step(
            Subs(w * one + b, (w, b), (cos(angle), sin(angle))),
            right * r * (one - right * Rational(1, 6)),
            f"the orientation {angle} has its kink on the sample {right}/6",
            uses=(cosine,),
        )
        for angle, right in ((-orientation, 1), (orientation - pi, -1))
    )
    pair = Step(
        c / r * sum(relu(kink.lhs) for kink in kinks),
        c * (relu(one - Rational(1, 6)) + relu(-one - Rational(1, 6))),
        "a neuron of each, with a |w| cos = c",
        uses=kinks,
    )
    return (
        Derivation(
            "Fixed directions",
            (
                Decided(
                    Implies(Or(*conditions), And(Eq(w, 0), b > 0)),
                    "in no other cone does the drift lie in its cone",
                ),
            ),
            EARLY + "; data of " + INITIAL,
        ),
        Derivation(
            "Share of directions that are dead from the start",
            (
                *dead,
                Step(
                    sum(Integral(way.lhs, (b, -oo, oo)) for way in dead) / (2 * pi),
                    Rational(1, 2) - atan(Rational(1, 2)) / pi,
                    "their share of the circle",
                    uses=dead,
                ),
            ),
            EARLY,
        ),
        Derivation(
            "Kinks at the end",
            (
                cosine,
                *kinks,
                pair,
                Step(
                    Matrix(
                        [
                            Subs(Rational(1, 36) + pair.lhs, (c, one), (Rational(2, 3), at))
                            for at in inputs
                        ]
                    ),
                    Matrix([at**2 for at in inputs]),
                    "c = 2/3 and a constant fit the four targets",
                    uses=(pair,),
                ),
            ),
            EARLY,
        ),
        Derivation(
            "The constant neuron",
            (
                target,
                Decided(
                    Implies(And(Eq(w, 0), Eq(b, c * target.lhs / 4)), Or(*conditions)),
                    "its direction is fixed, and its height the mean target",
                    uses=(target,),
                ),
            ),
            EARLY + "; data of " + INITIAL,
        ),
    )


# ---------------------------------------------------------------- splitting a neuron


def splitting() -> tuple[Derivation, ...]:
    """Splitting a neuron into shares of its output weight maps critical points to critical points
    and keeps every curvature met before.
    """
    at, goal, rest = symbols("x Y R", real=True)

    def loss(output: Expr) -> Expr:
        return (rest + output - goal) ** 2 / 2

    a_1, w_1, a_2, w_2 = symbols("a_1 w_1 a_2 w_2", real=True)
    two = loss(a_1 * sigma(w_1 * at) + a_2 * sigma(w_2 * at))
    one = loss(a * sigma(w * at))
    split = ((a_1, w_1, a_2, w_2), (lam * a, w, (1 - lam) * a, w))
    moved = loss(
        lam * (a + s * u) * sigma((w + s * z) * at)
        + (1 - lam) * (a + s * u) * sigma((w + s * z) * at)
    )
    apart = loss(
        lam * a * sigma((w + (1 - lam) * s) * at) + (1 - lam) * a * sigma((w - lam * s) * at)
    )
    error = rest + a * sigma(w * at) - goal
    bend = Subs(Derivative(sigma(z), z, 2), z, w * at)
    same = lam * (1 - lam)
    together = Step(
        moved,
        loss((a + s * u) * sigma((w + s * z) * at)),
        "moves shared by both give the loss of the neuron moved",
    )
    lengths = IndexedBase("c", positive=True)
    shares = Assumed(Eq(Sum(lengths[k] ** 2, (k, 1, N)), 1), "squares that add up to 1")
    return (
        Derivation(
            "Gradients of the shares",
            (
                Step(
                    Matrix([Subs(Derivative(two, weight), *split) for weight in split[0]]),
                    Matrix(
                        [
                            Derivative(one, a),
                            lam * Derivative(one, w),
                            Derivative(one, a),
                            (1 - lam) * Derivative(one, w),
                        ]
                    ),
                    "both output weights have the gradient of the neuron, each input weight a "
                    "share of it: where one vanishes all do",
                ),
            ),
            SPLIT,
        ),
        Derivation(
            "Old curvatures",
            (
                together,
                Step(
                    Subs(Derivative(moved, s, 2), s, 0),
                    Subs(Derivative(together.rhs, s, 2), s, 0),
                    "so on that subspace the Hessian is the old one: no negative curvature is lost",
                    uses=(together,),
                ),
            ),
            SPLIT,
        ),
        Derivation(
            "A flat direction",
            (
                Step(
                    Derivative(
                        loss((lam * a + s) * sigma(w * at) + ((1 - lam) * a - s) * sigma(w * at)), s
                    ),
                    Integer(0),
                    "moving the share itself changes nothing",
                ),
            ),
            SPLIT,
        ),
        Derivation(
            "The new curvature",
            (
                Step(
                    Subs(Derivative(apart, s, 2), s, 0),
                    same * a * error * at**2 * bend,
                    "moving the two input weights apart: lambda (1 - lambda) a times the mean of "
                    "e sigma'' x^2",
                ),
            ),
            SPLIT,
        ),
        Derivation(
            "Minima can become saddles",
            (
                Decided(
                    And(
                        Equivalent(And(lam > 0, lam < 1), same > 0),
                        Equivalent(Or(lam > 1, lam < 0), same < 0),
                    ),
                    "its sign differs between shares inside (0, 1) and outside, so one of both "
                    "kinds is a saddle unless it vanishes",
                ),
            ),
            SPLIT,
        ),
        Derivation(
            "Split ReLU neurons stay split",
            (
                Step(
                    Matrix([-u * relu(c * z), -u * (c * a) * at * relu(c * z) / (c * z)]),
                    Matrix([c * (-u * relu(z)), c * (-u * a * at * relu(z) / z)]),
                    "output and input weight of (c a, c w) move c times as fast, for the slope "
                    "relu(z) / z: c stays",
                    domain=(Ne(z, 0),),
                ),
            ),
            SPLIT,
        ),
        Derivation(
            "Split ReLU neurons keep the function",
            (
                shares,
                *chain(
                    Sum(lengths[k] * a * relu(lengths[k] * z), (k, 1, N)),
                    To(
                        a * relu(z) * Sum(lengths[k] ** 2, (k, 1, N)),
                        "(c a, c w) is c^2 of the neuron",
                    ),
                    To(a * relu(z), "the neuron", uses=(shares,)),
                ),
            ),
            SPLIT,
        ),
    )


# ---------------------------------------------------------------- dropout


def dropout() -> tuple[Derivation, ...]:
    """Dropout adds (1 - q) / q sum a_k^2 sigma(w_k x)^2 to the squared error on average, q the
    probability to keep a neuron.
    """
    goal, expected = Symbol("Y", real=True), Function("E", real=True)
    penalty = (1 - keep) / keep
    error, squares = Sum(alpha[k], (k, 1, N)) - goal, Sum(alpha[k] ** 2, (k, 1, N))
    masks = Induction(
        N,
        1,
        keep * (alpha[1] / keep - goal) ** 2 + (1 - keep) * goal**2,
        keep * expected(goal - alpha[N + 1] / keep) + (1 - keep) * expected(goal),
        error**2 + penalty * squares,
        "mean over the masks: one neuron more is kept and divided by q, or dropped; squared error "
        "plus (1 - q) / q times the sum of the squared neurons",
        so_far=expected(goal),
    )
    return (
        Derivation(
            "Variance of one neuron under dropout",
            (
                Step(
                    keep * (amplitude / keep) ** 2 - amplitude**2,
                    penalty * amplitude**2,
                    "kept and divided by q, or dropped",
                ),
            ),
            DROPOUT,
        ),
        Derivation(
            "Mean of the loss over masks",
            (
                masks,
                Step(
                    Subs(expected(goal), keep, Rational(1, 2)),
                    error**2 + squares,
                    "q = 1/2: the sum itself",
                    uses=(masks,),
                ),
            ),
            DROPOUT,
        ),
    )


def dropout_favours_agreement() -> tuple[Derivation, ...]:
    """At a given output the penalty of dropout is least when all neurons give the same output on
    every sample: when they have condensed.
    """
    h = symbols("h_1:4", real=True)
    three = Step(
        3 * sum(out**2 for out in h) - sum(h) ** 2,
        sum((out - other) ** 2 for out, other in combinations(h, 2)),
        "the squares of their differences",
    )
    return (
        Derivation(
            "Distance from agreement",
            chain(
                N * Sum(F[k] ** 2, (k, 1, N)) - Sum(F[k], (k, 1, N)) ** 2,
                To(
                    Sum(Sum((F[i] - F[k]) ** 2, (i, 1, N)), (k, 1, N)) / 2,
                    "the squares of the differences, each pair twice",
                ),
                To(Integer(0), "so the sum of squares is least for equal outputs", relation=">="),
            ),
            DROPOUT,
        ),
        Derivation(
            "ReLU neurons that agree",
            (
                Decided(
                    Implies(
                        And(
                            Eq(w * z_1 + b, c * (u * z_1 + s)),
                            Eq(w * z_2 + b, c * (u * z_2 + s)),
                            Ne(z_1, z_2),
                        ),
                        And(Eq(w, c * u), Eq(b, c * s)),
                    ),
                    "agreement on two inputs where both are active means one direction",
                ),
            ),
            DROPOUT,
        ),
        Derivation(
            "Three neurons at the least penalty",
            (
                three,
                Decided(
                    Implies(Eq(three.lhs, 0), And(Eq(h[0], h[1]), Eq(h[1], h[2]))),
                    "it vanishes only when all agree",
                    uses=(three,),
                ),
            ),
            DROPOUT,
        ),
    )
