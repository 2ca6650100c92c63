"""What the statements on linear models come to."""

from proofs_check import verdict_of


def test_the_statements_that_need_no_simulation():
    expected = {
        "phase-linear-if-only-a-trained": "PROVED",
        "phase-random-feature-limit": "PROVED",
        "phase-linearisation-error-order": "PROVED",
        "phase-linear-definition-own-parameter": "REFUTED",
    }
    for statement, verdict in expected.items():
        assert verdict_of(statement).verdict.name == verdict
