"""Do random modules of a deep-learning library have the symmetries that were derived, and nothing
more?  Rivals do the same by half, such as a permutation on one side only.

Set-ups, all with random weights and inputs.  Fully connected 5-16-3 with tanh; 5-16-3 with ReLU;
two convolutions of 8 channels, float32; batch normalisation of 64 rows of 6 columns; self-attention
of 4 heads over 7 tokens of 16 numbers. Measured: log10 of the largest change of the output,
relative to the largest output.  Each rival is the same code with one thing done by half. Source:
Prince 2023, sections 20.3.1 and 20.4.3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from numerics import symmetry as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from proofs_check.core.judging import typical
from theory import Settles
from theory import symmetry as theory

Array = np.ndarray
NO_EPS = 1e-300  # the library asks for a positive one; added to a variance it is nothing
# batch normalisation: factor of the input, eps, standard deviation of the input
SCALE, EPS, SPREAD = (
    3.0,
    1e-3,
    0.5,
)


def _log_change(before: Any, after: Any) -> float:
    """log10 of the largest change over the largest value; changes below 1e-17 count as that."""
    return float(np.log10(max(float((after - before).abs().max() / before.abs().max()), 1e-17)))


def _each(seeds: Sequence[int], change: Callable[[Any], tuple[Any, Any]]) -> Array:
    """_log_change of what ``change`` makes of each seed's own generator."""
    import torch

    with torch.no_grad():
        return np.array(
            [_log_change(*change(torch.Generator().manual_seed(int(seed)))) for seed in seeds]
        )


def _draw(generator: Any, *shape: int) -> Any:
    import torch

    return torch.randn(shape, generator=generator, dtype=torch.float64)


def permuted_units(seeds: Sequence[int], both: bool = True) -> Array:
    """Hidden units in another order, with (``both``) or without the weights that read them."""
    import torch

    def change(generator: Any) -> tuple[Any, Any]:
        w, b, a, X = (_draw(generator, *shape) for shape in ((16, 5), (16,), (3, 16), (20, 5)))
        order = torch.randperm(16, generator=generator)
        read = a[:, order] if both else a
        return torch.tanh(X @ w.T + b) @ a.T, torch.tanh(X @ w[order].T + b[order]) @ read.T

    return _each(seeds, change)


def rescaled_relu(
    seeds: Sequence[int], before: float = 5.0, after: float = 5.0, bias: bool = True
) -> Array:
    """Weights before a ReLU times ``before``, those after it over ``after``; the bias scaled too or
    not.
    """
    import torch

    def change(generator: Any) -> tuple[Any, Any]:
        w, b, a, X = (_draw(generator, *shape) for shape in ((16, 5), (16,), (3, 16), (20, 5)))
        moved = before * b if bias else b
        return torch.relu(X @ w.T + b) @ a.T, torch.relu(X @ (before * w).T + moved) @ (a / after).T

    return _each(seeds, change)


def permuted_channels(seeds: Sequence[int], both: bool = True) -> Array:
    """Channels between two convolutions in another order, with or without the slices of the kernels
    that read them; float32.
    """
    import torch
    from torch.nn.functional import conv2d

    def change(generator: Any) -> tuple[Any, Any]:
        X, first, b, second = (
            _draw(generator, *shape).float()
            for shape in ((2, 3, 9, 9), (8, 3, 3, 3), (8,), (4, 8, 3, 3))
        )
        order = torch.randperm(8, generator=generator)
        read = second[:, order] if both else second
        return conv2d(torch.relu(conv2d(X, first, b)), second), conv2d(
            torch.relu(conv2d(X, first[order], b[order])), read
        )

    return _each(seeds, change)


def scaled_batch(
    seeds: Sequence[int], scale: float = SCALE, eps: float = NO_EPS, shift: float = 2.0
) -> Array:
    """A batch of standard deviation SPREAD in each column, multiplied and shifted, then
    normalised.
    """
    import torch

    def change(generator: Any) -> tuple[Any, Any]:
        z = _draw(generator, 64, 6)
        z = SPREAD * (z - z.mean(0)) / z.std(0, unbiased=False)
        before, after = (
            torch.nn.functional.batch_norm(batch, None, None, training=True, eps=eps)
            for batch in (z, scale * z + shift)
        )
        return before, after

    return _each(seeds, change)


def permuted_tokens(seeds: Sequence[int], positions: bool = False, pooled: bool = False) -> Array:
    """Tokens in another order: outputs in that order too, or their mean (``pooled``); with or
    without an embedding of positions.
    """
    import torch

    def change(generator: Any) -> tuple[Any, Any]:
        attention = torch.nn.MultiheadAttention(16, 4, batch_first=True, dtype=torch.float64)
        for parameter in attention.parameters():
            parameter.copy_(0.5 * _draw(generator, *parameter.shape))
        tokens, place = (
            _draw(generator, 1, 7, 16),
            _draw(generator, 1, 7, 16) if positions else torch.zeros(1, 7, 16, dtype=torch.float64),
        )
        order = torch.randperm(7, generator=generator)
        before, after = (
            attention(x, x, x, need_weights=False)[0]
            for x in (tokens + place, tokens[:, order] + place)
        )
        return (before.mean(1), after.mean(1)) if pooled else (before[:, order], after)

    return _each(seeds, change)


