"""Is the curvature of random points unusually positive for a range of norms, are usual starts in
it, and do trace and Frobenius norm foretell the share of positive eigenvalues?

Set-ups.  50 images or signals, hidden layers of 30 units without biases, random directions put to
a norm that is a multiple of that of He's start; Hessian of the mean loss, sections by 20 random
directions.  Multiples from 1/16 to 64, in steps of two.  Source: Fort, Scherlis, AAAI 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

from numerics import norm_and_curvature as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.core.judging import typical
from proofs_check.training import data
from theory import Settles
from theory import norm_and_curvature as theory

Array = np.ndarray
EXAMPLES, UNITS, CLASSES = 50, 30, 10
PLANE, PLANES, MULTIPLES = 20, 3, 2.0 ** np.arange(-4, 7)  # directions; of He's norm
TWO, RISE = (UNITS, UNITS), "rise of the share over both ends"
ZONE, STARTS = "udl-goldilocks-positive-curvature", "udl-goldilocks-contains-he-xavier"


@cache
def _inputs(kind: str, seeds: tuple[int, ...]) -> tuple[Array, Array]:
    """Inputs (S, n, D) and classes (S, n): one draw for each seed."""
    name, _, scale = kind.partition(", ")
    drawn = []
    for seed in seeds:
        if name == "digits":
            known: Any = "standard" if scale == "half" else scale
            X, y = data.digits(EXAMPLES, seed=seed, scale=known)
            X = X / 2 if scale == "half" else X
        else:
            made = data.mnist1d()
            rows = np.random.default_rng([seed, 61]).permutation(len(made.x))[:EXAMPLES]
            X, y = made.x[rows], made.y[rows]
            if scale == "standard":
                X = (X - made.x.mean()) / made.x.std()
        drawn.append((X, y))
    return np.stack([X for X, _ in drawn]), np.stack([y for _, y in drawn])


def _starts(seeds: Sequence[int], widths: tuple[int, ...], multiples: Array) -> list[Any]:
    """Weights (S R, inputs, units) of random directions at R multiples of the norm of He's start,
    one seed after the other.
    """
    import torch

    drawn = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 60])
        weights = [rng.standard_normal(pair) * (2 / pair[0]) ** 0.5 for pair in pairwise(widths)]
        size = (2 * sum(widths[1:]) / sum((w**2).sum() for w in weights)) ** 0.5
        drawn += [[multiple * size * w for w in weights] for multiple in multiples]
    return [torch.tensor(np.stack(layer)) for layer in zip(*drawn, strict=True)]


def sections(
    seeds: tuple[int, ...],
    kind: str,
    hidden: tuple[int, ...] = TWO,
    activation: str = "relu",
    squared: bool = False,
    multiples: Array = MULTIPLES,
    stream: int = 63,
) -> Array:
    """Sections (S, R, planes, d, d) of the Hessian by random directions of law N(0, I / P), in
    single precision.
    """
    import torch

    from proofs_check.training.curvature import flat, hessian, objective
    from proofs_check.training.losses import cross_entropy, half_mean_square
    from proofs_check.training.networks import mlp, normal

    X, labels = _inputs(kind, seeds)
    widths = (X.shape[2], *hidden, CLASSES)
    theta = [p.float() for p in _starts(seeds, widths, multiples)]
    R, P, d = len(multiples), flat(theta).shape[1], PLANES * PLANE
    points, classes = (torch.tensor(np.repeat(v, R, 0)) for v in (X, labels))
    model = mlp(widths, activation, bias=False)
    target = torch.eye(CLASSES)[classes] if squared else classes
    loss = half_mean_square if squared else cross_entropy
    product = hessian(objective(model, points.float(), target, loss), theta)
    V = normal(seeds, (d, P), stream=stream, device="cpu").float() / P**0.5
    rows = []
    for a in range(d):
        moved = product(V[:, a].repeat_interleave(R, 0))
        mine = V[:, a // PLANE * PLANE :][:, :PLANE]  # the directions of its plane
        rows.append(moved.reshape(-1, R, P) @ mine.mT)
    return torch.stack(rows, 2).numpy().reshape(-1, R, PLANES, PLANE, PLANE)


@cache
def shares(seeds: tuple[int, ...], kind: str, **options: Any) -> Array:
    """Shares (S, R) of positive eigenvalues at all multiples, mean over planes."""
    found = sections(seeds, kind, **options).astype(float)
    size = np.abs(found).max((3, 4), keepdims=True)
    return (np.linalg.eigvalsh(found / size) > 0).mean((2, 3))


def rise(seeds: Sequence[int], **options: Any) -> Array:
    """Largest share less the larger one of both ends."""
    found = shares(tuple(seeds), **options)
    return found.max(1) - found[:, [0, -1]].max(1)


def rise_without_trace(seeds: Sequence[int]) -> Array:
    """The same of symmetric Gaussian matrices without trace, one for each norm."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([seed, 62])
        A = rng.standard_normal((len(MULTIPLES), PLANES, PLANE, PLANE))
        share = (np.linalg.eigvalsh(A + A.transpose(0, 1, 3, 2)) > 0).mean((1, 2))
        found.append(share.max() - max(share[0], share[-1]))
    return np.array(found)


