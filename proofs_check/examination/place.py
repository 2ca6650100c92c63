"""Is this a two-layer ReLU network, however it is written, and where in the phase diagram?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from torch import Tensor

from numerics.core.fit import log_slope
from numerics.phase_diagram import Location, input_exponent, locate, output_exponent
from proofs_check.examination.answers import Answer, absent, answer, unmeasured, unmet
from proofs_check.examination.brought import Brought
from proofs_check.examination.intervals import NOTHING, exponent
from proofs_check.examination.kernel import laws
from theory import derive, initialisation
from theory.notation import alpha, beta_1, beta_2

if TYPE_CHECKING:
    from proofs_check.examination.training import Run, State

QUESTION = "place in the phase diagram"
CLAIMS = (
    "phase_diagram.input_exponent",
    "phase_diagram.output_exponent",
    "drift_exponent.proved_exponents",
    "initialisation.per_layer_rates",
)
FITTED = 0.1  # of the first loss: with more left the weights have not gone their way
EXACT = 1e-4  # of the outputs: what single precision leaves of a formula that is the network
NOT_TWO_LAYERS = "this is no ReLU network of two layers and one output"


@dataclass(frozen=True)
class TwoLayers:
    """f = (1 / alpha) sum_k a_k relu(w_k . x + b_k) + c: names of a, w and b, and alpha."""

    a: str
    w: str
    b: str | None
    alpha: float

    def rows(self, state: State) -> tuple[np.ndarray, np.ndarray]:
        """a (m,) and (w, b) (m, D)."""
        W = state[self.w].double().cpu().numpy()
        if self.b:
            W = np.c_[W, state[self.b].double().cpu().numpy()]
        return state[self.a].double().cpu().numpy().reshape(-1), W


def two_layers(run: Run, brought: Brought) -> TwoLayers | None:
    """The two layers, if the outputs at the start are what such a network gives, up to a factor and
    a constant.
    """
    X, f = brought.X, run.outputs[0].double().cpu().numpy().reshape(-1)
    state = {name: run.start[name] for name in run.names}
    if X.ndim != 2 or not X.is_floating_point() or len(f) != len(X) or len(X) < 4:
        return None
    matrices = {name: value for name, value in state.items() if value.ndim == 2}
    rows = {name: value for name, value in state.items() if value.ndim == 1 and len(value) > 1}
    if len(state) > 4 or len(matrices) + len(rows) not in (2, 3):
        return None
    inputs = X.double().cpu().numpy()
    for w, W in matrices.items():
        m = len(W)
        if W.shape[1] != X.shape[1]:
            continue
        outer = [n for n, v in state.items() if n != w and v.numel() == m and v.shape[-1] == m]
        for a in outer:
            for b in (None, *(n for n in rows if n != a and len(rows[n]) == m)):
                scale = _scale(inputs, f, state[a], W, None if b is None else state[b])
                if scale:
                    return TwoLayers(a, w, b, 1 / scale)
    return None


def _scale(X: np.ndarray, f: np.ndarray, a: Tensor, W: Tensor, b: Tensor | None) -> float | None:
    """The factor 1 / alpha, positive, with which the formula is the network."""
    z = X @ W.double().cpu().numpy().T
    if b is not None:
        z = z + b.double().cpu().numpy()
    raw = np.maximum(z, 0) @ a.double().cpu().numpy().reshape(-1)
    centred = raw - raw.mean()
    if not (centred**2).sum() > 0:
        return None
    scale = float(centred @ (f - f.mean()) / (centred @ centred))
    off = f - f.mean() - scale * centred
    return scale if scale > 0 and np.abs(off).max() <= EXACT * np.abs(scale * raw).max() else None


def measure(run: Run, brought: Brought) -> dict[str, Any]:
    """Where the network lies, and how far both layers went."""
    layers = two_layers(run, brought)
    if layers is None:
        return {"why": NOT_TWO_LAYERS}
    if brought.loss_name != "squared":
        return {"why": "the diagram is that of squared loss"}
    if run.diverged is not None:
        return {"why": f"training diverged by step {run.diverged}"}
    (a, W), (a_end, W_end) = layers.rows(run.start), layers.rows(run.end)
    f = run.outputs[0].double().numpy()
    rates = run.before.rates
    sizes = (float(np.sqrt((weights**2).mean())) for weights in (a, W))
    start = (*sizes, layers.alpha, rates[layers.a], rates[layers.w])
    of_kappa_p, of_kappa = scales()
    return {
        "start": start,
        "neurons": len(a),
        "kappa": float(of_kappa(*start)),
        "kappa_p": float(of_kappa_p(*start)),
        "w": float(np.linalg.norm(W_end - W) / np.linalg.norm(W)),
        "a": float(np.linalg.norm(a_end - a) / np.linalg.norm(a)),
        "mirrored": bool(np.abs(f).max() < EXACT * float(brought.y.abs().max())),
        "end": float(run.losses[-1] / run.losses[0]),
        "adaptive": run.before.scale is not None,
    }


@cache
def scales() -> tuple[Any, ...]:
    """kappa' and kappa of (beta_1, beta_2, alpha, eta_a, eta_w)."""
    found = derive(initialisation.per_layer_rates)[:2]
    known = {str(s): s for each in found for s in each.result.free_symbols}
    names = (beta_1, beta_2, alpha, known["eta_a"], known["eta_w"])
    return tuple(each.function(*names) for each in found)


