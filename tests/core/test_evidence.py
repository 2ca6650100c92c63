"""Recorded evidence stands for what would be measured, or everything is measured."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from proofs_check.core import entries, evidence, judging, runner
from proofs_check.core.check import Check, Verdict
from theory import symmetry

TOPIC = "symmetry"
CALLS: list[tuple[int, ...]] = []


def noisy(seeds, middle=1.0):
    CALLS.append(tuple(seeds))
    return np.array([middle + 0.01 * np.random.default_rng(seed).normal() for seed in seeds])


CHECK = Check(
    name="of_a_test",
    quantity="a number, dimensionless",
    claim=next(iter(runner.claims_of(TOPIC).values())),
    predict=1.0,
    measure=noisy,
    terms={"seeds": 0.05},
    rival=2.0,
    rival_why="twice as much",
)


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    monkeypatch.setattr(evidence, "FOLDER", tmp_path)
    found = evidence.record(TOPIC, CHECK)
    evidence.write(TOPIC, {CHECK.name: found})
    CALLS.clear()
    return found


def rewrite(found, **changes):
    evidence.write(TOPIC, {CHECK.name: found | changes})


def test_one_seed_is_run_again_and_the_values_are_those_recorded(recorded):
    result, from_record = evidence.judged(TOPIC, CHECK, "default")
    assert from_record and CALLS == [(0,)]
    assert result.values == judging.measured(CHECK).values
    assert result.verdict is Verdict.CONFIRMED


def test_recorded_values_are_judged_by_what_theory_predicts_now(recorded):
    moved = replace(CHECK, predict=3.0, rival=1.0)
    result, from_record = evidence.judged(TOPIC, moved, "default")
    # the record holds one round; a band that leaves the answer open asks for more
    assert from_record and result.verdict is Verdict.REFUTED
    near = replace(CHECK, predict=1.0515)
    result, from_record = evidence.judged(TOPIC, near, "default")
    assert not from_record and len(result.values) in (21, 51)


def test_other_sources_are_measured(recorded):
    rewrite(recorded, key="another")
    assert not evidence.judged(TOPIC, CHECK, "default")[1]
    assert evidence.stale() == [f"{TOPIC}.{CHECK.name}"]


def test_a_witness_that_disagrees_is_believed(recorded):
    wrong = recorded["witness"] | {"value": 1.5}
    rewrite(recorded, witness=wrong)
    result, from_record = evidence.judged(TOPIC, CHECK, "default")
    assert not from_record and result.verdict is Verdict.CONFIRMED
    elsewhere = replace(CHECK, measure=lambda seeds: noisy(seeds, 2.0))
    rewrite(recorded)
    result, from_record = evidence.judged(TOPIC, elsewhere, "default")
    assert not from_record and result.verdict is Verdict.REFUTED


def test_published_set_ups_are_measured(recorded):
    assert not evidence.judged(TOPIC, CHECK, "full")[1]
    assert not evidence.judged(TOPIC, CHECK, "quick")[1]


def test_what_reads_theory_is_kept_under_its_key(recorded):
    assert not recorded["theory"]

    def reading(seeds):
        symmetry.__dict__[CHECK.claim.__name__]()
        return noisy(seeds)

    found = evidence.record(TOPIC, replace(CHECK, measure=reading))
    assert found["theory"] and found["key"] != recorded["key"]


def test_infinite_values_come_back(recorded):
    def lost(seeds):
        return np.where(np.asarray(seeds) % 2 == 0, np.inf, noisy(seeds))

    check = replace(CHECK, measure=lost)
    evidence.write(TOPIC, {check.name: evidence.record(TOPIC, check)})
    result, from_record = evidence.judged(TOPIC, check, "default")
    assert from_record and math.isinf(result.values[0]) and math.isfinite(result.values[1])


def test_an_entry_says_that_it_is_recorded(recorded, monkeypatch):
    monkeypatch.setattr(runner, "checks_of", lambda topic: {CHECK.name: CHECK})
    entry, _ = entries.run_unit(("check", TOPIC, CHECK.name))
    assert entry["recorded"] and "one seed run again" in entry["note"]
    assert json.dumps(entry)


# ---------------------------------------------------------------- what the package holds

KEPT = [
    (path.stem, name)
    for path in sorted(evidence.FOLDER.glob("*.json"))
    for name in evidence.of(path.stem)
]


def test_no_evidence_is_stale():
    assert evidence.stale() == [], "python -m proofs_check.core.evidence records it again"


def test_little_is_recorded():
    checks = sum(len(runner.checks_of(topic)) for topic in runner.all_topics())
    assert len(KEPT) <= checks / 5
    for topic, name in KEPT:
        setups = runner.checks_of(topic)[name].setups
        assert list(evidence.of(topic)[name]["setups"]) == list(setups)
