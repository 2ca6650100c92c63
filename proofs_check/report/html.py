"""The report: self-contained HTML pages, readable without a network and without scripts.

``index.html`` has the totals, what was found wrong in the sources, the topics and every statement;
each topic has a page with its setting, a map from claims to statements, a picture of its checks,
every derivation step by step, and every check with the code that measured it.  ``pages`` says what
stands on them, ``templates/`` how it is laid out; there text is escaped unless it is our markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from proofs_check.core import results
from proofs_check.core.verdict import Standing
from proofs_check.report import mathml, pages, words

TEMPLATES = Path(__file__).with_name("templates")


def write(topics: Sequence[str], document: dict[str, Any], folder: Path) -> Path:
    """Write the pages of ``topics`` from the results of ``verify`` to ``folder``; returns the front
    page.
    """
    for topic in topics:
        results.write(topic_page(topic, document), folder / f"{topic}.html")
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
    return templates().get_template("index.html").render(front=front, meanings=meanings, key=key)


def topic_page(topic: str, document: dict[str, Any]) -> str:
    """Setting, map, picture, derivations, checks and statements of one topic."""
    page = pages.topic_page(topic, document)
    return templates().get_template("topic.html").render(topic=page)


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
        "prose": lambda text: Markup(mathml.prose(text)),
        "formula": lambda tex: Markup(mathml.mathml(tex)),
        "inline": lambda tex: Markup(mathml.mathml(tex, display=False)),
        "drawing": Markup,  # what ``figure`` drew
        "plain": words.plain,
        "href": words.href,
    }
    return made
