"""Small faults made in the source of a module one at a time, as a slip of the hand would make them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import CodeType

_LARGE = 20  # one more or less than such a limit makes no difference to anybody: twice or half of it may
_WIDTH = 36  # characters left on each side of what differs

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_OPPOSITES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_LOGGING = {"debug", "info", "warning", "error", "exception", "critical"}
_TEXTS = (ast.JoinedStr, ast.Constant)


@dataclass(frozen=True)
class Mutant:
    """One fault in one file."""

    path: Path
    number: int
    """Its place among the mutants of the file."""
    line: int
    lines: range
    """The lines that are executed whenever the faulty place is."""
    at_import: bool
    """Whether it is executed when the module is loaded, not in a function."""
    is_private: bool
    """Whether it is in the value of a module's variable that only the module's functions use."""
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.before} -> {self.after}"


def mutants(path: Path) -> list[Mutant]:
    """All mutants of a file, in order."""
    found = []
    for number, change in enumerate(_changes(ast.parse(path.read_bytes()))):
        before, after = _difference(change.before, _header(change.statement))
        found.append(
            Mutant(
                path, number, change.line, change.lines, change.at_import, _is_private(change), before, after
            )
        )
    return found


def compiled(mutant: Mutant) -> CodeType:
    """The code of the module with the fault in it."""
    tree = ast.parse(mutant.path.read_bytes())
    for number, _ in enumerate(
        _changes(tree)
    ):  # the tree has the fault in it until the next one is asked for
        if number == mutant.number:
            return compile(ast.fix_missing_locations(tree), mutant.path.resolve(), "exec", dont_inherit=True)
    raise ValueError(mutant)


@dataclass
class _Change:
    statement: ast.AST | None
    before: str
    line: int
    lines: range
    at_import: bool


def _changes(tree: ast.Module) -> Iterator[_Change]:
    """Each fault in turn is in `tree` when its change is given, and out of it when the next is asked for."""
    yield from _below(tree, tree, at_import=True)


def _below(node: ast.AST, statement: ast.AST, *, at_import: bool) -> Iterator[_Change]:
    at_import = at_import and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    for field, value in ast.iter_fields(node):
        places = list(value) if isinstance(value, list) else [value]
        for index, child in enumerate(places):
            if not isinstance(child, ast.AST) or _is_skipped(node, field, child):
                continue
            within = child if isinstance(child, (ast.stmt, ast.match_case, ast.excepthandler)) else statement
            before = ""
            for other in _replacements(node, field, child):
                before = before or _header(within)
                _put(node, field, index, other)
                changed = other if within is child else within
                yield _Change(
                    changed, before, getattr(child, "lineno", _first(within)), _lines(within), at_import
                )
            _put(node, field, index, child)
            yield from _below(child, within, at_import=at_import)


def _is_private(change: _Change) -> bool:
    match change.statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return change.at_import and change.statement.col_offset == 0 and name.startswith("_")
    return False


def _put(node: ast.AST, field: str, index: int, child: ast.AST | None) -> None:
    value = getattr(node, field)
    if isinstance(value, list):
        value[index] = child
    else:
        setattr(node, field, child)


def _is_skipped(parent: ast.AST, field: str, child: ast.AST) -> bool:
    """What does nothing for the program while it runs, or only tells its developers something."""
    match child:
        case ast.Assert() | ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.FunctionDef(name="__repr__"):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=attr))):
            return attr in _LOGGING
        case ast.BinOp(op=ast.BitOr()) if isinstance(parent, ast.Assign) and parent.col_offset == 0:
            return True  # a union of types
    return field in {"annotation", "returns", "decorator_list"}


def _replacements(parent: ast.AST, field: str, node: ast.AST) -> Iterator[ast.AST | None]:
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                for other in _COMPARISONS[type(operator)]:
                    yield ast.Compare(
                        node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators
                    )
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.BinOp() if type(node.op) in _ARITHMETIC and not _is_text(node):
            yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float() as number):
            large = number >= _LARGE
            yield ast.Constant(number * 2 if large else number + 1)
            yield ast.Constant(number // 2 if large else number - 1)
        case ast.IfExp():
            yield node.orelse
            yield node.body
        case ast.Call(func=ast.Name(id=name)) if name in _OPPOSITES:
            yield ast.Call(ast.Name(_OPPOSITES[name], ast.Load()), node.args, node.keywords)
        case ast.comprehension() if node.ifs:
            yield ast.comprehension(node.target, node.iter, [], node.is_async)
        case ast.Return() if node.value is not None and not _is_none(node.value):
            yield ast.Return(ast.Constant(None))
        case ast.AugAssign():
            if type(node.op) in _ARITHMETIC:
                yield ast.AugAssign(node.target, _ARITHMETIC[type(node.op)](), node.value)
            yield ast.Pass()
        case ast.Expr() | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.If():
            yield ast.If(ast.Constant(False), node.body, node.orelse)
    if isinstance(parent, ast.Slice) and field in {"lower", "upper"}:
        yield None


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_text(node: ast.BinOp) -> bool:
    """Whether it joins or formats texts: another operator would only raise TypeError."""
    return any(
        isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, (str, bytes)))
        for side in (node.left, node.right)
    )


def _first(node: ast.AST) -> int:
    return node.pattern.lineno if isinstance(node, ast.match_case) else getattr(node, "lineno", 1)


def _lines(node: ast.AST) -> range:
    """The lines of a simple statement; of a compound one those of its head, of a function those of its body."""
    body = getattr(node, "body", None)
    if not body:
        return range(_first(node), getattr(node, "end_lineno", _first(node)) + 1)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return range(body[0].lineno, body[-1].end_lineno + 1)
    return range(_first(node), max(body[0].lineno, _first(node) + 1))


def _header(node: ast.AST | None) -> str:
    if node is None or isinstance(node, ast.Module):
        return ""
    lines = ast.unparse(ast.fix_missing_locations(node)).strip().splitlines()
    return next(line for line in lines if not line.startswith("@"))


def _difference(before: str, after: str) -> tuple[str, str]:
    """Both without what they have in common far from where they differ."""
    shorter = min(len(before), len(after))
    start = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    rest = shorter - start
    end = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    return tuple(_window(text, start, len(text) - end) for text in (before, after))  # type: ignore[return-value]


def _window(text: str, start: int, end: int) -> str:
    left, right = max(0, start - _WIDTH), min(end, start + _WIDTH) + _WIDTH
    return f"{'…' if left else ''}{text[left:right]}{'…' if right < len(text) else ''}"
