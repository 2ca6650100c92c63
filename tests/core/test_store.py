"""What is kept is used while all that it depends on is the same, and not a moment longer."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from proofs_check.core import entries, ledger, runner, store

TOPIC = "jacobi_iteration"


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The three packages in another folder; keys are made of the files there."""
    for layer in store.LAYERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(store.ROOT / layer, tmp_path / layer, ignore=ignored)
    monkeypatch.setattr(store, "ROOT", tmp_path)
    monkeypatch.setattr(store, "ENTRIES", tmp_path / "proofs_check" / "core" / "entries.py")
    return tmp_path


def keys(*topics):
    return {(kind, t): store.key(kind, t, "default") for kind in ("claim", "check") for t in topics}


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


def add(path, text="\n# one line more\n"):
    """Change the content, and neither the size nor the times that a file system shows."""
    stat = path.stat()
    path.write_text(path.read_text() + text)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


BOTH = {("claim", TOPIC), ("check", TOPIC)}


@pytest.mark.parametrize(
    ("file", "touched"),
    [
        (f"theory/{TOPIC}.py", BOTH),
        (f"numerics/{TOPIC}.py", {("check", TOPIC)}),
        (f"proofs_check/{TOPIC}.py", {("check", TOPIC)}),
        ("theory/core/derivation.py", {*BOTH, ("claim", "parity"), ("check", "parity")}),
        ("proofs_check/core/judging.py", {*BOTH, ("claim", "parity"), ("check", "parity")}),
        ("theory/parity.py", {("claim", "parity"), ("check", "parity")}),
        ("proofs_check/report/latex.py", set()),
        ("proofs_check/report/cards.py", set()),
        ("proofs_check/report/figure.py", set()),
        ("proofs_check/examination/curvature.py", set()),
        ("proofs_check/cli/main.py", set()),
    ],
)
def test_an_edit_touches_what_reaches_the_file_and_nothing_else(copy, file, touched):
    before = keys(TOPIC, "parity")
    add(copy / file)
    assert changed(before, keys(TOPIC, "parity")) == touched


def test_a_file_that_is_imported_within_a_function_counts(copy):
    before = keys("parity")
    late = copy / "numerics" / "late.py"
    late.write_text("A = 1\n")
    add(copy / "numerics" / "parity.py", "\ndef f():\n    from numerics import late\n")
    between = keys("parity")
    add(late)
    assert changed(before, between) == changed(between, keys("parity")) == {("check", "parity")}


def test_a_file_in_a_sub_package_counts(copy):
    before = keys("gradient_flow")
    add(copy / "numerics" / "core" / "neurons.py")
    assert changed(before, keys("gradient_flow")) == {("check", "gradient_flow")}


def test_a_data_file_beside_its_reader_counts(copy):
    (copy / "numerics" / "table.toml").write_text("a = 1\n")
    add(copy / "numerics" / "parity.py", '\nTABLE = "table.toml"\n')
    before = keys("parity")
    add(copy / "numerics" / "table.toml")
    assert changed(before, keys("parity")) == {("check", "parity")}


def test_what_the_ledger_prints_counts_and_how_it_is_explained_does_not(monkeypatch):
    from dataclasses import replace

    before, known = keys(TOPIC, "parity"), ledger.ledger()
    name = "jacobi-low-frequency-slow"
    for change, touched in (({"printed": 3}, BOTH), ({"hint": "look"}, set())):
        other = known | {name: replace(known[name], **change)}
        monkeypatch.setattr(store, "ledger", lambda other=other: other)
        assert changed(before, keys(TOPIC, "parity")) == touched


@pytest.mark.parametrize("name", store.SURROUNDINGS)
def test_where_it_was_measured_counts(monkeypatch, name):
    before = keys(TOPIC)
    monkeypatch.setenv(name, "cuda" if name == "PROOFS_CHECK_DEVICE" else "generic")
    assert changed(before, keys(TOPIC)) == BOTH


def test_another_version_of_a_package_counts(monkeypatch):
    before = keys(TOPIC)
    monkeypatch.setattr(store, "_version", lambda name: "0.0" if name == "sympy" else "1.0")
    assert changed(before, keys(TOPIC)) == BOTH


def test_the_tier_counts_for_checks_alone():
    assert store.key("check", TOPIC, "quick") != store.key("check", TOPIC, "default")
    assert store.key("claim", TOPIC, "quick") == store.key("claim", TOPIC, "default")


def test_what_is_kept_comes_back_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    unit = ("claim", TOPIC, "two_grid")
    assert entries.kept(unit) is None
    ran = entries.run_and_keep(unit)
    assert entries.kept(unit) == ran and ran[1][0].standing.name == "PROVED"


def test_what_fails_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def lost():
        raise MemoryError

    monkeypatch.setattr(runner, "claims_of", lambda topic: {"two_grid": lost})
    entry, _ = entries.run_and_keep(("claim", TOPIC, "two_grid"))
    assert entry["status"] == "fails" and not list(tmp_path.rglob("*.json"))


def test_sources_that_change_during_the_run_keep_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    entries._key.cache_clear()
    marks = iter(("before", "after"))
    monkeypatch.setattr(store, "key", lambda kind, topic, tier: next(marks))
    entries.run_and_keep(("claim", TOPIC, "two_grid"))
    entries._key.cache_clear()
    assert not list(tmp_path.rglob("*.json"))


def test_two_writers_leave_one_whole_file(tmp_path):
    path = tmp_path / "a" / "unit.json"
    values = [{"entry": {"n": n, "long": "x" * 100_000}} for n in range(20)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda value: store.keep(path, "mark", value), values))
    assert store.recall(path, "mark") in values
    assert [file.name for file in path.parent.iterdir()] == ["unit.json"]


def test_a_write_that_is_killed_leaves_what_was_there(tmp_path):
    path = tmp_path / "unit.json"
    store.keep(path, "mark", "old")
    code = (
        "import os, pathlib; from proofs_check.core import store\n"
        "def cut(self, text, **options):\n"
        "    with open(self, 'w') as file:\n"
        "        file.write(text[:10]); file.flush(); os.kill(os.getpid(), 9)\n"
        "pathlib.Path.write_text = cut\n"
        f"store.keep(pathlib.Path({str(path)!r}), 'mark', 'new')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=store.ROOT)
    assert done.returncode == -9 and store.recall(path, "mark") == "old"
    store.keep(path, "mark", "new")
    assert store.recall(path, "mark") == "new" and store.recall(path, "other") is None


def test_a_value_under_a_forged_key_is_not_used(tmp_path):
    path = tmp_path / "unit.json"
    store.keep(path, "old", "value")
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"key": "new"}))
    assert store.recall(path, "new") is None
