"""Size at the start of the weights that a mask of the end keeps.

Every formula is the one derived in ``theory.lottery_ticket``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from numerics.core.arrays import real, together
from theory import derive
from theory import lottery_ticket as theory


@cache
def _formula() -> Callable[..., Any]:
    return derive(theory.kept_at_the_start)[0].function(theory.r, theory.v)


def start_of_the_kept(r: Any, kept: Any) -> Any:
    """Mean square at the start of the weights that a mask of the end keeps, over that of all, with
    the correlation r and their mean square at the end, ``kept``, over that of all.

    Arguments broadcast.  Raises ``ValueError`` for correlations outside [0, 1], a mean square that
    is not positive, and as ``numerics.core.arrays``.
    """
    corr = real(r, "r", need="correlations in [0, 1]", holds=lambda v: (v >= 0) & (v <= 1))
    square = real(kept, "kept", need="positive numbers", holds=lambda v: v > 0)
    together(r=corr, kept=square)
    return _formula()(corr, square)
