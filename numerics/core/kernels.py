"""Entries of the kernels of wide networks for blocks of pairs, from the derived formulas and with
the digits of the angles.

A ReLU layer multiplies every input by a number, so what is carried from layer to layer is the
kernel over the sizes of both inputs and h = sin(angle / 2)^2: no size overflows on the way.  erf
and sine are in ``smooth``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from array_api_compat import is_numpy_namespace

from numerics.core.pairs import Pairs
from numerics.core.sizes import grown, positive
from theory import (
    arc_cosine_kernel,
    derive,
    infinite_width,
    phase_diagram,
    sine_kernel,
    smooth_kernel,
    tangent_kernel,
)

Array = Any  # of whichever library the inputs come from
SMALL = 0.01  # sin^2 of half the angles whose sine is close to themselves


class Formulas(NamedTuple):
    """What is derived, as functions of one array library.

    theta is an angle, r its sine and h = sin(theta / 2)^2; arc-cosine kernels are those of unit
    inputs.
    """

    xp: Any  # the library
    theta: Callable[..., Any]  # h
    sine_of: Callable[..., Any]  # h
    degree: tuple[Callable[..., Any], ...]  # 0, 1, 2: theta, r, h
    opposite: tuple[Callable[..., Any], ...]  # 0, 1, 2: pi - theta
    next_half: Callable[..., Any]  # theta, r, h: h of the next layer
    next_opposite: Callable[..., Any]  # the same by theta, A_1, A_2, b
    # h with a bias: cosines of both turns, cosines and sines of half of them, h
    turned: Callable[..., Any]
    two_layer: Callable[..., Any]  # m, kappa, kappa', k_0, k_1, x.x'
    covariance: Callable[..., Any]  # v, b, K
    below: Callable[..., Any]  # v, b, K, G, Theta
    fluctuation: Callable[..., Any]  # k_1, k_2, m
    # erf at any size: p, p', q, q', h; E[phi' phi''] by q, q', S; E[phi phi'] by y, S
    spread: Callable[..., Any]
    erf_at: tuple[Callable[..., Any], ...]
    # by r, C: E[phi' phi'']; by that, C: E[phi phi']; of the next layer, over v: r, D
    sine: tuple[Callable[..., Any], ...]


def named(derivation: Any, *names: str) -> list[Any]:
    """The symbols of a result by their names."""
    known = {str(symbol): symbol for symbol in derivation.result.free_symbols}
    return [known[name] for name in names]


@cache
def formulas(xp: Any) -> Formulas:
    """What is derived, for arrays of the namespace ``xp``."""
    namespace = None if is_numpy_namespace(xp) else xp

    def function(derivation: Any, *names: str) -> Callable[..., Any]:
        return derivation.function(*named(derivation, *names), namespace=namespace)

    angle, sine, one, two, next_half = derive(arc_cosine_kernel.angle_and_half)
    gate = function(derive(phase_diagram.kernel_sizes)[0], "theta")
    covariance, below, _ = derive(tangent_kernel.depth_recursion)
    (turned,) = derive(arc_cosine_kernel.bias_angle)
    turns = ("p_1", "p_2", "c_1", "c_2", "s_1", "s_2")
    spread, erf_slopes, erf_means = derive(smooth_kernel.erf_at_any_size)
    waves = zip(derive(sine_kernel.sine_at_any_size), ("rC", "kC", "BDr", "BD"), strict=True)
    three = ("theta", "r", "h")
    return Formulas(
        xp,
        function(angle, "h"),
        function(sine, "h"),
        (lambda theta, r, half: gate(theta), function(one, *three), function(two, *three)),
        tuple(function(d, "d") for d in derive(arc_cosine_kernel.opposite_inputs)),
        function(next_half, *three),
        function(derive(arc_cosine_kernel.next_angle)[0], "theta", "A_1", "A_2", "b"),
        function(turned, *turns, "h"),
        function(
            derive(tangent_kernel.tangent_kernel)[0], "m", "kappa", "kappaprime", "k_0", "k_1", "P"
        ),
        function(covariance, "v", "b", "K"),
        function(below, "v", "b", "K", "G", "Theta"),
        function(derive(infinite_width.gram_fluctuation)[0], "k_1", "k_2", "m"),
        function(spread, "p_1", "p_2", "q_1", "q_2", "h"),
        (function(erf_slopes, "q_1", "q_2", "S"), function(erf_means, "y", "S")),
        tuple(function(derivation, *names) for derivation, names in waves),
    )


class Unit(NamedTuple):
    """A block of pairs of unit inputs: angles for the formulas of most pairs, and what the nearly
    opposite ones lack of pi; at their places the angle is 2 pi / 3.
    """

    theta: Array  # (r, c)
    sine: Array  # (r, c)
    half: Array  # (r, c)
    opposite: Array  # (k,) places in the flattened block
    missing: Array  # (k,)


def unit(half: Array, opposite: Array, other: Array, known: Formulas) -> Unit:
    """Angles of pairs with this sin^2 (r, c) of their half, and this cos^2 at the places of the
    opposite ones.
    """
    if opposite.shape[0]:
        half = placed(known.xp, half, opposite, known.xp.full_like(other, 3 / 4))
    return Unit(known.theta(half), known.sine_of(half), half, opposite, known.theta(other))


def arc(pairs: Unit, degree: int, known: Formulas) -> Array:
    """The arc-cosine kernel (r, c) of unit inputs, to all digits and never negative."""
    found = known.degree[degree](pairs.theta, pairs.sine, pairs.half)
    if pairs.opposite.shape[0]:
        found = placed(known.xp, found, pairs.opposite, known.opposite[degree](pairs.missing))
    return found


def placed(xp: Any, block: Array, where: Array, entries: Array) -> Array:
    """A copy of a block with these entries at these places."""
    flat = xp.reshape(block + 0, (-1,))
    flat[where] = entries
    return xp.reshape(flat, block.shape)


class Turn(NamedTuple):
    """What a constant coordinate makes of sizes: new ones, cosine and sine of the angle by which it
    turns, and those of half of it.
    """

    size: Array
    p: Array
    q: Array
    c: Array
    s: Array


def turn(xp: Any, size: Array, constant: float) -> Turn:
    """What a constant beside a size does to it and to its angle."""
    constant_ = xp.full_like(size, constant)
    new, half = xp.hypot(size, constant_), xp.atan2(constant_, size) / 2
    return Turn(new, size / new, constant_ / new, xp.cos(half), xp.sin(half))


def relu(
    pairs: Pairs, layers: int, v: float, b: float, scale: float, tangent: bool, known: Formulas
) -> Array:
    """Tangent kernel (r, c), or covariance, of ReLU networks with this many hidden layers; the
    first layer multiplies inputs by ``scale``.
    """
    xp, kernel = known.xp, pairs.cosine  # kernel over both sizes
    rows, columns = scale * pairs.rows, scale * pairs.columns
    now = unit(pairs.half, pairs.opposite, pairs.other, known)
    for layer in range(1, layers + 1):
        product = arc(now, 1, known)
        rows, columns = (v / 2) ** 0.5 * rows, (v / 2) ** 0.5 * columns
        weight, bias = 2.0, 0.0
        if b:
            one, two = turn(xp, rows, b**0.5), turn(xp, columns, b**0.5)
            rows, columns, shared = one.size, two.size, one.p * two.p
            weight, bias = 2 * shared, one.q * two.q
        if tangent:
            kernel = known.below(weight, bias, product, arc(now, 0, known), kernel)
        elif layer == layers:
            kernel = known.covariance(weight, bias, product)
        if layer < layers:
            half = half_after(now, known)
            if now.opposite.shape[0]:
                ends = known.next_opposite(xp.pi - now.missing, 1.0, 1.0, 0.0)
                half = placed(xp, half, now.opposite, ends)
            if b:
                half = known.turned(one.p, two.p, one.c, two.c, one.s, two.s, half)
            now = unit(positive(xp, half), now.opposite[:0], now.missing[:0], known)
    return grown(xp, kernel, rows, columns)


def half_after(now: Unit, known: Formulas) -> Array:
    """What a layer without biases makes of sin^2 (r, c): what it takes of small ones is the degree
    1 of opposite inputs, as a series.
    """
    half, flat = known.next_half(now.theta, now.sine, now.half), known.xp.reshape(now.half, (-1,))
    small = known.xp.nonzero(flat < SMALL)[0]
    if not small.shape[0]:
        return half
    taken = known.opposite[1](known.xp.reshape(now.theta, (-1,))[small])
    return placed(known.xp, half, small, flat[small] - taken)
