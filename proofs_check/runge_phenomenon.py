"""Does descent on a polynomial, stopped in time, avoid the oscillation of the interpolant, and in
which order does it fit?  Descent and an implicit integrator, in two bases.

Setting: 12 equispaced points of 1 / (1 + 25 x^2) on [-1, 1], degree 11, coefficients of powers of x
or of Legendre polynomials from zero. The closed form by singular values is held against a run:
plain descent in the Legendre basis, an implicit integrator in powers of x, where descent would need
1e9 steps. Source: chapter on the frequency principle, section 1.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.polynomial import legendre, polynomial
from scipy.integrate import solve_ivp
from scipy.stats import spearmanr

from numerics import runge_phenomenon as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from theory import Settles
from theory import runge_phenomenon as theory

Array = np.ndarray
X = np.linspace(-1, 1, 12)
GRID = np.linspace(-1, 1, 801)
Target = Callable[[Array], Array]
TARGETS: dict[str, Target] = {
    "1 / (1 + 25 x^2)": lambda x: 1 / (1 + 25 * x**2),
    "|x|": np.abs,
    "exp(-25 x^2)": lambda x: np.exp(-25 * x**2),
    "tanh(10 x)": lambda x: np.tanh(10 * x),
}
RUNGE = TARGETS["1 / (1 + 25 x^2)"]


def predicted_gain(basis: numerics.Basis) -> float:
    """log of the least largest deviation on the way over that of the interpolant, from the closed
    form.
    """
    return float(
        np.log(numerics.best_time(basis)[1] / np.abs(numerics.interpolation_error(GRID)).max())
    )


def predicted_time_ratio() -> float:
    """log of the best stopping time in powers of x over that in the Legendre basis."""
    return float(np.log(numerics.best_time("monomial")[0] / numerics.best_time("legendre")[0]))


def run_descent(
    target: Target = RUNGE, rate: float = 0.5, steps: int = 100_000, every: int = 5
) -> tuple[Array, Array]:
    """Times and largest deviations (T,) of plain descent in the Legendre basis; rate in units of 1
    / largest curvature.
    """
    phi, fine = legendre.legvander(X, 11), legendre.legvander(GRID, 11)
    step = rate * len(X) / np.linalg.norm(phi, 2) ** 2
    y, truth, c = target(X), target(GRID), np.zeros(12)
    times, worst = [], []
    for count in range(1, steps + 1):
        c = c - step / len(X) * (phi.T @ (phi @ c - y))
        if count % (every if count < 1000 else 1000) == 0:
            times.append(step * count)
            worst.append(np.abs(fine @ c - truth).max())
    return np.array(times), np.array(worst)


def run_integrator(target: Target = RUNGE) -> tuple[Array, Array]:
    """Times and largest deviations (T,) of the flow in powers of x, by an implicit Runge-Kutta
    method.
    """
    phi, fine = polynomial.polyvander(X, 11), polynomial.polyvander(GRID, 11)
    y, K = target(X), phi.T @ phi / len(X)
    times = np.geomspace(1e3, 1e13, 400)
    path = solve_ivp(
        lambda t, c: phi.T @ (y - phi @ c) / len(X),
        (0, times[-1]),
        np.zeros(12),
        method="Radau",
        t_eval=times,
        jac=-K,
        rtol=1e-7,
        atol=1e-9,
    )
    return times, np.abs(fine @ path.y - target(GRID)[:, None]).max(0)


def measured_gain(seeds: Sequence[int], run: Any, target: Target = RUNGE) -> Array:
    """The same ratio from a run, its last value in place of the interpolant."""
    _, worst = run(target)
    return np.log(worst.min() / worst[-1:])


def measured_time_ratio(seeds: Sequence[int]) -> Array:
    """The same ratio of times from the two runs."""
    (slow, one), (fast, two) = run_integrator(), run_descent()
    return np.atleast_1d(np.log(slow[one.argmin()] / fast[two.argmin()]))


def order_of_directions(seeds: Sequence[int] = (0,), basis: numerics.Basis = "monomial") -> Array:
    """Rank correlation of the singular values with the roughness of their directions: -1 when
    smooth ones are fitted first.
    """
    return np.atleast_1d(spearmanr(*numerics.roughness(11, basis)).statistic)


GAIN = {"grid of stopping times, at a flat minimum": 0.02, "finite step and end of the run": 0.05}
CHECKS: tuple[Check, ...] = (
    Check(
        name="stopping_helps_in_the_legendre_basis",
        quantity="log ratio of largest errors, interpolant over best stop, dimensionless",
        claim=theory.flow_in_a_singular_direction,
        predict=partial(predicted_gain, "legendre"),
        measure=partial(measured_gain, run=run_descent),
        terms=GAIN,
        rival=0.0,
        rival_why="the path is never better than the interpolant",
        deterministic=True,
    ),
    Check(
        name="stopping_helps_in_powers",
        quantity="log ratio of largest errors, interpolant over best stop, dimensionless",
        claim=theory.flow_in_a_singular_direction,
        predict=partial(predicted_gain, "monomial"),
        measure=partial(measured_gain, run=run_integrator),
        terms=GAIN,
        rival=0.0,
        rival_why="the path is never better than the interpolant",
        deterministic=True,
    ),
    *(
        Check(
            name=name,
            quantity="log ratio of largest errors, best stop over end, dimensionless",
            claim=theory.flow_in_a_singular_direction,
            predict=Threshold("runge-early-stopping-helps", part),
            measure={
                name: partial(measured_gain, run=run, target=target)
                for name, target in TARGETS.items()
            },
            terms=GAIN,
            rival=0.0,
            rival_why="the path is never better than the interpolant",
            side="at most",
            deterministic=True,
            settles=(Settles("runge-early-stopping-helps", part=part, scope="instances"),),
        )
        for name, part, run in (
            ("stopping_helps_any_target", "Legendre basis, log", run_descent),
            ("stopping_helps_any_target_in_powers", "powers, log", run_integrator),
        )
    ),
    Check(
        name="when_to_stop_depends_on_the_basis",
        quantity="log ratio of best stopping times of two bases, dimensionless",
        claim=theory.flow_in_a_singular_direction,
        predict=predicted_time_ratio,
        measure=measured_time_ratio,
        terms={"flat minima on grids of times": 0.3},
        rival=0.0,
        rival_why="the stopping time belongs to the polynomials, not to their basis",
        deterministic=True,
    ),
    Check(
        name="smooth_directions_go_first",
        quantity="rank correlation of singular value and roughness, dimensionless",
        claim=theory.flow_in_a_singular_direction,
        predict=Threshold("runge-gd-low-frequency-first"),
        measure={basis: partial(order_of_directions, basis=basis) for basis in numerics.BASES},
        terms={"one swap of near ranks among twelve": 0.1},
        rival=0.0,
        rival_why="the order belongs to the basis: no relation with roughness",
        side="at most",
        deterministic=True,
        settles=(Settles("runge-gd-low-frequency-first", scope="instances"),),
    ),
)
