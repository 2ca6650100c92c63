"""What ``verify`` prints: a line for each claim and check, and the totals."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from proofs_check.cli.characters import characters
from proofs_check.cli.terminal import HANGING, tell, word
from proofs_check.core import results, runner
from proofs_check.core.ledger import shown
from proofs_check.report.words import between, number


def line(unit: runner.Unit, entry: dict[str, Any]) -> str:
    """A claim or a check in one line."""
    if unit[0] == "claim":
        if entry["status"] == "fails":
            return f"claim {word('fails')} {entry['id']}: {entry['error']}"
        count = len(entry["given"])  # `show` lists them; some claims rest on thirty
        given = f"  ({count} given)" if count else ""
        return f"claim {word(entry['grade'])} {entry['id']}: {entry['title']}{given}"
    remarks = [
        part
        for part in (entry["note"] or "").split("; ")
        if part and not part.endswith("is infinite")
    ]
    note = f"  ({'; '.join(remarks)})" if remarks else ""
    return (
        f"check {word(entry['verdict'])} {entry['id']}: measured {between(entry['interval'])} "
        f"({_runs(entry)}), theory {between(entry['band'])}, rival {number(entry['rival'])}{note}"
    )


def _runs(entry: dict[str, Any]) -> str:
    kind, count = ("set-up", len(entry["setups"])) if entry["setups"] else ("seed", 0)
    count = count or len(entry["values"])
    return f"{count} {kind}{'s' if count != 1 else ''}"


def totals(document: dict[str, Any], kept: int, units: int) -> None:
    """What was found wrong, how much of what, what it cost, and how much of it was kept."""
    click.echo("")
    for entry in document["statements"]:
        if entry["verdict"] in ("REFUTED", "SCOPED"):
            found = f"printed {shown(entry['printed'])}; found {entry['corrected']}"
            tell(f"{word(entry['verdict'])} {entry['id']}: {found}", HANGING)
            if entry["reading"]:
                tell(f"{'':{HANGING}}{characters(entry['reading'])}", HANGING)
    claims = Counter(c["grade"] if c["status"] == "holds" else "fails" for c in document["claims"])
    rows = (
        ("claims", claims),
        ("checks", Counter(c["verdict"] for c in document["checks"])),
        ("statements", Counter(s["verdict"] for s in document["statements"])),
    )
    for name, counts in rows:
        click.echo(f"{name:11}" + ", ".join(f"{n} {word}" for word, n in counts.most_common()))
    over = {topic: cost for topic, cost in document["cpu"].items() if cost > results.BUDGET}
    listed = ", ".join(f"{topic} {cost:.0f} s" for topic, cost in sorted(over.items()))
    spent = sum(document["cpu"].values())
    budget = f"; over {results.BUDGET:.0f} s: {listed}" if listed else ""
    click.echo(f"{'CPU time':11}{spent:.0f} s when it was measured{budget}")
    click.echo(f"{document['seconds']:.1f} s; {kept} of {units} kept")
