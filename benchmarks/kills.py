"""Kill -9, Ctrl-C and a full disk at random moments of `verify`, `sweep`, `examine`, `referee`,
`report` and of the recording of evidence: is anything that was finished lost, or half read?

    python benchmarks/kills.py [folder] [--kills 100] [--stops 20] [--full 20] [--seed 0]
                               [--only verify sweep]               (folder: build/benchmarks)

Works in a temporary copy of the package that holds a topic of its own, whose measurements write
down that they ran.  After a kill (of the whole process group) the same command is started again:
what was reported as done before may not be measured again, every file there must be whole, what was
left over by the killed writer (as if an hour ago) must go, and in the end everything is as after a
run that nobody disturbed.  A stop (SIGINT) must end with a sentence and status 130, a disk that is
full (RLIMIT_FSIZE) with a sentence.  POSIX only.  Prints one JSON object, writes it to the folder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import proofs_check.examination.examining
import proofs_check.referee.plant
import proofs_check.report.html  # noqa: F401  (loaded once: commands are forked from this process)
from proofs_check.cli.main import main as command_line
from proofs_check.core import evidence, store

CLAIM = '''
def square_{n}() -> Derivation:
    """The square of x + {n} is x^2 + {twice} x + {square}."""
    step = Step((x + {n}) ** 2, x**2 + {twice} * x + {square}, "multiplied out")
    return Derivation("Square of x + {n}", (step,), "nobody")
'''
THEORY = '"""What is a square?"""\nfrom sympy import Symbol\nfrom theory import *\n'
THEORY += 'x = Symbol("x", real=True)\n'
CHECKS = '''"""A topic whose measurements write down that they ran."""
import os, time
from proofs_check.core.check import Check
from proofs_check.sweep import Axis, Number, Sweep
from theory.TOPIC import square_1

def noted(name):
    with open(os.environ["KILLS_LOG"], "a") as file:
        file.write(os.environ["KILLS_RUN"] + " " + name + "\\n")
    time.sleep(0.15)

def measured(number):
    def measure(seeds):
        noted(f"TOPIC.c{number:g}")
        return [number + 0.01 * (seed % 3) for seed in seeds]
    return measure

def cell(cell, settings):
    noted(f"cell a {cell['a']:g}")
    return {"b": cell["a"] ** 2}

CHECKS = tuple(Check(name=f"c{n:g}", quantity="a number, dimensionless", claim=square_1, predict=n,
    measure=measured(n), terms={"seeds": 0.05}, rival=n + 1.0, rival_why="one more")
    for n in (1.0, 2.0, 3.0, 4.0, 5.0))
SWEEPS = (Sweep("TOPIC.squares", "Squares.", (Axis("a", "1:20:20"),), (Number("b"),), cell),)
'''
NETWORK = """
import torch
from torch import nn
def network(width):
    return nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 1))
def data():
    X = torch.linspace(-1, 1, 6)[:, None]
    return X, X**2
