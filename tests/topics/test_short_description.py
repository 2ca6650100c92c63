"""The bound for all models at once, beside models that are drawn."""

import numpy as np

from theory import derive, short_description


def test_all_models_together_seldom_exceed_their_bounds():
    rng = np.random.default_rng(0)
    lengths = np.array([1, 2, 3, 4, 5, 6, 7, 7])  # a code that uses everything
    assert (2.0**-lengths).sum() == 1
    n, delta, trials = 50, 0.2, 4000
    gaps = 0.5 - rng.binomial(n, 0.5, (trials, len(lengths))) / n
    bound = np.sqrt((lengths * np.log(2) + np.log(1 / delta)) / (2 * n))
    assert (gaps > bound).any(1).mean() <= delta


def test_bits_in_examples():
    step = derive(short_description.occam)[2]
    assert step.result == short_description.epsilon**2
