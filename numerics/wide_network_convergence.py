"""A width from which on training reaches zero loss, at given data.

Every formula is the one derived in ``theory.wide_network_convergence``.

Source: Du, Zhai, Poczos, Singh, ICLR 2019.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import number, real
from numerics.core.kernels import named
from numerics.core.tensors import no_zero_rows
from theory import derive
from theory import wide_network_convergence as theory
from theory.core.enclosure import least_eigenvalue as enclosed_least_eigenvalue


def least_eigenvalue(X: Any) -> tuple[float, float]:
    """Rigorous bounds of the least eigenvalue of the gate kernel x.x' k_0 (n, n) of the inputs X
    (n, D), taken as exact numbers.

    By ball arithmetic; bounds are some 1e-9 of the largest eigenvalue apart.  Raises ``ValueError``
    as ``arc_cosine`` and where positivity cannot be shown (parallel inputs).  Takes about n^3 / 1e5
    seconds.  Source: Du, Zhai, Poczos, Singh, ICLR 2019.
    """
    X = real(X, "X", ("n", "D"))
    no_zero_rows(X, "X")
    return enclosed_least_eigenvalue(theory.gate_matrix(X.tolist()))


def sufficient_width(X: Any, e_0: float, failure: float = 0.1) -> float:
    """Width from which on gradient flow on the input weights reaches zero loss with probability 1 -
    ``failure``; |x| = 1, e_0 = |residual|.

    A rigorous bound and a pessimistic one.  Raises ``ValueError`` for inputs that are not of length
    1 and as ``least_eigenvalue``. Source:
    ``theory.wide_network_convergence.wide_networks_converge``.
    """
    X = real(X, "X", ("n", "D"))
    if np.abs((X * X).sum(1) - 1).max() > 1e-9:
        raise ValueError(
            "the theorem is about inputs of length 1: divide the rows of X by their lengths"
        )
    e_0 = number(e_0, "e_0", "a positive finite residual", lambda e: e > 0)
    failure = number(failure, "failure", "a probability between 0 and 1", lambda p: 0 < p < 1)
    motion, start = derive(theory.wide_networks_converge)[-2:]
    least, n, delta = least_eigenvalue(X)[0], len(X), failure / 2
    for_the_motion = motion.function(*named(motion, "n", "E_0", "delta", "lambda_0"))(
        n, e_0, delta, least
    )
    return float(
        max(
            for_the_motion,
            start.function(*named(start, "n", "delta", "lambda_0"))(n, delta, least),
        )
    )
