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
    Abs,
    Expr,
    Function,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Limit,
    Ne,
    Subs,
    Sum,
    Symbol,
    exp,
    sqrt,
    symbols,
)

from theory import Defined, Derivation, Quoted, Settles, Step

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
    """max(0, argument), in the form (z + |z|) / 2"""
    return (argument + Abs(argument)) / 2


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
    return (
        Derivation(
            "What an exchange does at its places",
            (
                Step(
                    Subs(exchanged(F, k), (k, r), (p, p + o)),
                    F[p + o],
                    "the first place gets the second unit, here o places further",
                ),
                Step(
                    Subs(exchanged(F, k), (k, r), (p + 2 * o, p + o)),
                    F[p + 2 * o],
                    "a third place keeps its unit",
                ),
                Step(
                    Subs(exchanged(F, k), (k, r), (p + o, p + o)),
                    F[p],
                    "the second place gets the first unit",
                ),
            ),
            BOOK,
        ),
        Derivation(
            "Both sides",
            (
                Defined(
                    Symbol("F_k"),
                    unit,
                    "the contribution of a hidden unit, with its bias and all its weights",
                ),
                Step(
                    whole,
                    Sum(F[k], (k, 1, m)),
                    "the sum of the contributions does not change",
                    domain=INSIDE,
                ),
                CHAINS,
                Step(
                    whole - Sum(F[k], (k, 1, m)),
                    Integer(0),
                    "so no permutation changes the output",
                    domain=INSIDE,
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
    inner = Sum(w[k, j] * x[j], (j, 1, d))
    statement = "udl-relu-scaling-symmetry"
    without = a[k] / c * c * relu(v + beta / c) - a[k] * relu(v + beta)
    return (
        Derivation(
            "Two constants",
            (
                Step(
                    Sum(c_1 * w[k, j] * x[j], (j, 1, d)) + c_1 * b[k],
                    c_1 * (inner + b[k]),
                    "the preactivation is linear",
                ),
                Step(relu(c_1 * u), c_1 * relu(u), "ReLU is positively homogeneous"),
                Step(
                    Subs(a[k] / c_2 * relu(c_1 * u), u, lam) / (a[k] * lam),
                    c_1 / c_2,
                    "an active unit's part over what it was",
                    domain=(Ne(a[k], 0),),
                ),
            ),
            BOOK,
            (Settles(statement, part="ratio of the outputs, two constants"),),
        ),
        Derivation(
            "The same constant",
            (
                Step(
                    a[k] / c * relu(c * u),
                    a[k] * relu(u),
                    "the constant cancels in every unit, for any number of outputs",
                ),
                Step(
                    Subs(a[k] / c * relu(c * u), u, lam) / (a[k] * lam),
                    Integer(1),
                    "the ratio is one",
                    domain=(Ne(a[k], 0),),
                ),
            ),
            BOOK,
            (Settles(statement, part="ratio of the outputs, one constant"),),
        ),
        Derivation(
            "Without the bias",
            (
                Step(
                    without,
                    a[k] * (relu(v + beta / c) - relu(v + beta)),
                    "weights scaled, bias not: the bias counts as divided by c",
                ),
                Step(
                    Subs(relu(v + beta / c) - relu(v + beta), (v, beta), (1, lam)),
                    lam / c - lam,
                    "a change, of an active unit",
                ),
            ),
            BOOK,
            (Settles(statement, part="change of the output, bias not scaled"),),
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
    mean = Sum(z[j], (j, 1, n)) / n
    centred = z[i] - mean
    moved = c * z[i] + shift - Sum(c * z[j] + shift, (j, 1, n)) / n
    size = Symbol("Z", real=True)  # z_i minus the mean
    normal, scaled = size / sqrt(var + eps), c * size / sqrt(c**2 * var + eps)
    deviation = scaled / normal - 1
    source = "Ioffe, Szegedy, ICML 2015, section 2"
    return (
        Derivation(
            "Mean and variance of a scaled and shifted batch",
            (
                Step(moved, c * centred, "the shift goes with the mean, the scale stays"),
                Step(
                    Sum((c * (z[j] - v)) ** 2, (j, 1, n)) / n,
                    c**2 * Sum((z[j] - v) ** 2, (j, 1, n)) / n,
                    "the variance is multiplied by c^2",
                ),
            ),
            source,
        ),
        Derivation(
            "No eps",
            (
                Step(
                    Subs(scaled, eps, 0) - Subs(normal, eps, 0),
                    Integer(0),
                    "the scale cancels for c > 0: it has no effect",
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
    part = IndexedBase("F", real=True)
    return Derivation(
        "Channels of a convolution",
        (
            Step(
                Sum(Sum(K2[o, k, j] * g[k, y + j], (k, 1, m)), (j, 1, d)),
                Sum(term, (k, 1, m)),
                "the sum over channels goes outside",
            ),
            Defined(
                Symbol("F_ko"),
                term,
                "the contribution of a channel, with its kernel, its bias and what reads it",
            ),
            Step(
                Sum(exchanged(part, k, o), (k, 1, m)),
                Sum(part[k, o], (k, 1, m)),
                "an exchange of channels does not change their sum",
                domain=INSIDE,
            ),
            CHAINS,
            Step(
                Sum(exchanged(part, k, o) - part[k, o], (k, 1, m)),
                Integer(0),
                "so no permutation changes the next layer",
                domain=INSIDE,
            ),
        ),
        BOOK,
        (Settles("udl-conv-channel-permutation", part="change"),),
    )


def attention_permutation() -> tuple[Derivation, ...]:
    """Self-attention without positions permutes with its tokens, and the mean over tokens does not
    change.
    """
    weight = IndexedBase("E", positive=True)  # exp of the score of token k for the query of token i
    product = IndexedBase("P", real=True)  # the same times the value of token k
    top, bottom = (Sum(exchanged(term, k, i), (k, 1, T)) for term in (product, weight))
    inside = (p <= T, r <= T, p < r)
    out = IndexedBase("Y", real=True)
    plain = Sum(product[k, i], (k, 1, T)) / Sum(weight[k, i], (k, 1, T))
    settled = "udl-transformer-permutation"
    return (
        Derivation(
            "Softmax",
            (
                Step(
                    Sum(exp(S[i, k] + u) * V[k], (k, 1, T)) / Sum(exp(S[i, k] + u), (k, 1, T)),
                    Sum(exp(S[i, k]) * V[k], (k, 1, T)) / Sum(exp(S[i, k]), (k, 1, T)),
                    "a score common to all keys drops out",
                ),
            ),
            "Vaswani et al., NeurIPS 2017",
        ),
        Derivation(
            "Equivariance",
            (
                Defined(
                    Symbol("E_ki"),
                    exp(S[i, k]),
                    "weight of token k for the query of token i: it depends on the two tokens only",
                ),
                Step(
                    top,
                    Sum(product[k, i], (k, 1, T)),
                    "an exchange of tokens does not change the weighted sum of values",
                    domain=inside,
                ),
                Step(
                    bottom,
                    Sum(weight[k, i], (k, 1, T)),
                    "nor the sum of the weights",
                    domain=inside,
                ),
                CHAINS,
                Step(
                    top / bottom - plain,
                    Integer(0),
                    "a token's output depends on the token and the set: outputs move with their "
                    "tokens",
                    domain=inside,
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
