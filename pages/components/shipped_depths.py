"""The recorded trainings of plain and residual nets: which differ in what, and how far to look."""

from collections import Counter
from functools import cache
from statistics import geometric_mean
from typing import Any

from pages.components.recordings import recording
from resnet.drawing.figures.curves import LearningCurve, Part
from resnet.drawing.figures.plots import Line, Meaning
from resnet.language import translate as _
from resnet.models.registry import architecture

STOPS = (12, 36, 60)  # epochs after which a reader may look
DEEP, SHALLOW = 56, 20

Recorded = dict[str, Any]


@cache
def alike(epochs: int | None = None) -> tuple[Recorded, ...]:
    """Return the runs that differ in nothing but net and seed, all of them with γ = 1 at the start.

    epochs: of their schedule, the common one by default.
    """
    return tuple(
        run
        for run in recording("depths")["runs"]
        if run["epochs"] == (epochs or STOPS[-1]) and not run["zero_last_gamma"]
    )


def stops() -> list[int]:
    """Return the epochs to choose from: some of the common schedule, and longer ones of a pair."""
    longer = {run["epochs"] for run in recording("depths")["runs"] if run["epochs"] > STOPS[-1]}
    pair = {f"plain{DEEP}", f"resnet{DEEP}"}
    return [*STOPS, *sorted(n for n in longer if pair <= {run["model"] for run in alike(n)})]


def runs_until(stop: int) -> tuple[Recorded, ...]:
    """Return the runs that show so many epochs: of the common schedule, else of that very one."""
    return alike(max(stop, STOPS[-1]))


def start_curves(part: Part) -> list[LearningCurve]:
    """Return the error curves of the shallowest nets: plain, and residual with γ = 1 and γ = 0."""
    runs = [run for run in recording("depths")["runs"] if run["epochs"] == STOPS[0]]
    return [_curve(run, part, _start_name(run)) for run in runs]


def _start_name(run: Recorded) -> str:
    return f"{run['model']}, γ = {int(not run['zero_last_gamma'])}"


def shipped_curves(part: Part, stop: int | None = None) -> list[LearningCurve]:
    """Return the error curves of the shipped runs, over the first `stop` epochs, by default all."""
    return [_curve(run, part, run["model"], stop) for run in runs_until(stop or STOPS[-1])]


def _curve(run: Recorded, part: Part, name: str, stop: int | None = None) -> LearningCurve:
    accuracies = run["history"][f"{part}_accuracy"][:stop]
    net = architecture(run["model"])
    return LearningCurve(
        net=name,
        plain=net.plain,
        part=part,
        x=tuple(range(1, len(accuracies) + 1)),
        y=tuple(1 - accuracy for accuracy in accuracies),
        depth=net.depth,
        seed=run["seed"],
    )


def norm_lines(net: str, stop: int) -> list[Line]:
    """Return the gradient norms of a net from stem to last layer, geometric means of its runs."""
    colour: Meaning = "plain" if architecture(net).plain else "residual"
    places: dict[str, tuple[str, Meaning, float]] = {
        "stem": (_("stem"), colour, 1),
        "stage1": (_("stage 1"), colour, 0.8),
        "stage2": (_("stage 2"), colour, 0.6),
        "stage3": (_("stage 3"), colour, 0.4),
        "last": (_("last layer"), "ink", 1),
    }
    runs = [run for run in runs_until(stop) if run["model"] == net]
    steps = [step for step in runs[0]["norms"]["steps"] if step <= _steps(runs[0], stop)]
    lines = []
    for place, (name, meaning, tint) in places.items():
        seeds = [run["norms"][place][: len(steps)] for run in runs]
        means = [geometric_mean(norms) for norms in zip(*seeds, strict=True)]
        compared = place in ("stem", "last")
        lines.append(
            Line(
                name,
                steps,
                means,
                meaning,
                thin=not compared,
                tint=tint,
                seeds=seeds if compared else (),
            )
        )
    return lines


def stem_to_last(net: str, stop: int) -> tuple[float, float]:
    """Return how many times the last layer's gradient norm the stem's is, geometric means of runs.

    At the first step, and over the second half of the first `stop` epochs.
    """
    first, later = [], []
    for run in runs_until(stop):
        if run["model"] == net:
            norms, end = run["norms"], _steps(run, stop)
            ratios = [stem / last for stem, last in zip(norms["stem"], norms["last"], strict=True)]
            first.append(ratios[0])
            steps = zip(norms["steps"], ratios, strict=True)
            later += [ratio for step, ratio in steps if end / 2 < step <= end]
    return geometric_mean(first), geometric_mean(later)


def _steps(run: Recorded, stop: int) -> int:
    return round(run["steps"] / run["epochs"] * stop)


def seeds_in_words(runs: tuple[Recorded, ...]) -> str:
    """Say how many seeds each net has; a net with one alone has “one run”."""
    counts = Counter(run["model"] for run in runs)
    if len(set(counts.values())) == 1:
        each = counts[runs[0]["model"]]
        return _("{n} seeds of each net").format(n=each) if each > 1 else _("one run of each net")
    return ", ".join(
        _("{net} one run").format(net=net)
        if count == 1
        else _("{net} {n} seeds").format(net=net, n=count)
        for net, count in sorted(counts.items(), key=lambda item: architecture(item[0]).depth or 0)
    )
