"""What is read off descents: sharpness against dense Hessians, arrival, level and losses against
runs made by hand, the portrait against what was judged.
"""

import matplotlib
import numpy as np
import pytest
import torch

from proofs_check import edge_of_stability as topic
from proofs_check.edge import networks, paths, sentences
from proofs_check.training.curvature import unflat
from proofs_check.training.networks import mlp

matplotlib.use("Agg")


def dense(model, row):
    """Largest eigenvalue of the Hessian of one seed, all entries computed."""
    like = model.start([0])
    network = mlp(model.widths, model.kind, bias=model.bias)

    def loss(vector):
        out = network(unflat(vector[None], like), torch.as_tensor(model.X)) / model.over
        return ((out - torch.as_tensor(model.y)) ** 2).mean() / 2

    return torch.linalg.eigvalsh(torch.func.hessian(loss)(row))[-1].item()


@pytest.mark.parametrize("name", ["linear network", "tanh network, two waves"])
def test_sharpness_along_a_run_is_that_of_dense_hessians(name, monkeypatch):
    monkeypatch.setattr(paths, "TIME", 800.0)
    model, kept = networks.NETWORKS[name](), []
    measured = paths.sharpness

    def watched(model, rows, begin=None):
        found = measured(model, rows, begin)
        kept.append((rows.clone(), found[0]))
        return found

    monkeypatch.setattr(paths, "sharpness", watched)
    paths.follow(model, (0, 1), (0.95, 0.4))
    assert len(kept) > 10
    for rows, found in kept[:: max(1, len(kept) // 8)]:
        wanted = [dense(model, row) for row in rows]
        assert found == pytest.approx(wanted, rel=paths.RESIDUAL)


def test_a_run_that_diverges_is_an_outcome():
    run = paths.follow(networks.linear_network(), (0, 1), (1.6, 0.8))
    assert run.blown.tolist() == [[True, False]] * 2
    assert np.isfinite(run.mean_level()).all() and (run.mean_level()[:, 0] > 2).all()
    assert (sentences.level((0, 1), networks.LINEAR) > 2).all()


@pytest.mark.parametrize(
    ("kind", "rest"), [("tanh network, digits", 34 * 16), ("ReLU network, digits", 34 * 16)]
)
def test_the_network_on_digits_is_that_on_their_pixels(kind, rest):
    from proofs_check.training import data
    from proofs_check.training.networks import mlp_start

    model = networks.NETWORKS[kind]()
    X, y = data.digits(30, scale="standard", labels="parity")
    scale = "he" if model.kind == "relu" else "lecun"
    whole = mlp_start((3,), (64, 16, 16, 1), scale, device="cpu")
    ours = model.start((3,))
    one = mlp(model.widths, model.kind)(ours, torch.as_tensor(model.X))
    other = mlp((64, 16, 16, 1), model.kind)(whole, torch.as_tensor(X))
    assert one.numpy() == pytest.approx(other.numpy(), abs=1e-12) and model.y == pytest.approx(y)
    assert whole[0].numel() - ours[0].numel() == rest


def test_moments_are_an_odd_number_of_steps_apart():
    gaps = np.diff(paths.moments(20000))
    assert (gaps % 2 == 1).all() and gaps.min() == paths.EVERY
    assert gaps.max() <= 20000 / paths.GROWTH + 1


def by_hand(level, loss, moments):
    shape = (1, len(level))
    return paths.Paths(
        np.full(shape, 0.5), np.array([loss], float), np.array([moments]), np.array([level])
    )


NAN = np.nan
LOSS = np.linspace(1, 0, 401)
HAND = by_hand(  # arrives at 100 and stays; never arrives; arrives too late; diverges at once
    [[0.5, 1.0, 1.0, 1.2], [0.5, 0.6, 0.7, 0.8], [0.5, 0.6, 0.7, 0.99], [0.5, NAN, NAN, 9.0]],
    [LOSS, LOSS, LOSS, np.r_[1.0, 5.0, 2e6, np.full(398, NAN)]],
    [[0, 100, 300, 400], [0, 100, 300, 400], [0, 100, 300, 400], [0, NAN, NAN, 2]],
)


def test_what_is_read_off_a_run():
    assert HAND.arrival.tolist() == [[100, np.inf, 400, 2]]
    assert HAND.after.tolist() == [[True, False, False, True]]
    assert HAND.blown.tolist() == [[False, False, False, True]]
    assert HAND.solved.tolist() == [[True, True, True, False]]
    mean = HAND.mean_level()[0]
    assert mean[[0, 3]] == pytest.approx([(200 * 1.0 + 100 * 1.1) / 300, 9.0])
    assert np.isnan(mean[[1, 2]]).all()
    assert [len(loss) for loss in HAND.losses_after()[0]] == [301, 1]
    assert HAND.end[0, 0] == pytest.approx(2 * 1.2 / 0.5)


def test_the_sentences_count_what_they_say(monkeypatch):
    up = np.r_[np.full(100, 1.0), np.full(100, 2.0), np.full(101, 1.5)]

    def three_or_fewer(_, __, rates):
        n = len(rates)
        return by_hand([[1.0, 1.0]] * n, [up, LOSS[:301], LOSS[:301]][:n], [[0, 300]] * n)

    monkeypatch.setattr(sentences, "paths", three_or_fewer)
    assert sentences.rising_windows((0,), "linear network") == pytest.approx([1 / 6])
    assert sentences.rising_steps((0,), "linear network").tolist() == [0]
    assert sentences.level((0,), "linear network").tolist() == [1.0]
    assert sentences.highest((0,), "linear network").tolist() == [1.0]
    assert sentences.rank_correlation((0,), "linear network").tolist() == [np.inf]  # none solved
    for sign in (-1, 1):
        groups = {
            group: paths.Paths(
                np.array([group]),
                np.stack([LOSS] * len(group))[None],
                np.full((1, len(group), 1), 400.0),
                np.array([[[rate * rate**sign / 2] for rate in group]]),
            )
            for group in sentences.GROUPS
        }
        monkeypatch.setattr(sentences, "paths", lambda _, __, rates, of=groups: of[rates])
        assert sentences.rank_correlation((0,), "linear network") == pytest.approx([sign])


def test_a_seed_of_which_no_run_arrives_says_nothing_of_hovering(monkeypatch):
    run = by_hand([[0.5, 0.6]] * 3, [LOSS[:301]] * 3, [[0, 300]] * 3)
    monkeypatch.setattr(sentences, "paths", lambda *_: run)
    for ask in (sentences.level, sentences.rising_windows, sentences.rising_steps):
        assert ask((0,), "linear network").tolist() == [np.inf]


def test_the_portrait_draws_what_was_judged(monkeypatch):
    import matplotlib.pyplot as plt

    def entry(name):
        assert name in {check.name for check in topic.CHECKS}
        return {"values": [1.5] * 11, "interval": [1.4, 1.7]}

    monkeypatch.setattr(topic, "_judged", entry)
    fig, axes = plt.subplots()
    topic.portrait(axes)
    (points, _, (bars,)) = axes.containers[0]
    assert points.get_ydata().tolist() == [1.5] * len(sentences.KINK)
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    assert ends == pytest.approx(np.tile([1.4, 1.7], (len(sentences.KINK), 1)))
    curve = {line.get_label(): line for line in axes.lines}["derived"]
    x, y = curve.get_data()
    assert np.asarray(y) == pytest.approx(np.minimum(x, 2.0))
    assert "dimensionless" in axes.get_xlabel() and "dimensionless" in axes.get_ylabel()
    plt.close(fig)
