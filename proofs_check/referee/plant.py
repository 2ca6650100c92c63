"""Who notices an error?  Small errors are planted in the theory, one at a time; a step, the ledger,
a test or a check must catch each.

A planted error changes one place of one claim (or of what the claims of a topic share): a sign, a
factor 2 or pi, an exponent, a symbol, a term, an inequality.  The layers are asked in this order:

    step      a step is false, says nothing, or cannot be built
    ledger    a statement gets another verdict
    numerics  a test of the topic fails
    check     a prediction leaves the band of what was measured, or no longer differs from its rival
    record    every step is true and the result is the old one, but a definition, a hypothesis or a
    domain is not the recorded one

What no layer catches is "equivalent" (nothing that is shown or used changes: all expressions are
equal), "another proof" (every step is true and the result is the old one: only the way to it
differs), "stronger" (the same steps hold on larger domains), a "premise" (what the claim rests on
reads differently and is not in the record), or a "hole".
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

import sympy as sp

from proofs_check.core import runner, verdict
from proofs_check.referee import premises as _premise_record
from theory import Decided, Derivation, Enclosed, Step
from theory.core.decision import counterexample
from theory.core.derivation import AnyStep

SHARED = "what claims share"  # helpers and constants of a theory file
FLIPPED: dict[type, type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
TURNED: dict[type, type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
}
RELATIONS = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
KINDS = (
    "sign",
    "factor 2",
    "factor pi",
    "exponent + 1",
    "exponent - 1",
    "symbol",
    "term",
    "inequality",
)
GIVEN = ("definition", "assumption", "quotation")
LIMIT = 90.0  # seconds for the steps of one planted error: z3 alone may take 20 for each step
TESTS = 300.0  # seconds for the tests of a topic
Place = tuple[str, str, int]  # topic, claim (or SHARED), number of the error in its source


@dataclass(frozen=True)
class Verdict:
    """What became of a planted error: who caught it (``None``: nobody), how it stands, and why."""

    caught_by: str | None
    # "caught" | "equivalent" | "another proof" | "stronger" | "premise" | "undecided" | "hole"
    standing: str
    reason: str


@dataclass(frozen=True)
class Error:
    """A change of one node of a syntax tree, not yet made."""

    kind: str
    node: ast.expr
    make: Callable[[], None]

    @property
    def line(self) -> int:
        """Line in the source of the topic."""
        return self.node.lineno

    def __str__(self) -> str:
        return ast.unparse(self.node)


class TooLong(BaseException):
    """The time for one planted error is over; no ``except Exception`` of a library may
    swallow it.
    """


# ---------------------------------------------------------------- planting


def part(topic: str, name: str, tree: ast.Module) -> ast.AST:
    """The claim's function in the tree of its topic, or everything that is not a claim."""
    if name != SHARED:
        return next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
    claims = runner.claims_of(topic)
    return ast.Module(
        [n for n in tree.body if not (isinstance(n, ast.FunctionDef) and n.name in claims)], []
    )


def errors(topic: str, name: str, tree: ast.Module) -> Iterator[Error]:
    """Every error that a claim has room for, in a fixed order; making one changes ``tree``."""
    where = part(topic, name, tree)
    module = vars(import_module(f"theory.{topic}"))
    others = _interchangeable(where, module)
    for node in ast.walk(where):
        if isinstance(node, ast.expr):
            for kind, make in list(_changes(node, module, others)):
                yield Error(kind, node, make)


