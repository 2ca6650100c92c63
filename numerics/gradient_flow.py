"""Gradient flow of a two-layer ReLU network by Lorentz boosts: few steps, and the conserved quantity exact to rounding.

Setting (theory.gradient_flow).  Normalised variables: f(x) = kappa sum_k a_k relu(w_k . x), loss (1/2n) sum_i (f(x_i) - y_i)^2.
In A = sqrt(kappa') a, V = w / sqrt(kappa') a step in which the impulse keeps its direction is one boost; the stiff decay of the
residual is carried by exp(-K h), with K extrapolated from the step before.  A neuron that comes to a kink is boosted up to it, to the
moment, and goes on across it or along it.  ``solve`` follows the flow again with a smaller tolerance until the relative distances agree.
Each row of the start may stand for ``weight`` neurons, so that a width of 1e12 costs what its quadrature nodes cost.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from theory import gradient_flow as theory

Array = np.ndarray
FIRST, NEXT = 10.0, 1 / 8  # local tolerance of the first pass over rtol, and of each further pass over the one before
MAX_PASSES = 6
MAX_RAPIDITY = 3.0  # longer steps are not tried
SHARE = 0.03  # a step shorter than this share of the rapidity so far is held to the tolerance of that share
STILL = 1e-4  # while time doubles neither the loss nor a neuron changes by more than this share of what it could: at rest
PIVOTS = 12  # when the shares of a neuron on several planes are sought
ROUNDING = 1e-9  # by which a loss may seem to grow
ORIGIN = 1e-10  # V in units of the output weight, v in units of the largest push: both vanish
SHORTEST = 1e-14  # of the fastest time scale at the start


@dataclass(frozen=True)
class Flow:
    """Where the flow ended, and how it got there.

    ``a`` (M,), ``W`` (M, D): normalised weights at the end; ``moved_a``, ``moved_W``: displacements, resolved below 1e-16 of the
    weights.  ``rd_a``, ``rd_w``: displacement over initial norm at the end; ``sup_rd_*``: largest over time.  ``time`` in units of
    beta_1 beta_2.  ``converged``: the loss is below ``tol``; ``stationary``: it is not, and nothing moves any more.  ``error``: estimated
    relative error of the distances, a third of the difference between the last two passes.  ``steps`` and ``rejected`` are those of the
    last pass.  ``t``, ``losses``, ``rds`` (of w), ``invariants`` (largest change of the conserved quantity) (T,) and
    ``orientations`` (T, D), the mean direction of the neurons weighted by |a||w| (length 1 when all point one way): trajectories,
    one entry per accepted step, when recorded.
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
    m: float, D: int, *, sampled: bool = False, nodes: int = 2048, seed: int = 0, antisymmetric: bool = True
) -> tuple[Array, Array, float]:
    """Normalised Gaussian start: a (M,), W (M, D), and how many neurons a row stands for.

    Antisymmetric: a second copy with the same W and output weights -a, both trained, no factor 1/sqrt(2); M counts both copies and
    the first copy comes first.  ``sampled`` draws m neurons; otherwise ``nodes`` scrambled Sobol points stand for m.
    Raises ``ValueError`` for m < 1, D < 1 or nodes < 1.
    """
    if not m >= 1:
        raise ValueError(f"width m = {m}: at least one neuron is needed")
    if D < 1:
        raise ValueError(f"input dimension D = {D}: at least one input is needed")
    if nodes < 1:
        raise ValueError(f"nodes = {nodes}: at least one node is needed")
    if sampled:
        rows = np.random.default_rng(seed).standard_normal((int(m), D + 1))
    else:
        from scipy.stats import norm, qmc

        rows = norm.ppf(qmc.Sobol(D + 1, rng=np.random.default_rng(seed)).random(nodes))
    a, W, weight = rows[:, 0], rows[:, 1:], m / len(rows)
    return (np.r_[a, -a], np.r_[W, W], weight) if antisymmetric else (a, W, weight)


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Increments of a boost, two zeros of a preactivation on the way: as derived."""
    output, parallel = theory.exact_step()
    frame, zero = (theory.A, theory.along, theory.grown), (theory.A, theory.along, theory.slope, theory.level)
    near, far = theory.moment_of_a_kink()
    return output.function(*frame), parallel.function(*frame), near.function(*zero), far.function(*zero)


def boost(A: Array, V: Array, impulse: Array) -> tuple[Array, Array]:
    """Increments of A (M,) and V (M, D) when kappa times the integral of v is ``impulse`` (M, D), direction unchanged."""
    return _boost(A, *_frame(V, impulse))


def _frame(V: Array, impulse: Array) -> tuple[Array, Array, Array]:
    """V along the impulse, rapidity, unit vector of the impulse (0 where there is none)."""
    rho = np.sqrt(np.einsum("kc,kc->k", impulse, impulse))
    u = impulse / np.where(rho > 0, rho, 1.0)[:, None]
    return np.einsum("kc,kc->k", V, u), rho, u


def _boost(A: Array, along: Array, rho: Array, u: Array) -> tuple[Array, Array]:
    of_output, of_parallel, *_ = _formulas()
    grown = np.expm1(rho)
    return of_output(A, along, grown), u * of_parallel(A, along, grown)[:, None]


def decay(K: Array, h: float, e: Array) -> tuple[Array, Array]:
    """Integral of exp(-K s) e over [0, h], and exp(-K h) e, for a symmetric K >= 0 of shape (n, n)."""
    rates, modes = np.linalg.eigh(K)
    z, c = np.maximum(rates, 0.0) * h, modes.T @ e
    mean = np.where(z > 1e-8, -np.expm1(-z) / np.where(z > 1e-8, z, 1.0), 1.0 - z / 2)
    return modes @ (h * mean * c), modes @ (np.exp(-z) * c)


def _landing(K: Array, h: float, e: Array, tol: float) -> float:
    """The time in [0, h] at which |exp(-K s) e|^2 / 2n falls to ``tol``; h when it does not."""
    rates, modes = np.linalg.eigh(K)
    weights, rates = (modes.T @ e) ** 2 / (2 * len(e)), 2 * np.maximum(rates, 0.0)
    low, high = 0.0, h
    if weights @ np.exp(-rates * h) >= tol:
        return h
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if weights @ np.exp(-rates * middle) > tol else (low, middle)
    return high


class _Problem:
    """Data and scales.  Samples on one line through 0 share the plane w . x = 0: kinks belong to planes, residuals to samples."""

    def __init__(self, X: Array, y: Array, kappa: float, mass: Array):
        self.X, self.y, self.kappa, self.mass, self.n = X, y, kappa, mass, len(y)
        self.gram, self.lengths = X @ X.T, np.linalg.norm(X, axis=1)
        units = X / np.where(self.lengths > 0, self.lengths, 1.0)[:, None]
        lead = np.take_along_axis(units, np.abs(units).argmax(1)[:, None], 1)
        _, first, plane = np.unique(np.round(np.where(lead < 0, -units, units), 12) + 0.0, axis=0, return_index=True, return_inverse=True)
        self.plane = np.argsort(np.argsort(first))[plane.ravel()]  # planes in the order of their first sample
        first = np.sort(first)
        self.normals, self.simple = X[first], len(first) == len(X)
        self.cross = self.normals @ self.normals.T
        self.opposite = np.einsum("ic,ic->i", X, self.normals[self.plane]) < 0
        self.scale = np.where(self.lengths > 0, self.lengths / np.where(self.lengths > 0, self.lengths, 1.0)[first][self.plane], 1.0)

    def drive(self, E: Array) -> tuple[Array, Array]:
        """kappa times the integral of v is ``base`` (D,) + sum over active planes of ``jump`` (p,) normal, for E the integral of e."""
        pull = self.kappa / self.n * E
        return np.bincount(self.plane, self.scale * pull, len(self.normals)), (pull * self.opposite) @ self.X

    def features(self, Z: Array) -> Array:
        """relu(V . x_i) (M, n) from the preactivations Z (M, p) of the planes."""
        return np.maximum(Z if self.simple else np.where(self.opposite, -self.scale, self.scale) * Z[:, self.plane], 0.0)

    def active(self, on: Array, kinks: _Kinks) -> Array:
        """On which samples each neuron is active (M, n): 1 or 0, and 0 on the planes that hold it."""
        if self.simple:
            return on
        found = np.where(self.opposite, 1.0 - on[:, self.plane], on[:, self.plane])
        found[kinks.rows] *= ~kinks.held[:, self.plane]
        return found

    def kernel(self, A: Array, S: Array, on: Array, kinks: _Kinks) -> Array:
        """K (n, n) of the residual equation; a neuron that is held moves along its planes only."""
        active, size = self.active(on, kinks), self.mass * A * A
        G = ((active * size[:, None]).T @ active) * self.gram
        if len(kinks.rows):
            planes, real = _listed(kinks.held)
            across = (self.normals @ self.X.T)[planes] * active[kinks.rows][:, None]
            back = _solved(self.cross[planes[:, :, None], planes[:, None, :]], real, across) * size[kinks.rows][:, None, None]
            G -= across.reshape(-1, self.n).T @ back.reshape(-1, self.n)
        return self.kappa**2 / self.n * ((S * self.mass[:, None]).T @ S + G)


@dataclass(frozen=True)
class _Kinks:
    """Neurons on kinks: their rows (R,), and which planes hold them (R, p)."""

    rows: Array
    held: Array


@dataclass(frozen=True)
class _State:
    """A (M,), V (M, D), preactivations and active planes (M, p) (off where held), features (M, n), residual (n,), kernel (n, n)."""

    A: Array
    V: Array
    Z: Array
    on: Array
    kinks: _Kinks
    S: Array
    e: Array
    K: Array


def _listed(held: Array) -> tuple[Array, Array]:
    """The planes that hold each row, as a list (R, q) padded with others, and which entries are real."""
    order = np.argsort(~held, axis=1, kind="stable")[:, : int(held.sum(1).max())]
    return order, held[np.arange(len(held))[:, None], order]


def _solved(inner: Array, real: Array, right: Array) -> Array:
    """Solutions of many small systems with Gram matrices (R, q, q), of the real rows and columns only; 0 elsewhere."""
    inner = inner * (real[:, :, None] & real[:, None, :])
    diagonal = np.einsum("kss->ks", inner)
    diagonal += np.where(real, 1e-12 * diagonal, 1.0)  # planes may be dependent
    column = right.ndim == 2
    right = right[:, :, None] if column else right
    found = np.linalg.solve(inner, right * real[:, :, None])
    return np.asarray(found[:, :, 0] if column else found)


def _shares(problem: _Problem, A: Array, on: Array, held: Array, jump: Array, base: Array) -> tuple[Array, Array, Array]:
    """Active shares (R, p) of neurons that lie on planes, which planes go on to hold them, and who stays at rest.

    Planes that attract (A jump > 0) get the shares that make |v| least, which are Filippov's; from a plane whose share is 0 or 1, and from
    one that repels, the neuron departs to the side to which it is driven, or stays off where nothing drives it.  Found by pivoting: solve
    for the shares in between, move those beyond 0 or 1 to the end, and free those that are pushed back.  Who finds no consistent side, as
    may happen at V = 0, stays.
    """
    planes, real = _listed(held)
    gain, inner = jump[planes] * real, problem.cross[planes[:, :, None], planes[:, None, :]]
    attracts, steep = A[:, None] * gain > 0, gain * np.einsum("kss->ks", inner)
    off = np.where(held, 0.0, on)
    each = np.arange(len(A))[:, None]
    without = ((off * jump) @ problem.cross + problem.normals @ base)[each, planes]  # v . x with the held planes off
    share, free, live = np.full(gain.shape, 0.5), attracts.copy(), np.arange(len(A))
    for _ in range(PIVOTS):
        a, g, loose, now = A[live, None], gain[live], ~attracts[live], share[live]
        fixed = without[live] + np.einsum("kst,kt->ks", inner[live], np.where(free[live], 0.0, g * now))
        between = _solved(inner[live], free[live], -fixed)
        push = fixed + np.einsum("kst,kt->ks", inner[live], between)
        new = np.where(free[live], between / np.where(free[live], g, 1.0), now)
        beyond = free[live] & ((new < 0) | (new > 1))
        back = ~free[live] & ~loose & (a * push * (now - 0.5) > 0)
        new = np.where(loose, a * (push - (now - 0.5) * steep[live]) < 0, np.clip(new, 0.0, 1.0))
        share[live], free[live] = new, (free[live] & ~beyond) | back
        live = live[(beyond | back | (loose & (new != now)) & real[live]).any(1)]
        if not len(live):
            break
    rest = np.zeros(len(A), dtype=bool)
    rest[live] = True
    holds, filled = np.zeros_like(held), off.copy()
    holds[each, planes] = real & ((free & (share > 0) & (share < 1)) | rest[:, None])
    filled[each, planes] = np.where(real, share, off[each, planes])
    return filled, holds, rest


def _first_zero(A: Array, along: Array, rho: Array, slope: Array, level: Array) -> Array:
    """Share of the boost after which V . x first vanishes (R, p), inf if it does not; slope u . x and level V . x (R, p)."""
    _, _, near, far = _formulas()
    sign = np.where(slope * A[:, None] < 0, -1.0, 1.0)
    arguments = (A[:, None], along[:, None], sign * slope, sign * level)
    first = np.full(level.shape, np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        for root in (near(*arguments), far(*arguments)):
            moment = 2 * np.arctanh(root) / rho[:, None]
            first = np.where((root > 0) & (moment < first), moment, first)
    return first


def _along_kinks(problem: _Problem, A: Array, V: Array, Z: Array, on: Array, held: Array, E: Array) -> tuple[Array, ...]:
    """Exact motion of neurons that meet kinks under a residual with integral E and fixed direction: from kink to kink.

    Increments of A and V, then Z, on, held and the rapidity of the way.  Where all preactivations of a neuron vanish at once and not all
    planes attract, the flow is not unique.  A neuron that comes to rest there is off for ever, as relu'(0) = 0 has it; descent does the
    same, because it steps over into the region where all are negative.
    """
    A, V, Z, on, held = A.copy(), V.copy(), Z.copy(), on.copy(), held.copy()
    gone_A, gone_V, left, live, way = np.zeros_like(A), np.zeros_like(V), np.ones(len(A)), np.arange(len(A)), np.zeros(len(A))
    jump, base = problem.drive(E)
    far = float(problem.lengths.max())
    strength = float(np.abs(jump) @ np.linalg.norm(problem.normals, axis=1))
    for _ in range(4 * Z.shape[1] + 20):
        share, holds, rest = on[live], held[live], np.zeros(len(live), dtype=bool)
        touched = np.flatnonzero(holds.any(1))
        if len(touched):
            share[touched], holds[touched], rest[touched] = _shares(problem, A[live][touched], share[touched], holds[touched], jump, base)
        impulse = (share @ (jump[:, None] * problem.normals) + base) * ~rest[:, None]
        along, rho, u = _frame(V[live], impulse)
        if not (rho * left[live]).max() <= MAX_RAPIDITY:
            way[:] = np.inf
            break
        dies = (np.abs(Z[live]).max(1) <= ORIGIN * far * np.abs(A[live])) & (rho <= ORIGIN * strength) & (A[live, None] * jump < 0).any(1)
        holds[dies], share[dies], Z[live[dies]], u[dies], rho[dies] = False, 0.0, 0.0, 0.0, 0.0
        moments = np.where(holds, np.inf, _first_zero(A[live], along, rho, u @ problem.normals.T, Z[live]))
        plane = moments.argmin(1)
        moment = moments[np.arange(len(live)), plane]
        hit = moment < left[live]
        taken = np.where(hit, moment, left[live])
        dA, dV = _boost(A[live], along, taken * rho, u)
        A[live], gone_A[live] = A[live] + dA, gone_A[live] + dA  # increments keep the digits that a difference of sums would lose
        V[live], gone_V[live] = V[live] + dV, gone_V[live] + dV
        way[live] += taken * rho
        level = np.where(holds, 0.0, Z[live] + dV @ problem.normals.T)
        level[hit, plane[hit]] = 0.0
        holds[hit, plane[hit]] = True
        Z[live], held[live], left[live] = level, holds, left[live] - taken
        on[live] = np.where(holds, 0.0, np.where(level == 0, share > 0.5, level > 0))
        live = live[hit]
        if not len(live):
            break
    return gone_A, gone_V, Z, on, held, way


def _move(problem: _Problem, now: _State, halves: tuple[Array, Array]) -> tuple[Array, Array, Array, Array, _Kinks, float] | None:
    """Increments of A and V, Z, on and kinks after them, and the largest rapidity, for the integrals of e over both halves of a step."""
    jump, base = problem.drive(halves[0] + halves[1])
    along, rho, u = _frame(now.V, now.on @ (jump[:, None] * problem.normals) + base)
    rho[now.kinks.rows] = 0.0
    if not rho.max() <= MAX_RAPIDITY:
        return None
    dA, dV = _boost(now.A, along, rho, u)
    Z, on, held = now.Z + dV @ problem.normals.T, now.on, now.kinks.held
    kinks = np.flatnonzero((Z > 0) != (on > 0)) // Z.shape[1]
    rows = np.unique(np.concatenate([kinks, np.flatnonzero(now.A * (now.A + dA) < 0), now.kinks.rows]))
    if len(rows):
        holds = np.zeros((len(rows), Z.shape[1]), dtype=bool)
        holds[np.searchsorted(rows, now.kinks.rows)] = held
        A, V, level, side = now.A[rows], now.V[rows], now.Z[rows], on[rows]
        dA[rows], dV[rows], ways = 0.0, 0.0, np.zeros(len(rows))
        for half in halves:
            stepA, stepV, level, side, holds, way = _along_kinks(problem, A + dA[rows], V + dV[rows], level, side, holds, half)
            dA[rows] += stepA
            dV[rows] += stepV
            ways += way
            if not way.max() <= MAX_RAPIDITY:
                return None
        rho[rows], Z[rows], on = ways, level, on.copy()
        on[rows] = side
        rows, held = rows[holds.any(1)], holds[holds.any(1)]
    return dA, dV, Z, on, _Kinks(rows, held), float(rho.max())


def _norm(mass: Array, *moved: Array) -> float:
    """Euclidean norm over all neurons that the rows stand for."""
    return float(np.sqrt(sum(mass @ (v * v if v.ndim == 1 else np.einsum("kc,kc->k", v, v)) for v in moved)))


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
    stationary: bool = False
    sup_A: float = 0.0
    sup_V: float = 0.0
    track: list[tuple[float, ...]] = field(default_factory=list)

    def drift(self) -> Array:
        """Change of A^2 - |V|^2 (M,)."""
        return np.asarray(self.now.A**2 - (self.now.V**2).sum(1) - self.A0**2 + (self.V0**2).sum(1))


def _follow(problem: _Problem, A0: Array, V0: Array, part: slice, local: float, tol: float, max_steps: int, record: bool) -> _Path:
    """The flow from its start with local tolerance ``local``.

    A step is accepted when the integral of the residual over it, found with the extrapolated kernel, differs from that with the mean of
    the kernels at both ends by no more than ``local`` of the rapidity of the step.
    """
    mass, n = problem.mass, problem.n
    Z = V0 @ problem.normals.T
    held = (Z == 0) & (problem.normals != 0).any(1)
    rows = np.flatnonzero(held.any(1))
    kinks, on = _Kinks(rows, held[rows]), (Z > 0) * 1.0
    S = problem.features(Z)
    e = problem.kappa * ((mass * A0) @ S) - problem.y
    K = problem.kernel(A0, S, on, kinks)
    path = _Path(_State(A0, V0, Z, on, kinks, S, e, K), A0, V0, np.zeros_like(A0), np.zeros_like(V0), float(e @ e) / (2 * n))
    fastest = float(np.linalg.eigvalsh(K)[-1])
    if not fastest > 0:
        raise ValueError("no neuron moves: the flow cannot start; use another seed or a larger width")
    h, slope, so_far, first_loss = 1.0 / fastest, np.zeros_like(K), 0.0, path.loss
    mark = (0.1 * h, path.moved_A, path.moved_V, path.loss)
    while path.loss > tol and path.steps < max_steps and not path.stationary and h * fastest > SHORTEST:
        now = path.now
        h = _landing(now.K + h / 2 * slope, h, now.e, 0.999 * tol)
        ahead = now.K + h / 2 * slope
        (first, _), (whole, _) = decay(ahead, h / 2, now.e), decay(ahead, h, now.e)
        step = _move(problem, now, (first, whole - first))
        if step is None:
            path.rejected, h = path.rejected + 1, h / 2
            continue
        dA, dV, Z, on, kinks, rapidity = step
        S, A = problem.features(Z), now.A + dA
        e = now.e + problem.kappa * ((mass * dA) @ S + (mass * now.A) @ (S - now.S))
        K = problem.kernel(A, S, on, kinks)
        astray = problem.kappa / n * (np.abs(decay((now.K + K) / 2, h, now.e)[0] - whole) @ problem.lengths)
        gap = float(astray / (local * max(rapidity, SHARE * min(so_far, 1.0), 1e-300)))
        loss = float(e @ e) / (2 * n)
        if not (gap <= 1 and loss <= path.loss * (1 + ROUNDING)):  # the loss of a flow never grows
            path.rejected, h = path.rejected + 1, h * (max(0.2, 0.9 * gap**-0.5) if 1 < gap < np.inf else 0.2)
            continue
        path.moved_A, path.moved_V = path.moved_A + dA, path.moved_V + dV
        path.now, slope = _State(A0 + path.moved_A, V0 + path.moved_V, Z, on, kinks, S, e, K), (K - now.K) / h
        path.loss = loss
        path.time, path.steps, so_far = path.time + h, path.steps + 1, so_far + rapidity
        path.sup_A = max(path.sup_A, _norm(mass[part], path.moved_A[part]))
        path.sup_V = max(path.sup_V, _norm(mass[part], path.moved_V[part]))
        if path.time >= 2 * mark[0]:
            path.stationary = loss > tol and _at_rest(mark, path, so_far, first_loss)
            mark = (path.time, path.moved_A, path.moved_V, loss)
        if record:
            path.track.append(_entry(path, mass, part))
        h *= min(10.0, 0.9 * max(gap, 1e-6) ** -0.5)
    return path


def _at_rest(mark: tuple[float, Array, Array, float], path: _Path, so_far: float, first_loss: float) -> bool:
    """Whether the flow stood still while its time doubled.

    With a frozen kernel a residual that can still be reduced would have moved the weights by at least the root of (loss now / loss at the
    start) times the way so far; and a neuron that is small still grows by a rapidity.
    """
    _, then_A, then_V, loss = mark
    moved = np.hypot(path.moved_A - then_A, np.sqrt(((path.moved_V - then_V) ** 2).sum(1)))
    size = np.hypot(path.now.A, np.sqrt((path.now.V**2).sum(1)))
    reach = STILL * np.sqrt(path.loss / first_loss) * min(so_far, 1.0)
    return bool(loss - path.loss <= STILL * loss and (moved <= reach * size).all())


def _entry(path: _Path, mass: Array, part: slice) -> tuple[float, ...]:
    A, V = path.now.A, path.now.V
    pull = mass * np.abs(A)
    mean = (pull @ V) / (pull @ np.linalg.norm(V, axis=1))
    distance = _norm(mass[part], path.moved_V[part]) / _norm(mass[part], path.V0[part])
    return path.time, path.loss, distance, float(np.abs(path.drift()).max()), *mean


def solve(
    X: Array,
    y: Array,
    kappa: float,
    kappa_p: float,
    a0: Array,
    W0: Array,
    *,
    weight: float | Array = 1.0,
    rtol: float = 3e-3,
    tol: float = 1e-14,
    max_steps: int = 20_000,
    rows: slice = slice(None),
    record: bool = False,
) -> Flow:
    """Follow the normalised gradient flow until the loss (1/2n)|e|^2 has fallen to ``tol``, or nothing moves any more.

    X (n, D) inputs with the bias column included, y (n,) targets, a0 (M,) and W0 (M, D) the normalised start, each row standing for
    ``weight`` neurons (a number, or one per row).  Relative distances are those of the neurons in ``rows`` (all of them by default;
    ``slice(m)`` is the first copy of an antisymmetric start).

    Error: the flow is followed again and again with a smaller local tolerance, until the relative distances of both layers change by no
    more than ``rtol``; what is left is about a third of the change (``Flow.error``).  A neuron that comes close to a kink that repels
    it is decided by errors of any size: where one neuron carries more than rtol of the distance, this may go unnoticed.

    Raises ``ValueError`` for mismatched shapes, empty or non-finite input, non-positive scales, and for targets that no network or
    not this start can fit.  Warns and returns ``converged=False`` when the flow comes to rest at a larger loss, when ``max_steps`` of one
    pass are used up, and warns when the passes do not agree.
    """
    X, y, a0, W0 = _checked(X, y, kappa, kappa_p, a0, W0, weight, rtol, tol)
    mass = np.broadcast_to(np.asarray(weight, dtype=float), a0.shape)
    if not len(mass[rows]):
        raise ValueError(f"rows = {rows} selects none of the {len(a0)} neurons")
    problem, root = _Problem(X, y, float(kappa), mass), np.sqrt(kappa_p)
    A0, V0 = root * a0, W0 / root
    size_A, size_V = _norm(mass[rows], A0[rows]), _norm(mass[rows], V0[rows])
    local, error, passes, distances = FIRST * rtol, np.inf, 0, np.full(2, np.nan)
    while passes < MAX_PASSES and not error <= rtol / 3:
        path = _follow(problem, A0, V0, rows, local, tol, max_steps, record)
        last, distances = distances, np.array([_norm(mass[rows], path.moved_A[rows]), _norm(mass[rows], path.moved_V[rows])])
        error = float(np.max(np.abs(distances - last) / np.maximum(distances, 1e-300))) / 3
        local, passes = local * NEXT, passes + 1
        if path.steps >= max_steps:
            break
    converged = path.loss <= tol
    if path.stationary:
        warnings.warn(f"the flow came to rest at loss {path.loss:.3g} > tol = {tol:.3g}: this network cannot fit the targets", stacklevel=2)
    elif not converged:
        reason = f"flow stopped after {path.steps} steps at loss {path.loss:.3g} > tol = {tol:.3g}; raise max_steps or rtol"
        warnings.warn(reason, stacklevel=2)
    elif not error <= rtol / 3:
        warnings.warn(f"after {passes} passes the relative distance is known to {error:.1g} only, not to rtol = {rtol:.1g}", stacklevel=2)
    now = path.now
    scale = np.maximum(now.A**2 + (now.V**2).sum(1), 1e-300)
    columns = [*np.array(path.track).T[:4], np.array(path.track)[:, 4:]] if path.track else [None] * 5
    return Flow(
        now.A / root, now.V * root, path.moved_A / root, path.moved_V * root, now.e, path.loss, float(distances[1]) / size_V,
        float(distances[0]) / size_A, path.sup_V / size_V, path.sup_A / size_A, path.time, path.steps, path.rejected, converged,
        float((np.abs(path.drift()) / scale).max()), path.stationary, error, passes, *columns,
    )


def _checked(X: Any, y: Any, kappa: float, kappa_p: float, a0: Any, W0: Any, weight: Any, rtol: float, tol: float) -> tuple[Array, ...]:
    X, y, a0, W0 = (np.asarray(v, dtype=float) for v in (X, y, a0, W0))
    if X.ndim != 2 or X.shape[0] == 0 or X.shape[1] == 0:
        raise ValueError(f"X has shape {X.shape}: expected (n, D) with n >= 1 samples and D >= 1 inputs")
    if y.shape != (len(X),):
        raise ValueError(f"y has shape {y.shape}: expected ({len(X)},), one target per row of X")
    if W0.ndim != 2 or W0.shape[1] != X.shape[1] or a0.shape != (len(W0),) or not len(a0):
        raise ValueError(f"a0 {a0.shape} and W0 {W0.shape} do not fit X {X.shape}: expected (M,) and (M, {X.shape[1]}) with M >= 1")
    for name, value in (("X", X), ("y", y), ("a0", a0), ("W0", W0)):
        if not np.isfinite(value).all():
            place = tuple(int(c) for c in np.argwhere(~np.isfinite(value))[0])
            raise ValueError(f"{name} is not finite at index {place}: {value[place]}")
    for name, value in (("kappa", kappa), ("kappa_p", kappa_p), ("rtol", rtol), ("tol", tol)):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} = {value}: a positive finite number is needed")
    mass = np.asarray(weight, dtype=float)
    if mass.shape not in ((), a0.shape) or not (np.isfinite(mass) & (mass > 0)).all():
        raise ValueError(f"weight has shape {mass.shape}: expected one positive number, or one per row of a0 {a0.shape}")
    unique, which = np.unique(X, axis=0, return_inverse=True)
    for row in range(len(unique)):
        targets = y[which.ravel() == row]
        if np.ptp(targets) > 0 and np.var(targets) * len(targets) / (2 * len(y)) > tol:
            raise ValueError(f"the input {unique[row]} occurs with targets {targets.min():g} to {targets.max():g}: no network can fit both")
    if not (X @ W0.T > 0).any():
        raise ValueError("no neuron is active on any sample: the targets cannot be fitted from this start; use another seed or width")
    return X, y, a0, W0


def reference(
    X: Array, y: Array, kappa: float, kappa_p: float, a0: Array, W0: Array, *, courant: float = 1e-2, tol: float = 1e-10,
    max_steps: int = 5_000_000,
) -> Flow:
    """The same flow by explicit Euler steps of ``courant`` / lambda_max: slow, first order, obviously correct; checks ``solve``."""
    X, y, a0, W0 = _checked(X, y, kappa, kappa_p, a0, W0, 1.0, 1.0, tol)
    n, a, W, time, steps, h = len(y), a0.copy(), W0.copy(), 0.0, 0, 0.0
    sup_a = sup_w = 0.0
    while steps < max_steps:
        Z = W @ X.T
        S, on = np.maximum(Z, 0.0), Z > 0
        e = kappa * (a @ S) - y
        loss = float(e @ e) / (2 * n)
        if loss <= tol:
            break
        if steps % 50 == 0:
            K = kappa**2 / n * (S.T @ S / kappa_p + kappa_p * ((on * (a * a)[:, None]).T @ on) * (X @ X.T))
            h = courant / float(np.linalg.eigvalsh(K)[-1])
        a, W = a - h * kappa / kappa_p / n * (S @ e), W - h * kappa * kappa_p / n * (a[:, None] * ((on * e) @ X))
        time, steps = time + h, steps + 1
        sup_a, sup_w = max(sup_a, float(np.linalg.norm(a - a0))), max(sup_w, float(np.linalg.norm(W - W0)))
    norm_a, norm_w = float(np.linalg.norm(a0)), float(np.linalg.norm(W0))
    invariant = kappa_p * a**2 - (W**2).sum(1) / kappa_p - kappa_p * a0**2 + (W0**2).sum(1) / kappa_p
    return Flow(
        a, W, a - a0, W - W0, e, loss, float(np.linalg.norm(W - W0)) / norm_w, float(np.linalg.norm(a - a0)) / norm_a,
        sup_w / norm_w, sup_a / norm_a, time, steps, 0, loss <= tol, float(np.abs(invariant).max()),
    )
