"""Is what an adversarial step adds of use to another model?  Classes whose images are stepped
towards other classes and get their labels, and what is learnt from them.

Setting.  Two Gaussian classes y = +1 and -1 at y mu with noise of standard deviation s in each of d
inputs.  A second model gets x + eps t u with the label t instead of y, u = mu / |mu| the direction
of the first model, and takes the mean of t x over n examples as its rule.  Where t is drawn at
random, nothing of x itself says t, and the rule is that of the first model.  Where every label is
wrong, x says it too, with the wrong sign, and the rule is right just if eps exceeds the distance to
the boundary.  Of several classes whose means have the distance D, labels drawn among K other ones
teach the right ones as soon as eps exceeds D / (K + 1): the more labels, the smaller the step.

Source: our own; Ilyas, Santurkar, Tsipras, Engstrom, Tran, Madry, NeurIPS 2019 (relabelling).
"""

from sympy import (
    Eq,
    Equivalent,
    Function,
    IndexedBase,
    KroneckerDelta,
    Limit,
    Sum,
    Symbol,
    oo,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Settles,
    Step,
    To,
    chain,
)
from theory.notation import OWN, mean, mean_is_linear
from theory.robust_accuracy import SIZE, d, eps, i, mu, r, s, z

n = Symbol("n", integer=True, positive=True)  # examples
k, l = symbols("k l", integer=True, positive=True)  # examples or classes
K = Symbol("K", integer=True, positive=True)  # classes among which a label is drawn
D = Symbol("D", positive=True)  # distance of two means
x, t = (IndexedBase(name, real=True) for name in ("x", "t"))
ILYAS = "Ilyas, Santurkar, Tsipras, Engstrom, Tran, Madry, NeurIPS 2019"
USEFUL = "udl-adversarial-predictive-features"


def random_relabelling() -> tuple[Derivation, ...]:
    """Labels drawn at random and a step of length eps towards them teach the rule of the first
    model: its accuracy is Phi(r eps / (s (eps^2 + (s^2 d + r^2) / n)^(1/2))), above one half.
    """
    data = Sum(t[k] * x[k, i], (k, 1, n)) / n
    pairs = Sum(t[k] * t[l] * x[k, i] * x[l, i], (k, 1, n), (l, 1, n)) / n**2
    each = Sum(mean(t[k] * t[l] * x[k, i] * x[l, i]), (l, 1, n))
    square = Step(data**2, pairs, "pair by pair")
    linear = mean_is_linear(mean(pairs), Sum(each / n**2, (k, 1, n)))
    drawn = Assumed(
        Eq(mean(t[k] * t[l] * x[k, i] * x[l, i]), (mu[i] ** 2 + s**2) * KroneckerDelta(k, l)),
        "labels t of the second model independent, whatever the images are; x_ki = y_k mu_i + "
        "noise of variance s^2",
    )
    itself = Step(
        each, mu[i] ** 2 + s**2, "an example with itself", uses=(drawn,), domain=(k <= n,)
    )
    scatter = Derivation(
        "Scatter of the mean",
        (
            square,
            linear,
            drawn,
            itself,
            *chain(
                mean(data**2),
                To(mean(pairs), "squared", uses=(square,)),
                To(Sum(each / n**2, (k, 1, n)), "term by term", uses=(linear,)),
                To((mu[i] ** 2 + s**2) / n, "example by example", uses=(itself,)),
            ),
        ),
        OWN,
    )
    rule = data + eps * mu[i] / r
    terms = data**2 + 2 * eps * mu[i] / r * data + eps**2 * mu[i] ** 2 / r**2
    whole = Step(rule**2, terms, "square of an entry of the rule")
    apart = mean_is_linear(
        mean(terms), mean(data**2) + 2 * eps * mu[i] / r * mean(data) + eps**2 * mu[i] ** 2 / r**2
    )
    shifted = mean_is_linear(mean(rule), mean(data) + eps * mu[i] / r)
    centred = Assumed(Eq(mean(data), 0), "labels at random are as often right as wrong")
    size, along = (Function(name, real=True)(n) for name in ("Q", "A"))
    long = Defined(size, Sum(mean(rule**2), (i, 1, d)), "mean squared length of the rule")
    aligned = Defined(along, Sum(mu[i] * mean(rule), (i, 1, d)), "mean of rule times mu")
    entry = chain(
        mean(rule**2),
        To(mean(terms), "squared", uses=(whole,)),
        To(
            (mu[i] ** 2 + s**2) / n + eps**2 * mu[i] ** 2 / r**2,
            "data and step",
            uses=(apart, centred, scatter),
        ),
    )
    of_entry = Derivation("An entry of the rule", (whole, apart, centred, *entry), OWN)
    length = chain(
        size,
        To(long.expr, "by its definition", uses=(long,)),
        To(
            (1 / n + eps**2 / r**2) * Sum(mu[i] ** 2, (i, 1, d)) + d * s**2 / n,
            "input by input",
            uses=(of_entry,),
        ),
        To(eps**2 + (s**2 * d + r**2) / n, "by the length of mu", uses=(SIZE,)),
    )
    alignment = chain(
        along,
        To(aligned.expr, "by its definition", uses=(aligned,)),
        To(eps / r * Sum(mu[i] ** 2, (i, 1, d)), "the step alone", uses=(shifted, centred)),
        To(eps * r, "by the length of mu", uses=(SIZE,)),
    )
    of_size = Derivation("Length of the rule", (long, SIZE, *length), OWN)
    of_mu = Derivation("Rule along mu", (aligned, shifted, centred, SIZE, *alignment), OWN)
    margin = along / (s * sqrt(size))
    value = eps * r / (s * sqrt(eps**2 + (s**2 * d + r**2) / n))
    found = Step(
        margin, value, "mean over standard deviation of a new margin", uses=(of_mu, of_size)
    )
    many = Step(Limit(margin, n, oo), r / s, "that of the first model", uses=(of_mu, of_size))
    right = chain(
        margin,
        To(value, "by its size", uses=(of_mu, of_size)),
        To(0, "more often right than wrong", relation=">"),
    )
    return (
        Derivation("Margin of the second model", (found,), ILYAS),
        Derivation("Many examples", (many,), OWN),
        Derivation(
            "More often right",
            right,
            OWN,
            (Settles(USEFUL, part="labels at random teach the right classes"),),
        ),
        of_mu,
        of_size,
    )


