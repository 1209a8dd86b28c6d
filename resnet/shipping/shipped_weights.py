"""The nets that come with the lab for photos of anybody's hand: what each is trained on, and how
well it does on photos it was not trained on."""

from collections.abc import Callable
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

    from resnet.shipping.on_scenes import Source

SIZE = 96  # pixels; a hand may cover only a third of them
RENDERED = 6000
BACKDROPS = 800
# Small hands with sleeves before things, mostly in the dark: for measuring only.
HARD_SCENE = Scene(new_backdrop=1, sleeve=0.8, dim=0.6, zoom=(0.33, 0.5), rotation=25)

SIGNS_TEST, HARD_RENDERS = "SIGNS test", "rendered, hard"
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


def make(
    name: str,
    steps: int,
    strangers: Path | None,
    keep: Path,
    seed: int = 0,
    report: "Callable[[keras.Model, str], None]" = lambda model, text: None,
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

    net = SHIPPED_NETS[name]
    probabilities = {
        test: probabilities_of(model, images) for test, (images, _labels) in tests.items()
    }
    measured = {
        test: _share_right(probabilities[test], labels) for test, (_i, labels) in tests.items()
    }
    before = start.spec if start else {}
    spec = {
        "recipe": "scenes",
        "steps": [*_listed(before.get("steps")), steps],
        "seed": seed,
        "seconds": round(seconds) + before.get("seconds", 0),
    }
    origins = {"signs": net.signs, "strangers": net.strangers, "rendered": net.rendered}
    return Card(
        architecture=net.architecture,
        input_shape=(SIZE, SIZE, 3),
        classes=CLASSES,
        data=" + ".join(origin for origin, share in origins.items() if share),
        synthetic=not net.signs and not net.strangers,
        test_accuracy=measured[SIGNS_TEST],
        spec=spec,
        versions=versions(),
        temperature=fit_temperature(probabilities[HARD_RENDERS], tests[HARD_RENDERS][1]),
        unsure_below=0.5,  # calibrated, it is then wrong more often than right
        accuracies=measured,
    )


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
