"""`record`: make the results that ship in assets/experiments, with their provenance."""

import json
import platform
import time
from importlib.metadata import version
from itertools import product
from math import isfinite
from pathlib import Path
from typing import Any

import click

import resnet
from resnet.cli.reporting import load_keras, say
from resnet.settings import ASSETS

EXPERIMENTS = ASSETS / "experiments"
GRADIENT_DEPTHS = (8, 20, 32, 44, 56, 110)
KINDS = ("plain", "resnet")
INITIALIZERS = ("glorot_uniform", "he_normal")


@click.group()
def record() -> None:
    """Make the recordings that ship with the lab anew."""


@record.command("gradients")
@click.option(
    "--out",
    type=Path,
    default=EXPERIMENTS / "gradient_norms.json",
    show_default="assets/experiments/gradient_norms.json",
    help="File to write.",
)
def gradients(out: Path) -> None:
    """Record the gradient norms of the screen with that name.

    Plain and residual nets before training, BatchNorm on and off, on synthetic hands.

    \b
    Example:
      python -m resnet record gradients
    """
    load_keras()
    from resnet.jobs.tasks import gradient_norms_of

    nets = []
    for batch_norm, initializer, depth, kind in product(
        (True, False), INITIALIZERS, GRADIENT_DEPTHS, KINDS
    ):
        name = f"{kind}{depth}"
        norms = gradient_norms_of(name, batch_norm, initializer, 0, "synthetic", 32, 32)
        say(f"{name}, BatchNorm {batch_norm}, {initializer}")
        nets.append(
            {
                "model": name,
                "batch_norm": batch_norm,
                "initializer": initializer,
                "seed": 0,
                "loss": short(norms.loss),
                "layers": norms.layers,
                "weight_norms": [short(norm) for norm in norms.weight_norms],
                "blocks": norms.blocks,
                "block_norms": [short(norm) for norm in norms.block_norms],
            }
        )
    about = {"data": "synthetic", "image_size": 32, "batch": 32}
    keep_recording(out, "record gradients", about, nets=nets)


@record.command("weights")
@click.argument("name", type=click.Choice(("synthetic", "robust")))
@click.option("--steps", default=12_000, show_default=True, help="Batches of 64 to train for.")
@click.option("--seed", default=0, show_default=True, help="Seed of weights and scenes.")
@click.option(
    "--strangers",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder with train/ and dev/, each with photos in folders 0 to 5: see README.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs/rendered"),
    show_default=True,
    help="Folder where drawn hands are kept for the next time.",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=ASSETS / "weights",
    show_default="assets/weights", help="Folder to write to.",
)  # fmt: skip
@click.option(
    "--go-on", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Weights to go on from, at full hardness and half the rate; their card lies beside them.",
)  # fmt: skip
def weights(
    name: str,
    steps: int,
    seed: int,
    strangers: Path | None,
    keep: Path,
    out: Path,
    go_on: Path | None,
) -> None:
    """Train the nets for anybody's hand that ship with the lab.

    `synthetic` sees rendered hands only; `robust` also SIGNS and, with --strangers, other people's.
    Both are measured on SIGNS's test images and on people and scenes left out of training.

    \b
    Example:
      python -m resnet record weights robust --strangers data/strangers
    """
    load_keras()
    from resnet.training import shipped_weights
    from resnet.training.checkpoint import read_card, save_net
    from resnet.training.prediction import card_beside, load_net

    started = time.monotonic()
    start = load_net(go_on) if go_on else None
    first = read_card(card_beside(go_on)) if go_on else None
    tests = shipped_weights.test_sets(strangers and strangers / "dev", keep)
    model = shipped_weights.make(
        name, steps, strangers and strangers / "train", keep, seed, lambda net, text: say(text),
        start,
    )  # fmt: skip
    seconds = time.monotonic() - started
    card = shipped_weights.card(name, model, tests, steps, seed, seconds, first)
    save_net(model, card, out, name)
    for test, share in card.accuracies.items():
        say(f"{test}: {share:.1%}")
    say(str(out / f"{name}.weights.h5"))


def short(value: float | None) -> float | None:
    """Round to four significant digits; None where it is no number, which JSON cannot write."""
    return float(f"{value:.4g}") if value is not None and isfinite(value) else None


def keep_recording(out: Path, command: str, about: dict[str, Any], **results: Any) -> None:
    """Write results with their provenance: command, date, versions, device and `about`."""
    made = {
        "command": f"python -m resnet {command}",
        "made": time.strftime("%Y-%m-%d"),
        "versions": {"resnet-lab": resnet.__version__, "keras": version("keras"),
                     "tensorflow": version("tensorflow"), "python": platform.python_version()},
        "device": "CPU",
    }  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(made | about | results, allow_nan=False) + "\n", encoding="utf-8")
    say(str(out))
