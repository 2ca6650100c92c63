"""What a step uses: checked given it, refused where it has nothing to do with it, and missed when
it is taken away.
"""

import pytest
import sympy as sp

from theory import (
    SO_FAR,
    Aside,
    Assumed,
    Decided,
    Defined,
    Derivation,
    Grade,
    Induction,
    Quoted,
    Step,
    StepFails,
    To,
    chain,
    summed,
)

x, y = sp.symbols("x y", real=True)
p = sp.Symbol("p", positive=True)
n, k = sp.symbols("n k", integer=True, positive=True)
mean = sp.Function("E", real=True)
UNRELATED = Step(sp.sin(y) ** 2 + sp.cos(y) ** 2, sp.Integer(1), "true, and of something else")


def test_a_step_is_checked_given_what_it_uses():
    moment = Assumed(sp.Eq(mean(x), p), "the mean is p")
    step = Step(2 * mean(x) + 1, 2 * p + 1, "twice, and one", uses=(moment,))
    derivation = Derivation("mean", (moment, step), "here")
    assert derivation.grade() is Grade.PROVED
    assert derivation.given == ("Eq(E(x), p) (the mean is p)",)
    for wrong in step.corrupted():
        with pytest.raises(StepFails):
            wrong.grade()
    with pytest.raises(StepFails):
        Step(2 * mean(x) + 1, 2 * p + 1, "not without it").grade()


def test_an_inequality_that_is_used_becomes_part_of_the_domain():
    large = Assumed(p > 2, "p is large")
    assert Step(p**2, 4, "so its square", ">", uses=(large,)).grade() is Grade.PROVED
    assert Decided(p**2 > 4, "so its square", uses=(large,)).grade() is Grade.PROVED
    for alone in (Step(p**2, 4, "alone", ">"), Decided(p**2 > 4, "alone")):
        with pytest.raises(StepFails):
            alone.grade()


def test_what_becomes_the_same_is_at_most_and_not_less():
    size = Assumed(sp.Eq(mean(x), p), "the mean is p")
    assert Step(mean(x), p, "at most", "<=", uses=(size,)).grade() is Grade.PROVED
    with pytest.raises(StepFails):
        Step(mean(x), p, "less", "<", uses=(size,)).grade()


def test_a_chain_shows_its_start_against_its_end():
    steps = chain(
        sp.Integral(x, (x, 0, p)),
        To(p**2 / 2, "integrated"),
        To((p**2 + 1) / 2, "and a half more", relation="<"),
    )
    derivation = Derivation("chain", steps, "here")
    assert derivation.grade() is Grade.PROVED
    assert derivation.states == (sp.Integral(x, (x, 0, p)), "<", (p**2 + 1) / 2)


def test_results_of_other_derivations_are_used_with_all_that_they_rest_on():
    theorem = Quoted("a theorem", "a book")
    size = Assumed(sp.Eq(mean(x), p), "the mean is p")
    first = Derivation(
        "first", (theorem, size, Step(mean(x) + 1, p + 1, "add one", uses=(theorem, size))), "here"
    )
    second = Derivation(
        "second", (Step((mean(x) + 1) ** 2, (p + 1) ** 2, "squared", uses=(first,)),), "here"
    )
    assert second.grade() is Grade.PROVED and second.rests_on == (first,)
    assert second.given == ("a theorem (a book)", "Eq(E(x), p) (the mean is p)")


def test_what_the_result_does_not_reach_is_refused_unless_it_is_an_aside():
    links = chain(2 * (p + 1), To(2 * p + 2, "expand"), To(2 * p + 2 + 0 * x + sp.S(0), "again"))
    first = Step(2 * (p + 1) * p, 2 * p**2 + 2 * p, "expand")
    second = Step((2 * (p + 1) * p) ** 2, (2 * p**2 + 2 * p) ** 2, "squared", uses=(first,))
    assert len(links) == 2
    with pytest.raises(ValueError, match="does not rest on 'true, and"):
        Derivation("idle", (UNRELATED, first, second), "here")
    remark = Derivation("remark", (Aside(UNRELATED), first, second), "here")
    assert remark.grade() is Grade.PROVED
    false = Step(sp.sin(y) ** 2, sp.Integer(1), "false")
    with pytest.raises(StepFails):
        Derivation("false remark", (Aside(false), first, second), "here").grade()
    with pytest.raises(ValueError, match="an aside"):
        Derivation("remark at the end", (first, Aside(UNRELATED)), "here")


def test_a_deleted_step_and_a_later_one_are_missed():
    links = chain(2 * (p + 1) * p, To(2 * p * (p + 1), "order"), To(2 * p**2 + 2 * p, "expand"))
    assert len(links) == 2
    with pytest.raises(ValueError, match="no earlier step"):
        Derivation("beheaded", links[1:], "here")
    with pytest.raises(ValueError, match="no earlier step"):
        Derivation("turned", links[::-1], "here")


