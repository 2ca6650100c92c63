"""The symbols of results by letter, with what topics say about them (``meanings``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from proofs_check.report.meanings import Meaning, Name, derivations, meaning_of
from theory.core.prose import GREEK
from theory.core.tex import tex

GREEK_LETTERS = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda"),
    *("mu", "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega"),
)


@dataclass(frozen=True)
class Symbol:
    """A symbol (LaTeX), what is said of it with the topics that say it, and those that only use
    it.
    """

    shown: str
    said: tuple[tuple[Meaning, tuple[str, ...]], ...]
    bare: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """The symbols that begin with a letter (LaTeX), small and large."""

    key: str
    shown: str
    symbols: tuple[Symbol, ...]


def letters(topics: Sequence[str]) -> tuple[Letter, ...]:
    """The symbols of the results of topics, by letter, Latin ones first."""
    found: dict[str, dict[Meaning, list[str]]] = {}
    order: dict[str, str] = {}
    for topic in topics:
        for name in sorted(_names(topic), key=lambda name: name.text):
            order.setdefault(name.shown, name.text)
            users = found.setdefault(name.shown, {}).setdefault(meaning_of(name, topic), [])
            users += [topic] if topic not in users else []
    grouped: dict[str, list[Symbol]] = {}
    for shown in sorted(order, key=lambda shown: _place(order[shown])):
        said = tuple((m, tuple(users)) for m, users in found[shown].items() if m)
        bare = tuple(found[shown].get(Meaning(), ()))
        grouped.setdefault(_letter(order[shown]), []).append(Symbol(shown, said, bare))
    return tuple(
        Letter(key, rf"\{key}" if key in GREEK_LETTERS else key, tuple(own))
        for key, own in grouped.items()
    )


def _place(text: str) -> tuple[bool, int, str, str]:
    letter = _letter(text)
    greek = letter in GREEK_LETTERS
    return greek, GREEK_LETTERS.index(letter) if greek else 0, text.lower(), text.swapcase()


def _letter(text: str) -> str:
    stem = re.match(rf"({GREEK}|chi|ell)(?![a-z])|({GREEK})prime", text.lower().lstrip("|"))
    word = (stem[1] or stem[2]) if stem else ""
    return word if word in GREEK_LETTERS else text.lower().lstrip("|")[0]


def _names(topic: str) -> frozenset[Name]:
    """What is free in the results of a topic: symbols, and functions that are not known."""
    sides = [side for _, d in derivations(topic) for side in _sides(d.states)]
    indexed = {str(base.label) for side in sides for base in side.atoms(sp.IndexedBase)}
    own = {s for side in sides for s in side.free_symbols if not isinstance(s, sp.Indexed)}
    own |= {applied.func for side in sides for applied in side.atoms(AppliedUndef)}
    return frozenset(Name(str(each), tex(each), str(each) in indexed) for each in own)


def _sides(states: Any) -> Iterator[sp.Basic]:
    for side in (states[0], states[2]) if isinstance(states, tuple) else (states,):
        if isinstance(side, sp.Basic):
            yield side
