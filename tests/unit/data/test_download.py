"""Downloads from a real server on this machine: right, slow, cut off, wrong and gone."""

import hashlib
import io
import threading
import time
import zipfile
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from resnet.data import download
from resnet.data.hdf5 import Split, write_split
from resnet.data.signs import FILES, check_folder
from resnet.errors import LabError

SHORT = download.Patience(2.0, 0.5, 30.0)


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """Two small files of SIGNS's layout, and their git blob ids."""
    folder, rng = tmp_path_factory.mktemp("originals"), np.random.default_rng(0)
    ids = {}
    for part, file in FILES.items():
        images = rng.integers(0, 256, (12, 64, 64, 3)).astype(np.uint8)
        split = Split(images, np.arange(12) % 6, (0, 1, 2, 3, 4, 5), synthetic=False)
        write_split(folder / file, part, split)
        content = (folder / file).read_bytes()
        ids[part] = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    return folder, ids


@pytest.fixture
def server(originals):
    """A server whose behaviour a test sets; it counts what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append((self.path, self.headers.get("Range")))
            behaviour = behaviours.get("all", "right")
            if behaviour == "gone":
                self.send_error(404)
                return
            content = served.get(self.path.rsplit("/", 1)[-1], b"")
            content = b"<html>please log in</html>" if behaviour == "wrong" else content
            start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            rest = content[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", behaviours.get("length") or str(len(rest)))
            self.end_headers()
            if behaviour == "slow":
                time.sleep(3 * SHORT.silence)
            if behaviour == "cut" and not start:
                rest = rest[: len(rest) // 2]
            with suppress(OSError):  # the client has lost its patience, as it should
                if behaviour == "drip":
                    for byte in rest:
                        self.wfile.write(bytes([byte]))
                        time.sleep(SHORT.silence / 5)
                self.wfile.write(rest)
            self.close_connection = True

        def log_message(self, *_):
            pass

    folder, _ids = originals
    served = {file: (folder / file).read_bytes() for file in FILES.values()}
    requests, behaviours = [], {}
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    running.requests, running.behaviours, running.served = requests, behaviours, served
    running.address = f"http://127.0.0.1:{running.server_port}"
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def fetch(server, originals, folder, **options):
    return download.fetch_signs(
        folder, (server.address,), patience=SHORT, blob_ids=originals[1], **options
    )


def test_both_files_arrive_verified_with_progress(server, originals, tmp_path):
    steps = []
    fetch(server, originals, tmp_path, report=lambda *step: steps.append(step))
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(FILES.values())
    assert all(finding.ok for finding in check_folder(tmp_path))
    assert steps[-1][1] == steps[-1][2]
    count = len(server.requests)
    fetch(server, originals, tmp_path)
    assert len(server.requests) == count  # what is there and right is not fetched again


def test_a_cut_off_download_goes_on_where_it_ended(server, originals, tmp_path):
    server.behaviours["all"] = "cut"
    fetch(server, originals, tmp_path)
    assert all(finding.ok for finding in check_folder(tmp_path))
    assert any(span and span != "bytes=0-" for _path, span in server.requests)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [("slow", "no answer in time"), ("gone", "HTTP 404"), ("wrong", "another file")],
)
def test_what_does_not_arrive_leaves_nothing_and_says_what_to_do(
    server, originals, tmp_path, behaviour, words
):
    server.behaviours["all"] = behaviour
    with pytest.raises(LabError, match=words) as error:
        fetch(server, originals, tmp_path)
    assert "in a browser" in str(error.value)
    assert not list(tmp_path.iterdir())


def test_a_server_that_drips_bytes_is_given_up(server, originals, tmp_path):
    server.behaviours["all"] = "drip"
    started = time.monotonic()
    with pytest.raises(LabError, match="too slow"):
        download.fetch_signs(
            tmp_path, (server.address,), patience=SHORT._replace(file=0.5), blob_ids=originals[1]
        )
    assert time.monotonic() - started < SHORT.file  # it would have dripped for hours
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("length", ["garbage", "-3", "²", "9" * 5000])
def test_a_length_that_is_none_is_not_believed(server, originals, tmp_path, length):
    server.behaviours["length"] = length
    steps = []
    with suppress(LabError):  # http.client itself believes the last one, and says that it was cut
        fetch(server, originals, tmp_path, report=lambda *step: steps.append(step))
    assert steps
    assert steps[0][2] is None


def test_an_unreachable_server_says_so(originals, tmp_path):
    with pytest.raises(LabError, match="could not be downloaded"):
        download.fetch_signs(tmp_path, ("http://127.0.0.1:9",), patience=SHORT)
    assert not list(tmp_path.iterdir())


def test_the_second_mirror_helps(server, originals, tmp_path):
    mirrors = ("http://127.0.0.1:9", server.address)
    download.fetch_signs(tmp_path, mirrors, patience=SHORT, blob_ids=originals[1])
    assert all(finding.ok for finding in check_folder(tmp_path))


def test_a_wrong_file_that_was_there_is_replaced_only_by_the_right_one(server, originals, tmp_path):
    mine = tmp_path / FILES["train"]
    mine.write_bytes(b"mine")
    server.behaviours["all"] = "wrong"
    with pytest.raises(LabError):
        fetch(server, originals, tmp_path)
    assert mine.read_bytes() == b"mine"


def test_two_downloads_at_once_do_not_disturb_each_other(server, originals, tmp_path):
    errors = []

    def go():
        try:
            fetch(server, originals, tmp_path)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(FILES.values())


def archive(names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, b"photo of " + name.encode())
    return packed.getvalue()


def test_strangers_are_unpacked_under_our_own_names(server, tmp_path):
    names = [f"Set-master/Dataset/{label}/IMG_{i}.JPG" for label in range(10) for i in (1, 2)]
    names += ["Set-master/Dataset/0/../../../../escaped.jpg", "Set-master/README.md"]
    server.served["strangers.zip"] = archive(names)
    download.fetch_strangers(tmp_path / "in", f"{server.address}/strangers.zip", patience=SHORT)
    found = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    assert found == [f"in/{label}/{i:04d}.jpg" for label in range(6) for i in range(2)]


SIX = [f"Set/Dataset/{label}/a.jpg" for label in range(6)]


def encrypted():
    """An archive whose members are marked as encrypted, in both of their headers."""
    packed = bytearray(archive(SIX))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = packed.find(header)
        while place >= 0:
            packed[place + flags] |= 1
            place = packed.find(header, place + 4)
    return bytes(packed)


def packed_by(method):
    """An archive that says its members are packed in a certain way."""
    packed = bytearray(archive(SIX))
    place = packed.find(b"PK\x01\x02")
    while place >= 0:
        packed[place + 10] = method
        place = packed.find(b"PK\x01\x02", place + 4)
    return bytes(packed)


def test_other_folders_beside_the_six_are_left_alone(server, tmp_path):
    names = [f"Set/Dataset/{label}/a.jpg" for label in (*range(6), 12, 45, "012345", "١")]
    server.served["strangers.zip"] = archive(names)
    download.fetch_strangers(tmp_path, f"{server.address}/strangers.zip", patience=SHORT)
    assert sorted(p.name for p in tmp_path.iterdir()) == list("012345")


def test_an_archive_that_grows_too_large_is_refused(server, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "LARGEST_UNPACKED", 100)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name in SIX:
            file.writestr(name, bytes(60))
    server.served["strangers.zip"] = packed.getvalue()
    with pytest.raises(LabError, match="unpacks to more than"):
        download.fetch_strangers(tmp_path, f"{server.address}/strangers.zip", patience=SHORT)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>", "not a zip file"),
        (archive(["a/b.txt"]), "source changed"),
        (encrypted(), "encrypted"),
        (packed_by(99), "not supported"),
        (packed_by(8), "cannot be unpacked"),
        (packed_by(12), "cannot be unpacked"),
        (packed_by(14), "cannot be unpacked"),
        (archive(SIX).replace(b"photo of", b"PHOTO OF"), "CRC"),
    ],
)
def test_another_archive_is_refused(server, tmp_path, content, words):
    server.served["strangers.zip"] = content
    with pytest.raises(LabError, match=words):
        download.fetch_strangers(tmp_path, f"{server.address}/strangers.zip", patience=SHORT)
    assert not list(tmp_path.iterdir())
