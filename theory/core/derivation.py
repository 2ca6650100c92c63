"""A derivation is a chain of steps, each with its reason, each checked by machine.

Every kind of step answers the same questions: why does it hold (``why``), how is that known
(``grade``), what does it rest on (``given``), what would a plausible error look like
(``corrupted``), and how is it written (``latex``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from typing import Any, ClassVar

import sympy as sp
from sympy.printing.latex import LatexPrinter

from theory.core.decision import counterexample
from theory.core.enclosure import ball
from theory.core.prose import text
from theory.core.sampling import sample_points, value_at
from theory.core.sums import flatten

RELATIONS: dict[str, type] = {"==": sp.Eq, "<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge}
REVERSED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
SYMBOL = {"==": "=", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge"}


class _Printer(LatexPrinter):
    """SymPy's, but a long power of ten is written as one."""

    def _print_Integer(self, number: sp.Integer) -> str:
        digits = str(number)
        if len(digits) > 7 and digits == f"1{'0' * (len(digits) - 1)}":
            return f"10^{{{len(digits) - 1}}}"
        return digits


def tex(expression: Any) -> str:
    """LaTeX of an expression."""
    return str(_Printer().doprint(expression))


class Grade(IntEnum):
    """How a step is known to hold; a derivation is as good as its weakest step."""

    GIVEN = 0  # a hypothesis of the statement, a definition, or a theorem quoted with its source
    SAMPLED = (
        1  # equal to 18 digits at random points (6 for limits) of the domain, not reduced by SymPy
    )
    ENCLOSED = 2  # proved for a closed expression by ball arithmetic
    PROVED = 3  # reduced by SymPy or decided by z3, and the sample agrees


class StepFails(AssertionError):
    """A step is false, or says nothing; carries the point at which it fails."""

    def __init__(self, message: str, point: dict[Any, Any] | None = None) -> None:
        super().__init__(message)
        self.point = point or {}


@dataclass(frozen=True)
class Step:
    """``lhs relation rhs`` on ``domain``, because ``why``.

    The left side is written unevaluated (``Integral``, ``Derivative``, ``Limit``, ``Sum``), so that
    the sample takes another route than the symbolic reduction.  ``domain`` holds relations that
    every sample point obeys.
    """

    lhs: Any
    rhs: Any
    why: str
    relation: str = "=="
    domain: tuple[Any, ...] = ()
    kind: ClassVar[str] = "step"
    given: ClassVar[None] = None

    def grade(self) -> Grade:
        if self.relation not in RELATIONS:
            raise ValueError(
                f"{self.why!r}: relation must be one of {', '.join(RELATIONS)}, not "
                f"{self.relation!r}"
            )
        pairs = _entries(self.lhs, self.rhs, self.why)
        if all(left == right for left, right in pairs):
            raise StepFails(
                f"{self.why!r}: both sides are the same expression; the step says nothing"
            )
        for left, right in pairs:
            self._sample(left, right)
        if self.relation == "==":
            return (
                Grade.PROVED
                if all(_vanishes(left, right, self.domain) for left, right in pairs)
                else Grade.SAMPLED
            )
        return (
            Grade.PROVED
            if all(self._decided(left, right) for left, right in pairs)
            else Grade.SAMPLED
        )

    def _sample(self, left: sp.Expr, right: sp.Expr) -> None:
        limits = left.has(sp.Limit) or right.has(sp.Limit)
        # a limit is probed close to its point, not at it
        tolerance = sp.Float("1e-6") if limits else sp.Float("1e-18")
        for point in sample_points(left, right, self.domain):
            a, b = value_at(left, point), value_at(right, point)
            if a is sp.nan and b is sp.nan:
                continue
            if not _holds(a, b, self.relation, tolerance):
                shown = ", ".join(f"{k} = {v}" for k, v in point.items())
                raise StepFails(
                    f"{self.why!r} fails at {shown or 'the constant'}: left {_short(a)}, right "
                    f"{_short(b)}",
                    point,
                )

    def _decided(self, left: sp.Expr, right: sp.Expr) -> bool:
        gap = sp.factor(sp.expand((right - left).doit()))
        sign = {
            "<": gap.is_positive,
            "<=": gap.is_nonnegative,
            ">": gap.is_negative,
            ">=": gap.is_nonpositive,
        }
        if sign[self.relation]:
            return True
        try:
            claim = RELATIONS[self.relation](left.doit(), right.doit())
            return counterexample(sp.Implies(sp.And(*self.domain), claim)) is None
        except (NotImplementedError, TypeError, ValueError):
            return False  # beyond the decision procedure: the sample stands alone

    def corrupted(self) -> tuple[Step, ...]:
        """The same step with a plausible error; none of these may hold."""
        if self.relation != "==":
            return (replace(self, relation=REVERSED[self.relation]),)
        if isinstance(self.rhs, sp.MatrixBase):
            return (replace(self, rhs=self.rhs + sp.ones(*self.rhs.shape)),)
        rhs = sp.sympify(self.rhs, strict=True)
        if rhs.is_infinite:
            return (replace(self, rhs=-rhs), replace(self, rhs=sp.Integer(0)))
        wrong = [rhs + 1]
        if rhs.is_zero is not True:
            wrong += [-rhs, 2 * rhs]
        return tuple(replace(self, rhs=w) for w in wrong)

    def latex(self) -> str:
        return f"{tex(self.lhs)} {SYMBOL[self.relation]} {tex(self.rhs)}"


