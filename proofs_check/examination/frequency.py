"""Frequency order: is what is low in frequency learnt before what is high?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from numerics.frequency_principle import gaussian_filter, relative_errors, spectrum
from proofs_check.examination.answers import Answer, absent, answer, unmeasured
from proofs_check.examination.brought import Brought
from proofs_check.examination.intervals import interval

if TYPE_CHECKING:
    from proofs_check.examination.training import Run

QUESTION = "frequency order"
CLAIMS = ("frequency_principle.small_weights", "linear_frequency_principle.monotone_rates")
MOST = 1500  # examples of which a filter is made
PEAK = 0.1  # of the largest amplitude: less is no frequency of the target
SHARE = 0.05  # of the target's energy that either part must hold
CAP = 2.0  # of a relative error: a part that is twice as wrong as nothing at all


def measure(run: Run, brought: Brought) -> dict[str, Any]:
    """Relative errors at the moments of the run, of a low and of a high part of the target."""
    if not brought.X.is_floating_point():
        return {"why": "the inputs are whole numbers, which have no distance"}
    if len(brought.X) > MOST:
        return {"why": f"{len(brought.X)} examples are more than a filter is made of ({MOST})"}
    X = brought.X.double().cpu().numpy().reshape(len(brought.X), -1)
    found = _values(run, brought)
    if found is None:
        return {"why": f"no order of frequencies is defined for the loss {brought.loss_name}"}
    outputs, target = found
    varying = X[:, np.ptp(X, axis=0) > 0]  # a column of ones is no coordinate
    if varying.shape[1] == 1 and target.shape[1] == 1:
        line = _on_the_line(varying[:, 0], outputs[:, :, 0], target[:, 0])
        if line:
            return line
    return _filtered(X, outputs, target)


def _values(run: Run, brought: Brought) -> tuple[np.ndarray, np.ndarray] | None:
    """Outputs (T, n, c) and targets (n, c): probabilities and classes under cross entropy."""
    outputs, y = run.outputs.double(), brought.y.cpu()
    if brought.loss_name == "cross entropy" and outputs.ndim == 3:
        outputs = outputs.softmax(-1)
        if not y.is_floating_point():
            y = torch.nn.functional.one_hot(y, outputs.shape[-1])
    elif brought.loss_name != "squared":
        return None
    return outputs.flatten(2).numpy() if outputs.ndim > 2 else outputs[..., None].numpy(), (
        y.double().reshape(len(y), -1).numpy()
    )


def _on_the_line(x: np.ndarray, outputs: np.ndarray, target: np.ndarray) -> dict[str, Any] | None:
    n = len(np.unique(x))
    place = (x - x.min()) / np.ptp(x) * (n - 1) / n
    frequencies = np.arange(1, max(2, min(n // 2, 30)))
    size = np.abs(spectrum(place, target - target.mean(), frequencies))
    peaks = [
        k
        for i, k in enumerate(frequencies)
        if size[i] >= PEAK * size.max()
        and size[i] >= max(size[max(i - 1, 0)], size[i + 1 : i + 2].max(initial=0))
    ]
    if len(peaks) < 2:
        return None
    ends = np.array([peaks[0], peaks[-1]])
    errors = relative_errors(place, outputs, target, ends)
    return {
        "low": errors[:, 0],
        "high": errors[:, 1],
        "names": tuple(f"{k} periods over the range" for k in ends),
    }


def _filtered(X: np.ndarray, outputs: np.ndarray, target: np.ndarray) -> dict[str, Any]:
    """By the filter of the frequency chapters, at the width that splits the energy best."""
    centred = target - target.mean(0)
    energy = (centred**2).sum()
    if not energy > 0:
        return {"why": "the targets are all the same"}
    spread = ((X - X.mean(0)) ** 2).sum(1).mean()
    splits = {
        delta: ((gaussian_filter(X, delta) @ centred) ** 2).sum() / energy
        for delta in spread * np.geomspace(1e-3, 1, 13)
    }
    delta = min(splits, key=lambda width: abs(splits[width] - 0.5))
    low = gaussian_filter(X, delta)
    parts = {"low": low, "high": np.eye(len(X)) - low}
    if min(((part @ centred) ** 2).sum() for part in parts.values()) < SHARE * energy:
        return {"why": "the data are too far apart for a filter to split the targets"}
    errors = {
        name: np.sqrt(
            ((part @ (outputs - target)) ** 2).sum((1, 2)) / ((part @ centred) ** 2).sum()
        )
        for name, part in parts.items()
    }
    width = f"within a distance of {delta**0.5:.3g}"
    return errors | {"names": (f"what is smooth {width}", "the rest")}


def answers(
    table: Mapping[tuple[int, int], Mapping[str, Any]],
    widths: Sequence[int],
    seeds: Sequence[int],
    runs: Mapping[tuple[int, int], Any],
    brought: Brought,
) -> list[Answer]:
    """The mean relative error over the training, high less low: one answer per width."""
    quantity = "relative error in the mean over training, high less low frequency"
    if why := unmeasured(table):
        return [absent(QUESTION, quantity, why, CLAIMS)]
    found = []
    for width in widths:
        cells = [table[width, seed] for seed in seeds]
        lag = np.array(
            [np.mean(np.clip(c["high"], 0, CAP) - np.clip(c["low"], 0, CAP)) for c in cells]
        )
        low, high = cells[0]["names"]
        ends = [float(np.mean([cell[part][-1] for cell in cells])) for part in ("low", "high")]
        found.append(
            answer(
                QUESTION,
                f"{quantity}, width {width}",
                "above 0",
                (0.0, np.inf),
                interval(lag),
                f"low is {low}, high is {high}; errors of {ends[0]:.2g} and {ends[1]:.2g} are left",
                CLAIMS,
                lags=lag,
                low=cells[0]["low"],
                high=cells[0]["high"],
            )
        )
    return found
