"""Is curvature hardly negative after a tenth of training, and is the rest of the way where it is
largest?  The whole Hessian of small networks, against a trace of zero and against random
directions.

Set-ups.  Networks of 220 parameters on 100 images or signals, descent with batches of 20, 1000
steps, with the Hessian at the start and after 100.  Source: Prince, Understanding Deep Learning,
MIT Press 2023, section 20.3.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from numerics import negative_curvature as numerics
from proofs_check.core.check import Check, Side
from proofs_check.core.expected import Prediction, Threshold
from theory import Settles
from theory import negative_curvature as theory

if TYPE_CHECKING:
    from torch import Tensor

    from proofs_check.training.descend import Moment

Array = np.ndarray
LEAST: Side = "at least"
MOST: Side = "at most"
CAPTURED = "udl-trajectory-captured-by-near-convex-region"
NEGATIVE = "negative share after a tenth of training"
FURTHER = "share of the further way in ten directions of most curvature"
FALL = "log of the negative share after a tenth of training, over that at the start"
TEN, LONG, EARLY = 10, 1000, 100  # directions, steps, a tenth of them


@dataclass(frozen=True)
class Small:
    """A network that is small enough for the whole Hessian."""

    data: Literal["digits", "MNIST-1D"] = "digits"
    activation: str = "tanh"
    squared: bool = False


CURVED = {
    "digits, tanh, cross-entropy": Small(),
    "digits, tanh, squared loss": Small(squared=True),
    "digits, ReLU, cross-entropy": Small(activation="relu"),
    "MNIST-1D, tanh, cross-entropy": Small("MNIST-1D"),
}


@cache
def curvature(seeds: tuple[int, ...], small: Small) -> tuple[Array, ...]:
    """Negative share of the Hessian (S,) at the start and after a tenth of the steps, the share
    (S,) of the way from there to the end in the ten directions of most curvature there.
    """
    import torch

    from proofs_check.training import small as networks
    from proofs_check.training.curvature import flat
    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy, half_mean_square
    from proofs_check.training.networks import mlp
    from proofs_check.training.rules import Sgd

    X, y = networks.examples(small.data, seeds, 100)
    target = torch.eye(10)[y] if small.squared else y
    model = mlp(networks.WIDTHS, small.activation)
    loss = half_mean_square if small.squared else cross_entropy
    first = networks.start(seeds)
    kept: list[Tensor] = []

    def watch(now: Moment) -> None:
        kept.append(flat(now.parameters))

    train(
        model,
        networks.parts(first),
        X,
        target,
        rule=Sgd(1.0 if small.squared else 0.1, batch=20),
        steps=LONG,
        loss=loss,
        seeds=seeds,
        watch=watch,
        every=EARLY,
    )
    shares = []
    there = kept[1]  # the second one kept: after EARLY steps
    for place in (first, there):
        H = networks.hessian(place, X, target, loss, model).double()
        sizes, vectors = torch.linalg.eigh((H + H.mT) / 2)
        shares.append(np.array([numerics.negative_share(v) for v in sizes.numpy()]))
    way = (kept[-1] - there).double()
    along = (vectors[:, :, -TEN:].mT @ way[:, :, None])[:, :, 0]
    share = (along**2).sum(1) / (way**2).sum(1)
    return *shares, share.numpy()


def negative(seeds: Sequence[int], small: Small) -> Array:
    """Negative share of the Hessian after a tenth of training."""
    return curvature(tuple(seeds), small)[1]


def fall(seeds: Sequence[int], small: Small) -> Array:
    """log of the same over that at the start."""
    start, there, *_ = curvature(tuple(seeds), small)
    return np.log(there / start)


def further(seeds: Sequence[int], small: Small) -> Array:
    """Share of the further way in the ten directions of most curvature after a tenth of it."""
    return curvature(tuple(seeds), small)[2]


CHECKS: tuple[Check, ...] = tuple(
    Check(
        name=name,
        quantity=f"{part}, dimensionless",
        claim=theory.negative_share,
        predict=Threshold(CAPTURED, part),
        measure={at: partial(measure, small=small) for at, small in CURVED.items()},
        terms={"minibatches at the tenth": size},
        rival=rival,
        rival_why=why,
        side=side,
        rounds=2,
        settles=(Settles(CAPTURED, part=part, scope="instances"),),
    )
    for name, part, measure, size, rival, why, side in (
        (
            "curvature_is_hardly_negative_after_a_tenth",
            NEGATIVE,
            negative,
            0.005,
            Prediction(theory.negative_share, {}, part=1),
            "a trace of zero, as of a surface that is as often convex as not",
            MOST,
        ),
        (
            "the_further_way_is_where_curvature_is_largest",
            FURTHER,
            further,
            0.01,
            lambda: TEN / 220,
            "ten of 220 directions at random",
            LEAST,
        ),
        (
            "the_negative_share_falls_early",
            FALL,
            fall,
            0.1,
            0.0,
            "nothing captures a path",
            MOST,
        ),
    )
)