@dataclass(frozen=True)
class Decided:
    """A Boolean combination of polynomial (in)equalities that holds for all values of its symbols:
    decided by z3.
    """

    formula: Any
    why: str
    kind: ClassVar[str] = "decided"
    given: ClassVar[None] = None

    def grade(self) -> Grade:
        if self.formula in (True, sp.true):
            raise StepFails(f"{self.why!r}: the formula is trivially true; the step says nothing")
        point = counterexample(self.formula)
        if point is not None:
            raise StepFails(
                f"{self.why!r} is false at " + ", ".join(f"{k} = {v}" for k, v in point.items()),
                point,
            )
        return Grade.PROVED

    def corrupted(self) -> tuple[Decided, ...]:
        return (replace(self, formula=sp.Not(self.formula)),)

    def latex(self) -> str:
        return tex(self.formula)


@dataclass(frozen=True)
class Induction:
    """A statement for all n from its first case and the passage from n to n + 1."""

    base: Step
    step: Step
    why: str
    kind: ClassVar[str] = "induction"
    given: ClassVar[None] = None

    def grade(self) -> Grade:
        return min(self.base.grade(), self.step.grade())

    def corrupted(self) -> tuple[Induction, ...]:
        return tuple(replace(self, base=b) for b in self.base.corrupted()) + tuple(
            replace(self, step=s) for s in self.step.corrupted()
        )

    def latex(self) -> str:
        return rf"{self.base.latex()} \quad\text{{and}}\quad {self.step.latex()}"


@dataclass(frozen=True)
class Enclosed:
    """``lower <= expr <= upper`` for a closed real expression, proved by ball arithmetic."""

    expr: Any
    lower: Any
    upper: Any
    why: str
    kind: ClassVar[str] = "enclosed"
    given: ClassVar[None] = None

    def grade(self) -> Grade:
        low, high = ball(self.expr)
        if not (sp.Rational(self.lower) <= low and high <= sp.Rational(self.upper)):
            raise StepFails(
                f"{self.why!r}: the ball [{float(low)}, {float(high)}] leaves [{self.lower}, "
                f"{self.upper}]"
            )
        return Grade.ENCLOSED

    def corrupted(self) -> tuple[Enclosed, ...]:
        width = sp.Rational(self.upper) - sp.Rational(self.lower) + 1
        return (replace(self, lower=self.lower + width, upper=self.upper + width),)

    def latex(self) -> str:
        lower, upper = (tex(sp.sympify(bound, strict=True)) for bound in (self.lower, self.upper))
        return rf"{lower} \le {tex(self.expr)} \le {upper}"


@dataclass(frozen=True)
class Defined:
    """A fresh symbol and what it stands for: no assumption, nothing to prove."""

    symbol: Any
    expr: Any
    why: str
    kind: ClassVar[str] = "definition"
    given: ClassVar[None] = None

    def grade(self) -> Grade:
        if sp.sympify(self.expr, strict=True).has(self.symbol):
            raise StepFails(f"{self.why!r}: {self.symbol} is defined by itself")
        return Grade.GIVEN

    def corrupted(self) -> tuple[Defined, ...]:
        return ()

    def latex(self) -> str:
        return rf"{tex(self.symbol)} := {tex(self.expr)}"


