"""What does a finite learning rate, or a small batch, add to the loss, and when does it help on new
data?  Backward error analysis, noise at a minimum, diagonal linear networks, a PAC-Bayes bound.

Setting.  theta' = theta - eta g, with g the gradient of L on all data (descent) or of L_b on one of
m batches of B examples (SGD); H and T are second and third derivatives.  Backward error analysis
asks for the field whose flow passes through the iterates.  To second order in eta it is that of L +
eta |g|^2 / 4, and with reshuffled batches that of one more term, the variance of the batch
gradients; batches drawn with replacement have the noise but, in the mean, not the term.  In a
linear model only the path bends, not its end, so an effect on new data needs a model that is not
linear.  In a diagonal network beta_j = x_j w_j every step shrinks q_j = x_j^2 - w_j^2, the scale of
the entropy that the solution makes least, by what the gradient was in this coordinate.  Where SGD
rests as a Gaussian of covariance tau S, tau = eta / (2 B), a PAC-Bayes bound has a turning point in
tau: the sign of its slope in B / eta is not universal.

Source: Prince, Understanding Deep Learning, 2023, sections 9.2 and 20.4.1; Barrett, Dherin, ICLR
2021; Smith, Dherin, Barrett, De, ICLR 2021; Woodworth et al., COLT 2020; He, Liu, Tao, NeurIPS
2019; Wilson et al., NeurIPS 2017; Choi et al., 2019.
"""

