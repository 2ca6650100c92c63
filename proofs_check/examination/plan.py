"""How many steps fit the time, from a short look at every width."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from proofs_check.examination.brought import Brought
from proofs_check.examination.checking import BadInput
from proofs_check.examination.training import Run, train

STEPS = 300
LEAST = 20  # steps of a training that is worth looking at
LOOK = 6  # steps of the first look
PER_STEP = 2.0  # what a step costs with all that is measured of it, in units of itself


@dataclass(frozen=True)
class Plan:
    """What is trained, and what was given up for the time."""

    steps: int
    seeds: tuple[int, ...]
    costs: dict[int, float]  # of each width
    notes: tuple[str, ...]

    def share(self, width: int) -> float:
        """Of the whole, what one seed of this width costs."""
        return self.costs[width] / (sum(self.costs.values()) * len(self.seeds))

    def with_seeds(self, count: int, budget: float) -> Plan:
        """The first seeds alone, because there is no time for more."""
        note = f"{count} of {len(self.seeds)} seeds, to fit the budget of {budget:g} s"
        return replace(self, seeds=self.seeds[:count], notes=(*self.notes, note))


def planned(
    brought: Brought,
    widths: Sequence[int],
    seeds: tuple[int, ...],
    steps: int | None,
    budget: float,
    ask: Callable[[Run], None],
) -> Plan:
    """Reduce the steps until all of it fits ``budget``, by what short trainings take; ``ask``
    measures what the questions are about.
    """
    began = time.perf_counter()
    if not isinstance(budget, int | float) or not budget > 0:
        raise BadInput(f"budget is {budget!r}; a positive number of seconds is needed")
    if steps is not None and (not isinstance(steps, int) or isinstance(steps, bool) or steps < 1):
        raise BadInput(f"steps is {steps!r}; a positive whole number is needed")
    wanted = steps or STEPS
    ask(train(brought, widths[0], seeds[0], min(LOOK, wanted)))  # formulas are derived once
    paces, asked = {}, 0.0
    for width in widths:
        look = train(brought, width, seeds[0], min(LOOK, wanted), until=budget / 10)
        paces[width] = max(look.pace, 1e-5)
        once = max(look.seconds - len(look.times) * look.pace, 0.0)
    asking = time.perf_counter()
    ask(look)
    asked = time.perf_counter() - asking + once  # of the largest width
    share = sum(paces.values()) / paces[widths[-1]]
    left = budget - (time.perf_counter() - began)
    most = int((left / len(seeds) - share * asked) / (sum(paces.values()) * PER_STEP))
    taken = max(min(LEAST, wanted), min(wanted, most))
    notes = (f"{taken} of {wanted} steps, to fit the budget of {budget:g} s",)
    costs = {width: pace / paces[widths[-1]] for width, pace in paces.items()}
    return Plan(taken, seeds, costs, notes if taken < wanted else ())


def whole_widths(widths: Sequence[int]) -> tuple[int, ...]:
    """Widths in rising order; raises ``BadInput`` for what are none."""
    if not isinstance(widths, Sequence) or isinstance(widths, str):
        raise BadInput(f"widths is {widths!r}; a list such as (64, 128, 256) is needed")
    whole = all(isinstance(w, int) and not isinstance(w, bool) and w > 0 for w in widths)
    if not whole or not widths or len(set(widths)) < len(widths):
        raise BadInput(f"widths are {list(widths)}; different positive whole numbers are needed")
    return tuple(sorted(widths))


def whole_seeds(seeds: int | Sequence[int]) -> tuple[int, ...]:
    """A number of seeds, or the seeds themselves; raises ``BadInput`` for what are none."""
    found = tuple(range(seeds)) if isinstance(seeds, int) else tuple(seeds)
    whole = all(isinstance(s, int) and not isinstance(s, bool) and s >= 0 for s in found)
    if not whole or not found or len(set(found)) < len(found):
        raise BadInput(f"seeds is {seeds!r}; a positive number or a list of numbers is needed")
    return found
