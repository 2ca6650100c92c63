"""How far do weights fluctuate about a minimum, and what does their average gain?  Stationary
variances with fresh and with reshuffled batches, the average of an orbit.

Setting.  A direction of curvature l; C is the variance of the gradient of one example along it, B
the batch, eta the step of stochastic gradient descent, V the variance of the weight, M the number
of batches of an epoch and T the steps of an average.

Source: phenomena of deep learning, section on flatness; sources of single results beside them.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Subs,
    Sum,
    Symbol,
    log,
    symbols,
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
from theory.notation import OWN

i, j, k, N, B, M, T = symbols("i j k N B M T", integer=True, positive=True)
l, l_s, l_f = symbols("l l_s l_f", positive=True)  # curvature; of a steep and of a flat direction
sigma, eta = symbols("sigma eta", positive=True)
u = Symbol("u", real=True)
rate = IndexedBase("l", positive=True)  # eigenvalues of the Hessian
C, V = IndexedBase("C", nonnegative=True), Symbol("V", positive=True)
SUM = (k, 1, N)
LYAPUNOV = "Mandt, Hoffman, Blei, Journal of Machine Learning Research 18, 2017"
EPOCHS = "Kuehn, Rosenow, arXiv 2306.05300"
SWA = "Izmailov, Podoprikhin, Garipov, Vetrov, Wilson, UAI 2018"


def stationary_variance() -> tuple[Derivation, ...]:
    """With fresh batches the stationary variance of a direction is eta C / (B l (2 - eta l)): for
    noise that is proportional to curvature it grows with curvature at every finite step.
    """
    noise = C[k]
    tau, phi = symbols("tau phi", positive=True)
    stable = (eta * l < 2,)
    fixed = Defined(V, eta * noise / (B * l * (2 - eta * l)), "a candidate")
    like = Assumed(Eq(noise, sigma**2 * l), "noise proportional to curvature, as at a good fit")
    aligned = eta * sigma**2 / (B * (2 - eta * l))
    after = (1 - eta * l) ** 2 * V + eta**2 * noise / B
    value = Derivation(
        "Stationary variance",
        (
            fixed,
            Step(
                after,
                eta * noise / (B * l * (2 - eta * l)),
                "a step multiplies by 1 - eta l and adds noise: the variance comes back",
                domain=stable,
                uses=(fixed,),
            ),
        ),
        LYAPUNOV,
    )
    with_like = Derivation(
        "Noise proportional to curvature",
        (
            like,
            *chain(
                after,
                To(value.result, "as before", domain=stable),
                To(
                    aligned,
                    "curvature is left in the correction for a finite step alone",
                    domain=stable,
                    uses=(like,),
                ),
                uses=(value,),
            ),
        ),
        LYAPUNOV,
    )
    share = eta * rate[k] / (B * (2 - eta * rate[k] * (1 + 1 / B)))
    loss = Defined(phi, Sum(share, SUM), "a sum over the spectrum")
    fed = Defined(tau, sigma**2 * phi / (1 - phi), "a candidate for Sum_k l_k V_k")
    back = Step(Sum((sigma**2 + tau) * share, SUM), (sigma**2 + tau) * phi, "its sum", uses=(loss,))
    drawn = Defined(V, eta * (sigma**2 + tau) / (B * (2 - eta * l * (1 + 1 / B))), "a candidate")
    return (
        value,
        with_like,
        Derivation(
            "Slope against curvature",
            (
                Step(
                    Derivative(log(aligned), l) * l,
                    eta * l / (2 - eta * l),
                    "of the logarithms: 0 only as eta l tends to 0",
                    domain=stable,
                ),
            ),
            LYAPUNOV,
        ),
        Derivation(
            "A steeper direction fluctuates more",
            (
                Decided(
                    Implies(
                        And(l_f < l_s, eta * l_s < 2),
                        aligned.subs(l, l_f) < aligned.subs(l, l_s),
                    ),
                    "fresh batches, noise proportional to curvature",
                ),
            ),
            LYAPUNOV,
            (
                Settles(
                    "flat-inverse-variance-flatness", part="fresh batches, noise like curvature"
                ),
            ),
        ),
        Derivation(
            "Least squares with Gaussian inputs, one direction",
            (
                drawn,
                Step(
                    ((1 - eta * l) ** 2 + eta**2 * l**2 / B) * V
                    + eta**2 * l * (sigma**2 + tau) / B,
                    eta * (sigma**2 + tau) / (B * (2 - eta * l * (1 + 1 / B))),
                    "gradients of a batch vary by (l (sigma^2 + tau) + l^2 V) / B",
                    domain=(eta * l * (1 + 1 / B) < 2,),
                    uses=(drawn,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "All directions: stable for phi < 1 only",
            (
                loss,
                fed,
                back,
                Step(
                    back.lhs,
                    sigma**2 * phi / (1 - phi),
                    "tau comes back; phi falls with the batch and grows with every curvature",
                    domain=(phi < 1,),
                    uses=(back, fed),
                ),
            ),
            OWN,
        ),
    )


def reshuffled_epochs() -> tuple[Derivation, ...]:
    """When each epoch shows every batch once, the variance at its end falls with the square of a
    small curvature, and between with the curvature itself.
    """
    a, noise = symbols("a C", positive=True)  # a = 1 - eta l; variance of a batch gradient
    pair = Symbol("gamma", real=True)
    ones, twos = (1 - a**j) / (1 - a), (1 - a ** (2 * j)) / (1 - a**2)
    none = Defined(pair, -noise / (M - 1), "covariance of two batches: M gradients sum to zero")
    added = noise * twos + pair * (ones**2 - twos)
    some = noise * M / (M - 1) * (twos - ones**2 / M)
    within = (a < 1, M > 1)
    sums = Step(
        added, some, "squares, and pairs, of sums of powers of a", domain=within, uses=(none,)
    )
    begin = Defined(V, eta**2 * some.subs(j, M) / (1 - a ** (2 * M)), "variance as it begins")
    return (
        Derivation(
            "Variance as an epoch begins and ends",
            (
                none,
                begin,
                Step(
                    a ** (2 * M) * V + eta**2 * added.subs(j, M),
                    begin.expr,
                    "an epoch multiplies by a^M and adds",
                    domain=within,
                    uses=(begin, none),
                ),
            ),
            EPOCHS,
        ),
        Derivation(
            "Variance after j batches",
            (
                none,
                sums,
                begin,
                Step(
                    a ** (2 * j) * V + eta**2 * added,
                    a ** (2 * j) * begin.expr + eta**2 * some,
                    "the same for a part of it",
                    domain=within,
                    uses=(begin, sums),
                ),
            ),
            EPOCHS,
        ),
        Derivation(
            "Small curvature, end of the epoch",
            (
                Step(
                    Limit((1 - 1 / M) * begin.expr / (noise * eta**2 * (1 - a)), a, 1, "-"),
                    (M**2 - 1) / Integer(24),
                    "noise times curvature: a slope of 2 where noise is proportional to curvature",
                    domain=(M > 1,),
                ),
            ),
            EPOCHS,
        ),
        Derivation(
            "Small curvature, after j batches",
            (
                Step(
                    Limit(twos - ones**2 / M, a, 1, "-"),
                    j * (M - j) / M,
                    "noise alone: a slope of 1",
                ),
            ),
            EPOCHS,
        ),
    )


def weight_averages() -> tuple[Derivation, ...]:
    """On a quadratic the loss at the average of an orbit is below the mean loss by half the trace
    of H times the covariance, and the curvature there is the same.
    """
    theta = IndexedBase("theta", real=True)
    ends = (i, 1, T)
    average = Symbol("mu", real=True)
    middle = Defined(average, Sum(theta[i], ends) / T, "the average")
    gain = Sum(l * theta[i] ** 2 / 2, ends) / T - l * average**2 / 2
    spread = Sum(l * (theta[i] - average) ** 2 / 2, ends) / T
    a = Symbol("a", positive=True)
    total = (T * (1 - a**2) - 2 * a * (1 - a**T)) / (1 - a) ** 2
    steps = Induction(
        T,
        1,
        Integer(1),
        SO_FAR + 1 + 2 * a * (1 - a**T) / (1 - a),
        total,
        "sum of a^|i - j| over all pairs of T: one step more adds one and twice a geometric sum",
        domain=(a < 1,),
    )
    return (
        Derivation(
            "Loss at the average",
            (
                middle,
                Step(gain, spread, "squares about the average", uses=(middle,)),
            ),
            SWA,
        ),
        Derivation(
            "Curvature at the average",
            (
                Step(
                    Subs(Derivative(l * u**2 / 2, (u, 2)), u, average) - l,
                    Integer(0),
                    "a quadratic has one curvature: nothing is flattened",
                ),
            ),
            SWA,
        ),
        Derivation(
            "Variance of an average of T steps, over that of one",
            (
                steps,
                Step(SO_FAR / T**2, total / T**2, "over T^2 pairs", domain=(a < 1,), uses=(steps,)),
            ),
            OWN,
        ),
    )
