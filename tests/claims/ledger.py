"""How a sentence enters the ledger: beside the check that computes it.

    @claim(
        "deep_is_hard",
        "plain-56 still errs on {plain56} of them",
        "plain-56 仍答错 {plain56}",
        "depths",
    )
    def plain56_learns_less(depths):
        mean = …                       # from the recording, which is given by its name
        assert mean["plain20"] < mean["plain56"]
        return {"plain56": f"{mean['plain56']:.0%}"}

The function's name is the claim's id. What it returns fills the {fields}; then the sentence must
stand, word for word, where the claim says: in a lesson of that name, on a screen (`SCREENS`: a word
of the catalogue), or in a document. A check without a recording computes from the model.
A lesson's claims lie in the module of its name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from pages.components.recordings import recording
from resnet.course.lessons import LESSONS, lesson_file, without_terms
from resnet.settings import ASSETS, PROJECT

SCREENS = "screens"
CHINESE = {"README.md": "README.zh.md", "docs/lessons.md": "docs/zh/lessons.md"}


@dataclass(frozen=True)
class Claim:
    """A sentence in each language, where it stands, and the check that it holds.

    shows: the recordings that the check is given, by their names in assets/experiments.
    """

    where: str
    sentences: dict[str, str]
    shows: tuple[str, ...]
    check: Callable[..., dict[str, Any] | None]

    @property
    def id(self) -> str:
        """Name the claim: its place and what it says."""
        return f"{self.where}.{self.check.__name__}"

    @cached_property
    def fields(self) -> dict[str, Any]:
        """Return what its sentence's fields come to; AssertionError where it is not true."""
        return self.computed({})

    def computed(self, recordings: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """Do as `fields` with other recordings in place of those that ship with the lab."""
        given = (recordings.get(name) or recording(name) for name in self.shows)
        return self.check(*given) or {}

    def unsaid(self, fields: dict[str, Any]) -> list[str]:
        """Return the sentences, their fields filled in, that nobody reads where they should."""
        filled = {code: one_line(text.format(**fields)) for code, text in self.sentences.items()}
        return [text for code, text in filled.items() if text not in said(self.where, code)]


CLAIMS: list[Claim] = []


def claim(where: str, en: str, zh: str, *shows: str) -> Callable[[Callable], Callable]:
    """Put a sentence into the ledger; the decorated function is its check."""

    def entered(check: Callable) -> Callable:
        CLAIMS.append(Claim(where, {"en": en, "zh": zh}, shows, check))
        return check

    return entered


def one_line(text: str) -> str:
    """Return a text without its line breaks."""
    return " ".join(text.split())


@cache
def said(where: str, language: str) -> str:
    """Return everything that a lesson, all screens or a document say in a language."""
    if where == SCREENS:
        return _catalogue(language)
    if where in LESSONS:
        text = lesson_file(where, language).read_text(encoding="utf-8")
        return one_line(without_terms(text, language))
    file = where if language == "en" else CHINESE[where]
    return one_line((PROJECT / file).read_text(encoding="utf-8"))


def _catalogue(language: str) -> str:
    with (ASSETS / "locale" / "zh" / "LC_MESSAGES" / "resnet_lab.po").open("rb") as file:
        messages = [message for message in read_po(file, "zh") if message.id]
    words = (message.id if language == "en" else message.string for message in messages)
    return "\n".join(one_line(str(word)) for word in words)


def modules() -> list[str]:
    """Return the modules of this package that hold claims."""
    here = Path(__file__).parent
    return sorted(
        file.stem
        for file in here.glob("*.py")
        if not file.stem.startswith(("test_", "_"))
        and file.stem not in ("ledger", "sentences", "conftest")
    )
