"""A map of the phase diagram, cell by cell, that outlives being killed.

A cell is (gamma, gamma', width, seed); its value is the relative distance of the input weights
after the exact flow.  A finished cell is committed to an SQLite file before it is reported, and a
sweep goes on where the last one stopped. A store belongs to one setting: results of other data,
tolerances or another integrator are refused.
"""

from __future__ import annotations

import hashlib
import math
import sqlite3
import time
import tomllib
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import islice, product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from numerics import gradient_flow
from numerics import phase_diagram as numerics
from theory import gradient_flow as theory

Array = np.ndarray
MAX_CELLS = 1_000_000
ANSWER = 10  # seconds that a scheduler may take to answer
MAX_SAMPLES, MAX_INPUTS, MAX_BYTES = 1000, 1000, 64 * 2**20  # of a data file
MAX_ROWS = 10_000_000  # neurons that are held, times samples: about 2 GB in a worker
WHAT_A_FILE_HOLDS = (
    "expected X (n, d) without a bias column and y (n,), as numpy.savez(FILE, X=X, y=y) writes them"
)
APPLICATION = 0x70635357  # marks our SQLite files
SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cells (
    gamma REAL, gamma_p REAL, width REAL, seed INTEGER,
    rd REAL, error TEXT, seconds REAL NOT NULL, finished REAL NOT NULL,
    PRIMARY KEY (gamma, gamma_p, width, seed)
);
"""


class Cell(NamedTuple):
    """One flow: where in the plane, how many neurons, which start."""

    gamma: float
    gamma_p: float
    width: float
    seed: int


class Result(NamedTuple):
    """``rd`` is None where the cell failed, ``error`` where it did not."""

    cell: Cell
    rd: float | None
    error: str | None
    seconds: float


# ---------------------------------------------------------------- what is asked for


def numbers(text: str, *, geometric: bool = False) -> tuple[float, ...]:
    """Increasing numbers of a list "0.6,0.7" or a range "a:b:n" of n numbers, evenly spaced
    (``geometric``: in their logarithm).

    Rounded to ten digits, so that a range and a list name the same cells.  Raises ``ValueError``
    naming the part that cannot be read.
    """
    found: list[float] = []
    for part in text.split(","):
        ends = part.split(":")
        if len(ends) == 1:
            found.append(_number(part))
        elif len(ends) == 3:
            first, last, count = _number(ends[0]), _number(ends[1]), _number(ends[2])
            if not 1 <= count <= MAX_CELLS or count != int(count) or (count == 1 and first != last):
                raise ValueError(
                    f"{part!r} asks for {ends[2]} numbers: a:b:n needs a whole n from 2 to "
                    f"{MAX_CELLS:,}"
                )
            if geometric and min(first, last) <= 0:
                raise ValueError(f"{part!r} is spaced in the logarithm: both ends must be positive")
            found += (np.geomspace if geometric else np.linspace)(first, last, int(count)).tolist()
        else:
            raise ValueError(f"{part!r} is no range: write a:b:n, such as 0.6:1.4:9")
    return tuple(sorted({round(value, 10) + 0.0 for value in found}))


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is not a number: write a list such as 0.6,0.7 or a range such as 0.6:1.4:9"
        ) from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not finite")
    return value


def widths_of(text: str) -> tuple[float, ...]:
    """Numbers of neurons, whole and at least 2; the ends of a range are spaced in the logarithm and
    rounded.
    """
    found = [round(v) if ":" in text else v for v in numbers(text, geometric=True)]
    for width in found:
        if width < 2 or width != int(width):
            raise ValueError(
                f"{width:g} is no width: a whole number of neurons, at least 2, is needed"
            )
    return tuple(sorted({float(width) for width in found}))


def grid(
    gammas: Iterable[float], gamma_ps: Iterable[float], widths: Iterable[float], seeds: int
) -> list[Cell]:
    """Every combination, seeds 0 to ``seeds`` - 1."""
    axes = tuple(gammas), tuple(gamma_ps), tuple(widths), range(seeds)
    count = math.prod(len(axis) for axis in axes)
    if not 1 <= count <= MAX_CELLS:
        raise ValueError(
            f"{count:,} cells: between 1 and {MAX_CELLS:,} can be swept at once; take a coarser "
            f"grid"
        )
    return [Cell(gamma, gamma_p, width, seed) for gamma, gamma_p, width, seed in product(*axes)]


@cache
def published() -> tuple[tuple[float, ...], dict[tuple[float, float], float]]:
    """Widths and S_w at (gamma, gamma') of the published map; nan below -0.5."""
    table = tomllib.loads((Path(__file__).parent / "published_slopes.toml").read_text())
    slopes = {
        (gamma, float(row)): value
        for row, values in table["gamma_p"].items()
        for gamma, value in zip(table["gamma"], values, strict=True)
    }
    return tuple(map(float, table["widths"])), slopes


def data(name: str) -> tuple[Array, Array]:
    """X (n, D) with its bias column and y (n,): "published" (four points), "digits" (45 images) or
    a .npz file.

    Raises ``ValueError`` saying what is wrong with the file.
    """
    if name == "published":
        return numerics.four_point_problem()
    if name == "digits":
        from sklearn.datasets import load_digits

        images, labels = load_digits(return_X_y=True)
        chosen = np.random.default_rng(0).permutation(len(labels))[:45]
        X, y = (
            images[chosen] / np.linalg.norm(images[chosen], axis=1, keepdims=True),
            labels[chosen] / 10.0,
        )
    elif name.endswith(".npz"):
        X, y = _from_file(name)
    else:
        raise ValueError(
            f"no data {name!r}: published, digits or a file that ends in .npz is needed"
        )
    return np.c_[X, np.ones(len(X))], y


def _from_file(name: str) -> tuple[Array, Array]:
    try:
        with zipfile.ZipFile(name) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    except OSError as error:
        raise ValueError(f"{name} cannot be read: {error.strerror or error}") from None
    except zipfile.BadZipFile:
        raise ValueError(f"{name} is no .npz file; {WHAT_A_FILE_HOLDS}") from None
    for key in ("X.npy", "y.npy"):
        if key not in sizes:
            raise ValueError(
                f"{name} has no array {key[0]} (it has {', '.join(sorted(sizes)) or 'nothing'}); "
                f"{WHAT_A_FILE_HOLDS}"
            )
        if sizes[key] > MAX_BYTES:
            raise ValueError(
                f"{name}: {key[0]} unpacks to {sizes[key]:,} bytes; at most {MAX_BYTES:,} are read"
            )
    try:
        with np.load(name, allow_pickle=False) as file:
            X, y = file["X"], file["y"]
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{name} cannot be read: {error}; {WHAT_A_FILE_HOLDS}") from None
    for key, array in (("X", X), ("y", y)):
        if array.dtype.kind not in "biuf":
            raise ValueError(f"{name}: {key} has type {array.dtype}; real numbers are needed")
    if X.ndim != 2 or y.shape != X.shape[:1] or not X.size:
        raise ValueError(f"{name}: X has shape {X.shape} and y {y.shape}; {WHAT_A_FILE_HOLDS}")
    if X.shape[0] > MAX_SAMPLES or X.shape[1] > MAX_INPUTS:
        raise ValueError(
            f"{name}: X has shape {X.shape}; at most {MAX_SAMPLES} samples of {MAX_INPUTS} inputs "
            f"are swept"
        )
    X, y = X.astype(float), y.astype(float)
    for key, array in (("X", X), ("y", y)):
        if not np.isfinite(array).all():
            place = tuple(int(c) for c in np.argwhere(~np.isfinite(array))[0])
            raise ValueError(f"{name}: {key} is not finite at index {place}: {array[place]}")
    return X, y


@dataclass(frozen=True, eq=False)
class Settings:
    """What every cell of a store has in common.

    X (n, D) with its bias column, y (n,), the number of ``seeds``, ``nodes`` that stand for the
    neurons (or all of them, ``sampled``), ``rtol`` and ``tol`` as in
    ``numerics.phase_diagram.relative_distance``.  Raises ``ValueError`` for what cannot be run.
    """

    title: str
    X: Array
    y: Array
    seeds: int = 1
    nodes: int = 2048
    sampled: bool = False
    rtol: float = 0.02
    tol: float = 5e-7

    def __post_init__(self) -> None:
        if self.nodes < 2 or self.nodes & (self.nodes - 1):
            raise ValueError(f"{self.nodes} nodes: a power of two is needed, such as 2048")
        if not self.sampled:
            self.fits(self.nodes)
        for name, value in (("rtol", self.rtol), ("tol", self.tol)):
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} = {value}: a positive number is needed")

    def fits(self, neurons: float) -> None:
        """Refuse what would not fit into memory."""
        if neurons * len(self.y) > MAX_ROWS:
            what = "without --sampled, or smaller widths" if self.sampled else "fewer nodes"
            raise ValueError(
                f"{neurons:,.0f} neurons on {len(self.y)} samples need too much memory; take {what}"
            )

    def described(self) -> dict[str, str]:
        """What must be equal for results to be comparable."""
        return {
            "data": data_key(self.X, self.y),
            "seeds": str(self.seeds),
            "start": "sampled" if self.sampled else f"{self.nodes} nodes",
            "rtol": repr(float(self.rtol)),
            "tol": repr(float(self.tol)),
            "integrator": integrator_key(),
        }


