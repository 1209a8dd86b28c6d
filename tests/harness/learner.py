"""A learner's browser without its pictures: one real session over the app's own websocket.

It keeps what the page shows, changes widgets, and asks for the parts that refresh themselves as
often as the page tells it to, as a browser does.
"""

import asyncio
import time
import urllib.request
from collections import deque
from contextlib import suppress
from typing import Any

import httpx2
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLs, FileURLsRequest, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

ANSWER_SECONDS, AGAIN_SECONDS = 120, 10


class Learner:
    """One session on one page; use `async with Learner(url, "train", "train_size_fast=32")`.

    cookies: those of a browser that has been here before, as its Cookie header has them.
    """

    def __init__(self, url: str, page: str = "", query: str = "", cookies: str = "") -> None:
        self.url, self._page, self._query, self._cookies = url, page, query, cookies
        self.texts: dict[tuple[int, ...], str] = {}
        self.errors: list[str] = []
        self.clicks: list[float] = []  # seconds from a click to the finished page
        self.heard: deque[str] = deque(maxlen=20)  # the kinds of the last messages
        self.lost = 0  # answers that never came, see _settle()
        self._place: asyncio.Future[FileURLs]  # where the server wants an upload
        self._made: asyncio.Future[Any]  # what became of a file that is made when it is asked for
        self._deferred: dict[str, str] = {}  # such files, by the key of their button
        self.runs, self.received = 0, 0  # script runs begun, and bytes, since the beginning
        self.widgets: dict[str, tuple[str, str]] = {}  # by the widget's key: its id and kind
        self._states: dict[str, WidgetState] = {}
        self._finished = asyncio.Event()
        self._began = self._refreshed = False  # since the last request for the page
        self._refreshing: dict[str, asyncio.Task[None]] = {}
        self._session = ""
        self._hash, self._named = "", page  # by its name only until the app has told its hash

    async def __aenter__(self) -> "Learner":
        cookie = await asyncio.to_thread(self._visit)
        self._socket: ClientConnection = await connect(
            f"{self.url.replace('http', 'ws')}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": cookie, "Origin": self.url},
            max_size=None,
            ping_interval=None,  # as a browser: it answers pings and sends none
        )
        self._listening = asyncio.create_task(self._listen())
        await self._rerun()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for task in (*self._refreshing.values(), self._listening):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening
        await self._socket.close()

    def _visit(self) -> str:
        known = {"Cookie": self._cookies} if self._cookies else {}
        wanted = urllib.request.Request(f"{self.url}/{self._page}", headers=known)
        with urllib.request.urlopen(wanted, timeout=ANSWER_SECONDS) as answer:
            cookies = answer.headers.get_all("Set-Cookie") or []
        return "; ".join([*known.values(), *(cookie.split(";")[0] for cookie in cookies)])

    def text(self) -> str:
        """Return everything the page says in words now."""
        return "\n".join(self.texts.values())

    async def set(self, key: str, value: Any) -> None:
        """Change the widget with this key, press the button, and wait for the finished page."""
        self.note(key, value)
        await self._timed()

    def note(self, key: str, value: Any) -> None:
        """Change a widget without telling the server yet."""
        number, kind = self.widgets[key]
        state = WidgetState(id=number)
        if kind in ("slider", "number_input"):
            if kind == "slider":
                state.double_array_value.data.append(float(value))
            else:
                state.double_value = float(value)
        elif kind == "button":
            state.trigger_value = True
        elif kind == "checkbox":
            state.bool_value = bool(value)
        else:
            raise ValueError(f"a {kind} is not known to the learner")
        self._states[number] = state

    async def forge(self, state: WidgetState) -> None:
        """Send a widget's state, whatever it says, and wait for the finished page."""
        self._states[state.id] = state
        await self._rerun()

    async def upload(self, key: str, name: str, data: bytes) -> int:
        """Put a file into the uploader with this key and return the server's answer.

        It is 204 where the server took the file; then the finished page is waited for.
        """
        place = await self.place(name)
        status = await self.put(place, name, data)
        if status == httpx2.codes.NO_CONTENT:
            number, _kind = self.widgets[key]
            held = UploadedFileInfo(
                name=name, size=len(data), file_id=place.file_id, file_urls=place
            )
            state = WidgetState(id=number)
            state.file_uploader_state_value.uploaded_file_info.append(held)
            await self.forge(state)
        return status

    async def place(self, name: str) -> FileURLs:
        """Ask where the server wants a file of this name."""
        self._place = asyncio.get_running_loop().create_future()
        wanted = FileURLsRequest(request_id=name[:20], file_names=[name])
        await self._socket.send(BackMsg(file_urls_request=wanted).SerializeToString())
        return await asyncio.wait_for(self._place, ANSWER_SECONDS)

    async def download(self, key: str) -> str:
        """Press a download whose file is made then; return its address, or what went wrong."""
        self._made = asyncio.get_running_loop().create_future()
        wanted = BackMsg()
        wanted.backend_operation_request.request_id = key
        wanted.backend_operation_request.session_id = self._session
        wanted.backend_operation_request.deferred_file.file_id = self._deferred[key]
        await self._socket.send(wanted.SerializeToString())
        answer = await asyncio.wait_for(self._made, ANSWER_SECONDS)
        return answer.error_msg or answer.deferred_file.url

    async def put(self, place: FileURLs, name: str, data: bytes) -> int:
        """Send a file to its place and return the server's answer; the page hears nothing of it."""
        return await asyncio.to_thread(self._put, place.upload_url, name, data)

    def _put(self, address: str, name: str, data: bytes) -> int:
        with httpx2.Client(base_url=self.url, timeout=ANSWER_SECONDS) as browser:
            browser.get("/_stcore/health")  # sets the cookie against forged requests
            token = browser.cookies.get("_streamlit_xsrf", "")
            answer = browser.put(
                address, files={"file": (name, data)}, headers={"X-Xsrftoken": token}
            )
            return answer.status_code

    async def press_twice(self, key: str) -> None:
        """Double-click a button."""
        for _time in range(2):
            self.note(key, True)
            await self.send()
        await self._settle()

    @property
    def refreshing(self) -> int:
        """How many parts of the page refresh themselves."""
        return len(self._refreshing)

    async def again(self) -> None:
        """Ask for the page once more and wait for it."""
        await self._rerun()

    async def _timed(self) -> None:
        start = time.perf_counter()
        await self._rerun()
        self.clicks.append(time.perf_counter() - start)

    async def _rerun(self) -> None:
        await self.send()
        await self._settle()

    async def _settle(self) -> None:
        """Wait for the finished page; raise what ended the connection, if it ended before.

        Streamlit drops a page's whole answer when a refresh reaches the server in the moment the
        page's thread has ended and its messages still wait to be sent (the comment in
        AppSession.request_rerun tells how). A person clicks again; so does this, and counts it.
        """
        deadline = time.monotonic() + ANSWER_SECONDS
        while not await self._ended(AGAIN_SECONDS):
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"No page in {ANSWER_SECONDS} s; begun {self._began}, refreshed "
                    f"{self._refreshed}, lost {self.lost}; the last messages: {list(self.heard)}."
                )
            if not self._began and self._refreshed:
                self.lost += 1
                await self.send()

    async def _ended(self, seconds: float) -> bool:
        """Wait so long for the finished page and tell whether it came."""
        finished = asyncio.create_task(self._finished.wait())
        ended, _waiting = await asyncio.wait(
            {finished, self._listening}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        finished.cancel()
        if self._listening in ended and not self._finished.is_set():
            self._listening.result()
            raise ConnectionError("The server closed the connection before the page was finished.")
        return self._finished.is_set()

    async def send(self, fragment: str = "") -> None:
        """Ask for the page, or for one of its parts, with the widgets as they are; do not wait."""
        state = ClientState(query_string=self._query, page_name=self._named, fragment_id=fragment)
        state.page_script_hash = self._hash
        state.is_auto_rerun = bool(fragment)
        state.context_info.timezone, state.context_info.locale = "UTC", "en"
        state.widget_states.widgets.extend(self._states.values())
        self._states = {
            number: kept for number, kept in self._states.items() if not kept.trigger_value
        }
        if not fragment:
            self._finished.clear()
            self._began = self._refreshed = False
        await self._socket.send(BackMsg(rerun_script=state).SerializeToString())

    async def _listen(self) -> None:
        async for data in self._socket:
            if isinstance(data, bytes):
                self.received += len(data)
                message = ForwardMsg()
                message.ParseFromString(data)
                self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        self.heard.append(str(kind))
        if kind == "new_session":
            self.runs += 1
            self._session = message.new_session.initialize.session_id
            if not message.metadata.run.fragment_ids:
                self._began = True
                self.rest()
                self.texts.clear()
            else:
                self._refreshed = True
                if self._began:  # the server runs one script at a time: the page's own has ended
                    self._finished.set()
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._show(tuple(message.metadata.delta_path), message.delta.new_element)
        elif kind == "navigation":
            self._hash, self._named = message.navigation.page_script_hash, ""
        elif kind == "auto_rerun":
            self._refresh(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "file_urls_response":
            self._place.set_result(message.file_urls_response.file_urls[0])
        elif kind == "backend_operation_response":
            self._made.set_result(message.backend_operation_response)
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                self._finished.set()
            elif message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.errors.append("the script does not compile")

    def _show(self, path: tuple[int, ...], element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind is None:
            return
        shown = getattr(element, kind)
        if kind == "exception":
            self.errors.append(shown.message)
        number = getattr(shown, "id", "")
        if number:
            # Streamlit ends the id of a widget that has a key with this key.
            key = str(number).rsplit("-", 1)[-1]
            self.widgets[key] = (str(number), kind)
            self._deferred[key] = getattr(shown, "deferred_file_id", "")
        words = getattr(shown, "body", "") or getattr(shown, "label", "")
        self.texts[path] = f"{words} {getattr(shown, 'text', '')}"

    def _refresh(self, fragment: str, interval: float) -> None:
        async def again() -> None:
            while True:
                await asyncio.sleep(interval)
                await self.send(fragment)

        if fragment in self._refreshing:
            self._refreshing[fragment].cancel()
        self._refreshing[fragment] = asyncio.create_task(again())

    def rest(self) -> None:
        """Let no part of the page refresh itself until the page is asked for again."""
        for task in self._refreshing.values():
            task.cancel()
        self._refreshing.clear()
