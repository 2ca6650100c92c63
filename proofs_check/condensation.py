"""Do the neurons of networks go where the theory sends them, and how many directions are left?
Lines and angles, shares of amplitude, Adam against descent, three layers, dropout, learning rates,
digits.

Settings.  (1) One dimension with bias, 40 points of sin 3x + sin(6x) / 2 on [-1, 1.5]; activations
tanh, x tanh x, x^2 tanh x; small normal starts; descent with relative steps, stopped while the
output is still small.  (2) The four points x = -1/2, -1/6, 1/6, 1/2 with y = x^2, gamma = 1.75
against 0.5, followed by the integrator that ``gradient_flow.agreement`` holds against torch.  (3)
The published 5-50-1 network by Adam.  (4) Three layers, digits, dropout, large learning rates, at
reduced size. Directions are weighted by the amplitude |a| |w|: neurons that never took part keep
random ones. Source: Zhou, Zhou, Luo, Xu, NeurIPS 2022; Luo, Xu, Ma, Zhang, JMLR 2021; sections of
the phenomena and simplicity essays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import condensation as numerics
from numerics import gradient_flow
from numerics.core.fit import log_slope
from numerics.phase_diagram import four_point_problem
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.plane.gathered import (
    AT_KERNEL_SCALING,
    CONDENSED,
    LAZY,
    NARROW,
    PLACES,
    Place,
    ended,
    fewer_pieces,
    held,
    top_share,
    turned,
)
from proofs_check.training import data
from theory import Settles
from theory import condensation as theory

if TYPE_CHECKING:
    from torch import Tensor

    from proofs_check.training.descend import Moment, Run

Array = np.ndarray
STARTS = 40  # single neurons per seed
X_WAVE = np.linspace(-1, 1.5, 40)
WAVE = X_WAVE, np.sin(3 * X_WAVE) + np.sin(6 * X_WAVE) / 2  # the published one-dimensional data
FOUR_POINTS = four_point_problem()
KERNEL = Place(cell=(LAZY, 0.0))


# ---------------------------------------------------------------- training


BY_MULTIPLICITY = {1: "tanh", 2: "x tanh x", 3: "x^2 tanh x"}


def neurons(
    seeds: Sequence[int], m: int, D: int, output: float, inputs: float | None = None
) -> list[Tensor]:
    """Normal output weights (S, m) and input weights (S, m, D) of these standard deviations; one
    for both where the second is not given.
    """
    from proofs_check.training.networks import normals

    scales = output if inputs is None else inputs, output
    w, a = normals(seeds, [(m, D), (m,)], scales, device="cpu")
    return [a, w]


def descend(
    model: Callable[[Sequence[Tensor], Tensor], Tensor],
    parameters: Sequence[Tensor],
    X: Tensor,
    y: Tensor,
    *,
    rate: Any = math.inf,
    growth: float = 0.05,
    loss: float = 0.0,
    output: float = math.inf,
    watch: Callable[[Moment], None] | None = None,
) -> Run:
    """At most 1500 steps of descent of ``rate`` (a number or one per seed), none longer than
    ``growth`` of the parameters' norm.

    A seed stops when its loss is at most ``loss`` times that of f = 0, or |f| at least ``output``
    |y|.
    """
    from proofs_check.training.descend import train
    from proofs_check.training.rules import Descent

    low, high = loss * (y**2).mean() / 2, output * y.norm()

    def ended(now: Moment) -> Tensor:
        fitted = now.loss <= low
        return fitted | (now.output.norm(dim=1) >= high) if output < math.inf else fitted

    rule = Descent(rate, growth)
    return train(model, parameters, X, y, rule=rule, steps=1500, stop=ended, watch=watch)


def flow(
    X: Array, y: Array, m: int, gamma: float, seed: int, tol: float = 1e-7, nodes: int = 0
) -> Any:
    """Gradient flow of m ReLU neurons, no mirror images, kappa = m^-gamma; sampled, or represented
    by ``nodes`` quadrature nodes.
    """
    a, W, weight = gradient_flow.start(
        m, X.shape[1], sampled=not nodes, nodes=nodes or 1, seed=int(seed), antisymmetric=False
    )
    return gradient_flow.solve(X, y, m**-gamma, 1.0, a, W, weight=weight, tol=tol, rtol=0.02)


# ---------------------------------------------------------------- one dimension, the three
# multiplicities


def _tensors(x: Array, y: Array) -> tuple[Tensor, Tensor]:
    import torch

    return torch.as_tensor(np.c_[x, np.ones(len(x))]), torch.as_tensor(y)


@cache
def settled(seeds: tuple[int, ...], p: int, spread: float = 1e-4) -> tuple[Array, ...]:
    """Lines, angles in [0, pi) rising, on which at least 2 of 40 neurons of each seed have settled,
    each trained apart from the others.
    """
    from proofs_check.training.networks import two_layer

    X, y = _tensors(*WAVE)
    alone = [STARTS * int(seed) + copy for seed in seeds for copy in range(STARTS)]
    model = two_layer(1.0, BY_MULTIPLICITY[p])
    run = descend(model, neurons(alone, 1, 2, spread), X, y, output=1e-3)
    slope, bias = run.end[1][:, 0].numpy().T
    angles = np.where(run.reached, np.arctan2(bias, slope) % np.pi, np.nan).reshape(
        len(seeds), STARTS
    )
    return tuple(_gathered(row[np.isfinite(row)]) for row in angles)


def _gathered(angles: Array, gap: float = math.radians(5), least: int = 2) -> Array:
    """Medians of the groups of line angles that are separated by more than ``gap``."""
    angles = np.sort(angles)
    gaps = np.diff(np.r_[angles, angles[0] + np.pi])
    turn = (int(np.argmax(gaps)) + 1) % len(angles)
    ordered = np.r_[angles[turn:], angles[:turn] + np.pi]
    groups = np.split(ordered, np.nonzero(np.diff(ordered) > gap)[0] + 1)
    return np.sort([np.median(group) % np.pi for group in groups if len(group) >= least])


def line(seeds: Sequence[int], p: int, which: int) -> Array:
    """Angle of one of the lines on which neurons have settled; nan where there are not so many."""
    return np.array(
        [lines[which] if len(lines) > which else np.nan for lines in settled(tuple(seeds), p)]
    )


def predicted_line(p: int, which: int) -> float:
    """Zero of the derived polynomial."""
    return float(numerics.directions(*WAVE, p)[which])


def number_of_lines(seeds: Sequence[int], p: int) -> Array:
    """How many lines neurons settle on."""
    return np.array([float(len(lines)) for lines in settled(tuple(seeds), p)])


def predicted_number(p: int) -> float:
    """How many real solutions the derived polynomial has."""
    return float(len(numerics.directions(*WAVE, p)))


def lines_of_four_inputs(seeds: Sequence[int]) -> Array:
    """On how many lines at least 2 of 40 single neurons settle: x^2 tanh x, three inputs and bias,
    four perpendicular points, targets 1.
    """
    import torch

    from proofs_check.training.networks import two_layer

    X = torch.tensor(
        [[1, 1, 1, 1], [1, -1, -1, 1], [-1, 1, -1, 1], [-1, -1, 1, 1]], dtype=torch.float64
    )
    alone = [STARTS * int(seed) + copy for seed in seeds for copy in range(STARTS)]
    _, w = descend(
        two_layer(1.0, "x^2 tanh x"),
        neurons(alone, 1, 4, 1e-4),
        X,
        torch.ones(4, dtype=X.dtype),
        output=1e-3,
    ).end
    unit = torch.nn.functional.normalize(w[:, 0], dim=1).numpy().reshape(len(seeds), STARTS, 4)
    return np.array(
        [
            float((numerics.clusters(np.ones(STARTS), rows, lines=True)[1] >= 2 / STARTS).sum())
            for rows in unit
        ]
    )


@cache
def early(
    seeds: tuple[int, ...], p: int, spread: float, output: float, m: int = 100
) -> tuple[Array, Array]:
    """(w (S, m, 2), a (S, m)) of networks of m neurons when |f| has reached ``output`` |y|."""
    from proofs_check.training.networks import two_layer

    X, y = _tensors(*WAVE)
    model = two_layer(1.0, BY_MULTIPLICITY[p])
    a, w = descend(model, neurons(seeds, m, 2, spread), X, y, output=output).end
    return w.numpy(), a.numpy()


def angle_exponent(seeds: Sequence[int], p: int, spreads: Sequence[float], output: float) -> Array:
    """Exponent, in the scale of the start, of the mean angle to the line on which Q is steepest,
    weighted by amplitude.
    """
    x, y = WAVE
    inputs = np.c_[x, np.ones(len(x))]
    drift = y @ inputs
    if p == 2:
        sizes, vectors = np.linalg.eigh((inputs * y[:, None]).T @ inputs)
        drift = vectors[:, np.argmax(np.abs(sizes))]
    found = []
    for spread in spreads:
        w, a = early(tuple(seeds), p, spread, output)
        length = np.linalg.norm(w, axis=2)
        across = (
            np.abs(w[..., 0] * drift[1] - w[..., 1] * drift[0]) / np.linalg.norm(drift) / length
        )
        found.append(
            (np.arcsin(np.minimum(across, 1)) * np.abs(a) * length).sum(1)
            / (np.abs(a) * length).sum(1)
        )
    return np.asarray(log_slope(spreads, np.array(found)))


def gathered_share(seeds: Sequence[int], p: int, spread: float, count: bool = False) -> Array:
    """Share of the amplitude (``count``: of the neurons) within the cluster of lines that holds
    most amplitude, 3 degrees wide.
    """
    w, a = early(tuple(seeds), p, spread, 0.03)
    found = []
    for one, other in zip(a, w, strict=True):
        labels, shares = numerics.clusters(one, other, cosine=math.cos(math.radians(3)), lines=True)
        found.append(float((labels == 0).mean()) if count else float(shares[0]))
    return np.array(found)


# ---------------------------------------------------------------- ReLU networks


def orientation(seeds: Sequence[int], right: bool) -> Array:
    """Amplitude-weighted mean angle of the heaviest cluster with w > 0 (``right``) or w < 0 among
    the two heaviest.
    """
    found = []
    for seed in seeds:
        end, (labels, _) = ended(Place(), int(seed)), held(Place(), int(seed))
        W = end.W
        chosen = (labels <= 1) & (labels >= 0) & ((W[:, 0] > 0) == right)
        amplitude = np.abs(end.a) * np.linalg.norm(W, axis=1)
        found.append(
            float(np.average(np.arctan2(W[chosen, 1], W[chosen, 0]), weights=amplitude[chosen]))
            if chosen.any()
            else np.nan
        )
    return np.array(found)


def first_orientation(seeds: Sequence[int]) -> Array:
    """Amplitude-weighted mean angle of the neurons with a > 0 on the four points, when a tenth of
    the loss is gone; gamma = 3.
    """
    X, y = FOUR_POINTS
    found = []
    for seed in seeds:
        end = flow(X, y, 200, 3.0, seed, tol=0.9 * float(y @ y) / 8)
        up = end.a > 0
        mean = (np.abs(end.a[up]) * 1.0) @ end.W[up]
        found.append(np.arctan2(mean[1], mean[0]))
    return np.array(found)


def drift_of_the_data() -> float:
    """The only fixed direction of early alignment on the four points."""
    (angle,) = numerics.relu_directions(*FOUR_POINTS)
    return float(angle)


# place and change of slope of the published target
KINKS = ((-0.3, 2.0), (0.4, -1.5), (0.0, -1.0), (0.8, 0.5))


def kinked(kinks: int) -> tuple[Array, Array]:
    """25 points on [-1, 1] with bias (25, 2), and the sum of the first so many ReLU terms of the
    published target (25,).
    """
    x = np.linspace(-1, 1, 25)
    return np.c_[x, np.ones(len(x))], np.sum(
        [jump * np.maximum(x - place, 0) for place, jump in KINKS[:kinks]], axis=0
    )


def zigzag(kinks: int) -> tuple[Array, Array]:
    """As ``kinked``: slopes 1 and -1 in turn, kinks at equal distances."""
    x = np.linspace(-1, 1, 25)
    turns = np.linspace(-1, 1, kinks + 2)[1:-1]
    jumps = -2.0 * (-1.0) ** np.arange(kinks)
    return np.c_[x, np.ones(25)], x + np.maximum(x[:, None] - turns, 0) @ jumps


def growing(kinks: int) -> tuple[Array, Array]:
    """As ``kinked``: convex, a jump of 1 at equal distances."""
    x = np.linspace(-1, 1, 25)
    turns = np.linspace(-1, 1, kinks + 2)[1:-1]
    return np.c_[x, np.ones(25)], np.maximum(x[:, None] - turns, 0).sum(1)


def drawn(kinks: int, number: int) -> tuple[Array, Array]:
    """As ``kinked``: places uniform in [-0.8, 0.8] and normal jumps, the ``number``-th draw."""
    rng, x = np.random.default_rng([number, kinks]), np.linspace(-1, 1, 25)
    turns, jumps = rng.uniform(-0.8, 0.8, kinks), rng.standard_normal(kinks)
    return np.c_[x, np.ones(25)], np.maximum(x[:, None] - turns, 0) @ jumps


TARGETS: dict[str, Callable[[int], tuple[Array, Array]]] = {
    "the published kinks": kinked,
    "a zigzag": zigzag,
    "a convex function": growing,
    "random kinks, first draw": partial(drawn, number=1),
    "random kinks, second draw": partial(drawn, number=2),
}


@cache
def number_at(
    seed: int,
    kinks: int,
    gamma: float,
    share: float,
    m: int = 64,
    target: str = "the published kinks",
) -> int:
    """Effective number of neurons when the loss has fallen to ``share`` of the first."""
    X, y = TARGETS[target](kinks)
    end = flow(X, y, m, gamma, seed, tol=share * float(y @ y) / (2 * len(y)))
    return numerics.effective_neurons(end.a, end.W, cosine=NARROW, share=0.9)


def adapted_number(seeds: Sequence[int], target: str) -> Array:
    """Exponent of the effective number of neurons in the number of kinks, 1, 2 and 4, at loss 0.01
    of the first.
    """
    kinks = (1, 2, 4)
    numbers = [[number_at(int(s), k, 2.5, 0.01, target=target) for s in seeds] for k in kinks]
    return np.asarray(log_slope(kinks, np.array(numbers)))


def growing_number(seeds: Sequence[int]) -> Array:
    """log of the effective number of neurons late over early (loss 0.01 and 0.3 of the first) for
    the published target of four kinks.
    """
    return np.array(
        [np.log(number_at(int(s), 4, 2.5, 0.01) / number_at(int(s), 4, 2.5, 0.3)) for s in seeds]
    )


@cache
def two_waves() -> tuple[Tensor, Tensor]:
    """40 midpoints of [-1, 1] (40,), and sin(pi x), sin(3 pi x) there (40, 2)."""
    import torch

    x = torch.as_tensor(data.midpoints(40, -1.0, 1.0))
    return x, data.waves(np.pi * x, (1, 3)).T


def missing_waves(outputs: Tensor) -> Array:
    """Relative errors (S, 2) of outputs (S, 40) at the two frequencies."""
    _, waves = two_waves()
    return (1 - outputs @ waves / (waves**2).sum(0)).abs().numpy()


def frequency_order(seeds: Sequence[int], gamma: float, m: int = 100) -> Array:
    """log(error at the high frequency / at the low one) of sin(pi x) + sin(3 pi x) when one first
    falls to 0.4; kappa = m^-gamma.
    """
    import torch

    from proofs_check.training.curvature import gram
    from proofs_check.training.networks import two_layer, two_layer_start

    x, waves = two_waves()
    X, model = torch.stack([x, torch.ones_like(x)], 1), two_layer(1.0)
    output, inputs = (m**-gamma, 1.0) if gamma < 1 else (m ** (-gamma / 2),) * 2
    start = two_layer_start(seeds, m, 2, output, inputs, device="cpu")
    first = np.full((len(seeds), 2), np.nan)

    def watch(now: Moment) -> None:
        error, old = missing_waves(now.output), first[now.alive]
        new = np.isnan(old) & (error < 0.4).any(1, keepdims=True)
        first[now.alive] = np.where(new, error, old)

    rate = 0.5 / torch.linalg.eigvalsh(gram(model, start, X))[:, -1] if gamma < 1 else 0.05
    descend(model, start, X, waves.sum(1), rate=rate, loss=0.16, watch=watch)
    return np.log(first[:, 1] / first[:, 0])


def compared_shares(seeds: Sequence[int]) -> Array:
    """Share of the amplitude in two clusters, kernel scaling over small start, four points."""
    return top_share(seeds, 2, KERNEL) / top_share(seeds, 2)


def log_gain_of_four_points(seeds: Sequence[int]) -> Array:
    """log(share of the amplitude in four clusters, small start over kernel scaling)."""
    return np.log(top_share(seeds) / top_share(seeds, place=KERNEL))


# ---------------------------------------------------------------- other networks


def extreme_spread(seeds: Sequence[int], spread: float = 1e-8) -> Array:
    """Largest 1 - |cos| of two input weights after the initial stage."""
    return extreme(tuple(seeds), spread)[0]


def extreme_change(seeds: Sequence[int], spread: float = 1e-8) -> Array:
    """Relative change of the outputs when one neuron replaces all."""
    return extreme(tuple(seeds), spread)[1]


@cache
def extreme(
    seeds: tuple[int, ...], spread: float = 1e-8, m: int = 50, output: float = 0.03
) -> tuple[Array, Array]:
    """(largest 1 - |cos| of two input weights, relative change of the outputs when one neuron
    replaces all), published 5-m-1 tanh data.
    """
    import torch

    from proofs_check.training.networks import two_layer

    X, y = published_data()
    model = two_layer(1.0, "tanh")
    a, w = descend(model, neurons(seeds, m, 6, spread), X, y, output=output).end
    length = w.norm(dim=2)
    unit = w / length[:, :, None]
    apart = 1 - (unit @ unit.transpose(1, 2)).abs().amin((1, 2))
    sign = torch.sign((unit * unit[:, :1]).sum(2))
    weights = a.abs() * length
    centre = torch.nn.functional.normalize((unit * (weights * sign)[:, :, None]).sum(1), dim=1)
    size = ((weights * length**2).sum(1) / weights.sum(1)).sqrt()
    one = ((a * sign * length).sum(1) / size)[:, None], (centre * size[:, None])[:, None]
    before, after = model((a, w), X), model(one, X)
    return apart.numpy(), ((before - after).norm(dim=1) / before.norm(dim=1)).numpy()


@cache
def problem(name: str) -> tuple[Tensor, Tensor]:
    """Inputs with a bias column (n, d + 1) and targets (n,), or one column for each class."""
    import torch

    if name == "five inputs":
        return published_data()
    x = torch.linspace(-1, 1, 20, dtype=torch.float64)
    waves = {"one input": torch.sin(3 * x), "one input, shifted": torch.sin(2 * x + 0.5) + 0.3}
    if name in waves:
        return torch.stack([x, torch.ones_like(x)], 1), waves[name]
    images, digit = data.digits(50, bias=True)
    labels = {
        "even against odd": 1.0 - 2 * (digit % 2),
        "below five against above": np.where(digit < 5, 1.0, -1.0),
        "the digit as a number": digit / 10.0,
        "all ten classes": np.eye(10)[digit],
    }
    return torch.as_tensor(images), torch.as_tensor(labels[name])


def published_data() -> tuple[Tensor, Tensor]:
    """80 points of sum 3.5 sin(5 x_k + 1), uniform in [-4, 2]^5, with a bias column (80, 6)."""
    import torch

    x = torch.as_tensor(np.random.default_rng(0).uniform(-4, 2, (80, 5)))
    return torch.cat([x, torch.ones(80, 1, dtype=x.dtype)], 1), (3.5 * torch.sin(5 * x + 1)).sum(1)


@cache
def by_adam(
    seeds: tuple[int, ...], name: str, steps: int = 100, spread: float = 0.005
) -> tuple[Array, Array]:
    """(w (S, 50, 6), a (S, 50)) of the published network after ``steps`` steps of Adam, learning
    rate 1e-3.
    """
    from proofs_check.training.descend import train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.networks import two_layer
    from proofs_check.training.rules import Adam

    X, y = (v.float() for v in published_data())
    start = [p.float() for p in neurons(seeds, 50, 6, spread)]
    run = train(two_layer(1.0, name), start, X, y, rule=Adam(1e-3), steps=steps, loss=mean_square)
    a, w = (p.double().numpy() for p in run.end)
    return w, a


def nearness(seeds: Sequence[int], name: str = "tanh", steps: int = 100) -> Array:
    """Amplitude-weighted mean of |cos| to the nearest of the three heaviest clusters, for this
    activation.
    """
    found = []
    for w, a in zip(*by_adam(tuple(seeds), name, steps), strict=True):
        labels, _ = numerics.clusters(a, w, lines=True)
        length = np.linalg.norm(w, axis=1)
        amplitude, unit = np.abs(a) * length, w / length[:, None]
        axes = []
        for label in range(min(3, labels.max() + 1)):
            members = unit[labels == label] * amplitude[labels == label][:, None] ** 0.5
            axes.append(np.linalg.svd(members)[2][0])
        found.append(float(amplitude @ np.abs(unit @ np.array(axes).T).max(1) / amplitude.sum()))
    return np.array(found)


SMOOTH = ("tanh", "logistic", "softplus", "x tanh x")


def adam_to_sign(seeds: Sequence[int], plain: bool = False) -> Array:
    """Amplitude-weighted mean |cos| to the signs of the drift sum y x, tanh, start 5e-4: ten steps
    of Adam, or (``plain``) descent.
    """
    from proofs_check.training.networks import two_layer

    X, y = published_data()
    signs = np.sign((y @ X).numpy())
    if plain:
        run = descend(two_layer(1.0, "tanh"), neurons(seeds, 50, 6, 1e-6), X, y, output=0.01)
        a, w = (p.numpy() for p in run.end)
    else:
        w, a = by_adam(tuple(seeds), "tanh", 10, 5e-4)
    length = np.linalg.norm(w, axis=2)
    return (np.abs(a) * np.abs(w @ signs)).sum(1) / (np.abs(a) * length).sum(1) / len(signs) ** 0.5


@cache
def three_layers(
    seeds: tuple[int, ...], spread: float, name: str, m: int = 40
) -> tuple[Array, Array]:
    """Median |cos| of two input weights, weighted by amplitudes, in the first and in the second
    hidden layer; loss 1 %, or 1500 steps.
    """
    from proofs_check.training.networks import normals, three_layer

    X, y = problem(name)
    D = X.shape[1]
    scales = [spread * scale for scale in (D**-0.5, m**-0.5, m**-0.5)]
    start = normals(seeds, [(D, m), (m + 1, m), (m,)], scales, device="cpu")
    first, second, a = descend(three_layer(), start, X, y, rate=0.2, loss=1e-2).end
    lower = [
        _median_cosine(v.norm(dim=1).numpy(), w.T.numpy())
        for v, w in zip(second[:, :-1], first, strict=True)
    ]
    upper = [_median_cosine(v.abs().numpy(), w.T.numpy()) for v, w in zip(a, second, strict=True)]
    return np.array(lower), np.array(upper)


def _median_cosine(a: Array, W: Array) -> float:
    """Median of |cos| over pairs of rows, weighted by the product of their amplitudes."""
    length = np.linalg.norm(W, axis=1)
    cosine, weight = np.abs(W @ W.T) / np.outer(length, length), np.outer(a * length, a * length)
    above = np.triu_indices(len(a), 1)
    values, mass = cosine[above], weight[above]
    order = np.argsort(values)
    return float(values[order][np.searchsorted(np.cumsum(mass[order]), mass.sum() / 2)])


def layer_cosine(
    seeds: Sequence[int], layer: int, name: str = "one input, shifted", spread: float = 0.01
) -> Array:
    """``three_layers`` of one layer."""
    return three_layers(tuple(seeds), spread, name)[layer]


LAYERED = ("one input", "one input, shifted", "five inputs", "even against odd")
LABELS = (
    "even against odd",
    "below five against above",
    "the digit as a number",
    "all ten classes",
)


def digits_share(seeds: Sequence[int], name: str, spread: float = 0.01, m: int = 100) -> Array:
    """Share of the amplitude in four clusters after learning these labels of 50 digits (loss 0.1 of
    the first).
    """
    import torch

    from proofs_check.training.networks import normals

    X, y = (v.float() for v in problem(name))
    outputs = y.reshape(len(y), -1).shape[1]
    scales = spread * 65**-0.5, spread * m**-0.5
    w, a = normals(seeds, [(m, 65), (m, outputs)], scales, device="cpu")

    def model(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        a, w = parameters
        return (torch.relu(X @ w.mT) @ a).flatten(1)  # (S, n K)

    start = [a.float(), w.float()]
    a, w = descend(model, start, X, y.flatten(), rate=0.1, growth=0.1, loss=0.1).end
    sizes = a.norm(dim=2).double().numpy()
    pairs = zip(sizes, w.double().numpy(), strict=True)
    return np.array([numerics.clusters(o, v)[1][:4].sum() for o, v in pairs])


def digits_gain(seeds: Sequence[int], name: str) -> Array:
    """log(share at small start / share at the usual one)."""
    return np.log(digits_share(seeds, name) / digits_share(seeds, name, 1.0))


@cache
def with_dropout(
    seeds: tuple[int, ...],
    keep: float,
    activation: str = "tanh",
    name: str = "one input",
    steps: int = 800,
    m: int = 40,
) -> tuple[Array, Array]:
    """(losses relative to f = 0, effective numbers of lines, of rays for ReLU) every 20 steps of
    Adam, each (steps / 20, S); usual start, points of ``problem``.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.rules import Adam

    X, y = (v.float() for v in problem(name))
    lines = activation == "tanh"
    generators = [torch.Generator().manual_seed(int(s)) for s in seeds]
    losses, numbers = [], []

    def outputs(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
        """With the neurons that are kept, and with all of them: (S, 2, n)."""
        a, w = parameters
        h = kept = getattr(torch, activation)(w @ X.T) * a[:, :, None]
        if keep < 1:
            mask = torch.stack([torch.rand((m, 1), generator=g) < keep for g in generators])
            kept = h * mask / keep
        return torch.stack([kept.sum(1), h.sum(1)], 1)

    def watch(now: Moment) -> None:
        if now.step % 20 == 19:
            losses.append((mean_square(now.output[:, 1], y) / (y**2).mean()).numpy())
            pairs = zip(*(p.double().numpy() for p in now.parameters), strict=True)
            numbers.append(
                [numerics.effective_neurons(o, v, lines=lines, share=0.9) for o, v in pairs]
            )

    train(
        outputs,
        [p.float() for p in neurons(seeds, m, 2, m**-0.5, 0.5**0.5)],
        X,
        y,
        rule=Adam(5e-3),
        steps=steps - 1,
        loss=lambda output, y: mean_square(output[:, 0], y),
        watch=watch,
    )
    return np.array(losses), np.array(numbers, dtype=float)


def dropout_gain(seeds: Sequence[int], drop: float = 0.5, **setting: Any) -> Array:
    """log(directions with dropout / without), the latter the least of those at the same loss and at
    the end.
    """
    losses, numbers = with_dropout(tuple(seeds), 1 - drop, **setting)
    plain_losses, plain = with_dropout(tuple(seeds), 1.0, **setting)
    matched = np.argmax(plain_losses <= losses[-1], axis=0)
    return np.log(numbers[-1] / np.minimum(plain[-1], plain[matched, np.arange(len(seeds))]))


def penalty_by_masks(seeds: Sequence[int], keep: float = 0.7, draws: int = 40_000) -> Array:
    """Mean of (f~ - y)^2 - (f - y)^2 over drawn masks for eight given neurons, in units of f^2."""
    hidden, target = _hidden(), 0.4
    found = []
    for seed in seeds:
        kept = np.random.default_rng([int(seed), 3]).random((draws, len(hidden))) < keep
        found.append(np.mean((kept @ hidden / keep - target) ** 2) - (hidden.sum() - target) ** 2)
    return np.array(found)


def _hidden() -> Array:
    return np.linspace(-0.5, 1.0, 8)


def predicted_penalty(keep: float = 0.7) -> float:
    """The derived one."""
    return float(numerics.dropout_penalty(_hidden(), keep))


def unscaled_penalty(keep: float = 0.7) -> float:
    """Rival: q (1 - q) sum h^2."""
    return float(keep * (1 - keep) * (_hidden() ** 2).sum())


# times 1 / lambda_max of the tangent kernel at the start; near 5 it diverges
RATES = (1.0, 1.5, 2.0, 3.0, 4.0)


def rate_trend(seeds: Sequence[int], name: str, m: int = 50, loss: float = 2e-2) -> Array:
    """Rank correlation of learning rate and effective number of neurons at a given loss; ReLU,
    usual start.  A number that no rate changes has no trend: 0.
    """
    import torch
    from scipy.stats import spearmanr

    from proofs_check.training.curvature import gram
    from proofs_check.training.networks import two_layer

    X, y = problem(name)
    inputs = (2 / X.shape[1]) ** 0.5  # one, for one input with bias
    model, start = two_layer(1.0), neurons(seeds, m, X.shape[1], m**-0.5, inputs)
    top = torch.linalg.eigvalsh(gram(model, start, X))[:, -1]
    run = descend(  # all rates in one batch
        model,
        [p.repeat(len(RATES), *[1] * (p.dim() - 1)) for p in start],
        X,
        y,
        rate=torch.cat([rate / top for rate in RATES]),
        growth=math.inf,
        loss=loss,
    )
    numbers = np.array(
        [
            numerics.effective_neurons(a.numpy(), w.numpy(), cosine=NARROW) if done else np.nan
            for a, w, done in zip(*run.end, run.reached, strict=True)
        ]
    ).reshape(len(RATES), len(seeds))
    return np.array(
        [
            0.0 if np.nanmin(row) == np.nanmax(row) else spearmanr(RATES, row, nan_policy="omit")[0]
            for row in numbers.T
        ]
    )


LINE_TERMS = {
    "output at 0.1 % of the targets": 0.005,
    "steps of 5 %": 0.002,
    "scale of the start": 0.003,
}
COUNT_TERMS = {"a line with fewer than 2 of 40 neurons": 0.1}


def _line_check(p: int, which: int, rival: Callable[[], float], rival_why: str) -> Check:
    return Check(
        name=f"line_{which + 1}_of_multiplicity_{p}",
        quantity="angle of a line of neurons, radians",
        claim=theory.direction_equation,
        predict=partial(predicted_line, p, which),
        measure=partial(line, p=p, which=which),
        terms=LINE_TERMS,
        rival=rival,
        rival_why=rival_why,
    )


def no_bias_line() -> float:
    """Rival: the bias stays and w takes all, the line of angle pi."""
    return float(np.pi)


def _tanh_line() -> float:
    return predicted_line(1, 0)


def outer_kink() -> float:
    """Rival: the kink of the right-hand neurons lies on the outer sample 1/2."""
    return float(-np.arctan(1 / 2))


CHECKS: tuple[Check, ...] = (
    _line_check(1, 0, no_bias_line, "directions follow the inputs without the bias coordinate"),
    *(
        _line_check(p, which, _tanh_line, "the line of tanh, whatever the activation")
        for p in (2, 3)
        for which in range(p)
    ),
    *(
        Check(
            name=f"number_of_lines_of_multiplicity_{p}",
            quantity="number of lines of neurons, a count",
            claim=claim,
            predict=partial(predicted_number, p),
            measure=partial(number_of_lines, p=p),
            terms=COUNT_TERMS,
            rival=float(p + 1),
            rival_why="one line more than the multiplicity",
        )
        for p, claim in ((1, theory.one_line), (2, theory.two_lines), (3, theory.three_lines))
    ),
    Check(
        name="four_lines_in_three_dimensions",
        quantity="number of lines of neurons, a count",
        claim=theory.more_lines_in_higher_dimension,
        predict=4.0,
        measure=lines_of_four_inputs,
        terms=COUNT_TERMS,
        rival=3.0,
        rival_why="the multiplicity 3 bounds the number of lines in every dimension",
    ),
    Check(
        name="angle_is_of_first_order_in_the_scale",
        quantity="exponent of the angle in the scale of the start, dimensionless",
        claim=theory.one_line,
        predict=1.0,
        measure=partial(angle_exponent, p=1, spreads=(1e-4, 1e-5, 1e-6), output=1e-4),
        terms={"output at 1e-4 of the targets": 0.03, "growth at the largest scale": 0.07},
        rival=0.0,
        rival_why="the angle that is left comes from the data, not from the scale of the start",
        settles=(Settles("cond-initial-stage-theory", part="tanh", scope="instances"),),
    ),
    Check(
        name="angle_vanishes_for_multiplicity_two",
        quantity="exponent of the angle in the scale of the start, dimensionless",
        claim=theory.growth,
        predict=Threshold("cond-initial-stage-theory", "x tanh x"),
        measure=partial(angle_exponent, p=2, spreads=(1e-2, 3e-3, 1e-3), output=1e-3),
        terms={"three scales over one decade": 0.4},
        rival=0.0,
        rival_why="the angle that is left comes from the data, not from the scale of the start",
        side="at least",
        settles=(Settles("cond-initial-stage-theory", part="x tanh x", scope="instances"),),
    ),
    Check(
        name="blow_up_gathers_amplitude",
        quantity="amplitude within one cluster of lines, a share",
        claim=theory.growth,
        predict=1.0,
        measure=partial(gathered_share, p=2, spread=1e-3),
        terms={"what others keep at this scale": 0.05},
        rival=partial(typical, gathered_share, p=2, spread=1e-3, count=True),
        rival_why="shares may be counted in neurons: those of the same networks",
    ),
    Check(
        name="exponential_growth_gathers_all_neurons",
        quantity="neurons within one cluster of lines, a share",
        claim=theory.growth,
        predict=1.0,
        measure=partial(gathered_share, p=1, spread=1e-6, count=True),
        terms={"neurons that start against the drift, 5 in 100": 0.05},
        rival=partial(typical, gathered_share, p=2, spread=1e-3, count=True),
        rival_why="for tanh few neurons take part as well: the share of neurons for x tanh x",
    ),
    Check(
        name="right_orientation_at_the_end",
        quantity="mean angle of a cluster, radians",
        claim=theory.four_points,
        predict=float(-np.arctan(1 / 6)),
        measure=partial(orientation, right=True),
        terms={"width 1000": 0.008, "loss 1e-7 and step control": 0.002},
        rival=outer_kink,
        rival_why="kinks on the outer samples",
    ),
    Check(
        name="left_orientation_at_the_end",
        quantity="mean angle of a cluster, radians",
        claim=theory.four_points,
        predict=float(np.arctan(1 / 6) - np.pi),
        measure=partial(orientation, right=False),
        terms={"width 1000": 0.008, "loss 1e-7 and step control": 0.002},
        rival=float(np.arctan(1 / 2) - np.pi),
        rival_why="kinks on the outer samples",
    ),
    Check(
        name="early_direction_of_relu",
        quantity="mean angle of neurons with a > 0, radians",
        claim=theory.early_alignment,
        predict=drift_of_the_data,
        measure=first_orientation,
        terms={"a tenth of the loss is gone": 0.03, "neurons still turning": 0.02},
        rival=float(-np.arctan(1 / 6)),
        rival_why="neurons go to their final orientation at once",
    ),
    Check(
        name="four_clusters_hold_the_amplitude",
        quantity="amplitude within four clusters, a share",
        claim=theory.orientation_and_amplitude,
        predict=Threshold("cond-two-layer-relu-isolated-directions"),
        measure={name: partial(top_share, place=place) for name, place in PLACES.items()},
        terms={"threshold of the statement, 0.9": 0.05},
        rival=partial(typical, top_share, place=KERNEL),
        rival_why="directions stay as spread as at kernel scaling: the same measurement there",
        side="at least",
        settles=(Settles("cond-two-layer-relu-isolated-directions", scope="instances"),),
    ),
    Check(
        name="two_clusters_hold_the_amplitude",
        quantity="amplitude within two clusters, a share",
        claim=theory.four_points,
        predict=Threshold("small-init-two-main-directions"),
        measure=partial(top_share, clusters=2),
        terms={"threshold of the statement, 0.9": 0.05},
        rival=partial(typical, top_share, clusters=2, place=KERNEL),
        rival_why="directions stay as spread as at kernel scaling: the same measurement there",
        side="at least",
        settles=(Settles("small-init-two-main-directions", scope="instances"),),
    ),
    Check(
        name="share_over_that_of_the_kernel_regime",
        quantity="ratio of shares in two clusters, kernel scaling over small start, dimensionless",
        claim=theory.orientation_and_amplitude,
        predict=Threshold(
            "simplicity-lowfreq-universal-condensation-nonlinear-only",
            "share at kernel scaling over small start",
        ),
        measure=compared_shares,
        terms={"random clusters at width 1000": 0.05},
        rival=1.0,
        rival_why="neurons gather at every scale of the start",
        side="at most",
        settles=(
            Settles(
                "simplicity-lowfreq-universal-condensation-nonlinear-only",
                part="share at kernel scaling over small start",
                scope="instances",
            ),
        ),
    ),
    Check(
        name="synthetic_data_condense",
        quantity="log ratio of shares, small start over kernel scaling, dimensionless",
        claim=theory.orientation_and_amplitude,
        predict=Threshold("cond-universal-synthetic-and-real", "synthetic"),
        measure=log_gain_of_four_points,
        terms={"random clusters at width 1000": 0.2},
        rival=0.0,
        rival_why="the scale of the start does not matter",
        side="at least",
        settles=(
            Settles("cond-universal-synthetic-and-real", part="synthetic", scope="instances"),
        ),
    ),
    Check(
        name="digits_condense",
        quantity="log ratio of shares, small over usual start, dimensionless",
        claim=theory.orientation_and_amplitude,
        predict=Threshold("cond-universal-synthetic-and-real", "digits"),
        measure={name: partial(digits_gain, name=name) for name in LABELS},
        terms={"50 images": 0.3},
        rival=0.0,
        rival_why="real data need too many directions for neurons to gather",
        side="at least",
        settles=(Settles("cond-universal-synthetic-and-real", part="digits", scope="instances"),),
    ),
    Check(
        name="low_frequency_first_in_the_kernel_regime",
        quantity="log ratio of errors, high over low frequency, dimensionless",
        claim=theory.orientation_and_amplitude,
        predict=Threshold(
            "simplicity-lowfreq-universal-condensation-nonlinear-only", "order at kernel scaling"
        ),
        measure=partial(frequency_order, gamma=LAZY),
        terms={"40 points": 0.2},
        rival=0.0,
        rival_why="both frequencies are learnt together",
        side="at least",
        settles=(
            Settles(
                "simplicity-lowfreq-universal-condensation-nonlinear-only",
                part="order at kernel scaling",
                scope="instances",
            ),
        ),
    ),
    Check(
        name="low_frequency_first_at_small_start",
        quantity="log ratio of errors, high over low frequency, dimensionless",
        claim=theory.early_alignment,
        predict=Threshold(
            "simplicity-lowfreq-universal-condensation-nonlinear-only", "order at small start"
        ),
        measure=partial(frequency_order, gamma=CONDENSED),
        terms={"40 points": 0.2},
        rival=0.0,
        rival_why="both frequencies are learnt together",
        side="at least",
        settles=(
            Settles(
                "simplicity-lowfreq-universal-condensation-nonlinear-only",
                part="order at small start",
                scope="instances",
            ),
        ),
    ),
    Check(
        name="features_stand_still_at_kernel_scaling",
        quantity="median angle by which neurons turn, degrees",
        claim=theory.orientation_and_amplitude,
        predict=Threshold("ntk-scale-features-unchanged"),
        measure={name: partial(turned, place=at) for name, at in AT_KERNEL_SCALING.items()},
        terms={"up to the limit of the sentence": 1.0},
        rival=partial(typical, turned),
        rival_why="neurons turn as at small start: the same measurement there",
        side="at most",
        settles=(Settles("ntk-scale-features-unchanged", scope="instances"),),
    ),
    Check(
        name="condensed_functions_have_fewer_pieces",
        quantity="log ratio of linear pieces, condensed over lazy, dimensionless",
        claim=theory.condensed_neurons,
        predict=Threshold("cond-reduces-complexity"),
        measure={name: partial(fewer_pieces, place=place) for name, place in PLACES.items()},
        terms={"neurons outside the clusters": 0.4},
        rival=0.0,
        rival_why="both fit the same data, so both are as complex",
        side="at most",
        settles=(Settles("cond-reduces-complexity", scope="instances"),),
    ),
    Check(
        name="number_adapts_to_the_target",
        quantity="exponent of effective neurons in the kinks of the target, dimensionless",
        claim=theory.condensed_neurons,
        predict=Threshold("condensation-generally-several-directions"),
        measure={name: partial(adapted_number, target=name) for name in TARGETS},
        terms={"a cluster more or less": 0.25},
        rival=0.0,
        rival_why="the number of directions is that of the network, whatever the target",
        side="at least",
        settles=(Settles("condensation-generally-several-directions", scope="instances"),),
    ),
    Check(
        name="number_grows_during_training",
        quantity="log ratio of effective neurons, late over early, dimensionless",
        claim=theory.splitting,
        predict=1.0,
        measure=growing_number,
        terms={"a cluster more or less": 0.4},
        rival=0.0,
        rival_why="all directions are there from the start of condensation",
        side="at least",
    ),
    Check(
        name="one_direction_in_the_extreme_case",
        quantity="largest 1 - |cos| of two input weights, dimensionless",
        claim=theory.one_line,
        predict=Threshold("extreme-condensation-one-neuron", "1 - |cos|"),
        measure=extreme_spread,
        terms={"threshold of the statement": 1e-3},
        rival=partial(typical, extreme_spread, spread=0.01),
        rival_why="a few neurons keep their own direction: starts of ordinary small size",
        side="at most",
        settles=(Settles("extreme-condensation-one-neuron", part="1 - |cos|", scope="instances"),),
    ),
    Check(
        name="one_neuron_in_the_extreme_case",
        quantity="relative change of the outputs, dimensionless",
        claim=theory.condensed_neurons,
        predict=Threshold("extreme-condensation-one-neuron", "change of the output"),
        measure=extreme_change,
        terms={"threshold of the statement": 0.01},
        rival=partial(typical, extreme_change, spread=0.01),
        rival_why="one neuron cannot stand for all: starts of ordinary small size",
        side="at most",
        settles=(
            Settles(
                "extreme-condensation-one-neuron", part="change of the output", scope="instances"
            ),
        ),
    ),
    Check(
        name="other_activations_condense",
        quantity="amplitude-weighted mean |cos| to the nearest cluster, dimensionless",
        claim=theory.multiplicities,
        predict=Threshold("cond-other-activations"),
        measure={name: partial(nearness, name=name) for name in SMOOTH},
        terms={"threshold of the statement, 0.9": 0.05},
        rival=partial(typical, nearness, steps=0),
        rival_why="only ReLU condenses: the same measurement at the start",
        side="at least",
        settles=(Settles("cond-other-activations", scope="instances"),),
    ),
    Check(
        name="adam_goes_to_the_signs",
        quantity="amplitude-weighted mean |cos| to the signs of the drift, dimensionless",
        claim=theory.one_line,
        predict=1.0,
        measure=adam_to_sign,
        terms={"ten steps from a start of 5e-4": 0.02},
        rival=partial(typical, adam_to_sign, plain=True),
        rival_why="Adam condenses on the line of the drift, as descent does: that of descent",
        side="at least",
    ),
    Check(
        name="first_of_three_layers_condenses",
        quantity="amplitude-weighted mean |cos| of input weights, dimensionless",
        claim=theory.orientation_and_amplitude,
        predict=Threshold("cond-three-layer", "first hidden layer"),
        measure={name: partial(layer_cosine, layer=0, name=name) for name in LAYERED},
        terms={"threshold of the statement, 0.9": 0.05},
        rival=partial(typical, layer_cosine, layer=0, spread=1.0),
        rival_why="with more layers neurons stay spread: the usual start",
        side="at least",
        settles=(Settles("cond-three-layer", part="first hidden layer", scope="instances"),),
    ),
    Check(
        name="second_of_three_layers_condenses",
        quantity="amplitude-weighted mean |cos| of input weights, dimensionless",
        claim=theory.orientation_and_amplitude,
        predict=Threshold("cond-three-layer", "second hidden layer"),
        measure={name: partial(layer_cosine, layer=1, name=name) for name in LAYERED},
        terms={"threshold of the statement, 0.9": 0.05},
        rival=partial(typical, layer_cosine, layer=1, spread=1.0),
        rival_why="with more layers neurons stay spread: the usual start",
        side="at least",
        settles=(Settles("cond-three-layer", part="second hidden layer", scope="instances"),),
    ),
    Check(
        name="dropout_leaves_fewer_directions",
        quantity="log ratio of directions, with over without dropout, dimensionless",
        claim=theory.dropout_favours_agreement,
        predict=Threshold("cond-dropout-promotes"),
        measure={
            "tanh, one half": dropout_gain,
            "tanh, one fifth": partial(dropout_gain, drop=0.2),
            "ReLU, one half": partial(dropout_gain, activation="relu"),
            "tanh, shifted wave": partial(dropout_gain, name="one input, shifted"),
        },
        terms={"a direction more or less": 0.1},
        rival=0.0,
        rival_why="noise in the hidden layer spreads the neurons or does nothing to them",
        side="at most",
        rounds=2,
        settles=(Settles("cond-dropout-promotes", scope="instances"),),
    ),
    Check(
        name="penalty_of_dropout",
        quantity="mean penalty over masks, in units of the squared output",
        claim=theory.dropout,
        predict=predicted_penalty,
        measure=penalty_by_masks,
        terms={"40 000 masks, 4 standard deviations": 0.06},
        rival=unscaled_penalty,
        rival_why="the factor is q (1 - q), as for masks that are not rescaled",
    ),
    Check(
        name="large_learning_rates_leave_fewer_directions",
        quantity="rank correlation of learning rate and effective neurons, dimensionless",
        claim=theory.splitting,
        predict=Threshold("cond-large-lr-promotes"),
        measure={
            "one input, 50 neurons": partial(rate_trend, name="one input"),
            "one input, 200 neurons": partial(rate_trend, name="one input", m=200),
            "one input, shifted": partial(rate_trend, name="one input, shifted"),
            "five inputs": partial(rate_trend, name="five inputs", loss=0.5),
            "even against odd": partial(rate_trend, name="even against odd"),
        },
        terms={"ranks of five rates": 0.2},
        rival=0.0,
        rival_why="at equal loss the learning rate does not matter",
        side="at most",
        settles=(Settles("cond-large-lr-promotes", scope="instances"),),
    ),
)
