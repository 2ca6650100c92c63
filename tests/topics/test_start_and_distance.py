"""One weight in each of two layers: time of the flow and steps of a fixed length."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from theory import derive, start_and_distance


@pytest.mark.parametrize("start", [1.5, 4.0, 30.0])
def test_the_flow_is_at_its_level_at_the_derived_time(start):
    level = 1.05
    time = 0.5 * np.log((1 - start**-2) / (1 - 1 / level))
    found = solve_ivp(lambda t, u: -u * (u**2 - 1), (0, time), [start], rtol=1e-9, atol=1e-12)
    assert found.y[0, -1] ** 2 == pytest.approx(level, rel=1e-6)
    limit = float(derive(start_and_distance.flow)[3].result.subs(start_and_distance.level, level))
    assert time < limit


def test_steps_of_a_fixed_length():
    for start in (2.0, 5.0):
        u, steps = start, 0
        while u > 1 + 1e-9:
            u, steps = u - 0.01 * np.sign(u * (u**2 - 1)), steps + 1
        assert steps == pytest.approx((start - 1) / 0.01, abs=1)
