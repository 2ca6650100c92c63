"""The linear model of a network's start, trained in the same way as the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from proofs_check.examination.brought import Brought
from proofs_check.examination.steps import batches
from proofs_check.examination.tangent import Tangent, flat

if TYPE_CHECKING:
    from proofs_check.examination.rule import Rule
    from proofs_check.examination.training import Run


def outputs(run: Run, brought: Brought, tangent: Tangent) -> Tensor:
    """Outputs (T, n, ...) of the linear model at the moments of the run, with the same optimiser,
    the same batches and the same number of steps.
    """
    rule = run.before
    if rule.flows and not rule.decays() and tangent.matrix is not None:
        return _by_kernel(run, brought, tangent, rule)
    return _by_parameters(run, brought, tangent)


def _pull(brought: Brought, tangent: Tangent, output: Tensor, rows: Any) -> Tensor:
    """Gradient (N,) of the loss of some examples by all outputs."""
    f = output.detach().reshape(tangent.shape).requires_grad_(True)
    loss = brought.loss(f[rows], brought.y[rows])
    return torch.autograd.grad(loss, f)[0].reshape(-1)


def _by_kernel(run: Run, brought: Brought, tangent: Tangent, rule: Rule) -> Tensor:
    """In the outputs alone: they move by the kernel."""
    kernel = tangent.kernel(rule.rates).to(tangent.output)
    output = nn.Parameter(tangent.output.clone())
    optimiser = torch.optim.SGD(
        [output], lr=1.0, momentum=rule.beta, nesterov=rule.method == "nesterov"
    )

    def step(rows: Any) -> None:
        output.grad = kernel @ _pull(brought, tangent, output, rows)
        optimiser.step()

    return _followed(run, brought, step, lambda: output.detach().reshape(tangent.shape))


def _by_parameters(run: Run, brought: Brought, tangent: Tangent) -> Tensor:
    """By the optimiser itself, on parameters of the same shapes."""
    parameters = [nn.Parameter(run.start[name].clone()) for name in run.names]
    begin = flat(run.start, run.names)
    if brought.optimiser is None:
        rates = run.before.rates
        optimiser: torch.optim.Optimizer = torch.optim.SGD(
            parameters, lr=next(iter(rates.values()))
        )
    else:
        optimiser = brought.optimiser(parameters)

    def now() -> Tensor:
        change = torch.cat([p.detach().reshape(-1) for p in parameters]) - begin
        return tangent.output + tangent.moved(change)

    def step(rows: Any) -> None:
        def closure() -> float:
            slope = tangent.back(_pull(brought, tangent, now(), rows))
            sizes = [p.numel() for p in parameters]
            for p, part in zip(parameters, slope.split(sizes), strict=True):
                p.grad = part.reshape(p.shape)
            return 0.0

        if isinstance(optimiser, torch.optim.LBFGS):
            optimiser.step(closure)
        else:
            closure()
            optimiser.step()

    return _followed(run, brought, step, lambda: now().reshape(tangent.shape))


def _followed(
    run: Run,
    brought: Brought,
    step: Callable[[Any], None],
    now: Callable[[], Tensor],
) -> Tensor:
    """Outputs at the moments of the run."""
    last = int(run.times[-1])
    kept, found = set(run.times.tolist()), []
    for k, rows in enumerate(batches(brought, run.seed, last + 1)):
        if k in kept:
            found.append(now().detach().clone().cpu())
        if k < last:
            step(rows)
    return torch.stack(found)
