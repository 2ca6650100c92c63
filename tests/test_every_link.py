"""Does the result of every derivation follow from what is listed?  Errors are planted in all: a
step deleted, its ground replaced, its last step exchanged.
"""

import pytest

from proofs_check.core import runner
from proofs_check.referee import links

CLAIMS = [(topic, name) for topic in runner.all_topics() for name in runner.claims_of(topic)]


def missed(broken):
    return [f"{b.kind}, {b.derivation}: {b.step!r}" for b in broken if not b.noticed()]


@pytest.mark.parametrize(("topic", "name"), CLAIMS)
def test_a_deleted_step_is_missed(topic, name, once):
    once(topic, name, lambda: _all(links.deleted(topic, name)))


@pytest.mark.parametrize(("topic", "name"), CLAIMS)
def test_another_ground_is_refused(topic, name, once):
    once(topic, name, lambda: _all(links.other_grounds(topic, name)))


@pytest.mark.parametrize("topic", runner.all_topics())
def test_exchanged_ends_are_refused(topic):
    _all(links.other_ends(topic))


def _all(broken):
    found = missed(broken)
    assert not found, found
