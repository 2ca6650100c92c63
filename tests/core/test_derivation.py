"""The nouns themselves: a false step is refused with its point, an empty one is refused, and grades
mean what they say.
"""

import pytest
import sympy as sp

from theory import Assumed, Decided, Derivation, Enclosed, Grade, Step, StepFails
from theory.core.numbers import precision
from theory.core.places import places
from theory.core.values import Place, holds

x = sp.Symbol("x", real=True)
p = sp.Symbol("p", positive=True)
k, l, m = sp.symbols("k l m", integer=True, positive=True)
a = sp.IndexedBase("a")
sigma = sp.Function("sigma")


def test_a_true_identity_is_proved():
    assert (
        Step(sp.Integral(sp.exp(-p * x), (x, 0, 1)), (1 - sp.exp(-p)) / p, "integrate").grade()
        is Grade.PROVED
    )


def test_a_false_identity_raises_with_its_point():
    with pytest.raises(StepFails, match=r"left .* right") as caught:
        Step(sp.Integral(sp.exp(-p * x), (x, 0, 1)), (1 + sp.exp(-p)) / p, "sign flipped").grade()
    assert set(caught.value.point) == {p}


def test_a_step_with_identical_sides_says_nothing():
    with pytest.raises(StepFails, match="says nothing"):
        Step(p, p, "nothing").grade()


def test_a_wrong_limit_is_caught_by_probing_next_to_the_point():
    true = Step(
        sp.Limit(sp.log(1 / sp.sqrt(3 * p)) / sp.log(p), p, sp.oo),
        -sp.Rational(1, 2),
        "leading power",
    )
    assert true.grade() is Grade.PROVED
    for wrong in true.corrupted():
        with pytest.raises(StepFails):
            wrong.grade()


def test_a_sum_of_symbolic_length_is_differentiated_to_one_term():
    f = sp.Sum(a[k] * sigma(k * p), (k, 1, m))
    assert (
        Step(
            sp.Derivative(f, a[l]), sigma(l * p), "only one term depends on a_l", domain=(l <= m,)
        ).grade()
        is Grade.PROVED
    )
    with pytest.raises(StepFails):
        Step(sp.Derivative(f, a[l]), 2 * sigma(l * p), "factor 2", domain=(l <= m,)).grade()


def test_an_inequality_is_decided_and_its_reverse_refused():
    y = sp.Symbol("y", real=True)
    amgm = Step(x * y, (x**2 + y**2) / 2, "a square is not negative", relation="<=")
    assert amgm.grade() is Grade.PROVED
    with pytest.raises(StepFails):
        amgm.corrupted()[0].grade()


def test_points_respect_assumptions_and_never_leave_the_domain():
    n = sp.Symbol("n", negative=True)
    inside = (x < 1, x > sp.Rational(1, 2))
    found = places((x + n + p + m, sp.Integer(0)), inside)
    assert len(found) > 20
    for point in found:
        assert point[n] < 0 < point[p] and point[m].q == 1
        with precision(128):
            assert all(holds(relation, Place({x: point[x]})) for relation in inside)


def test_an_empty_domain_is_an_error_not_a_pass():
    with pytest.raises(ValueError, match="no point found"):
        places((x, x + 1), (x < 0, x > 1))


def test_linear_arithmetic_is_decided_with_a_counterexample():
    assert Decided(sp.Or(x < 2, x > 1), "they overlap").grade() is Grade.PROVED
    with pytest.raises(StepFails) as caught:
        Decided(sp.Or(x < 2, x > 2), "a gap at 2").grade()
    assert caught.value.point == {x: 2}


def test_a_ball_encloses_and_a_wrong_ball_is_refused():
    true = Enclosed(
        sp.pi * sp.exp(sp.Rational(1, 3)), sp.Rational(438, 100), sp.Rational(439, 100), "enclosed"
    )
    assert true.grade() is Grade.ENCLOSED
    with pytest.raises(StepFails):
        true.corrupted()[0].grade()
    with pytest.raises(ValueError, match="rounded"):
        Enclosed(sp.Float(0.1) * sp.pi, 0, 1, "floats are not numbers here").grade()


def test_a_derivation_is_as_good_as_its_weakest_step_and_lists_what_is_given():
    known = Assumed(p > 30, "p is large")
    near = Step(sp.tanh(p), 1, "neither proved nor disproved", "<", uses=(known,))
    weak = Derivation("weak", (known, near), "this test")
    square = Step((p + 1) ** 2 * sp.tanh(p), (p + 1) ** 2, "times it", "<", uses=(weak,))
    whole = Derivation("whole", (square,), "this test")
    assert weak.grade() is Grade.SAMPLED and whole.grade() is Grade.SAMPLED
    derivation = Derivation(
        "a chain",
        (known, Step((p + 1) ** 2, p**2 + 2 * p + 1, "expand", uses=(known,))),
        "this test",
    )
    assert derivation.grade() is Grade.PROVED
    assert derivation.given == whole.given == ("p > 30 (p is large)",)
    assert derivation.function(p)(2.0) == 9.0 and "align*" in derivation.latex()


def test_the_last_step_may_not_be_assumed():
    with pytest.raises(ValueError, match="last step"):
        Derivation("cheating", (Assumed(p > 1, "the result itself"),), "nowhere")
