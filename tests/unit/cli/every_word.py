"""Print, as JSON, every help of the command line and what it says of wrong uses, in Chinese.

A program of its own: it can be run with another click before it on the path.
"""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout

import click

from resnet.cli import lab
from resnet.cli.translation import commands_of, speak
from resnet.language import use_language

WRONG = (
    "trian",
    "rnus",
    "data",
    "doctor x",
    "doctor x y",
    "runs show",
    "runs list --al",
    "runs list --jsn",
    "runs list --limit",
    "runs list --limit 0",
    "runs list --limit x",
    "runs list --json=1",
    "runs list --state asleep",
    "train",
    "train --model",
    "train --model fast --learning-rate fast",
    "train --model fast --epochs x",
    "train --model fast --recipe x",
    "train --model fast --no-shortcut=1",
    "train --model fast --gradient",
    "summary resnet9",
    "data check nowhere",
    "data check app.py",
    "predict --weights nowhere.h5 x.jpg",
    "predict --weights pages x.jpg",
    "restore pages",
)


def helps() -> Iterator[tuple[str, str]]:
    def below(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
        yield context.command_path, command.get_help(context)
        for name, inner in getattr(command, "commands", {}).items():
            yield from below(inner, click.Context(inner, info_name=name, parent=context))

    yield from below(lab, click.Context(lab, info_name="resnet", terminal_width=999))


def mistakes() -> Iterator[tuple[str, str]]:
    for line in WRONG:
        printed = io.StringIO()
        try:
            with redirect_stderr(printed), redirect_stdout(printed):
                lab.main(line.split(), prog_name="resnet")
        except SystemExit:
            yield line, printed.getvalue()


def names() -> Iterator[str]:
    """What is typed as it is in every language: commands, options, choices, defaults."""
    yield "--help"
    for command in commands_of(lab):
        yield command.name or ""
        for parameter in command.params:
            yield from (*parameter.opts, *parameter.secondary_opts, str(parameter.default))
            yield str(parameter.metavar or parameter.name)
            yield from map(str, getattr(parameter.type, "choices", ()))


use_language("zh")
speak(lab, "zh")
words = {"helps": dict(helps()), "mistakes": dict(mistakes()), "names": sorted(set(names()))}
print(json.dumps({"click": click.__file__, **words}, ensure_ascii=False))
