"""Inference of a task against enumerated and sampled prompts, limits and bounds; bad input."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import task_inference as tasks
from proofs_check.training.two_tasks import DEMOS, FLIPS, KINDS, all_counts, law, rules

inside = st.floats(0.02, 0.98)
reliable = st.floats(0.52, 0.98)


def posterior(prompt, q, eps):
    """Probability of the task 1 by Bayes' rule, demonstration by demonstration."""
    weights = np.ones(2) / 2
    for u, v, y in prompt:
        weights *= [(q if u == k else 1 - q) * (1 - eps if y == (v ^ k) else eps) for k in (0, 1)]
    return weights[1] / weights.sum()


@given(st.lists(st.sampled_from([tuple(k) for k in KINDS]), min_size=1, max_size=6), inside, inside)
def test_the_predictive_is_the_mixture(prompt, q, eps):
    one = posterior(prompt, q, eps)
    wanted = [one * (1 - eps) + (1 - one) * eps, one * eps + (1 - one) * (1 - eps)]
    np.testing.assert_allclose(tasks.predictive(prompt, q, eps), wanted, rtol=1e-9)


@pytest.mark.parametrize("labels", ["honest", "random", "flipped"])
@pytest.mark.parametrize(("q", "eps"), [(0.5, 0.2), (0.7, 0.1), (0.8, 0.2), (0.3, 0.4)])
def test_accuracy_is_a_sum_over_all_prompts(labels, q, eps):
    agree = {"honest": 1 - eps, "random": 0.5, "flipped": eps}[labels]
    total = 0.0
    for prompt in product(KINDS, repeat=3):
        chance = 1.0
        for u, v, y in prompt:
            chance *= (q if u == 1 else 1 - q) * (agree if y != v else 1 - agree) / 2
        one = posterior([tuple(k) for k in prompt], q, eps)
        says = 0.5 if abs(one - 0.5) < 1e-9 else float(one > 0.5)
        total += chance * (says * (1 - eps) + (1 - says) * eps)
    assert tasks.mixture_accuracy(3, q, eps, labels) == pytest.approx(total, rel=1e-12)


@given(st.integers(1, 40), reliable, st.floats(0.02, 0.48))
def test_random_labels_keep_the_share_that_hoeffding_grants(n, q, eps):
    share = tasks.share_kept(n, q, eps)
    drift = tasks.drift(q, eps)[0]
    alpha, beta = np.log(q / (1 - q)), np.log((1 - eps) / eps)
    assert 1 - 2 * np.exp(-n * drift**2 / (2 * (alpha + beta) ** 2)) - 1e-9 <= share <= 1 + 1e-9
    honest, random, flipped = (
        tasks.mixture_accuracy(n, q, eps, labels) for labels in ("honest", "random", "flipped")
    )
    assert flipped <= random + 1e-12 <= honest + 2e-12 <= 1 - eps + 3e-12


@given(st.integers(1, 60), st.floats(0.02, 0.48))
def test_where_inputs_are_silent_random_labels_leave_nothing(n, eps):
    assert tasks.mixture_accuracy(n, 0.5, eps, "random") == pytest.approx(0.5, abs=1e-12)
    assert tasks.share_kept(n, 0.5, eps) == pytest.approx(0, abs=1e-9)


@given(reliable, st.floats(0.02, 0.48))
def test_the_sign_of_the_drift_decides_long_prompts(q, eps):
    of_inputs, of_labels = tasks.drift(q, eps)
    assert (of_inputs > of_labels) == (q > 1 - eps) or abs(q - 1 + eps) < 1e-9
    if abs(of_inputs - of_labels) > 0.5:
        found = tasks.mixture_accuracy(400, q, eps, "flipped")
        assert found == pytest.approx(1 - eps if q > 1 - eps else eps, abs=0.02)


def test_the_drift_is_the_mean_of_sampled_log_odds():
    rng, q, eps, n = np.random.default_rng(0), 0.7, 0.2, 200_000
    u, y = rng.random(n) < q, rng.random(n) < 1 - eps
    for place, (hits, odds) in enumerate(((u, np.log(q / (1 - q))), (y, np.log((1 - eps) / eps)))):
        sample = np.where(hits, odds, -odds)
        assert tasks.drift(q, eps)[place] == pytest.approx(sample.mean(), abs=0.02)


def test_ties_are_half_whatever_the_rounding():
    for q in (0.6, 0.7, 0.8, 0.9):  # one label weighs as much as one input
        eps = round(1 - q, 1)  # not 1 - q, which would have the same rounding
        assert tasks.mixture_accuracy(1, q, eps, "flipped") == pytest.approx(0.5, abs=1e-15)
        found = tasks.mixture_accuracy(1, q, eps, "honest")
        assert found == pytest.approx(q * q + (1 - q) ** 2, rel=1e-14)


def test_without_demonstrations_the_answer_is_a_coin():
    assert tasks.mixture_accuracy(0, 0.7, 0.2, "honest") == 0.5
    many = tasks.mixture_accuracy(3000, 0.7, 0.2, "random")
    assert many == pytest.approx(0.8, abs=1e-6)


def test_all_prompts_of_the_simulation_are_all():
    assert all_counts().shape == (1716, 8) and (all_counts().sum(1) == DEMOS).all()
    for labels in ("honest", "random", "flipped"):
        np.testing.assert_allclose(law(0.7, labels).sum(1), 1)
    prompts = [np.repeat(KINDS, counts, axis=0) for counts in all_counts()[::50]]
    np.testing.assert_allclose(
        rules(0.7)["Bayes"][::50], [tasks.predictive(p, 0.7, FLIPS) for p in prompts], rtol=1e-12
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: tasks.drift(1.0, 0.2), "strictly between 0 and 1"),
        (lambda: tasks.mixture_accuracy(-1, 0.7, 0.2, "honest"), "n = -1"),
        (lambda: tasks.mixture_accuracy(3, 0.7, 0.2, "wrong"), "honest, random, flipped"),
        (lambda: tasks.share_kept(3, 0.5, 0.5), "gain nothing"),
        (lambda: tasks.predictive([[0, 1, 2]], 0.7, 0.2), "bits"),
    ],
)
def test_bad_input_is_answered(call, said):
    with pytest.raises(ValueError, match=said):
        call()
