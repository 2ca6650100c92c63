"""With which weight are two sides of the data learned at the same pace?  The ratio of their rates,
a power of the ratio of their frequencies, and for wide ReLU and tanh networks more than 20.

Setting.  That of ``hard_sample``; two sides with kernels of their own, windows that are long
against one over their frequencies.

Source: our own.
"""

from sympy import (
    And,
    Integer,
    Subs,
    Symbol,
    exp,
    log,
    pi,
    sinh,
    symbols,
)

from theory import Decided, Defined, Derivation, Step, To, chain, derive
from theory.frequency_principle import OUTPUT
from theory.frequency_principle import k as wave
from theory.frequency_principle import w as neuron_weight
from theory.hard_sample import L, c, quick, slow, w
from theory.linear_frequency_principle import nu, relu_rate
from theory.notation import OWN

power = symbols("p", positive=True)


def equalising_weight() -> tuple[Derivation, ...]:
    """Both sides are equally fast at the ratio of their rates, k^p for frequencies 1 and k and
    rates of the power -p, so that 20 equalises 1 and 5 for the power ln 20 / ln 5 alone.
    """
    late = Defined(Symbol("T_1", positive=True), L / (w * slow / c), "time of the hard side")
    soon = Defined(Symbol("T_2", positive=True), L / (quick / c), "time of the easy side")
    ratio = Step(
        late.symbol / soon.symbol,
        quick / (w * slow),
        "times to the same share, any common factor c of the loss",
        uses=(late, soon),
    )
    times = Derivation("Ratio of the times", (late, soon, ratio), OWN)
    same = Derivation(
        "Equal times",
        (Step(Subs(ratio.lhs, w, quick / slow), Integer(1), "at the ratio", uses=(times,)),),
        OWN,
    )
    k, C = Symbol("k", positive=True), Symbol("C", positive=True)
    rates = (
        Defined(quick, C, "rate at frequency one"),
        Defined(slow, C * k**-power, "rate at frequency k"),
    )
    by_power = Derivation(
        "Equalising weight of a power",
        (*rates, Step(quick / slow, k**power, "a power of the frequency", uses=rates)),
        OWN,
    )
    twenty = Derivation(
        "Power for which 20 equalises the frequencies 1 and 5",
        (
            Step(
                Subs(quick / slow, (k, power), (5, log(20) / log(5))),
                Integer(20),
                "below two",
                uses=(by_power,),
            ),
        ),
        OWN,
    )
    return times, same, by_power, twenty


def equalising_weight_of_relu() -> tuple[Derivation, ...]:
    """In long windows the weight that equalises frequencies 1 and 5 lies between 25 and 625 for a
    wide ReLU network, and above 25 for output weights of tanh neurons of one weight.
    """
    network = derive(relu_rate)[3]
    rate = network.states[0]
    A, B = symbols("A B", positive=True)
    ratio = rate / Subs(rate, nu, 5 * nu)
    of_relu = Step(
        ratio,
        625 * (A + 4 * pi**2 * B * nu**2) / (A + 100 * pi**2 * B * nu**2),
        "by the rates of output weights and biases",
        uses=(network,),
    )
    relu = Derivation("ReLU", (of_relu,), OWN)
    bounds = Derivation(
        "Between the second and the fourth power",
        (
            of_relu,
            Decided(
                And(ratio > 25, ratio < 625),
                "20 is too small, whatever the moments of the start",
                uses=(of_relu,),
            ),
        ),
        OWN,
    )
    y, s = symbols("y s", positive=True)
    near, far = (Subs(OUTPUT**2, (wave, neuron_weight), (at * y / pi, 1)) for at in (2, 10))
    size = Defined(s, sinh(y) ** 2, "y = pi k / 2 for neurons of weight one")
    angle = chain(
        sinh(5 * y),
        To((exp(5 * y) - exp(-5 * y)) / 2, "by exponentials"),
        To(sinh(y) * (16 * sinh(y) ** 4 + 20 * sinh(y) ** 2 + 5), "five times the angle"),
    )
    of_tanh = chain(
        near / far,
        To(sinh(5 * y) ** 2 / sinh(y) ** 2, "squared pulls of an error at an output weight"),
        To((16 * s**2 + 20 * s + 5) ** 2, "five times the angle", uses=(*angle, size)),
    )
    return (
        relu,
        bounds,
        Derivation(
            "tanh, output weights",
            (
                size,
                *angle,
                *of_tanh,
                Decided(near / far > 25, "and 20 is too small", uses=of_tanh),
            ),
            OWN,
        ),
    )
