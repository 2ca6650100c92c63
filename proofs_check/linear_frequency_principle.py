"""Do wide networks move frequencies at the derived rates, and do they end at the derived function?
The exact kernel against the published constant, descent of wide networks, trained networks against
both splines.

Settings.  Rates: the quadratic form of the tangent kernel with the packet phi(x) = He_6(x) exp(-x^2
/ 2) (times a Gaussian in the plane), summed in real space over neurons and points.  All moments of
phi up to the fifth vanish, else the kink of ReLU far outside the packet would count.  Training:
descent of a wide network on phi.  Ends: the published five points; networks f = sum a relu(w x +
b), a, w, b uniform, antisymmetric, followed by the flow integrator. Source:
``theory.linear_frequency_principle``; published measurements: Luo, Ma, Xu, Zhang, arXiv 2010.08153.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.polynomial.hermite_e import HermiteE
from numpy.polynomial.legendre import leggauss
from scipy.integrate import quad

from numerics import gradient_flow
from numerics import linear_frequency_principle as numerics
from numerics.activation_spectrum import Activation
from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Threshold
from theory import Settles
from theory import linear_frequency_principle as theory

Array = np.ndarray
Part = Literal["a", "b", "w"]
STD = 20.0  # of the Gaussian bias
X = np.array([-0.8, -0.6, -0.3, -0.06, 0.1])  # published points
Y = np.array([0.25, -0.25, -0.07, 0.15, -0.05])
SMALL_A, LARGE_A = (0.1, 3.0, 3.0), (1.0, 0.2, 1.0)  # published half-widths of a, w, b


def _law(low: float = 0.3, high: float = 1.7, count: int = 8) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights of |w| uniform on [low, high]; a^2 = 1."""
    z, weights = leggauss(count)
    return (low + high) / 2 + (high - low) / 2 * z, weights / 2


def _packet(x: Array) -> Array:
    return HermiteE.basis(6)(x) * np.exp(-(x**2) / 2)


def _packet_power(xi: Any, derivative: bool = False) -> Any:
    """|phi^|^2, or |d phi^ / d xi|^2, from phi^ = (2 pi i xi)^6 sqrt(2 pi) exp(-2 pi^2 xi^2)."""
    q = 2 * np.pi * xi
    size = np.sqrt(2 * np.pi) * q**6 * np.exp(-(q**2) / 2)
    return (2 * np.pi * size * (6 / q - q)) ** 2 if derivative else size**2


def predicted_form(
    part: Part,
    activation: Activation = "relu",
    s: float = 1.0,
    spread: bool = True,
    factor: float = 1.0,
) -> float:
    """log of int gamma^2 |phi^|^2 over the line; ``spread`` False: all weights of the mean size;
    ``factor`` multiplies the constant.
    """
    w, weights = _law() if spread else (np.ones(1), np.ones(1))
    law: dict[str, Any] = {
        "w": w,
        "a": 1.0,
        "weights": weights,
        "density": numerics.bias_density(std=STD),
        "activation": activation,
        "s": s,
    }

    def integrand(xi: float) -> float:
        if part == "w":
            return numerics.input_weight_rate(xi, **law) * _packet_power(xi, derivative=True)
        return numerics.decay_rate(xi, train=(part,), **law) * _packet_power(xi)

    return float(np.log(factor * 2 * quad(integrand, 1e-9, 2.0, epsrel=1e-8, limit=200)[0]))


def measured_form(
    seeds: Sequence[int], part: Part, activation: Activation = "relu", s: float = 1.0
) -> Array:
    """The same from the features themselves: sum over weights, biases (step 0.02 to five standard
    deviations) and points (step 0.02).
    """
    import torch

    shapes = {
        "relu": torch.relu,
        "tanh": torch.tanh,
        "gaussian": lambda z: torch.exp(-(z**2) / (2 * s**2)),
        "ricker": lambda z: (1 - z**2 / s**2) * torch.exp(-(z**2) / (2 * s**2)),
    }
    step = 0.02
    x, b = (
        torch.arange(-9, 9, step, dtype=torch.float64),
        torch.arange(-5 * STD, 5 * STD, step, dtype=torch.float64),
    )
    phi = torch.as_tensor(_packet(x.numpy())) * step
    law = torch.exp(-(b**2) / (2 * STD**2)) / (np.sqrt(2 * np.pi) * STD) * step
    total = 0.0
    for w, weight in zip(*_law(), strict=True):
        for rows in torch.split(torch.arange(len(b)), 2500):
            z = (w * x + b[rows, None] + 1e-9).requires_grad_(part != "a")  # off the kink
            feature = shapes[activation](z)
            if part != "a":
                (feature,) = torch.autograd.grad(feature.sum(), z)
            seen = feature @ (phi * x if part == "w" else phi)
            total += weight * float((law[rows] * seen**2).sum())
    return np.array([np.log(total)])


