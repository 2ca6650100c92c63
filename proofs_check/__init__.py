"""Simulations that try to refute the derivations, and the verdicts that follow."""

from proofs_check.core.check import Check, Result, Verdict, run
from proofs_check.core.ledger import Statement, verdicts
from theory import Settles

__all__ = ["Check", "Result", "Settles", "Statement", "Verdict", "run", "verdicts"]
