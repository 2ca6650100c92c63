"""All labelings counted, learners told apart, and the outline looked at."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import no_free_lunch as numerics
from proofs_check import Standing, verdict_of
from proofs_check import no_free_lunch as simulation
from theory import no_free_lunch as theory

X, LABELS = numerics.cube(3), numerics.all_labelings(8)


@pytest.mark.claim("no_free_lunch.law_of_hits")
@given(st.permutations(range(8)), st.integers(1, 7))
def test_every_learner_has_the_same_law_of_hits(order, n):
    training = np.array(order[:n])
    expected = numerics.hit_counts(8 - n, 2) * 2**n
    for learner in numerics.LEARNERS:
        counts = np.bincount(numerics.hits(learner, X, LABELS, training), minlength=9 - n)
        np.testing.assert_array_equal(counts, expected)
        assert counts @ np.arange(9 - n) / counts.sum() / (8 - n) == pytest.approx(
            numerics.expected_accuracy(2)
        )


def test_for_each_training_set_alone_it_is_the_same():
    training = np.arange(4)
    for learner in numerics.LEARNERS:
        # the high bits are the points left out
        found = numerics.hits(learner, X, LABELS, training).reshape(16, 16)
        np.testing.assert_array_equal(found.mean(0), 2.0)


def test_on_one_labeling_the_learners_differ():
    ones = np.ones((1, 8), dtype=int)
    found = [int(numerics.hits(learner, X, ones, np.arange(4))[0]) for learner in numerics.LEARNERS]
    assert found == [0, 4, 4, 4, 0]


def test_learners_fit_what_they_are_meant_to():
    few = np.array([[1, 1, 0, 0]])
    assert numerics.majority(X[:4], np.array([[1, 1, 1, 0]]), X[4:]).tolist() == [[1] * 4]
    assert numerics.majority(X[:4], np.array([[0, 1, 0, 0]]), X[4:]).tolist() == [[0] * 4]
    assert numerics.nearest_neighbour(X[:4], few, X[:4]).tolist() == few.tolist()
    # the same face, one edge away
    assert numerics.nearest_neighbour(X[:4], few, X[4:]).tolist() == few.tolist()
    assert numerics.kernel_ridge(X[:4], few, X[4:]).tolist() == few.tolist()
    from sklearn.kernel_ridge import KernelRidge

    random = np.random.default_rng(0)
    train, test, y = (
        random.normal(size=(9, 2)),
        random.normal(size=(40, 2)),
        random.integers(2, size=(3, 9)),
    )
    other = (
        KernelRidge(alpha=0.1, kernel="rbf", gamma=0.5).fit(train, (2 * y - 1).T).predict(test).T
        > 0
    )
    np.testing.assert_array_equal(numerics.kernel_ridge(train, y, test), other)


def test_there_are_104_labelings_by_half_spaces():
    found = numerics.threshold_labelings(X)
    assert len(found) == 104 and len(numerics.threshold_labelings(numerics.cube(2))) == 14


@given(st.integers(1, 6), st.integers(2, 4))
def test_the_law_adds_up_to_all_labelings(m, K):
    counts = numerics.hit_counts(m, K)
    assert counts.sum() == K**m and counts[0] == (K - 1) ** m and counts[-1] == 1
    assert counts[1] == comb(m, 1) * (K - 1) ** (m - 1)
    assert counts @ np.arange(m + 1) / counts.sum() / m == pytest.approx(1 / K)


def test_the_outline_is_the_published_curve():
    t = np.linspace(0, 2 * np.pi, 50)
    x = -60 * np.cos(t) - 30 * np.sin(t) + 8 * np.sin(2 * t) - 10 * np.sin(3 * t)
    y = -(50 * np.sin(t) + 18 * np.sin(2 * t) + 12 * np.cos(3 * t) - 14 * np.cos(5 * t))
    np.testing.assert_allclose(numerics.outline(t), np.stack([x, y], -1), atol=1e-10)
    np.testing.assert_allclose(numerics.outline(t + 2 * np.pi), numerics.outline(t), atol=1e-10)


def test_the_wiggle_moves_the_trunk_by_the_published_amount():
    t = np.array([0.9, 1.2, 1.3, 1.5, 0.3, 3.2]) * np.pi
    moved = numerics.elephant(t, 40.0) - numerics.outline(t)
    place = numerics.outline(t)[:, 0]
    expected = -40 * np.sin((place - place[0]) * np.pi / 1000) * np.array([0, 1, 1, 0, 0, 1])
    np.testing.assert_allclose(moved[:, 1], expected, atol=1e-9)
    assert not moved[:, 0].any() and moved[1, 1] == pytest.approx(-6.1, abs=0.1)


def test_the_end_of_the_trunk_belongs_to_it():
    end = float(theory.END)
    assert numerics.elephant(end, 40.0)[1] != numerics.outline(end)[1]
    np.testing.assert_array_equal(numerics.elephant(end + 1e-9, 40.0), numerics.outline(end + 1e-9))


def test_blemishes_see_what_they_should():
    published = [complex(c) for c in theory.PARAMETERS[:4]]
    assert simulation.blemishes(published) == 0 == simulation.blemishes(published, 1000)
    circle = [50, 0, 0, -50j]
    assert simulation.blemishes([*circle[:3], -50j]) == 2  # one leg, and no tip to the right of 60
    assert simulation.blemishes([0, 0, 0, 0 - 60j]) == 3
    eight = [0 - 60j, 60, 0, 0]
    assert simulation.blemishes(eight) >= 1


def test_one_data_set_is_refuted_and_the_average_proved():
    found = verdict_of("nfl-any-single-dataset-wording")
    assert found.verdict is Standing.REFUTED and found.reading.startswith("PROVED instead: average")
    assert verdict_of("nfl-average-over-datasets").verdict is Standing.PROVED


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="one label"):
        numerics.expected_accuracy(0)
    with pytest.raises(ValueError, match="m = 0: at least one"):
        numerics.hit_counts(0, 2)
    with pytest.raises(ValueError, match="between 1 and 16"):
        numerics.all_labelings(17)
    with pytest.raises(ValueError, match="four are needed"):
        numerics.outline(0.0, [1, 2])
