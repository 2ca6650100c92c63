"""Which paths through a residual network carry its gradient?  The law of their lengths at random
weights, of equal blocks and of blocks with batch normalisation, and how gradients grow.

Setting.  h_(l+1) = h_l + F_l(h_l); J_l is the Jacobian of F_l, of mean zero, independent of the
other blocks, and multiplies the mean square of a gradient by alpha_l.  A gradient at the entrance
is a sum over sets of blocks; different sets are uncorrelated, and the share of the paths through k
blocks is the chance that k of independent events of chances alpha_l / (1 + alpha_l) happen.  Blocks
that end in a norm have alpha_l = 1 / l or b / l, b = pi / (pi - 1): their paths have a length that
is logarithmic in the number of blocks.

Source: Veit, Wilber, Belongie, NeurIPS 2016; Yang et al., ICLR 2019; De, Smith, NeurIPS 2020; our
own.
"""

from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    Integer,
    Product,
    Subs,
    Sum,
    binomial,
    exp,
    pi,
    sqrt,
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
from theory.notation import OWN, mean, mean_is_linear

n, l, i, D, B = symbols("n l i D B", integer=True, positive=True)  # blocks, units
k, q = symbols("k q", integer=True, nonnegative=True)  # blocks on a path; on the longest of a range
z, s, v = symbols("z s v", positive=True)  # of a generating function; variances: weight, signal
a, A = symbols("alpha A", positive=True)  # factor of a block, constant; a power of it
b, p = symbols("b p", positive=True)  # pi / (pi - 1); chance that a path takes a block
x = symbols("x", real=True)  # a preactivation of unit variance
g, u, h, f = (IndexedBase(name, real=True) for name in ("g", "u", "h", "f"))
apart, short = symbols("e_k e_1", nonnegative=True)  # mean squares through k and k - 1 blocks
factor = IndexedBase("alpha", positive=True)
VEIT = "Veit, Wilber, Belongie, NeurIPS 2016"
YANG = "Yang, Pennington, Rao, Sohl-Dickstein, Schoenholz, ICLR 2019"
DE = "De, Smith, NeurIPS 2020"
GAUSS = exp(-(x**2) / 2) / sqrt(2 * pi)
EULER = pi / (pi - 1)


def path_energy() -> tuple[Derivation, ...]:
    """A block adds to the mean square of the gradient through k blocks alpha times that through k -
    1, so that the lengths of paths follow a sum of independent events of chances alpha / (1 +
    alpha).
    """
    along, both = Sum(g[i] ** 2, (i, 1, D)), Sum((g[i] + u[i]) ** 2, (i, 1, D))
    crossed, through = Sum(mean(g[i] * u[i]), (i, 1, D)), Sum(mean(u[i] ** 2), (i, 1, D))
    squares = Step(
        both, along + 2 * Sum(g[i] * u[i], (i, 1, D)) + Sum(u[i] ** 2, (i, 1, D)), "squared"
    )
    linear = mean_is_linear(
        mean(squares.rhs), Sum(mean(g[i] ** 2), (i, 1, D)) + 2 * crossed + through
    )
    none = Assumed(
        Eq(crossed, 0), "u = J^T u' through the block; J has mean zero, independent of the rest"
    )
    times = Assumed(Eq(through, a * short), "E J J^T is alpha times the identity")
    around = Defined(apart, Sum(mean(g[i] ** 2), (i, 1, D)), "what goes around the block")
    block = Derivation(
        "One block",
        (
            squares,
            linear,
            none,
            times,
            around,
            *chain(
                mean(both),
                To(mean(squares.rhs), "around it and through it", uses=(squares,)),
                To(apart + a * short, "uncorrelated", uses=(linear, none, times, around)),
            ),
        ),
        OWN,
    )
    total = Function("E", positive=True)(z)
    one_more = Subs(block.result, (apart, short, a), (total, z * total, factor[n + 1])).doit()
    of_blocks = Product(1 + factor[l] * z, (l, 1, n))
    generating = Induction(
        n,
        1,
        1 + factor[1] * z,
        one_more,
        of_blocks,
        "a block more: z counts the blocks on a path",
        so_far=total,
    )
    chance = Defined(p, a / (1 + a), "chance that a path takes the block")
    event = Step(
        (1 + a * z) / (1 + a), 1 - p + p * z, "generating function of one event", uses=(chance,)
    )
    return (
        block,
        Derivation("All blocks", (generating,), OWN),
        Derivation("A block as an event", (chance, event), OWN),
        Derivation(
            "Chance of a block",
            (
                Step(
                    Derivative((1 + a * z) / (1 + a), z), a / (1 + a), "share of the paths with it"
                ),
            ),
            OWN,
        ),
    )


