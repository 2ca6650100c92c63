"""Tables by the number of -1, beside all sets of labelled corners of few signs."""

from itertools import combinations

import numpy as np
import pytest

from proofs_check import minus_count as checks


@pytest.mark.parametrize("labelled", [1, 3, 5])
def test_the_share_is_that_over_all_sets(labelled):
    minus = np.bitwise_count(np.arange(8))
    known = [
        np.isin(minus[[c for c in range(8) if c not in seen]], minus[list(seen)]).mean()
        for seen in combinations(range(8), labelled)
    ]
    assert checks.derived(3, labelled) == pytest.approx(np.mean(known), abs=1e-12)


def test_a_table_tells_nothing_wrong_and_the_lonely_corners_never():
    alone = 1 - 2 / 1024
    assert checks.derived(10, 1000) == pytest.approx(alone, abs=1e-6)
    assert checks.known_share([0], 10, 1000)[0] == pytest.approx(alone, abs=2e-3)


def test_planted_a_table_by_the_first_sign_knows_half():
    corners = np.arange(1024)
    parity = 1 - 2 * (np.bitwise_count(corners) % 2).astype(int)
    assert abs((parity == np.where(corners < 512, 1, -1)).mean() - 0.5) < 0.01
