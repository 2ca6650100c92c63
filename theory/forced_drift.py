"""How far must the input weights of a two-layer ReLU network move to fit its targets?  What a fit
needs of both layers, what conservation allows them, and the bound on the drift, with its constants.

Setting.  M = 2m neurons (m and their mirror images, so f = 0 at the start), q = 1 / (M kappa), all
of them from the start to the first time with |e| <= rho |y|.  RD_w = |w(T) - w(0)| / |w(0)| over
all M neurons.  That the flow gets so far is a hypothesis on it; where it fails is told by ``FIT``.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorem 2*; this package's elementary proof.
"""

from sympy import (
    And,
    Eq,
    Expr,
    Implies,
    IndexedBase,
    Integral,
    Max,
    Sum,
    Symbol,
    sqrt,
    symbols,
)

from theory import (
    Assumed,
    Decided,
    Defined,
    Derivation,
    Quoted,
    Step,
    derive,
)
from theory.initialisation import M, q
from theory.nondimensionalisation import balance
from theory.notation import HORN, LUO, RUDIN, k, kappa, kappa_p
from theory.rapidity import Y, alpha_2, omega_2, sigma

SOURCE = LUO + ", theorem 2*; this package's elementary proof"
rho = Symbol("rho", positive=True)  # part of |y| that is left of the residual at the fit
R_w = Symbol("R_w", nonnegative=True)
F, r = symbols("F r", nonnegative=True)  # |f| and |e| at the fit, over the samples
FIT = Assumed(
    r <= rho * Y,
    "Fit: at some time |e| has fallen to the part rho < 1 of |y|.  It fails where no network fits "
    "(equal inputs with different targets), where every neuron is off on a sample with a target, "
    "and where aligned neurons leave a sample for good (Boursier, Flammarion, arXiv 2401.10791)",
)
NEED = (1 - rho) * Y / sigma  # what a fit needs of |a||w| per neuron, in units of q


def _over_neurons(term: Expr) -> Expr:
    return Sum(term, (k, 1, M))


# |a_k| and |w_k| at the fit and at the start
a, w, a0, w0 = (IndexedBase(name, nonnegative=True)[k] for name in ("A", "W", "A_0", "W_0"))
PRODUCT = _over_neurons(a * w)
largest = Symbol("F_1", nonnegative=True)
OUTPUT = Defined(largest, kappa * sigma * PRODUCT, "the largest |f| of layers of these sizes")


def product_of_layers() -> tuple[Derivation, ...]:
    """A fit needs sum_k |a_k||w_k| >= (1 - rho) |y| / (kappa sigma)."""
    n, D, i, j = symbols("n D i j", integer=True, positive=True)
    z, v = (IndexedBase(name, real=True) for name in ("z", "v"))  # z_i = v . x_i
    long = IndexedBase("phi", nonnegative=True)[k]  # length of the features of a neuron
    smaller = Decided(Max(0, z[i]) ** 2 <= z[i] ** 2, "a ReLU enlarges nothing")
    features, signals = (Sum(side, (i, 1, n)) for side in smaller.formula.args)
    termwise = Quoted(
        "a sum of larger terms is larger",
        RUDIN + ", proposition 1.18",
        states=Implies(smaller.formula, features <= signals),
    )
    stretch = Quoted(
        "the largest eigenvalue of the second moments of the inputs is the largest Rayleigh "
        "quotient, for z_i = v . x_i",
        HORN + ", theorem 4.2.2",
        states=(signals, "<=", sigma**2 * Sum(v[j] ** 2, (j, 1, D))),
    )
    summed = Decided(features <= signals, "over the samples", uses=(termwise, smaller))
    one = Derivation(
        "Length of the features of a neuron",
        (
            smaller,
            termwise,
            summed,
            stretch,
            Decided(
                features <= sigma**2 * Sum(v[j] ** 2, (j, 1, D)),
                "the inputs stretch them by sigma at most",
                uses=(summed, stretch),
            ),
        ),
        SOURCE,
    )
    triangle = Quoted("the triangle inequality for f = y + e", "Minkowski 1896", (F, ">=", Y - r))
    minkowski = Quoted(
        "the triangle inequality for the sum over the neurons",
        "Minkowski 1896",
        states=(F, "<=", kappa * _over_neurons(a * long)),
    )
    each = Quoted(
        "a sum of larger terms is larger; phi_k is the root of the sum on the left for neuron k",
        RUDIN + ", proposition 1.18",
        states=Implies(one.result, _over_neurons(a * long) <= sigma * PRODUCT),
    )
    grown = Decided(
        _over_neurons(a * long) <= sigma * PRODUCT, "neuron by neuron", uses=(each, one)
    )
    output = Decided(largest >= F, "size of the output", uses=(OUTPUT, minkowski, grown))
    return (
        Derivation(
            "What a fit needs",
            (
                FIT,
                triangle,
                minkowski,
                each,
                grown,
                OUTPUT,
                output,
                Decided(
                    (1 - rho) * Y <= largest,
                    "so large it must be",
                    uses=(FIT, triangle, output),
                ),
            ),
            SOURCE,
        ),
        one,
    )


