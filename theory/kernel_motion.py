"""How far do the neurons of a wide network move while it is trained, and how far its kernel?
Speed, decay of the loss, way of a neuron, gates that may switch, the change of the kernel.

Setting.  f(x) = m^(-1/2) sum_k a_k relu(w_k . x) with output weights +-1 that are fixed, inputs of
length 1, gradient flow of (1/2) sum e^2 on the input weights, lambda_0 the least eigenvalue of the
limit of the kernel H.  The lemmas of ``wide_network_convergence``.

Source: Du, Zhai, Poczos, Singh, ICLR 2019, lemmas 3.2 and 3.3.
"""

from sympy import (
    Abs,
    Eq,
    Implies,
    IndexedBase,
    Integral,
    Sum,
    Symbol,
    erf,
    exp,
    pi,
    sqrt,
    symbols,
    tanh,
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
from theory.notation import DU, FELLER, HORN, RUDIN

m, k, p = symbols("m k p", integer=True, positive=True)  # neurons
a = IndexedBase("a", real=True)  # output weights
z, dz = symbols("z dz", real=True)  # a preactivation and its change
t = Symbol("t", nonnegative=True)  # time


def motion_of_neurons() -> tuple[Derivation, ...]:
    """While the least eigenvalue of the kernel is above lambda_0 / 2, the loss decays as
    exp(-lambda_0 t) and no neuron moves further than 2 sqrt(n / m) |e_0| / lambda_0.
    """
    n, d, i, j, q = symbols("n d i j q", integer=True, positive=True)
    lam0, E0, T, way = symbols("lambda_0 E_0 T L", positive=True)
    samples, coordinates, neurons = (i, 1, n), (q, 1, d), (k, 1, m)
    reach = 2 * sqrt(n / m) * E0 / lam0
    # until the time T: least eigenvalue of the kernel, way of the farthest neuron
    least, farthest = Symbol("ell", real=True), Symbol("D", nonnegative=True)
    # inputs, residuals and their rates, velocities of the input weights, kernel
    x, e, rate, v, H = (IndexedBase(name, real=True) for name in ("x", "e", "r", "v", "H"))
    g, closed = (IndexedBase(name, nonnegative=True) for name in ("g", "h"))  # gates
    loss, first_loss = Sum(e[i] ** 2, samples), Sum(IndexedBase("e_0", real=True)[i] ** 2, samples)

    unit = Assumed(Eq(Sum(x[i, q] ** 2, coordinates), 1), "|x_i| = 1")
    fixed = Assumed(Eq(a[k] ** 2, 1), "|a_k| = 1, fixed")
    gates = Assumed(Eq(g[k, i], 1 - closed[k, i]), "a gate is open, g = 1, or closed, h = 1")
    flow = Assumed(
        Eq(v[k, q], -a[k] / sqrt(m) * Sum(g[k, j] * e[j] * x[j, q], (j, 1, n))),
        "gradient flow of sum e^2 / 2 on w for f = m^(-1/2) sum a_k relu(w_k . x)",
    )
    output = Assumed(
        Eq(rate[i], Sum(a[k] * g[k, i] * Sum(x[i, q] * v[k, q], coordinates) / sqrt(m), neurons)),
        "e_i = f(x_i) - y_i moves with w",
    )
    cross = IndexedBase("c", real=True)
    crossed = Defined(
        cross[i, j, q],
        g[k, i] * e[i] * x[j, q] - g[k, j] * e[j] * x[i, q],
        "zero where inputs are parallel and in proportion to g e",
    )
    speed = Derivation(
        "Speed of a neuron",
        (
            unit,
            fixed,
            gates,
            flow,
            crossed,
            *chain(
                Sum(v[k, q] ** 2, coordinates),
                To(
                    a[k] ** 2 * Sum(Sum(g[k, i] * e[i] * x[i, q], samples) ** 2, coordinates) / m,
                    "by the flow",
                ),
                To(
                    Sum(Sum(x[i, q] ** 2, coordinates) / m, samples)
                    * Sum(g[k, i] ** 2 * e[i] ** 2, samples)
                    - Sum(cross[i, j, q] ** 2, samples, (j, 1, n), coordinates) / (2 * m),
                    "Lagrange's identity",
                    uses=(fixed, crossed),
                ),
                To(
                    n / m * Sum(g[k, i] ** 2 * e[i] ** 2, samples),
                    "squares",
                    relation="<=",
                    uses=(unit,),
                ),
                To(
                    n / m * (loss - Sum(closed[k, i] * (1 + g[k, i]) * e[i] ** 2, samples)),
                    "1 - g^2 = (1 - g)(1 + g)",
                    uses=(gates,),
                ),
                To(n / m * loss, "a closed gate does not push", relation="<="),
                uses=(flow,),
            ),
        ),
        DU,
    )
    gram = Defined(
        H[i, j],
        Sum(g[k, i] * g[k, j] * Sum(x[i, q] * x[j, q], coordinates) / m, neurons),
        "the kernel H of the input weights",
    )
    form = Sum(e[i] * H[i, j] * e[j], samples, (j, 1, n))
    slope = Sum(e[i] * rate[i], samples)  # of half the loss sum e^2
    falls = chain(
        slope,
        To(
            -Sum(
                a[k] ** 2 * g[k, i] * g[k, j] * x[i, q] * x[j, q] * e[i] * e[j] / m,
                neurons,
                samples,
                (j, 1, n),
                coordinates,
            ),
            "by the flow",
        ),
        To(-form, "the kernel", uses=(fixed, gram)),
        uses=(output, flow),
    )
    rayleigh = Quoted(
        "the least eigenvalue is the least Rayleigh quotient",
        HORN + ", theorem 4.2.2",
        states=(form, ">=", least * loss),
    )
    standing = Decided(
        Implies(least >= lam0 / 2, slope <= -lam0 / 2 * loss),
        "as long as the least eigenvalue is half of what it is in the limit",
        uses=(*falls, rayleigh),
    )
    gronwall = Quoted(
        "u' <= -c u until T gives u <= u(0) exp(-c t)",
        "Gronwall, Annals of Mathematics 20, 1919",
        states=Implies(slope <= -lam0 / 2 * loss, loss <= first_loss * exp(-lam0 * t)),
    )
    first = Assumed(
        first_loss <= E0**2, "at the start |e| <= E_0, a number that does not depend on the draw"
    )
    decay = Derivation(
        "Decay of the loss",
        (
            fixed,
            flow,
            output,
            gram,
            *falls,
            rayleigh,
            standing,
            gronwall,
            first,
            Decided(
                Implies(least >= lam0 / 2, loss <= E0**2 * exp(-lam0 * t)),
                "so long |e| decays at the rate lambda_0 / 2",
                uses=(standing, gronwall, first),
            ),
        ),
        DU + ", lemma 3.3",
    )
    at_that_speed = Defined(
        way,
        Integral(sqrt(n / m) * E0 * exp(-lam0 * t / 2), (t, 0, T)),
        "way at that speed",
    )
    path = Quoted(
        "|integral of a velocity| <= integral of its length",
        RUDIN + ", theorem 6.25",
        states=Implies(
            Sum(v[k, q] ** 2, coordinates) <= n / m * E0**2 * exp(-lam0 * t),
            farthest <= way,
        ),
    )
    short = Step(way, reach, "however long", relation="<", uses=(at_that_speed,))
    moved = Derivation(
        "How far a neuron moves",
        (
            path,
            at_that_speed,
            short,
            Decided(
                Implies(least >= lam0 / 2, farthest < reach),
                "so long no neuron moves as far as 2 sqrt(n / m) E_0 / lambda_0",
                uses=(speed, decay, path, short),
            ),
        ),
        DU + ", lemma 3.3",
    )
    return moved, decay, speed


def motion_of_the_kernel() -> tuple[Derivation, ...]:
    """Neurons that move no further than that change the kernel by at most lambda_0 / 4 with
    probability 1 - delta if m >= 512 n^5 |e_0|^2 / (pi delta^2 lambda_0^4).
    """
    n, d, i, j, q = symbols("n d i j q", integer=True, positive=True)
    lam0, E0, R, delta = symbols("lambda_0 E_0 R delta", positive=True)
    samples, coordinates, neurons = (i, 1, n), (q, 1, d), (k, 1, m)
    x = IndexedBase("x", real=True)
    # way of the farthest neuron, change of the kernel, and what switches may change of it: the sum
    # over entries of the share of neurons for which one of its two inputs starts within R of the
    # kink
    farthest, change, may_change = symbols("D V X", nonnegative=True)
    moves_much = Symbol("P_1", nonnegative=True)  # chance that X > lambda_0 / 4

    unit = Assumed(Eq(Sum(x[i, q] ** 2, coordinates), 1), "|x_i| = 1")
    radius = Defined(R, 2 * sqrt(n / m) * E0 / lam0, "as far as neurons may move")
    density = exp(-(z**2) / 2) / sqrt(2 * pi)
    chance = Integral(density, (z, -R, R))
    near, both, either = (
        IndexedBase(name, nonnegative=True) for name in ("p_near", "p_both", "p_either")
    )
    quarter = exp(z**2 / 4)
    half = Step(
        tanh(z**2 / 4), (quarter - 1 / quarter) / (quarter + 1 / quarter), "by exponentials"
    )
    tau = tanh(z**2 / 4)
    bell = Step(exp(-(z**2) / 2), (1 - tau) / (1 + tau), "half-angle", uses=(half,))
    peak = Step(density, 1 / sqrt(2 * pi), "largest at 0", relation="<=", uses=(bell,))
    length = Quoted(
        "an integral is at most the length of the interval times a bound of the function",
        RUDIN + ", theorem 6.12",
        states=Implies(density <= 1 / sqrt(2 * pi), chance <= 2 * R / sqrt(2 * pi)),
    )
    value = Step(chance, erf(R / sqrt(2)), "error function")
    strip = Derivation(
        "Chance that a kink is near",
        (
            half,
            bell,
            peak,
            length,
            value,
            Step(
                chance,
                2 * R / sqrt(2 * pi),
                "chance that |w . x| < R",
                relation="<=",
                uses=(value, peak, length),
            ),
        ),
        DU + ", lemma 3.2",
    )
    within = Symbol("p_R", nonnegative=True)
    strip_of = Defined(within, chance, "chance of a standard normal number")
    normal = tuple(
        Assumed(Eq(near[k, c], within), "w_k starts standard normal, |x| = 1: so w_k . x is, too")
        for c in (i, j)
    )
    boole = Quoted(
        "P(A or B) = P(A) + P(B) - P(A and B)",
        FELLER + ", section I.7",
        states=(either[k, i, j], "==", near[k, i] + near[k, j] - both[k, i, j]),
    )
    shares = Sum(either[k, i, j] / m, neurons, samples, (j, 1, n))
    expected = Derivation(
        "Mean of what may change",
        (
            boole,
            *normal,
            strip_of,
            value,
            *chain(
                shares,
                To(
                    2 * n**2 * within - Sum(both[k, i, j] / m, neurons, samples, (j, 1, n)),
                    "an entry may change by the share of neurons for which one of its two inputs "
                    "is near a kink: summed",
                ),
                To(2 * n**2 * within, "without the overlap", relation="<="),
                To(
                    4 * n**2 * R / sqrt(2 * pi),
                    "by the density at 0",
                    relation="<=",
                    uses=(strip_of, value, strip),
                ),
                uses=(boole, *normal),
            ),
        ),
        DU + ", lemma 3.2",
    )
    enough = 512 * n**5 * E0**2 / (pi * delta**2 * lam0**4)
    wide = Assumed(m >= enough, "the width for the motion")
    markov = Quoted(
        "Markov: P(X > c) <= E X / c; the mean of a sum of switches is the sum of their chances",
        FELLER + ", section IX.6",
        states=(moves_much, "<=", 4 / lam0 * shares),
    )
    bound = 16 * n**2 * R / (lam0 * sqrt(2 * pi))
    root = Symbol("rho", positive=True)
    ratio = Defined(root, bound / delta, "that bound over delta")
    square = Step(root**2, enough / m, "at the radius of the motion", uses=(ratio, radius))
    less = Step(root**2, 1, "at that width", "<=", uses=(square, wide))
    monotone = Decided(Implies(root**2 <= 1, root <= 1), "a square at most 1")
    at_width = Step(
        root * delta, delta, "the ratio is at most 1", relation="<=", uses=(less, monotone)
    )
    below = Decided(
        moves_much <= root * delta,
        "chance that more than lambda_0 / 4 may change",
        uses=(ratio, markov, expected),
    )
    motion = Derivation(
        "How far the kernel moves",
        (
            radius,
            wide,
            markov,
            ratio,
            square,
            less,
            monotone,
            at_width,
            below,
            Decided(moves_much <= delta, "at that width", uses=(below, at_width)),
        ),
        DU + ", lemma 3.2",
    )

    shift = IndexedBase("w", real=True)  # change of an input weight
    moves = Sum(shift[q] * x[i, q], coordinates)
    turned = IndexedBase("omega", real=True)
    across = Defined(
        turned[p, q], shift[p] * x[i, q] - shift[q] * x[i, p], "zero where the change is along x_i"
    )
    cauchy = Derivation(
        "Change of a preactivation",
        (
            unit,
            across,
            *chain(
                moves**2,
                To(
                    Sum(shift[q] ** 2, coordinates) * Sum(x[i, q] ** 2, coordinates)
                    - Sum(turned[p, q] ** 2, (p, 1, d), coordinates) / 2,
                    "Lagrange's identity",
                ),
                To(
                    Sum(shift[q] ** 2, coordinates),
                    "at most the way of the neuron",
                    relation="<=",
                    uses=(unit,),
                ),
                uses=(across,),
            ),
        ),
        DU + ", lemma 3.2",
    )
    kept = Implies(Abs(z) > R, z * (z + dz) > 0)  # the sign of a preactivation
    moved_by = Defined(dz, moves, "change of the preactivation z")
    no_further = Assumed(
        Sum(shift[q] ** 2, coordinates) <= farthest**2, "D is the way of the farthest neuron"
    )
    signs = Decided(
        Implies(farthest <= R, kept),
        "a neuron that starts further than R from the kink of an input does not reach it",
        uses=(moved_by, cauchy, no_further),
    )
    norm = Quoted(
        "for inputs of length 1 the norm of H(T) - H(0) is at most the sum of the sizes of its "
        "entries, each at most the share of neurons one of whose two gates switches",
        DU + ", proof of lemma 3.2",
        states=Implies(kept, change <= may_change),
    )
    switches = Derivation(
        "Only gates near a kink switch",
        (
            moved_by,
            no_further,
            signs,
            norm,
            Decided(
                Implies(farthest <= R, change <= may_change),
                "so the kernel changes at most by what these may change",
                uses=(signs, norm),
            ),
        ),
        DU + ", lemma 3.2",
    )
    return motion, switches, cauchy, expected, strip
