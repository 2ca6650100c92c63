"""The steps of a derivation as items of a list: where a formula stands, and where it is broken."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sympy import And

from proofs_check.report.tex import Tex, text
from theory import Assumed, Decided, Derivation, Quoted, Step
from theory.core.display import stated
from theory.core.prose import GREEK
from theory.core.settling import AnyStep
from theory.core.tex import SYMBOL, tex

LAYOUT = r"left|right|frac|displaystyle|limits|substack|operatorname|begin|end"
FUNCTIONS = r"\\(sinh|cosh|tanh|sin|cos|tan|log|exp|max|min|lim)(?![a-zA-Z])"
WIDE = 100  # visible characters after which an equation is broken
BESIDE = 78  # visible characters of a reason and an equation that share a line


@dataclass(frozen=True)
class Item:
    """A reason and the lines of its formula; what is given may have words alone."""

    reason: Tex
    formulas: tuple[Tex, ...]
    beside: bool  # reason and formula share a line
    given: bool = False  # a hypothesis or a quoted theorem


def item_of(step: AnyStep, ground: str = "") -> Item:
    """A step as it is set, with what it rests on."""
    if isinstance(step, Assumed | Quoted):
        words = step.why if isinstance(step, Assumed) and step.formula else step.given
        return Item(text(words), tuple(map(Tex, filter(None, [step.formula]))), False, given=True)
    formulas = _lines(step)
    why = f"{_capital(step.why)} ({ground})" if ground else _capital(step.why)
    beside = len(formulas) == 1 and len(why) + len(_visible(formulas[0])) < BESIDE
    return Item(text(why), tuple(map(Tex, formulas)), beside)


def _lines(step: AnyStep) -> list[str]:
    """A conjunction takes one line for each part; a long equation one for each side."""
    if isinstance(step, Decided) and isinstance(step.formula, And):
        return [tex(part) for part in step.formula.args]
    formula = step.latex()
    if isinstance(step, Step) and len(_visible(formula)) > WIDE:
        return [tex(step.lhs), rf"{SYMBOL[step.relation]} {tex(step.rhs)}"]
    return [formula]


def result_of(derivation: Derivation) -> Tex:
    """What a derivation shows; a long equation with a line for each side."""
    formula, states = stated(derivation), derivation.states
    if not isinstance(states, tuple) or len(_visible(formula)) <= WIDE:
        return Tex(formula)
    left, relation, right = states
    sides = rf"\displaystyle {tex(left)} \\ \displaystyle {SYMBOL[relation]} {tex(right)}"
    return Tex(rf"\begin{{array}}{{l}}{sides}\end{{array}}")


def _capital(why: str) -> str:
    """Upper case for a first word; symbols stay as they are."""
    first = re.match(r"[a-z]{2,}(?=[ ,:]|$)", why)
    if first and not re.fullmatch(f"{GREEK}|log|d[a-z]", first[0]):
        return why[:1].upper() + why[1:]
    return why


def _visible(formula: str) -> str:
    """Roughly the letters that are seen: functions by name, other symbols as one letter."""
    named = re.sub(FUNCTIONS, r"\1", formula)
    bare = re.sub(rf"\\(?:{LAYOUT})(?![a-zA-Z])", "", named)
    return re.sub(r"[{}^_\\ ]", "", re.sub(r"\\[a-zA-Z]+", "x", bare))
