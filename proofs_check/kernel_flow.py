"""Is training of a wide network kernel regression?  Closed form against integration, scatter over
starts, steps against flow, steps to fit over widths, and where learnt features are better.

Settings.  Most runs: four points with bias, y = x^2.  Regimes: targets of one direction, of two and
of all in 20 dimensions, 500 samples.

Source: Jacot, Gabriel, Hongler, NeurIPS 2018.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.core.fit import log_slope
from numerics.kernel_flow import linearised_flow, predictions
from numerics.minimum_norm import kernel_interpolant
from numerics.phase_diagram import four_point_problem
from numerics.tangent_kernel import nngp, ntk
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from theory import Settles, derive
from theory import kernel_flow as theory

if TYPE_CHECKING:
    from torch import Tensor

Array = np.ndarray
POINTS, TARGETS = four_point_problem()
UNSEEN = np.array([[-1.2, 1.0], [0.0, 1.0], [1.2, 1.0]])  # between and beyond the four points


def _exponent(claim: Any, place: int) -> float:
    return float(derive(claim)[place].result)


def flow_of_parameters(
    seeds: Sequence[int], n: int = 5, P: int = 12, time: float = 3.0, steps: int = 1500
) -> Array:
    """log10 of the largest distance of the closed form to the parameters of a linear model,
    integrated by a fourth-order rule.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 9])
        J, f0, y = rng.standard_normal((n, P)), rng.standard_normal(n), rng.standard_normal(n)
        moved, h = np.zeros(P), time / steps

        def slope(moved: Array, J: Array = J, rest: Array = f0 - y) -> Array:
            return -J.T @ (J @ moved + rest) / n

        for _ in range(steps):
            one = slope(moved)
            two = slope(moved + h / 2 * one)
            three = slope(moved + h / 2 * two)
            moved = moved + h / 6 * (one + 2 * two + 2 * three + slope(moved + h * three))
        found.append(np.abs(f0 + J @ moved - linearised_flow(J @ J.T, y, time, f0)[0]).max())
    return np.log10(found)


def ends(
    seeds: Sequence[int],
    X: Array,
    y: Array,
    Z: Array,
    m: int,
    time: float,
    steps: int,
    draws: int,
    antisymmetric: bool,
) -> Array:
    """Outputs (S, draws, q) of trained networks at Z, with 1 / alpha = sqrt(2 / m) sqrt(2 / D) as
    in ``numerics.tangent_kernel.ntk``.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    # D = 2; a mirrored copy shares the kernel
    model = two_layer((m if antisymmetric else m / 2) ** 0.5)
    batch = [1000 * int(seed) + draw for seed in seeds for draw in range(draws)]
    start = two_layer_start(batch, m, 2, 1.0, 1.0, antisymmetric=antisymmetric)
    points, targets, unseen = map(torch.as_tensor, (X, y, Z))
    run = train(model, start, points, targets, rule=Descent(time / steps), steps=steps)
    return np.asarray(model(run.end, unseen)).reshape(len(seeds), draws, -1)


def scatter_over_starts(
    seeds: Sequence[int], m: int = 512, time: float = 20.0, draws: int = 24
) -> Array:
    """log of the standard deviation over starts of trained networks at three unseen points, mean
    over the points.
    """
    return np.log(
        ends(seeds, POINTS, TARGETS, UNSEEN, m, time, 50, draws, antisymmetric=False).std(1)
    ).mean(1)


def predicted_scatter(own: bool = False, time: float = 20.0) -> float:
    """The same in the limit of infinite width; ``own``: of the start alone, as if training added a
    fixed function.
    """
    covariance = nngp(UNSEEN) if own else predictions(POINTS, TARGETS, UNSEEN, time)[1][0]
    return float(np.log(np.diag(covariance)).mean() / 2)


def step_exponent(seeds: Sequence[int], m: int = 256, time: float = 4.0, steps: int = 160) -> Array:
    """log2 of the ratio of the changes of the outputs when the step of descent is halved once and
    twice.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    X, y = (torch.as_tensor(v) for v in four_point_problem())
    model, start = two_layer(m**0.5, "tanh"), two_layer_start(seeds, m, 2, 1.0, 1.0)
    ends = [
        model(train(model, start, X, y, rule=Descent(time / n), steps=n).end, X)
        for n in (steps, 2 * steps, 4 * steps)
    ]
    first, second = ((f - g).norm(dim=1).numpy() for f, g in pairwise(ends))
    return np.log2(first / second)