steps = 4
"""
COMMANDS: dict[str, tuple[str, ...]] = {
    "verify": ("verify", "probe", "--jobs", "1", "--json", "out.json"),
    "sweep": ("sweep", "probe", "--jobs", "2", "--store", "s.sqlite"),
    "examine": (
        "examine",
        "net.py",
        "--widths",
        "4,8",
        "--seeds",
        "2",
        "--budget",
        "999",
        "--json",
        "out.json",
        "--html",
        "out.html",
    ),
    "referee": ("referee", "probe", "--jobs", "1", "--per-kind", "1", "--json", "out.json"),
    "report": ("report", "probe", "-o", "pages"),
    "evidence": ("noted.c1", "noted.c2", "noted.c3"),
}
SHARE = {"verify": 5, "sweep": 5, "evidence": 4, "report": 1, "examine": 2, "referee": 2}
DONE = re.compile(r"^(?:claim \S+|check \S+|(cell)) +([a-z]\S*(?: \d+)?):", re.M)
NOTED = re.compile(r"^(noted\.\S+): \S+ s, one seed", re.M)


def small_copy(to: Path) -> None:
    """The machinery of the package with two topics that are planted here."""
    for layer in store.LAYERS:
        shutil.copytree(store.ROOT / layer, to / layer, ignore=shutil.ignore_patterns("__pyc*"))
    machinery = [p for p in store.ROOT.glob("*/*/*.py") if p.parts[-3] in store.LAYERS]
    away = {"portraits", "training", "edge", "plane"}  # of topics
    needed = store.closure(p for p in machinery if p.parent.name not in away)
    for layer in store.LAYERS:
        for path in (to / layer).glob("*.py"):
            if path.name not in ("__init__.py", "__main__.py", "notation.py") and (
                layer == "proofs_check" or store.ROOT / layer / path.name not in needed
            ):
                path.unlink()
    for path in (*(to / "proofs_check").glob("statements/*"), *to.glob("proofs_check/evidence/*")):
        path.unlink()
    for topic in ("probe", "noted"):
        claims = (CLAIM.format(n=n, twice=2 * n, square=n * n) for n in (1, 2, 3))
        (to / "theory" / f"{topic}.py").write_text(THEORY + "".join(claims))
        (to / "proofs_check" / f"{topic}.py").write_text(CHECKS.replace("TOPIC", topic))


class Place:
    """A folder in which one command is run, again and again, until it has ended by itself."""

    def __init__(self, name: str, folder: Path, package: Path):
        self.name, self.folder, self.package = name, folder, package
        self.log, self.run, self.reported = folder.with_suffix(".log"), 0, dict[str, int]()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.log.write_text("")
        for path in (package / "proofs_check" / "evidence").glob("*"):
            path.unlink()
        (folder / "net.py").write_text(NETWORK)

    def start(self, limit: int | None = None) -> int:
        """The id of a process, forked from this one, that runs the command."""
        self.run += 1
        if pid := os.fork():
            return pid
        os.setsid()
        del sys.modules["__main__"].__file__  # spawned processes need not read it again
        os.chdir(self.folder)
        for number, end in ((1, ".out"), (2, ".err")):
            os.dup2(
                os.open(self.folder.with_suffix(end), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number
            )
        os.environ |= {"KILLS_LOG": str(self.log), "KILLS_RUN": str(self.run)}
        sys.stdout, sys.stderr = (os.fdopen(n, "w", buffering=1) for n in (1, 2))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        status: Any = 1
        try:
            status = run(self.name)
        except SystemExit as ended:
            status = ended.code
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(status if isinstance(status, int) else 1 if status else 0)

    def end(self, pid: int, seconds: float = 300.0) -> int | None:
        """Its status; ``None`` for one that still runs."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        return None

    def through(self, limit: int | None = None) -> int:
        """The status of a run to its end."""
        status = self.end(self.start(limit))
        return 1000 if status is None else status

    def said(self) -> tuple[str, str]:
        out, err = (self.folder.with_suffix(end).read_text() for end in (".out", ".err"))
        for found in (*DONE.finditer(out), *NOTED.finditer(out)):
            self.reported.setdefault(" ".join(filter(None, found.groups())), self.run)
        return out, err

    def files(self) -> list[Path]:
        there = (self.folder, self.package / "proofs_check" / "evidence")
        return [p for each in there for p in each.rglob("*") if p.is_file()]

    def faults(self) -> list[str]:
        """What was measured although it had been reported, and files that are not whole."""
        again = [line.split(" ", 1) for line in self.log.read_text().splitlines()]
        found = [f"{n} again" for run, n in again if self.reported.get(n, int(run)) < int(run)]
        if self.name == "evidence":  # what is asked for by name is recorded anew: is it there?
            there = {f"noted.{n}" for p in self.files() for n in ((whole(p) and json_of(p)) or {})}
            found = [f"{n} lost" for n in self.reported if n not in there]
        return sorted({*found, *(f"half of {p.name}" for p in self.files() if not whole(p))})

    def result(self) -> dict[str, Any]:
        """All that is there, without what differs from run to run."""
        return {
            str(p.relative_to(self.folder if self.folder in p.parents else self.package)): plain(p)
            for p in self.files()
            if not p.name.endswith(("-wal", "-shm")) and "kept" not in p.parts
        }


def json_of(path: Path) -> Any:
    """What a file of evidence holds; nothing for another file."""
    return (
        json.loads(path.read_text())
        if path.suffix == ".json" and path.parent.name == "evidence"
        else {}
    )


