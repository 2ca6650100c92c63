"""What does the peak of a ratio density tell?  Of sampled waves, of their mean frequency, and of
the time in which the same head learns frozen features.

Set-ups.  (1) A wave of random phase at 400 points of [-8, 8].  (2) Two waves of equal energy around
a circle, blurred by SciPy.  (3) One hidden layer of 32 ReLU units on frozen features of mean square
one, Adam at 5e-3 to a tenth of the loss at the start; the number is the rank correlation of peak
and steps over six or ten targets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import frequency_content as waves
from numerics import frequency_peak as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.sample_filter import readout
from proofs_check.training import data
from theory import Settles
from theory import frequency_peak as theory

Array = np.ndarray
WAVE, PAIR = 3 * np.pi, (2.0, 8.0)  # of the samples, of the circle
STEPS = 600  # of the head
FINE = np.geomspace(0.05, 400, 2000)


# ---------------------------------------------------------------- sampled waves


def peak_of_a_sample(seeds: Sequence[int]) -> Array:
    """Peak of the ratio density of a wave at 400 points."""
    import torch

    x = torch.linspace(-8, 8, 400, dtype=torch.float64)
    phases = [np.random.default_rng([int(seed), 60]).uniform(0, 2 * np.pi) for seed in seeds]
    Y = torch.stack([torch.sin(WAVE * x + phase) for phase in phases])[..., None]
    place, distance = readout(x[None, :, None].expand(len(seeds), -1, 1), Y)
    return place / distance


def mean_frequency(seeds: Sequence[int], points: int = 1024) -> Array:
    """exp of the mean of log s less half of Euler's gamma, of blurred sums of two waves."""
    from scipy.ndimage import gaussian_filter1d

    x = 2 * np.pi * np.arange(points) / points
    s = np.geomspace(0.2, 100, 100)
    found = []
    for seed in seeds:
        phases = np.random.default_rng([int(seed), 64]).uniform(0, 2 * np.pi, 2)
        f = sum(np.cos(w * x + phase) for w, phase in zip(PAIR, phases, strict=True))
        left = [
            (gaussian_filter1d(f, points / (2 * np.pi * each), mode="wrap", truncate=6) ** 2).mean()
            for each in s
        ]
        ratio = np.array([0.0, *left, (f**2).mean()]) / (f**2).mean()
        log = np.log([s[0], *np.sqrt(s[1:] * s[:-1]), s[-1] * np.e**0.5])
        found.append(np.exp((np.diff(ratio) * log).sum() - np.euler_gamma / 2))
    return np.array(found)


def geometric_mean() -> float:
    """The same of the exact density of both waves."""
    return numerics.geometric_mean_frequency(FINE, waves.ratio_density(PAIR, [1, 1], FINE))


# ---------------------------------------------------------------- frozen features


Pair = tuple[list[Array], list[Array]]  # features (n, D) and labels (n, c) of each target
Targets = Callable[[Sequence[int]], list[Pair]]


def sines(seed: int) -> Pair:
    """sin(k x + phase), k = 1 to 6, on 48 points of an interval."""
    x = data.midpoints(48, -1.0, 1.0)
    phase = np.random.default_rng([seed, 61]).uniform(0, 2 * np.pi, 6)
    return [x[:, None]] * 6, [np.sin(k * np.pi * x + f)[:, None] for k, f in enumerate(phase, 1)]


def circle(seed: int) -> Pair:
    """The same waves on 48 points of a circle."""
    angle, X = data.circle(48)
    phase = np.random.default_rng([seed, 62]).uniform(0, 2 * np.pi, 6)
    return [X] * 6, [np.cos(k * angle + f)[:, None] for k, f in enumerate(phase, 1)]


def warped(seed: int) -> Pair:
    """sin(2 pi x) on inputs that are warped towards the ends or the middle of the interval."""
    x = data.midpoints(48, -1.0, 1.0)
    powers = np.geomspace(0.3, 3.0, 6)
    features = [(np.sign(x) * np.abs(x) ** power)[:, None] for power in powers]
    return features, [np.sin(2 * np.pi * x)[:, None]] * 6


def random_shares(seed: int) -> Pair:
    """Digits with labels of which a share from 0 to 1 is replaced by another class."""
    X, y = data.digits(60, seed=seed)
    shares = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    return [X] * 6, [np.eye(10)[data.noisy_labels(y, each, 10, seed)] - 0.1 for each in shares]


