"""What a derivation is, and how its steps are checked."""

from theory.core.substitution import tell_apart

tell_apart()
