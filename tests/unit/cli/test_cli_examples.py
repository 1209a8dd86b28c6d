"""Every command line in a document and in a `--help` is one that the program understands."""

import re
import shlex
import shutil
from collections.abc import Iterator

import click
import pytest

from resnet.cli import lab
from tests.documents import DOCUMENTS, README, resnet_lines

# What the examples take for granted.
FILES = (
    "lab.tar.gz",
    "runs/ID/model.weights.h5",
    "hand.jpg",
    "data/strangers/0/0000.jpg",
    "assets/weights/NAME.weights.h5",
    "data/hands/a_source/0/0.jpg",
    "landmarks.json",
    "FILE",
    "PHOTO",
    "DIR/0.jpg",
    "resnet50.h5",
    "lab.weights.h5",
)
CHEAP = ("models", "summary", "graph", "data check", "runs list", "runs prune", "exercise start")


def commands_of(group: click.Group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    yield name.strip(), group
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{name} {command.name}")
        else:
            yield f"{name} {command.name}".strip(), command


def example_lines(text: str) -> list[str]:
    return re.findall(r"^ *python -m resnet (.+)$", text, re.MULTILINE)


COMMANDS = dict(commands_of(lab))
HELP_LINES = [line for command in COMMANDS.values() for line in example_lines(command.help or "")]
README_LINES = resnet_lines(README)
# A sentence may name a command without what it takes.
LINES = sorted(
    {
        line.removesuffix(" --help")
        for line in [*HELP_LINES, *(line for path in DOCUMENTS for line in resnet_lines(path))]
    }
    - set(COMMANDS)
)


@pytest.fixture
def working_folder(tmp_path, tiny_signs, monkeypatch):
    """A folder that holds the files which the examples name."""
    shutil.copytree(tiny_signs, tmp_path / "data" / "signs")
    for file in FILES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    monkeypatch.chdir(tmp_path)


def parse(arguments: list[str]) -> str:
    """Parse a command line without running it; return its commands, or raise as click does."""
    group, parent = lab, None
    while True:
        context = group.make_context(group.name, arguments, parent=parent)
        name, command, arguments = group.resolve_command(
            context, [*context._protected_args, *context.args]
        )
        if not isinstance(command, click.Group):
            return command.make_context(name, list(arguments), parent=context).command_path
        group, parent = command, context


@pytest.mark.usefixtures("working_folder")
@pytest.mark.parametrize("line", LINES)
def test_examples_are_understood(line: str) -> None:
    words = shlex.split(re.sub(r" N$", " 1", line))
    understood = parse(words).split()[1:]
    assert understood == words[: len(understood)]


@pytest.mark.usefixtures("working_folder")
@pytest.mark.parametrize("line", [line for line in README_LINES if line.startswith(CHEAP)])
def test_cheap_examples_of_the_readme_run(cli, line: str) -> None:
    result = cli(*shlex.split(line))
    assert result.exit_code == 0, result.output
    assert result.stdout


def test_the_readme_shows_every_command() -> None:
    for name, command in COMMANDS.items():
        for_learners = not isinstance(command, click.Group) and not name.startswith("record")
        if for_learners:
            assert any(line.startswith(name) for line in README_LINES), f"README.md lacks {name}"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_reads_well(cli, name: str) -> None:
    result = cli(*name.split(), "--help")
    assert result.exit_code == 0
    command = COMMANDS[name]
    first = command.help.strip().split("\n")[0]
    assert first.endswith(".")
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "..." not in command.get_short_help_str(80)
    if not isinstance(command, click.Group):
        assert "Example" in result.stdout
        options = [option for option in command.params if isinstance(option, click.Option)]
        assert all(option.help for option in options)
