"""When should gradient flow on noisy data be stopped, and what does it fit by then?  The filter of
gradient flow, risk and best times, spectra of noisy samples.

Setting.  A model that is linear in its parameters (or a wide network in the linear regime) fits y =
f + noise by gradient flow from zero.  In the eigenbasis of its kernel each coefficient moves alone,
dc/dt = -lambda (c - y), so after time t the fraction 1 - s of the data is fitted, s = exp(-lambda
t): a low-pass filter, because low frequencies have the large lambda.  theta is the coefficient of
f, sigma the standard deviation of the noise in each mode.  The risk E (c - theta)^2 is bias s^2
theta^2 plus variance (1 - s)^2 sigma^2; it falls, is least at t* = ln(1 + theta^2 / sigma^2) /
lambda, and rises to sigma^2.  Noise is white: every frequency carries sigma^2 / n, so the ratio of
signal to noise falls with frequency whenever the signal does, and two samples of one function agree
where it is large only.

Source: chapter on the frequency principle, section 1.3; Yao, Rosasco, Caponnetto, Constructive
Approximation 26, 2007; Ali, Kolter, Tibshirani, AISTATS 2019 (continuous-time early stopping).
"""

from sympy import (
    And,
    Derivative,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    cos,
    exp,
    log,
    pi,
    sin,
    sqrt,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Settles, Step
from theory.core.decision import counterexample

# rate and coefficient of a mode, noise level
lam, sigma, theta = symbols("lambda sigma theta", positive=True)
t = Symbol("t", nonnegative=True)  # training time
y, epsilon = symbols("y epsilon", real=True)  # coefficient of the data, of the noise
s = Symbol("s", nonnegative=True)  # exp(-lambda t): the fraction not yet fitted
n, N, j, k = symbols("n N j k", integer=True, positive=True)  # samples, modes, sample, frequency
high, low = symbols("f_high f_low", positive=True)  # |f_k| at a higher and at a lower frequency
snr = Symbol("R", positive=True)  # signal to noise ratio of a frequency
CHAPTER = "frequency principle, section 1.3"
FILTER = "Ali, Kolter, Tibshirani, AISTATS 2019"
MODE = exp(-2 * lam * t) * theta**2 + (1 - exp(-lam * t)) ** 2 * sigma**2  # risk of one mode


def filter_of_a_mode() -> Derivation:
    """Gradient flow from zero has fitted the fraction 1 - exp(-lambda t) of a mode's data at time
    t.
    """
    fitted = (1 - exp(-lam * t)) * y
    return Derivation(
        "Filter of one mode",
        (
            Step(Subs(fitted, t, 0), Integer(0), "it starts at zero"),
            Step(Derivative(fitted, t), -lam * (fitted - y), "and solves dc/dt = -lambda (c - y)"),
            Step(
                Subs(fitted, y, 1),
                1 - exp(-lam * t),
                "so this is the fraction of the data that is fitted",
            ),
        ),
        FILTER,
    )


def risk_of_a_mode() -> tuple[Derivation, ...]:
    """The expected squared error of a mode falls, is least at ln(1 + theta^2 / sigma^2) / lambda,
    and rises to the noise.
    """
    error = (1 - exp(-lam * t)) * (theta + epsilon) - theta
    least = log(1 + theta**2 / sigma**2) / lam
    risk = s**2 * theta**2 + (1 - s) ** 2 * sigma**2
    rest = sigma**2 / (theta**2 + sigma**2)
    slope, training_slope = 2 * s * theta**2 - 2 * (1 - s) * sigma**2, 2 * s * y**2
    test_error = And(Implies(And(s > rest, s <= 1), slope > 0), Implies(s < rest, slope < 0))
    training_error = Implies(And(s > 0, y > 0), training_slope > 0)
    return (
        Derivation(
            "Risk of one mode",
            (
                Assumed(
                    "noise epsilon with mean 0 and variance sigma^2",
                    "noise of mean 0 and variance sigma^2 in each mode",
                ),
                Step(
                    error**2,
                    exp(-2 * lam * t) * theta**2
                    + (1 - exp(-lam * t)) ** 2 * epsilon**2
                    - 2 * exp(-lam * t) * (1 - exp(-lam * t)) * theta * epsilon,
                    "squared error of 1 - s of the data",
                ),
                Step(
                    Subs(
                        exp(-2 * lam * t) * theta**2 + (1 - exp(-lam * t)) ** 2 * epsilon**2,
                        epsilon,
                        sigma,
                    ),
                    MODE,
                    "mean: the linear term vanishes, epsilon^2 becomes sigma^2",
                ),
            ),
            FILTER,
        ),
        Derivation(
            "Best time of one mode",
            (
                Step(
                    Derivative(MODE, t),
                    2
                    * lam
                    * exp(-lam * t)
                    * ((1 - exp(-lam * t)) * sigma**2 - exp(-lam * t) * theta**2),
                    "bias falls at one rate, variance grows at the other",
                ),
                Step(
                    Subs(exp(-lam * t), t, least),
                    rest,
                    "what is left at the time at which they balance",
                ),
                Step(
                    Subs(Derivative(MODE, t), t, least), Integer(0), "there the risk stands still"
                ),
                Step(log(1 / rest) / lam, least, "solved for t"),
            ),
            FILTER,
        ),
        Derivation(
            "Least risk of one mode",
            (
                Step(
                    Subs(risk, s, rest),
                    theta**2 * sigma**2 / (theta**2 + sigma**2),
                    "risk at the best time",
                ),
                Decided(risk >= theta**2 * sigma**2 / (theta**2 + sigma**2), "no time does better"),
                Step(
                    Subs(risk, s, 0) / Subs(risk, s, rest),
                    1 + sigma**2 / theta**2,
                    "training to the end costs this factor",
                ),
            ),
            FILTER,
        ),
        Derivation(
            "The test error falls and then rises, the training error only falls",
            (
                Step(Derivative(risk, s), slope, "s falls as time goes on"),
                Step(Derivative((s * y) ** 2, s), training_slope, "training error of the mode"),
                Decided(
                    test_error,
                    "the risk falls until s = sigma^2 / (theta^2 + sigma^2) and rises after",
                ),
                Decided(training_error, "while the training error falls for ever"),
            ),
            FILTER,
            (
                Settles(
                    "early-train-falls-test-rises",
                    S(counterexample(And(test_error, training_error)) is None),
                    part="linear model",
                ),
            ),
        ),
    )


def common_stopping_time() -> tuple[Derivation, ...]:
    """With many modes one common time must do: the risk falls at first, and much slower modes are
    unfitted when fast ones are fitted.
    """
    rate, coefficient = IndexedBase("lambda", positive=True), IndexedBase("theta", real=True)
    left = exp(-rate[k] * t)
    total = Sum(left**2 * coefficient[k] ** 2 + (1 - left) ** 2 * sigma**2, (k, 1, N))
    slope = Sum(
        2 * rate[k] * left * ((1 - left) * sigma**2 - left * coefficient[k] ** 2), (k, 1, N)
    )
    r_fast, r_slow = symbols("lambda_1 lambda_K", positive=True)
    return (
        Derivation(
            "Slope of the risk",
            (
                Step(Derivative(total, t), slope, "mode by mode"),
                Step(
                    Subs(slope, t, 0),
                    -2 * Sum(rate[k] * coefficient[k] ** 2, (k, 1, N)),
                    "at first only the bias moves: the risk falls",
                ),
            ),
            FILTER,
        ),
        Derivation(
            "A slow mode when a fast one is fitted",
            (
                Defined(s, exp(-r_fast * t), "what is left of the fast mode"),
                Step(
                    Subs(s ** (r_slow / r_fast), s, exp(-r_fast * t)),
                    exp(-r_slow * t),
                    "what is left of the slow one is a power of it",
                ),
                Step(
                    Limit(1 - s ** (r_slow / r_fast), r_slow, 0, "+"),
                    Integer(0),
                    "a mode that is slow enough is not fitted at all by then",
                    domain=(s > 0,),
                ),
            ),
            FILTER,
        ),
    )


def white_noise_spectrum() -> tuple[Derivation, ...]:
    """Independent noise has the same expected squared amplitude sigma^2 / n at every frequency."""
    noise = Function("epsilon", real=True)
    turn = 2 * pi * j * k / n
    return (
        Derivation(
            "Spectrum of white noise",
            (
                Assumed(
                    "E epsilon_j epsilon_l = 0 for j != l, E epsilon_j^2 = sigma^2",
                    "samples of the noise independent, of mean 0 and variance sigma^2",
                ),
                Step(
                    (noise(1) * cos(theta) + noise(2) * cos(lam)) ** 2
                    + (noise(1) * sin(theta) + noise(2) * sin(lam)) ** 2,
                    noise(1) ** 2 + noise(2) ** 2 + 2 * noise(1) * noise(2) * cos(theta - lam),
                    "two samples at phases theta and lambda: products of different samples have "
                    "mean zero, so only the squares stay",
                ),
                Step(
                    Sum(sigma**2 * (cos(turn) ** 2 + sin(turn) ** 2), (j, 1, n)) / n**2,
                    sigma**2 / n,
                    "the squares of all samples, each on the unit circle",
                ),
            ),
            CHAPTER,
            (Settles("early-white-noise-flat-spectrum"),),
        ),
    )


def signal_to_noise() -> tuple[Derivation, ...]:
    """The ratio of signal to noise of a frequency is n |f_k|^2 / sigma^2: it falls with frequency
    if the signal does.
    """
    ratio = n * low**2 / sigma**2
    falls = Implies(And(high < low, n > 0, sigma > 0), ratio.subs(low, high) < ratio)
    return (
        Derivation(
            "Signal to noise",
            (
                Step(
                    Subs(low**2 / sigma**2, sigma, sigma / sqrt(n)),
                    ratio,
                    "noise of a frequency: sigma / sqrt(n)",
                ),
            ),
            CHAPTER,
        ),
        Derivation(
            "It falls where the spectrum falls",
            (Decided(falls, "the noise is the same everywhere"),),
            CHAPTER,
            (Settles("early-noise-hurts-high-frequency-more", S(counterexample(falls) is None)),),
        ),
    )


def difference_of_two_samples() -> tuple[Derivation, ...]:
    """Two noisy samples of one function differ, relative to their amplitude, by sqrt(2 / (1 + R)),
    R the signal to noise ratio.
    """
    ratio = sqrt(2 / (1 + snr))
    first, second = symbols("epsilon_1 epsilon_2", real=True)
    example = Subs(n * low**2 / sigma**2, (n, low, sigma), (100, Rational(1, 2), Rational(1, 5)))
    agree = And(ratio.subs(snr, 625) < Rational(1, 5), Rational(1) <= ratio.subs(snr, 0))
    return (
        Derivation(
            "Relative difference of two spectra",
            (
                Assumed(
                    "two samples with independent noise", "noise of the two samples independent"
                ),
                Step(
                    (low + first - low - second) ** 2,
                    first**2 + second**2 - 2 * first * second,
                    "the function drops out: mean 2 sigma^2 / n",
                ),
                Step(
                    (2 * sigma**2 / n) / (low**2 + sigma**2 / n),
                    2 / (1 + n * low**2 / sigma**2),
                    "over the mean squared amplitude of one sample",
                ),
                Step(
                    Subs(2 / (1 + snr), snr, n * low**2 / sigma**2),
                    2 / (1 + n * low**2 / sigma**2),
                    "in terms of the signal to noise ratio",
                ),
                Step(Subs(sqrt(s), s, 2 / (1 + snr)), ratio, "as an amplitude"),
            ),
            CHAPTER,
        ),
        Derivation(
            "sin x with noise 0.2 at 100 points",
            (
                Step(example, Integer(625), "amplitude 1/2 of sin x: signal to noise"),
                Step(
                    Subs(ratio, snr, 625),
                    sqrt(Rational(1, 313)),
                    "k = 1: the samples differ by 6 percent",
                ),
                Step(
                    Subs(ratio, snr, 0),
                    sqrt(2),
                    "where sin x has nothing: by more than their amplitude",
                ),
            ),
            CHAPTER,
            (Settles("early-train-test-spectra-agree-low-only", S(bool(agree))),),
        ),
    )
