"""What are the kernels of erf and sine networks?  Gaussian means of products of two features and of
two slopes, in closed form and, where that overflows or cancels, in a form that does not.

Setting.  X, Y are Gaussian preactivations of two inputs with mean zero, variances A, B and
covariance C.  E[phi(X) phi(Y)] is the covariance of the next layer, E[phi'(X) phi'(Y)] what its
tangent kernel takes over from below (``tangent_kernel.depth_recursion``).

Source: Williams, NeurIPS 1996.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    Integer,
    Integral,
    Subs,
    Symbol,
    asin,
    atan,
    cos,
    cosh,
    erf,
    exp,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from theory import (
    Assumed,
    Defined,
    Derivation,
    Quoted,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import OWN, RUDIN, mean
from theory.tangent_kernel import linearity

z = Symbol("z", real=True)  # a Gaussian number
# deviation of a Gaussian; squared sine of half the angle, coefficient of a square
lam, h, s = symbols("lambda h s", positive=True)


def integral_of_slope(of: Expr, by: Symbol) -> Quoted:
    """``of`` by its value at zero and its slope."""
    return Quoted(
        "a function is the integral of its slope",
        RUDIN + ", theorem 6.21",
        (of, "==", of.subs(by, 0) + Integral(Derivative(of, by), (by, 0, by))),
    )


def erf_kernel() -> tuple[Derivation, ...]:
    """For phi = erf the Gaussian means are (2/pi) asin(2 C / sqrt((1 + 2 A)(1 + 2 B))) and 4 / (pi
    sqrt((1 + 2 A)(1 + 2 B) - 4 C^2)).
    """
    A, B, C, D = symbols("A B C D", positive=True)  # variances, covariance and their determinant
    q, r = symbols("q r", real=True)
    size = (1 + 2 * A) * (1 + 2 * B)
    slopes = 4 / (pi * sqrt(size - 4 * C**2))
    product = 2 / pi * asin(2 * C / sqrt(size))
    # the density of the pair with exp(-X^2 - Y^2) is exp(-(a X^2 + 2 b X Y + c Y^2) / 2)
    a11, a12, a22 = B / D + 2, -C / D, A / D + 2
    weighted = -(q**2) - r**2 - (B * q**2 - 2 * C * q * r + A * r**2) / (2 * D)
    form = -(a11 * q**2 + 2 * a12 * q * r + a22 * r**2) / 2
    plane = ((q, -oo, oo), (r, -oo, oo))
    pair = Derivative(erf(q), q) * Derivative(erf(r), r)
    bell = 4 / pi * exp(-(q**2) - r**2)
    determinant = Defined(D, A * B - C**2, "of the covariances")
    bells = Step(pair, bell, "slope of erf")
    law = Assumed(
        Eq(mean(bell, C), 4 / pi * Integral(exp(weighted), *plane) / (2 * pi * sqrt(D))),
        "X, Y Gaussian with mean zero, variances A, B and covariance C",
    )
    exponent = Step(weighted, form, "one quadratic form")
    gauss = Quoted(
        "the integral of exp(-(a x^2 + 2 b x y + c y^2) / 2) over the plane is 2 pi / sqrt(a c - "
        "b^2)",
        "Feller, An Introduction to Probability Theory and Its Applications, volume 2, Wiley 1971, "
        "section III.6",
        (Integral(exp(form), *plane), "==", 2 * pi / sqrt(a11 * a22 - a12**2)),
    )
    root = Step(
        a11 * a22 - a12**2,
        (1 + 2 * A + 2 * B + 4 * D) / D,
        "its determinant",
        uses=(determinant,),
    )
    of_slopes = Derivation(
        "Mean of the product of slopes",
        (
            determinant,
            bells,
            law,
            exponent,
            gauss,
            root,
            *chain(
                mean(pair, C),  # of a pair with the covariance C
                To(
                    4 / (pi * sqrt(D) * sqrt(a11 * a22 - a12**2)),
                    "over the plane",
                    uses=(bells, law, exponent, gauss),
                ),
                To(4 / (pi * sqrt(1 + 2 * A + 2 * B + 4 * D)), "by the root", uses=(root,)),
                To(slopes, "in the covariances", uses=(determinant,)),
            ),
        ),
        "Williams, NeurIPS 1996",
    )
    at = Function("M", real=True)  # the mean of the product, by the covariance
    price = Quoted(
        "d/dC E[f(X) g(Y)] = E[f'(X) g'(Y)] for Gaussian X, Y with covariance C",
        "Price, IRE Trans. Inf. Theory 4, 1958",
        (Derivative(at(C), C), "==", mean(pair, C)),
    )
    alone = Integral(erf(z) * exp(-s * z**2), (z, -oo, oo))
    odd = Step(alone, Integer(0), "erf is odd")
    apart = (
        Assumed(Eq(at(0), mean(erf(q)) * mean(erf(r))), "without covariance X, Y are independent"),
        Assumed(
            Eq(mean(erf(q)), Subs(alone, s, 1 / (2 * A)) / sqrt(2 * pi * A)),
            "X Gaussian with variance A",
        ),
    )
    start = Step(at(0), Integer(0), "so the mean begins with zero", uses=(*apart, odd))
    steep = Step(Derivative(product, C), slopes, "the slope of the arcsine", domain=(C**2 < A * B,))
    sums = integral_of_slope(at(C), C), integral_of_slope(product, C)
    return (
        of_slopes,
        Derivation(
            "Mean of the product",
            (
                price,
                odd,
                *apart,
                start,
                steep,
                *sums,
                *chain(
                    at(C),
                    To(
                        Integral(slopes, (C, 0, C)),
                        "its slope in C is the mean of the slopes, integrated from 0",
                        uses=(sums[0], start, price, of_slopes),
                    ),
                    To(product, "as that of the arcsine", uses=(sums[1], steep)),
                ),
            ),
            "Williams, NeurIPS 1996",
        ),
    )


def erf_at_any_size() -> tuple[Derivation, ...]:
    """With p^2 = 2 A / (1 + 2 A), q^2 = 1 - p^2 the means for erf are 4 q q' / (pi S) and (2/pi)
    atan(p p' cos theta / S) with a sum S of positive terms.
    """
    A, B, C = symbols("A B C", positive=True)
    p1, p2, q1, q2, S1 = symbols("p_1 p_2 q_1 q_2 S", positive=True)
    y = Symbol("y", real=True)
    size = (1 + 2 * A) * (1 + 2 * B)
    cross = sqrt(A * B) * (1 - 2 * h)  # the covariance, h the squared sine of half the angle
    left = size - 4 * A * B * (1 - 2 * h) ** 2
    whole = 1 + 2 * A + 2 * B + 16 * A * B * h * (1 - h)
    shares = (
        Defined(p1, sqrt(2 * A / (1 + 2 * A)), "share of the first input"),
        Defined(p2, sqrt(2 * B / (1 + 2 * B)), "and of the second"),
    )
    rests = (
        Defined(q1, 1 / sqrt(1 + 2 * A), "the rest, q^2 = 1 - p^2"),
        Defined(q2, 1 / sqrt(1 + 2 * B), "of the second"),
    )
    root = Defined(S1, sqrt(left / size), "root of the determinant over its largest value")
    of_slopes, of_features = derive(erf_kernel)
    arcsine, arctangent = asin(y / sqrt(y**2 + S1**2)), atan(y / S1)
    sine = Defined(y, 2 * cross / sqrt(size), "p p' cos theta")
    unit = Step(y**2 + S1**2, Integer(1), "y is a sine, S its cosine", uses=(sine, root))
    steep = Step(Derivative(arcsine, y), S1 / (S1**2 + y**2), "slope of the arcsine")
    same = Step(Derivative(arctangent, y), S1 / (S1**2 + y**2), "that of an arctangent")
    sums = integral_of_slope(arcsine, y), integral_of_slope(arctangent, y)
    return (
        Derivation(
            "Root of the determinant",
            (
                *shares,
                *rests,
                *chain(
                    sqrt(left / size),
                    To(
                        sqrt(whole / size),
                        "(1 + 2 A)(1 + 2 B) - 4 C^2 at C = sqrt(A B)(1 - 2 h), h the squared sine "
                        "of half the angle, over (1 + 2 A)(1 + 2 B)",
                    ),
                    To(
                        sqrt(4 * p1**2 * p2**2 * h * (1 - h) + q1**2 + p1**2 * q2**2),
                        "S: no difference is left",
                        uses=(*shares, *rests),
                    ),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Mean of the product of slopes",
            (
                *rests,
                root,
                *chain(
                    Subs(of_slopes.states[0], C, cross),
                    To(4 / (pi * sqrt(left)), "at the covariance", uses=(of_slopes,)),
                    To(
                        4 * q1 * q2 / (pi * S1),
                        "the determinant by S",
                        uses=(*rests, root),
                        domain=(And(h > 0, h < 1),),
                    ),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Mean of the product",
            (
                sine,
                root,
                unit,
                steep,
                same,
                *sums,
                *chain(
                    Subs(of_features.states[0], C, cross),
                    To(2 / pi * asin(y), "at the covariance", uses=(of_features, sine)),
                    To(2 / pi * arcsine, "y by its cosine", uses=(unit,)),
                    To(
                        2 / pi * Integral(S1 / (S1**2 + y**2), (y, 0, y)),
                        "integrated from 0",
                        uses=(sums[0], steep),
                    ),
                    To(
                        2 * arctangent / pi,
                        "as the arctangent, which keeps its digits near one",
                        uses=(sums[1], same),
                    ),
                ),
            ),
            OWN,
        ),
    )


def sine_kernel() -> tuple[Derivation, ...]:
    """For phi = sin the Gaussian means are exp(-(A + B) / 2) sinh(C) and, of slopes, exp(-(A + B) /
    2) cosh(C).
    """
    A, B, C = symbols("A B C", positive=True)
    q, r = symbols("q r", real=True)
    wave = Step(
        Integral(2 * exp(-(z**2) / 2) / sqrt(2 * pi) * cos(lam * z), (z, 0, oo)),
        exp(-(lam**2) / 2),
        "mean of the cosine of a Gaussian of deviation lambda",
    )

    def law(of: Expr, variance: Expr, why: str) -> Assumed:
        return Assumed(Eq(mean(cos(of)), Subs(wave.lhs, lam, sqrt(variance))), why)

    laws = (
        law(q - r, A + B - 2 * C, "X - Y, for X, Y Gaussian with variances A, B and covariance C"),
        law(q + r, A + B + 2 * C, "and X + Y likewise"),
    )

    def derivation(title: str, product: Expr, sign: int, value: Expr) -> Derivation:
        split = Step(
            product,
            (cos(q - r) + sign * cos(q + r)) / 2,
            "addition theorems; X - Y and X + Y have the variances A + B -+ 2 C",
        )
        linear = linearity(split.rhs, (mean(cos(q - r)) + sign * mean(cos(q + r))) / 2)
        return Derivation(
            title,
            (
                wave,
                *laws,
                split,
                linear,
                *chain(
                    mean(product),
                    To(
                        (exp(-(A + B - 2 * C) / 2) + sign * exp(-(A + B + 2 * C) / 2)) / 2,
                        "the mean of each cosine",
                        uses=(split, linear, *laws, wave),
                        domain=(A + B > 2 * C,),
                    ),
                    To(exp(-(A + B) / 2) * value, "together"),
                ),
            ),
            OWN,
        )

    return (
        derivation("Mean of the product of slopes", cos(q) * cos(r), 1, cosh(C)),
        derivation("Mean of the product", sin(q) * sin(r), -1, sinh(C)),
    )


def sine_at_any_size() -> tuple[Derivation, ...]:
    """With r = A + B - 2 C the means for sin are exp(-r / 2) / (1 + tanh C) for slopes and that
    times tanh C, which nothing overflows; r of the next layer and the difference D of both
    variances follow from r and D without a difference of sizes.
    """
    A, B, C, r, slopes = symbols("A B C r k", positive=True)
    D = symbols("D", nonnegative=True)  # the larger variance is B + D
    distance = Defined(r, A + B - 2 * C, "squared distance of x' and x, or -x' if that is nearer")
    larger = Defined(A, B + D, "the larger variance")
    nearer = Defined(C, B + D / 2 - r / 2, "the covariance by the squared distance r")

    def own(variance: Expr) -> Expr:
        return exp(-variance) * sinh(variance)  # E[sin^2 X]

    def part(of: Expr) -> Expr:
        return 2 * tanh(of / 2) / (1 + tanh(of / 2))

    def tangent(of: Expr) -> Derivation:
        wave, bell = sinh(of / 2), cosh(of / 2)
        ratio = Step(tanh(of / 2), wave / bell, "odd over even part of exp")
        odd = chain(
            1 - exp(-of),
            To(2 * wave / (bell + wave), "exp by its odd and its even part"),
            To(part(of), "which keeps the digits where it is small", uses=(ratio,)),
        )
        return Derivation(f"1 - exp(-{of}) by the tangent", (ratio, *odd), OWN)

    root, single, double = (tangent(of) for of in (r / 2, D, 2 * D))

    return (
        Derivation(
            "Mean of the product of slopes",
            (
                distance,
                *chain(
                    exp(-(A + B) / 2) * cosh(C),
                    To(
                        exp(-(A + B - 2 * C) / 2) / (1 + tanh(C)),
                        "cosh C = exp(C) / (1 + tanh C): the exponent is that of the nearer of x' "
                        "and -x'",
                    ),
                    To(exp(-r / 2) / (1 + tanh(C)), "r for that distance", uses=(distance,)),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Mean of the product",
            (Step(slopes * sinh(C) / cosh(C), slopes * tanh(C), "sinh over cosh"),),
            OWN,
        ),
        Derivation(
            "Squared distance in the next layer",
            (
                larger,
                nearer,
                *chain(
                    own(A) + own(B) - 2 * exp(-(A + B) / 2) * sinh(C),
                    To(
                        (1 - exp(-r / 2)) * (1 + exp(r / 2 - D - 2 * B))
                        - exp(-2 * B) * (1 - exp(-D)) ** 2 / 2,
                        "E(sin X - sin Y)^2, over the weights' variance",
                        uses=(larger, nearer),
                    ),
                    To(
                        part(r / 2) * (1 + exp(r / 2 - D - 2 * B)) - exp(-2 * B) * part(D) ** 2 / 2,
                        "every term vanishes with r",
                        uses=(root, single),
                    ),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Difference of the variances in the next layer",
            (
                larger,
                *chain(
                    own(A) - own(B),
                    To(
                        exp(-2 * B) * (1 - exp(-2 * D)) / 2,
                        "E[sin^2 X] - E[sin^2 Y], over the weights' variance",
                        uses=(larger,),
                    ),
                    To(exp(-2 * B) * part(2 * D) / 2, "it vanishes with D", uses=(double,)),
                ),
            ),
            OWN,
        ),
    )
