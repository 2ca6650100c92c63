"""Do random deep networks carry signals and gradients as derived, and does the start decide how
fast they fit?  Moments and gradients over depth, steps to fit over variances and activations.

Set-ups.  (1) One network of width 200 per seed, 16 layers (32 for tanh), a normal preactivation at
the bottom, a normal gradient at the top.  (2) ReLU networks without biases on orthogonal inputs,
and on 8 circles of 32 points each. (3) Full-batch Adam with decoupled weight decay on scikit-learn
digits, squared loss on one-hot labels, up to the first step without training error: 40 digits,
64-128-128-10 with ReLU at 1, 2, 4 and 8 times the He variance; 80 digits, four hidden layers of 48
units at the better of two learning rates (1e-3 and 3e-2 were slower for every activation), each
activation with its own start (ReLU: He; tanh: Xavier; sigmoid: four times the Xavier standard
deviation, as its slope at zero is one quarter). Source: Prince 2023, sections 20.2.5-20.2.7;
Balduzzi et al. 2017.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from numerics import trainability as numerics
from proofs_check import sweep
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.training import CODE, data
from theory import Settles
from theory import trainability as theory

Array = np.ndarray
N, L = 200, 16  # width and depth of the random networks
CIRCLES, POINTS = 8, 32  # inputs for the autocorrelation, which is taken at a lag of one point
SHALLOW, DEEP = 2, 8
FACTORS = (1, 2, 4, 8)  # of the He variance
RATES = (3e-3, 1e-2)
GAIN = {"relu": 2.0, "tanh": 1.0, "sigmoid": 16.0}  # variance of a weight times its inputs


# ---------------------------------------------------------------- signals and gradients


@cache
def depth_moments(
    seeds: tuple[int, ...], gain: float = 2.0, activation: str = "relu", depth: int = L
) -> Array:
    """Logarithms (S, 2) of the second moment of the last signal over the first, and of the lowest
    gradient over the highest.
    """
    import torch

    from proofs_check.training.networks import normal

    first = normal(seeds, (N,), stream=1, device="cpu").requires_grad_(True)
    z = first
    for layer in range(depth):
        W = (gain / N) ** 0.5 * normal(seeds, (N, N), stream=100 + layer, device="cpu")
        z = torch.matmul(W, getattr(torch, activation)(z)[:, :, None])[:, :, 0]
    above = normal(seeds, (N,), stream=2, device="cpu")
    (below,) = torch.autograd.grad((z * above).sum(), first)
    ratios = [
        (z.detach() ** 2).sum(1) / (first.detach() ** 2).sum(1),
        (below**2).sum(1) / (above**2).sum(1),
    ]
    return torch.stack(ratios, 1).log().numpy()


def signal_per_layer(seeds: Sequence[int], gain: float = 2.0) -> Array:
    """Change of the logarithm of the signal's second moment in a layer, with weights of variance
    gain / N.
    """
    return depth_moments(tuple(seeds), gain)[:, 0] / L


def gradient_per_layer(seeds: Sequence[int], gain: float = 2.0) -> Array:
    """The same for the gradient."""
    return depth_moments(tuple(seeds), gain)[:, 1] / L


def vanishing(seeds: Sequence[int], gain: float = 1.0) -> Array:
    """Logarithm of the lowest gradient's second moment over the highest one's, at the Xavier
    variance.
    """
    return depth_moments(tuple(seeds), gain)[:, 1]


def exploding(seeds: Sequence[int], gain: float = 4.0) -> Array:
    """The same at twice the He variance."""
    return depth_moments(tuple(seeds), gain)[:, 1]


def tanh_gradient(seeds: Sequence[int]) -> Array:
    """The same for 32 tanh layers at the Xavier variance."""
    return depth_moments(tuple(seeds), 1.0, "tanh", 2 * L)[:, 1]


# ---------------------------------------------------------------- gradients at two inputs


def input_gradients(seeds: Sequence[int], X: Any, depth: int) -> Any:
    """Gradients (S, n, D) by the inputs X (n, D) of the output of ReLU networks with this number of
    hidden layers and He variance.
    """
    import torch

    from proofs_check.training.networks import normal

    inputs = X.expand(len(seeds), *X.shape).clone().requires_grad_(True)
    h = inputs
    for layer in range(depth):
        W = (2 / h.shape[2]) ** 0.5 * normal(
            seeds, (h.shape[2], N), stream=200 + layer, device="cpu"
        )
        h = torch.relu(h @ W)
    (gradients,) = torch.autograd.grad(
        (h * normal(seeds, (1, N), stream=3, device="cpu")).sum(), inputs
    )
    return gradients


def correlation_of_orthogonal_inputs(
    seeds: Sequence[int], depth: int = 4, inputs: int = 32
) -> Array:
    """Mean inner product of the gradients at two orthogonal inputs over the mean square of a
    gradient.
    """
    import torch

    g = input_gradients(seeds, torch.eye(N, dtype=torch.float64)[:inputs], depth)
    products = g @ g.transpose(1, 2)
    squares = products.diagonal(dim1=1, dim2=2).sum(1)
    return ((products.sum((1, 2)) - squares) / (inputs - 1) / squares).numpy()


def autocorrelation(seeds: Sequence[int], depth: int) -> Array:
    """Autocorrelation (S,) of the input gradients between neighbouring points of a circle, mean
    over circles in orthogonal planes.
    """
    import torch

    angle = 2 * torch.pi * torch.arange(POINTS, dtype=torch.float64) / POINTS
    X = torch.zeros(CIRCLES, POINTS, 2 * CIRCLES, dtype=torch.float64)
    for circle in range(CIRCLES):
        X[circle, :, 2 * circle], X[circle, :, 2 * circle + 1] = angle.cos(), angle.sin()
    g = input_gradients(seeds, X.flatten(0, 1), depth).reshape(len(seeds), CIRCLES, POINTS, -1)
    return ((g * g.roll(1, 2)).sum((2, 3)) / (g * g).sum((2, 3))).mean(1).numpy()


def faster_with_depth(seeds: Sequence[int], deep: int = DEEP) -> Array:
    """log of what the autocorrelation has lost at this lag in a deep network, over the same in a
    shallow one.
    """
    return np.log((1 - autocorrelation(seeds, deep)) / (1 - autocorrelation(seeds, SHALLOW)))


def derived_loss_of_correlation() -> float:
    """The same from theory."""
    correlation, _ = numerics.gradient_correlation(2 * np.pi / POINTS, DEEP)
    return float(np.log((1 - correlation[DEEP]) / (1 - correlation[SHALLOW])))


# ---------------------------------------------------------------- fitting digits


@cache
def steps_to_fit(
    seeds: tuple[int, ...],
    activation: str = "relu",
    gain: float = 2.0,
    width: int = 128,
    hidden: int = 2,
    rate: float = 3e-3,
    digits: int = 40,
    limit: int = 1500,
) -> Array:
    """Steps (S,) up to the first one without an error on the training digits, infinite when there
    is none; biases start at zero.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.networks import mlp, normals
    from proofs_check.training.rules import Adam

    X, labels = (torch.as_tensor(v) for v in data.digits(digits, scale="standard"))
    target = torch.nn.functional.one_hot(labels, 10).float()
    sizes = [X.shape[1], *[width] * hidden, 10]
    shapes = list(pairwise(sizes))
    weights = normals(
        seeds, shapes, [(gain / inputs) ** 0.5 for inputs, _ in shapes], stream=300, device="cpu"
    )
    start = [
        p.float()
        for w, units in zip(weights, sizes[1:], strict=True)
        for p in (w, torch.zeros(len(seeds), units))
    ]
    run = train(
        mlp(sizes, activation),
        start,
        X.float(),
        target.expand(len(seeds), -1, -1),
        rule=Adam(rate, decay=1e-2, decoupled=True),
        steps=limit,
        loss=mean_square,
        stop=lambda now: (now.output.argmax(2) == labels).all(1),
    )
    return np.where(run.reached, run.steps, np.inf)