def binomial_law() -> tuple[Derivation, ...]:
    """With equal factors alpha the share of the paths through k of n blocks is C(n, k) alpha^k / (1
    + alpha)^n: the number of paths, tilted; its mean is n alpha / (1 + alpha).
    """
    block = derive(path_energy)[0]
    paths = binomial(n, k) * a**k
    energy = Function("e", nonnegative=True)(k)
    count = Induction(
        n,
        1,
        binomial(1, k) * a**k,
        block.result.subs({apart: energy, short: energy.subs(k, k - 1)}),
        paths,
        "around the next block or through it",
        so_far=energy,
    )
    whole = Quoted(
        "binomial theorem",
        "Olver, Lozier, Boisvert, Clark, NIST Handbook of Mathematical Functions, Cambridge 2010, "
        "equation 1.2.1",
        (Sum(paths, (k, 0, n)), "==", (1 + a) ** n),
    )
    share = energy / Sum(paths, (k, 0, n))
    law = Step(share, paths / (1 + a) ** n, "over all paths", uses=(count, whole))
    at = Subs(Derivative(((1 + a * z) / (1 + a)) ** n, z), z, 1)
    return (
        Derivation("Share of a length", (count, whole, law), OWN),
        Derivation(
            "Mean length",
            (Step(at, n * a / (1 + a), "slope of the generating function at one"),),
            OWN,
        ),
        Derivation(
            "Untilted",
            (Step(Subs(law.rhs, a, 1), binomial(n, k) / 2**n, "alpha one: paths are counted"),),
            VEIT,
        ),
    )


def best_tilt() -> tuple[Derivation, ...]:
    """The share of the paths through B to B + q of n equal blocks rises with alpha up to (C(n - 1,
    B - 1) / C(n - 1, B + q))^(1 / (q + 1)) and falls beyond.
    """
    share, *_ = derive(binomial_law)
    term = k * binomial(n, k) * a ** (k - 1)
    gain, loss = B * binomial(n, B), (B + q + 1) * binomial(n, B + q + 1)
    change = Derivative(share.result, a)
    gains = (term - term.subs(k, k + 1)) / (1 + a) ** (n + 1)
    slope = (gain * a ** (B - 1) - loss * a ** (B + q)) / (1 + a) ** (n + 1)
    more = change.xreplace({k: B + q + 1})
    gained = Step(
        more,
        gains.xreplace({k: B + q + 1}),
        "one length: what it gains from shorter paths and loses to longer ones",
    )
    total = Induction(
        q,
        0,
        change.xreplace({k: B}),
        SO_FAR + more,
        slope,
        "a range of lengths: what one gains the next has lost",
        uses=(gained,),
        sequence=Sum(change, (k, B, B + q)),
    )
    inside = (B + q < n,)
    absorbed = tuple(
        Step(at * binomial(n, at), n * binomial(n - 1, at - 1), f"absorbed, {which}", domain=inside)
        for at, which in ((B, "what comes in"), (B + q + 1, "what leaves"))
    )
    into, out = binomial(n - 1, B - 1), binomial(n - 1, B + q)
    top = (into / out) ** (1 / (q + 1))
    flat = chain(
        slope,
        To(
            n * a ** (B - 1) * (into - out * a ** (q + 1)) / (1 + a) ** (n + 1),
            "a positive factor, and one that falls with alpha",
            uses=absorbed,
            domain=inside,
        ),
        uses=(total,),
    )
    return (
        Derivation("Slope of the share", (gained, total), OWN),
        Derivation("Rise, then fall", (gained, total, *absorbed, *flat), OWN),
        Derivation(
            "The slope vanishes",
            chain(
                Subs(into - out * a ** (q + 1), a, top),
                To(Integer(0), "its last factor", domain=inside),
            ),
            OWN,
        ),
        Derivation(
            "Where the share is largest",
            (Step((gain / loss) ** (1 / (q + 1)), top, "gain over loss at one", domain=inside),),
            OWN,
        ),
    )
