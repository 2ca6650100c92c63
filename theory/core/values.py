"""The value of an expression at a point, as a ball that contains it.

Rationals stay exact, everything else is a ball of complex numbers (Arb).  Nothing here comes from a
rule that a symbolic route would use: derivatives are differences, limits are approached, sums are
written out, integrals are quadrature.  What those cannot do rigorously is marked as estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import flint
import sympy as sp
from flint import acb, arb, fmpq
from sympy.core.function import AppliedUndef

TERMS = 20_000  # a longer sum is not written out
BITS = (128, 512, 2048)

Number = Any  # fmpq, exact, or acb, a ball


class NoValue(ArithmeticError):
    """The expression has no value here: a division by zero, log 0, a case that is not covered."""


class Unknown(ArithmeticError):
    """No number could be obtained here, at this precision."""


@dataclass
class Place:
    """Where expressions are evaluated: a number for each symbol, and a seed from which entries of
    arrays and undefined functions get theirs.
    """

    numbers: Mapping[Any, Any] = field(default_factory=dict)
    seed: int = 0
    estimated: bool = False  # has something been evaluated that is not rigorous?
    scale: float = 0.0  # the largest estimated number met

    def __post_init__(self) -> None:
        self.numbers = {key: number(value) for key, value in self.numbers.items()}

    @contextmanager
    def having(self, numbers: Mapping[Any, Number]) -> Iterator[None]:
        """The same place with some numbers set for a while."""
        saved = self.numbers
        self.numbers = {**saved, **numbers}
        try:
            yield
        finally:
            self.numbers = saved

    def estimate(self, value: Number, error: Any) -> acb:
        """A number known to an estimated error only."""
        middle = ball(value)
        error = arb(error)
        self.estimated = True
        self.scale = max(self.scale, float(middle.abs_upper()))
        return middle + acb(arb(0, error.abs_upper()), 0)


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Balls of this many bits."""
    saved, flint.ctx.prec = flint.ctx.prec, bits
    try:
        yield
    finally:
        flint.ctx.prec = saved


def number(value: Any) -> Number:
    """A SymPy number, or one of ours."""
    if isinstance(value, fmpq | acb):
        return value
    value = sp.sympify(value, strict=True)
    if value.is_Rational:
        return fmpq(int(value.p), int(value.q))
    return of(value, Place())


def ball(value: Number) -> acb:
    return acb(value)


def of(node: Any, place: Place) -> Number:
    """The value of ``node`` at ``place``; raises ``NoValue`` or ``Unknown``."""
    if node in place.numbers:
        return place.numbers[node]
    for kind, rule in _RULES.items():
        if isinstance(node, kind):
            return rule(node, place)
    name = node.func.__name__
    arguments = [of(a, place) for a in node.args]
    if name in _FUNCTIONS:
        return _finite(_FUNCTIONS[name](*arguments), node)
    return _by_sympy(node, arguments, place)


def holds(condition: Any, place: Place) -> bool:
    """Is a relation, or a combination of such, true here?"""
    if condition in (True, sp.true):
        return True
    if condition in (False, sp.false):
        return False
    if isinstance(condition, sp.And):
        return all(holds(c, place) for c in condition.args)
    if isinstance(condition, sp.Or):
        return any(holds(c, place) for c in condition.args)
    if isinstance(condition, sp.Not):
        return not holds(condition.args[0], place)
    if isinstance(condition, sp.Implies):
        return not holds(condition.args[0], place) or holds(condition.args[1], place)
    if isinstance(condition, sp.Equivalent):
        return len({holds(c, place) for c in condition.args}) == 1
    if isinstance(condition, sp.Contains) and condition.args[1] is sp.S.Integers:
        value = of(condition.args[0], place)
        return isinstance(value, fmpq) and value.q == 1
    if not isinstance(condition, sp.core.relational.Relational):
        raise Unknown(f"{condition} is neither true nor false here")
    if condition.rhs.is_infinite or condition.lhs.is_infinite:
        swap = condition.lhs.is_infinite
        far = condition.lhs if swap else condition.rhs
        of(condition.rhs if swap else condition.lhs, place)
        return bool(condition.func(far, 0) if swap else condition.func(0, far))
    sign = sign_of(of(condition.lhs, place) - of(condition.rhs, place))
    return bool(condition.func(sp.Integer(sign), 0))


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


