"""Statements for all n."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import sympy as sp
from sympy.core.function import AppliedUndef

from theory.core.grading import Grade, StepFails
from theory.core.links import stated
from theory.core.refutation import may_be
from theory.core.steps import Step
from theory.core.sums import flatten
from theory.core.tex import tex

SO_FAR = sp.Symbol("s", real=True)


@dataclass(frozen=True)
class Induction:
    """``closed``, for every ``index`` from ``start`` on, of a sequence that begins with ``first``
    and goes on by ``again``, a formula in ``index`` and the value so far, ``so_far``.

    ``so_far`` is a symbol, or an undefined function of parameters where the next value needs the
    former one at several of them.  Base and step are built here, both from ``closed``.
    """

    index: sp.Symbol
    start: Any
    first: Any
    again: Any
    closed: Any
    why: str
    so_far: Any = SO_FAR
    domain: tuple[Any, ...] = ()
    uses: tuple[Any, ...] = field(default=(), repr=False)
    sequence: Any = None  # the sequence itself, when it has an expression
    kind: ClassVar[str] = "induction"
    given: ClassVar[None] = None

    @property
    def states(self) -> tuple[Any, str, Any]:
        """What may be used of it: the sequence is the closed form."""
        return self.so_far if self.sequence is None else self.sequence, "==", self.closed

    def parts(self) -> tuple[Step, ...]:
        """The first case, the passage to the next, passages that the assumptions about the index
        leave out, and that the sequence begins and goes on like this.
        """
        closed = sp.sympify(self.closed, strict=True)
        if not closed.has(self.index):
            raise StepFails(f"{self.why!r}: the closed form does not depend on {self.index}")
        if not self.index.is_integer:
            raise StepFails(f"{self.why!r}: {self.index} is not known to be an integer")
        if isinstance(self.so_far, sp.Symbol) and closed.has(self.so_far):
            raise StepFails(
                f"{self.why!r}: the closed form contains {self.so_far}, the value so far"
            )
        start = sp.sympify(self.start, strict=True)
        later = self.index >= start
        domain = self.domain if later == sp.true else (*self.domain, later)
        base = Step(
            closed.xreplace({self.index: start}),
            self.first,
            f"{self.why}: {self.index} = {start}",
            domain=tuple(r for r in self.domain if not r.has(self.index)),
        )
        of_sequence = self._of_the_sequence(start)
        first = {id(used) for part in of_sequence[:1] for used in part.uses}
        again = Step(
            self._next(closed),
            closed.xreplace({self.index: self.index + 1}),
            f"{self.why}: from {self.index} to {self.index} + 1",
            domain=domain,
            uses=tuple(used for used in self.uses if id(used) not in first),
        )
        return base, again, *self._left_out(again, start), *of_sequence

    def _left_out(self, again: Step, start: sp.Expr) -> tuple[Step, ...]:
        """From the start to where the index may be, all at once where nothing is used."""
        if not start.is_number or start >= 1 or may_be(self.index, start):
            return ()
        places: list[Any] = [start]
        if again.uses:
            while not may_be(self.index, places[-1] + 1) and places[-1] < 1:
                places.append(places[-1] + 1)
        else:
            known = {"nonnegative": True} if start.is_nonnegative else {"real": True}
            places = [sp.Dummy(str(self.index), integer=True, **known)]
        found = []
        for place in places:
            put = {self.index: place}
            domain = tuple(r.xreplace(put) for r in again.domain)
            found.append(
                self._step(
                    again.lhs.xreplace(put),
                    again.rhs.xreplace(put),
                    f"from {place} to {place + 1}",
                    tuple(r for r in (*domain, place >= start) if r != sp.true),
                )
            )
        return tuple(found)

    def _of_the_sequence(self, start: sp.Expr) -> tuple[Step, ...]:
        """That an expression begins and goes on as was said; a name is given to what does."""
        if self.sequence is None or isinstance(self.sequence, AppliedUndef):
            return ()
        sequence = sp.sympify(self.sequence, strict=True)
        following = sequence.xreplace({self.index: self.index + 1})
        if flatten(following - self._next(sequence)) == 0:
            following = self._next(sequence)
        return (
            self._step(
                sequence.xreplace({self.index: start}),
                sp.sympify(self.first, strict=True),
                "the sequence begins so",
            ),
            self._step(following, self._next(sequence), "the sequence goes on so", self.domain),
        )

    def _step(self, left: Any, right: Any, what: str, domain: tuple[Any, ...] = ()) -> Step:
        """A part that is shown from those of the grounds that stand in it."""
        grounds = []
        for used in self.uses:
            found = stated(used)
            if isinstance(found, tuple) and any(side.has(found[0]) for side in (left, right)):
                grounds.append(used)
        return Step(left, right, f"{self.why}: {what}", domain=domain, uses=tuple(grounds))

    def _next(self, closed: sp.Expr) -> sp.Expr:
        again = sp.sympify(self.again, strict=True)
        if isinstance(self.so_far, sp.Symbol):
            found = again.xreplace({self.so_far: closed})
        else:
            names = self.so_far.args

            def put_in(call: sp.Expr) -> sp.Expr:
                return closed.xreplace(dict(zip(names, call.args, strict=True)))

            found = again.replace(lambda e: e.func == self.so_far.func, put_in)
        if found == again:
            raise StepFails(f"{self.why!r}: the next value does not depend on {self.so_far}")
        return found

    def grade(self) -> Grade:
        """The weaker of both parts; a part whose sides are the same holds."""
        return min(_plain(part) for part in self.parts())

    def recall(self, grade: Grade) -> None:
        """Of both parts, where it cannot be the other one that is the weaker."""
        if grade is Grade.PROVED:
            for part in self.parts():
                if part.lhs != part.rhs:
                    part.recall(grade)

    def tried(self) -> None:
        """A quick look at both parts."""
        for part in self.parts():
            if part.lhs != part.rhs:
                part.tried()

    def corrupted(self) -> tuple[Induction, ...]:
        """Another closed form, first value or passage."""
        return (
            replace(self, closed=self.closed + 1),
            replace(self, closed=2 * self.closed),
            replace(self, first=self.first + 1),
            replace(self, again=self.again + 1),
        )

    def latex(self) -> str:
        """First value, passage, closed form; of a sequence with an expression, the latter alone."""
        if self.sequence is not None:
            return f"{tex(self.sequence)} = {tex(self.closed)}"
        now = tex(self.so_far)
        named = isinstance(self.so_far, sp.Symbol)
        sequence = now if named else tex(sp.Symbol(str(self.so_far.func)))
        return (
            rf"{sequence}_{{{tex(self.start)}}} = {tex(self.first)},\quad "
            rf"{sequence}_{{{tex(self.index)} + 1}} = {tex(self.again)}\quad\Rightarrow\quad "
            rf"{sequence}_{{{tex(self.index)}}} = {tex(self.closed)}"
        )


def _plain(part: Step) -> Grade:
    """A part whose sides are written the same holds."""
    return Grade.PROVED if part.lhs == part.rhs else part.grade()


def summed(sequence: Any, closed: Any, index: sp.Symbol, start: Any, why: str) -> Induction:
    """``sequence == closed`` for every ``index`` from ``start`` on, where ``sequence`` is made of
    sums whose upper end is the index: it begins with its value at the start, and goes on by the
    terms that one step adds.
    """
    sequence = sp.sympify(sequence, strict=True)
    first = sequence.xreplace({index: sp.sympify(start, strict=True)}).doit()
    grows = flatten(sequence.xreplace({index: index + 1}) - sequence)
    return Induction(index, start, first, SO_FAR + grows, closed, why, sequence=sequence)
