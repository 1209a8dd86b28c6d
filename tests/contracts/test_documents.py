"""What the documents say can be typed, linked and found."""

import ast
import importlib.util
import re
import shlex
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from distributed.cli.dask_scheduler import main as dask_scheduler
from distributed.cli.dask_worker import main as dask_worker

from pages.screens import SCREENS
from resnet import __version__
from resnet.course.lessons import LESSONS
from resnet.language import translate, use_language
from resnet.settings import ASSETS, PROJECT
from tests.documents import (
    CHINESE_README,
    DOCUMENTS,
    README,
    anchors,
    blocks,
    commands,
    links,
    name,
)
from tests.source import assert_none

SOURCE = "".join(
    p.read_text("utf-8") for d in ("resnet", "pages") for p in PROJECT.rglob(f"{d}/**/*.py")
)
TARGETS = re.findall(r"^\.PHONY: (.+)$", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
# Programs of other people, whose words are theirs.
OTHERS = {"cd", "source", "openssl", "install", "systemctl", "journalctl", "pre-commit", "pybabel"}
PLACEHOLDERS = {"FILE", "DIR", "."}


def quoted() -> list[str]:
    """Every command of every document, once."""
    return sorted({line for document in DOCUMENTS for line in commands(document)})


def test_a_named_file_of_the_tests_is_there():
    assert_none(
        f"{name(document)}: {file}"
        for document in DOCUMENTS
        for file in re.findall(r"`(tests/[a-z_0-9/]+\.py)`", document.read_text("utf-8"))
        if not (PROJECT / file).is_file()
    )


def test_the_commands_are_found():
    assert {"make run", "make test"} <= set(quoted())
    assert len(quoted()) > 60


def test_a_command_names_what_there_is(subtests: pytest.Subtests):
    for line in quoted():
        with subtests.test(line):
            _names_what_there_is(line)


def _names_what_there_is(line: str) -> None:
    program, *words = shlex.split(line)
    program = Path(program).name
    if program == "make":
        assert {word for word in words if "=" not in word} <= set(TARGETS[0].split())
    elif program in ("python", "python3"):
        assert words[0] == "-m"
        _module_takes(words[1], words[2:])
    elif program == "pip":
        assert words[0] == "install"
        listed = words[words.index("-r") + 1 :] if "-r" in words else []
        assert all((PROJECT / file).exists() for file in listed)
    elif program == "streamlit":
        assert words[0] == "run"
        assert (PROJECT / words[1]).exists()
    elif program == "pytest":
        assert all((PROJECT / word).exists() for word in words if word not in PLACEHOLDERS)
    elif program == "dask":
        command = {"scheduler": dask_scheduler, "worker": dask_worker}[words[0]]
        _parse(command, words[1:])
    else:
        assert program in OTHERS | {"resnet-lab"}, line


def _parse(command: click.Command, words: list[str]) -> None:
    """Parse a command line whose files need not be there."""
    files = [option for option in command.params if isinstance(option.type, click.Path)]
    for option in files:
        option.type = click.STRING
    command.make_context(command.name, words)


def _module_takes(module: str, words: list[str]) -> None:
    """Tell whether a module is there and its source knows the options; resnet's are parsed."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    if module.split(".")[0] in ("benchmarks", "tests"):
        places = spec.submodule_search_locations or [spec.origin]
        source = "".join(
            file.read_text("utf-8")
            for place in map(Path, filter(None, places))
            for file in ([place] if place.is_file() else place.glob("*.py"))
        )
        for option in (word for word in words if word.startswith("--")):
            assert f'"{option}"' in source, option


def test_programs_and_files_in_a_document_are_whole():
    for document in DOCUMENTS:
        for program in blocks(document, "python"):
            assert ast.parse(program, name(document)).body, f"{name(document)}: an empty program"


def leads_nowhere(document: Path, link: str) -> bool:
    place, _hash, anchor = link.partition("#")
    target = (document.parent / place).resolve() if place else document
    return not target.exists() or bool(anchor and anchor not in anchors(target))


def test_links_lead_somewhere():
    assert_none(
        f"{name(document)}: {link}"
        for document in DOCUMENTS
        for link in links(document)
        if leads_nowhere(document, link)
    )


def test_both_readmes_say_the_same_to_type():
    assert blocks(README, "sh") == blocks(CHINESE_README, "sh")
    assert name(CHINESE_README) in links(README)
    assert name(README) in links(CHINESE_README)


def test_every_document_is_one_click_from_the_readme():
    reached = {(PROJECT / link.partition("#")[0]).resolve() for link in links(README)}
    beside = {PROJECT / "docs" / "README.md"}
    assert set((PROJECT / "docs").glob("*.md")) - beside <= reached


def test_the_readme_tells_every_variable():
    text = README.read_text(encoding="utf-8")
    for variable in sorted(set(re.findall(r"RESNET_LAB_[A-Z]+(?:_[A-Z]+)*\b", SOURCE))):
        assert f"`{variable}`" in text, variable


def test_the_newest_release_is_this_version():
    changes = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## \[(.+?)\]", changes, re.MULTILINE)
    assert releases[:2] == ["Unreleased", __version__]
    for release in re.split(r"^## ", changes, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (\w+)$", release, re.MULTILINE)
        assert len(kinds) == len(set(kinds)), release[:20]
        assert not re.search(r"^- .+\n\n- ", release, re.MULTILINE), "a list in two parts"


def plan_rows(file: str = "docs/lessons.md") -> list[list[str]]:
    """The rows of the plans for a class: their cells."""
    plans = (PROJECT / file).read_text("utf-8").split("## How long")[0]
    rows = re.findall(r"^\| (\d+–\d+ \|.+) \|$", plans, re.MULTILINE)
    return [row.split(" | ") for row in rows]


def test_the_plans_name_lessons_and_screens_that_there_are():
    with (ASSETS / "locale" / "resnet_lab.pot").open("rb") as file:
        screens = {message.id for message in read_po(file)}
    lessons = {SCREENS[lesson].label().replace(".", "", 1) for lesson in LESSONS}
    named = {word for row in plan_rows() for word in re.findall(r"\*\*(.+?)\*\*", row[1])}
    assert named
    for word in named:
        assert word in (lessons if word[0].isdigit() else screens), word


def test_the_plans_are_the_same_in_chinese():
    english, chinese = plan_rows(), plan_rows("docs/zh/lessons.md")
    assert [row[0] for row in english] == [row[0] for row in chinese]
    use_language("zh")
    try:
        titles = {SCREENS[lesson].label().replace(".", "", 1) for lesson in LESSONS}
        titles |= {translate(screen.title) for screen in SCREENS.values()}
        for mine, theirs in zip(english, chinese, strict=True):
            named = [re.findall(r"\*\*(.+?)\*\*", row[1]) for row in (mine, theirs)]
            assert len(named[0]) == len(named[1])
            assert set(named[1]) <= titles
    finally:
        use_language("en")


def test_the_plans_fill_their_minutes():
    ends = []
    for row in plan_rows():
        begin, end = map(int, row[0].split("–"))
        assert begin == (ends[-1] if begin else 0)
        ends.append(end)
        assert all(row[1:]), row
    assert sorted(end for end, after in zip(ends, [*ends[1:], 0], strict=True) if after < end) == [
        45,
        90,
    ]


def test_lessons_are_called_by_their_numbers():
    for document in DOCUMENTS:
        for number in re.findall(r"\blessons? (\d+)", document.read_text("utf-8"), re.IGNORECASE):
            assert 1 <= int(number) <= len(LESSONS), f"{name(document)}: lesson {number}"
    timed = re.findall(
        r"^\| (\d+ [A-Z][^|]+?) \| \d",
        (PROJECT / "docs/lessons.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert timed == [SCREENS[lesson].label().replace(".", "", 1) for lesson in LESSONS]
