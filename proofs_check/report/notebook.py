"""Formulas of notebooks as MathML, for pages that are read without a network (``make
notebooks``).
"""

from __future__ import annotations

import re
from typing import Any

from nbconvert.preprocessors import Preprocessor

from proofs_check.report.mathml import mathml, steps


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
            tex = output.get("data", {}).get("text/latex")
            if tex and (shown := _shown("".join(tex))):
                output["data"]["text/html"] = shown
        return cell, resources


def _shown(tex: str) -> str | None:
    if found := steps(tex):
        return found
    # as SymPy shows an expression
    inner = re.fullmatch(r"\$+(?:\\displaystyle)?(.*?)\$+", tex.strip(), re.DOTALL)
    return mathml(" ".join(inner[1].split())) if inner else None
