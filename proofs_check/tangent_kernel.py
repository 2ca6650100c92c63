"""Do wide networks follow the linear model of their tangent kernel, and at which rate do they stop
to when they are less wide?  Kernels, scatter, drift, steps against flow, bounds on convergence,
learnt features.

Settings.  Most runs: four points with bias, y = x^2, mirrored start (2m neurons), descent with a
fixed step; the linearised model is stepped with the same steps, so that only linearisation
separates the two.  Convergence: five points on the circle, random signs as labels, output weights
fixed.  Regimes: y = |x_1| in 20 dimensions, 500 samples. Source: Jacot, Gabriel, Hongler, NeurIPS
2018; Chizat, Oyallon, Bach, NeurIPS 2019; Du, Zhai, Poczos, Singh, ICLR 2019.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import phase_diagram
from numerics import tangent_kernel as numerics
from numerics.core.fit import log_slope
from numerics.minimum_norm import kernel_interpolant
from numerics.phase_diagram import four_point_problem
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training import data
from theory import Settles, derive
from theory import tangent_kernel as theory

if TYPE_CHECKING:
    from proofs_check.training.descend import Moment

Array = np.ndarray
ETA = 0.2  # learning rate of the convergence runs, for the loss sum e^2 / 2
PAIR = np.array([[1.0, 0.0], [np.cos(1.0), np.sin(1.0)]])  # two unit inputs at an angle of 1


def _exponent(claim: Any, place: int) -> float:
    return float(derive(claim)[place].result)


# ---------------------------------------------------------------- the kernel at the start


def kernel_error_slope(
    seeds: Sequence[int], widths: tuple[int, ...] = (64, 720, 8192), draws: int = 16
) -> Array:
    """Exponent in m of the root mean squared distance (over draws) of the tangent kernel to its
    limit.
    """
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.networks import two_layer, two_layer_start

    X, _ = four_point_problem()
    batch = [1000 * int(seed) + draw for seed in seeds for draw in range(draws)]
    found = []
    for m in widths:
        limit = numerics.two_layer_kernel(X, m=m, kappa=m**-0.5) / len(X)
        start = two_layer_start(batch, m, 2, 1.0, 1.0, antisymmetric=False)
        K = gram(two_layer(m**0.5), start, torch.as_tensor(X)).numpy()
        found.append(((K - limit) ** 2).sum((1, 2)).reshape(len(seeds), draws).mean(1) ** 0.5)
    return log_slope(widths, np.array(found))


def feature_fluctuation(seeds: Sequence[int], m: int = 100, draws: int = 2000) -> Array:
    """log of sqrt(m) times the standard deviation, over draws, of the mean of m feature
    products.
    """
    found = []
    for seed in seeds:
        features = np.maximum(
            np.random.default_rng([int(seed), 5]).standard_normal((draws, m, 2)) @ PAIR.T, 0
        )
        found.append(features.prod(2).mean(1).std() * m**0.5)
    return np.log(found)


def deep_kernel(seeds: Sequence[int], width: int = 256) -> Array:
    """log of the tangent kernel of a network with two hidden layers between the two unit inputs."""
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.networks import normals

    def model(parameters: Any, X: Any) -> Any:
        first, second, last = parameters
        hidden = torch.relu(first @ X.T)  # sqrt(2 / D) = 1 for D = 2
        hidden = torch.relu((2 / width) ** 0.5 * second @ hidden)
        return (2 / width) ** 0.5 * (last[:, None, :] @ hidden)[:, 0]

    start = normals(seeds, ((width, 2), (width, width), (width,)), stream=0)
    return np.log(2 * gram(model, start, torch.as_tensor(PAIR)).numpy()[:, 0, 1])


# ---------------------------------------------------------------- training against the linearised
# model


@cache
def _gap(
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
        np.array([_gap(tuple(seeds), m, smooth, gamma, gamma_p, draws=draws)[0] for m in widths]),
    )


def drift_slope(seeds: Sequence[int], widths: tuple[int, ...] = (256, 2048)) -> Array:
    """Exponent in m of the relative change of the parameters at kappa = m^(-1/2)."""
    return log_slope(widths, np.array([_gap(tuple(seeds), m, False)[1] for m in widths]))


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
        found.append(
            np.abs(f0 + J @ moved - numerics.linearised_flow(J @ J.T, y, time, f0)[0]).max()
        )
    return np.log10(found)


POINTS, TARGETS = four_point_problem()
UNSEEN = np.array([[-1.2, 1.0], [0.0, 1.0], [1.2, 1.0]])  # between and beyond the four points
# three points on a circle: all rates above 1.2
CORNERS = 2**0.5 * np.array([[1.0, 0.0], [-0.5, 0.75**0.5], [-0.5, -(0.75**0.5)]])
# small, because what is left of the linear model goes with their square
LABELS = np.array([0.2, -0.2, 0.1])


def _ends(
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
        _ends(seeds, POINTS, TARGETS, UNSEEN, m, time, 50, draws, antisymmetric=False).std(1)
    ).mean(1)


def predicted_scatter(own: bool = False, time: float = 20.0) -> float:
    """The same in the limit of infinite width; ``own``: of the start alone, as if training added a
    fixed function.
    """
    covariance = (
        numerics.nngp(UNSEEN) if own else numerics.predictions(POINTS, TARGETS, UNSEEN, time)[1][0]
    )
    return float(np.log(np.diag(covariance)).mean() / 2)


@cache
def _mirrored_ends(seeds: tuple[int, ...], m: int, draws: int) -> Array:
    return _ends(seeds, CORNERS, LABELS, -CORNERS, m, 8.0, 40, draws, antisymmetric=True)


def scatter_opposite_to_the_data(seeds: Sequence[int], m: int = 1024, draws: int = 16) -> Array:
    """log of the standard deviation over starts of trained mirrored networks opposite to the data,
    mean over three points.
    """
    return np.log(_mirrored_ends(tuple(seeds), m, draws).std(1, ddof=1)).mean(1)


def predicted_deviation(m: int = 1024, power: float = 0.5) -> float:
    """The same from the fluctuation of the kernel of m neurons; another power of m is a rival."""
    return float(
        np.log(numerics.interpolant_deviation(CORNERS, LABELS, -CORNERS, m=1) / m**power).mean()
    )


def mean_opposite_to_the_data(seeds: Sequence[int], m: int = 1024, draws: int = 16) -> Array:
    """Mean over starts of trained mirrored networks opposite to the second datum."""
    return _mirrored_ends(tuple(seeds), m, draws)[..., 1].mean(1)


def scatter_of_the_mean(m: int = 1024, draws: int = 16) -> float:
    """Four deviations of that mean, from the fluctuation of the kernel."""
    return (
        4
        * float(numerics.interpolant_deviation(CORNERS, LABELS, -CORNERS, m=m)[1])
        / math.sqrt(draws)
    )


def predicted_mean() -> float:
    """Value there of the interpolant of the tangent kernel."""
    return float(
        kernel_interpolant(numerics.ntk(CORNERS), LABELS, numerics.ntk(-CORNERS, CORNERS))[1]
    )


# ---------------------------------------------------------------- convergence, width, regimes


@cache
def _circle(seeds: tuple[int, ...], batch: int | None, m: int, steps: int) -> Array:
    """log(loss / loss at the start) after each step, (steps, S), for five points on the circle and
    fixed output weights.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import normals, two_layer
    from proofs_check.training.rules import Descent, Sgd

    X, model = torch.as_tensor(data.circle(5)[1]), two_layer(m**0.5)
    w, y, a = normals(seeds, ((m, 2), (5,), (m,)), stream=2)
    losses: list[Array] = []
    train(
        lambda parameters, points: model(parameters[::-1], points),
        [w],
        X,
        y.sign(),
        rule=Sgd(5 * ETA, batch) if batch else Descent(5 * ETA),
        steps=steps,
        fixed=[a.sign()],
        seeds=seeds,
        watch=lambda now: losses.append(now.loss.numpy()),
    )
    return np.log(np.array(losses[1:]) / losses[0])


