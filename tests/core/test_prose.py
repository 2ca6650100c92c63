"""Reasons and titles are written as one types them and shown as one prints them."""

import pytest
from sympy import Integer, Sum, Symbol

from theory import Derivation, Step
from theory.core.prose import text
from theory.core.tex import tex

k = Symbol("k", integer=True, positive=True)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("falls like |w|^(p - 2)", r"falls like $|w|^{p - 2}$"),
        ("(f(x_i) - y_i)^2, summed", r"$(f(x_{i}) - y_{i})^{2}$, summed"),
        ("|xi|^-(d + 1)", r"$|\xi|^{-(d + 1)}$"),
        ("M_(p - 1)", "$M_{p - 1}$"),
        ("sqrt(2 pi) s", r"$\sqrt{2 \pi}$ s"),
        ("sqrt((1 + (a b)) / (2 c))", r"$\sqrt{(1 + (a b)) / (2 c)}$"),
        ("n -> oo", r"n $\to$ $\infty$"),
        ("x >= 1 (see a_1)", r"x $\ge$ 1 (see $a_{1}$)"),
        ("kappa_p and m^-gamma'", r"$\kappa'$ and $m^{-\gamma'}$"),
        ("f^(xi), transformed", r"$\hat{f}(\xi)$, transformed"),
        ("an interval is in the integral", "an interval is in the integral"),
        ("``solve_it`` & 100 %", r"\texttt{solve\_it} \& 100 \%"),
    ],
)
def test_sentences(typed, shown):
    assert text(typed) == shown


def test_a_long_power_of_ten_is_written_as_one():
    assert (
        tex(Integer(10) ** 42) == "10^{42}"
        and tex(Integer(10) ** 42 + 1) == str(10**42 + 1)
        and tex(Integer(1000)) == "1000"
    )


def test_a_pasted_derivation_has_its_reasons_as_formulas():
    step = Step(Sum(k, (k, 1, 3)), Integer(6), "as m^-gamma falls")
    assert r"\text{as $m^{-\gamma}$ falls}" in Derivation("six", (step,), "a test").latex()
