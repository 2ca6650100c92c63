"""What do networks and kernels make of the corners they have not seen?  Samples, wide networks, the
published set-up, and training sets of nearly all corners.

Settings.  (1) Kernel regression and wide networks in the linear regime on corners of 6 and 8 signs.
(2) The published set-up: 10 signs, 200 corners drawn with replacement, tanh, all parameters N(0,
0.05^2), Adam 5e-4 with full batch, two hidden layers of 100 and 50 (published: 500 and 100).  (3)
The same kind of network with the usual start, 1 in 2 of 8 or 9 in 10 of 10 signs labelled.
Accuracies are those of the sign on the other corners. Source: chapter on the frequency principle,
section 1.4; "about one half" is taken as 0.4 to 0.6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from numerics import parity as numerics
from numerics.kernel_flow import linearised_flow
from proofs_check import sweep
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.training import CODE, data
from proofs_check.training.corners import trained
from theory import Settles
from theory import parity as theory

Array = np.ndarray


def predicted_false_power(n: int = 200, d: int = 10) -> float:
    """log of the mean square of the sampled transform at k = 0."""
    return float(np.log(numerics.sampling_error(n, d)))


def false_power(seeds: Sequence[int], n: int = 200, d: int = 10, draws: int = 4000) -> Array:
    """The same from drawn sets of corners: half the corners are +1, so the sum of n of them is all
    that is drawn.
    """
    half = 2 ** (d - 1)
    found = []
    for seed in seeds:
        plus = np.random.default_rng([int(seed), 6]).hypergeometric(half, half, n, draws)
        found.append(np.log(np.mean(((2 * plus - n) / n) ** 2)))
    return np.array(found)


def predicted_margin(
    d: int = 6, fraction: float = 0.75, time: float = 1500.0, draws: int = 400
) -> float:
    """Mean of f times the output of the kernel flow (loss 1/2n) on held-out corners at a time, over
    random sets.
    """
    X, f = numerics.corners(d), numerics.parity(numerics.corners(d))
    K, n, rng = numerics.gram(d) * (d + 1), round(fraction * len(f)), np.random.default_rng(0)
    margins = []
    for _ in range(draws):
        order = rng.permutation(len(X))
        seen, held = order[:n], order[n:]
        output = linearised_flow(K[np.ix_(seen, seen)], f[seen], time, K_new=K[np.ix_(held, seen)])[
            0
        ]
        margins.append(np.mean(f[held] * output))
    return float(np.mean(margins))


def wide_margin(
    seeds: Sequence[int],
    d: int = 6,
    fraction: float = 0.75,
    time: float = 1500.0,
    m: int = 256,
    draws: int = 4,
    size: float = 0.05,
) -> Array:
    """The same for descent of 2m neurons with small data (the linear regime), mean over ``draws``
    sets of corners per seed.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import half_mean_square
    from proofs_check.training.networks import two_layer, two_layer_start
    from proofs_check.training.rules import Descent

    X, f = data.corners(d)
    n = round(fraction * len(f))
    many = [draws * int(seed) + i for seed in seeds for i in range(draws)]
    orders = np.stack([np.random.default_rng([s, 7]).permutation(len(f)) for s in many])
    inputs, labels = (torch.as_tensor(v, dtype=torch.float32) for v in (data.with_bias(X), f))
    model, seen, step = two_layer((2 * m) ** 0.5), torch.as_tensor(orders[:, :n]), 2.0
    run = train(
        model,
        [p.float() for p in two_layer_start(many, m, d + 1, 1.0, 1.0, device="cpu")],
        inputs,
        size * labels,
        rule=Descent(step),
        steps=round(time / step),
        loss=lambda output, y: half_mean_square(output.gather(1, seen), y[seen]),
    )
    margin = (model(run.end, inputs) * labels).double().numpy() / size
    held = np.take_along_axis(margin, orders[:, n:], 1).mean(1)
    return held.reshape(len(seeds), draws).mean(1)


def accuracy(seeds: Sequence[int], train: bool = False, **setting: Any) -> Array:
    """Accuracy on the corners that were not labelled, or on those that were."""
    margins, seen = trained(tuple(seeds), **setting)
    chosen = seen if train else ~seen
    return ((margins > 0) & chosen).sum(1) / chosen.sum(1)


def shares(margins: Array, low: bool) -> Array:
    """Share of the squared size of outputs, given times f (S, 2^d), in products of all signs, or
    (``low``) of at most half of them; a transform by matrices.
    """
    from scipy.linalg import hadamard

    size = margins.shape[1]
    power = (
        margins @ hadamard(size)
    ) ** 2  # of f times the output: product of k signs appears as the complement
    degree = np.array([size.bit_length() - 1 - int(c).bit_count() for c in range(size)])
    chosen = degree <= degree.max() // 2 if low else degree == degree.max()
    return np.asarray(power[:, chosen].sum(1) / power.sum(1))


