"""What does a bias of finite width do to the rates of a wide two-layer network?  What a flat bias
adds to a pull, and the share of a packet that a Gaussian bias leaves to each kind of parameter.

Setting.  As in ``theory.linear_frequency_principle``, on the line: the rates there hold for a bias
whose density is flat where the kinks are.  A bias that is flat on +-L has the kernel of the model
and a part beside it that sees only mass and moments of the pull.  A Gaussian bias of width s has
the density p exp(-(r k)^2 / (2 s^2)) at the kink k = -b / r of a neuron of weight r, so that the
pull of a packet psi'' falls short by about r^2 k^2 / (2 s^2), averaged over its kinks.

Source: our own.
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
    Ne,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    oo,
    symbols,
)

from theory import Assumed, Defined, Derivation, Quoted, Step, To, chain
from theory.linear_frequency_principle import L, a2, affine, b, i, k, n, p, r, s, x
from theory.notation import FOLLAND, OWN, RUDIN

moment = symbols("M_0:4", real=True)  # sums of the pull times powers of the place
packet = Function("psi", real=True)  # its second derivative is the packet
law = Function("rho", positive=True)  # density of the bias
kink, end = symbols("k T", real=True)


def flat_bias_error() -> tuple[Derivation, ...]:
    """A bias that is flat on +-L adds to the square of a pull its lowest moments alone, and nothing
    where mass and moment of the pull vanish.
    """
    pull, place = IndexedBase("c", real=True), IndexedBase("x", real=True)
    sums = [Sum(pull[i] * place[i] ** e, (i, 1, n)) for e in range(4)]
    named = tuple(
        Defined(symbol, total, f"{title} of the pull")
        for symbol, total, title in zip(
            moment,
            sums,
            ("mass", "moment", "second moment", "third moment"),
            strict=True,
        )
    )
    added = Sum(pull[i] * pull[k] * affine(place[i], place[k]), (i, 1, n), (k, 1, n)) / (2 * L)
    mass, first, second, third = moment
    by_sums = (
        (L**3 / 3 + a2 * L) * sums[0] ** 2
        + (L**2 + a2) * r * sums[0] * sums[1]
        + L * r**2 * sums[1] ** 2
        + r**3 * (sums[1] * sums[2] / 2 - sums[0] * sums[3] / 6)
    ) / (2 * L)
    error = Derivation(
        "Error of a flat bias of finite width",
        (
            *named,
            *chain(
                added,
                To(by_sums, "what is affine in a place, over all pairs of data"),
                To(
                    (L**2 / 6 + a2 / 2) * mass**2
                    + (L + a2 / L) * r * mass * first / 2
                    + r**2 * first**2 / 2
                    + r**3 * (3 * first * second - mass * third) / (12 * L),
                    "by the moments of the pull",
                    uses=named,
                ),
            ),
        ),
        OWN,
    )
    no_mass = Assumed(Eq(sums[0], 0), "the pull at the data is orthogonal to constants")
    no_moment = Assumed(Eq(sums[1], 0), "and to lines")
    return (
        error,
        Derivation(
            "None without mass and moment",
            (
                no_mass,
                no_moment,
                *chain(
                    added,
                    To(by_sums, "over all pairs of data"),
                    To(
                        Integer(0),
                        "inside the width of the bias the model is exact",
                        uses=(no_mass, no_moment),
                    ),
                ),
            ),
            OWN,
        ),
    )


def finite_bias_error() -> tuple[Derivation, ...]:
    """The pull of a packet is weighed by the density of the bias at the kinks: at k a Gaussian bias
    leaves the share exp(-(r k)^2 / (2 s^2)) of that of the model.
    """
    far = Symbol("L", positive=True)  # the bias lies between -L and L, as far apart as one likes
    bent, slope = Derivative(packet(x), x, x), Derivative(packet(x), x)
    kinks = kink, -far / r, far / r

    def seen(title: str, feature: Expr, before: Expr, at_kink: Expr) -> Derivation:
        """What one kind of parameter, of slope or output weight 1, sees of the packet."""
        at_end, at_start = (Subs(before, x, place) for place in (end, kink))
        pull = Integral(feature * bent, (x, kink, end))
        slopes = Integral(Derivative(before, x), (x, kink, end))
        calculus = Quoted(
            "fundamental theorem of calculus",
            f"{RUDIN}, theorem 6.21",
            (slopes, "==", at_end - at_start),
        )
        gone = Assumed(Eq(at_end, 0), "beyond the packet psi and its slope vanish")
        rises: tuple[Step, ...] = ()
        links: tuple[To, ...] = ()
        if slopes != pull:
            rises = (Step(Derivative(before, x), feature * bent, "the antiderivative, by parts"),)
            links = (To(slopes, "from its kink on", uses=rises),)
        return Derivation(
            title,
            (
                *rises,
                calculus,
                gone,
                *chain(
                    pull,
                    *links,
                    To(at_end - at_start, "by parts", uses=(calculus,)),
                    To(-at_start, "nothing at the far end: no mass, no moment", uses=(gone,)),
                    *(() if -at_start == at_kink else (To(at_kink, "at its kink"),)),
                ),
            ),
            OWN,
        )

    here = Subs(slope, x, kink)
    of_a = (x - kink) * slope - packet(x)
    parts = (
        seen("What an output weight sees of a packet", x - kink, of_a, packet(kink)),
        seen("What a bias sees of a packet", Integer(1), slope, -here),
        seen(
            "What an input weight sees of a packet",
            x,
            x * slope - packet(x),
            packet(kink) - kink * here,
        ),
    )

    def over_bias(title: str, factor: Expr, part: Derivation) -> Derivation:
        """The mean of the square over the bias: the form of that kind of parameter."""
        pull = part.states[0]
        whole = Integral(law(b) * factor * Subs(pull, kink, -b / r) ** 2, (b, -far, far))
        moved = Quoted(
            "integration by substitution, b = -r k",
            f"{FOLLAND}, section 2.6",
            (whole, "==", r * Integral(law(-r * kink) * factor * pull**2, kinks)),
        )
        return Derivation(
            title,
            (
                moved,
                Step(
                    whole,
                    r * Integral(law(-r * kink) * factor * part.result**2, kinks),
                    "the density of the bias at the kinks weighs the square of what is seen",
                    uses=(moved, part),
                ),
            ),
            OWN,
        )

    gaussian = Assumed(
        Eq(law(-r * kink), p * exp(-((r * kink) ** 2) / (2 * s**2))),
        "a Gaussian bias of width s, of density p at zero",
    )
    share = Derivation(
        "Share of a kink that a Gaussian bias leaves",
        (
            gaussian,
            Step(
                law(-r * kink) / p,
                exp(-((r * kink) ** 2) / (2 * s**2)),
                "its density there over that at zero",
                uses=(gaussian,),
            ),
        ),
        OWN,
    )
    missing = Step(
        Limit(s**2 * (share.states[0] - 1), s, oo),
        -((r * kink) ** 2) / 2,
        "over 1 / s^2 half the square of where the kink is, in weights, while the bias is wide",
        uses=(share,),
    )
    return (
        *parts,
        over_bias("Form of trained output weights over a bias of any density", r**2, parts[0]),
        over_bias("Form of trained biases over a bias of any density", a2, parts[1]),
        over_bias("Form of trained input weights over a bias of any density", a2, parts[2]),
        share,
        Derivation("What is missing of a kink", (missing,), OWN),
        Derivation(
            "Exponent of what is missing in the width of the bias",
            (
                missing,
                Step(
                    s * Derivative(log(-missing.lhs / s**2), s),
                    Integer(-2),
                    "the first term of the error falls as the square of the width",
                    domain=(Ne(kink, 0),),
                    uses=(missing,),
                ),
            ),
            OWN,
        ),
    )
