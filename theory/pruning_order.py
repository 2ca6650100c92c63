"""Do magnitude, curvature and curvature with retraining rank weights alike, and does it help to
rank again after each removal?  Where they agree, and examples that they need not.

Setting.  That of ``pruning``: a quadratic loss at its minimum theta, with the matrix H and its
inverse G.  Retrained, the set S costs half of theta^T (G_SS)^-1 theta.

Source: LeCun, Denker, Solla, NIPS 1989; Hassibi, Stork, NIPS 1992; our own.
"""

from collections.abc import Callable

from sympy import And, Equivalent, Expr, Implies, Matrix, Subs, Symbol, symbols

from theory import Counterexample, Decided, Derivation, Settles, derive
from theory.notation import OWN
from theory.pruning import G, H, saliency, theta


def magnitude() -> tuple[Derivation, ...]:
    """Magnitude ranks weights as H theta^2 / 2 does where all H are equal, and not in general;
    retraining never changes the order of two weights, but that of three.
    """
    one, two = symbols("theta_1 theta_2", positive=True)
    H_1, H_2, C = symbols("H_1 H_2 C", positive=True)  # C: how two weights are coupled
    rank = derive(saliency)[0].result
    first, second = (Subs(rank, (H, theta), at).doit() for at in ((H_1, one), (H_2, two)))
    alike = tuple(v.subs({H_1: H, H_2: H}) for v in (first, second))
    inverse = Matrix(((H_1, C), (C, H_2))).inv()
    trained = [
        derive(saliency)[1].result.subs({theta: t, G: inverse[i, i]})
        for i, t in ((0, one), (1, two))
    ]
    chained = Matrix(((4, -1, 0), (-1, 2, -1), (0, -1, 3)))
    G_1, G_2 = symbols("G_1 G_2", positive=True)
    costs = [derive(saliency)[1].result.subs({theta: t, G: g}) for t, g in ((one, G_1), (two, G_2))]
    own = ((G_1, chained.inv()[0, 0]), (G_2, chained.inv()[1, 1]))
    at = ((H_1, chained[0, 0]), (H_2, chained[1, 1]), (one, 2), (two, 3), *own)
    return (
        Derivation(
            "Equal second derivatives",
            (Decided(Equivalent(one < two, alike[0] < alike[1]), "a positive factor"),),
            OWN,
            (
                Settles(
                    "udl-pruning-second-derivative-or-magnitude",
                    part="by magnitude, equal second derivatives",
                ),
            ),
        ),
        Derivation(
            "Unequal ones",
            (
                Counterexample(
                    Implies(first < second, one < two),
                    ((H_1, 1), (one, 2), (H_2, 9), (two, 1)),
                    "the larger weight costs less, where the loss is flat",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Two weights",
            (
                Decided(
                    Implies(C**2 < H_1 * H_2, Equivalent(first < second, trained[0] < trained[1])),
                    "both are multiplied by 1 - C^2 / (H_1 H_2)",
                ),
            ),
            OWN,
        ),
        Derivation(
            "Three weights",
            (
                Counterexample(
                    Implies(first < second, costs[0] < costs[1]),
                    at,
                    "the first two of a chain of three, with the rows 4 -1 0, -1 2 -1, 0 -1 3",
                ),
            ),
            OWN,
        ),
    )


def _costs(size: int) -> tuple[Matrix, Matrix, Callable[..., Expr]]:
    """Entries of the inverse of H, weights, and what it costs to remove some and retrain the rest:
    half of theta^T (G_SS)^-1 theta over the set S of them.
    """
    inverse = Matrix(size, size, lambda a, b: Symbol(f"G_{min(a, b) + 1}{max(a, b) + 1}"))
    weights = Matrix(size, 1, lambda a, b: Symbol(f"theta_{a + 1}", real=True))

    def cost(*places: int) -> Expr:
        S = [place - 1 for place in places]
        v = weights.extract(S, [0])
        block = inverse.extract(S, S)
        return (v.T * block.adjugate() * v)[0] / (2 * block.det())

    return inverse, weights, cost


def repeated_removal() -> tuple[Derivation, ...]:
    """To rank again after each removal can cost less than to rank once, or more, and the best set
    can cost less than either.
    """

    def example(
        title: str, formula: Callable[..., Expr], G_at: Matrix, t_at: Matrix, why: str
    ) -> Derivation:
        inverse, weights, cost = _costs(len(t_at))
        point = {**dict(zip(inverse, G_at, strict=True)), **dict(zip(weights, t_at, strict=True))}
        return Derivation(title, (Counterexample(formula(cost), tuple(point.items()), why),), OWN)

    return (
        example(
            "Repeating can help",
            lambda D: Implies(And(D(1) < D(2), D(2) < D(3), D(1, 3) < D(1, 2)), D(1, 2) <= D(1, 3)),
            Matrix(((3, -1, 0), (-1, 2, 0), (0, 0, 1))),
            Matrix((1, 1, 1)),
            "the second in rank costs more once the first is gone",
        ),
        example(
            "Repeating can harm",
            lambda D: Implies(
                And(
                    *(D(1) < D(i) for i in (2, 3, 4)),
                    *(D(i) < D(4) for i in (2, 3)),
                    *(D(1, 4) < D(1, i) for i in (2, 3)),
                    D(1, 3, 4) < D(1, 2, 4),
                ),
                D(1, 3, 4) <= D(1, 2, 3),
            ),
            Matrix(((4, -2, -3, -2), (-2, 4, 2, 1), (-3, 2, 4, 2), (-2, 1, 2, 6))),
            Matrix((1, 3, 2, 4)),
            "what is cheap second leads to a third that is not",
        ),
        example(
            "The best pair",
            lambda D: Implies(And(D(2) < D(3), D(3) < D(1), D(2, 3) < D(1, 2)), D(2, 3) <= D(1, 3)),
            Matrix(((2, 0, 1), (0, 2, 0), (1, 0, 3))),
            Matrix((4, 3, 4)),
            "without the weight that costs least alone",
        ),
    )
