"""Do wide networks follow their linear model, and at which rate do they stop to when they are less
wide?  Drift of the parameters in width and scale, errors of ReLU and smooth networks.

Settings.  Four points with bias, y = x^2, mirrored start (2m neurons), descent with a fixed step;
the linearised model is stepped with the same steps, so that only linearisation separates the two.

Source: Chizat, Oyallon, Bach, NeurIPS 2019; Luo, Xu, Ma, Zhang, JMLR 22(71), 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import phase_diagram
from numerics.core.fit import log_slope
from numerics.phase_diagram import four_point_problem
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from theory import Settles, derive
from theory import lazy_training as theory

if TYPE_CHECKING:
    from proofs_check.training.descend import Moment

Array = np.ndarray


def _exponent(claim: Any, place: int) -> float:
    return float(derive(claim)[place].result)


@cache
def gap(
    seeds: tuple[int, ...],
    m: int,
    smooth: bool,
    gamma: float = 0.5,
    gamma_p: float = 0.0,
    *,
    steps: int = 80,
    draws: int = 6,
) -> tuple[Array, Array]:
    """sup_t max |f - f_lin| on the data, and the relative distance of all parameters at the end,
    (S,) each: mean squares over draws.
    """
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.descend import train
    from proofs_check.training.networks import normalised, two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    X, y = (torch.as_tensor(v) for v in four_point_problem())
    alpha, beta_1, beta_2 = normalised(m**-gamma, m**-gamma_p)
    model = two_layer(alpha, "tanh" if smooth else "relu")
    batch = [1000 * int(seed) + draw for seed in seeds for draw in range(draws)]
    start = two_layer_start(batch, m, 2, beta_1, beta_2)
    if (
        smooth
    ):  # output weights +-1: the error goes with a^4, whose Gaussian tails would need many draws
        start = (beta_1 * start[0].sign(), start[1])
    rate = 0.5 * m ** (2 * gamma - 1 - gamma_p)  # the kernel goes as m kappa^2 / kappa'
    K = gram(model, start, X)
    linear, worst = (
        torch.zeros(len(batch), 4, dtype=torch.float64),
        torch.zeros(len(batch), dtype=torch.float64),
    )

    def watch(now: Moment) -> None:
        nonlocal linear, worst
        worst = torch.maximum(worst, (now.output - linear).abs().amax(1))
        linear = linear - rate * (K @ (linear - y)[:, :, None])[:, :, 0]

    run = train(model, start, X, y, rule=Descent(rate), steps=steps, watch=watch)
    moved = sum(
        ((q - p) ** 2).flatten(1).sum(1).numpy() for p, q in zip(run.start, run.end, strict=True)
    )
    size = sum((p**2).flatten(1).sum(1).numpy() for p in run.start)
    error, drift = (
        np.sqrt(v.reshape(len(seeds), draws).mean(1))
        for v in (worst.numpy() ** 2, np.asarray(moved / size))
    )
    return error, drift


def error_slope(
    seeds: Sequence[int],
    *,
    smooth: bool = False,
    gamma: float = 0.5,
    gamma_p: float = 0.0,
    widths: tuple[int, ...] = (256, 2048),
    draws: int = 6,
) -> Array:
    """Exponent in m of the linearisation error."""
    return log_slope(
        widths,
        np.array([gap(tuple(seeds), m, smooth, gamma, gamma_p, draws=draws)[0] for m in widths]),
    )


def drift_slope(seeds: Sequence[int], widths: tuple[int, ...] = (256, 2048)) -> Array:
    """Exponent in m of the relative change of the parameters at kappa = m^(-1/2)."""
    return log_slope(widths, np.array([gap(tuple(seeds), m, False)[1] for m in widths]))


def scale_slope(
    seeds: Sequence[int], m: int = 128, scales: tuple[float, ...] = (1.0, 4.0, 16.0)
) -> Array:
    """Exponent in the output scale of the relative change of the parameters at loss 1e-6; nan where
    the loss is not reached.
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import two_layer, two_layer_start
    from proofs_check.training.rules import Flow

    X, y = (torch.as_tensor(v) for v in four_point_problem())
    start, rule, stop = two_layer_start(seeds, m, 2, 1.0, 1.0), Flow(1.0), below(1e-6)
    found = []
    for scale in scales:
        model = two_layer(1 / (scale * m**-0.5))
        run = train(model, start, X, y, rule=rule, steps=3000, stop=stop)
        moved = np.hypot(
            *(
                (q - p).flatten(1).norm(dim=1).numpy()
                for p, q in zip(run.start, run.end, strict=True)
            )
        )
        size = np.hypot(*(p.flatten(1).norm(dim=1).numpy() for p in run.start))
        found.append(np.where(run.reached, moved / size, np.nan))
    return log_slope(scales, np.array(found))