def layers_of_networks(seeds: Sequence[int]) -> list[Pair]:
    """Digits behind five layers of 32 ReLU units, at the start and after 100 steps of Adam."""
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam

    widths = (64, *[32] * 5, 10)
    sets = [data.digits(60, seed=int(seed)) for seed in seeds]
    labels = [np.eye(10)[y] - 0.1 for _, y in sets]
    X = torch.tensor(np.array([x for x, _ in sets]), dtype=torch.float32)
    run = train(
        mlp(widths, "relu"),
        [p.float() for p in mlp_start(seeds, widths, "he", bias=0.0)],
        X,
        torch.tensor(np.array(labels), dtype=torch.float32),
        rule=Adam(3e-3),
        steps=100,
    )
    features = []
    for parameters in (run.start, run.end):
        h = X
        for layer in range(5):
            h = torch.relu(h @ parameters[2 * layer] + parameters[2 * layer + 1][:, None])
            features.append(h.double().numpy())
    return [([h[i] for h in features], [labels[i]] * 10) for i in range(len(seeds))]


def each(one: Callable[[int], Pair]) -> Targets:
    """The targets of every seed by itself."""
    return lambda seeds: [one(int(seed)) for seed in seeds]


def rank_of_peak_and_steps(seeds: Sequence[int], targets: Targets) -> Array:
    """Spearman correlation, over the targets, of the peak of the frozen features with their labels
    and the steps in which the same head learns them.
    """
    import torch
    from scipy.stats import spearmanr

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam

    found = targets(seeds)
    H, Y = (np.array([part for pair in found for part in pair[i]]) for i in (0, 1))
    H = torch.tensor(H / np.sqrt((H**2).mean((1, 2), keepdims=True)))
    Y = torch.tensor(Y / np.sqrt((Y**2).mean((1, 2), keepdims=True)))
    count, widths = len(H) // len(seeds), (H.shape[2], 32, Y.shape[2])
    start = [p.repeat_interleave(count, 0).float() for p in mlp_start(seeds, widths, "he")]
    model = mlp(widths, "relu")
    run = train(
        model,
        start,
        H.float(),
        (Y if Y.shape[2] > 1 else Y[..., 0]).float(),
        rule=Adam(5e-3),
        steps=STEPS,
        stop=below(0.05),
        every=5,
    )
    place, distance = readout(H, Y)
    both = zip(
        *((v.reshape(len(seeds), count)) for v in (place / distance, run.steps)), strict=True
    )
    return np.array([spearmanr(*rows)[0] if np.ptp(rows[1]) else 0.0 for rows in both])


CHECKS: tuple[Check, ...] = (
    Check(
        name="peak_of_a_sampled_wave",
        quantity="peak of the ratio density of 24 periods, in radians per unit",
        claim=theory.one_wave,
        predict=Prediction(theory.one_wave, {theory.w: WAVE}),
        measure=peak_of_a_sample,
        terms={"ends: one part in 24 periods": WAVE / 24, "grid of widths": 0.05},
        rival=WAVE,
        rival_why="the peak lies at the frequency of the wave",
    ),
    Check(
        name="mean_log_is_the_geometric_mean",
        quantity="frequency read off the mean of log s, in radians per unit",
        claim=theory.geometric_mean,
        predict=geometric_mean,
        measure=mean_frequency,
        terms={"sums over 100 widths": 0.02, "widths below a grid cell": 0.05},
        rival=sum(PAIR) / 2,
        rival_why="the arithmetic mean of the frequencies, weighted by energy",
    ),
    Check(
        name="lower_frequency_is_learned_sooner",
        quantity="rank correlation of peak and steps to a tenth of the loss, dimensionless",
        claim=theory.order_of_waves,
        predict=Threshold("deepfp-lower-frequency-target-faster"),
        measure={
            name: partial(rank_of_peak_and_steps, targets=targets)
            for name, targets in (
                ("sines on an interval", each(sines)),
                ("waves around a circle", each(circle)),
                ("one sine on warped intervals", each(warped)),
                ("digits with ever more random labels", each(random_shares)),
                ("digits behind the layers of networks", layers_of_networks),
            )
        },
        terms={"one rank": 0.05},
        rival=0.0,
        rival_why="the peak of an effective target says nothing of the time it takes",
        side="at least",
        settles=(Settles("deepfp-lower-frequency-target-faster", scope="instances"),),
        rounds=2,
    ),
)


def portrait(axes: Any) -> None:
    """Density of two waves of equal energy in log s at three ratios: derived, and its peak against
    what one would read as a frequency.
    """
    s = np.geomspace(0.02, 60, 500)
    limit = numerics.resolution_ratio(log=True)
    for ratio, colour in ((5 / 3, "#999999"), (limit, "#009E73"), (6.0, "#0072B2")):
        density = s * waves.ratio_density([3.0, 3.0 * ratio], [1, 1], s)
        axes.semilogx(s, density, color=colour, label=f"derived: ratio {ratio:.3g}")
    for wave in (3.0, 18.0):
        axes.axvline(wave, ls="--", color="#D55E00", lw=1)
    axes.plot([], [], "--", color="#D55E00", label="rival: peaks at the frequencies 3 and 18")
    axes.set(
        xlabel="s = 1 / delta",
        ylabel="density in log s",
        title="two waves of equal energy, the lower 3",
    )
    axes.legend(loc="upper left")
