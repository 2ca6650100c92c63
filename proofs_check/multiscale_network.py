"""Do networks built for high frequencies learn them faster?  The speed-up of each of them, beside a
control.

Setting: one input on [-pi, pi] (divided by pi, or on [-1, 1], where said), equispaced points, two
hidden layers of equal width, weights N(0, 1 / inputs of the neuron), first-layer biases N(0, 1),
later ones N(0, .1^2), Adam on the mean square error with all points.  Every network has at most as
many parameters as the plain one of width 50 (a trainable slope adds two). Measured: steps until the
relative error is below 5 %; a network that does not get there within the budget counts with the
budget, which is a lower bound. Source: the set-ups of the papers named in
``theory.multiscale_network``, scaled down; tones sin(kx) as in Xu et al., 2020.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from numerics import multiscale_network as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.training import data
from theory import Settles
from theory import multiscale_network as theory

Array = np.ndarray
Seeds = Sequence[int]
WIDTH = 50
PARAMETERS = WIDTH * (WIDTH + 4)  # of the plain network
TONES = (1, 5, 10)
COEFFICIENTS = (1, 2, 4, 8, 16, 32)
SHIFTS = (0, 15, 30, 45)
BANDWIDTH = 10.0
SLOPE = 5.0  # n of the trainable slope n a
CONTROL = (101, 102, 103)  # seeds of measured rivals


def equal_width(copies: int, inputs: int) -> int:
    """Largest width of ``copies`` networks with so many inputs that together have at most the
    parameters of the plain one.
    """
    return max(h for h in range(1, WIDTH + 1) if copies * h * (h + inputs + 3) <= PARAMETERS)


def start(seeds: Seeds, copies: int = 1, inputs: int = 1) -> list[Any]:
    """Parameters (S, copies, rows, columns) in single precision: two weights and biases, and the
    output weights.
    """
    from proofs_check.training.networks import normals

    h = equal_width(copies, inputs)
    shapes = [(copies, *shape) for shape in ((h, inputs), (h, 1), (h, h), (h, 1), (1, h))]
    sizes = (1.0, 1.0, h**-0.5, 0.1, (h * copies) ** -0.5)
    return [p.float() for p in normals(seeds, shapes, sizes, device="cpu")]


def network(
    parameters: Sequence[Any],
    x: Any,
    first: str | Callable[[Any], Any] = "tanh",
    later: str | Callable[[Any], Any] = "tanh",
    carrier: Any = 1.0,
) -> Any:
    """Outputs (S, n): the sum over copies of ``carrier`` (copies, n) times a network with these
    activations at the inputs x (..., copies, inputs, n).
    """
    from proofs_check.training.networks import activation

    w, b, v, c, a = parameters
    hidden = activation(later)(v @ activation(first)(w @ x + b) + c)
    return (carrier * (a @ hidden)[:, :, 0]).sum(1)


def grid(n: int) -> Any:
    """n midpoints of [-pi, pi] in single precision."""
    import torch

    return torch.as_tensor(data.midpoints(n, dtype=np.float32))


def steps_until_fitted(
    model: Callable[[Sequence[Any], Any], Any],
    parameters: Sequence[Any],
    x: Any,
    y: Any,
    rates: float | tuple[float, ...],
    budget: int,
    error: Callable[[Any], Any] | None = None,
    fixed: Sequence[Any] = (),
) -> Array:
    """First step at which ``error(output)`` is below 5 %, else the budget, (S,); Adam, one rate or
    one per tensor.
    """
    from proofs_check.training.descend import train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.rules import Adam

    error = error or (lambda output: ((output - y) ** 2).mean(1).sqrt() / (y**2).mean().sqrt())
    run = train(
        model,
        parameters,
        x,
        y,
        rule=Adam(rates),
        steps=budget - 1,
        loss=mean_square,
        stop=lambda now: error(now.output) < 0.05,
        fixed=fixed,
    )
    return np.where(run.reached, run.steps, budget)


def at(x: Any) -> Any:
    """Points as the one input of the one copy, (1, 1, n)."""
    return x[None, None]


# --- phase shift
def phase_shift_steps(
    seeds: Seeds, shifts: Sequence[float], k: int = 40, n: int = 100, budget: int = 1000
) -> Array:
    """Steps of the sum over shifts of cos(shift x) T(x) + sin(shift x) U(x), a network each, on
    [-1, 1]; no shifts: the plain network.
    """
    import torch

    x = grid(n) / torch.pi
    carrier = None
    if shifts:
        waves = torch.tensor(shifts)[:, None] * x
        carrier = torch.cat([waves.cos(), waves.sin()])
    return steps_until_fitted(
        lambda p, x: network(p, at(x), carrier=1.0 if carrier is None else carrier),
        start(seeds, 1 if carrier is None else len(carrier)),
        x,
        torch.sin(k * x),
        1e-2,
        budget,
    )


def phase_shift_gain(seeds: Seeds, shifts: Sequence[float] = SHIFTS) -> Array:
    """log(steps of the plain network / steps with shifts), (S,)."""
    return np.log(phase_shift_steps(seeds, ()) / phase_shift_steps(seeds, shifts))


@cache
def gain_without_shift() -> float:
    """The same with as many sub-networks, none of them shifted."""
    return typical(phase_shift_gain, CONTROL, shifts=(0.0,) * len(SHIFTS))


# --- scales
def multiscale_gain(
    seeds: Seeds, blocks: bool, width: float, n: int = 100, budget: int = 1200
) -> Array:
    """log(steps of the plain network / steps with coefficients) for the highest of three tones,
    (S,); inputs on [-width, width], the activation relu(z) relu(1 - z) of the published networks.

    blocks: one sub-network for each coefficient; else one dense network whose first-layer neurons
    share the coefficients.
    """
    import torch

    x = grid(n)
    y, inner = data.sines(x, TONES), at(x * width / torch.pi)
    waves = torch.stack([torch.sin(TONES[-1] * x), torch.cos(TONES[-1] * x)], 1) * 2 / n

    def error(output: Any) -> Any:
        return ((output - y) @ waves).norm(dim=1)

    scale = torch.tensor(COEFFICIENTS, dtype=torch.float32)
    own = scale.repeat_interleave(-(-WIDTH // len(scale)))[:WIDTH, None]

    def plain(p: Sequence[Any], _: Any) -> Any:
        return network(p, inner, "compact", "compact")

    def scaled(p: Sequence[Any], _: Any) -> Any:
        if blocks:
            return network(p, scale[:, None, None] * inner, "compact", "compact")
        return network([own * p[0], *p[1:]], inner, "compact", "compact")

    before, after = (
        steps_until_fitted(model, start(seeds, copies), x, y, 1e-2, budget, error)
        for model, copies in ((plain, 1), (scaled, len(scale) if blocks else 1))
    )
    return np.log(before / after)


# --- trainable slope
@cache
def slope_steps(
    seeds: tuple[int, ...],
    kind: str,
    k: int = 8,
    n: int = 100,
    rate: float = 3e-3,
    budget: int = 2000,
) -> Array:
    """Steps of tanh(n a z) with trainable a ("slope"), of fixed tanh ("fixed"), and of fixed tanh
    with the rates of n a w at the start.

    "layer": each layer's weights and biases with their own factor; "all": every parameter with that
    of the first layer.
    """
    import torch

    x = grid(n)
    y, weights = torch.sin(k * x), start(seeds)
    if kind == "slope":
        slopes = [torch.full((len(seeds), 1, 1, 1), 1 / SLOPE) for _ in range(2)]

        def model(p: Sequence[Any], x: Any) -> Any:
            w, b, v, c, a, one, two = p
            one, two = SLOPE * one, SLOPE * two
            return network((one * w, one * b, two * v, two * c, a), at(x))

        return steps_until_fitted(model, [*weights, *slopes], x, y, rate, budget)
    first, second = (
        float(rate * numerics.slope_factor(SLOPE, size)) for size in (1.0, WIDTH**-0.5)
    )
    rates = {
        "fixed": (rate,) * 5,
        "layer": (first, first, second, second, rate),
        "all": (first,) * 5,
    }[kind]
    return steps_until_fitted(lambda p, x: network(p, at(x)), weights, x, y, rates, budget)


def slope_gain(seeds: Seeds, *controls: str) -> Array:
    """log(steps of the fastest of these fixed networks / steps with a trainable slope), (S,)."""
    fastest = np.min([slope_steps(tuple(seeds), kind) for kind in controls], axis=0)
    return np.log(fastest / slope_steps(tuple(seeds), "slope"))


# --- Fourier features
def features(seeds: Seeds, x: Any, bandwidth: float, m: int = 20) -> Any:
    """cos and sin of m random frequencies for each seed, over sqrt(m): (S, 1, 2m, n)."""
    import torch

    from proofs_check.training.networks import normal

    waves = bandwidth * normal(seeds, (m, 1), stream=9, device="cpu").float() * x
    return torch.cat([waves.cos(), waves.sin()], 1)[:, None] / m**0.5


def feature_gain(
    seeds: Seeds, bandwidth: float = BANDWIDTH, k: int = 20, n: int = 100, budget: int = 1000
) -> Array:
    """log(steps of the plain network / steps on features) for sin(kx), (S,)."""
    import torch

    x = grid(n)
    y, waves = torch.sin(k * x), features(seeds, x, bandwidth)
    plain = steps_until_fitted(
        lambda p, x: network(p, at(x / torch.pi)), start(seeds), x, y, 3e-3, budget
    )
    seen = steps_until_fitted(
        lambda p, _: network(p[:5], p[5]),
        start(seeds, 1, waves.shape[2]),
        x,
        y,
        3e-3,
        budget,
        fixed=[waves],
    )
    return np.log(plain / seen)


@cache
def gain_of_narrow_features() -> float:
    """The same with features of bandwidth one."""
    return typical(feature_gain, CONTROL, bandwidth=1.0)


def tangent_kernel_gain(seeds: Seeds, bandwidth: float = BANDWIDTH, n: int = 64) -> Array:
    """log of (energy of frequency 20 / energy of frequency 1) in the tangent kernel at the start,
    with features over without, (S,).
    """
    import torch

    from proofs_check.training.curvature import gram

    x = grid(n)
    waves, angle = features(seeds, x, bandwidth), x.double().numpy()
    ratios = []
    for inner, inputs in ((waves, waves.shape[2]), (at(x / torch.pi), 1)):

        def model(p: Any, X: Any, inner: Any = inner) -> Any:
            return network(p, inner)

        kernel = gram(model, start(seeds, 1, inputs), x).double().numpy()
        modes = [np.stack([np.sin(k * angle), np.cos(k * angle)]) for k in (20, 1)]
        high, low = ((v @ kernel @ v.T).trace(axis1=1, axis2=2) for v in modes)
        ratios.append(high / low)
    return np.log(ratios[0] / ratios[1])


def linear_feature_ratio(seeds: Seeds, m: int = 20_000, n: int = 64, k: int = 10) -> Array:
    """log of (energy of frequency k / energy of frequency 1) in the tangent kernel of a linear
    model on m random features, (S,).
    """
    x = grid(n).double().numpy()
    found = []
    for seed in seeds:
        omega = BANDWIDTH * np.random.default_rng(seed).standard_normal(m)
        table = np.concatenate([np.cos(omega[:, None] * x), np.sin(omega[:, None] * x)])  # (2m, n)
        high, low = (
            sum(np.sum((table @ wave(f * x)) ** 2) for wave in (np.sin, np.cos)) for f in (k, 1)
        )
        found.append(np.log(high / low))
    return np.array(found)


def linear_feature_theory(n: int = 64, k: int = 10) -> float:
    """The same for infinitely many features."""
    x = (np.arange(n) + 0.5) / n * 2 * np.pi - np.pi
    return float(
        np.log(numerics.mode_ratio(numerics.feature_kernel(x[:, None] - x, BANDWIDTH), x, k))
    )


# --- derivative loss
def halving_ratio(
    seeds: Seeds, order: bool, rate: float, m: int = 350, n: int = 24, budget: int = 6000
) -> Array:
    """log(steps to halve the error of sin 5x / steps to halve that of sin x) under descent on the
    loss with or without derivatives, (S,).

    One hidden layer of m tanh neurons and their negatives on the circle, inputs (cos x, sin x, 1),
    w ~ N(0, 4), f(0) = 0.
    """
    import torch

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.losses import half_mean_square
    from proofs_check.training.networks import normals
    from proofs_check.training.rules import Descent

    x = (torch.arange(n) / n * 2 * torch.pi).to(torch.float32)
    point = torch.stack([x.cos(), x.sin(), torch.ones_like(x)])
    moved = torch.stack([-x.sin(), x.cos(), torch.zeros_like(x)])
    modes = data.waves(x, (1, 5))
    y, dy = modes.sum(0), sum(k * torch.cos(k * x) for k in (1, 5))
    w, a = (p.float() for p in normals(seeds, [(m, 3), (m,)], device="cpu"))
    start = [2 * torch.cat([w, w], 1), torch.cat([a, -a], 1)]
    first = np.full((len(seeds), 2), np.nan)

    def values(parameters: Sequence[Any], point: Any) -> Any:
        """f, and f' where it counts: (S, 1 or 2, n)."""
        w, a = parameters
        hidden = torch.tanh(w @ point)
        output = (a[:, :, None] * hidden).sum(1) / m**0.5
        if not order:
            return output[:, None]
        slope = (a[:, :, None] * (1 - hidden**2) * (w @ moved)).sum(1) / m**0.5
        return torch.stack([output, slope], 1)

    def loss(output: Any, y: Any) -> Any:
        missed = half_mean_square(output[:, 0], y)
        return missed + half_mean_square(output[:, 1], dy) if order else missed

    def halved(now: Moment) -> Array:
        left = (1 - now.output[:, 0] @ modes.T * 2 / n).numpy()
        at = now.alive
        first[at] = np.where(np.isnan(first[at]) & (left < 0.5), now.step, first[at])
        return ~np.isnan(first[at]).any(1)

    train(values, start, point, y, rule=Descent(rate), steps=budget - 1, loss=loss, stop=halved)
    return np.log(first[:, 1] / first[:, 0])


