"""The eigenvalues of a kernel of signs, over the number of signs that a mode multiplies."""

from typing import Any

import numpy as np

from numerics.no_free_lunch import cube
from numerics.parity import Kernel, walsh_eigenvalues
from numerics.tangent_kernel import two_layer_kernel
from proofs_check.portraits import BLUE, GREEN, GREY

SIGNS = 8


def portrait(axes: Any) -> None:
    """Derived binomial sums of two kernels, quadratic forms of the kernel matrix, and a falling
    rival.
    """
    X, k = cube(SIGNS), np.arange(SIGNS + 1)
    modes = np.array([X[:, :count].prod(1) for count in k])
    kinds: tuple[tuple[Kernel, Any, str, str], ...] = (
        ("relu_bias", two_layer_kernel(np.c_[X, np.ones(len(X))], m=1, kappa=1.0), BLUE, "ReLU"),
        ("gaussian", np.exp(X @ X.T / SIGNS - 1), GREEN, "Gaussian"),
    )
    for kernel, matrix, colour, label in kinds:
        derived = walsh_eigenvalues(SIGNS, kernel)
        axes.semilogy(k, derived / derived[0], color=colour, label=f"derived: {label} kernel")
        seen = np.einsum("kn,nm,km->k", modes, matrix, modes)
        axes.plot(k, seen / seen[0], "o", ms=4, color=colour)
    axes.plot([], [], "ko", ms=4, label="measured: in the kernel of 256 corners")
    axes.plot(k, 2.0**-k, "--", color=GREY, label="rival: half of it for each sign")
    axes.set(
        xlabel="signs that a mode multiplies, a count",
        ylabel="eigenvalue over that of the mean,\ndimensionless",
        title="A kernel of eight signs prefers products of few",
    )
    axes.legend(loc="lower left")
