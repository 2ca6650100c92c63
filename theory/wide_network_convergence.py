"""How wide is wide enough for training to reach zero loss from almost every start?  The theorem of
Du and others with its constants, the least eigenvalue on a circle, the pace of descent.

Setting.  As ``kernel_motion``, whose lemmas say that the kernel moves by lambda_0 / 4 at most; here
it starts that close to its limit, so that its least eigenvalue stays above lambda_0 / 2.

Source: Du, Zhai, Poczos, Singh, ICLR 2019.
"""

from sympy import (
    And,
    Determinant,
    Eq,
    Expr,
    Implies,
    IndexedBase,
    Integer,
    Limit,
    Matrix,
    Ne,
    Rational,
    Subs,
    Sum,
    Symbol,
    acos,
    cos,
    exp,
    eye,
    log,
    oo,
    pi,
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
from theory.core.enclosure import root
from theory.kernel_motion import motion_of_neurons, motion_of_the_kernel
from theory.notation import DU, FELLER, HORN, OWN, RUDIN

m = Symbol("m", integer=True, positive=True)  # neurons
lam, h, s = symbols("lambda h s", positive=True)  # rate of a mode, learning rate, a distance
t = Symbol("t", nonnegative=True)  # time


def start_of_the_kernel() -> tuple[Derivation, ...]:
    """The kernel starts at most lambda_0 / 4 from its limit with probability 1 - delta if m >= 4
    n^2 / (delta lambda_0^2).
    """
    n, i, j = symbols("n i j", integer=True, positive=True)
    lam0, delta = symbols("lambda_0 delta", positive=True)
    samples = (i, 1, n)
    starts_far = Symbol("P_2", nonnegative=True)  # chance that S > lambda_0 / 4

    cosine, active, spread = (IndexedBase(name, real=True) for name in ("C", "p_on", "s_0"))
    turn = IndexedBase("tau", nonnegative=True)  # squared sine
    variance = Assumed(
        Eq(spread[i, j], cosine[i, j] ** 2 * active[i, j] * (1 - active[i, j]) / m),
        "an entry of H starts as a mean over m independent neurons of x_i . x_j times a switch "
        "that is 1 with chance p_on",
    )
    short_product = Assumed(
        Eq(cosine[i, j] ** 2, 1 - turn[i, j]), "|x_i . x_j| <= 1 for inputs of length 1"
    )
    distance = Sum(spread[i, j], samples, (j, 1, n))
    scatter = Derivation(
        "Mean squared distance of the kernel from its limit",
        (
            variance,
            short_product,
            *chain(
                distance,
                To(
                    n**2 / (4 * m)
                    - Sum(
                        turn[i, j] / 4 + cosine[i, j] ** 2 * (Rational(1, 2) - active[i, j]) ** 2,
                        samples,
                        (j, 1, n),
                    )
                    / m,
                    "p (1 - p) = 1/4 - (1/2 - p)^2",
                    uses=(short_product,),
                ),
                To(n**2 / (4 * m), "at most 1/4 per entry", relation="<="),
                uses=(variance,),
            ),
        ),
        DU + ", lemma 3.1",
    )
    wide_start = Assumed(m >= 4 * n**2 / (delta * lam0**2), "the width for the start")
    chebyshev = Quoted(
        "Chebyshev: P(S > c) <= E S^2 / c^2; S is at most the root of the sum of squared entries",
        FELLER + ", section IX.6; " + HORN + ", section 5.6",
        states=(starts_far, "<=", 16 / lam0**2 * distance),
    )
    far = Decided(
        starts_far <= 4 * n**2 / (lam0**2 * m),
        "chance that it starts further than lambda_0 / 4 away",
        uses=(chebyshev, scatter),
    )
    less_far = Decided(4 * n**2 / (lam0**2 * m) <= delta, "a wide network", uses=(wide_start,))
    at_start = Derivation(
        "How far the kernel starts from its limit",
        (
            wide_start,
            chebyshev,
            far,
            less_far,
            Decided(starts_far <= delta, "at that width", uses=(far, less_far)),
        ),
        DU + ", lemma 3.1",
    )
    return at_start, scatter


def wide_networks_converge() -> tuple[Derivation, ...]:
    """Flow ends at zero loss with probability 1 - 2 delta if m >= 512 n^5 |e_0|^2 / (pi delta^2
    lambda_0^4), 4 n^2 / (delta lambda_0^2).
    """
    n = Symbol("n", integer=True, positive=True)
    lam0, E0, R, delta = symbols("lambda_0 E_0 R delta", positive=True)
    # until a time T: least eigenvalue of the kernel, way of the farthest neuron, change of the
    # kernel, at most X; S is how far it starts from its limit, whose least eigenvalue is lambda_0
    least = Symbol("ell", real=True)
    farthest, change, may_change, off = symbols("D V X S", nonnegative=True)
    moves_much, starts_far, success = symbols("P_1 P_2 P", nonnegative=True)  # chances

    moved, decay, _ = derive(motion_of_neurons)
    motion, switches, *_ = derive(motion_of_the_kernel)
    at_start, _ = derive(start_of_the_kernel)
    radius = Defined(R, 2 * sqrt(n / m) * E0 / lam0, "as far as neurons may move")
    weyl = Quoted(
        "the least eigenvalue of a sum is at least the least one less the norm of the other term",
        "Weyl; " + HORN + ", theorem 4.3.1",
        states=(least, ">=", lam0 - off - change),
    )
    good = And(may_change <= lam0 / 4, off <= lam0 / 4)  # starts of both kinds
    enough_left = Decided(
        Implies(And(good, farthest <= R), least >= lam0 / 2),
        "as long as no neuron has moved further than R",
        uses=(switches, weyl),
    )
    never = Decided(
        Implies(good, Ne(farthest, R)),
        "a first time at which the farthest neuron has moved R does not exist: until then it would "
        "have moved less",
        uses=(enough_left, moved, radius),
    )
    between = Quoted(
        "a continuous function of T that starts at 0 and never has the value R stays below it",
        RUDIN + ", theorem 4.23",
        states=Implies(Ne(farthest, R), farthest < R),
    )
    below_radius = Decided(Implies(good, farthest < R), "at every T", uses=(never, between))
    stays = Derivation(
        "The least eigenvalue stays above lambda_0 / 2",
        (
            weyl,
            radius,
            enough_left,
            never,
            between,
            below_radius,
            Decided(
                Implies(good, least >= lam0 / 2), "at every T", uses=(enough_left, below_radius)
            ),
        ),
        DU + ", lemma 3.4",
    )
    converges = Decided(
        Implies(good, decay.result.args[1]),
        "flow ends at zero loss",
        uses=(stays, decay),
    )
    union = Quoted(
        "Boole: what holds unless A or B happens has the probability 1 - P(A) - P(B) at least",
        FELLER + ", section I.7",
        states=Implies(converges.formula, success >= 1 - moves_much - starts_far),
    )
    return (
        Derivation(
            "Flow ends at zero loss with probability 1 - 2 delta",
            (
                converges,
                union,
                Decided(
                    And(converges.formula, success >= 1 - 2 * delta),
                    "so it does with that probability",
                    uses=(converges, union, motion, at_start),
                ),
            ),
            DU + ", theorem 3.2",
        ),
        stays,
        Derivation(
            "The bound of the loss at the end",
            (Step(Limit(E0**2 * exp(-lam0 * t), t, oo), Integer(0), "zero loss"),),
            DU + ", theorem 3.2",
        ),
        Derivation(
            "Width for the motion",
            (
                Step(
                    Subs(
                        (8 * n ** Rational(5, 2) * E0 / (sqrt(2 * pi) * delta * lam0 * s)) ** 2,
                        s,
                        lam0 / 4,
                    ),
                    512 * n**5 * E0**2 / (pi * delta**2 * lam0**4),
                    "m for which the kernel moves by lambda_0 / 4",
                ),
            ),
            DU + ", theorem 3.2",
        ),
        Derivation(
            "Width for the start",
            (
                Step(
                    Subs(n**2 / (4 * delta * s**2), s, lam0 / 4),
                    4 * n**2 / (delta * lam0**2),
                    "m that starts lambda_0 / 4 off",
                ),
            ),
            DU + ", lemma 3.1",
        ),
    )


def five_points_on_the_circle() -> tuple[Derivation, ...]:
    """The gate kernel x.x' k_0 of five equispaced points on the circle has the least eigenvalue
    3/10.
    """
    from theory.phase_diagram import kernel_sizes

    gate = derive(kernel_sizes)[0]
    (angle,) = gate.result.free_symbols
    eigenvalue = Symbol("x", real=True)
    near, far = symbols("K_1 K_2", real=True)  # entries of neighbours, and of the others
    of_mode = IndexedBase("mu", real=True)
    least = Rational(3, 10)

    def entry(apart: int) -> Expr:
        return near if apart in (1, 4) else far if apart in (2, 3) else Rational(1, 2)

    def mode(q: int) -> Expr:
        return sum(entry(j) * cos(2 * pi * j * q / 5) for j in range(5))

    entries = tuple(
        Defined(
            name,
            Subs(cos(angle) * gate.states[0], angle, 2 * pi * j / 5),
            f"x.x' k_0 at the angle 2 pi {j} / 5; on the diagonal it is 1/2",
        )
        for j, name in ((1, near), (2, far))
    )
    modes = tuple(
        Defined(of_mode[q], mode(q), f"the cosine that goes round {q} times") for q in range(3)
    )
    zero = Determinant(Matrix(5, 5, lambda i, j: entry(abs(i - j))) - eigenvalue * eye(5))
    spectrum = Step(
        zero,
        (of_mode[0] - eigenvalue) * (of_mode[1] - eigenvalue) ** 2 * (of_mode[2] - eigenvalue) ** 2,
        "entries depend on the distance only: a circulant matrix, whose modes are the cosines and "
        "sines",
        uses=modes,
    )
    second = Derivation(
        "Value",
        (
            *entries,
            modes[2],
            Step(of_mode[2], least, "in closed form", uses=(modes[2], *entries, gate)),
        ),
        DU,
    )
    others = tuple(
        Derivation(
            title,
            (
                *entries,
                modes[q],
                Step(of_mode[q], least, why, relation=">", uses=(modes[q], *entries, gate)),
            ),
            DU,
        )
        for q, title, why in (
            (0, "The constant mode", "it is not the least"),
            (1, "The first cosine", "nor is this"),
        )
    )
    return (
        Derivation(
            "Least eigenvalue",
            (
                *modes,
                spectrum,
                Decided(
                    And(
                        Implies(Eq(zero, 0), eigenvalue >= least),
                        Implies(Eq(eigenvalue, least), Eq(zero, 0)),
                    ),
                    "3/10 is an eigenvalue, and none is less",
                    uses=(spectrum, second, *others),
                ),
            ),
            DU,
        ),
        second,
        *others,
    )


def descent_converges() -> tuple[Derivation, ...]:
    """Descent on a standing kernel loses at least the share eta lambda_0 / 2 of the loss per step,
    for eta lambda_max at most 3 / 2.
    """
    lam0 = Symbol("lambda_0", positive=True)
    least = Assumed(lam0 <= lam, "lambda_0 is the least eigenvalue")
    contraction = (1 - h * lam) ** 2
    bound = 1 - h * lam0 / 2
    small = Assumed(h * lam <= Rational(3, 2), "the learning rate h = eta is small enough")
    return (
        Derivation(
            "Loss of a mode per step",
            (
                least,
                small,
                *chain(
                    contraction,
                    To(
                        1 - h * lam / 2,
                        "a step multiplies the squared residual of a mode by (1 - eta lambda)^2",
                        relation="<=",
                        uses=(small,),
                    ),
                    To(
                        bound,
                        "a mode that is faster loses more",
                        relation="<=",
                        uses=(least,),
                    ),
                ),
            ),
            DU + ", theorem 4.1; elementary for a standing kernel",
        ),
        Derivation(
            "How far the linearised model is from that bound",
            (
                Step(
                    Limit(log(contraction.subs(lam, lam0)) / log(bound), h, 0, "+"),
                    Integer(4),
                    "the slowest mode decays four times as fast as the bound, for small steps",
                ),
            ),
            OWN,
        ),
    )


def gate_matrix(inputs: list[list[float]]) -> Matrix:
    """The gate kernel x.x' k_0 of inputs given as exact numbers, in closed expressions."""
    from theory.phase_diagram import kernel_sizes

    gate = derive(kernel_sizes)[0].result
    (at,) = gate.free_symbols
    rows = [[Rational(entry) for entry in row] for row in inputs]

    def entry(i: int, j: int) -> Expr:
        product, square, other = (
            sum(u * v for u, v in zip(rows[p], rows[q], strict=True))
            for p, q in ((i, j), (i, i), (j, j))
        )
        angle = acos(root(product**2 / (square * other)), evaluate=False)
        return product * gate.subs(at, angle if product >= 0 else pi - angle)

    return Matrix(len(rows), len(rows), entry)