def pace_over_bound(
    seeds: Sequence[int], batch: int | None = None, m: int = 4096, steps: int = 100
) -> Array:
    """log loss over log of the bound (1 - eta lambda_0 / 2)^t: the least over all steps, for
    stochastic descent at the last step.
    """
    angle = 2 * np.pi * np.arange(5) / 5
    X = np.c_[np.cos(angle), np.sin(angle)]
    least = np.linalg.eigvalsh((X @ X.T) * numerics.arc_cosine(X, degree=0))[0]
    bound = np.log(1 - ETA * least / 2) * np.arange(1, steps + 1)[:, None]
    pace = _circle(tuple(seeds), batch, m, steps) / bound
    return pace[-1] if batch else pace.min(0)


def pace_of_the_slowest_mode() -> float:
    """The same for the least eigenvalue of the limit kernel."""
    least = _exponent(theory.five_points_on_the_circle, 1)
    return float(2 * np.log(1 - ETA * least) / np.log(1 - ETA * least / 2))


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


def regimes(
    seeds: Sequence[int], n: int = 500, d: int = 20, m: int = 50, steps: int = 400
) -> Array:
    """log of the test error of a small-start network over that of the kernel predictor, target
    |x_1|, no noise.
    """
    from proofs_check.training.descend import train
    from proofs_check.training.networks import normals, two_layer, two_layer_start
    from proofs_check.training.rules import Adam

    X, Z = (v[0] for v in normals([5], [(n, d)] * 2, stream=8))
    start = two_layer_start(seeds, m, d, 0.03, 0.03, antisymmetric=False)
    model = two_layer(1.0)
    run = train(model, start, X, X[:, 0].abs(), rule=Adam(0.02), steps=steps)
    target = Z[:, 0].abs().numpy()
    kernel = kernel_interpolant(
        numerics.ntk(X.numpy()), X[:, 0].abs().numpy(), numerics.ntk(Z.numpy(), X.numpy())
    )
    return np.log(
        ((model(run.end, Z).numpy() - target) ** 2).mean(1) / ((kernel - target) ** 2).mean()
    )


