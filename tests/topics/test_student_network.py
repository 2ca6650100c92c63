"""What units see against a count of inputs, windows against products, bad input."""

import itertools

import numpy as np
import pytest

from numerics import student_network
from proofs_check.training import windows
from theory import derive
from theory import student_network as theory


def seen(window, stride, layers):
    """Inputs of one unit, followed back."""
    places = {0}
    for _ in range(layers):
        places = {stride * p + j for p in places for j in range(window)}
    return max(places) - min(places) + 1


@pytest.mark.parametrize(("k", "s", "L"), [(5, 2, 3), (3, 1, 4), (3, 3, 2), (1, 2, 3), (4, 2, 1)])
def test_a_unit_sees_what_is_derived(k, s, L):
    assert student_network.receptive_field(k, s, L) == seen(k, s, L)


def test_windows_have_no_part_of_a_product_out_of_reach():
    X = np.array(list(itertools.product([-1.0, 1.0], repeat=6)))
    columns = [
        X[:, start : start + 3][:, list(chosen)].prod(1)
        for start in range(4)
        for size in range(4)
        for chosen in itertools.combinations(range(3), size)
    ]
    Z = np.stack(columns, 1)
    for distance, wanted in ((3, 1.0), (5, 1.0), (2, 0.0)):
        y = X[:, 0] * X[:, distance]
        left = y - Z @ np.linalg.lstsq(Z, y, rcond=None)[0]
        assert (left**2).mean() == pytest.approx(wanted, abs=1e-12)
    assert student_network.window_error(0.0) == 1.0


def test_placed_windows_are_convolutions():
    import torch

    for sides, conv in (((12,), torch.nn.functional.conv1d), ((6, 6), torch.nn.functional.conv2d)):
        k = windows.WINDOW[len(sides)]
        w = torch.randn(2, k ** len(sides), 3, 4)
        x = torch.randn(5, int(np.prod(sides)), 3)
        found = x.flatten(1) @ windows.placed(w, sides)
        for seed in range(2):
            filters = w[seed].permute(2, 1, 0).reshape(4, 3, *[k] * len(sides))
            wanted = conv(x.mT.reshape(5, 3, *sides), filters, stride=2, padding=k // 2)
            wanted = wanted.flatten(2).mT.flatten(1)
            assert torch.allclose(found[seed], wanted, atol=1e-5)


def test_maps_see_neither_turns_nor_scales_of_channels():
    rng = np.random.default_rng(5)
    h = rng.standard_normal((2, 5, 4))
    Q = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    plain = student_network.attention_map(h)
    assert student_network.attention_map(3 * h @ Q) == pytest.approx(plain)
    assert (plain**2).sum(-1) == pytest.approx(1)
    assert student_network.attention_map(h[:, :1]) == pytest.approx(1)


def test_a_language_model_has_twenty_tokens_for_each_parameter():
    assert derive(theory.named_networks)[1].result == 20


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="stride"):
        student_network.receptive_field(3, 0, 2)
    with pytest.raises(ValueError, match="mean_square"):
        student_network.window_error(-0.5)
    with pytest.raises(ValueError, match="broadcast"):
        student_network.receptive_field([1, 2], 1, [1, 2, 3])
    with pytest.raises(ValueError, match="vanishes"):
        student_network.attention_map(np.zeros((3, 2)))
