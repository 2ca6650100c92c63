"""All prompts of two tasks, and attention networks that are trained on them.

A demonstration is (u, v, y): u is the task with probability q, v a fair bit, y = v xor task, one
label in five flipped.  There are eight kinds of demonstrations and only their counts matter, so
that 1716 prompts of six are all.  One softmax attention looks from the query to the demonstrations:
an embedding of 16 tanh units, keys for each of the two queries, 32 ReLU units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import combinations, product

import numpy as np
import torch
from scipy.special import gammaln
from torch import Tensor

from proofs_check.training.descend import train
from proofs_check.training.losses import cross_entropy
from proofs_check.training.networks import normals
from proofs_check.training.rules import Adam

Array = np.ndarray
DEMOS, FLIPS = 6, 0.2
KINDS = np.array(list(product((0, 1), repeat=3)))  # (u, v, y)
U, V, Y = KINDS.T
UNITS, HIDDEN, STEPS, BATCH, RATE = 16, 32, 1500, 128, 1e-2
FORMATS = (0.5, 0.6, 0.7, 0.8, 0.9)  # probability that an input tells the task
BLOCK = 100  # steps whose prompts are drawn together


@cache
def all_counts() -> Array:
    """How often each kind of demonstration occurs, for all prompts (1716, 8)."""
    bars = np.array(list(combinations(range(DEMOS + 7), 7)))
    edges = np.concatenate(
        [np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), DEMOS + 7)], 1
    )
    return np.diff(edges, axis=1) - 1


def of_a_kind(q: float, labels: str, task: int) -> Array:
    """Probability of each kind of demonstration, (8,)."""
    agree = {"honest": 1 - FLIPS, "random": 0.5, "flipped": FLIPS}[labels]
    return np.where(task == U, q, 1 - q) * np.where(task == (V ^ Y), agree, 1 - agree) / 2


def law(q: float, labels: str) -> Array:
    """Probability of all prompts given each task, (2, 1716)."""
    counts = all_counts()
    ways = gammaln(DEMOS + 1) - gammaln(counts + 1).sum(1)
    kinds = [np.log(of_a_kind(q, labels, task)) for task in (0, 1)]
    return np.stack([np.exp(ways + counts @ kind) for kind in kinds])


@cache
def rules(q: float) -> dict[str, Array]:
    """Probability of the label 1 for the query 0 and for the query 1, (1716, 2): by Bayes and by
    rules that use less.
    """
    of_inputs = np.log(q / (1 - q)) * all_counts() @ (2 * U - 1)
    of_labels = np.log(1 / FLIPS - 1) * all_counts() @ (2 * (V ^ Y) - 1)
    other = all_counts() @ (V ^ Y)
    tasks = {
        "Bayes": 1 / (1 + np.exp(-of_inputs - of_labels)),
        "Bayes from labels alone": 1 / (1 + np.exp(-of_labels)),
        "Bayes from inputs alone": 1 / (1 + np.exp(-of_inputs)),
    }
    found = {name: one * (1 - FLIPS) + (1 - one) * FLIPS for name, one in tasks.items()}
    found = {name: np.stack([one, 1 - one], 1) for name, one in found.items()}
    like = [np.log(1 / FLIPS - 1) * all_counts() @ ((2 * (V ^ Y) - 1) * (v == V)) for v in (0, 1)]
    one, two = (FLIPS + (1 - 2 * FLIPS) / (1 + np.exp(-evidence)) for evidence in like)
    found["labels of demonstrations like the query"] = np.stack([one, 1 - two], 1)
    share = (other + 1) / (DEMOS + 2)
    found["share of labels that disagree"] = np.stack([share, 1 - share], 1)
    return found | {"nothing": np.full((len(other), 2), 0.5)}


def attention(parameters: Sequence[Tensor], X: Tensor) -> Tensor:
    """Logits (S, n, 2) of prompts X (S, n, 10): counts of the eight kinds and the query as one of
    two bits.
    """
    embed, shift, keys, values, inner, query, threshold, outer = parameters
    kinds = torch.tanh(torch.tensor(2.0 * KINDS - 1).to(X) @ embed + shift[:, None])
    scores = (kinds @ keys).mT.exp()  # (S, 2, 8)
    looks = X[..., :8] * (X[..., 8:] @ scores)
    seen = looks / looks.sum(-1, keepdim=True) @ (kinds @ values)
    hidden = torch.relu(seen @ inner + X[..., 8:] @ query + threshold[:, None])
    logit = hidden @ outer
    return torch.cat([torch.zeros_like(logit), logit], -1)


@cache
def trained(seeds: tuple[int, ...]) -> dict[float, Array]:
    """Predictions (S, 1716, 2) of trained networks, for all prompts and both queries, of each of
    ``FORMATS``; all of them are trained together, with numbers of their own.
    """

    @cache
    def many(block: int) -> tuple[Array, Array]:
        points, targets = [], []
        for q in FORMATS:
            ladder = law(q, "honest").cumsum(1)
            for seed in seeds:
                rng = np.random.default_rng([seed, 71, round(100 * q), block])
                task, query = rng.integers(0, 2, (2, BLOCK * BATCH))
                level = rng.random(len(task)) * ladder[0, -1]
                at = [np.searchsorted(rungs[:-1], level) for rungs in ladder]
                drawn = all_counts()[np.where(task == 1, at[1], at[0])]
                points.append(np.concatenate([drawn, np.eye(2)[query]], 1).astype(np.float32))
                targets.append(query ^ task ^ (rng.random(len(task)) < FLIPS))
        return np.stack(points), np.stack(targets)

    def prompts(step: int) -> tuple[Tensor, Tensor]:
        block, place = divmod(step, BLOCK)
        rows = slice(BATCH * place, BATCH * (place + 1))
        X, y = (torch.tensor(part[:, rows]) for part in many(block))
        return X, y

    shapes = (3, UNITS), (UNITS,), (UNITS, 2), (UNITS, UNITS), (UNITS, HIDDEN), (2, HIDDEN)
    sizes = [3**-0.5, 0.0, 0.1, UNITS**-0.5, (2 / UNITS) ** 0.5, 1.0, 0.0, HIDDEN**-0.5]
    start = normals(seeds, (*shapes, (HIDDEN,), (HIDDEN, 1)), sizes, device="cpu")
    start = [p.repeat(len(FORMATS), *[1] * (p.dim() - 1)) for p in start]
    X, y = prompts(STEPS)
    run = train(
        attention,
        [p.float() for p in start],
        X,
        y,
        rule=Adam(lambda done: RATE * (1 + math.cos(math.pi * done / STEPS)) / 2),
        steps=STEPS,
        loss=cross_entropy,
        every=STEPS,
        fresh=prompts,
    )
    found = []
    for query in np.eye(2):
        rows = np.concatenate([all_counts(), np.tile(query, (len(all_counts()), 1))], 1)
        every = torch.tensor(rows, dtype=torch.float32).expand(len(y), -1, -1)
        found.append(attention(run.end, every).double().softmax(-1)[..., 1].numpy())
    return dict(
        zip(FORMATS, np.stack(found, -1).reshape(len(FORMATS), len(seeds), -1, 2), strict=True)
    )
