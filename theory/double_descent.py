"""When does the test error of least squares fall, rise and fall again, and when does it not?  Sharp
conditions in samples and in inputs, all of them or some, at every finite size.

Setting.  As in ``theory.least_squares``, whose exact means are compared at neighbouring sizes: what
one sample, or one input, more does is a polynomial inequality.  c^2 is the squared coefficient of
the input that is added, T what acts as noise before it is, L the signal in use.

Source: Belkin, Hsu, Xu, SIAM Journal on Mathematics of Data Science 2, 2020; Nakkiran, More data
can hurt for linear regression, arXiv 1912.07242, 2019; Hastie, Montanari, Rosset, Tibshirani,
Annals of Statistics 50, 2022.
"""

from sympy import (
    And,
    Derivative,
    Equivalent,
    Expr,
    Implies,
    Limit,
    Rational,
    Subs,
    Symbol,
    oo,
    sqrt,
)

from theory import Decided, Defined, Derivation, Settles, Step, derive
from theory.least_squares import (
    ERROR,
    NO_BOUND,
    RISK,
    B,
    L,
    T,
    d,
    inputs_left_out,
    least_squares,
    n,
    p,
    q,
    sigma,
)
from theory.notation import OWN

g = Symbol("gamma", positive=True)  # inputs over samples, d / n
c = Symbol("c", positive=True)  # coefficient of the input that is added
D = Symbol("D", integer=True, positive=True)  # inputs that there are
m = Symbol("m", integer=True, positive=True)  # those of them that carry signal
w = Symbol("w", positive=True)  # a distance from the peak, in samples
BELKIN = "Belkin, Hsu, Xu, SIAM Journal on Mathematics of Data Science 2, 2020"
HASTIE = "Hastie, Montanari, Rosset, Tibshirani, Annals of Statistics 50, 2022"
NAKKIRAN = "Nakkiran, More data can hurt for linear regression, arXiv 1912.07242, 2019"


def _bound(of: Expr, size: Symbol, side: str, by: Derivation) -> Step:
    """It grows beyond all bounds as a size comes within one of the other."""
    other = d if size == n else n
    end = Subs(of, other, q + 1) if side == "-" else Subs(of, other, q)
    return Step(Limit(end, size, q if side == "-" else q + 1, side), oo, NO_BOUND, uses=(by,))


def sample_wise() -> tuple[Derivation, ...]:
    """With fewer samples than inputs the first sample helps iff B (d - 2) > sigma^2 d, the last one
    before the peak hurts iff 2 B < sigma^2 d (d - 1), and beyond the peak every sample helps.
    """
    few, many = derive(least_squares)[:2]
    more = Subs(RISK, n, n + 1) - RISK
    some, before, beyond = d > 2, d > n + 2, n > d + 1
    change = sigma**2 * (d - 1) / ((d - n - 1) * (d - n - 2)) - B / d
    below = Step(more, change, "a sample more", uses=(many,), domain=(before,))
    after = -(sigma**2) * d / ((n - d) * (n - d - 1))
    above = Step(more, after, "a sample more", uses=(few,), domain=(beyond,))
    first, last = (Subs(below.lhs, n, at) for at in (0, d - 3))
    at_first = Step(
        first, sigma**2 / (d - 2) - B / d, "the first one", domain=(some,), uses=(below,)
    )
    at_last = Step(last, sigma**2 * (d - 1) / 2 - B / d, "the last before the peak", uses=(below,))
    root = sqrt(Rational(1, 4) + sigma**2 * d * (d - 1) / B)
    far = Defined(w, root, "a distance in samples")
    square = Step(w**2, Rational(1, 4) + sigma**2 * d * (d - 1) / B, "its square", uses=(far,))
    least = d - Rational(3, 2) - w
    turn = Decided(
        Implies(before, Equivalent(more < 0, (least + w - n) ** 2 > w**2)),
        "a sample more helps iff the peak is more than w + 3/2 samples away",
        uses=(below, square),
    )
    return (
        Derivation(
            "Number of samples from which on more hurts",
            (
                far,
                square,
                below,
                turn,
                Step(
                    least,
                    d - Rational(3, 2) - root,
                    "the risk is least at the first whole number from here on",
                    uses=(turn, far),
                ),
            ),
            OWN,
        ),
        Derivation(
            "Better, worse, better",
            (
                below,
                above,
                at_first,
                at_last,
                Decided(
                    And(
                        Implies(some, Equivalent(first < 0, B * (d - 2) > sigma**2 * d)),
                        Implies(some, Equivalent(last > 0, sigma**2 * d * (d - 1) > 2 * B)),
                        Implies(beyond, more < 0),
                    ),
                    "each part with its condition",
                    uses=(at_first, at_last, above),
                ),
            ),
            NAKKIRAN,
            (Settles("dd-sample-wise", part="falls, rises, falls"),),
        ),
    )


