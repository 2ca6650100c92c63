"""Networks that are trained on some corners of the cube, for parity or a product of fewer signs."""

from __future__ import annotations

from functools import cache

import numpy as np

from proofs_check.training import data

Array = np.ndarray


@cache
def trained(
    seeds: tuple[int, ...],
    d: int,
    fraction: float,
    spread: float | None,
    rate: float,
    steps: int,
    signs: int | None = None,
    activation: str = "tanh",
) -> tuple[Array, Array]:
    """(margins (S, 2^d): f times the output; seen (S, 2^d): the corners labelled) of networks
    d-100-50-1 after ``steps`` of Adam.

    spread: standard deviation of all parameters, corners drawn with replacement; None: the usual
    start, 1 / sqrt(inputs of the layer), without replacement.  signs: the target is the product of
    the first so many signs only.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam

    X, f = data.corners(d, signs)
    draws = round(fraction * len(f))
    chosen = [
        np.random.default_rng([int(s), 8]).choice(len(f), draws, replace=spread is not None)
        for s in seeds
    ]
    seen = np.zeros((len(seeds), len(f)), dtype=bool)
    for row, corners in zip(seen, chosen, strict=True):
        row[corners] = True
    widths = (d, 100, 50, 1)
    start = [p.float() for p in mlp_start(seeds, widths, 1.0)]
    if spread is not None:
        fan_in = [width for width in widths[:-1] for _ in range(2)]
        start = [spread * inputs**0.5 * p for p, inputs in zip(start, fan_in, strict=True)]
    model, rows = mlp(widths, activation), torch.as_tensor(np.stack(chosen))
    inputs, labels = (torch.as_tensor(v, dtype=torch.float32) for v in (X, f))
    run = train(
        model,
        start,
        inputs[rows],
        labels[rows],
        rule=Adam(rate),
        steps=steps,
        loss=mean_square,
    )
    return (model(run.end, inputs) * labels).double().numpy(), seen
