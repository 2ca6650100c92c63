"""The map of the phase diagram: fitted exponents over the plane, their zero line, and the boundary
that theory derives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from numerics import phase_diagram as numerics
from numerics.core.fit import log_slope
from proofs_check.plane import flows
from proofs_check.sweep.description import fingerprint
from proofs_check.sweep.drawing import arrays, checked, edges, save
from proofs_check.sweep.store import Table
from theory import capacity, derive
from theory.notation import gamma as gamma_
from theory.notation import gamma_p as gamma_p_

Array = np.ndarray


@dataclass(frozen=True)
class Map:
    """``slopes`` (P, G): S_w at gamma_p (P,) and gamma (G,), median over seeds; nan where widths or
    seeds are missing or failed.
    """

    settings: dict[str, str]
    gamma: Array
    gamma_p: Array
    widths: tuple[float, ...]
    slopes: Array


def fitted(table: Table) -> Map:
    """The slope of log RD over log width in every cell that has all widths and seeds of the store.

    Raises ``ValueError`` for fewer than two widths.
    """
    held, found = arrays(table)
    gamma, gamma_p, widths = (held[name] for name in ("gamma", "gamma_p", "width"))
    if len(widths) < 2:
        raise ValueError(
            f"{table.path} has {len(widths)} width(s): a slope needs two; sweep more --widths"
        )
    slopes = log_slope(widths, found["rd"].transpose(2, 1, 0, 3))  # (widths, P, G, seeds)
    return Map(
        table.settings,
        np.array(gamma),
        np.array(gamma_p),
        tuple(widths),
        np.median(slopes, axis=-1),
    )


@cache
def _boundary() -> Any:
    from sympy import Eq, Piecewise, lambdify, solve

    derive(capacity.boundary)
    # an equation, and where it holds
    rays = [{isinstance(part, Eq): part for part in ray.args} for ray in capacity.CRITICAL.args]
    return lambdify(
        gamma_p_, Piecewise(*((solve(ray[True], gamma_)[0], ray[False]) for ray in rays)), "numpy"
    )


def boundary(gamma_p: Any) -> Array:
    """gamma on the derived boundary at each gamma', solved from
    ``theory.capacity.CRITICAL``.
    """
    gamma_p = np.asarray(gamma_p, dtype=float)
    return np.broadcast_to(_boundary()(gamma_p), gamma_p.shape)


def against_published(found: Map) -> dict[tuple[float, float], float]:
    """Fitted minus published S_w wherever both are known."""
    _, slopes = flows.published()
    cells = [(float(gamma), float(gamma_p)) for gamma_p in found.gamma_p for gamma in found.gamma]
    measured = dict(zip(cells, found.slopes.ravel().tolist(), strict=True))
    gaps = {cell: measured.get(cell, np.nan) - value for cell, value in slopes.items()}
    return {cell: gap for cell, gap in gaps.items() if np.isfinite(gap)}


def remark(found: Map) -> str:
    """How near the published slopes are, where the widths are the published ones; else nothing."""
    comparable = flows.is_published(found.settings) and found.widths == flows.published()[0]
    gaps = against_published(found) if comparable else {}
    if not gaps:
        return ""
    near, far = (sum(abs(gap) <= bound for gap in gaps.values()) for bound in (0.04, 0.06))
    worst = max(gaps, key=lambda cell: abs(gaps[cell]))
    return (
        f"of {len(gaps)} published slopes {near} within 0.04 and {far} within 0.06; the "
        f"worst, {gaps[worst]:+.3f}, at {worst}"
    )


def finite_size(found: Map, X: Array, y: Array) -> Array:
    """Slopes (P, G) over the widths of ``found`` by the closed form of the lazy drift; nan where a
    layer does not stand still.
    """
    plane = np.meshgrid(found.gamma, found.gamma_p)
    still = (numerics.input_exponent(*plane) < 0) & (numerics.output_exponent(*plane) < 0)
    slopes = np.full(found.slopes.shape, np.nan)
    for up, across in np.argwhere(still):
        gamma, gamma_p = float(found.gamma[across]), float(found.gamma_p[up])
        slopes[up, across] = log_slope(
            found.widths,
            numerics.lazy_relative_distance(np.array(found.widths), gamma, gamma_p, X, y),
        )
    return slopes


def draw(tables: Sequence[Table], output: Path) -> str:
    """Write the map to ``output``; its ending names the format.  Returns ``remark``.

    A second table holds the same data and grid at larger widths.  It is drawn beside the first,
    with the differences between the two against those that the closed form of the lazy drift
    predicts. Raises ``ValueError`` for other tables and where no cell is finished.
    """
    checked(output)
    maps = [fitted(table) for table in tables]
    if not all(np.isfinite(own.slopes).any() for own in maps):
        raise ValueError("no cell has all its widths yet: let the sweep go on")
    if len(maps) > 2 or not all(_same_grid(maps[0], own) for own in maps[1:]):
        raise ValueError(
            "the two stores have different data, gamma or gamma': sweep the same grid at other "
            "--widths to compare"
        )
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    reach = max(max(float(np.nanmax(np.abs(own.slopes))) for own in maps), 1e-3)
    panels = len(maps) if len(maps) == 1 else 3
    fig, axes = plt.subplots(
        1,
        panels,
        figsize=(8 if panels == 1 else 6 * panels, 5.4),
        layout="constrained",
        squeeze=False,
    )
    for ax, shown in zip(axes[0], maps, strict=False):
        mesh = _panel(ax, shown, reach)
    if flows.is_published(maps[0].settings):
        _draw_published(axes[0, 0], reach)
    fig.colorbar(
        mesh, ax=axes[0, : len(maps)], label=r"$S_w$: fitted slope of $\log RD_w$ over $\log m$"
    )
    if any(np.isnan(own.slopes).any() for own in maps):
        axes[0, 0].fill_between([], [], color="0.85", label="not finished or failed")
    handles = {
        label: handle
        for ax in axes[0, : len(maps)]
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    fig.legend(
        handles.values(), handles, loc="outside lower center", ncols=3 * len(maps), frameon=False
    )
    if len(maps) > 1:
        _differences(axes[0, -1], *maps)
    save(fig, output)
    return remark(maps[0])


def _same_grid(one: Map, other: Map) -> bool:
    return (
        one.settings["data"] == other.settings["data"]
        and np.array_equal(one.gamma, other.gamma)
        and np.array_equal(one.gamma_p, other.gamma_p)
    )


def _panel(ax: Any, found: Map, reach: float) -> Any:
    across, up = edges(found.gamma), edges(found.gamma_p)
    ax.set_facecolor("0.85")
    mesh = ax.pcolormesh(
        across, up, np.ma.masked_invalid(found.slopes), cmap="RdBu_r", vmin=-reach, vmax=reach
    )
    if min(found.slopes.shape) > 1 and np.nanmin(found.slopes) < 0 < np.nanmax(found.slopes):
        ax.contour(
            found.gamma,
            found.gamma_p,
            np.ma.masked_invalid(found.slopes),
            [0.0],
            colors="k",
            linewidths=1.5,
            linestyles="--",
        )
        ax.plot([], [], "k--", lw=1.5, label="measured, $S_w = 0$")
    line = np.union1d(np.linspace(up[0], up[-1], 201), [0.0])
    ax.plot(boundary(line), line, "k-", lw=2, label="derived boundary")
    ax.set(
        xlim=(across[0], across[-1]),
        ylim=(up[0], up[-1]),
        title=_title(found),
        xlabel=r"$\gamma$  (energy scale $\kappa = m^{-\gamma}$)",
        ylabel=r"$\gamma'$  (dynamical scale $\kappa' = m^{-\gamma'}$)",
    )
    return mesh


def _differences(ax: Any, found: Map, limit: Map) -> None:
    """Measured differences of the two maps against predicted ones; the other cells beside them."""
    title = found.settings["title"]
    X, y = flows.data(title)
    if fingerprint(X, y) != found.settings["data"]:
        raise ValueError(f"the data {title} has changed since the sweep")
    gap = found.slopes - limit.slopes
    predicted = finite_size(found, X, y) - finite_size(limit, X, y)
    lazy = np.isfinite(predicted)
    ends = np.nanmin(predicted), np.nanmax(predicted)
    ax.plot(ends, ends, "k-", lw=1.5, label="closed form of the lazy drift")
    ax.plot(predicted[lazy], gap[lazy], "o", color="#0072B2", label="both layers stand still")
    ax.plot(
        np.zeros(np.sum(~lazy)),
        gap[~lazy],
        "x",
        color="#D55E00",
        label="elsewhere (no closed form)",
    )
    left = np.nanmedian(np.abs(gap - predicted)[lazy])
    ax.set(
        title=f"What a finite width changes\n(median distance from the line: {left:.2g})",
        xlabel="predicted difference of $S_w$",
        ylabel="measured difference of $S_w$, left map minus right map",
    )
    ax.legend(frameon=False)


def _draw_published(ax: Any, reach: float) -> None:
    widths, slopes = flows.published()
    readings = np.array([(*cell, value) for cell, value in slopes.items()])
    known = np.isfinite(readings[:, 2])
    style: dict[str, Any] = {
        "cmap": "RdBu_r",
        "vmin": -reach,
        "vmax": reach,
        "edgecolors": "k",
        "linewidths": 0.8,
        "zorder": 3,
    }
    ax.scatter(
        *readings[known, :2].T,
        c=readings[known, 2],
        s=45,
        label=f"published, $m$ = {widths[0]:,.0f} to {widths[-1]:,.0f}",
        **style,
    )
    ax.scatter(
        *readings[~known, :2].T,
        c="w",
        s=25,
        marker="v",
        edgecolors="k",
        linewidths=0.8,
        zorder=3,
        label="published, below $-0.5$",
    )


def _title(found: Map) -> str:
    seeds, nodes = int(found.settings["seeds"]), int(found.settings["nodes"])
    first, last = (
        f"{width:,.0f}" if width < 1e7 else f"{width:.3g}"
        for width in (found.widths[0], found.widths[-1])
    )
    return (
        f"Drift of the input weights, data: {Path(found.settings['title']).name}\n"
        f"{len(found.widths)} widths, m = {first} to {last}\n"
        f"{f'{nodes} nodes' if nodes else 'sampled'}, "
        f"{f'median of {seeds} seeds' if seeds > 1 else 'one seed'}"
    )
