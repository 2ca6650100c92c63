"""Training with weights of a fixed norm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from proofs_check.training.rules import Rule, Step, norm


@dataclass(frozen=True)
class OnSphere:
    """A rule after each step of which all parameters of a seed are scaled back to the norm that
    they had at the start.  A step should be in proportion to the norm.
    """

    rule: Rule

    @property
    def batch(self) -> int | None:
        """Points of a gradient, as of the rule."""
        return self.rule.batch

    def begin(self, parameters: Sequence[Tensor]) -> list[Tensor]:
        """The norm of each seed, and what the rule remembers."""
        return [norm(parameters), *self.rule.begin(parameters)]

    def move(self, step: Step) -> None:
        """One step of every seed, and back to the sphere."""
        radius, *memory = step.memory
        self.rule.move(replace(step, memory=memory))
        factor = radius / norm(step.parameters)
        for p in step.parameters:
            p.mul_(factor.reshape(-1, *[1] * (p.dim() - 1)))
