"""Does torch descent with small steps walk the flow that the boost integrator follows?

Setting: two-layer ReLU network, four points with bias, y = x^2, antisymmetric start; descent with
step c / lambda_max. Source: the flow of ``theory.gradient_flow``; Luo et al., JMLR 22(71), 2021,
equations 1.8-1.9.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from numerics import gradient_flow
from numerics.phase_diagram import four_point_problem
from proofs_check.core.check import Check
from theory import gradient_flow as theory

Array = np.ndarray
CELLS = ((0.5, 0.0), (1.0, 0.0), (1.75, 0.0), (1.1, 0.4), (0.8, -0.3))
WIDTH = 100


def agreement(seeds: Sequence[int], kappa_p_factor: float = 1.0) -> Array:
    """Largest |log RD_w(torch) / RD_w(integrator)| over five cells, both stopped at the same loss,
    from the same start.
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import normalised, two_layer
    from proofs_check.training.rules import Flow

    X, y = four_point_problem()
    starts = [gradient_flow.start(WIDTH, 2, sampled=True, seed=int(s)) for s in seeds]
    flows, scales = [], []
    for gamma, gamma_p in CELLS:
        kappa, kappa_p = WIDTH**-gamma, WIDTH**-gamma_p
        flows += [
            gradient_flow.solve(
                X, y, kappa, kappa_p * kappa_p_factor, a, W, tol=1e-7, rtol=0.01
            ).rd_w
            for a, W, _ in starts
        ]
        scales += [normalised(kappa, kappa_p)] * len(seeds)
    alpha, beta_1, beta_2 = torch.tensor(scales, dtype=torch.float64).T[:, :, None]
    plain = two_layer(1.0)
    run = train(  # all cells in one batch
        lambda p, points: plain(p[:2], points) / p[2],
        (
            torch.as_tensor(np.array([a for a, _, _ in starts] * len(CELLS))) * beta_1,
            torch.as_tensor(np.array([W for _, W, _ in starts] * len(CELLS))) * beta_2[:, :, None],
        ),
        torch.as_tensor(X),
        torch.as_tensor(y),
        rule=Flow(0.3),
        steps=20_000,
        stop=below(1e-7),
        fixed=[alpha],
    )
    apart = np.abs(np.log(run.distance(1) / np.array(flows)))
    return np.asarray(apart.reshape(len(CELLS), len(seeds)).max(0))


def wrong_kappa_p() -> float:
    """Rival: kappa' and 1 / kappa' exchanged between the layers, lazy estimate |2 log kappa'| at
    gamma' = 0.4.
    """
    return float(2 * 0.4 * np.log(WIDTH))


def residual_mismatch(seeds: Sequence[int], m: int = 50, step: float = 1e-6) -> Array:
    """|de/dt + K e| / |K e| in torch: e after one tiny step, K from autograd, at the start and with
    no antisymmetry.
    """
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.descend import train
    from proofs_check.training.networks import normalised, two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    X, y = (torch.as_tensor(v) for v in four_point_problem())
    alpha, beta_1, beta_2 = normalised(m**-0.75, 0.5)
    model = two_layer(alpha)
    start = two_layer_start(seeds, m, 2, beta_1, beta_2, antisymmetric=False)
    before = model([p.cpu() for p in start], X) - y
    pull = (gram(model, start, X).cpu() @ before[..., None])[..., 0]
    run = train(model, start, X, y, rule=Descent(step), steps=1)
    change = (model(run.end, X) - y - before) / step
    return ((change + pull).norm(dim=1) / pull.norm(dim=1)).numpy()


CHECKS: tuple[Check, ...] = (
    Check(
        name="torch_walks_the_flow",
        quantity="largest |log ratio of two relative distances|, dimensionless",
        claim=theory.exact_step,
        predict=0.0,
        measure=agreement,
        terms={
            "step of descent": 0.015,
            "step control of the integrator": 0.01,
            "overshoot of the stopping loss": 0.015,
        },
        rival=wrong_kappa_p,
        rival_why="kappa' on the wrong layer",
        side="at most",
    ),
    Check(
        name="residual_decays_by_the_kernel",
        quantity="relative mismatch of de/dt and -K e, dimensionless",
        claim=theory.residual_equation,
        predict=0.0,
        measure=residual_mismatch,
        terms={"second order of a step of 1e-6": 1e-4},
        rival=1.0,
        rival_why="the loss 1/2 sum e^2 without 1/n, or 1/n sum e^2: a factor 4 or 2 in the rate",
        side="at most",
    ),
)
