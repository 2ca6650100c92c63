"""A sign, a factor or an exponent changed in a claim makes a step fail or a statement change its verdict.

One error of each kind is planted in every claim, at a place that a fixed hash picks; ``proofs-check referee`` plants them all.
"""

import pytest

from proofs_check import _referee, _run

OPEN = {  # holes that are known: the referee lists them, a better step or statement would close them
    ("tangent_kernel", "fluctuation_of_the_interpolant", "symbol"):
        "both sides are made of the same matrices, so that equal entries give a special case, which is true; nothing else reads the result",
}


@pytest.mark.parametrize(("topic", "name"), [(topic, name) for topic in _run.all_topics() for name in _referee.parts(topic)])
def test_a_planted_error_is_caught(topic, name):
    for place in _referee.chosen(topic, name, per_kind=1):
        error = _referee.planted(place)
        found = _referee.by_theory(place)
        if (topic, name, error.kind) in OPEN:
            assert found.standing == "hole", f"{place}: closed, so it is no longer open"
            continue
        assert found.standing != "hole", f"{place}, line {error.line}, {error.kind}: {error.before} became {error.after}: {found.reason}"
