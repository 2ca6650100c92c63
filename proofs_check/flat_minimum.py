"""Is rounding as dear as derived, are averages of outputs flatter, and are minima of shuffled
labels sharper than those of true ones?

Set-ups.  (1) ReLU neurons that fit their labels, rescaled.  (2) Averages of four networks with one
ReLU layer of 32 units.  (3) The same layer on 128 examples of digits and MNIST-1D with true and
with shuffled labels, to one training loss.  Source: Prince, Understanding Deep Learning, 2023,
section 20.4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import flat_minimum as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.portrait import draw
from theory import Settles
from theory import flat_minimum as theory

if TYPE_CHECKING:
    from torch import Tensor

Array = np.ndarray
KINDS = ("digits", "digits, wrong labels", "MNIST-1D", "MNIST-1D, wrong labels")
LABELS = tuple(f"{k}, {loss}" for k in KINDS[::2] for loss in ("cross-entropy", "squared loss"))
EXAMPLES, LOW = 128, 0.05  # of a network, cross-entropy at which its training ends
SPACING, SCALES, OFFSETS = 0.02, (0.3, 3.0, 6.0), 2000  # of a grid, of input weights, offsets
MEMBERS, TRIPLES, MOVE, MOVES = 4, 3, 0.01, 20  # of an average; averages; noise, draws of it


def _neurons() -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(3)
    return rng.standard_normal(3), rng.standard_normal((3, 4)), rng.standard_normal((50, 4))


def rise_of_rounding(scale: float) -> float:
    """log of the mean rise of the loss over the squared spacing, input weights times ``scale``."""
    trace = numerics.rescaled_trace(*numerics.neuron_curvatures(*_neurons()), scale).sum()
    return float(np.log(numerics.rounding_cost(1.0, trace)))


def rounded(seeds: Sequence[int], scale: float) -> Array:
    """The same of weights that are rounded to grids of random offsets."""
    (a, W, X), found = _neurons(), []
    y = np.maximum(X @ W.T, 0) @ a
    whole = np.r_[a / scale, scale * W.ravel()]
    for seed in seeds:
        shift = np.random.default_rng([seed, 4]).uniform(0, SPACING, (OFFSETS, len(whole)))
        near = np.round((whole - shift) / SPACING) * SPACING + shift
        out, into = near[:, :3], near[:, 3:].reshape(-1, 3, 4)
        error = (np.maximum(X @ into.mT, 0) @ out[:, :, None])[:, :, 0] - y
        found.append(np.log((error**2).mean() / 2 / SPACING**2))
    return np.array(found)


# ---------------------------------------------------------------- averages of outputs


def _rises(
    outputs: Callable[[Sequence[Tensor]], Tensor],
    loss: Callable[[Tensor, Tensor], Tensor],
    parameters: Sequence[Tensor],
    target: Tensor | None,
) -> Array:
    """log of the mean rise of the loss (groups,) when each weight is moved by noise and back, of
    averages of four outputs over their members; without targets, from the outputs before.
    """
    import torch

    from proofs_check.training.networks import normal

    exact = [p.double() for p in parameters]

    def both(theta: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        single = outputs(theta)  # (groups * members, ...)
        mean = single.unflatten(0, (-1, MEMBERS)).mean(1)
        return mean.repeat_interleave(MEMBERS, 0), single

    def losses(theta: Sequence[Tensor]) -> Tensor:
        pairs = zip(both(theta), aims, strict=True)
        return torch.stack([loss(v, aim).reshape(-1, MEMBERS).mean(1) for v, aim in pairs])

    with torch.no_grad():
        aims = both(exact) if target is None else (target, target)
        still, total = losses(exact), torch.zeros(())
        for move in range(MOVES):
            step = [
                MOVE * normal(range(len(p)), p.shape[1:], stream=20 + 4 * move + i, device="cpu")
                for i, p in enumerate(exact)
            ]
            for sign in (1, -1):
                moved = [p + sign * v for p, v in zip(exact, step, strict=True)]
                total = total + losses(moved) - still
    average, members = total.numpy()
    return np.log(average / members)


@cache
def rise_of_averages(kind: str) -> Array:
    """log of the rise of the test loss, average over mean member, for each of three averages."""
    from proofs_check.training import minima
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.rules import Sgd

    seeds = tuple(range(TRIPLES * MEMBERS))
    have = minima.examples(kind, tuple(seed // MEMBERS for seed in seeds), 1000)
    end, _, _ = minima.descend(have.X, have.y, seeds, Sgd(0.1, 16), steps=1500, every=1500)
    X, model = have.X_test.double(), minima.network(have.X.shape[2])
    return _rises(lambda p: model(p, X), cross_entropy, end, have.y_test)


def flattest(seeds: Sequence[int], kind: str) -> Array:
    """The largest of the three."""
    return np.atleast_1d(rise_of_averages(kind).max())


def rise_of_squared_loss(seeds: Sequence[int]) -> Array:
    """The same of the Gauss-Newton part for squared loss of one output, one average a seed: the
    test loss whose labels are the outputs before.
    """
    from proofs_check.training import minima
    from proofs_check.training.losses import half_mean_square
    from proofs_check.training.rules import Sgd

    many = [MEMBERS * int(seed) + i for seed in seeds for i in range(MEMBERS)]
    have = minima.examples("digits", tuple(seed // MEMBERS for seed in many), EXAMPLES)
    end, _, _ = minima.descend(
        have.X,
        (1.0 - 2 * (have.y % 2)).float(),
        many,
        Sgd(0.02, 32),
        loss=half_mean_square,
        outputs=1,
        steps=400,
        every=400,
    )
    X, model = have.X_test.double(), minima.network(have.X.shape[2], 1)
    return _rises(lambda p: model(p, X), half_mean_square, end, None)


# ---------------------------------------------------------------- shuffled labels


@cache
def sharpness(name: str, seeds: tuple[int, ...]) -> Array:
    """Largest eigenvalue and normalised trace, (2, labels, S), of minima of true and of shuffled
    labels at the same training loss.
    """
    import torch

    from proofs_check.training import minima
    from proofs_check.training.descend import below
    from proofs_check.training.losses import cross_entropy, half_mean_square
    from proofs_check.training.rules import Sgd

    kind, _, what = name.rpartition(", ")
    have, classes = minima.examples(kind, seeds, EXAMPLES), what == "cross-entropy"
    y = have.y if classes else (1.0 - 2 * (have.y % 2)).float()
    orders = [np.random.default_rng([seed, 5]).permutation(y.shape[1]) for seed in seeds]
    shuffled = torch.stack([v[order] for v, order in zip(y, orders, strict=True)])
    X, labels = have.X.repeat(2, 1, 1), torch.cat([y, shuffled])
    loss = cross_entropy if classes else half_mean_square
    end, _, reached = minima.descend(
        X,
        labels,
        seeds * 2,
        Sgd(0.1 if classes else 0.02, 32),
        loss=loss,
        outputs=10 if classes else 1,
        stop=below(LOW if classes else LOW / 2),
        every=4,
    )
    each = minima.traces(end, X, classes)[[0, 2]]
    sizes = np.stack([(p.double() ** 2).flatten(1).sum(1).numpy() for p in (end[0], end[2])])
    found = np.stack([minima.largest(end, X, labels, loss), (sizes * each).sum(0)])
    return np.where(reached, found, np.inf).reshape(2, 2, len(seeds))


def shuffled_over_true(seeds: Sequence[int], name: str, normalised: bool) -> Array:
    """log of the ratio of one of the two; infinite where the loss is not reached."""
    true, shuffled = sharpness(name, tuple(map(int, seeds)))[int(normalised)]
    return np.log(shuffled / true)


def _settles(statement: str, part: str) -> tuple[Settles, ...]:
    return (Settles(statement, part=part, scope="instances"),)


def rounding_at(scale: float) -> str:
    """The name of the check with this scale of the input weights."""
    return f"rounding_costs_the_trace_at_scale_{round(10 * scale)}_tenths"


def portrait(axes: Any) -> None:
    """Cost of rounding over the scale of the input weights of one function: derived curve, medians
    with the intervals that were judged, and dashed the cost as a fact about the function.

    Reads what ``verify`` kept, and measures what is missing or stale.
    """
    scales = np.geomspace(0.2, 8, 100)
    axes.plot(scales, [rise_of_rounding(c) for c in scales], color="C0", label="derived")
    axes.axhline(rise_of_rounding(1.0), ls="--", color="C1", label="rival: a fact of the function")
    names = {scale: rounding_at(scale) for scale in SCALES}
    draw(axes, "flat_minimum", names, "weights rounded, 11 seeds")
    axes.set(
        xscale="log",
        xlabel="scale of the input weights (dimensionless)",
        ylabel="log rise of the loss over squared spacing (dimensionless)",
    )
    axes.legend()


CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=rounding_at(scale),
            quantity="log of the mean rise of the loss over the squared spacing, dimensionless",
            claim=theory.robustness,
            predict=partial(rise_of_rounding, scale),
            measure=partial(rounded, scale=scale),
            terms={
                "mean over 2000 offsets, four standard deviations": 0.1,
                "kinks that rounding crosses": 0.05,
            },
            rival=partial(rise_of_rounding, 1.0),
            rival_why="the cost is a fact about the function, which rescaling does not change",
        )
        for scale in SCALES
    ),
    Check(
        name="average_of_outputs_is_flatter_by_their_number",
        quantity="log of the rise from a fit, average over member, dimensionless",
        claim=theory.output_averages,
        predict=lambda: float(np.log(numerics.averaged_trace(1.0, MEMBERS))),
        measure=rise_of_squared_loss,
        terms={
            "mean over twenty draws of the noise": 0.15,
            "kinks that the noise crosses": 0.1,
        },
        rival=0.0,
        rival_why="the average is as flat as its members",
    ),
    Check(
        name="averages_of_outputs_are_flatter",
        quantity="log of the rise of the test loss, average over member, dimensionless",
        claim=theory.output_averages,
        predict=Threshold("udl-ensembling-flatter-test-loss", "rise of the test loss, log"),
        measure={kind: partial(flattest, kind=kind) for kind in KINDS},
        terms={"distance of the threshold from the limit": 0.1},
        rival=float(np.log(MEMBERS)),
        rival_why="four times as many weights are moved",
        side="at most",
        deterministic=True,
        settles=_settles("udl-ensembling-flatter-test-loss", "rise of the test loss, log"),
    ),
    *(
        Check(
            name=name,
            quantity=f"log ratio of {what}, shuffled over true labels, dimensionless",
            claim=theory.interpolation,
            predict=Threshold("udl-random-label-minima-not-less-flat", part),
            measure={
                each: partial(shuffled_over_true, name=each, normalised=normalised)
                for each in LABELS
            },
            terms={"distance of the threshold from the limit": 0.0986},
            rival=2.3,
            rival_why="curvature grows as the test error does, about tenfold",
            side="at most",
            settles=_settles("udl-random-label-minima-not-less-flat", part),
        )
        for name, what, part, normalised in (
            ("shuffled_labels_are_as_flat", "largest eigenvalues", "raw, log", False),
            ("shuffled_labels_are_as_flat_normalised", "scaled traces", "normalised, log", True),
        )
    ),
)
