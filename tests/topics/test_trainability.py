"""Moments along depth against integrals, limits and a network that is written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from numerics.arc_cosine_kernel import arc_cosine
from numerics.trainability import gradient_correlation, he_variance, relu_moment, tanh_moments
from proofs_check import Standing, run, verdict_of
from proofs_check import trainability as simulation
from proofs_check.sweep import fill


def mean(function):
    """Expectation under the standard normal law, by quadrature."""
    return quad(
        lambda z: function(z) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi),
        -12,
        12,
        points=[0.0],
        limit=200,
    )[0]


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_he_variance_keeps_second_moments(D, leak):
    s = he_variance(D, leak)
    assert D * s * mean(lambda z: np.where(z > 0, z, leak * z) ** 2) == pytest.approx(1, rel=1e-8)
    assert D * s * mean(lambda z: np.where(z > 0, 1, leak) ** 2) == pytest.approx(1, rel=1e-6)


def test_other_variances_are_a_power_of_the_depth():
    assert relu_moment(50, 2 / 50, 30) == pytest.approx(1)
    np.testing.assert_allclose(relu_moment(50, np.array([1, 3]) / 50, 7), [0.5**7, 1.5**7])


@pytest.mark.parametrize(("v_w", "v_b"), [(1.0, 0.0), (1.5, 0.2)])
def test_tanh_moments_are_integrals(v_w, v_b):
    q, g = tanh_moments(0.8, 3, v_w, v_b)
    for below, above, down, up in zip(q, q[1:], g, g[1:], strict=False):
        assert above == pytest.approx(
            v_w * mean(lambda z, r=below**0.5: np.tanh(r * z) ** 2) + v_b, rel=1e-7
        )
        assert down / up == pytest.approx(
            v_w * mean(lambda z, r=below**0.5: np.cosh(r * z) ** -4), rel=1e-7
        )
    assert g[-1] == 1


def test_tanh_with_the_xavier_variance_decays_as_a_power():
    q, g = tanh_moments(1.0, 4000)
    assert 4000 * q[-1] == pytest.approx(0.5, rel=0.01)
    assert np.log(g[0] / tanh_moments(1.0, 2000)[1][0]) / np.log(2) == pytest.approx(-1, abs=0.01)


@given(st.floats(0.01, 3.1))
def test_one_layer_is_the_pair_of_arc_cosine_kernels(theta):
    X, Z = np.array([[1.0, 0.0]]), np.array([[np.cos(theta), np.sin(theta)]])
    correlation, angle = gradient_correlation(theta, 1)
    assert correlation[1] == pytest.approx(2 * arc_cosine(X, Z, degree=0)[0, 0], rel=1e-9)
    assert np.cos(angle[1]) == pytest.approx(
        2 * arc_cosine(X, Z, degree=1)[0, 0], rel=1e-9, abs=1e-12
    )


def test_the_correlation_of_gradients_falls_with_the_third_power_of_depth():
    correlation, angle = gradient_correlation(np.pi / 2, 4000)
    assert 4000 * angle[-1] / (3 * np.pi) == pytest.approx(1, rel=0.01)
    assert np.log(correlation[4000] / correlation[2000]) / np.log(2) == pytest.approx(-3, abs=0.03)
    assert correlation[1] == 0.5 and correlation[10] > 30 * 2.0**-10  # not 2^-L


def test_close_inputs_lose_correlation_in_proportion_to_depth():
    correlation, _ = gradient_correlation(1e-4, 20)
    np.testing.assert_allclose((1 - correlation[1:]) / np.arange(1, 21), 1e-4 / np.pi, rtol=2e-3)


def test_the_network_of_the_checks_is_the_one_described():
    X = np.eye(3)[:1]
    import torch

    from proofs_check.training.networks import normal

    g = simulation.input_gradients((5,), torch.as_tensor(X), 1)[0, 0].numpy()
    W = np.sqrt(2 / 3) * normal((5,), (3, simulation.N), stream=200)[0].numpy()
    a = normal((5,), (1, simulation.N), stream=3)[0, 0].numpy()
    np.testing.assert_allclose(g, W @ (a * (X[0] @ W > 0)), rtol=1e-10)


def test_no_digit_is_fitted_before_the_first_step_and_tanh_is_the_exception():
    assert (simulation.steps_to_fit((0, 1)) > 5).all()
    names = ("tanh_fits_sooner_than_relu", "sigmoid_fits_later_than_relu")
    results = [run(check) for check in simulation.CHECKS if check.name in names]
    judged = verdict_of("udl-saturating-activations-harder", results)
    assert judged.verdict is Standing.SCOPED


def test_the_edges_of_the_domains_belong_to_them():
    assert he_variance(1) == he_variance(1, 0.0) == 2 and he_variance(4, 1.0) == 0.25
    assert relu_moment(1, 0.7, 0) == 1 and gradient_correlation(1.0, 0)[0].tolist() == [1]
    np.testing.assert_array_equal(tanh_moments(0.5, 1), tanh_moments(0.5, 1, 1.0, 0.0, 80))


def test_rounding_near_equal_inputs_gives_numbers():
    assert np.isfinite(gradient_correlation(np.geomspace(1e-8, 1e-5, 300), 40)).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: he_variance(0),
        lambda: he_variance(3, -0.1),
        lambda: he_variance(3, np.inf),
        lambda: relu_moment(3, -1.0, 2),
        lambda: relu_moment(3, 0.0, 2),
        lambda: relu_moment(0, 1.0, 2),
        lambda: relu_moment(3, 1.0, -1),
        lambda: tanh_moments(0.0, 3),
        lambda: tanh_moments(1.0, 0),
        lambda: tanh_moments(1.0, 3, 0.0),
        lambda: tanh_moments(1.0, 3, 1.0, -0.1),
        lambda: gradient_correlation(0.0, 2),
        lambda: gradient_correlation(np.pi, 2),
        lambda: gradient_correlation(4.0, 2),
        lambda: gradient_correlation(1.0, -1),
    ],
)
def test_bad_input_is_answered(call):
    with pytest.raises(ValueError, match="needed"):
        call()


def test_a_cell_of_the_sweep_is_the_number_of_steps_of_its_network(tmp_path):
    (found,) = [made for made in simulation.SWEEPS if made.name == "trainability.steps"]
    grid = {"gain": [1, 2], "hidden": 1, "activation": "tanh", "seed": 1}
    settings = {"width": 16, "digits": 20, "limit": 300}
    table = fill(found, tmp_path / "s.sqlite", grid, settings)
    expected = [
        simulation.steps_to_fit((0,), "tanh", gain, 16, 1, 3e-3, 20, 300)[0] for gain in (1.0, 2.0)
    ]
    assert [r.numbers[0] for r in table.results] == expected and expected[0] != expected[1]
    table = fill(found, tmp_path / "short.sqlite", grid, settings | {"limit": 0})
    assert [r.numbers for r in table.results] == [(np.inf,)] * 2  # no failure
