"""The sweep of the phase diagram: its cells, its data and its map."""
