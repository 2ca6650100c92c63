"""Transforms, norms and peaks against quadrature; the training code against one network written
out.
"""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from numerics.activation_spectrum import transform_size, value
from proofs_check import activation_spectrum as checks
from proofs_check import verdict_of
from proofs_check.training.networks import normal


@given(st.floats(0.05, 3))
def test_the_spectrum_of_the_ricker_function_peaks_at_root_two_over_its_width(s):
    found = minimize_scalar(
        lambda q: -transform_size("ricker", q, s),
        bounds=(0.1 / s, 5 / s),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert found.x == pytest.approx(np.sqrt(2) / s, rel=1e-5)
    assert abs(found.x - 1 / s) > 0.3 / s


@pytest.mark.claim("activation_spectrum.gaussian_transform")
@given(st.floats(0.1, 2), st.floats(0.2, 6))
def test_bells_have_their_transforms(s, q):
    for activation in ("gaussian", "ricker"):
        found = quad(
            lambda x, a=activation: 2 * value(a, x, s) * np.cos(q * x), 0, 12 * s, limit=200
        )[0]
        assert found == pytest.approx(transform_size(activation, q, s), abs=1e-7)


def test_the_width_is_one_unless_given_and_zero_is_refused():
    for function in (transform_size, value):
        assert (
            function("ricker", 0.7) == function("ricker", 0.7, 1.0) != function("ricker", 0.7, 2.0)
        )
        with pytest.raises(ValueError, match="width"):
            function("ricker", 0.7, 0.0)
    with pytest.raises(ValueError, match="positive frequencies"):
        transform_size("relu", np.array([1.0, 0.0]))


def test_activations_are_those_of_torch():
    x = torch.linspace(-3, 3, 13, dtype=torch.float64)
    for name in ("relu", "tanh", "sigmoid"):
        np.testing.assert_allclose(
            value(name, x.numpy()), getattr(torch, name)(x).numpy(), rtol=1e-14
        )


@pytest.mark.claim("activation_spectrum.tanh_transform")
@pytest.mark.claim("activation_spectrum.relu_transform")
def test_smoother_activations_decay_faster():
    q = np.array([5.0, 20.0])
    falls = [
        np.log(transform_size(a, q[0]) / transform_size(a, q[1]))
        for a in ("relu", "tanh", "gaussian")
    ]
    assert falls == sorted(falls) and falls[0] == pytest.approx(2 * np.log(4))


@pytest.mark.parametrize("a", [0.1, 0.3])
def test_the_printed_prefactor_does_not_normalise(a):
    square = quad(lambda x: (np.pi**0.25 / (15 * a) * value("ricker", x, a)) ** 2, -12 * a, 12 * a)[
        0
    ]
    assert square == pytest.approx(np.pi / (300 * a)) and square < 0.2
    assert quad(
        lambda x: (2 / (np.sqrt(3 * a) * np.pi**0.25) * value("ricker", x, a)) ** 2, -12 * a, 12 * a
    )[0] == pytest.approx(1)


@pytest.mark.parametrize(
    ("statement", "standing"),
    [
        ("ricker-definition-normalisation", "REFUTED"),
        ("ricker-spectrum-peak", "PROVED"),
        ("smoother-faster-decay", "PROVED"),
        ("relu-fourier-quadratic-decay", "PROVED"),
    ],
)
def test_what_the_derivations_settle(statement, standing):
    assert verdict_of(statement).verdict.name == standing


def test_one_network_of_the_batch_is_the_network_written_out():
    seeds, widths, m = (3, 5), (0.3, 0.1), 20
    found = checks.fits(seeds, widths, 0.7, m=m, steps=1)
    w, b, a = (
        size * normal((5,), shape, stream=i + 1, device="cpu")[0]
        for i, (size, shape) in enumerate(((0.7, (m, 1)), (0.7, (m, 1)), (m**-0.5, (1, m))))
    )
    x = torch.as_tensor((np.arange(60) + 0.5) / 60 * 2 * np.pi - np.pi)
    y = torch.sin(x) + torch.sin(3 * x) + torch.sin(5 * x)
    theta = [p.clone().requires_grad_(True) for p in (w, b, a)]

    def net():
        return (
            theta[2]
            @ torch.as_tensor(1 - ((theta[0] * x + theta[1]) / 0.1) ** 2).mul(
                torch.exp(-(((theta[0] * x + theta[1]) / 0.1) ** 2) / 2)
            )
        )[0]

    before = net().detach()
    optimiser = torch.optim.Adam(theta, lr=3e-3)
    ((net() - before - y) ** 2).mean().backward()
    optimiser.step()
    error = float(((net() - before - y) ** 2).mean().sqrt())
    assert found["train"][1, 1] == pytest.approx(error, rel=1e-3)
    assert found["fitted"].shape == (2, 2, 2) and found["beyond"].shape == (2, 2)


def test_outside_the_data_the_error_is_another_matter():
    run = checks.fits(tuple(range(3)), (0.3, 0.1), 0.7, m=100, steps=600)
    assert (run["beyond"] > 3 * run["test"]).all()
