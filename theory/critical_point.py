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
    Integral,
    Max,
    Rational,
    Subs,
    Symbol,
    asin,
    cos,
    pi,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
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
    variance, covariance = Subs(along, s, 0), Subs(Derivative(along, (s, 2)), s, 0)
    r_2, t_2 = symbols("r_2 t_2", real=True)
    plane = N * ((N + s * t + r_2 * t_2) / N) ** p
    mixed = Subs(Derivative(plane, s, r_2, t, t_2), (s, r_2, t, t_2), (0, 0, 0, 0))
    mean = Function("mean", real=True)(N * e)  # of the curvature at this height
    radius = Function("radius", positive=True)(mixed)
    regression = Quoted(
        "of two centred Gaussian variables the mean of one, given the other, is their covariance "
        "over the variance of the other, times its value",
        "Anderson, An Introduction to Multivariate Statistical Analysis, third edition, Wiley "
        "2003, theorem 2.5.1",
        states=(mean, "==", covariance / variance * (N * e)),
    )
    of_height = Step(variance, N, "variance of the height")
    with_height = Step(covariance, -p, "covariance of height and curvature along a great circle")
    wigner = Quoted(
        "eigenvalues of a symmetric Gaussian matrix of off-diagonal variance v fill a "
        "semicircle of radius 2 sqrt(N v)",
        "Wigner 1958",
        states=(radius, "==", 2 * sqrt(N * mixed)),
    )
    off_diagonal = Derivation(
        "Off-diagonal variance",
        (
            Step(
                mixed,
                p * (p - 1) / N,
                "covariance of the mixed second derivative with itself",
            ),
        ),
        DAUPHIN,
    )
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
                regression,
                of_height,
                with_height,
                Step(
                    mean,
                    -e * p,
                    "conditional mean: covariance over variance, times the height",
                    uses=(regression, of_height, with_height),
                ),
            ),
            DAUPHIN,
        ),
        off_diagonal,
        Derivation(
            "Radius of the semicircle",
            (
                wigner,
                Step(
                    radius,
                    2 * sqrt(p * (p - 1)),
                    "with the variance found",
                    domain=(p > 1,),
                    uses=(wigner, off_diagonal),
                ),
            ),
            DAUPHIN,
        ),
    )


