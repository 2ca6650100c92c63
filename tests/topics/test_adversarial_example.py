"""Least steps against optimisers and searches, the law of cosines against draws and its density,
steps of trained networks against what they claim, and bad input.
"""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import linprog

from numerics import adversarial_example as numerics
from proofs_check.training import boundaries, classifiers
from theory import adversarial_example as theory
from theory import derive

entries = st.lists(st.floats(-5, 5).map(lambda v: round(v, 3)), min_size=1, max_size=5)


@given(st.floats(0.01, 10), entries)
def test_the_largest_entry_is_that_of_a_linear_program(f, gradient):
    if not any(gradient):
        return
    d = len(gradient)
    bound = np.hstack([np.vstack([np.eye(d), -np.eye(d)]), -np.ones((2 * d, 1))])  # |step| <= e
    found = linprog(
        np.r_[np.zeros(d), 1],
        A_ub=bound,
        b_ub=np.zeros(2 * d),
        A_eq=[[*gradient, 0.0]],
        b_eq=[-f],
        bounds=[(None, None)] * d + [(0, None)],
    )
    assert numerics.flip_distance(f, gradient, "Linf") == pytest.approx(found.fun, rel=1e-6)


@given(st.integers(-999, 999).map(lambda v: v / 100), entries)
def test_the_length_is_the_distance_of_a_hyperplane(f, gradient):
    if not any(gradient):
        return
    step = np.linalg.pinv(np.array([gradient])) @ [-f]
    wanted = np.linalg.norm(step)
    assert numerics.flip_distance(f, gradient, "L2") == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    ends = numerics.flip_distance(f, gradient, "Linf"), wanted
    assert ends[0] <= ends[1] * (1 + 1e-12) <= ends[0] * len(gradient) ** 0.5 * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_no_size_is_lost(size):
    gradient = size * np.array([[3.0, -4.0], [0.0, 0.0]])
    np.testing.assert_allclose(
        numerics.flip_distance([size, size], gradient, "L2"), [0.2, np.inf], rtol=1e-14
    )
    np.testing.assert_allclose(
        numerics.flip_distance([size, 0.0], gradient, "Linf"), [1 / 7, 0], rtol=1e-14
    )


@pytest.mark.parametrize("d", [2, 3, 16, 200])
def test_the_law_of_cosines_is_that_of_draws(d):
    rng = np.random.default_rng(d)
    z = rng.standard_normal((40_000, d))
    cosines = np.abs(z[:, 0]) / np.linalg.norm(z, axis=1)
    for share in (0.1, 0.5, 0.9):
        assert (cosines < numerics.cosine_law(d, share)).mean() == pytest.approx(share, abs=0.01)
    assert (cosines**2).mean() == pytest.approx(1 / d, rel=0.05)


@pytest.mark.parametrize("d", [2, 3, 9, 64])
def test_the_derived_density_has_these_quantiles(d):
    density = derive(theory.cosine_law)[0].function(theory.c, theory.d)
    for share in (0.2, 0.5, 0.8):
        found = quad(lambda c: float(density(c, d)), 0, float(numerics.cosine_law(d, share)))[0]
        assert found == pytest.approx(share, abs=1e-7)


@given(st.integers(2, 10**7), st.floats(0.01, 0.99))
def test_for_many_inputs_the_law_is_normal(d, share):
    from scipy.stats import norm

    scaled = float(numerics.cosine_law(d, share)) * d**0.5
    assert scaled == pytest.approx(norm.ppf((1 + share) / 2), rel=3 / d, abs=3 / d)


@pytest.mark.claim("adversarial_example.isotropic_gradient")
def test_mean_square_of_margin_and_gradient_of_networks():
    rng, d, m, draws = np.random.default_rng(4), 5, 3, 200_000
    x = np.array([1.0, -2.0, 0.5, 0.0, 1.0])
    w, a = rng.standard_normal((draws, m, d)), rng.standard_normal((draws, m))
    gates = (w @ x > 0) * a
    g = (gates[:, :, None] * w).sum(1)
    margin = (gates * (w @ x)).sum(1)
    ratio = (margin**2).mean() / ((g**2).sum(1).mean() * x @ x)
    assert ratio == pytest.approx(1 / d, rel=0.03)
    wanted = derive(theory.isotropic_gradient)[1].function(
        theory.m, theory.v_a, theory.v_w, theory.X
    )
    assert (margin**2).mean() == pytest.approx(wanted(m, 1.0, 1.0, x @ x), rel=0.03)


