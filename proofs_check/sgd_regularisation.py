"""Does a smaller batch, a larger rate or another optimiser help on new data, in networks and in a
model that theory solves?  Small networks on two data sets, diagonal ones with two teachers.

Set-ups.  (1) Networks, float32: 50 examples for each seed, one hidden layer of 32 ReLU (or two of
24 tanh), cross entropy until 0.05, looked at every 10 steps; batches of 5 drawn anew for every
step, or all; four rates, and three of Adam.  The same examples, start and order of batches at every
rate.  (2) Diagonal networks beta = x w of width 100 on 40 Gaussian examples, five coefficients of
one or a hundred smaller ones of the same length, until the loss is 1e-6.  Source: Prince,
Understanding Deep Learning, 2023, section 20.4.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from scipy.stats import kendalltau, spearmanr

from numerics import sgd_regularisation as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training import data
from theory import Settles, noise_temperature
from theory import sgd_regularisation as theory

Array = np.ndarray
RATES, ADAM = (0.04, 0.08, 0.16, 0.32), (0.002, 0.006, 0.018)
EXAMPLES, BATCH, LOSS, CHOICE = 50, 5, 0.05, 500  # CHOICE images choose the rate
# data set, activation, hidden layers, share of wrong labels
NETWORKS = {
    "digits": ("digits", "relu", (32,), 0.0),
    "digits, wrong labels": ("digits", "relu", (32,), 0.2),
    "MNIST-1D": ("mnist1d", "relu", (32,), 0.0),
    "digits, tanh": ("digits", "tanh", (24, 24), 0.0),
}
TEACHERS = {"sparse teacher": 5, "dense teacher": 100}  # coefficients that are not zero
SLOW = (0.01, 0.02, 0.04, 0.08)  # rates of diagonal networks
POINTS, WIDTH, SCALE, NORM, SMALL, END = 40, 100, 0.18, 5**0.5, 4, 1e-6


@cache
def _images(name: str) -> tuple[Array, Array]:
    """All inputs, of mean 0 and variance 1, and classes."""
    if name == "digits":
        return data.digits(scale="standard")
    made = data.mnist1d(2000)
    X = np.r_[made.x, made.x_test]
    return (X - X.mean()) / X.std(), np.r_[made.y, made.y_test]


@cache
def networks(setup: str, rule: str, seeds: tuple[int, ...]) -> Array:
    """Wrong answers of trained networks, in percent: (S, R, 2), on the images that choose the rate
    and on all others.  rule: sgd, full or adam.

    Raises ``ValueError`` where one did not reach the loss.
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.losses import cross_entropy
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam, Descent, Rule, Sgd

    source, kind, hidden, wrong = NETWORKS[setup]
    images, classes = _images(source)
    order = np.stack([np.random.default_rng([s, 17]).permutation(len(classes)) for s in seeds])
    rows, rates = order[:, :EXAMPLES], ADAM if rule == "adam" else RATES
    labels = np.stack(
        [data.noisy_labels(classes[r], wrong, 10, s) for r, s in zip(rows, seeds, strict=True)]
    )
    rate = torch.tensor(rates, dtype=torch.float32).repeat_interleave(len(seeds))
    many = [seed for _ in rates for seed in seeds]
    small: Rule = Adam(rate, batch=BATCH) if rule == "adam" else Sgd(rate, BATCH)
    widths, scale = (images.shape[1], *hidden, 10), "he" if kind == "relu" else "xavier"
    model, start = mlp(widths, kind), mlp_start(many, widths, scale, bias=0.0, device="cpu")
    everything = torch.tensor(images, dtype=torch.float32)
    run = train(
        model,
        [p.float() for p in start],
        everything[rows].repeat(len(rates), 1, 1),
        torch.tensor(labels).repeat(len(rates), 1),
        rule=Descent(rate) if rule == "full" else small,
        steps=4000,
        loss=cross_entropy,
        stop=below(LOSS),
        every=10,
        seeds=many,
    )
    if not run.reached.all():
        raise ValueError(f"{setup}, {rule}: {(~run.reached).sum()} networks did not fit")
    new, truth = everything[order[:, EXAMPLES:]], torch.tensor(classes[order[:, EXAMPLES:]])
    found = []
    for place in range(len(rates)):
        chosen = slice(place * len(seeds), (place + 1) * len(seeds))
        with torch.no_grad():
            answer = model([p[chosen] for p in run.end], new).argmax(2)
        missed = (answer != truth).double().numpy()
        found.append([missed[:, :CHOICE].mean(1), missed[:, CHOICE:].mean(1)])
    return 100 * np.array(found).transpose(2, 0, 1)


