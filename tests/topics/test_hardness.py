"""Half-spaces of a splitting, sets that can be split, both against exact search; bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import hardness
from proofs_check.hardness import FANO, antichains, fits

SETS = st.lists(st.sets(st.integers(0, 4), min_size=1), max_size=6)


def test_there_are_as_many_antichains_as_were_counted():
    # of 2-, 3- and 4-element sets of four: 113 and the empty family
    assert len(antichains(4)) == 114
    assert len(antichains(3)) == 9 == len(set(antichains(3)))


@settings(max_examples=40, deadline=None)
@given(SETS)
def test_half_spaces_exist_where_sets_can_be_split(sets):
    X, y = hardness.splitting_points([tuple(s) for s in sets], 5)
    assert fits(X, y) == hardness.splittable([tuple(s) for s in sets], 5)


@given(st.sets(st.integers(0, 4), min_size=1, max_size=4))
def test_half_spaces_of_a_splitting_classify_its_points(part):
    rest = set(range(5)) - part
    sets = [(a, b) for a in part for b in rest]
    X, y = hardness.splitting_points(sets, 5)
    w, b = hardness.half_spaces(tuple(part), 5)
    assert np.array_equal(np.where(np.all(X @ w.T + b > 0, 1), 1.0, -1.0), y)


def test_the_fano_plane_cannot_be_split_and_six_of_its_lines_can():
    assert not hardness.splittable(FANO, 7)
    assert all(hardness.splittable([s for s in FANO if s != gone], 7) for gone in FANO)


def test_a_set_of_one_element_cannot_be_split():
    assert not hardness.splittable([(0,)], 3)
    assert hardness.splittable([], 3)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="elements from 0 to 2"):
        hardness.splitting_points([(0, 3)], 3)
    with pytest.raises(ValueError, match="elements"):
        hardness.splittable([()], 3)
    with pytest.raises(ValueError, match="at least one"):
        hardness.splittable([], 0)
    with pytest.raises(ValueError, match="at most 20"):
        hardness.splittable([(0, 1)], 21)
