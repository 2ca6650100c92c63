"""Risks of one layer, of steps and of Bayes against prompts, other formulas, limits; bad input."""

from fractions import Fraction
from itertools import accumulate
from operator import mul

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from numerics import in_context_learning as prompts
from numerics import layers_in_context as layers
from proofs_check.training.prompts import Problem, attention, draw, errors, masks

sizes, pairs = st.integers(1, 6), st.integers(1, 40)
noises = st.floats(0, 10)


def sampled(d, N, noise, count=40_000, seed=0, variances=None):
    """Covariances S, statistics h and weights w of prompts."""
    rng = np.random.default_rng([seed, d, N])
    x = rng.standard_normal((count, N, d)) * np.sqrt(np.ones(d) if variances is None else variances)
    w = rng.standard_normal((count, d))
    y = (x @ w[..., None])[..., 0] + noise**0.5 * rng.standard_normal((count, N))
    return x.mT @ x / N, (y[:, None] @ x)[:, 0] / N, w


def close(values, wanted):
    """The mean of a sample, within five standard errors."""
    assert values.mean() == pytest.approx(wanted, abs=5 * values.std() / len(values) ** 0.5)


@pytest.mark.parametrize(("d", "N", "noise"), [(2, 8, 0.25), (3, 2, 0.0), (1, 5, 4.0)])
def test_the_risk_of_a_step_is_that_of_sampled_prompts(d, N, noise):
    _, h, w = sampled(d, N, noise)
    close(((N / (N + d + 1 + noise) * h - w) ** 2).sum(1), prompts.attention_risk(d, N, noise))
    close(((0.3 * h - w) ** 2).sum(1), prompts.attention_risk(d, N, noise, s=0.3))
    _, h, w = sampled(d, 7, noise)
    close(((N / (N + d + 1 + noise) * h - w) ** 2).sum(1), prompts.attention_risk(d, N, noise, M=7))


def test_the_best_matrix_is_that_of_least_squares_over_prompts():
    turn = np.linalg.qr(np.random.default_rng(3).standard_normal((3, 3)))[0]
    variances = np.array([2.0, 1.0, 0.25])
    _, h, w = sampled(3, 10, 0.5, 400_000, variances=variances)
    fitted = np.linalg.lstsq(h, w, rcond=None)[0]
    covariance = turn @ np.diag(variances) @ turn.T
    matrix = prompts.attention_matrix(covariance, 10, 0.5)
    np.testing.assert_allclose(turn.T @ matrix @ turn, fitted, atol=0.02)
    misses = (variances * (h @ fitted - w) ** 2).sum(1)
    close(misses, prompts.matrix_risk(covariance, 10, 0.5))


@given(sizes, pairs, noises, st.floats(-2, 2), pairs)
def test_no_rate_does_better_and_none_is_exact_in_long_prompts(d, N, noise, s, M):
    best = prompts.attention_risk(d, N, noise)
    assert best <= prompts.attention_risk(d, N, noise, s=s) * (1 + 1e-12)
    assert best <= d and best == pytest.approx(prompts.attention_risk(d, N, noise, M=N))
    assert best == pytest.approx(prompts.matrix_risk(np.eye(d), N, noise))
    assert prompts.attention_risk(d, M, noise) <= prompts.attention_risk(d, N, noise, M=M) + 1e-12
    far = d * ((d + 1 + noise) / (N + d + 1 + noise)) ** 2
    assert prompts.attention_risk(d, N, noise, M=10**12) == pytest.approx(far)


def test_risks_are_exact_where_differences_would_cancel():
    N = 10**12
    assert prompts.attention_risk(1, N, 0.0, s=1.0) == pytest.approx(2e-12, rel=1e-12)
    assert prompts.attention_risk(1, N, 0.0, M=N) == pytest.approx(2e-12, rel=1e-11)
    N = Fraction(10**6)
    _, *m = accumulate((1 + 2 * i / N for i in range(4)), mul, initial=Fraction(1))
    gain = (m[3] - 2 * m[2] * m[1] + m[1] ** 3) / (m[1] * m[3] - m[2] ** 2)
    assert layers.descent_risk(2, 1, 10**6, 0.0) == pytest.approx(float(1 - gain), rel=1e-12)


