"""What can a small or shallow student not do, whatever it copies?  How far a unit sees, products
of inputs that lie further apart, what maps of layers hold, and parameters against examples.

Setting.  L layers of windows of k positions, moved by s positions; one layer has windows of w
neighbours, and its sum over windows, of any functions, is set against a product of two signs that
lie apart, on independent fair signs.  Sizes of networks are those of ``parameter_count``.

Source: our own; Prince, Understanding Deep Learning, 2023, section 20.5, for the networks; Hoffmann
et al., Training compute-optimal large language models, NeurIPS 2022, for one of 70 billion
parameters; Zagoruyko, Komodakis, ICLR 2017, for maps.
"""

from sympy import (
    And,
    Eq,
    Function,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Subs,
    Sum,
    Symbol,
    sqrt,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Counterexample,
    Decided,
    Defined,
    Derivation,
    Induction,
    Settles,
    Step,
    To,
    chain,
    derive,
)
from theory.notation import OWN, mean, mean_is_linear
from theory.parameter_count import (
    CIFAR,
    IMAGENET,
    IMAGES,
    PARAMETERS,
    SOURCE,
    TEN_CLASSES,
    imagenet_nets,
    pruned,
)

L, k, s, P = symbols("L k s P", integer=True, positive=True)  # layers, window, stride, windows
i = symbols("i", integer=True, positive=True)
x, y, f = symbols("x y f", real=True)  # two signs that lie apart, what a student answers
AT, ALL = symbols("a b", positive=True)  # of a map: at a position, squared length
SQUARE = Symbol("A", nonnegative=True)  # mean square of the student's answer
g = IndexedBase("g", real=True)  # of a window
ZAGORUYKO = "Zagoruyko, Komodakis, ICLR 2017"
HOFFMANN = "Hoffmann et al., Training compute-optimal large language models, NeurIPS 2022"
FEW = "udl-no-underparameterised-sota"


def receptive_field() -> tuple[Derivation, ...]:
    """A unit behind L layers of windows of k that move by s sees 1 + (k - 1) (s^L - 1) / (s - 1)
    inputs, L (k - 1) + 1 of them without strides.
    """
    wide = Induction(
        L,
        1,
        k,
        SO_FAR + (k - 1) * s**L,
        1 + (k - 1) * (s**L - 1) / (s - 1),
        "neighbours in layer L are s^L inputs apart",
        domain=(s > 1,),
    )
    plain = Induction(L, 1, k, SO_FAR + k - 1, 1 + L * (k - 1), "without strides one apart")
    return (
        Derivation("Inputs that a unit sees", (wide,), OWN),
        Derivation("Inputs without strides", (plain,), OWN),
    )


def out_of_reach() -> tuple[Derivation, ...]:
    """A sum of functions of windows has the mean squared error 1 + E f^2 on a product of two signs
    that no window holds both, so that no answer is better than zero.
    """
    held = IndexedBase("h", real=True)
    apart = Assumed(
        Eq(mean(g[i] * x * y), Sum((2 * k - 3) * held[i], (k, 1, 2)) / 2),
        "a window lacks one of the signs, which is 1 or -1 whatever the window holds; h_i is the "
        "mean of its function, times the other sign where it holds that",
    )
    answer = Defined(f, Sum(g[i], (i, 1, P)), "a sum over windows")
    terms = Sum(g[i] * x * y, (i, 1, P))
    each = mean_is_linear(mean(terms), Sum(mean(g[i] * x * y), (i, 1, P)))
    crossed = chain(
        mean(f * x * y),
        To(mean(terms), "window by window", uses=(answer,)),
        To(Sum(mean(g[i] * x * y), (i, 1, P)), "term by term", uses=(each,)),
        To(Integer(0), "both signs of what the window lacks", uses=(apart,)),
    )
    parts = f**2 - 2 * f * x * y + x**2 * y**2
    square = Step((f - x * y) ** 2, parts, "squared")
    split = mean_is_linear(mean(parts), mean(f**2) - 2 * mean(f * x * y) + mean(x**2 * y**2))
    signs = Assumed(Eq(mean(x**2 * y**2), 1), "two signs")
    size = Defined(SQUARE, mean(f**2), "mean square of what the student answers")
    alone = Derivation("What windows hold of the product", (apart, answer, each, *crossed), OWN)
    error = chain(
        mean((f - x * y) ** 2),
        To(mean(parts), "squared", uses=(square,)),
        To(mean(f**2) - 2 * mean(f * x * y) + mean(x**2 * y**2), "term by term", uses=(split,)),
        To(1 + mean(f**2), "nothing is held", uses=(alone, signs)),
        To(1 + SQUARE, "by its mean square", uses=(size,)),
    )
    return (
        Derivation("Error on a product out of reach", (square, split, signs, size, *error), OWN),
        alone,
    )


