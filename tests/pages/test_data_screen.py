"""The data set's screen: who may put SIGNS in, and sets that are not like SIGNS."""

import numpy as np
import pytest

from pages.components import dataset
from pages.components.run_result import confusions
from pages.data_set import views
from resnet.data import download, signs
from resnet.data.signs import FILES, Dataset
from resnet.store.records import Predictions
from tests.pages.test_pages import opened, words


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A lab without SIGNS, and where it would lie."""
    monkeypatch.setenv("SIGNS_DIR", "")
    monkeypatch.setattr(signs, "WORKPLACE", tmp_path)
    monkeypatch.setattr(download, "SIGNS_FOLDER", tmp_path / "data" / "signs")
    dataset.dataset.clear()
    yield tmp_path / "data" / "signs"
    dataset.dataset.clear()


def after_upload(signs_files):
    app = opened("dataset")
    app.session_state["data_tabs"] = "Get SIGNS"
    app.run()
    for part, content in signs_files.items():
        app.file_uploader(key=f"data_{part}").upload(FILES[part], content)
    return app.run()


def test_a_learner_cannot_put_other_files_in_for_the_whole_class(folder, signs_files):
    app = after_upload(signs_files)
    assert not app.exception
    assert "ask the teacher" in words(app)
    assert not folder.exists()


def test_the_teacher_may_put_any_in(folder, signs_files, monkeypatch):
    monkeypatch.setattr(views, "is_teacher", lambda: True)
    app = after_upload(signs_files)
    assert not app.exception
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES.values())


def test_a_learner_may_put_the_public_ones_in(folder, signs_files, monkeypatch):
    ids = {part: download._id_of(content) for part, content in signs_files.items()}
    monkeypatch.setattr(download, "BLOB_IDS", ids)
    app = after_upload(signs_files)
    assert not app.exception
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES.values())


def small(labels, classes):
    images = np.zeros((len(labels), 64, 64, 3), np.uint8)
    labels = np.array(labels)
    return Dataset("synthetic", images, labels, images, labels, tuple(range(classes)), True, "")


@pytest.mark.parametrize("tab", ["One image", "Variations", "Nearest images", "Balance"])
@pytest.mark.parametrize(
    ("labels", "classes", "link"),
    [
        ([0, 1, 1], 2, {}),
        ([0, 1, 2, 4, 5], 6, {}),
        ([3], 6, {"data_first": "1"}),
        (range(10), 10, {"data_class": "9"}),
    ],
    ids=["two classes", "an empty class", "one image", "ten classes"],
)
def test_a_set_unlike_signs_ends_no_page(folder, monkeypatch, tab, labels, classes, link):
    monkeypatch.setattr(dataset, "load", lambda _name: small(labels, classes))
    app = opened("dataset", data_set="synthetic", **link)
    app.session_state["data_tabs"] = tab
    app.run()
    assert not app.exception
    assert "nobody foresaw" not in words(app)


def test_an_empty_class_is_reported(folder, monkeypatch):
    monkeypatch.setattr(dataset, "load", lambda _name: small([0, 1, 2, 4, 5], 6))
    assert "shows 3: choose another class" in words(opened("dataset"))


def test_a_net_of_more_classes_has_its_confusions():
    counts, names = confusions(Predictions([0, 1], [0, 9], [3, 9], [1.0, 1.0]))
    assert counts.shape == (10, 10)
    assert counts[9, 9] == 1
    assert names[-1] == "9"
