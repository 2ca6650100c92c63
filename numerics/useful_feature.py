"""What a second model learns from examples that were stepped towards another class and got its
label.

Every formula is the one derived in ``theory.useful_feature``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from scipy.special import ndtr

from numerics.core.arrays import integer, number
from theory import derive
from theory import useful_feature as theory


@cache
def _formulas() -> dict[str, Callable[..., Any]]:
    """Margins of the second model (d, n, r, s, eps)."""
    symbols = theory.d, theory.n, theory.r, theory.s, theory.eps
    return {
        "random": derive(theory.random_relabelling)[0].function(*symbols),
        "opposite": derive(theory.opposite_labels)[0].function(*symbols),
    }


def relabelled_accuracy(
    d: int, n: int, mu: float, s: float, eps: float, labels: Literal["random", "opposite"]
) -> float:
    """Share of clean examples that a mean rule gets right which has learnt from n examples of d
    inputs, each moved by eps towards its new label.

    mu: length of the class means; s: noise; labels: drawn at random, or all of the other class.
    The rule is the typical one, with the mean product with mu and the mean squared length of all;
    the mean accuracy over draws of the examples differs from its by the order of 1 / d + 1 / n.
    Raises ``ValueError`` for other labels, sizes that are not positive, a negative eps, and as
    ``numerics.core.arrays``.
    """
    if labels not in _formulas():
        raise ValueError(f"labels {labels!r} are not known: random or opposite is needed")
    d = integer(d, "d", "at least one input", lambda v: v >= 1)
    n = integer(n, "n", "at least one example", lambda v: v >= 1)
    mu, s = (_positive(value, name) for value, name in ((mu, "mu"), (s, "s")))
    eps = number(eps, "eps", "a size that is not negative", lambda v: v >= 0)
    unit = max(mu, s, eps)
    return float(ndtr(_formulas()[labels](d, n, mu / unit, s / unit, eps / unit)))


def turning_step(distance: float, others: int) -> float:
    """The length of the step beyond which examples that are stepped towards a label, drawn among so
    many other classes, teach their own class; the means of the classes have this distance.

    Raises ``ValueError`` for a distance that is not positive, no other class, and as
    ``numerics.core.arrays``.
    """
    distance = _positive(distance, "distance")
    others = integer(others, "others", "at least one other class", lambda v: v >= 1)
    return float(_turning()(distance, others))


@cache
def _turning() -> Callable[..., Any]:
    return derive(theory.wrong_labels)[0].function(theory.D, theory.K)


def _positive(value: Any, name: str) -> float:
    return number(value, name, "a positive finite number", lambda v: v > 0)
