"""Find, read and check a data set of hands in SIGNS's layout: two HDF5 files in one folder."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from resnet.data.hdf5 import Part, Split, read_split, write_split
from resnet.data.photo import scaled
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.settings import ASSETS, WORKPLACE

FILES: dict[Part, str] = {"train": "train_signs.h5", "test": "test_signs.h5"}


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images (N, 64, 64, 3) uint8 and labels (N,) int64 for training and for testing, read-only.

    `synthetic` says that no camera took them; `source` is the folder they came from, or how they
    were made.
    """

    name: str
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    classes: tuple[int, ...]
    synthetic: bool
    source: str


@dataclass(frozen=True)
class Finding:
    """One thing `check_folder` has to say, and whether it is as it should be."""

    ok: bool
    text: str


DATA_SETS = ("signs", "synthetic", "both")


def load(name_or_folder: str | Path) -> Dataset:
    """Return the data set "signs", "synthetic" (ships with the lab), "both" or one in a folder.

    "both" has the training images of the two and the test images of SIGNS.
    """
    if name_or_folder == "signs":
        return load_signs()
    if name_or_folder == "synthetic":
        return _load_folder(ASSETS / "synthetic", "synthetic")
    if name_or_folder == "both":
        return _both()
    if not named_folder(name_or_folder).is_dir():
        raise LabError(
            _(
                "There is no data set “{name}”: name signs, synthetic, both, or a folder that "
                "holds train_signs.h5 and test_signs.h5."
            ).format(name=name_or_folder)
        )
    return load_signs(name_or_folder)


def named_folder(name: str | Path) -> Path:
    """Return the folder that a name means, with ~ for the reader's own; where ~name is nobody's,
    a folder of that very name."""
    return Path(os.path.expanduser(name))  # noqa: PTH111 - Path's own raises for ~nobody


def find_signs(folder: str | Path | None = None) -> Path | None:
    """Return the folder with SIGNS's files: the one given, else SIGNS_DIR, else data/signs/.

    A folder with only one of the two files counts, so that reading it can say what is missing.
    """
    places = [folder] if folder else [os.environ.get("SIGNS_DIR"), WORKPLACE / "data" / "signs"]
    for place in places:
        path = named_folder(place) if place else None
        if path and any((path / file).is_file() for file in FILES.values()):
            return path
    return None


def data_here() -> Literal["signs", "synthetic"]:
    """Return the name of the data set to take where nobody chose: real SIGNS where it lies."""
    return "signs" if find_signs() else "synthetic"


def load_signs(folder: str | Path | None = None) -> Dataset:
    """Read SIGNS from the folder `find_signs` finds; raises LabError with one sentence."""
    found = find_signs(folder)
    if found:
        return _load_folder(found, "signs" if folder is None else found.name)
    place = folder or os.environ.get("SIGNS_DIR")
    if place:
        raise LabError(
            _(
                "{folder} holds neither train_signs.h5 nor test_signs.h5: put both there, or name "
                "the folder that has them."
            ).format(folder=place)
        )
    raise LabError(
        _(
            "SIGNS is not here: put train_signs.h5 and test_signs.h5 into data/signs, set "
            "SIGNS_DIR to their folder, or use the synthetic set."
        )
    )


def check_folder(folder: str | Path) -> list[Finding]:
    """Say about each of the two files what it holds, or in one sentence what is wrong with it."""
    findings: list[Finding] = []
    splits: dict[Part, Split] = {}
    for part, file in FILES.items():
        try:
            splits[part] = read_split(named_folder(folder) / file, part)
        except LabError as error:
            findings.append(Finding(False, str(error)))
        else:
            findings.append(Finding(True, _contents(file, splits[part])))
    if len(splits) == len(FILES):
        findings.append(_together(splits["train"], splits["test"]))
    return findings


def write_hdf5(dataset: Dataset, folder: str | Path) -> None:
    """Write the data set into `folder` as SIGNS's two files, gzip-packed."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[Part, tuple[np.ndarray, np.ndarray]] = {
        "train": (dataset.train_images, dataset.train_labels),
        "test": (dataset.test_images, dataset.test_labels),
    }
    for part, (images, labels) in arrays.items():
        split = Split(images, labels, dataset.classes, dataset.synthetic)
        write_split(folder / FILES[part], part, split)


def resized(images: np.ndarray, size: int) -> np.ndarray:
    """Return uint8 images (N, H, W, 3) as (N, size, size, 3), each by photo.scaled()."""
    if images.shape[1:3] == (size, size):
        return images
    return np.stack([np.asarray(scaled(Image.fromarray(image), size)) for image in images])


def _load_folder(folder: Path, name: str) -> Dataset:
    train, test = (read_split(folder / file, part) for part, file in FILES.items())
    return Dataset(
        name,
        train.images,
        train.labels,
        test.images,
        test.labels,
        train.classes,
        train.synthetic or test.synthetic,
        str(folder),
    )


def _both() -> Dataset:
    real, drawn = load_signs(), load("synthetic")
    return replace(
        real,
        name="both",
        train_images=np.concatenate([real.train_images, drawn.train_images]),
        train_labels=np.concatenate([real.train_labels, drawn.train_labels]),
    )


def _contents(file: str, split: Split) -> str:
    counts = np.bincount(split.labels, minlength=len(split.classes))
    return _("{file}: {count} {kind} images of 64×64×3; per class {counts}.").format(
        file=file,
        count=len(split.images),
        kind=_("synthetic") if split.synthetic else _("real"),
        counts=", ".join(f"{c}: {n}" for c, n in zip(split.classes, counts, strict=True)),
    )


def _together(train: Split, test: Split) -> Finding:
    seen = {image.tobytes() for image in train.images}
    shared = sum(image.tobytes() in seen for image in test.images)
    if shared:
        return Finding(
            False,
            _(
                "{count} test images are also in the training file: the test accuracy would "
                "flatter; remove them from one of the two."
            ).format(count=shared),
        )
    return Finding(True, _("No image is in both files."))
