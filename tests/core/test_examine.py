"""Planted truths: what is known of a network is found by training it, and no more than that."""

import json
import math
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
import torch
from torch import nn

from numerics.edge_of_stability import critical_sharpness
from proofs_check import examine
from proofs_check.core import runner
from proofs_check.examination import examining, intervals, place
from proofs_check.examination.brought import bring
from proofs_check.examination.curvature import sharpest
from proofs_check.examination.early import STARTS, starts
from proofs_check.examination.kernel import laws
from proofs_check.examination.linearised import outputs
from proofs_check.examination.place import two_layers
from proofs_check.examination.rule import rule_of
from proofs_check.examination.tangent import Tangent
from proofs_check.examination.training import train
from proofs_check.training.data import with_bias

WIDTHS = (64, 128, 256, 512)
X = torch.as_tensor(with_bias(np.linspace(-1, 1, 8)[:, None]), dtype=torch.float32)
Y = torch.sin(3 * X[:, :1])
OPTIONS = {"widths": WIDTHS, "budget": 1000.0}


class Scaled(nn.Module):
    """A layer whose weights start standard normal and whose output is divided by m^power."""

    def __init__(self, inputs, outputs, power=0.5):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.scale = inputs**-power

    def forward(self, x):
        return self.scale * x @ self.weight.T


def kernel_scale(width):
    return nn.Sequential(Scaled(2, width), nn.ReLU(), Scaled(width, 1))


def mean_field(width):
    return nn.Sequential(Scaled(2, width), nn.ReLU(), Scaled(width, 1, 1.0))


def three_layers(width):
    net = nn.Sequential(
        nn.Linear(2, width, bias=False),
        nn.ReLU(),
        nn.Linear(width, width, bias=False),
        nn.ReLU(),
        nn.Linear(width, 1, bias=False),
    )
    for layer, deviation in ((0, 1.0), (2, width**-0.5), (4, 1 / width)):
        nn.init.normal_(net[layer].weight, std=deviation)
    return net


def maximal_update(parameters):
    first, hidden, last = parameters
    width = len(first)
    groups = ((first, 0.2 * width), (hidden, 0.2), (last, 0.2 / width))
    return torch.optim.SGD([{"params": [p], "lr": rate} for p, rate in groups], lr=0.2)


def rescaled_adam(parameters):
    first, hidden, last = parameters
    groups = [{"params": [first, last]}, {"params": [hidden], "lr": 0.64 / len(first)}]
    return torch.optim.AdamW(groups, lr=0.01, weight_decay=0.1)


def verdicts(found, question):
    return {each.quantity: each.verdict for each in found.about(question)}


@pytest.mark.parametrize("first", [0])
def test_the_kernel_scale_is_found_linear_and_the_mean_field_not(first):
    seeds = range(first, first + 3)
    question, lazy = "kernel or features", laws()[0]
    for network, verdict in ((kernel_scale, "agrees"), (mean_field, "disagrees")):
        found = examine(
            network, (X, Y), seeds=list(seeds), steps=120, questions=(question,), **OPTIONS
        )
        distance, kernel, *_ = found.about(question)
        assert (distance.verdict, kernel.verdict) == (verdict, verdict), str(found)
        low, high = distance.interval
        assert (low - 0.15 < lazy < high + 0.15) == (verdict == "agrees"), str(found)


@pytest.mark.parametrize("first", [0, 30])
def test_maximal_update_keeps_its_updates_and_is_named(first):
    found = examine(
        three_layers,
        (X, Y),
        optimiser=maximal_update,
        seeds=list(range(first, first + 3)),
        steps=5,
        questions=("scaling of each layer",),
        **OPTIONS,
    )
    named, *rest = found.about("scaling of each layer")
    assert named.verdict == "agrees" and named.values["name"] == "maximal-update", str(found)
    assert [each.verdict for each in rest if "change of 2" in each.quantity] == ["agrees"]


def descent_of_one_rate(parameters):
    return torch.optim.SGD(parameters, lr=0.1)


