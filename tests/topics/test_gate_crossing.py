"""The error of crossings against sums over nodes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory import derive, gate_crossing
from theory.notation import kappa


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_a_neuron_is_bent_by_how_far_it_goes_beyond_its_kink(z, dz):
    error = max(z + dz, 0) - max(z, 0) - dz * (z > 0)
    crosses = z * dz < 0
    assert error == pytest.approx(max(abs(dz) - abs(z), 0) if crosses else 0, abs=1e-12)


def test_the_laws_are_the_moments_of_mirrored_pairs():
    """m = 1, kappa = 1, density 1 of the preactivation: sums over nodes of a and z."""
    v = 0.3
    a = np.linspace(-9, 9, 601)
    z = (np.arange(-750, 750) + 0.5) * 0.004
    law = np.exp(-(a**2) / 2) / np.sqrt(2 * np.pi) * (a[1] - a[0])
    step = z[1] - z[0]
    grid_a, grid_z = a[:, None], z[None, :]

    def error(active):
        pair = 0.0
        for sign in (1, -1):
            move = sign * grid_a * v * active
            bent = np.maximum(grid_z + move, 0) - np.maximum(grid_z, 0) - move * (grid_z > 0)
            pair = pair + sign * grid_a * bent
        return pair

    symbols = (gate_crossing.m, kappa, gate_crossing.v, gate_crossing.seeing, gate_crossing.at_kink)
    datum, elsewhere = (
        float(derive(gate_crossing.crossing_error)[which].function(*symbols)(1, 1, v, 1, 1))
        for which in (0, 1)
    )
    at_datum = law @ error(grid_z > 0) @ np.full(len(z), step)
    assert -at_datum == pytest.approx(datum, rel=5e-3)
    everywhere = error(np.ones_like(grid_z))
    assert law @ everywhere @ np.full(len(z), step) == pytest.approx(0, abs=1e-9)
    assert np.sqrt(law @ everywhere**2 @ np.full(len(z), step)) == pytest.approx(
        elsewhere, rel=5e-3
    )
