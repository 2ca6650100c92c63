"""Gram matrices of the tangent kernel: time against other ways, and digits at close inputs.

    python benchmarks/tangent_kernel.py [folder] [--neural-tangents PYTHON] [--n 4000]      (default
    folder: build/benchmarks)

PYTHON is an interpreter of another environment with ``neural-tangents==0.6.5``, ``jax==0.4.23``,
``jaxlib==0.4.23``, ``numpy<2`` and ``scipy<1.13``, the last versions that work together; without it
that row is left out.  Prints one JSON object and writes it with a plot to the folder.  Inputs are
standard normal, D = 40, float64; times are the least of three runs, jitted code is run once before;
errors are those of the off-diagonal entry for inputs that differ by a given size, relative, against
50 digits.  ``torch_over_arrays`` is the time of tensors over that of arrays, one thread each, for
every activation; ``predictions`` the time at n = 600, D = 5, depth 3 over that of one
eigendecomposition of a matrix of this size.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import mpmath
import numpy as np
import torch

from numerics.kernel_flow import predictions
from numerics.tangent_kernel import ACTIVATIONS, ntk

DEPTHS, D = (2, 5), 40
SIZES = [10.0**-k for k in range(1, 13)]
OTHER = """
import json, sys, time
import jax
jax.config.update("jax_enable_x64", True)
import numpy as np
from neural_tangents import stax
X, pairs = np.load(sys.argv[1]), np.load(sys.argv[2])
result = {"seconds": {}, "entries": {}}
for depth in map(int, sys.argv[3].split(",")):
    layer = lambda: stax.Dense(1, W_std=2**0.5, b_std=0.0)
    hidden = (part for _ in range(depth - 1) for part in (layer(), stax.Relu()))
    kernel = stax.serial(*hidden, layer())[2]
    gram = jax.jit(lambda x: kernel(x, None, "ntk"))
    gram(X).block_until_ready()
    times = []
    for _ in range(3):
        began = time.perf_counter()
        gram(X).block_until_ready()
        times.append(time.perf_counter() - began)
    result["seconds"][depth] = min(times)
    result["entries"][depth] = [float(kernel(x[None], z[None], "ntk")[0, 0]) for x, z in pairs]
print(json.dumps(result))
"""


def plain(X: np.ndarray, Z: np.ndarray | None = None, depth: int = 2) -> np.ndarray:
    """The recursion as it is usually written: whole arrays, an arccos of the correlation."""
    Z = X if Z is None else Z
    A, B, C = (
        (X * X).sum(1)[:, None] * 2 / X.shape[1],
        (Z * Z).sum(1) * 2 / X.shape[1],
        X @ Z.T * 2 / X.shape[1],
    )
    size, Theta = np.sqrt(A * B), C
    for _ in range(depth - 1):
        angle = np.arccos(np.clip(C / size, -1, 1))
        C = size * (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / np.pi
        Theta = C + Theta * (np.pi - angle) / np.pi
    return Theta


def digits(x: np.ndarray, z: np.ndarray, depth: int) -> mpmath.mpf:
    """The same entry at 50 digits."""
    with mpmath.workdps(50):
        x, z = ([mpmath.mpf(float(entry)) for entry in point] for point in (x, z))
        A, B, C = (2 * mpmath.fdot(p, q) / len(x) for p, q in ((x, x), (z, z), (x, z)))
        Theta = C
        for _ in range(depth - 1):
            angle = mpmath.acos(C / mpmath.sqrt(A * B))
            C = (
                mpmath.sqrt(A * B)
                * (mpmath.sin(angle) + (mpmath.pi - angle) * mpmath.cos(angle))
                / mpmath.pi
            )
            Theta = C + Theta * (mpmath.pi - angle) / mpmath.pi
        return Theta


def least(solve, runs: int = 3) -> float:
    """Least time of some runs in seconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        solve()
        times.append(time.perf_counter() - began)
    return min(times)


def torch_over_arrays(X: np.ndarray) -> dict[str, dict[int, float]]:
    """Time of tensors over that of arrays, by activation and depth."""
    tensor = torch.as_tensor(X)
    return {
        activation: {
            depth: least(lambda a=activation, d=depth: ntk(tensor, depth=d, activation=a))
            / least(lambda a=activation, d=depth: ntk(X, depth=d, activation=a))
            for depth in DEPTHS
        }
        for activation in ACTIVATIONS
    }


