"""Every neuron of a ReLU network through one time step, exactly, for a residual whose direction
does not change: compiled loops.

Setting (theory.gradient_flow).  ``jump`` (p,) and ``base`` (D,) drive a neuron with the active
planes ``on``: kappa times the integral of v is base + sum_j on_j jump_j normal_j.  A neuron that
meets no kink is boosted once.  One that comes to a kink is boosted up to it, to the moment, and
goes on across it or along it, as often as the step needs.  The activation is phi(z) = max(z, leak
z).
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from numba import njit

from theory import gradient_flow as theory

Array = np.ndarray
BLOCK = 512  # neurons whose arrays fit into the cache
MAX_RAPIDITY = 3.0  # longer steps are not tried
PIVOTS = 12  # when the shares of a neuron on several planes are sought
DEPENDENT = 1e-6  # share of a normal that is no combination of others, and counts as none
ORIGIN = 1e-10  # V in units of the output weight, v in units of the largest push: both vanish

_FRAME, _ZERO = (
    (theory.A, theory.along, theory.grown),
    (theory.A, theory.along, theory.slope, theory.level),
)
_DERIVED = [
    *(derived.function(*_FRAME) for derived in theory.exact_step()),
    *(derived.function(*_ZERO) for derived in theory.moment_of_a_kink()[:2]),
]
compiled = njit(error_model="numpy", nogil=True)
_of_output, _of_parallel, _near, _far = (compiled(formula) for formula in _DERIVED)


@compiled
def driven(share: Array, normals: Array, jump: Array, base: Array, u: Array) -> None:
    """The impulse of a neuron with active shares (p,) goes to ``u`` (D,)."""
    for c in range(len(u)):
        u[c] = base[c]
    for j in range(len(jump)):
        pull = share[j] * jump[j]  # 0 for half of them, but a branch costs more
        for c in range(len(u)):
            u[c] += pull * normals[j, c]


@compiled
def pushed(
    V: Array, share: Array, normals: Array, jump: Array, base: Array, u: Array
) -> tuple[float, float]:
    """V along the impulse, and the rapidity; the direction of the impulse goes to ``u`` (D,), 0
    where there is none.
    """
    driven(share, normals, jump, base, u)
    rho = along = 0.0
    for c in range(len(u)):
        rho += u[c] * u[c]
        along += V[c] * u[c]
    rho = np.sqrt(rho)
    scale = 1 / rho if rho > 0 else 0.0
    for c in range(len(u)):
        u[c] *= scale
    return along * scale, rho


def increments(A: Array, along: Array, grown: Array) -> tuple[Array, Array]:
    """Increments of A and of V along the impulse (M,) in one boost, ``grown`` = exp(rapidity) - 1:
    as derived.
    """
    return _DERIVED[0](A, along, grown), _DERIVED[1](A, along, grown)


@compiled
def boosted(A: float, along: float, rho: float) -> tuple[float, float]:
    """The same for one neuron and rapidity ``rho``."""
    grown = np.expm1(rho)
    return _of_output(A, along, grown), _of_parallel(A, along, grown)


@compiled
def first_zero(A: float, along: float, slope: float, level: float) -> float:
    """tanh of half the rapidity at which V . x first vanishes on a boost, inf if it does not; slope
    u . x and level V . x.
    """
    sign = -1.0 if slope * A < 0 else 1.0
    near = _near(A, along, sign * slope, sign * level)
    far = _far(A, along, sign * slope, sign * level)
    first = near if 0 < near < 1 else np.inf
    return far if 0 < far < min(first, 1.0) else first


@compiled
def _solve(inner: Array, free: Array, right: Array, found: Array) -> None:
    """``found`` (q,) with inner found = right in the ``free`` rows and columns of a Gram matrix (q,
    q), and 0 elsewhere.
    """
    matrix = inner.copy()
    for s in range(len(free)):
        found[s] = right[s] if free[s] else 0.0
        matrix[s, s] *= 1 + 1e-12  # planes may be dependent
    for s in range(len(free)):
        for t in range(s + 1, len(free)):
            if free[s] and free[t]:
                factor = matrix[t, s] / matrix[s, s]
                found[t] -= factor * found[s]
                for r in range(s + 1, len(free)):
                    matrix[t, r] -= factor * matrix[s, r]
    for s in range(len(free) - 1, -1, -1):
        if free[s]:
            for t in range(s + 1, len(free)):
                found[s] -= matrix[s, t] * found[t]
            found[s] /= matrix[s, s]


@compiled
def settle(A: float, share: Array, held: Array, normals: Array, jump: Array, base: Array) -> bool:
    """Active shares (p,) of a neuron that lies on planes, and which of them go on to hold it; True
    if it stays at rest.

    ``share`` holds the shares of the other planes, and 0 for these; the result is written there and
    to ``held``. Planes that attract (A jump > 0) get the shares that make |v| least, which are
    Filippov's; from a plane whose share is 0 or 1, and from one that repels, the neuron departs to
    the side to which it is driven, or stays off where nothing drives it.  Found by pivoting: solve
    for the shares in between, move those beyond 0 or 1 to the end, and free those that are pushed
    back.  A neuron that finds no consistent side, as may happen at V = 0, stays.
    """
    planes = np.flatnonzero(held)
    q = len(planes)
    inner, part, gain, free = np.empty((q, q)), np.full(q, 0.5), jump[planes], A * jump[planes] > 0
    attracts, without, fixed, between, off = (
        free.copy(),
        np.empty(q),
        np.empty(q),
        np.empty(q),
        np.empty(len(base)),
    )
    driven(share, normals, jump, base, off)
    for s in range(q):
        without[s] = np.dot(normals[planes[s]], off)  # v . x with these planes off
        for t in range(q):
            inner[s, t] = np.dot(normals[planes[s]], normals[planes[t]])
    settled = False
    for _ in range(PIVOTS):
        for s in range(q):
            fixed[s] = -without[s]
            for t in range(q):
                fixed[s] -= 0.0 if free[t] else inner[s, t] * gain[t] * part[t]
        _solve(inner, free, fixed, between)
        settled = True
        for s in range(q):
            push = -fixed[s]
            for t in range(q):
                push += inner[s, t] * between[t]
            if not attracts[s]:
                side = 1.0 if A * (push - (part[s] - 0.5) * gain[s] * inner[s, s]) < 0 else 0.0
                settled &= side == part[s]
                part[s] = side
            elif free[s]:
                part[s] = between[s] / gain[s]
                if part[s] < 0 or part[s] > 1:
                    part[s], free[s], settled = min(max(part[s], 0.0), 1.0), False, False
            elif A * push * (part[s] - 0.5) > 0:
                free[s], settled = True, False
        if settled:
            break
    for s in range(q):
        share[planes[s]] = part[s]
        held[planes[s]] = not settled or (free[s] and 0 < part[s] < 1)
    return not settled


@compiled
def walk(
    A: float,
    V: Array,
    Z: Array,
    on: Array,
    held: Array,
    normals: Array,
    jumps: Array,
    bases: Array,
    small: Array,
    gone: Array,
) -> tuple[float, float]:
    """One neuron from kink to kink through the parts of a step, drives ``jumps`` (parts, p) and
    ``bases`` (parts, D).

    Writes Z, ``on`` and ``held`` (p,) at the end and the increment of V to ``gone`` (D,); returns
    that of A and the rapidity of the way, which ends early where it becomes too long.  ``small``
    (parts + 1,): impulses, and last a |V . x| over |A|, that count as none. Where all
    preactivations of a neuron vanish at once and not all planes attract, the flow is not unique.  A
    neuron that comes to rest there is off for ever, as relu'(0) = 0 has it; descent does the same,
    because it steps over into the region where all are negative.
    """
    p, gone_A, way = len(Z), 0.0, 0.0
    V, u, share, slopes = V.copy(), np.empty(len(V)), np.empty(p), np.empty(p)
    gone[:] = 0.0
    for part in range(len(jumps)):
        jump, base, left = jumps[part], bases[part], 1.0
        for _ in range(4 * p + 20):
            for j in range(p):
                share[j] = 1.0 if on[j] else 0.0
            rest = held.any() and settle(A, share, held, normals, jump, base)
            along, rho = pushed(V, share, normals, jump, base, u)
            if rest:
                rho, along = 0.0, 0.0
            if not rho * left <= MAX_RAPIDITY:
                return gone_A, way + rho * left
            still, repels = rho <= small[part], False
            for j in range(p):
                still &= abs(Z[j]) <= small[-1] * abs(A)
                repels |= A * jump[j] < 0
            if still and repels:
                Z[:], on[:], held[:] = 0.0, False, False
                break
            first, plane = np.tanh(rho * left / 2), -1
            for j in range(p):
                slopes[j] = 0.0
                for c in range(len(u)):
                    slopes[j] += normals[j, c] * u[c]
                moment = np.inf if held[j] else first_zero(A, along, slopes[j], Z[j])
                if moment < first:
                    first, plane = moment, j
            taken = left if plane < 0 else 2 * np.arctanh(first) / rho
            step_A, step = boosted(A, along, taken * rho)
            A, gone_A, way = A + step_A, gone_A + step_A, way + taken * rho
            # increments keep the digits that a difference of sums would lose
            for c in range(len(u)):
                V[c] += step * u[c]
                gone[c] += step * u[c]
            if plane >= 0:
                before = after = rho * slopes[plane]
                for c in range(len(u)):
                    after += (-1 if on[plane] else 1) * jump[plane] * normals[plane, c] ** 2
                if (
                    before * after > 0 and not held.any()
                ):  # driven the same way on both sides: across
                    share[plane] = 0.0 if on[plane] else 1.0
                else:
                    held[plane] = True
            for j in range(p):
                Z[j] = 0.0 if held[j] or j == plane else Z[j] + step * slopes[j]
                on[j] = not held[j] and (share[j] > 0.5 if Z[j] == 0 else Z[j] > 0)
            left -= taken
            if plane < 0:
                break
    return gone_A, way


@compiled
def _move(
    A: Array,
    V: Array,
    Z: Array,
    on: Array,
    held: Array,
    mass: Array,
    normals: Array,
    plane: Array,
    factor: Array,
    leak: float,
    jumps: Array,
    bases: Array,
) -> tuple[Array, Array, Array, Array, Array, Array, float]:
    """All neurons through a step: increments of A (M,) and V (M, D), then Z, ``on`` and ``held``
    (M, p), the change (n,) of the output sum_k mass_k A_k phi(V_k . x), and the largest rapidity.

    The preactivation on sample i is ``factor`` (n,) times that of its ``plane`` (n,).  A neuron
    that meets no kink takes the parts of the step at once.  The first rapidity beyond MAX_RAPIDITY
    ends it, and the rest is not filled.
    """
    M, (p, D), n, across, largest = len(A), normals.shape, len(plane), normals.T.copy(), 0.0
    jump, base, small = np.zeros(p), np.zeros(D), np.zeros(len(jumps) + 1)
    for part in range(len(jumps)):
        for c in range(D):
            base[c] += bases[part, c]
    for j in range(p):  # in loops, because sums over an axis take seconds to compile
        length = 0.0
        for c in range(D):
            length += normals[j, c] * normals[j, c]
        length = ORIGIN * np.sqrt(length)
        small[-1] = max(small[-1], length)
        for part in range(len(jumps)):
            jump[j] += jumps[part, j]
            small[part] += abs(jumps[part, j]) * length
    dA, dV, levels, side, holds = np.empty(M), np.empty((M, D)), Z.copy(), on.copy(), held.copy()
    output, rapidity = np.zeros(n), np.empty(BLOCK)
    for start in range(0, M, BLOCK):
        end = min(start + BLOCK, M)
        impulse = np.dot(on[start:end] * jump, normals) + base
        for k in range(start, end):
            rho = along = 0.0
            for c in range(D):
                push = impulse[k - start, c]
                rho += push * push
                along += push * V[k, c]
            rho = np.sqrt(rho)
            each = 1 / rho if rho > 0 else 0.0
            dA[k], step = boosted(A[k], each * along, rho)
            for c in range(D):
                dV[k, c] = step * each * impulse[k - start, c]
            rapidity[k - start] = rho
        change = np.dot(dV[start:end], across)
        for k in range(start, end):
            rho = rapidity[k - start]
            kinks = held[k].any() or A[k] * (A[k] + dA[k]) < 0
            for j in range(p):
                kinks |= (Z[k, j] + change[k - start, j] > 0) != on[k, j]
            if kinks:
                dA[k], rho = walk(
                    A[k], V[k], levels[k], side[k], holds[k], normals, jumps, bases, small, dV[k]
                )
            else:
                for j in range(p):
                    levels[k, j] += change[k - start, j]
            if not rho <= MAX_RAPIDITY:
                return dA, dV, levels, side, holds, output, rho
            largest = max(largest, rho)
            for i in range(n):
                before, after = factor[i] * Z[k, plane[i]], factor[i] * levels[k, plane[i]]
                before, after = max(before, leak * before), max(after, leak * after)
                output[i] += mass[k] * (dA[k] * after + A[k] * (after - before))
    return dA, dV, levels, side, holds, output, largest


@njit(cache=True, error_model="numpy", nogil=True)
def kernel_sum(
    A: Array,
    Z: Array,
    on: Array,
    held: Array,
    mass: Array,
    X: Array,
    normals: Array,
    plane: Array,
    factor: Array,
    leak: float,
) -> Array:
    """Sum over neurons of mass phi(V . x) phi(V . x') + mass A^2 phi'(V . x) phi'(V . x') x . x'
    (n, n), phi the activation.

    A neuron that is held moves along its planes only.
    """
    n, stuck = len(X), held.any()
    features, gates, lost = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n))
    basis, across = np.empty(normals.shape), np.empty(n)
    room = np.empty((4, min(BLOCK, len(A)), n))
    S, heavy_S, active, heavy_active = room[0], room[1], room[2], room[3]
    for start in range(0, len(A), BLOCK):
        end = min(start + BLOCK, len(A))
        for k in range(start, end):
            size = mass[k] * A[k] * A[k]
            for i in range(n):
                j = plane[i]
                feature = factor[i] * Z[k, j]
                feature = max(feature, leak * feature)
                gate = leak + (1 - leak) * (on[k, j] == (factor[i] > 0))
                S[k - start, i] = feature
                heavy_S[k - start, i] = mass[k] * feature
                active[k - start, i] = gate
                heavy_active[k - start, i] = size * gate
        for k in range(start, end):
            if stuck and held[k].any():
                _project(
                    lost,
                    mass[k] * A[k] * A[k],
                    active[k - start],
                    held[k],
                    normals,
                    X,
                    basis,
                    across,
                )
        features += np.dot(heavy_S[: end - start].T, S[: end - start])
        gates += np.dot(heavy_active[: end - start].T, active[: end - start])
    return features + gates * np.dot(X, X.T.copy()) - lost


@compiled
def _project(
    lost: Array,
    size: float,
    active: Array,
    held: Array,
    normals: Array,
    X: Array,
    basis: Array,
    across: Array,
) -> None:
    """Add to ``lost`` (n, n) what the kernel lacks because a neuron does not move across the planes
    that hold it.

    ``basis`` (p, D) and ``across`` (n,) are room for an orthonormal basis of their normals, and for
    the samples along a vector of it.
    """
    rank = 0
    for j in range(len(normals)):
        if not held[j]:
            continue
        whole = left = 0.0
        for c in range(normals.shape[1]):
            basis[rank, c] = normals[j, c]
            whole += normals[j, c] ** 2
        for r in range(rank):
            along = 0.0
            for c in range(normals.shape[1]):
                along += basis[r, c] * basis[rank, c]
            for c in range(normals.shape[1]):
                basis[rank, c] -= along * basis[r, c]
        for c in range(normals.shape[1]):
            left += basis[rank, c] ** 2
        if left <= DEPENDENT**2 * whole:
            continue
        for i in range(len(X)):
            across[i] = 0.0
            for c in range(normals.shape[1]):
                across[i] += active[i] * X[i, c] * basis[rank, c]
        for i in range(len(X)):
            for m in range(len(X)):
                lost[i, m] += size / left * across[i] * across[m]
        scale = 1 / np.sqrt(left)
        for c in range(normals.shape[1]):
            basis[rank, c] *= scale
        rank += 1


def _kept() -> Any:
    """``_move`` compiled and kept on disk until this file or a derived formula changes: the
    formulas are part of numba's key.
    """
    formulas = "".join(inspect.getsource(formula) for formula in _DERIVED)

    def move(A, V, Z, on, held, mass, normals, plane, factor, leak, jumps, bases):
        assert formulas
        return _move(A, V, Z, on, held, mass, normals, plane, factor, leak, jumps, bases)

    return njit(cache=True, nogil=True)(move)


move = _kept()