def test_something_true_but_unrelated_is_no_ground():
    with pytest.raises(StepFails, match="of which nothing stands in it"):
        Step((p + 1) ** 2, p**2 + 2 * p + 1, "expand", uses=(UNRELATED,)).grade()
    with pytest.raises(StepFails, match="of which nothing stands in it"):
        Step(p + p, 2 * p, "sum", uses=(Defined(y, x**2, "a square"),)).grade()


def test_a_list_of_true_lines_is_no_derivation():
    lines = (UNRELATED, Step((p + 1) ** 2, p**2 + 2 * p + 1, "expand"))
    with pytest.raises(ValueError, match="the result does not rest on 'true, and of something"):
        Derivation("a list", lines, "here")


@pytest.mark.parametrize(
    "wrong",
    [
        # base and step of two statements: each is true
        Induction(n, 1, sp.Integer(2), 3 * SO_FAR, 3**n, "powers"),
        Induction(n, 1, sp.Integer(1), SO_FAR + n + 1, n * (n + 1) / 2 + 7, "sum, plus 7"),
        Induction(n, 1, sp.Integer(1), SO_FAR + n, n * (n + 1) / 2, "the wrong term"),
        Induction(n, 1, sp.Integer(1), SO_FAR + 1, p, "no dependence on n"),
        Induction(n, 1, sp.Integer(2), 2**n * 2, 2**n, "no use of the value before"),
        summed(sp.Sum(k**2, (k, 1, n)), n**2 * (n + 1) / 2, n, 1, "squares"),
    ],
    ids=lambda wrong: wrong.why,
)
def test_an_induction_is_one_statement(wrong):
    with pytest.raises(StepFails):
        wrong.grade()


def test_an_induction_builds_base_and_step_itself():
    squares = summed(sp.Sum(k**2, (k, 1, n)), n * (n + 1) * (2 * n + 1) / 6, n, 1, "sum of squares")
    assert squares.grade() is Grade.PROVED
    assert squares.states[0] == sp.Sum(k**2, (k, 1, n))
    for wrong in squares.corrupted():
        with pytest.raises(StepFails):
            wrong.grade()
    used = Step(
        sp.Sum(k**2, (k, 1, n)) / n, (n + 1) * (2 * n + 1) / 6, "their mean", uses=(squares,)
    )
    derivation = Derivation("mean square", (squares, used), "here")
    assert derivation.grade() is Grade.PROVED and r"\sum" in derivation.latex()


def test_an_induction_over_a_family_goes_back_to_several_members():
    row = sp.Function("R", real=True)
    pascal = Induction(
        n,
        0,
        sp.KroneckerDelta(k, 0),
        row(k) + row(k - 1),
        sp.binomial(n, k),
        "Pascal",
        so_far=row(k),
    )
    assert pascal.grade() is Grade.PROVED
    with pytest.raises(StepFails):
        Induction(
            n, 0, sp.Integer(0), row(k) + row(k + 1), sp.binomial(n, k), "turned", row(k)
        ).grade()


def test_the_domains_of_all_that_is_used_are_told():
    root = Step(sp.sqrt(x) ** 2, x, "a root", domain=(x > 0,))
    first = Derivation("first", (root,), "here")
    second = Derivation(
        "second",
        (Step(sp.sqrt(x) ** 2 / y, x / y, "over y", domain=(sp.Ne(y, 0), x > 0), uses=(first,)),),
        "here",
    )
    last = Step(2 * sp.sqrt(x) ** 2 / y, 2 * x / y, "doubled", domain=(y > 0,), uses=(second,))
    assert Derivation("third", (last,), "here").where == (y > 0, sp.Ne(y, 0), x > 0)
    assert Derivation("free", (Step((x + 1) ** 2, x**2 + 2 * x + 1, "square"),), "here").where == ()


def cube_root(part):
    return (172 + part * sp.sqrt(29)) ** sp.Rational(1, 3)


@pytest.mark.parametrize("number", [sp.sqrt(-2), cube_root(-36), sp.sqrt(2) - 2])
def test_a_positive_name_is_not_given_to_another_number(number):
    with pytest.raises(StepFails, match="declared"):
        Defined(sp.Symbol("c", positive=True), number, "a root").grade()


def test_a_name_is_given_to_what_it_can_stand_for():
    root = cube_root(36)
    assert Defined(sp.Symbol("c", positive=True), root, "a root").grade() is Grade.GIVEN
    assert Defined(sp.Symbol("c", real=True), sp.sqrt(2) - 2, "a number").grade() is Grade.GIVEN
