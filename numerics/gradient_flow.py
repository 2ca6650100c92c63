"""Gradient flow of a two-layer ReLU network by Lorentz boosts: few steps, and the conserved quantity exact to rounding.

Setting (theory.gradient_flow).  Normalised variables: f(x) = kappa sum_k a_k relu(w_k . x), loss (1/2n) sum_i (f(x_i) - y_i)^2.
In A = sqrt(kappa') a, V = w / sqrt(kappa') a step in which the impulse keeps its direction is one boost; the stiff decay of the
residual is carried by exp(-K h).  Neurons that reach a kink cross it or slide along it.  Each row of the start may stand for
``weight`` neurons, so that a width of 1e12 costs what its quadrature nodes cost.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from theory import gradient_flow as theory

Array = np.ndarray
MAX_RAPIDITY = 1.0  # beyond it activation patterns cannot be predicted over the step
SMALL_STEP = 0.03  # steps shorter than this share of the distance travelled so far are held to that share
STILL = 1e-13  # a rapidity below it is rounding: nothing moves any more


@dataclass(frozen=True)
class Flow:
    """Where the flow ended, and how it got there.

    ``a`` (M,), ``W`` (M, D): normalised weights at the end; ``moved_a``, ``moved_W``: displacements, resolved below 1e-16 of the
    weights.  ``rd_a``, ``rd_w``: displacement over initial norm at the end; ``sup_rd_*``: largest over time.  ``time`` in units of
    beta_1 beta_2.  ``t``, ``losses``, ``rds`` (of w), ``invariants`` (largest change of the conserved quantity) (T,) and
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
    """Increments of a boost, and decay and impulse of an eigenmode: as derived."""
    output, parallel = theory.exact_step()
    _, impulse = theory.frozen_residual()
    boost = (output.function(theory.A, theory.along, theory.rho), parallel.function(theory.A, theory.along, theory.rho))
    return (*boost, impulse.function(theory.rate, theory.h), theory.sliding_weight().function(*_slide_symbols()))


def _slide_symbols() -> tuple[Any, Any]:
    names = {str(s): s for s in theory.sliding_weight().result.free_symbols}
    return names["z_off"], names["z_on"]


def boost(A: Array, V: Array, impulse: Array) -> tuple[Array, Array]:
    """Increments of A (M,) and V (M, D) when kappa times the integral of v is ``impulse`` (M, D), direction unchanged."""
    rho = np.sqrt((impulse * impulse).sum(1))
    u = impulse / np.where(rho > 0, rho, 1.0)[:, None]
    along = (V * u).sum(1)
    of_output, of_parallel, *_ = _formulas()
    return of_output(A, along, rho), u * of_parallel(A, along, rho)[:, None]


def decay(K: Array, h: float, e: Array) -> tuple[Array, Array]:
    """Integral of exp(-K s) e over [0, h], and exp(-K h) e, for a symmetric K >= 0 of shape (n, n)."""
    rates, modes = np.linalg.eigh(K)
    z, c = np.maximum(rates, 0.0) * h, modes.T @ e
    mean = np.where(z > 1e-8, -np.expm1(-z) / np.where(z > 1e-8, z, 1.0), 1.0 - z / 2)
    return modes @ (h * mean * c), modes @ (np.exp(-z) * c)


@dataclass(frozen=True)
class _Problem:
    X: Array
    y: Array
    kappa: float
    kappa_p: float
    weight: Array  # (M,)

    @property
    def gram(self) -> Array:
        return self.X @ self.X.T

    def kernel(self, A: Array, S: Array, D: Array, gram: Array) -> Array:
        """K (n, n) of the residual equation; S (M, n) relu(V x), D (M, n) active share of each neuron on each sample."""
        mass = self.weight[:, None]
        return self.kappa**2 * ((S * mass).T @ S + ((D * (A * A)[:, None] * mass).T @ D) * gram) / len(self.y)


