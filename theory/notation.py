"""Symbols that several topics share, with their meaning.

m, n, d      width, number of samples, input dimension (bias included)
k, p         neurons;  i samples;  j, q input coordinates
alpha        output scale:  f(x) = (1/alpha) sum_k a_k sigma(w_k . x)
beta_1       standard deviation of the output weights a_k at the start
beta_2       standard deviation of the input weights w_kj at the start
kappa        beta_1 beta_2 / alpha = m^-gamma, the energy scale
kappa'       beta_1 / beta_2 = m^-gamma', the dynamical scale
"""

from sympy import Dummy, Expr, Function, IndexedBase, Symbol, expand, simplify, symbols

from theory.core.given import Quoted
from theory.core.sums import flatten

m, n, d = symbols("m n d", integer=True, positive=True)
k, p, i, j, q = symbols("k p i j q", integer=True, positive=True)
alpha, beta_1, beta_2 = symbols("alpha beta_1 beta_2", positive=True)
kappa, kappa_p = Symbol("kappa", positive=True), Symbol("kappaprime", positive=True)
gamma, gamma_p = Symbol("gamma", real=True), Symbol("gammaprime", real=True)
t, z = symbols("t z", real=True)
sigma = Function("sigma", real=True)
mean = Function("E", real=True)  # of a random variable
a, w, x, y, e = (IndexedBase(name, real=True) for name in "awxye")
LUO = "Luo, Xu, Ma, Zhang, Phase diagram for two-layer ReLU neural networks, JMLR 22(71), 2021"
JACOT = "Jacot, Gabriel, Hongler, NeurIPS 2018"
CHIZAT = "Chizat, Oyallon, Bach, NeurIPS 2019"
DU = "Du, Zhai, Poczos, Singh, ICLR 2019"
OWN = "our own"  # the source of a derivation that is printed nowhere that we know of
# books that several topics quote
FELLER = "Feller, An Introduction to Probability Theory and Its Applications I, Wiley 1968"
FOLLAND = "Folland, Real Analysis, second edition, Wiley 1999"
HORN = "Horn, Johnson, Matrix Analysis, second edition, Cambridge 2013"
RUDIN = "Rudin, Principles of Mathematical Analysis, third edition, McGraw-Hill 1976"


def mean_is_linear(whole: Expr, parts: Expr) -> Quoted:
    """``whole == parts``, because a mean of a sum is the sum of the means.

    Raises ``ValueError`` unless ``whole`` is the mean of ``parts`` with no mean in them, and each
    mean in ``parts`` stands alone, with a factor in which nothing is left over which it is taken.
    """
    inside, weight = whole.args[0], Symbol("lambda")
    means = parts.atoms(whole.func)
    freed = parts.replace(lambda e: e.func == whole.func, lambda e: e.args[0])
    if simplify(flatten(expand(freed - inside))) != 0:
        raise ValueError(f"without means, {parts} is {freed}, and not {inside}")
    scaled = parts.replace(
        lambda e: e.func == whole.func, lambda e: weight * Dummy(str(e), real=True)
    )
    slope = scaled.diff(weight)
    if expand(slope).has(weight):
        raise ValueError(f"{parts} has a product of means: it is not linear in them")
    drawn = {s for each in means for s in each.free_symbols if not s.is_integer}
    left = {s for s in scaled.free_symbols & drawn if isinstance(s, Symbol)}
    if left:
        raise ValueError(f"{parts}: {left.pop()} is drawn, and stands outside the means, too")
    return Quoted("a mean is linear", f"{FOLLAND}, section 10.1", (whole, "==", parts))
