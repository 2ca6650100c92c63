"""What does the curvature of a minimum decide, and which minima does noise choose?  Costs of
shifts, rescaling orbits, gradient noise, stationary variances, escape, averages.

Setting.  Near a minimum the loss is Sum_k l_k d_k^2 / 2, with l_k the eigenvalues of its Hessian H
and d_k the distance from the minimum along the eigenvectors.  C is the covariance of the gradient
of one example, B the batch, eta the step of stochastic gradient descent, N the number of parameters
and n of examples.  A neuron a relu(w.x) has curvatures T_a (of a) and T_w (trace over w) of the
squared loss; (c w, a / c) is the same function for every c > 0.

Three things are called flatness: how far one may go at a given cost (the region), the eigenvalues
(the curvature), and the largest loss in a ball.  All are 1 / sqrt(l), l and l r^2 / 2 along one
direction, and only the volume of the region is a fact about the function.

Source: phenomena of deep learning, section on flatness; Prince, Understanding Deep Learning, 2023,
section 20.4.2; Dinh, Pascanu, Bengio, Bengio, ICML 2017; sources of single results beside them.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Limit,
    Max,
    Ne,
    Rational,
    Subs,
    Sum,
    Symbol,
    erf,
    exp,
    log,
    pi,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
    Aside,
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
from theory.notation import OWN, mean, mean_is_linear

i, j, k, m, n, N, B, M, T = symbols("i j k m n N B M T", integer=True, positive=True)
l, l_s, l_f = symbols("l l_s l_f", positive=True)  # curvature; of a sharp and of a flat minimum
s, sigma, eta, t, c, r = symbols("s sigma eta t c r", positive=True)
T_a, T_w, D = symbols("T_a T_w D", positive=True)
b_1, kappa, h = symbols("B_1 kappa h", positive=True)  # a batch; residual, |H|^2
p, q = symbols("p q", nonnegative=True)  # d.H^3 d and d.H^2 d
e, u, w, y, z = symbols("e u w y z", real=True)
rate = IndexedBase("l", positive=True)  # eigenvalues of the Hessian
d, g, b, f = (IndexedBase(name, real=True) for name in "dgbf")
C, V = IndexedBase("C", nonnegative=True), Symbol("V", positive=True)
SUM = (k, 1, N)
PHENOMENA = "phenomena of deep learning, section on flatness"
LYAPUNOV = "Mandt, Hoffman, Blei, Journal of Machine Learning Research 18, 2017"
EPOCHS = "Kuehn, Rosenow, arXiv 2306.05300"
ZIYIN = "Ziyin, Li, Ueda, arXiv 2308.06671 (law of balance)"
ZHU = "Zhu, Wu, Yu, Wu, Ma, ICML 2019"
GARDINER = "Gardiner, Stochastic Methods, Springer 2009, section 5.5"
DINH = "Dinh, Pascanu, Bengio, Bengio, ICML 2017"
SWA = "Izmailov, Podoprikhin, Garipov, Vetrov, Wilson, UAI 2018"
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
        Derivation(
            "The region of a given cost keeps its volume",
            (
                Step(
                    Subs(2 * pi * t / sqrt(l_s * l_f), (l_s, l_f), (c**2 * T_a, T_w / c**2)),
                    2 * pi * t / sqrt(T_a * T_w),
                    "area of the ellipse of cost t: curvature and loss in a ball move, it does not",
                ),
            ),
            DINH,
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


def norms_on_the_orbit() -> tuple[Derivation, ...]:
    """One function has networks of every Euclidean norm above a least one, while product norm and
    path norm are the same for all of them.
    """
    big_a, big_w = symbols("A W", positive=True)
    square = c**2 * big_w**2 + big_a**2 / c**2
    return (
        Derivation(
            "Euclidean norm",
            (
                Step(
                    Subs(square, c, sqrt(r) / big_w),
                    r,
                    "weights of norms W and A rescaled: larger than r at this c, and the test "
                    "error is the same",
                    ">",
                ),
            ),
            BOOK,
        ),
        Derivation(
            "Product norm",
            (
                Step(
                    Subs(big_a * big_w, (big_a, big_w), (big_a / c, c * big_w)),
                    big_a * big_w,
                    "a fact about the function",
                ),
            ),
            BOOK,
        ),
    )


def weight_averages() -> tuple[Derivation, ...]:
    """On a quadratic the loss at the average of an orbit is below the mean loss by half the trace
    of H times the covariance, and the curvature there is the same.
    """
    theta = IndexedBase("theta", real=True)
    ends = (i, 1, T)
    average = Symbol("mu", real=True)
    middle = Defined(average, Sum(theta[i], ends) / T, "the average")
    gain = Sum(l * theta[i] ** 2 / 2, ends) / T - l * average**2 / 2
    spread = Sum(l * (theta[i] - average) ** 2 / 2, ends) / T
    a = Symbol("a", positive=True)
    total = (T * (1 - a**2) - 2 * a * (1 - a**T)) / (1 - a) ** 2
    steps = Induction(
        T,
        1,
        Integer(1),
        SO_FAR + 1 + 2 * a * (1 - a**T) / (1 - a),
        total,
        "sum of a^|i - j| over all pairs of T: one step more adds one and twice a geometric sum",
        domain=(a < 1,),
    )
    return (
        Derivation(
            "Loss at the average",
            (
                middle,
                Step(gain, spread, "squares about the average", uses=(middle,)),
            ),
            SWA,
        ),
        Derivation(
            "Curvature at the average",
            (
                Step(
                    Subs(Derivative(l * u**2 / 2, (u, 2)), u, average) - l,
                    Integer(0),
                    "a quadratic has one curvature: nothing is flattened",
                ),
            ),
            SWA,
        ),
        Derivation(
            "Variance of an average of T steps, over that of one",
            (
                steps,
                Step(SO_FAR / T**2, total / T**2, "over T^2 pairs", domain=(a < 1,), uses=(steps,)),
            ),
            OWN,
        ),
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
                Step(
                    Sum(part.lhs**2, (k, 1, N), members),
                    T_a / M,
                    "the weights of all members together are those of the average",
                    uses=(part, trace),
                ),
            ),
            OWN,
        ),
    )


def noise_of_least_squares() -> tuple[Derivation, ...]:
    """For least squares with Gaussian inputs the cosine between gradient covariance and Hessian is
    at least 2 sqrt(2) / 3, at every point, for every spectrum, noise and dimension.
    """
    on, off = kappa * rate[k] + rate[k] ** 2 * d[k] ** 2, rate[i] * d[i] * rate[j] * d[j]
    spread = Sum(rate[k] * d[k] ** 2, SUM)
    entries = Quoted(
        "fourth moments of a Gaussian are sums over pairings: the gradient x (x.d - noise) has the "
        "covariance kappa l_i [i = j] + l_i d_i l_j d_j",
        "Isserlis, Biometrika 12, 1918",
    )
    names = (
        Defined(kappa, sigma**2 + spread, "mean squared residual at the distance d"),
        Defined(h, Sum(rate[k] ** 2, SUM), "squared norm of H"),
        Defined(p, Sum(rate[k] ** 3 * d[k] ** 2, SUM), "d.H^3 d"),
        Defined(q, Sum(rate[k] ** 2 * d[k] ** 2, SUM), "|H d|^2 over the scale of H"),
    )
    level, squares, cubes, halves = names
    inner = Step(
        Sum(on * rate[k], SUM),
        kappa * h + p,
        "inner product of covariance and H",
        uses=(squares, cubes, entries),
    )
    whole = Sum(on**2 - rate[k] ** 4 * d[k] ** 4, SUM) + Sum(off**2, (i, 1, N), (j, 1, N))
    norm = Step(
        whole,
        kappa**2 * h + 2 * kappa * p + q**2,
        "squared norm of the covariance: its diagonal, and all of the rest",
        uses=(squares, cubes, halves, entries),
    )
    schwarz = Quoted(
        "the inequality of Cauchy and Schwarz, for H^(3/2) d and H^(1/2) d",
        "Horn, Johnson, Matrix Analysis, Cambridge 2013, section 0.6",
        states=(q**2, "<=", p * spread),
    )
    bound = Step(p * spread, p * kappa, "kappa is more", "<=", uses=(level,))
    return (
        Derivation(
            "Alignment at a point",
            (
                entries,
                *names[1:],
                inner,
                norm,
                Step(
                    inner.lhs / sqrt(Sum(rate[k] ** 2, SUM) * norm.lhs),
                    (kappa * h + p) / sqrt(h * (kappa**2 * h + 2 * kappa * p + q**2)),
                    "the cosine",
                    uses=(inner, norm, squares),
                ),
            ),
            ZHU,
        ),
        Derivation(
            "Least alignment",
            (
                entries,
                *names,
                inner,
                norm,
                schwarz,
                bound,
                Decided(
                    9 * inner.lhs**2 >= 8 * h * norm.lhs,
                    "squared cosine at least 8 / 9: what is left is (kappa h - 3 p)^2",
                    uses=(inner, norm, schwarz, bound),
                ),
            ),
            OWN,
        ),
        Derivation(
            "It is reached",
            (
                Step(
                    Subs(
                        (kappa * h + p) ** 2 / (h * (kappa**2 * h + 2 * kappa * p + q**2)),
                        (h, p, q),
                        (3, kappa, sqrt(kappa) * sqrt(kappa)),
                    ),
                    Rational(8, 9),
                    "three equal curvatures, the distance kappa along one of them, no label noise",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Not for every noise",
            (
                Counterexample(
                    9 * l_f**2 >= 8 * (l_s**2 + l_f**2),
                    ((l_s, 10), (l_f, 1)),
                    "noise on the labels of flat inputs alone: C = diag(0, l_f), H = diag(l_s, "
                    "l_f)",
                ),
            ),
            OWN,
        ),
    )


def stationary_variance() -> tuple[Derivation, ...]:
    """With fresh batches the stationary variance of a direction is eta C / (B l (2 - eta l)): for
    noise that is proportional to curvature it grows with curvature at every finite step.
    """
    noise = C[k]
    tau, phi = symbols("tau phi", positive=True)
    stable = (eta * l < 2,)
    fixed = Defined(V, eta * noise / (B * l * (2 - eta * l)), "a candidate")
    like = Assumed(Eq(noise, sigma**2 * l), "noise proportional to curvature, as at a good fit")
    aligned = eta * sigma**2 / (B * (2 - eta * l))
    after = (1 - eta * l) ** 2 * V + eta**2 * noise / B
    value = Derivation(
        "Stationary variance",
        (
            fixed,
            Step(
                after,
                eta * noise / (B * l * (2 - eta * l)),
                "a step multiplies by 1 - eta l and adds noise: the variance comes back",
                domain=stable,
                uses=(fixed,),
            ),
        ),
        LYAPUNOV,
    )
    with_like = Derivation(
        "Noise proportional to curvature",
        (
            like,
            *chain(
                after,
                To(value.result, "as before", domain=stable),
                To(
                    aligned,
                    "curvature is left in the correction for a finite step alone",
                    domain=stable,
                    uses=(like,),
                ),
                uses=(value,),
            ),
        ),
        LYAPUNOV,
    )
    share = eta * rate[k] / (B * (2 - eta * rate[k] * (1 + 1 / B)))
    loss = Defined(phi, Sum(share, SUM), "a sum over the spectrum")
    fed = Defined(tau, sigma**2 * phi / (1 - phi), "a candidate for Sum_k l_k V_k")
    back = Step(Sum((sigma**2 + tau) * share, SUM), (sigma**2 + tau) * phi, "its sum", uses=(loss,))
    drawn = Defined(V, eta * (sigma**2 + tau) / (B * (2 - eta * l * (1 + 1 / B))), "a candidate")
    return (
        value,
        with_like,
        Derivation(
            "Slope against curvature",
            (
                Step(
                    Derivative(log(aligned), l) * l,
                    eta * l / (2 - eta * l),
                    "of the logarithms: 0 only as eta l tends to 0",
                    domain=stable,
                ),
            ),
            LYAPUNOV,
        ),
        Derivation(
            "A steeper direction fluctuates more",
            (
                Decided(
                    Implies(
                        And(l_f < l_s, eta * l_s < 2),
                        aligned.subs(l, l_f) < aligned.subs(l, l_s),
                    ),
                    "fresh batches, noise proportional to curvature",
                ),
            ),
            LYAPUNOV,
        ),
        Derivation(
            "Least squares with Gaussian inputs, one direction",
            (
                drawn,
                Step(
                    ((1 - eta * l) ** 2 + eta**2 * l**2 / B) * V
                    + eta**2 * l * (sigma**2 + tau) / B,
                    eta * (sigma**2 + tau) / (B * (2 - eta * l * (1 + 1 / B))),
                    "gradients of a batch vary by (l (sigma^2 + tau) + l^2 V) / B",
                    domain=(eta * l * (1 + 1 / B) < 2,),
                    uses=(drawn,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "All directions: stable for phi < 1 only",
            (
                loss,
                fed,
                back,
                Step(
                    back.lhs,
                    sigma**2 * phi / (1 - phi),
                    "tau comes back; phi falls with the batch and grows with every curvature",
                    domain=(phi < 1,),
                    uses=(back, fed),
                ),
            ),
            OWN,
        ),
    )


def reshuffled_epochs() -> tuple[Derivation, ...]:
    """When each epoch shows every batch once, the variance at its end falls with the square of a
    small curvature, and between with the curvature itself.
    """
    a, noise = symbols("a C", positive=True)  # a = 1 - eta l; variance of a batch gradient
    pair = Symbol("gamma", real=True)
    ones, twos = (1 - a**j) / (1 - a), (1 - a ** (2 * j)) / (1 - a**2)
    none = Defined(pair, -noise / (M - 1), "covariance of two batches: M gradients sum to zero")
    added = noise * twos + pair * (ones**2 - twos)
    some = noise * M / (M - 1) * (twos - ones**2 / M)
    within = (a < 1, M > 1)
    sums = Step(
        added, some, "squares, and pairs, of sums of powers of a", domain=within, uses=(none,)
    )
    begin = Defined(V, eta**2 * some.subs(j, M) / (1 - a ** (2 * M)), "variance as it begins")
    return (
        Derivation(
            "Variance as an epoch begins and ends",
            (
                none,
                begin,
                Step(
                    a ** (2 * M) * V + eta**2 * added.subs(j, M),
                    begin.expr,
                    "an epoch multiplies by a^M and adds",
                    domain=within,
                    uses=(begin, none),
                ),
            ),
            EPOCHS,
        ),
        Derivation(
            "Variance after j batches",
            (
                none,
                sums,
                begin,
                Step(
                    a ** (2 * j) * V + eta**2 * added,
                    a ** (2 * j) * begin.expr + eta**2 * some,
                    "the same for a part of it",
                    domain=within,
                    uses=(begin, sums),
                ),
            ),
            EPOCHS,
        ),
        Derivation(
            "Small curvature, end of the epoch",
            (
                Step(
                    Limit((1 - 1 / M) * begin.expr / (noise * eta**2 * (1 - a)), a, 1, "-"),
                    (M**2 - 1) / Integer(24),
                    "noise times curvature: a slope of 2 where noise is proportional to curvature",
                    domain=(M > 1,),
                ),
            ),
            EPOCHS,
        ),
        Derivation(
            "Small curvature, after j batches",
            (
                Step(
                    Limit(twos - ones**2 / M, a, 1, "-"),
                    j * (M - j) / M,
                    "noise alone: a slope of 1",
                ),
            ),
            EPOCHS,
        ),
    )


def imbalance_under_noise() -> tuple[Derivation, ...]:
    """One step of stochastic gradient descent changes a^2 - |w|^2 of a ReLU neuron by exactly eta^2
    (g_a^2 - |g_w|^2), so that larger batches leave a product of two weights at sharper minima.
    """
    alpha, A, x = symbols("a g_a x", real=True)
    weight, pull, point = (IndexedBase(name, real=True) for name in "wpx")
    js, bs = (j, 1, N), (i, 1, B)
    of_a = Defined(A, Sum(pull[i] * Sum(weight[j] * point[i, j], js), bs), "slope of a")
    of_w = Defined(g[j], alpha * Sum(pull[i] * point[i, j], bs), "of w_j; p: by the output")
    euler = Step(
        alpha * A,
        Sum(weight[j] * g[j], js),
        "sums over the active examples of a batch",
        uses=(of_a, of_w),
    )
    change = (
        (alpha - eta * A) ** 2
        - Sum((weight[j] - eta * g[j]) ** 2, js)
        - alpha**2
        + Sum(weight[j] ** 2, js)
    )
    second = eta**2 * (A**2 - Sum(g[j] ** 2, js))
    expanded = Step(
        change, second - 2 * eta * (alpha * A - Sum(weight[j] * g[j], js)), "squares expanded"
    )
    still = Defined(V, eta * l * s**2 / (B * (2 - eta * l)), "variance of the error, a candidate")
    again = (1 - eta * l) ** 2 * V + (eta * l) ** 2 * s**2 / B
    comes_back = Step(again, still.expr, "labels of noise s: it comes back", uses=(still,))
    drift = 2 * eta**2 * s**2 / (B * (2 - eta * l))
    more = Symbol("B_2", positive=True)
    left = (1 - drift.subs(B, b_1)) ** 2 * u**2, (1 - drift.subs(B, more)) ** 2 * u**2
    return (
        Derivation(
            "One step",
            (
                of_a,
                of_w,
                euler,
                expanded,
                Step(change, second, "the first order cancels", uses=(expanded, euler)),
            ),
            ZIYIN,
        ),
        Derivation(
            "One step of a product of two weights",
            (
                Step(
                    (x - eta * e * y) ** 2 - (y - eta * e * x) ** 2,
                    (x**2 - y**2) * (1 - eta**2 * e**2),
                    "residual e of x y against its label",
                ),
            ),
            ZIYIN,
        ),
        Derivation(
            "Rate at which the imbalance falls",
            (
                still,
                comes_back,
                Step(
                    eta**2 * again + eta**2 * s**2 / B,
                    drift,
                    "eta^2 times the mean squared residual, which has the label's own noise too",
                    domain=(eta * l < 2,),
                    uses=(comes_back,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Squared curvature of the product",
            (
                Step(
                    (r**2 + 1 / r**2) ** 2,
                    4 + (r**2 - 1 / r**2) ** 2,
                    "at x y = 1, from the imbalance: least where it is 0",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Larger batches end sharper",
            (
                Decided(
                    Implies(
                        And(b_1 < more, eta * l < 2, drift.subs(B, b_1) < 1, Ne(u, 0)),
                        4 + left[0] < 4 + left[1],
                    ),
                    "squared curvature after a step from the imbalance u",
                ),
            ),
            OWN,
        ),
    )


def escape() -> tuple[Derivation, ...]:
    """The mean time to leave a quadratic well is a function of depth over noise, divided by the
    curvature.
    """
    tau, x, v = Function("tau", real=True), Symbol("x", real=True), Symbol("v", real=True)
    scaled = tau(x * sqrt(l / D)) / l
    generator = -l * x * Derivative(scaled, x) + D * Derivative(scaled, (x, 2))
    universal = Subs(-z * Derivative(tau(z), z) + Derivative(tau(z), (z, 2)), z, x * sqrt(l / D))
    within = Integral(exp(-(v**2) / 2), (v, 0, z))
    slope = exp(z**2 / 2) * within
    bell = Step(within, sqrt(pi / 2) * erf(z / sqrt(2)), "error function")
    return (
        Derivation(
            "Scaling of the exit time",
            (
                Step(
                    generator,
                    universal,
                    "tau(x sqrt(l / D)) / l has the drift -l x and the noise D if tau has the "
                    "drift -z and the noise 1",
                ),
            ),
            GARDINER,
        ),
        Derivation(
            "Slope of the exit time",
            (
                bell,
                Step(
                    Derivative(slope, z) - z * slope,
                    Integer(1),
                    "minus the slope of tau is W = exp(z^2 / 2) times this integral, so that "
                    "tau(0) is the integral of W to the rim, at sqrt(2 E / D)",
                    uses=(bell,),
                ),
            ),
            GARDINER,
        ),
    )
