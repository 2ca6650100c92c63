"""What do two random ReLU neurons have in common when their inputs are at an angle?  Arc-cosine
kernels of degree 0, 1 and 2, the angle that a layer makes of an angle, all digits at close and
opposite inputs.

Setting.  w ~ N(0, I), unit inputs at an angle theta, h = sin(theta / 2)^2; k_0 = E[1 1'] is the
chance that both are active, k_1 = E[relu(w.x) relu(w.x')], k_2 the same of squares.  Kernels of
inputs of any size are those times a power of both sizes.  Angles near 0 and pi are where the
printed formulas lose their digits: there h, and what an angle lacks of pi, are carried instead.

Source: Cho, Saul, NeurIPS 2009.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Implies,
    Integer,
    Integral,
    Limit,
    Max,
    Rational,
    Subs,
    Sum,
    Symbol,
    asin,
    cos,
    exp,
    factorial,
    horner,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Step,
    To,
    chain,
)
from theory.notation import OWN, RUDIN, mean

k = Symbol("k", integer=True, positive=True)  # terms of a series
theta = Symbol("theta", positive=True)  # angle between two inputs
h, s = symbols("h s", positive=True)  # squared sine of half the angle


def degree_two_kernel() -> Derivation:
    """E[relu(w.x)^2 relu(w.x')^2] of unit inputs at an angle theta is (3 sin cos + (pi - theta)(1 +
    2 cos^2)) / (2 pi).
    """
    r, angle = symbols("r varphi", positive=True)
    u, v = symbols("u v", real=True)  # w.x, w.x'
    shape = 3 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2)
    radial = Integral(r**5 * exp(-(r**2) / 2), (r, 0, oo))
    angular = cos(angle) ** 2 * cos(angle - theta) ** 2 / (2 * pi)
    both_active = (angle, theta - pi / 2, pi / 2)
    product = mean(Max(0, u) ** 2 * Max(0, v) ** 2)
    plane = Assumed(
        Eq(product, Integral(radial * angular, both_active)),
        "w ~ N(0, I); in the plane of the unit inputs w.x = r cos(varphi), w.x' = r cos(varphi - "
        "theta)",
    )
    size = Step(radial, Integer(8), "radial part of the plane Gaussian")
    return Derivation(
        "Arc-cosine kernel of degree 2",
        (
            plane,
            size,
            *chain(
                product,
                To(
                    Integral(8 * angular, both_active),
                    "both are active between these angles",
                    uses=(plane, size),
                ),
                To(shape / (2 * pi), "angular part", domain=(And(theta > 0, theta < pi),)),
            ),
        ),
        "Cho, Saul, NeurIPS 2009",
    )


def half_angle() -> tuple[Derivation, ...]:
    """With h = sin(theta / 2)^2 the kernels of unit inputs are (pi - 2 asin sqrt h) / (2 pi) and so
    on: no cancellation at close inputs.
    """
    part = (And(h > 0, h < 1),)
    angle = 2 * asin(sqrt(h))
    rest, root = pi - angle, sqrt(h * (1 - h))
    half = Step(
        Subs(sin(theta / 2) ** 2, theta, angle),
        h,
        "h is the squared sine of half the angle",
        domain=part,
    )

    def wave(title: str, of: Expr, by_half: Expr, value: Expr) -> Derivation:
        calculation = chain(
            of,
            To(by_half, "double angle", domain=part),
            To(value, "by h", uses=(half,), domain=part),
        )
        return Derivation(title, (half, *calculation), OWN)

    return (
        wave("Sine", sin(angle), 2 * sqrt(half.lhs * (1 - half.lhs)), 2 * root),
        Derivation(
            "Degree 0",
            (
                Step(
                    Subs((pi - theta) / (2 * pi), theta, angle),
                    rest / (2 * pi),
                    "E[1 1']",
                    domain=part,
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Degree 1",
            (
                Step(
                    Subs((sin(theta) + (pi - theta) * cos(theta)) / (2 * pi), theta, angle),
                    (2 * root + rest * (1 - 2 * h)) / (2 * pi),
                    "E[relu relu']",
                    domain=part,
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Degree 2",
            (
                Step(
                    Subs(
                        (3 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2))
                        / (2 * pi),
                        theta,
                        angle,
                    ),
                    (6 * root * (1 - 2 * h) + rest * (1 + 2 * (1 - 2 * h) ** 2)) / (2 * pi),
                    "E[relu^2 relu'^2]",
                    domain=part,
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        wave("Cosine", cos(angle), 1 - 2 * half.lhs, 1 - 2 * h),
        Derivation(
            "Close inputs",
            (
                Step(
                    Subs(Derivative(2 * asin(s), s), s, sqrt(h)),
                    2 / sqrt(1 - h),
                    "have small h, where the angle is as exact as h: d theta / d sqrt(h)",
                    domain=part,
                ),
            ),
            OWN,
        ),
    )


def next_angle() -> tuple[Derivation, ...]:
    """A ReLU layer takes the squared half-sine h of an angle to h - (sin theta - theta cos theta) /
    (2 pi), and biases shrink it.
    """
    part, near = (And(h > 0, h < 1),), (And(theta > 0, theta < pi),)
    # v |phi|^2 of the two inputs with weight variance v; bias variance
    a1, a2, b = symbols("A_1 A_2 b", positive=True)
    lost = sin(theta) - theta * cos(theta)
    product = (
        sin(theta) + (pi - theta) * cos(theta)
    ) / pi  # E[phi phi'] over the root of E[phi^2] E[phi'^2]
    whole, sizes = sqrt((a1 + b) * (a2 + b)), sqrt(a1 * a2)
    uneven = b * (sqrt(a1) - sqrt(a2)) ** 2 / (whole + sizes + b)
    angle, without = (
        2 * asin(sqrt(h)),
        h - (2 * sqrt(h * (1 - h)) - 2 * asin(sqrt(h)) * (1 - 2 * h)) / (2 * pi),
    )
    unbiased = Step(
        1 - product,
        2 * sin(theta / 2) ** 2 - lost / pi,
        "without bias: 1 and the cosine cancel by the half-angle",
        domain=near,
    )
    roots = Step(
        whole - sizes - b,
        uneven,
        "sizes of the two inputs with biases: extended by the sum of the roots",
    )
    following = (whole - (sizes * product + b)) / (2 * whole)
    one_less = Derivation(
        "One less the cosine of the next angle",
        (
            unbiased,
            roots,
            *chain(
                following,
                To(
                    sizes * (1 - product) / (2 * whole) + (whole - sizes - b) / (2 * whole),
                    "half of one less the cosine, in two differences",
                ),
                To(
                    (sizes * (2 * sin(theta / 2) ** 2 - lost / pi) + uneven) / (2 * whole),
                    "as a sum of terms that do not cancel",
                    uses=(unbiased, roots),
                    domain=near,
                ),
            ),
        ),
        OWN,
    )
    alone = Derivation(
        "In the half-angle, without bias",
        chain(
            Subs(Limit(following, b, 0, "+"), theta, angle),
            To(
                Subs(sin(theta / 2) ** 2 - lost / (2 * pi), theta, angle),
                "the sizes drop out",
                uses=(one_less,),
                domain=part,
            ),
            To(without, "the next h from h", domain=part),
        ),
        OWN,
    )
    bare = Defined(s, alone.states[0], "the squared half-sine that the layer gives without bias")
    lens = Integral((pi - theta) * sin(theta), (theta, angle, pi)) / (2 * pi)
    positive = Quoted(
        "an integral of what is not negative is not negative: the sine up to pi",
        RUDIN + ", theorem 6.12",
        (lens, ">=", 0),
    )
    return (
        one_less,
        alone,
        Derivation(
            "In the half-angle, with bias",
            (
                bare,
                *chain(
                    (whole - (sizes * (1 - 2 * s) + b)) / (2 * whole),
                    To(
                        (2 * sizes * s + uneven) / (2 * whole),
                        "half of one less the cosine, with 1 - 2 s for that without bias",
                    ),
                    To(
                        (2 * sizes * without + uneven) / (2 * whole),
                        "the next h from h",
                        uses=(bare, alone),
                    ),
                ),
            ),
            OWN,
        ),
        Derivation(
            "No obtuse angles above the first layer",
            (
                positive,
                *chain(
                    Rational(1, 2) - without,
                    To(
                        (2 * sqrt(h * (1 - h)) + (pi - angle) * (1 - 2 * h)) / (2 * pi),
                        "half the cosine of the next angle",
                    ),
                    To(lens, "as an integral up to pi", domain=part),
                    To(Integer(0), "so this angle is at most a right one", (positive,), ">="),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Opposite inputs",
            (
                Step(
                    Subs(without, h, 1),
                    Rational(1, 2),
                    "opposite inputs become orthogonal features",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Growth of the next half-angle",
            (
                Step(
                    Derivative(without, h),
                    1 - 2 * asin(sqrt(h)) / pi,
                    "the next h grows with h",
                    domain=part,
                ),
            ),
            OWN,
        ),
    )


def angle_and_half() -> tuple[Derivation, ...]:
    """Angle, its sine r and its squared half-sine h together give the kernels and the next h from
    one arcsine and without a difference of close numbers.
    """
    part = (And(h > 0, h < 1),)
    r, g = symbols("r g", real=True)  # sine and cosine of the angle
    angle, cosine, rest = 2 * asin(sqrt(h)), 1 - 2 * h, pi - theta
    one, two = (r + rest * g) / (2 * pi), (3 * r * g + rest * (1 + 2 * g**2)) / (2 * pi)
    following = (1 - g) / 2 - (r - theta * g) / (2 * pi)
    double = Step(cos(angle), cosine, "double angle", domain=part)
    return (
        Derivation(
            "Angle from its half",
            (
                Step(
                    Integral(2 / sqrt(1 - s**2), (s, 0, sqrt(h))),
                    angle,
                    "d theta = 2 d s / cos(theta / 2) along s = sin(theta / 2), which ends at the "
                    "root of h",
                    domain=part,
                ),
            ),
            OWN,
        ),
        Derivation(
            "Its sine",
            (Step(sin(angle), 2 * sqrt(h - h**2), "double angle", domain=part),),
            OWN,
        ),
        Derivation(
            "Degree 1 by all three",
            (
                double,
                Step(
                    Subs(one, g, cos(angle)),
                    (r + rest * cosine) / (2 * pi),
                    "E[relu relu'] with its cosine from h",
                    uses=(double,),
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Degree 2 by all three",
            (
                Step(
                    Subs(two, g, cosine),
                    (3 * r * cosine + rest * (1 + 2 * cosine**2)) / (2 * pi),
                    "E[relu^2 relu'^2] likewise",
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        Derivation(
            "Next half-angle by all three",
            (
                double,
                *chain(
                    Subs((1 - 2 * one) / 2, g, cos(angle)),
                    To(
                        Subs(following, g, cos(angle)),
                        "the next cosine is E[relu relu'] over E[relu^2] = 1/2",
                    ),
                    To(h - (r - theta * cosine) / (2 * pi), "its cosine from h", uses=(double,)),
                ),
            ),
            OWN,
        ),
    )


def opposite_inputs() -> tuple[Derivation, ...]:
    """Of inputs that lack an angle d of being opposite the kernels are d / (2 pi) and alternating
    series that begin with d^3 / (6 pi) and 2 d^5 / (15 pi).
    """
    d, missed = Symbol("d", positive=True), Symbol("e", real=True)
    near, close = (And(d > 0, d < pi),), And(d > 0, d <= Rational(11, 10))
    rounding = Rational(1, 2**53)

    def alternating(
        title: str, why: str, kernel: Expr, value: Expr, term: Expr, quotient: Expr, ends: list[int]
    ) -> Derivation:
        first, last = ends
        lead = term.subs(k, first)
        opposite = Step(Subs(kernel, theta, pi - d), value / (2 * pi), why, domain=near)
        whole, part = (Sum(term, (k, first, end)) for end in (oo, last))
        series = Step(
            whole,
            value,
            "both power series in one: what is large cancels term by term",
            domain=near,
        )
        ratio = Step(
            term.subs(k, k + 1) / term,
            -quotient,
            "terms alternate",
            domain=(And(k >= first, close),),
        )
        fall = Decided(
            Implies(And(k >= first, close), And(ratio.lhs < 0, ratio.lhs > -1)),
            "and fall as far as 11/10, beyond pi/3",
            uses=(ratio,),
        )
        error = Defined(missed, (part - whole) / lead, "what a part misses, over the first term")
        left_out = -term.subs(k, last + 1) / lead
        leibniz = Quoted(
            "an alternating sum of terms that fall and end with a positive one is too large, by at "
            "most the first term left out",
            "G. W. Leibniz; Knopp, Theorie und Anwendung der unendlichen Reihen, 1922",
            And(error.expr >= 0, error.expr <= left_out),
        )
        small = Decided(
            Implies(close, left_out < rounding), "which is below half a rounding of the first"
        )
        terms = sum(term.subs(k, j) for j in range(first, last + 1))
        few = Step(part, terms, "the terms that are kept")
        kept = (error, series, few, leibniz, fall)
        above = Step(missed, Integer(0), "the part is too large", ">=", (close,), kept)
        exact = Step(missed, rounding, "by nothing that tells", "<", (close,), (*kept, small))
        return Derivation(
            title,
            (
                opposite,
                series,
                ratio,
                fall,
                error,
                leibniz,
                small,
                few,
                above,
                exact,
                Step(
                    opposite.lhs + missed * lead / (2 * pi),
                    horner(terms / (2 * pi)),
                    "the kernel and its error",
                    domain=(close,),
                    uses=(opposite, error, series, few, above, exact),
                ),
            ),
            OWN,
        )

    return (
        Derivation(
            "Degree 0",
            (
                Step(
                    Subs((pi - theta) / (2 * pi), theta, pi - d),
                    d / (2 * pi),
                    "E[1 1'] where the angle is pi - d",
                    domain=near,
                ),
            ),
            "Cho, Saul, NeurIPS 2009",
        ),
        alternating(
            "Degree 1",
            "E[relu relu']: a difference of close numbers",
            (sin(theta) + (pi - theta) * cos(theta)) / (2 * pi),
            sin(d) - d * cos(d),
            -((-1) ** k) * 2 * k * d ** (2 * k + 1) / factorial(2 * k + 1),
            d**2 / (2 * k * (2 * k + 3)),
            [1, 9],
        ),
        alternating(
            "Degree 2",
            "E[relu^2 relu'^2]: by the double angle",
            (3 * sin(theta) * cos(theta) + (pi - theta) * (1 + 2 * cos(theta) ** 2)) / (2 * pi),
            d * (2 + cos(2 * d)) - 3 * sin(2 * d) / 2,
            (-4) ** k * (2 * k - 2) * d ** (2 * k + 1) / factorial(2 * k + 1),
            4 * d**2 * k / ((k - 1) * (2 * k + 2) * (2 * k + 3)),
            [2, 12],
        ),
    )


def bias_angle() -> Derivation:
    """A bias turns an input by psi out of its space; half-angles between the turned inputs are sums
    of positive terms, at any size of input and bias.
    """
    turn, other = symbols("psi_1 psi_2", positive=True)
    p1, p2 = symbols("p_1 p_2", positive=True)  # cosines of the two turns
    c1, c2, s1, s2 = symbols("c_1 c_2 s_1 s_2", positive=True)  # cosines and sines of their halves
    part = (And(h > 0, h < 1),)
    product = cos(turn) * cos(other) * (1 - 2 * h) + sin(turn) * sin(other)
    apart = sin(turn / 2) * cos(other / 2) - cos(turn / 2) * sin(other / 2)
    addition = Step(sin((turn - other) / 2), apart, "addition theorem")
    each = (
        Defined(p1, cos(turn), "cosine of the first turn"),
        Defined(p2, cos(other), "and of the second"),
        Defined(c1, cos(turn / 2), "cosine of half the first turn"),
        Defined(c2, cos(other / 2), "and of the second"),
        Defined(s1, sin(turn / 2), "sine of half the first turn"),
        Defined(s2, sin(other / 2), "and of the second"),
    )
    return Derivation(
        "Half-angle of turned inputs",
        (
            addition,
            *each,
            *chain(
                (1 - product) / 2,
                To(
                    cos(turn) * cos(other) * h + sin((turn - other) / 2) ** 2,
                    "cosine between (cos psi x, sin psi) and (cos psi' x', sin psi') of unit "
                    "inputs x, x', whose own is 1 - 2 h",
                    domain=part,
                ),
                To(cos(turn) * cos(other) * h + apart**2, "of half the angle", uses=(addition,)),
                To(
                    p1 * p2 * h + (s1 * c2 - c1 * s2) ** 2,
                    "half-angles with a bias: each input by itself",
                    uses=each,
                ),
            ),
        ),
        OWN,
    )
