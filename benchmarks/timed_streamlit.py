"""`streamlit` that writes how long each script run took: ``python -m benchmarks.timed_streamlit``.

Milliseconds, one a line, go to the file RUN_TIMES: the server's own part of a click, Streamlit's
clean-up after the script included, without the browser and the network.
"""

import os
import time
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.web.cli import main

_run_script = ScriptRunner._run_script


def _timed(self: ScriptRunner, *arguments: Any, **options: Any) -> None:
    start = time.perf_counter()
    _run_script(self, *arguments, **options)
    with Path(os.environ["RUN_TIMES"]).open("a", encoding="utf-8") as file:
        print(1000 * (time.perf_counter() - start), file=file)


if __name__ == "__main__":
    ScriptRunner._run_script = _timed  # type: ignore[method-assign]
    main()
