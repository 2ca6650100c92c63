"""The first steps of a training, with the output at the start taken away."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from proofs_check.examination.brought import Brought
from proofs_check.examination.checking import LOSSES
from proofs_check.examination.modes import trained
from proofs_check.examination.steps import batches, step
from proofs_check.examination.training import State, copy_of

if TYPE_CHECKING:
    from proofs_check.examination.training import Run

STARTS = 4  # of each seed
APART = 1_000_003  # seeds of further starts


class Centred(nn.Module):
    """A network less what another one gives."""

    def __init__(self, net: nn.Module, begin: nn.Module):
        super().__init__()
        self.net, self.begin = net, begin

    def forward(self, X: Tensor) -> Tensor:
        """The difference of both outputs."""
        with torch.no_grad():
            known = self.begin(X)
        return self.net(X) - known


def starts(run: Run, brought: Brought) -> Iterator[tuple[State, State]]:
    """States at the start and after the first steps: of the run itself, and with an optimiser that
    was brought of further starts, which scatter.  The default step is a share of the largest stable
    one: it takes most of the scatter away, and to find it costs more than the steps.
    """
    if brought.loss_name not in LOSSES:  # it may not take outputs that are zero
        yield run.start, run.early
        return
    yield run.start, _from_zero(run, brought, run.start, run.seed)
    for more in range(1, STARTS if brought.optimiser else 1):
        seed = run.seed + APART * more
        start = copy_of(brought.build(run.width, seed))
        yield start, _from_zero(run, brought, start, seed)


def _from_zero(run: Run, brought: Brought, start: State, seed: int) -> State:
    """The state after the first steps of a network whose outputs start at zero, because those of
    its start are taken away: what it is pulled by is the same one for all starts and widths.
    """
    net = run.at(start).train()
    centred = Centred(net, copy.deepcopy(net))
    parameters = list(trained(net).values())
    if brought.optimiser is None:
        rate = next(iter(run.before.rates.values()))
        optimiser: torch.optim.Optimizer = torch.optim.SGD(parameters, lr=rate)
    else:
        optimiser = brought.optimiser(parameters)
    torch.manual_seed(seed)
    for rows in batches(brought, seed, run.early_steps):
        step(brought, centred, optimiser, rows)
    return copy_of(net)
