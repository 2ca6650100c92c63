"""What is left of the peak with the best ridge, in a large model?  The risk of ridge regression
with any number of inputs a sample, without a peak.

Setting.  n samples of d = gamma n independent inputs of variance one, both large; coefficients of
mean square B / d, noise of standard deviation sigma, ridge lambda = sigma^2 gamma / B a sample, the
best one (``overfitting.best_ridge``).  m is the mean of 1 / (s + lambda) over the eigenvalues s of
X^T X / n.

Source: Marchenko, Pastur, Mathematics of the USSR-Sbornik 1, 1967; Nakkiran, Venkat, Kakade, Ma,
ICLR 2021.
"""

from sympy import Function, Integer, Subs, sqrt, symbols

from theory import Decided, Defined, Derivation, Quoted, Step
from theory.notation import OWN

gamma, B, sigma, lam = symbols("gamma B sigma lambda", positive=True)
m = Function("m", positive=True)(gamma, lam)
MARCHENKO = "Marchenko, Pastur, Mathematics of the USSR-Sbornik 1, 1967"


def ridge_limit() -> tuple[Derivation, ...]:
    """With the best ridge the risk of gamma inputs a sample is B (sqrt((1 - gamma + l)^2 + 4 gamma
    l) - (1 - gamma + l)) / (2 gamma), l = gamma sigma^2 / B: below B, and finite at gamma = 1.
    """
    best = Defined(lam, gamma * sigma**2 / B, "the best ridge, over the number of samples")
    inside = (1 - gamma + lam) ** 2 + 4 * gamma * lam
    root = sqrt(inside)
    law = Quoted(
        "the mean of 1 / (s + lambda) over the eigenvalues of X^T X / n, for d = gamma n inputs, "
        "is the positive root of gamma lambda m^2 + (1 - gamma + lambda) m = 1",
        MARCHENKO,
        (m, "==", (root - (1 - gamma + lam)) / (2 * gamma * lam)),
    )
    solves = Step(
        gamma * lam * m**2 + (1 - gamma + lam) * m, Integer(1), "the root solves it", uses=(law,)
    )
    found = B / (2 * gamma) * (root - (1 - gamma + lam))
    risk = Derivation(
        "Risk with the best ridge",
        (
            law,
            best,
            Step(
                gamma * sigma**2 * m,
                found.subs(lam, best.expr),
                "sigma^2 times the trace of (X^T X + n lambda)^-1, which is gamma m",
                uses=(law, best),
            ),
        ),
        OWN,
    )
    return (
        risk,
        Derivation("The root of Marchenko and Pastur", (law, solves), MARCHENKO),
        Derivation(
            "At the threshold",
            (
                Step(
                    Subs(risk.states[0], gamma, 1),
                    (sigma * sqrt(sigma**2 + 4 * B) - sigma**2) / 2,
                    "as many inputs as samples: no peak",
                    uses=(risk,),
                ),
            ),
            OWN,
        ),
        Derivation(
            "It costs no more than no fit",
            (
                Decided(
                    inside < (1 + gamma + lam) ** 2,
                    "so the root is below 1 + gamma + lambda, and the risk below B",
                ),
            ),
            OWN,
        ),
    )
