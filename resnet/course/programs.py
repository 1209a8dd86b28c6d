"""Programs for learners, their labels and comments in the reader's language.

Those beside the lessons' figures and the exercises' files are written once, in English; a table
beside them, CODE.toml, holds a language's words.
"""

import tomllib
from functools import cache
from pathlib import Path

from resnet.settings import ASSETS

FOLDER = ASSETS / "lessons" / "code"


def program(lesson: str, figure: str, language: str) -> str:
    """Return the program beside a figure, "" where it has none."""
    file = FOLDER / lesson / f"{figure}.py"
    if not file.exists():
        return ""
    return in_language(file.read_text(encoding="utf-8").strip(), FOLDER, language)


def in_language(code: str, folder: Path, language: str) -> str:
    """Return a program with the words of a folder's table; what that lacks stays in English."""
    for english, words in table(folder, language).items():
        code = code.replace(english, words)
    return code


@cache
def table(folder: Path, language: str) -> dict[str, str]:
    """Return a language's words for what stands in the programs of a folder, the longest first.

    A key is a string with its quotes, a comment with its sign, or a line of a docstring, so that
    no name is met by it.
    """
    file = folder / f"{language}.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))
