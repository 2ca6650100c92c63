"""How long does the detail of an image take?  Twice the detail 8 to 32 times as long, a loss that
falls as a slow power of time, and no difference at all with wide Fourier features.

Setting.  That of ``image_regression``: rates gamma^2 = A / |xi|^5 + B / |xi|^3 in the plane.  Half
of a frequency is visible at t = ln 2 / gamma^2.  An image whose modes have the power |xi|^-alpha,
alpha > 2, is left with a loss that falls as t^(-(alpha - 2) / p) where rates fall as |xi|^-p.
Features of the width s have rates like exp(-|omega|^2 / (2 s^2)), flat below s.

Source: our own; Tancik et al., Fourier features let networks learn high frequency functions,
NeurIPS 2020, for features.
"""

from sympy import (
    And,
    Derivative,
    Integer,
    Integral,
    Limit,
    Rational,
    Subs,
    exp,
    gamma,
    log,
    oo,
    symbols,
)

from theory import Decided, Derivation, Quoted, Step, derive
from theory.early_stopping import t
from theory.image_regression import RATE, A, B, T, response, xi
from theory.multiscale_network import feature_spectrum
from theory.multiscale_network import k as high
from theory.multiscale_network import s as width
from theory.notation import OWN, RUDIN

alpha, power = symbols("alpha p", positive=True)  # of the spectrum of the image, of the rates
v = symbols("v", real=True)


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
