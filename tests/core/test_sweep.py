"""A sweep keeps what it finished, however it ends, and mixes nothing that is not comparable."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from numerics import phase_diagram
from proofs_check.cli.main import cli
from proofs_check.sweep import chart, flows
from proofs_check.sweep.flows import Cell, Settings, Store

SMALL = Settings("published", *flows.data("published"), nodes=16, rtol=0.3, tol=1e-3)
CELLS = flows.grid((0.6, 1.4), (-0.2, 0.2), (50.0, 100.0), 1)
FAILS = Cell(200.0, 0.0, 100.0, 0)  # kappa underflows


class Counting(Executor):
    """Runs at once, and remembers what it was asked."""

    def __init__(self, problem=None):
        self.asked, self.problem = [], problem

    def submit(self, function, *arguments):
        self.asked.append(arguments[0])
        task = Future()
        if self.problem is None:
            task.set_result(function(*arguments))
        else:
            task.set_exception(self.problem)
        return task


def run(cells, store, settings=SMALL, **options):
    executor = Counting()
    return list(flows.sweep(cells, settings, store, executor, **options)), executor.asked


def command(*arguments):
    return CliRunner().invoke(cli, ["sweep", *map(str, arguments)])


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "s.sqlite") as opened:
        yield opened


# ---------------------------------------------------------------- what is asked for


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.7,0.6", (0.6, 0.7)),
        ("0.6:1.4:9", (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4)),
        ("1:1:1", (1.0,)),
        ("-0.1:0.1:3,5", (-0.1, 0, 0.1, 5)),
        ("1,1.0", (1.0,)),
        ("2:1:2", (1.0, 2.0)),
    ],
)
def test_lists_and_ranges(text, expected):
    assert flows.numbers(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "a", "1,,2", "1:2", "1:2:3:4", "1:2:0", "1:2:1", "1:2:2.5", "1:2:1e9", "nan", "1:inf:3"],
)
def test_what_is_no_range_is_refused(text):
    with pytest.raises(ValueError, match=r"write|needs|finite"):
        flows.numbers(text)


def test_widths_are_whole_and_spaced_in_the_logarithm():
    assert flows.widths_of("1000:1e9:3") == (1e3, 1e6, 1e9)
    assert flows.widths_of("10:100:3,7") == (7.0, 10.0, 32.0, 100.0)
    for text in ("1", "50.5", "-5", "0:10:3"):
        with pytest.raises(ValueError, match=r"whole number|positive"):
            flows.widths_of(text)


def test_a_grid_has_every_combination_and_a_limit():
    assert len(set(CELLS)) == 8 and Cell(0.6, 0.2, 100.0, 0) in CELLS
    with pytest.raises(ValueError, match="coarser"):
        flows.grid(range(1001), range(1001), (50.0,), 1)


def test_the_published_map_is_a_default():
    widths, slopes = flows.published()
    assert widths == (1000, 5000, 10_000, 20_000, 40_000) and len(slopes) == 65
    assert slopes[1.4, -0.4] == 0.429 and slopes[1.2, 0.4] == -0.304 and np.isnan(slopes[0.6, 0.2])
    assert sum(map(np.isfinite, slopes.values())) == 65 - 10 - 3


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"X": np.ones((3, 2))}, "no array y"),
        ({"X": np.ones(3), "y": np.ones(3)}, "shape"),
        ({"X": np.ones((3, 2)), "y": np.ones(2)}, "shape"),
        ({"X": np.ones((0, 2)), "y": np.ones(0)}, "shape"),
        ({"X": np.array([[1.0, np.nan]]), "y": np.ones(1)}, r"X is not finite at index \(0, 1\)"),
        ({"X": np.ones((1, 1)), "y": np.array([np.inf])}, "y is not finite"),
        ({"X": np.array([["a"]]), "y": np.ones(1)}, "type"),
        ({"X": np.ones((1, 1)) * 1j, "y": np.ones(1)}, "type"),
        ({"X": np.array([[object()]]), "y": np.ones(1)}, "allow_pickle"),
        ({"X": np.ones((1001, 1)), "y": np.ones(1001)}, "at most 1000 samples"),
        ({"X": np.ones((3000, 3000)), "y": np.ones(3000)}, "bytes"),
    ],
)
def test_a_bad_file_is_explained(tmp_path, arrays, message):
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(ValueError, match=message):
        flows.data(str(tmp_path / "bad.npz"))


def test_what_is_no_file_is_explained(tmp_path):
    (tmp_path / "text.npz").write_text("no zip")
    np.savez(tmp_path / "cut.npz", X=np.arange(4000.0).reshape(-1, 1), y=np.zeros(4000))
    (tmp_path / "cut.npz").write_bytes((tmp_path / "cut.npz").read_bytes()[:500])
    for name, message in (
        ("text.npz", "no .npz"),
        ("cut.npz", "no .npz"),
        ("absent.npz", "cannot be read"),
        ("mnist", "published"),
    ):
        with pytest.raises(ValueError, match=message):
            flows.data(f"{tmp_path / name}" if "." in name else name)


def test_a_file_gets_its_bias_column(tmp_path):
    np.savez(
        tmp_path / "four.npz",
        X=np.array([[-1 / 2], [-1 / 6], [1 / 6], [1 / 2]]),
        y=np.array([1 / 4, 1 / 36, 1 / 36, 1 / 4]),
    )
    X, y = flows.data(str(tmp_path / "four.npz"))
    for mine, theirs in zip((X, y), phase_diagram.four_point_problem(), strict=True):
        np.testing.assert_allclose(mine, theirs)
    X, y = flows.data("digits")
    assert (
        X.shape == (45, 65) and (X[:, -1] == 1).all() and set(np.round(10 * y, 9)) == set(range(10))
    )
    np.testing.assert_allclose((X**2).sum(1), 2)


def test_data_of_another_shape_has_another_key():
    X, y = np.zeros((2, 3)), np.zeros(2)
    pairs = (
        (X, y),
        (X.T, y),
        (X.T, np.zeros(3)),
        (X + 1, y),
        (X, y + 1),
        (np.zeros((2, 4)), np.zeros(0)),
    )
    keys = {flows.data_key(*pair) for pair in pairs}
    assert len(keys) == 6 and flows.data_key(X.copy(order="F"), y) in keys


@pytest.mark.parametrize(
    "change", [{"nodes": 1000}, {"nodes": 2**23}, {"rtol": 0.0}, {"tol": float("nan")}]
)
def test_settings_that_cannot_run_are_refused(change):
    with pytest.raises(ValueError, match=r"power of two|memory|positive"):
        replace(SMALL, **change)


# ---------------------------------------------------------------- the store


def test_a_cell_is_the_distance_of_the_flow(store):
    results, _ = run(CELLS, store)
    for cell, rd, error, seconds in results:
        expected = phase_diagram.relative_distance(
            cell.width, cell.gamma, cell.gamma_p, nodes=16, seed=0, rtol=0.3, tol=1e-3
        )
        assert rd == expected and error is None and seconds > 0
    assert sorted(results) == store.results()


def test_seeds_and_sampling_reach_the_flow():
    drawn = replace(SMALL, sampled=True)
    found = [
        flows.run_cell(Cell(1.0, 0.0, 40.0, seed), how).rd
        for how in (SMALL, drawn)
        for seed in (0, 1)
    ]
    options = [{"sampled": sampled, "seed": seed} for sampled in (False, True) for seed in (0, 1)]
    assert found == [
        phase_diagram.relative_distance(40, 1.0, 0.0, nodes=16, rtol=0.3, tol=1e-3, **each)
        for each in options
    ]
    assert len(set(found)) == 4


def test_a_cell_is_stored_before_it_is_reported(store):
    for result in flows.sweep(CELLS[:4], SMALL, store, Counting()):
        with sqlite3.connect(store.path) as other:
            place = result.cell.gamma, result.cell.width
            assert (result.rd,) in other.execute(
                "SELECT rd FROM cells WHERE gamma = ? AND width = ?", place
            )
    assert store._file.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_is_stored_is_not_run_again(store):
    half = flows.sweep(CELLS, SMALL, store, Counting())
    first = [next(half) for _ in range(3)]  # the others were run, but nobody asked for them
    half.close()
    results, asked = run(CELLS, store)
    assert len(asked) == len(results) == 5 and not {r.cell for r in first} & set(asked)
    assert run(CELLS, store) == ([], [])
    assert len(run([*CELLS, Cell(1.0, 0.0, 50.0, 0)], store)[1]) == 1


@pytest.mark.parametrize("ahead", [1, 3, 100])
def test_the_executor_is_given_a_few_cells_at_a_time(store, ahead):
    executor = Counting()
    results = flows.sweep(CELLS, SMALL, store, executor, ahead=ahead)
    next(results)
    assert len(executor.asked) == min(ahead + 1, len(CELLS))
    assert len(list(results)) == len(CELLS) - 1 and sorted(executor.asked) == CELLS


def test_a_failing_cell_is_recorded_and_does_not_stop_the_rest(store):
    results, _ = run([FAILS, *CELLS], store)
    (bad,) = [result for result in results if result.error]
    assert bad.cell == FAILS and bad.rd is None and "kappa = 0.0" in bad.error and len(results) == 9
    assert run([FAILS, *CELLS], store)[1] == []
    assert run([FAILS, *CELLS], store, retry=True)[1] == [FAILS]


def test_a_flow_that_does_not_arrive_is_a_failure(monkeypatch):
    def stops(*_, **__):
        warnings.warn("flow stopped after 7 steps", stacklevel=1)
        return 1.0

    monkeypatch.setattr(phase_diagram, "relative_distance", stops)
    assert flows.run_cell(CELLS[0], SMALL).error == "UserWarning: flow stopped after 7 steps"
    monkeypatch.setattr(phase_diagram, "relative_distance", lambda *_, **__: 0.0)
    assert "no logarithm" in str(flows.run_cell(CELLS[0], SMALL).error)


def test_an_executor_may_lose_a_cell_but_not_break(store):
    lost = list(flows.sweep(CELLS, SMALL, store, Counting(RuntimeError("gone"))))
    assert {result.error for result in lost} == {"RuntimeError: gone"} and len(store.results()) == 8
    with pytest.raises(BrokenExecutor):
        list(flows.sweep(CELLS, SMALL, store, Counting(BrokenExecutor("dead")), retry=True))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"y": SMALL.y * 2}, "data"),
        ({"X": SMALL.X + 1}, "data"),
        ({"seeds": 2}, "seeds"),
        ({"nodes": 32}, "start"),
        ({"sampled": True}, "start"),
        ({"rtol": 0.2}, "rtol"),
        ({"tol": 1e-4}, "tol"),
    ],
)
def test_other_settings_are_refused(store, change, named):
    run(CELLS[:1], store)
    with pytest.raises(
        ValueError, match=rf"other settings: {named} \(there .*, now .*--store another"
    ):
        run(CELLS, store, replace(SMALL, **change))
    assert len(store.results()) == 1
    run(CELLS[:2], store, replace(SMALL, title="renamed"))


def test_another_integrator_is_refused(store, monkeypatch):
    run(CELLS[:1], store)
    monkeypatch.setattr(flows, "integrator_key", lambda: "newer")
    with pytest.raises(ValueError, match=r"integrator \(there \w{16}, now newer\)"):
        run(CELLS, store)


def test_other_files_are_not_touched(tmp_path):
    (tmp_path / "text").write_text("a diary that is long enough to be no database" * 20)
    with sqlite3.connect(tmp_path / "theirs.sqlite") as file:
        file.execute("CREATE TABLE cells (x)")
    for name in ("text", "theirs.sqlite"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(ValueError, match="not a store of this program"):
            Store(tmp_path / name)
        assert (tmp_path / name).read_bytes() == before
    with pytest.raises(ValueError, match="no store at"):
        Store(tmp_path / "absent.sqlite", create=False)
    with pytest.raises(ValueError, match="cannot be opened"):
        Store(tmp_path / "text" / "s.sqlite")


# ---------------------------------------------------------------- the map


def power_law(gammas=(0.5, 1.0, 1.5), gamma_ps=(-0.2, 0.0, 0.2), widths=(10.0, 100.0, 1000.0)):
    """Results with slope gamma - 1 - gamma' exactly."""
    return [
        flows.Result(c, c.width ** (c.gamma - 1 - c.gamma_p), None, 0.0)
        for c in flows.grid(gammas, gamma_ps, widths, 1)
    ]


