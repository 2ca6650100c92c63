"""Do torch's own steps follow the derived flows, and do epochs of SGD?  Penalties as if of which a
tanh network is trained, over all orders of its batches; what momentum and a large step leave.

Set-ups, all in double precision.  (1) A tanh network of 3 neurons on 6 examples of two inputs, cut
into 3 batches: steps and epochs against flows by the rule of Runge and Kutta, at rates 0.04 and
0.02, of which the line through both is taken at zero.  (2) Descent of one variable, of curvature 1.
Source: Barrett, Dherin, ICLR 2021; Smith, Dherin, Barrett, De, ICLR 2021.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import permutations, product
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics import backward_error as numerics
from proofs_check.core.check import Check
from proofs_check.core.expected import Prediction
from theory import backward_error as theory

if TYPE_CHECKING:
    from torch import Tensor

Array = np.ndarray
Loss = Callable[["Tensor"], "Tensor"]
RATE, SUBSTEPS = 0.04, 4  # the larger of two rates; steps of Runge and Kutta to a step
BATCHES = NEURONS = 3
ORDERS: dict[str, Sequence[tuple[int, ...]]] = {  # over which an epoch is averaged
    "descent": [(0,)],
    "reshuffled": list(permutations(range(BATCHES))),
    "with replacement": list(product(range(BATCHES), repeat=BATCHES)),
}
CURVATURE, SHORT, LARGE, BETA = 1.0, 1e-3, 0.8, 0.5  # of one variable; h, eta; momentum


@cache
def network(seed: int) -> tuple[Loss, tuple[Loss, ...], Tensor]:
    """Half the mean square of a tanh network, that on each of its batches, and weights (9,)."""
    import torch

    from proofs_check.training.networks import normal

    X, y, start = (
        normal([seed], shape, stream=stream, device="cpu")[0]
        for stream, shape in enumerate([(6, 2), (6,), (3 * NEURONS,)], 1)
    )

    def loss(theta: Tensor, rows: slice) -> Tensor:
        hidden = torch.tanh(X[rows] @ theta[: 2 * NEURONS].reshape(2, NEURONS))
        return ((hidden @ theta[2 * NEURONS :] - y[rows]) ** 2).mean() / 2

    of_batches = tuple(partial(loss, rows=slice(b, None, BATCHES)) for b in range(BATCHES))
    return partial(loss, rows=slice(None)), of_batches, start


def slope(loss: Loss) -> Loss:
    """Its gradient, which can be differentiated again."""
    from torch.func import grad

    return grad(loss)


def square(loss: Loss) -> Loss:
    """Squared length of its gradient."""
    return lambda theta: (slope(loss)(theta) ** 2).sum()


def penalised(loss: Loss, rate: float) -> Loss:
    """The modified loss of descent at this rate."""
    return lambda theta: loss(theta) + rate / 4 * square(loss)(theta)


def spread(whole: Loss, parts: Sequence[Loss]) -> Loss:
    """Sum over the batches of |g_b - g|^2."""
    return lambda theta: sum(
        ((slope(part)(theta) - slope(whole)(theta)) ** 2).sum() for part in parts
    )


def flow(loss: Loss, theta: Tensor, time: float) -> Tensor:
    """Where gradient flow is after this time."""
    field, h = slope(loss), time / SUBSTEPS
    for _ in range(SUBSTEPS):
        one = -field(theta)
        two = -field(theta + h / 2 * one)
        three = -field(theta + h / 2 * two)
        four = -field(theta + h * three)
        theta = theta + h / 6 * (one + 2 * two + 2 * three + four)
    return theta


def strengths(seeds: Sequence[int], scheme: str) -> Array:
    """Strength of the penalty over the rate, (S, 2) at two rates: the flow of the loss with so much
    of it ends where the steps do.  It is |g|^2 for descent; for epochs |g|^2 is in the loss and it
    is the spread of the batches.
    """
    found = []
    for seed in seeds:
        loss, batches, theta = network(seed)
        alone = scheme == "descent"
        parts, penalty = ((loss,), square(loss)) if alone else (batches, spread(loss, batches))
        pull, time = slope(penalty)(theta), len(parts)
        for rate in (RATE, RATE / 2):
            ends = []
            for order in ORDERS[scheme]:
                end = theta
                for b in order:
                    end = end - rate * slope(parts[b])(end)
                ends.append(end)
            known = loss if alone else penalised(loss, rate)
            gap = sum(ends) / len(ends) - flow(known, theta, time * rate)
            found.append(float(-gap @ pull / (pull @ pull)) / (time * rate**2))
    return np.reshape(found, (len(seeds), 2))


def strength(seeds: Sequence[int], scheme: str) -> Array:
    """The line through both rates, at the rate zero."""
    return strengths(seeds, scheme) @ [-1.0, 2.0]


def quartic(theta: Any) -> Any:
    """x^3 y + 2 x y^2 + y^4 + x^2, the loss whose field has no potential."""
    x, y = theta
    return x**3 * y + 2 * x * y**2 + y**4 + x**2


PLACE = (0.8, -0.5)
# gradient, Hessian and third derivatives of the quartic there, by hand
AT_PLACE = (
    np.array([3 * 0.64 * -0.5 + 2 * 0.25 + 1.6, 0.512 + 4 * 0.8 * -0.5 + 4 * -0.125]),
    np.array([[6 * 0.8 * -0.5 + 2, 3 * 0.64 - 2.0], [3 * 0.64 - 2.0, 3.2 + 12 * 0.25]]),
    np.array([[[-3.0, 4.8], [4.8, 4.0]], [[4.8, 4.0], [4.0, -12.0]]]),
)


def predicted_third_order(turned: bool = True) -> float:
    """Length of the third order of the field at PLACE; without what the third derivatives do."""
    grad, hess, third = AT_PLACE
    fields = [numerics.modified_field(grad, hess, third * turned, 1.0, order) for order in (1, 2)]
    return float(np.linalg.norm(fields[1] - fields[0]))


def measured_third_order(seeds: Sequence[int]) -> Array:
    """Distance of a step to the flow of the loss with its penalty, over the cube of the rate; the
    line through two rates at zero.
    """
    import torch

    theta, found = torch.tensor(PLACE, dtype=torch.float64), []
    for rate in (RATE / 4, RATE / 8):
        end = theta - rate * slope(quartic)(theta)
        found.append(float((end - flow(penalised(quartic, rate), theta, rate)).norm()) / rate**3)
    return np.array([2 * found[1] - found[0]])


def curvature_that_is_felt(seeds: Sequence[int], method: str, rate: float) -> Array:
    """Decay of an error per unit of time under torch's steps, from the last two of 60."""
    import torch

    from proofs_check.training.descend import Moment, train
    from proofs_check.training.rules import Descent, Momentum, Rule

    descent = method == "descent"
    rule: Rule = Descent(rate) if descent else Momentum(rate, BETA, method == "nesterov")
    seen = []

    def watch(now: Moment) -> None:
        seen.append(float(now.parameters[0]))

    train(
        lambda parameters, _: parameters[0][:, None],
        [torch.ones(1, dtype=torch.float64)],
        torch.zeros(1, 1, dtype=torch.float64),
        torch.zeros(1, dtype=torch.float64),
        rule=rule,
        steps=60,
        loss=lambda output, _: CURVATURE * output[:, 0] ** 2 / 2,
        watch=watch,
    )
    return -np.log(seen[-1:] / np.array(seen[-2])) / (rate if descent else rate / (1 - BETA))


