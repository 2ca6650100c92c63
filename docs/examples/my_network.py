"""A network of two layers on a curve: what `proofs-check examine` takes."""

import torch
from torch import nn


def network(width):
    return nn.Sequential(nn.Linear(1, width), nn.ReLU(), nn.Linear(width, 1))


def data():
    X = torch.linspace(-1, 1, 24)[:, None]
    return X, torch.sin(3 * X) + 0.5 * torch.sin(9 * X)


def optimiser(parameters):
    return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)


steps = 300
