"""Random modules, random permutations and constants: what is derived holds, what is done by half
does not.
"""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from numerics.symmetry import batch_norm_deviation
from proofs_check import Standing, run, verdict_of
from proofs_check import symmetry as simulation
from theory import derive
from theory import symmetry as theory

seeds = st.integers(0, 10**6)


def module(*layers, seed):
    torch.manual_seed(seed)
    return torch.nn.Sequential(*(layer() for layer in layers)).double()


@settings(max_examples=25, deadline=None)
@given(
    seeds,
    st.integers(2, 12),
    st.integers(1, 4),
    st.sampled_from([torch.nn.ReLU, torch.nn.Tanh, torch.nn.GELU]),
)
def test_hidden_units_of_a_module_may_be_permuted(seed, width, outputs, activation):
    net = module(
        lambda: torch.nn.Linear(3, width),
        activation,
        lambda: torch.nn.Linear(width, outputs),
        seed=seed,
    )
    X, order = torch.randn(5, 3, dtype=torch.float64), torch.randperm(width)
    before = net(X)
    with torch.no_grad():
        net[0].weight.copy_(net[0].weight[order])
        net[0].bias.copy_(net[0].bias[order])
        half = net(X)
        net[2].weight.copy_(net[2].weight[:, order])
    torch.testing.assert_close(net(X), before, rtol=1e-12, atol=1e-12)
    assert bool((order == torch.arange(width)).all()) or not torch.allclose(half, before, rtol=1e-9)


@settings(max_examples=25, deadline=None)
@given(seeds, st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_output_is_multiplied_by_the_ratio_of_the_constants(seed, before, after):
    net = module(
        lambda: torch.nn.Linear(3, 9),
        torch.nn.ReLU,
        lambda: torch.nn.Linear(9, 2, bias=False),
        seed=seed,
    )
    X = torch.randn(5, 3, dtype=torch.float64)
    first = net(X)
    with torch.no_grad():
        net[0].weight.mul_(before)
        net[0].bias.mul_(before)
        net[2].weight.div_(after)
    ratio = derive(theory.rescaling)[0].function(theory.c_1, theory.c_2)(before, after)
    torch.testing.assert_close(net(X), ratio * first, rtol=1e-10, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(2, 6))
def test_channels_of_a_module_may_be_permuted(seed, channels):
    net = module(
        lambda: torch.nn.Conv2d(2, channels, 3),
        torch.nn.ReLU,
        lambda: torch.nn.Conv2d(channels, 3, 3),
        seed=seed,
    )
    X, order = torch.randn(2, 2, 8, 8, dtype=torch.float64), torch.randperm(channels)
    before = net(X)
    with torch.no_grad():
        net[0].weight.copy_(net[0].weight[order])
        net[0].bias.copy_(net[0].bias[order])
        net[2].weight.copy_(net[2].weight[:, order])
    torch.testing.assert_close(net(X), before, rtol=1e-12, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seeds, st.floats(0.1, 10), st.floats(0.1, 10), st.floats(1e-6, 0.1))
def test_batch_norm_is_off_as_derived(seed, c, spread, eps):
    assume(abs(c - 1) > 0.01)
    torch.manual_seed(seed)
    z = spread * torch.randn(12, 1, dtype=torch.float64)
    before, after = (
        torch.nn.functional.batch_norm(v, None, None, training=True, eps=eps)
        for v in (z, c * z + 3)
    )
    expected = batch_norm_deviation(c, float(z.var(unbiased=False)), eps)
    np.testing.assert_allclose((after / before - 1).numpy(), expected, rtol=1e-6, atol=1e-11)


def test_batch_norm_without_eps_is_exact_and_small_eps_is_first_order():
    assert batch_norm_deviation(7.0, 0.3, 0.0) == 0
    assert batch_norm_deviation(2.0, 0.5, 1e-7) == pytest.approx(
        (1 - 1 / 4) * 1e-7 / (2 * 0.5), rel=1e-5
    )
    # of the libraries
    assert batch_norm_deviation(2.0, 0.5) == batch_norm_deviation(2.0, 0.5, 1e-5)


@settings(max_examples=15, deadline=None)
@given(seeds, st.integers(2, 9))
def test_an_encoder_layer_moves_with_its_tokens(seed, tokens):
    torch.manual_seed(seed)
    layer = torch.nn.TransformerEncoderLayer(
        8, 2, 16, batch_first=True, dtype=torch.float64
    ).train()
    layer.dropout.p = layer.dropout1.p = layer.dropout2.p = layer.self_attn.dropout = 0.0
    x, order = torch.randn(1, tokens, 8, dtype=torch.float64), torch.randperm(tokens)
    torch.testing.assert_close(layer(x[:, order]), layer(x)[:, order], rtol=1e-11, atol=1e-11)
    torch.testing.assert_close(layer(x[:, order]).mean(1), layer(x).mean(1), rtol=1e-11, atol=1e-11)


def test_every_half_of_a_symmetry_changes_the_output():
    for rival in (
        simulation._one_sided,
        simulation._two_constants,
        simulation._one_sided_channels,
        simulation._negative_scale,
        simulation._with_positions,
        simulation._with_positions_pooled,
    ):
        assert rival() > -3


def test_rescaling_by_one_constant_holds():
    results = [run(check) for check in simulation.CHECKS if check.name == "relu_may_be_rescaled"]
    assert verdict_of("udl-relu-scaling-symmetry", results).verdict is Standing.CONFIRMED


def test_bad_input_is_answered():
    for wrong in ((0.0, 1.0), (-1.0, 1.0), (1.0, 0.0), (1.0, 1.0, -1e-9)):
        with pytest.raises(ValueError, match="needed"):
            batch_norm_deviation(*wrong)
