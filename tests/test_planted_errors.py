"""A sign, a factor or an exponent changed in a claim makes a step fail or a statement change its verdict.

One error of each kind is planted in every claim, at a place that a fixed hash picks.  A change that leaves every step true and the result
the same, like a constant in a limit, is no error.
"""

import ast
import copy
import hashlib
import sys
import types
from functools import cache
from pathlib import Path

import pytest

from proofs_check import _run, _statements
from theory import Derivation

ROOT = Path(__file__).resolve().parent.parent
CLAIMS = [(topic, name) for topic in _run.all_topics() for name in _run.claims_of(topic)]
SHARED = "what claims share"  # helpers and constants of a theory file
OPPOSITE = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
RELATIONS = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}


def sites(function):
    """(kind, node) for every place where an error can be planted in a formula."""
    for node in ast.walk(function):
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, (ast.Add, ast.Sub)) and not any(isinstance(v, (ast.Constant, ast.JoinedStr)) and not isinstance(
                getattr(v, "value", None), (int, float)) for v in (node.left, node.right)) and not text(node):
                yield "sign", node
            elif isinstance(node.op, (ast.Mult, ast.Div)):
                yield "factor", node
            elif isinstance(node.op, ast.Pow):
                yield "exponent", node


def text(node):
    """Is this a concatenation of strings, or of names of sources?"""
    return any(isinstance(v, ast.Constant) and isinstance(v.value, str) for v in ast.walk(node)) or any(
        isinstance(v, ast.Name) and v.id in ("LUO", "FLOW") for v in ast.walk(node)
    )


def plant(kind, node):
    if kind == "exponent":
        node.right = ast.BinOp(node.right, ast.Add(), ast.Constant(1))
    elif kind == "factor":
        node.left = ast.BinOp(ast.Constant(2), ast.Mult(), node.left)
    else:
        node.op = OPPOSITE[type(node.op)]()


def mutants(topic, name):
    """(description, module with one error) for each kind that the claim has room for."""
    source = (ROOT / "theory" / f"{topic}.py").read_text()
    tree = ast.parse(source)
    by_kind = {}
    for index, (kind, node) in enumerate(sites(part(tree, topic, name))):
        by_kind.setdefault(kind, []).append((index, node.lineno))
    for kind, places in sorted(by_kind.items()):
        yield kind, places


def part(tree, topic, name):
    """The claim's function, or everything that is not a claim."""
    if name != SHARED:
        return next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
    claims = _run.claims_of(topic)
    return ast.Module([n for n in tree.body if not (isinstance(n, ast.FunctionDef) and n.name in claims)], [])


def planted(topic, name, index):
    tree = copy.deepcopy(ast.parse((ROOT / "theory" / f"{topic}.py").read_text()))
    kind, node = list(sites(part(tree, topic, name)))[index]
    before = ast.unparse(node)
    plant(kind, node)
    module = types.ModuleType(f"theory_mutant_{topic}")
    sys.modules[module.__name__] = module
    exec(compile(ast.fix_missing_locations(tree), f"{topic}.py", "exec"), module.__dict__)
    return f"{kind} in {before}", module


def outcome(topic, name, function):
    """Standings and results; an exception is an outcome too."""
    try:
        built = function()
        built = (built,) if isinstance(built, Derivation) else built
        for derivation in built:
            derivation.grade()
        findings = [f for d in built for f in _statements.findings_of_derivation(f"{topic}.{name}", d)]
        found = tuple((f.statement, f.part, f.reading, f.standing) for f in findings)
        return found, repr([(d.result, d.settles) for d in built])
    except Exception as error:
        return type(error).__name__, str(error)


@cache
def truth(topic, name):
    """The outcome without an error."""
    return outcome(topic, name, _run.claims_of(topic)[name])


def caught(topic, name, index):
    """(was it caught or without effect, what was planted)"""
    try:
        what, module = planted(topic, name, index)
    except Exception as error:
        return True, f"{type(error).__name__} already when the file is read"
    same = True
    for claim in [name] if name != SHARED else _run.claims_of(topic):
        good, bad = truth(topic, claim), outcome(topic, claim, getattr(module, claim))
        if bad[0] != good[0]:
            return True, what
        same &= bad[1] == good[1]
    return same, what


@pytest.mark.parametrize(("topic", "name"), [*CLAIMS, *((topic, SHARED) for topic in _run.topics("theory"))])
def test_a_planted_error_is_caught(topic, name):
    for kind, places in mutants(topic, name):
        pick = int(hashlib.sha256(f"{topic}{name}{kind}".encode()).hexdigest(), 16) % len(places)
        good, what = caught(topic, name, places[pick][0])
        assert good, f"{topic}.{name}, line {places[pick][1]}: {what} goes unnoticed"