@pytest.mark.parametrize("optimiser", [None, descent_of_one_rate])
@pytest.mark.parametrize("first", [200, 230])
def test_the_kernel_scale_is_named(first, optimiser):
    found = examine(
        kernel_scale,
        (X, Y),
        optimiser=optimiser,
        seeds=list(range(first, first + 3)),
        steps=5,
        questions=("scaling of each layer",),
        **OPTIONS,
    )
    named = found.about("scaling of each layer")[0]
    assert named.verdict == "agrees" and named.values["name"] == "kernel", str(found)


def test_outputs_that_start_at_zero_take_the_steps_of_the_training_itself():
    def silent(width):
        net = three_layers(width)
        nn.init.zeros_(net[-1].weight)
        return net

    brought = bring(silent, (X, Y), optimiser=descent_of_one_rate, batch=5, widths=(8,))
    run = train(brought, 8, 3, 5)
    (own, early), *others = starts(run, brought)
    assert len(others) == STARTS - 1 and all(torch.equal(own[k], run.start[k]) for k in own)
    assert all(torch.equal(early[name], run.early[name]) for name in early)
    assert all(not torch.equal(start["0.weight"], own["0.weight"]) for start, _ in others)


def test_decay_beside_rescaled_rates_is_seen():
    found = examine(
        three_layers,
        (X, Y),
        optimiser=rescaled_adam,
        seeds=2,
        steps=5,
        questions=("scaling of each layer",),
        **OPTIONS,
    )
    decay = found.about("scaling of each layer")[-1]
    assert decay.quantity.endswith("2.weight") and decay.verdict == "disagrees"
    assert np.allclose(decay.interval, -1) and "give it the inverse factor" in decay.why


@pytest.mark.parametrize("factor", [0.5, 1.25])
def test_descent_beyond_its_threshold_is_called_unstable(factor):
    def fixed(parameters):
        return torch.optim.SGD(parameters, lr=rate)

    for seed in range(0, 40, 10):
        brought = bring(kernel_scale, (X, Y), widths=(64,))
        largest = sharpest(brought.build(64, seed), brought).value
        rate = factor * float(critical_sharpness("descent", 1.0)) / largest
        found = examine(
            kernel_scale,
            (X, Y),
            optimiser=fixed,
            seeds=[seed],
            widths=(64,),
            steps=2,
            questions=("curvature",),
            budget=1000.0,
        )
        start = found.about("curvature")[0]
        assert start.verdict == ("agrees" if factor < 1 else "disagrees")
        assert start.interval[0] <= factor <= start.interval[1] + 1e-6


def test_the_largest_eigenvalue_is_that_of_the_whole_matrix():
    brought = bring(kernel_scale, (X, Y), widths=(6,))
    net = brought.build(6, 0).double()
    names = [name for name, _ in net.named_parameters()]
    sizes = [p.numel() for p in net.parameters()]

    def loss(flat):
        parts = dict(zip(names, flat.split(sizes), strict=True))
        parts = {name: part.reshape(net.get_parameter(name).shape) for name, part in parts.items()}
        output = torch.func.functional_call(net, parts, (X.double(),))
        return nn.functional.mse_loss(output, Y.double())

    flat = torch.cat([p.detach().reshape(-1) for p in net.parameters()])
    H = torch.autograd.functional.hessian(loss, flat)
    found = sharpest(net, brought)
    assert abs(found.value - float(torch.linalg.eigvalsh(H)[-1])) <= found.residual + 1e-9
    optimiser = torch.optim.SGD(
        [{"params": [p], "lr": rate} for p, rate in zip(net.parameters(), (0.3, 0.1), strict=True)],
        lr=0.1,
        weight_decay=0.05,
    )
    root = torch.cat([torch.full((n,), r) for n, r in zip(sizes, (0.3, 0.1), strict=True)]).sqrt()
    scaled = root[:, None] * (H + 0.05 * torch.eye(len(H))) * root
    rule = rule_of(optimiser, dict(net.named_parameters()))
    found = sharpest(net, brought, rule)
    assert abs(found.value - float(torch.linalg.eigvalsh(scaled)[-1])) <= found.residual + 1e-6


