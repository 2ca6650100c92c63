"""Does training end at the interpolant nearest to its start, and how much do interpolants differ?
Wide networks at unseen points, poisoned starts, the absolute penalty.

Settings.  (1) Linear models, 12 parameters on 5 data, normal features, data and start.  (2)
Two-layer tanh networks without bias on four orthonormal inputs with labels 1, -1, 1, -1, descent;
20 unseen unit inputs; scale m^-1/2 (kernel) or m^-1 (mean field).  (3) Two-layer ReLU networks of
width 128 with squared loss on 150 digits, Adam until the mean squared error is below 2e-3, 1000
digits held out; poisoned: first trained on 150 other digits with wrong labels beside the 150.  (4)
Lasso by proximal descent, 10 equations in 25 unknowns. Source: phase diagram of two-layer networks,
sections 1.1 and 1.2; the poisoned start after Liu, Papailiopoulos, Achlioptas, Bad global minima
exist and SGD can reach them, NeurIPS 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np

from numerics import minimum_norm as numerics
from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from proofs_check.training import data
from theory import Settles, derive
from theory import minimum_norm as theory
from theory import phase_diagram as scaling

Array = np.ndarray
WIDTHS = (128, 256, 512, 1024)
WIDE = 1024
GROUP = 4  # networks per seed where their spread is measured
IMAGES, POOL, HELD_OUT = 150, 150, 1000
CONTROL = tuple(range(11))


# ---------------------------------------------------------------- linear models


def distance_to_the_nearest(seeds: Sequence[int], adam: bool = False) -> Array:
    """log10 of the largest difference between where training ends and the interpolant nearest to
    its start.
    """
    import torch

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.networks import mlp
    from proofs_check.training.rules import Adam, Descent

    generators = [np.random.default_rng(seed) for seed in seeds]
    Phi, y, start = (
        np.stack([rng.standard_normal(shape) for rng in generators])
        for shape in ((5, 12), (5,), (12,))
    )
    targets = torch.as_tensor(y)
    rates = torch.as_tensor(1 / np.linalg.norm(Phi, 2, axis=(1, 2)) ** 2)

    def fitted(now: Moment) -> torch.Tensor:
        return (now.output - targets[now.alive]).abs().amax(1) < 1e-13

    (end,) = train(
        mlp((12, 1), "linear", bias=False),
        [torch.as_tensor(start)[:, :, None]],
        torch.as_tensor(Phi),
        targets,
        rule=Adam(0.2 * rates) if adam else Descent(rates),
        steps=6000,
        loss=lambda output, y: 0.5 * ((output - y) ** 2).sum(1),
        stop=fitted,
    ).end
    nearest = np.stack(list(map(numerics.minimum_norm, Phi, y, start)))
    return np.log10(np.abs(end[:, :, 0].numpy() - nearest).max(1) + 1e-17)


def adam_of_torch(seeds: Sequence[int], steps: int = 3000) -> Array:
    """log of the length of Adam's end over that of the nearest interpolant, for 2 theta_1 + theta_2
    = 5 from zero.
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import mlp
    from proofs_check.training.rules import Adam

    row = torch.tensor([[2.0, 1.0]], dtype=torch.float64)
    (theta,) = train(
        mlp((2, 1), "linear", bias=False),
        [torch.zeros(1, 2, 1, dtype=torch.float64)],
        row,
        torch.tensor([5.0], dtype=torch.float64),
        rule=Adam(5e-3, eps=1e-14),
        steps=steps,
        stop=below(1e-12 / 2),
    ).end
    nearest = 5 * row / row.square().sum()
    return np.full(len(seeds), float(torch.log(theta.norm() / nearest.norm())))


def adam_predicted() -> float:
    """The same from the derivation."""
    return float(np.log(float(derive(theory.adam_ends_elsewhere)[1].result)))


