"""Portraits of topics whose simulations fill a file of their own: ``<topic>.portrait(axes)``."""
