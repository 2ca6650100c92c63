"""How much noise do small batches leave at a minimum, and what does it do to a bound on the error?
The variance of a batch gradient, the temperature eta / B at any rate, a PAC-Bayes bound.

Setting.  theta' = theta - eta g, with g the gradient of the loss on B of N examples.  At a minimum
of curvature lambda SGD rests with a variance that to first order depends on eta / B alone, and in a
linear model it only costs.  Where SGD rests as a Gaussian of covariance tau S, tau = eta / (2 B), a
PAC-Bayes bound has a turning point in tau: the sign of its slope in B / eta is not universal.

Source: Prince, Understanding Deep Learning, 2023, section 20.4.1; Mandt, Hoffman, Blei, JMLR 2017;
He, Liu, Tao, NeurIPS 2019.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Implies,
    IndexedBase,
    Limit,
    Rational,
    Subs,
    Sum,
    Symbol,
    log,
    symbols,
)

from theory import (
    Assumed,
    Counterexample,
    Decided,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
)
from theory.notation import FELLER, OWN, mean, mean_is_linear

d, N, i, j = symbols("d N i j", integer=True, positive=True)
eta, lam, B = symbols("eta lambda B", positive=True)  # learning rate, curvature, batch size
x = Symbol("x", real=True)
G_ = IndexedBase("theta", real=True)
SMITH = "Smith, Dherin, Barrett, De, ICLR 2021"
BOUND = "udl-generalisation-bound-ratio"


def batch_variance() -> Derivation:
    """Over all ways to cut N examples into batches of B the mean variance of the batch gradients is
    (N - B) / (N - 1) times that of one example over B.
    """
    size = Symbol("B", integer=True, positive=True)
    spread = Symbol("Gamma", positive=True)  # variance of the gradient of one example
    e = IndexedBase("e", real=True)  # gradients of the examples minus their mean, a coordinate
    total, squares = Sum(e[i], (i, 1, N)), Sum(e[i] ** 2, (i, 1, N))
    centred = Assumed(Eq(total, 0), "deviations from the mean")
    known = Assumed(Eq(squares, N * spread), "whose mean square is Gamma")
    pairs = mean(e[1] * e[2])
    two = Quoted(
        "any two different examples are equally likely to share a batch: the mean over them",
        FELLER + ", chapter IX",
        states=(pairs, "==", (total**2 - squares) / (N * (N - 1))),
    )
    one = Quoted(
        "any example is equally likely to be in a batch: the mean over them",
        FELLER + ", chapter IX",
        states=(mean(e[1] ** 2), "==", squares / N),
    )
    return Derivation(
        "Variance of a batch gradient",
        (
            centred,
            known,
            one,
            two,
            *chain(
                (size * mean(e[1] ** 2) + size * (size - 1) * pairs) / size**2,
                To(
                    squares / N / size + (size - 1) * (total**2 - squares) / (N * (N - 1)) / size,
                    "mean square of B deviations over B: B squares, B (B - 1) products",
                    uses=(one, two),
                    domain=(N >= 2,),
                ),
                To(
                    (N - size) * spread / ((N - 1) * size),
                    "the products are negative on average, because all deviations add up to zero",
                    uses=(centred, known),
                    domain=(N >= 2,),
                ),
            ),
        ),
        SMITH,
    )


def noise_temperature() -> tuple[Derivation, ...]:
    """At a minimum of curvature lambda gradient noise of variance C / B gives the variance eta C /
    (B lambda (2 - eta lambda)): a function of eta / B alone to first order, and a loss that falls
    as B / eta rises.
    """
    xi, error = symbols("xi x", real=True)  # gradient noise, distance to the minimum
    C, V = Symbol("C", positive=True), Symbol("V", positive=True)
    kept = 1 - eta * lam
    square = (kept * error - eta * xi) ** 2
    terms = kept**2 * error**2 - 2 * eta * kept * error * xi + eta**2 * xi**2
    expanded = Step(square, terms, "square of the distance after a step")
    linear = mean_is_linear(
        mean(terms),
        kept**2 * mean(error**2) - 2 * eta * kept * mean(error * xi) + eta**2 * mean(xi**2),
    )
    fresh = Assumed(Eq(mean(error * xi), 0), "fresh noise of mean zero, independent of the place")
    size = Assumed(Eq(mean(xi**2), C / B), "the mean of B independent draws of variance C")
    before = Assumed(Eq(mean(error**2), V), "before the step")
    after = Step(
        mean(square),
        kept**2 * V + eta**2 * C / B,
        "after a step",
        uses=(expanded, linear, fresh, size, before),
    )
    rests = Assumed(Eq(mean(square), V), "it rests: after a step as before")
    stable = (eta * lam < 2,)
    value = eta * C / (B * lam * (2 - eta * lam))
    stationary = Derivation(
        "Stationary variance",
        (
            expanded,
            linear,
            fresh,
            size,
            before,
            after,
            rests,
            *chain(
                V * eta,
                To(
                    eta * value
                    + V / (lam * (2 - eta * lam))
                    - mean(square) / (lam * (2 - eta * lam)),
                    "solved for V",
                    uses=(after,),
                    domain=stable,
                ),
                To(eta * value, "times eta", uses=(rests,), domain=stable),
            ),
        ),
        "Mandt, Hoffman, Blei, JMLR 2017; Jastrzebski et al., 2018",
    )
    sigma, ratio, more = symbols("sigma rho rho_2", positive=True)
    loss = eta * sigma**2 * lam / (2 * B * (2 - eta * lam))
    return (
        stationary,
        Derivation(
            "Temperature",
            (
                Step(
                    Limit(Subs(value, B, ratio * eta), eta, 0, "+"),
                    C / (2 * ratio * lam),
                    "at small rates B and eta come in by rho = B / eta alone",
                ),
            ),
            "Jastrzebski et al., 2018",
        ),
        Derivation(
            "Loss above the minimum with label noise",
            (
                Step(
                    lam * Subs(value, C, sigma**2 * lam) / 2,
                    loss,
                    "half the curvature times the variance, C = sigma^2 lambda",
                    domain=stable,
                ),
            ),
            OWN,
        ),
        Derivation(
            "It falls as B / eta rises",
            (
                Decided(
                    Implies(
                        And(more > ratio, 2 - eta * lam > 0),
                        Subs(loss, B, more * eta).doit() < Subs(loss, B, ratio * eta).doit(),
                    ),
                    "in a linear model a smaller batch costs, and nothing is gained by it",
                ),
            ),
            OWN,
        ),
    )


def pac_bayes_ratio() -> tuple[Derivation, ...]:
    """The divergence of a stationary law N(theta, tau S), tau = eta / (2 B), from a prior N(0,
    s_0^2 I) rises with B / eta where tau tr S < d s_0^2 and falls where it is larger; with the
    training loss the bound turns at tau = d / (beta n tr(H S) + tr S / s_0^2).
    """
    tau, rho, prior = symbols("tau rho s_0", positive=True)
    S = IndexedBase("S", positive=True)  # eigenvalues of S
    z, centre, v = Symbol("z", real=True), Symbol("theta", real=True), Symbol("v", positive=True)
    ratio_of = (
        z**2 / (2 * prior**2) - (z - centre) ** 2 / (2 * v) + log(prior) - log(v) / 2
    )  # log of the ratio of the two densities
    linear = mean_is_linear(
        mean(ratio_of),
        mean(z**2) / (2 * prior**2) - mean((z - centre) ** 2) / (2 * v) + log(prior) - log(v) / 2,
    )
    second = Assumed(Eq(mean(z**2), v + centre**2), "z of mean theta and variance v")
    about = Assumed(Eq(mean((z - centre) ** 2), v), "z of variance v")
    trace, norm, logdet, bent = symbols("tr_S |theta|^2 ln_det_S tr_HS", positive=True)
    logdet = Symbol("ln_det_S", real=True)
    dims, temper = symbols("d beta_n", positive=True)
    traced = Sum(S[j], (j, 1, d))
    log_det, length = Sum(log(S[j]), (j, 1, d)), Sum(G_[j] ** 2, (j, 1, d))
    divergence = (
        tau * trace / prior**2
        + norm / prior**2
        - dims
        + 2 * dims * log(prior)
        - dims * log(tau)
        - logdet
    ) / 2
    by_ratio = Subs(divergence, tau, 1 / (2 * rho))
    rises = dims / (2 * rho) - trace / (4 * prior**2 * rho**2)
    slope = Step(Derivative(by_ratio, rho), rises, "slope in rho = B / eta, tau = 1 / (2 rho)")
    narrow = trace / (2 * rho) < dims * prior**2
    bound = tau * bent / 2 + divergence / temper
    best = dims / (temper * bent + trace / prior**2)
    of_bound = Step(
        Derivative(bound, tau),
        bent / 2 + (trace / prior**2 - dims / tau) / (2 * temper),
        "slope of training loss and divergence over beta n",
    )
    slope_of_bound = Derivation("Slope of the bound", (of_bound,), OWN + ", after Catoni 2007")
    return (
        Derivation(
            "Divergence of two Gaussians, one coordinate",
            (
                linear,
                second,
                about,
                Step(
                    mean(ratio_of),
                    ((v + centre**2) / prior**2 - 1 + 2 * log(prior) - log(v)) / 2,
                    "mean of the log ratio of the densities",
                    uses=(linear, second, about),
                ),
            ),
            "Kullback, Information Theory and Statistics, Wiley 1959",
        ),
        Derivation(
            "All coordinates",
            (
                Step(
                    Sum(
                        (tau * S[j] + G_[j] ** 2) / (2 * prior**2)
                        - Rational(1, 2)
                        + log(prior)
                        - (log(tau) + log(S[j])) / 2,
                        (j, 1, d),
                    ),
                    (
                        tau * traced / prior**2
                        + length / prior**2
                        - d
                        + 2 * d * log(prior)
                        - d * log(tau)
                        - log_det
                    )
                    / 2,
                    "in the eigenbasis of S",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Divergence",
            (
                Step(
                    Subs(divergence, logdet, dims * x),
                    (
                        tau * trace / prior**2
                        + norm / prior**2
                        + dims * (2 * log(prior) - log(tau) - x - 1)
                    )
                    / 2,
                    "x the mean logarithm of an eigenvalue",
                ),
            ),
            OWN,
        ),
        Derivation(
            "It rises with B / eta where the law is narrower than the prior, and only there",
            (
                slope,
                Decided(
                    And(Implies(narrow, rises > 0), Implies(rises > 0, narrow)),
                    "the sign of the slope: tr(tau S) against d s_0^2",
                    uses=(slope,),
                ),
            ),
            OWN + ", after He, Liu, Tao, NeurIPS 2019",
            (Settles(BOUND, part="where tr(tau S) < d s_0^2"),),
        ),
        Derivation(
            "It does not rise for every law",
            (
                Counterexample(
                    Derivative(by_ratio, rho) > 0,
                    ((dims, 1), (trace, 8), (prior, 1), (rho, 1)),
                    "a law four times as wide as the prior",
                ),
            ),
            OWN,
            (Settles(BOUND, part="for every law"),),
        ),
        slope_of_bound,
        Derivation(
            "Turning point of the bound",
            (
                Decided(
                    And(
                        Implies(tau > best, of_bound.rhs > 0),
                        Implies(tau < best, of_bound.rhs < 0),
                    ),
                    "it falls until this temperature and rises after",
                    uses=(slope_of_bound,),
                ),
            ),
            OWN + ", after Catoni 2007",
        ),
        Derivation(
            "The best temperature",
            (
                Step(
                    tau - 2 * temper * tau * of_bound.lhs / (temper * bent + trace / prior**2),
                    best,
                    "less tau times the slope over half the coefficient of tau",
                    uses=(slope_of_bound,),
                ),
            ),
            OWN,
        ),
    )
