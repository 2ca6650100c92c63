"""Products with Hessians are those of dense Hessians, and every eigenvalue comes with a bound that
covers the truth; a product that is wrong is noticed.
"""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.training import curvature
from proofs_check.training.losses import cross_entropy, half_mean_square, mean_square
from proofs_check.training.networks import mlp, mlp_start, normal, two_layer, two_layer_start

X = torch.tensor([[-0.5, 1.0], [0.2, 1.0], [0.7, 1.0]], dtype=torch.float64)
y = torch.tensor([0.3, -0.1, 0.4], dtype=torch.float64)
SQUARE, CLASSES, DEEP = (2, 4, 1), (2, 3, 3), (2, 3, 2, 1)
CASES = {
    "two layers": (two_layer(3.0, "tanh"), two_layer_start((0, 1), 2, 2, 1.0, 1.0), y, mean_square),
    "square": (mlp(SQUARE, "sine"), mlp_start((3, 5), SQUARE), y, half_mean_square),
    "classes": (
        mlp(CLASSES, "tanh"),
        mlp_start((0, 4), CLASSES),
        torch.tensor([0, 2, 1]),
        cross_entropy,
    ),
    "deep": (
        mlp(DEEP, "softplus"),
        mlp_start((1, 2), DEEP, "he", bias=0.0),
        torch.stack([y, -y]),
        half_mean_square,
    ),
}


def dense(of, parameters):
    """Hessians (S, P, P) by ``torch.func``, row by row of the parameters."""
    rows = curvature.flat(parameters).detach()

    def value(row, seed):
        whole = torch.cat([rows[:seed], row[None], rows[seed + 1 :]])
        return of(curvature.unflat(whole, parameters))[seed]

    return torch.stack([torch.func.hessian(value)(row, s) for s, row in enumerate(rows)])


def mismatch(product, matrices):
    """Largest relative difference of a product from matrices (S, P, P)."""
    worst = 0.0
    for stream in range(3):
        v = normal(range(len(matrices)), (matrices.shape[1],), stream=stream)
        wanted = (matrices @ v[:, :, None])[:, :, 0]
        worst = max(worst, float((product(v) - wanted).norm() / wanted.norm()))
    return worst


@pytest.mark.parametrize("case", CASES)
def test_products_are_those_of_the_dense_hessian(case):
    model, start, target, loss = CASES[case]
    of = curvature.objective(model, X, target, loss)
    assert mismatch(curvature.hessian(of, start), dense(of, start)) < 1e-12


def test_a_wrong_product_is_noticed():
    model, start, target, loss = CASES["square"]
    of = curvature.objective(model, X, target, loss)
    right, truth = curvature.hessian(of, start), dense(of, start)
    wrong = {
        "factor": curvature.hessian(curvature.objective(model, X, target, mean_square), start),
        "target": curvature.hessian(curvature.objective(model, X, 0 * target, loss), start),
        "seeds": lambda v: right(v.flip(0)).flip(0),
        "Gauss-Newton": curvature.gauss_newton(model, start, X, target, loss),
        "cut off": curvature.hessian(lambda p: of([p[0].detach(), *p[1:]]), start),
    }
    for name, product in wrong.items():
        assert mismatch(product, truth) > 1e-2, name


def test_gradients_are_differences_of_the_objective():
    model, start, target, loss = CASES["classes"]
    of, h = curvature.objective(model, X, target, loss), 1e-5
    v = normal((0, 1), curvature.flat(start).shape[1:])
    ahead, behind = (
        of([p + s * d for p, d in zip(start, curvature.unflat(v, start), strict=True)])
        for s in (h, -h)
    )
    slope = (curvature.gradient(of, start) * v).sum(1)
    torch.testing.assert_close((ahead - behind) / 2 / h, slope, rtol=1e-7, atol=0)


@pytest.mark.parametrize("case", CASES)
def test_gauss_newton_is_the_hessian_of_the_linearised_model(case):
    model, start, target, loss = CASES[case]
    at = tuple(p.detach() for p in start)

    def linear(parameters, X):
        moved = tuple(p - q for p, q in zip(parameters, at, strict=True))
        output, change = torch.func.jvp(lambda *p: model(p, X), at, moved)
        return output + change

    truth = dense(curvature.objective(linear, X, target, loss), start)
    assert mismatch(curvature.gauss_newton(model, start, X, target, loss), truth) < 1e-12


def test_the_gram_matrix_is_gauss_newton_seen_from_the_outputs():
    """Half the mean square: J^T J / n and J J^T / n share their eigenvalues."""
    model, start, target, loss = CASES["square"]
    product = curvature.gauss_newton(model, start, X, target, loss)
    found = curvature.eigenvalues(product, start, largest=3)
    kernel = torch.linalg.eigvalsh(curvature.gram(model, start, X)).flip(1)
    torch.testing.assert_close(found.value, kernel, rtol=1e-8, atol=1e-12)


# ---------------------------------------------------------------- eigenvalues


def rotated(values):
    """Symmetric matrices (S, P, P) with these eigenvalues (S, P), and their product."""
    values = torch.as_tensor(values, dtype=torch.float64)
    S, P = values.shape
    Q = torch.linalg.qr(normal(range(S), (P, P), stream=3))[0]
    matrices = Q @ torch.diag_embed(values) @ Q.mT
    return matrices, lambda v: (matrices @ v[:, :, None])[:, :, 0]


