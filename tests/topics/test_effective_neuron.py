"""Networks condensed in two directions, beside one and two neurons."""

import numpy as np
from scipy.optimize import least_squares

from theory import derive, effective_neuron


def relu(z):
    return np.maximum(z, 0)


def test_neurons_of_a_direction_are_one():
    rng = np.random.default_rng(0)
    direction, lengths, a = rng.normal(size=3), rng.uniform(0.1, 3, 20), rng.normal(size=20)
    X = rng.normal(size=(100, 3))
    many = relu(X @ np.outer(lengths, direction).T) @ a
    np.testing.assert_allclose(many, (a * lengths).sum() * relu(X @ direction), atol=1e-12)


def _best_of_one(outputs, X, act):
    """Least mean square of a single neuron, over starts."""
    rng = np.random.default_rng(1)
    fits = [
        least_squares(lambda p: p[0] * act(X @ p[1:]) - outputs, rng.normal(size=1 + X.shape[1]))
        for _ in range(20)
    ]
    return min(2 * fit.cost for fit in fits) / (outputs**2).sum()


def test_two_directions_are_not_one_neuron_and_two_neurons_of_one_are():
    X = np.random.default_rng(2).normal(size=(200, 2))
    apart = relu(X @ [1.0, 0.2]) - 0.7 * relu(X @ [-0.3, 1.0])
    alike = relu(X @ [1.0, 0.2]) + 0.7 * relu(X @ [2.0, 0.4])
    assert _best_of_one(apart, X, relu) > 0.05 and _best_of_one(alike, X, relu) < 1e-10


def test_a_direction_of_tanh_is_more_than_one_neuron():
    X = np.linspace(-4, 4, 201)[:, None]
    outputs = np.tanh(X[:, 0]) + np.tanh(2 * X[:, 0])
    assert _best_of_one(outputs, X, np.tanh) > 1e-4
    assert derive(effective_neuron.other_activations)[0].grade().name == "PROVED"
