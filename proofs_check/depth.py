"""Do deeper networks of one size need fewer epochs, and is it the gradient or the way?  Epochs,
gradients and distances of one to four layers at equal parameters.

Set-ups.  Fully connected ReLU networks with biases, equal widths of 1 to 4 hidden layers and at
most so many parameters, He start, 50 data, descent on all of them.  Epochs are counted until no
training label is missed; one that does not get there counts with the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.standard_kernel import by_trace
from proofs_check.training import data
from proofs_check.training.features import SIGNALS
from theory import Settles
from theory import depth as theory
from theory import standard_kernel as kernel

Array = np.ndarray
DEPTHS = (1, 2, 3, 4)
PARAMETERS, N, CLASSES = 4100, 50, 10
LIMIT = 2000  # most epochs
EPOCHS, REASONS = "udl-deeper-fewer-epochs", "udl-deeper-steeper-gradient-or-closer-start"


@dataclass(frozen=True)
class Setup:
    """What is fitted and how."""

    inputs: Literal["MNIST-1D", "digits", "normal"] = "MNIST-1D"
    random: bool = True  # are the labels?
    squared: bool = False  # is the loss, or cross entropy
    rate: float | None = 0.05  # None: one over the largest eigenvalue of the tangent kernel
    parameters: int = PARAMETERS
    n: int = N


def size(widths: Sequence[int]) -> int:
    """Parameters of a network with these widths."""
    return sum(a * b + b for a, b in pairwise(widths))


def width(inputs: int, layers: int, parameters: int) -> int:
    """The most units of a layer with at most so many parameters."""
    D = 1
    while size((inputs, *[D + 1] * layers, CLASSES)) <= parameters:
        D += 1
    return D


def examples(setup: Setup, seed: int) -> tuple[Array, Array]:
    """Inputs (n, D) and classes (n,)."""
    n = setup.n
    rng = np.random.default_rng([seed, 71])
    if setup.inputs == "digits":
        X, y = data.digits(n, seed=seed, scale="standard")
    elif setup.inputs == "normal":
        X, y = rng.standard_normal((n, 40)), rng.integers(0, CLASSES, n)
    else:
        made = data.mnist1d(SIGNALS)
        chosen = rng.permutation(len(made.x))[:n]
        X, y = made.x[chosen], made.y[chosen]
    return X, rng.integers(0, CLASSES, n) if setup.random else y


@cache
def fits(seeds: tuple[int, ...], setup: Setup) -> dict[str, Array]:
    """Epochs (S, depths) until no label is missed, norm of the gradient at the start, and distance
    from it at the end.
    """
    import torch

    from proofs_check.training.curvature import flat, gradient, gram, objective
    from proofs_check.training.descend import train
    from proofs_check.training.losses import cross_entropy, half_mean_square
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Descent

    drawn = [examples(setup, seed) for seed in seeds]
    X = torch.tensor(np.stack([each[0] for each in drawn]), dtype=torch.float32)
    labels = torch.tensor(np.stack([each[1] for each in drawn]))
    one_hot = torch.nn.functional.one_hot(labels, CLASSES).float()
    loss, y = (half_mean_square, one_hot) if setup.squared else (cross_entropy, labels)
    found: dict[str, list[Array]] = {"epochs": [], "gradient": [], "distance": []}
    for layers in DEPTHS:
        widths = (X.shape[2], *[width(X.shape[2], layers, setup.parameters)] * layers, CLASSES)
        model = mlp(widths, "relu")
        start = [p.float() for p in mlp_start(seeds, widths, "he", bias=0.0)]
        rate: Any = setup.rate
        if rate is None:
            first = lambda p, Z, model=model: model(p, Z)[..., 0]  # noqa: E731
            rate = 1 / torch.linalg.eigvalsh(gram(first, start, X).double())[:, -1]
        elif setup.squared:
            rate = rate * CLASSES  # the loss is a mean over outputs
        run = train(
            model,
            start,
            X,
            y,
            rule=Descent(rate),
            steps=LIMIT,
            loss=loss,
            every=2,
            stop=lambda now: (now.output.argmax(2) == labels[now.alive]).all(1),
        )
        found["epochs"].append(run.steps)
        found["gradient"].append(gradient(objective(model, X, y, loss), start).norm(dim=1).numpy())
        found["distance"].append((flat(run.end) - flat(run.start)).norm(dim=1).numpy())
    return {name: np.array(values, dtype=float).T for name, values in found.items()}


def deepest_over_shallowest(seeds: Sequence[int], setup: Setup) -> Array:
    """log of the epochs of four hidden layers over those of one."""
    epochs = np.log(fits(tuple(seeds), setup)["epochs"])
    return epochs[:, -1] - epochs[:, 0]


def largest_of_neighbours(seeds: Sequence[int], setup: Setup) -> Array:
    """Largest log ratio of the epochs of a network to those of one with a layer less."""
    return np.diff(np.log(fits(tuple(seeds), setup)["epochs"]), axis=1).max(1)


def steeper(seeds: Sequence[int], setup: Setup) -> Array:
    """log of the gradient's norm at the start, four hidden layers over one."""
    norms = np.log(fits(tuple(seeds), setup)["gradient"])
    return norms[:, -1] - norms[:, 0]


