"""Networks, data and descent, for every topic that trains."""

# what the numbers of a trained network depend on, for the ``code`` of a sweep
CODE = (
    "proofs_check.training.curvature",
    "proofs_check.training.data",
    "proofs_check.training.descend",
    "proofs_check.training.losses",
    "proofs_check.training.networks",
    "proofs_check.training.rules",
)
