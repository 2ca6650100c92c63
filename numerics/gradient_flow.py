"""Gradient flow of a two-layer ReLU network by Lorentz boosts: few steps, and the conserved
quantity exact to rounding.

Setting (theory.gradient_flow).  Normalised variables: f(x) = kappa sum_k a_k relu(w_k . x), loss
(1/2n) sum_i (f(x_i) - y_i)^2. In A = sqrt(kappa') a, V = w / sqrt(kappa') a step in which the
impulse keeps its direction is one boost; the stiff decay of the residual is carried by exp(-K h),
with K extrapolated from the step before.  A neuron that comes to a kink is boosted up to it, to the
moment, and goes on across it or along it (numerics.core.neurons).  ``solve`` follows the flow again
with a smaller tolerance until the relative distances agree.  Each row of the start may stand for
``weight`` neurons, so that a width of 1e12 costs what its quadrature nodes cost. The loops over
neurons are compiled in the first run after an installation, which takes ten to twenty seconds; the
result is kept.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numerics.core import neurons
from numerics.core.arrays import integer, number, real

Array = np.ndarray
# local tolerance of the first pass over rtol, and of each further pass over the one before
FIRST, NEXT = (
    10.0,
    1 / 8,
)
MAX_PASSES = 6
# a step shorter than this share of the rapidity so far is held to the tolerance of that share
SHARE = 0.03
# while time doubles neither the loss nor a neuron changes by more than this share of what it could:
# at rest
STILL = 1e-4
GROWTH = 15.0  # of a step over the one before, at most
# a pass that strays by more than this share of what the pass before did has learned nothing new
SAME = 0.9
ROUNDING = 1e-9  # by which a loss may seem to grow
SHORTEST = 1e-14  # of the fastest time scale at the start


@dataclass(frozen=True)
class Flow:
    """Where the flow ended, and how it got there.

    ``a`` (M,), ``W`` (M, D): normalised weights at the end; ``moved_a``, ``moved_W``:
    displacements, resolved below 1e-16 of the weights.  ``rd_a``, ``rd_w``: displacement over
    initial norm at the end; ``sup_rd_*``: largest over time.  ``time`` in units of beta_1 beta_2.
    ``converged``: the loss is below ``tol``; ``stationary``: it is not, and nothing moves any more.
    ``error``: estimated relative error of the distances, a third of the difference between the last
    two passes, or what the steps stray by where both took the same.  ``steps`` and ``rejected`` are
    those of the last pass.  ``t``, ``losses``, ``rds`` (of w), ``invariants`` (largest change of
    the conserved quantity) (T,) and ``orientations`` (T, D), the mean direction of the neurons
    weighted by |a||w| (length 1 when all point one way): trajectories, one entry per accepted step,
    when recorded.
    """

    a: Array
    W: Array
    moved_a: Array
    moved_W: Array
    residual: Array
    loss: float
    rd_w: float
    rd_a: float
    sup_rd_w: float
    sup_rd_a: float
    time: float
    steps: int
    rejected: int
    converged: bool
    invariant_error: float
    stationary: bool = False
    error: float = np.nan
    passes: int = 1
    t: Array | None = None
    losses: Array | None = None
    rds: Array | None = None
    invariants: Array | None = None
    orientations: Array | None = None


def start(
    m: float,
    D: int,
    *,
    sampled: bool = False,
    nodes: int = 2048,
    seed: int = 0,
    antisymmetric: bool = True,
) -> tuple[Array, Array, float]:
    """Normalised Gaussian start: a (M,), W (M, D), and how many neurons a row stands for.

    Antisymmetric: a second copy with the same W and output weights -a, both trained, no factor
    1/sqrt(2); M counts both copies and the first copy comes first.  ``sampled`` draws m neurons;
    otherwise ``nodes`` scrambled Sobol points stand for m. Raises ``ValueError`` for m < 1, D < 1
    or nodes < 1, and as ``numerics.core.arrays``.
    """
    m = number(m, "m", "at least one neuron", lambda m: m >= 1)
    D = integer(D, "D", "at least one input", lambda D: D >= 1)
    nodes = integer(nodes, "nodes", "at least one node", lambda nodes: nodes >= 1)
    seed = integer(seed, "seed", "a seed that is not negative", lambda seed: seed >= 0)
    if sampled:
        rows = np.random.default_rng(seed).standard_normal((int(m), D + 1))
    else:
        from scipy.stats import norm, qmc

        rows = norm.ppf(qmc.Sobol(D + 1, rng=np.random.default_rng(seed)).random(nodes))
    a, W, weight = rows[:, 0], rows[:, 1:], m / len(rows)
    return (np.r_[a, -a], np.r_[W, W], weight) if antisymmetric else (a, W, weight)


def boost(A: Any, V: Any, impulse: Any) -> tuple[Array, Array]:
    """Increments of A (M,) and V (M, D) when kappa times the integral of v is ``impulse`` (M, D),
    direction unchanged.  Raises as ``numerics.core.arrays``.
    """
    V = real(V, "V", ("M", "D"))
    A, impulse = real(A, "A", (len(V),)), real(impulse, "impulse", V.shape)
    rho = np.sqrt(np.einsum("kc,kc->k", impulse, impulse))
    u = impulse / np.where(rho > 0, rho, 1.0)[:, None]
    of_A, of_V = neurons.increments(A, np.einsum("kc,kc->k", V, u), np.expm1(rho))
    return of_A, u * of_V[:, None]


def decay(K: Any, h: float, e: Any) -> tuple[Array, Array]:
    """Integral of exp(-K s) e over [0, h], and exp(-K h) e, for a symmetric K >= 0 of shape
    (n, n).  Raises as ``numerics.core.arrays``, and for h < 0.
    """
    K = real(K, "K", ("n", "n"))
    h = number(h, "h", "a time that is not negative", lambda h: h >= 0)
    return _decay(K, h, real(e, "e", (len(K),)))


def _decay(K: Array, h: float, e: Array) -> tuple[Array, Array]:
    rates, modes = np.linalg.eigh(K)
    integral, after = _decayed(rates, modes.T @ e, h)
    return modes @ integral, modes @ after


def _decayed(rates: Array, c: Array, h: float) -> tuple[Array, Array]:
    """The same for every eigenmode, with its rate and its share c of the residual."""
    z = np.maximum(rates, 0.0) * h
    mean = np.where(z > 1e-8, -np.expm1(-z) / np.where(z > 1e-8, z, 1.0), 1.0 - z / 2)
    return h * mean * c, np.exp(-z) * c


def _landing(rates: Array, c: Array, h: float, tol: float) -> float:
    """The time in [0, h] at which the loss of decaying eigenmodes, |c|^2 / 2n, falls to ``tol``; h
    when it does not.
    """
    weights, rates, time = c**2 / (2 * len(c)), 2 * np.maximum(rates, 0.0), 0.0
    if weights @ np.exp(-rates * h) >= tol:
        return h
    for _ in range(
        50
        # Newton's method for the logarithm of the loss, which is convex: from the left, never
        # beyond
    ):
        left = weights * np.exp(-rates * time)
        loss = float(left.sum())
        if loss <= tol * (1 + 1e-9):
            break
        time += np.log(loss / tol) * loss / float(rates @ left)
    return min(time, h)


class _Problem:
    """Data and scales.  Samples on one line through 0 share the plane w . x = 0: kinks belong to
    planes, residuals to samples.
    """

    def __init__(self, X: Array, y: Array, kappa: float, mass: Array, leak: float = 0.0):
        self.X, self.y, self.kappa, self.mass, self.leak, self.n = X, y, kappa, mass, leak, len(y)
        self.lengths = np.linalg.norm(X, axis=1)
        units = X / np.where(self.lengths > 0, self.lengths, 1.0)[:, None]
        lead = np.take_along_axis(units, np.abs(units).argmax(1)[:, None], 1)
        _, first, plane = np.unique(
            np.round(np.where(lead < 0, -units, units), 12) + 0.0,
            axis=0,
            return_index=True,
            return_inverse=True,
        )
        # planes in the order of their first sample
        self.plane = np.argsort(np.argsort(first))[plane.ravel()]
        first = np.sort(first)
        self.normals = X[first]
        self.opposite = np.einsum("ic,ic->i", X, self.normals[self.plane]) < 0
        scale = np.where(
            self.lengths > 0,
            self.lengths / np.where(self.lengths > 0, self.lengths, 1.0)[first][self.plane],
            1.0,
        )
        self.factor = np.where(self.opposite, -scale, scale)

    def drive(self, E: Array) -> tuple[Array, Array]:
        """kappa times the integral of v is ``base`` (D,) + sum over active planes of ``jump`` (p,)
        normal, for E the integral of e.
        """
        pull = self.kappa / self.n * E
        jump = (1 - self.leak) * np.bincount(
            self.plane, np.abs(self.factor) * pull, len(self.normals)
        )
        return jump, (pull * np.where(self.opposite, 1.0, self.leak)) @ self.X

    def features(self, Z: Array) -> Array:
        """The activation (M, n) on every sample from the preactivations Z (M, p) of the planes."""
        levels = self.factor * Z[:, self.plane]
        return np.maximum(levels, self.leak * levels)

    def kernel(self, A: Array, Z: Array, on: Array, held: Array) -> Array:
        """K (n, n) of the residual equation."""
        total = neurons.kernel_sum(
            A, Z, on, held, self.mass, self.X, self.normals, self.plane, self.factor, self.leak
        )
        return self.kappa**2 / self.n * total


@dataclass(frozen=True)
class _State:
    """A (M,), V (M, D); preactivations, planes that are active (none that hold) and that hold (M,
    p); residual (n,), kernel (n, n).
    """

    A: Array
    V: Array
    Z: Array
    on: Array
    held: Array
    e: Array
    K: Array


def _move(
    problem: _Problem, now: _State, halves: tuple[Array, Array]
) -> tuple[Array, Array, Array, Array, Array, Array, float]:
    """Increments of A and V, then Z, ``on``, ``held``, the change of e, the largest rapidity; for
    the integrals of e over two halves.
    """
    jumps, bases = (
        np.array(drives) for drives in zip(*(problem.drive(half) for half in halves), strict=True)
    )
    *found, output, rapidity = neurons.move(
        now.A,
        now.V,
        now.Z,
        now.on,
        now.held,
        problem.mass,
        problem.normals,
        problem.plane,
        problem.factor,
        problem.leak,
        jumps,
        bases,
    )
    return *found, problem.kappa * output, rapidity


def _norm(mass: Array, moved: Array) -> float:
    """Euclidean norm over all neurons that the rows stand for."""
    return float(
        np.sqrt(mass @ (moved * moved if moved.ndim == 1 else np.einsum("kc,kc->k", moved, moved)))
    )


@dataclass
class _Path:
    """One pass: the state, the displacements since the start, and what is recorded on the way."""

    now: _State
    A0: Array
    V0: Array
    moved_A: Array
    moved_V: Array
    loss: float
    time: float = 0.0
    steps: int = 0
    rejected: int = 0
    way: float = 0.0  # sum of rapidities, and of what they may be wrong by
    astray: float = 0.0
    stationary: bool = False
    sup_A: float = 0.0
    sup_V: float = 0.0
    track: list[tuple[float, ...]] = field(default_factory=list)

    def drift(self) -> Array:
        """Change of A^2 - |V|^2 (M,)."""
        return np.asarray(self.now.A**2 - (self.now.V**2).sum(1) - self.A0**2 + (self.V0**2).sum(1))


def _follow(
    problem: _Problem,
    A0: Array,
    V0: Array,
    counted: Array,
    local: float,
    tol: float,
    max_steps: int,
    record: bool,
) -> _Path:
    """The flow from its start with local tolerance ``local``; ``counted`` (M,) is the mass of
    neurons whose distances count, 0 of others.

    A step is accepted when the integral of the residual over it, found with the extrapolated
    kernel, differs from that with the mean of the kernels at both ends by no more than ``local`` of
    the rapidity of the step.
    """
    mass, n = problem.mass, problem.n
    Z = V0 @ problem.normals.T
    held, on = (Z == 0) & (problem.normals != 0).any(1), Z > 0
    e = problem.kappa * ((mass * A0) @ problem.features(Z)) - problem.y
    K = problem.kernel(A0, Z, on, held)
    path = _Path(
        _State(A0.copy(), V0.copy(), Z, on, held, e, K),
        A0,
        V0,
        np.zeros_like(A0),
        np.zeros_like(V0),
        float(e @ e) / (2 * n),
    )
    fastest = float(np.linalg.eigvalsh(K)[-1])
    if not fastest > 0:
        raise ValueError(
            "no neuron moves: the flow cannot start; use another seed or a larger width"
        )
    h, slope, first_loss, again = 1.0 / fastest, np.zeros_like(K), path.loss, False
    mark = (0.1 * h, path.moved_A.copy(), path.moved_V.copy(), path.loss)
    while (
        path.loss > tol
        and path.steps < max_steps
        and not path.stationary
        and h * fastest > SHORTEST
    ):
        now = path.now
        rates, modes = np.linalg.eigh(now.K + h / 2 * slope)
        landing = _landing(rates, modes.T @ now.e, h, 0.999 * tol)
        if landing < h:
            h = landing
            rates, modes = np.linalg.eigh(now.K + h / 2 * slope)
        first, whole = (modes @ _decayed(rates, modes.T @ now.e, time)[0] for time in (h / 2, h))
        dA, dV, Z, on, held, de, rapidity = _move(problem, now, (first, whole - first))
        if not rapidity <= neurons.MAX_RAPIDITY:
            path.rejected, h, again = (
                path.rejected + 1,
                h * max(0.1, 0.5 * neurons.MAX_RAPIDITY / rapidity),
                True,
            )
            continue
        e, K = now.e + de, problem.kernel(now.A + dA, Z, on, held)
        astray = float(
            problem.kappa
            / n
            * (np.abs(_decay((now.K + K) / 2, h, now.e)[0] - whole) @ problem.lengths)
        )
        gap = astray / (local * max(rapidity, SHARE * min(path.way, 1.0), 1e-300))
        loss = float(e @ e) / (2 * n)
        if not (gap <= 1 and loss <= path.loss * (1 + ROUNDING)):  # the loss of a flow never grows
            # a step that fails twice is not in the regime of second order: kinks
            order = -1.0 if again else -0.5
            path.rejected, h, again = (
                path.rejected + 1,
                h * (max(0.2, 0.9 * gap**order) if 1 < gap < np.inf else 0.2),
                True,
            )
            continue
        again = False
        path.moved_A += dA
        path.moved_V += dV
        A, V = np.add(A0, path.moved_A, out=now.A), np.add(V0, path.moved_V, out=now.V)
        path.now, slope = _State(A, V, Z, on, held, e, K), (K - now.K) / h
        path.loss = loss
        path.time, path.steps = path.time + h, path.steps + 1
        path.way, path.astray = path.way + rapidity, path.astray + astray
        path.sup_A = max(path.sup_A, _norm(counted, path.moved_A))
        path.sup_V = max(path.sup_V, _norm(counted, path.moved_V))
        if path.time >= 2 * mark[0]:
            path.stationary = loss > tol and _at_rest(mark, path, first_loss)
            mark = (path.time, path.moved_A.copy(), path.moved_V.copy(), loss)
        if record:
            path.track.append(_entry(path, mass, counted))
        h *= min(GROWTH, 0.9 * max(gap, 1e-6) ** -0.5)
    return path


def _at_rest(mark: tuple[float, Array, Array, float], path: _Path, first_loss: float) -> bool:
    """Whether the flow stood still while its time doubled.

    With a frozen kernel a residual that can still be reduced would have moved the weights by at
    least the root of (loss now / loss at the start) times the way so far; and a neuron that is
    small still grows by a rapidity.
    """
    _, then_A, then_V, loss = mark
    if loss - path.loss > STILL * loss:
        return False
    moved = np.hypot(path.moved_A - then_A, np.sqrt(((path.moved_V - then_V) ** 2).sum(1)))
    size = np.hypot(path.now.A, np.sqrt((path.now.V**2).sum(1)))
    reach = STILL * np.sqrt(path.loss / first_loss) * min(path.way, 1.0)
    return bool((moved <= reach * size).all())


def _entry(path: _Path, mass: Array, counted: Array) -> tuple[float, ...]:
    A, V = path.now.A, path.now.V
    pull = mass * np.abs(A)
    mean = (pull @ V) / (pull @ np.linalg.norm(V, axis=1))
    distance = _norm(counted, path.moved_V) / _norm(counted, path.V0)
    return path.time, path.loss, distance, float(np.abs(path.drift()).max()), *mean


def solve(
    X: Any,
    y: Any,
    kappa: float,
    kappa_p: float,
    a0: Any,
    W0: Any,
    *,
    weight: Any = 1.0,
    leak: float = 0.0,
    rtol: float = 3e-3,
    tol: float = 1e-14,
    max_steps: int = 20_000,
    rows: slice = slice(None),
    record: bool = False,
) -> Flow:
    """Follow the normalised gradient flow until the loss (1/2n)|e|^2 has fallen to ``tol``, or
    nothing moves any more.

    X (n, D) inputs with the bias column included, y (n,) targets, a0 (M,) and W0 (M, D) the
    normalised start, each row standing for ``weight`` neurons (a number, or one per row).  The
    activation is max(z, leak z): ReLU for 0, linear for 1, the absolute value for -1. Relative
    distances are those of the neurons in ``rows`` (all of them by default; ``slice(m)`` is the
    first copy of an antisymmetric start).

    Error: the flow is followed again and again with a smaller local tolerance, until the relative
    distances of both layers change by no more than ``rtol``; what is left is about a third of the
    change (``Flow.error``).  A neuron that comes close to a kink that repels it is decided by
    errors of any size: where one neuron carries more than rtol of the distance, this may go
    unnoticed.

    Raises ``ValueError`` and ``TypeError`` as ``numerics.core.arrays``, for non-positive scales,
    and for targets that no network or not this start can fit.  Warns and returns
    ``converged=False`` when the flow comes to rest at a larger loss, when ``max_steps`` of one pass
    are used up, and warns when the passes do not agree.
    """
    X, y, a0, W0 = _checked(X, y, a0, W0)
    kappa, kappa_p, rtol, tol = map(
        _positive, ("kappa", "kappa_p", "rtol", "tol"), (kappa, kappa_p, rtol, tol)
    )
    leak, max_steps = _leak(leak), _steps(max_steps)
    _check_fit(X, y, W0, leak, tol)
    mass = real(weight, "weight", need="positive numbers", holds=lambda w: w > 0)
    if mass.shape not in ((), a0.shape):
        raise ValueError(f"weight has shape {mass.shape}: one number or {a0.shape} is expected")
    mass, counted = np.array(np.broadcast_to(mass, a0.shape)), np.zeros(len(a0))
    counted[rows] = mass[rows]
    if not counted.any():
        raise ValueError(f"rows = {rows} selects none of the {len(a0)} neurons")
    root = np.sqrt(kappa_p)
    A0, V0 = root * a0, W0 / root
    size_A, size_V = _norm(counted, A0), _norm(counted, V0)
    # who is off everywhere never moves
    live = np.flatnonzero((X @ V0.T > 0).any(0)) if leak == 0 and not record else np.arange(len(A0))
    problem = _Problem(X, y, kappa, mass[live], leak)
    local, error, passes, distances, strayed = FIRST * rtol, np.inf, 0, np.full(2, np.nan), np.inf
    while passes < MAX_PASSES and not error <= rtol / 3:
        path = _follow(problem, A0[live], V0[live], counted[live], local, tol, max_steps, record)
        last, distances = (
            distances,
            np.array([_norm(counted[live], path.moved_A), _norm(counted[live], path.moved_V)]),
        )
        error = float(np.max(np.abs(distances - last) / np.maximum(distances, 1e-300))) / 3
        before, strayed = strayed, path.astray / max(path.way, 1e-300)
        if (
            strayed > SAME * before
        ):  # the tolerance did not bind: the passes agree because they took the same steps
            error = max(error, strayed)
        local, passes = local * NEXT, passes + 1
        if path.steps >= max_steps:
            break
    converged = path.loss <= tol
    if path.stationary:
        warnings.warn(
            f"the flow came to rest at loss {path.loss:.3g} > tol = {tol:.3g}: this network "
            f"cannot fit the targets",
            stacklevel=2,
        )
    elif not converged:
        reason = (
            f"flow stopped after {path.steps} steps at loss {path.loss:.3g} > tol = "
            f"{tol:.3g}; raise max_steps or rtol"
        )
        warnings.warn(reason, stacklevel=2)
    elif not error <= rtol / 3:
        warnings.warn(
            f"after {passes} passes the relative distance is known to {error:.1g} only, not to "
            f"rtol = {rtol:.1g}",
            stacklevel=2,
        )
    scale = np.maximum(path.now.A**2 + (path.now.V**2).sum(1), 1e-300)
    A, V, moved_A, moved_V = A0.copy(), V0.copy(), np.zeros_like(A0), np.zeros_like(V0)
    A[live], V[live], moved_A[live], moved_V[live] = (
        path.now.A,
        path.now.V,
        path.moved_A,
        path.moved_V,
    )
    columns = (
        [*np.array(path.track).T[:4], np.array(path.track)[:, 4:]] if path.track else [None] * 5
    )
    return Flow(
        A / root,
        V * root,
        moved_A / root,
        moved_V * root,
        path.now.e,
        path.loss,
        float(distances[1]) / size_V,
        float(distances[0]) / size_A,
        path.sup_V / size_V,
        path.sup_A / size_A,
        path.time,
        path.steps,
        path.rejected,
        converged,
        float((np.abs(path.drift()) / scale).max()),
        path.stationary,
        error,
        passes,
        *columns,
    )


def _checked(X: Any, y: Any, a0: Any, W0: Any) -> tuple[Array, ...]:
    X, W0 = real(X, "X", ("n", "D")), real(W0, "W0", ("M", "D"))
    y, a0 = real(y, "y", (len(X),)), real(a0, "a0", (len(W0),))
    if W0.shape[1] != X.shape[1]:
        raise ValueError(f"W0 has {W0.shape[1]} columns where X has {X.shape[1]}")
    # of one layout, for which the loops are compiled, and not the caller's
    return tuple(np.array(v, order="C") for v in (X, y, a0, W0))


def _positive(name: str, value: Any) -> float:
    return number(value, name, "a positive finite number", lambda value: value > 0)


def _leak(leak: Any) -> float:
    what = "a slope between -1 and 1 of the activation max(z, leak z)"
    return number(leak, "leak", what, lambda leak: -1 <= leak <= 1)


def _steps(max_steps: Any) -> int:
    return integer(max_steps, "max_steps", "a number of steps", lambda steps: steps >= 0)


def _check_fit(X: Array, y: Array, W0: Array, leak: float, tol: float) -> None:
    unique, which = np.unique(X, axis=0, return_inverse=True)
    for row in range(len(unique)):
        targets = y[which.ravel() == row]
        if np.ptp(targets) > 0 and np.var(targets) * len(targets) / (2 * len(y)) > tol:
            raise ValueError(
                f"the input {unique[row]} occurs with targets {targets.min():g} to "
                f"{targets.max():g}: no network can fit both"
            )
    if leak == 0 and not (X @ W0.T > 0).any():
        raise ValueError(
            "no neuron is active on any sample: the targets cannot be fitted from this start; use "
            "another seed or width"
        )


def reference(
    X: Any,
    y: Any,
    kappa: float,
    kappa_p: float,
    a0: Any,
    W0: Any,
    *,
    leak: float = 0.0,
    courant: float = 1e-2,
    tol: float = 1e-10,
    max_steps: int = 5_000_000,
) -> Flow:
    """The same flow by explicit Euler steps of ``courant`` / lambda_max: slow, first order,
    obviously correct; checks ``solve``, and raises as it does.
    """
    X, y, a0, W0 = _checked(X, y, a0, W0)
    kappa, kappa_p, courant, tol = map(
        _positive, ("kappa", "kappa_p", "courant", "tol"), (kappa, kappa_p, courant, tol)
    )
    leak, max_steps = _leak(leak), _steps(max_steps)
    _check_fit(X, y, W0, leak, tol)
    n, a, W, time, steps, h = len(y), a0.copy(), W0.copy(), 0.0, 0, 0.0
    sup_a = sup_w = 0.0
    while steps < max_steps:
        Z = W @ X.T
        S, on = np.maximum(Z, leak * Z), np.where(Z > 0, 1.0, leak)
        e = kappa * (a @ S) - y
        loss = float(e @ e) / (2 * n)
        if loss <= tol:
            break
        if steps % 50 == 0:
            K = (
                kappa**2
                / n
                * (S.T @ S / kappa_p + kappa_p * ((on * (a * a)[:, None]).T @ on) * (X @ X.T))
            )
            h = courant / float(np.linalg.eigvalsh(K)[-1])
        a, W = (
            a - h * kappa / kappa_p / n * (S @ e),
            W - h * kappa * kappa_p / n * (a[:, None] * ((on * e) @ X)),
        )
        time, steps = time + h, steps + 1
        sup_a, sup_w = (
            max(sup_a, float(np.linalg.norm(a - a0))),
            max(sup_w, float(np.linalg.norm(W - W0))),
        )
    norm_a, norm_w = float(np.linalg.norm(a0)), float(np.linalg.norm(W0))
    invariant = (
        kappa_p * a**2 - (W**2).sum(1) / kappa_p - kappa_p * a0**2 + (W0**2).sum(1) / kappa_p
    )
    return Flow(
        a,
        W,
        a - a0,
        W - W0,
        e,
        loss,
        float(np.linalg.norm(W - W0)) / norm_w,
        float(np.linalg.norm(a - a0)) / norm_a,
        sup_w / norm_w,
        sup_a / norm_a,
        time,
        steps,
        0,
        loss <= tol,
        float(np.abs(invariant).max()),
    )
