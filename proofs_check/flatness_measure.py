"""Do three measures of flatness see what is derived of them, in a network whose loss is a quadratic
only nearby?  Distances to a loss, the largest loss in a ball, boxes, and boxes after rescaling.

Set-up.  20 ReLU neurons of 10 inputs that fit their 400 labels exactly, as drawn and with every
neuron's input weights three times longer.  How the measures rank trained networks is put at risk in
``proofs_check.batch_size``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from numerics import flatness_measure as numerics
from proofs_check.core.check import Check
from theory import flatness_measure as theory

Array = np.ndarray
NEURONS, D, POINTS = 20, 10, 400
N = NEURONS * (D + 1)
ALLOWED, RADIUS, LONGER, DIRECTIONS, STEPS = 1e-4, 0.01, 3.0, 500, 400


def _network(longer: float = 1.0) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(7)
    a, W, X = (rng.standard_normal(s) for s in ((NEURONS,), (NEURONS, D), (POINTS, D)))
    return a / longer, longer * W, X


def _hessian(longer: float = 1.0) -> Array:
    """(N, N), of half the mean squared loss, where all labels are fitted: the slopes alone."""
    a, W, X = _network(longer)
    z = X @ W.T
    into = ((z > 0) * a)[:, :, None] * X[:, None]
    J = np.hstack([np.maximum(z, 0), into.reshape(POINTS, -1)])
    return J.T @ J / POINTS


def _loss(longer: float = 1.0) -> Callable[[Array], Array]:
    """Half the mean squared loss of shifts (S, N) of the weights, (S,)."""
    a, W, X = _network(longer)
    y = np.maximum(X @ W.T, 0) @ a

    def of(shift: Array) -> Array:
        out, into = a + shift[:, :NEURONS], W + shift[:, NEURONS:].reshape(-1, NEURONS, D)
        found = (np.maximum(X @ into.mT, 0) @ out[:, :, None])[:, :, 0]
        return ((found - y) ** 2).mean(1) / 2

    return of


def _distance(of: Callable[[Array], Array], directions: Array) -> Array:
    """How far each direction (S, N) leads to the loss that is allowed, by bisection of logs."""
    low, high = np.full(len(directions), -8.0), np.full(len(directions), 8.0)
    for _ in range(20):  # log to 2e-5
        middle = (low + high) / 2
        above = of(np.exp(middle)[:, None] * directions) > ALLOWED
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.exp((low + high) / 2)


def random_distance() -> float:
    """log of the mean inverse squared distance along random directions, from the trace."""
    trace = np.trace(_hessian())
    return float(np.log(numerics.inverse_squared_distance(trace, N, ALLOWED)))


def measured_distance(seeds: Sequence[int]) -> Array:
    """The same of the network's loss."""
    found, of = [], _loss()
    for seed in seeds:
        u = np.random.default_rng([seed, 8]).standard_normal((DIRECTIONS, N))
        u /= np.linalg.norm(u, axis=1)[:, None]
        far = np.concatenate([_distance(of, part) for part in np.split(u, 10)])
        found.append(np.log((far**-2).mean()))
    return np.array(found)


def highest() -> float:
    """log of the largest loss in the ball, from the largest eigenvalue."""
    top = np.linalg.eigvalsh(_hessian())[-1]
    return float(np.log(numerics.largest_loss(top, RADIUS)))


def measured_highest(seeds: Sequence[int]) -> Array:
    """The same by ascent on the sphere, each seed from a random place."""
    import torch

    a, W, X = (torch.tensor(v) for v in _network())
    y = (X @ W.T).relu() @ a
    start = [np.random.default_rng([seed, 9]).standard_normal(N) for seed in seeds]
    shift = torch.tensor(np.array(start))
    for _ in range(STEPS):
        shift = (RADIUS * shift / shift.norm(dim=1, keepdim=True)).detach().requires_grad_()
        into = W + shift[:, NEURONS:].reshape(-1, NEURONS, D)
        found = ((X @ into.mT).relu() @ (a + shift[:, :NEURONS])[:, :, None])[:, :, 0]
        loss = ((found - y) ** 2).mean(1) / 2
        (shift,) = torch.autograd.grad(loss.sum(), shift)
    return np.log(loss.detach().numpy())


