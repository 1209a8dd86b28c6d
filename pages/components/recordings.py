"""Results that ship with the lab, each with the command that makes it."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from statistics import mean, median
from typing import Any, NamedTuple

from resnet.data.classes import CHANCE
from resnet.settings import ASSETS

EXPERIMENTS = ASSETS / "experiments"

Trials = Sequence[Mapping[str, Any]]  # runs of a recording, often one a seed


class GradientQuestion(NamedTuple):
    """What the gradient norms of one net depend on; also the arguments of the task."""

    net: str
    batch_norm: bool
    initializer: str
    seed: int
    data: str


class RecordedNorms(NamedTuple):
    """Gradient norms as shipped, input to output, named as in resnet.analysis.gradients."""

    layers: tuple[str, ...]
    weight_norms: tuple[float, ...]
    blocks: tuple[str, ...]
    block_norms: tuple[float, ...]


@cache
def recording(name: str) -> dict[str, Any]:
    """Return a file of assets/experiments, with its provenance."""
    return json.loads((EXPERIMENTS / f"{name}.json").read_text(encoding="utf-8"))


def runs_of(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the runs of a recording; where nothing is trained, its nets."""
    return made["runs"] if "runs" in made else made["nets"]


@cache
def gradient_recording() -> dict[tuple, RecordedNorms]:
    """Return the shipped gradient norms by (net, BatchNorm, initializer, seed)."""
    return {
        (net["model"], net["batch_norm"], net["initializer"], net["seed"]): RecordedNorms(
            tuple(net["layers"]),
            _numbers(net["weight_norms"]),
            tuple(net["blocks"]),
            _numbers(net["block_norms"]),
        )
        for net in recording("gradient_norms")["nets"]
    }


def _numbers(norms: list[float | None]) -> tuple[float, ...]:
    """Return the norms; JSON has no word for those that are no number."""
    return tuple(float("nan") if norm is None else norm for norm in norms)


def recorded_norms(question: GradientQuestion) -> RecordedNorms | None:
    """Return the shipped answer to a question, whatever its data: shipped are synthetic hands."""
    return gradient_recording().get(question[:4])


def final_error(run: Mapping[str, Any]) -> float:
    """Return a trial's training error over its last tenth; a diverged one counts as a guess."""
    if run["state"] != "DONE":
        return 1 - CHANCE
    tenth = len(run["error"]) // 10
    return mean(run["error"][-tenth:])


def mean_final_error(trials: Trials) -> float:
    """Return the mean over seeds of the trials' final errors."""
    return mean(map(final_error, trials))


def by_rate(trials: Trials) -> dict[float, list[Mapping[str, Any]]]:
    """Return the trials by their learning rate, the one with the lowest final error first."""
    rates: dict[float, list[Mapping[str, Any]]] = defaultdict(list)
    for run in trials:
        rates[run["learning_rate"]].append(run)
    return dict(sorted(rates.items(), key=lambda item: mean_final_error(item[1])))


def first_to_last(trials: Trials) -> list[float]:
    """Return the first layer's gradient as a share of the last one's, point by point.

    The median of the trials; at points where the last one's is 0 there is none.
    """
    points = min(len(trial["norms"]) for trial in trials)
    at_each = ([trial["norms"][at] for trial in trials] for at in range(points))
    return [median(n[0] / n[2] for n in norms) for norms in at_each if all(n[2] for n in norms)]
