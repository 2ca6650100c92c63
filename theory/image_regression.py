"""Why does a coordinate network smooth the image that it fits?  In the linear regime it is a filter
that falls with frequency, so for every image and at every time the output has the smaller share of
fine detail; Fourier features flatten it.

Setting.  f: pixel places in the plane -> grey values, wide network, gradient flow from zero on the
image y.  A translation-invariant kernel gives every frequency its own rate gamma^2(xi), for ReLU
A / |xi|^5 + B / |xi|^3 in two dimensions, and the output H y with H = 1 - exp(-t gamma^2).  At the
frequency with H = 1/2, the visible detail, t gamma^2 = ln 2: twice the detail takes 8 to 32 times
the time.

Source: our own on the rates of Luo, Ma, Xu, Zhang, arXiv 2010.08153; Tancik et al., NeurIPS 2020,
for features.
"""

from sympy import (
    And,
    Derivative,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Limit,
    Rational,
    Subs,
    Sum,
    exp,
    gamma,
    log,
    oo,
    pi,
    symbols,
)

from theory import (
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    derive,
)
from theory.early_stopping import filter_of_a_mode, lam, t
from theory.linear_frequency_principle import cubic, d, dimension, linear, nu, p
from theory.multiscale_network import feature_spectrum
from theory.multiscale_network import k as high
from theory.multiscale_network import s as width
from theory.notation import FOLLAND, OWN, RUDIN

# constants of the rate in the plane: of the input weights, of output weights and biases
A, B = symbols("A_2 B_2", positive=True)
xi = symbols("xi", positive=True)  # |xi|
a, more = symbols(
    "a delta", positive=True
)  # rate of a high frequency, by how much a low one is faster
T = symbols("t", positive=True)  # time
w, v = symbols("w v", real=True)
alpha, power = symbols("alpha p", positive=True)  # of the spectrum of the image, of the rates
c = symbols("c", positive=True)  # response at the frequency that parts low and high ones
E, u = IndexedBase("E", nonnegative=True), IndexedBase("u", nonnegative=True)  # energies, excess
F, z = IndexedBase("F", nonnegative=True), IndexedBase("z", nonnegative=True)
k, K, M = symbols("k K M", integer=True, positive=True)  # frequencies
RATE = A / xi**5 + B / xi**3
LEFT = exp(-t * RATE)