def slowest_growth(seeds: Sequence[int], factors: tuple[int, ...] = FACTORS) -> Array:
    """Least logarithm of the ratio of steps to fit from one factor of the He variance to the next;
    not a number when one does not fit.
    """
    steps = np.array([steps_to_fit(tuple(seeds), gain=2.0 * factor) for factor in factors])
    steps[~np.isfinite(steps)] = np.nan
    return np.diff(np.log(steps), axis=0).min(0)


def best_steps(seeds: tuple[int, ...], activation: str) -> Array:
    """Steps to fit with four hidden layers, at the best of the learning rates."""
    return np.min(
        [steps_to_fit(seeds, activation, GAIN[activation], 48, 4, rate, 80, 400) for rate in RATES],
        axis=0,
    )


def slower_than_relu(seeds: Sequence[int], activation: str = "sigmoid") -> Array:
    """log(steps with this activation / steps with ReLU)."""
    return np.log(best_steps(tuple(seeds), activation) / best_steps(tuple(seeds), "relu"))


WIDTH_TERMS = {
    "width: mean of the logarithm, 5 / (2 N) a layer": 2.5 / N,
    "spread of a network, two deviations": 2 * (5 / N / L) ** 0.5,
}
DEPTH_TERMS = {name: L * term for name, term in WIDTH_TERMS.items()}  # over all layers
HE = "udl-he-init-prevents-vanish-explode"
SHATTERED = "udl-depth-shattered-gradients"


