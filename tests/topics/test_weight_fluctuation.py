"""Results on the fluctuation of weights against direct computation."""

import numpy as np
import pytest
from hypothesis import strategies as st

from theory import derive
from theory import weight_fluctuation as theory

positive = st.floats(0.05, 20)


@pytest.mark.parametrize("curvature", [0.01, 0.3, 3.0])
def test_reshuffled_variance_is_that_of_noise_that_sums_to_zero(curvature):
    eta, batches, noise = 0.2, 8, 1.7
    a = 1 - eta * curvature
    covariance = noise * (np.eye(batches) * batches - 1) / (batches - 1)
    assert np.allclose(covariance.sum(0), 0) and np.allclose(np.diag(covariance), noise)

    def added(count):
        powers = a ** np.arange(count)[::-1]
        return eta**2 * powers @ covariance[:count, :count] @ powers

    begin = added(batches) / (1 - a ** (2 * batches))
    symbols = {str(v): v for v in derive(theory.reshuffled_epochs)[1].result.free_symbols}
    formula = derive(theory.reshuffled_epochs)[1].function(
        *(symbols[name] for name in ("a", "eta", "C", "M", "j"))
    )
    for count in range(1, batches + 1):
        expected = a ** (2 * count) * begin + added(count)
        assert formula(a, eta, noise, batches, count) == pytest.approx(expected)
    assert expected == pytest.approx(begin)
