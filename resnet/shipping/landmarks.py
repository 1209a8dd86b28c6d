"""Landmarks of hands in photos, asked of MediaPipe's hand model once and kept as a file of numbers.

MediaPipe (Apache License 2.0) is no part of the lab: `pip install mediapipe` where it is wanted.
"""

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import numpy as np
from PIL import Image

from resnet.data.classes import CLASSES
from resnet.data.photo import read_photo
from resnet.data.signs import load_signs
from resnet.data.strangers import SUFFIXES
from resnet.errors import LabError
from resnet.language import translate as _

ASKED_AT = 480  # pixels: the model finds little hands in large photos better
MARGIN = 0.25  # of the photo, put around it: hands at its border are found, too
SIGNS = "signs/{}"  # a training image's name, by its number
Known = tuple[Image.Image, int, np.ndarray | None]


def sources_in(folder: Path) -> list[Path]:
    """Return the folders of a folder of sources that hold photos; LabError when there are none."""
    found = sorted(path for path in folder.glob("*") if any(photos_below(path)))
    if not found:
        raise LabError(
            _(
                "{folder} must hold folders of photos, each with folders 0 to 5: it has none."
            ).format(folder=folder)
        )
    return found


def photos_below(folder: Path) -> Iterator[tuple[str, Path, int]]:
    """Return name, path and label of each photo in the folders 0 to 5 of a source."""
    for label in CLASSES:
        for path in sorted((folder / str(label)).glob("*")):
            if path.suffix.lower() in SUFFIXES:
                yield f"{folder.name}/{label}/{path.name}", path, label


def ask(folders: list[Path], report: Callable[[str], None]) -> dict[str, list[list[float]] | None]:
    """Return the landmarks of each photo by name, 21 points as shares of its sides, or None.

    Those of SIGNS's training images, too. LabError where MediaPipe or SIGNS is missing.
    """
    try:
        mediapipe = import_module("mediapipe")
    except ImportError as error:
        raise LabError(
            _("Landmarks are asked of MediaPipe, which is not installed: pip install mediapipe")
        ) from error
    model = mediapipe.solutions.hands.Hands(
        static_image_mode=True, max_num_hands=2, min_detection_confidence=0.2
    )
    landmarks: dict[str, list[list[float]] | None] = {}
    for folder in folders:
        for name, path, _label in photos_below(folder):
            landmarks[name] = _asked(model, read_photo(path))
        report(f"{folder.name}: {sum(map(bool, landmarks.values()))} of {len(landmarks)} so far")
    for number, image in enumerate(load_signs().train_images):
        large = Image.fromarray(image).resize((256, 256), Image.Resampling.BICUBIC)
        landmarks[SIGNS.format(number)] = _asked(model, large)
    return landmarks


def known_photos(folder: Path, file: Path) -> Iterator[Known]:
    """Return the photos of a source with labels and landmarks (21, 2), None where not found."""
    landmarks = _read(file)
    for name, path, label in photos_below(folder):
        yield read_photo(path), label, landmarks.get(name)


def known_signs(file: Path) -> Iterator[Known]:
    """Return SIGNS's training images as known_photos() does a source's."""
    signs, landmarks = load_signs(), _read(file)
    for number, (image, label) in enumerate(
        zip(signs.train_images, signs.train_labels, strict=True)
    ):
        yield Image.fromarray(image), int(label), landmarks.get(SIGNS.format(number))


def _read(file: Path) -> dict[str, np.ndarray]:
    read = json.loads(file.read_text(encoding="utf-8"))
    return {name: np.array(points, np.float32) for name, points in read.items() if points}


def _asked(model: object, photo: Image.Image) -> list[list[float]] | None:
    margin = round(MARGIN * max(photo.size))
    mean = tuple(int(value) for value in np.asarray(photo).reshape(-1, 3).mean(axis=0))
    wide = Image.new("RGB", [side + 2 * margin for side in photo.size], mean)
    wide.paste(photo, (margin, margin))
    scale = max(1.0, ASKED_AT / max(wide.size))
    wide = wide.resize([round(side * scale) for side in wide.size])
    found = model.process(np.asarray(wide)).multi_hand_landmarks  # type: ignore[attr-defined]
    if not found:
        return None
    points = np.array([[point.x, point.y] for point in found[0].landmark])
    shares = (points * wide.size / scale - margin) / photo.size
    return [[round(float(x), 4), round(float(y), 4)] for x, y in shares]