def _changes(
    node: ast.AST, module: dict[str, Any], others: dict[str, str]
) -> Iterator[tuple[str, Callable[[], None]]]:
    def become(new: ast.expr) -> Callable[[], None]:
        """Put ``new`` in the node's place: the node keeps its identity and gets another nature."""

        def change() -> None:
            node.__class__ = new.__class__
            for field in [
                f
                for f in vars(node)
                if f not in ("lineno", "col_offset", "end_lineno", "end_col_offset")
            ]:
                delattr(node, field)
            for field in new._fields:
                if hasattr(new, field):
                    setattr(node, field, getattr(new, field))

        return change

    if isinstance(node, ast.BinOp) and not _is_text(node, module):
        left, right, op = node.left, node.right, node.op
        if isinstance(op, (ast.Add, ast.Sub)):
            yield "sign", become(ast.BinOp(left, FLIPPED[type(op)](), right))
            yield "term", become(left)
            if not (
                isinstance(left, ast.BinOp) and isinstance(left.op, (ast.Add, ast.Sub))
            ):  # several terms
                yield (
                    "term",
                    become(right if isinstance(op, ast.Add) else ast.UnaryOp(ast.USub(), right)),
                )
        elif isinstance(op, (ast.Mult, ast.Div)):
            for kind, factor, found in (
                ("factor 2", ast.Constant(2), "2"),
                ("factor pi", ast.Name("_pi", ast.Load()), "pi"),
            ):
                if ast.unparse(left) == found and isinstance(op, ast.Mult):
                    yield kind, become(right)
                elif ast.unparse(right) == found:
                    yield kind, become(left)
                else:
                    yield kind, become(ast.BinOp(ast.BinOp(factor, ast.Mult(), left), op, right))
        elif isinstance(op, ast.Pow):
            yield (
                "exponent + 1",
                become(ast.BinOp(left, op, ast.BinOp(right, ast.Add(), ast.Constant(1)))),
            )
            yield (
                "exponent - 1",
                become(ast.BinOp(left, op, ast.BinOp(right, ast.Sub(), ast.Constant(1)))),
            )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", become(node.operand)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in others:
        yield "symbol", become(ast.Name(others[node.id], ast.Load()))
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in TURNED:
        yield (
            "inequality",
            become(ast.Compare(node.left, [TURNED[type(node.ops[0])]()], node.comparators)),
        )
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in RELATIONS:
        yield "inequality", become(ast.Constant(RELATIONS[node.value]))


def _is_text(node: ast.AST, module: dict[str, Any]) -> bool:
    """Is this a concatenation of strings, or of names of sources?"""
    return any(
        (isinstance(v, ast.Constant) and isinstance(v.value, str))
        or (isinstance(v, ast.Name) and isinstance(module.get(v.id), str))
        for v in ast.walk(node)
    )


def _interchangeable(where: ast.AST, module: dict[str, Any]) -> dict[str, str]:
    """For each symbol that is used, the next one of the same kind that is used there too."""
    used = {
        n.id for n in ast.walk(where) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    groups: dict[str, list[str]] = {}
    for name in sorted(used):
        if isinstance(module.get(name), sp.Symbol):
            groups.setdefault(repr(sorted(module[name].assumptions0.items())), []).append(name)
    for node in ast.walk(where):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.value.func) in ("symbols", "Symbol")
        ):
            kind = repr(sorted(ast.unparse(k) for k in node.value.keywords))
            names = [
                n.id for n in ast.walk(node.targets[0]) if isinstance(n, ast.Name) and n.id in used
            ]
            groups.setdefault(kind, []).extend(
                n for n in sorted(names) if not isinstance(module.get(n), sp.Symbol)
            )
    return {
        a: b
        for group in groups.values()
        if len(group) > 1
        for a, b in zip(group, group[1:] + group[:1], strict=True)
    }


def _tree(topic: str) -> ast.Module:
    return ast.parse((runner.ROOT / "theory" / f"{topic}.py").read_text())


@cache
def places(topic: str, name: str) -> tuple[tuple[int, str], ...]:
    """(number, kind) of every error that a claim has room for."""
    return tuple(
        (number, error.kind) for number, error in enumerate(errors(topic, name, _tree(topic)))
    )


def chosen(topic: str, name: str, per_kind: int | None = None) -> list[Place]:
    """All errors of a claim, or ``per_kind`` of each kind, picked by a fixed hash."""
    found: list[Place] = []
    for kind in KINDS:
        own = [number for number, own_kind in places(topic, name) if own_kind == kind]
        if per_kind is not None:
            own = sorted(
                own, key=lambda n: hashlib.sha256(f"{topic}{name}{kind}{n}".encode()).digest()
            )[:per_kind]
        found += [(topic, name, number) for number in own]
    return found


def parts(topic: str) -> list[str]:
    """The topic's claims and what they share; nothing for a topic without theory."""
    return [*runner.claims_of(topic), SHARED] if topic in runner.topics("theory") else []


@dataclass(frozen=True)
class Planted:
    """An error in its place: what stood there, what stands there now, and the tree of the whole
    topic.
    """

    topic: str
    kind: str
    line: int
    before: str
    after: str
    tree: ast.Module

    def module(self) -> types.ModuleType:
        """The theory of the topic with the error in it, which nothing else sees; raises what
        reading it raises.
        """
        mutant = types.ModuleType(f"theory.{self.topic}")
        mutant.__dict__["_pi"] = sp.pi
        exec(compile(self.tree, f"{self.topic}.py", "exec"), mutant.__dict__)
        return mutant


