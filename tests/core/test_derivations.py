"""What ``derive`` returns, and how a notebook shows it."""

import pytest
from sympy import cos, sin, symbols

import theory
from proofs_check.report.notebook import between_dollars
from theory import Assumed, Derivation, Grade, Step, derive, jacobi_iteration
from theory.core.derivations import Derivations
from theory.core.display import sentence_of

x = symbols("x", real=True)


def double(title="Doubled angle", domain=()):
    step = Step(2 * sin(x) * cos(x), sin(2 * x), "both < 3", domain=domain)
    return Derivation(title, (step,), "a test & more")


def test_a_claim_has_three_names():
    whole = derive(jacobi_iteration.two_grid)
    assert derive("jacobi_iteration.two_grid") is whole is derive(jacobi_iteration.two_grid)
    assert isinstance(whole, tuple) and whole[0] is whole[whole.titles[0].upper()]


def test_a_topic_has_all_its_derivations():
    found = derive(jacobi_iteration)
    own = [d for claim in theory.claims(jacobi_iteration).values() for d in derive(claim)]
    assert list(found) == own == list(derive("jacobi_iteration"))
    assert found.grade() is Grade.PROVED and set(found.given) == {g for d in own for g in d.given}


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("jacobi_iteration.two_grids", ValueError, "the nearest is 'two_grid'"),
        ("jacoby_iteration", ValueError, "the nearest is 'jacobi_iteration'"),
        ("", ValueError, "no topic ''"),
        (3, TypeError, "not a int"),
        (theory, ValueError, "no topic 'theory'"),
    ],
)
def test_what_cannot_be_derived_is_refused(name, error, said):
    with pytest.raises(error, match=said):
        derive(name)


def test_of_several_derivations_one_has_to_be_taken():
    both = Derivations((double("One"), double("Two")))
    with pytest.raises(ValueError, match="0: 'One', 1: 'Two'"):
        both.function("x")
    with pytest.raises(KeyError, match="the nearest is 'Two'"):
        both["Twoo"]
    with pytest.raises(KeyError, match="2 derivations are called 'same'"):
        Derivations((double("Same"), double("same")))["same"]
    assert Derivations((double(),)).result == double().result


def test_names_of_symbols_will_do():
    function = double().function("x")
    assert function(0.3) == pytest.approx(float(sin(0.6)))
    with pytest.raises(ValueError, match="'y' is the name of none of the symbols"):
        double().function("y")


def test_a_notebook_shows_the_result_and_folds_the_steps():
    derivation = double(domain=(x > 0,))
    page = derivation._repr_html_()
    assert page.index("Doubled angle") < page.index("$$") < page.index("<details>")
    assert "a test &amp; more" in page and "both &lt; 3" in page and "Where $x &gt; 0$" in page
    assert "PROVED" not in page, "what was only looked at is not graded"
    assert derivation.grade() is Grade.PROVED and "<b>PROVED</b>" in derivation._repr_html_()
    offline = between_dollars(page)
    assert "$" not in offline and offline.count("<math") == page.count("$$") // 2 + 1


def test_what_is_given_stands_in_the_open():
    given = Assumed(x > 1, "as a test")
    step = Step(x**2, 1, "larger", ">", uses=(given,))
    page = Derivation("Larger", (given, step), "a test")._repr_html_()
    assert "Given: as a test" in page.split("<details>")[0]


def test_short_forms_are_short():
    derivation = double()
    assert repr(derivation) == str(derivation) == "Doubled angle (1 step)"
    derivation.grade()
    assert repr(derivation) == "Doubled angle (1 step, PROVED)" and str(Grade.PROVED) == "PROVED"
    assert repr(Derivations((derivation,), "It doubles.")).splitlines() == [
        "It doubles.",
        "  0  Doubled angle (1 step, PROVED)",
    ]


def test_words_are_escaped():
    found = sentence_of("a < b & ``c<d`` at m^-2")
    assert found.startswith("a &lt; b &amp; <code>c&lt;d</code> at $m") and found.endswith("$")
