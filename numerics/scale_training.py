"""How many scales and offsets there are, and the chance that positive scales meet targets.

Every formula is the one derived in ``theory.scale_training``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integers, real, together
from theory import derive
from theory import scale_training as theory


@cache
def _chance(targets: int, units: int) -> float:
    law = derive(theory.cone_probability)[0].result
    return float(law.subs({theory.n: targets, theory.m: units}).doit())


def cone_probability(targets: Any, units: Any) -> Any:
    """Chance that positive scales of so many frozen units, whose readout has fair signs, meet so
    many arbitrary targets, in general position.

    Arguments broadcast.  Raises ``ValueError`` for numbers below one, and as
    ``numerics.core.arrays``.  Source: Wendel, Mathematica Scandinavica 11, 1962.
    """
    n, m = (
        np.asarray(integers(v, name, "positive integers", lambda x: x >= 1))
        for v, name in ((targets, "targets"), (units, "units"))
    )
    together(targets=n, units=m)
    pairs = np.broadcast(n, m)
    found = np.array([_chance(int(a), int(b)) for a, b in pairs]).reshape(pairs.shape)
    return found[()]


def scale_count(width: Any) -> Any:
    """Scales and offsets of two hidden layers of this width.

    Raises ``ValueError`` for widths below one, and as ``numerics.core.arrays``.
    """
    w = integers(width, "width", "positive integers", lambda v: v >= 1)
    return derive(theory.scale_count)[0].function(theory.w)(np.asarray(w, float))[()]


def scale_share(width: Any, inputs: Any, classes: Any) -> Any:
    """The same over the number of weights, without biases.

    Arguments broadcast.  Raises ``ValueError`` for sizes below one, and as
    ``numerics.core.arrays``.
    """
    w, d, C = (
        real(v, name, need="sizes of at least one", holds=lambda x: x >= 1)
        for v, name in ((width, "width"), (inputs, "inputs"), (classes, "classes"))
    )
    together(width=w, inputs=d, classes=C)
    share = derive(theory.scale_count)[1].function(theory.w, theory.inputs, theory.classes)
    return share(w, d, C)
