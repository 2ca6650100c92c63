"""The quantities of ``theory/`` at finite size: arrays in, arrays out."""
