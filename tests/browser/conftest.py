"""A real server and a real Chromium; both must stay silent."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.harness.chromium import launched

PROJECT = Path(__file__).resolve().parents[2]
expect.set_options(timeout=60_000)  # a busy machine is no failure
NOISE = re.compile(r"warning|error|traceback|exception|deprecat", re.IGNORECASE)


# What an earlier test's browser has kept, such as a closed menu, goes with the first page.
FORGET = "if (!sessionStorage.begun) { localStorage.clear(); sessionStorage.begun = 1 }"


class Server:
    """The app, started as a user starts it."""

    def __init__(self, runs: Path, log: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", "app.py"),
                    *(f"--server.port={self.port}", "--server.address=127.0.0.1"),
                ],
                cwd=PROJECT,
                env=os.environ | {"RESNET_LAB_RUNS": str(runs)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait(self, seconds: float = 180) -> None:
        """Return once the server answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                    return
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
        raise AssertionError(f"no answer within {seconds} s: {self.log.read_text()}")

    def teachers_link(self) -> str:
        """Return the link the server printed at its start, on this server's address."""
        printed = re.search(r"http://\S+(\?teacher=\S+)", self.log.read_text())
        assert printed, self.log.read_text()
        return f"{self.url}/{printed[1]}"

    def complaints(self) -> list[str]:
        """Return the lines of the console a teacher would worry about."""
        return [line for line in self.log.read_text().splitlines() if NOISE.search(line)]

    def stop(self) -> None:
        """End the server as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The running app."""
    folder = tmp_path_factory.mktemp("server")
    running = Server(folder / "runs", folder / "server.log")
    running.wait()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(chromium):
    """What pages share: Streamlit's own files, which the browser then loads and compiles once."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    context.set_default_timeout(60_000)
    return context


@pytest.fixture
def page(context, server):
    """A page of a new learner; the test fails if its console or the server's complained."""
    context.clear_cookies()
    page: Page = context.new_page()
    page.add_init_script(FORGET)
    complaints: list[str] = []

    def hear(message) -> None:
        # Opened by a deep link, Streamlit's client first asks below the page's own path where its
        # server is; the 404 is how it learns.
        asked_path = re.search(r"/\w+/_stcore/(health|host-config)$", message.location["url"])
        if message.type in ("error", "warning") and not asked_path:
            complaints.append(f"{message.text} {message.location['url']}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    for opened in context.pages:
        opened.close()
    assert complaints == []
    assert server.complaints() == []
