"""A deleted step, another ground and another end are noticed, and told when they are not."""

import sympy as sp

from proofs_check.core import runner
from proofs_check.referee import links
from theory import Derivation, Step

x = sp.Symbol("x", real=True)
p = sp.Symbol("p", positive=True)


def argument():
    """A square over p, and the same with a cube."""
    square = Step((x + 1) ** 2, x**2 + 2 * x + 1, "the square")
    over = Step(square.lhs / p, square.rhs / p, "over p", uses=(square,))
    cube = Step((x + 1) ** 3, (x + 1) * square.rhs, "the cube")
    twice = Step(2 * cube.lhs, 2 * cube.rhs, "twice", uses=(cube,))
    return (
        Derivation("square", (square, over), "own"),
        Derivation("cube", (cube, twice), "own"),
    )


def test_every_error_is_planted_and_refused(monkeypatch):
    monkeypatch.setattr(runner, "claims_of", lambda topic: {"argument": argument})
    assert links.unnoticed("made up") == []
    monkeypatch.setattr(links.Broken, "noticed", lambda self: False)
    told = [(b["kind"], b["derivation"], b["step"]) for b in links.unnoticed("made up")]
    assert sorted(told) == [
        ("another end", "cube", "over p"),
        ("another end", "square", "twice"),
        ("another ground", "cube", "twice"),
        ("another ground", "square", "over p"),
        ("delete a step", "cube", "the cube"),
        ("delete a step", "square", "the square"),
    ]