@pytest.mark.parametrize(
    "optimiser",
    [
        lambda p: torch.optim.SGD(p, lr=0.05),
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True),
        lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1),
        lambda p: torch.optim.Adam(p, lr=0.01),
    ],
)
def test_a_linear_network_is_its_own_linear_model(optimiser):
    def network(width):
        made = nn.Sequential(Scaled(2, width), Scaled(width, 1))
        made[1].weight.requires_grad_(False)
        return made.double()

    brought = bring(network, (X, Y), optimiser=optimiser, widths=(8,), batch=3)
    run = train(brought, 8, 0, 12)
    linear = outputs(run, brought, Tangent(run.at(run.start), brought.X))
    assert torch.allclose(linear, run.outputs, atol=1e-10)


def test_products_of_a_large_network_are_those_of_the_matrix(monkeypatch):
    from proofs_check.examination import tangent

    brought = bring(kernel_scale, (X, Y), widths=(6,))
    net = brought.build(6, 0)
    whole = Tangent(net, X)
    monkeypatch.setattr(tangent, "MATRIX", 0)
    parts = Tangent(net, X)
    change, weights = torch.randn(18), torch.randn(8)
    assert parts.matrix is None
    assert torch.allclose(whole.moved(change), parts.moved(change), atol=1e-5)
    assert torch.allclose(whole.back(weights), parts.back(weights), atol=1e-5)
    with pytest.raises(ValueError, match="bring fewer examples or smaller widths"):
        parts.kernel()


@pytest.mark.parametrize(
    ("optimiser", "method", "beta"),
    [
        (lambda p: torch.optim.SGD(p, lr=0.1), "descent", 0.0),
        (lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), "heavy ball", 0.9),
        (lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True), "nesterov", 0.9),
        (lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.9)), "averaged", 0.8),
        (lambda p: torch.optim.RMSprop(p, lr=0.1), "descent", 0.0),
        (lambda p: torch.optim.NAdam(p, lr=0.1), "", 0.0),
    ],
)
def test_an_optimiser_on_a_quadratic_loses_its_footing_where_its_rule_says(optimiser, method, beta):
    """The threshold against the optimiser of torch itself, on lambda x^2 / 2."""
    p = nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
    rule = rule_of(optimiser([p]), {"p": p})
    assert (rule.method, rule.beta) == (method, beta)
    if not method or rule.scale is not None:
        return
    edge = float(critical_sharpness(method, rule.rates["p"], beta))
    for factor, grows in ((0.97, False), (1.03, True)):
        x = nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
        chosen = optimiser([x])
        for _ in range(400):
            chosen.zero_grad()
            (factor * edge * x**2 / 2).sum().backward()
            chosen.step()
        assert (abs(float(x.detach())) > 1) == grows


def test_intervals_cover_the_exponent_as_often_as_they_say():
    rng, widths, inside = np.random.default_rng([1, 4471]), (32, 64, 128, 256), 0
    for _ in range(400):
        values = np.array(widths)[:, None] ** -0.5 * np.exp(0.3 * rng.standard_normal((4, 3)))
        low, high = intervals.exponent(widths, values)
        inside += low <= -0.5 <= high
    assert abs(inside / 400 - intervals.CONFIDENCE) < 0.03
    assert intervals.exponent((4,), np.ones((1, 3))) == (-math.inf, math.inf)
    assert intervals.exponent((4, 8), np.array([[1.0], [0.0]])) == (-math.inf, math.inf)


@pytest.fixture(scope="module")
def whole():
    return examine(kernel_scale, (X, Y), widths=(16, 32, 64), seeds=2, steps=40, budget=1000.0)


def test_every_question_has_an_answer_that_rests_on_claims(whole):
    assert whole.questions == examining.QUESTIONS
    known = {f"{topic}.{name}" for topic in runner.all_topics() for name in runner.claims_of(topic)}
    for each in whole.answers:
        assert set(each.rests_on) <= known
        assert each.applies or each.why
    assert whole.about("place in the phase diagram")[0].values["gamma"] == pytest.approx(
        0.5, abs=0.1
    )


def test_what_is_given_back_is_plain_and_can_be_drawn(whole):
    document = json.loads(json.dumps(whole.to_json(), allow_nan=False))
    assert len(document["answers"]) == len(whole.answers)
    matplotlib.use("Agg")
    axes = whole.plot()
    assert len(axes) == 2 and axes[0].lines and axes[1].containers
    assert "<table>" in whole._repr_html_() and str(whole).startswith("kernel_scale: widths 16")


