"""Every simulation of every topic, one test each: predicted, band, interval and rival are in the
message.  Nobody edits this file.
"""

import sys

import pytest

from proofs_check import Verdict, run
from proofs_check.core import runner
from proofs_check.core.check import value

CHECKS = [(topic, name) for topic in runner.all_topics() for name in runner.checks_of(topic)]
# a number shares nothing
COMPUTED = [
    (topic, name) for topic, name in CHECKS if callable(runner.checks_of(topic)[name].predict)
]


@pytest.mark.parametrize(("topic", "name"), CHECKS)
def test_theory_survives_the_simulation(topic, name):
    check = runner.checks_of(topic)[name]
    assert (
        check.terms and all(value(size) >= 0 for size in check.terms.values()) and check.rival_why
    )
    # raises when the rival is not told apart; open ones are not judged
    result = run(check, "quick" if check.open else "default")
    assert result.verdict in (Verdict.CONFIRMED, Verdict.OPEN), result.message()


def functions_called(action):
    """Functions of the numerical layer and of the topic that run while ``action`` does; laws read
    off theory count, the nouns do not.
    """
    seen = set()

    def watch(frame, event, _):
        path = frame.f_code.co_filename
        if (
            event == "call"
            and ("/numerics/" in path or "/proofs_check/" in path)
            and not frame.f_code.co_name.startswith(("<", "_"))
        ):
            seen.add((path.rsplit("/", 2)[1], frame.f_code.co_name))

    sys.setprofile(watch)
    try:
        action()
    finally:
        sys.setprofile(None)
    return seen - {("proofs_check", "default_device"), ("proofs_check", "value")}


@pytest.mark.parametrize(("topic", "name"), COMPUTED)
def test_what_is_measured_does_not_come_from_what_is_predicted(topic, name):
    check = runner.checks_of(topic)[name]
    assert not functions_called(lambda: value(check.predict)) & functions_called(
        lambda: check.measure((0,))
    )
