"""`train`: one run from this terminal, stored like the ones the screens start."""

import math
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from functools import partial
from types import FrameType
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from resnet.cli.attended import attended_store
from resnet.cli.datasets import default_data, describe, load_dataset
from resnet.cli.reporting import load_keras, percent, print_json, say, state_word
from resnet.cli.runs import history, run_report
from resnet.cli.streams import INTERRUPTED, forget_streams, handling
from resnet.data.augment import AUGMENTATIONS
from resnet.data.signs import DATA_SETS, named_folder
from resnet.errors import LabError
from resnet.jobs.keeper import ATTENDED
from resnet.language import speaking
from resnet.language import translate as _
from resnet.store.records import Run
from resnet.store.run_store import RunStore, StoreUnavailable
from resnet.store.states import State
from resnet.training.spec import PRECISIONS, RECIPE_NAMES, TrainingSpec, parse_spec

LOOK_EVERY = 0.25  # seconds between looks at the run store


@click.command()
@click.option("--model", required=True, help="Name of a net; `models` lists them.")
@click.option(
    "--data",
    metavar="DATA",
    help="signs, synthetic, both or a folder.  [default: SIGNS if it is here, else synthetic]",
)
@click.option(
    "--recipe",
    default="fast",
    show_default=True,
    type=click.Choice(RECIPE_NAMES),
    help="notebook: as the course does; fast: with a schedule; sprint: seconds.",
)
@click.option("--epochs", type=int, help="Times through the training images.  [default: recipe's]")
@click.option("--batch-size", type=int, help="Images a step.  [default: the recipe's]")
@click.option("--learning-rate", type=float, help="Highest rate.  [default: the recipe's]")
@click.option("--seed", default=0, show_default=True, help="Seed of weights, order, augmentation.")
@click.option("--image-size", type=int, help="Side in pixels.  [default: the recipe's]")
@click.option(
    "--gradient-norms-every",
    default=0,
    show_default=True,
    help="Record each layer's gradient norm every so many steps; 0: never.",
)
@click.option(
    "--augmentation",
    type=click.Choice(list(AUGMENTATIONS)),
    help="How much training images are varied.  [default: as the recipe does]",
)
@click.option("--devices", default=1, show_default=True, help="GPUs that share each batch.")
@click.option(
    "--precision",
    default="float32",
    show_default=True,
    type=click.Choice(PRECISIONS),
    help="mixed_bfloat16: faster on GPUs that have it.",
)
@click.option("--no-shortcut", is_flag=True, help="Train the net without its shortcuts.")
@click.option("--no-batch-norm", is_flag=True, help="Leave BatchNorm out.")
@click.option(
    "--zero-last-gamma/--one-last-gamma",
    default=None,
    help="γ at the start of each residual block's last BatchNorm.  [default: the recipe's]",
)
@click.option("--json", "as_one_json", is_flag=True, help="Print one JSON object at the end.")
def train(
    as_one_json: bool, data: str | None, no_shortcut: bool, no_batch_norm: bool, **values: Any
) -> None:
    """Train one net and store the run.

    The run appears in `runs list`, and its net on the screen “Your hand”. Ctrl-C stops it after
    the current step and keeps what it has recorded; the exit code is then 130.

    \b
    Examples:
      python -m resnet train --model fast --recipe sprint
      python -m resnet train --model resnet50 --recipe notebook --epochs 20 --seed 1
      python -m resnet train --model resnet20 --data synthetic --epochs 2 --json
    """
    spec = parse_spec(
        {
            **values,
            "data": _place(data),
            "shortcut": False if no_shortcut else None,
            "batch_norm": not no_batch_norm,
        }
    )
    dataset = load_dataset(spec.data)
    say(describe(dataset))
    store = attended_store()
    run = train_here(spec, store)
    try:
        _print_end(run, run_report(store, run.id), as_one_json)
    except BrokenPipeError:
        if run.state != State.STOPPED:
            raise
        forget_streams()  # nobody reads, and yet it ends as it was told to
    if run.state == State.STOPPED:
        raise SystemExit(INTERRUPTED)
    if run.state != State.DONE:
        raise LabError(
            run.reason or _("The run ended as {state}.").format(state=state_word(run.state))
        )


def _print_end(run: Run, report: dict[str, Any], as_one_json: bool) -> None:
    """Print how a run ended and where its weights lie."""
    if as_one_json:
        print_json(report)
        return
    click.echo(_outcome(run))
    if report["learned_nothing"]:
        click.echo(report["learned_nothing"]["sentence"])
    if report["weights"]:
        click.echo(_("Weights: {path}").format(path=report["weights"]))


