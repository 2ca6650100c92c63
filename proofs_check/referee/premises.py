"""What each claim rests on and no step can check: definitions, hypotheses, quoted theorems,
domains, and what its symbols are.

A step that holds says nothing about the domain it was asked on, so that a premise could change
without any layer noticing; so could the bounds of a number, which may be as far apart as one likes.
The record ``tests/premises/<topic>.txt`` makes it visible: a test compares, and after a change that
was meant ``python -m proofs_check.referee.premises TOPIC`` writes it anew.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import sympy as sp

from proofs_check.core import runner
from theory import (
    Aside,
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Enclosed,
    Induction,
    Quoted,
    Step,
    derive,
)
from theory.core.settling import AnyStep

RECORDS = runner.ROOT / "tests" / "premises"
WRITE = "python -m proofs_check.referee.premises"


def premises(derivations: tuple[Derivation, ...]) -> tuple[str, ...]:
    """One line for each premise, in the order of the steps; the last line names the symbols with
    what is assumed of them.
    """
    steps = [step for derivation in derivations for step in derivation.steps]
    symbols = {
        _symbol(atom)
        for step in steps
        for side in _sides(step)
        for atom in side.atoms(sp.Symbol)
        if atom.name not in "+-"
    }
    lines = dict.fromkeys(line for step in steps for line in _of_a_step(step))
    return *lines, *(["symbols " + ", ".join(sorted(symbols))] if symbols else [])


def hypotheses(step: AnyStep) -> tuple[sp.Basic, ...]:
    """The relations under which a step speaks: its domain, or what implies the rest of its
    formula.
    """
    if isinstance(step, Step):
        return tuple(step.domain)
    return (
        (step.formula.args[0],)
        if isinstance(step, Decided) and isinstance(step.formula, sp.Implies)
        else ()
    )


def conclusion(step: Decided) -> sp.Basic:
    """What a formula says where its hypotheses hold."""
    return step.formula.args[1] if isinstance(step.formula, sp.Implies) else step.formula


def _of_a_step(step: AnyStep) -> Iterator[str]:
    if isinstance(step, Aside):
        yield from _of_a_step(step.step)
    elif isinstance(step, Defined):
        yield f"define {step.symbol} := {step.expr}"
    elif isinstance(step, Assumed):
        yield f"assume {step.what} ({step.why})"
    elif isinstance(step, Quoted):
        stated = step.states
        formula = " ".join(map(str, stated)) if isinstance(stated, tuple) else stated
        yield f"quote {step.given}" + ("" if stated is None else f": {formula}")
    elif isinstance(step, Induction):
        yield f"{step.index} from {step.start}: {step.first}, then {step.again}: {step.why}"
        yield from (f"where {relation}: {step.why}" for relation in step.domain)
    elif isinstance(step, Enclosed):
        yield f"between {step.lower} and {step.upper}: {step.why}"
    elif isinstance(step, Counterexample):
        point = ", ".join(f"{symbol} = {value}" for symbol, value in step.point)
        yield f"false at {point}: {step.why}"
    elif relations := hypotheses(step):
        yield f"where {' and '.join(map(str, relations))}: {step.why}"


def _sides(step: AnyStep) -> Iterator[sp.Basic]:
    """The expressions of a step."""
    if isinstance(step, Aside):
        yield from _sides(step.step)
    elif isinstance(step, Induction):
        sides = (step.index, step.start, step.first, step.again, step.closed, *step.domain)
        yield from (sp.sympify(side, strict=True) for side in sides)
    elif isinstance(step, Step):
        yield from (sp.sympify(side, strict=True) for side in (step.lhs, step.rhs, *step.domain))
    elif isinstance(step, Defined):
        yield from (sp.sympify(side, strict=True) for side in (step.symbol, step.expr))
    elif isinstance(step, (Decided, Counterexample)):
        yield sp.sympify(step.formula, strict=True)
    elif isinstance(step, Enclosed):
        yield sp.sympify(step.expr, strict=True)


def _symbol(symbol: sp.Symbol) -> str:
    """Its name and what was said of it when it was made; ``srepr`` alone tells the latter from what
    follows from it.
    """
    said = re.findall(r"(\w+)=(True|False)", sp.srepr(symbol))
    return " ".join(
        [symbol.name, *(word if value == "True" else f"not {word}" for word, value in said)]
    )


def record(topic: str) -> str:
    """The premises of a topic's claims as text."""
    parts = [
        "\n".join([name, *(f"  {line}" for line in premises(derive(claim)))])
        for name, claim in runner.claims_of(topic).items()
    ]
    return "\n\n".join(parts) + "\n"


def recorded(topic: str) -> dict[str, tuple[str, ...]]:
    """A topic's record by claim; empty where there is none."""
    path = RECORDS / f"{topic}.txt"
    if not path.exists():
        return {}
    parts = [part.splitlines() for part in path.read_text().strip().split("\n\n")]
    return {name: tuple(line[2:] for line in lines) for name, *lines in parts}


def write(topic: str) -> None:
    """Record what the claims of a topic rest on now."""
    RECORDS.mkdir(exist_ok=True)
    (RECORDS / f"{topic}.txt").write_text(record(topic))


if __name__ == "__main__":
    known = runner.topics("theory")
    if unknown := [name for name in sys.argv[1:] if name not in known]:
        sys.exit(f"no topic {unknown[0]!r}; topics are {', '.join(known)}")
    for chosen in sys.argv[1:] or known:
        write(chosen)
        sys.stdout.write(f"written to {RECORDS / chosen}.txt\n")