def response() -> tuple[Derivation, ...]:
    """At time t the network shows the part 1 - exp(-t (A / |xi|^5 + B / |xi|^3)) of every frequency
    of the image.
    """
    fitted, plane = derive(filter_of_a_mode)[0], derive(dimension)[-1]
    named = (
        Defined(d, Integer(2), "an image has two coordinates"),
        Defined(A, p * cubic / (16 * pi**5), "constant of the input weights"),
        Defined(B, p * linear / (4 * pi**3), "constant of output weights and biases"),
    )
    rate = Defined(lam, RATE, "rate of a frequency in the plane")
    return (
        Derivation(
            "Rate in the plane",
            (
                *named,
                Step(
                    plane.states[0],
                    Subs(RATE, xi, nu),
                    "fifth and third power of the frequency",
                    uses=(plane, *named),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Response",
            (
                rate,
                Step(fitted.states[0], 1 - LEFT, "a mode for each frequency", uses=(fitted, rate)),
            ),
            OWN,
        ),
    )


def cut_off() -> tuple[Derivation, ...]:
    """Half of a frequency is visible after ln 2 over its rate, so twice the detail takes between 8
    and 32 times the time.
    """
    shown = derive(response)[1]
    time = log(2) / RATE
    half = Step(Subs(shown.states[2], t, time), Rational(1, 2), "half of it is shown", uses=())
    twice = Subs(time, xi, 2 * xi) / time
    longer = Step(twice, (32 * A + 32 * B * xi**2) / (A + 4 * B * xi**2), "half the size of detail")
    alone = tuple(
        Derivation(
            f"Visible detail from {what} alone",
            (
                Step(
                    Subs(
                        1 - exp(-T * size / xi**order),
                        xi,
                        (T * size / log(2)) ** Rational(1, order),
                    ),
                    Rational(1, 2),
                    f"half is shown at the root of order {order}",
                ),
            ),
            OWN,
        )
        for size, order, what in (
            (B, 3, "output weights and biases"),
            (A, 5, "input weights"),
        )
    )
    return (
        Derivation("Time at which half is visible", (half,), OWN),
        *alone,
        Derivation(
            "Twice the detail",
            (
                longer,
                Decided(
                    And(twice > 8, twice < 32),
                    "between the third and the fifth power of two",
                    uses=(longer,),
                ),
            ),
            OWN,
        ),
    )


def smoothing() -> tuple[Derivation, ...]:
    """Whatever the image, the time and the falling rates are, the output has at most the share of
    energy above any frequency that the image has.
    """
    slower = Step(
        Derivative(1 - exp(-T * lam), lam),
        Integer(0),
        "a frequency of a lower rate is shown less",
        relation=">",
    )
    low = Sum((c + u[k]) ** 2 * E[k], (k, 1, K)), Sum(E[k], (k, 1, K))
    high = Sum((c / (1 + z[k])) ** 2 * F[k], (k, 1, M)), Sum(F[k], (k, 1, M))
    above, under = (
        Step(part, bound, f"{what} frequencies, against all of them shown by c")
        for part, bound, what in (
            (low[0], c**2 * low[1] + Sum((2 * c * u[k] + u[k] ** 2) * E[k], (k, 1, K)), "low"),
            (
                high[0],
                c**2 * high[1] - c**2 * Sum(z[k] * (2 + z[k]) / (1 + z[k]) ** 2 * F[k], (k, 1, M)),
                "high",
            ),
        )
    )
    return (
        Derivation("Order of the responses", (slower,), OWN),
        Derivation(
            "Share of fine detail",
            (
                above,
                under,
                Decided(
                    Implies(
                        And(low[1] > 0, high[1] >= 0),
                        high[0] * (low[1] + high[1]) <= high[1] * (low[0] + high[0]),
                    ),
                    "energy of the output above over its whole is at most that of the image",
                    uses=(above, under),
                ),
            ),
            OWN,
            (Settles("image-fit-smooths", part="falling rates, every image"),),
        ),
    )


def details_come_late() -> tuple[Derivation, ...]:
    """The response of a slow frequency over that of a fast one rises all the time: details come
    late in every image.
    """
    ratio = (1 - exp(-T * a)) / (1 - exp(-T * (a + more)))
    slow, fast = (
        Integral(Derivative(exp(T * rate * w) / (T * rate), w), (w, 0, 1)) for rate in (a, a + more)
    )
    means = tuple(
        Quoted(
            f"the integral of a slope is the change of the function, here over the rate {rate}",
            RUDIN + ", theorem 6.21",
            (mean, "==", (exp(T * rate) - 1) / (T * rate)),
        )
        for mean, rate in ((slow, a), (fast, a + more))
    )
    change = Step(
        Derivative(log(ratio), T),
        1 / (T * slow) - 1 / (T * fast),
        "slope of the logarithm, by means of exponentials",
        uses=means,
    )
    gap, size = (Function(name, positive=True)(T) for name in ("V", "W"))
    larger = (
        Quoted(
            "the integral of a larger function is larger",
            f"{FOLLAND}, proposition 2.16",
            (fast, "==", slow + gap),
        ),
        Quoted(
            "the integral of a positive function is a positive number",
            f"{FOLLAND}, proposition 2.16",
            (slow, "==", size),
        ),
    )
    return (
        Derivation(
            "Details come late",
            (
                *means,
                change,
                *larger,
                Decided(
                    Derivative(log(ratio), T) > 0,
                    "the mean of the faster exponential is the larger one",
                    uses=(change, *larger),
                ),
            ),
            OWN,
            (Settles("fp-image-prior-high-frequency-late", part="falling rates, every image"),),
        ),
    )


def loss_exponent() -> tuple[Derivation, ...]:
    """With power |xi|^-alpha in every mode of the plane and rates |xi|^-p the loss falls as t to
    the power -(alpha - 2) / p.
    """
    r = symbols("r", positive=True)  # rate times time
    q = (alpha - 2) / power
    loss = Integral(xi ** (1 - alpha) * exp(-2 * T * B * xi**-power), (xi, 0, oo))
    put_in = (r / (2 * T * B)) ** (-1 / power)
    integrand = Step(
        Subs(loss.function, xi, put_in) * Derivative(put_in, r) * -1,
        (2 * T * B) ** -q * r ** (q - 1) * exp(-r) / power,
        "the decay as the variable: the frequency falls as it rises",
    )
    rule = Quoted(
        "change of variables",
        RUDIN + ", theorem 6.19",
        (loss, "==", Integral(integrand.lhs, (r, 0, oo))),
    )
    whole = Step(
        loss,
        (2 * T * B) ** -q * gamma(q) / power,
        "a Gamma integral",
        domain=(alpha > 2, alpha < 8, power >= 1, power <= 8),
        uses=(rule, integrand),
    )
    return (
        Derivation("Loss", (integrand, rule, whole), OWN),
        Derivation(
            "Its exponent",
            (
                Step(
                    T * Derivative(log(whole.rhs), T),
                    -q,
                    "a slow power: a steep image and low powers of the rates make it fast",
                    domain=(alpha > 2,),
                ),
            ),
            OWN,
        ),
    )


def features() -> tuple[Derivation, ...]:
    """With Fourier features of a large width details come no later: the ratio of times tends to
    one.
    """
    law = derive(feature_spectrum)[1]
    ratio = Subs(1 / v, v, law.states[0])
    late = Derivation(
        "Time of frequency k over that of frequency 1, with features",
        (
            Step(
                ratio,
                exp((high**2 - 1) / (2 * width**2)),
                "times are inverse rates, and rates follow the law of the features",
                uses=(law,),
            ),
        ),
        OWN,
    )
    return (
        late,
        Derivation(
            "Wide features",
            (
                Step(
                    Limit(ratio, width, oo),
                    Integer(1),
                    "all frequencies below the width are learned at the same time",
                    domain=(high < 5,),
                    uses=(late,),
                ),
            ),
            OWN,
        ),
    )
