"""Derivations as a notebook shows them: the result first, what it rests on, and the steps folded
away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from theory.core.prose import JOIN, core_of, formula_of, is_formula, words
from theory.core.tex import SYMBOL, tex

if TYPE_CHECKING:
    from theory.core.derivation import Derivation

GRADES = {
    "PROVED": "every step reduced or decided",
    "ENCLOSED": "bounded by ball arithmetic",
    "SAMPLED": "true at every point that was tried",
}
MARK = "proofs-check"  # the class of what has formulas between dollars
BOX = "border:1px solid;padding:.4em 1em;display:inline-block;max-width:100%;overflow:auto hidden"


def stated(derivation: Derivation) -> str:
    """LaTeX of what a derivation shows: of a chain its start against its end."""
    states = derivation.states
    if not isinstance(states, tuple):
        return str(derivation.steps[-1].latex())
    left, relation, right = states
    return f"{tex(left)} {SYMBOL[relation]} {tex(right)}"


def dollars(formula: str) -> str:
    """LaTeX for the notebook's own typesetting."""
    return escape(f"${formula}$", quote=False)


def sentence_of(plain: str, shown: Callable[[str], str] = dollars) -> str:
    """Plain English as HTML: ``names`` as code, formulas between dollars and formulas like
    m^-gamma' as they are ``shown``.
    """
    parts = re.split(r"(``[^`]*``|\$[^$]*\$)", plain)
    return "".join(_part(part, shown) for part in parts if part)


def _part(part: str, shown: Callable[[str], str]) -> str:
    if part.startswith("``"):
        return f"<code>{escape(part[2:-2])}</code>"
    if part.startswith("$"):
        return shown(part[1:-1])
    return "".join(_word(word, shown) for word in words(part))


def _word(word: str, shown: Callable[[str], str]) -> str:
    core = core_of(word)
    if not is_formula(core):
        return escape(word, quote=False).replace(JOIN, " ")
    before, after = word.split(core, 1)
    return escape(before, quote=False) + shown(formula_of(core)) + escape(after, quote=False)


def html(derivation: Derivation) -> str:
    """Title, result in a box, grade, what is given, and the steps folded away."""
    result = f'<div style="{BOX}">{_shown(stated(derivation))}</div>'
    given = "; ".join(_given(step) for step in derivation.hypotheses)
    steps = "".join(f"<li>{_step(step)}</li>" for step in derivation.steps)
    known = derivation.known
    where = "; ".join(escape(f"${tex(r)}$", quote=False) for r in dict.fromkeys(derivation.where))
    grade = f"<b>{known.name}</b>: {GRADES[known.name]}. " if known else ""
    source = escape(derivation.source, quote=False)
    count = len(derivation.steps)
    return (
        f'<div class="{MARK}"><p><b>{sentence_of(derivation.title)}</b></p>{result}'
        f"<p>{grade}{f'Given: {given}.' if given else 'Nothing is assumed.'}"
        f"{f' Where {where}.' if where else ''}</p>"
        f"<details><summary>{count} {'step' if count == 1 else 'steps'}</summary>"
        f"<ol>{steps}</ol><p><small>{source}</small></p></details></div>"
    )


def html_of_all(title: str, derivations: Iterable[Derivation]) -> str:
    """Several derivations one below the other, the first of them whole and the others folded."""
    first, *others = derivations
    head = f"<p>{sentence_of(title)}</p>" if title else ""
    folded = "".join(
        f"<details><summary>{sentence_of(other.title)}</summary>{html(other)}</details>"
        for other in others
    )
    return f'<div class="{MARK}">{head}{html(first)}{folded}</div>'


def _shown(formula: str) -> str:
    return f"<div>{escape(f'$$ {formula} $$', quote=False)}</div>"


def _given(step: Any) -> str:
    words_of = step.why if step.kind == "assumption" and step.formula else step.given
    formula = f" {escape(f'${step.formula}$', quote=False)}" if step.formula else ""
    return sentence_of(words_of) + formula


def _step(step: Any) -> str:
    if step.kind in ("assumption", "quotation"):
        return f"<i>Given:</i> {_given(step)}"
    return sentence_of(step.why) + _shown(step.latex())
