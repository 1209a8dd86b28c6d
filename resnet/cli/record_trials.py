"""Commands of `record` for many small trainings: each is written as it ends, and not made twice."""

from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING

import click

from resnet.cli.record import record
from resnet.cli.recording import (
    INITIALIZERS,
    KINDS,
    Settings,
    of_data,
    of_depth,
    of_epochs,
    of_seeds,
    of_size,
    out_folder,
    record_each,
    short,
)
from resnet.cli.reporting import load_keras
from resnet.store.states import State

if TYPE_CHECKING:
    import keras
    import numpy as np

    from resnet.analysis.dense_net import Activation, DenseNet
    from resnet.analysis.lesions import NewBlock
    from resnet.data.signs import Dataset

RATES = (0.0003, 0.003, 0.03, 0.3)
POINTS = 20  # of a curve
EARLY_LAYERS, EARLY_STEPS = (2, 4, 6, 8), 2000
EARLY_RATES: dict["Activation", float] = {"sigmoid": 1.0, "relu": 0.1}
NEW_BLOCKS: dict[str, tuple["NewBlock", ...]] = {
    "plain": ("random", "dirac"),
    "resnet": ("zero_gamma", "one_gamma"),
}


@record.command("two-by-two")
@click.option(
    "--layers",
    default=32,
    show_default=True,
    type=click.IntRange(2, 200),
    help="Hidden layers, two a block.",
)
@click.option(
    "--steps",
    default=400,
    show_default=True,
    type=click.IntRange(10, 100_000),
    help="Steps of each training.",
)
@of_seeds
@of_data
@out_folder
def two_by_two(layers: int, steps: int, seeds: int, data: str, out: Path) -> None:
    """Record the trainings of four dense nets: BatchNorm and shortcut, on and off.

    Each from two kinds of initial weights, at four rates and with every seed; all gammas are 1. Of
    the plain net without BatchNorm also the gradients of three layers and the dead ReLUs.

    \b
    Example:
      python -m resnet record two-by-two
    """
    from resnet.analysis.dense_net import DenseNet

    seen = _pixels(data)

    def run(settings: Settings) -> Settings:
        plain, batch_norm = settings["model"].startswith("plain"), settings["batch_norm"]
        net = DenseNet(
            layers,
            batch_norm=batch_norm,
            shortcut=not plain,
            initializer=settings["initializer"],
            seed=settings["seed"],
        )
        return _trained(net, seen, settings, steps, momentum=0.9, dead=plain and not batch_norm)

    wanted = (
        dict(
            zip(
                ("seed", "initializer", "batch_norm", "model", "learning_rate"), values, strict=True
            )
        )
        for values in product(
            range(seeds), INITIALIZERS, (False, True), ("plain", "residual"), RATES
        )
    )
    about = {
        "data": data,
        "image_size": 8,
        "layers": layers,
        "activation": "relu",
        "gamma": 1,
        "batch": 32,
        "momentum": 0.9,
        "learning_rates": RATES,
        "steps": steps,
    }
    command = f"record two-by-two --layers {layers} --steps {steps} --seeds {seeds} --data {data}"
    record_each(out / "two_by_two.json", command, about, wanted, run)


def _pixels(data: str) -> tuple["np.ndarray", "np.ndarray"]:
    """Return the training images as grey pixels, each of mean 0 and spread 1, and their targets."""
    import numpy as np

    from resnet.analysis.dense_net import WIDTH
    from resnet.data.signs import load, resized

    dataset = load(data)
    grey = resized(dataset.train_images, round(WIDTH**0.5)).mean(axis=3).reshape(-1, WIDTH)
    targets = np.eye(len(dataset.classes))[dataset.train_labels]
    return (grey - grey.mean(axis=0)) / (grey.std(axis=0) + 1e-6), targets


