"""Numbers: rationals, which stay exact, and balls of complex numbers (Arb) for all others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flint
from flint import acb, arb, fmpq

BITS = (128, 512, 2048)  # tried one after the other

Number = Any  # fmpq, exact, or acb, a ball


class NoValue(ArithmeticError):
    """The expression has no value here: a division by zero, log 0, a case that is not covered."""


class Unknown(ArithmeticError):
    """No number could be obtained here, at this precision."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Balls of this many bits."""
    saved, flint.ctx.prec = flint.ctx.prec, bits
    try:
        yield
    finally:
        flint.ctx.prec = saved


def ball(value: Number) -> acb:
    """Any number as a ball."""
    return acb(value)


def sign_of(value: Number) -> int:
    """-1, 0 or 1; ``NoValue`` when it is not real, ``Unknown`` when the ball does not tell."""
    if isinstance(value, fmpq):
        return (value > 0) - (value < 0)
    if not value.imag.contains(0):
        raise NoValue("not a real number")
    if not value.imag.is_zero():
        raise Unknown("it is not certain that this is real")
    if value.real > 0 or value.real < 0:
        return 1 if value.real > 0 else -1
    if value.real.is_zero():
        return 0
    raise Unknown("the sign is not certain")


def real_part(value: Number) -> arb:
    """A real number as a real ball; raises as ``sign_of`` for others."""
    if isinstance(value, fmpq):
        return arb(value)
    if not value.imag.is_zero():
        if value.imag.contains(0):
            raise Unknown("it is not certain that this is real")
        raise NoValue("not a real number")
    return value.real


def integer(value: Number) -> int:
    """A whole number; ``NoValue`` for a fraction, ``Unknown`` where the ball does not tell."""
    if isinstance(value, fmpq):
        if value.q != 1:
            raise NoValue("an index or a bound between two integers")
        return int(value.p)
    raise Unknown("an index or a bound is not an integer")


def power(base: Number, exponent: Number) -> Number:
    """The principal power; 0^0 = 1."""
    whole = isinstance(exponent, fmpq) and exponent.q == 1
    if isinstance(base, fmpq):
        if base == 0:
            sign = sign_of(exponent) if isinstance(exponent, fmpq) else sign_of(exponent.real)
            if sign < 0:
                raise NoValue("division by zero")
            return fmpq(0**sign)
        if whole and abs(exponent.p) * max(abs(base.p).bit_length(), base.q.bit_length()) < 20_000:
            return base ** int(exponent.p)
    base = ball(base)
    if base.is_zero():
        return power(fmpq(0), exponent)
    if whole and exponent > 0:
        return checked(base ** int(exponent.p))
    if base.contains(0):
        raise Unknown("a base is not certain to differ from zero")
    if whole:
        return checked(1 / base ** int(-exponent.p))
    if isinstance(exponent, fmpq) and exponent.q == 2:
        return checked(base.sqrt() ** int(exponent.p))
    return checked(base ** ball(exponent))


def checked(value: acb) -> acb:
    """The ball itself, when it is finite."""
    if not value.is_finite():
        raise Unknown("too large, or not known well enough")
    return value


def finite(value: Number, node: Any) -> Number:
    """The value of a function, when it is finite."""
    if not isinstance(value, fmpq) and not value.is_finite():
        raise Unknown(f"{node.func.__name__} could not be evaluated")
    return value
