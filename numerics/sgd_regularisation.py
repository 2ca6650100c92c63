"""Steps and end points of diagonal networks, of preconditioned descent and of Adam.

What a rate adds to the loss (``backward_error``) and the noise of small batches
(``noise_temperature``) are found here too.  eta is the learning rate.  Source:
``theory.sgd_regularisation``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.backward_error import effective_curvature as effective_curvature
from numerics.backward_error import epoch_mean as epoch_mean
from numerics.backward_error import epoch_mean_second_order as epoch_mean_second_order
from numerics.backward_error import modified_field as modified_field
from numerics.core.arrays import integer, number, real, together
from numerics.core.kernels import named
from numerics.noise_temperature import best_temperature as best_temperature
from numerics.noise_temperature import kl as kl
from numerics.noise_temperature import stationary_variance as stationary_variance
from theory import derive
from theory import sgd_regularisation as theory

Array = np.ndarray
STEPS = 200  # of Newton's method


def _rate(eta: Any) -> float:
    return number(eta, "eta", "a positive finite rate", lambda eta: eta > 0)


# ---------------------------------------------------------------- diagonal networks


@cache
def _halves() -> tuple[Callable[..., Any], Callable[..., Any]]:
    plus, minus = derive(theory.diagonal_network)[:2]
    symbols = theory.x, theory.w, theory.G, theory.eta
    return plus.function(*symbols), minus.function(*symbols)


def diagonal_step(x: Any, w: Any, G: Any, eta: float) -> tuple[Any, Any]:
    """Weights x and w of beta = x w after a step, G the slope of the loss in beta, on the batch;
    all of shapes that broadcast.  Raises as ``numerics.core.arrays``.
    """
    x, w, G, eta = real(x, "x"), real(w, "w"), real(G, "G"), _rate(eta)
    together(x=x, w=w, G=G)
    total, gap = (half(x, w, G, eta) for half in _halves())
    return (total + gap) / 2, (total - gap) / 2


def entropy_solution(Z: Any, y: Any, q: Any) -> Array:
    """The beta (d,) with Z beta = y of least hyperbolic entropy of scale q (d,) or one number:
    where the flow of a diagonal network from x^2 - w^2 = q, w = 0 ends.

    Z (n, d) with independent rows, y (n,).  Newton's method in the n dual unknowns, to rounding.
    Raises ``ValueError`` for scales that are not positive, for rows that depend on each other,
    where no solution is found to 1e-9, and as ``numerics.core.arrays``.
    """
    Z = real(Z, "Z", ("n", "d"))
    y = real(y, "y", (len(Z),))
    width, need = Z.shape[1:], "positive scales"
    if np.ndim(q) == 0:
        q = np.full(width, number(q, "q", "a positive scale", lambda q: q > 0))
    else:
        q = real(q, "q", width, need=need, holds=lambda q: q > 0)
    if np.linalg.matrix_rank(Z) < len(Z):
        raise ValueError("the rows of Z depend on each other: leave out what the others say")
    model = derive(theory.diagonal_network)[5]
    beta_of = model.function(*named(model, "q", "u"))
    nu = np.zeros(len(Z))
    with np.errstate(over="ignore", invalid="ignore"):  # steps that are too long
        gap = y - Z @ beta_of(q, nu @ Z)
        for _ in range(STEPS):
            size, u = np.linalg.norm(gap), nu @ Z
            rounding = 1e-13 * (np.abs(y) + np.abs(Z) @ np.abs(beta_of(q, u))).max()
            if size <= rounding:
                break
            step = np.linalg.solve((Z * (q * np.cosh(2 * u))) @ Z.T, gap)
            for _ in range(60):
                trial = y - Z @ beta_of(q, (nu + step) @ Z)
                if np.linalg.norm(trial) < size:  # of a nan this is false
                    break
                step = step / 2
            else:
                break
            nu, gap = nu + step, trial
    if not np.linalg.norm(gap) <= 1e-9 * (1 + np.linalg.norm(y)):
        raise ValueError("Newton's method does not settle: the scales q differ by too much")
    return np.asarray(beta_of(q, nu @ Z))


# ---------------------------------------------------------------- other rules


def preconditioned_solution(X: Any, y: Any, P: Any, start: Any = None) -> Array:
    """Where descent with the fixed preconditioner P ends: the solution of X theta = y that is
    nearest to the start (d,), by default 0, in the norm of P^-1.

    X (n, d) with independent rows, y (n,), P (d,) or (d, d), positive definite.  Raises
    ``ValueError`` where it is not, for rows that depend on each other, and as
    ``numerics.core.arrays``.
    """
    X = real(X, "X", ("n", "d"))
    y, width = real(y, "y", (len(X),)), X.shape[1]
    P = real(P, "P")
    P = np.diag(P) if P.ndim == 1 else P
    P = real(P, "P", (width, width))
    theta = np.zeros(width) if start is None else real(start, "start", (width,))
    if not np.allclose(P, P.T) or not np.linalg.eigvalsh(P)[0] > 0:
        raise ValueError("P is not symmetric and positive definite: a preconditioner is needed")
    if np.linalg.matrix_rank(X) < len(X):
        raise ValueError("the rows of X depend on each other: leave out what the others say")
    return theta + P @ X.T @ np.linalg.solve(X @ P @ X.T, y - X @ theta)


def adam_step(
    g: Any,
    m: Any,
    v: Any,
    step: int,
    eta: float,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Array, Array, Array]:
    """(move, m, v): what Adam adds to the weights at this step, counted from 1, with gradient g,
    and its new averages; all of one shape.

    Raises ``ValueError`` for averages outside [0, 1), an eps that is not positive, negative v, and
    as ``numerics.core.arrays``.  Source: Kingma, Ba, ICLR 2015.
    """
    g, m = real(g, "g"), real(m, "m")
    v = real(v, "v", need="averages of squares", holds=lambda v: v >= 0)
    if not g.shape == m.shape == v.shape:
        raise ValueError(f"g, m, v have shapes {g.shape}, {m.shape}, {v.shape}: one is needed")
    step, eta = integer(step, "step", "a step of at least one", lambda k: k >= 1), _rate(eta)
    beta_1, beta_2 = (
        number(b, name, "an average in [0, 1)", lambda b: 0 <= b < 1)
        for name, b in (("beta_1", beta_1), ("beta_2", beta_2))
    )
    eps = number(eps, "eps", "a positive number", lambda e: e > 0)
    m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g * g
    size = np.sqrt(v / (1 - beta_2**step)) + eps
    return -eta * m / (1 - beta_1**step) / size, m, v
