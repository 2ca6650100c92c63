"""Answers of an examination: each with its prediction, what was measured, and a word for both."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from proofs_check.examination.intervals import NOTHING, Interval, word

MOST = 9  # answers to a question that are printed
VERDICTS = ("agrees", "disagrees", "undecided", "does not apply")


@dataclass(frozen=True)
class Answer:
    """One answer: ``prediction`` is what theory says, ``band`` the numbers that agree with it,
    ``interval`` what was measured (95 % over the seeds), ``why`` where the hypotheses fail.
    """

    question: str
    quantity: str
    prediction: str
    band: Interval
    interval: Interval
    verdict: str
    why: str = ""
    rests_on: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def applies(self) -> bool:
        """Was it put beside a prediction?"""
        return self.verdict != "does not apply"

    def __str__(self) -> str:
        begins = f"{self.verdict:{len('does not apply')}}  {self.quantity}"
        if not self.applies:
            seen = "" if self.interval == NOTHING else f" (measured {shown(self.interval)})"
            return f"{begins}{seen}: {self.why}"
        why = f"; {self.why}" if self.why else ""
        return f"{begins}: measured {shown(self.interval)}, theory says {self.prediction}{why}"


def answer(
    question: str,
    quantity: str,
    prediction: str,
    band: Interval,
    interval: Interval,
    why: str = "",
    rests_on: tuple[str, ...] = (),
    **values: Any,
) -> Answer:
    """An answer whose verdict follows from its interval and its band."""
    verdict = word(interval, band)
    if verdict == "undecided" and interval == NOTHING:
        why = "; ".join(filter(None, (why, "no interval: more than one seed and width is needed")))
    return Answer(question, quantity, prediction, band, interval, verdict, why, rests_on, values)


def absent(question: str, quantity: str, reason: str, rests_on: tuple[str, ...] = ()) -> Answer:
    """What does not apply, and why."""
    return Answer(question, quantity, "none", NOTHING, NOTHING, "does not apply", reason, rests_on)


def unmet(found: Answer, reason: str) -> Answer:
    """The same answer, where a hypothesis of the prediction does not hold."""
    return replace(
        found, verdict="does not apply", why="; ".join(filter(None, (reason, found.why)))
    )


def unmeasured(table: Mapping[Any, Mapping[str, Any]]) -> str:
    """Why something could not be measured, by the first run that says so; empty where all could."""
    return next((cell["why"] for cell in table.values() if "why" in cell), "")


def shown(interval: Interval) -> str:
    """An interval in three digits."""
    if interval == NOTHING:
        return "no interval"
    low, high = (f"{v:.3g}" for v in interval)
    return low if low == high else f"[{low}, {high}]"


@dataclass(frozen=True)
class Examination:
    """What was found about a network, question by question."""

    name: str
    answers: tuple[Answer, ...]
    setting: Mapping[str, Any]  # widths, seeds, steps, optimiser, loss, seconds
    notes: tuple[str, ...]  # what was shortened, reshaped or left out
    curves: Mapping[str, Any]  # what the pictures show

    def about(self, question: str) -> tuple[Answer, ...]:
        """The answers to one question."""
        return tuple(each for each in self.answers if each.question == question)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions in their order."""
        return tuple(dict.fromkeys(each.question for each in self.answers))

    def __str__(self) -> str:
        lines = [f"{self.name}: {described(self.setting)}"]
        for question in self.questions:
            own = [f"  {each}" for each in self.about(question)]
            more = [f"  and {len(own) - MOST} more, in the JSON and on the page"]
            lines += ["", question, *own[:MOST], *(more if len(own) > MOST else [])]
        if self.notes:
            lines += ["", "notes", *(f"  {note}" for note in self.notes)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from proofs_check.examination.page import table

        return table(self)

    def to_json(self) -> dict[str, Any]:
        """Everything as plain lists, words and numbers; what is infinite or nan is None."""
        found = {
            "name": self.name,
            "setting": dict(self.setting),
            "answers": [asdict(each) for each in self.answers],
            "notes": list(self.notes),
            "curves": dict(self.curves),
        }
        return {key: plain(value) for key, value in found.items()}

    def plot(self, axes: Any = None) -> Any:
        """Draw loss curves and distances over the width; returns the axes."""
        from proofs_check.examination.picture import draw

        return draw(self, axes)


def described(setting: Mapping[str, Any]) -> str:
    """Widths, seeds, steps, optimiser and time in one line."""
    widths = ", ".join(map(str, setting["widths"]))
    seeds = f"{len(setting['seeds'])} seed{'s' * (len(setting['seeds']) > 1)}"
    return (
        f"widths {widths}; {seeds}; {setting['steps']} steps of "
        f"{setting['optimiser']}; {setting['loss']}; {setting['seconds']:.1f} s"
    )


def plain(value: Any) -> Any:
    """For JSON: arrays and tuples as lists, numbers that are not finite as None."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
