"""Which of the waves that fit 16 points of a circle does a network return?  Parts of the aliases in
trained networks and in wide ones against their shares of the kernel's rates.

Set-ups.  Inputs (cos, sin, 1), targets sin(k x).  Networks under Adam until the loss is 1e-6:
energy of all waves above the eighth over that of the k-th.  Wide ones near their start: 3000 ReLU
neurons, mirrored, by gradient flow on 8 points, and 2000 sines of random weights, all of the size
16, output weights alone: the amplitude of the wave sin((N - 1) x) over that of sin x, against their
kernels.  After a look 8 points and 3000 neurons, not 16 and 1000, where 51 seeds decided nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from numerics import aliasing as numerics
from numerics.tangent_kernel import two_layer_kernel
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.portrait import judged
from proofs_check.training import data
from theory import Settles
from theory import aliasing as theory

Array = np.ndarray
N, FINE, SIZE = 16, 256, 16.0  # points, places of comparison, size of the weights of the sines
FEW, WIDE, SINES = 8, 3000, 2000  # points of wide ReLU networks, their width, sines
ALIASES = 7  # to each side: up to frequencies that 256 places tell apart


def amplitudes(outputs: Array) -> Array:
    """Amplitudes (S, FINE / 2 + 1) of the waves in outputs (S, FINE) around the circle."""
    return np.abs(np.fft.rfft(outputs)) * 2 / outputs.shape[-1]


def excess_of_aliases(
    seeds: Sequence[int],
    k: int = 1,
    kind: str = "tanh",
    hidden: tuple[int, ...] = (100,),
    size: float | None = None,
) -> Array:
    """log10 of the energy above N / 2 over that of frequency k, in trained networks, (S,).

    size: standard deviation of the first layer's weights, where it is not the usual one.
    """
    import torch

    from proofs_check.training.descend import below, train
    from proofs_check.training.networks import mlp, mlp_start
    from proofs_check.training.rules import Adam

    widths = (2, *hidden, 1)
    angle, X = data.circle(N)
    scale = [2**0.5 if kind == "relu" else 1.0] * (len(widths) - 1)
    if size is not None:
        scale[0] = size * 2**0.5
    start = [p.float() for p in mlp_start(seeds, widths, scale, device="cpu")]
    model = mlp(widths, kind)
    run = train(
        model,
        start,
        torch.as_tensor(X, dtype=torch.float32),
        torch.as_tensor(np.sin(k * angle), dtype=torch.float32),
        rule=Adam(5e-3),
        steps=1500,
        stop=below(1e-6),
        every=10,
    )
    fine = torch.as_tensor(data.circle(FINE)[1], dtype=torch.float32)
    parts = amplitudes(model(run.end, fine).double().numpy())
    return np.log10((parts[:, N // 2 + 1 :] ** 2).sum(1) / parts[:, k] ** 2)


def high_over_low(outputs: Array, points: int = N) -> Array:
    """log10 of the amplitude of sin((points - 1) x) over that of sin x."""
    parts = np.abs(np.fft.rfft(outputs).imag)
    return np.log10(parts[:, points - 1] / parts[:, 1])


def wide_relu(seeds: Sequence[int]) -> Array:
    """``high_over_low`` of wide mirrored ReLU networks after gradient flow."""
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import two_layer_start
    from proofs_check.training.rules import Flow
    from proofs_check.training.written_out import two_layer

    angle, X = data.circle(FEW, bias=True)
    model = two_layer(WIDE**0.5, "relu")
    start = [p.float() for p in two_layer_start(seeds, WIDE, 3, 1.0, 1.0, device="cpu")]
    # the kernel is that of the start to the order of the width, so the curvature is asked for once
    run = train(
        model,
        start,
        torch.as_tensor(X, dtype=torch.float32),
        torch.as_tensor(np.sin(angle), dtype=torch.float32),
        rule=Flow(0.5, refresh=10**6),
        steps=150,
        every=150,
    )
    fine = torch.as_tensor(data.circle(FINE, bias=True)[1], dtype=torch.float32)
    return high_over_low(model(run.end, fine).double().numpy(), FEW)


def wide_sines(seeds: Sequence[int]) -> Array:
    """``high_over_low`` of the shortest fit by sines of random directions and phases."""
    angle, X = data.circle(N)
    fine, found = data.circle(FINE)[1], []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 51])
        way, phase = rng.uniform(0, 2 * np.pi, (2, SINES))
        w = SIZE * np.stack([np.cos(way), np.sin(way)])
        Z, Z_fine = (np.sin(points @ w + phase) for points in (X, fine))
        found.append(Z_fine @ np.linalg.lstsq(Z, np.sin(angle), rcond=1e-13)[0])
    return high_over_low(np.array(found))


# ---------------------------------------------------------------- predictions


def _ratio(kernel: Array, points: int = N) -> float:
    """log10 of the amplitudes by a kernel around the circle (FINE,): sin((points - 1) x) is an
    alias of -sin x, as exp(-i (points - 1) x) is one of exp(i x).
    """
    rates = np.maximum(np.fft.fft(kernel).real, 0.0)
    frequencies, parts = numerics.alias_amplitudes(1, points, lambda q: rates[q % FINE], ALIASES)
    of = dict(zip(frequencies.tolist(), parts, strict=True))
    return float(np.log10(of[1 - points] / of[1]))


def relu_prediction() -> float:
    """By the tangent kernel of ReLU."""
    X = data.circle(FINE, bias=True)[1]
    return _ratio(two_layer_kernel(X[:1], X, m=1.0, kappa=1.0)[0], FEW)


def sine_prediction() -> float:
    """By the kernel of the sines, a mean over directions; phases leave half the cosine of the
    difference of both preactivations.
    """
    way = 2 * np.pi * (np.arange(1024) + 0.5) / 1024
    angle = data.circle(FINE)[0]
    difference = SIZE * (np.cos(angle[:, None] - way) - np.cos(way))
    return _ratio(np.cos(difference).mean(1) / 2)


SETUPS: dict[str, Callable[..., Array]] = {
    "100 tanh, frequency 1": excess_of_aliases,
    "100 tanh, frequency 3": partial(excess_of_aliases, k=3),
    "100 ReLU": partial(excess_of_aliases, kind="relu"),
    "two hidden layers of 50 tanh": partial(excess_of_aliases, hidden=(50, 50)),
    "100 sines of random weights of size 16": partial(excess_of_aliases, kind="sine", size=SIZE),
}
PART = "log10 of the energy of aliases over that of the low frequency"
CHECKS: tuple[Check, ...] = (
    Check(
        name="trained_networks_choose_the_low_alias",
        quantity="log10 of the energy above the eighth wave over the target's, dimensionless",
        claim=theory.alias_amplitudes,
        predict=Threshold("multiple-solutions-prefers-low-frequency", PART),
        measure=SETUPS,
        terms={"loss at the end, places of comparison": 0.4},
        rival=0.0,
        rival_why="of the exact solutions none is preferred: both aliases alike",
        side="at most",
        settles=(
            Settles("multiple-solutions-prefers-low-frequency", part=PART, scope="instances"),
        ),
    ),
    Check(
        name="wide_relu_divides_by_its_rates",
        quantity="log10 of the amplitudes, seventh wave over first, dimensionless",
        claim=theory.alias_amplitudes,
        predict=relu_prediction,
        measure=wide_relu,
        terms={"width, where the first wave leaks into the seventh": 0.1, "training": 0.05},
        rival=0.0,
        rival_why="of the exact solutions none is preferred: both aliases alike",
    ),
    Check(
        name="large_weights_choose_the_high_alias",
        quantity="log10 of the amplitudes, fifteenth wave over first, dimensionless",
        claim=theory.alias_amplitudes,
        predict=sine_prediction,
        measure=wide_sines,
        terms={"width, about the root of 16 waves over it": 0.15},
        rival=0.0,
        rival_why="of the exact solutions none is preferred, and never the high one",
    ),
)


def portrait(axes: Any) -> None:
    """Amplitude of the high alias over the low one for weights of one size, with what was judged at
    size 16.
    """
    sizes = np.linspace(6, 24, 361)
    angle = data.circle(FINE)[0]
    way = 2 * np.pi * (np.arange(256) + 0.5) / 256
    turns = np.cos(angle[:, None] - way) - np.cos(way)
    axes.plot(
        sizes,
        [_ratio(np.cos(size * turns).mean(1) / 2) for size in sizes],
        color="#0072B2",
        label="derived: sines of one size",
    )
    axes.axhline(0, ls="--", color="#999999", label="both aliases alike")
    seen = judged("aliasing", "large_weights_choose_the_high_alias")
    middle, (low, high) = np.median(seen["values"]), seen["interval"]
    axes.errorbar(
        SIZE, middle, [[middle - low], [high - middle]], fmt="k.", capsize=3, label="2000 sines"
    )
    axes.set(
        xlabel="size of the first layer's weights",
        ylabel="log10 of amplitudes, wave 15 over wave 1",
        title="16 points cannot tell sin x from sin 15 x: who is returned?",
        ylim=(-7, 3.5),
    )
    axes.legend(loc="lower right")
