"""A check that is built wrongly says so; one whose theory is false or missing is not judged."""

import math
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from proofs_check import Check, Prediction, Threshold, Verdict, run
from proofs_check.core import ledger
from theory import Derivation, Step, StepFails
from theory.nondimensionalisation import balance

p = sp.Symbol("p", positive=True)


def square():
    """The square of p + 1 has a middle term."""
    return Derivation("Square", (Step((p + 1) ** 2, p**2 + 2 * p + 1, "binomial"),), "Euclid")


def false_square():
    """The square of p + 1 has no middle term."""
    return Derivation("Square", (Step((p + 1) ** 2, p**2 + p + 1, "no middle"),), "nobody")


def good(**changes):
    fields = {
        "name": "c",
        "claim": square,
        "predict": -0.5,
        "measure": lambda seeds: [-0.5] * len(seeds),
        "terms": {"reading": 0.05},
        "rival": 0.0,
        "rival_why": "a test",
        "quantity": "a number, dimensionless",
    }
    return Check(**(fields | changes))


def test_a_good_check_is_confirmed():
    assert run(good()).verdict is Verdict.CONFIRMED


@pytest.mark.parametrize(("rounds", "drawn"), [(1, 11), (2, 21), (3, 51)])
def test_an_undecided_check_draws_its_rounds_of_seeds(rounds, drawn):
    spread = good(measure=lambda seeds: [-0.5 + (seed % 2) for seed in seeds], rounds=rounds)
    assert len(run(spread).values) == drawn and run(spread).verdict is Verdict.INCONCLUSIVE
    assert len(run(spread, "full").values) == 51


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"side": "At least"}, "side 'At least' is not known; the nearest is 'at least'"),
        ({"terms": {"reading": -0.05}}, "term 'reading' is negative"),
        ({"rounds": 4}, "rounds 4: 1, 2 or 3 is needed"),
        ({"terms": {"reading": math.nan}}, "term 'reading' is nan"),
        ({"terms": {"reading": "wide"}}, "term 'reading' is no real number"),
        ({"terms": {}}, "terms is empty"),
        ({"terms": [0.05]}, "terms is \\[0.05\\]: Mapping is needed"),
        ({"predict": "-0.5"}, "predict is no real number: '-0.5'"),
        ({"rival": "0"}, "rival is no real number: '0'"),
        ({"rounds": 2.0}, "rounds 2.0: 1, 2 or 3 is needed"),
        ({"deterministic": "no"}, "deterministic is 'no': bool is needed"),
        ({"open": True}, "open is True: str is needed"),
        ({"quantity": "  "}, "quantity is empty"),
        ({"settles": ("an-id",)}, "settles is \\('an-id',\\): it takes"),
        ({"rival": math.inf}, "rival is inf"),
        ({"rival": 1j}, "rival is no real number"),
        ({"predict": math.nan}, "predict is nan"),
        ({"predict": None}, "predict is no real number"),
        ({"name": "half_width_1.5"}, "name 'half_width_1.5': letters, digits and underscores"),
        ({"claim": 3}, "claim is no function"),
        ({"claim": None}, "claim is no function"),
        ({"measure": 0.5}, "measure is no function"),
        ({"name": ""}, "name is empty"),
        ({"rival_why": ""}, "rival_why is empty"),
        ({"quantity": ""}, "quantity is empty: say what is measured and in which unit"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(changes, words):
    with pytest.raises(ValueError, match=words):
        good(**changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"terms": {"reading": lambda: -0.05}}, "term 'reading' is negative"),
        ({"terms": {"reading": lambda: math.inf}}, "term 'reading' is inf"),
        ({"predict": lambda: math.nan}, "predict is nan"),
        ({"rival": lambda: -math.inf}, "rival is -inf"),
        ({"terms": {"nothing": 0.0}}, "add up to 0"),
        ({"terms": {"reading": 0.3}}, "does not tell the rival"),
    ],
)
def test_what_a_function_computes_is_looked_at_too(changes, words):
    with pytest.raises(ValueError, match=words):
        run(good(**changes))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (lambda seeds: 0.5, "shape \\(1,\\) for 11 seeds"),
        (lambda seeds: np.zeros((len(seeds), 1)), "shape \\(11, 1\\)"),
        (lambda seeds: [0.5] * (len(seeds) - 1), "shape \\(10,\\)"),
        (lambda seeds: [0.5] * 3 + [math.nan] * (len(seeds) - 3), "nan for seed 3, 4"),
        (lambda seeds: [0.5j] * len(seeds), "complex128 values"),
        (lambda seeds: ["half"] * len(seeds), "real numbers are needed"),
        (lambda seeds: [None] * len(seeds), "real numbers are needed"),
        (lambda seeds: np.ma.masked_equal(seeds, 0), "returned masked values"),
        (lambda seeds: [[0.5], [0.5, 0.5]], "no array of numbers"),
    ],
)
def test_measured_values_that_are_not_one_real_number_per_seed_are_refused(values, words):
    with pytest.raises(ValueError, match=words):
        run(good(measure=values))


def test_a_false_theory_confirms_nothing():
    with pytest.raises(StepFails, match="no middle"):
        run(good(claim=false_square))


@pytest.mark.parametrize("claim", [lambda: 3, lambda: None, lambda: (), lambda: (square(), 3)])
def test_a_claim_that_is_no_derivation_confirms_nothing(claim):
    with pytest.raises(ValueError, match="must return a Derivation"):
        run(good(claim=claim))


def test_a_misspelt_tier_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="tier 'Quick' is not known; the nearest is 'quick'"):
        run(good(), tier="Quick")


def test_a_prediction_is_the_result_of_its_claim():
    predicted = Prediction(square, {p: 2.0})
    assert predicted() == 9.0
    found = good(predict=predicted, measure=lambda seeds: [9.0] * len(seeds))
    assert found.kind == "prediction" and run(found).verdict is Verdict.CONFIRMED
    assert run(replace(found, measure=lambda seeds: [7.0] * len(seeds))).verdict is Verdict.REFUTED


def test_a_threshold_is_read_from_the_ledger(monkeypatch):
    entry = replace(next(iter(ledger.ledger().values())), threshold={"late": -0.5})
    monkeypatch.setattr("proofs_check.core.expected.statement", lambda name: entry)
    assert good(predict=Threshold("any", "late")).kind == "threshold"
    assert run(good(predict=Threshold("any", "late"))).predicted == -0.5
    with pytest.raises(ValueError, match="no threshold 'lat'; the nearest is 'late'"):
        run(good(predict=Threshold("any", "lat")))
    with pytest.raises(ValueError, match="no threshold None; the nearest is"):
        run(good(predict=Threshold("any")))
    monkeypatch.setattr(
        "proofs_check.core.expected.statement", lambda name: replace(entry, threshold=None)
    )
    with pytest.raises(ValueError, match="has no threshold, but None"):
        run(good(predict=Threshold("any")))


def test_a_threshold_of_no_statement_is_answered_with_the_nearest_id():
    with pytest.raises(ValueError, match=r"no statement .*'parity-definition-sign'"):
        run(good(predict=Threshold("parity-definition-sgn")))


def test_a_typed_number_is_called_one():
    assert (
        good().kind == "number" and good(claim=balance, predict=lambda: -0.5).kind == "prediction"
    )