def constant_on_the_line() -> float:
    """log of the derived prefactor of both ReLU terms, d = 1."""
    return float(np.log(numerics.bias_density(std=STD)))


def measured_constant(seeds: Sequence[int], factor: float = 1.0) -> Array:
    """log of (form of training a and b) / (int (r^3 / (16 pi^4 xi^4) + r / (4 pi^2 xi^2))
    |phi^|^2).
    """
    r, weights = _law()
    shape = (
        2
        * quad(
            lambda xi: (
                float(weights @ (r**3 / (2 * np.pi * xi) ** 4 + r / (2 * np.pi * xi) ** 2))
                * _packet_power(xi)
            ),
            1e-9,
            2,
        )[0]
    )
    return np.log(np.exp(measured_form(seeds, "a")) + np.exp(measured_form(seeds, "b"))) - np.log(
        factor * shape
    )


def form_in_the_plane(
    train: Sequence[str] = ("a", "b"), half_width: float = 10.0, d: int = 2
) -> float:
    """log of int gamma^2 |phi^|^2 over the plane for phi = He_6(x_1) exp(-|x|^2 / 2) and biases
    uniform on +-half_width.
    """
    w, weights = _law(0.5, 1.5)
    angle, share = leggauss(40)
    around = np.pi * float(share @ np.cos(np.pi * angle) ** 12)  # of cos^12 over the circle

    def integrand(xi: float) -> float:
        rate = numerics.decay_rate(
            xi,
            w=w,
            a=1.0,
            weights=weights,
            density=numerics.bias_density(half_width=half_width),
            d=d,
            train=train,
        )
        return rate * around * 2 * np.pi * _packet_power(xi) * xi

    return float(np.log(quad(integrand, 1e-9, 2, epsrel=1e-8)[0]))


def measured_in_the_plane(
    seeds: Sequence[int], m: int = 20_000, half_width: float = 10.0, step: float = 0.35
) -> Array:
    """The same for m neurons drawn at random per seed, training a and b, summed over a grid of
    points.
    """
    axis = np.arange(-6.3, 6.3 + step / 2, step)
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)
    phi = _packet(points[:, 0]) * np.exp(-(points[:, 1] ** 2) / 2) * step**2
    found = []
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 2])
        angle, r, b = (
            rng.uniform(0, 2 * np.pi, m),
            rng.uniform(0.5, 1.5, m),
            rng.uniform(-half_width, half_width, m),
        )
        z = points @ (r * np.stack([np.cos(angle), np.sin(angle)])) + b  # (points, m)
        found.append(np.mean((phi @ np.maximum(z, 0)) ** 2) + np.mean((phi @ (z > 0)) ** 2))
    return np.log(found)


def rate_of_training(part_w: bool = True, half_width: float = 16.0) -> float:
    """log of the rate at which a wide network starts to fit the packet, training all parameters or
    leaving the w-term out.
    """
    w, weights = _law(0.5, 1.5)
    law: dict[str, Any] = {
        "w": w,
        "a": 1.0,
        "weights": weights,
        "density": numerics.bias_density(half_width=half_width),
    }
    total = quad(lambda xi: numerics.decay_rate(xi, **law) * _packet_power(xi), 1e-9, 2)[0]
    if part_w:
        total += quad(
            lambda xi: numerics.input_weight_rate(xi, **law) * _packet_power(xi, derivative=True),
            1e-9,
            2,
        )[0]
    return float(np.log(total / quad(_packet_power, 1e-9, 2)[0]))


