"""What does the curvature of a minimum decide?  Costs of shifts and of rounding, rescaling orbits,
curvature at interpolation, averages of outputs.

Setting.  Near a minimum the loss is Sum_k l_k d_k^2 / 2, with l_k the eigenvalues of its Hessian H
and d_k the distance from the minimum along the eigenvectors.  N is the number of parameters and n
of examples.  A neuron a relu(w.x) has curvatures T_a (of a) and T_w (trace over w) of the squared
loss; (c w, a / c) is the same function for every c > 0.

Three things are called flatness: how far one may go at a given cost, the eigenvalues, and the
largest loss in a ball; ``theory.flatness_measure`` compares them.

Source: phenomena of deep learning, section on flatness; Prince, Understanding Deep Learning, 2023,
section 20.4.2; Dinh, Pascanu, Bengio, Bengio, ICML 2017; sources of single results beside them.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    Integral,
    Max,
    Rational,
    Subs,
    Sum,
    Symbol,
    log,
    sqrt,
    symbols,
)

from theory import Aside, Assumed, Counterexample, Defined, Derivation, Quoted, Settles, Step
from theory.notation import OWN, mean, mean_is_linear

i, j, k, m, n, N, M = symbols("i j k m n N M", integer=True, positive=True)
l = Symbol("l", positive=True)  # curvature
s, sigma, t, c, r = symbols("s sigma t c r", positive=True)
T_a, T_w, D = symbols("T_a T_w D", positive=True)
u, y, z = symbols("u y z", real=True)
rate = IndexedBase("l", positive=True)  # eigenvalues of the Hessian
d, b, f = (IndexedBase(name, real=True) for name in "dbf")
SUM = (k, 1, N)
PHENOMENA = "phenomena of deep learning, section on flatness"
DINH = "Dinh, Pascanu, Bengio, Bengio, ICML 2017"
BOOK = "Prince, Understanding Deep Learning, 2023, section 20.4.2"


def cost_of_a_shift() -> tuple[Derivation, ...]:
    """A shift of the parameters that is given costs half the trace of the Hessian times its
    variance; the shift that sampling causes costs the same at every curvature.
    """
    at = b[k] / rate[k]  # the minimum of l theta^2 / 2 - b theta
    surface = rate[k] * (at + d[k]) ** 2 / 2 - b[k] * (at + d[k]) - rate[k] * at**2 / 2 + b[k] * at
    cost = Sum(rate[k] * d[k] ** 2 / 2, SUM)
    exact = Step(Sum(surface, SUM), cost, "the linear terms cancel at the minimum")
    linear = mean_is_linear(mean(cost), Sum(rate[k] * mean(d[k] ** 2) / 2, SUM))
    isotropic = Assumed(Eq(mean(d[k] ** 2), s**2), "the same variance in every direction")
    slope = Symbol("g", real=True)
    moved = Defined(u, -slope / l, "where l u + g, the slope with what sampling adds, vanishes")
    sampled = Step(l * u**2 / 2, slope**2 / (2 * l), "the cost of this shift", uses=(moved,))
    variance = Assumed(
        Eq(mean(slope**2), sigma**2 * l / n),
        "well-specified: the covariance of the gradient of one example is sigma^2 H",
    )
    linear_too = mean_is_linear(mean(slope**2 / (2 * l)), mean(slope**2) / (2 * l))
    price = Step(
        mean(l * u**2 / 2),
        sigma**2 / (2 * n),
        "the curvature cancels: each direction costs sigma^2 / (2 n)",
        uses=(sampled, linear_too, variance),
    )
    return (
        Derivation(
            "A given shift",
            (
                exact,
                linear,
                isotropic,
                Step(
                    mean(exact.lhs),
                    s**2 * Sum(rate[k], SUM) / 2,
                    "half the trace of the Hessian times the variance of the shift",
                    uses=(exact, linear, isotropic),
                ),
            ),
            PHENOMENA,
            (Settles("flat-train-test-shift-argument", part="a given shift"),),
        ),
        Derivation(
            "The shift that sampling causes",
            (
                moved,
                sampled,
                linear_too,
                variance,
                price,
                Counterexample(
                    price.lhs > sigma**2 / (2 * n),
                    ((l, 2), (sigma, 1), (n, 1)),
                    "so a sharper minimum costs no more",
                    uses=(price,),
                ),
            ),
            PHENOMENA,
            (Settles("flat-train-test-shift-argument", part="the shift of the minimum"),),
        ),
    )


def least_squares_excess() -> Derivation:
    """The least-squares estimate from n noisy examples with Gaussian inputs has the excess loss
    sigma^2 N / (n - N - 1), whatever the curvatures are.
    """
    A, off, Z = IndexedBase("A", positive=True), IndexedBase("u"), IndexedBase("Z", real=True)
    v = IndexedBase("v", real=True)
    error = Defined(off[k], v[k] / A[k], "inputs A_k z_k of curvature A_k^2: the error of weight k")
    excess = Sum(A[k] ** 2 * off[k] ** 2, SUM)
    fit = Step(
        Sum(A[k] * Z[i, k] * off[k], SUM),
        Sum(Z[i, k] * v[k], SUM),
        "the error of an output: v is the least-squares error for inputs z, without A",
        uses=(error,),
    )
    loss = Step(excess, Sum(v[k] ** 2, SUM), "nor does the excess contain A", uses=(error,))
    white = Quoted(
        "mean squared length of the least-squares error for n standard normal inputs: sigma^2 "
        "times the mean trace of an inverse Wishart matrix",
        "Anderson, An Introduction to Multivariate Statistical Analysis, Wiley 2003, chapter 7",
        states=(mean(Sum(v[k] ** 2, SUM)), "==", sigma**2 * N / (n - N - 1)),
    )
    return Derivation(
        "Excess loss of least squares",
        (
            error,
            Aside(fit),
            loss,
            white,
            Step(
                mean(excess),
                sigma**2 * N / (n - N - 1),
                "so flat and sharp directions cost the same",
                domain=(n > N + 1,),
                uses=(loss, white),
            ),
        ),
        OWN,
    )


def robustness() -> tuple[Derivation, ...]:
    """A parameter may be off by the root of twice the tolerance over the curvature, a curvature c
    times smaller saves half a binary logarithm of c in bits, and rounding costs D^2 tr H / 24.
    """
    far = Symbol("delta", positive=True)
    h = IndexedBase("h", real=True)  # Hessian in the coordinates of the weights
    cost = Defined(t, l * far**2 / 2, "the cost that is allowed, of an error delta")
    bits = log(r / (2 * sqrt(2 * t / l))) / log(2)
    squares, mixed = Sum(h[k, k] * d[k] ** 2 / 2, SUM), h[i, j] * d[i] * d[j]
    pairs = (j, 1, i - 1), (i, 1, N)
    form = squares + Sum(mixed, *pairs)
    uniform = Step(Integral(u**2, (u, -D / 2, D / 2)) / D, D**2 / 12, "mean square of the error")
    linear = mean_is_linear(
        mean(form),
        Sum(h[k, k] * mean(d[k] ** 2) / 2, SUM) + Sum(h[i, j] * mean(d[i] * d[j]), *pairs),
    )
    grid = Assumed(
        Eq(mean(d[k] ** 2), uniform.lhs), "errors uniform: a grid of spacing D, random offset"
    )
    apart = Assumed(Eq(mean(d[i] * d[j]), 0), "errors of two weights independent")
    return (
        Derivation(
            "Error that is allowed",
            (cost, Step(far, sqrt(2 * t / l), "solved for the error", uses=(cost,))),
            BOOK,
            (Settles("udl-flat-minimum-robust-to-parameter-error", part="error"),),
        ),
        Derivation(
            "Bits that a ratio of curvatures saves",
            (
                Step(
                    Subs(bits, l, c * l) - bits,
                    log(c) / (2 * log(2)),
                    "to name a value in a range r to within the allowed error, at either side",
                ),
            ),
            "Hochreiter, Schmidhuber, Neural Computation 9, 1997 (flat minima)",
            (Settles("udl-flat-minimum-robust-to-parameter-error", part="bits"),),
        ),
        Derivation(
            "Cost of rounding",
            (
                uniform,
                linear,
                grid,
                apart,
                Step(
                    mean(form),
                    D**2 * Sum(h[k, k], SUM) / 24,
                    "only the diagonal is left: the trace",
                    uses=(linear, apart, grid, uniform),
                ),
            ),
            OWN,
        ),
    )


def rescaling_of_a_neuron() -> tuple[Derivation, ...]:
    """Rescaling a ReLU neuron leaves the function as it is and takes trace and largest eigenvalue
    of the Hessian to any size; the least trace is 2 sqrt(T_a T_w).
    """
    R, v, active, x = (IndexedBase(name, real=True) for name in "Rvqx")
    alpha = Symbol("a", real=True)
    first = Derivative(Sum((alpha * c * v[i] + R[i]) ** 2, (i, 1, n)) / (2 * n), (alpha, 2))
    inner = Sum((alpha / c * (v[i] + active[i] * u * x[i, j]) + R[i]) ** 2, (i, 1, n)) / (2 * n)
    second = Sum(Subs(Derivative(inner, (u, 2)), u, 0), (j, 1, m))
    out = Defined(T_a, Sum(v[i] ** 2, (i, 1, n)) / n, "curvature of a: activations v, residuals R")
    into = Defined(
        T_w,
        Sum(alpha**2 * active[i] ** 2 * x[i, j] ** 2, (i, 1, n), (j, 1, m)) / n,
        "trace over w: q is 1 where the neuron is active, else 0",
    )
    of_a = Step(first, c**2 * T_a, "activations have become c v", uses=(out,))
    of_w = Step(second, T_w / c**2, "the output weight has become a / c", uses=(into,))
    trace = T_w / c**2 + c**2 * T_a
    whole = Derivation(
        "Trace on the orbit",
        (out, into, of_a, of_w, Step(second + first, trace, "both", uses=(of_a, of_w, out, into))),
        DINH,
    )
    largest = Symbol("lambda_max", positive=True)
    entry = Quoted(
        "the largest eigenvalue of a symmetric matrix is at least each diagonal entry",
        "Horn, Johnson, Matrix Analysis, Cambridge 2013, section 4.2",
        states=(largest, ">=", first),
    )
    square = Step(
        trace,
        2 * sqrt(T_a * T_w) + (sqrt(T_w) / c - c * sqrt(T_a)) ** 2,
        "square completed",
    )
    value = Step(
        Subs(trace, c, (T_w / T_a) ** Rational(1, 4)), 2 * sqrt(T_a * T_w), "where it vanishes"
    )
    return (
        Derivation(
            "The function does not change",
            (
                Step(
                    u / c * Max(c * z, 0),
                    u * Max(z, 0),
                    "ReLU is positively homogeneous",
                ),
            ),
            DINH,
            (Settles("udl-flatness-reparametrisation", part="output of a neuron"),),
        ),
        whole,
        Derivation(
            "The trace exceeds every bound",
            (
                Step(
                    Subs(second + first, c, sqrt(r / T_a)),
                    r,
                    "at this c it exceeds r",
                    ">",
                    uses=(whole,),
                ),
            ),
            DINH,
            (Settles("udl-flatness-reparametrisation", part="trace"),),
        ),
        Derivation(
            "So does the largest eigenvalue",
            (
                out,
                of_a,
                entry,
                Step(
                    largest,
                    r,
                    "an entry of the diagonal is c^2 T_a",
                    ">=",
                    domain=(c**2 * T_a >= r,),
                    uses=(entry, of_a, out),
                ),
            ),
            DINH,
            (Settles("udl-flatness-reparametrisation", part="largest eigenvalue"),),
        ),
        Derivation(
            "Least trace on the orbit: a flatness of the function",
            (
                square,
                value,
                Step(trace, value.lhs, "no c goes below", ">=", uses=(square, value)),
            ),
            OWN,
        ),
    )


def interpolation() -> Derivation:
    """Where squared loss is zero its Hessian is made of the slopes of the outputs alone: labels
    enter only through the place.
    """
    F = Function("f", real=True)
    whole = Derivative((F(u) - y) ** 2 / 2, (u, 2))
    parts = Derivative(F(u), u) ** 2 + (F(u) - y) * Derivative(F(u), (u, 2))
    both = Step(whole, parts, "product rule")
    fitted = Assumed(Eq(y, F(u)), "the label is fitted")
    return Derivation(
        "Curvature at interpolation",
        (
            both,
            fitted,
            Step(
                parts,
                Derivative(F(u), u) ** 2,
                "the residual multiplies the curvature of the outputs: a tangent kernel is left",
                uses=(both, fitted),
            ),
        ),
        "Jacot, Gabriel, Hongler, ICLR 2020 (Hessian along training)",
    )


def output_averages() -> tuple[Derivation, ...]:
    """The squared loss of an average of outputs is below the mean loss by their variance, and the
    trace of its Gauss-Newton Hessian is the mean trace over their number.
    """
    J = IndexedBase("J", real=True)
    members = (m, 1, M)
    average = Symbol("mu", real=True)
    middle = Defined(average, Sum(f[m], members) / M, "average of M outputs")
    loss = Sum((f[m] - y) ** 2, members) / M - (average - y) ** 2
    spread = Sum((f[m] - average) ** 2, members) / M
    part = Step(
        Derivative((f[m] + J[m, k] * u) / M, u),
        J[m, k] / M,
        "slope of the average in a weight of one member",
    )
    whole = Sum(J[m, k] ** 2, (k, 1, N), members) / M
    trace = Defined(T_a, whole, "mean trace of the members, J their slopes")
    share = Step(
        Sum(part.lhs**2, (k, 1, N), members),
        T_a / M,
        "the weights of all members together are those of the average",
        uses=(part, trace),
    )
    return (
        Derivation(
            "Loss of the average",
            (
                middle,
                Step(loss, spread, "squares about the average", uses=(middle,)),
            ),
            "Krogh, Vedelsby, NeurIPS 1994",
        ),
        Derivation(
            "Trace of the average",
            (
                part,
                trace,
                share,
            ),
            OWN,
        ),
        Derivation(
            "The average is flatter",
            (
                part,
                trace,
                share,
                Step(
                    share.lhs,
                    T_a,
                    "than its members are on average, if there are two or more",
                    "<",
                    domain=(M > 1,),
                    uses=(share,),
                ),
            ),
            OWN,
            (Settles("udl-ensembling-flatter-test-loss", part="Gauss-Newton trace"),),
        ),
    )