from sympy import (
    And,
    Derivative,
    Eq,
    Expr,
    Function,
    Implies,
    Indexed,
    IndexedBase,
    Integer,
    Limit,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    asinh,
    cosh,
    exp,
    log,
    oo,
    sinh,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
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
from theory.notation import FELLER, OWN, mean, mean_is_linear

d, m, n, N, i, j, k, b = symbols("d m n N i j k b", integer=True, positive=True)
eta, lam, B = symbols("eta lambda B", positive=True)  # learning rate, curvature, batch size
s = Symbol("s", nonnegative=True)  # time on the way, in units of the rate
c = Symbol("c", real=True)  # strength of a penalty, in units of the rate
g, H, T, h = (IndexedBase(name, real=True) for name in ("g", "H", "T", "h"))
x, w, G = symbols("x w G", real=True)
G_ = IndexedBase("theta", real=True)
BARRETT = "Barrett, Dherin, ICLR 2021"
SMITH = "Smith, Dherin, Barrett, De, ICLR 2021"
GROWS, BATCHES = "udl-implicit-regularisation-grows-with-lr", "udl-sgd-implicit-term"


def descent_modified_loss() -> tuple[Derivation, ...]:
    """A step of descent is, to second order in the rate, the flow of L + eta |grad L|^2 / 4 and of
    no other strength, in any dimension, and the penalty grows with the rate.
    """
    pull = Sum(H[i, j] * g[j], (j, 1, d))
    twice = Sum(H[i, j] * Sum(H[j, k] * g[k], (k, 1, d)), (j, 1, d))

    def way(at: Symbol) -> Expr:
        return -eta * s * g[at] + eta**2 * (s**2 - s) / 2 * Sum(H[at, k] * g[k], (k, 1, d))

    missed = Derivative(way(i), s) + eta * (
        g[i] + Sum(H[i, j] * way(j), (j, 1, d)) + 2 * c * eta * pull
    )
    beyond = eta**3 * (s**2 - s) / 2 * twice
    found = Step(
        missed,
        eta**2 * (2 * c - Rational(1, 2)) * pull + beyond,
        "speed on this way minus that of the flow of L + c eta |g|^2, whose gradient there is g + "
        "H times the way, and 2 c eta H g",
    )
    follows = Assumed(
        Eq(missed, beyond), "the way is that of the flow, to second order in the rate"
    )
    there = (pull**2 > 0,)
    larger = Symbol("eta_2", positive=True)
    square = Symbol("|g|^2", nonnegative=True)
    modified = Derivation(
        "Modified loss of descent",
        (
            found,
            follows,
            *chain(
                c * eta,
                To(
                    eta / 4 + missed / (2 * eta * pull) - beyond / (2 * eta * pull),
                    "solved for the strength, where H g is not zero",
                    uses=(found,),
                    domain=there,
                ),
                To(eta / 4, "no other strength", uses=(follows,), domain=there),
            ),
        ),
        BARRETT,
        (Settles(GROWS, part="strength"),),
    )
    strength = modified.result
    return (
        Derivation(
            "The way ends where the step ends",
            (Step(Subs(way(i), s, 1), -eta * g[i], "the second order is gone at the end"),),
            BARRETT,
        ),
        modified,
        Derivation(
            "The penalty grows with the rate",
            (
                Decided(
                    Implies(
                        And(larger > eta, square > 0),
                        strength.subs(eta, larger) * square > strength * square,
                    ),
                    "in proportion to it, wherever the gradient is not zero",
                ),
            ),
            BARRETT,
            (Settles(GROWS, part="grows"),),
        ),
    )


def descent_modified_field() -> tuple[Derivation, ...]:
    """To third order descent is the flow of -g - eta H g / 2 - eta^2 (H^2 g / 3 + T[g, g] / 12),
    with no other coefficients, and this field need not have a potential.
    """
    first, second = symbols("a_1 a_2", real=True)  # coefficients of H^2 g and of T[g, g]

    def one(at: Symbol) -> Expr:
        return Sum(H[at, k] * g[k], (k, 1, d))

    def bent(by: Expr, along: Expr) -> Expr:
        return Sum(T[i, j, k] * by.xreplace({i: j}) * along.xreplace({i: k}), (j, 1, d), (k, 1, d))

    def moved(by: Expr) -> Expr:
        return Sum(H[i, j] * by.xreplace({i: j}), (j, 1, d))

    way, more = -s * g[i], (s**2 - s) / 2 * one(i)  # first and second order
    twice, turned = moved(one(i)), bent(g[i], g[i])
    speed = (
        -(moved(more) + bent(way, way) / 2)
        - (
            bent(way, g[i])
            + Sum(H[i, j] * Sum(H[j, k] * way.xreplace({i: k}), (k, 1, d)), (j, 1, d))
        )
        / 2
        - first * twice
        - second * turned
    )
    last = -s * (s - 1) * (s - 2) / 6 * twice - s * (s - 1) * (2 * s - 1) / 12 * turned
    found = Step(
        speed - Derivative(last, s),
        (Rational(1, 3) - first) * twice + (Rational(1, 12) - second) * turned,
        "third order of the field on the way, by Taylor, minus the speed of a third order that "
        "vanishes at both ends",
    )
    slope, bend, third = symbols("g h t", real=True)
    left = (Rational(1, 3) - first) * bend**2 * slope + (
        Rational(1, 12) - second
    ) * third * slope**2
    y = Symbol("y", real=True)
    loss = x**3 * y + 2 * x * y**2 + y**4 + x**2
    field = _of_a_loss(twice / 3 + turned / 12, loss, (x, y))
    by_hand = tuple(
        Step(ours, lie, "by the Lie series for L = x^3 y + 2 x y^2 + y^4 + x^2")
        for ours, lie in zip(field, _by_lie_series(loss, (x, y)), strict=True)
    )
    curl = Derivative(by_hand[1].lhs, x) - Derivative(by_hand[0].lhs, y)
    return (
        Derivation("Third order of the field", (found,), OWN),
        Derivation(
            "No other coefficients",
            (
                Decided(
                    Implies(
                        And(
                            Eq(Subs(left, (slope, bend, third), (1, 1, 0)).doit(), 0),
                            Eq(Subs(left, (slope, bend, third), (1, 0, 1)).doit(), 0),
                        ),
                        And(Eq(first, Rational(1, 3)), Eq(second, Rational(1, 12))),
                    ),
                    "two losses of one variable, one of them quadratic, leave no choice",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Beyond the second order there is no modified loss",
            (
                *by_hand,
                Counterexample(
                    Eq(curl, 0),
                    ((x, 1), (y, 1)),
                    "the third order of the field for this loss has a curl",
                    uses=by_hand,
                ),
            ),
            OWN,
        ),
    )


def _of_a_loss(component: Expr, loss: Expr, of: tuple[Symbol, ...]) -> list[Expr]:
    """The component i of a field in g, H and T, for a loss of these variables."""
    place = dict(enumerate(of, 1))
    parts = [component.subs({i: at, d: len(of)}).doit() for at in place]
    known = {
        entry: loss.diff(*(place[index] for index in entry.indices))
        for part in parts
        for entry in part.atoms(Indexed)
    }
    return [part.xreplace(known) for part in parts]


def _by_lie_series(loss: Expr, of: tuple[Symbol, ...]) -> list[Expr]:
    """What the flow of -g - eta H g / 2 - eta^2 F must have as F, to end where the step does: the
    sum of all ways to order eta^3, each a derivative along the field.
    """

    def along(field: list[Expr], what: list[Expr]) -> list[Expr]:
        return [sum(f * part.diff(v) for f, v in zip(field, of, strict=True)) for part in what]

    first = [-loss.diff(v) for v in of]
    second = [-part / 2 for part in along(first, first)]
    mixed = zip(along(first, second), along(second, first), strict=True)
    twice = along(first, along(first, first))
    return [sum(both) / 2 + last / 6 for both, last in zip(mixed, twice, strict=True)]


def quadratic_to_all_orders() -> tuple[Derivation, ...]:
    """On a quadratic of curvature lambda descent is the flow at the curvature -ln(1 - eta lambda) /
    eta as long as eta lambda < 1; momentum b multiplies what it exceeds lambda by, to first order
    in h = eta / (1 - b), by (1 + b) / (1 - b).
    """
    effective = -log(1 - eta * lam) / eta
    step = Symbol("h", positive=True)  # rate of a flow with momentum, eta / (1 - beta)
    beta = Symbol("beta", nonnegative=True)
    excess = Symbol("e", real=True)
    root = exp(-step * lam - step**2 * excess)
    left = 1 - step * (1 - beta) * lam  # of an error, after one step without momentum
    heavy = root**2 - (left + beta) * root + beta
    nesterov = root**2 - (1 + beta) * left * root + beta * left
    below = (beta < 1,)
    both = (
        (heavy, "Heavy ball", lam**2 * (1 + beta) / (2 * (1 - beta))),
        (nesterov, "Nesterov", lam**2 * ((1 + beta) / (2 * (1 - beta)) - beta)),
    )
    momentum = []
    for equation, title, value in both:
        order = Subs(Derivative(equation, (step, 2)), step, 0)
        second = Step(
            order,
            2 * (1 - beta) * (value - excess),
            "second order in h of the equation for the factor exp(-h lambda - h^2 e) of a step",
            domain=below,
        )
        solves = Assumed(Eq(order, 0), "it is the factor of a step, to second order")
        momentum.append(
            Derivation(
                title,
                (
                    second,
                    solves,
                    *chain(
                        excess,
                        To(
                            value - order / (2 * (1 - beta)), "solved", uses=(second,), domain=below
                        ),
                        To(value, "curvature lambda + h e", uses=(solves,), domain=below),
                    ),
                ),
                OWN + "; Polyak 1964, Nesterov 1983",
            )
        )
    return (
        Derivation(
            "Effective curvature",
            (
                Step(
                    -log(Subs(1 - x, x, eta * lam)) / eta,
                    effective,
                    "the flow leaves in the time eta what the step leaves, 1 - eta lambda",
                    domain=(eta * lam < 1,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "What it exceeds the curvature by",
            (
                Step(
                    Limit((effective - lam) / eta, eta, 0, "+"),
                    lam**2 / 2,
                    "the curvature of eta |g|^2 / 4 is eta lambda^2 / 2",
                ),
            ),
            BARRETT,
        ),
        *momentum,
    )


def epoch_modified_loss() -> tuple[Derivation, ...]:
    """The mean epoch of m reshuffled batches is, to second order in the rate, the flow of L + eta
    |g|^2 / 4 + eta / (4 m) sum_b |g_b - g|^2; of batches drawn with replacement, without the last
    term.
    """
    way, more, there = symbols("A D t", real=True)
    g_b, h_b = symbols("g_b h_b", real=True)
    moved = -eta * way + eta**2 * more
    stepped = moved - eta * (g_b + h_b * moved + there * moved**2 / 2)
    one_more = Derivation(
        "What a batch adds",
        (
            Step(
                Subs(Derivative(stepped, (eta, 2)), eta, 0) / 2,
                more + h_b * way,
                "second order after a step: its Hessian times the gradients so far",
            ),
        ),
        SMITH,
    )
    own = Sum(h[b] * g[b], (b, 1, m))

    def up_to(end: Symbol) -> Expr:
        return Sum(h[b], (b, 1, end)) * Sum(g[b], (b, 1, end)) - Sum(h[b] * g[b], (b, 1, end))

    def so_far(of: IndexedBase) -> Expr:
        return Sum(of[b], (b, 1, m))

    both = Function("S", real=True)(m)
    orders = Induction(
        m,
        1,
        Integer(0),
        SO_FAR + h[m + 1] * so_far(g) + so_far(h) * g[m + 1],
        up_to(m),
        "an order and its reverse together: one batch more comes last in one, first in the other",
        sequence=both,
    )
    drawn = Function("R", real=True)(m)
    bend, slope = symbols("h g", real=True)  # means over the batches
    independent = Induction(
        m,
        1,
        Integer(0),
        SO_FAR + m * bend * slope,
        m * (m - 1) / 2 * bend * slope,
        "batches drawn anew: the Hessian of the last is independent of the m gradients before it",
        sequence=drawn,
    )
    mean_slope, mean_bend = so_far(g) / m, so_far(h) / m
    spread = own / m - mean_bend * mean_slope
    variance = Step(
        Subs(
            Derivative(
                Sum((g[b] + h[b] * x) ** 2, (b, 1, m)) / m
                - (Sum(g[b] + h[b] * x, (b, 1, m)) / m) ** 2,
                x,
            ),
            x,
            0,
        ),
        2 * spread,
        "gradient of the variance of the batch gradients, by coordinates",
    )

    def flow(pull: Expr, first: Expr, second: Expr) -> Expr:
        """Second order of the flow over the time m eta, of L + eta |g|^2 / 4 + c eta variance."""
        return m**2 * first * second / 2 - m * (first * second / 2 + c * pull)

    shuffled = flow(variance.lhs, mean_bend, mean_slope)
    meets = Assumed(
        Eq(shuffled, both / 2), "flow and mean epoch end at the same point, to second order"
    )
    apart = (spread**2 > 0,)
    again = flow(x, bend, slope)
    without = Assumed(Eq(again, drawn), "flow and mean epoch end at the same point")
    return (
        one_more,
        Derivation("Mean of an order and its reverse", (orders,), SMITH),
        Derivation("Mean over batches drawn with replacement", (independent,), OWN),
        Derivation(
            "Modified loss of reshuffled batches",
            (
                orders,
                variance,
                meets,
                *chain(
                    c * eta / m,
                    To(
                        eta / (4 * m)
                        - eta * shuffled / (m**2 * spread) / 2
                        + eta * both / (m**2 * spread) / 4,
                        "solved for the strength, of the sum over the batches",
                        uses=(variance, orders),
                        domain=apart,
                    ),
                    To(eta / (4 * m), "no other strength", uses=(meets,), domain=apart),
                ),
            ),
            SMITH,
            (Settles(BATCHES),),
        ),
        Derivation(
            "Batches drawn with replacement",
            (
                independent,
                without,
                *chain(
                    c * eta,
                    To(
                        eta * drawn / (m * x) - eta * again / (m * x),
                        "solved for the strength, of a variance whose gradient is x",
                        uses=(independent,),
                        domain=(x**2 > 0,),
                    ),
                    To(Integer(0), "the term is absent", uses=(without,), domain=(x**2 > 0,)),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Difference of the two means",
            (
                Step(
                    up_to(m) / 2 - m * (m - 1) / 2 * mean_bend * mean_slope,
                    -Sum((h[b] - mean_bend) * (g[b] - mean_slope), (b, 1, m)) / 2,
                    "in units of eta^2: batches that follow each other are correlated",
                ),
            ),
            OWN,
        ),
    )


def batch_variance() -> Derivation:
    """Over all ways to cut N examples into batches of B the mean variance of the batch gradients is
    (N - B) / (N - 1) times that of one example over B.
    """
    size = Symbol("B", integer=True, positive=True)
    spread = Symbol("Gamma", positive=True)  # variance of the gradient of one example
    e = IndexedBase("e", real=True)  # gradients of the examples minus their mean, a coordinate
    total, squares = Sum(e[i], (i, 1, N)), Sum(e[i] ** 2, (i, 1, N))
    centred = Assumed(Eq(total, 0), "deviations from the mean")
    known = Assumed(Eq(squares, N * spread), "whose mean square is Gamma")
    pairs = mean(e[1] * e[2])
    two = Quoted(
        "any two different examples are equally likely to share a batch: the mean over them",
        FELLER + ", chapter IX",
        states=(pairs, "==", (total**2 - squares) / (N * (N - 1))),
    )
    one = Quoted(
        "any example is equally likely to be in a batch: the mean over them",
        FELLER + ", chapter IX",
        states=(mean(e[1] ** 2), "==", squares / N),
    )
    return Derivation(
        "Variance of a batch gradient",
        (
            centred,
            known,
            one,
            two,
            *chain(
                (size * mean(e[1] ** 2) + size * (size - 1) * pairs) / size**2,
                To(
                    squares / N / size + (size - 1) * (total**2 - squares) / (N * (N - 1)) / size,
                    "mean square of B deviations over B: B squares, B (B - 1) products",
                    uses=(one, two),
                    domain=(N >= 2,),
                ),
                To(
                    (N - size) * spread / ((N - 1) * size),
                    "the products are negative on average, because all deviations add up to zero",
                    uses=(centred, known),
                    domain=(N >= 2,),
                ),
            ),
        ),
        SMITH,
    )


def noise_temperature() -> tuple[Derivation, ...]:
    """At a minimum of curvature lambda gradient noise of variance C / B gives the variance eta C /
    (B lambda (2 - eta lambda)): a function of eta / B alone to first order, and a loss that falls
    as B / eta rises.
    """
    xi, error = symbols("xi x", real=True)  # gradient noise, distance to the minimum
    C, V = Symbol("C", positive=True), Symbol("V", positive=True)
    kept = 1 - eta * lam
    square = (kept * error - eta * xi) ** 2
    terms = kept**2 * error**2 - 2 * eta * kept * error * xi + eta**2 * xi**2
    expanded = Step(square, terms, "square of the distance after a step")
    linear = mean_is_linear(
        mean(terms),
        kept**2 * mean(error**2) - 2 * eta * kept * mean(error * xi) + eta**2 * mean(xi**2),
    )
    fresh = Assumed(Eq(mean(error * xi), 0), "fresh noise of mean zero, independent of the place")
    size = Assumed(Eq(mean(xi**2), C / B), "the mean of B independent draws of variance C")
    before = Assumed(Eq(mean(error**2), V), "before the step")
    after = Step(
        mean(square),
        kept**2 * V + eta**2 * C / B,
        "after a step",
        uses=(expanded, linear, fresh, size, before),
    )
    rests = Assumed(Eq(mean(square), V), "it rests: after a step as before")
    stable = (eta * lam < 2,)
    value = eta * C / (B * lam * (2 - eta * lam))
    stationary = Derivation(
        "Stationary variance",
        (
            expanded,
            linear,
            fresh,
            size,
            before,
            after,
            rests,
            *chain(
                V * eta,
                To(
                    eta * value
                    + V / (lam * (2 - eta * lam))
                    - mean(square) / (lam * (2 - eta * lam)),
                    "solved for V",
                    uses=(after,),
                    domain=stable,
                ),
                To(eta * value, "times eta", uses=(rests,), domain=stable),
            ),
        ),
        "Mandt, Hoffman, Blei, JMLR 2017; Jastrzebski et al., 2018",
    )
    sigma, ratio, more = symbols("sigma rho rho_2", positive=True)
    loss = eta * sigma**2 * lam / (2 * B * (2 - eta * lam))
    return (
        stationary,
        Derivation(
            "Temperature",
            (
                Step(
                    Limit(Subs(value, B, ratio * eta), eta, 0, "+"),
                    C / (2 * ratio * lam),
                    "at small rates B and eta come in by rho = B / eta alone",
                ),
            ),
            "Jastrzebski et al., 2018",
        ),
        Derivation(
            "Loss above the minimum with label noise",
            (
                Step(
                    lam * Subs(value, C, sigma**2 * lam) / 2,
                    loss,
                    "half the curvature times the variance, C = sigma^2 lambda",
                    domain=stable,
                ),
            ),
            OWN,
        ),
        Derivation(
            "It falls as B / eta rises",
            (
                Decided(
                    Implies(
                        And(more > ratio, 2 - eta * lam > 0),
                        Subs(loss, B, more * eta).doit() < Subs(loss, B, ratio * eta).doit(),
                    ),
                    "in a linear model a smaller batch costs, and nothing is gained by it",
                ),
            ),
            OWN,
        ),
    )


def linear_end_point() -> tuple[Derivation, ...]:
    """Of all solutions of a linear model, descent preconditioned by P ends at the one nearest to
    its start in the norm of P^-1, whatever the rate and the batches.
    """
    X, p, a, r = (IndexedBase(name, real=True) for name in ("X", "p", "a", "r"))
    p = IndexedBase("p", positive=True)
    moved = p[j] * Sum(X[i, j] * a[i], (i, 1, n))  # P X^T a
    fits = Assumed(
        Eq(Sum(X[i, j] * r[j], (j, 1, d)), 0), "r leads from this solution to another one"
    )
    mixed = Sum(Sum(X[i, j] * r[j], (j, 1, d)) * a[i], (i, 1, n))
    rate = Symbol("eta_k", positive=True)
    return (
        Derivation(
            "Every step stays in the span",
            (
                Step(
                    moved - rate * p[j] * Sum(X[i, j] * r[i], (i, 1, n)),
                    p[j] * Sum(X[i, j] * (a[i] - rate * r[i]), (i, 1, n)),
                    "a step by the residuals r of any batch, at any rate, changes a alone",
                ),
            ),
            "Wilson et al., NeurIPS 2017",
        ),
        Derivation(
            "Nearest solution",
            (
                fits,
                *chain(
                    Sum((moved + r[j]) ** 2 / p[j], (j, 1, d)),
                    To(
                        Sum(moved**2 / p[j], (j, 1, d))
                        + Sum(r[j] ** 2 / p[j], (j, 1, d))
                        + 2 * mixed,
                        "squared distance of the start to another solution",
                    ),
                    To(
                        Sum(moved**2 / p[j], (j, 1, d)) + Sum(r[j] ** 2 / p[j], (j, 1, d)),
                        "the mixed terms vanish: it is larger by the distance of the two solutions",
                        uses=(fits,),
                    ),
                ),
            ),
            OWN,
        ),
    )


def diagonal_network() -> tuple[Derivation, ...]:
    """A step of any batch multiplies x + w by 1 - eta G and x - w by 1 + eta G, so that q = x^2 -
    w^2 shrinks by 1 - eta^2 G^2 and, with x + w = sqrt(q) e^u, u falls by artanh(eta G).
    """
    next_x, next_w = x - eta * w * G, w - eta * x * G  # d beta / dx = w, G = dL / d beta
    q, u = Symbol("q", positive=True), Symbol("u", real=True)
    Gs = IndexedBase("G", real=True)
    sums = Step(next_x + next_w, (x + w) * (1 - eta * G), "the sum")
    differences = Step(next_x - next_w, (x - w) * (1 + eta * G), "the difference")
    shrinks = Step(
        (next_x + next_w) * (next_x - next_w),
        (x**2 - w**2) * (1 - eta**2 * G**2),
        "their product, q",
        uses=(sums, differences),
    )
    E = Symbol("E", positive=True)  # e^v
    of_tanh = (E**2 - 1) / (E**2 + 1)
    turns = Step(
        (x + w) * (1 - of_tanh) / ((x - w) * (1 + of_tanh)),
        (x + w) / (x - w) / E**2,
        "their ratio e^(2 u), where eta G = tanh v and E = e^v: u falls by v",
        domain=(x**2 > w**2,),
    )
    each = 1 - eta**2 * Gs[k] ** 2
    scale = Function("q", real=True)(n)
    after = Induction(
        n,
        1,
        q * each.xreplace({k: Integer(1)}),
        SO_FAR * each.xreplace({k: n + 1}),
        q * Product(each, (k, 1, n)),
        "after n steps: every step shrinks q by its own gradient",
        sequence=scale,
    )
    return (
        Derivation("Sum", (sums,), OWN),
        Derivation("Difference", (differences,), OWN),
        Derivation("Shrinkage of q", (sums, differences, shrinks), "Even et al., NeurIPS 2023"),
        Derivation("Change of u", (turns,), OWN),
        Derivation("Scale after n steps", (after,), "Even et al., NeurIPS 2023"),
        Derivation(
            "The model in these terms",
            (
                Step(
                    q * (exp(2 * u) - exp(-2 * u)) / 4,
                    q * sinh(2 * u) / 2,
                    "beta = x w = ((x + w)^2 - (x - w)^2) / 4",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Where the steps are small q stands still",
            (
                Step(
                    Limit((Subs(shrinks.rhs, x, x) - x**2 + w**2).doit() / eta, eta, 0, "+"),
                    Integer(0),
                    "in gradient flow only u moves, by -G: it stays in the span of the data",
                ),
            ),
            "Woodworth et al., COLT 2020",
        ),
    )


def entropy_programme() -> tuple[Derivation, ...]:
    """A solution whose u lies in the span of the data makes the hyperbolic entropy of scale q least
    among all solutions: nearly the l1 norm for small q, the l2 norm for large q; a coordinate whose
    q has shrunk costs more.
    """
    q, beta, u = Symbol("q", positive=True), Symbol("beta", real=True), Symbol("u", real=True)
    size = Symbol("beta", positive=True)

    def entropy(of: Expr) -> Expr:
        return of * asinh(2 * of / q) / 2 - sqrt(4 * of**2 + q**2) / 4

    slope = Step(Derivative(entropy(beta), beta), asinh(2 * beta / q) / 2, "slope of the entropy")
    at_end = Step(
        Derivative(q * (u * sinh(2 * u) - cosh(2 * u) / 2) / 2, u),
        u * Derivative(q * sinh(2 * u) / 2, u),
        "the entropy, in u, rises by u times what beta does",
    )
    Z, v, rest = (IndexedBase(name, real=True) for name in ("Z", "nu", "r"))
    Phi, psi = (Function(name, real=True) for name in ("Phi", "beta"))
    span = Sum(Z[i, j] * v[i], (i, 1, n))
    fits = Assumed(Eq(Sum(Z[i, j] * rest[j], (j, 1, d)), 0), "r leads to another solution")
    change = Sum(Phi(psi(j) + rest[j]) - Phi(psi(j)), (j, 1, d))
    convex = Quoted(
        "a convex function lies above its tangents, here of slope u in the span",
        "Rockafellar, Convex Analysis, Princeton 1970, theorem 25.1",
        states=(change, ">=", Sum(span * rest[j], (j, 1, d))),
    )
    sorted_ = Step(
        Sum(span * rest[j], (j, 1, d)),
        Sum(v[i] * Sum(Z[i, j] * rest[j], (j, 1, d)), (i, 1, n)),
        "summed over the data last",
    )
    none = Step(
        sorted_.rhs, Integer(0), "another solution differs by nothing on them", uses=(fits,)
    )
    return (
        Derivation("Slope of the entropy", (slope,), "Woodworth et al., COLT 2020"),
        Derivation("The slope at the end is u", (at_end,), "Woodworth et al., COLT 2020"),
        Derivation(
            "It is convex",
            (
                Step(
                    Derivative(asinh(2 * beta / q) / 2, beta),
                    1 / sqrt(4 * beta**2 + q**2),
                    "its second derivative is positive",
                ),
            ),
            OWN,
        ),
        Derivation(
            "No solution has less",
            (
                convex,
                sorted_,
                fits,
                none,
                Decided(
                    Implies(change >= Sum(span * rest[j], (j, 1, d)), change >= 0),
                    "the entropy of any other solution is no smaller",
                    uses=(convex, sorted_, none),
                ),
            ),
            "Woodworth et al., COLT 2020",
        ),
        Derivation(
            "Small scale",
            (
                Step(
                    Limit(entropy(size) / log(1 / q), q, 0, "+"),
                    size / 2,
                    "in units of ln(1 / q): half the l1 norm",
                ),
            ),
            "Woodworth et al., COLT 2020",
        ),
        Derivation(
            "Large scale",
            (
                Step(
                    Limit(q * (entropy(size) + q / 4), q, oo),
                    size**2 / 2,
                    "in units of 1 / q: half the squared l2 norm",
                ),
            ),
            "Woodworth et al., COLT 2020",
        ),
        Derivation(
            "A smaller q is dearer",
            (
                Step(
                    Derivative(asinh(2 * size / q) / 2, q),
                    -size / (q * sqrt(4 * size**2 + q**2)),
                    "the slope at the same beta > 0 rises as q falls",
                ),
            ),
            OWN,
        ),
    )


BOUND = "udl-generalisation-bound-ratio"


def pac_bayes_ratio() -> tuple[Derivation, ...]:
    """The divergence of a stationary law N(theta, tau S), tau = eta / (2 B), from a prior N(0,
    s_0^2 I) rises with B / eta where tau tr S < d s_0^2 and falls where it is larger; with the
    training loss the bound turns at tau = d / (beta n tr(H S) + tr S / s_0^2).
    """
    tau, rho, prior = symbols("tau rho s_0", positive=True)
    S = IndexedBase("S", positive=True)  # eigenvalues of S
    z, centre, v = Symbol("z", real=True), Symbol("theta", real=True), Symbol("v", positive=True)
    ratio_of = (
        z**2 / (2 * prior**2) - (z - centre) ** 2 / (2 * v) + log(prior) - log(v) / 2
    )  # log of the ratio of the two densities
    linear = mean_is_linear(
        mean(ratio_of),
        mean(z**2) / (2 * prior**2) - mean((z - centre) ** 2) / (2 * v) + log(prior) - log(v) / 2,
    )
    second = Assumed(Eq(mean(z**2), v + centre**2), "z of mean theta and variance v")
    about = Assumed(Eq(mean((z - centre) ** 2), v), "z of variance v")
    trace, norm, logdet, bent = symbols("tr_S |theta|^2 ln_det_S tr_HS", positive=True)
    logdet = Symbol("ln_det_S", real=True)
    dims, temper = symbols("d beta_n", positive=True)
    traced = Sum(S[j], (j, 1, d))
    log_det, length = Sum(log(S[j]), (j, 1, d)), Sum(G_[j] ** 2, (j, 1, d))
    divergence = (
        tau * trace / prior**2
        + norm / prior**2
        - dims
        + 2 * dims * log(prior)
        - dims * log(tau)
        - logdet
    ) / 2
    by_ratio = Subs(divergence, tau, 1 / (2 * rho))
    rises = dims / (2 * rho) - trace / (4 * prior**2 * rho**2)
    slope = Step(Derivative(by_ratio, rho), rises, "slope in rho = B / eta, tau = 1 / (2 rho)")
    narrow = trace / (2 * rho) < dims * prior**2
    bound = tau * bent / 2 + divergence / temper
    best = dims / (temper * bent + trace / prior**2)
    of_bound = Step(
        Derivative(bound, tau),
        bent / 2 + (trace / prior**2 - dims / tau) / (2 * temper),
        "slope of training loss and divergence over beta n",
    )
    slope_of_bound = Derivation("Slope of the bound", (of_bound,), OWN + ", after Catoni 2007")
    return (
        Derivation(
            "Divergence of two Gaussians, one coordinate",
            (
                linear,
                second,
                about,
                Step(
                    mean(ratio_of),
                    ((v + centre**2) / prior**2 - 1 + 2 * log(prior) - log(v)) / 2,
                    "mean of the log ratio of the densities",
                    uses=(linear, second, about),
                ),
            ),
            "Kullback, Information Theory and Statistics, Wiley 1959",
        ),
        Derivation(
            "All coordinates",
            (
                Step(
                    Sum(
                        (tau * S[j] + G_[j] ** 2) / (2 * prior**2)
                        - Rational(1, 2)
                        + log(prior)
                        - (log(tau) + log(S[j])) / 2,
                        (j, 1, d),
                    ),
                    (
                        tau * traced / prior**2
                        + length / prior**2
                        - d
                        + 2 * d * log(prior)
                        - d * log(tau)
                        - log_det
                    )
                    / 2,
                    "in the eigenbasis of S",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Divergence",
            (
                Step(
                    Subs(divergence, logdet, dims * x),
                    (
                        tau * trace / prior**2
                        + norm / prior**2
                        + dims * (2 * log(prior) - log(tau) - x - 1)
                    )
                    / 2,
                    "x the mean logarithm of an eigenvalue",
                ),
            ),
            OWN,
        ),
        Derivation(
            "It rises with B / eta where the law is narrower than the prior, and only there",
            (
                slope,
                Decided(
                    And(Implies(narrow, rises > 0), Implies(rises > 0, narrow)),
                    "the sign of the slope: tr(tau S) against d s_0^2",
                    uses=(slope,),
                ),
            ),
            OWN + ", after He, Liu, Tao, NeurIPS 2019",
            (Settles(BOUND, part="where tr(tau S) < d s_0^2"),),
        ),
        Derivation(
            "It does not rise for every law",
            (
                Counterexample(
                    Derivative(by_ratio, rho) > 0,
                    ((dims, 1), (trace, 8), (prior, 1), (rho, 1)),
                    "a law four times as wide as the prior",
                ),
            ),
            OWN,
            (Settles(BOUND, part="for every law"),),
        ),
        slope_of_bound,
        Derivation(
            "Turning point of the bound",
            (
                Decided(
                    And(
                        Implies(tau > best, of_bound.rhs > 0),
                        Implies(tau < best, of_bound.rhs < 0),
                    ),
                    "it falls until this temperature and rises after",
                    uses=(slope_of_bound,),
                ),
            ),
            OWN + ", after Catoni 2007",
        ),
        Derivation(
            "The best temperature",
            (
                Step(
                    tau - 2 * temper * tau * of_bound.lhs / (temper * bent + trace / prior**2),
                    best,
                    "less tau times the slope over half the coefficient of tau",
                    uses=(slope_of_bound,),
                ),
            ),
            OWN,
        ),
    )


def ratio_and_caption() -> Derivation:
    """If generalisation falls with the batch and rises with the rate, it falls as B / eta rises
    along either of them: a positive correlation with the ratio contradicts the caption.
    """
    of_batch, of_rate = symbols("A_B A_eta", real=True)
    ratio = Symbol("rho", positive=True)
    by_batch = Step(Derivative(ratio * eta, ratio), eta, "B = rho eta at a fixed rate")
    by_rate = Step(Derivative(B / ratio, ratio), -B / ratio**2, "eta = B / rho at a fixed batch")
    along, across = symbols("A_1 A_2", real=True)
    chain_rule = (
        Defined(along, of_batch * by_batch.lhs, "slope in B / eta along the batch"),
        Defined(across, of_rate * by_rate.lhs, "and along the rate"),
    )
    return Derivation(
        "The caption decides the sign",
        (
            by_batch,
            by_rate,
            *chain_rule,
            Decided(
                And(
                    Eq(along, of_batch * eta),
                    Eq(across, -of_rate * B / ratio**2),
                    Implies(And(of_batch < 0, of_rate > 0), And(along < 0, across < 0)),
                ),
                "slopes of generalisation in B / eta, and their signs",
                uses=(*chain_rule, by_batch, by_rate),
            ),
        ),
        "Prince, Understanding Deep Learning, 2023, figure 20.10; He, Liu, Tao, NeurIPS 2019",
    )


def adam_and_sgd() -> tuple[Derivation, ...]:
    """Adam with the rate eta epsilon is SGD with momentum of the rate eta as epsilon grows, so that
    tuned with its epsilon it is no worse; without, it may miss the least norm at every rate.
    """
    moment, eps = Symbol("M", real=True), Symbol("epsilon", positive=True)
    square, kappa = Symbol("v", nonnegative=True), Symbol("kappa", real=True)
    X, y, sign_of = (IndexedBase(name, real=True) for name in ("X", "y", "s"))
    fit = Symbol("c_X", positive=True)
    outputs = Sum(X[i, j] * sign_of[j], (j, 1, d))
    special = Assumed(Eq(outputs, fit * y[i]), "X sign(X^T y) = c_X y, as for any single example")
    residual = kappa * outputs - y[i]
    gradient = Sum(X[i, k] * residual, (i, 1, n))
    one, two = symbols("X_1 X_2", positive=True)
    squares = one**2 + two**2
    return (
        Derivation(
            "Adam becomes momentum",
            (
                Step(
                    Limit(eta * eps * moment / (sqrt(square) + eps), eps, oo),
                    eta * moment,
                    "M the mean of the gradients that momentum also takes",
                ),
            ),
            "Choi et al., 2019",
        ),
        Derivation(
            "A multiple of the signs stays one",
            (
                special,
                Step(
                    gradient,
                    (fit * kappa - 1) * Sum(X[i, k] * y[i], (i, 1, n)),
                    "at kappa sign(X^T y) every gradient is a multiple of X^T y, and its signs "
                    "are all those of X^T y or all the others: at any rate the end is kappa = 1 / "
                    "c_X",
                    uses=(special,),
                ),
            ),
            "Wilson et al., NeurIPS 2017",
        ),
        Derivation(
            "It is not the least norm",
            (
                Step(
                    (1 / (one + two) - one / squares) ** 2 + (1 / (one + two) - two / squares) ** 2,
                    (one - two) ** 2 / ((one + two) ** 2 * squares),
                    "squared distance to the solution of least norm, of one example with two "
                    "positive inputs and the target 1: zero when they are equal, and only then",
                ),
            ),
            OWN,
        ),
    )
