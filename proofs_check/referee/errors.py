"""Which small errors the theory of a topic has room for: a sign, a factor 2 or pi, an exponent, a
symbol, a term, an inequality; each changes one node of a syntax tree.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import sympy as sp

from proofs_check.core import runner

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
    others = interchangeable(where, module)
    for node in ast.walk(where):
        if isinstance(node, ast.expr):
            for kind, make in list(changes(node, module, others)):
                yield Error(kind, node, make)


def changes(
    node: ast.AST, module: dict[str, Any], others: dict[str, str]
) -> Iterator[tuple[str, Callable[[], None]]]:
    """Kinds of error that one node has room for, and what makes each; ``others`` says which symbol
    stands for which.
    """

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

    if isinstance(node, ast.BinOp) and not is_text(node, module):
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


def is_text(node: ast.AST, module: dict[str, Any]) -> bool:
    """Is this a concatenation of strings, or of names of sources?"""
    return any(
        (isinstance(v, ast.Constant) and isinstance(v.value, str))
        or (isinstance(v, ast.Name) and isinstance(module.get(v.id), str))
        for v in ast.walk(node)
    )


def interchangeable(where: ast.AST, module: dict[str, Any]) -> dict[str, str]:
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
