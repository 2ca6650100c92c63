"""Do networks fit low frequencies first, and what does that cost?  The order over activations,
depths and optimisers, digits, photographs, and where it fails.

Setting: fully connected networks, all weights and biases of a layer N(0, scale^2 / fan-in),
mean-square loss.  Sines: y = sin x + sin 5x on equispaced points.  The order of two frequencies is
log(steps of the higher / steps of the lower one), a step count being the first at which the
relative error of the complex Fourier component is below 0.2; a frequency that is not fitted within
the budget counts as fitted at its end.  Widths are a fifth of the published ones.  Digits: 8 x 8
images, inputs / 16, one-hot labels without their mean.

The closest approach to sin x is measured in the published set-up, all parameters N(0, 1 / width)
and two periods on each side of zero. On a single period the ends of the interval matter and the
approach is less close: see ``one_period_is_too_short``.

Source: Xu, Zhang, Luo, Xiao, Ma, Frequency principle, Communications in Computational Physics 28,
2020, sections 3 and 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from numerics import frequency_principle as numerics
from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.training import data
from proofs_check.training.natural import NATURAL, signal_slope
from theory import Settles
from theory import frequency_principle as theory

Array = np.ndarray
LOW, HIGH = 1, 5
WIDTHS = (1, 40, 40, 1)
FITTED = 0.2  # relative error of a frequency from which on it counts as fitted
ETAS = np.arange(1, 11)  # frequencies above which the share of the loss change is taken
BAND = np.arange(1, 41)  # frequencies along the principal component, periods over its whole range


# ---------------------------------------------------------------- one neuron


def pull_ratio(
    seeds: Sequence[int], parameter: int, w: float, b: float, low: float = 1.0, high: float = 3.0
) -> Array:
    """log of the pull at (output weight, bias, input weight)[parameter], high over low frequency,
    by autograd on a long grid.
    """
    import torch

    ratios = []
    for seed in seeds:
        shift, phase = np.random.default_rng(seed).uniform(0, 1, 2)
        x = (torch.arange(-12_500, 12_500, dtype=torch.float64) + shift) * 0.02
        fade = torch.exp(-((x / 40) ** 2) / 2)
        theta = torch.tensor([1.0, b, w], dtype=torch.float64, requires_grad=True)
        output = theta[0] * torch.tanh(theta[2] * x + theta[1])
        sizes = []
        for k in (low, high):
            errors = [
                torch.cos(k * x + phase * 2 * torch.pi + quarter * torch.pi / 2) * fade
                for quarter in (0, 1)
            ]
            both = [
                torch.autograd.grad((e * output).sum(), theta, retain_graph=True)[0][parameter]
                for e in errors
            ]
            sizes.append(float(torch.stack(both).norm()))
        ratios.append(np.log(sizes[1] / sizes[0]))
    return np.array(ratios)


def predicted_ratio(
    parameter: int, w: float, b: float, low: float = 1.0, high: float = 3.0
) -> float:
    """The same from the closed expressions."""
    one, other = numerics.pulls([low, high], w, 1.0, b)[parameter]
    return float(np.log(other / one))


# ---------------------------------------------------------------- two sines


class Course(NamedTuple):
    """What was seen while the seeds were trained."""

    # (S, 2) step at which the low and the high frequency are fitted, budget + 1 if they are not
    fitted: Array
    nearest: Array  # (S,) least distance of the output to the low wave, relative to that wave
    rest: Array  # (S,) distance to the whole target at that time, relative to the target


@cache
def course(
    seeds: tuple[int, ...],
    activation: str | tuple[str, ...],
    widths: tuple[int, ...],
    scale: float | tuple[float, ...],
    *,
    rule: str = "adam",
    rate: float = 2e-3,
    steps: int = 400,
    points: int = 64,
    periods: int = 1,
    only_first: bool = False,
) -> Course:
    """Train on sin x + sin 5x over ``periods`` periods; ``only_first``: stop when every seed has
    fitted one of the frequencies.  rule: adam with this rate, descent or sgd in small steps.
    Several activations, with a scale each, are trained in one batch: S counts the seeds of each.
    """
    import torch

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.networks import activation as named
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam, Flow, Rule

    x = torch.as_tensor(data.midpoints(points, -np.pi * periods, np.pi * periods))
    low, high = data.waves(x, (LOW, HIGH))
    y = low + high
    waves = torch.stack([torch.exp(-1j * k * x) for k in (LOW, HIGH)], 1)
    one = isinstance(activation, str)
    kinds: Any = [activation] if one else activation
    scales: Any = [scale] if one else scale
    starts = [mlp_start(seeds, widths, each) for each in scales]
    total = len(kinds) * len(seeds)
    left = {total: [len(seeds)] * len(kinds)}  # how many of each activation, of so many in training
    fitted, (nearest, rest) = np.full((total, 2), steps + 1.0), np.full((2, total), np.inf)

    def each_its_own(z: torch.Tensor) -> torch.Tensor:
        parts = zip(kinds, z.split(left[len(z)]), strict=True)
        return torch.cat([named(kind)(part) for kind, part in parts])

    def seen(now: Moment) -> Array:
        at, output = now.alive, now.output
        error = (
            ((output - y).to(waves.dtype) @ waves).abs() / (y.to(waves.dtype) @ waves).abs()
        ).numpy()
        fitted[at] = np.where((fitted[at] > steps) & (error < FITTED), now.step, fitted[at])
        distance = ((output - low).norm(dim=1) / low.norm()).numpy()
        closer = distance < nearest[at]
        rest[at] = np.where(closer, ((output - y).norm(dim=1) / y.norm()).numpy(), rest[at])
        nearest[at] = np.where(closer, distance, nearest[at])
        done = (fitted <= steps).any(1) if only_first else (fitted <= steps).all(1)
        ended = done.reshape(len(kinds), -1).all(1).repeat(len(seeds))[at]
        stay = at[~ended & now.loss.isfinite().numpy()] // len(seeds)
        left[len(stay)] = np.bincount(stay, minlength=len(kinds)).tolist()
        return np.asarray(ended)

    rules: dict[str, Rule] = {
        "adam": Adam(rate),
        "descent": Flow(refresh=100),
        "sgd": Flow(refresh=100, batch=points // 4),
    }
    train(
        mlp(widths, kinds[0] if one else each_its_own),
        [torch.cat(parameter) for parameter in zip(*starts, strict=True)],
        x[:, None],
        y,
        rule=rules[rule],
        steps=steps,
        stop=seen,
        seeds=seeds * len(kinds),
    )
    return Course(fitted, nearest, rest)


def order(seeds: Sequence[int], activation: str, scale: float | tuple[float, ...]) -> Array:
    """log(steps of k = 5 / steps of k = 1), Adam; at most log(budget / steps of k = 1)."""
    steps = course(tuple(seeds), activation, WIDTHS, scale).fitted + 1
    return np.asarray(np.log(steps[:, 1] / steps[:, 0]))


def order_with_oscillating_features() -> float:
    """Rival: the same measurement of a network whose features sin(w x + b) have frequencies around
    the higher one and above.
    """
    return typical(order, activation="sine", scale=(10.0, 1.0, 1.0))


def closest_approach(
    seeds: Sequence[int], periods: int = 2, usual: bool = False, activation: str = "tanh"
) -> Array:
    """Least distance to sin x while small steps of Adam fit both waves, four hidden layers of 40:
    so many periods on each side, all weights N(0, 1 / width) as published or (``usual``) by fan-in.
    """
    widths = (1, 40, 40, 40, 40, 1)
    first = 1.0 if usual else 40**-0.5
    gains = tuple(gain * (2**0.5 if activation == "relu" else 1.0) for gain in (first, 1, 1, 1, 1))
    return course(
        tuple(seeds),
        activation,
        widths,
        gains,
        rate=1e-3,
        steps=500,
        points=40 * periods,
        periods=periods,
    ).nearest


def share_of_cells(seeds: Sequence[int]) -> Array:
    """Share of the 27 cells activation x depth x rule in which k = 1 is fitted before k = 5, (S,);
    depth counts layers of weights.
    """
    activations, gains = ("tanh", "relu", "silu"), (1.0, 2**0.5, 2**0.5)
    held = []
    for depth in (2, 3, 5):
        for rule in ("descent", "sgd", "adam"):
            widths = (1, *[20] * (depth - 1), 1)
            steps = course(
                tuple(seeds), activations, widths, gains, rule=rule, points=32, only_first=True
            ).fitted
            held.append(steps[:, 0] < steps[:, 1])
    return np.mean(np.reshape(held, (-1, len(seeds))), 0)


# ---------------------------------------------------------------- loss change, generalisation


def slope_of_the_share(
    seeds: Sequence[int],
    activation: str = "tanh",
    widths: tuple[int, ...] = WIDTHS,
    even: bool = False,
) -> Array:
    """Slope of log(share of the loss change above eta) in log eta, eta = 1..10: 150 steps of
    descent on sum sin(k x) / k, k <= 10; ``even``: on sines of one size.
    """
    import torch

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Flow

    points = 64
    x, k = torch.as_tensor(data.midpoints(points)), range(1, 11)
    y = (data.waves(x, k) / (1 if even else torch.tensor(k)[:, None])).sum(0)
    first, last = np.zeros((2, len(seeds), points // 2 + 1))

    def watch(now: Moment) -> None:
        power = torch.fft.rfft(now.output - y).abs().numpy() ** 2
        power[:, 1:-1] *= 2
        (first if now.step == 0 else last)[now.alive] = power

    train(
        mlp(widths, activation),
        mlp_start(seeds, widths),
        x[:, None],
        y,
        rule=Flow(refresh=50),
        steps=150,
        watch=watch,
        every=150,
    )
    # (S, eta): change at frequencies >= eta
    above = np.abs(np.cumsum((first - last)[:, ::-1], 1)[:, ::-1])
    return log_slope(ETAS, (above[:, 2:12] / above[:, :1]).T)


def slope_of_an_even_split() -> float:
    """Rival: every one of the 32 frequencies of the grid carries the same part of the loss
    change.
    """
    return float(log_slope(ETAS, 1 - ETAS / 32))


def rank_of_test_errors(
    seeds: Sequence[int],
    points: int = 20,
    highest: int = 8,
    activation: str = "tanh",
    widths: tuple[int, ...] = WIDTHS,
) -> Array:
    """Spearman correlation of frequency and test error: sin k x, k = 1..8, 20 points on one period,
    each trained to the same loss, or 1500 steps.
    """
    import torch
    from scipy.stats import spearmanr

    from proofs_check.training.descend import below, train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam

    k, x = range(1, highest + 1), torch.as_tensor(data.midpoints(points))
    between = torch.linspace(float(x[0]), float(x[-1]), 201, dtype=torch.float64)
    model, gain = mlp(widths, activation), 1.0 if activation == "tanh" else 2**0.5
    run = train(
        model,
        [p.repeat_interleave(highest, 0) for p in mlp_start(seeds, widths, gain)],
        x[:, None],
        data.waves(x, k).repeat(len(seeds), 1),
        rule=Adam(5e-3),
        steps=1500,
        stop=below(1e-4),
    )
    truth = data.waves(between, k).repeat(len(seeds), 1)
    error = mean_square(model(run.end, between[:, None]), truth)
    return np.array([spearmanr(k, row)[0] for row in error.reshape(len(seeds), -1).numpy()])


# ---------------------------------------------------------------- digits


def energy_above(x: Array, labels: Array) -> Array:
    """Share of the energy above the median frequency: places x (n,), labels (..., n, outputs);
    (...).
    """
    centred = labels - labels.mean(-2, keepdims=True)
    energy = (np.abs(numerics.spectrum(x, np.swapaxes(centred, -1, -2), BAND)) ** 2).sum(-2)
    return np.asarray(energy[..., np.median(BAND) < BAND].sum(-1) / energy.sum(-1))


def coded(scalar: bool, half: int | None) -> tuple[Array, Array]:
    """Principal coordinate and labels, one-hot (n, 10) or as one number (n, 1), of all digits or of
    the random half with this seed.
    """
    X, digit = data.digits(seed=None)
    rows = np.arange(len(X))
    if half is not None:
        rows = np.random.default_rng(half).permutation(len(X))[: len(X) // 2]
    labels = digit[rows, None].astype(float) if scalar else np.eye(10)[digit[rows]]
    return numerics.principal_coordinate(X[rows]), labels


def share_of_halves(seeds: Sequence[int]) -> Array:
    """Share of the energy above the median frequency in random halves, one-hot labels."""
    return np.array([energy_above(*coded(False, int(s))) for s in seeds])


def share_of_all(seeds: Sequence[int]) -> Array:
    """The same for all digits, the label as one number; no chance in it."""
    return np.array([energy_above(*coded(True, None)) for _ in seeds])


@cache
def shuffled_share(scalar: bool) -> float:
    """Rival: the same for shuffled labels, median of 50 shuffles."""
    x, labels = coded(scalar, 0)
    rng = np.random.default_rng(1)
    return float(np.median([energy_above(x, rng.permutation(labels)) for _ in range(50)]))


def shuffle_p(seeds: Sequence[int], scalar: bool, halves: bool, shuffles: int = 199) -> Array:
    """Rank of the true labels among shuffled ones, as a p value (S,): labels as one number or as
    classes, of all images or of a half for each seed.
    """
    p = np.zeros(len(seeds))
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng(1000 + seed)
        x, labels = coded(scalar, int(seed) if halves else None)
        null = energy_above(x, np.stack([rng.permutation(labels) for _ in range(shuffles)]))
        p[i] = (1 + np.sum(null <= energy_above(x, labels))) / (1 + shuffles)
    return p


class Fit(NamedTuple):
    """A classifier of digits, (S, ...): 64-40-10, 600 training images, Adam, 250 steps."""

    order: Array  # (S,) least over delta of log(steps of the high-pass / of the low-pass part)
    accuracy: Array  # (S,) on the other 1197 images
    low: Array  # (S, 2) relative error below the median frequency, training and held-out images
    high: Array  # (S, 2) the same above it


@cache
def digit_fit(
    seeds: tuple[int, ...],
    shuffled_labels: bool = False,
    shuffled_filter: bool = False,
    steps: int = 250,
    images: int = 600,
    activation: str = "relu",
) -> Fit:
    """Train and follow both parts of the label map for delta = 1, 2, 4, that is 0.7 to 3 squared
    distances of nearest neighbours.
    """
    import torch

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam

    X, digit = data.digits(seed=None)
    order = np.random.default_rng(0).permutation(len(X))
    chosen, rest = order[:images], order[images:]
    labels = np.eye(10)[np.random.default_rng(2).permutation(digit) if shuffled_labels else digit]
    labels = labels - labels[chosen].mean(0)
    places = (
        X[chosen][np.random.default_rng(3).permutation(images)] if shuffled_filter else X[chosen]
    )
    filters = [torch.as_tensor(numerics.gaussian_filter(places, d)) for d in (1.0, 2.0, 4.0)]
    y = torch.as_tensor(labels[chosen])
    fitted = np.full((len(filters), 2, len(seeds)), float(steps + 4))

    def watch(now: Moment) -> None:
        error = now.output - y
        for i, low_pass in enumerate(filters):
            parts = torch.matmul(low_pass, error), torch.matmul(low_pass, y)
            both = (parts[0], parts[1]), (error - parts[0], y - parts[1])
            for j, (missed, wanted) in enumerate(both):
                relative = (missed.norm(dim=(1, 2)) / wanted.norm()).numpy()
                fitted[i, j] = np.where(
                    (fitted[i, j] > steps) & (relative < FITTED), now.step, fitted[i, j]
                )

    widths = (64, 40, 10)
    model = mlp(widths, activation)
    inputs = torch.as_tensor(X - X[chosen].mean(0))
    run = train(
        model,
        mlp_start(seeds, widths),
        inputs[chosen],
        y.expand(len(seeds), -1, -1),
        rule=Adam(1e-2),
        steps=steps,
        watch=watch,
        every=4,
    )
    output = model(run.end, inputs).numpy()
    errors = [
        _band_errors(numerics.principal_coordinate(X)[part], output[:, part], labels[part])
        for part in (chosen, rest)
    ]
    return Fit(
        np.log((fitted[:, 1] + 4) / (fitted[:, 0] + 4)).min(0),
        (output[:, rest].argmax(2) == labels[rest].argmax(1)).mean(1),
        np.stack([low for low, _ in errors], 1),
        np.stack([high for _, high in errors], 1),
    )


def _band_errors(x: Array, output: Array, labels: Array) -> tuple[Array, Array]:
    """Relative error below and above the median frequency: output (S, n, 10), labels (n, 10); (S,)
    each.
    """
    missed, wanted = (
        np.abs(numerics.spectrum(x, np.swapaxes(v, -1, -2), BAND)) ** 2
        for v in (output - labels, labels)
    )
    upper = np.median(BAND) < BAND
    low, high = (
        np.sqrt(missed[..., band].sum((-2, -1)) / wanted[..., band].sum((-2, -1)))
        for band in (~upper, upper)
    )
    return low, high


def low_band(seeds: Sequence[int], images: int, column: int) -> Array:
    """Relative error of the low band at the images that were fitted (0) or held out (1)."""
    return digit_fit(tuple(seeds), images=images).low[:, column]


def filtered_order(seeds: Sequence[int], **setting: Any) -> Array:
    """Least over delta of log(steps of the high-pass part / of the low-pass part)."""
    return digit_fit(tuple(seeds), **setting).order


def control(what: str) -> float:
    """Rivals of three seeds: order for a filter over shuffled images, low band for such labels."""
    if what == "filter":
        return float(np.median(digit_fit((0, 1, 2), shuffled_filter=True).order))
    return float(np.median(digit_fit((0, 1, 2), shuffled_labels=True).low[:, 1]))


# ---------------------------------------------------------------- the checks


CHECKS: tuple[Check, ...] = (
    Check(
        name="pull_at_the_output_weight",
        quantity="log ratio of pulls, high over low frequency, dimensionless",
        claim=theory.pulls,
        predict=partial(predicted_ratio, 0, 1.0, 0.5),
        measure=partial(pull_ratio, parameter=0, w=1.0, b=0.5),
        terms={"fading of the error over 40 units": 0.01, "grid": 0.005},
        rival=-np.log(3),
        rival_why="the spectrum of a step, 1 / k, whatever the input weight",
    ),
    Check(
        name="pull_at_the_bias",
        quantity="log ratio of pulls, high over low frequency, dimensionless",
        claim=theory.pulls,
        predict=partial(predicted_ratio, 1, 1.0, 0.5),
        measure=partial(pull_ratio, parameter=1, w=1.0, b=0.5),
        terms={"fading of the error over 40 units": 0.01, "grid": 0.005},
        rival=0.0,
        rival_why="the spectrum of a spike, flat",
    ),
    Check(
        name="pull_at_the_input_weight_turned_round",
        quantity="log ratio of pulls, high over low frequency, dimensionless",
        claim=theory.order_of_pulls,
        predict=partial(predicted_ratio, 2, 6.0, 0.0),
        measure=partial(pull_ratio, parameter=2, w=6.0, b=0.0),
        terms={"fading of the error over 40 units": 0.01, "grid": 0.005},
        rival=partial(predicted_ratio, 1, 6.0, 0.0),
        rival_why="low frequencies pull more at every parameter, whatever the input weight",
    ),
    *(
        Check(
            name=f"low_before_high_{activation}",
            quantity="log ratio of steps to fit, k = 5 over k = 1, dimensionless",
            claim=theory.order_of_pulls,
            predict=Threshold("fp-low-to-high-1d", activation),
            measure=partial(order, activation=activation, scale=gain),
            terms={"features that move and a finite budget": 0.5},
            rival=order_with_oscillating_features,
            rival_why="there is no order: what networks with oscillating features do in the same "
            "measurement",
            side="at least",
            settles=(Settles("fp-low-to-high-1d", part=activation, scope="instances"),),
        )
        for activation, gain in (("tanh", 1.0), ("relu", 2**0.5))
    ),
    Check(
        name="output_close_to_the_low_wave",
        quantity="least distance to sin x, in units of the norm of sin x",
        claim=theory.plateau,
        predict=Threshold("fp-intermediate-output-is-sinx"),
        measure={
            "two periods, published start": closest_approach,
            "one period, published start": partial(closest_approach, periods=1),
            "two periods, usual start": partial(closest_approach, usual=True),
            "one period, usual start": partial(closest_approach, periods=1, usual=True),
            "two periods, ReLU": partial(closest_approach, usual=True, activation="relu"),
        },
        terms={"width a fifth of the published one": 0.1},
        rival=partial(numerics.nearest_to_the_low_wave, 1.0),
        rival_why="both waves are fitted at the same pace",
        side="at most",
        settles=(Settles("fp-intermediate-output-is-sinx", scope="instances"),),
    ),
    Check(
        name="order_across_activation_depth_rule",
        quantity="cells in which k = 1 is fitted before k = 5, a share",
        claim=theory.order_of_pulls,
        predict=Threshold("fp-robust-across-architecture-optimiser"),
        measure=share_of_cells,
        terms={"components that happen to fit at the start": 0.05},
        rival=0.5,
        rival_why="either order is as likely",
        side="at least",
        settles=(Settles("fp-robust-across-architecture-optimiser", scope="instances"),),
    ),
    Check(
        name="digits_lie_low",
        quantity="energy above the median frequency, a share",
        claim=theory.slope_energy,
        predict=Threshold("realdata-low-frequency-dominant", "one_hot"),
        measure=share_of_halves,
        terms={"noise of 898 images at all frequencies": 0.1},
        rival=partial(shuffled_share, False),
        rival_why="no dominance: the same labels shuffled",
        side="at most",
        settles=(Settles("realdata-low-frequency-dominant", part="one_hot", scope="instances"),),
        analogue=True,
    ),
    Check(
        name="digits_as_numbers_lie_low",
        quantity="energy above the median frequency, a share",
        claim=theory.slope_energy,
        predict=Threshold("realdata-low-frequency-dominant", "scalar"),
        measure=share_of_all,
        terms={"noise of 1797 images at all frequencies": 0.1},
        rival=partial(shuffled_share, True),
        rival_why="no dominance: the same labels shuffled",
        side="at most",
        settles=(Settles("realdata-low-frequency-dominant", part="scalar", scope="instances"),),
        analogue=True,
        deterministic=True,
    ),
    Check(
        name="digits_against_shuffles",
        quantity="rank of the true labels among shuffled ones, a p value",
        claim=theory.slope_energy,
        predict=Threshold("realdata-low-frequency-dominant", "against shuffled labels"),
        measure={
            f"{images}, {labels}": partial(shuffle_p, scalar=scalar, halves=halves)
            for images, halves in (("all images", False), ("half of the images", True))
            for labels, scalar in (("classes", False), ("one number", True))
        },
        terms={"finitely many shuffles": 0.0025},
        rival=0.5,
        rival_why="true labels are one more shuffle",
        side="at most",
        settles=(
            Settles(
                "realdata-low-frequency-dominant",
                part="against shuffled labels",
                scope="instances",
            ),
        ),
        analogue=True,
    ),
    Check(
        name="held_out_accuracy",
        quantity="accuracy on held-out digits, a share",
        claim=theory.slope_energy,
        predict=Threshold("lowfreq-data-missing-high-is-harmless", "accuracy"),
        measure=lambda seeds: digit_fit(tuple(seeds)).accuracy,
        terms={"1197 held-out images, 600 to learn from": 0.05},
        rival=0.1,
        rival_why="what is missed at high frequencies decides the class: chance",
        side="at least",
        settles=(
            Settles("lowfreq-data-missing-high-is-harmless", part="accuracy", scope="instances"),
        ),
    ),
    Check(
        name="low_band_is_fitted",
        quantity="relative error of the low band, dimensionless",
        claim=theory.slope_energy,
        predict=Threshold("lowfreq-data-missing-high-is-harmless", "low_band"),
        measure={
            f"{images} images, {where}": partial(low_band, images=images, column=column)
            for images in (600, 300)
            for column, where in enumerate(("fitted", "held out"))
        },
        terms={"250 steps": 0.05},
        rival=partial(control, "labels"),
        rival_why="the fit has nothing to do with low frequencies: held-out error for shuffled "
        "labels",
        side="at most",
        settles=(
            Settles("lowfreq-data-missing-high-is-harmless", part="low_band", scope="instances"),
        ),
    ),
    Check(
        name="high_band_is_missed",
        quantity="relative error of the high band at the training images, dimensionless",
        claim=theory.slope_energy,
        predict=np.log(2),
        measure=lambda seeds: np.log(
            digit_fit(tuple(seeds)).high[:, 1] / digit_fit(tuple(seeds)).low[:, 1]
        ),
        terms={"noise of 1197 images": 0.3},
        rival=0.0,
        rival_why="the network misses the same part of every frequency of held-out images",
        side="at least",
    ),
    Check(
        name="low_pass_before_high_pass",
        quantity="log ratio of steps to fit, high over low pass, dimensionless",
        claim=theory.order_of_pulls,
        predict=Threshold("fp-high-dim-projection-filtering"),
        measure={
            f"{images} images, {kind}": partial(filtered_order, images=images, activation=kind)
            for images in (600, 300)
            for kind in ("relu", "tanh")
        },
        terms={"seen every four steps": 0.1, "a finite budget": 0.3},
        rival=partial(control, "filter"),
        rival_why="any split of the labels behaves like this: the same filter over shuffled images",
        side="at least",
        settles=(Settles("fp-high-dim-projection-filtering", scope="instances"),),
    ),
    Check(
        name="test_error_rises_with_frequency",
        quantity="rank correlation of frequency and test error, dimensionless",
        claim=theory.slope_energy,
        predict=Threshold("fp-generalisation-falls-with-frequency"),
        measure={
            "tanh": rank_of_test_errors,
            "ReLU": partial(rank_of_test_errors, activation="relu"),
            "tanh, 40 points": partial(rank_of_test_errors, points=40),
            "tanh, one hidden layer": partial(rank_of_test_errors, widths=(1, 40, 1)),
        },
        terms={"neighbours that change places": 0.05},
        rival=0.0,
        rival_why="20 points determine every frequency below 10 equally well",
        side="at least",
        rounds=1,
        settles=(Settles("fp-generalisation-falls-with-frequency", scope="instances"),),
    ),
    Check(
        name="share_of_the_loss_change_decays",
        quantity="exponent in the frequency of the share of the loss change, dimensionless",
        claim=theory.share_of_the_loss_change,
        predict=Threshold("fp-general-network-qualitative", "trained"),
        measure={
            "tanh": slope_of_the_share,
            "SiLU": partial(slope_of_the_share, activation="silu"),
            "tanh, one hidden layer": partial(slope_of_the_share, widths=(1, 40, 1)),
            "tanh, sines of one size": partial(slope_of_the_share, even=True),
        },
        terms={"finite training and the gap between odd and even frequencies": 0.3},
        rival=slope_of_an_even_split,
        rival_why="all frequencies of the grid carry the same part of the change",
        side="at most",
        settles=(Settles("fp-general-network-qualitative", part="trained", scope="instances"),),
    ),
    Check(
        name="natural_signals_decay",
        quantity="exponent of the power in the radial frequency, dimensionless",
        claim=theory.slope_energy,
        predict=Threshold("natural-signal-spectrum-decays"),
        measure={name: partial(signal_slope, name=name) for name in NATURAL},
        terms={"few rings of small images": 0.1},
        rival=partial(typical, signal_slope, shuffled=True),
        rival_why="no decay: the same points shuffled",
        side="at most",
        settles=(Settles("natural-signal-spectrum-decays", scope="instances"),),
    ),
)