def zeros_of_the_penalty(seeds: Sequence[int], steps: int = 4000, strength: float = 0.1) -> Array:
    """log((1 + unknowns at zero with the absolute penalty) / (1 + those with the squared one)); -1
    if more are in use than equations.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        A, y = rng.standard_normal((10, 25)), rng.standard_normal(10)
        step, x = 1 / np.linalg.norm(A, 2) ** 2, np.zeros(25)
        weight = strength * np.abs(A.T @ y).max()
        for _ in range(steps):
            moved = x - step * A.T @ (A @ x - y)
            x = np.sign(moved) * np.maximum(np.abs(moved) - step * weight, 0)
        ridge = np.linalg.solve(A.T @ A + weight * np.eye(25), A.T @ y)
        zeros, few = np.sum(x == 0), np.sum(x != 0) <= 10
        found.append(np.log((1 + zeros) / (1 + np.sum(ridge == 0))) if few else -1.0)
    return np.array(found)


# ---------------------------------------------------------------- two-layer networks


@lru_cache(maxsize=16)
def networks(
    seeds: tuple[int, ...], m: int, gamma: float, steps: int = 2000, flow: float = 0.5
) -> dict[str, Array]:
    """Train one network per seed: residual (S,), log ratio of the distance to that of the nearest
    interpolant of the tangent features (S,), output at the unseen inputs (S, 20) and its deviation
    from that interpolant (S,)."""
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import two_layer, two_layer_start
    from proofs_check.training.rules import Flow

    X, Z = np.eye(4), np.random.default_rng(0).standard_normal((20, 4))
    inputs = torch.as_tensor(np.r_[X, Z / np.linalg.norm(Z, axis=1, keepdims=True)])
    y = torch.tensor([1.0, -1.0, 1.0, -1.0], dtype=torch.float64)
    model = two_layer(m**gamma, "tanh")
    a, w = two_layer_start(seeds, m, 4, 1.0, 1.0, antisymmetric=False, device="cpu")
    hidden = torch.tanh(w @ inputs.T)  # (S, m, 24)
    slope = (a[:, :, None] * (1 - hidden**2))[:, :, None] * inputs.T  # (S, m, 4, 24)
    # (S, 24, 5 m)
    tangent = torch.cat([hidden[:, :, None], slope], 2).flatten(1, 2).transpose(1, 2) / m**gamma
    start = model((a, w), inputs)
    change = torch.linalg.pinv(tangent[:, :4]) @ (y - start[:, :4])[..., None]  # (S, 5 m, 1)
    linear = start + (tangent @ change)[..., 0]
    rule = Flow(flow, growth=10.0)
    run = train(model, (a, w), inputs[:4], y, rule=rule, steps=steps, stop=below(1e-14))
    output = model(run.end, inputs)
    moved = torch.cat(
        [(q - p).flatten(1) for p, q in zip(run.start, run.end, strict=True)], 1
    ).norm(dim=1)
    return {
        "residual": (output[:, :4] - y).abs().amax(1).numpy(),
        "ratio": torch.log(moved / change[..., 0].norm(dim=1)).numpy(),
        "output": output[:, 4:].numpy(),
        "deviation": (output - linear)[:, 4:].square().mean(1).sqrt().numpy(),
    }


def ratio(seeds: Sequence[int], gamma: float = 0.5) -> Array:
    """log of the distance moved over that of the nearest interpolant; nan where training did not
    end.
    """
    run = networks(tuple(seeds), WIDE, gamma)
    return np.where(run["residual"] < 1e-5, run["ratio"], np.nan)


def fall_of_the_deviation(seeds: Sequence[int], gamma: float = 0.5, copies: int = 8) -> Array:
    """Exponent in m of the deviation from the nearest interpolant at unseen inputs, root mean
    square over ``copies`` networks per seed.
    """
    many = tuple(copies * int(seed) + copy for seed in seeds for copy in range(copies))
    square = np.array([networks(many, m, gamma)["deviation"] ** 2 for m in WIDTHS]).reshape(
        len(WIDTHS), len(seeds), copies
    )
    return np.asarray(log_slope(WIDTHS, np.sqrt(square.mean(2))))


def exponent() -> float:
    """2 gamma - 2 at gamma = 1/2: the drift exponent gamma - 1 of the phase diagram, twice, because
    terms odd in a average out.
    """
    return 2 * float(derive(scaling.linearisation_error)[0].function(scaling.gamma)(0.5))


def difference_between_data(seeds: Sequence[int]) -> Array:
    """Largest difference at the unseen inputs between two trained networks of width 128 that differ
    by their start.
    """
    run = networks(
        tuple(1000 + 2 * int(seed) + copy for seed in seeds for copy in (0, 1)), 128, 0.5
    )
    first, second = run["output"][::2], run["output"][1::2]
    ended = run["residual"].reshape(-1, 2).max(1) < 1e-5
    return np.where(ended, np.abs(first - second).max(1), np.nan)


# ---------------------------------------------------------------- digits


@lru_cache(maxsize=8)
def digits(
    seeds: tuple[int, ...], poisoned: bool = False, width: int = 128, stop: float = 2e-3
) -> tuple[Array, Array]:
    """Accuracy on held-out digits (S,) of networks that fit the 150 (nan if not) and their outputs
    there (S, 1000, 10).
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.losses import mean_square
    from proofs_check.training.networks import mlp, normals
    from proofs_check.training.rules import Adam

    X, labels = (torch.as_tensor(v) for v in data.digits(bias=True))
    target = torch.nn.functional.one_hot(labels, 10).float()
    # every label of the pool is wrong
    target[IMAGES : IMAGES + POOL] = target[IMAGES : IMAGES + POOL].roll(1, 1)
    X, target = X.float(), target.expand(len(seeds), -1, -1)
    model = mlp((65, width, 10), "relu", bias=False)
    shapes, scales = [(65, width), (width, 10)], [(2 / 65) ** 0.5, (1 / width) ** 0.5]
    theta = [p.float() for p in normals(seeds, shapes, scales, device="cpu")]
    for rows, steps in ((IMAGES + POOL, 200), (IMAGES, 400))[not poisoned :]:
        run = train(
            model,
            theta,
            X[:rows],
            target[:, :rows],
            rule=Adam(1e-2),
            steps=steps,
            loss=mean_square,
            stop=lambda now: now.loss.max() < stop,
        )
        theta = list(run.end)
    output = model(theta, X)
    right = output.argmax(-1) == labels
    kept = mean_square(output[:, :IMAGES], target[:, :IMAGES]) < stop
    accuracy = torch.where(
        kept & right[:, :IMAGES].all(1), right[:, -HELD_OUT:].float().mean(1), torch.nan
    )
    return accuracy.double().numpy(), output[:, -HELD_OUT:].numpy()


