"""For which weight norms do random points of the loss have positive curvature?  The share of
positive eigenvalues in a random plane as a function of one ratio, and that ratio as a function of
the norm.

Setting.  A ReLU network without biases, L weight matrices, all weights theta of norm r, logits z_c,
a loss that is convex in the outputs, as cross-entropy with the probabilities p_c is.  Its Hessian
is G + H: G = J^T S J with the slopes J of the outputs and the curvature S of the loss by the
outputs, H the curvatures of the outputs weighted by the slopes of the loss.  F is the Frobenius
norm of the whole.  Inputs are scaled by s, and tau = s r^L is the size of the logits.

Source: Fort, Scherlis, AAAI 2019, for the observation; Fort, Ganguli, arXiv 1910.05929, 2019, for a
model of it; results of our own beside them.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    Integral,
    Limit,
    Max,
    Rational,
    Subs,
    Sum,
    Symbol,
    asin,
    exp,
    log,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Step,
    To,
    chain,
)
from theory.notation import FOLLAND, OWN

d, P, C, L = symbols("d P C L", integer=True, positive=True)  # plane, weights, classes, layers
i, j, l = symbols("i j l", integer=True, positive=True)  # logits, weights, layers
r, s, tau, F = symbols("r s tau F", positive=True)  # norm, scales of inputs and logits, |G + H|_F
R = Symbol("R", real=True)  # tr / F
u, v, w, x, mu = symbols("u v w x mu", real=True)
rho = Symbol("rho", real=True)  # mean of a spectrum over its radius
g, h, a, b = symbols("g h a b", positive=True)  # sizes that are free of the norm
p, e, slope, bend, G = (IndexedBase(name, real=True) for name in ("p", "e", "z'", "z''", "G"))
Z = Function("Z", real=True)  # a logit at norm one
SHARE = Rational(1, 2) + (rho * sqrt(1 - rho**2) + asin(rho)) / pi
V_tau = Function("V", positive=True)(tau)  # mean of p (1 - p) for logit gaps of size tau
LOGISTIC = exp(-v) / (1 + exp(-v)) ** 2  # p (1 - p)


def trace() -> tuple[Derivation, ...]:
    """A logit is linear in each single weight, so that the trace of the Hessian is that of G, a sum
    of variances, and not negative.
    """
    gate = Symbol("q", real=True)
    fixed = Assumed("no unit is at its kink", "a gate q is zero or one, and stays so nearby")
    logit = u + v * gate * (mu + w * x)  # w feeds a unit whose other inputs add up to mu
    linear = Step(Derivative(logit, (w, 2)), 0, "linear in a weight", uses=(fixed,))
    own = Defined(bend[i, j], Derivative(logit, (w, 2)), "curvature of logit i by weight j")
    weighted = Sum(e[i] * bend[i, j], (i, 1, C), (j, 1, P))
    none = Step(weighted, 0, "of H no trace is left", uses=(own, linear))
    of_g = Sum(p[i] * slope[i, j] ** 2, (i, 1, C)) - Sum(p[i] * slope[i, j], (i, 1, C)) ** 2
    entry = Defined(G[j], of_g, "slopes z' of the logits between two of diag p - p p^T")
    average = Defined(mu, Sum(p[i] * slope[i, j], (i, 1, C)), "mean slope")
    whole = Assumed(Eq(Sum(p[i], (i, 1, C)), 1), "p are probabilities")
    around = Sum(p[i] * (slope[i, j] - mu) ** 2, (i, 1, C))
    variance = chain(
        around,
        To(
            Sum(p[i] * slope[i, j] ** 2, (i, 1, C))
            - 2 * mu * Sum(p[i] * slope[i, j], (i, 1, C))
            + mu**2 * Sum(p[i], (i, 1, C)),
            "square by square",
        ),
        To(of_g, "mean and sum put in", uses=(whole, average)),
        To(G[j], "an entry on the diagonal is a variance", uses=(entry,)),
    )
    return (
        Derivation(
            "Trace of the Hessian",
            (
                fixed,
                linear,
                own,
                none,
                Step(
                    Sum(G[j], (j, 1, P)) + weighted,
                    Sum(G[j], (j, 1, P)),
                    "only G has one",
                    uses=(none,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "An entry on the diagonal of G",
            (entry, whole, average, *variance),
            OWN,
        ),
    )


def scaling() -> tuple[Derivation, ...]:
    """Along a ray the Hessian is s r^(L - 2) (tau G + H) at norm one: its signs depend on norm and
    inputs through tau = s r^L alone, and inputs twice as small move the zone by 2^(1 / L).
    """
    on, unit = symbols("w x", positive=True)  # of a unit that is on
    size = Induction(
        l,
        0,
        s,
        Max(r * on * SO_FAR * unit, 0) / Max(on * unit, 0),
        s * r**l,
        "inputs times s, weights times r: each layer takes the factors out",
        sequence=Function("A", positive=True)(l),
    )
    logits = Defined(tau, Subs(size.sequence, l, L), "size of the logits")
    whole = Derivation(
        "Size of the logits",
        (size, logits, Step(tau, s * r**L, "of L layers", uses=(logits, size))),
        OWN,
    )
    first = Step(
        Derivative(s * r**L * Z(w / r), w),
        s * r ** (L - 1) * Subs(Derivative(Z(v), v), v, w / r),
        "a logit at w = r u is s r^L that at u",
    )
    second = Step(
        Derivative(s * r**L * Z(w / r), (w, 2)),
        s * r ** (L - 2) * Subs(Derivative(Z(v), (v, 2)), v, w / r),
        "and its curvature",
    )
    at_one = tuple(Subs(Derivative(Z(v), (v, n)), v, w / r) for n in (1, 2))
    both = Step(
        a * first.lhs**2 + b * second.lhs,
        s * r ** (L - 2) * (tau * a * at_one[0] ** 2 + b * at_one[1]),
        "a and b, curvature and slope of the loss, depend on the logits",
        uses=(first, second, whole),
    )
    there = Defined(tau, s * r**L, "a size of the logits, such as an edge of the zone")
    norm = Step(r, (tau / s) ** (1 / L), "solved for the norm", uses=(there,))
    shift = Step(log(Subs(norm.rhs, s, s / 2)) - log(norm.rhs), log(2) / L, "inputs half as large")
    return (
        whole,
        Derivation("Hessian along a ray", (first, second, both), OWN),
        Derivation("Norm of an edge", (there, norm), OWN),
        Derivation("Inputs half as large", (shift,), OWN),
    )


def positive_share() -> tuple[Derivation, ...]:
    """In a plane of d random directions the share 1 / 2 + (rho sqrt(1 - rho^2) + arcsin rho) / pi
    of the eigenvalues is positive, rho = tr / (2 sqrt(d) F).
    """
    entries = Quoted(
        "the section by d directions of law N(0, I / P) is a symmetric Gaussian matrix of mean tr "
        "/ P and of variance (F / P)^2 off the diagonal, if no few eigenvalues dominate",
        "central limit theorem for quadratic forms: de Jong, Probability Theory and Related "
        "Fields 75, 1987",
    )
    wigner = Quoted(
        "its spectrum tends to a semicircle of radius 2 sqrt(d) F / P around tr / P",
        "Anderson, Guionnet, Zeitouni, An Introduction to Random Matrices, Cambridge 2010, "
        "theorem 2.1.1",
    )
    over = Defined(rho, (R * F / P) / (2 * sqrt(d) * F / P), "mean over radius, tr = R F")
    share = Function("S", real=True)
    density = 2 * sqrt(1 - x**2) / pi
    above = Defined(share(rho), Integral(density, (x, -rho, 1)), "of the semicircle at rho + x")
    closed = Step(
        share(rho),
        SHARE,
        "circle and triangle",
        uses=(entries, wigner, above),
        domain=(rho >= -1, rho <= 1),
    )
    found = Derivation("Share of positive eigenvalues", (entries, wigner, above, closed), OWN)
    small = Step(Subs(Derivative(SHARE, rho), rho, 0), 2 / pi, "slope at rho = 0")
    mean_of = Step(rho, R / (2 * sqrt(d)), "the norm of the section cancels", uses=(over,))
    return (
        found,
        Derivation("Mean of the section over its radius", (over, mean_of), OWN),
        Derivation("Near one half", (small,), OWN),
    )


def edges() -> tuple[Derivation, ...]:
    """At small norms tr / F grows like r^L from zero; at large ones it falls for saturated
    probabilities, and tends to a constant for squared loss, which has no upper edge.
    """
    size = Defined(R, tau * g / sqrt(tau**2 * a**2 + h**2), "tr / F, both parts uncorrelated")
    low = Step(Limit(R / tau, tau, 0, "+"), g / h, "H is left of F", uses=(size,))
    logits = s * r**L  # tau at the norm r
    rate = Step(r * Derivative(log(logits * low.lhs), r), L, "slope in log r", uses=(low,))
    flat = Integral(LOGISTIC / (sqrt(2 * pi) * tau), (v, -oo, oo))
    law = Assumed(
        "two classes, logit gaps v of law N(0, tau^2)", "G is made of V, the mean of p (1 - p)"
    )
    bound = Quoted(
        "V, with the density of v at most 1 / (sqrt(2 pi) tau), is at most the integral",
        f"{FOLLAND}, section 2.2",
        (V_tau, "<=", flat),
    )
    mass = Step(flat, 1 / (sqrt(2 * pi) * tau), "the logistic density has the mass one")
    few = Step(
        V_tau, mass.rhs, "only gaps of order one count", relation="<=", uses=(law, mass, bound)
    )
    e_h, cross = symbols("h_y h_zy", positive=True)
    squared = Defined(
        R,
        tau * g / sqrt(tau**2 * a**2 - 2 * tau * cross + e_h**2),
        "residuals tau z - y: G + H is tau times G + H_z, less H_y",
    )
    none = Step(Limit(R, tau, oo), g / a, "a constant: no upper edge", uses=(squared,))
    return (
        Derivation("Slope at small norms", (size, low, rate), OWN),
        Derivation("Cross-entropy at large norms", (law, bound, mass, few), OWN),
        Derivation("Squared loss at large norms", (squared, none), OWN),
    )