def layers_at_the_fit() -> tuple[Derivation, ...]:
    """With B = 1 + RD_w, |w|^2 <= B^2 |w(0)|^2, and by conservation |a|^2 <= |a(0)|^2 + (B^2 - 1)
    |w(0)|^2 / kappa'^2.
    """
    conserved = derive(balance)[0]
    t, T = symbols("t T", nonnegative=True)
    change = conserved.states[0]  # rate of kappa' a^2 - |w|^2 / kappa'
    calculus = Quoted(
        "the fundamental theorem of calculus for kappa' a^2 - |w|^2 / kappa' and its rate",
        RUDIN + ", theorem 6.21",
        (a**2, "==", a0**2 + (w**2 - w0**2) / kappa_p**2 + Integral(change, (t, 0, T)) / kappa_p),
    )
    kept = Step(
        a**2,
        a0**2 + (w**2 - w0**2) / kappa_p**2,
        "kappa' a^2 - |w|^2 / kappa' is conserved",
        uses=(calculus, conserved),
    )
    summed = Step(
        _over_neurons(a**2),
        _over_neurons(a0**2) + (_over_neurons(w**2) - _over_neurons(w0**2)) / kappa_p**2,
        "over the neurons",
        uses=(kept,),
    )
    triangle = Quoted(
        "the triangle inequality: |w| <= |w(0)| + |w - w(0)| = B |w(0)|",
        "Minkowski 1896",
        states=(_over_neurons(w**2), "<=", (1 + R_w) ** 2 * _over_neurons(w0**2)),
    )
    conservation = Derivation("Conservation over all neurons", (calculus, kept, summed), SOURCE)
    return (
        conservation,
        Derivation(
            "Output weights at the fit",
            (
                triangle,
                Decided(
                    And(
                        _over_neurons(w**2) <= (1 + R_w) ** 2 * _over_neurons(w0**2),
                        _over_neurons(a**2)
                        <= _over_neurons(a0**2)
                        + ((1 + R_w) ** 2 - 1) * _over_neurons(w0**2) / kappa_p**2,
                    ),
                    "what w has gained a has gained",
                    uses=(conservation, triangle),
                ),
            ),
            SOURCE,
        ),
    )


s, P = symbols("s P", positive=True)  # (kappa' alpha_2 / omega_2)^2, and the square of the need
root = Symbol("r", nonnegative=True)
DISCRIMINANT = (1 - s) ** 2 + 4 * P
SHARE, SQUARE = (kappa_p * alpha_2 / omega_2) ** 2, (NEED * q * kappa_p / omega_2**2) ** 2


