"""Entries of the kernels of wide networks for blocks of pairs, from the derived formulas and with
the digits of the angles.

A ReLU layer multiplies every input by a number, so what is carried from layer to layer is the
kernel over the sizes of both inputs and h = sin(angle / 2)^2: no size overflows on the way.  erf
and sine are carried by sizes and cosines; how close inputs of any size are is known in the first
layer, and above it sizes are at most sqrt(v + b).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from array_api_compat import is_numpy_namespace

from numerics.core.pairs import Pairs
from numerics.core.sizes import grown, positive
from theory import derive, phase_diagram
from theory import tangent_kernel as theory

Array = Any  # of whichever library the inputs come from
LARGEST = 2.0**500  # size up to which the squares in the formulas for erf stay in range


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
    # E[phi' phi''], E[phi phi'] by variances A, B and covariance C
    erf: tuple[Callable[..., Any], ...]
    sine: tuple[Callable[..., Any], ...]  # E[phi' phi''] by r, C; E[phi phi'] by that, C


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

    angle, sine, one, two, next_half = derive(theory.angle_and_half)
    gate = function(derive(phase_diagram.kernel_sizes)[0], "theta")
    covariance, below, _ = derive(theory.depth_recursion)
    (turned,) = derive(theory.bias_angle)
    turns = ("p_1", "p_2", "c_1", "c_2", "s_1", "s_2")
    spread, erf_slopes, erf_means = derive(theory.erf_at_any_size)
    sine_slopes, sine_means = derive(theory.sine_at_any_size)
    three = ("theta", "r", "h")
    return Formulas(
        xp,
        function(angle, "h"),
        function(sine, "h"),
        (lambda theta, r, half: gate(theta), function(one, *three), function(two, *three)),
        tuple(function(d, "d") for d in derive(theory.opposite_inputs)),
        function(next_half, *three),
        function(derive(theory.next_angle)[0], "theta", "A_1", "A_2", "b"),
        function(turned, *turns, "h"),
        function(derive(theory.tangent_kernel)[0], "m", "kappa", "kappaprime", "k_0", "k_1", "P"),
        function(covariance, "v", "b", "K"),
        function(below, "v", "b", "K", "G", "Theta"),
        function(derive(theory.gram_fluctuation)[0], "k_1", "k_2", "m"),
        function(spread, "p_1", "p_2", "q_1", "q_2", "h"),
        (function(erf_slopes, "q_1", "q_2", "S"), function(erf_means, "y", "S")),
        tuple(function(d, "A", "B", "C") for d in derive(theory.erf_kernel)),
        (function(sine_slopes, "r", "C"), function(sine_means, "k", "C")),
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
        half = _placed(known.xp, half, opposite, known.xp.full_like(other, 3 / 4))
    return Unit(known.theta(half), known.sine_of(half), half, opposite, known.theta(other))


def arc(pairs: Unit, degree: int, known: Formulas) -> Array:
    """The arc-cosine kernel (r, c) of unit inputs, to all digits and never negative."""
    found = known.degree[degree](pairs.theta, pairs.sine, pairs.half)
    if pairs.opposite.shape[0]:
        found = _placed(known.xp, found, pairs.opposite, known.opposite[degree](pairs.missing))
    return found


def _placed(xp: Any, block: Array, where: Array, entries: Array) -> Array:
    """A copy of a block with these entries at these places."""
    flat = xp.reshape(block + 0, (-1,))
    flat[where] = entries
    return xp.reshape(flat, block.shape)


class _Turn(NamedTuple):
    """What a constant coordinate makes of sizes: new ones, cosine and sine of the angle by which it
    turns, and those of half of it.
    """

    size: Array
    p: Array
    q: Array
    c: Array
    s: Array


def _turn(xp: Any, size: Array, constant: float) -> _Turn:
    constant_ = xp.full_like(size, constant)
    new, half = xp.hypot(size, constant_), xp.atan2(constant_, size) / 2
    return _Turn(new, size / new, constant_ / new, xp.cos(half), xp.sin(half))


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
            one, two = _turn(xp, rows, b**0.5), _turn(xp, columns, b**0.5)
            rows, columns, shared = one.size, two.size, one.p * two.p
            weight, bias = 2 * shared, one.q * two.q
        if tangent:
            kernel = known.below(weight, bias, product, arc(now, 0, known), kernel)
        elif layer == layers:
            kernel = known.covariance(weight, bias, product)
        if layer < layers:
            half = known.next_half(now.theta, now.sine, now.half)
            if now.opposite.shape[0]:
                ends = known.next_opposite(xp.pi - now.missing, 1.0, 1.0, 0.0)
                half = _placed(xp, half, now.opposite, ends)
            if b:
                half = known.turned(one.p, two.p, one.c, two.c, one.s, two.s, half)
            now = unit(positive(xp, half), now.opposite[:0], now.missing[:0], known)
    return grown(xp, kernel, rows, columns)


def smooth(
    pairs: Pairs,
    layers: int,
    v: float,
    b: float,
    scale: float,
    tangent: bool,
    known: Formulas,
    activation: str,
) -> Array:
    """The same for ``erf`` and ``sine``; raises ``ValueError`` for erf of inputs beyond 3e150."""
    rows, columns, kernel = scale * pairs.rows, scale * pairs.columns, pairs.cosine
    if not layers:
        return grown(known.xp, kernel, rows, columns)
    first = _first_sine if activation == "sine" else _first_erf
    product, gate, *own = first(pairs, rows, columns, scale, known)
    for layer in range(1, layers + 1):
        kernel = known.below(v, b, product, gate, kernel) if tangent else kernel
        Sigma, A, B = (known.covariance(v, b, C) for C in (product, *own))
        if layer < layers:
            product, gate = _means(activation, A, B, Sigma, known)
            own = [_means(activation, C, C, C, known)[0] for C in (A, B)]
    return kernel if tangent else Sigma


def _means(activation: str, A: Array, B: Array, C: Array, known: Formulas) -> tuple[Array, Array]:
    """E[phi phi'] and E[phi' phi''] of variances and covariance of at most v + b."""
    if activation == "erf":
        return known.erf[1](A, B, C), known.erf[0](A, B, C)
    size = known.xp.abs(C)
    gate = known.sine[0](A + B - 2 * size, size)
    return known.sine[1](gate, C), gate


def _fold(pairs: Pairs, xp: Any) -> Array:
    """sin^2 (r, c) of half the angle between x and the line of z."""
    fold = xp.minimum(pairs.half, 1 - pairs.half)
    return _placed(xp, fold, pairs.opposite, pairs.other) if pairs.opposite.shape[0] else fold


def _first_erf(
    pairs: Pairs, rows: Array, columns: Array, scale: float, known: Formulas
) -> tuple[Array, ...]:
    """E[phi phi'], E[phi' phi''] times both sizes, and the two E[phi^2] of the first layer."""
    xp = known.xp
    if bool(xp.any(rows > LARGEST) | xp.any(columns > LARGEST)):
        raise ValueError("X has rows longer than 3e150: for erf, scale them down")
    one, two = _turn(xp, 2**0.5 * rows, 1.0), _turn(xp, 2**0.5 * columns, 1.0)
    spread = known.spread(one.p, two.p, one.q, two.q, _fold(pairs, xp))
    product = known.erf_at[1](one.p * two.p * pairs.cosine, spread)
    gate = known.erf_at[0](one.q * rows, two.q * columns, spread)
    own = (known.erf_at[1](t.p**2, known.spread(t.p, t.p, t.q, t.q, 0.0)) for t in (one, two))
    return product, gate, *own


def _first_sine(
    pairs: Pairs, rows: Array, columns: Array, scale: float, known: Formulas
) -> tuple[Array, ...]:
    """The same for the sine, by distances of x from z or -z, which sizes blur where they are
    small.
    """
    xp = known.xp
    apart = (rows - columns) ** 2 + 4 * grown(xp, _fold(pairs, xp), rows, columns)
    if pairs.near.shape[0]:
        apart = _placed(xp, apart, pairs.near, scale**2 * pairs.apart)
    C = grown(xp, pairs.cosine, rows, columns)
    gate = known.sine[0](apart, xp.abs(C))
    own = (known.sine[1](known.sine[0](0.0 * s, s**2), s**2) for s in (rows, columns))
    return known.sine[1](gate, C), grown(xp, gate, rows, columns), *own
