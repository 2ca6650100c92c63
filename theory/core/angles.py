"""Functions of whole and half multiples of pi, exactly: there lie their zeros and poles, which no
ball can tell from their neighbours.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp
from flint import acb, fmpq

from theory.core.numbers import NoValue, Number, Unknown
from theory.core.values import Place, of

# at 0, pi/2, pi and 3 pi/2; None where there is a pole
QUARTERS: dict[Any, tuple[Any, ...]] = {
    sp.sin: (0, 1, 0, -1),
    sp.cos: (1, 0, -1, 0),
    sp.tan: (0, None, 0, None),
    sp.cot: (None, 0, None, 0),
    sp.sec: (1, None, -1, None),
    sp.csc: (None, 1, None, -1),
}


def exact(node: Any, place: Place) -> Number | None:
    """The value at a multiple of pi/2; ``None`` for other angles; raises ``NoValue`` at a pole."""
    half = _halves(node.args[0] / sp.I if node.func is sp.exp else node.args[0])
    if half is None:
        return None
    try:
        turns = of(half, place)
    except Unknown:
        return None
    if not isinstance(turns, fmpq) or turns.q != 1:
        return None
    quarter = int(turns.p) % 4
    if node.func is sp.exp:
        return (fmpq(1), acb(0, 1), fmpq(-1), acb(0, -1))[quarter]
    value = QUARTERS[node.func][quarter]
    if value is None:
        raise NoValue("a pole")
    return fmpq(value)


@cache
def _halves(angle: sp.Expr) -> sp.Expr | None:
    """How many times pi/2 the angle is, where pi cancels."""
    if not angle.has(sp.pi):
        return None
    half = sp.expand(2 * angle / sp.pi)
    return None if half.has(sp.pi, sp.I) else half
