"""Has a network of finite width the tangent kernel that was derived for infinite width?  Two hidden
layers between two unit inputs.

Settings.  Unit inputs at an angle of 1, width 256, independent starts.

Source: Jacot, Gabriel, Hongler, NeurIPS 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics.tangent_kernel import ntk
from proofs_check.core.check import Check
from theory import tangent_kernel as theory

Array = np.ndarray
PAIR = np.array([[1.0, 0.0], [np.cos(1.0), np.sin(1.0)]])  # two unit inputs at an angle of 1


def deep_kernel(seeds: Sequence[int], width: int = 256) -> Array:
    """log of the tangent kernel of a network with two hidden layers between the two unit inputs."""
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.networks import normals

    def model(parameters: Any, X: Any) -> Any:
        first, second, last = parameters
        hidden = torch.relu(first @ X.T)  # sqrt(2 / D) = 1 for D = 2
        hidden = torch.relu((2 / width) ** 0.5 * second @ hidden)
        return (2 / width) ** 0.5 * (last[:, None, :] @ hidden)[:, 0]

    start = normals(seeds, ((width, 2), (width, width), (width,)), stream=0)
    return np.log(2 * gram(model, start, torch.as_tensor(PAIR)).numpy()[:, 0, 1])


CHECKS: tuple[Check, ...] = (
    Check(
        name="kernel_of_two_hidden_layers",
        quantity="log of the tangent kernel between two unit inputs, dimensionless",
        claim=theory.depth_recursion,
        predict=lambda: float(np.log(ntk(PAIR, depth=3)[0, 1])),
        measure=deep_kernel,
        terms={"width 256, 4 standard deviations of an entry": 0.3},
        rival=lambda: float(np.log(ntk(PAIR, depth=2)[0, 1] / 2)),
        rival_why="only the last layer counts, as in a random feature model",
    ),
)
