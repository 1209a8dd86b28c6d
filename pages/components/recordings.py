"""Results that ship with the lab, each with the command that makes it."""

import json
from functools import cache
from typing import Any, NamedTuple

from resnet.settings import ASSETS

EXPERIMENTS = ASSETS / "experiments"


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