def _he_log() -> float:
    return float(np.log(numerics.relu_moment(N, numerics.he_variance(N), 1)))


def _vanished() -> float:
    return float(np.log(numerics.relu_moment(N, 1 / N, L)))


def _exploded() -> float:
    return float(np.log(numerics.relu_moment(N, 4 / N, L)))


def _tanh() -> float:
    return float(np.log(numerics.tanh_moments(1.0, 2 * L)[1][0]))


def _correlation() -> float:
    return float(numerics.gradient_correlation(np.pi / 2, 4)[0][4])


def _xavier_signal() -> float:
    return typical(signal_per_layer, gain=1.0)


def _double_gradient() -> float:
    return typical(gradient_per_layer, gain=4.0)


def _he_gradient() -> float:
    return typical(vanishing, gain=2.0)


def _small_starts_slower() -> float:
    return typical(slowest_growth, factors=FACTORS[::-1])


def _tanh_slower(seeds: Sequence[int]) -> Array:
    return slower_than_relu(seeds, "tanh")


CHECKS: tuple[Check, ...] = (
    Check(
        name="he_variance_keeps_the_signal",
        quantity="change of the log second moment of the signal per layer, dimensionless",
        claim=theory.he_condition,
        predict=_he_log,
        measure=signal_per_layer,
        terms=WIDTH_TERMS,
        rival=_xavier_signal,
        rival_why="the Xavier variance 1 / N would do for ReLU too (measured)",
        settles=(Settles(HE, part="log change of a signal in a layer"),),
    ),
    Check(
        name="he_variance_keeps_the_gradient",
        quantity="change of the log second moment of the gradient per layer, dimensionless",
        claim=theory.he_condition,
        predict=_he_log,
        measure=gradient_per_layer,
        terms=WIDTH_TERMS,
        rival=_double_gradient,
        rival_why="twice the variance would do too (measured)",
        settles=(Settles(HE, part="log change of a gradient in a layer"),),
    ),
    Check(
        name="gradients_vanish_at_the_xavier_variance",
        quantity="log ratio of gradients' second moments, lowest over highest layer, dimensionless",
        claim=theory.he_condition,
        predict=_vanished,
        measure=vanishing,
        terms=DEPTH_TERMS,
        rival=_he_gradient,
        rival_why="depth does no harm, whatever the start (the He start, measured)",
        settles=(Settles(SHATTERED, part="log of the gradient, variance 1 / N"),),
    ),
    Check(
        name="gradients_explode_at_twice_the_he_variance",
        quantity="log ratio of gradients' second moments, lowest over highest layer, dimensionless",
        claim=theory.he_condition,
        predict=_exploded,
        measure=exploding,
        terms=DEPTH_TERMS,
        rival=_he_gradient,
        rival_why="depth does no harm, whatever the start (the He start, measured)",
        settles=(Settles(SHATTERED, part="log of the gradient, variance 4 / N"),),
    ),
    Check(
        name="tanh_gradients_decay_as_a_power",
        quantity="log ratio of the gradients' second moments over 32 layers, dimensionless",
        claim=theory.xavier_tanh,
        predict=_tanh,
        measure=tanh_gradient,
        terms={
            "spread of one network, two standard deviations of sqrt(2 layers / N)": 2
            * (2 * 2 * L / N) ** 0.5
        },
        rival=0.0,
        rival_why="the Xavier variance keeps the gradients of tanh networks, as its linear regime "
        "says",
    ),
    Check(
        name="correlation_of_gradients",
        quantity="correlation of the gradients at two orthogonal inputs, dimensionless",
        claim=theory.gradient_correlation,
        predict=_correlation,
        measure=correlation_of_orthogonal_inputs,
        terms={"width: inner products of 200 terms, averaged over 32 inputs": 0.035},
        rival=2.0**-4,
        rival_why="active sets at two inputs are independent in every layer, so the correlation "
        "is 2^-L",
    ),
    Check(
        name="autocorrelation_is_lost_faster_with_depth",
        quantity="log ratio of the autocorrelation lost, deep over shallow, dimensionless",
        claim=theory.gradient_correlation,
        predict=derived_loss_of_correlation,
        measure=faster_with_depth,
        terms={"random networks of width 200, 8 circles": 0.5},
        rival=0.0,
        rival_why="depth does not matter",
        settles=(Settles(SHATTERED, part="log of what the autocorrelation loses, depth 8 over 2"),),
    ),
    Check(
        name="larger_starts_fit_later_but_fit",
        quantity="least log ratio of steps to fit between neighbouring variances, dimensionless",
        claim=theory.he_condition,
        predict=Threshold("udl-init-variance-slower-not-fatal"),
        measure=slowest_growth,
        terms={"whole steps and chance between neighbouring factors": 0.3},
        rival=_small_starts_slower,
        rival_why="larger starts fit sooner (factors in reverse, measured)",
        side="at least",
        settles=(Settles("udl-init-variance-slower-not-fatal", scope="instances"),),
    ),
    Check(
        name="sigmoid_fits_later_than_relu",
        quantity="log ratio of steps to fit, sigmoid over ReLU, dimensionless",
        claim=theory.flat_tails,
        predict=Threshold("udl-saturating-activations-harder", "sigmoid"),
        measure=slower_than_relu,
        terms={"chance in the steps to fit": 0.2},
        rival=lambda: typical(_tanh_slower),
        rival_why="flat tails do not matter, as little as they do for tanh with its own start "
        "(measured)",
        side="at least",
        settles=(Settles("udl-saturating-activations-harder", part="sigmoid", scope="instances"),),
        analogue=True,
        deviates="scikit-learn digits stand for MNIST-1D",
    ),
    Check(
        name="tanh_fits_sooner_than_relu",
        quantity="log ratio of steps to fit, tanh over ReLU, dimensionless",
        claim=theory.xavier_tanh,
        predict=Threshold("udl-saturating-activations-harder", "tanh"),
        measure=_tanh_slower,
        terms={"chance in the steps to fit": 0.2},
        rival=lambda: typical(slower_than_relu),
        rival_why="every activation with flat tails fits later, as the sigmoid does (measured)",
        side="at most",
        settles=(Settles("udl-saturating-activations-harder", part="tanh", scope="instances"),),
        analogue=True,
        deviates="scikit-learn digits stand for MNIST-1D",
    ),
)