def lower_bound() -> tuple[Derivation, ...]:
    """A fit forces 2 (1 + RD_w)^2 >= 1 - s + sqrt((1 - s)^2 + 4 P), with s = (kappa' alpha_2 /
    omega_2)^2 and P = ((1 - rho) q kappa' |y| / (sigma omega_2^2))^2.
    """
    needs, layers = derive(product_of_layers)[0], derive(layers_at_the_fit)[1]
    rise = (1 + R_w) ** 2
    cauchy = Quoted(
        "The inequality of Cauchy and Schwarz",
        "Cauchy 1821",
        states=(PRODUCT**2, "<=", _over_neurons(a**2) * _over_neurons(w**2)),
    )
    start_a = Assumed(_over_neurons(a0**2) <= alpha_2**2 * M, "Sizes at the start: |a(0)|")
    start_w = Assumed(_over_neurons(w0**2) <= omega_2**2 * M, "Sizes at the start: |w(0)|")
    of_w, of_a = rise * omega_2**2, alpha_2**2 + (rise - 1) * omega_2**2 / kappa_p**2
    grown_w = Decided(_over_neurons(w**2) <= of_w * M, "|w| at the fit", uses=(layers, start_w))
    grown_a = Decided(
        _over_neurons(a**2) <= of_a * M, "|a| at the fit", uses=(layers, start_a, start_w)
    )
    product = Decided(
        of_a * of_w * M**2 >= PRODUCT**2,
        "the largest product of both layers",
        uses=(cauchy, grown_a, grown_w),
    )
    output = Step(largest, kappa * sigma * PRODUCT, "as defined", "<=", uses=(OUTPUT,))
    enough = Decided(kappa * PRODUCT >= NEED, "what a fit needs", uses=(output, needs))
    n_1, g = symbols("N_1 G_2", real=True)  # short names, in which the steps are decided
    names = (Defined(n_1, NEED, "what a fit needs"), Defined(g, of_a * of_w, "what is there"))
    short = (
        Decided(n_1 <= kappa * PRODUCT, "in short", uses=(names[0], enough)),
        Decided(g * M**2 >= PRODUCT**2, "in short", uses=(names[1], product)),
    )
    squared = Decided(
        Implies(n_1 >= 0, n_1**2 <= g * (kappa * M) ** 2), "of the largest product", uses=short
    )
    need = Defined(q, 1 / (M * kappa), "q = 1 / (M kappa)")
    in_q = Decided(Implies(n_1 >= 0, (n_1 * q) ** 2 <= g), "in units of q", uses=(need, squared))
    at_length = Decided(
        And(
            Eq(n_1, NEED),
            Eq(g, of_a * of_w),
            Implies(rho < 1, (NEED * q) ** 2 <= of_w * of_a),
        ),
        "at length",
        uses=(*names, in_q),
    )
    fitted = Decided(
        Implies(rho < 1, (NEED * q) ** 2 <= of_w * of_a),
        "what the fit asks of the drift",
        uses=(at_length,),
    )
    asks = Derivation(
        "What a fit asks of the drift",
        (
            *(cauchy, start_a, start_w, grown_w, grown_a, product, OUTPUT, output, enough),
            *(*names, *short, squared, need, in_q, at_length, fitted),
        ),
        SOURCE,
    )
    ratio = Defined(s, SHARE, "what the start has of a, beside w")
    asked = Defined(P, SQUARE, "what is asked, in the same unit")
    in_units = Decided(
        Implies(rho < 1, rise * (rise - 1 + s) >= P), "in units of w", uses=(asks, ratio, asked)
    )
    solved = Decided(
        Implies(And(rho < 1, Eq(root**2, DISCRIMINANT)), 2 * rise >= 1 - s + root),
        "above the larger root of the quadratic",
        uses=(in_units,),
    )
    larger = Defined(root, sqrt(DISCRIMINANT), "root of the discriminant")
    return (
        asks,
        Derivation(
            "Lower bound on the drift of a fit",
            (
                ratio,
                asked,
                in_units,
                solved,
            ),
            SOURCE,
        ),
        Derivation(
            "The same without cancellation",
            (
                larger,
                Step(
                    (1 - s + root) / 2,
                    2 * P / (s - 1 + root),
                    "the product of both roots is -P",
                    uses=(larger,),
                ),
            ),
            SOURCE,
        ),
    )
