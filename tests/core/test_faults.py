"""One bad topic never costs the others their results, whatever is wrong with it."""

import json
import shutil
import subprocess
import sys

import pytest

from proofs_check.core import store

GOOD, BAD = "jacobi_iteration", "runge_phenomenon"
CHECKS, CLAIMS, LEDGER = (
    f"proofs_check/{BAD}.py",
    f"theory/{BAD}.py",
    f"proofs_check/statements/{BAD}.toml",
)
SETTLES = "runge-full-interpolation"
PLANTED = {
    "a misspelt id in a check": (CHECKS, "id", "no statement"),
    "a misspelt id in a claim": (CLAIMS, SETTLES, "no statement"),
    "a module that cannot be imported": (CHECKS, "from numpy import no_such_name\n", "ImportError"),
    "a module that leaves": (CHECKS, "raise SystemExit(3)\n", "SystemExit"),
    "a module that calls itself": (CLAIMS, "def f(): f()\nf()\n", "RecursionError"),
    "a syntax error": (CLAIMS, "def\n", "SyntaxError"),
    "checks that are none": (CHECKS, "CHECKS = (1,)\n", "which is no Check"),
    "two checks of one name": (CHECKS, "CHECKS = (*CHECKS, CHECKS[0])\n", "two checks named"),
    "a measurement that raises": (CHECKS, "measure", "ZeroDivisionError"),
    "a measurement that leaves": (CHECKS, "leave", "SystemExit"),
    "a measurement that is no number": (CHECKS, "nan", "returned nan for seed 0"),
    "a measurement that kills its process": (CHECKS, "kill", "worker process was killed"),
    "broken TOML": (LEDGER, "[[statement]\n", BAD),
    "an unknown key": (LEDGER, '[[statement]]\nid = "a"\nprintd = 1\n', "unknown key 'printd'"),
}
VERIFY = (
    *(sys.executable, "-m", "proofs_check", "verify", GOOD, BAD),
    *("--quick", "--json", "-"),
)
BODY = {
    "measure": "1 / 0",
    "leave": "__import__('sys').exit(3)",
    "nan": "[float('nan')] * len(seeds)",
    "kill": "__import__('os')._exit(3)",
}


def plant(path, what):
    """Put the fault into the file."""
    text = path.read_text()
    if what in BODY:
        text += (
            "\nfrom dataclasses import replace\n"
            f"CHECKS = (replace(CHECKS[0], measure=lambda seeds: {BODY[what]}), *CHECKS[1:])\n"
        )
    elif what == "id":
        text += (
            "\nfrom dataclasses import replace\n"
            "CHECKS = (replace(CHECKS[0], settles=(Settles('no-such-id'),)), *CHECKS[1:])\n"
        )
    elif what == SETTLES:
        text = text.replace(SETTLES, SETTLES + "s")
    else:
        text += "\n" + what
    path.write_text(text)


@pytest.mark.parametrize("name", PLANTED)
def test_the_others_are_verified_and_the_fault_is_named(name, tmp_path):
    for layer in store.LAYERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(store.ROOT / layer, tmp_path / layer, ignore=ignored)
    file, what, words = PLANTED[name]
    plant(tmp_path / file, what)
    done = subprocess.run(
        [*VERIFY, "--jobs", "2" if what == "kill" else "1"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    document = json.loads(done.stdout)
    good = [c for c in document["claims"] if c["id"].startswith(GOOD)]
    assert len(good) == 4 and all(c["status"] == "holds" for c in good)
    assert any(c["id"].startswith(GOOD) and c["values"] for c in document["checks"])
    said = [c["error"] for c in document["claims"] if c["status"] == "fails"]
    said += [c["note"] for c in document["checks"] if c["id"].startswith(BAD)]
    assert any(words in (each or "") for each in said), said
