"""Have a worker find the hand in a photo."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PIL import Image

from pages.components.short_tasks import follow_task, outcome, ready, result_within
from resnet.inference.finding import FoundHand, shrunk
from resnet.jobs import tasks

SECONDS = 60  # a worker may have to start first


def is_searched(photo: Image.Image) -> bool:
    """Have a photo searched and tell whether the answer is there."""
    return ready(*_search(photo), private=True)


def while_searching(photo: Image.Image, draw: Callable[[], None]) -> None:
    """Draw what stands there until a photo is searched; then the page runs once more."""
    follow_task(*_search(photo), draw=lambda _found: draw(), private=True)


def found_in(photo: Image.Image) -> FoundHand | None:
    """Return where the hand is in a photo that is_searched(), None where no hand is."""
    return _in_the_photo(outcome(*_search(photo), private=True), photo)


def find(photo: Image.Image) -> FoundHand | None:
    """Wait for where the hand is in a photo, None where no hand is; LabError after a minute."""
    return _in_the_photo(result_within(*_search(photo), seconds=SECONDS), photo)


def _search(photo: Image.Image) -> tuple[Any, ...]:
    small = shrunk(photo)
    return (tasks.find_hand, small.tobytes(), *small.size)


def _in_the_photo(found: FoundHand | None, photo: Image.Image) -> FoundHand | None:
    scale = photo.width / shrunk(photo).width
    return found and replace(found, square=found.square.scaled(scale))
