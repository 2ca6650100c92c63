"""One picture per topic, drawn from the numbers that were judged: theory as a band, measurement as
an interval, the rival beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from io import StringIO
from typing import Any

from proofs_check.report import frame

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"  # told apart in every kind of colour vision
# by the names that the page gives them, in a light and in a dark theme
THEMED = {BLUE: "blue", ORANGE: "orange", GREY: "grey"}
INK = "#010203"  # replaced by the colour of the page's text
# half-widths of the band that are drawn on either side; what lies further is an arrow at the edge
REACH = 5.0


def forest(checks: Sequence[dict[str, Any]], *, linked: bool = True) -> str:
    """An SVG of the checks (entries of the JSON of ``verify``), one row each, in units of the sum
    of their error terms; "" for none.

    Zero is what theory predicts (a bound, for one-sided checks); rows link to the check on the
    page.
    """
    rows = [row for check in checks if (row := _row(check))]
    if not rows:
        return ""

    def draw(ax: Any) -> None:
        for place, row in enumerate(reversed(rows)):
            _draw(ax, place, **row)
        ax.axvline(0, color=GREY, lw=1)
        ax.set(
            xlim=(-REACH - 0.4, REACH + 0.4),
            ylim=(-0.7, len(rows) - 0.3),
            xlabel="distance from theory / sum of the error terms",
        )
        ax.set_yticks(range(len(rows)), [row["label"].replace("_", " ") for row in reversed(rows)])
        for tick, row in zip(ax.get_yticklabels(), reversed(rows), strict=True):
            if linked:
                tick.set_url(f"#{row['label']}")
        ax.tick_params(axis="y", length=0)
        ax.spines[["top", "right", "left"]].set_visible(False)

    says = "checks: band of theory, measured interval, rival"
    return drawing(draw, (7.2, 0.9 + 0.27 * len(rows)), says)


def portrait(draw: Callable[[Any], None], topic: str) -> str:
    """An SVG of a topic's portrait, which ``draw`` puts on axes."""

    def framed(ax: Any) -> None:
        draw(ax)
        frame.tidy(ax)

    return drawing(framed, (7.2, 3.9), f"{topic}: theory, measurement and rival")


def drawing(draw: Callable[[Any], None], size: tuple[float, float], says: str) -> str:
    """An SVG, in the colours of the page, of what ``draw`` puts on axes of this size in inches."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    style: Any = {
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 9,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "legend.frameon": False,
        "axes.prop_cycle": plt.cycler(color=[BLUE, ORANGE, "#009E73", "#CC79A7", GREY]),
        "svg.hashsalt": "proofs-check",
    }
    with plt.rc_context(style):
        fig, ax = plt.subplots(figsize=size)
        draw(ax)
        file = StringIO()
        fig.savefig(
            file, format="svg", bbox_inches="tight", transparent=True, metadata={"Date": None}
        )
        plt.close(fig)
    return _inline(file.getvalue(), says)


def _median(values: Sequence[float | None]) -> float:
    known = sorted(value for value in values if value is not None)
    return known[len(known) // 2] if known else 0.0


def specification_curve(check: dict[str, Any]) -> str:
    """An SVG of one check (an entry of the JSON of ``verify``) in each of its set-ups, the smallest
    median on top; "" for a check of a single one.
    """
    rows = [check | setup | {"id": f"setup.{setup['name']}"} for setup in check["setups"]]
    return forest(sorted(rows, key=lambda row: _median(row["values"])), linked=False)


def _row(check: dict[str, Any]) -> dict[str, Any] | None:
    width = sum(check["terms"].values())
    if check["predicted"] is None or not check["values"] or not width:
        return None

    def scaled(value: float | None, infinite: float) -> float:
        return infinite if value is None else (value - check["predicted"]) / width

    band = [
        scaled(value, sign * 2 * REACH) for value, sign in zip(check["band"], (-1, 1), strict=True)
    ]
    interval = [
        scaled(value, sign * 2 * REACH)
        for value, sign in zip(check["interval"], (-1, 1), strict=True)
    ]
    return {
        "label": check["id"].partition(".")[2],
        "band": band,
        "interval": interval,
        "median": 0.0 if set(check["values"]) == {None} else scaled(_median(check["values"]), 0.0),
        "rival": None if check["rival"] is None else scaled(check["rival"], 0.0),
        "judged": check["verdict"] != "OPEN",
    }


def _draw(
    ax: Any,
    place: int,
    *,
    label: str,
    band: list[float],
    interval: list[float],
    median: float,
    rival: float | None,
    judged: bool,
) -> None:
    def clipped(value: float) -> float:
        return min(max(value, -REACH), REACH)

    low, high = (min(max(value, -REACH - 0.4), REACH + 0.4) for value in band)
    ax.barh(
        place, high - low, left=low, height=0.72, color=GREY, alpha=0.25 if judged else 0.12, lw=0
    )
    ax.plot(
        [clipped(v) for v in interval],
        [place, place],
        color=BLUE,
        lw=3 if judged else 1.2,
        solid_capstyle="butt",
    )
    _mark(ax, clipped(median), median, place, BLUE, "o", 4)
    if rival is not None:
        _mark(ax, clipped(rival), rival, place, ORANGE, "x", 6)


def _mark(
    ax: Any, shown: float, value: float, place: int, colour: str, marker: str, size: float
) -> None:
    marker = marker if shown == value else ">" if value > 0 else "<"
    ax.plot([shown], [place], marker=marker, color=colour, ms=size, mew=1.5, lw=0)


def _inline(svg: str, says: str) -> str:
    """The ``svg`` element alone, scaled by its frame, with text in the colour of the page."""
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor").replace("#000000", "currentColor")
    for colour, name in THEMED.items():
        svg = re.sub(rf"(: ?){colour}\b", rf"\1var(--{name}, {colour})", svg, flags=re.I)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = svg.replace(' target="_blank"', "")  # rows lead to checks of the same page
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(says)}" ', 1)
