"""Chance and loss of networks that get stuck where their training can be followed, and of ReLUs
that are dead.

Source: ``theory.bad_minimum``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, real, together
from theory import bad_minimum as theory
from theory import derive

Array = np.ndarray


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    start = derive(theory.surviving_unit)[6].function(theory.s_a, theory.s_w)
    stuck = derive(theory.stuck_probability)[0].function(theory.m, theory.q)
    loss = derive(theory.stuck_loss)[1].function(theory.m, theory.q)
    off = derive(theory.dead_start)[0].function(theory.m)
    return start, stuck, loss, off


def _start(m: Any, s_a: Any, s_w: Any) -> tuple[Array, Any]:
    """Units, and the chance that one starts on a side and stays."""
    m = real(m, "m", need="numbers of units of at least one", holds=lambda v: v >= 1)
    spreads = [
        real(v, name, need="positive spreads", holds=lambda x: x > 0)
        for v, name in ((s_a, "s_a"), (s_w, "s_w"))
    ]
    together(m=m, s_a=spreads[0], s_w=spreads[1])
    return m, _formulas()[0](*spreads)


def stuck_probability(m: Any, s_a: Any, s_w: Any) -> Any:
    """Chance that m ReLU units, a ~ N(0, s_a^2) and w ~ N(0, s_w^2), small, miss one of the points
    (1, 1) and (-1, 1) under gradient flow.

    Arguments broadcast.  Raises ``ValueError`` for no units or a spread that is not positive, and
    as ``numerics.core.arrays``.
    """
    return _formulas()[1](*_start(m, s_a, s_w))


def stuck_loss(m: Any, s_a: Any, s_w: Any) -> Any:
    """Mean of half the mean squared error of those that do; arguments and errors as
    ``stuck_probability``.
    """
    return _formulas()[2](*_start(m, s_a, s_w))


def off_probability(m: Any) -> Any:
    """Chance that all m units without biases are off at an input, their weights having either sign
    alike; broadcasts.

    Raises ``ValueError`` for fewer than one unit, and as ``numerics.core.arrays``.
    """
    count = real(m, "m", need="numbers of units of at least one", holds=lambda v: v >= 1)
    return _formulas()[3](count)


def dead_probability(n: int, d: int) -> float:
    """Chance that a unit of d inputs without bias can be off at n points, of a law that has both
    signs alike and in general position, all at once.

    Raises ``ValueError`` for n or d below one, and as ``numerics.core.arrays``.
    """
    n, d = (integer(v, name, "at least one", lambda v: v >= 1) for v, name in ((n, "n"), (d, "d")))
    whole = derive(theory.dead_start)[1].result
    term = whole.function.subs(theory.n, n)
    return float(sum(term.subs(whole.variables[0], k) for k in range(1, min(n, d) + 1)))
