"""A sign, a factor or an exponent changed in a claim makes a step fail or a statement change its
verdict.

One error of each kind is planted in every claim, at a place that a fixed hash picks; ``proofs-check
referee`` plants them all.
"""

import pytest

from proofs_check.core import runner
from proofs_check.referee import plant


@pytest.mark.parametrize(
    ("topic", "name"),
    [(topic, name) for topic in runner.all_topics() for name in plant.parts(topic)],
)
def test_a_planted_error_is_caught(topic, name, once):
    def plant_one_of_each():
        for place in plant.chosen(topic, name, per_kind=1):
            error = plant.planted(place)
            found = plant.by_theory(place)
            assert found.standing != "hole", (
                f"{place}, line {error.line}, {error.kind}: {error.before} became {error.after}: "
                f"{found.reason}"
            )

    once(topic, name, plant_one_of_each)
