"""Is gradient noise aligned with curvature, and does it drive descent out of sharp minima?

Set-ups.  (1) Least squares; a quadratic well.  (2) Networks of ten principal components, ten tanh
units and ten outputs on 200 digits or signals, with their whole Hessian and covariance.  (3) Two
wells of depth one, curvatures 4 and 1, noise as large as the curvature.  Source: Zhu and others,
ICML 2019; Xie, Sato, Sugiyama, ICLR 2021.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import gradient_noise as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.portrait import draw
from theory import Settles
from theory import gradient_noise as theory

Array = np.ndarray
SMALL = tuple(
    f"{name}, {loss}"
    for name in ("digits", "MNIST-1D")
    for loss in ("squared loss", "cross-entropy")
)
CURVATURES, AWAY, LABELS = (1.0, 1.0, 0.8), (1.5, 0.2, -0.3), 0.2  # of least squares
SHARP, FLAT, DEPTH, HEAT = 4.0, 1.0, 1.0, 1 / 3  # of the wells; noise over curvature
SHARPER = (1.5, 2.5, 4.0)  # curvatures of sharp wells
COPIES, LATEST = 1000, 20_000  # of a walk for each seed; steps after which it is ended
WALKS, POINTS, BATCH, TRAINED = 100, 200, 10, 3000


def cosine_of_samples(seeds: Sequence[int]) -> Array:
    """Cosine between the covariance of sampled gradients and the Hessian."""
    found, H = [], np.diag(CURVATURES)
    for seed in seeds:
        rng = np.random.default_rng([seed, 1])
        X = rng.standard_normal((200_000, 3)) * np.sqrt(CURVATURES)
        C = np.cov((X * (X @ AWAY - LABELS * rng.standard_normal(len(X)))[:, None]).T)
        found.append((C * H).sum() / np.linalg.norm(C) / np.linalg.norm(H))
    return np.array(found)


# ---------------------------------------------------------------- escape


def ratio_of_times(sharp: float, heated: bool = True) -> float:
    """log of the time to leave the sharp well over that of the flat one; noise as large as the
    curvature, or the same in both.
    """
    times = [numerics.escape(l, DEPTH, HEAT * (l if heated else FLAT))[0] for l in (sharp, FLAT)]
    return float(np.log(times[0] / times[1]))


def ratio_of_exits(seeds: Sequence[int], sharp: float) -> Array:
    """The same of walks with exact steps; between two of them a bridge may cross the rim."""
    found = []
    for seed in seeds:
        rng, times = np.random.default_rng([seed, 3]), []
        for l in (sharp, FLAT):
            D, dt, rim = HEAT * l, 0.02 / l, (2 * DEPTH / l) ** 0.5
            kept = np.exp(-l * dt)
            x, total, steps = np.zeros(COPIES), 0.0, 0
            while len(x):
                steps += 1
                after = kept * x + (D / l * (1 - kept**2)) ** 0.5 * rng.standard_normal(len(x))
                gaps = [
                    np.maximum(rim - s * x, 0) * np.maximum(rim - s * after, 0) for s in (1, -1)
                ]
                stays = np.prod([-np.expm1(-gap / (D * dt)) for gap in gaps], axis=0)
                out = rng.random(len(x)) > stays
                total += (steps - 0.5) * dt * out.sum()
                x = after[~out]
            times.append(total / COPIES)
        found.append(np.log(times[0] / times[1]))
    return np.array(found)


Move = Callable[[Array, float, np.random.Generator], Array]  # (x, curvature): x after a step


def parabola(x: Array, l: float, rng: np.random.Generator, heat: float = 0.5) -> Array:
    """A step of 0.02 in l x^2 / 2, noise heat times curvature."""
    return x - 0.02 * l * x + (0.04 * heat * l) ** 0.5 * rng.standard_normal(len(x))


def arc(x: Array, l: float, rng: np.random.Generator, heat: float = 0.5) -> Array:
    """A step of 0.02 in (1 - cos(k x)) / 2, whose curvature is l and whose depth is one."""
    k = (2 * l) ** 0.5
    pull = k / 2 * np.sin(k * x)
    return x - 0.02 * pull + (0.04 * heat * l) ** 0.5 * rng.standard_normal(len(x))


def minibatch(x: Array, l: float, rng: np.random.Generator, heat: float = 0.5) -> Array:
    """A step of 0.3 along the gradient of one of two examples."""
    own = (2 * heat * l / 0.3) ** 0.5
    return x - 0.3 * (l * x + own * rng.choice((-1.0, 1.0), len(x)))


WELLS: dict[str, tuple[Move, float]] = {
    "two parabolas": (parabola, (2 * DEPTH) ** 0.5),
    "two parabolas, less noise": (partial(parabola, heat=0.25), (2 * DEPTH) ** 0.5),
    "two arcs of a cosine": (arc, np.pi / 2**0.5),
    "minibatches": (minibatch, (2 * DEPTH) ** 0.5),
}


def ratio_of_wells(seeds: Sequence[int], name: str) -> Array:
    """log of the mean number of steps until the other well is reached, sharp over flat; the rim to
    the other well is at width / sqrt(l) from the bottom.
    """
    move, width = WELLS[name]
    found = []
    for seed in seeds:
        rng, times = np.random.default_rng([seed, 6]), []
        for l in (SHARP, FLAT):
            x, total = np.zeros(WALKS), 0
            for _ in range(LATEST):
                total += len(x)
                x = move(x, l, rng)
                x = x[x < width / l**0.5]
                if not len(x):
                    break
            times.append(total / WALKS)
        found.append(np.log(times[0] / times[1]))
    return np.array(found)


# ---------------------------------------------------------------- noise of networks


@cache
def alignment(name: str, seeds: tuple[int, ...]) -> tuple[Array, Array]:
    """Cosine between covariance of gradients and Hessian (S,), and its mean over random rotations
    of the Hessian, of trained networks.
    """
    import torch

    from proofs_check.training import small
    from proofs_check.training.data import batch_generators, batch_rows
    from proofs_check.training.losses import cross_entropy, half_mean_square

    which, _, what = name.rpartition(", ")
    X, y = small.examples(which, seeds, POINTS)
    loss, rate = (cross_entropy, 0.1) if what == "cross-entropy" else (half_mean_square, 0.5)
    target = y if what == "cross-entropy" else torch.nn.functional.one_hot(y, 10).to(X)
    theta, draws = small.start(seeds), batch_generators(seeds)
    place = torch.arange(len(seeds))[:, None]
    for _ in range(TRAINED):
        rows = batch_rows(draws, POINTS, BATCH)
        theta = theta - rate * small.gradient(theta, X[place, rows], target[place, rows], loss)
    exact, X = theta.double(), X.double()
    target = target.double() if target.is_floating_point() else target
    H = small.hessian(exact, X, target, loss)
    g = small.gradients_of_examples(exact, X, target, loss)
    g = g - g.mean(1, keepdim=True)
    C = g.mT @ g / POINTS
    sizes = C.flatten(1).norm(dim=1) * H.flatten(1).norm(dim=1)
    trace_of_both = (C * H).flatten(1).sum(1)
    apart = C.diagonal(dim1=1, dim2=2).sum(1) * H.diagonal(dim1=1, dim2=2).sum(1) / H.shape[1]
    return (trace_of_both / sizes).numpy(), (apart / sizes).numpy()


def cosine(seeds: Sequence[int], name: str) -> Array:
    """Cosine between covariance and Hessian."""
    return alignment(name, tuple(map(int, seeds)))[0]


def over_a_rotation(seeds: Sequence[int], name: str) -> Array:
    """The same over its mean when the Hessian is rotated at random."""
    found, rotated = alignment(name, tuple(map(int, seeds)))
    return found / rotated


def _settles(statement: str, part: str) -> tuple[Settles, ...]:
    return (Settles(statement, part=part, scope="instances"),)


def sooner_at(sharp: float) -> str:
    """The name of the check with this curvature of the sharp well."""
    return f"sharp_wells_are_left_sooner_at_{round(10 * sharp)}_tenths"


def portrait(axes: Any) -> None:
    """Time to leave a sharp well over that of a flat one of equal depth: derived curve, medians
    with the intervals that were judged, and dashed the same noise in both wells.

    Reads what ``verify`` kept, and measures what is missing or stale.
    """
    l = np.linspace(FLAT, 5, 60)
    axes.plot(l, [ratio_of_times(v) for v in l], color="C0", label="derived")
    same = [ratio_of_times(v, heated=False) for v in l]
    axes.plot(l, same, "--", color="C1", label="rival: the same noise in both")
    names = {sharp: sooner_at(sharp) for sharp in SHARPER}
    draw(axes, "gradient_noise", names, "walks, 11 seeds")
    axes.set(
        xlabel="curvature of the sharp well over that of the flat one (dimensionless)",
        ylabel="log ratio of mean times of escape (dimensionless)",
    )
    axes.legend()


CHECKS: tuple[Check, ...] = (
    Check(
        name="sampled_noise_has_the_derived_angle",
        quantity="cosine between covariance and Hessian of least squares, dimensionless",
        claim=theory.noise_of_least_squares,
        predict=lambda: numerics.alignment(CURVATURES, AWAY, LABELS),
        measure=cosine_of_samples,
        terms={"200,000 samples with the tails of a product": 0.01},
        rival=1.0,
        rival_why="the covariance is proportional to the Hessian everywhere",
    ),
    *(
        Check(
            name=sooner_at(sharp),
            quantity="log ratio of mean times of escape, sharp over flat, dimensionless",
            claim=theory.escape,
            predict=partial(ratio_of_times, sharp),
            measure=partial(ratio_of_exits, sharp=sharp),
            terms={"mean over 1000 walks in each well, four standard deviations": 0.18},
            rival=partial(ratio_of_times, sharp, heated=False),
            rival_why="what counts is how steep the well is, not that its noise is larger",
        )
        for sharp in SHARPER
    ),
    Check(
        name="sharp_wells_are_left_sooner_in_every_set_up",
        quantity="log ratio of mean numbers of steps to escape, sharp over flat, dimensionless",
        claim=theory.escape,
        predict=Threshold("flat-noise-escapes-sharp", "log of the ratio of escape times"),
        measure={name: partial(ratio_of_wells, name=name) for name in WELLS},
        terms={"distance of the threshold from the limit": 0.05},
        rival=float(np.log(SHARP / FLAT)),
        rival_why="a steep well pulls back more strongly, so that it holds longer",
        side="at most",
        settles=_settles("flat-noise-escapes-sharp", "log of the ratio of escape times"),
    ),
    Check(
        name="noise_of_networks_is_aligned",
        quantity="cosine between covariance and Hessian of networks, dimensionless",
        claim=theory.noise_of_least_squares,
        predict=Threshold("flat-sgd-noise-aligns-hessian", "cosine in networks"),
        measure={name: partial(cosine, name=name) for name in SMALL},
        terms={"distance of the threshold from the limit": 0.05},
        rival=0.0,
        rival_why="noise has directions of its own",
        side="at least",
        settles=_settles("flat-sgd-noise-aligns-hessian", "cosine in networks"),
    ),
    Check(
        name="noise_of_networks_is_aligned_more_than_by_chance",
        quantity="cosine over its mean over random rotations, dimensionless",
        claim=theory.noise_of_least_squares,
        predict=Threshold("flat-sgd-noise-aligns-hessian", "over a random rotation"),
        measure={name: partial(over_a_rotation, name=name) for name in SMALL},
        terms={"distance of the threshold from the limit": 0.5},
        rival=1.0,
        rival_why="noise has directions of its own",
        side="at least",
        open="ten times a random rotation lies beyond what the spectra of networks so small allow",
        settles=_settles("flat-sgd-noise-aligns-hessian", "over a random rotation"),
    ),
)
