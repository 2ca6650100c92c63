"""The derivations as a document that reads like a paper's appendix."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from sympy import And

from proofs_check.core import ledger, runner
from theory import Decided, Derivation, Grade, Step, derive
from theory.core.catalogue import sentence
from theory.core.derivation import SYMBOL, AnyStep, tex
from theory.core.prose import GREEK, SPECIAL, text

HEAD = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[margin=27mm]{geometry}
\usepackage{amsmath,amssymb,graphicx,longtable}
\usepackage[hidelinks]{hyperref}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\makeatletter\renewcommand{\l@subsection}{\@dottedtocline{2}{1.5em}{3em}}\makeatother
\begin{document}
"""
PLACE = re.compile(
    r"(our own, after |our own, a case of |conserved already in |conserved quantity after "
    r"|data of )?(.*?)"
    r"(,? (?:chapters?|sections?|equations?|theorems?|tables?|figures?|problems?|appendix|lemma"
    r"|below|consequence|for groups)\b.*)?"
)
LAYOUT = r"left|right|frac|displaystyle|limits|substack|operatorname|begin|end"
WIDE = 100  # visible characters after which an equation is broken
BESIDE = 78  # visible characters of a reason and an equation that share a line


class LatexFails(RuntimeError):
    """pdflatex is absent or stopped; the message says what to do."""


def document(topics: list[str], results: dict[str, Any] | None = None, graded: bool = True) -> str:
    """A complete LaTeX document: derivations with numbered steps, their sources and, from the
    results of ``verify``, verdicts.

    ``graded`` prints the grade of every derivation, which takes as long as checking it.
    """
    works: dict[str, int] = {}
    body = [
        HEAD,
        r"\title{Deep-learning theory, derived and put at risk}\author{}\date{}\maketitle",
        r"\tableofcontents\bigskip",
        "Every step was checked by machine; what a result rests on is listed with it.\n",
    ]
    for topic in topics:
        functions = runner.claims_of(topic)
        module = next(iter(functions.values())).__module__ if functions else f"proofs_check.{topic}"
        body += [rf"\section{{{topic.replace('_', ' ').capitalize()}}}", *_setting(module)]
        for function in functions.values():
            body.append(rf"\subsection{{{text(sentence(function))}}}")
            derivations = derive(function)
            several = len({derivation.source for derivation in derivations}) > 1
            for derivation in derivations:
                body += _derivation(
                    derivation, len(derivations) > 1, works, graded, sourced=several
                )
            if not several:
                body.append(rf"\hfill {_source(derivations[0].source, works)}\par")
        body += _checks(
            [c for c in (results or {}).get("checks", ()) if c["id"].startswith(topic + ".")]
        )
    if results:
        body += [r"\appendix", *_errata(topics, results), *_verdicts(topics, results)]
    entries = [rf"\bibitem{{{number}}} {text(work)}." for work, number in works.items()]
    if entries:
        body += [
            rf"\begin{{thebibliography}}{{{len(entries)}}}",
            *entries,
            r"\end{thebibliography}",
        ]
    return "\n".join([*body, r"\end{document}", ""])


def _checks(checks: list[dict[str, Any]]) -> list[str]:
    if not checks:
        return []
    rows = [
        rf"{text(c['id'].split('.')[1].replace('_', ' '))} & {_number(c['predicted'])} & "
        rf"{_number(sum(c['terms'].values()))} & "
        rf"{_range(c['interval'])} & {_number(c['rival'])} & \textsc{{{c['verdict'].lower()}}} \\"
        for c in checks
    ]
    head = r"check & theory & terms & measured & rival & verdict \\ \hline \endhead"
    return [
        r"\subsection*{Checks}\begin{small}\begin{longtable}{p{44mm}rrlrl}",
        head,
        *rows,
        r"\end{longtable}\end{small}",
    ]


def _number(value: float | None) -> str:
    return "--" if value is None else f"${value:.3g}$".replace("e", r"\,\mathrm{e}")


def _range(pair: list[float | None]) -> str:
    low, high = (_number(value) for value in pair)
    return low if low == high else f"{low} to {high}"


def _errata(topics: list[str], results: dict[str, Any]) -> list[str]:
    wrong = [
        s
        for s in results["statements"]
        if s["topic"] in topics and s["verdict"] in ("REFUTED", "SCOPED")
    ]
    if not wrong:
        return []
    lines = [r"\section{What the sources have wrong}"]
    for s in wrong:
        entry = ledger.ledger()[s["id"]]
        lines.append(
            rf"\paragraph{{{text(entry.source)}}} \textsc{{{s['verdict'].lower()}}}. "
            rf"{_prose(entry.claim)} "
            rf"\textit{{Printed:}} {_code(ledger.shown(s['printed']))}. \textit{{Found:}} "
            rf"{_code(str(s['corrected']))}. " + text(s["reading"] or "")
        )
    return lines


def _verdicts(topics: list[str], results: dict[str, Any]) -> list[str]:
    rows = [
        rf"\texttt{{{_breakable(s['id'])}}} & \textsc{{{s['verdict'].lower().replace('_', ' ')}}} "
        rf"& {_code(', '.join(s['by']) or '--')} \\"
        for s in results["statements"]
        if s["topic"] in topics
    ]
    head = r"statement & verdict & settled by \\ \hline \endhead"
    table = [
        r"\begin{footnotesize}\begin{longtable}{p{58mm}lp{72mm}}",
        head,
        *rows,
        r"\end{longtable}\end{footnotesize}",
    ]
    return [r"\section{Verdicts}", *table] if rows else []


