"""How few numbers fit labels: changes along a direction, the zigzag that has them, and the share of
random labellings that a hyperplane separates.

Every formula is the one derived in ``theory.few_parameters``.

Source: Cover, IEEE Transactions on Electronic Computers 14, 1965, for hyperplanes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.special import gammaln, logsumexp

from numerics.core.arrays import integers, real, together
from theory import derive
from theory import few_parameters as theory

Array = np.ndarray


@cache
def _numbers() -> Callable[..., Any]:
    return derive(theory.numbers_of_a_zigzag)[0].function(theory.d, theory.c)


def label_changes(X: Any, y: Any, w: Any) -> int:
    """How often labels y (n,), 1 and -1, change along the projections of X (n, D) on w (D,).

    Raises ``ValueError`` for other labels, for two inputs of one projection whose labels differ,
    and as ``numerics.core.arrays``.
    """
    X, w = real(X, "X", ("n", "D")), real(w, "w", ("D",))
    if len(w) != X.shape[1]:
        raise ValueError(f"w has {len(w)} entries for {X.shape[1]} inputs: one each is needed")
    return len(_changes(X @ w, y)[0])


def zigzag_weights(t: Any, y: Any) -> tuple[Array, Array, float]:
    """Output weights a (c,), thresholds theta (c,) and the constant a_0 of a network sum_k a_k
    relu(t - theta_k) + a_0 that has the signs of the labels y (n,), 1 and -1, at the places t (n,);
    c is the number of changes of the labels.

    Raises as ``label_changes``.
    """
    places = real(t, "t", ("n",))
    at, first = _changes(places, y)
    if not len(at):
        return np.zeros(0), np.zeros(0), float(first)
    left = places.min() - 1.0
    theta = np.r_[left, (at[:-1] + at[1:]) / 2]
    slopes = np.r_[1.0, 2.0 * (-1.0) ** np.arange(1, len(at))]
    return -first * slopes, theta, float(-first * (left - at[0]))


def zigzag_numbers(inputs: Any, changes: Any) -> Any:
    """Parameters of a zigzag of so many changes on a direction of so many inputs.  Arguments
    broadcast.

    Raises ``ValueError`` for fewer than one input or a negative number of changes, and as
    ``numerics.core.arrays``.
    """
    d = real(inputs, "inputs", need="numbers of at least one", holds=lambda v: v >= 1)
    c = real(changes, "changes", need="numbers that are not negative", holds=lambda v: v >= 0)
    together(inputs=d, changes=c)
    return _numbers()(d, c)


def separable_probability(n: Any, N: Any) -> Any:
    """Probability that a hyperplane through the origin separates fair random labels of n points of
    N coordinates in general position.  Arguments broadcast.

    Raises ``ValueError`` for sizes below one, and as ``numerics.core.arrays``.
    """
    points = np.asarray(integers(n, "n", "a number of at least one", lambda v: v >= 1))
    size = np.asarray(integers(N, "N", "a number of at least one", lambda v: v >= 1))
    together(n=points, N=size)
    points, size = np.broadcast_arrays(points, size)
    found = np.empty(points.shape)
    for place in np.ndindex(points.shape):
        found[place] = _separable(int(points[place]), int(size[place]))
    return found if found.ndim else float(found)


@cache
def _separable(n: int, N: int) -> float:
    if n <= N:
        return 1.0
    if n <= 60:
        count = derive(theory.separable_labellings)[0].result
        return float(count.subs({theory.n: n - 1, theory.N: N}).doit() / 2**n)
    k = np.arange(min(N, n))
    terms = gammaln(n) - gammaln(k + 1) - gammaln(n - k)
    return float(np.exp(logsumexp(terms) - (n - 1) * np.log(2)))


def _changes(t: Array, y: Any) -> tuple[Array, float]:
    """Half-way places (c,) of the changes, rising, and the first label."""
    labels = real(y, "y", ("n",), need="labels 1 and -1", holds=lambda v: np.abs(v) == 1)
    if len(labels) != len(t):
        raise ValueError(f"{len(labels)} labels for {len(t)} inputs: one each is needed")
    order = np.argsort(t, kind="stable")
    places, labels = t[order], labels[order]
    turns = np.flatnonzero(labels[1:] != labels[:-1])
    if np.any(places[turns] == places[turns + 1]):
        raise ValueError("two inputs with one projection have different labels: take another w")
    return (places[turns] + places[turns + 1]) / 2, float(labels[0])
