"""How large at the start were the weights that a mask by final magnitude keeps?  Their mean square
over that of all weights, from the correlation of start and end.

Setting.  A weight at the start and at the end is normal, in units of its standard deviation, with
the correlation r of both; a mask keeps the largest at the end, of the mean square v.

Source: Frankle, Carbin, ICLR 2019; our own.
"""

from sympy import Eq, Symbol, sqrt, symbols

from theory import Assumed, Defined, Derivation, Step, To, chain
from theory.notation import OWN, mean, mean_is_linear

r = Symbol("r", nonnegative=True)  # correlation of start and end
v = Symbol("v", positive=True)  # mean square at the end of what is kept
w, u, g = symbols("w u g", real=True)  # at the end, at the start, noise


def kept_at_the_start() -> tuple[Derivation, ...]:
    """The weights that the last mask keeps had the mean square r^2 v + 1 - r^2 at the start, v that
    at the end over that of all: the whole of it where nothing moves, that of all where r is zero.
    """
    split = Defined(u, r * w + sqrt(1 - r**2) * g, "normal weights of variance one")
    square = Step(
        u**2,
        r**2 * w**2 + (1 - r**2) * g**2 + 2 * r * sqrt(1 - r**2) * w * g,
        "squared",
        uses=(split,),
        domain=(r <= 1,),
    )
    parts = r**2 * mean(w**2) + (1 - r**2) * mean(g**2)
    parts += 2 * r * sqrt(1 - r**2) * mean(w * g)
    linear = mean_is_linear(mean(square.rhs), parts)
    size = Assumed(Eq(mean(w**2), v), "mean square at the end of what is kept")
    noise = Assumed(Eq(mean(g**2), 1), "the mask does not know the rest")
    apart = Assumed(Eq(mean(w * g), 0), "independent, of mean zero")
    return (
        Derivation(
            "Mean square at the start",
            (
                split,
                square,
                linear,
                size,
                noise,
                apart,
                *chain(
                    mean(u**2),
                    To(mean(square.rhs), "squared", uses=(square,), domain=(r <= 1,)),
                    To(r**2 * v + 1 - r**2, "put in", uses=(linear, size, noise, apart)),
                ),
            ),
            OWN,
        ),
    )
