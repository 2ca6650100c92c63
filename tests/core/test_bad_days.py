"""What goes wrong outside the theory ends in one clear sentence, a status of its own, and no file
that is half written.
"""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import pytest

from numerics import (
    early_stopping,
    frequency_principle,
    gradient_flow,
    kernel_flow,
    minimum_norm,
    parity,
    phase_diagram,
    tangent_kernel,
)
from proofs_check.cli import main
from proofs_check.core import entries, pool, results, runner, store

TOPIC = "jacobi_iteration"
NAN = np.array([np.nan, 1.0, 1.0, 1.0])


@pytest.fixture
def line(tmp_path, monkeypatch, capsys):
    """``line(words)``: status, output and errors of the command line in an empty folder, in this
    process.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pool, "cores", lambda: 1)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["proofs-check", *words])
        with pytest.raises(SystemExit) as ended:
            main.main()
        found = capsys.readouterr()
        return ended.value.code, found.out, found.err

    return run


@pytest.fixture
def quick_work(monkeypatch):
    """Only the claims of the topic."""
    monkeypatch.setattr(runner, "checks_of", lambda topic: {})


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def refuse(monkeypatch, number, only=""):
    """Files whose name holds ``only`` cannot be written."""
    before = Path.write_text

    def write_text(self, *arguments, **options):
        if only in self.name:
            before(self, "half of it")
            raise OSError(number, os.strerror(number), str(self))
        return before(self, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", write_text)


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_what_was_finished_survives_a_kill(tmp_path):
    command = [sys.executable, "-u", "-m", "proofs_check", "verify", TOPIC, "--jobs", "1"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    for _ in range(3):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    kept = list((tmp_path / "build" / "kept" / TOPIC).glob("*.claim.json"))
    assert len(kept) >= 3 and not (tmp_path / "build" / "verify.json").exists()
    assert all(store.recall(path) is not None for path in kept)


def test_a_full_disk_costs_the_kept_results_and_not_the_verdicts(
    line, quick_work, monkeypatch, tmp_path
):
    refuse(monkeypatch, 28)
    status, out, err = line("verify", TOPIC, "--jobs", "1")
    assert status == 1 and out.count("claim PROVED") == 4
    assert err.strip().endswith("No space left on device") and err.startswith(
        "the results are not kept: cannot write build/verify.json"
    )
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    "words",
    [
        ("verify", TOPIC, "--jobs", "1", "--json", "wanted.json"),
        ("latex", TOPIC, "-o", "wanted.tex"),
        ("statements", TOPIC, "--json", "wanted.json"),
    ],
    ids=lambda words: words[0],
)
def test_a_folder_that_cannot_be_written_is_named(line, quick_work, monkeypatch, tmp_path, words):
    refuse(monkeypatch, 13, only="wanted")
    status, _, err = line(*words)
    assert status == 2 and err.splitlines()[-1] == f"cannot write {words[-1]}: Permission denied"
    assert [name for name in files(tmp_path) if "wanted" in name] == []


def test_what_was_there_before_survives_a_full_disk(monkeypatch, tmp_path):
    kept = tmp_path / "verify.json"
    results.save({"a": 1}, kept)
    refuse(monkeypatch, 28)
    with pytest.raises(OSError, match="No space"):
        results.save({"a": 2}, kept)
    assert json.loads(kept.read_text()) == {"a": 1} and files(tmp_path) == ["verify.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_device_is_written_to_and_not_replaced(line, quick_work):
    status, _, err = line("verify", TOPIC, "--jobs", "1", "--json", "/dev/full")
    assert status == 2 and err.strip() == "cannot write /dev/full: No space left on device"
    assert Path("/dev/full").is_char_device() and not Path("/dev/full.part").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_behind_standard_output(tmp_path):
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "proofs_check", "--help"]
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (
        done.returncode == 2
        and done.stderr.strip() == "cannot write the output: No space left on device"
    )


def test_a_lost_worker_is_noticed(monkeypatch):
    monkeypatch.setattr(pool, "start_worker", int)  # workers that start fast
    with pytest.raises(BrokenProcessPool):
        list(pool.run_all([3, 3], os._exit, 2))


def kill_or_name(number):
    """A piece of work that kills its process, or gives its number."""
    return os._exit(3) if number == 2 else number


def test_a_lost_worker_costs_only_what_it_did(monkeypatch):
    monkeypatch.setattr(pool, "start_worker", int)
    found = dict(pool.run_all([1, 2, 3, 4], kill_or_name, 2, lost=lambda number: -number))
    assert found == {1: 1, 2: -2, 3: 3, 4: 4}


def test_a_process_goes_on_with_what_it_knows():
    queue = pool.Queue(["a1", "a2", "b1", "a3", "b2", "c1"], lambda piece: piece[0])
    assert [queue.take(last) for last in (None, None)] == [("a", "a1"), ("b", "b1")]
    assert [queue.take("b") for _ in range(2)] == [("b", "b2"), ("c", "c1")]  # then a new one
    assert queue.take("c") == ("a", "a2") and queue.take("a") == ("a", "a3") and not queue


def test_what_was_lost_is_named_and_not_kept(line, quick_work, monkeypatch):
    def lost(work, act, jobs, entry_of, kin, lanes):
        yield work[0], act(work[0])
        yield from ((piece, entry_of(piece)) for piece in work[1:])

    monkeypatch.setattr(pool, "run_all", lost)
    status, out, _ = line("verify", TOPIC)
    assert status == 1 and out.count("claim PROVED") == 1
    assert out.count(f"claim fails        {TOPIC}") == 3 and "its worker process was killed" in out
    assert len(list(Path("build/kept").rglob("*.json"))) == 1


@pytest.mark.parametrize(
    "corrupt",
    [b"", b"{", b"[1, 2]", b"null", b'{"key": 3}', b"\x00\x01", b"[" * 100_000, b"\xff\xfe"],
)
def test_a_kept_result_that_cannot_be_read_is_made_afresh(line, quick_work, corrupt):
    first = line("verify", TOPIC)
    victim = next(Path("build/kept").rglob("*.json"))
    victim.write_bytes(corrupt)
    assert store.recall(victim) is None
    again = line("verify", TOPIC)
    assert again[0] == first[0] == 0 and "3 of 4 kept" in again[1]


def test_a_kept_result_that_somebody_edited_is_made_afresh(line, quick_work):
    line("verify", TOPIC)
    victim = next(Path("build/kept").rglob("*.json"))
    victim.write_text(victim.read_text().replace("PROVED", "SAMPLED"))
    assert "3 of 4 kept" in line("verify", TOPIC)[1]


def test_a_damaged_document_costs_nothing(line, quick_work, tmp_path):
    line("verify", TOPIC)
    written = tmp_path / "build" / "verify.json"
    whole = json.loads(written.read_text())
    for damage in (json.dumps(whole | {"statements": [{"x": 1}]}), '{"key": "cut off'):
        written.write_text(damage)
        status, out, err = line("statements", TOPIC)
        assert status == 0 and "PROVED" in out and "Traceback" not in err


@pytest.fixture
def one_broken(monkeypatch):
    """Two topics, one of which cannot be imported."""
    before = runner.claims_of

    def claims_of(topic):
        if topic == "parity":
            raise AttributeError("module 'numpy' has no attribute 'float'")
        return before(topic)

    monkeypatch.setattr(runner, "claims_of", claims_of)


def test_a_topic_that_cannot_be_imported_is_reported_and_the_others_run(
    line, quick_work, one_broken
):
    status, out, err = line("verify", "parity", TOPIC, "--jobs", "1", "--json", "found.json")
    assert status == 1 and out.count("claim PROVED") == 4 and "Traceback" not in err
    assert (
        "claim fails        parity.import: AttributeError: module 'numpy' has no attribute 'float'"
        in out
    )
    document = json.loads(Path("found.json").read_text())
    lost = next(c for c in document["claims"] if c["status"] == "fails")
    assert lost["id"] == "parity.import" and set(lost) == set(document["claims"][-1])


@pytest.mark.parametrize("command", ["latex", "report", "referee"])
def test_a_topic_that_cannot_be_imported_is_left_out(line, quick_work, one_broken, command):
    status, _, err = line(
        command,
        "parity",
        TOPIC,
        *(["--per-kind", "1", "--jobs", "1"] if command == "referee" else []),
    )
    assert status == 1 and err.startswith(
        "topic parity is left out, because it cannot be imported: AttributeError: module 'numpy'"
    )


def test_a_claim_that_raises_anything_fails_alone(monkeypatch):
    def lost():
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(runner, "claims_of", lambda topic: {"lost": lost})
    entry, found = entries.run_unit(("claim", TOPIC, "lost"))
    assert (
        entry["status"] == "fails"
        and entry["error"] == "ZeroDivisionError: division by zero"
        and found == []
    )


X, Y = phase_diagram.four_point_problem()
BAD = np.where(np.arange(X.size).reshape(X.shape) == 0, np.nan, X)
A, W, _ = gradient_flow.start(4, X.shape[1], sampled=True)
REFUSED = {
    "flow, X": lambda: gradient_flow.solve(BAD, Y, 1.0, 1.0, A, W),
    "flow, y": lambda: gradient_flow.solve(X, NAN, 1.0, 1.0, A, W),
    "flow, start": lambda: gradient_flow.solve(X, Y, 1.0, 1.0, np.full_like(A, np.nan), W),
    "distance": lambda: phase_diagram.relative_distance(100, 1.0, 0.0, BAD, Y),
    "tangent kernel": lambda: tangent_kernel.ntk(BAD),
    "predictions": lambda: kernel_flow.predictions(BAD, Y, X),
    "linearised flow": lambda: kernel_flow.linearised_flow(np.eye(4), NAN, 1.0),
    "minimum norm": lambda: minimum_norm.minimum_norm(X, NAN),
    "best time": lambda: early_stopping.optimal_time(NAN, np.ones(4), 0.1),
    "lazy distance": lambda: phase_diagram.lazy_relative_distance(100, 0.5, 0.0, X, NAN),
    "fraction": lambda: early_stopping.fitted_fraction(1.0, NAN),
    "spectrum": lambda: frequency_principle.spectrum(np.linspace(0, 1, 4), NAN, np.arange(3)),
    "Walsh transform": lambda: parity.walsh_hadamard(NAN),
}


@pytest.mark.parametrize("name", REFUSED)
def test_data_that_are_not_numbers_are_refused(name):
    with pytest.raises(ValueError, match=r"finite|X has|rates"):
        REFUSED[name]()
