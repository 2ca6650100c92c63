"""The loop: one seed alone or among others gets the same numbers, whatever the rule; it stops where
it is told, moves what it is told, and shows what there is before every step.
"""

import numpy as np
import pytest
import torch

from proofs_check.training.curvature import gradient, objective
from proofs_check.training.descend import below, train
from proofs_check.training.losses import cross_entropy, half_mean_square, mean_square
from proofs_check.training.networks import mlp, mlp_start, two_layer, two_layer_start
from proofs_check.training.rules import Adam, Descent, Flow, Momentum, Sgd

X = torch.tensor([[-0.5, 1.0], [0.2, 1.0], [0.7, 1.0]], dtype=torch.float64)
y = torch.tensor([0.3, -0.1, 0.4], dtype=torch.float64)
RULES = (
    Descent(0.05),
    Descent(torch.tensor([0.05, 0.02, 0.1]), growth=0.01),
    Flow(),
    Sgd(0.05, batch=2),
    Momentum(torch.tensor([0.05, 0.02, 0.1]), nesterov=True),
    Adam(1e-2),
    Adam(torch.tensor([1e-2, 2e-2, 5e-3]), decay=0.1, decoupled=True, batch=2),
)


def start(seeds, m=20):
    return two_layer_start(seeds, m, 2, 1.0, 1.0)


def of_last(rule):
    """The rule of the last seed alone."""
    own = {k: v[-1:] if isinstance(v, torch.Tensor) else v for k, v in vars(rule).items()}
    return type(rule)(**own)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_a_seed_does_not_see_its_neighbours(rule):
    """Nor do its own targets, inputs, fixed tensors and masks; seeds end at different steps."""
    model, many = two_layer(3.0), (1, 2, 3)
    shift = torch.tensor([[0.1], [0.5], [0.2]], dtype=torch.float64)
    mask = (torch.arange(120).reshape(3, 40) % 3 > 0).double()

    def run(part, rule, **options):
        parameters = start(many[part])
        masks = [mask[part], torch.ones_like(parameters[1])]
        inputs = X * (1 + shift[part, :, None])
        return train(
            lambda p, X: model(p[:2], X) + p[2],
            parameters,
            inputs,
            y + shift[part],
            rule=rule,
            steps=300,
            stop=below(5e-3),
            seeds=many[part],
            fixed=[shift[part]],
            masks=masks,
        )

    together, alone = run(slice(None), rule), run(slice(2, None), of_last(rule))
    assert len(set(together.steps)) > 1
    for p, q in zip(alone.end, together.end, strict=True):
        torch.testing.assert_close(p[0], q[2], rtol=1e-10, atol=1e-12)
    assert alone.steps[0] == together.steps[2] and alone.loss[0] == pytest.approx(together.loss[2])


def test_one_step_of_descent_is_minus_rate_times_gradient():
    (a, w) = start((0,))
    run = train(two_layer(3.0), (a, w), X, y, rule=Descent(0.1), steps=1)
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


def test_training_stops_at_the_loss():
    run = train(
        two_layer(10.0), start((0, 1, 2)), X, y, rule=Flow(), steps=20_000, stop=below(1e-6)
    )
    assert run.reached.all() and (run.loss < 1e-6).all() and (run.loss > 1e-8).all()
    early = train(two_layer(10.0), start((0, 1)), X, y, rule=Flow(), steps=3, stop=below(1e-6))
    assert not early.reached.any() and (early.steps == 3).all()


def test_a_seed_whose_loss_is_no_number_is_left_alone():
    """One seed grows by a factor of 10^16 with every step, the other is trained on."""
    rule = Descent(torch.tensor([1e16, 1e-3]))
    run = train(mlp((2, 1), "linear"), mlp_start((0, 1), (2, 1)), X, y, rule=rule, steps=50)
    assert not np.isfinite(run.loss[0]) and run.steps[0] < 50 == run.steps[1]
    assert np.isfinite(run.loss[1]) and not run.reached.any()


def test_what_is_watched_is_what_there_is_before_each_step():
    model, seen = two_layer(10.0), []
    run = train(
        model,
        start((0, 1)),
        X,
        y,
        rule=Descent(0.05),
        steps=7,
        every=3,
        watch=lambda now: seen.append(
            (now.step, now.loss, now.output, [p.clone() for p in now.parameters])
        ),
    )
    assert [step for step, *_ in seen] == [0, 3, 6, 7]
    for _, loss, output, parameters in seen:
        torch.testing.assert_close(model(parameters, X), output)
        torch.testing.assert_close(half_mean_square(output, y), loss)
    torch.testing.assert_close(seen[0][3][0], start((0, 1))[0])
    torch.testing.assert_close(seen[-1][3][1], run.end[1])
    assert run.loss == pytest.approx(seen[-1][1].numpy())


def test_a_masked_weight_does_not_move_whatever_the_rule():
    parameters = start((0, 1))
    masks = [(torch.rand_like(p) < 0.5).double() for p in parameters]
    for rule in (Momentum(0.1, decay=0.1), Adam(1e-2, decay=0.1, decoupled=True)):
        run = train(two_layer(10.0), parameters, X, y, rule=rule, steps=5, masks=masks)
        for p, q, mask in zip(parameters, run.end, masks, strict=True):
            assert torch.equal(p[mask == 0], q[mask == 0])
            assert (p != q)[mask == 1].double().mean() > 0.7


