"""Scaling of each layer: by which powers of the width activations, their updates, the output and
weight decay go, and what a parametrisation with these powers is called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from scipy.stats import gmean
from torch import Tensor

from proofs_check.examination.activations import OUTPUT, activations
from proofs_check.examination.answers import Answer, absent, answer
from proofs_check.examination.brought import Brought
from proofs_check.examination.checking import LOSSES
from proofs_check.examination.early import starts
from proofs_check.examination.intervals import NOTHING, Interval, around, exponent
from proofs_check.examination.kernel import laws

if TYPE_CHECKING:
    from proofs_check.examination.training import Run

QUESTION = "scaling of each layer"
CLAIMS = ("lazy_training.lazy_drift", "initialisation.initialisation_table")
PROBE = 64  # examples whose activations are compared


def _pull(run: Run, brought: Brought) -> float:
    """Size of the slope of the loss by the outputs at the start: what the first steps of descent
    are proportional to, and what scatters from start to start.
    """
    output = run.outputs[0].to(brought.device).requires_grad_(True)
    (slope,) = torch.autograd.grad(brought.loss(output, brought.y), output)
    return float(slope.double().norm()) or 1.0


def _size(value: Tensor) -> float:
    return float(value.double().norm()) / max(value.numel(), 1) ** 0.5


def measure(run: Run, brought: Brought) -> dict[str, Any]:
    """Root mean squares of activations at the start and of their first updates, typical ones of all
    starts of this seed, and what weight decay takes from every tensor in a step.
    """
    X = brought.X[:PROBE]
    pulled = run.before.flows and brought.loss_name not in LOSSES
    pull = _pull(run, brought) if pulled else 1.0
    sizes: dict[str, list[float]] = {}
    moved: dict[str, list[float]] = {}
    for begin, early in starts(run, brought):
        first, later = (activations(run.at(state), X) for state in (begin, early))
        for name, value in first.items():
            sizes.setdefault(name, []).append(_size(value))
            moved.setdefault(name, []).append(_size(later[name] - value) / pull)
    rates, decay = run.before.rates, run.before.decay or {}
    return {
        "start": {name: gmean(each) for name, each in sizes.items()},
        "update": {name: gmean(each) for name, each in moved.items()},
        "pulled": pulled,
        "from": ", from outputs zero" if brought.loss_name in LOSSES else "",
        "decay": {name: rates[name] * decay.get(name, 0.0) for name in run.names},
        "steps": run.early_steps,
    }


def answers(
    table: Mapping[tuple[int, int], Mapping[str, Any]],
    widths: Sequence[int],
    seeds: Sequence[int],
    runs: Mapping[tuple[int, int], Any],
    brought: Brought,
) -> list[Answer]:
    """Exponents of start and updates for every layer, the name, and the decay."""
    first = next(iter(table.values()))
    lazy, kept = laws()
    band = around(kept, (lazy, -lazy))

    def values(kind: str, name: str) -> np.ndarray:
        return np.array([[table[w, s][kind][name] for s in seeds] for w in widths])

    found: dict[str, dict[str, Interval]] = {"start": {}, "update": {}}
    per = {"start": "", "update": ", per slope of the loss" if first["pulled"] else first["from"]}
    rows = []
    for kind, said in (("start", "at the start"), ("update", f"after {first['steps']} steps")):
        for name in first["start"]:
            measured = values(kind, name)
            found[kind][name] = exponent(widths, measured)
            what = "size" if kind == "start" else "change"
            rows.append(
                answer(
                    QUESTION,
                    f"exponent in the width of the {what} of {name} {said}{per[kind]}",
                    _law(kind, name, lazy, kept),
                    band if (kind, name) != ("start", OUTPUT) else (-np.inf, band[1]),
                    found[kind][name],
                    rests_on=CLAIMS,
                    measured=measured,
                )
            )
    return [_named(found, band, first["steps"]), *rows, _decay(table, widths, seeds, band)]


def _law(kind: str, name: str, lazy: float, kept: float) -> str:
    if kind == "start":
        return f"{kept:g}" if name != OUTPUT else f"at most {kept:g}"
    if name == OUTPUT:
        return f"{kept:g}"
    return f"{kept:g} if it learns ({lazy:g} in the kernel regime)"


def _named(found: Mapping[str, Mapping[str, Interval]], band: Interval, steps: int) -> Answer:
    """The parametrisation that has these exponents."""
    output = found["update"][OUTPUT]
    hidden = {name: each for name, each in found["update"].items() if name != OUTPUT}
    stays = [name for name, (low, high) in hidden.items() if band[0] < low and high < band[1]]
    falls = [name for name, (_, high) in hidden.items() if high < band[0]]
    grows = [name for name, (low, _) in hidden.items() if low > band[1]]
    name, why = "", ""
    if output[0] > band[1] or grows:
        name = "standard"
        what = ", ".join(([OUTPUT] if output[0] > band[1] else []) + grows)
        why = f"at these rates {what} moves more the wider the network is"
    elif output[1] < band[0]:
        name, why = "vanishing", "the output moves less the wider the network is"
    elif band[0] < output[0] and output[1] < band[1] and hidden:
        if len(stays) == len(hidden):
            name = "maximal-update" if len(hidden) > 1 else "mean-field"
            why = "with one hidden layer that is the maximal-update one" if len(hidden) == 1 else ""
        elif len(falls) == len(hidden):
            name = "kernel"
        elif len(stays) + len(falls) == len(hidden):
            name = "mixed"
            why = f"{', '.join(stays)} learn; {', '.join(falls)} do so less the wider they are"
    if not hidden:
        why = "no module with parameters lies before the output, so no activation can be seen"
    quantity = f"parametrisation, by the exponents after {steps} steps"
    verdict = "agrees" if name else "undecided" if hidden else "does not apply"
    values = {"name": name or None, "learns": stays, "does not": falls, "grows": grows}
    said = f"these are the exponents of the {name} parametrisation" if name else "none"
    return Answer(QUESTION, quantity, said, NOTHING, output, verdict, why, CLAIMS, values)


def _decay(
    table: Mapping[tuple[int, int], Mapping[str, Any]],
    widths: Sequence[int],
    seeds: Sequence[int],
    band: Interval,
) -> Answer:
    """Does weight decay take the same share of the weights per step at every width?"""
    quantity = "exponent in the width of rate times weight decay"
    names = [name for name, value in table[widths[0], seeds[0]]["decay"].items() if value > 0]
    if not names:
        return absent(QUESTION, quantity, "the optimiser has no weight decay")
    shares = {
        n: np.array([[table[w, s]["decay"][n] for s in seeds] for w in widths]) for n in names
    }
    slopes = {name: exponent(widths, share) for name, share in shares.items()}
    worst = max(names, key=lambda name: abs(slopes[name][0] + slopes[name][1]))
    share, ends = shares[worst], (widths[0], widths[-1])
    why = (
        f"of {worst} a step takes {share[0].mean():.2g} at width {ends[0]} and "
        f"{share[-1].mean():.2g} at width {ends[1]}"
    )
    found = answer(
        QUESTION,
        f"{quantity}, {worst}",
        "0: decay acts in the same number of steps at every width",
        band,
        slopes[worst],
        why,
        exponents=slopes,
    )
    if found.verdict != "disagrees":
        return found
    advice = "rates that are rescaled with the width rescale the decay: give it the inverse factor"
    return answer(
        QUESTION,
        found.quantity,
        found.prediction,
        band,
        slopes[worst],
        f"{why}; {advice}",
        exponents=slopes,
    )
