"""Sources in the document: a work gets a number in the list of works, a place within it stays in
the text.
"""

from __future__ import annotations

import re

from proofs_check.report.tex import Tex, text
from theory.notation import OWN

LEAD = rf"{OWN}, after |{OWN}, a case of |conserved already in |conserved quantity after |data of "
KINDS = "chapters?|sections?|equations?|theorems?|tables?|figures?|problems?|appendix|lemma"
PLACE = re.compile(rf"({LEAD})?(.*?)(,? (?:{KINDS}|below|consequence|for groups)\b.*)?")
WORK = r"(18|19|20)\d\d|arXiv|Prince"  # our own steps and the chapters have no year


def cited(source: str, works: dict[str, int]) -> Tex:
    """The source with numbers; works that are new to the list are added to it."""
    parts = []
    for part in source.split("; "):
        found = PLACE.fullmatch(part)
        lead, work, place = found.groups() if found else (None, part, None)
        if re.search(WORK, work):
            number = works.setdefault(work, len(works) + 1)
            parts.append(rf"{text(lead or '')}{text(work)}~\cite{{{number}}}{text(place or '')}")
        else:
            parts.append(text(part))
    return Tex("; ".join(parts))
