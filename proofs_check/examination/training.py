"""Train what was brought, as it was brought, and keep what the questions are about."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from numerics.edge_of_stability import critical_sharpness
from proofs_check.examination.brought import Brought
from proofs_check.examination.checking import BadInput
from proofs_check.examination.hessian import sharpest
from proofs_check.examination.modes import measuring, trained
from proofs_check.examination.rule import Rule, rule_of, summary_of
from proofs_check.examination.steps import batches, step

State = dict[str, Tensor]
MOMENTS = 48  # at which the outputs are kept
EARLY = 3  # steps after which the activations are compared with the start


@dataclass(frozen=True)
class Run:
    """One training: states at the start, after ``early_steps`` and at the end; outputs (T, n, ...)
    and losses (T,) at the steps ``times``, measured with dropout off.
    """

    width: int
    seed: int
    net: nn.Module
    start: State
    early: State
    early_steps: int
    end: State
    before: Rule
    rule: Rule
    optimiser: str
    times: np.ndarray
    outputs: Tensor
    losses: np.ndarray
    diverged: int | None  # the step after which the loss was not finite
    test_loss: float | None
    seconds: float
    pace: float  # seconds of a step, as most of them took

    @property
    def names(self) -> list[str]:
        """The parameters that are trained."""
        return list(trained(self.net))

    def light(self) -> Run:
        """What the answers look at, without states and outputs."""
        nothing: State = {}
        return replace(
            self,
            net=nn.Identity(),
            start=nothing,
            early=nothing,
            end=nothing,
            outputs=self.outputs[:0],
        )

    def at(self, state: State) -> nn.Module:
        """The network in a state."""
        self.net.load_state_dict(state)
        return self.net


def moments(steps: int) -> list[int]:
    """Steps at which something is kept, evenly in the logarithm."""
    found = np.rint(np.geomspace(1, steps, MOMENTS)) if steps > 1 else [1]
    return [0, *sorted({int(each) for each in found})]


def copy_of(net: nn.Module) -> State:
    """A copy of all parameters and buffers."""
    return {name: value.detach().clone() for name, value in net.state_dict().items()}


def optimiser_of(brought: Brought, net: nn.Module) -> torch.optim.Optimizer:
    """The user's optimiser, or descent with a quarter of the largest stable step at the start."""
    parameters = list(trained(net).values())
    if brought.optimiser is None:
        found = sharpest(net, brought)
        if not found.value > 0:
            raise BadInput(
                "the loss has no positive curvature at the start, so no step can be chosen: give "
                "an optimiser"
            )
        return torch.optim.SGD(parameters, lr=float(critical_sharpness("descent", found.value)) / 4)
    try:
        made = brought.optimiser(parameters)
    except Exception as error:
        raise BadInput(
            f"optimiser(parameters) raised {type(error).__name__}: {error}; it must build a "
            f"torch.optim.Optimizer from a list of parameters"
        ) from error
    if not isinstance(made, torch.optim.Optimizer):
        raise BadInput(
            f"optimiser(parameters) returned {type(made).__name__}; a torch.optim.Optimizer is "
            f"needed"
        )
    known = {id(p) for group in made.param_groups for p in group["params"]}
    for name, p in trained(net).items():
        if id(p) not in known:
            raise BadInput(
                f"the optimiser does not hold parameter {name}: add it, or freeze it with "
                f"requires_grad_(False)"
            )
    return made


def train(
    brought: Brought,
    width: int,
    seed: int,
    steps: int,
    until: float | None = None,
) -> Run:
    """Train a network of this width from this seed for ``steps`` steps.

    ``until``: seconds after which it stops early, for a first look at the time that it takes.
    """
    began = time.perf_counter()
    net = brought.build(width, seed)
    optimiser, start = optimiser_of(brought, net), copy_of(net)
    torch.manual_seed(seed)
    rows = batches(brought, seed, steps)
    kept, early_at = set(moments(steps)), min(EARLY, steps)
    before = rule_of(optimiser, trained(net))
    times, outputs, losses, early, diverged = [], [], [], start, None
    ticks: list[float] = []
    net.train()
    for at in range(steps + 1):
        if at in kept:
            output, loss = evaluated(brought, net)
            if not np.isfinite(loss) or not torch.isfinite(output).all():
                diverged = at
                break
            times.append(at)
            outputs.append(output.cpu())
            losses.append(loss)
        if at == early_at:
            early = copy_of(net)
        if at == steps or (until and time.perf_counter() - began > until):
            break
        now = time.perf_counter()
        step(brought, net, optimiser, next(rows))
        ticks.append(time.perf_counter() - now)
    test_loss = None
    if brought.test and diverged is None:
        test_loss = evaluated(brought, net, *brought.test)[1]
    return Run(
        width,
        seed,
        net,
        start,
        early,
        early_at,
        copy_of(net),
        before,
        rule_of(optimiser, trained(net)),
        summary_of(optimiser),
        np.array(times),
        torch.stack(outputs),
        np.array(losses),
        diverged,
        test_loss,
        time.perf_counter() - began,
        float(np.median(ticks)) if ticks else 0.0,
    )


def evaluated(
    brought: Brought, net: nn.Module, X: Tensor | None = None, y: Tensor | None = None
) -> tuple[Tensor, float]:
    """Outputs and loss on the training data, or on others, with dropout off."""
    X, y = (brought.X, brought.y) if X is None or y is None else (X, y)
    with torch.no_grad(), measuring(net):
        output = net(X)
        return output, float(brought.loss(output, y))
