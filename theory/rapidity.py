"""How far do ReLU neurons travel while a network is trained?  Speeds of both layers, the way at a
given rapidity, and the rapidity of a whole flow whose features stay.

Setting.  Normalised gradient flow of M neurons in kappa and kappa' (``nondimensionalisation``).
The rapidity Xi is the integral of kappa sigma |e| / n, with the residual e on n samples and the
largest singular value sigma of the inputs.  RD_w = |w(T) - w(0)| / |w(0)|.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorem 1*; the bounds are this package's proof.
"""

from sympy import (
    Abs,
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    Implies,
    IndexedBase,
    Integer,
    Integral,
    Subs,
    Sum,
    Symbol,
    exp,
    oo,
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
    derive,
)
from theory.initialisation import M
from theory.notation import HORN, LUO, RUDIN, k, kappa, kappa_p
from theory.notation import m as width

Xi = Symbol("Xi", nonnegative=True)  # rapidity, the integral of its rate kappa sigma |e| / n
eps = Symbol("epsilon", positive=True)  # a level of it
sigma = Symbol("sigma", positive=True)  # largest singular value of the inputs
a_0, w_0 = symbols("a_0 w_0", nonnegative=True)  # |a| and |w| of a neuron at the start
SECOND, FIRST = (
    exp(Xi) - 1 - Xi,
    exp(Xi) - 1,
)  # what a boost adds of the same and of the other layer
SAME, OTHER = exp(eps) - 1 - eps, exp(eps) - 1  # what a boost adds at the level
PROOF = LUO + ", theorem 1*; this package's proof"


