"""The referee plants what it says, asks every layer, and leaves everything as it was."""

import ast
import importlib
import json
import sys
import types
from dataclasses import replace

import pytest
import sympy as sp
from click.testing import CliRunner

from proofs_check.cli import main
from proofs_check.cli import referee as referee_command
from proofs_check.core import pool, runner
from proofs_check.referee import (
    errors,
    plant,
    planting,
    predictions,
    premises,
    sameness,
    steps,
    suite,
)
from theory import Decided, Derivation, Enclosed, Step

TOPIC = "jacobi_iteration"


def place_of(name, kind, before):
    """The first error of a kind in a claim at a place that reads like this."""
    for number, own in planting.places(TOPIC, name):
        if own == kind and planting.planted((TOPIC, name, number)).before == before:
            return TOPIC, name, number
    raise LookupError(f"{name}: no {kind} in {before}")


def test_every_kind_is_planted_and_each_changes_one_line():
    source = ast.unparse(planting.tree_of(TOPIC)).splitlines()
    seen = set()
    for name in plant.parts(TOPIC):
        for place in plant.chosen(TOPIC, name, per_kind=2):
            error = planting.planted(place)
            seen.add(error.kind)
            changed = [
                new
                for old, new in zip(source, ast.unparse(error.tree).splitlines(), strict=True)
                if old != new
            ]
            assert len(changed) == 1 and error.before != error.after, place
    assert seen == set(errors.KINDS)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("sign", "1 - 2 * sin(theta / 2) ** 2", "1 + 2 * sin(theta / 2) ** 2"),
        ("term", "1 - 2 * sin(theta / 2) ** 2", "1"),
        ("factor 2", "2 * sin(theta / 2) ** 2", "sin(theta / 2) ** 2"),
        ("factor pi", "2 * sin(theta / 2) ** 2", "_pi * 2 * sin(theta / 2) ** 2"),
        ("exponent + 1", "sin(theta / 2) ** 2", "sin(theta / 2) ** (2 + 1)"),
        ("exponent - 1", "sin(theta / 2) ** 2", "sin(theta / 2) ** (2 - 1)"),
    ],
)
def test_an_error_looks_as_it_should_and_a_step_notices(kind, before, after):
    place = place_of("undamped_symbol", kind, before)
    assert planting.planted(place).after == after
    assert steps.by_theory(place).caught_by == "step"


def test_an_inequality_is_turned_and_a_symbol_replaced_by_one_of_its_kind():
    assert planting.planted(place_of("smoothing_factor", "inequality", "s <= 1")).after == "s >= 1"
    assert planting.planted(place_of("symbol", "symbol", "k")).after == "j"


def test_a_change_that_changes_nothing_is_equivalent():
    found = [steps.by_theory(place) for place in plant.chosen(TOPIC, "two_grid", per_kind=6)]
    assert not any(f.standing == "hole" for f in found)
    known = steps.truth(TOPIC, "symbol")[0]
    assert (
        steps.of_a_claim(TOPIC, "symbol", runner.claims_of(TOPIC)["symbol"]).standing
        == "equivalent"
    )
    assert sameness.same_step(known[0].steps[0], known[0].steps[0]) and not sameness.same_step(
        *known[0].steps[:2]
    )


def test_a_changed_definition_is_noticed_by_the_record_alone(monkeypatch):
    """No step can notice it: without the record a reader has to."""
    place = place_of("two_grid", "exponent + 1", "sin(theta / 2) ** 2")
    assert steps.by_theory(place).caught_by == "record"
    wrong = steps.built(planting.planted(place).module().two_grid)
    monkeypatch.setattr(premises, "recorded", lambda topic: {"two_grid": premises.premises(wrong)})
    assert steps.by_theory(place).standing == "premise"


def test_a_domain_that_a_definition_leaves_empty_is_noticed_by_the_step_that_uses_it():
    assert steps.by_theory(place_of("two_grid", "inequality", "s < 1")).caught_by == "step"


