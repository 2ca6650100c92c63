"""Do networks that differ in their seed alone differ more on corrupted data, and how much of it is
lower accuracy?  Variance of outputs by the kernel, spread of accuracy over seeds.

Set-ups.  (1) 150 ReLU features that fit 60 images, held-out images as they are and with white
noise.  (2) Gradient descent of a linear model from random weights.  (3) Groups of sixteen trained
networks: standard deviation of their accuracy on clean and on corrupted data, and its correlation.
Source: Prince, Understanding Deep Learning, MIT Press 2023, section 20.4.6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from numerics.arc_cosine_kernel import arc_cosine
from numerics.seed_spread import seed_variance
from proofs_check.core.check import Check, Side
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.training.features import Sample, relu_features, sample, shortest_fit
from theory import Settles
from theory import seed_spread as theory

Array = np.ndarray
DATA, FEATURES, NOISE, DRAWS = 60, 150, 0.3, 16  # of random features
LINES, WIDE, STARTS, START, OFF = 32, 64, 200, 0.5, 0.7  # of a linear model: data, inputs
GROUP, HIDDEN, EXAMPLES = 16, 32, 300  # networks whose spread is one number


def _sample() -> tuple[Sample, Array]:
    """Images, and the held-out ones corrupted."""
    s = sample("digits", DATA, 0.0, 3)
    noise = np.random.default_rng(39).standard_normal(s.X_test.shape)
    return s, s.X_test + NOISE * noise


@cache
def predicted_ratio() -> float:
    """log of the variance over seeds at corrupted images over that at clean ones, by the kernel."""
    s, corrupted = _sample()
    K, found = arc_cosine(s.X, degree=1), []
    for X in (corrupted, s.X_test):
        across, diagonal = arc_cosine(X, s.X, degree=1), (X**2).sum(1) / 2
        found.append(sum(seed_variance(K, across, diagonal, y, FEATURES).mean() for y in s.Y.T))
    return float(np.log(found[0] / found[1]))


def prior_ratio() -> float:
    """The same without data: as large as the squared images."""
    s, corrupted = _sample()
    return float(np.log((corrupted**2).sum() / (s.X_test**2).sum()))


def measured_ratio(seeds: Sequence[int]) -> Array:
    """The same of sampled features."""
    s, corrupted = _sample()
    found = []
    for seed in seeds:
        outputs: list[list[Array]] = [[], []]
        for draw in range(DRAWS):
            Z, *new = relu_features(FEATURES, 1000 * int(seed) + draw, s.X, corrupted, s.X_test)
            weights = shortest_fit(Z, s.Y)
            for kept, features in zip(outputs, new, strict=True):
                kept.append(features @ weights)
        dirty, clean = (np.var(kept, axis=0, ddof=1).sum(1).mean() for kept in outputs)
        found.append(np.log(dirty / clean))
    return np.array(found)


def kept_start(seeds: Sequence[int], steps: int = 2000) -> Array:
    """log of the variance over starts of the output of a linear model at corrupted inputs that lie
    on the subspace of the data otherwise.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 40])
        X = rng.standard_normal((LINES, WIDE))
        y, w = rng.standard_normal(LINES), START * rng.standard_normal((STARTS, WIDE))
        rate = 1 / np.linalg.norm(X, 2) ** 2
        for _ in range(steps):
            w = w - rate * (w @ X.T - y) @ X
        new = rng.standard_normal((200, LINES)) @ X / LINES**0.5
        new = new + OFF * rng.standard_normal(new.shape)
        found.append(np.log(np.var(w @ new.T, axis=0, ddof=1).mean()))
    return np.array(found)


# ---------------------------------------------------------------- accuracy of trained networks


def _images(X: Array) -> Array:
    return X.reshape(-1, 8, 8).copy()


def _shifted(X: Array) -> Array:
    images = _images(X)
    images[:, :, 1:] = images[:, :, :-1].copy()
    images[:, :, 0] = 0
    return images.reshape(len(X), -1)


def _covered(X: Array) -> Array:
    images = _images(X)
    images[:, 2:6, 2:6] = 0.5
    return images.reshape(len(X), -1)


def _noisy(X: Array, size: float) -> Array:
    return X + size * np.random.default_rng(41).standard_normal(X.shape)


SETUPS: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "digits, noise 0.3": ("digits", partial(_noisy, size=0.3)),
    "digits, noise 0.5": ("digits", partial(_noisy, size=0.5)),
    "digits, contrast": ("digits", lambda X: 0.3 + X / 2),
    "digits, shift": ("digits", _shifted),
    "digits, occlusion": ("digits", _covered),
    "MNIST-1D, noise 0.5": ("MNIST-1D", partial(_noisy, size=0.5)),
}


@cache
def answers(seeds: tuple[int, ...], setup: str | None, name: str) -> Array:
    """Whether the answers of each network are right (groups, networks, examples)."""
    from proofs_check.training import classifiers

    have, of = classifiers.examples(name, EXAMPLES), _networks(seeds, name)
    X = have.X_test if setup is None else SETUPS[setup][1](have.X_test)
    return np.asarray(of.right(X, have.y_test).reshape(len(seeds), GROUP, -1))


@cache
def _networks(seeds: tuple[int, ...], name: str) -> Any:
    from proofs_check.training import classifiers

    have = classifiers.examples(name, EXAMPLES)
    members = [GROUP * seed + member for seed in seeds for member in range(GROUP)]
    return classifiers.fitted(members, have.X, have.y, have.classes, hidden=[HIDDEN])


