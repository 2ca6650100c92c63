"""Curvature: the largest eigenvalue of the Hessian against the threshold of the optimiser in use."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh
from torch import Tensor, nn

from numerics.edge_of_stability import critical_sharpness
from proofs_check.examination.answers import Answer, absent, answer
from proofs_check.examination.brought import Brought, measuring, trained

if TYPE_CHECKING:
    from proofs_check.examination.rule import Rule
    from proofs_check.examination.training import Run

QUESTION = "curvature"
PRODUCTS = 120  # restarts of Lanczos' iteration at most
TOLERANCE = 1e-4
CLAIMS = {
    "descent": ("edge_of_stability.critical_sharpness",),
    "heavy ball": ("edge_of_stability.critical_sharpness_with_momentum",),
    "nesterov": ("edge_of_stability.critical_sharpness_with_momentum",),
    "averaged": (
        "edge_of_stability.critical_sharpness_with_momentum",
        "edge_of_stability.frozen_preconditioner",
    ),
}


@dataclass(frozen=True)
class Eigenvalue:
    """A largest eigenvalue: one of the matrix lies within ``residual`` of ``value``."""

    value: float
    residual: float


def sharpest(net: nn.Module, brought: Brought, rule: Rule | None = None) -> Eigenvalue:
    """The largest eigenvalue of the Hessian of the loss, by SciPy's Lanczos iteration on products.

    With a rule: that of D^1/2 (H + decay) D^1/2, D the step of every parameter in units of the
    threshold of step one, so that different steps and preconditioners count as
    ``edge_of_stability.frozen_preconditioner`` says.
    """
    net = copy.deepcopy(net).double() if _takes_double(net, brought) else copy.deepcopy(net)
    with measuring(net), torch.enable_grad():
        leaves = trained(net)
        dtype = next(iter(leaves.values())).dtype
        X, y = (v.to(dtype) if v.is_floating_point() else v for v in (brought.X, brought.y))
        slope = torch.autograd.grad(
            brought.loss(net(X), y), list(leaves.values()), create_graph=True, materialize_grads=True
        )
        pull = torch.cat([part.reshape(-1) for part in slope])
        steps, shift = _in_units(rule, leaves) if rule else (torch.ones_like(pull), 0 * pull)
        root = steps.sqrt()

        def product(vector: np.ndarray) -> np.ndarray:
            v = torch.as_tensor(np.asarray(vector).reshape(-1), dtype=dtype, device=pull.device)
            if not pull.requires_grad:
                return np.asarray((root * shift * root * v).cpu().numpy(), dtype=float)
            rows = torch.autograd.grad(
                pull, list(leaves.values()), root * v, retain_graph=True, materialize_grads=True
            )
            moved = torch.cat([row.reshape(-1) for row in rows]) + shift * root * v
            return np.asarray((root * moved).detach().cpu().numpy(), dtype=float)

        return _largest(product, len(pull))


def _takes_double(net: nn.Module, brought: Brought) -> bool:
    try:
        trial = copy.deepcopy(net).double()
        with torch.no_grad(), measuring(trial):
            X = brought.X
            return trial(X.double() if X.is_floating_point() else X).dtype == torch.float64
    except Exception:
        return False


def _largest(product: Any, size: int) -> Eigenvalue:
    """Measured by a product of its own, whatever Lanczos' iteration says of itself."""
    if size < 3:
        found = np.linalg.eigh(np.stack([product(row) for row in np.eye(size)]))
        return Eigenvalue(float(found[0][-1]), 0.0)
    begin = np.random.default_rng(0).standard_normal(size)
    operator = LinearOperator((size, size), matvec=product, dtype=float)
    try:
        vectors = eigsh(operator, 1, which="LA", v0=begin, tol=TOLERANCE, maxiter=PRODUCTS)[1]
    except ArpackNoConvergence as error:
        vectors = error.eigenvectors
        if vectors.shape[1] == 0:
            return Eigenvalue(float("nan"), float("inf"))
    vector = vectors[:, -1] / np.linalg.norm(vectors[:, -1])
    moved = product(vector)
    value = float(vector @ moved)
    return Eigenvalue(value, float(np.linalg.norm(moved - value * vector)))


def _in_units(rule: Rule, leaves: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Steps of all parameters, (P,), and what weight decay adds to the diagonal of the Hessian."""
    steps, shift = [], []
    for name, p in leaves.items():
        scale = torch.ones_like(p) if rule.scale is None else rule.scale[name].to(p)
        decay = torch.full_like(p, (rule.decay or {}).get(name, 0.0))
        steps.append((rule.rates[name] / scale).detach().reshape(-1))
        shift.append((decay * scale if rule.decoupled else decay).detach().reshape(-1))
    return torch.cat(steps), torch.cat(shift)


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
        plain, scaled = sharpest(net, brought), sharpest(net, brought, rule)
        found[when] = scaled.value / edge, scaled.residual / edge
        found[f"plain {when}"] = plain.value, plain.residual
    return found


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
            why = f"training diverged by step {min(diverged)}" if diverged else (
                "an adaptive method has seen no gradient yet"
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
        said.append("small batches lose stability earlier: this is the threshold of all examples")
    if rule.scale is not None:
        said.append("the preconditioner is taken as frozen")
    if rule.decoupled and rule.decays() and rule.beta:
        said.append("decoupled decay beside momentum is taken as a part of the gradient")
    return "; ".join(said)

