"""Where a two-layer ReLU network lies in the phase diagram, and how far its weights travel.

The exponents and the boundary are those derived in ``theory.phase_diagram``; distances at finite
width follow from the flow (``numerics.gradient_flow``) or, while the kernel stands still, from a
closed form.  Everywhere kappa = m^-gamma, kappa' = m^-gamma', m neurons and their mirror images (2m
in all, f = 0 at the start), bias column included in X.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from numerics import gradient_flow
from numerics.arc_cosine_kernel import arc_cosine
from numerics.core.arrays import integer, number, real, row, together
from numerics.core.nodes import Distance
from numerics.core.nodes import sets as node_sets
from numerics.core.plane import four_points, problem, scaling
from numerics.forced_drift import drift_lower_bound as drift_lower_bound
from numerics.linear_regime import drift_bound as drift_bound
from theory import capacity, derive, initialisation
from theory import phase_diagram as theory
from theory.notation import alpha as alpha_
from theory.notation import beta_1 as beta_1_
from theory.notation import beta_2 as beta_2_
from theory.notation import gamma as gamma_
from theory.notation import gamma_p as gamma_p_

Array = np.ndarray
Start = Literal["antisymmetric", "independent"]
SHARED = 1e-4  # of a distance: what sets of nodes may have in common; up to 2e-5 was seen


def four_point_problem() -> tuple[Array, Array]:
    """The published data: inputs -1/2, -1/6, 1/6, 1/2 with a bias column (4, 2), and targets x^2
    (4,).
    """
    return four_points()


@cache
def _law(name: str) -> Callable[..., Any]:
    return derive(getattr(theory, name))[0].function(gamma_, gamma_p_)


def _exponent(name: str, gamma: Any, gamma_p: Any, start: Start) -> Any:
    if start not in ("antisymmetric", "independent"):
        raise ValueError(f'start = {start!r}: expected "antisymmetric" or "independent"')
    gamma, gamma_p = real(gamma, "gamma"), real(gamma_p, "gamma_p")
    together(gamma=gamma, gamma_p=gamma_p)
    gamma, gamma_p = np.broadcast_arrays(gamma, gamma_p)
    value = _law(name)(gamma, gamma_p)
    if start == "independent":
        value = value + _gain()(gamma)
    return value if np.ndim(value) else float(value)


@cache
def _gain() -> Callable[..., Any]:
    return derive(theory.independent_start)[0].function(gamma_)


def input_exponent(gamma: Any, gamma_p: Any, *, start: Start = "antisymmetric") -> Any:
    """S_w in RD_w ~ m^S_w for m -> infinity; broadcasts; nan in the wedge gamma' < 0, 1 < gamma < 1
    - gamma', where the law is open.

    ``start="independent"``: without mirror images, so that f(0) ~ m^(1/2 - gamma) must be unlearnt.
    Raises as ``numerics.core.arrays``.  Source: ``theory.phase_diagram.input_exponent``: a theorem
    where the bounds of ``theory.drift_exponent`` meet, a named hypothesis elsewhere.
    """
    return _exponent("input_exponent", gamma, gamma_p, start)


def output_exponent(gamma: Any, gamma_p: Any, *, start: Start = "antisymmetric") -> Any:
    """S_a in RD_a ~ m^S_a, as ``input_exponent``."""
    return _exponent("output_exponent", gamma, gamma_p, start)


def drift_bounds(gamma: float, gamma_p: float) -> tuple[float, float]:
    """What is established on S_w: both ends equal the exponent outside the wedge; inside it, the
    bounds of ``theory.open_wedge``.  Raises as ``numerics.core.arrays``.
    """
    gamma, gamma_p = number(gamma, "gamma"), number(gamma_p, "gamma_p")
    known = float(input_exponent(gamma, gamma_p))
    if not np.isnan(known):
        return known, known
    spread, concentrated = (derive(theory.sharing)[i].function(gamma_, gamma_p_) for i in (1, 0))
    return float(spread(gamma, gamma_p)), float(concentrated(gamma, gamma_p))


def relative_distance(
    m: float,
    gamma: float,
    gamma_p: float,
    X: Any = None,
    y: Any = None,
    *,
    sampled: bool = False,
    nodes: int = 2048,
    seed: int = 0,
    rtol: float = 3e-3,
    tol: float = 1e-14,
    supremum: bool = False,
    layer: Literal["w", "a"] = "w",
) -> Distance:
    """RD of the first copy, |theta(T) - theta(0)| / |theta(0)|, after gradient flow from an
    antisymmetric start, with its estimated error.

    ``sampled``: m neurons drawn at random, and the RD of that network.  Otherwise sets of
    about ``nodes`` quadrature nodes together (``numerics.core.nodes.sets``) stand for all m, which
    may be 1e12, and the value is the limit of many neurons at these kappa = m^-gamma and kappa' =
    m^-gamma'.  Networks at (1.75, 0) scatter about it, by 4, 2 and 1 % at m = 1024, 4096, 16384.
    X (n, D) with its bias column and y (n,), by default the published four-point problem.  The flow
    stops at loss (1/2n)|e|^2 = ``tol``; runs that stop near 1e-8 differ by up to 1e-3 in RD, so
    compare far below it.  ``supremum``: the largest distance on the way.

    Error: twice the range of the sets, whose mean is the value, 1e-4 for what they have in common,
    and what the last two passes of a flow differ by (at most ``rtol``;
    ``numerics.gradient_flow.solve``).  It is inf where a flow does not fit the targets.  With more
    inputs than two, sets may agree that all have too few neurons near a kink: compare two numbers
    of nodes.  Raises ``ValueError`` for bad input, as ``numerics.gradient_flow.solve``.
    """
    _known(layer)
    X, y = problem(X, y)
    m, gamma, gamma_p = scaling(m, gamma, gamma_p)
    if sampled:
        starts: list[Any] = [gradient_flow.start(m, X.shape[1], sampled=True, seed=seed)]
    else:
        nodes = integer(nodes, "nodes", "at least one node", lambda count: count >= 1)
        seed = integer(seed, "seed", "a seed that is not negative", lambda seed: seed >= 0)
        starts = list(node_sets(X, m, nodes, seed))
    # mirror images of nodes are nodes, so that both copies move alike
    rows = slice(int(m)) if sampled else slice(None)
    flows = [
        gradient_flow.solve(
            X, y, m**-gamma, m**-gamma_p, a, W, weight=weight, rtol=rtol, tol=tol, rows=rows
        )
        for a, W, weight in starts
    ]
    name = f"{'sup_' if supremum else ''}rd_{layer}"
    values = np.array([getattr(flow, name) for flow in flows])
    sizes = [len(a) for a, _, _ in starts]
    value = float(values[np.equal(sizes, max(sizes))].mean())
    common = 0.0 if sampled else SHARED
    error = 2 * np.ptp(values) + (common + 3 * max(flow.error for flow in flows)) * value
    return Distance(value, float(error) if all(flow.converged for flow in flows) else np.inf)


def _known(layer: str) -> None:
    if layer not in ("w", "a"):
        raise ValueError(f'layer = {layer!r}: expected "w" or "a"')


def lazy_relative_distance(
    m: Any,
    gamma: float,
    gamma_p: float,
    X: Any = None,
    y: Any = None,
    *,
    layer: Literal["w", "a"] = "w",
) -> Any:
    """RD while the kernel stands still, in closed form for m -> infinity neurons of the start's law
    (no fitted constant).

    RD_w = kappa' q sqrt(y' B^-1 G_w B^-1 y / D), RD_a = (q / kappa') sqrt(y' B^-1 G_a B^-1 y), with
    B = G_a / kappa' + kappa' G_w and q = 1 / (2 m kappa): the matrix form of
    ``theory.phase_diagram.lazy_drift``.  Valid while both results are small.  m is one width or
    (k,).  Raises ``ValueError`` for widths that are not positive, and as ``numerics.core.arrays``.
    """
    _known(layer)
    X, y = problem(X, y)
    given = row(m, "m", need="positive widths", holds=lambda m: m > 0)
    gamma, gamma_p = number(gamma, "gamma"), number(gamma_p, "gamma_p")
    G_w, G_a = (X @ X.T) * arc_cosine(X, degree=0), arc_cosine(X, degree=1)
    widths = np.atleast_1d(given)
    found = np.empty(len(widths))
    for place, width in enumerate(widths):
        kappa_p, q = width**-gamma_p, width ** (gamma - 1) / 2
        pull = np.linalg.solve(G_a / kappa_p + kappa_p * G_w, y)
        if layer == "w":
            found[place] = kappa_p * q * np.sqrt(pull @ G_w @ pull / X.shape[1])
        else:
            found[place] = q / kappa_p * np.sqrt(pull @ G_a @ pull)
    return found if given.ndim else float(found[0])


def local_exponent(
    m: float,
    gamma: float,
    gamma_p: float,
    X: Any = None,
    y: Any = None,
    *,
    layer: Literal["w", "a"] = "w",
) -> float:
    """d log RD / d log m of the lazy closed form at width m: what a finite map shows instead of the
    exponent (error 1e-6).  Raises as ``lazy_relative_distance``.
    """
    m = number(m, "m", "a positive width", lambda m: m > 0)
    step = 1e-3
    low, high = lazy_relative_distance(
        np.array([m * np.exp(-step), m * np.exp(step)]), gamma, gamma_p, X, y, layer=layer
    )
    return float((np.log(high) - np.log(low)) / (2 * step))


@dataclass(frozen=True)
class Location:
    """A network's place in the diagram; ``input_exponent`` is nan in the open wedge."""

    kappa: float
    kappa_p: float
    gamma: float
    gamma_p: float
    regime: Literal["linear", "condensed", "critical"]
    input_exponent: float
    output_exponent: float


