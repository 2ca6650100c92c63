"""Stability thresholds of methods of descent, maps of a product, the balance at the edge, and a
two-layer linear network that sharpens: derived formulas for arrays, and paths of the derived maps.

eta is the step, sharpness the largest eigenvalue of the Hessian, in units of one over the step.
Source: ``theory.edge_of_stability``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from numerics.core.arrays import check_shape, integer, number, real, together
from theory import derive
from theory import edge_of_stability as theory
from theory.core.catalogue import nearest

Array = np.ndarray
# where each method stands among the derivations of ``amplification`` and of the two thresholds
ONE_STEP = {"flow": 0, "descent": 1, "heun": 2, "rk3": 3, "rk4": 4, "implicit": 5}
EDGES = {"descent": 0, "heun": 1, "rk3": 2, "rk4": 3}
MEMORY = {"heavy ball": 0, "nesterov": 1, "averaged": 2}
OTHER_NAMES = {
    "gradient flow": "flow",
    "gradient descent": "descent",
    "rk2": "heun",
    "implicit euler": "implicit",
    "ema": "averaged",
    "adam": "averaged",
}
METHODS = (*ONE_STEP, *MEMORY)
SETTLED = 1e-12  # a residual of which nothing is left
PATIENCE = 10**7  # steps until a descent counts as one that does not end


def _method(name: Any, known: Any) -> str:
    method = OTHER_NAMES.get(str(name).lower(), str(name).lower())
    if method not in known:
        raise ValueError(
            f"method {name!r} is not among {', '.join(known)}; the nearest is "
            f"{nearest(method, known)}"
        )
    return method


def _positive(value: Any, name: str) -> Array:
    return real(value, name, need="positive numbers", holds=lambda v: v > 0)


def _step(eta: Any) -> float:
    return number(eta, "eta", "a positive finite step", lambda eta: eta > 0)


# ---------------------------------------------------------------- thresholds


@cache
def _amplification(method: str) -> Callable[..., Any]:
    return derive(theory.amplification)[ONE_STEP[method]].function(theory.z)


def amplification(method: str, z: Any) -> Any:
    """What one step of a method multiplies x by on x' = -lambda x, z = -eta lambda of any shape.

    ``method``: flow, descent, heun, rk3, rk4, implicit.  Raises ``ValueError`` for another one, and
    as ``numerics.core.arrays``.
    """
    return _amplification(_method(method, ONE_STEP))(real(z, "z"))


@cache
def _edge(method: str) -> Callable[..., Any]:
    if method in EDGES:
        return derive(theory.critical_sharpness)[EDGES[method]].function(theory.eta)
    found = derive(theory.critical_sharpness_with_momentum)[MEMORY[method]]
    return found.function(theory.eta, theory.beta)


def critical_sharpness(method: str, eta: Any, beta: Any = 0.0) -> Any:
    """Sharpness from which on a method with these steps is unstable on a quadratic, broadcast;
    infinite for the flow and for implicit descent, which have none.

    ``method``: one of ``METHODS``; "adam" is averaged momentum, for the sharpness P^-1/2 H P^-1/2
    of its frozen preconditioner.  ``beta``: momentum in [0, 1), which only heavy ball, nesterov and
    averaged have.  Raises ``ValueError`` for another method, a step that is not positive, a
    momentum outside [0, 1) or of a method that has none, and as ``numerics.core.arrays``.
    """
    method = _method(method, METHODS)
    steps = _positive(eta, "eta")
    momenta = real(beta, "beta", need="numbers in [0, 1)", holds=lambda b: (b >= 0) & (b < 1))
    together(eta=steps, beta=momenta)
    if method in MEMORY:
        return _edge(method)(steps, momenta)
    if momenta.any():
        raise ValueError(f"method {method!r} has no momentum: leave beta at zero")
    if method not in EDGES:
        return (steps + momenta) * np.inf
    return _edge(method)(steps + momenta)


@cache
def _batches() -> tuple[Callable[..., Any], Callable[..., Any]]:
    growth, edge, _ = derive(theory.sgd_edge)
    symbols = theory.a, theory.v, theory.points, theory.batch
    return growth.function(theory.eta, *symbols), edge.function(*symbols)


def _curvatures(curvatures: Any, batch: Any) -> tuple[float, float, int, int]:
    h = real(curvatures, "curvatures", ("n",))
    if len(h) < 2 or not h.mean() > 0:
        raise ValueError(
            f"curvatures of {len(h)} points with mean {h.mean():.6g}: at least two points and a "
            f"positive mean are needed"
        )
    size = integer(batch, "batch", f"1 to {len(h)} points", lambda b: 1 <= b <= len(h))
    return float(h.mean()), float(h.var()), len(h), size


def sgd_growth(curvatures: Any, batch: int, eta: float) -> float:
    """Mean of x^2 after a step over x^2 before, for minibatches drawn without replacement from
    points of these curvatures (n,); raises as ``sgd_edge``.
    """
    return float(_batches()[0](_step(eta), *_curvatures(curvatures, batch)))


def sgd_edge(curvatures: Any, batch: int) -> float:
    """The step from which on the mean square grows, for minibatches drawn without replacement.

    Raises ``ValueError`` for fewer than two points, curvatures (n,) whose mean is not positive, and
    a batch that is empty or larger than n, and as ``numerics.core.arrays``.
    """
    return float(_batches()[1](*_curvatures(curvatures, batch)))


# ---------------------------------------------------------------- product


@cache
def _product() -> tuple[Callable[..., Any], ...]:
    residual, kept, _, trace = derive(theory.product_step)
    return (
        residual.function(theory.r, theory.s, theory.eta),
        kept.function(theory.r, theory.q, theory.eta),
        trace.function(theory.r, theory.q),
    )


def product_step(r: Any, q: Any, eta: Any) -> tuple[Any, Any]:
    """r = 1 - x y and q = x^2 - y^2 after a step of descent on (1 - x y)^2 / 2, broadcast.

    Raises ``ValueError`` for a step that is not positive, and as ``numerics.core.arrays``.
    """
    r, q, eta = real(r, "r"), real(q, "q"), _positive(eta, "eta")
    together(r=r, q=q, eta=eta)
    return _after(r, q, eta)


def _after(r: Any, q: Any, eta: Any) -> tuple[Any, Any]:
    residual, kept, trace = _product()
    return residual(r, trace(r, q), eta), kept(r, q, eta)


def _point(x: Any, y: Any) -> tuple[float, float]:
    x, y = number(x, "x"), number(y, "y")
    return 1 - x * y, x**2 - y**2


def product_path(x: float, y: float, eta: float, steps: int) -> Array:
    """r = 1 - x y and q = x^2 - y^2 (steps + 1, 2) along descent from (x, y), the start included.

    Raises ``ValueError`` for a step that is not positive, for fewer than no steps, and where the
    path leaves all bounds.
    """
    eta, steps = _step(eta), integer(steps, "steps", "a number of steps", lambda s: s >= 0)
    path = [_point(x, y)]
    for _ in range(steps):
        path.append(_bounded(*_after(*path[-1], eta), eta))
    return np.array(path)


def _bounded(r: float, q: float, eta: float) -> tuple[float, float]:
    if not abs(r) < 1e100 or not abs(q) < 1e100:
        raise ValueError(f"descent with eta = {eta:.6g} leaves all bounds: take a smaller step")
    return r, q


def product_end(x: float, y: float, eta: float) -> float:
    """Sharpness at which descent on (1 - x y)^2 / 2 from (x, y) ends.

    Raises ``ValueError`` for a step that is not positive, where the path leaves all bounds, and
    where it does not end within 10^7 steps.
    """
    eta, (r, q) = _step(eta), _point(x, y)
    trace = _product()[2]
    for _ in range(PATIENCE):
        if abs(r) < SETTLED and eta * trace(r, q) < 2:
            return float(trace(0.0, q))
        r, q = _bounded(*_after(r, q, eta), eta)
    raise ValueError(f"descent with eta = {eta:.6g} does not end within {PATIENCE} steps")


@cache
def _of_flow() -> tuple[Callable[..., Any], Callable[..., Any]]:
    (shrinkage,) = derive(theory.first_order_shrinkage)
    return (
        derive(theory.flow_sharpness)[0].function(theory.q),
        shrinkage.function(theory.size, theory.start),
    )


def flow_sharpness(x: Any, y: Any) -> Any:
    """Sharpness at which the flow on (1 - x y)^2 / 2 from (x, y) ends, broadcast; raises as
    ``numerics.core.arrays``.
    """
    x, y = real(x, "x"), real(y, "y")
    together(x=x, y=y)
    return _of_flow()[0](x**2 - y**2)


def first_order_shrinkage(x: Any, y: Any) -> Any:
    """log of x^2 - y^2, end over start, per unit of a small step of descent from (x, y), broadcast;
    never positive for 0 <= x y.

    Raises ``ValueError`` where x^2 = y^2, which stays, and as ``numerics.core.arrays``.
    """
    x, y = real(x, "x"), real(y, "y")
    together(x=x, y=y)
    q = real(x**2 - y**2, "x^2 - y^2", need="points with x^2 unlike y^2", holds=lambda q: q != 0)
    return _of_flow()[1](np.abs(q), 1 - x * y)


@cache
def _mirror() -> Callable[..., Any]:
    return derive(theory.mirror)[-1].function(theory.e)


@cache
def _small_steps() -> tuple[Callable[..., Any], Callable[..., Any]]:
    factor, shrink, *_ = derive(theory.mirror)
    return factor.function(theory.size, theory.turn), shrink.function(theory.turn)


def mirror(sigma_0: float) -> tuple[float, float]:
    """Where descent with small steps that comes down a valley at eta S = ``sigma_0`` leaves the
    edge, eta S to second order in sigma_0 - 2, and its distance to the end of the map itself.

    Raises ``ValueError`` for a start outside (2, 3), and as ``numerics.core.arrays``.
    """
    above = number(sigma_0, "sigma_0", "a number in (2, 3)", lambda v: 2 < v < 3) - 2
    end = float(_mirror()(above))
    factor, shrink = _small_steps()
    w, Q = 1e-9, 2 + above
    for _ in range(PATIENCE):
        w, Q = w * factor(Q, w), Q * shrink(w)
        if Q < 2 and abs(w) < 1e-9:
            break
    return end, abs(float(Q) - end)


# ---------------------------------------------------------------- cycles and the balance


@cache
def _flip() -> Callable[..., Any]:
    found = derive(theory.flip_coefficient)[0]
    return found.function(theory.f_2, theory.f_3, theory.f_4, theory.eta)


def flip_coefficient(f2: Any, f3: Any, f4: Any, eta: Any) -> Any:
    """c of the second iterate x - 2 c x^3 of descent at the edge eta f'' = 2, from the derivatives
    at the minimum, broadcast: positive where a cycle of two steps attracts beyond the edge.

    Raises ``ValueError`` for a second derivative or a step that is not positive, and as
    ``numerics.core.arrays``.
    """
    given = {
        "f2": _positive(f2, "f2"),
        "f3": real(f3, "f3"),
        "f4": real(f4, "f4"),
        "eta": _positive(eta, "eta"),
    }
    together(**given)
    return _flip()(*given.values())


def two_cycle(df: Callable[[float], float], eta: float, guess: float) -> tuple[float, float]:
    """The two points of a cycle of descent with slope ``df``, the first one near ``guess``, to
    rounding.

    Raises ``ValueError`` for a step that is not positive and where there is no cycle between half
    and twice the guess.
    """
    eta, guess = _step(eta), number(guess, "guess", "a number unlike zero", lambda g: g != 0)

    def moved(x: float) -> float:
        once = x - eta * float(df(x))
        return (once - eta * float(df(once)) - x) / x

    ends = guess / 2, guess * 2
    if not moved(ends[0]) * moved(ends[1]) < 0:
        raise ValueError(
            f"no cycle between {ends[0]:.6g} and {ends[1]:.6g}: take another guess, or a step "
            f"beyond the edge"
        )
    x = float(brentq(moved, *ends, xtol=1e-15, rtol=1e-14))
    return x, x - eta * float(df(x))


@cache
def _balance() -> tuple[Callable[..., Any], ...]:
    swing, climb, *_, det, trace, growth = derive(theory.hovers)
    symbols = theory.c, theory.b, theory.eta, theory.alpha
    return (
        swing.function(theory.x, theory.y, *symbols),
        climb.function(theory.x, theory.y, *symbols),
        det.function(*symbols),
        trace.function(*symbols),
        growth.function(*symbols),
    )


def _terms(c: Any, b: Any, eta: Any, alpha: Any) -> tuple[Array, ...]:
    given = {
        "c": real(c, "c", need="numbers that are not negative", holds=lambda c: c >= 0),
        "b": _positive(b, "b"),
        "eta": _positive(eta, "eta"),
        "alpha": real(alpha, "alpha", need="numbers that are not negative", holds=lambda v: v >= 0),
    }
    together(**given)
    return tuple(given.values())


def hovers(c: Any, b: Any, eta: Any, alpha: Any = 0.0) -> Any:
    """Is the balance of sharpening at the rate ``alpha`` (zero: as slow as can be) and oscillation
    stable?  Cubic term c, squared slope of the sharpness b, step eta, broadcast.

    Raises ``ValueError`` for numbers that are negative, for b and eta that are zero, and as
    ``numerics.core.arrays``.
    """
    terms = _terms(c, b, eta, alpha)
    _, _, det, trace, _ = _balance()
    return (det(*terms) > 0) & (trace(*terms) > 0)


def burst_growth(c: Any, b: Any, eta: Any, alpha: Any) -> Any:
    """log of the growth per step of a small oscillation about the balance, for a complex pair of
    multipliers, broadcast; raises as ``hovers``.
    """
    return _balance()[4](*_terms(c, b, eta, alpha))


def reduced_path(
    alpha: float, b: float, c: float, eta: float, x0: float, y0: float, steps: int
) -> Array:
    """Displacement x and sharpness above the edge y, (steps + 1, 2), along the reduced map from
    (x0, y0), the start included.

    Raises ``ValueError`` as ``hovers``, for fewer than no steps, and where the path leaves all
    bounds.
    """
    given = number(c, "c"), number(b, "b"), number(eta, "eta"), number(alpha, "alpha")
    terms = tuple(map(float, _terms(*given)))
    swing, climb, *_ = _balance()
    path = [(number(x0, "x0"), number(y0, "y0"))]
    for _ in range(integer(steps, "steps", "a number of steps", lambda s: s >= 0)):
        x, y = path[-1]
        after = swing(x, y, *terms), climb(x, y, *terms)
        if not max(abs(v) for v in after) < 1e100:
            raise ValueError(f"the path leaves all bounds after {len(path)} steps")
        path.append(after)
    return np.array(path)


# ---------------------------------------------------------------- linear network


@cache
def _net() -> tuple[Callable[..., Any], ...]:
    symbols = theory.L_i, theory.A, theory.weight, theory.target
    return tuple(d.function(*symbols) for d in derive(theory.linear_net_flow)[:5])


@cache
def _kernel() -> Callable[..., Any]:
    return derive(theory.linear_net_end)[0].function(
        theory.L_i, theory.L_j, theory.t_i, theory.t_j, theory.norm, theory.same
    )


def _modes(lambdas: Any, teacher: Any) -> tuple[Array, Array]:
    rates = real(lambdas, "lambdas", ("d",), need="positive numbers", holds=lambda v: v > 0)
    targets = real(teacher, "teacher", ("d",))
    check_shape(targets.shape, "teacher", (len(rates),))
    if not targets.any():
        raise ValueError("teacher is zero: there is nothing to fit")
    return rates, targets


def linear_net_end(lambdas: Any, teacher: Any) -> float:
    """Sharpness at the end of the flow of a two-layer linear network with one output from a small
    start: rates (d,), the variances of the inputs, and teacher (d,); loss sum lambda (f - t)^2 / 2.

    Raises ``ValueError`` for rates that are not positive, a teacher that is zero, shapes that do
    not fit, and as ``numerics.core.arrays``.
    """
    rates, t = _modes(lambdas, teacher)
    kernel = _kernel()(
        rates[:, None], rates, t[:, None], t, float(np.linalg.norm(t)), np.eye(len(t))
    )
    return float(np.linalg.eigvalsh(kernel)[-1])


def _sharpness(rates: Array, t: Array, parameters: Array) -> float:
    A, w = parameters[0], parameters[1:]
    _, _, along, across, own = _net()
    H = np.zeros((len(parameters),) * 2)
    H[0, 0] = along(rates, A, w, t).sum()
    H[0, 1:] = H[1:, 0] = across(rates, A, w, t)
    H[1:, 1:] = np.diag(own(rates, A, w, t))
    return float(np.linalg.eigvalsh(H)[-1])


def _slope(rates: Array, t: Array, parameters: Array) -> Array:
    A, w = parameters[0], parameters[1:]
    by_A, by_w, *_ = _net()
    return -np.r_[by_A(rates, A, w, t).sum(), by_w(rates, A, w, t)]


def _followed(rates: Array, t: Array, start: Array, until: float, events: Any = None) -> Any:
    return solve_ivp(
        lambda _, p: _slope(rates, t, p),
        (0, until),
        start,
        method="LSODA",
        rtol=1e-9,
        atol=1e-12,
        dense_output=True,
        events=events,
    )


def linear_net_flow(lambdas: Any, teacher: Any, start: Any, t: Any) -> tuple[Array, Array]:
    """Parameters (T, 1 + d), A = |a| and the input weights along it, and sharpness (T,) of the flow
    at increasing times t (T,), from ``start`` (1 + d,); relative error 1e-6.

    Raises as ``linear_net_end``, and for times that are negative or do not increase.
    """
    rates, targets = _modes(lambdas, teacher)
    first = real(start, "start", (len(rates) + 1,))
    times = real(t, "t", ("T",), need="non-negative times", holds=lambda t: t >= 0)
    if (np.diff(times) < 0).any():
        raise ValueError("t does not increase: sort the times")
    path = _followed(rates, targets, first, max(float(times[-1]), 1e-300))
    parameters = path.sol(times).T
    return parameters, np.array([_sharpness(rates, targets, p) for p in parameters])


def arrival_time(lambdas: Any, teacher: Any, eta: float, start: float = 1e-2) -> float:
    """Time at which the flow rises to the sharpness 2 / eta, from the balanced start A = |w| =
    ``start`` along the slope at zero; infinite where it stays below, relative error 1e-6.

    Raises as ``linear_net_end``, and for a step or a start that is not positive.
    """
    rates, targets = _modes(lambdas, teacher)
    edge = float(critical_sharpness("descent", _step(eta)))
    scale = number(start, "start", "a positive size of the start", lambda s: s > 0)
    pull = rates * targets
    first = np.r_[scale, scale * pull / np.linalg.norm(pull)]

    def meets(_: float, p: Array) -> float:
        return _sharpness(rates, targets, p) - edge

    meets.terminal, meets.direction = True, 1.0  # type: ignore[attr-defined]
    slowest = (rates * np.linalg.norm(targets))[targets != 0].min()
    until = (60 + 4 * abs(np.log(scale))) / min(slowest, float(np.linalg.norm(pull)))
    found = _followed(rates, targets, first, float(until), meets).t_events[0]
    return float(found[0]) if len(found) else float("inf")