def part_of_the_excess(seeds: Sequence[int], kind: str, start: str) -> Array:
    """Excess of the share over one half at the norm of a start, over the largest one."""
    from proofs_check.training.networks import SCALES

    excess = shares(tuple(seeds), kind) - 0.5
    D = _inputs(kind, tuple(seeds))[0].shape[2]
    pairs = ((D, UNITS), (UNITS, UNITS), (UNITS, CLASSES))
    sizes = [sum(SCALES[name](*pair) ** 2 * pair[1] for pair in pairs) for name in (start, "he")]
    at = np.log((sizes[0] / sizes[1]) ** 0.5)
    return np.array([np.interp(at, np.log(MULTIPLES), one) / one.max() for one in excess])


FINE = 2.0 ** (np.arange(-5, 6) / 3)  # multiples for three layers and inputs half as large


def move_of_the_lower_edge(seeds: Sequence[int]) -> Array:
    """log of the ratio of the lower ends of the zone, inputs half as large over those of size
    one.
    """
    ends = []
    for kind in ("digits, half", "digits, standard"):
        found = sections(tuple(seeds), kind, multiples=FINE).astype(float)
        share = (np.linalg.eigvalsh(found) > 0).mean((2, 3))
        ends.append([np.log(numerics.zone(FINE, one)[0]) for one in share])
    return np.array(ends[0]) - np.array(ends[1])


# ---------------------------------------------------------------- trace and Frobenius norm

POINT = (7,)  # the network whose Hessian is split exactly


def predicted_share(multiple: float, kind: str = "digits, standard") -> float:
    """Share of positive eigenvalues from trace and Frobenius norm of the Hessian."""
    X, y = _inputs(kind, POINT)
    widths = (X.shape[2], *TWO, CLASSES)
    theta = [p[0].numpy() for p in _starts(POINT, widths, np.array([multiple]))]
    trace, of_g, of_h = numerics.hessian_split(theta, X[0], y[0])
    return float(numerics.positive_share(trace / np.hypot(of_g, of_h), PLANE))


def share_in_planes(seeds: Sequence[int], multiple: float, kind: str) -> Array:
    """Share of positive eigenvalues at the same point, mean over planes that a seed draws."""
    at = np.array([multiple])
    found = [sections(POINT, kind, multiples=at, stream=1000 + seed) for seed in seeds]
    return np.array([(np.linalg.eigvalsh(each.astype(float)) > 0).mean() for each in found])


def slope_at_small_norm(seeds: Sequence[int], hidden: tuple[int, ...]) -> Array:
    """Slope of the log of tr / F in that of the norm, between 1/32 and 1/16 of He's."""
    found, ends = [], np.array([1 / 32, 1 / 16])
    for seed in seeds:
        X, y = (part[:, :25] for part in _inputs("digits, standard", (int(seed),)))
        theta = _starts((seed,), (X.shape[2], *hidden, CLASSES), ends)
        split = [
            numerics.hessian_split([p[at].numpy() for p in theta], X[0], y[0]) for at in (0, 1)
        ]
        ratios = [trace / np.hypot(of_g, of_h) for trace, of_g, of_h in split]
        found.append(np.log(ratios[1] / ratios[0]) / np.log(2))
    return np.array(found)


