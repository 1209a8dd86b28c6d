"""`make bench` measures, prints and writes RESULTS.md, results.json; `make bench-quick` prints."""

import argparse
import json
import math
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks import (
    classroom,
    clicks,
    course_net,
    curves,
    first_point,
    norms,
    on_screen,
    prediction,
    startup,
    throughput,
    to_accuracy,
)
from benchmarks.goals import judged

FOLDER = Path(__file__).parent
QUICK: dict[str, Callable[[], dict[str, Any]]] = {
    "one slider change, ms": lambda: clicks.measure(10),
    "first screen, s": lambda: startup.measure(1),
    "a 12-megapixel photo": prediction.measure,
}
FULL: dict[str, Callable[[], dict[str, Any]]] = {
    "one slider change, ms": lambda: clicks.measure(40),
    "on screen": on_screen.measure,
    "first screen, s": lambda: startup.measure(5),
    "a class on one server": lambda: classroom.measure(1, 10, 30, 60, 100),
    "open a curve": curves.measure,
    "from Train to the first point": first_point.measure,
    "speed of a run": throughput.measure,
    "gradient norms, depths 8 to 110": norms.measure,
    "a 12-megapixel photo": prediction.measure,
    "the course's ResNet-50": course_net.measure,
    "time to accuracy": lambda: to_accuracy.measure(seeds=5, notebooks=1),
}


def main() -> None:
    """Run the measurements; --quick takes a few minutes, --only one section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few minutes: no training")
    parser.add_argument("--only", action="append", choices=list(FULL), help="these sections alone")
    options = parser.parse_args()
    sections = QUICK if options.quick else FULL
    chosen = [name for name in sections if not options.only or name in options.only]
    report: dict[str, Any] = {"setting": _setting(), "seconds": {}, "results": {}}
    if options.only and not options.quick:
        report = _stored() or report
    for name in chosen:
        started, setting = time.monotonic(), _setting()
        measured = sections[name]()
        print(table({**report, "results": {name: measured}}), flush=True)
        _put(report, name, measured, round(time.monotonic() - started), setting)
        if not options.quick:
            _write(report)  # what is measured so far survives an interruption
    print(table(report))


def _put(
    report: dict[str, Any],
    name: str,
    measured: dict[str, Any],
    seconds: int,
    setting: dict[str, Any],
) -> None:
    """Put a section in its place, and beside it where it was measured if that is elsewhere."""
    report["results"][name], report["seconds"][name] = measured, seconds
    report["results"] = {
        title: report["results"][title] for title in FULL if title in report["results"]
    }
    elsewhere = report.setdefault("elsewhere", {})
    elsewhere.pop(name, None)
    if _without_load(setting) != _without_load(report["setting"]):
        elsewhere[name] = setting


def _without_load(setting: dict[str, Any]) -> dict[str, Any]:
    return {what: value for what, value in setting.items() if what != "load before"}


def _stored() -> dict[str, Any] | None:
    """Return the report that was written last, which a section alone is put into."""
    file = FOLDER / "results.json"
    if not file.exists():
        return None
    return json.loads(file.read_text(encoding="utf-8"), object_hook=_infinite)


def _setting() -> dict[str, Any]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processor": platform.processor() or platform.machine(),
        "cores": psutil.cpu_count(),
        "load before": round(psutil.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{name: version(name) for name in ("streamlit", "keras", "tensorflow")},
    }


def _write(report: dict[str, Any]) -> None:
    text = json.dumps(_finite(report), indent=1, allow_nan=False)
    (FOLDER / "results.json").write_text(text + "\n", encoding="utf-8")
    (FOLDER / "RESULTS.md").write_text(table(report), encoding="utf-8")


def _finite(value: Any) -> Any:
    """Return a report as JSON knows it: null for what was never reached."""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _infinite(value: dict[str, Any]) -> dict[str, Any]:
    """Return a part of a stored report as it was measured; see _finite()."""
    return {name: math.inf if part is None else part for name, part in value.items()}


def table(report: dict[str, Any]) -> str:
    """Return the report as Markdown: the goals first, then all figures."""
    lines = ["# Measured", "", _words(report["setting"]), ""]
    lines += ["| goal | at most | measured | |", "|---|---|---|---|"]
    for goal, figure in judged(report["results"]):
        if figure is not None:
            verdict = "met" if figure <= goal.most else "missed"
            lines.append(f"| {goal.what} | {_cell(goal.most)} | {_cell(figure)} | {verdict} |")
    lines += ["", "[What limits a goal that is missed](../docs/scaling.md#what-limits-the-goals)"]
    for title, rows in report["results"].items():
        lines += ["", f"## {title}", ""]
        if setting := report.get("elsewhere", {}).get(title):
            lines += [_words(setting), ""]
        lines += ["| what | value |", "|---|---|"]
        lines += [f"| {name} | {_cell(value)} |" for name, value in rows.items()]
    return "\n".join(lines) + "\n"


def _words(setting: dict[str, Any]) -> str:
    return ", ".join(f"{what} {value}" for what, value in setting.items())


def _cell(value: float | dict[str, float]) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_cell(number)}" for name, number in value.items())
    return f"{value:.3g}"


if __name__ == "__main__":
    main()
