"""Accuracy of a predictor that infers one of two tasks from a prompt by Bayes, with honest, random
and flipped labels, and the evidence of a demonstration.

A demonstration is (u, v, y): u is the task with probability q, y = v xor task, flipped with
probability eps.  Every formula is the one derived in ``theory.task_inference``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.stats import binom

from numerics.core.arrays import integer, number, real
from theory import derive
from theory import task_inference as theory

Array = np.ndarray
LABELS = ("honest", "random", "flipped")
TIE = 1e-12  # of the size of the evidence: log odds below it are a tie


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Log odds (A, B, n, q, e, g); accuracy (H, e); share kept (H_r, H_h); drift with honest and
    with random labels (q, e).
    """
    odds = derive(theory.log_odds)[0]
    accuracy, _, share = derive(theory.share_kept)
    honest, random, _ = derive(theory.drift)
    return (
        odds.function(theory.A, theory.B, theory.n, theory.q, theory.e, theory.g),
        accuracy.function(theory.H, theory.e),
        share.function(theory.H_r, theory.H_h),
        honest.function(theory.q, theory.e),
        random.function(theory.q, theory.e),
    )


def drift(q: float, eps: float) -> tuple[float, float]:
    """Mean log odds for the true task that inputs and that honest labels add in a demonstration,
    (I_x, I_y): a demonstration adds I_x + I_y with honest labels, I_x with random ones and I_x -
    I_y with flipped ones.

    Raises ``ValueError`` for q or eps that are not strictly between 0 and 1, and as
    ``numerics.core.arrays``.
    """
    q, eps = _probability(q, "q"), _probability(eps, "eps")
    *_, honest, random = _formulas()
    return float(random(q, eps)), float(honest(0.5, eps))


def mixture_accuracy(n: int, q: float, eps: float, labels: str) -> float:
    """Probability that Bayes answers right after n demonstrations whose labels are "honest",
    "random" or "flipped", and which it takes for honest ones; ties are broken by a fair coin.

    Raises ``ValueError`` for negative n, q or eps that are not strictly between 0 and 1 and other
    labels, and as ``numerics.core.arrays``.
    """
    n, q, eps = _checked(n, q, eps)
    if labels not in LABELS:
        raise ValueError(f"labels {labels!r}: one of {', '.join(LABELS)} is needed")
    return float(_formulas()[1](_preferred(n, q, eps, labels), eps))


def share_kept(n: int, q: float, eps: float) -> float:
    """Share of the gain in accuracy over no demonstrations that n demonstrations with random labels
    keep of that of honest ones.

    Raises ``ValueError`` for n below one, for q or eps at which honest demonstrations gain nothing,
    and as ``mixture_accuracy``.
    """
    n, q, eps = _checked(n, q, eps)
    honest = _preferred(n, q, eps, "honest")
    if not honest - 0.5 > 1e-12:
        raise ValueError(
            f"n = {n}, q = {q:.6g}, eps = {eps:.6g}: honest demonstrations gain nothing, of "
            "which a share could be kept"
        )
    return float(_formulas()[2](_preferred(n, q, eps, "random"), honest))


def predictive(prompt: Any, q: float, eps: float) -> Array:
    """Posterior predictive probability (..., 2) of the label 1 for a query v = 0 and for v = 1,
    after demonstrations ``prompt`` (..., n, 3) of bits u, v, y.

    Raises ``ValueError`` for entries other than 0 and 1, and for q or eps that are not strictly
    between 0 and 1, and as ``numerics.core.arrays``.
    """
    prompt = real(prompt, "prompt", (..., "n", 3), need="bits", holds=lambda v: (v == 0) | (v == 1))
    q, eps = _probability(q, "q"), _probability(eps, "eps")
    u, v, y = np.moveaxis(prompt, -1, 0)
    n = prompt.shape[-2]
    odds = _formulas()[0](u.sum(-1), (v != y).sum(-1), n, q, eps, 0.5)  # of the task 1
    one = np.exp(-np.logaddexp(0, -odds))
    first = _formulas()[1](one, eps)  # y = task, where v = 0
    other = _formulas()[1](1 - one, eps)
    return np.stack([first, other], -1)


def _preferred(n: int, q: float, eps: float, labels: str) -> float:
    """Probability that the posterior prefers the true task, ties half."""
    agree = {"honest": 1 - eps, "random": 0.5, "flipped": eps}[labels]
    counts = np.arange(n + 1)
    weights = binom.pmf(counts, n, q)[:, None] * binom.pmf(counts, n, agree)
    odds = _formulas()[0](counts[:, None], counts, n, q, eps, 0.5)
    size = abs(_formulas()[0](np.array([n, 0, n]), np.array([n, n, 0]), n, q, eps, 0.5)).max()
    odds = np.where(abs(odds) <= TIE * size, 0.0, odds)
    return float((weights * (1 + np.sign(odds)) / 2).sum())


def _checked(n: int, q: float, eps: float) -> tuple[int, float, float]:
    n = integer(n, "n", "a number of demonstrations, from 0 to 3000", lambda n: 0 <= n <= 3000)
    return n, _probability(q, "q"), _probability(eps, "eps")


def _probability(value: float, name: str) -> float:
    return number(value, name, "a probability strictly between 0 and 1", lambda p: 0 < p < 1)
