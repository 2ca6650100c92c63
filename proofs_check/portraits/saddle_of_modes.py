"""Which way the share of downward directions goes at the critical points of a linear network."""

from typing import Any

import numpy as np

from proofs_check.portraits import BLUE, GREY
from theory import derive
from theory.saddle_of_modes import K, loss, s, share_by_loss

MODES, STRENGTH = 6, 1.5


def _point(resting: int) -> tuple[float, float]:
    """Loss and share of negative eigenvalues with so many modes at rest, the others fitted with
    weights that are not balanced.
    """
    a = np.where(np.arange(MODES) < resting, 0.0, STRENGTH / 1.7)
    b = np.where(np.arange(MODES) < resting, 0.0, 1.7)
    mixed = 2 * a * b - STRENGTH
    hessians = np.moveaxis(np.array([[b * b, mixed], [mixed, a * a]]), -1, 0)
    share = (np.linalg.eigvalsh(hessians) < -1e-9).mean()
    return float(((STRENGTH - a * b) ** 2).sum() / 2), float(share)


def portrait(axes: Any) -> None:
    """Share of downward directions over the loss: the derived line, eigenvalues of the Hessian, and
    the other way round as the caption has it.
    """
    law = derive(share_by_loss)[1].function(loss, K, s)
    most = MODES * STRENGTH**2 / 2
    over = np.linspace(0, most, 50)
    axes.plot(over, law(over, MODES, STRENGTH), color=BLUE, label="derived")
    found = np.array([_point(resting) for resting in range(MODES + 1)])
    axes.plot(found[:, 0], found[:, 1], "o", color=BLUE, label="eigenvalues of the Hessian")
    axes.plot(over, law(most - over, MODES, STRENGTH), "--", color=GREY, label="rival: it falls")
    axes.set(
        xlabel="loss of the critical point, in units of the squared error",
        ylabel="downward directions, a share",
        title=f"The more is not fitted, the more directions go down: {MODES} modes",
    )
    axes.legend()
