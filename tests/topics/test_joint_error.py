"""Joint misses against random hardness, Monte Carlo and quadrature, bad input."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import joint_error
from theory import derive
from theory import joint_error as theory


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=30))
def test_any_hardness_lies_within_the_bounds(q):
    q, N = np.array(q) * 0.99, len(q)
    J, P, e = (q**3).sum(), (q**2).sum(), q.mean()
    low, high = joint_error.pair_bounds(J, N, e)
    assert low <= P * (1 + 1e-9)
    assert high * (1 + 1e-9) >= P
    assert joint_error.joint_errors(N, [e] * 3) <= J * (1 + 1e-9)


def test_two_kinds_attain_the_upper_end():
    chance, share = joint_error.two_point_hardness(494, 10000, 0.1)
    assert chance * share == pytest.approx(0.1)
    assert 10000 * share * chance**3 == pytest.approx(494)
    assert 10000 * share * chance**2 == pytest.approx(joint_error.pair_bounds(494, 10000, 0.1)[1])


def test_both_ends_are_possible_and_what_lies_beyond_them_is_not():
    # 10000 * 0.1^3 is more than ten in the usual precision
    assert joint_error.pair_bounds(10, 10000, 0.1)[1] == pytest.approx(100)
    assert joint_error.pair_bounds(1000, 10000, 0.1)[1] == pytest.approx(1000)
    for J in (10 - 3e-8, 1000 + 3e-8):
        with pytest.raises(ValueError, match="N e"):
            joint_error.pair_bounds(J, 10000, 0.1)


def test_a_beta_law_by_quadrature_and_by_its_closed_form():
    n, pairs = joint_error.beta_hardness(494, 10000, 0.1)
    a, b = 0.1 * n, 0.9 * n

    def moment(k):
        return mpmath.beta(a + k, b) / mpmath.beta(a, b)

    assert float(10000 * moment(3)) == pytest.approx(494, rel=1e-8)
    assert float(10000 * moment(2)) == pytest.approx(pairs, rel=1e-8)
    law = derive(theory.hardness_of_a_beta_law)[2]
    (width,) = (step for step in law.steps if getattr(step, "symbol", None) == theory.n)
    closed = width.expr.subs({"j": 0.0494})
    closed = closed.subs({s: 0.1 for s in closed.free_symbols if s.name == "e"})
    closed = closed.subs({s: 0.0494 for s in closed.free_symbols})
    assert float(closed) == pytest.approx(n, rel=1e-8)


def test_three_classifiers_that_share_a_hardness():
    rng, N, e = np.random.default_rng(6), 200_000, 0.12
    q = rng.beta(0.12 * 0.8, 0.88 * 0.8, N)
    missed = rng.random((3, N)) < q
    J = missed.all(0).sum()
    _, pairs = joint_error.beta_hardness(J, N, e)
    assert (missed[0] & missed[1]).sum() == pytest.approx(pairs, rel=0.02)


def test_the_printed_numbers():
    assert joint_error.joint_errors(10000, [0.1] * 3) == pytest.approx(10)
    possible, chance, ten = derive(theory.printed_count)
    assert ten.result == 10
    assert possible.grade().name == chance.grade().name == "PROVED"


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: joint_error.joint_errors(0, [0.1]), "N"),
        (lambda: joint_error.joint_errors(10, [1.5]), "errors"),
        (lambda: joint_error.pair_bounds(2000, 10000, 0.1), "N e"),
        (lambda: joint_error.two_point_hardness(1, 10000, 0.1), "N e"),
        (lambda: joint_error.beta_hardness(1000, 10000, 0.1), "end"),
    ],
)
def test_bad_input_is_answered(call, what):
    with pytest.raises(ValueError, match=what):
        call()
