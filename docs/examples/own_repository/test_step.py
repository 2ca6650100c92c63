"""A function that returns a derivation is an item: each of its steps is graded."""

from sympy import Subs, symbols

from theory import Derivation, Step

eta, w = symbols("eta w", positive=True)


def loss_left() -> Derivation:
    """A step of descent on w^2 / 2 multiplies the loss by (1 - eta)^2."""
    after = Subs(w**2 / 2, w, w - eta * w)
    step = Step(after / (w**2 / 2), (1 - eta) ** 2, "the gradient is w")
    return Derivation("One step", (step,), "our notes")
