"""Relative distances at huge width: the error returned beside the error made, and the time.

    python benchmarks/distance.py [folder] [--seeds 5]      (default folder: build/benchmarks)

Four-point problem in condensed cells, m = 1e6 ... 1e12, against eight times as many nodes.  For
each number of nodes: the share of runs whose error covers the difference, the largest difference
over error, the median of the error returned and of the difference (both relative), and seconds
over those of one set of 2048 Sobol points without mirror images, whose spread over seeds is given
as well.  Prints one JSON object and writes it to the folder.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from numerics import gradient_flow
from numerics import phase_diagram as pd

CELLS = ((1.75, 0.0), (1.6, -0.3), (1.4, 0.1), (2.0, 0.5))
WIDTHS = (1e6, 1e9, 1e12)
NODES = (1024, 2048, 4096)


def one_set(m: float, cell: tuple[float, float], seed: int) -> float:
    """RD of the first copy from Sobol points that have no mirror images in it."""
    a, W, weight = gradient_flow.start(m, 2, nodes=2048, seed=seed)
    scales = m ** -cell[0], m ** -cell[1]
    flow = gradient_flow.solve(
        *pd.four_point_problem(), *scales, a, W, weight=weight, tol=1e-12, rows=slice(len(a) // 2)
    )
    return flow.rd_w


def main(folder: Path, seeds: int) -> None:
    places = [(m, cell) for cell in CELLS for m in WIDTHS]
    one_set(*places[0], 0)  # compiles
    warnings.filterwarnings("ignore", message="the flow came to rest")  # of the one set
    began = time.perf_counter()
    plain = [[one_set(*place, seed) for seed in range(seeds)] for place in places]
    base = time.perf_counter() - began
    spread = np.ptp(plain, axis=1) / np.mean(plain, axis=1)
    result: dict[str, Any] = {"one set, largest spread over seeds": float(spread.max())}
    finest = [
        pd.relative_distance(m, *cell, nodes=8 * max(NODES), seed=99, tol=1e-12)
        for m, cell in places
    ]
    for nodes in NODES:
        began = time.perf_counter()
        found = [
            [
                pd.relative_distance(m, *cell, nodes=nodes, seed=seed, tol=1e-12)
                for seed in range(seeds)
            ]
            for m, cell in places
        ]
        seconds = time.perf_counter() - began
        made = np.array(
            [
                [abs(run.value / best.value - 1) for run in row]
                for row, best in zip(found, finest, strict=True)
            ]
        )
        told = np.array([[run.error / run.value for run in row] for row in found])
        result[str(nodes)] = {
            "covered": float(np.mean(made <= told)),
            "largest difference over error": float((made / told).max()),
            "median error returned": float(np.median(told)),
            "median difference": float(np.median(made)),
            "time over one set": seconds / base,
        }
    text = json.dumps(result, indent=1)
    print(text)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "distance.json").write_text(text + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/benchmarks"))
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    main(options.folder, options.seeds)