def _trained(
    net: "DenseNet",
    seen: tuple["np.ndarray", "np.ndarray"],
    settings: Settings,
    steps: int,
    momentum: float,
    dead: bool = False,
) -> Settings:
    """Train a net; return its error and the norms of three layers' gradients at POINTS points.

    The error is the mean since the point before. dead: also the share of dead ReLUs.
    """
    every, last = steps // POINTS, len(net.layers) - 1
    errors, norms, dying = [], [], []
    rate, seed = settings["learning_rate"], settings["seed"]
    if dead:
        dying.append(short(net.dead(seen[0])))
    for number, step in enumerate(islice(net.train(*seen, rate, momentum, seed), steps), 1):
        errors.append(step.error)
        if number % every == 0:
            norms.append([short(step.norms[place]) for place in (0, last // 2, last)])
            if dead:
                dying.append(short(net.dead(seen[0])))
    found: Settings = {
        "state": State.DONE if len(errors) == steps else State.DIVERGED,
        "steps": len(errors),
        "error": [
            short(sum(errors[start : start + every]) / every)
            for start in range(0, len(errors) // every * every, every)
        ],
        "norms": norms,
    }
    return found | ({"dead": dying} if dead else {})


@record.command("early-layers")
@of_seeds
@of_data
@out_folder
def early_layers(seeds: int, data: str, out: Path) -> None:
    """Record the gradients of a dense net's layers while it trains.

    Sigmoid and ReLU, several depths, from Glorot's initial weights, no momentum.

    \b
    Example:
      python -m resnet record early-layers
    """
    from resnet.analysis.dense_net import DenseNet

    seen = _pixels(data)

    def run(settings: Settings) -> Settings:
        net = DenseNet(settings["layers"], settings["model"], seed=settings["seed"])
        return _trained(net, seen, settings, EARLY_STEPS, momentum=0.0)

    wanted = (
        {"model": model, "layers": layers, "learning_rate": rate, "seed": seed}
        for seed in range(seeds)
        for model, rate in EARLY_RATES.items()
        for layers in EARLY_LAYERS
    )
    about = {
        "data": data,
        "image_size": 8,
        "initializer": "glorot_uniform",
        "batch_norm": False,
        "batch": 32,
        "momentum": 0.0,
        "steps": EARLY_STEPS,
    }
    command = f"record early-layers --seeds {seeds} --data {data}"
    record_each(out / "early_layers.json", command, about, wanted, run)


@record.command("twins")
@of_depth(20)
@of_size(16)
@of_epochs
@of_seeds
@of_data
@out_folder
def twins(depth: int, image_size: int, epochs: int, seeds: int, data: str, out: Path) -> None:
    """Record two nets trained alike: without a block of theirs, and with one more.

    \b
    Example:
      python -m resnet record twins
    """
    load_keras()
    from resnet.data.signs import load

    dataset = load(data)

    def run(settings: Settings) -> Settings:
        model = _trained_from_gamma_one(dataset, settings, image_size, epochs)
        return _surgery(model, dataset, settings["seed"])

    wanted = ({"model": f"{kind}{depth}", "seed": seed} for seed in range(seeds) for kind in KINDS)
    about = {"data": data, "image_size": image_size, "epochs": epochs, "recipe": "fast", "gamma": 1}
    nets = f"--depth {depth} --image-size {image_size} --epochs {epochs}"
    command = f"record twins {nets} --seeds {seeds} --data {data}"
    record_each(out / "twins.json", command, about, wanted, run)


def _trained_from_gamma_one(
    dataset: "Dataset", settings: Settings, image_size: int, epochs: int
) -> "keras.Model":
    """Train with the fast recipe, but start every gamma at 1: a plain net cannot start at 0."""
    import keras

    from resnet.training.spec import parse_spec
    from resnet.training.train import fit, prepare

    spec = parse_spec({"recipe": "fast", "image_size": image_size, "epochs": epochs, **settings})
    model = prepare(spec, dataset)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.gamma.assign(keras.ops.ones_like(layer.gamma))
    return fit(spec, dataset, [], model).model


def _surgery(model: "keras.Model", dataset: "Dataset", seed: int) -> Settings:
    """Return what a net knows as trained, without blocks, with new ones, and after each block."""
    from resnet.analysis.lesions import accuracies_without, accuracy, block_ends, with_new_blocks
    from resnet.analysis.linear_probes import block_features, fit_probes
    from resnet.data.photo import as_float
    from resnet.data.signs import resized
    from resnet.inference.prediction import predict

    size = model.input_shape[1]
    seen = resized(dataset.train_images, size)
    images, labels = as_float(resized(dataset.test_images, size)), dataset.test_labels
    ends = block_ends(model)
    known = predict(model, seen).argmax(axis=1) == dataset.train_labels
    probes = fit_probes(model, as_float(seen), dataset.train_labels)
    probed = probes.probabilities(block_features(model, images))
    return {
        "train_accuracy": short(float(known.mean())),
        "blocks": ends,
        "without": [short(share) for share in accuracies_without(model, images, labels)],
        "with_new": {
            kind: [
                short(accuracy(model, images, labels, with_new_blocks(model, [end], kind, seed)))
                for end in ends
            ]
            for kind in NEW_BLOCKS[model.name.rstrip("0123456789")]
        },
        "known_after": [short(float((said.argmax(axis=1) == labels).mean())) for said in probed],
    }
