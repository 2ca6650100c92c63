"""Second derivatives of the losses of many seeds at once, and extreme eigenvalues with their error.

An objective is a function of parameters (S, ...) to (S,) that keeps the seeds apart; vectors are
(S, P), all parameters of a seed in a row.  Use double precision: the bounds are as good as the
products.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from proofs_check.training.losses import Loss, half_mean_square
from proofs_check.training.networks import Model, normal

Objective = Callable[[Sequence[Tensor]], Tensor]
Product = Callable[[Tensor], Tensor]  # (S, P) to (S, P), a symmetric matrix for each seed


@dataclass(frozen=True)
class Eigenvalues:
    """Approximate eigenvalues, the largest ones first; some eigenvalue of each seed's matrix lies
    within ``residual`` of each, to rounding, and none of the largest is above the true largest one.
    """

    value: Tensor  # (S, k)
    vector: Tensor  # (S, k, P), of length one
    residual: Tensor  # (S, k), |H v - value v|


def flat(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors (S, ...) as one vector of each seed, (S, P)."""
    return torch.cat([v.flatten(1) for v in tensors], 1)


def unflat(vector: Tensor, like: Sequence[Tensor]) -> list[Tensor]:
    """The inverse of ``flat`` for tensors of the shapes of ``like``."""
    parts = vector.split([v[0].numel() for v in like], 1)
    return [part.reshape(v.shape) for part, v in zip(parts, like, strict=True)]


def objective(model: Model, X: Tensor, y: Tensor, loss: Loss = half_mean_square) -> Objective:
    """The loss of a model on data, as a function of its parameters."""
    return lambda parameters: loss(model(parameters, X), y)


def gradient(of: Objective, parameters: Sequence[Tensor]) -> Tensor:
    """Gradient (S, P)."""
    leaves = _leaves(parameters)
    with torch.enable_grad():
        return flat(torch.autograd.grad(of(leaves).sum(), leaves, materialize_grads=True))


def hessian(of: Objective, parameters: Sequence[Tensor]) -> Product:
    """Product with the Hessian at these parameters; the gradient is taken once, every product costs
    about as much again.
    """
    leaves = _leaves(parameters)
    with torch.enable_grad():
        pull = flat(
            torch.autograd.grad(of(leaves).sum(), leaves, create_graph=True, materialize_grads=True)
        )

    def product(vector: Tensor) -> Tensor:
        if not pull.requires_grad:  # the objective is linear
            return torch.zeros_like(vector)
        rows = torch.autograd.grad(pull, leaves, vector, retain_graph=True, materialize_grads=True)
        return flat(rows)

    return product


def gauss_newton(
    model: Model,
    parameters: Sequence[Tensor],
    X: Tensor,
    y: Tensor,
    loss: Loss = half_mean_square,
) -> Product:
    """Product with J^T L J, J the derivative of the outputs by the parameters and L the second
    derivative of the loss by the outputs: the Hessian without the curvature of the model.
    """
    leaves = _leaves(parameters)
    with torch.enable_grad():
        output = model(leaves, X)
        weights = torch.zeros_like(output, requires_grad=True)
        pulled = flat(
            torch.autograd.grad(output, leaves, weights, create_graph=True)
        )  # J^T weights
    of_outputs = hessian(lambda parts: loss(parts[0], y), [output])

    def product(vector: Tensor) -> Tensor:
        (moved,) = torch.autograd.grad(pulled, weights, vector, retain_graph=True)  # J vector
        (back,) = unflat(of_outputs(moved.flatten(1)), [output])
        return flat(torch.autograd.grad(output, leaves, back, retain_graph=True))

    return product


def gram(model: Model, parameters: Sequence[Tensor], X: Tensor) -> Tensor:
    """Tangent kernel divided by n, (S, n, n): one backward pass per data point."""
    leaves = _leaves(parameters)
    X = X.to(leaves[0].device)
    with torch.enable_grad():
        output = model(leaves, X)
        rows = [
            torch.autograd.grad(output[:, i].sum(), leaves, retain_graph=True)
            for i in range(output.shape[1])
        ]
    # (S, n, P)
    jacobian = torch.stack([flat(row) for row in rows], 1)
    return jacobian @ jacobian.transpose(1, 2) / output.shape[1]


