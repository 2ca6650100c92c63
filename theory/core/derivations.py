"""What ``derive`` returns: the derivations of a claim, by number or by title."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from theory.core.derivation import Derivation
from theory.core.display import html_of_all
from theory.core.grading import Grade

if TYPE_CHECKING:
    from sympy import Symbol


class Derivations(tuple[Derivation, ...]):
    """A tuple of derivations that a notebook shows as formulas.

    ``derivations["Two grids"]`` is the one of that title.  Of a single derivation ``result``,
    ``function`` and ``states`` are its own.
    """

    sentence: str

    def __new__(cls, derivations: Iterable[Derivation], sentence: str = "") -> Derivations:
        """Derivations of one claim, which says ``sentence``."""
        made = super().__new__(cls, derivations)
        made.sentence = sentence
        return made

    def __getitem__(self, which: Any) -> Any:
        """By number or slice as in any tuple, or by title; ``KeyError`` for an unknown title."""
        if not isinstance(which, str):
            return super().__getitem__(which)
        found = [d for d in self if d.title.casefold() == which.casefold()]
        if len(found) == 1:
            return found[0]
        if found:
            raise KeyError(f"{len(found)} derivations are called {which!r}; take one by number")
        near = get_close_matches(which, self.titles, 1, 0)
        raise KeyError(f"no derivation {which!r}; the nearest is {near[0]!r}")

    @property
    def titles(self) -> tuple[str, ...]:
        """Their titles, in order."""
        return tuple(derivation.title for derivation in self)

    @property
    def given(self) -> tuple[str, ...]:
        """What any of them rests on: hypotheses and quoted theorems in words."""
        return tuple(dict.fromkeys(given for derivation in self for given in derivation.given))

    def grade(self) -> Grade:
        """The grade of the weakest; raises ``StepFails`` if a step is false."""
        return min(derivation.grade() for derivation in self)

    def latex(self) -> str:
        """An ``align*`` block for each of them."""
        return "\n\n".join(derivation.latex() for derivation in self)

    @property
    def result(self) -> Any:
        """The result of the only one; ``ValueError`` where there are several."""
        return self._only("result").result

    def function(self, *symbols: Symbol | str, namespace: Any = None) -> Any:
        """``Derivation.function`` of the only one; ``ValueError`` where there are several."""
        return self._only("function").function(*symbols, namespace=namespace)

    def _only(self, what: str) -> Derivation:
        if len(self) == 1:
            return self[0]
        known = ", ".join(f"{at}: {title!r}" for at, title in enumerate(self.titles))
        raise ValueError(f"{what!r} of which of these? Take one by number or title: {known}")

    def __repr__(self) -> str:
        lines = [self.sentence] if self.sentence else []
        return "\n".join([*lines, *(f"  {number}  {d}" for number, d in enumerate(self))])

    def _repr_html_(self) -> str:
        return html_of_all(self.sentence, self)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.titles)
