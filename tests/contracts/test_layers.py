"""The arrows of the house: who may import whom, and the limits on size and words of the source."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

# What each package of resnet/ may import from the others. Everyone may import BASE.
ARROWS = {
    "models": set(),
    "data": set(),
    "store": set(),
    "analysis": {"models"},
    "drawing": {"models", "analysis"},
    "training": {"models", "analysis", "data", "store"},
    "exercises": {"models", "analysis"},
    "jobs": {"models", "analysis", "data", "store", "training"},
    "cli": {"models", "analysis", "drawing", "data", "store", "training", "jobs", "exercises"},
    "__main__": {"cli"},
}
BASE = {
    "errors",
    "language",
    "settings",
    "backend",
    "machine",
    "logs",
    "lessons",
    "lesson_notebook",
    "notebook_cells",
    "literature",
}
# Libraries with one home each, so that replacing one touches one place.
HOMES = {
    "tensorflow": ("resnet/backend.py",),
    "jax": ("resnet/backend.py",),
    "torch": ("resnet/backend.py",),
    "streamlit": ("app.py", "pages/"),
    "sqlalchemy": ("resnet/store/",),
    "distributed": ("resnet/jobs/",),
    "dask": ("resnet/jobs/",),
    "click": ("resnet/cli",),
    "rich": ("resnet/cli",),
    "pydot": ("resnet/drawing/",),
}
KERAS_FREE = [
    "resnet.errors",
    "resnet.language",
    "resnet.settings",
    "resnet.lessons",
    "resnet.training.spec",
    "resnet.store.schema",
    "resnet.store.run_store",
    "resnet.models.registry",
    "resnet.cli",
    "resnet.__main__",
]
LONGEST_FUNCTION = 60
LONGEST_FILE = 400


def sources(*folders: str) -> list[Path]:
    """Every Python file under the folders (or the file itself), as paths from the project."""
    found: list[Path] = []
    for folder in folders:
        path = PROJECT / folder
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path.relative_to(PROJECT) for path in found]


def parsed(path: Path) -> ast.Module:
    return ast.parse((PROJECT / path).read_text(encoding="utf-8"), str(path))


def module_file(module: str) -> Path | None:
    path = Path(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if (PROJECT / candidate).exists():
            return candidate
    return None


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield each imported module's full name and line, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno
            # `from resnet import settings` names a module in its last part.
            longer = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((name, node.lineno) for name in longer if module_file(name))


def part(path: Path) -> str:
    """The name of the package or module of resnet/ that `path` belongs to."""
    return path.parts[1].removesuffix(".py")


RESNET = sources("resnet")
SCREENS = sources("app.py", "pages")
EVERYTHING = sources("app.py", "pages", "resnet", "benchmarks", "tests")


def identifier(path: Path) -> str:
    return str(path)


@pytest.mark.parametrize("path", RESNET, ids=identifier)
def test_resnet_imports_only_along_the_arrows(path: Path) -> None:
    allowed = ARROWS.get(part(path), set()) | BASE | {part(path)}
    for module, line in imports(parsed(path)):
        assert module.split(".")[0] not in ("app", "pages"), f"{path}:{line} imports {module}"
        if module.startswith("resnet."):
            assert module.split(".")[1] in allowed, f"{path}:{line} imports {module}"


@pytest.mark.parametrize("path", SCREENS, ids=identifier)
def test_screens_import_shared_components_and_no_screen(path: Path) -> None:
    for module, line in imports(parsed(path)):
        assert module != "app", f"{path}:{line} imports the app"
        if module.split(".")[0] == "pages":
            assert module.startswith("pages.components"), f"{path}:{line} imports {module}"


@pytest.mark.parametrize("path", SCREENS, ids=identifier)
def test_screens_do_not_import_keras_themselves(path: Path) -> None:
    for module, line in imports(parsed(path)):
        assert module.split(".")[0] not in ("keras", "tensorflow", "tf_keras"), (
            f"{path}:{line} imports {module}"
        )


@pytest.mark.parametrize("path", RESNET + SCREENS, ids=identifier)
def test_each_library_stays_at_home(path: Path) -> None:
    for module, line in imports(parsed(path)):
        homes = HOMES.get(module.split(".")[0])
        assert homes is None or path.as_posix().startswith(homes), f"{path}:{line} imports {module}"


@pytest.mark.parametrize("path", RESNET, ids=identifier)
def test_imports_are_absolute(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}:{node.lineno}"


def imported_at_once(path: Path, seen: set[Path]) -> Iterator[tuple[str, Path]]:
    """Follow the imports that run when `path` itself is imported, through the files of resnet/."""
    if path in seen:
        return
    seen.add(path)
    tree = parsed(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            node.body = []  # runs later, if ever
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            node.body = []
    for module, _ in imports(tree):
        yield module, path
        file = module_file(module) if module.startswith("resnet") else None
        if file is not None:
            yield from imported_at_once(file, seen)


@pytest.mark.parametrize("module", KERAS_FREE)
def test_light_modules_name_no_keras(module: str) -> None:
    file = module_file(module)
    followed = imported_at_once(file, set()) if file else ()
    for name, path in followed:
        assert name.split(".")[0] not in ("keras", "tensorflow"), f"{path} imports {name}"


def test_light_modules_load_no_keras() -> None:
    modules = [module for module in KERAS_FREE if module_file(module)]
    code = (
        f"import importlib, sys\n"
        f"for module in {modules!r}:\n"
        f"    importlib.import_module(module)\n"
        f"    heavy = {{'keras', 'tensorflow', 'jax', 'torch', 'streamlit'}} & set(sys.modules)\n"
        f"    assert not heavy, f'{{module}} loads {{heavy}}'\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public_definitions(tree: ast.Module) -> Iterator[Definition]:
    """Public functions and classes, and the public methods that do not replace a base class's."""
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef) and not node.bases:
                yield from (
                    method
                    for method in node.body
                    if isinstance(method, Definition) and not method.name.startswith("_")
                )


