"""Every claim is put at risk: by a check that is about it or predicts by it, or by a test that
notices an error in it (``routes.py``); what is neither says why.  Nobody edits this file.
"""

import ast
import tomllib
from pathlib import Path

from proofs_check.core import runner
from proofs_check.core.expected import Prediction

HERE = Path(__file__).parent
REASONS = tomllib.loads((HERE / "no_route.toml").read_text())


def checked():
    """Claims that a check is about or predicts by."""
    name = {
        claim: f"{topic}.{name}"
        for topic in runner.all_topics()
        for name, claim in runner.claims_of(topic).items()
    }
    for topic in runner.all_topics():
        for check in runner.checks_of(topic).values():
            yield name[check.claim]
            if isinstance(check.predict, Prediction) and check.predict.claim in name:
                yield name[check.predict.claim]


def marked():
    """Claims that a test is marked with."""
    for path in sorted(HERE.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for call in node.decorator_list:
                    if isinstance(call, ast.Call) and ast.unparse(call.func) in (
                        "route",
                        "pytest.mark.claim",
                    ):
                        yield call.args[0].value


CLAIMS = {f"{topic}.{name}" for topic in runner.all_topics() for name in runner.claims_of(topic)}
AT_RISK = {*checked(), *marked()}
WITHOUT = {f"{topic}.{name}" for topic, names in REASONS.items() for name in names}


def test_every_claim_is_put_at_risk():
    left = sorted(CLAIMS - AT_RISK - WITHOUT)
    assert not left, "give each a check, a route or a marked test, or a reason in no_route.toml"


def test_what_has_a_route_has_no_reason_to_have_none():
    assert not sorted(WITHOUT & AT_RISK), "delete the reason"
    assert not sorted(WITHOUT - CLAIMS), "no such claim"
    assert not sorted(set(marked()) - CLAIMS), "a test names no claim"


def test_a_reason_is_a_sentence():
    for names in REASONS.values():
        assert all(len(reason) > 20 for reason in names.values())
