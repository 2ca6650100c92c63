"""Samples of signals, random features and shortest fits, trained networks, points between data."""

import numpy as np
import pytest

from proofs_check.training import features


@pytest.mark.parametrize("kind", ["MNIST-1D", "digits"])
def test_a_share_of_the_training_labels_is_noisy_and_nothing_else_is(kind):
    clean, noisy = (features.sample(kind, 50, noise, 3) for noise in (0.0, 0.2))
    other = features.sample(kind, 50, 0.0, 4)
    assert (clean.Y.argmax(1) != noisy.Y.argmax(1)).sum() == 10
    np.testing.assert_array_equal(clean.X, noisy.X)
    np.testing.assert_array_equal(clean.Y_test, noisy.Y_test)
    assert (clean.X != other.X).any() and len(clean.X_test) == 400
    np.testing.assert_allclose(clean.Y.sum(1), 0, atol=1e-12)
    same = (clean.X_test[:, None] == clean.X).all(2)
    assert not same.any(), "a held-out signal is trained on"


@pytest.mark.parametrize("k", [3, 10, 30])
def test_the_shortest_fit_is_the_pseudo_inverse_even_with_a_dead_feature(k):
    rng = np.random.default_rng(k)
    Z, Y = rng.standard_normal((10, k)), rng.standard_normal((10, 2))
    Z[:, 0] = 0
    found = features.shortest_fit(Z, Y)
    np.testing.assert_allclose(found, np.linalg.pinv(Z, rcond=1e-13) @ Y, atol=1e-9)
    assert np.abs(found[0]).max() < 1e-12


def test_features_belong_to_their_seed_and_width():
    X = np.random.default_rng(0).standard_normal((5, 4))
    one, again = (features.relu_features(7, 3, X, X)[0] for _ in range(2))
    np.testing.assert_array_equal(one, again)
    assert (features.relu_features(7, 4, X)[0] != one).any() and one.min() == 0


def test_trained_networks_fit_and_do_not_meet():
    samples = [features.sample("MNIST-1D", 20, 0.0, seed) for seed in (0, 1)]
    options = {"rate": 1e-2, "steps": 200, "stop": 1e-3}
    fitted, held = features.trained((0, 1), samples, [32], **options)
    assert (fitted.argmax(2) == np.stack([s.Y for s in samples]).argmax(2)).all()
    alone = features.trained((1,), samples[1:], [32], **options)[1]
    np.testing.assert_allclose(alone[0], held[1], atol=1e-3)
    wanted = [((h - s.Y_test) ** 2).sum(1).mean() for h, s in zip(held, samples, strict=True)]
    np.testing.assert_allclose(features.error(held, samples), wanted)


def test_segments_lead_from_datum_to_datum():
    X = np.random.default_rng(1).standard_normal((6, 3))
    between = features.segments(X, points=5, pairs=7)
    assert between.shape == (7, 5, 3)
    for end in (between[:, 0], between[:, -1]):
        assert (np.abs(end[:, None] - X).sum(2).min(1) < 1e-12).all()
    assert features.roughness(between @ np.ones(3)) == pytest.approx(0, abs=1e-20)
