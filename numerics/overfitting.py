"""What a fit costs beyond its training data: polynomials between their nodes, ridge at given
inputs, and fits in two speeds.

Every formula is the one derived in ``theory.overfitting``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.polynomial import legendre

from numerics.core.arrays import integer, number, real
from theory import derive
from theory import overfitting as theory

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Least risk of a coefficient (s, v, sigma); error of two groups of modes (a, b, B_1, B_2, s_1,
    s_2); risk of random inputs between the speeds (n, d_1, B, sigma).
    """
    ridge = derive(theory.best_ridge)[3].function(theory.s, theory.v, theory.sigma)
    plateau = derive(theory.plateau)[0]
    groups = tuple(
        each.function(theory.B_1, theory.B_2, theory.s_1, theory.s_2)
        for each in derive(theory.two_speeds)[1:]
    )
    return (ridge, plateau.function(theory.n, theory.d_1, theory.B, theory.sigma), *groups)


def ridge_risk(X: Any, signal: float, noise: float) -> float:
    """Mean of |b - beta|^2 over noise and coefficients beta with E |beta|^2 = ``signal``, for ridge
    with its best penalty noise^2 d / signal, at these inputs X (n, d).

    Raises ``ValueError`` for a signal or a noise that is not positive, and as
    ``numerics.core.arrays``.
    """
    X = real(X, "X", ("n", "d"))
    v, noise = _positive(signal, "signal") / X.shape[1], _positive(noise, "noise")
    s = np.zeros(X.shape[1])
    found = np.linalg.svd(X, compute_uv=False)
    s[: len(found)] = found
    return float(_formulas()[0](s, v, noise).sum())


def two_speed_levels(
    fast: float, slow: float, fast_noise: float, slow_noise: float
) -> tuple[float, float, float, float]:
    """Error at the first minimum, at the plateau, at the second minimum and at the end, where fast
    modes are fitted before slow ones move.

    ``fast``, ``slow``: squared signal of each group; ``fast_noise``, ``slow_noise``: the noise that
    its modes take up.  Raises ``ValueError`` for one that is not positive, and as
    ``numerics.core.arrays``.
    """
    names = ("fast", "slow", "fast_noise", "slow_noise")
    sizes = [
        _positive(v, k) for v, k in zip((fast, slow, fast_noise, slow_noise), names, strict=True)
    ]
    first, plateau, second, end = (float(level(*sizes)) for level in _formulas()[2:])
    return first, plateau, second, end


def plateau(n: int, fast_inputs: int, slow_signal: float, noise: float) -> float:
    """Risk for n random samples when so many fast inputs are fitted and slow ones, with the squared
    coefficients ``slow_signal``, are not.

    Raises ``ValueError`` for fewer than fast_inputs + 2 samples, negative signal or noise, and as
    ``numerics.core.arrays``.
    """
    need = "at least one input"
    fast = integer(fast_inputs, "fast_inputs", need, lambda d: d >= 1)
    n = integer(n, "n", f"at least {fast + 2} samples", lambda n: n >= fast + 2)
    signal, noise = (
        number(value, name, "a finite number that is not negative", lambda v: v >= 0)
        for value, name in ((slow_signal, "slow_signal"), (noise, "noise"))
    )
    return float(_formulas()[1](n, fast, signal, noise))


def lagrange_variance(nodes: Any) -> float:
    """Variance of the polynomial through noisy values at ``nodes`` (n,), averaged over [-1, 1], in
    units of the noise's variance; exact to rounding, by Gauss quadrature of its degree.

    Raises ``ValueError`` for nodes outside [-1, 1], equal nodes, or so many equispaced ones that
    rounding decides (about 40), and as ``numerics.core.arrays``.
    """
    nodes = real(nodes, "nodes", ("n",), need="numbers in [-1, 1]", holds=lambda v: abs(v) <= 1)
    basis = legendre.legvander(nodes, len(nodes) - 1)
    if not np.linalg.cond(basis) < 1e10:
        raise ValueError("nodes has equal or nearly equal entries, or too many: rounding decides")
    values = np.linalg.inv(basis)  # (degree, node): coefficients of each Lagrange polynomial
    weights = 1 / (2 * np.arange(len(nodes)) + 1)  # mean square of a Legendre polynomial
    return float((weights[:, None] * values**2).sum())


def _positive(value: Any, name: str) -> float:
    return number(value, name, "a positive finite number", lambda v: v > 0)
