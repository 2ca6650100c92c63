"""Pages say what each step rests on, unless it goes on from the step before."""

import sympy as sp

from proofs_check.report.grounds import grounds
from theory import Aside, Derivation, Step, To, chain

p = sp.Symbol("p", positive=True)


def test_what_a_step_rests_on_is_said_by_number_and_title():
    square = Step((p + 1) ** 2, p**2 + 2 * p + 1, "square")
    other = Derivation("The square", (square,), "here")
    links = chain(
        (p + 1) ** 2 * p, To((p**2 + 2 * p + 1) * p, "by it", uses=(square,)), To(p**3, "no")
    )
    last = Step(
        2 * (p + 1) ** 2 * p, 2 * (p**2 + 2 * p + 1) * p, "all", uses=(square, links[0], other)
    )
    derivation = Derivation("all", (square, links[0], Aside(links[1]), last), "here")
    assert grounds(derivation) == ("", "from 1", "from 2", "from 1, 2 and The square")
