"""Share of positive eigenvalues in a random plane, the two parts of the Hessian of cross-entropy
exactly, and the zone of norms with positive curvature.

Formulas are those derived in ``theory.norm_and_curvature``.  The Frobenius norms are exact: they
are sums over pairs of examples of products of small Gram matrices, never of the Hessian itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integers, number, real, together
from theory import derive
from theory import norm_and_curvature as theory

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Share (rho), mean over radius (tr / F, d), norm of an edge (tau, s, L)."""
    share, place = derive(theory.positive_share)[:2]
    edge = derive(theory.scaling)[2]
    return (
        share.function(theory.rho),
        place.function(theory.R, theory.d),
        edge.function(theory.tau, theory.s, theory.L),
    )


def positive_share(trace_ratio: Any, d: Any) -> Any:
    """Share of positive eigenvalues in a plane of d random directions of a large symmetric matrix
    whose trace is ``trace_ratio`` times its Frobenius norm, as both tend to infinity; 0 or 1 where
    the whole semicircle lies on one side.

    Arguments broadcast.  Raises ``ValueError`` for d below one, and as ``numerics.core.arrays``.
    """
    ratio = real(trace_ratio, "trace_ratio")
    size = integers(d, "d", "at least one direction", lambda v: v >= 1)
    together(trace_ratio=ratio, d=size)
    share, place, _ = _formulas()
    return share(np.clip(place(ratio, np.asarray(size, float)), -1.0, 1.0))


def edge_norm(tau: Any, input_scale: Any, layers: Any) -> Any:
    """Norm of all weights at which the logits have the size tau = s r^L, such as an edge of the
    zone, for inputs scaled by s.

    Arguments broadcast.  Raises ``ValueError`` for sizes that are not positive, fewer than one
    layer, and as ``numerics.core.arrays``.
    """
    tau, scale = (
        real(v, name, need="positive numbers", holds=lambda x: x > 0)
        for v, name in ((tau, "tau"), (input_scale, "input_scale"))
    )
    count = integers(layers, "layers", "at least one layer", lambda v: v >= 1)
    together(tau=tau, input_scale=scale, layers=count)
    return _formulas()[2](tau, scale, np.asarray(count, float))


def zone(norms: Any, shares: Any, level: float = 0.5) -> tuple[float, float]:
    """The interval of norms around the largest share in which the excess of the share over one half
    is at least ``level`` times the largest one; between norms linear in their logarithm, zero and
    infinite where a side has no end on the grid.

    norms: (n,), rising and positive; shares: (n,).  Raises ``ValueError`` for others, for shares
    that nowhere exceed one half, a level outside (0, 1), and as ``numerics.core.arrays``.
    """
    norms = real(norms, "norms", ("n",), need="positive numbers", holds=lambda v: v > 0)
    if not (np.diff(norms) > 0).all():
        raise ValueError("norms do not rise: sort them, with their shares, and leave out copies")
    need = "numbers in [0, 1]"
    held = real(shares, "shares", (len(norms),), need=need, holds=lambda v: (v >= 0) & (v <= 1))
    level = number(level, "level", "a number between 0 and 1", lambda v: 0 < v < 1)
    top = int(held.argmax())
    if not held[top] > 0.5:
        raise ValueError("shares are nowhere above one half: there is no zone")
    over, place = held - 0.5 - level * (held[top] - 0.5), np.log(norms)

    def end(step: int) -> float | None:
        at = top
        while 0 <= at + step < len(over):
            if over[at + step] < 0:
                part = over[at] / (over[at] - over[at + step])
                return float(np.exp(place[at] + part * (place[at + step] - place[at])))
            at += step
        return None

    low, high = end(-1), end(1)
    return 0.0 if low is None else low, np.inf if high is None else high


def hessian_split(theta: Sequence[Any], X: Any, y: Any) -> tuple[float, float, float]:
    """Trace and Frobenius norm of G, and the Frobenius norm of H, where G + H is the Hessian by all
    weights of the mean cross-entropy of a ReLU network without biases; exact to rounding.

    theta: weights (inputs, units) layer by layer, the last ones lead to the logits; X: (n, D); y:
    classes (n,).  Memory grows like n^2 times the squared number of classes.  Raises ``ValueError``
    for matrices that do not follow each other, classes that there are not, and as
    ``numerics.core.arrays``.
    """
    if len(theta) == 0:
        raise ValueError("theta is empty: the weights of one layer at least are needed")
    weights = [real(w, f"theta[{at}]", ("inputs", "units")) for at, w in enumerate(theta)]
    X = real(X, "X", ("n", len(weights[0])))
    for at in range(1, len(weights)):
        if len(weights[at]) != weights[at - 1].shape[1]:
            raise ValueError(
                f"theta[{at}] has {len(weights[at])} inputs and follows "
                f"{weights[at - 1].shape[1]} units: as many are needed"
            )
    n, C = len(X), weights[-1].shape[1]
    need = f"classes from 0 to {C - 1}"
    y = np.asarray(integers(y, "y", need, lambda v: (v >= 0) & (v < C), shape=(n,)))
    inputs, gates = [X], []
    for w in weights[:-1]:
        before = inputs[-1] @ w
        gates.append((before > 0).astype(float))
        inputs.append(before * gates[-1])
    logits = inputs[-1] @ weights[-1]
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    root = np.sqrt(p)[:, :, None] * np.eye(C) - p[:, :, None] * np.sqrt(p)[:, None]
    pull = p - np.eye(C)[y]
    back = [np.broadcast_to(np.eye(C), (n, C, C))]  # logits by what enters each layer's units
    for w, gate in zip(weights[:0:-1], gates[::-1], strict=True):
        back.insert(0, gate[:, :, None] * (w @ back[0]))
    spread = [b @ root for b in back]
    trace = sum(
        float(((h**2).sum(1) * (b**2).sum((1, 2))).sum())
        for h, b in zip(inputs, spread, strict=True)
    )
    whole = np.zeros((n * C, n * C))
    for h, b in zip(inputs, spread, strict=True):
        rows = b.transpose(0, 2, 1).reshape(n * C, -1)
        whole += np.repeat(np.repeat(h @ h.T, C, 0), C, 1) * (rows @ rows.T)
    return trace / n, float(np.linalg.norm(whole)) / n, _mixed(weights, inputs, gates, back, pull)


def _mixed(
    weights: list[Array], inputs: list[Array], gates: list[Array], back: list[Array], pull: Array
) -> float:
    """Frobenius norm of H, whose blocks lie between different layers."""
    n, total = len(pull), 0.0
    slopes = [(b @ pull[:, :, None])[:, :, 0] for b in back]
    for first in range(len(weights) - 1):
        between = gates[first][:, :, None] * np.eye(gates[first].shape[1])  # (n, units, inputs)
        for later in range(first + 1, len(weights)):
            rows = between.reshape(n, -1)
            gram = (inputs[first] @ inputs[first].T) * (slopes[later] @ slopes[later].T)
            total += 2 * float((gram * (rows @ rows.T)).sum())
            if later < len(weights) - 1:
                between = (between @ weights[later]) * gates[later][:, None]
    return float(np.sqrt(max(total, 0.0))) / n
