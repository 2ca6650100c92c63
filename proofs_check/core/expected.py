"""Where the number comes from by which a check is judged: a claim's result, or the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from proofs_check.core.ledger import statement
from theory import Derivation, derive
from theory.core.catalogue import nearest

Number = Callable[[], float] | float


@dataclass(frozen=True)
class Prediction:
    """The number that a claim's result is at these values of its symbols.

    ``part`` says which derivation of the claim, counted from 0.
    """

    claim: Callable[[], Derivation | tuple[Derivation, ...]]
    at: Mapping[Any, Any] = field(default_factory=dict)
    part: int = 0

    def __call__(self) -> float:
        return float(derive(self.claim)[self.part].function(*self.at)(*self.at.values()))


@dataclass(frozen=True)
class Threshold:
    """The number by which a sentence is judged: ``threshold`` of its entry in the ledger.

    ``part`` is a key of it where an entry has several.  Calling it raises ``ValueError`` where the
    ledger has no such number.
    """

    statement: str
    part: str | None = None

    def __call__(self) -> float:
        found = statement(self.statement).threshold
        if isinstance(found, dict):
            if self.part not in found:
                raise ValueError(
                    f"{self.statement}: the ledger has no threshold {self.part!r}; "
                    f"the nearest is {nearest(self.part, found)}"
                )
            found = found[self.part]
        elif self.part is not None:
            raise ValueError(f"{self.statement}: its threshold in the ledger has no parts")
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            raise ValueError(f"{self.statement}: the ledger has no threshold, but {found!r}")
        return float(found)


def value(theory: Number) -> float:
    """A prediction, a rival or a term as a number; ``ValueError`` for what it computes instead."""
    found = theory() if callable(theory) else theory
    try:
        if isinstance(found, str | bytes):
            raise TypeError
        return float(found)
    except TypeError:
        raise ValueError(f"{found!r} was computed where one real number is needed") from None
