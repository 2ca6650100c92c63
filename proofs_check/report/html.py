"""The report: self-contained HTML pages, readable without a network and without scripts.

``index.html`` has the topics with their questions, the sources with how much of them is settled,
and every statement; ``errata.html`` (and ``errata.csv``) what the sources have wrong.  Each topic
has a page: its question, what the sources say, its results with their derivations folded away, its
checks, and a map from what is given to what is settled.  ``pages`` says what stands on them,
``templates/`` how it is laid out; there text is escaped unless it is our markup.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from proofs_check.core import results
from proofs_check.core.verdict import Standing
from proofs_check.report import mathml, pages, words

TEMPLATES = Path(__file__).with_name("templates")


def write(topics: Sequence[str], document: dict[str, Any], folder: Path) -> Path:
    """Write the pages of ``topics`` from the results of ``verify`` to ``folder``; returns the front
    page.
    """
    for topic in topics:
        results.write(topic_page(topic, document, topics), folder / f"{topic}.html")
    results.write(errata_page(topics, document), folder / "errata.html")
    results.write(errata_table(topics, document), folder / "errata.csv")
    results.write(front_page(topics, document), folder / "index.html")
    return folder / "index.html"


def front_page(topics: Sequence[str], document: dict[str, Any]) -> str:
    """Totals, errata, topics by shelf, and all statements by chapter."""
    meanings = {
        "A claim is graded": words.GRADES,
        "A check is": words.CHECKED,
        "A statement is": {s.name: s.value for s in Standing},
    }
    key = dict.fromkeys((*words.GRADES, *(s.name for s in Standing), "fails"))
    front = pages.front(topics, document)
    template = templates().get_template("index.html")
    return template.render(front=front, meanings=meanings, key=key, present=topics)


def errata_page(topics: Sequence[str], document: dict[str, Any]) -> str:
    """What the sources print beside what it should be, by source and place."""
    sources = pages.wrong(topics, document)
    return (
        templates()
        .get_template("errata.html")
        .render(sources=sources, tags=words.TAGS, present=topics)
    )


def errata_table(topics: Sequence[str], document: dict[str, Any]) -> str:
    """The same as comma-separated values, formulas as SymPy writes them."""
    file = StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(("id", "source", "verdict", "kind", "sentence", "printed", "found", "remark"))
    for own in pages.wrong(topics, document).values():
        rows.writerows(
            (s.id, s.source, s.verdict, s.tag, s.claim, s.printed, s.found, s.reading) for s in own
        )
    return file.getvalue()


def topic_page(topic: str, document: dict[str, Any], present: Sequence[str]) -> str:
    """Setting, statements, derivations, checks and map of one topic; links lead to the topics that
    are ``present``.
    """
    page = pages.topic_page(topic, document)
    return templates().get_template("topic.html").render(topic=page, present=present)


def _said(text: str) -> Markup:
    """Words of the results; formulas in them as such, where they can be."""
    try:
        return Markup(mathml.prose(text))
    except ValueError:
        return escape(text)


@cache
def templates() -> Environment:
    """The templates with their filters; what is no ``Markup`` is escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "said": _said,
        "prose": lambda text: Markup(mathml.prose(text)),
        "formula": lambda tex: Markup(mathml.mathml(tex)),
        "inline": lambda tex: Markup(mathml.mathml(tex, display=False)),
        "drawing": Markup,  # what ``figure`` drew
        "plain": words.plain,
        "href": words.href,
    }
    return made
