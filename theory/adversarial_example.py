"""How small is the step that takes a classifier over its boundary?  Least steps of a linear margin,
and those of random ReLU networks of d inputs, by the law of the cosine of a random direction.

Setting.  A margin f, the difference of two outputs, with the gradient g over d inputs x; the answer
changes where f is zero.  To first order the least step has the length |f| / |g|.  Without biases f
= g.x, so that relative to |x| it is the cosine of g with x.  The gradient of a random ReLU network
is on average as large in one direction as in another, and in a wide one it is normal: the cosine
is that of a random direction, of the order d^(-1/2), at any depth.

Source: our own; Goodfellow, Shlens, Szegedy, ICLR 2015 (linear margins); Daniely, Schacham, NeurIPS
2020 (random ReLU networks).
"""

from sympy import (
    Abs,
    Derivative,
    Eq,
    Function,
    IndexedBase,
    KroneckerDelta,
    Limit,
    Subs,
    Sum,
    Symbol,
    exp,
    oo,
    pi,
    sign,
    sqrt,
    symbols,
)
from sympy import gamma as gamma_function

from theory import (
    Assumed,
    Defined,
    Derivation,
    Quoted,
    Step,
    To,
    chain,
)
from theory.notation import OWN, RUDIN, mean, mean_is_linear

d = Symbol("d", integer=True, positive=True)  # inputs
m = Symbol("m", integer=True, positive=True)  # hidden units
i, j, k, l = symbols("i j k l", integer=True, positive=True)  # inputs i, j; units k, l
f = Symbol("f", real=True)  # margin
G, L = symbols("G L", positive=True)  # length of the gradient, sum of its entries' sizes
e = Symbol("e", nonnegative=True)  # largest entry of a step
g, step, x = (IndexedBase(name, real=True) for name in ("g", "delta", "x"))
a, theta = (IndexedBase(name, real=True) for name in ("a", "theta"))  # output weights, gates
w = IndexedBase("w", real=True)
v_a, v_w = symbols("v_a v_w", positive=True)  # variances of the weights
X = Symbol("X", positive=True)  # |x|^2
u, c = symbols("u c", positive=True)  # squared cosine, its size
s, t = symbols("s t", real=True)  # sqrt(d) c, length of a step
of_u, of_c = Function("p", positive=True)(u), Function("q", positive=True)(c)  # their densities
omega = Symbol("omega", positive=True)  # angular frequency
phi = Symbol("phi", real=True)  # phase

HIGH = "adversarial-examples-are-high-frequency"
ALONG, LENGTH = Sum(g[i] * step[i], (i, 1, d)), Sum(step[i] ** 2, (i, 1, d))
SQUARES, SIZES = Sum(g[i] ** 2, (i, 1, d)), Sum(g[i] * sign(g[i]), (i, 1, d))
LONG = Assumed(Eq(SQUARES, G**2), "G is the length of the gradient")
LINEAR = "Goodfellow, Shlens, Szegedy, ICLR 2015"