def weight(seeds: Sequence[int], low: bool, **setting: Any) -> Array:
    """The shares of the outputs of networks."""
    return shares(trained(tuple(seeds), **setting)[0], low)


def labelled_alone(low: bool, d: int = 10, draws: int = 200) -> float:
    """The same of what is parity on the corners that are labelled and zero elsewhere; a median of
    eleven draws of corners with replacement.
    """
    outputs = np.zeros((11, 2**d))
    for seed, output in enumerate(outputs):
        output[np.random.default_rng([seed, 8]).choice(2**d, draws)] = 1.0
    return float(np.median(shares(outputs, low)))


def by_few_signs(d: int = 8, fraction: float = 0.5, signs: int = 2) -> float:
    """Accuracy, on the corners that are labelled, of the combination of products of so few signs
    that fits parity best; a median of eleven draws of corners.
    """
    x = 1 - 2 * (np.arange(2**d)[:, None] >> np.arange(d) & 1)
    chosen = [c for k in range(signs + 1) for c in combinations(range(d), k)]
    features = np.stack([x[:, list(c)].prod(1) for c in chosen], 1)
    found = []
    for seed in range(11):
        seen = np.random.default_rng([seed, d]).permutation(2**d)[: round(fraction * 2**d)]
        parity = x[seen].prod(1)
        fit = features[seen] @ np.linalg.lstsq(features[seen], parity, rcond=None)[0]
        found.append(np.mean(fit * parity > 0))
    return float(np.median(found))


Setting = dict[str, Any]
PUBLISHED: Setting = {"d": 10, "fraction": 200 / 1024, "spread": 0.05, "rate": 5e-4, "steps": 1001}
MANY: Setting = {"d": 10, "fraction": 0.9, "spread": None, "rate": 2e-3, "steps": 400}
SPARSE: Setting = {"d": 8, "fraction": 0.5, "spread": None, "rate": 2e-3, "steps": 500, "signs": 2}
HALF: Setting = {"d": 8, "fraction": 0.5, "spread": None, "rate": 2e-3, "steps": 500}
TABLES: dict[str, Setting] = {
    "half of eight signs": HALF,
    "nine in ten of eight signs": HALF | {"fraction": 0.9},
    "half of eight signs, ReLU": HALF | {"activation": "relu"},
    "half of seven signs": HALF | {"d": 7},
}
FILLED = {"one in five of ten signs, published": PUBLISHED} | TABLES


def kernel_accuracy(d: int = 8, fraction: float = 0.5) -> float:
    """Accuracy of kernel regression on held-out corners, mean over random sets."""
    return float(numerics.accuracy(d, fraction)[0].mean())


