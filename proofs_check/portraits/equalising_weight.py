"""Which weight makes two sides of the data equally fast, over the frequency of the easy one."""

from typing import Any

import numpy as np

from numerics.core.kernels import named
from numerics.core.plane import value
from proofs_check.portraits import BLUE, GREEN, GREY
from theory import derive
from theory.equalising_weight import equalising_weight_of_relu

ORDER, TWENTY = 5, 20.0  # the hard side over the easy one; the weight that is printed
FEW = (0.1, 0.3, 0.6, 0.9, 1.2)


def measured(y: float) -> float:
    """Ratio of the squared Fourier transforms of tanh at 2 y / pi and at five times that, from
    those of its derivative by a sum over places.
    """
    z = np.linspace(-40, 40, 8001)
    slope = 1 / np.cosh(z) ** 2
    near, far = (slope @ np.cos(at * 2 * y / np.pi * z) for at in (1, ORDER))
    return float((near / far * ORDER) ** 2)


def portrait(axes: Any) -> None:
    """The weight for frequencies 1 and 5: derived for ReLU and tanh networks, of tanh by numerical
    transforms, and the printed 20, whatever the network.
    """
    found = derive(equalising_weight_of_relu)
    over = np.geomspace(0.03, 1.5, 60)
    relu = found[0].function(*named(found[0], "nu", "A", "B"))
    # with the scale B / A = 1 / (2 pi)^2 the frequency is in units of that scale
    axes.loglog(over, relu(over, 1.0, (2 * np.pi) ** -2), color=BLUE, label="derived: wide ReLU")
    tanh = found[2].result.lhs.doit()
    law = [value(tanh, {"y": y}) for y in over]
    axes.loglog(over, law, color=GREEN, label="derived: tanh, output weights")
    axes.plot(FEW, [measured(y) for y in FEW], "ko", ms=4, label="measured: transforms of tanh")
    axes.axhline(ORDER**2, color=GREY, lw=0.8, ls=":", label="derived bound: 25")
    axes.axhline(TWENTY, ls="--", color=GREY, label="rival: 20, whatever the network")
    axes.set(
        xlabel="frequency of the easy side times the scale of the neurons, dimensionless",
        ylabel="weight of the hard side, dimensionless",
        title="Sides of the frequencies 1 and 5: a weight of 20 is always too small",
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
