"""From a photo to an answer: take it, crop it, see what the net sees, ask the net."""

import logging
from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from pages.components import frame, signs
from pages.components.charts import chart
from pages.components.experiments import POLL, experiment, outcome, ready
from pages.components.language import fragment
from resnet.data.classes import CLASSES
from resnet.data.crop import FILLS, Square, hand_square, whole
from resnet.data.photo import model_input, read_photo
from resnet.drawing.palette import palette
from resnet.drawing.results import class_probabilities
from resnet.drawing.spotlight import spotlight
from resnet.jobs import tasks
from resnet.language import translate as _
from resnet.settings import ASSETS
from resnet.training.prediction import Net

logger = logging.getLogger(__name__)
SAMPLES = ASSETS / "samples"
SHOWN_SIDE = 480
SEARCHED_SIDE = 512  # pixels of the photo in which the net searches
SEARCH_SECONDS = 20
MAGNIFIED = 4
SMALL = 150  # pixels: what the net sees and where it looks, beside each other on a phone, too
NAMES = [str(fingers) for fingers in CLASSES]


def take_photo(source: str) -> bytes | None:
    """Return the bytes of a sample, an upload or a camera picture; None while there is none."""
    if source == "sample":
        sign = st.segmented_control(
            _("Sign"), CLASSES, default=3, required=True, key="hand_sample", bind="query-params",
            help=_("Hands drawn by the lab, not photographs."),
        )  # fmt: skip
        return (SAMPLES / f"sign_{sign}.jpg").read_bytes()
    if source == "upload":
        taken = st.file_uploader(
            _("A photo of a hand"), type=["jpg", "jpeg", "png", "webp"], key="hand_upload",
            help=_("JPEG, PNG or WebP. It stays in this browser session and is not stored."),
        )  # fmt: skip
    else:
        taken = st.camera_input(
            _("Hold a hand up"), key="hand_camera",
            help=_("The picture stays in this browser session and is not stored."),
        )  # fmt: skip
    return taken.getvalue() if taken else None


def read(photo: bytes) -> Image.Image:
    """Return the photo upright, in RGB, without metadata."""
    return read_photo(photo)


def choose_crop(image: Image.Image, net: Net) -> Square:
    """Let the learner take the proposed square, the whole photo, or place a square."""
    how = st.segmented_control(
        _("Square"), ["hand", "whole", "own"],
        format_func={"hand": _("find the hand"), "whole": _("whole photo"),
                     "own": _("place it")}.get,
        default="hand", required=True, key="hand_square", bind="query-params",
        help=_("A hand before a plain background is cut out; elsewhere the net tries many squares "
               "and takes the one it is surest of."),
    )  # fmt: skip
    if how == "whole":
        return whole(image)
    found = _found(image, net)
    return found if how == "hand" else _placed(image, found)


def _found(image: Image.Image, net: Net) -> Square:
    """Return the square around a hand before a plain wall, else the one a net is surest of."""
    found = hand_square(image)
    if found and found.side >= FILLS * min(image.size):
        return found
    small = image.copy()
    small.thumbnail((SEARCHED_SIDE, SEARCHED_SIDE))
    search = experiment(tasks.find_hand, net.ref, small.tobytes(), *small.size, private=True)
    try:
        with st.spinner(_("Looking for the hand …")):
            square = search.result(timeout=SEARCH_SECONDS)
    except Exception:  # whatever happened to the search, the photo can still be asked about
        logger.exception("The search for the hand failed.")
        st.caption(_("The search gave no answer in time: the net gets the whole photo."))
        return whole(image)
    return square.scaled(image.width / small.width, image.size)


