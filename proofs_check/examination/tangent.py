"""The linear model of a network at a state: its derivative, and the tangent kernel.

The derivative is a matrix where it is small enough, and two products where it is not.  Only
backward passes are used, which every network has that can be trained.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from proofs_check.examination.modes import measuring, trained

MATRIX = 3 * 10**7  # entries of a derivative that is kept as a matrix
CHUNK = 10**7  # entries that are differentiated at once


class TooLarge(ValueError):
    """A kernel would need more memory than is reasonable."""


class Tangent:
    """f + J d, J the derivative (N, P) of all outputs on X by all trained parameters."""

    def __init__(self, net: nn.Module, X: Tensor):
        with measuring(net), torch.enable_grad():
            self.parameters = list(trained(net).values())
            self.names = list(trained(net))
            self.sizes = [p.numel() for p in self.parameters]
            found = net(X)
            self.shape, self._output = found.shape, found.reshape(-1)
            self.output = self._output.detach()
            self.matrix: Tensor | None = None
            if len(self.output) * sum(self.sizes) <= MATRIX:
                self.matrix = self._rows()
                self._output = self.output
            else:
                self._weights = torch.zeros_like(self.output, requires_grad=True)
                self._pulled = self._gradient(self._weights, create_graph=True)

    def _gradient(self, weights: Tensor, **options: bool) -> Tensor:
        parts = torch.autograd.grad(
            self._output,
            self.parameters,
            weights,
            retain_graph=True,
            allow_unused=True,
            **options,
        )
        return torch.cat(
            [
                torch.zeros_like(p).reshape(-1) if part is None else part.reshape(-1)
                for part, p in zip(parts, self.parameters, strict=True)
            ]
        )

    def _rows(self) -> Tensor:
        N = len(self.output)
        matrix = self.output.new_empty((N, sum(self.sizes)))
        chunk = max(1, min(N, CHUNK // sum(self.sizes)))
        for first in range(0, N, chunk):
            eye = torch.zeros(min(chunk, N - first), N, dtype=matrix.dtype, device=matrix.device)
            eye[range(len(eye)), range(first, first + len(eye))] = 1
            matrix[first : first + len(eye)] = self._batch(eye)
        return matrix

    def _batch(self, rows: Tensor) -> Tensor:
        try:
            parts = torch.autograd.grad(
                self._output,
                self.parameters,
                rows,
                retain_graph=True,
                allow_unused=True,
                is_grads_batched=True,
            )
        except RuntimeError:  # an operation that knows no batch of gradients
            return torch.stack([self._gradient(row) for row in rows])
        return torch.cat(
            [
                (p.new_zeros(len(rows), p.numel()) if part is None else part.flatten(1))
                for part, p in zip(parts, self.parameters, strict=True)
            ],
            1,
        )

    def moved(self, change: Tensor) -> Tensor:
        """J d, (N,), of a change (P,) of the parameters."""
        if self.matrix is not None:
            return self.matrix @ change
        return torch.autograd.grad(self._pulled, self._weights, change, retain_graph=True)[0]

    def back(self, weights: Tensor) -> Tensor:
        """J' w, (P,), of weights (N,) of the outputs."""
        return weights @ self.matrix if self.matrix is not None else self._gradient(weights)

    def kernel(self, rates: Mapping[str, float] | None = None) -> Tensor:
        """J diag(rates) J', (N, N), in double precision; all rates are one where none are given."""
        if self.matrix is None:
            raise TooLarge(
                f"the derivative of {len(self.output)} outputs by {sum(self.sizes)} parameters has "
                f"more than {MATRIX:.0e} entries; bring fewer examples or smaller widths"
            )
        N = len(self.output)
        found = torch.zeros(N, N, dtype=torch.float64)
        for name, part in zip(self.names, self.matrix.split(self.sizes, 1), strict=True):
            rate = 1.0 if rates is None else rates[name]
            found += rate * (part @ part.T).double().cpu()
        return (found + found.T) / 2  # the product of single precision is not always symmetric


def flat(state: Mapping[str, Tensor], names: list[str]) -> Tensor:
    """Parameters of these names in a row."""
    return torch.cat([state[name].reshape(-1) for name in names])
