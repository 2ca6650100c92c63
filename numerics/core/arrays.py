"""What is accepted as numbers, the same in every public function: one gate for arrays, one for
single numbers, and one for whole numbers (those for points of a kernel are in ``tensors``).

Lists, tuples, frames and whatever else has ``__array__`` are taken with their meaning, in any
memory layout, byte order and precision, and become float64.  Refused are complex numbers, text,
objects, masked entries, entries that are not finite, and tensors whose gradient would be lost or
that lie on another device: with ``TypeError`` for a wrong kind and ``ValueError`` for a wrong
value, in a sentence that says which argument it was and what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Rational, Real
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_torch_array

Shape = tuple[Any, ...]  # names and sizes of axes; a leading ... stands for any others
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
    shape: Shape | None = None,
    *,
    need: str = "finite numbers",
    holds: Callable[[np.ndarray], Any] | None = None,
    infinite: bool = False,
) -> np.ndarray:
    """``value`` as a float64 array, of any shape or of the one asked for; not a copy where none is
    needed, so it is not written to.

    ``shape`` names the axes, such as ("n", "D"), or (..., "n") for the last of them; a number is a
    size, and a named axis is not empty and as long as others of its name.
    ``holds`` is true for the entries of the array that are allowed, which are ``need``.  Raises
    ``TypeError`` and ``ValueError`` as the module says.
    """
    found = read(value, name)
    with np.errstate(over="ignore"):  # of a longer type: found below
        found = np.asarray(found, dtype=np.float64)
    if shape is not None:
        check_shape(found.shape, name, shape)
    allowed = np.ones(found.shape, bool) if infinite else np.isfinite(found)
    allowed &= ~np.isnan(found)
    if holds is not None:
        allowed &= holds(found)
    if not allowed.all():
        at = tuple(int(i) for i in np.argwhere(~allowed)[0])
        place = f"[{', '.join(map(str, at))}]" if at else ""
        raise ValueError(f"{name}{place} = {found[at]:.6g} is not allowed: {need} are needed")
    return found


def row(value: Any, name: str, **asked: Any) -> np.ndarray:
    """``value`` as ``real`` has it: one number, or a row (n,) of them that is not empty."""
    found = real(value, name, **asked)
    if found.ndim:
        check_shape(found.shape, name, ("n",))
    return found


def number(
    value: Any,
    name: str,
    need: str = "a finite number",
    holds: Callable[[float], bool] | None = None,
) -> float:
    """``value`` as a finite float for which ``holds`` is true; raises as ``real``."""
    try:
        found = float(value if isinstance(value, Real) else _single(value, name))
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
    found: Any = value if isinstance(value, Real) else _single(value, name)
    if isinstance(found, Rational) and found.denominator == 1:
        whole = int(found.numerator)
    else:
        size = number(found, name, need)
        whole = int(size)
        if whole != size:
            raise ValueError(f"{name} = {size:.6g}: {need} is needed")
    if not (holds is None or holds(whole)):
        raise ValueError(f"{name} = {whole}: {need} is needed")
    return whole


def integers(
    value: Any,
    name: str,
    need: str = "integers",
    holds: Callable[[Any], Any] | None = None,
    shape: Shape | None = None,
) -> Any:
    """``value`` as an ``int`` where it is one number, else as an int64 array; for all of them
    ``holds`` is true.  Raises as ``real``.
    """
    if isinstance(value, Real) and shape is None:
        return integer(value, name, need, holds)
    found = read(value, name)
    within = real(
        found,
        name,
        shape,
        need=need,
        holds=lambda v: (v == np.floor(v)) & (np.abs(v) < 2.0**63) & (holds is None or holds(v)),
    )
    return found.astype(np.int64) if within.ndim else int(found)


def together(**arrays: Any) -> None:
    """Raises ``ValueError`` unless these arrays broadcast, with their names and shapes."""
    try:
        np.broadcast_shapes(*(np.shape(value) for value in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {np.shape(value)}" for name, value in arrays.items())
        raise ValueError(f"the shapes do not broadcast: {shapes}") from None


def _single(value: Any, name: str) -> Any:
    found = read(value, name)
    if found.ndim:
        raise ValueError(f"{name} has shape {found.shape}: one number is needed")
    return found.item()


def read(value: Any, name: str, kinds: str = "biuf") -> np.ndarray:
    """``value`` as an array of its own type, one of these kinds, finite or not; raises as
    ``real``.
    """
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.is_masked(value):
            raise ValueError(f"{name} has masked entries: fill them or leave them out")
        value = value.data
    if is_torch_array(value):
        refuse_gradient(value, name)
        if value.device.type != "cpu":
            raise TypeError(f"{name} lies on the device {value.device}: pass {name}.cpu()")
        xp = array_namespace(value)
        if value.dtype == xp.bfloat16:  # NumPy has no such type
            value = value.double()
    try:
        found = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"{name} cannot be read as an array of numbers: {error}") from error
    if found.dtype.kind not in kinds:
        held = KINDS.get(found.dtype.kind, f"entries of type {found.dtype}: numbers are needed")
        raise TypeError(f"{name} holds {held}")
    return found


def refuse_gradient(value: Any, name: str) -> None:
    """Raises ``TypeError`` for a tensor that carries a gradient."""
    if value.requires_grad:
        raise TypeError(
            f"{name} carries a gradient, which would be lost here: pass {name}.detach()"
        )


def check_shape(found: tuple[int, ...], name: str, shape: Shape) -> None:
    """Raises ``ValueError`` unless a shape is the one that is asked for, as in ``real``."""
    last = shape[1:] if shape[:1] == (...,) else shape
    sizes: dict[Any, int] = {}
    fits = (len(found) >= len(last) if last is not shape else len(found) == len(last)) and all(
        have == want if isinstance(want, int) else 0 < have == sizes.setdefault(want, have)
        for have, want in zip(found[len(found) - len(last) :], last, strict=True)
    )
    if not fits:
        axes = ("..." if axis is ... else str(axis) for axis in shape)
        wanted = f"({', '.join(axes)}{',' * (len(shape) == 1)})"
        flat = len(shape) == 1 and len(found) == 2 and 1 in found
        advice = f"; {name}.ravel() has it" if flat else ""
        empty = ", and none of it empty" if 0 in found else ""
        raise ValueError(f"{name} has shape {found}: expected {wanted}{empty}{advice}")
