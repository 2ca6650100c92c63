"""Why can a network not learn the parity of d signs?  The transform for every d, what a sample
shows, eigenvalues of kernels, and three theorems on held-out corners: predictions lean the wrong
way.

Setting.  f(x) = x_1 ... x_d on the N = 2^d corners of {-1, 1}^d.  Its transform over the corners
factorises,

    2^-d sum_x f(x) exp(-2 pi i k . x) = (-i)^d prod_j sin(2 pi k_j),

so along (k, ..., k) its size |sin 2 pi k|^d grows up to k = 1/4, where it is one; signs are 2
apart, so that this is the whole band.  Nothing lies at low frequencies.  A sample of n corners sees
false ones, of mean square (N - n) / (n (N - 1)) at k = 0.

A kernel h(x . x' / d) has the products over k signs as eigenfunctions, with eigenvalues lambda_k =
2^-d sum_i K_i(k) h(1 - 2 i / d), K_i(k) the coefficients of (1 - z)^k (1 + z)^(d - k).  Three
theorems follow, for every kernel in which parity has the least eigenvalue: trained on all corners
but one, regression predicts the missing one with the wrong sign; trained on any corners, with any
ridge or stopping time, the mean of f times the prediction over the other corners is not positive;
and whatever interpolates n corners with little parity in it has the mean -n / (N - n) there.
Generalisation is not absent, it is negative.

Source: chapter on the frequency principle, section 1.4 (transform, sampling); theorems on held-out
corners: our own.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    I,
    IndexedBase,
    Integer,
    Matrix,
    Ne,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    binomial,
    conjugate,
    cos,
    exp,
    pi,
    sin,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import HORN, OWN
from theory.walsh_function import chi, o, over_corners
from theory.walsh_kernel import (
    eigenvalue,
    kernel,
    kernel_of_signs,
    mode,
)

d, n, N, j = symbols("d n N j", integer=True, positive=True)  # signs, sampled corners, all corners
# distance, number of signs in a product, number of -1
i, degree, minus = symbols("i k M", integer=True, nonnegative=True)
freq = IndexedBase("k", real=True)  # one frequency per sign
bit = IndexedBase("b", integer=True)  # x_j = (-1)^b_j
# frequency along the diagonal, angle, one sign, product of the others
k, theta, x, rest = symbols("k theta x r", real=True)
z = Symbol("z", positive=True)
beta = Symbol("beta", integer=True, nonnegative=True)  # one sign is 1 - 2 beta
power = Symbol("P", nonnegative=True)  # |transform|^2 at one frequency
t, delta = symbols("t delta", positive=True)
p, q = symbols("p q", integer=True, positive=True)  # corners
f = IndexedBase("f", real=True)
sign = IndexedBase("x", real=True)
DELSARTE = "Delsarte, An algebraic approach to the association schemes of coding theory, 1973"
CHAPTER = "frequency principle, section 1.4"


def definition() -> tuple[Derivation, ...]:
    """Parity is +1 exactly when the number of -1 among the signs is even, and every single flip of
    a sign turns it round.
    """
    parity = Product((-1) ** bit[j], (j, 1, d))
    corners = Function("C")(d)
    product = Induction(
        d,
        1,
        (-1) ** bit[1],
        SO_FAR * (-1) ** bit[d + 1],
        (-1) ** Sum(bit[j], (j, 1, d)),
        "the product of the signs x_j = (-1)^b_j",
        sequence=parity,
    )
    count = Defined(minus, Sum(bit[j], (j, 1, d)), "the number of -1: b_j is 1 there, else 0")
    power = Step(parity, (-1) ** minus, "it is (-1)^M", uses=(product, count))
    doubling = Induction(
        d,
        1,
        Sum(1, (beta, 0, 1)),
        Sum(SO_FAR, (beta, 0, 1)),
        2**d,
        "one sign more doubles them: 2^d corners",
        sequence=corners,
    )
    return (
        Derivation(
            "Parity counts minus signs",
            (
                product,
                count,
                power,
                Step(
                    Matrix([Subs(parity, minus, 2 * i), Subs(parity, minus, 2 * i + 1)]),
                    Matrix([1, -1]),
                    "for an even and for an odd number of -1",
                    uses=(power,),
                ),
            ),
            CHAPTER,
            (Settles("parity-definition-sign"),),
        ),
        Derivation(
            "A single flip",
            (
                Step(
                    Subs(x * rest, x, -x) / (x * rest),
                    Integer(-1),
                    "the product with one sign turned, over the product",
                    domain=(Ne(x, 0), Ne(rest, 0)),
                ),
            ),
            CHAPTER,
            (Settles("parity-single-flip-sensitivity"),),
        ),
        Derivation(
            "Number of corners",
            (
                doubling,
                Step(Subs(corners, d, 10), Integer(1024), "d = 10", uses=(doubling,)),
            ),
            CHAPTER,
            (Settles("parity-domain-1024"),),
        ),
    )


def transform() -> tuple[Derivation, ...]:
    """The transform of parity over the corners is (-i)^d times the product of sin(2 pi k_j), for
    every d.
    """
    sines = Product(sin(2 * pi * freq[j]), (j, 1, d))
    diagonal = Assumed(Eq(freq[j], k), "along the diagonal")
    band = Assumed(
        And(theta > 0, theta < pi / 2),
        "theta = 2 pi k with k up to 1/4, the whole band: signs are 2 apart",
    )
    other = Symbol("c", positive=True)
    sine = Defined(z, sin(theta), "positive there")
    cosine = Defined(other, cos(theta), "positive there")

    rises = chain(
        Derivative(sin(theta) ** (2 * d), theta),
        To(
            2 * d * sin(theta) ** (2 * d - 1) * cos(theta),
            "slope of the power in the angle 2 pi k",
        ),
        To(2 * d * z ** (2 * d - 1) * other, "sine and cosine", uses=(sine, cosine)),
        To(Integer(0), "both positive up to k = 1/4", relation=">"),
        uses=(band,),
    )

    def wave(at: Expr, one: Expr) -> Expr:
        """A sign times its share of exp(-2 pi i k . x)."""
        return one * exp(-2 * pi * I * freq[at] * one)

    one_more, signs = over_corners(
        wave,
        Product(-2 * I * sin(2 * pi * freq[j]), (j, 1, d)),
        "the sum over the corners, sign by sign: each brings the sum of x exp(-2 pi i k_j x) over "
        "x = 1 and -1, a factor -2 i sin(2 pi k_j)",
        CHAPTER,
    )
    mean = Function("F")(d)
    defined = Defined(mean, signs.sequence / 2**d, "the mean over the corners 1 .. 2^d")
    whole = Derivation(
        "Transform over the corners",
        (
            signs,
            defined,
            *chain(
                mean,
                To(signs.sequence / 2**d, "a sum over the corners", uses=(defined,)),
                To(signs.closed / 2**d, "one factor per sign", uses=(signs,)),
                To((-I) ** d * sines, "their product"),
            ),
        ),
        CHAPTER,
        (Settles("parity-dft"),),
    )
    return (
        whole,
        one_more,
        Derivation(
            "Power along the diagonal",
            (
                diagonal,
                *chain(
                    Subs(mean * conjugate(mean), k, Rational(1, 4)),
                    To(
                        Subs(sin(2 * pi * k) ** (2 * d), k, Rational(1, 4)),
                        "all frequencies equal to k",
                        uses=(diagonal,),
                    ),
                    To(Integer(1), "everything at k = 1/4"),
                    uses=(whole,),
                ),
            ),
            CHAPTER,
        ),
        Derivation(
            "It grows with frequency",
            (
                band,
                sine,
                cosine,
                *rises,
            ),
            CHAPTER,
            (Settles("parity-high-frequency-dominant", by=rises[-1]),),
        ),
    )


def aliasing() -> tuple[Derivation, ...]:
    """A random sample of n corners misses the transform by the mean square (1 - P) (N - n) / (n (N
    - 1)), P the true power.
    """
    phase = IndexedBase("phi", real=True)  # f(x) exp(-2 pi i k . x) = exp(i phi)
    inside = (n < N, n > 1)
    one, two = (binomial(N - c, n - c) / binomial(N, n) for c in (1, 2))
    drawn = Step(
        one, n / N, "share of the sets of n corners that contain a given one", domain=inside
    )
    pair = Step(two, n * (n - 1) / (N * (N - 1)), "and of those that contain two", domain=inside)
    real, imaginary = (Sum(part(phase[j]), (j, 1, N)) for part in (cos, sin))
    squares = Sum(cos(phase[j]) ** 2 + sin(phase[j]) ** 2, (j, 1, N))
    square = real**2 + imaginary**2
    alike = Assumed(
        "n corners drawn without replacement",
        "n of the N corners drawn without replacement, all sets alike",
    )
    true = Defined(power, square / N**2, "power of all corners, the terms exp(i phi) being f's")
    spread = (1 - power) * (N - n) / (n * (N - 1))
    without = Derivation(
        "Mean square error of a sampled transform",
        (
            alike,
            drawn,
            pair,
            true,
            *chain(
                (one * squares + two * (square - squares)) / n**2
                - 2 * one * square / (n * N)
                + square / N**2,
                To(
                    (n + n * (n - 1) / (N * (N - 1)) * (N**2 * power - N)) / n**2 - power,
                    "mean of |sample|^2 - 2 Re sample* true + |true|^2: N terms of size one on the "
                    "diagonal, the rest sums to |sum|^2 - N = N^2 P - N",
                    uses=(drawn, pair, true),
                    domain=inside,
                ),
                To(spread, "over a common denominator", domain=inside),
                uses=(alike,),
            ),
        ),
        CHAPTER,
    )
    return (
        without,
        Derivation(
            "At frequency zero",
            (
                Step(
                    Subs(spread, power, 0),
                    (N - n) / (n * (N - 1)),
                    "parity has nothing there, its sample has",
                    domain=(N > 1,),
                    uses=(without,),
                ),
            ),
            CHAPTER,
            (Settles("parity-aliasing-false-low-frequency"),),
        ),
        Derivation(
            "With replacement",
            (
                Step(
                    ((1 / n**2) * (n + n * (n - 1) * power)) - power,
                    (1 - power) / n,
                    "draws are independent: no finite-population factor",
                ),
            ),
            CHAPTER,
        ),
    )


def walsh_eigenvalues() -> tuple[Derivation, ...]:
    """Products over k signs are eigenfunctions of every kernel h(x . x' / d), with a sum of h over
    distances as eigenvalue.
    """
    generating = (1 - z) ** degree * (1 + z) ** (d - degree)
    signs = Product(sign[j], (j, 1, degree))
    over = Function("G")  # sum over x' of a profile times k signs, from so many signs of x'
    total, started = (over(z**minus, degree, more) for more in (i, 0))
    last = 1 - 2 * beta  # a sign of x'; z^distance is 1 where it is that of x, z where not
    met = (1 + z) / 2 + sign[degree + 1] * last * (1 - z) / 2
    within = Induction(
        degree,
        0,
        Integer(1),
        Sum(SO_FAR * last * met, (beta, 0, 1)),
        (1 - z) ** degree * signs,
        "a sign inside the product: turning it turns the product round, so the sum over x' of the "
        "product times z^distance gets the factor 1 - z",
        sequence=started,
    )
    outside = Induction(
        i,
        0,
        started,
        Sum(SO_FAR * z**beta, (beta, 0, 1)),
        started * (1 + z) ** i,
        "a sign outside it: z^distance is 1 or z",
        sequence=total,
    )
    inside = (degree <= d, Ne(signs, 0))
    functional = Derivation(
        "Generating function of the weights",
        (
            within,
            outside,
            *chain(
                Subs(total / signs, i, d - degree),
                To(
                    started * (1 + z) ** (d - degree) / signs,
                    "d - k signs outside",
                    domain=inside,
                ),
                To(generating, "k inside: the product is back", uses=(within,), domain=inside),
                uses=(outside,),
            ),
        ),
        DELSARTE,
    )
    base = Defined(z, exp(-2 / d), "what a sign that differs costs")
    profile = Subs(exp(-(1 - theta)), theta, 1 - 2 * minus / d)
    distance = Step(profile, z**minus, "h(t) = exp(-(1 - t)) at distance M", uses=(base,))
    parity = tuple(Defined(f[at], chi[o, at], "product o is that of all signs") for at in (p, q))
    least = Defined(eigenvalue[d], mode[o], "its eigenvalue")
    products = derive(kernel_of_signs)[2]
    return (
        functional,
        Derivation(
            "Krawtchouk weights",
            (
                Step(
                    Subs(generating, z, 1).subs(degree, 0),
                    2**d,
                    "for k = 0 the weights are binomial and add up to all corners",
                ),
            ),
            DELSARTE,
        ),
        Derivation(
            "Gaussian kernel",
            (
                base,
                distance,
                Step(
                    Subs(over(profile, degree, i) / signs, i, d - degree) / 2**d,
                    ((1 - z) / 2) ** degree * ((1 + z) / 2) ** (d - degree),
                    "so its eigenvalue is the generating function at z = exp(-2/d)",
                    domain=inside,
                    uses=(distance, functional),
                ),
            ),
            OWN,
        ),
        Derivation(
            "First weight of a single sign",
            (
                Step(
                    Subs(Derivative(generating, z), (z, degree), (0, 1)),
                    d - 2,
                    "k = 1: d - 1 signs outside, one inside",
                ),
            ),
            DELSARTE,
        ),
        Derivation(
            "Parity is an eigenvector",
            (
                *parity,
                least,
                *chain(
                    Sum(kernel[p, q] * f[q], (q, 1, N)),
                    To(Sum(kernel[p, q] * chi[o, q], (q, 1, N)), "as a product of signs"),
                    To(N * mode[o] * chi[o, p], "an eigenvector", uses=(products,)),
                    To(N * eigenvalue[d] * f[p], "of its own eigenvalue", uses=(parity[0], least)),
                    uses=parity[1:],
                ),
            ),
            OWN,
        ),
    )


def held_out_mean() -> tuple[Derivation, ...]:
    """Trained on any corners, with any ridge or stopping time, the mean of parity times the
    prediction over the others is not positive.
    """
    least = Symbol("nu", positive=True)
    # the sample is corners 1 .. n, l numbers its modes; coefficients of the model and of parity
    model, content = IndexedBase("a", real=True), IndexedBase("c", real=True)
    mode, rate = IndexedBase("v", real=True), IndexedBase("mu", positive=True)
    gain, excess = IndexedBase("g", real=True), IndexedBase("epsilon", nonnegative=True)
    grown = IndexedBase("w", nonnegative=True)
    output = Sum(kernel[p, q] * model[p], (p, 1, n))
    held_out = Sum(f[q] * output, (q, 1, N)) - Sum(f[q] * output, (q, 1, n))
    eigenvector = derive(walsh_eigenvalues)[4]
    eigen = Defined(least, N * eigenvalue[d], "eigenvalue of parity in the kernel matrix")
    solution = Assumed(
        Eq(model[p], Sum(gain[j] * content[j] * mode[j, p], (j, 1, n))),
        "coefficients of the trained model: a gain for each mode of the kernel on the sample",
    )
    modes = Assumed(
        Eq(Sum(kernel[p, q] * mode[j, p], (p, 1, n)), rate[j] * mode[j, q]),
        "modes are eigenvectors of the kernel on the sample",
    )
    share = Assumed(
        Eq(Sum(f[q] * mode[j, q], (q, 1, n)), content[j]), "parity on the sample in modes"
    )
    in_modes = Sum(f[q] * mode[j, q], (q, 1, n))
    pushed = Sum(f[q] * Sum(kernel[p, q] * mode[j, p], (p, 1, n)), (q, 1, n))
    by_mode = Derivation(
        "Held-out sum, mode by mode",
        (
            eigen,
            solution,
            modes,
            share,
            *chain(
                held_out,
                To(
                    Sum(model[p] * Sum(kernel[p, q] * f[q], (q, 1, N)), (p, 1, n))
                    - Sum(f[q] * output, (q, 1, n)),
                    "sum over all corners minus that over the sample",
                ),
                To(
                    least * Sum(f[p] * model[p], (p, 1, n)) - Sum(f[q] * output, (q, 1, n)),
                    "parity is an eigenvector",
                    uses=(eigenvector, eigen),
                ),
                To(
                    Sum(gain[j] * content[j] * (least * in_modes - pushed), (j, 1, n)),
                    "by the modes of the sample",
                    uses=(solution,),
                ),
                To(
                    Sum(gain[j] * content[j] * (least - rate[j]) * in_modes, (j, 1, n)),
                    "which the kernel stretches by mu",
                    uses=(modes,),
                ),
                To(
                    Sum(gain[j] * content[j] ** 2 * (least - rate[j]), (j, 1, n)),
                    "parity on the sample in modes",
                    uses=(share,),
                ),
            ),
        ),
        OWN,
    )
    parity_least = Assumed(
        "parity has the least eigenvalue",
        "a kernel h(x . x' / d) in which parity has the least eigenvalue nu / N, positive",
    )
    interlacing = Quoted(
        "eigenvalues of a principal submatrix lie between the extreme ones of the matrix",
        f"Cauchy interlacing: {HORN}, section 4.3",
        states=(rate[j], "==", least + excess[j]),
    )
    stopped = Assumed(
        Eq(gain[j], (1 - exp(-rate[j] * t)) / rate[j]),
        "gradient flow from zero, stopped at time t, has fitted 1 - exp(-mu t) of a mode",
    )
    growth = Assumed(
        Eq(exp(-rate[j] * t), 1 / (1 + grown[j])), "exp(mu t) = 1 + w, which is at least one"
    )
    ridge = Assumed(Eq(gain[j], 1 / (rate[j] + delta)), "ridge regression with ridge delta")

    def theorem(title: str, gains: tuple[Assumed, ...], term: Expr, signed: Expr) -> Derivation:
        return Derivation(
            title,
            (
                parity_least,
                interlacing,
                *gains,
                *chain(
                    held_out,
                    To(by_mode.result, "sum over the corners that are held out"),
                    To(Sum(content[j] ** 2 * term, (j, 1, n)), "mode by mode", uses=gains[:1]),
                    To(
                        -Sum(content[j] ** 2 * signed, (j, 1, n)),
                        "mu is at least nu by interlacing",
                        uses=(*gains[1:], parity_least, interlacing),
                    ),
                    To(Integer(0), "no mode is positive", relation="<="),
                    uses=(by_mode,),
                ),
            ),
            OWN,
        )

    values = IndexedBase("g", real=True)  # of a function on the corners
    interpolates = Assumed(Eq(values[p], f[p]), "the function is parity on the sample")
    square = Assumed(Eq(f[p] ** 2, 1), "signs have square one")
    without = Assumed(Eq(Sum(f[q] * values[q], (q, 1, N)), 0), "there is no parity in it")
    return (
        theorem(
            "Gradient flow on any sample",
            (stopped, growth),
            (least / rate[j] - 1) * (1 - exp(-rate[j] * t)),
            grown[j] / (1 + grown[j]) * excess[j] / (least + excess[j]),
        ),
        theorem(
            "Ridge regression on any sample",
            (ridge,),
            (least - rate[j]) / (rate[j] + delta),
            excess[j] / (least + excess[j] + delta),
        ),
        Derivation(
            "Any interpolant",
            (
                interpolates,
                square,
                without,
                *chain(
                    (Sum(f[q] * values[q], (q, 1, N)) - Sum(f[p] * values[p], (p, 1, n))) / (N - n),
                    To(
                        -Sum(f[p] ** 2, (p, 1, n)) / (N - n),
                        "sum over all corners minus the sample",
                        uses=(without, interpolates),
                        domain=(n < N,),
                    ),
                    To(-n / (N - n), "squares counted", domain=(n < N,), uses=(square,)),
                ),
            ),
            OWN,
        ),
        by_mode,
    )