def _step(problem: _Problem, gram: Array, A: Array, V: Array, e: Array, h: float, sweeps: int = 2) -> tuple[Array, Array, Array, float]:
    """Increments of A and V over h, the residual after it, and the largest rapidity met."""
    n, kappa, norms = len(e), problem.kappa, np.diag(gram)
    Z = V @ problem.X.T
    S, on = np.maximum(Z, 0.0), Z > 0
    D = on * 1.0
    E, _ = decay(problem.kernel(A, S, D, gram), h, e)
    impulse = kappa * (D * (E / n)) @ problem.X
    rapidity = float(np.sqrt((impulse * impulse).sum(1).max()))
    if not rapidity <= MAX_RAPIDITY:
        return np.zeros_like(A), np.zeros_like(V), e, np.inf
    dA, dV = boost(A, V, impulse)
    slide_weight = _formulas()[3]
    for _ in range(sweeps):
        mid = kappa * (A + dA / 2)[:, None]
        push = (E / n) * norms
        moved = -mid * (((D * (E / n)) @ problem.X) @ problem.X.T)
        if_on, if_off = moved - mid * (1 - D) * push, moved + mid * D * push
        here, there = np.where(on, if_on, if_off), np.where(on, if_off, if_on)
        hits = (Z + here > 0) != on
        before = np.where(hits, np.clip(-Z / np.where(here == 0, 1.0, here), 0.0, 1.0), 1.0)
        slides = (if_off > 0) & (if_on < 0)
        sliding = slide_weight(np.where(slides, if_off, 1.0), np.where(slides, if_on, -1.0))
        share = np.where(slides, sliding, np.where(here * there > 0, 1.0 - on, on))
        D = np.where(hits, before * on + (1 - before) * share, on * 1.0)
        K = problem.kernel(A + dA / 2, (S + np.maximum(Z + dV @ problem.X.T, 0.0)) / 2, D, gram)
        E, _ = decay(K, h, e)
        impulse = kappa * (D * (E / n)) @ problem.X
        rapidity = float(np.sqrt((impulse * impulse).sum(1).max()))
        if not rapidity <= MAX_RAPIDITY:
            return np.zeros_like(A), np.zeros_like(V), e, np.inf
        dA, dV = boost(A, V, impulse)
    S1 = np.maximum((V + dV) @ problem.X.T, 0.0)
    after = e + kappa * ((problem.weight * dA) @ S1 + (problem.weight * A) @ (S1 - S))
    return dA, dV, after, rapidity