def planted(place: Place) -> Planted:
    """Make the error of this place in a fresh tree."""
    topic, name, number = place
    tree = _tree(topic)
    error = list(errors(topic, name, tree))[number]
    before = str(error)
    error.make()
    return Planted(
        topic, error.kind, error.line, before, str(error), ast.fix_missing_locations(tree)
    )


# ---------------------------------------------------------------- steps and ledger


def _built(function: Callable[[], Any]) -> tuple[Derivation, ...]:
    built = function()
    return built if isinstance(built, tuple) else (built,)


@cache
def _truth(topic: str, name: str) -> tuple[tuple[Derivation, ...], tuple[tuple[Any, ...], ...]]:
    """Derivations without an error and, for each, what it says about the ledger."""
    built = _built(runner.claims_of(topic)[name])
    return built, tuple(_says(f"{topic}.{name}", derivation) for derivation in built)


def _says(name: str, derivation: Derivation) -> tuple[Any, ...]:
    return tuple(
        (f.statement, f.part, f.reading, f.standing)
        for f in verdict.findings_of_derivation(name, derivation)
    )


def of_a_claim(topic: str, name: str, function: Callable[[], Any]) -> Verdict:
    """What steps and ledger say about a claim with an error; only what changed is graded."""
    right, right_says = _truth(topic, name)
    known = [step for derivation in right for step in derivation.steps]
    try:
        wrong = _built(function)
        if wrong == right:
            return Verdict(None, "equivalent", "the derivation is the same")
        for derivation in wrong:
            for step in derivation.steps:
                if step not in known:
                    step.grade()
    except Exception as error:
        return Verdict("step", "caught", f"{type(error).__name__}: {error}"[:300])
    says: tuple[Any, ...] = ()
    try:
        for derivation in wrong:
            says += (
                right_says[right.index(derivation)]
                if derivation in right
                else _says(f"{topic}.{name}", derivation),
            )
    except Exception as error:
        return Verdict("ledger", "caught", f"{type(error).__name__}: {error}"[:300])
    if sorted(map(str, sum(says, ()))) != sorted(map(str, sum(right_says, ()))):
        return Verdict("ledger", "caught", "a statement of the ledger is judged differently")
    if len(wrong) == len(right):
        if all(
            len(a.steps) == len(b.steps) and all(map(_same_step, a.steps, b.steps))
            for a, b in zip(right, wrong, strict=True)
        ):
            return Verdict(None, "equivalent", "all expressions are equal")
        if all(
            _same_result(a, b) and _same_settles(a, b) for a, b in zip(right, wrong, strict=True)
        ):
            weaker = not all(map(_as_close, right, wrong))
            if weaker or any(premises(a) != premises(b) for a, b in zip(right, wrong, strict=True)):
                if not weaker and all(map(_says_no_less, right, wrong)):
                    return Verdict(
                        None, "stronger", "every step holds on the old domain or a larger one"
                    )
                if _premise_record.premises(wrong) != _premise_record.recorded(topic).get(name):
                    return Verdict(
                        "record",
                        "caught",
                        f"what the claim rests on is not what tests/premises/{topic}.txt says",
                    )
                return Verdict(
                    None,
                    "premise",
                    "a definition, hypothesis, domain or bound reads differently, and every step "
                    "holds",
                )
            return Verdict(None, "another proof", "every step is true and the result is the same")
    return Verdict(None, "hole", "every step is true, and the result is another")


def premises(derivation: Derivation) -> list[Any]:
    """What a derivation starts from and no step checks."""
    return [
        p
        for step in derivation.steps
        for p in ((step,) if step.kind in GIVEN else _premise_record.hypotheses(step))
    ]


def _same_result(a: Derivation, b: Derivation) -> bool:
    """Do the last steps end in the same?  Two formulas that both hold are equivalent, and yet not
    the same: their words decide.
    """
    old, new = a.steps[-1], b.steps[-1]
    if isinstance(old, Decided) and isinstance(new, Decided):
        return bool(_premise_record.conclusion(old) == _premise_record.conclusion(new))
    return type(old) is type(new) and _same(a.result, b.result)


