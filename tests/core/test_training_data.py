"""Data: each set against another way to get it, the same for the same seed; no random numbers of
others are touched.
"""

import itertools
import random

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from proofs_check.training import data


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_midpoints_are_the_middles_of_equal_parts(dtype):
    x = data.midpoints(8, -1.0, 3.0, dtype)
    assert x.dtype == dtype and np.allclose(x, np.arange(8) / 2 - 0.75)
    edges = np.linspace(-np.pi, np.pi, 61)
    np.testing.assert_allclose(data.midpoints(60), (edges[1:] + edges[:-1]) / 2, atol=1e-14)


def test_a_grid_of_midpoints_tells_waves_apart():
    """Sums of products over a period are those of the integrals: waves and their amplitudes."""
    x, ks = data.midpoints(32), (1, 4, 9)
    table = data.waves(x, ks)
    np.testing.assert_allclose(table @ table.T, 16 * np.eye(3), atol=1e-12)
    np.testing.assert_allclose(
        table @ data.sines(x, ks, (2.0, -1.0, 0.5)) / 16, (2.0, -1.0, 0.5), atol=1e-12
    )
    np.testing.assert_allclose(table @ data.sines(x, ks) / 16, np.ones(3), atol=1e-12)


def test_tensors_give_tensors():
    x = torch.as_tensor(data.midpoints(9))
    for found in (data.waves(x, (1, 2)), data.sines(x, (1, 2))):
        assert isinstance(found, torch.Tensor) and found.dtype == torch.float64
    assert data.sines(x.float(), (1, 2)).dtype == torch.float32


def test_points_of_a_circle_have_their_angles():
    angle, X = data.circle(7, bias=True)
    np.testing.assert_allclose((X[:, 0] + 1j * X[:, 1]) ** 7, np.ones(7), atol=1e-12)
    np.testing.assert_allclose(np.angle(X[:, 0] + 1j * X[:, 1]) % (2 * np.pi), angle, atol=1e-12)
    assert X.shape == (7, 3) and (X[:, 2] == 1).all() and data.circle(7)[1].shape == (7, 2)


def test_corners_are_all_signs_with_their_parity():
    X, f = data.corners(4)
    assert {tuple(row) for row in X} == set(itertools.product((1.0, -1.0), repeat=4))
    assert (f == (-1.0) ** (X < 0).sum(1)).all()
    assert (data.corners(4, 2)[1] == X[:, 0] * X[:, 1]).all()


def test_digits_are_those_of_the_file():
    images, classes = load_digits(return_X_y=True)
    X, y = data.digits(seed=None)
    assert (images == X * 16).all() and (y == classes).all()
    X, y = data.digits(50)
    more, labels = data.digits(60, bias=True)
    assert (more[:50, :64] == X).all() and (labels[:50] == y).all() and (more[:, 64] == 1).all()
    places = [int(np.flatnonzero((images == 16 * row).all(1))[0]) for row in X]
    assert (classes[places] == y).all() and len(set(places)) == 50 and places != sorted(places)
    assert (data.digits(50, seed=1)[0] != X).any()


def test_digits_have_the_scale_and_the_labels_that_are_asked_for():
    X, y = data.digits(30)
    unit, tenths = data.digits(30, scale="unit", labels="value")
    np.testing.assert_allclose((unit**2).sum(1), 1)
    np.testing.assert_allclose(np.cross(unit[0, :3], X[0, :3]), 0, atol=1e-12)
    standard, parity = data.digits(30, scale="standard", labels="parity")
    assert abs(standard.mean()) < 1e-12 and standard.std() == pytest.approx(1)
    one_hot = data.digits(30, labels="one-hot")[1]
    assert (one_hot.argmax(1) == y).all() and (one_hot.sum(1) == 1).all()
    assert (tenths == y / 10).all() and (parity == np.where(y % 2, -1.0, 1.0)).all()


def test_the_published_mnist_1d_is_made_again_and_no_random_numbers_are_lost():
    data.mnist1d.cache_clear()
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    wanted = random.random(), np.random.rand()  # noqa: NPY002
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    made = data.mnist1d()
    assert (random.random(), np.random.rand()) == wanted  # noqa: NPY002
    assert made.x.shape == (4000, 40) and made.x_test.shape == (1000, 40) and made.template == 12
    assert set(made.y) == set(range(10)) == set(made.y_test)
    whole = np.concatenate([made.x, made.x_test])
    assert whole.std() == pytest.approx(1) and abs(whole.mean()) < 1e-12
    few = data.mnist1d(100, seed=1)
    assert few.x.shape == (80, 40) and (data.mnist1d(100, seed=2).x != few.x).any()


@pytest.mark.parametrize(("samples", "seed"), [(120, 42), (57, 7)])
def test_signals_are_those_of_the_authors_generator_to_the_last_bit(samples, seed):
    from mnist1d.data import get_dataset_args, make_dataset

    settings = get_dataset_args()
    settings.num_samples, settings.seed = samples, seed
    kept = random.getstate(), np.random.get_state()  # noqa: NPY002  (the generator's own)
    wanted = make_dataset(settings)
    random.setstate(kept[0])
    np.random.set_state(kept[1])  # noqa: NPY002
    made = data.mnist1d(samples, seed)
    for ours, theirs in ((made.x, "x"), (made.x_test, "x_test")):
        assert np.array_equal(ours, wanted[theirs])
    assert np.array_equal(made.y, wanted["y"]) and np.array_equal(made.y_test, wanted["y_test"])


def test_noise_changes_as_many_labels_as_it_says():
    y = np.arange(1000) % 10
    noisy = data.noisy_labels(y, 0.3, 10, seed=0)
    assert (noisy != y).sum() == 300 and set(noisy) == set(range(10))
    moved = np.bincount((noisy - y)[noisy != y] % 10, minlength=10)
    assert moved[0] == 0 and moved[1:].min() > 15  # 33 are expected
    assert (data.noisy_labels(y, 0.3, 10, seed=1) != noisy).any()
    assert (data.noisy_labels(y, 0.0, 10, seed=0) == y).all()
    more = data.noisy_labels(y, 0.5, 10, seed=0)
    assert ((noisy != y) <= (more != y)).all()  # more noise keeps what there was


def test_minibatches_are_drawn_for_each_seed_without_repetition():
    generators = data.batch_generators((1, 2))
    first, second = (data.batch_rows(generators, 10, 4) for _ in range(2))
    assert first.shape == (2, 4) and (first.diff(dim=1) > 0).all()
    assert (first != second).any() and (first[0] != first[1]).any()
    alone = data.batch_rows(data.batch_generators((2,)), 10, 4)
    assert torch.equal(alone[0], first[1])
    counts = torch.bincount(
        torch.cat([data.batch_rows(generators, 10, 4).flatten() for _ in range(500)]), minlength=10
    )
    assert (counts - 400).abs().max() < 5 * (1000 * 0.4 * 0.6) ** 0.5


def test_bad_input_is_answered():
    for call, word in (
        (lambda: data.midpoints(0), "one point"),
        (lambda: data.midpoints(3, 1.0, 0.0), "low < high"),
        (lambda: data.digits(2000), "1797"),
        (lambda: data.digits(0), "1797"),
        (lambda: data.digits(3, scale="pixels"), "standard"),
        (lambda: data.digits(3, labels="classes"), "one-hot"),
        (lambda: data.noisy_labels(np.zeros(3, int), 1.5, 10, 0), "share"),
        (lambda: data.noisy_labels(np.zeros(3, int), 0.5, 1, 0), "two classes"),
    ):
        with pytest.raises(ValueError, match=word):
            call()
