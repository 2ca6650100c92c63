"""Results on the drift along an orbit against direct computation."""

import numpy as np
import pytest

from numerics import batch_size as numerics


@pytest.mark.parametrize("batch", [1, 4])
def test_imbalance_of_a_product_falls_at_the_derived_rate(batch):
    rng, eta, noise, steps = np.random.default_rng(2), 0.05, 0.5, 1000
    x, y = np.full(4000, 2.0), np.full(4000, 0.5)
    path = numerics.imbalance_path(2.0, eta, noise, batch, steps)
    start, expected = np.log(path[[0, -1]])
    for _ in range(steps):
        residual = x * y - 1 - noise / batch**0.5 * rng.standard_normal(4000)
        x, y = x - eta * residual * y, y - eta * residual * x
    fall = start - np.log((x**2 - y**2).mean())
    assert fall == pytest.approx(start - expected, rel=0.05)


def test_one_step_changes_the_imbalance_in_second_order():
    rng, eta = np.random.default_rng(3), 0.3
    a, w, X = rng.standard_normal(), rng.standard_normal(3), rng.standard_normal((5, 3))
    pull = rng.standard_normal(5)  # slope of any loss by the output, of a batch
    active = (X @ w > 0) * pull
    g_a, g_w = active @ (X @ w), a * active @ X
    after = (a - eta * g_a) ** 2 - ((w - eta * g_w) ** 2).sum()
    assert after - (a**2 - w @ w) == pytest.approx(eta**2 * (g_a**2 - g_w @ g_w))


@pytest.mark.parametrize("x", [0.3, 1.0, 4.0])
def test_curvature_of_a_product_that_fits(x):
    J = np.array([1 / x, x])
    found = numerics.product_curvature(x)
    assert found == pytest.approx(np.linalg.eigvalsh(np.outer(J, J))[-1])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: numerics.imbalance_rate(1.0, 1.0, 1, 2.0), "below the edge"),
        (lambda: numerics.imbalance_path(5.0, 0.1, 1.0, 1, 3), "below the edge"),
        (lambda: numerics.imbalance_path(1.0, 0.1, 1.0, 1, 3), "r = 1"),
        (lambda: numerics.imbalance_path(2.0, 0.0, 1.0, 1, 3), "eta = 0"),
        (lambda: numerics.imbalance_path(2.0, 0.1, 1.0, 0, 3), "B = 0"),
    ],
)
def test_what_has_no_meaning_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
