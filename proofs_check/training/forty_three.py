"""Two hidden layers of 43 units on 10,000 signals of MNIST-1D: training, minutes long, and the
weights in which it ended, kept so that anybody can count what they get wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch

from proofs_check.training import data
from proofs_check.training.descend import train
from proofs_check.training.losses import cross_entropy
from proofs_check.training.networks import mlp, mlp_start
from proofs_check.training.rules import Adam, Rule

WIDTHS = (40, 43, 43, 10)
BATCH, EPOCHS, SIGNALS = 200, 1500, 10_000
STEPS = EPOCHS * SIGNALS // BATCH
KEPT = Path(__file__).with_name("forty_three.npz")


def falling(rate: float) -> Callable[[int], float]:
    """Half a cosine wave."""
    return lambda done: rate * (1 + math.cos(math.pi * min(done / STEPS, 1))) / 2


RUNS: dict[str, tuple[Rule, int]] = {  # the rule, and the seed of the start
    "Adam, falling rate": (Adam(falling(4e-3), batch=BATCH), 0),
    "Adam, falling rate, another start": (Adam(falling(4e-3), batch=BATCH), 1),
}


@cache
def signals() -> data.Mnist1d:
    """10,000 signals for training and 2,500 held out."""
    return data.mnist1d(SIGNALS * 5 // 4)


def trained(name: str) -> np.ndarray:
    """All parameters (4095,) of a run, at its end or where it first gets everything right; minutes
    long.
    """
    rule, seed = RUNS[name]
    X, y = torch.tensor(signals().x, dtype=torch.float32), torch.tensor(signals().y)
    start = [p.float() for p in mlp_start([seed], WIDTHS, "he", bias=0.0, device="cpu")]
    run = train(
        mlp(WIDTHS, "relu"),
        start,
        X,
        y,
        rule=rule,
        steps=STEPS,
        loss=cross_entropy,
        stop=lambda now: (now.output.argmax(2) == y).all(1),
        every=5 * SIGNALS // BATCH,
        seeds=(seed,),
    )
    return np.concatenate([p.numpy().ravel() for p in run.end])


def wrong(name: str, held_out: bool = False) -> int:
    """How many signals the kept weights of a run get wrong."""
    with np.load(KEPT) as kept:
        rest = torch.tensor(kept[name])
    of = signals()
    X, y = (of.x_test, of.y_test) if held_out else (of.x, of.y)
    parameters = []
    for shape in [size for pair in pairwise(WIDTHS) for size in (pair, pair[1:])]:
        count = math.prod(shape)
        parameters.append(rest[:count].reshape(1, *shape))
        rest = rest[count:]
    out = mlp(WIDTHS, "relu")(parameters, torch.tensor(X, dtype=torch.float32))
    return int((out.argmax(2)[0].numpy() != y).sum())
