"""Counts of parameters from the derived formulas, and a search for the network that a printed
number belongs to.

Source: ``theory.parameter_count``; descriptions of networks in ``theory.core.architectures``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, integers, together
from theory import derive
from theory import parameter_count as theory
from theory.core import architectures as nets
from theory.core.architectures import Conv, Dense, GlobalPool, Layer, Net, Norm, Residual

OUTPUTS = (1, 2, 10, 100, 1000)
INPUTS = (1, 40, 784, 1024, 3072)


@cache
def _formula(claim: str) -> Callable[..., Any]:
    s = theory
    symbols = {
        "dense_layer": (s.m, s.n, s.b),
        "convolution": (s.c, s.o, s.k, s.g, s.b),
        "normalisation": (s.c,),
        "dense_stack": (s.m, s.w, s.L, s.n, s.b),
        "transformer": (s.L, s.w, s.V, s.T),
    }
    return derive(getattr(theory, claim))[0].function(*symbols[claim])


def dense_stack(inputs: Any, width: Any, depth: Any, outputs: Any, bias: bool = True) -> Any:
    """Parameters of ``depth`` hidden layers of equal ``width``, broadcast over arrays of integers;
    ``ValueError`` below one and where int64 arrays would not hold the count, and as
    ``numerics.core.arrays``.
    """
    return _counted(
        "dense_stack", int(bias), inputs=inputs, width=width, depth=depth, outputs=outputs
    )


def transformer(depth: Any, width: Any, vocabulary: Any, context: Any) -> Any:
    """Parameters of a decoder with shared word embedding, broadcast over arrays of integers;
    raises as ``dense_stack``.
    """
    return _counted("transformer", depth=depth, width=width, vocabulary=vocabulary, context=context)


def count(net: Net | nets.Transformer) -> int:
    """Parameters of a described network, layer by layer, exactly."""
    if isinstance(net, nets.Transformer):
        return int(transformer(net.depth, net.width, net.vocabulary, net.context))
    return sum(_layer(layer) for layer in nets.sized(net))


@cache
def _layer(layer: nets.Sized) -> int:
    if layer.kind == "dense":
        return int(_formula("dense_layer")(layer.inputs, layer.outputs, layer.bias))
    if layer.kind == "norm":
        return int(_formula("normalisation")(layer.outputs))
    # exact, since the number of groups divides the number of inputs
    return round(
        _formula("convolution")(layer.inputs, layer.outputs, layer.kernel, layer.groups, layer.bias)
    )


@dataclass(frozen=True)
class Variant:
    """A network or a misprint with the printed number of parameters, and what was changed to get
    there.
    """

    changes: tuple[str, ...]
    count: int


def variants(
    printed: int,
    base: Net | int,
    digits: int | None = None,
    family: Sequence[Net] = (),
    most: int = 2,
) -> tuple[Variant, ...]:
    """The fewest changes of ``base`` that reproduce a printed number: all of them, or none if more
    than ``most`` are needed.

    Tried are: another member of the ``family``; other inputs and outputs; hidden layers wider or
    narrower by one or two, all or one of them; a layer more or less; no biases (all, the last, all
    but the last); no normalisation, groups, projections, pooling before the last layer, no dense
    layers before the last; twice the channels.  Last, a misprint: two neighbouring digits
    exchanged, or powers of ten (10^4 is the unit of Chinese numerals).  ``base`` may be a number,
    to which only misprints apply.  With ``digits`` the count is rounded to as many significant
    digits before it is compared: the fewer, the more often a match is chance.  ``ValueError`` for
    numbers below one, and as ``numerics.core.arrays``.
    """
    printed = integer(printed, "printed", "a positive number", lambda n: n >= 1)
    most = integer(most, "most", "a number of changes", lambda n: n >= 0)
    digits = _digits(digits)
    if not isinstance(base, Net):
        base = integer(base, "base", "a network or a positive number", lambda n: n >= 1)
    level: list[tuple[tuple[str, ...], Net | int]] = [((), base)]
    earlier: list[tuple[tuple[str, ...], int]] = []
    for done in range(most + 1):
        totals = [
            (changes, described if isinstance(described, int) else count(described))
            for changes, described in level
        ]
        found = {
            Variant(changes, total)
            for changes, total in totals
            if _rounded(total, digits) == printed
        }
        found |= {
            Variant((*changes, slip), total)
            for changes, total in earlier
            for slip, wrong in _misprints(total)
            if _rounded(wrong, digits) == printed
        }
        if found:
            return tuple(sorted(found, key=lambda v: v.changes))
        earlier = totals
        level = [] if done == most else list(_changed(level, family if done == 0 else ()))
    return ()


def misprints(number: int) -> Iterator[tuple[str, int]]:
    """What a number turns into when two neighbouring digits are exchanged or powers of ten are lost
    or gained.  ``ValueError`` for a number below one, and as ``numerics.core.arrays``.
    """
    return _misprints(integer(number, "number", "a positive number", lambda n: n >= 1))


def _misprints(number: int) -> Iterator[tuple[str, int]]:
    text = str(number)
    for place in range(len(text) - 1):
        swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        if swapped != text and swapped[0] != "0":
            yield f"digits {place + 1} and {place + 2} exchanged", int(swapped)
    for power in (1, 2, 3, 4):
        yield f"times 10^{power}", number * 10**power
        if number >= 10**power:
            yield f"divided by 10^{power}", number // 10**power


def rounded(number: int, digits: int | None) -> int:
    """A positive integer rounded to significant digits, halves up; unchanged for ``None``.

    ``ValueError`` for numbers below one, and as ``numerics.core.arrays``.
    """
    number = integer(number, "number", "a positive number", lambda n: n >= 1)
    return _rounded(number, _digits(digits))


def _digits(digits: Any) -> int | None:
    what = "at least one significant digit"
    return None if digits is None else integer(digits, "digits", what, lambda n: n >= 1)


def _rounded(number: int, digits: int | None) -> int:
    extra = 0 if digits is None else len(str(number)) - digits
    return number if extra <= 0 else (number + 10**extra // 2) // 10**extra * 10**extra


def _changed(
    level: list[tuple[tuple[str, ...], Net | int]], family: Sequence[Net]
) -> Iterator[tuple[tuple[str, ...], Net]]:
    seen = set()
    for changes, net in level:
        if isinstance(net, int):
            continue
        for what, other in (*_edits(net), *((member.name, member) for member in family)):
            key = (other.shape, other.layers)
            if (
                what in changes
                or key in seen
                or (other.layers == net.layers and other.shape == net.shape)
            ):
                continue
            seen.add(key)
            try:
                nets.sized(other)
            except ValueError:
                continue
            yield (*changes, what), other


def _edits(net: Net) -> Iterator[tuple[str, Net]]:
    layers, last = net.layers, net.layers[-1]
    assert isinstance(last, Dense)
    hidden = [place for place, layer in enumerate(layers[:-1]) if isinstance(layer, Dense)]

    def with_layers(new: Sequence[Layer]) -> Net:
        return replace(net, layers=tuple(new))

    def widened(places: Sequence[int], by: int) -> Net:
        return with_layers(
            [_wider(layer, by) if place in places else layer for place, layer in enumerate(layers)]
        )

    for outputs in OUTPUTS:
        yield (
            f"{outputs} output{'s' * (outputs > 1)}",
            with_layers([*layers[:-1], replace(last, units=outputs)]),
        )
    if len(net.shape) == 1:
        for inputs in (*INPUTS, net.shape[0] - 1, net.shape[0] + 1):
            if inputs > 0:
                yield f"{inputs} input{'s' * (inputs > 1)}", replace(net, shape=(inputs,))
        yield "a hidden layer more", with_layers([*layers[:-1], *layers[-2:-1], last])
        if hidden:
            yield "a hidden layer less", with_layers([*layers[:-2], last])
    for by in (-2, -1, 1, 2):
        if hidden:
            yield f"hidden width {by:+d}", widened(hidden, by)
        for number, place in enumerate(hidden):
            if len(hidden) > 1:
                yield f"width of hidden layer {number + 1} {by:+d}", widened([place], by)
    yield "no biases", with_layers(_mapped(layers, _no_bias))
    yield "no bias in the last layer", with_layers([*layers[:-1], replace(last, bias=False)])
    yield "no biases before the last layer", with_layers([*_mapped(layers[:-1], _no_bias), last])
    yield "no normalisation", with_layers(_mapped(layers, _without(Norm)))
    yield "no groups", with_layers(_mapped(layers, _no_groups))
    yield "no projections", with_layers(_mapped(layers, _no_projection))
    yield "no pooling before the last layer", with_layers(_mapped(layers, _without(GlobalPool)))
    yield (
        "no dense layers before the last",
        with_layers([layer for place, layer in enumerate(layers) if place not in hidden]),
    )
    yield "twice the channels", with_layers(_mapped(layers, _twice))


def _mapped(
    layers: Sequence[Layer], change: Callable[[Layer], tuple[Layer, ...]]
) -> tuple[Layer, ...]:
    """Every layer replaced, inside branches first."""
    new: list[Layer] = []
    for layer in layers:
        if isinstance(layer, Residual):
            layer = Residual(_mapped(layer.main, change), _mapped(layer.skip, change))
        elif isinstance(layer, nets.Concatenate):
            layer = nets.Concatenate(_mapped(layer.main, change))
        new += change(layer)
    return tuple(new)


def _no_bias(layer: Layer) -> tuple[Layer, ...]:
    return (replace(layer, bias=False),) if isinstance(layer, Dense | Conv) else (layer,)


def _no_groups(layer: Layer) -> tuple[Layer, ...]:
    return (replace(layer, groups=1),) if isinstance(layer, Conv) else (layer,)


def _no_projection(layer: Layer) -> tuple[Layer, ...]:
    return layer.main if isinstance(layer, Residual) and layer.skip else (layer,)


def _twice(layer: Layer) -> tuple[Layer, ...]:
    return (replace(layer, channels=2 * layer.channels),) if isinstance(layer, Conv) else (layer,)


def _without(kind: type) -> Callable[[Layer], tuple[Layer, ...]]:
    return lambda layer: () if isinstance(layer, kind) else (layer,)


def _wider(layer: Layer, by: int) -> Layer:
    assert isinstance(layer, Dense)
    return replace(layer, units=max(1, layer.units + by))


def _counted(claim: str, *more: int, **sizes: Any) -> Any:
    found = {
        name: integers(size, name, "integers of at least 1", lambda size: size >= 1)
        for name, size in sizes.items()
    }
    together(**found)
    if any(np.ndim(size) for size in found.values()):
        roughly = _formula(claim)(*(np.asarray(s, dtype=float) for s in found.values()), *more)
        if (roughly > 2.0**62).any():
            raise ValueError(
                f"{', '.join(sizes)}: the counts leave the range of int64; pass single numbers"
            )
    return _formula(claim)(*found.values(), *more)
