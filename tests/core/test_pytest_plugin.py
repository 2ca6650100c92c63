"""Derivations and checks of a test file are items of pytest, and other files are left alone."""

import pytest

pytest_plugins = ["pytester"]
FILE = """
from sympy import Integer, Symbol, cos, sin
from numerics.core import arrays
from proofs_check import Check, Prediction
from theory import Derivation, Step
from theory.jacobi_iteration import symbol
from proofs_check.jacobi_iteration import CHECKS as of_others

x = Symbol("x", real=True)


def doubled_angle() -> Derivation:
    '''The sine of a doubled angle is twice the product of sine and cosine.'''
    return Derivation("Doubled", (Step(sin(2 * x), RIGHT * sin(x) * cos(x), "why"),), "A, 2000")


def half() -> Derivation:
    '''The squares of sine and cosine add up to one.'''
    return Derivation("Half", (Step(sin(x) ** 2 + cos(x) ** 2, Integer(1), "why"),), "A, 2000")


def _check(name, found):
    return Check(
        name=name,
        quantity="value, dimensionless",
        claim=half,
        predict=0.25,
        measure=lambda seeds: [found + 0.001 * seed for seed in seeds],
        terms={"rounding": 0.05},
        rival=0.5,
        rival_why="not halved",
    )


ONE = _check("one", MEASURED)
MORE = [_check("two", 0.25), _check("three", 0.25)]


def test_plain():
    assert True
"""


@pytest.fixture
def run(pytester):
    def go(text, *words):
        pytester.makepyfile(test_mine=text)
        return pytester.runpytest_inprocess(
            "-p", "proofs_check.pytest_plugin", "-p", "no:cacheprovider", *words
        )

    return go


def good(right="2", measured="0.25"):
    return FILE.replace("RIGHT", right).replace("MEASURED", measured)


def test_what_a_file_defines_is_collected_and_counted(run):
    found = run(good(), "-v")
    found.assert_outcomes(passed=6)
    found.stdout.fnmatch_lines(
        [
            "*::doubled_angle PASSED*",
            "*::ONE PASSED*",
            "*::MORE?two? PASSED*",
            "theory: 3 checks CONFIRMED, 2 claims PROVED",
        ]
    )
    assert "of_others" not in found.stdout.str() and "symbol" not in found.stdout.str()


def test_failures_say_what_was_predicted_and_where_a_step_fails(run):
    found = run(good("3", "0.5"))
    found.assert_outcomes(passed=4, failed=2)
    found.stdout.fnmatch_lines(["*fails at*", "*one: REFUTED, predicted 0.25, band *rival 0.5*"])
    assert "Traceback" not in found.stdout.str()


def test_quick_judges_nothing_and_words_choose(run):
    found = run(good(measured="0.5"), "--theory=quick", "-k", "ONE or two", "--junitxml=all.xml")
    found.assert_outcomes(passed=2, deselected=4)
    found.stdout.fnmatch_lines(["theory: 2 checks measured"])


def test_files_without_theory_are_left_alone(run):
    found = run("import theory\n\ndef test_plain():\n    assert True\n")
    found.assert_outcomes(passed=1)
    assert "theory:" not in found.stdout.str()
