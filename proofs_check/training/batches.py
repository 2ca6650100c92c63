"""A network trained to one loss with every batch and rate of a grid, and what is found at the end.

Set-up.  One ReLU layer of 32 units on 128 examples, batches 8, 32, 128 and rates 0.05, 0.1, 0.2 to
cross-entropy 0.05, ten draws of data and start.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

from proofs_check.training import minima, nearby
from proofs_check.training.descend import below
from proofs_check.training.losses import cross_entropy
from proofs_check.training.rules import Descent, Rate, Rule, Sgd

Array = np.ndarray
BATCHES, RATES, DRAWS, EXAMPLES = (8, 32, 128), (0.05, 0.1, 0.2), 10, 128
LOW, LONGEST = 0.05, 4000  # cross-entropy at which a run ends, steps


def _rule(rate: Rate, batch: int) -> Rule:
    """Descent on batches; all examples are no batch, so that the loss that is looked at is the one
    whose gradient is taken.
    """
    return Descent(rate) if batch == EXAMPLES else Sgd(rate, batch)


@cache
def grid(kind: str) -> dict[str, Array]:
    """What is found at the end of training with each batch and rate, (draws, batches, rates): test
    error, gap to the training error, curvature (2, ...) (largest eigenvalue and trace), norms
    (3, ...), steps, log distance to twice the loss and largest loss nearby; nan where the loss is
    not reached.
    """
    many, cells = tuple(range(DRAWS)), []
    have = minima.examples(kind, many, EXAMPLES)
    wide = [v.repeat(len(RATES), *[1] * (v.dim() - 1)) for v in vars(have).values()]
    rates = torch.tensor(RATES).repeat_interleave(DRAWS)
    for batch in BATCHES:
        end, steps, reached = minima.descend(
            wide[0],
            wide[1],
            many * len(RATES),
            _rule(rates, batch),
            stop=below(LOW),
            steps=LONGEST,
            every=EXAMPLES // batch,
        )
        test = minima.errors(end, wide[2], wide[3])
        found = [test, test - minima.errors(end, wide[0], wide[1])]
        found += [
            minima.largest(end, wide[0], wide[1], cross_entropy),
            minima.traces(end, wide[0]).sum(0),
        ]
        found += [*minima.norms(end), steps.astype(float)]
        found += [
            look(end, wide[0], wide[1]) for look in (nearby.log_distance, nearby.highest_nearby)
        ]
        cells.append(np.where(reached, found, np.nan).reshape(-1, len(RATES), DRAWS))
    whole = np.stack(cells, 1).transpose(0, 3, 1, 2)  # (10, draws, batches, rates)
    return {
        "test": whole[0],
        "gap": whole[1],
        "curvature": whole[2:4],
        "norms": whole[4:7],
        "steps": whole[7],
        "flatness": np.stack([-whole[2], whole[8], -whole[9]]),
    }


@cache
def after_epochs(kind: str) -> Array:
    """Test error (draws,) of the whole batch at rate 0.1 after as many epochs as batches of 8 took
    to reach the loss.
    """
    many = tuple(range(DRAWS))
    have, small = minima.examples(kind, many, EXAMPLES), grid(kind)["steps"][:, 0, 1]
    epochs = np.ceil(np.nan_to_num(small, nan=LONGEST) * 8 / EXAMPLES)
    end, _, _ = minima.descend(
        have.X,
        have.y,
        many,
        _rule(0.1, EXAMPLES),
        stop=lambda now: now.step >= torch.as_tensor(epochs[now.alive]),
    )
    return minima.errors(end, have.X_test, have.y_test)
