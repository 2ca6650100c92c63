"""How many corners does the number of -1 predict, when some are labelled?  Tables by count.

Set-up.  Corners of ten signs, one in five labelled, drawn; each count that occurs among them gets
its label, and a corner whose count does not occur is not known.  Means over 2000 draws.  Source:
chapter on the frequency principle, section 1.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from proofs_check.core.check import Check
from theory import Settles, derive
from theory import minus_count as theory

Array = np.ndarray
DRAWS = 2000


def known_share(
    seeds: Sequence[int], signs: int = theory.SIGNS, labelled: int = theory.LABELLED
) -> Array:
    """Share of the other corners whose label a table by count tells, and tells right."""
    corners = np.arange(2**signs)
    minus = np.bitwise_count(corners)
    parity = 1 - 2 * (minus % 2).astype(int)
    found = []
    for seed in seeds:
        rng, right = np.random.default_rng([int(seed), 71]), []
        for _ in range(DRAWS):
            order = rng.permutation(len(corners))
            seen, others = order[:labelled], order[labelled:]
            table = np.zeros(signs + 1, int)
            table[minus[seen]] = parity[seen]
            right.append((table[minus[others]] == parity[others]).mean())
        found.append(np.mean(right))
    return np.array(found)


def derived(signs: int = theory.SIGNS, labelled: int = theory.LABELLED) -> float:
    """The same by counting."""
    unknown = derive(theory.unknown_share)[0].result
    values = {theory.d: signs, theory.n: labelled, theory.N: 2**signs}
    return float(1 - unknown.subs(values).doit())


CHECKS: tuple[Check, ...] = (
    Check(
        name="a_table_by_count_knows_almost_all",
        quantity="share of the other corners that are known, dimensionless",
        claim=theory.unknown_share,
        predict=derived,
        measure=known_share,
        terms={"2000 draws of 819 corners": 0.0003},
        rival=1.0,
        rival_why="every other corner is known, also those alone with their count",
        settles=(Settles(theory.COUNT, part="one in five of ten signs"),),
    ),
)


def portrait(axes: Any) -> None:
    """Share of the other corners that are known by their count, over the number of labelled ones;
    dashed the rival, all.
    """
    labelled = np.array([5, 10, 20, 40, 80, 160, 320, 640])
    axes.plot(labelled, [derived(labelled=int(n)) for n in labelled], color="#0072B2")
    measured = [known_share(range(3), labelled=int(n)) for n in labelled]
    axes.plot(labelled, np.median(measured, 1), "o", color="#0072B2", label="tables by count")
    axes.axhline(1.0, ls="--", color="#999999", label="rival: all of them")
    axes.set(xscale="log", xlabel="labelled corners of 1024, a count")
    axes.set(ylabel="other corners that are known, a share")
    axes.set(title="Who counts the $-1$ knows parity after a few corners")
    axes.legend()
