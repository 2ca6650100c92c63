"""What a topic says about a symbol of its results.

It is looked for where it is said, in this order: the part of the topic's docstring that explains
the symbol, a definition in its derivations, the table of ``theory.notation``, any other part of the
docstring that names it, a hypothesis about it, the comment in the code where it is made, the
sentence of a claim, a step that names it.  No meaning is typed here.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from theory import Assumed, Defined, Derivation, derive, notation
from theory.core.catalogue import claims, sentence

LONG = 110  # letters of a part of a sentence that is shown whole
WORDS = ("a", "A", "I")  # names that are words of English, too


@dataclass(frozen=True)
class Name:
    """A symbol as the code names it, and as LaTeX."""

    text: str
    shown: str
    indexed: bool  # in prose it then has an index: a_k

    @property
    def typed(self) -> str:
        """As prose writes it."""
        return re.sub(r"^(kappa|gamma)prime", r"\1'", self.text).replace("epsilon", "eps")


@dataclass(frozen=True)
class Meaning:
    """What is said of a symbol in words, with the formula that defines it if there is one; neither
    where nothing is said.
    """

    words: str = ""
    formula: str | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.formula)


@cache
def derivations(topic: str) -> tuple[tuple[str, Derivation], ...]:
    """Those of a topic, each with the sentence of its claim."""
    return tuple((sentence(f), d) for f in claims(topic).values() for d in _derived(f))


def _derived(claim: Callable[[], Any]) -> Sequence[Derivation]:
    """Nothing for a claim that cannot be built: its own page says why."""
    try:
        return derive(claim)
    except Exception:  # whatever a claim raises
        return ()


def meaning_of(name: Name, topic: str) -> Meaning:
    """The first that is said, as this module's docstring orders it."""
    parts = _parts_of(topic)
    defined, held = (known.get(name.text) for known in _given(topic))
    if said := _defining(name, parts):
        return Meaning(said)
    if defined:
        return Meaning(defined.why, defined.latex())
    if name.text in _imported(topic) and (shared := _notation().get(name.typed)):
        return Meaning(shared)
    if part := next((part for part in parts if _named(name, part)), ""):
        return Meaning(part)
    if held:
        return Meaning(held.why, held.formula)
    if remark := _remarks(topic).get(name.text):
        return Meaning(remark)
    sentences = [part for words, _ in derivations(topic) for part in _split(words)]
    if part := next((part for part in sentences if _named(name, part)), ""):
        return Meaning(part)
    reasons = (part for _, d in derivations(topic) for step in d.steps for part in _split(step.why))
    return Meaning(_defining(name, reasons))


@cache
def _remarks(topic: str) -> dict[str, str]:
    """By the name of a symbol, the comment on the line that makes it, or its part of that."""
    found: dict[str, str] = {}
    pattern = r"^[^#\n]* = (?:\w+\.)?\w+\(\"([\w ']+)\"[^#\n]*  # (\S.*)$"
    source = inspect.getsource(import_module(f"theory.{topic}"))
    for made in re.finditer(pattern, source, re.MULTILINE):
        names, said = made[1].split(), re.split(r", (?![^()]*\))(?![^\[\]]*\])", made[2])
        parts = [made[2]] if len(names) == 1 else said * len(names) if len(said) == 1 else said
        if len(parts) == len(names):
            found = dict(zip(names, parts, strict=True)) | found
    return found


@cache
def _given(topic: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """By symbol, the step that defines it, and the hypothesis that has it alone on one side."""
    defined: dict[str, Any] = {}
    held: dict[str, Any] = {}
    for step in (step for _, derivation in derivations(topic) for step in derivation.steps):
        if isinstance(step, Defined):
            defined.setdefault(_head(step.symbol), step)
        elif isinstance(step, Assumed) and isinstance(step.what, Relational):
            held |= {_head(side): step for side in step.what.args if _head(side) not in held}
    return defined, held


def _head(expression: Any) -> str:
    """The name of a symbol, of a function with its arguments, or of what has an index."""
    if isinstance(expression, sp.Indexed):
        return str(expression.base)
    if isinstance(expression, AppliedUndef):
        return str(expression.func)
    return str(expression) if isinstance(expression, sp.Symbol | sp.IndexedBase) else ""


@cache
def _parts_of(topic: str) -> tuple[str, ...]:
    """The docstring of a topic in parts of sentences, its question last."""
    doc = inspect.cleandoc(import_module(f"theory.{topic}").__doc__ or "")
    question, *others = (p for p in doc.split("\n\n") if not p.startswith(("    ", "Source")))
    return tuple(part for paragraph in (*others, question) for part in _split(paragraph))


def _split(paragraph: str) -> Iterator[str]:
    """Parts of sentences; a long one is cut at its commas, outside of brackets."""
    text = re.sub(r"^(Setting|Result)\. +", "", " ".join(paragraph.split()))
    for part in re.split(r"(?<=[\w)\]|'])[.;:?] +(?=[\w(\[|])", text):
        whole = part.strip(" .?")
        pieces = re.split(r", (?![^()]*\))(?![^\[\]]*\])", whole) if len(whole) > LONG else [whole]
        yield from _joined(pieces)


def _joined(pieces: Iterable[str]) -> Iterator[str]:
    """Short pieces stay with what comes before them."""
    held = ""
    for piece in pieces:
        if held and len(held) + len(piece) > LONG:
            yield held
            held = ""
        held = f"{held}, {piece}" if held else piece
    yield held


def _named(name: Name, part: str) -> bool:
    return re.search(_pattern(name), part) is not None


def _defining(name: Name, parts: Iterable[str]) -> str:
    """The first part that says what it is: "x is", "x = ", "x and y are", "where x the ..."."""
    own = rf"{_pattern(name)}(?:_\w+)?,?(?: and \w+)?"
    pattern = rf"(?:^|, |\band |\bwith |\bwhere |\(){own} (?:is|are|the|=) "
    return next((part for part in parts if re.search(pattern, part)), "")


def _pattern(name: Name) -> str:
    """A regular expression for its name in prose, where it is no word."""
    index = "_|" if name.indexed else ""
    after = rf"(?:{index}(?![\w']))"
    if name.text in WORDS:
        after = rf"(?={index}\^| (?:is|are|=|<|>) | and [b-z]\b|, [b-z]\b|[()])"
    return rf"(?<![\w'^.|-]){re.escape(name.typed)}{after}"


@cache
def _imported(topic: str) -> frozenset[str]:
    """Names that a topic takes from the notation that topics share."""
    tree = ast.parse(inspect.getsource(import_module(f"theory.{topic}")))
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    taken = [a.name for n in nodes if n.module == "theory.notation" for a in n.names]
    shared = (getattr(notation, each) for each in taken)
    return frozenset(_head(each) or str(each) for each in shared)


@cache
def _notation() -> dict[str, str]:
    """The table in the docstring of the notation: several names, several meanings."""
    found = {"E": "mean of a random variable"}
    for line in inspect.cleandoc(notation.__doc__ or "").splitlines()[2:]:
        for entry in re.split(r"; +", line):
            if match := re.fullmatch(r"((?:\S+, )*\S+) +(.+)", entry):
                names, meanings = match[1].split(", "), match[2].split(", ")
                each = meanings if len(names) == len(meanings) else [match[2]] * len(names)
                found |= dict(zip(names, each, strict=True))
    return found
