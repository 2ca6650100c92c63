"""How a portrait is framed: plain ticks, two spines, and a legend that covers nothing."""

from __future__ import annotations

from typing import Any

SMALL, PRINT = 7.0, 8.0  # print of a legend that is too small, and what it gets below the axes
SHORT = 100.0  # end over end of a logarithmic axis whose ticks are plain numbers


def tidy(ax: Any) -> None:
    """Plain ticks, spines on two sides, and below the axes a legend that is small, covers data or
    stands beside them, where it would make the picture smaller.
    """
    for axis in (ax.xaxis, ax.yaxis):
        plain_ticks(axis)
    ax.spines[["top", "right"]].set_visible(False)
    legend = ax.get_legend()
    if legend is None:
        return
    small = min(text.get_fontsize() for text in legend.get_texts()) < SMALL
    beside = legend.get_window_extent().x0 >= ax.get_window_extent().x1
    if small or beside or covered(ax):
        _below(ax)


def _below(ax: Any) -> None:
    """Put the legend under the label of the x axis, in two columns where they fit."""
    legend = ax.get_legend()
    said, title = [text.get_text() for text in legend.get_texts()], legend.get_title().get_text()
    handles, _ = ax.get_legend_handles_labels()
    for columns in (2, 1):
        if len(handles) == len(said):  # a legend of its own making stays as it is
            legend = ax.legend(handles, said, title=title or None, ncols=columns, fontsize=PRINT)
        ax.figure.draw_without_rendering()  # labels have their places only then
        if legend.get_window_extent().width <= ax.figure.bbox.width:
            break
    under = ax.xaxis.get_tightbbox().y0
    legend.set_loc("upper center")
    legend.set_bbox_to_anchor((0.5, ax.transAxes.inverted().transform((0, under))[1]), ax.transAxes)


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
