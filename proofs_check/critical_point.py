"""Do critical points of random functions and of small networks have more downward directions the
higher they lie?  Random cubics, networks by Newton's method, descent into a derived local minimum.

Set-ups.  (1) The polynomial of degree 3 on the sphere in 61 dimensions, drawn given its height at a
critical point.  (2) The same in 10 dimensions: critical points found by Newton's method from 60
random starts.  (3) tanh networks 2-3-1 (biases inside, 12 weights), 40 points, labels of a network
of the same form or the same labels shuffled; 200 starts, each after 0 to 25 saddle-free descent
steps; kept are points with gradient norm below 1e-6 and weights of norm below 30, those of the same
loss and index once (some 40 a network); an eigenvalue counts as negative below -1e-5, so that zero
ones (a quarter of all) do not. (4) Linear networks 4-2-4, Gaussian target, plain descent.  (5) Two
ReLU units near the local minimum that was derived. Source: Prince 2023, section 20.3.4; Dauphin et
al. 2014.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np

from numerics import critical_point as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from theory import Settles
from theory import critical_point as theory

Array = np.ndarray
SIZE, HEIGHT = 61, 0.5  # dimension of the sphere's space, height per dimension
STARTS, HIDDEN, POINTS = 200, 3, 40
ZERO = 1e-5  # eigenvalues of smaller size count as zero


def _symmetric(J: Array) -> Array:
    axes = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
    return np.mean([J.transpose(order) for order in axes], axis=0)


def _rank_correlation(x: Array, y: Array) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(x, y).statistic)


# ---------------------------------------------------------------- random polynomials


def negative_share(seed: int, height: float, size: int = SIZE) -> float:
    """Share of negative eigenvalues at sqrt(size) e_1 of a random cubic on the sphere, drawn given
    zero gradient and this height there.
    """
    J = _symmetric(np.random.default_rng(seed).normal(size=(size,) * 3))
    J[0, 0, :] = J[0, :, 0] = J[:, 0, 0] = 0  # no gradient
    J[0, 0, 0] = np.sqrt(size) * height
    x = np.zeros(size)
    x[0] = np.sqrt(size)
    flat = 6 * np.einsum("ijk,k->ij", J, x) / size
    radial = x @ (3 * np.einsum("ijk,j,k->i", J, x, x) / size) / size
    return float((np.linalg.eigvalsh(flat[1:, 1:] - radial * np.eye(size - 1)) < 0).mean())


def difference_of_shares(seeds: Sequence[int]) -> Array:
    """Share of downward directions at HEIGHT minus that at -HEIGHT."""
    return np.array(
        [
            negative_share(2 * int(s), HEIGHT) - negative_share(2 * int(s) + 1, -HEIGHT)
            for s in seeds
        ]
    )


def derived_difference() -> float:
    """The same from the semicircle."""
    high, low = numerics.index_share([HEIGHT, -HEIGHT], 3)
    return float(high - low)


def order_on_the_sphere(
    seeds: Sequence[int], size: int = 10, starts: int = 60, steps: int = 40
) -> Array:
    """Rank correlation of height and share of downward directions over the critical points of a
    random cubic.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng(int(seed))
        J, x = _symmetric(rng.normal(size=(size,) * 3)), rng.normal(size=(starts, size))
        for step in range(steps + 1):
            x *= np.sqrt(size) / np.linalg.norm(x, axis=1, keepdims=True)
            normal = x / np.sqrt(size)
            Jx = np.einsum("ijk,sk->sij", J, x) / size
            raw = 3 * np.einsum("sij,sj->si", Jx, x)
            across = np.eye(size) - normal[:, :, None] * normal[:, None]
            gradient = (across @ raw[..., None])[..., 0]
            radial = (raw * x).sum(1) / size
            hessian = across @ (6 * Jx - radial[:, None, None] * np.eye(size)) @ across
            values, vectors = np.linalg.eigh(hessian)
            if step == steps:
                break
            along = (gradient[:, None] @ vectors)[:, 0]
            damping = np.minimum((gradient**2).sum(1), 1.0)[:, None] * 0.1 + 1e-14
            move = -(vectors @ (values / (values**2 + damping) * along)[..., None])[..., 0]
            x = x + move / np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1.0)
        ok = np.linalg.norm(gradient, axis=1) < 1e-8
        height, share = (raw * x).sum(1) / 3 / size, (values < -1e-6).sum(1) / (size - 1)
        found.append(_rank_correlation(height[ok], share[ok]) if ok.sum() >= 20 else np.nan)
    return np.array(found)