def test_slopes_are_fitted_where_all_widths_are_known():
    found = chart.fitted([r for r in power_law() if r.cell != Cell(0.5, 0.0, 100.0, 0)], 1)
    expected = found.gamma - 1 - found.gamma_p[:, None]
    assert np.isnan(found.slopes[1, 0]) and np.isfinite(found.slopes).sum() == 8
    np.testing.assert_allclose(
        found.slopes[np.isfinite(found.slopes)], expected[np.isfinite(found.slopes)], atol=1e-12
    )
    assert np.isnan(chart.fitted(power_law(), 2).slopes).all()
    with pytest.raises(ValueError, match="a slope needs two"):
        chart.fitted(power_law(widths=(10.0,)), 1)


def test_the_median_is_over_seeds():
    results = [
        flows.Result(Cell(1.0, 0.0, m, s), m**power, None, 0.0)
        for m in (10.0, 100.0)
        for s, power in enumerate((0.1, 0.7, 0.2))
    ]
    assert chart.fitted(results, 3).slopes[0, 0] == pytest.approx(0.2)


def test_the_boundary_is_where_the_derived_exponent_changes_sign():
    gamma_p = np.linspace(-0.5, 0.5, 11)
    line = chart.boundary(gamma_p)
    np.testing.assert_allclose(line, [1, 1, 1, 1, 1, 1, 1.1, 1.2, 1.3, 1.4, 1.5])
    inside = gamma_p >= 0  # where the exponent is known on both sides
    assert (phase_diagram.input_exponent(line - 0.05, gamma_p) < 0).all()
    assert (phase_diagram.input_exponent(line + 0.05, gamma_p)[inside] > 0).all()
    assert chart.boundary([-1.0, -0.5]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_the_map_is_drawn(tmp_path, ending):
    settings = SMALL.described() | {"title": "published"}
    results = [result for result in power_law() if result.cell.gamma_p or result.cell.gamma > 0.5]
    chart.draw(settings, chart.fitted(results, 1), tmp_path / f"map.{ending}")
    text = (tmp_path / f"map.{ending}").read_bytes()
    assert len(text) > 5000 and text.startswith(
        {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}[ending]
    )


def test_the_map_shows_what_it_should(tmp_path, monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "close", lambda _: None)
    chart.draw(
        SMALL.described() | {"title": "published"},
        chart.fitted(power_law(), 1),
        tmp_path / "map.png",
    )
    fig = plt.gcf()
    ax = fig.axes[0]
    (line,) = [drawn for drawn in ax.lines if drawn.get_label() == "derived boundary"]
    np.testing.assert_allclose(line.get_xdata(), 1 + np.maximum(line.get_ydata(), 0))
    zero = np.concatenate([path.vertices for path in ax.collections[1].get_paths()])
    np.testing.assert_allclose(zero[:, 0], 1 + zero[:, 1], atol=1e-9)
    assert (
        "3 widths, m = 10 to 1,000\n16 nodes, one seed" in ax.get_title()
        and "gamma'" in ax.get_ylabel()
    )
    assert any(str(drawn.get_label()).startswith("published, $m$") for drawn in ax.collections)
    monkeypatch.undo()
    plt.close(fig)


def test_what_a_finite_width_changes_is_what_the_closed_form_says(tmp_path, monkeypatch):
    """Distances made by the closed form: the predicted and the measured differences are the same,
    and the picture says so.
    """
    import matplotlib.pyplot as plt

    X, y = flows.data("published")
    # at (1.5, 0.6) the output weights grow
    gammas, gamma_ps = (
        (0.5, 0.75, 1.5),
        (-0.2, 0.0, 0.2, 0.6),
    )
    maps = [
        chart.fitted(
            [
                flows.Result(
                    c,
                    phase_diagram.lazy_relative_distance(c.width, c.gamma, c.gamma_p, X, y),
                    None,
                    0.0,
                )
                for c in flows.grid(gammas, gamma_ps, widths, 1)
            ],
            1,
        )
        for widths in ((1e2, 1e3), (1e11, 1e12))
    ]
    lazy = chart.finite_size(maps[0], X, y)
    assert np.isnan(lazy[:, 2]).all() and np.isfinite(lazy[:, :2]).all()
    settings = SMALL.described() | {"title": "published"}
    monkeypatch.setattr(plt, "close", lambda _: None)
    chart.draw(settings, maps[0], tmp_path / "maps.png", (settings, maps[1]))
    fig = plt.gcf()
    (points,) = [
        drawn
        for ax in fig.axes
        for drawn in ax.lines
        if drawn.get_label() == "both layers stand still"
    ]
    np.testing.assert_allclose(points.get_xdata(), points.get_ydata(), atol=1e-9)
    assert np.ptp(points.get_xdata()) > 0.05
    monkeypatch.undo()
    plt.close(fig)
    with pytest.raises(ValueError, match="sweep the same grid"):
        chart.draw(
            settings, maps[0], tmp_path / "maps.png", (settings | {"data": "other"}, maps[1])
        )


def test_cells_are_drawn_around_their_centres():
    np.testing.assert_allclose(chart._edges(np.array([0.0, 1.0, 3.0])), [-0.5, 0.5, 2.0, 4.0])
    np.testing.assert_allclose(chart._edges(np.array([2.0])), [1.95, 2.05])


def test_the_difference_from_the_published_slopes():
    widths, slopes = flows.published()
    power = {(1.0, 0.0): slopes[1.0, 0.0] + 0.05, (0.6, 0.2): -0.8, (0.65, 0.0): 1.0}
    found = chart.fitted(
        [
            flows.Result(Cell(*cell, m, 0), m**s, None, 0.0)
            for cell, s in power.items()
            for m in widths
        ],
        1,
    )
    assert chart.against_published(found) == {(1.0, 0.0): pytest.approx(0.05)}


# ---------------------------------------------------------------- the commands


def test_the_commands_refuse_bad_input(tmp_path):
    target = tmp_path / "s.sqlite"
    for arguments, message in (
        (("--gamma", "0.6:1.4"), "a:b:n"),
        (("--widths", "1"), "whole number"),
        (("--nodes", "3"), "power"),
        (("--data", "mnist"), "published, digits"),
        (("--sampled", "--widths", "1e9"), "too much memory"),
        (("--gamma", "0:1:2000", "--gamma-p", "0:1:2000"), "coarser"),
    ):
        done = command("phase-diagram", "--store", target, *arguments)
        assert done.exit_code == 2 and message in done.output, done.output
    assert not target.exists()
    done = command("plot", "--store", target, "-o", "a.png")
    assert done.exit_code == 2 and "no store at" in done.output
    assert command("phase-diagramm").exit_code == 2


def test_the_plot_command(tmp_path):
    with Store(tmp_path / "s.sqlite") as store:
        store.claim(SMALL)
        done = command("plot", "--store", store.path, "-o", tmp_path / "m.png")
        assert done.exit_code == 2 and "needs two" in done.output
        for result in power_law(gammas=(1.0, 1.4), widths=flows.published()[0]):
            store.add(result)
        done = command("plot", "--store", store.path, "-o", tmp_path / "m.gif")
        assert done.exit_code == 2 and ".png" in done.output
        done = command("plot", "--store", store.path, "-o", tmp_path / "m.png")
        assert (
            done.exit_code == 0
            and "of 6 published slopes" in done.output
            and (tmp_path / "m.png").exists()
        )


GRID = {
    "--gamma": "0.6:1.0:8",
    "--gamma-p": "0:0.3:6",
    "--widths": "50,100",
    "--nodes": "16",
    "--tol": "1e-3",
    "--rtol": "0.3",
    "--jobs": "2",
}
ALL = 96


def begin(target):
    """A sweep in a process group of its own, once its first cells are reported."""
    words = [word for pair in GRID.items() for word in pair]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "proofs_check",
            "sweep",
            "phase-diagram",
            "--store",
            str(target),
            *words,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    return process, [process.stdout.readline() for _ in range(4)][1:]


def living(pids):
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in listed.splitlines()]
    return {
        int(pid)
        for pid, parent, stat in rows
        if (int(pid) in pids or int(parent) in pids) and not stat.startswith("Z")
    }