def measured_rate(
    seeds: Sequence[int],
    m: int = 8192,
    half_width: float = 16.0,
    step: float = 0.125,
    time: float = 0.02,
) -> Array:
    """The same from two steps of descent of 2m neurons, antisymmetric start, data phi at equispaced
    points.
    """
    import torch

    from proofs_check.training.descend import train
    from proofs_check.training.networks import two_layer
    from proofs_check.training.rules import Descent

    x = torch.arange(-8, 8 + step / 2, step, dtype=torch.float64)
    phi = torch.as_tensor(_packet(x.numpy()))
    inputs = torch.stack([x, torch.ones_like(x)], 1)
    found = []
    for seed in seeds:
        g = torch.Generator().manual_seed(11 + int(seed))
        u = torch.rand((3, m), generator=g, dtype=torch.float64)
        w, b, a = 0.5 + u[0], half_width * (2 * u[1] - 1), torch.sign(u[2] - 0.5)
        start = [torch.cat([a, -a])[None], torch.cat([torch.stack([w, b], 1)] * 2)[None]]
        model, rule = two_layer((2 * m) ** 0.5), Descent(time * len(x) * step / 2)
        run = train(model, start, inputs, phi, rule=rule, steps=2)
        fitted = model(run.end, inputs)[0]
        found.append(float(fitted @ phi) / float(phi @ phi) / time)
    return np.log(found)


def ends(seeds: Sequence[int], law: tuple[float, float, float], m: int) -> dict[str, Array]:
    """Root mean squared distance (S,) of trained networks, between the data, to the interpolant and
    to both splines.
    """
    z = np.linspace(X[0], X[-1], 181)
    curves = {
        "interpolant": interpolant_of(law),
        "cubic": numerics.interpolant(X, Y, cubic=1.0, linear=0.0),
        "linear": numerics.interpolant(X, Y, cubic=0.0, linear=1.0),
    }
    found: dict[str, list[float]] = {name: [] for name in curves}
    for seed in seeds:
        rng = np.random.default_rng([int(seed), 3])
        a, w, b = (v * rng.uniform(-1, 1, m) for v in law)
        start = np.r_[a, -a], np.tile(np.c_[w, b], (2, 1))
        flow = gradient_flow.solve(
            np.c_[X, np.ones(len(X))], Y, 1.0, 1.0, *start, tol=1e-9, rtol=1e-2
        )
        f = np.maximum(np.c_[z, np.ones(len(z))] @ flow.W.T, 0) @ flow.a
        for name, curve in curves.items():
            found[name].append(float(np.sqrt(np.mean((f - curve(z)) ** 2))))
    return {name: np.array(v) for name, v in found.items()}


def width_slope(
    seeds: Sequence[int], widths: tuple[int, ...] = (250, 1000, 4000), draws: int = 16
) -> Array:
    """Slope of log mean squared distance to the interpolant in log m, for networks linearised at
    the start (small output weights).

    m neurons and their negatives; the distance at each width is the mean over ``draws`` starts.
    """
    z = np.linspace(X[0], X[-1], 91)
    points = np.c_[np.r_[X, z], np.ones(len(X) + len(z))]
    curve = interpolant_of(SMALL_A)(z)
    slopes = []
    for seed in seeds:
        distances = []
        for m in widths:
            gaps = []
            for draw in range(draws):
                rng = np.random.default_rng([int(seed), draw, m])
                a, w, b = (v * rng.uniform(-1, 1, m) for v in SMALL_A)
                before = points @ np.stack([w, b])
                # by a, b and w
                features = np.c_[
                    np.maximum(before, 0), (before > 0) * a, (before > 0) * a * points[:, :1]
                ]
                gram = features @ features[: len(X)].T
                gaps.append(
                    np.mean((gram[len(X) :] @ np.linalg.solve(gram[: len(X)], Y) - curve) ** 2)
                )
            distances.append(np.mean(gaps))
        slopes.append(log_slope(widths, distances))
    return np.array(slopes)


def interpolant_of(law: tuple[float, float, float]) -> numerics.Interpolant:
    """The derived end for a, w and b uniform with these half-widths: E |w|^3 = w^3 / 4, E a^2 |w| =
    a^2 / 3 w / 2.
    """
    va, vw, _ = law
    return numerics.interpolant(X, Y, cubic=vw**3 / 4, linear=va**2 / 3 * vw / 2)


def closer_to(
    seeds: Sequence[int], law: tuple[float, float, float], m: int, near: str, far: str
) -> Array:
    """log of the distance to one curve over the distance to another."""
    distance = ends(seeds, law, m)
    return np.log(distance[near] / distance[far])


