"""The derivations as a document that reads like a paper's appendix.

``sections`` says what stands in it, ``templates/*.tex`` how it is laid out; there, what is no
``Tex`` is escaped.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from proofs_check.core import runner
from proofs_check.report import symbols, tex
from proofs_check.report.judged import WRONG, judged
from proofs_check.report.sections import Section, section_of
from proofs_check.report.typeset import Shown
from proofs_check.report.words import plain
from theory.core.catalogue import shelved

TEMPLATES = Path(__file__).with_name("templates")


class LatexFails(RuntimeError):
    """pdflatex is absent or stopped; the message says what to do."""


def document(topics: list[str], results: dict[str, Any] | None = None, graded: bool = True) -> str:
    """A complete LaTeX document: a part for each shelf, theorems with their results in a box and
    their proofs in numbered steps, sources and, from the results of ``verify``, verdicts.

    ``graded`` prints the grade of every derivation, which takes as long as checking it.
    """
    found = results or {"checks": [], "statements": []}
    statements = [judged(s) for s in found["statements"] if s["topic"] in topics]
    wrong = [s for s in statements if s.verdict in WRONG]
    shelves, works = _shelves(topics, found["checks"], graded)
    claims = sum(len(section.claims) for own in shelves.values() for section in own)
    counts = {"claims": claims, "statements": len(statements), "errata": len(wrong)}
    return (
        templates()
        .get_template("document.tex")
        .render(
            shelves=shelves,
            errata=wrong,
            statements=statements,
            works=works,
            counts=counts,
            letters=symbols.letters([topic for topic in topics if runner.claims_of(topic)]),
        )
    )


def body(topics: list[str], graded: bool = True) -> str:
    """The sections alone, for a document of one's own; its first lines say what that needs."""
    shelves, works = _shelves(topics, [], graded)
    preamble = map(tex.Tex, (TEMPLATES / "theorems.tex").read_text(encoding="utf-8").splitlines())
    return (
        templates()
        .get_template("fragment.tex")
        .render(shelves=shelves, works=works, preamble=list(preamble))
    )


def _shelves(
    topics: list[str], checks: list[dict[str, Any]], graded: bool
) -> tuple[dict[str, list[Section]], dict[str, int]]:
    """Sections by shelf, and the works that they cite with their numbers in order of citation."""
    works: dict[str, int] = {}
    sections = {
        title: [section_of(topic, checks, works, graded) for topic in names]
        for title, names in shelved(topics).items()
    }
    return sections, works


@cache
def templates() -> Environment:
    """The templates with delimiters that TeX does not use; every value is escaped unless it is
    ``Tex``.
    """
    made = Environment(
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        loader=FileSystemLoader(TEMPLATES),
        finalize=tex.shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"text": tex.text, "sentence": tex.sentence, "code": tex.code, "plain": plain}
    made.filters |= {"formula": tex.Tex, "fitted": _fitted}
    made.filters |= {"set": _set}
    return made


def _set(value: Shown) -> tex.Tex:
    """What is printed or was found: a formula as wide as its column at most, or words."""
    if value.formula is None:
        return tex.text(value.words)
    return _fitted(value.formula)


def _fitted(formula: str) -> tex.Tex:
    """A formula, as wide as its column at most."""
    return tex.Tex(
        r"\resizebox{\ifdim\width>\linewidth \linewidth\else\width\fi}{!}"
        rf"{{$\displaystyle {formula}$}}"
    )


def compile_pdf(source: Path, passes: int = 2) -> Path:
    """Run pdflatex, twice for contents and citations; raises ``LatexFails`` with the first error or
    with how to install it.
    """
    program = shutil.which("pdflatex")
    if program is None:
        raise LatexFails(
            f"{source} is written, but pdflatex is not installed: install texlive-latex-base and "
            f"texlive-latex-recommended (Debian), "
            "or compile the file elsewhere"
        )
    source.with_suffix(".aux").unlink(
        missing_ok=True
    )  # of a run that failed, it would stop this one
    command = [
        program,
        "-interaction=nonstopmode",
        "-halt-on-error",
        "-no-shell-escape",
        f"./{source.name}",
    ]
    for _ in range(passes):
        done = subprocess.run(
            command, cwd=source.parent, capture_output=True, text=True, errors="replace"
        )
        if done.returncode:
            first = next(
                (line for line in done.stdout.splitlines() if line.startswith("!")), "no message"
            )
            raise LatexFails(f"pdflatex stopped at: {first} (see {source.with_suffix('.log')})")
    return source.with_suffix(".pdf")
