"""Hand out the exercises' files, and run what a learner made of them, on their own machine."""

import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.settings import ASSETS

TEMPLATES = ASSETS / "exercises"
# File and function, in the order in which they build on each other.
EXERCISES = {
    "identity_block": "identity_block",
    "convolutional_block": "convolutional_block",
    "resnet50": "ResNet50",
}


def hand_out(folder: Path) -> list[Path]:
    """Write the files with gaps into a folder; LabError when one is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.py" for name in EXERCISES]
    for path in paths:
        if path.exists():
            raise LabError(
                _("{file} is there already: move it away first, nothing was overwritten.").format(
                    file=path
                )
            )
    for path in paths:
        path.write_text((TEMPLATES / path.name).read_text(encoding="utf-8"), encoding="utf-8")
    return paths


@contextmanager
def learners_function(folder: Path, exercise: str) -> Iterator[Callable]:
    """Give the function of a learner's file; it runs with all the rights of who calls this.

    LabError when the file or the function is missing or cannot be read.
    """
    path = folder / f"{exercise}.py"
    if not path.exists():
        raise LabError(_("{file} is not there: run `exercise start` first.").format(file=path))
    before = {name: sys.modules.pop(name, None) for name in EXERCISES}
    sys.path.insert(0, str(folder))
    try:
        yield _function(_imported(path), EXERCISES[exercise], path)
    finally:
        sys.path.remove(str(folder))
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


def _imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise LabError(what_went_wrong(error, path.parent)) from error
    return module


def _function(module: ModuleType, name: str, path: Path) -> Callable:
    function = getattr(module, name, None)
    if not callable(function):
        raise LabError(
            _("{file} has no function {name}: keep its name.").format(file=path.name, name=name)
        )
    return function


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
