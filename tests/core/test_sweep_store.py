"""A store keeps what was committed, of one setting, and touches no other file."""

import multiprocessing
import sqlite3

import pytest

from proofs_check.sweep import store as stores
from proofs_check.sweep.store import Column, Result

COLUMNS = (
    Column("x", "x in m", True, True),
    Column("word", "word", False, True),
    Column("seed", "seed", False, True, "seeds"),
    Column("y", "y", False, False),
    Column("select", "z in s", True, False),
)
SETTINGS = {"sweep": "mine", "seeds": "2"}
GOOD = Result((0.5, "a", 1), (1.5, float("inf")), None, 0.25)
BAD = Result((0.1, "b", 0), None, "ValueError: no", 0.5)


@pytest.fixture
def store(tmp_path):
    with stores.opened(tmp_path / "s.sqlite") as opened:
        stores.claim(opened, COLUMNS, SETTINGS, {"title": "first"})
        yield opened


def test_what_is_read_is_what_was_added(store):
    stores.add(store, [GOOD, BAD])
    stores.add(store, [])
    table = stores.read(store.path)
    assert table.results == (BAD, GOOD) and table.columns == COLUMNS
    assert table.settings == SETTINGS | {"title": "first"}


def test_what_was_added_is_in_the_file_at_once_and_survives_the_writer(store):
    stores.add(store, [GOOD])
    assert stores.read(store.path).results == (GOOD,)  # another connection
    pragmas = [
        store.file.execute(f"PRAGMA {p}").fetchone()[0] for p in ("journal_mode", "synchronous")
    ]
    assert pragmas == ["wal", 2]


def test_several_cells_are_committed_all_or_none(store):
    wrong = Result((1.0, "a", 0), (1.0,), None, 0.0)  # a number is missing
    with pytest.raises(sqlite3.Error):
        stores.add(store, [GOOD, wrong])
    assert stores.read(store.path).results == ()
    stores.add(store, [GOOD])  # the transaction is over


def test_what_is_missing_and_what_is_to_be_run_again(store):
    stores.add(store, [GOOD, BAD])
    cells = [(0.5, "a", 1), (0.1, "b", 0), (0.5, "a", 0)]
    assert stores.missing(store, cells) == cells[2:]
    assert stores.missing(store, cells, retry=True) == cells[1:]
    stores.add(store, [Result(BAD.cell, (1.0, 2.0), None, 0.1)])
    assert stores.missing(store, cells, retry=True) == cells[2:]
    assert len(stores.read(store.path).results) == 2


@pytest.mark.parametrize(
    ("columns", "settings", "named"),
    [
        (COLUMNS, {"sweep": "mine", "seeds": "3"}, r"seeds \(there 2, now 3\)"),
        (COLUMNS, {"sweep": "yours", "seeds": "2"}, r"sweep \(there mine, now yours\)"),
        (COLUMNS, SETTINGS | {"rate": "1"}, r"rate \(there None, now 1\)"),
        (COLUMNS[1:], SETTINGS, r"columns \(there x, word, seed, y, select, now word"),
    ],
)
def test_other_settings_are_refused(store, columns, settings, named):
    with pytest.raises(ValueError, match=rf"other settings: {named}.*Give --store another file"):
        stores.claim(store, columns, settings)
    stores.claim(store, COLUMNS, SETTINGS, {"title": "second"})
    assert stores.settings_of(store)["title"] == "first"


def test_other_files_are_not_touched(tmp_path):
    (tmp_path / "text").write_text("a diary that is long enough to be no database" * 20)
    with sqlite3.connect(tmp_path / "theirs.sqlite") as file:
        file.execute("CREATE TABLE cells (x)")
    with sqlite3.connect(tmp_path / "marked.sqlite") as file:
        file.execute("PRAGMA application_id = 7")
    with sqlite3.connect(tmp_path / "older.sqlite") as file:
        file.execute(f"PRAGMA application_id = {stores.APPLICATION}")
        file.execute("CREATE TABLE cells (x)")
    for name, message in (
        ("text", "not a store of this program"),
        ("theirs.sqlite", "not a store of this program"),
        ("marked.sqlite", "not a store of this program"),
        ("older.sqlite", "another version"),
    ):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(ValueError, match=message), stores.opened(tmp_path / name):
            pass
        assert (tmp_path / name).read_bytes() == before
    with (
        pytest.raises(ValueError, match="cannot be opened"),
        stores.opened(tmp_path / "text" / "s"),
    ):
        pass
    (tmp_path / "empty.sqlite").touch()
    for name, message in (("absent.sqlite", "no store at"), ("empty.sqlite", "not a store")):
        with pytest.raises(ValueError, match=message):
            stores.read(tmp_path / name)
    assert not (tmp_path / "absent.sqlite").exists()


def write(path, number, count, together):
    """One of several writers of a store that none of them has made yet."""
    for attempt in range(5):
        with stores.opened(path.with_name(f"{attempt}.sqlite")) as store:
            together.wait()
            stores.claim(store, COLUMNS, SETTINGS)
    with stores.opened(path) as store:
        together.wait()
        stores.claim(store, COLUMNS, SETTINGS)
        for k in range(count):
            stores.add(store, [Result((float(k), str(number), 0), (number, k), None, 0.0)])
            stores.add(store, [Result((-1.0, "shared", k), (number, k), None, 0.0)])


def test_several_writers_lose_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    place, together = tmp_path / "s.sqlite", context.Barrier(4, timeout=120)
    writers = [
        context.Process(target=write, args=(place, number, 40, together)) for number in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    results = stores.read(place).results
    assert len(results) == 5 * 40 and {r.cell[1] for r in results} == {"0", "1", "2", "3", "shared"}
