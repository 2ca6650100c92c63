"""Which tests fail, and which measured intervals move, on other processors, with other thread
counts, and under other versions of Python and of the libraries?

OpenBLAS picks its kernels by the processor, and numba compiles for it; both can be told to act as
on another one.  ``--pythons`` names interpreters of environments in which the package's
dependencies are installed in other versions; each is one more setting.  Under each setting the
tests are run and the topics verified afresh, in a process of its own; failed tests and intervals
that are not those of the plain run are listed, with the largest difference relative to the
interval's size.  Hours for everything: a setting that was finished with the same sources is not
run again, and ``--minutes`` ends it between two settings.  Prints a table and writes
``processors.json``:

    python benchmarks/processors.py [FOLDER] [--topics TOPIC ...] [--tests PATH ...] [--minutes N]
        [--settings SETTING ...] [--pythons PATH ...]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from proofs_check.core import runner

PLAIN = "plain"
SETTINGS: dict[str, dict[str, str]] = {
    PLAIN: {},
    **{
        f"{kernel}, {threads} thread{'s' if threads != '1' else ''}": {
            "OPENBLAS_CORETYPE": kernel,
            "OPENBLAS_NUM_THREADS": threads,
        }
        for kernel in ("Haswell", "SkylakeX", "Prescott", "Zen")
        for threads in ("1", "2")
    },
    "numba for any processor": {"NUMBA_CPU_NAME": "generic"},
}


def sources() -> str:
    """Changes with any source file or test."""
    folders = ("theory", "numerics", "proofs_check", "tests")
    paths = sorted(path for folder in folders for path in (runner.ROOT / folder).rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


VERSIONS = (
    "import platform; from importlib.metadata import version as v; "
    "print('Python', platform.python_version(), *(f'{n} {v(n)}' for n in "
    "('numpy', 'scipy', 'torch', 'numba', 'z3-solver')), sep=', ')"
)


def versions(python: str) -> str:
    """Name of the setting that an interpreter is: its version and those of what computes.

    Raises SystemExit where it cannot be run or lacks one of them.
    """
    command = [python, "-c", VERSIONS]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1]
        sys.exit(f"{python}: not an interpreter with the package's dependencies ({said})")


def measure(
    environment: dict[str, str], python: str, topics: Iterable[str], tests: Iterable[str]
) -> dict[str, Any]:
    """Failed tests and measured intervals with these variables and this interpreter."""
    environment = os.environ | {"PYTHONPATH": str(runner.ROOT)} | environment
    with tempfile.TemporaryDirectory() as folder:
        log, results = Path(folder) / "tests.xml", Path(folder) / "results.json"
        pytest = [python, "-m", "pytest", "-q", f"--junitxml={log}", *tests]
        if list(tests):
            subprocess.run(pytest, cwd=runner.ROOT, env=environment, stdout=subprocess.DEVNULL)
        verify = [python, "-m", "proofs_check", "verify", *topics, "--fresh"]
        if list(topics):
            command = [*verify, "--json", str(results)]
            subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        found = json.loads(results.read_text()) if results.exists() else {"checks": []}
        return {
            "failed": failures(log) if log.exists() else [],
            "intervals": {c["id"]: c["interval"] for c in found["checks"]},
            "verdicts": {c["id"]: c["verdict"] for c in found["checks"]},
        }


def failures(log: Path) -> list[str]:
    """Tests of a JUnit file that failed or could not be run."""
    from xml.etree import ElementTree

    cases = ElementTree.parse(log).getroot().iter("testcase")
    return sorted(
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    )


def moved(plain: dict[str, Any], other: dict[str, Any]) -> dict[str, float]:
    """Checks whose interval is another one, with the largest difference relative to its ends."""
    found = {}
    for name, ends in plain["intervals"].items():
        pairs = list(zip(ends, other["intervals"].get(name, ends), strict=True))
        if any(a != b for a, b in pairs):
            numbers = [(a, b) for a, b in pairs if a is not None and b is not None]
            size = max((abs(a) for a, _ in numbers), default=0.0) or 1.0
            found[name] = max((abs(a - b) / size for a, b in numbers), default=float("inf"))
    return found


def line(setting: str, plain: dict[str, Any], other: dict[str, Any]) -> str:
    """One row of the table."""
    shifts, judged = moved(plain, other), plain["verdicts"]
    changed = [name for name, verdict in other["verdicts"].items() if judged.get(name) != verdict]
    worst = max(shifts, key=lambda name: shifts[name]) if shifts else ""
    largest = f", at most {shifts[worst]:.1g} ({worst})" if worst else ""
    return (
        f"{setting:30}{len(other['failed']):4} failed; {len(shifts)} of {len(plain['intervals'])} "
        f"intervals move{largest}; {len(changed)} verdicts change"
    )


def main() -> None:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/benchmarks"))
    known = runner.all_topics()
    parser.add_argument("--topics", nargs="*", choices=known, default=known, metavar="TOPIC")
    parser.add_argument("--tests", nargs="*", default=["tests"], metavar="PATH")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--settings", nargs="*", choices=SETTINGS, default=list(SETTINGS))
    parser.add_argument("--pythons", nargs="*", default=[], metavar="PATH")
    asked = parser.parse_args()
    runs = {
        name: (SETTINGS[name], sys.executable) for name in dict.fromkeys([PLAIN, *asked.settings])
    }
    runs |= {versions(python): ({}, python) for python in asked.pythons}
    asked.folder.mkdir(parents=True, exist_ok=True)
    path, until = asked.folder / "processors.json", time.monotonic() + 60 * asked.minutes
    key = [sources(), asked.topics, asked.tests]
    kept = json.loads(path.read_text()) if path.exists() else {}
    found: dict[str, Any] = kept["settings"] if kept.get("key") == key else {}
    for setting, (environment, python) in runs.items():
        if setting not in found:
            if time.monotonic() > until:
                print(f"{setting:30} left for the next run", flush=True)
                continue
            found[setting] = measure(environment, python, asked.topics, asked.tests)
            path.write_text(json.dumps({"key": key, "settings": found}, indent=1) + "\n")
        print(line(setting, found[PLAIN], found[setting]), flush=True)
        for test in found[setting]["failed"]:
            print(f"    {test}")


if __name__ == "__main__":
    main()
