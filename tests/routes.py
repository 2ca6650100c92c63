"""A claim and an independent route to what it says; and errors in the claim, which the test has to
notice.

``@pytest.mark.claim("topic.claim")`` on a test says that it puts the claim at risk: when the test
has passed, it is run again with an error in every result of the claim, and has to fail
(``conftest.py``).  ``@route("topic.claim", symbol=(low, high))`` makes such a test of a function
that computes the result in another way, from the values of the symbols.
"""

import inspect
import math
import sys
from contextlib import contextmanager

import numpy as np
import pytest
import sympy as sp
from sympy.core.function import AppliedUndef

from theory import derive
from theory.core.derivation import Derivation

DRAWS = 3  # points at which a route is compared
RIGHT = Derivation.result.fget
WRONG = set()  # derivations with an error in their results, by identity


def error_in(result, relation):
    """Another result: a bound on the wrong side of most numbers, another number, the contrary."""
    if isinstance(result, sp.logic.boolalg.Boolean):
        return sp.Not(result)
    if relation in ("<=", "<"):
        return result / 8 - sp.Rational(1, 16)
    if relation in (">=", ">"):
        return result * 8 + sp.Rational(1, 16)
    more = 0 if isinstance(result, sp.MatrixBase) else sp.Rational(1, 16)
    return result * sp.Rational(9, 8) + more


def relation_of(derivation):
    """The relation in which a derivation says that its start stands to its end."""
    said = derivation.states
    return said[1] if isinstance(said, tuple) and len(said) == 3 else "=="


@contextmanager
def planted(claim):
    """Within, every result of a claim is wrong, and nothing remembers what it was."""
    forget()
    WRONG.update(id(derivation) for derivation in derive(claim))
    Derivation.result = property(result)
    try:
        yield
    finally:
        Derivation.result = property(RIGHT)
        WRONG.clear()
        forget()


def result(derivation, pick=None):
    """What a derivation ends in, or ``pick`` of it; with an error where it has one."""
    right = RIGHT(derivation)
    right = sp.sympify(pick(right)) if pick else right
    return error_in(right, relation_of(derivation)) if id(derivation) in WRONG else right


def forget():
    """Empty what modules above the theory keep, and tests."""
    for name, module in list(sys.modules.items()):
        above = name.split(".")[0] in ("numerics", "proofs_check") or name.startswith("test_")
        if above and not name.startswith("test_routes"):  # what those keep owes nothing to a claim
            for kept in list(vars(module).values()):
                if hasattr(kept, "cache_clear") and not kept.__module__.startswith("theory"):
                    kept.cache_clear()


def says(claim, part=0, pick=None, **at):
    """The result of a claim, or what ``pick`` takes out of it, with numbers in place of its symbols
    and functions, and sequences, counted from 1, in place of what has an index.
    """
    formula = sp.sympify(result(derive(claim)[part], pick))
    named = {symbol: at[symbol.name] for symbol in formula.atoms(sp.Symbol) if symbol.name in at}
    formula = formula.replace(
        lambda e: isinstance(e, AppliedUndef) and e.func.__name__ in at,
        lambda e: sp.sympify(at[e.func.__name__](*e.args)),
    )
    formula = formula.subs({s: sp.sympify(v) for s, v in named.items() if np.ndim(v) == 0}).doit()
    formula = formula.replace(
        lambda e: isinstance(e, sp.Indexed) and e.base.name in at,
        lambda e: sp.Float(float(entry(at[e.base.name], e.indices))),
    )
    formula = formula.doit()
    if isinstance(formula, sp.logic.boolalg.Boolean):
        return bool(formula)
    value = complex(formula.evalf(30, maxn=400))
    return value if abs(value.imag) > 1e-12 * abs(value) else value.real


def entry(values, indices):
    """The entry of a sequence or a matrix at indices that count from 1."""
    return np.asarray(values)[tuple(int(index) - 1 for index in indices)]


def route(claim, part=0, rel=1e-6, pick=None, **ranges):
    """Of a function a test of a claim, at values of the symbols drawn from ``ranges``: (low, high)
    of floats or of whole numbers.

    What the function returns is compared by the relation that the claim states: it is the same as
    the result of an equation or within its bound.  It may return a dictionary: values of further
    symbols (a sequence for what has an index, a function for a function) and what to compare under
    "value", or that the formula of the claim is true.  An argument ``rng`` is a generator.
    """

    def made(function):
        random = "rng" in inspect.signature(function).parameters

        @pytest.mark.claim(claim)
        def test():
            rng = np.random.default_rng([len(claim), part])
            for _ in range(DRAWS if ranges or random else 1):
                at = {name: drawn(rng, *ends) for name, ends in ranges.items()}
                other = function(**at, **({"rng": rng} if random else {}))
                compare(claim, part, rel, pick, at, other)

        return test

    return made


def measuring(which):
    """Takes out of a formula its relations of a kind and puts the symbol ``measured`` there: a
    route says whether they hold.
    """
    return lambda formula: formula.replace(
        lambda e: isinstance(e, sp.core.relational.Relational) and which(e),
        lambda e: sp.Symbol("measured"),
    )


def drawn(rng, low, high):
    """A number between two ends, whole where both are."""
    if isinstance(low, int) and isinstance(high, int):
        return int(rng.integers(low, high + 1))
    return float(rng.uniform(low, high))


def compare(claim, part, rel, pick, at, other):
    """Assert that a claim says of these values what the other route does."""
    relation = relation_of(derive(claim)[part])
    if isinstance(other, dict):
        at, other = {**at, **other}, other.get("value", True)
    said = says(claim, part, pick, **at)
    if isinstance(said, bool):
        assert said == other, f"{claim} is {said} at {at}"
    elif relation == "==":
        near = pytest.approx(other, rel=rel, abs=rel if said == 0 else 1e-9)
        assert said == near, f"{claim} at {at}"
    else:
        up = relation in ("<=", "<")
        slack = rel * max(1, abs(said))
        assert (other <= said + slack) if up else (other >= said - slack), f"{claim} at {at}"


def quadrature(f, low=-math.inf, high=math.inf):
    """An integral by SciPy."""
    from scipy.integrate import quad

    return quad(f, low, high, epsabs=1e-11, epsrel=1e-11, limit=200)[0]


def slope(f, x, h=1e-5):
    """A derivative by central differences."""
    return (f(x + h) - f(x - h)) / (2 * h)
