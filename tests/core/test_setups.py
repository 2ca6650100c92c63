"""An empirical sentence is judged on a range of set-ups that the ledger declares."""

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from proofs_check.core import entries, findings, judging, ledger
from proofs_check.core.check import Check, Verdict
from proofs_check.core.entry import entry_of
from proofs_check.core.expected import Prediction, Threshold
from proofs_check.core.sensitivity import budget, sensitivity
from proofs_check.core.shape import stands
from proofs_check.core.standing import Finding, Standing, standing
from proofs_check.core.verdict import verdict
from proofs_check.report import figure
from theory import Settles
from theory import jacobi_iteration as theory

NAMES = ("plain", "wide", "slow", "steep")
TABLE = """
id = "made-up"
chapter = "phenomena"
claim = "It is above one half."
printed = [0.5, 1.0]
threshold = 0.55
setups = ["plain", "wide", "slow", "steep"]
setups_from = "chosen for this test"
kind = "empirical-trend"
data = "synthetic"
refuted_if = "It is not."
"""


def at(centre):
    return lambda seeds: centre + 1e-3 * (-1.0) ** np.arange(len(seeds))


@pytest.fixture
def ask(monkeypatch):
    entry = entry_of(tomllib.loads(TABLE), "jacobi_iteration")
    kept = ledger.ledger() | {entry.id: entry}
    monkeypatch.setattr(ledger, "ledger", lambda: kept)

    def check(*centres, names=NAMES, **other):
        return Check(
            **{
                "name": "made_up",
                "claim": theory.two_grid,
                "predict": Threshold("made-up"),
                "measure": {name: at(c) for name, c in zip(names, centres, strict=True)},
                "terms": {"none to speak of": 0.05},
                "rival": 0.3,
                "rival_why": "nobody",
                "side": "at least",
                "settles": (Settles("made-up"),),
                "quantity": "a number, dimensionless",
            }
            | other
        )

    return check


@pytest.mark.parametrize(
    ("centres", "found", "stands"),
    [
        ((0.7, 0.8, 0.9, 0.6), Verdict.CONFIRMED, Standing.CONFIRMED),
        ((0.7, 0.8, 0.2, 0.6), Verdict.SCOPED, Standing.SCOPED),
        ((0.1, 0.2, 0.3, 0.4), Verdict.REFUTED, Standing.REFUTED),
        ((0.5, 0.2, 0.3, 0.4), Verdict.INCONCLUSIVE, Standing.INCONCLUSIVE),
    ],
)
def test_the_verdict_says_in_how_many_set_ups_it_holds(ask, centres, found, stands):
    result = judging.run(ask(*centres))
    assert result.verdict is found and [t.name for t in result.trials] == list(NAMES)
    assert result.values == pytest.approx([np.median(t.values) for t in result.trials])
    (finding,) = findings.findings_of_check("jacobi_iteration.made_up", result)
    judged = verdict(ledger.statement("made-up"), [finding])
    assert judged.verdict is stands
    if stands is Standing.SCOPED:
        assert judged.corrected == "holds with plain, wide, steep; fails with slow"
        assert judged.reading == "the set-ups were declared beforehand: chosen for this test"


def test_undecided_set_ups_are_told(ask):
    result = judging.run(ask(0.7, 0.5, 0.2, 0.8))
    assert result.verdict is Verdict.SCOPED
    assert result.note == "holds with plain, steep; fails with slow; is undecided with wide"
    assert len(result.trials[1].seeds) == 51 and len(result.trials[0].seeds) == 11


def test_a_prediction_does_not_ask(ask):
    law = Prediction(theory.two_grid, part=1)  # 1/9
    one = ask(0.11, 0.11, 0.5, 0.11, predict=law, side="both", settles=(), rival=0.5)
    assert not one.asks and judging.run(one).verdict is Verdict.REFUTED


def test_what_is_measured_is_what_is_declared(ask):
    with pytest.raises(ValueError, match="3 set-ups; a range has at least 4"):
        ask(0.7, 0.8, 0.9, names=NAMES[:3])
    with pytest.raises(ValueError, match=r"measure in the set-up 'plain' is no function: 0.7"):
        ask(0.7, 0.8, 0.9, 0.6, measure=dict.fromkeys(NAMES, 0.7))
    other = ask(0.7, 0.8, 0.9, 0.6, names=("plain", "wide", "slow", "fast"))
    with pytest.raises(ValueError, match="declares the set-ups plain, wide, slow, steep; measured"):
        judging.run(other)


@pytest.mark.parametrize(
    "table",
    [
        TABLE.replace('setups_from = "chosen for this test"', ""),
        TABLE.replace('setups = ["plain", "wide", "slow", "steep"]', ""),
        TABLE.replace(', "slow", "steep"', ""),
    ],
)
def test_a_range_says_where_it_comes_from(table):
    with pytest.raises(ValueError, match="setups, at least 4 names, and setups_from"):
        entry_of(tomllib.loads(table), "jacobi_iteration")


def test_an_answer_is_no_failure(ask, monkeypatch):
    assert not stands({"setups": [], "kind": "threshold", "verdict": "REFUTED"})
    for centres, good in (((0.7, 0.2, 0.9, 0.6), True), ((0.5, 0.2, 0.3, 0.4), False)):
        made = {"made_up": ask(*centres)}
        monkeypatch.setattr(entries.runner, "checks_of", lambda topic, made=made: made)
        entry, _ = entries.run_unit(("check", "jacobi_iteration", "made_up"))
        assert [s["name"] for s in entry["setups"]] == list(NAMES)
        assert stands(entry) is good
        drawn = figure.specification_curve(entry)
        assert all(name in drawn for name in NAMES) and "#plain" not in drawn
    assert figure.specification_curve(entry | {"setups": []}) == ""


def test_the_most_sensitive_set_up_notices_first(ask):
    result = judging.run(ask(0.7, 0.8, 0.9, 0.56))
    alone = judging.run(ask(0.7, 0.8, 0.9, 0.9))
    assert sensitivity(result) < sensitivity(alone)
    some = judging.run(ask(0.7, 0.2, 0.3, 0.9))  # what it does not hold in notices nothing
    assert sensitivity(some) > 0 and sensitivity(judging.run(ask(0.1, 0.2, 0.3, 0.4))) is None
    assert budget(replace(result, values=(0.7, 0.5))) == pytest.approx(1.0)


def test_more_evidence_never_lowers_what_is_proved():
    def finding(stands, scope="whole"):
        return Finding("s", "by", "printed", None, scope, False, stands, "")

    proved = finding(Standing.PROVED)
    for other in (Standing.CONFIRMED, Standing.INCONCLUSIVE):
        assert standing([proved, finding(other)], {None}) is Standing.PROVED
    part = finding(Standing.PROVED, "instances")
    assert standing([part, finding(Standing.INCONCLUSIVE)], {None}) is Standing.INCONCLUSIVE
    for against in (Standing.SCOPED, Standing.REFUTED):
        assert standing([proved, finding(against)], {None}) is against
