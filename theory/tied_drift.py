"""How are the drifts of both layers tied to each other?  What a fit needs of the two together, and
what conservation makes one of the other.

Setting.  M = 2m neurons (m and their mirror images, so f = 0 at the start), q = 1 / (M kappa), from
the start to a fit (``forced_drift``).  RD_w and RD_a are the relative distances over all M neurons.

Source: Luo, Xu, Ma, Zhang, JMLR 22(71), 2021, theorems 1*, 2*; this package's derivation.
"""

from sympy import (
    And,
    Eq,
    Expr,
    Implies,
    IndexedBase,
    Max,
    Sum,
    Symbol,
    symbols,
)

from theory import Assumed, Decided, Defined, Derivation, Quoted, Step, derive
from theory.forced_drift import FIT, NEED, F, R_w, layers_at_the_fit, product_of_layers, r, rho
from theory.initialisation import M, q
from theory.notation import HORN, LUO, RUDIN, k, kappa, kappa_p
from theory.rapidity import A0, W0, D_a, D_w, Y, alpha_2, omega_2, sigma

SOURCE = LUO + ", theorems 1* and 2*; this package's derivation"
R_a = Symbol("R_a", nonnegative=True)
S_w, S_a = symbols("S_w S_a", real=True)
W_T = Symbol("W_T", nonnegative=True)  # |w| at the fit
change, both, most = symbols("F_2 V U", nonnegative=True)
CHANGE = Defined(change, kappa * sigma * (D_a * W_T + A0 * D_w), "the largest change of |f|")
MOST = Defined(most, alpha_2 * omega_2 * both, "the same, with the sizes of the start")
BOTH = Defined(both, R_a * (1 + R_w) + R_w, "what both drifts do for it")


def _over_neurons(term: Expr) -> Expr:
    return Sum(term, (k, 1, M))


def change_of_output() -> tuple[Derivation, ...]:
    """A fit needs (1 - rho) |y| <= kappa sigma (|a - a(0)| |w| + |a(0)| |w - w(0)|)."""
    n, D, i, j = symbols("n D i j", integer=True, positive=True)
    # dz_i = dv . x_i, the change of a preactivation z_i
    dz, dv, z_0, b = (IndexedBase(name, real=True) for name in ("dz", "dv", "z_0", "b"))
    da, dw, w, a_0, long, far = (
        IndexedBase(name, nonnegative=True)[k] for name in ("dA", "dW", "W", "A_0", "phi", "psi")
    )
    feature = Defined(
        b[i], Max(0, z_0[i] + dz[i]) - Max(0, z_0[i]), "change of a feature, from its preactivation"
    )
    smaller = Decided(b[i] ** 2 <= dz[i] ** 2, "a ReLU enlarges no change", uses=(feature,))
    changes, moves = (Sum(side, (i, 1, n)) for side in smaller.formula.args)
    termwise = Quoted(
        "a sum of larger terms is larger",
        RUDIN + ", proposition 1.18",
        states=Implies(smaller.formula, changes <= moves),
    )
    summed = Decided(changes <= moves, "over the samples", uses=(termwise, smaller))
    stretch = Quoted(
        "the largest eigenvalue of the second moments of the inputs is the largest Rayleigh "
        "quotient, for dz_i = dv . x_i",
        HORN + ", theorem 4.2.2",
        states=(moves, "<=", sigma**2 * Sum(dv[j] ** 2, (j, 1, D))),
    )
    one = Derivation(
        "Length of the change of features",
        (
            feature,
            smaller,
            termwise,
            summed,
            stretch,
            Decided(
                changes <= sigma**2 * Sum(dv[j] ** 2, (j, 1, D)),
                "the inputs stretch it by sigma at most",
                uses=(summed, stretch),
            ),
        ),
        SOURCE,
    )
    length = derive(product_of_layers)[1]
    triangle = Quoted("the triangle inequality for f = y + e", "Minkowski 1896", (F, ">=", Y - r))
    by_both, by_a, by_w = (
        _over_neurons(da * long + a_0 * far),
        _over_neurons(da * w),
        _over_neurons(a_0 * dw),
    )
    minkowski = Quoted(
        "the triangle inequality for the sum over the neurons of a phi - a(0) phi(0) = (a - a(0)) "
        "phi + a(0) (phi - phi(0)); f(0) = 0",
        "Minkowski 1896",
        states=(F, "<=", kappa * by_both),
    )
    each = Quoted(
        "a sum of larger terms is larger; phi_k is the root of the first sum on the left for "
        "neuron k, psi_k that of the second",
        RUDIN + ", proposition 1.18",
        states=Implies(And(length.result, one.result), by_both <= sigma * (by_a + by_w)),
    )
    cauchy = tuple(
        Quoted("The inequality of Cauchy and Schwarz", "Cauchy 1821", states=(left, "<=", right))
        for left, right in ((by_a, D_a * W_T), (by_w, A0 * D_w))
    )
    lengths = Decided(
        by_both <= sigma * (D_a * W_T + A0 * D_w),
        "neuron by neuron, and over all of them",
        uses=(each, length, one, *cauchy),
    )
    reached = Decided(change >= F, "size of the output", uses=(CHANGE, minkowski, lengths))
    return (
        Derivation(
            "What a fit needs of the changes",
            (
                FIT,
                triangle,
                minkowski,
                each,
                *cauchy,
                lengths,
                CHANGE,
                reached,
                Decided(
                    (1 - rho) * Y <= change, "so far they must go", uses=(FIT, triangle, reached)
                ),
            ),
            SOURCE,
        ),
        one,
    )


