"""How fast does the error of wide networks fall, for which activations, and does training find the
network of the proof?

Setting: broken lines through random trigonometric polynomials of degree three on [0, 1]; output
weights fitted by least squares over random units, to |x| on [-1, 1]; ten ReLU units, kinks spread
over [0, 1], trained by Adam on sin(2 pi x), 51 points, two starts a seed, and compared with the
broken line of ten units; also eight and twenty, and exp(x) - 1. Source: Leshno et al. 1993; de
Boor, chapter III.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import universal_approximation as numerics
from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from theory import Settles
from theory import universal_approximation as theory

Array = np.ndarray
WIDTHS = (16, 32, 64, 128)
WIDE = 128


def broken_line_exponent(seeds: Sequence[int], corner: bool = False) -> Array:
    """Exponent of the largest error in the number of units, (S,); ``corner``: for a root at zero,
    where f'' is not bounded.
    """
    x = np.linspace(0, 1, 4001)
    found = []
    for seed in seeds:
        a, b = np.random.default_rng(seed).normal(size=(2, 3))

        def target(t: Array, a: Array = a, b: Array = b) -> Array:
            waves = 2 * np.pi * np.outer(t, np.arange(1, 4))
            return np.sqrt(t) if corner else np.sin(waves) @ a + np.cos(waves) @ b

        errors = [
            np.abs(
                numerics.output(numerics.broken_line(target(np.linspace(0, 1, m + 1))), x)
                - target(x)
            ).max()
            for m in WIDTHS
        ]
        found.append(log_slope(WIDTHS, errors))
    return np.array(found)


def derived_exponent() -> float:
    """The exponent of the bound."""
    narrow, wide = numerics.error_bound(1.0, (WIDTHS[0], WIDTHS[-1]))
    return float(np.log(wide / narrow) / np.log(WIDTHS[-1] / WIDTHS[0]))


def exponent_of_a_root() -> float:
    """The same measurement for a function that is continuous and not smooth."""
    return typical(broken_line_exponent, corner=True)


def largest_error(seeds: Sequence[int], m: int, cubic: bool = False) -> Array:
    """Largest error on [-1, 1] of random units tanh(w x + b), or (w x + b)^3, fitted to |x| by
    least squares, (S,).
    """
    x = np.linspace(-1, 1, 401)
    found = []
    for seed in seeds:
        random = np.random.default_rng(seed)
        z = np.outer(x, 8 * random.normal(size=m)) + 4 * random.normal(size=m)
        units = np.column_stack([z**3 / 100 if cubic else np.tanh(z), np.ones_like(x)])
        found.append(
            np.abs(units @ np.linalg.lstsq(units, np.abs(x), rcond=1e-10)[0] - np.abs(x)).max()
        )
    return np.array(found)


def log_distance_of_cubics() -> float:
    """log of 1/8, the derived distance."""
    return float(np.log(numerics.distance_of_cubics()))


def wide_tanh(seeds: Sequence[int]) -> Array:
    """log of the error of wide networks of tanh units."""
    return np.log(largest_error(seeds, WIDE))


def wide_cubic(seeds: Sequence[int]) -> Array:
    """log of the error of wide networks of cubic units."""
    return np.log(largest_error(seeds, WIDE, cubic=True))


def what_tanh_units_reach() -> float:
    """The measured error of wide networks of tanh units."""
    return typical(wide_tanh)


def log_quarter() -> float:
    """A quarter of what no cubic units can go below: what tanh units are asked for."""
    return log_distance_of_cubics() - float(np.log(4))


TARGETS: dict[str, Callable[[Array], Array]] = {
    "sine": lambda x: np.asarray(np.sin(2 * np.pi * x)),
    "exponential": lambda x: np.asarray(np.expm1(x)),
}


@cache
def distance_from_the_proof(
    seeds: tuple[int, ...],
    at_the_proof: bool = False,
    m: int = 10,
    target: str = "sine",
    rate: float = 2e-2,
    runs: int = 2,
    steps: int = 600,
) -> Array:
    """Least relative distance of ``runs`` trained networks from the broken line, order and scale of
    units forgotten, (S,).
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import normals
    from proofs_check.training.rules import Adam

    x, f = np.linspace(0, 1, 51), TARGETS[target]
    wanted = numerics.broken_line(f(np.linspace(0, 1, m + 1)))
    S = len(seeds)
    w, b, a = (v.flatten(0, 1) for v in normals(seeds, [(runs, m)] * 3, device="cpu"))
    w, b, a, c = 2 * w, b - w, (2 / m) ** 0.5 * a, torch.zeros(S * runs, 1, dtype=torch.float64)
    if at_the_proof:
        w, b, a = (
            torch.as_tensor(v).expand(S * runs, m) * (1 + 0.01 * q)
            for v, q in zip(wanted[:3], (w, b, a), strict=True)
        )

    def model(parameters: Sequence[torch.Tensor], X: torch.Tensor) -> torch.Tensor:
        w, b, a, c = parameters
        return (a[:, None] * torch.relu(w[:, None] * X + b[:, None])).sum(2) + c

    run = train(
        model,
        [w, b, a, c],
        torch.as_tensor(x)[:, None],
        torch.as_tensor(f(x)),
        rule=Adam(rate),
        steps=steps,
        stop=below(1e-8),
    )
    w, b, a, _ = (p.numpy() for p in run.end)
    if np.median(run.loss) > 0.01:  # a zero output has 0.25
        raise RuntimeError(
            "the networks have not learned the target: nothing can be said of what training finds"
        )
    found = [
        numerics.relative_distance((w[row], b[row], a[row], 0.0), wanted) for row in range(S * runs)
    ]
    return np.array(found).reshape(S, runs).min(1)


