"""Exact match by a power law, and labels that are met one by one."""

import numpy as np
import pytest

from theory import derive, rise_from_scaling


def test_exact_match_of_drawn_tokens():
    match = derive(rise_from_scaling.exact_match_by_size)[0].result
    rng = np.random.default_rng(0)
    for size in (10, 100):
        error = 2 * size**-0.7
        drawn = (rng.random((20_000, 4)) > error).all(1).mean()
        values = {"L": 4, "c": 2, "N": size, "a": 0.7}
        by_name = {s: values[s.name] for s in match.free_symbols}
        assert drawn == pytest.approx(float(match.subs(by_name)), abs=0.015)


def test_the_exponent_of_wrong_labels_grows():
    last = derive(rise_from_scaling.right_one_by_one)[0].result
    T, m = rise_from_scaling.T, rise_from_scaling.units
    wrong = [float(last.subs({T: 33, m: k})) for k in (2, 4, 8, 16, 31)]
    slopes = -np.diff(np.log(wrong)) / np.diff(np.log([2, 4, 8, 16, 31]))
    assert (np.diff(slopes) > 0).all() and float(last.subs({T: 33, m: 32})) == 0
