"""At which height does a random function have which kind of critical point, and when is every local
minimum global?  Curvature against height, the share of downward directions, linear and ReLU
networks.

Setting.  A centred Gaussian function with stationary covariance is bent down where it is high: the
covariance of f with f'' is minus the variance of f'.  For the homogeneous polynomial of degree p on
the sphere of radius sqrt(N), with covariance N (x.y / N)^p, the Hessian at a critical point of
height N e is -p e plus a symmetric Gaussian matrix of off-diagonal variance p (p - 1) / N, hence
with a semicircle of radius 2 sqrt(p (p - 1)).  The share of downward directions grows with the
height: 1/2 + (h sqrt(1 - h^2) + asin h) / pi at h = e p / (2 sqrt(p (p - 1))).  A linear network
has a direction of descent at every critical point that is not optimal; a ReLU network has local
minima that are not global.

Source: Prince, Understanding Deep Learning, 2023, section 20.3.4; Dauphin et al., NeurIPS 2014;
Auffinger, Ben Arous, Cerny, CPAM 2013; Baldi, Hornik, Neural Networks 2, 1989; Kawaguchi, NeurIPS
2016.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    Implies,
    Integer,
    Max,
    Rational,
    S,
    Subs,
    Symbol,
    asin,
    cos,
    pi,
    sqrt,
    symbols,
)

from theory import Decided, Defined, Derivation, Quoted, Settles, Step
from theory.core.decision import counterexample
from theory.notation import OWN

N, p = symbols("N p", positive=True)  # dimension, degree
e = Symbol("e", real=True)  # height per dimension
h = Symbol("h", real=True)  # height over the one at which all directions go down
r, s, t = symbols("r s t", real=True)
u = Symbol("u", real=True)  # h / sqrt(1 - h^2)
C = Function("C", real=True)  # a stationary covariance
a, b, m = symbols("a b m", real=True)  # weights of the two layers, target
# singular values of the target, scale of a layer
top, low, gain, eps = symbols("sigma_1 sigma_2 g epsilon", positive=True)
DAUPHIN = "Dauphin et al., NeurIPS 2014; Auffinger, Ben Arous, Cerny, CPAM 2013"
BALDI = "Baldi, Hornik, Neural Networks 2, 1989"


def conditional_hessian() -> tuple[Derivation, ...]:
    """At height N e the curvature has the mean -p e and off-diagonal entries of variance p (p - 1)
    / N.
    """
    along = N * cos(s / sqrt(N)) ** p  # covariance of two points of a great circle, s apart
    r_2, t_2 = symbols("r_2 t_2", real=True)
    plane = N * ((N + s * t + r_2 * t_2) / N) ** p
    return (
        Derivation(
            "Height against curvature",
            (
                Step(
                    Derivative(C(s - t), (t, 2)) + Derivative(C(s - t), s, t),
                    Integer(0),
                    "cov(f, f'') is minus the variance of f': high means bent down, for every "
                    "stationary covariance",
                ),
            ),
            DAUPHIN,
        ),
        Derivation(
            "Mean curvature at a height",
            (
                Step(Subs(along, s, 0), N, "variance of the height"),
                Step(
                    Subs(Derivative(along, (s, 2)), s, 0),
                    -p,
                    "covariance of height and curvature along a great circle",
                ),
                Step(
                    Subs(s / N * (N * e), s, -p),
                    -e * p,
                    "conditional mean: covariance over variance, times the height",
                ),
            ),
            DAUPHIN,
        ),
        Derivation(
            "Off-diagonal variance",
            (
                Step(
                    Subs(Derivative(plane, s, r_2, t, t_2), (s, r_2, t, t_2), (0, 0, 0, 0)),
                    p * (p - 1) / N,
                    "covariance of the mixed second derivative with itself",
                ),
            ),
            DAUPHIN,
        ),
        Derivation(
            "Radius of the semicircle",
            (
                Quoted(
                    "eigenvalues of a symmetric Gaussian matrix of off-diagonal variance v fill a "
                    "semicircle of radius 2 sqrt(N v)",
                    "Wigner 1958",
                ),
                Step(
                    Subs(2 * sqrt(N * eps), eps, p * (p - 1) / N),
                    2 * sqrt(p * (p - 1)),
                    "with the variance found",
                    domain=(p > 1,),
                ),
            ),
            DAUPHIN,
        ),
    )


def index_share() -> tuple[Derivation, ...]:
    """The share of downward directions at a critical point is 1/2 + (h sqrt(1 - h^2) + asin h) / pi
    and increases with the height.
    """
    share = Rational(1, 2) + (h * sqrt(1 - h**2) + asin(h)) / pi
    slope = 2 / (pi * sqrt(1 + u**2))
    inside = (h**2 < 1,)
    return (
        Derivation(
            "Share of downward directions",
            (
                Defined(
                    h,
                    e * p / (2 * sqrt(p * (p - 1))),
                    "eigenvalues below zero: semicircle below p e, in units of its radius",
                ),
                Step(Subs(share, h, -1), Integer(0), "none at the lower end"),
                Step(
                    Derivative(share, h),
                    2 * sqrt(1 - h**2) / pi,
                    "its slope is the density of the semicircle",
                    domain=inside,
                ),
                Step(Subs(share, h, 1) - Subs(share, h, -1), Integer(1), "all at the upper end"),
                Step(
                    h * sqrt(1 - h**2) / pi + Subs(share, h, 0) + asin(h) / pi,
                    share,
                    "one half at height zero",
                ),
            ),
            DAUPHIN,
        ),
        Derivation(
            "Growth with the height",
            (
                Step(
                    Subs(2 * sqrt(1 - h**2) / pi, h, u / sqrt(1 + u**2)),
                    slope,
                    "slope, with h = u / sqrt(1 + u^2)",
                ),
                Step(slope, Integer(0), "positive at every height between the ends", relation=">"),
            ),
            DAUPHIN,
            (
                Settles(
                    "udl-gaussian-critical-point-index",
                    S(slope.is_positive is True),
                    part="share increases",
                ),
                Settles(
                    "udl-fig208-caption-sign", S(slope.is_negative is True), part="share decreases"
                ),
            ),
        ),
        Derivation(
            "Height in units of the ends",
            (
                Step(
                    Subs(e * p / eps, eps, 2 * sqrt(p * (p - 1))),
                    e * p / (2 * sqrt(p * (p - 1))),
                    "over the radius",
                    domain=(p > 1,),
                ),
            ),
            DAUPHIN,
        ),
    )


def linear_network() -> tuple[Derivation, ...]:
    """A shallow linear network has a direction of descent at every critical point that is not
    optimal.
    """
    loss = (a * b - m) ** 2 / 2
    by_a, by_b = (a * b - m) * b, (a * b - m) * a
    determinant = a**2 * b**2 - (2 * a * b - m) ** 2
    minimum = And(Eq(by_a, 0), Eq(by_b, 0), determinant >= 0)
    x, y = symbols("x y", real=True)
    # one hidden unit holding the singular direction of sigma_2, moved by epsilon (x, y) towards the
    # one of sigma_1
    moved = ((eps**2 * x * y - top) ** 2 + (eps * x * low / gain) ** 2 + (gain * eps * y) ** 2) / 2
    bend = -2 * top * x * y + x**2 * low**2 / gain**2 + gain**2 * y**2
    down = 2 * low * (low - top)
    descent = Implies(low < top, down < 0)
    settled = "udl-baldi-hornik-shallow-no-local-minima"
    return (
        Derivation(
            "One weight in each layer",
            (
                Step(Derivative(loss, a), by_a, "gradient"),
                Step(Derivative(loss, b), by_b, "gradient"),
                Step(
                    Derivative(loss, a, 2) * Derivative(loss, b, 2) - Derivative(loss, a, b) ** 2,
                    determinant,
                    "its determinant",
                ),
                Decided(
                    Implies(minimum, Eq(a * b, m)),
                    "a critical point without a direction of descent is a global minimum",
                ),
            ),
            OWN + ", a case of " + BALDI,
        ),
        Derivation(
            "The wrong singular direction",
            (
                Step(
                    Subs(Derivative(moved, (eps, 2)), eps, 0),
                    bend,
                    "curvature of the loss along the mixing",
                ),
                Step(
                    Subs(bend, (x, y), (gain, low / gain)),
                    down,
                    "negative when a larger singular value is left out",
                ),
                Decided(descent, "so this critical point is a saddle"),
            ),
            OWN + ", after " + BALDI,
        ),
        Derivation(
            "No singular direction",
            (
                Step(
                    Subs(Derivative((eps**2 - top) ** 2 / 2, (eps, 2)), eps, 0),
                    -2 * top,
                    "at the origin",
                ),
            ),
            BALDI,
        ),
        Derivation(
            "Any width",
            (
                Quoted(
                    "critical points of a shallow linear network of full-rank data are subsets of "
                    "singular directions, up to the group "
                    "of the hidden layer, and only the leading subset is a minimum",
                    BALDI + "; Kawaguchi, NeurIPS 2016",
                ),
                Decided(descent, "any other subset leaves a larger value out"),
            ),
            BALDI,
            (Settles(settled, S(counterexample(descent) is None), part="linear"),),
        ),
    )


def relu_network() -> tuple[Derivation, ...]:
    """Two ReLU units on two points have a local minimum of loss 1/4, while the least loss
    is zero.
    """
    a_1, a_2, w_1, w_2 = symbols("a_1 a_2 w_1 w_2", real=True)

    def output(x: int) -> Expr:
        return a_1 * Max(w_1 * x, 0) + a_2 * Max(w_2 * x, 0)

    loss = ((output(1) - 1) ** 2 + (output(-1) - 1) ** 2) / 4
    weights = (a_1, a_2, w_1, w_2)
    same_side = And(w_1 > 0, w_2 > 0)
    around = Implies(same_side, loss >= Rational(1, 4))
    trapped, best = (Rational(1, 2), Rational(1, 4), 1, 2), (1, 1, 1, -1)
    global_only = (
        counterexample(around) is not None
        or loss.subs(dict(zip(weights, trapped, strict=True))) == 0
    )
    return (
        Derivation(
            "A local minimum that is not global",
            (
                Defined(Symbol("f"), output(1), "output at x = 1; the data are (1, 1) and (-1, 1)"),
                Step(
                    Subs(loss, weights, (0, 0, 1, 1)),
                    Rational(1, 2),
                    "no output: both points are missed",
                ),
                Step(
                    Subs(loss, weights, best), Integer(0), "one unit on each side fits both points"
                ),
                Step(
                    Subs(loss, weights, trapped),
                    Rational(1, 4),
                    "two units on one side fit one of them",
                ),
                Decided(around, "and nothing in the neighbourhood, w_1 > 0 and w_2 > 0, is lower"),
            ),
            OWN,
            (
                Settles(
                    "udl-baldi-hornik-shallow-no-local-minima",
                    S(global_only),
                    part="any activation",
                ),
            ),
        ),
    )
