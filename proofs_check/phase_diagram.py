"""Does training do what the phase diagram says?  Slopes, published distances and maps, fits and
orientations, digits.

Setting: four points x = -1/2, -1/6, 1/6, 1/2 with bias, y = x^2, antisymmetric start (2m neurons),
kappa = m^-gamma, kappa' = m^-gamma'.  RD_w = |w(T) - w(0)| / |w(0)| ~ m^(S_w).  Most runs follow
the flow from a sampled start by the integrator that ``gradient_flow.agreement`` holds against
torch; the others train in torch. Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, and its published
measurements.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import gradient_flow
from numerics import phase_diagram as numerics
from numerics.core.fit import log_slope
from numerics.phase_diagram import four_point_problem
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.plane import flows
from proofs_check.plane.gathered import CELLS, Place, gathering, mirrored_share, solutions_apart
from proofs_check.training import data
from theory import Settles, capacity, derive, initialisation
from theory import phase_diagram as theory
from theory.notation import gamma as gamma_
from theory.notation import gamma_p as gamma_p_

if TYPE_CHECKING:
    from torch import Tensor

    from proofs_check.training.descend import Moment

Array = np.ndarray
Cell = tuple[float, float]  # (gamma, gamma')
WIDTHS = (256, 1024, 4096)
LINEAR: tuple[Cell, ...] = (
    (0.5, -0.4),
    (0.5, 0.0),
    (0.5, 0.4),
    (0.8, -0.4),
    (0.8, 0.0),
    (0.8, 0.4),
    (1.0, 0.3),
    (1.2, 0.5),
)
CONDENSED: tuple[Cell, ...] = (
    (1.2, 0.0),
    (1.2, -0.4),
    (1.4, 0.1),
    (1.4, 0.0),
    (1.6, 0.3),
    (1.6, -0.3),
)
BOUNDARY: tuple[Cell, ...] = ((1.0, 0.0), (1.0, -0.5), (1.5, 0.5), (2.0, 1.0))
KNOTS = np.array([-1 / 2, -1 / 6, 1 / 6, 1 / 2])
PUBLISHED_WIDTHS = (1000, 5000, 10_000, 20_000, 40_000)
PUBLISHED_RD = {
    0.5: (0.00884, 0.00375, 0.00274, 0.00192, 0.00135),
    1.0: (0.262, 0.270, 0.269, 0.263, 0.272),
    1.75: (7.98, 13.36, 18.39, 23.90, 31.02),
}
SELECTED: tuple[Cell, ...] = (
    (0.7, 0.0),
    (1.0, 0.2),
    (1.2, 0.2),
    (1.2, 0.4),
    (1.3, 0.4),
    (1.4, 0.0),
    (0.8, -0.2),
    (1.4, -0.2),
)
PUBLISHED_SLOPES = {cell: flows.published()[1][cell] for cell in SELECTED}
FIRST_FIT = 0.1  # part of the loss that is left when the fastest mode is fitted


# ---------------------------------------------------------------- measuring


@lru_cache(maxsize=4096)
def _end(
    m: float, kappa: float, kappa_p: float, seed: int, tol: float, rtol: float, nodes: int = 0
) -> Any:
    """The flow on the four points from a sampled start (nodes = 0) or from quadrature nodes."""
    X, y = four_point_problem()
    a, W, weight = gradient_flow.start(m, 2, sampled=not nodes, nodes=nodes or 1, seed=seed)
    return gradient_flow.solve(X, y, kappa, kappa_p, a, W, weight=weight, tol=tol, rtol=rtol)


def _flow(
    m: float, cell: Cell, seed: int, *, tol: float = 1e-7, rtol: float = 0.02, nodes: int = 0
) -> Any:
    return _end(m, m ** -cell[0], m ** -cell[1], int(seed), tol, rtol, nodes)


def _drifts(m: float, cell: Cell, seeds: Sequence[int], **options: Any) -> Array:
    return np.array([_flow(m, cell, seed, **options).rd_w for seed in seeds])


def slope(seeds: Sequence[int], cell: Cell, widths: Sequence[int] = WIDTHS) -> Array:
    """Fitted S_w of each seed."""
    return log_slope(widths, np.array([_drifts(m, cell, seeds) for m in widths]))


def worst_slope(
    seeds: Sequence[int], cells: Sequence[Cell], widths: Sequence[int], sign: float
) -> Array:
    """sign times the slope, at the cell where that is smallest."""
    return np.min([sign * slope(seeds, cell, widths) for cell in cells], axis=0)


def sign_margin(seeds: Sequence[int], widths: Sequence[int] = (128, 1024)) -> Array:
    """-S_w in the linear cells, S_w in the condensed ones; the smallest over all of them."""
    return np.minimum(
        worst_slope(seeds, LINEAR, widths, -1.0), worst_slope(seeds, CONDENSED, widths, 1.0)
    )


def node_slope(seeds: Sequence[int], cell: Cell, widths: Sequence[float] = (1e4, 1e6)) -> Array:
    """S_w of the infinite-width limit at fixed kappa and kappa', one set of quadrature nodes per
    seed.
    """
    return log_slope(widths, np.array([_drifts(m, cell, seeds, nodes=512) for m in widths]))


def slopes_apart(seeds: Sequence[int], first: Cell, second: Cell) -> Array:
    """S_w at one cell minus S_w at another, at infinite width."""
    return node_slope(seeds, first) - node_slope(seeds, second)


def boundary_slope(seeds: Sequence[int]) -> Array:
    """Largest |S_w| over four points of the boundary."""
    return np.max([np.abs(node_slope(seeds, cell)) for cell in BOUNDARY], axis=0)


def sides(seeds: Sequence[int], step: float = 0.15) -> Array:
    """The smaller of S_w beyond the boundary and -S_w before it, a step in gamma from four of its
    points: what tends to infinity on one side and to zero on the other jumps.
    """
    apart = [
        sign * node_slope(seeds, (gamma + sign * step, gamma_p))
        for gamma, gamma_p in BOUNDARY
        for sign in (-1, 1)
    ]
    return np.min(apart, axis=0)


DECADE = (1000.0, 40_000.0**0.5 * 1000.0**0.5, 40_000.0)  # the published range and its middle


def bend(seeds: Sequence[int], gamma: float) -> Array:
    """How much the slope of log RD over log m changes from the lower to the upper half of the
    published range, at gamma' = 0, from quadrature nodes; without sign.
    """
    drifts = [_drifts(m, (gamma, 0.0), seeds, nodes=512, tol=5e-7) for m in DECADE]
    lower, upper = (log_slope(DECADE[at : at + 2], np.array(drifts[at : at + 2])) for at in (0, 1))
    return np.abs(upper - lower)


def overshoot(seeds: Sequence[int], left: float | None = None) -> Array:
    """Largest ratio, over seven cells at m = 256, of sup_t RD_w to RD_w at the end, or to RD_w once
    the part ``left`` of the first loss is left.
    """
    cells = ((0.5, 0.0), (1.0, 0.0), (1.75, 0.0), (0.7, 0.4), (1.2, 0.5), (1.2, -0.4), (1.6, -0.3))
    _, y = four_point_problem()
    tol = {} if left is None else {"tol": left * (y @ y) / (2 * len(y))}
    ratios = [
        [_flow(256, cell, s).sup_rd_w / _flow(256, cell, s, **tol).rd_w for s in seeds]
        for cell in cells
    ]
    return np.max(ratios, axis=0)


def sharpening(seeds: Sequence[int]) -> Array:
    """Ratio of dRD/dgamma at the boundary (1, 0) between m = 1024 and m = 64."""

    def steepness(m: int) -> Array:
        return (_drifts(m, (1.1, 0.0), seeds) - _drifts(m, (0.9, 0.0), seeds)) / 0.2

    return steepness(1024) / steepness(64)


def lecun_against_he(seeds: Sequence[int]) -> Array:
    """Difference of the fitted exponents of the LeCun and He scalings (d = 2)."""

    def exponent(gain: float) -> Array:
        rows = [
            [
                _end(m, (gain / (2 * m)) ** 0.5, (2 / m) ** 0.5, int(s), 1e-7, 0.1).rd_w
                for s in seeds
            ]
            for m in WIDTHS
        ]
        return log_slope(WIDTHS, np.array(rows))

    return exponent(1.0) - exponent(4.0)


def capacity_slope(seeds: Sequence[int], gamma: float = 0.75) -> Array:
    """Exponent of the largest output that sign choices of order-one relative changes of a
    can give.
    """
    X, _ = four_point_problem()
    widths = (256, 1024, 4096, 16384)
    outputs = np.empty((len(widths), len(seeds)))
    for column, seed in enumerate(seeds):
        rows = np.random.default_rng(seed).standard_normal((max(widths), 3))
        for row, m in enumerate(widths):
            features = np.maximum(rows[:m, 1:] @ X.T, 0.0)
            outputs[row, column] = m**-gamma * (np.abs(rows[:m, 0]) @ features).max()
    return log_slope(widths, outputs)


def change_ratio_slope(seeds: Sequence[int]) -> Array:
    """Exponent in kappa' of RD_w / RD_a at kappa = m^-1/2, m = 512."""
    scales = (0.03, 0.06, 0.12)
    runs = [
        [_end(512, 512**-0.5, scale, int(seed), 1e-7, 0.1) for seed in seeds] for scale in scales
    ]
    return log_slope(scales, np.array([[run.rd_w / run.rd_a for run in row] for row in runs]))


