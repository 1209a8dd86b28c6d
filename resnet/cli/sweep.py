"""`sweep`: depth × shortcut × seed, one run after the other, with nobody watching."""

from pathlib import Path
from typing import Any

import click

from resnet.cli.attended import attended_store
from resnet.cli.datasets import default_data, describe, load_dataset
from resnet.cli.parameters import NEW_FILE, Words
from resnet.cli.recording import keep_recording, short
from resnet.cli.reporting import percent, print_json, print_table, say
from resnet.cli.streams import INTERRUPTED
from resnet.cli.training import train_here
from resnet.language import translate as _
from resnet.store.records import Run
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.spec import RECIPE_NAMES
from resnet.training.sweep import ALIKE, MOST_CELLS, NetErrors, grid, summary

_ABOUT = ("data", "image_size", "epochs", "recipe", "zero_last_gamma")


@click.command()
@click.option(
    "--depth",
    "depths",
    multiple=True,
    type=int,
    default=(8, 20),
    show_default=True,
    help="A depth 6n + 2; give it once for each.",
)
@click.option(
    "--seeds",
    default=1,
    show_default=True,
    type=click.IntRange(1, MOST_CELLS),
    help="Runs of each net: seeds 0, 1, …",
)
@click.option("--epochs", type=int, default=10, show_default=True, help="Epochs of each run.")
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
@click.option(
    "--image-size",
    default=ALIKE["image_size"],
    show_default=True,
    help="Side of an image in pixels.",
)
@click.option("--batch-size", type=int, help="Images a step.  [default: the recipe's]")
@click.option("--no-batch-norm", is_flag=True, help="Leave BatchNorm out.")
@click.option(
    "--zero-last-gamma",
    is_flag=True,
    help="Start residual blocks as the identity (γ = 0), which plain nets cannot.",
)
@click.option("--title", type=Words(), default="", help="Name of the experiment.")
@click.option("--out", type=NEW_FILE, metavar="FILE.json", help="Also write the curves to a file.")
@click.option("--json", "as_one_json", is_flag=True, help="Print one JSON object at the end.")
def sweep(
    depths: tuple[int, ...],
    seeds: int,
    title: str,
    out: Path | None,
    as_one_json: bool,
    no_batch_norm: bool,
    **fields: Any,
) -> None:
    """Train plain and residual nets of several depths and seeds, and compare them.

    The runs are an experiment of the run store: the screen “Class experiment” shows it, also while
    it grows. Ctrl-C ends it after the current step and keeps what there is.

    \b
    Examples:
      python -m resnet sweep --depth 8 --depth 20 --depth 56 --seeds 2 --epochs 12
      python -m resnet sweep --data synthetic --epochs 2 --json
    """
    fields["data"] = fields["data"] or default_data()
    specs = grid(depths, seeds, **fields, batch_norm=not no_batch_norm)
    say(describe(load_dataset(fields["data"])))
    store = attended_store()
    cells = [spec.model_dump() for spec in specs]
    experiment = store.create_experiment(title or _("Sweep"), cells, owner="cli")
    store.close_experiment(experiment)
    runs: list[Run] = []
    for spec in specs:
        say(_("{model}, seed {seed}").format(model=spec.model, seed=spec.seed))
        runs.append(train_here(spec, store, experiment=experiment))
        if runs[-1].state == State.STOPPED:
            raise SystemExit(INTERRUPTED)
    found = summary(runs)
    if out:
        about = {name: fields[name] for name in _ABOUT}
        about |= {"batch_norm": not no_batch_norm, "seeds": list(range(seeds))}
        keep_recording(out, _command(depths, seeds, fields), about, runs=_curves(store, runs))
    if as_one_json:
        print_json({"experiment": experiment, "nets": [cell._asdict() for cell in found]})
    else:
        columns = {
            _("Net"): "left",
            _("Runs"): "right",
            _("Training error"): "right",
            _("Test error"): "right",
        }
        print_table(columns, map(_row, found))


def _row(cell: NetErrors) -> tuple[object, ...]:
    return cell.model, cell.runs, _words(cell.train_error), _words(cell.test_error)


def _words(spread: tuple[float, float, float] | None) -> str:
    if spread is None:
        return "–"
    middle, low, high = spread
    return percent(middle) if low == high else f"{percent(middle)} ({percent(low)}–{percent(high)})"


def _command(depths: tuple[int, ...], seeds: int, fields: dict[str, Any]) -> str:
    chosen = [f"--depth {depth}" for depth in depths] + [f"--seeds {seeds}"]
    for name, value in fields.items():
        option = f"--{name.replace('_', '-')}"
        if value is True:
            chosen.append(option)
        elif value not in (None, False):
            chosen.append(f"{option} {value}")
    return " ".join(["sweep", *chosen])


def _curves(store: RunStore, runs: list[Run]) -> list[dict[str, Any]]:
    """Return each run as the shipped recordings hold it."""
    return [
        {
            "model": run.spec["model"],
            "seed": run.spec["seed"],
            "state": run.state,
            "seconds": round(run.seconds or 0, 1),
            "train_accuracy": run.train_accuracy,
            "test_accuracy": run.test_accuracy,
            "history": {
                name: [short(value) for value in curve.values]
                for name, curve in store.metrics(
                    run.id, ("train_accuracy", "test_accuracy")
                ).items()
            },
        }
        for run in runs
    ]
