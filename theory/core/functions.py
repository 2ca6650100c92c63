"""Functions of numbers, by their SymPy name; ``NoValue`` at poles, ``Unknown`` where a ball is too
wide to tell.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from flint import acb, arb, fmpq

from theory.core.numbers import NoValue, Number, Unknown, ball, checked, power, real_part, sign_of


def _absolute(z: Number) -> Number:
    if isinstance(z, fmpq):
        return abs(z)
    return acb(abs(z.real)) if z.imag.is_zero() else acb(abs(z))


def _signum(z: Number) -> Number:
    if isinstance(z, acb) and not z.imag.contains(0):
        return z / acb(abs(z))
    return fmpq(sign_of(z))


def _floor(z: Number, up: bool = False) -> Number:
    if isinstance(z, fmpq):
        return fmpq(-(-z.p // z.q) if up else z.p // z.q)
    value = real_part(z)
    found = (value.ceil() if up else value.floor()).unique_fmpz()
    if found is None:
        raise Unknown("a step of floor or ceiling")
    return fmpq(found)


def _extremum(numbers: tuple[Number, ...], larger: bool) -> Number:
    best = numbers[0]
    for z in numbers[1:]:
        if isinstance(best, fmpq) and isinstance(z, fmpq):
            best = max(best, z) if larger else min(best, z)
        else:
            a, b = real_part(best), real_part(z)
            best = acb(a.max(b) if larger else a.min(b))
    return best


def _heaviside(z: Number, at_zero: Number = fmpq(1, 2)) -> Number:  # noqa: B008  (immutable)
    sign = sign_of(z)
    return at_zero if sign == 0 else fmpq((1 + sign) // 2)


def _delta(a: Number, b: Number) -> Number:
    return fmpq(int(sign_of(a - b) == 0))


def _dirac(z: Number, *_: Number) -> Number:
    if sign_of(z) == 0:
        raise NoValue("an impulse")
    return fmpq(0)


def _logarithm(z: Number, base: Number | None = None) -> Number:
    if isinstance(z, fmpq) and z == 0:
        raise NoValue("the logarithm of zero")
    value = checked(ball(z).log())
    return value if base is None else value / _logarithm(base)


def _at_pole(z: Number) -> bool:
    return isinstance(z, fmpq) and z.q == 1 and z <= 0


def _gamma(z: Number) -> Number:
    if _at_pole(z):
        raise NoValue("gamma has a pole here")
    if isinstance(z, fmpq) and z.q == 1 and z < 200:
        return fmpq(int(sp.factorial(int(z.p) - 1)))
    return ball(z).gamma()


def _binomial(n: Number, k: Number) -> Number:
    """SymPy's: 0 for k < 0, a polynomial in n for whole k."""
    if isinstance(k, fmpq) and k.q == 1:
        total: Number = fmpq(0 if k < 0 else 1)
        if k > 500:
            raise Unknown("a binomial coefficient of high order")
        for c in range(int(k.p)):
            total = total * (n - c) / (c + 1)
        return total
    return ball(n + 1).gamma() * ball(k + 1).rgamma() * ball(n - k + 1).rgamma()


def _mod(a: Number, b: Number) -> Number:
    return a - b * _floor(a * power(b, fmpq(-1)))


def _arctangent(y: Number, x: Number) -> Number:
    if sign_of(x) == 0 and sign_of(y) == 0:
        raise NoValue("atan2(0, 0)")
    return acb(arb.atan2(real_part(y), real_part(x)))


def _pole(function: Callable[[acb], acb], at: Callable[[Number], bool]) -> Callable[..., Number]:
    def guarded(z: Number, *rest: Number) -> Number:
        if at(z):
            raise NoValue("a pole")
        return function(ball(z), *rest)

    return guarded


def _is_zero(z: Number) -> bool:
    return isinstance(z, fmpq) and z == 0


def _plain(name: str) -> Callable[..., Number]:
    exact_at_zero = {"sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "erfi"}

    def value(z: Number) -> Number:
        if _is_zero(z) and name in exact_at_zero:
            return fmpq(0)
        return getattr(ball(z), name)()

    return value


FUNCTIONS: dict[str, Callable[..., Number]] = {
    **{
        name: _plain(name)
        for name in [
            "sin",
            "cos",
            "tan",
            "sec",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "sech",
            "asinh",
            "acosh",
            "erf",
            "erfc",
            "erfi",
        ]
    },
    **{name: _pole(getattr(acb, name), _is_zero) for name in ("cot", "csc", "coth", "csch")},
    "atanh": _pole(acb.atanh, lambda z: isinstance(z, fmpq) and abs(z) == 1),
    "exp": lambda z: fmpq(1) if _is_zero(z) else ball(z).exp(),
    "log": _logarithm,
    "gamma": _gamma,
    "factorial": lambda z: _gamma(z + 1),
    "loggamma": _pole(acb.lgamma, _at_pole),
    "digamma": _pole(acb.digamma, _at_pole),
    "zeta": lambda s: _pole(acb.zeta, lambda z: isinstance(z, fmpq) and z == 1)(s),
    "besselj": lambda n, z: ball(z).bessel_j(ball(n)),
    "besseli": lambda n, z: ball(z).bessel_i(ball(n)),
    "Ei": _pole(acb.ei, _is_zero),
    "binomial": _binomial,
    "Abs": _absolute,
    "sign": _signum,
    "conjugate": lambda z: z if isinstance(z, fmpq) else z.conjugate(),
    "re": lambda z: z if isinstance(z, fmpq) else acb(z.real),
    "im": lambda z: fmpq(0) if isinstance(z, fmpq) else acb(z.imag),
    "arg": lambda z: acb(ball(z).arg()),
    "floor": _floor,
    "ceiling": lambda z: _floor(z, up=True),
    "Max": lambda *numbers: _extremum(numbers, larger=True),
    "Min": lambda *numbers: _extremum(numbers, larger=False),
    "Heaviside": _heaviside,
    "DiracDelta": _dirac,
    "KroneckerDelta": _delta,
    "Mod": _mod,
    "atan2": _arctangent,
}
