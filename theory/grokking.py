"""Why can a network generalise long after it has fitted its data, and when does it?  The exact
moment of the jump for a linear teacher with weight decay, its delay, and the norm of the weights
there.

Setting.  n inputs x ~ N(0, I) in d > n dimensions, labels beta.x, |beta| = 1, rho = n / d.  A
linear model starts at c g, g ~ N(0, I / d), and follows the gradient of half the mean squared
error with the weight decay lambda.  In a direction with the eigenvalue s of the inputs' covariance
the label is learned at the rate s + lambda.  In the d - n directions without data the start is
forgotten at the rate lambda alone, and until then it drowns what was learned.  For n, d to infinity
the data hold the share rho of beta and leave 1 - rho of c^2; u is the squared length of what is
left over that of what was learned.

Source: Power, Burda, Edwards, Babuschkin, Misra, arXiv 2201.02177, 2022, for the observation; Liu,
Michaud, Tegmark, ICLR 2023, for the norm as its cause; Levi, Beck, Bar-Sinai, ICLR 2024, for linear
teachers; results of our own beside them.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    Integer,
    Integral,
    Limit,
    Rational,
    Subs,
    Symbol,
    asin,
    exp,
    log,
    oo,
    pi,
    sin,
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
    derive,
)
from theory.notation import OWN

c, s, lam, eps = symbols("c s lambda epsilon", positive=True)  # scale, eigenvalue, decay, error
rho = Symbol("rho", positive=True)  # samples over inputs
t, beta, g = symbols("t beta g", real=True)  # time; components of teacher and start
A, phi = symbols("A phi", positive=True)  # angles
v = IndexedBase("v", real=True)  # |P beta|^2, |Q g|^2, beta . Q g
P_1, P_2, P_3 = v[1], v[2], v[3]
T = Symbol("T", real=True)  # a certain time
kappa, r_0, r_c = symbols("kappa r_0 r_c", positive=True)  # norms at start and jump
k = Symbol("k", integer=True, nonnegative=True)  # steps
q = Symbol("q", real=True)  # cosine between weights and teacher
THEN = IndexedBase("u", positive=True)[0]  # u at the jump
NORM = Function("R", positive=True)(k)  # of the weights after k steps
OVERLAP, LENGTH = (Function(name, real=True)(t) for name in ("O", "N"))
LEFT = c**2 * exp(-2 * lam * t) * (1 / rho - 1)  # u as a function of time
LEVI = "Levi, Beck, Bar-Sinai, ICLR 2024 (grokking in linear estimators)"
MIDDLE = 1 + 2 * sqrt(1 - rho)  # u at which half of the accuracy is there
INSIDE = rho < 1


def modes() -> tuple[Derivation, ...]:
    """Along an eigenvector with the eigenvalue s a weight goes to s beta / (s + lambda) at the rate
    s + lambda; without data it goes to zero at the rate lambda.
    """
    w, G = (Function(name, real=True) for name in ("w", "G"))
    loss = s * (g - beta) ** 2 / 2 + lam * g**2 / 2
    downhill = Subs(-Derivative(loss, g), g, w(t))
    flow = Assumed(Eq(Derivative(w(t), t), downhill), "gradient flow of loss and decay")
    slope = Step(downhill, s * beta - (s + lam) * w(t), "pull of the labels and of the decay")
    end = s * beta / (s + lam)
    varied = Defined(w(t), end + exp(-(s + lam) * t) * G(t), "variation of the constant")
    stands = chain(
        Derivative(G(t), t),
        To(
            exp((s + lam) * t) * (Derivative(w(t), t) + (s + lam) * w(t) - s * beta),
            "product rule",
            uses=(varied,),
        ),
        To(Integer(0), "so G stands still", uses=(flow, slope)),
    )
    start = Assumed(Eq(G(0), c * g - end), "the flow starts at c g")
    mode = Derivation(
        "A direction with data",
        (
            flow,
            slope,
            varied,
            *stands,
            start,
            *chain(
                w(t),
                To(
                    end + exp(-(s + lam) * t) * (G(0) + Integral(Derivative(G(t), t), (t, 0, t))),
                    "start and change",
                    uses=(varied,),
                ),
                To(end + exp(-(s + lam) * t) * G(0), "no change", uses=stands),
                To(
                    end * (1 - exp(-(s + lam) * t)) + c * g * exp(-(s + lam) * t),
                    "learned and forgotten",
                    uses=(start,),
                ),
            ),
        ),
        LEVI,
    )
    empty = Step(Limit(w(t), s, 0, "+"), c * g * exp(-lam * t), "no pull, only decay", uses=(mode,))
    return mode, Derivation("A direction without data", (empty,), LEVI)


def alignment() -> tuple[Derivation, ...]:
    """Once the data are fitted the cosine between weights and teacher is sqrt(rho) / sqrt(1 + c^2
    exp(-2 lambda t) (1 / rho - 1)).
    """
    gone = c * exp(-lam * t)
    shares = (
        Assumed(Eq(P_1, rho), "the data see the share rho of the teacher, which has length one"),
        Assumed(Eq(P_2, 1 - rho), "and leave the share 1 - rho of the start"),
        Assumed(Eq(P_3, 0), "the start does not know the teacher"),
    )
    fitted = Assumed(
        "the data are fitted and the decay is small: the weights are P beta + c exp(-lambda t) Q g",
        "P on the span of the inputs, Q = I - P, by both kinds of directions",
    )
    overlap = Defined(OVERLAP, P_1 + gone * P_3, "with the teacher")
    length = Defined(LENGTH, P_1 + gone**2 * P_2, "squared length of the weights")
    cosine = chain(
        OVERLAP / sqrt(LENGTH),
        To(
            rho / sqrt(rho + gone**2 * (1 - rho)),
            "by shares",
            uses=(fitted, overlap, length, *shares),
        ),
        To(sqrt(rho) / sqrt(1 + LEFT), "rho taken out", domain=(INSIDE,)),
    )
    found = Derivation(
        "Cosine between weights and teacher", (fitted, *shares, overlap, length, *cosine), OWN
    )
    squared = Derivation(
        "Squared length of the weights",
        (
            fitted,
            *shares[:2],
            length,
            Step(
                LENGTH,
                rho * (1 + LEFT),
                "learned and left",
                uses=(fitted, length, *shares[:2]),
                domain=(INSIDE,),
            ),
        ),
        OWN,
    )
    never = Step(
        Derivative(Subs(OVERLAP / sqrt(LENGTH), lam, 0), t),
        0,
        "without decay nothing is forgotten",
        uses=(found,),
        domain=(INSIDE,),
    )
    return found, squared, Derivation("No decay, no jump", (never,), OWN)


def accuracy() -> tuple[Derivation, ...]:
    """The sign of a label is right with the probability 1 - arccos(cos) / pi, and half of what is
    to be gained is gained where u = 1 + 2 sqrt(1 - rho).
    """
    uniform = Assumed(
        "the law of an input has no preferred direction",
        "its angle in the plane of weights and teacher is uniform",
    )
    apart = Function("D", positive=True)(A)  # probability that the signs differ
    arcs = Defined(
        apart,
        2 * Integral(1 / (2 * pi), (phi, 0, A)),
        "between the lines across weights and teacher, two arcs of their angle A",
    )
    missed = Step(apart, A / pi, "the sign is missed", uses=(uniform, arcs))
    at = Defined(A, pi / 2 - asin(q), "the angle with the cosine q")
    right = Step(1 - apart, Rational(1, 2) + asin(q) / pi, "the sign is met", uses=(missed, at))
    half = sin(asin(sqrt(rho)) / 2)
    doubled = chain(
        1 / half**2,
        To(2 / (1 - sqrt(1 - rho)), "half-angle formula", domain=(INSIDE,)),
        To(2 * (1 + sqrt(1 - rho)) / rho, "made rational", domain=(INSIDE,)),
    )
    middle = Step(
        rho / half**2 - 1, MIDDLE, "u where the arcsine is half as large", uses=doubled,
        domain=(INSIDE,),
    )  # fmt: skip
    return (
        Derivation("Sign accuracy", (uniform, arcs, missed, at, right), OWN),
        Derivation("Half of the gain", (*doubled, middle), OWN),
    )


def jump() -> tuple[Derivation, ...]:
    """Half of the gain is there at the time log(c / c_0) / lambda, c_0^2 = (1 + 2 sqrt(1 - rho))
    rho / (1 - rho), with the squared norm 2 rho (1 + sqrt(1 - rho)) for every start beyond c_0.
    """
    squared, middle = derive(alignment)[1], derive(accuracy)[1]
    left = Defined(THEN, Subs(LEFT, t, T), "u at the time T of the jump")
    half = Assumed(Eq(THEN, middle.states[0]), "half of the gain, from chance, is there")
    when = chain(
        T,
        To(
            log(c * sqrt((1 / rho - 1) / THEN)) / lam,
            "solved for T",
            uses=(left,),
            domain=(INSIDE,),
        ),
        To(
            log(c * sqrt(1 / rho - 1) / sqrt(MIDDLE)) / lam,
            "at the middle",
            uses=(half, middle),
            domain=(INSIDE,),
        ),
    )
    time = Derivation("Time of the jump", (left, half, *when), OWN)
    norm = chain(
        Subs(LENGTH, t, T),
        To(rho + rho * THEN, "learned and left", uses=(squared, left), domain=(INSIDE,)),
        To(
            2 * rho * (1 + sqrt(1 - rho)),
            "the scale of the start is no longer in it",
            uses=(half, middle),
            domain=(INSIDE,),
        ),
    )
    of_c = time.states[2]
    longer = Step(Subs(of_c, c, 2 * c) - of_c, log(2) / lam, "same c_0", domain=(INSIDE,))
    never = Step(Limit(longer.lhs, lam, 0, "+"), oo, "nothing is forgotten", uses=(longer,))
    return (
        time,
        Derivation("Squared norm at the jump", (left, half, *norm), OWN),
        Derivation("A start twice as large", (longer,), OWN),
        Derivation("Without decay", (longer, never), OWN),
    )


def fit() -> tuple[Derivation, ...]:
    """The data are fitted to epsilon at the time log(c / epsilon) / (s + lambda), s = (rho^(-1/2) -
    1)^2, so that for large c the jump comes (s + lambda) / lambda times as late as the fit.
    """
    edge = Quoted(
        "the least eigenvalue of the covariance that is not zero tends to (1 / sqrt(rho) - 1)^2",
        "Bai, Yin, Annals of Probability 21, 1993",
        (s, "==", (1 / sqrt(rho) - 1) ** 2),
    )
    slowest = derive(modes)[0].states[2].coeff(g)  # what is left of the start in a mode
    error = Defined(eps, Subs(slowest, t, T), "of the start, where it is forgotten last")
    when = chain(
        T,
        To(log(c / eps) / (s + lam), "solved for the time", uses=(error,)),
        To(
            log(c / eps) / ((1 / sqrt(rho) - 1) ** 2 + lam),
            "where data are fitted last",
            uses=(edge,),
            domain=(INSIDE,),
        ),
    )
    fitted = Derivation("Time of the fit", (edge, error, *when), OWN)
    late = derive(jump)[0].states[2] / fitted.states[2]
    ratio = Step(
        Limit(late, c, oo),
        ((1 / sqrt(rho) - 1) ** 2 + lam) / lam,
        "starts and errors drop out",
        domain=(INSIDE,),
    )
    return fitted, Derivation("Delay for large starts", (ratio,), OWN)


def decoupled_decay() -> tuple[Derivation, ...]:
    """With the gradient gone, decoupled decay leads from the norm r_0 to r_c in log(r_0 / r_c) /
    kappa steps, where exp(-kappa), one less rate times decay, is what a step keeps of a weight.
    """
    gone = Assumed("the data are fitted and no gradient is left", "only the decay moves weights")
    kept = r_0 * exp(-kappa * k)
    norm = Induction(k, 0, r_0, exp(-kappa) * SO_FAR, kept, "decoupled decay", sequence=NORM)
    reached = Defined(r_c, NORM, "after k steps")
    steps = Step(k, log(r_0 / r_c) / kappa, "solved for their number", uses=(gone, reached, norm))
    more = Subs(steps.rhs, r_0, c * r_0) - steps.rhs
    later = Step(more, log(c) / kappa, "the norm of the jump drops out")
    return (
        Derivation("Steps to a norm", (gone, norm, reached, steps), OWN),
        Derivation("Steps more from a start c times as large", (later,), OWN),
    )
