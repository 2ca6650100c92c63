"""Which changes of the parameters, or of the order of the inputs, leave a network's function as it
is?  Permutations of units, channels and tokens, rescaling, batch normalisation, for any size.

Setting.  Sums run over any number of units, channels or tokens.  A permutation is a chain of
exchanges of two places, p and r; an exchange turns the summand F_k of unit k into F_k + [k = p](F_r
- F_p) + [k = r](F_p - F_r), whose sum is the same.  Rescaling: relu(c z) = c relu(z) for c > 0
only.  Batch normalisation B(z) = (z - mean) / sqrt(variance + eps): at eps = 0 a scale c > 0 and a
shift of z are removed; at eps > 0 the output is off by the relative amount (1 - 1 / c^2) eps / (2
variance).

Source: Prince, Understanding Deep Learning, 2023, sections 20.3.1 and 20.4.3; Ioffe, Szegedy, ICML
2015; Vaswani et al., NeurIPS 2017.
"""

from sympy import (
    Expr,
    Function,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Limit,
    Matrix,
    Max,
    Ne,
    Subs,
    Sum,
    Symbol,
    exp,
    sqrt,
    symbols,
)

from theory import Defined, Derivation, Quoted, Settles, Step, To, chain

k, j, i, m, d, n, p, r, y, o, T = symbols("k j i m d n p r y o T", integer=True, positive=True)
a, b, F, x, w, z = (IndexedBase(name, real=True) for name in ("a", "b", "F", "x", "w", "z"))
# second kernel, activated channels
K2, g = IndexedBase("K_2", real=True), IndexedBase("g", real=True)
# scores of queries with keys, values
S, V = (
    IndexedBase("S", real=True),
    IndexedBase("V", real=True),
)
sigma = Function("sigma", real=True)
c, c_1, c_2, lam = symbols("c c_1 c_2 lambda", positive=True)
shift, beta, v, u = symbols("s beta v u", real=True)
eps, var = symbols("epsilon v_z", positive=True)
BOOK = "Prince, Understanding Deep Learning, 2023, section 20.3.1"
CHAINS = Quoted(
    "every permutation is a chain of exchanges of two places",
    "Dummit, Foote, Abstract Algebra, third edition, Wiley 2004, section 3.5",
)
INSIDE = (p <= m, r <= m, p < r)


def relu(argument: Expr) -> Expr:
    """max(0, argument)"""
    return Max(argument, 0)


def exchanged(term: IndexedBase, place: Expr, *rest: Expr) -> Expr:
    """Entry ``place`` of ``term`` after the entries p and r have changed places"""
    here, first, second = (term[(index, *rest)] for index in (place, p, r))
    return (
        here
        + KroneckerDelta(place, p) * (second - first)
        + KroneckerDelta(place, r) * (first - second)
    )


def hidden_permutation() -> tuple[Derivation, ...]:
    """Exchanging hidden units together with their weights leaves the output as it is; exchanging
    one side only does not.
    """
    unit = a[k] * sigma(Sum(w[k, j] * x[j], (j, 1, d)) + b[k])
    whole = Sum(exchanged(F, k), (k, 1, m))
    one_sided = Sum(exchanged(a, k) * g[k], (k, 1, m)) - Sum(a[k] * g[k], (k, 1, m))
    contribution = Defined(
        F[k], unit, "the contribution of a hidden unit, with its bias and all its weights"
    )
    exchange = Step(
        whole,
        Sum(F[k], (k, 1, m)),
        "the sum of the contributions does not change",
        domain=INSIDE,
    )
    first, second, third = (
        Subs(exchanged(F, k), (k, r), (place, p + o)) for place in (p, p + o, p + 2 * o)
    )
    return (
        Derivation(
            "What an exchange does at its places",
            (
                Step(
                    Matrix([first, second, third]),
                    Matrix([F[p + o], F[p], F[p + 2 * o]]),
                    "the first place gets the second unit, here o places further, the second "
                    "place the first unit, and a third place keeps its own",
                ),
            ),
            BOOK,
        ),
        Derivation(
            "Both sides",
            (
                contribution,
                exchange,
                CHAINS,
                Step(
                    whole - Sum(unit, (k, 1, m)),
                    Integer(0),
                    "so no permutation changes the output",
                    domain=INSIDE,
                    uses=(exchange, contribution, CHAINS),
                ),
            ),
            BOOK,
            (Settles("udl-hidden-permutation-symmetry", part="change"),),
        ),
        Derivation(
            "Output weights only",
            (
                Step(
                    one_sided,
                    (a[r] - a[p]) * (g[p] - g[r]),
                    "with activations g: it changes unless the two units are alike",
                    domain=INSIDE,
                ),
            ),
            BOOK,
        ),
    )


