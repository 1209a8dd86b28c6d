"""No page's answer is dropped where a refresh meets the end of its thread, and none comes by half.

Streamlit's own AppSession decides; what stands in for it are a thread that has ended, its messages
still in the event loop's queue, and a place to note what reaches the browser.
"""

import asyncio
import gc
from types import SimpleNamespace

import pytest
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.session_manager import SessionClientDisconnectedError
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.web.server.starlette.starlette_server_config import WEBSOCKET_MAX_SEND_QUEUE_SIZE
from streamlit.web.server.starlette.starlette_websocket import StarletteSessionClient

from pages.components import answers


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
    def __init__(self, runner):
        self._scriptrunner, self._event_loop = runner, asyncio.get_running_loop()
        self._state, self._client_state = None, ClientState()
        self.heard, self.started = [], []
        # What the ended thread has sent and the loop has not looked at yet.
        self._event_loop.call_soon_threadsafe(self._hear, runner, "the page")

    def __del__(self):
        pass

    def has_fragment(self, _number):
        return True

    def _hear(self, sender, message):
        if sender is self._scriptrunner:  # as _handle_scriptrunner_event_on_event_loop does
            self.heard.append(message)


@pytest.fixture
def starting(monkeypatch):
    """Start a thread in Streamlit's way, noted by the session alone, with answers kept or not."""

    def start(session, rerun):
        session.started.append(rerun)
        session._scriptrunner = Taking()

    monkeypatch.setattr(AppSession, "_create_scriptrunner", start)


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


def test_streamlit_alone_still_drops_it(starting):
    """When this fails, Streamlit has mended it: answers.py can go."""
    assert run(refresh()).heard == []


def test_the_page_is_heard_before_the_refresh_starts(starting):
    answers.keep()
    session = run(refresh())
    assert session.heard == ["the page"]
    assert len(session.started) == 1


def test_two_refreshes_start_one_thread(starting):
    answers.keep()
    session = run(refresh(), refresh())
    assert session.heard == ["the page"]
    assert len(session.started) + len(session._scriptrunner.taken) == 2
    assert len(session.started) == 1


def test_nothing_starts_for_a_page_that_was_closed_meanwhile(starting):
    answers.keep()

    async def go():
        session = Session(Ended())
        session.request_rerun(refresh())
        session._state = AppSessionState.SHUTDOWN_REQUESTED
        return await after(session)

    assert asyncio.run(go()).started == []


def test_keeping_twice_changes_nothing_more(starting):
    answers.keep()
    once = AppSession._create_scriptrunner
    answers.keep()
    assert AppSession._create_scriptrunner is once


def test_a_click_in_between_starts_at_once_and_takes_the_refresh_along(starting):
    answers.keep()
    session = run(refresh(), ClientState())
    assert len(session.started) == 1  # the click's
    assert len(session._scriptrunner.taken) == 1  # the refresh, which the click's thread takes


class SlowLine:
    """A websocket whose other end does not read."""

    headers, cookies, client = {}, {}, None

    def __init__(self):
        self.closed = []

    async def send_bytes(self, _data):
        await asyncio.Event().wait()

    async def close(self, code):
        self.closed.append(code)


def overwhelmed():
    """Return a line to a browser that was sent more than Streamlit holds for it."""

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


@pytest.fixture
def writing(monkeypatch):
    """Put Streamlit's own way of writing back after the test."""
    own = StarletteSessionClient.write_forward_msg
    monkeypatch.setattr(
        StarletteSessionClient, "write_forward_msg", getattr(own, "__wrapped__", own)
    )


def test_streamlit_alone_leaves_a_dead_line_open(writing):
    """When this fails, Streamlit has mended it: that part of answers.py can go."""
    assert overwhelmed().closed == []


def test_a_line_that_is_not_listened_to_is_closed_once(writing, starting, connecting):
    answers.keep()
    assert overwhelmed().closed == [answers.TRY_AGAIN_LATER]


def test_a_line_that_the_browser_has_left_is_let_go_in_silence(
    writing, starting, connecting, monkeypatch
):
    """A page is closed while its answer is still on its way, as the browser tests do."""
    answers.keep()

    async def gone(_line, _code):
        raise WebSocketDisconnect(1006)  # starlette's, where uvicorn knows of it before the page

    monkeypatch.setattr(SlowLine, "close", gone)
    complaints = []

    async def go():
        asyncio.get_running_loop().set_exception_handler(
            lambda _loop, told: complaints.append(told)
        )
        client = StarletteSessionClient(SlowLine())
        client._closed.set()
        with pytest.raises(SessionClientDisconnectedError):
            client.write_forward_msg(ForwardMsg())
        await asyncio.sleep(0.01)
        await client.aclose()
        del client
        gc.collect()  # an exception that nobody has asked for is told when its task goes

    asyncio.run(go())
    assert complaints == []


class Visit:
    """What a session manager asks of a session whose browser comes and goes."""

    def __init__(self):
        self.id = "visit"
        self._scriptrunner, self._browser_queue = Ended(), ForwardMsgQueue()

    def is_resumable(self):
        return True

    def matches_user_info(self, _user):
        return True

    request_script_stop = register_file_watchers = lambda self: None
    disconnect_file_watchers = clear_session_caches = register_file_watchers


def back_after_a_cut(monkeypatch):
    """Return a visit whose line was cut in the middle of a page, with its browser back."""
    manager = WebsocketSessionManager(MemorySessionStorage(), None, None, lambda: None)
    visit = Visit()
    monkeypatch.setattr(
        "streamlit.runtime.websocket_session_manager.AppSession", lambda **_given: visit
    )
    connected = {"script_data": None, "user_info": {}}
    manager._script_cache = SimpleNamespace(clear=lambda: None)
    assert manager.connect_session(client="first", **connected) == visit.id
    visit._browser_queue.enqueue(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))
    manager.disconnect_session(visit.id)
    again = manager.connect_session(client="second", existing_session_id=visit.id, **connected)
    assert again == visit.id
    return visit


@pytest.fixture
def connecting(monkeypatch):
    """Put Streamlit's own way of connecting back after the test."""
    own = WebsocketSessionManager.connect_session
    monkeypatch.setattr(
        WebsocketSessionManager, "connect_session", getattr(own, "__wrapped__", own)
    )


def test_streamlit_alone_still_brings_half_a_page(connecting, monkeypatch):
    """When this fails, Streamlit has mended it: that part of answers.py can go."""
    assert not back_after_a_cut(monkeypatch)._browser_queue.is_empty()


def test_a_browser_that_comes_back_gets_no_half_page(connecting, starting, monkeypatch):
    answers.keep()
    visit = back_after_a_cut(monkeypatch)
    assert visit._browser_queue.is_empty()
    assert visit._scriptrunner is None  # so what the stopped thread may still send is not heard
