"""Are the details of an image late in a network that fits it, and is the output smoother on the
way?  Coordinate networks on three images, with Fourier features, and an untrained decoder.

Set-ups.  Images of 16 x 16 pixels, two hidden layers of 64 units, 300 steps of Adam at a rate of
0.003; Fourier features of the width 15 as inputs; a decoder of two linear upsamplings by two, each
with a convolution of 16 channels and ReLU, from a code of noise that is not trained.  Rings: the
lowest and the highest quarter of the frequencies on the axes, after a Hann window.  A wide network
near its start is held against the flow of its kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

from numerics import image_regression as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from theory import Settles
from theory import image_regression as theory

Array = np.ndarray
SIDE, WIDTH, STEPS, RATE = 16, 64, 300, 3e-3
EVERY = 5  # steps between looks
EDGES = (0.0, 2.0, 4.0, 6.0, 8.0)  # rings, periods per image
FEATURES, SPREAD = 64, 15.0  # Fourier features, standard deviation of their frequencies
CHANNELS, CODE = 16, 4  # of the decoder, side of its code
WIDE, PACE = 1500, 0.08  # neurons of a wide network, before mirroring; its time step
TIME = 5.0
IMAGES = ("china", "flower", "middle of flower")


def pixels(side: int) -> Array:
    """Centres (side^2, 2) of the pixels of [-1, 1]^2."""
    one = (np.arange(side) + 0.5) / side * 2 - 1
    return np.stack(np.meshgrid(one, one, indexing="ij"), -1).reshape(-1, 2)


COARSE = np.sin(3 * pixels(12)[:, 0] + 2 * pixels(12)[:, 1]).reshape(12, 12)  # for wide networks
COARSE = COARSE + np.cos(4 * pixels(12)[:, 1]).reshape(12, 12)


@cache
def image(name: str, side: int = SIDE) -> Array:
    """The image (side, side), of mean zero and variance one."""
    found: Array = numerics.grey_images(side)[IMAGES.index(name)]
    return found


@dataclass(frozen=True)
class Course:
    """Steps of looks, errors of the rings there (looks, S, rings), outputs half-way (S, n, n)."""

    steps: Array
    errors: Array
    half: Array


@cache
def course(
    seeds: tuple[int, ...], name: str = "china", kind: str = "relu", steps: int = STEPS
) -> Course:
    """What networks show of an image in the first ``steps`` steps, half of ``STEPS`` at least;
    kind: an activation, "features" or "decoder".
    """
    import torch

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.networks import mlp, mlp_start, normals
    from proofs_check.training.rules import Adam

    target, rows = image(name), len(seeds)
    looks: list[tuple[int, Array, Array]] = []

    def look(now: Moment) -> None:
        outputs = now.output.double().numpy().reshape(rows, SIDE, SIDE)
        looks.append((now.step, numerics.band_errors(target, outputs, EDGES), outputs))

    inputs = torch.as_tensor(pixels(SIDE), dtype=torch.float32)
    fixed: list[Any] = []
    if kind == "decoder":
        channels = [CHANNELS, CHANNELS, CHANNELS, 1]
        shapes = [(b, a, 3, 3) for a, b in pairwise(channels)]
        start = normals(seeds, shapes, [(2 / (9 * a)) ** 0.5 for a in channels[:-1]], device="cpu")
        fixed = [normals(seeds, [(CHANNELS, CODE, CODE)], stream=31, device="cpu")[0].float()]
        model: Any = _decoder
    else:
        if kind == "features":
            w = normals(seeds, [(2, FEATURES)], SPREAD, stream=32, device="cpu")[0].float()
            seen = inputs @ w
            inputs = torch.cat([seen.cos(), seen.sin()], 2) * 2**0.5
        widths = (inputs.shape[-1], WIDTH, WIDTH, 1)
        start = mlp_start(seeds, widths, "he" if kind != "tanh" else "lecun", device="cpu")
        model = mlp(widths, "tanh" if kind == "tanh" else "relu")
    train(
        model,
        [p.float() for p in start],
        inputs,
        torch.as_tensor(target.ravel(), dtype=torch.float32),
        rule=Adam(RATE),
        steps=steps,
        every=EVERY,
        watch=look,
        fixed=fixed,
    )
    at, errors, outputs = zip(*looks, strict=True)
    return Course(np.array(at), np.stack(errors), outputs[at.index(STEPS // 2)])


def _decoder(parameters: Sequence[Any], _: Any) -> Any:
    """Outputs (S, pixels): convolution, ReLU and linear upsampling twice, and a last convolution;
    the seeds are groups of one convolution.
    """
    from torch.nn.functional import conv2d, interpolate, relu

    *kernels, code = parameters
    rows = len(code)
    h = code.reshape(1, -1, CODE, CODE)
    for at, kernel in enumerate(kernels):
        h = conv2d(h, kernel.flatten(0, 1), padding=1, groups=rows)
        if at < len(kernels) - 1:
            h = interpolate(relu(h), scale_factor=2, mode="bilinear")
    return h.reshape(rows, -1)


# ---------------------------------------------------------------- measurements


def lateness(seeds: Sequence[int], **setting: Any) -> Array:
    """log of the steps to half the error, highest ring over lowest, (S,); a ring that is not halved
    counts as halved at the end.
    """
    seen = course(tuple(seeds), **setting)
    below = seen.errors < 0.5
    first = np.where(below.any(0), below.argmax(0), len(seen.steps) - 1)
    steps = seen.steps[first] + EVERY
    return np.log(steps[:, -1] / steps[:, 0])


def smoothness(seeds: Sequence[int], **setting: Any) -> Array:
    """log of the share of energy above the second ring, output half-way over image, (S,)."""
    target = image(setting.get("name", "china"))
    half = course(tuple(seeds), steps=STEPS // 2, **setting).half
    shares = [numerics.high_share(target, output, EDGES[2]) for output in half]
    return np.array([np.log(output / whole) for whole, output in shares])


def wide_error(seeds: Sequence[int]) -> Array:
    """Error of the lowest ring of ``COARSE`` at the time ``TIME`` in wide mirrored ReLU networks,
    (S,): those of ``numerics.image_regression.image_flow``, with a finite width and steps.
    """
    import torch
    from torch import Tensor

    from proofs_check.training.descend import train
    from proofs_check.training.networks import two_layer_start
    from proofs_check.training.rules import Descent
    from proofs_check.training.written_out import two_layer

    hidden = two_layer(WIDE**0.5, "relu")  # mirrored, so the squared scale is half the neurons

    def model(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        return hidden(parameters[:2], X) + parameters[2]

    side = len(COARSE)
    X = torch.as_tensor(np.c_[pixels(side), np.ones(side * side)], dtype=torch.float32)
    steps = int(np.ceil(TIME / PACE))
    start = [p.float() for p in two_layer_start(seeds, WIDE, 3, 1.0, 1.0, device="cpu")]
    run = train(
        model,
        [*start, torch.zeros(len(seeds), 1)],
        X,
        torch.as_tensor(COARSE.ravel(), dtype=torch.float32),
        rule=Descent(TIME / steps),
        steps=steps,
        every=steps,
    )
    found = model(run.end, X).double().numpy().reshape(-1, side, side)
    window = np.hanning(2 * side + 1)[1::2]
    left, whole = (
        np.abs(np.fft.fft2((part - part.mean((-2, -1), keepdims=True)) * np.outer(window, window)))
        for part in (found - COARSE, COARSE)
    )
    one = np.fft.fftfreq(side, 1 / side)
    radii = np.hypot(one[:, None], one)
    ring = (radii > EDGES[0]) & (radii <= EDGES[1])
    return np.sqrt((left[:, ring] ** 2).sum(1) / (whole[ring] ** 2).sum())


def wide_prediction() -> float:
    """The same error by the kernel."""
    output = numerics.image_flow(COARSE, TIME)
    return float(numerics.band_errors(COARSE, output, EDGES[:2])[0, 0])


LATE = "log of the steps to half the error, fine over coarse"
SMOOTH = "log of the share of fine detail, output over image"
COURSES: dict[str, dict[str, Any]] = {
    **{f"{name}, ReLU": {"name": name} for name in IMAGES},
    "china, tanh": {"kind": "tanh"},
}
DECODER = {"china, untrained decoder": {"kind": "decoder"}}
WITH_FEATURES = {"china, Fourier features": {"kind": "features"}}
CHECKS: tuple[Check, ...] = (
    Check(
        name="fine_rings_are_halved_late",
        quantity="log ratio of steps, highest ring over lowest, dimensionless",
        claim=theory.details_come_late,
        predict=Threshold("fp-image-prior-high-frequency-late", LATE),
        measure={
            name: partial(lateness, **setting) for name, setting in (COURSES | DECODER).items()
        },
        terms={"looks every five steps": 0.3},
        rival=0.0,
        rival_why="details come no later than the rest",
        side="at least",
        settles=(Settles("fp-image-prior-high-frequency-late", part=LATE, scope="instances"),),
    ),
    Check(
        name="the_output_is_smoother",
        quantity="log ratio of shares of energy above the second ring, dimensionless",
        claim=theory.smoothing,
        predict=Threshold("image-fit-smooths", SMOOTH),
        measure={
            name: partial(smoothness, **setting)
            for name, setting in (COURSES | WITH_FEATURES).items()
        },
        terms={"window": 0.05},
        rival=0.0,
        rival_why="the output has the detail of the image",
        side="at most",
        settles=(Settles("image-fit-smooths", part=SMOOTH, scope="instances"),),
    ),
    Check(
        name="a_wide_network_follows_the_kernel",
        quantity="error of the lowest ring over its amplitude at the time 5, a share",
        claim=theory.response,
        predict=wide_prediction,
        measure=wide_error,
        terms={"width, m^-1/2": 0.03, "steps": 0.01},
        rival=0.0,
        rival_why="a network with more parameters than pixels has fitted what is coarse by then",
    ),
)


def portrait(axes: Any) -> None:
    """Steps to half the error over the frequency, of three images, plain and with features."""
    middle = (np.array(EDGES[1:]) + EDGES[:-1]) / 2
    seeds = tuple(range(11))
    for at, (name, setting) in enumerate((COURSES | WITH_FEATURES).items()):
        seen = course(seeds, **setting)
        below = seen.errors < 0.5
        steps = np.where(below.any(0), seen.steps[below.argmax(0)] + EVERY, np.nan)
        plain = "features" not in name
        low, middle_steps, high = np.nanquantile(
            np.where(np.isnan(steps), STEPS, steps), (0, 0.5, 1), axis=0
        )
        axes.errorbar(
            middle + 0.08 * (at - 2),
            middle_steps,
            [middle_steps - low, high - middle_steps],
            fmt="o-" if plain else "s--",
            color=f"C{at}" if plain else "#999999",
            capsize=2,
            label=name,
        )
    times = numerics.half_times(image("china"), EDGES)
    axes.plot(middle, times / times[0] * 20, color="#0072B2", lw=1, label="derived flow, scaled")
    axes.axhline(STEPS, color="k", lw=0.5)
    axes.set(
        xlabel="frequency of the ring, periods per image",
        ylabel="steps to half the error",
        yscale="log",
        title="Details come late; points on the upper line: not within 300 steps",
    )
    axes.legend()