def index_share() -> tuple[Derivation, ...]:
    """The share of downward directions at a critical point is 1/2 + (h sqrt(1 - h^2) + asin h) / pi
    and increases with the height.
    """
    _, mean, _, radius = derive(conditional_hessian)
    share = Rational(1, 2) + (h * sqrt(1 - h**2) + asin(h)) / pi
    inside = (h**2 < 1,)
    in_units = Defined(
        h,
        e * p / (2 * sqrt(p * (p - 1))),
        "eigenvalues below zero: semicircle below p e, in units of its radius",
    )

    def below(end: Expr) -> Expr:
        return Integral(2 * sqrt(1 - t**2) / pi, (t, -1, end))

    density = Step(
        Derivative(share, h),
        2 * sqrt(1 - h**2) / pi,
        "its slope is the density of the semicircle",
        domain=inside,
    )
    growth = chain(
        Subs(Derivative(share, h), h, u / sqrt(1 + u**2)),
        To(
            2 / (pi * sqrt(1 + u**2)),
            "at h = u / sqrt(1 + u^2), which takes every value between the ends",
            uses=(density,),
        ),
        To(Integer(0), "positive at every height between the ends", relation=">"),
    )
    return (
        Derivation(
            "Share of downward directions",
            (
                in_units,
                *chain(
                    below(-mean.states[0] / radius.states[0]),
                    To(
                        below(in_units.expr),
                        "the semicircle lies around the mean curvature",
                        uses=(mean, radius),
                    ),
                    To(below(h), "in units of the radius", uses=(in_units,)),
                    To(share, "its area up to there", domain=inside),
                ),
            ),
            DAUPHIN,
        ),
        Derivation(
            "Growth with the height",
            (density, *growth),
            DAUPHIN,
            (Settles("udl-gaussian-critical-point-index", part="share increases", by=growth[-1]),),
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
        Derivation(
            "The share does not decrease with the height",
            (
                density,
                Counterexample(
                    Derivative(share, h) < 0, ((h, 0),), "at height zero it grows", (density,)
                ),
            ),
            DAUPHIN,
            (Settles("udl-fig208-caption-sign", part="share decreases"),),
        ),
        *(
            Derivation(title, (Step(Subs(share, h, end), Rational(end + 1, 2), why),), DAUPHIN)
            for end, title, why in (
                (-1, "Share at the lower end", "none goes down"),
                (1, "Share at the upper end", "all go down"),
                (0, "Share at height zero", "one half"),
            )
        ),
    )


def linear_network() -> tuple[Derivation, ...]:
    """A shallow linear network has a direction of descent at every critical point that is not
    optimal.
    """
    loss = (a * b - m) ** 2 / 2
    by_a = Step(Derivative(loss, a), (a * b - m) * b, "gradient")
    by_b = Step(Derivative(loss, b), (a * b - m) * a, "gradient")
    determinant = Step(
        Derivative(loss, (a, 2)) * Derivative(loss, (b, 2)) - Derivative(loss, a, b) ** 2,
        a**2 * b**2 - (2 * a * b - m) ** 2,
        "determinant of the Hessian",
    )
    minimum = And(Eq(by_a.lhs, 0), Eq(by_b.lhs, 0), determinant.lhs >= 0)
    x, y = symbols("x y", real=True)
    # one hidden unit holding the singular direction of sigma_2, moved by epsilon (x, y) towards the
    # one of sigma_1
    moved = ((eps**2 * x * y - top) ** 2 + (eps * x * low / gain) ** 2 + (gain * eps * y) ** 2) / 2
    curvature = Subs(Derivative(moved, (eps, 2)), eps, 0)
    along = Defined(x, gain, "moved in proportion"), Defined(y, low / gain, "to the weights")
    mixing = Derivation(
        "Curvature along a mixing of two singular directions",
        (
            *along,
            *chain(
                curvature,
                To(
                    -2 * top * x * y + x**2 * low**2 / gain**2 + gain**2 * y**2,
                    "curvature of the loss along the mixing",
                ),
                To(2 * low * (low - top), "in this direction", uses=along),
            ),
        ),
        OWN + ", after " + BALDI,
    )
    left_out = Assumed(low < top, "a larger singular value is left out")
    idle = Derivation(
        "No singular direction",
        (
            Step(
                Subs(Derivative((eps**2 - top) ** 2 / 2, (eps, 2)), eps, 0),
                -2 * top,
                "at the origin",
            ),
        ),
        BALDI,
    )
    subsets = Quoted(
        "critical points of a shallow linear network of full-rank data are subsets of singular "
        "directions, up to the group of the hidden layer: if not the leading ones, then either "
        "some unit holds sigma_2 while a larger sigma_1 is left out, or a unit is idle",
        BALDI + "; Kawaguchi, NeurIPS 2016",
        states=low < top,
    )
    any_width = Step(
        Max(mixing.states[0], idle.states[0]),
        Integer(0),
        "in both cases the loss bends down: only the leading subset is a minimum",
        relation="<",
        uses=(subsets, mixing, idle),
    )
    return (
        Derivation(
            "One weight in each layer",
            (
                by_a,
                by_b,
                determinant,
                Decided(
                    Implies(minimum, Eq(a * b, m)),
                    "a critical point without a direction of descent is a global minimum",
                    uses=(by_a, by_b, determinant),
                ),
            ),
            OWN + ", a case of " + BALDI,
        ),
        Derivation(
            "The wrong singular direction",
            (
                left_out,
                Step(
                    mixing.states[0],
                    Integer(0),
                    "negative, so this critical point is a saddle",
                    relation="<",
                    uses=(mixing, left_out),
                ),
            ),
            OWN + ", after " + BALDI,
        ),
        idle,
        Derivation(
            "Any width",
            (subsets, any_width),
            BALDI,
            (Settles("udl-baldi-hornik-shallow-no-local-minima", part="linear", by=any_width),),
        ),
        mixing,
    )


def relu_network() -> tuple[Derivation, ...]:
    """Two ReLU units on two points have a local minimum of loss 1/4, while the least loss
    is zero.
    """
    a_1, a_2, w_1, w_2, risk = symbols("a_1 a_2 w_1 w_2 R", real=True)

    def output(x: int) -> Expr:
        return a_1 * Max(w_1 * x, 0) + a_2 * Max(w_2 * x, 0)

    loss = ((output(1) - 1) ** 2 + (output(-1) - 1) ** 2) / 4
    weights = (a_1, a_2, w_1, w_2)
    same_side = And(w_1 > 0, w_2 > 0)
    trapped = tuple(zip(weights, (Rational(1, 2), Rational(1, 4), 1, 2), strict=True))
    best = Subs(loss, weights, (1, 1, 1, -1))
    named = Defined(risk, loss, "the loss of two ReLU units on the data (1, 1) and (-1, 1)")
    lowest = Decided(
        Implies(same_side, risk >= Rational(1, 4)),
        "nothing in the neighbourhood of such units, w_1 > 0 and w_2 > 0, is lower than 1/4",
        uses=(named,),
    )
    fitted = Step(best, Integer(0), "one unit on each side fits both points")
    return (
        Derivation(
            "A local minimum that is not global",
            (
                named,
                lowest,
                fitted,
                Counterexample(
                    Implies(And(same_side, risk <= Rational(1, 4)), risk <= best),
                    trapped,
                    "two units on one side fit one of them: a least loss nearby is not the least",
                    uses=(named, lowest, fitted),
                ),
            ),
            OWN,
            (Settles("udl-baldi-hornik-shallow-no-local-minima", part="any activation"),),
        ),
        Derivation(
            "No output",
            (Step(Subs(loss, weights, (0, 0, 1, 1)), Rational(1, 2), "both points are missed"),),
            OWN,
        ),
    )