def opposite_labels() -> tuple[Derivation, ...]:
    """Where every label is that of the other class the second model has the margin r (eps - r) / (s
    ((eps - r)^2 + s^2 d / n)^(1/2)): it is right iff eps exceeds the distance r to the boundary.
    """
    rule = (eps / r - 1) * mu[i] + s * z[i] / sqrt(n)
    terms = (
        (eps / r - 1) ** 2 * mu[i] ** 2
        + 2 * (eps / r - 1) * mu[i] * s / sqrt(n) * z[i]
        + s**2 / n * z[i] ** 2
    )
    square = Step(rule**2, terms, "square of an entry: step, example with the wrong sign, noise")
    linear = mean_is_linear(
        mean(terms),
        (eps / r - 1) ** 2 * mu[i] ** 2
        + 2 * (eps / r - 1) * mu[i] * s / sqrt(n) * mean(z[i])
        + s**2 / n * mean(z[i] ** 2),
    )
    shifted = mean_is_linear(mean(rule), (eps / r - 1) * mu[i] + s / sqrt(n) * mean(z[i]))
    centred = Assumed(Eq(mean(z[i]), 0), "noise of the mean of n examples, of mean zero")
    variance = Assumed(Eq(mean(z[i] ** 2), 1), "in units of s / sqrt(n)")
    size = Sum(mean(rule**2), (i, 1, d))  # mean squared length of the rule
    along = Sum(mu[i] * mean(rule), (i, 1, d))  # mean of rule times mu
    entry = chain(
        mean(rule**2),
        To(mean(terms), "squared", uses=(square,)),
        To(
            (eps / r - 1) ** 2 * mu[i] ** 2 + s**2 / n,
            "entry by entry",
            uses=(linear, centred, variance),
        ),
    )
    of_entry = Derivation("An entry", (square, linear, centred, variance, *entry), OWN)
    length = chain(
        size,
        To(
            (eps / r - 1) ** 2 * Sum(mu[i] ** 2, (i, 1, d)) + d * s**2 / n,
            "input by input",
            uses=(of_entry,),
        ),
        To((eps - r) ** 2 + s**2 * d / n, "by the length of mu", uses=(SIZE,)),
    )
    alignment = chain(
        along,
        To((eps / r - 1) * Sum(mu[i] ** 2, (i, 1, d)), "entry by entry", uses=(shifted, centred)),
        To(r * (eps - r), "by the length of mu", uses=(SIZE,)),
    )
    of_size = Derivation("Length of the rule", (SIZE, *length), OWN)
    of_mu = Derivation("Rule along mu", (shifted, centred, SIZE, *alignment), OWN)
    found = Step(
        along / (s * sqrt(size)),
        r * (eps - r) / (s * sqrt((eps - r) ** 2 + s**2 * d / n)),
        "mean over standard deviation of a new margin",
        uses=(of_mu, of_size),
    )
    turns = Decided(Equivalent(along > 0, eps > r), "just beyond the boundary", uses=(of_mu,))
    return (
        Derivation("Margin with every label wrong", (found,), OWN),
        Derivation("It is right beyond the boundary", (turns,), OWN),
    )


def wrong_labels() -> tuple[Derivation, ...]:
    """With labels drawn among K other classes a step of length eps teaches the right ones iff eps
    exceeds D / (K + 1), D the distance of the means: for K = 1 the distance to the boundary.
    """
    others = Sum((D - eps) * KroneckerDelta(k, l), (k, 1, K)) / K
    own = Sum(eps, (k, 1, K)) / K
    among = (l <= K,)
    means = Assumed(
        "class means at equal distances D from each other, D e_c / sqrt(2); the first model steps "
        "from the mean of class k straight towards that of the label c, by eps (e_c - e_k)/sqrt(2)",
        "the second model takes the mean of what has a label as its class; scores of an example of "
        "class l are its products with these means, in units of D / 2",
    )
    right = Step(own, eps, "score of its own class: steps towards it, from K classes")
    wrong = Step(
        others,
        (D - eps) / K,
        "score of a label that its class got: what the steps have left of it",
        uses=(means,),
        domain=among,
    )
    lead = Step(
        own - others,
        ((K + 1) * eps - D) / K,
        "lead of its own class over each label that it got",
        uses=(right, wrong),
        domain=among,
    )
    ahead = Derivation("Lead of the right class", (right, means, wrong, lead), OWN)
    turn = Step(
        eps - K / (K + 1) * (own - others),
        D / (K + 1),
        "where both scores are equal: the lead is linear in the step",
        uses=(ahead,),
        domain=among,
    )
    wins = Decided(
        Equivalent(own - others > 0, eps > D / (K + 1)), "it leads from there on", uses=(ahead,)
    )
    return (
        Derivation("Step of equal scores", (turn,), OWN),
        Derivation("The right class wins beyond it", (wins,), OWN),
        ahead,
    )
