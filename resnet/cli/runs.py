"""`runs`: list, show and export what the run store holds."""

import csv
import sys
import time
from pathlib import Path
from typing import Any

import click

from resnet.cli.attended import attended_store
from resnet.cli.parameters import NEW_FILE, Words
from resnet.cli.reporting import (
    as_json,
    load_keras,
    percent,
    print_json,
    print_table,
    state_word,
    thousands,
)
from resnet.inference.checkpoint import NET, WEIGHTS, run_folder
from resnet.language import translate as _
from resnet.store.records import EPOCH_METRICS, Run
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.verdict import Verdict, verdict

NUMBERS_OF_A_RUN = ("model", "data", "recipe", "epochs", "batch_size", "learning_rate", "seed")


def run_report(store: RunStore, run_id: str) -> dict[str, Any]:
    """Return all a reader needs to trace a run's numbers: spec, results, history, versions."""
    run = store.get(run_id)
    found = verdict(run, store)
    return {
        "run": run.id,
        "state": run.state,
        "reason": run.reason,
        "origin": run.origin,
        **run.spec,
        "synthetic": run.synthetic,
        "parameters": run.parameters,
        "seconds": run.seconds,
        "train_loss": run.train_loss,
        "train_accuracy": run.train_accuracy,
        "test_loss": run.test_loss,
        "test_accuracy": run.test_accuracy,
        "learned_nothing": found
        and {"why": found.cause, "sentence": advice(found), "try": found.change},
        "history": history(store, run_id),
        "weights": _weights(run_id),
        "versions": run.versions,
        "device": run.device,
        "created_at": _utc(run.created_at),
        "finished_at": _utc(run.finished_at),
    }


def advice(found: Verdict) -> str:
    """Say in one sentence why a run learned nothing, and with which options it might."""
    return found.sentence(" ".join(_option(*field) for field in found.change.items()))


def _option(name: str, value: Any) -> str:
    return (
        f"--{name.replace('_', '-')} {value}"
        if value is not None
        else _("without {option}").format(option=f"--no-{name}")
    )


def _weights(run_id: str) -> str | None:
    path = run_folder(run_id) / f"{NET}{WEIGHTS}"
    return str(path) if path.exists() else None


def history(store: RunStore, run_id: str) -> list[dict[str, Any]]:
    """Return one mapping an epoch: its number and each metric written at its end."""
    epochs: dict[int, dict[str, Any]] = {}
    curves = store.metrics(run_id, EPOCH_METRICS)
    for name in filter(curves.__contains__, EPOCH_METRICS):
        for epoch, value in zip(curves[name].epochs, curves[name].values, strict=True):
            epochs.setdefault(epoch, {"epoch": epoch})[name] = value
    return [epochs[epoch] for epoch in sorted(epochs)]


@click.group()
def runs() -> None:
    """List, show and export runs, from the screens and from here."""


@runs.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="At most.")
@click.option(
    "--state",
    type=click.Choice([state.value for state in State], case_sensitive=False),
    help="Only runs in this state.",
)
@click.option("--json", "as_one_json", is_flag=True, help="Print a JSON list.")
def list_runs(limit: int, state: str | None, as_one_json: bool) -> None:
    """List the newest runs.

    \b
    Examples:
      python -m resnet runs list
      python -m resnet runs list --state DONE --json
    """
    chosen = State(state) if state else None
    found = attended_store().runs(limit=min(limit, sys.maxsize), state=chosen)
    if as_one_json:
        print_json([_line(run) for run in found])
    elif not found:
        click.echo(_("No runs yet: start one with `python -m resnet train`."))
    else:
        columns = {
            _("Run"): "left",
            _("State"): "left",
            _("Model"): "left",
            _("Data"): "left",
            _("Epoch"): "right",
            _("Seed"): "right",
            _("Test accuracy"): "right",
            _("Origin"): "left",
            _("Started (UTC)"): "left",
        }
        print_table(columns, map(_row, found))


def _line(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "state": run.state,
        "origin": run.origin,
        **{name: run.spec.get(name) for name in NUMBERS_OF_A_RUN},
        "epoch": run.epoch,
        "seconds": run.seconds,
        "train_accuracy": run.train_accuracy,
        "test_accuracy": run.test_accuracy,
        "created_at": _utc(run.created_at),
    }


def _row(run: Run) -> tuple[object, ...]:
    return (
        run.id,
        state_word(run.state),
        run.spec.get("model"),
        run.spec.get("data"),
        run.epoch,
        run.spec.get("seed"),
        percent(run.test_accuracy),
        run.origin,
        _utc(run.created_at),
    )


