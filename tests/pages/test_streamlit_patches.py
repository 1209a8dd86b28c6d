"""Each patch of Streamlit: the fault shows without it, and does not with it.

Where the fault no longer shows, Streamlit has mended it and the patch can go. Streamlit's own
classes decide; what stands in for the rest are a thread that has ended, its messages still in the
event loop's queue, and a connection that notes what reaches the browser.
"""

import asyncio
import gc
import logging
import sys
from types import SimpleNamespace

import pytest
from starlette.websockets import WebSocketDisconnect
from streamlit import config
from streamlit.elements.widgets.number_input import NumberInputSerde
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.session_manager import SessionClientDisconnectedError, SessionInfo
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.web.server.starlette.starlette_server_config import WEBSOCKET_MAX_SEND_QUEUE_SIZE
from streamlit.web.server.starlette.starlette_websocket import StarletteSessionClient

from pages.server import streamlit_patches
from pages.server.downloads import made_later
from resnet import patches
from resnet.errors import LabError
from resnet.settings import PROJECT
from tests.pages.streamlit_parts import pressed, read_while_locked


class Ended:
    """A script's thread that takes no more requests."""

    def request_rerun(self, _data):
        return False

    def request_stop(self):
        pass


class Taking(Ended):
    """One that has just started and takes them."""

    def __init__(self):
        self.taken = []

    def request_rerun(self, data):
        self.taken.append(data)
        return True


class Session(AppSession):
    """A session whose thread has ended, with messages that the loop has not looked at yet."""

    def __init__(self, runner):
        self._scriptrunner, self._event_loop = runner, asyncio.get_running_loop()
        self._state, self._client_state = AppSessionState.APP_NOT_RUNNING, ClientState()
        self.heard, self.started = [], []
        self._event_loop.call_soon_threadsafe(self._hear, runner, "the page")

    def __del__(self):
        pass

    def has_fragment(self, _number):
        return True

    def _hear(self, sender, message):
        if sender is self._scriptrunner:  # as _handle_scriptrunner_event_on_event_loop does
            self.heard.append(message)


class SlowLine:
    """A websocket whose other end does not read."""

    headers, cookies, client = {}, {}, None

    def __init__(self):
        self.closed = []

    async def send_bytes(self, _data):
        await asyncio.Event().wait()

    async def close(self, code):
        self.closed.append(code)


class Visit:
    """What a session manager needs of a session whose browser comes and goes."""

    def __init__(self, name="visit"):
        self.id, self.ended = name, False
        self._scriptrunner, self._browser_queue = Ended(), ForwardMsgQueue()

    def is_resumable(self):
        return True

    def matches_user_info(self, _user):
        return True

    def shutdown(self):
        self.ended = True

    request_script_stop = register_file_watchers = lambda self: None
    disconnect_file_watchers = clear_session_caches = register_file_watchers


CONNECTED: list[str] = []  # sessions that closed_pages would be told of


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Take the patches out, and start threads in Streamlit's way, noted by the session alone."""
    streamlit_patches.remove()

    def start(session, rerun):
        session.started.append(rerun)
        session._scriptrunner = Taking()

    monkeypatch.setattr(AppSession, "_create_scriptrunner", start)
    CONNECTED.clear()
    yield
    streamlit_patches.remove()


@pytest.fixture
def patched(alone):
    """Put every patch in place."""
    streamlit_patches.apply(on_connect=CONNECTED.append)
    assert streamlit_patches.reasons_off() == {}


def refresh():
    return ClientState(fragment_id="live")


async def after(session, *requests):
    for request in requests:
        session.request_rerun(request)
    for _turn in range(5):
        await asyncio.sleep(0)
    return session


def run(*requests):
    async def go():
        return await after(Session(Ended()), *requests)

    return asyncio.run(go())


def overwhelmed():
    """Return a connection to a browser that was sent more than Streamlit holds for it."""

    async def go():
        line = SlowLine()
        client = StarletteSessionClient(line)
        for _message in range(WEBSOCKET_MAX_SEND_QUEUE_SIZE):
            client.write_forward_msg(ForwardMsg())
        for _time in range(2):
            with pytest.raises(SessionClientDisconnectedError):
                client.write_forward_msg(ForwardMsg())
        await asyncio.sleep(0)
        await client.aclose()
        return line

    return asyncio.run(go())


