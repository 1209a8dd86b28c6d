"""Files made on demand: what cannot be made is told under its button, and once in the log."""

import logging
from concurrent.futures import Future

import pytest
from sqlalchemy.exc import OperationalError

from pages.components import short_tasks
from pages.server.downloads import made_later
from resnet.errors import LabError
from resnet.language import speaking
from resnet.language import translate as _
from tests.pages.streamlit_parts import pressed


def raising(error):
    def make():
        raise error

    return make


def test_a_file_that_can_be_made_is():
    assert pressed(made_later(lambda: "/media/1")).deferred_file.url == "/media/1"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (LabError("The net is gone."), "The net is gone."),
        (OperationalError("SELECT", {}, Exception("database is locked")), "database is locked"),
        (MemoryError(), "could not be made (MemoryError)"),
    ],
)
def test_a_file_that_cannot_be_made_is_one_sentence(error, expected, caplog):
    response = pressed(made_later(raising(error)))
    assert expected in response.error_msg
    assert "Failed to generate" not in response.error_msg
    assert [record.name for record in caplog.records if record.levelno >= logging.WARNING] == [
        "pages.server.downloads"
    ]


def test_it_is_worded_in_the_language_of_the_page():
    sentence = LabError(_("There is no trained net yet: train one first, then come back."))
    with speaking("zh"):
        make = made_later(raising(sentence))
        in_german = str(sentence)
    assert in_german != str(sentence)
    assert pressed(make).error_msg == in_german


def test_other_errors_of_streamlits_are_as_they_were(caplog):
    response = pressed(raising(RuntimeError("of something else")))
    assert response.error_msg == "Failed to generate file for download"
    assert caplog.records


def test_a_worker_that_does_not_answer_is_one_sentence(monkeypatch):
    probe = Future()
    monkeypatch.setattr(short_tasks.queue, "probe", lambda *_call: probe)
    with pytest.raises(LabError, match="no answer in 0 s"):
        short_tasks.result_within(len, seconds=0)
