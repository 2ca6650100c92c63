"""A sweep whose processes are killed, or whose cluster loses a worker, loses no finished cell."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

import numpy as np
import pytest

from proofs_check.core.cluster import cluster
from proofs_check.phase_diagram import SWEEPS
from proofs_check.sweep import Result, executor, fill
from proofs_check.sweep import store as stores
from proofs_check.sweep.description import planned

MAP = SWEEPS[0]
SMALL = {"nodes": 16, "rtol": 0.3, "tol": 1e-3}


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
    asked: list[Result] = []
    axes = {"gamma": GRID["--gamma"], "gamma_p": GRID["--gamma-p"], "width": GRID["--widths"]}
    fill(MAP, target, axes, SMALL, report=asked.append)
    return [result.cell for result in asked]


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
    results = stores.read(target).results
    assert 3 <= len(results) < ALL and not any(result.error for result in results)


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
        until(lambda: note.exists() and note.read_text().rstrip().endswith("}"))
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


def test_a_cluster_that_loses_a_worker_loses_no_cell(scheduler, tmp_path):
    from distributed import Client

    address, processes = scheduler
    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    grid = {"gamma": [0.6, 1.0, 1.4], "gamma_p": [-0.2, 0.0, 0.2], "width": [1e3, 1e4]}
    cells, settings, values = planned(MAP, grid, SMALL | {"nodes": 1024})
    with stores.opened(tmp_path / "s.sqlite") as store, cluster(address, 1) as there:
        executor.claim(store, MAP, settings, values)
        assert there[1] == 2
        found = []
        for result in executor.finished(MAP, cells, settings, store, there[0], ahead=8):
            if not found:
                os.kill(processes[0].pid, signal.SIGKILL)
            found.append(result)
        assert not stores.missing(store, cells)
    assert sorted(result.cell for result in found) == sorted(cells)
    assert all(result.error is None for result in found)
    assert stores.read(tmp_path / "s.sqlite").results == tuple(sorted(found))
    few = {name: values[:1] for name, values in grid.items()}
    here = fill(MAP, tmp_path / "here.sqlite", few, SMALL | {"nodes": 1024})
    # who computes it makes no difference
    assert here.results[0].numbers == sorted(found)[0].numbers