def test_a_penalty_is_descended_but_not_shown():
    def size(parameters):
        return sum((p**2).flatten(1).sum(1) for p in parameters)

    options = {"rule": Descent(0.01), "steps": 1}
    model, parameters = two_layer(10.0), start((0, 1))
    plain, drawn = (
        train(model, parameters, X, y, penalty=penalty, **options) for penalty in (None, size)
    )
    for p, q, r in zip(parameters, plain.end, drawn.end, strict=True):
        torch.testing.assert_close(r, q - 0.01 * 2 * p, rtol=1e-12, atol=1e-14)
    assert drawn.loss == pytest.approx(half_mean_square(model(drawn.end, X), y).numpy())


def test_a_step_on_all_points_is_a_minibatch_of_all_points():
    whole, parts = (
        train(two_layer(10.0), start((0, 1)), X, y, rule=rule, steps=20, seeds=(0, 1))
        for rule in (Descent(0.1), Sgd(0.1, batch=3))
    )
    torch.testing.assert_close(whole.end[1], parts.end[1], rtol=1e-12, atol=1e-12)


def test_steps_on_minibatches_have_the_gradient_as_their_mean():
    parameters = start((0,))
    moved = torch.stack(
        [
            torch.cat(
                [
                    (q - p).flatten()
                    for p, q in zip(
                        parameters,
                        train(
                            two_layer(10.0),
                            parameters,
                            X,
                            y,
                            rule=Sgd(1.0, batch=2),
                            steps=1,
                            seeds=(s,),
                        ).end,
                        strict=True,
                    )
                ]
            )
            for s in range(300)
        ]
    )
    pull = gradient(objective(two_layer(10.0), X, y), parameters)[0]
    assert len({tuple(row.tolist()) for row in moved.round(decimals=12)}) == 3  # pairs of three
    error = (moved.mean(0) + pull).norm() / moved.std(0).norm()
    assert error < 4 / 300**0.5


def test_fresh_points_are_descended_and_the_others_shown():
    """Every step on the points of its number; a seed that is done takes its own along."""
    model, seeds = two_layer(1.0, "tanh"), (0, 1, 2)
    new = torch.randn(4, 3, 5, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    labels = new.sum(-1)
    run = train(
        model, start(seeds), X, y, rule=Descent(0.1), steps=4,
        stop=lambda now: [now.step == 2 and seed == 1 for seed in now.alive],
        fresh=lambda step: (new[step], labels[step]),
    )  # fmt: skip
    assert run.steps.tolist() == [4, 2, 4]
    for seed in seeds:
        theta = [p.clone() for p in start((seed,))]
        for step in range(run.steps[seed]):
            points, target = new[step, seed : seed + 1], labels[step, seed : seed + 1]
            slope = gradient(objective(model, points, target), theta)
            parts = slope.split([p[0].numel() for p in theta], 1)
            theta = [p - 0.1 * g.reshape(p.shape) for p, g in zip(theta, parts, strict=True)]
        for found, wanted in zip(run.end, theta, strict=True):
            torch.testing.assert_close(found[seed], wanted[0])
        assert run.loss[seed] == pytest.approx(float(half_mean_square(model(theta, X), y)[0]))
    with pytest.raises(ValueError, match="fresh points and minibatches"):
        train(model, start(seeds), X, y, rule=Sgd(0.1, batch=2), steps=1, seeds=seeds,
              fresh=lambda step: (new[0], labels[0]))  # fmt: skip


def test_logits_are_trained_by_the_cross_entropy():
    widths, labels = (2, 20, 3), torch.tensor([0, 2, 1])
    own = torch.stack([labels, labels.flip(0)])
    for target in (labels, own):
        model, parameters = mlp(widths, "tanh"), mlp_start((0, 1), widths)
        run = train(model, parameters, X, target, rule=Adam(0.05), steps=200, loss=cross_entropy)
        assert (model(run.end, X).argmax(2) == target).all() and (run.loss < 0.1).all()
    first = cross_entropy(model(parameters, X), own)
    logits = model(parameters, X)
    by_hand = [-sum(logits[s, i].log_softmax(0)[own[s, i]] for i in range(3)) / 3 for s in range(2)]
    torch.testing.assert_close(first, torch.stack(by_hand))


def test_the_mean_square_is_twice_its_half():
    output = two_layer(1.0)(start((0, 1)), X)
    torch.testing.assert_close(mean_square(output, y), 2 * half_mean_square(output, y))


def test_distances_are_relative_to_the_start():
    run = train(two_layer(10.0), start((0, 1)), X, y, rule=Descent(0.1), steps=9)
    moved, first = (run.end[1] - run.start[1])[:, :5], run.start[1][:, :5]
    found = run.distance(1, slice(5))
    assert found[1] == pytest.approx(float(moved[1].norm() / first[1].norm()))
    assert (found > 0).all()


def test_bad_options_are_refused():
    def run(target=y, **options):
        return train(two_layer(1.0), start((0, 1)), X, target, steps=1, **options)

    for options, word in (
        ({"rule": Sgd(0.1, batch=2)}, "seed"),
        ({"rule": Sgd(0.1, batch=4), "seeds": (0, 1)}, "at most all points"),
        ({"rule": Descent(0.1), "target": y.expand(3, -1)}, "targets"),
        ({"rule": Descent((0.1, 0.2), growth=0.1)}, "one rate"),
    ):
        with pytest.raises(ValueError, match=word):
            run(**options)
