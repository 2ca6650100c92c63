"""Critical points of products of weights, beside the eigenvalues of their Hessians."""

import numpy as np
import pytest

from theory import derive, saddle_of_modes


def _point(fitted, s):
    """Loss and share of negative eigenvalues, modes fitted with weights that are not balanced."""
    loss, values = 0.0, []
    for each in fitted:
        a, b = (s / 1.7, 1.7) if each else (0.0, 0.0)
        loss += (s - a * b) ** 2 / 2
        values += list(np.linalg.eigvalsh([[b * b, 2 * a * b - s], [2 * a * b - s, a * a]]))
    return loss, np.mean(np.array(values) < -1e-9)


@pytest.mark.parametrize("s", [0.5, 2.0])
def test_the_share_is_the_loss_over_that_of_all_modes(s):
    law = derive(saddle_of_modes.share_by_loss)[1].result
    for rest in range(6):
        loss, share = _point([False] * rest + [True] * (5 - rest), s)
        values = {saddle_of_modes.K: 5, saddle_of_modes.s: s, saddle_of_modes.loss: loss}
        assert share == pytest.approx(float(law.subs(values)))
