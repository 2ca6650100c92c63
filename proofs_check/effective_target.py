"""Is the head trained as on its effective target, when do the layers of a linear network change
their order, and how far do features move in the linear regime?  Gradients, peaks, distances.

Set-ups.  (1) ReLU networks of five layers on digits, in double precision.  (2) Four linear layers
of 8 units with equal gains along random directions, 100 standard normal inputs, descent on half the
mean square.  (3) One hidden layer of 64, 256 and 1024 units at kernel scaling, mirrored, on 40
digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import effective_target as numerics
from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.sample_filter import readout
from proofs_check.training import data
from theory import derive
from theory import effective_target as theory

if TYPE_CHECKING:
    from torch import Tensor

    from proofs_check.training.descend import Moment

Array = np.ndarray
LAYERS, SLOPE, START = 4, 3.0, 0.5  # linear network: layers, slope of the target, gain at the start
RATE = 5e-3
WIDTHS = (64, 256, 1024)


# ---------------------------------------------------------------- gradients


def difference_of_gradients(seeds: Sequence[int], frozen: bool = False) -> Array:
    """log10 of the relative difference of the head's gradient in the network and on the data (h,
    y), after 20 steps of descent; ``frozen``: with h of the start.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Descent

    X, y = (torch.as_tensor(part) for part in data.digits(60))
    widths, below = (64, 20, 20, 20, 20, 10), 4  # tensors of the two layers below the head
    start = mlp_start(seeds, widths, "he")
    run = train(mlp(widths, "relu"), start, X, y, rule=Descent(0.2), steps=20, loss=cross_entropy)
    theta = [p.clone().requires_grad_(True) for p in run.end]
    whole = torch.autograd.grad(
        cross_entropy(mlp(widths, "relu")(theta, X), y).sum(), theta[below:]
    )
    lower = (run.start if frozen else run.end)[:below]
    h = torch.relu(mlp(widths[:3], "relu")(lower, X)).detach()
    alone = torch.autograd.grad(
        cross_entropy(mlp(widths[2:], "relu")(theta[below:], h), y).sum(), theta[below:]
    )
    both = [torch.cat([g.flatten(1) for g in found], 1) for found in (whole, alone)]
    size = (both[0] - both[1]).norm(dim=1) / both[0].norm(dim=1)
    return np.log10(np.maximum(size.numpy(), 1e-17))


# ---------------------------------------------------------------- deep linear


def linear_features(
    seeds: Sequence[int], steps: int, every: int
) -> tuple[Tensor, list[list[Tensor]], Array]:
    """Inputs (S, n, 1), features behind each hidden layer at every look, and losses (looks, S)."""
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import mlp, normal
    from proofs_check.training.rules import Descent

    widths = (1, *[8] * (LAYERS - 1), 1)
    X = normal(seeds, (100, 1), stream=9)
    X = X / (X**2).mean(1, keepdim=True).sqrt()
    units = [torch.ones(len(seeds), 1, dtype=X.dtype)]
    for layer in range(1, LAYERS):
        v = normal(seeds, (8,), stream=layer)
        units.append(v / v.norm(dim=1, keepdim=True))
    units.append(torch.ones(len(seeds), 1, dtype=X.dtype))
    start = [START * a[:, :, None] * b[:, None] for a, b in pairwise(units)]
    seen: list[list[Tensor]] = []
    losses: list[Array] = []

    def look(now: Moment) -> None:
        h, features = X, []
        for p in now.parameters[:-1]:
            h = h @ p
            features.append(h)
        seen.append(features)
        losses.append(now.loss.numpy())

    train(
        mlp(widths, "linear", bias=False),
        start,
        X,
        SLOPE * X[..., 0],
        rule=Descent(RATE),
        steps=steps,
        watch=look,
        every=every,
    )
    return X, seen, np.array(losses)


def measured_crossing(seeds: Sequence[int]) -> Array:
    """Time at which the peaks behind the first and the third layer are the same, by a straight line
    in the log of their ratio.
    """
    X, seen, _ = linear_features(seeds, 200, 20)
    logs = []
    for features in seen:
        first, third = (readout(features[i], SLOPE * X) for i in (0, 2))
        logs.append(np.log(third[0] / third[1]) - np.log(first[0] / first[1]))
    times = RATE * 20 * np.arange(len(logs))
    return np.array([np.interp(0.0, -path, times) for path in np.array(logs).T])


def time_to_fit(seeds: Sequence[int]) -> Array:
    """Time at which nine tenths of the target are fitted."""
    losses = linear_features(seeds, 400, 5)[2]
    return np.array([RATE * 5 * (one < 0.01 * SLOPE**2 / 2).argmax() for one in losses.T])


