"""Files made on demand: what cannot be made is told under its button, and once in the log."""

import asyncio
import logging
from concurrent.futures import Future

import pytest
from sqlalchemy.exc import OperationalError
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_storage import MediaFileStorageError

from pages.components import downloads, experiments
from pages.components.downloads import made_later
from resnet.errors import LabError
from resnet.language import speaking
from resnet.language import translate as _


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """Streamlit's handler with the lab's words, and without them afterwards."""
    monkeypatch.setattr(DeferredFileHandler, "handle", DeferredFileHandler.handle)
    downloads.keep()


class Files:
    """Streamlit's manager of files, which wraps whatever a callable raises."""

    def __init__(self, make):
        self._make = make

    def execute_deferred(self, _file):
        try:
            return self._make()
        except Exception as error:
            raise MediaFileStorageError(f"Callable execution failed: {error}") from error


def pressed(make):
    handler = DeferredFileHandler(lambda: Files(make))
    return asyncio.run(handler.handle(BackendOperationRequest(request_id="1"), "session"))


def raising(error):
    def make():
        raise error

    return make


def test_a_file_that_can_be_made_is():
    assert pressed(made_later(lambda: "/media/1")).deferred_file.url == "/media/1"


@pytest.mark.parametrize(
    ("error", "told"),
    [(LabError("The net is gone."), "The net is gone."),
     (OperationalError("SELECT", {}, Exception("database is locked")), "database is locked"),
     (MemoryError(), "could not be made (MemoryError)")],
)  # fmt: skip
def test_a_file_that_cannot_be_made_is_one_sentence(error, told, caplog):
    answer = pressed(made_later(raising(error)))
    assert told in answer.error_msg
    assert "Failed to generate" not in answer.error_msg
    assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == [
        "pages.components.downloads"
    ]


def test_it_is_said_in_the_language_of_the_page():
    sentence = LabError(_("There is no trained net yet: train one first, then come back."))
    with speaking("zh"):
        make = made_later(raising(sentence))
        said = str(sentence)
    assert said != str(sentence)
    assert pressed(make).error_msg == said


def test_other_errors_of_streamlits_are_as_they_were(caplog):
    answer = pressed(raising(RuntimeError("of something else")))
    assert answer.error_msg == "Failed to generate file for download"
    assert caplog.records


def test_a_worker_that_does_not_answer_is_one_sentence(monkeypatch):
    probe = Future()
    monkeypatch.setattr(experiments.queue, "probe", lambda *_call: probe)
    with pytest.raises(LabError, match="no answer in 0 s"):
        experiments.answer(len, seconds=0)
