"""The sentences of the lab that say something which could be false: a number, a comparison."""

import ast
import re
from collections.abc import Iterator

from resnet.course.lessons import (
    LESSONS,
    Exercise,
    Figure,
    Question,
    Sources,
    Text,
    read_lesson,
    without_terms,
)
from resnet.settings import PROJECT
from tests.claims.ledger import SCREENS, one_line
from tests.source import calls, nodes, sources

PLANS = "docs/lessons.md"
_END = re.compile(r"(?<=[.?”])(?<!al\.)(?<!Fig\.)\s+(?=[^a-z])")
_COMPARES = re.compile(
    r"\d|\b(?:more|less|fewer|most|least|half|twice|times|higher|lower|larger|smaller|better|worse|"
    r"harder|steeper|wider|nearer|never|always|none|nothing|every|all|only|grows?|shrinks?|falls?|"
    r"rises?|climbs?|vanish\w*|explod\w*|dead|level|chance)\b",
    re.IGNORECASE,
)
_BY_A_SOURCE = re.compile(r"\bet al\b|\b(?:19|20)\d\d\b|\bFixup\b")
_FORMULA = re.compile(r"\$\$.*?\$\$|```.*?```", re.DOTALL)


def lesson_sentences(name: str) -> Iterator[str]:
    """Yield every sentence of a lesson but its questions, its tasks and its sources."""
    for part in read_lesson(name, "en").parts:
        match part:
            case Text(markdown) | Figure(caption=markdown) | Exercise(answer=markdown):
                yield from split(without_terms(markdown, "en"))
            case Question():
                for option in part.options:
                    yield from split(without_terms(option.reply, "en"))
            case Sources():
                pass


def screen_sentences() -> Iterator[str]:
    """Yield the sentences with which screens reply to a guess."""
    for path in sources("pages"):
        for call in calls(nodes(path), "expect"):
            for replies in (node for node in ast.walk(call) if isinstance(node, ast.Dict)):
                for reply in replies.values:
                    words = (n.value for n in ast.walk(reply) if isinstance(n, ast.Constant))
                    yield from split(" ".join(word for word in words if isinstance(word, str)))


def plan_sentences() -> Iterator[str]:
    """Yield what the plans for a class say will be seen."""
    plans = (PROJECT / PLANS).read_text("utf-8").split("## How long")[0]
    for row in re.findall(r"^\| \d+–\d+ \|.+ \|$", plans, re.MULTILINE):
        yield from re.split(r"; ", row.strip("| ").split(" | ")[-1])


def split(text: str) -> list[str]:
    """Return the sentences of a text, a table's row being one."""
    paragraphs = re.split(r"\n\s*\n|\n(?=- |[|#])", _FORMULA.sub("\n\n", text))
    return [one_line(s) for p in paragraphs for s in _END.split(p) if s.strip()]


def to_check() -> list[tuple[str, str]]:
    """Return every sentence that needs a claim or a source, and where it stands; a question asks."""
    found = [(name, sentence) for name in LESSONS for sentence in lesson_sentences(name)]
    found += [(SCREENS, sentence) for sentence in screen_sentences()]
    found += [(PLANS, sentence) for sentence in plan_sentences()]
    return [
        (where, sentence)
        for where, sentence in dict.fromkeys(found)
        if _COMPARES.search(sentence)
        and not _BY_A_SOURCE.search(sentence)
        and not sentence.startswith("#")
        and not sentence.endswith("?")
    ]
