"""Predicted directions against brute force, effective neurons against hand-made networks, split
neurons against finite differences.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.condensation import (
    attractors,
    clusters,
    directions,
    dropout_penalty,
    effective_neurons,
    relu_directions,
    slope,
    turned,
)
from numerics.phase_diagram import four_point_problem
from proofs_check import Standing, verdict_of
from proofs_check.condensation import (
    WAVE,
    descend,
    missing_waves,
    neurons,
    two_waves,
    with_dropout,
)
from proofs_check.plane.gathered import pieces


def height(theta, x, y, p):
    """q(theta), written out."""
    return np.mean(y * (x * np.cos(theta)[..., None] + np.sin(theta)[..., None]) ** p, axis=-1)


@pytest.mark.parametrize(
    ("p", "degrees"), [(1, [159.07]), (2, [50.57, 140.57]), (3, [14.77, 65.83, 127.12])]
)
def test_the_published_data_give_known_angles(p, degrees):
    np.testing.assert_allclose(np.degrees(directions(*WAVE, p)), degrees, atol=0.006)


@given(st.integers(1, 6), st.integers(0, 10_000))
def test_directions_are_the_critical_points_of_the_form(p, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-2, 2, 9), rng.standard_normal(9)
    found = directions(x, y, p)
    assert 0 <= len(found) <= p and len(found) % 2 == p % 2 and (np.diff(found) > 0).all()
    grid = np.linspace(0, np.pi, 20_001)
    q = height(grid, x, y, p)
    turns = grid[1:-1][(np.diff(q)[1:] > 0) != (np.diff(q)[:-1] > 0)]
    for angle in turns:
        assert np.abs((found - angle + np.pi / 2) % np.pi - np.pi / 2).min() < 1e-3
    step = 1e-5
    np.testing.assert_allclose(
        slope(grid, x, y, p),
        (height(grid + step, x, y, p) - height(grid - step, x, y, p)) / (2 * step),
        atol=1e-6 * (1 + np.abs(q).max()) * 50,
    )


@pytest.mark.claim("condensation.turning")
def test_one_line_is_the_drift_two_lines_are_eigenvectors():
    x, y = WAVE
    X = np.c_[x, np.ones(len(x))]
    drift = y @ X
    assert directions(x, y, 1)[0] == pytest.approx(
        np.arctan2(drift[1], drift[0]) % np.pi, abs=1e-12
    )
    vectors = np.linalg.eigh((X * y[:, None]).T @ X)[1]
    np.testing.assert_allclose(
        directions(x, y, 2), np.sort(np.arctan2(vectors[1], vectors[0]) % np.pi), atol=1e-12
    )


def test_a_line_without_bias_is_found():
    # sum y = 0: the drift has no bias coordinate
    x, y = (
        np.array([-1.0, 1.0]),
        np.array([-1.0, 1.0]),
    )
    assert directions(x, y, 1)[0] % np.pi == pytest.approx(0.0, abs=1e-12)


def test_one_line_or_three():
    x = np.array([-1.0, 1.0])
    assert len(directions(0.5 * x, np.ones(2), 3)) == 1  # M_0 > 2 M_2
    assert len(directions(2.0 * x, np.ones(2), 3)) == 3


@pytest.mark.parametrize("p", [1, 2, 3, 4])
@pytest.mark.parametrize("sign", [1, -1])
def test_neurons_turn_to_the_attractors(p, sign):
    x, y = WAVE
    starts = np.linspace(-np.pi, np.pi, 60, endpoint=False) + 0.01
    ends = turned(starts, x, y, p, 500.0, sign)
    away = np.abs(np.angle(np.exp(1j * (ends[:, None] - attractors(x, y, p, sign)[None])))).min(1)
    assert away.max() < 1e-4
    assert (sign * (height(ends, x, y, p) - height(starts, x, y, p)) > -1e-9).all()


def test_relu_neurons_with_positive_output_turn_to_the_constant_on_four_points():
    assert relu_directions(*four_point_problem()) == pytest.approx([np.pi / 2])


@given(st.integers(0, 1000))
def test_relu_directions_are_the_maxima_of_the_height(seed):
    rng = np.random.default_rng(seed)
    X, y = np.c_[rng.uniform(-1, 1, 5), np.ones(5)], rng.standard_normal(5)
    grid = np.linspace(-np.pi, np.pi, 40_001)[:-1]
    units = np.c_[np.cos(grid), np.sin(grid)]
    G = np.maximum(units @ X.T, 0) @ y / 5
    inside = (np.roll(G, 1) < G) & (np.roll(G, -1) < G)
    # a maximum on a kink is no fixed direction of one cone
    kinks = np.abs(units @ X.T).min(1) < 5e-3
    angles = relu_directions(X, y)
    for angle in grid[inside & ~kinks]:
        assert np.abs(np.angle(np.exp(1j * (angles - angle)))).min() < 1e-3
    for angle in angles:
        u = np.array([np.cos(angle), np.sin(angle)])
        drift = y @ (X * (X @ u > 0)[:, None]) / 5
        assert u @ drift == pytest.approx(np.linalg.norm(drift))


def test_neurons_of_one_direction_count_once():
    rng = np.random.default_rng(0)
    W = np.outer(rng.uniform(0.5, 2, 30), [0.6, 0.8])
    W[10:] = np.outer(rng.uniform(0.5, 2, 20), [1.0, 0.0])
    a = rng.standard_normal(30)
    labels, shares = clusters(a, W)
    amplitude = np.abs(a) * np.linalg.norm(W, axis=1)
    assert effective_neurons(a, W) == 2 and shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(
        np.sort(shares), np.sort([amplitude[:10].sum(), amplitude[10:].sum()]) / amplitude.sum()
    )
    assert shares[labels[0]] == pytest.approx(amplitude[:10].sum() / amplitude.sum())
    assert effective_neurons(a, W) == effective_neurons(1e-9 * a, 1e5 * W)
    flipped = W * np.where(np.arange(30) % 2, 1, -1)[:, None]
    assert (
        effective_neurons(a, flipped, share=1.0) == 4
        and effective_neurons(a, flipped, share=1.0, lines=True) == 2
    )


def test_clusters_are_told_apart_at_the_given_cosine_and_come_by_weight():
    angles = np.array([0.0, 0.3, 1.5])  # cos 0.3 = 0.955
    W = np.c_[np.cos(angles), np.sin(angles)] * np.array([[1.0], [1.0], [3.0]])
    assert (
        len(clusters(np.ones(3), W, cosine=0.95)[1]) == 2
        and len(clusters(np.ones(3), W, cosine=0.96)[1]) == 3
    )
    labels, shares = clusters(np.ones(3), W)
    assert labels.tolist() == [1, 1, 0] and shares.tolist() == pytest.approx([0.6, 0.4])
    crowd = np.r_[np.full(3, 0.8), 0.0]  # the lightest cluster may hold the heaviest neuron
    labels, shares = clusters(np.array([1.0, 1.0, 1.0, 2.0]), np.c_[np.cos(crowd), np.sin(crowd)])
    assert labels.tolist() == [0, 0, 0, 1] and shares[0] == pytest.approx(0.6)


def test_errors_at_the_two_frequencies():
    waves = two_waves()[1]
    outputs = waves.T * 0.0
    outputs[1] = waves @ waves.new_tensor([0.75, 0.5])
    np.testing.assert_allclose(missing_waves(outputs), [[1, 1], [0.25, 0.5]], atol=1e-12)


def test_networks_trained_with_dropout_fit_without_masks():
    losses, numbers = with_dropout((0, 1, 2), 0.5)
    assert losses.shape == numbers.shape and (losses[-1] < 0.5).all()


def test_descent_stops_at_the_share_of_the_loss_or_of_the_output():
    import torch

    from proofs_check.training.networks import two_layer

    x, y = (torch.as_tensor(v) for v in WAVE)
    X, model = torch.stack([x, torch.ones_like(x)], 1), two_layer(1.0)
    run = descend(model, neurons((0, 1), 30, 2, 0.3), X, y, rate=0.05, loss=0.5)
    losses = ((model(run.end, X) - y) ** 2).sum(1) / (y**2).sum()
    assert run.reached.all() and (losses < 0.5).all() and (losses > 0.4).all()
    run = descend(model, neurons((0, 1), 30, 2, 1e-3), X, y, output=0.3)
    sizes = model(run.end, X).norm(dim=1) / y.norm()
    assert run.reached.all() and (sizes >= 0.3).all() and (sizes < 0.4).all()


def test_the_effective_network_has_the_sum_of_a_c_as_output_weight():
    rng = np.random.default_rng(1)
    c, a, u, X = (
        rng.uniform(0.5, 2, 8),
        rng.standard_normal(8),
        rng.standard_normal(3),
        rng.standard_normal((20, 3)),
    )
    full = np.maximum(X @ np.outer(c, u).T, 0) @ a
    np.testing.assert_allclose(full, (a @ c) * np.maximum(X @ u, 0), atol=1e-12)
    assert np.abs(full - a.sum() * np.maximum(X @ u, 0)).max() > 0.1


def test_pieces_are_counted():
    W, a = np.array([[1.0, 0.5], [1.0, -0.5], [-1.0, 5.0]]), np.array([1.0, 1.0, 1.0])
    assert pieces(a, W) == 3  # kinks at -1/2 and 1/2; the third neuron is active everywhere
    assert pieces(a, W, tolerance=1.5) == 2
    # slopes -1, 0, 1
    assert pieces(np.ones(2), np.array([[1.0, 0.5], [-1.0, 0.0]]), tolerance=1.5) == 2
    assert pieces(np.array([1.0, -1.0]), np.array([[1.0, 0.5], [1.0, 0.5]])) == 1


def split_loss(theta, x, y):
    """Mean square of tanh neurons with parameters (a_1, w_1, a_2, w_2, ...), halved."""
    a, w = theta[::2], theta[1::2]
    return np.mean((np.tanh(np.outer(x, w)) @ a - y) ** 2) / 2


def hessian(theta, x, y, step=1e-4):
    unit = np.eye(len(theta)) * step
    value = np.array(
        [
            [
                sum(
                    s * r * split_loss(theta + s * u + r * v, x, y)
                    for s in (1, -1)
                    for r in (1, -1)
                )
                for v in unit
            ]
            for u in unit
        ]
    )
    return value / (4 * step * step)


@pytest.mark.parametrize("share", [0.3, 1.6])
def test_splitting_keeps_curvatures_and_adds_a_flat_and_a_signed_one(share):
    from scipy.optimize import minimize

    x = np.linspace(-1, 1.5, 12)
    y = np.sin(3 * x) + x
    best = minimize(
        split_loss, [1.0, 1.0], args=(x, y), tol=1e-14, method="BFGS", options={"gtol": 1e-10}
    ).x
    a, w = best
    both = np.array([share * a, w, (1 - share) * a, w])
    before, after = np.linalg.eigvalsh(hessian(best, x, y)), np.linalg.eigvalsh(hessian(both, x, y))
    t = np.tanh(w * x)
    new = share * (1 - share) * a * np.mean((a * t - y) * -2 * t * (1 - t * t) * x * x)
    assert (after > 1e-5).sum() + (after < -1e-5).sum() == 3  # one is flat
    assert (after > 1e-5).sum() == (before > 0).sum() + (new > 0)
    apart = np.array([0, 1 - share, 0, -share])
    assert apart @ hessian(both, x, y) @ apart == pytest.approx(new, rel=1e-4)


@given(st.floats(0.05, 1.0), st.integers(1, 5))
def test_the_penalty_of_dropout_is_the_mean_over_all_masks(keep, neurons):
    hidden, target = np.linspace(-1, 0.7, neurons), 0.3
    mean = 0.0
    for mask in range(2**neurons):
        kept = np.array([mask >> k & 1 for k in range(neurons)])
        mean += (
            keep ** kept.sum()
            * (1 - keep) ** (neurons - kept.sum())
            * (kept @ hidden / keep - target) ** 2
        )
    assert dropout_penalty(hidden, keep) == pytest.approx(
        mean - (hidden.sum() - target) ** 2, abs=1e-10
    )


def test_identities_of_the_essay_are_proved():
    for statement in (
        "relu-neuron-orientation-amplitude",
        "cond-two-clusters-equal-two-neurons",
        "one-vs-ten-neurons-same-function",
    ):
        assert verdict_of(statement).verdict is Standing.PROVED


def test_bad_input_is_answered():
    x, y = WAVE
    with pytest.raises(ValueError, match="multiplicity"):
        directions(x, y, 0)
    with pytest.raises(ValueError, match="expected"):
        directions(x, y[:-1], 1)
    with pytest.raises(ValueError, match="finite"):
        directions(x, y * np.nan, 1)
    with pytest.raises(ValueError, match="no direction is preferred"):
        directions(x, 0 * y, 2)
    with pytest.raises(ValueError, match="sign"):
        attractors(x, y, 1, 0)
    with pytest.raises(ValueError, match="time"):
        turned(0.0, x, y, 1, -1.0)
    with pytest.raises(ValueError, match="expected"):
        relu_directions(x, y)
    with pytest.raises(ValueError, match="expected"):
        clusters(np.ones(3), np.ones((4, 2)))
    with pytest.raises(ValueError, match="cosine"):
        clusters(np.ones(3), np.ones((3, 2)), cosine=1.5)
    with pytest.raises(ValueError, match="amplitudes"):
        clusters(np.zeros(3), np.ones((3, 2)))
    with pytest.raises(ValueError, match="share"):
        effective_neurons(np.ones(3), np.ones((3, 2)), share=0.0)
    with pytest.raises(ValueError, match="keep"):
        dropout_penalty(np.ones(3), 0.0)