def published_distance(seeds: Sequence[int], gammas: Sequence[float]) -> Array:
    """Worst deviation of the published RD from sampled networks, in units of the prediction
    interval of one more run.

    Median and spread s of log RD over 11 sampled starts at m = 1000 and 5000; interval 4.79 s (t
    quantile for one new run) and half a percent for reading the figure.  Beyond m = 5000 the median
    is carried on by the exponent, the spread by m^-1/2.
    """
    worst = 0.0
    for gamma in gammas:
        for m, reading in zip(PUBLISHED_WIDTHS, PUBLISHED_RD[gamma], strict=True):
            near = min(m, 5000)
            logs = np.log(_drifts(near, (gamma, 0.0), range(11), tol=5e-7))
            centre = np.median(logs) + exponent((gamma, 0.0)) * np.log(m / near)
            reach = 4.79 * np.std(logs, ddof=1) * (near / m) ** 0.5 + 0.005
            worst = max(worst, float(abs(np.log(reading) - centre) / reach))
    return np.full(len(seeds), worst)


def published_slopes(seeds: Sequence[int]) -> Array:
    """Worst difference between published and found S_w (m = 1000 to 40,000) over the selected
    cells.
    """
    ends = (PUBLISHED_WIDTHS[0], PUBLISHED_WIDTHS[-1])
    found = {
        cell: log_slope(
            ends, np.array([_drifts(m, cell, seeds, nodes=512, tol=5e-7) for m in ends])
        )
        for cell in PUBLISHED_SLOPES
    }
    return np.max([np.abs(found[cell] - value) for cell, value in PUBLISHED_SLOPES.items()], axis=0)


