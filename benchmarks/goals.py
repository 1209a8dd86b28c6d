"""The goals of `make bench`: each a ratio to a peer of the same run, or a bound for the learner."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Results = dict[str, Any]


class Goal(NamedTuple):
    """One claim: the figure that `of` takes from the results must not be above `most`."""

    what: str
    of: Callable[[Results], float]
    most: float


def _to(results: Results, kind: str, target: str) -> float:
    rows = results["time to accuracy"]
    # Never reached counts as reached at the end, which favours the notebook.
    found = {name: min(row[f"s to {target}"], row["s in all"]) for name, row in rows.items()}
    notebook = next(value for name, value in found.items() if "notebook" in name)
    return next(value for name, value in found.items() if kind in name) / notebook


def _course(results: Results, part: str, kind: str) -> float:
    row = next(
        row for name, row in results["the course's ResNet-50"].items() if name.startswith(part)
    )
    return row[kind] / row["notebook"]


GOALS = [
    Goal(
        "to 93.3 % of SIGNS, cold, of the notebook's time",
        lambda r: _to(r, "sprint, cold", "93.3%"),
        1 / 25,
    ),
    Goal(
        "to 93.3 % of SIGNS, warm, of the notebook's time",
        lambda r: _to(r, "sprint, warm", "93.3%"),
        1 / 40,
    ),
    Goal(
        "sprint of 70 epochs, last test error, mean over the seeds",
        lambda r: (
            1
            - next(row["final mean"] for name, row in r["time to accuracy"].items() if "70" in name)
        ),
        0.015,
    ),
    Goal(
        "sprint of 70 epochs, s, cold",
        lambda r: next(
            row["s in all"] for name, row in r["time to accuracy"].items() if "70" in name
        ),
        60,
    ),
    Goal("ResNet-50, an epoch, of the notebook's", lambda r: _course(r, "s an epoch", "lab"), 0.9),
    Goal(
        "ResNet-50, first step, warm worker, of the notebook's",
        lambda r: _course(r, "s to the first", "lab, warm"),
        1 / 3,
    ),
    Goal(
        "ResNet-50, press Train to the first point, of plain Keras's first step",
        lambda r: (
            r["from Train to the first point"]["resnet50"]["first point, s"]
            / r["from Train to the first point"]["resnet50"]["plain Keras, first step, s"]
        ),
        1 / 3,
    ),
    Goal(
        "slider to new shapes in Chromium, of an empty app's",
        lambda r: r["on screen"]["slider to new shapes, ms"]["ratio"],
        1.0,
    ),
    Goal(
        "first screen, of the usual app's",
        lambda r: (
            r["first screen, s"]["lab"] / r["first screen, s"]["usual app (imports TensorFlow)"]
        ),
        1 / 3,
    ),
    Goal(
        "gradient norms, first net, s",
        lambda r: r["gradient norms, depths 8 to 110"]["lab"]["first, s"],
        1.0,
    ),
    Goal(
        "gradient norms, all nets, of one eager tape a net",
        lambda r: r["gradient norms, depths 8 to 110"]["ratio"]["all, s"],
        1 / 3,
    ),
    Goal(
        "unfold a stage of ResNet-152, ms",
        lambda r: r["on screen"]["ResNet-152, a stage unfolded, ms"]["lab"],
        300,
    ),
    Goal(
        "age of a live curve's newest point, s",
        lambda r: r["on screen"]["newest point of a live curve"]["age, s"],
        1.5,
    ),
    Goal(
        "30 learners, p95, ms", lambda r: r["a class on one server"]["30 learners"]["p95 ms"], 250
    ),
    Goal(
        "100 learners, p95, ms",
        lambda r: r["a class on one server"]["100 learners"]["p95 ms"],
        1000,
    ),
    Goal(
        "memory a session of 100, MiB",
        lambda r: r["a class on one server"]["100 learners"]["MiB a session"],
        15,
    ),
    Goal(
        "open a run of 10⁶ points, of one of 10³",
        lambda r: r["open a curve"]["ratio of 10⁶ to 10³"],
        1.3,
    ),
    Goal(
        "12-megapixel photo with Grad-CAM, of the usual way",
        lambda r: r["a 12-megapixel photo"]["s a photo"]["ratio"],
        1 / 3,
    ),
]


def judged(results: Results) -> Iterator[tuple[Goal, float | None]]:
    """Yield every goal with its figure; None where this run did not measure it."""
    for goal in GOALS:
        try:
            yield goal, goal.of(results)
        except (KeyError, StopIteration):
            yield goal, None