@dataclass(frozen=True)
class Assumed:
    """A hypothesis of the statement, and nothing else; listed wherever the result is shown."""

    what: Any
    why: str
    kind: ClassVar[str] = "assumption"

    @property
    def given(self) -> str:
        return self.why

    def grade(self) -> Grade:
        return Grade.GIVEN

    def corrupted(self) -> tuple[Assumed, ...]:
        return ()

    def latex(self) -> str:
        return rf"\text{{{text(self.what)}}}" if isinstance(self.what, str) else tex(self.what)


@dataclass(frozen=True)
class Quoted:
    """A theorem used without its proof, with its source."""

    theorem: str
    source: str
    kind: ClassVar[str] = "quotation"

    @property
    def why(self) -> str:
        return self.theorem

    @property
    def given(self) -> str:
        return f"{self.theorem} ({self.source})"

    def grade(self) -> Grade:
        return Grade.GIVEN

    def corrupted(self) -> tuple[Quoted, ...]:
        return ()

    def latex(self) -> str:
        return rf"\text{{{text(self.given)}}}"


AnyStep = Step | Decided | Induction | Enclosed | Defined | Assumed | Quoted


@dataclass(frozen=True)
class Settles:
    """Which entry of the ledger is settled, by which derived value (``None``: the result), and how
    much of it (``scope``).
    """

    statement: str
    derived: Any = None
    part: str | None = None
    scope: str = "whole"  # "whole" | "part" | "instances"
    analogue: bool = False


@dataclass(frozen=True)
class Derivation:
    """Steps that end in a result."""

    title: str
    steps: tuple[AnyStep, ...]
    source: str
    settles: tuple[Settles, ...] = ()

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError(f"{self.title!r}: a derivation needs at least one step")
        if isinstance(self.steps[-1], Assumed | Quoted | Defined):
            raise ValueError(
                f"{self.title!r}: the last step is the result and may not be assumed, quoted or "
                f"defined"
            )

    @property
    def result(self) -> Any:
        last = self.steps[-1]
        if isinstance(last, Step):
            return last.rhs
        if isinstance(last, Induction):
            return last.step.rhs
        return last.formula if isinstance(last, Decided) else last.expr  # type: ignore[union-attr]

    @cached_property
    def _grade(self) -> Grade:
        grades = [step.grade() for step in self.steps]
        return min(
            g
            for g, step in zip(grades, self.steps, strict=True)
            if not isinstance(step, Defined | Assumed | Quoted)
        )

    def grade(self) -> Grade:
        """The grade of the weakest step that is neither assumed, defined nor quoted; raises
        ``StepFails`` if one is false.
        """
        return self._grade

    @property
    def given(self) -> tuple[str, ...]:
        """Hypotheses and quoted theorems that the result rests on."""
        return tuple(step.given for step in self.steps if step.given)

    def function(self, *symbols: sp.Symbol, namespace: Any = None) -> Callable[..., Any]:
        """The result as a function of ``symbols``, so that no formula is typed twice: of NumPy
        arrays, or of arrays of ``namespace``.

        ``namespace`` follows the array API standard (its sin, asin, sqrt, ... must be there);
        scalars stay Python numbers.
        """
        missing = sp.sympify(self.result, strict=True).free_symbols - set(symbols)
        if missing:
            raise ValueError(
                f"{self.title!r}: the result also depends on {', '.join(sorted(map(str, missing)))}"
            )
        if namespace is None:
            return sp.lambdify(symbols, self.result, "numpy", cse=True)
        return sp.lambdify(symbols, self.result, [_elementwise(namespace), "math"], cse=True)

    def latex(self) -> str:
        """An ``align*`` block: one row per step, its reason beside it."""
        rows = [rf"& {step.latex()} && \text{{{text(step.why)}}}" for step in self.steps]
        return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"

    def _repr_latex_(self) -> str:
        return self.latex()


def _elementwise(namespace: Any) -> dict[str, Callable[..., Any]]:
    """Functions of arrays from ``namespace``; a Python number among arrays stays one."""

    def of(name: str) -> Callable[..., Any]:
        return lambda value: getattr(math if isinstance(value, (int, float)) else namespace, name)(
            value
        )

    return {
        name: of(name)
        for name in (
            "sqrt",
            "exp",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
        )
    }


