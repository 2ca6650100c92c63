"""The picture of a sweep: fitted exponents over the plane, their zero line, and the boundary that
theory derives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from numerics import phase_diagram as numerics
from numerics.core.fit import log_slope
from proofs_check.sweep import flows
from theory import derive
from theory import phase_diagram as theory
from theory.notation import gamma as gamma_
from theory.notation import gamma_p as gamma_p_

Array = np.ndarray
FORMATS = (".png", ".pdf", ".svg")


@dataclass(frozen=True)
class Map:
    """``slopes`` (P, G): S_w at gamma_p (P,) and gamma (G,), median over seeds; nan where widths or
    seeds are missing or failed.
    """

    gamma: Array
    gamma_p: Array
    widths: tuple[float, ...]
    slopes: Array


def fitted(results: list[flows.Result], seeds: int) -> Map:
    """The slope of log RD over log width in every cell that has all widths and seeds of the store.

    Raises ``ValueError`` for fewer than two widths.
    """
    axes = [sorted({result.cell[place] for result in results}) for place in range(3)]
    gammas, gamma_ps, widths = axes
    if len(widths) < 2:
        raise ValueError(
            f"the store has {len(widths)} width(s): a slope needs two; sweep more --widths"
        )
    drift = np.full((len(widths), len(gamma_ps), len(gammas), seeds), np.nan)
    places = [{value: place for place, value in enumerate(axis)} for axis in axes]
    for (gamma, gamma_p, width, seed), rd, *_ in results:
        if rd is not None and seed < seeds:
            drift[places[2][width], places[1][gamma_p], places[0][gamma], seed] = rd
    return Map(
        np.array(gammas),
        np.array(gamma_ps),
        tuple(widths),
        np.median(log_slope(widths, drift), axis=-1),
    )


@cache
def _boundary() -> Any:
    from sympy import Eq, Piecewise, lambdify, solve

    derive(theory.boundary)
    # an equation, and where it holds
    rays = [{isinstance(part, Eq): part for part in ray.args} for ray in theory.CRITICAL.args]
    return lambdify(
        gamma_p_, Piecewise(*((solve(ray[True], gamma_)[0], ray[False]) for ray in rays)), "numpy"
    )


def boundary(gamma_p: Any) -> Array:
    """gamma on the derived boundary at each gamma', solved from
    ``theory.phase_diagram.CRITICAL``.
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


def draw(
    settings: dict[str, str],
    found: Map,
    output: Path,
    limit: tuple[dict[str, str], Map] | None = None,
) -> None:
    """Write the map to ``output``; its ending names the format.  Raises ``ValueError`` for another
    ending or where no cell is finished.

    ``limit``: settings and map of the same data and grid at larger widths.  It is drawn beside the
    map, with the differences between the two against those that the closed form of the lazy drift
    predicts.
    """
    if output.suffix not in FORMATS:
        raise ValueError(f"{output}: the name must end in {', '.join(FORMATS)}")
    maps = [(settings, found)] if limit is None else [(settings, found), limit]
    if not all(np.isfinite(own.slopes).any() for _, own in maps):
        raise ValueError("no cell has all its widths yet: let the sweep go on")
    if limit is not None and (
        limit[0]["data"] != settings["data"]
        or found.slopes.shape != limit[1].slopes.shape
        or any(
            (a != b).any()
            for a, b in ((found.gamma, limit[1].gamma), (found.gamma_p, limit[1].gamma_p))
        )
    ):
        raise ValueError(
            "the two stores have different data, gamma or gamma': sweep the same grid at other "
            "--widths to compare"
        )
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    reach = max(max(float(np.nanmax(np.abs(own.slopes))) for _, own in maps), 1e-3)
    panels = len(maps) + (limit is not None)
    fig, axes = plt.subplots(
        1,
        panels,
        figsize=(8 if panels == 1 else 6 * panels, 5.4),
        layout="constrained",
        squeeze=False,
    )
    for ax, (own, shown) in zip(axes[0], maps, strict=False):
        mesh = _panel(ax, own, shown, reach)
    if flows.is_published(settings):
        _draw_published(axes[0, 0], reach)
    fig.colorbar(
        mesh, ax=axes[0, : len(maps)], label=r"$S_w$: fitted slope of $\log RD_w$ over $\log m$"
    )
    if any(np.isnan(own.slopes).any() for _, own in maps):
        axes[0, 0].fill_between([], [], color="0.85", label="not finished or failed")
    handles = {
        label: handle
        for ax in axes[0, : len(maps)]
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    fig.legend(
        handles.values(), handles, loc="outside lower center", ncols=3 * len(maps), frameon=False
    )
    if limit is not None:
        _differences(axes[0, -1], settings, found, limit[1])
    output.parent.mkdir(parents=True, exist_ok=True)
    fig.savefig(output, dpi=150)
    plt.close(fig)


def _panel(ax: Any, settings: dict[str, str], found: Map, reach: float) -> Any:
    across, up = _edges(found.gamma), _edges(found.gamma_p)
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
        title=_title(settings, found),
        xlabel=r"$\gamma$  (energy scale $\kappa = m^{-\gamma}$)",
        ylabel=r"$\gamma'$  (dynamical scale $\kappa' = m^{-\gamma'}$)",
    )
    return mesh


def _differences(ax: Any, settings: dict[str, str], found: Map, limit: Map) -> None:
    """Measured differences of the two maps against predicted ones; the other cells beside them."""
    X, y = flows.data(settings["title"])
    if flows.data_key(X, y) != settings["data"]:
        raise ValueError(f"the data {settings['title']} has changed since the sweep")
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


def _edges(values: Array) -> Array:
    """Edges of the cells around increasing centres."""
    if len(values) == 1:
        return np.array([values[0] - 0.05, values[0] + 0.05])
    between = (values[1:] + values[:-1]) / 2
    return np.r_[2 * values[0] - between[0], between, 2 * values[-1] - between[-1]]


def _title(settings: dict[str, str], found: Map) -> str:
    seeds = int(settings["seeds"])
    first, last = (
        f"{width:,.0f}" if width < 1e7 else f"{width:.3g}"
        for width in (found.widths[0], found.widths[-1])
    )
    return (
        f"Drift of the input weights, data: {settings['title']}\n{len(found.widths)} widths, m = "
        f"{first} to {last}\n"
        f"{settings['start']}, {f'median of {seeds} seeds' if seeds > 1 else 'one seed'}"
    )
