"""Does a network of tents have the derived error on x^2, and does one layer need as many pieces as
derived?  Built networks of ReLU units, and the fewest affine pieces for an error.

Set-ups.  (1) Layers of two units of a tent and one that carries, evaluated at places that fall
between all knots.  (2) The fewest affine pieces, continuous or not, that stay within an error of
x^2 on a grid: each is as long as it can be, by linear programmes.  Source: Yarotsky, Neural
Networks 94, 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from proofs_check.core.check import Check
from theory import deep_square as theory
from theory import derive

Array = np.ndarray
TENTS, GRID = 6, 40001
ERROR, PLACES, SLACK = 5.4e-5, 2001, 1.02  # of one layer; places of the grid; room for the grid


def deep_network(x: Array, tents: int) -> Array:
    """Output of layers of three ReLU units: two of a tent and one that carries what was summed."""
    hidden, carried, scale = x, x, 1.0
    for _ in range(tents):
        units = np.maximum(np.stack([2 * hidden, 4 * hidden - 2, carried]), 0)
        hidden, scale = units[0] - units[1], scale / 4
        carried = units[2] - scale * hidden
    return carried


def deep_error(_: Sequence[int], tents: int = TENTS) -> float:
    """log of the largest error of a network of tents on x^2, in [0, 1]."""
    x = np.linspace(0, 1, GRID)
    return float(np.log(np.abs(deep_network(x, tents) - x**2).max()))


def derived_error(tents: int = TENTS, base: float | None = None) -> float:
    """The same by the derivation; ``base``: another factor for a tent."""
    found = derive(theory.tents)[0].result
    least = float(found.subs(theory.m, tents))
    return float(np.log(least if base is None else least * (4 / base) ** (tents + 1)))


def least_error(x: Array, y: Array) -> float:
    """Largest error of the affine function for which it is least."""
    from scipy.optimize import linprog

    rows = np.c_[np.ones_like(x), x - x[0]]
    one = np.ones((len(x), 1))
    found = linprog(
        [0, 0, 1],
        np.block([[rows, -one], [-rows, -one]]),
        np.r_[y, -y],
        bounds=[(None, None), (None, None), (0, None)],
    )
    return float(found.fun)


def fewest_pieces(_: Sequence[int], error: float = ERROR) -> float:
    """Affine pieces within an error, each as long as it can be."""
    x = np.linspace(0, 1, PLACES)
    allowed, at, count = error * SLACK, 0, 0
    while at < PLACES - 1:
        low, high = at + 1, PLACES - 1  # the last place of the piece lies between them
        while low < high:
            middle = (low + high + 1) // 2
            fits = least_error(x[at : middle + 1], x[at : middle + 1] ** 2) <= allowed
            low, high = (middle, high) if fits else (low, middle - 1)
        at, count = low, count + 1
    return float(count)


def error_of_pieces(pieces: int) -> float:
    """Least error of a shallow network with so many pieces: what ``one_layer`` derives for M."""
    bound = derive(theory.one_layer)[0].result.args[1]
    of_pieces = bound.lhs.subs(theory.SINGLE.subs(theory.d, 1), pieces)
    return float(1 / of_pieces.subs(theory.M, 1))


def least_pieces(error: float = ERROR) -> float:
    """Pieces of one layer for an error, by the derivation."""
    return float((error_of_pieces(1) / error) ** 0.5)


def deep_units(error: float) -> float:
    """Units of a network of tents for an error, before rounding up."""
    return float(derive(theory.tents)[2].result.subs(theory.epsilon, error))


def deep_pieces() -> float:
    """Units with which a deep network reaches that error."""
    return deep_units(ERROR)


CHECKS: tuple[Check, ...] = (
    Check(
        name="tents_add_up_to_the_square",
        quantity="log of the largest error, dimensionless",
        claim=theory.tents,
        predict=derived_error,
        measure=deep_error,
        terms={"places between the knots": 0.01},
        rival=partial(derived_error, base=2.0),
        rival_why="a tent more halves the error, as it halves the pieces",
        deterministic=True,
    ),
    Check(
        name="one_layer_needs_a_piece_for_each_root_of_the_error",
        quantity="affine pieces for an error, a count",
        claim=theory.one_layer,
        predict=least_pieces,
        measure=fewest_pieces,
        terms={"one piece for the grid": 1.0},
        rival=deep_pieces,
        rival_why="as many units as a deep network has for this error",
        deterministic=True,
    ),
)


def portrait(axes: Any) -> None:
    """Largest error on x^2 over the number of units: tents in layers, pieces of one layer, the
    derived lines; dashed the rival, an error that a tent only halves.
    """
    tents = np.arange(1, 9)
    axes.semilogy(3 * tents, [np.exp(derived_error(int(m))) for m in tents], color="#0072B2")
    measured = [np.exp(deep_error((), int(m))) for m in tents]
    axes.semilogy(3 * tents, measured, "o", color="#0072B2", label="layers of tents")
    halved = [np.exp(derived_error(int(m), 2.0)) for m in tents]
    axes.semilogy(3 * tents, halved, "--", color="#999999", label="rival: a tent halves it")
    units = np.arange(2, 25)
    least = [error_of_pieces(int(n) + 1) for n in units]
    axes.semilogy(units, least, color="#D55E00", label="one layer, least possible")
    axes.set(xlabel="ReLU units, a count", ylabel="largest error on $x^2$, dimensionless")
    axes.set(title="Layers of tents overtake the best single layer on $x^2$")
    axes.legend()
