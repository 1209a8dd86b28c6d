"""Keep files in a folder that may be read-only, full or no folder at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resnet.errors import LabError
from resnet.language import translate as _


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """Make a folder to write into; LabError in one sentence where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise LabError(
            _(
                "{folder} cannot be written ({reason}): check the disk and the folder's rights, or "
                "put the files into another folder and set SIGNS_DIR to it."
            ).format(folder=folder, reason=error.strerror or error)
        ) from error