def _finite(value: Number, node: Any) -> Number:
    if not isinstance(value, fmpq) and not value.is_finite():
        raise Unknown(f"{node.func.__name__} could not be evaluated")
    return value


def _real(value: Number) -> arb:
    if isinstance(value, fmpq):
        return arb(value)
    sign_of(value - value.real)  # raises when it is not real
    return value.real


def integer(value: Number) -> int:
    if isinstance(value, fmpq) and value.q == 1:
        return int(value.p)
    raise Unknown("an index or a bound is not an integer")


def _sum(node: sp.Add, place: Place) -> Number:
    total: Number = fmpq(0)
    for a in node.args:
        total = total + of(a, place)
    return total


def _product(node: sp.Mul, place: Place) -> Number:
    total: Number = fmpq(1)
    for a in node.args:
        total = total * of(a, place)
    return total


def _power(node: sp.Pow, place: Place) -> Number:
    return power(of(node.base, place), of(node.exp, place))


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
        return _checked(base ** int(exponent.p))
    if base.contains(0):
        raise Unknown("a base is not certain to differ from zero")
    if whole:
        return _checked(1 / base ** int(-exponent.p))
    if isinstance(exponent, fmpq) and exponent.q == 2:
        return _checked(base.sqrt() ** int(exponent.p))
    return _checked(base ** ball(exponent))


def _checked(value: acb) -> acb:
    if not value.is_finite():
        raise Unknown("too large, or not known well enough")
    return value


def _piecewise(node: sp.Piecewise, place: Place) -> Number:
    for value, condition in node.args:
        if holds(condition, place):
            return of(value, place)
    raise NoValue("a case that is not covered")


def _unevaluated(node: Any, place: Place) -> Number:
    raise Unknown(f"no number for {node}")


def _entry(node: sp.Indexed, place: Place) -> Number:
    """An entry of an array: the one that was set, or a random rational that obeys its signs."""
    key = (str(node.base), tuple(integer(of(i, place)) for i in node.indices))
    if key not in place.numbers:
        sizes = (97, 97, 97, 13, 1000)
        random = Random(f"{key} {place.seed}")
        value = fmpq(random.randint(-300, 300) or 1, random.choice(sizes))
        label = node.base.label
        if node.base.is_integer or label.is_integer:
            value = fmpq(random.randint(-6, 6) or 1)
        if label.is_nonnegative or node.base.is_nonnegative:
            value = abs(value)
        elif label.is_nonpositive or node.base.is_nonpositive:
            value = -abs(value)
        return value
    return place.numbers[key]


def _undefined(node: AppliedUndef, place: Place) -> Number:
    """An undefined function: a smooth one that no symbolic rule knows, another at each place."""
    random = Random(f"{node.func} {len(node.args)} {place.seed}")
    form = random.randint(0, 2)

    def draw() -> fmpq:
        return fmpq(random.randint(20, 180), 97)

    arguments = [of(a, place) for a in node.args]
    z: Number = fmpq(0)
    for c, argument in enumerate(arguments):
        z = z + draw() * argument + fmpq(c, 5 + c) * argument * arguments[0]
    z = ball(z)
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
    return _checked(value)


def _bounds(limit: Any, place: Place) -> tuple[int, int]:
    if len(limit) != 3:
        raise Unknown("a sum without bounds")
    if any(end.is_infinite for end in limit[1:]):
        raise Unknown("an infinite sum")
    return integer(of(limit[1], place)), integer(of(limit[2], place))


def _written_out(node: sp.Sum | sp.Product, place: Place) -> Number:
    """A finite sum or product; bounds the wrong way round count as Karr's convention says."""
    plus = isinstance(node, sp.Sum)
    if any(end.is_infinite for limit in node.limits for end in limit[1:]):
        return _infinite(node, place)
    if len(node.limits) == 1 and node.limits[0][0] not in node.function.free_symbols:
        low, high = _bounds(node.limits[0], place)
        term, count = of(node.function, place), fmpq(high - low + 1)
        return term * count if plus else power(term, count)
    budget = [TERMS]

    def over(limits: tuple[Any, ...]) -> Number:
        if not limits:
            return of(node.function, place)
        *inner, (index, *_) = limits
        low, high = _bounds(limits[-1], place)
        turned = high < low - 1
        first, last = (high + 1, low - 1) if turned else (low, high)
        budget[0] -= max(last - first + 1, 1)
        if budget[0] < 0:
            raise Unknown("a sum of too many terms")
        total: Number = fmpq(0 if plus else 1)
        for value in range(first, last + 1):
            with place.having({index: fmpq(value)}):
                term = over(tuple(inner))
            total = total + term if plus else total * term
        if turned:
            total = -total if plus else power(total, fmpq(-1))
        return total

    return over(tuple(node.limits))


