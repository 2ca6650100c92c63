"""A gradient that is written out is the one that autograd finds."""

import pytest
import torch

from proofs_check.training import networks, written_out
from proofs_check.training.curvature import gradient, hessian, objective
from proofs_check.training.descend import train
from proofs_check.training.losses import half_mean_square
from proofs_check.training.networks import normal, two_layer_start
from proofs_check.training.rules import Adam

X, y = normal((7, 8, 9), (11, 4), stream=3), normal((7, 8, 9), (11,), stream=4)


@pytest.mark.parametrize("kind", written_out.WITH_SLOPE)
@pytest.mark.parametrize("inputs", [X, X[0]], ids=["own inputs", "shared inputs"])
def test_values_and_gradients_are_those_of_autograd(kind, inputs):
    start = two_layer_start((1, 2, 3), 6, 4, 1.0, 2.0)
    ours, theirs = written_out.two_layer(3.0, kind), networks.two_layer(3.0, kind)
    torch.testing.assert_close(ours(start, inputs), theirs(start, inputs), rtol=1e-12, atol=1e-14)
    for loss in (half_mean_square, lambda f, y: (f**3 * y).sum(1)):
        pulls = [gradient(objective(model, inputs, y, loss), start) for model in (ours, theirs)]
        torch.testing.assert_close(*pulls, rtol=1e-11, atol=1e-14)


def test_far_out_there_is_nothing_left():
    z = torch.tensor([13.0, -40.0, 1e4], dtype=torch.float64)
    for kind in ("gaussian", "ricker"):
        for found in written_out.WITH_SLOPE[kind](z):
            assert found.abs().max() < 1e-28 and found.isfinite().all()


def test_training_goes_the_same_way():
    start = two_layer_start((1, 2, 3), 6, 4, 1.0, 1.0)
    ends = [
        train(source.two_layer(1.0, "tanh"), start, X, y, rule=Adam(1e-2), steps=100).end
        for source in (written_out, networks)
    ]
    for p, q in zip(*ends, strict=True):
        torch.testing.assert_close(p, q, rtol=1e-9, atol=1e-10)


def test_what_it_cannot_do_is_refused():
    with pytest.raises(ValueError, match="ricker it is"):
        written_out.two_layer(1.0, "softplus")
    start = two_layer_start((1, 2, 3), 6, 4, 1.0, 1.0)
    with pytest.raises(RuntimeError, match=r"networks\.two_layer"):
        hessian(objective(written_out.two_layer(1.0, "tanh"), X, y), start)
