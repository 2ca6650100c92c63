"""At which sharpness does a method of descent lose its footing, and what happens there?  Thresholds
of eight methods, exact maps of a product, self-stabilisation, a network that sharpens.

Setting.  lambda is the largest eigenvalue of the Hessian (the sharpness), eta the step, sigma = eta
lambda.  On lambda x^2 / 2 a method multiplies x by its amplification R(z), z = -eta lambda, or has
two multipliers when it remembers one step; it is stable where all are inside the unit circle.  The
threshold belongs to the method and not to the loss: descent 2 / eta, averaged momentum 2 (1 + beta)
/ (eta (1 - beta)), the fourth order Runge-Kutta method 2.785 / eta, the flow none.  Descent leaves
through R = -1 and oscillates; Heun and the fourth order leave through R = +1 and do not.

Beyond the threshold.  On L = (1 - x y)^2 / 2 descent flattens what the flow conserves, and a valley
entered at sigma = 2 + e is left at 2 - e - 2 e^2 / 3.  Where the sharpness pushes up at the rate
alpha, oscillation pushes it down, and the balance is stable iff a cubic term is large enough.  A
two-layer linear network from a small start sharpens by (rho + 1 / rho) / 2, rho the share of its
fastest mode in the teacher.

Source: chapter on phenomena, edge of stability; Cohen et al., ICLR 2021; Damian, Nichani, Lee, ICLR
2023; Wu, Ma, E, NeurIPS 2018.
"""

from sympy import (
    Abs,
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
    Limit,
    Ne,
    Or,
    Rational,
    Subs,
    Sum,
    Symbol,
    asinh,
    exp,
    log,
    sqrt,
    symbols,
)
from sympy.logic.boolalg import Boolean

