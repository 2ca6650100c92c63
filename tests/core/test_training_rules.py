"""Rules: the steps of torch's optimisers, rates of four kinds, flow and its limit on a step."""

from itertools import pairwise

import pytest
import torch

from proofs_check.training.curvature import gram
from proofs_check.training.descend import train
from proofs_check.training.losses import mean_square
from proofs_check.training.networks import mlp, mlp_start, two_layer, two_layer_start
from proofs_check.training.rules import Adam, Descent, Flow, Momentum, norm

WIDTHS = (2, 7, 1)
X = torch.tensor([[-0.5, 1.0], [0.2, 1.0], [0.7, 1.0]], dtype=torch.float64)
y = torch.tensor([0.3, -0.1, 0.4], dtype=torch.float64)


def by_torch(make, parameters, steps, X=X, y=y):
    theta = [p.clone().requires_grad_(True) for p in parameters]
    optimiser = make(theta)
    for _ in range(steps):
        optimiser.zero_grad()
        mean_square(mlp(WIDTHS, "tanh")(theta, X), y).sum().backward()
        optimiser.step()
    return theta


def by_us(rule, parameters, steps, X=X, y=y):
    return train(
        mlp(WIDTHS, "tanh"), parameters, X, y, rule=rule, steps=steps, loss=mean_square
    ).end


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize(
    ("rule", "make"),
    [
        (Adam(1e-2), lambda p: torch.optim.Adam(p, lr=1e-2)),
        (
            Adam(1e-2, betas=(0.8, 0.99), eps=1e-6, decay=0.1),
            lambda p: torch.optim.Adam(p, lr=1e-2, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1),
        ),
        (
            Adam(1e-2, decay=0.1, decoupled=True),
            lambda p: torch.optim.AdamW(p, lr=1e-2, weight_decay=0.1),
        ),
    ],
)
def test_adam_is_that_of_torch_to_the_last_digit(rule, make, dtype):
    parameters = [p.to(dtype) for p in mlp_start((0, 1), WIDTHS)]
    data = X.to(dtype), y.to(dtype)
    for p, q in zip(
        by_torch(make, parameters, 50, *data), by_us(rule, parameters, 50, *data), strict=True
    ):
        assert torch.equal(p, q)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_momentum_is_that_of_torch(nesterov, decay):
    parameters = mlp_start((0, 1), WIDTHS)
    theirs = by_torch(
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=nesterov, weight_decay=decay),
        parameters,
        50,
    )
    ours = by_us(Momentum(0.1, 0.9, nesterov, decay), parameters, 50)
    for p, q in zip(theirs, ours, strict=True):
        torch.testing.assert_close(p, q, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kind", [Descent, Momentum, Adam])
def test_a_rate_for_each_seed_each_tensor_or_each_step_is_the_rate_given_to_it(kind):
    parameters, rates = mlp_start((0, 1), WIDTHS), (0.02, 0.05)
    each = by_us(kind(torch.tensor(rates, dtype=torch.float64)), parameters, 5)
    for s, rate in enumerate(rates):
        alone = by_us(kind(rate), [p[s : s + 1] for p in parameters], 5)
        for p, q in zip(each, alone, strict=True):
            torch.testing.assert_close(p[s], q[0], rtol=1e-12, atol=1e-14)
    still = by_us(kind((0.02, 0.0, 0.02, 0.0)), parameters, 5)
    for k, (p, q) in enumerate(zip(parameters, still, strict=True)):
        assert torch.equal(p, q) == (k in (1, 3))
    first = by_us(kind(lambda done: 0.02 if done == 0 else 0.0), parameters, 5)
    once = by_us(kind(0.02), parameters, 1)
    for p, q in zip(first, once, strict=True):
        torch.testing.assert_close(p, q, rtol=1e-14, atol=0)


def test_decay_of_descent_is_a_penalty_on_squares():
    parameters, h, decay = mlp_start((0, 1), WIDTHS), 0.05, 0.3
    plain, decayed = (by_us(Descent(h, decay=d), parameters, 1) for d in (0.0, decay))
    for p, q, r in zip(parameters, plain, decayed, strict=True):
        torch.testing.assert_close(r, q - h * decay * p, rtol=1e-12, atol=1e-15)


def test_no_step_is_longer_than_the_growth_allows():
    parameters = mlp_start((0, 1), WIDTHS)
    for growth, long in ((0.01, True), (1e3, False)):
        end = by_us(Descent(10.0, growth), parameters, 1)
        moved = norm([q - p for p, q in zip(parameters, end, strict=True)]) / norm(parameters)
        assert torch.allclose(moved, torch.full_like(moved, growth)) is long
        assert (moved <= growth * (1 + 1e-12)).all()


def test_flow_steps_by_the_largest_eigenvalue_of_the_kernel():
    model, parameters = two_layer(3.0), two_layer_start((0, 1), 20, 2, 1.0, 1.0)
    rates = 0.3 / torch.linalg.eigvalsh(gram(model, parameters, X))[:, -1]
    flow, descent = (
        train(model, parameters, X, y, rule=rule, steps=4).end
        for rule in (Flow(0.3, growth=1e9), Descent(rates))
    )
    for p, q in zip(flow, descent, strict=True):
        torch.testing.assert_close(p, q, rtol=1e-12, atol=1e-14)


def test_small_steps_of_flow_agree_on_the_way():
    """Half the rate and twice the steps lead to the same place, the nearer the smaller the rate."""
    model, parameters = two_layer(3.0, "tanh"), two_layer_start((0, 1), 20, 2, 1.0, 1.0)
    ends = [
        model(train(model, parameters, X, y, rule=Flow(0.2 / n, 10**9), steps=10 * n).end, X)
        for n in (1, 2, 4)
    ]
    coarse, fine = ((a - b).norm() for a, b in pairwise(ends))
    assert float(coarse / fine) == pytest.approx(2, rel=0.2)
