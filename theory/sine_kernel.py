"""What is the kernel of a network of sines?  Gaussian means of products of two sines and of two
slopes, in a form that does not overflow, and how close inputs of one layer are in the next.

Setting.  X, Y are Gaussian preactivations of two inputs with mean zero, variances A, B and
covariance C, as in ``smooth_kernel``; r = A + B - 2 C is the squared distance of their weights'
sums.

Source: our own.
"""

from sympy import (
    Eq,
    Expr,
    Integral,
    Subs,
    Symbol,
    cos,
    cosh,
    exp,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from theory import Assumed, Defined, Derivation, Step, To, chain
from theory.notation import OWN, mean
from theory.tangent_kernel import linearity

z = Symbol("z", real=True)  # a Gaussian number
lam = Symbol("lambda", positive=True)  # its deviation


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
