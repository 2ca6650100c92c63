"""The one picture of each topic, drawn from what was judged, once: kept like results, under a key
of all that it depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

from proofs_check.core import pool, store
from proofs_check.report import figure
from theory.core.catalogue import topics as modules

INK = ("#1c1d21", "#e7e8ea")  # of the text, on light and on dark paper
Advance = Callable[..., None]


@cache
def has_one(topic: str) -> bool:
    """Does the simulation of a topic draw a portrait?"""
    return topic in modules("proofs_check") and hasattr(
        import_module(f"proofs_check.{topic}"), "portrait"
    )


def drawn(topic: str) -> str:
    """SVG of a topic's portrait in the colours of a page, kept or drawn now; "" for a topic without
    one.
    """
    if not has_one(topic):
        return ""
    place = store.KEPT / topic / "portrait.json"
    mark = store.key("check", topic, "default", [Path(figure.__file__)])
    found = store.recall(place, mark)
    if found is None:
        draw = import_module(f"proofs_check.{topic}").portrait
        found = figure.portrait(draw, topic.replace("_", " "))
        with suppress(OSError):
            store.keep(place, mark, found)
    return str(found)


def draw_all(topics: Sequence[str], advance: Advance = lambda *_: None) -> dict[str, str]:
    """Portraits by topic, in as many processes as there are cores; ``advance`` is called with each
    topic that is done.  A portrait that cannot be drawn is no reason to leave out the others.
    """
    wanted = [topic for topic in topics if has_one(topic)]
    found: dict[str, str] = {}
    for topic, svg in pool.run_all(wanted, _or_why, pool.cores(), lambda _: ""):
        found[topic] = svg
        advance(topic)
    return {topic: found[topic] for topic in wanted if found[topic]}


def _or_why(topic: str) -> str:
    try:
        return drawn(topic)
    except Exception as error:
        return _words(f"no portrait of {topic}: {type(error).__name__}: {error}")


def _words(text: str) -> str:
    return figure.drawing(lambda ax: ax.set_axis_off() or ax.text(0, 0.5, text), (7.2, 1.0), text)


def alone(svg: str) -> str:
    """The same as a file of its own, with the colours of light or dark paper."""
    light, dark = INK
    style = (
        f"<style>svg{{color:{light}}}"
        f"@media(prefers-color-scheme:dark){{svg{{color:{dark}}}}}</style>"
    )
    head, rest = svg.split(">", 1)
    return f"{head}>{style}{rest}"
