"""Loss of a model of N modes after a time, and the least loss for a compute, of power-law spectra.

Rates k^-alpha and squared coefficients k^-beta, u = beta - 1; sums are replaced by integrals, so
that sizes and times are large.  Formulas are those derived in ``theory.compute_law``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import gamma, gammaincc

from numerics.core.arrays import number, real, together
from theory import compute_law as theory
from theory import derive

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Constant of time (alpha, u); phi (tau, alpha, u, incomplete Gamma); least
    value of two terms (alpha, u, b).
    """
    return (
        derive(theory.time_constant)[0].function(theory.alpha, theory.u),
        derive(theory.joint_law)[3].function(theory.tau, theory.alpha, theory.u, theory.rest),
        derive(theory.additive_law)[1].function(theory.alpha, theory.u, theory.b),
    )


def time_constant(alpha: float, beta: float) -> float:
    """Limit of t^(u / alpha) times the loss of unlimited modes.

    Raises ``ValueError`` for exponents not above one, u > 100 alpha, and as
    ``numerics.core.arrays``.
    """
    return float(_formulas()[0](*exponents(alpha, beta)))


def joint_law(N: Any, t: Any, alpha: float, beta: float) -> Any:
    """Loss of N modes after the time t, positive numbers that broadcast; N^-u phi(t / N^alpha).

    The relative error against the sums is of the order 1 / N.  Raises ``ValueError`` for sizes and
    times that are not positive or for which the loss leaves the range of floats, and as
    ``time_constant``.
    """
    alpha, u = exponents(alpha, beta)
    N, t = (
        real(v, name, need="positive finite numbers", holds=lambda v: v > 0)
        for v, name in ((N, "N"), (t, "t"))
    )
    together(N=N, t=t)
    with np.errstate(all="ignore"):
        found = np.asarray(N**-u * _phi(t / N**alpha, alpha, u))
    if not (np.isfinite(found) & (found > 0)).all():
        raise ValueError("N and t: the loss leaves the range of floats; take milder sizes")
    return found if found.ndim else float(found)


def best_time(alpha: float, beta: float) -> float:
    """tau = t / N^alpha of the size N that is best for its compute, where u phi = (1 + alpha) (1 -
    exp(-2 tau)); raises as ``time_constant``.
    """
    alpha, u = exponents(alpha, beta)

    def excess(log_tau: float) -> float:
        tau = np.exp(log_tau)
        return float(u * _phi(tau, alpha, u) + (1 + alpha) * np.expm1(-2 * tau))

    low = 0.0
    while excess(low) < 0:
        low -= 1.0
    return float(np.exp(brentq(excess, low, 6.0, xtol=1e-14)))


def best_size(C: Any, alpha: float, beta: float) -> Any:
    """Number of modes with the least loss for a compute C = N t, of any shape; errors as for
    ``envelope``.
    """
    C, slowness = _compute(C), exponents(alpha, beta)[0]
    found = np.asarray((C / best_time(alpha, beta)) ** (1 / (1 + slowness)))
    return found if found.ndim else float(found)


def envelope(C: Any, alpha: float, beta: float) -> Any:
    """Least loss over all sizes for a compute C = N t, positive numbers of any shape.

    Raises ``ValueError`` for C that is not positive, and as ``joint_law``.
    """
    C, N = _compute(C), best_size(C, alpha, beta)
    return joint_law(N, C / N, alpha, beta)


def two_term_envelope(C: Any, alpha: float, beta: float) -> Any:
    """The same, if the loss were the sum of its limits for unlimited time and unlimited modes;
    errors as for ``envelope``.
    """
    alpha, u = exponents(alpha, beta)
    least = _formulas()[2](alpha, u, time_constant(alpha, beta))
    found = np.asarray(_compute(C) ** (-u / (1 + alpha)) * least)
    return found if found.ndim else float(found)


def exponents(alpha: Any, beta: Any) -> tuple[float, float]:
    """alpha and u = beta - 1; raises ``ValueError`` unless both exponents are above one and u <=
    100 alpha.
    """
    alpha = number(alpha, "alpha", "an exponent above one", lambda v: v > 1)
    u = number(beta, "beta", "an exponent above one", lambda v: v > 1) - 1
    if u > 100 * alpha:
        raise ValueError(f"beta = {u + 1:.6g}: at most 1 + 100 alpha is needed")
    return alpha, u


def _phi(tau: Any, alpha: float, u: float) -> Any:
    return _formulas()[1](tau, alpha, u, gammaincc(u / alpha, 2 * tau) * gamma(u / alpha))


def _compute(value: Any) -> Array:
    return real(value, "C", need="positive finite numbers", holds=lambda v: v > 0)
