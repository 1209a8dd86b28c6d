"""What tests of more than one file need of Streamlit's insides."""

import asyncio
from threading import Thread
from typing import Any

from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_storage import MediaFileStorageError


class Files:
    """Streamlit's manager of files, which wraps whatever a callable raises."""

    def __init__(self, make):
        self._make = make

    def execute_deferred(self, _file):
        """Make the file."""
        try:
            return self._make()
        except Exception as error:
            raise MediaFileStorageError(f"Callable execution failed: {error}") from error


def pressed(make):
    """Return what Streamlit answers when the download button of a file made later is pressed."""
    handler = DeferredFileHandler(lambda: Files(make))
    return asyncio.run(handler.handle(BackendOperationRequest(request_id="1"), "session"))


def read_while_locked(key: str, patience: float) -> Any:
    """Return an option as a thread reads it while another holds Streamlit's lock, or None."""
    found: list[Any] = []
    reader = Thread(target=lambda: found.append(config.get_option(key)), daemon=True)
    with config._config_lock:
        reader.start()
        reader.join(patience)
        result = found[0] if found else None
    reader.join()
    return result