def _both(seeds: Sequence[int], setup: str) -> tuple[Array, Array]:
    """Answers to corrupted and to clean examples."""
    name = SETUPS[setup][0]
    return answers(tuple(seeds), setup, name), answers(tuple(seeds), None, name)


def spread(right: Array) -> Array:
    """Standard deviation (groups,) of the accuracy."""
    return np.asarray(right.mean(2).std(1, ddof=1))


def spread_alone(right: Array) -> Array:
    """The same if networks erred independently from example to example."""
    return np.asarray(np.sqrt(right.var(1, ddof=1).sum(1)) / right.shape[2])


def spread_ratio(seeds: Sequence[int], setup: str) -> Array:
    """log of the spread of the accuracy on corrupted data over that on clean data."""
    corrupted, clean = _both(seeds, setup)
    return np.asarray(np.log(spread(corrupted) / spread(clean)))


def beyond_accuracy(seeds: Sequence[int], setup: str) -> Array:
    """log of this ratio over that of networks that err independently."""
    corrupted, clean = _both(seeds, setup)
    alone = np.log(spread_alone(corrupted) / spread_alone(clean))
    return np.asarray(np.log(spread(corrupted) / spread(clean)) - alone)


def correlation(seeds: Sequence[int], setup: str) -> Array:
    """Size of the correlation over networks of the accuracies on corrupted and on clean data."""
    corrupted, clean = (right.mean(2) for right in _both(seeds, setup))
    pairs = zip(corrupted, clean, strict=True)
    return np.array([abs(np.corrcoef(one, other)[0, 1]) for one, other in pairs])


RATIO = "log of the spread, corrupted over clean"
BEYOND = "this ratio over that of independent seeds, in logs"
TOGETHER = "size of the correlation of both accuracies"
SENTENCES: tuple[tuple[str, str, str, Callable[..., Array], Side, float, str], ...] = (
    (
        "accuracy_spreads_on_corrupted_data",
        "log ratio of standard deviations of the accuracy, dimensionless",
        RATIO,
        spread_ratio,
        "at least",
        0.0,
        "seeds matter as much as on clean data",
    ),
    (
        "more_than_lower_accuracy_explains",
        "log ratio of standard deviations over that of independent errors, dimensionless",
        BEYOND,
        beyond_accuracy,
        "at least",
        -float(np.log(2)),
        "the spread stays, where independent errors would double it",
    ),
    (
        "accuracies_are_unrelated",
        "size of the correlation of both accuracies over networks, dimensionless",
        TOGETHER,
        correlation,
        "at most",
        1.0,
        "who is good on clean data is good on corrupted data",
    ),
)
KEPT = {theory.sigma: START, theory.V: OFF**2 * (WIDE - LINES)}
CHECKS: tuple[Check, ...] = (
    Check(
        name="variance_on_corrupted_images",
        quantity="log of the variance over seeds, corrupted over clean, dimensionless",
        claim=theory.white_corruption,
        predict=predicted_ratio,
        measure=measured_ratio,
        terms={"ReLU features are not Gaussian": 0.15, "16 draws": 0.05},
        rival=prior_ratio,
        rival_why="features without data: the squared length of the images",
    ),
    Check(
        name="start_is_kept_off_the_data",
        quantity="log of the variance over starts at corrupted inputs, in log units of the output",
        claim=theory.kept_start,
        predict=lambda: float(np.log(Prediction(theory.kept_start, KEPT)())),
        measure=kept_start,
        terms={"200 starts and inputs": 0.05, "2000 steps": 0.02},
        rival=float(np.log(START**2 * OFF**2 * WIDE)),
        rival_why="corruption along all inputs counts",
    ),
    *(
        Check(
            name=name,
            quantity=quantity,
            claim=theory.spread_of_accuracy,
            predict=Threshold(theory.SEEDS, part),
            measure={setup: partial(measure, setup=setup) for setup in SETUPS},
            terms={"16 networks, in the median": 0.05},
            rival=rival,
            rival_why=why,
            side=side,
            settles=(Settles(theory.SEEDS, part=part, scope="instances"),),
            rounds=1,
        )
        for name, quantity, part, measure, side, rival, why in SENTENCES
    ),
)


def portrait(axes: Any) -> None:
    """Spread of the accuracy over networks against their mean accuracy: of trained ones, and if
    they erred independently.
    """
    seeds, levels = tuple(range(11)), np.linspace(0.02, 0.98, 97)
    for name, colour in (("digits", "#D55E00"), ("MNIST-1D", "#0072B2")):
        for setup in (None, *(s for s, (kind, _) in SETUPS.items() if kind == name)):
            right = answers(seeds, setup, name)
            found = np.sort(spread(right))
            at = float(right.mean())
            ends = [[found[5] - found[0]], [found[-1] - found[5]]]
            axes.errorbar(at, found[5], ends, fmt="o", color=colour, ms=4)
            axes.plot(at, np.median(spread_alone(right)), "_", color="#999999", ms=12)
            axes.annotate(
                f"{name}, clean" if setup is None else setup,
                (at, found[5]),
                xytext=(4, -10 if setup == "MNIST-1D, noise 0.5" else 4),
                textcoords="offset points",
                fontsize=7,
            )
    bound = np.sqrt(levels * (1 - levels) / 500)
    axes.plot(levels, bound, "--", color="#999999", label="independent errors: at most this")
    axes.set(
        xlabel="mean accuracy on 500 examples",
        ylabel="standard deviation over networks",
        title="16 networks, 11 groups; dashes: independent errors",
        yscale="log",
    )
    axes.legend(loc="upper left")
