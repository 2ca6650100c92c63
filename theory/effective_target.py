"""What do the upper layers of a network see of its task?  The effective target, why it moves, and
how the gains of the layers below set its frequency.

Setting.  A network head(q, pre(r, x)): the head with parameters q is trained as on the data
(pre(r, x_j), y_j), the effective target, at every instant.  In a deep linear network of N layers
with the same gain u, inputs of standard deviation sigma and the target s x, the effective target
behind layer l has the peak 1 / (sigma u^l) of its ratio density, so that all layers change their
order at one time, that of u = 1.  In the linear regime distances of features move by O(1 / m).

Source: Xu, Zhou, AAAI 2021; Saxe, McClelland, Ganguli, ICLR 2014; our own.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Rational,
    Subs,
    Sum,
    Symbol,
    log,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Counterexample,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.filtered_label import a as deviation
from theory.filtered_label import linear_labels
from theory.notation import OWN, RUDIN, mean, mean_is_linear

j, k, l, m, n, N = symbols("j k l m n N", integer=True, positive=True)  # data, units, layers
q, r, x, y = symbols("q r x y", real=True)  # parameters of head and of what is below, input, label
h, Y, X = (IndexedBase(name, real=True) for name in ("h", "y", "x"))
u, u_0, v, v_0 = symbols("u u_0 v v_0", positive=True)  # gain of a layer, of two layers
s, sigma = symbols("s sigma", positive=True)  # slope of the target, size of the input
C, M = symbols("C M", positive=True)  # mean squares over a layer
XU = "Xu, Zhou, Deep frequency principle, AAAI 2021"
SAXE = "Saxe, McClelland, Ganguli, ICLR 2014"
head, pre = (Function(name, real=True) for name in ("g", "h"))
loss = Function("l", real=True)


def effective_target() -> tuple[Derivation, ...]:
    """At every instant the gradient of the loss by the head's parameters is that of fitting the
    labels from the layer below, for any loss, head and layers.
    """
    alone = Derivative(Sum(loss(head(q, h[j]), Y[j]), (j, 1, n)), q)
    whole = Derivative(Sum(loss(head(q, pre(r, X[j])), Y[j]), (j, 1, n)), q)
    features = Assumed(
        Eq(h[j], pre(r, X[j])), "the effective target is (h_j, y_j), with the features of this time"
    )
    same = Derivation(
        "Gradient of the head",
        (
            features,
            Step(whole - alone, Integer(0), "the same function of q", uses=(features,)),
        ),
        XU,
        (Settles("deepfp-effective-target-definition"),),
    )
    zero = Assumed(
        Eq(Sum(loss(head(q, h[j]), Y[j]), (j, 1, n)), 0), "the head has fitted its effective target"
    )
    back = Assumed(Eq(pre(r, X[j]), h[j]), "with the features of this time")
    return (
        same,
        Derivation(
            "Loss of the network",
            (
                back,
                zero,
                Step(
                    Sum(loss(head(q, pre(r, X[j])), Y[j]), (j, 1, n)),
                    Integer(0),
                    "its loss is that of the head",
                    uses=(back, zero),
                ),
            ),
            XU,
            (Settles("deepfp-component-learned-implies-network"),),
        ),
    )


def moving_target() -> Derivation:
    """The effective target moves: the gradient at the features of the start is another one after a
    step.
    """
    rate = Symbol("eta", positive=True)
    square = (q * r * x - y) ** 2 / 2
    step = Step(
        r - rate * Derivative(square, r),
        r - rate * q * x * (q * r * x - y),
        "the layer below after a step, for a head q h and features h = r x",
    )
    now = (q * x * step.rhs - y) * x * step.rhs
    head_now = Step(Subs(Derivative(square, q), r, step.lhs), now, "of the head now", uses=(step,))
    head_then = Step(Derivative(square, q), (q * r * x - y) * r * x, "and on those of the start")
    return Derivation(
        "Features that move",
        (
            step,
            head_now,
            head_then,
            Counterexample(
                Eq(head_now.lhs, head_then.lhs),
                ((q, 1), (r, 1), (x, 1), (y, 2), (rate, Rational(1, 2))),
                "they differ",
                uses=(step, head_now, head_then),
            ),
        ),
        OWN,
    )


def deep_linear() -> tuple[Derivation, ...]:
    """In a balanced deep linear network the peak behind layer l is 1 / (sigma u^l): deeper is
    higher for u < 1 and lower for u > 1, and all layers cross at the time of u = 1.
    """
    one = Symbol("w", positive=True)  # the gain of one of the layers
    loss_of = sigma**2 * (one * u ** (N - 1) - s) ** 2 / 2
    flow = Derivation(
        "Gain of a layer",
        (
            Step(
                Subs(-Derivative(loss_of, one), one, u),
                sigma**2 * u ** (N - 1) * (s - u**N),
                "du / dt under gradient flow, where all layers have the same gain",
            ),
        ),
        SAXE,
    )
    place = derive(linear_labels)[3]
    scale = Defined(deviation, sigma * u**l, "standard deviation of the features behind layer l")
    behind = Function("s_peak", positive=True)(l)  # peak behind layer l
    there = Assumed(Eq(behind, place.states[0]), "the effective target has labels linear in them")
    peak = Derivation(
        "Peak behind layer l",
        (
            scale,
            there,
            Step(behind, 1 / (sigma * u**l), "one over the deviation", uses=(there, place, scale)),
        ),
        OWN,
    )
    order = Derivation(
        "Order of the layers",
        (
            Step(
                log(Subs(behind, l, l + 1) / behind),
                -log(u),
                "log of the next peak over this one: of the sign of 1 - u in all layers at once",
                uses=(peak,),
            ),
        ),
        OWN,
    )
    stop = Derivation(
        "Where the gain stops",
        chain(
            Subs(-Derivative(loss_of, one), one, u),
            To(flow.result, "the flow", uses=(flow,)),
            To(
                Integer(0),
                "from u^N = s on no gain grows: for s <= 1 none comes to one from below",
                relation="<=",
                domain=(u**N >= s,),
            ),
        ),
        OWN,
    )
    speed = Function("R", real=True)(u, N)
    named = Assumed(Eq(speed, flow.states[0]), "the speed of the gain")
    rise = Step(
        Subs(2 * u * speed, (N, u), (2, sqrt(v))),
        2 * sigma**2 * v * (s - v),
        "speed of the square v of the gain of two layers",
        uses=(named, flow),
    )
    clock = (log(v) - log(s - v)) / (2 * sigma**2 * s)
    tick = Step(1 / (2 * sigma**2 * v * (s - v)), Derivative(clock, v), "a slope", domain=(v < s,))
    ends = Subs(clock, v, 1) - Subs(clock, v, v_0)
    reading = Quoted(
        "the integral of a slope is the difference of the ends",
        RUDIN + ", theorem 6.21",
        (Integral(tick.rhs, (v, v_0, 1)), "==", ends),
    )
    grows = Function("v'", positive=True)(v)
    pace = Assumed(Eq(grows, rise.lhs), "speed of v")
    moment = chain(
        Integral(1 / grows, (v, v_0, 1)),
        To(
            ends,
            "time in which v comes from v_0 to one",
            uses=(pace, rise, tick, reading),
            domain=(s > 1, v_0 < 1),
        ),
        To(
            (log(s - v_0) - log(v_0) - log(s - 1)) / (2 * sigma**2 * s),
            "by its ends",
            domain=(s > 1, v_0 < 1),
        ),
    )
    return (
        flow,
        peak,
        order,
        stop,
        Derivation(
            "Time of the crossing, two layers", (named, rise, pace, tick, reading, *moment), OWN
        ),
    )


def linear_regime() -> tuple[Derivation, ...]:
    """Where hidden features move by a_k c_k / sqrt(m) with signs of their own, the mean squared
    distance of two inputs moves by O(1 / m), its mean and its spread alike.
    """
    D, c, a = (IndexedBase(name, real=True) for name in "Dca")  # difference, its motion, sign
    moved = Sum((D[k] + a[k] * c[k] / sqrt(m)) ** 2 - D[k] ** 2, (k, 1, m)) / m
    cross = 2 * Sum(a[k] * D[k] * c[k], (k, 1, m)) / m ** Rational(3, 2)
    square = Sum(a[k] ** 2 * c[k] ** 2, (k, 1, m)) / m**2
    parts = Step(moved, cross + square, "square by square")
    signs = (
        Assumed(Eq(mean(a[k]), 0), "weights above are symmetric and independent of D and c"),
        Assumed(Eq(mean(a[k] ** 2), 1), "and of size one"),
    )
    size = Assumed(Eq(Sum(c[k] ** 2, (k, 1, m)), m * C), "C, mean square of the motion")
    linear = mean_is_linear(
        mean(cross + square),
        2 * Sum(mean(a[k]) * D[k] * c[k], (k, 1, m)) / m ** Rational(3, 2)
        + Sum(mean(a[k] ** 2) * c[k] ** 2, (k, 1, m)) / m**2,
    )
    pairs = Assumed(Eq(mean(a[k] * a[j]), KroneckerDelta(j, k)), "independent of each other")
    joint = Assumed(Eq(Sum(D[k] ** 2 * c[k] ** 2, (k, 1, m)), m * M), "M, of its product with D")
    double = Sum(D[k] * c[k] * Sum(mean(a[k] * a[j]) * D[j] * c[j], (j, 1, m)), (k, 1, m))
    spread = mean_is_linear(mean(cross**2), 4 * double / m**3)
    alone = Step(
        Sum(KroneckerDelta(j, k) * D[j] * c[j], (j, 1, m)),
        D[k] * c[k],
        "a unit with itself",
        domain=(k <= m,),
    )
    return (
        Derivation(
            "Mean motion of a squared distance",
            (
                parts,
                *signs,
                size,
                linear,
                *chain(
                    mean(moved),
                    To(
                        Sum(c[k] ** 2, (k, 1, m)) / m**2,
                        "the signs cancel",
                        uses=(parts, linear, *signs),
                    ),
                    To(C / m, "so a fourfold width leaves a quarter", uses=(size,)),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Its spread over starts",
            (
                spread,
                pairs,
                alone,
                joint,
                *chain(
                    mean(cross**2),
                    To(
                        4 * Sum(D[k] ** 2 * c[k] ** 2, (k, 1, m)) / m**3,
                        "unit by unit",
                        uses=(spread, pairs, alone),
                    ),
                    To(4 * M / m**2, "the square of a term in 1 / m", uses=(joint,)),
                ),
            ),
            OWN,
        ),
    )