# ---------------------------------------------------------------- small networks


LABELS: dict[str, Callable[[Array, np.random.Generator], Array]] = {
    "a network of this size": lambda x, rng: (
        np.tanh(2 * x @ rng.normal(size=(3, HIDDEN))) @ rng.normal(size=HIDDEN)
    ),
    "the same labels, shuffled": lambda x, rng: rng.permutation(
        LABELS["a network of this size"](x, rng)
    ),
    "a sine of one input": lambda x, _: np.sin(3 * x[:, 0]),
    "the product of both inputs": lambda x, _: x[:, 0] * x[:, 1],
}


@cache
def points_of_networks(seeds: tuple[int, ...], kind: str) -> tuple[Array, Array, Array]:
    """Loss, share of negative eigenvalues and whether it is a critical point, (S, starts) each, for
    one kind of ``LABELS``.
    """
    theta, X, y = [], [], []
    for seed in seeds:
        rng = np.random.default_rng(int(seed))
        inputs = np.c_[rng.normal(size=(POINTS, 2)), np.ones(POINTS)]
        labels = LABELS[kind](inputs, rng)
        theta.append(rng.normal(size=(STARTS, 4 * HIDDEN)))
        X.append(np.broadcast_to(inputs, (STARTS, POINTS, 3)))
        y.append(np.broadcast_to(labels / labels.std(), (STARTS, POINTS)))
    descent = np.tile(np.array([0, 3, 6, 12, 25])[np.arange(STARTS) % 5], len(seeds))
    loss, size, values, weights = numerics.critical_points(
        np.concatenate(theta), np.concatenate(X), np.concatenate(y), descent
    )
    shape = (len(seeds), STARTS)
    return (
        loss.reshape(shape),
        (values < -ZERO).mean(1).reshape(shape),
        ((size < 1e-6) & (weights < 30)).reshape(shape),
    )


def index_and_loss(
    seeds: Sequence[int], kind: str = "a network of this size", control: bool = False
) -> Array:
    """Rank correlation of loss and share over distinct critical points; fewer than 15 show no
    order: 0.  ``control``: shares of other points.
    """
    found = []
    for loss, share, ok in zip(*points_of_networks(tuple(seeds), kind), strict=True):
        losses, shares = np.unique(
            np.c_[loss[ok].round(6), share[ok]], axis=0
        ).T  # symmetric copies count once
        shares = np.random.default_rng(0).permutation(shares) if control else shares
        found.append(_rank_correlation(losses, shares) if len(losses) >= 15 else 0.0)
    return np.array(found)


# ---------------------------------------------------------------- shallow networks


