"""Does a bias of finite width change the rates by what was derived?  The exact kernel at several
widths, for output weights, biases and input weights.

Settings.  The packet psi'' = He_6(x) exp(-x^2 / 2), whose psi is He_4(x) exp(-x^2 / 2); weights
uniform on [0.3, 1.7], a^2 = 1; features of torch, summed over points and biases.  Flat biases: the
published five points and targets as the pull, which has mass and moments.

Source: our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

import numpy as np
from numpy.polynomial.hermite_e import HermiteE
from numpy.polynomial.legendre import leggauss

from numerics import finite_bias as numerics
from numerics.core.fit import log_slope
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from theory import finite_bias as theory

Array = np.ndarray
LOW, HIGH = 0.3, 1.7  # of the weights
REACH = 9.0  # the packet is below 1e-12 of its size beyond
X = np.array([-0.8, -0.6, -0.3, -0.06, 0.1])  # published points
Y = np.array([0.25, -0.25, -0.07, 0.15, -0.05])
NEURONS = ((1.5, 0.5, 0.25), (-0.7, 2.0, 0.75))  # w, a and the share of this kind of neuron


def log_error(part: str, std: float, spread: bool = True) -> float:
    """log of the derived share that is missing; ``spread`` False: all weights of the mean size."""
    nodes, shares = leggauss(12)
    w = (LOW + HIGH) / 2 + (HIGH - LOW) / 2 * nodes * spread
    k = np.linspace(-REACH, REACH, 1801)
    bell = np.exp(-(k**2) / 2)
    psi, slope = HermiteE.basis(4)(k) * bell, -HermiteE.basis(5)(k) * bell
    seen = {"a": psi, "b": slope, "w": psi - k * slope}[part]
    share = numerics.share_of_the_model(
        k, seen**2, w=w, a=1.0, std=std, train=part, weights=shares / 2
    )
    return float(np.log1p(-share))


def first_term(part: str, std: float) -> float:
    """log of the first term of the error alone, as if it were all of it: from a bias so wide that
    it is.
    """
    wide = 1e3 * std
    return log_error(part, wide) + 2 * float(np.log(wide / std))


@cache
def _pulls(part: str, step: float = 0.02) -> tuple[Array, Array, Array]:
    """Weight of a kind of neuron, its biases and the squared pull of the packet on its parameter,
    over all kinks in the packet: (M,), (B,), (M, B).
    """
    import torch

    x = torch.arange(-REACH, REACH, step, dtype=torch.float64)
    b = torch.arange(-HIGH * REACH, HIGH * REACH, step, dtype=torch.float64)
    packet = HermiteE.basis(6)(x.numpy()) * np.exp(-(x.numpy() ** 2) / 2)
    phi = torch.as_tensor(packet) * step
    nodes, shares = leggauss(8)
    seen = []
    for node in nodes:
        w = torch.tensor((LOW + HIGH) / 2 + (HIGH - LOW) / 2 * node, dtype=torch.float64)
        before = (w * x + b[:, None] + 1e-9).requires_grad_(part != "a")  # off the kink
        feature = torch.relu(before)
        if part != "a":
            (feature,) = torch.autograd.grad(feature.sum(), before)
        seen.append((feature.detach() @ (phi * x if part == "w" else phi)) ** 2)
    return shares / 2, b.numpy(), torch.stack(seen).numpy()


def measured_error(seeds: Sequence[int], part: str, std: float) -> Array:
    """log of what a Gaussian bias is short of one that is flat, relative, from the features."""
    weights, b, seen = _pulls(part)
    left = weights @ seen @ np.exp(-((b / std) ** 2) / 2) / (weights @ seen).sum()
    return np.array([np.log(1 - left)])


def measured_order(seeds: Sequence[int], part: str = "a", widths: Sequence[float] = (20.0, 80.0)):
    """Exponent of the missing share in the width of the bias."""
    errors = [np.exp(measured_error(seeds, part, std)) for std in widths]
    return log_slope(tuple(widths), np.stack(errors, -1).T)


def flat_error(half_width: float) -> float:
    """What a flat bias adds to the squared pull, in units of the squared mass of the targets."""
    w, a, shares = map(np.array, zip(*NEURONS, strict=True))
    added = numerics.flat_bias_error(X, Y, w=w, a=a, half_width=half_width, weights=shares)
    return added / float(Y.sum() ** 2)


def mass_alone(half_width: float) -> float:
    """The same if the mass of the pull were all that a flat bias sees."""
    a2 = sum(share * a**2 for _, a, share in NEURONS)
    return half_width**2 / 6 + a2 / 2


def measured_flat(seeds: Sequence[int], half_width: float) -> Array:
    """The same from the features, whose squared pull is a polynomial of degree 2 in the bias from
    one kink to the next, less the two kernels of the model.
    """
    nodes, weights = leggauss(2)
    gap = np.abs(X[:, None] - X)
    total = 0.0
    for w, a, share in NEURONS:
        ends = np.sort([-half_width, *(-w * X), half_width])
        half = np.diff(ends) / 2
        b = ((ends[1:] + ends[:-1]) / 2 + half * nodes[:, None]).ravel()
        before = w * X[:, None] + b
        pulls = (Y @ np.maximum(before, 0)) ** 2 + (a * (Y @ (before > 0))) ** 2
        exact = float(pulls @ (half * weights[:, None]).ravel()) / (2 * half_width)
        model = Y @ (abs(w) ** 3 * gap**3 / 12 - a**2 * abs(w) * gap / 2) @ Y / (2 * half_width)
        total += share * (exact - model)
    return np.array([total / Y.sum() ** 2])


def _gaussian(part: str, std: float, rival_first: bool = False) -> Check:
    return Check(
        name=f"what_a_gaussian_bias_of_width_{std:g}_is_short_of_training_{part}",
        quantity="log of the relative error of the rate of a packet, dimensionless",
        claim=theory.finite_bias_error,
        predict=partial(log_error, part, std),
        measure=partial(measured_error, part=part, std=std),
        terms={"points and biases in steps of 0.02": 0.01},
        rival=partial(first_term, part, std)
        if rival_first
        else partial(log_error, part, std, spread=False),
        rival_why="the first term, which falls as the square of the width, is all of the error"
        if rival_first
        else "one weight of the mean size stands for the law of the weights",
        deterministic=True,
    )


CHECKS: tuple[Check, ...] = (
    _gaussian("a", 1.0, rival_first=True),
    _gaussian("a", 4.0),
    _gaussian("a", 20.0),
    _gaussian("b", 4.0),
    _gaussian("w", 4.0),
    Check(
        name="order_of_the_error_in_the_width_of_the_bias",
        quantity="exponent of the relative error in the width of the bias, dimensionless",
        claim=theory.finite_bias_error,
        predict=Prediction(theory.finite_bias_error, part=8),
        measure=measured_order,
        terms={"the next term at a width of 20": 0.02, "steps of 0.02": 0.01},
        rival=-1.0,
        rival_why="the error falls as the density of the bias does",
        deterministic=True,
    ),
    *(
        Check(
            name=f"what_a_flat_bias_of_half_width_{half_width:g}_adds".replace(".", "_"),
            quantity="part of the squared pull beside the model, in units of the squared mass",
            claim=theory.flat_bias_error,
            predict=partial(flat_error, half_width),
            measure=partial(measured_flat, half_width=half_width),
            terms={"rounding": 1e-8},
            rival=partial(mass_alone, half_width),
            rival_why="a flat bias sees the mass of the pull alone",
            deterministic=True,
        )
        for half_width in (1.5, 4.0, 16.0)
    ),
)
