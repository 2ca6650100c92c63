"""Full-batch descent of small fully connected networks, one run after the other in compiled loops:
for runs of ten thousands of steps, of which torch's loop spends most on calls.

The networks are those of ``networks.mlp`` with the loss ``half_mean_square``, and every step is
that of ``descend.train`` with ``Descent``, to rounding: tests hold one against the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

Array = np.ndarray
KINDS = {"linear": 0, "relu": 1, "tanh": 2}
# sums may be taken in any order; numbers that are none stay what they are
HOW = {"error_model": "numpy", "fastmath": {"reassoc", "contract", "arcp", "nsz"}}
compiled = njit(**HOW)


@dataclass(frozen=True)
class Descents:
    """R runs.  parameters: (R, M, P) at the moments (M,), and at the end (R, P); loss: (R, T + 1)
    before each step; what lies after the end of a run is not a number.  steps: (R,).
    """

    moments: Array
    parameters: Array
    loss: Array
    steps: Array
    end: Array


@compiled
def tanh(x: float) -> float:
    """By the series of exp(u) - 1, u = -|x| / 32, squared six times; relative error 1e-14."""
    u = -min(abs(x), 20.0) / 32
    m = 1.0
    for k in range(14, 1, -1):
        m = 1 + u / k * m
    m *= u
    for _ in range(6):
        m *= 2 + m
    m = -m / (2 + m)
    return m if x > 0 else -m


@compiled
def _forward(p: Array, widths: Array, biased: bool, kind: int, n: int, acts: Array) -> None:
    """Activations of every layer, rows of (n, units) in ``acts``; the first are the inputs."""
    o = 0
    for layer in range(len(widths) - 1):
        rows, columns = widths[layer], widths[layer + 1]
        shift, size = o + rows * columns, n * columns
        inputs = acts[layer, : n * rows].reshape((n, rows))
        outputs = acts[layer + 1, :size].reshape((n, columns))
        np.dot(inputs, p[o:shift].reshape((rows, columns)), outputs)
        if biased:
            for i in range(n):
                for j in range(columns):
                    outputs[i, j] += p[shift + j]
        if layer < len(widths) - 2 and kind == 2:
            for c in range(size):
                acts[layer + 1, c] = tanh(acts[layer + 1, c])
        elif layer < len(widths) - 2 and kind == 1:
            for c in range(size):
                acts[layer + 1, c] = max(acts[layer + 1, c], 0.0)
        o = shift + columns * biased


@compiled
def _backward(
    p: Array, widths: Array, biased: bool, kind: int, n: int, acts: Array, push: Array, g: Array
) -> None:
    """The gradient, in ``g``; ``push`` (2, ...) begins with the slopes by the outputs."""
    now, o = 0, len(p)
    for layer in range(len(widths) - 2, -1, -1):
        rows, columns = widths[layer], widths[layer + 1]
        shift = o - columns * biased
        o = shift - rows * columns
        slopes = push[now, : n * columns].reshape((n, columns))
        inputs = acts[layer, : n * rows].reshape((n, rows))
        np.dot(inputs.T, slopes, g[o:shift].reshape((rows, columns)))
        if biased:
            g[shift : shift + columns] = 0
            for i in range(n):
                for j in range(columns):
                    g[shift + j] += slopes[i, j]
        if layer > 0:
            now, size = 1 - now, n * rows
            before = push[now, :size].reshape((n, rows))
            np.dot(slopes, p[o:shift].reshape((rows, columns)).T, before)
            if kind == 2:
                for c in range(size):
                    push[now, c] *= 1 - acts[layer, c] * acts[layer, c]
            elif kind == 1:
                for c in range(size):
                    push[now, c] *= acts[layer, c] > 0


@njit(cache=True, **HOW)
def _descend(
    p: Array,
    widths: Array,
    biased: bool,
    kind: int,
    over: float,
    X: Array,
    y: Array,
    eta: float,
    limits: Array,
    moments: Array,
    kept: Array,
    losses: Array,
) -> int:
    """Moves ``p`` to the end; the number of steps."""
    n, seen = len(X), 0
    acts, push = np.zeros((len(widths), n * widths.max())), np.zeros((2, n * widths.max()))
    acts[0, : X.size] = X.ravel()
    g = np.zeros(len(p))
    for step in range(len(losses)):
        _forward(p, widths, biased, kind, n, acts)
        loss = 0.0
        for i in range(n):
            error = acts[len(widths) - 1, i] / over - y[i]
            loss += error * error / (2 * n)
            push[0, i] = error / (n * over)
        losses[step] = loss
        if seen < len(moments) and moments[seen] == step:
            kept[seen] = p
            seen += 1
        low, high = limits[0] * losses[0], limits[1] * losses[0]
        if not (low <= loss <= high) or step == len(losses) - 1:
            return step
        _backward(p, widths, biased, kind, n, acts, push, g)
        for c in range(len(p)):
            p[c] -= eta * g[c]
    return 0


def descend(
    start: Array,
    widths: Sequence[int],
    kind: str,
    X: Array,
    y: Array,
    eta: Array,
    steps: Array,
    moments: Array,
    *,
    bias: bool = True,
    over: float = 1.0,
    limits: tuple[float, float] = (0.0, np.inf),
) -> Descents:
    """Runs from starts (R, P), all parameters of ``mlp(widths, kind, bias=bias)`` in a row, with a
    step eta (R,) each; the output is divided by ``over``.

    X: (n, D); y: (n,).  A run ends after its number of steps (R,), or where the loss over that at
    the start leaves ``limits``.  Raises ``ValueError`` for another activation than ``KINDS``, more
    outputs than one, and starts of the wrong length.
    """
    sizes = np.array(widths)
    P = int((sizes[:-1] * sizes[1:]).sum() + bias * sizes[1:].sum())
    if kind not in KINDS or sizes[-1] != 1 or start.shape[1] != P:
        raise ValueError(
            f"a network {tuple(widths)} of {kind!r} units with {start.shape[1]} parameters: one "
            f"output, {P} parameters and units out of {', '.join(KINDS)} are needed"
        )
    R, T = len(start), int(steps.max())
    end, loss = start.copy(), np.full((R, T + 1), np.nan)
    kept, done = np.full((R, len(moments), P), np.nan), np.zeros(R, int)
    for r in range(R):
        done[r] = _descend(
            end[r], sizes, bias, KINDS[kind], float(over), X, y, float(eta[r]), np.array(limits),
            moments, kept[r], loss[r, : steps[r] + 1],
        )  # fmt: skip
    return Descents(moments, kept, loss, done, end)
