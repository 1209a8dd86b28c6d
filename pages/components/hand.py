"""From a photo to an answer: take it, crop it, see what the net sees, ask the net."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from pages.components import frame
from pages.components.charts import chart
from pages.components.experiments import POLL, experiment, outcome
from pages.components.language import fragment
from resnet.data.photo import model_input, read_photo
from resnet.drawing.results import class_probabilities
from resnet.jobs import tasks
from resnet.language import translate as _
from resnet.settings import ASSETS
from resnet.training.prediction import Net

SAMPLES = ASSETS / "samples"
SHOWN_SIDE = 480
MAGNIFIED = 6


@dataclass(frozen=True)
class Crop:
    """The square of the photo the net gets, in pixels."""

    left: int
    top: int
    side: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom, as Pillow takes them."""
        return self.left, self.top, self.left + self.side, self.top + self.side


def take_photo(source: str) -> bytes | None:
    """Return the bytes of a sample, an upload or a camera picture; None while there is none."""
    if source == "sample":
        sign = st.segmented_control(
            _("Sign"), range(6), default=3, required=True, key="hand_sample", bind="query-params",
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


def choose_crop(image: Image.Image) -> Crop:
    """Let the learner move the square that the net gets."""
    short = min(image.size)
    zoom = st.slider(
        _("Square"), 20, 100, 100, format="%d%%", key="hand_zoom",
        help=_("Side of the square, of the photo's shorter side."),
    )  # fmt: skip
    side = max(1, short * zoom // 100)
    left = _position(_("Across"), image.width - side, "hand_x")
    top = _position(_("Down"), image.height - side, "hand_y")
    return Crop(left, top, side)


def _position(label: str, room: int, key: str) -> int:
    share = st.slider(label, 0, 100, 50, format="%d%%", key=key, disabled=room <= 0)
    return room * share // 100 if room > 0 else 0


def nothing_yet() -> None:
    """Say what to do while there is no photo."""
    with st.container(border=True, height=360, vertical_alignment="center"):
        st.markdown(_("Choose a photo or take one; the answer appears here."))


def show(image: Image.Image, crop: Crop, net: Net) -> None:
    """Show the photo with its crop, what the net sees of it, and what the net answers."""
    pixels = model_input(image.crop(crop.box), net.card.input_shape[0])
    photo, seen, answer = st.columns([5, 3, 5])
    with photo:
        st.image(framed(image, crop), width="stretch", alt=_("Your photo with the crop frame"))
        st.caption(_("Your photo; the net gets the square."))
    with seen:
        magnified = pixels.repeat(MAGNIFIED, axis=0).repeat(MAGNIFIED, axis=1)
        st.image(magnified, width="stretch", alt=_("The pixels the net sees"))
        st.caption(_("What the net sees: {n}×{n} pixels.").format(n=net.card.input_shape[0]))
    with answer:
        arguments = (tasks.predict_photo, net.ref, pixels.tobytes())
        waiting = not experiment(*arguments, private=True).done()
        fragment(run_every=POLL if waiting else None)(_answer)(arguments, waiting)


def _answer(arguments: tuple, was_waiting: bool) -> None:
    probabilities = outcome(*arguments, private=True)
    if probabilities is None:
        st.skeleton(height=270)
        return
    best = int(np.argmax(probabilities))
    st.metric(_("The net says"), str(best), help=_("The class with the highest probability."))
    chart(
        class_probabilities(probabilities, [str(n) for n in range(6)], frame.theme()),
        key="hand_bars",
        alt=_("Probability of each class"),
    )
    if was_waiting:
        st.rerun()


def framed(image: Image.Image, crop: Crop) -> Image.Image:
    """Return a small copy of the photo with the crop's frame on it."""
    scale = SHOWN_SIDE / max(image.size)
    shown = image.resize([max(1, round(side * scale)) for side in image.size])
    box = [round(edge * scale) for edge in crop.box]
    box[2], box[3] = min(box[2], shown.width) - 1, min(box[3], shown.height) - 1
    if box[2] > box[0] and box[3] > box[1]:
        ImageDraw.Draw(shown).rectangle(box, outline="#009E73", width=4)
    return shown


def card_words(net: Net) -> str:
    """Return what a net's card says of it, as Markdown."""
    card = net.card
    facts = {
        _("Net"): card.architecture,
        _("Trained on"): _("{data} (synthetic)").format(data=card.data)
        if card.synthetic
        else card.data,
        _("Input"): "×".join(map(str, card.input_shape)),
        _("Test accuracy on its own kind of photos"): f"{card.test_accuracy:.1%}"
        if card.test_accuracy is not None
        else "–",
        _("Versions"): ", ".join(f"{name} {number}" for name, number in card.versions.items()),
    }
    return "\n".join(f"- {name}: {value}" for name, value in facts.items())
