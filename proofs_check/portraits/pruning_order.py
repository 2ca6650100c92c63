"""What it costs to rank weights again after each removal, beside ranking once."""

from typing import Any

import numpy as np

from numerics.pruning import best_set, prune_loss, saliency
from proofs_check.portraits import BLUE, GREEN, GREY
from theory import Counterexample, derive
from theory.pruning_order import repeated_removal

WEIGHTS, DRAWS = 5, 150


def once(H: np.ndarray, theta: np.ndarray, count: int) -> list[int]:
    """The weights that each alone cost least when the others are retrained."""
    return np.argsort(saliency(H, theta, "retrained"), kind="stable")[:count].tolist()


def again(H: np.ndarray, theta: np.ndarray, count: int) -> list[int]:
    """One weight after the other, each the one that then costs least."""
    gone: list[int] = []
    for _ in range(count):
        rest = [place for place in range(len(theta)) if place not in gone]
        gone.append(min(rest, key=lambda place: prune_loss(H, theta, [*gone, place])))
    return gone


def over_best(H: np.ndarray, theta: np.ndarray, count: int) -> tuple[float, float]:
    """Cost of both orders over that of the best set."""
    best = prune_loss(H, theta, best_set(H, theta, count))
    first, second = (prune_loss(H, theta, order(H, theta, count)) / best for order in (once, again))
    return first, second


def portrait(axes: Any) -> None:
    """Cost of ranking again over that of ranking once: the derived examples, random losses, and as
    if to rank again could only help.
    """
    rng = np.random.default_rng(53)
    seen = []
    for _ in range(DRAWS):
        half = rng.standard_normal((WEIGHTS, WEIGHTS + 2))
        seen.append(over_best(half @ half.T, rng.standard_normal(WEIGHTS), WEIGHTS // 2 + 1))
    once_, again_ = np.transpose(seen)
    axes.loglog(once_, again_, "k.", alpha=0.5, label=f"measured: {DRAWS} random losses, 3 of 5")
    for found, count, mark, colour, label in zip(
        derive(repeated_removal),
        (2, 3, 2),
        ("*", "*", "D"),
        (BLUE, GREEN, BLUE),
        ("repeating helps", "repeating harms", "the best pair"),
        strict=True,
    ):
        (step,) = (each for each in found.steps if isinstance(each, Counterexample))
        at = {str(symbol): float(number) for symbol, number in step.point}
        size = sum(name.startswith("theta") for name in at)
        theta = np.array([at[f"theta_{i + 1}"] for i in range(size)])
        G = np.array(
            [[at[f"G_{min(i, j) + 1}{max(i, j) + 1}"] for j in range(size)] for i in range(size)]
        )
        place = over_best(np.linalg.inv(G), theta, count)
        axes.plot(*place, mark, color=colour, ms=9, mec="k", mew=0.5, label=f"derived: {label}")
    ends = np.array([1.0, max(once_.max(), again_.max())])
    axes.plot(ends, ends, "--", color=GREY, label="rival: both orders cost the same")
    axes.set(
        xlabel="loss of ranking once over that of the best set, dimensionless",
        ylabel="loss of ranking again over that of the best set,\ndimensionless",
        title="To rank again after each removal can help or harm",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