def excess(seeds: Sequence[int], method: str) -> Array:
    """What the curvature that is felt exceeds the true one by, over h = eta / (1 - beta)."""
    felt = curvature_that_is_felt(seeds, method, SHORT * (1 - BETA))
    return (felt - CURVATURE) / SHORT


def predicted_excess(method: str) -> float:
    """The same from the derived expansion."""
    felt = numerics.effective_curvature(CURVATURE, SHORT * (1 - BETA), BETA, method)
    return float(felt - CURVATURE) / SHORT


NAMES = {
    "descent": "descent_adds_a_quarter_of_the_rate",
    "reshuffled": "reshuffled_batches_add_their_variance",
    "with replacement": "batches_drawn_again_add_nothing",
}
DERIVED = {
    "descent": Prediction(theory.descent_modified_loss, {theory.eta: 1.0}, part=1),
    "reshuffled": Prediction(
        theory.epoch_modified_loss, {theory.eta: 1.0, theory.m: BATCHES}, part=3
    ),
    "with replacement": Prediction(theory.epoch_modified_loss, {}, part=4),
}
CHECKS: tuple[Check, ...] = (
    *(
        Check(
            name=NAMES[scheme],
            quantity=f"strength of {penalty} over the rate, dimensionless",
            claim=claim,
            predict=DERIVED[scheme],
            measure=partial(strength, scheme=scheme),
            terms={"line through two rates: its square, times a few": 4 * RATE**2},
            rival=rival,
            rival_why=why,
        )
        for scheme, penalty, claim, rival, why in (
            (
                "descent",
                "|g|^2",
                theory.descent_modified_loss,
                0.5,
                "eta / 2, the coefficient of H g in the field, taken for that in the loss",
            ),
            (
                "reshuffled",
                "sum_b |g_b - g|^2",
                theory.epoch_modified_loss,
                DERIVED["with replacement"],
                "as for batches drawn with replacement: noise, but no term in the mean",
            ),
            (
                "with replacement",
                "sum_b |g_b - g|^2",
                theory.epoch_modified_loss,
                DERIVED["reshuffled"],
                "the regulariser of SGD does not depend on how batches are drawn",
            ),
        )
    ),
    Check(
        name="no_loss_but_a_field_beyond",
        quantity="distance of a step to the modified loss's flow, over eta^3, dimensionless",
        claim=theory.descent_modified_field,
        predict=predicted_third_order,
        measure=measured_third_order,
        terms={"line through two rates: eta S of what it leaves out": 0.03},
        rival=partial(predicted_third_order, turned=False),
        rival_why="as on a quadratic, where H^2 g / 3 is all there is",
        deterministic=True,
    ),
    Check(
        name="a_large_step_feels_all_orders",
        quantity="decay of an error per time over its curvature, dimensionless",
        claim=theory.quadratic_to_all_orders,
        predict=lambda: float(numerics.effective_curvature(CURVATURE, LARGE)),
        measure=partial(curvature_that_is_felt, method="descent", rate=LARGE),
        terms={"rounding": 1e-9},
        rival=CURVATURE + LARGE * CURVATURE**2 / 2,
        rival_why="the first order, L + eta |g|^2 / 4, is the whole story",
        deterministic=True,
    ),
    *(
        Check(
            name=f"{method.replace(' ', '_')}_is_penalised_more",
            quantity="excess of the curvature that is felt over h, dimensionless",
            claim=theory.quadratic_to_all_orders,
            predict=partial(predicted_excess, method),
            measure=partial(excess, method=method),
            terms={"next order in h, times a few": 10 * SHORT},
            rival=CURVATURE**2 / 2,
            rival_why="momentum is descent at the rate h, and nothing else",
            deterministic=True,
        )
        for method in ("heavy ball", "nesterov")
    ),
)
