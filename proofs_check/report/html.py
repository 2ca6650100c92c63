"""The report: self-contained HTML pages, readable without a network and without scripts.

``index.html`` has three findings, the topics with their questions, the sources with how much of
them is settled, and every statement; ``errata.html`` (and ``errata.csv``) what the sources have
wrong; ``gallery.html`` the picture of each topic; ``formulas.html`` every result and
``symbols.html`` what stands in them.  Each statement has a page, ``s-<id>.html``, and each topic:
its question, what the sources say, its results with their derivations folded away, its checks, and
a map from what is given to what is settled.  ``pages`` says what stands on them, ``templates/`` how
it is laid out; there text is escaped unless it is our markup.
"""

from __future__ import annotations

import csv
from collections.abc import Container, Sequence
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from proofs_check.core import results
from proofs_check.core.verdict import Standing
from proofs_check.report import formulas, mathml, pages, portraits, sentences, symbols, words
from theory.core.catalogue import topics as modules

TEMPLATES = Path(__file__).with_name("templates")


def write(
    topics: Sequence[str],
    document: dict[str, Any],
    folder: Path,
    advance: portraits.Advance = lambda *_: None,
) -> Path:
    """Write the pages of ``topics`` from the results of ``verify`` to ``folder``; returns the front
    page.  ``advance`` is called with each topic whose portrait is drawn.
    """
    drawn = portraits.draw_all(topics, advance)
    for topic, svg in drawn.items():
        results.write(portraits.alone(svg), folder / f"{topic}.svg")
    for topic in topics:
        page = topic_page(topic, document, topics, drawn.get(topic, ""))
        results.write(page, folder / f"{topic}.html")
    for statement in (s for s in document["statements"] if s["topic"] in topics):
        page = sentence_page(statement, document, topics)
        results.write(page, folder / f"s-{statement['id']}.html")
    results.write(errata_page(topics, document), folder / "errata.html")
    results.write(errata_table(topics, document), folder / "errata.csv")
    results.write(gallery_page(topics, document, drawn), folder / "gallery.html")
    results.write(formulas_page(topics, document), folder / "formulas.html")
    results.write(symbols_page(topics), folder / "symbols.html")
    results.write(front_page(topics, document, drawn), folder / "index.html")
    return folder / "index.html"


def front_page(
    topics: Sequence[str], document: dict[str, Any], pictured: Container[str] = ()
) -> str:
    """Totals, errata, topics by shelf, and all statements by chapter."""
    meanings = {
        "A claim is graded": words.GRADES,
        "A check is": words.CHECKED,
        "A statement is": {s.name: s.value for s in Standing},
    }
    key = dict.fromkeys((*words.GRADES, *(s.name for s in Standing), "fails"))
    front = pages.front(topics, document, pictured)
    return _filled("index.html", front=front, meanings=meanings, key=key, present=topics)


def gallery_page(topics: Sequence[str], document: dict[str, Any], pictured: Container[str]) -> str:
    """The portraits of all topics, by shelf."""
    shelves = pages.front(topics, document, pictured).shelves
    return _filled("gallery.html", shelves=shelves, present=topics)


def formulas_page(topics: Sequence[str], document: dict[str, Any]) -> str:
    """Every result, by shelf and topic."""
    return _filled("formulas.html", shelves=formulas.shelves(topics, document), present=topics)


def symbols_page(topics: Sequence[str]) -> str:
    """The symbols of the results, with what topics say of them."""
    known = [topic for topic in modules() if topic in topics]
    return _filled("symbols.html", letters=symbols.letters(known), present=topics)


def errata_page(topics: Sequence[str], document: dict[str, Any]) -> str:
    """What the sources print beside what it should be, by source and place."""
    sources = pages.wrong(topics, document)
    return _filled("errata.html", sources=sources, tags=words.TAGS, present=topics)


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


def topic_page(
    topic: str, document: dict[str, Any], present: Sequence[str], portrait: str = ""
) -> str:
    """Setting, portrait (SVG), statements, derivations, checks and map of one topic; links lead to
    the topics that are ``present``.
    """
    page = pages.topic_page(topic, document, portrait)
    return _filled("topic.html", topic=page, present=present)


def sentence_page(
    statement: dict[str, Any], document: dict[str, Any], present: Sequence[str]
) -> str:
    """A statement with what settles it."""
    page = sentences.sentence_page(statement, document)
    return _filled("sentence.html", page=page, tags=words.TAGS, present=present)


def _filled(name: str, **values: Any) -> str:
    return templates().get_template(name).render(**values)


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
