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
from proofs_check.examination.answers import Answer, absent, answer, unmeasured, unmet
from proofs_check.examination.brought import Brought
from proofs_check.examination.intervals import interval
from proofs_check.examination.linearised import outputs
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
    linear = outputs(run, brought, tangent).flatten(1).double().numpy()
    curves = (run.losses, losses, np.array([_loss(brought, f, tangent.shape) for f in linear]))
    level = (run.losses[0] + run.losses.min()) / 2
    reached = (_reached(run.times, curve, level) for curve in curves)
    found |= dict(zip(("measured", "flow", "linear"), reached, strict=True))
    return found | {"memory": 1 / (1 - rule.beta)}


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
    """Measured time to half of the fall of the loss, at the largest width: over that of the flow of
    a standing kernel, and over that of the linear model with the same steps.
    """
    quantity = "time to half of the fall of the loss over that of"
    names = {
        "flow": f"{quantity} the kernel's flow, width {widths[-1]}",
        "linear": f"{quantity} the linear model with the same steps, width {widths[-1]}",
    }
    if why := unmeasured(table):
        return [absent(QUESTION, name, why, CLAIMS) for name in names.values()]
    cells = [table[widths[-1], seed] for seed in seeds]
    step = max(cell["step"] for cell in cells)
    leaves = abs(float(amplification("descent", -step)))
    # descent decays faster than the flow, at most as its leading mode does
    earlier = {"flow": step / -float(np.log(leaves)) if 0 < leaves < 1 else 1.0, "linear": 1.0}
    said = {"flow": f"{min(earlier['flow'], 1.0):.2g} to 1", "linear": "1"}
    curves = {f"{w}": table[w, seeds[0]]["losses"] for w in widths}
    found = []
    for of, name in names.items():
        band = min(earlier[of], 1.0) / (1 + SAME), 1 + SAME
        ratios = np.array([cell["measured"] / cell[of] for cell in cells])
        found.append(
            answer(
                QUESTION,
                name,
                f"{said[of]} within {SAME:.0%}",
                band,
                interval(ratios) if np.isfinite(ratios).all() else (0.0, float(ratios.max())),
                _why(cells[0], step, brought, runs) if of == "flow" else "",
                CLAIMS,
                measured=[cell["measured"] for cell in cells],
                predicted=[cell[of] for cell in cells],
                curves=curves if of == "flow" else {},
            )
        )
    shift = float(np.mean([cell["linear"] / cell["flow"] for cell in cells]))
    low, high = found[0].band
    if np.isfinite(shift) and not low <= shift <= high:
        why = f"the linear model with these steps needs {shift:.2g} times the time of the flow"
        found[0] = unmet(found[0], why)
    return found


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
