"""Curvature: the largest eigenvalue of the Hessian against the optimiser's own threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.edge_of_stability import critical_sharpness, sgd_edge
from proofs_check.examination.answers import Answer, absent, answer
from proofs_check.examination.brought import Brought
from proofs_check.examination.hessian import Eigenvalue, along, sharpest

if TYPE_CHECKING:
    from proofs_check.examination.rule import Rule
    from proofs_check.examination.training import Run

QUESTION = "curvature"
EXAMPLES = 256  # whose curvatures are taken one by one
CLAIMS = {
    "descent": ("edge_of_stability.critical_sharpness",),
    "heavy ball": ("edge_of_stability.critical_sharpness_with_momentum",),
    "nesterov": ("edge_of_stability.critical_sharpness_with_momentum",),
    "averaged": (
        "edge_of_stability.critical_sharpness_with_momentum",
        "edge_of_stability.frozen_preconditioner",
    ),
}


def measure(run: Run, brought: Brought) -> dict[str, Any]:
    """Largest eigenvalue over its threshold, with its residual, at the start and at the end; the
    plain one, too.
    """
    found: dict[str, Any] = {"method": run.rule.method, "why": run.rule.why, "beta": run.rule.beta}
    if not run.rule.method:
        return found
    edge = float(critical_sharpness(run.rule.method, 1.0, run.rule.beta))
    for when, state, rule in (("start", run.start, run.before), ("end", run.end, run.rule)):
        if when == "end" and run.diverged is not None:
            continue
        if when == "start" and rule.scale is not None:
            continue  # an adaptive method has seen no gradient yet
        net = run.at(state)
        plain = sharpest(net, brought)
        one = rule.scale is None and not rule.decays() and len(set(rule.rates.values())) == 1
        if one:  # the same matrix, times the step
            step = next(iter(rule.rates.values()))
            scaled = Eigenvalue(step * plain.value, step * plain.residual)
        else:
            scaled = sharpest(net, brought, rule)
        found[when] = scaled.value / edge, scaled.residual / edge
        found[f"noise {when}"] = _noise(run, brought, rule, plain.vector)
        found[f"plain {when}"] = plain.value, plain.residual
    return found


def _noise(run: Run, brought: Brought, rule: Rule, vector: np.ndarray | None) -> float | None:
    """The step over the threshold of small batches along a direction, for descent on few enough
    examples.
    """
    few = brought.batch and len(brought.X) <= EXAMPLES
    if not brought.batch or not few or rule.method != "descent" or vector is None:
        return None
    each = along(run.net, brought, rule, vector)
    return 1 / sgd_edge(each, brought.batch) if each.mean() > 0 else None


def answers(
    table: Mapping[tuple[int, int], Mapping[str, Any]],
    widths: Sequence[int],
    seeds: Sequence[int],
    runs: Mapping[tuple[int, int], Any],
    brought: Brought,
) -> list[Answer]:
    """Is the curvature below the threshold of the optimiser, at the start and at the end?"""
    first = next(iter(table.values()))
    quantity = "largest curvature over the threshold of the optimiser"
    if not first["method"]:
        return [absent(QUESTION, quantity, first["why"])]
    method, found = first["method"], []
    diverged = {run.diverged for run in runs.values() if run.diverged is not None}
    for when in ("start", "end"):
        cells = [[table[width, seed].get(when) for seed in seeds] for width in widths]
        known = [cell for row in cells for cell in row if cell]
        if not known:
            why = (
                f"training diverged by step {min(diverged)}"
                if diverged
                else ("an adaptive method has seen no gradient yet")
            )
            found.append(absent(QUESTION, f"{quantity}, {when}", why, CLAIMS[method]))
            continue
        bounds = [_bounds(kept) for row in cells if (kept := [cell for cell in row if cell])]
        both = min(low for low, _ in bounds), max(high for _, high in bounds)
        plain = [table[w, s][f"plain {when}"] for w in widths for s in seeds if when in table[w, s]]
        why = _why(runs, brought, diverged)
        found.append(
            answer(
                QUESTION,
                f"{quantity}, {when}",
                f"{method} is stable below 1",
                (-np.inf, 1.0),
                both,
                why,
                CLAIMS[method],
                widths=list(widths),
                ratios=cells,
                largest_residual=max(residual for _, residual in known),
                eigenvalues=[value for value, _ in plain],
                residuals=[residual for _, residual in plain],
            )
        )
        noise = [v for w in widths for s in seeds if (v := table[w, s].get(f"noise {when}"))]
        if noise:
            found.append(
                answer(
                    QUESTION,
                    f"step over the threshold of batches of {brought.batch}, {when}",
                    "the mean square shrinks below 1",
                    (-np.inf, 1.0),
                    (min(noise), max(noise)),
                    "along the direction of the largest curvature",
                    ("edge_of_stability.sgd_edge",),
                )
            )
    return found


def _bounds(cells: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """From the least to the largest over the seeds, residuals included."""
    return (
        min(value - residual for value, residual in cells),
        max(value + residual for value, residual in cells),
    )


def _why(runs: Mapping[tuple[int, int], Any], brought: Brought, diverged: set[int]) -> str:
    rule = next(iter(runs.values())).rule
    said = []
    if diverged:
        said.append(f"the loss was not finite after step {min(diverged)}")
    if brought.batch:
        said.append("batches lose stability earlier: this is the threshold of all examples")
    if rule.scale is not None:
        said.append("the preconditioner is taken as frozen")
    if rule.decoupled and rule.decays() and rule.beta:
        said.append("decoupled decay beside momentum is taken as a part of the gradient")
    return "; ".join(said)