spectra = st.lists(st.floats(-10, 10), min_size=12, max_size=12)


@given(spectra, spectra, st.integers(2, 12))
def test_the_residual_covers_an_eigenvalue_however_early_the_iteration_ends(one, other, steps):
    matrices, product = rotated([one, other])
    like = [torch.zeros(2, 12, dtype=torch.float64)]
    found = curvature.eigenvalues(product, like, largest=1, smallest=1, steps=steps)
    truth = torch.linalg.eigvalsh(matrices)
    distance = (found.value[:, :, None] - truth[:, None]).abs().amin(2)
    assert (distance <= found.residual + 1e-12).all()
    assert (found.value[:, 0] <= truth[:, -1] + 1e-12).all()
    assert (found.value[:, 1] >= truth[:, 0] - 1e-12).all()


@pytest.mark.parametrize("shift", [0.0, -30.0])
def test_a_known_spectrum_is_found_from_both_ends(shift):
    """A quadratic of 400 parameters, the first of three seeds with a negative Hessian as well."""
    values = torch.linspace(0, 1, 400, dtype=torch.float64).repeat(3, 1) + shift
    values[:, -2:] += torch.tensor([2.0, 3.0])
    matrices, product = rotated(values)
    like = [torch.zeros(3, 10, 30), torch.zeros(3, 100)]
    like = [p.double() for p in like]

    def quadratic(parameters):
        v = curvature.flat(parameters)
        return 0.5 * (v * product(v)).sum(1)

    found = curvature.eigenvalues(
        curvature.hessian(quadratic, like), like, largest=2, smallest=1, tol=1e-9, steps=399
    )
    truth = torch.linalg.eigvalsh(matrices)[:, [-1, -2, 0]]
    assert (found.residual < 1e-7).all()
    torch.testing.assert_close(found.value, truth, rtol=1e-9, atol=1e-9)
    moved = torch.stack([product(found.vector[:, i]) for i in range(3)], 1)
    torch.testing.assert_close(moved, found.value[:, :, None] * found.vector, rtol=0, atol=1e-7)


def test_one_eigenvalue_for_all_and_none_at_all_are_found():
    like = [torch.zeros(2, 5, dtype=torch.float64)]
    for value in (2.0, 0.0):
        found = curvature.eigenvalues(lambda v, c=value: c * v, like, largest=2, smallest=2)
        torch.testing.assert_close(found.value, torch.full((2, 4), value, dtype=torch.float64))
        assert (found.residual < 1e-12).all()


def test_a_seed_has_the_eigenvalues_it_has_alone():
    model, start, target, loss = CASES["square"]
    both, alone = (
        curvature.eigenvalues(
            curvature.hessian(curvature.objective(model, X, target, loss), part), part, seeds=seeds
        )
        for part, seeds in ((start, (3, 5)), ([p[1:] for p in start], (5,)))
    )
    torch.testing.assert_close(both.value[1:], alone.value, rtol=1e-12, atol=0)


def test_a_product_that_is_not_symmetric_is_refused():
    _, product = rotated([[float(k) for k in range(9)]] * 2)
    like = [torch.zeros(2, 9, dtype=torch.float64)]
    curvature.eigenvalues(product, like)
    skew = normal((0, 1), (9, 9), stream=5)
    with pytest.raises(ValueError, match="symmetric"):
        curvature.eigenvalues(lambda v: product(v) + 1e-3 * (skew @ v[:, :, None])[:, :, 0], like)
    for options in ({"largest": 0}, {"largest": 5, "smallest": 5}, {"largest": 3, "steps": 2}):
        with pytest.raises(ValueError, match="can be"):
            curvature.eigenvalues(product, like, **options)


def test_a_linear_objective_has_no_curvature():
    start = [normal((0, 1), (3, 2)), normal((0, 1), (4,))]

    def linear(p):
        return p[0].sum((1, 2))

    v = normal((0, 1), (10,))
    assert not curvature.hessian(linear, start)(v).any()
    assert curvature.gradient(linear, start)[:, 6:].abs().max() == 0


def test_the_gram_matrix_of_two_layers_is_that_of_the_two_kernels():
    alpha, (a, w) = 4.0, two_layer_start((0,), 20, 2, 1.0, 1.0)
    found = curvature.gram(two_layer(alpha), (a, w), X)[0]
    Z = X @ w[0].T
    S, on = Z.clamp(min=0), (Z > 0).double()
    wanted = (S @ S.T + (on * a[0] ** 2) @ on.T * (X @ X.T)) / alpha**2 / 3
    torch.testing.assert_close(found, wanted, rtol=1e-12, atol=0)


def test_an_iteration_that_begins_near_a_vector_needs_few_products():
    of = curvature.objective(mlp((2, 8, 8, 1), "tanh"), X, y)
    start = mlp_start((0, 1), (2, 8, 8, 1))
    cold = curvature.eigenvalues(curvature.hessian(of, start), start, tol=1e-9)
    moved = [p * 1.01 for p in start]
    product, count = curvature.hessian(of, moved), 0

    def counted(vector):
        nonlocal count
        count += 1
        return product(vector)

    warm = curvature.eigenvalues(counted, moved, tol=1e-3, begin=cold.vector[:, 0])
    assert count <= 6
    assert warm.value == pytest.approx(curvature.eigenvalues(product, moved).value, rel=1e-3)
