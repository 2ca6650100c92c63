"""Kernels against 50 digits at inputs of any size and any angle, in both precisions.

Sizes and the angle of two inputs are those of their entries, taken as exact numbers.  An entry may
be off by what it changes when sizes and angle change by three roundings, as products of three
coordinates do, and by two roundings for each layer and ten more.
"""

from functools import cache

import mpmath as mp
import numpy as np
import pytest

from numerics.arc_cosine_kernel import arc_cosine
from numerics.tangent_kernel import nngp, ntk

DEPTHS = (1, 2, 5, 50, 200)
FIRST, LATER = 700, 110  # digits: of sizes up to 1e300 beside 1, and of what is left after a layer
RNG = np.random.default_rng(1)
U = RNG.standard_normal(3)
W = np.cross(U, RNG.standard_normal(3))
U, W = U / np.linalg.norm(U), W / np.linalg.norm(W)
TURNS = [(1.0, t) for t in (0.0, 1e-12, 1e-6, 0.3, 2.0)] + [(-1.0, t) for t in (1e-6, 1e-12, 0.0)]
WIDE = [(1e-150, 1e-150), (1e-150, 1e150), (1.0, 30.0), (1e4, 1e4), (1e150, 1e150)]
NARROW = [(1e-30, 1e30), (1.0, 1.0), (1.0, 30.0)]


def inputs(sizes, dtype):
    """x (1, 3) and z (8, 3), turned by a little from x or from -x."""
    turned = [sign * np.cos(t) * U + np.sin(t) * W for sign, t in TURNS]
    return (sizes[0] * U[None]).astype(dtype), (sizes[1] * np.array(turned)).astype(dtype)


def measured(x, z):
    """Sizes and angle of exact rows."""
    x, z = ([mp.mpf(float(entry)) for entry in row] for row in (x, z))
    cross = sum((x[i] * z[j] - x[j] * z[i]) ** 2 for i in range(3) for j in range(i))
    p, q = (mp.sqrt(mp.fdot(row, row)) for row in (x, z))
    return p, q, mp.atan2(mp.sqrt(cross), mp.fdot(x, z))


def moved(p, q, angle, eps):
    """The pair, and what roundings make of it."""
    other = angle + eps if angle + eps <= mp.pi else angle - eps
    return (p, q, angle), (p * (1 + eps), q * (1 + eps), angle), (p, q, other)


def arc(degree, p, q, angle):
    c, r, rest = mp.cos(angle), mp.sin(angle), mp.pi - angle
    forms = rest, r + rest * c, 3 * r * c + rest * (1 + 2 * c * c)
    return (p * q) ** degree * forms[degree] / (2 * mp.pi)


def layer(activation, A, B, C):
    """E[phi phi'], E[slope slope'] and both E[phi^2]."""
    if activation == "relu":
        size = mp.sqrt(A * B)
        cosine = C / size
        sine = mp.sqrt(max(1 - cosine * cosine, 0))
        rest = mp.pi - mp.atan2(sine, cosine)
        both = rest / (2 * mp.pi)
        return size * (sine + rest * cosine) / (2 * mp.pi), both, A / 2, B / 2
    if activation == "erf":
        size = (1 + 2 * A) * (1 + 2 * B)
        f, *own = (
            2 / mp.pi * mp.asin(2 * c / s)
            for c, s in ((C, mp.sqrt(size)), (A, 1 + 2 * A), (B, 1 + 2 * B))
        )
        return f, 4 / mp.pi / mp.sqrt(size - 4 * C * C), *own
    fall = mp.exp(-(A + B) / 2)
    own = (-mp.expm1(-2 * size) / 2 for size in (A, B))
    return fall * mp.sinh(C), fall * mp.cosh(C), *own


def deep(activation, v, b, p, q, angle):
    """Tangent kernel and covariance at every depth of the recursion as it is printed."""
    found = {}
    with mp.workdps(FIRST):
        A, B, C = (v * c / 3 + b for c in (p * p, q * q, p * q * mp.cos(angle)))
        tangent = C
        for depth in range(1, max(DEPTHS) + 1):
            if depth > 1:
                mean, slope, A, B = layer(activation, A, B, C)
                A, B, C = v * A + b, v * B + b, v * mean + b
                tangent = C + v * slope * tangent
            if depth in DEPTHS:
                found[depth] = tangent, C
            if depth == 2:
                mp.mp.dps = LATER
    return found