def closer(seeds: Sequence[int], setup: Setup) -> Array:
    """log of the distance from start to end, one hidden layer over four."""
    ways = np.log(fits(tuple(seeds), setup)["distance"])
    return ways[:, 0] - ways[:, -1]


def steeper_or_closer(seeds: Sequence[int], setup: Setup) -> Array:
    """The larger of both."""
    return np.maximum(steeper(seeds, setup), closer(seeds, setup))


SETUPS = {
    "MNIST-1D, random labels": Setup(),
    "digits, random labels": Setup("digits"),
    "normal inputs, random labels": Setup("normal"),
    "MNIST-1D, true labels": Setup(random=False),
    "MNIST-1D, random labels, squared loss": Setup(squared=True),
    "MNIST-1D, random labels, rate by curvature": Setup(rate=None),
    "MNIST-1D, random labels, 15200 parameters": Setup(parameters=15250),
    "MNIST-1D, random labels, 8 parameters a datum": Setup(parameters=800, n=100, rate=0.1),
}
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999", "#000000")


def _asks(
    name: str,
    quantity: str,
    statement: str,
    part: str,
    measure: Callable[..., Array],
    rival: Any,
    why: str,
    *,
    least: bool,
    claim: Any,
    settles: bool = True,
    undecided: str | None = None,
) -> Check:
    return Check(
        name=name,
        quantity=quantity,
        claim=claim,
        open=undecided,
        predict=Threshold(statement, part),
        measure={setup: partial(measure, setup=how) for setup, how in SETUPS.items()},
        terms={"last digit of the threshold": 0.01},
        rival=rival,
        rival_why=why,
        side="at least" if least else "at most",
        rounds=1,
        settles=(Settles(statement, part=part, scope="instances"),) if settles else (),
    )


CHECKS: tuple[Check, ...] = (
    _asks(
        "four_layers_need_fewer_epochs",
        "log ratio of epochs to no error, four hidden layers over one, dimensionless",
        EPOCHS,
        "four hidden layers over one",
        deepest_over_shallowest,
        lambda: -by_trace(4),
        "epochs go as one over the trace, which is smaller for the figure's four layers",
        least=False,
        claim=theory.distance_to_fit,
        undecided="more epochs with normal inputs and with the squared loss; 11 seeds leave the "
        "others open (83, which take too long, said fewer on digits and more elsewhere)",
    ),
    _asks(
        "every_layer_saves_epochs",
        "largest log ratio of epochs of neighbouring depths, dimensionless",
        EPOCHS,
        "largest ratio of neighbours",
        largest_of_neighbours,
        lambda: -by_trace(2),
        "epochs go as one over the trace, which falls from one layer to two in the figure",
        least=False,
        claim=theory.distance_to_fit,
    ),
    _asks(
        "steeper_gradients",
        "log ratio of the loss gradient's norms at the start, four layers over one, dimensionless",
        REASONS,
        "steeper",
        steeper,
        lambda: by_trace(4) / 2,
        "the gradient is that of a typical output: as the root of the trace in the figure",
        least=True,
        claim=kernel.kernel_trace,
        settles=False,
    ),
    _asks(
        "closer_starts",
        "log ratio of distances from start to end, one hidden layer over four, dimensionless",
        REASONS,
        "closer",
        closer,
        0.0,
        "equal numbers of parameters start at equal distances from the data",
        least=True,
        claim=theory.distance_to_fit,
        settles=False,
        undecided="farther with the squared loss; 11 seeds do not decide the others",
    ),
    _asks(
        "steeper_or_closer",
        "larger log ratio of gradients, four over one, and distances, one over four, dimensionless",
        REASONS,
        "steeper or closer",
        steeper_or_closer,
        0.0,
        "neither differs between depths at equal numbers of parameters",
        least=True,
        claim=theory.distance_to_fit,
    ),
)


def portrait(axes: Any) -> None:
    """Epochs until no label is missed over those of one hidden layer, by depth and set-up; where
    the sentence is true all lines fall.
    """
    for colour, (name, how) in zip(COLOURS, SETUPS.items(), strict=True):
        epochs = fits(tuple(range(11)), how)["epochs"]
        ratios = epochs / epochs[:, :1]
        shift = DEPTHS + 0.04 * (COLOURS.index(colour) - 3.5) * (np.array(DEPTHS) > 1)
        middle, ends = np.median(ratios, 0), np.sort(ratios, 0)[[1, -2]]
        axes.errorbar(
            shift, middle, abs(ends - middle), fmt="o-", ms=4, lw=1, color=colour, label=name
        )
    axes.plot(DEPTHS, [np.exp(-by_trace(at)) for at in DEPTHS], "k--", label="one over the trace")
    axes.set(
        xlabel="hidden layers at equal parameters",
        ylabel="epochs over those of one hidden layer",
        title="Until no training label is missed; second to tenth of 11 seeds",
        xticks=DEPTHS,
        yscale="log",
    )
    axes.legend(fontsize=6, loc="upper left")
