"""Is the one corner that was not seen predicted with the wrong sign, by as much as was derived?

Settings.  Regression with the tangent kernel of wide two-layer ReLU networks with bias, on all
corners of 8 signs but one.

Source: our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from numerics.missing_corner import leave_one_out
from numerics.tangent_kernel import two_layer_kernel
from proofs_check.core.check import Check
from proofs_check.training import data
from theory import missing_corner as theory

Array = np.ndarray


def missing_corner(seeds: Sequence[int], d: int = 8) -> Array:
    """f times the kernel prediction at a random corner, trained on all others."""
    X, f = data.corners(d)
    K = two_layer_kernel(np.c_[X, np.ones(len(X))], m=1, kappa=1.0)
    found = []
    for seed in seeds:
        out = int(np.random.default_rng([int(seed), 5]).integers(len(f)))
        rest = np.delete(np.arange(len(f)), out)
        found.append(f[out] * float(K[out, rest] @ np.linalg.solve(K[np.ix_(rest, rest)], f[rest])))
    return np.array(found)


CHECKS: tuple[Check, ...] = (
    Check(
        name="missing_corner_is_predicted_wrongly",
        quantity="target times prediction at the missing corner, dimensionless",
        claim=theory.leave_one_out,
        predict=partial(leave_one_out, 8),
        measure=missing_corner,
        terms={"rounding in a system of 255 equations": 1e-6},
        rival=0.0,
        rival_why="a network has no prediction ability for parity, in either direction",
    ),
)