# ---------------------------------------------------------------- shapes of the fits


def _curve(run: Any, kappa: float, grid: Array) -> Array:
    return kappa * np.maximum(np.c_[grid, np.ones_like(grid)] @ run.W.T, 0.0) @ run.a


def _variation(run: Any, kappa: float, grid: Array) -> float:
    """Total variation of the slope of the fit on the grid."""
    return float(np.abs(np.diff(_curve(run, kappa, grid), 2)).sum() / (grid[1] - grid[0]))


def zigzag(seeds: Sequence[int], m: int = 1024) -> Array:
    """log of the total variation of f' at gamma = 1/2 over the larger one of gamma = 1 and 7/4."""
    grid = np.linspace(KNOTS[0], KNOTS[-1], 601)
    variation = {
        gamma: np.array(
            [_variation(_flow(m, (gamma, 0.0), seed), m**-gamma, grid) for seed in seeds]
        )
        for gamma in (0.5, 1.0, 1.75)
    }
    return np.log(variation[0.5] / np.maximum(variation[1.0], variation[1.75]))


def to_linear_spline(seeds: Sequence[int], m: int = 512) -> Array:
    """Smallest decrease of log sup distance to the linear interpolant along gamma = 1,
    1.375, 1.75.
    """
    grid = np.linspace(KNOTS[0], KNOTS[-1], 301)
    target = np.interp(grid, KNOTS, KNOTS**2)
    gaps = np.array(
        [
            [np.abs(_curve(_flow(m, (g, 0.0), s), m**-g, grid) - target).max() for s in seeds]
            for g in (1.0, 1.375, 1.75)
        ]
    )
    return -np.diff(np.log(gaps), axis=0).max(axis=0)


def _spline_gaps(
    x: Array, y: Array, gamma: float, m: float, seed: int, nodes: int = 0
) -> tuple[float, float]:
    """Sup distance of the fit at (gamma, 0) to the natural cubic spline and to the linear
    interpolant, between the knots; from a sampled start, or from quadrature nodes.
    """
    from scipy.interpolate import CubicSpline

    a, W, weight = gradient_flow.start(m, 2, sampled=not nodes, nodes=nodes or 1, seed=seed)
    run = gradient_flow.solve(
        np.c_[x, np.ones(len(x))],
        y,
        m**-gamma,
        1.0,
        a,
        W,
        weight=weight,
        tol=1e-6,
        rtol=0.1,
        max_steps=3000,
    )
    grid = np.linspace(x[0], x[-1], 201)
    fit = weight * _curve(run, m**-gamma, grid)
    cubic = CubicSpline(x, y, bc_type="natural")(grid)
    return float(np.abs(fit - cubic).max()), float(np.abs(fit - np.interp(grid, x, y)).max())


def random_sets(seeds: Sequence[int], m: int = 128, sets: int = 6) -> Array:
    """Per seed: median over its random 4-point sets of log(distance to cubic / distance to linear
    spline) at mean-field scale.
    """
    found = np.empty((len(seeds), sets))
    for row, seed in enumerate(seeds):
        for number in range(sets):
            rng = np.random.default_rng([int(seed), number])
            x, y = (
                np.linspace(-0.5, 0.5, 4) + rng.uniform(-0.1, 0.1, 4),
                rng.uniform(-0.25, 0.25, 4),
            )
            cubic, linear = _spline_gaps(x, y, 1.0, m, 1000 * int(seed) + number)
            found[row, number] = np.log(cubic / linear)
    return np.median(found, axis=1)


