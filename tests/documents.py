"""What the documents tell a reader to type, and where their links lead."""

import re
from pathlib import Path

from resnet.settings import PROJECT

README, CHINESE_README = PROJECT / "README.md", PROJECT / "README.zh.md"
# What a person reads as a document; lessons are read by resnet.course.lessons.
DOCUMENTS = [
    *sorted(PROJECT.glob("*.md")),
    *sorted((PROJECT / "docs").rglob("*.md")),
    *sorted((PROJECT / "benchmarks").glob("*.md")),
    *sorted((PROJECT / "assets").glob("*/README.md")),
]
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:\.venv/bin/|python3? -m |resnet-lab |make |pip install )[^`]+)`")
_BEFORE = re.compile(r"^(?:export |sudo (?:-u \S+ )?|\w+=\S+ +)+")  # a command
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def name(path: Path) -> str:
    """Return how a document is called in the project."""
    return path.relative_to(PROJECT).as_posix()


def blocks(path: Path, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    found = _BLOCK.findall(path.read_text(encoding="utf-8"))
    return [body for tongue, body in found if tongue == language]


def commands(path: Path) -> list[str]:
    """Return every command of a document: the lines of its `sh` blocks, and those in a sentence.

    Variables and `sudo` before a command are left out, as are the loops around one.
    """
    lines = [
        part
        for block in blocks(path, "sh")
        for line in block.replace("\\\n", " ").splitlines()
        for part in re.split(r" && | &$|; ", line.partition("  #")[0])
    ]
    prose = _BLOCK.sub("", path.read_text(encoding="utf-8"))
    lines += [" ".join(inline.split()) for inline in _INLINE.findall(prose)]
    bare = (_BEFORE.sub("", line.strip()) for line in lines)
    return [line for line in bare if line and not re.match(r"\w+=|for |do$|done", line)]


def resnet_lines(path: Path) -> list[str]:
    """Return what stands after `python -m resnet` in a document's commands."""
    found = (re.match(r"(?:\S*/)?python -m resnet (.+)", line) for line in commands(path))
    return [line[1] for line in found if line]


def links(path: Path) -> list[str]:
    """Return where a document's links within the project lead."""
    prose = re.sub(r"`[^`]*`", "", _BLOCK.sub("", path.read_text(encoding="utf-8")))
    return [to for to in _LINK.findall(prose) if "://" not in to]


def anchors(path: Path) -> set[str]:
    """Return the names by which GitHub links to a document's headings."""
    headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
