"""Where a step is tried: ordinary numbers, tiny and huge ones, zero, and the joints of its
expressions with their neighbours, as far as assumptions and domain allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import Any

import sympy as sp
from flint import fmpq
from sympy.core.function import AppliedUndef

from theory.core.draws import allowed, corners, ordinary, wide
from theory.core.joints import crossings, joints, roots, solved, steps
from theory.core.numbers import NoValue, Number, Unknown, precision
from theory.core.values import Place, holds, of

ORDINARY, WIDE, HEAVY = 12, 12, 5  # random points; fewer where each needs quadrature
ATTEMPTS = 4_000
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
    """All points of ``in_turn``."""
    return list(in_turn(sides, domain, quick))


def in_turn(
    sides: tuple[Any, ...], domain: tuple[Any, ...] = (), quick: bool = False
) -> Iterator[dict[Any, Number]]:
    """Points (a few, when ``quick``) for the free symbols of ``sides``, each with the seed of its
    arrays and functions under the key ``None``, looked for when they are asked for: most false
    steps fail at the first.  Raises ``NoPoint`` when none is found.
    """
    everything = (*sides, *domain)
    symbols = free(everything)
    heavy = any(side.has(sp.Integral, sp.Limit) for side in sides)
    sizes = _sizes(sides)
    found: dict[tuple[Any, ...], dict[Any, Number]] = {}
    seeds = iter(range(10**9))
    drawn = any(side.has(sp.Indexed, AppliedUndef) for side in everything)

    def kept(point: dict[Any, Number]) -> Iterator[dict[Any, Number]]:
        """The point, when it is a new one of the domain."""
        if not all(allowed(s, v) for s, v in point.items()):
            return
        seed = next(seeds)
        if not _inside(domain, Place(point, seed)):
            return
        key = tuple(v if isinstance(v, fmpq) else str(v) for v in point.values())
        if key in found and symbols:
            return
        found[key if symbols else (len(found),)] = {**point, None: seed}
        yield {**point, None: seed}

    random = Random(0)
    wanted = HEAVY if heavy or quick else ORDINARY
    enough = 2 if quick and heavy else 10**9
    for count, draw in ((wanted, ordinary), (wanted + (3 if heavy else WIDE), wide)):
        for _ in range(ATTEMPTS):
            if len(found) >= min(count, enough) or (found and not (symbols or drawn)):
                break
            yield from kept({s: draw(s, random, s in sizes) for s in symbols})
    if quick and found:
        return
    if not found and symbols:
        for point in _from_domain(domain, symbols):
            yield from kept(point)
    if found and not (symbols or drawn):  # a constant has one value
        return
    for point in corners(symbols, sizes, heavy):
        yield from kept(point)
    if drawn:
        for base in list(found.values())[:3]:
            for seed in (-1, -2, -3):
                if _inside(domain, Place({k: v for k, v in base.items() if k is not None}, seed)):
                    found[seed, len(found)] = {**base, None: seed}
                    yield {**base, None: seed}
    special = 0
    for point in _special(everything, symbols, list(found.values()), random):
        new = list(kept(point))
        special += len(new)
        yield from new
        if special >= (SPECIAL // 8 if heavy else SPECIAL):
            break
    if not found:
        raise NoPoint(
            f"no point found in the domain {', '.join(map(str, domain))}: state one with interior, "
            f"or shift the variables"
        )


def _inside(domain: tuple[Any, ...], place: Place) -> bool:
    try:
        with precision(128):
            return all(holds(sp.sympify(r, strict=True), place) for r in domain)
    except (NoValue, Unknown):
        return False


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
    hard = {s: [z for z in zeros if s in z.free_symbols and not solved(z, s)] for s in symbols}
    for number, point in enumerate(simple[:6]):
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
                if number < 2:
                    met |= {c for z in hard[symbol] for c in crossings(z, symbol, others)}
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
    found += [(a + b) / 2 for a, b in pairwise(met)]
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