def held(found, exact, depth, eps, dtype, beside=0.0):
    """Whether an entry is within the rounding of its inputs; ``exact``: it, and as sizes and angle
    are moved.
    """
    value, *others = exact
    allowed = 3 * sum(abs(other - value) for other in others)
    allowed += (10 + 2 * depth) * eps * (abs(value) + beside) + float(np.finfo(dtype).tiny) * eps
    return abs(mp.mpf(float(found)) - value) <= allowed


@cache
def pairs(sizes, dtype):
    X, Z = inputs(sizes, dtype)
    eps = mp.mpf(float(np.finfo(dtype).eps)) / 2
    with mp.workdps(FIRST):
        return X, Z, eps, [moved(*measured(X[0], z), eps) for z in Z]


BOTH = [(sizes, np.float64) for sizes in WIDE] + [(sizes, np.float32) for sizes in NARROW]


@pytest.mark.parametrize(("sizes", "dtype"), BOTH)
@pytest.mark.parametrize("degree", [0, 1, 2])
def test_arc_cosine_kernels_have_the_digits_of_their_inputs(sizes, dtype, degree):
    X, Z, eps, cases = pairs(sizes, dtype)
    if degree == 2 and sizes == (1e150, 1e150):
        with pytest.raises(ValueError, match="leaves the range"):
            arc_cosine(X, Z, degree=2)
        return
    K = arc_cosine(X, Z, degree=degree)[0]
    assert K.dtype == dtype and (K >= 0).all()
    with mp.workdps(FIRST):
        for turn, found, case in zip(TURNS, K, cases, strict=True):
            exact = [arc(degree, *at) for at in case]
            assert held(found, exact, 1, eps, dtype), (turn, found, mp.nstr(exact[0], 17))


@pytest.mark.parametrize(("sizes", "dtype"), BOTH)
@pytest.mark.parametrize("activation", ["relu", "erf", "sine"])
@pytest.mark.parametrize("b", [0.0, 0.3])
def test_deep_kernels_have_the_digits_of_their_inputs(sizes, dtype, activation, b):
    if b and sizes not in ((1.0, 30.0), (1e150, 1e150)):
        return
    X, Z, eps, cases = pairs(sizes, dtype)
    v = 2.0 if activation == "relu" else 1.0
    exact = [[deep(activation, v, mp.mpf(b), *at) for at in case] for case in cases]
    for depth in DEPTHS:
        for place, kernel in enumerate((ntk, nngp)):
            K = kernel(X, Z, depth=depth, activation=activation, bias_variance=b)[0]
            assert K.dtype == dtype
            for turn, found, case in zip(TURNS, K, exact, strict=True):
                entry = [at[depth][place] for at in case]
                wanted = kernel.__name__, depth, turn, found, mp.nstr(entry[0], 17)
                assert held(found, entry, depth, eps, dtype, 2 * b), wanted


@pytest.mark.parametrize("activation", ["relu", "erf", "sine"])
def test_the_diagonal_has_the_digits_of_its_sizes(activation):
    sizes = [1e-150, 1e-8, 1.0, 1e8, 1e150]
    X = np.array([size * U for size in sizes])
    v = 2.0 if activation == "relu" else 1.0
    for place, kernel in enumerate((ntk, nngp)):
        found = [np.diag(kernel(X, depth=d, activation=activation)) for d in DEPTHS]
        for row, x in enumerate(X):
            with mp.workdps(FIRST):
                size, eps = measured(x, x)[0], mp.mpf(2) ** -53
                cases = [deep(activation, v, 0, s, s, 0) for s in (size, size * (1 + eps))]
            for depth, entries in zip(DEPTHS, found, strict=True):
                exact = [case[depth][place] for case in cases]
                assert held(entries[row], exact, depth, eps, np.float64), (sizes[row], depth)