THIRDS = np.array([-1.0, -1 / 3, 1 / 3, 1.0])
CONVEX = {  # four points of a convex function of moderate size, as in the figure
    "the published set": (THIRDS, np.array([2 / 15, 0.0, 0.0, 2 / 15])),
    "y = x^2 on [-1/2, 1/2]": (KNOTS, KNOTS**2),
    "y = x^2 on [-1, 1]": (THIRDS, THIRDS**2),
    "y = cosh x - 1 on [-1, 1]": (THIRDS, np.cosh(THIRDS) - 1),
    "y = x^2 + x / 2 on [-1/2, 1/2]": (KNOTS, KNOTS**2 + KNOTS / 2),
    "y = |x|^3 on [-1, 1]": (THIRDS, np.abs(THIRDS) ** 3),
}


def nearest_to_cubic(seeds: Sequence[int], points: str, m: float = 1e4, nodes: int = 512) -> Array:
    """log of the smaller distance to the cubic spline at gamma = 1/2 and 7/4 over that at gamma =
    1, on a convex set, from quadrature nodes.
    """
    x, y = CONVEX[points]
    gaps = np.array(
        [
            [_spline_gaps(x, y, gamma, m, int(seed), nodes)[0] for gamma in (0.5, 1.0, 1.75)]
            for seed in seeds
        ]
    )
    return np.log(np.minimum(gaps[:, 0], gaps[:, 2]) / gaps[:, 1])


# ---------------------------------------------------------------- the wedge gamma' < 0, 1 < gamma <
# 1 - gamma'

WEDGE: Cell = (1.2, -0.4)


def line_problem() -> tuple[Array, Array]:
    """A target that the frozen signs of a can fit: y = 1 + x/2 at x = -1, -1/3, 1/3, 1."""
    x = np.array([-1.0, -1 / 3, 1 / 3, 1.0])
    return np.c_[x, np.ones(4)], 1 + x / 2


def line_slope(
    seeds: Sequence[int], widths: Sequence[float] = (1e4, 1e8), nodes: int = 2048
) -> Array:
    """S_w in the wedge on the line problem, three sets of quadrature nodes per seed."""
    X, y = line_problem()
    found = [
        [
            numerics.relative_distance(
                m, *WEDGE, X, y, nodes=nodes, seed=int(s), tol=1e-8, rtol=0.03
            ).value
            for s in seeds
        ]
        for m in widths
    ]
    return log_slope(widths, np.array(found))


def frozen_output(cell: Cell) -> float:
    """A fraction of order one of the neurons carries the fit with its a unchanged."""
    return float(derive(theory.sharing)[1].function(gamma_, gamma_p_)(*cell))


def concentrated(cell: Cell) -> float:
    """Few neurons carry the fit and balance their layers."""
    return float(derive(theory.sharing)[0].function(gamma_, gamma_p_)(*cell))


# ---------------------------------------------------------------- training in torch


def linearisation_slope(
    seeds: Sequence[int], gamma: float = 0.5, widths: Sequence[int] = (64, 256, 1024)
) -> Array:
    """Exponent in m of sup_t |f - f_lin| on the data, f_lin the model linearised at the start, both
    trained with the same steps.
    """
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import normalised, two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    X, y = (torch.as_tensor(v) for v in four_point_problem())
    rows = []
    for m in widths:
        alpha, beta_1, beta_2 = normalised(m**-gamma, 1.0)
        model = two_layer(alpha)
        start = two_layer_start(seeds, m, 2, beta_1, beta_2)
        kernel = gram(model, start, X).cpu()
        rate = 0.3 / float(torch.linalg.eigvalsh(kernel)[:, -1].max())
        linear = -y.expand(len(seeds), -1).clone()
        gap = torch.zeros(len(seeds), dtype=torch.float64)

        def watch(
            now: Moment,
            linear: Tensor = linear,
            gap: Tensor = gap,
            kernel: Tensor = kernel,
            rate: float = rate,
        ) -> None:
            alive = now.alive
            gap[alive] = torch.maximum(gap[alive], (now.output - y - linear[alive]).abs().amax(1))
            linear[alive] -= rate * (kernel[alive] @ linear[alive][..., None])[..., 0]

        rule, stop = Descent(rate), below(1e-6)
        train(model, start, X, y, rule=rule, steps=1500, stop=stop, watch=watch)
        rows.append(gap.numpy().copy())
    return log_slope(widths, np.array(rows))


