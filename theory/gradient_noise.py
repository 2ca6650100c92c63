"""Where is the noise of minibatches large, and does it leave sharp minima sooner than flat ones?
Alignment of noise and curvature, times of escape.

Setting.  Near a minimum the loss is Sum_k l_k d_k^2 / 2, with l_k the eigenvalues of its Hessian H
and d_k the distance from the minimum along the eigenvectors; N is the number of parameters.

Source: phenomena of deep learning, section on flatness; sources of single results beside them.
"""

from sympy import (
    Derivative,
    Function,
    IndexedBase,
    Integer,
    Integral,
    Rational,
    Subs,
    Sum,
    Symbol,
    erf,
    exp,
    pi,
    sqrt,
    symbols,
)

from theory import Counterexample, Decided, Defined, Derivation, Quoted, Settles, Step
from theory.notation import OWN

i, j, k, N = symbols("i j k N", integer=True, positive=True)
l, l_s, l_f = symbols("l l_s l_f", positive=True)  # curvature; of a sharp and of a flat minimum
sigma, D = symbols("sigma D", positive=True)
kappa, h = symbols("kappa h", positive=True)  # mean squared residual, |H|^2
p, q = symbols("p q", nonnegative=True)  # d.H^3 d and d.H^2 d
z = Symbol("z", real=True)
rate = IndexedBase("l", positive=True)  # eigenvalues of the Hessian
d = IndexedBase("d", real=True)
SUM = (k, 1, N)
ZHU = "Zhu, Wu, Yu, Wu, Ma, ICML 2019"
GARDINER = "Gardiner, Stochastic Methods, Springer 2009, section 5.5"


def noise_of_least_squares() -> tuple[Derivation, ...]:
    """For least squares with Gaussian inputs the cosine between gradient covariance and Hessian is
    at least 2 sqrt(2) / 3, at every point, for every spectrum, noise and dimension.
    """
    on, off = kappa * rate[k] + rate[k] ** 2 * d[k] ** 2, rate[i] * d[i] * rate[j] * d[j]
    spread = Sum(rate[k] * d[k] ** 2, SUM)
    entries = Quoted(
        "fourth moments of a Gaussian are sums over pairings: the gradient x (x.d - noise) has the "
        "covariance kappa l_i [i = j] + l_i d_i l_j d_j",
        "Isserlis, Biometrika 12, 1918",
    )
    names = (
        Defined(kappa, sigma**2 + spread, "mean squared residual at the distance d"),
        Defined(h, Sum(rate[k] ** 2, SUM), "squared norm of H"),
        Defined(p, Sum(rate[k] ** 3 * d[k] ** 2, SUM), "d.H^3 d"),
        Defined(q, Sum(rate[k] ** 2 * d[k] ** 2, SUM), "|H d|^2 over the scale of H"),
    )
    level, squares, cubes, halves = names
    inner = Step(
        Sum(on * rate[k], SUM),
        kappa * h + p,
        "inner product of covariance and H",
        uses=(squares, cubes, entries),
    )
    whole = Sum(on**2 - rate[k] ** 4 * d[k] ** 4, SUM) + Sum(off**2, (i, 1, N), (j, 1, N))
    norm = Step(
        whole,
        kappa**2 * h + 2 * kappa * p + q**2,
        "squared norm of the covariance: its diagonal, and all of the rest",
        uses=(squares, cubes, halves, entries),
    )
    schwarz = Quoted(
        "the inequality of Cauchy and Schwarz, for H^(3/2) d and H^(1/2) d",
        "Horn, Johnson, Matrix Analysis, Cambridge 2013, section 0.6",
        states=(q**2, "<=", p * spread),
    )
    bound = Step(p * spread, p * kappa, "kappa is more", "<=", uses=(level,))
    return (
        Derivation(
            "Alignment at a point",
            (
                entries,
                *names[1:],
                inner,
                norm,
                Step(
                    inner.lhs / sqrt(Sum(rate[k] ** 2, SUM) * norm.lhs),
                    (kappa * h + p) / sqrt(h * (kappa**2 * h + 2 * kappa * p + q**2)),
                    "the cosine",
                    uses=(inner, norm, squares),
                ),
            ),
            ZHU,
        ),
        Derivation(
            "Least alignment",
            (
                entries,
                *names,
                inner,
                norm,
                schwarz,
                bound,
                Decided(
                    9 * inner.lhs**2 >= 8 * h * norm.lhs,
                    "squared cosine at least 8 / 9: what is left is (kappa h - 3 p)^2",
                    uses=(inner, norm, schwarz, bound),
                ),
            ),
            OWN,
            (Settles("flat-sgd-noise-aligns-hessian", part="least squares"),),
        ),
        Derivation(
            "It is reached",
            (
                Step(
                    Subs(
                        (kappa * h + p) ** 2 / (h * (kappa**2 * h + 2 * kappa * p + q**2)),
                        (h, p, q),
                        (3, kappa, sqrt(kappa) * sqrt(kappa)),
                    ),
                    Rational(8, 9),
                    "three equal curvatures, the distance kappa along one of them, no label noise",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Not for every noise",
            (
                Counterexample(
                    9 * l_f**2 >= 8 * (l_s**2 + l_f**2),
                    ((l_s, 10), (l_f, 1)),
                    "noise on the labels of flat inputs alone: C = diag(0, l_f), H = diag(l_s, "
                    "l_f)",
                ),
            ),
            OWN,
        ),
    )


def escape() -> tuple[Derivation, ...]:
    """The mean time to leave a quadratic well is a function of depth over noise, divided by the
    curvature.
    """
    tau, x, v = Function("tau", real=True), Symbol("x", real=True), Symbol("v", real=True)
    scaled = tau(x * sqrt(l / D)) / l
    generator = -l * x * Derivative(scaled, x) + D * Derivative(scaled, (x, 2))
    universal = Subs(-z * Derivative(tau(z), z) + Derivative(tau(z), (z, 2)), z, x * sqrt(l / D))
    within = Integral(exp(-(v**2) / 2), (v, 0, z))
    slope = exp(z**2 / 2) * within
    bell = Step(within, sqrt(pi / 2) * erf(z / sqrt(2)), "error function")
    pace = Step(slope, exp(z**2 / 2) * bell.rhs, "W, positive", uses=(bell,))
    return (
        Derivation(
            "Scaling of the exit time",
            (
                Step(
                    generator,
                    universal,
                    "tau(x sqrt(l / D)) / l has the drift -l x and the noise D if tau has the "
                    "drift -z and the noise 1",
                ),
            ),
            GARDINER,
        ),
        Derivation(
            "Slope of the exit time",
            (
                bell,
                pace,
            ),
            GARDINER,
        ),
        Derivation(
            "Exit time",
            (
                bell,
                pace,
                Step(
                    Derivative(slope, z) - z * slope,
                    Integer(1),
                    "so tau, with the slope -W, loses one in a unit of time; from the bottom it is "
                    "the integral of W to the rim, at sqrt(2 E / D)",
                    uses=(pace,),
                ),
            ),
            GARDINER,
        ),
    )
