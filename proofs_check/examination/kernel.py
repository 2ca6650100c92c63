"""Kernel or features: how far the parameters move, the tangent kernel moves, the linear model errs,
and by which powers of the width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from proofs_check.examination import linearised
from proofs_check.examination.answers import Answer, absent, answer, unmet
from proofs_check.examination.brought import Brought
from proofs_check.examination.intervals import exponent, interval, nearer
from proofs_check.examination.tangent import MATRIX, Tangent, flat
from theory import derive
from theory import lazy_training as theory

if TYPE_CHECKING:
    from proofs_check.examination.training import Run

QUESTION = "kernel or features"
CLAIMS = ("lazy_training.lazy_drift", "lazy_training.linearisation_remainder")
PROBE = 64  # examples at which the kernel is compared
ROUNDING = 1e-6  # of the start: less is no movement that single precision could show


@cache
def laws() -> tuple[float, float]:
    """Exponents of the relative change of the parameters: where the kernel has a limit, and where
    features move.
    """
    found = derive(theory.lazy_drift)
    return float(found[2].result), float(found[3].result)


def measure(run: Run, brought: Brought) -> dict[str, Any]:
    """Relative distances of all tensors, of the kernel, and the error of the linear model."""
    distances = {}
    for name in run.names:
        size = float(run.start[name].norm())
        if size > 0:
            distances[name] = float((run.end[name] - run.start[name]).norm()) / size
    begin, end = flat(run.start, run.names), flat(run.end, run.names)
    found: dict[str, Any] = {
        "distances": distances,
        "all": float((end - begin).norm() / begin.norm()),
        "random": _random(run.net),
    }
    X = _probe(run, brought)
    before = Tangent(run.at(run.start), X).kernel()
    after = Tangent(run.at(run.end), X).kernel()
    found["kernel"] = float((after - before).norm() / before.norm())
    if run.diverged is None:
        tangent = Tangent(run.at(run.start), brought.X)
        linear = linearised.outputs(run, brought, tangent)
        moved = (run.outputs - run.outputs[:1]).flatten(1).norm(dim=1).max()
        gap = (run.outputs - linear).flatten(1).norm(dim=1).max()
        found["linear"] = float(gap / moved)
        with torch.no_grad():
            found["linear losses"] = np.array(
                [float(brought.loss(f.to(brought.device), brought.y)) for f in linear]
            )
    return found


def _probe(run: Run, brought: Brought) -> torch.Tensor:
    """Examples at which the kernel is compared: as many as its derivative has room for."""
    outputs = max(1, run.outputs[0].numel() // len(brought.X))
    P = sum(run.start[name].numel() for name in run.names)
    return brought.X[: max(2, min(PROBE, MATRIX // (P * outputs)))]


def _random(net: nn.Module) -> tuple[str, ...]:
    """What makes the trained network another function than the measured one."""
    normal = (nn.modules.batchnorm._BatchNorm, nn.modules.instancenorm._InstanceNorm)
    kinds = {"dropout": nn.modules.dropout._DropoutNd, "batch normalisation": normal}
    return tuple(
        name
        for name, kind in kinds.items()
        if any(isinstance(module, kind) and getattr(module, "p", 1) for module in net.modules())
    )


def answers(
    table: Mapping[tuple[int, int], Mapping[str, Any]],
    widths: Sequence[int],
    seeds: Sequence[int],
    runs: Mapping[tuple[int, int], Any],
    brought: Brought,
) -> list[Answer]:
    """Exponents in the width against those of the kernel regime."""
    diverged = {run.diverged for run in runs.values() if run.diverged is not None}
    quantity = "exponent in the width"
    if diverged:
        why = f"training diverged by step {min(diverged)}"
        return [absent(QUESTION, f"{quantity} of relative distances", why, CLAIMS)]
    lazy, features = laws()
    first = next(iter(table.values()))
    rows = {
        "relative distance of all parameters": ("all", ""),
        "relative movement of the tangent kernel": ("kernel", ""),
        "relative error of the linear model": ("linear", ""),
    }
    rows |= {f"relative distance of {name}": ("distances", name) for name in first["distances"]}
    found = []
    rule = next(iter(runs.values())).before
    fails = ""
    if rule.scale is not None or not rule.method:
        fails = "the law is that of descent"
    elif rule.decays():
        fails = "weight decay moves the parameters, too"
    for name, (key, part) in rows.items():
        cells = [[table[width, seed][key] for seed in seeds] for width in widths]
        values = np.array([[each[part] if part else each for each in row] for row in cells])
        if (values < ROUNDING).any():
            found.append(absent(QUESTION, f"{quantity} of the {name}", "it did not move", CLAIMS))
            continue
        law = f"{lazy:g}" if "distance" in name else f"at most {lazy:g}"
        one = answer(
            QUESTION,
            f"{quantity} of the {name}",
            f"{law} in the kernel regime, {features:g} where features move",
            nearer(lazy, features),
            exponent(widths, values),
            _why(values[-1], runs, first) if name in list(rows)[:3] else "",
            CLAIMS,
            widths=list(widths),
            measured=values,
            predicted=lazy,
            rival=features,
        )
        found.append(unmet(one, fails) if fails and "distance" in name else one)
    return found


def _why(values: np.ndarray, runs: Mapping[tuple[int, int], Any], first: Mapping[str, Any]) -> str:
    """The size at the largest width, and which hypotheses fail."""
    low, high = interval(values)
    size = f"{values.mean():.3g} at the largest width"
    said = [size if not np.isfinite(low) else f"{size} ([{max(low, 0):.3g}, {high:.3g}])"]
    fitted = max(run.losses[-1] / run.losses[0] for run in runs.values())
    if fitted > 0.1:
        said.append(f"trained to {fitted:.2g} of the first loss only, the law is that of a fit")
    if first["random"]:
        said.append(f"measured without {' and '.join(first['random'])}, trained with it")
    return "; ".join(said)
