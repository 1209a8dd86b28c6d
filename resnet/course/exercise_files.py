"""Hand out the exercises' files, and read what a learner made of them, on their own machine."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resnet.course.learners_code import Definitions, definitions
from resnet.course.programs import in_language
from resnet.errors import LabError
from resnet.language import current_language
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
        template = (TEMPLATES / path.name).read_text(encoding="utf-8")
        path.write_text(in_language(template, TEMPLATES, current_language()), encoding="utf-8")
    return paths


@contextmanager
def learners_functions(path: Path) -> Iterator[Definitions]:
    """Give what a learner's script or notebook defines; files beside it can be imported.

    LabError when the file is missing or cannot be read.
    """
    if not path.exists():
        raise LabError(_("{file} is not there: run `exercise start` first.").format(file=path))
    before = {name: sys.modules.pop(name, None) for name in EXERCISES}
    sys.path.insert(0, str(path.parent))
    try:
        yield definitions(path, {*EXERCISES, *EXERCISES.values()})
    finally:
        sys.path.remove(str(path.parent))
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module
