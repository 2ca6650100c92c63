"""Two valleys: the threshold of the noise from both sides."""

import numpy as np
import pytest

from proofs_check import valley_crossing as checks


@pytest.mark.parametrize("noise", [0.3, 0.99])
def test_pushes_to_one_side_alone_do_not_cross_below_the_threshold(noise):
    x, push = 1.0, noise * 2 / 27**0.5
    for _ in range(20_000):
        x -= (x**3 - x + push) / 16
    assert x >= 3**-0.5


def test_planted_pushes_beyond_the_threshold_cross():
    x = 1.0
    for _ in range(20_000):
        x -= (x**3 - x + 1.02 * 2 / 27**0.5) / 16
    assert x < 0
    assert checks.crossing_share([0], 6.0)[0] > checks.crossing_share([0], 0.99)[0] == 0


def test_without_noise_no_step_below_one_half_crosses():
    x = np.linspace(0.01, 1.24, 200)
    for step in (0.1, 0.49):
        assert (x - step * (x**3 - x) > 0).all()