def speeds() -> tuple[Derivation, ...]:
    """A neuron moves no faster than kappa' |a| rho in w and |w| rho / kappa' in a, at the rapidity
    rate rho = kappa sigma |e| / n.
    """
    n, D, i, j = symbols("n D i j", integer=True, positive=True)
    samples, coordinates = (i, 1, n), (j, 1, D)
    x, e, w, v = (IndexedBase(name, real=True) for name in ("x", "e", "w", "v"))
    g, closed = (IndexedBase(name, nonnegative=True) for name in ("g", "h"))  # gates
    a, rho = Symbol("a", real=True), Symbol("rho", positive=True)
    v_a = IndexedBase("v_a", real=True)[k]
    loss, size = Sum(e[i] ** 2, samples), Sum(w[j] ** 2, coordinates)
    signal = Sum(w[j] * x[i, j], coordinates)
    push = Sum(Sum(g[i] * e[i] * x[i, j], samples) ** 2, coordinates)
    pull = Sum(g[i] * e[i] * signal, samples)
    rate = Defined(rho, kappa * sigma * sqrt(loss) / n, "rate of the rapidity")
    gates = Assumed(Eq(g[i], 1 - closed[i]), "a gate is open, g = 1, or closed, h = 1")
    by_w = Assumed(
        Eq(v[j], -kappa * kappa_p / n * a * Sum(g[i] * e[i] * x[i, j], samples)),
        "normalised flow of w (theory.nondimensionalisation)",
    )
    by_a = Assumed(Eq(v_a, -kappa / (kappa_p * n) * pull), "normalised flow of a")
    largest = Quoted(
        "the largest eigenvalue of the Gram matrix of the inputs is the largest Rayleigh quotient",
        HORN + ", theorem 4.2.2",
        states=(push, "<=", sigma**2 * Sum(g[i] ** 2 * e[i] ** 2, samples)),
    )
    transposed = Quoted(
        "the matrix of second moments of the inputs has the same largest eigenvalue",
        HORN + ", theorem 1.3.22",
        states=(Sum(signal**2, samples), "<=", sigma**2 * size),
    )
    cauchy = Quoted(
        "The inequality of Cauchy and Schwarz",
        "Cauchy 1821",
        states=(pull**2, "<=", loss * Sum(g[i] ** 2 * signal**2, samples)),
    )

    def through(of: Expr, what: str) -> Derivation:
        return Derivation(
            f"Closed gates pass no {what}",
            (
                gates,
                *chain(
                    Sum(g[i] ** 2 * of, samples),
                    To(
                        Sum(of, samples) - Sum(closed[i] * (1 + g[i]) * of, samples),
                        "1 - g^2 = (1 - g)(1 + g)",
                    ),
                    To(Sum(of, samples), "what a closed gate leaves out", relation="<="),
                    uses=(gates,),
                ),
            ),
            PROOF,
        )

    pushed, felt = through(e[i] ** 2, "residual"), through(signal**2, "signal")
    moves_w = Step(
        Sum(v[j] ** 2, coordinates),
        kappa**2 * kappa_p**2 / n**2 * a**2 * push,
        "by the flow",
        uses=(by_w,),
    )
    moves_a = Step(v_a**2, kappa**2 / (kappa_p**2 * n**2) * pull**2, "by the flow", uses=(by_a,))
    at_most = Derivation(
        "The inputs stretch the residual by sigma at most",
        (
            largest,
            Decided(push <= sigma**2 * loss, "whatever the gates are", uses=(largest, pushed)),
        ),
        PROOF,
    )
    stretched = Decided(
        moves_w.rhs <= kappa**2 * kappa_p**2 / n**2 * a**2 * sigma**2 * loss,
        "the inputs stretch the residual by sigma at most",
        uses=(at_most,),
    )
    aligned = Decided(
        pull**2 <= sigma**2 * loss * size, "and w by sigma at most", uses=(cauchy, felt, transposed)
    )
    return (
        Derivation(
            "Speed of w",
            (
                by_w,
                moves_w,
                stretched,
                rate,
                Decided(
                    moves_w.lhs <= kappa_p**2 * a**2 * rho**2,
                    "in the rate of the rapidity",
                    uses=(moves_w, stretched, rate),
                ),
            ),
            PROOF,
        ),
        Derivation(
            "Speed of a",
            (
                by_a,
                moves_a,
                cauchy,
                transposed,
                aligned,
                rate,
                Decided(
                    moves_a.lhs <= size * rho**2 / kappa_p**2,
                    "in the rate of the rapidity",
                    uses=(moves_a, aligned, rate),
                ),
            ),
            PROOF,
        ),
        pushed,
        felt,
        at_most,
    )