CHECKS: tuple[Check, ...] = (
    Check(
        name="samples_show_false_low_frequencies",
        quantity="mean squared transform of a sample, dimensionless",
        claim=theory.aliasing,
        predict=predicted_false_power,
        measure=false_power,
        terms={"4000 sets of corners, 4 sqrt(2 / 4000)": 0.09},
        rival=float(-np.log(200)),
        rival_why="corners of a sample are independent: no factor (N - n) / (N - 1)",
    ),
    Check(
        name="wide_networks_lean_the_wrong_way",
        quantity="mean of target times output at unseen corners, dimensionless",
        claim=theory.held_out_mean,
        predict=predicted_margin,
        measure=wide_margin,
        terms={"four sets of 16 held-out corners, 3 standard deviations": 0.3, "512 neurons": 0.05},
        rival=0.0,
        rival_why="on corners that were not seen the output has nothing to do with parity",
    ),
    Check(
        name="published_set_up_is_below_one_half",
        quantity="accuracy at unseen corners, a share",
        claim=theory.held_out_mean,
        predict=Threshold("parity-test-accuracy-half", "one in five of ten signs"),
        measure=partial(accuracy, **PUBLISHED),
        terms={"some 840 held-out corners, one standard deviation of a fair coin": 0.0173},
        rival=0.5,
        rival_why="on corners that were not seen the network guesses: exactly one half",
        side="at most",
        settles=(
            Settles(
                "parity-test-accuracy-half", part="one in five of ten signs", scope="instances"
            ),
        ),
    ),
    Check(
        name="half_of_eight_signs_is_far_below",
        quantity="accuracy at unseen corners, a share",
        claim=theory.held_out_mean,
        predict=kernel_accuracy,
        measure=partial(accuracy, **HALF),
        terms={"128 held-out corners per network, 2 standard deviations of a fair coin": 0.088},
        rival=0.5,
        rival_why="the accuracy is always one half",
        settles=(
            Settles("parity-test-accuracy-half", part="half of eight signs", scope="instances"),
        ),
    ),
    Check(
        name="nine_of_ten_corners_teach_parity",
        quantity="accuracy at unseen corners, a share",
        claim=theory.held_out_mean,
        predict=Threshold("parity-test-accuracy-half", "nine in ten of ten signs"),
        measure=partial(accuracy, **MANY),
        terms={"102 held-out corners": 0.05},
        rival=0.5,
        rival_why="the accuracy is always one half; the linear regime would be further below",
        side="at least",
        settles=(
            Settles(
                "parity-test-accuracy-half", part="nine in ten of ten signs", scope="instances"
            ),
        ),
    ),
    Check(
        name="sparse_parity_is_learned_from_the_same_corners",
        quantity="accuracy at unseen corners, a share",
        claim=theory.walsh_eigenvalues,
        predict=0.9,
        measure=partial(accuracy, **SPARSE),
        terms={"128 held-out corners": 0.05},
        rival=kernel_accuracy,
        rival_why="a product of two of the eight signs is as hopeless as that of all: the "
        "accuracy of the kernel on the latter",
        side="at least",
    ),
    Check(
        name="labelled_corners_are_memorised",
        quantity="accuracy at labelled corners, a share",
        claim=theory.definition,
        predict=Threshold("parity-train-memorised"),
        measure={name: partial(accuracy, train=True, **how) for name, how in TABLES.items()},
        terms={"half a corner in a thousand": 0.0005},
        rival=by_few_signs,
        rival_why="low frequencies alone are fitted: products of at most two signs",
        side="at least",
        settles=(Settles("parity-train-memorised", scope="instances"),),
    ),
    Check(
        name="output_lacks_the_highest_frequency",
        quantity="squared size of the output in the highest frequency, a share",
        claim=theory.transform,
        predict=Threshold("parity-dnn-output-too-low-frequency", "product of all signs"),
        measure={name: partial(weight, low=False, **how) for name, how in FILLED.items()},
        terms={"labelled corners carry some of it": 0.05},
        rival=partial(labelled_alone, False),
        rival_why="unlabelled corners are not filled: parity where it is labelled, zero elsewhere",
        side="at most",
        settles=(
            Settles(
                "parity-dnn-output-too-low-frequency",
                part="product of all signs",
                scope="instances",
            ),
        ),
    ),
    Check(
        name="output_is_filled_with_low_frequencies",
        quantity="squared size of the output in low frequencies, a share",
        claim=theory.transform,
        predict=Threshold(
            "parity-dnn-output-too-low-frequency", "products of at most half the signs"
        ),
        measure={name: partial(weight, low=True, **how) for name, how in FILLED.items()},
        terms={"labelled corners carry others": 0.1},
        rival=partial(labelled_alone, True),
        rival_why="unlabelled corners are not filled: parity where it is labelled, zero elsewhere",
        side="at least",
        settles=(
            Settles(
                "parity-dnn-output-too-low-frequency",
                part="products of at most half the signs",
                scope="instances",
            ),
        ),
    ),
)


# ---------------------------------------------------------------- what can be swept


def accuracy_of(cell: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, float]:
    """Accuracy on the held-out corners of one tanh network with the usual start.

    Raises ``ValueError`` where no corner is labelled or none held out, and where a labelled one is
    wrong.
    """
    corners = 2 ** cell["signs"]
    if not 0 < round(cell["fraction"] * corners) < corners:
        raise ValueError(f"{cell['fraction']:g} of {corners} corners are none or all")
    how = {"d": cell["signs"], "fraction": cell["fraction"], "spread": None, **settings}
    fitted = float(accuracy((cell["seed"],), True, **how)[0])
    if fitted < 1:
        raise ValueError(f"accuracy on labelled corners is {fitted:.3g}: take more steps")
    return {"held_out": float(accuracy((cell["seed"],), **how)[0])}


SWEEPS = (
    sweep.Sweep(
        name="parity.accuracy",
        summary="Accuracy on held-out corners of tanh networks that fit the labelled ones.",
        axes=(
            sweep.Axis(
                "fraction",
                "0.3:0.9:7,0.95",
                "Share of the corners that is labelled.",
                label="share of corners labelled",
                least=0,
                most=1,
            ),
            sweep.Axis("signs", "6,8,10", "Signs of a corner.", "signs $d$", whole=True, least=1),
            sweep.Axis("seed", "5", "Networks per cell.", option="seeds", count=True),
        ),
        numbers=(sweep.Number("held_out", "accuracy on held-out corners", "accuracy"),),
        measure=accuracy_of,
        settings=(
            sweep.Setting("rate", 2e-3, "Learning rate of Adam."),
            sweep.Setting("steps", 500, "Steps of Adam."),
        ),
        code=(
            "proofs_check.parity",
            *CODE,
            "proofs_check.training.corners",
            "proofs_check.training.signals",
            "numpy",
            "torch",
        ),
    ),
)
