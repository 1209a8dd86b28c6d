"""How often pages refresh, by the number of pages that real browsers hold open."""

import subprocess
import sys
import time

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient

from pages.server import pace
from resnet.settings import PROJECT

BEGIN = """
import asyncio, sys, app

async def begin():
    async with app.lifespan(app.app):
        print(sys.getswitchinterval(), len(app.streamlit_patches.reasons_off()))

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


def test_the_server_starts_with_short_turns_and_every_patch():
    begun = subprocess.run(
        [sys.executable, "-c", BEGIN], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    interval, patches_off = begun.stdout.split()[-2:]
    assert float(interval) == pytest.approx(pace.TURN_SECONDS)
    assert patches_off == "0"
