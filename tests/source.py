"""The lab's own source, each file read and parsed once for all tests that look at it."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from resnet.settings import PROJECT

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def sources(*folders: str) -> list[Path]:
    """Return every Python file in the folders (or the file itself), as paths from the project."""
    found: list[Path] = []
    for folder in folders:
        path = PROJECT / folder
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path.relative_to(PROJECT) for path in found]


@cache
def text(path: Path) -> str:
    """Return the text of a file."""
    return (PROJECT / path).read_text(encoding="utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    """Return the tree of a file, which all tests share: none may change it."""
    return ast.parse(text(path), str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file."""
    return tuple(ast.walk(parsed(path)))


@cache
def nodes_at_import(path: Path) -> tuple[ast.AST, ...]:
    """Return the nodes that run when a file is imported: no function's body, no type checker's."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [parsed(path)]
    for node in waiting:
        found.append(node)
        later: list[ast.AST] = []
        if isinstance(node, ast.Lambda):
            later = [node.body]
        elif isinstance(node, Function) or (
            isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        ):
            later = list(node.body)
        waiting += [child for child in ast.iter_child_nodes(node) if child not in later]
    return tuple(found)


def calls(found: Iterable[ast.AST], *names: str) -> Iterator[ast.Call]:
    """Yield the calls of functions by their bare names."""
    for node in found:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def assert_none(offenders: Iterable[str]) -> None:
    """Fail with every offender, a line each."""
    found = list(offenders)
    assert not found, "\n".join(found)
