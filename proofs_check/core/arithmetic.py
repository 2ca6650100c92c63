"""Is a text a formula and nothing else?  SymPy evaluates what it reads, and a ledger is data."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Mapping
from typing import Any

import sympy as sp

FORMULA = (
    *(ast.Expression, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call, ast.Name, ast.Load),
    *(ast.Constant, ast.Tuple, ast.List, ast.Subscript, ast.operator, ast.unaryop, ast.cmpop),
    *(ast.keyword, ast.BoolOp, ast.boolop),
)
FORBIDDEN = set(dir(builtins)) - {"True", "False", "abs", "max", "min", "sum", "pow"}
OURS = ("theory.", "sympy.functions.")  # functions that only compute; SymPy has others


def arithmetic(text: str, names: Mapping[str, Any] | None = None) -> bool:
    """No attribute, no string, no name of Python's own, no call but of classes and of functions
    that compute, and no power too large to be written down.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
        nodes = list(ast.walk(tree))
        powers = [n for n in nodes if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Pow)]
        small = all(math.isfinite(_size(power)) for power in powers)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    used = [node.id for node in nodes if isinstance(node, ast.Name)]
    return (
        small
        and all(isinstance(node, FORMULA) for node in nodes)
        and all(isinstance(call, ast.Name) and _computes(call.id, names or {}) for call in calls)
        and all(
            isinstance(node.value, int | float) for node in nodes if isinstance(node, ast.Constant)
        )
        and not any(name.startswith("__") or name in FORBIDDEN for name in used)
    )


def _computes(name: str, names: Mapping[str, Any]) -> bool:
    """May a formula call it?  What is not known becomes the symbol of a function."""
    found = names.get(name, getattr(sp, name, None))
    if found is None or isinstance(found, (type, sp.Basic)):
        return True
    return str(getattr(found, "__module__", "")).startswith(OURS)


def _size(node: ast.AST) -> float:
    """The size of a number, at most infinite; 1 for what is no number."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return abs(float(node.value)) if abs(node.value) < 1e300 else math.inf
    if isinstance(node, ast.UnaryOp):
        return _size(node.operand)
    if isinstance(node, ast.BinOp):
        left, right = _size(node.left), _size(node.right)
        try:
            return max(left, 1.0) ** right if isinstance(node.op, ast.Pow) else left * right
        except OverflowError:
            return math.inf
    return 1.0