CHECKS: tuple[Check, ...] = (
    Check(
        name="kernel_tends_to_its_limit",
        quantity="exponent in the width of the kernel's distance to its limit, dimensionless",
        claim=theory.gram_fluctuation,
        predict=-0.5,
        measure=kernel_error_slope,
        terms={"16 draws per width, 4 standard deviations": 0.15},
        rival=-1.0,
        rival_why="errors of a mean of m terms fall like 1 / m",
    ),
    Check(
        name="constant_of_the_fluctuation",
        quantity="log of sqrt(m) times the scatter of a mean of feature products, dimensionless",
        claim=theory.gram_fluctuation,
        predict=lambda: float(np.log(numerics.gram_fluctuation(PAIR, 1)[0, 1])),
        measure=feature_fluctuation,
        terms={"2000 draws, 4 standard deviations": 0.07},
        rival=lambda: float(np.log(numerics.arc_cosine(PAIR, degree=1)[0, 1])),
        rival_why="a product fluctuates by its own mean",
    ),
    Check(
        name="kernel_of_two_hidden_layers",
        quantity="log of the tangent kernel between two unit inputs, dimensionless",
        claim=theory.depth_recursion,
        predict=lambda: float(np.log(numerics.ntk(PAIR, depth=3)[0, 1])),
        measure=deep_kernel,
        terms={"width 256, 4 standard deviations of an entry": 0.3},
        rival=lambda: float(np.log(numerics.ntk(PAIR, depth=2)[0, 1] / 2)),
        rival_why="only the last layer counts, as in a random feature model",
    ),
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
        measure=error_slope,
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
        name="trained_networks_scatter_as_the_kernel_does",
        quantity="log standard deviation of predictions over starts, in log units of the targets",
        claim=theory.fluctuation_of_the_interpolant,
        predict=predicted_deviation,
        measure=scatter_opposite_to_the_data,
        terms={
            "16 draws at three points, three deviations": 0.35,
            "change of the kernel in training": 0.1,
        },
        rival=lambda: predicted_deviation(power=1.0),
        rival_why="the deviation falls as 1 / m",
    ),
    Check(
        name="trained_networks_end_at_the_interpolant",
        quantity="mean prediction over starts, in units of the targets",
        claim=theory.fluctuation_of_the_interpolant,
        predict=predicted_mean,
        measure=mean_opposite_to_the_data,
        terms={"four derived deviations of the mean of 16 starts": scatter_of_the_mean},
        rival=lambda: -float(LABELS[1]),
        rival_why="the network continues as an odd function",
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
        name="descent_keeps_below_the_bound",
        quantity="log loss over the log of the bound, dimensionless",
        claim=theory.descent_converges,
        predict=pace_of_the_slowest_mode,
        measure=pace_over_bound,
        terms={"least eigenvalue at width 4096 and its drift": 1.0},
        rival=1.0,
        rival_why="the bound (1 - eta lambda_0 / 2)^t is attained",
        side="at least",
        settles=(Settles("udl-du-shallow-global-convergence", part="descent", scope="instances"),),
    ),
    Check(
        name="stochastic_descent_keeps_below_the_bound",
        quantity="log loss over the log of the bound, dimensionless",
        claim=theory.descent_converges,
        predict=pace_of_the_slowest_mode,
        measure=lambda seeds: pace_over_bound(seeds, batch=2),
        terms={"least eigenvalue at width 4096 and the order of the samples": 1.5},
        rival=0.0,
        rival_why="the noise of the samples keeps the loss up",
        side="at least",
        settles=(
            Settles(
                "udl-du-shallow-global-convergence", part="stochastic descent", scope="instances"
            ),
        ),
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
        measure=regimes,
        terms={"one data set": 0.4},
        rival=0.0,
        rival_why="the kernel predictor is as good",
        side="at most",
        settles=(Settles("lazy-nonlinear-regime-stronger", scope="instances"),),
    ),
)
