"""How does a network train while its tangent kernel stands still?  Kernel regression mode by mode,
its moments over starts, the gap of descent to the flow, the pace at the usual start.

Setting.  Loss (1/2n) sum e^2.  With a standing kernel Theta the residual is e(t) = exp(-Theta t /
n) e(0), and f - f_0 at any other point follows.  lambda is a mode of Theta / n.

Source: Jacot, Gabriel, Hongler, NeurIPS 2018; Lee, Xiao, Schoenholz, Bahri, Novak, Sohl-Dickstein,
Pennington, NeurIPS 2019, section 2.3.
"""

from sympy import (
    Derivative,
    Eq,
    Expr,
    Function,
    IndexedBase,
    Integer,
    Integral,
    Limit,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    oo,
    pi,
    sqrt,
    symbols,
    tanh,
)

from theory import (
    SO_FAR,
    Assumed,
    Defined,
    Derivation,
    Induction,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import JACOT, OWN, beta_1, beta_2

m, k, p = symbols("m k p", integer=True, positive=True)  # neurons
z = Symbol("z", real=True)  # a Gaussian number
k0, k1, dot = symbols("k_0 k_1 P", real=True)  # E[1 1'], E[relu relu'], x.x'
lam, h, s = symbols("lambda h s", positive=True)  # rate of a mode, learning rate, variance
t = Symbol("t", nonnegative=True)  # time
# data and start in a mode; kernel of another point with that mode
y, f0, c = symbols("y f_0 c", real=True)


def linearised_flow() -> tuple[Derivation, ...]:
    """Gradient flow of the linearised model is kernel regression: in each mode f = f_0 + (1 -
    exp(-lambda t))(y - f_0).
    """
    f, w, G = (Function(name, real=True) for name in ("f", "w", "G"))
    g, b = Symbol("g", positive=True), Symbol("b", real=True)  # gradients along the mode
    weight = Symbol("w_1", real=True)
    fitted = f0 + (1 - exp(-lam * t)) * (y - f0)
    elsewhere = c / lam * (1 - exp(-lam * t)) * (y - f0)
    downhill = Subs(-Derivative((f0 + g * weight - y) ** 2 / 2, weight), weight, w(t))
    parameter = Defined(
        w(t), (f(t) - f0) / g, "parameter along the gradient g of the mode: f = f_0 + g w"
    )
    rate = Defined(lam, g**2, "the mode of Theta / n")
    flow = Assumed(Eq(Derivative(w(t), t), downhill), "gradient flow of the loss of the mode")
    slope = Step(downhill, -g * (f0 + g * w(t) - y), "g times the residual")
    motion = chain(
        Derivative(f(t), t),
        To(g * Derivative(w(t), t), "f moves with the parameter", uses=(parameter,)),
        To(-(g**2) * (f0 + g * w(t) - y), "which goes downhill", uses=(flow, slope)),
        To(-lam * (f(t) - y), "so f moves at the rate lambda", uses=(parameter, rate)),
    )
    varied = Defined(f(t), y + exp(-lam * t) * G(t), "variation of the constant")
    stands = chain(
        Derivative(G(t), t),
        To(
            exp(lam * t) * (Derivative(f(t), t) + lam * (f(t) - y)),
            "product rule",
            uses=(varied,),
        ),
        To(Integer(0), "so G stands still", uses=motion),
    )
    start = Assumed(Eq(G(0), f0 - y), "the flow starts at f_0")
    mode = Derivation(
        "In a mode of the kernel",
        (
            parameter,
            rate,
            flow,
            slope,
            *motion,
            varied,
            *stands,
            start,
            *chain(
                f(t),
                To(
                    y + exp(-lam * t) * (G(0) + Integral(Derivative(G(t), t), (t, 0, t))),
                    "start and change",
                    uses=(varied,),
                ),
                To(y + exp(-lam * t) * G(0), "no change", uses=stands),
                To(fitted, "the residual decays as exp(-lambda t)", uses=(start,)),
            ),
        ),
        JACOT,
        (Settles("lazy-kernel-equivalence", part="a mode"),),
    )
    across = Defined(
        c, b * g, "component of Theta(x, X) / n along the mode; b is the gradient at x"
    )
    other = Derivation(
        "At another point",
        (
            parameter,
            rate,
            across,
            *chain(
                b * w(t),
                To(
                    c / lam * (f(t) - f0),
                    "f moves there as at the data, by c over lambda",
                    uses=(parameter, across, rate),
                ),
                To(elsewhere, "that mode's share of f(x, t) - f_0(x)", uses=(mode,)),
            ),
        ),
        JACOT,
    )
    return (
        mode,
        other,
        Derivation(
            "In a mode of the kernel, at the end",
            (
                Step(
                    Limit(f(t), t, oo),
                    y,
                    "all modes with lambda > 0 are fitted",
                    uses=(mode,),
                ),
            ),
            JACOT,
        ),
        Derivation(
            "At another point, at the end",
            (
                Step(
                    Limit(b * w(t), t, oo),
                    c / lam * (y - f0),
                    "that mode's share of the kernel interpolant",
                    uses=(other,),
                ),
            ),
            JACOT,
        ),
    )


def digits_of_the_flow() -> tuple[Derivation, ...]:
    """The share that a mode has fitted is 2 tau / (1 + tau) with tau = tanh(lambda t / 2), without
    a difference at small lambda t and with its limit at infinite t.
    """
    tau = tanh(lam * t / 2)
    share = 2 * tau / (1 + tau)
    grows, falls = exp(lam * t / 2), exp(-lam * t / 2)
    half = Step(tau, (grows - falls) / (grows + falls), "by exponentials")
    digits = Derivation(
        "Share that a mode has fitted",
        (half, Step(1 - exp(-lam * t), share, "no difference is left", uses=(half,))),
        OWN,
    )
    mode, other = derive(linearised_flow)[:2]

    def by_tanh(flow: Derivation, found: Expr) -> Derivation:
        left, _, right = flow.states
        return Derivation(
            flow.title,
            chain(
                left,
                To(right, "closed form"),
                To(found, "by the half-angle tanh", uses=(digits,)),
                uses=(flow,),
            ),
            OWN,
        )

    return (
        by_tanh(mode, f0 + share * (y - f0)),
        by_tanh(other, c / lam * share * (y - f0)),
        digits,
        Derivation(
            "Share at small times",
            (
                Step(
                    Limit((1 - exp(-lam * t)) / t, t, 0, "+"),
                    lam,
                    "it is lambda t, to all its digits",
                    uses=(digits,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Share at the end",
            (Step(Limit(1 - exp(-lam * t), t, oo), Integer(1), "all", uses=(digits,)),),
            OWN,
        ),
    )


def moments_of_the_prediction() -> tuple[Derivation, ...]:
    """Over starts the prediction has the mean B y and the variance of f_0(x) - B f_0(X): a start is
    not forgotten away from the data.
    """
    N, starts = symbols("N R", integer=True, positive=True)
    B, f, u, Q, q, chance = (
        IndexedBase(name, real=True) for name in ("B", "f", "u", "Q", "q", "P")
    )
    i, j = symbols("i j", integer=True, positive=True)
    target = IndexedBase("y", real=True)
    here = Symbol("Q_x", positive=True)

    def mean(value: Expr) -> Expr:
        return Sum(chance[k] * value, (k, 1, starts))

    trained = u[k] + Sum(B[i] * (target[i] - f[k, i]), (i, 1, N))
    other = mean(trained).xreplace({k: p})  # the same mean, with an index of its own
    data = Sum(B[i] * target[i], (i, 1, N))
    spread = (
        here - 2 * Sum(B[i] * q[i], (i, 1, N)) + Sum(B[i] * B[j] * Q[i, j], (i, 1, N), (j, 1, N))
    )
    certain = Assumed(Eq(mean(S.One), 1), "start k, of finitely many, has the probability P_k")
    centred = (
        Assumed(Eq(mean(u[k]), 0), "E f_0(x) = 0"),
        Assumed(Eq(mean(f[k, i]), 0), "E f_0(x_i) = 0"),
    )
    covariance = (
        Assumed(Eq(mean(u[k] ** 2), here), "E f_0(x)^2 = Q(x, x)"),
        Assumed(Eq(mean(u[k] * f[k, i]), q[i]), "E f_0(x) f_0(x_i) = Q(x, x_i)"),
        Assumed(Eq(mean(f[k, i] * f[k, j]), Q[i, j]), "E f_0(x_i) f_0(x_j) = Q(x_i, x_j)"),
    )
    source = (
        "Lee, Xiao, Schoenholz, Bahri, Novak, Sohl-Dickstein, Pennington, NeurIPS 2019, section 2.3"
    )
    average = Derivation(
        "Mean of the linearised prediction",
        (
            certain,
            *centred,
            *chain(
                other,
                To(
                    data * mean(S.One) + mean(u[k]) - Sum(B[i] * mean(f[k, i]), (i, 1, N)),
                    "f = f_0 + B (y - f_0) with the same B for all starts: a kernel without "
                    "fluctuation",
                ),
                To(data, "starts of mean zero", uses=(certain, *centred)),
            ),
        ),
        source,
    )
    return (
        Derivation(
            "Moments of the linearised prediction",
            (
                *covariance,
                *chain(
                    mean((trained - other) ** 2),
                    To(
                        mean((u[k] - Sum(B[i] * f[k, i], (i, 1, N))) ** 2),
                        "data are the mean, the start is the rest",
                    ),
                    To(
                        mean(u[k] ** 2)
                        - 2 * Sum(B[i] * mean(u[k] * f[k, i]), (i, 1, N))
                        + Sum(B[i] * B[j] * mean(f[k, i] * f[k, j]), (i, 1, N), (j, 1, N)),
                        "square of the rest",
                    ),
                    To(spread, "means of products are entries of Q", uses=covariance),
                    uses=(average,),
                ),
            ),
            source,
        ),
        average,
    )


def step_of_descent() -> tuple[Derivation, ...]:
    """Descent with step h decays as exp(-lambda t (1 + h lambda / 2 + ...)): its gap to the flow is
    of first order in h.
    """
    steps = Symbol("k", integer=True, nonnegative=True)
    left = Function("r", positive=True)(steps)  # share of the residual that is left
    kept = Symbol("q", positive=True)
    pace = Function("mu", positive=True)
    per_time = Defined(pace(h), -log(left) / (steps * h), "rate of decay over k steps")
    ahead = -(lam**2) * t / 2 * exp(-lam * t)
    factor = Defined(kept, 1 - h * lam, "what a step keeps of the residual, for h lambda < 1")
    descent = Induction(
        steps,
        0,
        Integer(1),
        SO_FAR - h * lam * SO_FAR,
        kept**steps,
        "a step takes h lambda of the residual away",
        sequence=left,
        uses=(factor,),
    )
    decay = Step(
        pace(h),
        -log(kept) / h,
        "the same for all k > 0",
        domain=(steps > 0,),
        uses=(per_time, descent),
    )
    count = Defined(steps, t / h, "steps up to the time t")
    apart = Step(
        (left - exp(-lam * t)) / h,
        ((1 - h * lam) ** (t / h) - exp(-lam * t)) / h,
        "gap between descent and flow, over the step",
        uses=(descent, factor, count),
    )
    gap = Derivation(
        "Gap to the flow",
        (
            factor,
            descent,
            count,
            apart,
            Step(
                Limit(apart.rhs, h, 0, "+"), ahead, "first order: descent is ahead", uses=(apart,)
            ),
        ),
        OWN,
    )
    return (
        Derivation(
            "Rate of descent",
            (
                per_time,
                factor,
                descent,
                decay,
                Step(
                    Limit((pace(h) / lam - 1) / h, h, 0, "+"),
                    lam / 2,
                    "first correction, relative: h lambda / 2",
                    uses=(decay, factor),
                ),
            ),
            OWN,
        ),
        gap,
        Derivation(
            "Exponent of the gap",
            (
                Step(
                    h * Derivative(log(-h * gap.states[0]), h),
                    Integer(1),
                    "halving the step halves the gap",
                    domain=(t > 0,),
                    uses=(gap,),
                ),
            ),
            OWN,
        ),
    )


def standard_start() -> tuple[Derivation, ...]:
    """Weights of standard deviation sqrt(2 / D) shrink with the width D, and the rate of descent
    grows like D.
    """
    D, d = symbols("D d", positive=True)
    rate = D * (2 / d * k1 + 2 / D * dot * k0)
    unit = Step(
        Integral(z**2 * exp(-(z**2) / 2) / sqrt(2 * pi), (z, 0, oo)),
        Rational(1, 2),
        "E relu^2 of a standard normal preactivation",
    )
    behind = Sum(s / m * unit.lhs, (k, 1, m))
    squared = Step(behind, s / 2, "m products of variance s / m", uses=(unit,))
    kept = Assumed(Eq(behind, 1), "a layer keeps the variance of the preactivations")
    deviation = chain(
        sqrt(s / m),
        To(sqrt(2 * behind / m), "standard deviation of a weight behind m units", uses=(squared,)),
        To(sqrt(2 / m), "s = 2", uses=(kept,)),
    )
    start = Subs(
        m * (beta_2**2 * k1 + beta_1**2 * dot * k0),
        (m, beta_1, beta_2),
        (D, sqrt(2 / D), sqrt(2 / d)),
    )
    pace = Derivation(
        "Tangent kernel of this start",
        (Step(start, rate, "at alpha = 1, with the variances 2 / D and 2 / d"),),
        OWN,
    )
    return (
        Derivation(
            "Standard deviation of a weight behind D units",
            (
                unit,
                squared,
                kept,
                *deviation,
                Step(
                    m * Derivative(log(deviation[-1].rhs), m),
                    -Rational(1, 2),
                    "so the standard deviation falls as m^(-1/2)",
                    uses=deviation[-1:],
                ),
            ),
            "He, Zhang, Ren, Sun, ICCV 2015",
            (
                Settles(
                    "udl-width-smaller-start-fewer-steps", part="exponent of the standard deviation"
                ),
            ),
        ),
        Derivation(
            "Steps at a fixed learning rate",
            (
                Step(
                    Limit(D * Derivative(log(1 / start), D), D, oo),
                    Integer(-1),
                    "the number of steps goes as one over the rate: it falls as 1 / D",
                    domain=(k1 > 0,),
                    uses=(pace,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Rate at large width",
            (
                Step(
                    Limit(start / D, D, oo),
                    2 * k1 / d,
                    "the output weights drive it: it grows like D",
                    uses=(pace,),
                ),
            ),
            OWN,
        ),
        pace,
    )