DIGITS: tuple[tuple[Cell, int], ...] = (  # a cell, the sign of S_w there
    ((0.5, 0.0), -1),
    ((0.7, 0.4), -1),
    ((0.7, -0.3), -1),
    ((1.2, 0.5), -1),
    ((1.2, -0.4), 1),
    ((1.75, 0.0), 1),
)


def digits_sign(
    seeds: Sequence[int],
    cell: Cell,
    sign: int,
    images: int = 45,
    widths: Sequence[int] = (50, 200),
) -> Array:
    """S_w with the predicted sign on images of digits with the label as a scalar target."""
    X, y = data.digits(images, scale="unit", labels="value", bias=True)
    drift = np.empty((len(widths), len(seeds)))
    for row, m in enumerate(widths):
        for column, seed in enumerate(seeds):
            a, W, _ = gradient_flow.start(m, X.shape[1], sampled=True, seed=int(seed))
            drift[row, column] = gradient_flow.solve(
                X, y, m ** -cell[0], m ** -cell[1], a, W, tol=2e-3, rtol=0.1
            ).rd_w
    return sign * log_slope(widths, drift)


def huge_start(
    seeds: Sequence[int], scale: float = 100.0, width: int = 256, images: int = 40
) -> Array:
    """Held-out accuracy of the start times 100 over that of the standard start, both with training
    accuracy 1 (else nan).
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import mlp, normal
    from proofs_check.training.rules import Adam

    X, one_hot = map(torch.as_tensor, data.digits(labels="one-hot", bias=True))
    model, target = mlp((65, width, 10), "relu", bias=False), one_hot.argmax(1)
    accuracy = {}
    for factor, rate in ((1.0, 3e-3), (scale, 1e-3 * scale)):
        w = factor * normal(seeds, (width, 65), stream=1) * (2 / 65) ** 0.5
        a = factor * normal(seeds, (10, width), stream=2) * (1 / width) ** 0.5
        run = train(
            model,
            (w.mT, a.mT),
            X[:images],
            one_hot[:images].expand(len(seeds), -1, -1),
            rule=Adam(rate),
            steps=4000,
            stop=below(1e-3),
        )
        right = model(run.end, X).argmax(-1) == target
        fitted = right[:, :images].all(1)
        accuracy[factor] = torch.where(
            fitted, right[:, images:].double().mean(1), torch.nan
        ).numpy()
    return accuracy[scale] / accuracy[1.0]


# ---------------------------------------------------------------- predictions and rivals


def exponent(cell: Cell) -> float:
    """S_w of the derivation."""
    return float(numerics.input_exponent(*cell))


def exponents_apart(first: Cell, second: Cell) -> float:
    """The same of the derivation."""
    return exponent(first) - exponent(second)


def second_order(gamma: float) -> float:
    """Exponent of the first neglected term of the linearised model at gamma' = 0."""
    return float(derive(theory.linearisation_error)[0].function(gamma_)(gamma))


def no_half(cell: Cell) -> float:
    """Rival: beyond the lazy regime the whole product |a||w| is carried by w."""
    return cell[0] - 1 - cell[1]


def capacity_rule_margin() -> float:
    """Rival: capacity m kappa alone decides, S_w has the sign of gamma - 1 for every gamma'."""
    return min([1 - gamma for gamma, _ in LINEAR] + [gamma - 1 for gamma, _ in CONDENSED])


def asymptotic_gap() -> float:
    """Rival: the exponents of infinite width already hold between m = 1000 and 40,000."""
    return max(abs(exponent(cell) - value) for cell, value in PUBLISHED_SLOPES.items())


def log_width_ratio() -> float:
    """RD at (gamma, 0) depends on m^(gamma - 1) only, so dRD/dgamma at gamma = 1 is proportional to
    log m.
    """
    return float(np.log(1024) / np.log(64))


def bend_of_a_logarithm() -> float:
    """Rival: RD is proportional to log m."""
    slopes = np.diff(np.log(np.log(DECADE))) / np.diff(np.log(DECADE))
    return float(abs(slopes[1] - slopes[0]))


def mean_field_share() -> float:
    """Rival: directions move as at mean-field scaling, gamma = 1."""
    return typical(mirrored_share, place=Place(m=500, cell=(1.0, 0.0)))