CHECKS: tuple[Check, ...] = (
    Check(
        name="change_falls_with_the_output_scale",
        quantity="exponent in the output scale of the parameters' relative change, dimensionless",
        claim=theory.lazy_drift,
        predict=lambda: _exponent(theory.lazy_drift, 1),
        measure=scale_slope,
        terms={"the smallest scale is not yet lazy": 0.1},
        rival=0.0,
        rival_why="training moves the parameters by a share of their size",
        settles=(Settles("lazy-params-stay-close", scope="instances"),),
    ),
    Check(
        name="change_falls_with_the_width",
        quantity="exponent in the width of the parameters' relative change, dimensionless",
        claim=theory.lazy_drift,
        predict=lambda: _exponent(theory.lazy_drift, 2),
        measure=drift_slope,
        terms={"sampling of the smallest width": 0.1},
        rival=lambda: _exponent(theory.lazy_drift, 3),
        rival_why="the mean-field scale",
        settles=(Settles("udl-width-relative-change-decreases", scope="instances"),),
    ),
    Check(
        name="network_follows_its_linearisation",
        quantity="exponent in the width of the linearisation error, dimensionless",
        claim=theory.lazy_drift,
        predict=Threshold("lazy-first-order-taylor"),
        measure={
            f"{kind}, gamma = {gamma:g}": partial(error_slope, smooth=kind == "tanh", gamma=gamma)
            for gamma in (0.5, 0.25)
            for kind in ("ReLU", "tanh")
        },
        terms={"sampling of the smallest width": 0.1},
        rival=0.0,
        rival_why="a wider network is no closer to its linearisation",
        side="at most",
        settles=(Settles("lazy-first-order-taylor", scope="instances"),),
    ),
    Check(
        name="mirrored_smooth_networks_err_by_one_over_m",
        quantity="exponent in the width of the linearisation error, dimensionless",
        claim=theory.mirrored_error,
        predict=lambda: _exponent(theory.mirrored_error, 1),
        measure=lambda seeds: error_slope(seeds, smooth=True, widths=(1024, 8192), draws=1),
        terms={"sampling of the smallest width": 0.2},
        rival=-0.5,
        rival_why="the error falls as the change of the parameters does",
        open="below width 2000 the slope is steeper than -1, and one draw per width spreads it "
        "further than from the band to the rival",
    ),
    Check(
        name="large_changes_of_the_output_weights",
        quantity="exponent in the width of the linearisation error, dimensionless",
        claim=theory.linearisation_remainder,
        predict=lambda: float(phase_diagram.input_exponent(1.25, 0.75)),
        measure=lambda seeds: error_slope(seeds, gamma=1.25, gamma_p=0.75),
        terms={"crossover at finite width": 0.3},
        rival=lambda: float(phase_diagram.output_exponent(1.25, 0.75)),
        rival_why="the error follows the change of the output weights, which grows",
        side="at most",
        settles=(
            Settles(
                "phase-output-layer-linear",
                part="both move, exponent of the error",
                scope="instances",
            ),
        ),
    ),
)
