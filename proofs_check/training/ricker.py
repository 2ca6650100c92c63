"""Networks of a Ricker activation on sin x + sin 3x + sin 5x: when their components are fitted, and
what the fit costs between the points.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from proofs_check.training import data

Array = np.ndarray
TONES = (1, 3, 5)
HIGH = 8  # frequencies from here on are absent from the target
POINTS = 60


@cache
def fits(
    seeds: tuple[int, ...],
    widths: tuple[float, ...],
    scale: float,
    m: int = 200,
    rate: float = 3e-3,
    steps: int = 2500,
    until_fitted: bool = False,
    points: int = POINTS,
) -> dict[str, Array]:
    """Train one network per seed and activation width, in one batch; every entry is (S, A) or (S,
    A, 2).

    fitted: steps until the components of sin x and sin 5x are within 20 %; train, test, beyond:
    last root mean square errors at the points, between them, and beyond them; early: test error
    when the training error falls below 0.1; rough: share of the output's energy from frequency HIGH
    on, on a grid ten times as fine.  until_fitted: stop when both components are within 20 %.
    """
    import torch
    from torch import Tensor

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.networks import normals
    from proofs_check.training.rules import Adam
    from proofs_check.training.written_out import two_layer

    S, A = len(seeds), len(widths)
    x, between = (data.midpoints(n) for n in (points, 10 * points))
    outside = np.r_[-np.pi - np.linspace(0.05, 0.5, 10), np.pi + np.linspace(0.05, 0.5, 10)]
    every = torch.as_tensor(np.r_[x, between, outside], dtype=torch.float32)
    inputs, truth = torch.stack([every, torch.ones_like(every)], 1), data.sines(every, TONES)
    s = torch.tensor(widths, dtype=torch.float32).repeat(S)[:, None, None]
    ricker = two_layer(1.0, "ricker")

    def net(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        a, w, s = parameters
        return ricker([a, w / s], X)

    w, b, a = (
        p.float().repeat_interleave(A, 0)
        for p in normals(seeds, [(m,)] * 3, (scale, scale, m**-0.5), device="cpu")
    )
    start = [a, torch.stack([w, b], 2)]
    before = net([*start, s], inputs)
    waves = data.waves(every[:points], (TONES[0], TONES[-1])).T * 2 / points
    fitted, early = np.full((S * A, 2), float(steps + 1)), np.full(S * A, np.nan)

    def errors(parameters: Sequence[Tensor]) -> Array:
        gap = (net([*parameters, s], inputs) - before - truth).numpy()
        parts = np.split(gap, [points, 11 * points], axis=1)
        inside = (between > x[0]) & (between < x[-1])
        return np.stack(
            [np.sqrt((v**2).mean(1)) for v in (parts[0], parts[1][:, inside], parts[2])]
        )

    def seen(now: Moment) -> Array:
        left = ((now.output - truth[:points]) @ waves).abs().numpy()
        at = now.alive
        fitted[at] = np.where((fitted[at] > steps) & (left < 0.2), now.step + 1, fitted[at])
        if not until_fitted and np.isnan(early).any() and now.step % 5 == 0:
            train, test, _ = errors(now.parameters)
            early[:] = np.where(np.isnan(early) & (train < 0.1), test, early)
        return (fitted[at] <= steps).all(1) & until_fitted

    end = train(
        lambda p, X: net(p[:3], X) - p[3],
        start,
        inputs[:points],
        truth[:points],
        rule=Adam(lambda done: rate * (1 - 0.99 * done / steps)),
        steps=steps,
        loss=mean_square,
        stop=seen,
        fixed=[s, before[:, :points]],
    ).end
    train_, test, beyond = errors(end)
    output = (net([*end, s], inputs) - before)[:, points : 11 * points].double().numpy()
    energy = np.abs(np.fft.rfft(output)) ** 2
    rough = energy[:, HIGH:].sum(1) / energy.sum(1)
    found = {
        "fitted": fitted,
        "train": train_,
        "test": test,
        "beyond": beyond,
        "early": early,
        "rough": rough,
    }
    return {name: v.reshape(S, A, *v.shape[1:]) for name, v in found.items()}
