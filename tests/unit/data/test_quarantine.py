"""Uploaded files are opened by a child process; only what is right stays."""

from types import SimpleNamespace

import numpy as np
import pytest

from resnet.data import quarantine
from resnet.data.hdf5 import Split, write_split
from resnet.data.signs import FILES, check_folder
from resnet.errors import LabError
from resnet.language import speaking


@pytest.fixture
def files(tmp_path):
    rng, contents = np.random.default_rng(0), {}
    for part, file in FILES.items():
        images = rng.integers(0, 256, (6, 64, 64, 3)).astype(np.uint8)
        write_split(tmp_path / file, part, Split(images, np.arange(6), tuple(range(6)), False))
        contents[part] = (tmp_path / file).read_bytes()
    return contents


def test_right_files_are_kept(files, tmp_path):
    quarantine.keep_signs(files, tmp_path / "signs")
    assert all(finding.ok for finding in check_folder(tmp_path / "signs"))
    assert sorted(p.name for p in (tmp_path / "signs").iterdir()) == sorted(FILES.values())


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89HDF\r\n\x1a\n" + b"\xff" * 3000])
def test_wrong_files_leave_one_sentence_and_nothing_else(files, tmp_path, content):
    with pytest.raises(LabError, match="test_signs"):
        quarantine.keep_signs({**files, "test": content}, tmp_path / "signs")
    assert not list((tmp_path / "signs").iterdir())


def test_a_refusal_is_said_in_the_language_of_who_sent_the_file(files, tmp_path):
    with speaking("zh"), pytest.raises(LabError) as caught:
        quarantine.keep_signs({**files, "test": b"<html>"}, tmp_path / "signs")
    assert "HDF5 文件" in str(caught.value)
    assert "is not an" not in str(caught.value)


def test_a_child_that_ends_in_the_middle_of_a_word_is_one_sentence(files, tmp_path, monkeypatch):
    cut = SimpleNamespace(returncode=1, stdout='{"say": "{file} is')
    monkeypatch.setattr(quarantine.subprocess, "run", lambda *_command, **_options: cut)
    with pytest.raises(LabError, match="ends the HDF5"):
        quarantine.keep_signs(files, tmp_path / "signs")


def test_a_file_that_ends_or_hangs_the_child_is_refused(files, tmp_path, monkeypatch):
    for program, words in (
        ("import os; os.abort()", "ends the HDF5"),
        ("while True: 1", "too long"),
    ):
        run = quarantine.subprocess.run
        monkeypatch.setattr(quarantine, "SECONDS", 1)
        monkeypatch.setattr(
            quarantine.subprocess, "run",
            lambda command, program=program, run=run, **options: run(
                [command[0], "-c", program], **options),
        )  # fmt: skip
        with pytest.raises(LabError, match=words):
            quarantine.keep_signs(files, tmp_path / "signs")
        monkeypatch.undo()
    assert not list((tmp_path / "signs").iterdir())


def test_huge_files_are_not_even_written(files, tmp_path, monkeypatch):
    monkeypatch.setattr(quarantine, "LARGEST_UPLOAD", 10)
    with pytest.raises(LabError, match="too large"):
        quarantine.keep_signs(files, tmp_path / "signs")
    assert not (tmp_path / "signs").exists()
