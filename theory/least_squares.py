"""How far from the truth is least squares, on average, at every finite number of samples and
inputs?  Risk and length of its solution, with fewer and with more inputs than samples, and with
inputs that are left out.

Setting.  n samples x ~ N(0, I_d), y = x.beta + noise of standard deviation sigma, b the solution
of least squares, the shortest one where there are many.  B = |beta|^2.  The risk is E |b - beta|^2,
the error on a noise-free label; that on a noisy one is larger by sigma^2.  Nothing is a limit: in
the singular directions of the inputs the noise is divided by singular values, and the sum of their
inverse squares is the trace of an inverse Wishart matrix.  Where only the first p of the inputs are
used, the others act as noise.

Source: Breiman, Freedman, Journal of the American Statistical Association 78, 1983; Belkin, Hsu,
Xu, SIAM Journal on Mathematics of Data Science 2, 2020; Muirhead, Aspects of Multivariate
Statistical Theory, Wiley 1982.
"""

from sympy import (
    Eq,
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integral,
    Limit,
    Subs,
    Sum,
    Symbol,
    exp,
    oo,
    sqrt,
    symbols,
)
from sympy import gamma as gamma_function

from theory import (
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import HORN, OWN, mean

n, d, p = symbols("n d p", integer=True, positive=True)  # samples, inputs, inputs in use
i, q, k = symbols("i q k", integer=True, positive=True)  # of a matrix: place, rows, columns
B = Symbol("B", positive=True)  # |beta|^2
sigma = Symbol("sigma", positive=True)  # standard deviation of the noise
r, nu = symbols("r nu", positive=True)  # squared length, degrees of freedom
T, L = symbols("T L", positive=True)  # noise and the signal left out, signal in use
W, b, e, s = (IndexedBase(name, real=True) for name in "Wbes")
BREIMAN = "Breiman, Freedman, Journal of the American Statistical Association 78, 1983"
BELKIN = "Belkin, Hsu, Xu, SIAM Journal on Mathematics of Data Science 2, 2020"
NO_BOUND = "the mean of an inverse Wishart matrix has no bound there"
NOISE = Sum(mean((e[i] / s[i]) ** 2), (i, 1, q))  # of the coefficients, in singular directions
FEW = sigma**2 * d / (n - d - 1)  # risk with fewer inputs than samples
MANY = B * (1 - n / d) + sigma**2 * n / (d - n - 1)  # with more
LONG = B * n / d + sigma**2 * n / (d - n - 1)  # squared length with more
RISK, LENGTH = (Function(name, real=True)(n, d) for name in "RN")
ERROR = Function("E_test", real=True)(n, p)  # test error


def chi_squared(x: Expr, dof: Expr) -> Expr:
    """Density at x of the squared length of ``dof`` independent standard normal numbers."""
    return x ** (dof / 2 - 1) * exp(-x / 2) / (2 ** (dof / 2) * gamma_function(dof / 2))


def inverse_wishart_mean() -> tuple[Derivation, ...]:
    """The inverse of G G^T, G of q rows and k independent standard normal columns, has the mean I /
    (k - q - 1), and none for k <= q + 1.
    """
    beyond = Quoted(
        "(G G^T)^-1 has on its diagonal one over the squared distance of a row of G from the span "
        "of the others, a Schur complement",
        f"{HORN}, section 0.7.3",
        (W[i], "==", 1 / r),
    )
    length = Assumed(
        Eq(mean(1 / r), Integral(chi_squared(r, nu) / r, (r, 0, oo))),
        "the other rows leave a space of nu dimensions, in which the row is standard normal, "
        "whatever they are",
    )
    free = Defined(nu, k - q + 1, "dimensions that q - 1 other rows leave")
    inverse = Step(
        Integral(chi_squared(r, nu) / r, (r, 0, oo)),
        1 / (nu - 2),
        "mean of one over a squared length",
        domain=(nu > 2,),
    )
    diagonal = Derivation(
        "Mean of an entry on the diagonal",
        (
            beyond,
            length,
            inverse,
            free,
            *chain(
                mean(W[i]),
                To(mean(1 / r), "one over a squared distance", uses=(beyond,)),
                To(1 / (nu - 2), "by its law", uses=(length, inverse), domain=(nu > 2,)),
                To(1 / (k - q - 1), "by rows and columns", uses=(free,), domain=(k > q + 1,)),
            ),
        ),
        "Muirhead, Aspects of Multivariate Statistical Theory, Wiley 1982, section 3.2",
    )
    bound = Step(Limit(mean(W[i]), k, q + 1, "+"), oo, NO_BOUND, uses=(diagonal,))
    return diagonal, Derivation("Towards q + 1 columns", (bound,), OWN)


def variance_of_least_squares() -> Derivation:
    """Noise gives the coefficients of least squares the squared length sigma^2 q / (k - q - 1), q
    the smaller and k the larger one of n and d.
    """
    apart = Assumed(
        Eq(mean((e[i] / s[i]) ** 2), sigma**2 * mean(s[i] ** -2)),
        "noise of variance sigma^2, independent of the inputs, whose singular values are s_i",
    )
    trace = Quoted(
        "the trace is the sum of the eigenvalues, those of the inverse are 1 / s_i^2",
        f"{HORN}, section 1.2",
        (Sum(mean(s[i] ** -2), (i, 1, q)), "==", Sum(mean(W[i]), (i, 1, q))),
    )
    return Derivation(
        "Noise in the coefficients",
        (
            apart,
            trace,
            *chain(
                NOISE,
                To(sigma**2 * Sum(mean(s[i] ** -2), (i, 1, q)), "noise apart", uses=(apart,)),
                To(sigma**2 * Sum(mean(W[i]), (i, 1, q)), "a trace", uses=(trace,)),
                To(
                    sigma**2 * q / (k - q - 1),
                    "q entries, each with its mean",
                    uses=(derive(inverse_wishart_mean)[0],),
                    domain=(k > q + 1,),
                ),
            ),
        ),
        BREIMAN,
    )


def share_of_a_direction() -> Derivation:
    """A random direction holds the share 1 / d of |beta|^2 on average."""
    v = Symbol("v", positive=True)
    alike = Assumed(Eq(mean(b[i] ** 2), v), "the law of the inputs prefers no direction")
    length = Assumed(
        Eq(B, Sum(mean(b[i] ** 2), (i, 1, d))), "components b_i of beta in an orthonormal basis"
    )
    total = Sum(mean(b[i] ** 2), (i, 1, d))
    part = To(total / d, "a part of |beta|^2", uses=(length,))
    share = chain(B / d, part, To(v, "d equal parts", uses=(alike,)))
    each = Step(mean(b[i] ** 2), B / d, "each has its part", uses=(alike, *share))
    return Derivation("Signal in a random direction", (length, alike, *share, each), OWN)


def least_squares() -> tuple[Derivation, ...]:
    """The risk is sigma^2 d / (n - d - 1) with fewer inputs than samples, B (1 - n / d) + sigma^2 n
    / (d - n - 1) with more; the squared length of b is B and B n / d plus the same noise.
    """
    fitted = (s[i] * b[i] + e[i]) / s[i]
    missed, kept = Sum(mean(b[i] ** 2), (i, q + 1, d)), Sum(mean(b[i] ** 2), (i, 1, q))
    off = Defined(
        RISK,
        Sum(mean((fitted - b[i]) ** 2), (i, 1, q)) + missed,
        "error along q directions with data and d - q without; there b is zero",
    )
    long = Defined(LENGTH, Sum(mean(fitted**2), (i, 1, q)), "b has no other components")
    error = Step((fitted - b[i]) ** 2, (e[i] / s[i]) ** 2, "a direction with data: noise is left")
    crossed = Assumed(
        Eq(mean(fitted**2), mean(b[i] ** 2) + mean((e[i] / s[i]) ** 2)),
        "noise of mean zero, so that b_i e_i / s_i vanishes on average",
    )
    noise, part = derive(variance_of_least_squares)[0], derive(share_of_a_direction)[0]
    few = (Defined(q, d, "rows: inputs"), Defined(k, n, "columns: samples"))
    many = (Defined(q, n, "rows: samples"), Defined(k, d, "columns: inputs"))
    less, more = (n > d + 1,), (d > n + 1,)
    return tuple(
        Derivation(
            title,
            (
                what,
                why,
                *sizes,
                *chain(
                    start,
                    To(what.expr, "direction by direction", uses=(what,)),
                    To(signal + NOISE, "signal and noise", uses=(why,)),
                    To(end, "as many directions as rows", uses=(part, noise, *sizes), domain=where),
                ),
            ),
            BREIMAN,
        )
        for title, what, why, sizes, start, signal, end, where in (
            ("Risk, fewer inputs", off, error, few, RISK, missed, FEW, less),
            ("Risk, more inputs", off, error, many, RISK, missed, MANY, more),
            ("Length, fewer inputs", long, crossed, few, LENGTH, kept, B + FEW, less),
            ("Length, more inputs", long, crossed, many, LENGTH, kept, LONG, more),
        )
    )


def inputs_left_out() -> tuple[Derivation, ...]:
    """With p of the inputs in use the test error is T (n - 1) / (n - p - 1) for few, L (1 - n / p)
    + T (p - 1) / (p - n - 1) for many, L the signal in use, T the noise and the rest.
    """
    few, many = derive(least_squares)[:2]

    def found(title: str, risk: Derivation, end: Expr, where: Expr) -> Derivation:
        noise = Assumed(
            "inputs that are left out are independent of those in use",
            "they act as noise: T is its variance and that of the label's noise",
        )
        test = Defined(
            ERROR,
            Subs(RISK + sigma**2, (B, d, sigma), (L, p, sqrt(T))),
            "risk of p inputs, and the noise of a new label",
        )
        put_in = Step(ERROR, end, "put in", uses=(noise, test, risk), domain=(where,))
        return Derivation(title, (noise, test, put_in), BELKIN)

    over = L * (1 - n / p) + T * (p - 1) / (p - n - 1)
    return (
        found("Test error, few inputs", few, T * (n - 1) / (n - p - 1), n > p + 1),
        found("Test error, many inputs", many, over, p > n + 1),
    )


def length_peaks() -> tuple[Derivation, ...]:
    """With noise the squared length of the solution rises without bound towards d = n, and falls
    beyond it; without noise it is B for d < n and has no peak.
    """
    few, many = derive(least_squares)[2:]
    more = Subs(LENGTH, d, d + 1) - LENGTH
    below, above = n > d + 2, d > n + 1
    up = sigma**2 * (n - 1) / ((n - d - 1) * (n - d - 2))
    down = -B * n / (d * (d + 1)) - sigma**2 * n / ((d - n) * (d - n - 1))
    rises = Step(more, up, "an input more", uses=(few,), domain=(below,))
    falls = Step(more, down, "an input more", uses=(many,), domain=(above,))
    pole = Step(Limit(Subs(LENGTH, n, q + 1), d, q, "-"), oo, NO_BOUND, uses=(few,))
    other = Step(Limit(Subs(LENGTH, n, q), d, q + 1, "+"), oo, NO_BOUND, uses=(many,))
    near, one = (Subs(LENGTH, (d, sigma), (at, 0)) for at in (n - 2, 1))
    quiet = tuple(
        Step(length, B, why, uses=(few,), domain=(n > 2,))
        for length, why in ((near, "two inputs less than samples, no noise"), (one, "one input"))
    )
    return (
        Derivation(
            "Without noise",
            (
                *quiet,
                Counterexample(
                    near > one,
                    ((B, 1),),
                    "without noise the length is |beta|^2 for any number of inputs below n",
                    uses=quiet,
                ),
            ),
            OWN,
            (Settles("udl-norm-peaks-at-interpolation", part="with or without noise"),),
        ),
        *(
            Derivation(title, steps, OWN, (Settles("udl-norm-peaks-at-interpolation", part=title),))
            for title, steps in (
                ("rises", (rises, Decided(Implies(below, more > 0), "to the peak", (rises,)))),
                ("falls", (falls, Decided(Implies(above, more < 0), "from it", (falls,)))),
                ("more inputs, up to the samples", (pole,)),
                ("fewer inputs, down to the samples", (other,)),
            )
        ),
    )
