"""Do deeper networks of one size need fewer epochs, and is it the gradient or the way?  Epochs,
gradients and distances of one to four layers at equal parameters, traces and times against the
derived kernel.

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

from numerics import depth as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training import data
from proofs_check.training.features import SIGNALS
from theory import Settles
from theory import depth as theory

Array = np.ndarray
DEPTHS = (1, 2, 3, 4)
PARAMETERS, N, CLASSES = 4100, 50, 10
BOOK = {1: 298, 2: 100, 3: 75, 4: 63}  # units of a layer in the source's figure, by layers
LIMIT, RATE = 2000, 5e-3  # most epochs; rate of the nets that hardly move
EPOCHS, REASONS = "udl-deeper-fewer-epochs", "udl-deeper-steeper-gradient-or-closer-start"


@dataclass(frozen=True)
class Setup:
    """What is fitted and how."""

    inputs: Literal["MNIST-1D", "digits", "normal"] = "MNIST-1D"
    random: bool = True  # are the labels?
    squared: bool = False  # is the loss, or cross entropy
    rate: float | None = 0.05  # None: one over the largest eigenvalue of the tangent kernel
    parameters: int = PARAMETERS


def size(widths: Sequence[int]) -> int:
    """Parameters of a network with these widths."""
    return sum(a * b + b for a, b in pairwise(widths))


def width(inputs: int, layers: int, parameters: int) -> int:
    """The most units of a layer with at most so many parameters."""
    D = 1
    while size((inputs, *[D + 1] * layers, CLASSES)) <= parameters:
        D += 1
    return D


def examples(setup: Setup, seed: int, n: int = N) -> tuple[Array, Array]:
    """Inputs (n, D) and classes (n,)."""
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
}


# ---------------------------------------------------------------- against the derived kernel


def trace(seeds: Sequence[int], draws: int = 300) -> Array:
    """log of the mean squared gradient of an output, two layers of 100 units over one of 298, at an
    input of mean square one.
    """
    import torch

    found = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(7100 + int(seed))
        means = []
        for layers in (1, 2):
            sizes = [40, *[BOOK[layers]] * layers, 1]
            h, passed, squares = torch.ones(draws, 40), [], []
            for inputs, units in pairwise(sizes):
                W = torch.randn(draws, inputs, units, generator=generator) * (2 / inputs) ** 0.5
                squares.append((h**2).sum(1) + 1)
                z = (h[:, None] @ W)[:, 0]
                passed.append((W, z))
                h = z.relu()
            back, total = torch.ones(draws, 1), torch.zeros(draws)
            for layer in range(layers, -1, -1):
                total += squares[layer] * (back**2).sum(1)
                back = (passed[layer][0] @ back[:, :, None])[:, :, 0]
                back = back * (passed[layer - 1][1] > 0) if layer else back
            means.append(total.mean())
        found.append(float(torch.log(means[1] / means[0])))
    return np.array(found)


@cache
def lazy(seeds: tuple[int, ...], layers: int, nets: int = 3, left: float = 1e-3) -> Array:
    """log of the time to a tenth of half the squared loss, and of the way when so much is left, of
    a net of the figure that starts from the output zero: (S, 2), mean over nets.
    """
    import torch

    from proofs_check.training.curvature import flat
    from proofs_check.training.descend import Moment, train
    from proofs_check.training.losses import half_mean_square
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Descent

    many = [seed for seed in seeds for _ in range(nets)]
    drawn = [examples(Setup(), seed) for seed in many]
    X = torch.tensor(np.stack([each[0] for each in drawn]), dtype=torch.float32)
    Y = torch.tensor(np.stack([np.eye(CLASSES)[each[1]] for each in drawn]) - 1 / CLASSES)
    widths = (X.shape[2], *[BOOK[layers]] * layers, CLASSES)
    numbers = [1000 * seed + at for seed in seeds for at in range(nets)]
    model = mlp(widths, "relu")
    start = [p.float() for p in mlp_start(numbers, widths, "he", bias=0.0)]
    first = (Y**2).sum((1, 2)) / 2 / Y[0].numel()
    tenth = np.full(len(many), np.inf)

    def look(now: Moment) -> None:
        done = (now.loss < 0.1 * first[now.alive]).numpy()
        tenth[now.alive[done]] = np.minimum(tenth[now.alive[done]], now.step)

    run = train(
        model,
        start,
        X,
        Y.float() + model(start, X).detach(),
        rule=Descent(RATE * CLASSES),
        steps=LIMIT,
        loss=half_mean_square,
        watch=look,
        stop=lambda now: now.loss < left * first[now.alive],
    )
    way = (flat(run.end) - flat(run.start)).norm(dim=1).numpy()
    return np.log(np.stack([tenth * RATE, way], 1)).reshape(len(seeds), nets, 2).mean(1)


def time_of_the_deep(seeds: Sequence[int], layers: int = 4) -> Array:
    """log of the time to a tenth of the loss over that of one hidden layer."""
    return lazy(tuple(seeds), layers)[:, 0] - lazy(tuple(seeds), 1)[:, 0]


def way_of_the_deep(seeds: Sequence[int], layers: int = 4) -> Array:
    """log of the way over that of one hidden layer."""
    return lazy(tuple(seeds), layers)[:, 1] - lazy(tuple(seeds), 1)[:, 1]


def derived(quantity: Callable[[Array, Array], float], layers: int = 4) -> float:
    """The same from the derived kernel, median over the same data."""
    found = []
    for seed in range(11):
        X, y = examples(Setup(), seed)
        Y = np.eye(CLASSES)[y] - 1 / CLASSES
        deep, one = (numerics.standard_kernel(X, at, BOOK[at]) for at in (layers, 1))
        found.append(np.log(quantity(deep, Y) / quantity(one, Y)))
    return float(np.median(found))


def by_trace(layers: int) -> float:
    """log of the traces, more hidden layers over one, in the figure."""
    deep, one = (numerics.kernel_trace(1.0, 40, BOOK[at], at) for at in (layers, 1))
    return float(np.log(deep / one))


WIDTH_TERMS = {
    "width: scatter of a start of four layers, a half of sqrt(5 L / D) over three nets": 0.5
    * (5 * 4 / 63 / 3) ** 0.5,
    "width: the kernel moves and its mean is shifted, of the order of 2 L / D": 2 * 4 / 63,
}


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
) -> Check:
    return Check(
        name=name,
        quantity=quantity,
        claim=claim,
        predict=Threshold(statement, part),
        measure={setup: partial(measure, setup=how) for setup, how in SETUPS.items()},
        terms={"last digit of the threshold": 0.01},
        rival=rival,
        rival_why=why,
        side="at least" if least else "at most",
        settles=(Settles(statement, part=part, scope="instances"),) if settles else (),
    )


CHECKS: tuple[Check, ...] = (
    Check(
        name="trace_of_two_layers_and_one",
        quantity="log ratio of mean squared gradients, 2 x 100 units over 298, dimensionless",
        claim=theory.kernel_trace,
        predict=lambda: by_trace(2),
        measure=trace,
        terms={"300 draws, three deviations": 0.08},
        rival=lambda: float(np.log(3 / 2)),
        rival_why="every layer adds its share: the gradient grows with the number of layers",
    ),
    Check(
        name="time_to_a_tenth_of_the_loss",
        quantity="log ratio of times, four hidden layers over one, dimensionless",
        claim=theory.distance_to_fit,
        predict=lambda: derived(lambda K, Y: numerics.epochs_to(K, Y, 0.1)),
        measure=time_of_the_deep,
        terms=WIDTH_TERMS,
        rival=lambda: -by_trace(4),
        rival_why="the steeper gradient is the faster one: the time goes as one over the trace",
    ),
    Check(
        name="way_to_the_data",
        quantity="log ratio of distances from the start, four hidden layers over one, dimensionless",
        claim=theory.distance_to_fit,
        predict=lambda: derived(numerics.lazy_distance),
        measure=way_of_the_deep,
        terms={"a thousandth of the loss is left": 0.05, "width, of the order of L / D": 4 / 63},
        rival=0.0,
        rival_why="equal numbers of parameters start at equal distances from the data",
    ),
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
        claim=theory.kernel_trace,
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
    """Time to a tenth of the loss of the figure's four networks: from the derived kernel, measured,
    and as one over the trace.
    """
    axes.plot(
        DEPTHS,
        [np.exp(derived(lambda K, Y: numerics.epochs_to(K, Y, 0.1), at)) for at in DEPTHS],
        color="#0072B2",
        label="derived kernel",
    )
    axes.plot(
        DEPTHS,
        [np.exp(-by_trace(at)) for at in DEPTHS],
        "--",
        color="#999999",
        label="one over the trace",
    )
    points = np.exp([time_of_the_deep(range(11), at) for at in DEPTHS[1:]])
    middle, ends = np.median(points, 1), np.sort(points, 1)[:, [0, -1]]
    axes.errorbar(
        DEPTHS[1:],
        middle,
        abs(ends.T - middle),
        fmt="o",
        color="#D55E00",
        capsize=3,
        label="trained, 11 seeds",
    )
    axes.set(
        xlabel="hidden layers at 15,200 parameters",
        ylabel="time over that of one hidden layer",
        title="Time to a tenth of the squared loss, random labels",
        xticks=DEPTHS,
    )
    axes.legend()
