"""Is the kernel of pooled random filters the mean over all pairs of windows, and do random filters
help a kernel classifier?  Filters on a circle, and kernel ridge regression on signals and images.

Set-ups.  (1) 4000 filters of 5 neighbours on a circle of 12.  (2) 500 signals or images, 50 filters
with random offsets, means of four neighbours, linear and Gaussian kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import random_filter as numerics
from numerics.arc_cosine_kernel import arc_cosine
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training.students import SIDES, examples
from theory import Settles
from theory import random_filter as theory

Array = np.ndarray
USEFUL, RAW = "udl-random-conv-features-useful", "points over raw inputs"
COUNT, FILTERS, PARTS = 500, 50, 5  # examples, filters, one part of five validates
WINDOW = {1: 5, 2: 3}
RIDGES = tuple(10.0**k for k in range(-5, 0))  # over the mean of the kernel's diagonal
PLACES, NEIGHBOURS, MANY = 12, 5, 4000
PAIR = np.random.default_rng(83).standard_normal((2, PLACES))


def features(X: Array, sides: tuple[int, ...], seed: int) -> Array:
    """Responses (n, filters * pooled positions) of random filters, means of four neighbours."""
    from numpy.lib.stride_tricks import sliding_window_view

    rng, k = np.random.default_rng([seed, 184]), WINDOW[len(sides)]
    pieces = X.reshape(-1, *sides)
    axes = tuple(range(1, len(sides) + 1))
    pieces = np.pad(pieces, [(0, 0)] + [(k // 2, k // 2)] * len(sides))
    seen = sliding_window_view(pieces, (k,) * len(sides), axes).reshape(len(X), *sides, -1)
    w = rng.standard_normal((seen.shape[-1], FILTERS)) / seen.shape[-1] ** 0.5
    r = np.maximum(seen @ w + rng.standard_normal(FILTERS), 0)
    side = 4 if len(sides) == 1 else 2
    for axis in axes:
        r = np.stack([r.take(range(j, r.shape[axis], side), axis) for j in range(side)]).mean(0)
    return np.asarray(r.reshape(len(X), -1))


def right(X: Array, y: Array, new: Array, labels: Array, gaussian: bool) -> float:
    """Held-out accuracy in points of kernel ridge regression to the classes."""

    def kernel(A: Array, B: Array) -> Array:
        if not gaussian:
            return np.asarray(A @ B.T)
        square = (A**2).sum(1)[:, None] + (B**2).sum(1) - 2 * A @ B.T
        return np.asarray(np.exp(-square / (2 * width)))

    middle = X.mean(0)
    X, new = X - middle, new - middle
    apart = ((X[:100, None] - X[None, 100:200]) ** 2).sum(2)
    width = np.median(apart)
    K, wanted, cut = kernel(X, X), np.eye(10)[y] - 0.1, len(X) - len(X) // PARTS
    size = K.diagonal().mean()

    def fitted(n: int, ridge: float) -> Array:
        return np.linalg.solve(K[:n, :n] + ridge * size * np.eye(n), wanted[:n])

    scores = [(K[cut:, :cut] @ fitted(cut, r)).argmax(1) == y[cut:] for r in RIDGES]
    best = RIDGES[int(np.argmax(np.mean(scores, 1)))]
    return float(100 * np.mean((kernel(new, X) @ fitted(len(X), best)).argmax(1) == labels))


def over_raw(seeds: Sequence[int], kind: str, gaussian: bool) -> Array:
    """Points of random filters over raw inputs; the seed draws filters and examples."""
    X, y, new, labels = (v.numpy().astype(float) for v in examples(kind))
    y, labels, found = y.astype(int), labels.astype(int), []
    for seed in seeds:
        rows = np.random.default_rng([seed, 185]).permutation(len(X))[:COUNT]
        raw = right(X[rows], y[rows], new, labels, gaussian)
        Z, Z_new = (features(v, SIDES[kind], seed) for v in (X[rows], new))
        found.append(right(Z, y[rows], Z_new, labels, gaussian) - raw)
    return np.array(found)


def product_of_responses(seeds: Sequence[int]) -> Array:
    """Mean over filters of the product of the pooled responses of two signals."""
    pieces = np.stack([np.roll(PAIR, -s, 1)[:, :NEIGHBOURS] for s in range(PLACES)])
    found = []
    for seed in seeds:
        w = np.random.default_rng([seed, 186]).standard_normal((NEIGHBOURS, MANY))
        one, other = np.maximum(pieces @ w, 0).mean(0)
        found.append((one * other).mean())
    return np.array(found)


def _aligned() -> float:
    pieces = [np.stack([np.roll(v, -s)[:NEIGHBOURS] for s in range(PLACES)]) for v in PAIR]
    return float(np.diag(arc_cosine(*pieces, degree=1)).mean())


CHECKS: tuple[Check, ...] = (
    Check(
        name="pooled_filters_compare_all_windows",
        quantity="mean product of pooled responses of two signals, in squared units of a response",
        claim=theory.pooled_kernel,
        predict=lambda: float(numerics.conv_kernel(PAIR[:1], PAIR[1:], NEIGHBOURS)[0, 0]),
        measure=product_of_responses,
        terms={"4000 filters, four standard errors": 0.022},
        rival=_aligned,
        rival_why="a filter compares equal places: pairs of the same window alone",
    ),
    Check(
        name="random_filters_help_a_kernel",
        quantity="held-out accuracy from random filters less that from raw inputs, percentage "
        "points",
        claim=theory.pooled_kernel,
        predict=Threshold(USEFUL, RAW),
        measure={
            f"{kind}, {name} kernel": partial(over_raw, kind=kind, gaussian=gaussian)
            for kind in ("MNIST-1D", "digits")
            for name, gaussian in (("linear", False), ("Gaussian", True))
        },
        terms={"half of one of a thousand held-out examples": 0.05},
        rival=0.0,
        rival_why="what was never trained tells nothing",
        side="at least",
        rounds=2,
        settles=(Settles(USEFUL, part=RAW, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Mean product of pooled responses over a shift of one signal: derived, measured and by equal
    places.
    """
    rng, at = np.random.default_rng(87), range(PLACES)
    w = rng.standard_normal((NEIGHBOURS, MANY))
    pieces = np.stack([np.roll(PAIR, -s, 1)[:, :NEIGHBOURS] for s in at])
    one, other = np.maximum(pieces @ w, 0).mean(0)
    each, bars = (one * other).mean(), 4 * (one * other).std() / MANY**0.5
    derived = numerics.conv_kernel(PAIR[:1], PAIR[1:], NEIGHBOURS)[0, 0]
    axes.axhline(derived, color="#0072B2", label="all pairs of windows, derived")
    rivals = [
        np.diag(arc_cosine(pieces[:, 0], np.roll(pieces[:, 1], -g, 0), degree=1)).mean() for g in at
    ]
    axes.plot(at, rivals, "--", color="#999999", label="rival: equal places")
    axes.errorbar(at, np.full(PLACES, each), bars, fmt="o", color="#0072B2", ms=4, label="measured")
    axes.set(xlabel="places by which one signal is shifted", ylabel="mean product of responses",
             title="Filters of 5 neighbours on a circle of 12")  # fmt: skip
    axes.legend()
