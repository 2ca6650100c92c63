"""A claim of one's own: what a ReLU layer does to the size of a signal."""

import numpy as np
from sympy import Integral, exp, oo, pi, sqrt, symbols

from proofs_check import Check, run
from theory import Derivation, Step, derive

z = symbols("z", real=True)  # what enters one unit
c, s = symbols("c s", positive=True)  # variance of a weight times the width; a deviation


def factor_of_a_layer() -> Derivation:
    """A ReLU layer whose weights have variance c / N multiplies the mean square of what enters its
    units by c / 2.
    """
    density = exp(-(z**2) / (2 * s**2)) / (s * sqrt(2 * pi))
    half = Step(
        Integral(z**2 * density, (z, 0, oo)),
        s**2 / 2,
        "relu keeps the positive half of a normal variable",
    )
    return Derivation(
        "Mean square from layer to layer",
        (
            half,
            Step(
                c * half.lhs / s**2,
                c / 2,
                "the next layer adds N such terms of weight c / N; before, it was s^2",
                uses=(half,),
            ),
        ),
        "He, Zhang, Ren, Sun, ICCV 2015, section 2.2",
    )


def halvings_per_layer(seeds, width=300, depth=8):
    """log2 of the factor of one layer at c = 1, averaged over the layers of one random network per
    seed.
    """
    found = []
    for seed in seeds:
        random = np.random.default_rng(seed)
        h = first = random.standard_normal(width)
        for _ in range(depth):
            h = random.standard_normal((width, width)) @ np.maximum(h, 0) / np.sqrt(width)
        found.append(np.log2(np.mean(h**2) / np.mean(first**2)) / depth)
    return found


factor = derive(factor_of_a_layer)[0].function(c)

CHECK = Check(
    name="halvings_per_layer",
    quantity="log2 of the second moment's change per layer, dimensionless",
    claim=factor_of_a_layer,
    predict=lambda: np.log2(factor(1.0)),
    measure=halvings_per_layer,
    terms={"300 units, 8 layers": 0.3},
    rival=0.0,
    rival_why="weights of variance 1 / N keep the size of a signal, as they do without relu",
)

if __name__ == "__main__":
    derivation = derive(factor_of_a_layer)[0]
    print(derivation.grade().name, derivation.result)
    print(run(CHECK).message())