# ---------------------------------------------------------------- linear regime


def slope_of_the_shift(seeds: Sequence[int]) -> Array:
    """Slope of the log of what training adds to the mean squared distance of features, in log
    width.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    X, y = data.digits(40, scale="unit", labels="parity")
    X, y = torch.as_tensor(X), torch.as_tensor(y)
    shifts = []
    for m in WIDTHS:
        start = two_layer_start(seeds, m // 2, X.shape[1], 1.0, 1.0)
        run = train(two_layer(m**0.5), start, X, y, rule=Descent(0.5), steps=60)
        mean = []
        for parameters in (run.start, run.end):
            h = torch.relu(X @ parameters[1].mT)  # (S, n, m)
            mean.append(2 * ((h**2).mean((1, 2)) - (h.mean(1) ** 2).mean(1)).numpy())
        shifts.append(np.abs(mean[1] - mean[0]))
    return np.asarray(log_slope(WIDTHS, np.array(shifts)))


def predicted_slope() -> float:
    """The same of the derived C / m."""
    formula = derive(theory.linear_regime)[0].function(theory.C, theory.m)
    return float(np.log(formula(1.0, WIDTHS[-1]) / formula(1.0, WIDTHS[0])) / np.log(16))


CHECKS: tuple[Check, ...] = (
    Check(
        name="head_is_trained_as_on_its_target",
        quantity="log10 of the relative difference of two gradients of the head, dimensionless",
        claim=theory.effective_target,
        predict=Threshold("deepfp-effective-target-definition"),
        measure=difference_of_gradients,
        terms={"double precision": 1.0},
        rival=lambda: typical(difference_of_gradients, frozen=True),
        rival_why="the effective target is that of the start: features are frozen",
        side="at most",
    ),
    Check(
        name="layers_cross_at_one_time",
        quantity="time at which the peaks behind layers 1 and 3 cross, in units of flow",
        claim=theory.deep_linear,
        predict=lambda: numerics.crossing_time(LAYERS, SLOPE, START, 1.0),
        measure=measured_crossing,
        terms={"steps of 0.005": 0.005, "straight line between looks": 0.02},
        rival=lambda: typical(time_to_fit),
        rival_why="frequencies change order when the target is fitted",
    ),
    Check(
        name="shift_in_the_linear_regime",
        quantity="slope of the log shift of mean squared distances in log width, dimensionless",
        claim=theory.linear_regime,
        predict=predicted_slope,
        measure=slope_of_the_shift,
        terms={"chance of the start": 0.1, "width 64": 0.1},
        rival=-0.5,
        rival_why="shifts of the units add up: the order of the motion of one unit",
    ),
)


def portrait(axes: Any) -> None:
    """Log peaks behind three layers of linear networks in training, derived and measured; dashed
    the order of the start, if it were kept.
    """
    X, seen, _ = linear_features(tuple(range(3)), 200, 20)
    times = RATE * 20 * np.arange(len(seen))
    peaks = [[readout(h, SLOPE * X) for h in features] for features in seen]
    logs = np.log([[np.median(place / size) for place, size in both] for both in peaks])
    speed = derive(theory.deep_linear)[0].function(theory.N, theory.s, theory.sigma, theory.u)
    fine = np.linspace(START, 0.999 * SLOPE ** (1 / LAYERS), 400)
    rates = 1 / speed(LAYERS, SLOPE, 1.0, fine)
    clock = np.append(0.0, np.cumsum((rates[1:] + rates[:-1]) / 2 * np.diff(fine)))
    for layer, colour in enumerate(("#0072B2", "#009E73", "#D55E00"), 1):
        level = logs[0, 0] + np.log(START)  # of inputs of unit size at these points
        axes.plot(
            clock, level - layer * np.log(fine), color=colour, label=f"derived: layer {layer}"
        )
        axes.plot(times, logs[:, layer - 1], "o", color=colour, ms=4)
    axes.axvline(
        numerics.crossing_time(LAYERS, SLOPE, START, 1.0),
        color="#999999",
        lw=1,
        label="derived: when they cross",
    )
    axes.plot([], [], "ko", ms=4, label="measured: median of 3 seeds")
    axes.axhline(
        logs[0, 2], ls="--", color="#999999", label="rival: the order of the start is kept"
    )
    axes.set(
        xlim=(0, times[-1]),
        xlabel="time of gradient flow, dimensionless",
        ylabel="log peak of the effective target,\ndimensionless",
        title="All layers cross at one time: four linear layers, slope 3, gain 1/2 at the start",
    )
    axes.legend()
