"""The table of topics in README.md, written from the first paragraphs of the topics' files.

``python run.py readme`` writes it; a test compares.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from pathlib import Path

from proofs_check.core import results, runner
from theory.core.catalogue import paragraph, shelved

README = runner.ROOT / "README.md"
BEGIN, END = "<!-- topics -->", "<!-- /topics -->"
HEAD = "| topic | what is asked and derived | what is put at risk |\n|---|---|---|"
WRITE = "python run.py readme"


def question(layer: str, topic: str) -> str:
    """The first paragraph of a topic's file in one layer, unread by Python: nothing is imported;
    empty where the layer has no such file.
    """
    path = runner.ROOT / layer / f"{topic}.py"
    return paragraph(ast.get_docstring(ast.parse(path.read_text()))) if path.exists() else ""


def asked(topic: str) -> str:
    """The question of a topic: what its theory, or its simulation, begins with."""
    found = question("theory", topic) or question("proofs_check", topic)
    return found[: found.find("?") + 1]


def table(topics: Iterable[str]) -> str:
    """A heading and a table in Markdown for each shelf, a row for each topic."""
    parts = []
    for title, names in shelved(topics).items():
        rows = [
            f"| `{name}` | {_cell(question('theory', name))} | "
            f"{_cell(question('proofs_check', name))} |"
            for name in names
        ]
        parts.append("\n".join([f"### {title}", "", HEAD, *rows]))
    return "\n\n".join(parts)


def _cell(plain: str) -> str:
    """Text of a docstring in a cell of a table."""
    for sign in "\\|*<>":
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("``", "`")


def renewed(text: str, topics: Iterable[str]) -> str:
    """The README with the table of these topics between its two markers; ``ValueError`` when they
    are not there, each once and in this order.
    """
    parts = text.replace(END, BEGIN).split(BEGIN)
    if len(parts) != 3 or not text.index(BEGIN) < text.index(END):
        raise ValueError(
            f"README.md needs one {BEGIN} and after it one {END}: the table stands there"
        )
    return f"{parts[0]}{BEGIN}\n\n{table(topics)}\n\n{END}{parts[2]}"


def main(path: Path = README) -> None:
    """Write the table anew."""
    results.write(renewed(path.read_text(), runner.all_topics()), path)
    sys.stdout.write(f"written to {path}\n")


if __name__ == "__main__":
    main()
