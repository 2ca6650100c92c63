"""Files that are whole whenever anybody reads them: written beside, then moved."""

from __future__ import annotations

import glob
import re
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

OLD = 600.0  # seconds after which nobody writes a part any more: it was left by a killed process
BEGINS = 40  # letters of the name that a part has too: names have at most 255 bytes
PART = re.compile(r"\.[0-9a-f]{32}\.part")


def write(content: str | bytes, path: Path) -> None:
    """Write the whole file or nothing.  The name of the part is of this writer alone, so that two
    writers do not mix and no link that lies there is followed; what killed writers left over goes.

    Raises ``OSError`` when it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    begins = path.name[:BEGINS]
    part = path.with_name(f"{begins}.{uuid4().hex}.part")
    try:
        if isinstance(content, bytes):
            part.write_bytes(content)
        else:
            part.write_text(content, encoding="utf-8", errors="backslashreplace")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    for other in path.parent.glob(f"{glob.escape(begins)}.*.part"):
        with suppress(OSError):  # somebody else was faster
            if PART.fullmatch(other.name[len(begins) :]) and time.time() - _changed(other) > OLD:
                other.unlink()


def _changed(path: Path) -> float:
    return path.lstat().st_mtime
