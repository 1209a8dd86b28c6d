"""Words in the reader's language, through gettext catalogues in assets/locale."""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from resnet.settings import ASSETS

DOMAIN = "resnet_lab"
LANGUAGES = {"en": "English", "zh": "中文"}
_current: ContextVar[str] = ContextVar("language", default="en")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, ASSETS / "locale", [language], fallback=True)


def use_language(language: str) -> None:
    """Translate into `language` from here on in this thread; unknown codes mean English."""
    _current.set(language if language in LANGUAGES else "en")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Translate into `language` for a while."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


def terminals_language() -> str:
    """Return the language that the terminal's locale asks for (LC_ALL, LC_MESSAGES, LANG)."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, names), "").split("_")[0]


def current_language() -> str:
    """Return the code of the language in use in this thread."""
    return _current.get()


def mark(message: str) -> str:
    """Mark a constant for the catalogues; it is translated where it is shown."""
    return message


def translate(message: str) -> str:
    """Return `message` in the language in use; format its fields after translating, not before."""
    return _catalogue(_current.get()).gettext(message)
