"""The kernel of a layer of error functions, over the angle of two inputs."""

from typing import Any

from scipy.special import erf

from proofs_check.portraits import layer_kernel


def portrait(axes: Any) -> None:
    """Covariance of a layer: derived, of drawn neurons, and as if its neurons were linear."""
    layer_kernel(axes, "erf", erf, "Networks of error functions: what a layer keeps of an angle")