def rescaling() -> tuple[Derivation, ...]:
    """Weights and bias before a ReLU times c_1 and weights after it over c_2 multiply its part of
    the output by c_1 / c_2.
    """
    inner = Sum(w[k, j] * x[j], (j, 1, d)) + b[k]
    preactivation = Defined(u, inner, "the preactivation")

    def times(constant: Expr) -> Step:
        return Step(
            Sum(constant * w[k, j] * x[j], (j, 1, d)) + constant * b[k],
            constant * u,
            "the preactivation is linear",
            uses=(preactivation,),
        )

    two, one = times(c_1), times(c)
    scaled = a[k] / c * relu(one.lhs)
    unchanged = Step(
        scaled,
        a[k] * relu(inner),
        "ReLU is positively homogeneous: the constant cancels in every unit",
        uses=(one, preactivation),
    )
    bias_left = a[k] / c * c * relu(v + beta / c) - a[k] * relu(v + beta)
    return (
        Derivation(
            "Two constants",
            (
                preactivation,
                two,
                *chain(
                    a[k] / c_2 * relu(two.lhs) / (a[k] * relu(u)),
                    To(
                        a[k] / c_2 * relu(c_1 * u) / (a[k] * relu(u)),
                        "an active unit's part over what it was",
                        domain=(Ne(a[k], 0), u > 0),
                        uses=(two,),
                    ),
                    To(
                        c_1 / c_2,
                        "ReLU is positively homogeneous",
                        domain=(Ne(a[k], 0), u > 0),
                    ),
                ),
            ),
            BOOK,
        ),
        Derivation(
            "The same constant",
            (
                preactivation,
                one,
                unchanged,
                Step(
                    Sum(scaled, (k, 1, m)) - Sum(a[k] * relu(inner), (k, 1, m)),
                    Integer(0),
                    "nor does their sum change, for any number of units and outputs",
                    uses=(unchanged,),
                ),
            ),
            BOOK,
            (Settles("udl-relu-scaling-symmetry", part="change"),),
        ),
        Derivation(
            "Without the bias",
            chain(
                Subs(bias_left, (v, beta), (1, lam)),
                To(
                    Subs(a[k] * (relu(v + beta / c) - relu(v + beta)), (v, beta), (1, lam)),
                    "weights scaled, bias not: the bias counts as divided by c",
                ),
                To(a[k] * (lam / c - lam), "a change, of an active unit"),
            ),
            BOOK,
        ),
        Derivation(
            "A negative constant",
            (
                Step(
                    Subs(relu(u) / -c, u, -c * lam) - relu(lam),
                    -lam,
                    "an active unit is switched off: the constant must be positive",
                ),
            ),
            BOOK,
        ),
    )


def batch_norm() -> tuple[Derivation, ...]:
    """Batch normalisation at eps = 0 removes a positive scale and a shift; at eps > 0 it is off by
    (1 - 1 / c^2) eps / (2 variance).
    """
    centred = z[j] - Sum(z[i], (i, 1, n)) / n
    moved = c * z[j] + shift - Sum(c * z[i] + shift, (i, 1, n)) / n
    squares = Sum(centred**2, (j, 1, n))
    size = Symbol("Z", real=True)  # z_j minus the mean
    normal, scaled = size / sqrt(var + eps), c * size / sqrt(c**2 * var + eps)
    deviation = scaled / normal - 1
    source = "Ioffe, Szegedy, ICML 2015, section 2"
    mean = Step(moved, c * centred, "the shift goes with the mean, the scale stays")
    spread = Step(
        Sum(moved**2, (j, 1, n)),
        c**2 * squares,
        "the variance, this sum over n, is multiplied by c^2",
        uses=(mean,),
    )
    return (
        Derivation("Mean and variance of a scaled and shifted batch", (mean, spread), source),
        Derivation(
            "No eps",
            (
                mean,
                spread,
                Step(
                    moved / sqrt(spread.lhs / n) - centred / sqrt(squares / n),
                    Integer(0),
                    "the scale cancels for c > 0, and the shift is gone: neither has an effect",
                    domain=(squares > 0,),
                    uses=(spread, mean),
                ),
            ),
            source,
            (Settles("udl-batchnorm-redundancy", part="change"),),
        ),
        Derivation(
            "A negative scale",
            (
                Step(
                    Subs(-c * size / sqrt(c**2 * var + eps), eps, 0),
                    -size / sqrt(var),
                    "the sign is kept",
                ),
            ),
            source,
        ),
        Derivation(
            "With eps",
            (Step(deviation, sqrt((var + eps) / (var + eps / c**2)) - 1, "relative deviation"),),
            source,
        ),
        Derivation(
            "Small eps",
            (
                Step(
                    Limit((sqrt((var + eps) / (var + eps / c**2)) - 1) / eps, eps, 0, "+"),
                    (1 - 1 / c**2) / (2 * var),
                    "to first order in eps",
                ),
            ),
            source,
        ),
    )


