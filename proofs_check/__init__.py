"""Simulations that try to refute the derivations, and the verdicts that follow."""

from proofs_check.core.check import Check, Result, Verdict, run
from proofs_check.core.verdict import Statement, verdict_of, verdicts
from theory import Settles

__all__ = ["Check", "Result", "Settles", "Statement", "Verdict", "run", "verdict_of", "verdicts"]