def cost_of_poison(seeds: Sequence[int]) -> Array:
    """Held-out accuracy of the standard start minus that of the poisoned one."""
    return digits(tuple(seeds))[0] - digits(tuple(seeds), poisoned=True)[0]


def cost_of_another_seed() -> float:
    """Control: median difference of held-out accuracy between two standard starts."""
    accuracy = digits(CONTROL)[0]
    return float(np.median(np.abs(np.diff(accuracy))))


def _groups(seeds: Sequence[int]) -> tuple[Array, Array]:
    accuracy, output = digits(
        tuple(GROUP * int(seed) + copy for seed in seeds for copy in range(GROUP))
    )
    return accuracy.reshape(-1, GROUP), output.reshape(-1, GROUP, *output.shape[1:])


def spread_of_accuracy(seeds: Sequence[int]) -> Array:
    """Standard deviation of the held-out accuracy over repetitions."""
    return _groups(seeds)[0].std(1, ddof=1)


def distance_of_functions(seeds: Sequence[int]) -> Array:
    """Root mean square over held-out digits of the difference between two repetitions."""
    output = _groups(seeds)[1]
    return np.sqrt(((output[:, 0] - output[:, 1]) ** 2).mean((1, 2)))


CHECKS: tuple[Check, ...] = (
    Check(
        name="descent_ends_at_the_nearest_interpolant",
        quantity="log10 of the largest distance to the nearest interpolant, dimensionless",
        claim=theory.end_of_descent,
        predict=Threshold("phase-linear-regime-nearest-solution", "descent on a linear model"),
        measure=distance_to_the_nearest,
        terms={"rounding of 6000 steps, one decade": 1.0},
        rival=partial(typical, distance_to_the_nearest, range(3), adam=True),
        rival_why="control: where Adam ends from the same start; whoever believes that the "
        "optimiser does not matter",
        side="at most",
        settles=(
            Settles(
                "phase-linear-regime-nearest-solution",
                part="descent on a linear model",
                scope="instances",
            ),
        ),
    ),
    Check(
        name="adam_ends_farther",
        quantity="log ratio of lengths, Adam's end over the nearest interpolant, dimensionless",
        claim=theory.adam_ends_elsewhere,
        predict=adam_predicted,
        measure=adam_of_torch,
        terms={"size of the steps": 2e-3},
        rival=0.0,
        rival_why="every optimiser ends at the nearest interpolant",
        deterministic=True,
    ),
    Check(
        name="wide_network_moves_as_little_as_possible",
        quantity="log ratio of distances, moved over least possible, dimensionless",
        claim=theory.nearest_interpolant,
        predict=0.0,
        measure=ratio,
        terms={"the change of the features while training, m^-1/2": WIDE**-0.5},
        rival=partial(typical, ratio, range(3), gamma=1.0),
        rival_why="control: the same network at mean-field scale, which leaves its tangent space",
        settles=(
            Settles("phase-linear-regime-nearest-solution", part="wide network", scope="instances"),
        ),
    ),
    Check(
        name="deviation_at_unseen_points_falls_with_width",
        quantity="exponent in the width of the deviation at unseen points, dimensionless",
        claim=theory.nearest_interpolant,
        predict=exponent,
        measure=fall_of_the_deviation,
        terms={"higher orders at finite width": 0.2},
        rival=partial(typical, fall_of_the_deviation, range(3), gamma=1.0),
        rival_why="control: the same networks at mean-field scale",
        side="at most",
    ),
    Check(
        name="networks_differ_between_the_data",
        quantity="largest difference of two trained networks, in units of the targets",
        claim=theory.interpolants_differ_between_the_data,
        predict=Threshold("udl-solutions-differ-off-data", "trained networks"),
        measure=difference_between_data,
        terms={"two residuals below 1e-5, amplified tenfold": 2e-4},
        rival=0.0,
        rival_why="all global minima are one function",
        side="at least",
        settles=(
            Settles("udl-solutions-differ-off-data", part="trained networks", scope="instances"),
        ),
    ),
    Check(
        name="poisoned_minimum_generalises_worse",
        quantity="held-out accuracy, standard minus poisoned start, a share",
        claim=theory.global_minima_form_a_manifold,
        predict=Threshold("phase-minima-generalise-differently"),
        measure=cost_of_poison,
        terms={"sampling of 1000 held-out digits": 0.01},
        rival=cost_of_another_seed,
        rival_why="control: two standard starts; all global minima generalise alike",
        side="at least",
        settles=(Settles("phase-minima-generalise-differently", scope="instances"),),
    ),
    Check(
        name="repetitions_generalise_alike",
        quantity="standard deviation of the held-out accuracy, a share",
        claim=theory.global_minima_form_a_manifold,
        predict=Threshold("phase-same-setting-similar-generalisation", "spread of the accuracy"),
        measure=spread_of_accuracy,
        terms={"sampling of 1000 held-out digits": 0.01},
        rival=0.05,
        rival_why="minima found by repetition differ like those found from other starts, by the "
        "printed five points",
        side="at most",
        settles=(
            Settles(
                "phase-same-setting-similar-generalisation",
                part="spread of the accuracy",
                scope="instances",
            ),
        ),
    ),
    Check(
        name="repetitions_are_different_functions",
        quantity="root mean square difference of two repetitions, in units of the targets",
        claim=theory.global_minima_form_a_manifold,
        predict=Threshold("phase-same-setting-similar-generalisation", "distance of the functions"),
        measure=distance_of_functions,
        terms={"rounding in single precision": 2e-4},
        rival=0.0,
        rival_why="the same hyper-parameters find the same solution",
        side="at least",
        settles=(
            Settles(
                "phase-same-setting-similar-generalisation",
                part="distance of the functions",
                scope="instances",
            ),
        ),
    ),
    Check(
        name="absolute_penalty_makes_zeros",
        quantity="log ratio of zeros, absolute over squared penalty, dimensionless",
        claim=theory.lasso_is_sparse,
        predict=Threshold("phase-l1-penalty-sparse", "zeros beyond those of ridge"),
        measure=zeros_of_the_penalty,
        terms={"one zero more or less": float(np.log(17 / 16))},
        rival=0.0,
        rival_why="an absolute penalty shrinks like a squared one and leaves no zeros",
        side="at least",
        settles=(
            Settles(
                "phase-l1-penalty-sparse", part="zeros beyond those of ridge", scope="instances"
            ),
        ),
    ),
)
