"""A grid of runs, depth × shortcut × seed, and what it comes to."""

from collections.abc import Iterable, Sequence
from statistics import mean
from typing import Any, NamedTuple

from resnet.errors import LabError
from resnet.language import translate as _
from resnet.models.registry import architecture
from resnet.store.records import Run
from resnet.store.states import State
from resnet.training.spec import TrainingSpec, parse_spec

KINDS = ("plain", "resnet")
MOST_CELLS = 200
# How nets are compared, here and in the recordings: γ = 1 at the start, for plain nets cannot start
# as the identity; images so small that the training error comes to rest within minutes.
ALIKE: dict[str, Any] = {"recipe": "fast", "image_size": 8, "zero_last_gamma": False}


def grid(
    depths: Sequence[int], seeds: int, kinds: Sequence[str] = KINDS, **fields: Any
) -> list[TrainingSpec]:
    """Return the specs of every depth, kind and seed 0 … seeds - 1, whole seeds one after another.

    fields: of the spec, for all alike. LabError for a depth that there is not, or for more than
    MOST_CELLS runs.
    """
    count = len(depths) * seeds * len(kinds)
    if not 1 <= count <= MOST_CELLS:
        sentence = _(
            "A sweep has 1 to {most} runs: {depths} depths and {seeds} seeds make {count}."
        )
        raise LabError(
            sentence.format(most=MOST_CELLS, depths=len(depths), seeds=seeds, count=count)
        )
    return [
        parse_spec(
            {**fields, "model": f"{kind}{depth}", "seed": seed}
            | ({"zero_last_gamma": False} if kind == "plain" else {})
        )
        for seed in range(seeds)
        for depth in sorted(depths)
        for kind in kinds
    ]


class NetErrors(NamedTuple):
    """The finished runs of one net: errors (fractions) by part, mean, lowest and highest."""

    model: str
    runs: int
    train_error: tuple[float, float, float] | None
    test_error: tuple[float, float, float] | None


def summary(runs: Iterable[Run]) -> list[NetErrors]:
    """Return a cell for each net among the runs, shallow before deep; only DONE runs count."""
    by_model: dict[str, list[Run]] = {}
    for run in runs:
        done = by_model.setdefault(run.spec["model"], [])
        if run.state == State.DONE:
            done.append(run)
    return [
        NetErrors(
            model,
            len(done),
            _spread(run.train_accuracy for run in done),
            _spread(run.test_accuracy for run in done),
        )
        for model, done in sorted(by_model.items(), key=_by_depth)
    ]


def _by_depth(item: tuple[str, list[Run]]) -> tuple[int, str]:
    return architecture(item[0]).depth or 0, item[0]


def _spread(accuracies: Iterable[float | None]) -> tuple[float, float, float] | None:
    errors = [1 - accuracy for accuracy in accuracies if accuracy is not None]
    return (mean(errors), min(errors), max(errors)) if errors else None
