"""How a portrait is framed: plain ticks, two spines, and a legend that covers nothing."""

from __future__ import annotations

from typing import Any

SMALL, PRINT = 7.0, 8.0  # print of a legend that is too small, and what it gets beside the axes
SHORT = 100.0  # end over end of a logarithmic axis whose ticks are plain numbers


def tidy(ax: Any) -> None:
    """Plain ticks, spines on two sides, and a legend that is small or covers data beside them."""
    for axis in (ax.xaxis, ax.yaxis):
        plain_ticks(axis)
    ax.spines[["top", "right"]].set_visible(False)
    legend = ax.get_legend()
    small = legend and min(text.get_fontsize() for text in legend.get_texts()) < SMALL
    if small or covered(ax):
        for text in legend.get_texts():
            text.set_fontsize(PRINT)
        legend.set_loc("upper left")
        legend.set_bbox_to_anchor((1.0, 1.0), ax.transAxes)


def covered(ax: Any) -> bool:
    """Does the legend lie over a line, a bar or a point?"""
    from matplotlib.lines import Line2D

    legend = ax.get_legend()
    if legend is None:
        return False
    box = legend.get_window_extent()
    for line in ax.lines:
        seen = line.get_path().transformed(line.get_transform())
        joined = line.get_linestyle() in Line2D.lineStyles and line.get_linestyle() != "None"
        marked = line.get_marker() not in ("None", "", None) or not joined
        if marked and any(box.contains(*place) for place in seen.vertices):
            return True
        if joined and len(seen.vertices) > 1 and seen.intersects_bbox(box, filled=False):
            return True
    return any(
        path.transformed(bars.get_transform()).intersects_bbox(box, filled=False)
        for bars in ax.collections
        if hasattr(bars, "get_segments")
        for path in bars.get_paths()
    )


def plain_ticks(axis: Any) -> None:
    """Ticks of a short logarithmic axis as plain numbers that do not touch; chosen ones stay."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter

    low, high = sorted(axis.get_view_interval())
    chosen = isinstance(axis.get_major_locator(), FixedLocator)
    if axis.get_scale() != "log" or chosen or high > SHORT * low:
        return
    few = (1.0, 2.0, 5.0) if high > 6 * low else (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)
    axis.set_major_locator(LogLocator(subs=few))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
