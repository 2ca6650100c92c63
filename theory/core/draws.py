"""Numbers for a symbol: ordinary ones, wide ones over many decades, and corners."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import sympy as sp
from flint import acb, fmpq

from theory.core.numbers import Number, precision

SIZES = (1, 2, 3, 4, 5, 6)  # lengths of sums
ROOTS = 8_192  # bits of an irrational number: more than any comparison takes


@cache
def _nature(symbol: sp.Symbol) -> tuple[bool, bool, bool, bool]:
    """Is it whole, real, and may it lie below and above zero?"""
    whole = bool(symbol.is_integer)
    real = symbol.is_extended_real is True
    return whole, real, not symbol.is_nonnegative, not symbol.is_nonpositive


def allowed(symbol: Any, value: Number) -> bool:
    """Do the assumptions of the symbol allow this number?"""
    if not isinstance(symbol, sp.Symbol):
        return True
    if not isinstance(value, fmpq):
        if symbol.is_irrational:
            return bool(value.imag.is_zero())
        imaginary = bool(value.real.is_zero()) or not symbol.is_imaginary
        return symbol.is_extended_real is not True and imaginary
    if symbol.is_integer and value.q != 1:
        return False
    wrong = (
        (symbol.is_nonzero and value == 0)
        or (symbol.is_zero is False and value == 0)
        or (symbol.is_positive and not value > 0)
        or (symbol.is_negative and not value < 0)
        or (symbol.is_nonnegative and value < 0)
        or (symbol.is_nonpositive and value > 0)
        or (symbol.is_even and value.p % 2)
        or (symbol.is_odd and value.p % 2 == 0)
        or (symbol.is_prime and not sp.isprime(int(value.p)))
        or symbol.is_extended_real is False
        or (symbol.is_irrational)
        or (symbol.is_integer is False and value.q == 1)
    )
    return not wrong


def _signed(symbol: sp.Symbol, value: fmpq, random: Random) -> Number:
    whole, real, below, above = _nature(symbol)
    if below and (not above or random.random() < 0.5):
        value = -value
    if symbol.is_imaginary:
        return acb(0, 1) * acb(value)
    if symbol.is_irrational:
        with precision(ROOTS):
            return acb(value) * acb(2).sqrt()
    if not real and not whole and random.random() < 0.6:
        size = fmpq(random.randint(-400, 400), 97)
        return acb(value) + acb(0, 1) * acb(size * abs(value) if random.random() < 0.5 else size)
    return value


def ordinary(symbol: sp.Symbol, random: Random, size: bool) -> Number:
    """A number of moderate size; small for the length of a sum."""
    if symbol.is_integer:
        value = fmpq(random.choice(SIZES[:4]) if size else random.randint(1, 12))
        if symbol.is_even or symbol.is_odd:
            value = 2 * value + (1 if symbol.is_odd else 0)
        return _signed(symbol, value, random)
    scale = random.choice((fmpq(1), fmpq(1), fmpq(4), fmpq(1, 5)))
    return _signed(symbol, scale * fmpq(random.randint(1, 400), 197), random)


def wide(symbol: sp.Symbol, random: Random, size: bool) -> Number:
    """A number from one of fifteen decades; for whole numbers from zero on."""
    if symbol.is_integer:
        top = SIZES[-1] if size else random.choice((3, 40, 300))
        value = fmpq(random.randint(0 if symbol.is_zero is not False else 1, top))
        return _signed(symbol, value, random)
    decade = random.randint(-7, 7)
    value = fmpq(random.randint(100, 999), 100) * (
        fmpq(10**decade) if decade >= 0 else fmpq(1, 10**-decade)
    )
    return _signed(symbol, value, random)


def corners(
    symbols: list[sp.Symbol], sizes: set[sp.Symbol], few: bool = False
) -> Iterator[dict[Any, Number]]:
    """All symbols at one value, and each of them alone at the special ones; ``few`` of these."""
    base = {s: fmpq(2) if s.is_integer else fmpq(7, 5) for s in symbols}
    base = {s: v if allowed(s, v) else -v for s, v in base.items()}
    tiny, huge, vast = fmpq(1, 10**9), fmpq(10**6), fmpq(10**30)
    values = [fmpq(0), fmpq(1), fmpq(-1), tiny, fmpq(3), fmpq(4)]
    alone = [*values, fmpq(-2), fmpq(1, 2), fmpq(5), huge]
    if few:
        values, alone = values[:4], [fmpq(0), fmpq(-1), huge]
    for value in values:
        yield {s: value for s in symbols}
    for symbol in symbols:
        for value in alone:
            if symbol not in sizes or value < 10:
                yield {**base, symbol: value}
        if not (few or symbol.is_integer):
            yield from ({**base, symbol: value} for value in (vast, -vast, 1 / vast))
