"""Nodes that stand for a Gaussian start of two-layer ReLU neurons with mirror images.

A neuron that is scaled moves alike, so that nodes on the sphere of radius sqrt(D + 1) are enough,
and with each node (a, w) there is (-a, w): half of either copy.  With two inputs (x and a bias) the
directions of w are cut at the kinks, where a sample switches a neuron, and nodes crowd at both ends
of each arc and of 0 < |a| < sqrt(3) by the double exponential rule: which neurons win a condensed
flow is decided within m^-q of a kink and of a = 0, where evenly spread nodes have gaps.  They lie
alike in all arcs and on both sides of a middle, so that they have the symmetry of the data.

Source of the rule: Takahasi, Mori, Publ. RIMS 9, 1974; the rest is this package's derivation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray
Start = tuple[Array, Array, Array]
SETS, SPREAD_SETS = 3, 4  # on arcs, and evenly spread
COARSE = 4  # evenly spread sets are joined by one of so many times fewer nodes
PER_ARC = 144  # nodes of all sets together, at least
ROOM = 4096  # nodes that arcs may take beyond those that were asked for
APART = 1e-10  # radians: kinks that are closer are one
REACH = (1e6, 1e12)  # nodes come within 1 / m of kinks and of a = 0, for m in between


def arcs(X: Array) -> tuple[Array, Array]:
    """Start and length (P,) in radians of the arcs of directions on which X (n, 2) has the same
    active samples.
    """
    kinks = np.sort(np.mod(np.arctan2(X[:, 1], X[:, 0]) + np.pi / 2, np.pi)[X.any(1)])
    kinks = kinks[np.diff(kinks, prepend=kinks[-1:] - np.pi) > APART]
    starts = np.r_[kinks, kinks + np.pi]
    return starts, np.diff(starts, append=starts[:1] + 2 * np.pi)


def graded(t: Array) -> tuple[Array, Array]:
    """Node in (0, 1) and its weight, for steps of one: the double exponential rule at t."""
    push = np.pi * np.sinh(t)
    place = 1 / (1 + np.exp(-push))
    return place, np.pi * np.cosh(t) * place / (1 + np.exp(push))


def on_arcs(X: Array, m: float, count: int, shift: float, offset: float) -> Start:
    """a > 0 (M,), w (M, 2) and share (M,) of the start of about ``count`` nodes, moved along the
    arcs and along a by ``shift`` and ``offset`` of the steps between them, in [0, 1).
    """
    starts, lengths = (part[:, None, None] for part in arcs(X))
    each = count / len(starts)
    across = round(np.sqrt(each / 3))  # and as many again, reflected in the middle of the arc
    along = round(each / (2 * across))
    near, end = np.arcsinh(np.log(np.clip([REACH[0], m], *REACH)) / np.pi)
    place, share = graded(end * (2 * (np.arange(across) + shift) / across - 1))
    level, part = graded((near + end) * (np.arange(along) + offset) / along - end)
    angle = starts + lengths * np.stack([place, 1 - place])  # (P, 2, across)
    angle, level, weight = (
        v.ravel()
        for v in np.broadcast_arrays(
            angle[..., None], level, lengths[..., None] * share[:, None] * part
        )
    )
    across_a = np.sqrt(3 * (1 - level**2))[:, None] * np.c_[np.cos(angle), np.sin(angle)]
    return np.sqrt(3) * level, across_a, weight / weight.sum()


def spread(D: int, count: int, rng: np.random.Generator) -> Start:
    """The same on the sphere in D + 1 dimensions, evenly: the largest power of two up to
    ``count`` of scrambled Sobol points.
    """
    from scipy.stats import norm, qmc

    points = norm.ppf(qmc.Sobol(D + 1, rng=rng).random(2 ** int(np.log2(max(count, 1)))))
    points *= np.sqrt(D + 1) / np.linalg.norm(points, axis=1, keepdims=True)
    return points[:, 0], points[:, 1:], np.full(len(points), 1 / len(points))


@dataclass(frozen=True)
class Distance:
    """A relative distance and its estimated error, both of the same unit; ``error`` is inf where it
    is not known.
    """

    value: float
    error: float


def sets(X: Array, m: float, nodes: int, seed: int) -> list[Start]:
    """Sets that show each other's error: a (2 M,), w (2 M, D) and how many of the 2 m neurons each
    row is.

    About ``nodes`` nodes in all.  On two inputs three sets, at least 144 nodes on each arc, whose
    nodes interleave: an error that swings with their place swings by more than it is, and falls out
    of the mean. Where the inputs are not two, or the arcs would take more than 4096 nodes beyond
    ``nodes``, four independent sets and a fifth with a quarter of the nodes, which shows what more
    nodes would change. Raises ``ValueError`` for m < 1, no inputs or nodes < 1.
    """
    if not m >= 1:
        raise ValueError(f"width m = {m}: at least one neuron is needed")
    D = X.shape[1]
    if D < 1:
        raise ValueError(f"input dimension D = {D}: at least one input is needed")
    if nodes < 1:
        raise ValueError(f"nodes = {nodes}: at least one node is needed")
    rng = np.random.default_rng(seed)
    least = PER_ARC * len(arcs(X)[0]) if D == 2 and np.isfinite(X).all() else 0
    if 0 < least <= nodes + ROOM:
        moves, count = rng.random(2), max(nodes, least) // SETS
        found = [
            on_arcs(X, m, count, *((moves + np.array([k, -k])) % SETS) / SETS) for k in range(SETS)
        ]
    else:
        counts = [nodes // SPREAD_SETS] * SPREAD_SETS + [nodes // (SPREAD_SETS * COARSE)]
        found = [spread(D, count, rng) for count in counts]
    return [(np.r_[a, -a], np.r_[w, w], m * np.r_[part, part]) for a, w, part in found]
