"""Commands of `record` for what the lessons show at once: trainings, twins, surfaces, counts."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from resnet.cli.record import record
from resnet.cli.recording import (
    KINDS,
    keep_recording,
    of_data,
    of_depth,
    of_epochs,
    out_folder,
    short,
)
from resnet.cli.reporting import load_keras, percent, say
from resnet.cli.scratch_store import scratch_store
from resnet.cli.training import train_here
from resnet.errors import LabError
from resnet.store.states import State

if TYPE_CHECKING:
    from resnet.store.records import Run
    from resnet.store.run_store import RunStore

SIDE = 32  # pixels of the lessons' images
SURFACE_IMAGES = 200


def _train(store: "RunStore", **fields: Any) -> "Run":
    """Train one net with the fast recipe on small images, and return its run."""
    from resnet.training.spec import parse_spec

    spec = parse_spec({"recipe": "fast", "image_size": SIDE, "seed": 0, **fields})
    run = train_here(spec, store)
    say(f"{spec.model}, BatchNorm {spec.batch_norm}: {run.state}, {percent(run.train_accuracy)}")
    if run.state == State.FAILED:
        raise LabError(run.reason)
    return run


@record.command("surfaces")
@of_depth(56)
@click.option(
    "--points",
    default=21,
    show_default=True,
    type=click.IntRange(2, 501),
    help="Points along each direction.",
)
@of_epochs
@of_data
@out_folder
def surfaces(depth: int, points: int, epochs: int, data: str, out: Path) -> None:
    """Train a plain and a residual net, and record the loss around each (Li et al. 2018).

    \b
    Example:
      python -m resnet record surfaces
    """
    load_keras()
    from resnet.analysis.landscape import loss_surface
    from resnet.data.photo import as_float
    from resnet.data.signs import load, resized
    from resnet.inference.prediction import load_net

    dataset = load(data)
    images = as_float(resized(dataset.train_images[:SURFACE_IMAGES], SIDE))
    nets = []
    with scratch_store() as store:
        for kind in KINDS:
            run = _train(store, model=f"{kind}{depth}", epochs=epochs, data=data)
            found = loss_surface(
                load_net(run.id),
                images,
                dataset.train_labels[:SURFACE_IMAGES],
                points,
                report=lambda share: say(f"{share:.0%}"),
            )
            nets.append(
                {
                    "model": f"{kind}{depth}",
                    "train_accuracy": run.train_accuracy,
                    "steps": [short(step) for step in found.steps],
                    "losses": [[short(loss) for loss in row] for row in found.losses],
                }
            )
    about = {
        "data": data,
        "image_size": SIDE,
        "epochs": epochs,
        "seed": 0,
        "recipe": "fast",
        "images": SURFACE_IMAGES,
        "batch_norm": True,
    }
    command = f"record surfaces --depth {depth} --points {points} --epochs {epochs} --data {data}"
    keep_recording(out / "surfaces.json", command, about, nets=nets)


@record.command("nets")
@out_folder
def nets(out: Path) -> None:
    """Count every registered net: parameters, multiply-adds, depth, receptive field.

    \b
    Example:
      python -m resnet record nets
    """
    load_keras()
    from resnet.models.registry import architectures

    counted = [_counted(net.name) for net in architectures()]
    keep_recording(out / "nets.json", "record nets", {}, nets=counted)


def _counted(name: str) -> dict[str, Any]:
    import keras

    from resnet.analysis.cost import model_cost
    from resnet.models.registry import build

    say(name)
    with keras.StatelessScope(initialize_variables=False):  # counting needs no memory for weights
        cost = model_cost(build(name))
    seen = [layer.receptive_field for layer in cost.layers if layer.receptive_field]
    return {
        "model": name,
        "parameters": cost.parameters,
        "multiply_adds": cost.multiply_adds,
        "receptive_field": max(seen),
    }
