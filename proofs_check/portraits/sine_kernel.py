"""The kernel of a layer of sines, over the angle of two inputs."""

from typing import Any

import numpy as np

from proofs_check.portraits import layer_kernel


def portrait(axes: Any) -> None:
    """Covariance of a layer: derived, of drawn neurons, and as if its neurons were linear."""
    layer_kernel(axes, "sine", np.sin, "Networks of sines: what a layer keeps of an angle")
