"""Read the file in which a user defines a network, data and how they are trained."""

from __future__ import annotations

import sys
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from proofs_check.examination.checking import BadInput
from theory.core.catalogue import nearest

NEEDED = {
    "network": "def network(width): return a torch.nn.Module",
    "data": "def data(): return X, y",
}
OPTIONAL = ("optimiser", "loss", "steps", "batch")


def read(path: str | Path) -> dict[str, Any]:
    """Run a file, and take from it what an examination needs; its folder may hold what it imports.

    Raises ``BadInput`` where it cannot be run, and where network or data are missing.
    """
    path = Path(path)
    try:
        code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror or error}") from error
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        where = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise BadInput(
            f"the file is no Python{where}: {getattr(error, 'msg', error) or 'nested too deeply'}"
        ) from error
    found = _run(code, path)
    for name, example in NEEDED.items():
        if name not in found:
            own = [key for key in found if not key.startswith("_")]
            near = nearest(name, own) if own else ""
            hint = f" (the nearest name is {near})" if near else ""
            raise BadInput(f"the file defines no {name}{hint}: add `{example}`")
    return {name: found[name] for name in (*NEEDED, *OPTIONAL) if name in found}


def _run(code: CodeType, path: Path) -> dict[str, Any]:
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    folder = str(path.resolve().parent)
    before = sys.modules.get(path.stem)
    sys.path.insert(0, folder)
    sys.modules[path.stem] = module
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        line = _line(error, str(path))
        where = f" in line {line}" if line else ""
        raise BadInput(f"running the file raised {type(error).__name__}{where}: {error}") from error
    finally:
        sys.path.remove(folder)
        if before is not None:
            sys.modules[path.stem] = before
        else:
            sys.modules.pop(path.stem, None)
    return vars(module)


def _line(error: BaseException, file: str) -> int | None:
    """The last line of the file that was reached."""
    line, trace = None, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