def _plain(part: Part, activation: Activation, s: float) -> Check:
    return Check(
        name=f"{activation}_rate_of_training_{part}",
        quantity="scaled form of the exact kernel, dimensionless",
        claim=theory.rate_of_a_neuron,
        predict=partial(predicted_form, part, activation, s),
        measure=partial(measured_form, part=part, activation=activation, s=s),
        terms=BROAD,
        rival=partial(predicted_form, part, activation, s, spread=False),
        rival_why="one weight of the mean size stands for the law of the weights",
        deterministic=True,
    )


BROAD = {"bias of width 20, not infinite: order 1 / 20^2 times the packet's width squared": 0.01}
CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=f"relu_rate_of_training_{part}",
            quantity="scaled form of the exact kernel, dimensionless",
            claim=theory.relu_rate,
            predict=partial(predicted_form, part),
            measure=partial(measured_form, part=part),
            terms=BROAD,
            rival=partial(predicted_form, part, factor=0.5 if part != "w" else 2 * np.pi**2),
            rival_why="the published constant"
            if part != "w"
            else "the published constant and weight of the divergence term",
            deterministic=True,
        )
        for part in ("a", "b", "w")
    ),
    _plain("a", "tanh", 1.0),
    _plain("b", "tanh", 1.0),
    _plain("w", "tanh", 1.0),
    _plain("b", "gaussian", 0.5),
    _plain("a", "ricker", 0.5),
    _plain("b", "ricker", 0.5),
    Check(
        name="constant",
        quantity="log of the constant of the rate, dimensionless",
        claim=theory.dimension,
        predict=constant_on_the_line,
        measure=measured_constant,
        terms=BROAD,
        rival=lambda: constant_on_the_line() - float(np.log(2)),
        rival_why="the published constant Gamma(1/2) / (2 sqrt(2) pi s)",
        deterministic=True,
        settles=(Settles("lfp-published-constant", part="log of it for d = 1, s = 20"),),
    ),
    Check(
        name="constant_in_the_plane",
        quantity="log of the constant of the rate, dimensionless",
        claim=theory.dimension,
        predict=form_in_the_plane,
        measure=measured_in_the_plane,
        terms={"20,000 neurons, one in twenty sees the packet, 4 standard deviations": 0.13},
        rival=lambda: form_in_the_plane() - float(np.log(2)),
        rival_why="the published constant",
    ),
    Check(
        name="networks_start_at_the_rate_of_all_parameters",
        quantity="log of the initial rate of decay, in log units of flow time",
        claim=theory.rate_of_a_neuron,
        predict=rate_of_training,
        measure=measured_rate,
        terms={
            "16,384 neurons, one in eight sees the packet, 4 standard deviations": 0.09,
            "two finite steps": 0.02,
        },
        rival=partial(rate_of_training, part_w=False),
        rival_why="the working model, which drops the w-term",
    ),
    Check(
        name="small_output_weights_end_near_the_cubic_spline",
        quantity="log ratio of distances, cubic over linear spline, dimensionless",
        claim=theory.crossover_frequency,
        predict=Threshold("lfp-spline-limits", "a small, log of distances"),
        measure=partial(closer_to, law=SMALL_A, m=2000, near="cubic", far="linear"),
        terms={"4,000 neurons": 0.1},
        rival=float(np.log(2)),
        rival_why="the curve is the piecewise linear one",
        side="at most",
        settles=(
            Settles("lfp-spline-limits", part="a small, log of distances", scope="instances"),
        ),
    ),
    Check(
        name="large_output_weights_end_near_the_linear_spline",
        quantity="log ratio of distances, linear over cubic spline, dimensionless",
        claim=theory.crossover_frequency,
        predict=Threshold("lfp-spline-limits", "a large, log of distances"),
        measure=partial(closer_to, law=LARGE_A, m=4000, near="linear", far="cubic"),
        terms={"8,000 neurons": 0.1},
        rival=float(np.log(2)),
        rival_why="the curve is the cubic spline",
        side="at most",
        settles=(
            Settles("lfp-spline-limits", part="a large, log of distances", scope="instances"),
        ),
    ),
    Check(
        name="distance_falls_with_width",
        quantity="exponent in the width of the mean squared distance, dimensionless",
        claim=theory.variational_form,
        predict=-1.0,
        measure=width_slope,
        terms={
            "16 starts per width": 0.2,
            "the w-term and the finite bias, which the curve leaves out": 0.05,
        },
        rival=-2.0,
        rival_why="the distance, not its square, falls like 1 / m",
        settles=(Settles("lfp-width-scan", scope="instances"),),
    ),
)