def derivative_gain(seeds: Seeds) -> Array:
    """How much the derivative in the loss shortens the wait for frequency 5, measured against
    frequency 1, (S,).
    """
    return halving_ratio(seeds, False, 0.05) - halving_ratio(seeds, True, 0.01)


def derivative_theory(order: float = 1.0) -> float:
    """log of the ratio of the factors of frequency 5 and frequency 1."""
    low, high = np.log(numerics.derivative_factor([1, 5], order))
    return float(high - low)


# --- activations and first layers
ACTIVATIONS = ("sine", "tanh", "gaussian", "relu", "softplus")


def spread(seeds: Seeds, kinds: Sequence[str], n: int = 100, budget: int = 600) -> Array:
    """log(slowest / fastest) of these activations on three sines, a start of its own each, (S,)."""
    x = grid(n)
    y, steps = data.sines(x, (1, 2, 3)), []
    for kind in dict.fromkeys(kinds):
        own = [1000 * i + s for i, each in enumerate(kinds) if each == kind for s in seeds]

        def model(p: Sequence[Any], x: Any, kind: str = kind) -> Any:
            return network(p, at(x), kind, kind)

        steps += list(steps_until_fitted(model, start(own), x, y, 3e-3, budget))
    found = np.reshape(steps, (len(kinds), len(seeds)))
    return np.log(found.max(axis=0) / found.min(axis=0))


