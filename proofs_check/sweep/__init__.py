"""Sweeps of any measurement over any grid, kept in a file that outlives a kill."""

from proofs_check.sweep.chart import draw
from proofs_check.sweep.description import Number, Setting, Sweep
from proofs_check.sweep.drawing import arrays
from proofs_check.sweep.executor import fill
from proofs_check.sweep.grid import Axis
from proofs_check.sweep.store import Result, Table, read

__all__ = [
    "Axis",
    "Number",
    "Result",
    "Setting",
    "Sweep",
    "Table",
    "arrays",
    "draw",
    "fill",
    "read",
]
