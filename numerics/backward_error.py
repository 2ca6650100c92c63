"""Fields and losses whose flow follows descent, and means of epochs of SGD over all their orders.

eta is the learning rate.  Source: ``theory.backward_error``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import permutations, product
from math import factorial
from typing import Any, Literal

import numpy as np

from numerics.core.arrays import integer, number, real, row
from numerics.core.kernels import named
from theory import backward_error as theory
from theory import derive
from theory.core.catalogue import nearest

Array = np.ndarray
Sampling = Literal["reshuffled", "with replacement"]
SAMPLINGS = ("reshuffled", "with replacement")
MOMENTUM = {"heavy ball": 2, "nesterov": 3}  # places among ``quadratic_to_all_orders``
SEQUENCES = 50_000  # of batches, at most, that are gone through one by one


def _rate(eta: Any) -> float:
    return number(eta, "eta", "a positive finite rate", lambda eta: eta > 0)


def _known(name: str, value: Any, among: Any) -> str:
    if value not in among:
        raise ValueError(
            f"{name} {value!r} is not among {', '.join(among)}; the nearest is "
            f"{nearest(str(value), among)}"
        )
    return str(value)


# ---------------------------------------------------------------- fields


@cache
def _strengths() -> tuple[Callable[..., Any], float, float]:
    """eta / 4 as a function, and the coefficients of H^2 g and T[g, g]."""
    penalty = derive(theory.descent_modified_loss)[1].function(theory.eta)
    _, found = derive(theory.descent_modified_field)[1].result.args
    twice, third = (float(each.rhs) for each in sorted(found.args, key=lambda e: str(e.lhs)))
    return penalty, twice, third


def modified_field(grad: Any, hess: Any, third: Any, eta: float, order: int = 2) -> Array:
    """Field (d,) whose flow over time eta ends where a step of descent ends, up to eta^(order + 2).

    grad (d,), hess (d, d) and third (d, d, d): derivatives of the loss.  Raises ``ValueError`` for
    an order other than 0, 1, 2, and as ``numerics.core.arrays``.
    """
    g, H = real(grad, "grad", ("d",)), real(hess, "hess", ("d", "d"))
    T, eta = real(third, "third", ("d", "d", "d")), _rate(eta)
    if not len(g) == len(H) == len(T):
        raise ValueError(f"grad has {len(g)} entries, hess {len(H)} rows, third {len(T)}")
    order = integer(order, "order", "an order of 0, 1 or 2", lambda order: order in (0, 1, 2))
    penalty, twice, mixed = _strengths()
    field = -g
    if order >= 1:
        field = field - 2 * penalty(eta) * H @ g
    if order == 2:
        field = field - eta**2 * (twice * H @ H @ g + mixed * (T @ g) @ g)
    return field


def effective_curvature(lam: Any, eta: float, beta: float = 0.0, method: str = "heavy ball") -> Any:
    """Curvature of the quadratic whose flow leaves what descent at rate eta leaves of curvature
    ``lam``, of any shape.

    Without momentum to all orders, for eta lam < 1.  With momentum ``beta`` in [0, 1), ``method``
    heavy ball or nesterov, to first order in eta / (1 - beta), the time that a step takes.  Raises
    ``ValueError`` for curvatures that are not positive or too large, and as
    ``numerics.core.arrays``.
    """
    eta = _rate(eta)
    beta = number(beta, "beta", "a momentum in [0, 1)", lambda beta: 0 <= beta < 1)
    place = MOMENTUM[_known("method", method, MOMENTUM)]
    need = "positive curvatures below 1 / eta" if beta == 0 else "positive curvatures"
    lam = real(
        lam, "lam", need=need, holds=lambda v: (v > 0) & ((eta * v < 1) if beta == 0 else True)
    )
    if beta == 0:
        return derive(theory.quadratic_to_all_orders)[0].function(theory.eta, theory.lam)(eta, lam)
    excess = derive(theory.quadratic_to_all_orders)[place]
    of_both = excess.function(*named(excess, "lambda", "beta"))
    return lam + eta / (1 - beta) * of_both(lam, beta)


# ---------------------------------------------------------------- epochs


def _sequences(m: int, scheme: Sampling) -> Iterator[tuple[int, ...]]:
    count = factorial(m) if scheme == "reshuffled" else m**m
    if count > SEQUENCES:
        raise ValueError(
            f"{m} batches have {count} sequences, of which {SEQUENCES} can be gone through: use "
            "fewer batches"
        )
    return permutations(range(m)) if scheme == "reshuffled" else product(range(m), repeat=m)


def epoch_mean(
    batches: Sequence[Callable[[Array], Any]],
    theta: Any,
    eta: float,
    scheme: Sampling = "reshuffled",
) -> Array:
    """Mean displacement (d,) of an epoch of SGD from theta (d,), over all sequences of batches.

    batches: their gradients, functions of (d,) to (d,).  scheme: reshuffled (each batch once) or
    with replacement.  Raises ``ValueError`` for an unknown scheme and for more than 50,000
    sequences, and as ``numerics.core.arrays``.
    """
    _known("scheme", scheme, SAMPLINGS)
    if not batches:
        raise ValueError("batches is empty: one gradient for each batch is needed")
    start, eta = np.atleast_1d(row(theta, "theta")), _rate(eta)
    total, count = np.zeros(len(start)), 0
    for order in _sequences(len(batches), scheme):
        at = start
        for b in order:
            at = at - eta * real(batches[b](at), f"batches[{b}]", (len(start),))
        total, count = total + at - start, count + 1
    return total / count


def epoch_mean_second_order(
    grads: Any, hessians: Any, eta: float, scheme: Sampling = "reshuffled"
) -> Array:
    """The same mean displacement to second order in eta, from gradients (m, d) and Hessians (m, d,
    d) of the m batches: -m eta g + (eta^2 / 2)(m^2 H g - sum_b H_b g_b), where batches drawn with
    replacement have m (m - 1) H g in the bracket.

    Raises ``ValueError`` for an unknown scheme and shapes that do not fit, and as
    ``numerics.core.arrays``.  Source: ``theory.backward_error.epoch_modified_loss``.
    """
    _known("scheme", scheme, SAMPLINGS)
    g, eta = real(grads, "grads", ("m", "d")), _rate(eta)
    H = real(hessians, "hessians", (*g.shape, g.shape[1]))
    m = len(g)
    if scheme == "reshuffled":
        pairs = H.sum(0) @ g.sum(0) - np.einsum("bij,bj->i", H, g)
    else:
        drawn = derive(theory.epoch_modified_loss)[2]
        each = drawn.function(*named(drawn, "g", "h", "m"))
        pairs = 2 * each(1.0, 1.0, m) * H.mean(0) @ g.mean(0)
    return -eta * g.sum(0) + eta**2 / 2 * pairs