def dimension_wise() -> tuple[Derivation, ...]:
    """Before the peak an input of coefficient c helps iff T < c^2 (n - p - 1); the first one of D
    alike helps iff B (n - 1) > D (B + sigma^2).
    """
    few = derive(inputs_left_out)[0]
    more = Subs(ERROR, (p, T), (p + 1, T - c**2)) - ERROR
    first = Subs(more, (p, T, c), (0, B + sigma**2, sqrt(B / D)))
    inside, several = n > p + 2, n > 2
    below = Step(
        more,
        (T - c**2) * (n - 1) / (n - p - 2) - T * (n - 1) / (n - p - 1),
        "an input of coefficient c more",
        uses=(few,),
        domain=(inside,),
    )
    alike = Step(
        first,
        (B + sigma**2 - B / D) * (n - 1) / (n - 2) - B - sigma**2,
        "the first one of D inputs with the same coefficient",
        uses=(below,),
        domain=(several,),
    )
    worth = Decided(
        Implies(inside, Equivalent(more < 0, c**2 * (n - p - 1) > T)),
        "it helps iff its signal, times the samples left, exceeds all that acts as noise",
        uses=(below,),
    )
    one_of_many = Decided(
        Implies(several, Equivalent(first < 0, B * (n - 1) > D * (B + sigma**2))),
        "with as many inputs as samples there is no first descent, whatever the noise",
        uses=(alike,),
    )
    return (
        Derivation("An input more, before the peak", (below, worth), OWN),
        Derivation("The first of D inputs alike", (below, alike, one_of_many), OWN),
    )