@pytest.mark.parametrize("path", RESNET, ids=identifier)
def test_public_things_say_what_they_do(path: Path) -> None:
    tree = parsed(path)
    assert ast.get_docstring(tree), f"{path} has no docstring"
    silent = [node.name for node in public_definitions(tree) if not ast.get_docstring(node)]
    assert not silent, f"{path}: no docstring on {silent}"


@pytest.mark.parametrize("path", EVERYTHING, ids=identifier)
def test_files_and_functions_stay_short(path: Path) -> None:
    text = (PROJECT / path).read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE, f"{path} has more than {LONGEST_FILE} lines"
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{path}:{node.lineno} {node.name}: {length} lines"


def word_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("_", "mark")
        ):
            yield node


@pytest.mark.parametrize("path", RESNET + SCREENS, ids=identifier)
def test_words_are_plain_literals(path: Path) -> None:
    """The extractor sees only literals; a marked constant goes through `translate(constant)`."""
    for call in word_calls(parsed(path)):
        literal = (
            len(call.args) == 1
            and isinstance(call.args[0], ast.Constant)
            and isinstance(call.args[0].value, str)
        )
        assert literal, f"{path}:{call.lineno} {ast.unparse(call)}"


@pytest.mark.parametrize("path", RESNET + sources("pages/components"), ids=identifier)
def test_words_are_translated_when_shown(path: Path) -> None:
    """A `_()` that runs at import would freeze the first reader's language for everyone."""
    tree = parsed(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            node.body = []
    early = [call for call in word_calls(tree) if ast.unparse(call.func) == "_"]
    assert not early, f"{path}:{early[0].lineno} {ast.unparse(early[0])}"


def test_no_package_has_a_drawer_for_everything() -> None:
    names = {path.stem for path in RESNET + SCREENS}
    assert not names & {"utils", "util", "helpers", "common", "misc"}
