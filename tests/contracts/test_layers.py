"""The arrows of the house: who may import whom, and the limits on size and words of the source."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from resnet.settings import PROJECT
from tests.source import assert_none, calls, nodes, nodes_at_import, parsed, sources, text

# What each package of resnet/ may import from the others. Everyone may import BASE.
ARROWS = {
    "models": set(),
    "data": set(),
    "store": set(),
    "hands": {"data"},
    "analysis": {"models"},
    "course": {"models", "analysis", "data"},
    "drawing": {"models", "analysis", "course"},
    "inference": {"models", "analysis", "data", "hands", "store"},
    "training": {"models", "analysis", "data", "store", "inference"},
    "export": {"models", "data", "store", "inference", "training"},
    "shipping": {"models", "data", "hands", "inference", "training"},
    "jobs": {
        "models",
        "analysis",
        "data",
        "hands",
        "store",
        "course",
        "inference",
        "training",
        "export",
    },
    "cli": {
        "models",
        "analysis",
        "drawing",
        "data",
        "hands",
        "store",
        "course",
        "inference",
        "training",
        "export",
        "shipping",
        "jobs",
    },
    "__main__": {"cli"},
}
BASE = {
    "errors",
    "keras_parts",
    "language",
    "settings",
    "backend",
    "machine",
    "memory",
    "logs",
    "notebook_cells",
    "patches",
}
# The room of each screen that has one: what only that screen needs.
ROOMS = {
    "home": "welcome",
    "residual_block": "block",
    "architectures": "map",
    "gradient_norms": "norms",
    "train": "training",
    "runs": "stored_runs",
    "class_experiment": "classroom",
    "teacher": "classroom",
    "your_hand": "hand",
    "teach_it": "teach",
    "dataset": "data_set",
}
SHARED = {"components", "server", "screens"}  # of pages/, for every screen
# Libraries with one home each, so that replacing one touches one place.
HOMES = {
    "tensorflow": ("resnet/backend/",),
    "jax": ("resnet/backend/",),
    "torch": ("resnet/backend/",),
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
    "resnet.course.lessons",
    "resnet.training.spec",
    "resnet.store.schema",
    "resnet.store.run_store",
    "resnet.models.registry",
    "resnet.cli",
    "resnet.__main__",
]
LONGEST_FUNCTION = 60
LONGEST_FILE = 400


def module_file(module: str) -> Path | None:
    path = Path(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if (PROJECT / candidate).exists():
            return candidate
    return None


def imports(found: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Yield each imported module's full name and line."""
    for node in found:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno
            # `from resnet import settings` names a module in its last part.
            longer = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((name, node.lineno) for name in longer if module_file(name))


@cache
def imported(path: Path) -> tuple[tuple[str, int], ...]:
    """Return what a file imports, inside functions too."""
    return tuple(imports(nodes(path)))


def part(path: Path) -> str:
    """The name of the package or module of resnet/ that `path` belongs to."""
    return path.parts[1].removesuffix(".py")


RESNET = sources("resnet")
SCREENS = sources("app.py", "pages")
EVERYTHING = sources("app.py", "pages", "resnet", "benchmarks", "tests")


Broken = Callable[[Path, str], bool]


def assert_no_import(paths: Iterable[Path], broken: Broken) -> None:
    assert_none(
        f"{path}:{line} imports {module}"
        for path in paths
        for module, line in imported(path)
        if broken(path, module)
    )


def test_resnet_imports_only_along_the_arrows() -> None:
    def crosses(path: Path, module: str) -> bool:
        first, *rest = module.split(".")
        allowed = ARROWS.get(part(path), set()) | BASE | {part(path)}
        return first in ("app", "pages") or (
            first == "resnet" and bool(rest) and rest[0] not in allowed
        )

    assert_no_import(RESNET, crosses)


def test_screens_import_what_is_shared_and_their_own_room() -> None:
    def is_anothers(path: Path, module: str) -> bool:
        first, *rest = module.split(".")
        own = path.parts[1].removesuffix(".py") if path.parts[0] == "pages" else ""
        allowed = SHARED | {own, ROOMS.get(own, own)}
        return first == "app" or (first == "pages" and bool(rest) and rest[0] not in allowed)

    assert_no_import(SCREENS, is_anothers)


def test_every_room_belongs_to_a_screen() -> None:
    rooms = {path.parts[1] for path in SCREENS if len(path.parts) == 3}
    assert rooms == {*ROOMS.values(), "components", "server", "lessons"}


def test_screens_do_not_import_keras_themselves() -> None:
    heavy = ("keras", "tensorflow", "tf_keras")
    assert_no_import(SCREENS, lambda _path, module: module.split(".")[0] in heavy)


def test_each_library_stays_at_home() -> None:
    def abroad(path: Path, module: str) -> bool:
        homes = HOMES.get(module.split(".")[0])
        return homes is not None and not path.as_posix().startswith(homes)

    assert_no_import(RESNET + SCREENS, abroad)


def test_imports_are_absolute() -> None:
    assert_none(
        f"{path}:{node.lineno}"
        for path in RESNET
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.level
    )


