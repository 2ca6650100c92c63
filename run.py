"""Set up everything in .venv and run a job, as `make` does:

python run.py verify|test|notebooks|bench|pdf|docs|readme

`python run.py notebooks NAME...` executes these alone.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
# formulas that need no network
SMALL = "--NotebookExporter.preprocessors=proofs_check.report.notebook.Pictures"
OFFLINE = "--HTMLExporter.preprocessors=proofs_check.report.notebook.Formulas"
# benchmarks of hours, which go on where they were stopped; the tests under each setting of
# processors.py are too long for a part
LONG = ("mutation", "false_alarms", "referee")
BENCHMARKS = [
    [str(path), *(["--minutes", "5"] if path.stem in LONG else [])]
    for path in sorted((ROOT / "benchmarks").glob("*.py"))
    if path.stem != "processors"
]
BUILT = ROOT / "build" / "notebooks"


def notebooks(paths: list[Path]) -> list[list[str]]:
    """What executes notebooks into build/notebooks and shows them as pages."""
    built = [str(BUILT / f"{path.stem}.ipynb") for path in paths]
    return [
        *(
            ["-m", "jupytext", "--to", "ipynb", "--output", to, str(path)]
            for path, to in zip(paths, built, strict=True)
        ),
        ["-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", SMALL, *built],
        ["-m", "nbconvert", "--to", "html", OFFLINE, *built],
    ]


JOBS = {
    "verify": [["-m", "proofs_check", "verify"], ["-m", "proofs_check", "report"]],
    "test": [["-m", "pytest"]],
    "notebooks": notebooks(NOTEBOOKS),
    "bench": BENCHMARKS,
    "readme": [["-m", "proofs_check.report.readme"]],
    "pdf": [["-m", "proofs_check", "latex", "--pdf", "-o", "build/derivations.tex"]],
    "docs": [
        [
            "-m",
            "sphinx",
            "--fail-on-warning",
            "-q",
            "-E",
            "-d",
            "build/doctrees",
            "docs",
            "build/docs",
        ]
    ],
}


def run(*arguments: str) -> int:
    return subprocess.run([str(PYTHON), *arguments], cwd=ROOT).returncode


def set_up(group: str = "dev") -> None:
    """Make .venv and install the package with its pinned dependencies, unless the pins are the ones
    installed last for this group.
    """
    pins = b"".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt"))
    key, stamp = hashlib.sha256(pins).hexdigest(), VENV / f"installed-{group}"
    if stamp.exists() and stamp.read_text() == key:
        return
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    print("setting up .venv (a few minutes the first time)", flush=True)
    for what in (["torch"], ["-e", f".[{group}]"]):
        if run(
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "-c",
            "constraints.txt",
            *what,
        ):
            sys.exit(
                "installation failed: see pip's message above; Python 3.11 or newer and a package "
                "index are needed"
            )
    stamp.write_text(key)


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in JOBS:
        print(f"usage: python run.py {'|'.join(JOBS)}", file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036  (this script runs before anything is installed)
        print("Python 3.11 or newer is needed", file=sys.stderr)
        return 2
    more = sys.argv[2:]
    jobs = JOBS[sys.argv[1]][: 1 if more else None]  # arguments are for the first
    if sys.argv[1] == "notebooks" and more:
        chosen = [path for path in NOTEBOOKS if path.stem in more]
        if unknown := set(more) - {path.stem for path in chosen}:
            known = ", ".join(path.stem for path in NOTEBOOKS)
            print(f"no notebook {sorted(unknown)[0]!r}; there are {known}", file=sys.stderr)
            return 2
        jobs, more = notebooks(chosen), []
    try:
        set_up("docs" if sys.argv[1] == "docs" else "dev")
        BUILT.mkdir(parents=True, exist_ok=True)
        worst = 0
        for job in jobs:
            worst = max(worst, run(*job, *more))
            if (
                worst > 1
                # a verdict that went wrong is no reason to leave out the report; bad usage and
                # Ctrl-C are
            ):
                break
        return worst
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
