"""Words and numbers as LaTeX: what is no ``Tex`` is text, and shown as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from proofs_check.report.mathml import KNOWN, commands
from theory.core.prose import JOIN, SPECIAL
from theory.core.prose import text as prose


class Tex(str):
    """LaTeX of ours, which is not escaped again."""

    __slots__ = ()


def shown(value: Any) -> Tex:
    """A value as LaTeX: ``Tex`` as it is, everything else with its special signs escaped."""
    if isinstance(value, Tex):
        return value
    return Tex("".join(SPECIAL.get(sign, sign) for sign in _visible(str(value))))


def text(plain: str) -> Tex:
    """Plain English with formulas like m^-gamma' in it; a word with ^^ is none, TeX would read it
    as another letter.
    """
    parts = re.split(r"(\S*\^\^\S*)", _visible(plain))
    return Tex("".join(shown(part) if "^^" in part else prose(part) for part in parts))


def _visible(plain: str) -> str:
    """Without control characters, at which TeX stops."""
    return "".join(
        sign if sign.isprintable() or sign.isspace() or sign == JOIN else "?" for sign in plain
    )


def sentence(claim: str) -> Tex:
    """A sentence of the ledger: formulas are LaTeX between dollars, where every command is known,
    or words like m^-gamma.
    """
    parts = re.split(r"(\$[^$]*\$)", claim)
    return Tex("".join(part if _formula(part) else text(part) for part in parts))


def _formula(part: str) -> bool:
    return part.startswith("$") and commands(part) <= KNOWN and "^^" not in part


def code(plain: str) -> Tex:
    """Letters as they stand, with places to break the line."""
    return Tex(rf"\texttt{{{breakable(plain)}}}")


def breakable(plain: str) -> Tex:
    """Text that may be broken after its signs."""
    parts = [shown(c) + (r"\allowbreak{}" if c in "-_.,*+/=()[]: " else "") for c in plain]
    return Tex("".join(parts))


def display(paragraph: str) -> Tex:
    """An indented formula or table of a docstring, as it stands."""
    # the only words that end it
    paragraph = paragraph.replace("\\end{verbatim}", "\\end {verbatim}")
    size = "small" if max(map(len, paragraph.splitlines())) < 78 else "scriptsize"
    body = f"\\begin{{verbatim}}\n{paragraph}\n\\end{{verbatim}}"
    return Tex(f"\\begin{{{size}}}{body}\\end{{{size}}}\n")


def number(value: float | None) -> Tex:
    """Three digits; a dash for no number."""
    return Tex("--" if value is None else f"${value:.3g}$".replace("e", r"\,\mathrm{e}"))


def between(pair: Sequence[float | None]) -> Tex:
    """An interval, or the one number that it is."""
    low, high = (number(value) for value in pair)
    return low if low == high else Tex(f"{low} to {high}")
