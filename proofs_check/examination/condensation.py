"""Condensation: how many directions the neurons of the first layer have, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import nn

from numerics.condensation import effective_neurons
from proofs_check.examination.answers import Answer, absent, answer, unmeasured
from proofs_check.examination.brought import Brought
from proofs_check.examination.intervals import interval
from proofs_check.examination.place import two_layers

if TYPE_CHECKING:
    from proofs_check.examination.training import Run, State

QUESTION = "condensation"
CLAIMS = ("condensation.condensed_neurons", "lazy_training.lazy_drift")
MOST = 2000  # neurons whose directions are compared


def _first_layer(run: Run) -> tuple[str, str | None] | None:
    """The first weights and their bias: rows are neurons, of whatever shape; words are none."""
    words = {
        f"{name}.weight".lstrip(".")
        for name, module in run.net.named_modules()
        if isinstance(module, nn.Embedding)
    }
    for name in run.names:
        value = run.start[name]
        if value.ndim >= 2 and name not in words and min(len(value), value[0].numel()) > 1:
            bias = name.removesuffix("weight") + "bias"
            known = name.endswith("weight") and bias in run.names
            return name, bias if known and run.start[bias].shape == (len(value),) else None
    return None


def _rows(run: Run, brought: Brought, state: State) -> tuple[np.ndarray, np.ndarray] | None:
    layers = two_layers(run, brought)
    if layers:
        return layers.rows(state)
    found = _first_layer(run)
    if not found:
        return None
    weight, bias = found
    W = state[weight].double().cpu().flatten(1).numpy()
    if bias:
        W = np.c_[W, state[bias].double().cpu().numpy()]
    return np.ones(len(W)), W


def measure(run: Run, brought: Brought) -> dict[str, Any]:
    """Effective numbers of directions, and the mean cosine between both directions of a neuron."""
    before, after = (_rows(run, brought, state) for state in (run.start, run.end))
    if before is None or after is None:
        return {"why": "no layer has neurons with more than one input"}
    if len(before[1]) > MOST:
        return {"why": f"{len(before[1])} neurons are more than {MOST}"}
    if run.diverged is not None:
        return {"why": f"training diverged by step {run.diverged}"}
    sizes = np.linalg.norm(before[1], axis=1) * np.linalg.norm(after[1], axis=1)
    kept = sizes > 0
    cosine = (before[1] * after[1]).sum(1)[kept] / sizes[kept]
    return {
        "before": effective_neurons(*before),
        "after": effective_neurons(*after),
        "cosine": float(cosine.mean()),
        "neurons": len(before[1]),
    }


def answers(
    table: Mapping[tuple[int, int], Mapping[str, Any]],
    widths: Sequence[int],
    seeds: Sequence[int],
    runs: Mapping[tuple[int, int], Any],
    brought: Brought,
) -> list[Answer]:
    """What is left of the number of directions, width by width."""
    quantity = "effective directions of the first layer, end over start"
    if why := unmeasured(table):
        return [absent(QUESTION, quantity, why, CLAIMS)]
    found = []
    for width in widths:
        cells = [table[width, seed] for seed in seeds]
        before = float(np.mean([cell["before"] for cell in cells]))
        after = float(np.mean([cell["after"] for cell in cells]))
        if before < 2:
            why = "the neurons have one direction from the start"
            found.append(absent(QUESTION, f"{quantity}, width {width}", why, CLAIMS))
            continue
        cosine = float(np.mean([cell["cosine"] for cell in cells]))
        found.append(
            answer(
                QUESTION,
                f"{quantity}, width {width}",
                f"1 in the kernel regime, {1 / before:.2g} if all condense on one",
                (before**-0.5, np.inf),
                interval([cell["after"] / cell["before"] for cell in cells]),
                f"{before:.3g} directions before, {after:.3g} after, of {cells[0]['neurons']} "
                f"neurons, which keep their own up to a mean cosine of {cosine:.3f}",
                CLAIMS,
                before=before,
                after=after,
            )
        )
    return found