def _says_no_less(old: Derivation, new: Derivation) -> bool:
    return len(old.steps) == len(new.steps) and all(map(_no_narrower, old.steps, new.steps))


def _no_narrower(old: AnyStep, new: AnyStep) -> bool:
    """Does the new step say no less: the same, of all that the old one spoke of or more?"""
    if _same_step(old, new):
        return True
    if isinstance(old, Step) and isinstance(new, Step):
        same = _same_step(replace(old, domain=new.domain), new)
    else:
        same = (
            isinstance(old, Decided)
            and isinstance(new, Decided)
            and _premise_record.conclusion(old) == _premise_record.conclusion(new)
        )
    try:
        before, after = (sp.And(*_premise_record.hypotheses(step)) for step in (old, new))
        return same and counterexample(sp.Implies(before, after)) is None
    except (NotImplementedError, TypeError):
        return False  # not shown


def _same(a: Any, b: Any) -> bool:
    try:
        return bool(a == b) or verdict.agree(sp.sympify(a, strict=True), b) is not None
    except Exception:
        return False  # not shown


def _as_close(old: Derivation, new: Derivation) -> bool:
    """Is the last step the same relation, or the same number in bounds that are no wider?"""
    a, b = old.steps[-1], new.steps[-1]
    if isinstance(a, Enclosed) and isinstance(b, Enclosed):
        return bool(a.lower <= b.lower <= b.upper <= a.upper)
    return type(a) is type(b) and (
        not isinstance(a, Step) or not isinstance(b, Step) or a.relation == b.relation
    )


def _same_settles(a: Derivation, b: Derivation) -> bool:
    return len(a.settles) == len(b.settles) and all(
        (s.statement, s.part) == (t.statement, t.part)
        and (s.derived is t.derived is None or _same(s.derived, t.derived))
        for s, t in zip(a.settles, b.settles, strict=True)
    )


def _same_step(a: AnyStep, b: AnyStep) -> bool:
    """Are two steps the same statement, side by side?"""
    if a == b:
        return True
    if (
        not (isinstance(a, Step) and isinstance(b, Step))
        or a.relation != b.relation
        or a.domain != b.domain
    ):
        return False
    return _same(a.lhs, b.lhs) and _same(a.rhs, b.rhs)


def by_theory(place: Place) -> Verdict:
    """Steps and ledger of every claim that an error can reach."""
    topic, name, _ = place
    try:
        module = planted(place).module()
    except Exception as error:
        return Verdict("step", "caught", f"{type(error).__name__} already when the file is read")
    worst = Verdict(None, "equivalent", "the derivation is the same")
    rank = ("equivalent", "another proof", "stronger", "premise", "hole")
    for claim in [name] if name != SHARED else runner.claims_of(topic):
        _truth(topic, claim)
        found = of_a_claim(topic, claim, getattr(module, claim))
        if found.caught_by:
            return found
        worst = max(worst, found, key=lambda v: rank.index(v.standing))
    return worst


# ---------------------------------------------------------------- numerics and checks


@contextmanager
def in_place_of(topic: str, mutant: types.ModuleType) -> Iterator[None]:
    """Modules that are imported within see ``mutant`` as the theory of the topic; afterwards all is
    as before.
    """
    names = "|".join(runner.all_topics())
    # helpers of the numerical layer use derived formulas
    starts = re.compile(rf"(theory|proofs_check)\.({names})|numerics\..+")

    def of_topics() -> dict[str, types.ModuleType]:
        return {name: module for name, module in sys.modules.items() if starts.fullmatch(name)}

    before = of_topics()
    try:
        for name in before:
            _forget(name)
        sys.modules[f"theory.{topic}"] = mutant
        setattr(sys.modules["theory"], topic, mutant)
        yield
    finally:
        for name in of_topics():
            _forget(name)
        for name, module in before.items():
            sys.modules[name] = module
            package, _, leaf = name.rpartition(".")
            setattr(sys.modules[package], leaf, module)


def _forget(name: str) -> None:
    package, _, leaf = name.rpartition(".")
    sys.modules.pop(name, None)
    if hasattr(sys.modules.get(package), leaf):
        delattr(sys.modules[package], leaf)


def _predictions(topic: str) -> dict[str, tuple[float, float] | str]:
    """Prediction and rival of each check, or the error that it ends in."""
    from proofs_check.core.check import value

    found: dict[str, tuple[float, float] | str] = {}
    for name, check in runner.checks_of(topic).items():
        try:
            found[name] = (value(check.predict), value(check.rival))
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