def imported_at_once(path: Path, seen: set[Path]) -> Iterator[tuple[str, Path]]:
    """Follow the imports that run when `path` itself is imported, through the files of resnet/."""
    if path in seen:
        return
    seen.add(path)
    for module, _ in imports(nodes_at_import(path)):
        yield module, path
        file = module_file(module) if module.startswith("resnet") else None
        if file is not None:
            yield from imported_at_once(file, seen)


def test_light_modules_name_no_keras() -> None:
    files = {module: module_file(module) for module in KERAS_FREE}
    assert_none(module for module, file in files.items() if file is None)
    assert_none(
        f"{module} needs {path}, which imports {name}"
        for module, file in files.items()
        for name, path in imported_at_once(file or Path(), set())
        if name.split(".")[0] in ("keras", "tensorflow")
    )


def test_a_screen_is_there_before_keras() -> None:
    """A fresh server shows the page at once, and imports Keras behind it."""
    assert_none(
        f"{screen} needs {path}, which imports {name}"
        for screen in SCREENS
        for name, path in imported_at_once(screen, set())
        if name.split(".")[0] in ("keras", "tensorflow")
    )


def test_light_modules_load_no_keras() -> None:
    code = (
        f"import importlib, sys\n"
        f"for module in {KERAS_FREE!r}:\n"
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


def test_public_things_say_what_they_do() -> None:
    assert_none(f"{path}: the module" for path in RESNET if not ast.get_docstring(parsed(path)))
    assert_none(
        f"{path}:{node.lineno} {node.name}"
        for path in RESNET
        for node in public_definitions(parsed(path))
        if not ast.get_docstring(node)
    )


def test_files_and_functions_stay_short() -> None:
    lengths = [(str(path), text(path).count("\n"), LONGEST_FILE) for path in EVERYTHING]
    lengths += [
        (
            f"{path}:{node.lineno} {node.name}",
            (node.end_lineno or node.lineno) - node.lineno + 1,
            LONGEST_FUNCTION,
        )
        for path in EVERYTHING
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert_none(
        f"{what}: {length} lines, {most} at most" for what, length, most in lengths if length > most
    )


def is_plain(call: ast.Call) -> bool:
    """Tell whether a call has one literal text."""
    (argument, *more) = [*call.args, *call.keywords] or [None]
    return not more and isinstance(argument, ast.Constant) and isinstance(argument.value, str)


def test_words_are_plain_literals() -> None:
    """The extractor sees only literals; a marked constant goes through `translate(constant)`."""
    assert_none(
        f"{path}:{call.lineno} {ast.unparse(call)}"
        for path in RESNET + SCREENS
        for call in calls(nodes(path), "_", "mark")
        if not is_plain(call)
    )


def test_words_are_translated_when_shown() -> None:
    """A `_()` that runs at import would freeze the first reader's language for everyone."""
    assert_none(
        f"{path}:{call.lineno} {ast.unparse(call)}"
        for path in RESNET + sources("pages/components")
        for call in calls(nodes_at_import(path), "_")
    )


def test_no_package_has_a_drawer_for_everything() -> None:
    names = {path.stem for path in RESNET + SCREENS}
    assert not names & {"utils", "util", "helpers", "common", "misc"}


# Names that begin with an underscore and are public by their documentation: of named tuples, of
# rows of SQLAlchemy's, of os.
DOCUMENTED = {"_asdict", "_replace", "_mapping", "_exit"}
# Who may reach into a library's private parts. Benchmarks time Streamlit from inside, tests look.
PRIVATE = {"pages/server/streamlit_patches.py", "resnet/keras_parts.py"}
STREAMLITS_TYPES = {"streamlit.delta_generator", "streamlit.navigation.page"}  # of annotations


def own_names(path: Path) -> set[str]:
    """The private names that a file's own functions and classes define."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Attribute) and is_own(node.value):
            found.add(node.attr)
    return found


def is_own(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ("self", "cls")


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in DOCUMENTED


def private_uses(path: Path) -> Iterator[tuple[int, str]]:
    """Yield where a file uses a private name of something that is not its own."""
    own = own_names(path)
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and not is_own(node.value):
            if is_private(node.attr) and node.attr not in own:
                yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom):
            parts = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            yield from ((node.lineno, name) for name in parts if is_private(name))
        elif isinstance(node, ast.Call) and len(node.args) > 1:
            named = isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr")
            literal = node.args[1]
            if named and isinstance(literal, ast.Constant) and is_private(str(literal.value)):
                yield node.lineno, str(literal.value)


def test_private_parts_of_libraries_are_used_in_one_module_each() -> None:
    assert_none(
        f"{path}:{line} uses {name}"
        for path in RESNET + SCREENS
        if path.as_posix() not in PRIVATE
        for line, name in private_uses(path)
    )


def test_streamlits_insides_are_imported_in_one_module() -> None:
    assert_none(
        f"{path}:{line} imports {module}"
        for path in SCREENS
        for module, line in imported(path)
        if module.startswith("streamlit.") and module not in STREAMLITS_TYPES
    )
