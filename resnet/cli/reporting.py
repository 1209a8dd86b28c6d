"""How commands answer: results on stdout, one line on stderr for a mistake, and exit codes."""

import codecs
import gettext
import json
import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table

from resnet.cli.streams import INTERRUPTED, can_write, ended_at_once, forget_streams
from resnet.cli.translation import ERROR
from resnet.errors import LabError
from resnet.language import mark, translate
from resnet.language import translate as _
from resnet.store.run_store import StoreUnavailable
from resnet.store.states import State
from resnet.store.trouble import remedy

WIDE = 400  # columns of a table that goes into a pipe or a file, so that nothing is cut

FAILED = 1

# How a group that is called without a command gives its help; click 8.1 prints it by itself.
HELP_FOR_NOTHING = getattr(click.exceptions, "NoArgsIsHelpError", ())

_STATES = {
    State.QUEUED: mark("queued"),
    State.RUNNING: mark("running"),
    State.PAUSED: mark("paused"),
    State.STOPPED: mark("stopped"),
    State.DONE: mark("done"),
    State.FAILED: mark("failed"),
    State.DIVERGED: mark("diverged"),
}


class OneLineErrors(click.Group):
    """A command group that ends a wrong use with one line on stderr: code 2 for a wrong command
    line, 1 for a mistake found later, 130 when interrupted."""

    def main(self, *args: Any, **options: Any) -> NoReturn:
        options["standalone_mode"] = False
        try:
            code = self._answered(*args, **options)
        except BrokenPipeError:  # of stdout, or of stderr while an error is printed
            forget_streams()
            code = FAILED
        sys.exit(code if isinstance(code, int) else 0)

    def _answered(self, *args: Any, **options: Any) -> Any:
        """Run the command line and return its exit code, or what else the command returns."""
        try:
            code = super().main(*args, **options)
            sys.stdout.flush()  # a closed pipe shows here, not at the interpreter's end
        except HELP_FOR_NOTHING as error:
            click.echo(error.format_message())
            code = 0
        except click.ClickException as error:
            _say_error(error.format_message())
            code = error.exit_code
        except click.Abort:
            code = INTERRUPTED
        except LabError as error:
            _say_error(str(error))
            code = FAILED
        except StoreUnavailable as error:
            _say_error(
                remedy(error)
                or _(
                    "The run store does not answer ({reason}): try again in a moment; if it "
                    "lasts, `python -m resnet doctor` says more."
                ).format(reason=error.orig)
            )
            code = FAILED
        except BrokenPipeError:
            raise
        except OSError as error:
            place = f": {error.filename}" if error.filename else ""
            _say_error(f"{error.strerror or error}{place}")
            code = FAILED
        return code


def _say_error(message: object) -> None:
    line = " ".join(str(message).split())
    click.echo(gettext.gettext(ERROR).format(message=line), err=True)


def load_keras() -> None:
    """Import Keras by way of the module that keeps its backend off stderr."""
    with ended_at_once():
        from resnet import backend

        backend.start()


def say(message: str) -> None:
    """Tell the person at the terminal something that is not the result (stderr)."""
    click.echo(message, err=True)


def print_json(value: Any) -> None:
    """Print one JSON value on one line; numbers that are not finite become null."""
    text = as_json(value)
    # JSON is UTF-8: in another encoding only its escapes are read as what was written.
    raw = can_write(text) and codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"
    click.echo(text if raw else as_json(value, ascii_alone=True))


def as_json(value: Any, indent: int | None = None, ascii_alone: bool = False) -> str:
    """Return strict JSON of plain values, dataclasses, tuples and numpy numbers."""
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=ascii_alone, allow_nan=False, indent=indent)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if hasattr(value, "tolist"):  # numpy's arrays and numbers
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_table(columns: Mapping[str, str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table; `columns` maps each heading to "left" or "right"."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, justify in columns.items():
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDE
    with console.capture() as text:
        console.print(table)
    for line in text.get().splitlines():
        click.echo(line.rstrip())


def thousands(number: int | None) -> str:
    """Write a count as people read it: 23,600,006."""
    return "" if number is None else f"{number:,}"


def shape_text(shape: Iterable[int]) -> str:
    """Write a shape as 15×15×256."""
    return "×".join(map(str, shape))


def percent(fraction: float | None) -> str:
    """Write an accuracy as people read it: 97.5 %."""
    return "" if fraction is None else f"{100 * fraction:.1f} %"


def state_word(state: State) -> str:
    """Name a run's state as the person at the terminal says it; in English as --state takes it."""
    return translate(_STATES[state]).upper()
