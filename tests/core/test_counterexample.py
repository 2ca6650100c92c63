"""A sentence is refuted by a point at which it is false; a statement is settled by a step."""

from dataclasses import replace

import pytest
import sympy as sp
from sympy import Eq, Rational, pi, sin, sqrt

from theory import Counterexample, Decided, Derivation, Enclosed, Grade, Settles, Step, StepFails
from theory.core.derivation import value_of
from theory.core.opaque import follows

a, b = sp.symbols("a b", real=True)
p = sp.Symbol("p", positive=True)
n, i = sp.symbols("n i", integer=True, positive=True)


@pytest.mark.parametrize(
    ("formula", "point"),
    [
        (Eq(a, 1 - a), {a: 1}),
        (sp.Implies(a > b, a**2 > b**2), {a: 1, b: -2}),
        (sin(a) > Rational(1, 2), {a: pi}),
        (Eq(sqrt(p**2 + 1), p + 1), {p: 1}),
        (sp.Sum(i, (i, 1, n)) < n**2, {n: 1}),
    ],
)
def test_a_point_at_which_it_is_false_refutes_a_formula(formula, point):
    shown = Counterexample(formula, tuple(point.items()), "no law")
    assert shown.grade() is Grade.PROVED and value_of(shown) == sp.false
    for wrong in shown.corrupted():
        with pytest.raises(StepFails, match="holds at"):
            wrong.grade()
    assert r"\neg" in shown.latex()


@pytest.mark.parametrize(
    ("formula", "point", "said"),
    [
        (Eq(a, 1 - a), {a: Rational(1, 2)}, "holds at a = 1/2"),
        (p > 0, {p: -1}, "-1 is no value that p may take"),
        (n > 1, {n: Rational(1, 2)}, "1/2 is no value that n may take"),
        (a > b, {a: 1}, "cannot be decided"),
    ],
)
def test_a_point_that_refutes_nothing_is_told(formula, point, said):
    with pytest.raises(StepFails, match=said):
        Counterexample(formula, tuple(point.items()), "no law").grade()


def test_a_counterexample_obeys_what_it_uses():
    known = Step(a**2, b**2, "given so")
    with pytest.raises(StepFails, match="holds"):
        Counterexample(Eq(a**2, b**2), ((b, 1),), "no law", uses=(known,)).grade()


def test_a_statement_is_settled_by_a_step_of_the_derivation():
    square = Step((a + b) ** 2, a**2 + 2 * a * b + b**2, "the square")
    less = Step(p, p + 1, "less", relation="<", uses=())
    made = Derivation("d", (square,), "own", (Settles("x", by=square), Settles("y")))
    assert [made.settled(s) for s in made.settles] == [square.rhs, square.rhs]
    assert value_of(less) == sp.true
    assert value_of(Decided(a**2 >= 0, "a square")) == (a**2 >= 0)
    assert value_of(Enclosed(pi, 3, 4, "pi")) == pi
    with pytest.raises(ValueError, match="no step of this derivation"):
        Derivation("d", (square,), "own", (Settles("x", by=less),))
    wrong = replace(square, rhs=a)  # an error in the step that settles
    assert replace(made, steps=(wrong,)).settled(made.settles[0]) == a


def test_what_holds_for_all_values_holds_for_sums_and_exponentials():
    x = sp.IndexedBase("x", real=True)
    total = sp.Sum(x[i], (i, 1, n))
    assert follows(total**2 + 2 * total + 1 >= 0)
    assert follows(sp.Implies(a >= 0, a * sp.exp(b) <= 2 * a * sp.exp(b)))
    assert not follows(total >= 0)
    assert not follows(total**-2 >= 0)  # it has no value where the sum is zero
    assert not follows(sp.Eq((total + 1) / total, 1 + 1 / total))  # it may be zero
    with pytest.raises(StepFails, match="does not follow"):
        Decided(total >= 0, "of any sign").grade()
    with pytest.raises(NotImplementedError, match="not known to be real"):
        follows(sp.log(a) ** 2 >= 0)