def _leaves(parameters: Sequence[Tensor]) -> list[Tensor]:
    return [p.detach().requires_grad_(True) for p in parameters]


# ---------------------------------------------------------------- eigenvalues


def eigenvalues(
    product: Product,
    like: Sequence[Tensor],
    *,
    largest: int = 1,
    smallest: int = 0,
    tol: float = 1e-6,
    steps: int = 200,
    seeds: Sequence[int] | None = None,
    begin: Tensor | None = None,
) -> Eigenvalues:
    """The largest and the smallest eigenvalues of a symmetric matrix for each seed, by Lanczos'
    iteration with full orthogonalisation from vectors ``begin`` (S, P), or from random ones of the
    seeds (0, 1, ... where none are given); one that occurs several times may be found once.

    Ends when the estimated residuals are below ``tol`` times the size of the largest Ritz value, or
    after ``steps`` products; what is returned is measured by products of its own.  ``like``: the
    parameters.  Raises ``ValueError`` when the products are not those of a symmetric matrix, and
    when more eigenvalues are asked for than there are or than ``steps``.
    """
    S, P, wanted = len(like[0]), flat(like).shape[1], largest + smallest
    most = min(P, steps)
    if not 1 <= wanted <= most:
        raise ValueError(f"{wanted} eigenvalues of {P} rows in {steps} steps: 1 to {most} can be")
    eps, numbers = torch.finfo(like[0].dtype).eps, range(S) if seeds is None else seeds
    chosen = [*range(-1, -largest - 1, -1), *range(smallest - 1, -1, -1)]
    basis, T = (torch.zeros(S, most, columns).to(like[0]) for columns in (P, most))
    rest = normal(numbers, (P,), stream=99).to(like[0]) if begin is None else begin
    scale = before = torch.zeros(S).to(rest)
    for k in range(1, most + 1):
        basis[:, k - 1] = functional.normalize(rest, dim=1)
        Q = basis[:, :k]
        rest = product(Q[:, -1])
        scale = torch.maximum(scale, rest.norm(dim=1))
        seen = _along(Q, rest)
        expected = torch.zeros_like(seen[:, :-1])
        expected[:, k - 2 :] = before[:, None]
        if ((seen[:, :-1] - expected).abs() > eps**0.5 * scale[:, None]).any():
            raise ValueError("these are not the products of a symmetric matrix")
        T[:, k - 1, k - 1] = seen[:, -1]
        if k > 1:
            T[:, k - 2, k - 1] = T[:, k - 1, k - 2] = before
        rest = _away(Q, rest)
        before = rest.norm(dim=1)
        if k >= wanted and (k % 5 == 0 or k == most):
            ritz, parts = torch.linalg.eigh(T[:, :k, :k])
            left = before[:, None] * parts[:, -1, chosen].abs()
            if (left <= tol * ritz.abs().amax(1, keepdim=True)).all():
                break
        if (stuck := before <= 10 * eps * scale).any():  # all that a seed's start can reach
            fresh = _away(Q, normal(numbers, (P,), stream=99 + k).to(rest))
            rest = torch.where(stuck[:, None], fresh, rest)
    vector = functional.normalize(parts[:, :, chosen].mT @ Q, dim=2)
    moved = torch.stack([product(vector[:, i].contiguous()) for i in range(wanted)], 1)
    value = (vector * moved).sum(2)
    return Eigenvalues(value, vector, (moved - value[:, :, None] * vector).norm(dim=2))


def _along(Q: Tensor, vector: Tensor) -> Tensor:
    """Coefficients (S, k) of vectors (S, P) in the rows of Q (S, k, P)."""
    return (Q @ vector[:, :, None])[:, :, 0]


def _away(Q: Tensor, vector: Tensor) -> Tensor:
    """What is left of vectors without the rows of Q; twice, because once is not enough."""
    for _ in range(2):
        vector = vector - (_along(Q, vector)[:, None] @ Q)[:, 0]
    return vector
