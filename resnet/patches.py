"""What the lab changes or reads inside Streamlit, and the versions it was tried with.

A table only: `pages/server/streamlit_patches.py` puts the patches in place, `python -m resnet
doctor` lists those that are off. docs/streamlit_patches.md says of each how to see the fault.
"""

from importlib.metadata import version
from typing import NamedTuple

TRIED = ("1.67",)


class Patch(NamedTuple):
    """One patch of Streamlit.

    target: what is replaced or read, as module:Class.name; needs: what else it uses there, a
    name of the class or one that its __init__ sets; tried: the versions it holds for.
    """

    name: str
    mends: str
    target: str
    needs: tuple[str, ...] = ()
    tried: tuple[str, ...] = TRIED


_SESSION = "streamlit.runtime.app_session:AppSession"
_MANAGER = "streamlit.runtime.websocket_session_manager:WebsocketSessionManager"
_CLIENT = "streamlit.web.server.starlette.starlette_websocket:StarletteSessionClient"
_RUNTIME = "streamlit.runtime.runtime:Runtime"
_UPLOADS = "streamlit.runtime.memory_uploaded_file_manager:MemoryUploadedFileManager"

PATCHES = (
    Patch(
        "finished_pages",
        "a click's page is dropped where a fragment refreshes as its thread ends",
        f"{_SESSION}._create_scriptrunner",
        (f"{_SESSION}._scriptrunner", f"{_SESSION}._event_loop", f"{_SESSION}._state"),
    ),
    Patch(
        "whole_pages",
        "a browser whose connection was cut in the middle of a page takes half of it for the whole",
        f"{_MANAGER}.connect_session",
        (
            f"{_MANAGER}.get_active_session_info",
            f"{_SESSION}._scriptrunner",
            f"{_SESSION}._browser_queue",
        ),
    ),
    Patch(
        "slow_browsers",
        "a browser that reads too slowly keeps its connection and never gets an answer again",
        f"{_CLIENT}.write_forward_msg",
        (
            f"{_CLIENT}._websocket",
            "streamlit.runtime.session_manager:SessionClientDisconnectedError",
        ),
    ),
    Patch(
        "closed_pages",
        "closed pages keep their open files until yet another page closes",
        f"{_MANAGER}.connect_session",
        (f"{_RUNTIME}.exists", f"{_RUNTIME}.is_active_session", f"{_RUNTIME}.close_session"),
    ),
    Patch(
        "failed_downloads",
        "a file that cannot be made says “Failed to generate file” whatever the reason",
        "streamlit.runtime.backend_operation_handler:DeferredFileHandler.handle",
    ),
    Patch(
        "options_without_lock",
        "threads queue before one lock to read an option, the event loop among them",
        "streamlit.config:get_option",
        ("streamlit.config:get_config_options",),
    ),
    Patch(
        "infinite_numbers",
        "an infinite number in a link ends the page in an OverflowError",
        "streamlit.elements.widgets.number_input:NumberInputSerde.deserialize",
        ("streamlit.elements.widgets.number_input:NumberInputSerde.value",),
    ),
    Patch(
        "keras_session",
        "Keras is reset after every run of a page, under other learners' pages",
        "streamlit.runtime.scriptrunner.script_runner:_clean_problem_modules",
    ),
    Patch(
        "upload_sizes",
        "there is no limit on what all uploads hold together; without the patch none is taken",
        f"{_UPLOADS}.file_storage",
        (f"{_RUNTIME}.uploaded_file_mgr",),
    ),
)


def installed() -> str:
    """Return the version of Streamlit that is installed."""
    return version("streamlit")


def is_tried(patch: Patch) -> bool:
    """Tell whether a patch was tried with the installed Streamlit."""
    return ".".join(installed().split(".")[:2]) in patch.tried


def untried() -> list[str]:
    """Return the names of the patches that are off, since this Streamlit was not tried."""
    return [patch.name for patch in PATCHES if not is_tried(patch)]