def back_after_a_cut():
    """Return a visit whose connection was cut in the middle of a page, with its browser back."""
    manager = WebsocketSessionManager(MemorySessionStorage(), None, None, lambda: None)
    manager._script_cache = SimpleNamespace(clear=lambda: None)
    visit, connected = Visit(), {"script_data": None, "user_info": {}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "streamlit.runtime.websocket_session_manager.AppSession", lambda **_given: visit
        )
        assert manager.connect_session(client="first", **connected) == visit.id
        visit._browser_queue.enqueue(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))
        manager.disconnect_session(visit.id)
        again = manager.connect_session(client="second", existing_session_id=visit.id, **connected)
    assert again == visit.id
    return visit


def a_forgotten_page_is_not_ended():
    storage, visits = MemorySessionStorage(maxsize=1), [Visit("first"), Visit("second")]
    for visit in visits:
        storage.save(SessionInfo(client=None, session=visit))
    return not visits[0].ended


def an_infinite_number_ends_the_page():
    try:
        NumberInputSerde(3, NumberInput.INT, 1, 5).deserialize(float("inf"))
    except OverflowError:
        return True
    return False


def keras_is_reset():
    cleared = []
    with pytest.MonkeyPatch.context() as patch:
        backend = SimpleNamespace(clear_session=lambda: cleared.append(True))
        patch.setitem(sys.modules, "keras", SimpleNamespace(backend=backend))
        script_runner._clean_problem_modules()
    return bool(cleared)


def a_gib_is_taken_uncounted():
    manager, mib = MemoryUploadedFileManager("/upload"), bytes(2**20)
    for number in range(1025):
        manager.add_file("page", UploadedFileRec(str(number), "photo", "", mib))
    with pytest.MonkeyPatch.context() as patch:
        running = SimpleNamespace(uploaded_file_mgr=manager)
        patch.setattr(streamlit_patches, "server", lambda: running)
        return streamlit_patches.uploaded_bytes() != {"page": 1025 * 2**20}


def a_reason_is_lost():
    def make():
        raise LabError("The net is gone.")

    return "The net is gone." not in pressed(made_later(make)).error_msg


FAULTS = {
    "finished_pages": lambda: run(refresh()).heard == [],
    "whole_pages": lambda: not back_after_a_cut()._browser_queue.is_empty(),
    "slow_browsers": lambda: overwhelmed().closed == [],
    "closed_pages": a_forgotten_page_is_not_ended,
    "failed_downloads": a_reason_is_lost,
    "options_without_lock": lambda: read_while_locked("server.maxUploadSize", 0.3) is None,
    "infinite_numbers": an_infinite_number_ends_the_page,
    "keras_session": keras_is_reset,
    "upload_sizes": a_gib_is_taken_uncounted,
}


def no_page_is_noted():
    return back_after_a_cut() and CONNECTED != ["visit", "visit"]


def test_every_patch_has_its_fault():
    assert set(FAULTS) == {patch.name for patch in patches.PATCHES}


@pytest.mark.parametrize("name", FAULTS)
def test_streamlit_alone_still_has_the_fault(name):
    """When this fails, Streamlit has mended it: the patch can go."""
    assert FAULTS[name]()


@pytest.mark.parametrize("name", FAULTS)
def test_the_patch_takes_hold(name, patched):
    # What the lab ends is what it has noted: pages/server/closed_pages.py.
    fault = no_page_is_noted if name == "closed_pages" else FAULTS[name]
    assert not fault()


def test_applying_twice_changes_nothing_more(patched):
    once = AppSession._create_scriptrunner, config.get_option
    streamlit_patches.apply()
    assert (AppSession._create_scriptrunner, config.get_option) == once


@pytest.fixture
def another_version(monkeypatch):
    monkeypatch.setattr(patches, "version", lambda _package: "1.99.0")