@runs.command()
@click.argument("run_id", type=Words(), metavar="ID")
@click.option("--json", "as_one_json", is_flag=True, help="Print one JSON object.")
def show(run_id: str, as_one_json: bool) -> None:
    """Show one run: what was asked, how it ended, each epoch.

    \b
    Example:
      python -m resnet runs show 3f9c2a7b1e04
    """
    report = run_report(attended_store(), run_id)
    if as_one_json:
        print_json(report)
        return
    epochs = report.pop("history")
    report["parameters"] = thousands(report["parameters"])
    report["learned_nothing"] = report["learned_nothing"] and report["learned_nothing"]["sentence"]
    report["versions"] = ", ".join(f"{k} {v}" for k, v in report["versions"].items())
    for name, value in report.items():
        if value not in (None, ""):
            click.echo(f"{name:<24}{_short(value)}")
    if epochs:
        click.echo()
        names = list(epochs[-1])
        rows = ([_short(epoch.get(name)) for name in names] for epoch in epochs)
        print_table(dict.fromkeys(names, "right"), rows)


@runs.command()
@click.argument("run_id", type=Words(), metavar="ID")
@click.option(
    "--out",
    "path",
    required=True,
    type=NEW_FILE,
    metavar="FILE.{csv|json|tensorboard|onnx}",
    help="File to write, for TensorBoard a folder; its ending chooses the format.",
)
def export(run_id: str, path: Path) -> None:
    """Write one run's numbers, or its net, to a file.

    CSV has one row a number: every metric at every step, and the gradient norms. JSON adds the
    spec, the versions and the answers to the test images. TensorBoard takes the folder as its
    --logdir. ONNX is the trained net for other programs: images from 0 to 1 in, probabilities out;
    it needs `pip install tf2onnx onnx`.

    \b
    Examples:
      python -m resnet runs export 3f9c2a7b1e04 --out run.csv
      python -m resnet runs export 3f9c2a7b1e04 --out run.json
      python -m resnet runs export 3f9c2a7b1e04 --out run.tensorboard
      python -m resnet runs export 3f9c2a7b1e04 --out net.onnx
    """
    store = attended_store()
    kind = path.suffix.lower()
    if kind == ".json":
        path.write_text(as_json(_everything(store, run_id), indent=1) + "\n", encoding="utf-8")
    elif kind == ".csv":
        run = store.get(run_id)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["run", "model", "data", "seed", "step", "epoch", "name", "value"])
            start = (run.id, *(run.spec.get(name) for name in ("model", "data", "seed")))
            writer.writerows((*start, *point) for point in _points(store, run_id))
    elif kind == ".tensorboard":
        store.get(run_id)
        load_keras()
        from resnet.backend import write_events

        points = _points(store, run_id)
        write_events(str(path), ((step, name, value) for step, _epoch, name, value in points))
    elif kind == ".onnx":
        store.get(run_id)
        load_keras()
        from resnet.export.onnx_file import write_onnx

        write_onnx(run_id, path)
    else:
        raise click.BadParameter(
            _("FILE must end in .csv, .json, .tensorboard or .onnx: got {name}.").format(
                name=path.name
            ),
            param_hint="--out",
        )
    click.echo(_("Wrote {path}.").format(path=path))


def _everything(store: RunStore, run_id: str) -> dict[str, Any]:
    return {
        **run_report(store, run_id),
        "metrics": store.metrics(run_id),
        "gradient_norms": store.norms(run_id),
        "predictions": store.predictions(run_id),
    }


def _points(store: RunStore, run_id: str) -> list[tuple[Any, ...]]:
    """Return (step, epoch, name, value) of every stored number; norms have no epoch."""
    points: list[tuple[Any, ...]] = []
    for name, curve in store.metrics(run_id).items():
        points += [
            (step, epoch, name, value)
            for step, epoch, value in zip(curve.steps, curve.epochs, curve.values, strict=True)
        ]
    norms = store.norms(run_id)
    for step, values in zip(norms.steps, norms.values, strict=True):
        points += [
            (step, "", f"gradient_norm:{layer}", value)
            for layer, value in zip(norms.layers, values, strict=True)
        ]
    return points


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _utc(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))


@runs.command("prune")
@click.option(
    "--days", required=True, type=click.IntRange(1, 100_000), help="Ended longer ago than this."
)
@click.option("--dry-run", is_flag=True, help="Only count them.")
def prune(days: int, dry_run: bool) -> None:
    """Delete runs that ended long ago, with their curves and files.

    Runs that wait, train or are paused stay, whatever their age. `backup` first.

    \b
    Examples:
      python -m resnet runs prune --days 90 --dry-run
      python -m resnet runs prune --days 90
    """
    from resnet.jobs.queue import delete_run

    store, before = attended_store(), time.time() - 86400 * days
    old = [
        run
        for run in store.runs(limit=None)
        if run.state.final and (run.finished_at or run.created_at) < before
    ]
    for run in () if dry_run else old:
        delete_run(run.id, store)
    sentence = _("{n} runs would be deleted.") if dry_run else _("{n} runs deleted.")
    click.echo(sentence.format(n=len(old)))
