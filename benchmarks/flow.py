"""Gradient flow of two-layer ReLU networks: the boost integrator against descent in torch and
general solvers.

    python benchmarks/flow.py [folder] [--widths 2000,20000] [--limit SECONDS] [--only TEXT]
    (default folder: build/benchmarks)

Published four-point problem at (gamma, gamma') = (0.5, 0), (1, 0), (1.75, 0), (1.2, -0.4), and 45
handwritten digits (d = 64, bias) at the first and the third of them and the smaller width;
antisymmetric start, so 2m rows.  All methods begin with the same network.  The integrator stops at
the loss 1e-9, the others at the time at which its tightest run does.  The error is that of the
relative distance RD of the input weights.  Seconds are those of the processor, one thread; those of
the integrator are of ``solve`` with all its passes. Descent takes the rate c / lambda_max(t),
renewed at every step by an oracle whose time is not counted.  A method that has exceeded the limit
is not tried with a tighter setting.  LSODA needs a matrix with as many rows and columns as there
are weights and is run where that has less than 1e7 entries (width 100); torchdiffeq joins when it
is installed.

Reference: the integrator at rtol = 1e-5 (digits: 1e-4).  Independent ones beside it: descent
extrapolated from its two finest rates, and the tightest run of a general solver that ended.  Cases
found in the folder's JSON are not run again.  Prints one line per case and the table of ratios;
writes one JSON and one plot, with panels on the order of convergence and on what ``rtol`` promises.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.integrate import solve_ivp

from numerics import gradient_flow
from numerics.phase_diagram import four_point_problem

try:
    import torchdiffeq
except ImportError:
    torchdiffeq = None

CELLS = ((0.5, 0.0), (1.0, 0.0), (1.75, 0.0), (1.2, -0.4))
STOP = 1e-9
PROBLEMS = 36  # on which the error is compared with what was asked for
OURS = "boost integrator"
SETTINGS = {
    OURS: (0.3, 0.1, 3e-2, 1e-2, 3e-3, 1e-3),
    "torch descent": (1.0, 0.1, 0.01),
    "SciPy RK45": (1e-3, 1e-5),
    "SciPy DOP853": (1e-3, 1e-6),
    "SciPy LSODA": (1e-3, 1e-6),
    "torchdiffeq dopri5": (1e-3, 1e-5),
}
MARKS = dict(zip(SETTINGS, ("o-", "s--", "^:", "v:", "d:", "x:"), strict=True))
Array = np.ndarray


class TooLong(Exception):
    """The limit of seconds is reached."""


def digits() -> tuple[Array, Array]:
    """45 handwritten digits of all ten classes on the unit sphere with a bias column (45, 65),
    parity of the class as target.
    """
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    X = images[:45] / np.linalg.norm(images[:45], axis=1, keepdims=True)
    return np.c_[X, np.ones(45)], labels[:45] % 2 - 0.5


class Problem:
    """Data, scales, start and end of one case, as NumPy arrays and as tensors."""

    def __init__(self, X: Array, y: Array, gamma: float, gamma_p: float, m: int, limit: float):
        self.X, self.y, self.m, self.limit = X, y, m, limit
        self.kappa, self.kappa_p = float(m) ** -gamma, float(m) ** -gamma_p
        self.a0, self.W0, _ = gradient_flow.start(m, X.shape[1], sampled=True, seed=0)
        self.tensors = [torch.tensor(v) for v in (self.a0, self.W0, X, y)]
        self.tight = self.solve(1e-5 if len(y) < 10 else 1e-4)
        self.end = self.tight.time
        self.evaluations = 0  # of the right-hand side, or kernels, in the last run of any method

    def solve(self, rtol: float) -> gradient_flow.Flow:
        return gradient_flow.solve(
            self.X,
            self.y,
            self.kappa,
            self.kappa_p,
            self.a0,
            self.W0,
            rtol=rtol,
            tol=STOP,
            rows=slice(self.m),
        )

    def distance(self, moved: Array) -> float:
        return float(np.linalg.norm(moved[: self.m]) / np.linalg.norm(self.W0[: self.m]))

    def boost(self, rtol: float) -> tuple[float, float]:
        """RD and seconds."""
        began = time.process_time()
        flow = self.solve(rtol)
        seconds = time.process_time() - began
        # at most: earlier passes are shorter
        self.evaluations = flow.passes * (flow.steps + flow.rejected)
        return flow.rd_w, seconds

    def descent(self, c: float) -> tuple[float, float]:
        a, W, inputs, target = self.tensors
        n, now, spent, self.evaluations = len(self.y), 0.0, 0.0, 0
        up, across = self.kappa / self.kappa_p / n, self.kappa * self.kappa_p / n
        products = inputs @ inputs.T
        while now < self.end:
            Z = W @ inputs.T
            S, on = Z.clamp(min=0), (Z > 0).double()
            K = (
                self.kappa**2
                / n
                * (
                    S.T @ S / self.kappa_p
                    + self.kappa_p * ((on * (a * a)[:, None]).T @ on) * products
                )
            )
            fastest = float(torch.linalg.eigvalsh(K)[-1]) if torch.isfinite(K).all() else 0.0
            if fastest <= 0:
                return np.inf, spent  # every neuron was thrown out of reach of the data
            began = time.process_time()
            h = min(c / fastest, self.end - now)
            Z = W @ inputs.T
            S, on = Z.clamp(min=0), (Z > 0).double()
            e = self.kappa * (a @ S) - target
            a, W = (
                a - (h * up) * (S @ e),
                W - (h * across * a)[:, None] * (on @ (e[:, None] * inputs)),
            )
            now += h
            self.evaluations += 1
            spent += time.process_time() - began
            if spent > self.limit:
                raise TooLong
        return self.distance(W.numpy() - self.W0), spent

    def slope(self, a: Any, W: Any, X: Any, y: Any) -> tuple[Any, Any]:
        """Velocities of both layers, for arrays and for tensors."""
        Z = W @ X.T
        on = Z > 0
        S = Z * on
        e = self.kappa * (a @ S) - y
        pull = (on * e) @ X
        return -self.kappa / self.kappa_p / len(y) * (S @ e), -self.kappa * self.kappa_p / len(
            y
        ) * a[:, None] * pull

    def scipy(self, method: str, rtol: float) -> tuple[float, float]:
        M, began = len(self.a0), time.process_time()

        def slope(
            _: float, moved: Array
        ) -> Array:  # displacements, so that small ones keep their digits
            if time.process_time() - began > self.limit:
                raise TooLong
            of_a, of_W = self.slope(
                self.a0 + moved[:M], self.W0 + moved[M:].reshape(self.W0.shape), self.X, self.y
            )
            return np.r_[of_a, of_W.ravel()]

        zero, end = np.zeros(M + self.W0.size), [self.end]
        found = solve_ivp(
            slope,
            (0, self.end),
            zero,
            method=method,
            rtol=rtol,
            atol=self.absolute(rtol),
            t_eval=end,
        )
        if not found.success:
            raise TooLong
        self.evaluations = found.nfev
        return self.distance(found.y[M:, -1].reshape(self.W0.shape)), time.process_time() - began

    def absolute(self, rtol: float) -> float:
        """Absolute tolerance: that share of the root mean square displacement at the end."""
        return rtol * float(np.linalg.norm(self.tight.moved_W)) / np.sqrt(self.W0.size)

    def dopri5(self, rtol: float) -> tuple[float, float]:
        began, self.evaluations = time.process_time(), 0
        a0, W0, X, y = self.tensors

        def slope(_: Any, moved: Any) -> Any:
            self.evaluations += 1
            if time.process_time() - began > self.limit:
                raise TooLong
            return self.slope(a0 + moved[0], W0 + moved[1], X, y)

        start, times = (
            (torch.zeros_like(a0), torch.zeros_like(W0)),
            torch.tensor([0.0, self.end], dtype=torch.float64),
        )
        with torch.no_grad():
            found = torchdiffeq.odeint(
                slope, start, times, rtol=rtol, atol=self.absolute(rtol), method="dopri5"
            )
        return self.distance(found[1][-1].numpy()), time.process_time() - began

    def ways(self) -> dict[str, Callable[[float], tuple[float, float]]]:
        """Methods that fit this case."""
        found = {OURS: self.boost, "torch descent": self.descent}
        for method in ("RK45", "DOP853", "LSODA"):
            if method != "LSODA" or (self.a0.size + self.W0.size) ** 2 < 1e7:
                found[f"SciPy {method}"] = lambda rtol, k=method: self.scipy(k, rtol)
        return found | ({"torchdiffeq dopri5": self.dopri5} if torchdiffeq else {})


def case(
    name: str, X: Array, y: Array, gamma: float, gamma_p: float, m: int, limit: float
) -> dict[str, Any]:
    """All methods on one problem."""
    problem = Problem(X, y, gamma, gamma_p, m, limit)
    rows: list[dict[str, Any]] = []
    for method, run in problem.ways().items():
        for setting in SETTINGS[method]:
            row: dict[str, Any] = {
                "method": method,
                "setting": setting,
                "error": None,
                "rd": None,
                "seconds": limit,
            }
            rows.append(row)
            try:
                value, seconds = run(setting)
            except TooLong:
                break
            row |= {
                "error": abs(value / problem.tight.rd_w - 1) if np.isfinite(value) else np.inf,
                "rd": value,
                "seconds": seconds,
            }
            row["evaluations"] = problem.evaluations
    return {
        "case": name,
        "m": m,
        "rd": problem.tight.rd_w,
        "steps": problem.tight.steps,
        "estimated_error": problem.tight.error,
        "references_apart": apart(rows, problem.tight.rd_w),
        "runs": rows,
        "ratio_at_1e-3": {
            method: ratio(rows, method) for method in problem.ways() if method != OURS
        },
    }


def apart(rows: list[dict[str, Any]], reference: float) -> dict[str, float]:
    """Relative differences of the independent references from the reference."""
    ended = {
        method: [r for r in rows if r["method"] == method and r["rd"] is not None]
        for method in SETTINGS
    }
    found = {
        method: runs[-1]["rd"] / reference - 1
        for method, runs in ended.items()
        if runs and method not in (OURS, "torch descent")
    }
    runs = ended["torch descent"][-2:]
    if len(runs) == 2:
        (coarse, fine), scale = runs, runs[0]["setting"] / runs[1]["setting"]
        found["torch descent, extrapolated"] = (scale * fine["rd"] - coarse["rd"]) / (
            scale - 1
        ) / reference - 1
    return found


def ratio(rows: list[dict[str, Any]], method: str, error: float = 1e-3) -> str:
    """Seconds of the fastest run with at most this error over those of the integrator; a lower
    bound where none got so far in time.
    """
    own = min(
        (r["seconds"] for r in rows if r["method"] == OURS and r["error"] <= error), default=None
    )
    runs = [r for r in rows if r["method"] == method]
    good = [r["seconds"] for r in runs if r["error"] is not None and r["error"] <= error]
    if own is None:
        return "the integrator misses it"
    return f"{min(good) / own:.3g}" if good else f"> {max(r['seconds'] for r in runs) / own:.3g}"


def convergence() -> dict[str, Any]:
    """Steps of the last pass and error of ``solve`` as the tolerance is halved, 200 neurons."""
    X, y = four_point_problem()
    found = {}
    for gamma, gamma_p in CELLS:
        a, W, _ = gradient_flow.start(100, 2, sampled=True, seed=1)
        runs = {
            k: gradient_flow.solve(
                X,
                y,
                100**-gamma,
                100**-gamma_p,
                a,
                W,
                tol=STOP,
                rtol=0.1 * 2.0**-k,
                rows=slice(100),
            )
            for k in (*range(11), 15)
        }
        exact = runs.pop(15).rd_w
        found[f"{gamma:g}, {gamma_p:g}"] = [
            (f.steps, abs(f.rd_w / exact - 1), f.error, 0.1 * 2.0**-k) for k, f in runs.items()
        ]
    return found


def promise(seed: int) -> list[dict[str, Any]]:
    """A random problem somewhere on the plane, d = 1 to 20, n = 1 to 50, ReLU or leaky: the error
    against what was asked for.

    ``known``: both this run and the reference say that they reached their tolerance; a warning is
    an answer too.
    """
    rng = np.random.default_rng(seed)
    d, n = int(20 ** rng.random()), int(50 ** rng.random())
    m = 4 * n + int(100 * 4 ** rng.random())
    gamma, gamma_p, leak = (
        rng.uniform(0.4, 1.9),
        rng.uniform(-0.4, 0.4),
        float(rng.choice([0.0, 0.2])),
    )
    X, y = (
        np.c_[rng.standard_normal((n, d)), np.ones(n)],
        rng.standard_normal(n) * 10 ** rng.uniform(-1, 1),
    )
    a, W, _ = gradient_flow.start(m, d + 1, sampled=True, seed=seed, antisymmetric=bool(seed % 2))
    goal = 1e-3 * float(y @ y) / (2 * n)
    exact, *flows = (
        gradient_flow.solve(
            X,
            y,
            m**-gamma,
            m**-gamma_p,
            a,
            W,
            leak=leak,
            rtol=rtol,
            tol=goal,
            rows=slice(m),
            max_steps=2000,
        )
        for rtol in (1e-3, 1e-1, 1e-2)
    )
    about = {"seed": seed, "d": d, "n": n, "m": m, "gamma": gamma, "gamma_p": gamma_p, "leak": leak}
    return [
        {
            "rtol": rtol,
            "error": max(abs(flow.rd_w / exact.rd_w - 1), abs(flow.rd_a / exact.rd_a - 1)),
            "estimated": flow.error,
            "known": all(
                f.converged and f.error <= r / 3 for f, r in ((exact, 1e-3), (flow, rtol))
            ),
            **about,
        }
        for rtol, flow in zip((1e-1, 1e-2), flows, strict=True)
    ]


def draw(
    results: list[dict[str, Any]], order: dict[str, Any], kept: list[dict[str, Any]], path: Path
) -> None:
    """Error against seconds for each case, the order of convergence, and the error against what was
    asked for.
    """
    across = 4
    down = -(-(len(results) + 2) // across)
    fig, axes = plt.subplots(down, across, figsize=(3.4 * across, 3.1 * down), squeeze=False)
    for ax, result in zip(axes.flat, results, strict=False):
        for method, mark in MARKS.items():
            runs = [r for r in result["runs"] if r["method"] == method and r["error"] is not None]
            if runs:
                ax.loglog(
                    [r["seconds"] for r in runs],
                    [min(max(r["error"], 1e-7), 2.0) for r in runs],
                    mark,
                    ms=4,
                    label=method,
                )
        ax.axhline(1e-3, color="#999999", lw=0.6)
        ax.set(
            title=f"{result['case']}, m = {result['m']}",
            xlabel="seconds",
            ylabel="relative error of RD",
        )
        ax.set(xlim=(1e-3, 1e2), ylim=(5e-8, 3))
        ax.title.set_fontsize(8)
    max(axes.flat[: len(results)], key=lambda ax: len(ax.get_legend_handles_labels()[1])).legend(
        fontsize=6
    )
    last = axes.flat[len(results)]
    for name, runs in order.items():
        last.loglog(
            [r[0] for r in runs],
            [max(r[1], 1e-9) for r in runs],
            "o-",
            ms=3,
            label=f"$(\\gamma,\\gamma')$ = ({name})",
        )
    steps = np.array([20.0, 400.0])
    last.loglog(steps, 2e-3 * (steps / 20) ** -2, "k--", lw=0.8, label="order 2")
    last.set(
        title="tolerance halved again and again, m = 100",
        xlabel="steps of the last pass",
        ylabel="relative error of RD",
    )
    last.title.set_fontsize(8)
    last.legend(fontsize=6)
    last = axes.flat[len(results) + 1]
    for leak, mark in ((0.0, "o"), (0.2, "s")):
        rows = [r for r in kept if r["leak"] == leak and r["known"]]
        where = [r["rtol"] * 1.3 ** (r["seed"] / 18 - 1) for r in rows]  # spread out
        last.loglog(
            where, [max(r["error"], 1e-7) for r in rows], mark, ms=3, label=f"leak {leak:g}"
        )
    last.loglog([5e-3, 0.2], [5e-3, 0.2], "k--", lw=0.8, label="what was asked for")
    last.set(
        title="random problems, d to 20, n to 50",
        xlabel="rtol",
        ylabel="relative error of the distances",
    )
    last.title.set_fontsize(8)
    last.legend(fontsize=6, loc="lower right")
    for ax in axes.flat[len(results) + 2 :]:
        ax.axis("off")
    fig.tight_layout()
    fig.savefig(path, dpi=110)


def main(folder: Path, widths: list[int], limit: float, only: str) -> None:
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # passes that do not agree show in the error
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / "flow.json"
    kept = json.loads(store.read_text()) if store.exists() else {"cases": [], "convergence": {}}
    cases = [
        (f"four points, {g:g}, {p:g}", *four_point_problem(), g, p, m)
        for m in widths
        for g, p in CELLS
    ]
    cases += [
        (f"digits, {g:g}, {p:g}", *digits(), g, p, min(w for w in widths if w >= 1000))
        for g, p in CELLS[:3:2]
    ]
    done = {(r["case"], r["m"]) for r in kept["cases"]}
    for one in cases:
        if (one[0], one[-1]) not in done and only in f"{one[0]}, {one[-1]}":
            kept["cases"].append(case(*one, limit))
            store.write_text(json.dumps(kept, indent=1))
            print(
                json.dumps({k: v for k, v in kept["cases"][-1].items() if k != "runs"}), flush=True
            )
    kept["convergence"] = kept["convergence"] or convergence()
    kept.setdefault("promise", [])
    for seed in range(len(kept["promise"]) // 2, PROBLEMS):
        kept["promise"] += promise(seed)
        store.write_text(json.dumps(kept, indent=1))
    known = [r for r in kept["promise"] if r["known"]]
    held = sum(r["error"] <= r["rtol"] for r in known)
    unknown = len(kept["promise"]) - len(known)
    print(
        f"random problems: the error is at most rtol in {held} of {len(known)} runs; {unknown} "
        f"end in a warning",
        flush=True,
    )
    place = {(name, m): k for k, (name, *_, m) in enumerate(cases)}
    kept["cases"].sort(key=lambda r: place.get((r["case"], r["m"]), len(cases)))
    store.write_text(json.dumps(kept, indent=1))
    draw(kept["cases"], kept["convergence"], kept["promise"], folder / "flow.png")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/benchmarks"))
    parser.add_argument(
        "--widths",
        type=lambda text: [int(part) for part in text.split(",")],
        default=[100, 2000, 20000],
    )
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument(
        "--only", default="", help="run only cases whose name and width hold this text"
    )
    options = parser.parse_args()
    main(options.folder, options.widths, options.limit, options.only)
