"""What is remembered is what would be found again: for the same question only, with all that was
said beside the value, and not more of it than there is room for.
"""

import os
import time
from collections import OrderedDict
from contextlib import suppress

import pytest
import sympy as sp
from flint import acb, arb, fmpq

from proofs_check.core import entries, grades, store
from theory import Step, StepFails, derive
from theory.core import grading, limits, places, quadrature, remembered, trial
from theory.core.compiled import along, made
from theory.core.limits import Diverges
from theory.core.numbers import BITS, NoValue, Unknown, precision
from theory.core.values import Place, of

x, y = sp.symbols("x y", real=True)
p = sp.Symbol("p", positive=True)
k = sp.Symbol("k", integer=True, nonnegative=True)
COSTLY = [
    sp.Integral(sp.exp(-p * y**2), (y, 0, sp.oo)),
    sp.Integral(sp.sin(x * y) * sp.Abs(y - x), (y, 0, 1)),
    sp.Integral(y * x, (y, 0, x), (x, 0, p)),
    sp.Limit(sp.sin(x * p) / x, x, 0),
    sp.Sum(p**k / sp.factorial(k), (k, 0, sp.oo)),
]


def exactly(ball):
    parts = (ball.real, ball.imag)
    return [end.man_exp() for part in parts for end in (part.mid(), part.rad())]


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    monkeypatch.setattr(remembered, "KEPT", OrderedDict())


@pytest.fixture
def followed(monkeypatch):
    """How often a rule was really followed."""
    count, follow = [], remembered._followed
    monkeypatch.setattr(
        remembered, "_followed", lambda *asked: count.append(asked[1]) or follow(*asked)
    )
    return count


@pytest.mark.parametrize("node", COSTLY, ids=str)
def test_the_second_answer_is_the_first_with_all_that_was_said_beside_it(node, followed):
    answers = []
    for _ in range(2):
        place = Place({p: fmpq(2, 3), x: fmpq(3, 5)})
        answers.append((exactly(acb(of(node, place))), place.estimated, place.scale))
    assert answers[0] == answers[1] and answers[0][1] and answers[0][2] > 0
    assert followed == [node]


def test_what_was_said_before_is_neither_lost_nor_remembered():
    place = Place({p: fmpq(1)}, estimated=True, scale=1e9)
    of(COSTLY[0], place)
    assert place.estimated and place.scale == 1e9
    other = Place({p: fmpq(1)})
    of(COSTLY[0], other)
    assert 0.5 < other.scale < 2


def test_another_number_seed_precision_or_assumption_is_another_question(followed):
    free = sp.Symbol("p", real=True)
    f, a = sp.Function("f"), sp.IndexedBase("a")
    drawn = sp.Integral(f(y) * a[1], (y, 0, 1))

    def asked(node, numbers, seed=0, bits=128):
        with precision(bits):
            return of(node, Place(numbers, seed))

    node = COSTLY[0]
    for question, numbers, seed, bits in (
        (node, {p: fmpq(1)}, 0, 128),
        (node, {p: fmpq(2)}, 0, 128),
        (node, {p: acb(arb(2, 1e-9))}, 0, 128),
        (node, {p: acb(arb(2, 1e-12))}, 0, 128),
        (COSTLY[3], {p: fmpq(1)}, 0, 128),
        (COSTLY[3], {p: fmpq(1)}, 0, 512),
        (node.xreplace({p: free}), {free: fmpq(1)}, 0, 128),
        (drawn, {}, 0, 128),
        (drawn, {}, 1, 128),
        (drawn, {("a", (1,)): fmpq(5)}, 1, 128),
    ):
        before = len(followed)
        with suppress(Unknown):
            asked(question, numbers, seed, bits)
        assert len(followed) == before + 1
        asked(COSTLY[0], {p: fmpq(1), x: fmpq(seed)})  # an x that is not in it, and a seed
    assert len(followed) == 10


@pytest.mark.parametrize("node", COSTLY[:3], ids=str)
def test_an_integral_has_a_precision_of_its_own_and_is_asked_once(node, followed):
    place, found = Place({p: acb(arb(2, 1e-12)) / 3, x: fmpq(3, 5)}), []
    for bits in BITS:
        with precision(bits):
            exact = quadrature.integral.__wrapped__(node, place)
            found.append(exactly(acb(exact)))
            assert exactly(acb(of(node, place))) == found[-1]
    assert found[1:] == found[:-1] and len(followed) == 1


def test_why_there_is_no_value_is_remembered_too(followed):
    far = sp.Integral(1 / y, (y, 1, sp.oo))
    none = sp.Limit(sp.sin(1 / x), x, 0)
    for _ in range(2):
        with pytest.raises(Diverges) as grows:
            of(far, Place())
        assert grows.value.sign == 1
        with pytest.raises((NoValue, Unknown)):
            of(none, Place())
    assert followed == [far, none]


def test_there_is_room_for_so_many_and_the_oldest_goes(monkeypatch, followed):
    monkeypatch.setattr(remembered, "ROOM", 2)
    for number in (1, 2, 1, 3, 1, 2):
        of(COSTLY[0], Place({p: fmpq(number)}))
    assert len(remembered.KEPT) == 2
    assert len(followed) == 4  # 1, 2, 3, and 2 again


