"""Words in the reader's language, through gettext catalogues in assets/locale."""

import gettext
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from numbers import Integral, Real
from typing import Any

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


class Sentence(str):
    """Words that know how they were made, so that they can be translated anew.

    A worker or a thread that serves nobody in particular says them in English; `again` says them
    to whoever reads them.
    """

    message: str
    fields: dict[str, Any]

    def __new__(cls, words: str, message: str, fields: dict[str, Any] | None = None) -> "Sentence":
        """Make a sentence: as it reads now, its entry in the catalogues, and its fields."""
        made = super().__new__(cls, words)
        made.message, made.fields = message, fields or {}
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Sentence, (str(self), self.message, self.fields)

    def format(self, *_none: object, **fields: Any) -> "Sentence":
        """Fill in the fields, by name."""
        return Sentence(super().format(**fields), self.message, fields)


def translate(message: str) -> str:
    """Return `message` in the language in use; format its fields after translating, not before."""
    # The catalogue's entry for no words at all is its own header.
    return Sentence(_catalogue(_current.get()).gettext(message) if message else "", message)


def again(words: str) -> str:
    """Return words in the language in use, whatever they were made in; others as they are."""
    if not isinstance(words, Sentence):
        return words
    words_now = translate(words.message)
    if not words.fields:
        return words_now
    return words_now.format(**{name: _field_again(value) for name, value in words.fields.items()})


def _field_again(value: Any) -> Any:
    return again(value) if isinstance(value, str) else value


def stored(words: str) -> str:
    """Return words as text to keep; `restored` finds out again how they were made."""
    if not isinstance(words, Sentence):
        return words
    return json.dumps({"say": words.message, "with": words.fields}, default=_plain)


def _plain(value: Any) -> Any:
    kind = int if isinstance(value, Integral) else float if isinstance(value, Real) else str
    return kind(value)


def restored(text: str) -> str:
    """Return kept words in the language in use; text of another origin as it is."""
    if not text.startswith('{"say":'):
        return translate(text)
    kept = json.loads(text)
    return again(Sentence("", kept["say"], kept["with"]))