def _entries(lhs: Any, rhs: Any, why: str) -> list[tuple[sp.Expr, sp.Expr]]:
    lhs, rhs = sp.sympify(lhs, strict=True), sp.sympify(rhs, strict=True)
    if isinstance(lhs, sp.MatrixBase) or isinstance(rhs, sp.MatrixBase):
        if getattr(lhs, "shape", None) != getattr(rhs, "shape", None):
            raise StepFails(f"{why!r}: the two sides have different shapes")
        return list(zip(lhs, rhs, strict=True))
    return [(lhs, rhs)]


def _holds(a: sp.Expr, b: sp.Expr, relation: str, tolerance: sp.Float) -> bool:
    if b.is_infinite or a.is_infinite:
        if relation == "==":
            return bool(a == b) or bool(
                b.is_infinite and a.is_number and sp.sign(a) == sp.sign(b) and abs(a) > 10**5
            )
        return bool(RELATIONS[relation](a, b))
    slack = tolerance * max(sp.Integer(1), abs(a), abs(b))
    if relation == "==":
        return bool(abs(a - b) <= slack)
    if relation in ("<=", ">="):
        return bool(RELATIONS[relation](a, b + (slack if relation == "<=" else -slack)))
    return bool(RELATIONS[relation](a, b))


def _on_domain(side: sp.Expr, domain: tuple[Any, ...]) -> sp.Expr:
    """``side.doit()``, with every case that the domain decides replaced by its branch (sums over
    Kronecker deltas need it).
    """

    def branch(cases: sp.Piecewise) -> sp.Expr:
        for value, condition in cases.args:
            try:
                if (
                    condition == sp.true
                    or counterexample(sp.Implies(sp.And(*domain), condition)) is None
                ):
                    return value
                if counterexample(sp.Implies(sp.And(*domain), sp.Not(condition))) is not None:
                    return cases  # neither certain nor excluded
            except NotImplementedError:
                return cases
        return cases

    side = side.doit()
    for _ in range(4):
        simpler = side.replace(lambda e: isinstance(e, sp.Piecewise), branch).doit()
        if simpler == side:
            break
        side = simpler
    return side


def _vanishes(left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...]) -> bool:
    """Does SymPy reduce the difference to zero?  The cheap rewrites come first."""
    left, right = _on_domain(left, domain), _on_domain(right, domain)
    if left == right:
        return True
    if left.is_infinite or right.is_infinite or left is sp.nan or right is sp.nan:
        return False
    if left.has(sp.Piecewise, sp.Max, sp.Min) and _same_cases(left, right, domain):
        return True
    gap = left - right
    if gap.has(sp.Sum) and flatten(gap) == 0:
        return True
    for rewrite in (sp.expand, _cancel, _split_powers, sp.trigsimp, sp.simplify):
        try:
            if rewrite(gap) == 0:
                return True
        except (NotImplementedError, TypeError, ValueError, AttributeError, sp.PolynomialError):
            continue
    return False


def _same_cases(left: sp.Expr, right: sp.Expr, domain: tuple[Any, ...]) -> bool:
    """Do both sides agree in every case?  Branches without a value must be the same on both
    sides.
    """
    try:
        for a, here in _cases(left):
            for b, there in _cases(right):
                same = sp.Eq(a, b) if sp.nan not in (a, b) else sp.S(a is b)
                if (
                    a != b
                    and counterexample(sp.Implies(sp.And(here, there, *domain), same)) is not None
                ):
                    return False
    except (NotImplementedError, TypeError):
        return False
    return True


def _cases(side: sp.Expr) -> list[tuple[sp.Expr, Any]]:
    """Branches with the condition under which each is reached."""
    if not isinstance(side, sp.Piecewise):
        return [(side, sp.true)]
    reached, earlier = [], sp.false
    for value, condition in side.args:
        reached.append((value, sp.And(condition, sp.Not(earlier))))
        earlier = sp.Or(earlier, condition)
    return reached


def _cancel(gap: sp.Expr) -> sp.Expr:
    return sp.cancel(sp.together(gap))


def _split_powers(gap: sp.Expr) -> sp.Expr:
    return sp.expand(sp.powsimp(sp.expand_log(sp.expand(gap.rewrite(sp.exp)))))


def _short(value: sp.Expr) -> str:
    return str(sp.N(value, 8))
