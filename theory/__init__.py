"""Deep-learning theory, one topic per file; every claim is a derivation checked by machine."""

from theory.core.catalogue import claims, derive, topics
from theory.core.derivation import Derivation, Settles
from theory.core.given import Assumed, Defined, Quoted
from theory.core.grading import Grade, StepFails
from theory.core.steps import Decided, Enclosed, Induction, Step

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
