"""Do simulated weights fluctuate as derived, do those of networks fluctuate more in steeper
directions, and is the average of an orbit flatter and better than its end?

Set-ups.  (1) Least squares with Gaussian inputs, fresh batches, large steps; one direction with
reshuffled epochs.  (2) Networks of ten principal components, ten tanh units and ten outputs,
squared loss, digits and MNIST-1D with a fifth of 200 labels wrong, batches of ten, fresh or
reshuffled, 2000 steps to settle and 4000 to measure.  (3) One ReLU layer of 32 units,
cross-entropy, 1000 examples, 3000 steps of 16, the second half averaged.  Source: Feng, Tu, PNAS
118, 2021; Kuehn, Rosenow, arXiv 2306.05300; Izmailov and others, UAI 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import weight_fluctuation as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.portrait import draw
from theory import Settles
from theory import weight_fluctuation as theory

if TYPE_CHECKING:
    from torch import Tensor

Array = np.ndarray
FLAT, STEEP, NOISE, RATE, BATCH = 0.1, (0.8, 1.2, 1.5), 1.0, 1.0, 16  # of least squares
SLOPE, BATCHES, PACE = 0.3, 20, 0.1  # curvature, batches of an epoch and step of one direction
COPIES = 500
NETWORKS, POINTS, SMALL, STEP = 8, 200, 10, 0.5  # small networks: examples, batch, step
SETTLE, WINDOW, EVERY, LEAST = 2000, 4000, 3, 0.02
AVERAGED, TRAINED, LONG, LAST, APART = 12, 1000, 3000, 1500, 50  # networks that are averaged


def ratio_of_variances(steep: float) -> float:
    """log of the variance in the steep direction over that in the flat one."""
    ends = numerics.least_squares_variance((FLAT, steep), NOISE, RATE, BATCH)
    return float(np.log(ends[1] / ends[0]))


def simulated_ratio(seeds: Sequence[int], steep: float) -> Array:
    """The same of copies of descent on fresh batches, one set of copies for each seed."""
    found = []
    for seed in seeds:
        rng, w = np.random.default_rng([seed, 1]), np.zeros((COPIES, 2))
        size, total = np.sqrt((FLAT, steep)), np.zeros(2)
        for step in range(300):
            X = size * rng.standard_normal((COPIES, BATCH, 2))
            e = (X @ w[:, :, None])[:, :, 0] - NOISE * rng.standard_normal((COPIES, BATCH))
            w = w - RATE * (e[:, None] @ X)[:, 0] / BATCH
            total = total + (w**2).mean(0) * (step >= 100)
        found.append(np.log(total[1] / total[0]))
    return np.array(found)


def end_over_middle() -> float:
    """log of the variance at the end of an epoch over that in its middle."""
    end, middle = numerics.reshuffled_variance(SLOPE, 1.0, PACE, BATCHES, [BATCHES, BATCHES / 2])
    return float(np.log(end / middle))


def simulated_epochs(seeds: Sequence[int]) -> Array:
    """The same of copies of descent whose batches have each their own pull, in a new order each
    epoch.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 2])
        pull = rng.standard_normal((COPIES, BATCHES))
        pull -= pull.mean(1, keepdims=True)
        w, seen = np.zeros(COPIES), np.zeros((2, COPIES))
        for epoch in range(30):
            for place, g in enumerate(rng.permuted(pull, axis=1).T, 1):
                w = w - PACE * (SLOPE * w + g)
                if place in (BATCHES // 2, BATCHES) and epoch >= 10:
                    seen[int(place == BATCHES)] += w**2
        middle, end = seen.mean(1)
        found.append(np.log(end / middle))
    return np.array(found)


# ---------------------------------------------------------------- fluctuations of networks


@cache
def path(name: str, reshuffled: bool) -> tuple[Array, Array]:
    """Weights (S, T, P) at every third step of small networks that have settled, without their
    linear drift, and the Hessian (S, P, P) at their mean.
    """
    import torch

    from proofs_check.training import small
    from proofs_check.training.data import batch_generators, batch_rows

    X, y = small.examples(name, tuple(range(NETWORKS)), POINTS, wrong=True)
    target = torch.nn.functional.one_hot(y, 10).to(X)
    theta = small.start(range(NETWORKS))
    draws, kept = batch_generators(range(NETWORKS)), []
    place, count = torch.arange(NETWORKS)[:, None], POINTS // SMALL
    for step in range(SETTLE + WINDOW):
        if reshuffled:
            if step % count == 0:
                order = torch.stack([torch.randperm(POINTS, generator=g) for g in draws])
            rows = order[:, step % count * SMALL : (step % count + 1) * SMALL]
        else:
            rows = batch_rows(draws, POINTS, SMALL)
        gradient = small.gradient(theta, X[place, rows], target[place, rows])
        theta = theta - STEP * gradient
        if step >= SETTLE and step % EVERY == 0:
            kept.append(theta)
    seen = torch.stack(kept, 1).double()
    time = torch.linspace(-1, 1, seen.shape[1], dtype=seen.dtype)[:, None]
    middle = seen.mean(1, keepdim=True)
    drift = (seen * time).mean(1, keepdim=True) / (time**2).mean()
    H = small.hessian(middle[:, 0], X.double(), target.double())
    return (seen - middle - drift * time).numpy(), H.numpy()


def slopes(name: str, reshuffled: bool, components: bool) -> Array:
    """Slope of log variance against log curvature (S,), along eigenvectors of the Hessian or
    principal components of the path.
    """
    found = []
    for moves, H in zip(*path(name, reshuffled), strict=True):
        V = moves.T @ moves / len(moves)
        along = np.linalg.eigh(V if components else H)[1]
        curvature, variance = (np.einsum("ij,ik,kj->j", along, A, along) for A in (H, V))
        steep = curvature >= LEAST * np.linalg.eigvalsh(H)[-1]
        found.append(np.polyfit(np.log(curvature[steep]), np.log(variance[steep]), 1)[0])
    return np.array(found)


def least_slope(seeds: Sequence[int], name: str, scheme: str, along: str) -> Array:
    """Mean slope over the networks, less twice its standard error."""
    found = slopes(name, scheme == "reshuffled", along == "components")
    return np.atleast_1d(found.mean() - 2 * found.std(ddof=1) / len(found) ** 0.5)


# ---------------------------------------------------------------- averages of weights


@cache
def orbit(kind: str) -> tuple[list[Tensor], list[Tensor]]:
    """Parameters (S, ...) of each network at the end of its orbit, and averaged over the second
    half.
    """
    import torch

    from proofs_check.training import minima
    from proofs_check.training.descend import Moment
    from proofs_check.training.rules import Sgd

    seeds, seen = tuple(range(AVERAGED)), []
    have = minima.examples(kind, seeds, TRAINED)

    def watch(now: Moment) -> None:
        if now.step > LONG - LAST:
            seen.append([p.clone() for p in now.parameters])

    end, _, _ = minima.descend(
        have.X, have.y, seeds, Sgd(0.1, 16), steps=LONG, every=APART, watch=watch
    )
    return list(end), [torch.stack(each).mean(0) for each in zip(*seen, strict=True)]


def _upper(difference: Array) -> Array:
    """Mean plus twice its standard error, (1,)."""
    return np.atleast_1d(difference.mean() + 2 * difference.std(ddof=1) / len(difference) ** 0.5)


def error_of_the_average(seeds: Sequence[int], kind: str) -> Array:
    """Upper bound of the mean test error of the average less that of the end point."""
    from proofs_check.training import minima

    have = minima.examples(kind, tuple(range(AVERAGED)), TRAINED)
    end, average = (minima.errors(p, have.X_test, have.y_test) for p in orbit(kind))
    return _upper(100 * (average - end))


def curvature_of_the_average(seeds: Sequence[int], kind: str) -> Array:
    """Upper bound of the mean log ratio of the largest eigenvalues, average over end point."""
    from proofs_check.training import minima
    from proofs_check.training.losses import cross_entropy

    have = minima.examples(kind, tuple(range(AVERAGED)), TRAINED)
    end, average = (minima.largest(p, have.X, have.y, cross_entropy) for p in orbit(kind))
    return _upper(np.log(average / end))


def steep_at(steep: float) -> str:
    """The name of the check with this curvature of the steep direction."""
    return f"steep_directions_fluctuate_more_at_{round(10 * steep)}_tenths"


def portrait(axes: Any) -> None:
    """Variance along a steep direction over that along a flat one: derived curve, medians with the
    intervals that were judged, and dashed the equal variances of continuous time.

    Reads what ``verify`` kept, and measures what is missing or stale.
    """
    l = np.linspace(FLAT, 1.6, 60)[1:]
    axes.plot(l, [ratio_of_variances(steep) for steep in l], color="C0", label="derived")
    axes.axhline(0.0, ls="--", color="C1", label="rival: continuous time")
    names = {steep: steep_at(steep) for steep in STEEP}
    draw(axes, "weight_fluctuation", names, "descent on least squares, 11 seeds")
    axes.set(
        xlabel="step times curvature of the steep direction (dimensionless)",
        ylabel="log ratio of variances, steep over flat (dimensionless)",
    )
    axes.legend()


KINDS = ("digits", "digits, wrong labels", "MNIST-1D", "MNIST-1D, wrong labels")
CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=steep_at(steep),
            quantity="log ratio of variances, steep over flat direction, dimensionless",
            claim=theory.stationary_variance,
            predict=partial(ratio_of_variances, steep),
            measure=partial(simulated_ratio, steep=steep),
            terms={"mean over 500 copies at 200 steps, five standard deviations": 0.1},
            rival=0.0,
            rival_why="in continuous time the variance is eta sigma^2 / (2 B) in every direction",
        )
        for steep in STEEP
    ),
    Check(
        name="variance_falls_at_the_end_of_an_epoch",
        quantity="log ratio of variances, end over middle of an epoch, dimensionless",
        claim=theory.reshuffled_epochs,
        predict=end_over_middle,
        measure=simulated_epochs,
        terms={"500 copies of 20 epochs, five standard deviations": 0.2},
        rival=0.0,
        rival_why="batches are as good as fresh ones, so that the variance is stationary",
    ),
    Check(
        name="networks_fluctuate_more_in_steep_directions",
        quantity="slope of log variance in log curvature, lower bound, dimensionless",
        claim=theory.stationary_variance,
        predict=Threshold("flat-inverse-variance-flatness", "slope in networks"),
        measure={
            f"{name}, {scheme}, {along}": partial(
                least_slope, name=name, scheme=scheme, along=along
            )
            for name in ("digits", "MNIST-1D")
            for scheme in ("fresh", "reshuffled")
            for along in ("eigenvectors", "components")
        },
        terms={"distance of the threshold from the limit": 0.05},
        rival=-1.0,
        rival_why="noise knows nothing of curvature, so that V is as 1 / l, as in equilibrium",
        side="at least",
        deterministic=True,
        settles=(
            Settles("flat-inverse-variance-flatness", part="slope in networks", scope="instances"),
        ),
    ),
    Check(
        name="averaged_weights_err_less",
        quantity="upper bound of the test error, average less end, percentage points",
        claim=theory.weight_averages,
        predict=Threshold("udl-swa-flatter-and-better", "test error, percentage points"),
        measure={kind: partial(error_of_the_average, kind=kind) for kind in KINDS},
        terms={"distance of the threshold from the limit": 0.1},
        rival=1.0,
        rival_why="the average of two networks is no network that was trained: it errs more",
        side="at most",
        deterministic=True,
        settles=(
            Settles(
                "udl-swa-flatter-and-better",
                part="test error, percentage points",
                scope="instances",
            ),
        ),
    ),
    Check(
        name="averaged_weights_are_flatter",
        quantity="upper bound of the log ratio of curvatures, average over end, dimensionless",
        claim=theory.weight_averages,
        predict=Threshold("udl-swa-flatter-and-better", "curvature, log"),
        measure={kind: partial(curvature_of_the_average, kind=kind) for kind in KINDS},
        terms={"distance of the threshold from the limit": 0.05},
        rival=0.2,
        rival_why="the average lies deeper in the valley, where it is narrower",
        side="at most",
        deterministic=True,
        settles=(Settles("udl-swa-flatter-and-better", part="curvature, log", scope="instances"),),
    ),
)
