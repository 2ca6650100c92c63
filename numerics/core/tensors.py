"""What is accepted as points of a kernel, and as numbers beside them: torch tensors stay tensors,
with their device, and everything else goes through the gate of ``numerics.core.arrays``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_torch_array

from numerics.core.arrays import (
    KINDS,
    Shape,
    check_shape,
    integer,
    read,
    real,
    refuse_gradient,
)

Array = Any  # of whichever library the inputs come from


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
        found = read(value, name)
        single = found.dtype.kind == "f" and found.dtype.itemsize == 4
        with np.errstate(over="ignore"):
            found = np.asarray(found, dtype=np.float32 if single else np.float64)
    check_shape(tuple(found.shape), name, ("n", "D"))
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


def values(value: Any, name: str, like: Array, shape: Shape | None, **asked: Any) -> Array:
    """``value`` as ``real`` has it, in float64 in the library and on the device of ``like``; a
    tensor on that device is read where it lies.
    """
    if is_torch_array(value):
        refuse_gradient(value, name)
        if value.device == like.device and value.device.type != "meta":
            value = value.detach().to("cpu")
    found = real(value, name, shape, **asked)
    if not is_torch_array(like):
        return found
    xp = array_namespace(like)
    return xp.asarray(found.copy(), dtype=xp.float64, device=like.device)


def two_sets(X: Any, Z: Any) -> tuple[Array, Array | None]:
    """Points X (n, D) and, unless it is None, Z (q, D), in the precision of the finer of both;
    raises as ``points``.
    """
    X = points(X, "X")
    if Z is None:
        return X, None
    Z = points(Z, "Z", X)
    if X.dtype == Z.dtype:
        return X, Z
    xp = array_namespace(X)
    return xp.astype(X, xp.float64), xp.astype(Z, xp.float64)


def no_zero_rows(X: Array, name: str) -> None:
    """Raises ``ValueError`` for a row without a direction."""
    xp = array_namespace(X)
    zero = xp.all(X == 0, axis=1)
    if bool(xp.any(zero)):
        raise ValueError(
            f"row {int(xp.argmax(xp.astype(zero, xp.int64)))} of {name} is a zero vector, which "
            f"has no angle; add a bias column"
        )


def threads(workers: Any) -> int:
    """A number of threads; ``ValueError`` for less than one."""
    return integer(workers, "workers", "at least one thread", lambda n: n >= 1)


def _tensor(value: Any, name: str, like: Array | None) -> Array:
    if not is_torch_array(value):
        xp = array_namespace(like)
        return xp.asarray(np.array(read(value, name), dtype=float), device=like.device)  # type: ignore[union-attr]
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
