"""Networks and data that somebody could bring to `examine`."""

from __future__ import annotations

import contextlib
import json
import random
from typing import Any

import torch
from torch import nn

from attacks.tools import HOSTILE, harmless
from proofs_check.examination import BadInput, examine
from proofs_check.examination.examining import QUESTIONS
from proofs_check.examination.page import page

NAN, INF = float("nan"), float("inf")


class Odd(nn.Module):
    """A layer that does something that layers do not do."""

    def __init__(self, way: str):
        super().__init__()
        self.way = way

    def forward(self, x: Any) -> Any:
        ways = {"nan": x * NAN, "inf": x / 0, "tuple": (x, x), "none": None, "flat": x.reshape(-1)}
        ways |= {"half": x.half(), "complex": x + 1j, "whole": x.long(), "cut": x.detach()}
        ways |= {"empty": x[:0], "text": "x", "sum": x.sum(), "zero": x * 0, "big": x * 1e30}
        return ways[self.way]


WAYS = ["nan", "inf", "tuple", "none", "flat", "half", "complex", "whole", "cut", "empty", "text"]
WAYS += ["sum", "zero", "big"]


def a_layer(draw: random.Random, width: int) -> nn.Module:
    """What stands between the two layers of a small network."""
    makers = (
        lambda: Odd(draw.choice(WAYS)),
        lambda: nn.Dropout(0.5),
        lambda: nn.BatchNorm1d(width),
        lambda: nn.LazyLinear(width),
        lambda: nn.Linear(width, width, dtype=draw.choice((torch.float64, torch.bfloat16))),
        lambda: nn.Embedding(3, width),
        lambda: nn.Linear(width, width, device="meta"),
        lambda: nn.GRU(width, width),
        lambda: nn.Bilinear(width, width, width),
        lambda: nn.Flatten(0),
    )
    return draw.choice((nn.Tanh, nn.ReLU, nn.Identity, draw.choice(makers)))()


def weights(draw: random.Random, net: nn.Module) -> None:
    """Odd values in place of the start."""
    for p in net.parameters():
        way = draw.random()
        if way < 0.1:
            p.requires_grad_(False)
        elif way < 0.25 and not p.is_meta:
            with torch.no_grad(), contextlib.suppress(RuntimeError, ValueError):
                p.fill_(draw.choice((NAN, INF, 0.0, 1e30, -1e-40)))


def drawn(draw: random.Random) -> tuple[Any, Any, dict[str, Any]]:
    """A function of the width, data, and options of ``examine``."""
    seed, name = draw.random(), draw.choice(HOSTILE).replace(".", "") or "a"

    def network(width: int) -> nn.Module:
        own = random.Random(seed)
        made = nn.Sequential(nn.Linear(own.choice((1, 1, 1, 2)), width))
        made.add_module(name, a_layer(own, width))
        made.append(nn.Linear(width, own.choice((1, 1, 2, 0))))
        if own.random() < 0.3:
            weights(own, made)
        return made

    X = draw.choice((torch.linspace(-1, 1, 6)[:, None], torch.rand(5, 1), torch.rand(4, 2)))
    y: Any = draw.choice((X[:, 0], X[:, 0] > 0, torch.arange(len(X)) % 2, torch.rand(len(X), 2)))
    odd = (NAN, INF, 1e30, 0.0)
    if draw.random() < 0.3:
        X = draw.choice((X.numpy(), X.double(), X.tolist(), X.long(), X * draw.choice(odd), X[:0]))
    if draw.random() < 0.3:
        y = draw.choice((y.numpy(), y.tolist(), y * draw.choice(odd), y[:2], "y", y[:, None], None))
    data = draw.choice(((X, y), (X, y), lambda: (X, y), (X, y, X, y), (X,)))
    options: dict[str, Any] = {"steps": 3, "budget": 1000.0, "name": name}
    if draw.random() < 0.3:
        options["loss"] = draw.choice(("squared", "cross entropy", lambda f, y: f.abs().mean()))
    if draw.random() < 0.3:
        rate, kind = draw.choice((0.1, 1e9, 0.0)), draw.choice((torch.optim.SGD, torch.optim.Adam))
        options["optimiser"] = lambda parameters: kind(parameters, lr=rate)
    if draw.random() < 0.2:
        options["batch"] = draw.choice((1, 2, 0, "all"))
    return network, data, options


def a_network(draw: random.Random) -> None:
    """Odd layers, types, shapes, names and data; the answers can be written down."""
    network, data, options = drawn(draw)
    asked = draw.sample(QUESTIONS, 2)
    with contextlib.suppress(BadInput):
        found = examine(network, data, widths=(4, 8), seeds=2, questions=asked, **options)
        harmless(page(found))
        harmless(found._repr_html_())
        json.dumps(found.to_json(), allow_nan=False)
        assert str(found).encode("utf-8", "backslashreplace")
