"""The referee is refereed: coverage of the interval, and how often a false claim is confirmed."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from proofs_check import Check, Verdict, run, verdicts
from proofs_check.core import findings, ledger
from proofs_check.core import verdict as statement_verdict
from proofs_check.core.entry import entry_of
from proofs_check.core.judging import ROUNDS, judge, median_interval
from proofs_check.core.sensitivity import budget, sensitivity
from proofs_check.core.standing import Finding
from theory import Grade
from theory.nondimensionalisation import balance


@pytest.mark.parametrize("count", [count for count, _ in ROUNDS])
def test_the_interval_covers_the_median_whatever_the_law(count):
    rng = np.random.default_rng(count)
    draws = np.sort(rng.standard_cauchy((40_000, count)), axis=1)
    rank = dict(ROUNDS)[count]
    missed = (draws[:, rank - 1] > 0) | (draws[:, -rank] < 0)
    assert missed.mean() < 1.5e-3  # 1e-3 and three standard errors of 40,000 draws


def test_the_interval_is_the_order_statistics():
    assert median_interval(range(11)) == (0, 10)
    assert median_interval(range(21)) == (2, 18)
    assert median_interval(range(51)) == (13, 37)
    assert median_interval(range(5)) == (-np.inf, np.inf)


def check(law, **changes):
    rng = np.random.default_rng(0)
    settings = {
        "name": "coin",
        "claim": balance,
        "predict": lambda: 0.0,
        "measure": lambda seeds: law(rng, len(seeds)),
        "terms": {"tolerance": 1.0},
        "rival": lambda: 5.0,
        "rival_why": "a test",
        "quantity": "heads, a count",
    }
    return Check(**(settings | changes))


def test_a_claim_with_the_truth_on_the_edge_is_almost_never_confirmed():
    rng = np.random.default_rng(1)
    confirmed = sum(
        run(check(lambda _, count: 1.0 + 1e-9 + 0.5 * rng.standard_normal(count))).verdict
        is Verdict.CONFIRMED
        for _ in range(4_000)
    )
    assert confirmed <= 4  # < 1 in 1000


def test_verdicts_follow_the_interval():
    assert run(check(lambda rng, count: rng.uniform(-0.5, 0.5, count))).verdict is Verdict.CONFIRMED
    assert (
        run(check(lambda rng, count: 3 + rng.uniform(-0.5, 0.5, count))).verdict is Verdict.REFUTED
    )
    undecided = run(check(lambda rng, count: rng.uniform(-3, 3, count)))
    assert undecided.verdict is Verdict.INCONCLUSIVE and len(undecided.values) == 51
    assert judge((0.0, 0.5), (-1.0, np.inf)) is Verdict.CONFIRMED


def test_a_rival_inside_reach_of_the_band_is_refused():
    with pytest.raises(ValueError, match="does not tell the rival"):
        run(check(lambda rng, count: rng.uniform(size=count), rival=lambda: 1.5))


def test_an_infinite_value_confirms_nothing():
    result = run(check(lambda rng, count: np.full(count, np.inf)))
    assert result.verdict is Verdict.INCONCLUSIVE and "not finite" in result.note


def test_one_seed_gives_no_verdict_and_an_open_question_is_only_listed():
    assert run(check(lambda rng, count: np.zeros(count)), tier="quick").verdict is Verdict.OPEN
    assert (
        run(check(lambda rng, count: np.zeros(count), open="nobody knows")).note == "nobody knows"
    )


def test_equal_formulas_that_sympy_cannot_reduce_are_not_refuted():
    angle = sp.pi / 7
    printed = sp.cos(angle) - sp.cos(2 * angle) + sp.cos(3 * angle)
    assert findings.agree(printed, sp.Rational(1, 2)) is Grade.SAMPLED
    assert findings.agree(printed, sp.Rational(1, 3)) is None
    assert (
        findings.agree(sp.true, sp.true) is Grade.PROVED
        and findings.agree(sp.true, sp.Integer(1)) is None
    )
    n = sp.Symbol("n", positive=True)
    bound = sp.Sum(n**2, (n, 1, 3)) >= n  # SymPy does not call an inequality Boolean
    assert findings.agree(sp.true, bound, shown=True) is Grade.PROVED
    assert (
        findings.agree(sp.true, sp.Integer(1), shown=True) is None
        and findings.agree(n > 0, sp.true) is Grade.PROVED
        and findings.agree(n > 1, n > 0) is None
    )


VALUES = st.lists(st.floats(-1.2, 1.2), min_size=11, max_size=11)


@given(VALUES, st.sampled_from(["both", "at least", "at most"]))
def test_what_is_confirmed_never_exceeds_its_budget(values, side):
    result = run(
        check(
            lambda _, count: np.resize(values, count),
            side=side,
            rival=-5.0 if side == "at least" else 5.0,
        )
    )
    spent = budget(result)
    assert spent is not None and spent >= 0
    if result.verdict is Verdict.CONFIRMED:
        assert spent <= 1


def test_the_budget_counts_the_side_that_refutes():
    spread = np.linspace(0.2, 0.6, 11)
    both = run(check(lambda _, count: np.resize(spread, count)))
    assert budget(both) == pytest.approx(0.4)
    assert budget(replace(both, check=replace(both.check, side="at most"))) == pytest.approx(0.4)
    assert budget(replace(both, check=replace(both.check, side="at least"))) == 0
    assert budget(
        replace(both, check=replace(both.check, terms={"one": 0.3, "two": 0.2}))
    ) == pytest.approx(0.8)
    assert budget(replace(both, check=replace(both.check, terms={"none": 0.0}))) is None
    assert budget(replace(both, values=(np.nan,) * 11)) is None


@pytest.mark.parametrize(("side", "rival"), [("both", 25.0), ("at least", 1.0), ("at most", 25.0)])
def test_a_prediction_moved_by_the_sensitivity_is_refuted_and_by_less_is_not(side, rival):
    values = np.linspace(9.7, 10.4, 11)
    result = run(
        check(lambda _, count: np.resize(values, count), predict=10.0, rival=rival, side=side)
    )
    share = sensitivity(result)
    # to the far end of the values, and the half-width
    expected = {"both": 1.4, "at least": 1.4, "at most": 1.3}[side]
    assert share == pytest.approx(expected / 10)
    rng = np.random.default_rng(3)
    directions = {"both": (1, -1), "at least": (1,), "at most": (-1,)}[side]
    refuted = {}
    for size in (1.01 * share, 0.8 * share):
        said = []
        for direction in directions:
            band = replace(
                result.check,
                predict=10.0 * (1 + direction * size),
                rival=rival + 10 * direction * size,
            ).band()
            said.append(
                np.mean(
                    [
                        judge(median_interval(rng.choice(values, 11)), band) is Verdict.REFUTED
                        for _ in range(200)
                    ]
                )
            )
        refuted[size] = min(said)
    assert refuted[1.01 * share] >= 0.95 > refuted[0.8 * share]


def test_sensitivity_is_absolute_about_zero_and_absent_where_nothing_is_judged():
    still = run(check(lambda _, count: np.full(count, 0.25), deterministic=True))
    assert sensitivity(still) == pytest.approx(1.25)
    moved = run(check(lambda _, count: np.full(count, 4.0), predict=2.0, deterministic=True))
    # upwards it has to pass what was measured
    assert moved.verdict is Verdict.REFUTED and sensitivity(moved) == pytest.approx(1.5)
    # refuted where it stands
    assert sensitivity(replace(moved, check=replace(moved.check, side="at most"))) == 0
    assert sensitivity(run(check(lambda _, count: np.zeros(count), open="why"))) is None
    assert sensitivity(run(check(lambda _, count: np.zeros(count)), "quick")) is None
    assert sensitivity(run(check(lambda _, count: np.full(count, np.inf)))) is None


def test_verdicts_from_python_are_those_of_the_evidence_given():
    alone = {statement.id: statement for statement in verdicts("activation_spectrum")}
    assert alone["relu-fourier-quadratic-decay"].verdict.name == "PROVED"
    wrong = alone["ricker-definition-normalisation"]
    assert wrong.verdict.name == "REFUTED" and f"found {wrong.corrected}" in str(wrong)
    assert "fp-absence-hurts-generalisation" not in alone  # nobody ran its check
    with pytest.raises(ValueError, match="no topic 'ricker'"):
        verdicts("ricker")


def test_what_is_printed_is_said_in_words():
    cases = {
        "at least 0": [0, None],
        "at most -1": [float("-inf"), -1.0],
        "between 0.1 and 2": [0.1, 2],
        "any number": [None, None],
        "3/2": "3/2",
    }
    for words, printed in cases.items():
        assert ledger.shown(printed) == words
    assert (
        findings._derived(sp.Integer(10) ** 36) == "10**36"
        and findings._derived(sp.Integer(10) ** 36 + 1) == f"1{'0' * 35}1"
    )
    assert (
        findings._measured(15319.0, 15319.0) == "15319"
        and findings._measured(-0.5, 1.25) == "between -0.5 and 1.25"
    )
    assert ledger.shown({"a": 1, "b": [0, 1]}) == "a: 1; b: between 0 and 1"


def judged(entry, *findings):
    """The verdict of an entry from (part, reading, standing) triples."""
    found = [
        Finding(entry.id, f"t.{i}", reading, part, "whole", False, standing, "7")
        for i, (part, reading, standing) in enumerate(findings)
    ]
    return statement_verdict.verdict(entry, found)


def sentence(**changes):
    known = {
        "id": "a-sentence",
        "claim": "All are.",
        "chapter": "papers",
        "place": "page 1",
        "kind": "identity",
        "data": "none",
        "refuted_if": "One is not.",
        "printed": {"all": True},
        "charitable": {"some": True},
    }
    table = {key: value for key, value in (known | changes).items() if value is not None}
    return entry_of(table, "parity")


LOST = ("all", "printed", statement_verdict.Standing.REFUTED)
HELD = ("some", "charitable", statement_verdict.Standing.PROVED)


def test_a_condition_scopes_and_another_sentence_refutes():
    scoped = judged(sentence(holds_where="one looks at some"), LOST, HELD)
    assert (scoped.verdict.name, scoped.reading) == ("SCOPED", "PROVED as: one looks at some")
    entry = sentence(holds_instead="some are", erratum_class="wording")
    refuted = judged(entry, LOST, HELD)
    assert (refuted.verdict.name, refuted.corrected) == ("REFUTED", "all: 7")
    assert refuted.reading == "PROVED instead: some are [wording]"


@pytest.mark.parametrize("given", [{}, {"holds_where": "here", "holds_instead": "there"}])
def test_a_charitable_reading_says_which_of_both_it_is(given):
    with pytest.raises(ValueError, match=r"needs holds_where.*or holds_instead"):
        sentence(**given)


def test_more_evidence_never_lowers_a_verdict():
    entry = sentence(charitable=None)
    proved = ("all", "printed", statement_verdict.Standing.PROVED)
    agrees = ("all", "printed", statement_verdict.Standing.CONFIRMED)
    assert judged(entry, proved).verdict is judged(entry, proved, agrees).verdict
    assert judged(entry, agrees).verdict.name == "CONFIRMED"