def test_with_another_version_every_patch_is_off_and_logged(another_version, caplog):
    before = AppSession._create_scriptrunner
    streamlit_patches.apply()
    names = {patch.name for patch in patches.PATCHES}
    assert set(streamlit_patches.reasons_off()) == names == set(patches.untried())
    assert AppSession._create_scriptrunner is before
    logged = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert len(logged) == len(names)
    assert all("not tried with Streamlit 1.99.0" in line for line in logged)


def test_a_name_that_is_missing_turns_one_patch_off(monkeypatch):
    renamed = [
        patch._replace(target="streamlit.nowhere:Gone.handle")
        if patch.name == "slow_browsers"
        else patch._replace(needs=("streamlit.runtime.app_session:AppSession._gone",))
        if patch.name == "whole_pages"
        else patch
        for patch in patches.PATCHES
    ]
    monkeypatch.setattr(streamlit_patches, "PATCHES", renamed)
    streamlit_patches.apply()
    off = streamlit_patches.reasons_off()
    assert set(off) == {"slow_browsers", "whole_pages"}
    assert "has no streamlit.nowhere:Gone.handle" in off["slow_browsers"]
    assert not FAULTS["finished_pages"]()


def test_two_refreshes_start_one_thread(patched):
    session = run(refresh(), refresh())
    assert session.heard == ["the page"]
    assert len(session.started) + len(session._scriptrunner.taken) == 2
    assert len(session.started) == 1


def test_nothing_starts_for_a_page_that_was_closed_meanwhile(patched):
    async def go():
        session = Session(Ended())
        session.request_rerun(refresh())
        session._state = AppSessionState.SHUTDOWN_REQUESTED
        return await after(session)

    assert asyncio.run(go()).started == []


def test_a_click_in_between_starts_at_once_and_takes_the_refresh_along(patched):
    session = run(refresh(), ClientState())
    assert len(session.started) == 1  # the click's
    assert len(session._scriptrunner.taken) == 1  # the refresh, which the click's thread takes


def test_a_slow_browsers_connection_is_closed_once(patched):
    assert overwhelmed().closed == [streamlit_patches.TRY_AGAIN_LATER]


def test_what_a_stopped_thread_still_sends_is_dropped(patched):
    assert back_after_a_cut()._scriptrunner is None


def test_a_connection_that_the_browser_has_left_is_closed_in_silence(patched, monkeypatch):
    """A page is closed while its answer is still on its way, as the browser tests do."""

    async def gone(_line, _code):
        raise WebSocketDisconnect(1006)  # starlette's, where uvicorn knows of it before the page

    monkeypatch.setattr(SlowLine, "close", gone)
    complaints = []

    async def go():
        asyncio.get_running_loop().set_exception_handler(
            lambda _loop, context: complaints.append(context)
        )
        client = StarletteSessionClient(SlowLine())
        client._closed.set()
        with pytest.raises(SessionClientDisconnectedError):
            client.write_forward_msg(ForwardMsg())
        await asyncio.sleep(0.01)
        await client.aclose()
        del client
        gc.collect()  # an exception that nobody has retrieved is reported when its task goes

    asyncio.run(go())
    assert complaints == []


def test_a_changed_option_is_read_as_it_is_now(patched):
    before = config.get_option("client.toolbarMode")
    config.set_option("client.toolbarMode", "viewer")
    try:
        assert config.get_option("client.toolbarMode") == "viewer"
    finally:
        config.set_option("client.toolbarMode", before)


def test_an_option_that_is_not_there_is_refused_as_by_streamlit(patched):
    assert read_while_locked("server.maxUploadSize", 60) == config.get_option(
        "server.maxUploadSize"
    )
    with pytest.raises(RuntimeError, match="not defined"):
        config.get_option("no.such_option")


def test_the_document_has_each_patch_its_versions_and_an_issue_to_file():
    document = (PROJECT / "docs" / "streamlit_patches.md").read_text(encoding="utf-8")
    for patch in patches.PATCHES:
        (row,) = [line for line in document.splitlines() if line.startswith(f"| `{patch.name}` |")]
        assert patch.target.partition(":")[2].rpartition(".")[2] in row
        assert row.endswith(f"| {', '.join(patch.tried)} |")
        section = document.partition(f"\n## {patch.name}\n")[2].partition("\n## ")[0]
        assert "**Title:** " in section
        assert "**Text:** " in section
