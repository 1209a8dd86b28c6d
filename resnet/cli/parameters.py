"""What options and arguments may be, beyond click's own kinds: places, and words to store."""

from pathlib import Path
from typing import Any

import click

from resnet.language import translate as _


class PathParameter(click.Path):
    """A file or a folder as a Path; no name at all is refused, which would mean this folder."""

    def __init__(self, **options: Any) -> None:
        super().__init__(path_type=Path, **options)

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        """Return the path."""
        if value == "":
            self.fail(
                _("the name of a file or folder is expected, and none was given."), param, ctx
            )
        return super().convert(value, param, ctx)  # type: ignore[return-value]


class Words(click.types.StringParamType):
    """Words that a database can hold: those of a terminal in another encoding may be no text."""

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Return the words."""
        words = super().convert(value, param, ctx)
        try:
            words.encode()
        except UnicodeEncodeError:
            self.fail(_("these words are no text in UTF-8; set LC_ALL=C.UTF-8."), param, ctx)
        return words


NEW_FILE, NEW_FOLDER = PathParameter(dir_okay=False), PathParameter(file_okay=False)
FILE = PathParameter(exists=True, dir_okay=False)
FOLDER = PathParameter(exists=True, file_okay=False)
