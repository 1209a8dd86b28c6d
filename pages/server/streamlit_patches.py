"""Every reach into Streamlit's private parts; resnet/patches.py lists them.

docs/streamlit_patches.md says of each how to see the fault and holds the text for Streamlit's
developers; tests/pages/test_streamlit_patches.py shows each fault without its patch. With a
version that was not tried, or where a name is missing, a patch stays off and the log says so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import wraps
from importlib import import_module
from typing import Any

from starlette.websockets import WebSocketDisconnect

from resnet.patches import PATCHES, Patch, installed, is_tried

logger = logging.getLogger(__name__)
TRY_AGAIN_LATER = 1013  # of the codes with which a websocket is closed
_FINISHED, _CLOSING = "_runner_whose_messages_are_sent", "_closing"  # set on Streamlit's objects
_in_place: dict[str, tuple[Any, str, Any]] = {}  # by patch: the owner, the name, the original
_off: dict[str, str] = {}  # the reason by patch
_failures: ContextVar[list[str]] = ContextVar("failures")  # of the download being answered


def apply(on_connect: Callable[[str], None] = lambda session: None) -> None:
    """Put every patch in place that is not there yet; log those that stay off.

    on_connect: called with a session's id when a browser opens or comes back to a page.
    """
    for patch in PATCHES:
        if patch.name in _in_place:
            continue
        reason = _why_off(patch)
        if reason:
            _off[patch.name] = reason
            logger.warning("The patch %s of Streamlit is off: %s.", patch.name, reason)
            continue
        _off.pop(patch.name, None)
        owner, name = _resolved(patch.target)
        original: Any = getattr(owner, name, None)
        _in_place[patch.name] = owner, name, original
        if patch.name == "closed_pages":
            setattr(owner, name, _noting(original, on_connect))
        elif patch.name in _WRAPPERS:
            setattr(owner, name, _WRAPPERS[patch.name](original))


def remove() -> None:
    """Take every patch out again, the last one first."""
    for owner, name, original in reversed(_in_place.values()):
        if original is not None:
            setattr(owner, name, original)
    _in_place.clear()
    _off.clear()


def reasons_off() -> dict[str, str]:
    """Return why patches are off, by name."""
    return dict(_off)


def _why_off(patch: Patch) -> str:
    if not is_tried(patch):
        return f"it was not tried with Streamlit {installed()}"
    missing = [name for name in (patch.target, *patch.needs) if not _is_there(name)]
    return f"Streamlit {installed()} has no {missing[0]}" if missing else ""


def _resolved(path: str) -> tuple[Any, str]:
    """Return what holds the last name of module:Class.name, and that name."""
    module, _colon, dotted = path.partition(":")
    *parts, name = dotted.split(".")
    owner = import_module(module)
    for part in parts:
        owner = getattr(owner, part)
    return owner, name


def _is_there(path: str) -> bool:
    try:
        owner, name = _resolved(path)
    except (ImportError, AttributeError):
        return False
    set_at_birth = getattr(getattr(owner, "__init__", None), "__code__", None)
    return (
        hasattr(owner, name)
        or name in getattr(owner, "__annotations__", ())
        or (set_at_birth is not None and name in set_at_birth.co_names)
    )


def server() -> Any:
    """Return Streamlit's runtime, None where none runs."""
    runtime = import_module("streamlit.runtime")
    return runtime.get_instance() if runtime.exists() else None


def uploaded_bytes() -> dict[str, int] | None:
    """Return the bytes of the files that each open page holds; None where the patch is off."""
    running = server()
    if running is None or "upload_sizes" not in _in_place:
        return None
    return {
        page: sum(len(file.data) for file in own.copy().values())
        for page, own in running.uploaded_file_mgr.file_storage.copy().items()
    }


def report_failed_download(reason: str) -> None:
    """Have this sentence stand under the download button that is being answered."""
    _failures.get([]).append(reason)


def _finishing(start: Callable[..., None]) -> Callable[..., None]:
    """Have a session hear a thread to its end before it starts the next one.

    A page runs in a thread, whose messages wait for the event loop. A fragment's refresh that
    finds the thread ended starts another, and the loop then drops the first one's messages as
    those of a thread replaced.
    """

    @wraps(start)
    def start_in_turn(session: Any, rerun: Any) -> None:
        ended = session._scriptrunner
        if ended is None or ended is getattr(session, _FINISHED, None):
            start(session, rerun)
            return
        # All that it sent before it ended is in the loop's queue, so ahead of this.
        session._event_loop.call_soon(_start_after, session, ended, rerun)

    return start_in_turn