def of_predictions(n: int = 600) -> dict[str, float]:
    """Seconds of ``predictions`` for n inputs, and over one eigendecomposition."""
    X = np.random.default_rng(0).standard_normal((n, 5))
    K = ntk(X, depth=3)
    alone = least(lambda: np.linalg.eigh(K))
    seconds = least(lambda: predictions(X, X[:, 0], X[:3], depth=3))
    return {"n": n, "seconds": seconds, "over_one_eigendecomposition": seconds / alone}


def main(folder: Path, interpreter: str | None, n: int) -> None:
    rng = np.random.default_rng(0)
    X, cores = rng.standard_normal((n, D)), os.cpu_count() or 1
    x, move = rng.standard_normal((2, D))
    pairs = np.stack([np.stack([x, x + size * move]) for size in SIZES])
    tensor = torch.as_tensor(X)
    ways = {
        "ours, one thread": lambda depth: ntk(X, depth=depth),
        f"ours, {cores} threads": lambda depth: ntk(X, depth=depth, workers=cores),
        "ours, torch tensors": lambda depth: ntk(tensor, depth=depth),
        "plain NumPy": lambda depth: plain(X, depth=depth),
    }
    seconds = {
        name: {depth: least(lambda w=way, d=depth: w(d)) for depth in DEPTHS}
        for name, way in ways.items()
    }
    exact = {depth: [digits(*pair, depth) for pair in pairs] for depth in DEPTHS}
    entries = {
        "ours": {
            depth: [ntk(*pair[:, None], depth=depth)[0, 0] for pair in pairs] for depth in DEPTHS
        },
        "plain NumPy": {
            depth: [plain(*pair[:, None], depth=depth)[0, 0] for pair in pairs] for depth in DEPTHS
        },
    }
    if interpreter:
        with tempfile.TemporaryDirectory() as scratch:
            for name, values in (("X", X), ("pairs", pairs)):
                np.save(f"{scratch}/{name}.npy", values)
            command = [
                interpreter,
                "-c",
                OTHER,
                f"{scratch}/X.npy",
                f"{scratch}/pairs.npy",
                ",".join(map(str, DEPTHS)),
            ]
            found = json.loads(
                subprocess.run(
                    command, capture_output=True, text=True, check=True
                ).stdout.splitlines()[-1]
            )
        seconds["neural-tangents, jitted"] = {
            depth: found["seconds"][str(depth)] for depth in DEPTHS
        }
        entries["neural-tangents"] = {depth: found["entries"][str(depth)] for depth in DEPTHS}
    errors = {
        name: {
            depth: [abs(float(v / e - 1)) for v, e in zip(values[depth], exact[depth], strict=True)]
            for depth in DEPTHS
        }
        for name, values in entries.items()
    }
    reference = f"ours, {cores} threads"
    result = {
        "n": n,
        "seconds": seconds,
        "time_ratio": {
            name: {depth: times[depth] / seconds[reference][depth] for depth in DEPTHS}
            for name, times in seconds.items()
        },
        "torch_over_arrays": torch_over_arrays(X),
        "predictions": of_predictions(),
        "largest_relative_error": {
            name: {depth: max(values[depth]) for depth in DEPTHS} for name, values in errors.items()
        },
    }
    print(json.dumps(result))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tangent_kernel.json").write_text(json.dumps(result, indent=1))
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    names = list(seconds)
    for shift, depth in enumerate(DEPTHS):
        left.barh(
            np.arange(len(names)) + 0.4 * shift,
            [seconds[name][depth] for name in names],
            0.38,
            label=f"depth {depth}",
        )
    left.set(
        yticks=np.arange(len(names)) + 0.2,
        yticklabels=names,
        xlabel=f"seconds, n = {n}, D = {D}",
        xscale="log",
    )
    left.legend()
    for (name, values), mark in zip(errors.items(), "os^", strict=False):
        for depth, line in zip(DEPTHS, ("-", "--"), strict=True):
            right.loglog(
                SIZES,
                np.maximum(values[depth], 1e-17),
                mark + line,
                ms=4,
                label=f"{name}, depth {depth}",
            )
    right.set(
        xlabel="size of the difference between the two inputs", ylabel="relative error of the entry"
    )
    right.legend(fontsize=7)
    fig.tight_layout()
    fig.savefig(folder / "tangent_kernel.png", dpi=120)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/benchmarks"))
    parser.add_argument("--neural-tangents", metavar="PYTHON")
    parser.add_argument("--n", type=int, default=4000)
    options = parser.parse_args()
    main(options.folder, options.neural_tangents, options.n)
