"""Random numbers for entries of arrays, and smooth functions that no symbolic rule knows for
undefined ones; others at each place.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random

import sympy as sp
from flint import fmpq
from sympy.core.function import AppliedUndef

from theory.core.numbers import Number, ball, checked, integer
from theory.core.values import Place, of


@lru_cache(maxsize=1_000)
def name_of(base: sp.IndexedBase) -> str:
    """The name of an array; to write it costs more than to draw an entry."""
    return str(base)


def entry(node: sp.Indexed, place: Place) -> Number:
    """An entry of an array: the one that was set, or a random rational that obeys its signs."""
    key = (name_of(node.base), tuple(integer(of(i, place)) for i in node.indices))
    return place.numbers[key] if key in place.numbers else _drawn_entry(node.base, key, place.seed)


@lru_cache(maxsize=20_000)
def _drawn_entry(base: sp.IndexedBase, key: tuple[str, tuple[int, ...]], seed: int) -> fmpq:
    label = base.label
    if seed < 0:
        return _plain_entry(seed, sum(key[1]), label)
    sizes = (97, 97, 97, 13, 1000)
    random = Random(f"{key} {seed}")
    value = fmpq(random.randint(-300, 300) or 1, random.choice(sizes))
    if base.is_integer or label.is_integer:
        value = fmpq(random.randint(-6, 6) or 1)
    if label.is_nonnegative or base.is_nonnegative:
        value = abs(value)
    elif label.is_nonpositive or base.is_nonpositive:
        value = -abs(value)
    return value


def _plain_entry(seed: int, index: int, label: sp.Symbol) -> fmpq:
    """All entries zero, all one, or one and minus one in turn, as far as their signs allow."""
    value = fmpq((0, 1, 1 - 2 * (index % 2))[-1 - seed])
    if label.is_nonpositive:
        value = -abs(value)
    elif label.is_nonnegative:
        value = abs(value)
    if value == 0 and (label.is_zero is False or label.is_nonzero):
        value = fmpq(-1 if label.is_nonpositive else 1)
    return value


@lru_cache(maxsize=5_000)
def _drawn(name: str, arguments: int, seed: int) -> tuple[int, tuple[fmpq, ...]]:
    """The form of an undefined function, and its coefficients."""
    random = Random(f"{name} {arguments} {seed}")
    form = random.randint(0, 2)
    return form, tuple(fmpq(random.randint(20, 180), 97) for _ in range(arguments + 4))


def undefined(node: AppliedUndef, place: Place) -> Number:
    """An undefined function: a smooth one that no symbolic rule knows, another at each place."""
    if place.seed == -1 and node.is_zero is not False:
        return fmpq(0)
    form, coefficients = _drawn(str(node.func), len(node.args), place.seed)
    draw = iter(coefficients).__next__
    arguments = [of(a, place) for a in node.args]
    z: Number = fmpq(0)
    for c, argument in enumerate(arguments):
        z = z + draw() * argument + fmpq(c, 5 + c) * argument * arguments[0]
    z = ball(z)
    if place.seed in (-2, -3):  # one that has an integral over any range
        bump = (-((z - draw()) ** 2)).exp()
        if node.is_nonnegative or node.is_nonpositive:
            return checked(bump if node.is_nonnegative else -bump)
        return checked(bump * (draw() * z + draw()))
    if form == 0:
        value = draw() * (draw() * z + draw()).sin() + z * z / 3 + 1
    elif form == 1:
        value = draw() * (-z * z / 9).exp() * (z + draw()) + draw() * z
    else:
        value = z * z * z / 7 - draw() * z * z + draw() * z - draw()
    if node.is_nonnegative:
        value = value * value + draw()
    elif node.is_nonpositive:
        value = -value * value - draw()
    return checked(value)