def whole(path: Path) -> bool:
    """Can it be read to its end?"""
    if path.suffix == ".json":
        try:
            document = json.loads(path.read_bytes())
        except ValueError:
            return False
        return "kept" not in path.parts or store.recall(path) == document["value"] is not None
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as file:
            return bool(file.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    return path.suffix not in (".html", ".svg") or path.read_text().rstrip().endswith(">")


def plain(path: Path) -> Any:
    """What is in a file, without times."""
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as file:
            return file.execute("SELECT a, b, error FROM cells ORDER BY a").fetchall()
    text = path.read_text()
    text = re.sub(r'"(seconds|cpu)": ([\d.e-]+|\{[^}]*\})', "", text)
    return hashlib.sha256(re.sub(r"[\d.]+ s\b", "", text).encode()).hexdigest()


def differs(place: Place, status: int, goal: dict[str, Any]) -> list[str]:
    """What is not as after a run that nobody disturbed."""
    now, then = place.result(), goal[place.name]
    differ = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
    _, err = place.said()
    wrong = status or differ or "Traceback" in err
    return [f"another result: {status} {differ} {err.strip()[-300:]}"] if wrong else []


def run(name: str) -> Any:
    """The command, in this process."""
    words = COMMANDS[name]
    if name == "evidence":
        return evidence.main(list(words))
    sys.argv = ["proofs-check", *words]
    return command_line()


def killed(place: Place, draw: random.Random, usual: float, number: int) -> str | None:
    """Start it, and send a signal at a random moment; the fault, if any."""
    pid = place.start()
    status = place.end(pid, draw.uniform(0.05, 1.0) * usual)
    if status is None:
        os.killpg(pid, number)
        status = place.end(pid, 60)
    if status is None:
        os.killpg(pid, signal.SIGKILL)
        place.end(pid)
        return "does not end"
    _, err = place.said()
    if number == signal.SIGINT and status not in (0, 130):
        return f"status {status}: {err.strip()[-300:]}"
    if "Traceback" in err:
        return f"traceback: {err.strip()[-300:]}"
    return "ended before" if status == 0 else None


def main(folder: Path, asked: dict[str, int], seed: int, only: list[str], work: Path) -> None:
    draw, counts, faults = random.Random(seed), Counter[str](), list[str]()
    package, goal, usual = work / "package", dict[str, Any](), dict[str, float]()
    for each in only:
        place = Place(each, work / "calm" / each, package)
        began = time.perf_counter()
        status = place.through()
        usual[each], goal[each] = time.perf_counter() - began, place.result()
        if status or "Traceback" in place.said()[1] or place.faults() or not goal[each]:
            faults.append(f"{each}, undisturbed: {status} {place.said()} {place.faults()}")
    deck = [each for each in only for _ in range(SHARE[each])]
    for word, number in (("kills", signal.SIGKILL), ("stops", signal.SIGINT)):
        while counts[word] < asked[word]:
            place = Place(each := draw.choice(deck), work / word / each, package)
            fault = killed(place, draw, usual[each], number)
            if fault == "ended before":
                continue
            counts.update((word, f"{word} of {each}"))
            found = place.faults() + ([fault] if fault else [])
            counts["with something reported before"] += bool(place.reported)
            strays = [p for p in place.files() if p.name.endswith(".part")]
            counts["parts left by a kill"] += len(strays)
            for path in strays:
                os.utime(path, (time.time() - 3600,) * 2)
            status = place.through()
            found += place.faults()
            found += differs(place, status, goal)
            faults += [f"{each}, {word}: {one}" for one in found]
            print(word, counts[word], each, *found, file=sys.stderr, flush=True)
    for _ in range(asked["full"]):
        place = Place(each := draw.choice(deck), work / "full" / each, package)
        status = place.through(limit := draw.choice((1000, 3000, 20_000, 60_000)))
        _, err = place.said()
        counts.update(("full", f"full disk of {each}"))
        if "Traceback" in err or status < 0 or (status and not err.strip()):
            faults.append(f"{each}, {limit} bytes: {status} {err.strip()[-300:]}")
        found = [f for f in place.faults() if "again" not in f]
        found += differs(place, place.through(), goal)
        faults += [f"{each}, after a disk of {limit} bytes: {one}" for one in found]
    seconds = {each: round(spent, 1) for each, spent in usual.items()}
    result = {"seed": seed, "seconds": seconds, "counts": dict(counts), "faults": faults}
    text = json.dumps(result, indent=1)
    print(text)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kills.json").write_text(text + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/benchmarks"))
    for word, number in (("kills", 100), ("stops", 20), ("full", 20), ("seed", 0)):
        parser.add_argument(f"--{word}", type=int, default=number)
    parser.add_argument("--only", nargs="*", choices=COMMANDS, default=list(COMMANDS))
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)  # of the copy, by itself
    options = parser.parse_args()
    if options.work is None:  # again, with the packages of the copy
        with tempfile.TemporaryDirectory() as name:
            small_copy(Path(name) / "package")
            command = [sys.executable, __file__, *sys.argv[1:], "--work", name]
            more = {"PYTHONPATH": f"{name}/package", "OMP_NUM_THREADS": "1"}
            sys.exit(subprocess.run(command, env=os.environ | more).returncode)
    numbers = {word: getattr(options, word) for word in ("kills", "stops", "full")}
    main(options.folder, numbers, options.seed, options.only, options.work)
