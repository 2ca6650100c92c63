"""The batched trainer: one seed alone or among others gives the same numbers, and full-batch
descent is the textbook step.
"""

import numpy as np
import pytest
import torch

from proofs_check.training import engine

X = torch.tensor([[-0.5, 1.0], [0.2, 1.0], [0.7, 1.0]], dtype=torch.float64)
y = torch.tensor([0.3, -0.1, 0.4], dtype=torch.float64)


def start(seeds, m=20):
    return engine.two_layer_start(seeds, m, 2, 1.0, 1.0)


@pytest.mark.parametrize(
    "options",
    [
        {"rule": "descent", "rate": 0.05},
        {"rule": "descent"},
        {"rule": "adam", "rate": 1e-2},
        {"rule": "sgd", "rate": 0.05, "batch": 2},
    ],
)
def test_a_seed_does_not_see_its_neighbours(options):
    model = engine.two_layer(10.0)

    def train(seeds):
        chosen = options | ({"seeds": seeds} if options["rule"] == "sgd" else {})
        return engine.train(model, start(seeds), X, y, stop=1e-3, max_steps=300, **chosen)

    alone, together = train((3,)), train((1, 2, 3))
    np.testing.assert_allclose(
        alone.end[1][0].numpy(), together.end[1][2].numpy(), rtol=1e-10, atol=1e-12
    )
    assert alone.steps[0] == together.steps[2]


def test_one_step_of_descent_is_minus_rate_times_gradient():
    model, (a, w) = engine.two_layer(3.0), start((0,))
    run = engine.train(model, (a, w), X, y, rate=0.1, stop=0.0, max_steps=1)
    A, W = a[0].numpy(), w[0].numpy()
    Z = X.numpy() @ W.T
    e = np.maximum(Z, 0) @ A / 3 - y.numpy()
    np.testing.assert_allclose(
        run.end[0][0].numpy(), A - 0.1 * np.maximum(Z, 0).T @ e / 9, rtol=1e-12
    )
    np.testing.assert_allclose(
        run.end[1][0].numpy(),
        W - 0.1 * A[:, None] * ((Z > 0) * e[:, None]).T @ X.numpy() / 9,
        rtol=1e-12,
    )


def test_one_step_of_adam_has_the_size_of_the_rate():
    model, parameters = engine.two_layer(3.0), start((0, 1))
    run = engine.train(model, parameters, X, y, rule="adam", rate=1e-3, stop=0.0, max_steps=1)
    moved = (run.end[0] - parameters[0]).abs().numpy()
    assert np.isclose(moved, 1e-3, rtol=1e-3).mean() > 0.5 and moved.max() < 1.01e-3


def test_training_stops_at_the_loss():
    run = engine.train(engine.two_layer(10.0), start((0, 1, 2)), X, y, stop=1e-6)
    assert run.reached.all() and (run.loss < 1e-6).all() and (run.loss > 1e-8).all()


def test_the_gram_matrix_is_that_of_the_two_kernels():
    (a, w), alpha = start((0,)), 4.0
    K = engine.gram(engine.two_layer(alpha), (a, w), X)[0].numpy()
    A, W = a[0].numpy(), w[0].numpy()
    Z = X.numpy() @ W.T
    S, on = np.maximum(Z, 0), Z > 0
    np.testing.assert_allclose(
        K, (S @ S.T + (on * A**2) @ on.T * (X @ X.T).numpy()) / alpha**2 / 3, rtol=1e-12
    )


def test_the_antisymmetric_start_is_zero():
    parameters = start((0, 1))
    assert engine.two_layer(1.0)(parameters, X).abs().max() < 1e-12


def test_normalised_scales_give_back_both_parameters():
    alpha, beta_1, beta_2 = engine.normalised(0.3, 2.5)
    assert (beta_1 * beta_2 / alpha, beta_1 / beta_2, beta_1 * beta_2) == pytest.approx(
        (0.3, 2.5, 1.0)
    )


def test_bad_options_are_refused():
    for options, word in (
        ({"rule": "newton"}, "newton"),
        ({"rule": "sgd"}, "batch"),
        ({"rule": "adam"}, "learning rate"),
    ):
        with pytest.raises(ValueError, match=word):
            engine.train(engine.two_layer(1.0), start((0,)), X, y, **options)
