"""What a person sees on a terminal of eighty columns."""

import os
import re
import sys

import pytest
from click.testing import CliRunner

from proofs_check.cli.characters import characters
from proofs_check.cli.main import cli
from proofs_check.core import runner
from proofs_check.core.ledger import ledger

pty = pytest.importorskip("pty")  # no terminal of this kind on Windows

LINES = """
import time
import click
from proofs_check.cli.terminal import progress, tell, word
with progress("verify", 3.0) as advance:
    for name in ("one", "two", "three"):
        time.sleep(0.3)
        advance(f"topic.{name}")
        tell(f"claim {word('PROVED')} topic.{name}: " + "a sentence that is long. " * 5)
print("the end")
"""


def screen(program):
    """The lines that are left on a terminal after a program, and its colours."""
    seen = bytearray()

    def read(handle):
        seen.extend(piece := os.read(handle, 4096))
        return piece

    os.environ |= {"TERM": "xterm-256color", "COLUMNS": "80"}
    status = pty.spawn([sys.executable, "-c", program], read, lambda _: b"")
    text = seen.decode()
    assert status == 0, text
    lines, row, column = [""], 0, 0
    for kind, move, plain in re.findall(r"\x1b\[([?\d;]*)([A-Za-z])|([^\x1b])", text):
        if move == "A":
            row = max(0, row - int(kind or 1))
        elif move == "K":
            lines[row] = "" if kind == "2" else lines[row][:column]
        elif plain == "\r":
            column = 0
        elif plain == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif plain:
            lines[row] = lines[row][:column].ljust(column) + plain + lines[row][column + 1 :]
            column += 1
    return [line.rstrip() for line in lines], text


def test_the_bar_leaves_nothing_between_the_results(capfd):
    lines, raw = screen(LINES)
    assert "━" in raw and "32mPROVED" in raw.replace("\x1b[0;", "\x1b["), "no bar or no colour"
    wrapped = [f"claim PROVED       topic.{name}" for name in ("one", "two", "three")]
    said = [line.split(":")[0] for line in lines if line and not line.startswith("      ")]
    assert said == [*wrapped, "the end"]
    assert not any("━" in line or "remaining" in line for line in lines)
    assert max(map(len, lines)) <= 80 and any(line.startswith("      ") for line in lines)


def help_of(*names):
    return CliRunner().invoke(cli, [*names, "--help"], terminal_width=80).output


def test_every_command_is_explained_in_eighty_columns():
    whole = help_of()
    assert "..." not in whole.split("\n", 1)[1], "a command's first sentence is cut"
    for text in (whole, *(help_of(name) for name in cli.commands)):
        assert max(map(len, text.splitlines())) <= 80


def test_what_is_listed_fits_eighty_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = CliRunner().invoke(cli, ["topics"]).output
    assert max(map(len, shown.splitlines())) <= 80
    assert all(f"  {topic} " in shown for topic in runner.all_topics())


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"$\frac{1}{15a}\sqrt m$", "1/(15a) √m"),
        (r"$w_k^\top x$ and $\hat\sigma(\omega)$", "wₖ^ᵀx and σ̂(ω)"),
        (r"$m^{-\gamma'}$, $2^{10}$, $\lambda_{\max}$", "m^(-γ'), 2¹⁰, λ_(max)"),
        (r"$\{\pm1\}^d$, $\sin 5x$, $\mathcal F$", "{±1}ᵈ, sin 5x, F"),
        ("no formula: a_b", "no formula: a_b"),
    ],
)
def test_formulas_are_characters(tex, shown):
    assert characters(tex) == shown


def test_no_sentence_of_the_ledger_is_shown_as_latex():
    shown = [characters(entry.claim + str(entry.holds_where)) for entry in ledger().values()]
    assert [text for text in shown if re.search(r"[\\$]|[\ue000-\ue003]", text)] == []
