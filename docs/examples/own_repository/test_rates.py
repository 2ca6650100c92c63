"""A list of checks is as many items, each with its own name."""

from functools import partial

from test_descent import measured, predicted
from test_step import loss_left

from proofs_check import Check

RATES = [
    Check(
        name=f"rate_of_{round(100 * rate)}_percent",
        quantity="change of the log loss per step, dimensionless",
        claim=loss_left,
        predict=partial(predicted, rate),
        measure=partial(measured, rate=rate),
        terms={"noise": 0.004},
        rival=-2 * rate,
        rival_why="descent follows the flow, which leaves exp(-2 eta) per step",
    )
    for rate in (0.1, 0.2, 0.4)
]
