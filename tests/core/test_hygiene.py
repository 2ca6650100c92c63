"""Names of sums, integrals, derivatives and limits mean what they say when steps are put in."""

import pytest
from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    Integer,
    Integral,
    Lambda,
    Limit,
    Max,
    Rational,
    Subs,
    Sum,
    oo,
    symbols,
)

from theory import Assumed, Defined, Derivation, Grade, Quoted, Step, StepFails
from theory.core.hygiene import free

x, y, z = symbols("x y z", real=True)
p, q = symbols("p q", positive=True)
n, k, m = symbols("n k m", integer=True, positive=True)
f, g = Function("f", real=True), Function("g", real=True)
a = IndexedBase("a", real=True)


def grade(lhs, rhs, *grounds, domain=(), relation="=="):
    last = Step(lhs, rhs, "the last", relation, domain, grounds)
    return Derivation("made", (*grounds, last), "own").grade()


@pytest.mark.parametrize(
    ("ground", "lhs", "rhs"),
    [
        # what is bound is another thing than what is known of the name outside
        (Defined(x, y, "d"), Integral(x * y, (x, 0, 1)), Rational(1, 3)),
        (Assumed(Eq(x, y), "h"), Derivative(x * y, x), 2 * y),
        (Assumed(Eq(k, 3), "h"), Sum(k, (k, 1, n)), 3 * n),
        (Assumed(Eq(x, 1), "h"), Integral(x, (x, 0, 1)), 1),
        (Defined(x, Integer(1), "d"), x + Integral(x, (x, 0, 1)), 2),
        (Defined(k, Integer(3), "d"), k + Sum(k, (k, 1, n)), 3 + 3 * n),
        (Assumed(Eq(x, 1), "h"), Limit(x**2, x, 3), 1),
        (Assumed(Eq(x, 1), "h"), Subs(x**2, x, 3), 1),
        # what is put in is caught
        (Defined(m, k, "d"), Sum(m * k, (k, 1, n)), n * (n + 1) * (2 * n + 1) / 6),
        (Assumed(Eq(f(y), x), "h"), Integral(f(y), (x, 0, 1)), Rational(1, 2)),
        (Quoted("q", "s", (f(x), "==", y)), Integral(f(x) * y, (y, 0, 1)), Rational(1, 3)),
        (Defined(p, q**2, "d"), Derivative(p * q, q), 3 * q**2),
        (Assumed(Eq(f(y), x), "h"), Limit(f(y) + x, x, 1), 2),
        (Assumed(Eq(f(y), x), "h"), Subs(f(y) * x, x, 2), 4),
        (Step(g(y) - g(y) + a[1] * k / k, a[1], "s"), Sum(k, (k, 1, n)), n),
        # what holds in one place only is used in another
        (Step(Max(k, 3), 3, "s", domain=(k <= 3,)), Sum(Max(k, 3), (k, 1, n)), 3 * n),
        (Step(Max(x, 0), 0, "s", domain=(x <= 0,)), Integral(Max(x, 0), (x, -1, 1)), 0),
        (Step(x**2, x, "s", domain=(Eq(x, 1),)), Derivative(x**2, x), 1),
        (Step(Max(x, 0), 0, "s", domain=(x <= 0,)), Subs(Max(x, 0), x, 2), 0),
        (Step(Max(x, 0), 0, "s", domain=(x <= 0,)), Limit(Max(x, 0), x, oo), 0),
    ],
)
def test_what_names_another_thing_is_refused(ground, lhs, rhs):
    with pytest.raises(StepFails):
        grade(lhs, rhs, ground)


@pytest.mark.parametrize(
    ("ground", "lhs", "rhs"),
    [
        (Assumed(Eq(f(x), x**2), "h"), Integral(f(x), (x, 0, 1)), Rational(1, 3)),
        (Assumed(Eq(a[k], k), "h"), Sum(a[k], (k, 1, n)), n * (n + 1) / 2),
        (Defined(p, q**2, "d"), Subs(p * q, q, 2), 8),
        (Defined(p, q**2, "d"), Limit(p + 1 / q, q, oo), oo),
        (Quoted("q", "s", (f(z), "==", p**2)), Limit(f(z) / p, p, 0), 0),
        (Assumed(Eq(f(y), x), "h"), Integral(f(y) * z, (z, 0, 1)), x / 2),
        (Step(Max(x, 0), x, "s", domain=(x >= 0,)), Integral(Max(x, 0), (x, 0, 1)), Rational(1, 2)),
        (Step(Max(k, 2), k, "s", domain=(k >= 2,)), Sum(Max(k, 2), (k, 2, n + 1)), n * (n + 3) / 2),
        (Step(Max(x, 0), 0, "s", domain=(x <= 0,)), Subs(Max(x, 0), x, -2), 0),
    ],
)
def test_what_holds_for_all_values_is_used_at_all(ground, lhs, rhs):
    assert grade(lhs, rhs, ground) > Grade.GIVEN


def test_a_domain_of_the_step_says_why_a_variable_stays():
    lemma = Step(Max(x, p), p, "s", domain=(x <= p,))
    whole = Integral(Max(x, p), (x, 0, q))
    with pytest.raises(StepFails, match="goes beyond"):
        grade(whole, p * q, lemma)
    assert grade(whole, p * q, lemma, domain=(q <= p,)) > Grade.GIVEN


@pytest.mark.parametrize(
    ("expr", "symbols_of_it"),
    [
        (Sum(k * x, (k, 1, n)), {x, n}),
        (Integral(x * y, (x, 0, y)), {y}),
        (Integral(x * y, (x, 0, x)), {x, y}),
        (Derivative(f(x) * y, x), {x, y}),
        (Subs(Derivative(f(x), x), x, z), {z}),
        (Limit(x * y, x, z), {y, z}),
        (Lambda(x, x + y), {y}),
    ],
)
def test_on_what_an_expression_depends(expr, symbols_of_it):
    assert free(expr) == symbols_of_it