def test_a_small_budget_takes_fewer_steps_and_says_so():
    found = examine(
        kernel_scale, (X, Y), widths=(16, 32), seeds=3, steps=100_000, budget=1.0, questions=()
    )
    assert found.setting["steps"] < 100_000
    assert any("to fit the budget of 1 s" in note for note in found.notes)


def test_what_is_low_in_frequency_comes_first_and_high_first_is_seen():
    x = torch.linspace(-1, 1, 32)[:, None]
    y = torch.sin(torch.pi * x) + torch.sin(4 * torch.pi * x)

    def smooth(width):
        return nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, 1))

    class Waves(nn.Module):
        """Features of both frequencies, of which the high one is the larger."""

        def __init__(self, width):
            super().__init__()
            self.out = nn.Linear(2 * width, 1, bias=False)

        def forward(self, x):
            low, high = torch.sin(torch.pi * x), 4 * torch.sin(4 * torch.pi * x)
            width = self.out.in_features // 2
            return self.out(torch.cat([low.expand(-1, width), high.expand(-1, width)], 1) / width)

    question = "frequency order"
    for network, verdict in ((smooth, "agrees"), (Waves, "disagrees")):
        found = examine(
            network,
            (x, y),
            widths=(32,),
            seeds=3,
            steps=150,
            budget=1000.0,
            questions=(question,),
            optimiser=lambda p: torch.optim.Adam(p, lr=0.01),
        )
        (order,) = found.about(question)
        assert order.verdict == verdict, str(found)


def test_a_network_of_two_layers_is_known_by_what_it_does():
    class Hidden(nn.Module):
        """The same function, written otherwise."""

        def __init__(self, width):
            super().__init__()
            self.rows = nn.Parameter(torch.randn(width, 2))
            self.out = nn.Parameter(torch.randn(width))

        def forward(self, x):
            return (nn.functional.relu(x @ self.rows.T) * self.out).sum(1, keepdim=True) / 7 + 1

    for network, alpha in ((Hidden, 7.0), (mean_field, 8.0 * 2**0.5), (three_layers, None)):
        brought = bring(network, (X, Y), widths=(8,))
        layers = two_layers(train(brought, 8, 0, 1), brought)
        assert (layers is None) == (alpha is None)
        assert layers is None or layers.alpha == pytest.approx(alpha, rel=1e-4)


@pytest.mark.parametrize("left", [0.01, 0.5])
def test_the_law_of_the_place_is_asked_of_networks_that_fit(monkeypatch, left):
    monkeypatch.setattr(place, "input_exponent", lambda gamma, gamma_p, start: gamma - 1)
    monkeypatch.setattr(place, "output_exponent", lambda gamma, gamma_p, start: gamma - 1)
    monkeypatch.setattr(place, "locate", lambda *sizes, **rates: SimpleNamespace(regime="linear"))
    table = {
        (m, seed): {
            "start": (1.0, 1.0, m**0.5, 1.0, 1.0),
            "neurons": m,
            "kappa": m**-0.5,
            "kappa_p": 1.0,
            "w": m**-0.5 * (1 + 0.01 * seed),
            "a": 1.0 + 0.01 * seed,
            "mirrored": False,
            "end": left,
            "adaptive": False,
        }
        for m in (64, 256)
        for seed in (0, 1)
    }
    found = place.answers(table, (64, 256), (0, 1), {}, None)
    expected = ["agrees", "disagrees"] if left < 0.1 else ["does not apply"] * 2
    assert [each.verdict for each in found] == expected


def test_small_batches_have_a_threshold_of_their_own():
    found = examine(
        kernel_scale,
        (X, Y),
        widths=(16,),
        seeds=2,
        steps=4,
        batch=2,
        optimiser=lambda p: torch.optim.SGD(p, lr=0.05),
        questions=("curvature",),
        budget=1000.0,
    )
    whole, few = found.about("curvature")[:2]
    assert "batches of 2" in few.quantity and few.interval[0] >= whole.interval[0] > 0


def test_the_random_numbers_of_the_caller_go_on_as_before():
    torch.manual_seed(5)
    expected = torch.randn(3)
    torch.manual_seed(5)
    examine(kernel_scale, (X, Y), widths=(8, 16), seeds=1, steps=2, budget=100.0, questions=())
    assert torch.equal(torch.randn(3), expected)