def excess_loss(
    seeds: Sequence[int], saddle: bool = False, steps: int = 4000, rate: float = 0.05
) -> Array:
    """log10 of the loss over the best of rank 2, minus one, after descent of a linear network
    4-2-4; ``saddle``: from a critical point.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng(int(seed))
        M = rng.normal(size=(4, 4))
        U, sizes, V = np.linalg.svd(M)
        first, second = 0.5 * rng.normal(size=(2, 4)), 0.5 * rng.normal(size=(4, 2))
        if saddle:  # holds the second and third singular direction and leaves the first one out
            first, second = np.sqrt(sizes[1:3, None]) * V[1:3], U[:, 1:3] * np.sqrt(sizes[1:3])
        for _ in range(steps if not saddle else 10):
            error = second @ first - M
            first, second = first - rate * second.T @ error, second - rate * error @ first.T
        best = (sizes[2:] ** 2).sum()
        found.append(np.log10(max(((second @ first - M) ** 2).sum() / best - 1, 1e-16)))
    return np.array(found)


def trapped_loss(
    seeds: Sequence[int], sides: tuple[int, int] = (1, 1), steps: int = 2000, rate: float = 0.1
) -> Array:
    """Loss after descent of two ReLU units on (1, 1) and (-1, 1), started within 0.2 of a = 1/2, w
    = ``sides``.
    """
    rng = [np.random.default_rng(int(seed)) for seed in seeds]
    a = 0.5 + np.array([r.uniform(-0.2, 0.2, 2) for r in rng])
    w = np.array(sides) + np.array([r.uniform(-0.2, 0.2, 2) for r in rng])
    X = np.array([1.0, -1.0])
    for _ in range(steps):
        z = w[:, :, None] * X
        error = (a[:, :, None] * np.maximum(z, 0)).sum(1) - 1
        a, w = (
            a - rate * (error[:, None] * np.maximum(z, 0)).mean(2),
            w - rate * (error[:, None] * a[:, :, None] * (z > 0) * X).mean(2),
        )
    return (((a[:, :, None] * np.maximum(w[:, :, None] * X, 0)).sum(1) - 1) ** 2).mean(1) / 2


def _unrelated() -> float:
    return typical(index_and_loss, control=True)


def _saddle() -> float:
    return typical(excess_loss, saddle=True)


def _two_sides() -> float:
    return typical(trapped_loss, sides=(1, -1))


def _opposite() -> float:
    return -derived_difference()


ORDER = "rank correlation over critical points"
SHALLOW = "udl-baldi-hornik-shallow-no-local-minima"
CHECKS: tuple[Check, ...] = (
    Check(
        name="downward_directions_by_height",
        quantity="difference of the shares of downward directions, dimensionless",
        claim=theory.index_share,
        predict=derived_difference,
        measure=difference_of_shares,
        terms={"size: two of 60 eigenvalues at each height": 4 / 60},
        rival=_opposite,
        rival_why="the number of downward directions falls with the height",
        settles=(
            Settles(
                "udl-gaussian-critical-point-index", part="difference of the shares, high minus low"
            ),
            Settles("udl-fig208-caption-sign", part="difference of the shares, high minus low"),
        ),
    ),
    Check(
        name="critical_points_of_a_random_cubic",
        quantity="rank correlation of height and downward share, dimensionless",
        claim=theory.index_share,
        predict=Threshold("udl-gaussian-critical-point-index", ORDER),
        measure=order_on_the_sphere,
        terms={"few directions and ties": 0.2},
        rival=0.0,
        rival_why="height and number of downward directions have nothing to do with each other",
        side="at least",
        settles=(Settles("udl-gaussian-critical-point-index", part=ORDER),),
    ),
    Check(
        name="index_and_loss_of_a_network",
        quantity="rank correlation of loss and downward share, dimensionless",
        claim=theory.index_share,
        predict=Threshold("udl-dauphin-index-loss-correlation"),
        measure={kind: partial(index_and_loss, kind=kind) for kind in LABELS},
        terms={"some forty points a network": 0.1},
        rival=_unrelated,
        rival_why="loss and index have nothing to do with each other (each loss with the index of "
        "another point, measured)",
        side="at least",
        settles=(
            Settles("udl-dauphin-index-loss-correlation", scope="instances"),
            Settles("udl-fig208b-caption-sign", part=ORDER, scope="instances"),
        ),
    ),
    Check(
        name="linear_networks_reach_the_best_rank",
        quantity="log10 of the excess over the best loss of rank 2, dimensionless",
        claim=theory.linear_network,
        predict=Threshold(
            "udl-baldi-hornik-shallow-no-local-minima", "log10 of the excess loss, linear"
        ),
        measure=excess_loss,
        terms={"slow directions, in powers of ten": 1.0},
        rival=_saddle,
        rival_why="descent ends at whatever critical point it meets, like the one it is started "
        "at (measured)",
        side="at most",
        settles=(Settles(SHALLOW, part="log10 of the excess loss, linear"),),
    ),
    Check(
        name="relu_units_on_one_side_stay_there",
        quantity="loss after descent, in units of the squared target",
        claim=theory.relu_network,
        predict=0.25,
        measure=trapped_loss,
        terms={"end of descent": 1e-3},
        rival=_two_sides,
        rival_why="no local minima: the fit with one unit on each side is found from anywhere "
        "(from that side, measured)",
    ),
)
