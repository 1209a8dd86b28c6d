"""The network between a browser and the server is cut, in `make soak` for half a minute."""

import re
import select
import socket
import threading
import time
from contextlib import suppress

import pytest
from playwright.sync_api import expect

from tests.browser.watching import PATIENCE, settled, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
LINK = "train_model=LeNet-5&train_rate_fast=0.01&train_data=synthetic&train_epochs_fast=15"
CUTS = [(2,), pytest.param((2, 2, 2, 30), marks=pytest.mark.soak)]  # seconds


class Wire:
    """A TCP line from a port of its own to the server's, which can be cut and mended."""

    def __init__(self, port: int):
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._whole = True
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End all connections and refuse new ones."""
        self._whole = False
        for end in self._open:
            with suppress(OSError):  # ended before
                end.shutdown(socket.SHUT_RDWR)  # a mere close would wait for the thread that reads
        self._open.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    def close(self) -> None:
        """End it."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _address = self._listener.accept()
            except OSError:
                return
            if not self._whole:
                browser.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._server))
            self._open += [browser, server]
            threading.Thread(target=self._carry, args=(browser, server), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while True:
                for end in select.select([one, other], [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    (other if end is one else one).sendall(data)
        except (OSError, ValueError):  # cut
            return
        finally:
            one.close()
            other.close()


@pytest.fixture
def wire(server):
    """A line to the server."""
    line = Wire(server.port)
    yield line
    line.close()


@pytest.mark.parametrize("cuts", CUTS, ids=sum)
def test_the_page_comes_back_with_its_choices_and_its_run(server, chromium, wire, cuts):
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{wire.url}/train?{LINK}&train_size_fast=32")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(re.compile("run="))
    until(page, "train_curves", "data.some(t => t.x && t.x.length > 0)")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    for chosen, cut_seconds in enumerate(cuts, start=4):
        epochs.fill(str(chosen))
        epochs.press("Enter")
        time.sleep(0.03 * (chosen - 4))  # in the middle of the page, not always at the same place
        wire.cut()
        time.sleep(cut_seconds)
        wire.mend()
        page.locator('[data-test-connection-state="CONNECTED"]').wait_for()
        settled(page)
        expect(epochs).to_have_value(str(chosen))
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.get_by_text("Done, epoch 15 of 15")).to_be_visible(timeout=PATIENCE)
    until(page, "train_curves", "data.some(t => t.x && t.x.length === 15)")  # a test each epoch
    context.close()
    assert server.complaints() == []
