"""Substitutions that SymPy takes for equal are told apart, wherever equality decides."""

import pytest
import sympy as sp

from theory import Derivation, Step, StepFails

x, y = sp.symbols("x y", real=True)
p = sp.Symbol("p", positive=True)
f = sp.Function("f")
CHANGE = p * sp.exp(x) + (1 - p) * sp.exp(-y)
BY_X, BY_Y = (sp.Subs(sp.Derivative(CHANGE, v), (x, y), (1, 1)) for v in (x, y))


def test_a_derivative_by_one_of_two_variables_at_one_point():
    assert BY_X != BY_Y and hash(BY_X) != hash(BY_Y) and BY_X - BY_Y != 0
    assert {BY_X: 1}.get(BY_Y) is None and (BY_Y + p).xreplace({BY_X: p}) == BY_Y + p
    whole = sp.Subs(sp.Integral(x * y, (x, 0, 1)), (x, y), (1, 1))
    assert whole != sp.Subs(sp.Integral(x**2, (x, 0, 1)), x, 1)


def test_points_of_one_name():
    other = sp.Symbol("p", real=True)
    assert sp.Subs(f(x), x, p) != sp.Subs(f(x), x, other)


def test_what_is_the_same_stays_equal():
    assert sp.Subs(f(x), x, 1) == sp.Subs(f(y), y, 1)
    assert sp.Subs(x - y, (x, y), (p, 2)) == sp.Subs(x - y, (y, x), (2, p))
    slope = sp.diff(f(2 * x), x)
    assert slope.has(sp.Subs) and slope - sp.diff(f(2 * x), x) == 0


def test_what_is_known_of_one_is_not_used_of_the_other():
    known = Step(BY_X, p * sp.E, "the first")
    assert known.grade().name == "PROVED"
    for wrong in (Step(BY_Y, p * sp.E, "taken for it", uses=(known,)), Step(BY_X, BY_Y, "same")):
        with pytest.raises((StepFails, ValueError)):
            wrong.grade()
    with pytest.raises((StepFails, ValueError)):
        Derivation(
            "wrong", (known, Step(2 * BY_Y, 2 * p * sp.E, "twice", uses=(known,))), ""
        ).grade()