def signal_then_noise() -> tuple[Derivation, ...]:
    """With m inputs of coefficient c and then empty ones, the error falls over all m iff sigma^2 <
    c^2 (n - m - 1), rises to the peak, and falls for ever after it iff m c^2 <= sigma^2.
    """
    few, many = derive(inputs_left_out)
    rest = sigma**2 + (m - p) * c**2
    more = Subs(ERROR, (p, T), (p + 1, T - c**2)) - ERROR
    with_signal, empty = Subs(more, T, rest), Subs(ERROR, p, p + 1) - ERROR
    of_noise = Subs(empty, (T, L), (sigma**2, m * c**2))
    inside, signal, beyond = n > p + 2, m > p, p > n + 1
    one = Step(
        with_signal,
        (rest - c**2) * (n - 1) / (n - p - 2) - rest * (n - 1) / (n - p - 1),
        "one of the m inputs more",
        uses=(few,),
        domain=(inside, signal),
    )
    helps = Decided(
        Implies(And(inside, signal), Equivalent(with_signal < 0, sigma**2 < c**2 * (n - m - 1))),
        "all m inputs help or none does: p drops out",
        uses=(one,),
    )
    rise = Step(
        of_noise,
        sigma**2 * (n - 1) / ((n - p - 1) * (n - p - 2)),
        "an empty input more before the peak",
        uses=(few,),
        domain=(inside,),
    )
    change = m * c**2 * n / (p * (p + 1)) - sigma**2 * n / ((p - n) * (p - n - 1))
    fall = Step(of_noise, change, "and beyond it", uses=(many,), domain=(beyond,))
    ends = Decided(
        Implies(
            beyond,
            And(
                Equivalent(of_noise < 0, m * c**2 * (p - n) * (p - n - 1) < sigma**2 * p * (p + 1)),
                Implies(m * c**2 <= sigma**2, of_noise < 0),
            ),
        ),
        "beyond the peak the error falls at first, and for ever iff the noise exceeds the signal",
        uses=(fall,),
    )
    again = Step(
        Subs(of_noise, p, n + 2),
        m * c**2 * n / ((n + 2) * (n + 3)) - sigma**2 * n / 2,
        "the first one beyond the peak",
        uses=(many,),
    )
    enough, few_enough = sigma**2 < c**2 * (n - m - 1), 2 * m * c**2 < sigma**2 * (n + 2) * (n + 3)
    return (
        Derivation("One of the m inputs more", (one, helps), OWN),
        Derivation("An empty input more, before the peak", (rise,), OWN),
        Derivation("An empty input more, beyond the peak", (fall, ends), OWN),
        Derivation(
            "Better, worse, better",
            (
                one,
                rise,
                again,
                Decided(
                    And(
                        Implies(And(inside, signal), Equivalent(with_signal < 0, enough)),
                        Implies(inside, of_noise > 0),
                        Equivalent(again.lhs < 0, few_enough),
                    ),
                    "each part with its condition",
                    uses=(one, again, rise),
                ),
            ),
            BELKIN,
            (Settles("dd-dimension-wise", part="falls, rises, falls"),),
        ),
    )


def peak() -> tuple[Derivation, ...]:
    """With noise the risk grows without bound towards n = d from both sides, in n and in d."""
    few, many = derive(least_squares)[:2]
    return tuple(
        Derivation(title, (_bound(RISK, size, side, of),), OWN, (Settles(statement, part=title),))
        for statement, title, size, side, of in (
            ("dd-sample-wise", "more samples, up to the inputs", n, "-", many),
            ("dd-sample-wise", "fewer samples, down to the inputs", n, "+", few),
            ("dd-dimension-wise", "more inputs, up to the samples", d, "-", few),
            ("dd-dimension-wise", "fewer inputs, down to the samples", d, "+", many),
        )
    )


def analytic_models() -> tuple[Derivation, ...]:
    """For d = gamma n and n to infinity the risk is sigma^2 gamma / (1 - gamma) below gamma = 1 and
    above it B (1 - 1 / gamma) + sigma^2 / (gamma - 1), which falls for ever iff B <= sigma^2.
    """
    few, many = derive(least_squares)[:2]
    below, above, many_inputs = sigma**2 * g / (1 - g), B * (1 - 1 / g) + sigma**2 / (g - 1), g > 1

    def limit(title: str, of: Derivation, found: Expr, where: Expr) -> Derivation:
        step = Step(
            Limit(Subs(RISK, d, g * n), n, oo),
            found,
            "n to infinity at fixed gamma",
            uses=(of,),
            domain=(where,),
        )
        return Derivation(title, (step,), HASTIE, (Settles("dd-analytic-models", part=title),))

    under, over = limit("gamma < 1", few, below, g < 1), limit("gamma > 1", many, above, g > 1)
    slope = Step(
        Derivative(over.states[0], g),
        B / g**2 - sigma**2 / (g - 1) ** 2,
        "more inputs, as a share",
        uses=(over,),
        domain=(many_inputs,),
    )
    return (
        under,
        over,
        Derivation(
            "A second ascent",
            (
                slope,
                Decided(
                    Implies(
                        many_inputs,
                        And(
                            Equivalent(slope.lhs < 0, B * (g - 1) ** 2 < sigma**2 * g**2),
                            Implies(sigma**2 >= B, slope.lhs < 0),
                        ),
                    ),
                    "with more signal than noise the risk rises again, to B",
                    uses=(slope,),
                ),
            ),
            OWN,
        ),
    )
