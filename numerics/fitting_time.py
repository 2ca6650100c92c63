"""How long gradient flow takes to learn labels by heart with a fixed kernel, for labels at hand,
for all their permutations and for random ones.

K (n, n) is the kernel of the inputs, the loss (1/2n) sum e^2 from zero outputs; time is that of
gradient flow.  Labels with a column for each class add up.  Every formula is the one derived in
``theory.fitting_time``.

Source: Arora, Du, Hu, Li, Wang, ICML 2019.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import check_shape, number, real
from numerics.core.symmetric import spectrum
from theory import derive
from theory import fitting_time as theory

Array = np.ndarray
GONE = 800.0  # rate times time: exp(-2 * 800) is zero to rounding, and below any share


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """What is left of a squared component (rate, time); mean of a quadratic form over permutations
    (mean and deviation of the labels, trace, sum of all entries, their number).
    """
    left, form = derive(theory.equal_rates)[0], derive(theory.permuted_label_flow)[0]
    return (
        left.function(theory.q, theory.t),
        form.function(theory.mu, theory.s, theory.T, theory.O, theory.n),
    )


def label_flow(K: Any, y: Any, t: Any) -> Any:
    """Loss at the times t, of any shape, on labels y (n,) or (n, C).

    Raises ``ValueError`` for a kernel that is not symmetric or has an eigenvalue below zero, labels
    of another number, negative times, and as ``numerics.core.arrays``.
    """
    rates, modes = _spectrum(K)
    return _true(rates, modes, _labels(y, len(rates)), t)


def permuted_label_flow(K: Any, y: Any, t: Any) -> Any:
    """Mean of ``label_flow`` over all permutations of the labels; at least two of them.

    Raises as ``label_flow``.
    """
    rates, modes = _spectrum(K)
    return _permuted(rates, modes, _labels(y, len(rates)), t)


def _true(rates: Array, modes: Array, labels: Array, t: Any) -> Any:
    return _left(rates, t) @ ((modes.T @ labels) ** 2).sum(1) / (2 * len(rates))


def _permuted(rates: Array, modes: Array, labels: Array, t: Any) -> Any:
    n, left = len(rates), _left(rates, t)
    if n < 2:
        raise ValueError("one label has no permutations: pass a kernel of at least two inputs")
    trace, whole = left.sum(-1)[..., None], (left @ modes.sum(0) ** 2)[..., None]
    each = _formulas()[1](labels.mean(0), labels.std(0), trace, whole, n)
    return each.sum(-1) / (2 * n)


def random_label_flow(K: Any, t: Any) -> Any:
    """Mean of ``label_flow`` over uncorrelated labels (n,) of mean zero and variance one.

    Raises as ``label_flow``.
    """
    return _left(_spectrum(K)[0], t).mean(-1) / 2


def time_to(K: Any, y: Any, share: Any, permuted: bool = False) -> float:
    """Time at which a share of the loss at the start is left, of ``label_flow``, or of
    ``permuted_label_flow``; infinite where a larger share is never fitted.  To a relative error of
    1e-12.

    Raises ``ValueError`` for a share outside (0, 1), labels that are all zero, and as
    ``label_flow``.
    """
    part = number(share, "share", "a number between 0 and 1", lambda v: 0 < v < 1)
    flow = _permuted if permuted else _true
    rates, modes = _spectrum(K)
    labels = _labels(y, len(rates))
    if not np.any(labels):
        raise ValueError("y: all labels are zero, and fitted before anything moves")
    wanted = part * float(flow(rates, modes, labels, 0.0))
    moving = rates[rates > 0]
    if not moving.size or float(flow(rates, modes, labels, GONE / moving.min())) > wanted:
        return np.inf
    low, high = np.log(-np.log(part) / (4 * rates.max())), np.log(GONE / moving.min())
    for _ in range(60):
        middle = (low + high) / 2
        above = float(flow(rates, modes, labels, np.exp(middle))) > wanted
        low, high = (middle, high) if above else (low, middle)
    return float(np.exp(high))


def majorises(a: Any, b: Any) -> bool:
    """Are the eigenvalues a (n,), divided by their sum, further apart than those of b (n,): is
    every sum of the k largest at least as large?  Then random labels are learned more slowly
    with a, at every time.

    Raises ``ValueError`` for negative entries, for those that are all zero, and as
    ``numerics.core.arrays``.
    """
    rows = []
    for value, name in ((a, "a"), (b, "b")):
        row = real(
            value, name, ("n",), need="numbers that are not negative", holds=lambda v: v >= 0
        )
        if not np.any(row):
            raise ValueError(f"{name}: all entries are zero, and have no shares")
        rows.append(np.cumsum(np.sort(row / row.sum())[::-1]))
    if len(rows[0]) != len(rows[1]):
        raise ValueError(f"{len(rows[0])} and {len(rows[1])} eigenvalues: as many are needed")
    return bool((rows[0] >= rows[1] - 1e-12).all())


def _spectrum(K: Any) -> tuple[Array, Array]:
    """Rates (n,), eigenvalues of K / n, and eigenvectors (n, n)."""
    sizes, modes = spectrum(K, "K")
    return sizes / len(sizes), modes


def _labels(y: Any, n: int) -> Array:
    labels = real(y, "y")
    check_shape(labels.shape, "y", (n,) if labels.ndim == 1 else (n, "C"))
    return labels.reshape(n, -1)


def _left(rates: Array, t: Any) -> Array:
    """What is left of each squared component, (..., n)."""
    times = real(t, "t", need="times that are not negative", holds=lambda v: v >= 0)
    return np.asarray(_formulas()[0](rates, times[..., None]))
