"""Noise of small batches: its variance where SGD rests, and a PAC-Bayes bound.

eta is the learning rate, B the batch size, tau = eta / (2 B) the temperature of the noise.  Source:
``theory.noise_temperature``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numerics.core.arrays import integer, number, real, together
from numerics.core.kernels import named
from theory import derive
from theory import noise_temperature as theory

Array = np.ndarray


def _rate(eta: Any) -> float:
    return number(eta, "eta", "a positive finite rate", lambda eta: eta > 0)


def stationary_variance(
    lambdas: Any, eta: float, B: int, noise: Any, examples: int | None = None
) -> Any:
    """Variance of the weights along eigenvectors of curvature ``lambdas`` where SGD rests, both of
    any shape that broadcasts.

    noise: variance of one example's gradient along them.  ``examples``: batches of B are drawn
    without replacement from so many, with new draws each step; by default every draw is fresh.
    Raises ``ValueError`` for curvatures that are not in (0, 2 / eta), for noise that is negative,
    for more than all examples in a batch, and as ``numerics.core.arrays``.
    """
    eta = _rate(eta)
    B = integer(B, "B", "a batch of at least one", lambda B: B >= 1)
    lambdas = real(
        lambdas,
        "lambdas",
        need=f"curvatures between 0 and 2 / eta = {2 / eta:.6g}",
        holds=lambda v: (v > 0) & (eta * v < 2),
    )
    noise = real(noise, "noise", need="variances", holds=lambda v: v >= 0)
    together(lambdas=lambdas, noise=noise)
    rest = derive(theory.noise_temperature)[0]
    formula = rest.function(*named(rest, "eta", "lambda", "B", "C"))
    if examples is None:
        return formula(eta, lambdas, B, noise) / eta
    N = integer(examples, "examples", "at least as many examples as a batch", lambda N: N >= B)
    if N == 1:
        return np.zeros(np.broadcast_shapes(lambdas.shape, noise.shape))
    finite = derive(theory.batch_variance)[0]
    share = finite.function(*named(finite, "Gamma", "B", "N"))
    return formula(eta, lambdas, 1, share(noise, B, N)) / eta


def kl(tau: Any, spread: Any, theta: Any, s_0: float) -> Any:
    """Divergence of N(theta, tau S) from the prior N(0, s_0^2), in nats, tau of any shape.

    spread: eigenvalues (d,) of S; theta (d,).  Raises ``ValueError`` for temperatures, eigenvalues
    or a prior that are not positive, and as ``numerics.core.arrays``.
    """
    tau = real(tau, "tau", need="positive temperatures", holds=lambda v: v > 0)
    spread = real(spread, "spread", ("d",), need="positive eigenvalues", holds=lambda v: v > 0)
    theta = real(theta, "theta", (len(spread),))
    s_0 = number(s_0, "s_0", "a positive standard deviation", lambda s: s > 0)
    found = derive(theory.pac_bayes_ratio)[2]
    formula = found.function(*named(found, "d", "x", "s_0", "tau", "tr_S", "|theta|^2"))
    return formula(len(spread), np.log(spread).mean(), s_0, tau, spread.sum(), theta @ theta)


def best_temperature(d: int, beta_n: float, tr_HS: float, tr_S: float, s_0: float) -> float:
    """Temperature tau = eta / (2 B) at which the bound tau tr(H S) / 2 + KL / beta_n is least.

    d weights, beta_n the inverse temperature of the bound times the number of examples.  Raises
    ``ValueError`` for what is not positive, and as ``numerics.core.arrays``.
    """
    d = integer(d, "d", "at least one weight", lambda d: d >= 1)
    rest = {"beta_n": beta_n, "tr_HS": tr_HS, "tr_S": tr_S, "s_0": s_0}
    values = [number(v, name, "a positive number", lambda v: v > 0) for name, v in rest.items()]
    found = derive(theory.pac_bayes_ratio)[7]
    return float(found.function(*named(found, "d", *rest))(d, *values))
