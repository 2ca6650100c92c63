"""Is the bound by the norm reached, and how far below it are random weights?  Slopes that are
trained to be as large as a norm allows.

Set-ups.  ReLU networks of 8 inputs and layers of 8 units without biases, weights kept at one norm,
gradient ascent of the output at one input.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import weight_norm as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from proofs_check.core.judging import typical
from theory import weight_norm as theory

Array = np.ndarray
UNITS, RADIUS = 8, 2.0


def largest_slope(
    seeds: Sequence[int], layers: int, steps: int = 60, norm: float = RADIUS
) -> Array:
    """Output over the length of an input, at one norm of the weights, after so many steps of
    ascent.
    """
    import torch

    from proofs_check.training import rules
    from proofs_check.training.descend import train
    from proofs_check.training.networks import mlp, mlp_start, normal
    from proofs_check.training.sphere import OnSphere

    widths = (*[UNITS] * layers, 1)
    begin = mlp_start(seeds, widths, "he", device="cpu")[::2]
    theta = [p * (norm / rules.norm(begin)).reshape(-1, 1, 1) for p in begin]
    model = mlp(widths, "relu", bias=False)
    X = normal(seeds, (1, UNITS), stream=81, device="cpu")
    X = X / X.norm(dim=2, keepdim=True)
    sign = torch.sign(model(theta, X))  # of the last layer, so that no output is zero
    theta[-1] = theta[-1] * sign[:, :, None]
    if not steps:
        return model(theta, X)[:, 0].numpy()
    rule = OnSphere(rules.Descent(1e9, growth=0.5))
    end = train(
        model,
        theta,
        X,
        torch.zeros(1),
        rule=rule,
        steps=steps,
        loss=lambda f, _: -f[:, 0],
        every=steps,
    ).end
    return model(end, X)[:, 0].numpy()


CHECKS: tuple[Check, ...] = tuple(
    Check(
        name=f"the_bound_is_reached_with_{layers}_layers",
        quantity="largest output over the length of the input, dimensionless",
        claim=theory.lipschitz_bound,
        predict=Prediction(theory.lipschitz_bound, {theory.r: RADIUS, theory.L: layers}),
        measure=partial(largest_slope, layers=layers),
        terms={"unfinished ascent": 0.02},
        rival=partial(typical, largest_slope, layers=layers, steps=0),
        rival_why="a norm says what random weights of this norm say",
    )
    for layers in (2, 3, 4)
)


def portrait(axes: Any) -> None:
    """Largest slope over the norm of the weights, derived and reached by ascent; dashed that of
    random weights.
    """
    norms = np.geomspace(0.5, 8, 60)
    for layers, colour in ((2, "#0072B2"), (3, "#D55E00"), (4, "#009E73")):
        axes.loglog(
            norms,
            numerics.lipschitz_bound(norms, layers),
            color=colour,
            label=f"derived: {layers} layers",
        )
        for norm in (1.0, 2.0, 4.0):
            found = np.sort(largest_slope(range(11), layers, norm=norm))
            bars = np.abs(found[[0, -1]] - found[5])[:, None]
            axes.errorbar(norm, found[5], bars, fmt="o", color=colour, ms=4)
        random = [typical(largest_slope, layers=layers, steps=0, norm=norm) for norm in norms[::12]]
        axes.plot(norms[::12], random, "--", color=colour, lw=1)
    axes.plot([], [], "ko", ms=4, label="measured: ascent, 11 networks")
    axes.plot([], [], "--", color="#999999", label="rival: random weights")
    axes.set(
        xlabel="norm r of all weights, dimensionless",
        ylabel="largest slope, dimensionless",
        title="Ascent reaches the bound that the norm of the weights sets",
    )
    axes.legend()