# ---------------------------------------------------------------- what can be swept


def steps_of(cell: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, float]:
    """Steps of one network to fit the digits, infinite when it does not within the limit."""
    where = {name: cell[name] for name in ("activation", "gain", "hidden")}
    return {"steps": float(steps_to_fit((cell["seed"],), **where, **settings)[0])}


PACKAGES = ("numpy", "torch", "scikit-learn")
SWEEPS = (
    sweep.Sweep(
        name="trainability.steps",
        summary="Steps to fit scikit-learn digits, over the variance of the start and the depth.",
        axes=(
            sweep.Axis(
                "gain",
                "0.5:8:5",
                "Variance of a weight times the number of its inputs.",
                label="variance of a weight times inputs",
                log=True,
                least=0,
            ),
            sweep.Axis(
                "hidden", "1,2,4,8,16", "Hidden layers.", "hidden layers", whole=True, least=1
            ),
            sweep.Axis(
                "activation",
                "relu",
                "One or several, such as relu,tanh.",
                choices=("relu", "tanh", "sigmoid"),
            ),
            sweep.Axis("seed", "3", "Networks per cell.", option="seeds", count=True),
        ),
        numbers=(sweep.Number("steps", "steps of Adam until no digit is wrong", log=True),),
        measure=steps_of,
        settings=(
            sweep.Setting("width", 64, "Units of a hidden layer."),
            sweep.Setting("rate", 3e-3, "Learning rate of Adam."),
            sweep.Setting("digits", 40, "Digits to fit."),
            sweep.Setting("limit", 500, "Steps after which a network counts as not fitting."),
        ),
        code=("proofs_check.trainability", "proofs_check.training.signals", *CODE, *PACKAGES),
    ),
)
