"""What the tests of a topic say about a planted error; they meet it in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from proofs_check.core import runner
from proofs_check.referee.planting import Place, planted
from proofs_check.referee.predictions import in_place_of
from proofs_check.referee.steps import Verdict

TESTS = 300.0  # seconds for the tests of a topic


def tests_of(topic: str) -> Path:
    """The file with the tests of a topic, which need not exist."""
    return runner.ROOT / "tests" / "topics" / f"test_{topic}.py"


def by_tests(place: Place) -> Verdict | None:
    """Do the tests of the topic fail when numerics is computed with the error?  ``None`` when they
    pass or there are none.
    """
    if not tests_of(place[0]).exists():
        return None
    command = [
        sys.executable,
        "-m",
        "proofs_check.referee.suite",
        place[0],
        place[1],
        str(place[2]),
    ]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(
            [str(runner.ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        )
    }
    try:
        done = subprocess.run(
            command, cwd=runner.ROOT, env=environment, capture_output=True, text=True, timeout=TESTS
        )
    except subprocess.TimeoutExpired:
        return Verdict(None, "undecided", f"the tests of the topic take longer than {TESTS:.0f} s")
    if done.returncode == 0:
        return None
    failed = [
        line.split(" ", 1)[1]
        for line in done.stdout.splitlines()
        if line.startswith(("FAILED ", "ERROR "))
    ]
    if done.returncode == 1 and failed:
        return Verdict("numerics", "caught", failed[0].split("::", 1)[-1][:300])
    if "Error" in done.stdout + done.stderr and failed:
        return Verdict("numerics", "caught", failed[0][:300])
    return Verdict(
        None, "undecided", f"the tests of the topic could not be run (status {done.returncode})"
    )


def _tests_with(place: Place) -> int:
    """Run the tests of the topic in this process, with the error planted."""
    import pytest

    with in_place_of(place[0], planted(place).module()):
        return int(
            pytest.main(
                [
                    "-x",
                    "-q",
                    "-n0",
                    "-p",
                    "no:cacheprovider",
                    "-p",
                    "no:randomly",
                    "--no-header",
                    "-rfE",
                    str(tests_of(place[0])),
                ]
            )
        )


if __name__ == "__main__":
    sys.exit(_tests_with((sys.argv[1], sys.argv[2], int(sys.argv[3]))))