def gone(pids, seconds=30.0):
    until = time.monotonic() + seconds
    while living(pids) & pids and time.monotonic() < until:
        time.sleep(0.1)
    return not living(pids) & pids


def stored(target):
    with sqlite3.connect(target) as file:
        return {
            row[:4]: row[4:]
            for row in file.execute("SELECT gamma, gamma_p, width, seed, rd, finished FROM cells")
        }


def resume(target):
    """The rest, in this process: the cells that were run."""
    with Store(target) as store:
        cells = flows.grid(
            flows.numbers(GRID["--gamma"]), flows.numbers(GRID["--gamma-p"]), (50.0, 100.0), 1
        )
        return run(cells, store)[1]


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_killed_sweep_goes_on_where_it_was(tmp_path):
    target = tmp_path / "s.sqlite"
    process, reported = begin(target)
    family = living({process.pid}) - {process.pid}
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(family) >= 2 and gone(family)
    before = stored(target)
    assert 3 <= len(before) < ALL
    for line in reported:
        gamma, gamma_p, width, seed = map(
            float, re.match(r"cell gamma (\S+) gamma' (\S+) m (\S+) seed (\d+): RD", line).groups()
        )
        assert any(np.allclose(cell, (gamma, gamma_p, width, seed), rtol=1e-5) for cell in before)
    asked = resume(target)
    after = stored(target)
    assert len(after) == ALL and len(asked) == ALL - len(before) and not set(asked) & set(before)
    assert {
        cell: after[cell] for cell in before
    } == before  # the same values and times: nothing was written again


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_leaves_a_usable_store(tmp_path):
    target = tmp_path / "s.sqlite"
    process, _ = begin(target)
    family = living({process.pid}) - {process.pid}
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, errors = process.communicate(timeout=30)
    assert (
        process.returncode == 130
        and "interrupted" in errors
        and "Traceback" not in errors
        and "Error" not in errors
    )
    assert gone(family)
    with Store(target) as store:
        assert 3 <= len(store.results()) < ALL and not any(
            result.error for result in store.results()
        )


