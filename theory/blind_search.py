"""Does training without gradients learn in another order than descent?  A small random change that
is kept if the loss falls moves, in the mean, against the gradient; frequencies then wait as usual.

Setting.  A change sigma xi of the parameters, xi normal and small, changes the loss by sigma |g| z
to first order, z the component of xi along the gradient g, itself normal.  It is kept where z is
negative.  Along g the mean of what is kept is -sigma / sqrt(2 pi); across it there is none.  The
outputs J theta then move, in the mean, by the tangent kernel J J^T times the errors, as in descent,
and the frequency for which the kernel is larger is fitted first.

Source: our own; question: essay on simplicity bias, on particle swarms.
"""

from sympy import Eq, IndexedBase, Integer, Integral, Sum, exp, oo, pi, sqrt, symbols

from theory import Assumed, Derivation, Step, To, chain
from theory.notation import OWN

z = symbols("z", real=True)  # a normal number
sigma, size = symbols("sigma G", positive=True)  # of the change, of the gradient
i, j, k, n, p = symbols("i j k n p", integer=True, positive=True)
J, e, step = (IndexedBase(name, real=True) for name in ("J", "e", "d"))
low, high, fitted_low, fitted_high, rest = symbols("K_1 K_2 a b t", positive=True)
DENSITY = exp(-(z**2) / 2) / sqrt(2 * pi)


def kept_changes() -> tuple[Derivation, ...]:
    """Random changes that are kept where the loss falls move the outputs, in the mean, by the
    tangent kernel times the errors.
    """
    along = Step(
        Integral(z * DENSITY, (z, -oo, 0)),
        -1 / sqrt(2 * pi),
        "component along the gradient, kept where it is negative",
    )
    across = Step(
        Integral(z * DENSITY, (z, -oo, oo)) / 2,
        Integer(0),
        "a component across it, kept half of the time whatever it is",
    )
    gradient = Sum(J[j, p] * e[j], (j, 1, n))
    moves = Assumed(
        Eq(step[p], sigma / size * along.lhs * gradient),
        "mean of the kept changes: only along the gradient J^T e, of length G",
    )
    outputs = chain(
        Sum(J[i, p] * step[p], (p, 1, k)),
        To(
            sigma / size * along.lhs * Sum(J[i, p] * gradient, (p, 1, k)),
            "outputs, to first order",
            uses=(moves,),
        ),
        To(
            -sigma / (size * sqrt(2 * pi)) * Sum(J[i, p] * gradient, (p, 1, k)),
            "minus a positive number times the kernel J J^T applied to the errors, as in descent",
            uses=(along,),
        ),
    )
    return (
        Derivation("Outputs by kept changes", (along, moves, *outputs), OWN),
        Derivation("Across the gradient", (across,), OWN),
    )