def _infinite(node: Any, place: Place) -> Number:
    """An infinite sum whose terms fall geometrically, added up; others by SymPy."""
    if isinstance(node, sp.Sum) and len(node.limits) == 1 and node.limits[0][2] is sp.oo:
        index, low, _ = node.limits[0]
        first = integer(of(low, place))
        total, largest, before = acb(0), arb(0), arb(0)
        for k in range(first, first + 400):
            with place.having({index: fmpq(k)}):
                term = ball(of(node.function, place))
            total, size = total + term, abs(term)
            largest = largest.max(size)
            falls = bool(size < before * 0.9) or k > first + 20
            if k > first + 4 and falls and bool(size < largest * arb(2) ** -(flint.ctx.prec // 2)):
                place.scale = max(place.scale, float(largest.abs_upper()))
                return place.estimate(total, size * 20)
            before = size
    value = _substituted(node, place)
    try:
        found = value.evalf(25)
    except (NotImplementedError, ValueError, TypeError, RecursionError) as error:
        raise Unknown(str(error)) from error
    if not found.is_number or found.has(sp.Sum, sp.Product, sp.nan):
        raise Unknown("an infinite sum")
    if found.is_infinite:
        raise NoValue("an infinite sum that diverges")
    return place.estimate(of(found, Place()), arb(2) ** -40 * abs(ball(of(found, Place()))))


def _substituted(node: Any, place: Place) -> Any:
    """The node with the numbers of the place put in, for routines of SymPy."""
    plain = {k: _sympy(v) for k, v in place.numbers.items() if isinstance(k, sp.Basic)}
    if node.has(AppliedUndef, sp.Indexed):
        raise Unknown("entries or undefined functions in a form that needs SymPy")
    return node.xreplace(plain)


def _sympy(value: Number) -> sp.Expr:
    if isinstance(value, fmpq):
        return sp.Rational(int(value.p), int(value.q))
    real, imaginary = (
        sp.Float(part.mid().str(60, radius=False), 50) for part in (value.real, value.imag)
    )
    return real + sp.I * imaginary if not value.imag.is_zero() else real


def _derivative(node: sp.Derivative, place: Place) -> Number:
    variables = [v for v, count in node.variable_count for _ in range(int(count))]
    try:
        return _slope(node.expr, variables, place)
    except Unknown:
        taken = node.doit()
        if taken.has(sp.Derivative) or not node.has(sp.Integral, sp.Limit, sp.Sum):
            raise
        return of(taken, place)


def _slope(expr: Any, variables: list[Any], place: Place) -> Number:
    """A difference in the first variable of the derivative by the others: so fine that what it
    leaves out lies below the precision, for scales down to 2^-100.
    """
    if not variables:
        return of(expr, place)
    first, *rest = variables
    key = first
    if isinstance(first, sp.Indexed):
        key = (str(first.base), tuple(integer(of(i, place)) for i in first.indices))
    elif first not in place.numbers:
        raise Unknown(f"no number for {first}")
    here, bits = of(first, place), flint.ctx.prec

    def values(h: fmpq) -> list[acb]:
        found = []
        for shift in (-h, fmpq(0), h):
            with place.having({key: here + shift}):
                found.append(ball(_slope(expr, rest, place)))
        return found

    def bend(h: fmpq) -> tuple[acb, acb]:
        before, now, after = values(h)
        return (now - before) / h, (after - now) / h

    with precision(2 * bits + 400):
        h = fmpq(1, 2 ** (bits // 2 + 180))
        left, right = bend(h)
        size, gap = left.abs_upper() + right.abs_upper(), abs(right - left).abs_upper()
        # a kink, or a slope that happens to vanish
        if (right - left).abs_lower() > size * arb(2) ** -100:
            near_left, near_right = bend(h / 2**20)
            near = abs(near_right - near_left)
            if near.abs_lower() > gap * arb(2) ** -10:
                raise NoValue("a derivative at a jump or a kink")
            if near.abs_upper() > gap * arb(2) ** -10:
                raise Unknown("a difference is not known well enough")
        error = size * arb(2) ** -bits + gap * arb(2) ** -(bits // 2)
        if size < arb(2) ** -(bits // 2 + 90):
            error = error + 2 * size
        return (left + right) / 2 + acb(arb(0, error.abs_upper()), 0)


def _replaced(node: sp.Subs, place: Place) -> Number:
    order = sum(int(c) for d in node.expr.atoms(sp.Derivative) for _, c in d.variable_count)
    with precision((flint.ctx.prec + 400) * 2 ** min(order, 4) if order else flint.ctx.prec):
        points = [of(p, place) for p in node.point]  # finer than any difference
    with place.having(dict(zip(node.variables, points, strict=True))):
        return of(node.expr, place)


def _integral(node: sp.Integral, place: Place) -> Number:
    from theory.core.quadrature import integral

    return integral(node, place)


def _limit(node: sp.Limit, place: Place) -> Number:
    from theory.core.limits import limit

    return limit(node, place)


def _by_sympy(node: Any, arguments: list[Number], place: Place) -> Number:
    """A function that Arb does not know, by SymPy's numerical evaluation."""
    if any(ball(a).abs_upper() > 10**6 for a in arguments):
        raise Unknown(f"{node.func.__name__} of a large number")
    try:
        found = node.func(*(_sympy(a) for a in arguments)).evalf(30)
    except (TypeError, ValueError, NotImplementedError, ZeroDivisionError) as error:
        raise Unknown(f"{node.func.__name__}: {error}") from error
    if found is sp.zoo or found is sp.nan or found.is_infinite:
        raise NoValue(f"{node.func.__name__} has a pole here")
    parts = found.as_real_imag()
    if not all(part.is_Float or part.is_Rational for part in parts):
        raise Unknown(f"no number for {node.func.__name__}")
    return place.estimate(acb(*(arb(str(p)) for p in parts)), arb(str(abs(found))) * arb(2) ** -60)


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
    value = _real(z)
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
            a, b = _real(best), _real(z)
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
    value = _checked(ball(z).log())
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
    return acb(_real(y).atan2(_real(x)))


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


_FUNCTIONS: dict[str, Callable[..., Number]] = {
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

_RULES: dict[type, Callable[[Any, Place], Number]] = {
    sp.Rational: lambda node, place: fmpq(int(node.p), int(node.q)),
    sp.Float: lambda node, place: number(sp.Rational(node)),
    sp.core.numbers.Pi: lambda node, place: acb.pi(),
    sp.core.numbers.Exp1: lambda node, place: acb(1).exp(),
    sp.core.numbers.ImaginaryUnit: lambda node, place: acb(0, 1),
    sp.core.numbers.EulerGamma: lambda node, place: acb(arb.const_euler()),
    sp.core.numbers.Catalan: lambda node, place: acb(arb.const_catalan()),
    sp.core.numbers.GoldenRatio: lambda node, place: (1 + acb(5).sqrt()) / 2,
    sp.core.numbers.NaN: lambda node, place: _nothing(),
    sp.core.numbers.ComplexInfinity: lambda node, place: _nothing(),
    sp.core.numbers.Infinity: lambda node, place: _nothing(),
    sp.core.numbers.NegativeInfinity: lambda node, place: _nothing(),
    sp.Symbol: _unevaluated,
    sp.Add: _sum,
    sp.Mul: _product,
    sp.Pow: _power,
    sp.Piecewise: _piecewise,
    sp.Indexed: _entry,
    AppliedUndef: _undefined,
    sp.Sum: _written_out,
    sp.Product: _written_out,
    sp.Derivative: _derivative,
    sp.Subs: _replaced,
    sp.Integral: _integral,
    sp.Limit: _limit,
}


def _nothing() -> Number:
    raise NoValue("infinite or undefined")


def refined(node: Any, place: Place, enough: Callable[[Number], bool]) -> Number:
    """The value with as many bits as ``enough`` asks for; the last one when it never is."""
    problem: ArithmeticError | None = None
    for bits in BITS:
        with precision(bits):
            try:
                value = of(node, replace(place))
            except Unknown as error:
                problem = error
                continue
            if enough(value):
                return value
    raise problem or Unknown("not known well enough")