def _prose(claim: str) -> str:
    """A ledger sentence, whose formulas are LaTeX between dollars or words like m^-gamma."""
    return "".join(
        part if part.startswith("$") else text(part) for part in re.split(r"(\$[^$]*\$)", claim)
    )


def _code(plain: str) -> str:
    """Letters as they stand, with places to break the line."""
    return rf"\texttt{{{_breakable(plain)}}}"


def _breakable(plain: str) -> str:
    return "".join(
        SPECIAL.get(c, c) + (r"\allowbreak{}" if c in "-_.,*+/=()[]: " else "") for c in plain
    )


def _setting(module: str) -> list[str]:
    from importlib import import_module

    paragraphs = (import_module(module).__doc__ or "").strip().split("\n\n")
    return [
        _display(p) if p.startswith("    ") else text(" ".join(p.split())) + "\n"
        for p in paragraphs
    ]


def _display(paragraph: str) -> str:
    """An indented formula or table of a docstring, as it stands."""
    # the only words that end it
    paragraph = paragraph.replace("\\end{verbatim}", "\\end {verbatim}")
    size = "small" if max(map(len, paragraph.splitlines())) < 78 else "scriptsize"
    return f"\\begin{{{size}}}\\begin{{verbatim}}\n{paragraph}\n\\end{{verbatim}}\\end{{{size}}}\n"


def _derivation(
    derivation: Derivation, titled: bool, works: dict[str, int], graded: bool, sourced: bool = True
) -> list[str]:
    lines = [rf"\paragraph{{{text(derivation.title)}}}"] if titled else []
    lines.append(r"\begin{enumerate}\setlength{\itemsep}{2pt}")
    for step in derivation.steps:
        if step.kind in ("assumption", "quotation"):
            lines.append(rf"\item \textit{{Given:}} {text(step.given or '')}.")
            continue
        formulas, reason = _lines(step), text(_capital(step.why))
        if len(formulas) == 1 and len(step.why) + len(_visible(formulas[0])) < BESIDE:
            lines.append(rf"\item {reason}: \hfill $\displaystyle {formulas[0]}$")
            continue
        shown = r" \\ ".join(map(_fit, formulas))
        lines.append(rf"\item {reason}: \begin{{gather*}} {shown} \end{{gather*}}")
    lines.append(r"\end{enumerate}")
    given = "; ".join(derivation.given)
    grade = (
        f"{derivation.grade().name.lower()} "
        if graded and derivation.grade() is not Grade.GIVEN
        else ""
    )
    rests = f"given {text(given)}" if given else ""
    known = (rf"\textsc{{{grade}}}" if grade else "") + rests
    source = _source(derivation.source, works) if sourced else ""
    if known or source:
        lines.append(rf"\hfill {known}{'. ' if known else ''}{source}\par")
    return lines


def _source(source: str, works: dict[str, int]) -> str:
    """The source with its number in the list of works; places within a work stay in the text."""
    parts = []
    for part in source.split("; "):
        found = PLACE.fullmatch(part)
        lead, work, place = found.groups() if found else (None, part, None)
        if not re.search(
            r"(18|19|20)\d\d|arXiv|Prince", work
        ):  # our own steps, textbooks, the chapters
            parts.append(text(part))
        else:
            number = works.setdefault(work, len(works) + 1)
            parts.append(rf"{text(lead or '')}{text(work)}~\cite{{{number}}}{text(place or '')}")
    return rf"{{\small {'; '.join(parts)}}}"


def _lines(step: AnyStep) -> list[str]:
    """A conjunction takes one line for each part; a long equation one for each side."""
    if isinstance(step, Decided) and isinstance(step.formula, And):
        return [tex(part) for part in step.formula.args]
    formula = step.latex()
    if isinstance(step, Step) and len(_visible(formula)) > WIDE:
        return [tex(step.lhs), rf"{SYMBOL[step.relation]} {tex(step.rhs)}"]
    return [formula]


def _capital(why: str) -> str:
    """Upper case for a first word; symbols stay as they are."""
    first = re.match(r"[a-z]{2,}(?=[ ,:]|$)", why)
    return (
        why[:1].upper() + why[1:]
        if first and not re.fullmatch(f"{GREEK}|log|d[a-z]", first[0])
        else why
    )


def _visible(formula: str) -> str:
    """Roughly the letters that are seen: functions by name, other symbols as one letter."""
    named = re.sub(
        r"\\(sinh|cosh|tanh|sin|cos|tan|log|exp|max|min|lim)(?![a-zA-Z])", r"\1", formula
    )
    return re.sub(
        r"[{}^_\\ ]",
        "",
        re.sub(r"\\[a-zA-Z]+", "x", re.sub(rf"\\(?:{LAYOUT})(?![a-zA-Z])", "", named)),
    )


def _fit(formula: str) -> str:
    """Long formulas are scaled to the line."""
    return (
        rf"\resizebox{{\ifdim\width>\linewidth \linewidth\else\width\fi}}{{!}}{{$\displaystyle "
        rf"{formula}$}}"
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
    command = [program, "-interaction=nonstopmode", "-halt-on-error", source.name]
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
