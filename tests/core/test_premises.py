"""What the claims rest on is what the record says; ``python -m proofs_check.referee.premises`` writes it anew after a change that was meant."""

import pytest
from sympy import Function, Implies, Symbol

from proofs_check.referee import premises
from proofs_check.core import runner
from theory import Assumed, Decided, Defined, Derivation, Enclosed, Induction, Quoted, Step, derive

x = Symbol("x", real=True)
n = Symbol("n", integer=True, positive=True)


@pytest.mark.parametrize("topic", runner.topics("theory"))
def test_every_claim_rests_on_what_the_record_says(topic):
    for name, claim in runner.claims_of(topic).items():
        assert premises.premises(derive(claim)) == premises.recorded()[f"{topic}.{name}"], "see the first line of this file"


def test_the_record_names_no_claim_that_is_gone():
    assert set(premises.recorded()) == {f"{topic}.{name}" for topic in runner.topics("theory") for name in runner.claims_of(topic)}


def test_every_kind_of_premise_is_recorded():
    base, step = Step(n + 1, n + 1, "base", domain=(n > 2,)), Step(x + n, n + x, "step")
    steps = (
        Defined(Symbol("b"), x**2, "a name"), Assumed(x > 1, "far out"), Quoted("a theorem", "its source"),
        Induction(base, step, "for all n"), Step((x + 1) ** 2, x**2 + 2 * x + 1, "square", domain=(x > 0, x < 1)),
        Decided(x**2 >= 0, "squares"), Decided(Implies(x > 1, x**2 > 1), "far out"), Enclosed(Function("f")(x), 0, 1, "a number"),
    )
    assert premises.premises((Derivation("all", steps, "nobody"),)) == (
        "define b := x**2", "assume x > 1 (far out)", "quote a theorem (its source)", "where n > 2: base", "where x > 0 and x < 1: square",
        "where x > 1: far out", "between 0 and 1: a number", "symbols b, n integer positive, x real",
    )
    assert premises.premises((Derivation("one", (Step(1, 2, "no symbol"),), "nobody"),)) == ()


@pytest.mark.parametrize("changed", [Symbol("x", positive=True), Symbol("x", real=False), Symbol("x")])
def test_what_is_assumed_of_a_symbol_is_recorded(changed):
    before, after = (premises.premises((Derivation("d", (Step(s + 1, 1, "s"),), "nobody"),)) for s in (x, changed))
    assert before == ("symbols x real",) and before != after


def test_the_record_is_written_as_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(premises, "RECORD", tmp_path / "premises.txt")
    assert premises.recorded() == {}
    monkeypatch.setattr(runner, "topics", lambda layer: ["jacobi_iteration"])
    premises.RECORD.write_text(premises.record())
    assert premises.recorded() == {
        f"jacobi_iteration.{name}": premises.premises(derive(claim)) for name, claim in runner.claims_of("jacobi_iteration").items()
    }
