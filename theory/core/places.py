"""Where a step is tried: ordinary numbers, tiny and huge ones, zero, and the joints of its
expressions with their neighbours, as far as assumptions and domain allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import sympy as sp
from flint import fmpq

from theory.core.joints import joints, roots, steps
from theory.core.values import NoValue, Number, Place, Unknown, holds, of, precision

ORDINARY, WIDE, HEAVY = 12, 12, 5  # random points; fewer where each needs quadrature
ATTEMPTS = 4_000
SIZES = (1, 2, 3, 4, 5, 6)  # lengths of sums
SPECIAL = 160  # joints are tried at no more points than these


class NoPoint(ValueError):
    """No point of the domain was found."""


def free(sides: tuple[Any, ...]) -> list[sp.Symbol]:
    """The symbols that need a number, in a fixed order."""
    bases = {node.base.label for side in sides for node in side.atoms(sp.Indexed)}
    found = {s for side in sides for s in side.free_symbols if isinstance(s, sp.Symbol)} - bases
    return sorted(found, key=lambda s: (str(s), sp.default_sort_key(s)))


def places(
    sides: tuple[Any, ...], domain: tuple[Any, ...] = (), quick: bool = False
) -> list[dict[Any, Number]]:
    """Points (a few, when ``quick``) for the free symbols of ``sides``, each with the seed of its arrays and functions
    under the key ``None``.  Raises ``NoPoint`` for a domain in which none is found.
    """
    everything = (*sides, *domain)
    symbols = free(everything)
    heavy = any(side.has(sp.Integral, sp.Limit) for side in sides)
    sizes = _sizes(sides)
    found: dict[tuple[Any, ...], dict[Any, Number]] = {}
    seeds = iter(range(10**9))

    def keep(point: dict[Any, Number]) -> bool:
        if not all(allowed(s, v) for s, v in point.items()) or not _inside(domain, point):
            return False
        key = tuple((str(s), str(v)) for s, v in point.items())
        if key in found and symbols:
            return False
        found[key if symbols else (len(found),)] = {**point, None: next(seeds)}
        return True

    random = Random(0)
    wanted = HEAVY if heavy or quick else ORDINARY
    for count, draw in ((wanted, _ordinary), (wanted + (3 if heavy else WIDE), _wide)):
        for _ in range(ATTEMPTS):
            if len(found) >= count:
                break
            keep({s: draw(s, random, s in sizes) for s in symbols})
    if quick and found:
        return list(found.values())[: 2 if heavy else None]
    if not found and symbols:
        for point in _from_domain(domain, symbols):
            keep(point)
    for point in _corners(symbols, sizes):
        keep(point)
    special = 0
    for point in _special(everything, symbols, list(found.values()), random):
        special += keep(point)
        if special >= (SPECIAL // 8 if heavy else SPECIAL):
            break
    if not found:
        raise NoPoint(
            f"no point found in the domain {', '.join(map(str, domain))}: state one with interior, "
            f"or shift the variables"
        )
    return list(found.values())


def _inside(domain: tuple[Any, ...], point: dict[Any, Number]) -> bool:
    try:
        with precision(128):
            return all(holds(sp.sympify(r, strict=True), Place(point)) for r in domain)
    except (NoValue, Unknown):
        return False


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
        return symbol.is_extended_real is not True
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
        or (symbol.is_imaginary and value != 0)
        or (symbol.is_irrational)
        or (symbol.is_integer is False and value.q == 1)
    )
    return not wrong


def _sizes(sides: tuple[Any, ...]) -> set[sp.Symbol]:
    """Symbols in the bounds of sums and among the indices of arrays: these stay small."""
    sizes: set[sp.Symbol] = set()
    for side in sides:
        for node in side.atoms(sp.Sum, sp.Product):
            for limit in node.limits:
                for end in limit[1:]:
                    sizes |= end.free_symbols
        for node in side.atoms(sp.Indexed):
            for index in node.indices:
                sizes |= index.free_symbols
    return sizes


def _signed(symbol: sp.Symbol, value: fmpq, random: Random) -> Number:
    whole, real, below, above = _nature(symbol)
    if below and (not above or random.random() < 0.5):
        value = -value
    if not real and not whole and random.random() < 0.6:
        from flint import acb

        size = fmpq(random.randint(-400, 400), 97)
        return acb(value) + acb(0, 1) * acb(size * abs(value) if random.random() < 0.5 else size)
    return value


def _ordinary(symbol: sp.Symbol, random: Random, size: bool) -> Number:
    if symbol.is_integer:
        value = fmpq(random.choice(SIZES[:4]) if size else random.randint(1, 12))
        if symbol.is_even or symbol.is_odd:
            value = 2 * value + (1 if symbol.is_odd else 0)
        return _signed(symbol, value, random)
    scale = random.choice((fmpq(1), fmpq(1), fmpq(4), fmpq(1, 5)))
    return _signed(symbol, scale * fmpq(random.randint(1, 400), 197), random)


def _wide(symbol: sp.Symbol, random: Random, size: bool) -> Number:
    if symbol.is_integer:
        top = SIZES[-1] if size else random.choice((3, 40, 300))
        value = fmpq(random.randint(0 if symbol.is_zero is not False else 1, top))
        return _signed(symbol, value, random)
    decade = random.randint(-7, 7)
    value = fmpq(random.randint(100, 999), 100) * (
        fmpq(10**decade) if decade >= 0 else fmpq(1, 10**-decade)
    )
    return _signed(symbol, value, random)


def _corners(symbols: list[sp.Symbol], sizes: set[sp.Symbol]) -> Iterator[dict[Any, Number]]:
    """All symbols at one value, and each of them alone at the special ones."""
    base = {s: fmpq(2) if s.is_integer else fmpq(7, 5) for s in symbols}
    base = {s: v if allowed(s, v) else -v for s, v in base.items()}
    values = (fmpq(0), fmpq(1), fmpq(-1), fmpq(1, 10**9), fmpq(3), fmpq(4))
    for value in values:
        yield {s: value for s in symbols}
    for symbol in symbols:
        for value in (*values, fmpq(-2), fmpq(1, 2), fmpq(5), fmpq(10**6)):
            if symbol not in sizes or value < 10:
                yield {**base, symbol: value}


def _special(
    everything: tuple[Any, ...],
    symbols: list[sp.Symbol],
    around: list[dict[Any, Number]],
    random: Random,
) -> Iterator[dict[Any, Number]]:
    """Joints, their neighbours, and the middles between them, for one symbol at a time."""
    zeros = list(dict.fromkeys(zero for side in everything for zero in joints(side)))
    jumps = list(dict.fromkeys(arg for side in everything for arg in steps(side)))
    simple = [p for p in around if all(isinstance(v, fmpq) for k, v in p.items() if k is not None)]
    for point in simple[:6]:
        base = {k: v for k, v in point.items() if k is not None}
        for symbol in symbols:
            others = Place({k: v for k, v in base.items() if k is not symbol})
            with precision(128):
                met = {
                    root
                    for zero in zeros
                    if symbol in zero.free_symbols
                    for root in roots(zero, symbol, others)
                }
                for argument in jumps:
                    if symbol in argument.free_symbols:
                        try:
                            level = of(argument, Place(base))
                        except (NoValue, Unknown):
                            continue
                        if isinstance(level, fmpq):
                            whole = level.p // level.q
                            met |= set(roots(argument - int(whole), symbol, others))
            yield from ({**base, symbol: value} for value in _around(sorted(met), symbol))


def _around(met: list[fmpq], symbol: sp.Symbol) -> list[fmpq]:
    """Values at, between and next to the joints."""
    if symbol.is_integer:
        whole = {v.p // v.q for v in met}
        return [fmpq(w + s) for w in sorted(whole) for s in (0, 1, -1, 2)]
    found = list(met)
    found += [(a + b) / 2 for a, b in zip(met, met[1:], strict=False)]
    for value in met:
        away = (1 + abs(value)) * fmpq(1, 10**6)
        found += [value + away, value - away, value + fmpq(3, 7), value - fmpq(3, 7)]
    if met:
        found += [met[-1] * 2 + 1, met[0] * 2 - 1]
    return found


def _from_domain(domain: tuple[Any, ...], symbols: list[sp.Symbol]) -> Iterator[dict[Any, Number]]:
    """Points that z3 finds in a domain too thin for random ones."""
    from theory.core.decision import counterexample

    excluded: list[Any] = []
    for _ in range(6):
        try:
            point = counterexample(sp.Not(sp.And(*domain, *excluded)))
        except (NotImplementedError, TypeError):
            return
        if point is None:
            return
        rational = {s: sp.Rational(v) if v.is_Float else v for s, v in point.items()}
        numbers = {
            s: fmpq(int(rational[s].p), int(rational[s].q)) if s in rational else fmpq(1)
            for s in symbols
        }
        yield numbers
        excluded.append(sp.Or(*(sp.Ne(s, v) for s, v in rational.items())))
