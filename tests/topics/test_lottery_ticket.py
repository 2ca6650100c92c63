"""Masks and their overlaps against samples, subsets of random weights against all of them, masks of
networks, bad input.
"""

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from numerics import early_mask, lottery_ticket, pruning, strong_ticket
from proofs_check.training import blocks, masked

SHARES, RNG = st.floats(0, 1), np.random.default_rng(302)


def largest(values, q):
    kept = np.zeros(len(values), bool)
    kept[np.argsort(-np.abs(values))[: round((1 - q) * len(values))]] = True
    return kept


@pytest.mark.parametrize(("r", "q"), [(0.0, 0.9), (0.6, 0.9), (0.95, 0.8)])
def test_masks_of_start_and_end_against_samples(r, q):
    end, noise = RNG.standard_normal((2, 400_000))
    start = r * end + (1 - r**2) ** 0.5 * noise
    last, first = largest(end, q), largest(start, q)
    overlap = (last & first).sum() / last.sum()
    assert early_mask.mask_overlap(r, q) == pytest.approx(overlap, abs=0.006)
    assert early_mask.mask_distance(q, overlap) == pytest.approx((last != first).mean())
    square = lottery_ticket.start_of_the_kept(r, pruning.kept_variance(q))
    assert square == pytest.approx((start[last] ** 2).mean(), rel=0.04)


def test_an_overlap_by_another_library():
    r, q = 0.7, 0.9
    k = mpmath.findroot(lambda c: mpmath.erf(c / mpmath.sqrt(2)) - q, 1.6)

    def both(x):
        s = mpmath.sqrt(1 - mpmath.mpf(r) ** 2)
        high = 1 - mpmath.ncdf((k - r * x) / s) + mpmath.ncdf((-k - r * x) / s)
        return mpmath.npdf(x) * high

    wanted = 2 * mpmath.quad(both, [k, 4, 12]) / (1 - q)
    assert early_mask.mask_overlap(r, q) == pytest.approx(float(wanted), rel=1e-5)


@given(SHARES, SHARES)
def test_distances_of_masks(q, o):
    far = early_mask.mask_distance(q, 0.0)
    assert early_mask.mask_distance(q, 1.0) == 0
    assert early_mask.mask_distance(q, o) <= far
    assert early_mask.mask_distance_null(q) == pytest.approx(early_mask.mask_distance(q, 1 - q))
    assert early_mask.mask_distance_null(q) == pytest.approx(early_mask.mask_distance_null(1 - q))
    assert far <= 0.1 + 1e-12 or q < 0.95


@given(st.floats(0, 0.99), st.floats(0, 0.99))
def test_correlated_masks_meet_more_often_than_by_chance(r, q):
    overlap = early_mask.mask_overlap(r, q)
    assert 1 - q - 1e-6 <= overlap <= 1 + 1e-9
    assert early_mask.mask_overlap(0, q) == pytest.approx(1 - q)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=9), st.floats(-3, 3))
def test_the_best_subset_is_that_of_all(weights, z):
    bits = (np.arange(2 ** len(weights))[:, None] >> np.arange(len(weights))) & 1
    best = np.abs(bits @ np.array(weights) - z).min()
    total, taken = strong_ticket.best_subset(weights, z)
    assert abs(total - z) == pytest.approx(best, abs=1e-12)
    assert np.array(weights)[taken].sum() == pytest.approx(total)


@pytest.mark.claim("strong_ticket.strong_ticket")
def test_subsets_near_a_target_are_counted():
    weights = RNG.uniform(-1, 1, (300, 12))
    bits = (np.arange(2**12)[:, None] >> np.arange(12)) & 1
    off = np.abs(weights @ bits.T - 0.5)
    count = (off < 0.2).sum(1).mean() / 0.4
    assert strong_ticket.subset_density(0.5, 12) == pytest.approx(count, rel=0.1)
    best = off.min(1)
    for eps in (1e-5, 1e-4):
        chance = (best < eps).mean()
        assert chance <= strong_ticket.chance_bound(eps, 12) + 3 * (chance / 300) ** 0.5
    assert strong_ticket.median_error(0.5, 12) == pytest.approx(np.median(best), rel=0.7)


def test_weights_that_halve_reach_every_target():
    weights = 0.5 ** np.arange(1, 13)
    for z in RNG.uniform(0, 1, 50):
        assert abs(strong_ticket.best_subset(weights, z)[0] - z) < 2.0**-12


@given(st.floats(0, 0.99), st.integers(0, 100))
def test_masks_keep_the_largest_of_all_layers(share, seed):
    net = masked.Net(hidden=(7,))
    theta = net.start([seed, seed + 1])
    masks = masked.by_magnitude(theta, share)
    sizes = torch.cat([p.abs().flatten(1) for p in theta[::2]], 1)
    kept = torch.cat([m.flatten(1) for m in masks[::2]], 1).bool()
    assert (kept.sum(1) == sizes.shape[1] - round(share * sizes.shape[1])).all()
    for row in range(2):
        dropped = sizes[row][~kept[row]]
        assert not len(dropped) or dropped.max() <= sizes[row][kept[row]].min()
    assert all((m == 1).all() for m in masks[1::2])


def test_masked_weights_stay_at_zero_and_rows_do_not_meet():
    net, seeds = masked.Net(hidden=(6,)), (0, 1)
    have, theta = masked.examples("digits", seeds), net.start(seeds)
    masks = masked.by_magnitude(theta, 0.7)
    run = masked.fit(net.model(), have, seeds, theta, masks, rate=1e-2, steps=5)
    assert all(((p != 0) <= (m == 1)).all() for p, m in zip(run.end, masks, strict=True))
    both = masked.stacked(theta, theta)
    keep = masked.stacked(masks, masked.ones(theta))
    two = masked.fit(net.model(), have, seeds, both, keep, rate=1e-2, steps=5)
    for one, all_of in zip(run.end, two.end, strict=True):
        assert torch.allclose(one, all_of[:2], atol=1e-5)


@pytest.mark.parametrize("name", list(blocks.KINDS))
def test_parts_without_weights_change_nothing_that_is_left(name):
    of = blocks.KINDS[name]()
    theta = [p + 0.01 for p in of.start([0, 1])]
    masks = of.without(theta)
    without = [p * m for p, m in zip(theta, masks, strict=True)]
    into = [p * m for p, m in zip(theta, masks, strict=True)]
    outs = {b for _, b in of.parts}
    for a in {a for a, _ in of.parts} - outs:  # what goes into a part that nobody reads
        into[a] = theta[a]
    shape = (2, 5, 64 if of.data == "digits" else 40)
    X = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(of.model(without, X), of.model(into, X), atol=1e-5)


def test_bad_input_is_answered():
    with pytest.raises(ValueError, match="overlap"):
        early_mask.mask_distance(0.5, 1.5)
    with pytest.raises(ValueError, match="shares"):
        early_mask.mask_distance_null(-0.1)
    with pytest.raises(ValueError, match="correlations"):
        early_mask.mask_overlap(-0.5, 0.9)
    with pytest.raises(ValueError, match="positive"):
        lottery_ticket.start_of_the_kept(0.5, 0.0)
    with pytest.raises(ValueError, match="at most 40"):
        strong_ticket.best_subset(np.ones(41), 0.5)
    with pytest.raises(ValueError, match="whole"):
        strong_ticket.subset_density(0.5, 2.5)
    with pytest.raises(ValueError, match="positive"):
        strong_ticket.chance_bound(0.0, 4)