def test_what_was_cut_short_is_not_remembered(monkeypatch):
    def late(*_):
        raise trial.OutOfTime("late")

    monkeypatch.setattr(limits, "_approach", late)
    with pytest.raises(trial.OutOfTime):
        of(COSTLY[3], Place({p: fmpq(1)}))
    assert not remembered.KEPT


EXPRESSIONS = [
    (p * x + sp.sqrt(p) * y**2 - sp.exp(-p) / (1 + y**2)) * sp.erf(p * y),
    sp.sin(sp.pi * p * y) + sp.Max(x, y) ** 3 + sp.binomial(5, 2) * sp.log(p) ** y,
    sp.Piecewise((x / p, y < x), (p**y, True)) * sp.Rational(2, 7),
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_what_does_not_move_is_evaluated_once_and_gives_the_same_digits(expr):
    place = Place({p: acb(2).sqrt(), x: fmpq(3, 5), y: fmpq(0)})
    moving = along(expr, y)
    with place.keeping():
        for bits in (64, 200, 64):
            for value in (fmpq(1, 3), fmpq(7, 5), fmpq(-2)):
                with precision(bits), place.having({y: value}):
                    assert exactly(acb(moving(place))) == exactly(acb(made(expr)(place)))
    assert place.kept is None


def test_a_nested_place_keeps_its_own():
    inner = sp.Limit(sp.sin(x * y) * sp.exp(-p) / y, y, 0)
    value = of(sp.Integral(sp.exp(-p) * x * inner, (x, 0, 1)), Place({p: fmpq(1)}))
    assert abs(value.real - arb(-2).exp() / 3) < 1e-9
    double = sp.Integral(sp.exp(-p * x) * x * y * sp.exp(-p), (y, 0, x), (x, 0, 2))
    value = of(double, Place({p: fmpq(1)}))
    whole = double.doit().subs(p, 1).evalf(20)
    assert abs(value.real - arb(str(whole))) < 1e-9


def test_a_false_step_is_refused_before_anybody_looks_for_joints(monkeypatch):
    def looked(*_):
        raise AssertionError("the first point tells")

    monkeypatch.setattr(places, "_special", looked)
    with pytest.raises(StepFails):
        Step(sp.Abs(x) + y, sp.Abs(x) - y - 3, "plainly false").grade()
    with pytest.raises(AssertionError, match="first point"):
        Step(sp.Abs(x) + y + 3, sp.Abs(x) + y + 4, "true", "<").grade()


# ------------------------------------------------------------- grades of claims

TOPIC, CLAIM = "kernel_flow", "step_of_descent"
UNIT = ("claim", TOPIC, CLAIM)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty store, and a process that knows no grade."""
    monkeypatch.setattr(store, "KEPT", tmp_path)
    monkeypatch.setattr(grades, "TAKEN", set())
    monkeypatch.setattr(grading, "KNOWN", {})


def test_a_kept_grade_counts_in_another_process(here, monkeypatch):
    entry, _ = grades.at_hand(UNIT)
    grading.KNOWN.clear()

    def again(*_):
        raise AssertionError("it is known")

    monkeypatch.setattr(grading, "_of_pair", again)
    grades.take(TOPIC, CLAIM)
    from proofs_check.core import runner

    steps = [s for d in derive(runner.claims_of(TOPIC)[CLAIM]) for s in d.steps]
    assert [s.grade().name for s in steps] == [said["grade"] for said in entry["steps"]]
    wrong = next(w for s in steps for w in s.corrupted())
    with pytest.raises((AssertionError, StepFails), match="known"):
        wrong.grade()  # what is false was never kept


def test_what_is_older_than_is_wanted_is_run_again(here, monkeypatch):
    ran = []
    run = entries.run_and_keep
    monkeypatch.setattr(
        entries, "run_and_keep", lambda unit, tier: ran.append(unit) or run(unit, tier)
    )
    grades.at_hand(UNIT)
    grades.at_hand(UNIT)
    assert ran == [UNIT]
    path = store.place(UNIT, "default")
    os.utime(path, (time.time() - 100, time.time() - 100))
    grades.at_hand(UNIT, since=time.time() - 50)
    assert ran == [UNIT, UNIT]
    grades.at_hand(UNIT, since=time.time() - 50)
    assert ran == [UNIT, UNIT] and grades.SINCE.get() == 0.0


def test_quadrature_meets_each_node_once(monkeypatch):
    met = []

    def counted(function, variable):
        inside = along(function, variable)
        return lambda place: met.append(str(place.numbers[variable])) or inside(place)

    monkeypatch.setattr(quadrature, "along", counted)
    of(sp.Integral(sp.exp(-y) * p, (y, 0, 3)), Place({p: fmpq(7, 11)}))
    assert len(met) > 100 and len(met) - len(set(met)) < len(met) // 10


def test_substitutions_that_sympy_calls_equal_keep_their_own_values():
    a, b = sp.symbols("a b", real=True)
    f = sp.Function("f")
    inside = a * f(x) + b * f(y)
    by_x, by_y = (sp.Subs(sp.Derivative(inside, v), (a, x, b, y), (p, 1, 1 - p, 1)) for v in (x, y))
    with precision(128):
        first, second = (of(node, Place({p: fmpq(5)})).real for node in (by_x, by_y))
        assert abs(first / second + arb(5) / 4) < 1e-9
