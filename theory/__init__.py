"""Deep-learning theory, one topic per file; every claim is a derivation checked by machine."""

from theory.core.catalogue import claims, derive, topics
from theory.core.derivation import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Enclosed,
    Grade,
    Induction,
    Quoted,
    Settles,
    Step,
    StepFails,
)

__all__ = [
    "Assumed",
    "Decided",
    "Defined",
    "Derivation",
    "Enclosed",
    "Grade",
    "Induction",
    "Quoted",
    "Settles",
    "Step",
    "StepFails",
    "claims",
    "derive",
    "topics",
]
