"""Files of data: statements, kept results, evidence, stores of sweeps; files of networks."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import random
import re
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import torch

from attacks.tools import HOSTILE, MARK, ODD, TOPIC, changed, damaged, harmless, line
from proofs_check.cli.verify import expected
from proofs_check.core import entries, evidence, ledger, runner, store
from proofs_check.sweep import sound
from proofs_check.sweep import store as stores

COLUMNS = {
    "settings": ("value", "name"),
    "columns": ("name", "label", "log", "axis", "counted"),
    "cells": ("x", "y", "error", "seconds"),
}
RECORDED = (evidence.FOLDER / f"{TOPIC}.json").read_bytes()


def a_ledger(draw: random.Random) -> None:
    """A file of statements; its formulas are read too."""
    name = draw.choice(("jacobi_iteration", "runge_phenomenon", "depth"))
    content = (ledger.LEDGER / f"{name}.toml").read_bytes()
    if draw.random() < 0.5:
        lines = content.decode().splitlines()
        at = draw.choice([k for k, text in enumerate(lines) if re.match(r"\w+ = ", text)])
        value = draw.choice(ODD)
        text = (
            {None: "1979-05-27", True: "true"}.get(value)
            if not isinstance(value, list | dict)
            else None
        )
        text = text or json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf")
        text = re.sub(r"(\{|, )(\"\w*\"): ", r"\1\2 = ", text)
        lines[at] = f"{lines[at].split(' = ')[0]} = {text}"
        content = "\n".join(lines).encode("utf-8", "replace")
    else:
        content = damaged(draw, content)
    path = Path(f"{name}.toml")
    path.write_bytes(content)
    with contextlib.suppress(ValueError):
        for entry in ledger.read(path).values():
            assert re.fullmatch(r"\w[\w.-]*", entry.id) and entry.claim + entry.refuted_if
            for part in {*ledger.parts_of(entry, "printed"), *ledger.parts_of(entry, "charitable")}:
                for _, value in ledger.readings(entry, part):
                    ledger.shown(value)
                    if isinstance(value, str):
                        with contextlib.suppress(ValueError):
                            ledger.formula(value, name)


def a_kept_result(draw: random.Random) -> None:
    """What is kept of a claim: another value under its checksum, or other bytes."""
    unit = ("claim", TOPIC, "two_grid")
    place, right = store.place(unit, "default"), entries.kept(unit)
    content, value = place.read_bytes(), store.recall(place)
    if draw.random() < 0.5:
        store.keep(place, entries._key("claim", TOPIC, "default"), changed(draw, value))
        found = entries.kept(unit)
        assert found is None or isinstance(found[0], dict)
    else:
        place.write_bytes(damaged(draw, content))
        assert entries.kept(unit) in (None, right), "half of it is read"
    expected(unit, "default")
    place.write_bytes(content)


def some_evidence(draw: random.Random) -> None:
    """Recorded values; one that is no number is measured again, and never judged."""
    check = runner.checks_of(TOPIC)["network_takes_the_other_order"]
    path, content = evidence.FOLDER / f"{TOPIC}.json", RECORDED
    own = json.loads(content)
    if draw.random() < 0.5:
        path.write_bytes(damaged(draw, content))
    else:
        path.write_text(json.dumps(own | {check.name: changed(draw, own[check.name])}))
    with contextlib.suppress(TypeError, AttributeError):
        evidence.stale()
    recorded = evidence.replay(TOPIC, check)
    if recorded is not None:
        for name in check.setups:
            with contextlib.suppress(evidence.Gone):
                found = recorded(check, name, (0, 1))
                assert found.shape == (2,) and not np.isnan(found).any(), "no numbers are judged"


def a_sweep(draw: random.Random) -> None:
    """A store: its bytes, or its tables."""
    path = Path("s.sqlite")
    for old in Path().glob("s.sqlite*"):
        old.unlink()
    columns = (stores.Column("x", "x in m", True, True), stores.Column("y", "y", False, False))
    with stores.opened(path) as opened:
        stores.claim(opened, columns, {"sweep": "mine.own"}, {"title": draw.choice(HOSTILE[:10])})
        stores.add(opened, [stores.Result((k + 1.0,), (k * k,), None, 0.1) for k in range(9)])
    if draw.random() < 0.5:
        path.write_bytes(damaged(draw, path.read_bytes()))
    else:
        value = draw.choice([v for v in ODD if isinstance(v, str | float | bool | None)])
        value = value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        table = draw.choice(list(COLUMNS))
        column = draw.choice(COLUMNS[table])
        with sqlite3.connect(path) as file, contextlib.suppress(sqlite3.Error):
            some = " WHERE rowid % 2" if draw.random() < 0.5 else ""
            file.execute(f"UPDATE {table} SET {column} = ?{some}", (value,))
            if draw.random() < 0.1:
                file.execute(f"DROP TABLE {table}")
    with contextlib.suppress(ValueError):
        sound.read(path)
    if draw.random() < 0.3:
        line("sweep", "plot", "--store", str(path), "-o", "drawn.svg")
        if Path("drawn.svg").exists():
            harmless(Path("drawn.svg").read_text())


def a_file_of_a_network(draw: random.Random) -> None:
    """No Python: a pickle that would run something, an archive cut short, bytes."""

    class Bomb:
        def __reduce__(self) -> Any:
            return os.system, (f"touch {MARK}",)

    saved = io.BytesIO()
    torch.save({"a": torch.ones(3), "b": Bomb()}, saved)
    good = b"def network(width):\n    return 1\ndef data():\n    return 2\n"
    deep = draw.choice((b"(", b"-", b"[", b"not ", b"f(")) * draw.choice((10, 300, 100_000))
    whole = draw.choice((saved.getvalue(), pickle.dumps(Bomb()), good, deep + b"1"))
    name = draw.choice(("net.pt", "net.py", "torch.py", "-x.py", "a b\n.py"))
    Path(name).write_bytes(damaged(draw, whole) if draw.random() < 0.7 else whole)
    status, _, _ = line("examine", "--budget", "1", "--", name)
    assert status == 2, "it was examined"
