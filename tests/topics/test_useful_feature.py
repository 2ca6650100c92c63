"""Rules of relabelled examples against draws, the step at which they turn, and bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from numerics import useful_feature as numerics
from numerics.robust_accuracy import standard_accuracy
from theory import derive
from theory import useful_feature as theory

sizes = st.floats(0.1, 5.0)


def rules(d, n, mu, s, eps, labels, draws):
    """Mean rules of relabelled examples, (draws, d)."""
    rng = np.random.default_rng([d, n])
    y = rng.choice([-1.0, 1.0], (draws, n))
    t = -y if labels == "opposite" else rng.choice([-1.0, 1.0], (draws, n))
    X = s * rng.standard_normal((draws, n, d))
    X[..., 0] += mu * y + eps * t
    return (t[..., None] * X).mean(1)


@pytest.mark.parametrize("labels", ["random", "opposite"])
@pytest.mark.parametrize(
    ("d", "n", "mu", "s", "eps"), [(50, 400, 2.0, 1.0, 0.5), (30, 100, 1.0, 0.7, 1.6)]
)
def test_moments_and_accuracy_of_drawn_rules(d, n, mu, s, eps, labels):
    b = rules(d, n, mu, s, eps, labels, 600)
    lengths = np.linalg.norm(b, axis=1)
    share = float(ndtr(mu * b[:, 0] / (s * lengths)).mean())
    wanted = numerics.relabelled_accuracy(d, n, mu, s, eps, labels)
    assert share == pytest.approx(wanted, abs=0.012)
    if labels == "random":
        at = theory.d, theory.n, theory.r, theory.s, theory.eps
        size = derive(theory.random_relabelling)[4].function(*at)(d, n, mu, s, eps)
        assert (lengths**2).mean() == pytest.approx(size, rel=0.03)
        along = derive(theory.random_relabelling)[3].function(theory.r, theory.eps)(mu, eps)
        assert mu * b[:, 0].mean() == pytest.approx(along, rel=0.05)


@given(st.integers(1, 500), st.integers(1, 10**6), sizes, sizes, st.floats(0, 5))
def test_labels_at_random_teach_at_most_the_first_rule(d, n, mu, s, eps):
    found = numerics.relabelled_accuracy(d, n, mu, s, eps, "random")
    assert 0.5 <= found <= standard_accuracy([mu], s)
    assert found <= numerics.relabelled_accuracy(d, 2 * n, mu, s, eps, "random") + 1e-12
    if eps == 0:
        assert found == 0.5


@given(st.integers(1, 500), st.integers(1, 10**6), sizes, sizes, st.floats(0, 5))
def test_wrong_labels_teach_the_right_class_beyond_the_boundary(d, n, mu, s, eps):
    found = numerics.relabelled_accuracy(d, n, mu, s, eps, "opposite")
    assert (found > 0.5) == (eps > mu) or abs(eps - mu) < 1e-9
    mirrored = (
        numerics.relabelled_accuracy(d, n, mu, s, 2 * mu - eps, "opposite") if eps < mu else 0
    )
    assert not mirrored or found + mirrored == pytest.approx(1)


@pytest.mark.parametrize("others", [1, 2, 4])
def test_class_means_of_stepped_images_turn_at_the_derived_step(others):
    classes, distance = 5, 3.0
    means = distance / 2**0.5 * np.eye(classes)
    step = numerics.turning_step(distance, others)
    for eps, right in ((0.99 * step, False), (1.01 * step, True)):
        taught = [
            np.mean(
                [
                    means[k] + eps * (means[c] - means[k]) / distance
                    for k in ((c - ahead) % classes for ahead in range(1, others + 1))
                ],
                axis=0,
            )
            for c in range(classes)
        ]
        far = np.linalg.norm(means[:, None] - np.array(taught), axis=2)
        assert (far.argmin(1) == np.arange(classes)).all() is np.bool_(right)


@given(sizes, st.integers(1, 1000))
def test_more_labels_need_a_smaller_step(distance, others):
    step = numerics.turning_step(distance, others)
    assert numerics.turning_step(distance, others + 1) < step <= distance / 2
    assert numerics.turning_step(2 * distance, others) == pytest.approx(2 * step)


@pytest.mark.claim("useful_feature.opposite_labels")
def test_for_two_classes_both_derivations_agree():
    step = numerics.turning_step(2 * 1.7, 1)  # means at 1.7 and -1.7
    assert step == pytest.approx(1.7)
    assert numerics.relabelled_accuracy(20, 50, 1.7, 1.0, step, "opposite") == pytest.approx(0.5)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="random or opposite"):
        numerics.relabelled_accuracy(5, 5, 1.0, 1.0, 0.1, "next")
    with pytest.raises(ValueError, match="not negative"):
        numerics.relabelled_accuracy(5, 5, 1.0, 1.0, -0.1, "random")
    with pytest.raises(ValueError, match="at least one other class"):
        numerics.turning_step(1.0, 0)
