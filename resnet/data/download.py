"""Fetch the public copies of SIGNS and the strangers' hands, and believe nothing unverified."""

import hashlib
import lzma
import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

import requests
import urllib3

from resnet.data.classes import CLASSES
from resnet.data.folder import written
from resnet.data.hdf5 import Part, read_split
from resnet.data.signs import FILES
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.settings import WORKPLACE

SIGNS_FOLDER, STRANGERS_FOLDER = WORKPLACE / "data" / "signs", WORKPLACE / "data" / "strangers"
MIRRORS = (
    "https://raw.githubusercontent.com/DrAlexSanz/CNN-in-TF/5f0da09b23d8920755c2d0087debebdfe3ce8bf0",
    "https://raw.githubusercontent.com/priya-dwivedi/Deep-Learning/"
    "35a3ea2842eaa4a194a19f95436294a0a38cdc72/resnet_keras/datasets",
)
STRANGERS = (
    "https://codeload.github.com/ardamavi/Sign-Language-Digits-Dataset/zip/refs/heads/master"
)
STRANGERS_NOTICE = (
    "Sign Language Digits Dataset, Ankara Ayrancı Anadolu High School students; Apache License "
    "2.0. Cite: Mavi 2020, arXiv:2011.08927."
)
# What git calls the two files: sha1 of "blob <size>\0" and the bytes.
BLOB_IDS: dict[Part, str] = {
    "train": "15904fbeb148848aea50d42c96a539b7bd11c4e5",
    "test": "ac34131b87c829b90f5c0913f90d509f1c1f8ed0",
}
LARGEST_FILE = 64 * 2**20  # bytes of one download
PHOTOS_A_CLASS, LARGEST_PHOTO = 1000, 2**20
LARGEST_UNPACKED = 128 * 2**20  # bytes of all photos
# What zipfile raises for what is damaged, encrypted or packed in a way that it does not know.
_NOT_UNPACKED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
ATTEMPTS = 3  # of each address; a cut-off file goes on where it ended
PIECE = 64 * 1024

Report = Callable[[str, int, int | None], None]  # file, bytes so far, bytes in all if known


class Patience(NamedTuple):
    """Seconds to wait: for a connection, for the next bytes, and for a whole file, however slow."""

    connection: float = 10.0
    silence: float = 20.0
    file: float = 900.0


PATIENCE = Patience()


@dataclass(frozen=True)
class _Cut(Exception):  # noqa: N818 - the connection's fault, not the file's
    reason: str


def fetch_signs(
    folder: Path = SIGNS_FOLDER,
    mirrors: tuple[str, ...] = MIRRORS,
    report: Report = lambda *_: None,
    patience: Patience = PATIENCE,
    blob_ids: dict[Part, str] = BLOB_IDS,
) -> Path:
    """Download SIGNS's two files into a folder and return it; what is there already stays.

    A file gets its name only when its git blob id and its layout are right. Raises LabError with
    what to do by hand when no mirror gives it.
    """
    for part, file in FILES.items():
        target, addresses = folder / file, [f"{mirror}/{file}" for mirror in mirrors]
        if target.exists() and _blob_id(target) == blob_ids[part]:
            continue
        with written(folder), _part_file(target) as beside:
            _from_mirrors(addresses, beside, blob_ids[part], report, patience)
            read_split(beside, part)
            beside.replace(target)
    return folder


def fetch_strangers(
    folder: Path = STRANGERS_FOLDER,
    address: str = STRANGERS,
    report: Report = lambda *_: None,
    patience: Patience = PATIENCE,
) -> Path:
    """Download the strangers' hands and unpack signs 0 to 5 into folder/0 … folder/5.

    STRANGERS_NOTICE names licence and authors. Raises LabError as fetch_signs() does.
    """
    with written(folder):
        with _part_file(folder / "strangers.zip") as beside:
            _from_mirrors([address], beside, None, report, patience)
            photos = unpacked(beside, address)
        for name, content in photos.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
    return folder


