"""`predict`: ask a trained net what sign a photo shows."""

from pathlib import Path
from typing import Any

import click

from resnet.cli.parameters import FILE
from resnet.cli.reporting import load_keras, percent, print_json, print_table
from resnet.language import translate as _


@click.command()
@click.option(
    "--weights",
    required=True,
    type=FILE,
    metavar="FILE",
    help="Weights of a run (model.weights.h5); its card model.json lies beside it.",
)
@click.argument("images", nargs=-1, required=True, type=FILE, metavar="IMAGE...")
@click.option("--json", "as_one_json", is_flag=True, help="Print a JSON list, one object an image.")
def predict(weights: Path, images: tuple[Path, ...], as_one_json: bool) -> None:
    """Ask a trained net which sign each IMAGE shows.

    JPEG, PNG, WebP, HEIC, AVIF, GIF, BMP and TIFF photos of any shape. The hand is looked for and
    cut out upright; where none is found the net sees the whole photo.

    \b
    Example:
      python -m resnet predict --weights runs/ID/model.weights.h5 hand.jpg --json
    """
    answers = _answers(weights, images)
    if as_one_json:
        print_json(answers)
        return
    columns = {_("Image"): "left", _("Class"): "right", _("Probability"): "right"}
    rows = [
        (answer["image"], answer["class"], percent(max(answer["probabilities"])))
        for answer in answers
    ]
    print_table(columns, rows)


def _answers(weights: Path, images: tuple[Path, ...]) -> list[dict[str, Any]]:
    from resnet.data.photo import read_photo

    photos = [read_photo(path) for path in images]
    load_keras()
    from resnet.inference.calibration import calibrated
    from resnet.inference.checkpoint import read_card
    from resnet.inference.looking import look
    from resnet.inference.prediction import card_beside, load_net

    net, temperature = load_net(weights), read_card(card_beside(weights)).temperature
    answers = [calibrated(look(net, photo).probabilities, temperature) for photo in photos]
    return [
        {"image": str(path), "class": int(row.argmax()), "probabilities": row}
        for path, row in zip(images, answers, strict=True)
    ]
