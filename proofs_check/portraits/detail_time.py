"""When the detail of an image is visible, over how fine it is, with and without features."""

from typing import Any

import numpy as np
from scipy.optimize import brentq

from numerics.core.kernels import named
from numerics.image_regression import response
from proofs_check.portraits import BLUE, GREEN, GREY, SEEDS, points
from theory import derive
from theory.detail_time import features

FEW, FEATURES, WIDTH = (2, 4, 8, 12), 20_000, 8.0


def half_time(xi: float) -> float:
    """Time at which half of a frequency is visible, by a search; A = B = 1."""
    return float(brentq(lambda log_t: float(response(np.exp(log_t), xi, 1.0, 1.0)) - 0.5, -9, 20))


def portrait(axes: Any) -> None:
    """Time until half of a frequency is visible over that of frequency one: derived for inputs as
    they are and for Fourier features, of drawn features, and in proportion to the detail.
    """
    over = np.geomspace(1, 16, 40)
    late = np.array([half_time(xi) for xi in over])
    plain = np.exp(late - late[0])
    axes.loglog(over, plain, color=BLUE, label="derived: inputs as they are")
    law = derive(features)[0]
    derived = law.function(*named(law, "k", "s"))(over, WIDTH)
    axes.loglog(over, derived, color=GREEN, label=f"derived: features of the width {WIDTH:g}")
    rngs = [np.random.default_rng([seed, 47]) for seed in SEEDS]
    waves = np.array([np.abs(np.round(WIDTH * rng.standard_normal(FEATURES))) for rng in rngs])
    rates = np.array([(waves == k).sum(1) for k in (1, *FEW)])
    points(axes, FEW, rates[0] / rates[1:], f"measured: {FEATURES} drawn features, 11 draws")
    axes.loglog(over, over, "--", color=GREY, label="rival: twice the detail, twice the time")
    axes.set(
        xlabel="frequency, in waves over the image",
        ylabel="time until half of it is visible,\nin units of that of one wave",
        title="Fine detail comes late, unless Fourier features show it at once",
    )
    axes.legend(loc="upper left")
