"""`record`: make the results that ship in assets/experiments, with their provenance."""

import json
import time
from itertools import product
from pathlib import Path

import click

from resnet.cli.parameters import FILE, FOLDER, NEW_FILE, NEW_FOLDER
from resnet.cli.recording import INITIALIZERS, KINDS, keep_recording, out_folder, short
from resnet.cli.reporting import load_keras, say
from resnet.language import translate as _
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


_strangers = click.option(
    "--strangers",
    type=FOLDER,
    metavar="DIR",
    help="Folder with train/ and dev/, each with photos in folders 0 to 5: see README.",
)
_hands = click.option(
    "--hands",
    type=FOLDER,
    metavar="DIR",
    help="Folder with a folder for each source of photos, in folders 0 to 5.",
)
_landmarks = click.option(
    "--landmarks", type=FILE, metavar="FILE", help="What `record landmarks` wrote of these photos."
)
_steps = click.option(
    "--steps",
    default=6_000,
    show_default=True,
    type=click.IntRange(1, 10_000_000),
    help="Batches to train for.",
)
_seed = click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2**31 - 1),
    help="Seed of weights and scenes.",
)


@record.command("landmarks")
@_hands
@_strangers
@click.option("--out", required=True, type=NEW_FILE, metavar="FILE.json", help="File to write.")
def landmarks(hands: Path | None, strangers: Path | None, out: Path) -> None:
    """Ask MediaPipe where the joints of the hands are in photos, and in SIGNS.

    `record finder` and `record weights hands` learn from them. MediaPipe must be installed.

    \b
    Example:
      python -m resnet record landmarks --hands data/hands --out landmarks.json
    """
    from resnet.shipping.landmarks import ask

    out.write_text(json.dumps(ask(_folders(hands, strangers), say)), encoding="utf-8")
    say(str(out))


@record.command("finder")
@_hands
@_strangers
@_landmarks
@_steps
@_seed
@click.option(
    "--out",
    type=NEW_FILE,
    default=ASSETS / "finder" / "finder.weights.h5",
    show_default="assets/finder/finder.weights.h5",
    help="File to write.",
)
def finder(
    hands: Path | None,
    strangers: Path | None,
    landmarks: Path | None,
    steps: int,
    seed: int,
    out: Path,
) -> None:
    """Train the net that finds a hand in a photo.

    \b
    Example:
      python -m resnet record finder --hands data/hands --landmarks landmarks.json
    """
    load_keras()
    from resnet.inference.checkpoint import weights_as_bytes
    from resnet.shipping.shipped_weights import make_finder

    model = make_finder(steps, _folders(hands, strangers), _needed(landmarks), seed, say)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(weights_as_bytes(model))
    say(str(out))


def _folders(hands: Path | None, strangers: Path | None) -> list[Path]:
    from resnet.shipping.landmarks import sources_in

    folders = sources_in(hands) if hands else []
    return [*folders, *([strangers / "train"] if strangers else [])]


def _needed(landmarks: Path | None) -> Path:
    if landmarks is None:
        raise click.UsageError(_("--landmarks is missing: `record landmarks` writes the file."))
    return landmarks


@record.command("weights")
@click.argument("name", type=click.Choice(("synthetic", "robust", "hands")))
@_steps
@_seed
@_strangers
@_hands
@_landmarks
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
    hands: Path | None,
    landmarks: Path | None,
    keep: Path,
    out: Path,
    go_on: Path | None,
) -> None:
    """Train the nets for anybody's hand that ship with the lab.

    `synthetic` sees rendered hands only; `robust` also SIGNS and, with --strangers, other people's;
    `hands` besides the photos of --hands, with their --landmarks. All are measured on SIGNS's test
    images and on people and scenes left out of training.

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
    if name == shipped_weights.HANDS:
        folders = _folders(hands, strangers)
        model = shipped_weights.make_hands(steps, folders, _needed(landmarks), seed, say)
    else:
        train = strangers and strangers / "train"
        model = shipped_weights.make(name, steps, train, keep, seed, say, start)
    seconds = time.monotonic() - started
    card = shipped_weights.card(name, model, tests, steps, seed, seconds, first)
    save_net(model, card, out, name)
    for test, share in card.accuracies.items():
        say(f"{test}: {share:.1%}")
    say(str(out / f"{name}.weights.h5"))
