"""How far weights move while the loss falls: the flow, and descent in small steps."""

from typing import Any

import numpy as np

from numerics import gradient_flow as numerics
from numerics.phase_diagram import four_point_problem
from proofs_check.portraits import BLUE, GREEN, GREY

WIDTH = 20
CELLS = ((0.5, 0.0, BLUE), (1.1, 0.4, GREEN))  # exponents of both scales
LOSSES = (1e-2, 3e-3, 1e-3, 3e-4, 1e-4)


def portrait(axes: Any) -> None:
    """Relative distance of the input weights over the loss: the integrator, torch, and the flow
    with the scale of the layers exchanged.
    """
    X, y = four_point_problem()
    a, W, _ = numerics.start(WIDTH, X.shape[1], sampled=True, seed=0)
    for gamma, gamma_p, colour in CELLS:
        scales = WIDTH**-gamma, WIDTH**-gamma_p
        path = numerics.solve(X, y, *scales, a, W, tol=1e-5, rtol=0.05, record=True)
        name = rf"$\gamma = {gamma:g}$, $\gamma' = {gamma_p:g}$"
        axes.loglog(path.losses, path.rds, color=colour, label=f"derived flow: {name}")
        axes.loglog(*descended(*scales, a, W, X, y), "o", color=colour, ms=4)
        if gamma_p:
            wrong = numerics.solve(
                X, y, scales[0], 1 / scales[1], a, W, tol=1e-5, rtol=0.05, record=True
            )
            axes.loglog(
                wrong.losses, wrong.rds, "--", color=GREY, label="rival: its layers exchanged"
            )
    axes.plot([], [], "ko", ms=4, label="measured: descent by torch")
    axes.invert_xaxis()
    axes.set(
        xlabel="loss, in units of the squared target",
        ylabel="relative distance of the input weights,\ndimensionless",
        title=f"{2 * WIDTH} ReLU neurons, four points: descent walks the flow",
    )
    axes.legend(fontsize=8)


def descended(kappa: float, kappa_p: float, a: Any, W: Any, X: Any, y: Any) -> tuple[Any, Any]:
    """Losses and relative distances of the input weights at which descent is looked at."""
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import normalised, two_layer
    from proofs_check.training.rules import Flow

    alpha, beta_1, beta_2 = normalised(kappa, kappa_p)
    many = len(LOSSES)
    start = [torch.as_tensor(np.array([v] * many)) * b for v, b in ((a, beta_1), (W, beta_2))]
    limits = torch.tensor(LOSSES, dtype=torch.float64)
    run = train(
        two_layer(alpha),
        start,
        torch.as_tensor(X),
        torch.as_tensor(y),
        rule=Flow(0.3),
        steps=10_000,
        stop=lambda now: now.loss.numpy() <= limits.numpy()[now.alive],
    )
    return run.loss, run.distance(1)
