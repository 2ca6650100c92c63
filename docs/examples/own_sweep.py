"""How badly is the tangent kernel conditioned, over the number of samples and the depth?"""

import numpy as np

from numerics.tangent_kernel import ntk
from proofs_check.sweep import Axis, Number, Setting, Sweep, draw, fill


def condition(cell, settings):
    X = np.random.default_rng(cell["seed"]).standard_normal((cell["samples"], settings["inputs"]))
    return {"condition": np.linalg.cond(ntk(X, depth=cell["depth"]))}


SWEEP = Sweep(
    "kernel_condition",
    "Condition number of the tangent kernel of normal samples.",
    axes=(
        Axis("samples", "10:320:6", label="samples", log=True, whole=True),
        Axis("depth", "2,3,10", label="layers", whole=True),
        Axis("seed", "5", option="seeds", count=True),
    ),
    numbers=(Number("condition", "condition number of the kernel", log=True),),
    measure=condition,
    settings=(Setting("inputs", 10),),
)

if __name__ == "__main__":
    table = fill(SWEEP, "condition.sqlite", jobs=2)
    draw([table], "condition.png")
    print(len(table.results), "cells")