def least_step() -> tuple[Derivation, ...]:
    """The least step that takes a linear margin f to zero has the length |f| / |g|, and the least
    largest entry |f| / sum |g_i|.
    """
    crossing = Assumed(Eq(ALONG, -f), "the step delta takes the margin to zero")
    schwarz = Quoted("Cauchy-Schwarz", f"{RUDIN}, theorem 1.35", (ALONG**2, "<=", SQUARES * LENGTH))
    straight = -f * g[i] / G**2
    size = chain(
        sqrt(LENGTH.xreplace({step[i]: straight})),
        To(sqrt(f**2 * SQUARES / G**4), "a common factor"),
        To(Abs(f) / G, "by the gradient's length", uses=(LONG,)),
    )
    arrives = chain(
        Sum(g[i] * straight, (i, 1, d)),
        To(-f * SQUARES / G**2, "a step along the gradient"),
        To(-f, "takes the margin to zero", uses=(LONG,)),
    )
    bound = chain(
        f**2 / G**2,
        To(ALONG**2 / G**2, "it crosses", uses=(crossing,)),
        To(SQUARES * LENGTH / G**2, "Cauchy-Schwarz", relation="<=", uses=(schwarz,)),
        To(LENGTH, "no step is shorter", uses=(LONG,)),
    )
    total = Assumed(Eq(SIZES, L), "L is the sum of the sizes of its entries")
    hoelder = Quoted(
        "Hoelder's inequality, with e the largest size of an entry of the step",
        f"{RUDIN}, exercise 6.10",
        (ALONG**2, "<=", (e * SIZES) ** 2),
    )
    flat = chain(
        f**2 / L**2,
        To(ALONG**2 / L**2, "it crosses", uses=(crossing,)),
        To((e * SIZES) ** 2 / L**2, "Hoelder", relation="<=", uses=(hoelder,)),
        To(e**2, "no step has smaller entries", uses=(total,)),
    )
    signs = chain(
        Sum(-g[i] * f * sign(g[i]) / L, (i, 1, d)),
        To(-f * SIZES / L, "a step of equal entries, with the signs of the gradient"),
        To(-f, "takes the margin to zero", uses=(total,)),
    )
    entries = Step(sqrt(f**2 / SIZES**2), Abs(f) / L, "all of one size", uses=(total,))
    return (
        Derivation("Length of the step along the gradient", (LONG, *size), LINEAR),
        Derivation("It arrives", (LONG, *arrives), LINEAR),
        Derivation("No step is shorter", (crossing, schwarz, LONG, *bound), LINEAR),
        Derivation("The step along the signs arrives", (total, *signs), LINEAR),
        Derivation("Its entries are least", (crossing, hoelder, total, *flat), LINEAR),
        Derivation("Its entries", (total, entries), LINEAR),
    )


def isotropic_gradient() -> tuple[Derivation, ...]:
    """A random ReLU network has on average the squared margin that a gradient in a random direction
    gives it: E f^2 = |x|^2 E |g|^2 / d, at every width.
    """
    pairs = v_a * Sum(a[k] * a[l] * theta[k] * theta[l] * w[k, i] * w[l, j], (k, 1, m), (l, 1, m))
    both = (
        v_a * Sum(a[k] * theta[k] * w[k, i], (k, 1, m)) * Sum(a[l] * theta[l] * w[l, j], (l, 1, m))
    )
    each = Sum(mean(a[k] * a[l] * theta[k] * theta[l] * w[k, i] * w[l, j]), (l, 1, m))
    square = Step(both, pairs, "gradients along inputs i and j, pair by pair of units")
    linear = mean_is_linear(mean(pairs), Sum(v_a * each, (k, 1, m)))
    apart = Assumed(
        Eq(
            mean(a[k] * a[l] * theta[k] * theta[l] * w[k, i] * w[l, j]),
            mean(theta[k] * w[k, i] * w[k, j]) * KroneckerDelta(k, l),
        ),
        "output weights v_a^(1/2) a_k, a_k independent, of mean zero and variance one; "
        "theta_k is one where unit k is active at x and zero elsewhere",
    )
    one = mean(theta[k] * w[k, i] * w[k, j])
    itself = Step(each, one, "a unit with itself", uses=(apart,), domain=(k <= m,))
    half = Assumed(
        Eq(mean(theta[k] * w[k, i] * w[k, j]), v_w * KroneckerDelta(i, j) / 2),
        "w and -w are equally likely, and just one of them is active; variance v_w of each entry",
    )
    moment = chain(
        mean(both),
        To(mean(pairs), "pair by pair", uses=(square,)),
        To(Sum(v_a * each, (k, 1, m)), "term by term", uses=(linear,)),
        To(Sum(v_a * one, (k, 1, m)), "unit by unit", uses=(itself,)),
        To(m * v_a * v_w / 2 * KroneckerDelta(i, j), "half of all draws", uses=(half,)),
    )
    gradient = Derivation(
        "Second moments of the gradient", (square, linear, apart, itself, half, *moment), OWN
    )
    margin, length = (Function(name, real=True)(d) for name in ("F", "Q"))
    across = Sum(x[j] * mean(both), (j, 1, d))
    homogeneous = Defined(
        margin,
        Sum(x[i] * across, (i, 1, d)),
        "mean squared margin: without biases f is the gradient times x",
    )
    half_of_all = m * v_a * v_w / 2
    along = Step(across, half_of_all * x[i], "input by input", uses=(gradient,), domain=(i <= d,))
    size = Assumed(Eq(Sum(x[i] ** 2, (i, 1, d)), X), "X is the squared length of x")
    squared = chain(
        margin,
        To(Sum(x[i] * across, (i, 1, d)), "by its definition", uses=(homogeneous,)),
        To(half_of_all * Sum(x[i] ** 2, (i, 1, d)), "each input", uses=(along,)),
        To(half_of_all * X, "by the length of x", uses=(size,)),
    )
    own = Sum(KroneckerDelta(i, j) * mean(both), (j, 1, d))
    trace = Defined(length, Sum(X * own, (i, 1, d)), "mean of |x|^2 |g|^2: a trace")
    itself = Step(own, half_of_all, "an input with itself", uses=(gradient,), domain=(i <= d,))
    total = chain(
        length,
        To(Sum(X * own, (i, 1, d)), "by its definition", uses=(trace,)),
        To(d * half_of_all * X, "input by input", uses=(itself,)),
    )
    of_f = Derivation("Mean squared margin", (homogeneous, along, size, *squared), OWN)
    of_g = Derivation("Mean squared gradient", (trace, itself, *total), OWN)
    share = Step(margin / length, 1 / d, "as for a random direction", uses=(of_f, of_g))
    return gradient, of_f, of_g, Derivation("Mean square of the first-order step", (share,), OWN)