@pytest.mark.parametrize(("d", "N"), [(1, 4), (2, 3), (3, 2), (4, 9)])
def test_trace_moments_are_those_of_sampled_matrices(d, N):
    lam = np.linalg.eigvalsh(sampled(d, N, 0.0, 100_000)[0])
    for k in (1, 2, 3, 4, 5):
        close((lam**k).mean(1), layers.trace_moments(k, d, N))
    chi = [np.prod(1 + 2 * np.arange(k) / N) for k in range(1, 17)]
    found = [layers.trace_moments(k, 1, N) for k in range(1, 17)]
    np.testing.assert_allclose(found, chi, rtol=1e-12)


@pytest.mark.parametrize("K", [1, 2, 3, 4])
def test_polynomial_risk_is_the_least_over_sampled_prompts(K):
    d, N, noise = 2, 8, 0.25
    lam = np.linalg.eigvalsh(sampled(d, N, noise, 400_000)[0]).ravel()
    powers = lam[:, None] ** np.arange(1, K + 1)
    rows = np.concatenate([powers, powers * (noise / N / lam[:, None]) ** 0.5])
    wanted = np.concatenate([np.ones(len(lam)), np.zeros(len(lam))])
    gap = rows @ np.linalg.lstsq(rows, wanted, rcond=None)[0] - wanted
    least = d * (gap**2).sum() / len(lam)
    assert layers.polynomial_risk(K, d, N, noise) == pytest.approx(least, rel=0.02)
    assert layers.descent_risk(K, d, N, noise) == layers.polynomial_risk(K, d, N, noise)


def test_two_layers_have_known_risks():
    assert layers.descent_risk(2, 2, 8, 0.25) == pytest.approx(17626 / 63629, rel=1e-15)
    one, two = prompts.attention_risk(2, 8, 6.0), layers.descent_risk(2, 2, 8, 6.0)
    assert layers.polynomial_risk(2, 2, 8, 6.0) < two - 0.01 and two < one - 0.05


@given(sizes, pairs, noises)
def test_more_steps_come_nearer_to_bayes_and_two_rates_are_best(d, N, noise):
    bayes = prompts.bayes_risk(d, N, noise)
    lower = [layers.polynomial_risk(K, d, N, noise) for K in (1, 2, 3, 5)]
    assert (np.diff(lower) < 0).all() and lower[-1] >= bayes * (1 - 1e-7)
    two = layers.descent_risk(2, d, N, noise)
    assert lower[1] * (1 - 1e-12) <= two <= layers.one_rate_risk(d, N, noise) * (1 + 1e-9)
    m = [layers.trace_moments(k, d, N) for k in (1, 2, 3, 4)]
    s = np.random.default_rng(d).uniform(-0.5, 2, (2, 200))
    a, b, c = s.sum(0), -s.prod(0), noise / N
    risk = d * (
        1 - 2 * a * m[0] - 2 * b * m[1] + a**2 * (m[1] + c * m[0])
        + 2 * a * b * (m[2] + c * m[1]) + b**2 * (m[3] + c * m[2])
    )  # fmt: skip
    assert (risk >= two * (1 - 1e-9)).all()


@pytest.mark.parametrize(("N", "noise"), [(1, 0.3), (5, 2.0), (40, 1e-3)])
def test_bayes_is_an_integral_for_one_input_or_one_pair(N, noise):
    def wanted(degrees):
        law = stats.chi2(degrees).pdf
        return integrate.quad(
            lambda v: 2 * v * law(v * v) * noise / (v * v + noise), 0, np.inf, limit=200
        )[0]

    assert prompts.bayes_risk(1, N, noise) == pytest.approx(wanted(N), rel=1e-7)
    assert prompts.bayes_risk(N + 1, 1, noise) - N == pytest.approx(wanted(N + 1), rel=1e-6)


