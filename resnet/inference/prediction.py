"""Ask a trained net: those that ship with the lab and those of finished runs.

Keras is imported only when a net is loaded, so that pages can list nets before.
"""

import logging
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from resnet.data.photo import as_float
from resnet.data.signs import resized
from resnet.errors import LabError
from resnet.inference.checkpoint import CARD, NET, WEIGHTS, Card, on_disk, read_card, run_folder
from resnet.inference.weights_file import is_plain
from resnet.language import translate as _
from resnet.memory import may_forget
from resnet.models.registry import build
from resnet.settings import ASSETS, runs_place
from resnet.store.run_store import RunStore
from resnet.store.states import State

if TYPE_CHECKING:
    import keras

SHIPPED = ASSETS / "weights"
TAUGHT = "taught_"  # begins the ref of a net that a learner taught and kept
BATCH = 64
_logged_damaged: set[str] = set()  # refs of damaged nets that the log knows of
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Net:
    """A trained net that can predict.

    ref names it in addresses and tasks: a run's id, or the name of weights that ship with the lab.
    """

    ref: str
    title: str
    card: Card

    @property
    def shipped(self) -> bool:
        """True for weights that come with the lab."""
        return not self.card.run or (SHIPPED / f"{self.ref}{CARD}").exists()


def available_nets(store: RunStore, limit: int = 50) -> list[Net]:
    """Return the shipped nets, those that learners taught, then those of finished runs.

    At most `limit` of the newest of each of the last two. One whose card is damaged, or deleted in
    this moment, is left out: it is no reason to show nobody any.
    """
    cards = {path.stem: path for path in sorted(SHIPPED.glob(f"*{CARD}"))}
    taught = runs_place().glob(f"{TAUGHT}*/{NET}{CARD}")
    cards |= {path.parent.name: path for path in sorted(taught, key=_age)[:limit]}
    for run in store.runs(limit=limit, state=(State.DONE, State.STOPPED)):
        card = run_folder(run.id) / f"{NET}{CARD}"
        if card.exists():
            cards[run.id] = card
    return [net for ref, path in cards.items() if (net := _listed(ref, path))]


def find_net(ref: str) -> Net:
    """Return the net that `ref` names; LabError when there is none (any more)."""
    return _net(ref, read_card(_card_path(ref)))


def load_net(net: Net | Path | str) -> "keras.Model":
    """Return a trained net, kept for the next call.

    net: a Net, its ref, or the path of its weights or card. The architecture is built from the
    card; of the weights' file only arrays are read. LabError when they do not fit.
    """
    if isinstance(net, Path):
        card = card_beside(net)
    else:
        card = _card_path(net.ref if isinstance(net, Net) else net)
    if not card.exists():
        read_card(card)
    # A file that is written anew is another net; far away its card must do for a time stamp.
    written = card.stat().st_mtime_ns if isinstance(card, Path) else hash(card.read_bytes())
    return _loaded(card.resolve(), written)


def predict(model: "keras.Model", images: np.ndarray) -> np.ndarray:
    """Return class probabilities (N, classes) of images (N, H, W, 3) uint8, of any size."""
    images = resized(images, model.input_shape[1])
    batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
    # Called directly: model.predict() sets a pipeline up each time.
    return np.concatenate([np.asarray(model(as_float(batch), training=False)) for batch in batches])


def card_beside(path: Path) -> Path:
    """Return the path of the card that belongs to a file of weights, or to itself."""
    if not path.name.endswith(WEIGHTS):
        return path
    return path.with_name(path.name.removesuffix(WEIGHTS) + CARD)


def _age(path: Path) -> float:
    """Return a key that sorts the newest file first, and one that has just gone last."""
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _listed(ref: str, path: Path) -> Net | None:
    try:
        return _net(ref, read_card(path))
    except LabError as error:
        if ref not in _logged_damaged:
            _logged_damaged.add(ref)
            logger.warning("A net is not listed: %s", error)
        return None


def _net(ref: str, card: Card) -> Net:
    # Titles must differ, and soon: a list tells its entries apart by them and cuts long ones.
    words = [card.architecture, card.data, ref.removeprefix(TAUGHT)[:6]]
    if (SHIPPED / f"{ref}{CARD}").exists():
        words = [ref, *words[:2]]
    return Net(ref, " · ".join(words), card)


def _card_path(ref: str) -> Path:
    if re.fullmatch(r"[0-9A-Za-z_-]+", ref) and (SHIPPED / f"{ref}{CARD}").exists():
        return SHIPPED / f"{ref}{CARD}"
    return run_folder(ref) / f"{NET}{CARD}"


@lru_cache(maxsize=4)
def _loaded(card_path: Path, _written: int) -> "keras.Model":
    card = read_card(card_path)
    model = build(
        card.architecture,
        card.input_shape,
        len(card.classes),
        shortcut=card.shortcut,
        batch_norm=card.batch_norm,
    )
    weights = card_path.with_name(card_path.name.removesuffix(CARD) + WEIGHTS)
    mismatch = LabError(
        _(
            "{file} does not hold the weights of {architecture} that its card promises: copy "
            "both files of the run anew."
        ).format(file=weights.name, architecture=card.architecture)
    )
    try:
        with warnings.catch_warnings():
            # Keras only warns of layers that the file does not know and leaves them at random.
            warnings.simplefilter("error", UserWarning)
            with on_disk(weights) as file:
                if not is_plain(file):
                    raise mismatch
                model.load_weights(file)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, UserWarning) as error:
        raise mismatch from error
    if not all(np.isfinite(weight.numpy()).all() for weight in model.weights):
        raise LabError(
            _(
                "{file} holds weights that are no numbers: its training diverged; ask another net."
            ).format(file=weights.name)
        )
    return model


may_forget(_loaded.cache_clear)