def data_key(X: Array, y: Array) -> str:
    """A hash of shapes and values."""
    digest = hashlib.sha256(repr((X.shape, y.shape)).encode())
    for array in (X, y):
        digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    return digest.hexdigest()[:16]


@cache
def integrator_key() -> str:
    """Changes with any line of the integrator or of the formulas it takes from theory, and with the
    versions of NumPy and SciPy.
    """
    digest = hashlib.sha256(repr((version("numpy"), version("scipy"))).encode())
    for module in (gradient_flow, numerics, theory):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:16]


# ---------------------------------------------------------------- what is kept


class Store:
    """Finished cells in an SQLite file; whatever is in it was finished, however the process that
    wrote it ended.
    """

    def __init__(self, path: Path | str, *, create: bool = True):
        self.path = Path(path)
        if not create and not self.path.is_file():
            raise ValueError(
                f"no store at {self.path}: run `proofs-check sweep phase-diagram --store "
                f"{self.path}` first"
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # each statement is a transaction
            self._file = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise ValueError(f"{self.path} cannot be opened: {error}") from None
        try:
            self._prepare(create)
        except BaseException:
            self._file.close()
            raise

    def _prepare(self, create: bool) -> None:
        try:
            (mark,), (tables,) = (
                self._file.execute(q).fetchone()
                for q in ("PRAGMA application_id", "SELECT count(*) FROM sqlite_master")
            )
            if mark != APPLICATION and (tables or not create):
                raise ValueError(f"{self.path} is not a store of this program: name another file")
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = FULL")
            if not tables:
                self._file.executescript(
                    f"BEGIN IMMEDIATE; PRAGMA application_id = {APPLICATION}; {SCHEMA} COMMIT;"
                )
        except sqlite3.DatabaseError as error:
            raise ValueError(
                f"{self.path} is not a store of this program, or is damaged ({error}): name "
                f"another file"
            ) from None

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def settings(self) -> dict[str, str]:
        """What ``claim`` wrote; empty for a new store."""
        return dict(self._file.execute("SELECT name, value FROM settings"))

    def claim(self, settings: Settings) -> None:
        """Make this the store of ``settings``, or raise ``ValueError`` saying what differs."""
        mine = settings.described()
        rows = [*mine.items(), ("title", settings.title)]
        self._file.execute(
            f"INSERT INTO settings SELECT * FROM (VALUES {', '.join(['(?, ?)'] * len(rows))}) "
            f"WHERE NOT EXISTS (SELECT 1 FROM settings)",
            [part for row in rows for part in row],
        )
        kept = self.settings()
        differ = [
            f"{name} (there {kept.get(name)}, now {value})"
            for name, value in mine.items()
            if kept.get(name) != value
        ]
        if differ:
            raise ValueError(
                f"{self.path} holds results of other settings: {', '.join(differ)}. "
                "Give --store another file, ask for the same settings, or delete this file to "
                "start again."
            )

    def missing(self, cells: Iterable[Cell], *, retry: bool = False) -> list[Cell]:
        """The cells that are not stored yet; with ``retry`` those that failed as well."""
        done = set(
            self._file.execute(
                "SELECT gamma, gamma_p, width, seed FROM cells"
                + (" WHERE error IS NULL" if retry else "")
            )
        )
        return [cell for cell in cells if tuple(cell) not in done]

    def add(self, result: Result) -> None:
        """Commit one cell."""
        self._file.execute(
            "INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*result.cell, result.rd, result.error, result.seconds, time.time()),
        )

    def results(self) -> list[Result]:
        """All cells, in order."""
        rows = self._file.execute(
            "SELECT gamma, gamma_p, width, seed, rd, error, seconds FROM cells ORDER BY gamma, "
            "gamma_p, width, seed"
        )
        return [Result(Cell(*row[:4]), *row[4:]) for row in rows]


# ---------------------------------------------------------------- the work


def run_cell(cell: Cell, settings: Settings) -> Result:
    """One cell; what goes wrong in it is part of the result."""
    began = time.perf_counter()
    rd: float | None = None
    error: str | None = None
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="(the )?flow (stopped|came to rest)")
            rd = numerics.relative_distance(
                cell.width,
                cell.gamma,
                cell.gamma_p,
                settings.X,
                settings.y,
                sampled=settings.sampled,
                nodes=settings.nodes,
                seed=cell.seed,
                rtol=settings.rtol,
                tol=settings.tol,
            )
        if not (math.isfinite(rd) and rd > 0):
            raise ArithmeticError(f"RD = {rd} has no logarithm")
    except Exception as problem:
        rd, error = None, _reason(problem)
    return Result(cell, rd, error, time.perf_counter() - began)


