"""Start a Streamlit server for a measurement, drive it over its agent API, and end it."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
QUIET_SECONDS = 3  # what ends after it is ready: the last sweep of the collector


class Server:
    """A running server; `url` is where it answers, `begin` a command that starts it."""

    def __init__(self, script: Path, runs: Path, begin: Sequence[str] = ()) -> None:
        self.output = runs.parent / "output.txt"  # what it prints
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.runs = runs
        self._times = runs.parent / "run_times"
        self._times.touch()
        self._printed = self.output.open("wb")
        self._process = subprocess.Popen(
            [
                *begin,
                *(sys.executable, "-m", "benchmarks.timed_streamlit", "run", str(script)),
                *(f"--server.port={port}", "--server.address=127.0.0.1"),
                *("--server.headless=true", "--server.enableAgentApi=true"),
                "--browser.gatherUsageStats=false",
            ],
            cwd=script.parent,
            env=os.environ
            | {
                "RESNET_LAB_RUNS": str(runs),
                "RUN_TIMES": str(self._times),
                "PYTHONPATH": str(PROJECT),
            },
            stdout=self._printed,
            stderr=subprocess.STDOUT,
        )

    def wait(self) -> None:
        """Return once the server answers."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise

    def settle(self) -> None:
        """Return once the lab's Keras and workers are ready, which load behind a first page."""
        deadline = time.monotonic() + START_SECONDS
        while not {"keras": "ready", "cluster": "ready"}.items() <= self._health().items():
            if time.monotonic() > deadline:
                raise TimeoutError(f"The server is not ready: {self._health()}.")
            time.sleep(0.2)
        time.sleep(QUIET_SECONDS)

    def _health(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=START_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:  # not well yet
            return {}

    def interact(self, **request: Any) -> dict[str, Any]:
        """Send one interaction and return the finished page as the agent API tells it."""
        question = urllib.request.Request(
            f"{self.url}/_stcore/agent/interact",
            json.dumps(request).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(question, timeout=START_SECONDS) as answer:
            return json.load(answer)

    def run_times(self) -> list[float]:
        """Return the milliseconds of every script run so far."""
        return [float(line) for line in self._times.read_text().split()]

    def memory(self) -> int:
        """Return the resident bytes of the server's own process."""
        return psutil.Process(self.pid).memory_info().rss

    @property
    def pid(self) -> int:
        """The number of the server's own process."""
        return self._process.pid

    def stop(self) -> int:
        """End the server as a service manager does; return how it ended, -9 if it had to be killed.

        A second call changes nothing.
        """
        self._process.terminate()
        self._printed.close()
        try:
            return self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


@contextmanager
def serving(script: Path | str, begin: Sequence[str] = ()) -> Iterator[Server]:
    """Serve a script's file, or the source of one, while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = script if isinstance(script, Path) else Path(folder) / "script.py"
        if isinstance(script, str):
            path.write_text(script, encoding="utf-8")
        server = Server(path, Path(folder) / "runs", begin)
        try:
            server.wait()
            yield server
        finally:
            server.stop()
