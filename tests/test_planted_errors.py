"""A sign, a factor or an exponent changed in a claim makes a step fail or a statement change its verdict.

One error of each kind is planted in every claim, at a place that a fixed hash picks; ``proofs-check referee`` plants them all.
"""

import pytest

from proofs_check import _referee, _run


@pytest.mark.parametrize(("topic", "name"), [(topic, name) for topic in _run.all_topics() for name in _referee.parts(topic)])
def test_a_planted_error_is_caught(topic, name):
    for place in _referee.chosen(topic, name, per_kind=1):
        error = _referee.planted(place)
        found = _referee.by_theory(place)
        assert found.standing != "hole", f"{place}, line {error.line}, {error.kind}: {error.before} became {error.after}: {found.reason}"
