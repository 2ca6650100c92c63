"""Residual networks with norms: each part against torch's own, seeds apart, statistics kept."""

import numpy as np
import pytest
import torch

from proofs_check import residual_norm
from proofs_check.training.residual import norm, residual, residual_start

SEEDS = (3, 5)


def test_a_norm_is_torchs():
    h = torch.randn(2, 7, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    wanted = torch.stack([torch.nn.BatchNorm1d(4, affine=False).double()(one) for one in h])
    torch.testing.assert_close(norm(h), wanted)
    torch.testing.assert_close(norm(h, rows=7), wanted)


def test_statistics_are_those_of_the_first_points():
    h = torch.randn(1, 9, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    torch.testing.assert_close(norm(h, rows=5)[:, :5], norm(h[:, :5]))
    start = residual_start(SEEDS, 3, (3, 4, 2))
    X = h.expand(2, -1, -1)
    torch.testing.assert_close(
        residual(3, rows=5)(start, X)[:, :5], residual(3)(start, X[:, :5]), rtol=1e-9, atol=1e-9
    )


def test_seeds_do_not_meet():
    X = torch.randn(2, 6, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    both = residual(2)(residual_start(SEEDS, 2, (3, 4, 2)), X)
    alone = residual(2)(residual_start(SEEDS[1:], 2, (3, 4, 2)), X[1:])
    torch.testing.assert_close(both[1:], alone)
    assert both.shape == (2, 6, 2)


def test_starts_have_the_variance_of_he():
    first, W, shift, V, last, ends = residual_start((0,), 1, (50, 80, 10))
    for part, inputs in ((first, 50), (W, 80), (V, 80), (last, 80)):
        assert float(part.var()) == pytest.approx(2 / inputs, rel=0.1)
    assert not shift.any() and not ends.any() and ends.shape == (1, 10)


@pytest.mark.parametrize("kind", ["norm", "norm relu norm", "norm relu"])
def test_paths_add_up_to_the_gradient(kind):
    generator = torch.Generator().manual_seed(4)
    S, n, D, count = 1, 8, 3, 4
    W, V = (torch.randn(count, S, D, D, generator=generator) for _ in range(2))
    blocks = [(w,) if kind == "norm" else (w, w[:, 0] / 3, v) for w, v in zip(W, V, strict=True)]
    h = torch.randn(S, n, D, generator=generator).requires_grad_()
    probe = torch.randn(S, n, D, generator=generator)
    out = h
    for w, *rest in blocks:
        z = norm(out @ w)
        if rest:
            z = (z + rest[0][:, None]).relu() @ rest[1]
            z = norm(z) if kind == "norm relu norm" else z
        out = out + z
    (wanted,) = torch.autograd.grad((out * probe).sum(), h)
    apart = residual_norm.apart(h.detach(), blocks, kind, probe)
    torch.testing.assert_close(apart.sum(1), wanted, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(apart[:, 0], probe)
    found = residual_norm.squares(h.detach(), blocks, kind, probe)
    np.testing.assert_allclose(found, (apart**2).mean((2, 3)), rtol=1e-5)


def test_no_blocks_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        residual(0)