def steps_slope(
    seeds: Sequence[int],
    widths: tuple[int, ...] = (64, 256, 1024),
    n: int = 30,
    d: int = 40,
    rate: float = 2e-3,
) -> Array:
    """Exponent in the width of the number of steps until random signs are fitted to a loss of 0.01,
    standard deviations sqrt(2 / D).
    """
    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import normal, two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    X, y = normal([77], (n, d), stream=6)[0], normal(seeds, (n,), stream=7).sign()
    model, rule, stop = two_layer(1.0), Descent(rate), below(0.01)
    found = []
    for m in widths:
        start = two_layer_start(seeds, m, d, (2 / m) ** 0.5, (2 / d) ** 0.5, antisymmetric=False)
        run = train(model, start, X, y, rule=rule, steps=3000, stop=stop)
        found.append(np.where(run.reached, run.steps, np.nan))
    return log_slope(widths, np.array(found))


TARGETS_IN_20: dict[str, Callable[[Tensor], Tensor]] = {
    "|x_1|": lambda X: X[:, 0].abs(),
    "x_1 x_2": lambda X: X[:, 0] * X[:, 1],
    "x_1": lambda X: X[:, 0],
    "length of x": lambda X: X.norm(dim=1),
}


def regimes(
    seeds: Sequence[int],
    target: str = "|x_1|",
    n: int = 500,
    d: int = 20,
    m: int = 50,
    steps: int = 400,
) -> Array:
    """log of the test error of a small-start network over that of the kernel predictor, no
    noise.
    """
    from proofs_check.training.descend import train
    from proofs_check.training.networks import normals, two_layer, two_layer_start
    from proofs_check.training.rules import Adam

    X, Z = (v[0] for v in normals([5], [(n, d)] * 2, stream=8))
    y, truth = (TARGETS_IN_20[target](v) for v in (X, Z))
    start = two_layer_start(seeds, m, d, 0.03, 0.03, antisymmetric=False)
    model = two_layer(1.0)
    run = train(model, start, X, y, rule=Adam(0.02), steps=steps)
    kernel = kernel_interpolant(ntk(X.numpy()), y.numpy(), ntk(Z.numpy(), X.numpy()))
    wanted = truth.numpy()
    return np.log(
        ((model(run.end, Z).numpy() - wanted) ** 2).mean(1) / ((kernel - wanted) ** 2).mean()
    )


CHECKS: tuple[Check, ...] = (
    Check(
        name="closed_form_of_the_linearised_flow",
        quantity="log10 of the largest distance between closed form and integration, dimensionless",
        claim=theory.linearised_flow,
        predict=Threshold("lazy-kernel-equivalence", "log10 of the discrepancy"),
        measure=flow_of_parameters,
        terms={"fourth-order rule with 1500 steps": 1.0},
        rival=0.0,
        rival_why="the linearised model is not kernel regression: outputs differ by their size",
        side="at most",
        settles=(
            Settles("lazy-kernel-equivalence", part="log10 of the discrepancy", scope="instances"),
        ),
    ),
    Check(
        name="predictions_scatter_over_starts",
        quantity="log standard deviation of predictions over starts, in log units of the targets",
        claim=theory.moments_of_the_prediction,
        predict=predicted_scatter,
        measure=scatter_over_starts,
        terms={"24 draws at three points, three deviations": 0.3, "finite width and steps": 0.05},
        rival=lambda: predicted_scatter(own=True),
        rival_why="training adds a fixed function, so the scatter of the start stays",
    ),
    Check(
        name="gap_of_descent_to_the_flow",
        quantity="order of the gap between descent and flow in the step, dimensionless",
        claim=theory.step_of_descent,
        predict=lambda: _exponent(theory.step_of_descent, 2),
        measure=step_exponent,
        terms={"second order in the step": 0.15},
        rival=2.0,
        rival_why="descent follows the flow to second order",
    ),
    Check(
        name="wider_networks_fit_in_fewer_steps",
        quantity="exponent in the width of the steps to fit, dimensionless",
        claim=theory.standard_start,
        predict=Threshold("udl-width-smaller-start-fewer-steps", "exponent of the number of steps"),
        measure=steps_slope,
        terms={"the rate grows like the width only once the output weights drive it": 0.1},
        rival=0.0,
        rival_why="the width does not matter for the number of steps",
        side="at most",
        settles=(
            Settles(
                "udl-width-smaller-start-fewer-steps",
                part="exponent of the number of steps",
                scope="instances",
                analogue=True,
            ),
        ),
        deviates="Gaussian inputs with random signs as labels stand for MNIST-1D",
    ),
    Check(
        name="learnt_features_beat_the_kernel",
        quantity="log ratio of test errors, network over kernel, dimensionless",
        claim=theory.linearised_flow,
        predict=Threshold("lazy-nonlinear-regime-stronger"),
        measure={
            "|x_1|": regimes,
            "|x_1|, 200 samples": partial(regimes, n=200),
            "x_1 x_2": partial(regimes, target="x_1 x_2"),
            "x_1": partial(regimes, target="x_1"),
            "length of x": partial(regimes, target="length of x"),
        },
        terms={"one data set": 0.4},
        rival=0.0,
        rival_why="the kernel predictor is as good",
        side="at most",
        settles=(Settles("lazy-nonlinear-regime-stronger", scope="instances"),),
    ),
)