def boosts() -> tuple[Derivation, ...]:
    """At rapidity Xi w has moved by at most (e^Xi - 1 - Xi) |w(0)| + kappa' (e^Xi - 1) |a(0)|, and
    a likewise with 1 / kappa'.
    """
    P, Q = (Function(name, nonnegative=True)(Xi) for name in ("P", "Q"))  # ways of w and of a
    of_w, of_a, *_ = derive(speeds)
    a = Symbol("a", real=True)
    (squared,) = of_a.result.rhs.atoms(Sum)
    size = sqrt(squared)  # |w|
    start = kappa_p * a_0 + w_0

    def way(of: Derivation, slope: Expr, most: Expr) -> Quoted:
        return Quoted(
            "a way grows with the speed, and against the rapidity with the speed over its rate",
            RUDIN + ", theorems 5.5 and 6.25",
            states=Implies(of.result, slope <= most),
        )

    def moved(title: str, first: Expr, most: Expr, found: Expr, factor: Expr) -> Derivation:
        """``first`` is the way in question, at most ``factor`` times (start + way of the other)."""
        by_w, by_a = (
            way(of_w, Derivative(P, Xi), kappa_p * Abs(a)),
            way(of_a, Derivative(Q, Xi), size / kappa_p),
        )
        never_far = (
            Quoted(
                "|a| is at most its start and its way",
                "the triangle inequality",
                states=(Abs(a), "<=", a_0 + Q),
            ),
            Quoted(
                "|w| is at most its start and its way",
                "the triangle inequality",
                states=(size, "<=", w_0 + P),
            ),
        )
        w_grows = Decided(
            Derivative(P, Xi) <= kappa_p * (a_0 + Q),
            "w is pushed by a",
            uses=(of_w, by_w, never_far[0]),
        )
        a_grows = Decided(
            Derivative(Q, Xi) <= (w_0 + P) / kappa_p, "and a by w", uses=(of_a, by_a, never_far[1])
        )
        both = Decided(
            Derivative(P, Xi) + kappa_p * Derivative(Q, Xi) <= P + kappa_p * Q + start,
            "together they grow at most with their size",
            uses=(w_grows, a_grows),
        )
        gronwall = Quoted(
            "u' <= u + c and u(0) = 0 give u <= c (exp(Xi) - 1)",
            "Gronwall, Annals of Mathematics 20, 1919",
            states=Implies(both.formula, P + kappa_p * Q <= start * FIRST),
        )
        own = {P: w_grows, Q: a_grows}[first]
        slower = Decided(
            Derivative(first, Xi) <= most,
            "what the other layer has gained is less than both",
            uses=(own, both, gronwall),
        )
        slope = Step(Derivative(found, Xi), most, "the slope of the bound")
        zero = Step(Subs(found, Xi, 0), Integer(0), "it starts at zero, as a way does")
        larger = Quoted(
            "of two functions that start at the same value the one with the larger slope is larger",
            RUDIN + ", theorem 5.11",
            states=Implies(
                And(Eq(zero.lhs, 0), Derivative(first, Xi) <= slope.lhs), first <= found
            ),
        )
        compared = Decided(
            larger.states.args[0],
            "so does the bound, which grows faster",
            uses=(slower, slope, zero),
        )
        return Derivation(
            title,
            (
                by_w,
                by_a,
                *never_far,
                w_grows,
                a_grows,
                both,
                gronwall,
                slower,
                slope,
                zero,
                larger,
                compared,
                Decided(first <= found, "so far at most", uses=(larger, compared)),
            ),
            PROOF,
        )

    return (
        moved(
            "Way of the input weights of a neuron",
            P,
            kappa_p * a_0 + start * FIRST,
            SECOND * w_0 + kappa_p * FIRST * a_0,
            kappa_p,
        ),
        moved(
            "Way of its output weight",
            Q,
            (w_0 + start * FIRST) / kappa_p,
            SECOND * a_0 + FIRST * w_0 / kappa_p,
            1 / kappa_p,
        ),
    )


def _moved(layer: str) -> tuple[Expr, Expr, Expr]:
    """What a rapidity Xi may move in all neurons of a set, that at level epsilon, and its slope."""
    same, other, factor = (W0, A0, kappa_p) if layer == "w" else (A0, W0, 1 / kappa_p)
    most = SECOND * same + factor * FIRST * other
    return most, most.subs(Xi, eps), FIRST * same + factor * exp(Xi) * other


W0, A0, D_w, D_a = symbols("W_0 A_0 D_w D_a", nonnegative=True)  # norms over a set of neurons
# bounds of |a(0)|, and of |W(0)| from below and above, over the root of the number of neurons
alpha_2, omega_1, omega_2 = symbols("alpha_2 omega_1 omega_2", positive=True)


