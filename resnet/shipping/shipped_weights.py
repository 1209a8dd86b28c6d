"""The nets that come with the lab for photos of anybody's hand: what each is trained on, and how
well it does on photos it was not trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from resnet.data.classes import CLASSES
from resnet.data.signs import load_signs, resized
from resnet.data.strangers import read_class_folders
from resnet.hands.matte import with_matte
from resnet.hands.rendered import HARD, WIDE, rendered_hands
from resnet.hands.scene import Scene, backdrops, scenes
from resnet.inference.checkpoint import Card

if TYPE_CHECKING:
    import keras

    from resnet.shipping.landmarks import Known
    from resnet.shipping.on_scenes import Source

SIZE = 96  # pixels; a hand may cover only a third of them
RENDERED = 6000
BACKDROPS = 800
# Small hands with sleeves before things, mostly in the dark: for measuring only.
HARD_SCENE = Scene(new_backdrop=1, sleeve=0.8, dim=0.6, zoom=(0.33, 0.5), rotation=25)

HANDS = "hands"  # the net that learns from landmarks, too
SIGNS_TEST, HARD_RENDERS = "SIGNS test", "rendered, hard"
Report = Callable[[str], None]
Photos = tuple[np.ndarray, np.ndarray]  # (N, SIZE, SIZE, 3) uint8, labels (N,)


@dataclass(frozen=True)
class ShippedNet:
    """How one of them is made: shares of each batch by origin, and the scenes."""

    architecture: str
    signs: float
    strangers: float
    rendered: float
    scene: Scene


SHIPPED_NETS = {
    "synthetic": ShippedNet("fast", 0, 0, 1, Scene(new_backdrop=0.3, zoom=(0.5, 1.3))),
    "robust": ShippedNet("fast", 0.25, 0.35, 0.4, Scene()),
}
# Shares of each batch of the hand net, by the source's folder; rendered hands get theirs besides.
SHARES = {
    "leb_rooms": 0.15,
    "subhi_drone": 0.2,
    "lee_asl": 0.08,
    "ambrosini": 0.09,
    "lionel_room": 0.1,
    "tz_friends": 0.06,
    "train": 0.14,  # of the strangers
    "signs": 0.1,
}
USUAL_SHARE, RENDERED_SHARE = 0.1, 0.2
RENDERED_KNOWN = 5000
# Where the hand is small or the room is full, the finder has more to learn.
FINDER_SHARES = SHARES | {"leb_rooms": 0.2, "lionel_room": 0.12, "train": 0.04, "signs": 0.04}


def _silent(_text: str) -> None:
    pass


def make(
    name: str,
    steps: int,
    strangers: Path | None,
    keep: Path,
    seed: int = 0,
    report: Report = _silent,
    start: "keras.Model | None" = None,
) -> "keras.Model":
    """Train the shipped net `name`, one of SHIPPED_NETS, on the photos its recipe asks for.

    start: a net to go on from; strangers: folder of read_class_folders(); keep: where rendered
    hands are kept. SIGNS is found as everywhere. Raises LabError when photos are missing.
    """
    from resnet.shipping.on_scenes import train_on_scenes

    net = SHIPPED_NETS[name]
    sources = _sources(net, strangers, keep)
    behind = backdrops(BACKDROPS, SIZE, seed)
    return train_on_scenes(net.architecture, sources, behind, net.scene, steps, seed, report, start)


def make_hands(
    steps: int, folders: Sequence[Path], landmarks: Path, seed: int = 0, report: Report = _silent
) -> "keras.Model":
    """Train the net for anybody's hand on photos of many sources, on SIGNS and on rendered hands.

    folders: a source each, with photos in folders 0 to 5; landmarks: what `record landmarks` wrote.
    """
    from resnet.shipping.known_hands import of_photos, rendered
    from resnet.shipping.landmarks import known_photos, known_signs
    from resnet.shipping.on_hands import train_on_hands

    known = {folder.name: list(known_photos(folder, landmarks)) for folder in folders}
    known["signs"] = list(known_signs(landmarks))
    sources = []
    for name, photos in known.items():
        sources.append(of_photos(photos, (1 - RENDERED_SHARE) * SHARES.get(name, USUAL_SHARE)))
        report(f"{name}: {len(photos)} photos")
    total = sum(source.share for source in sources) / (1 - RENDERED_SHARE)
    sources.append(rendered(RENDERED_KNOWN, 777, RENDERED_SHARE * total))
    return train_on_hands(sources, _behind(known, seed), steps, seed, report)


def make_finder(
    steps: int, folders: Sequence[Path], landmarks: Path, seed: int = 0, report: Report = _silent
) -> "keras.Model":
    """Train the finder on whole photos, and on rendered hands put into rooms; as make_hands()."""
    from resnet.shipping.finder_training import known_photo, train_finder
    from resnet.shipping.known_hands import rendered
    from resnet.shipping.landmarks import known_photos, known_signs

    known = {folder.name: list(known_photos(folder, landmarks)) for folder in folders}
    known["signs"] = list(known_signs(landmarks))
    photos = []
    for name, source in known.items():
        share = FINDER_SHARES.get(name, USUAL_SHARE) / len(source)
        photos += [known_photo(photo, at, share) for photo, _label, at in source if at is not None]
    hands = rendered(RENDERED_KNOWN, 777, 1.0)
    return train_finder(photos, hands, _behind(known, seed), steps, seed, report)


def _behind(known: "dict[str, list[Known]]", seed: int) -> np.ndarray:
    """Return drawn backgrounds, and rooms of the photos themselves."""
    from resnet.shipping.known_hands import SIDE, rooms

    rng = np.random.default_rng(seed)
    few = [photos[:: max(1, len(photos) // 400)] for photos in known.values()]
    drawn = backdrops(300, SIDE, seed)[:, :SIDE, :SIDE]
    return np.concatenate([drawn, *(rooms(photos, rng) for photos in few)])


def probabilities_of(model: "keras.Model", images: np.ndarray) -> np.ndarray:
    """Return the class probabilities (N, classes) that `predict` gives of photos, uncalibrated."""
    from resnet.inference.looking import look

    return np.stack([look(model, Image.fromarray(image)).probabilities for image in images])


def test_sets(strangers: Path | None, keep: Path) -> dict[str, Photos]:
    """Return photos that no shipped net has seen: other people's, and ours made hard.

    strangers: folder of people left out of training. The last sets put hands of the first ones
    into hard scenes, and draw hands as no training picture has them.
    """
    signs = load_signs()
    tests = {SIGNS_TEST: (resized(signs.test_images, SIZE), signs.test_labels)}
    if strangers:
        tests["other people"] = read_class_folders(strangers, SIZE)
    behind = backdrops(100, SIZE, seed=10_001)
    for name, (images, labels) in list(tests.items()):
        rng = np.random.default_rng(10_002)
        hands = with_matte(images)
        found = hands[..., 3].any(axis=(1, 2))
        hard = np.concatenate([scenes(hands[found], behind, rng, HARD_SCENE) for _ in range(3)])
        as_bytes = np.round(255 * hard).astype(np.uint8)
        tests[f"{name}, in hard scenes"] = (as_bytes, np.tile(labels[found], 3))
    hands, labels = rendered_hands(600, SIZE, 900, HARD, keep)
    tests[HARD_RENDERS] = (np.ascontiguousarray(hands[..., :3]), labels)
    return tests


def card(
    name: str,
    model: "keras.Model",
    tests: dict[str, Photos],
    steps: int,
    seed: int,
    seconds: float,
    start: Card | None = None,
) -> Card:
    """Return the card of a net that make() has trained, with its temperature and accuracies.

    start: the card of the net it went on from, whose steps and seconds count too.
    The temperature is fitted on hard rendered hands, so that it tunes to nobody's photos.
    """
    from resnet.inference.calibration import fit_temperature
    from resnet.training.train import versions

    probabilities = {
        test: probabilities_of(model, images) for test, (images, _labels) in tests.items()
    }
    measured = {
        test: _share_right(probabilities[test], labels) for test, (_i, labels) in tests.items()
    }
    before = start.spec if start else {}
    spec = {
        "recipe": "hands" if name == HANDS else "scenes",
        "steps": [*_listed(before.get("steps")), steps],
        "seed": seed,
        "seconds": round(seconds) + before.get("seconds", 0),
    }
    return Card(
        architecture=model.name,
        input_shape=model.input_shape[1:],
        classes=CLASSES,
        data=" + ".join(_origins(name)),
        synthetic=name == "synthetic",
        test_accuracy=measured[SIGNS_TEST],
        spec=spec,
        versions=versions(),
        temperature=fit_temperature(probabilities[HARD_RENDERS], tests[HARD_RENDERS][1]),
        unsure_below=0.5,  # calibrated, it is then wrong more often than right
        accuracies=measured,
    )


def _origins(name: str) -> list[str]:
    if name == HANDS:
        return ["signs", "strangers", "hands", "rendered"]
    net = SHIPPED_NETS[name]
    shares = {"signs": net.signs, "strangers": net.strangers, "rendered": net.rendered}
    return [origin for origin, share in shares.items() if share]


def _share_right(probabilities: np.ndarray, labels: np.ndarray) -> float:
    return float((probabilities.argmax(1) == labels).mean())


def _listed(steps: int | list[int] | None) -> list[int]:
    return [] if steps is None else steps if isinstance(steps, list) else [steps]


def _sources(net: ShippedNet, strangers: Path | None, keep: Path) -> "list[Source]":
    from resnet.shipping.on_scenes import Source

    sources = []
    if net.signs:
        signs = load_signs()
        photos = resized(signs.train_images, SIZE)
        sources.append(Source(with_matte(photos), signs.train_labels, net.signs))
    if net.strangers and strangers:
        photos, labels = read_class_folders(strangers, SIZE)
        sources.append(Source(with_matte(photos), labels, net.strangers))
    hands, labels = rendered_hands(RENDERED, SIZE, 1, WIDE, keep)
    sources.append(Source(hands, labels, net.rendered))
    return sources
