"""The exact interpolant against the published solver, which fits 4000 cosines and sines by ridge
regression.

    python benchmarks/linear_frequency_principle.py [folder]      (default: build/benchmarks)

Prints one JSON object and writes it with a plot to the folder.  Both solve the published five
points for E r^3 = 6.75, E a^2 r = 0.005; errors are largest differences to the exact interpolant
between the data, times are the least of five runs.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from numerics.linear_frequency_principle import interpolant
from proofs_check.linear_frequency_principle import X, Y

CUBIC, LINEAR, RIDGE = 6.75, 0.005, 1e-6
GRID = np.linspace(X[0], X[-1], 181)


def ridge(count: int, highest: float) -> np.ndarray:
    """``count`` frequencies up to ``highest`` (periods per unit), features weighted by the root of
    the rate, ridge as published.
    """
    xi = highest * np.arange(1, count + 1) / count
    weight = np.sqrt(
        (CUBIC / (16 * np.pi**4 * xi**4) + LINEAR / (4 * np.pi**2 * xi**2)) * highest / count
    )
    phase = [2 * np.pi * np.outer(x, xi) for x in (X, GRID)]
    data, grid = (np.c_[np.cos(p) * weight, np.sin(p) * weight] for p in phase)
    return grid @ np.linalg.solve(data.T @ data + RIDGE * np.eye(2 * count), data.T @ Y)


def exact() -> np.ndarray:
    """The kernel system of five points and a line."""
    return interpolant(X, Y, cubic=CUBIC, linear=LINEAR)(GRID)


def timed(solve, runs: int) -> tuple[np.ndarray, float]:
    """The answer and the least time in seconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        answer = solve()
        times.append(time.perf_counter() - began)
    return answer, min(times)


def main(folder: Path) -> None:
    truth, seconds = timed(exact, 5)
    rows = []
    for count, highest in ((250, 3.0), (500, 6.0), (1000, 12.0), (2000, 25.0), (4000, 50.0)):
        answer, took = timed(lambda c=count, h=highest: ridge(c, h), 1 if count > 1000 else 3)
        rows.append(
            {
                "frequencies": count,
                "highest": highest,
                "error": float(np.abs(answer - truth).max()),
                "time_ratio": took / seconds,
            }
        )
    result = {
        "exact_seconds": seconds,
        "error_at_the_data": float(
            np.abs(interpolant(X, Y, cubic=CUBIC, linear=LINEAR)(X) - Y).max()
        ),
        "ridge": rows,
    }
    print(json.dumps(result))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "linear_frequency_principle.json").write_text(json.dumps(result, indent=1))
    fig, ax = plt.subplots(figsize=(6, 4))
    ax.loglog([r["time_ratio"] for r in rows], [r["error"] for r in rows], "o-")
    for row in rows:
        ax.annotate(
            f"{row['frequencies']} up to {row['highest']:g}",
            (row["time_ratio"], row["error"]),
            xytext=(4, 4),
            textcoords="offset points",
        )
    ax.set(
        xlabel="time of the ridge solver / time of the exact one",
        ylabel="largest difference to the exact interpolant",
    )
    fig.tight_layout()
    fig.savefig(folder / "linear_frequency_principle.png", dpi=120)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/benchmarks"))
