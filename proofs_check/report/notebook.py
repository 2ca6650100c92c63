"""Formulas of notebooks as MathML, for pages that are read without a network (``make
notebooks``).
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from nbconvert.preprocessors import Preprocessor

from proofs_check.report.mathml import mathml, steps
from theory.core.display import MARK


class Formulas(Preprocessor):
    """Between dollars in the text, and wherever a derivation is shown."""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        if cell.cell_type == "markdown":
            cell.source = re.sub(
                r"(?<!\\)\$([^$]+)\$",
                lambda found: mathml(" ".join(found[1].split()), display=False),
                cell.source,
            )
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            page, tex = ("".join(data.get(kind, "")) for kind in ("text/html", "text/latex"))
            if MARK in page:
                data["text/html"] = between_dollars(page)
            elif tex and (shown := _shown(tex)):
                data["text/html"] = shown
        return cell, resources


def between_dollars(page: str) -> str:
    """HTML with its formulas between dollars, one or two, as MathML."""

    def drawn(found: re.Match[str]) -> str:
        large = found[0].startswith("$$")
        return mathml(" ".join(unescape(found[0].strip("$")).split()), display=large)

    return re.sub(r"\$\$.+?\$\$|\$[^$]+\$", drawn, page, flags=re.DOTALL)


def _shown(tex: str) -> str | None:
    if found := steps(tex):
        return found
    # as SymPy shows an expression
    inner = re.fullmatch(r"\$+(?:\\displaystyle)?(.*?)\$+", tex.strip(), re.DOTALL)
    return mathml(" ".join(inner[1].split())) if inner else None
