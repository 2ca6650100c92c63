"""Who notices an error in the numerical layer?  Small errors are planted in ``numerics/``, one at a
time.

    python benchmarks/mutation.py [folder] [--topics A B] [--minutes 20] [--per-kind N]
    [--without-checks]

Default: build/benchmarks, all topics, smallest first, all errors; ``--per-kind`` takes N of each
kind in each file, picked by a hash.

The kinds of error are those of ``proofs-check referee`` without pi and symbols, and two more: a
comparison that takes in its end or leaves it out, and a constant that is larger (a whole number by
one, another twice). For each the tests of the topic run, and then its checks, which notice when
they fail or give another verdict than without the error; what neither notices survives (with
``--without-checks``, what the tests do not notice). Each error is planted in a child of a process
that has read everything but the numerical layer, so that a run costs the tests alone. Results are
appended to ``mutation.jsonl`` as they come and are used again while the file is the same; survivors
run again when the tests or the checks of the topic have changed, and what took too long runs again
in any case. Prints a line for each file and writes all survivors to ``mutation.json``;
``benchmarks/mutation_equivalent.toml`` says which of them change nothing, and why. POSIX only.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import io
import json
import os
import re
import signal
import sys
import time
import tomllib
import types
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import numba
import numpy
import pytest
import scipy.optimize
import scipy.stats
import sklearn.datasets
import torch
from threadpoolctl import threadpool_limits

from proofs_check.core import ledger, runner
from proofs_check.referee import errors
from proofs_check.training import descend
from theory import derive

# read before the children start
READ = (
    hypothesis,
    numba,
    numpy,
    pytest,
    scipy.optimize,
    scipy.stats,
    sklearn.datasets,
    torch,
    ledger,
    descend,
)
KINDS = ("sign", "factor 2", "exponent + 1", "exponent - 1", "term", "inequality")
ENDS: dict[type, type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
EQUIVALENT = Path(__file__).with_name("mutation_equivalent.toml")


@dataclass(frozen=True)
class Mutant:
    """A change of one place of a file, and the tree that has it."""

    file: str
    number: int
    kind: str
    line: int
    column: int
    source: str  # the line as it is written
    before: str
    after: str
    tree: ast.Module

    @property
    def id(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.kind}: {self.before} -> {self.after}"


def code(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes that compute: neither annotations nor the words of a message."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns") or isinstance(node, (ast.Raise, ast.JoinedStr)):
                continue
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Subscript)
                and node.value is value
                and node.col_offset == 0
            ):
                continue  # names of types
            todo += [
                child
                for child in (value if isinstance(value, list) else [value])
                if isinstance(child, ast.AST)
            ]


def changes(node: ast.AST, module: dict[str, Any]) -> Iterator[tuple[str, Callable[[], None]]]:
    """Every error of one node."""
    for kind, make in errors.changes(node, module, {}):
        if kind in KINDS:
            yield kind, make
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in ENDS:

        def ends(node: ast.Compare = node) -> None:
            node.ops[0] = ENDS[type(node.ops[0])]()

        yield "end", ends
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):

        def larger(node: ast.Constant = node) -> None:
            node.value = (
                2 * node.value if isinstance(node.value, float) and node.value else node.value + 1
            )

        yield "constant", larger


def mutants(file: str) -> Iterator[Mutant]:
    """All of a file of the numerical layer, in a fixed order."""
    text = (runner.ROOT / "numerics" / file).read_text()
    module = vars(import_module(f"theory.{file[:-3]}")) if "/" not in file else {}

    def places(tree: ast.Module) -> list[tuple[ast.AST, str, Callable[[], None]]]:
        return [(node, kind, make) for node in code(tree) for kind, make in changes(node, module)]

    for number in range(len(places(ast.parse(text)))):
        tree = ast.parse(text)
        node, kind, make = places(tree)[number]
        before, line, column = (
            ast.unparse(node),
            int(getattr(node, "lineno", 0)),
            int(getattr(node, "col_offset", 0)),
        )
        make()
        source = text.splitlines()[line - 1].strip()
        yield Mutant(
            file,
            number,
            kind,
            line,
            column,
            source,
            before,
            ast.unparse(node),
            ast.fix_missing_locations(tree),
        )


def chosen(file: str, per_kind: int | None) -> list[Mutant]:
    """The errors of a file to be planted: all, or so many of each kind, picked by a hash."""
    found = list(mutants(file))
    if per_kind is None:
        return found
    picked: Counter[str] = Counter()
    few = set()
    for mutant in sorted(found, key=lambda m: hashlib.sha256(m.id.encode()).hexdigest()):
        picked[mutant.kind] += 1
        if picked[mutant.kind] <= per_kind:
            few.add(mutant.number)
    return [mutant for mutant in found if mutant.number in few]


def topics_of(file: str) -> list[str]:
    """The topic of a file; those that import it for what topics share."""
    if "/" not in file:
        return [file[:-3]]
    layers = ("numerics/{}.py", "proofs_check/{}.py", "tests/topics/test_{}.py")
    around = {
        topic: [runner.ROOT / layer.format(topic) for layer in layers]
        for topic in runner.all_topics()
    }
    folder, name = file[:-3].split("/")
    used = re.compile(
        rf"^from numerics\.{folder}(\.{name} import| import .*\b{name}\b)", re.MULTILINE
    )
    return [
        topic
        for topic, paths in around.items()
        if any(used.search(path.read_text()) for path in paths if path.exists())
    ]


def digest(*paths: Path) -> str:
    return hashlib.sha256(
        b"".join(path.read_bytes() for path in paths if path.exists())
    ).hexdigest()[:16]


def sources(file: str) -> tuple[str, str]:
    """One for the file itself, one for what should notice."""
    around = [
        runner.ROOT / layer
        for topic in topics_of(file)
        for layer in (f"tests/topics/test_{topic}.py", f"proofs_check/{topic}.py")
    ]
    return digest(runner.ROOT / "numerics" / file), digest(*around)


# ---------------------------------------------------------------- in a child


def tests_fail(topic: str) -> str | None:
    """The first test of the topic that fails."""
    file, words = runner.ROOT / "tests" / "topics" / f"test_{topic}.py", io.StringIO()
    if not file.exists():
        return None
    with redirect_stdout(words), redirect_stderr(words):
        status = pytest.main(
            [
                "-x",
                "-q",
                "-n0",
                "-p",
                "no:cacheprovider",
                "--no-header",
                "-rfE",
                "--tb=no",
                str(file),
            ]
        )
    if not status:
        return None
    failed = [
        line for line in words.getvalue().splitlines() if line.startswith(("FAILED ", "ERROR "))
    ]
    return (
        failed[0].split("::", 1)[-1][:200] if failed else f"pytest ended with status {int(status)}"
    )


def verdicts(topic: str) -> Iterator[tuple[str, str]]:
    """Name and verdict of each check of the topic that is judged."""
    from proofs_check.core.judging import run

    for name, check in runner.checks_of(topic).items():
        if check.open is None:
            yield f"{topic}.{name}", run(check).verdict.name


def checks_fail(topic: str, usual: Mapping[str, str]) -> str | None:
    """The first check of the topic whose verdict is another one than without an error."""
    for name, verdict in verdicts(topic):
        if verdict != usual[name]:
            return f"{name} is {verdict}, not {usual[name]}"
    return None


def noticed(
    mutant: Mutant | None, topics: list[str], usual: Mapping[str, str] | None
) -> tuple[str, Any]:
    """(who, what) of the first that notices, with the error planted in this process; ("nobody", "")
    when all pass.  ``usual`` are the verdicts without the error; ``None`` asks the tests alone.
    """
    if mutant is not None:
        compiled = numba.njit
        # an error must not outlive its process
        numba.njit = lambda *what, **how: compiled(*what, **how | {"cache": False})
        name = f"numerics.{mutant.file[:-3]}"
        module = types.ModuleType(name)
        sys.modules[name] = module
        setattr(import_module("numerics"), mutant.file[:-3], module)
        try:
            exec(compile(mutant.tree, mutant.file, "exec"), module.__dict__)
        except Exception as error:
            return "reading", f"{type(error).__name__}: {error}"[:200]
    asked: list[tuple[str, Callable[[str], str | None]]] = [("tests", tests_fail)]
    if usual is not None:
        asked.append(("checks", lambda topic: checks_fail(topic, usual)))
    for who, failing in asked:
        for topic in topics:
            try:
                if what := failing(topic):
                    return who, what
            except Exception as error:
                return who, f"{type(error).__name__}: {error}"[:200]
    return "nobody", ""


def as_it_is(topics: list[str], checks: bool) -> tuple[str, Any]:
    """What ``noticed`` says without an error; the verdicts, where nobody notices one."""
    who, what = noticed(None, topics, None)
    if who == "nobody" and checks:
        return who, dict(pair for topic in topics for pair in verdicts(topic))
    return who, what


def in_a_child(act: Callable[[], tuple[str, Any]], seconds: float) -> tuple[str, Any, float]:
    """``act`` in a copy of this process that is ended after so many seconds, and what it took."""
    began = time.perf_counter()
    read, write = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(int(seconds) + 1)  # ends the child, whatever it does
        with os.fdopen(write, "w") as pipe:
            json.dump(act(), pipe)
            pipe.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        words = pipe.read()
    os.waitpid(child, 0)
    who, what = (
        json.loads(words)
        if words
        else ("time", f"longer than {seconds:.0f} s, or the process was lost")
    )
    return who, what, time.perf_counter() - began


# ---------------------------------------------------------------- all of it


def kept(path: Path, file: str, checks: bool) -> dict[str, dict[str, Any]]:
    """Earlier results for the same sources; a survivor counts only if what should notice is the
    same too.
    """
    own, around = sources(file)
    found = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    mine = [e for e in found if e["file"] == file and e["sources"][0] == own]
    sure = [e for e in mine if e["by"] not in ("nobody", "time")]
    return {
        e["id"]: e
        for e in [
            *sure,
            *(
                e
                for e in mine
                if e["by"] == "nobody" and e["sources"][1] == around and e["checks"] >= checks
            ),
        ]
    }


def reasons() -> dict[str, str]:
    """Why a survivor changes nothing, by file, change and the line in which it is made."""
    entries = tomllib.loads(EQUIVALENT.read_text())["equivalent"] if EQUIVALENT.exists() else []
    return {f"{e['file']} {e['change']} in {e['line']}": e["why"] for e in entries}


def plant_all(
    file: str, path: Path, until: float, checks: bool, per_kind: int | None = None
) -> list[dict[str, Any]] | None:
    """Results for a file; ``None`` when its tests fail without an error, or when the time
    is over.
    """
    topics, found, key = topics_of(file), kept(path, file, checks), sources(file)
    asked = chosen(file, per_kind)
    todo = [mutant for mutant in asked if mutant.id not in found]
    if todo:
        for topic in topics:
            for claim in runner.claims_of(topic).values():
                derive(claim)
        who, what, usual = in_a_child(lambda: as_it_is(topics, checks), 600)
        if who != "nobody":
            print(f"{file}: without an error {who} fails: {what}", flush=True)
            return None
        plain = what if checks else None
        with path.open("a") as out:
            for mutant in todo:
                if time.perf_counter() > until:
                    return None
                who, what, seconds = in_a_child(
                    lambda mutant=mutant: noticed(mutant, topics, plain), 20 + 3 * usual
                )
                entry = {
                    "id": mutant.id,
                    "file": file,
                    "line": mutant.line,
                    "kind": mutant.kind,
                    "before": mutant.before,
                    "after": mutant.after,
                    "source": mutant.source,
                    "by": who,
                    "what": what,
                    "seconds": round(seconds, 2),
                    "sources": key,
                    "checks": checks,
                }
                found[mutant.id] = entry
                out.write(json.dumps(entry) + "\n")
                out.flush()
    return [found[mutant.id] for mutant in asked]


def main(
    folder: Path, files: list[str], minutes: float, checks: bool, per_kind: int | None = None
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path, until, known = folder / "mutation.jsonl", time.perf_counter() + 60 * minutes, reasons()
    survivors, rows = [], {}
    for file in files:
        results = plant_all(file, path, until, checks, per_kind)
        if results is None:
            continue
        rows[file] = Counter(e["by"] for e in results)
        for e in results:
            if e["by"] == "nobody":
                survivors.append(
                    e
                    | {
                        "why_equivalent": known.get(
                            f"{file} {e['before']} -> {e['after']} in {e['source']}"
                        )
                    }
                )
        holes = [e for e in survivors if e["file"] == file and not e["why_equivalent"]]
        counts = ", ".join(f"{n} {by}" for by, n in rows[file].most_common())
        print(f"{file:34}{len(results):5} errors: {counts}; {len(holes)} holes")
        for e in holes:
            print(f"    {e['id']}", flush=True)
    (folder / "mutation.json").write_text(
        json.dumps({"files": rows, "survivors": survivors}, indent=1) + "\n"
    )


def smallest_first() -> list[str]:
    """Files of the numerical layer by length."""
    layer = runner.ROOT / "numerics"
    paths = [path for path in layer.rglob("*.py") if path.name != "__init__.py"]
    return [
        path.relative_to(layer).as_posix()
        for path in sorted(paths, key=lambda path: len(path.read_text()))
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/benchmarks"))
    parser.add_argument(
        "--topics", nargs="+", choices=[name[:-3] for name in smallest_first()], metavar="TOPIC"
    )
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--per-kind", type=int, default=None, metavar="N")
    parser.add_argument("--without-checks", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with threadpool_limits(1):
        files = [
            file for file in smallest_first() if not options.topics or file[:-3] in options.topics
        ]
        checks = not options.without_checks
        main(options.folder, files, options.minutes, checks, options.per_kind)
