"""Uploaded files are opened by a child process; only what is right stays."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest

from resnet.data import download, quarantine, sent_signs
from resnet.data.signs import FILES, check_folder
from resnet.errors import LabError
from resnet.language import speaking
from resnet.settings import PROJECT

pytestmark = pytest.mark.slow


def test_right_files_are_kept(signs_files, tmp_path):
    sent_signs.keep_signs(signs_files, tmp_path / "signs")
    assert all(finding.ok for finding in check_folder(tmp_path / "signs"))
    assert sorted(p.name for p in (tmp_path / "signs").iterdir()) == sorted(FILES.values())


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89HDF\r\n\x1a\n" + b"\xff" * 3000])
def test_wrong_files_leave_one_sentence_and_nothing_else(signs_files, tmp_path, content):
    with pytest.raises(LabError, match="test_signs"):
        sent_signs.keep_signs({**signs_files, "test": content}, tmp_path / "signs")
    assert not list((tmp_path / "signs").iterdir())


def test_a_refusal_is_worded_in_the_language_of_who_sent_the_file(signs_files, tmp_path):
    with speaking("zh"), pytest.raises(LabError) as caught:
        sent_signs.keep_signs({**signs_files, "test": b"<html>"}, tmp_path / "signs")
    assert "HDF5 文件" in str(caught.value)
    assert "is not an" not in str(caught.value)


def test_a_child_that_ends_in_the_middle_of_a_word_is_one_sentence(
    signs_files, tmp_path, monkeypatch
):
    cut = SimpleNamespace(returncode=1, stdout=b'{"say": "{file} is')
    monkeypatch.setattr(quarantine.subprocess, "run", lambda *_command, **_options: cut)
    with pytest.raises(LabError, match="ends the HDF5"):
        sent_signs.keep_signs(signs_files, tmp_path / "signs")


def test_a_file_that_ends_or_hangs_the_child_is_refused(signs_files, tmp_path, monkeypatch):
    for program, words in (
        ("import os; os.abort()", "ends the HDF5"),
        ("while True: 1", "too long"),
    ):
        run = quarantine.subprocess.run
        monkeypatch.setattr(quarantine, "SECONDS", 1)
        monkeypatch.setattr(
            quarantine.subprocess,
            "run",
            lambda command, program=program, run=run, **options: run(
                [command[0], "-c", program], **options
            ),
        )
        with pytest.raises(LabError, match=words):
            sent_signs.keep_signs(signs_files, tmp_path / "signs")
        monkeypatch.undo()
    assert not list((tmp_path / "signs").iterdir())


@pytest.mark.parametrize("folder", ["/proc/signs", __file__ + "/signs"], ids=["kernel", "file"])
def test_a_folder_that_cannot_be_written_is_one_sentence(signs_files, folder):
    for keep in (
        lambda: sent_signs.keep_signs(signs_files, Path(folder)),
        lambda: download.fetch_signs(Path(folder)),
        lambda: download.fetch_strangers(Path(folder)),
    ):
        with pytest.raises(LabError, match=f"{re.escape(folder)} cannot be written .*SIGNS_DIR"):
            keep()


def test_huge_files_are_not_even_written(signs_files, tmp_path, monkeypatch):
    monkeypatch.setattr(sent_signs, "LARGEST_UPLOAD", 10)
    with pytest.raises(LabError, match="too large"):
        sent_signs.keep_signs(signs_files, tmp_path / "signs")
    assert not (tmp_path / "signs").exists()


MANY = 24_000  # images: 295 MB once unpacked, more than the small limit below


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A folder of small files that are right, and take much memory and time to read."""
    folder = tmp_path_factory.mktemp("large")
    for number, (part, file) in enumerate(FILES.items()):
        count = MANY if part == "train" else 6
        images = np.full((count, 64, 64, 3), number, np.uint8)
        with h5py.File(folder / file, "w") as data:
            data.create_dataset(
                f"{part}_set_x",
                data=images,
                chunks=(6, 64, 64, 3),
                compression="gzip",
                compression_opts=1,
            )
            data[f"{part}_set_y"] = np.arange(count) % 6
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limits")
def test_a_file_that_takes_too_much_memory_ends_the_child_alone(large, monkeypatch):
    sent_signs.check_apart(large)
    monkeypatch.setattr(quarantine, "MEMORY", 2**28)
    with pytest.raises(LabError, match="ends the HDF5 library"):
        sent_signs.check_apart(large)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limits")
def test_a_file_that_takes_too_much_time_ends_the_child_alone():
    """By its own limit too, should the parent that waits for it have gone."""
    program = (
        "from resnet.data import sent_signs as s\ns.check_folder = lambda _: any(iter(int, 1))\n"
    )
    program += f"s.main('', {quarantine.MEMORY}, 1)"
    ended = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, check=False)
    assert ended.returncode in (-signal.SIGKILL, -signal.SIGXCPU)