def locate(
    m: float,
    beta_1: float,
    beta_2: float,
    alpha: float = 1.0,
    *,
    eta_a: float = 1.0,
    eta_w: float = 1.0,
) -> Location:
    """Place f = (1/alpha) sum_k a_k relu(w_k . x) in the diagram from its width and the standard
    deviations of a and w at the start.

    Learning rates of the two layers count as an initialisation
    (``theory.initialisation.per_layer_rates``).  gamma and gamma' are those of this width, -log
    kappa / log m: a constant c in kappa shows up as log c / log m. Raises ``ValueError`` for m <= 1
    or scales that are not positive, and as ``numerics.core.arrays``.
    """
    beta_1, beta_2, alpha, eta_a, eta_w = (
        number(value, name, "a positive finite number", lambda value: value > 0)
        for name, value in (
            ("beta_1", beta_1),
            ("beta_2", beta_2),
            ("alpha", alpha),
            ("eta_a", eta_a),
            ("eta_w", eta_w),
        )
    )
    m = number(m, "m", "a width of more than one, to speak of a power of it,", lambda m: m > 1)
    kappa_p_, kappa_ = _scales()
    kappa, kappa_p = (
        float(kappa_(alpha, beta_1, beta_2)),
        float(kappa_p_(beta_1, beta_2, eta_a, eta_w)),
    )
    gamma, gamma_p = -np.log(kappa) / np.log(m), -np.log(kappa_p) / np.log(m)
    gamma, gamma_p = (round(float(v), 12) + 0.0 for v in (gamma, gamma_p))
    linear, condensed = (
        bool(c.subs({gamma_: gamma, gamma_p_: gamma_p}))
        for c in (capacity.LINEAR, capacity.CONDENSED)
    )
    regime: Literal["linear", "condensed", "critical"] = (
        "linear" if linear else "condensed" if condensed else "critical"
    )
    return Location(
        kappa,
        kappa_p,
        gamma,
        gamma_p,
        regime,
        input_exponent(gamma, gamma_p),
        output_exponent(gamma, gamma_p),
    )


@cache
def _scales() -> tuple[Callable[..., Any], Callable[..., Any]]:
    of_kappa_p, of_kappa, *_ = derive(initialisation.per_layer_rates)
    names = {str(s): s for s in of_kappa_p.result.free_symbols}
    return of_kappa_p.function(beta_1_, beta_2_, names["eta_a"], names["eta_w"]), of_kappa.function(
        alpha_, beta_1_, beta_2_
    )
