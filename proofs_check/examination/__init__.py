"""What theory says of a network that somebody brings, put beside what its training does."""

from proofs_check.examination.answers import Answer, Examination
from proofs_check.examination.checking import BadInput
from proofs_check.examination.examining import examine

__all__ = ["Answer", "BadInput", "Examination", "examine"]
