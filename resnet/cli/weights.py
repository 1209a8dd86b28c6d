"""`weights`: ImageNet weights of keras.applications for the lab's ResNet-50, and back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from resnet.cli.parameters import FILE, NEW_FILE
from resnet.cli.reporting import load_keras
from resnet.inference.checkpoint import WEIGHTS, weights_as_bytes
from resnet.language import translate as _


def _weights_file(_context: Any, option: Any, path: Path) -> Path:
    if not path.name.endswith(WEIGHTS):
        raise click.BadParameter(
            _("FILE must end in {ending}: got {name}.").format(ending=WEIGHTS, name=path.name),
            param_hint=option.opts[0],
        )
    return path


_out: Callable = click.option(
    "--out",
    "path",
    required=True,
    type=NEW_FILE,
    callback=_weights_file,
    metavar="FILE.weights.h5",
    help="File to write.",
)


@click.group()
def weights() -> None:
    """Exchange weights with keras.applications."""


@weights.command("import-keras")
@click.argument("file", type=FILE)
@_out
def import_keras(file: Path, path: Path) -> None:
    """Write the weights of Keras's ResNet-50 as the lab's ResNet-50 holds them.

    FILE is what Keras downloads for keras.applications.ResNet50 with its 1,000 classes. docs/faq.md
    tells how to make a net of it.

    \b
    Example:
      python -m resnet weights import-keras resnet50.h5 --out lab.weights.h5
    """
    load_keras()
    from resnet.export.keras_applications import from_keras_applications

    path.write_bytes(weights_as_bytes(from_keras_applications(file)))
    click.echo(_("Wrote {path}.").format(path=path))


@weights.command("export-keras")
@click.argument("file", type=FILE)
@_out
def export_keras(file: Path, path: Path) -> None:
    """Write weights that `import-keras` wrote as Keras's ResNet-50 takes them.

    keras.applications.ResNet50(weights=FILE) reads the file that is written.

    \b
    Example:
      python -m resnet weights export-keras lab.weights.h5 --out keras.weights.h5
    """
    load_keras()
    from resnet.export.keras_applications import read_lab_weights, to_keras_applications

    path.write_bytes(weights_as_bytes(to_keras_applications(read_lab_weights(file))))
    click.echo(_("Wrote {path}.").format(path=path))
