"""Hostile words in pages and in the LaTeX document, odd paths, odd surroundings."""

from __future__ import annotations

import contextlib
import os
import random
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from attacks.tools import HOSTILE, TOPIC, harmless, line
from proofs_check.core.shape import CheckEntry, ClaimEntry
from proofs_check.report import html, latex


def some_pages(draw: random.Random) -> None:
    """The document of `verify` with hostile words in every field that can hold one."""

    def word(*_: Any) -> str:
        return draw.choice(HOSTILE) + draw.choice(("", " x_1 ", *HOSTILE))

    claim = asdict(ClaimEntry(f"{TOPIC}.symbol", word(), "fails", word(), None))
    check = CheckEntry(f"{TOPIC}.network_takes_the_other_order", f"{TOPIC}.symbol", word(), word())
    own = asdict(check) | {
        "note": word(),
        "rival_why": word(),
        "terms": {word(): 1.0},
        "rival": 5.0,
    }
    own |= {"predicted": 1.0, "band": [0.0, 2.0], "interval": [0.5, 1.5], "values": [1.0]}
    said = {"id": "jacobi-low-frequency-slow", "topic": TOPIC, "verdict": "REFUTED", "by": [word()]}
    said |= {"printed": {word(): word()}, "corrected": word(), "wrong": [[word(), word()]]}
    said |= {"analogue": False, "reading": word(), "scope": word()}
    document = {"claims": [claim], "checks": [own], "statements": [said], "seconds": 1.0}
    document |= {"tier": word(), "environment": {word(): word()}}
    try:
        made = [html.topic_page(TOPIC, document, [TOPIC]), html.errata_page([TOPIC], document)]
        text = latex.document([TOPIC], document, graded=False)
    except ValueError as error:
        assert "no MathML" in str(error)
        return
    for page in made:
        harmless(page)
    theirs = re.search(r".*(\\(input|write|catcode|def|openout)\b|\^\^).*", text)
    assert not theirs, f"a command of theirs: {theirs[0][:200]}"
    assert text.count(r"\end{document}") == 1


COMMANDS = (
    ("statements", TOPIC, "--json"),
    ("statements", TOPIC, "--csv"),
    ("latex", TOPIC, "-o"),
    ("sweep", "plot", "-o", "x.svg", "--store"),
    ("sweep", "plot", "--store", "none.sqlite", "-o"),
    ("examine", "--"),
    ("report", "none", "-o"),  # of no topic: refused before anything is run
    ("verify", "none", "--json"),
    ("explain",),
)
PATHS = ["", ".", "..", "/", "loop", "loop/x", "away", "new/deep/x", "a b\nc", "-", "--"]
PATHS += [
    "/dev/null",
    "x" * 254,
    "x" * 300,
    "d/" * 2000 + "x",
    "\udcff",
    "link/x",
    "~",
    "*",
    "%s",
    "/proc/x",
    "$(x)",
]


def a_path(draw: random.Random) -> None:
    """Outputs and inputs at odd places."""
    inside = Path("inside")
    inside.mkdir(exist_ok=True)
    for name, to in (("link", "../victim"), ("loop", "loop"), ("away", "..")):
        with contextlib.suppress(FileExistsError):
            (inside / name).symlink_to(to)
    Path("victim").write_text("theirs")
    name = draw.choice(PATHS) + draw.choice(("", ".json", ".svg", "/"))
    options = draw.choice(COMMANDS)
    before = os.getcwd()
    try:
        os.chdir(inside)
        line(*options, name)
    finally:
        os.chdir(before)
    assert Path("victim").read_text() == "theirs", "a link was followed"


SURROUNDINGS: list[dict[str, str | None]] = [
    {"PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"COLUMNS": "0"},
    {"COLUMNS": "many"},
    {"HOME": None, "TMPDIR": "/none"},
    {"HOME": "/dev/null", "MPLCONFIGDIR": "/dev/null"},
    {"MPLBACKEND": "none", "TERM": "none"},
    {"PROOFS_CHECK_DEVICE": "none"},
    {"OMP_NUM_THREADS": "many", "MKL_NUM_THREADS": "-1"},
    {"NUMBA_CACHE_DIR": "/dev/null", "NUMBA_CPU_NAME": "none"},
]


def surroundings(draw: random.Random) -> None:
    """A command in a process of its own."""
    words = draw.choice((["show", f"{TOPIC}.two_grid"], ["latex", TOPIC], ["verify", "capacity"]))
    odd = draw.choice(SURROUNDINGS)
    kept = {name: value for name, value in os.environ.items() if name not in odd}
    kept |= {name: value for name, value in odd.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-m", "proofs_check", *words], env=kept, capture_output=True, timeout=300
    )
    err = done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in err, f"{words} {odd}: {err[-400:]}"
    assert done.returncode == 0 or err.strip(), f"{words} {odd}: {done.returncode} without a word"