def cosine_law() -> tuple[Derivation, ...]:
    """The size c of the cosine of a random direction with x has the density 2 (1 - c^2)^((d - 3)/2)
    Gamma(d/2) / (sqrt(pi) Gamma((d - 1)/2)); for many inputs sqrt(d) c is normal without its sign.
    """
    normal = Assumed(
        "the components of the gradient along x and across it are independent and normal, of one "
        "variance",
        "those of a random direction up to its length, and of the gradient of a wide random ReLU "
        "network, whose second moments are equal",
    )
    constant = gamma_function(d / 2) / (sqrt(pi) * gamma_function((d - 1) / 2))
    beta = Quoted(
        "the part u of one squared normal number in the sum of d of them has the beta law of 1/2 "
        "and (d - 1)/2",
        "Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2, Wiley 1995, chapter "
        "25",
        (of_u, "==", constant * (1 - u) ** ((d - 3) / 2) / sqrt(u)),
    )
    density = Defined(of_c, Subs(of_u, u, c**2) * Derivative(c**2, c), "u is the square of c")
    found = 2 * constant * (1 - c**2) ** ((d - 3) / 2)
    inside = (c < 1, d > 1)
    turned = chain(
        of_c,
        To(density.expr, "by its definition", uses=(density,)),
        To(found, "by the law of its square", uses=(normal, beta), domain=inside),
    )
    law = Derivation("Density of the cosine", (normal, beta, density, *turned), OWN)
    near = Step(
        Limit(Subs(of_c, c, s / sqrt(d)) / Subs(of_c, c, 0), d, oo),
        exp(-(s**2) / 2),
        "density at s / sqrt(d) over that at zero: normal",
        uses=(law,),
    )
    uniform = Step(Subs(of_c, d, 3), 1, "of three inputs all sizes are alike", uses=(law,))
    return (
        law,
        Derivation("Many inputs", (near,), OWN),
        Derivation("Three inputs", (uniform,), OWN),
    )
