"""What an optimiser of torch does to a quadratic: which method it is, with which steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

EXACT = (torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop, torch.optim.Adagrad)


@dataclass(frozen=True)
class Rule:
    """An optimiser as ``numerics.edge_of_stability`` knows it: x goes down by eta / P times the
    gradient, eta the ``rates``, P the ``scale`` (absent: one).  ``method`` is "" where it is none
    of these, and ``why`` says so.
    """

    method: str
    rates: Mapping[str, float]
    beta: float = 0.0
    decay: Mapping[str, float] | None = None
    scale: Mapping[str, Tensor] | None = None
    decoupled: bool = False
    why: str = ""

    @property
    def flows(self) -> bool:
        """Do its steps follow the gradient flow of the loss, in the limit of small ones?"""
        return bool(self.method) and self.scale is None

    def times(self, name: str) -> float:
        """Flow time of one step for a parameter: with momentum the steps add up."""
        return self.rates[name] / (1 - self.beta)

    def decays(self) -> bool:
        """Is any weight pulled to zero?"""
        return any((self.decay or {}).values())


def rule_of(optimiser: torch.optim.Optimizer, names: Mapping[str, Tensor]) -> Rule:
    """Which method an optimiser is, at its present state; ``names``: the trained parameters."""
    group_of = {id(p): group for group in optimiser.param_groups for p in group["params"]}
    groups = {name: group_of[id(p)] for name, p in names.items()}
    rates = {name: float(group["lr"]) for name, group in groups.items()}
    decay = {name: float(group.get("weight_decay", 0.0)) for name, group in groups.items()}
    any_group = next(iter(groups.values()))
    if any(g.get("maximize") for g in groups.values()):
        return Rule("", rates, why="the optimiser climbs (maximize)")
    if isinstance(optimiser, torch.optim.SGD):
        beta = _one(groups, "momentum")
        if beta is None:
            return Rule("", rates, decay=decay, why="its groups have different momenta")
        method = "descent" if not beta else "nesterov" if any_group["nesterov"] else "heavy ball"
        damped = {
            name: r * (1 - groups[name]["dampening"] * (beta > 0)) for name, r in rates.items()
        }
        return Rule(method, damped, beta, decay)
    if not isinstance(optimiser, EXACT):
        why = f"no threshold is derived for {type(optimiser).__name__}"
        return Rule("", rates, decay=decay, why=why)
    scale = {name: _scale(optimiser, p, groups[name]) for name, p in names.items()}
    if isinstance(optimiser, torch.optim.Adam):
        betas = {tuple(group["betas"]) for group in groups.values()}
        if len(betas) > 1:
            return Rule("", rates, decay=decay, why="its groups have different betas")
        decoupled = bool(any_group.get("decoupled_weight_decay", False))
        return Rule("averaged", rates, betas.pop()[0], decay, scale, decoupled)
    beta = _one(groups, "momentum") or 0.0
    return Rule("heavy ball" if beta else "descent", rates, beta, decay, scale)


def _one(groups: Mapping[str, Mapping], key: str) -> float | None:
    found = {float(group.get(key, 0.0)) for group in groups.values()}
    return found.pop() if len(found) == 1 else None


def _scale(optimiser: torch.optim.Optimizer, p: Tensor, group: Mapping) -> Tensor:
    """By what an adaptive method divides its steps."""
    state = optimiser.state.get(p, {})
    eps = float(group["eps"])
    for key in ("max_exp_avg_sq", "exp_avg_sq", "square_avg", "sum"):
        if key in state:
            square = state[key].detach().clone()
            if key.endswith("exp_avg_sq"):
                square = square / (1 - group["betas"][1] ** float(state["step"]))
            if group.get("centered"):
                square = square - state["grad_avg"] ** 2
            return square.sqrt() + eps
    return torch.full_like(p.detach(), eps)


def summary_of(optimiser: torch.optim.Optimizer) -> str:
    """An optimiser's name and the numbers of its first group that matter."""
    group = optimiser.param_groups[0]
    known = [
        f"{key}={group[key]:.4g}" if isinstance(group[key], float) else f"{key}={group[key]}"
        for key in ("lr", "momentum", "betas", "nesterov", "weight_decay")
        if group.get(key)
    ]
    more = f" in {len(optimiser.param_groups)} groups" if len(optimiser.param_groups) > 1 else ""
    return f"{type(optimiser).__name__}({', '.join(known)}){more}"
