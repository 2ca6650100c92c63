"""The one picture of each topic, drawn once: kept like results, under a key
of all that it depends on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from proofs_check.core import pool, store
from proofs_check.report import figure, frame
from theory.core.catalogue import topics as modules

INK = ("#1c1d21", "#e7e8ea")  # of the text, on light and on dark paper
WORDS = Path(__file__).parents[1] / "portraits" / "words.toml"
Advance = Callable[..., None]


@cache
def home(topic: str) -> str | None:
    """The module that draws a topic's portrait: its simulation, or its own in ``portraits``."""
    if topic in modules("proofs_check.portraits"):
        return f"proofs_check.portraits.{topic}"
    own = f"proofs_check.{topic}"
    drawn = topic in modules("proofs_check") and hasattr(import_module(own), "portrait")
    return own if drawn else None


@cache
def words() -> dict[str, dict[str, Any]]:
    """Titles and labels by topic that take the place of what a simulation's own file says."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def draw(topic: str, axes: Any) -> None:
    """Put a topic's portrait on axes, with its words."""
    import_module(str(home(topic))).portrait(axes)
    said = words().get(topic, {})
    axes.set(**{place: text for place, text in said.items() if place != "legend"})
    legend = axes.get_legend()
    for text in legend.get_texts() if legend else ():
        text.set_text(said.get("legend", {}).get(text.get_text(), text.get_text()))


def drawn(topic: str) -> str:
    """SVG of a topic's portrait in the colours of a page, kept or drawn now; "" for a topic without
    one.
    """
    where = home(topic)
    if where is None:
        return ""
    module = import_module(where)
    place = store.KEPT / topic / "portrait.json"
    how = [Path(str(each.__file__)) for each in (figure, frame)]
    more = [*how, Path(str(module.__file__)), *[WORDS] * (topic in words())]
    mark = store.key("check", topic, "default", more)
    found = store.recall(place, mark)
    if found is None:
        found = figure.portrait(partial(draw, topic), topic.replace("_", " "))
        with suppress(OSError):
            store.keep(place, mark, found)
    return str(found)


def draw_all(topics: Sequence[str], advance: Advance = lambda *_: None) -> dict[str, str]:
    """Portraits by topic, in as many processes as there are cores; ``advance`` is called with each
    topic that is done.  A portrait that cannot be drawn is no reason to leave out the others.
    """
    wanted = [topic for topic in topics if home(topic)]
    found: dict[str, str] = {}
    for topic, svg in pool.run_all(wanted, _or_why, pool.cores(), lambda _: ""):
        found[topic] = svg
        advance(topic)
    return {topic: found[topic] for topic in wanted if found[topic]}


def _or_why(topic: str) -> str:
    try:
        return drawn(topic)
    except Exception as error:
        return _sentence(f"no portrait of {topic}: {type(error).__name__}: {error}")


def _sentence(text: str) -> str:
    def write(axes: Any) -> None:
        axes.set_axis_off()
        axes.text(0, 0.5, text)

    return figure.drawing(write, (7.2, 1.0), text)


def alone(svg: str) -> str:
    """The same as a file of its own, with the colours of light or dark paper."""
    light, dark = INK
    lighter = "--blue:#56b4e9;--orange:#f0883e"  # as in report.css
    style = (
        f"<style>svg{{color:{light};--grey:#767676;--orange:#c65400}}"
        f"@media(prefers-color-scheme:dark){{svg{{color:{dark};{lighter}}}}}</style>"
    )
    head, rest = svg.split(">", 1)
    return f"{head}>{style}{rest}"
