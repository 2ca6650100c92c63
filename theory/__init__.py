"""Deep-learning theory, one topic per file; every claim is a derivation checked by machine."""

from theory.core.catalogue import claims, derive, topics
from theory.core.chain import Aside, To, chain
from theory.core.decided import Decided
from theory.core.derivation import Derivation, Settles
from theory.core.given import Assumed, Defined, Quoted
from theory.core.grading import Grade, StepFails
from theory.core.induction import SO_FAR, Induction, summed
from theory.core.refutation import Counterexample
from theory.core.steps import Enclosed, Step

__all__ = [
    "SO_FAR",
    "Aside",
    "Assumed",
    "Counterexample",
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
    "To",
    "chain",
    "claims",
    "derive",
    "summed",
    "topics",
]