def _norm(weight: Array, *moved: Array) -> float:
    """Euclidean norm over all neurons that the rows stand for."""
    return float(np.sqrt(sum((weight * (v * v if v.ndim == 1 else (v * v).sum(1))).sum() for v in moved)))


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
    """Follow the normalised gradient flow until the loss (1/2n)|e|^2 falls below ``tol``.

    X (n, D) inputs with the bias column included, y (n,) targets, a0 (M,) and W0 (M, D) the normalised start, each row standing for
    ``weight`` neurons (a number, or one per row).  Relative distances are those of the neurons in ``rows`` (all of them by default;
    ``slice(m)`` is the first copy of an antisymmetric start).

    A step is done once and again as two halves; it is accepted when both agree to ``rtol`` of the distance
    travelled and the residuals to 10 ``rtol``; the halves are kept.

    Raises ``ValueError`` for mismatched shapes, empty or non-finite input, non-positive scales, and for targets that no network or
    not this start can fit.  Warns and returns ``converged=False`` when ``max_steps`` are used up.
    """
    X, y, a0, W0 = _checked(X, y, kappa, kappa_p, a0, W0, weight, rtol, tol)
    mass = np.broadcast_to(np.asarray(weight, dtype=float), a0.shape)
    part = mass[rows]
    if not len(part):
        raise ValueError(f"rows = {rows} selects none of the {len(a0)} neurons")
    problem = _Problem(X, y, float(kappa), float(kappa_p), mass)
    gram, root = problem.gram, np.sqrt(kappa_p)
    A0, V0 = root * a0, W0 / root
    movedA, movedV = np.zeros_like(A0), np.zeros_like(V0)
    S = np.maximum(V0 @ X.T, 0.0)
    e = kappa * ((mass * A0) @ S) - y
    K = problem.kernel(A0, S, (S > 0) * 1.0, gram)
    top = float(np.linalg.eigvalsh(K)[-1])
    if not top > 0:
        raise ValueError("no neuron is active on any sample: the flow cannot start; use another seed or a larger width")
    h, time, steps, rejected = 0.1 / top, 0.0, 0, 0
    loss, sup_a, sup_v = float(e @ e) / (2 * len(y)), 0.0, 0.0
    start_invariant = A0 * A0 - (V0 * V0).sum(1)
    track: list[tuple[float, ...]] = []
    stalled = 0
    while loss > tol and steps < max_steps:
        A, V = A0 + movedA, V0 + movedV
        dA1, dV1, e1, rapidity = _step(problem, gram, A, V, e, h)
        if not np.isfinite(rapidity):
            h, rejected = h / 2, rejected + 1
            continue
        dA2, dV2, e2, first = _step(problem, gram, A, V, e, h / 2)
        dA3, dV3, e3, second = _step(problem, gram, A + dA2, V + dV2, e2, h / 2)
        if not np.isfinite(first + second):
            h, rejected = h / 2, rejected + 1
            continue
        dA, dV = dA2 + dA3, dV2 + dV3
        travelled, norm = _norm(mass, dA, dV), float(np.linalg.norm(e))
        allowed = rtol * max(travelled, SMALL_STEP * _norm(mass, movedA, movedV), 1e-300)
        strayed = float(np.linalg.norm(e1 - e3)) / (10 * rtol * norm)
        gap = max(_norm(mass, dA1 - dA, dV1 - dV) / allowed, strayed)
        if not np.isfinite(gap) or gap > 1:
            rejected += 1
            h *= max(0.2, 0.9 * gap**-0.5) if np.isfinite(gap) else 0.2
            if h * top < 1e-14:
                break
            continue
        movedA, movedV, e, time, steps = movedA + dA, movedV + dV, e3, time + h, steps + 1
        sup_a, sup_v = max(sup_a, _norm(part, movedA[rows])), max(sup_v, _norm(part, movedV[rows]))
        before, loss = loss, float(e @ e) / (2 * len(y))
        stalled = stalled + 1 if rapidity < STILL and before - loss < 1e-9 * before else 0
        if stalled > 20:
            raise ValueError(
                f"the flow has stalled at loss {loss:.3g}: no neuron can reduce the residual; "
                "use a larger width, another seed, or targets that the network can fit"
            )
        if record:
            end_a, end_v = A0 + movedA, V0 + movedV
            drift = float(np.abs(end_a**2 - (end_v**2).sum(1) - start_invariant).max())
            pull = mass * np.abs(end_a)
            mean = (pull @ end_v) / (pull @ np.linalg.norm(end_v, axis=1))
            track.append((time, loss, _norm(part, movedV[rows]) / _norm(part, V0[rows]), drift, *mean))
        h *= min(4.0, 0.9 * max(gap, 1e-6) ** -0.5)
    converged = loss <= tol
    if not converged:
        warnings.warn(f"flow stopped after {steps} steps at loss {loss:.3g} > tol = {tol:.3g}; raise max_steps or rtol", stacklevel=2)
    A, V = A0 + movedA, V0 + movedV
    norm_a, norm_v = _norm(part, A0[rows]), _norm(part, V0[rows])
    scale = np.maximum(A * A + (V * V).sum(1), 1e-300)
    drift = float((np.abs(A * A - (V * V).sum(1) - start_invariant) / scale).max())
    columns = [*np.array(track).T[:4], np.array(track)[:, 4:]] if track else [None] * 5
    return Flow(
        A / root, V * root, movedA / root, movedV * root, e, loss, _norm(part, movedV[rows]) / norm_v,
        _norm(part, movedA[rows]) / norm_a, sup_v / norm_v, sup_a / norm_a, time, steps, rejected, converged, drift, *columns,
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
    silent = ((X @ W0.T > 0).sum(1) == 0) & (y != 0)
    if silent.any():
        raise ValueError(f"no neuron is active on sample {int(np.argmax(silent))}: its target cannot be fitted from this start")
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
