"""`gradients`: how large the gradient is in each layer before any training."""

from typing import TYPE_CHECKING, Any

import click

from resnet.cli.datasets import default_data, describe, load_dataset
from resnet.cli.reporting import load_keras, print_json, print_table
from resnet.language import translate as _
from resnet.models.registry import architecture

if TYPE_CHECKING:
    from resnet.data.signs import Dataset

INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
    "random_normal",
    "ones",
    "zeros",
)


@click.command()
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option(
    "--data",
    metavar="DATA",
    help="signs, synthetic, both or a folder.  [default: SIGNS if it is here, else synthetic]",
)
@click.option(
    "--batch", default=32, show_default=True, type=click.IntRange(2, 1024), help="Images."
)
@click.option("--image-size", default=64, show_default=True, help="Side of an image in pixels.")
@click.option("--no-batch-norm", is_flag=True, help="Leave BatchNorm out of every net.")
@click.option(
    "--initializer",
    type=click.Choice(INITIALIZERS),
    metavar="NAME",
    help=f"{', '.join(INITIALIZERS)}.  [default: the net's own]",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 2**31 - 1),
    help="Seed of the weights and of the batch.",
)
@click.option("--json", "as_one_json", is_flag=True, help="Print a JSON list, one object a net.")
def gradients(models: tuple[str, ...], data: str | None, as_one_json: bool, **choices: Any) -> None:
    """Measure each layer's gradient norm before training.

    One batch goes through each net in training mode. A layer's norm is the L2 norm of the loss's
    gradient with respect to its kernel; a block's is the one with respect to the block's output.

    \b
    Examples:
      python -m resnet gradients plain20 resnet20
      python -m resnet gradients plain56 resnet56 --no-batch-norm --image-size 32 --json
    """
    for name in models:
        architecture(name)  # a wrong name is refused before Keras loads
    dataset = load_dataset(data)
    load_keras()
    results = []
    for name in models:
        results.append(_measured(name, data or default_data(), dataset, **choices))
        if not as_one_json:
            _print_norms(results[-1])
    if as_one_json:
        print_json(results)
    else:
        click.echo(describe(dataset))


def _measured(
    name: str,
    data: str,
    dataset: "Dataset",
    *,
    batch: int,
    image_size: int,
    no_batch_norm: bool,
    initializer: str | None,
    seed: int,
) -> dict[str, Any]:
    from resnet.jobs.tasks import gradient_norms_of  # what the screen asks, so the numbers agree

    norms = gradient_norms_of(name, not no_batch_norm, initializer, seed, data, image_size, batch)
    return {
        "model": name,
        "data": dataset.name,
        "synthetic": dataset.synthetic,
        "batch": min(batch, len(dataset.train_images)),
        "image_size": image_size,
        "batch_norm": not no_batch_norm,
        "initializer": initializer,
        "seed": seed,
        "loss": float(norms.loss),
        "layers": _named(norms.layers, norms.weight_norms),
        "blocks": _named(norms.blocks, norms.block_norms),
    }


def _named(names: Any, norms: Any) -> list[dict[str, Any]]:
    return [{"name": name, "norm": float(norm)} for name, norm in zip(names, norms, strict=True)]


def _print_norms(result: dict[str, Any]) -> None:
    click.echo(_("{model}: loss {loss:.4g}").format(model=result["model"], loss=result["loss"]))
    for heading, rows in ((_("Layer"), result["layers"]), (_("Block's output"), result["blocks"])):
        if rows:
            print_table(
                {heading: "left", _("Gradient norm"): "right"},
                [(row["name"], f"{row['norm']:.3e}") for row in rows],
            )
    click.echo()
