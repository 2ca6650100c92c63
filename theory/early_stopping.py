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
    Eq,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Limit,
    Rational,
    Subs,
    Sum,
    Symbol,
    cos,
    exp,
    log,
    sin,
    sqrt,
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
from theory.notation import mean, mean_is_linear

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
    c, fitted = symbols("c C", real=True)
    passage = Integral(1 / (-lam * (c - y)), (c, 0, fitted))
    time = Defined(t, passage, "from zero to C by dc/dt = -lambda (c - y), each bit over its speed")
    below = (y > 0, fitted > 0, fitted < y)  # for y < 0 all signs turn
    return Derivation(
        "Filter of one mode",
        (
            time,
            *chain(
                fitted / y,
                To(
                    1 - exp(-lam * passage),
                    "the fraction C / y of the data, by the integral over the coefficients",
                    domain=below,
                ),
                To(1 - exp(-lam * t), "after time t", uses=(time,), domain=below),
            ),
        ),
        FILTER,
    )


def risk_of_a_mode() -> tuple[Derivation, ...]:
    """The expected squared error of a mode falls, is least at ln(1 + theta^2 / sigma^2) / lambda,
    and rises to the noise.
    """
    error = (1 - exp(-lam * t)) * (theta + epsilon) - theta
    squares = (
        exp(-2 * lam * t) * theta**2
        + (1 - exp(-lam * t)) ** 2 * epsilon**2
        - 2 * exp(-lam * t) * (1 - exp(-lam * t)) * theta * epsilon
    )
    square = Step(error**2, squares, "squared error of 1 - s of the data")
    linear = mean_is_linear(
        mean(squares),
        exp(-2 * lam * t) * theta**2
        + (1 - exp(-lam * t)) ** 2 * mean(epsilon**2)
        - 2 * exp(-lam * t) * (1 - exp(-lam * t)) * theta * mean(epsilon),
    )
    centred = Assumed(Eq(mean(epsilon), 0), "noise epsilon of mean 0")
    variance = Assumed(Eq(mean(epsilon**2), sigma**2), "and variance sigma^2 in each mode")
    least = log(1 + theta**2 / sigma**2) / lam
    risk = s**2 * theta**2 + (1 - s) ** 2 * sigma**2
    rest = sigma**2 / (theta**2 + sigma**2)
    left = Defined(s, exp(-lam * t), "what is left of the mode")
    change = Step(
        Derivative(MODE, t),
        2 * lam * s * ((1 - s) * sigma**2 - s * theta**2),
        "bias falls at one rate, variance grows at the other",
        uses=(left,),
    )
    balance = Decided(
        Implies(
            s > 0,
            And(
                Implies(s > rest, change.rhs < 0),
                Implies(s < rest, change.rhs > 0),
            ),
        ),
        "the risk falls until sigma^2 / (theta^2 + sigma^2) is left, and rises after",
        uses=(change,),
    )
    moment = Assumed(Eq(log(s), log(rest)), "t is the time at which they balance")
    value = Step(
        Subs(risk, s, rest), theta**2 * sigma**2 / (theta**2 + sigma**2), "risk at the best time"
    )
    bound = Decided(risk >= Subs(risk, s, rest), "no time does better", uses=(value,))
    slope, training_slope = 2 * s * theta**2 - 2 * (1 - s) * sigma**2, 2 * s * y**2
    of_risk = Step(Derivative(risk, s), slope, "s falls as time goes on")
    of_training = Step(Derivative((s * y) ** 2, s), training_slope, "training error of the mode")
    return (
        Derivation(
            "Risk of one mode",
            (
                square,
                linear,
                centred,
                variance,
                Step(
                    mean(error**2),
                    MODE,
                    "mean: the linear term vanishes, epsilon^2 becomes sigma^2",
                    uses=(square, linear, centred, variance),
                ),
            ),
            FILTER,
        ),
        Derivation(
            "Best time of one mode",
            (
                left,
                change,
                balance,
                moment,
                *chain(
                    t,
                    To(-log(s) / lam, "by what is left"),
                    To(least, "at the balance", uses=(balance, moment)),
                    uses=(left,),
                ),
            ),
            FILTER,
        ),
        Derivation(
            "Least risk of one mode",
            (
                value,
                bound,
                Step(
                    Subs(risk, s, 0) / Subs(risk, s, rest),
                    1 + sigma**2 / theta**2,
                    "training to the end costs this factor",
                    uses=(value, bound),
                ),
            ),
            FILTER,
        ),
        Derivation(
            "The test error falls and then rises, the training error only falls",
            (
                of_risk,
                of_training,
                Decided(
                    And(
                        Implies(And(s > rest, s <= 1), slope > 0),
                        Implies(s < rest, slope < 0),
                        Implies(And(s > 0, y > 0), training_slope > 0),
                    ),
                    "the risk falls until s = sigma^2 / (theta^2 + sigma^2) and rises after, while "
                    "the training error falls for ever",
                    uses=(of_risk, of_training),
                ),
            ),
            FILTER,
            (Settles("early-train-falls-test-rises", part="linear model"),),
        ),
    )