def _reason(problem: BaseException) -> str:
    return f"{type(problem).__name__}: {problem}"


def sweep(
    cells: Iterable[Cell],
    settings: Settings,
    store: Store,
    executor: Executor,
    *,
    retry: bool = False,
    ahead: int = 64,
) -> Iterator[Result]:
    """Run the cells that the store lacks, and yield each one after it has been committed.

    Any executor that returns futures of ``concurrent.futures`` will do; it is given ``ahead`` cells
    at a time, and what it was given runs to its end when the iterator is closed.
    """
    store.claim(settings)
    waiting = iter(store.missing(cells, retry=retry))
    tasks = {executor.submit(run_cell, cell, settings): cell for cell in islice(waiting, ahead)}
    while tasks:
        for task in wait(tasks, return_when=FIRST_COMPLETED).done:
            result = _finished(task, tasks.pop(task))
            store.add(result)
            for cell in islice(waiting, 1):
                tasks[executor.submit(run_cell, cell, settings)] = cell
            yield result


@contextmanager
def cluster(address: str | None, jobs: int) -> Iterator[tuple[Executor, int]]:
    """The executor of a dask scheduler at ``address`` (None: of ``jobs`` processes started here),
    and how many cells it runs at a time.

    A cell whose worker is lost is run by another one.  Raises ``ValueError`` if dask is missing,
    nobody answers or nobody works there.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ValueError(
            "dask.distributed is not installed: python -m pip install 'proofs-check[cluster]'"
        ) from None
    try:
        local = (
            {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": None}
            if address is None
            else {}
        )
        client = Client(address, timeout=ANSWER, set_as_default=False, **local)
    except (OSError, ValueError) as error:  # a timeout is an OSError
        raise ValueError(
            f"no dask scheduler answers at {address}: {error or 'timed out'}; start one with "
            f"`dask scheduler`"
        ) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ValueError(
                f"the dask scheduler at {address} has no workers: start some with `dask worker "
                f"{address} --nthreads 1`"
            )
        executor = client.get_executor(pure=False)
        try:
            yield executor, threads
        finally:
            executor.shutdown(wait=False)  # cancels what has not been run


def _finished(task: Future[Result], cell: Cell) -> Result:
    try:
        return task.result()
    except BrokenExecutor:
        raise
    except Exception as problem:  # the executor lost this cell
        return Result(cell, None, _reason(problem), 0.0)


def open_results(path: Path | str) -> tuple[dict[str, str], list[Result]]:
    """Settings and cells of a store that exists."""
    with closing(Store(path, create=False)) as store:
        return store.settings(), store.results()


def is_published(settings: dict[str, Any]) -> bool:
    """Whether a store is about the published four points."""
    return settings.get("data") == data_key(*numerics.four_point_problem())