def channel_permutation() -> Derivation:
    """Exchanging channels of a convolution, with the slices of the next kernel that read them,
    leaves the next layer as it is.
    """
    # what channel k adds to output channel o at place y
    term = Sum(K2[o, k, j] * g[k, y + j], (j, 1, d))
    layer = Sum(Sum(K2[o, k, j] * g[k, y + j], (k, 1, m)), (j, 1, d))
    whole = Sum(exchanged(F, k, o), (k, 1, m))
    contribution = Defined(
        F[k, o],
        term,
        "the contribution of a channel, with its kernel, its bias and what reads it",
    )
    outside = Step(layer, Sum(term, (k, 1, m)), "the sum over channels goes outside")
    exchange = Step(
        whole,
        Sum(F[k, o], (k, 1, m)),
        "an exchange of channels does not change their sum",
        domain=INSIDE,
    )
    return Derivation(
        "Channels of a convolution",
        (
            outside,
            contribution,
            exchange,
            CHAINS,
            Step(
                whole - layer,
                Integer(0),
                "so no permutation changes the next layer",
                domain=INSIDE,
                uses=(exchange, contribution, outside, CHAINS),
            ),
        ),
        BOOK,
        (Settles("udl-conv-channel-permutation", part="change"),),
    )


def attention_permutation() -> tuple[Derivation, ...]:
    """Self-attention without positions permutes with its tokens, and the mean over tokens does not
    change.
    """
    weight = IndexedBase("E", positive=True)
    product = IndexedBase("P", real=True)
    top, bottom = (Sum(exchanged(term, k, i), (k, 1, T)) for term in (product, weight))
    inside = (p <= T, r <= T, p < r)
    out = IndexedBase("Y", real=True)
    softmax = Sum(exp(S[i, k]) * V[k], (k, 1, T)) / Sum(exp(S[i, k]), (k, 1, T))
    settled = "udl-transformer-permutation"
    share = Defined(
        weight[k, i],
        exp(S[i, k]),
        "weight of token k for the query of token i: it depends on the two tokens only",
    )
    value = Defined(product[k, i], exp(S[i, k]) * V[k], "the same times the value of token k")
    values = Step(
        top,
        Sum(product[k, i], (k, 1, T)),
        "an exchange of tokens does not change the weighted sum of values",
        domain=inside,
    )
    weights = Step(
        bottom, Sum(weight[k, i], (k, 1, T)), "nor the sum of the weights", domain=inside
    )
    return (
        Derivation(
            "Softmax",
            (
                Step(
                    Sum(exp(S[i, k] + u) * V[k], (k, 1, T)) / Sum(exp(S[i, k] + u), (k, 1, T)),
                    softmax,
                    "a score common to all keys drops out",
                ),
            ),
            "Vaswani et al., NeurIPS 2017",
        ),
        Derivation(
            "Equivariance",
            (
                share,
                value,
                values,
                weights,
                CHAINS,
                Step(
                    top / bottom - softmax,
                    Integer(0),
                    "a token's output depends on the token and the set: outputs move with their "
                    "tokens",
                    domain=inside,
                    uses=(values, weights, value, share, CHAINS),
                ),
            ),
            "Prince, Understanding Deep Learning, 2023, section 20.4.3",
            (Settles(settled, part="equivariance"),),
        ),
        Derivation(
            "Invariance after pooling",
            (
                Step(
                    Sum(exchanged(out, k), (k, 1, T)) / T - Sum(out[k], (k, 1, T)) / T,
                    Integer(0),
                    "the mean over tokens does not change",
                    domain=inside,
                ),
            ),
            "Prince, Understanding Deep Learning, 2023, section 20.4.3",
            (Settles(settled, part="after pooling"),),
        ),
    )
