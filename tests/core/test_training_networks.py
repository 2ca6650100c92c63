"""Networks of many seeds: each is the network written out, with starts of its own."""

import pytest
import torch

from proofs_check.training.networks import (
    ACTIVATIONS,
    activation,
    mlp,
    mlp_start,
    normal,
    normalised,
    normals,
    three_layer,
    two_layer,
    two_layer_start,
)

X = torch.linspace(-1, 1, 14, dtype=torch.float64).reshape(7, 2)


def test_a_seed_has_its_own_numbers_whatever_the_batch_and_the_other_draws():
    alone, among = normals((4,), [(3, 2), (5,)], 0.5), normals((2, 4, 1), [(3, 2), (5,), (9,)], 0.5)
    for p, q in zip(alone, among, strict=False):
        assert torch.equal(p[0], q[1])
    assert not torch.equal(normal((4,), (5,), stream=1), normal((4,), (5,), stream=2))
    assert torch.equal(
        mlp_start((4,), (2, 5, 3), (1.0, 2.0))[2][0], mlp_start((3, 4), (2, 5, 3), (1.0, 2.0))[2][1]
    )


def test_layers_are_weights_and_biases():
    start = mlp_start((3, 4), (2, 5, 3), (1.0, 2.0))
    assert [tuple(p.shape) for p in start] == [(2, 2, 5), (2, 5), (2, 5, 3), (2, 3)]
    found, bare = (
        mlp((2, 5, 3), "tanh")(start, X),
        mlp((2, 5, 3), "tanh", bias=False)(start[::2], X),
    )
    one = mlp((2, 5, 1), "tanh")([*start[:2], start[2][..., :1], start[3][:, :1]], X)
    for s in range(2):
        V, v, W, u = (p[s] for p in start)
        torch.testing.assert_close(found[s], torch.tanh(X @ V + v) @ W + u)
        torch.testing.assert_close(bare[s], torch.tanh(X @ V) @ W)
        torch.testing.assert_close(one[s], (torch.tanh(X @ V + v) @ W + u)[:, 0])


def test_inputs_may_belong_to_a_seed():
    own = torch.stack([X, 2 * X])
    for model, start in (
        (mlp((2, 5, 3), "relu"), mlp_start((3, 4), (2, 5, 3))),
        (two_layer(2.0), two_layer_start((3, 4), 6, 2, 1.0, 1.0, antisymmetric=False)),
        (three_layer(), normals((3, 4), [(2, 6), (7, 5), (5,)])),
    ):
        found = model(start, own)
        for s in range(2):
            torch.testing.assert_close(found[s], model([p[s : s + 1] for p in start], own[s])[0])


def test_three_layers_have_their_biases_in_the_last_row():
    first, second, a = start = normals((3,), [(2, 6), (7, 5), (5,)])
    hidden = torch.tanh(torch.tanh(X @ first[0]) @ second[0, :6] + second[0, 6])
    torch.testing.assert_close(three_layer("tanh")(start, X)[0], hidden @ a[0])


@pytest.mark.parametrize(
    ("scale", "size"),
    [(2.0, 2 / 40**0.5), ("lecun", 40**-0.5), ("he", 20**-0.5), ("xavier", (2 / 440) ** 0.5)],
)
def test_starts_have_their_deviations(scale, size):
    start = mlp_start(range(50), (1, 40, 400), scale, bias=0.0)
    assert start[2].std().item() == pytest.approx(size, rel=0.01) and not start[3].any()
    assert mlp_start(range(50), (1, 40, 400), scale)[3].std().item() == pytest.approx(
        size, rel=0.02
    )


def test_the_antisymmetric_start_is_zero():
    parameters = two_layer_start((0, 1), 20, 2, 1.0, 1.0)
    assert two_layer(1.0)(parameters, X).abs().max() < 1e-12


def test_normalised_scales_give_back_both_parameters():
    alpha, beta_1, beta_2 = normalised(0.3, 2.5)
    assert (beta_1 * beta_2 / alpha, beta_1 / beta_2, beta_1 * beta_2) == pytest.approx(
        (0.3, 2.5, 1.0)
    )


def test_activations_have_the_values_of_their_names():
    at = torch.tensor([1.5, -0.5], dtype=torch.float64)
    e, half = torch.exp(torch.tensor(-1.125)).item(), torch.tanh(at).tolist()
    wanted = {
        "linear": (1.5, -0.5),
        "relu": (1.5, 0.0),
        "tanh": half,
        "sigmoid": (0.8175744762, 0.3775406688),
        "softplus": (1.7014132779, 0.4740769842),
        "silu": (1.5 * 0.8175744762, -0.5 * 0.3775406688),
        "sine": (0.9974949866, -0.4794255386),
        "gaussian": (e, 0.8824969026),
        "ricker": (-1.25 * e, 0.75 * 0.8824969026),
        "logistic": (0.3175744762, -0.1224593312),
        "compact": (0.0, 0.0),
        "x tanh x": (1.5 * half[0], -0.5 * half[1]),
        "x^2 tanh x": (2.25 * half[0], 0.25 * half[1]),
    }
    assert wanted.keys() == ACTIVATIONS.keys()
    for name, values in wanted.items():
        assert activation(name)(at).tolist() == pytest.approx(values, rel=1e-7), name
    assert activation("compact")(at / 3).tolist() == [0.25, 0.0]
    assert activation(torch.relu) is torch.relu


def test_bad_input_is_answered():
    for call, word in (
        (lambda: mlp((3,), "tanh"), "input and an output"),
        (lambda: mlp((1, 2, 1), "tanh")([torch.zeros(1)], torch.zeros(1, 1)), "weights and biases"),
        (lambda: mlp((1, 2, 1), "tanh", bias=False)([], torch.zeros(1, 1)), "weights of each"),
        (lambda: mlp_start((0,), (1, 2, 1), (1.0,)), "scales for 4 shapes|scales for 2 layers"),
        (lambda: mlp_start((0,), (1, 2, 1), "hee"), "he, xavier"),
        (lambda: normals((0,), [(1,), (2,)], [1.0]), "scales for 2 shapes"),
        (lambda: activation("tanhh"), "x tanh x"),
    ):
        with pytest.raises(ValueError, match=word):
            call()
