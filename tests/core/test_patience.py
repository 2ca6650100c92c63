"""A reduction that takes too long is given up with a warning, and costs no more than the proof."""

import signal
import threading

import pytest
import sympy as sp

from theory import Grade, Step
from theory.core import patience, reduction
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