def answers(
    table: Mapping[tuple[int, int], Mapping[str, Any]],
    widths: Sequence[int],
    seeds: Sequence[int],
    runs: Mapping[tuple[int, int], Any],
    brought: Brought,
) -> list[Answer]:
    """Exponents of both layers against those of the place."""
    quantity = "exponent in the width of the relative distance of the"
    if why := unmeasured(table):
        return [absent(QUESTION, "the place", why, CLAIMS)]
    if len(widths) < 2:
        return [absent(QUESTION, "the place", "an exponent needs two widths", CLAIMS)]
    gamma, gamma_p = (_power(table, widths, seeds, name) for name in ("kappa", "kappa_p"))
    first = table[widths[-1], seeds[0]]
    fails = _fails(table, first)
    found = []
    for name, layer in (("w", "input weights"), ("a", "output weights")):
        values = np.array([[table[width, seed][name] for seed in seeds] for width in widths])
        said = {"gamma": gamma, "gamma_p": gamma_p, "measured": values}
        at = f"gamma {gamma:.3g}, gamma' {gamma_p:.3g}"
        seen = exponent(widths, values)
        if fails:
            one = answer(QUESTION, f"{quantity} {layer}", "", NOTHING, seen, at, CLAIMS, **said)
            found.append(unmet(one, fails))
            continue
        where, expected = _law(first, name, gamma, gamma_p)
        at = f"{at}: {where.regime} at {first['neurons']} neurons"
        if np.isnan(expected):
            found.append(absent(QUESTION, f"{quantity} {layer}", f"{at}: the law is open", CLAIMS))
            continue
        half = abs(laws()[1] - laws()[0]) / 2
        band = expected - half, expected + half
        found.append(
            answer(
                QUESTION, f"{quantity} {layer}", f"{expected:.3g}", band, seen, at, CLAIMS, **said
            )
        )
    return found


def _fails(table: Mapping[tuple[int, int], Mapping[str, Any]], first: Mapping[str, Any]) -> str:
    """Which hypothesis of the law does not hold here."""
    if first["adaptive"]:
        return "the law is that of gradient flow, and this optimiser is adaptive"
    fitted = max(cell["end"] for cell in table.values())
    if fitted > FITTED:
        return f"trained to {fitted:.2g} of the first loss, and the law is that of a fit"
    return ""


def _law(
    first: Mapping[str, Any], name: str, gamma: float, gamma_p: float
) -> tuple[Location, float]:
    """The place at this width, and the exponent in the limit of wide networks."""
    start: Literal["antisymmetric", "independent"] = (
        "antisymmetric" if first["mirrored"] else "independent"
    )
    sizes, rates = first["start"][:3], first["start"][3:]
    where = locate(first["neurons"], *sizes, eta_a=rates[0], eta_w=rates[1])
    law = input_exponent if name == "w" else output_exponent
    return where, float(law(gamma, gamma_p, start=start))


def _power(table: Any, widths: Sequence[int], seeds: Sequence[int], name: str) -> float:
    sizes = [[table[w, s][name] for s in seeds] for w in widths]
    return round(-float(log_slope(widths, sizes).mean()), 3) + 0.0
