"""How much of a wave does linear upsampling show when its code is trained to the end?  Waves on
both sides of half the finest frequency, by descent on the code.

Set-ups.  32 pixels on a ring, a code of 16 numbers that starts at zero, weights 1/2, 1, 1/2, waves
of random phase.  Measured: energy of the output over that of the wave after 200 steps of descent.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import image_regression as numerics
from proofs_check.core.check import Check
from proofs_check.core.portrait import draw
from theory import upsampling as theory

Array = np.ndarray
PIXELS, STEPS = 32, 200


def shown(seeds: Sequence[int], periods: int, upsample: bool = True) -> Array:
    """Share of the energy of a wave that a trained code shows, (S,); without ``upsample`` the code
    has a number for each pixel.
    """
    import torch
    from torch import Tensor

    from proofs_check.training.descend import train
    from proofs_check.training.rules import Descent

    turn = 2 * np.pi * periods * np.arange(PIXELS) / PIXELS
    phases = [np.random.default_rng([int(seed), 61]).uniform(0, 2 * np.pi) for seed in seeds]
    waves = torch.as_tensor(np.stack([np.cos(turn + phase) for phase in phases]))

    def model(parameters: Sequence[Tensor], _: Tensor) -> Tensor:
        (code,) = parameters
        if not upsample:
            return code
        between = (code + code.roll(-1, 1)) / 2
        return torch.stack([code, between], 2).flatten(1)

    start = torch.zeros(len(seeds), PIXELS // 2 if upsample else PIXELS, dtype=torch.float64)
    run = train(
        model,
        [start],
        torch.zeros(PIXELS, dtype=torch.float64),
        waves,
        rule=Descent(0.5 * PIXELS),  # rates of the code are 1 to 2, over the number of pixels
        steps=STEPS,
        every=STEPS,
    )
    found = (model(run.end, waves) ** 2).sum(1) / (waves**2).sum(1)
    return np.asarray(found.numpy())


def predicted(periods: int) -> float:
    """By the derived part."""
    return float(numerics.decoder_gain(2 * np.pi * periods / PIXELS))


NAMES = {5: "a_smooth_wave_is_shown", 10: "a_fine_wave_is_not"}
CHECKS: tuple[Check, ...] = tuple(
    Check(
        name=NAMES[periods],
        quantity=f"energy shown of a wave of {periods} periods over 32 pixels, a share",
        claim=theory.decoder_gain,
        predict=partial(predicted, periods),
        measure=partial(shown, periods=periods),
        terms={"training": 0.01},
        rival=rival,
        rival_why=why,
    )
    for periods, rival, why in (
        (5, 0.5, "half of the numbers show half of every wave"),
        (10, 1.0, "what is trained to the end shows the image"),
    )
)


def portrait(axes: Any) -> None:
    """Share of the energy that can be shown over the frequency, with what trained codes showed."""
    omega = np.linspace(0, np.pi, 201)
    axes.plot(
        omega / np.pi, numerics.decoder_gain(omega), color="#0072B2", label="derived: 1 direction"
    )
    axes.plot(
        omega / np.pi,
        numerics.decoder_gain(omega) ** 2,
        color="#009E73",
        label="derived: diagonal waves of 2 directions",
    )
    axes.axhline(1, ls="--", color="#999999", label="rival: one number for each pixel")
    draw(
        axes,
        "upsampling",
        {2 * periods / PIXELS: name for periods, name in NAMES.items()},
        "measured: trained codes, 11 phases",
    )
    axes.set(
        xlabel="frequency over the finest one, dimensionless",
        ylabel="energy that is shown in the end, a share",
        title="What linear upsampling by two can draw",
        ylim=(-0.03, 1.2),
    )
    axes.legend(loc="lower left")
