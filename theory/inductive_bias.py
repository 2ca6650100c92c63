"""How many examples does an architecture save that knows a symmetry of its task?  Kernels averaged
over shifts, the dimension of what is left to learn, and the error of the shortest fit.

Setting.  Independent fair signs on D places of a circle, a target of products of l signs that does
not change when the places are shifted.  A dense network learns with a kernel of the inner product;
a convolution with a mean over all positions learns with the same kernel averaged over shifts.  The
products of l signs span C(D, l) dimensions, of which the shifts leave G.  The shortest fit of n
examples in F isotropic features errs by the share 1 - n / F, if there is no noise.

Source: Mei, Misiakiewicz, Montanari, COLT 2021, for averaged kernels; our own.
"""

from sympy import (
    Eq,
    Function,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Subs,
    Sum,
    Symbol,
    binomial,
    symbols,
)

from theory import (
    SO_FAR,
    Assumed,
    Defined,
    Derivation,
    Induction,
    Quoted,
    Step,
    To,
    chain,
    derive,
)
from theory.least_squares import RISK, B, d, least_squares, n, sigma
from theory.notation import OWN

D, l, F, M = symbols("D l F M", integer=True, positive=True)  # places, signs, features, corners
G = Function("G", positive=True)(D, l)  # dimensions that shifts leave
g, j, p = symbols("g j p", integer=True, positive=True)  # shift, corners
c, s, q = symbols("c s q", integer=True, positive=True)  # cycles, places of a cycle, window
h = symbols("h", integer=True, nonnegative=True)  # cycles that a set holds
CYCLES = Function("e", nonnegative=True)(h)  # sets of so many of c cycles
rest = symbols("m", integer=True, positive=True)  # places beyond the number of signs
eps = symbols("epsilon", positive=True)  # share of an error
lam = Symbol("lambda", real=True)
K, far = IndexedBase("K", real=True), IndexedBase("H", real=True)  # kernel, at a shifted corner
phi, turned = IndexedBase("phi", real=True), IndexedBase("psi", real=True)
fixed = IndexedBase("f", integer=True, nonnegative=True)  # sets of l places that a shift fixes
MEI = "Mei, Misiakiewicz, Montanari, COLT 2021"
BURNSIDE = "Stanley, Enumerative Combinatorics 2, Cambridge 1999, lemma 7.24.5"


def shift_average() -> tuple[Derivation, ...]:
    """A kernel averaged over shifts keeps the eigenvalues of functions that shifts do not change
    and gives none to those whose shifts add up to zero.
    """
    averaged = Sum(Sum(far[g, p, j], (g, 1, D)) / D * phi[j], (j, 1, M))
    moved = Assumed(
        Eq(Sum(far[g, p, j] * phi[j], (j, 1, M)), Sum(K[p, j] * turned[g, j], (j, 1, M))),
        "a shift permutes the corners: the kernel at shifted corners against a function is the "
        "kernel against the function shifted back",
    )
    eigen = Assumed(Eq(Sum(K[p, j] * phi[j], (j, 1, M)), lam * phi[p]), "an eigenfunction")
    same = Assumed(Eq(turned[g, j], phi[j]), "shifts do not change it")
    none = Assumed(Eq(Sum(turned[g, j], (g, 1, D)), 0), "its shifts add up to zero")
    start = chain(
        averaged,
        To(Sum(Sum(far[g, p, j] * phi[j], (j, 1, M)) / D, (g, 1, D)), "shift by shift"),
        To(
            Sum(Sum(K[p, j] * turned[g, j], (j, 1, M)) / D, (g, 1, D)),
            "shifted back",
            uses=(moved,),
        ),
    )
    kept = chain(
        start[-1].rhs,
        To(Sum(Sum(K[p, j] * phi[j], (j, 1, M)) / D, (g, 1, D)), "unchanged", uses=(same,)),
        To(Sum(lam * phi[p] / D, (g, 1, D)), "an eigenfunction", uses=(eigen,)),
        To(lam * phi[p], "D equal terms"),
        uses=start[-1:],
    )
    lost = chain(
        start[-1].rhs,
        To(Sum(K[p, j] * Sum(turned[g, j], (g, 1, D)), (j, 1, M)) / D, "corner by corner"),
        To(Integer(0), "nothing is left", uses=(none,)),
        uses=start[-1:],
    )
    return (
        Derivation("Functions that shifts do not change", (moved, eigen, same, *start, *kept), MEI),
        Derivation("Functions whose shifts add up to zero", (moved, none, *start, *lost), MEI),
    )


