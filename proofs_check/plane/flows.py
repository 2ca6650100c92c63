"""Cells of the phase diagram, one flow each, and the published map beside which they are drawn.

A cell is (gamma, gamma', width, seed); its numbers are the relative distance of the input weights
after the exact flow and the estimated error of it.
"""

from __future__ import annotations

import math
import tomllib
import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from numerics import phase_diagram as numerics
from proofs_check.sweep.description import Number, Setting, Sweep, Values, fingerprint
from proofs_check.sweep.grid import Axis
from proofs_check.sweep.store import Table

Array = np.ndarray
MAX_SAMPLES, MAX_INPUTS, MAX_BYTES = 1000, 1000, 64 * 2**20  # of a data file
MAX_ROWS = 10_000_000  # neurons that are held, times samples: about 2 GB in a worker
WHAT_A_FILE_HOLDS = (
    "expected X (n, d) without a bias column and y (n,), as numpy.savez(FILE, X=X, y=y) writes them"
)
# on what the numbers depend
CODE = (
    *("numerics.phase_diagram", "numerics.gradient_flow", "numerics.core.nodes"),
    *("numerics.core.neurons", "theory.gradient_flow", "numpy", "scipy"),
)


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


def prepare(settings: dict[str, Any], values: Values) -> dict[str, Any]:
    """The settings with what they name: X (n, D) with its bias column, y (n,).

    ``nodes`` stand for the neurons, or all of them do (``sampled``); ``rtol`` and ``tol`` as in
    ``numerics.phase_diagram.relative_distance``.  Raises ``ValueError`` for what cannot be run.
    """
    name, nodes, sampled = settings["data"], settings["nodes"], settings["sampled"]
    if nodes < 2 or nodes & (nodes - 1):
        raise ValueError(f"{nodes} nodes: a power of two is needed, such as 2048")
    for option in ("rtol", "tol"):
        if not (math.isfinite(settings[option]) and settings[option] > 0):
            raise ValueError(f"{option} = {settings[option]}: a positive number is needed")
    X, y = data(name)
    neurons = float(values["width"][-1]) if sampled else nodes
    if neurons * len(y) > MAX_ROWS:
        what = "without --sampled, or smaller widths" if sampled else "fewer nodes"
        raise ValueError(
            f"{neurons:,.0f} neurons on {len(y)} samples need too much memory; take {what}"
        )
    return {
        "title": name,
        "data": (X, y),
        "nodes": 0 if sampled else nodes,
        "rtol": settings["rtol"],
        "tol": settings["tol"],
    }


def measure(cell: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, float]:
    """The relative distance after the flow and its error; raises what goes wrong, such as a flow
    that rests before the targets are fitted.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="(the )?flow (stopped|came to rest)")
        found = numerics.relative_distance(
            cell["width"],
            cell["gamma"],
            cell["gamma_p"],
            *settings["data"],
            sampled=not settings["nodes"],
            nodes=settings["nodes"] or 1,
            seed=cell["seed"],
            rtol=settings["rtol"],
            tol=settings["tol"],
        )
    if not (math.isfinite(found.value) and found.value > 0):
        raise ArithmeticError(f"RD = {found.value} has no logarithm")
    return {"rd": found.value, "rd_error": found.error}


def is_published(settings: Mapping[str, str]) -> bool:
    """Whether a store is about the published four points."""
    return settings.get("data") == fingerprint(*numerics.four_point_problem())


def plot(tables: Sequence[Table], output: Path) -> str:
    """The map of fitted exponents, with the derived boundary; of two stores also what the finite
    width changes.
    """
    from proofs_check.plane import map as chart

    return chart.draw(tables, output)


def _listed(values: Sequence[float]) -> str:
    return ",".join(f"{value:g}" for value in values)


SWEEPS = (
    Sweep(
        name="phase_diagram.slopes",
        summary="RD of the input weights in every cell (gamma, gamma', width, seed), by the exact "
        "flow.",
        axes=(
            Axis(
                "gamma",
                _listed(sorted({gamma for gamma, _ in published()[1]})),
                "0.6,0.7,... or 0.6:1.4:9; kappa = m^-gamma. The default is the published grid.",
            ),
            Axis("gamma_p", "-0.4:0.4:9", "Likewise; kappa' = m^-gamma'.", symbol="gamma'"),
            Axis(
                "width",
                _listed(published()[0]),
                "1000,5000,... or 1000:1e9:7 (spaced in log m): neurons.",
                symbol="m",
                option="widths",
                whole=True,
                log=True,
                least=2,
            ),
            Axis("seed", "1", "Starts per cell.", option="seeds", count=True),
        ),
        numbers=(
            Number("rd", "relative distance of the input weights", "RD", log=True),
            Number("rd_error", "estimated error of RD", "error", log=True),
        ),
        measure=measure,
        settings=(
            Setting("data", "published", "published, digits or FILE.npz with X (n, d) and y (n,)."),
            Setting(
                "nodes",
                2048,
                "Quadrature nodes that stand for the neurons, in all; a power of two.",
            ),
            Setting("sampled", False, "Draw every neuron instead."),
            Setting("rtol", 0.02, "Relative error of RD from the steps of a flow."),
            Setting("tol", 5e-7, "Loss (1/2n)|e|^2 at which a flow ends."),
        ),
        prepare=prepare,
        remarks=("title",),
        code=CODE,
        plot=plot,
    ),
)
