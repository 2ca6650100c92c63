"""Learners on a finite domain, averaged over all its labelings, and the elephant's outline.

Labels are 0 and 1.  A learner takes training points (n, d), labels (B, n) of B data sets and test
points (m, d), and guesses (B, m). Source: ``theory.no_free_lunch``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from theory import derive
from theory import no_free_lunch as theory

Array = np.ndarray
Learner = Callable[[Array, Array, Array], Array]
LANDMARK = 34.0  # abscissa to the right of which the drawing is trunk


def expected_accuracy(K: int) -> float:
    """Mean accuracy of any learner on points it has not seen, K labels, all labelings alike;
    ``ValueError`` for K < 1.
    """
    if K < 1:
        raise ValueError(f"K = {K}: at least one label is needed")
    return float(derive(theory.average_accuracy)[0].function(theory.K)(K))


def hit_counts(m: int, K: int) -> Array:
    """Number of labelings of m unseen points with c = 0 .. m hits, (m + 1,), the same for every
    learner.
    """
    if m < 1 or K < 1:
        raise ValueError(f"m = {m} points and K = {K} labels: at least one of each is needed")
    formula = derive(theory.law_of_hits)[0].result
    return np.array(
        [int(formula.subs({theory.m: m, theory.K: K, theory.hits: c})) for c in range(m + 1)]
    )


def constant(X: Array, y: Array, test: Array) -> Array:
    """Always zero."""
    return np.zeros((len(y), len(test)), dtype=int)


def majority(X: Array, y: Array, test: Array) -> Array:
    """The more frequent training label; one when both are as frequent."""
    return np.repeat((2 * y.sum(1) >= y.shape[1]).astype(int)[:, None], len(test), 1)


def nearest_neighbour(X: Array, y: Array, test: Array) -> Array:
    """The label of the nearest training point, the first one among equals."""
    return y[:, ((test[:, None] - X) ** 2).sum(2).argmin(1)]


def kernel_ridge(X: Array, y: Array, test: Array, ridge: float = 0.1) -> Array:
    """Sign of ridge regression on labels -1 and 1 with the kernel exp(-|x - x'|^2 / 2)."""

    def kernel(a: Array, b: Array) -> Array:
        return np.exp(-((a[:, None] - b) ** 2).sum(2) / 2)

    weights = np.linalg.solve(kernel(X, X) + ridge * np.eye(len(X)), (2.0 * y - 1).T)
    return ((kernel(test, X) @ weights).T > 0).astype(int)


def opposite(X: Array, y: Array, test: Array) -> Array:
    """What the nearest neighbour does not say."""
    return 1 - nearest_neighbour(X, y, test)


LEARNERS: tuple[Learner, ...] = (constant, majority, nearest_neighbour, kernel_ridge, opposite)


def cube(d: int) -> Array:
    """Corners (2^d, d) of {-1, 1}^d."""
    return 1.0 - 2.0 * ((np.arange(2**d)[:, None] >> np.arange(d)) & 1)


def all_labelings(points: int) -> Array:
    """All labelings (2^points, points); ``ValueError`` beyond 16 points."""
    if not 1 <= points <= 16:
        raise ValueError(f"{points} points: between 1 and 16 can be labelled in all ways")
    return (np.arange(2**points)[:, None] >> np.arange(points)) & 1


def threshold_labelings(X: Array) -> Array:
    """The labelings of X (n, d) by half-spaces with small whole coefficients, each once."""
    d = X.shape[1]
    weights = np.stack(np.meshgrid(*[np.arange(-2, 3)] * d, indexing="ij"), -1).reshape(-1, d)
    shifts = np.arange(-2.5, 3) + 0.25
    return np.unique(
        ((X @ weights.T)[:, :, None] + shifts > 0).reshape(len(X), -1).T.astype(int), axis=0
    )


def hits(learner: Learner, X: Array, labels: Array, training: Array) -> Array:
    """Correct guesses (B,) on the points outside ``training``, an index, for each labeling
    (B, n).
    """
    held = np.setdiff1d(np.arange(len(X)), training)
    return (learner(X[training], labels[:, training], X[held]) == labels[:, held]).sum(1)


def outline(t: Any, coefficients: Any = theory.PARAMETERS[:4]) -> Array:
    """The closed curve (..., 2) of four complex numbers at curve parameters t."""
    numbers = [complex(c) for c in coefficients]
    if len(numbers) != 4:
        raise ValueError(f"{len(numbers)} complex numbers: four are needed")
    parts = [c.real for c in numbers] + [c.imag for c in numbers]
    t = np.asarray(t, dtype=float)
    curves = [
        derive(theory.elephant)[row].function(theory.t, *theory.x, *theory.y)(t, *parts)
        for row in (0, 1)
    ]
    return np.stack(curves, -1)


def elephant(t: Any, wiggle: float = 0.0, coefficients: Any = theory.PARAMETERS[:4]) -> Array:
    """The outline with its trunk, the arc of t between ``theory.BEGIN`` and ``theory.END``, moved
    by the fifth number.
    """
    curve = outline(t, coefficients)
    phase = np.mod(t, 2 * np.pi)
    trunk = (phase >= float(theory.BEGIN)) & (phase <= float(theory.END))
    shift = derive(theory.elephant)[3].function(theory.wiggle, theory.place, theory.start)
    curve[..., 1] += trunk * shift(
        wiggle, curve[..., 0], outline(float(theory.BEGIN), coefficients)[0]
    )
    return curve
