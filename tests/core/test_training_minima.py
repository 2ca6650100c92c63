"""Gradients, traces and eigenvalues that are written out against autograd's."""

import pytest
import torch

from proofs_check.training import minima, small
from proofs_check.training.curvature import flat, gradient, hessian, objective
from proofs_check.training.losses import cross_entropy, half_mean_square
from proofs_check.training.networks import mlp_start, normal

LOSSES = (cross_entropy, half_mean_square)


def targets(loss, shape, outputs):
    draws = normal((0, 1), shape, stream=7)
    classes = (draws.abs() * 100).long() % 10
    if loss is cross_entropy:
        return classes
    return draws if outputs == 1 else torch.nn.functional.one_hot(classes, outputs).double()


@pytest.mark.parametrize("loss", LOSSES)
def test_gradient_and_hessian_of_small_networks(loss):
    theta = small.start((0, 1)).double() + 0.1
    X, y = normal((0, 1), (6, 10), stream=5), targets(loss, (6,), 10)
    pairs = zip(theta.split([100, 10, 100, 10], 1), small.SHAPES, strict=True)
    split = [p.reshape(2, *shape) for p, shape in pairs]
    of = objective(small.MODEL, X, y, loss)
    found = small.gradient(theta, X, y, loss)
    torch.testing.assert_close(found, gradient(of, split))
    each = small.gradients_of_examples(theta, X, y, loss)
    torch.testing.assert_close(each.mean(1), found)
    h, way = 1e-5, normal((0, 1), (220,), stream=6)
    ends = [small.gradient(theta + sign * h * way, X, y, loss) for sign in (1, -1)]
    along = (small.hessian(theta, X, y, loss) @ way[:, :, None])[:, :, 0]
    torch.testing.assert_close(along, (ends[0] - ends[1]) / (2 * h), rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(("loss", "outputs"), [(cross_entropy, 10), (half_mean_square, 1)])
def test_traces_and_largest_eigenvalue_are_those_of_the_whole_hessian(loss, outputs, monkeypatch):
    monkeypatch.setattr(minima, "HIDDEN", 4)
    p = mlp_start((0, 1), (5, 4, outputs), "he", bias=0.3)
    X, y = normal((0, 1), (7, 5), stream=5), targets(loss, (7,), outputs)
    product = hessian(objective(minima.network(5, outputs), X, y, loss), p)
    rows = torch.eye(flat(p).shape[1], dtype=torch.float64)
    H = torch.stack([product(row.expand(2, -1).contiguous()) for row in rows], 1)
    parts = H.diagonal(dim1=1, dim2=2).split([v[0].numel() for v in p], 1)
    expected = torch.stack([part.sum(1) for part in parts])
    torch.testing.assert_close(torch.as_tensor(minima.traces(p, X, outputs > 1)), expected)
    top = torch.linalg.eigvalsh(H)[:, -1].numpy()
    assert minima.largest(p, X, y, loss) == pytest.approx(top, rel=1e-3)


def test_norms_are_those_of_all_paths_and_of_the_singular_values():
    first, shift, second, end = mlp_start((0, 1), (5, 4, 3), "he", bias=0.3)
    frobenius, spectral, path = minima.norms([first, shift, second, end])
    squares = torch.einsum("sij,sjk->s", first**2, second**2)
    assert path == pytest.approx(squares.sqrt().numpy())
    each = [torch.linalg.svdvals(w) for w in (first, second)]
    assert spectral == pytest.approx((each[0][:, 0] * each[1][:, 0]).numpy())
    assert frobenius == pytest.approx(
        ((each[0] ** 2).sum(1) * (each[1] ** 2).sum(1)).sqrt().numpy()
    )


@pytest.mark.parametrize("kind", minima.KINDS)
def test_examples_are_a_draw_of_each_seed_whatever_the_others(kind):
    both, one = minima.examples(kind, (0, 3), 64), minima.examples(kind, (3,), 64)
    assert torch.equal(both.X[1], one.X[0]) and torch.equal(both.y_test[1], one.y_test[0])
    assert both.X.shape[:2] == (2, 64) and both.X_test.shape[1] == minima.HELD_OUT
    seen = {tuple(v) for v in one.X[0].tolist()}
    assert not seen & {tuple(v) for v in one.X_test[0].tolist()}


def test_a_fifth_of_the_labels_is_wrong():
    right, wrong = (minima.examples(kind, (0,), 100).y for kind in minima.KINDS[:2])
    assert (right != wrong).sum() == 20
