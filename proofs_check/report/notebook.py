"""What ``make notebooks`` makes of executed notebooks: small pictures with words for who cannot see
them, and formulas as MathML, for pages that are read without a network.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from html import unescape
from io import BytesIO
from typing import Any

from nbconvert.preprocessors import Preprocessor

from proofs_check.report.mathml import mathml, steps
from theory.core.display import MARK

SEEN = 6  # levels of 255 by which a colour may change, in all but one pixel of a hundred


class Pictures(Preprocessor):
    """As few colours as they need, and what they show, by the heading above them."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        heading = "picture"
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                found = re.findall(r"^#+ +(.*)$", cell.source, re.MULTILINE)
                heading = found[-1].replace("$", "") if found else heading
            for output in cell.get("outputs", ()):
                if drawn := output.get("data", {}).get("image/png"):
                    output["data"]["image/png"] = smaller(drawn)
                    output["metadata"]["image/png"] = {"alt": heading}
        return nb, resources


def smaller(drawn: str) -> str:
    """The same picture (base64 of a PNG) in as few colours as nobody can tell from all."""
    import numpy as np
    from PIL import Image

    picture = Image.open(BytesIO(b64decode(drawn))).convert("RGB")
    for colours in (32, 64, 128, 256):
        few = picture.quantize(colours, dither=Image.Dither.NONE)
        change = np.abs(np.asarray(few.convert("RGB"), int) - np.asarray(picture, int)).max(-1)
        if np.quantile(change, 0.99) <= SEEN:
            break
    else:
        few = picture
    file = BytesIO()
    few.save(file, "png", optimize=True)
    found = b64encode(file.getvalue()).decode()
    return min(found, drawn, key=len)


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
