"""From a photo to an answer: take it, crop it, see what the net sees, show its answer."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from pages.components import frame, signs
from pages.components.charts import chart
from pages.components.hand_finding import found_in, is_searched, while_searching
from pages.components.short_tasks import follow_task, outcome, ready
from resnet.data.classes import CLASSES
from resnet.data.photo import ENDINGS, read_photo
from resnet.drawing.figures.results import class_probabilities
from resnet.drawing.figures.spotlight import spotlight
from resnet.drawing.palette import palette
from resnet.errors import LabError
from resnet.hands.crop import HandSquare, variations, whole
from resnet.inference.prediction import Net
from resnet.jobs import tasks
from resnet.language import translate as _
from resnet.settings import ASSETS

if TYPE_CHECKING:
    from resnet.inference.photo_prediction import PhotoPrediction

SAMPLES = ASSETS / "samples"
READ = "hand_read"  # of this browser session: a photo and its picture
SHOWN_SIDE = 480
MAGNIFIED = 4
TAKEN_WIDTH = 420  # pixels of the upload's field and of the camera's picture
SMALL = 150  # pixels: what the net sees and where it looks, beside each other on a phone, too
NAMES = [str(fingers) for fingers in CLASSES]


def choose_photo() -> tuple[bytes, Image.Image | None]:
    """Let the learner take a photo; return its bytes and the image, None while there is none."""
    with st.container(horizontal=True, key="hand_photo"):
        sources = {"sample": _("sample"), "upload": _("upload"), "camera": _("camera")}
        source = st.segmented_control(
            _("Photo"),
            list(sources),
            format_func=sources.__getitem__,
            default="sample",
            required=True,
            key="hand_source",
            bind="query-params",
        )
        try:
            photo = _take(source)
            return (b"", None) if photo is None else (photo, _read(photo))
        except LabError as error:
            st.error(str(error))
            return b"", None


def _read(photo: bytes) -> Image.Image:
    """Read a photo once, not again at every run of the page: HEIC takes a process of its own."""
    read, image = st.session_state.get(READ, (None, None))
    if read != photo:
        st.session_state[READ] = photo, (image := read_photo(photo))
    return image


def _take(source: str) -> bytes | None:
    """Return the bytes of a sample, an upload or a camera picture; None while there is none."""
    if source == "sample":
        sign = st.segmented_control(
            _("Sign"),
            CLASSES,
            default=3,
            required=True,
            key="hand_sample",
            bind="query-params",
            help=_("Hands drawn by the lab, not photographs."),
        )
        return (SAMPLES / f"sign_{sign}.jpg").read_bytes()
    if source == "upload":
        taken = st.file_uploader(
            _("A photo of a hand"),
            type=ENDINGS,
            key="hand_upload",
            help=_("It stays in this browser session and is not stored."),
            width=TAKEN_WIDTH,
        )
    else:
        taken = st.camera_input(
            _("Hold a hand up"),
            key="hand_camera",
            help=_("The picture stays in this browser session and is not stored."),
            width=TAKEN_WIDTH,
        )
    return None if taken is None else taken.getvalue()


def turned(image: Image.Image, photo: bytes) -> Image.Image:
    """Offer to turn a photo by a quarter, and return it as often turned as was asked for."""
    key = f"turns {hash(photo)}"
    turns: int = st.session_state.get(key, 0)
    st.button(
        _("Turn the photo"),
        icon=":material/rotate_90_degrees_cw:",
        key="hand_turn",
        on_click=lambda: st.session_state.update({key: (turns + 1) % 4}),
    )
    return image.rotate(-90 * turns, expand=True)


def choose_square(image: Image.Image) -> HandSquare | None:
    """Let the learner take the hand that was found, the whole photo, or place a square.

    None while the hand is still looked for.
    """
    how = st.segmented_control(
        _("Square"),
        ["hand", "whole", "own"],
        format_func={
            "hand": _("find the hand"),
            "whole": _("whole photo"),
            "own": _("place it"),
        }.__getitem__,
        default="hand",
        required=True,
        key="hand_square",
        bind="query-params",
        help=_(
            "A small net of its own marks where a hand is, how large and how turned. It is cut "
            "out upright, and the net is asked about a few variations of it."
        ),
    )
    if how == "whole":
        return whole(image)
    if not is_searched(image):
        return None
    found = found_in(image)
    if how == "own":
        return _placed(image, found.square if found else whole(image))
    if found is None:
        st.info(
            _("No hand here: the net gets the whole photo, and says something all the same."),
            icon=":material/do_not_touch:",
        )
        return whole(image)
    return found.square


def show_search(image: Image.Image) -> None:
    """Show the photo while its hand is looked for, and where the answer will stand."""
    photo, answer = st.columns([2, 3])
    with photo:
        st.image(framed(image), width="stretch", alt=_("Your photo"))
        st.caption(_("Looking for the hand …"))
    with answer:
        while_searching(image, _nothing_said)


def _nothing_said() -> None:
    st.skeleton(height=480)


def _placed(image: Image.Image, start: HandSquare) -> HandSquare:
    """Let the learner move an upright square that starts where the hand was found."""
    short = min(image.size)
    zoom = st.slider(
        _("Side"),
        10,
        100,
        int(min(100, max(10, 100 * start.side // short))),
        format="%d%%",
        key="hand_zoom",
        help=_("Side of the square, of the photo's shorter side."),
    )
    side = max(1, short * zoom // 100)
    left = _position(_("Across"), image.width - side, start.x - side / 2, "hand_x")
    top = _position(_("Down"), image.height - side, start.y - side / 2, "hand_y")
    return HandSquare(left + side / 2, top + side / 2, side)


def _position(label: str, room: int, start: float, key: str) -> int:
    begin = int(min(100, max(0, 100 * start // room))) if room > 0 else 0
    share = st.slider(label, 0, 100, begin, format="%d%%", key=key, disabled=room <= 0)
    return room * share // 100 if room > 0 else 0


def nothing_yet() -> None:
    """Say what to do while there is no photo."""
    with st.container(border=True, height=360, vertical_alignment="center"):
        st.markdown(_("Show one of these six signs; the answer appears here."))
        signs.show_row("hand_signs")


def seen_by(image: Image.Image, square: HandSquare, net: Net) -> np.ndarray:
    """Return exactly the pictures that a net gets of a photo, (V, S, S, 3) uint8."""
    return variations(image, square, net.card.input_shape[0])


def show_photo(image: Image.Image, square: HandSquare) -> None:
    """Show the photo with the square that the nets get."""
    st.image(framed(image, square), width="stretch", alt=_("Your photo with the crop frame"))
    st.caption(_("Your photo; the net gets the square."))


def show_answer(net: Net, pictures: np.ndarray, key: str) -> None:
    """Show what a net sees, where it looks and what it says, as soon as it has answered."""
    follow_task(
        tasks.predict_photo,
        net.ref,
        pictures.tobytes(),
        draw=lambda prediction: _answer(prediction, pictures[0], key),
        private=True,
    )


def _answer(prediction: "PhotoPrediction | None", pixels: np.ndarray, key: str) -> None:
    if prediction is None:
        st.metric(_("The net says"), "–")
    else:
        _say(prediction.probabilities, prediction.sure)
    with st.container(horizontal=True):
        with st.container(width=SMALL):
            st.image(magnified(pixels), width="stretch", alt=_("The pixels the net sees"))
            st.caption(_("What the net sees: {n}×{n} pixels.").format(n=len(pixels)))
        if prediction is not None:
            with st.container(width=SMALL):
                lit = magnified(spotlight(pixels, prediction.heat))
                st.image(lit, width="stretch", alt=_("The places that speak for the answer"))
                st.caption(_("Lit: what speaks for its answer (Grad-CAM)."))
    if prediction is None:
        st.skeleton(height=270)
        return
    chart(
        class_probabilities(prediction.probabilities, NAMES, frame.theme(), signs.labels()),
        key=key,
        alt=_("Probability of each class"),
    )


def _say(probabilities: np.ndarray, sure: bool) -> None:
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


def answers_of(nets: Sequence[Net], seen: Sequence[np.ndarray]) -> list[int | None]:
    """Return the class each net names, None where it has not answered yet."""
    named: list[int | None] = []
    for net, pictures in zip(nets, seen, strict=True):
        arguments = (tasks.predict_photo, net.ref, pictures.tobytes())
        prediction = outcome(*arguments, private=True) if ready(*arguments, private=True) else None
        named.append(None if prediction is None else int(np.argmax(prediction.probabilities)))
    return named


def magnified(pixels: np.ndarray) -> np.ndarray:
    """Return a picture whose pixels can be seen one by one."""
    return pixels.repeat(MAGNIFIED, axis=0).repeat(MAGNIFIED, axis=1)


def framed(image: Image.Image, square: HandSquare | None = None) -> Image.Image:
    """Return a small copy of the photo, with a square's frame on it where there is one."""
    scale = SHOWN_SIDE / max(image.size)
    shown = image.resize([max(1, round(side * scale)) for side in image.size])
    if square is None:
        return shown
    corners = square.scaled(scale).corners  # what lies outside the photo is not drawn
    draw, colour = ImageDraw.Draw(shown), palette(frame.theme()).shortcut
    draw.line([*corners, corners[0]], fill=colour, width=4, joint="curve")
    return shown
