"""The lessons: Markdown files in assets/lessons, one a language, with a few directives.

What a language lacks, a lesson or a term, stands in English.

A file begins with `# Question` and one sentence. Then come Markdown, and directives from a line
`:::name …` to a line `:::`:

:::predict NAME    the question, then options `- [ ] option` (`- [x]` the right one), each followed
                   by the indented sentence that answers it
:::figure NAME     the page's figure of that name; the text is its caption. A program of the same
                   name in code/LESSON/ is shown beside it and is a cell of the notebook
:::exercise        a task, a line `---`, its answer
:::sources         a list

`[[term]]` or `[[term|words]]` explains a term of glossary.toml where it stands.
"""

import html
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from resnet.course.programs import program
from resnet.settings import ASSETS

FOLDER = ASSETS / "lessons"
# In the order of the course: the problem, the block, its cost, nets and their history, training,
# and last the evidence: what the shortcut really does stays open to the end.
LESSONS = (
    "deep_is_hard",
    "two_by_two",
    "two_ways",
    "identity_is_easy",
    "one_by_one",
    "case_studies",
    "history",
    "stage_by_stage",
    "four_steps",
    "what_shortcuts_do",
)
_DIRECTIVE = re.compile(r"^:::(\w+)(?: +(\w+))?\n(.*?)\n:::$", re.MULTILINE | re.DOTALL)
_OPTION = re.compile(r"^- \[([ x])\] (.+)\n((?:  .+\n?)+)", re.MULTILINE)
_TERM = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")


@dataclass(frozen=True)
class Text:
    """Markdown as it stands."""

    markdown: str


@dataclass(frozen=True)
class Option:
    """One answer to a question, and the sentence that whoever chooses it gets."""

    words: str
    reply: str
    right: bool


@dataclass(frozen=True)
class Question:
    """What a learner is asked to expect before they look."""

    name: str
    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Figure:
    """A place for a picture that the lesson's page draws."""

    name: str
    caption: str
    code: str = ""


@dataclass(frozen=True)
class Exercise:
    """A task and its answer."""

    text: str
    answer: str


@dataclass(frozen=True)
class Sources:
    """Where the lesson's claims and numbers come from, as a Markdown list."""

    markdown: str


Part = Text | Question | Figure | Exercise | Sources


@dataclass(frozen=True)
class Lesson:
    """One lesson in one language."""

    name: str
    title: str
    sentence: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Term:
    """A term in one language, its English original and what it means in one line."""

    words: str
    english: str
    meaning: str


def lesson_file(name: str, language: str) -> Path:
    """Return the file of a lesson: the language's own, or the English one where there is none."""
    translated = FOLDER / language / f"{name}.md"
    return translated if translated.exists() else FOLDER / "en" / f"{name}.md"


@cache
def read_lesson(name: str, language: str) -> Lesson:
    """Return a lesson; ValueError names the file and the directive that is wrong."""
    path = lesson_file(name, language)
    text = path.read_text(encoding="utf-8")
    try:
        return _parsed(name, text, language)
    except (ValueError, KeyError) as error:
        raise ValueError(f"{path.name} ({path.parent.name}): {error}") from error


@cache
def glossary(language: str) -> dict[str, Term]:
    """Return the terms of the lessons by their key, in the order of the file."""
    entries = tomllib.loads((FOLDER / "glossary.toml").read_text(encoding="utf-8"))
    return {
        key: Term(
            entry.get(language, entry["en"]),
            entry["en"],
            entry.get(f"meaning_{language}", entry["meaning_en"]),
        )
        for key, entry in entries.items()
    }


@cache
def lesson_with(term: str) -> str:
    """Return the first lesson that explains a term of the glossary; KeyError when none does."""
    for name in LESSONS:
        text = (FOLDER / "en" / f"{name}.md").read_text(encoding="utf-8")
        if term in {found[1] for found in _TERM.finditer(text)}:
            return name
    raise KeyError(term)


def explained(markdown: str, language: str) -> str:
    """Return Markdown whose `[[terms]]` tell their meaning when they are pointed at.

    KeyError for a term that the glossary does not know.
    """

    def abbreviation(found: re.Match) -> str:
        term = glossary(language)[found[1]]
        return f'<abbr title="{html.escape(term.meaning)}">{found[2] or term.words}</abbr>'

    return _TERM.sub(abbreviation, markdown)


def without_terms(markdown: str, language: str) -> str:
    """Return Markdown with `[[terms]]` as plain words, for where nothing can be pointed at."""
    return _TERM.sub(lambda found: found[2] or glossary(language)[found[1]].words, markdown)


def _parsed(name: str, text: str, language: str) -> Lesson:
    head, _newline, body = text.partition("\n")
    if not head.startswith("# "):
        raise ValueError("it must begin with “# ” and the lesson's question")
    parts: list[Part] = []
    end = 0
    for found in _DIRECTIVE.finditer(body):
        _add_text(parts, body[end : found.start()])
        make = _MAKERS.get(found[1])
        if make is None:
            raise ValueError(f"there is no directive :::{found[1]}")
        parts.append(make(found[2] or "", found[3].strip()))
        if isinstance(parts[-1], Figure):
            parts[-1] = replace(parts[-1], code=program(name, parts[-1].name, language))
        end = found.end()
    _add_text(parts, body[end:])
    first = parts[0] if parts else None
    if not isinstance(first, Text):
        raise ValueError("a sentence must follow the lesson's question")
    sentence, _blank, rest = first.markdown.partition("\n\n")
    if rest.strip():
        parts[0] = Text(rest.strip())
    else:
        parts = parts[1:]
    explained(text, language)  # every term must be known
    return Lesson(name, head[2:].strip(), sentence.replace("\n", " "), tuple(parts))


def _add_text(parts: list[Part], markdown: str) -> None:
    if ":::" in markdown:
        raise ValueError(f"a directive has no end: {markdown.strip()[:60]}")
    if markdown.strip():
        parts.append(Text(markdown.strip()))


def _question(name: str, body: str) -> Question:
    options = tuple(
        Option(words, " ".join(reply.split()), mark == "x")
        for mark, words, reply in _OPTION.findall(body + "\n")
    )
    text = body.partition("\n- [")[0].strip()
    if not name or len(options) < 2 or sum(option.right for option in options) != 1:
        raise ValueError(f"the question “{text[:40]}” needs a name and one right option of several")
    return Question(name, text.replace("\n", " "), options)


def _figure(name: str, body: str) -> Figure:
    if not name or not body:
        raise ValueError("a figure needs a name and a caption")
    return Figure(name, body)


def _exercise(_name: str, body: str) -> Exercise:
    text, line, answer = body.partition("\n---\n")
    if not line:
        raise ValueError("an exercise needs a line --- before its answer")
    return Exercise(text.strip(), answer.strip())


def _sources(_name: str, body: str) -> Sources:
    return Sources(body)


_MAKERS: dict[str, Callable[[str, str], Part]] = {
    "predict": _question,
    "figure": _figure,
    "exercise": _exercise,
    "sources": _sources,
}
