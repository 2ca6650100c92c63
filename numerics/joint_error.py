"""Samples that three classifiers miss together: by independence, by bounds, by laws of hardness.

Source: ``theory.joint_error``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq

from numerics.core.arrays import integer, number, real
from theory import derive
from theory import joint_error as theory

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Most pairs and the probability of a hard sample, (N, e, J); misses of all three and of pairs
    by a Beta law, (N, n, e).
    """
    most, _, chance = derive(theory.hardness_of_two_kinds)
    three, two, _ = derive(theory.hardness_of_a_beta_law)
    counts, law = (theory.N, theory.e, theory.J), (theory.N, theory.n, theory.e)
    return (
        most.function(*counts),
        chance.function(*counts),
        three.function(*law),
        two.function(*law),
    )


def joint_errors(N: int, errors: Any) -> float:
    """Mean number of N samples that classifiers with these error rates (k,) miss together if they
    miss independently.  Raises ``ValueError`` for no samples, rates outside [0, 1], and as
    ``numerics.core.arrays``.
    """
    N = integer(N, "N", "at least one sample", lambda v: v >= 1)
    errors = real(errors, "errors", ("k",), need="rates", holds=lambda v: (v >= 0) & (v <= 1))
    return float(N * np.prod(errors))


def _counts(J: Any, N: Any, e: Any) -> tuple[float, int, float]:
    N = integer(N, "N", "at least one sample", lambda v: v >= 1)
    e = number(e, "e", "a rate between zero and one", lambda v: 0 < v < 1)
    what = f"a number of samples from N e^3 = {N * e**3:.6g} to N e = {N * e:.6g}"
    slack = 1e-12 * N
    return number(J, "J", what, lambda v: N * e**3 - slack <= v <= N * e + slack), N, e


def pair_bounds(J: float, N: int, e: float) -> tuple[float, float]:
    """Least and largest number of N samples that two of three classifiers miss together, from the
    error rate e of one and the number J that all three miss, on average.

    Raises ``ValueError`` for rates outside (0, 1), a J that no hardness has, outside [N e^3, N e],
    and as ``numerics.core.arrays``.
    """
    J, N, e = _counts(J, N, e)
    return J, float(_formulas()[0](N, e, J))


def two_point_hardness(J: float, N: int, e: float) -> tuple[float, float]:
    """Probability that a hard sample is missed and share of hard samples, if all others are always
    met; arguments and errors as for ``pair_bounds``.
    """
    J, N, e = _counts(J, N, e)
    chance = float(_formulas()[1](N, e, J))
    return chance, e / chance


def beta_hardness(J: float, N: int, e: float) -> tuple[float, float]:
    """Sum n of the two parameters of a Beta law of hardness with the mean e and J joint misses, and
    the number of samples that two classifiers miss together under it.

    Arguments and errors as for ``pair_bounds``, and J may not lie at an end.
    """
    J, N, e = _counts(J, N, e)
    _, _, three, two = _formulas()
    low, high = -30.0, 30.0  # of log n
    if not three(N, np.exp(low), e) > J > three(N, np.exp(high), e):
        raise ValueError(
            f"J = {J:.6g} lies at an end of what is possible, where no Beta law is left: give one "
            f"between {N * e**3:.6g} and {N * e:.6g}"
        )
    size = float(np.exp(brentq(lambda s: three(N, np.exp(s), e) - J, low, high, xtol=1e-13)))
    return size, float(two(N, size, e))