IN_ZONE: dict[str, dict[str, Any]] = {
    "digits, two hidden layers": {"kind": "digits, standard"},
    "digits, one hidden layer": {"kind": "digits, standard", "hidden": (UNITS,)},
    "digits, three hidden layers": {"kind": "digits, standard", "hidden": (UNITS,) * 3},
    "MNIST-1D, two hidden layers": {"kind": "MNIST-1D, standard"},
    "digits, tanh": {"kind": "digits, standard", "activation": "tanh"},
    "digits, squared loss": {"kind": "digits, standard", "squared": True},
}
FED = {
    "digits of variance one": "digits, standard",
    "digits in [0, 1]": "digits, pixel",
    "digits of length one": "digits, unit",
    "MNIST-1D of variance one": "MNIST-1D, standard",
    "MNIST-1D as made": "MNIST-1D, made",
}
CHECKS: tuple[Check, ...] = (
    Check(
        name="the_share_has_a_maximum",
        quantity="largest share of positive eigenvalues less that at both ends, a share",
        claim=theory.edges,
        predict=Threshold(ZONE, RISE),
        measure={name: partial(rise, **options) for name, options in IN_ZONE.items()},
        terms={"three planes": 0.02},
        rival=partial(typical, rise_without_trace),
        rival_why="matrices without trace through the same code: the largest of eleven shares",
        side="at least",
        rounds=2,
        settles=(Settles(ZONE, part=RISE, scope="instances"),),
    ),
    *(
        Check(
            name=f"{start}_lies_in_the_zone",
            quantity="excess over one half at the norm of the start, over the largest, a share",
            claim=theory.scaling,
            predict=Threshold(STARTS, f"{title}, part of the largest excess"),
            measure={
                name: partial(part_of_the_excess, kind=kind, start=start)
                for name, kind in FED.items()
            },
            terms={"three planes": 0.02},
            rival=0.0,
            rival_why="the zone lies elsewhere, and the share is one half there",
            side="at least",
            rounds=2,
            settles=(
                Settles(STARTS, part=f"{title}, part of the largest excess", scope="instances"),
            ),
        )
        for start, title in (("he", "He"), ("xavier", "Xavier"))
    ),
    *(
        Check(
            name=f"share_from_trace_and_norm_{name}",
            quantity="share of positive eigenvalues in a plane, a share",
            claim=theory.positive_share,
            predict=partial(predicted_share, 1.0, kind),
            measure=partial(share_in_planes, multiple=1.0, kind=kind),
            terms={"few large eigenvalues": 0.05, "three planes of twenty directions": 0.03},
            rival=0.5,
            rival_why="as many positive as negative ones, as for a random symmetric matrix",
        )
        for name, kind in (("of_digits", "digits, standard"), ("of_signals", "MNIST-1D, standard"))
    ),
    *(
        Check(
            name=f"trace_grows_with_the_power_of_{layers}_layers",
            quantity="slope of log tr / F in the log of the norm, dimensionless",
            claim=theory.edges,
            predict=Prediction(theory.edges, {theory.L: layers}),
            measure=partial(slope_at_small_norm, hidden=(UNITS,) * (layers - 1)),
            terms={"second order in the size of the logits": 0.05},
            rival=layers - 1.0,
            rival_why="the logits' slopes grow so, one layer less",
        )
        for layers in (2, 3, 4)
    ),
    Check(
        name="smaller_inputs_move_the_zone",
        quantity="log of the lower end of the zone, inputs halved over not, dimensionless",
        claim=theory.scaling,
        predict=Prediction(theory.scaling, {theory.L: 3}, part=3),
        measure=move_of_the_lower_edge,
        terms={"ends read between norms": 0.05},
        rival=0.0,
        rival_why="the zone is a fact about the norm of the weights alone",
    ),
)


def portrait(axes: Any) -> None:
    """Share over the norm, from trace and Frobenius norm and measured; dashed a random matrix."""
    for kind, colour, label in (
        ("digits, standard", "#D55E00", "pixels of variance one"),
        ("digits, unit", "#009E73", "images of length one"),
    ):
        found = np.sort(shares(tuple(range(11)), kind), 0)
        bars = np.abs(found[[2, -3]] - found[5])
        axes.errorbar(MULTIPLES, found[5], bars, fmt="o", color=colour, ms=4, label=label)
    fine = 2.0 ** np.linspace(-4, 6, 21)
    axes.plot(fine, [predicted_share(m) for m in fine], color="#0072B2", label="from tr and F")
    axes.axhline(0.5, ls="--", color="#999999", label="rival: random matrix")
    axes.axvline(1.0, lw=1, color="#56B4E9", label="He's start")
    axes.set(
        xscale="log",
        ylim=(0.4, 1.0),
        xlabel="norm of the weights over that of He's start",
        ylabel="share of positive eigenvalues",
        title="50 digits, two hidden layers, cross-entropy, 11 points",
    )
    axes.legend()
