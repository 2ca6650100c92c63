"""The package without its checkout: what a wheel holds is enough, and writes where it is called."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOPIC = "jacobi_iteration"
SMALL = ("--widths", "16,32,64", "--seeds", "2", "--steps", "40")


def call(installed, folder, *arguments):
    program = "import proofs_check, runpy, sys; print(proofs_check.__file__, file=sys.stderr); "
    program += "runpy.run_module('proofs_check', run_name='__main__', alter_sys=True)"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert done.stderr.startswith(str(installed)), "it is not the wheel that runs"
    return done


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_wheel_is_typed_and_has_what_is_read(installed):
    held = files(installed)
    assert {f"{layer}/py.typed" for layer in ("theory", "numerics", "proofs_check")} <= held
    for pattern in ("*.toml", "*.html", "*.css", "*.js", "*.svg", "*.tex", "*.npz"):
        wanted = {
            path.relative_to(ROOT).as_posix()
            for layer in ("theory", "numerics", "proofs_check")
            for path in (ROOT / layer).rglob(pattern)
        }
        assert wanted <= held, wanted - held


def test_a_wheel_verifies_a_topic_and_shows_it(installed, tmp_path):
    before = files(installed)
    (tmp_path / "mine.py").write_text((ROOT / "docs/examples/my_network.py").read_text())
    verified = call(installed, tmp_path, "verify", TOPIC, "--jobs", "1")
    assert verified.returncode == 0 and "2 PROVED" in verified.stdout, verified.stderr
    for arguments, said in (
        (("topics",), TOPIC),
        (("statements", TOPIC), "jacobi-low-frequency-slow"),
        (("latex", TOPIC), r"\begin{claim}"),
        (("explain", "nn-vs-jacobi-opposite-order"), "CONFIRMED"),
        (("report", TOPIC, "-o", "pages"), "pages/index.html"),
        (("sweep", "list"), "trainability.steps"),
        (("examine", "mine.py", *SMALL, "--html", "pages/mine.html"), "kernel or features"),
    ):
        done = call(installed, tmp_path, *arguments)
        assert done.returncode == 0 and said in done.stdout, (arguments, done.stderr)
    assert (tmp_path / f"pages/{TOPIC}.html").exists()
    own = {path for path in files(tmp_path) if "__pycache__" not in path} - {"mine.py"}
    assert {path.split("/")[0] for path in own} == {"build", "pages"}
    caches = {path for path in files(installed) if "__pycache__" in path}
    assert files(installed) - caches == before, "nothing is written beside the package"