def trained_distance(seeds: Sequence[int], **setting: Any) -> Array:
    """From a random start."""
    return distance_from_the_proof(tuple(seeds), **setting)


def started_at_the_proof() -> float:
    """The same when training starts next to the broken line: a measured control."""
    return typical(distance_from_the_proof, at_the_proof=True)


CHECKS: tuple[Check, ...] = (
    Check(
        name="error_of_broken_lines_falls_with_the_square",
        quantity="exponent of the largest error in the number of units, dimensionless",
        claim=theory.smooth_functions,
        predict=derived_exponent,
        measure=broken_line_exponent,
        terms={"few pieces a wave at 16 units": 0.1, "extrema between grid points": 0.01},
        rival=exponent_of_a_root,
        rival_why="the exponent is that of any continuous function",
    ),
    Check(
        name="tanh_units_go_below_the_cubic_bound",
        quantity="log of the error of tanh units, dimensionless",
        claim=theory.polynomial_activations,
        predict=log_quarter,
        measure=wide_tanh,
        terms={"random units in place of the best": 0.3},
        rival=log_distance_of_cubics,
        rival_why="width does not help tanh units either",
        side="at most",
        settles=(
            Settles("universal-approximation-nonpolynomial", part="tanh units", scope="instances"),
        ),
    ),
    Check(
        name="cubic_units_stay_above_their_bound",
        quantity="log of the error of cubic units, dimensionless",
        claim=theory.polynomial_activations,
        predict=log_distance_of_cubics,
        measure=wide_cubic,
        terms={"rounding": 1e-6, "400 points": 0.01},
        rival=what_tanh_units_reach,
        rival_why="a wide network approximates whatever its activation",
        side="at least",
    ),
    Check(
        name="training_does_not_find_the_broken_line",
        quantity="relative distance of trained parameters to the construction, dimensionless",
        claim=theory.construction,
        predict=Threshold("approximation-theory-solution-not-found"),
        measure={
            "sine, ten units": trained_distance,
            "sine, eight units": partial(trained_distance, m=8),
            "sine, twenty units": partial(trained_distance, m=20),
            "exponential, ten units": partial(trained_distance, target="exponential"),
        },
        terms={"time of training": 0.05},
        rival=started_at_the_proof,
        rival_why="the network of the proof is where training ends, as it is when it starts there",
        side="at least",
        settles=(Settles("approximation-theory-solution-not-found", scope="instances"),),
    ),
)