from theory import (
    SO_FAR,
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import OWN

lam, eta, t = symbols("lambda eta t", positive=True)  # sharpness, step, time
sigma = Symbol("sigma", positive=True)  # eta lambda
z = Symbol("z", real=True)  # -eta lambda; a multiplier of a method with memory
beta = Symbol("beta", nonnegative=True)  # momentum
x, y, m, n = symbols("x y m n", real=True)
r, q = symbols("r q", real=True)  # 1 - x y and x^2 - y^2
c = Symbol("c", positive=True)  # sharpness at the edge in units of the step
s = Symbol("s", positive=True)  # x^2 + y^2
size = Symbol("Q", positive=True)  # |x^2 - y^2|
turn = Symbol("w", real=True)  # eta r
start = Symbol("r_0", real=True)  # residual at the start
f_2 = Symbol("f_2", positive=True)  # derivatives of a loss at its minimum
f_3, f_4 = symbols("f_3 f_4", real=True)
a, v = symbols("a v", positive=True)  # mean and variance of curvatures
points, batch = symbols("n B", integer=True, positive=True)
# a two-layer linear network: |a|, a weight, and rates and targets of modes
A = Symbol("A", positive=True)
weight, target = symbols("w t_1", real=True)
L_i, L_j = symbols("lambda_i lambda_j", positive=True)
t_i, t_j = symbols("t_i t_j", real=True)
norm = Symbol("tau", positive=True)  # |t|
same = Symbol("delta", nonnegative=True)  # one for i = j, else zero
# rate of sharpening, square of the slope of the sharpness; log x^2
alpha, b = symbols("alpha b", positive=True)
log_x = Symbol("l", real=True)
e = Symbol("e", positive=True)  # sigma - 2 at the start
HAIRER = "Hairer, Wanner, Solving Ordinary Differential Equations II, Springer 1996, section IV.2"
JURY = "Jury, Theory and Application of the z-Transform Method, Wiley 1964"
COHEN = "Cohen et al., ICLR 2021"
DAMIAN = "Damian, Nichani, Lee, ICLR 2023"
WU = "Wu, Ma, E, NeurIPS 2018"
KREISLER = "Kreisler et al., ICML 2023; Zhu et al., ICLR 2023"
PRODUCT = (1 - x * y) ** 2 / 2  # the loss of a product
CHEN = "Chen, Bruna, Beyond the edge of stability via two-step gradient updates, arXiv 2206.04172"
SAXE = "Saxe, McClelland, Ganguli, ICLR 2014"
ONE_STEP = ("flow", "descent", "heun", "rk3", "rk4", "implicit")  # order of ``amplification``


def _pull(v: Expr) -> Expr:
    return -lam * v  # x' = -lambda x


def _in_units() -> Defined:
    """A definition for one derivation: it stands in no other one."""
    return Defined(z, -eta * lam, "in units of the step")


def _inside(v: Expr) -> Boolean:
    return And(v < 1, v > -1)


def _iff(one: Boolean, other: Boolean) -> Boolean:
    return And(Implies(one, other), Implies(other, one))


def _next(method: str) -> Expr:
    """Where a method goes from x = 1 in one step, its stages written out."""
    one = Integer(1)
    first = _pull(one)
    half = _pull(one + eta / 2 * first)
    if method == "descent":
        return one + eta * first
    if method == "heun":
        return one + eta / 2 * (first + _pull(one + eta * first))
    if method == "rk3":
        return one + eta / 6 * (first + 4 * half + _pull(one - eta * first + 2 * eta * half))
    third = _pull(one + eta / 2 * half)
    return one + eta / 6 * (first + 2 * half + 2 * third + _pull(one + eta * third))


def amplification() -> tuple[Derivation, ...]:
    """A Runge-Kutta method of order p up to four multiplies x by the first p + 1 terms of exp(z),
    implicit descent by 1 / (1 - z), and the flow by exp(z).
    """
    slope = Derivative(exp(-lam * t), t) / exp(-lam * t)
    units = [_in_units() for _ in ONE_STEP]
    falls = Step(slope, -lam, "exp(-lambda t) solves x' = -lambda x")
    factors = {
        "descent": 1 + z,
        "heun": 1 + z + z**2 / 2,
        "rk3": 1 + z + z**2 / 2 + z**3 / 6,
        "rk4": 1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24,
    }
    return (
        Derivation(
            "Amplification of the flow",
            (
                falls,
                units[0],
                Step(
                    exp(Integral(slope, (t, 0, eta))),
                    exp(z),
                    "after time eta",
                    uses=(falls, units[0]),
                ),
            ),
            HAIRER,
        ),
        *(
            Derivation(
                f"Amplification of {method}",
                (
                    unit,
                    Step(_next(method), factor, "the stages put into each other", uses=(unit,)),
                ),
                HAIRER,
            )
            for unit, (method, factor) in zip(units[1:5], factors.items(), strict=True)
        ),
        Derivation(
            "Amplification of implicit descent",
            (
                units[5],
                Step(
                    1 / (1 - eta * _pull(Integer(1))),
                    1 / (1 - z),
                    "the slope is taken at the end, x = 1, which is the start plus that step",
                    uses=(units[5],),
                ),
            ),
            HAIRER,
        ),
    )


def flow_has_no_edge() -> tuple[Derivation, ...]:
    """The flow on a quadratic is stable at every sharpness, above 2 / eta too, and so is implicit
    descent.
    """
    _, descent, *_, implicit = derive(amplification)
    units, of_implicit = _in_units(), _in_units()
    size = exp(-lam * t) ** 2
    below = Step(Derivative(size, t), Integer(0), "it shrinks at every moment", "<")
    return (
        Derivation(
            "The flow beyond 2 / eta",
            (
                below,
                Counterexample(
                    Implies(lam > 2 / eta, Derivative(size, t) >= 0),
                    ((lam, 3), (eta, 1), (t, 1)),
                    "a sharpness above 2 / eta at which the flow does not grow",
                    uses=(below,),
                ),
            ),
            HAIRER,
            (Settles("eos-quadratic-threshold", part="flow"),),
        ),
        Derivation(
            "Descent at 2 / eta",
            (
                units,
                Decided(
                    Equivalent(_inside(descent.states[0]), lam < 2 / eta),
                    "descent, which is not the flow, shrinks exactly below it",
                    uses=(descent, units),
                ),
            ),
            HAIRER,
            (Settles("eos-quadratic-threshold", part="descent"),),
        ),
        Derivation(
            "Implicit descent has no edge",
            (
                of_implicit,
                Decided(
                    _inside(implicit.states[0]),
                    "it shrinks at every sharpness",
                    uses=(implicit, of_implicit),
                ),
            ),
            HAIRER,
        ),
    )


# two roots: inside the unit circle, sum, product, and the polynomial that vanishes there
ROOTS = (
    (
        "Two real multipliers",
        And(Abs(m) < 1, Abs(n) < 1),
        m + n,
        m * n,
        (z - m) * (z - n),
    ),
    (
        "A pair of complex multipliers",
        m**2 + n**2 < 1,
        2 * m,
        m**2 + n**2,
        (z - m) ** 2 + n**2,
    ),
)


def two_multipliers() -> tuple[Derivation, ...]:
    """Both roots of z^2 - a z + b lie inside the unit circle iff |b| < 1 and |a| < 1 + b."""
    return tuple(
        Derivation(
            title,
            (
                Decided(
                    And(
                        Eq(factors, z**2 - a * z + b),
                        Equivalent(inside, And(Abs(b) < 1, Abs(a) < 1 + b)),
                    ),
                    "sum a and product b of the roots",
                ),
            ),
            JURY,
        )
        for title, inside, a, b, factors in ROOTS
    )


def critical_sharpness() -> tuple[Derivation, ...]:
    """Descent and Heun lose stability at 2 / eta, the third and the fourth order Runge-Kutta method
    at 2.513 / eta and 2.785 / eta.
    """
    u = (4 + sqrt(17)) ** Rational(1, 3)
    v = (172 + 36 * sqrt(29)) ** Rational(1, 3)
    of_method = (
        ("descent", Integer(2), lambda v: v - 2),
        ("Heun", Integer(2), lambda v: v - 2),
        ("the third order", 1 + u - 1 / u, lambda v: v**3 - 3 * v**2 + 6 * v - 12),
        ("the fourth order", (4 + v - 20 / v) / 3, lambda v: v**3 - 4 * v**2 + 12 * v - 24),
    )
    found = []
    for method, (title, root, sign) in zip(derive(amplification)[1:5], of_method, strict=True):
        units = _in_units()
        edge = Defined(c, root, "by Cardano's formula")
        zero = Step(sign(c), Integer(0), "it is the root", uses=(edge,))
        stable = Decided(
            _iff(_inside(method.states[0]), sign(eta * lam) < sign(c)),
            f"{title} shrinks exactly where this is negative",
            uses=(method, units, zero),
        )
        rises = Decided(
            _iff(sign(eta * lam) < sign(c), lam < c / eta),
            "it rises with the sharpness: exactly below its root over the step",
        )
        found.append(
            Derivation(
                f"Threshold of {title}",
                (
                    units,
                    edge,
                    zero,
                    stable,
                    rises,
                    Step(c / eta, root / eta, "the sharpness there", uses=(stable, rises, edge)),
                ),
                HAIRER,
            )
        )
    return tuple(found)


def _memory(title: str, after: Expr, linear: Expr, edge: Expr, source: str) -> Derivation:
    """Threshold of a method that goes from x_{t-1} = 1 and x_t = z to x_{t+1} = ``after``."""
    polynomial = z**2 - after
    multipliers = Step(polynomial, linear, "x_t = z^t put into the method")
    total, product = -linear.coeff(z, 1), linear.coeff(z, 0)
    of_real, of_pair = (
        Decided(
            Implies(
                And(Eq(a, total), Eq(b, product), beta < 1),
                Equivalent(inside, lam < edge),
            ),
            f"{roots.lower()} are inside exactly below",
            uses=(rule,),
        )
        for rule, (roots, inside, a, b, _) in zip(derive(two_multipliers), ROOTS, strict=True)
    )
    return Derivation(
        title,
        (
            multipliers,
            of_real,
            of_pair,
            Step(
                -Subs(polynomial, (z, lam), (-1, 0)) / Subs(Derivative(polynomial, lam), z, -1),
                edge,
                "where a multiplier is -1",
                domain=(beta < 1,),
                uses=(multipliers, of_real, of_pair),
            ),
        ),
        source,
    )


def critical_sharpness_with_momentum() -> tuple[Derivation, ...]:
    """Heavy ball loses stability at (2 + 2 beta) / eta, Nesterov's method at that over 1 + 2 beta,
    averaged momentum at that over 1 - beta.
    """
    ahead = z + beta * (z - 1)  # where Nesterov's method takes the slope
    average = (1 - z) / eta  # the averaged gradient that led from x_{t-1} = 1 to x_t = z
    polyak, nesterov = "Polyak 1964; " + COHEN, "Nesterov 1983; " + COHEN
    heavy = (2 + 2 * beta) / eta
    return (
        _memory(
            "Threshold of heavy ball",
            z + eta * _pull(z) + beta * (z - 1),
            z**2 - (1 + beta - eta * lam) * z + beta,
            heavy,
            polyak,
        ),
        _memory(
            "Threshold of Nesterov's method",
            ahead + eta * _pull(ahead),
            z**2 - (1 + beta) * (1 - eta * lam) * z + beta * (1 - eta * lam),
            heavy / (1 + 2 * beta),
            nesterov,
        ),
        _memory(
            "Threshold of averaged momentum",
            z - eta * (beta * average - (1 - beta) * _pull(z)),
            z**2 - (1 + beta - eta * (1 - beta) * lam) * z + beta,
            heavy / (1 - beta),
            "Cohen et al., arXiv 2207.14484, 2022",
        ),
    )


def frozen_preconditioner() -> tuple[Derivation, ...]:
    """With a frozen preconditioner P the sharpness that counts is the largest eigenvalue of P^-1/2
    H P^-1/2.
    """
    H, p, u = (IndexedBase(name, real=True, positive=name == "p" or None) for name in "Hpu")
    d, i, j = symbols("d i j", integer=True, positive=True)
    pull = Sum(H[i, j] * u[j] / sqrt(p[j]), (j, 1, d))  # gradient at x = P^-1/2 u
    return (
        Derivation(
            "Coordinates in which the preconditioner is gone",
            (
                Step(
                    sqrt(p[i]) * (u[i] / sqrt(p[i]) - eta / p[i] * pull),
                    u[i] - eta * Sum(H[i, j] / sqrt(p[i] * p[j]) * u[j], (j, 1, d)),
                    "a step of x = P^-1/2 u, seen by u: descent on the matrix P^-1/2 H P^-1/2",
                ),
            ),
            "Cohen et al., arXiv 2207.14484, 2022",
        ),
    )


def end_of_descent() -> tuple[Derivation, ...]:
    """A fixed point of descent to which a set of starts of positive volume tends has a sharpness of
    at most 2 / eta.
    """
    _, descent, *_ = derive(amplification)
    edge = derive(critical_sharpness)[0].result
    volume = Symbol("V", nonnegative=True)  # of the starts that tend to the fixed point
    manifold = Quoted(
        "the starts that tend to a fixed point with a multiplier outside the unit circle lie on a "
        "manifold of lower dimension",
        "Shub, Global Stability of Dynamical Systems, Springer 1987, theorem III.7; Lee et al., "
        "COLT 2016",
        states=Implies(Or(descent.states[0] > 1, descent.states[0] < -1), Eq(volume, 0)),
    )
    return (
        Derivation(
            "Sharpness at the end of descent",
            (
                manifold,
                Decided(
                    Implies(volume > 0, lam <= edge),
                    "where descent can end by more than chance",
                    uses=(manifold,),
                ),
            ),
            WU,
            (Settles("eos-larger-lr-smaller-sharpness", part="bound at the end", scope="part"),),
        ),
    )


def sgd_edge() -> tuple[Derivation, ...]:
    """Minibatches of B out of n curvatures of mean a and variance v have the edge 2 a / (a^2 + v (n
    - B) / (B (n - 1))), below that of the whole batch.
    """
    curvature = IndexedBase("h", real=True)
    n, B = points, batch
    i, j = symbols("i j", integer=True, positive=True)
    E = Symbol("E", positive=True)
    mean = Function("mean", real=True)
    spread = Symbol("delta", real=True)  # mean over the batch less the mean over all
    squares = Sum(curvature[i] ** 2, (i, 1, n))
    pairs = Sum(curvature[i] * curvature[j], (i, 1, n), (j, 1, n)) - squares
    centred = Assumed(
        Eq(Sum(curvature[i] * curvature[j], (i, 1, n), (j, 1, n)), 0),
        "h_i are the curvatures less their mean, so that the square of their sum is 0",
    )
    of_all = Assumed(Eq(squares, n * v), "v is their variance")
    drawn = Quoted(
        "without replacement one point is drawn with probability B / n, two with B (B - 1) / (n (n "
        "- 1))",
        "Cochran, Sampling Techniques, Wiley 1977, section 2.9",
        states=(
            mean(spread**2),
            "==",
            (B / n * squares + B * (B - 1) / (n * (n - 1)) * pairs) / B**2,
        ),
    )
    within = (n >= 2, n >= B)
    noise = Step(
        mean(spread**2),
        v * (n - B) / (B * (n - 1)),
        "variance of the curvature of a batch",
        domain=within,
        uses=(drawn, centred, of_all),
    )
    square = (1 - eta * (a + spread)) ** 2
    linear = Quoted(
        "the mean of a sum is the sum of the means",
        "Feller, An Introduction to Probability Theory and Its Applications I, chapter IX",
        states=(
            mean(square),
            "==",
            (1 - eta * a) ** 2 - 2 * eta * (1 - eta * a) * mean(spread) + eta**2 * mean(spread**2),
        ),
    )
    unbiased = Assumed(Eq(mean(spread), 0), "every point is drawn as often as any other")
    growth = Derivation(
        "Mean square after a step over that before",
        (
            drawn,
            centred,
            of_all,
            noise,
            linear,
            unbiased,
            Step(
                mean(square),
                (1 - eta * a) ** 2 + eta**2 * v * (n - B) / (B * (n - 1)),
                "second moment of the multiplier",
                domain=within,
                uses=(linear, unbiased, noise),
            ),
        ),
        WU,
    )
    edge = 2 * a / (a**2 + v * (n - B) / (B * (n - 1)))
    rest = Defined(E, v * (n - B) / (B * (n - 1)), "what a batch adds")
    falls = Decided(
        Implies(E >= 0, _iff((1 - eta * a) ** 2 + eta**2 * E < 1, eta < 2 * a / (a**2 + E))),
        "the mean square falls exactly below",
    )
    return (
        growth,
        Derivation(
            "Edge of minibatches",
            (
                falls,
                rest,
                Step(2 * a / (a**2 + E), edge, "there", domain=within, uses=(falls, rest)),
            ),
            WU,
        ),
        Derivation(
            "It lies below that of the whole batch",
            (
                Decided(
                    Implies(And(n > B, E > 0), 2 * a / (a**2 + E) < 2 / a),
                    "for every batch that is not the whole",
                ),
            ),
            WU,
        ),
    )


def product_step() -> tuple[Derivation, ...]:
    """One step of descent on (1 - x y)^2 / 2 takes r = 1 - x y to r (1 - eta s - eta^2 r (1 - r)),
    q = x^2 - y^2 to q (1 - eta^2 r^2) and s = x^2 + y^2 to s (1 + eta^2 r^2) + 4 eta r (1 - r).
    """
    x_1, y_1 = (v - eta * Derivative(PRODUCT, v) for v in (x, y))
    residual = Defined(r, 1 - x * y, "the residual")
    kept = Defined(q, x**2 - y**2, "what the flow conserves")
    trace = Defined(s, x**2 + y**2, "the trace of the Hessian")
    square = Step(s**2, q**2 + 4 * (1 - r) ** 2, "by both", uses=(residual, kept, trace))
    return (
        *(
            Derivation(
                f"{what} after a step",
                (*definitions, Step(before, after, "multiplied out", uses=definitions)),
                KREISLER,
            )
            for what, before, after, definitions in (
                (
                    "Residual",
                    1 - x_1 * y_1,
                    r * (1 - eta * s - eta**2 * r * (1 - r)),
                    (residual, trace),
                ),
                (
                    "Conserved quantity of the flow",
                    x_1**2 - y_1**2,
                    q * (1 - eta**2 * r**2),
                    (residual, kept),
                ),
                (
                    "Trace",
                    x_1**2 + y_1**2,
                    s * (1 + eta**2 * r**2) + 4 * eta * r * (1 - r),
                    (residual, trace),
                ),
            )
        ),
        Derivation(
            "Trace of the Hessian",
            (
                residual,
                kept,
                trace,
                square,
                Step(
                    sqrt(s**2, evaluate=False),
                    sqrt(q**2 + 4 * (1 - r) ** 2),
                    "from the residual and what is conserved",
                    uses=(square,),
                ),
            ),
            KREISLER,
        ),
    )


def flow_sharpness() -> tuple[Derivation, ...]:
    """The flow on (1 - x y)^2 / 2 conserves x^2 - y^2 and ends at the sharpness sqrt(4 + (x^2 -
    y^2)^2); descent ends below it.
    """
    later = Symbol("q_1", real=True)
    _, shrinks, _, trace = derive(product_step)
    by_x, by_y = (Derivative(PRODUCT, v) for v in (x, y))
    kept = Step(
        2 * x * -by_x - 2 * y * -by_y, Integer(0), "change of x^2 - y^2 along the flow: none"
    )
    minor = Derivative(PRODUCT, (x, 2)) * Derivative(PRODUCT, (y, 2))
    minor -= Derivative(PRODUCT, x, y) ** 2
    flat = Step(minor, x**2 * y**2 - (2 * x * y - 1) ** 2, "determinant of the Hessian")
    smaller = And(eta**2 * r**2 > 0, eta**2 * r**2 < 2, Ne(q, 0))
    return (
        Derivation(
            "Sharpness at the end of the flow",
            (
                Step(
                    Subs(trace.result, r, 0),
                    sqrt(4 + q**2),
                    "the trace where the residual is zero, q as at the start",
                ),
            ),
            KREISLER,
        ),
        Derivation("The flow conserves the difference of the squares", (kept,), KREISLER),
        Derivation(
            "On the valley the trace is the sharpness",
            (
                flat,
                Step(
                    Subs(minor, y, 1 / x),
                    Integer(0),
                    "the determinant vanishes where x y = 1: one eigenvalue is zero, the other one "
                    "is the trace",
                    domain=(Ne(x, 0),),
                    uses=(flat,),
                ),
            ),
            KREISLER,
        ),
        Derivation(
            "Descent flattens what the flow conserves",
            (
                Decided(
                    Implies(And(smaller, Eq(later, shrinks.result)), 4 + later**2 < 4 + q**2),
                    "for every step with 0 < eta |r| < sqrt(2), and so for the whole way: squares "
                    "of the sharpness at the end",
                ),
            ),
            KREISLER,
        ),
    )


def first_order_shrinkage() -> tuple[Derivation, ...]:
    """A small step shrinks x^2 - y^2 by exp(-eta I), I the integral of r / sqrt(q^2 + 4 (1 - r)^2)
    up to the residual at the start.
    """
    residual, kept, *_ = derive(product_step)
    shift = Function("log_ratio", real=True)(size, start)  # of q, end over start, per step size
    width = sqrt(size**2 + 4 * (1 - r) ** 2)
    speed = Step(
        Limit((residual.result.subs(s, width) - r) / eta, eta, 0),
        -r * width,
        "speed of the residual in the time eta of a step",
    )
    rate = Step(
        Limit(log((kept.result / q) ** 2) / (2 * eta**2), eta, 0),
        -(r**2),
        "what a step adds to log |q|, over the square of the step",
    )
    euler = Quoted(
        "sums over the steps of Euler's method, times the step, tend to integrals over the "
        "solution",
        "Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, Springer 1993, "
        "theorem I.7.3",
        states=(shift, "==", Integral(rate.lhs / speed.lhs, (r, start, 0))),
    )
    primitive = width / 4 - asinh(2 * (1 - r) / size) / 2
    slope = Step(r / width, Derivative(primitive, r), "a primitive")
    ends = primitive.subs(r, 0) - primitive.subs(r, start)
    whole = Quoted(
        "fundamental theorem of calculus",
        "Rudin, Principles of Mathematical Analysis, McGraw-Hill 1976, theorem 6.21",
        states=(Integral(Derivative(primitive, r), (r, start, 0)), "==", ends),
    )
    return (
        Derivation(
            "Shrinkage of the difference of the squares",
            (
                speed,
                rate,
                euler,
                slope,
                whole,
                Step(
                    shift,
                    ends,
                    "log of its end over its start, over the step; the path is that of the flow",
                    uses=(euler, rate, speed, slope, whole),
                ),
            ),
            OWN + ", after " + KREISLER,
        ),
    )


def mirror() -> tuple[Derivation, ...]:
    """Descent that comes down a valley at sigma = 2 + e leaves the edge at sigma = 2 - e - 2 e^2 /
    3, to the second order in e.
    """
    residual, kept, *_ = derive(product_step)
    w, Q = turn, size  # here Q is eta |x^2 - y^2|
    X, E = symbols("X E", real=True)  # w^2 and sigma - 2 in units of their scale in the burst
    eps = Symbol("epsilon", positive=True)  # that scale
    width = sqrt(Q**2 + 4 * (eta - w) ** 2) / eta
    factor = Step(
        Limit((residual.result / r).subs({r: w / eta, s: width}), eta, 0),
        1 - sqrt(Q**2 + 4 * w**2) + w**2,
        "multiplier of w = eta r, for a small step at a fixed eta s",
    )
    shrink = Step(
        Subs(kept.result / q, r, w / eta), 1 - w**2, "and of Q = eta q: no parameter is left"
    )
    now = {Q: 2 + eps * E, w: eps * sqrt(X)}
    after_x = eps**2 * X * factor.rhs.subs(now) ** 2
    after_e = (2 + eps * E) * shrink.rhs.subs(now) - 2

    def energy(excess: Expr, square: Expr) -> Expr:
        return excess**2 / 2 - excess**3 / 3 + square

    change = Function("Delta", real=True)(X, E, eps)
    changes = tuple(
        Defined(
            change,
            energy(after_e, after_x) - energy(eps * E, eps**2 * X),
            "what a step adds to the energy (sigma - 2)^2 / 2 - (sigma - 2)^3 / 3 + w^2",
        )
        for _ in range(2)
    )
    positive = (X > 0,)
    fall = Step(
        Limit((after_e - eps * E) / eps**2, eps, 0), -2 * X, "a step takes this off sigma - 2"
    )
    first = Step(
        Limit(change / eps**3, eps, 0),
        Integer(0),
        "(sigma - 2)^2 / 2 + w^2 is kept to leading order",
        domain=positive,
        uses=changes[:1],
    )
    second = Step(
        Limit(change / eps**4, eps, 0),
        2 * X * (E**2 + X),
        "and grows by this with the next one",
        domain=positive,
        uses=changes[1:],
    )
    gained = Function("gained", real=True)(e)
    passed = Assumed(
        Eq(gained, Integral(Subs(second.lhs / -fall.lhs, X, (e**2 - E**2) / 2), (E, -e, e))),
        "a burst takes many steps: to leading order the sum over them is the integral over sigma - "
        "2 along the curve on which the first energy is kept, from e to -e",
    )
    rise = Step(
        Limit(Subs(-Derivative(energy(E, X), E), E, -e) / e, e, 0),
        Integer(1),
        "below the edge the energy rises by e per unit",
    )
    lost = energy(-e, X) - energy(e, X)
    return (
        Derivation("Multiplier in the limit of small steps", (factor,), OWN),
        Derivation("Shrinkage in the limit of small steps", (shrink,), OWN),
        Derivation("What a burst keeps to leading order", (changes[0], first), OWN),
        Derivation(
            "Where descent leaves the edge",
            (
                fall,
                changes[1],
                second,
                passed,
                rise,
                Step(
                    2 - e - (gained - lost) / (e * rise.lhs),
                    2 - e - 2 * e**2 / 3,
                    "where the energy is that of the start and what was gained",
                    uses=(passed, second, fall, rise),
                ),
            ),
            OWN,
        ),
    )


def flip_coefficient() -> tuple[Derivation, ...]:
    """Where eta f'' passes 2 a cycle of two steps is born, and attracts, iff 3 f'''^2 > f'' f'''';
    its square is (eta f'' - 2) / c with c = eta^2 f'''^2 / 4 - eta f'''' / 6.
    """
    nu, A = symbols("nu A", positive=True)  # root of eta f'' - 2, amplitude over it

    def step(v: Expr, f_2: Expr) -> Expr:
        return v - eta * (f_2 * v + f_3 * v**2 / 2 + f_4 * v**3 / 6)

    twice = step(step(x, f_2), f_2)
    taylor = sum(
        Subs(Derivative(twice, (x, k)), x, 0) * x**k / weight
        for k, weight in ((1, 1), (2, 2), (3, 6))
    )
    coefficient = eta**2 * f_3**2 / 4 - eta * f_4 / 6
    edge = Defined(f_2, 2 / eta, "at the edge")
    normal = Step(taylor, x - 2 * coefficient * x**3, "second iterate at the edge", uses=(edge,))
    flip = Quoted(
        "flip bifurcation: where the second iterate is x - 2 c x^3 at the edge, a cycle of two "
        "steps is there beyond the edge and attracts, for c > 0; it is there before it and repels, "
        "for c < 0",
        "Kuznetsov, Elements of Applied Bifurcation Theory, Springer 2004, theorem 4.3",
    )
    beyond = step(step(nu * A, (2 + nu**2) / eta), (2 + nu**2) / eta) / (nu * A)
    moved = Step(
        Limit((beyond - 1) / nu**2, nu, 0),
        2 - 2 * coefficient * A**2,
        "change of x over two steps, per x, for eta f'' = 2 + nu^2 and x = nu A",
    )
    return (
        Derivation(
            "Coefficient of the flip",
            (
                edge,
                normal,
                flip,
                Step(
                    -Subs(Derivative(taylor, (x, 3)), x, 0) / 12,
                    coefficient,
                    "c, whose sign decides",
                    uses=(normal, flip),
                ),
            ),
            CHEN,
        ),
        Derivation(
            "When the cycle attracts",
            (
                Decided(
                    Implies(Eq(eta * f_2, 2), _iff(coefficient > 0, 3 * f_3**2 > f_2 * f_4)),
                    "the coefficient in the derivatives alone",
                ),
            ),
            CHEN,
        ),
        Derivation(
            "Size of the cycle",
            (
                moved,
                Decided(
                    Implies(coefficient > 0, _iff(Eq(moved.lhs, 0), Eq(A**2, 1 / coefficient))),
                    "the square of its amplitude is (eta f'' - 2) / c",
                    uses=(moved,),
                ),
            ),
            CHEN,
        ),
        Derivation(
            "A valley without a cycle",
            (
                Step(
                    Subs(coefficient, (f_3, f_4, eta), (0, 24, 1)),
                    Integer(-4),
                    "x^2 + x^4 at its edge eta = 1: descent escapes and does not hover",
                ),
            ),
            OWN,
        ),
    )


def hovers() -> tuple[Derivation, ...]:
    """The balance of sharpening and oscillation is stable iff 2 c > eta^2 b and alpha (4 c - eta^2
    b) < 2 b; without the cubic term oscillations about it grow by sqrt(1 + 2 eta^2 alpha) a step.
    """
    u = Symbol("u", real=True)  # along the slope of the sharpness
    loss = (2 / eta + sqrt(b) * u) * x**2 / 2 - alpha * u / sqrt(b) - c * x**4 / (4 * eta)
    above, over = (Defined(y, sqrt(b) * u, "sharpness above the edge") for _ in range(2))
    swing = Step(
        x - eta * Derivative(loss, x),
        -x * (1 + eta * y - c * x**2),
        "across the valley",
        uses=(above,),
    )
    climb = Step(
        sqrt(b) * (u - eta * Derivative(loss, u)),
        y + eta * (alpha - b * x**2 / 2),
        "of the sharpness",
        uses=(over,),
    )
    next_n = log_x + log((swing.rhs / x) ** 2).subs(x, exp(log_x / 2))
    next_y = climb.rhs.subs(x, exp(log_x / 2))
    rest = ((log_x, y), (log(2 * alpha / b), 2 * alpha * c / (b * eta)))
    still = Step(
        Subs((next_n - log_x) ** 2 + (next_y - y) ** 2, *rest),
        Integer(0),
        "a fixed point: x^2 = 2 alpha / b, eta y = c x^2",
    )
    J = [[Subs(Derivative(g, v), *rest) for v in (log_x, y)] for g in (next_n, next_y)]
    trace = Step(J[0][0] + J[1][1], 2 - 4 * alpha * c / b, "trace of the Jacobian there")
    det = Step(
        J[0][0] * J[1][1] - J[0][1] * J[1][0],
        1 - 4 * alpha * c / b + 2 * eta**2 * alpha,
        "its determinant",
    )
    stable = And(2 * c > eta**2 * b, alpha * (4 * c - eta**2 * b) < 2 * b)
    of_real, of_pair = (
        Decided(
            Implies(And(Eq(a, trace.lhs), Eq(b_, det.lhs)), _iff(inside, stable)),
            f"{roots.lower()} are inside exactly then",
            uses=(rule, trace, det),
        )
        for rule, (roots, inside, a, b_, _) in zip(derive(two_multipliers), ROOTS, strict=True)
    )
    return (
        Derivation("Step of the oscillation", (above, swing), DAMIAN),
        Derivation("Step of the sharpness", (over, climb), DAMIAN),
        Derivation("Fixed point", (still,), DAMIAN),
        Derivation(
            "When the balance is stable",
            (
                trace,
                det,
                of_real,
                of_pair,
                Decided(
                    And(of_real.formula, of_pair.formula),
                    "whatever the multipliers are",
                    uses=(of_real, of_pair),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Margin of the determinant",
            (
                det,
                Step(
                    b / (2 * alpha) - b * det.lhs / (2 * alpha),
                    2 * c - eta**2 * b,
                    "positive where a complex pair is inside the circle",
                    uses=(det,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Margin of the trace",
            (
                det,
                trace,
                Step(
                    b / 2 + b * det.lhs / 2 + b * trace.lhs / 2,
                    2 * b - alpha * (4 * c - eta**2 * b),
                    "positive where no multiplier has passed -1",
                    uses=(det, trace),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Growth of an oscillation",
            (
                det,
                Step(
                    log(det.lhs) / 2,
                    log(1 - 4 * alpha * c / b + 2 * eta**2 * alpha) / 2,
                    "log of the modulus of a complex pair, per step",
                    domain=(b + 2 * eta**2 * alpha * b > 4 * alpha * c,),
                    uses=(det,),
                ),
            ),
            DAMIAN,
        ),
    )


def time_average() -> tuple[Derivation, ...]:
    """Over a long time the mean of x^2 is 2 alpha / b, that of log |1 - eta S| is zero, and that of
    eta S not below 2.
    """
    X, S = IndexedBase("x", real=True), IndexedBase("S", real=True)
    i, T = symbols("i T", integer=True, positive=True)
    y_0, L_0 = symbols("y_0 L_0", real=True)
    above, last = Function("y", real=True)(T), Function("L", real=True)(T)  # S - 2 / eta, log |x|
    squares, logs = Sum(X[i] ** 2, (i, 1, T)), Sum(log(Abs(1 - eta * S[i])), (i, 1, T))
    drift = Induction(
        T,
        1,
        y_0 + eta * (alpha - b * X[1] ** 2 / 2),
        SO_FAR + eta * (alpha - b * X[T + 1] ** 2 / 2),
        y_0 + eta * alpha * T - eta * b * squares / 2,
        "sharpness above the edge after T steps",
        sequence=above,
    )
    growth = Induction(
        T,
        1,
        L_0 + log(Abs(1 - eta * S[1])),
        SO_FAR + log(Abs(1 - eta * S[T + 1])),
        L_0 + logs,
        "log of the displacement after T steps, each of which multiplies it by 1 - eta S",
        sequence=last,
    )
    excess = Symbol("u", positive=True)  # eta S - 1
    tangent = Quoted(
        "log u <= u - 1",
        "Olver et al., NIST Handbook of Mathematical Functions, Cambridge 2010, section 4.5",
        states=(log(excess), "<=", excess - 1),
    )
    return (
        Derivation(
            "Mean square of the oscillation",
            (
                drift,
                Step(
                    squares / T,
                    2 * alpha / b - 2 * (above - y_0) / (eta * b * T),
                    "its excess over 2 alpha / b falls as 1 / T while the sharpness is bounded",
                    uses=(drift,),
                ),
            ),
            DAMIAN,
        ),
        Derivation(
            "Mean logarithm of the multiplier",
            (
                growth,
                Step(
                    logs / T,
                    (last - L_0) / T,
                    "it falls as 1 / T while the displacement is bounded from both sides",
                    uses=(growth,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "The mean of eta S is not below 2",
            (
                tangent,
                Decided(
                    excess + 1 >= 2 + log(excess),
                    "at each step eta S = 1 + u is at least 2 and the logarithm of its multiplier, "
                    "whose mean is zero",
                    uses=(tangent,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "By how much it is above",
            (
                Step(
                    Limit((excess - 1 - log(excess)) / (excess - 1) ** 2, excess, 1),
                    Rational(1, 2),
                    "half the variance of eta S to leading order",
                ),
            ),
            OWN,
        ),
    )


def linear_net_flow() -> tuple[Derivation, ...]:
    """The flow of a two-layer linear network of one effective unit, sum_i lambda_i (A w_i - t_i)^2
    / 2, conserves A^2 - |w|^2.
    """
    mode = L_i * (A * weight - target) ** 2 / 2  # what one mode adds to the loss
    slopes = (
        ("Slope by A, of one mode", (A,), L_i * weight * (A * weight - target)),
        ("Slope by its weight", (weight,), L_i * A * (A * weight - target)),
        ("Curvature along A", ((A, 2),), L_i * weight**2),
        ("Curvature across", (A, weight), L_i * (2 * A * weight - target)),
        ("Curvature along the weight", ((weight, 2),), L_i * A**2),
    )
    kept = Step(
        2 * A * Derivative(mode, A) - 2 * weight * Derivative(mode, weight),
        Integer(0),
        "each mode changes A^2 as much as its own w^2, so that A^2 - |w|^2 is kept",
    )
    return (
        *(
            Derivation(title, (Step(Derivative(mode, *by), found, "of one mode"),), SAXE)
            for title, by, found in slopes
        ),
        Derivation("Conserved by the flow", (kept,), SAXE),
    )


def linear_net_end() -> tuple[Derivation, ...]:
    """At the end the kernel of the network is |t| diag(lambda) + sqrt(lambda) t (sqrt(lambda) t)^T
    / |t|: its first mode has sharpened by (rho + 1 / rho) / 2, rho = |t_1| / |t|.
    """
    a = IndexedBase("a", real=True)
    k, width = symbols("k m", integer=True, positive=True)
    L_1, t_1 = symbols("lambda_1 t_1", positive=True)
    w_i, w_j = symbols("w_i w_j", real=True)
    rho = Symbol("rho", positive=True)
    units = Sum(a[k] ** 2, (k, 1, width))
    first_layer = Sum((a[k] * w_i / A) * (a[k] * w_j / A), (k, 1, width))
    aligned = Quoted(
        "the flow keeps W W^T - a a^T, so that from a vanishing start W = (a / |a|) w^T",
        "Du, Hu, Lee, NeurIPS 2018, theorem 2.2",
        states=(units, "==", A**2),
    )
    drawn = Step(first_layer, w_i * w_j / A**2 * units, "slopes by a, of two modes")
    fitted = tuple(
        Defined(of_mode, wanted / A, "the weight that fits its mode")
        for of_mode, wanted in ((w_i, t_i), (w_j, t_j))
    )
    balance = Defined(A, sqrt(norm), "A = |w| is kept, and A |w| = |t|")
    root = sqrt(L_i * L_j)
    entry = Derivation(
        "Kernel at the end",
        (
            aligned,
            drawn,
            *fitted,
            balance,
            *chain(
                root * (first_layer + same * units),
                To(
                    root * (w_i * w_j + same * A**2),
                    "slopes of two modes by a and by W, summed over the units",
                    uses=(drawn, aligned),
                ),
                To(root * (t_i * t_j / norm + same * norm), "at the end", uses=(*fitted, balance)),
            ),
        ),
        OWN + ", after " + SAXE,
    )
    of_first = {L_i: L_1, L_j: L_1, t_i: t_1, t_j: t_1, same: 1}
    share = Defined(t_1, rho * norm, "rho is the share of the first mode in the teacher")
    last = entry.result.subs(of_first)  # the first mode at the end, and when it alone was fitted
    alone = last.subs(norm, t_1)
    return (
        entry,
        Derivation(
            "When the first mode alone is fitted",
            (Step(Subs(last, norm, t_1), 2 * L_1 * t_1, "|t| is then t_1"),),
            OWN,
        ),
        Derivation(
            "Sharpening of the first mode",
            (
                share,
                Step(
                    last / alone,
                    (rho + 1 / rho) / 2,
                    "at the end over when it alone was fitted",
                    uses=(share,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "It sharpens for every teacher",
            (
                Decided(
                    And((rho + 1 / rho) / 2 >= 1, Implies(rho < 1, (rho + 1 / rho) / 2 > 1)),
                    "arithmetic and geometric mean: unless slower modes carry nothing",
                ),
            ),
            OWN,
        ),
    )