def _start_after(session: Any, ended: Any, rerun: Any) -> None:
    if session._state.name == "SHUTDOWN_REQUESTED":  # the page was closed meanwhile
        return
    setattr(session, _FINISHED, ended)
    current = session._scriptrunner  # None, or one that a click has started meanwhile
    if current is None or not current.request_rerun(rerun):
        session._create_scriptrunner(rerun)


def _restarting(connect: Callable[..., str]) -> Callable[..., str]:
    """Throw away the half page that waits for a browser whose connection was cut.

    It would take it for the whole, and forget the controls of the other half. A browser that was
    waiting for an answer asks anew by itself.
    """

    @wraps(connect)
    def connect_anew(manager: Any, *given: Any, **named: Any) -> str:
        connected = connect(manager, *given, **named)
        if connected == named.get("existing_session_id"):
            session: Any = manager.get_active_session_info(connected).session
            session._scriptrunner = None  # drops what the stopped thread may still send
            session._browser_queue.clear()
        return connected

    return connect_anew


def _noting(connect: Callable[..., str], on_connect: Callable[[str], None]) -> Callable[..., str]:
    """Report each session that a browser connects to (pages/server/closed_pages.py)."""

    @wraps(connect)
    def connect_and_note(manager: Any, *given: Any, **named: Any) -> str:
        connected = connect(manager, *given, **named)
        on_connect(connected)
        return connected

    return connect_and_note


def _hanging_up(write: Callable[..., None]) -> Callable[..., None]:
    """Close the connection of a browser that was taken off its session: it then connects anew."""
    disconnected = import_module("streamlit.runtime.session_manager").SessionClientDisconnectedError

    @wraps(write)
    def write_or_hang_up(client: Any, message: Any) -> None:
        try:
            write(client, message)
        except disconnected:
            if getattr(client, _CLOSING, None) is None:
                closing = client._websocket.close(TRY_AGAIN_LATER)
                setattr(client, _CLOSING, asyncio.ensure_future(_quietly(closing)))
            raise

    return write_or_hang_up


async def _quietly(closing: Awaitable[None]) -> None:
    with suppress(RuntimeError, OSError, WebSocketDisconnect):  # it was closed already
        await closing


def _with_reason(handle: Callable[..., Any]) -> Callable[..., Any]:
    """Answer a download that failed with the lab's own sentence, where there is one."""

    @wraps(handle)
    async def handle_with_reason(handler: Any, request: Any, session_id: str) -> Any:
        failures: list[str] = []
        token = _failures.set(failures)
        try:
            answer = await handle(handler, request, session_id)
        finally:
            _failures.reset(token)
        if failures and answer.error_msg:
            answer.error_msg = failures[0]
        return answer

    logging.getLogger(handle.__module__).addFilter(_is_news)
    return handle_with_reason


def _is_news(_record: logging.LogRecord) -> bool:
    """Leave out Streamlit's record of a failed download whose reason the lab has logged."""
    return not _failures.get([])


def _unlocked(locked: Callable[[str], Any]) -> Callable[[str], Any]:
    """Read the table of options without its lock once it is there.

    Only while a changed config.toml is being read may an option show its default.
    """
    config = import_module("streamlit.config")

    @wraps(locked)
    def get_option(key: str) -> Any:
        options = config.get_config_options()
        return options[key].value if key in options else locked(key)

    return get_option


def _or_first(read: Callable[..., Any]) -> Callable[..., Any]:
    """Take an infinite number for none, as sliders do: the field shows its first value."""

    @wraps(read)
    def read_or_first(field: Any, sent: Any) -> Any:
        try:
            return read(field, sent)
        except (OverflowError, ValueError):  # infinite; not a number
            return field.value

    return read_or_first


def _leaving_keras(clean: Callable[[], None]) -> Callable[[], None]:
    """Do nothing after a run: nets are built to be read and dropped, there is nothing to clear."""
    return wraps(clean)(lambda: None)


_WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "finished_pages": _finishing,
    "whole_pages": _restarting,
    "slow_browsers": _hanging_up,
    "failed_downloads": _with_reason,
    "options_without_lock": _unlocked,
    "infinite_numbers": _or_first,
    "keras_session": _leaving_keras,
}