def _regression(setup: str, seed: int) -> tuple[Array, Array, Array]:
    """Inputs (40, 100), targets (40,) and the teacher's coefficients (100,)."""
    rng, count = np.random.default_rng([seed, 31]), TEACHERS[setup]
    Z, signs = rng.standard_normal((POINTS, WIDTH)), rng.choice([-1.0, 1.0], WIDTH)
    beta = signs * (np.arange(WIDTH) < count) * NORM / count**0.5
    return Z, Z @ beta, beta


@cache
def diagonals(setup: str, batch: int, seeds: tuple[int, ...]) -> Array:
    """Squared distance (S, R) of trained diagonal networks to the teacher, in percent of its own
    length.
    """
    made = [_regression(setup, seed) for seed in seeds]
    Z, y, beta = (np.repeat(np.stack(part), len(SLOW), 0) for part in zip(*made, strict=True))
    rate, seed_of = np.tile(SLOW, len(seeds))[:, None], np.repeat(np.arange(len(seeds)), len(SLOW))
    x, w = np.full(beta.shape, SCALE**0.5), np.zeros_like(beta)
    end, alive, step = np.full(beta.shape, np.nan), np.arange(len(beta)), 0
    draws = [np.random.default_rng([seed, 32]) for seed in seeds]
    orders = np.zeros((len(seeds), 500, batch), int)
    while len(alive):
        if step % 20 == 0:
            gap = (Z @ (x * w)[..., None])[..., 0] - y
            if not np.isfinite(gap).all():
                raise ValueError(f"{setup}: descent diverges at one of the rates {SLOW}")
            done = (gap**2).mean(1) / 2 < END
            end[alive[done]] = (x * w)[done]
            Z, y, x, w, rate, alive = (each[~done] for each in (Z, y, x, w, rate, alive))
        if step % 500 == 0:
            drawn = np.stack([rng.random((500, POINTS)) for rng in draws])
            orders = drawn.argpartition(batch - 1, 2)[..., :batch]
        rows = orders[seed_of[alive], step % 500]
        some = Z if batch == POINTS else np.take_along_axis(Z, rows[..., None], 1)
        aim = y if batch == POINTS else np.take_along_axis(y, rows, 1)
        gap = (some @ (x * w)[..., None])[..., 0] - aim
        move = rate * (gap[:, None] @ some)[:, 0] / batch
        x, w, step = x - move * w, w - move * x, step + 1
    lost = ((end - beta) ** 2).sum(1) / NORM**2
    return 100 * lost.reshape(len(seeds), len(SLOW))


def errors(setup: str, seeds: Sequence[int]) -> tuple[Array, Array]:
    """Test errors (S, 2, 4) in percent with small batches and all examples at four rates, and B /
    eta (2, 4).
    """
    several = tuple(map(int, seeds))
    if setup in TEACHERS:
        found = [diagonals(setup, batch, several) for batch in (SMALL, POINTS)]
        return np.stack(found, 1), np.divide.outer([SMALL, POINTS], SLOW)
    new = len(_images(NETWORKS[setup][0])[1]) - EXAMPLES
    weights = np.array([CHOICE, new - CHOICE]) / new
    found = [networks(setup, rule, several) @ weights for rule in ("sgd", "full")]
    return np.stack(found, 1), np.divide.outer([BATCH, EXAMPLES], RATES)


def full_minus_small(seeds: Sequence[int], setup: str) -> Array:
    """Test error with all examples minus that with small batches, mean over the rates."""
    error, _ = errors(setup, seeds)
    return (error[:, 1] - error[:, 0]).mean(1)


def rank_of_rate(seeds: Sequence[int], setup: str) -> Array:
    """Rank correlation of rate and test error, mean over both batch sizes; 0 of equal errors."""
    rows = errors(setup, seeds)[0].reshape(-1, len(RATES))
    ranks = [spearmanr(RATES, row).statistic if np.ptp(row) else 0.0 for row in rows]
    return np.mean(np.reshape(ranks, (-1, 2)), 1)


def tau_of_ratio(seeds: Sequence[int], setup: str, sign: int) -> Array:
    """Kendall's tau of B / eta with test error, or with minus it."""
    error, ratio = errors(setup, seeds)
    return np.array([kendalltau(ratio.ravel(), sign * each.ravel()).statistic for each in error])


def adam_minus_sgd(seeds: Sequence[int], setup: str) -> Array:
    """Test error of Adam minus that of SGD, each at the rate that was best on other images."""
    several, best = tuple(map(int, seeds)), []
    for rule in ("adam", "sgd"):
        found = networks(setup, rule, several)
        best.append(found[np.arange(len(found)), found[..., 0].argmin(1), 1])
    return best[0] - best[1]


