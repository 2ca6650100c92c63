"""Commands about one thing: a claim with its derivation, a statement with what settles it, the
report in a browser.
"""

from __future__ import annotations

import textwrap
import webbrowser
from pathlib import Path
from typing import Any

import click
import sympy as sp

from proofs_check.cli.characters import characters
from proofs_check.cli.lines import line
from proofs_check.cli.lists import current
from proofs_check.cli.terminal import INDENT, say, word
from proofs_check.core import runner
from proofs_check.core.ledger import ledger, shown
from theory import derive
from theory.core.catalogue import nearest, sentence
from theory.core.settling import AnyStep

RELATION = {"==": sp.Eq, "<=": sp.Le, ">=": sp.Ge, "<": sp.Lt, ">": sp.Gt}


class Claim(click.ParamType):
    """``topic.claim``; an unknown one is answered with the nearest."""

    name = "claim"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        known = {
            f"{topic}.{name}": function
            for topic in runner.all_topics()
            if not runner.broken(topic)
            for name, function in runner.claims_of(topic).items()
        }
        if value in known:
            return value, known[value]
        own = sorted(name for name in known if name.split(".")[0] == value)
        found = (
            f"its claims are {', '.join(own)}" if own else f"the nearest is {nearest(value, known)}"
        )
        return self.fail(f"{value!r} is no claim; {found}.", param, ctx)


class Statement(click.ParamType):
    """The id of a statement; an unknown one is answered with the nearest."""

    name = "statement"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value in ledger():
            return ledger()[value]
        return self.fail(
            f"no statement {value!r}; the nearest is {nearest(value, ledger())}. "
            "`proofs-check statements` lists all.",
            param,
            ctx,
        )


@click.command()
@click.argument("claim", type=Claim())
def show(claim: Any) -> None:
    """A claim with its derivation, step by step, as text.

    Example: proofs-check show jacobi_iteration.two_grid
    """
    name, function = claim
    say(f"{name}: {sentence(function)}")
    for derivation in derive(function):
        click.echo(f"\n{derivation.title}  {word(derivation.grade().name)}")
        for number, step in enumerate(derivation.steps, 1):
            say(f"{number:3}  {_why(step)}", INDENT - 1)
            if (formula := drawn(step)) is not None:
                click.echo(textwrap.indent(formula, " " * INDENT))
        for given in derivation.given:
            say(f"given: {given}", INDENT)
        say(f"source: {derivation.source}", INDENT)


@click.command()
@click.argument("statement", type=Statement())
def explain(statement: Any) -> None:
    """A statement of a source: its verdict, what settles it, and how to run that again.

    Example: proofs-check explain lfp-published-constant
    """
    built = statement.topic in runner.all_topics()
    document = current((statement.topic,)) if built else {"statements": []}
    found = next((s for s in document["statements"] if s["id"] == statement.id), None)
    click.echo(f"{word(found['verdict'] if found else 'OPEN')} {statement.id}")
    say(f"{characters(statement.claim)} ({statement.source})", INDENT)
    say(f"would be refuted by: {characters(statement.refuted_if)}", INDENT)
    if found and found["corrected"]:
        say(f"printed: {shown(found['printed'])}", INDENT)
        say(f"found: {found['corrected']}", INDENT)
    if found and found["reading"]:
        say(characters(found["reading"]), INDENT)
    for kind in ("claim", "check"):
        for entry in document.get(f"{kind}s", ()):
            if found and entry["id"] in found["by"]:
                topic, _, name = entry["id"].partition(".")
                unit: runner.Unit = (kind, topic, name)
                say(line(unit, entry), INDENT)
    again = (
        f"proofs-check verify {statement.topic} --fresh" if built else "its topic is not built yet"
    )
    say(f"again: {again}", INDENT)


@click.command(name="open")
def open_report() -> int:
    """Open the report in a browser (``proofs-check report`` writes it)."""
    page = Path("build/report/index.html")
    if not page.exists():
        click.echo(f"no {page} here: `proofs-check report` writes it", err=True)
        return 1
    click.echo(page.resolve().as_uri())
    webbrowser.open(page.resolve().as_uri())
    return 0


def _why(step: AnyStep) -> str:
    given = step.kind in ("assumption", "quotation")
    return f"Given: {step.why}" if given else step.why


def drawn(step: AnyStep) -> str | None:
    """The formula of a step in characters; None for words."""
    inner: Any = getattr(step, "step", step)  # an aside holds a step
    if inner.kind == "enclosed":
        low, high = (sp.sympify(bound, strict=True) for bound in (inner.lower, inner.upper))
        both = (
            RELATION["<="](*pair, evaluate=False)
            for pair in ((low, inner.expr), (inner.expr, high))
        )
        stated: Any = sp.And(*both, evaluate=False)
    elif inner.kind in ("decided", "counterexample"):
        stated = inner.formula
    else:
        stated = inner.states
    if isinstance(stated, tuple):
        left, relation, right = stated
        stated = RELATION[relation](left, right, evaluate=False)
    return None if stated is None else str(sp.pretty(stated, use_unicode=True, wrap_line=False))
