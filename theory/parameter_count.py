"""How many parameters does a network have, and how many examples, inputs and images are there to
set them against?  Dense, convolutional and attention layers of any size, and whole networks from
their layers.

Setting.  A dense layer of n units on m inputs, a convolution with o channels, c inputs, k x k
windows and g groups, a normalisation of c channels, a transformer of L blocks of width w.  ``b`` is
1 with biases and 0 without.  The general counts are sums over units and windows; a network is the
sum over its layers, whose sizes follow from a description (``theory.core.architectures``).  The
same total is reached by multiplying out the shapes of all arrays.  Data sets are facts with a
source, networks are not.

Result.  Of the printed numbers most are right, some belong to a neighbour: 177,201 is the count
with one output, 138 million is VGG-16, 15,139 has two digits exchanged, 12.8 million images are ten
times too many.

Source: Prince, Understanding Deep Learning, 2023, chapter 20; the papers of the networks, named in
``theory.core.architectures``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import prod

from sympy import (
    Add,
    And,
    Eq,
    Expr,
    Function,
    Heaviside,
    Implies,
    Integer,
    Matrix,
    Mul,
    Ne,
    Piecewise,
    Pow,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    eye,
    floor,
    linsolve,
    log,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Enclosed, Settles, Step, To, chain, derive
from theory.core import architectures as nets

m, n, w, L = symbols("m n w L", integer=True, positive=True)  # inputs, outputs, width, layers
c, o, k, g = symbols("c o k g", integer=True, positive=True)  # channels in and out, window, groups
p, q = symbols("p q", integer=True, positive=True)  # channels per group, out and in
V, T = symbols("V T", integer=True, positive=True)  # words, positions
# 1 with biases, 0 without; layer by layer
b, B1, B2, B3 = symbols("b b_1 b_2 b_3", integer=True, nonnegative=True)
i, j, l, r = symbols("i j l r", integer=True, positive=True)  # counters
# levels of an input, number of inputs, number of examples
A, B, N = symbols("A B N", positive=True)
I, K = symbols("I K", positive=True)  # examples, layers
SOURCE = "Prince, Understanding Deep Learning, 2023"
SIZES = "sizes of layers: the papers named in theory.core.architectures"
WIDTH = "udl-du-resnet-width-unrealistic"
SIZE = Function("N", positive=True)  # of a set, in examples
PARAMETERS = Function("P", positive=True)  # of a network
IMAGENET, TEN_CLASSES, ONE_CLASS, MNIST_1D = (
    SIZE(Symbol(name)) for name in ("ImageNet", "CIFAR10", "class", "MNIST1D")
)
IMAGES = Assumed(
    Eq(IMAGENET, nets.IMAGENET), "training images of ImageNet, Russakovsky et al. 2015"
)
CIFAR = Assumed(Eq(TEN_CLASSES, nets.CIFAR10[0]), "training images of CIFAR-10, Krizhevsky 2009")
TRAINED_ON = Assumed(Eq(MNIST_1D, 10**4), "10,000 training examples, as printed in the chapter")
ROUNDED = floor(N / A + Rational(1, 2)) * A  # N to the nearest multiple of A
PRINTED_IMAGES = Integer(12_800_000)  # of ImageNet, as the chapter has it
PRUNED = "udl-pruned-nets-still-overparameterised"


def dense_layer() -> Derivation:
    """A dense layer of n units on m inputs has n (m + b) parameters."""
    return Derivation(
        "Parameters of a dense layer",
        (
            Step(
                Sum(Sum(1, (j, 1, m)) + b, (i, 1, n)),
                n * (m + b),
                "one weight per input and one bias, for every unit",
            ),
        ),
        SOURCE + ", chapter 3",
    )


def convolution() -> Derivation:
    """A convolution has o (k^2 c / g + b) parameters, whatever the size of the image: groups divide
    the weights by their number.
    """
    by_group = Step(
        Sum(Sum(Sum(1, (r, 1, k**2)), (j, 1, q)) + b, (i, 1, g * p)),
        g * p * (q * k**2 + b),
        "one weight per place of the window and input of the group, for every channel",
    )
    return Derivation(
        "Parameters of a convolution",
        (
            by_group,
            Step(
                Subs(by_group.lhs, (p, q), (o / g, c / g)),
                o * (k**2 * c / g + b),
                "in channels of the whole layer",
                uses=(by_group,),
            ),
        ),
        SOURCE + ", chapter 10; Krizhevsky et al. 2012 for groups",
    )


def normalisation() -> Derivation:
    """A batch normalisation of c channels has 2 c parameters."""
    return Derivation(
        "Parameters of a normalisation",
        (Step(Sum(2, (i, 1, c)), 2 * c, "a scale and a shift per channel"),),
        SOURCE + ", chapter 11",
    )


def dense_stack() -> tuple[Derivation, ...]:
    """L hidden layers of width w between m inputs and n outputs have w (m + b) + (L - 1) w (w + b)
    + n (w + b) parameters.
    """
    total = w * (m + b) + (L - 1) * w * (w + b) + n * (w + b)
    return (
        Derivation(
            "Parameters of a fully connected network",
            (
                Step(
                    w * (m + b) + Sum(w * (w + b), (l, 2, L)) + n * (w + b),
                    total,
                    "the layers between hidden layers are equal",
                ),
            ),
            SOURCE + ", chapter 4",
        ),
        Derivation(
            "What one output costs",
            (
                Step(
                    total - total.subs(n, n - 1),
                    w + b,
                    "an output has one weight per unit and a bias",
                ),
            ),
            SOURCE + ", chapter 4",
        ),
    )


def transformer() -> Derivation:
    """A decoder of L blocks of width w, V words and T positions has L (12 w^2 + 13 w) + (V + T + 2)
    w parameters.
    """
    attention = Step(
        Sum(w * (w + 1), (i, 1, 4)),
        4 * w * (w + 1),
        "queries, keys, values and the projection behind them",
    )
    between = 4 * w * (w + 1) + w * (4 * w + 1)
    block = Step(
        attention.lhs + between + Sum(2 * w, (i, 1, 2)),
        12 * w**2 + 13 * w,
        "two dense layers of width 4 w, two normalisations",
        uses=(attention,),
    )
    return Derivation(
        "Parameters of a transformer",
        (
            attention,
            block,
            Step(
                Sum(block.lhs, (l, 1, L)) + V * w + T * w + 2 * w,
                L * (12 * w**2 + 13 * w) + (V + T + 2) * w,
                "embeddings of words, shared with the output, and of positions; a last "
                "normalisation",
                uses=(block,),
            ),
        ),
        "Radford et al., Language models are unsupervised multitask learners, 2019; Brown et al. "
        "2020",
    )


def fully_connected_nets() -> tuple[Derivation, ...]:
    """Three networks of equal size have the printed counts, four layers of 63 have 15,319, and
    784-200-200-10 cannot have 198,450.
    """
    inputs, classes = nets.MNIST_1D
    statements = {
        (1, 298): "udl-param-count-1x298",
        (2, 100): "udl-param-count-2x100",
        (3, 75): "udl-param-count-3x75",
        (4, 63): "udl-param-count-4x63",
    }
    small = _entries(inputs, 43, 2, classes)
    of_43 = Derivation(
        "2 hidden layers of 43",
        (_stack(inputs, 43, 2, classes),),
        SOURCE + ", section 20.1.1",
    )
    layer = derive(dense_layer)[0].result
    sizes = zip((m, 200, 200), (200, 200, 10), (B1, B2, B3), strict=True)
    any_biases = Add(
        *(
            layer.subs({m: before, n: after, b: bias}, simultaneous=True)
            for before, after, bias in sizes
        )
    )
    sizes_and_biases = (m, B1, B2, B3)
    nothing = Subs(any_biases, sizes_and_biases, (0,) * 4)
    return (
        *(
            Derivation(
                f"{depth} hidden layers of {width}",
                (_stack(inputs, width, depth, classes),),
                SOURCE + ", figure 20.2",
                (Settles(statement),),
            )
            for (depth, width), statement in statements.items()
        ),
        of_43,
        Derivation(
            "2 hidden layers of 200 on the images of MNIST",
            (_stack(prod(nets.MNIST), 200, 2, 10),),
            SOURCE + ", figure 20.12",
            (Settles("udl-198450-params"),),
        ),
        Derivation(
            "No number of inputs gives the printed count",
            (
                Decided(
                    Implies(And(B1 <= 1, B2 <= 1, B3 <= 1), Ne(any_biases, 198450)),
                    "with ten outputs, with or without biases in each layer: the count is 0 or 10 "
                    "modulo 200",
                ),
            ),
            SOURCE + ", figure 20.12",
        ),
        Derivation(
            "Size of two hidden layers of 43",
            (Enclosed(small, 3900, 4100, "about 4,000"),),
            SOURCE + ", section 20.1.1",
        ),
        Derivation(
            "What an input and the biases of each layer bring",
            (
                Step(
                    Matrix(
                        [
                            Subs(any_biases, sizes_and_biases, one) - nothing
                            for one in eye(4).tolist()
                        ]
                    ),
                    Matrix([200, 200, 200, 10]),
                    "entries that an input brings, and the biases of each layer",
                ),
            ),
            SOURCE + ", figure 20.12",
        ),
        _rounded(of_43, 1, "udl-43-units-about-4000-params"),
    )


def four_hundred_units() -> tuple[Derivation, ...]:
    """The printed count of 40-400-400-10 and its spare parameters belong to the network with one
    output.
    """
    inputs, classes = nets.MNIST_1D
    ten, one = _entries(inputs, 400, 2, classes), _entries(inputs, 400, 2, 1)
    examples = Integer(10) ** 4
    stacks = [
        Derivation(
            "40-400-400-10",
            (_stack(inputs, 400, 2, classes),),
            SOURCE + ", section 20.1.2",
            (Settles("udl-400-units-177201-params"),),
        ),
        Derivation("40-400-400-1", (_stack(inputs, 400, 2, 1),), SOURCE + ", section 20.1.2"),
    ]
    return (
        *stacks,
        Derivation(
            "What nine more outputs cost",
            (
                Step(
                    Subs((n - 1) * (w + b), (n, w, b), (classes, 400, 1)),
                    ten - one,
                    "the difference to the network with one output",
                ),
            ),
            SOURCE + ", section 20.1.2",
        ),
        *(
            Derivation(
                f"Parameters left, {part}",
                (
                    TRAINED_ON,
                    *stack.steps,
                    Step(
                        stack.states[0] - MNIST_1D,
                        stack.result - examples,
                        "one parameter for each example",
                        uses=(*stack.steps, TRAINED_ON),
                    ),
                ),
                SOURCE + ", section 20.1.2",
                (Settles("udl-167201-extra-degrees", part=part),),
            )
            for part, stack in zip(("ten classes", "one output"), stacks, strict=True)
        ),
    )


def sizes_from_counts() -> tuple[Derivation, ...]:
    """The counts printed for one and for two hidden layers leave only 40 inputs and 10 outputs."""
    total = derive(dense_stack)[0].result
    one, two = (PARAMETERS(Symbol(name)) for name in ("1x298", "2x100"))
    stacks = tuple(
        Defined(named, total.subs({L: depth, w: width, b: 1}), "parameters by the formula")
        for named, depth, width in ((one, 1, 298), (two, 2, 100))
    )
    printed = tuple(
        Assumed(Eq(named, number), "the printed count")
        for named, number in ((one, 15208), (two, 15210))
    )
    (solution,) = linsolve([stack.expr - stack.symbol for stack in stacks], (m, n))
    return tuple(
        Derivation(
            title,
            (
                *stacks,
                *printed,
                *chain(
                    unknown,
                    To(by_counts, "two equations for two sizes", uses=stacks),
                    To(by_counts.subs({one: 15208, two: 15210}), "in numbers", uses=printed),
                ),
            ),
            SOURCE + ", figure 20.2",
            (Settles("udl-mnist1d-dimensions", part=part),),
        )
        for title, part, unknown, by_counts in zip(
            ("Inputs", "Outputs"), ("inputs", "classes"), (m, n), solution, strict=True
        )
    )


def imagenet_nets() -> tuple[Derivation, ...]:
    """AlexNet, VGG-16 and ResNet-18 and -50 have the printed sizes, VGG-19 and ResNet-34
    have not.
    """
    eighteen, layers = _size(nets.resnet(18)), _layers(nets.resnet(18))
    cases = (  # printed, bounds of the ratio to the printed number, digits
        (nets.alexnet(), 60_000_000, "0.97", "1.03", 1, ("udl-alexnet-60m", "parameters")),
        (nets.resnet(50), 25_600_000, "0.998", "1.002", 3, ("udl-resnet50-256m",)),
        (nets.vgg(16), 138_000_000, "0.997", "1.003", 3, ()),
        (nets.vgg(19), 138_000_000, "1.04", "1.05", 3, ("udl-vgg19-138m-985pct", "parameters")),
        (nets.resnet(34), 63_000_000, "0.34", "0.35", 2, ("udl-resnet34-63m",)),
    )
    counted = tuple(Derivation(net.name, (_layers(net),), SIZES) for net, *_ in cases)
    more = Step(
        layers.lhs, IMAGENET, "more parameters than training images", ">", uses=(layers, IMAGES)
    )
    return (
        *counted,
        Derivation(
            "ResNet-18",
            (
                layers,
                Step(
                    Subs(floor(A / B), (A, B), (layers.lhs, 10**6)),
                    eighteen // 10**6,
                    "whole millions",
                    uses=(layers,),
                ),
            ),
            SIZES,
            (Settles("udl-resnet18-11m", part="whole millions"),),
        ),
        Derivation(
            "ResNet-18 against training images",
            (
                layers,
                IMAGES,
                more,
            ),
            SIZES,
            (Settles("udl-resnet18-11m", part="more than images", by=more),),
        ),
        *(
            Derivation(
                f"{net.name} against the printed number",
                (Enclosed(_size(net) / printed, Rational(low), Rational(high), "their ratio"),),
                SIZES,
            )
            for net, printed, low, high, _, _ in cases
        ),
        *(
            _rounded(exact, digits, *settles)
            for exact, (*_, digits, settles) in zip(counted, cases, strict=True)
            if settles
        ),
    )


def gpt3() -> tuple[Derivation, ...]:
    """GPT-3 has 174.6 billion parameters, and its published compute means 300 billion tokens: 1.7
    tokens for each parameter.
    """
    net = nets.GPT3
    total = derive(transformer)[0].result.subs(
        {L: net.depth, w: net.width, V: net.vocabulary, T: net.context}
    )
    compute = 314 * Integer(10) ** 21
    operations = Function("C", positive=True)(Symbol("GPT3"))
    published = Assumed(
        Eq(operations, compute),
        "the published compute: six operations for each parameter and token (Brown et al. 2020, "
        "table D.1)",
    )
    parameters = Derivation(
        "GPT-3", (Step(_blocks(net), total, "block by block"),), "Brown et al. 2020, table 2.1"
    )
    tokens = Derivation(
        "Tokens",
        (
            published,
            Step(
                Subs(A / (6 * B), (A, B), (operations, total)),
                compute / (6 * total),
                "operations over operations per token",
                uses=(published,),
            ),
        ),
        "Brown et al. 2020, appendix D",
    )
    return (
        parameters,
        tokens,
        Derivation(
            "Tokens for each parameter",
            (
                Enclosed(
                    compute / (6 * total**2),
                    Rational(17, 10),
                    Rational(175, 100),
                    "more tokens than parameters",
                ),
            ),
            "Brown et al. 2020",
        ),
        Derivation(
            "Size of GPT-3",
            (Enclosed(total, 174 * 10**9, 176 * 10**9, "about 175 billion"),),
            "Brown et al. 2020, table 2.1",
        ),
        _rounded(parameters, 3, "udl-gpt3-175b-300b", "parameters"),
        _rounded(tokens, 3, "udl-gpt3-175b-300b", "tokens"),
    )


def images() -> tuple[Derivation, ...]:
    """ImageNet has 1.28 million training images, a tenth of the printed number, and AlexNet has 48
    parameters for each of them.
    """
    layers, full = _layers(nets.alexnet()), Integer(nets.IMAGENET)
    rounded_from = replace(IMAGES)
    million = Derivation(
        "About a million",
        (
            rounded_from,
            Step(
                Subs(ROUNDED, (N, A), (IMAGENET, 10**6)),
                _digits(full, 1),
                "one digit",
                uses=(rounded_from,),
            ),
        ),
        "Russakovsky et al. 2015, table 2",
        (Settles("udl-alexnet-60m", part="images"),),
    )
    copies = Assumed(Eq(SIZE(Symbol("copies")), 2048), "copies of each image, as printed")
    ratio = layers.rhs / full
    largest = Assumed(
        Eq(ONE_CLASS, nets.IMAGENET_LARGEST_CLASS),
        "images of the largest of 1,000 classes, Russakovsky et al. 2015",
    )
    return (
        Derivation(
            "Size of ImageNet",
            (
                IMAGES,
                Step(
                    Subs(ROUNDED, (N, A), (IMAGENET, 10**4)),
                    _digits(full, 3),
                    "three digits",
                    uses=(IMAGES,),
                ),
            ),
            "Russakovsky et al. 2015, table 2",
            (Settles("udl-imagenet-1280wan"),),
        ),
        million,
        *(
            Derivation(
                f"Parameters of AlexNet for each image{title}",
                (
                    IMAGES,
                    layers,
                    *made,
                    Step(
                        Subs(
                            A / B,
                            (A, B),
                            (layers.lhs / IMAGENET, SIZE(Symbol("copies")) if made else 1),
                        ),
                        ratio / 2048 if made else ratio,
                        "the ratio",
                        uses=(IMAGES, layers, *made),
                    ),
                ),
                SOURCE + ", section 20.1.1",
            )
            for title, made in (("", ()), (", augmented", (copies,)))
        ),
        Derivation(
            "Full classes",
            (
                largest,
                Step(
                    Sum(ONE_CLASS, (i, 1, nets.IMAGENET_CLASSES)),
                    PRINTED_IMAGES,
                    "even full classes would not make 12.8 million",
                    "<",
                    uses=(largest,),
                ),
            ),
            "Russakovsky et al. 2015, table 2",
        ),
    )


def crops() -> tuple[Derivation, ...]:
    """A window of 224 pixels has 33 places on 256 pixels, so an image has 2,178 crops with mirrors;
    2,048 counts the 32 shifts.
    """
    side, window = 256, 224
    places = Step(
        Subs(Sum(1, (i, 0, A - B)), (A, B), (side, window)),
        Integer(side - window + 1),
        "first and last place both count",
    )
    return (
        Derivation(
            "Crops with mirrors",
            (
                places,
                Step(
                    Sum(Sum(2, (i, 1, places.lhs)), (j, 1, places.lhs)),
                    2 * Integer(side - window + 1) ** 2,
                    "two directions, two mirrors",
                    uses=(places,),
                ),
            ),
            "Krizhevsky et al. 2012, section 4.1",
            (Settles("udl-alexnet-2048-augmentation", part="crops"),),
        ),
        Derivation(
            "Shifts with mirrors",
            (
                Step(
                    Sum(Sum(2, (i, 1, side - window)), (j, 1, side - window)),
                    2 * Integer(side - window) ** 2,
                    "the place that is not shifted left out",
                ),
            ),
            "Krizhevsky et al. 2012, section 4.1",
            (Settles("udl-alexnet-2048-augmentation", part="shifts"),),
        ),
    )


def possible_inputs() -> tuple[Derivation, ...]:
    """Forty inputs of ten values are 10^36 times the 10,000 examples, not 10^35; binary images of
    MNIST are 2^784.
    """
    inputs, _ = nets.MNIST_1D
    pixels = prod(nets.MNIST)
    channels = prod((224, 224, 3))
    exactly = channels - log(Integer(nets.IMAGENET)) / log(10)
    exponent = Step(
        Sum(log(q), (i, 1, n)) / log(q) - log(q**p) / log(q),
        n - p,
        "inputs less the examples",
        domain=(q >= 2,),
    )
    return (
        Derivation(
            "Pixels of MNIST",
            (
                Step(
                    Sum(Sum(1, (j, 1, nets.MNIST[1])), (i, 1, nets.MNIST[0])),
                    Integer(pixels),
                    "rows and columns",
                ),
            ),
            "LeCun et al. 1998",
            (Settles("mnist-input-dimension-784"),),
        ),
        Derivation(
            "Values of independent inputs",
            (Step(Product(q, (i, 1, n)), q**n, "one factor for each input"),),
            SOURCE + ", section 20.1.2",
        ),
        Derivation(
            "Forty inputs of ten values",
            (
                Step(
                    Product(10, (i, 1, inputs)),
                    Pow(10, inputs, evaluate=False),
                    "one factor for each input",
                ),
            ),
            SOURCE + ", section 20.1.2",
            (Settles("udl-10-40-inputs"),),
        ),
        Derivation(
            "For each training example",
            (
                TRAINED_ON,
                Step(
                    Product(10, (i, 1, inputs)) / MNIST_1D,
                    Pow(10, inputs - 4, evaluate=False),
                    "four powers of ten less",
                    uses=(TRAINED_ON,),
                ),
            ),
            SOURCE + ", section 20.1.2",
            (Settles("udl-10-35-ratio"),),
        ),
        Derivation(
            "Binary images",
            (
                Step(
                    Product(2, (i, 1, pixels)),
                    Pow(2, pixels, evaluate=False),
                    "one factor for each pixel",
                ),
            ),
            SOURCE + ", section 20.2.1",
            (Settles("udl-2-784-binary-images"),),
        ),
        Derivation(
            "Exponent of the images of 224 pixels for each example",
            (
                exponent,
                Step(
                    Subs(exponent.lhs, (q, n, p), (10, channels, 7)),
                    Integer(channels - 7),
                    "about ten million examples",
                    uses=(exponent,),
                ),
            ),
            SOURCE + ", problem 20.1",
            (Settles("udl-problem-20-1"),),
        ),
        Derivation(
            "The same with the images of ImageNet",
            (
                IMAGES,
                Step(
                    Sum(1, (i, 1, channels)) - log(IMAGENET) / log(10),
                    exactly,
                    "the images as a power of ten",
                    uses=(IMAGES,),
                ),
            ),
            SOURCE + ", problem 20.1",
        ),
        Derivation(
            "Against ten million images",
            (Enclosed(exactly, channels - 7, channels - 6, "less than one power of ten more"),),
            SOURCE + ", problem 20.1",
        ),
    )


def parameters_per_image() -> tuple[Derivation, ...]:
    """Most convolutional networks of the figure have 10 to 100 times as many parameters as ImageNet
    has images; VGG has 108 times.
    """
    steps: list[Defined | Step] = []
    counts: list[Step] = []
    most: list[Expr] = []
    for family, members in nets.FAMILIES.items():
        inside: list[Step] = []
        for net in members:
            size = Defined(PARAMETERS(Symbol(net.name)), _size(net), "entries of all arrays")
            ratio = size.symbol / IMAGENET
            inside.append(
                Step(
                    Heaviside(ratio - 10, 1) * Heaviside(100 - ratio, 1),
                    Integer(bool(10 <= size.expr / nets.IMAGENET <= 100)),
                    f"{net.name}: 1 for 10 to 100 parameters for each image, 0 for others",
                    uses=(size, IMAGES),
                )
            )
            steps += [size, inside[-1]]
        members_inside = Step(
            Add(*(step.lhs for step in inside)),
            Add(*(step.rhs for step in inside)),
            f"{family}: members inside, of {len(inside)}",
            uses=tuple(inside),
        )
        majority = members_inside.lhs > Rational(len(inside), 2)
        counts.append(members_inside)
        most.append(Piecewise((1, majority), (0, True)))
    families = Step(
        2 * Add(*most),
        Integer(len(nets.FAMILIES_OF_THE_FIGURE)),
        "most members of more than half of the families, whatever the others",
        ">",
        uses=tuple(counts),
    )
    vgg, layers = _size(nets.vgg(16)) / nets.IMAGENET, _layers(nets.vgg(16))
    for_each = Derivation(
        "VGG",
        (IMAGES, layers, Step(layers.lhs / IMAGENET, vgg, "their ratio", uses=(layers, IMAGES))),
        SOURCE + ", section 20.5.1",
    )
    return (
        Derivation(
            "Families between 10 and 100",
            (IMAGES, *steps, *counts, families),
            SOURCE + ", figure 20.3",
            (Settles("udl-overparam-one-two-orders", scope="instances", by=families),),
        ),
        for_each,
        Derivation(
            "Size of the ratio of VGG",
            (Enclosed(vgg, 80, 125, "about one hundred"),),
            SOURCE + ", section 20.5.1",
        ),
        _rounded(for_each, 1, "udl-vgg-100x-imagenet"),
        *(
            Derivation(net.name, (_layers(net),), SIZES)
            for members in nets.FAMILIES.values()
            for net in members
        ),
    )


def pruned() -> tuple[Derivation, ...]:
    """What pruning leaves of VGG and ResNet-50 is more than there are training examples; with 12.8
    million images it would not be.
    """
    vgg16, vgg19, resnet50 = _size(nets.vgg(16)), _size(nets.vgg(19)), _size(nets.resnet(50))
    small = _size(nets.vgg(19, outputs=10, norm=True, height=32, head=()))
    images, cifar = Integer(nets.IMAGENET), Integer(nets.CIFAR10[0])
    tested = Assumed(
        Eq(SIZE(Symbol("test")), nets.CIFAR10[1]), "test images of CIFAR-10, Krizhevsky 2009"
    )
    cases = (
        (
            "VGG-16 on ImageNet",
            vgg16,
            Rational(8, 100),
            images,
            ("udl-vgg-8pct-kept", "parameters left"),
        ),
        ("VGG-19 on CIFAR-10", vgg19, Rational(15, 1000), cifar, (PRUNED, "VGG-19")),
        ("VGG-19 for small images on CIFAR-10", small, Rational(15, 1000), cifar, ()),
        (
            "ResNet-50 on ImageNet",
            resnet50,
            Rational(20, 100),
            images,
            (PRUNED, "ResNet-50"),
        ),
    )
    return (
        *(
            Derivation(
                title,
                (known, *left),
                SOURCE + ", section 20.5.1",
                (Settles(*settles, by=left[0]),) if settles else (),
            )
            for title, size, share, examples, settles in cases
            for known in (IMAGES if examples == images else CIFAR,)
            for left in (
                chain(
                    Mul(share, size, evaluate=False),
                    To(
                        known.what.lhs,
                        "parameters left against training examples",
                        relation=">",
                        uses=(known,),
                    ),
                    To(examples, "so many are there", uses=(known,)),
                ),
            )
        ),
        Derivation(
            "ResNet-50 against the printed number of images",
            (
                Step(
                    Rational(20, 100) * resnet50,
                    PRINTED_IMAGES,
                    "12.8 million images would refute the sentence",
                    "<",
                ),
            ),
            SOURCE + ", section 20.5.1",
        ),
        Derivation(
            "Images of CIFAR-10",
            (
                CIFAR,
                tested,
                Step(
                    TEN_CLASSES + tested.what.lhs,
                    Integer(sum(nets.CIFAR10)),
                    "training and test images",
                    uses=(CIFAR, tested),
                ),
            ),
            "Krizhevsky 2009",
            (Settles("udl-vgg19-138m-985pct", part="examples"),),
        ),
    )


def required_width() -> tuple[Derivation, ...]:
    """I^4 K^2 units, constants left out, are 10^14 times the width in use for the smallest case of
    the chapter, and more for others.
    """
    needed = I**4 * K**2 / w
    widest = max(
        layer.outputs for net in (nets.vgg(16), nets.resnet(152)) for layer in nets.sized(net)
    )
    cases = (
        ("ResNet-18 on ImageNet", (nets.IMAGENET, 18, widest), 10**23, 10**24),
        ("Two layers of 400 units on MNIST-1D", (10**4, 2, 400), 10**14, 10**14),
    )
    sizes, source = (I, K, w), "Du et al. 2019; " + SOURCE + ", section 20.2.4"
    return (
        *(
            Derivation(
                title,
                (
                    Enclosed(
                        needed.subs(dict(zip(sizes, values, strict=True))),
                        Integer(low),
                        Integer(high),
                        "units required for each unit in use",
                    ),
                ),
                source,
            )
            for title, values, low, high in cases
        ),
        *(
            Derivation(f"{title}, against practice", (beyond,), source, (settles,))
            for title, values, _, _ in cases
            for beyond in (
                Step(
                    Subs(needed, sizes, values),
                    Integer(values[0]),
                    "for each unit in use more are required than there are examples",
                    ">",
                ),
            )
            for settles in (Settles(WIDTH, scope="instances", by=beyond),)
        ),
    )


def _stack(inputs: int, width: int, depth: int, outputs: int) -> Step:
    """The formula of a fully connected network against the entries of its arrays."""
    formula = derive(dense_stack)[0].result
    values = (inputs, width, depth, outputs, 1)
    return Step(
        Subs(formula, (m, w, L, n, b), values),
        _entries(inputs, width, depth, outputs),
        "weights and biases, array by array",
    )


def _layers(net: nets.Net) -> Step:
    """The formulas of all layers of a network against the entries of its arrays; equal layers are
    counted together.
    """
    claims = {"dense": dense_layer, "convolution": convolution, "norm": normalisation}
    formulas = {kind: derive(claim)[0].result for kind, claim in claims.items()}
    terms = []
    for layer, times in Counter(nets.sized(net)).items():
        values = {
            m: layer.inputs,
            n: layer.outputs,
            c: layer.inputs,
            o: layer.outputs,
            k: layer.kernel,
            g: layer.groups,
            b: layer.bias,
        }
        own = [s for s in values if s in formulas[layer.kind].free_symbols]
        terms.append(
            Mul(times, Subs(formulas[layer.kind], own, [values[s] for s in own]), evaluate=False)
        )
    return Step(Add(*terms, evaluate=False), _size(net), f"{net.name}: all layers")


def _blocks(net: nets.Transformer) -> Expr:
    """Entries of the arrays of a transformer, block by block."""
    four = 4 * net.width
    block = nets.entries(nets.fully_connected(net.width, four, net.width)) + 4 * nets.entries(
        nets.fully_connected(net.width, net.width)
    )
    return (
        Sum(block + 4 * net.width, (l, 1, net.depth))
        + (net.vocabulary + net.context) * net.width
        + 2 * net.width
    )


def _entries(inputs: int, width: int, depth: int, outputs: int) -> Integer:
    return _size(nets.fully_connected(inputs, *[width] * depth, outputs))


def _size(net: nets.Net) -> Integer:
    return Integer(nets.entries(net))


def _unit(value: Expr, digits: int) -> Expr:
    """The power of ten to a multiple of which a positive rational number is rounded."""
    return Integer(10) ** (floor(log(value, 10)) - digits + 1)


def _digits(value: Expr, digits: int) -> Expr:
    """A positive rational number rounded to some significant digits, exactly."""
    unit = _unit(value, digits)
    return floor(value / unit + Rational(1, 2)) * unit


def _rounded(exact: Derivation, digits: int, statement: str, part: str | None = None) -> Derivation:
    """What a derivation found, rounded to the digits that a statement gives."""
    left, _, value = exact.states
    return Derivation(
        f"{exact.title}, rounded",
        (
            Step(
                Subs(ROUNDED, (N, A), (left, _unit(value, digits))),
                _digits(value, digits),
                f"significant digits: {digits}",
                uses=(exact,),
            ),
        ),
        exact.source,
        (Settles(statement, part=part),),
    )
