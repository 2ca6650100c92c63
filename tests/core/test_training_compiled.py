"""Compiled descents are those of torch, step by step, and end where they are told to."""

import numpy as np
import pytest
import torch

from proofs_check.training import compiled
from proofs_check.training.curvature import flat
from proofs_check.training.descend import train
from proofs_check.training.networks import mlp, mlp_start
from proofs_check.training.rules import Descent

RNG = np.random.default_rng(0)
CASES = [
    ((3, 16, 1), "linear", False, 1.0),
    ((4, 6, 5, 1), "relu", True, 1.0),
    ((2, 6, 6, 1), "tanh", True, 2.0),
    ((2, 40, 1), "tanh", False, 6.0),
]


def setting(widths, bias):
    X, y = RNG.normal(size=(7, widths[0])), RNG.normal(size=7)
    start = mlp_start(range(3), widths, "lecun", device="cpu")
    return X, y, start if bias else start[::2]


@pytest.mark.parametrize(("widths", "kind", "bias", "over"), CASES)
def test_a_descent_is_that_of_torch(widths, kind, bias, over):
    X, y, start = setting(widths, bias)
    eta, losses, seen = np.array([0.02, 0.05, 0.1]), [], []
    network = mlp(widths, kind, bias=bias)

    def watch(now):
        losses.append(now.loss.numpy().copy())
        seen.append(flat(now.parameters).numpy().copy())

    run = train(
        lambda p, X: network(p, X) / over,
        start,
        torch.tensor(X),
        torch.tensor(y),
        rule=Descent(torch.tensor(eta)),
        steps=40,
        watch=watch,
    )
    found = compiled.descend(
        flat(start).numpy(), widths, kind, X, y, eta, np.array([40] * 3), np.array([0, 7]),
        bias=bias, over=over,
    )  # fmt: skip
    assert found.loss == pytest.approx(np.array(losses).T, rel=1e-9)
    assert found.end == pytest.approx(flat(run.end).numpy(), rel=1e-9, abs=1e-12)
    assert found.parameters[:, 1] == pytest.approx(seen[7], rel=1e-9, abs=1e-12)
    assert (np.abs(found.end - flat(start).numpy()).max(1) > 1e-3).all()  # it moved


@pytest.mark.parametrize("limits", [(0.5, np.inf), (0.0, 4.0)])
def test_a_run_ends_where_its_loss_leaves_the_limits(limits):
    X, y, start = setting((2, 6, 6, 1), True)
    eta = np.array([0.2, 0.2, 0.2]) if limits[0] else np.array([50.0, 50.0, 50.0])
    found = compiled.descend(
        flat(start).numpy(), (2, 6, 6, 1), "tanh", X, y, eta, np.array([5000] * 3), np.array([0]),
        limits=limits,
    )  # fmt: skip
    for loss, steps in zip(found.loss, found.steps, strict=True):
        share = loss[: steps + 1] / loss[0]
        assert (share[:-1] >= limits[0]).all() and (share[:-1] <= limits[1]).all()
        assert not limits[0] <= share[-1] <= limits[1] and np.isnan(loss[steps + 1 :]).all()


def test_every_run_has_its_own_number_of_steps():
    X, y, start = setting((2, 6, 6, 1), True)
    found = compiled.descend(
        flat(start).numpy(), (2, 6, 6, 1), "tanh", X, y, np.full(3, 0.1), np.array([3, 5, 9]),
        np.array([0, 4]),
    )  # fmt: skip
    assert found.steps.tolist() == [3, 5, 9] and found.loss.shape == (3, 10)
    assert np.isnan(found.parameters[0, 1]).all() and np.isfinite(found.parameters[1, 1]).all()


def test_tanh_is_exact_to_rounding():
    x = np.r_[-np.geomspace(1e-12, 50, 500), 0.0, np.geomspace(1e-12, 50, 500)]
    assert np.array([compiled.tanh(v) for v in x]) == pytest.approx(np.tanh(x), rel=1e-14, abs=0)


def test_bad_input_is_answered():
    X, y, start = setting((2, 6, 6, 1), True)
    ones = (np.ones(3), np.ones(3, int), np.array([0]))
    with pytest.raises(ValueError, match="linear, relu, tanh"):
        compiled.descend(flat(start).numpy(), (2, 6, 6, 1), "sine", X, y, *ones)
    with pytest.raises(ValueError, match="67 parameters and"):
        compiled.descend(flat(start).numpy()[:, 1:], (2, 6, 6, 1), "tanh", X, y, *ones)
    with pytest.raises(ValueError, match="one output"):
        compiled.descend(flat(start).numpy(), (2, 6, 6, 2), "tanh", X, y, *ones)
