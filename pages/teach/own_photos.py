"""The learner's private set: labelled photos that live in this browser session only."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from PIL import Image

from pages.components.hand_finding import find
from resnet.data.photo import model_input, read_photo
from resnet.errors import LabError
from resnet.hands.crop import VARIATIONS, cut_out, whole
from resnet.hands.synthetic import hand_image
from resnet.hands.view import Variety
from resnet.language import translate as _

KEY = "own_photos"
KEPT_SIDE = 256  # pixels; more than any net sees
MOST = 60
ROOM = VARIATIONS[0][1]  # around a hand, as when a net is asked about it
TILE = 112  # pixels on the page


@dataclass(frozen=True, eq=False)
class OwnPhoto:
    """A photo cut to its square (S, S, 3) uint8, and what the learner says it shows."""

    pixels: np.ndarray
    label: int


def own_photos() -> list[OwnPhoto]:
    """Return this session's photos, oldest first."""
    return st.session_state.setdefault(KEY, [])


def add(photos: Sequence[bytes], label: int) -> None:
    """Read photos, cut out the square that holds the hand, and keep them.

    LabError names the first bad one; then none is kept, so that nothing comes twice.
    """
    _room_for(len(photos))
    added = []
    for number, photo in enumerate(photos, start=1):
        try:
            image = read_photo(photo)
        except LabError as error:
            raise LabError(_("Photo {n}: {error}").format(n=number, error=error)) from error
        added.append(OwnPhoto(_kept(image), label))
    own_photos().extend(added)


def add_second_threes() -> None:
    """Add twelve rendered hands that show three without the thumb."""
    threes = _second_threes()
    _room_for(len(threes))
    own_photos().extend(OwnPhoto(hand, 3) for hand in threes)


def forget() -> None:
    """Drop every photo of this session."""
    own_photos().clear()


def as_seen(photos: Sequence[OwnPhoto], size: int) -> np.ndarray:
    """Return the photos as a net of this input size sees them (N, size, size, 3) uint8."""
    return np.stack([model_input(Image.fromarray(photo.pixels), size) for photo in photos])


def show(photos: Sequence[OwnPhoto], words: Sequence[str]) -> None:
    """Show the photos as tiles, each with a line of words and a way to drop it."""
    with st.container(horizontal=True, gap="small"):
        for number, (photo, line) in enumerate(zip(photos, words, strict=True)):
            with st.container(width=TILE, gap=None, key=f"own_tile_{number}"):
                st.image(photo.pixels, width=TILE, alt=_("Photo {n}").format(n=number + 1))
                st.markdown(line, width="content")
                st.button(
                    _("drop"),
                    key=f"own_drop_{number}",
                    type="tertiary",
                    on_click=_drop,
                    args=(photo,),
                    help=_("Take photo {n} out of the set.").format(n=number + 1),
                )


def _drop(photo: OwnPhoto) -> None:
    with suppress(ValueError):  # a second click of a double-click finds it gone
        own_photos().remove(photo)


def _room_for(more: int) -> None:
    if len(own_photos()) + more > MOST:
        raise LabError(
            _("The set holds {most} photos at most: drop some of the {count} first.").format(
                most=MOST, count=len(own_photos())
            )
        )


def _kept(image: Image.Image) -> np.ndarray:
    """Return the hand that was found in a photo, cut out upright, or the whole photo."""
    found = find(image)
    square = replace(found.square, side=ROOM * found.square.side) if found else whole(image)
    return cut_out(image, square, min(KEPT_SIDE, max(1, round(square.side))))


@st.cache_data(show_spinner=False)
def _second_threes() -> list[np.ndarray]:
    variety = Variety(second_three=1, back=0, sleeve=0, dim=0, turn=0.5, framing=(0.8, 0.9))
    return [hand_image(3, np.random.default_rng((3, seed)), 96, variety) for seed in range(12)]
