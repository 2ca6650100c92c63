"""Cases of `benchmarks/attack.py`, a file for each sort of them."""
