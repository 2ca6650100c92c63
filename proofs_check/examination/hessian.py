"""The largest eigenvalue of the Hessian of a loss, by SciPy's Lanczos iteration on products."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh
from torch import Tensor, nn

from proofs_check.examination.brought import Brought
from proofs_check.examination.modes import measuring, trained
from proofs_check.examination.rule import Rule

PRODUCTS = 120  # restarts of Lanczos' iteration at most
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Eigenvalue:
    """A largest eigenvalue: one of the matrix lies within ``residual`` of ``value``."""

    value: float
    residual: float


def sharpest(net: nn.Module, brought: Brought, rule: Rule | None = None) -> Eigenvalue:
    """The largest eigenvalue of the Hessian of the loss, by SciPy's Lanczos iteration on products.

    With a rule: that of D^1/2 (H + decay) D^1/2, D the step of every parameter in units of the
    threshold of step one, so that different steps and preconditioners count as
    ``edge_of_stability.frozen_preconditioner`` says.
    """
    net = copy.deepcopy(net).double() if _takes_double(net, brought) else copy.deepcopy(net)
    with measuring(net), torch.enable_grad():
        leaves = trained(net)
        dtype = next(iter(leaves.values())).dtype
        X, y = (v.to(dtype) if v.is_floating_point() else v for v in (brought.X, brought.y))
        slope = torch.autograd.grad(
            brought.loss(net(X), y),
            list(leaves.values()),
            create_graph=True,
            materialize_grads=True,
        )
        pull = torch.cat([part.reshape(-1) for part in slope])
        steps, shift = _in_units(rule, leaves) if rule else (torch.ones_like(pull), 0 * pull)
        root = steps.sqrt()

        def product(vector: np.ndarray) -> np.ndarray:
            v = torch.as_tensor(np.asarray(vector).reshape(-1), dtype=dtype, device=pull.device)
            if not pull.requires_grad:
                return np.asarray((root * shift * root * v).cpu().numpy(), dtype=float)
            rows = torch.autograd.grad(
                pull, list(leaves.values()), root * v, retain_graph=True, materialize_grads=True
            )
            moved = torch.cat([row.reshape(-1) for row in rows]) + shift * root * v
            return np.asarray((root * moved).detach().cpu().numpy(), dtype=float)

        return _largest(product, len(pull))


def _takes_double(net: nn.Module, brought: Brought) -> bool:
    try:
        trial = copy.deepcopy(net).double()
        with torch.no_grad(), measuring(trial):
            X = brought.X
            return trial(X.double() if X.is_floating_point() else X).dtype == torch.float64
    except Exception:
        return False


def _largest(product: Any, size: int) -> Eigenvalue:
    """Measured by a product of its own, whatever Lanczos' iteration says of itself."""
    if size < 3:
        found = np.linalg.eigh(np.stack([product(row) for row in np.eye(size)]))
        return Eigenvalue(float(found[0][-1]), 0.0)
    begin = np.random.default_rng(0).standard_normal(size)
    operator = LinearOperator((size, size), matvec=product, dtype=float)
    try:
        vectors = eigsh(operator, 1, which="LA", v0=begin, tol=TOLERANCE, maxiter=PRODUCTS)[1]
    except ArpackNoConvergence as error:
        vectors = error.eigenvectors
        if vectors.shape[1] == 0:
            return Eigenvalue(float("nan"), float("inf"))
    vector = vectors[:, -1] / np.linalg.norm(vectors[:, -1])
    moved = product(vector)
    value = float(vector @ moved)
    return Eigenvalue(value, float(np.linalg.norm(moved - value * vector)))


def _in_units(rule: Rule, leaves: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Steps of all parameters, (P,), and what weight decay adds to the diagonal of the Hessian."""
    steps, shift = [], []
    for name, p in leaves.items():
        scale = torch.ones_like(p) if rule.scale is None else rule.scale[name].to(p)
        decay = torch.full_like(p, (rule.decay or {}).get(name, 0.0))
        steps.append((rule.rates[name] / scale).detach().reshape(-1))
        shift.append((decay * scale if rule.decoupled else decay).detach().reshape(-1))
    return torch.cat(steps), torch.cat(shift)
