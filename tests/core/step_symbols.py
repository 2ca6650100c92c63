"""Symbols and shorthands for the tables of true and false steps."""

from sympy import (
    Function,
    IndexedBase,
    Rational,
    Symbol,
    exp,
    pi,
    sqrt,
    symbols,
)

from theory import Decided, Enclosed, Step

x, y, t = symbols("x y t", real=True)
p, q, s = symbols("p q s", positive=True)
n, k, m = symbols("n k m", integer=True, positive=True)
N, i, j = symbols("N i j", integer=True)
M = Symbol("M", integer=True, nonnegative=True)
z, c = symbols("z c")
r = Symbol("r", negative=True)
h = Symbol("h", real=True, nonzero=True)
u = Symbol("u", rational=True)
v, e = Symbol("v", imaginary=True), Symbol("e", irrational=True)
o = Symbol("o", integer=True, odd=True)
ell = Symbol("l", prime=True)
A, B = symbols("A B", commutative=False)
X, Y = symbols("X Y", extended_real=True)
f, g = Function("f"), Function("g")
a, w = IndexedBase("a", real=True), IndexedBase("w", real=True)
b = IndexedBase("b", positive=True)
R = Rational
FOURTH = n * (n + 1) * (2 * n + 1) * (3 * n**2 + 3 * n - 1) / 30  # 1 + 16 + ... + n^4


def S(lhs, rhs, relation="==", *domain):
    return Step(lhs, rhs, "why", relation, domain)


def D(formula):
    return Decided(formula, "why")


def Enc(expr, lower, upper):
    return Enclosed(expr, lower, upper, "why")


def normal(at, variance):
    """The density of N(0, variance)."""
    return exp(-(at**2) / (2 * variance)) / sqrt(2 * pi * variance)
