"""Which labels survive decay and dropout, and how many steps descent takes, for models that are
linear in their weights.

K (n, n) is the kernel matrix of the data, lam the decay: weights minimise |y - f|^2 + lam |w|^2.
Every formula is the one derived in ``theory.memorisation``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.stats import norm

from numerics.core.arrays import number, real, together
from numerics.core.symmetric import spectrum
from theory import derive
from theory import memorisation as theory

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Left of a mode by decay (rate, decay) and by a step (step, rate); share left after batches
    (batch, n, steps); accuracy at chance (classes); error with dropout of one feature (q, residual
    without it, feature, weight).
    """
    mode, step = derive(theory.surviving_labels)[2], derive(theory.rate_of_fitting)[0]
    batches, chance = (
        derive(claim)[0] for claim in (theory.batch_of_orthogonal_inputs, theory.accuracy_at_chance)
    )
    return (
        mode.function(theory.rate, theory.lam),
        step.function(theory.eta, theory.a),
        batches.function(theory.B, theory.n, theory.steps),
        chance.function(theory.C),
        derive(theory.dropout_decay)[0].function(theory.q, theory.r, theory.x, theory.w),
    )


def fit_matrix(K: Any, lam: Any) -> Array:
    """M = lam (K + lam)^-1 (n, n): ridge regression leaves M y of the labels y.

    Raises ``ValueError`` for a kernel that is not symmetric or has an eigenvalue below zero, a
    decay that is not positive, and as ``numerics.core.arrays``.
    """
    sizes, modes = spectrum(K, "K")
    decay = number(lam, "lam", "a positive finite number", lambda v: v > 0)
    return (modes * _formulas()[0](sizes, decay)) @ modes.T


def largest_decay(K: Any) -> float:
    """The decay up to which every labelling of the data by 1 and -1 is fitted without an error, to
    a relative error of 1e-9: below the first on a grid, in steps of five in 100, that loses one.
    Infinite where none below 1e9 times the largest eigenvalue does, zero where 1e-12 of it does.

    Raises as ``fit_matrix``.
    """
    sizes, modes = spectrum(K, "K")

    def keeps(decay: float) -> bool:
        M = (modes * _formulas()[0](sizes, decay)) @ modes.T
        return bool(np.abs(M).sum(1).max() < 1)

    # the first decay of a grid that loses a labelling, then the border between both
    grid = sizes[-1] * np.logspace(-12, 9, 421)
    lost = [decay for decay in grid if not keeps(decay)]
    if not lost:
        return np.inf
    high = lost[0]
    if high == grid[0]:
        return 0.0
    low = grid[np.searchsorted(grid, high) - 1]
    while high / low > 1 + 1e-9:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if keeps(middle) else (low, middle)
    return float(low)


def fit_error(K: Any, lam: Any) -> float:
    """Share of fair random labels, 1 and -1, that ridge regression leaves wrong, with a normal law
    for the sum over the other labels: an approximation, the better the more of them count.

    Raises as ``fit_matrix``.
    """
    M = fit_matrix(K, lam)
    own = np.diag(M)
    others = np.sqrt((M**2).sum(1) - own**2)
    return float(norm.sf((1 - own) / np.maximum(others, 1e-300)).mean())


def decay_of_dropout(q: Any) -> Any:
    """Decay, for features of squared length one, that stands for dropping each with probability q,
    of any shape.

    Raises ``ValueError`` for what is not in [0, 1), and as ``numerics.core.arrays``.
    """
    share = real(q, "q", need="probabilities below one", holds=lambda v: (v >= 0) & (v < 1))
    return _formulas()[4](share, 1.0, 1.0, 1.0)  # r = x w: nothing but the penalty is left


def rate(K: Any, eta: Any) -> Any:
    """Largest factor by which descent at the steps eta, of any shape, multiplies an error of the
    loss |e|^2 / 2 with the kernel K: below one it converges.

    Raises ``ValueError`` for a step that is not positive, and as ``fit_matrix``.
    """
    sizes, _ = spectrum(K, "K")
    step = real(eta, "eta", need="positive numbers", holds=lambda v: v > 0)
    return np.abs(_formulas()[1](step[..., None], sizes)).max(-1)


def share_after_batches(batch: Any, n: Any, steps: Any) -> Any:
    """Share of the labels of n orthogonal inputs that is left after so many batches at the best
    step, on average.  Arguments broadcast.

    Raises ``ValueError`` for sizes below one, batches above n, a negative number of steps, and as
    ``numerics.core.arrays``.
    """
    B, N = (
        real(v, name, need="sizes of at least one", holds=lambda x: x >= 1)
        for v, name in ((batch, "batch"), (n, "n"))
    )
    s = real(steps, "steps", need="numbers that are not negative", holds=lambda x: x >= 0)
    together(batch=B, n=N, steps=s)
    if np.any(B > N):
        raise ValueError("batch: at most n inputs are needed")
    return _formulas()[2](B, N, s)


def chance(classes: Any) -> Any:
    """Accuracy on uniformly random labels of so many classes, of any shape, whatever is answered.

    Raises ``ValueError`` for fewer than one, and as ``numerics.core.arrays``.
    """
    C = real(classes, "classes", need="numbers of at least one", holds=lambda v: v >= 1)
    return _formulas()[3](C)