def _place(data: str | None) -> str:
    """Name the data as the store shall keep it: a folder by its full path."""
    name = data or default_data()
    folder = named_folder(name)
    return str(folder.resolve()) if name not in DATA_SETS and folder.is_dir() else name


def train_here(spec: TrainingSpec, store: RunStore, **columns: Any) -> Run:
    """Train a spec in this process, with its progress on the terminal; return how it ended.

    columns: of the store's runs, such as its experiment.
    """
    load_keras()
    from resnet.training.stored_run import run

    with _interruptions() as interrupted:
        run_id = store.create(spec.model_dump(), origin=ATTENDED, **columns)
        try:
            with _watched(run_id, store, spec, interrupted), speaking("en"):  # as they are stored
                run(run_id, store)
        except KeyboardInterrupt:  # the second Ctrl-C: no more waiting
            store.finish(run_id, State.STOPPED, reason=_("Interrupted in the terminal."))
    return store.get(run_id)


@contextmanager
def _interruptions() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C sets, or what is like it; the second interrupts."""
    interrupted = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if interrupted.is_set():
            signal.default_int_handler(number, frame)
        interrupted.set()  # the watcher writes the wish: a handler must not enter the database

    with handling(interrupt):
        yield interrupted


@contextmanager
def _watched(
    run_id: str, store: RunStore, spec: TrainingSpec, interrupted: threading.Event
) -> Iterator[None]:
    """Show the run's progress, read from the store, and pass the first Ctrl-C on as a wish."""
    ended = threading.Event()
    watch = partial(_watch, run_id, store, spec, interrupted, ended)
    watcher = threading.Thread(target=copy_context().run, args=(watch,))  # in this language
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _watch(
    run_id: str,
    store: RunStore,
    spec: TrainingSpec,
    interrupted: threading.Event,
    ended: threading.Event,
) -> None:
    wished, shown, over = False, 0, False
    with _progress() as progress:
        task = progress.add_task(spec.model, total=None)
        while not over:
            over = ended.wait(LOOK_EVERY)
            # The store may answer at the next look; where nobody reads, the wish counts still.
            with suppress(StoreUnavailable, LabError, BrokenPipeError):
                if interrupted.is_set() and not wished:
                    wished = store.request_stop(run_id)
                    progress.console.print(_("Stopping after this step; Ctrl-C again ends it now."))
                run = store.get(run_id)
                for epoch in history(store, run_id)[shown:]:
                    shown += 1
                    progress.console.print(_epoch_line(epoch))
                words = f"{spec.model}  {_pace(run, spec)}"
                progress.update(
                    task, description=words, completed=run.step, total=run.total_steps or None
                )


class _PatientConsole(Console):
    """A console that falls silent when nobody reads it any more: the training goes on."""

    def on_broken_pipe(self) -> None:
        """Say nothing more, where Rich would end the thread that passes Ctrl-C on."""
        self.quiet = True


def _progress() -> Progress:
    console = _PatientConsole(stderr=True, highlight=False, markup=False, emoji=False)
    return Progress(
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
        disable=not console.is_terminal,  # a log gets the lines of the epochs only
    )


def _pace(run: Run, spec: TrainingSpec) -> str:
    if run.images_per_second is None:
        return _("preparing")
    words = _("epoch {epoch}/{epochs}, {speed:.0f} images/s")
    if run.eta_seconds is not None:
        words = _("epoch {epoch}/{epochs}, {speed:.0f} images/s, {left:.0f} s left")
    return words.format(
        epoch=run.epoch, epochs=spec.epochs, speed=run.images_per_second, left=run.eta_seconds
    )


def _epoch_line(epoch: dict[str, Any]) -> str:
    return _("epoch {epoch}: loss {loss:.3f}, train {train}, test {test}").format(
        epoch=epoch["epoch"],
        loss=epoch.get("train_loss", math.nan),
        train=percent(epoch.get("train_accuracy")),
        test=percent(epoch.get("test_accuracy")),
    )


def _outcome(run: Run) -> str:
    return _(
        "{state} {run}: {model} on {data}, seed {seed}: train {train}, test {test}, "
        "{seconds:.0f} s."
    ).format(
        state=state_word(run.state),
        run=run.id,
        model=run.spec["model"],
        data=run.spec["data"],
        seed=run.spec["seed"],
        train=percent(run.train_accuracy) or "–",
        test=percent(run.test_accuracy) or "–",
        seconds=run.seconds or 0,
    )
