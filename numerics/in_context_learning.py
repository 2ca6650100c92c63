"""Risk of one layer of linear attention on examples in its prompt, and its best matrix; from here
also what more layers, Bayes and a predictor that infers tasks make of a prompt.

Every formula is the one derived in ``theory.in_context_learning`` and its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, integers, number, real, together
from numerics.descent_in_context import bayes_risk
from numerics.layers_in_context import descent_risk
from numerics.task_inference import drift, mixture_accuracy, predictive, share_kept
from theory import derive
from theory import descent_in_context as lengths
from theory import in_context_learning as theory

Array = np.ndarray
__all__ = [
    "attention_matrix",
    "attention_risk",
    "bayes_risk",
    "descent_risk",
    "drift",
    "matrix_risk",
    "mixture_accuracy",
    "predictive",
    "share_kept",
]


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Risk of a step (s, N, d, r), of the best one (N, d, r), of that in prompts of another length
    (M, N, d, r); best entry and risk of a direction (L, t, N, r).
    """
    _, step, _, best = derive(theory.step_risk)
    *_, entry, direction = derive(theory.best_layer)
    sizes = theory.N, theory.d, theory.r
    return (
        step.function(theory.s, *sizes),
        best.function(*sizes),
        derive(lengths.other_length)[0].function(lengths.M, *sizes),
        *(found.function(theory.L, theory.t, theory.N, theory.r) for found in (entry, direction)),
    )


def attention_risk(d: Any, N: Any, noise: Any, s: Any = None, M: Any = None) -> Any:
    """Mean of (answer - w.u)^2 over prompts of N pairs with d inputs of variance one and noise of
    the variance ``noise``: of the best layer, or of a step of the rate ``s``; with ``M`` the prompt
    has M pairs and the layer is still the best one for N.  An answer of zero has the risk d.

    All broadcast.  Raises ``ValueError`` for sizes below one, negative noise and shapes that do not
    broadcast, and as ``numerics.core.arrays``.
    """
    d, N = (np.asarray(_size(value, name), float) for value, name in ((d, "d"), (N, "N")))
    noise = real(noise, "noise", need="variances that are not negative", holds=lambda v: v >= 0)
    if M is not None:
        M = np.asarray(_size(M, "M"), float)
    if s is not None:
        s = real(s, "s")
    together(d=d, N=N, noise=noise, s=0.0 if s is None else s, M=0.0 if M is None else M)
    step, best, other = _formulas()[:3]
    if s is not None:
        found = step(s, N if M is None else M + 0 * N, d, noise)
    elif M is not None:
        found = other(M, N, d, noise)
    else:
        found = best(N, d, noise)
    return float(found) if np.ndim(found) == 0 else found


def attention_matrix(Lambda: Any, N: int, noise: float) -> Array:
    """The matrix (d, d) of the best layer for prompts of N pairs whose inputs have the covariance
    ``Lambda`` (d, d): its answer is u times this matrix times the mean of y x.

    Raises ``ValueError`` for a covariance that is not symmetric or not positive, fewer than one
    pair and negative noise, and as ``numerics.core.arrays``.
    """
    sizes, vectors, N, noise = _prompt(Lambda, N, noise)
    entries = _formulas()[3](sizes, sizes.sum(), N, noise)
    return np.asarray((vectors * entries) @ vectors.T)


def matrix_risk(Lambda: Any, N: int, noise: float) -> float:
    """Risk of the best layer for inputs of the covariance ``Lambda``; arguments and errors as for
    ``attention_matrix``.
    """
    sizes, _, N, noise = _prompt(Lambda, N, noise)
    return float(_formulas()[4](sizes, sizes.sum(), N, noise).sum())


def _prompt(Lambda: Any, N: int, noise: float) -> tuple[Array, Array, int, float]:
    Lambda = real(Lambda, "Lambda", ("d", "d"))
    N = integer(N, "N", "at least one pair", lambda N: N >= 1)
    noise = number(noise, "noise", "a variance that is not negative", lambda v: v >= 0)
    if abs(Lambda - Lambda.T).max() > 1e-12 * abs(Lambda).max():
        raise ValueError("Lambda has entries that differ from those across its diagonal")
    sizes, vectors = np.linalg.eigh((Lambda + Lambda.T) / 2)
    if not sizes[0] > 1e-14 * sizes[-1]:
        raise ValueError(
            f"Lambda has the eigenvalue {sizes[0]:.3g}: those of a covariance are positive; leave "
            "out inputs that do not vary"
        )
    return sizes, vectors, N, noise


def _size(value: Any, name: str) -> Any:
    return integers(value, name, "whole numbers of at least one", lambda v: v >= 1)
