"""Finds what the code asks of the policies: every `require`, `may`, `may_at_all` and `visible`(`_as`), read and not run.

A question must be readable: a literal, a constant of this module or an imported one, or a parameter that every caller
fills with one. What cannot be read this way is reported, not passed over; except that `may`, which refuses nothing by
itself, may go through all acts of a table to tell which are open.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# The place of action and aspect among the arguments.
ASKED = {"require": (0, 1), "may": (0, 1), "may_at_all": (0, 1), "visible": (2, 1), "visible_as": (3, 1)}
LISTS = {"visible", "visible_as"}
ADVISES = {"may", "may_at_all"}
ASKING = {"work", "authority", "asks"}
# `Work` and `Asks` hand their arguments on to the authority.
HAND_ON = {"domain/work.py", "domain/statements.py"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Question:
    """An action on an aspect, and where it is asked. Either is None where it could not be read."""

    action: str | None
    aspect: str | None
    place: str


@dataclass(frozen=True)
class Module:
    """One module, parsed: its constants, and under which names it imports what."""

    place: str
    tree: ast.Module
    constants: Mapping[str, str] = field(init=False)
    imports: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "constants", dict(_constants(self.tree)))
        object.__setattr__(self, "imports", dict(_imports(self.tree)))


def questions_in(root: Path, *folders: str) -> list[Question]:
    """Every question in the Python files of these folders."""
    files = sorted(file for folder in folders for file in (root / folder).rglob("*.py"))
    sources = {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}
    return questions_of({place: source for place, source in sources.items() if place not in HAND_ON})


def questions_of(sources: Mapping[str, str]) -> list[Question]:
    """Every question in these sources, which are named by their paths."""
    modules = {_dotted(place): Module(place, ast.parse(source)) for place, source in sources.items()}
    return [question for module in modules.values() for question in _questions(module, modules)]


def _questions(module: Module, modules: Mapping[str, Module]) -> Iterator[Question]:
    for within, method, call in _asking_calls(module.tree):
        first, second = ASKED[method]
        action, aspect = _argument(call, first, "action"), _argument(call, second, "aspect")
        if method in LISTS and action is None:
            actions: list[str | None] = ["read"]  # a list is one to read unless it says otherwise
        else:
            actions = list(_read(action, module, modules, within))
        for asked in actions:
            if asked is None and method in ADVISES:
                continue
            for on in _read(aspect, module, modules, within):
                yield Question(asked, on, f"{module.place}:{call.lineno}")


def _asking_calls(
    node: ast.AST, within: Function | None = None
) -> Iterator[tuple[Function | None, str, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Call(
                func=ast.Attribute(attr=method, value=ast.Name(id=owner) | ast.Attribute(attr=owner))
            ):
                if method in ASKED and owner in ASKING:
                    yield within, method, child
            case _:
                pass
        yield from _asking_calls(child, child if isinstance(child, Function) else within)


def _argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    return call.args[position] if len(call.args) > position else None


def _read(
    given: ast.expr | None, module: Module, modules: Mapping[str, Module], within: Function | None
) -> Iterator[str | None]:
    match given:
        case ast.Constant(value=str(word)):
            yield word
        case ast.Name(id=name) if name in module.constants:
            yield module.constants[name]
        case ast.Name(id=name) if within is not None and name in _parameters(within):
            yield from _filled_in(name, within, module, modules)
        case ast.Name(id=name) if name in module.imports:
            source, _, constant = module.imports[name].rpartition(".")
            yield modules[source].constants.get(constant) if source in modules else None
        case ast.Attribute(value=ast.Name(id=name), attr=constant) if module.imports.get(name) in modules:
            yield modules[module.imports[name]].constants.get(constant)
        case _:
            yield None


def _filled_in(
    parameter: str, function: Function, module: Module, modules: Mapping[str, Module]
) -> Iterator[str | None]:
    position = _parameters(function).index(parameter)
    calls = [
        (caller, node)
        for caller in modules.values()
        for node in ast.walk(caller.tree)
        if isinstance(node, ast.Call) and _calls(node, function.name, module, caller)
    ]
    for caller, call in calls:
        yield from _read(_argument(call, position, parameter), caller, modules, None)
    if not calls:
        yield None


def _calls(call: ast.Call, function: str, module: Module, caller: Module) -> bool:
    home = _dotted(module.place)
    match call.func:
        case ast.Name(id=name):
            return caller.imports.get(name) == f"{home}.{function}" or (caller is module and name == function)
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return attribute == function and caller.imports.get(name) == home
        case _:
            return False


def _parameters(function: Function) -> list[str]:
    arguments = function.args
    return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(word)))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(word)))
            ):
                yield name, word
            case _:
                pass


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _dotted(place: str) -> str:
    return place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
