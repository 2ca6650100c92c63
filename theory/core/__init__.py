"""What a derivation is, and how its steps are checked."""
