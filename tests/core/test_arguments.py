"""A list of true steps that proves too much is refused."""

import pytest
from sympy import And, Eq, Function, Implies, Integer, Product, Sum, symbols

from theory import (
    Aside,
    Assumed,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Settles,
    Step,
    StepFails,
    To,
    chain,
)
from theory.notation import mean, mean_is_linear

x, y = symbols("x y", real=True)
p = symbols("p", positive=True)
n, k = symbols("n k", integer=True, positive=True)
f = Function("f", real=True)


def made(*steps, **settles):
    return Derivation("made", steps, "own", **settles)


def test_a_calculation_goes_one_way():
    up = chain(p, To(p + 1, "up", relation="<="), To(p - 5, "down", relation=">="))
    with pytest.raises(ValueError, match="by <= and by >="):
        made(*up)
    strict = chain(p, To(p + 1, "up", relation="<"), To(p + 1 + p**2, "again", relation="<="))
    assert made(*strict).states == (p, "<", p + 1 + p**2)


def test_names_are_not_defined_by_one_another():
    steps = Defined(x, y + 1, "a"), Defined(y, x + 1, "b")
    last = Step(x - y + p, y + 1 - y + p, "w", uses=steps)
    with pytest.raises(ValueError, match="defined by one another"):
        made(*steps, last)
    later = Defined(x, y + 1, "a"), Defined(y, p, "b")
    assert made(*later, Step(x**2, (p + 1) ** 2, "w", uses=later)).grade().name == "PROVED"


@pytest.mark.parametrize(
    "grounds",
    [
        (Assumed(Eq(f(x), 1), "one"), Assumed(Eq(f(x), 2), "two")),
        (Assumed(Eq(x, 1), "one"), Defined(x, Integer(2), "two")),
    ],
)
def test_nothing_has_two_values(grounds):
    first = Step(f(x) * y + x, y + x, "w", uses=grounds[:1])
    last = Step(2 * first.lhs, 2 * y + 2 * x, "w", uses=(first, grounds[1]))
    with pytest.raises(ValueError, match="two values"):
        made(*grounds, first, last)


@pytest.mark.parametrize(
    ("ground", "result"),
    [
        (Assumed(Eq(f(x), x**2), "h"), Step(f(x), x**2, "w")),
        (Assumed(Eq(x**2, f(x)), "h"), Step(f(x), x**2, "w")),
        (Quoted("a theorem", "s", (f(x), "<=", x**2)), Step(f(x), x**2, "w", "<=")),
        (Assumed(x > y, "h"), Decided(x > y, "w")),
    ],
)
def test_a_hypothesis_is_no_result(ground, result):
    from dataclasses import replace

    with pytest.raises(ValueError, match="no derivation of itself"):
        made(ground, replace(result, uses=(ground,)))


def test_grounds_that_never_hold_decide_nothing():
    grounds = Assumed(x > 1, "h"), Assumed(x < 1, "g")
    with pytest.raises(StepFails, match="never holds"):
        made(*grounds, Decided(x > 5, "w", uses=grounds)).grade()
    with pytest.raises(StepFails, match="never holds"):
        Decided(Implies(And(x > 1, x < 0), y > 5), "w").grade()


def test_a_name_that_is_declared_positive_stands_for_what_can_be():
    with pytest.raises(StepFails, match="declared positive"):
        Defined(p, -(x**2) - 1, "d").grade()


def test_what_settles_is_a_finding():
    ground = Assumed(Eq(f(x), x), "h")
    one = Step(2 * f(x), 2 * x, "so", uses=(ground,))
    other = Step(2 * one.lhs, 4 * x, "so", uses=(one,))
    twice = made(ground, one, other, settles=(Settles("s", by=other),))
    assert twice.settled(twice.settles[0]) == 4 * x  # and not the first with this reason
    for no_finding in (ground, Aside(one), Defined(f(x), x, "h")):
        with pytest.raises(ValueError, match="name a step that finds something"):
            made(ground, one, settles=(Settles("s", by=no_finding),))


@pytest.mark.parametrize(
    ("whole", "parts", "said"),
    [
        (mean(x * y), mean(x) * mean(y), "product of means"),
        (mean(x**2), mean(x) ** 2, "product of means"),
        (mean(x * y), x * mean(y) + 0 * mean(x) + x * mean(x) - x * mean(x) + 1, "and not"),
        (mean(x**2 + x), x * mean(x) + mean(x), "stands outside the means"),
        (mean(Sum(x**k, (k, 1, n))), Product(mean(x**k), (k, 1, n)), "and not"),
    ],
)
def test_a_mean_is_linear_and_no_more(whole, parts, said):
    with pytest.raises(ValueError, match=said):
        mean_is_linear(whole, parts)


def test_a_mean_of_a_sum():
    parts = Sum(p**k * mean(x**k), (k, 1, n)) + 3 * mean(y)
    found = mean_is_linear(mean(Sum(p**k * x**k, (k, 1, n)) + 3 * y), parts)
    assert found.states[2] == parts