CHECKS: tuple[Check, ...] = (
    Check(
        name="kernel_scaling_slope",
        quantity="exponent S_w of the relative distance in the width, dimensionless",
        claim=theory.input_exponent,
        predict=partial(exponent, (0.5, 0.0)),
        measure=partial(slope, cell=(0.5, 0.0)),
        terms={
            "finite width of the kernel at m = 256": 0.05,
            "sampling of the start over log 16": 0.10,
        },
        rival=0.0,
        rival_why="w moves by O(1), as at mean-field scaling",
        settles=(Settles("phase-ntk-w-change-vanishes"),),
    ),
    Check(
        name="mean_field_slope",
        quantity="exponent S_w of the relative distance in the width, dimensionless",
        claim=theory.input_exponent,
        predict=partial(exponent, (1.0, 0.0)),
        measure=partial(slope, cell=(1.0, 0.0), widths=(256, 4096)),
        terms={
            "sampling of the start over log 16": 0.07,
            "stopping at loss 1e-7 and step control": 0.03,
        },
        rival=-0.5,
        rival_why="w stands still as at kernel scaling",
        settles=(Settles("phase-mean-field-w-change-order-one"),),
    ),
    Check(
        name="condensed_slope",
        quantity="exponent S_w of the relative distance in the width, dimensionless",
        claim=theory.input_exponent,
        predict=partial(exponent, (1.75, 0.0)),
        measure=partial(slope, cell=(1.75, 0.0)),
        terms={"crossover at m = 256": 0.03, "sampling of the start over log 16": 0.03},
        rival=partial(no_half, (1.75, 0.0)),
        rival_why="the product |a||w| grows through w alone: no square root",
    ),
    Check(
        name="sign_map",
        quantity="least S_w with the predicted sign over all cells, dimensionless",
        claim=capacity.regions,
        predict=Threshold("phase-sw-sign-map-1d"),
        measure=sign_margin,
        terms={"error of a fitted slope, up to the limit 0": 0.01},
        rival=capacity_rule_margin,
        rival_why="the boundary is gamma = 1 for every gamma'",
        side="at least",
        settles=(Settles("phase-sw-sign-map-1d"),),
    ),
    Check(
        name="digits_sign_map",
        quantity="S_w with the predicted sign, dimensionless",
        claim=capacity.regions,
        predict=Threshold("phase-sw-mnist-similar"),
        measure={
            f"({cell[0]:g}, {cell[1]:g})": partial(digits_sign, cell=cell, sign=sign)
            for cell, sign in DIGITS
        },
        terms={"error of a fitted slope, up to the limit 0": 0.01},
        rival=-0.2,
        rival_why="the boundary is gamma = 1 for every gamma': the sign is reversed at (1.2, 0.5)",
        side="at least",
        analogue=True,
        settles=(Settles("phase-sw-mnist-similar", analogue=True),),
    ),
    Check(
        name="boundary_slope",
        quantity="largest |S_w| over points of the boundary, dimensionless",
        claim=capacity.boundary,
        predict=Threshold("phase-order-parameter-jump", "on the boundary"),
        measure=boundary_slope,
        terms={"up to the limit of the sentence": 0.05},
        rival=0.25,
        rival_why="boundary gamma = 1 for all gamma': (gamma - 1)/2 at (1.5, 0.5)",
        side="at most",
        settles=(Settles("phase-order-parameter-jump", part="on the boundary"),),
    ),
    Check(
        name="distance_jumps_at_the_boundary",
        quantity="smaller of S_w beyond the boundary and -S_w before it, dimensionless",
        claim=capacity.regions,
        predict=Threshold("phase-order-parameter-jump", "on both sides"),
        measure=sides,
        terms={"node sampling over log 100": 0.01, "crossover at m = 1e4": 0.01},
        rival=0.0,
        rival_why="RD stays of order one on both sides: it crosses over without a jump",
        side="at least",
        settles=(Settles("phase-order-parameter-jump", part="on both sides"),),
    ),
    Check(
        name="wedge_with_a_linear_target",
        quantity="exponent S_w of the relative distance in the width, dimensionless",
        claim=theory.sharing,
        predict=partial(frozen_output, WEDGE),
        measure=line_slope,
        terms={
            "finite width: 1/q at m = 1e4 over log 1e4": 0.02,
            "node sampling over log 1e4": 0.01,
        },
        rival=partial(concentrated, WEDGE),
        rival_why="few neurons carry the fit, as for a target that frozen a cannot fit",
    ),
    Check(
        name="wedge_with_a_curved_target",
        quantity="exponent S_w of the relative distance in the width, dimensionless",
        claim=theory.sharing,
        predict=partial(concentrated, WEDGE),
        measure=partial(slope, cell=WEDGE, widths=(512, 4096)),
        terms={"sampling of the start over log 8": 0.04},
        rival=partial(frozen_output, WEDGE),
        rival_why="a fraction of order one carries the fit although frozen a cannot",
        open="y = x^2: the derived bounds are 0.2 and 0.3; which end is approached as m grows is "
        "not proved",
    ),
    Check(
        name="power_law",
        quantity="change of the slope of log RD over log m within the range, dimensionless",
        claim=theory.input_exponent,
        predict=Threshold("phase-rd-power-law"),
        measure={f"gamma = {g:g}": partial(bend, gamma=g) for g in (0.5, 0.75, 1.0, 1.25, 1.75)},
        terms={"node sampling of a difference of slopes": 0.002},
        rival=bend_of_a_logarithm,
        rival_why="RD goes like log m, which is nearly straight on log-log axes too",
        side="at most",
        settles=(Settles("phase-rd-power-law"),),
    ),
    Check(
        name="sup_is_final",
        quantity="largest ratio of sup RD_w to final RD_w, dimensionless",
        claim=theory.input_exponent,
        predict=Threshold("phase-rd-final-approximates-sup"),
        measure=overshoot,
        terms={"up to the limit of the sentence": 0.05},
        rival=partial(typical, overshoot, left=FIRST_FIT),
        rival_why="the end is where the curve looks fitted, at a tenth of the loss, but the slow "
        "modes that follow move the weights on",
        side="at most",
        settles=(Settles("phase-rd-final-approximates-sup"),),
    ),
    Check(
        name="boundary_sharpens",
        quantity="ratio of dRD/dgamma at two widths, dimensionless",
        claim=capacity.boundary,
        predict=log_width_ratio,
        measure=sharpening,
        terms={"centred difference of width 0.2": 0.12, "sampling at m = 64": 0.2},
        rival=1.0,
        rival_why="the blur does not depend on the width",
        settles=(Settles("phase-finite-width-blurs-boundary"),),
    ),
    Check(
        name="lecun_and_he",
        quantity="difference of the exponents of two scalings, dimensionless",
        claim=theory.input_exponent,
        predict=0.0,
        measure=lecun_against_he,
        terms={"second order of a factor 2 in kappa": 0.03},
        rival=0.1,
        rival_why="the constant in kappa read as an exponent: log 2 / log 1024",
        settles=(Settles("phase-gamma-principles", part="slopes"),),
    ),
    *(
        Check(
            name=f"{word}_tells_networks_apart",
            quantity="difference of S_w between two cells, dimensionless",
            claim=theory.input_exponent,
            predict=partial(exponents_apart, first, second),
            measure=partial(slopes_apart, first=first, second=second),
            terms={"crossover at m = 1e4": 0.05, "node sampling over log 100": 0.02},
            rival=0.0,
            rival_why="kappa tends to zero in both: networks of one limit behave alike",
            settles=(Settles("phase-gamma-principles", part=f"{word} tells apart"),),
        )
        for word, first, second in (
            ("gamma", (1.0, 0.0), (0.5, 0.0)),
            ("gamma_p", (1.2, 0.0), (1.2, 0.5)),
        )
    ),
    Check(
        name="largest_output_grows_like_the_capacity",
        quantity="exponent in the width of the largest output, dimensionless",
        claim=capacity.regions,
        predict=0.25,
        measure=capacity_slope,
        terms={"sampling of the start": 0.05},
        rival=-0.25,
        rival_why="random signs: kappa sqrt(m), the size of the output at the start",
        settles=(Settles("phase-capacity-scale", part="slope"),),
    ),
    Check(
        name="output_weights_move",
        quantity="exponent in kappa' of RD_w / RD_a, dimensionless",
        claim=theory.output_exponent,
        predict=2.0,
        measure=change_ratio_slope,
        terms={"relative size kappa'^2 of the w-kernel": 0.05, "sampling": 0.05},
        rival=1.0,
        rival_why="only one of the two rates depends on kappa'",
        settles=(Settles("phase-a-dominates-small-kappaprime", part="slope"),),
    ),
    Check(
        name="kernel_fit_zigzags",
        quantity="log ratio of total variations of the slope, dimensionless",
        claim=capacity.regions,
        predict=Threshold("phase-fig13-ntk-zigzag"),
        measure=zigzag,
        terms={"second difference on a grid": 0.05},
        rival=-0.1,
        rival_why="the fits have the same variation of slope (the convex minimum), up to the grid",
        side="at least",
        settles=(Settles("phase-fig13-ntk-zigzag"),),
    ),
    Check(
        name="mean_field_fit_of_random_sets",
        quantity="log ratio of distances to cubic and linear spline, dimensionless",
        claim=initialisation.target_size,
        predict=Threshold("phase-fig13-mean-field-cubic-like", "random sets"),
        measure=random_sets,
        terms={"kinks beside the knots at finite width": 0.4},
        rival=-0.5,
        rival_why="smooth, like the cubic spline, whatever the data; but targets times c act as "
        "kappa / c, so their size moves the fit "
        "across the critical line",
        side="at least",
    ),
    Check(
        name="mean_field_fit_of_convex_sets",
        quantity="log ratio of distances to the cubic spline, dimensionless",
        claim=initialisation.target_size,
        predict=Threshold("phase-fig13-mean-field-cubic-like", "fit"),
        measure={name: partial(nearest_to_cubic, points=name) for name in CONVEX},
        terms={"grid of 201 points": 0.01, "stopping at loss 1e-6": 0.05},
        rival=-0.1,
        rival_why="the scale does not matter: with three equal distances the smaller of two "
        "others wins, the log ratio is below zero",
        side="at least",
        settles=(Settles("phase-fig13-mean-field-cubic-like", scope="instances"),),
    ),
    Check(
        name="condensed_fit_is_linear_spline",
        quantity="least decrease of the log distance to the linear spline, dimensionless",
        claim=capacity.regions,
        predict=Threshold("phase-fig13-condensed-linear-spline"),
        measure=to_linear_spline,
        terms={"sampling": 0.05},
        rival=-0.1,
        rival_why="the distance to the linear interpolant does not decrease with gamma",
        side="at least",
        settles=(Settles("phase-fig13-condensed-linear-spline"),),
    ),
    Check(
        name="condensation",
        quantity="amplitude within four clusters, a share",
        claim=capacity.regions,
        predict=Threshold("phase-nonlinear-regime-condensed-solution"),
        measure={name: partial(mirrored_share, place=place) for name, place in CELLS.items()},
        terms={"up to the limit of the sentence": 0.05},
        rival=mean_field_share,
        rival_why="directions move as at mean-field scaling, and stay spread",
        side="at least",
        settles=(Settles("phase-nonlinear-regime-condensed-solution"),),
    ),
    Check(
        name="condensation_grows",
        quantity="exponent in the width of the uncondensed share, sign reversed, dimensionless",
        claim=capacity.regions,
        predict=Threshold("phase-rd-infinite-strong-condensation"),
        measure={name: partial(gathering, place=place) for name, place in CELLS.items()},
        terms={"sampling": 0.05},
        rival=-0.05,
        rival_why="the share does not depend on the width",
        side="at least",
        rounds=1,
        settles=(Settles("phase-rd-infinite-strong-condensation"),),
    ),
    Check(
        name="start_changes_solution",
        quantity="distance between scales over that within a scale, dimensionless",
        claim=capacity.regions,
        predict=Threshold("phase-init-changes-solution"),
        measure={
            "four points, width 4096": partial(solutions_apart, points="four points", m=4096),
            "four points, width 512": partial(solutions_apart, points="four points", m=512),
            "six random targets": partial(solutions_apart, points="six random targets", m=256),
            "ten points of a wave": partial(solutions_apart, points="ten points of a wave", m=256),
        },
        terms={"up to the limit of the sentence": 0.5},
        rival=1.0,
        rival_why="the data alone decide: solutions differ as two seeds do",
        side="at least",
        rounds=1,
        settles=(Settles("phase-init-changes-solution"),),
    ),
    Check(
        name="linearisation_improves",
        quantity="exponent in the width of the linearisation error, dimensionless",
        claim=theory.linearisation_error,
        predict=partial(second_order, 0.5),
        measure=linearisation_slope,
        terms={"crossing kinks at finite width": 0.1, "sampling of the start over log 16": 0.1},
        rival=0.0,
        rival_why="the kernel moves at every width",
        settles=(Settles("phase-rd-criterion-linear"),),
    ),
    Check(
        name="huge_start_predicts_nothing",
        quantity="ratio of held-out accuracies, huge over standard start, dimensionless",
        claim=theory.input_exponent,
        predict=Threshold("phase-huge-init-no-prediction"),
        measure=huge_start,
        terms={"up to the limit of the sentence": 0.05},
        rival=1.0,
        rival_why="training forgets the start",
        side="at most",
        settles=(Settles("phase-huge-init-no-prediction"),),
    ),
    Check(
        name="published_distances",
        quantity="worst deviation in units of the prediction interval, dimensionless",
        claim=theory.input_exponent,
        predict=0.95,
        measure=partial(published_distance, gammas=(0.5, 1.0)),
        terms={"up to the limit of the sentence": 0.05},
        rival=5.0,
        rival_why="one copy of m neurons: RD larger by a factor 2, five prediction intervals away "
        "at m = 1000",
        side="at most",
        deterministic=True,
    ),
    Check(
        name="published_distances_condensed",
        quantity="worst deviation in units of the prediction interval, dimensionless",
        claim=theory.input_exponent,
        predict=0.95,
        measure=partial(published_distance, gammas=(1.75,)),
        terms={"up to the limit of the sentence": 0.05},
        rival=5.0,
        rival_why="the published runs follow another flow",
        side="at most",
        deterministic=True,
        open="at gamma = 7/4 the published single runs lie up to 8 % from the flow, just outside "
        "the prediction interval; "
        "their learning rate is not published, so its effect cannot be computed",
    ),
    Check(
        name="published_slope_map",
        quantity="worst difference of published and found S_w, dimensionless",
        claim=theory.input_exponent,
        predict=0.055,
        measure=published_slopes,
        terms={"up to the limit of the sentence": 0.005},
        rival=asymptotic_gap,
        rival_why="the exponents of infinite width hold at these widths",
        side="at most",
    ),
)

SWEEPS = flows.SWEEPS