def small_eps(seeds: Sequence[int]) -> Array:
    """log10 of the relative change that SCALE makes at EPS."""
    return scaled_batch(seeds, eps=EPS)


def pooled_tokens(seeds: Sequence[int]) -> Array:
    """log10 of the relative change of the mean output over permuted tokens."""
    return permuted_tokens(seeds, pooled=True)


def _deviation() -> float:
    return float(np.log10(abs(numerics.batch_norm_deviation(SCALE, SPREAD**2, EPS))))


def _one_sided() -> float:
    return typical(permuted_units, both=False)


def _two_constants() -> float:
    return min(
        typical(rescaled_relu, after=4.0),
        typical(rescaled_relu, bias=False),
        typical(rescaled_relu, before=-5.0, after=-5.0),
    )


def _one_sided_channels() -> float:
    return typical(permuted_channels, both=False)


def _negative_scale() -> float:
    return typical(scaled_batch, scale=-SCALE)


def _with_positions() -> float:
    return typical(permuted_tokens, positions=True)


def _with_positions_pooled() -> float:
    return typical(permuted_tokens, positions=True, pooled=True)


ROUNDING = {"rounding of sums in another order, in powers of ten": 1.0}
TOKENS = "udl-transformer-permutation"
CHECKS: tuple[Check, ...] = (
    Check(
        name="hidden_units_may_be_permuted",
        quantity="log10 of the relative change of the output, dimensionless",
        claim=theory.hidden_permutation,
        predict=Threshold("udl-hidden-permutation-symmetry", "log10 of the largest change"),
        measure=permuted_units,
        terms=ROUNDING,
        rival=_one_sided,
        rival_why="their own weights may be permuted without those that read them (measured)",
        side="at most",
        settles=(Settles("udl-hidden-permutation-symmetry", part="log10 of the largest change"),),
    ),
    Check(
        name="relu_may_be_rescaled",
        quantity="log10 of the relative change of the output, dimensionless",
        claim=theory.rescaling,
        predict=Threshold("udl-relu-scaling-symmetry", "log10 of the largest change"),
        measure=rescaled_relu,
        terms=ROUNDING,
        rival=_two_constants,
        rival_why="another constant after than before, a bias left alone, or a negative constant "
        "(least change of the three, measured)",
        side="at most",
        settles=(Settles("udl-relu-scaling-symmetry", part="log10 of the largest change"),),
    ),
    Check(
        name="channels_may_be_permuted",
        quantity="log10 of the relative change of the output, dimensionless",
        claim=theory.channel_permutation,
        predict=Threshold("udl-conv-channel-permutation", "log10 of the largest change"),
        measure=permuted_channels,
        terms=ROUNDING,
        rival=_one_sided_channels,
        rival_why="kernels may be permuted without the slices that read their channels (measured)",
        side="at most",
        settles=(Settles("udl-conv-channel-permutation", part="log10 of the largest change"),),
    ),
    Check(
        name="batch_norm_removes_scale_and_shift",
        quantity="log10 of the relative change of the output, dimensionless",
        claim=theory.batch_norm,
        predict=Threshold("udl-batchnorm-redundancy", "log10 of the largest change, eps = 0"),
        measure=scaled_batch,
        terms=ROUNDING,
        rival=_negative_scale,
        rival_why="a negative scale is removed too (measured)",
        side="at most",
        settles=(Settles("udl-batchnorm-redundancy", part="log10 of the largest change, eps = 0"),),
    ),
    Check(
        name="batch_norm_with_eps_is_off_as_derived",
        quantity="log10 of the relative change of the output, dimensionless",
        claim=theory.batch_norm,
        predict=_deviation,
        measure=small_eps,
        terms={"rounding": 1e-6},
        rival=float(np.log10(EPS / 2)),
        rival_why="the deviation is eps / 2 whatever the scale and the variance",
    ),
    Check(
        name="attention_moves_with_its_tokens",
        quantity="log10 of the relative change of the outputs, dimensionless",
        claim=theory.attention_permutation,
        predict=Threshold(
            "udl-transformer-permutation", "log10 of the largest change, equivariance"
        ),
        measure=permuted_tokens,
        terms=ROUNDING,
        rival=_with_positions,
        rival_why="with an embedding of positions it does too (measured)",
        side="at most",
        settles=(Settles(TOKENS, part="log10 of the largest change, equivariance"),),
    ),
    Check(
        name="pooled_attention_ignores_the_order",
        quantity="log10 of the relative change of the mean output, dimensionless",
        claim=theory.attention_permutation,
        predict=Threshold(
            "udl-transformer-permutation", "log10 of the largest change, after pooling"
        ),
        measure=pooled_tokens,
        terms=ROUNDING,
        rival=_with_positions_pooled,
        rival_why="with an embedding of positions it does too (measured)",
        side="at most",
        settles=(Settles(TOKENS, part="log10 of the largest change, after pooling"),),
    ),
)
