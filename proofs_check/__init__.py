"""Simulations that try to refute the derivations, and the verdicts that follow."""

from proofs_check.core.check import Check, Prediction, Threshold, Verdict
from proofs_check.core.judging import Result, run
from proofs_check.core.verdict import Statement, verdict_of, verdicts
from theory import Settles

__all__ = [
    "Check",
    "Prediction",
    "Result",
    "Settles",
    "Statement",
    "Threshold",
    "Verdict",
    "run",
    "verdict_of",
    "verdicts",
]
