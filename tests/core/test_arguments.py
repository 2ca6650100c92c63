"""A list of true steps that proves too much is refused."""

import pytest
from sympy import (
    And,
    Eq,
    Function,
    Implies,
    Integer,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    oo,
    pi,
    symbols,
)

from theory import (
    Aside,
    Assumed,
    Decided,
    Defined,
    Derivation,
    Enclosed,
    Induction,
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


SO_FAR = symbols("s", real=True)
SUM = n * (n + 1) / 2


@pytest.mark.parametrize(
    ("induction", "said"),
    [
        (Induction(p, 1, Integer(1), SO_FAR + p + 1, p * (p + 1) / 2, "w"), "an integer"),
        (Induction(n, 1, SO_FAR, SO_FAR + n + 1, SUM + SO_FAR - 1, "w"), "the value so far"),
        (
            Induction(n, 1, Integer(1), SO_FAR + n + 1, SUM, "w", sequence=Sum(k**2, (k, 1, n))),
            "goes on so",
        ),
        (
            Induction(n, 1, Integer(1), SO_FAR + n + 1, SUM, "w", sequence=Sum(k, (k, 1, n)) + 1),
            "begins so",
        ),
    ],
)
def test_an_induction_is_about_its_sequence(induction, said):
    with pytest.raises(StepFails, match=said):
        induction.grade()


def test_an_induction_shows_the_passages_that_its_index_leaves_out():
    jump = Piecewise((SO_FAR + 5, Eq(f(n), f(0))), (SO_FAR + n + 1, True))
    wrong = Induction(n, 0, Integer(0), jump, SUM, "w")
    assert len(wrong.parts()) == 3
    good = Induction(n, 0, Integer(0), SO_FAR + n + 1, SUM, "w", sequence=Sum(k, (k, 1, n)))
    assert good.grade().name == "PROVED"


def test_estimates_that_agree_do_not_hide_closed_forms_that_differ():
    zeta = Sum(1 / k**2, (k, 1, oo))
    with pytest.raises(StepFails, match="closed form"):
        Step(zeta, Rational(16449340668482264, 10**16), "w").grade()
    assert Step(zeta, pi**2 / 6, "w").grade().name == "PROVED"


@pytest.mark.parametrize(
    "step",
    [
        Decided(Symbol("z", complex=True) ** 2 >= 0, "w"),
        Decided(Implies(x < 0, x ** Rational(1, 3) < 0), "w"),
        Enclosed(x, 0, 1, "w"),
    ],
)
def test_what_is_beyond_the_procedures_is_refused_in_a_sentence(step):
    with pytest.raises(StepFails, match="cannot be"):
        step.grade()


def test_a_domain_that_is_the_claim_says_nothing():
    with pytest.raises(StepFails, match="says nothing"):
        Step(f(x), x**2, "w", ">=", (f(x) >= x**2,)).grade()
    ground = Assumed(f(x) >= x**2, "h")
    below = Step(2 * f(x), 2 * x**2, "w", ">=", uses=(ground,))
    assert made(ground, below).grade().name in ("PROVED", "SAMPLED")
