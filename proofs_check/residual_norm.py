"""What does batch normalisation do to gradients and their paths?  Growth in plain layers, growth
and lengths of paths in residual blocks at their start and after training, and the share of short
paths.

Set-up.  12 residual blocks of 96 units and batches of 192 normal inputs for the laws, 54 blocks of
24 units and batches of 64 for the share; 12 plain layers of 64 units and batches of 256.  Trained:
54 blocks of 16 units with shifts, 64 signals of MNIST-1D, 40 steps of Adam on all of them.  After
a look the laws are tested with 12 wide blocks, not with 54 of 24 units, where lengths lie a fifth
beside them: what enters deep narrow blocks is not isotropic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics import residual_norm as numerics
from numerics.residual_path import path_law
from proofs_check import residual_path as equal
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from theory import Settles
from theory import residual_norm as theory

Array = np.ndarray
BLOCKS, BATCH = 54, 64
SIZES = {BLOCKS: (24, BATCH), 12: (96, 192)}  # units and batch, by blocks
LONGEST, PLAIN = 30, 12  # blocks of a path that is followed; layers of a plain network and blocks
KINDS = {
    "weights, norm": "norm",
    "weights, norm, ReLU, weights, norm": "norm relu norm",
    "weights, norm, ReLU, weights": "norm relu",
}
VEIT = "udl-veit-short-paths"


def down(above: Any, normed: Any, spread: Any) -> Any:
    """Gradient before a norm from that behind it, (S, k, n, D), for its output and deviation."""
    along = (above * normed[:, None]).mean(2, keepdim=True)
    return (above - above.mean(2, keepdim=True) - normed[:, None] * along) / spread[:, None]


def up(z: Any) -> tuple[Any, Any]:
    """Output and deviation of a norm of z (S, n, D)."""
    import torch

    variance, mean = torch.var_mean(z, 1, correction=0, keepdim=True)
    spread = (variance + 1e-5).sqrt()
    return (z - mean) / spread, spread


def apart(h: Any, blocks: Sequence[tuple[Any, ...]], kind: str, probe: Any) -> Any:
    """Gradients (S, k, n, D) that went through 0, 1, ... of the blocks, for inputs h (S, n, D) and
    a gradient at the end; blocks are (W,) or (W, shift, V).
    """
    import torch

    passed: list[tuple[Any, ...]] = []
    for W, *rest in blocks:
        first, spread = up(h @ W)
        if kind == "norm":
            passed.append((W, first, spread))
            h = h + first
            continue
        shift, V = rest
        z = first + shift[:, None]
        out = z.relu() @ V
        last, wide = up(out) if kind == "norm relu norm" else (out, None)
        passed.append((W, first, spread, z > 0, V, last, wide))
        h = h + last
    sorted_ = torch.zeros(len(h), min(LONGEST, len(blocks)) + 1, *h.shape[1:])
    sorted_[:, 0] = probe
    for W, first, spread, *rest in reversed(passed):
        through = sorted_[:, :-1]
        if rest:
            gate, V, last, wide = rest
            through = through if wide is None else down(through, last, wide)
            through = (through @ V.mT[:, None]) * gate[:, None]
        sorted_[:, 1:] += down(through, first, spread) @ W.mT[:, None]
    return sorted_


def squares(h: Any, blocks: Sequence[tuple[Any, ...]], kind: str, probe: Any) -> Array:
    """Mean squares (S, k) of these gradients."""
    return np.asarray((apart(h, blocks, kind, probe) ** 2).mean((2, 3)).double().numpy())


@cache
def random_squares(seeds: tuple[int, ...], kind: str, n: int = BLOCKS) -> Array:
    """Mean squares (S, k) at the start of n blocks."""
    from proofs_check.training.networks import normal

    D, batch = SIZES[n]
    scale, stream, blocks = (2 / D) ** 0.5, 9200, []
    for at in range(n):
        W, V = (
            scale * normal(seeds, (D, D), stream=stream + 2 * at + i, device="cpu").float()
            for i in (0, 1)
        )
        blocks.append((W,) if kind == "norm" else (W, 0 * W[:, 0], V))
    h, probe = (normal(seeds, (batch, D), stream=9100 + i, device="cpu").float() for i in (0, 1))
    return squares(up(h)[0], blocks, kind, probe)


@cache
def trained_squares(seeds: tuple[int, ...], units: int = 16, steps: int = 40) -> Array:
    """Mean squares (S, k) after training."""
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.features import sample
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import normal
    from proofs_check.training.residual import residual, residual_start
    from proofs_check.training.rules import Adam

    drawn = [sample("MNIST-1D", BATCH, 0.0, seed) for seed in seeds]
    X = torch.tensor(np.stack([s.X for s in drawn]), dtype=torch.float32)
    y = torch.tensor(np.stack([s.Y.argmax(1) for s in drawn]))
    start = [p.float() for p in residual_start(seeds, BLOCKS, (X.shape[2], units, 10))]
    run = train(
        residual(BLOCKS),
        start,
        X,
        y,
        rule=Adam(3e-3),
        steps=steps,
        loss=cross_entropy,
        every=steps,
    )
    first, *inner, _, _ = run.end
    blocks = [tuple(inner[3 * at : 3 * at + 3]) for at in range(BLOCKS)]
    probe = normal(seeds, (BATCH, units), stream=9101, device="cpu").float()
    return squares(up(X @ first)[0], blocks, "norm relu norm", probe)


def short_share(seeds: Sequence[int], of: Callable[[tuple[int, ...]], Array]) -> Array:
    """Share of the paths through 5 to 17 blocks."""
    found = of(tuple(seeds))
    return np.asarray(found[:, equal.LOW : equal.HIGH + 1].sum(1) / found.sum(1))


def mean_length(seeds: Sequence[int], kind: str) -> Array:
    """Mean number of blocks on a path at the start."""
    found = random_squares(tuple(seeds), kind, PLAIN)
    return np.asarray(found @ np.arange(PLAIN + 1) / found.sum(1))


def growth(seeds: Sequence[int], kind: str) -> Array:
    """log of the sum of the mean squares over that at the end."""
    found = random_squares(tuple(seeds), kind, PLAIN)
    return np.asarray(np.log(found.sum(1)))


def plain_growth(seeds: Sequence[int], units: int = 64, batch: int = 256) -> Array:
    """log of the mean square of a gradient below plain layers of weights, norm and ReLU over that
    above, a layer.
    """
    from proofs_check.training.networks import normal

    h, above = (
        normal(seeds, (batch, units), stream=9300 + i, device="cpu").float() for i in (0, 1)
    )
    passed = []
    for at in range(PLAIN + 1):  # of the first one, whose inputs are normal, only ReLU counts
        W = (2 / units) ** 0.5 * normal(
            seeds, (units, units), stream=9310 + at, device="cpu"
        ).float()
        normed, spread = up(h @ W)
        passed.append((W, normed, spread))
        h = normed.relu()
    back, at_top = above[:, None], (above**2).mean((1, 2))
    for W, normed, spread in reversed(passed[1:]):
        back = down(back * (normed > 0)[:, None], normed, spread) @ W.mT[:, None]
    return np.asarray(((back[:, 0] ** 2).mean((1, 2)) / at_top).log().double().numpy() / PLAIN)


def derived_length(kind: str) -> float:
    """Mean number of blocks on a path, derived."""
    return float(path_law(numerics.residual_alpha(kind, PLAIN)) @ np.arange(PLAIN + 1))


def width_terms(kind: str) -> dict[str, float]:
    """Relative error 2 / D for each norm, twice that because inputs of blocks are not isotropic,
    of every block on a path.
    """
    size = 4 / SIZES[PLAIN][0] * (1 + (kind == "norm relu norm")) * derived_length(kind)
    return {"width: a norm's variance is 2 / D off, twice that at inputs that are unlike": size}


CHECKS: tuple[Check, ...] = (
    Check(
        name="gradient_through_plain_layers_with_norms",
        quantity="log growth of a gradient's mean square in a plain layer, dimensionless",
        claim=theory.plain_layer,
        predict=lambda: float(np.log(Prediction(theory.plain_layer, part=1)())),
        measure=plain_growth,
        terms={"width: two norms' variances, 2 / D": 2 * 2 / 64, "batch: units over inputs": 0.1},
        rival=0.0,
        rival_why="a norm keeps the size of signals, so that it keeps that of gradients",
    ),
    Check(
        name="gradient_through_residual_blocks_with_norms",
        quantity="log growth of a gradient's mean square over 12 blocks, dimensionless",
        claim=theory.norm_at_the_end,
        predict=lambda: float(np.log(numerics.gradient_growth("norm relu norm", PLAIN))),
        measure=partial(growth, kind="norm relu norm"),
        terms=width_terms("norm relu norm"),
        rival=lambda: float(PLAIN * np.log(Prediction(theory.plain_layer, part=1)())),
        rival_why="exponential, as in plain layers with norms",
    ),
    Check(
        name="mean_length_with_norms",
        quantity="mean number of blocks on a path, weights, norm, ReLU, weights, norm, in blocks",
        claim=theory.norm_at_the_end,
        predict=partial(derived_length, "norm relu norm"),
        measure=partial(mean_length, kind="norm relu norm"),
        terms=width_terms("norm relu norm"),
        rival=partial(derived_length, "norm"),
        rival_why="ReLU between two norms changes nothing",
    ),
    Check(
        name="records_of_a_permutation",
        quantity="mean number of blocks on a path, weights and norm, in blocks",
        claim=theory.norm_at_the_end,
        predict=partial(derived_length, "norm"),
        measure=partial(mean_length, kind="norm"),
        terms=width_terms("norm"),
        rival=PLAIN / 2,
        rival_why="half of the blocks are on a path, as on most paths",
    ),
    Check(
        name="short_paths_carry_the_gradient",
        quantity="paths through 5 to 17 of 54 blocks in the mean square of a gradient, a share",
        claim=theory.norm_at_the_end,
        predict=Threshold(VEIT),
        measure={
            "equal blocks, alpha 1": partial(equal.short_share, alpha=1.0),
            "equal blocks, alpha 1/4": partial(equal.short_share, alpha=0.25),
            **{
                name: partial(short_share, of=partial(random_squares, kind=kind))
                for name, kind in KINDS.items()
            },
            "weights, norm, ReLU, weights, norm, trained": partial(short_share, of=trained_squares),
        },
        terms={"between the threshold and the limit": 0.05},
        rival=partial(equal.derived_share, 1.0),
        rival_why="every path counts alike: half of the blocks are on a path",
        side="at least",
        rounds=1,
        settles=(Settles(VEIT, scope="instances"),),
    ),
)


def portrait(axes: Any) -> None:
    """Share of each length of path in 54 blocks, by the place of norms: derived and measured."""
    lengths = np.arange(LONGEST + 1)
    for (name, kind), colour in zip(KINDS.items(), ("#0072B2", "#D55E00", "#009E73"), strict=True):
        law = path_law(numerics.residual_alpha(kind, BLOCKS))[: LONGEST + 1]
        axes.plot(lengths, law, color=colour, label=name)
        found = random_squares(tuple(range(11)), kind)
        points = found / found.sum(1, keepdims=True)
        middle, ends = np.median(points, 0), np.sort(points, 0)[[0, -1]]
        axes.errorbar(lengths, middle, abs(ends - middle), fmt="o", ms=3, lw=1, color=colour)
    axes.plot(
        lengths,
        path_law(np.ones(BLOCKS))[: LONGEST + 1],
        "--",
        color="#999999",
        label="rival: counted alike",
    )
    axes.axvspan(equal.LOW, equal.HIGH, color="#999999", alpha=0.15, label="printed: 5 to 17")
    axes.set(
        xlabel="blocks on a path, a count",
        ylabel="mean square of the gradient, a share",
        title="Short paths carry the gradient at the start: lines derived, points measured",
    )
    axes.legend(fontsize=8)
