"""Read and write one file of SIGNS's HDF5 layout, trusting nothing in it.

An HDF5 file may declare arrays of terabytes and may name other files of the machine as its
storage, so every fact about an array is checked before any of its values is read. A class that
takes files from strangers should still read them in a process with a memory and a time limit: the
C library itself has had memory-safety bugs.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import h5py
import numpy as np

from resnet.data.classes import CLASSES
from resnet.errors import LabError
from resnet.language import translate as _

Part = Literal["train", "test"]

IMAGE_SHAPE = (64, 64, 3)
LARGEST_ARRAY = 512 * 2**20  # bytes; about 43,000 images
LARGEST_RATIO = 1100  # deflate packs at most 1032 to 1
PLAIN_FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}


@dataclass(frozen=True)
class Split:
    """One file's content: images (N, 64, 64, 3) uint8, labels (N,) int64, each of 0 to 5 at least
    once."""

    images: np.ndarray
    labels: np.ndarray
    classes: tuple[int, ...]
    synthetic: bool


def read_split(path: Path, part: Part) -> Split:
    """Read `{part}_set_x`, `{part}_set_y` and `list_classes` of one file.

    Raises LabError with one sentence for anything that is not exactly SIGNS's layout.
    """
    _check_file(path)
    try:
        with h5py.File(path, "r", locking="best-effort") as file:
            images = _read(file, f"{part}_set_x", path, rank=4)
            labels = _read(file, f"{part}_set_y", path, rank=1)
            _check_classes(file, path)
            synthetic = _is_synthetic(file)
    except (OSError, RuntimeError, KeyError) as error:  # what h5py raises for a broken file
        raise LabError(
            _("{file} is damaged or cut off: copy or download it again.").format(file=path.name)
        ) from error
    _check_labels(path, images, labels)
    images.flags.writeable = labels.flags.writeable = False
    return Split(images, labels, CLASSES, synthetic)


def write_split(path: Path, part: Part, split: Split) -> None:
    """Write one file of SIGNS's layout, gzip-packed, beside its place and then renamed into it."""
    beside = path.with_suffix(".part")
    pack = {"compression": "gzip", "compression_opts": 9, "track_times": False}
    with h5py.File(beside, "w") as file:
        chunk = (min(8, len(split.images)), *IMAGE_SHAPE)
        file.create_dataset(f"{part}_set_x", data=split.images, chunks=chunk, **pack)
        file.create_dataset(f"{part}_set_y", data=split.labels.astype(np.int64), **pack)
        file.create_dataset("list_classes", data=np.array(split.classes, np.int64), **pack)
        file.attrs["synthetic"] = np.uint8(split.synthetic)
    beside.replace(path)


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise LabError(
            _(
                "{file} is missing from {folder}: put train_signs.h5 and test_signs.h5 there."
            ).format(file=path.name, folder=path.parent)
        )
    try:
        is_hdf5 = h5py.is_hdf5(path)
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise LabError(
            _("{file} cannot be read ({reason}): check its permissions.").format(
                file=path.name, reason=error.strerror
            )
        ) from error
    if empty or not is_hdf5:
        raise LabError(
            _(
                "{file} is not an HDF5 file: SIGNS comes as two HDF5 files; download it again."
            ).format(file=path.name)
        )


def _read(file: h5py.File, key: str, path: Path, rank: int) -> np.ndarray:
    """Return array `key` after checking that its values are plain, small and in the file itself."""
    array = _own_array(file, key, path)
    _check_type(array, key, path)
    _check_shape(array.shape, key, path, rank)
    _check_size(array, key, path)
    return array[()] if rank == 4 else array[()].astype(np.int64)


def _own_array(file: h5py.File, key: str, path: Path) -> h5py.Dataset:
    link = file.get(key, getlink=True)
    if link is None:
        raise LabError(
            _("{file} has no array {key}: SIGNS's file holds it; is this another data set?").format(
                file=path.name, key=key
            )
        )
    array = file[key] if isinstance(link, h5py.HardLink) else None
    if not isinstance(array, h5py.Dataset) or array.is_virtual or array.external:
        raise LabError(
            _(
                "{key} in {file} must hold its values itself, not point to another place: "
                "use a file with plain arrays."
            ).format(file=path.name, key=key)
        )
    return array


def _check_type(array: h5py.Dataset, key: str, path: Path) -> None:
    if _is_integer(array.id) and (array.dtype == np.uint8 or not key.endswith("_x")):
        return
    wanted = "uint8" if key.endswith("_x") else "int64"
    raise LabError(
        _(
            "{key} in {file} must hold {wanted} numbers, but its type is {found}: "
            "use SIGNS's own files or convert it."
        ).format(key=key, file=path.name, wanted=wanted, found=_type_name(array))
    )