def invariant_dimension() -> tuple[Derivation, ...]:
    """Of the C(D, l) dimensions of products of l signs, 0 < l < D, the shifts of a circle of D
    places, D a prime, leave C(D, l) / D.
    """
    sets = Induction(
        c, 1, binomial(1, h), CYCLES + CYCLES.subs(h, h - 1), binomial(c, h),
        "a set that a shift fixes holds whole cycles: the next one, or not",
        so_far=CYCLES,
    )  # fmt: skip
    held = CYCLES * KroneckerDelta(s * h, l)
    count = Step(
        Sum(held, (h, 0, c)),
        Sum(binomial(c, h) * KroneckerDelta(s * h, l), (h, 0, c)),
        "sets of l places, of c cycles of s places",
        uses=(sets,),
    )
    classes = Quoted(
        "the number of classes of sets is the mean number of sets that a shift fixes",
        BURNSIDE,
        (G, "==", Sum(fixed[g], (g, 1, D)) / D),
    )
    wide = Defined(D, l + rest, "more places than signs")
    single = Subs(held, (h, c, s), (0, 1, D)) + Subs(held, (h, c, s), (1, 1, D))
    none = Step(single, Integer(0), "no places are too few and D too many", uses=(sets, wide))
    moves = Assumed(
        Eq(Sum(fixed[g], (g, 1, D - 1)), (D - 1) * single),
        "D is a prime: each shift by less than D is one cycle, of which a set holds none or all",
    )
    apart = Subs(count.lhs, (c, s), (D, 1))
    every = Step(apart, binomial(D, l), "all sets", uses=(count,), domain=(l < D,))
    stays = Assumed(Eq(fixed[D], apart), "the shift by D moves nothing: D cycles of one place")
    counted = chain(
        G,
        To(Sum(fixed[g], (g, 1, D)) / D, "one product for each class", uses=(classes,)),
        To((Sum(fixed[g], (g, 1, D - 1)) + fixed[D]) / D, "the last shift apart"),
        To(((D - 1) * single + apart) / D, "cycle by cycle", uses=(moves, stays)),
        To(binomial(D, l) / D, "only the last fixes any", uses=(none, every), domain=(l < D,)),
    )
    return (
        Derivation("Sets that a shift fixes", (sets, count), OWN),
        Derivation(
            "A prime number of places",
            (sets, count, classes, wide, none, moves, every, stays, *counted),
            OWN,
        ),
    )


def local_dimension() -> Derivation:
    """Shifts leave 2^(q - 1) products of signs within windows of q neighbours, on a circle of at
    least 2 q places.
    """
    one = Induction(
        q, 1, Integer(1), 2 * SO_FAR, 2 ** (q - 1),
        "a set begins at its first place, and each of the q - 1 next ones is in it or not",
    )  # fmt: skip
    return Derivation("Products within a window", (one,), OWN)


def sample_factor() -> tuple[Derivation, ...]:
    """Without noise the shortest fit of n examples in F > n + 1 features leaves the share
    1 - n / F, so that a share takes D times as many examples without the shifts as with them, D a
    prime.
    """
    every, few = symbols("n_1 n_2", positive=True)
    many = derive(least_squares)[1]
    share = Step(
        Subs(RISK, (d, sigma), (F, 0)) / B,
        1 - n / F,
        "what lies in directions without data",
        uses=(many,),
        domain=(n + 1 < F,),
    )
    left = Derivation("Share of the target that is missed", (share,), OWN)
    where = (n + 1 < F,)
    asked = Defined(eps, share.lhs, "share that is asked for")
    need = chain(
        F * (1 - eps),
        To(F * (1 - share.lhs), "the share that is missed", uses=(asked,), domain=where),
        To(n, "as many as the fit sees", uses=(many,), domain=where),
    )
    counted = derive(invariant_dimension)[1]
    sizes = (
        Defined(every, Subs(need[0].lhs, F, binomial(D, l)), "examples without shifts"),
        Defined(few, Subs(need[0].lhs, F, G), "examples with them"),
    )
    factor = Step(
        every / few,
        D,
        "examples without shifts over those with them",
        uses=(*sizes, counted),
        domain=(eps < 1, l < D),
    )
    return (
        left,
        Derivation("Examples for a share", (asked, *need), OWN),
        Derivation("Examples without shifts over those with them", (*sizes, factor), OWN),
    )
