"""Everything that a user can hand over, damaged and hostile: does anything but a sentence come
back?

    python benchmarks/attack.py [folder] [--cases 300] [--seed 0] [--only ledger networks]
                                                                    (folder: build/benchmarks)

Files of the ledger, kept results, evidence and stores of sweeps are mutated as bytes and as values,
networks drawn at random, hostile words put into pages, the LaTeX document and paths, and commands
started in odd surroundings (these take seconds: one for every thirty cases).  A case fails that
raises anything but the error that says what is wrong, reads half of something, runs code of a data
file, lets a script into a page, or writes where it was not told to.  Prints one JSON object, cases
and failures of each kind, and writes it to the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from attacks import files, networks, pages
from attacks.tools import MARK, TOPIC

from proofs_check.cli import lists
from proofs_check.core import entries, evidence, judging

Case = Callable[[random.Random], None]
KINDS: dict[str, tuple[Case, int]] = {  # and how many cases stand for one
    "ledger": (files.a_ledger, 1),
    "kept": (files.a_kept_result, 1),
    "evidence": (files.some_evidence, 1),
    "sweeps": (files.a_sweep, 1),
    "files": (files.a_file_of_a_network, 1),
    "networks": (networks.a_network, 2),
    "pages": (pages.some_pages, 1),
    "paths": (pages.a_path, 1),
    "surroundings": (pages.surroundings, 30),
}


def attack(name: str, cases: int, seed: int, folder: Path) -> dict[str, Any]:
    """Run the cases of a kind in a folder: how many, and which failed."""
    case, each = KINDS[name]
    failures: dict[str, str] = {}
    before, recorded = os.getcwd(), evidence.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    evidence.FOLDER = folder
    measured, judging.values = judging.values, lambda check, setup, seeds: np.ones(len(seeds))
    current, lists.current = lists.current, lambda names: {"statements": []}
    try:
        entries.run_and_keep(("claim", TOPIC, "two_grid"))
        for number in range(max(1, cases // each)):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    case(random.Random(f"{seed} {name} {number}"))
                assert not list(folder.rglob(MARK)), "code of a data file was run"
            except Exception as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                what = f"{type(error).__name__}: {str(error)[:300]}"
                failures.setdefault(f"{what} ({Path(where.filename).name}:{where.lineno})", number)
                for mark in folder.rglob(MARK):
                    mark.unlink()
    finally:
        os.chdir(before)
        evidence.FOLDER, judging.values, lists.current = recorded, measured, current
    return {"cases": max(1, cases // each), "failures": failures}


def main(folder: Path, cases: int, seed: int, only: list[str]) -> None:
    with tempfile.TemporaryDirectory() as work:
        found = {name: attack(name, cases, seed, Path(work).resolve() / name) for name in only}
    text = json.dumps({"seed": seed} | found, indent=1)
    print(text)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "attack.json").write_text(text + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/benchmarks"))
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", choices=KINDS, default=list(KINDS))
    options = parser.parse_args()
    main(options.folder.resolve(), options.cases, options.seed, options.only)