def _placed(image: Image.Image, start: Square) -> Square:
    """Let the learner move a square that starts where the hand was found."""
    short = min(image.size)
    zoom = st.slider(
        _("Side"), 10, 100, max(10, 100 * start.side // short), format="%d%%", key="hand_zoom",
        help=_("Side of the square, of the photo's shorter side."),
    )  # fmt: skip
    side = max(1, short * zoom // 100)
    left = _position(_("Across"), image.width - side, start.left, "hand_x")
    top = _position(_("Down"), image.height - side, start.top, "hand_y")
    return Square(left, top, side)


def _position(label: str, room: int, start: int, key: str) -> int:
    begin = min(100, 100 * start // room) if room > 0 else 0
    share = st.slider(label, 0, 100, begin, format="%d%%", key=key, disabled=room <= 0)
    return room * share // 100 if room > 0 else 0


def nothing_yet() -> None:
    """Say what to do while there is no photo."""
    with st.container(border=True, height=360, vertical_alignment="center"):
        st.markdown(_("Show one of these six signs; the answer appears here."))
        signs.show_row("hand_signs")


def seen_by(image: Image.Image, square: Square, net: Net) -> np.ndarray:
    """Return exactly the pixels that a net gets of a photo, (S, S, 3) uint8."""
    return model_input(image.crop(square.box), net.card.input_shape[0])


def show_photo(image: Image.Image, square: Square) -> None:
    """Show the photo with the square that the nets get."""
    st.image(framed(image, square), width="stretch", alt=_("Your photo with the crop frame"))
    st.caption(_("Your photo; the net gets the square."))


def show_answer(net: Net, pixels: np.ndarray, key: str) -> None:
    """Show what a net sees, where it looks and what it says, as soon as it has answered."""
    arguments = (tasks.ask_about_photo, net.ref, pixels.tobytes())
    waiting = not ready(*arguments, private=True)
    fragment(run_every=POLL if waiting else None)(_answer)(arguments, pixels, key, waiting)


def _answer(arguments: tuple, pixels: np.ndarray, key: str, was_waiting: bool) -> None:
    said = outcome(*arguments, private=True)
    if said is None:
        st.metric(_("The net says"), "–")
    else:
        _say(said.probabilities, said.sure)
    with st.container(horizontal=True):
        with st.container(width=SMALL):
            st.image(magnified(pixels), width="stretch", alt=_("The pixels the net sees"))
            st.caption(_("What the net sees: {n}×{n} pixels.").format(n=len(pixels)))
        if said is not None:
            with st.container(width=SMALL):
                lit = magnified(spotlight(pixels, said.heat))
                st.image(lit, width="stretch", alt=_("The places that speak for the answer"))
                st.caption(_("Lit: what speaks for its answer (Grad-CAM)."))
    if said is None:
        st.skeleton(height=270)
        return
    chart(
        class_probabilities(said.probabilities, NAMES, frame.theme(), signs.labels()),
        key=key,
        alt=_("Probability of each class"),
    )
    if was_waiting:
        st.rerun()


def _say(probabilities: Sequence[float], sure: bool) -> None:
    best = int(np.argmax(probabilities))
    if sure:
        st.metric(_("The net says"), str(best), help=_("The class with the highest probability."))
        return
    second = int(np.argsort(probabilities)[-2])
    st.metric(
        _("The net says"),
        _("not sure"),
        help=_("Its best guess is {best}, then {second}; nets this unsure are often wrong.").format(
            best=best, second=second
        ),
    )


def answers_of(nets: Sequence[Net], images: Sequence[np.ndarray]) -> list[int | None]:
    """Return the class each net names, None where it has not answered yet."""
    named: list[int | None] = []
    for net, pixels in zip(nets, images, strict=True):
        arguments = (tasks.ask_about_photo, net.ref, pixels.tobytes())
        said = outcome(*arguments, private=True) if ready(*arguments, private=True) else None
        named.append(None if said is None else int(np.argmax(said.probabilities)))
    return named


def magnified(pixels: np.ndarray) -> np.ndarray:
    """Return a picture whose pixels can be seen one by one."""
    return pixels.repeat(MAGNIFIED, axis=0).repeat(MAGNIFIED, axis=1)


def framed(image: Image.Image, square: Square) -> Image.Image:
    """Return a small copy of the photo with the square's frame on it."""
    scale = SHOWN_SIDE / max(image.size)
    shown = image.resize([max(1, round(side * scale)) for side in image.size])
    box = [round(edge * scale) for edge in square.box]
    box[2], box[3] = min(box[2], shown.width) - 1, min(box[3], shown.height) - 1
    if box[2] > box[0] and box[3] > box[1]:
        colour = palette(frame.theme()).shortcut
        ImageDraw.Draw(shown).rectangle(box, outline=colour, width=4)
    return shown
