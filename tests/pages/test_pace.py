"""How often pages refresh, by the number of pages that real browsers hold open."""

import subprocess
import sys
import time
from threading import Thread
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from streamlit import config

from pages.components import pace
from resnet.settings import PROJECT

BEGIN = """
import asyncio, sys, app

async def begin():
    async with app.lifespan(app.app):
        print(sys.getswitchinterval(), hasattr(app.pace.config.get_option, "__wrapped__"))

asyncio.run(begin())
"""


async def _page(websocket):
    await websocket.accept()
    await websocket.send_text("a page")
    await websocket.receive()  # until the browser closes it


@pytest.fixture
def client():
    routes = [WebSocketRoute("/page", _page)]
    with TestClient(Starlette(routes=routes, middleware=[Middleware(pace.OpenPages)])) as client:
        yield client


def test_pages_are_counted_while_they_are_open(client):
    assert pace.open_pages() == 0
    with client.websocket_connect("/page") as one, client.websocket_connect("/page") as two:
        assert pace.open_pages() == 2
        assert one.receive_text() == two.receive_text() == "a page"
    deadline = time.monotonic() + 10
    while pace.open_pages() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert pace.open_pages() == 0


@pytest.mark.parametrize("pages", [0, 1, pace.A_CLASS])
def test_a_class_refreshes_as_often_as_its_screens_would_like(monkeypatch, pages):
    monkeypatch.setattr(pace, "_open", pages)
    assert pace.unhurried(3.0) == 3.0
    assert pace.unhurried(None) is None


def test_beyond_a_class_all_refreshes_together_stay_as_many(monkeypatch):
    for pages in (pace.A_CLASS, 60, 100, 1000):
        monkeypatch.setattr(pace, "_open", pages)
        assert pages / pace.unhurried(3.0) == pytest.approx(pace.A_CLASS / 3.0)


def test_the_servers_threads_take_short_turns_and_read_options_freely():
    begun = subprocess.run(
        [sys.executable, "-c", BEGIN], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    interval, freely = begun.stdout.split()[-2:]
    assert float(interval) == pytest.approx(pace.TURN_SECONDS)
    assert freely == "True"


@pytest.fixture
def reading(monkeypatch):
    """Put Streamlit's own way of reading an option back after the test."""
    own = config.get_option
    monkeypatch.setattr(config, "get_option", getattr(own, "__wrapped__", own))


def read_in_line(key: str, patience: float = 60) -> Any:
    """Return an option as a thread reads it while another one has Streamlit's lock, or None."""
    found: list[Any] = []
    reader = Thread(target=lambda: found.append(config.get_option(key)), daemon=True)
    with config._config_lock:
        reader.start()
        reader.join(patience)
        told = found[0] if found else None
    reader.join()
    return told


def test_streamlit_alone_lets_readers_of_an_option_wait(reading):
    """When this fails, Streamlit has mended it: read_options_freely() can go."""
    assert read_in_line("server.maxUploadSize", patience=1) is None


def test_an_option_is_read_without_waiting(reading):
    pace.read_options_freely()
    assert read_in_line("server.maxUploadSize") == config.get_option("server.maxUploadSize")
    with pytest.raises(RuntimeError, match="not defined"):
        config.get_option("no.such_option")
    once = config.get_option
    pace.read_options_freely()
    assert config.get_option is once


def test_a_changed_option_is_read_as_it_is_now(reading):
    pace.read_options_freely()
    before = config.get_option("client.toolbarMode")
    config.set_option("client.toolbarMode", "viewer")
    try:
        assert config.get_option("client.toolbarMode") == "viewer"
    finally:
        config.set_option("client.toolbarMode", before)
