"""The derivations as a document that reads like a paper's appendix."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from sympy import And, latex

from proofs_check import _run
from theory import Decided, Derivation, Grade, Step, derive
from theory._derivation import SYMBOL, AnyStep

HEAD = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[margin=27mm]{geometry}
\usepackage{amsmath,amssymb,graphicx}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\begin{document}
"""
SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"$<$",
    ">": r"$>$",
    "|": r"$|$",
    "\u2264": r"$\le$",
    "\u2265": r"$\ge$",
}
GREEK = "pi|alpha|beta|gamma|Gamma|kappa|sigma|lambda|delta|theta|eta|rho|varphi|epsilon|omega|xi|phi|nu|tau|psi"
WIDE = 92  # visible characters after which an equation is broken


class LatexFails(RuntimeError):
    """pdflatex is absent or stopped; the message says what to do."""


def text(plain: str) -> str:
    """Plain English with formulas like m^-gamma' and ``names`` of the package turned into LaTeX."""
    if "``" in plain:
        parts = plain.split("``")
        return "".join(text(p) if i % 2 == 0 else rf"\texttt{{{''.join(SPECIAL.get(c, c) for c in p)}}}" for i, p in enumerate(parts))
    words = []
    plain = plain.replace("<=", "\u2264").replace(">=", "\u2265")
    for word in re.split(r"(\s+)", plain):
        core = _core(word)
        if re.search(rf"(^|[^a-zA-Z])({GREEK})([^a-zA-Z]|$)", core) or re.search(r"[\^]|[A-Za-z]_[A-Za-z0-9]", core):
            before, after = word[: word.index(core)], word[word.index(core) + len(core) :]
            words.append("".join(SPECIAL.get(c, c) for c in before) + f"${_formula(core)}$" + "".join(SPECIAL.get(c, c) for c in after))
        else:
            words.append("".join(SPECIAL.get(c, c) for c in word))
    return "".join(words)


def _core(word: str) -> str:
    """The word without punctuation and without brackets that are not closed within it."""
    core = word.strip(".,;:")
    while (core.startswith("(") and core.count("(") > core.count(")")) or (core.endswith(")") and core.count(")") > core.count("(")):
        core = core[1:] if core.startswith("(") and core.count("(") > core.count(")") else core[:-1]
    return core.strip(".,;:")


def _formula(core: str) -> str:
    core = core.replace("{", r"\{").replace("}", r"\}")  # a set, as in {-1, 1}^d
    core = re.sub(r"\b(sigma|phi|h|f|u|F)\^(?=[(|,./]|$)", r"\\hat{\1}", core)  # a transform
    core = re.sub(r"\^\(((?:[^()]|\([^()]*\))*)\)", r"^{\1}", core)
    core = re.sub(rf"(?<![a-zA-Z\\])({GREEK})(?![a-zA-Z])", r"\\\1", core)
    core = re.sub(r"\b(log|sqrt|min|max|exp|sup)\b", r"\\operatorname{\1}", core)
    core = re.sub(r"\^(-?\\?[A-Za-z0-9]+'?)", r"^{\1}", core)
    core = re.sub(r"_([A-Za-z0-9]+)", r"_{\1}", core)
    return core.replace("%", r"\%").replace("#", r"\#").replace("&", r"\&")


def document(topics: list[str]) -> str:
    """A complete LaTeX document of the topics' derivations, every step with its reason and grade."""
    body = [HEAD, r"\section*{Derivations}", "Every step was checked by machine; what a result rests on is listed with it.\n"]
    for topic in topics:
        functions = _run.claims_of(topic)
        if not functions:
            continue
        module = next(iter(functions.values())).__module__
        body += [rf"\section{{{topic.replace('_', ' ').capitalize()}}}", *_setting(module)]
        for name, function in functions.items():
            body.append(rf"\subsection{{{text(_sentence(function.__doc__ or name))}}}")
            derivations = derive(function)
            for derivation in derivations:
                body += _derivation(derivation, titled=len(derivations) > 1)
    return "\n".join([*body, r"\end{document}", ""])


def _setting(module: str) -> list[str]:
    from importlib import import_module

    paragraphs = (import_module(module).__doc__ or "").strip().split("\n\n")
    return [_display(p) if p.startswith("    ") else text(" ".join(p.split())) + "\n" for p in paragraphs]


def _display(paragraph: str) -> str:
    """An indented formula or table of a docstring, as it stands."""
    return "\\begin{small}\\begin{verbatim}\n" + paragraph + "\n\\end{verbatim}\\end{small}\n"


def _sentence(doc: str) -> str:
    return " ".join(doc.strip().split("\n\n")[0].split())


def _derivation(derivation: Derivation, titled: bool) -> list[str]:
    lines = [rf"\paragraph{{{text(derivation.title)}}}"] if titled else []
    for step in derivation.steps:
        if step.kind in ("assumption", "quotation"):
            lines.append(rf"\textit{{Given:}} {text(step.given or '')}.\par")
            continue
        shown = r" \\ ".join(_fit(formula) for formula in _lines(step))
        lines.append(rf"{text(_capital(step.why))}: \begin{{gather*}} {shown} \end{{gather*}}")
    given = "; ".join(derivation.given)
    grade = derivation.grade().name if derivation.grade() is not Grade.GIVEN else "given"
    lines.append(rf"\hfill\textsc{{{grade.lower()}}}{' given ' + text(given) if given else ''}. {{\small {text(derivation.source)}}}\par")
    return lines


def _lines(step: AnyStep) -> list[str]:
    """A conjunction takes one line for each part; a long equation one for each side."""
    if isinstance(step, Decided) and isinstance(step.formula, And):
        return [latex(part) for part in step.formula.args]
    formula = step.latex()
    if isinstance(step, Step) and len(_visible(formula)) > WIDE:
        return [latex(step.lhs), rf"{SYMBOL[step.relation]} {latex(step.rhs)}"]
    return [formula]


def _capital(why: str) -> str:
    """Upper case for a first word; symbols stay as they are."""
    first = re.match(r"[a-z]{2,}(?=[ ,:]|$)", why)
    return why[:1].upper() + why[1:] if first and not re.fullmatch(f"{GREEK}|log", first[0]) else why


def _visible(formula: str) -> str:
    return re.sub(r"\\[a-zA-Z]+|[{}^_\\]", "", formula)


def _fit(formula: str) -> str:
    """Long formulas are scaled to the line."""
    return rf"\resizebox{{\ifdim\width>\linewidth \linewidth\else\width\fi}}{{!}}{{$\displaystyle {formula}$}}"


def compile_pdf(source: Path) -> Path:
    """Run pdflatex on ``source``; raises ``LatexFails`` with the first error or with how to install it."""
    program = shutil.which("pdflatex")
    if program is None:
        raise LatexFails(
            f"{source} is written, but pdflatex is not installed: install texlive-latex-base and texlive-latex-recommended (Debian), "
            "or compile the file elsewhere"
        )
    command = [program, "-interaction=nonstopmode", "-halt-on-error", source.name]
    done = subprocess.run(command, cwd=source.parent, capture_output=True, text=True, errors="replace")
    if done.returncode:
        first = next((line for line in done.stdout.splitlines() if line.startswith("!")), "no message")
        raise LatexFails(f"pdflatex stopped at: {first} (see {source.with_suffix('.log')})")
    return source.with_suffix(".pdf")