def _is_integer(values: h5py.h5d.DatasetID | h5py.h5a.AttrID) -> bool:
    """Whether values are integers that NumPy knows: HDF5 has some of 3, 5 or 7 bytes, too."""
    stored = values.get_type()
    return isinstance(stored, h5py.h5t.TypeIntegerID) and stored.get_size() in (1, 2, 4, 8)


def _type_name(array: h5py.Dataset) -> str:
    stored = array.id.get_type()
    known = _is_integer(array.id) or stored in (
        h5py.h5t.IEEE_F16LE,
        h5py.h5t.IEEE_F32LE,
        h5py.h5t.IEEE_F64LE,
    )
    return str(array.dtype) if known else _("other")


def _check_shape(shape: tuple[int, ...] | None, key: str, path: Path, rank: int) -> None:
    wanted = ("N", *IMAGE_SHAPE) if rank == 4 else ("N",)
    if shape is None or len(shape) != rank or shape[1:] != wanted[1:]:
        raise LabError(
            _(
                "{key} in {file} must have the shape ({wanted}), but it has ({found}): "
                "is this another data set?"
            ).format(
                key=key,
                file=path.name,
                wanted=", ".join(map(str, wanted)),
                found=", ".join(map(str, shape or ())),
            )
        )
    if shape[0] == 0:
        raise LabError(
            _("{key} in {file} has no rows: download the file again.").format(
                key=key, file=path.name
            )
        )


def _check_size(array: h5py.Dataset, key: str, path: Path) -> None:
    """Refuse an array that declares far more than the file holds, or comes in exotic packing."""
    stored = array.id.get_storage_size()
    chunk = math.prod(array.chunks or (1,)) * array.dtype.itemsize
    if max(array.nbytes, chunk) > LARGEST_ARRAY:
        raise LabError(
            _(
                "{key} in {file} declares {size} MB, more than the {limit} MB the lab reads: "
                "use a smaller data set."
            ).format(
                key=key,
                file=path.name,
                size=max(array.nbytes, chunk) >> 20,
                limit=LARGEST_ARRAY >> 20,
            )
        )
    if array.nbytes > LARGEST_RATIO * stored:
        raise LabError(
            _(
                "{key} in {file} declares {size} bytes but only {stored} are stored: "
                "the file is incomplete, download it again."
            ).format(key=key, file=path.name, size=array.nbytes, stored=stored)
        )
    packing = array.id.get_create_plist()
    filters = {packing.get_filter(i)[0] for i in range(packing.get_nfilters())}
    if not filters <= PLAIN_FILTERS:
        raise LabError(
            _(
                "{key} in {file} is packed in an unusual way: write it again with gzip or "
                "without compression."
            ).format(key=key, file=path.name)
        )


def _check_classes(file: h5py.File, path: Path) -> None:
    """Check the class names, 0 to 5; a file without the list has them all the same."""
    if "list_classes" not in file:
        return
    found = tuple(_read(file, "list_classes", path, rank=1)[: len(CLASSES) + 1].tolist())
    if found != CLASSES:
        raise LabError(
            _(
                "list_classes in {file} must be 0, 1, 2, 3, 4, 5, SIGNS's six signs, but it begins "
                "{found}: use SIGNS's own files."
            ).format(file=path.name, found=", ".join(map(str, found)))
        )


def _is_synthetic(file: h5py.File) -> bool:
    """Whether our own generator wrote the file (a mark it leaves as one small number)."""
    if "synthetic" not in file.attrs:
        return False
    mark = file.attrs.get_id("synthetic")
    is_byte = _is_integer(mark) and mark.dtype == np.uint8
    return mark.shape == () and is_byte and bool(file.attrs["synthetic"])


def _check_labels(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    if len(images) != len(labels):
        raise LabError(
            _(
                "{file} has {images} images but {labels} labels: every image needs one label; "
                "download the file again."
            ).format(file=path.name, images=len(images), labels=len(labels))
        )
    if labels.min() < CLASSES[0] or labels.max() > CLASSES[-1]:
        raise LabError(
            _(
                "The labels in {file} must be from 0 to {last}, but they go from {low} to {high}: "
                "number the classes from 0."
            ).format(file=path.name, last=CLASSES[-1], low=labels.min(), high=labels.max())
        )
    if missing := sorted(set(CLASSES) - set(labels.tolist())):
        raise LabError(
            _(
                "{file} must hold images of all six signs, but it has none of {missing}: use "
                "SIGNS's own files."
            ).format(file=path.name, missing=", ".join(map(str, missing)))
        )
