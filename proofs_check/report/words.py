"""Verdicts and numbers in the words of the report's pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

GRADES = {
    "PROVED": "every step is reduced by SymPy or decided by z3, and 30-digit samples agree; "
    "'given' lists hypotheses and quoted theorems",
    "ENCLOSED": "a closed expression, bounded by ball arithmetic",
    "SAMPLED": "equal to 18 digits at random points, not reduced",
}
CHECKED = {
    "CONFIRMED": "the measured interval lies in the band of theory, and the rival lies outside",
    "SCOPED": "the interval lies in the band in some of the declared set-ups, not in others",
    "REFUTED": "in none of the declared set-ups does the interval meet the band",
    "INCONCLUSIVE": "the interval overlaps the edge of the band",
    "OPEN": "a question known to be open: shown with its numbers, not judged",
}

TAGS = {
    "mathematical": "formula",
    "numerical": "number",
    "wording": "wording",
    "misprint": "misprint",
}


def plain(name: str) -> str:
    """A name of the code, or a verdict, without its underscores."""
    return name.replace("_", " ")


def leaf(name: str) -> str:
    """The part of a claim's or a check's id after its topic."""
    return name.partition(".")[2]


def href(name: str) -> str:
    """Where the pages show the claim or check with this id."""
    topic, _, own = name.partition(".")
    return f"{topic}.html#{own}"


def grade(claim: dict[str, Any]) -> str:
    """The grade of a claim (an entry of the JSON of ``verify``), or "fails"."""
    return str(claim["grade"]) if claim["status"] == "holds" else "fails"


def number(value: float | None) -> str:
    """Four digits, with a minus sign that is as long as a plus; "none" for no number."""
    return "none" if value is None else f"{value:.4g}".replace("-", "\u2212")


def between(pair: Sequence[float | None]) -> str:
    """An interval whose ends may be missing, which is to say infinite."""
    low, high = (None if end is None or math.isinf(end) else end for end in pair)
    if low is None and high is None:
        return "none"
    if low is None or high is None:
        return f"at most {number(high)}" if low is None else f"at least {number(low)}"
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def difference(printed: Any, found: Any) -> str:
    """How far the printed number is from the one found, where both are numbers; else empty."""
    try:
        ratio = float(printed) / float(found) if not isinstance(printed, bool) else math.nan
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return ""
    if not 0 < ratio < math.inf:
        return ""
    if 0.5 < ratio < 2:
        return f"printed is {abs(ratio - 1):.2g} of it {'more' if ratio > 1 else 'less'}"
    return f"printed is {ratio:.3g} times it"
