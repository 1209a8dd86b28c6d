"""`make bench` and `make bench-quick`: measure, print, and write RESULTS.md and results.json."""

import argparse
import json
import platform
import time
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks import classroom, clicks, curves, first_point, startup, throughput, training

FOLDER = Path(__file__).parent


def main() -> None:
    """Run the measurements; --quick leaves training out and repeats less."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few minutes: no training")
    quick = parser.parse_args().quick
    results = {
        "one slider change, ms": clicks.measure(10 if quick else 40),
        "first screen, s": startup.measure(1 if quick else 5),
    }
    if not quick:
        results |= curves.measure()
        results["from Train to the first point"] = first_point.measure()
        results["speed of a run"] = throughput.measure()
        results["a class on one server"] = classroom.measure(1, 10, 30)
        results["training on SIGNS or, without it, the synthetic set"] = training.measure(3)
    setting = {
        "date": time.strftime("%Y-%m-%d"),
        "processor": platform.processor() or platform.machine(),
        "cores": psutil.cpu_count(),
        "load at the end": round(psutil.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{name: version(name) for name in ("streamlit", "keras", "tensorflow")},
    }
    report = {"setting": setting, "results": results}
    (FOLDER / "results.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (FOLDER / "RESULTS.md").write_text(table(report), encoding="utf-8")
    print(table(report))


def table(report: dict) -> str:
    """Return the report as Markdown."""
    lines = ["# Measured", "", ", ".join(f"{k} {v}" for k, v in report["setting"].items()), ""]
    for title, rows in report["results"].items():
        lines += [f"## {title}", "", "| what | value |", "|---|---|"]
        lines += [f"| {name} | {_cell(value)} |" for name, value in rows.items()] + [""]
    return "\n".join(lines)


def _cell(value: float | dict[str, float]) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_cell(number)}" for name, number in value.items())
    return f"{value:.3g}"


if __name__ == "__main__":
    main()
