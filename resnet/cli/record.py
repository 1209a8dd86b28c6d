"""`record`: make the results that ship in assets/experiments, with their provenance."""

import time
from itertools import product
from pathlib import Path

import click

from resnet.cli.parameters import FILE, FOLDER, NEW_FOLDER
from resnet.cli.recording import INITIALIZERS, KINDS, keep_recording, out_folder, short
from resnet.cli.reporting import load_keras, say
from resnet.settings import ASSETS

GRADIENT_DEPTHS = (8, 20, 32, 44, 56, 110)


@click.group()
def record() -> None:
    """Make the recordings that ship with the lab anew."""


@record.command("gradients")
@out_folder
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
    keep_recording(out / "gradient_norms.json", "record gradients", about, nets=nets)


@record.command("weights")
@click.argument("name", type=click.Choice(("synthetic", "robust")))
@click.option(
    "--steps",
    default=12_000,
    show_default=True,
    type=click.IntRange(1, 10_000_000),
    help="Batches of 64 to train for.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2**31 - 1),
    help="Seed of weights and scenes.",
)
@click.option(
    "--strangers",
    type=FOLDER,
    metavar="DIR",
    help="Folder with train/ and dev/, each with photos in folders 0 to 5: see README.",
)
@click.option(
    "--keep",
    type=NEW_FOLDER,
    default=Path("runs/rendered"),
    show_default=True,
    help="Folder where drawn hands are kept for the next time.",
)
@click.option(
    "--out",
    type=NEW_FOLDER,
    default=ASSETS / "weights",
    show_default="assets/weights",
    help="Folder to write to.",
)
@click.option(
    "--go-on",
    type=FILE,
    metavar="FILE",
    help="Weights to go on from, at full hardness and half the rate; their card lies beside them.",
)
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
    from resnet.inference.checkpoint import read_card, save_net
    from resnet.inference.prediction import card_beside, load_net
    from resnet.shipping import shipped_weights

    started = time.monotonic()
    start = load_net(go_on) if go_on else None
    first = read_card(card_beside(go_on)) if go_on else None
    tests = shipped_weights.test_sets(strangers and strangers / "dev", keep)
    model = shipped_weights.make(
        name,
        steps,
        strangers and strangers / "train",
        keep,
        seed,
        lambda net, text: say(text),
        start,
    )
    seconds = time.monotonic() - started
    card = shipped_weights.card(name, model, tests, steps, seed, seconds, first)
    save_net(model, card, out, name)
    for test, share in card.accuracies.items():
        say(f"{test}: {share:.1%}")
    say(str(out / f"{name}.weights.h5"))
