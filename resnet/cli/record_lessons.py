"""Commands of `record` for what the lessons show at once: trainings, twins, surfaces, counts."""

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from resnet.cli.record import EXPERIMENTS, KINDS, keep_recording, record, short
from resnet.cli.reporting import load_keras, percent, say
from resnet.cli.scratch_store import scratch_store
from resnet.cli.training import train_here
from resnet.errors import LabError
from resnet.store.states import State

if TYPE_CHECKING:
    import keras
    import numpy as np

    from resnet.store.records import Run
    from resnet.store.run_store import RunStore

SIDE = 32  # pixels of the lessons' images
NORMS_SHOWN = 40  # steps of a training whose gradient norms are kept
SURFACE_IMAGES = 200

_out = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=EXPERIMENTS,
    show_default="assets/experiments", help="Folder to write to.",
)  # fmt: skip
_data = click.option(
    "--data", default="signs", show_default=True, help="Data set, as `train` takes it."
)
_epochs = click.option("--epochs", default=12, show_default=True, help="Epochs of each training.")


def _train(store: "RunStore", **fields: Any) -> "Run":
    """Train one net with the fast recipe on small images, and return its run."""
    from resnet.training.spec import parse_spec

    spec = parse_spec({"recipe": "fast", "image_size": SIDE, "seed": 0, **fields})
    run = train_here(spec, store)
    say(f"{spec.model}, BatchNorm {spec.batch_norm}: {run.state}, {percent(run.train_accuracy)}")
    if run.state == State.FAILED:
        raise LabError(run.reason)
    return run


@record.command("two-by-two")
@click.option("--depth", default=56, show_default=True, help="Depth of the nets, 6n + 2.")
@click.option("--rate", default=0.1, show_default=True, help="Highest learning rate of all four.")
@_epochs
@_data
@_out
def two_by_two(depth: int, rate: float, epochs: int, data: str, out: Path) -> None:
    """Record four trainings: BatchNorm and shortcut, on and off.

    \b
    Example:
      python -m resnet record two-by-two
    """
    load_keras()
    nets = []
    with scratch_store() as store:
        for batch_norm, kind in product((True, False), KINDS):
            run = _train(
                store, model=f"{kind}{depth}", batch_norm=batch_norm, epochs=epochs, data=data,
                learning_rate=rate, gradient_norms_every=1,
            )  # fmt: skip
            nets.append(_as_recorded(store, run, batch_norm))
    about = {"data": data, "image_size": SIDE, "epochs": epochs, "seed": 0, "recipe": "fast",
             "learning_rate": rate}  # fmt: skip
    command = f"record two-by-two --depth {depth} --rate {rate} --epochs {epochs} --data {data}"
    keep_recording(out / "two_by_two.json", command, about, nets=nets)


def _as_recorded(store: "RunStore", run: "Run", batch_norm: bool) -> dict[str, Any]:
    norms = store.norms(run.id, most=NORMS_SHOWN)
    curve = store.metrics(run.id, ("train_accuracy",))["train_accuracy"]
    return {
        "model": run.spec["model"],
        "batch_norm": batch_norm,
        "state": run.state,
        "error": [short(1 - value) for value in curve.values],
        "layers": norms.layers,
        "steps": norms.steps,
        "norms": [[short(value) for value in row] for row in norms.values],
    }


@record.command("twins")
@click.option("--depth", default=20, show_default=True, help="Depth of the nets, 6n + 2.")
@_epochs
@_data
@_out
def twins(depth: int, epochs: int, data: str, out: Path) -> None:
    """Train a plain and a residual net alike; record both without any of their blocks.

    \b
    Example:
      python -m resnet record twins
    """
    load_keras()
    from resnet.data.photo import as_float
    from resnet.data.signs import load, resized
    from resnet.training.prediction import load_net

    dataset = load(data)
    images, labels = as_float(resized(dataset.test_images, SIDE)), dataset.test_labels
    seen = as_float(resized(dataset.train_images, SIDE)), dataset.train_labels
    nets = []
    with scratch_store() as store:
        for kind in KINDS:
            run = _train(store, model=f"{kind}{depth}", epochs=epochs, data=data)
            nets.append({"model": f"{kind}{depth}", "train_accuracy": run.train_accuracy,
                         **_surgery(load_net(run.id), images, labels, seen)})  # fmt: skip
    about = {"data": data, "image_size": SIDE, "epochs": epochs, "seed": 0, "recipe": "fast"}
    command = f"record twins --depth {depth} --epochs {epochs} --data {data}"
    keep_recording(out / "twins.json", command, about, nets=nets)


def _surgery(
    model: "keras.Model",
    images: "np.ndarray",
    labels: "np.ndarray",
    seen: "tuple[np.ndarray, np.ndarray]",
) -> dict[str, Any]:
    """Return what a net still knows without blocks, with a new one, and after each block.

    without[i]: the accuracy without the blocks whose bits are set in i, the first block's lowest.
    """
    from resnet.analysis.gradients import block_ends
    from resnet.analysis.lesions import accuracy, with_new_blocks, without
    from resnet.analysis.linear_probes import block_features, fit_probes
    from resnet.models.registry import architecture

    ends, plain = block_ends(model), architecture(model.name).plain
    probed = fit_probes(model, *seen).probabilities(block_features(model, images))
    return {
        "blocks": ends,
        "without": [
            short(accuracy(model, images, labels, without(model, _chosen(ends, choice))))
            for choice in range(2 ** len(ends))
        ],
        "with_new": [
            accuracy(model, images, labels, with_new_blocks(model, [end], not plain))
            for end in ends
        ],
        "known_after": [float((said.argmax(axis=1) == labels).mean()) for said in probed],
    }


def _chosen(ends: list[str], choice: int) -> list[str]:
    return [end for bit, end in enumerate(ends) if choice >> bit & 1]


@record.command("surfaces")
@click.option("--depth", default=56, show_default=True, help="Depth of the nets, 6n + 2.")
@click.option("--points", default=21, show_default=True, help="Points along each direction.")
@_epochs
@_data
@_out
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
    from resnet.training.prediction import load_net

    dataset = load(data)
    images = as_float(resized(dataset.train_images[:SURFACE_IMAGES], SIDE))
    nets = []
    with scratch_store() as store:
        for kind in KINDS:
            run = _train(store, model=f"{kind}{depth}", epochs=epochs, data=data)
            found = loss_surface(
                load_net(run.id), images, dataset.train_labels[:SURFACE_IMAGES], points,
                report=lambda share: say(f"{share:.0%}"),
            )  # fmt: skip
            nets.append({
                "model": f"{kind}{depth}", "train_accuracy": run.train_accuracy,
                "steps": [short(step) for step in found.steps],
                "losses": [[short(loss) for loss in row] for row in found.losses],
            })  # fmt: skip
    about = {"data": data, "image_size": SIDE, "epochs": epochs, "seed": 0, "recipe": "fast",
             "images": SURFACE_IMAGES, "batch_norm": True}  # fmt: skip
    command = f"record surfaces --depth {depth} --points {points} --epochs {epochs} --data {data}"
    keep_recording(out / "surfaces.json", command, about, nets=nets)


@record.command("nets")
@_out
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
