"""Finds what the code asks of the policies: every `require`, `may`, `may_at_all` and `visible`, read and not run.

A question must be readable where it is asked: a literal, a constant of the same module, or a parameter that the
callers in the same module fill with one. Whatever cannot be read this way is reported, not passed over.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The place of action and aspect among the arguments, and their keywords.
ASKED = {
    "require": (0, 1),
    "may": (0, 1),
    "may_at_all": (0, 1),
    "visible": (2, 1),
}
ASKING = {"work", "authority"}
# `Work` hands its arguments on to the authority.
HANDS_ON = "domain/work.py"


@dataclass(frozen=True, order=True)
class Question:
    """An action on an aspect, and where it is asked. Either is None where it could not be read."""

    action: str | None
    aspect: str | None
    place: str


def questions_in(root: Path, *folders: str) -> list[Question]:
    """Every question in the Python files of these folders."""
    files = sorted(file for folder in folders for file in (root / folder).rglob("*.py"))
    return [
        question
        for file in files
        if file.relative_to(root).as_posix() != HANDS_ON
        for question in questions_of(file.read_text(encoding="utf-8"), file.relative_to(root).as_posix())
    ]


def questions_of(source: str, name: str) -> Iterator[Question]:
    """Every question of one module."""
    module = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for function, call in _asking_calls(module):
        assert isinstance(call.func, ast.Attribute)
        first, second = ASKED[call.func.attr]
        place = f"{name}:{call.lineno}"
        aspects = list(_read(_argument(call, second, "aspect"), constants, module, function))
        action = _argument(call, first, "action")
        # A list is one to read unless it says otherwise.
        actions = (
            ["read"]
            if action is None and call.func.attr == "visible"
            else list(_read(action, constants, module, function))
        )
        for asked in actions:
            for aspect in aspects:
                yield Question(asked, aspect, place)


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _asking_calls(
    node: ast.AST, within: Function | None = None
) -> Iterator[tuple[Function | None, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr in ASKED:
            owner = child.func.value
            if (owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")) in ASKING:
                yield within, child
        yield from _asking_calls(child, child if isinstance(child, Function) else within)


def _argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    return call.args[position] if len(call.args) > position else None


def _read(
    given: ast.expr | None, constants: dict[str, str], module: ast.Module, function: Function | None
) -> Iterator[str | None]:
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, ast.Name) and given.id in constants:
        yield constants[given.id]
    elif isinstance(given, ast.Name) and function is not None and given.id in _parameters(function):
        position = _parameters(function).index(given.id)
        calls = [
            node
            for node in ast.walk(module)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == function.name
        ]
        for call in calls:
            yield from _read(_argument(call, position, given.id), constants, module, None)
        if not calls:
            yield None
    else:
        yield None


def _parameters(function: Function) -> list[str]:
    arguments = function.args
    return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
