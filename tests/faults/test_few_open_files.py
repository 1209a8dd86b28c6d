"""256 open files, macOS's usual limit: more are taken where that is allowed, else few must do."""

import asyncio
import json
import resource
import socket
import urllib.error
import urllib.request
from contextlib import ExitStack

import psutil
import pytest

from resnet.machine import WANTED_FILES
from tests.faults.conftest import FEW
from tests.harness.learner import Learner
from tests.waiting import until

VISITS = 120  # a server that kept every closed page was dead after 78


async def visit(server, times=1):
    for _visit in range(times):
        async with Learner(server.url) as learner:
            assert learner.errors == []


def health(server):
    try:
        with urllib.request.urlopen(f"{server.url}/healthz", timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def test_the_server_and_its_workers_take_as_many_as_they_may(server):
    lab = psutil.Process(server.pid)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    def limits():
        family = [lab, *lab.children(recursive=True)]
        return {process.rlimit(psutil.RLIMIT_NOFILE)[0] for process in family}

    until(lambda: limits() == {min(hard, WANTED_FILES)})  # a worker may just be starting


@pytest.fixture
def few_files(server):
    """The server's own process, which may open no more than few files for a while."""
    lab = psutil.Process(server.pid)
    soft, hard = lab.rlimit(psutil.RLIMIT_NOFILE)
    lab.rlimit(psutil.RLIMIT_NOFILE, (FEW, hard))
    yield lab
    lab.rlimit(psutil.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.timeout(600)
def test_where_no_more_are_allowed_pages_that_come_and_go_leave_room_for_others(server, few_files):
    lab = few_files
    asyncio.run(visit(server, VISITS))
    assert lab.num_fds() < FEW / 2
    assert health(server)["well"]
    with ExitStack() as held, socket.create_connection(server.url[7:].split(":")) as client:
        for _line in range(FEW - 8 - lab.num_fds()):  # as visitors who take and do not give
            held.enter_context(socket.create_connection(server.url[7:].split(":")))
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        status_line = client.makefile("rb").readline()
    assert b"503" in status_line
    until(lambda: health(server)["well"])
    asyncio.run(visit(server))