def test_a_larger_domain_is_stronger_and_a_smaller_one_is_not():
    s = runner.claims_of(TOPIC)["two_grid"]()[0].steps[1]
    (s_,) = s.domain[0].free_symbols
    wider, narrower = (replace(s, domain=(domain,)) for domain in (s_ > 0, (s_ > 0) & (s_ < 0.5)))
    assert sameness.no_narrower(s, wider) and sameness.no_narrower(s, s)
    assert not sameness.no_narrower(s, narrower) and not sameness.no_narrower(
        wider, replace(s, rhs=s.rhs + 1)
    )
    # not shown
    assert not sameness.no_narrower(s, replace(s, domain=(s_ < 1, s_ > -1, sp.sin(s_) > 0)))
    formulas = [Decided(sp.Implies(given, s_ + 1 > 1), "one") for given in (s_ > 1, s_ > 0)]
    assert sameness.no_narrower(*formulas) and not sameness.no_narrower(*formulas[::-1])
    others = Decided(sp.Implies(s_ > 0, s_ > -1), "another"), s
    assert not any(sameness.no_narrower(formulas[0], other) for other in others)


def test_two_formulas_that_hold_are_not_the_same_result():
    x, y = sp.symbols("x y", real=True)
    formulas = [sp.Equivalent(sp.Eq(z, end - z), sp.Eq(2 * z, end)) for z, end in ((x, 1), (y, 2))]
    one, other, given = (
        Derivation("d", (Decided(formula, "a formula"),), "nobody")
        for formula in (*formulas, sp.Implies(x > 0, formulas[0]))
    )
    assert sameness.same(one.result, other.result) and not sameness.same_result(one, other)
    assert sameness.same_result(one, given) and sameness.starting_points(
        one
    ) != sameness.starting_points(given)


def test_a_wider_enclosure_is_another_result_and_a_closer_one_is_not():
    def enclosed(lower, upper):
        return (Derivation("root", (Enclosed(sp.sqrt(2), lower, upper, "its digits"),), "nobody"),)

    assert sameness.as_close(*enclosed(1, 2), *enclosed(sp.Rational(14, 10), sp.Rational(15, 10)))
    assert not any(
        sameness.as_close(*enclosed(1, 2), *enclosed(*wrong)) for wrong in ((0, 2), (1, 3))
    )
    below, above = (
        (Derivation("sign", (Step(sp.Integer(-1), sp.Integer(0), "sign", relation),), "nobody"),)
        for relation in ("<", "<=")
    )
    assert (
        sameness.as_close(*below, *below)
        and not sameness.as_close(*below, *above)
        and not sameness.as_close(*below, *enclosed(1, 2))
    )


def test_a_number_in_wider_bounds_is_noticed_by_the_record_alone():
    (place,) = (
        p
        for p in plant.chosen("parameter_count", "gpt3")
        if planting.planted(p).after == "2 * 176 * 10 ** 9"
    )
    assert steps.by_theory(place).caught_by == "record"


def in_the_result():
    """A sign turned in the last formula of the symbol, which is the one that numerics reads."""
    planted = [(place, planting.planted(place)) for place in plant.chosen(TOPIC, "symbol")]
    signs = [(e.line, place) for place, e in planted if e.kind == "sign" and "** 2" in e.before]
    return max(signs)[1]


def test_modules_see_the_error_only_within():
    before = {
        name: id(module)
        for name, module in sys.modules.items()
        if name.startswith(("theory", "numerics", "proofs_check"))
    }
    module = planting.planted(in_the_result()).module()
    with predictions.in_place_of(TOPIC, module):
        from numerics import jacobi_iteration as numerics

        assert sys.modules[f"theory.{TOPIC}"] is module and numerics.symbol(
            1, 1, 1.0
        ) == pytest.approx(2)
    assert {name: id(sys.modules[name]) for name in before} == before
    assert runner.claims_of(TOPIC)["symbol"] is sys.modules[f"theory.{TOPIC}"].symbol


def test_helpers_of_the_numerical_layer_see_the_error_too():
    from numerics.core import neurons as before

    mutant = types.ModuleType("theory.gradient_flow")
    vars(mutant).update(vars(sys.modules["theory.gradient_flow"]))
    with predictions.in_place_of("gradient_flow", mutant):
        from numerics.core import neurons as within

        assert within is not before and within.theory is mutant
    assert importlib.import_module("numerics.core.neurons") is before


def test_the_tests_of_numerics_notice_a_changed_result():
    found = suite.by_tests(in_the_result())
    assert found is not None and found.caught_by == "numerics" and "test_" in found.reason


