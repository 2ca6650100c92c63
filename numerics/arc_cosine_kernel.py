"""Arc-cosine kernels of given inputs: what two random ReLU neurons have in common.

Every formula is the one derived in ``theory.arc_cosine_kernel`` and, for the angle, in
``theory.phase_diagram.kernel_sizes``.  Takes NumPy arrays or lists and returns NumPy arrays, or
torch tensors and returns torch tensors, with gradients that are finite for equal inputs.

Source: Cho, Saul, NeurIPS 2009.
"""

from __future__ import annotations

from typing import Any

from array_api_compat import array_namespace

from numerics.core.arrays import integer
from numerics.core.kernels import arc, formulas, unit
from numerics.core.pairs import Pairs, gram
from numerics.core.sizes import grown
from numerics.core.tensors import no_zero_rows, threads, two_sets

Array = Any  # of NumPy, or of torch for tensors


def arc_cosine(X: Any, Z: Any = None, *, degree: int, workers: int = 1) -> Array:
    """E[relu(w.x)^degree relu(w.z)^degree], w ~ N(0, I), for degree 0 (both active), 1 or 2; X (n,
    D), Z (q, D) or X: (n, q).

    Angles have an absolute error of 1e-14 in float64, and the rounding of the inputs at close ones;
    the diagonal is exact.  ``workers`` threads share the blocks of the matrix.  Raises
    ``ValueError`` for another degree, arrays that are not (n, D), entries that are not finite, and
    zero vectors.  Source: Cho, Saul, NeurIPS 2009; ``theory.arc_cosine_kernel.half_angle``.
    """
    degree = integer(degree, "degree", "one of the degrees 0, 1, 2", lambda d: 0 <= d <= 2)
    workers = threads(workers)
    X, Z = two_sets(X, Z)
    known = formulas(array_namespace(X))
    if degree == 0:
        no_zero_rows(X, "X")
        no_zero_rows(X if Z is None else Z, "Z")

    def entry(pairs: Pairs) -> Array:
        found = arc(unit(pairs.half, pairs.opposite, pairs.other, known), degree, known)
        for _ in range(degree):
            found = grown(known.xp, found, pairs.rows, pairs.columns)
        return found

    return gram(X, Z, entry, workers)