def drift_by_rapidity() -> tuple[Derivation, ...]:
    """Up to rapidity epsilon RD_w <= e^epsilon - 1 - epsilon + kappa' (e^epsilon - 1) |a(0)| /
    |W(0)|, for one copy as for both.
    """
    relative_distance = Symbol("R_w", nonnegative=True)
    one, more = (
        Quoted(
            "the exponential lies above its tangent at zero",
            RUDIN + ", theorem 5.15",
            states=(exp(at), ">=", 1 + at),
        )
        for at in (Xi, eps)
    )

    def of_set(layer: str, neuron: Derivation, norm: Symbol) -> Derivation:
        most, at_level, slope = _moved(layer)
        minkowski = Quoted(
            "a list whose entries are at most those of a sum is no longer than the sum of their "
            "lengths",
            "Minkowski 1896",
            states=Implies(neuron.result, norm <= most),
        )
        changes = Step(Derivative(most, Xi), slope, "its slope")
        rises = Decided(changes.lhs >= 0, "which is not negative", uses=(changes, one))
        monotone = Quoted(
            "a function with a slope that is not negative does not fall",
            RUDIN + ", theorem 5.11",
            states=Implies(rises.formula, Implies(Xi <= eps, most <= at_level)),
        )
        return Derivation(
            f"Way of all {layer}",
            (
                minkowski,
                one,
                changes,
                rises,
                monotone,
                Decided(
                    Implies(Xi <= eps, norm <= at_level),
                    "up to the level",
                    uses=(minkowski, neuron, monotone, rises),
                ),
            ),
            PROOF,
        )

    all_w, all_a = (
        of_set(layer, neuron, norm)
        for layer, neuron, norm in zip("wa", derive(boosts), (D_w, D_a), strict=True)
    )
    relative = Defined(relative_distance, D_w / W0, "relative distance of a copy")
    sizes = (
        Assumed(omega_1 * sqrt(width) <= W0, "Sizes at the start: |w(0)| of a copy"),
        Assumed(alpha_2 * sqrt(width) >= A0, "Sizes at the start: |a(0)| of a copy"),
    )
    ratio = Decided(omega_1 * A0 <= alpha_2 * W0, "ratio of both layers", uses=sizes)
    found = (exp(eps) - 1 - eps) + kappa_p * (exp(eps) - 1) * alpha_2 / omega_1
    in_all = Decided(
        Implies(
            And(W0 > 0, Xi <= eps),
            relative_distance <= exp(eps) - 1 - eps + kappa_p * (exp(eps) - 1) * A0 / W0,
        ),
        "as part of its start",
        uses=(relative, all_w),
    )
    at_start = Decided(
        Implies(
            W0 > 0,
            kappa_p * (exp(eps) - 1) * A0 / W0 <= kappa_p * (exp(eps) - 1) * alpha_2 / omega_1,
        ),
        "and that by its size",
        uses=(ratio, more),
    )
    return (
        Derivation(
            "Relative distance up to a rapidity",
            (
                *sizes,
                ratio,
                relative,
                in_all,
                more,
                at_start,
                Decided(
                    Implies(And(W0 > 0, Xi <= eps), relative_distance <= found),
                    "by the sizes at the start",
                    uses=(in_all, at_start),
                ),
            ),
            PROOF,
        ),
        all_w,
        all_a,
        Derivation(
            "The same in numbers",
            (
                Step(
                    Subs(SECOND + kappa_p * FIRST * alpha_2 / omega_1, Xi, eps),
                    found,
                    "at the level",
                ),
            ),
            PROOF,
        ),
    )


def residual_in_features() -> tuple[Expr, Expr, Expr]:
    """|e|^2, and the squared lengths of the residual in the features of a and of w."""
    n, D, i, j, M = symbols("n D i j M", integer=True, positive=True)
    e, x, z, a = (IndexedBase(name, real=True) for name in ("e", "x", "z", "a"))
    g = IndexedBase("g", nonnegative=True)
    return (
        Sum(e[i] ** 2, (i, 1, n)),
        Sum(Sum(e[i] * g[k, i] * z[k, i], (i, 1, n)) ** 2, (k, 1, M)),
        Sum(a[k] ** 2 * Sum(Sum(e[i] * g[k, i] * x[i, j], (i, 1, n)) ** 2, (j, 1, D)), (k, 1, M)),
    )


Lam = Symbol("Lambda", positive=True)
Y = Symbol("Y", positive=True)  # |y|


