"""Time: the loss curve that the kernel's eigenvalues predict, and how steps map to flow time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from scipy.integrate import solve_ivp
from torch import Tensor

from numerics.edge_of_stability import amplification
from numerics.kernel_flow import linearised_flow
from proofs_check.examination.answers import Answer, absent, answer
from proofs_check.examination.brought import Brought
from proofs_check.examination.intervals import interval
from proofs_check.examination.tangent import Tangent

if TYPE_CHECKING:
    from proofs_check.examination.training import Run

QUESTION = "time"
CLAIMS = ("kernel_flow.linearised_flow", "kernel_flow.step_of_descent")
LARGEST = 1500  # outputs of which all modes are computed
SAME = 0.25  # a share of a time up to which two times count as the same


def measure(run: Run, brought: Brought) -> dict[str, Any]:
    """Predicted losses at the moments of the run, and both times to half of the fall."""
    rule = run.before
    if not rule.flows:
        why = rule.why or "an adaptive method does not follow the gradient flow of the loss"
        return {"why": why}
    N = run.outputs[0].numel()
    if N > LARGEST:
        return {"why": f"{N} outputs have too large a kernel; bring at most {LARGEST}"}
    if run.diverged is not None:
        return {"why": f"training diverged by step {run.diverged}"}
    tangent = Tangent(run.at(run.start), brought.X)
    per_step = {name: rule.times(name) for name in run.names}
    kernel = tangent.kernel(per_step).numpy()
    f0 = tangent.output.double().cpu().numpy()
    slope = _slope(brought, tangent.shape)
    bend = _bend(slope, f0)
    if bend is not None:
        target = f0 - slope(f0) / bend
        flow = np.asarray(linearised_flow(kernel * bend * N, target, run.times.astype(float), f0))
    else:
        flow = _followed(kernel, slope, f0, run.times)
    losses = np.array([_loss(brought, f, tangent.shape) for f in flow])
    largest = float(np.linalg.eigvalsh(kernel)[-1]) * (bend or 0.0)
    rates = sorted({rule.times(name) for name in run.names})
    found = {
        "losses": losses,
        "rates": rates,
        "step": largest,
        "end": float(run.losses[-1] / run.losses[0]),
    }
    level = (run.losses[0] + run.losses.min()) / 2
    measured, predicted = (_reached(run.times, curve, level) for curve in (run.losses, losses))
    return found | {"measured": measured, "predicted": predicted, "memory": 1 / (1 - rule.beta)}


def _loss(brought: Brought, f: np.ndarray, shape: Any) -> float:
    output = torch.as_tensor(f).reshape(shape).to(brought.device)
    y = brought.y.double() if brought.y.is_floating_point() else brought.y
    return float(brought.loss(output, y))


def _slope(brought: Brought, shape: Any) -> Callable[[np.ndarray], np.ndarray]:
    """Gradient of the loss by the outputs."""
    y = brought.y.double() if brought.y.is_floating_point() else brought.y

    def slope(f: np.ndarray) -> np.ndarray:
        output: Tensor = torch.tensor(f, dtype=torch.float64, device=brought.device).reshape(shape)
        output.requires_grad_(True)
        (found,) = torch.autograd.grad(brought.loss(output, y), output)
        return found.reshape(-1).cpu().numpy()

    return slope


def _bend(slope: Callable[[np.ndarray], np.ndarray], f0: np.ndarray) -> float | None:
    """The second derivative of the loss by every output, where it is one number."""
    change = np.random.default_rng(0).standard_normal(len(f0))
    moved = slope(f0 + change) - slope(f0)
    bend = float(moved @ change / (change @ change))
    return bend if bend > 0 and np.allclose(moved, bend * change, rtol=1e-6, atol=1e-9) else None


def _followed(
    kernel: np.ndarray, slope: Callable[[np.ndarray], np.ndarray], f0: np.ndarray, times: np.ndarray
) -> np.ndarray:
    """The flow of the outputs by a standing kernel, for losses that are not squared."""
    ends = 0.0, float(times[-1])
    flow = solve_ivp(
        lambda _, f: -kernel @ slope(f), ends, f0, t_eval=times, method="LSODA", rtol=1e-5
    )
    return np.asarray(flow.y.T)


def _reached(times: np.ndarray, losses: np.ndarray, level: float) -> float:
    """Time at which a curve comes down to a level, between moments by a straight line."""
    below = np.flatnonzero(losses <= level)
    if not len(below) or below[0] == 0:
        return float("inf")
    k = below[0]
    share = (losses[k - 1] - level) / (losses[k - 1] - losses[k])
    return float(times[k - 1] + share * (times[k] - times[k - 1]))


def answers(
    table: Mapping[tuple[int, int], Mapping[str, Any]],
    widths: Sequence[int],
    seeds: Sequence[int],
    runs: Mapping[tuple[int, int], Any],
    brought: Brought,
) -> list[Answer]:
    """Measured over predicted time to half of the fall of the loss, at the largest width."""
    quantity = f"measured over predicted time to half of the fall of the loss, width {widths[-1]}"
    for cell in table.values():
        if "why" in cell:
            return [absent(QUESTION, quantity, cell["why"], CLAIMS)]
    cells = [table[widths[-1], seed] for seed in seeds]
    ratios = np.array([cell["measured"] / cell["predicted"] for cell in cells])
    step = max(cell["step"] for cell in cells)
    earlier = 1.0
    if 0 < step < 1:  # descent decays faster than the flow, at most as its leading mode does
        earlier = step / -float(np.log(amplification("descent", -step)))
    first = cells[0]
    if not np.isfinite(ratios).all():
        why = "the predicted curve does not fall as far within these steps"
        verdict = "does not hold" if not np.isfinite(ratios).any() else "undecided"
        band = (earlier / (1 + SAME), 1 + SAME)
        return [
            Answer(QUESTION, quantity, "1", band, (0.0, 0.0), verdict, why, CLAIMS, {"steps": step})
        ]
    return [
        answer(
            QUESTION,
            quantity,
            f"{earlier:.3g} to 1, and the same time within {SAME:.0%}",
            (earlier / (1 + SAME), 1 + SAME),
            interval(ratios),
            _why(first, step, brought, runs),
            CLAIMS,
            ratios=ratios,
            measured=[cell["measured"] for cell in cells],
            predicted=[cell["predicted"] for cell in cells],
            curves={
                f"{w}": table[w, seeds[0]]["losses"] for w in widths
            },
        )
    ]


def _why(
    first: Mapping[str, Any], step: float, brought: Brought, runs: Mapping[tuple[int, int], Any]
) -> str:
    rates = " or ".join(f"{rate:.3g}" for rate in first["rates"][:4])
    said = [f"a step is a flow time of {rates}"]
    if first["memory"] > 1:
        said.append(f"momentum makes it {first['memory']:.3g} times as long")
    if step >= 1:
        said.append(f"the leading mode overshoots in every step (rate times eigenvalue {step:.2g})")
    if brought.batch:
        said.append("the curve is that of all examples, training takes batches")
    if next(iter(runs.values())).before.decays():
        said.append("weight decay is left out")
    if first["end"] > 0.1:
        said.append(f"trained to {first['end']:.2g} of the first loss")
    return "; ".join(said)
