"""Read a learner's script or notebook, and run of it only what defines something.

An assignment's notebook also loads data, trains for an hour and calls helpers that lie beside it on
the course's server. None of that is needed to have its functions, so imports, functions, classes
and constants are all that runs, and an import that fails leaves its names out.
"""

import ast
import json
import traceback
import warnings
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resnet.errors import LabError
from resnet.language import translate as _

NOTEBOOK = ".ipynb"
_MAGIC = ("%", "!", "?")
_WRAPPING_MAGIC = ("%%time", "%%capture")  # what follows these is Python
_OTHER_KERAS = "tensorflow.keras"  # the lab's Keras under another name


@dataclass(frozen=True)
class _Cell:
    """Python, and the file it counts as in what Python says of errors."""

    file: Path
    source: str


@dataclass(frozen=True)
class Definitions:
    """What a learner's file defines, and the names it could not import, each with its module."""

    names: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def definitions(path: Path, wanted: Collection[str]) -> Definitions:
    """Run the definitions of a .py or .ipynb file, with all the rights of who calls this.

    wanted: the functions and modules that matter. What else does not work is left out; LabError
    with the learner's own line when one of these does not, or when the file cannot be read.
    """
    found = Definitions({"__name__": path.stem})
    for cell in _cells(path):
        try:
            statements = _parsed(cell).body
        except SyntaxError as error:
            if any(f"def {name}" in cell.source for name in wanted):
                raise LabError(what_went_wrong(error, path.parent)) from error
            continue
        for statement in statements:
            try:
                _define(statement, cell, found, wanted)
            except (Exception, SystemExit) as error:
                raise LabError(what_went_wrong(error, path.parent)) from error
    return found


def what_went_wrong(error: BaseException, folder: Path) -> str:
    """Return one sentence with the learner's own line at which an error came up."""
    if isinstance(error, SyntaxError) and error.filename:
        file, line = Path(error.filename), error.lineno
    else:
        own = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).parent == folder
        ]
        file, line = (Path(own[-1].filename), own[-1].lineno) if own else (folder, None)
    place = f"{file.name}:{line}" if line else file.name
    reason = str(error).strip().split("\n")[0]
    return _("{place} stops with {kind}: {reason}").format(
        place=place, kind=type(error).__name__, reason=reason
    )


def _cells(path: Path) -> Iterator[_Cell]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix != NOTEBOOK:
            yield _Cell(path, text)
            return
        code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in code]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LabError(
            _(
                "{file} cannot be read: a Python script or a Jupyter notebook in UTF-8 is "
                "expected. Download it anew."
            ).format(file=path.name)
        ) from error
    for number, source in enumerate(sources, 1):
        yield _Cell(path.with_name(f"{path.name}[{number}]"), source)


def _parsed(cell: _Cell) -> ast.Module:
    try:
        return ast.parse(cell.source, cell.file)
    except SyntaxError:
        return ast.parse(_without_magics(cell.source), cell.file)


def _without_magics(source: str) -> str:
    """Return a cell without IPython's own lines; every other line keeps its number."""
    first = source.lstrip().split("\n")[0]
    if first.startswith("%%") and not first.startswith(_WRAPPING_MAGIC):
        return ""
    lines = []
    for line in source.split("\n"):
        words = line.strip()
        magic = words.startswith(_MAGIC) or (words.endswith("?") and not words.startswith("#"))
        lines.append(line[: len(line) - len(line.lstrip())] + "pass" if magic else line)
    return "\n".join(lines)


def _define(statement: ast.stmt, cell: _Cell, found: Definitions, wanted: Collection[str]) -> None:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        _import(statement, cell, found, wanted)
    elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
        if statement.name in wanted:
            _run(statement, cell, found)
        else:
            with suppress(Exception):
                _run(statement, cell, found)
    elif isinstance(statement, ast.Assign | ast.AnnAssign) and _is_constant(statement.value):
        _run(statement, cell, found)


def _import(
    statement: ast.Import | ast.ImportFrom, cell: _Cell, found: Definitions, wanted: Collection[str]
) -> None:
    """Import each name by itself, so that one which is gone takes no other with it."""
    module = getattr(statement, "module", None) or ""
    for alias in statement.names:
        one: ast.stmt = ast.Import([alias])
        if isinstance(statement, ast.ImportFrom):
            source = "keras" + module.removeprefix(_OTHER_KERAS)
            one = ast.ImportFrom(
                source if module.startswith(_OTHER_KERAS) else module, [alias], statement.level
            )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an old notebook's imports are often deprecated
                _run(ast.copy_location(one, statement), cell, found)
        except Exception:
            if (module or alias.name) in wanted:
                raise
            found.missing[alias.asname or alias.name] = module or alias.name


def _is_constant(value: ast.expr | None) -> bool:
    try:
        return value is not None and ast.literal_eval(value) is not ...
    except ValueError:
        return False


def _run(statement: ast.stmt, cell: _Cell, found: Definitions) -> None:
    module = ast.fix_missing_locations(ast.Module([statement], []))
    exec(compile(module, str(cell.file), "exec"), found.names)
