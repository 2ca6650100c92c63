"""A check is an item: it is measured over seeds and judged."""

import numpy as np
from test_step import eta, loss_left

from proofs_check import Check
from theory import derive


def predicted(rate=0.3):
    return np.log(derive(loss_left)[0].function(eta)(rate))


def measured(seeds, rate=0.3, steps=10, noise=1e-5):
    found = []
    for seed in seeds:
        random, w = np.random.default_rng(seed), 1.0
        for _ in range(steps):
            w -= rate * (w + noise * random.standard_normal())
        found.append(np.log(w**2) / steps)
    return found


NOISY = Check(
    name="noise_changes_little",
    quantity="change of the log loss per step, dimensionless",
    claim=loss_left,
    predict=predicted,
    measure=measured,
    terms={"noise": 0.01},
    rival=-0.6,
    rival_why="descent follows the flow, which leaves exp(-2 eta) per step",
)