def attention_map() -> tuple[Derivation, ...]:
    """The sum of squares over channels does not change when the channels are turned, its normalised
    map not when they are scaled, and a single position has the map one whatever is in it.
    """
    C, j, q = symbols("C j q", integer=True, positive=True)  # channels, counters
    lam = Symbol("lambda", positive=True)
    turn, h = IndexedBase("Q", real=True), IndexedBase("h", real=True)
    turned = Sum(turn[j, i] * h[i], (i, 1, C))
    orthogonal = Assumed(
        Eq(Sum(turn[j, i] * turn[j, q], (j, 1, C)), KroneckerDelta(i, q)), "an orthogonal matrix"
    )
    pairs = Sum(turn[j, i] * h[i] * turn[j, q] * h[q], (i, 1, C), (q, 1, C))
    itself = Step(Sum(h[q] * KroneckerDelta(i, q), (q, 1, C)), h[i], "a channel", domain=(i <= C,))
    maps = chain(
        Sum(turned**2, (j, 1, C)),
        To(Sum(pairs, (j, 1, C)), "squares, pair by pair"),
        To(
            Sum(h[i] * Sum(h[q] * Sum(turn[j, i] * turn[j, q], (j, 1, C)), (q, 1, C)), (i, 1, C)),
            "rows first",
        ),
        To(
            Sum(h[i] * Sum(h[q] * KroneckerDelta(i, q), (q, 1, C)), (i, 1, C)),
            "orthogonal",
            uses=(orthogonal,),
        ),
        To(Sum(h[i] ** 2, (i, 1, C)), "the map of what was turned", uses=(itself,)),
    )
    weights = IndexedBase("A", positive=True)
    whole = sqrt(Sum(weights[j] ** 2, (j, 1, P)))
    scaled = Step(
        lam**2 * weights[i] / sqrt(Sum((lam**2 * weights[j]) ** 2, (j, 1, P))),
        weights[i] / whole,
        "the scale drops out",
    )
    names = (
        Defined(AT, weights[i], "sum of squares at a position"),
        Defined(ALL, Sum(weights[j] ** 2, (j, 1, P)), "squares of all of these, added up"),
    )
    named = Step(scaled.lhs, AT / sqrt(ALL), "by these sums", uses=(scaled, *names))
    alone = Step(Subs(weights[1] / whole, P, 1), Integer(1), "one position: no map is left")
    return (
        Derivation("Channels turned", (orthogonal, itself, *maps), ZAGORUYKO),
        Derivation("Channels scaled", (scaled, *names, named), ZAGORUYKO),
        Derivation("One position", (alone,), OWN),
    )


def named_networks() -> tuple[Derivation, ...]:
    """What pruning leaves of the networks that the chapter names for images has more parameters
    than examples; a language model of 70 billion parameters that held the best result then known on
    MMLU saw 20 tokens for each of them.
    """
    whole = {found.title: found.result for found in derive(imagenet_nets)}
    left = {found.title: found.steps for found in derive(pruned)}
    sizes = [Defined(PARAMETERS(Symbol("AlexNet")), whole["AlexNet"], "all of AlexNet")]
    for name, data in (("VGG-16", "ImageNet"), ("VGG-19", "CIFAR-10"), ("ResNet-50", "ImageNet")):
        kept = next(step.lhs for step in left[f"{name} on {data}"] if isinstance(step, Step))
        sizes.append(Defined(PARAMETERS(Symbol(name)), kept, f"what is left of {name}"))
    examples = (IMAGENET, IMAGENET, TEN_CLASSES, IMAGENET)
    more = Decided(
        And(*(size.symbol > number for size, number in zip(sizes, examples, strict=True))),
        "more parameters than examples are left in each of them, so that the whole ones have more",
        uses=(*sizes, IMAGES, CIFAR),
    )
    size, tokens = (Function(name, positive=True)(Symbol("Chinchilla")) for name in ("P", "N"))
    best = Assumed("its 67.5 % on MMLU were the best result then known", HOFFMANN + ", abstract")
    facts = (
        Assumed(Eq(size, 70 * Integer(10) ** 9), "parameters of the model, in the abstract"),
        Assumed(Eq(tokens, 14 * Integer(10) ** 11), "tokens that it was trained on, in table 1"),
    )
    ratio = Step(tokens / size, Integer(20), "tokens for each parameter", uses=facts)
    fewer = Counterexample(
        ratio.lhs < ratio.rhs,
        (),
        "the best result then known, with a twentieth of a parameter for each token",
        uses=(ratio, best),
    )
    return (
        Derivation(
            "Networks for images",
            (*sizes, IMAGES, CIFAR, more),
            SOURCE + ", section 20.5",
            (Settles(FEW, part="networks for images", scope="instances"),),
        ),
        Derivation("Tokens for each parameter of a language model", (*facts, ratio), HOFFMANN),
        Derivation(
            "A language model",
            (*facts, ratio, best, fewer),
            HOFFMANN,
            (Settles(FEW, part="a token is an example"),),
        ),
    )
