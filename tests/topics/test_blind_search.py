"""Random changes that are kept, beside the gradient; and a target whose order is turned round."""

import numpy as np

from proofs_check import blind_search as checks


def test_kept_changes_go_down_the_gradient_by_the_derived_length():
    rng = np.random.default_rng(0)
    gradient = rng.normal(size=10)
    changes = rng.normal(size=(200_000, 10))
    kept = changes * (changes @ gradient < 0)[:, None]
    derived = -gradient / np.linalg.norm(gradient) / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(kept.mean(0), derived, atol=0.01)


def test_planted_a_search_that_fits_the_high_frequency_first_is_refused(monkeypatch):
    falling = iter(np.linspace(1, 0, 20))
    monkeypatch.setattr(checks, "errors", lambda theta: np.array([1.0, 0.5]) * next(falling))
    checks.path.cache_clear()
    found = checks.high_less_low([0], "one random change")[0]
    checks.path.cache_clear()
    assert found < 0


def test_all_searches_begin_with_nothing_learned():
    begin = checks.start(np.random.default_rng(3), 50)
    np.testing.assert_allclose([checks.errors(each) for each in begin], 1, atol=0.4)
