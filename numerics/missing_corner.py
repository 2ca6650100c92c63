"""What kernel regression makes of the one corner that it has not seen.

Source: ``theory.missing_corner``.
"""

from __future__ import annotations

from math import comb

from numerics.core.arrays import integer
from numerics.parity import Kernel, walsh_eigenvalues
from theory import derive
from theory import missing_corner as theory


def leave_one_out(d: int, kernel: Kernel = "relu_bias") -> float:
    """f times the prediction at the one corner left out of training, 1 - 1/rho: negative means
    wrong.  ``ValueError`` where the kernel does not contain parity, and as ``walsh_eigenvalues``.
    """
    d = integer(d, "d", "an integer from 1 to 60", lambda d: 1 <= d <= 60)
    eigenvalues = walsh_eigenvalues(d, kernel)
    if eigenvalues[-1] <= 1e-13 * eigenvalues[0]:
        raise ValueError(
            f"kernel {kernel!r} does not contain the parity of {d} signs: its eigenvalue is "
            f"{eigenvalues[-1]:.2g}"
        )
    found = sum(comb(d, k) * eigenvalues[-1] / eigenvalues[k] for k in range(d + 1)) / 2**d
    return float(derive(theory.leave_one_out)[1].function(theory.rho)(found))
