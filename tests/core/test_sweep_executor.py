"""A sweep keeps what it finished, however it ends; what goes wrong in a cell stays in the cell."""

from concurrent.futures import BrokenExecutor, Executor, Future

import numpy as np
import pytest

from proofs_check.phase_diagram import SWEEPS
from proofs_check.sweep import Axis, Number, Setting, Sweep, executor, fill
from proofs_check.sweep import store as stores
from proofs_check.sweep.description import planned

MAP = SWEEPS[0]
SMALL = {"nodes": 16, "rtol": 0.3, "tol": 1e-3}
CELLS = [(x, seed) for x in (1.0, 2.0, 3.0, 4.0) for seed in (0, 1)]
FAILS = (-1.0, 0)


def measure(cell, settings):
    if cell["x"] < 0:
        raise ValueError("x is negative")
    return {"y": settings["factor"] * cell["x"], "seed_of_it": cell["seed"]}


LINE = Sweep(
    "line",
    "A line.",
    (Axis("x", "1:4:4"), Axis("seed", "2", count=True)),
    (Number("y"), Number("seed_of_it")),
    measure,
    (Setting("factor", 0.1),),
)


class Counting(Executor):
    """Runs at once, and remembers what it was asked."""

    def __init__(self, problem=None):
        self.asked, self.problem = [], problem

    def submit(self, function, *arguments):
        self.asked.append(arguments[3])  # the cell
        task = Future()
        if self.problem is None:
            task.set_result(function(*arguments))
        else:
            task.set_exception(self.problem)
        return task


@pytest.fixture
def store(tmp_path):
    """A store of the line."""
    _, settings, values = planned(LINE)
    with stores.opened(tmp_path / "s.sqlite") as opened:
        executor.claim(opened, LINE, settings, values)
        yield opened


def run(cells, store, **options):
    asked = Counting()
    results = list(executor.finished(LINE, cells, {"factor": 0.1}, store, asked, **options))
    return results, asked.asked


def test_a_cell_is_what_measure_returns_for_it(store):
    results, asked = run(CELLS, store)
    assert sorted(asked) == CELLS
    assert {r.cell: r.numbers for r in results} == {c: (0.1 * c[0], c[1]) for c in CELLS}
    assert all(r.error is None and r.seconds > 0 for r in results)
    assert stores.read(store.path).results == tuple(sorted(results))


def test_a_cell_is_stored_before_it_is_reported(store):
    for way in (Counting(), None):
        for result in executor.finished(LINE, CELLS[:4], {"factor": 0.1}, store, way, retry=True):
            assert result in stores.read(store.path).results
        with stores._transaction(store):
            store.file.execute("DELETE FROM cells")


def test_what_is_stored_is_not_run_again(store):
    half = executor.finished(LINE, CELLS, {"factor": 0.1}, store, Counting(), ahead=3)
    first = [next(half) for _ in range(2)]
    half.close()
    kept = stores.read(store.path).results
    assert set(first) <= set(kept) and len(kept) < len(CELLS)
    results, asked = run(CELLS, store)
    assert len(asked) == len(results) == len(CELLS) - len(kept)
    assert not {r.cell for r in kept} & set(asked)
    assert run(CELLS, store) == ([], [])
    assert len(run([*CELLS, (9.0, 0)], store)[1]) == 1


@pytest.mark.parametrize("ahead", [1, 3, 100])
def test_the_executor_is_given_a_few_cells_at_a_time(store, ahead):
    asked = Counting()
    results = executor.finished(LINE, CELLS, {"factor": 0.1}, store, asked, ahead=ahead)
    next(results)
    assert len(asked.asked) == min(2 * ahead, len(CELLS))  # as many again as were finished
    assert len(list(results)) == len(CELLS) - 1 and sorted(asked.asked) == CELLS


def test_a_failing_cell_is_recorded_and_does_not_stop_the_rest(store):
    results, _ = run([FAILS, *CELLS], store)
    (bad,) = [result for result in results if result.error]
    assert bad.cell == FAILS and bad.numbers is None and bad.error == "ValueError: x is negative"
    assert len(results) == 9 and run([FAILS, *CELLS], store)[1] == []
    assert run([FAILS, *CELLS], store, retry=True)[1] == [FAILS]


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"y": 1.0}, "measured y, not y, z"),
        ({"y": 1.0, "z": 1.0, "w": 1.0}, "measured y, z, w, not y, z"),
        ({"y": 1.0, "z": float("nan")}, "z is not a number"),
        ({"y": 1.0, "z": "high"}, "could not convert"),
        (None, "not iterable"),
    ],
)
def test_what_measure_should_not_return_is_a_failure(found, message):
    result = executor.run_cell(lambda cell, settings: found, ("x",), ("y", "z"), (1.0,), {})
    assert result.numbers is None and message in str(result.error)


def test_an_infinite_number_is_a_number():
    result = executor.run_cell(lambda c, s: {"y": np.inf}, ("x",), ("y",), (1.0,), {})
    assert result.numbers == (np.inf,) and result.error is None


def test_an_executor_may_lose_a_cell_but_not_break(store):
    options = {"settings": {"factor": 0.1}, "kept": store}
    lost = list(executor.finished(LINE, CELLS, executor=Counting(RuntimeError("gone")), **options))
    assert {r.error for r in lost} == {"RuntimeError: gone"}
    assert len(stores.read(store.path).results) == 8
    with pytest.raises(BrokenExecutor):
        broken = Counting(BrokenExecutor("dead"))
        list(executor.finished(LINE, CELLS, executor=broken, retry=True, **options))


def test_what_was_finished_when_the_executor_broke_is_kept(store):
    class Breaking(Counting):
        def submit(self, function, *arguments):
            self.problem = BrokenExecutor("dead") if len(self.asked) == 3 else None
            return super().submit(function, *arguments)

    with pytest.raises(BrokenExecutor):
        list(executor.finished(LINE, CELLS, {"factor": 0.1}, store, Breaking()))
    assert len(stores.read(store.path).results) == len(CELLS) - 1


def test_a_measure_that_other_processes_cannot_find_is_refused(store):
    nested = Sweep(LINE.name, "A line.", LINE.axes, LINE.numbers, lambda cell, settings: {})
    with pytest.raises(ValueError, match="a function of a module, or run with one job"):
        list(executor.finished(nested, CELLS, {}, store, Counting()))
    assert stores.read(store.path).results == ()


def test_fill_returns_all_that_is_there_and_runs_only_what_is_not(tmp_path):
    told = []
    table = fill(LINE, tmp_path / "s.sqlite", {"x": [1, 2]}, report=told.append)
    assert table.results == tuple(told) and len(told) == 4
    table = fill(LINE, tmp_path / "s.sqlite", {"x": "1:3:3"}, report=told.append)
    assert len(table.results) == len(told) == 6
    with pytest.raises(ValueError, match=r"factor \(there 0.1, now 0.2\)"):
        fill(LINE, tmp_path / "s.sqlite", settings={"factor": 0.2})
    with pytest.raises(ValueError, match=r"seed \(there 2, now 3\)"):
        fill(LINE, tmp_path / "s.sqlite", {"seed": 3})


def test_the_number_of_processes_changes_nothing(tmp_path):
    grid = {"gamma": [0.6, 1.4], "gamma_p": 0, "width": [50, 100], "seed": 2}
    one, two = (fill(MAP, tmp_path / f"{n}.sqlite", grid, SMALL, jobs=n) for n in (1, 2))
    assert [r[:3] for r in one.results] == [r[:3] for r in two.results] and len(one.results) == 8
    assert one.settings == two.settings