def _distances() -> tuple[Defined, Defined]:
    return (
        Defined(D_w, R_w * W0, "relative distance of w"),
        Defined(D_a, R_a * A0, "relative distance of a"),
    )


def drift_of_either_layer() -> Derivation:
    """A fit needs RD_a (1 + RD_w) + RD_w >= (1 - rho) |y| q / (sigma alpha_2 omega_2)."""
    needs = derive(change_of_output)[0]
    number = Symbol("nu", positive=True)  # root of the number M of neurons
    sizes = (
        Assumed(alpha_2 * number >= A0, "Sizes at the start: |a(0)|"),
        Assumed(omega_2 * number >= W0, "Sizes at the start: |w(0)|"),
    )
    triangle = Quoted(
        "the triangle inequality: |w| <= |w(0)| + |w - w(0)|",
        "Minkowski 1896",
        (W_T, "<=", W0 + D_w),
    )
    relative = _distances()
    changes = Decided(
        D_a * W_T + A0 * D_w <= A0 * W0 * both,
        "in parts of the start",
        uses=(triangle, BOTH, *relative),
    )
    product = Decided(alpha_2 * omega_2 * number**2 >= A0 * W0, "of both sizes", uses=sizes)
    output = Step(change, CHANGE.expr, "as defined", "<=", uses=(CHANGE,))
    large = Decided(
        (1 - rho) * Y <= kappa * sigma * alpha_2 * omega_2 * number**2 * both,
        "what a fit needs",
        uses=(output, needs, changes, product),
    )
    need = (
        Defined(q, 1 / (M * kappa), "q = 1 / (M kappa)"),
        Defined(M, number**2, "nu is the root of the number of neurons"),
    )
    return Derivation(
        "What a fit needs of the drifts",
        (
            *relative,
            triangle,
            BOTH,
            changes,
            CHANGE,
            output,
            *sizes,
            product,
            large,
            *need,
            MOST,
            Step(NEED * q, most, "in units of q", relation="<=", uses=(*need, MOST, large)),
        ),
        SOURCE,
    )


def conserved_drifts() -> tuple[Derivation, ...]:
    """By conservation kappa'^2 |a(0)|^2 RD_a (RD_a - 2) <= |w(0)|^2 RD_w (RD_w + 2), and the same
    with the layers exchanged.
    """
    conserved = derive(layers_at_the_fit)[0]
    left, _, right = conserved.states
    a, a_start, w, w_start = _layers()
    lists = ((a, a_start, R_a, A0, "a"), (w, w_start, R_w, W0, "w"))
    is_start = tuple(Assumed(Eq(start, size**2), f"|{n}(0)|") for _, start, _, size, n in lists)
    above, below = (
        {
            name: Quoted(
                f"the triangle inequality for |{name}|, its start and its way",
                "Minkowski 1896",
                states=(now, relation, (size * (1 + sign * part)) ** 2),
            )
            for now, _, part, size, name in lists
        }
        for relation, sign in (("<=", 1), (">=", -1))
    )
    of_a, of_w = kappa_p**2 * A0**2 * R_a, W0**2 * R_w

    def tied(title: str, grows: str, follows: str, bound: Expr) -> Derivation:
        return Derivation(
            title,
            (
                *is_start,
                above[follows],
                below[grows],
                Decided(
                    And(Eq(left, right), bound),
                    "what one layer gains the other gains",
                    uses=(conserved, *is_start, above[follows], below[grows]),
                ),
            ),
            SOURCE,
        )

    return (
        tied("w follows a", "a", "w", of_a * (R_a - 2) <= of_w * (R_w + 2)),
        tied("a follows w", "w", "a", of_w * (R_w - 2) <= of_a * (R_a + 2)),
    )


def _layers() -> tuple[Expr, ...]:
    """Sums of squares of a and w at the fit and at the start."""
    a, w, a0, w0 = (IndexedBase(name, nonnegative=True)[k] for name in ("A", "W", "A_0", "W_0"))
    return tuple(_over_neurons(part**2) for part in (a, a0, w, w0))
