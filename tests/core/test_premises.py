"""What the claims rest on is what the record says."""

import pytest
from sympy import Function, Implies, Symbol

from proofs_check.core import runner
from proofs_check.referee import premises
from theory import (
    SO_FAR,
    Assumed,
    Decided,
    Defined,
    Derivation,
    Enclosed,
    Induction,
    Quoted,
    Step,
    derive,
)

x = Symbol("x", real=True)
n = Symbol("n", integer=True, positive=True)


@pytest.mark.parametrize("topic", runner.topics("theory"))
def test_every_claim_rests_on_what_the_record_says(topic):
    found = {
        name: premises.premises(derive(claim)) for name, claim in runner.claims_of(topic).items()
    }
    known = premises.recorded(topic)
    again = (
        f"if this change was meant, `{premises.WRITE} {topic}` records it in "
        f"tests/premises/{topic}.txt"
    )
    assert not found.keys() - known.keys(), f"claims without a record: {again}"
    assert not known.keys() - found.keys(), f"the record names claims that are gone: {again}"
    for name, lines in found.items():
        assert lines == known[name], f"{topic}.{name} rests on something else now; {again}"


def test_every_record_belongs_to_a_topic():
    assert {path.stem for path in premises.RECORDS.glob("*.txt")} == set(runner.topics("theory"))


def test_every_kind_of_premise_is_recorded():
    steps = (
        Defined(Symbol("b"), x**2, "a name"),
        Assumed(x > 1, "far out"),
        Quoted("a theorem", "its source"),
        Induction(n, 1, x, SO_FAR + x, n * x, "for all n", domain=(n > 2,)),
        Step((x + 1) ** 2, x**2 + 2 * x + 1, "square", domain=(x > 0, x < 1)),
        Decided(x**2 >= 0, "squares"),
        Decided(Implies(x > 1, x**2 > 1), "far out"),
    )
    last = Enclosed(Function("f")(x), 0, 1, "a number", uses=steps)
    assert premises.premises((Derivation("all", (*steps, last), "nobody"),)) == (
        "define b := x**2",
        "assume x > 1 (far out)",
        "quote a theorem (its source)",
        "n from 1: x, then s + x: for all n",
        "where n > 2: for all n",
        "where x > 0 and x < 1: square",
        "where x > 1: far out",
        "between 0 and 1: a number",
        "symbols b, n integer positive, s real, x real",
    )
    assert premises.premises((Derivation("one", (Step(1, 2, "no symbol"),), "nobody"),)) == ()


@pytest.mark.parametrize(
    "changed", [Symbol("x", positive=True), Symbol("x", real=False), Symbol("x")]
)
def test_what_is_assumed_of_a_symbol_is_recorded(changed):
    before, after = (
        premises.premises((Derivation("d", (Step(s + 1, 1, "s"),), "nobody"),))
        for s in (x, changed)
    )
    assert before == ("symbols x real",) and before != after


def test_the_record_is_written_as_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(premises, "RECORDS", tmp_path / "premises")
    assert premises.recorded("jacobi_iteration") == {}
    premises.write("jacobi_iteration")
    assert premises.recorded("jacobi_iteration") == {
        name: premises.premises(derive(claim))
        for name, claim in runner.claims_of("jacobi_iteration").items()
    }
