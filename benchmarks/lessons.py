"""How long a lesson's figures take: the first whole page, and again after a control moved.

`python -m benchmarks.lessons` prints the table of docs/lessons.md.
"""

import statistics
import time

from streamlit.testing.v1 import AppTest

from pages.server import streamlit_patches
from resnet.course.four_steps import four_steps
from resnet.course.lessons import LESSONS
from resnet.data.signs import data_here

REPEATS = 5


def main() -> None:
    """Print a row for each lesson: median milliseconds of server time, and of the live training."""
    streamlit_patches.apply()
    app = AppTest.from_file("../pages/lab.py", default_timeout=300)
    app.run()
    print("| Lesson | First time, ms | Again, ms |\n|---|---|---|")
    for name in LESSONS:
        first = _milliseconds(lambda name=name: app.switch_page(f"lessons/{name}.py").run())
        again = statistics.median(_milliseconds(app.run) for _repeat in range(REPEATS))
        print(f"| {name} | {first:.0f} | {again:.0f} |", flush=True)
    data = data_here()
    for words in ("from a cold worker", "from a warm worker"):
        seconds = four_steps(data, 0, 0.002, 8).seconds
        print(f"\nThe training of four_steps {words}: {seconds:.1f} s.")


def _milliseconds(action) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
