"""Run claims and checks, in this process or in several, and keep what was finished."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import platform
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from proofs_check.core.ledger import ledger
from proofs_check.core.verdict import (
    Finding,
    Statement,
    findings_of_check,
    findings_of_derivation,
    finite,
    verdict,
)
from theory import Grade, claims, derive, topics
from theory.core.catalogue import reading_order, sentence

ROOT = Path(__file__).resolve().parents[2]
Unit = tuple[str, str, str]  # "claim" or "check", topic, name
IMPORT = "import"  # no function can have this name
PACKAGES = ("numpy", "scipy", "sympy", "torch", "z3-solver", "python-flint")


@cache
def all_topics() -> list[str]:
    """Topics with claims or checks, in reading order."""
    return sorted(set(topics("theory")) | set(topics("proofs_check")), key=reading_order)


def claims_of(topic: str) -> dict[str, Callable[..., Any]]:
    """The topic's claims; none for a purely empirical topic."""
    return claims(topic) if topic in topics("theory") else {}


def checks_of(topic: str) -> dict[str, Any]:
    """The topic's checks by name; none for a topic without simulation."""
    if topic not in topics("proofs_check"):
        return {}
    return {check.name: check for check in import_module(f"proofs_check.{topic}").CHECKS}


def broken(topic: str) -> str | None:
    """Why a topic cannot be imported; ``None`` when it can."""
    try:
        claims_of(topic), checks_of(topic)
    except Exception as error:  # whatever a module does while it is read
        return f"{type(error).__name__}: {error}"
    return None


def units(chosen: list[str]) -> list[Unit]:
    """What there is to run: claims first, then checks; one failing claim ``import`` for a topic
    that cannot be imported.
    """
    lost = [topic for topic in chosen if broken(topic)]
    sound = [topic for topic in chosen if topic not in lost]
    found: list[Unit] = [("claim", topic, IMPORT) for topic in lost]
    found += [("claim", topic, name) for topic in sound for name in claims_of(topic)]
    return found + [("check", topic, name) for topic in sound for name in checks_of(topic)]


def run_unit(unit: Unit, tier: str = "default") -> tuple[dict[str, Any], list[Finding]]:
    """The JSON entry of one claim or check, and what it says about the ledger."""
    kind, topic, name = unit
    return _claim(topic, name) if kind == "claim" else _check(topic, name, tier)


def _claim(topic: str, name: str) -> tuple[dict[str, Any], list[Finding]]:
    began = time.perf_counter()
    function = None if name == IMPORT else claims_of(topic)[name]
    title = "The topic can be imported." if function is None else sentence(function)
    entry: dict[str, Any] = {
        "id": f"{topic}.{name}",
        "title": title,
        "status": "holds",
        "error": None,
        "grade": None,
        "given": [],
        "steps": [],
        "seconds": 0.0,
    }
    found: list[Finding] = []
    if function is None:
        return entry | {
            "status": "fails",
            "error": broken(topic) or "it could not be imported at first",
        }, found
    try:
        derivations = derive(function)
        for derivation in derivations:
            entry["given"] += [g for g in derivation.given if g not in entry["given"]]
            entry["steps"] += [
                {"kind": s.kind, "why": s.why, "grade": s.grade().name} for s in derivation.steps
            ]
            found += findings_of_derivation(f"{topic}.{name}", derivation)
        entry["grade"] = min(Grade(d.grade()) for d in derivations).name
    except Exception as error:  # a claim that cannot be built is no reason to leave out the others
        entry |= {"status": "fails", "error": f"{type(error).__name__}: {error}"}
        found = []
    entry["seconds"] = round(time.perf_counter() - began, 3)
    return entry, found


def _check(topic: str, name: str, tier: str) -> tuple[dict[str, Any], list[Finding]]:
    from proofs_check.core.check import value
    from proofs_check.core.judging import budget, run, sensitivity

    check = checks_of(topic)[name]
    began = time.perf_counter()
    entry: dict[str, Any] = {
        "id": f"{topic}.{name}",
        "claim": f"{topic}.{check.claim.__name__}",
        "verdict": "INCONCLUSIVE",
        "predicted": None,
        "band": [None, None],
        "interval": [None, None],
        "values": [],
        "rival": None,
        "rival_why": check.rival_why,
        "terms": {},
        "seeds": [],
        "recorded": check.recorded,
        "sensitivity": None,
        "budget": None,
        "note": None,
        "seconds": 0.0,
    }
    try:
        entry["terms"] = {source: value(size) for source, size in check.terms.items()}
        result = run(check, tier)
    except Exception as error:
        entry |= {
            "note": f"{type(error).__name__}: {error}",
            "seconds": round(time.perf_counter() - began, 3),
        }
        return entry, []
    unbounded = [
        f"{end} end of the {what} is infinite"
        for what, pair in (("band", result.band), ("interval", result.interval))
        for end, value in zip(("lower", "upper"), pair, strict=True)
        if finite(value) is None
    ]
    entry |= {
        "verdict": result.verdict.name,
        "predicted": finite(result.predicted),
        "rival": finite(result.rival),
        "band": [finite(v) for v in result.band],
        "interval": [finite(v) for v in result.interval],
        "values": [finite(v) for v in result.values],
        "seeds": list(result.seeds),
        "sensitivity": sensitivity(result),
        "budget": budget(result),
        "note": "; ".join([result.note, *unbounded] if result.note else unbounded) or None,
        "seconds": round(result.seconds, 3),
    }
    return entry, findings_of_check(f"{topic}.{name}", result)