@contextmanager
def _part_file(target: Path) -> Iterator[Path]:
    """A file of this process alone beside the target; gone afterwards, whatever happens."""
    handle, name = tempfile.mkstemp(prefix=f"{target.stem}-", suffix=".part", dir=target.parent)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def _from_mirrors(
    addresses: list[str], beside: Path, blob_id: str | None, report: Report, patience: Patience
) -> None:
    reasons = []
    for address in addresses:
        until = time.monotonic() + patience.file
        beside.write_bytes(b"")
        for _attempt in range(ATTEMPTS):
            try:
                _receive(address, beside, report, patience, until)
            except _Cut as cut:
                reasons.append(cut.reason)
                continue
            if blob_id is None or _blob_id(beside) == blob_id:
                return
            reasons.append(_("it sent another file"))
            break
    name = addresses[0].rsplit("/", 1)[-1]
    raise LabError(
        _(
            "{file} could not be downloaded ({reason}): open {address} in a browser that reaches "
            "it, save the file in {folder}, and check it with “python -m resnet data check”."
        ).format(file=name, reason=reasons[-1], address=addresses[0], folder=beside.parent)
    )


def _receive(address: str, beside: Path, report: Report, patience: Patience, until: float) -> None:
    """Add to a file what is still missing of it; _Cut when the connection ends too early."""
    have = beside.stat().st_size
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    waits = (patience.connection, patience.silence)
    try:
        with requests.get(address, headers=headers, timeout=waits, stream=True) as answer:
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                return  # all of it is here
            if not answer.ok:
                raise _Cut(f"HTTP {answer.status_code}")
            goes_on = answer.status_code == requests.codes.partial_content
            have = have if goes_on else 0
            length = _length(answer)
            total = None if length is None else have + length
            with beside.open("ab" if goes_on else "wb") as file:
                for piece in _pieces(answer, until):
                    have += len(piece)
                    if have > LARGEST_FILE:
                        raise _Cut(_("more than {limit} MB").format(limit=LARGEST_FILE >> 20))
                    file.write(piece)
                    report(address.rsplit("/", 1)[-1], have, total)
            if total is not None and have < total:
                raise _Cut(
                    _("cut off after {have} of {total} bytes").format(have=have, total=total)
                )
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        # A silence in the middle of a file comes as a ConnectionError around the time-out.
        late = isinstance(error, requests.Timeout) or "timed out" in str(error)
        raise _Cut(_("no answer in time") if late else _("no connection")) from error


def _length(answer: requests.Response) -> int | None:
    """Return how many bytes the server says will come; None where it says nothing of sense."""
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and len(length) < 16 else None


def _pieces(answer: requests.Response, until: float) -> Iterator[bytes]:
    """Yield bytes as they come, not when a piece is full: many a server drips them."""
    while piece := answer.raw.read1(PIECE, decode_content=True):
        if time.monotonic() > until:
            raise _Cut(_("too slow"))
        yield piece


def are_public(files: Mapping[Part, bytes]) -> bool:
    """Tell whether these are SIGNS's two files as they circulate, to the last bit."""
    return all(_id_of(files.get(part, b"")) == blob_id for part, blob_id in BLOB_IDS.items())


def _blob_id(path: Path) -> str:
    return _id_of(path.read_bytes())


def _id_of(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def unpacked(archive: Path | BinaryIO, address: str) -> dict[str, bytes]:
    """Return the photos of the strangers' archive by name, "0/0000.jpg"; LabError if it is none."""
    try:
        with zipfile.ZipFile(archive) as packed:
            return _photos(packed)
    except LabError:
        raise
    except _NOT_UNPACKED as error:
        raise LabError(
            _("What {address} sent cannot be unpacked ({reason}): try again later.").format(
                address=address, reason=" ".join(str(error).split())
            )
        ) from error


def _photos(packed: zipfile.ZipFile) -> dict[str, bytes]:
    """Return Dataset/0 … Dataset/5 of the archive's one folder, under names of our own."""
    counts, photos, size = {str(label): 0 for label in CLASSES}, {}, 0
    for entry in sorted(packed.infolist(), key=lambda entry: entry.filename):
        parts = PurePosixPath(entry.filename).parts
        # A name may be empty, which is_dir() does not bear.
        if len(parts) != 4 or entry.is_dir() or parts[1] != "Dataset" or parts[2] not in counts:
            continue
        label = parts[2]
        if entry.file_size > LARGEST_PHOTO or counts[label] >= PHOTOS_A_CLASS:
            continue
        with packed.open(entry) as photo:
            content = photo.read(LARGEST_PHOTO)
        size += len(content)
        if size > LARGEST_UNPACKED:
            raise LabError(
                _("The archive unpacks to more than {limit} MB: its source changed.").format(
                    limit=LARGEST_UNPACKED >> 20
                )
            )
        photos[f"{label}/{counts[label]:04d}.jpg"] = content
        counts[label] += 1
    if not all(counts.values()):
        raise LabError(_("The archive does not hold Dataset/0 to Dataset/5: its source changed."))
    return photos
