"""LaTeX of expressions."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter

SYMBOL = {"==": "=", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge"}


class _Printer(LatexPrinter):
    """SymPy's, but a long power of ten is written as one."""

    def _print_Integer(self, number: sp.Integer) -> str:
        digits = str(number)
        if len(digits) > 7 and digits == f"1{'0' * (len(digits) - 1)}":
            return f"10^{{{len(digits) - 1}}}"
        return digits


def tex(expression: Any) -> str:
    """LaTeX of an expression."""
    return str(_Printer().doprint(expression))
