"""Networks that nobody here wrote are examined as they are: attention, convolutions, normalisation,
layers that work in place, shared weights, buffers, dropout.
"""

import pytest
import torch
from torch import nn

from proofs_check import examine

OPTIONS = {"widths": (4, 8), "seeds": 2, "steps": 4, "budget": 1000.0}


class Words(nn.Module):
    """PyTorch's own encoder on sentences of a small vocabulary."""

    def __init__(self, width):
        super().__init__()
        self.words = nn.Embedding(11, width)
        self.register_buffer("places", torch.linspace(0, 1, 6)[:, None])
        layer = nn.TransformerEncoderLayer(width, 2, 2 * width, dropout=0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(width, 3)

    def forward(self, x):
        return self.head(self.encoder(self.words(x) + self.places).mean(1))


class Block(nn.Module):
    """A basic block as in torchvision: two convolutions, normalised, with ReLU in place."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        return self.relu(out)


def resnet(width):
    return nn.Sequential(
        nn.Conv2d(1, width, 3, 1, 1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(inplace=True),
        Block(width, width, 1),
        Block(width, 2 * width, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(2 * width, 3),
    )


class Shared(nn.Module):
    """One matrix that is used twice, and once more for the outputs."""

    def __init__(self, width):
        super().__init__()
        self.first = nn.Linear(4, width)
        self.again = nn.Linear(width, width)
        self.same = self.again
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(0.2)

    def forward(self, x):
        h = torch.tanh(self.first(x))
        h = self.norm(torch.tanh(self.same(self.again(h))))
        return self.drop(h) @ self.first.weight


def sentences():
    generator = torch.Generator().manual_seed(0)
    X = torch.randint(11, (8, 6), generator=generator)
    return X, X.sum(1) % 3


def images():
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(8, 1, 6, 6, generator=generator)
    return X, (X.mean((1, 2, 3)) * 20).long() % 3


def points():
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(12, 4, generator=generator)
    return X, X.flip(1).sin()


def adam(parameters):
    return torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)


def descent(parameters):
    return torch.optim.SGD(parameters, lr=1e-2, momentum=0.9, nesterov=True)


CASES = {
    "encoder": (Words, sentences, {"optimiser": adam}),
    "residual": (resnet, images, {"optimiser": descent, "batch": 4}),
    "shared": (Shared, points, {}),
}
SAID = {  # a part of what must be said, by question; absent ones have numbers
    "encoder": {
        "time": "adaptive method",
        "frequency order": "whole numbers, which have no distance",
        "place in the phase diagram": "no ReLU network of two layers",
    },
    "residual": {"place in the phase diagram": "no ReLU network of two layers"},
    "shared": {"place in the phase diagram": "no ReLU network of two layers"},
}
RANDOM = {"encoder": "dropout", "residual": "batch normalisation", "shared": "dropout"}


@pytest.mark.parametrize("case", CASES)
def test_a_foreign_network_is_examined(case):
    network, data, options = CASES[case]
    found = examine(network, data, **OPTIONS, **options)
    assert len(found.questions) == 7
    for question in found.questions:
        first, *_ = found.about(question)
        said = SAID[case].get(question)
        if said:
            assert not first.applies and said in first.why
        else:
            assert any(each.applies for each in found.about(question)), first.why
    assert f"measured without {RANDOM[case]}, trained with it" in found.answers[0].why


def test_a_foreign_network_is_left_as_it_was():
    made = []

    def network(width):
        made.append(Shared(width))
        return made[-1]

    examine(network, points, **OPTIONS | {"seeds": 1}, questions=("curvature",))
    assert all(net.training for net in made)
