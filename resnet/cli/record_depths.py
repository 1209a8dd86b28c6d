"""`record depths`: how deep and how long, with shortcuts and without; it goes on where it ended."""

import os
import platform
import time
from collections.abc import Iterator, Sequence
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from resnet.cli.record import record
from resnet.cli.recording import Settings, of_data, of_size, out_folder, record_each, short
from resnet.cli.reporting import load_keras, percent, say
from resnet.cli.scratch_store import scratch_store
from resnet.cli.training import train_here
from resnet.errors import LabError
from resnet.models.layer_names import place
from resnet.models.registry import architecture
from resnet.store.states import State

if TYPE_CHECKING:
    from resnet.store.records import Run
    from resnet.store.run_store import RunStore

NORMS_SHOWN = 48  # steps of a training whose gradient norms are kept


class Condition(NamedTuple):
    """Trainings that differ in nothing but their seeds."""

    model: str
    epochs: int
    seeds: Sequence[int] = (0, 1, 2)
    zero_last_gamma: bool = False
    learning_rate: float = 0.1


KEPT = ("plain20", 60, 0)  # net, epochs and seed: identity layers are put into this one
FOUR = ("plain56", "resnet56", "plain20", "resnet20")
# The most telling first: an interruption leaves whole comparisons behind.
PLAN = (
    *(Condition(net, 60, seeds=(0,)) for net in FOUR),
    *(Condition(net, 60, seeds=(1, 2)) for net in FOUR),
    Condition("plain8", 12),
    *(Condition("resnet8", 12, zero_last_gamma=zero) for zero in (True, False)),
    *(Condition(net, 200, seeds=(0,)) for net in FOUR),
    *(Condition(net, 60, zero_last_gamma=True) for net in ("resnet20", "resnet56")),
    Condition("plain110", 60, seeds=(0,)),
    Condition("resnet110", 60, seeds=(0,)),
)


@record.command("depths")
@of_data
@of_size(8)
@out_folder
@click.option(
    "--depth", "only", multiple=True, type=int, help="Only the plan's nets of this depth."
)
def depths(data: str, image_size: int, out: Path, only: tuple[int, ...]) -> None:
    """Record plain and residual nets: depths, epochs and seeds, with gradient norms.

    Every run is written as soon as it is done. Started again, the command goes on with what is
    missing. Ctrl-C ends it after the current step and loses that run.

    \b
    Example:
      python -m resnet record depths
    """
    load_keras()
    about = {
        "data": data,
        "image_size": image_size,
        "recipe": "fast",
        "batch_norm": True,
        "initial_weights": "he_normal",
    }
    command = f"record depths --data {data} --image-size {image_size}"

    def run(settings: Settings) -> Settings:
        with scratch_store() as store:
            return _trained(store, settings, data, image_size, out / "weights")

    record_each(out / "depths.json", command, about, _planned(only), run)


def _planned(only: tuple[int, ...]) -> Iterator[Settings]:
    """Yield the settings of the plan's runs, where `only` names depths those of these depths."""
    for condition in PLAN:
        if not only or architecture(condition.model).depth in only:
            shared = condition._asdict()
            for seed in shared.pop("seeds"):
                yield {**shared, "seed": seed}


def _trained(
    store: "RunStore", fields: Settings, data: str, image_size: int, nets: Path
) -> Settings:
    """Train one net with the fast recipe, and return what the recording holds of it.

    nets: the folder for the one whose weights are kept, too.
    """
    from resnet.inference.checkpoint import save_net
    from resnet.inference.prediction import find_net, load_net
    from resnet.training.spec import parse_spec

    spec = parse_spec(
        {**fields, "recipe": "fast", "data": data, "image_size": image_size}
        | {"gradient_norms_every": max(1, fields["epochs"] // 3)}
    )
    run = train_here(spec, store)
    if run.state not in (State.DONE, State.DIVERGED):
        raise LabError(run.reason or f"{spec.model}: {run.state}")
    say(f"{spec.model}, {spec.epochs} epochs, seed {spec.seed}: {percent(run.train_accuracy)}")
    if (spec.model, spec.epochs, spec.seed) == KEPT:
        save_net(load_net(run.id), find_net(run.id).card, nets, spec.model)
    curves = store.metrics(run.id, ("train_accuracy", "test_accuracy"))
    return {
        "batch_size": spec.batch_size,
        "steps": run.step,
        "state": run.state,
        "seconds": round(run.seconds or 0, 1),
        "made": time.strftime("%Y-%m-%dT%H:%M"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, shared",
        "versions": run.versions,
        "train_accuracy": run.train_accuracy,
        "test_accuracy": run.test_accuracy,
        "history": {name: [short(v) for v in curve.values] for name, curve in curves.items()},
        "norms": _norms(store, run),
    }


def _norms(store: "RunStore", run: "Run") -> Settings:
    """Return the gradient norms of stem, stages and last layer at some steps of a run.

    Of the kernels; a stage's is the root mean square over its layers.
    """
    recorded = store.norms(run.id, most=NORMS_SHOWN)
    stages: dict[str, list[int]] = {}
    for position, layer in enumerate(recorded.layers):
        stages.setdefault(place(layer).stage, []).append(position)
    return {
        "steps": recorded.steps,
        **{
            "last" if stage == "head" else stage: [
                short(sqrt(sum(row[i] ** 2 for i in positions) / len(positions)))
                for row in recorded.values
            ]
            for stage, positions in stages.items()
        },
    }