def rapidity_of_a_flow() -> tuple[Derivation, ...]:
    """While one layer's features hold |e|^2 up by the factor Lambda the whole flow has a rapidity
    below sigma |y| kappa' / (kappa Lambda) by a, sigma |y| / (kappa kappa' Lambda) by w.
    """
    n, D, i, j, p = symbols("n D i j p", integer=True, positive=True)
    e, x, z, a, v, v_a, rate = (
        IndexedBase(name, real=True) for name in ("e", "x", "z", "a", "v", "v_a", "r")
    )
    g = IndexedBase("g", nonnegative=True)
    way, mu = symbols("S mu", positive=True)
    t = Symbol("t", nonnegative=True)
    loss, by_a, by_w = residual_in_features()
    flow_a = Assumed(
        Eq(v_a[k], -kappa / (kappa_p * n) * Sum(e[p] * g[k, p] * z[k, p], (p, 1, n))),
        "normalised flow of a, with the preactivations z",
    )
    flow_w = Assumed(
        Eq(v[k, j], -kappa * kappa_p / n * a[k] * Sum(e[p] * g[k, p] * x[p, j], (p, 1, n))),
        "normalised flow of w",
    )
    output = Assumed(
        Eq(
            rate[i],
            kappa
            * Sum(
                v_a[k] * g[k, i] * z[k, i] + a[k] * g[k, i] * Sum(x[i, j] * v[k, j], (j, 1, D)),
                (k, 1, M),
            ),
        ),
        "e_i = f(x_i) - y_i moves with both layers",
    )
    slope = Sum(e[i] * rate[i], (i, 1, n))  # of |e|^2 / 2
    falls = Step(
        slope,
        -(kappa**2) / (kappa_p * n) * by_a - kappa**2 * kappa_p / n * by_w,
        "both layers take away",
        uses=(output, flow_a, flow_w),
    )
    first = Symbol("e_0", positive=True)
    start = Assumed(first <= Y, "f = 0 at an antisymmetric start, so that |e(0)| = |y|")
    over_time = Step(Integral(exp(-mu * t), (t, 0, oo)), 1 / mu, "over all time")

    def carried(layer: str, held: Expr, factor: Expr) -> Derivation:
        pace = Defined(mu, kappa**2 * factor * Lam / n, f"rate that {layer} alone gives")
        decays = Decided(
            Implies(held >= Lam * loss, slope <= -mu * loss),
            "the other layer only helps",
            uses=(falls, pace),
        )
        gronwall = Quoted(
            "u' <= -c u until T gives u <= u(0) exp(-c t)",
            "Gronwall, Annals of Mathematics 20, 1919",
            states=Implies(slope <= -mu * loss, loss <= first**2 * exp(-2 * mu * t)),
        )
        decayed = Decided(
            Implies(held >= Lam * loss, loss <= Y**2 * exp(-2 * mu * t)),
            "so the residual decays at least as fast",
            uses=(decays, gronwall, start),
        )
        bound = Defined(way, kappa * sigma * Y / n * over_time.lhs, "of that residual")
        integral = Quoted(
            "the rapidity is the integral of kappa sigma |e| / n until T, less than that of a "
            "positive bound over all time",
            RUDIN + ", theorem 6.12",
            states=Implies(loss <= Y**2 * exp(-2 * mu * t), Xi < way),
        )
        end = sigma * Y / (kappa * factor * Lam)
        value = Step(way, end, "however long", uses=(bound, over_time, pace))
        short = Decided(way <= end, "in the units of the start", uses=(value,))
        return Derivation(
            f"Rapidity of a flow that {layer} carries",
            (
                flow_a,
                flow_w,
                output,
                falls,
                pace,
                decays,
                gronwall,
                start,
                decayed,
                over_time,
                bound,
                integral,
                value,
                short,
                Decided(
                    Implies(held >= Lam * loss, Lam * Xi < sigma * Y / (kappa * factor)),
                    "so it never gets further",
                    uses=(decayed, integral, short),
                ),
            ),
            PROOF,
        )

    return carried("a", by_a, 1 / kappa_p), carried("w", by_w, kappa_p)
