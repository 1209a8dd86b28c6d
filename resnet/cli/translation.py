"""Help, and what click itself says, in the terminal's language, from a catalogue of their own.

assets/locale/LANGUAGE/LC_MESSAGES/command_line.po has each paragraph of a command's help, each
option's help, and click's own words.
"""

import gettext
import inspect
import os
from collections.abc import Iterator

import click

from resnet.settings import ASSETS

DOMAIN = "command_line"
VERBATIM = "\b"  # begins a paragraph that click leaves as it is: the examples
ERROR = "Error: {message}"  # as click says it


def speak(program: click.Group, language: str) -> None:
    """Translate a program's help and click's messages, from here on in this process."""
    os.environ["LANGUAGE"] = language  # the first place where gettext, and so click, looks
    gettext.bindtextdomain(DOMAIN, ASSETS / "locale")
    gettext.textdomain(DOMAIN)
    for command in commands_of(program):
        paragraphs = [_translated(words) for words in paragraphs_of(command.help)]
        command.help, command.short_help = "\n\n".join(paragraphs), paragraphs[0]
        command.options_metavar = gettext.gettext(command.options_metavar or "")
        if isinstance(command, click.Group):
            command.subcommand_metavar = gettext.gettext(command.subcommand_metavar)
        for option in options_of(command):
            if option.help:
                option.help = gettext.gettext(option.help)
        for parameter in command.params:  # click names kinds of values before it knows the language
            parameter.type.name = gettext.gettext(parameter.type.name)


def words_of(program: click.Group) -> Iterator[str]:
    """Yield what there is to translate in a program's help."""
    for command in commands_of(program):
        for paragraph in paragraphs_of(command.help):
            yield paragraph.split("\n")[1] if paragraph.startswith(VERBATIM) else paragraph
        yield from (option.help for option in options_of(command) if option.help)


def commands_of(command: click.Command) -> Iterator[click.Command]:
    """Yield a command and all below it."""
    yield command
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from commands_of(below)


def options_of(command: click.Command) -> Iterator[click.Option]:
    """Yield a command's own options: --help is click's."""
    return (option for option in command.params if isinstance(option, click.Option))


def paragraphs_of(text: str | None) -> list[str]:
    """Return a help's paragraphs, each on one line but for the examples."""
    paragraphs = inspect.cleandoc(text or "").split("\n\n")
    return [
        words if words.startswith(VERBATIM) else " ".join(words.split()) for words in paragraphs
    ]


def _translated(paragraph: str) -> str:
    if not paragraph.startswith(VERBATIM):
        return gettext.gettext(paragraph)
    mark, heading, *examples = paragraph.split("\n")
    return "\n".join((mark, gettext.gettext(heading), *examples))
