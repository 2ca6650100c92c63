"""Hostile words, damaged bytes and values, a command in this process, and what a page may hold."""

from __future__ import annotations

import contextlib
import io
import random
import sys
from html.parser import HTMLParser
from typing import Any

from proofs_check.cli.main import main as command_line

TOPIC = "jacobi_iteration"
MARK = "attacked"  # a file that code of a data file would make
RUNS = f"__import__('os').system('touch {MARK}')"
HOSTILE = ["<script>alert(1)</script>", "'\"><svg/onload=alert(1)>", "``<img src=x onerror=a>``"]
HOSTILE += ["]]><a href='javascript:a'>", "\\input{/etc/passwd}", "^^5cinput{/etc/passwd}"]
HOSTILE += ["x_1$\\write18{rm}$", "``\\end{document}``", "a & b % c # d ~ e ^ f _ g {", "$\\frac{"]
HOSTILE += ["\x1b[31m\x00\x07", "\ud800", "\u202e\u2028", "../../up", "x_1<b>", RUNS, "10**10**10"]
HOSTILE += [
    "test()",
    "kappa'",
    "a" * 3000,
    "",
    "-x",
    "init_session()",
    "x.__class__",
    "{{ 7 * 7 }}",
]
ODD: list[Any] = [None, True, -1, 10**40, float("nan"), float("inf"), [], {}, [[1]], [1, 2, 3]]
ODD += [{"a": {"b": 1}}, "1e999", *HOSTILE]


def damaged(draw: random.Random, content: bytes) -> bytes:
    """Bytes flipped, cut out, doubled, or the end cut off."""
    found, at = bytearray(content), draw.randrange(len(content))
    for _ in range(draw.choice((1, 1, 3, 30))):
        found[draw.randrange(len(found))] = draw.randrange(256)
    to = min(len(content), at + draw.randrange(1, 200))
    ways = bytes(found), content[:at], content[:at] + content[to:], content[:to] + content[at:]
    return draw.choice(ways)


def changed(draw: random.Random, value: Any) -> Any:
    """One value somewhere in it is another, is gone, or is there once more."""
    if not isinstance(value, dict | list) or not value or draw.random() < 0.15:
        return draw.choice(ODD)
    at = draw.choice(list(value)) if isinstance(value, dict) else draw.randrange(len(value))
    found: Any = value.copy()
    way = draw.random()
    if way < 0.15:
        del found[at]
    elif way < 0.25 and isinstance(found, dict):
        found[draw.choice(HOSTILE)] = found.pop(at)
    else:
        found[at] = changed(draw, value[at])
    return found


def line(*words: str) -> tuple[int, str, str]:
    """Status, output and errors of a command in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    before, sys.argv = sys.argv, ["proofs-check", *words]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            command_line()
        except SystemExit as ended:
            status = int(ended.code or 0)
    sys.argv = before
    said = [file.buffer.getvalue().decode("utf-8", "replace") for file in (out, err)]  # type: ignore
    assert status in (0, 1, 2) and "Traceback" not in said[1], said[1][-300:]
    assert status == 0 or said[1].strip(), "it fails without a word"
    return status, said[0], said[1]


class Tags(HTMLParser):
    """Elements and attributes of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.seen = list[tuple[str, str, str]]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen += [(tag, name.lower(), value or "") for name, value in [("", ""), *attrs]]


def harmless(page: str) -> None:
    """No script, nothing that loads or runs something."""
    for tag, name, value in Tags(page).seen:
        assert tag not in ("script", "iframe", "object", "embed", "img"), tag
        assert not name.startswith("on") and name not in ("src", "srcdoc"), name
        loads = value.strip().lower().startswith(("javascript:", "data:"))
        assert not loads or value == "data:,", value  # ours: no icon