# ---------------------------------------------------------------- a cluster


def dask(*arguments):
    """A process of a cluster on this machine, alone in its session, so that it can be killed."""
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *map(str, arguments)],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.fixture
def scheduler(tmp_path):
    """The address of a scheduler and its two workers, and the workers' processes by name."""
    pytest.importorskip("distributed")
    note = tmp_path / "scheduler.json"
    processes = [
        dask(
            "scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            note,
        )
    ]
    processes += [
        dask(
            "worker",
            "--scheduler-file",
            note,
            "--nthreads",
            1,
            "--no-nanny",
            "--no-dashboard",
            "--name",
            k,
        )
        for k in "ab"
    ]
    try:
        until(note.exists)
        yield json.loads(note.read_text())["address"], processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_a_cluster_that_loses_a_worker_loses_no_cell(scheduler, store):
    from distributed import Client

    address, processes = scheduler
    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    cells = flows.grid((0.6, 1.0, 1.4), (-0.2, 0.0, 0.2), (1e3, 1e4), 1)
    with flows.cluster(address, 1) as (executor, threads):
        assert threads == 2
        found = []
        for result in flows.sweep(cells, replace(SMALL, nodes=1024), store, executor, ahead=8):
            if not found:
                os.kill(processes[0].pid, signal.SIGKILL)
            found.append(result)
    assert sorted(result.cell for result in found) == sorted(cells) and all(
        result.error is None for result in found
    )
    assert store.results() == sorted(found) and not store.missing(cells)
    here, _ = run(
        cells[:1], flows.Store(store.path.with_name("here.sqlite")), replace(SMALL, nodes=1024)
    )
    assert here[0].rd == store.results()[0].rd  # who computes it makes no difference


def test_a_cluster_that_is_not_there_is_explained(tmp_path, monkeypatch):
    place = (
        "phase-diagram",
        "--gamma",
        "0.6",
        "--gamma-p",
        "0",
        "--widths",
        "50",
        "--store",
        tmp_path / "s.sqlite",
    )
    monkeypatch.setattr(flows, "ANSWER", 0.2)
    found = command(*place, "--executor", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert found.exit_code == 2 and "no dask scheduler answers at tcp://127.0.0.1:9" in found.output
    found = command(*place, "--scheduler", "tcp://127.0.0.1:9")
    assert found.exit_code == 2 and "add --executor dask" in found.output
    monkeypatch.setitem(sys.modules, "distributed", None)
    found = command(*place, "--executor", "dask")
    assert found.exit_code == 2 and "proofs-check[cluster]" in found.output
