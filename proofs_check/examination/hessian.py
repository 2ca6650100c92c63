"""The largest eigenvalue of the Hessian of a loss, by SciPy's Lanczos iteration on products."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh
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
    vector: np.ndarray | None = None  # of length one, in the units of the steps


class Hessian:
    """Products with D^1/2 (H + decay) D^1/2 at the present parameters, in double precision where
    the network takes it: D is the step of every parameter (one without a rule), so that different
    steps and preconditioners count as ``edge_of_stability.frozen_preconditioner`` says.
    """

    def __init__(
        self, net: nn.Module, brought: Brought, rule: Rule | None = None, rows: Any = slice(None)
    ):
        made = copy.deepcopy(net)
        made = made.double() if _takes_double(net, brought) else made
        with measuring(made), torch.enable_grad():
            leaves = trained(made)
            self.leaves = list(leaves.values())
            dtype = self.leaves[0].dtype
            X, y = (v.to(dtype) if v.is_floating_point() else v for v in (brought.X, brought.y))
            slope = torch.autograd.grad(
                brought.loss(made(X[rows]), y[rows]),
                self.leaves,
                create_graph=True,
                materialize_grads=True,
            )
            self.pull = torch.cat([part.reshape(-1) for part in slope])
            steps, self.shift = _in_units(rule, leaves)
            self.root = steps.sqrt()

    def product(self, vector: np.ndarray) -> np.ndarray:
        """The matrix times a vector (P,)."""
        v = self.root * torch.as_tensor(np.asarray(vector).reshape(-1)).to(self.root)
        moved = self.shift * v
        if self.pull.requires_grad:
            rows = torch.autograd.grad(
                self.pull, self.leaves, v, retain_graph=True, materialize_grads=True
            )
            moved = moved + torch.cat([row.reshape(-1) for row in rows])
        return np.asarray((self.root * moved).detach().cpu().numpy(), dtype=float)


def sharpest(net: nn.Module, brought: Brought, rule: Rule | None = None) -> Eigenvalue:
    """The largest eigenvalue of that matrix, by SciPy's Lanczos iteration."""
    of = Hessian(net, brought, rule)
    return _largest(of.product, len(of.pull))


def along(net: nn.Module, brought: Brought, rule: Rule, vector: np.ndarray) -> np.ndarray:
    """Curvature (n,) of the loss of every example alone along a direction of length one."""
    return np.array(
        [
            float(vector @ Hessian(net, brought, rule, slice(i, i + 1)).product(vector))
            for i in range(len(brought.X))
        ]
    )


def _takes_double(net: nn.Module, brought: Brought) -> bool:
    try:
        trial = copy.deepcopy(net).double()
        with torch.no_grad(), measuring(trial):
            X = brought.X
            return trial(X.double() if X.is_floating_point() else X).dtype == torch.float64
    except (RuntimeError, TypeError, ValueError, AssertionError):  # it wants its own precision
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
    except ArpackError as error:  # no convergence, or a matrix that is zero
        vectors = getattr(error, "eigenvectors", np.empty((size, 0)))
        if vectors.shape[1] == 0:
            return Eigenvalue(float("nan"), float("inf"))
    vector = vectors[:, -1] / np.linalg.norm(vectors[:, -1])
    moved = product(vector)
    value = float(vector @ moved)
    return Eigenvalue(value, float(np.linalg.norm(moved - value * vector)), vector)


def _in_units(rule: Rule | None, leaves: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Steps of all parameters, (P,), and what weight decay adds to the diagonal of the Hessian."""
    if rule is None:
        ones = torch.cat([torch.ones_like(p).reshape(-1) for p in leaves.values()]).detach()
        return ones, 0 * ones
    steps, shift = [], []
    for name, p in leaves.items():
        scale = torch.ones_like(p) if rule.scale is None else rule.scale[name].to(p)
        decay = torch.full_like(p, (rule.decay or {}).get(name, 0.0))
        steps.append((rule.rates[name] / scale).detach().reshape(-1))
        shift.append((decay * scale if rule.decoupled else decay).detach().reshape(-1))
    return torch.cat(steps), torch.cat(shift)
