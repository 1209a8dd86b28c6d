"""What the commands of `record` share: options, files with their provenance, and going on."""

import json
import platform
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import Any

import click

import resnet
from resnet.cli.parameters import NEW_FOLDER
from resnet.cli.reporting import say
from resnet.settings import ASSETS

EXPERIMENTS = ASSETS / "experiments"
KINDS = ("plain", "resnet")
INITIALIZERS = ("glorot_uniform", "he_normal")

Settings = dict[str, Any]

out_folder = click.option(
    "--out",
    type=NEW_FOLDER,
    default=EXPERIMENTS,
    show_default="assets/experiments",
    help="Folder to write to.",
)
of_data = click.option(
    "--data", default="signs", show_default=True, help="Data set, as `train` takes it."
)
of_seeds = click.option(
    "--seeds",
    default=3,
    show_default=True,
    type=click.IntRange(1, 100),
    help="Seeds of each cell, from 0.",
)
of_epochs = click.option(
    "--epochs",
    default=12,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Epochs of each training.",
)


def of_depth(default: int) -> Callable[[Callable], Callable]:
    """Return the option of how deep the nets are."""
    return click.option(
        "--depth",
        default=default,
        show_default=True,
        type=click.IntRange(8, 200),
        help="Depth of the nets, 6n + 2.",
    )


def of_size(default: int) -> Callable[[Callable], Callable]:
    """Return the option of how large the images are."""
    return click.option(
        "--image-size",
        default=default,
        show_default=True,
        type=click.IntRange(8, 512),
        help="Side of an image in pixels.",
    )


def short(value: float | None) -> float | None:
    """Round to four significant digits; None where it is no number, which JSON cannot write."""
    return float(f"{value:.4g}") if value is not None and isfinite(value) else None


def record_each(
    out: Path,
    command: str,
    about: Settings,
    wanted: Iterable[Settings],
    run: Callable[[Settings], Settings],
) -> None:
    """Run what the file lacks of the wanted settings, and write each result at once.

    about: what all runs share; the runs of a file that was made otherwise are not gone on with.
    """
    for settings in wanted:
        if any(settings.items() <= known.items() for known in recorded(out, about)):
            continue
        start = time.monotonic()
        found = run(settings)
        made = {**settings, "seconds": round(time.monotonic() - start, 1), **found}
        say(", ".join(f"{name} {value}" for name, value in settings.items()))
        # Read anew: another process may have recorded other settings meanwhile.
        keep_recording(out, command, about, runs=[*recorded(out, about), made])


def recorded(out: Path, about: Settings) -> list[Settings]:
    """Return the runs that a file holds if all they share is the same."""
    if not out.is_file():
        return []
    made = json.loads(out.read_text(encoding="utf-8"))
    return made["runs"] if made.items() >= _as_json(about).items() else []


def _as_json(about: Settings) -> Settings:
    return json.loads(json.dumps(about))  # tuples are lists there


def keep_recording(out: Path, command: str, about: Settings, **results: Any) -> None:
    """Write results with their provenance: command, date, versions, device and `about`."""
    made = {
        "command": f"python -m resnet {command}",
        "made": time.strftime("%Y-%m-%d"),
        "versions": {
            "resnet-lab": resnet.__version__,
            "keras": version("keras"),
            "tensorflow": version("tensorflow"),
            "python": platform.python_version(),
        },
        "device": "CPU",
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(made | about | results, allow_nan=False) + "\n", encoding="utf-8")
    say(str(out))
