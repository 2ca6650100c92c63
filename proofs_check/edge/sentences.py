"""What sentences on the edge of stability ask of the descents of a network: a number per seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from scipy.stats import spearmanr

from numerics import edge_of_stability as numerics
from proofs_check.core.expected import Threshold
from proofs_check.edge.networks import LINEAR, NETWORKS, RATES, TEACHER, WIDE
from proofs_check.edge.paths import WINDOW, Paths, follow

Array = np.ndarray
STEPS = (1.6, 1.25, 0.95, 0.8, 0.65, 0.4)  # over the inverse sharpness at the start
HOVER, RISE = STEPS[:3], STEPS[2:5]  # those asked to hover, and those that start below half
GROUPS = HOVER, STEPS[3:5], STEPS[5:]  # what is followed together
LEAST = 4  # step sizes that are ranked
KINK = (0.25, 0.5, 0.75, 0.95)  # steps of the linear network on both sides of its kink
START = float(np.linalg.norm(np.multiply(RATES, TEACHER)))  # its sharpness at zero, |lambda t|
NARROW = tuple(name for name in NETWORKS if name != WIDE)


@cache
def paths(network: str, seeds: tuple[int, ...], rates: tuple[float, ...]) -> Paths:
    """Descents of a network at some of the step sizes."""
    return follow(NETWORKS[network](), seeds, rates)


def _columns(
    what: Callable[[Paths], Array], network: str, seeds: Sequence[int], rates: Sequence[float]
) -> Array:
    """A property (S, R) of the descents at these step sizes."""
    groups = (RISE,) if network == WIDE else GROUPS
    found = {
        rate: column
        for group in groups
        if set(group) & set(rates)
        for rate, column in zip(group, what(paths(network, tuple(seeds), group)).T, strict=True)
    }
    return np.stack([found[rate] for rate in rates], 1)


def highest(seeds: Sequence[int], network: str) -> Array:
    """Largest eta S / 2 (S,) of a run, at the step size at which it is least."""
    return _columns(lambda run: np.nanmax(run.level, 2), network, seeds, RISE).min(1)


def level(seeds: Sequence[int], network: str) -> Array:
    """Mean of eta S / 2 (S,) from the arrival on, at the step size at which it is farthest from the
    middle of what the sentence allows; infinite where no run has such a time.
    """
    mean = _columns(Paths.mean_level, network, seeds, HOVER)
    off = np.nan_to_num(np.abs(mean - Threshold("eos-two-over-eta")()), nan=-1.0)
    worst = np.take_along_axis(mean, off.argmax(1)[:, None], 1)[:, 0]
    return np.nan_to_num(worst, nan=np.inf)


def rising_windows(seeds: Sequence[int], network: str) -> Array:
    """Share (S,) of windows of 100 steps whose mean loss is above that of the one before, of all
    step sizes; a run that diverges has one more.  Infinite where there are no two windows.
    """
    run, shares = paths(network, tuple(seeds), HOVER), []
    for losses, blown in zip(run.losses_after(), run.blown, strict=True):
        rises = [np.diff(window_means(loss)) > 0 for loss in losses]
        together = np.concatenate([*rises, np.ones(blown.sum())])
        shares.append(together.mean() if len(together) else np.inf)
    return np.array(shares)


def window_means(loss: Array) -> Array:
    """Means of following windows of a hundred losses; what is left at the end is left out."""
    return loss[: len(loss) // WINDOW * WINDOW].reshape(-1, WINDOW).mean(1)


def rising_steps(seeds: Sequence[int], network: str) -> Array:
    """Steps (S,) after which the loss is larger, at the step size that has fewest."""
    phases = paths(network, tuple(seeds), HOVER).losses_after()
    counts = [[(np.diff(loss) > 0).sum() for loss in losses] for losses in phases]
    return np.array([min(each, default=np.inf) for each in counts], float)


def rank_correlation(seeds: Sequence[int], network: str) -> Array:
    """Spearman's correlation (S,) of the step and the sharpness at the end, over the runs that come
    to a solution; infinite where these are fewer than LEAST.
    """
    eta, end, solved = (
        _columns(what, network, seeds, STEPS)
        for what in (lambda run: run.eta, lambda run: run.end, lambda run: run.solved)
    )
    return np.array(
        [
            spearmanr(rate[ok], S[ok]).statistic if ok.sum() >= LEAST else np.inf
            for rate, S, ok in zip(eta, end, solved, strict=True)
        ]
    )


def of_the_flow(step: float) -> float:
    """eta S at the end of the flow of the linear network, for a step over the inverse sharpness at
    zero.
    """
    return step / START * numerics.linear_net_end(RATES, TEACHER)


def of_descent(step: float) -> float:
    """eta S at the end of descent: that of the flow, or at the edge."""
    eta = step / START
    edge = float(numerics.critical_sharpness("descent", eta))
    return min(eta * edge, of_the_flow(step))


def end_of_linear_network(seeds: Sequence[int], step: float) -> Array:
    """eta S (S,) at the end of descent of the linear network."""
    run = paths(LINEAR, tuple(seeds), KINK)
    return (run.eta * run.end)[:, KINK.index(step)]
