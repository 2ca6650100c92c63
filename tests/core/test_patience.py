"""A reduction that takes too long is given up with a warning, and costs no more than the proof."""

import signal
import threading

import pytest
import sympy as sp

from theory import Grade, Step, StepFails
from theory.core import grading, patience, reduction, trial
from theory.core.patience import OutOfTime, SlowStep, at_most


def spin():
    while True:
        sum(range(1000))


def test_the_body_ends_after_its_time_and_the_clock_is_put_back():
    before = signal.getsignal(signal.SIGVTALRM)
    warned = pytest.warns(SlowStep, match="given up after 0.05")
    with warned, pytest.raises(OutOfTime), at_most(0.05, "a loop"):
        spin()
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_what_ends_in_time_is_left_alone():
    with at_most(10, "a sum"):
        assert sum(range(10)) == 45
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_an_outer_limit_holds_through_an_inner_one():
    warned = pytest.warns(SlowStep, match="all of it: given up after 0.2")
    with warned, pytest.raises(OutOfTime), at_most(0.2, "all of it"):
        with at_most(60, "a part"):
            pass
        part = pytest.warns(SlowStep, match="a part")
        with part, pytest.raises(OutOfTime), at_most(0.05, "a part"):
            spin()
        spin()
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_an_inner_limit_does_not_outlive_the_outer_one():
    warned = pytest.warns(SlowStep, match="all of 7")
    with warned, pytest.raises(OutOfTime), at_most(0.05, "all of {}", 7), at_most(60, "a part"):
        spin()


def test_another_thread_has_no_such_clock():
    found = []

    def body():
        with at_most(1e-6, "in a thread"):
            found.append(sum(range(10_000)))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert found == [sum(range(10_000))]


def test_a_step_whose_reduction_hangs_stays_sampled_and_says_so(monkeypatch):
    x = sp.Symbol("x", real=True)
    monkeypatch.setattr(reduction, "SECONDS", 0.05)
    monkeypatch.setattr(reduction, "flatten", lambda gap: spin())
    k, n = sp.symbols("k n", integer=True, positive=True)
    step = Step(sp.Sum(x * k, (k, 1, n)), x * sp.Sum(k, (k, 1, n)), "x does not depend on k")
    with pytest.warns(SlowStep, match="given up"):
        assert step.grade() is Grade.SAMPLED
    assert patience.SECONDS == 60


@pytest.mark.parametrize("after", [0, 3])
def test_points_that_take_too_long_leave_a_step_undecided(monkeypatch, after):
    x = sp.Symbol("x", real=True)
    monkeypatch.setattr(trial, "SECONDS", 0.05)
    monkeypatch.setattr(grading, "KNOWN", {})
    compare, asked = trial.compare, []

    def slow(*sides):
        asked.append(sides)
        return compare(*sides) if len(asked) <= after else spin()

    monkeypatch.setattr(trial, "compare", slow)
    step = Step((x + 5) ** 2, x**2 + 10 * x + 25, f"a square that is slow after {after}")
    with pytest.warns(SlowStep, match="at points: given up"):
        if after:
            assert step.grade() is Grade.SAMPLED
        else:
            with pytest.raises(StepFails, match=r"neither proved nor disproved.* seconds"):
                step.grade()
