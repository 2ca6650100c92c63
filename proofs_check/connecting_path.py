"""Is there a low path between networks, and a lower one between wide and deep ones?  The readout of
half of the units against its derived loss, and curves with one bend.

Set-ups.  (1) tanh units at 40 points with random labels.  (2) The networks of
``mode_connectivity``, a curve with one bend.  (3) Networks on 100 examples, trained to one loss.
Source: Draxler et al., ICML 2018; Garipov et al., NeurIPS 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import connecting_path as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.core.judging import typical
from theory import Settles
from theory import connecting_path as theory

if TYPE_CHECKING:
    from proofs_check.training.pairs import Kind

Array = np.ndarray
CURVED, LARGER = "udl-low-loss-curved-path", "udl-low-loss-path-width-depth"
TOP = "log of the highest loss over twice that at the ends and 0.02"
WIDE = "log of the highest loss over the ends, narrow over wide"
DEEP = "log of the highest loss over the ends, shallow over deep"
POINTS, INPUTS, DRAWS = 40, 10, 20  # of readouts of random units


def readout(seeds: Sequence[int], units: int) -> Array:
    """Mean over draws of half the mean squared error of the best readout of half of the units at
    random labels of variance one.
    """
    found = []
    for seed in seeds:
        rng, losses = np.random.default_rng([seed, 98]), []
        for _ in range(DRAWS):
            X, w = rng.standard_normal((POINTS, INPUTS)), rng.standard_normal((INPUTS, units // 2))
            y, Z = rng.standard_normal(POINTS), np.tanh(X @ w)
            left = y - Z @ np.linalg.lstsq(Z, y, rcond=None)[0]
            losses.append((left**2).mean() / 2)
        found.append(np.mean(losses))
    return np.array(found)


CURVES = {  # data, hidden layers, activation
    "digits, two hidden layers": ("digits", (64, 64), "relu"),
    "digits, maxout": ("digits", (64,), "maxout"),
    "MNIST-1D, one hidden layer": ("MNIST-1D", (64,), "relu"),
    "MNIST-1D, two hidden layers": ("MNIST-1D", (64, 64), "relu"),
}


def highest(seeds: Sequence[int], name: str, straight: bool = False) -> Array:
    """log of the highest loss on a curve, or on the line, over twice that at the ends and 0.02."""
    from proofs_check.training.pairs import Kind, curve, independent, profile

    kind = Kind(*CURVES[name])
    one, other = independent(kind, tuple(seeds))
    bend = None if straight else curve(kind, one, other, seeds, steps=800, batch=50, rate=1e-2)
    found = profile(kind, one, other, bend)
    return np.log(found.max(1) / (found[:, 0] + found[:, -1] + 0.02))


def _kind(data: str, activation: str, *hidden: int) -> Kind:
    from proofs_check.training.pairs import Kind

    return Kind(data, hidden, activation, n=100)


@cache
def above_the_ends(kind: Kind, seeds: tuple[int, ...]) -> Array:
    """log of the highest loss on a curve between networks that are trained to one loss, over the
    larger one at the ends.
    """
    from proofs_check.training.descend import below
    from proofs_check.training.pairs import curve, profile, trained
    from proofs_check.training.rules import Adam

    both = [*seeds, *(seed + 500_000 for seed in seeds)]
    end, _ = trained(kind, kind.start(both), both, Adam(1e-2), 800, stop=below(0.1), every=1)
    one, other = ([p[part] for p in end] for part in (slice(len(seeds)), slice(len(seeds), None)))
    bend = curve(kind, one, other, seeds, steps=300, batch=kind.n, rate=1e-2)
    found = profile(kind, one, other, bend)
    return np.log(found.max(1) / np.maximum(found[:, 0], found[:, -1]))


def narrow_over_wide(seeds: Sequence[int], data: str, activation: str) -> Array:
    """The same of networks of 8 units, less that of networks of 64."""
    narrow, wide = (above_the_ends(_kind(data, activation, m), tuple(seeds)) for m in (8, 64))
    return narrow - wide


def shallow_over_deep(seeds: Sequence[int], data: str, activation: str) -> Array:
    """The same of one hidden layer of 16 units, less that of three."""
    shallow, deep = (
        above_the_ends(_kind(data, activation, *hidden), tuple(seeds))
        for hidden in ((16,), (16, 16, 16))
    )
    return shallow - deep


SIZES = {
    "digits": ("digits", "relu"),
    "MNIST-1D": ("MNIST-1D", "relu"),
    "digits, tanh": ("digits", "tanh"),
    "MNIST-1D, tanh": ("MNIST-1D", "tanh"),
}


CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=f"half_of_{units}_units_read_out",
            quantity="half the mean squared error of the best readout, in variances of a label",
            claim=theory.half_readout,
            predict=Prediction(
                theory.half_readout, {theory.m: units, theory.n: POINTS, theory.v: 1.0}, part=1
            ),
            measure=partial(readout, units=units),
            terms={"20 draws, five standard errors": size},
            rival=rival,
            rival_why=why,
        )
        for units, size, rival, why in (
            (
                40,
                0.06,
                Prediction(
                    theory.half_readout, {theory.q: POINTS, theory.n: POINTS, theory.v: 1.0}
                ),
                "as many units as points are enough for a path",
            ),
            (
                64,
                0.04,
                Prediction(theory.half_readout, {theory.q: 0, theory.n: POINTS, theory.v: 1.0}),
                "the height of a path does not depend on the width",
            ),
        )
    ),
    Check(
        name="a_curve_is_low",
        quantity=f"{TOP}, dimensionless",
        claim=theory.zero_loss_path,
        predict=Threshold(CURVED, TOP),
        measure={name: partial(highest, name=name) for name in CURVES},
        terms={"21 places": 0.05},
        rival=partial(typical, highest, name="digits, maxout", straight=True),
        rival_why="the straight line is as low as any path",
        side="at most",
        rounds=2,
        settles=(Settles(CURVED, part=TOP, scope="instances"),),
    ),
    *(
        Check(
            name=name,
            quantity=f"{part}, dimensionless",
            claim=theory.half_readout,
            predict=Threshold(LARGER, part),
            measure={
                at: partial(measure, data=data, activation=kind)
                for at, (data, kind) in SIZES.items()
            },
            terms={"21 places": 0.04},
            rival=0.0,
            rival_why="the height of a path does not depend on the size of the networks",
            side="at least",
            rounds=2,
            open=undecided,
            settles=(Settles(LARGER, part=part, scope="instances"),),
        )
        for name, part, measure, undecided in (
            ("curves_are_lower_between_wide_networks", WIDE, narrow_over_wide, None),
            (
                "curves_are_lower_between_deep_networks",
                DEEP,
                shallow_over_deep,
                "fails with ReLU on images and signals and with tanh on images; with tanh on "
                "signals 83 seeds leave it at the edge of the band",
            ),
        )
    ),
)


def portrait(axes: Any) -> None:
    """Loss of the best readout of half of the units over the width, derived and measured."""
    widths = np.arange(2, 100, 2)
    derived = numerics.mean_readout_loss(widths // 2, POINTS)
    axes.plot(widths, derived, color="#0072B2", label="half of the units, derived")
    for units in (8, 24, 40, 56, 72, 80, 90):
        found = np.sort(readout(range(11), units))
        bars = np.abs(found[[0, -1]] - found[5])[:, None]
        axes.errorbar(units, found[5], bars, fmt="o", color="#0072B2", ms=4)
    rival = numerics.mean_readout_loss(widths, POINTS)
    axes.plot(widths, rival, "--", color="#999999", label="rival: as many units as points")
    axes.axhline(0.5, ls=":", color="#999999", label="rival: whatever the width")
    axes.set(
        xlabel="units",
        ylabel="height of the five pieces, in variances of a label",
        title="40 points with random labels, tanh, 11 times 20 draws",
    )
    axes.legend()