def common_stopping_time() -> tuple[Derivation, ...]:
    """With many modes one common time must do: the risk falls at first, and much slower modes are
    unfitted when fast ones are fitted.
    """
    rate, coefficient = IndexedBase("lambda", positive=True), IndexedBase("theta", real=True)
    left = exp(-rate[k] * t)
    total = Sum(left**2 * coefficient[k] ** 2 + (1 - left) ** 2 * sigma**2, (k, 1, N))
    r_fast, r_slow = symbols("lambda_1 lambda_K", positive=True)
    slope = Step(
        Derivative(total, t),
        Sum(2 * rate[k] * left * ((1 - left) * sigma**2 - left * coefficient[k] ** 2), (k, 1, N)),
        "mode by mode",
    )
    fast = Defined(s, exp(-r_fast * t), "what is left of the fast mode")
    power = Step(
        exp(-r_slow * t),
        s ** (r_slow / r_fast),
        "what is left of the slow one is a power of it",
        uses=(fast,),
    )
    return (
        Derivation(
            "Slope of the risk",
            (
                slope,
                Step(
                    Subs(Derivative(total, t), t, 0),
                    -2 * Sum(rate[k] * coefficient[k] ** 2, (k, 1, N)),
                    "at first only the bias moves: the risk falls",
                    uses=(slope,),
                ),
            ),
            FILTER,
        ),
        Derivation(
            "A slow mode when a fast one is fitted",
            (
                fast,
                power,
                Step(
                    Limit(1 - exp(-r_slow * t), r_slow, 0, "+"),
                    Integer(0),
                    "a mode that is slow enough is not fitted at all by then",
                    domain=(s > 0,),
                    uses=(power,),
                ),
            ),
            FILTER,
        ),
    )


def white_noise_spectrum() -> tuple[Derivation, ...]:
    """Independent noise has the same expected squared amplitude sigma^2 / n at every frequency."""
    turn = Symbol("phi", real=True)  # phase of one sample more, 2 pi j k / n
    real, imaginary = symbols("x y", real=True)  # of the sum over the samples so far
    size = Function("S", real=True)(n)
    added = (
        (real + epsilon * cos(turn)) ** 2
        + (imaginary + epsilon * sin(turn)) ** 2
        - real**2
        - imaginary**2
    )
    terms = 2 * epsilon * real * cos(turn) + 2 * epsilon * imaginary * sin(turn) + epsilon**2
    more = Step(added, terms, "what one sample more adds to the squared size of the sum")
    linear = mean_is_linear(
        mean(terms),
        2 * cos(turn) * mean(epsilon * real)
        + 2 * sin(turn) * mean(epsilon * imaginary)
        + mean(epsilon**2),
    )
    independent = tuple(
        Assumed(Eq(mean(epsilon * part), 0), "samples of the noise independent, of mean 0")
        for part in (real, imaginary)
    )
    variance = Assumed(Eq(mean(epsilon**2), sigma**2), "and of variance sigma^2")
    total = Induction(
        n,
        1,
        sigma**2,
        SO_FAR + mean(added),
        n * sigma**2,
        "mean squared size of the sum over n samples, each turned by its phase",
        uses=(more, linear, *independent, variance),
        sequence=size,
    )
    return (
        Derivation(
            "Spectrum of white noise",
            (
                more,
                linear,
                *independent,
                variance,
                total,
                Step(
                    size / n**2,
                    sigma**2 / n,
                    "the amplitude is the sum over n, at every frequency",
                    uses=(total,),
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
            (Settles("early-noise-hurts-high-frequency-more"),),
        ),
    )


def difference_of_two_samples() -> tuple[Derivation, ...]:
    """Two noisy samples of one function differ, relative to their amplitude, by sqrt(2 / (1 + R)),
    R the signal to noise ratio.
    """
    ratio = sqrt(2 / (1 + snr))
    first, second = symbols("epsilon_1 epsilon_2", real=True)
    apart = first**2 + second**2 - 2 * first * second
    whole = low**2 + 2 * low * first + first**2
    difference = Step((first - second) ** 2, apart, "of two samples: the function drops out")
    amplitude = Step((low + first) ** 2, whole, "squared amplitude of one sample")
    linear = mean_is_linear(
        mean(apart), mean(first**2) + mean(second**2) - 2 * mean(first * second)
    )
    linear_too = mean_is_linear(mean(whole), low**2 + 2 * low * mean(first) + mean(first**2))
    centred = Assumed(Eq(mean(first), 0), "noise of mean zero")
    flat = tuple(
        Assumed(Eq(mean(noise**2), sigma**2 / n), "white noise at one frequency")
        for noise in (first, second)
    )
    independent = Assumed(Eq(mean(first * second), 0), "noise of the two samples independent")
    signal = Defined(snr, n * low**2 / sigma**2, "the signal to noise ratio")
    example = Subs(n * low**2 / sigma**2, (n, low, sigma), (100, Rational(1, 2), Rational(1, 5)))
    at_one, above = Subs(ratio, snr, example), Subs(ratio, snr, 0)
    of_sine = Step(example, Integer(625), "amplitude 1/2 of sin x: signal to noise")
    agree = Step(
        at_one,
        sqrt(Rational(1, 313)),
        "k = 1: the samples differ by 6 percent",
        uses=(of_sine,),
    )
    differ = Step(above, sqrt(2), "where sin x has nothing: by more than their amplitude")
    return (
        Derivation(
            "Relative difference of two spectra",
            (
                difference,
                linear,
                amplitude,
                linear_too,
                centred,
                *flat,
                independent,
                signal,
                Step(
                    sqrt(mean((first - second) ** 2) / mean((low + first) ** 2)),
                    ratio,
                    "root of the mean squares",
                    uses=(
                        difference,
                        linear,
                        amplitude,
                        linear_too,
                        centred,
                        *flat,
                        independent,
                        signal,
                    ),
                ),
            ),
            CHAPTER,
        ),
        Derivation(
            "sin x with noise 0.2 at 100 points",
            (
                of_sine,
                agree,
                differ,
                Decided(
                    And(at_one < Rational(1, 5), above >= 1),
                    "the samples agree at k = 1 only",
                    uses=(agree, differ),
                ),
            ),
            CHAPTER,
            (Settles("early-train-test-spectra-agree-low-only"),),
        ),
    )