@pytest.mark.parametrize(
    ("d", "N", "noise"), [(2, 8, 0.25), (3, 3, 0.1), (5, 20, 2.0), (6, 4, 1.0), (12, 12, 0.5)]
)
def test_bayes_is_ridge_on_sampled_prompts(d, N, noise):
    lam = np.maximum(np.linalg.eigvalsh(sampled(d, N, noise)[0]), 0)
    close((noise / N / (lam + noise / N)).sum(1), prompts.bayes_risk(d, N, noise))


@given(sizes, st.integers(1, 200), st.floats(0.01, 100))
def test_bounds_of_bayes_and_of_the_ratio_hold(d, N, noise):
    bayes, one = prompts.bayes_risk(d, N, noise), prompts.attention_risk(d, N, noise)
    assert bayes >= d * noise / (N + noise) * (1 - 1e-8)
    assert one <= (d + 1 + noise) * (N + noise) / (noise * (N + d + 1 + noise)) * bayes * (1 + 1e-8)
    if d + 1 < N:
        assert bayes <= d * noise / (N - d - 1) * (1 + 1e-8)
    if noise >= 2 * (d + 1):
        assert one <= 1.5 * bayes


def test_bayes_without_noise_knows_what_the_prompt_spans():
    assert prompts.bayes_risk(3, 3, 0.0) == 0 and prompts.bayes_risk(5, 2, 0.0) == 3
    assert prompts.bayes_risk(2, 3, 1e9) == pytest.approx(2, rel=1e-8)


def test_attention_is_what_tokens_say():
    """The model of moments against attention that writes to every token, layer by layer."""
    rng = np.random.default_rng(0)
    x, u = rng.standard_normal((5, 2)), rng.standard_normal(2)
    y, P = rng.standard_normal(5), 0.4 * rng.standard_normal((3, 3, 3))
    Q = 0.4 * rng.standard_normal((3, 3, 3))
    tokens, query = np.c_[x, y].T, np.r_[u, 0.0]
    moments = torch.tensor((tokens @ tokens.T / 5).ravel())[None, None]
    for p, q in zip(P, Q, strict=True):
        now = tokens @ tokens.T / 5
        tokens, query = tokens + p @ now @ q @ tokens, query + p @ now @ q @ query
    parameters = [torch.tensor(m)[None] for pair in zip(P, Q, strict=True) for m in pair]
    torch.set_default_dtype(torch.float64)
    try:
        answer = attention(3)(parameters, moments)[0, 0].numpy() @ u
    finally:
        torch.set_default_dtype(torch.float32)
    assert answer == pytest.approx(query[-1], rel=1e-10)


def test_prompts_of_a_seed_are_its_own_and_ridge_is_measured():
    problem = Problem(2, 8, 0.25)
    alone, among = draw(problem, (4,), 3, 0), draw(problem, (1, 4), 3, 0)
    assert all(torch.equal(a[0], b[1]) for a, b in zip(alone, among, strict=True))
    start = [torch.zeros(1, 3, 3) for _ in masks(problem, 1)]
    network, bayes = errors(problem, 1, start, (0,), 20_000)
    assert network[0] == pytest.approx(2, abs=0.07)
    assert bayes[0] == pytest.approx(prompts.bayes_risk(2, 8, 0.25), rel=0.05)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: prompts.attention_risk(0, 8, 1.0), "d = 0"),
        (lambda: prompts.attention_risk(2, 8, -1.0), "noise"),
        (lambda: prompts.attention_risk([1, 2], [1, 2, 3], 1.0), "broadcast"),
        (lambda: prompts.attention_matrix([[1.0, 2.0], [0.0, 1.0]], 8, 0.0), "across its diagonal"),
        (lambda: prompts.attention_matrix(np.ones((2, 2)), 8, 0.0), "leave out inputs"),
        (lambda: layers.descent_risk(9, 2, 8, 0.0), "from 1 to 8 layers"),
        (lambda: layers.descent_risk(4, 2, 8, 6.0), "no real rates"),
        (lambda: layers.trace_moments(17, 2, 8), "from 1 to 16"),
        (lambda: prompts.bayes_risk(30, 25, 1.0), "at most 24"),
    ],
)
def test_bad_input_is_answered(call, said):
    with pytest.raises(ValueError, match=said):
        call()
