"""The referee is refereed: coverage of the interval, and how often a false claim is confirmed."""

import numpy as np
import pytest
import sympy as sp

from proofs_check import Check, Verdict, _statements, run
from proofs_check._check import ROUNDS, judge, median_interval
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
        "name": "coin", "claim": balance, "predict": lambda: 0.0, "measure": lambda seeds: law(rng, len(seeds)),
        "terms": {"tolerance": 1.0}, "rival": lambda: 5.0, "rival_why": "a test",
    }
    return Check(**(settings | changes))


def test_a_claim_with_the_truth_on_the_edge_is_almost_never_confirmed():
    rng = np.random.default_rng(1)
    confirmed = sum(
        run(check(lambda _, count: 1.0 + 1e-9 + 0.5 * rng.standard_normal(count))).verdict is Verdict.CONFIRMED for _ in range(4_000)
    )
    assert confirmed <= 4  # < 1 in 1000


def test_verdicts_follow_the_interval():
    assert run(check(lambda rng, count: rng.uniform(-0.5, 0.5, count))).verdict is Verdict.CONFIRMED
    assert run(check(lambda rng, count: 3 + rng.uniform(-0.5, 0.5, count))).verdict is Verdict.REFUTED
    undecided = run(check(lambda rng, count: rng.uniform(-3, 3, count)))
    assert undecided.verdict is Verdict.INCONCLUSIVE and len(undecided.values) == 51
    assert judge((0.0, 0.5), (-1.0, np.inf)) is Verdict.CONFIRMED


def test_a_rival_inside_reach_of_the_band_is_refused():
    with pytest.raises(ValueError, match="does not tell the rival"):
        run(check(lambda rng, count: rng.uniform(size=count), rival=lambda: 1.5))


def test_a_value_that_is_not_a_number_confirms_nothing():
    result = run(check(lambda rng, count: np.full(count, np.nan)))
    assert result.verdict is Verdict.INCONCLUSIVE and "not finite" in result.note


def test_one_seed_gives_no_verdict_and_an_open_question_is_only_listed():
    assert run(check(lambda rng, count: np.zeros(count)), tier="quick").verdict is Verdict.OPEN
    assert run(check(lambda rng, count: np.zeros(count), open="nobody knows")).note == "nobody knows"


def test_equal_formulas_that_sympy_cannot_reduce_are_not_refuted():
    angle = sp.pi / 7
    printed = sp.cos(angle) - sp.cos(2 * angle) + sp.cos(3 * angle)
    assert _statements.agree(printed, sp.Rational(1, 2)) is Grade.SAMPLED
    assert _statements.agree(printed, sp.Rational(1, 3)) is None
    assert _statements.agree(sp.true, sp.true) is Grade.PROVED and _statements.agree(sp.true, sp.Integer(1)) is None
