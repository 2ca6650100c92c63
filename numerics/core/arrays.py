"""What is accepted as numbers, the same in every public function: one gate for arrays, one for
points of a kernel, one for single numbers.

Lists, tuples, frames and whatever else has ``__array__`` are taken with their meaning, in any
memory layout, byte order and precision, and become float64.  Refused are complex numbers, text,
objects, masked entries, entries that are not finite, and tensors whose gradient would be lost or
that lie on another device: with ``TypeError`` for a wrong kind and ``ValueError`` for a wrong
value, in a sentence that says which argument it was and what to do.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_torch_array

Array = Any  # of whichever library the inputs come from
KINDS = {
    "c": "complex numbers: real ones are needed, for example the real part",
    "O": "objects, or rows of different lengths: numbers of one kind are needed",
    "S": "text: numbers are needed",
    "U": "text: numbers are needed",
    "T": "text: numbers are needed",
    "V": "records: pass the fields one by one",
    "M": "dates: numbers are needed",
    "m": "durations: divide by a unit of time",
}


def real(
    value: Any,
    name: str,
    shape: tuple[str | int, ...] | None = None,
    *,
    need: str = "finite numbers",
    holds: Callable[[np.ndarray], Any] | None = None,
    infinite: bool = False,
) -> np.ndarray:
    """``value`` as a float64 array, of any shape or of the one asked for; not a copy where none is
    needed, so it is not written to.

    ``shape`` names the axes, such as ("n", "D"); a number is a size, and a named axis is not empty.
    ``holds`` is true for the entries of the array that are allowed, which are ``need``.  Raises
    ``TypeError`` and ``ValueError`` as the module says.
    """
    found = _read(value, name)
    with np.errstate(over="ignore"):  # of a longer type: found below
        found = np.asarray(found, dtype=np.float64)
    if shape is not None:
        _check_shape(found.shape, name, shape)
    allowed = np.ones(found.shape, bool) if infinite else np.isfinite(found)
    allowed &= ~np.isnan(found)
    if holds is not None:
        allowed &= holds(found)
    if not allowed.all():
        at = tuple(int(i) for i in np.argwhere(~allowed)[0])
        place = f"[{', '.join(map(str, at))}]" if at else ""
        raise ValueError(f"{name}{place} = {found[at]:.6g} is not allowed: {need} are needed")
    return found


def number(
    value: Any,
    name: str,
    need: str = "a finite number",
    holds: Callable[[float], bool] | None = None,
) -> float:
    """``value`` as a finite float for which ``holds`` is true; raises as ``real``."""
    try:
        found = float(value) if isinstance(value, Real) else _single(value, name)
    except OverflowError:
        found = np.inf
    if not (np.isfinite(found) and (holds is None or holds(found))):
        raise ValueError(f"{name} = {found:.6g}: {need} is needed")
    return found


def integer(
    value: Any, name: str, need: str = "an integer", holds: Callable[[int], bool] | None = None
) -> int:
    """``value`` as an integer for which ``holds`` is true, exact at any size; 3.0 is one, 2.5 is
    not.  Raises as ``real``.
    """
    try:
        found = operator.index(value)
    except TypeError:
        as_float = number(value, name, need)
        found = int(as_float)
        if found != as_float:
            raise ValueError(f"{name} = {as_float:.6g}: {need} is needed") from None
    if not (holds is None or holds(found)):
        raise ValueError(f"{name} = {found}: {need} is needed")
    return found


def points(value: Any, name: str, like: Array | None = None) -> Array:
    """``value`` as points (n, D): a torch tensor stays one, with its device and its gradient, all
    else becomes a NumPy array; float32 stays float32, all else becomes float64.

    With ``like``, points of the same dimension, in the library and on the device of those.  Raises
    as ``real``.
    """
    tensor = is_torch_array(value if like is None else like)
    if tensor:
        found = _tensor(value, name, like)
    else:
        found = _read(value, name)
        single = found.dtype.kind == "f" and found.dtype.itemsize == 4
        with np.errstate(over="ignore"):
            found = np.asarray(found, dtype=np.float32 if single else np.float64)
    _check_shape(tuple(found.shape), name, ("n", "D"))
    if like is not None and found.shape[1] != like.shape[1]:
        raise ValueError(f"{name} has {found.shape[1]} columns where X has {like.shape[1]}")
    xp = array_namespace(found)
    wrong = ~xp.isfinite(found)
    if xp.any(wrong):
        i, j = (int(index[0]) for index in xp.nonzero(wrong))
        raise ValueError(
            f"{name}[{i}, {j}] = {float(found[i, j])} is not finite: leave such rows out"
        )
    return found


def values(
    value: Any, name: str, like: Array, shape: tuple[str | int, ...] | None, **asked: Any
) -> Array:
    """``value`` as ``real`` has it, in float64 in the library and on the device of ``like``; a
    tensor on that device is read where it lies.
    """
    if is_torch_array(value):
        _refuse_gradient(value, name)
        value = value.detach().to("cpu") if value.device == like.device else value
    found = real(value, name, shape, **asked)
    if not is_torch_array(like):
        return found
    xp = array_namespace(like)
    return xp.asarray(found.copy(), dtype=xp.float64, device=like.device)


def _single(value: Any, name: str) -> float:
    found = _read(value, name)
    if found.ndim:
        raise ValueError(f"{name} has shape {found.shape}: one number is needed")
    return float(found)


def _read(value: Any, name: str) -> np.ndarray:
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.is_masked(value):
            raise ValueError(f"{name} has masked entries: fill them or leave them out")
        value = value.data
    if is_torch_array(value):
        _refuse_gradient(value, name)
        if value.device.type != "cpu":
            raise TypeError(f"{name} lies on the device {value.device}: pass {name}.cpu()")
        xp = array_namespace(value)
        if value.dtype == xp.bfloat16:  # NumPy has no such type
            value = value.double()
    try:
        found = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} cannot be read as an array of numbers: {error}") from error
    if found.dtype.kind not in "biuf":
        held = KINDS.get(found.dtype.kind, f"entries of type {found.dtype}: numbers are needed")
        raise TypeError(f"{name} holds {held}")
    return found


def _tensor(value: Any, name: str, like: Array | None) -> Array:
    if not is_torch_array(value):
        xp = array_namespace(like)
        return xp.asarray(np.array(_read(value, name), dtype=float), device=like.device)  # type: ignore[union-attr]
    xp = array_namespace(value)
    if xp.isdtype(value.dtype, "complex floating"):
        raise TypeError(f"{name} holds {KINDS['c']}")
    if value.device.type == "meta" or str(value.layout) != "torch.strided":
        raise TypeError(
            f"{name} is a tensor without entries of its own ({value.device}, {value.layout}): pass "
            f"a dense one"
        )
    if like is not None and value.device != like.device:
        raise TypeError(
            f"{name} lies on the device {value.device} where X lies on {like.device}: move one of "
            f"them"
        )
    return value if value.dtype in (xp.float32, xp.float64) else xp.astype(value, xp.float64)


def _refuse_gradient(value: Any, name: str) -> None:
    if value.requires_grad:
        raise TypeError(
            f"{name} carries a gradient, which would be lost here: pass {name}.detach()"
        )


def _check_shape(found: tuple[int, ...], name: str, shape: tuple[str | int, ...]) -> None:
    fits = len(found) == len(shape) and all(
        have == want if isinstance(want, int) else have > 0
        for have, want in zip(found, shape, strict=True)
    )
    if not fits:
        wanted = f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
        flat = len(shape) == 1 and len(found) == 2 and 1 in found
        advice = f"; {name}.ravel() has it" if flat else ""
        empty = ", and none of it empty" if 0 in found else ""
        raise ValueError(f"{name} has shape {found}: expected {wanted}{empty}{advice}")
