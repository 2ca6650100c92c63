"""Why does a coordinate network smooth the image that it fits?  In the linear regime it is a filter
that falls with frequency, so for every image and at every time the output has the smaller share of
fine detail, and it comes late.

Setting.  f: pixel places in the plane -> grey values, wide network, gradient flow from zero on the
image y.  A translation-invariant kernel gives every frequency its own rate gamma^2(xi), for ReLU
A / |xi|^5 + B / |xi|^3 in two dimensions, and the output H y with H = 1 - exp(-t gamma^2).  H falls
with |xi|; that is all that the theorems need.

Source: our own on the rates of Luo, Ma, Xu, Zhang, arXiv 2010.08153.
"""

from sympy import (
    And,
    Derivative,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Subs,
    Sum,
    exp,
    log,
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
from theory.notation import FOLLAND, OWN, RUDIN

# constants of the rate in the plane: of the input weights, of output weights and biases
A, B = symbols("A_2 B_2", positive=True)
xi = symbols("xi", positive=True)  # |xi|
a, more = symbols(
    "a delta", positive=True
)  # rate of a high frequency, by how much a low one is faster
T = symbols("t", positive=True)  # time
w = symbols("w", real=True)
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
