"""A formula as a function of arrays, so that it is never typed twice."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import sympy as sp

BEYOND_NUMPY = (sp.erf, sp.erfc, sp.gamma, sp.loggamma, sp.besselj, sp.besseli, sp.zeta)


def function_of(
    formula: Any, asked: tuple[sp.Symbol | str, ...], namespace: Any, title: str
) -> Callable[..., Any]:
    """``formula`` as a function of what is ``asked``: see ``Derivation.function``."""
    formula = sp.sympify(formula, strict=True)
    symbols = tuple(_symbol(one, formula, title) for one in asked)
    missing = formula.free_symbols - set(symbols)
    if missing:
        raise ValueError(
            f"{title!r}: the result also depends on {', '.join(sorted(map(str, missing)))}"
        )
    if namespace is None:
        modules: Any = ["scipy", "numpy"] if formula.has(*BEYOND_NUMPY) else "numpy"
    else:
        modules = [_elementwise(namespace), "math"]
    function: Callable[..., Any] = sp.lambdify(symbols, formula, modules, cse=True)
    if set(symbols) <= formula.free_symbols:
        return function
    return lambda *values: _as_large(function(*values), values)


def _symbol(asked: sp.Symbol | str, formula: Any, title: str) -> sp.Symbol:
    """The symbol of the formula with this name; a symbol is itself."""
    if not isinstance(asked, str):
        return asked
    for symbol in formula.free_symbols:
        if symbol.name == asked:
            return symbol
    known = ", ".join(sorted(map(str, formula.free_symbols))) or "nothing"
    raise ValueError(
        f"{title!r}: {asked!r} is the name of none of the symbols of its result, which depends on "
        f"{known}; a symbol that it does not depend on is passed itself"
    )


def _elementwise(namespace: Any) -> dict[str, Callable[..., Any]]:
    """Functions of arrays from ``namespace``; a Python number among arrays stays one."""

    def of(name: str) -> Callable[..., Any]:
        return lambda value: getattr(math if isinstance(value, (int, float)) else namespace, name)(
            value
        )

    return {
        name: of(name)
        for name in (
            "sqrt",
            "exp",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
        )
    }


def _as_large(value: Any, arguments: tuple[Any, ...]) -> Any:
    """A value that does not depend on all arguments, in their common shape."""
    for argument in arguments:
        if getattr(argument, "shape", ()):
            value = value + (argument == argument) * 0  # zeros, also where it is not finite
    return value