# ---------------------------------------------------------------- several processes


def watch_parent(parent: int) -> None:
    """End this process with its parent, however that ended; leave Ctrl-C to the parent."""

    def poll() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=poll, daemon=True).start()


def _start_worker(parent: int) -> None:
    watch_parent(parent)
    try:
        import torch

        torch.set_num_threads(1)
    except ImportError:
        pass


@contextmanager
def workers(
    jobs: int, start: Callable[[int], None] = watch_parent
) -> Iterator[ProcessPoolExecutor]:
    """Spawned processes of one thread each, which begin with ``start(parent's id)`` and are stopped
    when the block is left by an error.
    """
    quiet_threads()
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), start, (os.getpid(),))
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        for process in list((pool._processes or {}).values()):
            process.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise


Work = TypeVar("Work")
Found = TypeVar("Found")


def run_all(
    work: Sequence[Work], act: Callable[[Work], Found], jobs: int
) -> Generator[tuple[Work, Found], None, None]:
    """``act`` of each piece of work, as it comes; closing the iterator stops the workers,
    ``BrokenProcessPool`` says that one was lost.
    """
    if jobs <= 1 or len(work) <= 1:
        for piece in work:
            yield piece, act(piece)
        return
    with workers(min(jobs, len(work)), _start_worker) as pool:
        tasks = {pool.submit(act, piece): piece for piece in work}
        for task in as_completed(tasks):
            yield tasks[task], task.result()


# ---------------------------------------------------------------- what is kept


def source_key(chosen: list[str], tier: str) -> str:
    """Changes with any line of the three packages, the topics and the tier."""
    digest = hashlib.sha256(repr((sorted(chosen), tier)).encode())
    for package in ("theory", "numerics", "proofs_check"):
        for path in sorted((ROOT / package).rglob("*.*")):
            if path.suffix in (".py", ".toml"):
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def report_of(
    chosen: list[str],
    tier: str,
    seconds: float,
    entries: dict[Unit, dict[str, Any]],
    found: list[Any],
    *,
    complete: bool = True,
) -> dict[str, Any]:
    """The JSON document of ``verify``; without a key when it is not complete."""
    order = [u for u in units(chosen) if u in entries]
    return {
        "schema": 1,
        "environment": {
            "python": platform.python_version(),
            "platform": platform.platform(),
            **{name: version(name) for name in PACKAGES},
        },
        "tier": tier,
        "seconds": round(seconds, 3),
        "claims": [entries[u] for u in order if u[0] == "claim"],
        "checks": [entries[u] for u in order if u[0] == "check"],
        "statements": [
            _json_of(verdict(entry, found)) for entry in ledger().values() if entry.topic in chosen
        ],
        "key": source_key(chosen, tier) if complete else None,
    }


def _json_of(statement: Statement) -> dict[str, Any]:
    entry = asdict(statement) | {
        "verdict": statement.verdict.name,
        "by": list(statement.by),
        "printed": _plain(statement.printed),
    }
    entry.pop("claim")
    return entry


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return finite(value) if isinstance(value, float) else value


def write(text: str, path: Path) -> None:
    """Write the whole file or nothing; a device or a pipe is written as it is."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            with path.open("w") as file:
                file.write(text)
            return
        try:
            part.write_text(text)
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(
            error.errno, error.strerror, str(path)
        ) from error  # Python does not always say which file


def save(document: Any, path: Path) -> None:
    """Write JSON, the whole file or nothing."""
    write(json.dumps(document, indent=1, allow_nan=False) + "\n", path)


def last(path: Path, chosen: list[str], tier: str = "default") -> dict[str, Any] | None:
    """The last ``verify`` of these topics, if its sources are unchanged; ``None`` also for a file
    that is no such document.
    """
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError):
        return None
    return (
        document
        if isinstance(document, dict) and document.get("key") == source_key(chosen, tier)
        else None
    )


def quiet_threads() -> None:
    """One thread per process: small arrays gain nothing from more."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
