"""Rates of wide two-layer networks per frequency, and the function that they converge to, in closed
form.

Conventions: f = m^(-1/2) sum_k a_k sigma(w_k . x + b_k), m -> infinity, gradient flow on 1/2 sum_i
e_i^2, transform with exp(-2 pi i xi . x), biases independent of (a, w) with a density that is flat
where the kinks are. Source: ``theory.linear_frequency_principle``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from numerics.activation_spectrum import Activation, transform_size
from numerics.core.arrays import integer, number, real, row, together
from theory import derive
from theory import linear_frequency_principle as theory

Array = np.ndarray


def bias_density(*, std: float | None = None, half_width: float | None = None) -> float:
    """Density at zero of a Gaussian bias (``std``) or of one that is uniform on
    +-``half_width``.

    ``ValueError`` unless one of them is given, and is positive; as ``numerics.core.arrays``.
    """
    if (std is None) == (half_width is None):
        raise ValueError("give either std or half_width")
    name, given = ("std", std) if std is not None else ("half_width", half_width)
    size = _positive(given, name)
    return 1 / (np.sqrt(2 * np.pi) * size) if std is not None else 1 / (2 * size)


@cache
def _formulas() -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    power = sp.Symbol("power", nonnegative=True)
    neuron = derive(theory.rate_of_a_neuron)[1].result.subs(
        theory.spectrum(theory.nu / theory.r), power
    )
    directions = derive(theory.dimension)[1].function(theory.nu, theory.d)
    crossing = derive(theory.crossover_frequency)[0].function(theory.cubic, theory.linear)
    return (
        sp.lambdify((power, theory.nu, theory.r, theory.a2, theory.p), neuron, "numpy"),
        directions,
        crossing,
    )


def decay_rate(
    xi: Any,
    *,
    w: Any,
    a: Any,
    density: float,
    d: int = 1,
    activation: Activation = "relu",
    s: float = 1.0,
    weights: Any = None,
    train: Collection[str] = ("a", "b"),
) -> Any:
    """gamma^2 at frequencies |xi| > 0 (any shape, periods per unit): residuals decay like
    exp(-gamma^2 t) times the density of the data.

    w: sizes |w| (M,) and a: output weights (M,) of M neurons drawn from the start's law, or nodes
    with ``weights`` (M,); directions of w are uniform in d dimensions.  ``density``: that of the
    bias at zero (``bias_density``).  s: width of a Gaussian or Ricker activation. ``train``: "a",
    "b" or both; training w adds an operator that is not a multiple (``input_weight_rate``). Error:
    1/sqrt(M) for drawn neurons; relative order of (width of data / width of the bias)^2.  Raises
    ``ValueError`` for what is not positive, shapes that do not fit and unknown words, and as
    ``numerics.core.arrays``.
    """
    if not set(train) <= {"a", "b"} or not train:
        raise ValueError(f'train = {train!r}: expected "a", "b" or both')
    nu = real(xi, "xi", need="positive frequencies", holds=lambda nu: nu > 0)
    d = integer(d, "d", "a positive integer", lambda d: d >= 1)
    density = _positive(density, "density")
    r, a, weights = neurons(w, a, weights)
    neuron, directions, _ = _formulas()
    power = transform_size(activation, 2 * np.pi * nu[..., None] / r, s) ** 2
    alone = neuron(power, nu[..., None], r, 0.0, density)
    both = neuron(power, nu[..., None], r, a**2, density)
    rate = (alone if "a" in train else 0.0) + (both - alone if "b" in train else 0.0)
    found = (rate * weights).sum(-1) * directions(nu, float(d))
    return found if nu.ndim else float(found)


def input_weight_rate(
    xi: Any,
    *,
    w: Any,
    a: Any,
    density: float,
    d: int = 1,
    activation: Activation = "relu",
    s: float = 1.0,
    weights: Any = None,
) -> Any:
    """Weight of the operator that training w adds, -div(weight grad u^) in frequency: the rate of
    the biases over 4 pi^2.  Raises as ``decay_rate``.
    """
    return decay_rate(
        xi,
        w=w,
        a=a,
        density=density,
        d=d,
        activation=activation,
        s=s,
        weights=weights,
        train=("b",),
    ) / (4 * np.pi**2)


def moments(w: Any, a: Any, weights: Any = None) -> tuple[float, float]:
    """(E |w|^3, E a^2 |w|): all that a ReLU network's law of (a, w) matters; raises as
    ``decay_rate``.
    """
    r, a, weights = neurons(w, a, weights)
    return float(r**3 @ weights), float((a**2 * r) @ weights)


def crossover_frequency(cubic: float, linear: float) -> float:
    """Frequency (periods per unit) below which the |xi|^-4 part of the ReLU rate is the larger,
    from the two moments.  ``ValueError`` unless they are moments, and as ``numerics.core.arrays``.
    """
    cubic, linear = _moments(cubic, linear)
    return float("inf") if linear == 0 else float(_formulas()[2](cubic, linear))


@dataclass(frozen=True)
class Interpolant:
    """h(x) = sum_i c_i k(x - x_i) + d_0 + d_1 x with k = A |tau|^3 / 12 - B |tau| / 2."""

    nodes: Array
    coefficients: Array
    line: Array
    cubic: float
    linear: float

    def __call__(self, x: Any) -> Any:
        """Values at x, any shape; raises as ``numerics.core.arrays``."""
        x = real(x, "x")
        return (
            _kernel(x[..., None] - self.nodes, self.cubic, self.linear) @ self.coefficients
            + self.line[0]
            + self.line[1] * x
        )


def interpolant(x: Any, y: Any, *, cubic: float, linear: float) -> Interpolant:
    """The function through y (n,) at x (n,) of least int |h^|^2 / gamma^2 on the line: where a wide
    ReLU network ends.

    ``cubic`` = E |w|^3 and ``linear`` = E a^2 |w| (only their ratio matters): linear = 0 gives the
    natural cubic spline, cubic = 0 the piecewise linear function.  The w-term of the flow is left
    out. Raises ``ValueError`` for fewer than two points, repeated points or moments that are
    negative or both zero, and as ``numerics.core.arrays``.
    """
    x = real(x, "x", ("n",))
    y = real(y, "y", (len(x),))
    if len(x) < 2 or len(np.unique(x)) < len(x):
        raise ValueError("x: at least two points are needed, all different")
    cubic, linear = _moments(cubic, linear)
    # of the kernel: keeps the system well scaled
    size = max(cubic * np.ptp(x) ** 2 / 12, linear / 2)
    P = np.c_[np.ones(len(x)), x]
    system = np.block(
        [[_kernel(x[:, None] - x, cubic / size, linear / size), P], [P.T, np.zeros((2, 2))]]
    )
    solution = np.linalg.solve(system, np.r_[y, 0.0, 0.0])
    return Interpolant(x, solution[:-2], solution[-2:], cubic / size, linear / size)


@cache
def _kernel_formula() -> Callable[..., Any]:
    return derive(theory.kernels_on_the_line)[2].function(theory.tau, theory.cubic, theory.linear)


def _kernel(gap: Array, cubic: float, linear: float) -> Array:
    return _kernel_formula()(np.abs(gap), cubic, linear)


def neurons(w: Any, a: Any, weights: Any = None) -> tuple[Array, Array, Array]:
    """|w|, a and weights, (M,) each, of a law of neurons as in ``decay_rate``; raises as it."""
    w = row(w, "w", need="finite numbers that are not zero", holds=lambda w: w != 0)
    a = row(a, "a")
    together(w=w, a=a)
    r, a = np.broadcast_arrays(*map(np.atleast_1d, (np.abs(w), a)))
    if weights is None:
        return r, a, np.full(len(r), 1 / len(r))
    share = real(weights, "weights", r.shape)
    if not np.isclose(share.sum(), 1):
        raise ValueError(f"weights have the sum {share.sum():.6g}: it must be 1")
    return r, a, share


def _positive(value: Any, name: str) -> float:
    return number(value, name, "a positive finite number", lambda value: value > 0)


def _moments(cubic: Any, linear: Any) -> tuple[float, float]:
    cubic, linear = (
        number(value, name, "a moment, which is not negative,", lambda value: value >= 0)
        for name, value in (("cubic", cubic), ("linear", linear))
    )
    if not max(cubic, linear) > 0:
        raise ValueError("cubic = linear = 0: two moments are needed that are not both zero")
    return cubic, linear
