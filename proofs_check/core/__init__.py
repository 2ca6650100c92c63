"""Checks, the ledger, verdicts, and results that are kept."""
