"""What is printed and what was found, as formulas and words instead of the text of a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from proofs_check.core.ledger import formula, shown
from proofs_check.report.mathml import KNOWN, commands
from theory.core.tex import tex

SMALL = 12  # digits of a number that is shown in full
TRUTH = {True: "the sentence holds", False: "the sentence does not hold"}


@dataclass(frozen=True)
class Shown:
    """A formula (LaTeX) or words."""

    formula: str | None
    words: str


def typeset(value: Any, topics: Iterable[str]) -> Shown:
    """A printed value of the ledger, or what was found in its place: a formula where the text can
    be read as one in the names of one of these topics, else words.
    """
    if value is None or value == "":
        return Shown(None, "")
    if isinstance(value, bool):
        return Shown(None, TRUTH[value])
    if isinstance(value, (int, float)):
        return Shown(_number(sp.nsimplify(value) if value == int(value) else sp.Float(value)), "")
    if isinstance(value, list):
        return Shown(None, shown(value))
    tries = (_read(value, topic) for topic in dict.fromkeys(topics))
    read = next((each for each in tries if each is not None), None)
    if read in (sp.true, sp.false):
        return Shown(None, TRUTH[bool(read)])
    if not isinstance(read, sp.Basic):
        return Shown(None, str(value))
    written = _number(read) if read.is_Number else _interval(read) or tex(read)
    return Shown(written, "") if commands(written) <= KNOWN else Shown(None, str(value))


def _read(text: str, topic: str) -> Any:
    """The text as SymPy reads it in the names of a topic; ``None`` where it cannot."""
    try:
        return formula(text, topic)
    except (ValueError, ImportError):
        return None


def _number(value: Any) -> str:
    """Thousands apart; a long number as a power of ten or rounded to four digits."""
    if not value.is_Integer:
        return tex(sp.Float(value, 10) if value.is_Float else value)
    digits = str(abs(value))
    if len(digits) > SMALL:
        head = sp.Float(value, 4) / sp.Integer(10) ** (len(digits) - 1)
        whole = tex(value)
        return whole if whole.startswith("10^") else rf"{head:.3f} \cdot 10^{{{len(digits) - 1}}}"
    return f"{int(value):,}".replace(",", r"\,")


def _interval(read: sp.Basic) -> str | None:
    """``a <= x <= b`` instead of a conjunction of two inequalities."""
    if not (isinstance(read, sp.And) and len(read.args) == 2):
        return None
    both = [a.reversed if isinstance(a, (sp.Ge, sp.Gt)) else a for a in read.args]
    if not all(isinstance(a, (sp.Le, sp.Lt)) for a in both):
        return None
    for low, high in (both, both[::-1]):
        if low.rhs == high.lhs:
            first, second = (r"\le" if isinstance(a, sp.Le) else "<" for a in (low, high))
            return f"{tex(low.lhs)} {first} {tex(low.rhs)} {second} {tex(high.rhs)}"
    return None