def predicted_error(solution: Callable[[Array, Array], Array]) -> float:
    """Squared distance to the sparse teacher in percent of its own length, of the first seed."""
    Z, y, beta = _regression("sparse teacher", 0)
    return float(100 * ((solution(Z, y) - beta) ** 2).sum() / NORM**2)


def slow_descent(seeds: Sequence[int]) -> Array:
    """The same at the end of descent at the lowest rate."""
    return diagonals("sparse teacher", POINTS, (0,))[:, 0]


WHERE = {"end of the band, at the limit of the sentence": 0.05}
CHECKS: tuple[Check, ...] = (
    Check(
        name="descent_ends_at_least_entropy",
        quantity="squared distance to a sparse teacher, in percent of its own length",
        claim=theory.entropy_programme,
        predict=partial(predicted_error, lambda Z, y: numerics.entropy_solution(Z, y, SCALE)),
        measure=slow_descent,
        terms={"loss at the end and rate": 1.0},
        rival=partial(predicted_error, lambda Z, y: np.linalg.pinv(Z) @ y),
        rival_why="descent ends at the solution of least norm, as in a linear model",
        deterministic=True,
    ),
    Check(
        name="small_batches_end_better",
        quantity="test error of full batch minus that of SGD, in percent",
        claim=theory.diagonal_network,
        predict=Threshold("udl-sgd-better-than-full-batch"),
        measure={name: partial(full_minus_small, setup=name) for name in (*NETWORKS, *TEACHERS)},
        terms={"end of the band, at the limit of the sentence": 0.1},
        rival=-0.5,
        rival_why="noise only adds to the error, as at rest in a linear model",
        side="at least",
        settles=(Settles("udl-sgd-better-than-full-batch", scope="instances"),),
    ),
    Check(
        name="adam_and_sgd_differ_little",
        quantity="test error of Adam minus that of SGD, both tuned, in percent",
        claim=theory.adam_and_sgd,
        predict=Threshold("udl-sgd-adam-gap-closes"),
        measure={name: partial(adam_minus_sgd, setup=name) for name in NETWORKS},
        terms={"two points, the limit of the sentence": 2.0},
        rival=5.0,
        rival_why="adaptive methods generalise worse, whatever the tuning",
        settles=(Settles("udl-sgd-adam-gap-closes", scope="instances"),),
    ),
    Check(
        name="larger_rates_end_better",
        quantity="rank correlation of rate and test error, dimensionless",
        claim=noise_temperature.noise_temperature,
        predict=Threshold("udl-larger-lr-generalises-better"),
        measure={name: partial(rank_of_rate, setup=name) for name in (*NETWORKS, *TEACHERS)},
        terms=WHERE,
        rival=1.0,
        rival_why="noise only adds to the error, as at rest in a linear model",
        side="at most",
        open="with both teachers a larger rate helps in one of the two batch sizes and hurts in "
        "the other; for the networks 51 seeds do not decide",
        settles=(Settles("udl-larger-lr-generalises-better", scope="instances"),),
    ),
    *(
        Check(
            name=name,
            quantity=f"Kendall's tau of B / eta and {part}, dimensionless",
            claim=theory.ratio_and_caption,
            predict=Threshold("udl-batch-lr-ratio-sign", part),
            measure={
                name: partial(tau_of_ratio, setup=name, sign=sign)
                for name in (*NETWORKS, *TEACHERS)
            },
            terms=WHERE,
            rival=-0.5,
            rival_why=why,
            side="at least",
            settles=(Settles("udl-batch-lr-ratio-sign", part=part, scope="instances"),),
        )
        for name, part, sign, why in (
            (
                "accuracy_rises_with_the_ratio",
                "accuracy",
                -1,
                "the caption: it falls with the batch and rises with the rate",
            ),
            (
                "error_rises_with_the_ratio",
                "test error",
                1,
                "small batches and large rates only add noise",
            ),
        )
    ),
)


def portrait(axes: Any) -> None:
    """Test error of full batch minus that of small batches in every set-up, from what ``verify``
    kept: judged medians with their intervals; where batches do not matter, dashed.
    """
    from proofs_check.core import entries

    unit = ("check", "sgd_regularisation", "small_batches_end_better")
    entry, _ = entries.kept(unit) or entries.run_and_keep(unit)
    for place, seen in enumerate(entry["setups"]):
        middle = np.median(seen["values"])
        ends = np.abs(np.array(seen["interval"])[:, None] - middle)
        axes.errorbar(middle, place, xerr=ends, fmt="k.", capsize=3)
    axes.axvline(0, color="C1", ls="--", label="batches do not matter")
    axes.set_yticks(range(len(entry["setups"])), [seen["name"] for seen in entry["setups"]])
    axes.set(xlabel="test error of full batch minus that of SGD (percentage points)")
    axes.legend()
