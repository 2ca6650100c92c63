"""Every simulation of every topic, one test each: predicted, band, interval and rival are in the message.  Nobody edits this file."""

import pytest

from proofs_check import Verdict, _run, run

CHECKS = [(topic, name) for topic in _run.all_topics() for name in _run.checks_of(topic)]


@pytest.mark.parametrize(("topic", "name"), CHECKS)
def test_theory_survives_the_simulation(topic, name):
    result = run(_run.checks_of(topic)[name])
    assert result.verdict in (Verdict.CONFIRMED, Verdict.OPEN), result.message()


@pytest.mark.parametrize(("topic", "name"), CHECKS)
def test_every_check_names_its_errors_and_its_rival(topic, name):
    check = _run.checks_of(topic)[name]
    check.band()  # raises when the rival is not told apart
    assert check.terms and all(v >= 0 for v in check.terms.values()) and check.rival_why