@cache
def _right_predictions(topic: str) -> dict[str, tuple[float, float] | str]:
    return _predictions(topic)


@cache
def _measured(topic: str, name: str) -> tuple[tuple[float, float], str]:
    """What a check measures without an error."""
    from proofs_check.core.judging import run

    result = run(runner.checks_of(topic)[name])
    return result.interval, result.verdict.name


def by_checks(topic: str, module: types.ModuleType) -> Verdict | None:
    """The first check whose verdict changes when its prediction is computed with the error;
    ``None`` when all stay.
    """
    from proofs_check.core.judging import judge

    right = _right_predictions(topic)
    with in_place_of(topic, module):
        try:
            wrong = _predictions(topic)
            checks = runner.checks_of(topic)
        except Exception as error:
            return Verdict("check", "caught", f"{type(error).__name__}: {error}"[:300])
        bands: dict[str, Any] = {}
        for name in wrong:
            if wrong[name] != right[name]:
                try:
                    bands[name] = checks[name].band()
                except Exception as error:
                    return Verdict("check", "caught", f"{name}: {error}"[:300])
    for name, band in bands.items():
        interval, verdict = _measured(topic, name)
        if judge(interval, band).name != verdict and verdict != "OPEN":
            return Verdict(
                "check", "caught", f"{name}: the prediction moves out of what was measured"
            )
    return None


def by_tests(place: Place) -> Verdict | None:
    """Do the tests of the topic fail when numerics is computed with the error?  ``None`` when they
    pass or there are none.
    """
    file = runner.ROOT / "tests" / f"test_{place[0]}.py"
    if not file.exists():
        return None
    command = [
        sys.executable,
        "-m",
        "proofs_check.referee.plant",
        place[0],
        place[1],
        str(place[2]),
    ]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(
            [str(runner.ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        )
    }
    try:
        done = subprocess.run(
            command, cwd=runner.ROOT, env=environment, capture_output=True, text=True, timeout=TESTS
        )
    except subprocess.TimeoutExpired:
        return Verdict(None, "undecided", f"the tests of the topic take longer than {TESTS:.0f} s")
    if done.returncode == 0:
        return None
    failed = [
        line.split(" ", 1)[1]
        for line in done.stdout.splitlines()
        if line.startswith(("FAILED ", "ERROR "))
    ]
    if done.returncode == 1 and failed:
        return Verdict("numerics", "caught", failed[0].split("::", 1)[-1][:300])
    if "Error" in done.stdout + done.stderr and failed:
        return Verdict("numerics", "caught", failed[0][:300])
    return Verdict(
        None, "undecided", f"the tests of the topic could not be run (status {done.returncode})"
    )


def _tests_with(place: Place) -> int:
    """Run the tests of the topic in this process, with the error planted."""
    import pytest

    with in_place_of(place[0], planted(place).module()):
        file = f"tests/test_{place[0]}.py"
        return int(
            pytest.main(
                [
                    "-x",
                    "-q",
                    "-n0",
                    "-p",
                    "no:cacheprovider",
                    "-p",
                    "no:randomly",
                    "--no-header",
                    "-rfE",
                    file,
                ]
            )
        )


# ---------------------------------------------------------------- all of it


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise ``TooLong`` after so many seconds, where the system can."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def over(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def referee(place: Place) -> dict[str, Any]:
    """Plant one error and ask all layers: the JSON entry of what became of it."""
    began = time.perf_counter()
    topic, name, number = place
    error = planted(place)
    for claim in [name] if name != SHARED else runner.claims_of(topic):
        _truth(topic, claim)
    try:
        with _at_most(LIMIT):
            found = by_theory(place)
    except TooLong:
        found = Verdict(None, "undecided", f"the steps take longer than {LIMIT:.0f} s")
    if found.standing == "hole":
        found = by_tests(place) or by_checks(topic, error.module()) or found
    return {
        "id": f"{topic}.{name}#{number}",
        "topic": topic,
        "claim": name,
        "kind": error.kind,
        "line": error.line,
        "before": error.before,
        "after": error.after,
        "caught_by": found.caught_by,
        "standing": found.standing,
        "reason": found.reason,
        "seconds": round(time.perf_counter() - began, 3),
    }


if __name__ == "__main__":
    sys.exit(_tests_with((sys.argv[1], sys.argv[2], int(sys.argv[3]))))
