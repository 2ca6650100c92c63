"""Flow of a hinge loss with a standing kernel, stepped."""

import numpy as np
import pytest

from theory import derive, hinge_loss


@pytest.mark.parametrize("seed", range(5))
def test_the_loss_is_zero_before_the_derived_time(seed):
    rng = np.random.default_rng(seed)
    n, h = 6, 1e-3
    root = rng.normal(size=(n, n))
    kernel, y, f = root @ root.T + 0.3 * np.eye(n), rng.choice([-1.0, 1.0], n), rng.normal(size=n)
    least = np.linalg.eigvalsh(kernel)[0]
    loss = np.maximum(0, 1 - y * f).mean()
    limit, time = n**2 * loss / least, 0.0
    rate = derive(hinge_loss.falls)[0].result.subs({hinge_loss.n: n, hinge_loss.lam: least})
    while loss > 1e-9:
        f = f + h / n * kernel @ (y * (y * f < 1))
        now = np.maximum(0, 1 - y * f).mean()
        inside = (y * f < 1 - h * np.abs(kernel).sum(1).max()).any()
        if inside and now > 0:
            assert loss - now >= float(rate) * h - 20 * h * h * kernel.max() ** 2
        loss, time = now, time + h
        assert time <= limit + 1e-2


def test_planted_a_kernel_with_a_zero_eigenvalue_can_hold_the_loss_up():
    y, f = np.array([1.0, -1.0]), np.zeros(2)
    kernel = np.ones((2, 2))  # both examples are moved alike, towards opposite labels
    np.testing.assert_allclose(kernel @ (y * (y * f < 1)), 0)