@cache
def spread_of_starts() -> float:
    """The same for five starts of one activation, sine."""
    return typical(spread, range(101, 112), kinds=("sine",) * 5)


def first_layer_gain(seeds: Seeds, n: int = 100, steps: int = 800) -> Array:
    """log(test error with tanh in the first layer / with sines and cosines there) between the
    training points, (S,).
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.rules import Adam

    x = grid(n)
    between = (x[1:] + x[:-1]) / 2
    y, truth = data.sines(x, TONES), data.sines(between, TONES)

    def waves(z: Any) -> Any:
        return torch.cat(
            [torch.sin(z[..., : WIDTH // 2, :]), torch.cos(z[..., WIDTH // 2 :, :])], -2
        )

    errors = []
    for first in (torch.tanh, waves):

        def model(p: Sequence[Any], x: Any, first: Any = first) -> Any:
            return network(p, at(x), first)

        end = train(model, start(seeds), x, y, rule=Adam(3e-3), steps=steps, loss=mean_square).end
        errors.append(mean_square(model(end, between), truth).sqrt().numpy())
    return np.log(errors[0] / errors[1])


STEPS = "steps counted whole, error not monotone"

CHECKS: tuple[Check, ...] = (
    Check(
        name="phase_shift_speeds_up",
        quantity="log ratio of steps to fit, plain over shifted, dimensionless",
        claim=theory.phase_shift,
        predict=Threshold("fp-phase-shift-dnn"),
        measure=phase_shift_gain,
        terms={STEPS: 0.2},
        rival=gain_without_shift,
        rival_why="splitting into sub-networks helps, the shift does not (measured with eight "
        "unshifted sub-networks)",
        side="at least",
        settles=(Settles("fp-phase-shift-dnn", scope="instances"),),
    ),
    Check(
        name="multiscale_speeds_up_on_a_unit_interval",
        quantity="log ratio of steps to fit, plain over multi-scale, dimensionless",
        claim=theory.flattening,
        predict=Threshold("fp-multiscale-dnn", "unit_interval"),
        measure=lambda seeds: multiscale_gain(seeds, blocks=True, width=1.0),
        terms={STEPS: 0.1},
        rival=0.0,
        rival_why="coefficients fixed at the start change nothing that training would not",
        side="at least",
        settles=(Settles("fp-multiscale-dnn", part="unit_interval", scope="instances"),),
    ),
    Check(
        name="multiscale_slows_down_on_a_wide_interval",
        quantity="log ratio of steps to fit, plain over multi-scale, dimensionless",
        claim=theory.scaled_rate,
        predict=Threshold("fp-multiscale-dnn", "wide_interval"),
        measure=lambda seeds: multiscale_gain(seeds, blocks=False, width=float(np.pi)),
        terms={STEPS: 0.1},
        rival=0.0,
        rival_why="coefficients do no harm wherever the data lie (but unscaled biases leave most "
        "of the interval without features)",
        side="at most",
        settles=(Settles("fp-multiscale-dnn", part="wide_interval", scope="instances"),),
    ),
    Check(
        name="trainable_slope_speeds_up",
        quantity="log ratio of steps to fit, fixed over trainable slope, dimensionless",
        claim=theory.trainable_slope,
        predict=Threshold("fp-adaptive-activation", "fixed_slope"),
        measure=lambda seeds: slope_gain(seeds, "fixed"),
        terms={STEPS: 0.1},
        rival=0.0,
        rival_why="the slope can be absorbed into the weights, so training it changes nothing",
        side="at least",
        settles=(Settles("fp-adaptive-activation", part="fixed_slope", scope="instances"),),
    ),
    Check(
        name="trainable_slope_is_more_than_a_learning_rate",
        quantity="log ratio of steps to fit, fixed over trainable slope, dimensionless",
        claim=theory.trainable_slope,
        predict=Threshold("fp-adaptive-activation", "same_rate"),
        measure=lambda seeds: slope_gain(seeds, "layer", "all"),
        terms={STEPS: 0.1},
        rival=0.0,
        rival_why="the gain is the larger effective learning rate, which a fixed slope can have "
        "as well",
        side="at least",
        settles=(Settles("fp-adaptive-activation", part="same_rate", scope="instances"),),
    ),
    Check(
        name="features_have_the_spectrum_of_their_frequencies",
        quantity="log ratio of kernel energies of two frequencies, dimensionless",
        claim=theory.feature_spectrum,
        predict=linear_feature_theory,
        measure=linear_feature_ratio,
        terms={"finitely many features, some 1000 near each frequency": 0.15},
        rival=0.0,
        rival_why="features make all frequencies equal",
    ),
    Check(
        name="features_flatten_the_tangent_kernel",
        quantity="log gain of the kernel's high frequency over its low one, dimensionless",
        claim=theory.feature_spectrum,
        predict=Threshold("fp-fourier-features", "kernel"),
        measure=tangent_kernel_gain,
        terms={"20 random features: none may lie near frequency 20": 0.4},
        rival=0.0,
        rival_why="the tangent kernel of the layers behind decides, not the features",
        side="at least",
        settles=(Settles("fp-fourier-features", part="kernel", scope="instances"),),
    ),
    Check(
        name="features_speed_up",
        quantity="log ratio of steps to fit, plain over features, dimensionless",
        claim=theory.feature_spectrum,
        predict=Threshold("fp-fourier-features", "training"),
        measure=feature_gain,
        terms={STEPS: 0.2},
        rival=gain_of_narrow_features,
        rival_why="more inputs help, whatever their frequencies (measured with bandwidth one)",
        side="at least",
        settles=(Settles("fp-fourier-features", part="training", scope="instances"),),
    ),
    Check(
        name="derivative_loss_gains_its_factor",
        quantity="log gain of the high frequency over the low one, dimensionless",
        claim=theory.derivative_loss,
        predict=derivative_theory,
        measure=derivative_gain,
        terms={
            "steps counted whole, one in thirty": 0.05,
            "finite width: frequencies mix and the kernel moves": 0.25,
        },
        rival=lambda: derivative_theory(0.5),
        rival_why="the derivative gains one power of the frequency, not two",
        settles=(
            Settles("highfreq-derivative-loss-accelerates", part="training", scope="instances"),
        ),
    ),
    Check(
        name="activations_differ_more_than_starts",
        quantity="log ratio of errors between activations, dimensionless",
        claim=theory.scaled_rate,
        predict=Threshold("activation-choice-matters"),
        measure=lambda seeds: spread(seeds, ACTIVATIONS),
        terms={STEPS: 0.15},
        rival=spread_of_starts,
        rival_why="five activations differ as five starts of one do (measured with sine)",
        side="at least",
        settles=(Settles("activation-choice-matters", scope="instances"),),
    ),
    Check(
        name="sines_in_the_first_layer_help",
        quantity="log ratio of test errors, tanh over sines, dimensionless",
        claim=theory.feature_spectrum,
        predict=Threshold("sincos-first-layer-helps"),
        measure=first_layer_gain,
        terms={"error not monotone in time": 0.1},
        rival=0.0,
        rival_why="the first layer learns what it needs, whatever its activation",
        side="at least",
        settles=(Settles("sincos-first-layer-helps", scope="instances"),),
    ),
)