def box(longer: float = 1.0) -> float:
    """log of the half sides of the box, mean over weights, from the diagonal of the Hessian."""
    return numerics.log_box(np.diag(_hessian(longer)), ALLOWED) / N


def measured_box(seeds: Sequence[int], longer: float = 1.0) -> Array:
    """The same of the network's loss, weight by weight; the mean of both senses."""
    of = _loss(longer)
    sides = [np.log(_distance(of, sign * np.eye(N))).mean() for sign in (1, -1)]
    return np.atleast_1d(np.mean(sides))


def box_moves(seeds: Sequence[int]) -> Array:
    """How much larger it becomes when every neuron is rescaled."""
    return measured_box(seeds, LONGER) - measured_box(seeds)


def rescaled_box() -> float:
    """The same as derived: the neurons one by one."""
    return NEURONS * numerics.log_rescaled_box(LONGER, D) / N


def portrait(axes: Any) -> None:
    """Loss along random directions and along the top eigenvector, and what is derived of them."""
    of, H = _loss(), _hessian()
    far = np.geomspace(1e-3, 1, 40)
    u = np.random.default_rng(8).standard_normal((40, N))
    u /= np.linalg.norm(u, axis=1)[:, None]
    _, vectors = np.linalg.eigh(H)
    for directions, colour, label in (
        (vectors[:, -1:].T, "#D55E00", "measured: top eigenvector"),
        (u, "#999999", "measured: 40 random directions"),
    ):
        lines = np.array([of(r * directions) for r in far])
        axes.loglog(far, lines, color=colour, lw=0.7)
        axes.plot([], [], color=colour, label=label)
    top = np.linalg.eigvalsh(H)[-1]
    axes.plot(far, numerics.largest_loss(top, far), "--", color="k", label="derived: largest loss")
    mean = numerics.largest_loss(np.trace(H) / N, far)
    axes.plot(far, mean, ":", color="#0072B2", lw=2, label="derived: random directions")
    axes.set(
        xlabel="distance from the minimum, in units of the weights",
        ylabel="loss, in units of the squared label",
        title="One direction is steep, a random one is not: 20 ReLU neurons at a minimum",
    )
    axes.legend()


NOT_QUADRATIC = {"the loss is a quadratic only nearby": 0.02}
CHECKS: tuple[Check, ...] = (
    Check(
        name="random_directions_see_the_trace",
        quantity="log of the mean inverse squared distance to a loss, in weights to the power -2",
        claim=theory.distance_along_random_directions,
        predict=random_distance,
        measure=measured_distance,
        terms=NOT_QUADRATIC | {"500 directions, three standard deviations": 0.06},
        rival=lambda: float(np.log(np.linalg.eigvalsh(_hessian())[-1] / (2 * ALLOWED))),
        rival_why="the sharpest direction decides how far one may go",
    ),
    Check(
        name="the_largest_loss_sees_one_eigenvalue",
        quantity="log of the largest loss within 0.01 of the minimum, in units of the loss",
        claim=theory.largest_loss_nearby,
        predict=highest,
        measure=measured_highest,
        terms=NOT_QUADRATIC | {"400 steps of ascent": 0.02},
        rival=lambda: float(np.log(np.trace(_hessian()) / N * RADIUS**2 / 2)),
        rival_why="what a shift costs on average, from the trace",
    ),
    Check(
        name="a_box_sees_the_product",
        quantity="log of the half side of a box, mean over weights, in weights",
        claim=theory.size_of_a_box,
        predict=box,
        measure=measured_box,
        terms=NOT_QUADRATIC,
        rival=lambda: float(np.log(2 * ALLOWED * N / np.trace(_hessian())) / 2),
        rival_why="one size for all weights, from the trace",
        deterministic=True,
    ),
    Check(
        name="a_box_grows_on_the_orbit",
        quantity="growth of the log half side, mean over weights, dimensionless",
        claim=theory.box_on_the_orbit,
        predict=rescaled_box,
        measure=box_moves,
        terms={"bisection": 0.001},  # the loss of the rescaled network is the same function
        rival=0.0,
        rival_why="how much room a minimum has is a fact about its function",
        deterministic=True,
    ),
)
