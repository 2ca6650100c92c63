"""A corpus of steps, half of them false: no false one is proved, no true one is lost."""

import warnings

import pytest
import sympy as sp
from false_steps import FALSE
from hypothesis import given
from hypothesis import strategies as st
from true_steps import TRUE

from theory import Grade, Step, StepFails

x, y = sp.symbols("x y", real=True)
p = sp.Symbol("p", positive=True)
n, i = sp.symbols("n i", integer=True, positive=True)


def rows(table):
    for kind, steps in table.items():
        for name, step, *reason in steps:
            yield pytest.param(step, reason, id=f"{kind}: {name}")


def grade(step):
    """The grade, or ``None`` for a step that is refused; nothing else may be raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return step.grade()
        except StepFails:
            return None


@pytest.mark.parametrize("step, reason", list(rows(FALSE)))
def test_a_false_step_is_refused(step, reason):
    assert grade(step) is (Grade.SAMPLED if reason else None)


@pytest.mark.parametrize("step, reason", list(rows(TRUE)))
def test_a_true_step_keeps_its_grade(step, reason):
    proved = Grade.PROVED if isinstance(step, Step) else None
    found = grade(step)
    if reason:
        assert found is Grade.SAMPLED
    else:
        assert found is (proved or found) and found >= Grade.ENCLOSED


def test_both_halves_have_the_same_names_by_kind():
    names = [
        {(kind, name) for kind, steps in half.items() for name, *_ in steps}
        for half in (FALSE, TRUE)
    ]
    assert names[0] == names[1] and len(names[0]) >= 150


# a true identity, built by rewriting: one expression, and the same written in another way
atoms = st.sampled_from([x, y, x - y, x + 2, sp.sin(x), sp.cos(y), sp.exp(-(x**2)), sp.Abs(y)])
expressions = st.recursive(
    atoms,
    lambda e: st.one_of(
        st.tuples(e, e).map(lambda ab: ab[0] + ab[1] * 3 + 1), st.tuples(e, e).map(sp.prod)
    ),
    max_leaves=4,
)
rewritings = st.sampled_from(
    [
        sp.expand,
        lambda e: sp.expand(e * (x**2 + 1)) / (x**2 + 1),
        lambda e: e * (sp.sin(y) ** 2 + sp.cos(y) ** 2),
        lambda e: (e + p) ** 2 / (4 * p) - (e - p) ** 2 / (4 * p),
    ]
)
places = st.fractions(-50, 50, max_denominator=12).map(
    lambda v: sp.Rational(v.numerator, v.denominator)
)
widths = st.integers(1, 6).map(lambda e: sp.Rational(1, 10**e))


@st.composite
def planted(draw):
    """A falsehood that is zero almost everywhere: beyond a threshold, in a thin interval, at one
    integer, on one branch.
    """
    at, width = draw(places), draw(widths)
    return draw(
        st.sampled_from(
            [
                sp.Piecewise((width, x > 100 * beyond(at) + 20), (0, True)),
                sp.Piecewise((1, (x > at) & (x < at + width)), (0, True)),
                sp.Max(0, width - sp.Abs(x - at * sp.sqrt(2))),
                sp.KroneckerDelta(n, 1 + abs(at.p) % 60),
                sp.Piecewise((p, sp.Eq(x, at)), (0, True)),
                sp.Abs(x - at) - sp.sqrt((x - at) ** 2) + sp.Heaviside(y - 30 * beyond(at)),
                sp.Heaviside(x - at) * sp.Heaviside(at + width - x),
            ]
        )
    )


def beyond(value):
    return 1 + abs(value)


@given(expressions, rewritings)
def test_a_rewritten_expression_is_not_refused(expression, rewrite):
    other = rewrite(expression)
    if other != expression:
        assert grade(Step(expression, other, "rewritten")) is not None


@given(expressions, rewritings, planted())
def test_a_planted_falsehood_is_found(expression, rewrite, falsehood):
    assert grade(Step(expression, rewrite(expression) + falsehood, "planted")) is None
