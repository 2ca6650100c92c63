"""Cones against draws and against the binomial law, counts of scales, bad input."""

import numpy as np
import pytest
import torch
from scipy.optimize import nnls
from scipy.stats import binom

from numerics import scale_training
from proofs_check.training import normalised


@pytest.mark.parametrize("n", [1, 3, 10])
def test_the_chance_is_a_binomial_tail(n):
    units = np.arange(1, 40)
    assert scale_training.cone_probability(n, units) == pytest.approx(binom.sf(n - 1, units, 0.5))
    assert scale_training.cone_probability(n, 2 * n - 1) == pytest.approx(0.5)


def test_cones_of_normal_columns():
    rng, n, m, draws = np.random.default_rng(9), 4, 9, 1500
    met = [
        nnls(rng.standard_normal((n, m)), rng.standard_normal(n))[1] < 1e-9 for _ in range(draws)
    ]
    wanted = scale_training.cone_probability(n, m)
    assert np.mean(met) == pytest.approx(wanted, abs=5 * 0.5 / draws**0.5)


def test_counts_are_those_of_a_network():
    begin = normalised.start([0], "digits", "dense", 12, 2)
    moves = normalised.masks([0], begin, others=False)
    scales = sum(int(m.sum()) for m in moves)
    weights = sum(p[0].numel() for p, m in zip(begin, moves, strict=True) if not m.any())
    assert scale_training.scale_count(12) == scales
    assert scale_training.scale_share(12, 64, 10) == pytest.approx(scales / weights)
    others = normalised.masks([0], begin, others=True)
    assert sum(int(m.sum()) for m in others) == scales


def test_statistics_are_those_of_the_known_examples():
    begin = normalised.start([0, 1], "digits", "windows", 4, 2)
    X = torch.randn(30, 64)
    alone = normalised.network("digits", "windows", 4, 2)(begin, X[:20])
    both = normalised.network("digits", "windows", 4, 2, 20)(begin, X)
    assert torch.allclose(alone, both[:, :20], atol=1e-4)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="targets"):
        scale_training.cone_probability(0, 3)
    with pytest.raises(ValueError, match="width"):
        scale_training.scale_count(0)
    with pytest.raises(ValueError, match="classes"):
        scale_training.scale_share(3, 3, 0)
