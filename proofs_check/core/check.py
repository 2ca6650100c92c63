"""A check sets a measured number against the band that theory predicts, and against a rival that
the same data must refute.

Two kinds: a *prediction* is computed from the result of a claim, a *threshold* is a number by which
a sentence of the ledger is judged, and is read from there.  A check with a typed number is neither.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, get_args

from proofs_check.core.entry import SETUPS
from proofs_check.core.expected import Number, Threshold, value
from proofs_check.core.ledger import statement
from theory import Derivation, Settles
from theory.core.catalogue import nearest

Side = Literal["both", "at least", "at most"]
Measure = Callable[[Sequence[int]], Any]  # one number for each seed


class Verdict(Enum):
    """What a check can say."""

    CONFIRMED = "the interval lies inside the predicted band"
    REFUTED = "the interval lies outside the predicted band"
    INCONCLUSIVE = "the interval crosses the edge of the band"
    SCOPED = "inside the predicted band in some of the declared set-ups, not in others"
    OPEN = "a question known to be open: listed with its numbers, not judged"


@dataclass(frozen=True)
class Check:
    """``measure(seeds)`` must land in ``predict +- sum(terms)``, where the rival must not.

    ``quantity`` says in words what the numbers are, with their unit.  ``predict``, the rival and
    each term are numbers or compute one.  ``terms`` are the named sources of error, fixed before
    the run; ``side`` makes the band one-sided.  The rival is a theory that somebody could hold
    (``rival_why`` says who); it lies outside the band by more than the band's half-width.

    An empirical sentence is put to several set-ups, at least four: ``measure`` is then a mapping
    from their names, which the ledger declares, to functions, and the verdict says in how many of
    them the sentence holds.  ``rounds``: how often seeds are drawn while the answer is undecided;
    fewer where training is dear, all in the tier "full".  Raises ``ValueError`` saying what is
    wrong with a field and what it should be.
    """

    name: str
    claim: Callable[[], Derivation | tuple[Derivation, ...]]
    predict: Number
    measure: Measure | Mapping[str, Measure]
    terms: Mapping[str, Number]
    rival: Number
    rival_why: str
    side: Side = "both"
    settles: tuple[Settles, ...] = ()
    open: str | None = None
    deviates: str | None = None
    analogue: bool = False
    deterministic: bool = False
    quantity: str = ""
    rounds: int = 3

    def __post_init__(self) -> None:
        wrong = [
            *self._no_functions(),
            *(f"{k} is empty: {FILL[k]}" for k in FILL if str(getattr(self, k)).strip() in EMPTY),
        ]
        if self.name and not (isinstance(self.name, str) and self.name.isidentifier()):
            wrong.append(f"name {self.name!r}: letters, digits and underscores, as of a function")
        if self.side not in get_args(Side):
            known = nearest(self.side, get_args(Side))
            wrong.append(f"side {self.side!r} is not known; the nearest is {known}")
        if type(self.rounds) is not int or self.rounds not in (1, 2, 3):
            wrong.append(f"rounds {self.rounds!r}: 1, 2 or 3 is needed")
        for field, kind in KINDS.items():
            given = getattr(self, field)
            if given is not None and not isinstance(given, kind):
                wrong.append(f"{field} is {given!r}: {kind.__name__} is needed")
        settled = self.settles if isinstance(self.settles, tuple) else (None,)
        if not all(isinstance(each, Settles) for each in settled):
            wrong.append(f"settles is {self.settles!r}: it takes (Settles(id), ...)")
        terms = self.terms if isinstance(self.terms, Mapping) else {}
        typed = {"predict": self.predict, "rival": self.rival, **_named(terms)}
        for what, number in typed.items():
            if not callable(number):
                wrong += _faults(what, number)
        if wrong:
            raise ValueError(f"check {self.name!r}: " + "; ".join(wrong))

    def _no_functions(self) -> list[str]:
        called: dict[str, Any] = {"claim": self.claim}
        if isinstance(self.measure, Mapping):
            called |= {f"measure in the set-up {name!r}": f for name, f in self.measure.items()}
        else:
            called |= {"measure": self.measure}
        wrong = [f"{k} is no function: {f!r}" for k, f in called.items() if not callable(f)]
        if isinstance(self.measure, Mapping) and len(self.measure) < SETUPS:
            wrong.append(f"{len(self.measure)} set-ups; a range has at least {SETUPS}")
        return wrong

    @property
    def setups(self) -> Mapping[str, Measure]:
        """What is measured in each of the declared set-ups; of a single one the name is empty."""
        return self.measure if isinstance(self.measure, Mapping) else {"": self.measure}

    @property
    def asks(self) -> bool:
        """Is a sentence put to a range of set-ups, so that each answer is one?"""
        return isinstance(self.measure, Mapping) and self.kind == "threshold"

    def undeclared(self) -> list[str]:
        """What differs between its set-ups and those that the ledger declares for the statements
        that it settles.
        """
        if not isinstance(self.measure, Mapping):
            return []
        return [
            f"{settle.statement} declares the set-ups {', '.join(declared) or 'none'}; measured "
            f"are {', '.join(self.measure)}"
            for settle in self.settles
            if list(declared := statement(settle.statement).setups or ()) != list(self.measure)
        ]

    @property
    def kind(self) -> Literal["prediction", "threshold", "number"]:
        """Where the predicted number comes from: computed, read from the ledger, or typed."""
        if isinstance(self.predict, Threshold):
            return "threshold"
        return "prediction" if callable(self.predict) else "number"

    @property
    def half_width(self) -> float:
        """Sum of the error terms; ``ValueError`` for one that is negative or not finite."""
        return float(sum(self.errors().values()))

    def errors(self) -> dict[str, float]:
        """The size of each source of error by its name."""
        sizes = {source: value(size) for source, size in self.terms.items()}
        wrong = [fault for what, size in _named(sizes).items() for fault in _faults(what, size)]
        if wrong:
            raise ValueError(f"check {self.name!r}: " + "; ".join(wrong))
        return sizes

    def band(self) -> tuple[float, float]:
        """Where theory says the number lies; ``ValueError`` when the rival is not told apart."""
        centre, half, rival = value(self.predict), self.half_width, value(self.rival)
        if wrong := [*_faults("predict", centre), *_faults("rival", rival)]:
            raise ValueError(f"check {self.name!r}: " + "; ".join(wrong))
        if not half > 0:
            raise ValueError(
                f"check {self.name!r}: its error terms add up to {half:g}, so that no rival is "
                "too near: name a source of error, if only the last digit of a threshold"
            )
        low = -math.inf if self.side == "at most" else centre - half
        high = math.inf if self.side == "at least" else centre + half
        outside = max(low - rival, rival - high)
        if not outside > half:
            raise ValueError(
                f"{self.name}: the band [{low:.4g}, {high:.4g}] does not tell the rival "
                f"{rival:.4g} apart (distance {outside:.3g}, needed more than {half:.3g}): "
                "shrink the terms or choose a case in which the theories differ"
            )
        return low, high


KINDS: dict[str, type] = {
    "terms": Mapping,
    **dict.fromkeys(("quantity", "rival_why", "open", "deviates"), str),
    **dict.fromkeys(("analogue", "deterministic"), bool),
}
EMPTY = ("", "None", "{}")
FILL = {
    "name": "give it one that is a Python identifier",
    "terms": "name at least one source of error",
    "rival_why": "say who would hold the rival",
    "quantity": "say what is measured and in which unit: 'slope of RD in m, dimensionless'",
}


def _named(terms: Mapping[str, Number]) -> dict[str, Number]:
    return {f"term {source!r}": size for source, size in terms.items()}


def _faults(what: str, number: Any) -> list[str]:
    """What is wrong with a predicted number, a rival or a term."""
    if isinstance(number, str | bytes):
        return [f"{what} is no real number: {number!r}"]
    try:
        size = float(number)
    except (TypeError, ValueError):
        return [f"{what} is no real number: {number!r}"]
    if not math.isfinite(size):
        return [f"{what} is {size:g}; a finite number is needed"]
    return [f"{what} is negative: {size:g}"] if what.startswith("term ") and size < 0 else []