# ---------------------------------------------------------------- steps of networks


def linear(weights):
    """One linear classifier as a network of one seed."""
    W = torch.tensor(weights, dtype=torch.float32)[None]
    return classifiers.Classifiers(lambda p, X: torch.matmul(X, p[0]), (W,))


def test_steps_of_a_linear_classifier_are_exact():
    rng = np.random.default_rng(1)
    W, X = rng.standard_normal((6, 4)), rng.standard_normal((30, 6))
    found = boundaries.flips(linear(W), X)
    out = X @ W
    own = out.argmax(1)
    margins = out[np.arange(30), own][:, None] - out
    gaps = np.linalg.norm(W[:, own].T[:, :, None] - W, axis=1)
    gaps[np.arange(30), own], margins[np.arange(30), own] = 1, np.inf
    wanted = margins / gaps
    np.testing.assert_allclose(found.length[0], wanted.min(1), rtol=2e-3)
    np.testing.assert_allclose(found.first[0], wanted.min(1), rtol=1e-4)
    np.testing.assert_array_equal(found.other[0], wanted.argmin(1))


def test_no_random_step_flips_before_that_of_a_trained_network():
    of = classifiers.standard("digits", "ReLU", (0, 1))
    X = classifiers.examples("digits").X_test[:20]
    found = boundaries.flips(of, X)
    rng = np.random.default_rng(2)
    for _ in range(50):
        way = rng.standard_normal(found.step.shape)
        way *= 0.99 * found.length[:, :, None] / np.linalg.norm(way, axis=2, keepdims=True)
        with torch.no_grad():
            answers = of(classifiers.tensor(X + way)).argmax(2).numpy()
        assert (answers == found.own).all()
    with torch.no_grad():
        behind = of(classifiers.tensor(X + 1.001 * found.step)).argmax(2).numpy()
        before = of(classifiers.tensor(X + 0.999 * found.step)).argmax(2).numpy()
    assert (behind == found.other).all() and (before == found.own).all()


def test_steps_towards_a_class_stay_within_their_length():
    of = classifiers.standard("digits", "ReLU", (0, 1))
    have = classifiers.examples("digits")
    X, labels = have.X[:40], np.stack([(have.y[:40] + 1) % 10] * 2)
    for eps in (0.0, 0.3, 2.0):
        moved = boundaries.towards(of, X, labels, eps)
        off = np.linalg.norm(moved - X, axis=2)
        assert off.max() <= eps * (1 + 1e-5) and off.min() >= 0.9 * eps
    with torch.no_grad():
        assert (of(classifiers.tensor(moved)).argmax(2).numpy() == labels).mean() > 0.95


def test_the_nearest_example_has_the_class_and_none_is_nearer():
    have = classifiers.examples("digits", 60, 100)
    points, labels = have.X_test[:7], np.array([[3] * 7, list(range(7))])
    places = boundaries.nearest(have.X, have.y, points, labels)
    assert (have.y[places] == labels).all()
    for row, wanted in zip(places, labels, strict=True):
        for point, place, label in zip(points, row, wanted, strict=True):
            others = np.linalg.norm(have.X[have.y == label] - point, axis=1)
            assert np.linalg.norm(have.X[place] - point) == pytest.approx(others.min())


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="L2 or Linf"):
        numerics.flip_distance(1.0, [1.0], "L1")
    with pytest.raises(ValueError, match="broadcast"):
        numerics.flip_distance([1.0, 2.0], np.ones((3, 2)), "L2")
    with pytest.raises(ValueError, match="at least 2"):
        numerics.cosine_law(1)
    with pytest.raises(ValueError, match="probabilities"):
        numerics.cosine_law(5, 1.5)