def test_checks_notice_a_prediction_that_moves(monkeypatch):
    monkeypatch.setattr(predictions, "measured", lambda topic, name: (((0.9, 1.1),), "CONFIRMED"))
    check = runner.checks_of(TOPIC)["network_takes_the_other_order"]
    module = planting.planted(in_the_result()).module()
    assert predictions.by_checks(TOPIC, module) is None  # a rival that moves, but not into the band
    for wrong, caught in (
        (0.6, False),
        (1.6, True),
        (-3.0, True),
    ):  # within what was measured; above it; where the rival is
        monkeypatch.setattr(
            runner, "checks_of", lambda topic, wrong=wrong: {"a": replace(check, predict=wrong)}
        )
        monkeypatch.setattr(predictions, "right_predictions", lambda topic: {"a": (0.5, -3.2)})
        found = predictions.by_checks(TOPIC, module)
        assert (found is not None and found.caught_by == "check") is caught


def test_too_long_is_undecided(monkeypatch):
    def endless(place):
        while True:
            pass

    monkeypatch.setattr(plant, "by_theory", endless)
    monkeypatch.setattr(plant, "LIMIT", 0.05)
    found = plant.referee((TOPIC, "symbol", 0))
    assert found["standing"] == "undecided" and found["caught_by"] is None


@pytest.fixture
def few(monkeypatch):
    """Two errors, and layers that see nothing."""
    monkeypatch.setattr(plant, "parts", lambda topic: ["symbol"])
    monkeypatch.setattr(
        plant, "chosen", lambda topic, name, per_kind: [(topic, name, 0), (topic, name, 1)]
    )
    monkeypatch.setattr(
        plant, "by_theory", lambda place: steps.Verdict(None, "hole", "nobody looked")
    )
    monkeypatch.setattr(plant, "by_tests", lambda place: None)
    monkeypatch.setattr(plant, "by_checks", lambda topic, module: None)


def test_a_hole_is_listed_and_makes_the_status_one(few, tmp_path):
    file = tmp_path / "found.json"
    done = CliRunner().invoke(
        main.cli, ["referee", TOPIC, "--jobs", "1", "--json", str(file)], standalone_mode=False
    )
    assert (
        done.return_value == 1
        and done.output.count("nobody looked") == 2
        and "2 errors: 2 hole" in done.output
    )
    document = json.loads(file.read_text())
    assert (
        set(document) == {"schema", "seconds", "complete", "errors", "unnoticed"}
        and document["complete"]
    )
    keys = {
        "id",
        "topic",
        "claim",
        "kind",
        "line",
        "before",
        "after",
        "caught_by",
        "standing",
        "reason",
        "seconds",
    }
    assert all(set(entry) == keys for entry in document["errors"])


def test_ctrl_c_keeps_the_errors_that_were_planted(few, tmp_path, monkeypatch):
    def interrupted(work, act, jobs, lanes):
        yield work[0], act(work[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(pool, "run_all", interrupted)
    file = tmp_path / "found.json"
    done = CliRunner().invoke(
        main.cli, ["referee", TOPIC, "--json", str(file)], standalone_mode=False
    )
    document = json.loads(file.read_text())
    assert done.return_value == 130 and len(document["errors"]) == 1 and not document["complete"]


def test_what_was_planted_is_kept_as_it_comes(few, tmp_path, monkeypatch):
    file = tmp_path / "found.json"

    def killed(work, act, jobs, lanes):
        yield work[0], act(work[0])
        assert (
            len(json.loads(file.read_text())["errors"]) == 1
            and not json.loads(file.read_text())["complete"]
        )
        yield work[1], act(work[1])

    monkeypatch.setattr(pool, "run_all", killed)
    monkeypatch.setattr(referee_command, "SAVE_EVERY", 0.0)
    CliRunner().invoke(
        main.cli,
        ["referee", TOPIC, "--json", str(file)],
        standalone_mode=False,
        catch_exceptions=False,
    )
    assert (
        len(json.loads(file.read_text())["errors"]) == 2
        and json.loads(file.read_text())["complete"]
    )


def test_nothing_noticed_nothing_planted():
    done = CliRunner().invoke(
        main.cli,
        ["referee", TOPIC, "--per-kind", "1", "--jobs", "1", "--json", "-"],
        standalone_mode=False,
    )
    entries = json.loads(done.output)["errors"]
    assert {e["standing"] for e in entries} <= {"caught", "equivalent", "another proof", "stronger"}
    assert done.return_value == 0
    assert any(e["caught_by"] == "step" for e in entries) and {e["kind"] for e in entries} == set(
        errors.KINDS
    )
