"""When is a point without slope a global minimum?  When the Jacobian of the outputs has full rank,
which all points but a null set have once a layer is as wide as the data; dead ReLUs do not.

Setting.  n outputs f with targets y, e = f - y, L = |e|^2 / (2 n), J the n x p Jacobian of f, so
that the gradient is J^T e / n.  In its left singular vectors, with the singular values s_i, e has
the components c_i.  Features are the outputs of the last hidden layer; the output layer is linear.

Source: Nguyen, Hein, 2017; Kawaguchi, Huang, Kaelbling, 2019; Mityagin, 2020; our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Max,
    Ne,
    Subs,
    Sum,
    oo,
    symbols,
    tanh,
)

from theory import (
    SO_FAR,
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
)
from theory.notation import HORN, OWN, mean

n, i, l = symbols("n i l", integer=True, positive=True)  # outputs, layers above a wide one
r = symbols("r", integer=True, nonnegative=True)  # rank of the Jacobian
low, small, steep, v = symbols("s w g v", positive=True)  # least singular values, least slope
G, E = symbols("G E", nonnegative=True)  # |gradient|^2, |e|^2
s, over = IndexedBase("s", positive=True), IndexedBase("t", nonnegative=True)
c, d, g, h = (IndexedBase(name, real=True) for name in "cdgh")
a, w, x, y, z, rest = symbols("a w x y z f", real=True)
NGUYEN = "Nguyen, Hein, The loss surface of deep and wide neural networks, ICML 2017"
KAWAGUCHI = "Kawaguchi, Huang, Kaelbling, Neural Computation 31, 2019"
MITYAGIN = "Mityagin, The zero set of a real analytic function, Mathematical Notes 107, 2020"


def gradient_bound() -> tuple[Derivation, ...]:
    """The squared gradient is at least s^2 |e|^2 / n^2, s the least singular value of the Jacobian
    of n outputs, so that at full row rank only a fit has no direction of descent.
    """
    squares = Sum(c[i] ** 2, (i, 1, n))
    split = Quoted(
        "J^T e has the squared length of its components s_i c_i",
        f"{HORN}, theorem 2.6.3",
        (G, "==", Sum(s[i] ** 2 * c[i] ** 2, (i, 1, n)) / n**2),
    )
    least = Assumed(Eq(s[i] ** 2, low**2 + over[i]), "s is the least of n singular values")
    whole = Defined(E, squares, "squared length of the residual")
    bound = Derivation(
        "Gradient and residual",
        (
            split,
            least,
            whole,
            *chain(
                G,
                To(Sum(s[i] ** 2 * c[i] ** 2, (i, 1, n)) / n**2, "by components", uses=(split,)),
                To(
                    (low**2 * squares + Sum(over[i] * c[i] ** 2, (i, 1, n))) / n**2,
                    "each square is the least one and more",
                    uses=(least,),
                ),
                To(low**2 * squares / n**2, "what is more is not negative", relation=">="),
                To(low**2 * E / n**2, "by the residual", uses=(whole,)),
            ),
        ),
        OWN,
    )
    no_other = Decided(
        Implies(Eq(G, 0), Eq(E, 0)),
        "no slope only where there is no residual: elsewhere the negative gradient goes down",
        uses=(bound,),
    )
    return (
        bound,
        Derivation(
            "Full rank",
            (no_other,),
            OWN,
            (
                Settles("udl-overparam-descent-direction-exists", part="at full rank"),
                Settles("udl-memorising-all-stationary-global", part="full rank of the Jacobian"),
                Settles("udl-width-exceeds-data-critical-global", part="last hidden layer"),
            ),
        ),
    )


def wide_layer() -> tuple[Derivation, ...]:
    """Below l layers whose weights have the least singular value w and whose units have slopes of
    at least g the squared gradient of a layer with features of least singular value s is at least
    s^2 (g w)^(2 l) |e|^2 / n^2.
    """
    B = Function("B", nonnegative=True)(l)
    passed = (steep * small) ** 2
    back = Induction(
        l,
        1,
        passed * E,
        passed * SO_FAR,
        passed**l * E,
        "a layer passes back at least its least singular value and slope times what it gets",
        sequence=B,
    )
    at_layer = Quoted(
        "the gradient by the weights into a layer is its features, transposed, times what comes "
        "back: it is at least their least singular value times that",
        f"{HORN}, theorem 2.6.3",
        (G, ">=", low**2 * B / n**2),
    )
    bound = Derivation(
        "Gradient of a layer below others",
        (
            back,
            at_layer,
            *chain(
                G,
                To(low**2 * B / n**2, "at the wide layer", relation=">=", uses=(at_layer,)),
                To(low**2 * passed**l * E / n**2, "layer by layer", uses=(back,)),
            ),
        ),
        NGUYEN,
    )
    unit = Step(Derivative(steep * small * x, x) ** 2, passed, "squared slope of a unit")
    top, up = symbols("a_1 a_2", real=True)  # output weight, weight of a unit above
    deep = (top * tanh(up * tanh(x)) - y) ** 2 / 2
    slopes = tuple(
        Step(Subs(Derivative(deep, by), (top, up), (0, 0)), Integer(0), f"slope by {by}")
        for by in (top, up, x)
    )
    return (
        bound,
        Derivation("A layer of one unit", (unit,), OWN),
        Derivation(
            "Full rank in the layer and above it",
            (Decided(Implies(Eq(G, 0), Eq(E, 0)), "positive factors", uses=(bound,)),),
            NGUYEN,
            (
                Settles(
                    "udl-width-exceeds-data-critical-global", part="inner layer, full rank above"
                ),
            ),
        ),
        Derivation(
            "A wide layer alone is not enough",
            (
                *slopes,
                Counterexample(
                    Implies(And(*(Eq(slope.lhs, 0) for slope in slopes)), Eq(y, 0)),
                    ((y, 1), (x, 1)),
                    "one example, one unit in each layer, weights zero above the first: no slope",
                    uses=slopes,
                ),
            ),
            OWN,
        ),
    )


def full_rank() -> Derivation:
    """n tanh units with biases have features of full rank at n different inputs for all weights but
    a null set.
    """
    D = Function("D", real=True)(n)  # of units so steep that they are signs
    measure = symbols("mu", nonnegative=True)  # of the weights without full rank
    at = symbols("Delta", real=True)
    steps = Induction(
        n,
        1,
        Integer(1),
        2 * SO_FAR,
        2 ** (n - 1),
        "thresholds between the inputs: the last row less the one before has one entry, 2",
        sequence=D,
    )
    sign = Step(Limit(tanh(v * steep), v, oo), Integer(1), "a steep unit is a sign")
    null = Quoted(
        "an analytic function that is not zero somewhere vanishes on a null set only",
        MITYAGIN,
        Implies(Ne(at, 0), Eq(measure, 0)),
    )
    of = Defined(at, D * sign.lhs, "the determinant of n steep units, in the limit")
    return Derivation(
        "As many units as inputs",
        (
            steps,
            sign,
            null,
            of,
            Decided(
                And(at > 0, Eq(measure, 0)),
                "so full rank is missing on a null set only",
                uses=(null, of, sign, steps),
            ),
        ),
        NGUYEN,
        (
            Settles(
                "udl-overparam-descent-direction-exists",
                part="points without it are a null set",
                scope="part",
            ),
        ),
    )


def stationary_loss() -> tuple[Derivation, ...]:
    """Where a network with a linear output layer has no slope, its loss is 1 / (2 n) times the
    squared length of what of the labels lies outside the range of the Jacobian.
    """
    inside, outside = (i, 1, r), (i, r + 1, n)
    pull = Function("p", real=True)(i)
    pulled = Defined(pull, s[i] * (g[i] - c[i]), "gradient of n L: outputs g_i, labels c_i")
    flat = Assumed(Eq(pull, 0), "no slope")
    equal = chain(
        g[i] - c[i],
        To(pull / s[i], "in the range no singular value is zero", uses=(pulled,)),
        To(Integer(0), "no slope", uses=(flat,)),
    )
    fitted = Derivation("In the range", (pulled, flat, *equal), OWN)
    linear = Assumed(Eq(h[i], 0), "outputs are in the range: they are their slopes by a times a")
    loss = (Sum((g[i] - c[i]) ** 2, inside) + Sum((h[i] - d[i]) ** 2, outside)) / (2 * n)
    left = Step(loss, Sum(d[i] ** 2, outside) / (2 * n), "labels outside", uses=(fitted, linear))
    alike = Assumed(Eq(mean(d[i] ** 2), v), "labels of variance v, independent of the Jacobian")
    random = Step(
        Sum(mean(d[i] ** 2), outside) / (2 * n),
        (1 - r / n) * v / 2,
        "n - r directions are left",
        domain=(r <= n,),
        uses=(alike,),
    )
    return (
        Derivation("Loss without slope", (linear, left), OWN + ", after " + KAWAGUCHI),
        Derivation("Labels at random", (alike, random), OWN),
        fitted,
    )


def no_slope() -> tuple[Derivation, ...]:
    """At the origin a tanh network has no slope, at every width and whatever the labels; it is a
    saddle where x y is not zero, while a network whose ReLUs are all off is on a plateau.
    """
    loss = (rest + a * tanh(w * x) - y) ** 2 / 2  # f: the other units
    origin = ((a, w), (0, 0))
    slopes = tuple(
        Step(Subs(Derivative(loss, by), *origin), Integer(0), f"slope by {by}, whatever the others")
        for by in (a, w)
    )
    alone = loss.subs(rest, 0)
    height = Step(Subs(alone, *origin), y**2 / 2, "all units at the origin: no output")
    bent = tuple(Subs(Derivative(alone, *by), *origin) for by in ((a, a), (w, w), (a, w)))
    saddle = chain(
        bent[0] * bent[1] - bent[2] ** 2,
        To(-((x * y) ** 2), "determinant of the Hessian"),
        To(Integer(0), "both signs of curvature", relation="<", domain=(Ne(x * y, 0),)),
    )
    off = (rest + a * Max(z, 0) - y) ** 2 / 2
    plateau = tuple(
        Step(Subs(Derivative(off, by), z, -v), Integer(0), f"slope by {what}")
        for by, what in ((z, "what enters a unit"), (a, "an output weight"))
    )
    return (
        Derivation(
            "The origin of a network that can fit anything",
            (
                *slopes,
                height,
                Counterexample(
                    Implies(And(*(Eq(slope.lhs, 0) for slope in slopes)), Eq(height.lhs, 0)),
                    ((y, 1), (x, 1)),
                    "no slope, and the loss is that of the labels alone",
                    uses=(*slopes, height),
                ),
            ),
            OWN,
            (Settles("udl-memorising-all-stationary-global", part="all"),),
        ),
        Derivation("It is a saddle", saddle, OWN),
        *(Derivation(f"All units off, {step.why}", (step,), OWN) for step in plateau),
    )
