"""Descents of networks that come to the edge of stability, and what the sentences ask of them."""
