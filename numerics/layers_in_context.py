"""Least risks of K layers of linear attention on examples in a prompt, from exact means of traces
of Wishart matrices.

Formulas and recursions are those of ``theory.layers_in_context``; in between all is in fractions.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from numerics.core.arrays import integer, number
from theory import derive
from theory import layers_in_context as theory

MOST = 8  # layers: moments up to the sixteenth
REAL = 1e-7  # roots of a polynomial of degree MOST are known to about this


@cache
def _formulas() -> tuple[Callable[..., Any], ...]:
    """Least risk of two layers, best a and best b (N, d, r)."""
    _, risk, of_b, of_a, _ = derive(theory.second_layer)
    sizes = theory.N, theory.d, theory.r
    return tuple(found.function(*sizes) for found in (risk, of_a, of_b))


@cache
def _terms(powers: tuple[int, ...]) -> list[tuple[Callable[..., Any], tuple[int, ...]]]:
    """Coefficients (N, d) of the traces of which a product of traces is made."""
    found: list[tuple[Callable[..., Any], tuple[int, ...]]] = []
    for factor, lower in theory.by_parts(powers[0], powers[1:]):
        coefficients = factor.as_poly(theory.N, theory.d).terms()
        found.append((_polynomial(coefficients), tuple(sorted(lower, reverse=True))))
    return found


def _polynomial(terms: Any) -> Callable[[int, int], int]:
    return lambda N, d: sum(int(c) * N**i * d**j for (i, j), c in terms)


def trace_moments(k: int, d: int, N: int) -> float:
    """Mean of tr (X^T X / N)^k / d for N rows of d standard normal inputs X; exact to rounding.

    Raises ``ValueError`` for k outside 1 ... 16 and sizes below one, and as
    ``numerics.core.arrays``.
    """
    need = f"a power from 1 to {2 * MOST}"
    k = integer(k, "k", need, lambda k: 1 <= k <= 2 * MOST)
    return float(_moments(k, _size(d, "d"), _size(N, "N"))[k])


@cache
def _moments(most: int, d: int, N: int) -> list[Fraction]:
    """Means of powers of an eigenvalue, from the zeroth on."""
    known: dict[tuple[int, ...], int] = {(): 1}

    def of(powers: tuple[int, ...]) -> int:
        if powers not in known:
            known[powers] = sum(factor(N, d) * of(lower) for factor, lower in _terms(powers))
        return known[powers]

    return [Fraction(1), *(Fraction(of((k,)), d * N**k) for k in range(1, most + 1))]


def polynomial_risk(K: int, d: int, N: int, noise: float) -> float:
    """Least risk of answers u.p(S) h with a polynomial p of degree K - 1 of the prompt's covariance
    S; no K layers that only write labels do better.  An answer of zero has the risk d.

    Raises ``ValueError`` for K outside 1 ... 8, sizes below one and negative noise, and as
    ``numerics.core.arrays``.
    """
    K, d, N, r = _checked(K, d, N, noise)
    return float(_best(K, d, N, r)[0])


def descent_risk(K: int, d: int, N: int, noise: float) -> float:
    """Least risk of K steps of descent on a prompt with the best K rates, which K layers of linear
    attention take that only write labels; exact to rounding.

    Raises as ``polynomial_risk``, and ``ValueError`` for three and more steps where the best
    polynomial is not reached by real rates: ``polynomial_risk`` then is a lower bound.
    """
    K, d, N, r = _checked(K, d, N, noise)
    risk, coefficients = _best(K, d, N, r)
    if K == 1:
        return float(risk)
    if K == 2:
        a, b = coefficients
        return float(risk) if a**2 + 4 * b >= 0 else one_rate_risk(d, N, noise)
    roots = np.roots([-float(c) for c in coefficients[::-1]] + [1.0])
    if (abs(roots.imag) > REAL * abs(roots)).any():
        raise ValueError(
            f"K = {K} steps with noise {float(r):.3g}: the best polynomial has complex roots, so "
            "that no real rates reach it; polynomial_risk is a lower bound"
        )
    return float(risk)


def one_rate_risk(d: int, N: int, noise: float) -> float:
    """Least risk of two steps of one rate.  Where no two real rates reach the best polynomial, the
    best ones are equal, and this is the least risk of two steps.

    Arguments and errors as for ``polynomial_risk``.
    """
    _, d, N, r = _checked(2, d, N, noise)
    matrix, right = _form(2, d, N, r)
    (p, q), (_, t) = ([float(v) for v in row] for row in matrix)
    one, two = map(float, right)
    # the quadratic form at (2 s, -s^2)
    risk = np.polynomial.Polynomial([1, -4 * one, 2 * two + 4 * p, -4 * q, t])
    rates = np.asarray(risk.deriv().roots(), complex)
    return d * float(np.min(risk(rates.real[abs(rates.imag) < REAL * abs(rates)])))


def _best(K: int, d: int, N: int, r: Fraction) -> tuple[Fraction, list[Fraction]]:
    """Least risk and the coefficients of the polynomial, the constant first."""
    if K == 2:
        sizes = Fraction(N), Fraction(d), r
        risk, a, b = (formula(*sizes) for formula in _formulas())
        return risk, [a, b]
    matrix, right = _form(K, d, N, r)
    coefficients = _solved(matrix, right)
    gain = sum((a * b for a, b in zip(right, coefficients, strict=True)), Fraction(0))
    return d * (1 - gain), coefficients


def _form(K: int, d: int, N: int, r: Fraction) -> tuple[list[list[Fraction]], list[Fraction]]:
    """The quadratic form in the coefficients, and its linear part."""
    m, c = _moments(2 * K, d, N), r / N
    matrix = [[m[i + j + 2] + c * m[i + j + 1] for j in range(K)] for i in range(K)]
    return matrix, m[1 : K + 1]


def _solved(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Gaussian elimination of a positive definite matrix."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        pivot[:] = [value / pivot[at] for value in pivot]
        for row in rows:
            if row is not pivot and row[at]:
                row[:] = [a - row[at] * b for a, b in zip(row, pivot, strict=True)]
    return [row[-1] for row in rows]


def _checked(K: int, d: int, N: int, noise: float) -> tuple[int, int, int, Fraction]:
    K = integer(K, "K", f"from 1 to {MOST} layers", lambda K: 1 <= K <= MOST)
    noise = number(noise, "noise", "a variance that is not negative", lambda v: v >= 0)
    return K, _size(d, "d"), _size(N, "N"), Fraction(noise)


def _size(value: int, name: str) -> int:
    return integer(value, name, "a size of at least one", lambda n: n >= 1)
