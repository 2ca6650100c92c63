"""Learners on a finite domain, averaged over all its labelings, and the elephant's outline.

Labels are 0 and 1.  A learner takes training points (n, d), labels (B, n) of B data sets and test
points (m, d), and guesses (B, m). Source: ``theory.no_free_lunch``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numerics.core.arrays import integer, integers, number, read, real
from theory import derive
from theory import no_free_lunch as theory

Array = np.ndarray
Learner = Callable[[Array, Array, Array], Array]
LANDMARK = 34.0  # abscissa to the right of which the drawing is trunk
BODY = tuple(complex(c) for c in theory.PARAMETERS[:4])


def expected_accuracy(K: int) -> float:
    """Mean accuracy of any learner on points it has not seen, K labels, all labelings alike;
    ``ValueError`` for K < 1, and as ``numerics.core.arrays``.
    """
    K = integer(K, "K", "at least one label", lambda K: K >= 1)
    return float(derive(theory.average_accuracy)[0].function(theory.K)(K))


def hit_counts(m: int, K: int) -> Array:
    """Number of labelings of m unseen points with c = 0 .. m hits, (m + 1,), the same for every
    learner.  ``ValueError`` for m < 1 or K < 1, and as ``numerics.core.arrays``.
    """
    m, K = (integer(v, name, "at least one", lambda v: v >= 1) for name, v in (("m", m), ("K", K)))
    formula = derive(theory.law_of_hits)[0].result
    return np.array(
        [int(formula.subs({theory.m: m, theory.K: K, theory.hits: c})) for c in range(m + 1)]
    )


def _data(X: Any, y: Any, test: Any) -> tuple[Array, Array, Array]:
    """Training points, labels and test points as every learner takes them; raises as
    ``numerics.core.arrays``.
    """
    X = real(X, "X", ("n", "d"))
    return X, _labels(y, "y", len(X)), real(test, "test", ("m", X.shape[1]))


def _labels(y: Any, name: str, n: int) -> Array:
    found: Array = integers(y, name, "labels 0 and 1", lambda v: (v == 0) | (v == 1), ("B", n))
    return found


def constant(X: Any, y: Any, test: Any) -> Array:
    """Always zero."""
    X, y, test = _data(X, y, test)
    return np.zeros((len(y), len(test)), dtype=int)


def majority(X: Any, y: Any, test: Any) -> Array:
    """The more frequent training label; one when both are as frequent."""
    X, y, test = _data(X, y, test)
    return np.repeat((2 * y.sum(1) >= y.shape[1]).astype(int)[:, None], len(test), 1)


def nearest_neighbour(X: Any, y: Any, test: Any) -> Array:
    """The label of the nearest training point, the first one among equals."""
    X, y, test = _data(X, y, test)
    return y[:, ((test[:, None] - X) ** 2).sum(2).argmin(1)]


def kernel_ridge(X: Any, y: Any, test: Any, ridge: float = 0.1) -> Array:
    """Sign of ridge regression on labels -1 and 1 with the kernel exp(-|x - x'|^2 / 2)."""
    X, y, test = _data(X, y, test)
    ridge = number(ridge, "ridge", "a positive finite number", lambda ridge: ridge > 0)

    def kernel(a: Array, b: Array) -> Array:
        return np.exp(-((a[:, None] - b) ** 2).sum(2) / 2)

    weights = np.linalg.solve(kernel(X, X) + ridge * np.eye(len(X)), (2.0 * y - 1).T)
    return ((kernel(test, X) @ weights).T > 0).astype(int)


def opposite(X: Any, y: Any, test: Any) -> Array:
    """What the nearest neighbour does not say."""
    return 1 - nearest_neighbour(X, y, test)


LEARNERS: tuple[Learner, ...] = (constant, majority, nearest_neighbour, kernel_ridge, opposite)


def cube(d: int) -> Array:
    """Corners (2^d, d) of {-1, 1}^d; ``ValueError`` unless d is 1 to 24, and as
    ``numerics.core.arrays``.
    """
    d = integer(d, "d", "an integer from 1 to 24", lambda d: 1 <= d <= 24)
    return 1.0 - 2.0 * ((np.arange(2**d)[:, None] >> np.arange(d)) & 1)


def all_labelings(points: int) -> Array:
    """All labelings (2^points, points); ``ValueError`` beyond 16 points, and as
    ``numerics.core.arrays``.
    """
    all_of_them = "a number between 1 and 16, which can be labelled in all ways,"
    points = integer(points, "points", all_of_them, lambda n: 1 <= n <= 16)
    return (np.arange(2**points)[:, None] >> np.arange(points)) & 1


def threshold_labelings(X: Any) -> Array:
    """The labelings of X (n, d) by half-spaces with small whole coefficients, each once; raises as
    ``numerics.core.arrays``.
    """
    X = real(X, "X", ("n", "d"))
    d = X.shape[1]
    weights = np.stack(np.meshgrid(*[np.arange(-2, 3)] * d, indexing="ij"), -1).reshape(-1, d)
    shifts = np.arange(-2.5, 3) + 0.25
    return np.unique(
        ((X @ weights.T)[:, :, None] + shifts > 0).reshape(len(X), -1).T.astype(int), axis=0
    )


def hits(learner: Learner, X: Any, labels: Any, training: Any) -> Array:
    """Correct guesses (B,) on the points outside ``training``, an index, for each labeling
    (B, n).  ``ValueError`` where no point is left, and as ``numerics.core.arrays``.
    """
    X = real(X, "X", ("n", "d"))
    labels, n = _labels(labels, "labels", len(X)), len(X)
    training = integers(training, "training", f"numbers 0 to {n - 1}", lambda i: (i >= 0) & (i < n))
    if np.ndim(training) != 1 or not 0 < len(np.unique(training)) < n:
        raise ValueError(
            f"training has shape {np.shape(training)}: expected the numbers (k,) of some of the "
            f"{n} points"
        )
    held = np.setdiff1d(np.arange(len(X)), training)
    return (learner(X[training], labels[:, training], X[held]) == labels[:, held]).sum(1)


def outline(t: Any, coefficients: Any = BODY) -> Array:
    """The closed curve (..., 2) of four complex numbers at curve parameters t.

    ``ValueError`` for another number of them, and as ``numerics.core.arrays``.
    """
    numbers = read(coefficients, "coefficients", "biufc")
    if numbers.shape != (4,):
        raise ValueError(f"coefficients have shape {numbers.shape}: four are needed")
    parts = [
        float(real(part, "coefficients")[i])
        for part in (numbers.real, numbers.imag)
        for i in range(4)
    ]
    t = real(t, "t")
    curves = [
        derive(theory.elephant)[row].function(theory.t, *theory.x, *theory.y)(t, *parts)
        for row in (0, 1)
    ]
    return np.stack(curves, -1)


def elephant(t: Any, wiggle: float = 0.0, coefficients: Any = BODY) -> Array:
    """The outline with its trunk, the arc of t between ``theory.BEGIN`` and ``theory.END``, moved
    by the fifth number.  Raises as ``outline``.
    """
    t, wiggle = real(t, "t"), number(wiggle, "wiggle")
    curve = outline(t, coefficients)
    phase = np.mod(t, 2 * np.pi)
    trunk = (phase >= float(theory.BEGIN)) & (phase <= float(theory.END))
    shift = derive(theory.elephant)[3].function(theory.wiggle, theory.place, theory.start)
    curve[..., 1] += trunk * shift(
        wiggle, curve[..., 0], outline(float(theory.BEGIN), coefficients)[0]
    )
    return curve
